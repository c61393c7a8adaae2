"""Wrong answers to custom-dataset that the grader must reject and the dojo can name."""

import csv
import os
from collections import Counter
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch

from dojo.grading import mistake
from solutions.ch5_data import k01_custom_dataset as right


class _Open(right.AnnotatedImageDataset):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        for name in ("__init__", "__len__", "__getitem__"):
            setattr(cls, name, vars(_Open)[name])  # its own: what they raise is its

    def __init__(
        self, annotations_file, img_dir, reader, transform=None, target_transform=None
    ):
        self.img_dir, self.reader = img_dir, reader
        self.transform, self.target_transform = transform, target_transform
        self.samples = self._samples(annotations_file)

    def _samples(self, annotations_file):
        with open(annotations_file, encoding="utf-8", newline="") as file:
            return [self._sample(*row) for row in csv.reader(file) if row]

    def _sample(self, name, label):
        return name.strip(), int(label)

    def __len__(self):
        return self._len()

    def _len(self):
        return len(self.samples)

    def __getitem__(self, idx):
        name, label = self.samples[self._place(idx)]
        return self._pair(self._image(self._read(name)), self._label(label))

    def _place(self, idx):
        return idx

    def _read(self, name):
        return self.reader(os.path.join(self.img_dir, name))

    def _image(self, image):
        return image if self.transform is None else self.transform(image)

    def _label(self, label):
        there = self.target_transform is not None
        return self.target_transform(label) if there else label

    def _pair(self, image, label):
        return image, label


@mistake(
    "AnnotatedImageDataset",
    "The first line is left out, as if it were a heading: the file has none, and its "
    "first line is a sample.",
)
class TakesTheFirstLineForAHeading(_Open):
    def _samples(self, annotations_file):
        return super()._samples(annotations_file)[1:]


@mistake(
    "AnnotatedImageDataset",
    "The last line is left out: each line is a sample, also one without an end of its own.",
)
class LeavesOutTheLastLine(_Open):
    def _samples(self, annotations_file):
        return super()._samples(annotations_file)[:-1]


@mistake(
    "AnnotatedImageDataset",
    "The label is the name of the file: column 0 is the name, the label is column 1.",
)
class TakesTheNameForTheLabel(_Open):
    def _sample(self, name, label):
        return name.strip(), name.strip()


@mistake(
    "AnnotatedImageDataset",
    "The label is the text of the file, spaces and all: make an int of it.",
)
class KeepsTheLabelAsText(_Open):
    def _sample(self, name, label):
        return name.strip(), label


@mistake(
    "AnnotatedImageDataset",
    "The label is text, although a number is written there: make an int of it.",
)
class StripsTheLabelButKeepsItText(_Open):
    def _sample(self, name, label):
        return name.strip(), label.strip()


@mistake("AnnotatedImageDataset", "The label is a float; it is an int.")
class MakesFloatsOfTheLabels(_Open):
    def _sample(self, name, label):
        return name.strip(), float(label)


@mistake(
    "AnnotatedImageDataset",
    "The label is a tensor; it is an int, and the loader makes the tensor.",
)
class MakesTensorsOfTheLabels(_Open):
    def _sample(self, name, label):
        return name.strip(), torch.tensor(int(label))


@mistake(
    "AnnotatedImageDataset",
    "The columns are in each other's place: a line is the name, then the label.",
)
class TakesTheColumnsTheOtherWayRound(_Open):
    def _sample(self, name, label):
        return label.strip(), name.strip()


@mistake(
    "AnnotatedImageDataset",
    "Spaces around the name are part of the path, and there is no such file: name.strip().",
)
class KeepsTheSpacesOfTheName(_Open):
    def _sample(self, name, label):
        return name, int(label)


@mistake(
    "AnnotatedImageDataset",
    "All spaces are taken out of the name, also those inside it: strip takes those at the "
    "ends alone.",
)
class TakesOutAllSpaces(_Open):
    def _sample(self, name, label):
        return name.replace(" ", ""), int(label)


@mistake(
    "AnnotatedImageDataset",
    "A line ends at its first space, which may stand inside a name: split it at the comma.",
)
class SplitsAtSpaces(_Open):
    def _samples(self, annotations_file):
        lines = Path(annotations_file).read_text("utf-8").splitlines()
        words = [line.replace(",", " ").split() for line in lines if line]
        return [(name, int(label)) for name, label, *_ in words]


@mistake(
    "AnnotatedImageDataset",
    "A blank line is taken for a sample, and there is nothing in it: skip such lines.",
)
class ReadsBlankLines(_Open):
    def _samples(self, annotations_file):
        lines = Path(annotations_file).read_text("utf-8").splitlines()
        return [self._sample(*line.split(",")) for line in lines]


