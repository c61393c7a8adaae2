"""Convolution of channels: every output channel looks at every input channel.

An image has channels, and so has what a layer makes of it. Each pair of an input and an
output channel has a kernel of its own; an output channel adds up what its kernels find
in all input channels. Where the kernel is one pixel, all that remains is the mixing of
channels, and that is a matrix product.

Level: 3 of 5
Minutes: 50
Needs: conv-arithmetic
Optional: conv2d_backward
"""

import torch
from torch import Tensor

__all__ = ["pad2d", "conv2d", "conv1x1", "conv2d_backward"]

Pair = tuple[int, int]


def pad2d(X: Tensor, p: tuple[int, int]) -> Tensor:
    """Return images within a frame of zeros.

    In this kata torch's paddings (`F.pad`, `nn.ZeroPad2d` and all their kin) and its
    convolutions (`F.conv2d`, `nn.Conv2d` and all their kin) are forbidden. `F.unfold`
    and `F.fold` are allowed.

    Parameters
    ----------
    X : Tensor of shape (..., H, W)
        Of any dtype, with two axes or more; the last two are padded.
    p : tuple of int
        (ph, pw): rows of zeros above and as many below, columns on the left and as many
        on the right.

    Returns
    -------
    Tensor of shape (..., H + 2·ph, W + 2·pw)
        Of X's dtype and on X's device. Gradients flow to X.
    """
    raise NotImplementedError


def conv2d(
    X: Tensor,
    W: Tensor,
    b: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> Tensor:
    """Return the convolution of a batch of images, as deep learning has it: unflipped.

    Each output channel is the sum over the input channels of their cross-correlations
    with its kernels, and its bias. The window starts at every multiple of the stride
    as long as all of it lies on the padded image.

    Parameters
    ----------
    X : Tensor of shape (N, Ci, H, W)
        Of floats.
    W : Tensor of shape (Co, Ci, kh, kw)
        A kernel for each pair of an output and an input channel; of X's dtype.
    b : Tensor of shape (Co,), optional
        A bias for each output channel, of X's dtype.
    stride : tuple of int
        (sh, sw), steps of the window.
    padding : tuple of int
        (ph, pw), as for `pad2d`.

    Returns
    -------
    Tensor of shape (N, Co, H', W')
        With H' = (H + 2·ph - kh) // sh + 1, and W' likewise. Of X's dtype and on X's
        device. Gradients flow to X, W and b.
    """
    raise NotImplementedError


def conv1x1(X: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    """Return the convolution with kernels of one pixel: channels mixed, pixel by pixel.

    It is one product of matrices, and the same as `conv2d` with stride 1 and without
    padding.

    Parameters
    ----------
    X : Tensor of shape (N, Ci, H, W)
        Of floats.
    W : Tensor of shape (Co, Ci, 1, 1)
        Of X's dtype.
    b : Tensor of shape (Co,), optional
        A bias for each output channel, of X's dtype.

    Returns
    -------
    Tensor of shape (N, Co, H, W)
        Of X's dtype and on X's device. Gradients flow to X, W and b.
    """
    raise NotImplementedError


def conv2d_backward(
    dY: Tensor, X: Tensor, W: Tensor, stride: Pair, padding: Pair
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of a loss with respect to what `conv2d` was given.

    Parameters
    ----------
    dY : Tensor of shape (N, Co, H', W')
        Gradient with respect to the output, of X's dtype.
    X : Tensor of shape (N, Ci, H, W)
        The images, not padded.
    W : Tensor of shape (Co, Ci, kh, kw)
        The kernels.
    stride, padding : tuple of int
        As for `conv2d`.

    Returns
    -------
    dX : Tensor of shape (N, Ci, H, W)
        Pixels that no window met have 0.
    dW : Tensor of shape (Co, Ci, kh, kw)
        Summed over the batch.
    db : Tensor of shape (Co,)
        Summed over the batch and the places.
        All three are of X's dtype, in a tuple (dX, dW, db).
    """
    raise NotImplementedError
