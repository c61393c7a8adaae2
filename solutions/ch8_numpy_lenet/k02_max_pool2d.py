"""Max pooling and its gradient: who won a window gets all of its slope.

Going forward a window keeps its largest pixel and forgets the others. On the way back
the slope must find that pixel again, so the forward pass notes who won. Where windows
overlap, a pixel may win several of them and adds up what it gets.

Level: 3 of 5
Minutes: 40
Needs: pool2d
"""

import numpy as np

__all__ = ["max_pool2d_forward", "max_pool2d_backward"]


def _met(size: tuple[int, ...], at: tuple[int, ...], stride: int) -> tuple:
    """Return which pixels have the place `at` in their windows, of `size` windows."""
    ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))
    return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=True)))


def max_pool2d_forward(
    X: np.ndarray, kernel: int, stride: int | None = None
) -> tuple[np.ndarray, tuple]:
    """Return the largest pixel of each window, and what the gradient needs.

    Each channel of each image is pooled by itself. The window starts at every multiple
    of the stride as long as all of it lies on the image; what remains at the end is
    dropped. There is no padding. This kata is written in NumPy alone.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Of floats, without NaN.
    kernel : int
        Height and width of the window, which is at most as large as the image.
    stride : int, optional
        Step of the window along both axes; by default the kernel, so that windows touch
        without overlap.

    Returns
    -------
    Y : ndarray of shape (N, C, H', W')
        With H' = (H - kernel) // stride + 1, and W' likewise. Of X's dtype.
    cache : tuple
        All that `max_pool2d_backward` needs, whatever is computed in between, and
        graded with it; what is in it is yours to choose. It may hold X itself.
    """
    stride = kernel if stride is None else stride
    size = tuple((length - kernel) // stride + 1 for length in X.shape[2:])
    Y = X[_met(size, (0, 0), stride)]
    winner = np.zeros_like(Y, int)
    for index, at in enumerate(np.ndindex(kernel, kernel)):
        here = X[_met(size, at, stride)]
        larger = here > Y  # an equal one comes too late
        Y = np.maximum(Y, here)
        winner = np.where(larger, index, winner)
    return Y, (X, winner, kernel, stride)


def max_pool2d_backward(dY: np.ndarray, cache: tuple) -> np.ndarray:
    """Return the gradient of a loss with respect to what was pooled.

    Each output hands its whole gradient to the pixel that was the maximum of its
    window; of equal ones to the first, row by row. A pixel that won several windows
    gets the sum, one that won none gets 0.

    Parameters
    ----------
    dY : ndarray of shape (N, C, H', W')
        Gradient with respect to Y, of X's dtype.
    cache : tuple
        What `max_pool2d_forward` returned beside Y.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Of X's dtype.
    """
    X, winner, kernel, stride = cache
    dX = np.zeros_like(X)
    for index, at in enumerate(np.ndindex(kernel, kernel)):
        dX[_met(dY.shape[2:], at, stride)] += dY * (winner == index)
    return dX
