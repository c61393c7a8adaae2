"""Lost samples: a dataset that can be trained on, and is not the one on the disk.

A colleague wrote the dataset after a page of lecture notes. It has nearly as many
samples as the file has lines, its labels look familiar, and an augmentation that was
asked for is never seen.

Level: 2 of 5
Minutes: 25
Needs: custom-dataset
Hunts: custom-dataset
"""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch.utils.data import Dataset

__all__ = ["AnnotatedImageDataset", "class_counts"]


class AnnotatedImageDataset(Dataset):
    """A dataset of the images that an annotation file lists, in its order.

    The file is a csv file without a heading: each line, the first one too, is a sample,
    `name, label`. Spaces around the name and around the label do not count, and blank
    lines, without any character, are skipped. Lines end as text files end them, in LF
    or CRLF, and the last one may have no end. A name may have spaces and folders in it,
    but no comma and no quotation mark; it may be listed more than once. Labels are
    whole numbers.

    Parameters
    ----------
    annotations_file : str or Path
        Read by the constructor.
    img_dir : str or Path
        The folder of the images. It may hold files that are not listed.
    reader : callable
        `reader(path)` returns the image of a file; the path, a str or a Path, is that
        of the name in `img_dir`. It is called when a sample is asked for, for the file
        of that sample, and at no other time.
    transform : callable, optional
        What is made of an image, each time that it is asked for. Whatever is not None
        is called, also if its truth value is False.
    target_transform : callable, optional
        The same for a label, which it gets as an int.
    """

    def __init__(
        self,
        annotations_file: str | Path,
        img_dir: str | Path,
        reader: Callable[[Path], Any],
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        with open(annotations_file, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row][1:]
        self.samples = [(row[0].strip(), row[0].strip()) for row in rows]
        self.img_dir = Path(img_dir)
        self.reader = reader
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.samples)

    def __getitem__(self, idx: int) -> tuple[Any, Any]:
        """Return a sample: its image and its label, a tuple.

        Parameters
        ----------
        idx : int
            From 0 to len - 1; from -len to -1 it counts from the end.

        Returns
        -------
        tuple of (image, label)
            The image as `reader` returns it, or what `transform` makes of it; the label
            an int, or what `target_transform` makes of it.

        Raises
        ------
        IndexError
            If idx is len or more, or below -len.
        """
        name, label = self.samples[idx]
        image = self.reader(self.img_dir / name)
        # An empty nn.Sequential is False; only None says that there is none.
        if self.transform:
            image = self.transform(image)
        if self.target_transform is not None:
            return image, self.target_transform(label)
        return image, label


def class_counts(ds: Dataset) -> dict[int, int]:
    """Return how many samples of a dataset have each label.

    Parameters
    ----------
    ds : Dataset
        Any that has `__len__` and `__getitem__`, whose sample `ds[i]` is a pair of
        something and a label, an int; an index past the end raises IndexError. No
        other method or attribute of it may be used.

    Returns
    -------
    dict of int to int
        The labels as `ds[i][1]` has them, each with its count, and no label that does
        not occur. A dataset without samples has no labels.
    """
    size: int = len(ds)  # type: ignore[arg-type]  # torch leaves __len__ to the subclass
    return dict(Counter(ds[i][1] for i in range(size - 1)))
