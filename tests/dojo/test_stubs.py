"""How stubs are made, restored and backed up."""

import pytest
from command_line import dojo

from dojo.errors import UserError
from dojo.kata.catalog import find
from dojo.kata.stubs import has_answers, stub_of, with_function_from


def test_a_stub_keeps_signatures_and_docstrings_and_loses_bodies_and_helpers(clone):
    made = stub_of(clone.reference.read_text("utf-8"))
    assert made.count("raise NotImplementedError") == 2
    assert "_checked" not in made
    assert "def scale(x: np.ndarray, factor: float = 3.0) -> np.ndarray:" in made
    assert "If the factor is negative." in made
    compile(made, "stub", "exec")


def test_a_stub_of_a_class_keeps_its_docstring_and_empties_its_methods():
    source = (
        '__all__ = ["Net"]\n\n\nclass Net:\n    """A net."""\n\n    size = 3\n\n'
        "    def __init__(self) -> None:\n        self.x = 1\n\n"
        "    def _helper(self):\n        return 2\n\n"
        '    def forward(self):\n        """Return 1."""\n        return self.x\n'
    )
    made = stub_of(source)
    assert "_helper" not in made
    assert "size = 3" in made
    assert made.count("raise NotImplementedError") == 2


SOURCE_WITH_COMMENTS = """\
__all__ = ["f", "g"]

# Kept: it is of the constant.
SIZE = 3


# Why the helper is there,
# in two lines.
def _helper():
    return 2


def f():
    # How it is done.
    return _helper()


def g():
    @cache
    def inner():
        return 3

    return inner()
"""


def test_a_stub_keeps_no_comment_of_a_helper_or_a_body():
    assert (
        stub_of(SOURCE_WITH_COMMENTS)
        == """\
__all__ = ["f", "g"]

# Kept: it is of the constant.
SIZE = 3


def f():
    raise NotImplementedError


def g():
    raise NotImplementedError
"""
    )


def test_a_function_that_is_written_twice_is_reset_where_python_takes_it():
    stub = "def f():\n    raise NotImplementedError\n"
    mine = "def f():\n    return 1\n\n\ndef f():\n    return 2\n"
    assert with_function_from(stub, mine, "f") == (
        "def f():\n    return 1\n\n\ndef f():\n    raise NotImplementedError\n"
    )


def test_reset_restores_one_function_and_copies_what_was_there(clone):
    clone.answer("")
    before = clone.stub.read_text("utf-8")
    ran = dojo(clone, "reset", "scaling::scale")
    assert ran.status == 0, ran.err
    after = clone.stub.read_text("utf-8")
    assert after.count("raise NotImplementedError") == 1
    assert "np.square(x).mean()" in after
    copies = list((clone.root / ".dojo" / "backups").rglob("*.py"))
    assert [copy.read_text("utf-8") for copy in copies] == [before]


def test_reset_of_a_function_in_a_broken_file_says_so_and_changes_nothing(clone):
    clone.stub.write_text("def scale(:\n", "utf-8")
    ran = dojo(clone, "reset", "scaling::scale")
    assert ran.status == 2
    assert "syntax error" in ran.err
    assert clone.stub.read_text("utf-8") == "def scale(:\n"


def test_reset_twice_keeps_both_copies(clone):
    for text in ("one = 1\n", "two = 2\n"):
        clone.stub.write_text(text, "utf-8")
        dojo(clone, "reset", "scaling")
    copies = list((clone.root / ".dojo" / "backups").rglob("*.py"))
    assert {copy.read_text("utf-8") for copy in copies} == {"one = 1\n", "two = 2\n"}


def test_sync_leaves_answers_alone(clone):
    clone.answer("")
    before = clone.stub.read_text("utf-8")
    ran = dojo(clone, "sync")
    assert ran.status == 1
    assert "has answers" in ran.out
    assert clone.stub.read_text("utf-8") == before


def test_sync_mends_a_stub_that_differs_and_makes_one_that_is_gone(clone):
    made = clone.stub.read_text("utf-8")
    other = made.replace("Return x times", "Return x by")
    assert other != made
    clone.stub.write_text(other, "utf-8")
    mended = dojo(clone, "sync")
    assert (mended.status, mended.out[:8]) == (0, "mended: ")
    assert clone.stub.read_text("utf-8") == made
    clone.stub.unlink()
    remade = dojo(clone, "sync")
    assert (remade.status, remade.out[:6]) == (0, "made: ")
    assert clone.stub.read_text("utf-8") == made
    assert dojo(clone, "sync").out == ""


def test_sync_by_force_copies_the_answers_first(clone):
    made = clone.stub.read_text("utf-8")
    clone.answer("")
    mine = clone.stub.read_text("utf-8")
    assert dojo(clone, "sync", "--force").status == 0
    assert clone.stub.read_text("utf-8") == made
    (copy,) = (clone.root / ".dojo" / "backups").rglob("*.py")
    assert copy.read_text("utf-8") == mine


def test_sync_names_a_stub_that_cannot_be_written(clone):
    clone.stub.unlink()
    clone.stub.mkdir()
    in_its_place = dojo(clone, "sync")
    clone.stub.rmdir()
    clone.stub.parent.rmdir()
    clone.stub.parent.write_text("a file where the folder should be")
    above = dojo(clone, "sync")
    for ran in (in_its_place, above):
        assert ran.status == 2
        assert ran.err.startswith("dojo: katas/ch0_tiny/k01_scaling.py cannot be synce")
        assert ran.err.endswith("move it away or allow writing, then dojo sync\n")


def test_a_function_can_be_found_after_a_decorator_and_at_the_end():
    stub = "def f():\n    raise NotImplementedError\n"
    mine = "import functools\n\n\n@functools.cache\ndef f():\n    return 1\n\n\ng = 2\n"
    assert "cache\n" not in with_function_from(stub, mine, "f")
    assert with_function_from(stub, "g = 2", "f") == f"g = 2\n\n\n{stub}"
    with pytest.raises(UserError):
        with_function_from(stub, "def (", "f")


def test_has_answers_looks_below_the_docstring():
    assert not has_answers('def f():\n    """Doc."""\n    raise NotImplementedError\n')
    assert has_answers('def f():\n    """Doc."""\n    return 1\n')
    assert has_answers("def f(:")


def test_every_kata_is_found_by_slug_stem_and_path(clone):
    names = ["scaling", "k01_scaling", "katas/ch0_tiny/k01_scaling.py"]
    names += ["tests/ch0_tiny/test_k01_scaling.py", str(clone.stub)]
    for name in names:
        kata, function = find(clone.root, f"{name}::scale")
        assert (kata.slug, function) == ("scaling", "scale")
