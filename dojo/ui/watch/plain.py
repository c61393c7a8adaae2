"""`dojo watch` where there is no terminal to draw on: verdicts as lines."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from dojo.ui.show import console, next_step, show_kata
from dojo.ui.watch.grader import Result
from dojo.ui.watch.state import WatchState


class PlainLines(AbstractContextManager["PlainLines"]):
    """Prints what is new in a state."""

    def __init__(self) -> None:
        self._out = console()
        self._begun = False
        self._result: Result | None = None
        self._message = ""

    def __exit__(self, *error: object) -> None:
        """Leave everything as it is: nothing was taken."""

    def size(self) -> tuple[int, int]:
        """Return a usual size: lines are printed whole in any case."""
        return 80, 24

    def show(self, state: WatchState) -> None:
        """Print the result and the message, each if it was not printed before."""
        if not self._begun:
            path = state.kata.stub.relative_to(state.kata.root)
            self._out.print(f"watching {path}; Ctrl-C ends it")
            self._begun = True
        if state.message not in ("", self._message):
            self._out.print(state.message)
        self._message = state.message
        if state.result and state.result is not self._result:
            self._print(state)
        self._result = state.result

    def lent(self) -> AbstractContextManager[None]:
        """Do nothing: nothing is owned here."""
        return nullcontext()

    def _print(self, state: WatchState) -> None:
        if state.error:
            self._out.print(state.error)
            return
        kata, records = state.kata, state.records
        show_kata(self._out, kata, records, held=state.held, kept=state.kept)
        if state.change:
            self._out.print(state.change)
        self._out.print(f"next: {next_step(kata, records)}")
