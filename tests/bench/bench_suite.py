"""What grading every reference takes, in processor time: a busy machine adds none."""

from children import pytest_run


def test_suite(table):
    spent, done = pytest_run("--solutions")
    assert done.returncode == 0, done.stdout[-2000:]
    claim = "120 s or less on two cores"
    table.add("pytest --solutions, all katas, processor time", [spent], "s", claim)
