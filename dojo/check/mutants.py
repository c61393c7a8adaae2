"""The graders' own score: every small edit of a reference, put in on purpose.

A mutant must be rejected, or stand in its bank's list of those that change nothing; and
the repair search, given the mutant, must find the line that was changed.

Run as `python -m dojo.check.mutants PARENT ROOT CHAPTER/STEM FILE SHARE SECONDS START`:
tries the mutants of one kata from a number on, and writes what came of each into the
file, a line of JSON each. It is there before its mutant is tried, which may end the
process.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import chdir
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import pytest

from dojo.answer.answers import Answers
from dojo.answer.clock import is_out_of_memory
from dojo.check.proof import run_loop
from dojo.diagnosis.repair import candidates
from dojo.diagnosis.repair.edits import Edit, same
from dojo.diagnosis.repair.reference import assigned_in, names_in
from dojo.diagnosis.repair.search import Search
from dojo.diagnosis.repair.source import Source
from dojo.diagnosis.repair.statements import SWAPPED
from dojo.kata import bank
from dojo.kata.catalog import Kata
from dojo.verdict.replay import Replay
from dojo.verdict.run import Run, run_of
from dojo.verdict.selection import SELECTION
from dojo.verdict.verdicts import PASSED, Outcome
from dojo.worker import processes

TEST_SECONDS = 2.0  # of processor time, for a test of a mutant
ACCEPTED, EQUIVALENT, REJECTED = "accepted", "equivalent", "rejected"
NEAR = 2  # other names that are put in the place of one
COMMUTES = (ast.Add, ast.Mult)
EXHAUSTED = 75  # the exit status of a process that has no memory left


@dataclass
class Mutant:
    """What came of one edit of a reference.

    Parameters
    ----------
    kata, function : str
    number : int
        In the order of the kata's mutants.
    lines : list of int
        What was changed; where a statement was left out, also what stands beside it.
    kind : str
        What was changed, in words.
    edit : str
        The line before and after.
    state : str
        accepted, equivalent or rejected.
    found : list of int
        The lines that the repair search named.
    seconds : float
        Of processor time: how long it searched.
    sought : bool
        Whether a line was looked for: in a function that touches files none is.
    """

    kata: str
    function: str
    number: int
    lines: list[int]
    kind: str
    edit: str
    state: str
    found: list[int]
    seconds: float
    sought: bool = True

    @property
    def is_located(self) -> bool:
        """Whether the changed line is among those that were named."""
        return bool(set(self.lines) & set(self.found))


class Trial:
    """A pytest plugin whose test loop tries the mutants of a kata.

    Parameters
    ----------
    kata : Kata
    share : int
        One of so many mutants is tried.
    seconds : float
        For the line of each; 0 for none.
    start : int
        The number of the first one.
    file : Path
        Gets the lines.
    """

    def __init__(
        self, kata: Kata, share: int, seconds: float, start: int, file: Path
    ) -> None:
        self._kata, self._share, self._file = kata, share, file
        self._seconds, self._start = seconds, start
        self.exhausted = False  # no memory is left: another process must go on

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each of them, in a folder of its own: one may write where it stands."""
        try:
            # Without memory no folder can be read, so this one may be left.
            with TemporaryDirectory(ignore_cleanup_errors=True) as own, chdir(own):
                self._try_each(session)
        except (MemoryError, RuntimeError, OSError) as error:
            if not is_out_of_memory(error):
                raise
            self.exhausted = True
        return True

    def _try_each(self, session: pytest.Session) -> None:
        run, selection = run_of(session.config), session.config.stash[SELECTION]
        source = Source(self._kata, self._kata.reference)
        number = 0
        with self._file.open("w", encoding="utf-8") as file:
            for function in self._kata.functions:
                items = selection.items.get((self._kata.slug, function), [])
                replay = Replay(run, self._kata, items)
                _pass_once(replay)
                for edit in edits_of(source, function):
                    number += 1
                    if number % self._share or number < self._start:
                        continue
                    with edit.made():
                        tree = deepcopy(source.tree)
                    if not _is_code(tree):
                        continue
                    mutant = mutant_of(self._kata, function, number, edit, source)
                    _write(file, mutant)
                    attempt(run, replay, mutant, tree, self._seconds)
                    _write(file, mutant)
        selection.items.clear()  # no verdict is due


def _pass_once(replay: Replay) -> None:
    """Let the reference pass each test: a mutant's limit may cut no import short.

    What torch imports for a first call would be broken for good.
    """
    reference = replay.run.seam.load(replay.kata, replay.kata.reference)
    for item in replay.items:
        replay.passes(item, reference)


