"""What an answer was given: copied before the call, compared after it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from dojo.compare.mismatch import Mismatch


def has_nan(value: Any) -> bool:
    """Tell whether an array in nested containers holds a NaN: NaN in, NaN out."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and bool(np.isnan(value).any())
    if isinstance(value, dict):
        return any(map(has_nan, value.values()))
    return isinstance(value, list | tuple) and any(map(has_nan, value))


def copied(value: Any) -> Any:
    """Return a copy of arrays and numbers in nested containers; the rest is None."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, torch.Tensor):
        return None if value.is_meta else value.detach().clone()
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [copied(item) for item in value]
    return value if isinstance(value, int | float | str) else None


def assert_unchanged(name: str, before: Any, now: Any) -> None:
    """Raise unless what an answer was given is as it was.

    The mismatch has the values, changed and as given, so that a known mistake that
    changes its input can be told by them.
    """
    changed = _first_change(before, now)
    if changed is None:
        return
    was, came = changed
    because = f"{name} must leave what it is given unchanged"
    kinds = {np.ndarray: "array", torch.Tensor: "tensor", dict: "dict", list: "list"}
    got = f"the {kinds.get(type(was), 'value')} it was given came back changed"
    raise Mismatch("unchanged", because, got, values=(came, was))


def put_back(before: Any, now: Any) -> None:
    """Give changed arrays, and what is missing in dicts, the contents from before.

    A grader may keep them for its next test, which must meet them as they were.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        for key, value in before.items():
            if key in now:
                put_back(value, now[key])
            elif value is not None:
                now[key] = value
    elif isinstance(before, list) and isinstance(now, list | tuple):
        for was, item in zip(before, now, strict=False):
            put_back(was, item)
    elif isinstance(before, np.ndarray | torch.Tensor) and not _same(before, now):
        _overwrite(now, before)


def _overwrite(now: Any, before: Any) -> None:
    if type(now) is not type(before) or now.shape != before.shape:
        return
    if isinstance(now, torch.Tensor):
        now.detach().copy_(before)
    elif now.flags.writeable:
        now[...] = before


def _first_change(before: Any, now: Any) -> tuple[Any, Any] | None:
    """Return the first part that differs, as it was and as it came back."""
    if before is None:
        return None
    if isinstance(before, dict | list):
        if not _same_places(before, now):
            return before, copied(now)
        places = before if isinstance(before, dict) else range(len(before))
        changes = (_first_change(before[place], now[place]) for place in places)
        return next((change for change in changes if change is not None), None)
    return None if _same(before, now) else (before, copied(now))


def _same_places(before: dict[Any, Any] | list[Any], now: Any) -> bool:
    """Tell whether a container still has its keys in order, or its length."""
    if isinstance(before, dict):
        return isinstance(now, dict) and list(before) == list(now)
    return isinstance(now, list | tuple) and len(before) == len(now)


def _same(before: Any, now: Any) -> bool:
    """Tell whether a value is as it was, to the bit."""
    if isinstance(before, torch.Tensor):
        if not isinstance(now, torch.Tensor) or before.dtype != now.dtype:
            return False
        if before.device != now.device:
            return False  # the values of two devices cannot be compared
        after = now.detach()
        if before.shape != after.shape:
            return False
        equal = (before == after) | ((before != before) & (after != after))
        return bool(equal.all())
    if type(now) is not type(before):
        return False
    if isinstance(before, np.ndarray):
        alike = before.shape == now.shape and before.dtype == now.dtype
        return bool(alike and before.tobytes() == now.tobytes())
    return bool(before is now or before == now or before != before)
