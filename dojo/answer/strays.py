"""What lies where an answer was looked for, or near it: a copy, a folder, notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dojo.files import odd_form
from dojo.kata.catalog import Kata

DEEPEST = 3  # folders below the one that is graded
MOST = 2_000  # names that are looked at
ENDINGS = (".py", ".ipynb", ".txt", "")
SKIPPED = {"__pycache__", "node_modules", "__MACOSX"}


def told(kata: Kata, path: Path) -> tuple[str, str]:
    """Return what was found in the place of a kata's file, and what was expected.

    Two empty texts say that there is nothing but the file itself, or nothing at all.
    """
    form = odd_form(path)
    if form:
        return f"{form} of the name {path.name}", "a Python file of that name"
    folder = path.parents[1]
    found = look_alike(kata, folder)
    if found is None:
        return "", ""
    kind = "the folder " if found.is_dir() else ""
    notebook = "; a notebook is not read" if found.suffix == ".ipynb" else ""
    return f"{kind}{found.relative_to(folder)}", f"{kata.path}{notebook}"


def look_alike(kata: Kata, folder: Path) -> Path | None:
    """Return what may be meant for a kata's file, and has another name or place.

    Parameters
    ----------
    kata : Kata
    folder : Path
        Whose answers are graded; the kata's own path in it does not count.
    """
    wanted = [_bare(kata.stem), _bare(kata.slug)]
    foreign = {_bare(stem) for stem in _stems(kata) if stem != kata.stem}
    for path in _below(folder):
        if path != folder / kata.path and path.suffix.lower() in ENDINGS:
            name = _bare(_without_marks(path.name))
            if name in wanted and name not in foreign:
                return path
    return None


def _stems(kata: Kata) -> list[str]:
    """Return the stems of all katas' references."""
    return [path.stem for path in kata.root.glob("solutions/ch*_*/[kh][0-9]*_*.py")]


def _bare(name: str) -> str:
    """Return a name's letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", name.lower())


def _without_marks(name: str) -> str:
    """Return a file's name without its endings and what says that it is a copy."""
    name = re.sub(r"^(copy of|kopie von) ", "", name.lower())
    stem = re.sub(r"(\.(py|ipynb|txt|bak|orig|old))+$", "", name)
    return re.sub(r"([ _-]*(\(\d+\)|copy|kopie|final|old|new|backup))+$", "", stem)


def _below(folder: Path) -> Iterator[Path]:
    """Yield files and folders, those of the folder itself first."""
    level, seen = [folder], 0
    for _ in range(DEEPEST):
        deeper: list[Path] = []
        for parent in level:
            try:
                paths = sorted(parent.iterdir())
            except OSError:
                continue
            for path in paths:
                if path.name.startswith(".") or path.name in SKIPPED:
                    continue
                if (seen := seen + 1) > MOST:
                    return
                yield path
                if path.is_dir() and not path.is_symlink():
                    deeper.append(path)
        level = deeper
