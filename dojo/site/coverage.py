"""What the notes contain, and what covers it: docs/coverage.toml, held to the tree.

Each place that the file names is looked up: the function in the kata, the heading, the
figure and the correction on the page. A place of a kata that is not written yet is to
come, and so is one on a page that is still a frame.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify  # type: ignore[import-untyped] # no types

from dojo.errors import UserError
from dojo.kata import pages
from dojo.kata.catalog import Kata, katas
from dojo.site.contract import anchor

FILE = Path("docs") / "coverage.toml"
PLACES = {
    "C": ("code",),
    "T": ("page",),
    "F": ("figure",),
    "B": ("wrong", "hunt"),
}
WRONG = "What the notes got wrong"
FRAME = "TO WRITE"
HEAD = ("| Row | What | Where |", "| --- | --- | --- |")
FIGURE = re.compile(r"^<!-- dojo:figure (\S+) -->$", re.MULTILINE)


class ToCome(Exception):
    """A place that nobody has written yet; the text says of which kata."""


class Missing(Exception):
    """A place that should be there and is not; the text says what is missing."""


@dataclass(frozen=True)
class Row:
    """A thing that the notes contain.

    Parameters
    ----------
    id, says : str
        Its number, and what it is about.
    kinds : str
        Letters of PLACES.
    places : dict of str to list of str
        Places by what is there, as the file names them.
    """

    id: str
    says: str
    kinds: str
    places: dict[str, list[str]]


@dataclass(frozen=True)
class Coverage:
    """The file, and the tree that it speaks of.

    Parameters
    ----------
    root : Path
        The clone.
    """

    root: Path

    @cached_property
    def _file(self) -> dict[str, Any]:
        return tomllib.loads((self.root / FILE).read_text("utf-8"))

    @cached_property
    def parts(self) -> dict[str, list[Row]]:
        """The rows, by the title of their part."""
        return {
            part["title"]: [
                Row(row.pop("id"), row.pop("says"), row.pop("kinds"), row)
                for row in map(dict, part["row"])
            ]
            for part in self._file["part"]
        }

    @cached_property
    def _katas(self) -> list[Kata]:
        return list(katas(self.root))

    def complaints(self) -> Iterator[str]:
        """Yield what is not covered, or not where the file says."""
        known = {kind for kinds in PLACES.values() for kind in kinds}
        for row in (row for rows in self.parts.values() for row in rows):
            for kind in row.kinds:
                if not any(row.places.get(what) for what in PLACES[kind]):
                    what = " or ".join(PLACES[kind])
                    yield f"{row.id} ({row.says}): nothing covers it; name its {what}"
            for what in row.places.keys() - known:
                yield f"{row.id}: {what} is no kind of place"
            for what, places in row.places.items():
                yield from self._of_places(row, what, places)

    def _of_places(self, row: Row, what: str, places: list[str]) -> Iterator[str]:
        for place in places:
            try:
                self.link(what, place)
            except Missing as error:
                yield f"{row.id} ({row.says}): {error}"
            except ToCome:
                continue

    def link(self, what: str, place: str) -> str:
        """Return a place as words with a link, for a page of docs/en.

        Raises
        ------
        ToCome
            If its kata is not written yet.
        Missing
            If it is not there.
        """
        if what == "hunt":
            return self._hunt(place)
        if what == "code":
            return self._code(place)
        slug, _, detail = place.partition("#")
        title, path, text = self._page(slug)
        lookup = {"page": _heading, "figure": _figure, "wrong": _correction}[what]
        words, mark = lookup(text, detail)
        if not words:
            raise Missing(f"the page of {slug} has no {what} {detail!r}")
        target = f"{path}#{mark}" if mark else path
        return f"[{words.format(title=title)}]({target})"

    def _kata(self, slug: str) -> Kata:
        for kata in self._katas:
            if kata.slug == slug:
                return kata
        if slug in self._file["to_come"]:
            raise ToCome(slug)
        raise Missing(f"no kata is called {slug}")

    def _code(self, place: str) -> str:
        slug, _, name = place.partition("::")
        kata = self._kata(slug)
        if name not in kata.functions:
            raise Missing(f"{slug} has no function {name!r} in __all__")
        if not _is_written(kata.page):
            return f"`{name}`"
        return f"[`{name}`]({kata.chapter}/{kata.stem}.md#{anchor(name)})"

    def _hunt(self, number: str) -> str:
        tree = self.root / "docs" / "en"
        for page in tree.glob(f"ch*/{number}_*.md"):
            if _is_written(page):
                path = page.relative_to(tree).as_posix()
                return f"[hunt: {_title(page.read_text('utf-8'))}]({path})"
        if number in self._file["hunts_to_come"]:
            raise ToCome(f"hunt {number}")
        raise Missing(f"no hunt has the number {number}")

    def _page(self, slug: str) -> tuple[str, str, str]:
        """Return the title of a page, its path below docs/en, and its text."""
        tree = self.root / "docs" / "en"
        path = tree / f"{slug}.md"
        if not path.is_file():
            path = self._kata(slug).page
            if not _is_written(path):
                raise ToCome(slug)
        text = path.read_text("utf-8")
        return _title(text), path.relative_to(tree).as_posix(), text

    def table(self) -> str:
        """Return the parts as Markdown, a table each.

        Raises
        ------
        UserError
            If anything is not where the file says.
        """
        if wrong := list(self.complaints()):
            raise UserError("; ".join([f"{FILE} is not true", *wrong]))
        lines = []
        for title, rows in self.parts.items():
            lines += [
                f"## {title}",
                "",
                "| Row | What | Where |",
                "| --- | --- | --- |",
            ]
            lines += [f"| {r.id} | {r.says} | {self._where(r)} |" for r in rows]
            lines.append("")
        return "\n".join(lines)

    def _where(self, row: Row) -> str:
        """Return all places of a row in one cell."""
        found, to_come = [], []
        for what, places in row.places.items():
            for place in places:
                try:
                    found.append(self.link(what, place))
                except ToCome as error:
                    to_come.append(str(error))
        waiting = ", ".join(dict.fromkeys(to_come))
        cell = [*dict.fromkeys(found), *([f"to come: {waiting}"] if waiting else [])]
        return ", ".join(cell) or "left out"


def _is_written(page: Path) -> bool:
    return page.is_file() and FRAME not in page.read_text("utf-8")


def _title(text: str) -> str:
    return pages.headings_in(text)[0].lstrip("# ")


def _heading(text: str, detail: str) -> tuple[str, str]:
    if detail in ("", "Idea"):
        return "{title}", detail.lower()
    found = detail in (title.lstrip("# ") for title in pages.headings_in(text))
    return (detail if found else ""), slugify(detail, "-")


def _figure(text: str, detail: str) -> tuple[str, str]:
    names = FIGURE.findall(text)
    name = next((name for name in names if detail in ("", name)), "")
    return ("drawn: {title}" if name else ""), f"figure-{name}"


def _correction(text: str, detail: str) -> tuple[str, str]:
    _, wrong = pages.section(text, WRONG)
    found = wrong.strip() and detail in wrong
    return ("corrected: {title}" if found else ""), slugify(WRONG, "-")
