"""Proves a kata's ladders: every way computes what the reference does."""

from __future__ import annotations

from collections.abc import Iterator

from dojo.kata import ladders
from dojo.kata.catalog import Kata
from dojo.kata.ladders import Ladder
from dojo.speed.messages import REFERENCE
from dojo.speed.ways import difference, ways
from dojo.worker import plain_answer

SEEDS = 2


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with the ladders of a kata, run in this process."""
    path = ladders.path_of(kata)
    if not path.is_file():
        return
    where = path.relative_to(kata.root)
    try:
        found, read = ladders.load(kata), ladders.tasks(kata)
    except Exception as error:
        yield f"{where} cannot be loaded: {type(error).__name__}: {error}; mend it"
        return
    if [ladder.task for ladder in found] != read:
        yield f"{where} makes ladders that are not in {ladders.LISTED}; list each once"
        return
    reference = plain_answer.load(kata.reference)
    for ladder in found:
        for text in _of(ladder, kata, reference):
            yield f"{where}, {ladder.task.name}: {text}"


def _of(ladder: Ladder, kata: Kata, reference: object) -> Iterator[str]:
    unknown = [name for name in ladder.task.functions if name not in kata.functions]
    if unknown:
        yield f"{', '.join(unknown)} is not in __all__; correct the name"
        return
    for seed in range(SEEDS):
        try:
            every = ways(ladder, reference, seed=seed)
            results = {name: way() for name, way in every.items()}
        except Exception as error:
            yield f"it raises {type(error).__name__}: {error}; mend it"
            return
        for name, result in results.items():
            off = difference(result, results[REFERENCE])
            if off:
                yield (
                    f"{name} does not compute what the reference does, with seed "
                    f"{seed}: {off}; mend it"
                )
                return
