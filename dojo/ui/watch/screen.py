"""What `dojo watch` shows: the kata, one failure with its cause, the next step.

Everything is built to fit the terminal, 80×24 at the least; states are words, so that
nothing is lost without colour.
"""

from __future__ import annotations

from collections.abc import Collection

from rich.text import Text

from dojo.kata.catalog import Hunt
from dojo.ui.show import HELD, KEPT, OPTIONAL, SAYS_HELD, STYLES, offer, word_for
from dojo.ui.watch.keymap import footer
from dojo.ui.watch.layout import at_most, ends, fold, fold_lines
from dojo.ui.watch.state import WatchState
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Record,
    where_lines,
)

CUT = Text("… (v shows all of it)", "dim")  # what did not fit
NAMES = 8  # functions that get a line each
SLOW = 1.0  # seconds after which the screen says how long a run takes


def draw(state: WatchState) -> list[Text]:
    """Return the lines of the screen as it should be now."""
    if state.page:
        return state.page.draw(state.columns, state.lines)
    return main_screen(state)


def main_screen(state: WatchState) -> list[Text]:
    """Return the lines of the main screen."""
    top, bottom = _top(state), _bottom(state)
    space = max(1, state.lines - len(top) - len(bottom) - 1)
    body = _body(state, space)
    if len(body) > space:
        body = [*body[: space - 1], CUT]
    filler = [Text()] * (space - len(body) + 1)
    return [*top, *body, *filler, *bottom][: state.lines]


def is_cut(state: WatchState) -> bool:
    """Tell whether the main screen has no space for all there is to say."""
    return CUT in main_screen(state)


def _top(state: WatchState) -> list[Text]:
    kata, width = state.kata, state.columns
    facts = f"level {kata.level} · {kata.minutes} min · {state.progress}"
    path = kata.stub.relative_to(kata.root).as_posix()
    right = _grading(state.grading) or count_of(state.records, state.held)
    title = ends(f"{kata.slug} · {kata.title}", facts, width, "bold")
    return [title, ends(path, right, width, "dim"), Text()]


