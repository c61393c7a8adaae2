"""Signatures that differ from the contract: when that is said, and when it is not."""

import inspect

import pytest

from dojo.diagnosis.explained import EXPLAINED
from dojo.diagnosis.signature import _parts, difference


def step(theta, grad, lr=0.1, *, momentum=0.9):
    raise NotImplementedError


def said(signature):
    """Return what is said of a signature beside that of `step`."""
    namespace = {}
    exec(f"def step({signature}): pass", namespace)
    own = inspect.signature(namespace["step"])
    return difference("step", own, inspect.signature(step))


PROMISE = "the contract has step(theta, grad, lr=0.1, *, momentum=0.9)."
DIFFERENCES = {
    "theta, dtheta, lr=0.1, *, momentum=0.9":
        f"The parameter grad is named dtheta here; {PROMISE}",
    "theta, grad, lr=0.1": f"The parameter momentum is missing; {PROMISE}",
    "theta, grad, m, lr=0.1, *, momentum=0.9":
        f"The parameter m is one too many; {PROMISE}",
    "grad, theta, lr=0.1, *, momentum=0.9":
        "The parameters stand in the order grad, theta, lr, momentum; " + PROMISE,
    "theta, grad, lr, *, momentum=0.9":
        "step has no default for lr; the contract has lr=0.1.",
    "theta, grad, lr=1e-3, *, momentum=0.9":
        "The default of lr is 0.001 here; the contract has lr=0.1.",
}  # fmt: skip


@pytest.mark.parametrize("signature", DIFFERENCES)
def test_the_part_that_differs_is_said(signature):
    assert said(signature) == DIFFERENCES[signature]


HARMLESS = [
    "theta, grad, lr=0.1, *, momentum=0.9",
    "theta, grad, lr=1/10, momentum=0.9",
    "theta, grad, lr=0.1, momentum=0.9, verbose=False",
    "theta: int, grad: int, lr: float = 0.1, *, momentum: float = 0.9",
    "theta=None, grad=None, lr=0.1, *, momentum=0.9",
    "*args, **kwargs",
]


@pytest.mark.parametrize("signature", HARMLESS)
def test_a_harmless_difference_is_none(signature):
    assert said(signature) == ""


FAILING = {
    "another default": (
        "def scale(x, factor=2.0): return _checked(factor) * x",
        "The default of factor is 2 here; the contract has factor=3.",
    ),
    "another order": (
        "def scale(factor, x): return _checked(factor) * x",
        "The parameters stand in the order factor, x; "
        "the contract has scale(x, factor=3.0).",
    ),
    "a parameter left out": (
        "def scale(x): return 3.0 * x",
        "The parameter factor is missing; the contract has scale(x, factor=3.0).",
    ),
}


@pytest.mark.parametrize("what", FAILING)
def test_a_signature_that_fails_a_test_is_said_before_all_else(clone, what):
    source, says = FAILING[what]
    clone.answer(source)
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis["code"] == "signature"
    assert diagnosis["says"].startswith(says)
    assert diagnosis["code"] in EXPLAINED


def test_what_fails_besides_is_said_after_it(clone):
    clone.answer("def scale(x, factor=2.0): return factor * x")
    says = clone.verdicts()["scale"]["diagnosis"]["says"]
    assert says.endswith("this does not hold: a negative factor is an error.")


def test_a_signature_that_explains_no_failure_is_not_said(clone):
    clone.answer("def scale(z, by=3.0): return _checked(by) * z + 0.5")
    assert clone.verdicts()["scale"]["diagnosis"]["code"] == "offset"


def test_a_right_answer_with_another_signature_is_left_alone(clone):
    clone.answer("def scale(z, by=3.0): return _checked(by) * z")
    assert clone.verdicts()["scale"]["state"] == "passed"


class Promised:
    def __init__(self, size, kind=int):
        self.size, self.kind = size, kind

    def grown(self, by, times=2):
        return self.size + by * times


class Own:
    def __init__(self, n, kind=float):
        self.size, self.kind = n, kind

    def grown(self, times, by=3):
        return self.size + by * times


def test_each_method_of_a_class_has_a_signature():
    said = [
        difference(part.name, part.mine, part.contract)
        for part in _parts("Net", Own, Promised)
    ]
    assert said == [
        "The parameter size is named n here; the contract has Net(size, kind=int).",
        "The parameters stand in the order times, by; "
        "the contract has Net.grown(by, times=2).",
    ]


def test_a_method_is_called_as_the_contract_has_it():
    made, grown = _parts("Net", Own, Promised)
    assert made.handed_on(Own)(size=5).size == 5
    assert made.handed_on(Own)(5).kind is int
    assert grown.handed_on(Own)(5).grown(4) == 5 + 4 * 2
    assert Own(5).grown(4) == 5 + 3 * 4


def test_a_method_that_an_answer_inherits_takes_everything():
    class Inherits(dict):
        def grown(self, by, times=2):
            return by * times

    assert not any(
        difference(part.name, part.mine, part.contract)
        for part in _parts("Net", Inherits, Promised)
    )


def test_a_class_where_a_function_is_due_has_no_signature():
    assert list(_parts("step", Own, step)) == list(_parts("Net", step, Promised)) == []
