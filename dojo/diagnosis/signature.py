"""A signature that is not the contract's: read off, and proved to be what fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    has them, or if the call itself was what failed. Of a class, each method has one.

    Parameters
    ----------
    function : str
    failed : dict
        What failed, by test.
    replay : Replay
    """
    own, promised = replay.own(function), getattr(replay.reference(), function, None)
    for part in _parts(function, own, promised):
        says = difference(part.name, part.mine, part.contract)
        explained = _explained(part, failed, replay) if says else set()
        if explained:
            rest = [failed[test] for test in failed if test not in explained]
            besides = rest[0].because if rest else ""
            says = with_besides(says, besides)
            return Diagnosis("signature", says, frozenset(explained))
    return None


@dataclass(frozen=True)
class _Part:
    """A function, or a method of a class, beside what the contract says of it."""

    function: str
    method: str
    mine: Signature
    contract: Signature

    @property
    def name(self) -> str:
        """What a call of it is written as."""
        made = self.method in ("", "__init__")
        return self.function if made else f"{self.function}.{self.method}"

    @property
    def qualified(self) -> str:
        """What Python calls it where it refuses a call."""
        return f"{self.function}.{self.method}" if self.method else self.function

    def handed_on(self, own: Any) -> Any:
        """Return the answer, with this part called as the contract has it."""
        if not self.method:
            return _handed_on(own, self.mine, self.contract)
        method = _handed_on(getattr(own, self.method), self.mine, self.contract, 1)
        return type(own.__name__, (own,), {self.method: method})


def _parts(function: str, own: Any, promised: Any) -> Iterator[_Part]:
    """Yield what of an answer has a signature, where it is what it should be."""
    if isinstance(own, type) and isinstance(promised, type):
        for method in vars(promised):
            if inspect.isfunction(vars(promised)[method]) and hasattr(own, method):
                yield from _part(
                    function, method, getattr(own, method), getattr(promised, method)
                )
    elif callable(own) and not isinstance(own, type) and inspect.isfunction(promised):
        yield from _part(function, "", own, promised)


def _part(function: str, method: str, own: Any, promised: Any) -> Iterator[_Part]:
    mine, contract = _signature(own), _signature(promised)
    if mine is not None and contract is not None:
        first = 1 if method else 0  # the instance itself
        yield _Part(function, method, _without(mine, first), _without(contract, first))


def _without(signature: Signature, first: int) -> Signature:
    return signature.replace(parameters=list(signature.parameters.values())[first:])


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
        promise = f"the contract has {name}={shorten(_named(parameter.default))}"
        if own[name].default is Parameter.empty:
            return f"{function} has no default for {name}; {promise}."
        if not _alike(own[name].default, parameter.default):
            came = shorten(_named(own[name].default))
            return f"The default of {name} is {came} here; {promise}."
    return ""


def _alike(one: Any, other: Any) -> bool:
    try:
        return one is other or bool(one == other)
    except (TypeError, ValueError):
        return False


def _bare(signature: Signature) -> str:
    """Return a signature without its annotations, and with the names of classes."""
    parameters = [
        parameter.replace(annotation=Parameter.empty, default=_named(parameter.default))
        for parameter in signature.parameters.values()
    ]
    return str(Signature(parameters))


class _Name:
    """What is written as its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


def _named(default: Any) -> Any:
    """Return what stands for a default in a signature's text."""
    is_named = isinstance(default, type) and default is not Parameter.empty
    return _Name(default.__name__) if is_named else default


def _explained(part: _Part, failed: dict[str, Outcome], replay: Replay) -> set[str]:
    """Return the failing tests that pass if the arguments are handed on as promised."""
    answers = replay.surrounded(part.function, part.handed_on)
    explained = set()
    for item in replay.items:
        before = failed.get(item.nodeid)
        if before is None:
            continue
        refused = _is_of_the_call(before, part.qualified)
        if refused or replay.outcome(item, answers).state == PASSED:
            explained.add(item.nodeid)
    return explained


def _handed_on(
    own: Callable[..., Any], mine: Signature, contract: Signature, before: int = 0
) -> Callable[..., Any]:
    """Return a function of the contract's signature that calls the answer's own.

    The first `before` arguments are handed on as they come.
    """
    names = list(mine.parameters)
    alike = set(contract.parameters) <= set(names)

    def handed_on(*args: Any, **kwargs: Any) -> Any:
        bound = contract.bind(*args[before:], **kwargs)
        bound.apply_defaults()
        if alike:
            return own(*args[:before], **bound.arguments)
        given = zip(names, bound.arguments.values(), strict=False)
        return own(*args[:before], **dict(given))

    return handed_on


def _is_of_the_call(outcome: Outcome, qualified: str) -> bool:
    """Tell whether Python itself refused the arguments, as the text says."""
    text = str(outcome.error)
    refused = outcome.state == FAILED and isinstance(outcome.error, TypeError)
    return refused and text.startswith(f"{qualified}()") and "argument" in text
