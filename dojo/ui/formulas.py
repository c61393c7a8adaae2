r"""Writes a page's formulas as text for a terminal: `\frac{1}{m}` becomes 1/m."""

from __future__ import annotations

import re
from collections.abc import Callable

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
SYMBOLS = {
    "varepsilon": "ε", "partial": "∂", "cdot": "·", "lambda": "λ", "top": "⊤",
    "sigma": "σ", "theta": "θ", "ell": "ℓ", "mu": "μ", "alpha": "α", "lvert": "|",
    "rvert": "|", "delta": "δ", "eta": "η", "lVert": "‖", "rVert": "‖", "Vert": "‖",
    "beta": "β", "approx": "≈", "le": "≤", "ge": "≥", "ne": "≠", "dots": "…",
    "cdots": "⋯", "vdots": "⋮", "leftarrow": "←", "to": "→", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "odot": "⊙", "star": "⋆", "ast": "∗",
    "infty": "∞", "xi": "ξ", "pm": "±", "Phi": "Φ", "times": "×", "in": "∈",
    "notin": "∉", "nabla": "∇", "gamma": "γ", "int": "∫", "sum": "∑", "prod": "∏",
    "Delta": "Δ", "pi": "π", "omega": "ω", "prime": "′", "sim": "~", "bmod": " mod ",
    "Longleftrightarrow": "⟺", "quad": "  ", "qquad": "   ", "mid": "|",
}  # fmt: skip
NOTHING = (
    "left", "right", "big", "Big", "bigl", "bigr", "textstyle", "displaystyle",
)  # fmt: skip
CLINGING = ("partial", "nabla", "Delta", "lvert", "lVert", "lfloor", "lceil")
CLOSING = ("rvert", "rVert", "rfloor", "rceil")
BACK = "\0"  # stands for no space before it
AS_IT_IS = (
    "text", "operatorname", "mathbb", "mathcal", "mathbf", "mathrm", "texttt",
    "underbrace", "substack",
)  # fmt: skip
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
SPACES = {",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\\": "\n"}
ATOM = re.compile(r"[\w.∂′'\u0300-\u036f⁰¹²³⁴-⁹₀-₉ᵢⱼₖₗₘₙ]+|\([^()]*\)")
RAISED = dict(zip("0123456789+-=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ", strict=True))
LOWERED = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvx",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ",
        strict=True,
    )
)


def as_text(formula: str) -> str:
    """Return a formula, without its dollars, as text; its rows become lines."""
    text = re.sub(f" *{BACK}", "", _Formula(formula).rest())
    lines = [re.sub(r"(?<=\S) {2,}", " ", line).rstrip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line.strip())


class _Formula:
    """Reads a formula from left to right."""

    def __init__(self, formula: str) -> None:
        self._tokens = TOKEN.findall(formula)[::-1]

    def rest(self, end: str = "") -> str:
        """Return what stands before a closing token, or all of it."""
        out: list[str] = []
        while self._tokens:
            token = self._tokens.pop()
            if token == end:
                break
            out.append(self._written(token))
        return "".join(out)

    def _written(self, token: str) -> str:
        if token == "{":
            return self.rest("}")
        if token == "^":
            return _marked(self._argument(), RAISED, "^")
        if token == "_":
            return _marked(self._argument(), LOWERED, "_")
        if token.startswith("\\"):
            return self._command(token[1:])
        return " " if token.isspace() else token.replace("&", "")

    def _pass_over_spaces(self) -> None:
        while self._tokens and self._tokens[-1].isspace():
            self._tokens.pop()

    def _argument(self) -> str:
        self._pass_over_spaces()
        return self._written(self._tokens.pop()) if self._tokens else ""

    def _command(self, name: str) -> str:
        commands: dict[str, Callable[[], str]] = {
            "frac": self._fraction, "tfrac": self._fraction, "dfrac": self._fraction,
            "sqrt": lambda: f"√{_grouped(self._argument())}",
            "begin": self._environment,
        }  # fmt: skip
        if name in commands:
            return commands[name]()
        if name in AS_IT_IS:
            return self._argument().replace("\n", ", ")
        if name in ACCENTS:
            return f"{self._argument()}{ACCENTS[name]}"
        if name in NOTHING:
            return ""
        if name == "\\":
            self._pass_over_height()
        if name in CLINGING:
            self._pass_over_spaces()
        if name in CLOSING:
            return BACK + SYMBOLS[name]
        return SPACES.get(name, SYMBOLS.get(name, name))

    def _fraction(self) -> str:
        above = _grouped(self._argument())
        return f"{above}/{_grouped(self._argument())}"

    def _pass_over_height(self) -> None:
        r"""Take the [1ex] of \\[1ex]."""
        if self._tokens and self._tokens[-1] == "[":
            self.rest("]")

    def _environment(self) -> str:
        """Return rows as lines; those of a matrix or of cases on one line."""
        name = self._argument()
        inside = []
        while self._tokens:
            token = self._tokens.pop()
            if token == "\\end":
                self._argument()
                break
            inside.append("  " if token == "&" else self._written(token))
        rows = [" ".join(row.split()) for row in "".join(inside).split("\n")]
        if name.startswith(("aligned", "gathered", "split")):
            return "\n".join(rows)
        opening, closing = ("{", "") if name == "cases" else ("[", "]")
        return f"{opening} {'; '.join(filter(None, rows))} {closing}".rstrip()


def _grouped(text: str) -> str:
    text = text.strip()
    return text if ATOM.fullmatch(text) else f"({text})"


def _marked(text: str, letters: dict[str, str], mark: str) -> str:
    """Return a text raised or lowered, as letters if there are such for all of it."""
    text = text.strip()
    if all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    if text in ("⊤", "′", "∗", "⋆"):
        return text
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
