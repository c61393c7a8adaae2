"""`dojo update`: a newer release under the learner's feet, with no answer touched.

Git has both stubs: the one that the learner began from and the new one. A file that is
still the old stub becomes the new one; a file with answers is merged three ways; where
that conflicts, the learner's file stays and the new stub is written beside it. Each
step can be repeated, so that an interrupted update goes on when it is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dojo.errors import UserError
from dojo.files import read_text, write_text
from dojo.git import Git, GitFailed
from dojo.kata.catalog import Kata
from dojo.kata.copies import replace, replace_text
from dojo.kata.stubs import has_answers, stub_of
from dojo.learner.ledger import Ledger
from dojo.learner.merging import merged, moved

MOST = 200  # files named in one command
BESIDE = ".new"  # the ending of the new stub where the merge conflicts


def run(root: Path, to: str | None = None) -> Iterator[str]:
    """Update a clone and yield what was done, a line at a time.

    Parameters
    ----------
    root : Path
        The clone.
    to : str, optional
        A tag, branch or commit; by default the newest release of the origin.

    Raises
    ------
    UserError
        Before anything is changed; or half-way, where a file cannot be written.
    """
    git = Git(root)
    try:
        if not git.is_clone():
            raise UserError(f"{root} is no git clone; clone the repository anew")
        target = git.commit(to) if to else _newest(git)
        base = git("merge-base", "HEAD", target)
        if git("rev-parse", "HEAD") == target or base == target:
            yield "this clone is up to date."
            return
        _refuse_other_changes(git, base, target)
        _refuse_unnamed_commit(git, base)
        update = Update(root, git, base, target)
        yield from update.answers()
        update.everything_else()
        update.commit()
    except GitFailed as error:
        raise UserError(f"git says: {error}; mend that, then dojo update") from error
    except OSError as error:
        raise UserError(
            f"the update stopped half-way ({error}): mend that, then dojo update"
        ) from error
    yield f"updated to {git('describe', '--tags', '--always', target)}."
    yield _next_step(git, base, target)


def _next_step(git: Git, base: str, target: str) -> str:
    if git.changed(base, target, "pyproject.toml"):
        return "next: python -m pip install --editable . (the requirements changed)"
    return "next: dojo"


def _newest(git: Git) -> str:
    """Return the origin's newest release; without any, what this branch follows."""
    if not git("remote"):
        raise UserError("the clone has no remote: name a release with --to")
    git("fetch", "--quiet", "--tags", "origin")
    tags = git("tag", "--list", "v*", "--sort=-version:refname").split()
    return git.commit(tags[0] if tags else "@{upstream}")


def _refuse_other_changes(git: Git, base: str, target: str) -> None:
    """Outside katas/, every file must be as released, or already as it will be."""
    mine = set(git.names("diff", "--name-only", base, "--", ".", ":!katas"))
    not_new = set(git.names("diff", "--name-only", target, "--", ".", ":!katas"))
    arriving = set(git.names("diff", "--name-only", "--diff-filter=A", base, target))
    untracked = set(git.names("ls-files", "--others", "--exclude-standard"))
    blocked = {
        name
        for name in arriving & untracked
        if not name.startswith("katas/")
        and (git.root / name).read_bytes() != git.blob(target, name)
    }
    changed = sorted((mine & not_new - untracked) | blocked)
    if changed:
        raise UserError(
            f"files outside katas/ are changed ({', '.join(changed[:5])}): "
            "keep a copy and git checkout them, or merge by hand with git merge"
        )


def _refuse_unnamed_commit(git: Git, base: str) -> None:
    if git("rev-parse", "HEAD") != base:
        git("var", "GIT_COMMITTER_IDENT")  # the merge will be committed


