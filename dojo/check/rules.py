"""Rules that can be read off the tree; each complaint ends with its remedy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dojo.check import hint_rules, hunt_rules, page_rules, snippet_rules
from dojo.kata import bank, ladders
from dojo.kata.catalog import Hunt, Kata, katas
from dojo.kata.stubs import stub_for

FIXED = ("Level", "Minutes", "Needs")
TO_WRITE = "TO WRITE"  # what `dojo new` writes where only a person can
UNWRITTEN = re.compile(r"TO WRITE|to_write|ToWrite")
README_ROW = re.compile(r"^\| (\d+) [^|]*\| ([^|]*) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Limit:
    """A number that `dojo check` holds a kata to.

    Parameters
    ----------
    number : int
    of : str
        What is limited, in the words of docs/en/contributing.md.
    """

    number: int
    of: str


LIMITS = {
    "function": Limit(25, "lines of code in a function of the reference, at most"),
    "why": Limit(5, "lines of why in the module docstring, at most"),
    "level": Limit(5, "the highest level"),
    "mistakes": Limit(3, "known mistakes of each function, at least"),
    "seeds": Limit(20, "seeds with which the reference must pass a test that draws"),
    "case": Limit(4, "of these for each case of a test with several, at least"),
    "idea": Limit(page_rules.IN_BRIEF, "sentences of the page's idea, exactly"),
    "snippet": Limit(snippet_rules.LINES, "lines of a snippet on the page, at most"),
    "questions": Limit(page_rules.QUESTIONS, "questions to check oneself, exactly"),
    "hints": Limit(hint_rules.HINTS, "hints for each function, exactly"),
    "secret": Limit(
        hint_rules.SECRET,
        "operators and calls of what hints 1 and 2 share with the reference, at most",
    ),
    "silence": Limit(300, "seconds in which one function must be proved"),
    "reference": Limit(200, "lines of code in a reference before you read it again"),
}


def complaints(root: Path, chosen: list[Kata]) -> Iterator[str]:
    """Yield what is wrong with the chosen katas' files and with the trees."""
    for kata in chosen:
        special = OF_A_HUNT if isinstance(kata, Hunt) else OF_A_KATA
        for rule in (*OF_BOTH, *special):
            for text in rule(kata):
                yield f"{kata.slug}: {text}"
    yield from orphans(root)
    yield from chapters_have_pages(root)
    yield from readme_lists_katas(root)


def remarks(chosen: list[Kata]) -> Iterator[str]:
    """Yield what deserves a second reading, and is no complaint."""
    limit = LIMITS["reference"].number
    for kata in chosen:
        length = _code_lines(kata.tree)
        if length > limit:
            yield (
                f"{kata.slug}: the reference has {length} lines of code; "
                f"above {limit}, read it again: is it one kata?"
            )


def is_written(kata: Kata) -> Iterator[str]:
    """Nothing is left of the frames that `dojo new` wrote."""
    for path in (kata.reference, kata.grader, kata.bank, kata.page):
        lines = unwritten_lines(path)
        if lines:
            where = f"line {lines[0]}" + (" is the first" if len(lines) > 1 else "")
            yield (
                f"{path.relative_to(kata.root)} has {len(lines)} lines marked "
                f"{TO_WRITE} or to_write ({where}); write them"
            )


