"""Shifted pixels: the picture comes out, and it is not quite the picture.

A colleague wrote these windows from a page of lecture notes and looked at the results
on the screen, where they look right. Beside torch they do not agree, each in its own
way.

Level: 3 of 5
Minutes: 40
Needs: corr2d, pool2d
Hunts: corr2d, pool2d
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = [
    "corr2d",
    "true_conv2d",
    "Conv2D",
    "learn_kernel",
    "pool2d",
    "pool2d_nchw",
    "maxpool2d_backward",
]


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    """Return the two-dimensional cross-correlation of an image with a kernel.

    Only places where the whole kernel lies on the image count (no padding, stride 1).
    In this kata the convolutions of torch (`F.conv2d`, `nn.Conv2d` and all their kin)
    are forbidden.

    Parameters
    ----------
    X : Tensor of shape (H, W)
        One channel, of floats or integers.
    K : Tensor of shape (kh, kw)
        The kernel, of X's dtype, at most as large as X.

    Returns
    -------
    Tensor of shape (H - kh + 1, W - kw + 1)
        Of X's dtype and on X's device; integers are summed exactly.
        Gradients flow to both X and K.
    """
    kh, kw = K.shape
    h, w = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    Y = torch.zeros(h, w)
    X, K = X.float(), K.float()
    for i in range(kh):
        for j in range(kw):
            # One weight meets all its pixels at once: kh·kw steps, not h·w.
            Y = Y + K[i, j] * X[i : i + h, j : j + w]
    return Y


def true_conv2d(X: Tensor, K: Tensor) -> Tensor:
    """Return the convolution of mathematics: `corr2d` with K flipped on both axes.

    Parameters
    ----------
    X : Tensor of shape (H, W)
        One channel, of floats or integers.
    K : Tensor of shape (kh, kw)
        The kernel, of X's dtype, at most as large as X.

    Returns
    -------
    Tensor of shape (H - kh + 1, W - kw + 1)
        The valid part only; dtype, device and gradients as for `corr2d`.
    """
    return corr2d(X, K.flip(0))


class Conv2D(nn.Module):
    """A layer that cross-correlates one channel with its kernel and adds its bias.

    Its parameters, and the keys of its state_dict, are `weight` of shape `kernel_size`
    and `bias` of shape (1,); both learn. The weight does not start at zero. What is
    drawn at random comes from torch's global generator, which is never reseeded.

    Parameters
    ----------
    kernel_size : tuple of int
        (kh, kw), height and width.
    """

    def __init__(self, kernel_size: tuple[int, int]) -> None:
        super().__init__()
        kh, kw = kernel_size
        self.weight = nn.Parameter(torch.randn(kh, kw) / (kh * kw) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X: Tensor) -> Tensor:
        """Return corr2d(X, weight) + bias.

        Parameters
        ----------
        X : Tensor of shape (H, W)
            Of the parameters' dtype.

        Returns
        -------
        Tensor of shape (H - kh + 1, W - kw + 1)
            Of X's dtype.
        """
        return corr2d(X, self.weight) + self.bias


def learn_kernel(
    X: Tensor, Y: Tensor, kernel_size: tuple[int, int], lr: float, steps: int
) -> Tensor:
    """Return the kernel that gradient descent finds to turn X into Y.

    The kernel starts at zero, has no bias, and takes `steps` steps down the slope of
    the loss, the sum over all outputs of (corr2d(X, K) - Y)². Nothing is random.

    Parameters
    ----------
    X : Tensor of shape (H, W)
        The image, of floats.
    Y : Tensor of shape (H - kh + 1, W - kw + 1)
        The wanted output, of X's dtype.
    kernel_size : tuple of int
        (kh, kw), height and width.
    lr : float
        The factor of each step.
    steps : int
        How many steps; 0 returns the start.

    Returns
    -------
    Tensor of shape (kh, kw)
        Of X's dtype, detached from the graph.
    """
    K = X.new_zeros(kernel_size, requires_grad=True)
    for _ in range(steps):
        loss = ((corr2d(X, K) - Y) ** 2).sum()
        (dK,) = torch.autograd.grad(loss, K)
        with torch.no_grad():
            K -= lr * dK
    return K.detach()


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
    X = X[: X.shape[0] - 1, : X.shape[1] - 1]
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
    sh, sw = _pair(1 if stride is None else stride)
    if ph or pw:
        X = F.pad(X, (pw, pw, ph, ph))
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
