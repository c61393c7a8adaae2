"""What torch keeps for a whole process: reset after answers, warmed up before."""

from __future__ import annotations

import torch

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


def warm_up_optimizers() -> None:
    """Let torch import its compiler, which the first optimizer of a process does.

    That takes a second of processor time, which no answer should be charged with.
    """
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
