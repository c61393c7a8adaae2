"""Figures of data augmentation: copies of a digit, and the places of a window."""

from __future__ import annotations

import numpy as np

from dojo.data import digits
from dojo.site.svg.cells import caption, grid, outline, picture
from dojo.site.svg.figure import BLUE, DASHED, RED, Figure
from dojo.site.svg.text import BODY
from solutions.ch1_foundations.k05_data_augmentation import augment, hflip

SEED, PADDING = 1, 4
HEIGHT, WIDTH, AROUND = 3, 4, 2  # of the image in the figure of places, and its zeros


def _digit(label: int) -> np.ndarray:
    """Return the first digit of a label, from 0 to 1, of shape (1, 1, 28, 28)."""
    data = digits()
    first = int(np.flatnonzero(data.train_labels == label)[0])
    image: np.ndarray = data.train_images[first] / 255
    return image[None, None]


def _offset(image: np.ndarray) -> str:
    """Return where the middle of the ink is."""
    rows, columns = (np.average(np.arange(28), weights=image.sum(a)) for a in (1, 0))
    return f"({rows:.1f}, {columns:.1f})"


def augmented_digits() -> Figure:
    """Return copies of an 8 that are still an 8, and a 2 that mirroring spoils."""
    eight, two = _digit(8), _digit(2)
    X, _ = augment(
        np.repeat(eight, 4, axis=0),
        np.full(4, 8),
        np.random.default_rng(SEED),
        padding=PADDING,
    )
    copies = X[4:, 0]
    places = ", ".join(_offset(copy) for copy in copies)
    figure = Figure(
        "augmented-digits",
        "Copies that keep the label, and one that does not",
        f"""Above, a handwritten 8 of 28 by 28 pixels, the middle of its ink at row and
        column {_offset(eight[0, 0])}, and 4 copies: each mirrored with probability 0.5
        and cropped from the image with {PADDING} zeros on each side. The middles of
        their ink are at {places}, and every copy still shows an 8. Below, a 2 and its
        mirror image, which shows no digit at all: its label would be wrong.""",
        206,
    )
    size = 62.0
    for i, image in enumerate([eight[0, 0], *copies]):
        picture(figure, (9 + i * 70, 28), size, image)
    figure.text(9, 18, "an 8", anchor="start")
    figure.text(79, 18, "four copies: mirrored or not, shifted", anchor="start")
    for i, image in enumerate([two[0, 0], hflip(two)[0, 0]]):
        picture(figure, (9 + i * 70, 128), size, image)
    figure.text(9, 118, "a 2", anchor="start")
    figure.text(79, 118, "mirrored", anchor="start")
    for sign in (1, -1):
        figure.line([(83, 159 - 27 * sign), (137, 159 + 27 * sign)], RED, width=2.5)
    figure.text(156, 155, "no longer a 2:", anchor="start")
    figure.text(156, 173, "leave this change out", anchor="start")
    return figure


def crop_places() -> Figure:
    """Return an image with zeros around it, and two windows of the image's size."""
    rows, columns = HEIGHT + 2 * AROUND, WIDTH + 2 * AROUND
    X = np.zeros((rows, columns), int)
    X[AROUND:-AROUND, AROUND:-AROUND] = 1 + np.arange(HEIGHT * WIDTH).reshape(
        HEIGHT, -1
    )
    tops, lefts = rows - HEIGHT + 1, columns - WIDTH + 1
    figure = Figure(
        "crop-places",
        "The places of a window in a padded image",
        f"""An image of {HEIGHT} rows and {WIDTH} columns, its pixels numbered from 1 to
        {HEIGHT * WIDTH}, with {AROUND} zeros on each of its four sides: {rows} rows and
        {columns} columns. Two windows of {HEIGHT} by {WIDTH} are framed, one with top 1
        and left 0, the other, dashed, with the last top, {tops - 1}, and left 3. The
        tops run from 0 to {tops - 1} and the lefts from 0 to {lefts - 1}, so there are
        {tops} times {lefts}, which is {tops * lefts}, places.""",
        262,
    )
    side, corner = 28.0, (68.0, 34.0)
    words = [[str(value) if value else "0" for value in row] for row in X.tolist()]
    strong = [(int(i), int(j)) for i, j in np.argwhere(X)]
    grid(figure, corner, side, words, BODY, strong)
    outline(figure, corner, side, (1, 0, HEIGHT, WIDTH))
    outline(figure, corner, side, (tops - 1, 3, HEIGHT, WIDTH), DASHED)
    for top in range(tops):
        figure.text(58, corner[1] + side * (top + 0.65), str(top), BODY, "end", BLUE)
    for left in range(lefts):
        figure.text(corner[0] + side * (left + 0.5), 26, str(left), BODY, colour=BLUE)
    figure.text(8, 26, "top, left", 12, "start", BLUE)
    caption(figure, 180, 250, f"{tops} tops and {lefts} lefts: {tops * lefts} places")
    return figure
