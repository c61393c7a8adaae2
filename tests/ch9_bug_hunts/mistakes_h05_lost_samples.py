"""What is wrong with the dataset that the hunt begins with."""

import csv
from collections import Counter
from pathlib import Path

from dojo.grading import mistake
from solutions.ch5_data import k01_custom_dataset as right


@mistake(
    "AnnotatedImageDataset",
    "The first line is taken for a heading, so a sample is lost: each line is one, the first too.",
)
class BeginsBelowTheHeading(right.AnnotatedImageDataset):
    def __init__(
        self, annotations_file, img_dir, reader, transform=None, target_transform=None
    ):
        with open(annotations_file, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row][1:]
        self.samples = [(name.strip(), int(label)) for name, label in rows]
        self.img_dir = Path(img_dir)
        self.reader = reader
        self.transform = transform
        self.target_transform = target_transform


@mistake(
    "AnnotatedImageDataset",
    "The label is the name of the file: the name is column 0, and the label is column 1.",
)
class ReadsTheFirstColumnTwice(right.AnnotatedImageDataset):
    def __init__(
        self, annotations_file, img_dir, reader, transform=None, target_transform=None
    ):
        with open(annotations_file, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
        self.samples = [(row[0].strip(), row[0].strip()) for row in rows]
        self.img_dir = Path(img_dir)
        self.reader = reader
        self.transform = transform
        self.target_transform = target_transform


@mistake(
    "AnnotatedImageDataset",
    "A transform whose truth value is False is left out: ask whether it is None.",
)
class AsksWhetherATransformIsTrue(right.AnnotatedImageDataset):
    def __getitem__(self, idx):
        name, label = self.samples[idx]
        image = self.reader(self.img_dir / name)
        # An empty nn.Sequential is False; only None says that there is none.
        if self.transform:
            image = self.transform(image)
        if self.target_transform is not None:
            return image, self.target_transform(label)
        return image, label


@mistake(
    "class_counts",
    "The last sample is not counted: there are len(ds) of them, from 0 to len(ds) - 1.",
)
def stops_before_the_last(ds):
    size: int = len(ds)  # type: ignore[arg-type]  # torch leaves __len__ to the subclass
    return dict(Counter(ds[i][1] for i in range(size - 1)))
