"""A tiny clone with one kata, for tests that run the dojo as a learner would."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from unittest import mock

import forked_python
import pytest

from dojo.check import proof, rules
from dojo.kata import catalog
from dojo.kata.stubs import stub_of
from dojo.speed.kernel import PINS
from dojo.worker.child import LIGHT

# A shell in the background ignores Ctrl-C, and so would each dojo that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

if sys.platform == "linux":
    forked_python.install(forked_python.Nursery().start)

REPOSITORY = Path(__file__).resolve().parents[2]
QUIET = [option for option in LIGHT if not option.startswith("--")]


# Files whose tests share what is dear to make, the dearest first: of several processes
# one gets each group. (xdist's own marks for it are lost since pytest 9.2.)
GROUPS = {
    "test_site_browser.py": "site",
    "test_site.py": "site",
    "test_site_door.py": "site",
    "test_watch.py": "watch",
    "test_warm.py": "warm",
    "test_figures.py": "figures",
    "test_site_measured.py": "measured",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests of what is dear."""
    order = {name: place for place, name in enumerate(GROUPS)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def pytest_collection_finish() -> None:
    """Leave what is there by now out of every later collection of garbage.

    pytest collects garbage ten times at the end of a run, and many tests run it.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use one process more than there are cores, since many tests wait; at most four.

    Each of them imports torch.
    """
    return min(4, (os.cpu_count() or 1) + 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out tests singly, and what belongs together to one process."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            name = Path(nodeid.partition("::")[0]).name
            return GROUPS.get(name, nodeid)

    return Scheduling(config, log)


REFERENCE = '''\
"""Scaling: a factor in front of everything.

It is the smallest kata that has an array, a number and a kink.

Level: 1 of 5
Minutes: 5
Needs: nothing
"""

import numpy as np

__all__ = ["scale", "mean_square"]


def _checked(factor: float) -> float:
    if factor < 0:
        raise ValueError("the factor must not be negative")
    return factor


def scale(x: np.ndarray, factor: float = 3.0) -> np.ndarray:
    """Return x times a factor.

    Parameters
    ----------
    x : ndarray of shape (N, D)
    factor : float

    Returns
    -------
    ndarray of shape (N, D)

    Raises
    ------
    ValueError
        If the factor is negative.
    """
    return _checked(factor) * x


def mean_square(x: np.ndarray) -> float:
    """Return the mean of the squares of x.

    Parameters
    ----------
    x : ndarray of shape (N,)

    Returns
    -------
    float
    """
    return float(np.square(x).mean())
'''

GRADER = '''\
"""Grades scaling."""

import numpy as np

from dojo.grading import assert_close, forbids, raises
from katas.ch0_tiny.k01_scaling import mean_square, scale


def test_scale_multiplies_each_entry(rng):
    x = rng.normal(size=(3, 5))
    assert_close(scale(x, 2.5), 2.5 * x, "every entry is multiplied by the factor")


def test_scale_uses_three_by_default(rng):
    x = rng.normal(size=(2, 7))
    assert_close(scale(x), 3 * x, "the factor is 3 if none is given")


def test_scale_refuses_a_negative_factor():
    with raises(ValueError, because="a negative factor is an error"):
        scale(np.ones((2, 3)), -1.0)


@forbids("numpy.var")
def test_mean_square_is_the_mean_of_the_squares(rng):
    x = rng.normal(size=11)
    assert_close(mean_square(x), np.mean(x * x), "the mean of the squares")


def test_mean_square_of_three_and_five():
    assert_close(mean_square(np.array([3.0, 5.0])), 17.0, "(9 + 25) / 2 = 17")
'''

BANK = '''\
"""Wrong answers to scaling."""

import numpy as np

from dojo.grading import mistake


@mistake("scale", "The factor is added: scaling multiplies.")
def adds_the_factor(x, factor=3.0):
    return x + factor


@mistake("scale", "The factor is applied twice, so it comes out squared.")
def scales_twice(x, factor=3.0):
    return x * factor**2


@mistake("scale", "The factor given is ignored: use it instead of its default.")
def ignores_the_factor(x, factor=3.0):
    return x * 7.0


@mistake("mean_square", "The squares are summed: divide by their number.")
def sums(x):
    return float(np.square(x).sum())


@mistake("mean_square", "The mean is squared: square before the mean.")
def squares_the_mean(x):
    return float(np.mean(x)) ** 2


@mistake("mean_square", "A root is taken: the mean square has none.")
def takes_the_root(x):
    return float(np.sqrt(np.square(x).mean()))
'''


@contextlib.contextmanager
def _modules_restored() -> Iterator[None]:
    """Forget the modules that the block imports: two clones have files of one name."""
    before = sys.modules.copy()
    try:
        yield
    finally:
        for name in sys.modules.keys() - before.keys():
            if name.partition(".")[0] in ("katas", "solutions") or re.search(
                r"_[kh]\d\d_", name
            ):
                del sys.modules[name]


PAGE = """\
# Scaling

A factor in front of everything makes all of it larger or smaller.
Nothing else changes.
The mean of the squares grows with the square of the factor.

<!-- dojo:figure scaling -->

## Idea

A factor in front of everything.

## Derivation

### One entry at a time

$$
y_{ij} = f x_{ij}
$$
<!-- dojo:let x = rng.normal(size=(3, 5)) -->
<!-- dojo:claim scale(x, 2.5) == 2.5 * x -->

```python run
print(2.5 * 4)
```

## Shapes

None changes.

## Check yourself

??? question "What would happen if the factor were 0?"

    Every entry would be 0, whatever it was.

??? question "Why does the shape stay?"

    Each entry is multiplied by itself alone.

??? question "By what does the mean square grow?"

    By the square of the factor.

## Contract

<!-- dojo:contract -->

## Common mistakes

<!-- dojo:mistakes -->

## Hints

### `scale`

??? tip "Hint 1"

    Look at the operator. Which one belongs to a factor?

??? tip "Hint 2"

    Multiply.

??? tip "Hint 3"

    `factor * ...`

### `mean_square`

??? tip "Hint 1"

    What comes first, the mean or the square?

??? tip "Hint 2"

    Square, then take the mean.

??? tip "Hint 3"

    `np.square(x)...`

## Sources

Arithmetic.
"""


def impatient(pyproject: str) -> str:
    """Return a configuration under which an endless loop costs a test half a second."""
    table = "[tool.pytest.ini_options]\n"
    assert table in pyproject
    return pyproject.replace(table, f'{table}dojo_seconds = "0.5"\n')


CHAPTER = """\
# 0 Tiny

After this chapter you can multiply.

## The katas

<!-- dojo:katas ch0_tiny -->
"""

README = """\
# Tiny

## The katas

| chapter | katas |
|---|---|
| 0 Tiny (numpy) | scaling |
"""


class Clone:
    """A tiny clone on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stub = root / "katas" / "ch0_tiny" / "k01_scaling.py"
        self.reference = root / "solutions" / "ch0_tiny" / "k01_scaling.py"

    def add_kata(self, stem: str, reference: str, grader: str, answer: str) -> None:
        """Add a second kata, with somebody's answer to it."""
        texts = {
            f"solutions/ch0_tiny/{stem}.py": reference,
            f"tests/ch0_tiny/test_{stem}.py": grader,
            f"katas/ch0_tiny/{stem}.py": answer,
        }
        for name, text in texts.items():
            (self.root / name).write_text(dedent(text), "utf-8")

    def answer(self, source: str, folder: str = "katas") -> Path:
        """Write an answer; functions that it lacks come from the reference."""
        path = self.root / folder / "ch0_tiny" / "k01_scaling.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(REFERENCE + "\n\n" + dedent(source), "utf-8")
        return path

    def run(self, *command: str, cwd: Path | None = None, **environment: str) -> Ran:
        """Run a command of this Python in the clone; with COLD in a new process."""
        path = os.pathsep.join(
            filter(None, [str(self.root), os.environ.get("PYTHONPATH")])
        )
        done = subprocess.run(
            [sys.executable, *command],
            cwd=cwd or self.root,
            env=os.environ | {"PYTHONPATH": path, "COLUMNS": "100"} | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def pytest(self, *options: str, cwd: Path | None = None, **environment: str) -> Ran:
        """Run pytest in the clone."""
        command = ("-m", "pytest", "-p", "no:cacheprovider", *options)
        return self.run(*command, cwd=cwd, **environment)

    def graded(
        self,
        *options: str,
        cwd: Path | None = None,
        plugins: list[object] | None = None,
    ) -> Ran:
        """Run pytest in this process, which takes a tenth of the time of a new one.

        Only our own plugin is there, and what the tool itself asks of pytest's: to load
        the others takes longer than to grade a function.
        """
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
            _modules_restored(),
            contextlib.chdir(cwd or self.root),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            own = [importlib.import_module("dojo.plugin")]
            status = pytest.main([*QUIET, *options], [*own, *(plugins or [])])
        return Ran(int(status), out.getvalue(), err.getvalue())

    def limit(self, seconds: float | str) -> None:
        """Let a quick test take so much processor time."""
        path = self.root / "pyproject.toml"
        text = path.read_text("utf-8")
        changed = re.sub('dojo_seconds = "[^"]*"', f'dojo_seconds = "{seconds}"', text)
        assert changed != text
        path.write_text(changed, "utf-8")

    def dojo(self, *options: str, **environment: str) -> Ran:
        """Run dojo in the clone."""
        return self.run("-m", "dojo", *options, **environment)

    def complaints(self) -> list[str]:
        """Return what `dojo check` finds, run in this process."""
        katas = catalog.katas(self.root)
        with _modules_restored():
            texts = list(rules.complaints(self.root, katas))
            return texts + proof.complaints(self.root, katas)

    def verdicts(self, *options: str) -> dict[str, dict]:
        """Run pytest in this process and return the verdicts by function."""
        file = self.root / "verdicts.json"
        file.unlink(missing_ok=True)
        self.graded("-q", f"--verdicts={file}", *options)
        functions = json.loads(file.read_text("utf-8"))["functions"]
        return {verdict["function"]: verdict for verdict in functions}


class Ran:
    """What a command printed, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def own_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose no kernel by the environment: ratios are refused that are not its own."""
    for name in PINS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone whose only kata is `scaling`, not started."""
    return tiny_clone(tmp_path / "clone")


def tiny_clone(root: Path) -> Clone:
    """Make a clone whose only kata is `scaling`, not started."""
    files = {
        "solutions/ch0_tiny/k01_scaling.py": REFERENCE,
        "tests/ch0_tiny/test_k01_scaling.py": GRADER,
        "tests/ch0_tiny/mistakes_k01_scaling.py": BANK,
        "docs/en/ch0_tiny/k01_scaling.md": PAGE,
        "docs/en/ch0_tiny/index.md": CHAPTER,
        "README.md": README,
        "tests/conftest.py": (REPOSITORY / "tests" / "conftest.py").read_text("utf-8"),
        "pyproject.toml": impatient((REPOSITORY / "pyproject.toml").read_text("utf-8")),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / "dojo").symlink_to(REPOSITORY / "dojo")
    (root / "katas" / "ch0_tiny").mkdir(parents=True)
    (root / "katas" / "ch0_tiny" / "k01_scaling.py").write_text(
        stub_of(REFERENCE), "utf-8"
    )
    return Clone(root)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built strictly and without the network."""
    pytest.importorskip("mkdocs", reason="needs pip install -e '.[site]'")
    pytest.importorskip("py_mini_racer", reason="needs pip install -e '.[site]'")
    from dojo.site import build

    folder = tmp_path_factory.mktemp("site").resolve()
    return build.build(REPOSITORY, folder / "site", folder / "work")
