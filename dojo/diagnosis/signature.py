"""A signature that is not the contract's: read off, and proved to be what fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from dojo.compare.mismatch import shorten
from dojo.diagnosis.known import with_besides
from dojo.verdict.replay import Replay
from dojo.verdict.verdicts import FAILED, PASSED, Diagnosis, Outcome


def differing(
    function: str, failed: dict[str, Outcome], replay: Replay
) -> Diagnosis | None:
    """Return how a signature differs from the contract, if a failure comes from it.

    It does if a failing test passes once the arguments are handed on as the contract
    has them, or if the call itself was what failed.

    Parameters
    ----------
    function : str
    failed : dict
        What failed, by test.
    replay : Replay
    """
    own, promised = replay.own(function), getattr(replay.reference(), function, None)
    if own is None or promised is None or isinstance(own, type):
        return None
    mine, contract = _signature(own), _signature(promised)
    if mine is None or contract is None:
        return None
    says = difference(function, mine, contract)
    if not says:
        return None
    explained = _explained(function, contract, failed, replay)
    if not explained:
        return None
    rest = [outcome for test, outcome in failed.items() if test not in explained]
    besides = rest[0].because if rest else ""
    return Diagnosis("signature", with_besides(says, besides), frozenset(explained))


def _signature(function: Callable[..., Any]) -> Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def difference(function: str, mine: Signature, contract: Signature) -> str:
    """Return a sentence about the first difference that matters, or nothing."""
    promise = f"the contract has {function}{_bare(contract)}"
    own, due = mine.parameters, contract.parameters
    kinds = {parameter.kind for parameter in own.values()}
    if kinds & {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}:
        return ""  # it may take everything; its calls will tell
    missing = [name for name in due if name not in own]
    extra = [name for name in own if name not in due]
    if missing and extra and list(due).index(missing[0]) == list(own).index(extra[0]):
        return f"The parameter {missing[0]} is named {extra[0]} here; {promise}."
    if missing:
        return f"The parameter {missing[0]} is missing; {promise}."
    required = [name for name in extra if own[name].default is Parameter.empty]
    if required:
        return f"The parameter {required[0]} is one too many; {promise}."
    order = [name for name in own if name in due]
    if order != list(due) or list(own)[: len(due)] != list(due):
        return f"The parameters stand in the order {', '.join(own)}; {promise}."
    return _default(function, own, due)


def _default(function: str, own: Any, due: Any) -> str:
    """Return a sentence about the first default that is another one, or nothing."""
    for name, parameter in due.items():
        if parameter.default is Parameter.empty:
            continue
        promise = f"the contract has {name}={shorten(parameter.default)}"
        if own[name].default is Parameter.empty:
            return f"{function} has no default for {name}; {promise}."
        if not _alike(own[name].default, parameter.default):
            came = shorten(own[name].default)
            return f"The default of {name} is {came} here; {promise}."
    return ""


def _alike(one: Any, other: Any) -> bool:
    try:
        return one is other or bool(one == other)
    except (TypeError, ValueError):
        return False


def _bare(signature: Signature) -> str:
    """Return a signature without its annotations."""
    parameters = [
        parameter.replace(annotation=Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(Signature(parameters))


def _explained(
    function: str, contract: Signature, failed: dict[str, Outcome], replay: Replay
) -> set[str]:
    """Return the failing tests that pass if the arguments are handed on as promised."""
    answers = replay.surrounded(function, lambda own: _handed_on(own, contract))
    explained = set()
    for item in replay.items:
        before = failed.get(item.nodeid)
        if before is None:
            continue
        refused = _is_of_the_call(before, function)
        if refused or replay.outcome(item, answers).state == PASSED:
            explained.add(item.nodeid)
    return explained


def _handed_on(own: Callable[..., Any], contract: Signature) -> Callable[..., Any]:
    """Return a function of the contract's signature that calls the answer's own."""
    names = list(inspect.signature(own).parameters)
    alike = set(contract.parameters) <= set(names)

    def handed_on(*args: Any, **kwargs: Any) -> Any:
        bound = contract.bind(*args, **kwargs)
        bound.apply_defaults()
        if alike:
            return own(**bound.arguments)
        return own(**dict(zip(names, bound.arguments.values(), strict=False)))

    return handed_on


def _is_of_the_call(outcome: Outcome, function: str) -> bool:
    """Tell whether Python itself refused the arguments, as the text says."""
    text = str(outcome.error)
    refused = outcome.state == FAILED and isinstance(outcome.error, TypeError)
    return refused and text.startswith(f"{function}()") and "argument" in text
