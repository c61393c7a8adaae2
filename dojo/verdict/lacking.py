"""What an object of an answer's class lacks: a method, or an attribute."""

from __future__ import annotations

import difflib
from typing import Any

UNWRITTEN = "Module [{}] is missing the required"  # torch's own words for no forward
LONGEST = 60  # characters of a list of names
REGISTERED = ("_parameters", "_buffers", "_modules")


def lacked(error: BaseException, function: str, result: object) -> str:
    """Return the name that an object lacks, if that is what an error says.

    Parameters
    ----------
    error : BaseException
        What a test met that used the object.
    function : str
        The name of its class.
    result : object
        What the answer's last call gave back; the object, if it was made then.
    """
    if isinstance(error, NotImplementedError):
        return "forward" if UNWRITTEN.format(function) in str(error) else ""
    if isinstance(error, AttributeError) and _is_object(error.obj, function, result):
        return str(error.name or "")
    return ""


def _is_object(thing: object, function: str, result: object) -> bool:
    """Tell whether a thing is an object of the class that is graded."""
    named = type(thing).__name__ == function
    return thing is not None and (named or (thing is result and _is_own(thing)))


def _is_own(thing: object) -> bool:
    return type(thing).__module__.startswith(("katas.", "solutions."))


def owner_of(error: BaseException, result: object) -> object:
    """Return the object that lacks a name."""
    return getattr(error, "obj", None) or result


def what_it_has(owner: object, name: str) -> str:
    """Return in words what an object has: the likest name, or all of them."""
    names = _names_of(owner)
    near = difflib.get_close_matches(name, names, 1, 0.6)
    if near:
        return f"an object with {near[0]}, but no {name}"
    text = ", ".join(names)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"an object with {text}, but no {name}" if names else f"no {name}"


def _names_of(owner: object) -> list[str]:
    """Return the public names that an object's own class and its maker gave it."""
    names: dict[str, Any] = dict.fromkeys(vars(type(owner)))
    own = getattr(owner, "__dict__", {})
    names |= dict.fromkeys(own)
    for registry in REGISTERED:
        names |= dict.fromkeys(own.get(registry, ()))
    return [name for name in names if not name.startswith("_") and name != "training"]
