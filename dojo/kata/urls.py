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


def linked(kata: Kata, target: str) -> str:
    """Return where a link of a kata's page leads, for a reader without the page.

    Parameters
    ----------
    kata : Kata
    target : str
        Another host's address, a page's Markdown beside this one, "#fragment".

    Returns
    -------
    str
        An address for a browser; of a page that is not built, what shows its source.
    """
    if "://" in target:
        return target
    name, _, fragment = target.partition("#")
    page = (kata.page.parent / name).resolve() if name else kata.page
    inside = page.relative_to(kata.page.parents[1].resolve()) if name else kata.path
    built = kata.root / "site" / "en" / inside.with_suffix(".html")
    if built.is_file():
        mark = f"#{fragment}" if fragment else ""
        return built.resolve().as_uri() + mark
    if page == kata.page:
        return f"dojo docs {kata.slug}" + (f"#{fragment}" if fragment else "")
    return (Path("docs") / "en" / inside).as_posix()


def file_url(kata: Kata, fragment: str = "", language: str = "en") -> str:
    """Return the address that a browser opens without a server."""
    mark = f"#{fragment}" if fragment else ""
    return built_page(kata, language).resolve().as_uri() + mark
