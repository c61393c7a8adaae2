"""`dojo data show`: sheets of images in the terminal, as PNG and as SVG."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from command_line import dojo
from conftest import REPOSITORY
from small_sets import cifar_file, mnist_files, small

from dojo import data
from dojo.datasets import pictures, sets
from dojo.datasets.pictures import GAP, SCALE, png, sheet, svg
from dojo.ui.image_sheet import SHADES, UPPER

ARCHIVE = "cifar-10-binary.tar.gz"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with a small CIFAR-10 and a small Fashion-MNIST; MNIST is not there."""
    monkeypatch.setenv("DLKATAS_DATA", str(tmp_path / "cache"))
    for name in ("FORCE_COLOR", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    files = {"cifar-10": {ARCHIVE: cifar_file()}, "fashion-mnist": mnist_files()}
    every = [small("mnist", mnist_files())]
    for name, content in files.items():
        every.append(small(name, content))
        for file, raw in content.items():
            path = tmp_path / "cache" / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
    monkeypatch.setattr(sets, "SETS", tuple(every))
    return tmp_path


@pytest.fixture
def images() -> np.ndarray:
    """Seven images in gray."""
    return np.random.default_rng(0).integers(0, 256, (7, 4, 6), np.uint8)


@pytest.fixture
def colored() -> np.ndarray:
    """Seven images in color."""
    return np.random.default_rng(0).integers(0, 256, (7, 3, 4, 6), np.uint8)


def pixels_of(content: bytes) -> np.ndarray:
    """Return the pixels of a PNG file, after a look at all its checksums."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind = content[at + 4 : at + 8]
        chunks[kind] = content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        assert zlib.crc32(kind + chunks[kind]) == int.from_bytes(checksum, "big")
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, color, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    channels = {0: 1, 2: 3}[color]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8)
    rows = rows.reshape(height, 1 + width * channels)
    assert (rows[:, 0] == 0).all(), "no row is filtered"
    return rows[:, 1:].reshape((height, width, 3)[: 1 + channels])


def test_png_holds_the_pixels_that_it_was_given(images):
    assert (pixels_of(png(images[0])) == images[0]).all()


def test_png_holds_colors(colored):
    pixels = pictures.last_axis(colored)[2]
    assert (pixels_of(png(pixels)) == pixels).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_sheet_has_each_image_in_its_place_each_pixel_a_square(
    images, colored, channels
):
    given = images if channels == 1 else colored
    whole = sheet(given, 3)
    high, wide = 4 * SCALE, 6 * SCALE
    assert whole.shape[:2] == (GAP + 3 * (high + GAP), GAP + 3 * (wide + GAP))
    for i, image in enumerate(pictures.last_axis(given)):
        y, x = GAP + i // 3 * (high + GAP), GAP + i % 3 * (wide + GAP)
        for dy, dx in ((0, 0), (SCALE - 1, SCALE - 1)):
            place = whole[y + dy : y + high : SCALE, x + dx : x + wide : SCALE]
            assert (place == image).all()
    assert not whole[-(high + GAP) :, -2 * (wide + GAP) :].any(), "no image is there"


def test_labels_of_a_sheet_are_different_below_different_digits(images):
    whole = sheet(np.repeat(images[:1], 10, axis=0), 10, list(range(10)))
    wide = 6 * SCALE + GAP
    cells = [
        whole[:, GAP + i * wide : GAP + (i + 1) * wide].tobytes() for i in range(10)
    ]
    assert len(set(cells)) == 10
    assert whole.shape[0] > sheet(images, 10).shape[0]


LOOKS = """\
### .#. ### ### #.# ### ### ### ### ###
#.# ##. ..# ..# #.# #.. #.. ..# #.# #.#
#.# .#. ### .## ### ### ### .#. ### ###
#.# .#. #.. ..# ..# ..# #.# .#. #.# ..#
### ### ### ### ..# ### ### .#. ### ###"""


def test_labels_of_a_sheet_look_like_their_digits():
    blank = np.zeros((10, 3, 3), np.uint8)
    whole = sheet(blank, 10, list(range(10)))
    dots = whole[GAP + 3 * SCALE + GAP : -GAP : SCALE]  # a row of dots, five times
    lines = []
    for row in dots:
        cells = [row[GAP + i * (3 * SCALE + GAP) :][: 3 * SCALE] for i in range(10)]
        lines.append(
            " ".join("".join(".#"[int(v > 0)] for v in c[::SCALE]) for c in cells)
        )
    assert "\n".join(lines) == LOOKS


def test_svg_has_each_image_with_its_name(colored):
    names = ["a <b>", *"cdefgh"]
    tree = ElementTree.fromstring(svg(colored, 3, names, 'The "sheet"', labels=True))
    found = tree.findall(f"{SVG}image")
    assert [image.find(f"{SVG}title").text for image in found] == names
    assert [text.text for text in tree.findall(f"{SVG}text")] == names
    assert tree.find(f"{SVG}title").text == 'The "sheet"'
    for image, pixels in zip(found, pictures.last_axis(colored), strict=True):
        head, _, content = image.get("href").partition(",")
        assert head == "data:image/png;base64"
        assert (pixels_of(base64.b64decode(content)) == pixels).all()
    places = {(image.get("x"), image.get("y")) for image in found}
    assert len(places) == 7


def test_svg_writes_no_labels_unless_asked(images):
    tree = ElementTree.fromstring(svg(images, 3, list("abcdefg"), "sheet"))
    assert not tree.findall(f"{SVG}text")


# In the terminal.


def chosen(count: int, seed: int = 0) -> np.ndarray:
    """Return which of the shipped training digits are drawn."""
    return np.random.default_rng(seed).choice(6000, count, replace=False)


def test_pipe_gets_plain_shades_that_are_denser_where_the_image_is_lighter(clone):
    ran = dojo(clone, "data", "show", "digits", "--rows", "1", "--columns", "1")
    assert ran.status == 0
    (image,) = data.digits().train_images[chosen(1)].astype(float)
    lines = ran.out.split("\n")[:14]
    assert ran.out.isascii()
    for y, line in enumerate(lines):
        light = image[2 * y : 2 * y + 2].mean(axis=0)
        level = np.array([SHADES.index(character) for character in line.ljust(28)])
        assert np.abs(level * 255 / 9 - light).max() <= 255 / 18 + 1e-9


def test_another_seed_draws_other_images_and_the_same_one_the_same(clone):
    first, again, other = (
        dojo(clone, "data", "show", "digits", "--seed", seed).out for seed in "445"
    )
    assert first == again != other


def test_test_split_is_shown_when_asked_for(clone):
    train, test = (
        dojo(clone, "data", "show", "digits", "--split", split).out
        for split in ("train", "test")
    )
    assert train != test


@pytest.mark.parametrize(
    ("terminal", "depth"),
    [({"COLORTERM": "truecolor"}, "2"), ({"COLORTERM": ""}, "5")],
)
def test_terminal_with_colors_gets_half_blocks(clone, monkeypatch, terminal, depth):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)
    out = dojo(clone, "data", "show", "cifar-10", "--rows", "2", "--columns", "2").out
    assert out.count(UPPER) == 4 * 32 * 16
    assert f"\x1b[38;{depth};" in out


