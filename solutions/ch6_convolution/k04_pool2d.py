"""Pooling: a window that learns nothing and keeps what matters of a patch.

A window slides over each channel and puts one number in the place of the many under it,
their maximum or their mean. The image gets smaller, and a pattern that moves by a pixel
changes little. There is nothing to learn, so the details are all: how far the window
steps, what stands in the padding, and which pixel the gradient flows back to.

Level: 2 of 5
Minutes: 30
Needs: corr2d
Optional: maxpool2d_backward
"""

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["pool2d", "pool2d_nchw", "maxpool2d_backward"]

Pair = tuple[int, int]


def _pair(size: int | Pair) -> Pair:
    """Return (h, w); a single number stands for both."""
    return (size, size) if isinstance(size, int) else size


def _pooled(windows: Tensor, mode: str) -> Tensor:
    """Return the maximum or the mean over the last two axes."""
    if mode == "max":
        return windows.amax((-2, -1))
    return windows.mean((-2, -1))


def _check(mode: str) -> None:
    if mode not in ("max", "avg"):
        raise ValueError(f"mode must be 'max' or 'avg', got {mode!r}")


def pool2d(X: Tensor, pool_size: tuple[int, int], mode: str = "max") -> Tensor:
    """Return the maximum or the mean under a window that moves in steps of one.

    Only places where the whole window lies on the image count. In this kata the pooling
    functions and layers of torch (`F.max_pool2d`, `nn.AvgPool2d` and all their kin) are
    forbidden.

    Parameters
    ----------
    X : Tensor of shape (H, W)
        One channel, of floats.
    pool_size : tuple of int
        (h, w), height and width of the window, which is at most as large as X.
    mode : str
        "max" or "avg".

    Returns
    -------
    Tensor of shape (H - h + 1, W - w + 1)
        Of X's dtype. Gradients flow to X.

    Raises
    ------
    ValueError
        If `mode` is neither "max" nor "avg".
    """
    _check(mode)
    h, w = pool_size
    windows = X.unfold(0, h, 1).unfold(1, w, 1)  # (H - h + 1, W - w + 1, h, w)
    return _pooled(windows, mode)


def pool2d_nchw(
    X: Tensor,
    kernel: int | Pair,
    stride: int | Pair | None = None,
    padding: int | Pair = 0,
    mode: str = "max",
) -> Tensor:
    """Return a batch of images pooled channel by channel.

    Along each axis the window starts at 0, s, 2s, … of the padded image as long as it
    fits, which leaves (H + 2p - k) // s + 1 rows; what remains at the end is dropped.

    Parameters
    ----------
    X : Tensor of shape (N, C, H, W)
        Of floats.
    kernel : int or tuple of int
        Size k of the window; one number for both axes, or (h, w).
    stride : int or tuple of int, optional
        Step s of the window, likewise; by default the kernel, so that windows touch
        without overlap.
    padding : int or tuple of int
        Rows and columns p added on each side, likewise; at most half of the kernel. The
        maximum pads with -inf, so that padding never wins; the mean pads with zeros
        that count: it always divides by the size of the whole window.
    mode : str
        "max" or "avg".

    Returns
    -------
    Tensor of shape (N, C, H', W')
        Of X's dtype. Gradients flow to X.

    Raises
    ------
    ValueError
        If `mode` is neither "max" nor "avg".
    """
    _check(mode)
    (h, w), (ph, pw) = _pair(kernel), _pair(padding)
    sh, sw = _pair(kernel if stride is None else stride)
    if ph or pw:
        X = F.pad(X, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0)
    windows = X.unfold(2, h, sh).unfold(3, w, sw)  # (N, C, H', W', h, w)
    return _pooled(windows, mode)


def maxpool2d_backward(
    dY: Tensor, X: Tensor, kernel: int | Pair, stride: int | Pair
) -> Tensor:
    """Return the gradient of a loss with respect to the input of max pooling.

    Each output hands its whole gradient to the pixel that was the maximum of its
    window; of equal ones to the first, row by row. A pixel that won several windows
    gets the sum, one that won none gets 0. There is no padding.

    Parameters
    ----------
    dY : Tensor of shape (N, C, H', W')
        Gradient with respect to the output, of X's dtype.
    X : Tensor of shape (N, C, H, W)
        What was pooled, of floats.
    kernel, stride : int or tuple of int
        As for `pool2d_nchw`.

    Returns
    -------
    Tensor of shape (N, C, H, W)
        Of X's dtype.
    """
    (h, w), (sh, sw) = _pair(kernel), _pair(stride)
    dX = torch.zeros_like(X)
    for i in range(dY.shape[2]):
        for j in range(dY.shape[3]):
            window = (..., slice(i * sh, i * sh + h), slice(j * sw, j * sw + w))
            patch = X[window].flatten(2)  # (N, C, h*w)
            winner = patch.argmax(2, keepdim=True)  # the first of equals
            share = torch.zeros_like(patch).scatter(2, winner, dY[:, :, i, j, None])
            dX[window] += share.view_as(X[window])  # adds up where windows overlap
    return dX
