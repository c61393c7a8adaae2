"""What a page takes from the katas: the contract, the mistakes, the list of them."""

from __future__ import annotations

import ast
import html
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pygments  # type: ignore[import-untyped]  # it has no types
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # likewise
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # likewise

from dojo.errors import UserError
from dojo.kata import bank
from dojo.kata.catalog import Hunt, Kata, katas

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
LISTS = ("Parameters", "Returns", "Raises", "Attributes", "Yields")
CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)


def contract(kata: Kata) -> str:
    """Return the contract: facts, how to run it, a fold for each public name."""
    lines = [_facts(kata), "", *_how_to_run(kata), ""]
    source = kata.source.splitlines()
    nodes = {getattr(node, "name", ""): node for node in kata.tree.body}
    for name in kata.functions:
        node = nodes[name]
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            optional = " (optional)" if name in kata.optional else ""
            says = f"<code>{name}</code>{optional} {_first_line(node)}"
            body = "\n".join(_definition(node, source))
            lines += [_fold("contract", anchor(name), says, body), ""]
    return "\n".join(lines)


def _definition(node: ast.FunctionDef | ast.ClassDef, source: list[str]) -> list[str]:
    """Return a function, or a class with its public methods, as HTML.

    The docstring's first line, which is seen above, is left out.
    """
    lines = [_signature(node, source), *docstring_html(node)[1:]]
    for part in node.body if isinstance(node, ast.ClassDef) else []:
        if isinstance(part, ast.FunctionDef) and _is_public(part):
            lines += [_signature(part, source), *docstring_html(part)]
    return lines


def _fold(kind: str, mark: str, says: str, body: str) -> str:
    """Return a block that a reader opens; a link to its summary opens it too."""
    return (
        f'<details class="{kind}"><summary id="{mark}">{says}</summary>{body}</details>'
    )


def _first_line(node: ast.FunctionDef | ast.ClassDef) -> str:
    return inline((ast.get_docstring(node) or "").partition("\n")[0])


def anchor(name: str) -> str:
    """Return the anchor of a function's contract on its page."""
    return f"contract-{name.lower().replace('_', '-')}"


def _is_public(method: ast.FunctionDef) -> bool:
    return method.name.startswith("__") or not method.name.startswith("_")


def _facts(kata: Kata) -> str:
    order = {other.slug: other for other in katas(kata.root)}
    needs = [
        f"[{slug}](../{order[slug].chapter}/{order[slug].stem}.md)"
        if slug in order and order[slug].page.is_file()
        else f"`{slug}`"
        for slug in kata.needs
    ]
    return (
        f"Level {kata.level} of 5 · {kata.minutes} minutes · "
        f"needs {', '.join(needs) or 'nothing'}."
    )


def _how_to_run(kata: Kata) -> list[str]:
    begins = "Mend" if isinstance(kata, Hunt) else "Write your answer in"
    return [
        f"{begins} `katas/{kata.path.as_posix()}`.",
        "`dojo run` grades it once, `dojo watch` on every save:",
        "",
        "```sh",
        f"dojo run {kata.slug}",
        f"dojo watch {kata.slug}",
        "```",
    ]


def _signature(node: ast.FunctionDef | ast.ClassDef, source: list[str]) -> str:
    """Return a definition's head as the reference has it, in colours."""
    first = node.lineno - 1
    last = max(node.body[0].lineno - 1, node.lineno)
    indent = node.col_offset
    head = "\n".join(line[indent:] for line in source[first:last] if line.strip())
    coloured = pygments.highlight(head, PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<div class="highlight"><pre><code>{coloured}</code></pre></div>'


def docstring_html(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """Return a numpydoc docstring as HTML, a block a line."""
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    parts = SECTION.split(text)
    out = list(_paragraphs(parts[0]))
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        out.append(f'<p class="contract-section">{html.escape(name)}</p>')
        if name in LISTS:
            out.append(_definitions(body))
        else:
            out += _paragraphs(body)
    return out


def _definitions(body: str) -> str:
    """Return a section's items as a definition list."""
    out = []
    for item in re.split(r"\n(?=\S)", body.strip("\n")):
        head, _, rest = item.partition("\n")
        name, colon, kind = head.partition(" : ")
        term = f"<code>{html.escape(name)}</code>" if colon else inline(name)
        kind = f" <span>{inline(kind)}</span>" if colon else ""
        says = "".join(_paragraphs(inspect.cleandoc(rest))) if rest.strip() else ""
        out.append(f"<dt>{term}{kind}</dt><dd>{says}</dd>")
    return f'<dl class="contract">{"".join(out)}</dl>'


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.strip():
            yield f"<p>{inline(' '.join(paragraph.split()))}</p>"


def inline(text: str) -> str:
    """Return a docstring's line as HTML: backticks are code, all else is text."""
    out, end = [], 0
    for match in CODE.finditer(text):
        out.append(html.escape(text[end : match.start()], quote=False))
        out.append(f"<code>{html.escape(match[2], quote=False)}</code>")
        end = match.end()
    return "".join([*out, html.escape(text[end:], quote=False)])


def mistakes(kata: Kata) -> str:
    """Return the bank by function: what was done is seen, the remedy folded."""
    lines = []
    for name in kata.functions:
        folds = "\n".join(map(_mistake, bank.of_function(kata, name)))
        if folds:
            mark = anchor(name).replace("contract", "mistakes", 1)
            lines += [f'<h3 id="{mark}"><code>{name}</code></h3>', ""]
            lines += [f'<div class="mistakes">{folds}</div>', ""]
    return "\n".join(lines)


def _mistake(entry: bank.Mistake) -> str:
    done = entry.code.replace("-", " ")
    body = (
        f"<p>{inline(entry.says)}</p>"
        f"<p><code>{entry.code}</code> in <code>{entry.function}</code></p>"
    )
    return _fold("mistake", entry.anchor, done, body)


def kata_list(root: Path, chapter: str) -> str:
    """Return a chapter's katas that have a page, a table as Markdown."""
    lines = ["| Kata | Level | Minutes |", "| --- | --- | --- |"]
    for kata in katas(root):
        if kata.chapter == chapter and kata.page.is_file():
            link = f"[{kata.title}]({kata.stem}.md)"
            lines.append(
                f"| {link}: {kata.claim} | {kata.level} of 5 | {kata.minutes} |"
            )
    if len(lines) == 2:
        raise UserError(
            f"no chapter {chapter!r} has a kata with a page; "
            "write <!-- dojo:katas ch1_foundations -->"
        )
    return "\n".join([*lines, ""])
