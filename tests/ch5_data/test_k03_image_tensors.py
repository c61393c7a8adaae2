"""Grades image tensors."""

import numpy as np
import pytest
import torch
from torch import nn

from dojo.grading import assert_close, assert_equal, assert_type
from katas.ch5_data.k03_image_tensors import (
    Compose,
    channel_mean_std,
    chw_to_hwc,
    normalize,
    to_tensor,
)

SIZES = [(5, 7, 3), (2, 11, 4), (13, 3, 2), (7, 5, 1), (1, 3, 5)]
FLOATS = [torch.float32, torch.float64]


def pixels(rng, *size):
    return rng.integers(0, 256, size, dtype=np.uint8)


def as_tensor(img):
    """Return what to_tensor must: entry by entry, in float64 and then rounded."""
    img = img if img.ndim == 3 else img[:, :, None]
    return torch.tensor(np.moveaxis(img.astype(np.float64), 2, 0) / 255).float()


def test_to_tensor_of_a_worked_example():
    img = np.array([[[0, 51], [102, 153], [204, 255]]], dtype=np.uint8)  # (1, 3, 2)
    because = "channel 0 has every first number, each over 255: 0, 0.4, 0.8"
    want = torch.tensor([[[0.0, 0.4, 0.8]], [[0.2, 0.6, 1.0]]])
    assert_close(to_tensor(img), want, because)


@pytest.mark.parametrize("size", SIZES)
def test_to_tensor_moves_the_channels_to_the_front(rng, size):
    img = pixels(rng, *size)
    because = f"entry [c, i, j] is img[i, j, c] over 255, of an image of shape {size}"
    assert_close(to_tensor(img), as_tensor(img), because)


@pytest.mark.parametrize("size", [(5, 7), (11, 2), (1, 3)])
def test_to_tensor_gives_a_gray_image_one_channel(rng, size):
    img = pixels(rng, *size)
    because = "an image (H, W) becomes (1, H, W), each number over 255"
    assert_close(to_tensor(img), as_tensor(img), because)


def test_to_tensor_scales_every_byte():
    img = np.arange(256, dtype=np.uint8).reshape(8, 16, 2)
    because = "each of the bytes 0 to 255 is divided by 255, and by nothing else"
    assert_close(to_tensor(img), as_tensor(img), because, rtol=3e-7, atol=0)


@pytest.mark.parametrize("value", [0, 1, 200])
def test_to_tensor_scales_a_dark_image_as_any_other(value):
    img = np.full((3, 5, 2), value, dtype=np.uint8)
    img[1, 2, 0] //= 2
    because = "the scale is 255 whatever the brightest pixel of this image is"
    assert_close(to_tensor(img), as_tensor(img), because)


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("axes", [(1, 0, 2), (2, 0, 1), (1, 2, 0)])
def test_to_tensor_takes_any_memory_layout(rng, axes, step):
    img = pixels(rng, 6, 8, 10).transpose(axes)[::step, ::step]
    because = "a transposed or strided array is read by its indices"
    assert_close(to_tensor(img), as_tensor(img), because)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, *FLOATS, torch.bool])
@pytest.mark.parametrize("size", [(3, 5, 7), (4, 2, 11), (1, 7, 5), (2, 13, 3)])
def test_chw_to_hwc_moves_the_channels_to_the_back(generator, size, dtype):
    img = torch.randint(0, 256, size, generator=generator).to(dtype)
    want = torch.stack(img.unbind(), dim=2)
    because = f"entry [i, j, c] is img[c, i, j], of an image of shape {size}"
    assert_close(chw_to_hwc(img), want, because)


def test_chw_to_hwc_of_a_worked_example():
    img = torch.tensor([[[1, 2, 3]], [[4, 5, 6]]])  # (2, 1, 3)
    because = "the two numbers of each pixel come side by side: 1 4, 2 5, 3 6"
    assert_close(chw_to_hwc(img), torch.tensor([[[1, 4], [2, 5], [3, 6]]]), because)


def test_chw_to_hwc_takes_any_memory_layout(generator):
    img = torch.randint(0, 99, (8, 3, 10), generator=generator).permute(1, 2, 0)
    because = "a transposed or strided tensor is read by its indices"
    want = torch.stack(img[:, ::2].unbind(), dim=2)
    assert_close(chw_to_hwc(img[:, ::2]), want, because)


@pytest.mark.parametrize("kind", [list, tuple])
def test_compose_uses_the_transforms_in_their_order(kind):
    change = Compose(kind([lambda x: x + 3, lambda x: 10 * x, lambda x: x - 7]))
    because = "the first transform comes first, and each gets what the one before gave"
    assert_equal(change(5), 73, because)


