"""Holds the numbers of pages and figures to their runs: none is typed by hand.

What a run measured differs with the processor's float kernels, so it is filled in when
the site is built. A number counts as measured if it looks like a result (a decimal, a
per cent, a power of ten, a count of errors) and stands, in a paragraph or in a table
below one, after a word that speaks of a run: of seeds, epochs, draws, errors, of what
the reference returns. What is given and not measured is no result: a letter that gets
its value, the headings of a table and its first column, a section of a book.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dojo.kata.catalog import katas
from dojo.kata.pages import hints, parts
from dojo.site.values import UnknownValue, Values, shown

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "en"
PAGES = sorted(DOCS.rglob("*.md"))
CODE = [*sorted((ROOT / "dojo/site/figures").glob("*.py")), ROOT / "dojo/ui/tour.py"]

RUN = re.compile(
    r"\b(seeds?|epochs?|trained|digits|reads?|loss|reach(es|ed)?|errors?|returns|finds"
    r"|reports|differs|measure[sd]?|draws?|drawn|at random|normal|on average|checked"
    r"|gradient descent|mistakes? put|doubled|exactly zero|same (right )?gradient"
    r"|same network|example above|evidence|check (says|fails)|squares add up"
    r"|of that sum|squared distance|lies flat|cost (falls|jumps)|told right|right for"
    r"|never seen|the steps are|scores? of|is off by|scatter)\b",
    re.IGNORECASE,
)
RESULT = re.compile(
    r"(?<![\w.,])("
    r"\d+\.\d+(e[-−]?\d+)?|\d+e[-−]?\d+"  # 94.8, 1.8e−5, 5e−5
    r"|\d+(\.\d+)? \\cdot 10\^\{?-?\d+"  # 2.9 \cdot 10^{-9}
    r"|\d+[ \N{NO-BREAK SPACE}]%|\d+ errors|\d+ of them)"
)
PLACE = re.compile(r"\{\{[^{}]*\}\}")
NUMBERS = r"[\d.]+(e-?\d+)?(, [\d.]+)*( and [\d.]+)?"
GIVEN = re.compile(  # a letter or a setting that gets its value, and code
    r"`[^`]*`|(\\(alpha|mu|lambda|varepsilon)|\b[kcsmz]|ε) = [\d.]+(e-?\d+)?"
    rf"|(probability of|keep_prob|slope of|step size of|steps|step of) {NUMBERS}"
)
ARITHMETIC = "worked out from the formula beside it, without a run"
ROUNDING = "exact in float64 on every machine"
EXCEPTIONS = {  # what looks like a result and is none, with why
    "| 11.6 MB | CC BY-SA 3.0 |": "what was published",
    "| 30.9 MB | MIT |": "what was published",
    "| 170.1 MB |": "what was published",
    "the usual 0.01": "a default",
    r"$\tanh(-0.5) = -0.462$": ARITHMETIC,
    "$0.8^{10} = 0.107$": ARITHMETIC,
    "for a standard normal $z$ it is 0.395": ARITHMETIC,
    "ReLU | 0.5": "the factor c, given",
    r"$\sqrt 2 = 1.41$": ARITHMETIC,
    "The errors are 0.0301 and 0.0001": ARITHMETIC,
    "$\\sigma(40)$ is exactly 1.0": ROUNDING,
    "$e / (e + 9) = 0.23$": ARITHMETIC,
    r"$\ln(1 + 9/e) = 1.46$": ARITHMETIC,
    r"the loss is $\ln 10 = 2.303$": ARITHMETIC,
    r"u = 2^{-53} \approx 1.1 \cdot 10^{-16}": ARITHMETIC,
    r"u = 1.1 \cdot 10^{-16}": ARITHMETIC,
    r"about $2 \cdot 10^{-8}$, with a much larger": ARITHMETIC,
    "cannot hold $3.00001$ or $2.99999$": "given, to show what an integer loses",
    "the second term predicts $4 \\cdot 10^{-9}$": ARITHMETIC,
    "0.55 measured": ROUNDING,
    r"\ln 10) = 1.2951$": ARITHMETIC,
    "lowers the cost from 1.2951 to 1.0134": ARITHMETIC,
    r"2/60 \approx 0.033": ARITHMETIC,
    "So 5 of them in a row": "counts what conv2 takes",
    "begins far from 2.3,": "the logarithm of 10, derived above",
    "agreement at 1e-7": "given: the customary line",
    "for every step from 1e-10 to 1e-3": "given: a part of the axis",
    "the shares are 13 %, 13 % and 74 %": "given",
    "For $x = 2.4$,": "given",
    "the edge of the data, say at 2.5": "given",
    "a training loss of 0.9": "given",
    "and a learning rate of 0.1": "given",
    r"$\sqrt{180} = 13.4$": ARITHMETIC,
    "true weights are all 0.01 and the true bias is 0.05": "given",
    "Somebody who says 0.05": "given",
    "from 75 % to 100 %": "given: the axis",
    "the noise in these data alone makes 10 %": "given",
    "where 0.1 was hoped for": "given",
    "a training loss of 0.30 in each epoch": "given",
    "without `drop_last` it reports 0.32": "given",
    "two averages, which would be 0.65": ARITHMETIC,
    "normal, mean 0, standard deviation 0.1": "given: what the kata asks for",
    "batches of 32 and a rate of 0.02": "given",
    "to 1e-9 of the largest entry in float64, to 1e-4 in float32": "a tolerance",
    "above 25 %, the machine was too noisy": "given: a limit",
    "| the learning rate | 0.02 |": "a default",
}


def results(line: str) -> list[str]:
    """Return what looks like a result in a line."""
    return [match[0] for match in RESULT.finditer(line)]


def bare(line: str) -> str:
    """Return a line without what is filled in, given or excepted."""
    for excepted in EXCEPTIONS:
        line = line.replace(excepted, "")
    return GIVEN.sub("", PLACE.sub("", line))


def typed(source: str) -> dict[int, list[str]]:
    """Return what looks like a result of a run typed by hand, by line of a page."""
    section, run, below_blank, by_line = "", False, False, {}
    for number, kind, text in parts(source):
        section = text if text.startswith("## ") else section
        if not text.strip():
            below_blank = True
        elif kind in ("text", "heading") and "Sources" not in section:
            table, line = text.lstrip().startswith("|"), bare(text)
            run = (run and (table or not below_blank)) or bool(RUN.search(line))
            below_blank = False
            # The first column and the headings of a table say what was given.
            line = line.partition("|")[2].partition("|")[2] if table else line
            if run and kind == "text" and results(line):
                by_line[number] = results(line)
    return by_line


def words_in(source: str) -> Iterator[str]:
    """Yield a module's strings but docstrings; what is computed leaves no digits."""
    tree = ast.parse(source)
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = [part for part in node.values if isinstance(part, ast.Constant)]
            skipped |= {id(piece) for piece in pieces}
            yield " ".join("".join(str(piece.value) for piece in pieces).split())
        elif isinstance(node, ast.Constant) and id(node) not in skipped:
            yield " ".join(str(node.value).split())


