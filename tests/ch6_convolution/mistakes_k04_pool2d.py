"""Wrong answers to pooling that the grader must reject and the dojo can name."""

import torch
import torch.nn.functional as F

from dojo.grading import mistake
from solutions.ch6_convolution import k04_pool2d as right

LOWEST = float("-inf")


def _windows(X, kernel, stride, padding=(0, 0), filler=0.0):
    """Return the windows over the last two axes, rows and columns of each last."""
    (h, w), (sh, sw), (ph, pw) = kernel, stride, padding
    X = F.pad(X, (pw, pw, ph, ph), value=filler)
    return X.unfold(-2, h, sh).unfold(-2, w, sw)


def _pair(size):
    return (size, size) if isinstance(size, int) else size


def _reduced(windows, mode):
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


def _checked(mode):
    if mode not in ("max", "avg"):
        raise ValueError(mode)


@mistake(
    "pool2d",
    "The window steps by its own size, as nn.MaxPool2d does; pool2d moves it by one.",
)
def steps_by_the_window(X, pool_size, mode="max"):
    _checked(mode)
    return _reduced(_windows(X, pool_size, pool_size), mode)


@mistake(
    "pool2d",
    "The size of the window is read as (width, height): the height comes first.",
)
def takes_the_width_first(X, pool_size, mode="max"):
    return right.pool2d(X, pool_size[::-1], mode)


@mistake(
    "pool2d",
    "The maximum starts at 0, so it is wrong where all numbers are negative: start "
    "from the window itself, or from -inf.",
)
def starts_the_maximum_at_zero(X, pool_size, mode="max"):
    Y = right.pool2d(X, pool_size, mode)
    return Y.clamp(min=0) if mode == "max" else Y


@mistake(
    "pool2d",
    "One row and one column of windows are missing: H - h + 1 of them fit, not H - h.",
)
def leaves_out_the_last_window(X, pool_size, mode="max"):
    return right.pool2d(X, pool_size, mode)[:-1, :-1]


@mistake(
    "pool2d",
    "This is the minimum under each window: max is wanted.",
)
def takes_the_minimum(X, pool_size, mode="max"):
    _checked(mode)
    windows = _windows(X, pool_size, (1, 1))
    return windows.amin((-2, -1)) if mode == "max" else windows.mean((-2, -1))


def _each_place(X, pool_size, mode, more=0, fits=lambda i, j: True):
    """Return the pooled windows, `more` rows and columns larger, one by one."""
    _checked(mode)
    h, w = pool_size
    Y = X.new_zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            if fits(i + h, j + w):
                Y[i, j] = _reduced(X[i : i + h + more, j : j + w + more], mode)
    return Y


@mistake(
    "pool2d",
    "The last row and the last column of windows stay 0: a window may end where the "
    "image ends, so the bound is <= and not <.",
)
def leaves_the_last_windows_at_zero(X, pool_size, mode="max"):
    H, W = X.shape
    return _each_place(X, pool_size, mode, fits=lambda i, j: i < H and j < W)


@mistake(
    "pool2d",
    "The windows are one row and one column too large: they end at i + h, not i + h + 1.",
)
def takes_one_row_more(X, pool_size, mode="max"):
    return _each_place(X, pool_size, mode, more=1)


@mistake(
    "pool2d",
    "The window's height serves for its width too: a window need not be square.",
)
def takes_the_height_for_the_width(X, pool_size, mode="max"):
    return right.pool2d(X, (pool_size[0], pool_size[0]), mode)


@mistake(
    "pool2d",
    "The mean is not divided by the size of the window: this is the sum.",
)
def sums_under_the_window(X, pool_size, mode="max"):
    Y = right.pool2d(X, pool_size, mode)
    return Y * pool_size[0] * pool_size[1] if mode == "avg" else Y


@mistake(
    "pool2d",
    "A mean is taken for every mode that is not max: another mode is a ValueError.",
)
def averages_for_any_other_mode(X, pool_size, mode="max"):
    return _reduced(_windows(X, pool_size, (1, 1)), mode)


