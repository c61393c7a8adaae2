"""Cross-correlation: one small window of weights, moved over the whole image.

Each output is the sum of the products of the kernel with the patch under it. The same
few weights serve every place, so a pattern is found wherever it stands. What deep
learning calls a convolution is this cross-correlation; the convolution of mathematics
flips the kernel first. A kernel that is learned does not mind which of the two it is.

Level: 2 of 5
Minutes: 35
Needs: nothing
"""

import torch
from torch import Tensor, nn

__all__ = ["corr2d", "true_conv2d", "Conv2D", "learn_kernel"]


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
    raise NotImplementedError


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
    raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError


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
    raise NotImplementedError
