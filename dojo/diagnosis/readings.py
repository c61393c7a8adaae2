"""A reading: one way to say what came back, which a case bears out or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dojo.diagnosis.cases import Case


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
    holds : callable, optional
        Tells of another case whether it bears the reading out; without it all readings
        of that case are looked through.
    """

    code: str
    says: str
    about: str
    holds: Callable[[Case], bool] | None = field(default=None, compare=False)
