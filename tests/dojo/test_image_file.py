"""Images as `dojo draw` takes them: PNG of every depth and filter, PGM, arrays."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from dojo.datasets import image_file, pictures
from dojo.datasets.image_file import read_gray
from dojo.errors import UserError

GRAY, COLOR, PALETTE, GRAY_ALPHA, COLOR_ALPHA = 0, 2, 3, 4, 6


def chunk(kind, content):
    """Return a chunk of a PNG."""
    checksum = zlib.crc32(kind + content)
    return (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    )


def png(width, height, depth, color, lines, *, interlace=0, more=()):
    """Return a PNG whose lines, with their filters, are given as bytes."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    parts = [chunk(b"IHDR", header), *(chunk(*one) for one in more)]
    parts += [chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def plain_lines(rows):
    """Return rows of bytes, each after the filter that is none."""
    return b"".join(b"\0" + bytes(row) for row in rows)


def filtered(pixels, kind):
    """Return rows of pixels, (H, W, channels), as a filter tells them."""
    X = np.pad(pixels.astype(int), ((1, 0), (1, 0), (0, 0)))
    here, left, up, corner = X[1:, 1:], X[1:, :-1], X[:-1, 1:], X[:-1, :-1]
    plane = left + up - corner
    near = np.abs(plane - np.stack([left, up, corner]))
    paeth = np.choose(near.argmin(axis=0), [left, up, corner])
    guess = [0 * here, left, up, (left + up) // 2, paeth][kind]
    rows = ((here - guess) % 256).astype(np.uint8).reshape(len(pixels), -1)
    return b"".join(bytes([kind]) + row.tobytes() for row in rows)


@pytest.fixture
def read(tmp_path):
    """Read bytes as a file."""

    def reading(content):
        path = tmp_path / "image"
        path.write_bytes(content)
        return read_gray(path)

    return reading


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("channels", [1, 3])
def test_each_filter_of_a_png_is_undone(read, kind, channels):
    pixels = np.random.default_rng(kind).integers(0, 256, (6, 7, channels))
    color = {1: GRAY, 3: COLOR}[channels]
    got = read(png(7, 6, 8, color, filtered(pixels, kind)))
    luma = np.array([1.0]) if channels == 1 else image_file.LUMA
    np.testing.assert_allclose(got, pixels @ luma)


def test_a_png_of_our_own_comes_back(read):
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(read(pictures.png(pixels)), pixels)


@pytest.mark.parametrize(
    ("depth", "row", "want"),
    [
        (1, [0b10100000], [255, 0, 255]),
        (2, [0b11000100], [255, 0, 85]),
        (4, [0xF0, 0x30], [255, 0, 51]),
        (16, [0xFF, 0xFF, 0, 0, 0x80, 0x00], [255, 0, 255 * 0x8000 / 0xFFFF]),
    ],
)
def test_each_depth_of_a_png_is_read(read, depth, row, want):
    got = read(png(3, 1, depth, GRAY, plain_lines([row])))
    np.testing.assert_allclose(got, [want])


def test_transparent_is_white(read):
    got = read(png(2, 1, 8, GRAY_ALPHA, plain_lines([[0, 255, 0, 0]])))
    np.testing.assert_allclose(got, [[0, 255]])
    half = [0, 0, 0, 51]
    got = read(png(1, 1, 8, COLOR_ALPHA, plain_lines([half])))
    np.testing.assert_allclose(got, [[0.8 * 255]])


def test_a_palette_is_looked_up_with_what_is_clear_in_it(read):
    table = (b"PLTE", bytes([10, 10, 10, 200, 200, 200, 0, 0, 0]))
    clear = (b"tRNS", bytes([255, 255, 0]))
    rows = plain_lines([[0b00011000]])
    got = read(png(3, 1, 2, PALETTE, rows, more=(table, clear)))
    np.testing.assert_allclose(got, [[10, 200, 255]])


@pytest.mark.parametrize(
    "content",
    [
        b"P5\n# a comment\n3 2\n255\n" + bytes([0, 51, 102, 153, 204, 255]),
        b"P2 3 2 5\n0 1 2\n3 4 5\n",
        b"P5 3 2 65535 "
        + b"".join((257 * v).to_bytes(2, "big") for v in range(0, 256, 51)),
    ],
    ids=["bytes", "words", "two bytes"],
)
def test_a_pgm_is_read(read, content):
    np.testing.assert_allclose(read(content), [[0, 51, 102], [153, 204, 255]])


def test_an_array_is_read_as_it_is(tmp_path):
    X = np.random.default_rng(0).random((1, 3, 5))
    np.save(tmp_path / "x.npy", X)
    np.testing.assert_array_equal(read_gray(tmp_path / "x.npy"), X[0])


WHOLE = png(3, 2, 8, GRAY, plain_lines([[1, 2, 3], [4, 5, 6]]))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xd8\xff\xe0 a photograph", "no image that can be read; taken are PNG"),
        (b"", "no image that can be read"),
        (WHOLE[:50], "broken, or cut off"),
        (WHOLE.replace(b"IDAT", b"IDOT"), "broken, or cut off"),
        (WHOLE[:-30] + b"!" + WHOLE[-29:], "broken, or cut off"),
        (png(3, 2, 8, GRAY, b"\0\1\2"), "broken, or cut off"),
        (png(3, 2, 8, GRAY, b"\7" * 8), "broken, or cut off"),
        (png(3, 2, 8, GRAY, b"", interlace=1), "interlaced"),
        (png(30_000, 30_000, 8, GRAY, b""), "30000 x 30000 pixels"),
        (b"P5 3 2 255\n12", "broken, or cut off"),
        (b"P2 0 2 255\n", "0 x 2 pixels"),
        (b"\x93NUMPY", "broken, or cut off"),
    ],
)
def test_what_is_no_image_is_refused(read, content, says):
    with pytest.raises(UserError, match=says):
        read(content)


@pytest.mark.parametrize(
    "array",
    [np.zeros((2, 3, 3)), np.zeros((0, 3)), np.full((2, 2), np.nan), np.array([["a"]])],
)
def test_an_array_that_is_no_image_is_refused(tmp_path, array):
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(UserError, match=r"x\.npy: "):
        read_gray(tmp_path / "x.npy")


def test_an_array_of_objects_is_not_unpickled(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}], dtype=object))
    with pytest.raises(UserError, match="broken"):
        read_gray(tmp_path / "x.npy")


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UserError, match="No such file"):
        read_gray(tmp_path / "none.png")
