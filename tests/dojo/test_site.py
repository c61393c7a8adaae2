"""Tests how the site is made: mathematics, directives, links, size."""

from __future__ import annotations

import contextlib
import gzip
import html
import re
import socket
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dojo.check import page_rules
from dojo.errors import UserError
from dojo.kata import bank, catalog, pages
from dojo.kata.catalog import Kata
from dojo.kata.urls import built_page, page_path
from dojo.site import build, command, contract, finish, serve
from dojo.site.maths import Renderer, TexError
from dojo.site.pages import Builder, PageError
from dojo.site.snippets import Snippets
from dojo.site.values import Values

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 200_000  # bytes of a page, compressed

PAGE = """\
# Scaling

A factor makes everything larger.
Or it makes everything smaller.
It changes no shape.

<!-- dojo:figure scaling -->

## Idea

It costs \\$5 to write `$x$`, and $x_1 * y_2$ is a product.

```python
price = "$x$"  # <!-- dojo:contract -->
```

## Derivation

$$
\\frac{1}{2}
  + z
$$
<!-- dojo:claim scale(np.ones(3), 0.5) == np.ones(3) / 2 -->

## Shapes

```python run
print(2 * 3)
```

## Check yourself

??? question "What would happen if it were 0?"

    All would be 0.

    ```python run
    for i in range(2):

        print(0 * i)
    ```

??? question "Why?"
    So.

??? question "How?"
    Thus.

## Contract

<!-- dojo:contract -->

## Common mistakes

<!-- dojo:mistakes -->

## Hints

### `scale`

??? tip "Hint 1"

    Look at $x$. What is it?

??? tip "Hint 2"
    Multiply.

??? tip "Hint 3"
    ```python
    return factor * ...
    ```

### `mean_square`

??? tip "Hint 1"
    Which comes first?

??? tip "Hint 2"
    The square.

??? tip "Hint 3"
    `...mean()`

## Sources
"""


@pytest.fixture(scope="module")
def maths():
    """KaTeX, where the site's packages are installed."""
    pytest.importorskip("py_mini_racer", reason="needs pip install -e '.[site]'")
    with Renderer() as renderer:
        yield renderer


@pytest.fixture(scope="module")
def snippets():
    """What runs the code of pages."""
    with Snippets(ROOT) as running:
        yield running


@pytest.fixture
def builder(clone, maths, snippets, tmp_path: Path):
    """A builder of the tiny clone's pages, which show one figure."""
    tree = clone.root / "docs" / "en"
    (tree / "ch0_tiny").mkdir(parents=True, exist_ok=True)
    values = Values({"run": lambda: {"share": 0.9438, "hard": "4_and_7"}})
    figures = tmp_path / "figures"
    figures.mkdir()
    (figures / "scaling.svg").write_text("<svg></svg>", "utf-8")
    return Builder(clone.root, tree, figures, maths, values, snippets)


def written(builder: Builder, text: str, name: str = "ch0_tiny/k01_scaling.md") -> str:
    """Return what the builder makes of a page's text."""
    path = builder.tree / name
    path.write_text(text, "utf-8")
    return builder.page(path)


def test_a_formula_is_rendered_for_eyes_and_for_screen_readers(maths):
    text = maths.line("so $a = b$, then")
    assert "<math" in text
    assert 'class="katex-html" aria-hidden="true"' in text
    assert text.startswith("so <span")
    assert re.search(r",(</span>)+ then$", text)


def test_code_and_dollars_are_left_alone(builder):
    text = written(builder, PAGE)
    assert "costs $5" in text
    assert "`$x$`" in text
    assert 'price = "$x$"  # <!-- dojo:contract -->' in text


def test_a_formula_holds_nothing_that_markdown_would_change(maths):
    text = re.sub("<[^>]*>", "", maths.line(r"$a_1 * b_2 < |c| [d]$"))
    assert not set("*_`[]|\\$") & set(text.strip())


@pytest.mark.parametrize(
    "text", [r"$\nosuch$", r"$\frac{1}$", "a lone $ sign", "$$\nx\n", "$$\nx\n\n$$\n"]
)
def test_a_wrong_formula_fails_with_file_and_line(builder, text):
    with pytest.raises(PageError, match=r"docs/en/ch0_tiny/k01_scaling\.md:3: "):
        written(builder, f"# T\n\n{text}\n")


