"""Figures of the capstone: who may see what, how it learned, and where it errs."""

from __future__ import annotations

from dojo.data import digits
from dojo.site.measured.capstone import Run, trained
from dojo.site.svg.cells import picture
from dojo.site.svg.figure import BLUE, DASHED, GREEN, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL

EPOCHS = 4  # of the drawing that shows who is looked at when
ROWS = (
    ("training", "moves the weights", RED),
    ("validation", "chooses the epoch", BLUE),
    ("test", "is looked at once", GREEN),
)
COLUMNS, ERRORS = 4, 8


def roles() -> Figure:
    """Return which images are looked at in which epoch, and what for."""
    total, tests = len(digits().train_labels), len(digits().test_labels)
    held = round(total / 10)
    counts = (total - held, held, tests)
    figure = Figure(
        "capstone-roles",
        "Who looks at which images, and when",
        f"""A table with a row for each part of the images and a column for each of
        {EPOCHS} epochs and the end. {counts[0]:,} training images, which move the
        weights, are marked in every epoch. {counts[1]} validation images, which choose
        the epoch, are marked in every epoch after them. {counts[2]:,} test images have
        a single mark, at the end, when nothing is left to choose.""",
        232,
    )
    for at in range(EPOCHS + 1):
        words = "the end" if at == EPOCHS else str(at)
        figure.text(150 + 44 * at, 42, words, SMALL)
    figure.text(150 + 22 * (EPOCHS - 1), 22, "epoch", SMALL)
    for row, ((name, does, colour), count) in enumerate(zip(ROWS, counts, strict=True)):
        y = 58 + 60 * row
        figure.text(8, y + 12, f"{count:,} {name}", BODY, "start", colour)
        figure.text(8, y + 30, does, SMALL, "start")
        for at in range(EPOCHS + 1):
            looked = (at < EPOCHS) != (row == 2)
            x = 133 + 44 * at + (0 if row == 0 else 6)
            if looked:
                figure.box(x, y, 28, 28, colour, colour, 0.3, line=1.5)
            else:
                figure.text(150 + 44 * at, y + 20, "·", BODY)
    figure.line([(128 + 44 * EPOCHS, 50), (128 + 44 * EPOCHS, 218)], INK, DASHED, 1.25)
    return figure


def history() -> Figure:
    """Return the losses of the run by epoch, with the one whose weights were kept."""
    run = trained()
    train, val = run.history["train_loss"], run.history["val_loss"]
    tale = "; ".join(
        f"epoch {i}: {a:.2f} in training, {b:.2f} in validation"
        for i, (a, b) in enumerate(zip(train, val, strict=True))
    )
    figure = Figure(
        "capstone-history",
        "The losses of the capstone's run",
        f"""A plot of two losses by epoch. {tale}. A ring marks the smallest validation
        loss, in epoch {run.best}: its weights were kept.""",
        262,
    )
    _draw_history(figure, run, train, val)
    return figure


def _draw_history(
    figure: Figure, run: Run, train: list[float], val: list[float]
) -> None:
    last, top = len(val) - 1, 0.5 * (int(2 * max(train + val)) + 1)
    plot = Plot(
        figure,
        (40, 34, 296, 176),
        Axis(-0.2, last + 0.2, {float(i): str(i) for i in range(last + 1)}, "epoch"),
        Axis(0, top, {0.0: "0", top / 2: f"{top / 2:g}", top: f"{top:g}"}, "loss"),
    )
    plot.curve(range(last + 1), train, RED, DASHED)
    plot.curve(range(last + 1), val, BLUE)
    plot.mark(run.best, val[run.best], "ring", BLUE)
    figure.line([(150, 50), (176, 50)], RED, DASHED, 2)
    figure.text(184, 54, "training, shifted", SMALL, "start")
    figure.line([(150, 70), (176, 70)], BLUE, width=2)
    figure.text(184, 74, "validation; ring: kept", SMALL, "start")


def worst() -> Figure:
    """Return the wrong answers that the net gives with the most confidence."""
    run, d = trained(), digits()
    found = run.worst(ERRORS)
    captions = [
        (int(run.guesses[at]), int(d.test_labels[at]), float(run.scores[at].max()))
        for at in found
    ]
    tale = "; ".join(f"a {label} is read as {guess}" for guess, label, _ in captions)
    figure = Figure(
        "capstone-worst",
        "The mistakes that the net is most sure of",
        f"""{len(found)} pictures of handwritten test digits, those that are read wrong
        with the largest probability: {tale}. The probabilities go from
        {max(c[2] for c in captions):.2f} down to {min(c[2] for c in captions):.2f}.""",
        270,
    )
    for number, (at, (guess, label, sure)) in enumerate(
        zip(found, captions, strict=True)
    ):
        row, column = divmod(number, COLUMNS)
        x, y = 10 + 87.0 * column, 14 + 130.0 * row
        picture(figure, (x, y), 76, d.test_images[at] / 255)
        figure.text(x + 38, y + 93, f"reads {guess}, is {label}", SMALL)
        figure.text(x + 38, y + 109, f"{100 * sure:.0f} % sure", SMALL)
    return figure
