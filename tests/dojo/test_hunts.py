"""Tests bug hunts: their stubs, their grading, their proof, and what is told when."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from command_line import dojo
from conftest import REPOSITORY, Clone, _modules_restored

from dojo.check import hunt_rules, proof, rules
from dojo.errors import UserError
from dojo.kata import hunts, stubs
from dojo.kata.catalog import Hunt, find, katas
from dojo.kata.splice import joined, with_bodies
from dojo.site.pages import Builder
from dojo.site.snippets import Snippets
from dojo.site.values import Values

DEFINITION = '''\
"""Small things: two numbers that come out wrong.

A colleague multiplied and averaged, and looked at one case.

Level: 1 of 5
Minutes: 5
Needs: scaling
Hunts: scaling
"""
'''
WRONG = '''\
"""What is wrong in the small things."""

from dojo.grading import mistake
from solutions.ch0_tiny.k01_scaling import _checked

PUT_IN = {"mean_square": "sums"}


@mistake("scale", "One is added to the factor: scaling multiplies by what is given.")
def multiplies_by_one_more(x, factor=3.0):
    return (_checked(factor) + 1.0) * x
'''
PAGE = """\
# Small things

Two numbers come out wrong.

## The report

"Look at these."

```python run
import numpy as np
from katas.ch9_tiny.h01_small_things import mean_square, scale

print(scale(np.ones((1, 2)), 2.0), mean_square(np.array([3.0, 5.0])))
```

## What is expected

<!-- dojo:mended -->

## Contract

<!-- dojo:contract -->

## Hints

### `scale`

??? tip "Hint 1"

    What is the factor?

??? tip "Hint 2"

    It is not what is given.

??? tip "Hint 3"

    Nothing is to be added.

### `mean_square`

??? tip "Hint 1"

    How many squares are there?

??? tip "Hint 2"

    A mean knows their number.

??? tip "Hint 3"

    `....mean()`

## After it is solved

??? success "After it is solved"

    **`scale`** added one to the factor.

    **`mean_square`** never divided.

## Sources

Arithmetic.
"""
CHAPTER = "# 9 Tiny\n\nAfter it you can find.\n\n<!-- dojo:katas ch9_tiny -->\n"
STEM = "ch9_tiny/h01_small_things"


@pytest.fixture
def hunted(clone: Clone) -> Clone:
    """A clone with the kata `scaling` and a hunt in it that nobody has begun."""
    texts = {
        f"solutions/{STEM}.py": DEFINITION,
        "tests/ch9_tiny/mistakes_h01_small_things.py": WRONG,
        f"docs/en/{STEM}.md": PAGE,
        "docs/en/ch9_tiny/index.md": CHAPTER,
    }
    for name, text in texts.items():
        (clone.root / name).parent.mkdir(parents=True, exist_ok=True)
        (clone.root / name).write_text(text, "utf-8")
    readme = clone.root / "README.md"
    row = "| 9 Tiny (numpy) | small-things |\n"
    readme.write_text(readme.read_text("utf-8") + row, "utf-8")
    assert stubs.sync(hunt_in(clone)) == "made"
    return clone


def hunt_in(clone: Clone) -> Hunt:
    hunt = katas(clone.root)[-1]
    assert isinstance(hunt, Hunt)
    return hunt


def change(clone: Clone, name: str, old: str, new: str) -> None:
    path = clone.root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def mend(clone: Clone, function: str) -> None:
    """Mend one function of the learner's file."""
    wrong, right = {
        "scale": ("(_checked(factor) + 1.0) * x", "_checked(factor) * x"),
        "mean_square": ("np.square(x).sum()", "np.square(x).mean()"),
    }[function]
    change(clone, f"katas/{STEM}.py", wrong, right)


