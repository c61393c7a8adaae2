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
    """Raise unless what an answer was given is as it was."""
    if before is None:
        return
    if type(now) is not type(before) and not isinstance(before, list | torch.Tensor):
        same = False
    elif isinstance(before, np.ndarray):
        same = before.shape == now.shape and before.tobytes() == now.tobytes()
    elif isinstance(before, torch.Tensor):
        after = now.detach()
        same = before.shape == after.shape and bool(
            ((before == after) | ((before != before) & (after != after))).all()
        )
    elif isinstance(before, dict):
        same = list(before) == list(now)
        for key in before if same else ():
            assert_unchanged(name, before[key], now[key])
    elif isinstance(before, list):
        same = len(before) == len(now)
        for old, new in zip(before, now, strict=False):
            assert_unchanged(name, old, new)
    else:
        same = before is now or before == now or before != before
    if not same:
        raise Mismatch(
            "unchanged",
            f"{name} must leave what it is given unchanged",
            _changed(before, now),
        )


def _changed(before: Any, now: Any) -> str:
    kinds = {np.ndarray: "array", torch.Tensor: "tensor", dict: "dict", list: "list"}
    return f"the {kinds.get(type(before), 'value')} it was given came back changed"
