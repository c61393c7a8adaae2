"""The project's own benchmarks: the room that runs them, and the table on the site."""

import json
import shutil

import pytest
from conftest import REPOSITORY

from dojo.errors import UserError
from dojo.site import benchmarks

TINY = """\
def test_tiny(table):
    table.add("a pair", [1.0, 2.0, 3.0, 4.0, 5.0], "×", "2 × or less")
    table.add("once", [7.0], "s")
    assert {holds}
"""


def run(clone, holds=True):
    """Run one benchmark in the room; return how it ended, and the table's file."""
    room = clone.root / "tests" / "bench"
    room.mkdir()
    shutil.copy(REPOSITORY / "tests" / "bench" / "conftest.py", room)
    tiny = room / f"bench_tiny_{holds}.py"
    tiny.write_text(TINY.format(holds=holds), "utf-8")
    file = clone.root / "docs" / "benchmarks.json"
    return clone.graded(
        str(room / f"bench_tiny_{holds}.py"), "--table", str(file)
    ), file


@pytest.mark.usefixtures("own_kernels")
def test_a_run_writes_quartiles_and_the_machine(clone):
    ran, file = run(clone)
    assert ran.status == 0, ran.out
    assert "a pair: 2 … 3 … 4 ×" in ran.out
    found = json.loads(file.read_text("utf-8"))
    assert [row["median"] for row in found["rows"]] == [3, 7]
    assert found["kernel"]["pinned"] == []
    page = benchmarks.table(clone.root)
    assert "| a pair | 3.00 ×<br>2.00 to 4.00 | 2 × or less |" in page
    assert "| once | 7.00 s |  |" in page
    assert found["kernel"]["blas"] in page


@pytest.mark.usefixtures("own_kernels")
def test_a_run_that_fails_leaves_the_table_as_it_is_and_keeps_what_it_found(clone):
    ran, file = run(clone, holds=False)
    assert ran.status == 1
    assert not file.exists()
    part = file.with_suffix(".part.json")
    assert f"written to {part}" in ran.out
    found = json.loads(part.read_text("utf-8"))
    assert [row["median"] for row in found["rows"]] == [3, 7]


def test_a_kernel_that_is_not_the_machines_own_is_refused(clone, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    ran, file = run(clone)
    assert ran.status == 4
    assert "unset OPENBLAS_CORETYPE" in ran.err
    assert not file.exists()


def test_a_site_without_the_table_says_how_it_is_made(clone):
    with pytest.raises(UserError, match="make bench writes it"):
        benchmarks.table(clone.root)


def test_the_site_has_a_table_that_a_run_wrote():
    rows = json.loads((REPOSITORY / benchmarks.FILE).read_text("utf-8"))["rows"]
    assert len(benchmarks.table(REPOSITORY).splitlines()) == len(rows) + 4


def test_the_room_is_no_part_of_a_grading_run(clone, monkeypatch):
    """Its kernels would be refused, and with them every verdict."""
    room = clone.root / "tests" / "bench"
    room.mkdir()
    shutil.copy(REPOSITORY / "tests" / "bench" / "conftest.py", room)
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert clone.graded("--solutions", "-q").status == 0