def test_a_stub_is_the_reference_with_other_bodies(hunted):
    hunt = hunt_in(hunted)
    right = hunt.parts[0].source.split('"""\n', 1)[1]
    wrong = right.replace("return _checked(factor) * x", "return CHANGED")
    wrong = wrong.replace("np.square(x).mean()", "np.square(x).sum()")
    wrong = wrong.replace("CHANGED", "(_checked(factor) + 1.0) * x")
    assert hunt.stub.read_text("utf-8") != hunt.source
    assert hunt.source.startswith(DEFINITION)
    assert right.rstrip().splitlines() == hunt.source[len(DEFINITION) :].splitlines()
    assert (
        wrong.rstrip().splitlines()
        == stubs.stub_for(hunt)[len(DEFINITION) :].splitlines()
    )
    assert [bug.code for bug in hunts.bugs(hunt)] == ["multiplies-by-one-more", "sums"]


def test_a_hunt_is_graded_under_its_own_name_and_tells_no_cause(hunted):
    verdicts = hunted.verdicts("tests/ch9_tiny")
    assert set(verdicts) == {"scale", "mean_square"}
    for verdict in verdicts.values():
        assert (verdict["kata"], verdict["state"]) == ("small-things", "failed")
        assert verdict["got"]
        assert verdict["want"]
        assert verdict["diagnosis"] is verdict["where"] is None


def test_the_cause_is_told_to_one_who_asks(hunted):
    verdicts = hunted.verdicts("tests/ch9_tiny", "--tell", "--where=9")
    codes = {name: v["diagnosis"]["code"] for name, v in verdicts.items()}
    assert codes == {"scale": "multiplies-by-one-more", "mean_square": "sums"}
    line = hunt_in(hunted).stub.read_text("utf-8").splitlines()
    (where,) = verdicts["mean_square"]["where"]["lines"]
    assert ".sum()" in line[where - 1]


def test_a_hunt_is_solved_when_the_graders_of_its_katas_pass(hunted):
    assert hunted.graded("-q", "tests/ch9_tiny", "--solutions").status == 0
    mend(hunted, "scale")
    states = {n: v["state"] for n, v in hunted.verdicts("tests/ch9_tiny").items()}
    assert states == {"scale": "passed", "mean_square": "failed"}
    mend(hunted, "mean_square")
    assert hunted.graded("-q", "tests/ch9_tiny").status == 0
    folder = f"--katas={hunted.root / 'elsewhere'}"
    (hunted.root / "katas").rename(hunted.root / "elsewhere")
    assert hunted.graded("-q", "tests/ch9_tiny", folder).status == 0


def test_a_kata_and_a_hunt_in_it_are_graded_in_one_run(hunted):
    file = hunted.root / "verdicts.json"
    hunted.graded("-q", f"--verdicts={file}")
    found = json.loads(file.read_text("utf-8"))["functions"]
    states = {(v["kata"], v["state"]) for v in found}
    assert states == {("scaling", "not started"), ("small-things", "failed")}
    assert len(found) == 4


def test_a_hunt_is_not_solved_by_importing_the_answer(hunted):
    text = "from solutions.ch0_tiny.k01_scaling import mean_square, scale\n"
    hunt_in(hunted).stub.write_text(text, "utf-8")
    verdict = hunted.verdicts("tests/ch9_tiny")["scale"]
    assert (verdict["state"], verdict["rung"]) == ("failed", "imports")
    assert "holds the answer" in verdict["because"]


def test_a_hunt_may_hold_some_functions_alone(hunted):
    name = f"solutions/{STEM}.py"
    change(hunted, name, "Hunts: scaling\n", "Hunts: scaling\nOnly: mean_square\n")
    hunt = hunt_in(hunted)
    assert hunt.functions == ("mean_square",)
    assert "_checked" not in hunt.source
    assert list(hunted.verdicts("tests/ch9_tiny", "--solutions")) == ["mean_square"]