def test_half_blocks_have_the_colors_of_the_pixels(clone, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    out = dojo(clone, "data", "show", "cifar-10", "--rows", "1", "--columns", "1").out
    images, _ = data.cifar10("train")
    image = images[np.random.default_rng(0).choice(50, 1, replace=False)][0]
    style = r"\x1b\[38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+)m(" + UPPER + "+)"
    seen = [
        [int(value) for value in found[:6]]
        for found in re.findall(style, out)
        for _ in found[6]
    ]
    pairs = np.array(seen).reshape(16, 32, 2, 3)
    assert (pairs.transpose(3, 0, 2, 1).reshape(3, 32, 32) == image).all()


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_terminal_without_colors_gets_plain_shades(clone, monkeypatch, variable):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    out = dojo(clone, "data", "show", "cifar-10", "--rows", "1").out
    assert out.isascii()
    assert "38;" not in out


def test_labels_stand_below_the_images_by_name(clone):
    out = dojo(clone, "data", "show", "fashion-mnist", "--labels", "--rows", "1").out
    _, labels = data.fashion_mnist("train")
    drawn = labels[np.random.default_rng(0).choice(50, 3, replace=False)]
    names = [sets.CLOTHES[label] for label in drawn]
    assert re.split(r"\s{2,}", out.splitlines()[-1].strip()) == names


def test_columns_are_as_many_as_fit_and_more_are_told(clone):
    plain = dojo(clone, "data", "show", "digits", "--rows", "1")
    many = dojo(clone, "data", "show", "digits", "--rows", "1", "--columns", "9")
    assert many.out == plain.out
    assert many.err == "3 of 9 columns fit into the terminal's 100\n"
    assert max(map(len, plain.out.splitlines())) <= 100


# Files.


def test_png_and_svg_are_written_and_not_over_anything(clone, root):
    words = ["data", "show", "cifar-10", "--rows", "2", "--columns", "3", "--labels"]
    files = ["--png", str(root / "a.png"), "--svg", str(root / "a.svg")]
    ran = dojo(clone, *words, *files)
    assert ran.status == 0, ran.err
    pixels = pixels_of((root / "a.png").read_bytes())
    assert f"{pixels.shape[1]} x {pixels.shape[0]} pixels" in ran.out
    assert pixels.shape[1] == GAP + 3 * (32 * SCALE + GAP)
    tree = ElementTree.fromstring((root / "a.svg").read_text("utf-8"))
    assert len(tree.findall(f"{SVG}image")) == 6
    (root / "a.png").write_bytes(b"mine")
    refused = dojo(clone, *words, *files)
    assert (refused.status, "--force writes over it" in refused.err) == (2, True)
    assert (root / "a.png").read_bytes() == b"mine"
    assert dojo(clone, *words, *files, "--force").status == 0
    assert (pixels_of((root / "a.png").read_bytes()) == pixels).all()


def test_files_hold_the_same_images_as_the_terminal_shows(clone, root):
    words = ["data", "show", "digits", "--rows", "1", "--columns", "2", "--seed", "3"]
    dojo(clone, *words, "--png", str(root / "a.png"))
    pixels = pixels_of((root / "a.png").read_bytes())
    images = data.digits().train_images[chosen(2, 3)]
    assert (pixels == sheet(images, 2)).all()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["mnist"], 1, "Fetch it: dojo data fetch mnist"),
        (["digit"], 2, "did you mean digits?"),
        (["digits", "--split", "both"], 2, "train or test"),
        (["digits", "--rows", "0"], 2, "--rows"),
        (["digits", "--columns", "101"], 2, "--columns"),
        (["digits", "--seed", "-1"], 2, "--seed"),
        (["cifar-10", "--png", "none/a.png"], 2, "none is no folder; make it first"),
        (["digits", "--png", "a", "--svg", "a"], 2, "name the same file"),
        (["fashion-mnist", "--png", "a.png"], 2, "100 images are more than the 50"),
    ],
)
def test_what_cannot_be_shown_is_told_with_its_status(clone, words, status, says):
    ran = dojo(clone, "data", "show", *words)
    assert (ran.status, ran.out) == (status, "")
    assert says in ran.err
    assert not (clone.root / "a.png").exists()


def test_a_terminal_that_is_too_narrow_is_told(clone, monkeypatch):
    monkeypatch.setattr("rich.console.Console.width", 20)
    ran = dojo(clone, "data", "show", "digits")
    assert (ran.status, "28 characters wide, and the terminal 20" in ran.err) == (
        2,
        True,
    )


def test_page_shows_what_the_command_prints(clone):
    page = (REPOSITORY / "docs" / "en" / "data.md").read_text("utf-8")
    words = "data show digits --rows 1 --columns 2 --labels"
    assert f"$ dojo {words}\n{dojo(clone, *words.split()).out.rstrip()}" in page
