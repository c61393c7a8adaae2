"""The picture of a page for previews: its main figure as PNG, black on white."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from dojo.errors import UserError

WIDTH, HEIGHT, MARGIN = 1200, 630, 40  # what previews are cut to
COLOUR = re.compile(r"var\(--[\w-]+, ([^()]*)\)")
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
INK = "#1f2430"


def draw(svg: str, path: Path) -> None:
    """Write an SVG of the site as PNG, in the middle of a sheet.

    Raises
    ------
    UserError
        If the library that draws is missing.
    """
    try:
        resvg = importlib.import_module("resvg_py")
    except ModuleNotFoundError as error:
        raise UserError("resvg-py is missing; run: pip install -e '.[site]'") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        bytes(resvg.svg_to_bytes(svg_string=_sheet(svg), background="#fff"))
    )


def _sheet(svg: str) -> str:
    """Return the figure on a sheet of the previews' size, with plain colours."""
    size = SIZE.search(svg)
    if size is None:
        raise UserError("a figure for a preview needs a viewBox that begins at 0 0")
    width, height = float(size[1]), float(size[2])
    scale = min((WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / height)
    left, top = (WIDTH - scale * width) / 2, (HEIGHT - scale * height) / 2
    place = f'x="{left:.1f}" y="{top:.1f}" width="{scale * width:.1f}" '
    place += f'height="{scale * height:.1f}"'
    plain = COLOUR.sub(r"\1", svg).replace("<svg ", f"<svg {place} ", 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" color="{INK}">{plain}</svg>'
    )
