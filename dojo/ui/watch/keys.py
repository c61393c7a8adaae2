"""What the keys of `dojo watch` do: a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text

from dojo.errors import UserError
from dojo.ui import theory
from dojo.ui.page_text import page_text
from dojo.ui.watch.keymap import HANG, help_lines
from dojo.ui.watch.pages import KataList, Page, kata_list
from dojo.ui.watch.screen import is_cut
from dojo.ui.watch.state import WatchState
from dojo.ui.watch.watch import Watch

YES = "y"  # and mostly the key itself, again
HINTS = "hH"  # the keys that open a hint
HINT_KEYS = "h deeper   H back   j k scroll   space page   q back"
CLOSES_PAGE = ("q", "escape", "enter")


def _nothing_to_ask(watch: Watch) -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """What a key does.

    Parameters
    ----------
    do : callable
    question : callable
        Returns what is asked first; it is done after a yes. Empty if nothing is.
    key_agrees : bool
        Whether the key itself, again, is a yes; what cannot be unseen takes a y.
    """

    do: Callable[[Watch], None]
    question: Callable[[Watch], str] = _nothing_to_ask
    key_agrees: bool = True


def press(watch: Watch, key: str) -> bool:
    """Answer a key; tell whether to go on."""
    state = watch.state
    if state.page:
        return _press_on_page(watch, state.page, key)
    if key == "q":
        return False
    asked, state.asked, state.message = state.asked, "", ""
    sure = bool(asked) and (key == YES or (key == asked and ACTIONS[key].key_agrees))
    key = asked if sure else key
    if key not in HINTS:
        state.hint, state.back = (), -1
    if key in ACTIONS:
        try:
            _act(watch, key, sure)
        except (UserError, OSError) as error:
            state.message = str(error)
    return True


def _act(watch: Watch, key: str, sure: bool) -> None:
    action = ACTIONS[key]
    question = "" if sure else action.question(watch)
    if question:
        watch.state.asked = key
        agrees = f"{key} again, or {YES}," if action.key_agrees else YES
        watch.state.message = f"{question} {agrees} does it."
    else:
        action.do(watch)


def _press_on_page(watch: Watch, page: Page, key: str) -> bool:
    state = watch.state
    if page.press(key, state.columns, state.lines):
        return True
    if key in CLOSES_PAGE or key in page.passes_on:
        state.page = None
    if key == "enter" and isinstance(page, KataList):
        watch.turn_to(page.katas[page.marked])
    return press(watch, key) if key in page.passes_on else True


def _leaves_unpassed(watch: Watch) -> str:
    slug = watch.state.kata.slug
    return "" if watch.is_passed() else f"{slug} is not passed yet: leave it?"


def _go_on(watch: Watch) -> None:
    following = watch.following()
    if following is None:
        watch.state.message = "every other kata is passed; l lists them."
    else:
        watch.turn_to(following)


def _hint(watch: Watch) -> None:
    watch.state.hint = ()
    _show_hint(watch.state, watch.next_hint())


def _hint_before(watch: Watch) -> None:
    watch.state.hint = ()
    _show_hint(watch.state, watch.hint_before())


def _show_hint(state: WatchState, hint: tuple[str, str]) -> None:
    title, text = state.hint = hint
    if is_cut(state):
        state.hint = ()
        body = [Text(line) for line in text.splitlines()]
        state.page = Page(title, body, HINT_KEYS, passes_on=HINTS, hang=2)


def _grade_everything(watch: Watch) -> None:
    watch.grade(everything=True)


def _list(watch: Watch) -> None:
    watch.state.page = kata_list(*watch.statuses(), watch.state.kata)


def _shows_answer(watch: Watch) -> str:
    if watch.is_open_book():
        return ""
    return f"{watch.state.kata.slug} is not passed: that is the answer. Show anyway?"


def _diff(watch: Watch) -> None:
    kata = watch.state.kata
    colours = {"+": "green", "-": "red", "@": "cyan"}
    lines = watch.difference() or ["your file is the reference, to the letter"]
    body = [Text(line, colours.get(line[:1], "default")) for line in lines]
    title = f"{kata.slug}: yours (-) and the reference (+)"
    watch.state.page = Page(title, body)


def _edit(watch: Watch) -> None:
    with watch.lend():
        watch.edit()


def _open_page(watch: Watch) -> None:
    """Open the theory page; without a browser, show its text."""
    state = watch.state
    state.message = theory.open_page(state.kata)
    if not state.message:
        state.message = theory.without_browser(state.kata)
        body = [Text(line) for line in page_text(state.kata)]
        state.page = Page(state.kata.title, body, hang=2)


def _focus_next(watch: Watch) -> None:
    watch.state.move_focus(1)


def _focus_before(watch: Watch) -> None:
    watch.state.move_focus(-1)


def _traceback(watch: Watch) -> None:
    record = watch.state.failure
    if record is None:
        watch.state.message = "nothing failed, so there is no traceback."
        return
    lines = [record["test"], "", *record["lines"], ""]
    if record["arguments"]:
        lines += ["it was given:", *record["arguments"][1:], ""]
    lines += record["traceback"].splitlines()
    if record["printed"]:
        lines += ["", "it printed:", *record["printed"].splitlines()]
    body = [Text(line) for line in lines]
    watch.state.page = Page(record["function"], body, hang=4)


def _resets(watch: Watch) -> str:
    return f"{watch.state.kata.slug} becomes the stub again; a copy is kept."


def _reset(watch: Watch) -> None:
    slug, copy = watch.state.kata.slug, watch.reset()
    kept = f"; u undoes it, {copy.name} is the copy" if copy else ""
    watch.state.message = f"{slug} is the stub again{kept}."


def _undo(watch: Watch) -> None:
    step, back = watch.undo()
    forth = f"; dojo undo {back.number} brings back what it replaced" if back else ""
    says = f"{step.kata.slug} is as it was until {step.time}"
    watch.state.message = f"{says}; u goes further back{forth}."


def _help(watch: Watch) -> None:
    lines = [Text(line) for line in help_lines()]
    watch.state.page = Page("dojo watch", lines, hang=HANG)


ACTIONS = {
    "n": Action(_go_on, _leaves_unpassed),
    "h": Action(_hint),
    "H": Action(_hint_before),
    "l": Action(_list),
    "r": Action(_grade_everything),
    "d": Action(_diff, _shows_answer, key_agrees=False),
    "e": Action(_edit),
    "o": Action(_open_page),
    "v": Action(_traceback),
    "tab": Action(_focus_next),
    "shift tab": Action(_focus_before),
    "x": Action(_reset, _resets),
    "u": Action(_undo),
    "?": Action(_help),
}
