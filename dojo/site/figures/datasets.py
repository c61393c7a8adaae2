"""The figures of the chapter on data: from files to batches of tensors."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from dojo import data
from dojo.site.svg.cells import picture
from dojo.site.svg.figure import DOTTED, INK, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch5_data.k01_custom_dataset import AnnotatedImageDataset
from solutions.ch5_data.k02_mini_batches import MiniLoader, batch_indices
from solutions.ch5_data.k03_image_tensors import to_tensor

ASKED = 2  # the sample that the first figure asks for
SAMPLES, BATCH, EPOCHS = 11, 4, 3
CHANNELS = (3, 0, 7)  # training digits that are the channels of one image


def annotated() -> Figure:
    """Return an annotation file, and what is read when one sample is asked for."""
    images, labels, *_ = data.digits()
    names = [f"scan{number}.npy" for number in range(4)]
    read: list[str] = []

    def reader(path: Path) -> np.ndarray:
        read.append(path.name)
        array: np.ndarray = np.load(path)
        return array

    with TemporaryDirectory() as folder:
        rows = zip(names, images, labels.tolist(), strict=False)
        lines = []
        for name, image, label in rows:
            np.save(Path(folder) / name, image)
            lines.append(f"{name}, {label}")
        table = Path(folder) / "labels.csv"
        table.write_text("\n".join(lines))
        ds = AnnotatedImageDataset(table, folder, reader)
        image, label = ds[ASKED]
    figure = Figure(
        "annotation-to-samples",
        "An annotation file, and one sample that is asked for",
        f"""On the left the {len(ds)} lines of an annotation file, numbered from 0:
        {"; ".join(lines)}. In the middle the {len(ds)} image files: of those only
        {" and ".join(read)} was read, the others are dotted outlines. On the right what
        the dataset returns for index {ASKED}: an image of
        {image.shape[0]} by {image.shape[1]} pixels and the label {label}.""",
        238,
    )
    _draw_lines(figure, lines, image)
    figure.text(290, 140, f"ds[{ASKED}]", BODY, bold=True)
    figure.text(290, 160, f"(image, {label})", BODY)
    return figure


def _draw_lines(figure: Figure, lines: list[str], image: np.ndarray) -> None:
    figure.text(8, 18, "labels.csv", SMALL, "start", bold=True)
    figure.text(192, 18, "img_dir", SMALL, bold=True)
    for at, line in enumerate(lines):
        y, asked = 30.0 + 52 * at, at == ASKED
        figure.text(8, y + 26, f"{at}", SMALL, "start")
        figure.text(24, y + 26, line, BODY, "start", bold=asked)
        if asked:
            picture(figure, (170, y), 44, image / 255)
            figure.arrow((122, y + 22), (166, y + 22))
            figure.arrow((218, y + 22), (248, y + 22))
        else:
            figure.box(170, y, 44, 44, line=1, dash=DOTTED)


def epochs() -> Figure:
    """Return the batches of three epochs, each in an order of its own."""
    generator = torch.Generator().manual_seed(0)
    runs = [batch_indices(SAMPLES, BATCH)]
    runs += [
        batch_indices(SAMPLES, BATCH, True, generator=generator) for _ in range(EPOCHS)
    ]
    names = ["in order", *(f"epoch {at}" for at in range(1, EPOCHS + 1))]
    tale = "; ".join(
        f"{name}: {', then '.join(' '.join(map(str, batch)) for batch in run)}"
        for name, run in zip(names, runs, strict=True)
    )
    figure = Figure(
        "batches-of-epochs",
        "The batches of three epochs",
        f"""Four rows with the same {SAMPLES} samples, 0 to {SAMPLES - 1}, cut into
        batches of {BATCH} and a last one of {SAMPLES % BATCH}, which is outlined by
        dots. The first row is not mixed. {tale}. Sample 0 is shaded in each row: it is
        in every epoch once, and seldom at the same place.""",
        232,
    )
    for at, (name, run) in enumerate(zip(names, runs, strict=True)):
        _draw_epoch(figure, 12.0 + 55 * at, name, run)
    return figure


def _draw_epoch(figure: Figure, y: float, name: str, run: list[list[int]]) -> None:
    figure.text(4, y + 10, name, SMALL, "start", bold=True)
    x, side = 6.0, 28.0
    for batch in run:
        for index in batch:
            fill = (INK, 0.2) if index == 0 else (None, None)
            figure.box(x, y + 17, side, 24, line=0.75, fill=fill[0], opacity=fill[1])
            figure.text(x + side / 2, y + 33.5, str(index), BODY, bold=index == 0)
            x += side
        dash = "" if len(batch) == BATCH else DOTTED
        width = side * len(batch)
        figure.box(x - width, y + 17, width, 24, line=2.5, dash=dash)
        x += 14


def channels() -> Figure:
    """Return the channels of one image, permuted and reshaped."""
    images, labels, *_ = data.digits()
    shown = [int(np.flatnonzero(labels == digit)[0]) for digit in CHANNELS]
    img = np.stack([images[at] for at in shown], axis=2)  # (28, 28, 3)
    right = to_tensor(img).numpy()
    wrong = img.reshape(3, 28, 28) / 255
    same = float((right == wrong).all(axis=0).mean())
    names = ", ".join(map(str, CHANNELS))
    figure = Figure(
        "permute-and-reshape",
        "An image of three channels, permuted and reshaped",
        f"""An image whose three channels are the handwritten digits {names}. Above, the
        channels after permute: the three digits, each by itself. Below, after reshape
        to the same shape, {wrong.shape[0]} by {wrong.shape[1]} by {wrong.shape[2]}:
        each picture has a third of the image's rows, and each row as three, in which
        the three digits take turns. {100 * same:.0f} % of the places have the same
        three numbers in both, all of them paper.""",
        262,
    )
    rows = ("permute(2, 0, 1)", right), ("reshape(3, 28, 28)", wrong)
    for at, (words, planes) in enumerate(rows):
        y = 4.0 + 128 * at
        figure.text(8, y + 14, words, BODY, "start", bold=True)
        for c, plane in enumerate(planes):
            picture(figure, (8.0 + 118 * c, y + 22), 98, plane)
    return figure


def batch() -> Figure:
    """Return the first batch of shuffled digits as a loader hands it over."""
    images, labels, *_ = data.digits()
    ds = [
        (to_tensor(image), int(label))
        for image, label in zip(images[:200], labels[:200], strict=True)
    ]
    loader = MiniLoader(ds, 8, True, generator=torch.Generator().manual_seed(0))
    X, y = next(iter(loader))
    figure = Figure(
        "first-batch",
        "The first batch of an epoch",
        f"""Eight handwritten digits in a row of boxes, the first batch of
        {len(loader)}: X has the shape {tuple(X.shape)}, and y is {y.tolist()}. Below
        each image stands its label. The samples are the first 200 training digits, each
        made a tensor of floats with one channel, in an order that was drawn.""",
        118,
    )
    figure.text(4, 16, "X", BODY, "start", bold=True)
    figure.text(4, 92, "y", BODY, "start", bold=True)
    side, pitch = 40.0, 44.0
    lefts = [4 + pitch * at for at in range(len(X))]
    for left, image, label in zip(lefts, X, y.tolist(), strict=True):
        picture(figure, (left, 24), side, image[0].numpy())
        figure.text(left + side / 2, 110, str(label), BODY)
    for left, _ in pairwise(lefts):
        figure.line([(left + pitch - 2, 98), (left + pitch - 2, 114)], width=0.75)
    return figure
