"""Grades Devices."""

import torch

from dojo.grading import assert_close
from katas.ch4_computation.k05_devices import (
    module_device,
    to_device,
    try_all_gpus,
    try_gpu,
)


def test_try_gpu_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = try_gpu(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_try_all_gpus_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = try_all_gpus(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_module_device_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = module_device(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")


def test_to_device_to_write(generator):
    x = torch.randn(3, 5, generator=generator)
    got = to_device(x)
    want = "TO WRITE: by hand, or from torch"
    assert_close(got, want, "TO WRITE: the truth that a difference violates")
