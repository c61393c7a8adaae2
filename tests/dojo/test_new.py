"""What `dojo new` writes, and what it refuses to write."""

import ast
import re

import pytest
from typer.testing import CliRunner

from dojo.check import new, page_rules, rules, runs
from dojo.errors import UserError
from dojo.kata import catalog
from dojo.ui.cli import app

LONG = "a" * new.LONGEST
FRAMES = {
    "by default": ("doubling", (), False),
    "of several functions": ("doubling", ("double", "double_all", "halve_"), False),
    "in torch": ("doubling", ("double", "halve"), True),
    "with numbers in the names": ("pool-2d", ("pool10", "pool2", "a_1", "a1"), True),
    "with long names": (LONG, (LONG, f"b{LONG[1:]}", f"c{LONG[1:]}"), False),
    "with one long name in torch": (LONG, (), True),
    "of a module": ("doubling", ("Doubling",), True),
    "of a module and functions": ("doubling", ("double", "MyMLP", "halve"), True),
    "of methods": ("doubling", ("Meter.add", "Meter.mean", "Meter.reset"), False),
    "of methods in torch": (
        "doubling",
        ("Net.forward", "Net.halve", "Meter.add"),
        True,
    ),
    "of a class": ("doubling", ("Scale",), False),
    "of a class with a long name": ("doubling", (f"M{LONG[1:]}",), True),
}


def files_of(clone):
    """Return every file of the clone's own trees with its text."""
    trees = ("katas", "solutions", "tests", "docs")
    paths = [p for tree in trees for p in (clone.root / tree).rglob("*") if p.is_file()]
    return {path: path.read_text("utf-8") for path in paths}


def begun(clone, slug="doubling", functions=(), in_torch=False):
    """Return a kata whose frames have been written."""
    kata = new.place(clone.root, f"ch0_tiny/{slug}")
    new.begin(kata, functions, in_torch=in_torch)
    return kata


def test_new_writes_five_files_and_says_the_next_step(clone):
    ran = clone.dojo("new", "ch0_tiny/doubling", "--function", "double")
    assert ran.status == 0, ran.err
    kata = catalog.find(clone.root, "doubling")[0]
    assert kata.stem == "k02_doubling"
    assert kata.functions == ("double",)
    for path in (kata.reference, kata.grader, kata.bank, kata.page, kata.stub):
        assert f"wrote {path.relative_to(clone.root)}" in ran.out
        assert path.is_file()
    last = ran.out.splitlines()[-1]
    assert last.startswith("next: write solutions/ch0_tiny/k02_doubling.py")
    assert last.endswith("dojo check doubling")


@pytest.mark.parametrize("form", FRAMES)
def test_frames_are_as_ruff_has_them(clone, form):
    kata = begun(clone, *FRAMES[form])
    paths = [str(path) for path in (kata.reference, kata.grader, kata.bank)]
    for command in (("check", "--no-cache"), ("format", "--check", "--diff")):
        ran = clone.run("-m", "ruff", *command, *paths)
        assert ran.status == 0, ran.out + ran.err


def test_frames_are_collected_with_a_test_for_each_function(clone):
    katas = [
        begun(clone, "doubling", ("double", "double_all"), False),
        begun(clone, "halving", ("halve", "halve_"), True),
        begun(clone, "meters", ("MyMeter.add", "MyMeter.mean", "MLP"), True),
    ]
    ran = clone.pytest("--collect-only", "-q", *(str(k.grader) for k in katas))
    assert ran.status == 0, ran.out
    for kata in katas:
        for function in kata.functions:
            test = f"test_{catalog.snake_of(function)}_to_write"
            assert f"{kata.grader.name}::{test}\n" in ran.out


def test_a_frame_has_mistakes_for_each_function_and_a_page_in_form(clone):
    kata = begun(clone, functions=("double", "halve"))
    texts = list(rules.complaints(clone.root, [kata]))
    assert not [text for text in texts if "has no test" in text or "stub" in text]
    assert list(page_rules.complaints(kata)) == []
    bank = kata.bank.read_text("utf-8")
    for function in kata.functions:
        marks = re.findall(rf'@mistake\("{function}"', bank)
        assert len(marks) == rules.LIMITS["mistakes"].number


