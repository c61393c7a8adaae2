"""Verdicts of earlier runs, for as long as nothing that they depend on has changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from dojo.answer.dependence import FileText, Fingerprint
from dojo.kata.catalog import Kata
from dojo.verdict.verdicts import FAILED, Record


@dataclass
class _OfKata:
    """What is known of one kata.

    Parameters
    ----------
    edition : int
        Of the graders, the references and the tool that judged.
    imported : set of str
        The fingerprints of what ran when the file was imported and nothing was wrong.
    verdicts : dict
        By function: on what the verdict depends, and the verdict.
    """

    edition: int = 0
    imported: set[str] = field(default_factory=set)
    verdicts: dict[str, tuple[Fingerprint, Record]] = field(default_factory=dict)


class Kept:
    """Keeps the verdicts of a process that grades again and again."""

    def __init__(self) -> None:
        self._katas: dict[str, _OfKata] = {}

    def holding(self, kata: Kata, text: FileText, edition: int) -> dict[str, Record]:
        """Return the verdicts that a run would find again, by function.

        The import of the file is a part of every verdict: if it is not known to end
        well, the cheapest function is left to be run.
        """
        known = self._katas.get(kata.slug, _OfKata())
        if known.edition != edition:
            return {}
        found = {
            name: record
            for name, (fingerprint, record) in known.verdicts.items()
            if name in text.functions and _holds(record, fingerprint, text, name)
        }
        if len(found) == len(kata.functions) and text.outside not in known.imported:
            del found[min(found, key=lambda name: found[name]["seconds"])]
        return found

    def note(
        self,
        kata: Kata,
        text: FileText,
        edition: int,
        records: Collection[Record],
        ended: bool,
    ) -> None:
        """Keep what a run has found; it ends what graders of another edition found.

        A failure is kept when its line is found, or the search for it has `ended`.
        """
        known = self._katas.get(kata.slug)
        if known is None or known.edition != edition:
            known = self._katas[kata.slug] = _OfKata(edition)
        if records and all(record["settled"] for record in records):
            known.imported.add(text.outside)
        for record in records:
            name = record["function"]
            done = ended or record["state"] != FAILED or record["where"]
            if name in text.functions and record["settled"] and done:
                known.verdicts[name] = text.functions[name], record

    def forget(self, kata: Kata) -> None:
        """Keep nothing of a kata."""
        self._katas.pop(kata.slug, None)


def _holds(record: Record, before: Fingerprint, text: FileText, function: str) -> bool:
    """Tell whether a verdict is still true; a failure speaks of lines."""
    now = text.functions[function]
    return before == now if record["state"] == FAILED else before.text == now.text
