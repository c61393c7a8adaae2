"""The import seam: decides whose file stands behind the name `katas`.

Graders write `from katas.ch1_foundations.k01_activations import sigmoid`. What they get
is an `Answer`, which looks up at each call whose function is meant now: the learner's,
the reference's, or a known mistake put into the reference.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from dojo.answer.answers import Answers, compiled
from dojo.answer.clock import Clock
from dojo.answer.witness import Witness
from dojo.kata import bank
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Kata, katas


class Answer:
    """What a grader holds: a name that stands for whoever's function is meant now."""

    def __init__(self, seam: Seam, kata: Kata, name: str) -> None:
        self._seam, self._kata, self.__name__ = seam, kata, name

    def _now(self) -> Any:
        return self._seam.answers(self._kata).get(self.__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._now()(*args, **kwargs)

    def _once(self, make: Callable[[], Any]) -> Any:
        return self._seam.answers(self._kata).once(make)

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
        self._mistaken: dict[tuple[Kata, Mistake], Answers] = {}
        self._references: dict[str, types.CodeType] = {}
        self._plain: dict[str, types.ModuleType] = {}
        self._hunts: dict[str, Kata] = {}  # what stands for its katas now

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
        kata = self._hunts.get(kata.module, kata)
        if kata.module in self._instead:
            return self._instead[kata.module]
        if kata.module not in self._loaded:
            self._loaded[kata.module] = self.load(kata, self.folder / kata.path)
        return self._loaded[kata.module]

    def load(
        self, kata: Kata, path: Path, code: types.CodeType | None = None
    ) -> Answers:
        """Load a file, or its code, that can stand for a kata; `use` lets it."""
        if code is None and path == kata.reference and kata not in kata.parts:
            code = self._reference(kata)  # a hunt's is made, and no file has it
        return Answers(kata, path, self._witness, self._clock, code)

    def with_mistake(self, kata: Kata, mistake: Mistake) -> Answers:
        """Return the reference with a known mistake in it; it is made once a run."""
        if (kata, mistake) not in self._mistaken:
            code = self._reference(kata)
            answers = self.load(kata, kata.reference, code)
            answers.replace(mistake.function, bank.answer(kata, mistake))
            self._mistaken[kata, mistake] = answers
        return self._mistaken[kata, mistake]

    def prepare_mistakes(self, kata: Kata) -> None:
        """Have read what `with_mistake` needs, before there is a failure to explain."""
        self._reference(kata)
        for part in dict.fromkeys((*kata.parts, kata)):
            bank.load(part)

    def reference(self, kata: Kata) -> types.ModuleType:
        """Return a kata's reference by itself, without a guard; made once a run."""
        if kata.module not in self._plain:
            module = types.ModuleType(kata.module)
            exec(self._reference(kata), module.__dict__)
            self._plain[kata.module] = module
        return self._plain[kata.module]

    def _reference(self, kata: Kata) -> types.CodeType:
        if kata.module not in self._references:
            self._references[kata.module] = compiled(kata.source, kata.reference)
        return self._references[kata.module]

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

    @contextmanager
    def hunting(self, kata: Kata) -> Iterator[None]:
        """Let a hunt's file stand for the katas that it touches inside the block."""
        before, self._hunts = self._hunts, {part.module: kata for part in kata.parts}
        try:
            yield
        finally:
            self._hunts = before

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
