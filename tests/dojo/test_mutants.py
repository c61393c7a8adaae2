"""Mutants: every small edit of a reference, rejected by the grader and located."""

from __future__ import annotations

import ast
import errno
import json
import os
from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest
from conftest import BANK, GRADER

from dojo.check import mutants, score
from dojo.check.mutants import ACCEPTED, EQUIVALENT, REJECTED, Mutant
from dojo.check.score import Score, table
from dojo.diagnosis.repair.source import Source
from dojo.errors import UserError
from dojo.kata import bank
from dojo.kata.catalog import katas

WEAK = GRADER.replace("assert_close(scale(x), 3 * x,", "assert_close(3 * x, 3 * x,")


def found_of(clone, *options):
    """Run `dojo mutants` on the tiny kata and return the process and its row."""
    ran = clone.dojo("mutants", "--write", str(clone.root / "rows.json"), *options)
    (row,) = json.loads((clone.root / "rows.json").read_text("utf-8"))
    return ran, row


@pytest.fixture
def kata(clone):
    return katas(clone.root)[0]


def rewrite(kata, body):
    text = kata.reference.read_text("utf-8")
    changed = text.replace("return _checked(factor) * x", body)
    kata.reference.write_text(changed, "utf-8")


def edits(kata, function):
    source = Source(kata, kata.reference)
    return [edit.text(source.lines) for edit in mutants.edits_of(source, function)]


def test_a_weak_grader_accepts_mutants_and_a_list_excuses_them(clone, kata):
    kata.grader.write_text(WEAK, "utf-8")
    ran, row = found_of(clone, "--where", "0")
    assert ran.status == 1
    assert row["accepted"] > 0
    assert "factor: float=4.0" in ran.out
    assert row["unsought"] == row["mutants"] - row["accepted"] - row["equivalent"]
    old = "- def scale(x: np.ndarray, factor: float = 3.0) -> np.ndarray:"
    listed = f'\n\nEQUIVALENT = {{"scale": {{"{old}": "it is free"}}}}\n'
    kata.bank.write_text(BANK + listed, "utf-8")
    ran, other = found_of(clone, "--where", "0")
    assert other["equivalent"] == row["accepted"] - other["accepted"] > 0


def test_mutants_are_rejected_and_located(clone):
    ran, row = found_of(clone, "--where", "3", "--share", "9")
    assert row["mutants"] > 5
    rejected = row["mutants"] - row["accepted"] - row["equivalent"]
    assert row["located"] >= 0.7 * rejected > 0
    assert row["elsewhere"] == 0
    assert "| scaling |" in ran.out


def test_a_reference_that_touches_files_has_mutants_whose_lines_are_not_looked_for(
    clone, kata
):
    rewrite(kata, "open('left', 'w').close()\n    return _checked(factor) * x")
    ran, row = found_of(clone, "--where", "3", "--share", "3")
    sought = row["mutants"] - row["accepted"] - row["equivalent"] - row["unsought"]
    assert row["unsought"] > 5  # of the other function lines are looked for
    assert 0 < row["located"] <= sought
    assert not (clone.root / "left").exists()
    assert "| scaling |" in ran.out


class Broken:
    """Runs of which the first ends in the second of three mutants."""

    def __init__(self, statuses):
        self.statuses, self.starts = statuses, []

    def found(self, kata, share, seconds, start):
        self.starts.append(int(start))
        status = self.statuses.pop(0)
        numbers = range(max(1, int(start)), 3 if status else 4)
        every = [asdict(mutant(number, REJECTED, [])) for number in numbers]
        return "\n".join(map(json.dumps, every)), status, "why"


def mutant(number, state, found):
    return Mutant("scaling", "scale", number, [7], "k", "e", state, found, 0.5)


@pytest.mark.parametrize("status", [-26, mutants.EXHAUSTED])
def test_what_ends_the_process_is_rejected_and_the_rest_is_tried(kata, status):
    runs = Broken([status, 0])
    numbers = [m.number for m in score._all_of(kata, runs, "1", "3")]
    assert (numbers, runs.starts) == ([1, 2, 3], [0, 3])


