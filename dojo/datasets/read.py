"""Reads a data set that was fetched."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dojo.datasets import cache, formats
from dojo.datasets.sets import SPLITS, DataSet, Split
from dojo.errors import DataError

PREFIX = {"train": "train", "test": "t10k"}
CIFAR_BATCHES = {
    "train": [f"cifar-10-batches-bin/data_batch_{i}.bin" for i in range(1, 6)],
    "test": ["cifar-10-batches-bin/test_batch.bin"],
}


def read(data_set: DataSet, split: Split | str) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels of a part of a data set.

    Returns
    -------
    images : np.ndarray of shape (N, *data_set.shape), uint8
    labels : np.ndarray of shape (N,), int64

    Raises
    ------
    ValueError
        If there is no such part.
    DataError
        If the data set was not fetched, or a file is damaged.
    """
    if split not in SPLITS:
        raise ValueError(f'a part is "train" or "test"; got {split!r}')
    if not cache.is_whole(data_set):
        raise DataError(
            f"{data_set.title} is not here: {cache.folder(data_set)} lacks files\n"
            f"Fetch it: dojo data fetch {data_set.name}"
        )
    form = {"idx": _idx, "cifar": _cifar}[data_set.form]
    try:
        images, labels = form(data_set, split)
    except DataError as error:
        remedy = f"Fetch it again: dojo data fetch {data_set.name}"
        raise DataError(f"{error}\n{remedy}") from error
    return images, labels.astype(np.int64)


def _count(data_set: DataSet, split: Split) -> int:
    return data_set.counts[SPLITS.index(split)]


def _idx(data_set: DataSet, split: Split) -> tuple[np.ndarray, np.ndarray]:
    def path(name: str) -> Path:
        file = f"{PREFIX[split]}-{name}-ubyte.gz"
        return cache.held(data_set, file) or cache.folder(data_set) / file

    count = _count(data_set, split)
    images = formats.read_idx(path("images-idx3"), (count, *data_set.shape))
    labels = formats.read_idx(path("labels-idx1"), (count,))
    formats.check_labels(path("labels-idx1"), labels, len(data_set.classes))
    return images, labels


def _cifar(data_set: DataSet, split: Split) -> tuple[np.ndarray, np.ndarray]:
    name = data_set.files[0].name
    path = cache.held(data_set, name) or cache.folder(data_set) / name
    return formats.read_cifar(
        path,
        CIFAR_BATCHES[split],
        _count(data_set, split) // len(CIFAR_BATCHES[split]),
        data_set.shape,
        len(data_set.classes),
    )
