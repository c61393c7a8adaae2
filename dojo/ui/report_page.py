"""The report as one HTML page that needs nothing else, no script and no font."""

from __future__ import annotations

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
svg { width: 100%; height: auto }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif }
.bar { fill: var(--bar) } .rest { fill: var(--faint) }
code { font: .9em ui-monospace, monospace }
.wide { overflow-x: auto }
"""
BAR, GAP, LEFT, RIGHT = 18, 8, 190, 110
WIDTH = 640


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
    height = len(bars) * (BAR + GAP) + GAP
    longest = WIDTH - LEFT - RIGHT
    words = "; ".join(f"{name}: {label}" for name, _, _, label in bars)
    out = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>",
    ]
    size = f'y="{{y}}" height="{BAR}" x="{LEFT}"'
    for number, (name, value, most, label) in enumerate(bars):
        y = GAP + number * (BAR + GAP)
        length = longest * value / most if most else 0.0
        place, text = size.format(y=y), f'y="{y + 13}"'
        out += [
            f'<text x="{LEFT - 8}" {text} text-anchor="end">{escape(name)}</text>',
            f'<rect class="rest" {place} width="{longest}"/>',
            f'<rect class="bar" {place} width="{length:.1f}"/>',
            f'<text x="{LEFT + longest + 8}" {text}>{escape(label)}</text>',
        ]
    return "\n".join([*out, "</svg>"])


def _table(katas: list[KataReport]) -> str:
    head = ("kata", "state", "attempts", "minutes", "hints", "speed")
    rows = [
        (
            f"<td>{escape(kata['title'])}</td><td>{escape(kata['state'])}</td>"
            f'<td class="number">{kata["attempts"]}</td>'
            f'<td class="number">{kata["minutes"]:g} of {kata["planned_minutes"]}</td>'
            f'<td class="number">{kata["hints"]}</td>'
            f"<td>{escape(speed(kata))}</td>"
        )
        for kata in katas
    ]
    return _rows(head, rows)


def _mistakes(katas: list[KataReport]) -> str:
    rows = [
        (
            f"<td>{escape(kata['kata'])}</td>"
            f"<td><code>{escape(mistake['code'])}</code></td>"
            f"<td>{escape(mistake['says'])}</td>"
            f'<td class="number">{mistake["times"]}</td>'
        )
        for kata in katas
        for mistake in kata["mistakes"]
    ]
    if not rows:
        return "<p>None yet.</p>"
    return _rows(("kata", "mistake", "what it is", "times"), rows)


def _rows(head: tuple[str, ...], rows: list[str]) -> str:
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="wide"><table>\n<thead><tr>{names}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )
