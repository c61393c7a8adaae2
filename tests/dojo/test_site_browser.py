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
AT_ONCE = 8  # tabs; each waits half a second for the silence that ends a visit
LIMIT = 200_000  # bytes that a page costs a reader who comes for the first time
# Puts an empty box of its size in the place of each formula. A column's heading keeps
# the words of its formula, since it would be empty without.
BOXES = """() => {
    const drawn = [...document.querySelectorAll('.katex-html')];
    const sizes = drawn.map(formula => formula.getBoundingClientRect());
    drawn.forEach((formula, i) => {
        const box = document.createElement('span');
        box.setAttribute('aria-hidden', 'true');
        box.style.cssText = `display: inline-block; width: ${sizes[i].width}px; `
            + `height: ${sizes[i].height}px`;
        const spoken = formula.parentElement.querySelector('.katex-mathml');
        if (!formula.closest('th')) spoken.remove();
        formula.replaceWith(box);
    });
}"""
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


class Visit:
    """What a first reader's browser did and said when it opened a page."""

    def __init__(self, tab: Any, address: str, web: str) -> None:
        self.address, self.wrong, self.cost = address, [], {}
        self._tab, self._responses = tab, {}
        tab.on("console", lambda m: m.type != "log" and self.wrong.append(m.text))
        tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        tab.on("requestfailed", lambda r: self.wrong.append((r.url, r.failure)))
        tab.on(
            "request",
            lambda r: (
                r.url.startswith((web, "data:", "blob:")) or self.wrong.append(r.url)
            ),
        )
        tab.on("response", lambda r: self._responses.update({r.url: r}))
        tab.goto(address, wait_until="commit")

    def end(self) -> None:
        """Wait until nothing is fetched any more, and close the tab."""
        self._tab.wait_for_load_state("networkidle")
        self.wrong += [url for url, r in self._responses.items() if r.status >= 400]
        for url, response in list(self._responses.items()):
            # The index of the whole site is fetched beside the page, not for it.
            if url.startswith("http") and "/search" not in url:
                body = response.body()
                packed = body if url.endswith(".woff2") else gzip.compress(body)
                self.cost[url] = len(packed)
        self._tab.context.close()


@pytest.fixture(scope="module")
def visits(browser: Any, addresses: list[str], web: str) -> list[Visit]:
    """A first reader's visit to every page, several at a time."""
    visits = []
    for start in range(0, len(addresses), AT_ONCE):
        contexts = [
            (address, browser.new_context(viewport={"width": 1280, "height": 900}))
            for address in addresses[start : start + AT_ONCE]
        ]
        batch = [Visit(c.new_page(), address, web) for address, c in contexts]
        for visit in batch:
            visit.end()
        visits += batch
    return visits


def test_every_page_loads_without_an_error_or_an_outside_request(visits):
    assert {visit.address: visit.wrong for visit in visits if visit.wrong} == {}


def test_a_page_costs_its_first_reader_little(visits):
    for visit in visits:
        assert len(visit.cost) > 3, visit.address
        assert sum(visit.cost.values()) < LIMIT, f"{visit.address}: {visit.cost}"


CHECKS = {"light": ("light", 1280), "dark": ("dark", 360), "frame": ("dark", 1280)}
STILL = (
    "*, ::before, ::after { transition: none !important; animation: none !important }"
)
WHOLE = "k01_activations"  # the page whose formulas and whose frame are checked whole


def violations_on(tab: Any, scheme: str, width: int) -> list[str]:
    """Return what axe, which the tab has loaded, says of the page."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("new Promise(requestAnimationFrame)")
    return tab.evaluate(
        """async () => {
            const ran = await axe.run(document, {resultTypes: ['violations']});
            return ran.violations.map(rule => `${rule.id}: ${rule.help}: `
                + rule.nodes.slice(0, 3).map(node => node.html.slice(0, 160)));
        }"""
    )


@pytest.fixture(scope="module")
def violations(browser: Any, addresses: list[str]) -> dict[str, list[str]]:
    """What axe finds on every page, by the name of the check; a page is loaded once.

    The frame of all pages is one, and all formulas, thousands of spans in the colour of
    their line, are KaTeX's: those are checked on one page, the frame in both schemes.
    """
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab, wrong = browser.new_context().new_page(), {name: [] for name in CHECKS}
    for address in addresses:
        tab.goto(address, wait_until="load")
        tab.evaluate(module.Axe().axe_script)
        # What fades when scheme and width change would be judged half-way.
        tab.add_style_tag(content=STILL)
        if WHOLE not in address:
            tab.evaluate(BOXES)
        for name, (scheme, width) in CHECKS.items():
            if name != "frame" or WHOLE in address:
                says = violations_on(tab, scheme, width)
                wrong[name] += [f"{address}: {rule}" for rule in says]
    tab.context.close()
    return wrong


@pytest.mark.parametrize("check", CHECKS)
def test_axe_finds_no_violation(violations, check):
    assert violations[check] == []


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
        width, outside = tab.evaluate(
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
        if width > 360 or outside:
            wide[address] = (width, outside)
    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_without_scripts(opened, addresses, scheme):
    tab, wrong = opened(1280, scheme, scripts=False), []
    for address in addresses:
        tab.goto(address)
        flat, seen, paper = tab.evaluate(
            """() => {
                const marks = ['h1', '.md-content p', '.maths .katex-html',
                    'figure svg'];
                const parts = marks.flatMap(mark =>
                    [...document.querySelectorAll(`main ${mark}`)].slice(0, 5)
                        .filter(part => !part.closest('details')));
                const flat = parts.filter(p => p.getBoundingClientRect().height < 8);
                return [flat.map(part => part.outerHTML.slice(0, 80)), parts.length,
                    getComputedStyle(document.body).backgroundColor];
            }"""
        )
        dark = sum(map(int, paper.strip("rgb()").split(","))) < 3 * 128
        if flat or not seen or dark != (scheme == "dark"):
            wrong.append((address, flat, seen, paper))
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
        framed, folded, width, ink = tab.evaluate(
            """() => {
                const all = (mark) => [...document.querySelectorAll(mark)];
                const shows = (part) => part.getClientRects().length > 0;
                const frame = all('.md-header, .md-sidebar, .md-footer');
                const bodies = all('main details > p, main details > .highlight');
                return [frame.filter(shows).length,
                    bodies.filter(part => !shows(part)).length,
                    document.documentElement.scrollWidth,
                    getComputedStyle(document.querySelector('main p')).color];
            }"""
        )
        assert (framed, folded) == (0, 0), address
        assert width <= 794, address
        assert sum(map(int, ink.strip("rgb()").split(","))) < 3 * 100, ink
    assert tab.pdf(format="A4").startswith(b"%PDF")
