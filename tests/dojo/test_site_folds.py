"""Opens links to what is folded, in a real Chromium with the site's script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMIUM, FLAGS, NEEDED
from conftest import REPOSITORY

from dojo.kata import bank, catalog
from dojo.site import contract

SCRIPT = REPOSITORY / "docs" / "en" / "assets" / "site.js"
pytestmark = NEEDED
OPEN = "[...document.querySelectorAll('details[open] summary')].map(one => one.id)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def folded(clone, tmp_path: Path) -> str:
    """The address of a page of what is folded, with a screen of space between."""
    (kata,) = catalog.katas(clone.root)
    space = '<div style="height: 2000px"></div>'
    body = space + contract.contract(kata) + space + contract.mistakes(kata) + space
    page = tmp_path / "page.html"
    page.write_text(f"{body}<script>{SCRIPT.read_text('utf-8')}</script>", "utf-8")
    return page.as_uri()


@pytest.mark.parametrize(
    ("fragment", "opened"),
    [
        ("", []),
        ("nothing", []),
        ("contract-mean-square", ["contract-mean-square"]),
        ("mistake-scales-twice", ["mistake-scales-twice"]),
        ("scales-twice", ["mistake-scales-twice"]),
    ],
)
def test_a_link_to_a_fold_opens_it(browser, folded, fragment, opened):
    tab = browser.new_page()
    tab.goto(f"{folded}#{fragment}")
    assert tab.evaluate(OPEN) == opened
    assert (tab.evaluate("scrollY") > 1000) == bool(opened)
    tab.close()


def test_a_link_on_the_page_opens_a_fold_too(browser, folded):
    tab = browser.new_page()
    tab.goto(folded)
    tab.evaluate("location.hash = 'mistake-sums'")
    tab.wait_for_selector("details[open] #mistake-sums")
    assert tab.evaluate(OPEN) == ["mistake-sums"]
    tab.close()


def test_without_a_script_the_summary_is_where_a_link_leads(browser, folded):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{folded}#mistake-sums")
    assert tab.evaluate("scrollY") > 3000
    assert tab.locator("#mistake-sums").is_visible()
    context.close()


@pytest.mark.parametrize("name", ["TakesTheMean", "takes_the_mean"])
def test_a_mistake_is_told_in_words_whether_function_or_class(name):
    fold = contract._mistake(bank.Mistake("kata", "Net", name, "A mean is taken."))
    assert "takes the mean" in fold
    assert "<code>takes-the-mean</code> in <code>Net</code>" in fold
    assert name not in fold