class Update:
    """One update, from the release `base` to the release `target`."""

    def __init__(self, root: Path, git: Git, base: str, target: str) -> None:
        self.root, self.git, self.base, self.target = root, git, base, target
        self.ledger = Ledger(root)
        before = git.names("ls-tree", "-r", "--name-only", base, "solutions")
        after = git.names("ls-tree", "-r", "--name-only", target, "solutions")
        renames = git.renames(base, target, "solutions")
        self._moves = moved(before, after, renames)
        self._new = [name for name in after if name not in self._moves.values()]

    def answers(self) -> Iterator[str]:
        """Bring katas/ to the release and yield what was done to each file."""
        for old, new in self._moves.items():
            yield from self._one(old, new)
        for new in self._new:
            kata = self._kata(new)
            if not kata.stub.exists():
                replace_text(kata, self._stub(self.target, new))
                yield f"new kata: {_short(new)}"

    def _one(self, old: str, new: str | None) -> Iterator[str]:
        kata = self._kata(old)
        base = self._stub(self.base, old)
        if new is None:
            yield from self._drop(kata, base)
            return
        goal = self._kata(new)
        if new != old:
            self.ledger.add({"kind": "renamed", "kata": kata.slug, "to": goal.slug})
        if new != old and kata.stub.is_file():
            replace(goal, kata.stub.read_bytes())
            kata.stub.unlink()
        theirs = self._stub(self.target, new)
        if not goal.stub.is_file():
            replace_text(goal, theirs)
        elif (mine := read_text(goal.stub)) != theirs:
            yield from self._settle(goal, mine, base, theirs)
        if new != old:
            yield f"renamed: {_short(old)} is {_short(new)} now"

    def _settle(self, goal: Kata, mine: str, base: str, theirs: str) -> Iterator[str]:
        name = goal.path.as_posix()
        if mine == base:
            write_text(goal.stub, theirs)
            return
        if not has_answers(mine):
            replace_text(goal, theirs)
            return
        both = mine if base == theirs else merged(mine, base, theirs)
        if both is None:
            beside = goal.stub.with_name(goal.stub.name + BESIDE)
            write_text(beside, theirs)
            yield f"conflict: {name} is still yours; the new stub is {beside.name}"
        elif both != mine:
            replace_text(goal, both)
            yield f"merged: {name} has your answers and the new stub's text"

    def _drop(self, kata: Kata, base: str) -> Iterator[str]:
        if not kata.stub.is_file():
            return
        if read_text(kata.stub) == base:
            kata.stub.unlink()
        else:
            yield f"no longer graded: {kata.path.as_posix()} stays where it is"

    def everything_else(self) -> None:
        """Bring all other files to the release."""
        rest = (".", ":!katas")
        pairs = self.git.names(
            "diff", "--name-status", "--no-renames", self.base, self.target, "--", *rest
        )
        changes = dict(zip(pairs[1::2], pairs[::2], strict=True))
        arriving = [name for name, status in changes.items() if status != "D"]
        for start in range(0, len(arriving), MOST):
            names = arriving[start : start + MOST]
            self.git("checkout", "--quiet", self.target, "--", *names)
        for name in changes.keys() - set(arriving):
            (self.root / name).unlink(missing_ok=True)

    def commit(self) -> None:
        """Move the branch; commits of the learner's are merged with the release."""
        head = self.git("rev-parse", "HEAD")
        if head == self.base:
            self.git("reset", "--quiet", self.target)
            return
        self.git("read-tree", self.target)
        self.git("add", "--all", "katas")
        tree = self.git("write-tree")
        parents = ("-p", head, "-p", self.target)
        new = self.git("commit-tree", tree, *parents, "-m", "Update the katas")
        self.git("update-ref", "-m", "dojo update", "HEAD", new, head)

    def _kata(self, name: str) -> Kata:
        path = Path(name)
        return Kata(self.root, path.parent.name, path.stem)

    def _stub(self, commit: str, name: str) -> str:
        """Return a release's stub, which its reference makes, or which it has."""
        if Path(name).name.startswith("h"):  # a hunt's is made of several files
            name = name.replace("solutions/", "katas/", 1)
            return self.git.blob(commit, name).decode("utf-8")
        return stub_of(self.git.blob(commit, name).decode("utf-8"))


def _short(name: str) -> str:
    return name.removeprefix("solutions/")
