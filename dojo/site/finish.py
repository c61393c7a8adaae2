"""What is done to the pages that the generator has built: heads, search, previews."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dojo.errors import UserError
from dojo.kata.catalog import katas
from dojo.kata.pages import headings_in
from dojo.site import head, preview, search
from dojo.site.door import Addresses

SHOWN = re.compile(r"<(pre|script|textarea)\b.*?</\1>", re.DOTALL)
ARTICLE, VERDICT = 'class="md-content__inner', '<div class="verdict">'
INDENT = re.compile(r"\n\s+")
STRAY = ("404.html", "sitemap.xml", "sitemap.xml.gz")  # ours stand above the languages


@dataclass(frozen=True)
class Finisher:
    """Finishes the pages of one language.

    Parameters
    ----------
    root : Path
        The clone.
    language : str
    out : Path
        The built site; a language's pages stand below it.
    figures : Path
        The folder of drawn figures.
    addresses : Addresses
    filled : callable
        Fills in the numbers of a line.
    """

    root: Path
    language: str
    out: Path
    figures: Path
    addresses: Addresses
    filled: Callable[[str], str]

    def finish(self, written: list[Path]) -> list[tuple[str, str]]:
        """Finish the built pages; return their addresses below the site, and titles."""
        built = self.out / self.language
        for name in STRAY:
            (built / name).unlink(missing_ok=True)
        pages = [(path, self._finished(path)) for path in written]
        self._reindex(built / "search" / "search_index.json")
        for worker in (built / "assets" / "javascripts" / "workers").glob("*.js"):
            theirs = worker.read_text("utf-8")
            worker.write_text(search.WORKER.read_text("utf-8") + theirs, "utf-8")
        return [(self._below(path), title) for path, title in pages]

    def _below(self, path: Path) -> str:
        return f"{self.language}/{path.with_suffix('.html').as_posix()}"

    def _finished(self, path: Path) -> str:
        """Finish a page, whose source is given; return its title."""
        source = (self.root / "docs" / self.language / path).read_text("utf-8")
        title = headings_in(source)[0].lstrip("# ")
        description = head.described(source, self.filled)
        if not description:
            raise UserError(f"{path}: no sentence follows the title; say what it is")
        below, site = self._below(path), self.addresses.site
        place = site + below if site else ""
        picture = self._picture(head.main_figure(source)) if site else ""
        page = self.out / below
        text = head.with_head(
            page.read_text("utf-8"), title, description, place, picture
        )
        page.write_text(without_indents(as_home(text)), "utf-8")
        return title

    def _picture(self, figure: str) -> str:
        """Draw a figure for previews; return its address, empty where there is none."""
        drawing = self.figures / f"{figure}.svg"
        if not figure or not drawing.is_file():
            return ""
        below = f"assets/previews/{figure}.png"
        preview.draw(drawing.read_text("utf-8"), self.out / below)
        return self.addresses.site + below

    def _reindex(self, path: Path) -> None:
        """Give the pages of the search index all their names."""
        glossary = self.root / "docs" / self.language / "glossary.md"
        names = search.names_in(glossary.read_text("utf-8"))
        for page, own in search.names_of(katas(self.root)).items():
            names.setdefault(page, []).extend(own)
        index = search.keyworded(json.loads(path.read_text("utf-8")), names)
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text, "utf-8")


def as_home(html: str) -> str:
    """Return a page whose article says so if it is the home page, with its verdict.

    A style sheet could ask for what is in an article. But then all of a page is styled
    anew with each thing that a script puts in, and each listing is given its buttons.
    """
    return html.replace(ARTICLE, f"{ARTICLE} home", 1) if VERDICT in html else html


def without_indents(html: str) -> str:
    """Return a page without its blank lines and indents, but where they are shown."""
    outside, end = [], 0
    for shown in SHOWN.finditer(html):
        outside += [INDENT.sub("\n", html[end : shown.start()]), shown[0]]
        end = shown.end()
    return "".join(outside) + INDENT.sub("\n", html[end:])