def test_a_class_has_the_methods_that_are_named_or_the_usual_one(clone):
    names = ("Meter.add", "Meter.mean", "Net", "Net.halve", "halve", "MLP")
    kata = begun(clone, "meters", names, True)
    assert kata.functions == ("Meter", "Net", "halve", "MLP")
    classes = [node for node in kata.tree.body if isinstance(node, ast.ClassDef)]
    methods = {node.name: [m.name for m in node.body[1:]] for node in classes}
    assert methods == {
        "Meter": ["__init__", "add", "mean"],
        "Net": ["__init__", "halve"],
        "MLP": ["__init__", "forward"],
    }
    assert [ast.unparse(base) for base in classes[2].bases] == ["nn.Module"]
    begun(clone, "scaled", ("Scale",))
    (kata, _) = catalog.find(clone.root, "scaled")
    assert "def __call__(self, x: np.ndarray)" in kata.reference.read_text("utf-8")
    assert list(rules.stub_is_made(kata)) == []


@pytest.mark.parametrize("part", ["reference", "grader", "bank", "page"])
def test_a_frame_is_a_complaint_until_the_last_mark_is_written(clone, part):
    kata = begun(clone)
    path = getattr(kata, part)
    says = f"{path.relative_to(clone.root)} has"
    assert any(says in text for text in rules.is_written(kata))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    marks = rules.unwritten_lines(path)
    kept = [n for n in range(1, len(lines) + 1) if n not in marks[:-1]]
    path.write_text("".join(lines[n - 1] for n in kept), "utf-8")
    assert any(f"{says} 1 lines marked" in text for text in rules.is_written(kata))
    kept.remove(marks[-1])
    path.write_text("".join(lines[n - 1] for n in kept), "utf-8")
    assert not any(says in text for text in rules.is_written(kata))


def test_a_frame_is_run_only_when_its_code_is_written(clone):
    kata = begun(clone)
    assert not runs.can_run(kata)
    for path in (kata.reference, kata.grader, kata.bank):
        path.write_text("", "utf-8")
    assert runs.can_run(kata)