def test_a_renderer_that_failed_ends_cleanly(maths):
    with pytest.raises(TexError, match="Undefined control sequence"):
        maths.display(r"\nosuch")
    assert "<math" in maths.display("x")


def test_the_contract_has_facts_signatures_and_shapes(builder):
    text = written(builder, PAGE)
    assert "Level 1 of 5 · 5 minutes · needs nothing." in text
    assert "dojo run scaling" in text
    code = html.unescape(re.sub("<[^>]*>", "", text))
    assert "def scale(x: np.ndarray, factor: float = 3.0) -> np.ndarray:" in code
    assert "<code>x</code> <span>ndarray of shape (N, D)</span>" in text
    assert "If the factor is negative." in text
    assert "_checked" not in text


def test_each_mistake_of_the_bank_has_an_anchor_and_its_sentence(builder, clone):
    text = written(builder, PAGE)
    (kata,) = catalog.katas(clone.root)
    assert len(bank.read(kata)) == 6
    for mistake in bank.read(kata):
        fold = re.search(f'<summary id="{mistake.anchor}">(.*?)</details>', text)
        seen, _, inside = fold[1].partition("</summary>")
        assert seen == mistake.name.replace("_", " ")
        assert f"<p>{mistake.says}</p>" in inside
        where = f"<code>{mistake.code}</code> in <code>{mistake.function}</code>"
        assert where in inside
    groups = re.findall(r'<h3 id="mistakes-[\w-]+"><code>(\w+)</code>', text)
    assert groups == ["scale", "mean_square"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<!-- dojo:contrat -->", "no directive is called 'contrat'"),
        ("<!-- dojo:figure nosuch -->", "no figure is called 'nosuch'"),
        ("  <!-- dojo:contract -->", "a line of its own"),
    ],
)
def test_a_wrong_directive_fails_with_its_remedy(builder, line, says):
    with pytest.raises(PageError, match=says):
        written(builder, f"# T\n\n{line}\n")


def test_numbers_are_filled_in_beside_formulas_and_in_tables(builder):
    text = "# T\n\nFor $x$ it is {{ run.share:.2f }}.\n\n| a | {{ run.share:.0% }} |\n"
    page = written(builder, text + "| --- | --- |\n| b | {{ run.share:.3f }} |\n")
    assert "it is 0.94." in page
    assert "| a | 94\N{NO-BREAK SPACE}% |" in page
    assert "| b | 0.944 |" in page


@pytest.mark.parametrize(
    "text", ["{{ run.shar:.1f }}", "{{ run.share:.1z }}", "{{ run.share:.1f }"]
)
def test_a_number_that_cannot_be_filled_in_fails_with_file_and_line(builder, text):
    with pytest.raises(PageError, match=r"docs/en/ch0_tiny/k01_scaling\.md:3: .*"):
        written(builder, f"# T\n\nIt is {text}.\n")


def test_numbers_in_code_stay_as_they_are(builder):
    text = "# T\n\n`{{ run.share }}`\n\n```\n{{ run.share }}\n```\n"
    assert written(builder, text, "index.md") == text


def test_a_contract_needs_a_kata(builder):
    with pytest.raises(PageError, match="needs a kata of the page's name"):
        written(builder, "<!-- dojo:contract -->\n", "index.md")


def test_claims_do_not_reach_the_reader(builder):
    assert "claim" not in written(builder, PAGE)


def test_a_snippet_has_its_output_below_it_also_in_a_fold(builder):
    text = written(builder, PAGE)
    assert "\n```python\nprint(2 * 3)\n```\n\n```text\n6\n```\n" in text
    folded = "    ```python\n    for i in range(2):\n\n        print(0 * i)\n    ```\n"
    assert f"\n{folded}\n    ```text\n    0\n    0\n    ```\n" in text
    assert "python run" not in text


def test_a_snippet_that_fails_is_told_with_file_and_line(builder):
    text = PAGE.replace("print(2 * 3)", "x = 2\nprint(x / 0)")
    line = text.splitlines().index("print(x / 0)") + 1
    says = rf"k01_scaling\.md:{line}: the snippet raises ZeroDivisionError"
    with pytest.raises(PageError, match=says):
        written(builder, text)