def unwritten_lines(path: Path) -> list[int]:
    """Return the numbers of the lines that are still to be written."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if UNWRITTEN.search(line)
    ]


def stub_is_made(kata: Kata) -> Iterator[str]:
    """The stub is what `dojo sync` writes."""
    made = stub_for(kata)
    if not kata.stub.is_file() or kata.stub.read_text("utf-8") != made:
        how = f"dojo reset {kata.slug}" if isinstance(kata, Hunt) else "dojo sync"
        yield f"the stub is not what its reference makes; run `{how}`"


def has_fixed_lines(kata: Kata) -> Iterator[str]:
    """The module docstring is `Title: claim.`, some lines of why, then the facts."""
    first, _, rest = kata.docstring.partition("\n")
    if not kata.title or not kata.claim or not first.endswith("."):
        yield "the docstring's first line must be `Title: claim.`; rewrite it"
    for name in FIXED:
        if name not in kata.facts:
            yield f"the docstring lacks its line `{name}: …`; add it at the end"
    highest = LIMITS["level"].number
    ending = f"of {highest}"
    if not 1 <= kata.level <= highest or not kata.facts["Level"].endswith(ending):
        levels = f"`Level: 1 {ending}` to `{highest} {ending}`"
        yield f"the line Level must read {levels}; correct it"
    if kata.minutes < 1:
        yield "the line Minutes must give a number; correct it"
    why = [
        line
        for line in rest.splitlines()
        if line.strip() and line.split(":")[0] not in kata.facts
    ]
    if not 1 <= len(why) <= LIMITS["why"].number:
        yield (
            f"the docstring gives {len(why)} lines of why; "
            f"write one to {LIMITS['why'].number}"
        )


def needs_come_earlier(kata: Kata) -> Iterator[str]:
    """What a kata needs exists and comes before it, so there is no circle."""
    order = [other.slug for other in katas(kata.root)]
    if order.count(kata.slug) > 1:
        yield "another kata has the same slug; rename one of them"
    for need in kata.needs:
        if need not in order:
            yield f"it needs {need}, which does not exist; correct the line Needs"
        elif order.index(need) >= order.index(kata.slug):
            yield f"it needs {need}, which comes later; move one of them"
    for name in kata.optional:
        if name not in kata.functions:
            yield f"Optional names {name}, which is not in __all__; correct one of them"


def has_short_functions(kata: Kata) -> Iterator[str]:
    """Each function can be read at a glance; docstrings do not count."""
    limit = LIMITS["function"].number
    for node in ast.walk(kata.tree):
        if isinstance(node, ast.FunctionDef):
            length = _code_lines(node)
            if length > limit:
                yield f"{node.name} has {length} lines; split it to {limit} or fewer"


def _code_lines(node: ast.Module | ast.FunctionDef) -> int:
    lines: set[int] = set()
    docstrings = {
        id(part.body[0])
        for part in ast.walk(node)
        if isinstance(part, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(part) is not None
    }
    for part in ast.walk(node):
        if isinstance(part, ast.stmt) and id(part) not in docstrings:
            compound = hasattr(part, "body")
            end = part.lineno if compound else part.end_lineno or part.lineno
            lines.update(range(part.lineno, end + 1))
    return len(lines)


def has_grader(kata: Kata) -> Iterator[str]:
    """A kata has a grader and a bank, and a test each public function."""
    for path in (kata.grader, kata.bank):
        if not path.is_file():
            yield f"{path.relative_to(kata.root)} is missing; write it"
    for mistake in bank.read(kata):
        if mistake.function not in kata.functions:
            yield (
                f"the mistake {mistake.code} answers {mistake.function}, which is not "
                "in __all__; correct its name"
            )
    if not kata.functions:
        yield "the reference has no __all__; list its public functions there"
    if not kata.grader.is_file():
        return
    tree = ast.parse(kata.grader.read_text("utf-8"), str(kata.grader))
    tests = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    tests = [name for name in tests if name.startswith("test_")]
    for name in {name for name in tests if tests.count(name) > 1}:
        yield f"{name} is defined twice, so only the last one runs; rename one"
    for function in kata.functions:
        if function not in {kata.function_of(test) for test in tests}:
            yield f"{function} has no test; write one named test_{function.lower()}_…"


def claims_show_facts(kata: Kata) -> Iterator[str]:
    """A claim that does not hold says what came instead."""
    if not kata.grader.is_file():
        return
    tree = ast.parse(kata.grader.read_text("utf-8"), str(kata.grader))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        shows = len(call.args) > 2 or "got" in {word.arg for word in call.keywords}
        if ast.unparse(call.func) == "assert_that" and not shows:
            yield (
                f"{kata.grader.name}:{call.lineno} says of a failure that it is one, "
                "and not what came; give assert_that its got and want"
            )


def stands_alone(kata: Kata) -> Iterator[str]:
    """A kata imports no other, and its reference only earlier references."""
    others = [other for other in katas(kata.root) if other != kata]
    here = (kata.chapter, kata.stem)
    later = {
        f"solutions.{k.chapter}.{k.stem}" for k in others if (k.chapter, k.stem) > here
    }
    refused = {
        kata.reference: later | {kata.module} | {other.module for other in others},
        kata.grader: {other.module for other in others},
        kata.bank: {other.module for other in others},
        ladders.path_of(kata): {kata.module} | {other.module for other in others},
    }
    for path, modules in refused.items():
        for name in sorted(_imports(path) & modules):
            yield (
                f"{path.relative_to(kata.root)} imports {name}; "
                "a kata stands alone: take an earlier reference from solutions"
            )


def _imports(path: Path) -> set[str]:
    """Return the modules that a file names in its imports."""
    modules = set()
    text = path.read_text("utf-8") if path.is_file() else ""
    for node in ast.walk(ast.parse(text, str(path))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules |= {str(node.module)} | names
    return modules


def chapter_page(kata: Kata) -> Path:
    """Return the page of a kata's chapter."""
    return kata.page.with_name("index.md")


