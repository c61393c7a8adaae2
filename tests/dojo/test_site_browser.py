"""Opens every page of the site in a real Chromium."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMIUM, FLAGS, NEEDED

from dojo.kata import bank, catalog
from dojo.kata.pages import parts
from dojo.kata.urls import page_path
from dojo.site.maths import parts_of
from dojo.site.serve import server

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 4  # tabs; each waits half a second for the silence that ends a visit
LIMIT = 200_000  # bytes that a page costs a reader who comes for the first time
DESK, TELEPHONE = (1280, 800), (360, 740)
SHEET = (605, 933)  # what the margins leave of A4, at 96 dots an inch
SCREENS = 1.5  # within which a page's first figure begins
CHECKS = Path(__file__).with_name("page_checks.js").read_text("utf-8")
STILL = (
    "*, ::before, ::after { transition: none !important; animation: none !important }"
)
WHOLE = "k01_activations"  # the page whose formulas and whose frame are checked whole
KINDS = ("en/index", "en/start", "ch1_foundations/index", "ch9_bug_hunts/", WHOLE)
RICH = ("<figure", "<table", "<pre", "<details", "katex-html", "<a ")

pytestmark = NEEDED


@pytest.fixture(scope="module")
def web(built_site: Path) -> Iterator[str]:
    """The address of the site, served on this machine."""
    yield from served(built_site)


def served(folder: Path) -> Iterator[str]:
    """Yield the address of a folder while it is served."""
    serving = server(folder, 0)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()


@pytest.fixture(scope="module")
def addresses(built_site: Path, web: str) -> list[str]:
    """The address of every page but the entrance, which hands on at once."""
    pages = sorted(
        path.relative_to(built_site) for path in built_site.rglob("*/*.html")
    )
    return [f"{web}/{page.as_posix()}" for page in pages]


@pytest.fixture(scope="module")
def chosen(built_site: Path, addresses: list[str], web: str) -> set[str]:
    """The pages that are asked what the style sheet promises of all.

    One of each kind, the longest, and those with the most of what a page is made of.
    """
    texts = {
        address: (built_site / address.removeprefix(f"{web}/")).read_text("utf-8")
        for address in addresses
    }
    kinds = [next(a for a in addresses if kind in a) for kind in KINDS]
    rich = [max(addresses, key=lambda a: texts[a].count(mark)) for mark in RICH]
    return {*kinds, *rich, max(addresses, key=lambda a: len(texts[a]))}


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

    def open_tab(
        size: tuple[int, int] = DESK, scripts: bool = True, **options: Any
    ) -> Any:
        context = browser.new_context(
            viewport=viewport(size), java_script_enabled=scripts, **options
        )
        contexts.append(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


def viewport(size: tuple[int, int]) -> dict[str, int]:
    """Return a size as the browser takes it."""
    return {"width": size[0], "height": size[1]}


class Visit:
    """What a first reader's browser did when it opened a page, and what it showed.

    All that is asked of a page is asked in one visit: to open it costs more than to
    look at it. What is asked `whole` is asked of the pages chosen for it.
    """

    def __init__(self, tab: Any, address: str, web: str, whole: bool) -> None:
        self.address, self._web, self.whole = address, web, whole
        self.wrong: list[Any] = []
        self.cost: dict[str, int] = {}
        self.said: dict[str, Any] = {}
        self._tab = tab
        self._responses: dict[str, Any] = {}
        self._heard = {
            "console": lambda m: m.type != "log" and self.wrong.append(m.text),
            "pageerror": lambda error: self.wrong.append(str(error)),
            "requestfailed": lambda r: self.wrong.append((r.url, r.failure)),
            "request": self._requested,
            "response": lambda r: self._responses.update({r.url: r}),
        }
        for event, hear in self._heard.items():
            tab.on(event, hear)
        tab.goto(address, wait_until="commit")

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self._web, "data:", "blob:")):
            self.wrong.append(request.url)

    def end(self, axe: str, sizes: dict[str, int]) -> None:
        """Wait until nothing is fetched any more, look at the page, leave the tab.

        Parameters
        ----------
        axe : str
            The script that finds what some readers cannot use.
        sizes : dict of str to int
            What an address costs, filled in.
        """
        self._tab.wait_for_load_state("networkidle")
        self.wrong += [url for url, r in self._responses.items() if r.status >= 400]
        for url, response in list(self._responses.items()):
            # The index of the whole site is fetched beside the page, not for it.
            if url.startswith("http") and "/search" not in url:
                if url not in sizes:
                    body = response.body()
                    packed = body if url.endswith(".woff2") else gzip.compress(body)
                    sizes[url] = len(packed)
                self.cost[url] = sizes[url]
        self._tab.evaluate(CHECKS)
        self._tab.evaluate(axe)
        # What fades when scheme and width change would be judged half-way.
        self._tab.add_style_tag(content=STILL)
        self._look()
        self._leave()

    def _leave(self) -> None:
        """Make the tab a first reader's again."""
        for event, hear in self._heard.items():
            self._tab.remove_listener(event, hear)
        self._tab.evaluate("localStorage.clear(); sessionStorage.clear()")
        self._tab.goto("about:blank")  # it costs nothing to look at in another size
        self._as(DESK, "light")

    def _look(self) -> None:
        """Ask what changes nothing first: at a desk, on paper, on a telephone."""
        ask = self._ask
        ask("figure at a desk", "figure")
        ask("overflow at a desk", "overflow")
        if WHOLE not in self.address:
            self._tab.evaluate("checks.silent()")
        self._as((794, 1123), "dark", media="print")  # A4 at 96 dots an inch
        ask("printed")
        if not self.whole:
            self._tab.evaluate("checks.frameless()")
        self._as(TELEPHONE, "dark" if self.whole else "light")
        ask("figure on a telephone", "figure")
        self._tab.evaluate("checks.unfold()")
        self._tab.evaluate("dispatchEvent(new Event('resize'))")
        self._tab.wait_for_timeout(50)  # until what scrolls can be reached by keyboard
        for name in ("overflow", "hiddenOverflow", "splitNames", "strayStops"):
            ask(name)
        ask("withoutCopyButton")
        if WHOLE in self.address:
            ask("axe, dark, unfolded", "violations")
        else:
            self._tab.evaluate("checks.boxed()")
        self._tab.evaluate("checks.fold()")
        if not self.whole:
            ask("axe, on a telephone", "violationsButOfColours")
            return
        ask("axe, dark, on a telephone", "violations")
        self._as(DESK, "light")
        every = WHOLE in self.address
        ask("axe, light, at a desk", "violations" if every else "paleTexts")

    def _as(self, size: tuple[int, int], scheme: str, media: str = "screen") -> None:
        self._tab.set_viewport_size(viewport(size))
        self._tab.emulate_media(color_scheme=scheme, media=media)
        self._tab.evaluate("new Promise(requestAnimationFrame)")

    def _ask(self, name: str, check: str = "") -> None:
        self.said[name] = self._tab.evaluate(f"checks.{check or name}()")