def test_a_sound_hunt_has_no_complaints(hunted):
    hunt = hunt_in(hunted)
    assert list(rules.complaints(hunted.root, [hunt])) == []
    with _modules_restored():
        assert proof.complaints(hunted.root, [hunt]) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (f"katas/{STEM}.py", "+ 1.0", "+ 2.0", "dojo reset small-things"),
        (f"solutions/{STEM}.py", "Needs: scaling", "Needs: nothing",
         "it hunts in scaling and does not need it"),
        (f"solutions/{STEM}.py", "Hunts: scaling\n",
         "Hunts: scaling\nOnly: scale, mean_square, skale\n",
         "Only names skale, which none of its katas has"),
        ("tests/ch9_tiny/mistakes_h01_small_things.py", 'PUT_IN = {"mean_square": '
         '"sums"}', "", "it has 1 bugs; put in at least 2"),
        ("tests/ch9_tiny/mistakes_h01_small_things.py", "_checked(factor) + 1.0",
         "helper(factor)", "the stub uses helper, which stands in no reference"),
        ("tests/ch9_tiny/mistakes_h01_small_things.py", "(_checked(factor) + 1.0) * x",
         "x * _checked(factor)", "no quick test of scale rejects"),
        ("tests/ch9_tiny/mistakes_h01_small_things.py", "+ 1.0) * x",
         "+ 1.0) * x  # one more than given", "the stub has a comment of its own"),
        (f"docs/en/{STEM}.md", ", mean_square(np.array([3.0, 5.0]))", "",
         "the page's snippets print the same with sums and without"),
        (f"docs/en/{STEM}.md", "np.ones((1, 2))", "np.ones((1, 2)) / 0",
         "the page's snippets do not run when it is solved: RuntimeWarning"),
        (f"docs/en/{STEM}.md", "**`mean_square`** never divided.", "",
         "the story does not tell of `mean_square`"),
        (f"docs/en/{STEM}.md", "    **`mean_square`** never", "**`mean_square`** never",
         "lines stand beside the fold"),
        (f"docs/en/{STEM}.md", "<!-- dojo:mended -->", "",
         "the page does not show what is expected"),
        (f"docs/en/{STEM}.md", "### `mean_square`", "### `other`",
         "there are no 3 hints for mean_square"),
        (f"docs/en/{STEM}.md", "## Sources", "## Where from", "the page has "),
        (f"docs/en/{STEM}.md", "It is not what is given.",
         "`float(np.square(x).mean())`", "hint 2 for scale gives away"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_hunt_is_said(hunted, name, old, new, says):
    change(hunted, name, old, new)
    if name.startswith("tests"):
        stubs.sync(hunt_in(hunted), force=True)
    hunt = hunt_in(hunted)
    told = list(rules.complaints(hunted.root, [hunt]))
    if not any(says in text for text in told):
        with _modules_restored():
            told = proof.complaints(hunted.root, [hunt])
    assert any(says in text for text in told), told


def test_a_hunt_in_what_is_not_there_is_said(hunted):
    change(hunted, f"solutions/{STEM}.py", "Hunts: scaling", "Hunts: skaling")
    with pytest.raises(UserError, match="hunts skaling, which does not exist"):
        _ = hunt_in(hunted).functions


def test_a_code_that_is_not_known_is_said(hunted):
    name = "tests/ch9_tiny/mistakes_h01_small_things.py"
    change(hunted, name, '"sums"', '"summs"')
    with pytest.raises(UserError, match="puts summs into mean_square: there is none"):
        hunts.bugs(hunt_in(hunted))


def test_sync_leaves_a_hunt_alone_that_somebody_works_on(hunted):
    hunt = hunt_in(hunted)
    mend(hunted, "scale")
    mine = hunt.stub.read_text("utf-8")
    assert stubs.sync(hunt) == "started"
    assert hunt.stub.read_text("utf-8") == mine
    stubs.reset(hunt, "scale")
    assert hunt.stub.read_text("utf-8") == stubs.stub_for(hunt)


def test_a_run_tells_no_cause_and_when_it_is_solved_where_the_story_is(hunted):
    ran = dojo(hunted, "run", "small-things")
    assert ran.status == 1
    assert "multiplies" not in ran.out
    assert "look at line" not in ran.out
    mend(hunted, "scale")
    mend(hunted, "mean_square")
    ran = dojo(hunted, "run", "small-things")
    assert ran.out.endswith("next: dojo explain small-things tells what it was.\n")
    assert "**`scale`** added one" in dojo(hunted, "explain", "small-things").out


def test_the_story_is_kept_until_the_hunt_is_solved(hunted):
    closed = dojo(hunted, "explain", "small-things")
    assert (closed.status, closed.out) == (2, "")
    assert "small-things is not passed" in closed.err
    told = dojo(hunted, "explain", "small-things", "--anyway")
    assert "**`scale`** added one" in told.out


def test_the_commands_know_a_hunt(hunted):
    assert find(hunted.root, "h01")[0] == hunt_in(hunted)
    assert "not started  small-things" in dojo(hunted, "list").out
    mend(hunted, "scale")
    assert dojo(hunted, "solution", "h01", "--anyway").out.startswith(DEFINITION)
    assert (
        "+    return float(np.square(x).mean())"
        in dojo(hunted, "diff", "h01", "--anyway").out
    )
    assert dojo(hunted, "reset", "small-things").status == 0
    assert "+ 1.0" in hunt_in(hunted).stub.read_text("utf-8")
    assert dojo(hunted, "undo").status == 0
    assert "+ 1.0" not in hunt_in(hunted).stub.read_text("utf-8")


def test_hints_say_where_to_look_and_at_last_what_is_wrong(hunted):
    said = [dojo(hunted, "hint", "small-things::scale").out for _ in range(4)]
    assert said[0].startswith("small-things · hint 1 of 3 for scale")
    assert "again for what is wrong" in said[2]
    assert "multiplies" not in "".join(said[:3])
    assert "multiplies-by-one-more: One is added" in said[3]
    assert "look at line" in said[3]


def test_a_function_without_a_bug_has_no_hints(hunted):
    change(hunted, "tests/ch9_tiny/mistakes_h01_small_things.py", "PUT_IN", "OTHER")
    change(hunted, f"docs/en/{STEM}.md", "### `mean_square`", "### `nothing`")
    ran = dojo(hunted, "hint", "small-things::mean_square")
    assert ran.status == 2
    assert "has no hints for mean_square: look at what it calls" in ran.err


def test_an_attack_on_a_hunt_is_graded(hunted):
    file = hunted.root / "small_things.txt"
    text = (
        "# right product\ndef scale(x, factor=3.0):\n    return _checked(factor) * x\n"
    )
    text += "# wrong sum\ndef mean_square(x):\n    return float((x**2).sum())\n"
    file.write_text(text, "utf-8")
    ran = dojo(hunted, "attack", str(file))
    assert ran.status == 0, ran.out + ran.err


def test_a_hunt_has_no_mutants(hunted):
    ran = dojo(hunted, "mutants", "small-things")
    assert ran.status == 2
    assert "name a kata that it touches" in ran.err


def test_a_new_release_brings_the_stub_that_it_has(hunted, tmp_path):
    def git(*words):
        own = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *own, *words], cwd=hunted.root, check=True)

    stub = hunt_in(hunted).stub
    made = stub.read_text("utf-8")
    git("init", "-q")
    git("add", ":!katas/ch9_tiny", ":!solutions/ch9_tiny", ":!tests/ch9_tiny")
    git("commit", "-q", "-m", "before")
    git("tag", "v1")
    git("add", "--all")
    git("commit", "-q", "-m", "after")
    git("tag", "v2")
    git("checkout", "-q", "-b", "mine", "v1")
    ran = dojo(hunted, "update", "--to", "v2")
    assert "new kata: ch9_tiny/h01_small_things.py" in ran.out, ran.err
    assert stub.read_text("utf-8") == made