@mistake(
    "AnnotatedImageDataset",
    "The file ends at its first blank line: skip such a line and read on.",
)
class StopsAtABlankLine(_Open):
    def _samples(self, annotations_file):
        lines = Path(annotations_file).read_text("utf-8").splitlines()
        stop = lines.index("") if "" in lines else len(lines)
        return [self._sample(*line.split(",")) for line in lines[:stop]]


@mistake(
    "AnnotatedImageDataset",
    "One is taken away from each label; it is the number that is written.",
)
class CountsLabelsFromOne(_Open):
    def _sample(self, name, label):
        return name.strip(), int(label) - 1


@mistake(
    "AnnotatedImageDataset",
    "Of each label only the last digit is read: there may be more than ten classes.",
)
class ReadsOneDigit(_Open):
    def _sample(self, name, label):
        return name.strip(), int(label.strip()[-1])


@mistake(
    "AnnotatedImageDataset",
    "The samples are sorted by label: they come in the order of the file.",
)
class SortsByLabel(_Open):
    def _samples(self, annotations_file):
        return sorted(super()._samples(annotations_file), key=lambda sample: sample[1])


@mistake(
    "AnnotatedImageDataset",
    "The samples are sorted by name: they come in the order of the file.",
)
class SortsTheSamples(_Open):
    def _samples(self, annotations_file):
        return sorted(super()._samples(annotations_file))


@mistake(
    "AnnotatedImageDataset",
    "A file that is listed twice counts once: each line is a sample, so keep a list of "
    "pairs and no dict by name.",
)
class KeepsOneSampleAName(_Open):
    def _samples(self, annotations_file):
        return list(dict(super()._samples(annotations_file)).items())


@mistake(
    "AnnotatedImageDataset",
    "The samples are the files of the folder, listed or not: they are the lines of the "
    "annotation file.",
)
class ListsTheFolder(_Open):
    def _samples(self, annotations_file):
        labels = dict(super()._samples(annotations_file))
        return [
            (name, labels.get(name, 0)) for name in sorted(os.listdir(self.img_dir))
        ]


@mistake(
    "AnnotatedImageDataset",
    "The length is the number of files in the folder, listed or not: it is the number of "
    "samples in the annotation file.",
)
class CountsTheFilesInTheFolder(_Open):
    def _len(self):
        return len(os.listdir(self.img_dir))


@mistake(
    "AnnotatedImageDataset",
    "All images are read by the constructor: read a sample's image when it is asked for.",
)
class ReadsAllAtTheStart(_Open):
    def _samples(self, annotations_file):
        samples = super()._samples(annotations_file)
        self.images = {}
        for name, _ in samples:
            self.images[name] = self.reader(os.path.join(self.img_dir, name))
        return samples

    def _read(self, name):
        return self.images[name]


@mistake(
    "AnnotatedImageDataset",
    "All images are read whenever one is asked for: read the file of that sample alone.",
)
class ReadsAllForEachSample(_Open):
    def _read(self, name):
        paths = {each: os.path.join(self.img_dir, each) for each, _ in self.samples}
        return {each: self.reader(path) for each, path in paths.items()}[name]


@mistake(
    "AnnotatedImageDataset",
    "The reader gets the bare name: join it with img_dir.",
)
class ForgetsTheFolder(_Open):
    def _read(self, name):
        return self.reader(name)


@mistake(
    "AnnotatedImageDataset",
    "img_dir and the name are written one after the other without a separator: "
    "Path(img_dir) / name.",
)
class JoinsWithoutASeparator(_Open):
    def _read(self, name):
        return self.reader(f"{self.img_dir}{name}")


@mistake(
    "AnnotatedImageDataset",
    "img_dir / name needs a Path, and img_dir may be a str: Path(img_dir) / name.",
)
class TakesTheFolderForAPath(_Open):
    def _read(self, name):
        return self.reader(self.img_dir / name)


@mistake(
    "AnnotatedImageDataset",
    "img_dir + name adds texts, and img_dir may be a Path: Path(img_dir) / name.",
)
class TakesTheFolderForText(_Open):
    def _read(self, name):
        return self.reader(self.img_dir + "/" + name)


@mistake(
    "AnnotatedImageDataset",
    "The folders in a name are left out: join img_dir with the whole name.",
)
class LeavesOutTheFoldersOfAName(_Open):
    def _read(self, name):
        return self.reader(os.path.join(self.img_dir, os.path.basename(name)))


