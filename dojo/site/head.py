"""A page's head: what search engines and those who pass a page on show of it.

The generator writes title and canonical address; this adds the description, and what
is needed for a preview, to the built HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from dojo.kata.pages import parts
from dojo.site.maths import FORMULA

HEADING = re.compile(r"^#+ ")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[^a-z])")
DESCRIPTION = re.compile(r'<meta name="description"[^>]*>')
LONGEST = 300  # letters of a description
COMMANDS = {
    r"\sigma": "σ",
    r"\varepsilon": "ε",
    r"\le": "≤",
    r"\ge": "≥",
    r"\cdot": "·",
}
FIGURE = re.compile(r"<!-- dojo:figure ([\w-]+) -->")


def described(source: str, filled: Callable[[str], str] = str) -> str:
    """Return a page's first sentences, as plain text.

    Parameters
    ----------
    source : str
        The page's Markdown. What stands between the title and the first figure,
        heading or list is the idea; whole sentences of it are taken, as many as fit.
    filled : callable, optional
        Fills in the numbers of a line.
    """
    text: list[str] = []
    for _, kind, line in parts(_without_front(source)):
        plain = line.strip()
        if kind == "text" and plain and not HEADING.match(plain):
            text.append(_plain(filled(plain)))
        elif text and plain and (kind != "text" or HEADING.match(plain)):
            break
    taken = ""
    for sentence in SENTENCE.split(" ".join(text)):
        if taken and len(taken) + len(sentence) >= LONGEST:
            break
        taken = f"{taken} {sentence}".strip()
    return taken


def _without_front(source: str) -> str:
    """Return a page without the settings before its title."""
    return source.partition("\n---\n")[2] if source.startswith("---\n") else source


def _plain(line: str) -> str:
    """Return a line of Markdown as it is read; formulas as they are written in code."""

    def formula(match: re.Match[str]) -> str:
        tex = match["tex"]
        for command, sign in COMMANDS.items():
            tex = tex.replace(command, sign)
        return re.sub(r"\\[a-zA-Z]+|[\\{}$]", "", tex) + match["after"]

    line = re.sub(FORMULA, formula, LINK.sub(r"\1", line))
    return html.unescape(re.sub(r"<[^>]*>|[`*]", "", line))


def main_figure(source: str) -> str:
    """Return the name of a page's first figure; empty where it has none."""
    found = FIGURE.search(source)
    return found[1] if found else ""


def with_head(
    page: str, title: str, description: str, address: str, picture: str
) -> str:
    """Return a built page with its description and preview.

    Parameters
    ----------
    page : str
        The HTML.
    title, description : str
        In words.
    address, picture : str
        Of the page and of its picture, absolute; empty where the site has no address,
        because a preview is made from afar.
    """
    says = f'<meta name="description" content="{html.escape(description)}">'
    tags = [
        says,
        _property("og:type", "article"),
        _property("og:site_name", "DL Katas"),
        _property("og:title", title),
        _property("og:description", description),
    ]
    if address:
        tags.append(_property("og:url", address))
    if picture:
        tags.append(_property("og:image", picture))
        tags.append('<meta name="twitter:card" content="summary_large_image">')
    page = DESCRIPTION.sub("", page, count=1)
    return page.replace("</head>", "\n".join([*tags, "</head>"]), 1)


def _property(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{html.escape(content)}">'
