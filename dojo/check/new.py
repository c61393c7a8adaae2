"""Begins a kata: finds its place in the tree and writes its frames."""

from __future__ import annotations

import builtins
import difflib
import keyword
import re
from collections.abc import Sequence
from pathlib import Path

from dojo.check.frames import CALL, FORWARD, Frame, chapter_text
from dojo.check.rules import chapter_page
from dojo.errors import UserError
from dojo.files import write_text
from dojo.kata import stubs
from dojo.kata.catalog import Kata, katas
from dojo.kata.signatures import uses_torch

LONGEST = 40  # characters of a slug or a function: longer ones make no readable line
CHAPTER = re.compile(r"ch\d+_[a-z0-9]+(_[a-z0-9]+)*")
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FUNCTION = re.compile(r"(?!.*(?<!\d)0\d)[a-z][a-z0-9]*(_[a-z0-9]+)*_?")
SNAKE = "a function is lower-case words with underscores, no number with a leading 0"
CLASS = re.compile(r"[A-Z][A-Za-z0-9]*")


def place(
    root: Path, name: str, number: int | None = None, new_chapter: bool = False
) -> Kata:
    """Return the kata that `name` will be: the last of its chapter by default.

    Parameters
    ----------
    root : Path
        The clone.
    name : str
        CHAPTER/SLUG, such as "ch1_foundations/l2-regularization".
    number : int, optional
        A free one, for a place between others.
    new_chapter : bool
        Whether the chapter is to be made.

    Raises
    ------
    UserError
        If the name or the number is not free, or not a good one.
    """
    chapter, _, slug = name.partition("/")
    _refuse_unless(SLUG, slug, "a slug is lower-case words with hyphens, as in pool2d")
    others = katas(root)
    if slug in {kata.slug for kata in others}:
        raise UserError(f"there is a kata {slug} already; choose another slug")
    chapters = list(dict.fromkeys(kata.chapter for kata in others))
    _refuse_chapter(chapter, chapters, new_chapter)
    taken = {_number(kata): kata for kata in others if kata.chapter == chapter}
    number = number or max(taken, default=0) + 1
    if number in taken:
        free = max(taken) + 1
        raise UserError(
            f"{taken[number].stem} has the number {number}; "
            f"leave --number out to take {free}, or name a free one"
        )
    if not 1 <= number <= 99:
        raise UserError(f"a kata's number is from 1 to 99, not {number}")
    return Kata(root, chapter, f"k{number:02}_{slug.replace('-', '_')}")


def _refuse_unless(pattern: re.Pattern[str], name: str, rule: str) -> None:
    if not pattern.fullmatch(name) or len(name) > LONGEST:
        raise UserError(f"{name!r} cannot be: {rule}, at most {LONGEST} characters")


def _refuse_chapter(chapter: str, chapters: list[str], new: bool) -> None:
    if new and chapter in chapters:
        raise UserError(f"{chapter} exists; leave --new-chapter out")
    if new:
        rule = "a chapter is its number and its name, as in ch6_convolution"
        _refuse_unless(CHAPTER, chapter, rule)
    elif chapter not in chapters:
        near = difflib.get_close_matches(chapter, chapters, 3, 0.4) or chapters
        raise UserError(
            f"there is no chapter {chapter!r}; did you mean {' or '.join(near)}? "
            "--new-chapter makes one"
        )


def _number(kata: Kata) -> int:
    return int(kata.stem.partition("_")[0].removeprefix("k"))


def begin(
    kata: Kata, functions: Sequence[str], title: str = "", in_torch: bool | None = None
) -> list[Path]:
    """Write a kata's five files and return their paths; a new chapter's page too.

    Parameters
    ----------
    kata : Kata
        From `place`.
    functions : sequence of str
        The public names; one made from the slug if there is none. `Name` is a class and
        `Name.method` a method of it, both public.
    title : str
        Made from the slug by default.
    in_torch : bool, optional
        Whether it answers in tensors; as the chapter's last kata by default.

    Raises
    ------
    UserError
        If a name is not a good one, or a file exists.
    """
    names = tuple(functions) or (kata.slug.replace("-", "_"),)
    _refuse_names(names)
    title = title or kata.slug.replace("-", " ").capitalize()
    if ":" in title or len(title) > LONGEST or not title.isprintable():
        raise UserError(
            f"{title!r} cannot be a title: a line of at most {LONGEST} characters "
            "without a colon"
        )
    if in_torch is None:
        before = [k for k in katas(kata.root) if k.chapter == kata.chapter]
        in_torch = bool(before) and uses_torch(before[-1])
    for path in (kata.reference, kata.grader, kata.bank, kata.page, kata.stub):
        if path.exists():
            where = path.relative_to(kata.root)
            raise UserError(f"{where} exists; move it away, or choose another number")
    public = _with_methods(names, FORWARD if in_torch else CALL)
    texts = Frame(kata, title, public, in_torch).files()
    for name, text in texts.items():
        write_text(getattr(kata, name), text)
    stubs.sync(kata)
    written = [*(getattr(kata, name) for name in texts), kata.stub]
    chapter = chapter_page(kata)
    if not chapter.exists():
        write_text(chapter, chapter_text(kata.chapter))
        written.append(chapter)
    return written


def _refuse_names(names: tuple[str, ...]) -> None:
    for name in names:
        owner, dot, own = name.rpartition(".")
        if dot:
            _refuse_unless(CLASS, owner, "what has methods is a class: Net.forward")
        if own[:1].isupper() and not dot:
            _refuse_unless(CLASS, own, "a class is words in capitals, as in LeNet")
        elif own != CALL:
            _refuse_unless(FUNCTION, own, SNAKE)
        if keyword.iskeyword(own) or (not dot and hasattr(builtins, own)):
            raise UserError(f"{own} is Python's own name; choose another")
        if names.count(name) > 1:
            raise UserError(f"--function {name} is given twice; name each once")


def _with_methods(names: tuple[str, ...], usual: str) -> dict[str, tuple[str, ...]]:
    """Return each public name with its methods; a class without has the usual one."""
    public: dict[str, tuple[str, ...]] = {}
    for name in names:
        owner, _, method = name.rpartition(".")
        if owner:
            public[owner] = (*public.get(owner, ()), method)
        else:
            public.setdefault(name, ())
    return {
        name: methods or ((usual,) if name[0].isupper() else ())
        for name, methods in public.items()
    }
