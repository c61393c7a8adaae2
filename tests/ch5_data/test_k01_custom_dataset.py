"""Grades a dataset of one's own."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from dojo.grading import Mismatch, assert_close, assert_equal, assert_that, assert_type
from katas.ch5_data.k01_custom_dataset import AnnotatedImageDataset, class_counts

# Not in the order of their names or labels; one is in a folder, one has two dots.
LISTED = [("b.npy", 3), ("cats/a.npy", 12), ("c 10.npy", 0), ("a.npy", 3)]
LISTED += [("d.v2.npy", 7), ("c 9.npy", 12), ("e.npy", 1)]
N = len(LISTED)
PLAIN = "".join(f"{name}, {label}\n" for name, label in LISTED)
WRITTEN = {
    "as the notes write it": PLAIN,
    "without an end of its last line": PLAIN.rstrip("\n"),
    "with lines that end in CRLF": PLAIN.replace("\n", "\r\n"),
    "without spaces": PLAIN.replace(", ", ","),
    "with spaces on all sides": PLAIN.replace(", ", "  ,  ").replace("\n", "  \n"),
    "with blank lines": PLAIN.replace("\n", "\n\n", 3) + "\n\n",
}
COUNTS = {0: 1, 1: 1, 3: 2, 7: 1, 12: 2}


@pytest.fixture
def folder():
    """Give a test a folder of its own, each time that it runs."""
    with TemporaryDirectory() as name:
        yield Path(name)


class Empty(nn.Sequential):
    """A transform whose truth value is False, because it holds no layers."""

    def __init__(self, change):
        super().__init__()
        self.change = lambda x: change(x)

    def forward(self, x):
        return self.change(x)


class Reader:
    """Reads .npy files, and notes which."""

    def __init__(self, folder):
        self.folder, self.paths = folder, []

    def __call__(self, path):
        assert_that(
            isinstance(path, str | Path),
            "the reader gets a path, a str or a Path",
            f"a {type(path).__name__}",
            "a str or a Path",
        )
        self.paths.append(Path(path))
        assert_equal(self.place(path), "a file", "the reader gets a file in img_dir")
        return np.load(path)

    def place(self, path):
        """Tell what there is at a path."""
        path = Path(path)
        if not path.is_relative_to(self.folder):
            return f"{str(path)!r}, which is not in img_dir"
        name = str(path.relative_to(self.folder))
        return "a file" if path.is_file() else f"{name!r}, which is not there"

    def names(self):
        return [str(path.relative_to(self.folder)) for path in self.paths]


def image_of(name):
    """Return the image in a file: bytes that no other file has, in no square."""
    number = sum(map(ord, name))
    size = 2 + number % 3, 5 + number % 2, 3
    return np.random.default_rng(number).integers(0, 256, size, dtype=np.uint8)


def written(folder, text=PLAIN, listed=LISTED):
    """Write an annotation file and the images; return paths and a reader."""
    images, table = folder / "images", folder / "labels.csv"
    for name in [*dict(listed), "not listed.npy"]:
        path = images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, image_of(name))
    table.write_bytes(text.encode())
    return SimpleNamespace(table=table, images=images, reader=Reader(images))


def dataset(folder, text=PLAIN, listed=LISTED, **how):
    """Return the learner's dataset and its reader."""
    at = written(folder, text, listed)
    return AnnotatedImageDataset(at.table, at.images, at.reader, **how), at.reader


def assert_sized(ds, count, because):
    methods = [name for name in ("__len__", "__getitem__") if hasattr(ds, name)]
    two = "__len__ and __getitem__"
    assert_equal(" and ".join(methods), two, "a dataset has these two methods")
    got, want = (f"{n} sample{'s' * (n != 1)}" for n in (len(ds), count))
    assert_equal(got, want, because)


def sample_of(ds, idx):
    """Return image and label of a sample, once it is a pair."""
    sample = ds[idx]
    assert_type(sample, tuple, "a sample is a tuple (image, label)")
    kinds = f"a tuple of {len(sample)}"
    assert_equal(kinds, "a tuple of 2", "a sample is a tuple (image, label)")
    return sample


def came_of(ds, idx):
    """Return what comes of an index: the error, or which sample comes back."""
    try:
        sample = ds[idx]
    except Mismatch:
        raise
    except Exception as error:
        return type(error).__name__
    return f"no error, the sample with label {sample[1]!r}"


def labels_of(ds):
    """Return the labels of all samples, once they are ints."""
    labels = [sample_of(ds, idx)[1] for idx in range(N)]
    kinds = ", ".join(sorted({named(label) for label in labels}))
    assert_equal(kinds, "an int", "a label is an int, not the text in the file")
    return [int(label) for label in labels]


