"""The import seam: decides whose file stands behind the name `katas`.

Graders write `from katas.ch1_foundations.k01_activations import sigmoid`. What they get
is an `Answer`, which looks up at each call whose function is meant now: the learner's,
the reference's, or a known mistake put into the reference. A file that cannot be loaded
still imports; each of its functions then fails with one line.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from dojo.answer.clock import Clock
from dojo.answer.guard import guard_public
from dojo.answer.lines import line_in
from dojo.answer.torch_state import reset_torch
from dojo.answer.witness import Witness
from dojo.compare.mismatch import Mismatch, NotStarted
from dojo.files import read_source
from dojo.kata import bank
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Kata, katas
from dojo.kata.signatures import returns

IMPORT_SECONDS = 10.0


class LeftOut(BaseException):
    """An optional function is not in the answer."""


class Answers:
    """One loaded file of answers.

    Parameters
    ----------
    kata : Kata
    path : Path
        The file; it may be missing, which counts as not started.
    witness : Witness
        Who watches them.
    clock : Clock
        Who ends their import if it does not end.
    """

    def __init__(self, kata: Kata, path: Path, witness: Witness, clock: Clock) -> None:
        self.kata, self.path, self._witness, self._clock = kata, path, witness, clock
        self.module = types.ModuleType(kata.module)
        self.module.__file__ = str(path)
        self.broken: str | None = None
        if path.is_file():
            self._load()

    def _load(self) -> None:
        try:
            source = read_source(self.path)
            code = compile(source, str(self.path), "exec", dont_inherit=True)
            self._refuse_own_reference(ast.parse(source))
            with (
                self._witness.watching(f"import of {self.path.name}"),
                self._clock.limit(IMPORT_SECONDS),
            ):
                exec(code, self.module.__dict__)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.broken = self._line_of(error)
            return
        finally:
            reset_torch()
        self._guard(self.kata.functions, self.path)

    def _guard(self, names: tuple[str, ...], path: Path) -> None:
        promises = returns(self.kata)
        guard_public(self.module, names, str(path), promises, self._witness)

    def replace(self, name: str, wrong: Any) -> None:
        """Put a known mistake of the bank in the place of one function."""
        setattr(self.module, name, wrong)
        self._guard((name,), self.kata.bank)

    def _line_of(self, error: BaseException) -> str:
        """Return file, line and cause on one line."""
        if isinstance(error, SyntaxError) and error.filename == str(self.path):
            return (
                f"{self.path.name}:{error.lineno}: {type(error).__name__}: {error.msg}"
            )
        line = line_in(str(self.path), error.__traceback__)
        cause = str(error).partition("\n")[0]
        name = type(error).__name__
        return f"{self.path.name}:{line or 1}: {name}{': ' if cause else ''}{cause}"

    def _refuse_own_reference(self, tree: ast.Module) -> None:
        if self.path == self.kata.reference:
            return
        earlier = {f"solutions.{k.chapter}.{k.stem}" for k in self._earlier()}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                inside = [f"{node.module}.{name}" for name in names]
                names = [str(node.module)] if node.module in earlier else inside
            for name in names:
                if name.partition(".")[0] == "solutions" and name not in earlier:
                    raise ImportError(
                        f"line {node.lineno} imports {name}, which holds the answer"
                    )

    def _earlier(self) -> list[Kata]:
        existing = katas(self.kata.root)
        return [
            k
            for k in existing
            if (k.chapter, k.stem) < (self.kata.chapter, self.kata.stem)
        ]

    def get(self, name: str) -> Any:
        """Return the public object of that name.

        Raises
        ------
        NotStarted
            If there is no file.
        LeftOut
            If an optional function is left out.
        Mismatch
            If the file is broken or lacks the name (rung imports).
        """
        if self.broken:
            raise Mismatch("imports", self.broken)
        try:
            return getattr(self.module, name)
        except AttributeError:
            pass
        if not self.path.is_file():
            raise NotStarted(
                "returned", f"{name} is not started: there is no {self.path.name}"
            )
        if name in self.kata.optional:
            raise LeftOut(name)
        raise Mismatch("imports", f"{self.path.name} has no function named {name}")


class Answer:
    """What a grader holds: a name that stands for whoever's function is meant now."""

    def __init__(self, seam: Seam, kata: Kata, name: str) -> None:
        self._seam, self._kata, self.__name__ = seam, kata, name

    def _now(self) -> Any:
        return self._seam.answers(self._kata).get(self.__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._now()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if not self._seam.is_open:  # pytest looks at all names while it collects
            raise AttributeError(name)
        if name.startswith("__") and name not in (
            "__doc__",
            "__signature__",
            "__init__",
        ):
            raise AttributeError(name)
        return getattr(self._now(), name)

    def __instancecheck__(self, thing: object) -> bool:
        return isinstance(thing, self._now())

    def __repr__(self) -> str:
        return f"<answer {self._kata.slug}::{self.__name__}>"


class Seam(MetaPathFinder, Loader):
    """The finder of `katas` and all below it.

    Parameters
    ----------
    root : Path
        The clone, whose references say which names a kata has.
    folder : Path
        Where the answers are: katas, solutions, or any folder of that layout.
    witness : Witness
    clock : Clock
    """

    def __init__(
        self, root: Path, folder: Path, witness: Witness, clock: Clock
    ) -> None:
        self.root, self.folder = root, folder
        self._witness, self._clock = witness, clock
        self.is_open = False  # whether tests run: no file is loaded before
        self._katas = {kata.module: kata for kata in katas(root)}
        self._loaded: dict[str, Answers] = {}
        self._instead: dict[str, Answers] = {}
        self._mistaken: dict[Mistake, Answers] = {}

    def install(self) -> None:
        """Take over the name `katas` in this process."""
        for name in [n for n in sys.modules if n == "katas" or n.startswith("katas.")]:
            del sys.modules[name]
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Give the name back."""
        sys.meta_path.remove(self)

    def answers(self, kata: Kata) -> Answers:
        """Return the file that stands for a kata now, loading it at the first use."""
        if kata.module in self._instead:
            return self._instead[kata.module]
        if kata.module not in self._loaded:
            self._loaded[kata.module] = self.load(kata, self.folder / kata.path)
        return self._loaded[kata.module]

    def load(self, kata: Kata, path: Path) -> Answers:
        """Load a file that can stand for a kata; `use` lets it."""
        return Answers(kata, path, self._witness, self._clock)

    def with_mistake(self, kata: Kata, mistake: Mistake) -> Answers:
        """Return the reference with a known mistake in it; it is made once a run."""
        if mistake not in self._mistaken:
            answers = self.load(kata, kata.reference)
            answers.replace(mistake.function, bank.answer(kata, mistake))
            self._mistaken[mistake] = answers
        return self._mistaken[mistake]

    def path_of(self, kata: Kata) -> Path:
        """Return the file that stands for a kata now, without loading it."""
        instead = self._instead.get(kata.module)
        return instead.path if instead else self.folder / kata.path

    @contextmanager
    def use(self, kata: Kata, answers: Answers) -> Iterator[None]:
        """Let another file stand for a kata inside the block."""
        self._instead[kata.module] = answers
        try:
            yield
        finally:
            del self._instead[kata.module]

    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> ModuleSpec | None:
        """Return the spec of `katas`, a chapter or a kata; None for all other names."""
        parts = name.split(".")
        if parts[0] != "katas":
            return None
        chapters = {kata.chapter for kata in self._katas.values()}
        if name in self._katas:
            return importlib.util.spec_from_loader(name, self)
        if len(parts) == 1 or (len(parts) == 2 and parts[1] in chapters):
            return importlib.util.spec_from_loader(name, self, is_package=True)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Fill a kata's module with an `Answer` a public name."""
        kata = self._katas.get(module.__name__)
        if kata is None:
            return
        module.__all__ = list(kata.functions)  # type: ignore[attr-defined]  # a module's own list
        for name in kata.functions:
            setattr(module, name, Answer(self, kata, name))
