"""The map of the home page: chapters and katas in order, with arrows for their needs.

It is one list. On a telephone and for a screen reader it reads as such; where there is
room the same entries stand in columns, and a drawing behind them has the arrows.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dojo.kata.catalog import Hunt, Kata, katas
from dojo.kata.pages import title_of_chapter
from dojo.site.svg.text import num

WIDTH, HEIGHT = 158.0, 70.0  # of an entry, in pixels
ACROSS, DOWN = 184.0, 90.0  # from one entry to the next
HEAD, FOOT = 46.0, 14.0  # above and below the entries of a chapter
TIP = 7.0


@dataclass(frozen=True)
class Spot:
    """An entry's place: the pixels of its upper left corner."""

    x: float
    y: float


def chapter_map(root: Path) -> str:
    """Return the map as HTML."""
    listed = [kata for kata in katas(root) if kata.page.is_file()]
    chapters: dict[str, list[Kata]] = {}
    for kata in listed:
        chapters.setdefault(kata.chapter, []).append(kata)
    spots: dict[str, Spot] = {}
    items, top = [], 0.0
    for chapter, members in chapters.items():
        cells = cells_of(members)
        spots |= {
            slug: Spot(column * ACROSS, top + HEAD + row * DOWN)
            for slug, (column, row) in cells.items()
        }
        bottom = max(spots[kata.slug].y for kata in members) + HEIGHT + FOOT
        items.append(_chapter(chapter, members, spots, top))
        top = bottom
    width = max(spot.x for spot in spots.values()) + WIDTH
    size = f"--map-width: {num(width)}px; --map-height: {num(top)}px"
    arrows = "".join(_arrows(listed, spots))
    drawing = (
        f'<svg class="map-arrows" aria-hidden="true" viewBox="0 0 {num(width)} '
        f'{num(top)}" fill="none" stroke="currentColor">{arrows}</svg>'
    )
    return f'<div class="map" style="{size}">{drawing}<ol>{"".join(items)}</ol></div>\n'


def cells_of(members: list[Kata]) -> dict[str, tuple[int, int]]:
    """Return (column, row) of each kata of a chapter.

    A kata stands to the right of all that it needs, in the row of what it needs where
    that is free. Those that are bound to none of the chapter fill the last rows.
    """
    slugs = {kata.slug for kata in members}
    inside = {kata.slug: [s for s in kata.needs if s in slugs] for kata in members}
    bound = {slug for slug, needs in inside.items() if needs}.union(*inside.values())
    cells: dict[str, tuple[int, int]] = {}
    for slug in (s for s in inside if s in bound):
        before = [cells[need] for need in inside[slug] if need in cells]
        column = 1 + max((column for column, _ in before), default=-1)
        rows = [row for _, row in before] + list(range(len(inside)))
        cells[slug] = column, next(r for r in rows if (column, r) not in cells.values())
    columns = 1 + max((column for column, _ in cells.values()), default=3)
    first = 1 + max((row for _, row in cells.values()), default=-1)
    for at, slug in enumerate(s for s in inside if s not in bound):
        cells[slug] = at % columns, first + at // columns
    return cells


def _chapter(
    chapter: str, members: list[Kata], spots: dict[str, Spot], top: float
) -> str:
    entries = "".join(_entry(kata, spots[kata.slug]) for kata in members)
    title = title_of_chapter(members[0].page.parents[1], chapter)
    return (
        f'<li class="map-chapter"><a class="map-title" style="--y: {num(top)}px" '
        f'href="{chapter}/index.html">{html.escape(title)}</a>'
        f"<ol>{entries}</ol></li>"
    )


def _entry(kata: Kata, spot: Spot) -> str:
    needs = ", ".join(kata.needs)
    needing = (
        f'<span class="map-needs">needs {html.escape(needs)}</span>' if needs else ""
    )
    return (
        f'<li class="map-kata" style="--x: {num(spot.x)}px; --y: {num(spot.y)}px">'
        f'<a href="{kata.chapter}/{kata.stem}.html">{html.escape(kata.title)}</a>'
        f"<span>{number(kata)} · level {kata.level} · {kata.minutes} min</span>"
        f"{needing if needs else ''}</li>"
    )


def number(kata: Kata) -> str:
    """Return a kata's number with its chapter's: "1.11"."""
    chapter = kata.chapter.partition("_")[0].removeprefix("ch")
    return f"{chapter}.{int(kata.stem.partition('_')[0][1:])}"


def _arrows(listed: list[Kata], spots: dict[str, Spot]) -> Iterator[str]:
    """Yield an arrow for each need that no other need of the kata implies.

    None leads to a hunt: it comes after all katas, and would draw lines through them.
    """
    listed = [kata for kata in listed if not isinstance(kata, Hunt)]
    needs = {kata.slug: [s for s in kata.needs if s in spots] for kata in listed}
    for slug, before in needs.items():
        for need in before:
            others = (other for other in before if other != need)
            if not any(need in _all_before(other, needs) for other in others):
                yield _arrow(spots[need], spots[slug])


def _all_before(slug: str, needs: dict[str, list[str]]) -> set[str]:
    """Return all that a kata needs, directly or not."""
    direct = needs.get(slug, [])
    return set(direct).union(*(_all_before(need, needs) for need in direct))


def _arrow(start: Spot, end: Spot) -> str:
    """Return the path from the right side to the left one, or downwards."""
    half = TIP / 2
    if end.x > start.x:
        x1, y1 = start.x + WIDTH, start.y + HEIGHT / 2
        x2, y2 = end.x - TIP, end.y + HEIGHT / 2
        bend = [(x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2]
        head = [(-half, -half), (TIP, half), (-TIP, half)]
    else:
        x1, y1 = start.x + WIDTH / 2, start.y + HEIGHT
        x2, y2 = end.x + WIDTH / 2, end.y - TIP
        bend = [x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2]
        head = [(-half, -half), (half, TIP), (half, -TIP)]
    curve = " ".join(map(num, bend))
    (u, v), *sides = head
    tip = f"m{num(u)} {num(v)}" + "".join(f"l{num(x)} {num(y)}" for x, y in sides)
    return f'<path d="M{num(x1)} {num(y1)}C{curve}{tip}"/>'