@pytest.fixture(scope="module")
def visits(
    browser: Any, addresses: list[str], chosen: set[str], web: str
) -> list[Visit]:
    """A first reader's visit to every page, several at a time, each in its tab."""
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe, visits = module.Axe().axe_script, []
    tabs = [browser.new_context(viewport=viewport(DESK)) for _ in range(AT_ONCE)]
    tabs = [context.new_page() for context in tabs]
    sizes: dict[str, int] = {}
    for start in range(0, len(addresses), AT_ONCE):
        some = zip(tabs, addresses[start:], strict=False)
        batch = [Visit(tab, a, web, whole=a in chosen) for tab, a in some]
        for visit in batch:
            visit.end(axe, sizes)
        visits += batch
    for tab in tabs:
        tab.context.close()
    return visits


def test_every_page_loads_without_an_error_or_an_outside_request(visits):
    assert {visit.address: visit.wrong for visit in visits if visit.wrong} == {}


def test_a_page_costs_its_first_reader_little(visits):
    for visit in visits:
        assert len(visit.cost) > 3, visit.address
        assert sum(visit.cost.values()) < LIMIT, f"{visit.address}: {visit.cost}"


@pytest.mark.parametrize(
    "check",
    [
        "overflow at a desk",
        "printed",
        "overflow",
        "hiddenOverflow",
        "splitNames",
        "strayStops",
        "withoutCopyButton",
        "axe, on a telephone",
        "axe, dark, on a telephone",
        "axe, light, at a desk",
        "axe, dark, unfolded",
    ],
)
def test_a_page_shows_nothing_wrong(visits, check):
    wrong = {visit.address: visit.said.get(check) for visit in visits}
    assert any(says is not None for says in wrong.values())
    assert {address: says for address, says in wrong.items() if says} == {}


