"""Tests that a theory page can be read in a terminal."""

from __future__ import annotations

import re

import pytest
from command_line import dojo
from conftest import PAGE, REPOSITORY

from dojo.kata import catalog
from dojo.ui.formulas import as_text
from dojo.ui.page_text import page_text

RAW = re.compile(r"\\\\[a-z]+|<!--|\{\{|\$|\?\?\?|\]\(")
CODE = re.compile(r"`[^`]*`|^    .*$", re.MULTILINE)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\frac{\partial J}{\partial z} = g'(z) \, h", "∂J/∂z = g'(z) h"),
        (r"\frac14 - \left(a - \frac12\right)^2", "1/4 - (a - 1/2)²"),
        (r"\sum_{i=1}^{n} x_i^2", "∑ᵢ₌₁ⁿ xᵢ²"),
        (r"e^{-z}, W^\top X, \hat y", "e^(-z), W⊤ X, y\u0302"),
        (r"\operatorname{ReLU}(z) \le \sqrt{z}", "ReLU(z) ≤ √z"),
        (r"\begin{cases} 1 & z > 0 \\ 0 & z < 0 \end{cases}", "{ 1 z > 0; 0 z < 0"),
        (r"\begin{aligned} a &= b \\[1ex] &= c \end{aligned}", "a = b\n= c"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "[ 1 2; 3 4 ]"),
        (r"\text{if } \lVert x \rVert \ne 0", "if ‖x‖ ≠ 0"),
    ],
)
def test_a_formula_is_readable_text(formula, text):
    assert as_text(formula) == text


def test_no_page_shows_what_is_meant_for_the_site():
    for kata in catalog.katas(REPOSITORY):
        text = CODE.sub("", "\n".join(page_text(kata)))
        assert RAW.findall(text) == [], kata.slug


def test_a_page_gives_no_hint_away_and_its_answers_follow_the_questions(clone):
    said = dojo(clone, "docs", "scaling").out
    assert "Multiply." not in said
    assert "dojo hint scaling gives them one by one." in said
    assert said.index("By what does the mean square grow?") < said.index("would be 0,")
    assert "    yᵢⱼ = f xᵢⱼ\n" in said
    assert "    print(2.5 * 4)\n" in said
    assert "It stands in katas/ch0_tiny/k01_scaling.py." in said
    assert "- takes-the-root\n" in said
    assert said.endswith(
        "make site builds the pages, with their figures; this is the text.\n"
    )


def test_a_section_of_a_page_can_be_read_alone(clone):
    said = dojo(clone, "docs", "scaling#shapes").out
    assert said.startswith("## Shapes\n\nNone changes.\n")
    assert "Derivation" not in said
    assert "one-entry" in PAGE.lower().replace(" ", "-")
    assert "yᵢⱼ" in dojo(clone, "docs", "scaling#one-entry-at-a-time").out
    ran = dojo(clone, "docs", "scaling#nosuch")
    assert (ran.status, "it has idea, derivation, shapes" in ran.err) == (2, True)


def test_a_kata_without_a_page_says_so(clone):
    (clone.root / "docs/en/ch0_tiny/k01_scaling.md").unlink()
    ran = dojo(clone, "docs", "scaling")
    assert (ran.status, "scaling has no page yet" in ran.err) == (2, True)
