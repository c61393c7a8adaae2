"""The report as one HTML page that needs nothing else, no script and no font."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from dojo.errors import UserError
from dojo.files import write_text
from dojo.learner.report import KataReport, Report, speed, summary

STYLE = """\
:root { color-scheme: light dark;
  --ink: #1b1b1b; --paper: #fff; --bar: #2f6f9f; --faint: #ddd }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #16181b; --bar: #7fb8e0; --faint: #3a3d42 }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--faint); vertical-align: top }
.number { text-align: right }
.bars { list-style: none; padding: 0 }
.bars li { display: grid; grid-template-columns: 12rem 1fr 4rem; gap: 0 .6rem;
  align-items: center; padding: .15rem 0 }
.rest { background: var(--faint); height: 1.1rem }
.bar { background: var(--bar); height: 100%; display: block }
code { font: .9em ui-monospace, monospace }
code, td { overflow-wrap: anywhere }
@media (max-width: 34rem) {
  .bars li { grid-template-columns: 1fr 4rem }
  .bars .name { grid-column: 1 / -1 }
  thead { position: absolute; clip-path: inset(50%) }
  tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--faint) }
  td { display: grid; grid-template-columns: 6rem 1fr; gap: .6rem; border: 0;
    padding: .1rem 0 }
  td::before { content: attr(data-label); opacity: .7 }
  .number { text-align: left }
}
"""


def write_page(path: Path, report: Report) -> None:
    """Write the report's page.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    try:
        write_text(path.resolve(), page(report))
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}): name another file"
        ) from error


def page(report: Report) -> str:
    """Return the whole page."""
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>DL Katas: report</title>\n<style>\n{STYLE}</style>\n</head>",
            "<body>",
            f"<h1>DL Katas: report</h1>\n<p>{escape(summary(report))}.</p>",
            "<h2>Functions passed</h2>",
            _functions(report["katas"]),
            "<h2>Attempts by day</h2>",
            _days(report["days"]),
            "<h2>Katas</h2>",
            _table(report["katas"]),
            "<h2>Mistakes met</h2>",
            _mistakes(report["katas"]),
            "</body>\n</html>\n",
        ]
    )


def _functions(katas: list[KataReport]) -> str:
    bars = [
        (
            kata["kata"],
            kata["passed"],
            kata["functions"],
            f"{kata['passed']} of {kata['functions']}",
        )
        for kata in katas
    ]
    return _chart("Functions passed, a bar a kata", bars)


def _days(days: dict[str, int]) -> str:
    if not days:
        return "<p>None yet.</p>"
    most = max(days.values())
    bars = [(day, times, most, str(times)) for day, times in sorted(days.items())[-28:]]
    return _chart("Attempts, a bar a day", bars)


def _chart(title: str, bars: list[tuple[str, int, int, str]]) -> str:
    """Return horizontal bars; each says its number, so that none rests on colour."""
    out = [f'<ul class="bars" aria-label="{escape(title)}">']
    for name, value, most, label in bars:
        share = 100 * value / most if most else 0.0
        out.append(
            f'<li><span class="name">{escape(name)}</span><span class="rest">'
            f'<span class="bar" style="width: {share:.1f}%"></span></span>'
            f"<span>{escape(label)}</span></li>"
        )
    return "\n".join([*out, "</ul>"])


def _table(katas: list[KataReport]) -> str:
    head = ("kata", "state", "attempts", "minutes", "hints", "speed")
    rows = [
        (
            kata["title"],
            kata["state"],
            kata["attempts"],
            f"{kata['minutes']:g} of {kata['planned_minutes']}",
            kata["hints"],
            speed(kata),
        )
        for kata in katas
    ]
    return _rows(head, rows, numbers=("attempts", "minutes", "hints"))


def _mistakes(katas: list[KataReport]) -> str:
    rows = [
        (kata["kata"], mistake["code"], mistake["says"], mistake["times"])
        for kata in katas
        for mistake in kata["mistakes"]
    ]
    if not rows:
        return "<p>None yet.</p>"
    return _rows(("kata", "mistake", "what it is", "times"), rows, numbers=("times",))


def _rows(
    head: tuple[str, ...],
    rows: Sequence[tuple[str | int, ...]],
    numbers: tuple[str, ...],
) -> str:
    """Return a table, of which a telephone makes a block a row."""
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = []
    for row in rows:
        cells = [
            f'<td data-label="{name}"{" class=number" if name in numbers else ""}>'
            f"{escape(str(cell))}</td>"
            for name, cell in zip(head, row, strict=True)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "\n".join(lines)
    return (
        f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )
