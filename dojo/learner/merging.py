"""Merges a learner's file with a new stub, and finds where a kata went."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

from dojo.scratch import scratch

KINDS = ("k", "h")  # begin the name of a kata's file, and of a hunt's
MARK = "#dojo: "  # begins the line that stands for a part while a file is merged


def merged(mine: str, base: str, theirs: str) -> str | None:
    """Return the three-way merge of a file; None if the two sides conflict.

    Each function's head and body are merged by themselves, for a body that is answered
    touches the lines that a new release changes, and lines that touch would conflict.

    Parameters
    ----------
    mine : str
        The learner's file.
    base : str
        The stub that it began from.
    theirs : str
        The new stub.
    """
    if not all(map(_parses, (mine, base, theirs))):
        return _merged_lines(mine, base, theirs)
    parts: list[dict[str, str]] = []
    skeletons = []
    for source in (mine, base, theirs):
        skeleton, its_parts = _split(source)
        skeletons.append(skeleton)
        parts.append(its_parts)
    whole = _merged_lines(*skeletons)
    return None if whole is None else _filled(whole, *parts)


def _filled(
    skeleton: str, mine: dict[str, str], base: dict[str, str], theirs: dict[str, str]
) -> str | None:
    """Return the file with each mark replaced by its merged part; None on conflict."""
    lost = {name for name in mine if f"{MARK}{name}\n" not in skeleton}
    if any(mine[name] != base.get(name) for name in lost):
        return None  # the release drops what the learner wrote
    for name in {**mine, **base, **theirs}:
        part = _merged_part(mine.get(name), base.get(name), theirs.get(name))
        if part is None and name not in lost:
            return None
        skeleton = skeleton.replace(f"{MARK}{name}\n", part or "")
    return skeleton if _parses(skeleton) else None


def _merged_part(mine: str | None, base: str | None, theirs: str | None) -> str | None:
    """Return the merge of one part; None if it conflicts."""
    if mine == base or mine is None:
        return theirs or ""
    if theirs in (base, mine) or theirs is None:
        return mine
    return None if base is None else _merged_lines(mine, base, theirs)


def _split(source: str) -> tuple[str, dict[str, str]]:
    """Return a file with a mark for each function's head and body, and those parts."""
    lines = source.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    parts: dict[str, str] = {}
    spans = []
    for name, node in _functions(ast.parse(source)):
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        docstring = ast.get_docstring(node) is not None
        statement = node.body[0]
        body = (statement.end_lineno or 0) + 1 if docstring else statement.lineno
        end = (node.end_lineno or 0) + 1
        for part, start, stop in (("head", first, body), ("body", body, end)):
            if stop > start and f"{name} {part}" not in parts:
                parts[f"{name} {part}"] = "".join(lines[start - 1 : stop - 1])
                spans.append((start, stop, f"{MARK}{name} {part}\n"))
    for start, stop, mark in sorted(spans, reverse=True):
        lines[start - 1 : stop - 1] = [mark]
    return "".join(lines), parts


def _functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    """Return the functions and the methods, each with its name."""
    functions = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            functions.append((node.name, node))
        elif isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            functions += [(f"{node.name}.{method.name}", method) for method in methods]
    return functions


def _merged_lines(mine: str, base: str, theirs: str) -> str | None:
    with scratch() as folder:
        paths = []
        for name, text in (("mine", mine), ("base", base), ("theirs", theirs)):
            path = Path(folder) / name
            path.write_text(text, "utf-8", "surrogateescape", newline="")
            paths.append(str(path))
        done = subprocess.run(
            ["git", "merge-file", "--stdout", *paths], capture_output=True, check=False
        )
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):  # a ValueError: bytes that are no text
        return False
    return True


def moved(
    before: list[str], after: list[str], renames: dict[str, str]
) -> dict[str, str | None]:
    """Return where each kata's reference went: to a path, or None if it is gone.

    Parameters
    ----------
    before, after : list of str
        The references of the two releases.
    renames : dict
        What git takes for renamed. A kata that keeps its slug is the same kata even if
        git sees no likeness.
    """
    old, new = (
        [n for n in names if Path(n).name.startswith(KINDS)]
        for names in (before, after)
    )
    slugs: dict[str, list[str]] = {}
    for name in new:
        slugs.setdefault(_slug(name), []).append(name)
    goals: dict[str, str | None] = {}
    for name in old:
        same = slugs.get(_slug(name), [])
        goal = name if name in new else same[0] if len(same) == 1 else renames.get(name)
        goals[name] = goal
    return goals


def _slug(name: str) -> str:
    return Path(name).stem.partition("_")[2]
