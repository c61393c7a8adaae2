"""Files of which a part cannot be read: the rest is graded, and no pass is lost."""

from textwrap import dedent

import pytest
from command_line import dojo
from conftest import REFERENCE

from dojo.answer.dependence import file_text
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
    "a method": ("def forward(self, x):", "def forward(self, x:", set()),
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
    assert bool(reading.partial) == (case == "a method")
    compile(reading.tree, "file.py", "exec")


CLASS = '''\
class Box:
    """A box.

    It holds a number.
    """

    size = 3

    def __init__(self, x):
        self.x = x

    @property
    def half(self):
        return self.x / (2

    def twice(self):
        """Return more."""
        return 2 * self.x


def twice(box: Box) -> float:
    return Box(3).twice()
'''


def test_a_method_that_cannot_be_read_costs_its_class_no_other():
    reading = read(CLASS, "file.py")
    box, twice = reading.statements
    assert [getattr(node, "name", "") for node in box.body[2:]] == [
        "__init__", "", "twice",
    ]  # fmt: skip
    assert twice.name == "twice"
    (fault,) = reading.faults
    assert reading.partial == {"Box": {"half": fault}}
    assert (fault.line, fault.says) == (14, "SyntaxError: '(' was never closed")
    line, caret = fault.excerpt
    assert line == "  14 | return self.x / (2"
    assert line[caret.index("^")] == "("
    assert {node.name: node.lineno for node in (box, twice)} == {"Box": 1, "twice": 21}
    compile(reading.tree, "file.py", "exec")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("size = 3", "size = (3"),
        ("class Box:", "class Box(:"),
        ("class Box:", "@total\nclass Box:"),
    ],
)
def test_a_class_is_lost_where_more_than_its_methods_may_be_wrong(old, new):
    reading = read(CLASS.replace(old, new), "file.py")
    assert reading.statements == []
    assert {"Box", "twice"} <= reading.lost.keys()
    assert reading.partial == {}


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ("LARGE = Box(9)", {"LARGE"}),
        ("def large(box=Box(9)):\n    return box", {"large"}),
        ("class Large(Box):\n    pass", {"Large"}),
        ("def large(box: Box) -> Box:\n    return Box(9)", set()),
        ("def large():\n    return LARGE\n\n\nLARGE = Box(9)", {"large", "LARGE"}),
    ],
)
def test_what_uses_a_class_in_part_when_it_is_imported_is_lost(more, lost):
    reading = read(f"{CLASS}\n\n{more}\n", "file.py")
    assert reading.lost.keys() == lost
    assert all(needed for _, needed in reading.lost.values())


def test_no_verdict_is_kept_of_what_needs_a_class_in_part():
    apart = "def apart():\n    return 3\n"
    names = ("Box", "twice", "apart")
    assert file_text(f"{CLASS}\n\n{apart}", "f.py", names).functions.keys() == {"apart"}
    whole = CLASS.replace("(2", "2")
    assert file_text(whole, "f.py", names).functions.keys() == {"Box", "twice"}


BOXES = '''
    """Boxes: they hold a number.

    Level: 1 of 5
    """

    __all__ = ["Box", "doubled", "halved"]


    class Box:
        """A number.

        Parameters
        ----------
        x : float
        """

        def __init__(self, x: float) -> None:
            self.x = x

        def half(self) -> float:
            """Return a half of it."""
            return self.x / (2)

        def twice(self) -> float:
            """Return twice as much."""
            return 2 * self.x


    def doubled(x: float) -> float:
        """Return twice x."""
        return Box(x).twice()


    def halved(x: float) -> float:
        """Return a half of x."""
        return Box(x).half() if x else 0.0
'''
BOXES_GRADER = """
    from dojo.grading import assert_close
    from katas.ch0_tiny.k02_boxes import Box, doubled, halved


    def test_box_is_doubled():
        assert_close(Box(3.0).twice(), 6.0, "twice 3 is 6")


    def test_doubled_is_twice():
        assert_close(doubled(3.0), 6.0, "twice 3 is 6")


    def test_halved_of_0_is_0():
        assert_close(halved(0.0), 0.0, "a half of 0 is 0")


    def test_halved_is_a_half():
        assert_close(halved(3.0), 1.5, "a half of 3 is 1.5")
"""


def test_a_half_typed_method_costs_what_needs_it_and_takes_no_pass_back(clone):
    clone.answer("")
    wrong_besides = BOXES.replace("(2)", "(2").replace("else 0.0", "else 7.0")
    clone.add_kata("k02_boxes", BOXES, BOXES_GRADER, wrong_besides)
    verdicts = clone.verdicts()
    assert verdicts["doubled"]["state"] == "passed"
    cause = "SyntaxError: '(' was never closed"
    lines = dedent(BOXES).splitlines()
    at = f"k02_boxes.py:{lines.index('        return self.x / (2)') + 1}: {cause}"
    assert verdicts["Box"]["because"] == at
    says = f"halved needs Box.half, which cannot be read: {at}"
    assert verdicts["halved"]["because"] == says
    assert {verdicts[name]["rung"] for name in ("Box", "halved")} == {"imports"}


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
