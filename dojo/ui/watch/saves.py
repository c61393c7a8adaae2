"""Tells of saves, whatever the editor does: in place, by a rename, in several steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

STEP = 2  # milliseconds without a change that end a burst of changes
BURST = 50  # milliseconds after which a burst is told in any case


class Saves:
    """Tells `tell` whenever the watched file is another one than before.

    Parameters
    ----------
    folder : Path
        Watched with all below it; a rename inside it is a save.
    tell : callable
        Called from a thread.
    say : callable
        Takes a line that the learner should read.
    """

    def __init__(
        self, folder: Path, tell: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        self._folder, self._tell, self._say = folder, tell, say
        self._file = folder
        self._seen: tuple[int, ...] = ()
        self._stop = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def follow(self, file: Path) -> None:
        """Watch this file from now on."""
        self._file, self._seen = file, _facts(file)

    def stop(self) -> None:
        """Watch no longer."""
        self._stop.set()

    def _watch(self) -> None:
        try:
            self._tell_changes(polling=None)
        except OSError as error:
            # Often the system's limit of watches: then the files are read in turns.
            self._say(
                f"the system watches no more files ({error}): looking at intervals"
            )
            self._tell_changes(polling=True)

    def _tell_changes(self, polling: bool | None) -> None:
        changes = watch(
            self._folder,
            watch_filter=None,
            debounce=BURST,
            step=STEP,
            stop_event=self._stop,
            rust_timeout=500,
            yield_on_timeout=True,
            force_polling=polling,
            poll_delay_ms=100,
            raise_interrupt=False,
        )
        for _ in changes:
            facts = _facts(self._file)
            if facts != self._seen:
                self._seen = facts
                self._tell()


def _facts(file: Path) -> tuple[int, ...]:
    try:
        facts = file.stat()
    except OSError:
        return ()
    return facts.st_mtime_ns, facts.st_size, facts.st_ino