def is_in_the_new_form(page: Path) -> bool:
    """Tell whether a page shows its figure before its first section."""
    return "<!-- dojo:figure" in page.read_text("utf-8").partition("\n## ")[0]


@pytest.mark.parametrize(
    ("place", "height"), [("at a desk", DESK[1]), ("on a telephone", TELEPHONE[1])]
)
def test_a_page_begins_with_its_figure(visits, web, place, height):
    docs, seen = ROOT / "docs", 0
    for visit in visits:
        source = docs / visit.address.removeprefix(f"{web}/").replace(".html", ".md")
        if is_in_the_new_form(source):
            seen += 1
            down = visit.said[f"figure {place}"]
            assert down < SCREENS * height, f"{visit.address}: {down} px {place}"
    assert seen >= 3


@pytest.mark.parametrize("size", [DESK, TELEPHONE])
def test_the_first_screen_of_the_home_page_says_it_all(opened, web, size):
    tab = opened(size)
    tab.goto(f"{web}/en/index.html", wait_until="load")
    begins = tab.evaluate(
        """() => ['h1', 'h1 + p', '.highlight', '.verdict code', '.verdict-says p',
            'figure svg'].map(mark => document.querySelector(`main ${mark}`)
                .getBoundingClientRect())
            .map(box => [box.top, box.bottom])"""
    )
    assert all(0 < top < bottom <= size[1] for top, bottom in begins), begins


def test_the_map_has_its_arrows_at_a_desk_and_is_a_list_on_a_telephone(opened, web):
    tab = opened()
    tab.goto(f"{web}/en/index.html", wait_until="load")
    shown = "() => getComputedStyle(document.querySelector('.map-arrows')).display"
    assert tab.evaluate(shown) == "block"
    tab.set_viewport_size(viewport(TELEPHONE))
    assert tab.evaluate(shown) == "none"
    assert tab.locator(".map-needs").first.is_visible()


QUERIES = {
    "backpropagation": "k11_two_layer_backprop",
    "back-propagation": "k11_two_layer_backprop",
    "back propagation": "k11_two_layer_backprop",
    "backprop": "k11_two_layer_backprop",
    "反向传播": "k11_two_layer_backprop",
    "双边误差": "k08_numerical_gradient",
    "饱和": "k02_activation_gradients",
    "sigmoid_grad": "k02_activation_gradients",
    "sigmoid grad": "k02_activation_gradients",
    "leaky_relu": "k01_activations",
    "σ": "k01_activations",
    "initialisation": "k07_weight_init",
    "initialization": "k07_weight_init",
    "Glorot": "k07_weight_init",
    "takes-z-for-a": "k02_activation_gradients",
    "saturaton": "k02_activation_gradients",
    "dropuot": "k04_inverted_dropout",
    "central difference": "k08_numerical_gradient",
    "grad check": "k09_gradient_check",
    "corr2d": "k01_corr2d",
    "max pooling": "k04_pool2d",
    "LeNet": "k05_lenet",
    "vanishing gradients": "k07_weight_init",
    "derivative of the sigmoid": "k02_activation_gradients",
}