def test_a_page_shows_what_the_stub_prints_and_what_is_due(hunted):
    tree = hunted.root / "docs" / "en"
    plain = SimpleNamespace(line=lambda text, named=False: text)
    mend(hunted, "scale")  # the learner's file changes no page
    with Snippets(hunted.root) as snippets:
        builder = Builder(hunted.root, tree, tree, plain, Values({}), snippets)
        page = builder.page(tree / f"{STEM}.md")
    report, expected = page.split("## What is expected")
    assert "```text\n[[3. 3.]] 34.0\n```" in report
    assert "```text\n[[2. 2.]] 17.0\n```" in expected.partition("## Contract")[0]
    assert "a hunt of" in page
    assert f"Mend `katas/{STEM}.py`." in page


TWO = "def f(x):\n    a = x\n    b = a\n    return b\n"


def test_two_bugs_of_one_function_keep_to_their_own_lines():
    one = TWO.replace("a = x", "a = -x")
    two = TWO.replace("return b", "return b + 1")
    both = with_bodies(TWO, "f", [one, two])
    assert both == "def f(x):\n    a = -x\n    b = a\n    return b + 1\n"
    with pytest.raises(ValueError, match="change the same lines"):
        with_bodies(TWO, "f", [one, TWO.replace("a = x", "a = 2 * x")])


