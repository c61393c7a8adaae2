"""Reads one image as shades of gray: PNG, PGM, or an array of NumPy's in .npy."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dojo.errors import UserError

TAKEN = "taken are PNG, PGM and .npy"
PNG = b"\x89PNG\r\n\x1a\n"
_GAP = rb"(?:\s|#[^\n]*\n)+"  # comments may stand in the head of a PGM
PGM = re.compile(rb"P[25]" + 3 * (_GAP + rb"(\d+)") + rb"\s")
NPY = b"\x93NUMPY"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG's color type
PALETTE = 3
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look
LARGEST = 4_000_000  # pixels
WHITE = 255.0


class _Unreadable(Exception):
    """The text says what is wrong with the file."""


def read_gray(path: Path) -> np.ndarray:
    """Return an image as shades of gray.

    Parameters
    ----------
    path : Path

    Returns
    -------
    np.ndarray of shape (H, W), float64
        Of a PNG or a PGM from 0, black, to 255; transparent is white. Of an array the
        numbers that it has.

    Raises
    ------
    UserError
        If it cannot be read, or is no image of these kinds.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}): name an image file; {TAKEN}"
        ) from error
    try:
        return _gray(content)
    except _Unreadable as error:
        raise UserError(f"{path}: {error}; {TAKEN}") from error
    except (ValueError, IndexError, EOFError, struct.error, zlib.error) as error:
        raise UserError(f"{path} is broken, or cut off; {TAKEN}") from error


def _gray(content: bytes) -> np.ndarray:
    if content.startswith(PNG):
        return _png(content)
    if content.startswith((b"P2", b"P5")):
        return _pgm(content)
    if content.startswith(NPY):
        return _array(np.load(io.BytesIO(content), allow_pickle=False))
    raise _Unreadable("this is no image that can be read")


def _array(array: np.ndarray) -> np.ndarray:
    image = array[0] if array.ndim == 3 and len(array) == 1 else array
    if image.ndim != 2 or not image.size:
        raise _Unreadable(f"an image has shape (H, W) or (1, H, W), not {array.shape}")
    _refuse_large(*image.shape)
    if image.dtype.kind not in "biuf" or not np.isfinite(image).all():
        raise _Unreadable("the array holds what is no number")
    return image.astype(float)


def _refuse_large(height: int, width: int) -> None:
    if not 0 < height * width <= LARGEST:
        raise _Unreadable(
            f"{width} x {height} pixels are not between 1 and {LARGEST:,}; scale it"
        )


def _pgm(content: bytes) -> np.ndarray:
    """Return a PGM, of plain numbers (P2) or of bytes (P5)."""
    head = PGM.match(content)
    if head is None:
        raise EOFError
    width, height, most = map(int, head.groups())
    _refuse_large(height, width)
    if not 0 < most < 2**16:
        raise _Unreadable(f"the lightest gray is {most}, not below 65,536")
    if content.startswith(b"P2"):
        words = content[head.end() :].split()[: width * height]
        pixels = np.array(words, float)
    else:
        kind = ">u1" if most < 256 else ">u2"
        pixels = np.frombuffer(content, kind, width * height, head.end()).astype(float)
    return pixels.reshape(height, width) * WHITE / most


def _png(content: bytes) -> np.ndarray:
    parts: dict[bytes, bytes] = {}
    for kind, data in _chunks(content):
        parts[kind] = parts.get(kind, b"") + data
    if not {b"IHDR", b"IDAT"} <= parts.keys():
        raise EOFError
    width, height, depth, color, _, _, interlace = struct.unpack(
        ">IIBBBBB", parts[b"IHDR"]
    )
    if color not in CHANNELS or interlace:
        raise _Unreadable("this PNG is interlaced; save it without that")
    _refuse_large(height, width)
    row = (width * CHANNELS[color] * depth + 7) // 8
    size = height * (row + 1)
    raw = zlib.decompressobj().decompress(parts[b"IDAT"], size)
    lines = np.frombuffer(raw, np.uint8, size).reshape(height, row + 1)
    rows = _unfiltered(lines, max(1, CHANNELS[color] * depth // 8))
    samples = _samples(rows, depth)[:, : width * CHANNELS[color]]
    pixels = samples.reshape(height, width, CHANNELS[color])
    if color == PALETTE:
        return _in_palette(pixels[..., 0], parts[b"PLTE"], parts.get(b"tRNS", b""))
    return _on_white(pixels * WHITE / (2**depth - 1))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each chunk of a PNG."""
    at = len(PNG)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        data = content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(kind + data) != checksum:
            raise ValueError("a checksum is wrong")
        yield kind, data
        at += 12 + length


def _unfiltered(lines: np.ndarray, step: int) -> np.ndarray:
    """Return rows of bytes, each undone from how it was told by its neighbors.

    Parameters
    ----------
    lines : np.ndarray of shape (H, 1 + bytes), uint8
        The first byte of each is the kind of filter.
    step : int
        Bytes of a pixel.
    """
    rows = np.zeros((len(lines), lines.shape[1] - 1), np.uint8)
    above = bytes(rows.shape[1])
    for i, line in enumerate(lines):
        above = _undone(int(line[0]), line[1:].tobytes(), above, step)
        rows[i] = np.frombuffer(above, np.uint8)
    return rows


def _undone(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """Return a row: each byte was told as what it is beyond a guess."""
    if kind == 0:
        return line
    if kind > 4:
        raise ValueError("no such filter")
    row = bytearray(line)
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guesses = (left, above[i], (left + above[i]) // 2)
        guess = guesses[kind - 1] if kind < 4 else _nearest(left, above[i], corner)
        row[i] = (row[i] + guess) & 0xFF
    return bytes(row)


def _nearest(left: int, up: int, corner: int) -> int:
    """Return which of three neighbors is nearest to a plane through them (Paeth)."""
    plane = left + up - corner
    return min((left, up, corner), key=lambda near: abs(plane - near))


def _samples(rows: np.ndarray, depth: int) -> np.ndarray:
    """Return the numbers in rows of bytes, of 1, 2, 4, 8 or 16 bits each."""
    if depth == 16:
        wide: np.ndarray = rows.astype(int)[:, 0::2] * 256 + rows[:, 1::2]
        return wide
    if depth not in (1, 2, 4, 8):
        raise ValueError("no such depth")
    bits = np.unpackbits(rows, axis=1).reshape(len(rows), -1, depth)
    numbers: np.ndarray = bits @ (2 ** np.arange(depth)[::-1])
    return numbers


def _in_palette(indices: np.ndarray, colors: bytes, clear: bytes) -> np.ndarray:
    table = np.frombuffer(colors, np.uint8).reshape(-1, 3)
    alpha = np.full((len(table), 1), 255, np.uint8)
    alpha[: len(clear), 0] = np.frombuffer(clear, np.uint8)
    return _on_white(np.hstack([table, alpha])[indices].astype(float))


def _on_white(pixels: np.ndarray) -> np.ndarray:
    """Return pixels of 1 to 4 channels, the last of 2 or 4 their alpha, as gray."""
    channels = pixels.shape[2]
    gray = pixels[..., 0] if channels < 3 else pixels[..., :3] @ LUMA
    if channels % 2:
        return gray
    alpha = pixels[..., -1] / WHITE
    blended: np.ndarray = alpha * gray + (1 - alpha) * WHITE
    return blended
