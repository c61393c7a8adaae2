"""Flips and crops: an image that is mirrored or shifted still shows the same thing.

What we know about images but a network does not, we can show it: copies that differ in
ways that do not matter. Each copy draws its own change, labels stay with their images,
and only training data are augmented, after they were split off. A change that makes
another thing of an image, as a flip does of a b, is none of these.

Level: 2 of 5
Minutes: 30
Needs: nothing
"""

import numpy as np

__all__ = ["hflip", "random_hflip", "random_crop", "augment"]


def hflip(X: np.ndarray) -> np.ndarray:
    """Return the images mirrored: left becomes right, in every channel.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Of any dtype.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Of X's dtype. It may share memory with `X`.
    """
    raise NotImplementedError


def random_hflip(X: np.ndarray, p: float, rng: np.random.Generator) -> np.ndarray:
    """Return the images, each of them mirrored with probability p.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Of any dtype.
    p : float
        The probability to mirror an image: 0 mirrors none, 1 all.
    rng : numpy.random.Generator
        The only source of randomness: an equal generator gives an equal result, and the
        next call with the same one draws anew.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Of X's dtype. A coin is drawn for each image independently, and serves all of
        its channels and rows.
    """
    raise NotImplementedError


def random_crop(
    X: np.ndarray, size: tuple[int, int], rng: np.random.Generator, padding: int = 0
) -> np.ndarray:
    """Return a window of each image, at a place that is drawn for it.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Of any dtype.
    size : tuple of int
        (h, w), height and width of the window; it fits into the padded image.
    rng : numpy.random.Generator
        The only source of randomness, as in `random_hflip`.
    padding : int
        How many zeros are first put around each image, on all four sides.

    Returns
    -------
    ndarray of shape (N, C, h, w)
        Of X's dtype. For each image a top and a left are drawn, independently of each
        other and of other images; every place at which the window lies inside the
        padded image is as likely as any other. All channels have the same window.
    """
    raise NotImplementedError


def augment(
    X: np.ndarray,
    y: np.ndarray,
    rng: np.random.Generator,
    p: float = 0.5,
    padding: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the images followed by a changed copy of each, and the labels of both.

    Parameters
    ----------
    X : ndarray of shape (N, C, H, W)
        Training images, of any dtype.
    y : ndarray of shape (N,)
        Their labels, of any dtype.
    rng : numpy.random.Generator
        The only source of randomness, as in `random_hflip`.
    p : float
        The probability to mirror a copy.
    padding : int
        How many zeros are put around a copy before it is cropped back to (H, W), as in
        `random_crop`; 0 leaves the copies where they are.

    Returns
    -------
    X_all : ndarray of shape (2 N, C, H, W)
        The N originals in their order, then the N copies in the same order: each
        mirrored with probability p, and then, if `padding` is above 0, cropped.
    y_all : ndarray of shape (2 N,)
        The labels in the order of `X_all`, of y's dtype.

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), "ImageNet classification with deep
    convolutional neural networks", NeurIPS 25, section 4.1.
    """
    raise NotImplementedError