REFUSED = {
    "there is a kata scaling": ("ch0_tiny/scaling",),
    "did you mean ch0_tiny": ("ch0_tyni/doubling",),
    "--new-chapter makes one": ("ch1_more/doubling",),
    "leave --new-chapter out": ("ch0_tiny/doubling", "--new-chapter"),
    "a chapter is its number": ("more/doubling", "--new-chapter"),
    "a slug is lower-case": ("ch0_tiny/Doubling",),
    "'' cannot be": ("ch0_tiny",),
    "at most 40 characters": (f"ch0_tiny/{LONG}a",),
    "has the number 1": ("ch0_tiny/doubling", "--number", "1"),
    "from 1 to 99": ("ch0_tiny/doubling", "--number", "100"),
    "a function is lower-case": ("ch0_tiny/doubling", "--function", "dOuble"),
    "a class is words": ("ch0_tiny/doubling", "--function", "My_Net"),
    "what has methods is a class": ("ch0_tiny/doubling", "--function", "net.forward"),
    "'__init__' cannot": ("ch0_tiny/doubling", "--function", "Net.__init__"),
    "no number with a leading 0": ("ch0_tiny/doubling", "--function", "double_02"),
    "is Python's own name": ("ch0_tiny/doubling", "--function", "lambda"),
    "sum is Python's own name": ("ch0_tiny/sum",),
    "is given twice": ("ch0_tiny/a", "--function", "b", "--function", "b"),
    "without a colon": ("ch0_tiny/doubling", "--title", "Doubling: twice"),
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(clone, says, monkeypatch):
    before = files_of(clone)
    monkeypatch.chdir(clone.root)
    ran = CliRunner().invoke(app, ["new", *REFUSED[says]])
    assert isinstance(ran.exception, UserError)
    assert says in str(ran.exception)
    assert files_of(clone) == before


def test_a_refusal_is_a_line_and_exit_status_2(clone):
    ran = clone.dojo("new", "ch0_tiny/scaling")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("dojo: there is a kata scaling")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("part", ["reference", "grader", "bank", "page", "stub"])
def test_no_file_is_overwritten(clone, part):
    kata = new.place(clone.root, "ch0_tiny/doubling")
    path = getattr(kata, part)
    path.write_text("mine", "utf-8")
    before = files_of(clone)
    with pytest.raises(UserError, match="exists"):
        new.begin(kata, ["double"])
    assert files_of(clone) == before


def test_a_free_number_and_a_new_chapter_can_be_chosen(clone):
    assert new.place(clone.root, "ch0_tiny/doubling", 7).stem == "k07_doubling"
    kata = new.place(clone.root, "ch1_more/doubling", new_chapter=True)
    assert (kata.chapter, kata.stem) == ("ch1_more", "k01_doubling")


def test_a_new_chapter_gets_its_page(clone):
    kata = new.place(clone.root, "ch1_more_nets/doubling", new_chapter=True)
    paths = new.begin(kata, ())
    page = clone.root / "docs/en/ch1_more_nets/index.md"
    assert paths[-1] == page
    assert page.read_text("utf-8").startswith("# 1 More nets\n")
    (text,) = rules.chapters_have_pages(clone.root)
    assert "ch1_more_nets/index.md is marked TO WRITE" in text
    second = new.place(clone.root, "ch1_more_nets/halving")
    assert page not in new.begin(second, ())


def test_a_kata_answers_in_what_the_chapter_does(clone):
    new.begin(new.place(clone.root, "ch1_nets/first", new_chapter=True), (), "", True)
    for name, imports in (("ch1_nets/second", "torch"), ("ch0_tiny/second", "numpy")):
        kata = new.place(clone.root, name)
        new.begin(kata, ())
        assert f"import {imports}" in kata.reference.read_text("utf-8")
        kata.reference.unlink()


WRITTEN = {
    "reference": '''\
"""Doubling: two times everything.

It is a smaller kata than scaling.

Level: 1 of 5
Minutes: 5
Needs: scaling
"""

import numpy as np

__all__ = ["double"]


def double(x: np.ndarray) -> np.ndarray:
    """Return two times x.

    Parameters
    ----------
    x : ndarray of shape (N, D)

    Returns
    -------
    ndarray of shape (N, D)
    """
    return 2 * x
''',
    "grader": '''\
"""Grades Doubling."""

from dojo.grading import assert_close
from katas.ch0_tiny.k02_doubling import double


def test_double_is_the_sum_with_itself(rng):
    x = rng.normal(size=(3, 5))
    assert_close(double(x), x + x, "twice is the sum of both")
''',
    "bank": '''\
"""Wrong answers to Doubling, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("double", "The square is no double: multiply by 2.")
def squares(x):
    return x**2


@mistake("double", "Half is the other way: multiply by 2.")
def halves(x):
    return x / 2


@mistake("double", "Two is added: multiply by it.")
def adds_two(x):
    return x + 2
''',
}


def test_from_new_to_sound(clone):
    assert clone.dojo("new", "ch0_tiny/doubling", "--function", "double").status == 0
    kata = catalog.find(clone.root, "doubling")[0]
    for part, text in WRITTEN.items():
        getattr(kata, part).write_text(text, "utf-8")
    page = kata.page.read_text("utf-8")
    for mark in (rules.TO_WRITE, "to_write"):
        page = page.replace(mark, "written")
    kata.page.write_text(page, "utf-8")
    readme = clone.root / "README.md"
    text = readme.read_text("utf-8").replace("scaling |", "scaling, doubling |")
    readme.write_text(text, "utf-8")
    assert clone.dojo("sync").status == 0
    ran = clone.dojo("check")
    assert ran.status == 0, ran.out
    assert "2 katas are sound" in ran.out
