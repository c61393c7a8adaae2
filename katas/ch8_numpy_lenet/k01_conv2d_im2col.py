"""Convolution as one matrix product: windows become columns, and the rest is W X.

A convolution meets each window of the image with the same weights. Let each window be
a column, and each kernel a row, and all of it is one product of matrices, on which
processors are at their best. The gradients are two more products and the way back from
columns to an image, where windows that overlap add up what they say of a pixel.

Level: 4 of 5
Minutes: 60
Needs: deep-backprop, conv2d-channels
"""

import numpy as np

__all__ = ["im2col", "col2im", "conv2d_forward", "conv2d_backward"]

Pair = tuple[int, int]


def im2col(
    X: np.ndarray, kernel: Pair, stride: Pair = (1, 1), padding: Pair = (0, 0)
) -> np.ndarray:
    """Return the windows of a batch of images as the columns of a matrix.

    The window starts at every multiple of the stride as long as all of it lies on the
    padded image. This kata is written in NumPy alone.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Of any dtype.
    kernel : tuple of int
        (kh, kw), height and width of the window, which is at most as large as the
        padded image.
    stride : tuple of int
        (sh, sw), steps of the window.
    padding : tuple of int
        (ph, pw): rows of zeros above and as many below, columns on the left and as many
        on the right.

    Returns
    -------
    ndarray of shape (C·kh·kw, N·H'·W')
        With H' = (H + 2·ph - kh) // sh + 1, and W' likewise. Of X's dtype. Row
        (c·kh + i)·kw + j is pixel (i, j) of the windows in channel c; column
        (n·H' + y)·W' + x is the window of image n at place (y, x).
    """
    raise NotImplementedError


def col2im(
    cols: np.ndarray,
    X_shape: tuple[int, int, int, int],
    kernel: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    """Return the images to which each column adds its entries where its window lay.

    It is the adjoint of `im2col`: the sum of im2col(X) * cols equals the sum of
    X * col2im(cols).

    Parameters
    ----------
    cols : ndarray of shape (C·kh·kw, N·H'·W')
        Of floats, in the order of `im2col`.
    X_shape : tuple of int
        (N, C, H, W).
    kernel, stride, padding : tuple of int
        As for `im2col`.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        The padding is cropped. A pixel on which several windows lay has the sum of
        their entries, one on which none lay has 0. Of the dtype of `cols`.
    """
    raise NotImplementedError


def conv2d_forward(
    X: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[np.ndarray, tuple]:
    """Return the convolution of a batch of images, and what its gradients need.

    Each output channel is the sum over the input channels of their cross-correlations
    with its kernels, and its bias.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Of floats.
    W : ndarray of shape (Co, C, kh, kw)
        A kernel for each pair of an output and an input channel; of X's dtype.
    b : ndarray of shape (Co,)
        A bias for each output channel, of X's dtype.
    stride, padding : tuple of int
        As for `im2col`.

    Returns
    -------
    Y : ndarray of shape (N, Co, H', W')
        Of X's dtype; H' and W' as for `im2col`.
    cache : tuple
        All that `conv2d_backward` needs, whatever is computed in between, and graded
        with it; what is in it is yours to choose. It may hold X and W themselves.
    """
    raise NotImplementedError


def conv2d_backward(
    dY: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a loss with respect to what `conv2d_forward` was given.

    Parameters
    ----------
    dY : ndarray of shape (N, Co, H', W')
        Gradient with respect to Y, of X's dtype.
    cache : tuple
        What `conv2d_forward` returned beside Y.

    Returns
    -------
    dX : ndarray of shape (N, C, H, W)
        Pixels that no window met have 0.
    dW : ndarray of shape (Co, C, kh, kw)
        Summed over the batch and the places.
    db : ndarray of shape (Co,)
        Likewise. All three are of X's dtype, in a tuple (dX, dW, db).
    """
    raise NotImplementedError
