"""Grades flips and crops."""

import math
import random
from itertools import cycle

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dojo.grading import assert_close, assert_equal, assert_that
from katas.ch1_foundations.k05_data_augmentation import (
    augment,
    hflip,
    random_crop,
    random_hflip,
)

FALSE_ALARM = 1e-9  # of each statistical comparison, for every right answer
PROBABILITIES = [0.3, 0.86]
CALLS = 109
SHAPES = [(5, 3, 4, 7), (2, 1, 11, 3), (3, 2, 5, 1), (1, 3, 4, 2)]
DTYPES = ["uint8", "int16", "float32", "float64", "bool"]
WINDOWS = [  # the image, the window, the padding
    ((3, 4), (2, 3), 1),
    ((5, 3), (3, 2), 0),
    ((2, 5), (3, 4), 2),
    ((3, 7), (3, 2), 0),  # the window can move along one axis only
    ((7, 2), (4, 2), 0),
]
STAYS, MIRRORED = "each image as it was or mirrored", "mirrored from left to right"


def images(rng, shape, dtype=float):
    """Return images without two equal pixels, and without a zero: none is padding."""
    return 1 + rng.permutation(math.prod(shape)).reshape(shape).astype(dtype)


def bernstein(n, variance, size, checks):
    """Return how far `checks` means of n independent draws stray from what is expected.

    Bernstein's inequality, for draws at most `size` away from their expectation:
    P(|mean - expected| >= t) <= 2 exp(-n t² / (2 variance + 2 size t / 3)).
    """
    L = size * math.log(2 * checks / FALSE_ALARM) / 3
    return (L + math.sqrt(L**2 + 6 * n * L * variance / size)) / n


def band(n, p, checks=1):
    """Return how far shares of n coins that show 1 with probability p stray from p."""
    return bernstein(n, p * (1 - p), max(p, 1 - p), checks)


def assert_images(got, shape, dtype):
    """Climb to the dtype: an array of this shape and dtype came back."""
    assert_that(got is not None, "images come back", "None: is a return missing?",
                "an array", rung="returned")  # fmt: skip
    kind = type(got).__name__
    because = "images come back as an array"
    assert_that(isinstance(got, np.ndarray), because, kind, "an array", rung="type")
    shapes = [f"shape {np.shape(got)}", f"shape {tuple(shape)}"]
    assert_that(np.shape(got) == tuple(shape), "each image keeps its place, and there "
                "are as many as were asked for", *shapes, rung="shape")  # fmt: skip
    because = "images that are only moved keep their dtype"
    same = got.dtype == np.dtype(dtype)
    assert_that(same, because, f"dtype {got.dtype}", f"dtype {dtype}", rung="dtype")


def whole(equal):
    """Tell for each image whether all of its pixels are equal."""
    return equal.all(axis=(1, 2, 3))


def told(X, got):
    """Return in words what became of the first image that is neither X nor mirrored."""
    same, turned = got == X, got == X[..., ::-1]
    i = int(np.argmin(whole(same) | whole(turned)))
    x, came = X[i], got[i]
    if (came == x[:, ::-1]).all():
        return "an image upside down"
    if (came == x[:, ::-1, ::-1]).all():
        return "an image turned by half a turn"
    if (came == x[::-1]).all():
        return "an image with its channels in another order"
    for axes, words in (((1, 2), "channels"), (2, "rows"), ((), "pixels")):
        if (same[i].all(axis=axes) | turned[i].all(axis=axes)).all():
            return f"an image with single {words} mirrored"
    return "an image with other pixels"


def flips(X, got):
    """Return which images came back mirrored; the others must be as they were."""
    assert_images(got, X.shape, X.dtype)
    as_it_was, turned = whole(got == X), whole(got == X[..., ::-1])
    came = STAYS if (as_it_was | turned).all() else told(X, got)
    because = "an image is mirrored whole, from left to right, or stays as it was"
    assert_equal(came, STAYS, because)
    return turned


def assert_coins(coins, p):
    """Say in words what no draw can hide: coins (calls, images) without chance."""
    if coins.all() or not coins.any():
        came = "all images mirrored" if coins.all() else "no image mirrored"
    elif len(coins[0]) > 1 and (coins == coins[:, :1]).all():
        came = "all images of a call alike"
    elif (coins[:, :-1] >= coins[:, 1:]).all():
        came = "the first images of a call, and not the last"
    elif len(coins) > 1 and (coins == coins[:1]).all():
        came = "the same images in every call"
    else:
        came = "each image by itself"
    because = "a coin is drawn for each image of each call"
    assert_equal(came, "each image by itself", because)
    share, atol = float(coins.mean()), band(coins.size, p)
    chances = {"p": p, "1 - p": 1 - p, "1/2": 0.5}
    near = [words for words, chance in chances.items() if abs(share - chance) <= atol]
    because = "the probability to be mirrored is p"
    assert_equal(near[0] if near else "p", "p", because)


