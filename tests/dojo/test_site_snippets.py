"""Tests that the code on pages runs, alone, alike each time, and under its limits."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

from dojo.check import snippet_rules
from dojo.errors import UserError
from dojo.kata.pages import Snippet
from dojo.site import snippets as runner
from dojo.site.snippets import SnippetError, Snippets


@pytest.fixture(scope="module")
def snippets():
    """Processes that run snippets, and end what takes more than a second."""
    with pytest.MonkeyPatch.context() as patch, Snippets(REPOSITORY) as running:
        patch.setattr(runner, "SECONDS", 1)
        yield running


def output(running: Snippets, code: str) -> str:
    """Return what code prints that stands on line 10 of a page."""
    return running.output(Snippet(10, "", code))


def test_what_is_printed_comes_back(snippets):
    assert output(snippets, "import numpy as np\nprint(np.ones(3).sum())\n") == "3.0\n"


def test_a_snippet_stands_alone(snippets):
    output(snippets, "import numpy as np\nnp.set_printoptions(precision=1)\nprint(1)\n")
    assert "0.333" in output(snippets, "import numpy as np\nprint(np.ones(1) / 3)\n")
    with pytest.raises(SnippetError, match="NameError: name 'np' is not defined"):
        output(snippets, "print(np.ones(3))\n")


OPTIMIZER = """
import torch
w = torch.ones(2, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.5)
w.sum().backward()
optimizer.step()
print(w.tolist())
"""


def test_a_snippet_may_make_an_optimizer_and_take_gradients(snippets):
    assert output(snippets, OPTIMIZER) == "[0.5, 0.5]\n"


WRONG = {
    "x = 1\nprint(1 / (x - 1))\n": (12, "raises ZeroDivisionError: division by zero"),
    "import numpy as np\nprint(np.exp(1000.0))\n": (12, "RuntimeWarning: overflow"),
    "print(1)\nprint(\n": (12, "is no Python"),
    "x = 1\n": (10, "prints nothing; print what it shows"),
    "for i in range(21):\n    print(i)\n": (10, "prints 21 lines; print at most 20"),
    "print(object())\n": (10, "prints an address in memory"),
    "import numpy as np\nprint(np.random.default_rng().normal())\n": (10, "each time"),
    "import numpy as np\nprint(np.random.normal())\n": (10, "each time; draw from"),
    "import torch\nprint(torch.randn(1))\n": (10, "prints something else each time"),
    "import time\nprint(time.perf_counter())\n": (10, "something else each time"),
    "print({'loss', 'net', 'grad', 'step'})\n": (10, "each time; draw from"),
    "print(1)\nimport os\nos._exit(3)\n": (10, "ended its process with status 3"),
    "import sys\nsys.exit(3)\n": (12, "raises SystemExit: 3"),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_cannot_stand_on_a_page_fails_with_line_and_remedy(snippets, code):
    line, says = WRONG[code]
    with pytest.raises(SnippetError, match=r"; \w+") as raised:
        output(snippets, code)
    assert says in str(raised.value)
    assert raised.value.line == line
    assert output(snippets, "print('goes on')\n") == "goes on\n"


@pytest.mark.parametrize("loop", ["while True:\n    pass\n", "sum(iter(int, 1))\n"])
def test_a_snippet_that_takes_too_long_is_ended(snippets, loop):
    with pytest.raises(SnippetError, match="took more than 1 s"):
        output(snippets, loop)
    assert output(snippets, "print(2)\n") == "2\n"


def test_a_snippet_that_waits_is_given_up(monkeypatch):
    monkeypatch.setattr(runner, "PATIENCE", 1.0)
    waits = pytest.raises(SnippetError, match="took more than")
    with Snippets(REPOSITORY) as running, waits:
        output(running, "import time\ntime.sleep(30)\n")


def test_a_process_that_cannot_start_is_said(monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    fails = pytest.raises(UserError, match="snippets cannot be run")
    with Snippets(REPOSITORY) as running, fails:
        output(running, "print(1)\n")


def test_where_there_is_no_fork_each_snippet_has_a_process():
    with Snippets(REPOSITORY, forks=False) as running:
        assert output(running, "print(1)\n") == "1\n"
        with pytest.raises(SnippetError, match="ZeroDivisionError") as raised:
            output(running, "print(1 / 0)\n")
    assert raised.value.line == 11


REFUSED = {
    "print(1)\n" * 13: "has 13 lines; keep 12 at most",
    "print(1\n": "is no Python",
    "from solutions.ch1_foundations import k01_activations\nprint(1)\n": "imports solu",
    "import katas\nprint(1)\n": "imports katas; numpy, torch, dojo.data",
    "from dojo import grading\nprint(1)\n": "imports dojo.grading",
    "from . import grading\nprint(1)\n": "imports .",
    "x = 1\n": "prints nothing; print what it shows",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_snippet_out_of_form_is_complained_about(code):
    (says,) = snippet_rules.wrong(Snippet(1, "", code))
    assert REFUSED[code] in says


def test_a_snippet_in_form_is_not_complained_about():
    code = "import math\n\nfrom dojo import data\nimport torch.nn.functional as F\n"
    code += "print(1)\n" * 9
    assert list(snippet_rules.wrong(Snippet(1, "", code))) == []