def test_compose_of_one_transform_is_that_transform():
    because = "a single transform is used once"
    assert_equal(Compose([lambda x: 2 * x])(21), 42, because)


def test_compose_of_no_transform_returns_what_it_gets():
    X = torch.arange(6.0).view(2, 3)
    assert_close(Compose([])(X), X, "without a transform nothing changes")


def test_compose_can_be_called_again():
    change = Compose([lambda x: x - 4, lambda x: 3 * x])
    got = [change(x) for x in (5, 5, 11)]
    assert_equal(got, [3, 3, 21], "a call leaves nothing behind for the next one")


def test_compose_calls_each_transform_once():
    calls = []

    def noted(name):
        return lambda x: calls.append(name) or f"{x}{name}"

    got = Compose([noted("a"), noted("b"), noted("c")])("-")
    assert_equal("".join(calls), "abc", "each transform is called once, in order")
    assert_equal(got, "-abc", "each gets what the one before gave")


def test_compose_uses_a_transform_as_often_as_it_is_listed():
    def twice(x):
        return 2 * x

    change = Compose([twice, lambda x: x + 1, twice, twice])
    assert_equal(change(5), 44, "a transform that is listed three times is used thrice")


def test_compose_hands_on_whatever_comes():
    change = Compose([lambda x: x - 3, lambda x: None if x else "nothing", str])
    because = "a result of 0 or None is handed on like any other"
    assert_equal(f"{change(3)}, {change(4)}", "nothing, None", because)


def test_compose_takes_a_transform_whose_truth_value_is_false():
    class Twice(nn.Sequential):
        def forward(self, x):
            return 2 * x

    because = "a module without layers has the truth value False, and is called"
    change = Compose([Twice(), lambda x: x + 1])
    assert_equal([change(3), change(5)], [7, 11], because)


def test_compose_takes_another_compose():
    inner = Compose([lambda x: x + 1, lambda x: 5 * x])
    change = Compose([lambda x: 2 * x, inner, lambda x: x - 6])
    assert_equal(change(4), 39, "a Compose is a transform, too: (2 · 4 + 1) · 5 - 6")


def test_compose_keeps_apart_what_two_of_them_hold():
    first = Compose([lambda x: x + 1])
    Compose([lambda x: 100 * x])
    assert_equal(first(2), 3, "each has the transforms that it was made of")


def test_compose_lets_errors_through():
    def refuses(x):
        raise LookupError(x)

    try:
        got = Compose([refuses])(3)
    except LookupError:
        got = "LookupError"
    because = "an error of a transform is not hidden"
    assert_equal(f"{got}", "LookupError", because)


def statistics_of(X):
    """Return the two parts, once they are a tuple."""
    parts = channel_mean_std(X)
    assert_type(parts, tuple, "what comes back is a tuple (mean, std)")
    because = "what comes back is a tuple (mean, std)"
    assert_equal(f"{len(parts)} parts", "2 parts", because)
    return parts


def images(generator, *size, dtype=torch.float64):
    """Return images whose channels differ in mean and in spread, as do the images."""
    X = torch.rand(size, generator=generator, dtype=torch.float64) ** 2
    X = X * torch.linspace(0.3, 1.0, size[1], dtype=torch.float64).view(-1, 1, 1)
    return (X + torch.arange(size[0]).view(-1, 1, 1, 1) / 7).to(dtype)


def test_channel_mean_std_by_hand():
    X = torch.tensor([[[[1.0, 3]], [[0, 0]]], [[[5, 7]], [[0, 8]]]]).double()
    mean, std = statistics_of(X)  # X is (2, 2, 1, 2)
    want = torch.tensor([4.0, 2]).double()
    assert_close(mean, want, "channel 0 has 1, 3, 5, 7, and channel 1 has 0, 0, 0, 8")
    want = torch.tensor([5.0, 12]).double().sqrt()
    because = "the squared deviations of 1, 3, 5, 7 are 9, 1, 1, 9: their mean is 5"
    assert_close(std, want, because)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [(5, 3, 7, 2), (2, 4, 1, 5), (11, 1, 3, 2)])
def test_channel_mean_std_takes_all_images_and_pixels(generator, size, dtype):
    X = images(generator, *size, dtype=dtype)
    each = X.double().transpose(0, 1).flatten(1)  # a row a channel
    mean = each.sum(1) / each.shape[1]
    squares = ((each - mean[:, None]) ** 2).sum(1) / each.shape[1]
    got = statistics_of(X)
    because = f"the mean over N · H · W = {each.shape[1]} numbers of each channel"
    assert_close(got[0], mean.to(dtype), because)
    because = f"the root of the mean squared deviation of {each.shape[1]} numbers"
    assert_close(got[1], squares.sqrt().to(dtype), because)


