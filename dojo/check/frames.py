"""The text of a new kata's files: all that a machine can write of them.

What is left to a person is marked, and `dojo check` complains until it is written. The
text is as ruff formats it, whatever the names are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import indent

from dojo.check import page_rules
from dojo.check.rules import LIMITS, TO_WRITE
from dojo.kata.catalog import Kata, chapter_title, snake_of

WIDTH = 88
FORWARD, CALL = "forward", "__call__"  # what a class does if no method is named


@dataclass(frozen=True)
class Frame:
    """What is known of a kata before it is written.

    Parameters
    ----------
    kata : Kata
    title : str
    public : dict
        The public names, in the order in which they are learned, each with its methods:
        those of a class besides `__init__`, none for a function.
    in_torch : bool
        Whether it answers in tensors.
    """

    kata: Kata
    title: str
    public: dict[str, tuple[str, ...]]
    in_torch: bool

    @property
    def functions(self) -> tuple[str, ...]:
        """The public names alone."""
        return tuple(self.public)

    @property
    def array(self) -> str:
        """The type of an array, in code."""
        return "torch.Tensor" if self.in_torch else "np.ndarray"

    def files(self) -> dict[str, str]:
        """Return the text of the four files: reference, grader, bank, page."""
        return {
            "reference": self.reference(),
            "grader": self.grader(),
            "bank": self.bank(),
            "page": self.page(),
        }

    def reference(self) -> str:
        """Return the reference."""
        library = "import torch\n" if self.in_torch else "import numpy as np\n"
        if any(map(self._is_module, self.functions)):
            library += "from torch import nn\n"
        head = f'''\
"""{self.title}: {TO_WRITE}, the claim.

{TO_WRITE}: 1 to {LIMITS["why"].number} lines of why.

Level: {TO_WRITE} of {LIMITS["level"].number}
Minutes: {TO_WRITE}
Needs: nothing
"""

{library}
{in_one_or_more_lines("__all__ = [", [f'"{name}"' for name in self.functions], "]")}
'''
        return head + "".join(map(self._public, self.functions))

    def _public(self, name: str) -> str:
        """Return a function, or a class with its methods."""
        if not self.public[name]:
            return f"\n\n{self._function(name, 'x')}"
        base = "(nn.Module)" if self._is_module(name) else ""
        head = f'''

class {name}{base}:
    """{TO_WRITE}: what it is.

    Parameters
    ----------
    {TO_WRITE}
    """

    def __init__(self) -> None:
        raise NotImplementedError("{TO_WRITE}")
'''
        methods = (self._function(method, "self, x") for method in self.public[name])
        return "\n".join([head, *(indent(text, " " * 4) for text in methods)])

    def _is_module(self, name: str) -> bool:
        return self.in_torch and FORWARD in self.public[name]

    def _function(self, name: str, given: str) -> str:
        kind = "Tensor" if self.in_torch else "ndarray"
        return f'''\
def {name}({given}: {self.array}) -> {self.array}:
    """Return {TO_WRITE}.

    Parameters
    ----------
    x : {kind} of shape ({TO_WRITE})

    Returns
    -------
    {kind} of shape ({TO_WRITE})
    """
    raise NotImplementedError("{TO_WRITE}")
'''

    def grader(self) -> str:
        """Return the grader: a test of each function."""
        library = "import torch\n\n" if self.in_torch else ""
        opening = f"from {self.kata.module} import "
        names = sorted(self.functions, key=_by_numbers)
        line = opening + ", ".join(names)
        if len(line) > WIDTH:
            line = exploded(f"{opening}(", names, ")")
        head = f'''\
"""Grades {self.title}."""

{library}from dojo.grading import assert_close
{line}
'''
        return head + "".join(map(self._test, self.functions))

    def _test(self, name: str) -> str:
        fixture = "generator" if self.in_torch else "rng"
        draw = "torch.randn(3, 5, generator=generator)"
        call, methods = f"{name}(x)", self.public[name]
        if methods:
            dot = "" if methods[0] in (FORWARD, CALL) else f".{methods[0]}"
            call = f"{name}(){dot}(x)"
        return f'''

def test_{snake_of(name)}_to_write({fixture}):
    x = {draw if self.in_torch else "rng.normal(size=(3, 5))"}
    got = {call}
    want = "{TO_WRITE}: by hand, or from torch"
    assert_close(got, want, "{TO_WRITE}: the truth that a difference violates")
'''

    def bank(self) -> str:
        """Return the bank: the least number of mistakes for each function."""
        chapter, stem = self.kata.chapter, self.kata.stem
        right = f"from solutions.{chapter} import {stem} as right\n"
        head = f'''\
"""Wrong answers to {self.title}, rejected by the grader and named by the dojo."""

from dojo.grading import mistake
{right if any(self.public.values()) else ""}'''
        numbers = range(1, LIMITS["mistakes"].number + 1)
        return head + "".join(
            self._mistake(name, number) for name in self.functions for number in numbers
        )

    def _mistake(self, name: str, number: int) -> str:
        if methods := self.public[name]:
            opening = f"class ToWrite{name}{number}("
            return f'''

@mistake("{name}", "{TO_WRITE}: cause and remedy.")
{in_one_or_more_lines(opening, [f"right.{name}"], "):")}
    def {methods[0]}(self, x):
        raise NotImplementedError("{TO_WRITE}")
'''
        return f'''

@mistake("{name}", "{TO_WRITE}: cause and remedy.")
def to_write_{name}_{number}(x):
    raise NotImplementedError("{TO_WRITE}")
'''

    def page(self) -> str:
        """Return the page: the fixed sections, without those that may be left out."""
        idea = "\n".join([f"{TO_WRITE}."] * page_rules.IN_BRIEF)
        parts = [f"# {self.title}", idea, "<!-- dojo:figure to_write -->"]
        bodies = {
            "Derivation": self._step(),
            "Check yourself": self._questions(),
            "Contract": page_rules.CONTRACT,
            "Common mistakes": page_rules.MISTAKES,
            "Hints": "\n\n".join(map(self._hints, self.functions)),
        }
        for section in page_rules.SECTIONS:
            if section not in page_rules.MAY_BE_LEFT_OUT:
                parts += [f"## {section}", bodies.get(section, TO_WRITE)]
        return "\n\n".join(parts) + "\n"

    def _step(self) -> str:
        """Return a step of the derivation: a formula, its claim, a snippet."""
        return f"""\
