"""Tests `dojo update` on small histories that do what releases do."""

import errno
import json
import os
import subprocess
from pathlib import Path

import pytest

from dojo.errors import UserError
from dojo.git import Git
from dojo.kata.stubs import stub_of
from dojo.learner.ledger import Ledger
from dojo.learner.merging import merged, moved
from dojo.learner.update import run

HEAD = '"""Title: claim.\n\nWhy.\n\nLevel: 1 of 5\nMinutes: 5\nNeeds: nothing\n"""\n\n'
ONE = '''\
__all__ = ["one"]


def one(x: float) -> float:
    """Return x.

    Parameters
    ----------
    x : float
        Any number.

    Returns
    -------
    float
        The same number.
    """
    return x
'''
TWO = '''

def two(x: float) -> float:
    """Return twice x."""
    return 2 * x
'''
ANSWER = "    mine = x  # my own words\n    return mine\n"
PATH = "ch1_first/k01_number.py"


def git(root: Path, *words: str) -> str:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *own, *words], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class History:
    """An origin that makes releases, and a learner's clone of its first."""

    def __init__(self, folder: Path) -> None:
        self.origin, self.root = folder / "origin", folder / "clone"
        self.origin.mkdir()
        git(self.origin, "init", "--quiet", "--initial-branch=main")
        (self.origin / ".gitignore").write_text(".dojo/\n")
        self.release("v0.1.0", {PATH: HEAD + ONE}, {"dojo/plugin.py": "VERSION = 1\n"})
        git(folder, "clone", "--quiet", str(self.origin), str(self.root))
        git(self.root, "config", "user.name", "Learner")
        git(self.root, "config", "user.email", "learner@example.org")

    def release(self, tag: str, references: dict, others: dict | None = None) -> None:
        """Commit a release that has these references and no others."""
        git(self.origin, "rm", "-rq", "--ignore-unmatch", "solutions", "katas")
        for name, text in references.items():
            self.put(self.origin / "solutions" / name, text)
            self.put(self.origin / "katas" / name, stub_of(text))
        for name, text in (others or {}).items():
            self.put(self.origin / name, text)
        git(self.origin, "add", "--all")
        git(self.origin, "commit", "--quiet", "-m", tag)
        git(self.origin, "tag", tag)

    def answer(self, path: str = PATH) -> str:
        """Answer `one` in the clone and return the file's text."""
        file = self.root / "katas" / path
        text = file.read_text().replace("    raise NotImplementedError\n", ANSWER, 1)
        file.write_text(text)
        return text

    def mine(self, path: str = PATH) -> str:
        return (self.root / "katas" / path).read_text()

    @staticmethod
    def put(file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


def test_update_replaces_a_stub_that_was_not_started(history):
    new = HEAD + ONE.replace("Any number", "Any real number")
    history.release("v0.2.0", {PATH: new}, {"dojo/plugin.py": "VERSION = 2\n"})
    lines = list(run(history.root))
    assert lines[0] == "updated to v0.2.0."
    assert history.mine() == stub_of(new)
    assert (history.root / "dojo/plugin.py").read_text() == "VERSION = 2\n"
    assert git(history.root, "status", "--porcelain") == ""


def test_update_adds_a_function_below_an_answer(history):
    history.answer()
    new = HEAD + ONE.replace('["one"]', '["one", "two"]') + TWO
    history.release("v0.2.0", {PATH: new})
    assert any(line.startswith("merged:") for line in run(history.root))
    assert ANSWER in history.mine()
    assert '__all__ = ["one", "two"]' in history.mine()
    assert "def two" in history.mine()


def test_update_changes_a_signature_above_an_answer(history):
    history.answer()
    new = HEAD + ONE.replace("x: float)", "x: float, y: float = 0.0)")
    history.release("v0.2.0", {PATH: new})
    list(run(history.root))
    assert "def one(x: float, y: float = 0.0) -> float:" in history.mine()
    assert ANSWER in history.mine()


def test_update_keeps_the_answer_where_both_sides_changed_a_line(history):
    before = history.answer()
    text = before.replace("    Returns\n", "    Gives\n")
    (history.root / "katas" / PATH).write_text(text)
    new = HEAD + ONE.replace("    Returns\n", "    Yields\n")
    history.release("v0.2.0", {PATH: new})
    assert any(line.startswith("conflict:") for line in run(history.root))
    assert history.mine() == text
    assert (history.root / "katas" / f"{PATH}.new").read_text() == stub_of(new)


@pytest.mark.parametrize("goal", ["ch1_first/k02_number.py", "ch2_next/k01_count.py"])
def test_update_follows_a_renamed_kata(history, goal):
    Ledger(history.root).add({"kind": "hint", "kata": "number", "level": 2})
    history.answer()
    history.release("v0.2.0", {goal: HEAD + ONE})
    assert any(line.startswith("renamed:") for line in run(history.root))
    assert ANSWER in history.mine(goal)
    assert not (history.root / "katas" / PATH).exists()
    slug = Path(goal).stem.partition("_")[2]
    assert Ledger(history.root).read()["katas"][slug]["hints"] == 2


def test_update_keeps_the_answer_to_a_kata_that_is_gone(history):
    text = history.answer()
    history.release("v0.2.0", {"ch1_first/k02_other.py": HEAD + TWO})
    assert any("stays where it is" in line for line in run(history.root))
    assert history.mine() == text


def test_update_keeps_the_commits_of_the_learner(history):
    history.answer()
    git(history.root, "commit", "--quiet", "--all", "-m", "my answer")
    mine = git(history.root, "rev-parse", "HEAD")
    history.release("v0.2.0", {PATH: HEAD + ONE.replace("Any number", "Any real")})
    list(run(history.root))
    assert mine in git(history.root, "log", "--format=%H")
    assert git(history.root, "status", "--porcelain") == ""
    assert ANSWER in history.mine()
    assert "Any real" in history.mine()


def test_update_twice_changes_nothing(history):
    history.answer()
    history.release("v0.2.0", {PATH: HEAD + ONE.replace("Any number", "Any real")})
    list(run(history.root))
    before = history.mine()
    assert list(run(history.root)) == ["this clone is up to date."]
    assert history.mine() == before


def test_update_goes_on_after_it_was_interrupted(history, monkeypatch):
    history.answer()
    new = HEAD + ONE.replace("Any number", "Any real")
    history.release("v0.2.0", {PATH: new}, {"dojo/plugin.py": "VERSION = 2\n"})
    with monkeypatch.context() as patch:
        patch.setattr("dojo.learner.update.Update.commit", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list(run(history.root))
    assert "updated to v0.2.0." in list(run(history.root))
    assert ANSWER in history.mine()
    assert "Any real" in history.mine()
    assert git(history.root, "rev-parse", "HEAD") == git(
        history.root, "rev-parse", "v0.2.0"
    )


def test_update_refuses_where_other_files_are_changed(history):
    history.release("v0.2.0", {PATH: HEAD + ONE}, {"dojo/plugin.py": "VERSION = 2\n"})
    (history.root / "dojo/plugin.py").write_text("VERSION = 'mine'\n")
    with pytest.raises(UserError, match=r"dojo/plugin\.py"):
        list(run(history.root))
    assert (history.root / "dojo/plugin.py").read_text() == "VERSION = 'mine'\n"


def test_update_refuses_to_overwrite_an_untracked_file(history):
    history.release("v0.2.0", {PATH: HEAD + ONE}, {"notes.md": "theirs\n"})
    (history.root / "notes.md").write_text("mine\n")
    with pytest.raises(UserError, match=r"notes\.md"):
        list(run(history.root))
    assert (history.root / "notes.md").read_text() == "mine\n"


def test_update_keeps_a_copy_of_what_it_merges(history):
    text = history.answer()
    history.release("v0.2.0", {PATH: HEAD + ONE.replace("Any number", "Any real")})
    list(run(history.root))
    copies = list((history.root / ".dojo/backups").rglob("*.py"))
    assert [copy.read_text() for copy in copies] == [text]


def test_merged_takes_both_sides_of_neighbouring_lines():
    base = 'def f(x):\n    """Return x."""\n    raise NotImplementedError\n'
    mine = base.replace("raise NotImplementedError", "return x")
    theirs = base.replace("f(x)", "f(x, y)").replace("Return x.", "Return x, or y.")
    assert merged(mine, base, theirs) == theirs.replace(
        "raise NotImplementedError", "return x"
    )


def test_merged_takes_a_new_method_beside_answered_ones():
    base = "class C:\n    def f(self):\n        raise NotImplementedError\n"
    mine = base.replace("raise NotImplementedError", "return 1")
    theirs = base + "\n    def g(self):\n        raise NotImplementedError\n"
    assert merged(mine, base, theirs) == mine + theirs.removeprefix(base)


def test_merged_is_none_where_the_release_drops_an_answer():
    base = "def f():\n    raise NotImplementedError\n\n\ny = 1\n"
    mine = base.replace("raise NotImplementedError", "return 1")
    assert merged(mine, base, "y = 1\n") is None


def test_merged_keeps_helpers_and_imports_of_the_learner():
    base = "import numpy\n\n\ndef f():\n    raise NotImplementedError\n"
    mine = "import math\nimport numpy\n\n\ndef _help():\n    return 2\n\n\n"
    mine += "def f():\n    return _help()\n"
    theirs = base + "\n\ndef g():\n    raise NotImplementedError\n"
    assert merged(mine, base, theirs) == mine + theirs.removeprefix(base)


def test_merged_keeps_a_file_that_does_not_parse():
    base = "def f():\n    raise NotImplementedError\n\n\n\n\n\ny = 1\n"
    mine = base.replace("raise NotImplementedError", "return (")
    theirs = base.replace("y = 1", "y = 2")
    assert merged(mine, base, theirs) == mine.replace("y = 1", "y = 2")


def test_moved_trusts_the_slug_more_than_likeness():
    before = ["solutions/ch1_a/k01_x.py", "solutions/ch1_a/k02_y.py"]
    after = ["solutions/ch1_a/k02_x.py", "solutions/ch1_a/k03_z.py"]
    assert moved(before, after, {before[0]: after[1]}) == {
        before[0]: after[0],
        before[1]: None,
    }


def test_update_of_a_folder_that_is_no_clone_says_so(tmp_path):
    with pytest.raises(UserError, match="clone the repository anew"):
        list(run(tmp_path))


def test_log_says_what_was_renamed(history):
    history.release("v0.2.0", {"ch1_first/k02_number.py": HEAD + ONE})
    list(run(history.root))
    log = (history.root / ".dojo/attempts.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in log] == ["renamed"]


def test_update_adds_a_new_kata(history):
    new = {PATH: HEAD + ONE, "ch1_first/k02_two.py": HEAD + TWO}
    history.release("v0.2.0", new)
    assert "new kata: ch1_first/k02_two.py" in list(run(history.root))
    assert history.mine("ch1_first/k02_two.py") == stub_of(HEAD + TWO)
    assert git(history.root, "status", "--porcelain") == ""


def test_update_takes_away_the_untouched_stub_of_a_kata_that_is_gone(history):
    history.release("v0.2.0", {"ch1_first/k02_two.py": HEAD + TWO})
    list(run(history.root))
    assert not (history.root / "katas" / PATH).exists()
    assert git(history.root, "status", "--porcelain") == ""


def test_update_deletes_what_the_release_deletes(history):
    others = {"docs/old.md": "old\n", "docs/other.md": "other\n"}
    history.release("v0.2.0", {PATH: HEAD + ONE}, others)
    list(run(history.root))
    assert (history.root / "docs/old.md").read_text() == "old\n"
    (history.origin / "docs/old.md").unlink()
    history.release("v0.3.0", {PATH: HEAD + ONE})
    list(run(history.root))
    assert not (history.root / "docs/old.md").exists()
    assert (history.root / "docs/other.md").read_text() == "other\n"


def test_update_brings_more_files_than_one_command_names(history, monkeypatch):
    monkeypatch.setattr("dojo.learner.update.MOST", 2)
    names = [f"docs/page{number}.md" for number in range(5)]
    history.release("v0.2.0", {PATH: HEAD + ONE}, dict.fromkeys(names, "page\n"))
    list(run(history.root))
    assert [(history.root / name).read_text() for name in names] == ["page\n"] * 5
    assert git(history.root, "status", "--porcelain") == ""


def test_update_says_when_the_requirements_changed(history):
    history.release("v0.2.0", {PATH: HEAD + ONE}, {"pyproject.toml": "new = 1\n"})
    assert list(run(history.root))[-1].startswith("next: python -m pip install")
    history.release("v0.3.0", {PATH: HEAD + ONE}, {"dojo/plugin.py": "VERSION = 3\n"})
    assert list(run(history.root))[-1] == "next: dojo"


def test_update_takes_the_newest_release_by_its_number(history):
    git(history.origin, "tag", "v0.9.0", "v0.1.0")
    history.release("v0.10.0", {PATH: HEAD + ONE}, {"dojo/plugin.py": "VERSION = 2\n"})
    assert "updated to v0.10.0." in list(run(history.root))


def test_update_goes_to_the_release_that_is_named(history):
    for tag in ("v0.2.0", "v0.3.0"):
        others = {"dojo/plugin.py": f"VERSION = {tag!r}\n"}
        history.release(tag, {PATH: HEAD + ONE}, others)
    git(history.root, "fetch", "--quiet", "--tags")
    assert "updated to v0.2.0." in list(run(history.root, "v0.2.0"))
    assert (history.root / "dojo/plugin.py").read_text() == "VERSION = 'v0.2.0'\n"


def test_update_without_an_origin_asks_for_a_name(history):
    git(history.root, "remote", "remove", "origin")
    with pytest.raises(UserError, match="name a release with --to"):
        list(run(history.root))


def test_update_passes_on_what_git_says(history):
    git(history.root, "remote", "set-url", "origin", str(history.root / "nowhere"))
    with pytest.raises(UserError, match=r"git says: .*nowhere"):
        list(run(history.root))


def test_update_without_git_says_so(history, monkeypatch):
    monkeypatch.setenv("PATH", str(history.root))
    with pytest.raises(UserError, match="there is no command git: install it"):
        list(run(history.root))


def test_update_asks_who_commits_before_it_changes_anything(history, monkeypatch):
    history.answer()
    git(history.root, "commit", "--quiet", "--all", "-m", "my answer")
    before = history.mine()
    for key in ("name", "email"):
        git(history.root, "config", "--unset", f"user.{key}")
    git(history.root, "config", "user.useConfigOnly", "true")
    monkeypatch.setenv("HOME", str(history.root))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(history.root))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    history.release("v0.2.0", {PATH: HEAD + ONE.replace("Any number", "Any real")})
    with pytest.raises(UserError, match="git says"):
        list(run(history.root))
    assert history.mine() == before


def test_update_goes_on_after_the_disk_was_full(history, monkeypatch):
    history.answer()
    new = {PATH: HEAD + ONE.replace("Any number", "Any real")}
    history.release("v0.2.0", new | {"ch1_first/k02_two.py": HEAD + TWO})

    def full_disk(path, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("dojo.kata.copies.write_bytes", full_disk)
        with pytest.raises(UserError, match=r"half-way \(.*No space"):
            list(run(history.root))
    assert ANSWER in history.mine()
    assert "updated to v0.2.0." in list(run(history.root))
    assert "Any real" in history.mine()
    assert ANSWER in history.mine()
    assert git(history.root, "rev-parse", "HEAD") == git(
        history.root, "rev-parse", "v0.2.0"
    )


def test_git_is_asked_in_words_that_no_setting_changes(history):
    git(history.root, "config", "color.ui", "always")
    git(history.root, "config", "core.quotePath", "true")
    git(history.root, "config", "alias.say", "!echo $LC_ALL$GIT_TERMINAL_PROMPT")
    (history.root / "größe").touch()
    git(history.root, "add", "größe")
    asked = Git(history.root)
    assert asked("branch") == "* main"
    assert "größe" in asked("ls-files").splitlines()
    assert asked("say") == "C0"
