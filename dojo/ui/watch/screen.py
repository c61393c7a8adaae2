"""What `dojo watch` shows: the kata, one failure with its cause, the next step.

Everything is built to fit the terminal, 80×24 at the least; states are words, so that
nothing is lost without colour.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from rich.text import Text

from dojo.kata.catalog import Kata
from dojo.ui.show import STYLES
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, Record

LADDER = ("returned", "type", "shape", "dtype", "finite", "values")
ABOVE_VALUES = ("gradient", "statistics", "speed")
KEYS = "n next h hint l list r run d diff e edit o page v trace x reset ? help q quit"
CUT = Text("… (v shows all of it)", "dim")  # what did not fit
NAMES = 8  # functions that get a line each


@dataclass
class Look:
    """What there is to see of a kata.

    Parameters
    ----------
    kata : Kata
    place : str
        Such as "2 of 10 passed".
    records : list of dict
        The last verdicts; empty before the first run.
    change : str
        What the last run changed.
    step : str
        What to do next.
    running : str
        Said while a run is under way, else empty.
    message : str
        What the last key did, or a warning.
    hint : tuple of str
        Title and text of the open hint; empty if none is open.
    """

    kata: Kata
    place: str = ""
    records: list[Record] = field(default_factory=list)
    change: str = ""
    step: str = ""
    running: str = ""
    message: str = ""
    hint: tuple[str, ...] = ()


def main_screen(look: Look, width: int, height: int) -> list[Text]:
    """Return the lines of the main screen."""
    kata = look.kata
    facts = f"level {kata.level} · {kata.minutes} min · {look.place}"
    path = kata.stub.relative_to(kata.root).as_posix()
    top = [ends(f"{kata.slug} · {kata.title}", facts, width, "bold")]
    top += [ends(path, look.running or count_of(look.records), width, "dim"), Text()]
    bottom = _wrapped(look.change, width, 2, "cyan")
    bottom += _wrapped(look.message, width, 3, "bold yellow")
    bottom += _wrapped(f"next: {look.step}", width, 2, "bold")
    bottom += [Text(KEYS, "dim")]
    failure = failure_lines(look.records, width)
    hint = _hint(look.hint, width)
    room = max(1, height - len(top) - len(bottom) - 1)
    compact = len(hint) + len(failure) + _height_of_functions(look.records) + 2 > room
    functions = function_lines(look, width, compact and bool(hint or failure))
    body = [*functions, Text(), *failure]
    if hint:
        body = [*body, Text(), *hint]
    if len(body) > room:
        body = [*body[: room - 1], CUT]
    filler = [Text()] * (room - len(body) + 1)
    return [*top, *body, *filler, *bottom][:height]


def count_of(records: list[Record]) -> str:
    """Return how many functions passed, in words."""
    if not records:
        return "not graded yet"
    passed = sum(record["state"] in (PASSED, "skipped") for record in records)
    return f"{passed} of {len(records)} functions pass"


def _height_of_functions(records: list[Record]) -> int:
    return min(len(records), NAMES) or 1


def function_lines(look: Look, width: int, compact: bool) -> list[Text]:
    """Return a line a function, or a line a state where there is little room."""
    records = look.records
    if not records:
        return [Text(f"  {', '.join(look.kata.functions)}"[:width])]
    if compact or len(records) > NAMES:
        lines = []
        for state in (PASSED, FAILED, NOT_STARTED, "skipped"):
            names = [r["function"] for r in records if r["state"] == state]
            if names:
                line = Text(f"  {state:11}", STYLES.get(state, "dim"))
                lines.append(line.append("  " + ", ".join(names), "default"))
        return lines
    longest = max(len(record["function"]) for record in records)
    return [_function_line(record, longest) for record in records]


def _function_line(record: Record, longest: int) -> Text:
    state = record["state"]
    line = Text(f"  {state:11}", STYLES.get(state, "dim"))
    line.append(f"  {record['function']:{longest}}", "default")
    if state == PASSED:
        line.append(f"  {record['passes']} tests", "dim")
    elif state == FAILED:
        line.append(f"  {record['passes']} of {record['tests']} tests pass", "dim")
    return line


def failure_of(records: list[Record]) -> Record | None:
    """Return the failure to show: the first function that failed."""
    return next((record for record in records if record["state"] == FAILED), None)


def failure_lines(records: list[Record], width: int) -> list[Text]:
    """Return one failure: the cause, then the facts, the rungs, what was printed."""
    record = failure_of(records)
    if record is None:
        return []
    facts = list(record["lines"])
    name = f"{record['function']}: "
    lines = _wrapped(name + facts.pop(0), width, 4, "bold red")
    for fact in facts:
        lines += _wrapped(fact, width, 2, "", "  ")
    lines += [Text("  " + rungs(record["rung"]), "dim")]
    printed = record["printed"].splitlines()
    if printed:
        more = f" (and {len(printed) - 1} lines more)" if len(printed) > 1 else ""
        lines += [Text(f"  printed:  {printed[0][: width // 2]}{more}", "dim")]
    return lines


def rungs(broken: str) -> str:
    """Return the ladder up to the rung that broke."""
    at = LADDER.index(broken) if broken in LADDER else 0
    held = LADDER[: -1 if broken in ABOVE_VALUES else at]
    good = f"{', '.join(held)} passed; " if held else ""
    return f"rungs:    {good}{broken} broke"


def _hint(hint: tuple[str, ...], width: int) -> list[Text]:
    if not hint:
        return []
    title, text = hint
    body = [Text(line) for line in folded(text, width, "  ")]
    return [Text(title, "bold"), *body]


def folded(text: str, width: int, indent: str = "") -> list[str]:
    """Return a text's lines folded at words, each with its own indentation."""
    lines = []
    for line in text.splitlines():
        own = indent + line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            line.strip(),
            max(10, width),
            initial_indent=own,
            subsequent_indent=own + "  ",
        ) or [""]
    return lines


