"""Grades Image tensors."""

import torch

from dojo.grading import assert_close
from katas.ch5_data.k03_image_tensors import (
    channel_mean_std,
    chw_to_hwc,
    normalize,
    to_tensor,
)


def test_to_tensor_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = to_tensor(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_chw_to_hwc_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = chw_to_hwc(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_channel_mean_std_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = channel_mean_std(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_normalize_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = normalize(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")
