"""What pages say of data augmentation: what copies do for nearest neighbors."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np

from dojo.data import digits
from dojo.site.measured.kept import Arrays, kept
from solutions.ch1_foundations import k05_data_augmentation
from solutions.ch1_foundations.k05_data_augmentation import augment, random_crop

TRAIN, COPIES, PADDING = 500, 8, 2


@cache
def shares() -> dict[str, float]:
    """Return the share of test digits that are read, for each kind of copies."""
    sources = [k05_data_augmentation, sys.modules[__name__]]
    arrays = kept("augmentation", sources, _measured)
    return {name: float(array) for name, array in arrays.items()}


def values() -> dict[str, float | str]:
    """Return what pages say of data augmentation."""
    return {"train": TRAIN, "copies": COPIES, "padding": PADDING, **shares()}


def _measured() -> Arrays:
    """Return shares that are the same on every machine: distances are whole numbers."""
    data = digits()
    X, y = data.train_images[:TRAIN, None], data.train_labels[:TRAIN]
    kinds = {"shifted": (0.0, PADDING, COPIES), "mirrored": (0.5, PADDING, COPIES)}
    read = {"plain": _share_read(X, y)}
    for name, (p, padding, copies) in kinds.items():
        rng = np.random.default_rng(0)
        parts = [augment(X, y, rng, p, padding) for _ in range(copies)]
        X_all = np.concatenate([X, *(images[TRAIN:] for images, _ in parts)])
        y_all = np.concatenate([y, *(labels[TRAIN:] for _, labels in parts)])
        read[name] = _share_read(X_all, y_all)
    return {name: np.array(share) for name, share in read.items()}


def _share_read(X: np.ndarray, y: np.ndarray) -> float:
    """Return the share of shifted test digits whose nearest image has their label."""
    data, rng = digits(), np.random.default_rng(1)
    shifted = random_crop(data.test_images[:, None], (28, 28), rng, PADDING)
    near, test = (im.reshape(len(im), -1).astype(float) for im in (X, shifted))
    distances = (near**2).sum(axis=1) - 2 * test @ near.T  # less what is the same
    return float(np.mean(y[distances.argmin(axis=1)] == data.test_labels))