def chapters_have_pages(root: Path) -> Iterator[str]:
    """Each chapter has a page that says what one can do after it."""
    for page in dict.fromkeys(map(chapter_page, katas(root))):
        where, chapter = page.relative_to(root), page.parent.name
        if not page.is_file():
            yield f"{where} is missing; write what one can do after the chapter"
        elif lines := unwritten_lines(page):
            yield f"{where} is marked {TO_WRITE} on line {lines[0]}; write it"
        elif f"<!-- dojo:katas {chapter} -->" not in page.read_text("utf-8"):
            yield f"{where} lists no katas; add a line <!-- dojo:katas {chapter} -->"


def files_of(kata: Kata) -> tuple[Path, ...]:
    """Return the files that a kata has, or may have."""
    written = (kata.stub, kata.reference, kata.grader, kata.bank, kata.page)
    return *written, ladders.path_of(kata)


def orphans(root: Path) -> Iterator[str]:
    """Every file in the five trees belongs to a kata, or is its chapter's page."""
    belongs = {path for k in katas(root) for path in (*files_of(k), chapter_page(k))}
    for tree in ("katas", "solutions", "tests", "docs/en"):
        for path in sorted((root / tree).glob("ch*_*/**/*")):
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and path not in belongs
            ):
                yield (
                    f"{path.relative_to(root)} belongs to no kata; "
                    "remove it, or name it after a reference"
                )


def readme_lists_katas(root: Path) -> Iterator[str]:
    """The README's table has a row for each chapter, with its katas in order."""
    readme = root / "README.md"
    text = readme.read_text("utf-8") if readme.is_file() else ""
    section = text.partition("\n## The katas\n")[2].partition("\n## ")[0]
    rows = {row[1]: row[2] for row in README_ROW.finditer(section)}
    slugs: dict[str, list[str]] = {}
    for kata in katas(root):
        number = kata.chapter.partition("_")[0].removeprefix("ch")
        slugs.setdefault(number, []).append(kata.slug)
    table = "README.md, The katas: the row of chapter"
    for number in sorted(rows.keys() - slugs):
        yield f"{table} {number} has no kata in the tree; remove the row"
    for number, names in slugs.items():
        if rows.get(number) != ", ".join(names):
            yield f"{table} {number} must name {', '.join(names)}; write it so"


OF_BOTH = (
    is_written, stub_is_made, has_fixed_lines, needs_come_earlier, has_short_functions,
    stands_alone,
)  # fmt: skip
OF_A_KATA = (has_grader, claims_show_facts, page_rules.complaints)
OF_A_HUNT = (hunt_rules.complaints,)