def named(label):
    """Return the kind of a label in words."""
    if isinstance(label, int | np.integer) and not isinstance(label, bool):
        return "an int"
    return f"a {type(label).__name__}"


def read_for(ds, reader, idx):
    """Return which files are read when a sample is asked for."""
    before = len(reader.paths)
    ds[idx]
    return ", ".join(sorted(set(reader.names()[before:]))) or "no file"


@pytest.mark.parametrize("how", WRITTEN)
def test_annotated_image_dataset_has_a_sample_for_each_line(folder, how):
    ds, _ = dataset(folder, WRITTEN[how])
    because = f"each line is a sample, the first one too; here the file is {how}"
    assert_sized(ds, N, because)


@pytest.mark.parametrize("count", [1, 2])
def test_annotated_image_dataset_takes_a_file_of_few_lines(folder, count):
    listed = LISTED[:count]
    text = "".join(f"{name}, {label}\n" for name, label in listed)
    ds, _ = dataset(folder, text, listed)
    assert_sized(ds, count, f"each line is a sample; here there are {count}")
    name, label = listed[-1]
    image, got = sample_of(ds, count - 1)
    assert_close(image, image_of(name), f"the last sample is {name!r}")
    assert_equal(got, label, f"the label of {name!r} stands in its line")


@pytest.mark.parametrize("how", WRITTEN)
def test_annotated_image_dataset_reads_the_labels_as_ints(folder, how):
    ds, _ = dataset(folder, WRITTEN[how])
    assert_sized(ds, N, "each line is a sample, the first one too")
    because = f"label i is the number in line i; here the file is {how}"
    assert_equal(labels_of(ds), [label for _, label in LISTED], because)


@pytest.mark.parametrize("how", WRITTEN)
def test_annotated_image_dataset_reads_the_file_that_its_line_names(folder, how):
    ds, reader = dataset(folder, WRITTEN[how])
    assert_sized(ds, N, "each line is a sample, the first one too")
    for idx, (name, _) in enumerate(LISTED):
        because = f"sample {idx} is the file that its line names; the file is {how}"
        assert_equal(repr(read_for(ds, reader, idx)), repr(name), because)


def test_annotated_image_dataset_returns_the_image_as_it_was_read(folder):
    ds, _ = dataset(folder)
    for idx, (name, _) in enumerate(LISTED):
        because = f"without a transform sample {idx} is what the reader returns"
        assert_close(sample_of(ds, idx)[0], image_of(name), because)


def test_annotated_image_dataset_returns_whatever_the_reader_returns(folder):
    at = written(folder)
    things = [torch.arange(5.0), "text", 0]
    for thing in things:
        ds = AnnotatedImageDataset(at.table, at.images, lambda path, t=thing: t)
        got = sample_of(ds, 2)[0]
        same = "the same" if got is thing else f"a {type(got).__name__}"
        because = f"an image may be anything; here it is a {type(thing).__name__}"
        assert_equal(same, "the same", because)


def test_annotated_image_dataset_keeps_a_file_that_is_listed_twice(folder):
    listed = [*LISTED[:3], (LISTED[0][0], 5), LISTED[1]]
    text = "".join(f"{name}, {label}\n" for name, label in listed)
    ds, _ = dataset(folder, text, listed)
    assert_sized(ds, 5, "each line is a sample, also where a name comes again")
    because = "a name that comes again has the label of each of its lines"
    got = [sample_of(ds, idx)[1] for idx in range(5)]
    assert_equal(got, [label for _, label in listed], because)


def test_annotated_image_dataset_takes_labels_of_any_sign(folder):
    listed = [("b.npy", -1), ("a.npy", 0), ("e.npy", -20), ("c 9.npy", 305)]
    text = "".join(f"{name}, {label}\n" for name, label in listed)
    ds, _ = dataset(folder, text, listed)
    assert_sized(ds, 4, "each line is a sample, also where its label is below 0")
    got = [sample_of(ds, idx)[1] for idx in range(4)]
    because = "a label is a whole number, below 0 or above 9 as well"
    assert_equal(got, [label for _, label in listed], because)


@pytest.mark.parametrize("kind", [str, Path])
def test_annotated_image_dataset_takes_paths_as_str_or_path(folder, kind):
    at = written(folder)
    ds = AnnotatedImageDataset(kind(at.table), kind(at.images), at.reader)
    because = f"annotations_file and img_dir may be a {kind.__name__}"
    assert_equal(repr(read_for(ds, at.reader, 1)), repr(LISTED[1][0]), because)


