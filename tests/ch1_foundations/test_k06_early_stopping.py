"""Grades early stopping."""

import itertools
import math

import numpy as np
import pytest
import torch

from dojo.grading import assert_close, assert_equal, assert_that, assert_type
from katas.ch1_foundations.k06_early_stopping import (
    EarlyStopping,
    best_epoch,
    fit_with_early_stopping,
    frobenius_norm_sq,
)

NAN, INF = math.nan, math.inf
NETWORKS = [  # sizes of the layers, the input first
    [5, 3],
    [3, 7, 1],
    [2, 5, 3, 7],
    [3, 2, 5, 1, 7, 2, 3, 5, 2, 7, 3, 5, 1],
]
ORDER = ("train_step", "val_loss", "get_state")
# Losses, patience, min_delta; the step that says stop, and the best one.
RUNS = {
    "a plateau": ([0.5, 0.5, 0.5, 0.5, 0.5], 3, 0.0, 3, 0),
    "noise": ([1.0, 0.8, 0.9, 0.7, 0.75, 0.72, 0.71, 0.9], 3, 0.0, 6, 3),
    "a patience of 1": ([3.0, 2.0, 1.0, 1.5, 0.5], 1, 0.0, 3, 2),
    "dips that start the count again": (
        [1.0, 1.1, 0.9, 1.0, 0.8, 0.9, 0.95, 1.0], 2, 0.0, 6, 4,
    ),
    "losses below zero": ([-1.0, -1.5, -1.25, -1.75, -1.5, -1.625], 2, 0.0, 5, 3),
    "improvement all along": ([0.9, 0.8, 0.7, 0.6, 0.5], 1, 0.0, None, 4),
    "steps below min_delta that add up": (
        [1.0, 0.875, 0.75, 0.625, 0.5, 0.5, 0.4375], 3, 0.25, 6, 3,
    ),
    "a step of exactly min_delta": ([2.0, 1.75, 1.75, 1.75], 3, 0.25, 3, 0),
    "rises by less than min_delta": ([1.0, 1.125, 1.25, 1.375], 2, 0.25, 2, 0),
    "min_delta below zero": ([-1.0, -1.25, -1.5, -1.5, -1.625], 2, 0.25, 4, 2),
    "NaN in between": ([1.0, NAN, 0.5, NAN, NAN, NAN], 3, 0.0, 5, 2),
    "NaN at first": ([NAN, 1.0, 1.5, 2.0, 1.25], 3, 0.0, 4, 1),
    "an infinite loss": ([INF, 2.0, INF, 3.0], 2, 0.0, 3, 1),
}  # fmt: skip


def network(rng, sizes):
    """Return parameters of a network in an order of its own."""
    shapes = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), 1):
        shapes |= {f"W{layer}": (n_out, n_in), f"b{layer}": (n_out, 1)}
    names = [list(shapes)[i] for i in rng.permutation(len(shapes))]
    return {name: rng.normal(size=shapes[name]) + 0.5 for name in names}


def test_frobenius_norm_sq_by_hand():
    params = {
        "W1": np.array([[2.0, -1.0, 0.0], [4.0, 1.0, -2.0]]),
        "b1": np.array([[7.0], [-5.0]]),
        "W2": np.array([[-3.0, 5.0]]),
        "b2": np.array([[9.0]]),
    }
    because = "26 of W1 and 34 of W2: squares of the entries, without root or biases"
    assert_close(frobenius_norm_sq(params), 60.0, because)


def test_frobenius_norm_sq_counts_no_bias(rng):
    params = network(rng, [3, 7, 2])
    zeros = {name: value * (name[0] == "b") for name, value in params.items()}
    assert_close(frobenius_norm_sq(zeros), 0.0, "where all W are 0 nothing is counted")


@pytest.mark.parametrize("sizes", NETWORKS)
def test_frobenius_norm_sq_agrees_with_torch(sizes, rng):
    params = network(rng, sizes)
    matrices = [torch.tensor(params[name]) for name in params if name[0] == "W"]
    want = sum(torch.linalg.matrix_norm(W).item() ** 2 for W in matrices)
    because = "it is the sum of all squared Frobenius norms, whatever the order"
    assert_close(frobenius_norm_sq(params), want, because)


