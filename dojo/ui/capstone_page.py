"""What a trained pipeline shows of itself: one HTML page that needs nothing else."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from dojo.ui.report_page import STYLE

WORST = 12  # mistakes that are shown
MORE_STYLE = """\
.digits { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr));
  gap: 1rem; padding: 0; list-style: none }
.digits img { width: 100%; image-rendering: pixelated; border: 1px solid var(--faint) }
.digits span { display: block; font-size: .85rem; line-height: 1.3 }
.confusion td, .confusion th { text-align: center; padding: .2rem .15rem; border: 0;
  min-width: 1.6rem; font-size: .85rem }
.confusion .hit { outline: 2px solid var(--bar); outline-offset: -2px }
.confusion td { background: color-mix(in srgb, var(--bar) var(--share), transparent) }
.first { stroke: var(--bar); fill: none; stroke-width: 2 }
.second { stroke: var(--ink); fill: none; stroke-width: 2; stroke-dasharray: 6 4 }
.axis { stroke: var(--faint) }
svg + svg { margin-top: 1rem }
"""
WIDTH, HEIGHT, LEFT, BOTTOM = 360, 204, 44, 38


@dataclass(frozen=True)
class Shown:
    """All that stands on the page.

    Parameters
    ----------
    report : dict
        The report's four parts, as plain data.
    config : dict
        What the pipeline was given.
    scores : ndarray of shape (N, 10)
        The probabilities that the kept weights give the test images.
    images : ndarray of shape (N, 28, 28), uint8
    labels : ndarray of shape (N,)
    date : str
    """

    report: dict[str, Any]
    config: dict[str, Any]
    scores: np.ndarray
    images: np.ndarray
    labels: np.ndarray
    date: str

    @property
    def guesses(self) -> np.ndarray:
        """The class with the largest probability, for each test image."""
        guesses: np.ndarray = self.scores.argmax(1)
        return guesses

    @property
    def confusion(self) -> np.ndarray:
        """Counts of shape (10, 10): a row for each true class."""
        counts = np.zeros((10, 10), int)
        np.add.at(counts, (self.labels, self.guesses), 1)
        return counts

    @property
    def worst(self) -> list[int]:
        """The wrong answers that were given with the most confidence."""
        wrong = np.flatnonzero(self.guesses != self.labels)
        order = np.argsort(-self.scores[wrong].max(1), kind="stable")
        found: list[int] = wrong[order][:WORST].tolist()
        return found


def page(shown: Shown) -> str:
    """Return the whole page."""
    title = "LeNet reads digits"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>\n{STYLE}{MORE_STYLE}</style>\n</head>",
            f"<body>\n<h1>{title}</h1>\n{_summary(shown)}",
            f"<h2>How it learned</h2>\n{_curves(shown.report)}",
            f"<h2>What it takes for what</h2>\n{_confusion(shown.confusion)}",
            f"<h2>Its worst mistakes</h2>\n{_worst(shown)}",
            f"<h2>Class by class</h2>\n{_classes(shown.report['per_class'])}",
            f"<h2>How it was made</h2>\n{_made(shown)}",
            "</body>\n</html>\n",
        ]
    )


def _summary(shown: Shown) -> str:
    hits, total = int(shown.confusion.trace()), len(shown.labels)
    share = shown.report["test_accuracy"]
    return (
        f"<p>It reads <strong>{share:.1%}</strong> of {total:,} handwritten digits "
        f"right that it had never seen: {hits:,} right, {total - hits:,} wrong. "
        f"The test digits were looked at once, when training had ended.</p>"
    )


def _curves(report: dict[str, Any]) -> str:
    history, best = report["history"], report["best_epoch"]
    place = [entry["epoch"] for entry in history].index(best)
    says = (
        "<p>The solid line is that of the training images, the dashed one that of the "
        f"images held back. The weights of epoch {best} were kept: there the loss on "
        "the images held back is smallest.</p>"
    )
    charts = [_chart(history, place, name) for name in ("loss", "accuracy")]
    return "\n".join([says, *charts])


def _chart(history: list[dict[str, float]], best: int, name: str) -> str:
    """Return the curves of a quantity, with the best epoch marked."""
    lines = [
        [entry[f"{part}_{name}"] for entry in history] for part in ("train", "val")
    ]
    highest = max(map(max, lines))
    top = 1.0 if name == "accuracy" else 0.5 * (int(2 * highest) + 1)
    last = max(1, len(history) - 1)

    def at(epoch: float, value: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - 16) * epoch / last
        return x, 14 + (HEIGHT - BOTTOM - 14) * (1 - value / top)

    words = "; ".join(
        f"epoch {i}: {train:.3f} in training, {val:.3f} on images held back"
        for i, (train, val) in enumerate(zip(*lines, strict=True))
    )
    out = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name} by epoch">',
        f"<title>{name} by epoch</title><desc>{escape(words)}</desc>",
    ]
    for value in (0.0, top / 2, top):
        x, y = at(0, value)
        out.append(f'<path class="axis" d="M{x:.1f} {y:.1f}H{WIDTH - 16}"/>')
        place = f'x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end"'
        out.append(f"<text {place}>{value:.2g}</text>")
    for epoch in range(len(history)):
        x, y = at(epoch, 0)
        out.append(
            f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{epoch}</text>'
        )
    for kind, line in zip(("first", "second"), lines, strict=True):
        points = " ".join("{:.1f},{:.1f}".format(*at(i, v)) for i, v in enumerate(line))
        out.append(f'<polyline class="{kind}" points="{points}"/>')
    x, y = at(best, lines[1][best])
    out.append(f'<circle class="bar" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
    out.append(
        f'<text x="{LEFT}" y="{HEIGHT - 5}">{name} by epoch; the dot: kept</text>'
    )
    return "\n".join([*out, "</svg>"])


def _confusion(counts: np.ndarray) -> str:
    """Return the counts as a table; the more, the darker."""
    heads = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    rows = []
    for true, row in enumerate(counts):
        cells = "".join(
            f"<td{' class=hit' if true == guess else ''} "
            f'style="--share: {_strength(count, row.sum()):.0f}%">{count or "·"}</td>'
            for guess, count in enumerate(row.tolist())
        )
        rows.append(f'<tr><th scope="row">{true}</th>{cells}</tr>')
    body = "\n".join(rows)
    return (
        "<p>Rows are what a digit is, columns what it is read as; framed is what is "
        f'right.</p>\n<div class="wide"><table class="confusion">\n'
        f"<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
        "</table></div>"
    )


def _strength(count: int, total: int) -> float:
    return 60 * (count / total) ** 0.5 if total else 0.0


def _worst(shown: Shown) -> str:
    if not shown.worst:
        return "<p>It makes none.</p>"
    items = []
    for at in shown.worst:
        label, guess = int(shown.labels[at]), int(shown.guesses[at])
        sure = float(shown.scores[at].max())
        items.append(
            f'<li><img alt="a handwritten {label}" src="{_png(shown.images[at])}">'
            f"<span>reads {guess}, is {label}</span>"
            f"<span>{sure:.1%} sure</span></li>"
        )
    listed = "\n".join(items)
    return (
        "<p>Of all its wrong answers these were given with the most confidence.</p>\n"
        f'<ul class="digits">\n{listed}\n</ul>'
    )


def _png(image: np.ndarray) -> str:
    """Return an image, dark ink on white, as the address of a PNG within the page."""
    height, width = image.shape
    rows = b"".join(b"\0" + bytes(row) for row in (255 - image))

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # gray, a byte each
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    png += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _classes(per_class: dict[str, dict[str, float]]) -> str:
    names = ("precision", "recall", "f1-score", "support")
    rows = []
    for digit, scores in per_class.items():
        numbers = [f"{scores[name]:.3f}" for name in names[:3]]
        numbers.append(f"{scores['support']:.0f}")
        cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
        rows.append(f'<tr><th scope="row">{escape(digit)}</th>{cells}</tr>')
    return _table(("digit", *names), rows)


def _made(shown: Shown) -> str:
    facts = {name.replace("_", " "): value for name, value in shown.config.items()}
    facts["epochs trained"] = len(shown.report["history"])
    facts["date"] = shown.date
    rows = [
        f'<tr><th scope="row">{escape(name)}</th>'
        f'<td class="number">{escape(str(value))}</td></tr>'
        for name, value in facts.items()
    ]
    return _table(("", ""), rows)


def _table(head: tuple[str, ...], rows: list[str]) -> str:
    kinds = ["", *[' class="number"'] * (len(head) - 1)]
    names = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>'
        for kind, name in zip(kinds, head, strict=True)
    )
    top = f"<thead><tr>{names}</tr></thead>\n" if any(head) else ""
    body = "\n".join(rows)
    return f'<div class="wide"><table>\n{top}<tbody>\n{body}\n</tbody>\n</table></div>'
