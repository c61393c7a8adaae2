"""The claims of a page, read: names that it gives, and expressions that must agree.

`<!-- dojo:let NAME = EXPRESSION -->` gives a name, `<!-- dojo:claim LEFT == RIGHT -->`
says that two expressions agree, `<!-- dojo:claim NAME = EXPRESSION -->` that autograd
finds the same for an array of the network of two layers, and
`<!-- dojo:claim none: REASON -->` why a formula cannot be evaluated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dojo.errors import UserError
from dojo.kata.pages import HEADING, parts

COMMENT = re.compile(r"<!-- dojo:(let|claim) (.+?) -->\s*")
NONE = re.compile(r"none:\s*(\S.*)?")


class WrongForm(UserError):
    """A claim that cannot be read; the text ends with the remedy."""


@dataclass(frozen=True)
class Statement:
    """A claim, or the giving of a name.

    Parameters
    ----------
    line : int
        Of the page.
    kind : str
        "let", "claim", or "network": a claim about an array of the network.
    left, right : str
        Two expressions; of the others the left one is a name.
    """

    line: int
    kind: str
    left: str
    right: str

    @property
    def text(self) -> str:
        """The statement as a person wrote it."""
        return f"{self.left} {'==' if self.kind == 'claim' else '='} {self.right}"


def statements(text: str) -> list[Statement]:
    """Return what a page claims, in order.

    Raises
    ------
    WrongForm
        If one cannot be read; the text begins with its line.
    """
    found = []
    for line, kind, written in _comments(text):
        try:
            statement = read(line, kind, written)
        except WrongForm as error:
            raise WrongForm(f"line {line}: {error}") from None
        if statement:
            found.append(statement)
    return found


def _comments(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, "let" or "claim", what is written there)."""
    for line, kind, part in parts(text):
        if kind == "comment" and (match := COMMENT.fullmatch(part)):
            yield line, match[1], match[2].strip()


def read(line: int, kind: str, written: str) -> Statement | None:
    """Return a claim from its text; None if it says why there is none.

    Raises
    ------
    WrongForm
        If it cannot be read.
    """
    if kind == "claim" and (none := NONE.fullmatch(written)):
        if not none[1]:
            raise WrongForm("a claim `none:` gives no reason; write why")
        return None
    form = "NAME = EXPRESSION" if kind == "let" else "LEFT == RIGHT"
    try:
        (node,) = ast.parse(written).body
    except (SyntaxError, ValueError):
        raise WrongForm(f"{written!r} is no {form}; write Python") from None
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        kind = "let" if kind == "let" else "network"
        return Statement(line, kind, node.targets[0].id, _text(written, node.value))
    compared = node.value if isinstance(node, ast.Expr) else node
    if (
        kind == "let"
        or not isinstance(compared, ast.Compare)
        or not isinstance(compared.ops[0], ast.Eq)
        or len(compared.ops) > 1
    ):
        raise WrongForm(
            f"{written!r} is no {form}; put brackets around any other comparison"
        )
    left, right = compared.left, compared.comparators[0]
    return Statement(line, "claim", _text(written, left), _text(written, right))


def _text(written: str, node: ast.expr) -> str:
    return ast.get_source_segment(written, node) or ast.unparse(node)


def complaints(text: str) -> Iterator[str]:
    """Yield what is wrong with the form of a page's claims; each begins with a line."""
    for line in bare_formulas(text):
        yield (
            f"line {line}: no claim follows the formula; add a line "
            "<!-- dojo:claim LEFT == RIGHT -->, or <!-- dojo:claim none: REASON -->"
        )
    try:
        found = statements(text)
    except WrongForm as error:
        yield str(error)
        return
    given: dict[str, str] = {}
    for statement in found:
        if statement.kind == "let":
            if "rng" not in statement.right:
                given[statement.left] = statement.right
        elif _expanded(statement.left, given) == _expanded(statement.right, given):
            yield (
                f"line {statement.line}: the claim {statement.text} cannot fail, for "
                "both sides are the same; compare with the reference, torch or autograd"
            )


def bare_formulas(text: str) -> Iterator[int]:
    """Yield the lines that begin a formula of the derivation without a claim."""
    section, waiting = "", 0
    for line, kind, part in [*parts(text), (0, "end", "")]:
        if kind == "comment" and (comment := COMMENT.fullmatch(part)):
            waiting = 0 if comment[1] == "claim" else waiting
        elif (waiting and part.strip()) or kind == "end":
            if waiting:
                yield waiting
            waiting = 0
        heading = HEADING.match(part) if kind == "text" else None
        if heading and heading[1] == "##":
            section = heading[2]
        if kind == "display" and section == "Derivation":
            waiting = line


class _Given(ast.NodeTransformer):
    """Puts in the place of each name what it stands for."""

    def __init__(self, given: dict[str, str]) -> None:
        self._given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:  # ast's name
        if node.id not in self._given:
            return node
        others = {name: text for name, text in self._given.items() if name != node.id}
        value = ast.parse(self._given[node.id], mode="eval").body
        replaced: ast.expr = _Given(others).visit(value)
        return replaced


def _expanded(expression: str, given: dict[str, str]) -> str:
    """Return an expression with the names that were given written out."""
    return ast.dump(_Given(given).visit(ast.parse(expression, mode="eval")))