TYPES = """(query) => {
    const field = document.querySelector('input[name=query]');
    field.value = query;
    field.dispatchEvent(new KeyboardEvent('keyup'));
}"""


def first_result(tab: Any, query: str, page: str) -> str:
    """Type a query; return its first result, which is waited for if it is another."""
    from playwright.sync_api import TimeoutError as TooLong

    first = "document.querySelector('.md-search-result__link')"
    tab.evaluate(TYPES, "")
    tab.wait_for_function(f"!{first}")  # the results of the query before are gone
    tab.evaluate(TYPES, query)
    try:
        tab.wait_for_function(
            f"page => {first}?.href.split(/[?#]/)[0].endsWith(`/${{page}}.html`)",
            arg=page,
            timeout=4000,
        )
    except TooLong:
        return str(tab.evaluate(f"{first}?.href ?? 'nothing'"))
    return page


def test_search_finds_a_page_first_by_each_of_its_names(opened, web):
    tab = opened()
    tab.goto(f"{web}/en/start.html", wait_until="networkidle")
    tab.click("input[name=query]")
    assert len(QUERIES) >= 20
    found = {query: first_result(tab, query, page) for query, page in QUERIES.items()}
    assert found == QUERIES
    assert tab.is_visible(".md-search-result__link")
    assert not tab.is_visible(".md-search-result .md-tags")  # names without their gaps


def test_search_finds_each_mistake_at_its_own_page_first(opened, web):
    tab = opened()
    tab.goto(f"{web}/en/start.html", wait_until="networkidle")
    tab.click("input[name=query]")
    katas = [k for k in catalog.katas(ROOT) if not isinstance(k, catalog.Hunt)]
    codes = {kata: {mistake.code for mistake in bank.read(kata)} for kata in katas}
    for kata in katas:
        others = set().union(*(codes[other] for other in katas if other != kata))
        code = max(codes[kata] - others, key=len)
        assert first_result(tab, code, kata.stem) == kata.stem, code


def copied(tab: Any, mark: str, how: str = "range.selectNodeContents(part)") -> str:
    """Select a part of the page, copy it, and return what would be pasted."""
    tab.evaluate(
        f"""(mark) => {{
            const part = document.querySelector(mark), range = document.createRange();
            {how};
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }}""",
        mark,
    )
    tab.keyboard.press("Control+C")
    return str(tab.evaluate("navigator.clipboard.readText()"))


@pytest.fixture
def reader(opened: Any) -> Any:
    """A tab that may read what was copied."""
    return opened(permissions=["clipboard-read", "clipboard-write"])


def test_a_line_with_a_formula_pastes_with_its_tex(reader, web):
    reader.goto(f"{web}/en/errata.html", wait_until="load")
    reader.evaluate(
        """() => {
            const lines = [...document.querySelectorAll('main p')];
            lines.find(line => line.textContent.includes('Exactly')).id = 'line';
        }"""
    )
    text = copied(reader, "#line")
    sentence = r"Exactly, $\tanh z = 2\sigma(2z) - 1$, which scales both axes."
    assert text.count(sentence) == 1
    assert text.count("tanh") == 1
    assert copied(reader, "#line .base", "range.selectNode(part.firstChild)") == (
        r"$\tanh z = 2\sigma(2z) - 1$,"
    ), "a piece of a formula stands for the whole"


def test_a_display_formula_pastes_as_its_tex_once(reader, web):
    kata = catalog.find(ROOT, "two-layer-backprop")[0]
    source = kata.page.read_text("utf-8")
    reader.goto(f"{web}/en/{page_path(kata)}", wait_until="load")
    formulas = [text.strip() for _, kind, text in parts(source) if kind == "display"]
    assert len(formulas) > 10
    for at, tex in enumerate(formulas[:6]):
        mark = f"copied-{at}"
        reader.evaluate(
            "([at, mark]) => { document.querySelectorAll('main .maths-display')"
            "[at].id = mark }",
            [at, mark],
        )
        text = copied(reader, f"#{mark}", "range.selectNode(part)")
        written = r" \qquad ".join(parts_of(tex))
        assert text == f"$${written}$$"


