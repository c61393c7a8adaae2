"""The rooms of dojo/: which may know which, and that none keeps state of its own."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY

DOJO = REPOSITORY / "dojo"
LINTER = Path(sys.executable).with_name("lint-imports")

# What a module may keep while the process lives, and why no run can tell.
KEPT = {
    "compare/context.py: COMPARING": "a context variable: each test sets its own",
    "answer/forbidden.py: _torch_forms": "the forms of a function of torch's",
    "kata/bank.py: own": "the text of a file that is not edited while it is graded",
    "kata/bank.py: load": "a bank is imported once, as every module is",
    "kata/signatures.py: uses_torch": "read off a reference's text",
    "kata/signatures.py: uses_optimizers": "likewise",
    "kata/signatures.py: returns": "likewise",
    "kata/signatures.py: changes": "likewise",
    "verdict/traceback_text.py: _machinery": "the folders of what is installed",
    "data.py: _stored": "the shipped digits, checked by their sum and locked",
    "site/measured/dropout.py: million_ones": "drawn once from a fixed seed",
    "site/measured/gradient_check.py: network": "likewise",
    "site/measured/weight_init.py: spread": "likewise",
    "site/measured/training.py: trained": "the nets that figures and prose share",
    "site/measured/regularization.py: fitted": "likewise",
    "site/measured/augmentation.py: shares": "what a training gave, shared by pages",
    "site/measured/numpy_training.py: moons_learned": "likewise",
    "site/measured/numpy_training.py: circles_learned": "likewise",
    "site/measured/numpy_lenet.py: learned": "likewise",
    "site/measured/numpy_lenet.py: timed": "a step's parts, timed once for all pages",
    "site/measured/early_stopping.py: trained": "likewise",
    "site/measured/softmax_regression.py: trained": "likewise",
    "site/measured/starts.py: trained": "likewise",
    "site/measured/capstone.py: trained": "likewise",
    "site/measured/numpy_training.py: MOONS": "settings, frozen",
    "site/measured/numpy_training.py: CIRCLES": "likewise",
    "site/figures/vectors.py: X": "given numbers that are drawn, never written to",
    "site/figures/vectors.py: W": "likewise",
    "site/figures/vectors.py: b": "likewise",
    "site/measured/kept.py: _processor": "the processor does not change",
    "ui/cli.py: app": "typer's list of commands, whole when the module is imported",
    "ui/cli_contributor.py: contributor": "likewise",
    "ui/cli_data.py: data": "likewise",
    "ui/cli_day.py: day": "likewise",
    "ui/cli_net.py: net": "likewise",
    "ui/watch/layout.py: _RULER": "it measures texts and is never written to",
}
CHANGES = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem",
    "remove", "reverse", "setdefault", "sort", "update",
}  # fmt: skip
COPIES = {"dict", "list", "set"}
UNCHANGING = COPIES | {
    "Annotated", "Callable", "NewType", "ParamSpec", "StashKey", "TypeVar", "compile",
    "cast", "frozenset", "getLogger", "tuple", "with_name", "Path", "range", "slice",
    "Source", "Split", "Text", "maketrans",
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tool's code, to break."""
    ignore = shutil.ignore_patterns("__pycache__", "*.npz")
    shutil.copytree(DOJO, tmp_path / "dojo", ignore=ignore)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the arrows between the rooms."""
    command = [str(LINTER), "--no-logo", "--no-cache"]
    environment = {"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "500"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_down(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "arrow"),
    [
        ("kata/bank.py", "import dojo.ui.show", "dojo.kata.bank -> dojo.ui.show"),
        (
            "verdict/judge.py",
            "from dojo.learner.ledger import Ledger",
            "dojo.verdict.judge -> dojo.learner.ledger",
        ),
        (
            "compare/ladder.py",
            "from dojo.verdict import run",
            "dojo.compare.ladder -> dojo.verdict",
        ),
    ],
)
def test_an_arrow_that_points_up_is_told_with_the_order_of_the_rooms(
    copy, module, line, arrow
):
    path = copy / "dojo" / module
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    done = lint(copy)
    assert done.returncode != 0
    said = " ".join(done.stdout.split())
    assert "A room may know the rooms below it, never one above: site, ui" in said
    assert arrow in said


def test_a_new_module_beside_the_rooms_must_say_where_it_belongs(copy):
    (copy / "dojo" / "helpers.py").write_text('"""Helpers."""\n', "utf-8")
    done = lint(copy)
    assert done.returncode != 0
    assert "helpers" in done.stdout


def layers() -> list[str]:
    """Return the rooms, from the top."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return [name for layer in contract["layers"] for name in layer.split(" | ")]


