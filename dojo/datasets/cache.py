"""Where the files of data sets are kept: outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

from dojo.datasets.sets import DataSet

VARIABLE = "DLKATAS_DATA"


def folder(data_set: DataSet) -> Path:
    """Return the folder of a data set's files; it need not exist.

    It is in the user's folder for caches, or in the one that DLKATAS_DATA names.
    """
    if root := os.environ.get(VARIABLE):
        return Path(root).expanduser().absolute() / data_set.name
    from platformdirs import user_cache_path  # needed only here

    return user_cache_path("dl-katas", appauthor=False) / data_set.name


def held(data_set: DataSet, name: str) -> Path | None:
    """Return the place of a file that is there, also without its `.gz`; else None."""
    for found in (name, name.removesuffix(".gz")):
        path = folder(data_set) / found
        if os.path.isfile(path):  # False, too, where the folder may not be read
            return path
    return None


def is_whole(data_set: DataSet) -> bool:
    """Whether all files of a data set are there; what they hold is not looked at."""
    return all(held(data_set, file.name) for file in data_set.files)