@mistake(
    "pool2d",
    "The mode is never looked at: avg must give the mean, and another mode an error.",
)
def always_takes_the_maximum(X, pool_size, mode="max"):
    return right.pool2d(X, pool_size, "max")


@mistake(
    "pool2d",
    "The default mode is avg here; without a mode the maximum is taken.",
)
def averages_by_default(X, pool_size, mode="avg"):
    return right.pool2d(X, pool_size, mode)


@mistake(
    "pool2d",
    "The output is float32 whatever comes in: make it of X's dtype.",
)
def forces_float32(X, pool_size, mode="max"):
    return right.pool2d(X.float(), pool_size, mode)


@mistake(
    "pool2d",
    "Numbers taken out with .item(), .data or .numpy() leave the graph: keep tensors.",
)
def cuts_the_image_from_the_graph(X, pool_size, mode="max"):
    return right.pool2d(X, pool_size, mode).detach()


@mistake(
    "pool2d_nchw",
    "Numbers taken out with .item(), .data or .numpy() leave the graph: keep tensors.",
)
def cuts_the_batch_from_the_graph(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride, padding, mode).detach()


@mistake(
    "pool2d_nchw",
    "The stride's default is 1 in the signature: make it None, to stand for the kernel.",
)
def gives_the_stride_a_default_of_one(X, kernel, stride=1, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride, padding, mode)


@mistake(
    "pool2d_nchw",
    "The windows touch whatever the stride is: the argument is not looked at.",
)
def always_steps_by_the_kernel(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, None, padding, mode)


@mistake(
    "pool2d_nchw",
    "The mean is not divided by the size of the window: this is the sum.",
)
def sums_under_each_window(X, kernel, stride=None, padding=0, mode="max"):
    h, w = _pair(kernel)
    Y = right.pool2d_nchw(X, kernel, stride, padding, mode)
    return Y * h * w if mode == "avg" else Y


@mistake(
    "pool2d_nchw",
    "Without a stride the window steps by 1 here; the default is the kernel's size.",
)
def steps_by_one_by_default(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride or 1, padding, mode)


@mistake(
    "pool2d_nchw",
    "The maximum is padded with zeros, which win over negative numbers: pad with -inf.",
)
def pads_the_maximum_with_zeros(X, kernel, stride=None, padding=0, mode="max"):
    _checked(mode)
    kernel, padding = _pair(kernel), _pair(padding)
    stride = kernel if stride is None else _pair(stride)
    return _reduced(_windows(X, kernel, stride, padding), mode)


@mistake(
    "pool2d_nchw",
    "The mean is padded with -inf like the maximum: its padding is zeros.",
)
def pads_the_mean_with_infinity(X, kernel, stride=None, padding=0, mode="max"):
    _checked(mode)
    kernel, padding = _pair(kernel), _pair(padding)
    stride = kernel if stride is None else _pair(stride)
    return _reduced(_windows(X, kernel, stride, padding, LOWEST), mode)


@mistake(
    "pool2d_nchw",
    "The mean divides by the pixels of the image only: padding counts too, so divide "
    "by the size of the whole window.",
)
def leaves_padding_out_of_the_mean(X, kernel, stride=None, padding=0, mode="max"):
    Y = right.pool2d_nchw(X, kernel, stride, padding, mode)
    if mode == "max":
        return Y
    return Y / right.pool2d_nchw(torch.ones_like(X), kernel, stride, padding, "avg")


@mistake(
    "pool2d_nchw",
    "This is the minimum under each window: max is wanted.",
)
def takes_each_minimum(X, kernel, stride=None, padding=0, mode="max"):
    if mode != "max":
        return right.pool2d_nchw(X, kernel, stride, padding, mode)
    return -right.pool2d_nchw(-X, kernel, stride, padding, mode)


@mistake(
    "pool2d_nchw",
    "The windows move by 1 whatever the stride is: the argument is not looked at.",
)
def always_steps_by_one(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, 1, padding, mode)


