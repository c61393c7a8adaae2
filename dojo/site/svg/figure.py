"""Draws SVG that is small, equal on every run, and readable in any colour scheme.

A figure is 360 units wide, so that its smallest letters, of 11 units, are still legible
on a telephone. Lines and letters take the colour of the text around them; the few
colours beside it are custom properties, which docs/en/assets/figures.css sets for both
schemes. Colour never carries the meaning alone: dashes, marks or words say it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from dojo.site.svg.text import BODY, num, spans

WIDTH = 360.0

INK = "currentColor"
PAPER = "var(--fig-paper, #fff)"  # what a figure stands on, for halos and hollow shapes
BLUE = "var(--fig-1, #1a5fb4)"
RED = "var(--fig-2, #b3360b)"
GREEN = "var(--fig-3, #1f7a4d)"
PURPLE = "var(--fig-4, #7d3c98)"
SANS = "var(--fig-sans, system-ui, sans-serif)"

SOLID, DASHED, DOTTED, DASHDOT = "", "6 4", "1.5 3.5", "9 3 2 3"


class Figure:
    """A drawing that grows part by part and is rendered at the end.

    Parameters
    ----------
    name : str
        Under which pages ask for it; part of its ids.
    title, desc : str
        What a screen reader says: the figure's name, and its content with its numbers.
    height : float
        In units, where the width is `WIDTH`.
    """

    def __init__(self, name: str, title: str, desc: str, height: float) -> None:
        self.name, self.title, self.height = name, title, height
        self.desc = " ".join(desc.split())
        self.parts: list[str] = []

    def render(self) -> str:
        """Return the SVG document."""
        title, desc = f"fig-{self.name}-title", f"fig-{self.name}-desc"
        head = (
            '<svg xmlns="http://www.w3.org/2000/svg" class="dojo-figure" role="img" '
            f'viewBox="0 0 {num(WIDTH)} {num(self.height)}" '
            f'aria-labelledby="{title} {desc}" fill="none" stroke-linejoin="round" '
            f'font-family="{SANS}" font-size="{BODY}">'
        )
        return "\n".join(
            [
                head,
                f'<title id="{title}">{escape(self.title)}</title>',
                f'<desc id="{desc}">{escape(self.desc)}</desc>',
                *self.parts,
                "</svg>\n",
            ]
        )

    def draw(self, tag: str, **attributes: str | float | None) -> None:
        """Add a shape; `stroke_width` becomes stroke-width, and None leaves out."""
        self.parts.append(f"<{tag}{_written(attributes)}/>")

    def line(
        self,
        points: Iterable[tuple[float, float]],
        colour: str = INK,
        dash: str = SOLID,
        width: float = 1.25,
        opacity: float | None = None,
    ) -> None:
        """Add a line through points."""
        (x, y), *rest = points
        steps = "".join(f"L{num(u)} {num(v)}" for u, v in rest)
        self.draw(
            "path",
            d=f"M{num(x)} {num(y)}{steps}",
            stroke=colour,
            stroke_width=width,
            stroke_dasharray=dash or None,
            stroke_opacity=opacity,
        )

    def arrow(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str = INK,
        dash: str = SOLID,
        width: float = 1.25,
        gap: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Add an arrow; `gap` is how far it stays off its start and its end."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        cos, sin = math.cos(angle), math.sin(angle)
        start = (start[0] + gap[0] * cos, start[1] + gap[0] * sin)
        tip = (end[0] - gap[1] * cos, end[1] - gap[1] * sin)
        neck = (tip[0] - 6 * cos, tip[1] - 6 * sin)
        self.line([start, neck], colour, dash, width)
        left = (neck[0] - 1.5 * cos + 3.5 * sin, neck[1] - 1.5 * sin - 3.5 * cos)
        right = (neck[0] - 1.5 * cos - 3.5 * sin, neck[1] - 1.5 * sin + 3.5 * cos)
        corners = [tip, left, neck, right]
        steps = "L".join(f"{num(x)} {num(y)}" for x, y in corners)
        self.draw("path", d=f"M{steps}z", fill=colour)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        colour: str = INK,
        fill: str = PAPER,
        dash: str = SOLID,
        width: float = 1.25,
    ) -> None:
        """Add a circle."""
        self.draw(
            "circle",
            cx=x,
            cy=y,
            r=radius,
            fill=fill,
            stroke=colour,
            stroke_width=width,
            stroke_dasharray=dash or None,
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str | None = INK,
        fill: str | None = None,
        opacity: float | None = None,
        line: float = 1.25,
        dash: str = SOLID,
        round_by: float | None = None,
    ) -> None:
        """Add a rectangle; `opacity` is that of its filling."""
        self.draw(
            "rect",
            x=x,
            y=y,
            width=width,
            height=height,
            rx=round_by,
            fill=fill,
            fill_opacity=opacity,
            stroke=colour,
            stroke_width=line if colour else None,
            stroke_dasharray=dash or None,
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = BODY,
        anchor: str = "middle",
        colour: str = INK,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Add a line of text on its baseline.

        `*z*` is a letter of mathematics, `^{...}` and `_{...}` are scripts. A halo of
        paper keeps a label readable that stands on lines.
        """
        attributes: dict[str, str | float | None] = {
            "x": x,
            "y": y,
            "font_size": size,
            "text_anchor": None if anchor == "start" else anchor,
            "fill": colour,
            "font_weight": "600" if bold else None,
        }
        if halo:
            attributes |= {"stroke": PAPER, "stroke_width": 5, "paint_order": "stroke"}
        self.parts.append(f"<text{_written(attributes)}>{spans(words, size)}</text>")


def _written(attributes: dict[str, str | float | None]) -> str:
    """Return attributes as they stand in a tag."""
    return "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else num(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