@pytest.mark.parametrize(
    ("losses", "best"),
    [
        ([0.9, 0.7, 0.4, 0.6, 0.5], 2),
        ([0.9, 0.5, 0.7, 0.2, 0.4], 3),  # a rise comes before the smallest
        ([0.5, 0.4, 0.3], 2),
        ([-1.5, -2.0, -0.5, 0.25], 1),
        ([0.5, 0.25, -INF, 0.125], 2),
        ([0.5, 0.125, 0.25, 0.75, -INF], 4),
        ([7.5], 0),
    ],
)
def test_best_epoch_is_that_of_the_smallest_loss(losses, best):
    because = "the smallest of all losses counts, and epochs are counted from 0"
    assert_equal(best_epoch(losses), best, because)


@pytest.mark.parametrize(
    ("losses", "best"),
    [([0.9, 0.3, 0.5, 0.3, 0.8], 1), ([0.2, 0.2, 0.2], 0), ([4, 7, 3, 3], 2)],
)
def test_best_epoch_is_the_first_of_equal_ones(losses, best):
    because = "of equal losses the first is taken: less training for the same loss"
    assert_equal(best_epoch(losses), best, because)


def test_best_epoch_may_be_that_of_a_large_loss():
    came = [
        best_epoch([4e12, 3e12, 7e12]),
        best_epoch([2e9, 9.0, 0.5, 0.75]),
        best_epoch([4e12, 5e12, 6e12, 3e12]),
    ]
    because = "losses may be large: the smallest is smaller than the others, no more"
    assert_equal(came, [1, 2, 3], because)


def test_best_epoch_is_never_that_of_a_nan():
    came = [
        best_epoch([NAN, 0.8, 0.3, NAN, 0.6]),
        best_epoch([0.5, NAN, 0.7, NAN]),
        best_epoch([NAN, NAN, NAN, 0.9, 0.8, NAN]),
        best_epoch([INF, 0.6, 0.7, NAN]),
    ]
    because = "NaN is no loss: it is passed over, and its epoch is counted all the same"
    assert_equal(came, [2, 0, 4, 1], because)


@pytest.mark.parametrize("kind", [list, tuple])
def test_best_epoch_agrees_with_torch(kind, rng):
    losses = rng.permutation(1009) / 64 - 3
    want = int(torch.argmin(torch.tensor(losses)))
    because = "without equal losses and NaN it is torch.argmin"
    assert_equal(best_epoch(kind(losses.tolist())), want, because)


def said(answer):
    """Return what step answered, in words."""
    if isinstance(answer, bool | np.bool_):
        return "stop" if answer else "go on"
    return f"{type(answer).__name__}, no bool"


def answers(stopping, losses):
    """Return what step answers to each loss, in words."""
    return [said(stopping.step(loss)) for loss in losses]


def first_stop(words):
    """Return in words which step said stop, or what came that is neither."""
    odd = [word for word in words if word not in ("stop", "go on")]
    if odd:
        return odd[0]
    return f"stop in step {words.index('stop')}" if "stop" in words else "go on"


def oracle(losses, patience, min_delta=0.0):
    """Return the step that says stop (or None) and the best one (or None)."""
    best, best_loss = None, INF
    for i, loss in enumerate(losses):
        if loss < best_loss - min_delta:
            best, best_loss = i, loss
        elif i - (-1 if best is None else best) >= patience:
            return i, best
    return None, best


def wanted(stop):
    return "go on" if stop is None else f"stop in step {stop}"


@pytest.mark.parametrize("name", RUNS)
def test_early_stopping_stops_after_as_many_steps_as_it_has_patience(name):
    losses, patience, min_delta, stop, _ = RUNS[name]
    stopping = EarlyStopping(patience, min_delta)
    because = f"{name}: patience is how many steps in a row may bring no improvement"
    came = first_stop(answers(stopping, losses))
    assert_equal(came, wanted(stop), because)


