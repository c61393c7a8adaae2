"""Image tensors: the same pixels, with the channels in front and from 0 to 1.

Files and cameras give bytes, row by row, the colors of a pixel side by side. A network
takes floats, channel by channel. To move an axis and to give an array another shape are
two things, and only one of them keeps the picture; the wrong one raises no error.

Level: 1 of 5
Minutes: 25
Needs: nothing
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["to_tensor", "chw_to_hwc", "Compose", "channel_mean_std", "normalize"]


def to_tensor(img: np.ndarray) -> Tensor:
    """Return an image of bytes as a tensor, its channels in front.

    Parameters
    ----------
    img : ndarray of shape (H, W) or (H, W, C)
        Of uint8, 0 to 255; an array without a third axis has one channel. It may be
        transposed, or every second row and column of another array.

    Returns
    -------
    Tensor of shape (C, H, W)
        Of float32, each number a 255th of the byte: from 0 to 1.
    """
    raise NotImplementedError


def chw_to_hwc(img: Tensor) -> Tensor:
    """Return an image with its channels behind, as they are drawn.

    Parameters
    ----------
    img : Tensor of shape (C, H, W)
        Of any dtype.

    Returns
    -------
    Tensor of shape (H, W, C)
        Of img's dtype: entry [i, j, c] is img[c, i, j].
    """
    raise NotImplementedError


class Compose:
    """Several transforms as one.

    Parameters
    ----------
    transforms : sequence of callable
        In the order in which they are used; there may be none.
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        raise NotImplementedError

    def __call__(self, x: Any) -> Any:
        """Return what the last transform makes of what the others made of x.

        Parameters
        ----------
        x : object
            What the first transform takes. It may be called again with another.

        Returns
        -------
        object
            Whatever the last transform returns; x itself if there is none.
        """
        raise NotImplementedError


def channel_mean_std(X: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each channel, over all images and pixels.

    Parameters
    ----------
    X : Tensor of shape (N, C, H, W)
        Images of floats.

    Returns
    -------
    tuple of (mean, std)
        Two tensors of shape (C,), of X's dtype. The deviation is that of the
        population: the mean square is taken over N · H · W numbers, without a
        correction.
    """
    raise NotImplementedError


def normalize(
    img: Tensor,
    mean: Tensor | Sequence[float],
    std: Tensor | Sequence[float],
) -> Tensor:
    """Return an image with each channel shifted and scaled: (img - mean) / std.

    Parameters
    ----------
    img : Tensor of shape (C, H, W)
        Of floats.
    mean, std : Tensor of shape (C,) and of img's dtype, or sequence of C numbers
        A number for each channel; all of std are above 0.

    Returns
    -------
    Tensor of shape (C, H, W)
        Of img's dtype, and computed in it.
    """
    raise NotImplementedError
