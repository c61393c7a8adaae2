"""What torch keeps for a whole process: how it is read and set, seeds, warming up."""

from __future__ import annotations

from typing import Any

import torch
from torch._tensor_str import PRINT_OPTS

from dojo.imports import have

UNUSUAL = 6_700_417  # a seed that nobody would choose


def reset_torch() -> None:
    """Undo what an answer may have set for the whole process."""
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.autograd.set_detect_anomaly(False)


def seed_torch(seed: int) -> None:
    """Let torch's global generator begin at the same place in every run of a test.

    A mistake whose numbers depend on an order is known again only if it is drawn again.
    No answer seeds it as this does, so one that does is still seen.
    """
    torch.default_generator.manual_seed(seed + UNUSUAL)


def import_for_optimizers() -> None:
    """Have torch's compiler imported, which the first optimizer of a process does.

    That takes a second of processor time, which no answer should be charged with.
    Nothing is computed: a process may fork after it.
    """
    have("torch._dynamo")


def import_for_gradients() -> None:
    """Have imported what the first gradient of a tensor that is no number needs.

    That takes a third of a second, and as with optimizers nothing is computed.
    """
    have("torch.fx.experimental.symbolic_shapes")


def _device() -> torch.device | None:
    """Return the default device, if one was set; torch's own way makes a tensor."""
    context = torch._GLOBAL_DEVICE_CONTEXT
    return getattr(getattr(context, "device_context", None), "device", None)


def _printing() -> dict[str, Any]:
    return dict(vars(PRINT_OPTS))


def _set_printing(before: dict[str, Any]) -> None:
    vars(PRINT_OPTS).update(before)


SETTINGS = (  # how each is read, and how it is set
    (torch.get_default_dtype, torch.set_default_dtype),
    (_device, torch.set_default_device),
    (torch.is_grad_enabled, torch.set_grad_enabled),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (_printing, _set_printing),
)