def test_channel_mean_std_of_one_image_of_one_pixel():
    X = torch.tensor([[[[3.0]], [[0.5]]]])
    mean, std = statistics_of(X)
    assert_close(mean, torch.tensor([3.0, 0.5]), "one number is its own mean")
    because = "one number has the deviation 0, for it is divided by 1"
    assert_close(std, torch.zeros(2), because)


def test_channel_mean_std_takes_any_memory_layout(generator):
    X = images(generator, 4, 6, 5, 3).permute(0, 3, 1, 2)[:, :, ::2]
    each = X.transpose(0, 1).flatten(1)
    because = "a transposed or strided tensor is read by its indices"
    want = each.mean(1), each.std(1, correction=0)
    assert_close(statistics_of(X), want, because)


def normalized(img, mean, std):
    """Return what normalize must, channel by channel."""
    planes = zip(img.unbind(), list(mean), list(std), strict=True)
    return torch.stack([(plane - float(m)) / float(s) for plane, m, s in planes])


def given(generator, C, dtype):
    """Return a mean and a standard deviation for each channel, no two the same."""
    mean = torch.rand(C, generator=generator, dtype=torch.float64) - 0.2
    std = 0.1 + torch.rand(C, generator=generator, dtype=torch.float64)
    return mean.to(dtype), std.to(dtype)


def as_list(v):
    return v.tolist()


def as_tuple(v):
    return tuple(v.tolist())


def as_it_is(v):
    return v


SEQUENCES = [as_it_is, as_list, as_tuple]


@pytest.mark.parametrize("kind", SEQUENCES)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [(3, 5, 7), (3, 4, 3), (1, 5, 2), (4, 4, 4)])
def test_normalize_shifts_and_scales_each_channel(generator, size, dtype, kind):
    img = torch.rand(size, generator=generator, dtype=torch.float64).to(dtype)
    mean, std = given(generator, size[0], dtype)
    got = normalize(img, kind(mean), kind(std))
    because = f"channel c is (img[c] - mean[c]) / std[c], also where {size} has C = W"
    assert_close(got, normalized(img, mean, std), because)


def test_normalize_by_hand():
    img = torch.tensor([[[1.0, 3]], [[1, 3]]])  # (2, 1, 2)
    got = normalize(img, [1.0, 5.0], [2.0, 0.5])
    because = "channel 0 is (1 - 1) / 2, (3 - 1) / 2; channel 1 (1 - 5) / 0.5, …"
    assert_close(got, torch.tensor([[[0.0, 1]], [[-8, -4]]]), because)


def test_normalize_takes_whole_numbers(generator):
    img = torch.rand((2, 5, 3), generator=generator)
    got = normalize(img, [0, 1], (2, 4))
    because = "mean and std may be whole numbers"
    assert_close(got, normalized(img, [0, 1], [2, 4]), because)


def test_normalize_computes_in_the_dtype_of_the_image(generator):
    img = torch.rand((3, 5, 2), generator=generator, dtype=torch.float64)
    mean, std = [0.1, 1 / 3, 0.7], [0.3, 0.11, 1 / 7]
    because = "numbers of a list are not rounded to float32 on the way"
    got = normalize(img, mean, std)
    assert_close(got, normalized(img, mean, std), because, rtol=1e-12)


def test_normalize_gives_each_channel_mean_0_and_deviation_1(generator):
    X = images(generator, 1, 3, 11, 7)[0]
    mean, std = X.mean((1, 2)), X.std((1, 2), correction=0)
    got = normalize(X, mean, std)
    because = "with the image's own statistics each channel comes out with mean 0"
    zeros, ones = torch.zeros(3).double(), torch.ones(3).double()
    assert_close(got.mean((1, 2)), zeros, because)
    because = "with the image's own statistics each channel comes out with deviation 1"
    assert_close(got.std((1, 2), correction=0), ones, because)


def test_normalize_takes_any_memory_layout(generator):
    img = torch.rand((6, 4, 3), generator=generator).permute(2, 0, 1)[:, ::2]
    mean, std = given(generator, 6, torch.float32)
    got = normalize(img, mean[::2], std[::2])
    because = "a transposed or strided tensor is read by its indices"
    assert_close(got, normalized(img, mean[::2], std[::2]), because)