def test_methods_get_other_bodies_and_keep_their_heads():
    text = 'class A:\n    def f(self, x: int) -> int:\n        """Say."""\n'
    text += "        return x\n\n    def g(self) -> int:\n        return 1\n"
    wrong = "class B:\n    def g(self):\n        return 2\n"
    assert with_bodies(text, "A", [wrong]) == text.replace("return 1", "return 2")
    with pytest.raises(ValueError, match="more than methods"):
        with_bodies(text, "A", ["class B:\n    def h(self):\n        return 2\n"])
    with pytest.raises(ValueError, match="no function of the reference"):
        with_bodies(text, "f", [TWO])


def test_references_are_joined_with_what_they_need():
    one = (
        "import numpy as np\nimport math\nfrom solutions.a import k\n\n"
        '__all__ = ["f", "g"]\n\nN = 3\n\n\ndef _h():\n    return N\n\n\n'
        "# Why.\ndef f():\n    return _h(), np.pi, k()\n\n\n"
        "def g():\n    return math.e\n"
    )
    two = 'from torch import nn, Tensor\n\n__all__ = ["k"]\n\n\n'
    two += "def k():\n    return nn, Tensor\n"
    made = joined('"""Head."""', [(one, {"f"}), (two, {"k"})], {"solutions.a"})
    assert made == (
        '"""Head."""\n\nimport numpy as np\nfrom torch import Tensor, nn\n\n'
        '__all__ = ["f", "k"]\n\nN = 3\n\n\ndef _h():\n    return N\n\n\n'
        "# Why.\ndef f():\n    return _h(), np.pi, k()\n\n\n"
        "def k():\n    return nn, Tensor\n"
    )
    with pytest.raises(ValueError, match="f has two meanings"):
        joined('"""Head."""', [(one, {"f"}), (TWO + '__all__ = ["f"]\n', {"f"})], set())


def test_what_a_module_lacks_is_found():
    source = (
        "import os.path\n\n\ndef f(x):\n    return [y + z for y in os.listdir(x)]\n"
    )
    assert hunts.unknown_in(source) == {"z"}


def test_every_hunt_of_the_repository_reads_as_the_linter_asks():
    every = [kata for kata in katas(REPOSITORY) if isinstance(kata, Hunt)]
    assert every
    for hunt in every:
        ruff = [sys.executable, "-m", "ruff", "format", "--diff"]
        done = subprocess.run(
            [*ruff, "--stdin-filename", "solutions/x.py", "-"],
            input=hunt.source, text=True, capture_output=True, cwd=REPOSITORY,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_sections_of_a_hunt_are_in_the_recipe():
    text = (REPOSITORY / "docs" / "en" / "contributing.md").read_text("utf-8")
    for section in hunt_rules.SECTIONS:
        assert f"\n## {section}\n" in text