@pytest.mark.parametrize("name", RUNS)
def test_early_stopping_knows_the_best_loss_and_its_step(name):
    losses, patience, min_delta, stop, best = RUNS[name]
    stopping = EarlyStopping(patience, min_delta)
    for loss in losses[: None if stop is None else stop + 1]:
        stopping.step(loss)
    because = "the loss of the last improvement is the best, and no other"
    assert_close(stopping.best_loss, float(losses[best]), f"{name}: {because}")
    because = "best_epoch is the step of the last improvement, counted from 0 over all"
    assert_equal(stopping.best_epoch, best, f"{name}: {because}")


def test_early_stopping_agrees_with_a_count_by_hand(rng):
    for _ in range(60):
        losses = (rng.integers(20, size=30) / 16 - np.arange(30) / 32).tolist()
        losses = [NAN if rng.random() < 0.1 else loss for loss in losses]
        patience, min_delta = int(rng.integers(1, 7)), float(rng.integers(5)) / 16
        stop, best = oracle(losses, patience, min_delta)
        stopping = EarlyStopping(patience, min_delta)
        words = answers(stopping, losses[: None if stop is None else stop + 1])
        because = f"patience {patience} and min_delta {min_delta} are kept to the step"
        assert_equal(first_stop(words), wanted(stop), because)
        if best is not None:
            because = "best_epoch is the step of the last improvement"
            assert_equal(stopping.best_epoch, best, because)


def test_early_stopping_says_stop_again_while_nothing_improves():
    came = answers(EarlyStopping(2), [1.0, 2.0, 2.0, 1.5, NAN, 1.0])
    want = ["go on", "go on", "stop", "stop", "stop", "stop"]
    because = "each further step without an improvement is one more, so stop it is"
    assert_equal(", ".join(came), ", ".join(want), because)


def test_early_stopping_goes_on_when_an_improvement_comes_after_a_stop():
    stopping = EarlyStopping(2)
    came = answers(stopping, [1.0, 2.0, 2.0, 0.5, 0.75, 0.625])
    want = ["go on", "go on", "stop", "go on", "go on", "stop"]
    because = "an improvement starts the count again, also after a stop"
    assert_equal(", ".join(came), ", ".join(want), because)
    because = "best_epoch counts all steps, those after a stop too"
    assert_equal(stopping.best_epoch, 3, because)


def test_early_stopping_has_a_min_delta_of_zero_if_nothing_is_said():
    stopping = EarlyStopping(3)
    for loss in (1.0, 1.0 - 2.0**-40, 2.0):
        stopping.step(loss)
    because = "without a min_delta any smaller loss is an improvement"
    assert_equal(stopping.best_epoch, 1, because)


@pytest.mark.parametrize("losses", [[], [NAN], [NAN, NAN]])
def test_early_stopping_has_no_best_before_the_first_improvement(losses):
    stopping = EarlyStopping(3)
    for loss in losses:
        stopping.step(loss, {"W1": np.ones((2, 3))})
    because = "before the first improvement best_loss is infinite"
    assert_that(stopping.best_loss == INF, because, f"{stopping.best_loss}", "inf")
    because = "before the first improvement there is no best state"
    kind = type(stopping.best_state).__name__
    assert_that(stopping.best_state is None, because, kind, "None", rung="type")


def state_of(epoch):
    """Return nested arrays and lists that tell from which epoch they are."""
    return {
        "params": {"W1": np.array([[1.0, -2.0, 3.0]]) * (epoch + 1)},
        "velocity": [np.array([0.5, 4.0]) - epoch],
    }


def assert_state(state, epoch, because):
    """Compare a kept state with that of an epoch."""
    assert_type(state, dict, "the state comes back as it was given")
    for key in ("params", "velocity"):
        assert_that(key in state, because, f"no {key}", key, rung="type")
    assert_close(state["params"], state_of(epoch)["params"], because)
    assert_close(state["velocity"][0], state_of(epoch)["velocity"][0], because)


def test_early_stopping_keeps_the_state_of_the_best_step():
    stopping = EarlyStopping(5)
    for epoch, loss in enumerate([0.9, 0.4, 0.6, 0.3, 0.5, 0.7]):
        stopping.step(loss, state_of(epoch))
    because = "the state that came with the smallest loss is kept, and no other"
    assert_state(stopping.best_state, 3, because)


