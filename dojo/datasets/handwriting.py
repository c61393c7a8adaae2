"""Brings images to where a net trained on MNIST expects the ink.

The digits of MNIST were scaled into a square of 20x20 pixels, their proportions kept,
and laid into one of 28x28 so that their center of mass is its center.
"""

from __future__ import annotations

import math

import numpy as np

SIZE = 28  # of an image, in pixels
BOX = 20  # of the square that a digit fits


def lenet_images(images: np.ndarray) -> np.ndarray:
    """Return images as LeNet takes them: 32 pixels wide, from 0 to 1.

    Parameters
    ----------
    images : np.ndarray of shape (N, 28, 28), uint8

    Returns
    -------
    np.ndarray of shape (N, 1, 32, 32), float32
        Two zeros are added on each side.
    """
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))[:, None]
    scaled: np.ndarray = padded / np.float32(255)
    return scaled


def centered(ink: np.ndarray) -> np.ndarray:
    """Return a drawing scaled and centered as MNIST's digits are.

    Parameters
    ----------
    ink : np.ndarray of shape (H, W)
        0 is paper, the largest number the darkest ink.

    Returns
    -------
    np.ndarray of shape (28, 28), uint8
        Without ink where the drawing has none.
    """
    digit = within(ink, BOX)
    if not digit.size:
        return np.zeros((SIZE, SIZE), np.uint8)
    image = _laid(digit)
    gray: np.ndarray = (255 * image / image.max()).round().astype(np.uint8)
    return gray


def within(ink: np.ndarray, size: int) -> np.ndarray:
    """Return what is inked, cut out and scaled so that its longer side has a size.

    Parameters
    ----------
    ink : np.ndarray of shape (H, W)
    size : int
        In pixels.

    Returns
    -------
    np.ndarray of at most `size` rows and columns, float
        Without any where the drawing has no ink.
    """
    inked = ink > 0
    rows, columns = (np.flatnonzero(inked.any(axis)) for axis in (1, 0))
    if not rows.size:
        return np.zeros((0, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(float)
    scale = size / max(cut.shape)
    down, right = (_resampling(n, max(1, round(n * scale)), scale) for n in cut.shape)
    scaled: np.ndarray = down @ cut @ right.T
    return scaled


def _resampling(n: int, size: int, scale: float) -> np.ndarray:
    """Return the matrix that makes `size` pixels of n, each a weighted mean.

    The weights fall in a straight line, over a pixel or over all that become one.
    """
    centers = (np.arange(size) + 0.5) * n / size - 0.5
    away = np.abs(centers[:, None] - np.arange(n))
    weights = np.maximum(0, 1 - away / max(1, 1 / scale))
    normalized: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return normalized


def _laid(digit: np.ndarray) -> np.ndarray:
    """Return the digit on an image, its center of mass at its center, if that fits."""
    image = np.zeros((SIZE, SIZE))
    corner = []
    for axis, length in enumerate(digit.shape):
        along = digit.sum(axis=1 - axis)
        mass = float((along * (np.arange(length) + 0.5)).sum() / along.sum())
        first = math.ceil(SIZE / 2 - mass)  # as in MNIST, less than a pixel beyond
        corner.append(min(max(0, first), SIZE - length))
    (top, left), (height, width) = corner, digit.shape
    image[top : top + height, left : left + width] = digit
    return image
