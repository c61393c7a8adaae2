"""The training of LeNet in NumPy in a process of its own, and whose parts it uses."""

from __future__ import annotations

import numpy as np
import pytest
from net_clone import FEW, answer, net_clone, reference

from dojo.kata.catalog import find
from dojo.learner.own_parts import choices
from dojo.learner.progress import (
    answer_of,
    grader_of,
    new_function_progress,
    new_kata_progress,
    new_state,
)
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED
from dojo.worker.net_parts import PARTS
from dojo.worker.training import Batch, Epoch, Settings, Training, TrainingFailed

PAIR = ["conv2d_forward", "conv2d_backward"]
FORWARD = """

_forward = conv2d_forward


def conv2d_forward(X, W, b, stride=(1, 1), padding=(0, 0)):
    {}
    return _forward(X, W, b, stride, padding)
"""
RUINS = """

_step = sgd_momentum_


def sgd_momentum_(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, np.nan, momentum)
"""


@pytest.fixture
def clone(tmp_path):
    return net_clone(tmp_path / "clone")


def trained(clone, own=(), epochs=1, **options):
    """Return all events of a training."""
    settings = Settings(epochs, 20, 0.02, 0)
    with Training(clone.root, own, FEW, settings, **options) as training:
        return list(training.events())


def epochs_of(events):
    return [event for event in events if isinstance(event, Epoch)]


def with_line(clone, line):
    """Write the reference's convolution with a line before its forward pass."""
    return answer(
        clone, "conv2d-im2col", reference("conv2d-im2col") + FORWARD.format(line)
    )


def test_the_learners_functions_run_and_the_references_beside_them(clone):
    marker = clone.root / "was-here"
    with_line(clone, f"open({str(marker)!r}, 'w').close()")
    events = trained(clone, PAIR)
    assert marker.is_file()
    batches = [event.number for event in events if isinstance(event, Batch)]
    assert batches == [1, 2, 3]
    shares = [event.share for event in events if isinstance(event, Batch)]
    assert shares[:2] == [None, None]
    assert 0 <= shares[2] <= 1
    (epoch,) = epochs_of(events)
    assert set(epoch.called) == {name for part in PARTS for name in part.names}


def test_the_references_functions_run_where_the_learners_are_not_chosen(clone):
    with_line(clone, "raise ValueError('not this one')")
    (epoch,) = epochs_of(trained(clone))
    assert 0 <= epoch.share <= 1


def test_a_function_that_the_learners_net_does_without_is_not_called(clone):
    own = "\n\ndef relu(z):\n    return np.maximum(0, z)\n"
    answer(clone, "lenet-numpy", reference("lenet-numpy") + own)
    answer(clone, "activations", reference("activations"))
    names = ["relu", "LeNetNumpy"]
    (epoch,) = epochs_of(trained(clone, names))
    assert "relu" not in epoch.called
    assert "LeNetNumpy" in epoch.called


def test_a_training_that_goes_on_comes_to_the_same_weights_as_one_in_one_go(clone):
    first, second = epochs_of(trained(clone, epochs=2))
    (again,) = epochs_of(trained(clone, epochs=2, done=1, params=first.params))
    assert again.number == 2
    assert (again.loss, again.share) == (second.loss, second.share)
    for name, weights in second.params.items():
        assert (again.params[name] == weights).all(), name
        assert (first.params[name] != weights).any(), name