def test_the_commands_can_be_copied_by_a_button(reader, web):
    reader.goto(f"{web}/en/index.html", wait_until="load")
    reader.locator("main .highlight button[data-md-type=copy]").first.click()
    pasted = reader.evaluate("navigator.clipboard.readText()")
    assert pasted.split("\n")[1:] == ["make start", ". .venv/bin/activate && dojo"]


@pytest.fixture(scope="module", params=["/", "/some/base/"])
def based(request: Any, built_site: Path, tmp_path_factory: Any) -> Iterator[str]:
    """The address of the site below a path."""
    top = built_site
    if request.param != "/":
        top = tmp_path_factory.mktemp("host")
        place = top / request.param.strip("/")
        place.parent.mkdir(parents=True)
        place.symlink_to(built_site, target_is_directory=True)
    for address in served(top):
        yield f"{address}{request.param}"


@pytest.mark.parametrize("lost", ["nosuch.html", "en/ch1_foundations/k11_two_layers"])
def test_an_address_without_a_page_leads_back_from_any_depth(opened, based, lost):
    tab = opened()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    answer = tab.goto(based + lost, wait_until="networkidle")
    assert answer.status == 404
    assert all(url.startswith(based.partition("/some")[0]) for url in asked)
    home, *others = tab.locator("#pages a").all()
    assert home.is_visible()
    found = [link.evaluate("link => link.href") for link in [home, *others]]
    assert found[0] == f"{based}en/index.html"
    dead = tab.evaluate(
        """async (links) => {
            const answers = await Promise.all(links.map(link => fetch(link)));
            return answers.filter(one => !one.ok).map(one => one.url);
        }""",
        found,
    )
    assert dead == []
    if "k11" in lost:
        near = tab.locator("#near a")
        assert near.get_attribute("href").endswith("k11_two_layer_backprop.html")
    home.click()
    tab.wait_for_url(f"{based}en/index.html")


def test_the_entrance_leads_to_the_english_pages(opened, web):
    for scripts in (True, False):
        tab = opened(scripts=scripts)
        tab.goto(web)
        tab.wait_for_url(f"{web}/en/index.html")


def test_pages_can_be_read_without_scripts(opened, chosen):
    tab, wrong = opened(scripts=False), []
    for address in chosen:
        tab.goto(address)
        tab.evaluate(CHECKS)
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            flat, seen, paper = tab.evaluate("checks.flat()")
            dark = sum(map(int, paper.strip("rgb()").split(","))) < 3 * 128
            if flat or not seen or dark != (scheme == "dark"):
                wrong.append((address, scheme, flat, seen, paper))
    assert wrong == []


def test_hints_open_without_scripts(opened, web):
    tab = opened(scripts=False)
    tab.goto(f"{web}/en/ch1_foundations/k01_activations.html")
    first = tab.locator("details.tip").first
    assert not first.locator("p").first.is_visible()
    first.evaluate(
        "one => one.parentElement.closest('details')?.setAttribute('open', '')"
    )
    first.locator("summary").click()
    assert first.locator("p, ul").first.is_visible()


def test_a_page_is_printed_on_about_as_many_sheets_as_it_fills(opened, web):
    tab = opened(SHEET)
    tab.goto(f"{web}/en/ch1_foundations/k01_activations.html", wait_until="load")
    # The theme unfolds all that is folded when it hears of a printer.
    sheets = tab.pdf(format="A4").count(b"/Type /Page\n")
    tab.emulate_media(media="print")
    tab.evaluate(CHECKS)
    tab.evaluate("checks.fold()")
    height = tab.evaluate("document.documentElement.scrollHeight")
    assert 3 < sheets <= 1.3 * height / SHEET[1] + 1, (sheets, height)