def test_a_snippet_without_its_end_is_told_with_its_line(builder):
    with pytest.raises(PageError, match="line 3: a snippet is not closed"):
        written(builder, "# T\n\n```python run\nprint(1)\n")


def test_docstrings_become_html_without_losing_a_sign():
    assert contract.inline("`a_1 < b` and *c* < d") == (
        "<code>a_1 &lt; b</code> and *c* &lt; d"
    )


def test_hints_are_read_in_order_and_without_their_indent():
    assert pages.hints_in(PAGE) == {
        "scale": [
            "Look at $x$. What is it?",
            "Multiply.",
            "```python\nreturn factor * ...\n```",
        ],
        "mean_square": ["Which comes first?", "The square.", "`...mean()`"],
    }


def test_headings_are_read_without_what_stands_in_fences():
    text = "# A { #a }\n```\n# no\n```\n## B\n"
    assert pages.headings_in(text) == ["# A", "## B"]


def test_a_sound_page_has_no_complaint(builder, clone):
    written(builder, PAGE)
    (kata,) = catalog.katas(clone.root)
    assert list(page_rules.complaints(kata)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# Scaling", "# Scales", "must begin with `# Scaling`"),
        ("## Idea", "## Ideas", "no section `## Idea`"),
        ("## Sources", "## Sources\n## Idea", "out of order"),
        ('??? tip "Hint 2"', '??? tip "Hint 4"', "for scale that can be read"),
        ("\n<!-- dojo:contract -->\n\n## Common", "## Common", "shows no contract"),
        ("<!-- dojo:mistakes -->", "scales-twice", "does not name adds-the-factor"),
    ],
)
def test_a_broken_page_is_complained_about(builder, clone, old, new, says):
    path = builder.tree / "ch0_tiny" / "k01_scaling.md"
    path.write_text(PAGE.replace(old, new), "utf-8")
    (kata,) = catalog.katas(clone.root)
    assert any(says in text for text in page_rules.complaints(kata))


def test_a_missing_page_is_complained_about(clone):
    (kata,) = catalog.katas(clone.root)
    kata.page.unlink()
    assert any("is missing; write it" in text for text in page_rules.complaints(kata))


def test_the_address_of_a_page_follows_the_tree():
    kata = Kata(ROOT, "ch1_foundations", "k01_activations")
    assert page_path(kata, "hints") == "ch1_foundations/k01_activations.html#hints"
    assert built_page(kata) == ROOT / "site/en/ch1_foundations/k01_activations.html"


def test_the_notation_page_holds_the_letters_that_ruff_allows():
    text = (ROOT / "docs/en/notation.md").read_text("utf-8")
    table = text.partition("## Capital letters")[2].partition("## Small letters")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    letters = [name for row in rows for name in re.findall("`([^`]+)`", row)]
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    held = config["tool"]["ruff"]["lint"]["pep8-naming"]["extend-ignore-names"]
    assert sorted(letters) == sorted(held)


def test_a_command_says_a_user_error_and_exits_with_2(capsys):
    def main():
        raise UserError("the pages are wet; dry them")

    with pytest.raises(SystemExit) as ended:
        command.run(main)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "the pages are wet; dry them\n"


@pytest.mark.parametrize("port", ["many", "-1", "65536", ""])
def test_what_is_no_port_is_said(tmp_path, port):
    with pytest.raises(UserError, match=f"'{port}' is no port .*serve 8000"):
        serve._opened(tmp_path, port)


def test_a_port_in_use_is_said_with_another_to_try(tmp_path):
    with serve.server(tmp_path, 0) as server:
        port = server.server_port
        with pytest.raises(UserError, match=rf"port {port} .*serve {port + 1}"):
            serve._opened(tmp_path, str(port))


def test_a_server_that_is_busy_keeps_whom_it_cannot_hear_yet(tmp_path):
    with serve.server(tmp_path, 0) as server, contextlib.ExitStack() as readers:
        for _ in range(32):  # as many as some tabs open at once; nobody hears them
            reader = socket.create_connection(server.server_address[:2], timeout=5)
            readers.enter_context(reader)


