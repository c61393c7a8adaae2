"""What a function's verdict depends on in its file."""

import pytest

from dojo.answer.dependence import FileText, file_text

TEXT = '''\
"""A file."""

import math
from random import Random

__all__ = ["first", "second", "third", "Fourth"]

SMALL = -1e-8 * 2
TABLE = {"a": 1}
_LOG = []


def _helped(x):
    return math.sqrt(x)


def first(x):
    """Return x."""
    return _helped(x) + SMALL


def second(x):
    first = TABLE["a"]
    return first + x


def third(x):
    return [second(x) for _ in range(2)]


class Fourth:
    size: int = 3

    def forward(self, x):
        return Random(self.size)


def fifth(x):
    return SMALL * x


def sixth(x):
    _LOG.append(x)


def seventh(x):
    return len(_LOG)


if __name__ == "__main__":
    print(first(1))
'''
FUNCTIONS = (
    "first", "second", "third", "Fourth", "fifth", "sixth", "seventh",
)  # fmt: skip
# What is changed, what stands there instead, and whose verdict may be another one.
CHANGES = {
    "its own text": ("return first + x", "return first - x", {"second", "third"}),
    "a helper": ("math.sqrt(x)", "math.exp(x)", {"first"}),
    "a module's name": ("import math", "import cmath as math", {"first"}),
    "a constant": ("-1e-8", "-1e-7", {"first", "fifth"}),
    "a table": ('"a": 1', '"a": 2', {"second", "third"}),
    "a method": ("return Random(self.size)", "return None", {"Fourth"}),
    "a class's variable": ("int = 3", "int = 4", {"Fourth"}),
    "who shares a list": ("_LOG.append(x)", "_LOG.clear()", {"sixth", "seventh"}),
    "a user of a constant": ("SMALL * x", "SMALL / x", {"fifth"}),
    "who sets a name": (
        "return SMALL * x",
        "global TABLE\n    TABLE = x",
        {"fifth", "second", "third"},
    ),
    "who writes into a function": (
        "return SMALL * x",
        "second.calls = x",
        {"fifth", "second", "third"},
    ),
    "what runs at the import": ("_LOG = []", "_LOG = []\n_LOG.clear()", {*FUNCTIONS}),
    "a look at all names": ("return SMALL * x", "return globals()", {"fifth"}),
    "a comment": ("    return first + x", "    # x\n    return first + x", set()),
    "a blank line": ("def third", "\n\ndef third", set()),
    "a line folded": ("return first + x", "return (\n        first + x\n    )", set()),
    "an import for nobody": ("import math", "import math\nimport os", set()),
    "what only a script runs": ("print(first(1))", "print(second(1))", set()),
}


def text_of(text: str) -> FileText:
    return file_text(text, "file.py", FUNCTIONS)


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_is_felt_by_what_needs_it_and_by_nothing_else(case):
    old, new, changed = CHANGES[case]
    assert TEXT.count(old) == 1
    before, now = text_of(TEXT).functions, text_of(TEXT.replace(old, new)).functions
    assert {n for n in FUNCTIONS if before[n].text != now[n].text} == changed


# Names for a value that `fifth` and `seventh` both read, and whether they share it.
SHARED = {
    "list[tuple[str, int]]": False,
    "Callable[[dict[str, int]], float]": False,
    "math.Some | Callable[[int], None]": False,
    "dict[str, int] | None": False,
    "_LOG[0]": True,
    "TABLE | {}": True,
    "[list[int]]": True,
    "Random[0]": True,
}


@pytest.mark.parametrize(("value", "shared"), SHARED.items())
def test_who_reads_a_type_shares_nothing_with_others_who_read_it(value, shared):
    file = TEXT.replace("import math", "import math\nfrom typing import Callable")
    file = file.replace("SMALL = -1e-8 * 2", f"SMALL = -1e-8 * 2\nBoth = {value}")
    file = file.replace("return SMALL * x", "return SMALL * x, Both")
    file = file.replace("return len(_LOG)", "return len(str(x)), Both")
    before, now = text_of(file), text_of(file.replace("len(str(x))", "len(repr(x))"))
    changed = before.functions["fifth"].text != now.functions["fifth"].text
    assert changed is shared


def test_a_list_of_ones_own_makes_no_types():
    file = TEXT.replace("SMALL = -1e-8 * 2", "SMALL = 1\nlist = [_LOG]\nBoth = list[0]")
    file = file.replace("return SMALL * x", "return SMALL * x, Both")
    before, now = text_of(file), text_of(file.replace("_LOG.append", "_LOG.extend"))
    assert before.functions["fifth"] != now.functions["fifth"]


def test_who_looks_at_all_names_depends_on_all_of_them():
    looks = TEXT.replace("return SMALL * x", "return globals()")
    before, now = text_of(looks), text_of(looks.replace("first + x", "first - x"))
    assert before.functions["fifth"] != now.functions["fifth"]


def test_lines_count_where_they_are_asked_for():
    moved = text_of(TEXT.replace("def third", "\n\ndef third"))
    before = text_of(TEXT)
    assert before.functions["third"].placed != moved.functions["third"].placed
    assert before.functions["first"].placed == moved.functions["first"].placed


def test_a_comment_inside_a_function_moves_its_lines():
    first, *_ = CHANGES["a comment"]
    other = text_of(TEXT.replace(first, f"    # x\n{first}"))
    assert text_of(TEXT).functions["second"].placed != other.functions["second"].placed


def test_a_function_that_cannot_be_read_has_no_fingerprint_and_the_rest_stay():
    broken = text_of(TEXT.replace("return first + x", "return (first + x"))
    assert set(FUNCTIONS) - broken.functions.keys() == {"second", "third"}
    before = text_of(TEXT).functions
    assert all(broken.functions[name] == before[name] for name in broken.functions)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("return first + x", "return first - x", True),
        ("return Random(self.size)", "return None", True),
        ("import math", "import math\nimport os", False),
        ("def third(x):", "def third(x, y=1 / 3):", False),
        ("size: int = 3", "size: int = 4", False),
    ],
)
def test_what_runs_at_the_import_is_the_file_without_its_bodies(old, new, same):
    outside = text_of(TEXT.replace(old, new)).outside
    assert (outside == text_of(TEXT).outside) is same


def test_a_text_with_characters_that_are_none_has_no_fingerprints():
    assert text_of("\0") == FileText()
