"""Every single small edit of a function, the likelier ones first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from dojo.diagnosis.repair import expressions, statements
from dojo.diagnosis.repair.alike import adapted, called_alike
from dojo.diagnosis.repair.edits import (
    Edit,
    Place,
    expression_edit,
    expression_edits,
    places,
    same,
)
from dojo.diagnosis.repair.expressions import New, Scope
from dojo.diagnosis.repair.parting import Parting
from dojo.diagnosis.repair.reference import (
    Ingredients,
    assigned_in,
    ingredients,
    names_in,
)


@dataclass
class Subject:
    """A function, method or helper whose text is edited.

    Parameters
    ----------
    function : FunctionDef
    reference : list of FunctionDef
        What the reference has for it.
    globals : set of str
        The names of the answer's file.
    torch : bool
        Whether the kata answers in tensors.
    alike : dict
        The function's name for each local variable that has another in the reference.
    """

    function: ast.FunctionDef
    reference: list[ast.FunctionDef]
    globals: set[str]
    torch: bool
    alike: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arguments = self.function.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        self.parameters = [a.arg for a in given]
        self.locals = assigned_in(self.function)
        names = dict.fromkeys([*self.parameters, *sorted(self.locals)])
        self.known = {*names, *self.globals}
        reference = [
            adapted(f, self.alike, self.known, self.reference) for f in self.reference
        ]
        self.parts: Ingredients = ingredients(reference, self.known)
        data = [name for name in self.parameters if name != "self"]
        constants, keywords = self.parts.constants, self.parts.keywords
        self.scope = Scope(list(names), data, constants, keywords)

    @property
    def body(self) -> list[ast.stmt]:
        """Its statements, without the docstring."""
        has_docstring = ast.get_docstring(self.function) is not None
        return self.function.body[1:] if has_docstring else self.function.body

    def places(self) -> list[Place]:
        """Return each place of an expression, those of defaults too."""
        defaults = [*self.function.args.defaults, *self.function.args.kw_defaults]
        lists = ("defaults", "kw_defaults")
        found = [
            Place(self.function.args, field, index, self.function)
            for field in lists
            for index, node in enumerate(getattr(self.function.args, field))
            if node in defaults and node is not None
        ]
        return found + list(places(self.body))


def parted(subject: Subject) -> Iterator[Edit]:
    """Yield a function that is like the reference where it parts from it."""
    for function in subject.reference:
        if function.name == subject.function.name:
            reference = called_alike(function, subject.alike)
            yield from Parting(subject.function, reference, subject.known).edits()


def small(subject: Subject) -> Iterator[Edit]:
    """Yield what one slip of the pen may have done to a function."""
    found = subject.places()
    for place in found:
        for kind, new in _at(place, subject.scope):
            yield expression_edit(place, new, kind)
    for group in _repeated(found):
        edits = (expressions.small_edits(p.node, subject.scope) for p in group)
        yield from _together(group, zip(*edits, strict=False))
    yield from statements.small_edits(subject.function)


def _at(place: Place, scope: Scope) -> Iterator[New]:
    yield from expressions.small_edits(place.node, scope)
    if place.field == "test":
        yield "a condition", ast.UnaryOp(ast.Not(), place.node)
        for truth in (True, False):
            yield "a condition", ast.Constant(truth)


def _repeated(found: list[Place]) -> Iterator[list[Place]]:
    """Yield the places of one statement where the same name, number or call stands."""
    groups: dict[tuple[int, str], list[Place]] = {}
    for place in found:
        if isinstance(place.node, ast.Name | ast.Constant | ast.Call):
            code = place.node.func if isinstance(place.node, ast.Call) else place.node
            key = id(place.statement), type(place.node).__name__ + ast.dump(code)
            groups.setdefault(key, []).append(place)
    return (group for group in groups.values() if len(group) > 1)


def _assigned_alike(found: list[Place]) -> Iterator[list[Place]]:
    """Yield the places where several statements assign the same expression."""
    groups: dict[str, list[Place]] = {}
    for place in found:
        if isinstance(place.parent, ast.Assign) and place.field == "value":
            groups.setdefault(ast.dump(place.node), []).append(place)
    return (group for group in groups.values() if len(group) > 1)


def _together(group: list[Place], each: Iterator[tuple[New, ...]]) -> Iterator[Edit]:
    """Yield the edits that do the same at all places of a group."""
    for news in each:
        kinds = {kind for kind, _ in news}
        if len(kinds) == 1:
            places_and_news = zip(group, (new for _, new in news), strict=True)
            yield expression_edits(list(places_and_news), kinds.pop())


def missing(subject: Subject) -> Iterator[Edit]:
    """Yield a function with something put in that it may lack."""
    found = subject.places()
    for place in found:
        for kind, new in expressions.added(place.node, subject.scope, subject.torch):
            yield expression_edit(place, new, kind)
    for group in (*_repeated(found), *_assigned_alike(found)):
        edits = (expressions.added(p.node, subject.scope, subject.torch) for p in group)
        yield from _together(group, zip(*edits, strict=False))
    if subject.torch:
        usual = statements.usual(subject.scope.parameters)
        yield from statements.put_in(subject.function, usual, "a line that is missing")


def borrowed(subject: Subject) -> Iterator[Edit]:
    """Yield a function with a part of the reference in it.

    What stands there may read no local variable that the new part does not read: else
    the new part would only go round a mistake that was made before.
    """
    for place in subject.places():
        if isinstance(place.node, ast.Name):
            for name in subject.parts.names:
                if name not in (place.node.id, *subject.scope.names):
                    new_name = ast.Name(name, ast.Load())
                    yield expression_edit(place, new_name, "a name in this line")
        old = names_in(place.node) & subject.locals
        for new in subject.parts.expressions:
            if old <= names_in(new) and not same(place.node, new):
                yield expression_edit(place, new, "an expression")
    lines = subject.parts.statements
    for edit in statements.exchanged(subject.function, lines, "a statement"):
        (before,), (after,) = edit.before, edit.after
        if names_in(before) & subject.locals <= names_in(after):
            yield edit
    lines = [line for line in lines if _is_new(line, subject)]
    yield from statements.put_in(subject.function, lines, "a line that is missing")


def _is_new(line: ast.stmt, subject: Subject) -> bool:
    """Tell whether a line may be put in: it replaces nothing that is computed."""
    if isinstance(line, ast.Return):
        nodes = ast.walk(subject.function)
        return not any(isinstance(node, ast.Return) for node in nodes)
    assigned = assigned_in(line)
    return not assigned & subject.locals or assigned <= names_in(line)


LEVELS = (parted, small, borrowed, missing)
