"""Files of which a part cannot be read: the rest is graded, and no pass is lost."""

import pytest
from command_line import dojo
from conftest import REFERENCE

from dojo.answer.readable import read
from dojo.kata import catalog
from dojo.learner.ledger import Ledger
from dojo.learner.status import status_of

TEXT = '''\
"""A file.

def is a word here, and import too.
"""

import math

TABLE = {
    "a": 1,
}
SIZE = len(TABLE)


def first(x):
    """Return x."""
    return math.sqrt(x)


@staticmethod
def second(x):
    return first(x) + SIZE


class Third:
    def forward(self, x):
        return x


def fourth(x):
    return x
'''
ALL = {"first", "second", "Third", "fourth"}
# What is half-typed, what stands there instead, and what is lost by it.
HALF_TYPED = {
    "an open bracket": ("math.sqrt(x)", "math.sqrt(x", {"first", "second"}),
    "an open string": ('"""Return x."""', '"""Return x.', {"first", "second"}),
    "no colon": ("def fourth(x):", "def fourth(x)", {"fourth"}),
    "no body": ("def fourth(x):\n    return x\n", "def fourth(x):\n", {"fourth"}),
    "half a word": ("def fourth(x):", "de fourth(x):", {"fourth"}),
    "a method": ("def forward(self, x):", "def forward(self, x:", {"Third"}),
    "an indentation": ("    return first(x)", "     x\n    return x", {"second"}),
    "a decorator": ("@staticmethod", "@staticmethod(", {"second"}),
    "an import": ("import math", "import math as", {"first", "second"}),
    "a constant": ("SIZE = len(TABLE)", "SIZE = len(TABLE", {"second"}),
    "a table": ('"a": 1,\n}', '"a": 1,\n', {"second"}),
    "a return outside": ("def fourth(x):\n    return x", "return 1", {"fourth"}),
}


def names_of(reading):
    return {getattr(node, "name", "") for node in reading.statements} & ALL


@pytest.mark.parametrize("case", HALF_TYPED)
def test_what_is_half_typed_costs_itself_and_what_needs_it(case):
    old, new, lost = HALF_TYPED[case]
    assert TEXT.count(old) == 1
    reading = read(TEXT.replace(old, new), "file.py")
    assert names_of(reading) == ALL - lost
    assert len(reading.faults) == 1
    compile(reading.tree, "file.py", "exec")


def test_a_whole_text_is_read_by_python():
    assert (names_of(read(TEXT, "file.py")), read(TEXT, "file.py").faults) == (ALL, [])


def test_what_needs_a_lost_name_says_which():
    reading = read(TEXT.replace("math.sqrt(x)", "math.sqrt(x"), "file.py")
    fault, needed = reading.lost["second"]
    assert (fault, needed) == (reading.faults[0], "first")
    assert reading.lost["first"] == (fault, "")


def test_two_faults_are_told_apart():
    text = TEXT.replace("math.sqrt(x)", "math.sqrt(x").replace("def fourth(x):", "def")
    reading = read(text, "file.py")
    assert [fault.line for fault in reading.faults] == [16, 29]


def test_a_string_that_is_open_swallows_no_other_function():
    text = TEXT.replace('"""Return x."""', '"""Return x.')
    text = text.replace("def fourth(x):", 'def fourth(x):\n    """') + "\n\nlast = (\n"
    reading = read(text, "file.py")
    assert names_of(reading) == {"Third"}
    assert len(reading.faults) == 3


def test_the_excerpt_is_the_line_with_a_caret_under_the_place():
    reading = read(TEXT.replace("math.sqrt(x)", "math.sqrt(x"), "file.py")
    assert reading.faults[0].says == "SyntaxError: '(' was never closed"
    line, caret = reading.faults[0].excerpt
    assert line == "  16 | return math.sqrt(x"
    assert line[caret.index("^")] == "("


def test_the_excerpt_of_a_long_line_shows_what_is_around_the_place():
    long = f"return {'x + ' * 40}(x"
    reading = read(TEXT.replace("return math.sqrt(x)", long), "file.py")
    line, caret = reading.faults[0].excerpt
    assert line[caret.index("^")] == "("
    assert len(line) <= 58


def test_a_later_definition_that_cannot_be_read_hides_an_earlier_one():
    reading = read(f"{TEXT}\n\ndef fourth(x:\n    return 2\n", "file.py")
    assert names_of(reading) == ALL - {"fourth"}


def test_a_fault_in_one_function_leaves_the_verdict_of_the_other(clone):
    broken = REFERENCE.replace("* x\n", "* (x\n", 1)
    clone.stub.write_text(broken)
    verdicts = clone.verdicts()
    assert verdicts["mean_square"]["state"] == "passed"
    scale = verdicts["scale"]
    assert (scale["state"], scale["rung"]) == ("failed", "imports")
    line = broken.splitlines().index("    return _checked(factor) * (x") + 1
    because = f"k01_scaling.py:{line}: SyntaxError: '(' was never closed"
    assert scale["because"] == because


def test_plain_pytest_shows_the_line_and_a_caret(clone):
    clone.stub.write_text(REFERENCE.replace("* x\n", "* (x\n", 1))
    out = clone.graded().out
    assert "| return _checked(factor) * (x\n" in out
    assert "|                           ^\n" in out


def test_a_pass_that_cannot_be_read_now_is_kept_in_the_count(clone):
    clone.stub.write_text(REFERENCE)
    assert dojo(clone, "run", "scaling").status == 0
    clone.stub.write_text(REFERENCE.replace("* x\n", "* (x\n", 1))
    ran = dojo(clone, "run", "scaling")
    assert ran.status == 1
    assert "2 of 2 passed" in ran.out
    assert "unread       scale        passed before, cannot be read now" in ran.out
    assert "'(' was never closed" in ran.out
    (kata,) = catalog.katas(clone.root)
    assert status_of(kata, Ledger(clone.root).read()).passed == 2


def test_what_never_passed_is_not_counted_when_it_cannot_be_read(clone):
    clone.stub.write_text(REFERENCE.replace("* x\n", "* (x\n", 1))
    ran = dojo(clone, "run", "scaling")
    assert "1 of 2 passed" in ran.out
    assert "passed before" not in ran.out
    (kata,) = catalog.katas(clone.root)
    assert status_of(kata, Ledger(clone.root).read()).passed == 1
