"""Reads IDX files and CIFAR-10's binary archive, and takes nothing on trust.

Nothing is written to the disk, and no more is unpacked than is due, so that neither a
name in an archive nor a small file that unpacks to a large one can do harm.
"""

from __future__ import annotations

import gzip
import io
import math
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from dojo.errors import DataError

GZIP = b"\x1f\x8b"
UNSIGNED_BYTE = 0x08
BATCHES = 6  # of CIFAR-10: five to train with, one to test
SLACK = 1 << 20  # bytes of an archive that are not its batches: a page, names, headers


def read_idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """Return the unsigned bytes of an IDX file, gzipped or not.

    Parameters
    ----------
    path : Path
        The file.
    shape : tuple of int
        The shape that its header has to state.

    Returns
    -------
    np.ndarray of that shape, uint8
        The caller's own to change.

    Raises
    ------
    DataError
        If the file is missing, cut short, or holds anything else.
    """
    # The header is big-endian words: type and rank in the first, then each size.
    magic, start = (UNSIGNED_BYTE << 8) + len(shape), 4 + 4 * len(shape)
    due = math.prod(shape)
    with _plain(path) as file:
        raw = file.read(start + due + 1)
    if (got := int.from_bytes(raw[:4], "big")) != magic:
        raise DataError(f"{path}: magic number 0x{got:08x}, expected 0x{magic:08x}")
    if len(raw) < start:
        raise DataError(f"{path}: a header of {len(raw)} bytes, expected {start}")
    sizes = tuple(int.from_bytes(raw[i : i + 4], "big") for i in range(4, start, 4))
    if sizes != shape:
        raise DataError(f"{path}: header says sizes {sizes}, expected {shape}")
    if (rest := len(raw) - start) != due:
        found = f"more than {due}" if rest > due else f"{rest}"
        raise DataError(f"{path}: {found} bytes of data, expected {due}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape).copy()


def check_labels(path: Path, labels: np.ndarray, classes: int) -> None:
    """Check that labels are 0, 1 and so on, below the number of classes.

    Raises
    ------
    DataError
        If one is not; the text has its place.
    """
    wrong = np.flatnonzero(labels >= classes)
    if len(wrong):
        at = wrong[0]
        found = f"sample {at} has label {labels[at]}"
        raise DataError(f"{path}: {found}, expected 0..{classes - 1}")


def read_cifar(
    path: Path,
    names: Sequence[str],
    count: int,
    image: tuple[int, ...],
    classes: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels of some batches of CIFAR-10's binary archive.

    A record is a byte for the label and a byte for each value of the image.

    Parameters
    ----------
    path : Path
        The archive, `.tar.gz`.
    names : sequence of str
        The members to read, in the order in which their records are returned.
    count : int
        The number of records in each batch of the archive.
    image : tuple of int
        The shape of an image.
    classes : int
        Labels are 0 to classes - 1.

    Returns
    -------
    images : np.ndarray of shape (N, *image), uint8
    labels : np.ndarray of shape (N,), uint8

    Raises
    ------
    DataError
        If the archive is missing, damaged, or holds anything else.
    """
    length = 1 + math.prod(image)
    found: dict[str, np.ndarray] = {}
    with _plain(path) as plain, _tar_errors(path):
        bounded = _Bounded(plain, path, SLACK + BATCHES * count * length)
        with tarfile.open(fileobj=bounded, mode="r|") as archive:
            for member, file in _members(archive):
                if member.name not in names:
                    continue
                again = member.name in found
                raw = _batch(path, member, file, count * length, again)
                found[member.name] = np.frombuffer(raw, np.uint8).reshape(-1, length)
        while bounded.read(SLACK):
            pass  # to the end, where gzip has its checksum
    if missing := [name for name in names if name not in found]:
        raise DataError(f"{path}: the archive lacks {', '.join(missing)}")
    for name, records in found.items():
        check_labels(path / name, records[:, 0], classes)
    images = np.concatenate([found[name][:, 1:] for name in names])
    labels = np.concatenate([found[name][:, 0] for name in names])
    return images.reshape(-1, *image), labels


def _members(
    archive: tarfile.TarFile,
) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    for member in archive:
        is_plain = member.isreg() and not member.issparse()
        yield member, archive.extractfile(member) if is_plain else None


def _batch(
    path: Path, member: tarfile.TarInfo, file: IO[bytes] | None, due: int, again: bool
) -> bytes:
    """Return what a member holds, if it is a plain file of the due size."""
    if again:
        raise DataError(f"{path}: {member.name} is in the archive twice")
    if file is None:
        raise DataError(f"{path}: {member.name} is no plain file")
    if member.size != due:
        raise DataError(
            f"{path}: {member.name} has {member.size} bytes, expected {due}"
        )
    raw = file.read(due)
    if len(raw) != due:
        raise DataError(f"{path}: {member.name} ends after {len(raw)} of {due} bytes")
    return raw


class _Bounded(io.RawIOBase):
    """Passes reads on until more came than can be due."""

    def __init__(self, file: IO[bytes], path: Path, limit: int) -> None:
        self._file, self._path, self._limit, self._seen = file, path, limit, 0

    def read(self, size: int = -1) -> bytes:
        raw = self._file.read(size)
        self._seen += len(raw)
        if self._seen > self._limit:
            says = f"unpacks to more than {self._limit:,} bytes"
            raise DataError(f"{self._path} {says}, which no such archive does")
        return raw


@contextmanager
def _plain(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacking it if it is gzipped; its errors become sentences."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as plain:
                    yield plain  # type: ignore[misc] # it reads as any file does
            elif path.suffix == ".gz":
                raise DataError(
                    f"{path} is not a whole gzip file: it does not begin so"
                )
            else:
                yield file
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not a whole gzip file: {error}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def _tar_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except tarfile.TarError as error:
        raise DataError(f"{path} is not a whole tar archive: {error}") from error