class Page(HTMLParser):
    """The links, anchors and requests of a built page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.requests: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what a tag refers to."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.requests.append(given.get("href", ""))
        if "src" in given:
            self.requests.append(given["src"])


@pytest.fixture(scope="module")
def site(built_site: Path) -> dict[Path, Page]:
    """Every built page by its path."""
    return {path: Page(path) for path in sorted(built_site.rglob("*.html"))}


def test_every_kata_has_a_page(site, built_site):
    for kata in catalog.katas(ROOT):
        assert built_site / "en" / page_path(kata) in site


def test_no_link_and_no_anchor_is_broken(site, built_site):
    broken = []
    for path, page in site.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = path
            if parts.path:
                target = (path.parent / unquote(parts.path)).resolve()
                target = target / "index.html" if target.is_dir() else target
            page_there = site.get(target)
            ids = page_there.ids if page_there else [parts.fragment]
            lost = parts.fragment and parts.fragment not in ids
            if lost or not target.is_file():
                broken.append(f"{path.relative_to(built_site)}: {link}")
    assert broken == []


def test_every_anchor_of_a_page_is_unique(site):
    for path, page in site.items():
        twice = {name for name in page.ids if page.ids.count(name) > 1}
        assert not twice, f"{path}: {twice}"


def test_no_page_asks_another_host_for_anything(site, built_site):
    for path, page in site.items():
        outside = [url for url in page.requests if urlsplit(url).netloc]
        assert outside == [], path
    for style in built_site.rglob("*.css"):
        urls = re.findall(r"url\(([^)]*)\)", style.read_text("utf-8"))
        assert not [u for u in urls if re.match(r"[\"']?(https?:)?//", u)], style
        assert "@import" not in style.read_text("utf-8")


def test_no_listing_has_all_of_a_page_styled_anew(built_site):
    # A rule with :has() costs that for each thing that a script puts in.
    for style in built_site.rglob("*.css"):
        assert ":has(" not in style.read_text("utf-8"), style


def test_a_page_is_small(site, built_site):
    names = ("Main-Regular", "Math-Italic", *(f"Size{i}-Regular" for i in range(1, 5)))
    (katex,) = built_site.rglob("katex/fonts")
    fonts = [(katex / f"KaTeX_{name}.woff2").stat().st_size for name in names]
    for path, page in site.items():
        files = [path]
        for request in page.requests:
            if not request.startswith("data:"):
                files.append((path.parent / urlsplit(request).path).resolve())
        text = sum(len(gzip.compress(file.read_bytes())) for file in set(files))
        # The fonts that a page with ordinary formulas asks for: two of letters, four of
        # brackets. What a browser really fetches is in test_site_browser.py.
        assert text + sum(fonts) < LIMIT, f"{path}: {text} bytes besides the fonts"


def test_each_mistake_can_be_pointed_at(site, built_site):
    for kata in catalog.katas(ROOT):
        ids = site[built_site / "en" / page_path(kata)].ids
        if not isinstance(kata, catalog.Hunt):  # whose page names none
            assert {mistake.anchor for mistake in bank.read(kata)} <= set(ids), kata
        assert {contract.anchor(name) for name in kata.functions} <= set(ids), kata.slug


def test_navigation_has_each_page_once_and_in_the_order_of_the_tree(tmp_path):
    docs = ROOT / "docs" / "en"
    pages = sorted(path.relative_to(docs) for path in docs.rglob("*.md"))
    nav = build.navigation(ROOT, docs, pages)
    flat = []
    for entry in nav:
        ((_, value),) = entry.items()
        for page in [value] if isinstance(value, str) else value:
            flat += [page] if isinstance(page, str) else page.values()
    assert sorted(flat) == [path.as_posix() for path in pages]
    chapters = [page for page in flat if page.startswith("ch")]
    # A chapter's own page comes before its katas and hunts.
    assert chapters == sorted(chapters, key=lambda page: page.replace("index", ""))


def test_a_page_loses_its_indents_but_where_they_are_shown():
    html = "<p>\n\n    a\n  b</p>\n<pre>\n\n  x = 1\n</pre>\n  <p>c</p>"
    kept = "<p>\na\nb</p>\n<pre>\n\n  x = 1\n</pre>\n<p>c</p>"
    assert finish.without_indents(html) == kept


@pytest.mark.parametrize("given", [["--help"], ["one", "two"]])
def test_what_is_no_folder_is_refused(monkeypatch, given):
    monkeypatch.setattr("sys.argv", ["build", *given])
    with pytest.raises(UserError, match="use: python -m"):
        build.main()
