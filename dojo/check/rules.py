"""Rules that can be read off the tree; each complaint ends with its remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from dojo.check import page_rules
from dojo.kata import bank
from dojo.kata.catalog import Kata, katas
from dojo.kata.stubs import stub_for

LIMITS = {"kata": 150, "grader": 250, "tool": 250, "function": 25}
FIXED = ("Level", "Minutes", "Needs")
SHIPPED = (".py", ".md", ".npz", ".toml", ".yml")


def complaints(root: Path, chosen: list[Kata]) -> Iterator[str]:
    """Yield what is wrong with the chosen katas' files and with the trees."""
    for kata in chosen:
        for rule in (
            stub_is_made,
            has_fixed_lines,
            needs_come_earlier,
            is_short,
            has_grader,
            stands_alone,
        ):
            for text in rule(kata):
                yield f"{kata.slug}: {text}"
        for text in page_rules.complaints(kata):
            yield f"{kata.slug}: {text}"
    yield from orphans(root)
    yield from long_modules(root)


def stub_is_made(kata: Kata) -> Iterator[str]:
    """The stub is what `dojo sync` writes."""
    made = stub_for(kata)
    if not kata.stub.is_file() or kata.stub.read_text("utf-8") != made:
        yield "the stub is not what its reference makes; run `dojo sync`"


def has_fixed_lines(kata: Kata) -> Iterator[str]:
    """The module docstring is `Title: claim.`, some lines of why, then the facts."""
    first, _, rest = kata.docstring.partition("\n")
    if not kata.title or not kata.claim or not first.endswith("."):
        yield "the docstring's first line must be `Title: claim.`; rewrite it"
    for name in FIXED:
        if name not in kata.facts:
            yield f"the docstring lacks its line `{name}: …`; add it at the end"
    if not 1 <= kata.level <= 5 or not kata.facts.get("Level", "").endswith("of 5"):
        yield "the line Level must read `Level: 1 of 5` to `5 of 5`; correct it"
    if kata.minutes < 1:
        yield "the line Minutes must give a number; correct it"
    why = [
        line
        for line in rest.splitlines()
        if line.strip() and line.split(":")[0] not in kata.facts
    ]
    if not 1 <= len(why) <= 5:
        yield f"the docstring gives {len(why)} lines of why; write one to five"


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


def is_short(kata: Kata) -> Iterator[str]:
    """Lengths stay within what can be read at a sitting; docstrings do not count."""
    length = _code_lines(kata.tree)
    if length > LIMITS["kata"]:
        yield f"the reference has {length} lines of code; split it at {LIMITS['kata']}"
    if kata.grader.is_file():
        length = len(kata.grader.read_text("utf-8").splitlines())
        if length > LIMITS["grader"]:
            yield f"the grader has {length} lines; shorten it to {LIMITS['grader']}"
    for node in ast.walk(kata.tree):
        if isinstance(node, ast.FunctionDef):
            length = _code_lines(node)
            if length > LIMITS["function"]:
                yield (
                    f"{node.name} has {length} lines; split it to "
                    f"{LIMITS['function']} or fewer"
                )


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
    for known in bank.read(kata):
        if known.function not in kata.functions:
            yield (
                f"the mistake {known.code} answers {known.function}, which is not in "
                "__all__; correct its name"
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
    }
    for path, modules in refused.items():
        for name in sorted(_imports(path) & modules):
            yield (
                f"{path.relative_to(kata.root)} imports {name}; "
                "a kata stands alone: take an earlier reference from solutions"
            )


def _imports(path: Path) -> set[str]:
    """Return the modules that a file names in its imports."""
    found = set()
    text = path.read_text("utf-8") if path.is_file() else ""
    for node in ast.walk(ast.parse(text, str(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {str(node.module)} | names
    return found


def orphans(root: Path) -> Iterator[str]:
    """Every file in the five trees belongs to a kata."""
    known = katas(root)
    belongs = {
        path for k in known for path in (k.stub, k.reference, k.grader, k.bank, k.page)
    }
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


def long_modules(root: Path) -> Iterator[str]:
    """No room of the tool is longer than 250 lines."""
    for path in sorted((root / "dojo").rglob("*.py")):
        length = len(path.read_text("utf-8").splitlines())
        if length > LIMITS["tool"]:
            yield f"{path.relative_to(root)} has {length} lines; split it at a seam"
