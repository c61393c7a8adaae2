"""What is wrong with the windows that the hunt begins with."""

import torch
import torch.nn.functional as F

from dojo.grading import mistake
from solutions.ch6_convolution.k01_corr2d import corr2d
from solutions.ch6_convolution.k04_pool2d import _check, _pair, _pooled


@mistake(
    "corr2d",
    "The sum is float32 whatever X is: make the zeros with X's dtype, as X.new_zeros does.",
)
def adds_up_in_float32(X, K):
    kh, kw = K.shape
    h, w = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    Y = torch.zeros(h, w)
    X, K = X.float(), K.float()
    for i in range(kh):
        for j in range(kw):
            # One weight meets all its pixels at once: kh·kw steps, not h·w.
            Y = Y + K[i, j] * X[i : i + h, j : j + w]
    return Y


@mistake(
    "true_conv2d",
    "The kernel is flipped top to bottom alone: a convolution flips it on both axes.",
)
def flips_the_rows_alone(X, K):
    return corr2d(X, K.flip(0))


@mistake(
    "pool2d",
    "The last row and the last column of windows are missing: h rows of X hold H - h + 1 windows.",
)
def stops_a_window_early(X, pool_size, mode="max"):
    _check(mode)
    h, w = pool_size
    X = X[: X.shape[0] - 1, : X.shape[1] - 1]
    windows = X.unfold(0, h, 1).unfold(1, w, 1)  # (H - h + 1, W - w + 1, h, w)
    return _pooled(windows, mode)


@mistake(
    "pool2d_nchw",
    "Without a stride the window moves by one; by default it moves by its own size.",
)
def moves_by_one_by_default(X, kernel, stride=None, padding=0, mode="max"):
    _check(mode)
    (h, w), (ph, pw) = _pair(kernel), _pair(padding)
    sh, sw = _pair(1 if stride is None else stride)
    if ph or pw:
        X = F.pad(X, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0)
    windows = X.unfold(2, h, sh).unfold(3, w, sw)  # (N, C, H', W', h, w)
    return _pooled(windows, mode)


@mistake(
    "pool2d_nchw",
    "The maximum is padded with 0, which wins where all pixels are negative: pad it with -inf.",
)
def lets_the_border_win(X, kernel, stride=None, padding=0, mode="max"):
    _check(mode)
    (h, w), (ph, pw) = _pair(kernel), _pair(padding)
    sh, sw = _pair(kernel if stride is None else stride)
    if ph or pw:
        X = F.pad(X, (pw, pw, ph, ph))
    windows = X.unfold(2, h, sh).unfold(3, w, sw)  # (N, C, H', W', h, w)
    return _pooled(windows, mode)
