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


def _met(at: int, size: int, step: int) -> slice:
    """Return the pixels that the weight `at` meets on its way to `size` outputs."""
    return slice(at, at + step * (size - 1) + 1, step)


def _places(length: int, kernel: int, step: int, padding: int) -> int:
    """Return how many places the window has along one axis of the image."""
    return (length + 2 * padding - kernel) // step + 1


def _strips(X: np.ndarray, kernel: Pair, stride: Pair, padding: Pair) -> np.ndarray:
    """Return each row of pixels as the windows have it: (H + 2ph, C, kw, W', N).

    The samples lie side by side in memory, so that a row of pixels is copied for all
    of them at once: long runs, where one image's rows would be many short ones.
    """
    (_, kw), (_, sw), (ph, pw) = kernel, stride, padding
    w = _places(X.shape[3], kw, sw, pw)
    frame = (ph, ph), (0, 0), (pw, pw), (0, 0)
    padded = np.pad(X.transpose(2, 1, 3, 0), frame)  # (H + 2ph, C, W + 2pw, N)
    strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)
    for j in range(kw):
        strips[:, :, j] = padded[:, :, _met(j, w, sw)]
    return strips


def _slabs(strips: np.ndarray, kh: int, sh: int) -> list[np.ndarray]:
    """Return the columns of each row of outputs: matrices (kh·C·kw, W'·N).

    kh strips that follow each other in memory are such a matrix as they lie. Nothing
    is copied: a strip is a part of all the matrices whose windows have its pixels.
    """
    rows = kh * strips.shape[1] * strips.shape[2]
    starts = range(0, len(strips) - kh + 1, sh)
    return [strips[y : y + kh].reshape(rows, -1) for y in starts]


def _images(
    strips: np.ndarray, X_shape: tuple[int, ...], stride: Pair, padding: Pair
) -> np.ndarray:
    """Return the images in which each pixel is the sum of its places in its strip."""
    (N, C, H, W), (ph, pw) = X_shape, padding
    padded = np.zeros((len(strips), C, W + 2 * pw, N), strips.dtype)
    for j in range(strips.shape[2]):
        padded[:, :, _met(j, strips.shape[3], stride[1])] += strips[:, :, j]
    return padded[ph : ph + H, :, pw : pw + W].transpose(3, 1, 0, 2)


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
    size = tuple(map(_places, X.shape[2:], kernel, stride, padding))  # (H', W')
    frame = (0, 0), (0, 0), *((p, p) for p in padding)
    padded = np.pad(X.swapaxes(0, 1), frame)  # (C, N, H + 2ph, W + 2pw)
    windows = np.empty((len(padded), *kernel, len(X), *size), X.dtype)
    for i, j in np.ndindex(kernel):
        windows[:, i, j] = padded[:, :, *map(_met, (i, j), size, stride)]
    return windows.reshape(len(padded) * kernel[0] * kernel[1], -1)


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
    (N, C, H, W), (ph, pw) = X_shape, padding
    size = tuple(map(_places, (H, W), kernel, stride, padding))  # (H', W')
    windows = cols.reshape(C, *kernel, N, *size)
    padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)
    for i, j in np.ndindex(kernel):
        padded[:, :, *map(_met, (i, j), size, stride)] += windows[:, i, j]
    return padded[:, :, ph : ph + H, pw : pw + W].swapaxes(0, 1)


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
    strips = _strips(X, W.shape[2:], stride, padding)
    kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)
    slabs = _slabs(strips, W.shape[2], stride[0])
    Y = np.stack([kernels @ slab for slab in slabs]) + b[:, None]  # (H', Co, W'·N)
    Y = Y.reshape(len(slabs), len(W), *strips.shape[3:])  # (H', Co, W', N)
    return Y.transpose(3, 1, 0, 2), (X, W, stride, padding)


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
    # Gathered again: that is cheaper than to keep what is kw times as large as X.
    strips = _strips(X, W.shape[2:], stride, padding)
    kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)
    dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[2], len(W), -1)  # (H', Co, W'·N)
    dkernels, dstrips = np.zeros_like(kernels.T), np.zeros_like(strips)
    slabs, dslabs = (_slabs(S, W.shape[2], stride[0]) for S in (strips, dstrips))
    for dy, slab, dslab in zip(dY, slabs, dslabs, strict=True):
        dkernels += slab @ dy.T  # (kh·C·kw, Co)
        dslab += kernels.T @ dy  # slabs overlap, and add up what they share
    dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)
    return _images(dstrips, X.shape, stride, padding), dW, dY.sum((0, 2))