### {TO_WRITE}

$$
x = x
$$
<!-- dojo:claim none: {TO_WRITE}, a claim -->

```python run
print("{TO_WRITE}")
```"""

    def _questions(self) -> str:
        asked = [page_rules.WHAT_IF, *[""] * (page_rules.QUESTIONS - 1)]
        return "\n\n".join(
            f'??? question "{begins}{TO_WRITE}?"\n\n    {TO_WRITE}' for begins in asked
        )

    def _hints(self, function: str) -> str:
        texts = (f"{TO_WRITE}?", TO_WRITE, f"`{TO_WRITE} ...`")
        folded = [
            f'??? tip "Hint {level}"\n\n    {text}'
            for level, text in enumerate(texts, 1)
        ]
        return "\n\n".join([f"### `{function}`", *folded])


def chapter_text(chapter: str) -> str:
    """Return the page of a new chapter."""
    return f"""\
# {chapter_title(chapter)}

{TO_WRITE}: what one can do after this chapter.

<!-- dojo:figure to_write -->

## The katas

<!-- dojo:katas {chapter} -->
"""


def in_one_or_more_lines(opening: str, items: list[str], closing: str) -> str:
    """Return a list on one line if it fits, else an item a line."""
    line = opening + ", ".join(items) + closing
    return line if len(line) <= WIDTH else exploded(opening, items, closing)


def exploded(opening: str, items: list[str], closing: str) -> str:
    """Return a list with an item a line."""
    return "\n".join([opening, *(f"    {item}," for item in items), closing])


def _by_numbers(name: str) -> list[tuple[bool, int, str]]:
    """Return a key of sorting as ruff sorts imports: conv2 comes before conv10."""
    parts = re.findall(r"\d+|\D", name)
    return [(not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts]
