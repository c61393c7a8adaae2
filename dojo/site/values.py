"""Fills in the numbers that a page shows of a run: `{{ lenet.relu.share:.1% }}`.

In the braces stand a name and, behind a colon, one of Python's formats. A group of
names, the part before the first dot, is measured when the first of them is asked for.
In formulas and in code braces are left alone: LaTeX has its own.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dojo.errors import UserError
from dojo.site.maths import CODE, FORMULA

Value = float | str
Group = Callable[[], dict[str, Value]]

VALUE = r"(?P<value>\{\{(?P<inside>[^{}]*)\}\})|(?P<lone>\{\{|\}\})"
PLACE = re.compile(rf"{CODE}|{FORMULA}|{VALUE}")
INSIDE = re.compile(r"\s*(?P<name>\w+(?:\.\w+)*)\s*(?::(?P<format>.*?))?\s*")
EXPONENT = re.compile(r"e([+-])0*(\d+)$")


class UnknownValue(UserError):
    """A place for a number that cannot be filled; the text says why."""


@dataclass(frozen=True)
class Values:
    """The values by group, each group measured once.

    Parameters
    ----------
    groups : mapping
        Functions that measure, by the name of their group.
    """

    groups: Mapping[str, Group]
    measured: dict[str, dict[str, Value]] = field(default_factory=dict)

    def fill(self, line: str) -> str:
        """Return a line of a page with its numbers filled in.

        Raises
        ------
        UnknownValue
            If a name or a format is wrong.
        """

        def filled(match: re.Match[str]) -> str:
            if match["lone"]:
                raise UnknownValue("braces without their partners; write {{ name }}")
            return self._text(match["inside"]) if match["value"] else match[0]

        return PLACE.sub(filled, line)

    def _text(self, inside: str) -> str:
        match = INSIDE.fullmatch(inside)
        if match is None:
            raise UnknownValue(
                f"{{{{{inside}}}}} names no value; write {{{{ group.name:format }}}}"
            )
        return shown(match["name"], self[match["name"]], match["format"] or "")

    def __getitem__(self, name: str) -> Value:
        """Return a value by its full name."""
        group, _, rest = name.partition(".")
        if group not in self.groups:
            raise UnknownValue(
                f"no value is called {name!r}; the groups are {', '.join(self.groups)}"
            )
        if group not in self.measured:
            self.measured[group] = self.groups[group]()
        values = self.measured[group]
        if rest not in values:
            near = difflib.get_close_matches(rest, values, 3) or list(values)
            names = ", ".join(f"{group}.{other}" for other in near)
            raise UnknownValue(f"no value is called {name!r}; there are {names}")
        return values[rest]


def shown(name: str, value: Value, form: str) -> str:
    """Return a value as a reader has it: a true minus, 1e−7, a space before the %.

    Raises
    ------
    UnknownValue
        If the format does not fit, or a number with a fraction has none.
    """
    if isinstance(value, float) and not form:
        raise UnknownValue(f"{name} needs a format, as in {{{{ {name}:.3f }}}}")
    try:
        text = format(value, form)
    except ValueError as error:
        kind = "text" if isinstance(value, str) else "a number"
        raise UnknownValue(
            f"the format {form!r} does not fit {name}, which is {kind} ({error}); "
            "try :.3f, :.1e or :.1%"
        ) from error
    if isinstance(value, str):
        return text
    text = EXPONENT.sub(lambda e: f"e{e[1].strip('+')}{e[2]}", text)
    return text.replace("-", "−").replace("%", "\N{NO-BREAK SPACE}%")