@mistake(
    "AnnotatedImageDataset",
    "A transform whose truth value is False is left out, an nn.Sequential without layers, "
    "say: ask whether it is not None.",
)
class AsksForTheTruthOfATransform(_Open):
    def _image(self, image):
        return self.transform(image) if self.transform else image

    def _label(self, label):
        return self.target_transform(label) if self.target_transform else label


@mistake(
    "AnnotatedImageDataset",
    "A transform of the image whose truth value is False is left out: ask whether it is not "
    "None.",
)
class AsksForTheTruthOfTransformOnly(_Open):
    def _image(self, image):
        return self.transform(image) if self.transform else image


@mistake(
    "AnnotatedImageDataset",
    "A transform of the label whose truth value is False is left out: ask whether it is not "
    "None.",
)
class AsksForTheTruthOfTargetTransformOnly(_Open):
    def _label(self, label):
        return self.target_transform(label) if self.target_transform else label


@mistake(
    "AnnotatedImageDataset",
    "target_transform gets the text of the file: make an int of it first.",
)
class TransformsTheTextOfTheLabel(_Open):
    def _sample(self, name, label):
        return name.strip(), label.strip()

    def _label(self, label):
        there = self.target_transform is not None
        return self.target_transform(label) if there else int(label)


@mistake(
    "AnnotatedImageDataset",
    "Where there is a transform, target_transform is left out: the two do not exclude one "
    "another, so if and if, not elif.",
)
class UsesTransformOrTargetTransform(_Open):
    def _label(self, label):
        return label if self.transform is not None else super()._label(label)


@mistake(
    "AnnotatedImageDataset",
    "A label that was transformed to 0 counts as none, and the old one comes back.",
)
class TakesZeroForNoLabel(_Open):
    def _label(self, label):
        return super()._label(label) or label


@mistake(
    "AnnotatedImageDataset",
    "transform changes the label, too: it is for the image.",
)
class TransformsTheLabelLikeTheImage(_Open):
    def _label(self, label):
        return label if self.transform is None else self.transform(label)


@mistake(
    "AnnotatedImageDataset",
    "The image is scaled by 1/255 unasked: it is what the reader returns, and a transform "
    "may scale it.",
)
class ScalesTheImage(_Open):
    def _read(self, name):
        return super()._read(name) / 255


@mistake(
    "AnnotatedImageDataset",
    "The image becomes a tensor unasked: it is what the reader returns, and a transform may "
    "make a tensor of it.",
)
class MakesATensorOfTheImage(_Open):
    def _read(self, name):
        return torch.as_tensor(super()._read(name))


@mistake(
    "AnnotatedImageDataset",
    "The image comes back as it was read: what transform makes of it takes its place, "
    "image = transform(image).",
)
class LeavesOutTheTransform(_Open):
    def _image(self, image):
        return image


@mistake(
    "AnnotatedImageDataset",
    "The label comes back as it was read: what target_transform makes of it takes its "
    "place, label = target_transform(label).",
)
class LeavesOutTheTargetTransform(_Open):
    def _label(self, label):
        return label


@mistake(
    "AnnotatedImageDataset",
    "The two transforms are used only where both are given: ask for each by itself.",
)
class NeedsBothTransforms(_Open):
    def _image(self, image):
        return image if self.target_transform is None else super()._image(image)

    def _label(self, label):
        return label if self.transform is None else super()._label(label)


@mistake(
    "AnnotatedImageDataset",
    "The two transforms are swapped: transform is for the image, target_transform for the "
    "label.",
)
class SwapsTheTransforms(_Open):
    def _image(self, image):
        there = self.target_transform is not None
        return self.target_transform(image) if there else image

    def _label(self, label):
        return label if self.transform is None else self.transform(label)


@mistake(
    "AnnotatedImageDataset",
    "What the transforms return is thrown away: image = transform(image), and the same for "
    "the label.",
)
class ThrowsTheTransformedAway(_Open):
    def _image(self, image):
        if self.transform is not None:
            self.transform(image)
        return image

    def _label(self, label):
        if self.target_transform is not None:
            self.target_transform(label)
        return label


@mistake(
    "AnnotatedImageDataset",
    "transform is called always; by default it is None, and the image stays as it is.",
)
class AlwaysCallsTheTransform(_Open):
    def _image(self, image):
        return self.transform(image)


@mistake("AnnotatedImageDataset", "The pair is (label, image); it is (image, label).")
class SwapsImageAndLabel(_Open):
    def _pair(self, image, label):
        return label, image


@mistake("AnnotatedImageDataset", "A sample is a list; it is a tuple.")
class ReturnsAList(_Open):
    def _pair(self, image, label):
        return [image, label]


@mistake("AnnotatedImageDataset", "A sample is a dict; it is a tuple (image, label).")
class ReturnsADict(_Open):
    def _pair(self, image, label):
        return {"image": image, "label": label}


@mistake(
    "AnnotatedImageDataset", "Only the image comes back; a sample has a label too."
)
class ReturnsTheImageOnly(_Open):
    def _pair(self, image, label):
        return image


@mistake("AnnotatedImageDataset", "The length is one too small: it is len(samples).")
class CountsOneTooFew(_Open):
    def _len(self):
        return len(self.samples) - 1


@mistake("AnnotatedImageDataset", "The length is one too large: it is len(samples).")
class CountsOneTooMany(_Open):
    def _len(self):
        return len(self.samples) + 1


@mistake(
    "AnnotatedImageDataset",
    "Sample i is that of the line before: line 0 is sample 0.",
)
class IsOneLineBehind(_Open):
    def _place(self, idx):
        return idx - 1


@mistake(
    "AnnotatedImageDataset",
    "The samples are found by number in a dict, which knows no index from the end and raises "
    "KeyError: keep them in a list.",
)
class KeepsADictOfRows(_Open):
    def _samples(self, annotations_file):
        return dict(enumerate(super()._samples(annotations_file)))


@mistake(
    "AnnotatedImageDataset",
    "The sign of an index is taken away; below zero it counts from the end.",
)
class TakesTheSignAway(_Open):
    def _place(self, idx):
        return abs(idx)


@mistake(
    "AnnotatedImageDataset",
    "An index past the end begins again at the start: it must raise IndexError.",
)
class BeginsAgainPastTheEnd(_Open):
    def _place(self, idx):
        return idx % len(self.samples)


@mistake(
    "AnnotatedImageDataset",
    "An index below -len counts round a second time: it must raise IndexError.",
)
class BeginsAgainBelowTheStart(_Open):
    def _place(self, idx):
        return idx % len(self.samples) if idx < 0 else idx


@mistake(
    "AnnotatedImageDataset",
    "A negative index raises: from -len to -1 it counts from the end.",
)
class RefusesNegativeIndices(_Open):
    def _place(self, idx):
        if idx < 0:
            raise IndexError(idx)
        return idx


@mistake(
    "AnnotatedImageDataset",
    "Below -len, len is added and the index is still negative, so it counts from the end "
    "again: check it before, or leave negative indices to the list.",
)
class AddsTheLengthUnchecked(_Open):
    def _place(self, idx):
        return idx + len(self.samples) if idx < 0 else idx


@mistake(
    "AnnotatedImageDataset",
    "Past the end a ValueError is raised; loops wait for an IndexError.",
)
class RaisesAValueError(_Open):
    def _place(self, idx):
        if not -len(self.samples) <= idx < len(self.samples):
            raise ValueError(idx)
        return idx


@mistake(
    "AnnotatedImageDataset",
    "Images are kept once they were transformed, so a random transform gives the same one "
    "every time: transform at each access.",
)
class KeepsTransformedImages(_Open):
    def _read(self, name):
        kept = self.__dict__.setdefault("kept", {})
        if name not in kept:
            kept[name] = self._changed(super()._read(name))
        return kept[name]

    def _changed(self, image):
        return image if self.transform is None else self.transform(image)

    def _image(self, image):
        return image


@mistake(
    "AnnotatedImageDataset",
    "The samples are an attribute of the class, so all datasets share them: set them on "
    "self.",
)
class SharesItsSamples(_Open):
    every: ClassVar[list] = []

    def _samples(self, annotations_file):
        self.every[:] = super()._samples(annotations_file)
        return self.every


@mistake(
    "AnnotatedImageDataset",
    "The class is not a Dataset of torch: class AnnotatedImageDataset(Dataset).",
)
class IsNoDataset:
    def __init__(
        self, annotations_file, img_dir, reader, transform=None, target_transform=None
    ):
        given = (annotations_file, img_dir, reader, transform, target_transform)
        self.inner = right.AnnotatedImageDataset(*given)

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, idx):
        return self.inner[idx]


def _counted(labels):
    return dict(Counter(labels))


@mistake("class_counts", "The last sample is not counted: go through range(len(ds)).")
def leaves_out_the_last_sample(ds):
    return _counted(ds[i][1] for i in range(len(ds) - 1))


@mistake("class_counts", "The first sample is not counted: indices begin at 0.")
def leaves_out_the_first_sample(ds):
    return _counted(ds[i][1] for i in range(1, len(ds)))


@mistake("class_counts", "The images are counted; the label is ds[i][1].")
def counts_the_images(ds):
    return _counted(str(ds[i][0]) for i in range(len(ds)))


@mistake("class_counts", "The keys are texts; they are the labels, which are ints.")
def makes_texts_of_the_keys(ds):
    return _counted(str(ds[i][1]) for i in range(len(ds)))


@mistake(
    "class_counts",
    "Labels that do not occur are listed with a count of 0: leave them out.",
)
def lists_labels_that_do_not_occur(ds):
    counts = _counted(ds[i][1] for i in range(len(ds)))
    first, last = min([0, *counts]), max([0, *counts])
    return {label: counts.get(label, 0) for label in range(first, last + 1)}


@mistake("class_counts", "Each label has a 1, however often it occurs: add them up.")
def counts_each_label_once(ds):
    return {ds[i][1]: 1 for i in range(len(ds))}


@mistake("class_counts", "The counts begin at 0, so each is one too small.")
def begins_to_count_at_zero(ds):
    counts = _counted(ds[i][1] for i in range(len(ds)))
    return {label: count - 1 for label, count in counts.items()}


@mistake(
    "class_counts",
    "The values are shares of all samples, of 1 or of 100; they are counts.",
    scale=[1, 100],
)
def returns_shares(ds, *, scale):
    counts = _counted(ds[i][1] for i in range(len(ds)))
    return {label: scale * count / len(ds) for label, count in counts.items()}


@mistake("class_counts", "The labels are added up; each sample counts as one.")
def adds_the_labels_up(ds):
    labels = [ds[i][1] for i in range(len(ds))]
    return {label: labels.count(label) * label for label in labels}


@mistake("class_counts", "The counts begin at 1, so each is one too large.")
def begins_to_count_at_one(ds):
    counts = _counted(ds[i][1] for i in range(len(ds)))
    return {label: count + 1 for label, count in counts.items()}


@mistake("class_counts", "This is the number of samples: count each label by itself.")
def counts_the_samples(ds):
    return len(ds)


@mistake(
    "class_counts",
    "Every number from 0 to the largest label is there, as np.bincount has it: leave out "
    "what does not occur.",
)
def counts_with_bincount(ds):
    labels = [ds[i][1] for i in range(len(ds))]
    return dict(enumerate(np.bincount(labels).tolist())) if labels else {}


@mistake("class_counts", "This is how many labels there are: count each one by itself.")
def counts_the_labels(ds):
    return len({ds[i][1] for i in range(len(ds))})


@mistake(
    "class_counts", "A list of counts does not say of which labels: return a dict."
)
def lists_the_counts(ds):
    counts = _counted(ds[i][1] for i in range(len(ds)))
    return [counts[label] for label in sorted(counts)]


@mistake(
    "class_counts",
    "The labels are read from an attribute, {name}, that only some datasets have: ds[i][1] "
    "is a label of any.",
    name=["samples", "labels", "targets"],
)
def reads_an_attribute(ds, *, name):
    return _counted(getattr(ds, name))


@mistake("class_counts", "Keys and values are swapped: labels are the keys.")
def swaps_keys_and_values(ds):
    counts = _counted(ds[i][1] for i in range(len(ds)))
    return {count: label for label, count in counts.items()}


@mistake("class_counts", "Only the labels up to 9 are counted: there may be any.")
def counts_ten_classes(ds):
    return _counted(y for i in range(len(ds)) if 0 <= (y := ds[i][1]) < 10)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "AnnotatedImageDataset": {
        '- with open(annotations_file, encoding="utf-8", newline="") as file:\n'
        "+ with open(annotations_file, newline='') as file:": "UTF-8 is the encoding of most systems, and of this one",
        '- with open(annotations_file, encoding="utf-8", newline="") as file:\n'
        "+ with open(annotations_file, encoding='utf-8') as file:": "no name has a quotation mark, and so none has the end of a line",
        "- if self.transform is not None:\n"
        "+ if self.transform != None:": "what is called and is equal to None is not promised anything",
        "- if self.target_transform is not None:\n"
        "+ if self.target_transform != None:": "what is called and is equal to None is not promised anything",
    },
    "class_counts": {
        "- return dict(Counter(ds[i][1] for i in range(size)))\n"
        "+ return Counter((ds[i][1] for i in range(size)))": "a Counter is a dict",
        "- return dict(Counter(ds[i][1] for i in range(size)))\n"
        "+ return dict(Counter((ds[i][-1] for i in range(size))))": "the last of a pair is its second",
    },
}
