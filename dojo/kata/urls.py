"""Where a kata's page stands: its source's path, its address, the built file."""

from __future__ import annotations

from pathlib import Path

from dojo.kata.catalog import Kata

LANGUAGES = ("en",)  # a language is a tree in docs/ and a tree in site/


def page_path(kata: Kata, fragment: str = "") -> str:
    """Return a page's address below a language's root.

    Parameters
    ----------
    kata : Kata
    fragment : str
        The place on the page: a mistake's code, "hints", "contract" …
    """
    mark = f"#{fragment}" if fragment else ""
    return f"{kata.chapter}/{kata.stem}.html{mark}"


def built_page(kata: Kata, language: str = "en") -> Path:
    """Return the file that a build writes; it exists only after `make site`."""
    return kata.root / "site" / language / page_path(kata)


def file_url(kata: Kata, fragment: str = "", language: str = "en") -> str:
    """Return the address that a browser opens without a server."""
    mark = f"#{fragment}" if fragment else ""
    return built_page(kata, language).resolve().as_uri() + mark
