"""Times the ladders of a kata, in the process that this module is run in.

Called as `python -m dojo.speed.child REQUEST NOTES`, where REQUEST is a JSON file that
holds a `Request`; a `Note` a line is added to NOTES.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dojo.answer.clock import Clock, OutOfTime, limit_memory
from dojo.kata import ladders
from dojo.kata.catalog import Kata, kata_at
from dojo.kata.ladders import Ladder
from dojo.speed.kernel import kernel
from dojo.speed.messages import (
    ANSWER,
    REFERENCE,
    Note,
    Request,
    Timed,
)
from dojo.speed.rounds import Rounds, Way, measure
from dojo.speed.ways import difference, ways
from dojo.worker import plain_answer

Tell = Callable[[Note], None]


class Child:
    """Times one kata.

    Parameters
    ----------
    kata : Kata
    asked : Request
    tell : callable
        Takes a note.
    clock : Clock
    """

    def __init__(self, kata: Kata, asked: Request, tell: Tell, clock: Clock) -> None:
        self._answer = Path(asked["answer"])
        self._seconds, self._limit = asked["seconds"], asked["limit"]
        self._tell, self._clock = tell, clock
        self._reference = plain_answer.load(kata.reference)
        self._ladders = ladders.load(kata)

    def run(self, numbers: list[int]) -> None:
        """Time some ladders; what cannot be timed costs the others nothing."""
        for number in numbers:
            ladder = self._ladders[number]
            self._tell({"ladder": number})
            try:
                with self._clock.limit(self._limit):
                    loaded = plain_answer.load(self._answer)
                found = self._timed(ladder, loaded, number)
            except KeyboardInterrupt:
                raise
            except OutOfTime as error:
                failed = f"{ladder.task.name} {error} at this size"
                self._tell({"ladder": number, "failed": failed})
            except BaseException as error:
                failed = plain_answer.sentence(ladder.task.name, error, self._answer)
                self._tell({"ladder": number, "failed": failed})
            else:
                self._tell({"ladder": number, **found})

    def _timed(self, ladder: Ladder, loaded: Any, number: int) -> Note:
        """Return the ratios, or that the answer is not right at this size."""
        todo = ways(ladder, self._reference, loaded)
        with self._clock.limit(self._limit):
            results = {name: way() for name, way in todo.items()}
        off = difference(results[ANSWER], results[REFERENCE])
        if off:
            return {"failed": f"{ladder.task.name} is not right at this size: {off}"}
        del results
        rounds = self._rounds(todo, number)
        timed: Timed = {
            "ratios": {name: rounds.ratio(name) for name in todo},
            "noise": rounds.noise,
            "rounds": len(rounds.times),
        }
        return {"timed": timed}

    def _rounds(self, todo: dict[str, Way], number: int) -> Rounds:
        """Time the ways; each round has its time limit, and is told."""

        @contextmanager
        def guard() -> Iterator[None]:
            self._tell({"ladder": number})
            with self._clock.limit(self._limit):
                yield

        gc.collect()
        gc.disable()  # a collection would cost whoever happens to run
        try:
            return measure(todo, self._seconds, guard=guard)
        finally:
            gc.enable()


def main(request: Path, notes: Path) -> None:
    """Time what was asked for, and note what was found."""
    import torch
    from threadpoolctl import threadpool_limits

    asked: Request = json.loads(request.read_text("utf-8"))
    clock = Clock(watched=True)
    faulthandler.enable(os.dup(2))
    _be_silent()
    limit_memory()
    torch.set_num_threads(1)
    threadpool_limits(1)
    root = Path(asked["root"])
    sys.path.insert(0, str(root))
    kata = kata_at(root, asked["chapter"], asked["stem"])
    with notes.open("a", encoding="utf-8") as file:

        def tell(note: Note) -> None:
            file.write(json.dumps(note) + "\n")
            file.flush()

        tell({"kernel": kernel()})
        Child(kata, asked, tell, clock).run(asked["ladders"])


def _be_silent() -> None:
    """Let nothing that an answer prints, thousands of times, go anywhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
