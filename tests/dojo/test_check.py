"""What `dojo check` finds: each complaint, provoked once."""

import pytest


def edit(path, old, new):
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_sound_clone_has_no_complaint(clone):
    ran = clone.dojo("check")
    assert ran.status == 0, ran.out
    assert "1 katas are sound" in ran.out


FAULTS = {
    "asserts nothing": (
        "tests/ch0_tiny/test_k01_scaling.py",
        'assert_close(mean_square(np.array([3.0, 5.0])), 17.0, "(9 + 25) / 2 = 17")',
        "mean_square(np.array([3.0, 5.0]))",
    ),
    "rejects the reference with seed": (
        "tests/ch0_tiny/test_k01_scaling.py",
        "2.5 * x, ",
        "2.5 * abs(x), ",
    ),
    "finds the stub passed": (
        "tests/ch0_tiny/test_k01_scaling.py",
        "mean_square(np.array([3.0, 5.0]))",
        "17.0",
    ),
    "no test tells them apart": (
        "tests/ch0_tiny/mistakes_k01_scaling.py",
        "return x * factor**2",
        "return x + factor",
    ),
    "write at least 3": (
        "tests/ch0_tiny/mistakes_k01_scaling.py",
        '@mistake("mean_square", "A root is taken: the mean square has none.")',
        "",
    ),
    "must be `Title: claim.`": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Scaling: a factor in front of everything.",
        "Scaling",
    ),
    "must read `Level: 1 of 5`": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Level: 1 of 5",
        "Level: one",
    ),
    "a kata stands alone": (
        "solutions/ch0_tiny/k01_scaling.py",
        "import numpy as np",
        "import numpy as np\n\nimport katas.ch0_tiny.k01_scaling",
    ),
    "lacks its line `Minutes": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Minutes: 5\n",
        "",
    ),
    "which does not exist": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Needs: nothing",
        "Needs: counting",
    ),
    "which comes later": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Needs: nothing",
        "Needs: scaling",
    ),
    "run `dojo sync`": (
        "katas/ch0_tiny/k01_scaling.py",
        "raise NotImplementedError",
        "pass",
    ),
    "begin it with test_ and one of": (
        "tests/ch0_tiny/test_k01_scaling.py",
        "def test_scale_uses",
        "def test_the_scale_uses",
    ),
    "defined twice": (
        "tests/ch0_tiny/test_k01_scaling.py",
        "def test_scale_uses_three_by_default",
        "def test_scale_multiplies_each_entry",
    ),
    "no section `## Shapes`": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "## Shapes",
        "### Shapes",
    ),
    "hints that can be read": (
        "docs/en/ch0_tiny/k01_scaling.md",
        '??? tip "Hint 2"',
        '??? tip "Hint"',
    ),
    "mistake": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "<!-- dojo:mistakes -->",
        "There are none.",
    ),
    "which is not in __all__": (
        "tests/ch0_tiny/mistakes_k01_scaling.py",
        '@mistake("mean_square", "A root',
        '@mistake("root_mean_square", "A root',
    ),
    "has no test; write one": (
        "tests/ch0_tiny/test_k01_scaling.py",
        "def test_scale_",
        "def test_mean_square_",
    ),
}


@pytest.mark.parametrize("complaint", FAULTS)
def test_a_fault_is_found(clone, complaint):
    name, old, new = FAULTS[complaint]
    edit(clone.root / name, old, new)
    if name.startswith("solutions"):
        clone.dojo("sync", "--force")
    found = clone.complaints()
    assert any(complaint in text for text in found), found


def test_an_orphan_is_found(clone):
    (clone.root / "solutions" / "ch0_tiny" / "notes.py").write_text("", "utf-8")
    assert any("belongs to no kata" in text for text in clone.complaints())


def test_a_missing_page_is_found(clone):
    (clone.root / "docs/en/ch0_tiny/k01_scaling.md").unlink()
    assert any("k01_scaling.md is missing" in text for text in clone.complaints())


def test_a_mistake_that_passes_is_a_hole(clone):
    edit(
        clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py",
        "return float(np.square(x).sum())",
        "return float(np.square(x).mean())",
    )
    assert any("rejects sums: a hole" in text for text in clone.complaints())


def test_explain_gives_the_sentence_and_the_next_step(clone):
    ran = clone.dojo("explain", "scales-twice")
    assert ran.status == 0
    assert "comes out squared" in ran.out
    assert "next:" in ran.out
    assert clone.dojo("explain", "factor").status == 0
    assert clone.dojo("explain", "no-such-code").status == 2


def test_a_syntax_error_of_a_grader_is_told_with_file_and_line(clone):
    edit(clone.root / "tests/ch0_tiny/test_k01_scaling.py", "rng):", "rng:")
    ran = clone.dojo("check")
    assert ran.status == 2
    assert "test_k01_scaling.py:" in ran.err
    assert "Traceback" not in ran.err
