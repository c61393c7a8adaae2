"""A reading: one way to say what came back, which a case bears out or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What came back, identified.

    Parameters
    ----------
    code : str
        What `dojo explain` takes.
    says : str
        A sentence without its first words (in which parts, and whether everywhere) and
        without its full stop. Equal readings of two cases have equal sentences, so
        there is no number in it that may differ between them.
    about : str
        Of readings about one thing that fit equally, the first is said; if they are
        about different things, none is.
    """

    code: str
    says: str
    about: str
