"""Words and numbers of figures: letters of mathematics, scripts, powers of ten."""

from __future__ import annotations

import re
from html import escape

SMALL, BODY = 11, 13  # the sizes of letters
SMALLEST = 10  # of scripts, and of nothing else
SERIF = "var(--fig-serif, KaTeX_Math, 'STIX Two Text', 'Times New Roman', serif)"

SCRIPT = re.compile(r"\*(?P<letter>[^*]+)\*|\^\{(?P<up>[^}]*)\}|_\{(?P<down>[^}]*)\}")
RISE, FALL = 0.36, 0.24  # how far scripts stand off the line, in heights of a letter
POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def num(x: float) -> str:
    """Return a length for an attribute: two decimals at most, and never -0."""
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def decimal(x: float, digits: int) -> str:
    """Return a number for a reader, with a true minus sign."""
    return f"{x:.{digits}f}".replace("-", "−")


def power(exponent: int) -> str:
    """Return a power of ten for a reader."""
    return "10" + str(exponent).translate(POWERS) if exponent else "1"


def scientific(x: float, digits: int = 1) -> str:
    """Return a number as mantissa and power of ten for a reader."""
    mantissa, exponent = f"{x:.{digits}e}".split("e")
    return f"{mantissa}×{power(int(exponent))}".replace("-", "−")


def spans(words: str, size: float) -> str:
    """Return the marked-up text as spans; scripts are never below the smallest size."""
    parts, at, owed = [], 0, 0.0  # what is owed brings the next span back to the line
    for match in [*SCRIPT.finditer(words), None]:
        plain = words[at : match.start() if match else None]
        if plain:
            parts.append(_span(plain, owed))
            owed = 0.0
        if match:
            at = match.end()
            script = match["up"] or match["down"]
            shift = -RISE if match["up"] else FALL if match["down"] else 0.0
            shift *= size
            style = f' font-family="{SERIF}" font-style="italic" font-size="110%"'
            if script:
                style = f' font-size="{num(max(SMALLEST, 0.7 * size))}"'
            parts.append(_span(script or match["letter"], owed + shift, style))
            owed = -shift
    return "".join(parts)


def _span(words: str, shift: float, style: str = "") -> str:
    if not shift and not style:
        return escape(words)
    dy = f' dy="{num(shift)}"' if shift else ""
    return f"<tspan{dy}{style}>{escape(words)}</tspan>"