def change_of(before: list[Record], now: list[Record]) -> str:
    """Return what a run changed, one sentence; empty if there is none to compare."""
    if not before or not now:
        return ""
    old = {record["function"]: record for record in before}
    pairs = [(old[r["function"]], r) for r in now if r["function"] in old]
    gained = [n["function"] for o, n in pairs if n["state"] == PASSED != o["state"]]
    lost = [n["function"] for o, n in pairs if o["state"] == PASSED != n["state"]]
    parts = [f"now passes: {', '.join(gained)}"] if gained else []
    parts += [f"no longer passes: {', '.join(lost)}"] if lost else []
    begun = [n["function"] for o, n in pairs if o["state"] == NOT_STARTED != n["state"]]
    begun = [name for name in begun if name not in gained]
    parts += [f"started: {', '.join(begun)}"] if begun else []
    for one, new in pairs:
        if one["state"] == new["state"] == FAILED and len(parts) < 3:
            parts += _moved(one, new)
    return f"since the last run: {'; '.join(parts) or 'no change'}"


def _moved(one: Record, new: Record) -> list[str]:
    name = new["function"]
    if one["rung"] != new["rung"]:
        return [f"{name} breaks at {new['rung']}, before at {one['rung']}"]
    if one["passes"] != new["passes"]:
        return [f"{name} passes {new['passes']} tests, before {one['passes']}"]
    if (one["got"], one["because"]) != (new["got"], new["because"]):
        return [f"{name} fails in another way"]
    return []


def _wrapped(
    text: str, width: int, most: int, style: str, indent: str = ""
) -> list[Text]:
    """Return a text as at most so many lines."""
    if not text.strip() or text == "next: ":
        return []
    lines = textwrap.wrap(
        text,
        max(10, width),
        initial_indent=indent,
        subsequent_indent=indent + ("  " if indent or style else ""),
        max_lines=most,
        placeholder=" …",
        break_on_hyphens=False,
    )
    return [Text(line, style) for line in lines]


def ends(left: str, right: str, width: int, style: str) -> Text:
    """Return a line with one text at each end; the right one has the way."""
    right = right[: width - 1]
    room = width - len(right) - 1
    left = left if len(left) <= room else left[: max(0, room - 1)] + "…"
    gap = " " * max(1, width - Text(left).cell_len - Text(right).cell_len)
    return Text(left, style).append(gap + right, "default")
