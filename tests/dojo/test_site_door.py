"""Tests what leads a stranger in: the map, the line on each page, heads, addresses."""

from __future__ import annotations

import gzip
import html
import json
import re
import shutil
import struct
from pathlib import Path

import pytest

from dojo.errors import UserError
from dojo.kata import bank, catalog, pages
from dojo.kata.catalog import Kata
from dojo.kata.urls import page_path
from dojo.site import build, door, entrance, head, preview, search
from dojo.site.chapter_map import ACROSS, WIDTH, cells_of, chapter_map
from dojo.site.door import Addresses
from dojo.site.finish import Finisher
from dojo.site.svg.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "en"
SITE, REPOSITORY = "https://example.org/some/base/", "https://example.org/git/katas"
KATAS = 46  # of the whole course
INDEX = 300_000  # bytes of the search index, compressed, once all katas have pages
META = re.compile(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">')
BRITISH = re.compile(  # but in the title of the paper that gave the method its name
    "back-prop(?!agating errors)|(?:initial|regular|general|normal|vector|optim)is[aei]"
    "|colour|haviour|centre"
)
CORRECTION = re.compile(r"^\*\*.+\*\*$|^\*\*.+\.\*\*", re.MULTILINE)


def meta(page: Path) -> dict[str, str]:
    """Return what a built page's head says of it."""
    head_of_it = page.read_text("utf-8").partition("</head>")[0]
    return {name: html.unescape(says) for name, says in META.findall(head_of_it)}


def tree(root: Path, **needs: str) -> list[Kata]:
    """Return katas of one chapter with these needs, in the order that is given."""
    for at, (name, slugs) in enumerate(needs.items(), 1):
        path = root / "solutions" / "ch1_trees" / f"k{at:02}_{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""{name}: a claim.\n\nNeeds: {slugs}\n"""\n', "utf-8")
        page = root / "docs" / "en" / "ch1_trees" / f"k{at:02}_{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"# {name}\n", "utf-8")
    return catalog.katas(root)


def test_a_kata_stands_to_the_right_of_all_that_it_needs(tmp_path):
    katas = tree(
        tmp_path, a="nothing", b="a", c="nothing", d="a", e="b, d", f="nothing"
    )
    cells = cells_of(katas)
    for kata in katas:
        assert all(cells[need][0] < cells[kata.slug][0] for need in kata.needs)
    assert len(set(cells.values())) == len(katas)
    assert {cells[alone][1] for alone in "cf"} == {2}, "below those that are bound"


def test_an_arrow_is_left_out_where_a_longer_way_implies_it(tmp_path):
    tree(tmp_path, a="nothing", b="a", c="a, b", d="nothing")
    drawn = re.findall(r'<path d="M([\d.]+) ([\d.]+)C', chapter_map(tmp_path))
    starts = [float(x) for x, _ in drawn]
    assert starts == [WIDTH, ACROSS + WIDTH], "from a to b, and from b to c"


def test_the_map_has_every_kata_with_level_minutes_and_needs(built_site):
    page = (built_site / "en" / "index.html").read_text("utf-8")
    entries = re.findall(r'<li class="map-kata".*?</li>', page, re.DOTALL)
    katas = catalog.katas(ROOT)
    assert len(entries) == len(katas)
    for kata, entry in zip(katas, entries, strict=True):
        assert f'href="{page_path(kata)}">{kata.title}</a>' in entry
        assert f"level {kata.level} · {kata.minutes} min" in entry
        assert all(need in entry for need in kata.needs)


def test_each_chapter_has_a_page_with_a_picture_and_its_katas(built_site):
    for kata in catalog.katas(ROOT):
        page = built_site / "en" / kata.chapter / "index.html"
        text = page.read_text("utf-8")
        assert '<figure class="drawing"' in text, page
        assert f'<a href="{kata.stem}.html">{kata.title}</a>' in text, page


def test_a_chapter_without_a_page_is_said(tmp_path):
    shutil.copytree(PAGES, tmp_path / "en")
    (tmp_path / "en" / "ch6_convolution" / "index.md").unlink()
    left = sorted(p.relative_to(tmp_path / "en") for p in tmp_path.rglob("*.md"))
    with pytest.raises(UserError, match=r"no ch6_convolution/index\.md; it says what"):
        build.navigation(ROOT, tmp_path / "en", left)


def test_the_verdict_is_that_of_the_grader_and_the_same_everywhere(built_site):
    page = (built_site / "en" / "index.html").read_text("utf-8")
    shown = re.search(r'<div class="verdict-says">(.*?)</div>', page, re.DOTALL)
    said = html.unescape(re.sub(r"<[^>]*>", "", shown[1])).split("\n")
    said = [line for line in said if line.strip()]
    kata, _ = catalog.find(ROOT, door.KATA)
    wrong = bank.of_function(kata, door.FUNCTION)[0]
    assert said[0].startswith(f"{wrong.code}: {wrong.says}")
    assert {line.partition(":")[0] for line in said} >= {"called", "returned", "where"}
    start = (PAGES / "start.md").read_text("utf-8")
    fence = start.partition("```text\n")[2].partition("\n```")[0]
    assert "\n".join(said).replace(wrong.says, f"{wrong.says}\n", 1).split() == (
        fence.split()
    ), "the verdict on start.md is another: copy the one of the home page"


def test_an_answer_that_is_not_wrong_is_no_verdict_to_show(clone):
    (kata,) = catalog.katas(clone.root)
    right = kata.reference.read_text("utf-8")
    source = right[right.index("def scale") : right.index("def mean_square")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "FUNCTION", "scale")
        with pytest.raises(UserError, match="the home page is passed"):
            door._graded(kata, source)


@pytest.mark.parametrize("repository", ["", REPOSITORY])
def test_every_kata_page_says_how_to_try_it(repository):
    for kata in catalog.katas(ROOT):
        page = door.with_way_in(kata.page.read_text("utf-8"), kata, repository)
        title, line = page.split("\n")[0], page.partition("</details>")[0]
        assert title == f"# {kata.title}"
        assert f"make start\n. .venv/bin/activate\ndojo run {kata.slug}" in line
        cloned = f"git clone {REPOSITORY} &amp;&amp; cd katas" if repository else ""
        assert (cloned or "cd dl-katas") in line
        assert ("the repository</a>" in line) == bool(repository)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("site_url: \"\"\nrepo_url: ''\n", Addresses()),
        (
            "site_url: https://example.org/some/base # here\n"
            f'repo_url: "{REPOSITORY}/"\n',
            Addresses(SITE, REPOSITORY),
        ),
    ],
)
def test_addresses_are_read_from_the_settings(tmp_path, text, found):
    (tmp_path / "mkdocs.yml").write_text(f"site_name: A\n{text}", "utf-8")
    assert door.addresses(tmp_path) == found


def test_what_is_no_address_is_said(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("site_url: example.org\n", "utf-8")
    with pytest.raises(UserError, match=r"site_url is 'example\.org'; write https"):
        door.addresses(tmp_path)


def test_every_page_has_a_description_of_its_own(built_site):
    said = {page: meta(page) for page in (built_site / "en").rglob("*.html")}
    descriptions = [one["description"] for one in said.values()]
    assert len(set(descriptions)) == len(descriptions) == len(list(PAGES.rglob("*.md")))
    for page, one in said.items():
        assert 40 < len(one["description"]) <= head.LONGEST, page
        assert one["og:description"] == one["description"]
        assert not re.search(r"[$\\{}<>`]|\]\(|dojo:", one["description"]), page
        assert one["og:title"] in page.read_text("utf-8").partition("<title>")[2]


def test_without_an_address_no_page_claims_one(built_site):
    for page in built_site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not {"og:url", "og:image"} & set(meta(page))
        assert 'rel="canonical"' not in text
    assert not list(built_site.rglob("sitemap*"))


def test_a_description_is_whole_sentences_in_plain_words():
    source = (
        "---\nhide: [toc]\n---\n\n# T\n\nAt $\\sigma(z)$, *it* [bends](a.md#b).\n"
        f"It is {{{{ run.share }}}}.\n{'Long ' * 60}.\n\n## Idea\n\nNo more.\n"
    )
    says = head.described(source, lambda line: line.replace("{{ run.share }}", "1 %"))
    assert says == "At σ(z), it bends. It is 1 %."


@pytest.fixture(scope="module")
def configured(tmp_path_factory) -> Path:
    """A small site that knows its address: a home page, and a chapter with a kata."""
    pytest.importorskip("mkdocs", reason="needs pip install -e '.[site]'")
    pytest.importorskip("resvg_py", reason="needs pip install -e '.[site]'")
    root = tmp_path_factory.mktemp("configured")
    (kata,) = tree(root, scaling="nothing")
    figure = Figure("scale", "A scale", "A scale of 2.", 180)
    figure.box(20, 20, 320, 140)
    (root / "figures").mkdir()
    (root / "figures" / "scale.svg").write_text(figure.render(), "utf-8")
    shutil.copy(ROOT / "mkdocs.yml", root)
    idea = "# scaling\n\nAn <idea>.\n\n<!-- dojo:figure scale -->\n"
    for name, text in {
        "index.md": "# DL Katas\n\nAll of it.\n",
        "glossary.md": "# Glossary\n\nThe terms.\n",
        "ch1_trees/index.md": "# 1 Trees\n\nThe first chapter.\n",
        f"ch1_trees/{kata.stem}.md": idea,
    }.items():
        (root / "docs" / "en" / name).write_text(text, "utf-8")
    written = sorted(p.relative_to(root / "docs/en") for p in root.rglob("*.md"))
    found_at = Addresses(SITE, REPOSITORY)
    work, out = root / "work", root / "site"
    shutil.copytree(root / "docs" / "en", work / "docs")
    config = build._configuration(root, "en", work, written, found_at)
    build._generate(work / "mkdocs.yml", config | {"site_dir": str(out / "en")})
    finisher = Finisher(root, "en", out, root / "figures", found_at, str)
    build._stand_outside(out, finisher.finish(written), found_at.site)
    return out


def test_with_an_address_a_page_has_a_canonical_one_and_a_picture(configured):
    page = configured / "en" / "ch1_trees" / "k01_scaling.html"
    said = meta(page)
    address = f"{SITE}en/ch1_trees/k01_scaling.html"
    assert f'<link rel="canonical" href="{address}">' in page.read_text("utf-8")
    assert said["og:url"] == address
    assert said["og:title"] == "scaling"
    assert said["og:image"] == f"{SITE}assets/previews/scale.png"
    drawn = (configured / "assets" / "previews" / "scale.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert struct.unpack(">II", drawn[16:24]) == (preview.WIDTH, preview.HEIGHT)


def test_a_page_without_a_figure_has_no_picture(configured):
    assert "og:image" not in meta(configured / "en" / "index.html")


def test_the_sitemap_has_every_page_at_its_address(configured):
    text = (configured / "sitemap.xml").read_text("utf-8")
    built = [p.relative_to(configured) for p in (configured / "en").rglob("*.html")]
    want = {SITE + page.as_posix() for page in built}
    assert set(re.findall(r"<loc>(.*?)</loc>", text)) == want
    assert len(want) == 4
    assert [p.name for p in configured.rglob("sitemap*")] == ["sitemap.xml"]


def test_with_an_address_the_page_for_none_needs_no_search_for_it(configured):
    text = (configured / "404.html").read_text("utf-8")
    assert "<base href='/some/base/'>" in text
    assert '<div id="pages">' in text
    assert 'href="en/ch1_trees/k01_scaling.html">scaling</a>' in text


def test_no_page_asks_the_repository_s_host(configured):
    for page in configured.rglob("*.html"):
        assert 'data-md-component="source"' not in page.read_text("utf-8")


def test_a_link_to_no_page_fails_the_build(tmp_path):
    pytest.importorskip("mkdocs", reason="needs pip install -e '.[site]'")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A\n\n[b](nosuch.md)\n", "utf-8")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    config = build._configuration(
        tmp_path, "en", tmp_path, [Path("index.md")], Addresses()
    )
    with pytest.raises(UserError, match=r"(?s)^mkdocs: .*nosuch\.md"):
        build._generate(tmp_path / "small.yml", config)


def test_a_title_cannot_break_the_page_for_none():
    text = entrance.not_found([("en/a.html", "a < b & c")], "")
    assert "a &lt; b &amp; c" in text


def test_the_glossary_names_the_pages():
    names = search.names_in(
        'cross-correlation, ⋆ · <span lang="zh">互相关，相关</span>\n'
        ":   A window. [Cross-correlation](ch6_convolution/k01_corr2d.md)\n\n"
        'bias · <span lang="zh">偏置</span>\n:   A constant.\n'
    )
    assert names == {
        "ch6_convolution/k01_corr2d.html": ["cross-correlation", "⋆", "互相关", "相关"]
    }
    for name, word in {"Leaky_ReLU": "leakyrelu", "a-b c": "abc", "⋆": "⋆"}.items():
        assert search.joined(name) == word


def test_every_page_that_the_glossary_names_is_there():
    names = search.names_in((PAGES / "glossary.md").read_text("utf-8"))
    stems = [Path(page).with_suffix(".md") for page in names]
    assert [page for page in stems if not (PAGES / page).is_file()] == []
    assert len(names) >= 10


@pytest.fixture(scope="module")
def index(built_site) -> dict:
    """The search index of the site."""
    path = built_site / "en" / "search" / "search_index.json"
    return json.loads(path.read_text("utf-8"))


def test_the_index_has_every_name_of_a_kata_at_its_page(index):
    tags = {entry["location"]: entry.get("tags", []) for entry in index["docs"]}
    first: dict[str, str] = {}
    for kata in catalog.katas(ROOT):
        own = set(tags[page_path(kata)])
        if isinstance(kata, catalog.Hunt):
            assert own == {search.joined(kata.slug)}, "a hunt's mistakes are no names"
            continue
        assert {search.joined(name) for name in (kata.slug, *kata.functions)} <= own
        for mistake in bank.read(kata):
            first.setdefault(mistake.code, page_path(kata))
    holders: dict[str, list[str]] = {}
    for page, own in tags.items():
        for tag in set(own):
            holders.setdefault(tag, []).append(page)
    for code, page in first.items():
        found = holders.get(search.joined(code))
        assert found == [page], f"{code} leads to {found}"


def test_the_index_has_neither_hints_nor_what_other_pages_are_called(index):
    marks = {entry["location"].partition("#")[2] for entry in index["docs"]}
    assert not marks & set(search.LEFT_OUT)
    assert "contract" in marks
    assert not [e for e in index["docs"] if "Try it yourself" in e["text"]]
    assert not [e for e in index["docs"] if re.search(r"</?\w+[ >]", e["text"])]


def packed(docs: list[dict]) -> int:
    """Return the bytes of entries, compressed."""
    return len(gzip.compress(json.dumps(docs, ensure_ascii=False).encode()))


def test_the_index_stays_small_once_all_katas_have_pages(index):
    of_katas = [e for e in index["docs"] if re.match(r"ch\d\w*/k", e["location"])]
    rest = [e for e in index["docs"] if e not in of_katas]
    number = len({entry["location"].partition("#")[0] for entry in of_katas})
    whole = packed(rest) + packed(of_katas) / number * KATAS
    assert number >= 10
    assert whole < INDEX, f"{whole:.0f} bytes: {packed(of_katas) / number:.0f} a page"


def test_the_errata_collect_what_the_pages_correct():
    errata = (PAGES / "errata.md").read_text("utf-8")
    katas = {kata.slug: kata for kata in catalog.katas(ROOT)}
    listed = {}
    for slug, kata in katas.items():
        link = f"({kata.chapter}/{kata.stem}.md#what-the-notes-got-wrong)"
        below = errata.partition(link)[2].partition("\n## ")[0]
        listed[slug] = len(CORRECTION.findall(below))
    for slug, kata in katas.items():
        _, wrong = pages.section(pages.source(kata), "What the notes got wrong")
        there = len(CORRECTION.findall(wrong))
        # What a kata that is needed corrects already stands there, once.
        before = sum(listed.get(need, 0) for need in kata.needs)
        assert listed[slug] + before >= there, f"errata.md lacks corrections of {slug}"
        assert bool(listed[slug]) == bool(there), f"{slug} in errata.md"


def test_the_pages_have_one_spelling():
    for path in PAGES.rglob("*.md"):
        if path.name not in ("glossary.md", "contributing.md"):
            assert BRITISH.findall(path.read_text("utf-8")) == [], path
