"""What `dojo check` finds: each complaint, provoked once."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from conftest import REPOSITORY
from forked_python import COLD
from pty_session import processes_of, wait_until
from typer.main import get_command

from dojo import grading
from dojo.check import page_rules, rules, runs
from dojo.kata import catalog
from dojo.ui.cli import app


def edit(path, old, new):
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_sound_clone_has_no_complaint(clone):
    ran = clone.dojo("check", **{COLD: "1"})
    assert ran.status == 0, ran.out
    assert "1 kata is sound" in ran.out


def test_two_mistakes_are_told_apart_by_a_test_that_one_passes(clone):
    bank = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    text = bank.read_text("utf-8")
    by_default = """

@mistake("scale", "The default is 7: the factor is 3 if none is given.")
def has_seven_by_default(x, factor=7.0):
    return x * factor
"""
    bank.write_text(text + by_default, "utf-8")
    assert clone.complaints() == []


def test_the_cases_of_a_test_share_its_seeds(clone):
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    edit(
        grader,
        "def test_scale_multiplies_each_entry(rng):\n",
        '@pytest.mark.parametrize("case", range(10))\n'
        "def test_scale_multiplies_each_entry(rng, seed, case):\n"
        "    assert seed != 37\n",
    )
    edit(grader, "import numpy as np\n", "import numpy as np\nimport pytest\n")
    found = [text for text in clone.complaints() if "rejects the reference" in text]
    assert len(found) == 1
    assert "entry[9] rejects the reference with seed 37" in found[0]


FAULTS = {
    "asserts nothing": (
        "tests/ch0_tiny/test_k01_scaling.py",
        'assert_close(mean_square(np.array([3.0, 5.0])), 17.0, "(9 + 25) / 2 = 17")',
        "mean_square(np.array([3.0, 5.0]))",
    ),
    "three_and_five can fail without a number or a word": (
        "tests/ch0_tiny/test_k01_scaling.py",
        'assert_close(mean_square(np.array([3.0, 5.0])), 17.0, "(9 + 25) / 2 = 17")',
        'assert [mean_square(np.array([3.0, 5.0]))] == [17.0], "(9 + 25) / 2 = 17"',
    ),
    "test_k01_scaling.py:31 says of a failure that it is one": (
        "tests/ch0_tiny/test_k01_scaling.py",
        'assert_close(mean_square(np.array([3.0, 5.0])), 17.0, "(9 + 25) / 2 = 17")',
        'assert_that(mean_square(np.array([3.0, 5.0])) == 17.0, "(9 + 25) / 2 = 17")',
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
    "scale that can be read": (
        "docs/en/ch0_tiny/k01_scaling.md",
        '??? tip "Hint 2"\n\n    Multiply.',
        '??? tip "Hint"\n\n    Multiply.',
    ),
    "mean_square has no hints; write a heading": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "### `mean_square`",
        "### `scale` more",
    ),
    "hints for mean, which is not in __all__": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "### `mean_square`",
        "### `mean`",
    ),
    "hints stand below no heading": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "### `scale`\n",
        "\n",
    ),
    "gives its idea in 2 lines; write 3": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Nothing else changes.\n",
        "",
    ),
    "gives its idea in 3 lines; write 3": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Nothing else changes.",
        "Nothing else",
    ),
    "no figure stands before `## Idea`": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "<!-- dojo:figure scaling -->\n\n## Idea\n",
        "## Idea\n\n<!-- dojo:figure scaling -->\n",
    ),
    "the figure scaling stands twice": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "None changes.",
        "<!-- dojo:figure scaling -->",
    ),
    "has 2 questions to check oneself; write 3": (
        "docs/en/ch0_tiny/k01_scaling.md",
        '??? question "Why does the shape stay?"',
        "Why does the shape stay?",
    ),
    "does not end with ?": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "the shape stay?",
        "the shape stay",
    ),
    "has no answer; say why": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "    Each entry is multiplied by itself alone.\n",
        "",
    ),
    'no question begins with "What would happen if …"': (
        "docs/en/ch0_tiny/k01_scaling.md",
        "What would happen if the factor",
        "What if the factor",
    ),
    "no claim follows the formula; add a line": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "<!-- dojo:claim scale(x, 2.5) == 2.5 * x -->\n",
        "",
    ),
    "k01_scaling.md:21: the claim scale(x, 2.5) == 2 * x does not hold": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "== 2.5 * x -->",
        "== 2 * x -->",
    ),
    "is no LEFT == RIGHT": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "== 2.5 * x -->",
        "> 2.5 * x -->",
    ),
    "the step 'One entry at a time' (line 15) shows no code": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "```python run",
        "```python",
    ),
    "the snippet on line 23 imports katas": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "print(2.5 * 4)",
        "import katas\n\nprint(2.5 * 4)",
    ),
    "a snippet is not closed by its fence; close it": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "print(2.5 * 4)\n```\n",
        "print(2.5 * 4)\n",
    ),
    "4 lines stand before what `## Contract` folds": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "<!-- dojo:contract -->",
        "Word.\n" * 4 + "<!-- dojo:contract -->",
    ),
    "the link https://dx.doi.org/10.1000/1 is not of a form that lasts": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Arithmetic.",
        "[A](https://dx.doi.org/10.1000/1).",
    ),
    "the link http://doi.org/10.1000/1 is not of": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Arithmetic.",
        "[A](http://doi.org/10.1000/1).",
    ),
    "the link https://arxiv.org/pdf/1502.01852 is not of": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Arithmetic.",
        "[A](https://arxiv.org/pdf/1502.01852).",
    ),
    "the link doi.org/10.1000/1 is not of": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Arithmetic.",
        "doi.org/10.1000/1",
    ),
    "arXiv:1502.01852 is named and not linked": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "Arithmetic.",
        "A, arXiv:1502.01852.",
    ),
    "the page does not name adds-the-factor": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "<!-- dojo:mistakes -->",
        "There are none.",
    ),
    "which is not in __all__": (
        "tests/ch0_tiny/mistakes_k01_scaling.py",
        '@mistake("mean_square", "A root',
        '@mistake("root_mean_square", "A root',
    ),
    "lines of why; write one to 5": (
        "solutions/ch0_tiny/k01_scaling.py",
        "It is the smallest kata that has an array, a number and a kink.\n\n",
        "",
    ),
    "must give a number": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Minutes: 5",
        "Minutes: a few",
    ),
    "Optional names mean, which is not in __all__": (
        "solutions/ch0_tiny/k01_scaling.py",
        "Needs: nothing",
        "Needs: nothing\nOptional: mean",
    ),
    "scale has 26 lines; split it to 25": (
        "solutions/ch0_tiny/k01_scaling.py",
        "    return _checked(factor) * x",
        "    x = x + 0.0\n" * 24 + "    return _checked(factor) * x",
    ),
    "the reference has no __all__": (
        "solutions/ch0_tiny/k01_scaling.py",
        '__all__ = ["scale", "mean_square"]',
        "",
    ),
    "the code sums stands twice": (
        "tests/ch0_tiny/mistakes_k01_scaling.py",
        "def squares_the_mean",
        "def sums_",
    ),
    "adds-the-factor with by = 0.0 is rejected but not named": (
        "tests/ch0_tiny/mistakes_k01_scaling.py",
        '"The factor is added: scaling multiplies.")\n'
        "def adds_the_factor(x, factor=3.0):\n    return x + factor",
        '"The factor is added, and {by}.", by=[1.0, 0.0])\n'
        "def adds_the_factor(x, factor=3.0, *, by):\n    return x * factor + by",
    ),
    "has 1 lines marked TO WRITE or to_write (line 9)": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "## Idea",
        "TO WRITE\n\n## Idea",
    ),
    "test_k01_scaling.py has 1 lines marked": (
        "tests/ch0_tiny/test_k01_scaling.py",
        "def test_scale_uses_three_by_default",
        "def test_scale_to_write",
    ),
    "must begin with `# Scaling`": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "# Scaling",
        "# Scale",
    ),
    "has two titles": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "None changes.",
        "# None changes",
    ),
    "'Remarks' is no fixed one": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "None changes.",
        "## Remarks",
    ),
    "sections are out of order": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "## Idea",
        "## Sources\n\n## Idea",
    ),
    "the page shows no contract": (
        "docs/en/ch0_tiny/k01_scaling.md",
        "<!-- dojo:contract -->",
        "",
    ),
    "docs/en/ch0_tiny/index.md is marked TO WRITE on line 3": (
        "docs/en/ch0_tiny/index.md",
        "After this chapter you can multiply.",
        "TO WRITE",
    ),
    "docs/en/ch0_tiny/index.md lists no katas; add a line <!-- dojo:katas": (
        "docs/en/ch0_tiny/index.md",
        "<!-- dojo:katas ch0_tiny -->",
        "",
    ),
    "row of chapter 0 must name scaling; write it so": (
        "README.md",
        "| 0 Tiny (numpy) | scaling |",
        "| 0 Tiny (numpy) | scaling, counting |",
    ),
    "row of chapter 0 must name scaling": (
        "README.md",
        "## The katas",
        "## All katas",
    ),
    "row of chapter 7 has no kata in the tree; remove the row": (
        "README.md",
        "| 0 Tiny (numpy) | scaling |",
        "| 0 Tiny (numpy) | scaling |\n| 7 Nets (torch) | nets |",
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


def test_a_figure_on_two_pages_is_found(clone):
    kata = catalog.katas(clone.root)[0]
    other = kata.page.with_name("k02_other.md")
    other.write_text("<!-- dojo:figure scaling -->\n", "utf-8")
    (text,) = page_rules.shows_each_figure_once(kata)
    assert text.startswith("the figure scaling is on ch0_tiny/k02_other.md too; keep")


LASTING = """\
- [A](https://doi.org/10.1109/5.726791), [B](https://arxiv.org/abs/1502.01852v1),
  [arXiv:1207.0580](https://arxiv.org/abs/1207.0580), arXiv:cs/0112017 and
  [C](https://arxiv.org/abs/cs/0112017).
"""


def test_links_that_last_are_no_complaint(clone):
    kata = catalog.katas(clone.root)[0]
    edit(kata.page, "Arithmetic.\n", LASTING)
    assert list(page_rules.links_its_sources(kata)) == []


def test_an_orphan_is_found(clone):
    (clone.root / "solutions" / "ch0_tiny" / "notes.py").write_text("", "utf-8")
    assert any("belongs to no kata" in text for text in clone.complaints())


def test_the_page_of_a_chapter_is_no_orphan(clone):
    page = clone.root / "docs/en/ch0_tiny/index.md"
    assert list(rules.orphans(clone.root)) == []
    page.rename(page.with_name("notes.md"))
    (text,) = rules.orphans(clone.root)
    assert text.startswith("docs/en/ch0_tiny/notes.md belongs to no kata")


@pytest.mark.parametrize("part", ["grader", "bank", "page", "stub"])
def test_a_missing_file_is_found(clone, part):
    kata = catalog.katas(clone.root)[0]
    getattr(kata, part).unlink()
    says = (
        "run `dojo sync`" if part == "stub" else f"{getattr(kata, part).name} is miss"
    )
    assert any(says in text for text in rules.complaints(clone.root, [kata]))


def test_a_missing_page_of_a_chapter_is_found(clone):
    (clone.root / "docs/en/ch0_tiny/index.md").unlink()
    (text,) = rules.chapters_have_pages(clone.root)
    assert text.startswith("docs/en/ch0_tiny/index.md is missing; write what")


def test_a_slug_that_stands_twice_is_found(clone):
    copy = clone.reference.with_name("k02_scaling.py")
    copy.write_text(clone.reference.read_text("utf-8"), "utf-8")
    kata = catalog.katas(clone.root)[0]
    texts = list(rules.needs_come_earlier(kata))
    assert texts == ["another kata has the same slug; rename one of them"]


def test_an_import_of_a_later_reference_is_found(clone):
    clone.reference.with_name("k02_more.py").write_text("", "utf-8")
    edit(
        clone.reference, "import numpy as np", "from solutions.ch0_tiny import k02_more"
    )
    kata = catalog.katas(clone.root)[0]
    assert any(
        "imports solutions.ch0_tiny.k02_more" in t for t in rules.stands_alone(kata)
    )


def test_a_long_reference_is_remarked_on_and_is_no_complaint(clone):
    longest = rules.LIMITS["reference"].number
    kata = catalog.katas(clone.root)[0]
    assert list(rules.remarks([kata])) == []
    with clone.reference.open("a", encoding="utf-8") as file:
        file.write("\n".join(f"N{number} = {number}" for number in range(longest)))
    kata = catalog.katas(clone.root)[0]
    (remark,) = rules.remarks([kata])
    assert f"above {longest}, read it again" in remark
    texts = list(rules.complaints(clone.root, [kata]))
    assert not any("lines" in text for text in texts), texts


def test_no_grader_is_too_long(clone):
    with (clone.root / "tests/ch0_tiny/test_k01_scaling.py").open("a") as file:
        file.write("# why\n" * 1000)
    assert list(rules.complaints(clone.root, catalog.katas(clone.root))) == []


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


CHANGES_ITS_INPUT = """

@mistake("scale", "The array given is multiplied itself: make a new one.")
def changes_its_input(x, factor=3.0):
    x *= factor
    return x
"""


def test_a_mistake_that_changes_its_input_is_named_as_itself(clone):
    bank = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    with bank.open("a", encoding="utf-8") as file:
        file.write(CHANGES_ITS_INPUT)
    assert clone.complaints() == []


LOOKS_BADLY = """

def _first(arguments, returned):
    return returned[9999]


@mistake("scale", "The product is negative: leave the sign.", view=_first)
def turns_the_sign(x, factor=3.0):
    return -factor * x
"""


def test_a_view_that_raises_is_a_complaint_and_breaks_nothing_off(clone):
    bank = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    with bank.open("a", encoding="utf-8") as file:
        file.write(LOOKS_BADLY)
    (complaint,) = clone.complaints()
    assert "the view _first raises IndexError" in complaint


def test_a_mistake_without_numbers_is_not_named(clone):
    edit(
        clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py",
        "return float(np.square(x).sum())",
        "return float(np.nan)",
    )
    assert any("sums is rejected but not named" in text for text in clone.complaints())


def test_a_proof_that_breaks_off_is_a_complaint(clone):
    edit(clone.reference, "import numpy as np", "import os\n\nos.abort()")
    clone.dojo("sync", "--force")
    ran = clone.dojo("check")
    assert ran.status == 1
    assert "- scaling: its proof broke off with status -6" in ran.out
    assert "k01_scaling.py" in ran.out
    assert ran.out.endswith("1 complaints\n")


HANGS = """\
import time

time.sleep(600)
"""
IMPATIENT = """\
import os
import sys

from dojo.check import proof, rules

rules.LIMITS["silence"] = rules.Limit(10, "seconds")
proof.main(str(os.getppid()), sys.argv[1], "ch0_tiny/k01_scaling", "complaints.json")
"""


def test_a_proof_that_hangs_ends_itself_and_says_its_line(clone):
    edit(clone.reference, "import numpy as np\n", HANGS)
    ran = clone.run("-c", IMPATIENT, str(clone.root))
    assert ran.status == 1
    line = clone.reference.read_text("utf-8").splitlines().index(HANGS.split("\n")[-2])
    assert f'k01_scaling.py", line {line + 1} in <module>' in ran.err
    assert not (clone.root / "complaints.json").exists()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_the_end_of_a_check_ends_its_proofs(clone, name):
    if name == "SIGKILL" and sys.platform != "linux":
        pytest.skip("only Linux ends the children of a killed process")
    edit(clone.reference, "import numpy as np\n", HANGS)
    command = [sys.executable, "-m", "dojo", "check"]
    environment = os.environ | {"PYTHONPATH": str(clone.root)}
    process = subprocess.Popen(command, cwd=clone.root, env=environment)
    wait_until(lambda: len(processes_of(clone.root)) == 2)  # the check and its proof
    process.send_signal(getattr(signal, name))
    assert process.wait(60) != 0
    wait_until(lambda: not processes_of(clone.root))


def test_katas_are_proved_side_by_side_and_told_in_order(clone, monkeypatch):
    """Each proof waits for the other, and the second ends first."""
    texts = {"solutions": "__all__ = []\n", "tests": ""}
    for stem in ("k02_slow", "k03_quick"):
        (clone.root / "solutions/ch0_tiny" / f"{stem}.py").write_text(
            texts["solutions"]
        )
        (clone.root / "tests/ch0_tiny" / f"test_{stem}.py").write_text(texts["tests"])
    both = threading.Barrier(2)
    quick_ended = threading.Event()

    def prove(self, kata):
        both.wait(60)
        if kata.slug == "slow":
            assert quick_ended.wait(60)
        else:
            quick_ended.set()
        return []

    monkeypatch.setattr(runs, "cores", lambda: 2)
    monkeypatch.setattr(runs.Proofs, "prove", prove)
    lines = []
    runs.run(clone.root, catalog.katas(clone.root)[1:], lines.append)
    assert [line.partition(":")[0] for line in lines] == ["slow", "quick"]


RECIPE = (REPOSITORY / "docs/en/contributing.md").read_text("utf-8")


@pytest.mark.parametrize("name", rules.LIMITS)
def test_the_recipe_names_each_limit(name):
    limit = rules.LIMITS[name]
    assert f"| {limit.of} | {limit.number} |" in RECIPE.splitlines()


@pytest.mark.parametrize("name", grading.__all__)
def test_the_recipe_explains_all_that_a_grader_imports(name):
    rows = re.findall(rf"^\| `{name}\b[^|]*\| (.+) \|$", RECIPE, re.MULTILINE)
    assert len(rows) == 1
    assert len(rows[0].split()) > 3


def test_the_map_names_files_that_exist():
    section = RECIPE.partition("\n## The rooms\n")[2].partition("\n## ")[0]
    names = re.findall(r"`(dojo/[\w/.]*)`", section)
    assert len(names) > 25
    missing = [name for name in names if not (REPOSITORY / name).exists()]
    assert missing == []
    rooms = {
        f"dojo/{path.parent.name}/" for path in REPOSITORY.glob("dojo/*/__init__.py")
    }
    assert rooms - {"dojo/digits/"} <= set(names)


def test_the_tables_of_commands_name_each_and_no_other():
    text = "".join(
        (REPOSITORY / name).read_text("utf-8")
        for name in ("README.md", "CONTRIBUTING.md")
    )
    cells = re.findall(r"^\| (`.+?) \|", text, re.MULTILINE)
    codes = [code.split() for cell in cells for code in re.findall(r"`([^`]+)`", cell)]
    codes = [words for words in codes if words[0] not in ("make", "pytest")]
    named = [
        words[1] if words[0] == "dojo" else words[0]
        for words in codes
        if words != ["dojo"]
    ]
    assert sorted(named) == sorted(get_command(app).commands)