def _is_code(tree: ast.Module) -> bool:
    """Tell whether Python can read an edited text: `in *scores` it cannot."""
    try:
        compile(tree, "", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _write(file: TextIO, mutant: Mutant) -> None:
    file.write(json.dumps(asdict(mutant)) + "\n")
    file.flush()


def edits_of(source: Source, function: str) -> Iterator[Edit]:
    """Yield the edits of a reference's function that change what is promised.

    Of the other names that may stand for one, two are taken; the words of an error are
    free.
    """
    for unit in source.units(function, trusted=True):
        for subject in unit.subjects:
            scope = subject.scope
            scope.constants, scope.keywords, scope.near = [], {}, NEAR
            for edit in candidates.small(subject):
                if not (_is_in_error(edit) or _says_the_same(edit, subject.torch)):
                    yield edit


def _is_in_error(edit: Edit) -> bool:
    """Tell whether only the words of an error are changed."""
    return bool(edit.after) and all(isinstance(s, ast.Raise) for s in edit.before)


def _says_the_same(edit: Edit, torch: bool) -> bool:
    """Tell whether an edit only writes the same in another way, by algebra."""
    before = [deepcopy(statement) for statement in edit.before]
    with edit.made():
        after = [deepcopy(statement) for statement in edit.after]
    if edit.kind == SWAPPED:
        return _are_independent(*before)
    if len(before) != len(after):
        return False
    normal = _Normal(torch)
    pairs = zip(before, after, strict=True)
    return all(same(normal.visit(a), normal.visit(b)) for a, b in pairs)


def _are_independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Tell whether two statements may come in any order: neither reads the other's."""
    if isinstance(one, ast.Return | ast.If) or isinstance(other, ast.Return | ast.If):
        return False
    new, also_new = assigned_in(one), assigned_in(other)
    return not (new & (names_in(other) | also_new) or also_new & names_in(one))


class _Normal(ast.NodeTransformer):
    """Writes in one way what can be written in several.

    Parameters
    ----------
    torch : bool
        Whether the kata answers in tensors: without them, a number of NumPy's is as
        good as the float that is made of it.
    """

    def __init__(self, torch: bool) -> None:
        self._torch = torch

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:  # ast's name for it
        """Order the operands of a sum or product."""
        self.generic_visit(node)
        if isinstance(node.op, COMMUTES) and ast.dump(node.left) > ast.dump(node.right):
            node.left, node.right = node.right, node.left
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:  # ast's name for it
        """Write 1.0 as 1."""
        if isinstance(node.value, float) and node.value.is_integer():
            node.value = int(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:  # ast's name for it
        """Write float(x) and int(x) as x."""
        self.generic_visit(node)
        name = getattr(node.func, "id", "")
        if name in ("float", "int") and node.args and not self._torch:
            return node.args[0]
        return node


def mutant_of(
    kata: Kata, function: str, number: int, edit: Edit, source: Source
) -> Mutant:
    """Return a mutant that was not tried yet: what ends the process is rejected."""
    lines, text = list(edit.lines), edit.text(source.lines)
    lines += [] if edit.after else _beside(edit)
    return Mutant(
        kata.slug, function, number, lines, edit.kind, text, REJECTED, [], 0.0
    )


def _beside(edit: Edit) -> list[int]:
    """Return the lines between which a statement was left out."""
    ((owner, field, _),) = edit.changes
    body: list[ast.stmt] = getattr(owner, field)
    place = next(i for i, statement in enumerate(body) if statement is edit.before[0])
    before, after = body[max(0, place - 1) : place], body[place + 1 : place + 2]
    ends = [statement.end_lineno or statement.lineno for statement in before]
    return ends + [statement.lineno for statement in after]


def attempt(
    run: Run, replay: Replay, mutant: Mutant, tree: ast.Module, seconds: float
) -> None:
    """Note what the graders and the repair search make of a mutant."""
    kata = replay.kata
    answers, outcomes = _graded(run, replay, tree)
    if all(outcome.state == PASSED for outcome in outcomes):
        listed = bank.equivalent(kata).get(mutant.function, {})
        free = mutant.edit in listed or mutant.edit.partition("\n")[0] in listed
        mutant.state = EQUIVALENT if free else ACCEPTED
        return
    if not seconds:
        mutant.sought = False
        return
    begin = time.process_time()
    search = Search(replay, answers, outcomes, seconds, time.process_time)
    mutated = Source(kata, kata.reference, search.names_alike(), tree)
    units = mutated.units(mutant.function)
    mutant.sought = bool(units)
    found = search.edits_that_help(units)
    mutant.found = sorted({line for e in found for line in e.lines})
    mutant.seconds = round(time.process_time() - begin, 3)


def _graded(
    run: Run, replay: Replay, tree: ast.Module
) -> tuple[Answers, list[Outcome]]:
    """Return a mutant's answers, and what each quick test finds of them."""
    code = compile(tree, str(replay.kata.reference), "exec", dont_inherit=True)
    answers = run.seam.load(replay.kata, replay.kata.reference, code)
    with run.limited(TEST_SECONDS):
        return answers, [replay.outcome(item, answers) for item in replay.items]


def main(parent: str, root: str, name: str, file: str, *numbers: str) -> None:
    """Try the mutants of one kata."""
    processes.die_with_parent(int(parent))
    chapter, _, stem = name.partition("/")
    kata = Kata(Path(root), chapter, stem)
    share, seconds, start = numbers
    trial = Trial(kata, int(share), float(seconds), int(start), Path(file))
    status, output = run_loop(Path(root), [kata], trial)
    if trial.exhausted:
        os._exit(EXHAUSTED)
    if status > 1:
        print(output[-1500:], file=sys.stderr)
        os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
