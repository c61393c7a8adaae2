"""Rules for the code on a page that runs; each complaint ends with its remedy."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Set

from dojo.kata import pages
from dojo.kata.catalog import Kata
from dojo.kata.pages import Snippet

LINES = 12
LIBRARIES = {"numpy", "torch"} | sys.stdlib_module_names
MODULES = {"dojo.data"}


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with the snippets of a kata's page."""
    text = pages.source(kata)
    for snippet in pages.snippets_in(text):
        for says in wrong(snippet):
            yield f"the snippet on line {snippet.line} {says}"
    line, derivation = pages.section(text, "Derivation")
    for title, below, step in pages.sections(derivation, "###"):
        if not pages.snippets_in(step):
            yield (
                f"the step {title!r} (line {line + below}) shows no code; "
                "add a fence ```python run"
            )


def wrong(snippet: Snippet, more: Set[str] = frozenset()) -> Iterator[str]:
    """Yield what is wrong with one snippet, without running it.

    `more` are the modules that it may import beside those of every page.
    """
    lines = [line for line in snippet.code.splitlines() if line.strip()]
    if len(lines) > LINES:
        yield f"has {len(lines)} lines; keep {LINES} at most"
    try:
        tree = ast.parse(snippet.code)
    except SyntaxError as error:
        yield f"is no Python ({error.msg}); correct it"
        return
    for name in sorted(_imported(tree)):
        if name not in MODULES | more and name.partition(".")[0] not in LIBRARIES:
            yield f"imports {name}; numpy, torch, dojo.data and Python's own must do"
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call))
    if not any(ast.unparse(call.func) == "print" for call in calls):
        yield "prints nothing; print what it shows"


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "dojo":
            names |= {f"dojo.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or ".")
    return names
