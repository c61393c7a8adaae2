"""Opens every page of the site in a real Chromium, Debian's or another."""

from __future__ import annotations

import gzip
import importlib.util
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dojo.site.serve import server

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
VIOLATIONS = {"resultTypes": ["violations"]}
LIMIT = 200_000  # bytes that a page costs a reader who comes for the first time
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-default-apps",
]  # fmt: skip

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None,
        reason="needs pip install -e '.[browser]'",
    ),
    pytest.mark.skipif(
        CHROMIUM is None, reason="needs a Chromium, such as Debian's package chromium"
    ),
]


@pytest.fixture(scope="module")
def web(built_site: Path) -> Iterator[str]:
    """The address of the site, served on this machine."""
    serving = server(built_site, 0)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()


@pytest.fixture(scope="module")
def addresses(built_site: Path, web: str) -> list[str]:
    """The address of every page but the entrance, which hands on at once."""
    pages = sorted(
        path.relative_to(built_site) for path in built_site.rglob("*/*.html")
    )
    return [f"{web}/{page.as_posix()}" for page in pages if page.name != "404.html"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Return a function that opens a tab: width, scheme, with or without scripts."""
    contexts = []

    def open_tab(width: int = 1280, scheme: str = "light", scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


def test_every_page_loads_without_an_error_or_an_outside_request(
    opened, addresses, web
):
    tab, wrong = opened(), []
    tab.on("console", lambda m: m.type != "log" and wrong.append((tab.url, m.text)))
    tab.on("pageerror", lambda error: wrong.append((tab.url, str(error))))
    tab.on("requestfailed", lambda r: wrong.append((tab.url, r.url, r.failure)))
    tab.on(
        "request",
        lambda r: r.url.startswith((web, "data:", "blob:")) or wrong.append(r.url),
    )
    tab.on("response", lambda r: r.status < 400 or wrong.append((r.status, r.url)))
    for address in addresses:
        tab.goto(address, wait_until="networkidle")
    assert wrong == []


def test_a_page_costs_its_first_reader_little(opened, addresses):
    for address in addresses:
        tab, files = opened(), {}
        tab.on("response", lambda r, files=files: files.update({r.url: r}))
        tab.goto(address, wait_until="networkidle")
        cost = {
            url: len(r.body() if url.endswith(".woff2") else gzip.compress(r.body()))
            for url, r in list(files.items())
            # The index of the whole site is fetched beside the page, not for it.
            if url.startswith("http") and "/search" not in url
        }
        assert sum(cost.values()) < LIMIT, f"{address}: {cost}"
        tab.context.close()


@pytest.mark.parametrize(
    ("scheme", "width", "options"),
    [
        ("light", 1280, {}),
        # The scheme changes nothing but colours, and the width nothing but the rest.
        ("dark", 1280, {"runOnly": ["color-contrast", "link-in-text-block"]}),
        ("light", 360, {"rules": {"color-contrast": {"enabled": False}}}),
    ],
)
def test_axe_finds_no_violation(opened, addresses, scheme, width, options):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab, wrong, options = opened(width, scheme), [], {**VIOLATIONS, **options}
    for address in addresses:
        tab.goto(address, wait_until="load")
        tab.evaluate("new Promise(requestAnimationFrame)")
        # Formulas are thousands of spans in the colour of their line: one page will do.
        context = None if "k01_activations" in address else {"exclude": [".katex-html"]}
        for found in axe.run(tab, context, options).response["violations"]:
            nodes = [node["html"][:160] for node in found["nodes"][:3]]
            wrong.append(f"{address}: {found['id']}: {found['help']}: {nodes}")
    assert wrong == []


def test_the_entrance_leads_to_the_english_pages(opened, web):
    for scripts in (True, False):
        tab = opened(scripts=scripts)
        tab.goto(web)
        tab.wait_for_url(f"{web}/en/index.html")


def test_search_finds_a_term(opened, web):
    tab = opened()
    tab.goto(f"{web}/en/index.html", wait_until="networkidle")
    tab.click("input[name=query]")
    tab.keyboard.type("saturation")
    tab.wait_for_selector(".md-search-result__item a")
    links = tab.eval_on_selector_all(
        ".md-search-result__item a", "all => all.map(one => one.getAttribute('href'))"
    )
    assert any("k02_activation_gradients" in link for link in links)


def test_nothing_overflows_on_a_telephone(opened, addresses):
    tab, wide = opened(360), {}
    for address in addresses:
        tab.goto(address, wait_until="load")
        found = tab.evaluate(
            """() => {
                const scrolls = (one) => one && one !== document.body && (
                    ['auto', 'scroll'].includes(getComputedStyle(one).overflowX)
                    || scrolls(one.parentElement));
                const content = document.querySelector('main');
                const wide = [...content.querySelectorAll('*')].filter(one => {
                    const box = one.getBoundingClientRect();
                    return box.width && box.right > innerWidth + 1
                        && !one.closest('.katex-mathml, .md-sidebar, svg')
                        && !scrolls(one);
                });
                const page = document.documentElement.scrollWidth;
                return [page, wide.slice(0, 3).map(one => one.outerHTML.slice(0, 120))];
            }"""
        )
        if found[0] > 360 or found[1]:
            wide[address] = found
    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_without_scripts(opened, addresses, scheme):
    tab, wrong = opened(1280, scheme, scripts=False), []
    for address in addresses:
        tab.goto(address)
        for mark in ("h1", ".md-content p", ".maths .katex-html", "figure svg"):
            for one in tab.query_selector_all(f"main {mark}")[:5]:
                if not one.evaluate("one => one.closest('details')"):
                    box = one.bounding_box()
                    if not box or box["height"] < 8:
                        wrong.append((address, mark))
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        dark = sum(map(int, paper.strip("rgb()").split(","))) < 3 * 128
        if dark != (scheme == "dark"):
            wrong.append((address, paper))
    assert wrong == []


def test_hints_open_without_scripts(opened, web):
    tab = opened(scripts=False)
    tab.goto(f"{web}/en/ch1_foundations/k01_activations.html")
    first = tab.locator("details").first
    assert not first.locator("p").first.is_visible()
    first.locator("summary").click()
    assert first.locator("p, ul").first.is_visible()


def test_every_page_prints_with_its_hints_and_without_its_frame(opened, addresses):
    tab = opened(794, "dark")  # a sheet of A4 at 96 dots an inch
    tab.emulate_media(media="print")
    for address in addresses:
        tab.goto(address, wait_until="load")
        for mark in (".md-header", ".md-sidebar", ".md-footer"):
            assert not any(one.is_visible() for one in tab.query_selector_all(mark))
        bodies = tab.query_selector_all("main details > p, main details > .highlight")
        assert all(one.bounding_box() for one in bodies), address
        assert tab.evaluate("document.documentElement.scrollWidth") <= 794, address
        ink = tab.evaluate("getComputedStyle(document.querySelector('main p')).color")
        assert sum(map(int, ink.strip("rgb()").split(","))) < 3 * 100, ink
    assert tab.pdf(format="A4").startswith(b"%PDF")
