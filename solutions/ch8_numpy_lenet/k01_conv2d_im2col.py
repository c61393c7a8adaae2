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


def _met(at: Pair, size: Pair, stride: Pair) -> tuple[slice, slice]:
    """Return the pixels that the weight `at` meets on its way to `size` outputs."""
    (i, j), (h, w), (sh, sw) = at, size, stride
    return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)


def _size(X_shape: tuple[int, ...], kernel: Pair, stride: Pair, padding: Pair) -> Pair:
    """Return how many places the window has, from top to bottom and left to right."""
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride, padding
    H, W = X_shape[2:]
    return (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1


def _gather(X: np.ndarray, kernel: Pair, stride: Pair, padding: Pair) -> np.ndarray:
    """Return all windows, an array of shape (C, kh, kw, H', W', N).

    The samples lie side by side in memory, so that a row of pixels is copied for all
    of them at once: long runs, where one image's windows would be many short ones.
    """
    (ph, pw), size = padding, _size(X.shape, kernel, stride, padding)
    frame = (0, 0), (ph, ph), (pw, pw), (0, 0)
    padded = np.pad(X.transpose(1, 2, 3, 0), frame)  # (C, H + 2ph, W + 2pw, N)
    windows = np.empty((len(padded), *kernel, *size, len(X)), X.dtype)
    for i, j in np.ndindex(kernel):
        windows[:, i, j] = padded[:, *_met((i, j), size, stride)]
    return windows


def _scatter(
    windows: np.ndarray, X_shape: tuple[int, ...], stride: Pair, padding: Pair
) -> np.ndarray:
    """Return the images in which each pixel is the sum of its places in the windows."""
    (N, C, H, W), (ph, pw) = X_shape, padding
    padded = np.zeros((C, H + 2 * ph, W + 2 * pw, N), windows.dtype)
    for i, j in np.ndindex(windows.shape[1:3]):
        padded[:, *_met((i, j), windows.shape[3:5], stride)] += windows[:, i, j]
    return padded[:, ph : ph + H, pw : pw + W].transpose(3, 0, 1, 2)


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
    windows = _gather(X, kernel, stride, padding)
    rows = len(windows) * kernel[0] * kernel[1]
    return np.moveaxis(windows, 5, 3).reshape(rows, -1)


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
    N, C = X_shape[:2]
    size = _size(X_shape, kernel, stride, padding)
    windows = cols.reshape(C, *kernel, N, *size)
    return _scatter(np.moveaxis(windows, 3, 5), X_shape, stride, padding)


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
    windows = _gather(X, W.shape[2:], stride, padding)
    kernels = W.reshape(len(W), -1)  # (Co, C·kh·kw)
    Y = kernels @ windows.reshape(kernels.shape[1], -1)  # (Co, H'·W'·N)
    Y += b[:, None]
    Y = Y.reshape(len(W), *windows.shape[3:])  # (Co, H', W', N)
    return Y.transpose(3, 0, 1, 2), (X, W, stride, padding)


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
    X, W, stride, padding = cache
    # Gathered again: that is cheaper than to keep what is kh·kw times as large as X.
    windows = _gather(X, W.shape[2:], stride, padding)
    kernels = W.reshape(len(W), -1)  # (Co, C·kh·kw)
    cols = windows.reshape(kernels.shape[1], -1)  # (C·kh·kw, H'·W'·N)
    dY = dY.transpose(1, 2, 3, 0).reshape(len(W), -1)  # (Co, H'·W'·N)
    dW = cols @ dY.T  # (C·kh·kw, Co)
    # The windows have served, and their gradient takes their place in memory.
    np.matmul(kernels.T, dY, out=cols)
    dX = _scatter(windows, X.shape, stride, padding)
    return dX, dW.T.reshape(W.shape), dY.sum(1)
