"""Expands a page: directives, figures, numbers and formulas become plain Markdown."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from dojo.check.score import table
from dojo.errors import UserError
from dojo.kata.catalog import Hunt, Kata, kata_at, katas
from dojo.kata.pages import parts, snippet_of, snippets_in, source
from dojo.kata.stubs import stub_for
from dojo.site import benchmarks, contract, door
from dojo.site.chapter_map import chapter_map
from dojo.site.coverage import Coverage
from dojo.site.maths import Renderer
from dojo.site.snippets import SnippetError, Snippets
from dojo.site.values import Values

DIRECTIVE = re.compile(r"<!-- dojo:(\w+)(?: (.*?))? -->\s*")
EMPTY = re.compile(r"\|\s*\|")  # a cell that a screen reader would not announce
DIRECTIVES = (
    "contract", "mistakes", "figure", "katas", "mutants", "benchmarks", "claim", "let",
    "commands", "verdict", "map", "mended", "coverage",
)  # fmt: skip


class PageError(UserError):
    """A page that cannot be built; the text names the file, the line and the remedy."""


@dataclass(frozen=True)
class Builder:
    """What all pages share.

    Parameters
    ----------
    root : Path
        The clone.
    tree : Path
        The pages of one language, such as docs/en.
    figures : Path
        The folder of drawn figures.
    maths : Renderer
    values : Values
        The numbers that pages show.
    snippets : Snippets
        What runs the code of pages.
    repository : str
        Its address, if it has one.
    """

    root: Path
    tree: Path
    figures: Path
    maths: Renderer
    values: Values
    snippets: Snippets
    repository: str = ""

    def page(self, path: Path) -> str:
        """Return a page as MkDocs reads it.

        Raises
        ------
        PageError
            If a formula, a number, a directive, a figure or a snippet cannot be
            rendered.
        """
        wrong, out = [], []
        kata = self._kata_of(path)
        where, at = path.relative_to(self.root), 0
        try:
            for at, kind, text in parts(path.read_text("utf-8")):
                try:
                    out.append(self._part(at, kind, text, kata))
                except SnippetError as error:
                    wrong.append(f"{where}:{error.line}: {error}")
                except UserError as error:
                    wrong.append(f"{where}:{at}: {error}")
        except UserError as error:  # the parts themselves: a formula without its end
            wrong.append(f"{where}:{at + 1}: {error}")
        if wrong:
            raise PageError("\n".join(wrong))
        page = "".join(out)
        return door.with_way_in(page, kata, self.repository) if kata else page

    def _part(self, line: int, kind: str, text: str, kata: Kata | None) -> str:
        if kind == "snippet":
            return self._snippet(line, text, kata)
        if kind == "display":
            indent = text[: len(text) - len(text.lstrip())]
            return f"{indent}{self.maths.display(text.strip())}\n"
        if kind == "heading" and EMPTY.search(text):
            raise PageError("a column has no heading; say what stands in it")
        if kind in ("text", "heading"):
            return self.maths.line(self.values.fill(text), named=kind == "heading")
        if kind == "comment" and "dojo:" in text:
            return self._expand(text, kata)
        return text

    def _snippet(self, line: int, fenced: str, kata: Kata | None) -> str:
        """Return a snippet with its output below it."""
        snippet = snippet_of(line, fenced)
        hunted = isinstance(kata, Hunt)
        modules = {kata.module: stub_for(kata)} if kata and hunted else {}
        printed = self.snippets.output(snippet, modules)
        text = f"```python\n{snippet.code}```\n\n```text\n{printed}```\n"
        return textwrap.indent(text, snippet.indent)

    def _kata_of(self, path: Path) -> Kata | None:
        inside = path.relative_to(self.tree)
        kata = kata_at(self.root, inside.parent.name, inside.stem)
        return kata if kata.reference.is_file() else None

    def _expand(self, line: str, kata: Kata | None) -> str:
        match = DIRECTIVE.fullmatch(line)
        if match is None:
            raise PageError(
                "a directive is a line of its own without indent: <!-- dojo:NAME -->"
            )
        name, argument = match[1], (match[2] or "").strip()
        if name in ("claim", "let"):
            return ""  # for dojo check: see dojo/check/claims.py
        if name in ("katas", "commands", "verdict", "map"):
            return self._of_course(name, argument)
        if name == "mutants":
            return self._mutants()
        if name == "benchmarks":
            return benchmarks.table(self.root)
        if name == "coverage":
            return Coverage(self.root).table()
        if name == "figure":
            return self._figure(argument)
        made = {
            "contract": contract.contract, "mistakes": contract.mistakes,
            "mended": self._mended,
        }  # fmt: skip
        if name not in made:
            names = ", ".join(DIRECTIVES)
            raise PageError(f"no directive is called {name!r}; there are {names}")
        if kata is None:
            raise PageError(
                f"dojo:{name} needs a kata of the page's name; "
                "move the page, or remove the directive"
            )
        return made[name](kata) + "\n"

    def _mended(self, kata: Kata) -> str:
        """Return what the snippets of a hunt's page print when it is solved."""
        modules = {kata.module: kata.source}
        found = snippets_in(source(kata))
        printed = "".join(self.snippets.output(one, modules) for one in found)
        return f"```text\n{printed}```\n"

    def _of_course(self, name: str, argument: str) -> str:
        """Return what the home page and the pages of chapters show of the course."""
        if name == "katas":
            return contract.kata_list(self.root, argument)
        if name == "commands":
            return door.first_commands(self.repository)
        return {"verdict": door.verdict, "map": chapter_map}[name](self.root)

    def _mutants(self) -> str:
        path = self.root / "docs" / "mutants.json"
        if not path.is_file():
            raise PageError("there is no docs/mutants.json; make mutants writes it")
        return "\n".join(table(json.loads(path.read_text("utf-8")))) + "\n"

    def _figure(self, name: str) -> str:
        path = self.figures / f"{name}.svg"
        if not path.is_file():
            names = ", ".join(sorted(p.stem for p in self.figures.glob("*.svg")))
            raise PageError(
                f"no figure is called {name!r}; there are: {names or 'none'}"
            )
        drawing = re.sub(r"<\?xml[^>]*\?>|<!--.*?-->", "", path.read_text("utf-8"))
        drawing = re.sub(r"\s*\n\s*", " ", drawing).strip()
        return f'<figure class="drawing" id="figure-{name}">{drawing}</figure>\n'


def write_all(builder: Builder, out: Path) -> list[Path]:
    """Write every page of a language; return their paths below `out`.

    Raises
    ------
    PageError
        With everything that is wrong on any page.
    """
    wrong, written = [], []
    for path in sorted(builder.tree.rglob("*.md")):
        inside = path.relative_to(builder.tree)
        try:
            text = builder.page(path)
        except PageError as error:
            wrong.append(str(error))
            continue
        (out / inside).parent.mkdir(parents=True, exist_ok=True)
        (out / inside).write_text(text, "utf-8")
        written.append(inside)
    if wrong:
        raise PageError("\n".join(wrong))
    return written


def in_order(root: Path, written: list[Path]) -> list[tuple[str, list[Path]]]:
    """Return (chapter, its pages) in the order of the tree."""
    chapters: dict[str, list[Path]] = {}
    for kata in katas(root):
        page = Path(kata.chapter) / f"{kata.stem}.md"
        if page in written:
            chapters.setdefault(kata.chapter, []).append(page)
    return list(chapters.items())