@mistake(
    "pool2d_nchw",
    "The windows move by 1, though as many are taken as the stride allows: window "
    "(i, j) starts at pixel (i * sh, j * sw).",
)
def starts_at_the_number_of_the_window(X, kernel, stride=None, padding=0, mode="max"):
    there = right.pool2d_nchw(X, kernel, stride, padding, mode)
    Y = right.pool2d_nchw(X, kernel, 1, padding, mode)
    return Y[:, :, : there.shape[2], : there.shape[3]]


@mistake(
    "pool2d_nchw",
    "The size of the output is reckoned without the padding: (H + 2p - k) // s + 1 "
    "rows fit.",
)
def sizes_without_the_padding(X, kernel, stride=None, padding=0, mode="max"):
    there = right.pool2d_nchw(X, kernel, stride, 0, mode)
    Y = right.pool2d_nchw(X, kernel, stride, padding, mode)
    return Y[:, :, : there.shape[2], : there.shape[3]]


@mistake(
    "pool2d_nchw",
    "The maximum is taken for avg too: avg is the mean.",
)
def takes_the_maximum_for_the_mean(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride, padding, "max")


@mistake(
    "pool2d_nchw",
    "The output is float32 whatever comes in: make it of X's dtype.",
)
def forces_the_batch_to_float32(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X.float(), kernel, stride, padding, mode)


@mistake(
    "pool2d_nchw",
    "Axes of size 1 are squeezed away: an output is (N, C, H', W') also for one image, "
    "one channel or one row.",
)
def squeezes_the_axes_of_one(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride, padding, mode).squeeze()


@mistake(
    "pool2d_nchw",
    "The rest at the end is filled up with zeros and pooled: what does not fill a "
    "window is dropped.",
)
def fills_the_rest_with_zeros(X, kernel, stride=None, padding=0, mode="max"):
    _checked(mode)
    (h, w), (ph, pw) = _pair(kernel), _pair(padding)
    sh, sw = _pair(kernel if stride is None else stride)
    X = F.pad(X, (pw, pw, ph, ph), value=LOWEST if mode == "max" else 0.0)
    right_of, below = -(X.shape[3] - w) % sw, -(X.shape[2] - h) % sh
    return _reduced(_windows(F.pad(X, (0, right_of, 0, below)), (h, w), (sh, sw)), mode)


@mistake(
    "pool2d_nchw",
    "The default mode is avg here; without a mode the maximum is taken.",
)
def averages_a_batch_by_default(X, kernel, stride=None, padding=0, mode="avg"):
    return right.pool2d_nchw(X, kernel, stride, padding, mode)


@mistake(
    "pool2d_nchw",
    "The channels are pooled together: each channel is pooled by itself.",
    repeats=[False, True],
)
def pools_over_the_channels(X, kernel, stride=None, padding=0, mode="max", *, repeats):
    Y = right.pool2d_nchw(X, kernel, stride, padding, mode)
    Y = Y.amax(1, keepdim=True) if mode == "max" else Y.mean(1, keepdim=True)
    return Y.repeat(1, X.shape[1], 1, 1) if repeats else Y


@mistake(
    "pool2d_nchw",
    "The size is rounded up, so the last window hangs over the edge: only whole "
    "windows count.",
)
def rounds_the_size_up(X, kernel, stride=None, padding=0, mode="max"):
    _checked(mode)
    (h, w), (ph, pw) = _pair(kernel), _pair(padding)
    sh, sw = _pair(kernel if stride is None else stride)
    X = F.pad(X, (pw, pw, ph, ph), value=LOWEST if mode == "max" else 0.0)
    rows = range(0, X.shape[2] - h + sh, sh)
    columns = range(0, X.shape[3] - w + sw, sw)
    Y = [[_reduced(X[:, :, i : i + h, j : j + w], mode) for j in columns] for i in rows]
    return torch.stack([torch.stack(row, -1) for row in Y], -2)


@mistake(
    "pool2d_nchw",
    "The padding is added on top and on the left only: it goes on both sides.",
)
def pads_one_side_only(X, kernel, stride=None, padding=0, mode="max"):
    ph, pw = _pair(padding)
    X = F.pad(X, (pw, 0, ph, 0), value=LOWEST if mode == "max" else 0.0)
    return right.pool2d_nchw(X, kernel, stride, 0, mode)


