"""Mathematics, rendered while the site is built, so that no page needs a script for it.

KaTeX writes each formula twice: as MathML, which screen readers speak, and as spans,
which every browser draws alike. It runs in an embedded V8; no Node is needed.
"""

from __future__ import annotations

import html
import importlib
import re
from functools import lru_cache
from types import TracebackType
from typing import Any

from dojo.errors import UserError
from dojo.site.assets import stored

# Parts of a line that dojo/site/values.py leaves as they are.
CODE = r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))|(?P<escaped>\\\$)"
FORMULA = (
    r"(?P<maths>\$(?=[^\s$])(?P<tex>(?:\\.|[^$\\])+?)(?<!\s)\$(?P<after>[,.;:!?)]*))"
)
TOKEN = re.compile(rf"{CODE}|{FORMULA}|(?P<lone>\$)")
TAGS = re.compile(r"(<[^>]*>)")
# What Markdown would take for its own in the text between two tags.
SPECIAL = str.maketrans({c: f"&#{ord(c)};" for c in "<>&\\`*_{}[]()#+-.!|$~^=:\"'"})
MARKS = re.compile(
    r"\\.(?<![a-zA-Z])|(?P<space>\\q?quad(?![a-zA-Z]))"
    r"|(?P<opens>\{|\\begin\b|\\left\b)|(?P<closes>\}|\\end\b|\\right\b)"
)
END = "</span></span></span>"  # of the last block, of all blocks, and of the formula
WIDE = 22  # letters of a formula that may not fit a telephone
SHORT = 14  # letters of a formula that is not broken at the end of a line


class TexError(UserError):
    """A formula that cannot be rendered; the text says which and why."""


class Renderer:
    """KaTeX, loaded once; use it as a context, because its engine must be closed."""

    def __enter__(self) -> Renderer:
        """Start the engine."""
        try:
            engine = importlib.import_module("py_mini_racer")
        except ModuleNotFoundError as error:
            raise TexError(
                "mini-racer is missing; run: pip install -e '.[site]'"
            ) from error
        self._racer: Any = engine.MiniRacer()
        self._racer.eval((stored() / "katex.min.js").read_text("utf-8"))
        self._render = lru_cache(maxsize=None)(self._render_once)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the engine's threads, which would keep the process from ending."""
        self._racer.close()

    def _render_once(self, tex: str, display: bool) -> str:
        options = {"displayMode": display, "throwOnError": True, "strict": "error"}
        try:
            text = str(self._racer.call("katex.renderToString", tex, options))
        except Exception as error:
            parsing = re.search(r"ParseError: (?:KaTeX parse error: )?(.*)", str(error))
            says = parsing.group(1) if parsing else str(error).partition("\n")[0]
            # Raised without its cause, whose traceback would hold on to the engine.
            raise TexError(f"{says} (in ${tex}$)") from None
        return _inert(text)

    def inline(self, tex: str, after: str = "", named: bool = False) -> str:
        """Return a formula in a line of text, with the punctuation that follows it.

        Parameters
        ----------
        tex : str
        after : str
            The punctuation. It stands within the last of the formula's blocks, since a
            browser may break a line behind a block, whatever follows.
        named : bool
            Whether the formula gets a name in words, as a column's heading needs.
        """
        text = self._render(html.unescape(tex), False)
        if named:
            words = html.escape(" ".join(re.sub(r"[\\{}$]", " ", tex).split()))
            text = text.replace("<math ", f'<math aria-label="{words}" ', 1)
        kind = "maths short" if _letters(text) <= SHORT else "maths"
        if after:
            stop = f'<span class="stop">{after.translate(SPECIAL)}</span>'
            text = text.removesuffix(END) + stop + END
        return f'<span class="{kind}">{text}</span>'

    def display(self, tex: str) -> str:
        r"""Return a formula on a line of its own, which scrolls where it is too wide.

        What `\quad` or `\qquad` parts is put side by side where there is room.
        """
        texts = [self._render(part, True) for part in parts_of(tex)]
        reach = ' tabindex="0"' if max(map(_letters, texts)) > WIDE else ""
        return (
            f'<span class="maths-display" data-search-exclude="1"{reach}>'
            f"{''.join(texts)}</span>"
        )

    def line(self, text: str, named: bool = False) -> str:
        """Return a line of Markdown with its formulas rendered; code spans stay."""

        def replace(match: re.Match[str]) -> str:
            if match["maths"]:
                return self.inline(match["tex"], match["after"], named)
            if match["lone"]:
                raise TexError(r"a $ without its partner; write \$ for a dollar")
            return "$" if match["escaped"] else match[0]

        return TOKEN.sub(replace, text)


def parts_of(tex: str) -> list[str]:
    """Return the parts of a formula that wide spaces outside of all braces part."""
    pieces, depth, start = [], 0, 0
    for mark in MARKS.finditer(tex):
        if mark["space"] and depth == 0:
            pieces.append(tex[start : mark.start()])
            start = mark.end()
        depth += bool(mark["opens"]) - bool(mark["closes"])
    return [piece.strip() for piece in [*pieces, tex[start:]] if piece.strip()]


def _letters(text: str) -> int:
    """Return how many letters of a rendered formula are seen."""
    return len(html.unescape(TAGS.sub("", text.partition("katex-html")[2])))


def _inert(text: str) -> str:
    """Return KaTeX's output on one line, with nothing that Markdown would change."""
    pieces = TAGS.split(text.replace("\n", " "))
    for at in range(0, len(pieces), 2):  # texts are even, tags are odd
        pieces[at] = html.unescape(pieces[at]).translate(SPECIAL)
    text = "".join(pieces)
    # A formula is read aloud from its MathML and searched as it is seen. The generator
    # takes the mark away, if it has a value.
    return text.replace('katex-mathml"', 'katex-mathml" data-search-exclude="1"')
