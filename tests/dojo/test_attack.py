"""How `dojo attack` grades files of answers."""

import json
import os
import signal
import subprocess
import sys
from textwrap import dedent

import pytest
from pty_session import processes_of, wait_until

from dojo.check import attack, blocks
from dojo.errors import UserError
from dojo.kata import catalog

ODD = "# right odd: in one\ndef mean_square(x):\n    return float(x @ x) / len(x)\n"
SUMS = "# wrong sums: no mean\ndef mean_square(x):\n    return float(x @ x)\n"

BLOCKS = """\
import numpy as np

# right odd: the preamble's numpy, a helper, a future import
from __future__ import annotations
def _half(x: Unknown):
    return x / 2
def scale(x, factor=3.0):
    if factor < 0:
        raise ValueError(factor)
    return np.multiply(2 * factor, _half(x))

# wrong adds: a known mistake
def scale(x, factor=3.0):
    return x + factor
# both: two functions, one of them wrong
def scale(x, factor=3.0):
    return _checked(factor) * x
def mean_square(x):
    return float((x * x).sum())
# loops
def mean_square(x):
    while True:
        pass
# dies
def mean_square(x):
    import os, signal
    os.kill(os.getpid(), signal.SIGSEGV)
# exits-at-import
import sys
sys.exit(0)
def mean_square(x):
    return 0.0
# does-not-parse
def mean_square(x)
    return 0.0
# answers-nothing
def root_mean_square(x):
    return 0.0
# last: what stands after all these is graded
def mean_square(x):
    return float((x * x).mean())
"""
GRADED = {
    "odd": ("passed", ""),
    "adds": ("failed", "adds-the-factor: "),
    "both": ("failed", "mean_square · values · the mean of the squares"),
    "loops": ("failed", "mean_square · time · mean_square did not end within "),
    "dies": ("failed", "mean_square ended the process: a segmentation fault"),
    "exits-at-import": ("not graded", "scaling.txt:30: SystemExit"),
    "does-not-parse": ("not graded", "line 34: expected ':'"),
    "answers-nothing": ("not graded", "it defines none of scale, mean_square"),
    "last": ("passed", ""),
}


def kata_in(clone):
    return catalog.katas(clone.root)[0]


def written(clone, text, name="scaling.txt"):
    """Return the path of a file of answers."""
    path = clone.root / name
    path.write_text(dedent(text), "utf-8")
    return str(path)


def test_a_bad_block_costs_only_itself(clone):
    """One run proves every kind of end, since each run starts a warm process."""
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    text = grader.read_text("utf-8").replace(
        "import assert_close", "import slow, assert_close"
    )
    text = text.replace('@forbids("numpy.var")', '@slow(1.0)\n@forbids("numpy.var")')
    text = text.replace(
        "def test_mean_square_of", "@slow(1.0)\ndef test_mean_square_of"
    )
    grader.write_text(text, "utf-8")
    ran = clone.dojo("attack", "--json", written(clone, BLOCKS))
    assert ran.status == 1, ran.err
    document = json.loads(ran.out)
    assert document["schema"] == attack.SCHEMA
    seen = {block["name"]: block for block in document["blocks"]}
    assert list(seen) == list(GRADED)
    for name, (state, says) in GRADED.items():
        assert seen[name]["state"] == state, seen[name]
        assert says in seen[name]["because"]
    (adds,) = seen["adds"]["functions"]
    assert adds["diagnosis"]["code"] == "adds-the-factor"
    assert seen["adds"]["expected"] == "failed"
    assert [f["function"] for f in seen["both"]["functions"]] == [
        "scale",
        "mean_square",
    ]
    assert seen["dies"]["says"] == ""
    last = next(line for line in BLOCKS.splitlines() if line.startswith("# last"))
    assert seen["last"]["line"] == BLOCKS.splitlines().index(last) + 1


def test_attack_is_0_when_all_came_out_as_said_and_names_the_mistakes(clone):
    ran = clone.dojo("attack", written(clone, ODD + SUMS))
    assert ran.status == 0, ran.out
    assert "passed      odd" in ran.out
    assert "mean_square · values · sums: The squares are summed" in ran.out
    assert "2 blocks: 1 passed, 1 failed, 0 not graded; 1 named" in ran.out


def test_attack_is_1_and_says_so_when_a_wrong_block_passes(clone):
    text = (ODD + SUMS).replace("right", "wrong").replace("wrong sums", "right sums")
    ran = clone.dojo("attack", written(clone, text))
    assert ran.status == 1
    assert "must be failed: mean_square" in ran.out
    assert "next: write the test that rejects odd" in ran.out
    assert "next: find out why sums was rejected" in ran.out


def test_expect_says_it_for_blocks_that_do_not(clone):
    path = written(clone, ODD.replace("right ", "") + SUMS)
    ran = clone.dojo("attack", "--expect", "fail", path)
    assert ran.status == 1
    assert "must be failed: mean_square" in ran.out