def assert_share(coins, axis, p, because):
    """Compare the shares that show 1, along an axis or of all, with p."""
    shares = np.mean(coins, axis=axis, keepdims=True)
    atol = band(coins.size // shares.size, p, shares.size)
    want = np.full(shares.shape, p)
    assert_close(shares, want, because, rtol=0, atol=atol, rung="statistics")


def assert_independent(coins, p, because):
    """Compare each column's strongest covariance with another column with 0."""
    D = coins - p  # (calls, images)
    C = D.T @ D / len(D)
    np.fill_diagonal(C, 0.0)
    k = len(C)
    strongest = C[np.arange(k), np.abs(C).argmax(axis=1)]
    atol = bernstein(len(D), (p * (1 - p)) ** 2, max(p, 1 - p) ** 2, k * k)
    assert_close(strongest, np.zeros(k), because, rtol=0, atol=atol, rung="statistics")


def assert_binomial(coins, p):
    """Compare how many of a call's coins lie near their mean with the binomial law."""
    counts, n = coins.sum(axis=1), coins.shape[1]
    came = "always as many" if len(set(counts.tolist())) == 1 else "now more, now less"
    because = "coins are tossed: how many images are mirrored is left to chance"
    assert_equal(came, "now more, now less", because)
    mean, near = n * p, 0.7 * math.sqrt(n * p * (1 - p))
    law = sum(
        math.comb(n, j) * p**j * (1 - p) ** (n - j)
        for j in range(n + 1)
        if abs(j - mean) <= near
    )
    shares = np.mean(np.abs(counts - mean) <= near, keepdims=True)
    because = "how many images are mirrored follows the binomial law"
    atol = band(len(counts), law)
    assert_close(shares, [law], because, rtol=0, atol=atol, rung="statistics")


def assert_drawn_from(rng, answer):
    """Compare results of one generator, of equal ones and of others; watch others."""
    seeds = rng.integers(2**62, size=7)
    np.random.random(700)  # else a fixed global seed may leave the state as it was
    numpys, pythons = np.random.get_state()[1].tobytes(), random.getstate()
    same = [answer(rng) for _ in seeds]
    other, again = ([answer(np.random.default_rng(s)) for s in seeds] for _ in range(2))
    because = "all randomness comes from the rng that is given"
    moved = np.random.get_state()[1].tobytes() != numpys or random.getstate() != pythons
    assert_equal("a global generator" if moved else "rng", "rng", because)
    because = "each call draws anew from rng, and each seed gives another result"
    results = {np.asarray(result).tobytes() for result in (*same, *other)}
    came = "always the same" if len(results) == 1 else "other results"
    assert_equal(came, "other results", because)
    assert_close(again[0], np.asarray(other[0]), "an equal rng gives an equal result")


def test_hflip_by_hand():
    X = np.array([[[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]], dtype=float)
    want = [[[[3, 2, 1], [6, 5, 4]], [[9, 8, 7], [12, 11, 10]]]]
    because = "each row is read from the right; rows, channels and images stay in order"
    assert_close(hflip(X), want, because)


@pytest.mark.parametrize("shape", SHAPES)
def test_hflip_twice_is_the_image_itself(shape, rng):
    X = images(rng, shape)
    once = hflip(X)
    assert_images(once, shape, X.dtype)
    assert_close(hflip(once), X, "what was mirrored twice is as it was")


@pytest.mark.parametrize(("dtype", "shape"), [*zip(DTYPES, cycle(SHAPES[:2]))])
def test_hflip_agrees_with_torch(shape, dtype, rng):
    X = rng.integers(0, 2 if dtype == "bool" else 200, shape).astype(dtype)
    got = hflip(X)
    assert_images(got, shape, dtype)
    want = torch.flip(torch.from_numpy(X.copy()), dims=(-1,)).numpy()
    assert_close(got, want, "this is torch.flip along the last axis, the width")


def test_hflip_takes_any_memory_layout(rng):
    X = images(rng, (5, 14, 3, 2))[:, ::2].transpose(0, 3, 1, 2)  # channels came last
    want = np.array([[[row[::-1] for row in C] for C in x] for x in X])
    assert_close(hflip(X), want, "images with gaps in memory are read by their indices")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("p", [0.0, 1.0])
def test_random_hflip_mirrors_none_or_all_where_p_leaves_no_choice(p, shape, rng):
    X = images(rng, shape)
    want = X[..., ::-1] if p else X
    because = "a p of 0 mirrors no image, a p of 1 every one"
    assert_close(random_hflip(X, p, rng), want.copy(), because)


@pytest.mark.parametrize("dtype", DTYPES[:4])
def test_random_hflip_mirrors_whole_images_and_keeps_their_dtype(dtype, rng):
    X = images(rng, (7, 3, 2, 5)).astype(dtype)
    X = np.asfortranarray(X)
    flips(X, random_hflip(X, 0.3, rng))


def together(calls, shape, dtype):
    """Return the results of many calls in one array, once each has its shape."""
    for got in calls:
        assert_images(got, shape, dtype)
    return np.concatenate(calls)


def tossed(p, rng):
    """Return the coins of many calls, of shape (calls, images)."""
    X = images(rng, (17, 2, 3, 2))
    calls = [random_hflip(X, p, rng) for _ in range(CALLS)]
    got = together(calls, X.shape, X.dtype)
    return flips(np.tile(X, (CALLS, 1, 1, 1)), got).reshape(CALLS, -1)


@pytest.mark.parametrize("p", [0.004, *PROBABILITIES, 0.996])
def test_random_hflip_mirrors_with_probability_p(p, rng):
    X = images(rng, (20011, 1, 1, 2))
    coins = flips(X, random_hflip(X, p, rng))[None]
    assert_coins(coins, p)
    assert_share(coins, None, p, "of 20011 images about the share p is mirrored")


def test_random_hflip_draws_a_coin_for_each_image_and_call(rng):
    coins = tossed(0.3, rng)
    assert_coins(coins, 0.3)
    assert_share(coins, 0, 0.3, "each image is mirrored with probability p, wherever")
    because = "each image has a coin of its own: none tells of another's"
    assert_independent(coins, 0.3, because)


def test_random_hflip_mirrors_no_fixed_number_of_images(rng):
    assert_binomial(tossed(0.86, rng), 0.86)


def test_random_hflip_draws_from_rng_alone(rng):
    X = images(rng, (31, 2, 3, 2))
    assert_drawn_from(rng, lambda source: random_hflip(X, 0.3, source))


def padded(X, padding):
    """Return torch's padding with zeros on all four sides."""
    return F.pad(torch.from_numpy(X.copy()), (padding,) * 4).numpy()


def found(X, got, padding):
    """Tell at which places of the padded images the windows are: (N, C, T, L)."""
    (h, w), tops_and_lefts = got.shape[2:], grid(X.shape[2:], got.shape[2:], padding)
    # Pixels first: one comparison is then of thousands of images in a row.
    X_padded, got = (
        np.ascontiguousarray(images.transpose(2, 3, 0, 1))
        for images in (padded(X, padding), got)
    )
    hits = np.empty((*tops_and_lefts, *X.shape[:2]), bool)
    for top, left in np.ndindex(*tops_and_lefts):
        same = X_padded[top : top + h, left : left + w] == got
        hits[top, left] = same.all(axis=(0, 1))
    return hits.transpose(2, 3, 0, 1)


def places(X, got, size, padding):
    """Return top and left of each window, of shape (N, 2), once each is a window."""
    assert_images(got, (*X.shape[:2], *size), X.dtype)
    by_channel = found(X, got, padding)
    hits = by_channel.all(axis=1)  # (N, T, L)
    came = "windows of the padded images"
    if not hits.any(axis=(1, 2)).all():
        came = "other pixels"
        if by_channel.any(axis=(2, 3)).all():
            came = "each channel at a place of its own"
    because = "each result is a window of its own image, with zeros around, unchanged"
    assert_equal(came, "windows of the padded images", because)
    return np.argwhere(hits)[:, 1:]


def grid(image, size, padding):
    """Return how many tops and how many lefts there are."""
    return tuple(
        full + 2 * padding - part + 1 for full, part in zip(image, size, strict=True)
    )


def assert_range(where, tops_and_lefts):
    """Say from where to where the windows went; all are met in thousands of draws."""
    low, high = where.min(axis=0), where.max(axis=0)
    ends = [e - 1 for e in tops_and_lefts]
    came = f"tops {low[0]} to {high[0]}, lefts {low[1]} to {high[1]}"
    for axis, words in enumerate(("top", "left")):
        if ends[axis] and low[axis] == high[axis]:
            came = f"one {words} for all images"
    if (where == where[:1]).all() and max(ends) > 0:
        came = "one place for all images"
    want = f"tops 0 to {ends[0]}, lefts 0 to {ends[1]}"
    because = "a window may lie at every place inside the padded image, the last too"
    assert_equal(came, want, because)
    met, there = len(set(map(tuple, where.tolist()))), math.prod(tops_and_lefts)
    because = "top and left are drawn independently of each other"
    assert_equal(f"{met} places", f"{there} places", because)


@pytest.mark.parametrize("shape", SHAPES)
def test_random_crop_of_the_whole_image_is_the_image(shape, rng):
    X = images(rng, shape)
    because = "a window as large as the image has one place"
    assert_close(random_crop(X, shape[2:], rng), X, because)


@pytest.mark.parametrize(("shape", "padding"), [*zip(SHAPES, cycle([1, 3]))])
def test_random_crop_of_the_whole_padded_image_has_zeros_on_four_sides(
    shape, padding, rng
):
    X = images(rng, shape)
    size = (shape[2] + 2 * padding, shape[3] + 2 * padding)
    because = "zeros are put above, below, left and right, and a whole window shows all"
    assert_close(random_crop(X, size, rng, padding), padded(X, padding), because)


@pytest.mark.parametrize(
    ("image", "size", "padding", "dtype"),
    [(*window, dtype) for window, dtype in zip(WINDOWS, cycle(["uint8", "float32"]))],
)
def test_random_crop_cuts_one_window_out_of_all_channels(
    image, size, padding, dtype, rng
):
    X = images(rng, (3, 2, *image)).astype(dtype)
    X = np.asfortranarray(X)
    places(X, random_crop(X, size, rng, padding), size, padding)


@pytest.mark.parametrize(("image", "size", "padding"), WINDOWS)
def test_random_crop_reaches_every_place_equally_often(image, size, padding, rng):
    X, both = images(rng, (4001, 1, *image)), grid(image, size, padding)
    where = places(X, random_crop(X, size, rng, padding=padding), size, padding)
    assert_range(where, both)
    cells = math.prod(both)
    counts = np.bincount(where @ [both[1], 1], minlength=cells)
    atol = band(len(X), 1 / cells, cells)
    because = "every top and left is as likely as any other"
    shares, want = counts / len(X), np.full(cells, 1 / cells)
    assert_close(shares, want, because, rtol=0, atol=atol, rung="statistics")


def test_random_crop_draws_a_place_for_each_image_and_call(rng):
    image, size, padding = WINDOWS[0]
    X = images(rng, (7, 2, *image))
    calls = [random_crop(X, size, rng, padding) for _ in range(CALLS)]
    got = together(calls, (*X.shape[:2], *size), X.dtype)
    X_calls = np.tile(X, (CALLS, 1, 1, 1))
    where = places(X_calls, got, size, padding).reshape(CALLS, -1, 2)
    came = "each image by itself"
    if (where == where[0, 0]).all():
        came = f"always at top {where[0, 0, 0]}, left {where[0, 0, 1]}"
    elif (where == where[:, :1]).all():
        came = "all images of a call at one place"
    elif (where == where[:1]).all():
        came = "the same places in every call"
    because = "a place is drawn for each image of each call"
    assert_equal(came, "each image by itself", because)
    assert_range(where.reshape(-1, 2), (4, 4))
    because = "each image has a place of its own: none tells of another's"
    for axis in (0, 1):
        assert_independent(where[..., axis] < 2, 1 / 2, because)


def test_random_crop_draws_from_rng_alone(rng):
    X = images(rng, (31, 2, 5, 7))
    assert_drawn_from(rng, lambda source: random_crop(X, (3, 4), source, 1))


def halves(X, y, rng, *rest):
    """Return originals, copies and their labels, once there are two of each."""
    pair = augment(X, y, rng, *rest)
    because = "augment returns the images and the labels"
    none = "None: is a return missing?"
    assert_that(pair is not None, because, none, "a tuple of two", rung="returned")
    good = isinstance(pair, tuple) and len(pair) == 2
    came = f"{len(pair)} of them" if isinstance(pair, tuple) else type(pair).__name__
    assert_that(good, because, came, "a tuple of two", rung="type")
    X_all, y_all = pair
    N = len(X)
    assert_images(X_all, (2 * N, *X.shape[1:]), X.dtype)
    return X_all[:N], X_all[N:], y_all


def labelled(rng, shape, dtype=float):
    """Return images and their labels, none of which is there twice or in order."""
    return images(rng, shape, dtype), 10 + rng.permutation(shape[0])


@pytest.mark.parametrize(("p", "padding"), [(0.3, 0), (0.86, 1)])
def test_augment_begins_with_the_originals_in_their_order(p, padding, rng):
    X, y = labelled(rng, (13, 2, 3, 5))
    originals, _, _ = halves(X, y, rng, p, padding)
    assert_close(originals, X, "the first N images are the originals, unchanged")


@pytest.mark.parametrize(
    ("p", "padding", "dtype"),
    [(0.3, 0, "int64"), (0.86, 1, "uint8"), (0.3, 1, "float32")],
)
def test_augment_gives_each_copy_the_label_of_its_image(p, padding, dtype, rng):
    X, y = labelled(rng, (13, 2, 3, 5))
    y = y.astype(dtype)
    _, _, labels = halves(X, y, rng, p, padding)
    because = "copies are in the order of their images, so the labels follow twice"
    assert_close(labels, np.array([*y, *y], dtype), because)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_augment_mirrors_no_copy_or_every_one_where_p_leaves_no_choice(p, rng):
    X, y = labelled(rng, (7, 2, 3, 5))
    _, copies, _ = halves(X, y, rng, p)
    want = X[..., ::-1] if p else X
    because = "a p of 0 mirrors no copy, a p of 1 every one, and copies keep the order"
    assert_close(copies, want.copy(), because)


@pytest.mark.parametrize("dtype", DTYPES[:2])
def test_augment_keeps_the_dtype_of_the_images(dtype, rng):
    X, y = labelled(rng, (7, 3, 2, 5))
    X = X.astype(dtype)
    _, copies, _ = halves(X, y, rng, 0.3)
    flips(X, copies)


@pytest.mark.parametrize("dtype", DTYPES[:4])
def test_augment_keeps_the_dtype_of_the_images_when_it_crops_too(dtype, rng):
    X, y = labelled(rng, (7, 3, 2, 5))
    X = X.astype(dtype)
    _, copies, _ = halves(X, y, rng, 0.0, 1)
    places(X, copies, (2, 5), 1)


def test_augment_mirrors_each_copy_with_probability_p(rng):
    X, y = labelled(rng, (17, 2, 3, 2))
    copies = np.concatenate([halves(X, y, rng, 0.3)[1] for _ in range(CALLS)])
    coins = flips(np.tile(X, (CALLS, 1, 1, 1)), copies).reshape(CALLS, -1)
    assert_coins(coins, 0.3)
    assert_share(coins, None, 0.3, "about the share p of the copies is mirrored")
    assert_independent(coins, 0.3, "each copy has a coin of its own")
    assert_binomial(coins, 0.3)


def test_augment_mirrors_half_of_the_copies_if_nothing_else_is_said(rng):
    X, y = labelled(rng, (20011, 1, 1, 2))
    coins = flips(X, halves(X, y, rng)[1])[None]
    assert_coins(coins, 0.5)
    assert_share(coins, None, 0.5, "p is 0.5 by default, and padding is 0")


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_augment_shifts_each_copy_by_at_most_the_padding(p, rng):
    X, y = labelled(rng, (1009, 2, 3, 4))
    _, copies, _ = halves(X, y, rng, p, 2)
    turned = X[..., ::-1] if p else X
    where = places(turned.copy(), copies, (3, 4), 2)
    assert_range(where, (5, 5))
    counts = np.bincount(where @ [5, 1], minlength=25)
    because = "every shift is as likely as any other"
    atol, shares = band(len(X), 1 / 25, 25), counts / len(X)
    assert_close(shares, np.full(25, 1 / 25), because, rtol=0, atol=atol,
                 rung="statistics")  # fmt: skip


def test_augment_mirrors_and_shifts_independently(rng):
    X, y = labelled(rng, (2003, 1, 2, 3))
    _, copies, _ = halves(X, y, rng, 0.86, 1)
    kinds = [found(source, copies, 1)[:, 0] for source in (X, X[..., ::-1].copy())]
    hits = np.stack(kinds, axis=1)  # (N, mirrored, T, L)
    came = "a shifted image, mirrored or not"
    if not hits.any(axis=(1, 2, 3)).all():
        came = "other pixels"
    because = "a copy is the image, mirrored or not, with zeros around, cropped back"
    assert_equal(came, "a shifted image, mirrored or not", because)
    shares = hits.mean(axis=0)
    want = np.broadcast_to(np.reshape([0.14, 0.86], (2, 1, 1)) / 9, (2, 3, 3))
    because = "mirrored with probability p or not, a copy has every shift as often"
    atol = band(len(X), 0.86 / 9, 18)
    assert_close(shares, want, because, rtol=0, atol=atol, rung="statistics")


def test_augment_draws_from_rng_alone(rng):
    X, y = labelled(rng, (31, 2, 3, 2))
    assert_drawn_from(rng, lambda source: halves(X, y, source, 0.3, 1)[1])
