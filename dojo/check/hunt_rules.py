"""Rules for a bug hunt and its page; each complaint ends with its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dojo.check import hint_rules, page_rules, snippet_rules
from dojo.check.likeness import given_away
from dojo.kata import hunts, pages
from dojo.kata.catalog import Hunt, Kata

FEWEST = 2
SECTIONS = (
    "The report", "What is expected", "Contract", "Hints", "After it is solved",
    "Sources",
)  # fmt: skip
MENDED = "<!-- dojo:mended -->"


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with a hunt, as far as it can be read off its files."""
    assert isinstance(kata, Hunt)
    if not kata.bank.is_file():
        yield f"{kata.bank.relative_to(kata.root)} is missing; write what is wrong"
        return
    yield from names_what_it_holds(kata)
    yield from has_bugs(kata)
    yield from betrays_nothing(kata)
    yield from page_rules.held_to(kata, PAGE)


def names_what_it_holds(hunt: Hunt) -> Iterator[str]:
    """What it hunts in is needed, and what it names is there."""
    for kata in hunt.parts:
        if kata.slug not in hunt.needs:
            yield f"it hunts in {kata.slug} and does not need it; add it to Needs"
    for name in hunt.only:
        if name not in hunt.functions:
            yield f"Only names {name}, which none of its katas has; correct the line"


def has_bugs(hunt: Hunt) -> Iterator[str]:
    """Two mistakes or more are put in, and what they change is held."""
    found = hunts.bugs(hunt)
    if len(found) < FEWEST:
        yield f"it has {len(found)} bugs; put in at least {FEWEST}"
    for bug in found:
        if bug.function not in hunt.functions:
            yield f"{bug.code} is wrong in {bug.function}, which it does not hold"
        if bug.members:
            yield f"{bug.code} is a family; a hunt takes a single mistake"


def betrays_nothing(hunt: Hunt) -> Iterator[str]:
    """The text is one that a colleague could have written, and it can run."""
    text = hunts.with_bugs(hunt)
    for name in sorted(hunts.unknown_in(text)):
        yield f"the stub uses {name}, which stands in no reference; write it out"
    for bug in hunts.bugs(hunt):
        if re.search(rf"\b{bug.name}\b", text):
            yield f"the stub names {bug.name}; rename one of them"
    for comment in sorted(_comments(text) - _comments(hunt.source)):
        if re.search(r"[a-z]{3,} [a-z]{3,}", comment):
            yield f"the stub has a comment of its own, {comment!r}; leave it out"


def _comments(text: str) -> set[str]:
    return set(re.findall(r"#.*$", text, re.MULTILINE))


def has_headings(hunt: Kata) -> Iterator[str]:
    """The page has its title and the sections of a hunt, in order."""
    headings = pages.headings(hunt)
    if not headings or headings[0] != f"# {hunt.title}":
        yield f"the page must begin with `# {hunt.title}`; correct its first heading"
    sections = [h.removeprefix("## ") for h in headings if h.startswith("## ")]
    if sections != list(SECTIONS):
        yield f"the page has {', '.join(sections)}; have {', '.join(SECTIONS)}"


def shows_the_symptom(hunt: Kata) -> Iterator[str]:
    """The report has code that shows it, and what it prints when all is right."""
    _, report = pages.section(pages.source(hunt), "The report")
    own = pages.snippets_in(report)
    if not own:
        yield "the report shows nothing; add a fence ```python run"
    if own and not any(f"from {hunt.module} import" in one.code for one in own):
        yield f"no snippet of the report imports from {hunt.module}; show its symptom"
    if MENDED not in pages.source(hunt).splitlines():
        yield f"the page does not show what is expected; add a line {MENDED}"
    for snippet in pages.snippets_in(pages.source(hunt)):
        for says in snippet_rules.wrong(snippet, {hunt.module}):
            yield f"the snippet on line {snippet.line} {says}"


def has_hints(hunt: Kata) -> Iterator[str]:
    """Each function with a bug has three hints, and two of them give nothing away."""
    assert isinstance(hunt, Hunt)
    every = pages.hints(hunt)
    buggy = list(dict.fromkeys(bug.function for bug in hunts.bugs(hunt)))
    for name in buggy:
        if len(pages.hints_of(hunt, name)) != hint_rules.HINTS:
            yield (
                f"there are no {hint_rules.HINTS} hints for {name}; write them below "
                f"a heading ### `{name}` in `## Hints`"
            )
    for name, hints in every.items():
        if name.partition(".")[0] not in buggy:
            yield f"there are hints for {name or 'no function'}, which has no bug"
        for level, hint in enumerate(hints[: hint_rules.HINTS - 1], 1):
            for code in given_away(hint, hunt.tree, hint_rules.SECRET):
                yield f"hint {level} for {name} gives away {code!r}; say it in words"


def tells_the_story(hunt: Kata) -> Iterator[str]:
    """After it is solved, each bug is told, in a fold."""
    assert isinstance(hunt, Hunt)
    story = pages.story(hunt)
    if not story:
        yield (
            'the page has no fold ??? success "After it is solved" in that section; '
            "write the story of each bug into it"
        )
        return
    for bug in hunts.bugs(hunt):
        if f"`{bug.function}`" not in story:
            yield f"the story does not tell of `{bug.function}`; add it"


def keeps_it_folded(hunt: Kata) -> Iterator[str]:
    """Nothing stands beside the fold that a reader would see before it is opened."""
    _, body = pages.section(pages.source(hunt), "After it is solved")
    open_lines = [n for n in body.splitlines() if n.strip() and n[:4] != "    "]
    if pages.story(hunt) and len(open_lines) > 1:
        yield "lines stand beside the fold of the story; indent them by 4, into it"


PAGE = (
    has_headings, shows_the_symptom, has_hints, tells_the_story, keeps_it_folded,
    page_rules.shows_each_figure_once, page_rules.has_contract,
    page_rules.links_its_sources,
)  # fmt: skip