def test_every_room_is_in_the_order():
    names = {path.stem for path in DOJO.iterdir() if not path.name.startswith("__")}
    assert names == set(layers()) - {"__main__"}


def test_the_map_has_every_room_in_the_same_order():
    page = (REPOSITORY / "docs" / "en" / "contributing.md").read_text("utf-8")
    table = page.partition("\n## The rooms\n")[2].partition("\n\nWhat a run")[0]
    rooms = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    names = [
        Path(name.strip("` /")).stem for room in rooms for name in room.split(", ")
    ]
    assert names == layers()


def state_in(path: Path) -> Iterator[str]:
    """Yield the names in a module that may change while a run is under way."""
    tree = ast.parse(path.read_text("utf-8"))
    modules = _modules_that(tree)
    mutable = {name for node in tree.body for name in _mutable_names(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
        if isinstance(node, ast.FunctionDef) and _is_cached(node):
            yield node.name
        for target in _targets(node):
            if isinstance(target, ast.Attribute) and _name(target.value) in modules:
                yield f"{_name(target.value)}.{target.attr}"
            if isinstance(target, ast.Subscript) and _name(target.value) in mutable:
                yield _name(target.value)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CHANGES
            and _name(node.func.value) in mutable
        ):
            yield _name(node.func.value)
    yield from (name for name in mutable if not name.strip("_").isupper())
    yield from (name for node in tree.body for name in _made_names(node))


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _modules_that(tree: ast.Module) -> set[str]:
    """Return the names that stand for other modules of the tool."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dojo"):
            folder = REPOSITORY.joinpath(*(node.module or "").split("."))
            found |= {
                alias.asname or alias.name
                for alias in node.names
                if (folder / f"{alias.name}.py").is_file()
            }
    return found


def _bound(node: ast.stmt) -> tuple[list[str], ast.expr | None]:
    names = [name for target in _targets(node) if (name := _name(target))]
    return names, getattr(node, "value", None)


def _mutable_names(node: ast.stmt) -> list[str]:
    names, value = _bound(node)
    kinds = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    copied = isinstance(value, ast.Call) and _name(value.func) in COPIES
    is_mutable = isinstance(value, kinds) or copied
    return [name for name in names if is_mutable and name != "__all__"]


def _made_names(node: ast.stmt) -> list[str]:
    """Return the names of objects that a call makes, and that may change."""
    names, value = _bound(node)
    if not isinstance(value, ast.Call):
        return []
    made = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    return [] if getattr(made, "attr", _name(made)) in UNCHANGING else names


def _is_cached(node: ast.FunctionDef) -> bool:
    marks = (ast.unparse(mark) for mark in node.decorator_list)
    return any(mark.split("(")[0].endswith("cache") for mark in marks)


def test_no_module_keeps_state_of_a_run():
    found = {
        f"{path.relative_to(DOJO).as_posix()}: {name}"
        for path in sorted(DOJO.rglob("*.py"))
        for name in state_in(path)
    }
    assert found - KEPT.keys() == set(), "let it travel with the run"
    assert KEPT.keys() - found == set(), "no longer there: strike it from the list"


@pytest.mark.parametrize(
    "source",
    [
        "COUNT = 0\ndef f():\n    global COUNT\n    COUNT += 1\n",
        "SEEN = {}\ndef f(x):\n    SEEN[x] = 1\n",
        "SEEN = []\ndef f(x):\n    SEEN.append(x)\n",
        "SEEN = dict()\ndef f(x):\n    SEEN[x] = 1\n",
        "seen = []\n",
        "from collections import deque\nQUEUE = deque()\n",
        "from dojo.compare import ladder\ndef f():\n    ladder.asserted = 1\n",
        "from functools import cache\n@cache\ndef f(x):\n    return x\n",
    ],
)
def test_state_is_found(tmp_path, source):
    path = tmp_path / "module.py"
    path.write_text(source, "utf-8")
    assert list(state_in(path))
