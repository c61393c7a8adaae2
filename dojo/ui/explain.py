"""What the code of a mistake means, and where to read on."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from dojo.diagnosis.explained import EXPLAINED
from dojo.errors import UserError
from dojo.kata import bank, pages
from dojo.kata.catalog import Hunt, Kata, katas
from dojo.kata.urls import built_page, file_url
from dojo.learner.hints import with_addresses
from dojo.learner.ledger import Ledger
from dojo.ui.mistake_example import example

Place = tuple[Kata, bank.Mistake]
TABLE = "theory: docs/en/grading.md, What came back"


def story(root: Path, name: str) -> tuple[Hunt, list[str]] | None:
    """Return a hunt and what its page tells after it is solved; None for no hunt."""
    for kata in katas(root):
        names = kata.slug, kata.stem, kata.stem.partition("_")[0]
        if isinstance(kata, Hunt) and name in names:
            text = with_addresses(pages.story(kata), kata)
            return kata, [f"{kata.slug} · {kata.title}", "", text]
    return None


def explanation(root: Path, code: str) -> list[str]:
    """Return the lines that explain a mistake's code.

    Raises
    ------
    UserError
        If no mistake has that code.
    """
    lines = [f"{code}: {EXPLAINED[code]}", TABLE] if code in EXPLAINED else []
    places = [
        (kata, mistake)
        for kata in katas(root)
        for mistake in bank.own(kata)
        if mistake.code == code
    ]
    for at, (kata, mistake) in enumerate(_met_first(root, places)):
        shown = [] if at or isinstance(kata, Hunt) else example(kata, mistake)
        lines += [*([""] if lines else []), *_lines(kata, mistake, shown)]
    if not lines:
        near = _nearest(root, code)
        hint = f"did you mean {near}?" if near else "a failing verdict names one"
        raise UserError(f"no known mistake has the code {code!r}; {hint}")
    return lines


def _met_first(root: Path, places: list[Place]) -> list[Place]:
    """Return the places of a code, first those of katas where the learner made it."""
    met = Ledger(root).read()["katas"]

    def is_new(place: Place) -> bool:
        kata, mistake = place
        return kata.slug not in met or mistake.code not in met[kata.slug]["mistakes"]

    return sorted(places, key=is_new)


def _lines(kata: Kata, mistake: bank.Mistake, shown: list[str]) -> list[str]:
    place = f"{kata.slug}::{mistake.function}"
    page = f"dojo docs {kata.slug}#common-mistakes"
    if built_page(kata).is_file():
        page = file_url(kata, "" if isinstance(kata, Hunt) else mistake.anchor)
    return [
        f"{mistake.code} · {place}",
        mistake.says,
        *shown,
        *([""] if shown else []),
        f"theory: {page}",
        f"next: mend it in {kata.stub.relative_to(kata.root)}, then dojo run {place}",
    ]


def _nearest(root: Path, code: str) -> str:
    """Return the known code most like this one, or nothing."""
    codes = [mistake.code for kata in katas(root) for mistake in bank.own(kata)]
    return next(iter(get_close_matches(code, [*EXPLAINED, *codes], 1)), "")
