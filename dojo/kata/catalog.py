"""Chapters and katas, read from the tree: a kata is a path and a docstring."""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dojo.errors import UserError
from dojo.kata.splice import joined

FACT = re.compile(r"^(Level|Minutes|Needs|Optional|Hunts|Only): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Kata:
    """One kata, known by its place in the tree.

    Parameters
    ----------
    root : Path
        The clone.
    chapter, stem : str
        Folder and file name without ending: "ch1_foundations", "k01_activations".
    """

    root: Path
    chapter: str
    stem: str

    @property
    def slug(self) -> str:
        """The stem without its number, with hyphens: "activations"."""
        return self.stem.partition("_")[2].replace("_", "-")

    @property
    def path(self) -> Path:
        """The path below katas and solutions."""
        return Path(self.chapter) / f"{self.stem}.py"

    @property
    def module(self) -> str:
        """The name that graders import it by."""
        return f"katas.{self.chapter}.{self.stem}"

    @property
    def stub(self) -> Path:
        """The learner's file."""
        return self.root / "katas" / self.path

    @property
    def reference(self) -> Path:
        """The reference solution."""
        return self.root / "solutions" / self.path

    @property
    def grader(self) -> Path:
        """The file of tests."""
        return self.root / "tests" / self.chapter / f"test_{self.stem}.py"

    @property
    def bank(self) -> Path:
        """The file of known mistakes."""
        return self.root / "tests" / self.chapter / f"mistakes_{self.stem}.py"

    @property
    def page(self) -> Path:
        """The theory page."""
        return self.root / "docs" / "en" / self.chapter / f"{self.stem}.md"

    @property
    def parts(self) -> tuple[Kata, ...]:
        """The katas whose functions it holds: itself, but for a hunt."""
        return (self,)

    @property
    def judged_by(self) -> tuple[Path, ...]:
        """The files that a verdict depends on beside the answer."""
        return self.grader, self.reference

    @property
    def first_step(self) -> str:
        """What to do with a file that nobody has touched."""
        return f"fill in {self.functions[0]}"

    @cached_property
    def source(self) -> str:
        """The text of the reference."""
        return self.reference.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The reference, parsed."""
        return ast.parse(self.source, str(self.reference))

    @cached_property
    def docstring(self) -> str:
        """The reference's module docstring."""
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def facts(self) -> dict[str, str]:
        """The docstring's last lines: Level, Minutes, Needs, Optional."""
        return dict(FACT.findall(self.docstring))

    @property
    def title(self) -> str:
        """The words before the colon of the docstring's first line."""
        return self.docstring.partition("\n")[0].partition(":")[0]

    @property
    def claim(self) -> str:
        """The words after the colon of the docstring's first line."""
        return self.docstring.partition("\n")[0].partition(":")[2].strip()

    @property
    def level(self) -> int:
        """Difficulty from 1 to 5."""
        return _number(self.facts.get("Level", "").partition(" ")[0])

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return _number(self.facts.get("Minutes", ""))

    @property
    def needs(self) -> tuple[str, ...]:
        """Slugs of the katas to do first."""
        return _words(self.facts.get("Needs", ""))

    @property
    def optional(self) -> tuple[str, ...]:
        """Functions that an answer may leave out."""
        return _words(self.facts.get("Optional", ""))

    @property
    def required(self) -> tuple[str, ...]:
        """Functions that must pass for the kata to be passed."""
        return tuple(name for name in self.functions if name not in self.optional)

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The public names, in the order of `__all__`."""
        for node in self.tree.body:
            if (
                isinstance(node, ast.Assign)
                and getattr(node.targets[0], "id", "") == "__all__"
            ):
                return tuple(ast.literal_eval(node.value))
        return ()

    def part_of(self, function: str) -> Kata:
        """Return the kata that a function is of."""
        return self

    def function_of(self, test: str) -> str | None:
        """Return the function that a test's name begins with, the longest match.

        Parameters
        ----------
        test : str
            Such as "test_relu_grad_is_zero_below_zero"; LeNet is found as "lenet".
        """
        text = test.removeprefix("test_").partition("[")[0] + "_"
        fits = [
            n
            for n in self.functions
            if any(text.startswith(s + "_") for s in _spellings(n))
        ]
        return max(fits, key=len, default=None)


class Hunt(Kata):
    """A bug hunt: what some katas' references hold, with known mistakes put in.

    `solutions/` has its docstring alone, with the lines `Hunts`, which names the katas,
    and `Only`, which names their functions if not all are held; what these need comes
    with them. `tests/` has the bank of what is wrong with them.
    """

    @property
    def grader(self) -> Path:
        """What pytest collects: the bank, which stands for the graders of the katas."""
        return self.bank

    @cached_property
    def docstring(self) -> str:
        """The docstring, which is all that the file has."""
        text = self.reference.read_text("utf-8")
        return ast.get_docstring(ast.parse(text, str(self.reference))) or ""

    @cached_property
    def parts(self) -> tuple[Kata, ...]:
        """The katas that it touches."""
        existing = {kata.slug: kata for kata in katas(self.root)}
        slugs = _words(self.facts.get("Hunts", ""))
        for slug in slugs:
            if slug not in existing:
                raise UserError(f"{self.slug} hunts {slug}, which does not exist")
        return tuple(existing[slug] for slug in slugs)

    @property
    def only(self) -> tuple[str, ...]:
        """The functions that it is about; empty if it holds all of its katas'."""
        return _words(self.facts.get("Only", ""))

    def part_of(self, function: str) -> Kata:
        """Return the kata that a function is of."""
        return next(kata for kata in self.parts if function in kata.functions)

    @property
    def judged_by(self) -> tuple[Path, ...]:
        """The files that a verdict depends on beside the answer."""
        graders = [path for kata in self.parts for path in kata.judged_by]
        return self.bank, self.reference, *graders

    @property
    def first_step(self) -> str:
        """What to do with a file that nobody has touched."""
        return "mend what is wrong"

    @cached_property
    def source(self) -> str:
        """The text without a mistake: what the references hold, in one file."""
        wanted = [set(self.only or k.functions) & {*k.functions} for k in self.parts]
        texts = [kata.source for kata in self.parts]
        modules = {f"solutions.{k.chapter}.{k.stem}" for k in self.parts}
        head = self.reference.read_text("utf-8").strip()
        try:
            return joined(head, list(zip(texts, wanted, strict=True)), modules)
        except ValueError as error:
            raise UserError(f"{self.slug}: {error}; hunt in fewer katas") from error


def _number(text: str) -> int:
    """Return a number, 0 for what is none: `dojo check` complains of it."""
    return int(text) if text.strip().isdecimal() else 0


def _words(text: str) -> tuple[str, ...]:
    return () if text in ("", "-", "nothing") else tuple(re.split(r",\s*", text))


def _spellings(name: str) -> set[str]:
    """Return how a test may spell a public name: LeNet as lenet or le_net."""
    return {name, name.lower(), snake_of(name)}


def snake_of(name: str) -> str:
    """Return a name in lower case: LeNet is le_net, MyMLP is my_mlp."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def find_root(start: Path | None = None) -> Path:
    """Return the clone: the nearest folder above `start` with the trees, else ours."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if is_root(folder):
            return folder
    return Path(__file__).resolve().parents[2]


def is_root(folder: Path) -> bool:
    """Tell whether a folder is a clone of DL Katas."""
    return (folder / "solutions").is_dir() and (folder / "dojo" / "plugin.py").is_file()


def katas(root: Path) -> list[Kata]:
    """Return every kata and hunt that has a reference, in the order of the tree."""
    paths = sorted((root / "solutions").glob("ch*_*/[kh][0-9]*_*.py"))
    return [kata_at(root, path.parent.name, path.stem) for path in paths]


def kata_at(root: Path, chapter: str, stem: str) -> Kata:
    """Return the kata of a place in the tree; the stem of a hunt begins with h."""
    return (Hunt if stem.startswith("h") else Kata)(root, chapter, stem)


def chapter_title(chapter: str) -> str:
    """Return a chapter's name for readers: "ch1_foundations" is "1 Foundations"."""
    number, _, name = chapter.removeprefix("ch").partition("_")
    return f"{number} {name.replace('_', ' ').capitalize()}"


def find(root: Path, name: str) -> tuple[Kata, str | None]:
    """Return the kata, and the function if one is named, that `name` stands for.

    Parameters
    ----------
    name : str
        A slug, stem or path in any tree, with an optional "::function".

    Raises
    ------
    UserError
        If none or several fit.
    """
    text, _, function = name.partition("::")
    existing = katas(root)
    stem = Path(text).stem.removeprefix("test_").removeprefix("mistakes_")
    wanted = {stem, text}
    fits = [k for k in existing if wanted & {k.slug, k.stem, k.slug.replace("-", "_")}]
    fits = fits or [k for k in existing if k.stem.partition("_")[0] == text]
    if len(fits) > 1:
        several = ", ".join(str(kata.path) for kata in fits)
        raise UserError(f"{text} is ambiguous: {several}")
    if not fits:
        raise UserError(f"there is no kata {text!r}; {_nearest(existing, text)}")
    kata = fits[0]
    if function and function not in kata.functions:
        near = difflib.get_close_matches(function, kata.functions, 1, 0.6)
        meant = f"did you mean {near[0]}? " if near else ""
        raise UserError(
            f"{kata.slug} has no function {function!r}; {meant}"
            f"it has {', '.join(kata.functions)}"
        )
    return kata, function or None


def of_chapter(root: Path, name: str) -> list[Kata]:
    """Return the katas of a chapter: "ch1_foundations", "ch1", "1", a path of it."""
    text = Path(name).name
    return [
        kata
        for kata in katas(root)
        if text in (kata.chapter, *_short_names(kata.chapter))
    ]


def _short_names(chapter: str) -> tuple[str, str, str]:
    """Return what else a chapter is called: ch1, 1, foundations."""
    short, _, name = chapter.partition("_")
    return short, short.removeprefix("ch"), name


def _nearest(existing: list[Kata], text: str) -> str:
    """Return what may have been meant: the katas of that function, or near names."""
    near = [f"{kata.slug}::{text}" for kata in existing if text in kata.functions]
    slugs = [kata.slug for kata in existing]
    slugs += dict.fromkeys(kata.chapter for kata in existing)
    near = near or difflib.get_close_matches(text.lower(), slugs, 3, 0.4)
    return f"did you mean {' or '.join(near)}?" if near else "dojo list has all."
