"""Pick the shipped digits: a small, balanced part of MNIST, always the same one.

Run `python -m dojo.digits.make_digits FOLDER`; README.md beside this file says why.
Images are ordered by a hash of their own pixels, never by a random generator, so the
choice is the same on every machine and under every version of every library.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dojo.data import FILE, SHA256, Digits
from dojo.datasets.formats import check_labels, read_idx
from dojo.errors import DataError

SEED = b"dl-katas-0"
CLASSES = 10
SIDE = 28


class Split(NamedTuple):
    """A part of MNIST: its files' prefix, its size, how many to pick of a class."""

    prefix: str
    size: int
    per_class: int


TRAIN = Split("train", 60_000, 600)
TEST = Split("t10k", 10_000, 100)


def read_split(folder: Path, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Return a split's images of shape (size, 28, 28) and labels of shape (size,)."""
    images = read_idx(
        folder / f"{split.prefix}-images-idx3-ubyte.gz", (split.size, SIDE, SIDE)
    )
    path = folder / f"{split.prefix}-labels-idx1-ubyte.gz"
    labels = read_idx(path, (split.size,))
    check_labels(path, labels, CLASSES)
    return images, labels


def pick(
    images: np.ndarray, labels: np.ndarray, per_class: int, taken: set[bytes]
) -> list[int]:
    """Return the indices of a balanced choice in which no image stands twice.

    Every ten in a row hold each class once, so the first 10 k are balanced for each k.

    Parameters
    ----------
    images : np.ndarray of shape (N, 28, 28), uint8
        Images to pick from.
    labels : np.ndarray of shape (N,)
        Their classes, 0..9.
    per_class : int
        How many to pick of each class.
    taken : set of bytes
        Hashes of images that may not be picked; those picked are added.

    Raises
    ------
    DataError
        If a class has too few different images.
    """
    keys = [hashlib.sha256(SEED + image.tobytes()).digest() for image in images]
    picked: list[list[int]] = [[] for _ in range(CLASSES)]
    for i in sorted(range(len(keys)), key=keys.__getitem__):
        if len(picked[labels[i]]) < per_class and keys[i] not in taken:
            taken.add(keys[i])
            picked[labels[i]].append(i)
    for label, of_class in enumerate(picked):
        if len(of_class) < per_class:
            found = f"{len(of_class)} different images"
            raise DataError(f"class {label}: {found}, expected {per_class}")
    # Common classes reach their k-th image at a smaller key, so the key would put them
    # first in every ten. The key read backwards knows nothing of the class.
    tens = zip(*picked, strict=True)
    return [i for ten in tens for i in sorted(ten, key=lambda i: keys[i][::-1])]


def select(folder: Path) -> Digits[np.ndarray]:
    """Return the digits to ship, out of the four MNIST files in a folder."""
    taken: set[bytes] = set()
    parts: list[np.ndarray] = []
    for split in (TEST, TRAIN):
        images, labels = read_split(folder, split)
        chosen = pick(images, labels, split.per_class, taken)
        parts += [images[chosen], labels[chosen].astype("<i8")]
    return Digits(*parts[2:], *parts[:2])


def pack(digits: Digits[np.ndarray]) -> bytes:
    """Return an npz file's bytes, which depend on nothing but the arrays and zlib."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in digits._asdict().items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # Python would write 0 on Windows.
            member.external_attr = 0o644 << 16
            npy = io.BytesIO()
            np.lib.format.write_array(npy, array, version=(1, 0), allow_pickle=False)
            archive.writestr(member, npy.getvalue(), compresslevel=9)
    return packed.getvalue()


def write(path: Path, content: bytes) -> None:
    """Put the content in the file's place in one step: all of it or nothing."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the file of digits anew and print its checksum."""
    parser = argparse.ArgumentParser("python -m dojo.digits.make_digits")
    parser.add_argument("folder", type=Path, help="holds MNIST's four idx-ubyte.gz")
    folder = parser.parse_args(arguments).folder
    try:
        content = pack(select(folder))
    except DataError as error:
        sys.exit(f"{error}.\nNothing was written; {folder} needs MNIST's four files.")
    write(FILE, content)
    checksum = hashlib.sha256(content).hexdigest()
    print(f"{FILE}: {len(content):,} bytes\nSHA-256 {checksum}")
    if checksum != SHA256:
        print("This is not the checksum in dojo/data.py: other images were picked, or")
        print("another zlib packed them. If that is meant, write it there.")


if __name__ == "__main__":
    main()
