"""docs/coverage.toml against the tree: every row of the inventory is covered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import REPOSITORY

from dojo.kata.catalog import katas
from dojo.site.coverage import FILE, Coverage, ToCome

NUMBERS = [
    *(f"A{i}" for i in range(1, 97)),
    *(f"turn-{i}" for i in range(86, 94)),
    *(f"B{i}" for i in range(1, 79)),
    *(f"X{i}" for i in range(1, 19)),
]
DROPPED = {
    "A55",  # a document that only its owners can open
    "B31",  # links of the notes; ours are other ones
    "X6",  # how an iterator was called in a Python that is gone
    "X18",  # a chapter that its author skipped
}


def rows(root: Path = REPOSITORY):
    return [row for part in Coverage(root).parts.values() for row in part]


def test_every_row_is_covered_where_the_file_says():
    assert list(Coverage(REPOSITORY).complaints()) == []


def test_every_row_of_the_inventory_is_there_once_and_has_a_kind():
    assert [row.id for row in rows()] == NUMBERS
    assert {row.id for row in rows() if not row.kinds} == DROPPED


def test_only_katas_that_are_not_written_are_to_come():
    coverage, written = Coverage(REPOSITORY), {kata.slug for kata in katas(REPOSITORY)}
    for place in (place for row in rows() for place in row.places.get("code", [])):
        if place.partition("::")[0] in written:
            assert "`" in coverage.link("code", place)
        else:
            with pytest.raises(ToCome):
                coverage.link("code", place)


def test_a_page_that_is_named_twice_is_linked_once_in_a_row():
    (line,) = (
        line
        for line in Coverage(REPOSITORY).table().splitlines()
        if line.startswith("| B8 |")
    )
    assert line.count("](") == 1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pages and references, to break."""
    for folder in ("docs", "solutions"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (
            "solutions/ch1_foundations/k01_activations.py",
            '"tanh"',
            '"tangent"',
            "A5 (tanh as a scaled sigmoid): activations has no function 'tanh'",
        ),
        (
            "docs/en/ch1_foundations/k01_activations.md",
            "### ReLU bends once",
            "### ReLU",
            "A8 (why ReLU trains faster): the page of activations has no page 'ReLU",
        ),
        (
            "docs/en/ch1_foundations/k10_vectorized_forward.md",
            "<!-- dojo:figure neuron -->",
            "",
            "A45 (one neuron): the page of vectorized-forward has no figure 'neuron'",
        ),
        (
            "docs/en/ch6_convolution/k04_pool2d.md",
            "The window always moves by one",
            "The window",
            "A79 (pooling by maximum and by mean): the page of pool2d has no wrong",
        ),
        (FILE, 'hunt = ["h03"]', 'hunt = ["h13"]', "no hunt has the number h13"),
        (FILE, '"optimizers::SGD"', '"optimizer::SGD"', "no kata is called optimizer"),
        (FILE, 'code = ["activations::sigmoid"]\n', "", "nothing covers it; name its"),
        (FILE, 'kinds = "C"\ncode', 'kinds = "C"\ncodes', "codes is no kind of place"),
    ],
)
def test_what_is_no_longer_covered_is_told_with_its_row(copy, path, old, new, says):
    change(copy / path, old, new)
    assert any(says in complaint for complaint in Coverage(copy).complaints())


def test_a_kata_is_to_come_until_it_is_written_and_then_held_to_its_rows(copy):
    (path,) = (copy / "solutions" / "ch6_convolution").glob("k05_lenet.py")
    page = copy / "docs" / "en" / "ch6_convolution" / "k05_lenet.md"
    change(copy / FILE, "to_come = [\n", 'to_come = [\n    "lenet",\n')
    shutil.move(path, copy / "kept.py")
    shutil.move(page, copy / "kept.md")
    assert list(Coverage(copy).complaints()) == []
    assert "| A84 | an image goes through LeNet | to come: lenet |" in (
        Coverage(copy).table()
    )
    shutil.move(copy / "kept.py", path)
    page.write_text("# LeNet\n\nTO WRITE.\n", "utf-8")
    assert list(Coverage(copy).complaints()) == []
    page.write_text("# LeNet\n\n## Idea\n", "utf-8")
    assert len(list(Coverage(copy).complaints())) >= 3
