"""What leads a stranger in: the commands, the line on a kata's page, the first verdict.

All of it is HTML or Markdown that a page asks for by a directive, or gets by being the
page of a kata.
"""

from __future__ import annotations

import html
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pygments import highlight  # type: ignore[import-untyped]  # it has no types
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from dojo.errors import UserError
from dojo.files import write_text
from dojo.kata import bank
from dojo.kata.catalog import Hunt, Kata, find
from dojo.kata.pages import title_of_chapter
from dojo.kata.stubs import with_function_from
from dojo.ui.tour import FUNCTION, KATA, source_of
from dojo.verdict.verdicts import FAILED
from dojo.worker.grade import grade

FOLDER = "dl-katas"  # what a clone is called where the repository has no address
SETTING = re.compile(r"""^(site_url|repo_url): *["']?([^"'#\s]*)""", re.MULTILINE)
FIRST = re.compile(r"^# .+\n", re.MULTILINE)


@dataclass(frozen=True)
class Addresses:
    """Where the site and the repository are found, empty as long as they are not.

    Parameters
    ----------
    site : str
        The address that the built folder is served under, with its last slash.
    repository : str
        What `git clone` takes and a reader opens.
    """

    site: str = ""
    repository: str = ""


def addresses(root: Path) -> Addresses:
    """Return the addresses that mkdocs.yml has.

    Raises
    ------
    UserError
        If one of them is no address of the web.
    """
    set_to = dict(SETTING.findall((root / "mkdocs.yml").read_text("utf-8")))
    site, repository = (set_to.get(name, "") for name in ("site_url", "repo_url"))
    for name, address in set_to.items():
        parts = urlsplit(address)
        if address and not (parts.scheme in ("http", "https") and parts.netloc):
            raise UserError(
                f"mkdocs.yml: {name} is {address!r}; write https://... or nothing"
            )
    return Addresses(site.rstrip("/") + "/" if site else "", repository.rstrip("/"))


def commands(repository: str) -> list[str]:
    """Return the three lines that lead from nothing to an environment that is on."""
    folder = urlsplit(repository).path.rpartition("/")[2].removesuffix(".git")
    cloned = f"git clone {repository} && " if repository else ""
    return [f"{cloned}cd {folder or FOLDER}", "make start", ". .venv/bin/activate"]


def first_commands(repository: str) -> str:
    """Return the commands of the home page, the last of them `dojo`, as Markdown."""
    *lines, last = commands(repository)
    return "\n".join(["```sh", *lines, f"{last} && dojo", "```", ""])


def with_way_in(page: str, kata: Kata, repository: str) -> str:
    """Return a kata's page with the line under its title that says how to try it."""
    return FIRST.sub(lambda title: f"{title[0]}\n{_way_in(kata, repository)}", page, 1)


def _way_in(kata: Kata, repository: str) -> str:
    """Return the line as HTML: what is the same on every page is not searched."""
    number = kata.chapter.partition("_")[0].removeprefix("ch")
    typed = "\n".join([*commands(repository), f"dojo run {kata.slug}"])
    links = [
        '<a href="../start.html">How to start</a>',
        f'<a href="../index.html#the-numbers">why this chapter is number {number}</a>',
    ]
    if repository:
        links.append(f'<a href="{html.escape(repository)}">the repository</a>')
    title = title_of_chapter(kata.page.parents[1], kata.chapter)
    do = (
        "mend a file, and graders tell when it is right"
        if isinstance(kata, Hunt)
        else "write its functions, and a grader names what is wrong"
    )
    kind = "hunt" if isinstance(kata, Hunt) else "kata"
    return (
        '<details class="way-in" data-search-exclude="1">'
        f"<summary>Try it yourself · level {kata.level} of 5 · {kata.minutes} min"
        f"</summary><p>This page belongs to a {kind} of "
        f'<a href="index.html">{html.escape(title)}</a>: you {do}.</p>'
        f'<div class="highlight"><pre><code>{html.escape(typed)}</code></pre></div>'
        f"<p>{' · '.join(links)}</p></details>\n"
    )


def verdict(root: Path) -> str:
    """Return a wrong answer beside the verdict that the grader gives it, as HTML."""
    kata, _ = find(root, KATA)
    wrong = bank.of_function(kata, FUNCTION)[0]
    source = source_of(kata.bank, wrong.name, FUNCTION)
    leads, *facts = _graded(kata, source)
    name, _, sentence = leads.partition(": ")
    link = f"{kata.chapter}/{kata.stem}.html#{wrong.anchor}"
    shown = highlight(source.rstrip(), PythonLexer(), HtmlFormatter(wrapcode=True))
    lines = "\n".join(html.escape(line) for line in facts)
    return (
        f'<div class="verdict">{shown.rstrip()}'
        f'<div class="verdict-says"><p><a href="{link}">{html.escape(name)}</a>: '
        f"{html.escape(sentence)}</p>"
        f'<pre tabindex="0"><code>{lines}</code></pre></div></div>\n'
    )


def _graded(kata: Kata, source: str) -> list[str]:
    """Return the lines of the verdict on an answer to the tour's function."""
    with tempfile.TemporaryDirectory(prefix="dojo-site-") as folder:
        answer = with_function_from(source, kata.reference.read_text("utf-8"), FUNCTION)
        write_text(Path(folder) / kata.path, answer)
        (record,) = grade(kata.root, [kata], FUNCTION, Path(folder))
    if record["state"] != FAILED:
        raise UserError(
            f"the wrong answer of the home page is {record['state']}; "
            f"it is the bank's first for {FUNCTION}"
        )
    return record["lines"]