def test_a_result_is_as_expected_if_nobody_says(clone):
    (block,) = blocks.read(written_path(clone, ODD.replace("right ", "")))
    for state, expected, is_so in (
        ("passed", "", True),
        ("failed", "", True),
        ("passed", "passed", True),
        ("failed", "passed", False),
        ("passed", "failed", False),
        ("not graded", "", False),
        ("not graded", "failed", False),
    ):
        result = attack.Result(kata_in(clone), block, state, expected=expected)
        assert result.is_as_expected == is_so


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.txt"], "none.txt names no kata"),
        (["none.txt", "--kata", "scaling"], "cannot be read"),
        (["empty.txt", "--kata", "scaling"], "has no block"),
        (["scaling.txt", "--kata", "scalling"], "did you mean scaling"),
        (["scaling.txt", "--expect", "yes"], "--expect takes fail or pass"),
    ],
)
def test_wrong_use_is_2_and_says_what_to_do(clone, arguments, says):
    written(clone, ODD)
    written(clone, "def scale(x):\n    return x\n", "empty.txt")
    ran = clone.dojo("attack", *arguments)
    assert ran.status == 2
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_ends_every_process(clone):
    path = written(clone, "# loops\ndef scale(x):\n    while True:\n        pass\n")
    command = [sys.executable, "-m", "dojo", "attack", path]
    process = subprocess.Popen(
        command, cwd=clone.root, env=os.environ | {"PYTHONPATH": str(clone.root)}
    )
    wait_until(lambda: len(processes_of(clone.root)) > 2)  # the warm one, and its child
    process.send_signal(signal.SIGINT)
    assert process.wait(60) != 0
    wait_until(lambda: not processes_of(clone.root))


@pytest.mark.parametrize(
    "name", ["scaling.txt", "k01_scaling.txt", "ch0_tiny__k01_scaling.txt"]
)
def test_a_file_is_for_the_kata_that_its_name_says(clone, name):
    assert blocks.kata_of(clone.root, clone.root / name) == kata_in(clone)
    with pytest.raises(UserError, match="or add --kata KATA"):
        blocks.kata_of(clone.root, clone.root / f"un{name}")


def test_a_header_that_says_how_it_must_come_out_may_name_a_class(clone):
    text = """\
        # right Scale-in_a-class: no block is swallowed by the one before
        scale = float
        # Note: this is part of the block
        # wrong Scale.v2
        scale = int
    """
    first, second = blocks.read(written_path(clone, text))
    assert (first.name, first.expected) == ("Scale-in_a-class", "passed")
    assert first.source.endswith("# Note: this is part of the block\n")
    assert (second.name, second.expected) == ("Scale.v2", "failed")


def test_ruled_headers_leave_other_comments_alone(clone):
    text = """\
        # === wrong scale: half-of-it
        # twice: this is part of the block
        def scale(x, factor=3.0):
            return x / 2
        # === right mean_square: squares.first
        def mean_square(x):
            return 0.0
    """
    first, second = blocks.read(written_path(clone, text))
    assert (first.name, first.function, first.expected) == (
        "half-of-it", "scale", "failed",
    )  # fmt: skip
    assert first.source.startswith("# twice: this")
    assert (second.name, second.line, second.expected) == ("squares.first", 5, "passed")


def written_path(clone, text):
    return clone.root / written(clone, text)


def spliced(clone, text):
    """Return the module that the only block of a text makes of the reference."""
    (block,) = blocks.read(written_path(clone, text))
    result = blocks.splice(kata_in(clone), block)
    space = {}
    exec(compile(result.text, "spliced", "exec"), space)
    return block, result, space


def test_a_block_takes_the_place_of_what_it_defines(clone):
    block, result, space = spliced(clone, "# one\ndef scale(x):\n    return 'mine'\n")
    assert result.functions == ("scale",)
    assert space["scale"](1) == "mine"
    assert result.text.count("def scale") == 1
    assert space["_checked"](2.0) == 2.0
    lines = result.text.splitlines()
    number = lines.index("    return 'mine'") + 1
    assert result.line_in(block, number) == 3
    assert result.line_in(block, 1) is None
    assert result.line_in(block, len(lines)) is None


def test_a_helper_of_a_block_stands_for_the_reference_s(clone):
    text = (
        "# one\ndef _checked(f):\n    return 7\ndef mean_square(x):\n    return 0.0\n"
    )
    _, result, space = spliced(clone, text)
    assert result.functions == ("mean_square",)
    assert space["scale"](1) == 7


def test_what_the_reference_does_with_a_function_at_import_finds_the_block_s(clone):
    source = clone.reference.read_text("utf-8") + "\nTWICE = scale(1, 2.0)\n"
    clone.reference.write_text(source, "utf-8")
    _, _, space = spliced(clone, "# one\ndef scale(x, factor):\n    return 'mine'\n")
    assert space["TWICE"] == "mine"


def test_a_header_must_name_what_its_block_defines(clone):
    with pytest.raises(blocks.Unusable, match="it does not define mean_square"):
        spliced(clone, "# === wrong mean_square: one\ndef scale(x):\n    return x\n")


def test_what_was_said_is_function_rung_cause_and_what_came(clone):
    record = {
        "function": "scale",
        "rung": "values",
        "lines": ["every entry is multiplied", "returned: 1"],
        "got": "1",
        "diagnosis": None,
        "where": None,
    }
    says = "scale · values · every entry is multiplied"
    assert attack.said(record) == f"{says} · returned 1"
    named = record | {"diagnosis": {"code": "a", "says": "b"}, "lines": ["a: b"]}
    assert attack.said(named) == "scale · values · a: b"
    where = {"lines": [3, 5], "kind": "the sign", "edit": ""}
    lines = f"{says} · returned 1 · line 3, 5: the sign"
    assert attack.said(record | {"where": where}) == lines
    assert attack.said(record | {"rung": "", "got": ""}) == says.replace(
        "values · ", ""
    )
