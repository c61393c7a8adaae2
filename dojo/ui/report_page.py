"""The report as one HTML page that needs nothing else, no script and no font."""

from __future__ import annotations

from html import escape
from typing import Any

Facts = dict[str, Any]

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


def page(found: Facts) -> str:
    """Return the whole page."""
    total = len(found["katas"])
    head = (
        f"{found['passed']} of {total} katas passed, {found['attempts']} attempts, "
        f"{found['minutes']:g} minutes, {found['hints']} hints."
    )
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>DL Katas: report</title>\n<style>\n{STYLE}</style>\n</head>",
            "<body>",
            f"<h1>DL Katas: report</h1>\n<p>{escape(head)}</p>",
            "<h2>Functions passed</h2>",
            _functions(found["katas"]),
            "<h2>Attempts by day</h2>",
            _days(found["days"]),
            "<h2>Katas</h2>",
            _table(found["katas"]),
            "<h2>Mistakes met</h2>",
            _mistakes(found["katas"]),
            "</body>\n</html>\n",
        ]
    )


def _functions(known: list[Facts]) -> str:
    bars = [
        (
            kata["kata"],
            kata["passed"],
            kata["functions"],
            f"{kata['passed']} of {kata['functions']}",
        )
        for kata in known
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
    room = WIDTH - LEFT - RIGHT
    words = "; ".join(f"{name}: {label}" for name, _, _, label in bars)
    out = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>",
    ]
    size = f'y="{{y}}" height="{BAR}" x="{LEFT}"'
    for number, (name, value, most, label) in enumerate(bars):
        y = GAP + number * (BAR + GAP)
        length = room * value / most if most else 0.0
        place, text = size.format(y=y), f'y="{y + 13}"'
        out += [
            f'<text x="{LEFT - 8}" {text} text-anchor="end">{escape(name)}</text>',
            f'<rect class="rest" {place} width="{room}"/>',
            f'<rect class="bar" {place} width="{length:.1f}"/>',
            f'<text x="{LEFT + room + 8}" {text}>{escape(label)}</text>',
        ]
    return "\n".join([*out, "</svg>"])


def _table(known: list[Facts]) -> str:
    head = ("kata", "state", "attempts", "minutes", "hints")
    rows = [
        (
            f"<td>{escape(kata['title'])}</td><td>{escape(kata['state'])}</td>"
            f'<td class="number">{kata["attempts"]}</td>'
            f'<td class="number">{kata["minutes"]:g} of {kata["planned_minutes"]}</td>'
            f'<td class="number">{kata["hints"]}</td>'
        )
        for kata in known
    ]
    return _rows(head, rows)


def _mistakes(known: list[Facts]) -> str:
    rows = [
        (
            f"<td>{escape(kata['kata'])}</td>"
            f"<td><code>{escape(one['code'])}</code></td>"
            f'<td>{escape(one["says"])}</td><td class="number">{one["times"]}</td>'
        )
        for kata in known
        for one in kata["mistakes"]
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