def test_annotated_image_dataset_reads_nothing_until_a_sample_is_asked_for(folder):
    ds, reader = dataset(folder)
    len(ds)
    got = f"{len(reader.paths)} files read"
    because = "the constructor and len read the annotation file and no image"
    assert_equal(got, "0 files read", because)


@pytest.mark.parametrize("idx", [2, 0, -1])
def test_annotated_image_dataset_reads_only_the_file_of_the_sample(folder, idx):
    ds, reader = dataset(folder)
    ds[3]
    got = read_for(ds, reader, idx)
    assert_equal(got, LISTED[idx][0], f"ds[{idx}] reads the file of that sample alone")


def test_annotated_image_dataset_counts_from_the_end_below_zero(folder):
    ds, reader = dataset(folder)
    for idx in (-1, -3, -N):
        because = f"index {idx} of {N} samples is index {N + idx}"
        name, label = LISTED[idx]
        assert_equal(repr(read_for(ds, reader, idx)), repr(name), because)
        assert_equal(sample_of(ds, idx)[1], label, because)


@pytest.mark.parametrize("idx", [N, N + 3, -N - 1, -N - 5, -2 * N - 1])
def test_annotated_image_dataset_raises_index_error_past_its_ends(folder, idx):
    ds, _ = dataset(folder)
    because = f"an index of {idx} is past the end of {N} samples, and a loop must know"
    came = came_of(ds, idx)
    assert_that(came == "IndexError", because, came, "IndexError", rung="raises")


def test_annotated_image_dataset_can_be_gone_through(folder):
    ds, reader = dataset(folder)
    seen = []
    for image, _ in ds:
        seen.append(image)
        if len(seen) > N:
            break
    because = "a for loop asks for 0, 1, … until there is an IndexError"
    assert_equal(f"{len(seen)} samples", f"{N} samples", because)
    assert_equal(reader.names(), [name for name, _ in LISTED], "in the file's order")


@pytest.mark.parametrize("kind", [lambda change: change, Empty])
def test_annotated_image_dataset_transforms_the_image(folder, kind):
    ds, _ = dataset(folder, transform=kind(lambda image: 255 - image[::-1]))
    word = " although its truth value is False" if kind is Empty else ""
    for idx in (0, 4, -2):
        name, label = LISTED[idx]
        image, got = sample_of(ds, idx)
        because = f"the image is what transform makes of it{word}"
        assert_close(image, 255 - image_of(name)[::-1], because)
        assert_equal(got, label, "transform is for the image, not for the label")


@pytest.mark.parametrize("kind", [lambda change: change, Empty])
def test_annotated_image_dataset_transforms_the_label(folder, kind):
    ds, _ = dataset(folder, target_transform=kind(lambda label: 100 - label))
    word = " although its truth value is False" if kind is Empty else ""
    samples = [sample_of(ds, idx) for idx in range(N)]
    because = f"the label is what target_transform makes of the int{word}"
    want = [100 - label for _, label in LISTED]
    assert_equal([label for _, label in samples], want, because)
    for (image, _), (name, _) in zip(samples, LISTED, strict=True):
        because = "target_transform is for the label, not for the image"
        assert_close(image, image_of(name), because)


def test_annotated_image_dataset_uses_both_transforms(folder):
    how = {"transform": np.mean, "target_transform": "label {}".format}
    ds, _ = dataset(folder, **how)
    image, label = sample_of(ds, 1)
    because = "transform gets what was read, and may make of it whatever it likes"
    assert_close(float(image), float(image_of("cats/a.npy").mean()), because)
    because = "target_transform gets the label, an int, also beside a transform"
    assert_equal(repr(label), repr("label 12"), because)


def test_annotated_image_dataset_takes_its_arguments_in_order(folder):
    at = written(folder)
    changes = (lambda image: image.shape, lambda label: -label)
    ds = AnnotatedImageDataset(at.table, at.images, at.reader, *changes)
    because = "the fourth argument is transform, the fifth target_transform"
    got, want = sample_of(ds, 1), (image_of("cats/a.npy").shape, -12)
    assert_equal(got, want, because)


def test_annotated_image_dataset_takes_what_a_transform_returns(folder):
    how = {"transform": lambda image: None, "target_transform": lambda label: 0}
    ds, _ = dataset(folder, **how)
    got = [sample_of(ds, idx) for idx in (1, 4)]
    because = "what a transform returns is the sample, be it None or 0"
    assert_equal(got, [(None, 0), (None, 0)], because)