def test_early_stopping_keeps_no_state_where_none_is_given():
    stopping = EarlyStopping(5)
    stopping.step(0.9, state_of(0))
    stopping.step(0.5)
    because = "an improvement without a state leaves none to go back to"
    kind = type(stopping.best_state).__name__
    assert_that(stopping.best_state is None, because, kind, "None", rung="type")


@pytest.mark.parametrize("part", ["the arrays", "what is nested", "the dict"])
def test_early_stopping_keeps_a_deep_copy(part):
    stopping, state = EarlyStopping(5), state_of(0)
    stopping.step(0.5, state)
    if part == "the dict":
        state.update(state_of(7))
    elif part == "the arrays":
        state["params"]["W1"] *= 10.0
        state["velocity"][0] += 10.0
    else:
        state["params"]["W1"] = np.zeros((1, 3))
        state["velocity"][0] = np.zeros(2)
    because = f"a copy is kept, deep enough that a later change to {part} misses it"
    assert_state(stopping.best_state, 0, because)


def test_early_stopping_keeps_its_state_when_a_later_step_brings_nothing():
    stopping, state = EarlyStopping(5), state_of(0)
    stopping.step(0.5, state)
    state["params"]["W1"] *= 10.0
    stopping.step(0.7, state)
    because = "a step without an improvement leaves the best state alone"
    assert_state(stopping.best_state, 0, because)


def test_early_stopping_objects_know_nothing_of_each_other():
    patient, hasty = EarlyStopping(3), EarlyStopping(1)
    words = []
    for loss in (0.5, 0.75, 0.625):
        words.append(said(patient.step(loss + 1, state_of(1))))
        hasty.step(loss, state_of(2))
    because = "what one object has seen does not count for another"
    assert_equal(", ".join(words), "go on, go on, go on", because)
    assert_close(patient.best_loss, 1.5, because)
    assert_state(patient.best_state, 1, because)


class Training:
    """A training whose validation losses are given, and that notes who was called.

    Its weights are changed in place, so that whoever keeps them keeps the last ones.
    """

    def __init__(self, losses):
        self.losses, self.calls = losses, []
        self.trained, self.state = 0, state_of(-1)

    def train_step(self):
        self.calls.append("train_step")
        now = state_of(self.trained)
        self.state["params"]["W1"][...] = now["params"]["W1"]
        self.state["velocity"][0][...] = now["velocity"][0]
        self.trained += 1
        return 1 / self.trained  # a training loss, which falls all along

    def val_loss(self):
        self.calls.append("val_loss")
        if len(self.calls) > 40 + 3 * len(self.losses):
            raise RuntimeError("the training goes on and on")
        return self.losses[min(max(self.trained - 1, 0), len(self.losses) - 1)]

    def get_state(self):
        self.calls.append("get_state")
        return self.state

    def order(self):
        """Return in words what was called out of order first."""
        for start in range(0, len(self.calls), 3):
            epoch, calls = start // 3 + 1, self.calls[start : start + 3]
            for i, due in enumerate(ORDER):
                if i == len(calls):
                    return f"{due} never ran in epoch {epoch}"
                if calls[i] != due:
                    return f"{calls[i]} ran before {due} in epoch {epoch}"
        return "train_step, val_loss and get_state once in each epoch"


def trained(losses, max_epochs, patience):
    """Return a training that was run, its best state and its losses."""
    training = Training(losses)
    result = fit_with_early_stopping(
        training.train_step,
        training.val_loss,
        training.get_state,
        max_epochs,
        patience,
    )
    because, none = (
        "the best state and the losses come back",
        "None: is a return missing?",
    )
    assert_that(result is not None, because, none, "a tuple of two", rung="returned")
    kind = type(result).__name__
    came = f"{len(result)} of them" if isinstance(result, tuple) else kind
    good = came == "2 of them"
    assert_that(good, because, came, "a tuple of two", rung="type")
    assert_type(result[1], list, "the losses of all epochs come back in a list")
    return training, *result