NO_MEMORY = [
    MemoryError(),
    RuntimeError("std::bad_alloc"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
]


@pytest.mark.parametrize("error", NO_MEMORY)
def test_a_trial_that_has_no_memory_left_says_so_and_breaks_off(kata, tmp_path, error):
    trial = trial_that_raises(error, kata, tmp_path)
    assert trial.pytest_runtestloop(None)
    assert trial.exhausted


def test_memory_that_lacks_to_leave_its_folder_is_memory_that_lacks(
    kata, tmp_path, monkeypatch
):
    def scandir(path):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    trial = trial_that_raises(MemoryError(), kata, tmp_path)
    monkeypatch.setattr(os, "scandir", scandir)
    assert trial.pytest_runtestloop(None)
    assert trial.exhausted


def test_another_error_breaks_a_trial_off(kata, tmp_path):
    trial = trial_that_raises(RuntimeError("why"), kata, tmp_path)
    with pytest.raises(RuntimeError, match="why"):
        trial.pytest_runtestloop(None)
    assert not trial.exhausted


def trial_that_raises(error, kata, folder):
    trial = mutants.Trial(kata, 1, 0.0, 0, folder / "found")

    def fails(session):
        raise error

    trial._try_each = fails
    return trial


def test_a_run_that_fails_by_itself_gives_no_score(kata):
    with pytest.raises(UserError, match="broke off with status 1:\nwhy"):
        score._all_of(kata, Broken([1]), "1", "3")


def test_an_edit_that_is_no_python_is_no_mutant():
    tree = ast.parse("found = 1 in (2, 3)")
    assert mutants._is_code(tree)
    load = ast.Load()
    tree.body[0].value.comparators = [ast.Starred(ast.Name("s", load), load)]
    assert not mutants._is_code(ast.fix_missing_locations(tree))


def test_the_words_of_an_error_are_free(kata):
    words = [text for text in edits(kata, "scale") if "must not be" in text]
    assert words == ['- raise ValueError("the factor must not be negative")']


def test_what_is_written_in_another_way_only_is_no_mutant(clone, kata):
    assert "- return _checked(factor) * x\n+ return x * _checked(factor)" not in edits(
        kata, "scale"
    )
    text = kata.reference.read_text("utf-8")
    kata.reference.write_text(
        text.replace(
            "    return _checked(factor) * x",
            "    a = x\n    b = factor\n    return _checked(b) * a",
        ),
        "utf-8",
    )
    swapped = "- a = x\n- b = factor\n+ b = factor\n+ a = x"
    assert swapped not in edits(katas(clone.root)[0], "scale")


def test_only_what_depends_on_the_order_is_swapped(clone, kata):
    text = kata.reference.read_text("utf-8")
    kata.reference.write_text(
        text.replace(
            "    return _checked(factor) * x", "    a = x\n    b = 2 * a\n    return b"
        ),
        "utf-8",
    )
    swapped = "- a = x\n- b = 2 * a\n+ b = 2 * a\n+ a = x"
    assert swapped in edits(katas(clone.root)[0], "scale")


def test_what_was_left_out_is_missing_between_two_lines(clone, kata):
    rewrite(kata, "a = (\n        x + factor\n    )\n    b = a\n\n    return b")
    kata = katas(clone.root)[0]
    source = Source(kata, kata.reference)
    (edit,) = (
        edit
        for edit in mutants.edits_of(source, "scale")
        if not edit.after and edit.text(source.lines) == "- b = a"
    )
    found = mutants.mutant_of(kata, "scale", 1, edit, source).lines
    assert [source.lines[line - 1].strip() for line in found] == [
        "b = a",
        ")",
        "return b",
    ]


def test_a_bank_without_a_list_has_none(kata):
    assert bank.equivalent(kata) == {}


def test_a_row_counts_what_came_of_the_mutants(kata):
    every = [
        mutant(1, REJECTED, [7]),
        mutant(2, REJECTED, [3, 7]),
        mutant(3, REJECTED, [3]),
        mutant(4, REJECTED, []),
        mutant(5, ACCEPTED, []),
        mutant(6, EQUIVALENT, []),
        replace(mutant(7, REJECTED, []), sought=False),
    ]
    row = Score(kata, every).row()
    assert row == {
        "kata": "scaling", "mutants": 7, "accepted": 1, "equivalent": 1, "unsought": 1,
        "located": 2, "elsewhere": 1, "seconds": 0.5,
    }  # fmt: skip
    assert table([row])[-1] == "| scaling | 7 | 1 | 1 | 50.0% | 1 | 0.50 s |"


def test_the_reference_passes_each_test_before_a_mutant_is_under_its_limit(kata):
    passed = []
    seam = SimpleNamespace(load=lambda kata, path: path)
    replay = SimpleNamespace(run=SimpleNamespace(seam=seam), kata=kata, items=[1, 2])
    replay.passes = lambda item, answers: passed.append((item, answers))
    mutants._pass_once(replay)
    assert passed == [(1, kata.reference), (2, kata.reference)]