def _grading(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"grading … {seconds:.0f} s" if seconds > SLOW else "grading …"


def _bottom(state: WatchState) -> list[Text]:
    width = state.columns
    return [
        *_styled(state.change, width, 2, "cyan"),
        *_styled(state.error, width, 3, "bold yellow"),
        *_styled(state.message, width, 3, "bold yellow"),
        *_styled(f"next: {next_step(state)}", width, 2, "bold"),
        Text(footer(width), "dim"),
    ]


def _styled(text: str, width: int, count: int, style: str) -> list[Text]:
    """Return a text as at most so many lines of a style; none if it is empty."""
    lines = at_most(fold(text, width, rest="  "), count, width) if text else []
    return [Text(line, style) for line in lines]


def _body(state: WatchState, space: int) -> list[Text]:
    """Return the functions, one failure, the open hint; short where space is short."""
    failure, hint = failure_lines(state), _hint_lines(state)
    rest = [Text(), *failure, *([Text()] if hint else []), *hint]
    ways = (_by_function, _by_failure, _by_state)
    drawn = [function_lines(state)] if not failure + hint else [w(state) for w in ways]
    fitting = [lines for lines in drawn if len(lines) + len(rest) <= space]
    return [*(fitting or drawn[-1:])[0], *rest]


def count_of(records: list[Record], held: Collection[str] = ()) -> str:
    """Return how many functions passed, in words; those held count as passed."""
    if not records:
        return "not graded yet"
    passed = sum(r["state"] == PASSED or r["function"] in held for r in records)
    counted = sum(record["state"] != SKIPPED for record in records)
    return f"{passed} of {counted} functions pass"


def next_step(state: WatchState) -> str:
    """Return what the learner may do now."""
    if state.is_gone:
        path = state.kata.stub.relative_to(state.kata.root).as_posix()
        return f"{path} is gone: x puts the stub there."
    states = {record["state"] for record in state.records}
    if states and states <= {PASSED, SKIPPED}:
        following = state.next_kata
        on = f"n goes on to {following.slug}" if following else "that was the last"
        told = f"dojo explain {state.kata.slug} tells what it was; "
        told = told if isinstance(state.kata, Hunt) else ""
        offered = offer(state.records)
        return f"every function passes; {offered}{told}{on}, d shows the reference."
    failure = state.failure
    if failure is None:
        path = state.kata.stub.relative_to(state.kata.root).as_posix()
        do = "mend" if isinstance(state.kata, Hunt) else f"write {state.at} in"
        return f"{do} {path} and save it; h gives a hint."
    diagnosis = failure["diagnosis"]
    more = f"; dojo explain {diagnosis['code']}" if diagnosis else ""
    more += "; tab shows another" if len(state.failures) > 1 else ""
    return f"mend {failure['function']} and save it; h gives a hint{more}."


def function_lines(state: WatchState) -> list[Text]:
    """Return a line a function, or a line a state where there are many."""
    if not state.records:
        return [Text(f"  {', '.join(state.kata.functions)}")]
    return (_by_function if len(state.records) <= NAMES else _by_state)(state)


def _by_function(state: WatchState) -> list[Text]:
    longest = max((len(record["function"]) for record in state.records), default=0)
    return [_function_line(state, record, longest) for record in state.records]


def _by_failure(state: WatchState) -> list[Text]:
    """Return a line a failure, and a line for each other state."""
    lines = [_function_line(state, record, 0) for record in state.failures]
    return [*_by_state(state, (PASSED, NOT_STARTED, SKIPPED)), *lines]


def _by_state(
    state: WatchState,
    words: tuple[str, ...] = (PASSED, HELD, FAILED, NOT_STARTED, SKIPPED),
) -> list[Text]:
    lines = []
    for word in words:
        names = [r["function"] for r in state.records if _word(state, r) == word]
        if names:
            head = f"  {OPTIONAL if word == SKIPPED else word:11}  "
            folded = fold(", ".join(names), state.columns, head, " " * len(head))
            lines += [Text(line) for line in folded]
            lines[-len(folded)].stylize(STYLES.get(word, "dim"), 0, len(head))
    return lines


def _function_line(state: WatchState, record: Record, longest: int) -> Text:
    """Return a function's state; of a failure that is not shown, its headline."""
    word, others = _word(state, record), len(state.failures) > 1
    shown = record is state.failure
    line = Text(">" if shown and others else " ").append(
        f" {HELD if word == HELD else word_for(record):11}", STYLES.get(word, "dim")
    )
    line.append(f"  {record['function']:{longest}}", "default")
    if word == PASSED:
        line.append(f"  {record['passes']} tests", "dim")
    elif word == HELD:
        line.append(f"  {SAYS_HELD}", "dim")
    elif shown:
        line.append(f"  {record['passes']} of {record['tests']} tests pass", "dim")
    elif word == FAILED:
        line.append(f"  {record['lines'][0]}", "dim")
    if record["function"] in state.kept:
        line.append(f" · {KEPT}", "dim")
    line.truncate(state.columns, overflow="ellipsis")
    return line


def _word(state: WatchState, record: Record) -> str:
    """Return the word for how a function stands."""
    return HELD if record["function"] in state.held else record["state"]


def failure_lines(state: WatchState) -> list[Text]:
    """Return one failure: the cause, then the facts, then what was printed."""
    record, width = state.failure, state.columns
    if record is None:
        return []
    cause, *facts = record["lines"]
    lines = _styled(f"{record['function']}: {cause}", width, 4, "bold red")
    for fact in facts:
        folded = at_most(fold(fact, width, "  ", "    "), 3, width)
        lines += [Text(line) for line in folded]
    lines += [Text(line, "bold") for line in where_lines(record)]
    printed = record["printed"].splitlines()
    if printed:
        more = f" (and {len(printed) - 1} lines more)" if len(printed) > 1 else ""
        line = Text(printed[0])
        line.truncate(width - len("  printed:  ") - len(more), overflow="ellipsis")
        lines += [Text(f"  printed:  {line.plain}{more}", "dim")]
    return lines


def _hint_lines(state: WatchState) -> list[Text]:
    if not state.hint:
        return []
    title, text = state.hint
    body = [Text(line) for line in fold_lines(text, state.columns, "  ")]
    return [Text(title, "bold"), *body]
