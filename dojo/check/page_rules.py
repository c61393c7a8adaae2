"""Rules for a kata's theory page; each complaint ends with its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator

from dojo.check import claim_form, hint_rules, snippet_rules
from dojo.kata import bank, pages
from dojo.kata.catalog import Kata

Rule = Callable[[Kata], Iterator[str]]

SECTIONS = (
    "Idea", "Derivation", "Shapes", "Check yourself", "Contract", "Common mistakes",
    "Hints", "What the notes got wrong", "Sources",
)  # fmt: skip
MAY_BE_LEFT_OUT = {"What the notes got wrong"}
IN_BRIEF = 3  # sentences of the idea below the title, and before what is folded
QUESTIONS = 3
WHAT_IF = "What would happen if "
FIGURE = re.compile(r"^<!-- dojo:figure ([\w-]+) -->$", re.MULTILINE)
CONTRACT = "<!-- dojo:contract -->"
MISTAKES = "<!-- dojo:mistakes -->"
ADDRESS = re.compile(r"[a-z]*:?/?/?[\w.]*\b(?:doi\.org|arxiv\.org)[^\s)>\]]*", re.I)
SOURCE = re.compile(
    r"https://doi\.org/10\.\d{4,9}/\S*[^\s.,;]"
    r"|https://arxiv\.org/abs/(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
)
PAPER = re.compile(r"arXiv:\s?([\w.-]*\w(?:/\d{7})?)")
SENTENCE = re.compile(r".*[.!?][)\"*]*")


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with a kata's page."""
    readable = yield from held_to(kata, RULES)
    if readable:
        for text in claim_form.complaints(pages.source(kata)):
            yield f"the page's {text}"


def held_to(kata: Kata, rules: Iterable[Rule]) -> Generator[str, None, bool]:
    """Yield what the rules find on a page; return whether it can be read at all."""
    if not kata.page.is_file():
        yield f"{kata.page.relative_to(kata.root)} is missing; write it"
        return False
    try:
        list(pages.parts(pages.source(kata)))
    except pages.PageSyntax as error:
        yield f"the page cannot be read: {error}; close it"
        return False
    for rule in rules:
        yield from rule(kata)
    return True


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


def begins_with_the_idea(kata: Kata) -> Iterator[str]:
    """Below the title stand the idea, in three sentences, and its figure."""
    opening = pages.source(kata).partition("\n## ")[0]
    lines = [line for line in opening.splitlines()[1:] if line.strip()]
    prose = [line for line in lines if not line.startswith("<!--")]
    if len(prose) != IN_BRIEF or not all(SENTENCE.fullmatch(line) for line in prose):
        yield (
            f"the page gives its idea in {len(prose)} lines; write {IN_BRIEF} "
            "sentences below the title, one a line"
        )
    if not lines or not FIGURE.fullmatch(lines[-1]):
        yield (
            "no figure stands before `## Idea`; add a line <!-- dojo:figure NAME --> "
            "below the three sentences"
        )


def shows_each_figure_once(kata: Kata) -> Iterator[str]:
    """A figure serves one place of one page."""
    own = FIGURE.findall(pages.source(kata))
    for name in sorted(set(own)):
        if own.count(name) > 1:
            yield f"the figure {name} stands twice; show it where it is spoken of"
    tree = kata.page.parents[1]
    for other in sorted(tree.glob("ch*_*/[kh]*.md")):
        if other != kata.page:
            for name in FIGURE.findall(other.read_text("utf-8")):
                if name in own:
                    where = other.relative_to(tree)
                    yield f"the figure {name} is on {where} too; keep it on one of them"


def has_questions(kata: Kata) -> Iterator[str]:
    """The reader can check what was understood, and the answers are folded."""
    _, body = pages.section(pages.source(kata), "Check yourself")
    questions = pages.blocks(body.splitlines(), pages.QUESTION)
    if len(questions) != QUESTIONS:
        yield (
            f"the page has {len(questions)} questions to check oneself; write "
            f'{QUESTIONS}, each ??? question "…?" with an indented answer'
        )
    for opened, answer in questions:
        if not opened[1].endswith("?"):
            yield f"the question {opened[1]!r} does not end with ?; make it a question"
        if not answer.strip():
            yield f"the question {opened[1]!r} has no answer; say why below it"
    if not any(opened[1].startswith(WHAT_IF) for opened, _ in questions):
        yield f'no question begins with "{WHAT_IF}…"; ask one that does'


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


def folds_what_is_looked_up(kata: Kata) -> Iterator[str]:
    """Before the contract and the mistakes stand a few sentences at most."""
    for name in ("Contract", "Common mistakes"):
        _, body = pages.section(pages.source(kata), name)
        before = body.partition("<!--")[0]
        lines = [line for line in before.splitlines() if line.strip()]
        if len(lines) > IN_BRIEF:
            yield (
                f"{len(lines)} lines stand before what `## {name}` folds; "
                f"keep {IN_BRIEF} at most"
            )


def links_its_sources(kata: Kata) -> Iterator[str]:
    """A paper's link has the form that lasts, and no paper is named without one."""
    text = pages.source(kata)
    for address in dict.fromkeys(ADDRESS.findall(text)):
        if not SOURCE.fullmatch(address):
            yield (
                f"the link {address} is not of a form that lasts; "
                "write https://doi.org/10.…/… or https://arxiv.org/abs/…"
            )
    for number in dict.fromkeys(PAPER.findall(text)):
        if f"https://arxiv.org/abs/{number}" not in text:
            yield (
                f"arXiv:{number} is named and not linked; "
                f"link it to https://arxiv.org/abs/{number}"
            )


RULES: tuple[Rule, ...] = (
    has_headings, begins_with_the_idea, shows_each_figure_once, has_questions,
    has_contract, has_mistakes, folds_what_is_looked_up, links_its_sources,
    hint_rules.complaints, snippet_rules.complaints,
)  # fmt: skip
