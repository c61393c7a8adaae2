"""What `make test` does when a part of it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import REPOSITORY

TOOLS = ("ruff", "lint-imports", "mypy", "python", "dojo")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def make_test(folder: Path, *failing: str) -> subprocess.CompletedProcess[str]:
    """Run `make test` with tools that only say their names, or fail."""
    shutil.copy(REPOSITORY / "Makefile", folder)
    (folder / "pyproject.toml").touch()
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in TOOLS:
        tool = tools / name
        status = int(name in failing)
        tool.write_text(f'#!/bin/sh\necho "ran {name} $*"\nexit {status}\n')
        tool.chmod(0o755)
    (folder / ".venv" / ".developer").touch()
    # A make that runs these tests would have its say in this one.
    own = {k: v for k, v in os.environ.items() if "MAKE" not in k and k != "MFLAGS"}
    return subprocess.run(
        ["make", "test"],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_parts_run_and_all_are_green(tmp_path):
    done = make_test(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "== all green"
    for part in (*TOOLS, "python -m pytest --solutions", "python -m pytest tests/dojo"):
        assert f"ran {part}" in done.stdout


def test_a_part_that_fails_stops_no_other_and_is_named_at_the_end(tmp_path):
    done = make_test(tmp_path, "mypy", "dojo")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "== failed: types check sample"
    for name in TOOLS:
        assert f"ran {name}" in done.stdout