@mistake("pool2d_nchw", "The padding is never added.")
def never_pads(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride, 0, mode)


@mistake(
    "pool2d_nchw",
    "The padding's pair is read as (width, height), the order of F.pad: here the "
    "height comes first.",
)
def pads_the_wrong_axes(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(X, kernel, stride, _pair(padding)[::-1], mode)


@mistake(
    "pool2d_nchw",
    "All pairs are read as (width, height): the height comes first.",
)
def takes_width_before_height(X, kernel, stride=None, padding=0, mode="max"):
    stride = kernel if stride is None else stride
    kernel, stride, padding = (_pair(size)[::-1] for size in (kernel, stride, padding))
    return right.pool2d_nchw(X, kernel, stride, padding, mode)


@mistake(
    "pool2d_nchw",
    "A mean is taken for every mode that is not max: another mode is a ValueError.",
)
def averages_a_batch_for_any_other_mode(X, kernel, stride=None, padding=0, mode="max"):
    return right.pool2d_nchw(
        X, kernel, stride, padding, "max" if mode == "max" else "avg"
    )


def _scattered(dY, X, kernel, stride, shares, overwrite=""):
    """Hand each output's gradient to its window as `shares(patch)` says."""
    (h, w), (sh, sw) = _pair(kernel), _pair(stride)
    dX = torch.zeros_like(X)
    for i in range(dY.shape[2]):
        for j in range(dY.shape[3]):
            window = (..., slice(i * sh, i * sh + h), slice(j * sw, j * sw + w))
            patch = X[window]
            share = shares(patch) * dY[:, :, i, j, None, None]
            old = 0 if overwrite == "window" else dX[window]
            dX[window] = (old * (share == 0) if overwrite == "pixel" else old) + share
    return dX


def _winners(patch):
    return (patch == patch.amax((-2, -1), keepdim=True)).to(patch.dtype)


def _first(patch):
    flat = patch.flatten(2)
    winner = flat.argmax(2, keepdim=True)
    return torch.zeros_like(flat).scatter(2, winner, 1.0).view_as(patch)


@mistake(
    "maxpool2d_backward",
    "Every pixel that equals the maximum gets the whole gradient: only the first may.",
)
def hands_it_to_every_tie(dY, X, kernel, stride):
    return _scattered(dY, X, kernel, stride, _winners)


@mistake(
    "maxpool2d_backward",
    "Equal pixels share the gradient, as torch.amax does it: the first gets all.",
)
def shares_it_among_ties(dY, X, kernel, stride):
    def shares(patch):
        winners = _winners(patch)
        return winners / winners.sum((-2, -1), keepdim=True)

    return _scattered(dY, X, kernel, stride, shares)


@mistake(
    "maxpool2d_backward",
    "Of equal pixels the last one gets the gradient: the first must. A comparison "
    "with >= instead of > does that.",
)
def hands_it_to_the_last_tie(dY, X, kernel, stride):
    def shares(patch):
        return _first(patch.flip(2, 3)).flip(2, 3)

    return _scattered(dY, X, kernel, stride, shares)


@mistake(
    "maxpool2d_backward",
    "The first of equal pixels is sought column by column: go row by row.",
)
def seeks_ties_down_the_columns(dY, X, kernel, stride):
    def shares(patch):
        return _first(patch.transpose(2, 3)).transpose(2, 3)

    return _scattered(dY, X, kernel, stride, shares)


@mistake(
    "maxpool2d_backward",
    "Only the first image is done: the return stands inside the loop.",
)
def returns_after_the_first_image(dY, X, kernel, stride):
    dX = torch.zeros_like(X)
    dX[:1] = right.maxpool2d_backward(dY[:1], X[:1], kernel, stride)
    return dX


@mistake(
    "maxpool2d_backward",
    "Only the first channel of the first image is done: the return stands inside the "
    "loops.",
)
def returns_after_the_first_channel(dY, X, kernel, stride):
    dX = torch.zeros_like(X)
    dX[:1, :1] = right.maxpool2d_backward(dY[:1, :1], X[:1, :1], kernel, stride)
    return dX


@mistake(
    "maxpool2d_backward",
    "Every pixel that equals the maximum is given the gradient, and a later one "
    "replaces an earlier one: the first pixel gets it, and they are added.",
)
def assigns_to_every_tie(dY, X, kernel, stride):
    return _scattered(dY, X, kernel, stride, _winners, overwrite="pixel")


@mistake(
    "maxpool2d_backward",
    "The gradient goes to the smallest pixel of each window: the largest one was "
    "handed on.",
)
def hands_it_to_the_minimum(dY, X, kernel, stride):
    return _scattered(dY, X, kernel, stride, lambda patch: _first(-patch))


@mistake(
    "maxpool2d_backward",
    "A flat index is split by the window's height: its rows are w long, so row and "
    "column are at // w and at % w.",
)
def splits_the_index_by_the_height(dY, X, kernel, stride):
    (h, w), (sh, sw) = _pair(kernel), _pair(stride)
    dX = torch.zeros_like(X)
    for n, c, i, j in torch.cartesian_prod(*map(torch.arange, dY.shape)).tolist():
        patch = X[n, c, i * sh : i * sh + h, j * sw : j * sw + w]
        at = int(patch.flatten().argmax())
        dX[n, c, i * sh + at // h, j * sw + at % h] += dY[n, c, i, j]
    return dX


@mistake(
    "maxpool2d_backward",
    "The gradient is spread over the whole window, which is right for the mean; of a "
    "maximum the pixel that won gets it all.",
)
def spreads_it_over_the_window(dY, X, kernel, stride):
    h, w = _pair(kernel)
    return _scattered(dY, X, kernel, stride, lambda p: torch.ones_like(p) / (h * w))


@mistake(
    "maxpool2d_backward",
    "Where windows overlap a later gradient replaces an earlier one: add them (+=).",
)
def overwrites_where_windows_overlap(dY, X, kernel, stride):
    return _scattered(dY, X, kernel, stride, _first, overwrite="pixel")


@mistake(
    "maxpool2d_backward",
    "Each window replaces all that stood under it, zeros as well: add to it (+=).",
)
def replaces_the_whole_window(dY, X, kernel, stride):
    return _scattered(dY, X, kernel, stride, _first, overwrite="window")


@mistake(
    "maxpool2d_backward",
    "The windows step by 1 whatever the stride is: window (i, j) starts at pixel "
    "(i * sh, j * sw).",
)
def forgets_the_stride(dY, X, kernel, stride):
    return _scattered(dY, X, kernel, 1, _first)


@mistake(
    "maxpool2d_backward",
    "The windows step by their own size whatever the stride is: window (i, j) starts at "
    "pixel (i * sh, j * sw).",
)
def steps_by_the_kernel(dY, X, kernel, stride):
    h, w = _pair(kernel)
    dX = torch.zeros_like(X)
    for n, c, i, j in torch.cartesian_prod(*map(torch.arange, dY.shape)).tolist():
        patch = X[n, c, i * h : i * h + h, j * w : j * w + w]
        if patch.numel():
            row, column = divmod(int(patch.flatten().argmax()), patch.shape[1])
            dX[n, c, i * h + row, j * w + column] += dY[n, c, i, j]
    return dX


@mistake(
    "maxpool2d_backward",
    "The largest pixel gets its own value: it gets its output's gradient.",
)
def hands_on_the_maximum(dY, X, kernel, stride):
    Y = right.pool2d_nchw(X.detach(), kernel, stride)
    Y = Y[:, :, : dY.shape[2], : dY.shape[3]]
    return _scattered(Y, X, kernel, stride, _first)


@mistake(
    "maxpool2d_backward",
    "The place of the maximum in the first channel serves for all channels: each has "
    "its own.",
)
def seeks_in_the_first_channel_alone(dY, X, kernel, stride):
    return _scattered(dY, X[:, :1].expand_as(X), kernel, stride, _first)


@mistake(
    "maxpool2d_backward",
    "The winners are marked, but dY is left out: each gets its output's gradient, "
    "not 1.",
)
def leaves_out_the_upstream_gradient(dY, X, kernel, stride):
    return _scattered(torch.ones_like(dY), X, kernel, stride, _first)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "pool2d": {
        '- if mode not in ("max", "avg"):\n'
        "+ if mode not in ('avg', 'max'):": "the order of what is looked through is free",
        '- if mode == "max":\n'
        "+ if mode >= 'max':": "of two words 'max' is the greater",
        "- return windows.mean((-2, -1))\n"
        "+ return windows.mean((-1, -2))": "the order of the axes that are reduced is free",
        "- return windows.mean((-2, -1))\n"
        "+ return windows.mean((2, -1))": "axis 2 of four is the last but one",
        "- return windows.mean((-2, -1))\n"
        "+ return windows.mean((--2, -1))": "axis 2 of four is the last but one",
        "- return windows.amax((-2, -1))\n"
        "+ return windows.amax((-1, -2))": "the order of the axes that are reduced is free",
        "- return windows.amax((-2, -1))\n"
        "+ return windows.amax((2, -1))": "axis 2 of four is the last but one",
        "- return windows.amax((-2, -1))\n"
        "+ return windows.amax((--2, -1))": "axis 2 of four is the last but one",
    },
    "pool2d_nchw": {
        "- sh, sw = _pair(kernel if stride is None else stride)\n"
        "+ sh, sw = _pair(kernel if stride == None else stride)": "an int or a tuple equals None never",
        "- if ph or pw:\n+ if True:": "padding with 0 changes nothing",
        "- if ph or pw:\n+ if sh or pw:": "padding with 0 changes nothing",
        "- if ph or pw:\n+ if ph or sh:": "padding with 0 changes nothing",
        "- if ph or pw:\n+ if ph or sw:": "padding with 0 changes nothing",
        "- windows = X.unfold(2, h, sh).unfold(3, w, sw)  # (N, C, H', W', h, w)\n"
        "+ windows = X.unfold(-2, h, sh).unfold(3, w, sw)": "the same axis, counted from the other end",
        '- X = F.pad(X, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0)\n'
        "+ X = F.pad(X, (pw, pw, ph, ph), value=float('-inf') if mode >= 'max' else 0)": "of two words 'max' is the greater",
        '- X = F.pad(X, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0)\n'
        "+ X = F.pad(X, (pw, pw, ph, ph), value=float('-inf') if mode == 'max' else None)": "padding is with 0 if nothing is said",
        "- sh, sw = _pair(kernel if stride is None else stride)\n"
        "- if ph or pw:\n"
        "+ if ph or pw:\n"
        "+ sh, sw = _pair(kernel if stride is None else stride)": "the strides are needed only afterwards",
        '- if mode not in ("max", "avg"):\n'
        "+ if mode not in ('avg', 'max'):": "the order of what is looked through is free",
        '- if mode == "max":\n'
        "+ if mode >= 'max':": "of two words 'max' is the greater",
        "- return windows.mean((-2, -1))\n"
        "+ return windows.mean((-1, -2))": "the order of the axes that are reduced is free",
        "- return windows.amax((-2, -1))\n"
        "+ return windows.amax((-1, -2))": "the order of the axes that are reduced is free",
    },
    "maxpool2d_backward": {
        "- for i in range(dY.shape[2]):\n"
        "+ for i in range(dY.shape[-2]):": "the same axis, counted from the other end",
        "- patch = X[window].flatten(2)  # (N, C, h*w)\n"
        "+ patch = X[window].flatten(-2)": "the same axis, counted from the other end",
        "- share = torch.zeros_like(patch).scatter(2, winner, dY[:, :, i, j, None])\n"
        "+ share = torch.zeros_like(patch).scatter(2, winner, dY[:, :, i, None, j])": "one axis of size 1, in either place",
    },
}