FITS = {  # losses, max_epochs and patience; how many epochs are trained, the best one
    "a plateau": ([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 6, 3, 4, 0),
    "a rise that passes": ([1.0, 0.5, 0.75, 0.25, 0.5, 0.375, 0.125], 7, 2, 6, 3),
    "a patience of 1": ([1.0, 0.5, 0.75, 0.25], 4, 1, 3, 1),
    "the last epoch the best": ([0.875, 0.75, 0.5, 0.625, 0.25], 5, 3, 5, 4),
    "max_epochs before patience": ([0.75, 0.5, 0.625, 0.875, 0.25], 4, 3, 4, 1),
    "NaN in between": ([0.75, NAN, 0.5, NAN, NAN, 0.25], 6, 2, 5, 2),
    "one epoch": ([0.75, 0.5], 1, 3, 1, 0),
    "losses in trillions": ([4e12, 3e12, 5e12, 6e12], 4, 2, 4, 1),
}


@pytest.mark.parametrize("name", FITS)
def test_fit_with_early_stopping_trains_as_many_epochs_as_it_should(name):
    losses, max_epochs, patience, epochs, _ = FITS[name]
    training, _, _ = trained(losses, max_epochs, patience)
    because = f"{name}: it ends with patience, and at max_epochs at the latest"
    assert_equal(f"{training.trained} epochs", f"{epochs} epochs", because)


@pytest.mark.parametrize("name", FITS)
def test_fit_with_early_stopping_returns_each_validation_loss(name):
    losses, max_epochs, patience, epochs, _ = FITS[name]
    _, _, seen = trained(losses, max_epochs, patience)
    because = f"{name}: the losses of all epochs come back, those after the best too"
    came, want = ([f"{loss:g}" for loss in part] for part in (seen, losses[:epochs]))
    assert_equal(", ".join(came), ", ".join(want), because)


@pytest.mark.parametrize("name", FITS)
def test_fit_with_early_stopping_returns_the_state_of_the_best_epoch(name):
    losses, max_epochs, patience, _, best = FITS[name]
    _, state, _ = trained(losses, max_epochs, patience)
    because = f"{name}: the weights of the best epoch come back, not those of the last"
    assert_state(state, best, because)


@pytest.mark.parametrize("name", FITS)
def test_fit_with_early_stopping_calls_each_function_once_an_epoch_in_order(name):
    losses, max_epochs, patience, _, _ = FITS[name]
    training, _, _ = trained(losses, max_epochs, patience)
    because = "an epoch trains, then measures, then asks for what was measured"
    want = "train_step, val_loss and get_state once in each epoch"
    assert_equal(training.order(), want, because)


def test_fit_with_early_stopping_returns_a_copy_of_the_state():
    training, state, _ = trained([0.5, 0.75, 0.25], 3, 2)
    training.train_step()
    because = "what comes back is a deep copy: more training leaves it alone"
    assert_state(state, 2, because)


def test_fit_with_early_stopping_has_no_state_if_no_loss_is_a_number():
    training, state, _ = trained([NAN, NAN, NAN, NAN, NAN], 5, 3)
    because = "steps with NaN bring no improvement, so patience ends after 3 of them"
    assert_equal(f"{training.trained} epochs", "3 epochs", because)
    because = "without an improvement there is no best state"
    assert_that(state is None, because, type(state).__name__, "None", rung="type")


def test_fit_with_early_stopping_agrees_with_a_count_by_hand(rng):
    for _ in range(60):
        losses = (rng.integers(20, size=30) / 16 - np.arange(30) / 32).tolist()
        losses[0] = 1.5
        max_epochs, patience = int(rng.integers(1, 31)), int(rng.integers(1, 7))
        stop, best = oracle(losses[:max_epochs], patience)
        training, state, _ = trained(losses, max_epochs, patience)
        epochs = max_epochs if stop is None else stop + 1
        because = f"patience {patience} and max_epochs {max_epochs} are kept"
        assert_equal(f"{training.trained} epochs", f"{epochs} epochs", because)
        assert_state(state, best, "the weights of the best epoch come back")