def test_annotated_image_dataset_transforms_each_time_anew(folder):
    draws = iter(range(100))
    ds, _ = dataset(folder, transform=lambda image: next(draws))
    got = len({ds[2][0] for _ in range(5)})
    because = "a random transform gives another image each time: nothing is kept"
    assert_equal(f"{got} of 5 different", "5 of 5 different", because)


def test_annotated_image_dataset_keeps_apart_what_two_datasets_hold(folder):
    at = written(folder)
    ds = AnnotatedImageDataset(at.table, at.images, at.reader)
    other = folder / "other.csv"
    other.write_text("e.npy, 40\n")
    AnnotatedImageDataset(other, at.images, at.reader, None, str)
    assert_sized(ds, N, "a dataset has its own samples, whatever another one reads")
    assert_equal(sample_of(ds, 0)[1], 3, "a dataset has its own labels and transforms")


def test_annotated_image_dataset_feeds_a_loader(folder):
    to_tensor = {"transform": lambda image: torch.from_numpy(image[:2, :5].copy())}
    ds, _ = dataset(folder, **to_tensor)
    kind = "a Dataset" if isinstance(ds, Dataset) else f"a {type(ds).__name__}"
    assert_equal(kind, "a Dataset", "it is a torch Dataset, as its class line says")
    batches = list(DataLoader(ds, batch_size=4))
    labels = [y for _, y in batches]
    kinds = [type(y).__name__ for y in labels]
    assert_equal(kinds, ["Tensor"] * 2, "labels that are ints become a tensor")
    want = torch.tensor([label for _, label in LISTED])
    assert_close(torch.cat(labels), want, "the loader finds all labels, in order")


class Pairs:
    """Samples that are made when they are asked for, and nothing but two methods."""

    def __init__(self, labels, shift=0):
        self._labels, self._shift = labels, shift

    def __len__(self):
        return len(self._labels)

    def __getitem__(self, idx):
        return f"image {idx}", self._labels[idx] + self._shift


def assert_counts(got, want, because):
    """Compare counts by label, once they are a dict of ints; tell where they differ."""
    assert_type(got, dict, "the counts are a dict from a label to its count")
    others = [x for pair in got.items() for x in pair if named(x) != "an int"]
    kinds = f"{others[0]!r}, {named(others[0])}" if others else "ints"
    assert_equal(kinds, "ints", "keys and values are ints")
    labels = sorted(got | want)
    wrong = [label for label in labels if got.get(label) != want.get(label)][:4]
    words = [
        ", ".join(f"{label}: {counts.get(label, 'missing')}" for label in wrong)
        for counts in (got, want)
    ]
    assert_equal(*(text or "all right" for text in words), because)


def test_class_counts_counts_each_label():
    got = class_counts(Pairs([3, 12, 0, 3, 7, 12, 1]))
    because = "3 and 12 occur twice, 0, 1 and 7 once, and no other label at all"
    assert_counts(got, COUNTS, because)


def test_class_counts_reads_the_annotated_images(folder):
    at = written(folder)
    samples = [(np.load(at.images / name), label) for name, label in LISTED]
    assert_counts(class_counts(samples), COUNTS, "a list of pairs is a dataset, too")


def test_class_counts_takes_the_labels_as_they_are_returned():
    got = class_counts(Pairs([3, 12, 0, 3, 7], shift=100))
    because = "a label counts as ds[i][1] has it, after any target_transform"
    assert_counts(got, {103: 2, 112: 1, 100: 1, 107: 1}, because)


def test_class_counts_asks_the_dataset_for_nothing_but_samples():
    ds = Pairs([3, 12, 3], shift=100)
    ds.labels = ds.targets = ds.classes = [3, 12, 3]
    because = "a list of labels that the dataset may hold is not what ds[i] returns"
    assert_counts(class_counts(ds), {103: 2, 112: 1}, because)


@pytest.mark.parametrize("labels", [[4], [4, 4, 4], [-1, 5, -1]])
def test_class_counts_takes_any_labels(labels):
    want = {label: labels.count(label) for label in labels}
    because = f"of the labels {labels} each has its count"
    assert_counts(class_counts(Pairs(labels)), want, because)


def test_class_counts_counts_many(rng):
    labels = rng.integers(0, 37, 1009)
    want = {int(label): int((labels == label).sum()) for label in set(labels.tolist())}
    got = class_counts(Pairs(labels.tolist()))
    assert_counts(got, want, "all samples count, the last one too")


def test_class_counts_is_empty_without_samples():
    got = class_counts(Pairs([]))
    assert_type(got, dict, "the counts are a dict from a label to its count")
    assert_equal(f"{len(got)} labels", "0 labels", "without samples there is no label")