def test_another_seed_gives_another_net(clone):
    (zero,) = epochs_of(trained(clone))
    with Training(clone.root, (), FEW, Settings(1, 20, 0.02, 1)) as training:
        (one,) = epochs_of(training.events())
    assert one.loss != zero.loss


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "raise ValueError('no such image')",
            r"conv2d_forward raised ValueError: no such image \(k01_conv2d_im2col\.py:",
        ),
        ("import sys; sys.exit(0)", "conv2d_forward raised SystemExit: 0"),
        ("import os; os._exit(0)", "the process ended in the middle: exit status 0"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            r"ended in the middle: SIGSEGV \(k01_conv2d_im2col\.py:",
        ),
        (
            "while True: pass",
            r"not done within 1 s of processor time \(k01_conv2d_im2col\.py:\d+\); a "
            "smaller --batch-size",
        ),
        (
            "return np.nan * _forward(X, W, b)[0], _forward(X, W, b)[1]",
            "the loss is no number any more in the first batch",
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence(clone, line, says):
    with_line(clone, line)
    with pytest.raises(TrainingFailed, match=says) as failed:
        trained(clone, PAIR, seconds=1.0)
    assert "\n" not in str(failed.value)


def test_weights_that_the_last_step_ruined_are_found(clone):
    answer(clone, "lenet-numpy", reference("lenet-numpy") + RUINS)
    one_batch = Settings(1, len(FEW.train), 0.02, 0)
    with (
        Training(clone.root, ["sgd_momentum_"], FEW, one_batch) as training,
        pytest.raises(TrainingFailed, match="weights are no numbers any more"),
    ):
        list(training.events())


def test_a_process_that_computes_nothing_is_ended_by_the_wall_clock(clone):
    with_line(clone, "import time; time.sleep(1000)")
    with pytest.raises(TrainingFailed, match="nothing happened for 3 s"):
        trained(clone, PAIR, wall=3.0)


def never(katas):
    raise AssertionError("nothing was to be graded")


def recorded(clone, slug, states):
    """Return a log that has verdicts on a kata as it is now."""
    kata, _ = find(clone.root, slug)
    progress = new_kata_progress()
    for name, state in states.items():
        function = new_function_progress()
        function |= {"state": state, "answer": answer_of(kata)}
        progress["functions"][name] = function | {"grader": grader_of(kata)}
    state = new_state()
    state["katas"][slug] = progress
    return state


def own_of(chosen):
    return [name for choice in chosen if choice.is_own for name in choice.part.names]


def test_nothing_is_graded_where_nothing_is_begun(clone):
    chosen = choices(clone.root, new_state(), never)
    assert own_of(chosen) == []
    assert {choice.why for choice in chosen} == {NOT_STARTED}


def test_a_verdict_on_the_files_that_are_there_counts(clone):
    answer(clone, "conv2d-im2col", reference("conv2d-im2col"))
    state = recorded(clone, "conv2d-im2col", dict.fromkeys(PAIR, PASSED))
    assert own_of(choices(clone.root, state, never)) == PAIR


@pytest.mark.parametrize("stale", ["answer", "grader"])
def test_a_verdict_on_other_files_does_not_count(clone, stale):
    answer(clone, "conv2d-im2col", reference("conv2d-im2col"))
    state = recorded(clone, "conv2d-im2col", dict.fromkeys(PAIR, PASSED))
    for function in state["katas"]["conv2d-im2col"]["functions"].values():
        function[stale] = "another file's"
    asked = []

    def graded(katas):
        asked.extend(kata.slug for kata in katas)
        return [
            {"kata": "conv2d-im2col", "function": name, "state": FAILED}
            for name in PAIR
        ]

    assert own_of(choices(clone.root, state, graded)) == []
    assert asked == ["conv2d-im2col"]


def test_one_of_a_pair_comes_from_no_other_side_than_its_twin(clone):
    answer(clone, "conv2d-im2col", reference("conv2d-im2col"))
    states = dict(zip(PAIR, (PASSED, FAILED), strict=True))
    state = recorded(clone, "conv2d-im2col", states)
    chosen = choices(clone.root, state, never)
    assert own_of(chosen) == []
    (pair,) = (c for c in chosen if c.part.names == tuple(PAIR))
    assert pair.why == "conv2d_backward failed; one reads the other's cache"


def test_functions_of_one_kata_that_share_nothing_are_chosen_one_by_one(clone):
    answer(clone, "lenet-numpy", reference("lenet-numpy"))
    names = ("LeNetNumpy", "sgd_momentum_", "train")
    states = dict(zip(names, (FAILED, PASSED, NOT_STARTED), strict=True))
    chosen = choices(clone.root, recorded(clone, "lenet-numpy", states), never)
    assert own_of(chosen) == ["sgd_momentum_"]


def test_the_weights_of_a_training_are_small_floats(clone):
    (epoch,) = epochs_of(trained(clone))
    assert {array.dtype for array in epoch.params.values()} == {np.dtype(np.float32)}
