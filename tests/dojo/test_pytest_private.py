"""What pytest does not promise: tried with the version that is installed."""

import pytest

from dojo.verdict.pytest_private import TRIED, folder


def test_this_pytest_is_one_that_was_tried():
    version = ".".join(pytest.__version__.split(".")[:2])
    assert version in TRIED, (
        f"pytest {version} is new: run `pytest tests/dojo/test_pytest.py "
        "tests/dojo/test_check.py` with it, then add it to TRIED in "
        "dojo/verdict/pytest_private.py"
    )


def test_the_oldest_and_the_newest_that_pyproject_allows_were_tried():
    assert TRIED[0] == "8.2"
    assert TRIED[-1].partition(".")[0] == "9"


def test_pytests_own_code_is_where_its_runner_is():
    assert (folder() / "runner.py").is_file()
