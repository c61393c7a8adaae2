"""Makes the generator's search index find a page by every name that it goes by.

The names are those of the glossary's terms that lead to the page, of the kata's
functions and of its known mistakes. They stand in the index as tags, which weigh most;
one of several words stands there as one word, and dojo/site/search.js, which goes
before the theme's search worker, looks for what a reader typed in the same way.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dojo.kata import bank
from dojo.kata.catalog import Hunt, Kata
from dojo.kata.urls import page_path

WORKER = Path(__file__).with_name("search.js")
TERM = re.compile(r"^(?P<names>\S.*)\n:   (?P<says>.+)$", re.MULTILINE)
CHINESE = re.compile(r'<span lang="zh">([^<]*)</span>')
PAGE = re.compile(r"\]\((ch[\w/]+)\.md\)")
GAPS = re.compile(r"[^\w]+|_")
LISTING = re.compile(r"<pre\b.*?</pre>", re.DOTALL)  # what it does is said around it
TAGS = re.compile(r"<[^>]*>")
# Between two words of a text; a point within a number is none.
SEPARATOR = r"[\s\-_,:;!?()\[\]{}\"'`=*/|·]+|\.(?!\d)|&[lg]t;"
# A page's last sections are for looking up. What the contract says weighs less than
# what explains; the others give answers away, or stand elsewhere too, or cite others.
REFERENCE = (
    "contract",
    "common-mistakes",
    "hints",
    "what-the-notes-got-wrong",
    "after-it-is-solved",
    "sources",
)
LEFT_OUT = REFERENCE[1:]
FAINTLY = 0.1


def names_in(glossary: str) -> dict[str, list[str]]:
    """Return the names of the glossary's terms by the page that each leads to.

    Parameters
    ----------
    glossary : str
        Its Markdown: a line of names, the Chinese ones in a span, then the definition
        with a link to the page.
    """
    names: dict[str, list[str]] = {}
    for term in TERM.finditer(glossary):
        english = term["names"].partition(" · ")[0].split(", ")
        chinese = [
            name for found in CHINESE.findall(term[0]) for name in found.split("，")
        ]
        for page in PAGE.findall(term["says"]):
            names.setdefault(f"{page}.html", []).extend(english + chinese)
    return names


def names_of(katas: list[Kata]) -> dict[str, list[str]]:
    """Return each kata's own names by its page: slug, functions, known mistakes.

    A mistake that several katas know leads to the first of them.
    """
    names: dict[str, list[str]] = {}
    taken: set[str] = set()
    for kata in katas:
        if isinstance(kata, Hunt):  # its functions are those of other pages
            names[page_path(kata)] = [kata.slug]
            continue
        codes = dict.fromkeys(mistake.code for mistake in bank.read(kata))
        own = [code for code in codes if code not in taken]
        names[page_path(kata)] = [kata.slug, *kata.functions, *own]
        taken |= codes.keys()
    return names


def joined(name: str) -> str:
    """Return a name as one word in lower case."""
    return GAPS.sub("", name.lower()) or name


def keyworded(index: dict[str, Any], names: dict[str, list[str]]) -> dict[str, Any]:
    """Return an index whose pages have their names, and whose texts are plain.

    Parameters
    ----------
    index : dict
        As the generator writes it: an entry a heading, the page's own first.
    names : dict
        The names by the page's address.
    """
    docs = list(_entries(index["docs"]))
    for entry in docs:
        if entry["location"] in names:
            tags = dict.fromkeys(map(joined, names[entry["location"]]))
            entry["tags"] = list(tags)
    return {"config": index["config"] | {"separator": SEPARATOR}, "docs": docs}


def _entries(docs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the entries of whole pages, and of what is worth finding in them."""
    section = ""
    for entry in docs:
        _, _, mark = entry["location"].partition("#")
        if not mark or mark in REFERENCE:
            section = mark
        if section not in LEFT_OUT:
            plain = {name: _plain(entry[name]) for name in ("title", "text")}
            faint = {"boost": FAINTLY} if section else {}
            yield {"location": entry["location"]} | plain | faint


def _plain(text: str) -> str:
    """Return a text without its tags; what could be taken for one stays escaped."""
    words = html.unescape(TAGS.sub(" ", LISTING.sub(" ", text)))
    return " ".join(html.escape(words, False).split())
