"""Rules for a kata's theory page; each complaint ends with its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dojo.kata import bank, pages
from dojo.kata.catalog import Kata

SECTIONS = (
    "Idea", "Derivation", "Shapes", "Figure", "Contract", "Common mistakes", "Hints",
    "What the notes got wrong", "Sources",
)  # fmt: skip
MAY_BE_LEFT_OUT = {"Figure", "What the notes got wrong"}
HINTS = 3
FIGURE = re.compile(r"^<!-- dojo:figure [\w-]+ -->$", re.MULTILINE)
CONTRACT = "<!-- dojo:contract -->"
MISTAKES = "<!-- dojo:mistakes -->"


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with a kata's page."""
    if not kata.page.is_file():
        yield f"{kata.page.relative_to(kata.root)} is missing; write it"
        return
    yield from has_headings(kata)
    yield from has_hints(kata)
    yield from has_contract(kata)
    yield from has_mistakes(kata)


def has_headings(kata: Kata) -> Iterator[str]:
    """The page has its title and the fixed sections, in order."""
    headings = pages.headings(kata)
    if not headings or headings[0] != f"# {kata.title}":
        yield f"the page must begin with `# {kata.title}`; correct its first heading"
    if sum(heading.startswith("# ") for heading in headings) > 1:
        yield "the page has two titles; let all headings but the first begin with ##"
    sections = [h.removeprefix("## ") for h in headings if h.startswith("## ")]
    for name in SECTIONS:
        if name not in sections and name not in MAY_BE_LEFT_OUT:
            yield f"the page has no section `## {name}`; write it"
    for name in sections:
        if name not in SECTIONS:
            yield f"the page's section {name!r} is no fixed one; make it a ###"
    fixed = [name for name in sections if name in SECTIONS]
    if fixed != sorted(set(fixed), key=SECTIONS.index):
        yield f"the page's sections are out of order; have {', '.join(SECTIONS)}"
    if "Figure" in sections and not FIGURE.search(pages.source(kata)):
        yield "the section Figure shows none; add a line <!-- dojo:figure NAME -->"


def has_hints(kata: Kata) -> Iterator[str]:
    """The page has its hints, none of them empty."""
    hints = pages.hints(kata)
    if len(hints) != HINTS or not all(hint.strip() for hint in hints):
        yield (
            f"the page has {len(hints)} hints that can be read; "
            f'write ??? tip "Hint 1" to "Hint {HINTS}" with indented bodies'
        )


def has_contract(kata: Kata) -> Iterator[str]:
    """The page shows the contract."""
    if CONTRACT not in pages.source(kata).splitlines():
        yield f"the page shows no contract; add a line {CONTRACT}"


def has_mistakes(kata: Kata) -> Iterator[str]:
    """Each mistake of the bank stands on the page."""
    text = pages.source(kata)
    if MISTAKES in text.splitlines():
        return
    for mistake in bank.read(kata):
        if not re.search(rf"(?<![\w-]){re.escape(mistake.code)}(?![\w-])", text):
            yield (
                f"the page does not name {mistake.code}; "
                f"add a line {MISTAKES}, or write about it"
            )
