"""What an answer sets for the whole process ends with it: at import, and in calls."""

import os
import random
import signal
import sys
import warnings

import numpy as np
import pytest
import torch

from dojo.answer.process_state import draws_kept, kept, seed_draws

SETS = {
    "NumPy's errors": ("np.seterr(all='raise')", np.geterr),
    "NumPy's printing": ("np.set_printoptions(precision=1)", np.get_printoptions),
    "torch's dtype": (
        "torch.set_default_dtype(torch.float64)",
        torch.get_default_dtype,
    ),
    "torch's device": (
        "torch.set_default_device('meta')",
        lambda: str(torch.tensor(1).device),
    ),
    "torch's printing": (
        "torch.set_printoptions(precision=1)",
        lambda: repr(torch.tensor(1 / 3)),
    ),
    "gradients": ("torch.set_grad_enabled(False)", torch.is_grad_enabled),
    "gradients, in a block that is not left": (
        "torch.no_grad().__enter__()",
        torch.is_grad_enabled,
    ),
    "anomalies": (
        "torch.autograd.set_detect_anomaly(True)",
        torch.is_anomaly_enabled,
    ),
    "threads": ("torch.set_num_threads(3)", torch.get_num_threads),
    "precision": (
        "torch.set_float32_matmul_precision('medium')",
        torch.get_float32_matmul_precision,
    ),
    "warnings": (
        "import warnings; warnings.simplefilter('error')",
        lambda: list(warnings.filters),
    ),
    "the folder": ("import os; os.chdir('/')", os.getcwd),
    "the path": ("import sys; sys.path.insert(0, '/')", lambda: list(sys.path)),
    "the depth": ("import sys; sys.setrecursionlimit(5000)", sys.getrecursionlimit),
    "a variable": (
        "import os; os.environ['OF_AN_ANSWER'] = '1'",
        lambda: dict(os.environ),
    ),
    "all variables": ("import os; os.environ.clear()", lambda: dict(os.environ)),
    "a signal": (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)",
        lambda: signal.getsignal(signal.SIGINT),
    ),
    "the garbage": ("import gc; gc.disable()", __import__("gc").isenabled),
    "a name of Python's": (
        "import builtins; builtins.abs = builtins.mine = round",
        lambda: (abs, "mine" in dir(__import__("builtins"))),
    ),
    "digits": (
        "import sys; sys.set_int_max_str_digits(700)",
        sys.get_int_max_str_digits,
    ),
}


@pytest.mark.parametrize("what", SETS)
def test_what_is_set_ends_with_the_block(what):
    change, read = SETS[what]
    before = read()
    with kept():
        exec(change, {"np": np, "torch": torch})
        assert read() != before, "the example changes nothing"
    assert read() == before


def test_it_ends_too_where_the_block_raises():
    before = os.getcwd()

    def moves():
        os.chdir("/")
        raise KeyError

    with pytest.raises(KeyError), kept():
        moves()
    assert os.getcwd() == before


def test_shared_generators_go_on_after_an_import():
    seed_draws(3)
    random.random(), np.random.rand(), torch.rand(1)
    with draws_kept():
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
    after = random.random(), np.random.rand(), torch.rand(1).item()
    seed_draws(3)
    random.random(), np.random.rand(), torch.rand(1)
    assert after == (random.random(), np.random.rand(), torch.rand(1).item())


OTHER = '''
    """Others: right, whatever another file sets.

    Level: 1 of 5
    """

    import os
    import random

    import numpy as np

    __all__ = ["vanish", "find", "draw"]


    def vanish(x: np.ndarray) -> np.ndarray:
        return np.exp(-800.0 * x)


    def find(name: str) -> bool:
        return os.path.isfile(name) and "HOME" in os.environ


    def draw() -> float:
        return random.random() + np.random.rand()
'''
OTHER_GRADER = """
    import numpy as np
    from dojo.grading import assert_close, assert_that
    from katas.ch0_tiny.k02_others import draw, find, vanish


    def test_vanish_is_0():
        assert_close(vanish(np.ones(3)), np.zeros(3), "far out nothing is left")


    def test_find_knows_the_folder():
        assert_that(find("pyproject.toml"), "it is there", "no", "yes")


    def test_draw_draws():
        assert_that(draw() == 0.7, "a draw is no constant", str(draw()), "0.7")
"""
CHANGES = """\
import os, random
np.seterr(all="raise")
os.chdir("/")
os.environ.clear()
random.seed(0)
np.random.seed(0)
"""


@pytest.mark.parametrize("at", ["import", "call"])
def test_what_one_file_sets_changes_no_verdict_of_another(clone, at):
    clone.add_kata("k02_others", OTHER, OTHER_GRADER, OTHER)
    clone.answer("")
    seen = {name: verdict["got"] for name, verdict in clone.verdicts().items()}
    if at == "import":
        clone.answer(CHANGES)
    else:
        body = CHANGES.replace("\n", "\n            ")
        clone.answer(f"""
        def scale(x, factor=3.0):
            {body}
            return _checked(factor) * x
        """)
    verdicts = clone.verdicts()
    assert {name: verdict["got"] for name, verdict in verdicts.items()} == seen
    states = {name: verdict["state"] for name, verdict in verdicts.items()}
    assert states["vanish"] == states["find"] == states["scale"] == "passed"
    assert states["draw"] == "failed"


def test_a_seed_at_the_head_of_a_file_does_not_undo_the_graders(clone):
    clone.add_kata(
        "k02_noise",
        '''
        """Noise: as the seed says.

        Level: 1 of 5
        """

        import torch

        __all__ = ["noise"]


        def noise(n: int) -> torch.Tensor:
            return torch.rand(n)
        ''',
        """
        import torch
        from dojo.grading import assert_close
        from katas.ch0_tiny.k02_noise import noise


        def test_noise_follows_the_seed():
            want = torch.rand(3, generator=torch.Generator().manual_seed(7))
            torch.default_generator.manual_seed(7)
            assert_close(noise(3), want, "noise follows torch.manual_seed")
        """,
        """
        import torch

        torch.manual_seed(0)


        def noise(n):
            return torch.rand(n)
        """,
    )
    assert clone.verdicts()["noise"]["state"] == "passed"