def typed_in_code(source: str) -> list[tuple[str, list[str]]]:
    """Return the strings of a module that hold a result typed by hand."""
    lines = [(words, bare(words)) for words in words_in(source)]
    return [
        (w, results(line)) for w, line in lines if RUN.search(line) and results(line)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_result_of_a_run_is_typed_into_a_page(page):
    assert typed(page.read_text("utf-8")) == {}, "fill it in: {{ group.name:format }}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_no_result_of_a_run_is_typed_into_the_words_of_a_figure(path):
    assert typed_in_code(path.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_result_that_is_frozen_again_is_seen(page):
    """Each place that is filled in is typed by hand in turn."""
    source = page.read_text("utf-8")
    lines, unseen = source.splitlines(keepends=True), []
    prose = {number for number, kind, _ in parts(source) if kind in ("text", "heading")}
    for at, line in enumerate(lines):
        for place in PLACE.finditer(line) if at + 1 in prose else ():
            form = place[0].strip("{ }").partition(":")[2]
            frozen = line.replace(place[0], shown("x", 0.9432, form) if form else "")
            changed = "".join([*lines[:at], frozen, *lines[at + 1 :]])
            if form and at + 1 not in typed(changed):
                unseen.append(f"{page.stem}:{at + 1}: {place[0]}")
    assert unseen == []


@pytest.mark.parametrize(
    "sentence",
    [
        "It reads 94.8\N{NO-BREAK SPACE}% of the test digits right.",
        "After three epochs the loss is 0.198.",
        "The 52 errors are not spread evenly.",
        "There are a few mistakes.\n26 of them fall on the digits 8 and 9.",
        "With the seed 0 the check returns $2.9 \\cdot 10^{-9}$.",
        "| net | digits |\n| --- | --- |\n| ReLU | 94.8 |",
        "With the seed 0:\n\n| $c$ | layer 50 |\n| --- | --- |\n| 2 | 1.15 |",
    ],
)
def test_typed_results_are_seen_in_sentences_and_tables(sentence):
    assert typed(f"# T\n\n{sentence}\n") != {}


@pytest.mark.parametrize(
    "sentence",
    [
        "It reads {{ lenet.relu.share:.1% }} of the test digits right.",
        "With the seed 0 and $\\alpha = 0.05$ it is trained.",
        "The slope at 0 is 0.25.",
        "## Sources\n\n- On trained networks, section 5.3.",
    ],
)
def test_what_is_filled_in_given_or_derived_may_stand(sentence):
    assert typed(f"# T\n\n{sentence}\n") == {}


def test_a_result_typed_into_code_is_seen():
    module = '"""It reads 94.8 % of digits."""\nwords = f"reads {share:.1f} % of {n}"\n'
    assert typed_in_code(module) == []
    assert typed_in_code(module.replace("{share:.1f}", "94.8")) != []
    assert typed_in_code(module + "more = 'a loss of 0.26'\n") != []


def test_each_exception_is_still_needed():
    pages = [page.read_text("utf-8") for page in PAGES]
    words = [w for path in CODE for w in words_in(path.read_text("utf-8"))]
    for excepted in EXCEPTIONS:
        assert any(excepted in text for text in (*pages, *words)), excepted
        assert results(GIVEN.sub("", excepted)), excepted


def test_hints_are_shown_in_the_terminal_so_nothing_in_them_is_filled_in():
    for kata in katas(ROOT):
        texts = [text for levels in hints(kata).values() for text in levels]
        assert not any(PLACE.search(text) for text in texts), kata.slug


@pytest.fixture
def values():
    """Values of one group, which notes how often it is measured."""
    calls = []

    def measure():
        calls.append(1)
        return {"share": 0.9438, "loss": -2.5e-09, "errors": 56, "hard": "4 and the 7"}

    values = Values({"net": measure, "never": lambda: pytest.fail("not asked for")})
    yield values
    assert len(calls) <= 1


@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("it reads {{ net.share:.1% }} of", "it reads 94.4\N{NO-BREAK SPACE}% of"),
        ("| {{net.errors}} | {{ net.share:.2f }} |", "| 56 | 0.94 |"),
        ("the {{ net.hard }}, {{ net.loss:.1e }}", "the 4 and the 7, −2.5e−9"),
        ("$W^{{[1]}}$ is {{ net.errors }}, $x$", "$W^{{[1]}}$ is 56, $x$"),
        ("`{{ net.errors }}` and {{ net.errors }}", "`{{ net.errors }}` and 56"),
        ("\\$5 and {{ net.errors }}", "\\$5 and 56"),
    ],
)
def test_a_line_is_filled_in_but_for_its_formulas_and_code(values, line, filled):
    assert values.fill(line) == filled


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{{ net.shar:.1% }}", r"no value is called 'net.shar'; there are net.share"),
        ("{{ nut.share:.1% }}", r"no value .* 'nut.share'; the groups are net, never"),
        ("{{ net.share }}", r"net.share needs a format, as in \{\{ net.share:.3f \}\}"),
        ("{{ net.share:.1q }}", r"the format '.1q' does not fit net.share"),
        ("{{ net.hard:.1f }}", r"does not fit net.hard, which is text"),
        ("{{ 3 net }}", r"names no value; write \{\{ group.name:format \}\}"),
        ("{{ net.share:.1%", "braces without their partners"),
        ("net.share }}", "braces without their partners"),
    ],
)
def test_a_place_that_cannot_be_filled_says_why(values, line, says):
    with pytest.raises(UnknownValue, match=says):
        values.fill(line)
