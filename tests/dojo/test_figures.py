"""Tests that the figures can be read: by eye, by ear, in both colour schemes."""

import html
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from chromium import CHROMIUM, FLAGS, INSTALLED

from dojo.site.figures import gallery
from dojo.site.svg import figure
from dojo.site.svg.text import SMALLEST

NAMES = [
    "activations",
    "saturation",
    "slope-product",
    "dropout-networks",
    "dropout-masks",
    "dropout-means",
    "l2-fit",
    "l2-shrinkage",
    "augmented-digits",
    "crop-places",
    "early-stopping",
    "patience-count",
    "neuron-init",
    "signal-spread",
    "difference-quotients",
    "difference-error",
    "gradient-check-entries",
    "gradient-check-error",
    "neuron",
    "batch-in-one-product",
    "two-layer-network",
    "backprop-graph",
    "softmax-shares",
    "surprise",
    "softmax-twice",
    "softmax-weights",
    "softmax-learning",
    "xor-hidden",
    "bends-add-up",
    "deep-backprop",
    "learning-rates",
    "circles-learned",
    "linreg-residuals",
    "linreg-noise",
    "linreg-search",
    "linreg-walk",
    "linreg-huber",
    "three-fits",
    "degree-losses",
    "folds-in-turn",
    "decay-paths",
    "decay-strengths",
    "table-to-features",
    "prices-foretold",
    "module-tree",
    "registered-or-not",
    "forward-loop",
    "tied-weight",
    "frozen-parameters",
    "layer-modes",
    "bilinear-table",
    "resumed-training",
    "nested-batch",
    "first-batch",
    "annotation-to-samples",
    "batches-of-epochs",
    "permute-and-reshape",
    "corr2d-steps",
    "corr2d-digit",
    "corr2d-learning",
    "conv-places",
    "conv-rectangles",
    "conv-field",
    "channels-sum",
    "channels-mixed",
    "pooling",
    "pooling-backward",
    "alexnet-architecture",
    "alexnet-sizes",
    "lenet-architecture",
    "lenet-filters",
    "lenet-feature-maps",
    "lenet-confusion",
    "lenet-training",
    "numpy-lenet-ways",
    "numpy-lenet-filters",
    "numpy-lenet-mistakes",
    "numpy-lenet-times",
    "im2col",
    "col2im-counts",
    "numpy-ladder",
    "pool-winners",
    "optimizer-valley",
    "adam-first-steps",
    "two-loops",
    "two-modes",
    "confusion-matrix",
    "two-means",
    "filters-from-starts",
    "walks-through-modules",
    "what-a-loss-wants",
    "losses-of-an-error",
    "bce-of-a-logit",
    "loss-of-a-lead",
    "triplets-in-the-plane",
    "starts-compared",
    "capstone-roles",
    "capstone-history",
    "capstone-worst",
    "lenet-journey",
    "moons-learned",
    "lenet-readings",
    "hunt-look-alikes",
]
SVG = "{http://www.w3.org/2000/svg}"
CSS = Path(__file__).resolve().parents[2] / "docs" / "en" / "assets" / "figures.css"
PAGE = {"light": "#ffffff", "dark": "#1e2129"}  # what the figures stand on


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every figure, drawn into two folders."""
    out = tmp_path_factory.mktemp("figures")
    for name in ("first", "second"):
        gallery.build(out / name)
    return out


@pytest.fixture(scope="module")
def drawn(folder):
    """The text of each figure."""
    return {path.stem: path.read_text("utf-8") for path in folder.glob("first/*.svg")}


def test_figures_have_the_names_that_pages_ask_for(drawn):
    assert sorted(gallery.FIGURES) == sorted(NAMES) == sorted(drawn)


def test_no_figure_stands_twice():
    pages = [path.read_text("utf-8") for path in CSS.parents[1].rglob("ch*/*.md")]
    shown = re.findall(r"^<!-- dojo:figure (\S+) -->$", "\n".join(pages), re.MULTILINE)
    assert len(shown) >= 20
    assert sorted(shown) == sorted(set(shown))


def test_figures_are_the_same_in_the_next_build(folder, drawn):
    for name, text in drawn.items():
        assert (folder / "second" / f"{name}.svg").read_text("utf-8") == text


@pytest.mark.parametrize("name", NAMES)
def test_figure_is_an_image_with_a_title_and_a_long_description(drawn, name):
    root = ET.fromstring(drawn[name])
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert re.fullmatch(r"0 0 360 \d+", root.get("viewBox"))
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    labels = root.get("aria-labelledby").split()
    assert labels == [title.get("id"), description.get("id")]
    assert len(title.text) < 80 < 240 < len(description.text)
    assert len(re.findall(r"\d", description.text)) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_figure_is_small_and_needs_nothing_from_outside(drawn, name):
    assert len(drawn[name].encode()) < 40_000
    outside = drawn[name].replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|href|url\(|<(script|style|image|foreign)", outside)


@pytest.mark.parametrize("name", NAMES)
def test_figure_takes_its_colours_from_the_page(drawn, name):
    fallback = re.compile(r"var\(--fig-[\w-]+, [^()]*\)")
    for element in ET.fromstring(drawn[name]).iter():
        for attribute in ("fill", "stroke"):
            colour = element.get(attribute, "none")
            assert colour in ("none", "currentColor") or fallback.fullmatch(colour)
    assert not re.search(r"#[0-9a-fA-F]{3}|rgb|hsl", fallback.sub("", drawn[name]))


@pytest.mark.parametrize("name", NAMES)
def test_figure_tells_lines_apart_without_colour(drawn, name):
    styles: dict[str, set] = {}
    for element in ET.fromstring(drawn[name]).iter(f"{SVG}path"):
        if "--fig-" in element.get("stroke", "") and element.get("fill") is None:
            style = (element.get("stroke-dasharray"), element.get("stroke-width"))
            styles.setdefault(element.get("stroke"), set()).add(style)
    marks = {"1.75", "1.5"}  # the widths of crosses and of lines that lead to an axis
    plain = [
        {style for style in drawn_so if style[1] not in marks}
        for drawn_so in styles.values()
    ]
    for i, those in enumerate(plain):
        for others in plain[:i]:
            assert not those & others


@pytest.mark.parametrize("name", NAMES)
def test_figure_has_letters_that_a_telephone_can_show(drawn, name):
    sizes = [
        float(element.get("font-size"))
        for element in ET.fromstring(drawn[name]).iter()
        if element.get("font-size", "%")[-1] != "%"
    ]
    assert min(sizes) >= SMALLEST


def test_ids_are_unique_over_all_figures(drawn):
    ids = [name for text in drawn.values() for name in re.findall(r' id="(.*?)"', text)]
    assert len(ids) == len(set(ids)) == 2 * len(NAMES)


def test_unknown_figure_names_those_that_there_are():
    with pytest.raises(
        gallery.UnknownFigure, match=r"'nothing'.*activations, saturation"
    ):
        gallery.svg("nothing")


def colours() -> dict[str, dict[str, str]]:
    """Return the colours of the style sheet by scheme."""
    light, dark = CSS.read_text("utf-8").split("@media screen")
    pattern = re.compile(r"--(fig-\d): (#[0-9a-f]{6});")
    return {"light": dict(pattern.findall(light)), "dark": dict(pattern.findall(dark))}


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out_enough_for_letters(scheme):
    scheme_colours = colours()[scheme]
    assert len(scheme_colours) == 4
    for colour in scheme_colours.values():
        dark, light = sorted([luminance(colour), luminance(PAGE[scheme])])
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_fallbacks_are_the_light_colours():
    fallbacks = " ".join([figure.BLUE, figure.RED, figure.GREEN, figure.PURPLE])
    assert dict(re.findall(r"--(fig-\d), (#\w+)", fallbacks)) == colours()["light"]


SCRIPT = """<script>
const wrong = [];
for (const svg of document.querySelectorAll("svg")) {
  const name = svg.querySelector("title").id, wide = svg.viewBox.baseVal;
  const boxes = [...svg.querySelectorAll("text")].map(text => {
    const {x, y, width, height} = text.getBBox();  // less what no letter reaches
    return [text.textContent, x, y + 0.18 * height, x + width, y + 0.85 * height];
  });
  boxes.forEach((a, i) => {
    if (a[1] < 0 || a[2] < 0 || a[3] > wide.width || a[4] > wide.height)
      wrong.push(`${name}: ${a[0]} is cut off`);
    boxes.slice(0, i).forEach(b => {
      if (a[1] < b[3] && b[1] < a[3] && a[2] < b[4] && b[2] < a[4])
        wrong.push(`${name}: ${a[0]} overlaps ${b[0]}`);
    });
  });
}
const out = document.createElement("pre");
out.textContent = wrong.join("\\n");
document.body.replaceChildren(out);
</script>"""


@INSTALLED
def test_words_stay_within_their_figure_and_off_one_another(drawn, tmp_path):
    page = tmp_path / "figures.html"
    body = "<body style='width: 360px'>" + "".join(drawn.values()) + SCRIPT
    page.write_text(f"<!doctype html><meta charset=utf-8>{body}", "utf-8")
    command = [CHROMIUM, "--headless", *FLAGS, f"--user-data-dir={tmp_path}/profile"]
    done = subprocess.run(
        [*command, "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    printed = re.search(r"<pre>(.*?)</pre>", done.stdout, re.DOTALL)
    assert html.unescape(printed[1]) == ""
