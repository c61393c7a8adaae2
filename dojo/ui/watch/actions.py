"""What the keys of `dojo watch` do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from dojo.errors import UserError
from dojo.learner import answers, editor
from dojo.learner.hints import deeper
from dojo.learner.status import has_passed, next_kata, status_of
from dojo.ui import theory
from dojo.ui.watch.screen import CUT, failure_of, folded, main_screen
from dojo.ui.watch.terminal import Terminal, size
from dojo.ui.watch.views import KEY_HELP, SCROLL, Chooser, Reader, chooser
from dojo.verdict.verdicts import PASSED

if TYPE_CHECKING:
    from dojo.ui.watch.app import Watch


class Actions:
    """Answers keys.

    Parameters
    ----------
    watch : Watch
    screen : Terminal
    """

    def __init__(self, watch: Watch, screen: Terminal) -> None:
        self.watch, self.screen = watch, screen
        self._keys = {
            "n": self.go_on, "h": self.hint, "l": self.list, "r": self.run,
            "d": self.diff, "e": self.edit, "o": self.open_page, "v": self.traceback,
            "x": self.reset, "u": self.undo, "?": self.help,
        }  # fmt: skip

    def press(self, key: str) -> bool:
        """Answer a key; tell whether to go on."""
        watch = self.watch
        if key == "gone":
            return False
        if watch.reader:
            self._press_on_page(watch.reader, key)
            return True
        if key == "q":
            return False
        asked, watch.asked = watch.asked, ""
        watch.look.message = ""
        if key != "h":
            watch.look.hint = ()
        action = self._keys.get(key)
        if action:
            try:
                action(key == asked or (asked == "d" and key == "y"))
            except (UserError, OSError) as error:
                watch.look.message = str(error)
        elif asked == "d" and key == "y":
            self.diff(True)
        watch.describe()
        return True

    def _press_on_page(self, reader: Reader, key: str) -> None:
        if reader.press(key) or key not in ("q", "escape", "enter", *reader.passes):
            return
        self.watch.reader = None
        if key in reader.passes:
            self.press(key)
        if key == "enter" and isinstance(reader, Chooser):
            self.watch.take_up(reader.known[reader.at])

    def _ask(self, key: str, text: str) -> None:
        self.watch.asked, self.watch.look.message = key, text

    def go_on(self, sure: bool) -> None:
        """Go to the next kata."""
        watch, state = self.watch, self.watch.ledger.read()
        here = watch.look.kata
        if status_of(here, state).state != PASSED and not sure:
            return self._ask("n", f"{here.slug} is not passed yet: n again leaves it.")
        after = next_kata(watch.root, state, here)
        if after is None:
            watch.look.message = "every other kata is passed; l lists them."
            return None
        return watch.take_up(after)

    def hint(self, sure: bool) -> None:
        """Show the next hint."""
        watch = self.watch
        watch.look.hint = ()
        title, text = deeper(watch.look.kata, watch.ledger)
        watch.look.hint = title, text
        width, height = size()
        if CUT in main_screen(watch.look, width, height):  # then it gets a page
            watch.look.hint = ()
            body = [Text(line) for line in folded(text, width)]
            keys = f"h deeper   {SCROLL}"
            watch.reader = Reader(title, body, keys, passes="h")

    def list(self, sure: bool) -> None:
        """Show the katas to choose from."""
        watch = self.watch
        watch.reader = chooser(watch.root, watch.look.kata, watch.ledger.read())

    def run(self, sure: bool) -> None:
        """Grade again."""
        self.watch.grade()

    def diff(self, sure: bool) -> None:
        """Show the difference with the reference, after a pass or a yes."""
        watch, kata = self.watch, self.watch.look.kata
        if not sure and not has_passed(kata, watch.ledger.read()):
            return self._ask(
                "d", f"{kata.slug} is not passed: that is the answer. Show anyway? y"
            )
        colours = {"+": "green", "-": "red", "@": "cyan"}
        lines = answers.difference(kata) or [
            "your file is the reference, to the letter"
        ]
        body = [Text(line, colours.get(line[:1], "default")) for line in lines]
        watch.reader = Reader(f"{kata.slug}: yours (-) and the reference (+)", body)
        return None

    def edit(self, sure: bool) -> None:
        """Open the file in the learner's editor."""
        look = self.watch.look
        line = editor.line_of(look.kata, failure_of(look.records))
        with self.screen.lent():
            editor.edit(look.kata.stub, line)

    def open_page(self, sure: bool) -> None:
        """Open the theory page; without a browser, show its source."""
        kata = self.watch.look.kata
        said = theory.open_page(kata)
        self.watch.look.message = said
        if not said.startswith("opened") and kata.page.is_file():
            lines = folded(kata.page.read_text("utf-8"), size()[0])
            self.watch.reader = Reader(kata.title, [Text(line) for line in lines])

    def traceback(self, sure: bool) -> None:
        """Show the whole traceback."""
        record = failure_of(self.watch.look.records)
        if record is None:
            self.watch.look.message = "nothing failed, so there is no traceback."
            return
        lines = [record["test"], "", *record["lines"], ""]
        lines += record["traceback"].splitlines()
        if record["printed"]:
            lines += ["", "it printed:", *record["printed"].splitlines()]
        self.watch.reader = Reader(record["function"], [Text(line) for line in lines])

    def reset(self, sure: bool) -> None:
        """Put the stub back, after a second press."""
        kata = self.watch.look.kata
        if not sure:
            return self._ask("x", f"x again resets {kata.slug}; a copy is kept.")
        copy = answers.reset(kata, None, self.watch.ledger)
        kept = f"; u undoes it, {copy.name} is the copy" if copy else ""
        self.watch.look.message = f"{kata.slug} is the stub again{kept}."
        return None

    def undo(self, sure: bool) -> None:
        """Undo the last reset or undo of this kata."""
        kata = self.watch.look.kata
        _, copy = answers.undo(self.watch.root, self.watch.ledger, kata.slug)
        said = f"{kata.slug} is as in {copy.name}; u goes back again."
        self.watch.look.message = said

    def help(self, sure: bool) -> None:
        """Show what the keys do."""
        body = [Text(line) for line in KEY_HELP.splitlines()]
        self.watch.reader = Reader("dojo watch", body)
