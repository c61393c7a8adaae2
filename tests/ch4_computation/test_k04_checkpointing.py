"""Grades Save and load."""

import torch

from dojo.grading import assert_close
from katas.ch4_computation.k04_checkpointing import (
    load_checkpoint,
    save_checkpoint,
    transfer_prefix,
)


def test_save_checkpoint_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = save_checkpoint(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_load_checkpoint_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = load_checkpoint(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_transfer_prefix_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = transfer_prefix(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")
