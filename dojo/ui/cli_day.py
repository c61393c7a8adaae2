"""The learner's day: the commands beside `dojo run`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from dojo.errors import UserError
from dojo.kata.catalog import Hunt, Kata, find, find_root
from dojo.ui.complain import complain

day = typer.Typer(add_completion=False)
KataName = Annotated[
    str, typer.Argument(metavar="KATA[::FUNCTION]", help="slug, stem or path")
]
OptionalKata = Annotated[
    str | None, typer.Argument(metavar="[KATA]", help="the current one by default")
]
OptionalFunction = Annotated[
    str | None,
    typer.Argument(metavar="[KATA[::FUNCTION]]", help="the current one by default"),
]
TREES = {
    "katas": "your answers",
    "solutions": "the references",
    "tests": "the graders",
}
Anyway = Annotated[bool, typer.Option("--anyway", help="also before a pass")]


def _kata(name: str | None) -> tuple[Path, Kata, str | None]:
    """Return the clone, the kata named or the current one, and a function."""
    from dojo.learner.status import current_kata
    from dojo.ui.notices import ledger_of

    root = find_root()
    if name:
        return root, *find(root, name)
    with ledger_of(root) as ledger:
        return root, current_kata(root, ledger.read()), None


def refuse_answers(root: Path, target: Path | None) -> None:
    """Refuse to write something else over an answer, a reference or a grader.

    Raises
    ------
    UserError
        If the target is in one of their folders.
    """
    for name in TREES:
        if target and target.resolve().is_relative_to((root / name).resolve()):
            says = f"{target} is among {TREES[name]}"
            raise UserError(f"{says}: name a file outside {name}/")


@day.command()
def tour() -> None:
    """Show how it works: a mistake named, an answer passed, LeNet trained."""
    from dojo.ui.tour import show_tour

    show_tour(find_root())


@day.command()
def watch(
    name: OptionalFunction = None,
) -> None:
    """Grade a kata on every save, on one screen; ? lists the keys."""
    from dojo.ui.watch.app import run

    run(*_kata(name))


@day.command()
def hint(
    name: OptionalFunction = None,
    level: Annotated[
        int | None, typer.Option("--level", help="this one; by default the next")
    ] = None,
) -> None:
    """Give a hint for a function, by default the first not passed; then deeper ones."""
    from dojo.learner import hints
    from dojo.ui.notices import ledger_of
    from dojo.ui.show import print_folded, working

    root, kata, function = _kata(name)
    with ledger_of(root) as ledger:
        function = function or hints.function_at(kata, ledger)
        if level is None:
            with working(f"looking at {function}"):
                title, text = hints.deeper(kata, function, ledger)
        else:
            title, text = hints.hint(kata, function, level)
        seen = hints.level_of(kata, function, ledger)
    before = (level or seen) - 1
    back = f"\n\nback: dojo hint {kata.slug}::{function} --level {before}"
    print_folded(f"{kata.slug} · {title}\n\n{text}{back if before > 0 else ''}")


@day.command()
def explain(code: str, anyway: Anyway = False) -> None:
    """Explain a mistake by its code; of a bug hunt, after a pass, what it was."""
    from dojo.ui.explain import explanation, story
    from dojo.ui.show import print_folded, working

    root = find_root()
    told = story(root, code)
    if told:
        hunt, lines = told
        _answer_may_show(root, hunt, anyway)
    else:
        with working("the graders run the mistake"):
            lines = explanation(root, code)
    print_folded("\n".join(lines))


@day.command("open")
def open_file(name: OptionalKata = None) -> None:
    """Open a kata's file in $VISUAL or $EDITOR."""
    from dojo.learner import editor

    _, kata, function = _kata(name)
    line = editor.line_of(kata, None, function)
    raise typer.Exit(editor.edit(kata.stub, line))


@day.command()
def docs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[KATA[#SECTION]]", help="such as activations#hints"),
    ] = None,
) -> None:
    """Open a kata's theory page; before it is built, or without a browser, its text."""
    from dojo.ui import theory
    from dojo.ui.page_text import page_text
    from dojo.ui.show import show_text

    slug, _, section = (name or "").partition("#")
    kata = _kata(slug or None)[1]
    opened = theory.open_page(kata, section)
    if opened:
        print(opened)
        return
    show_text([*page_text(kata, section), "", theory.without_browser(kata)])


@day.command()
def diff(name: OptionalKata = None, anyway: Anyway = False) -> None:
    """Show what differs between your file and the reference; after a pass."""
    from dojo.learner.answers import difference

    root, kata, function = _kata(name)
    _answer_may_show(root, kata, anyway)
    lines = difference(kata, function)
    print("\n".join(lines) or "Your answer is the reference, to the letter.")


@day.command()
def solution(name: OptionalKata = None, anyway: Anyway = False) -> None:
    """Show the reference; after a pass."""
    from dojo.learner.answers import part

    root, kata, function = _kata(name)
    _answer_may_show(root, kata, anyway)
    source = kata.source.rstrip("\n")
    print(part(source, function) if function else source)


def _answer_may_show(root: Path, kata: Kata, anyway: bool) -> None:
    from dojo.learner.status import has_passed
    from dojo.ui.notices import ledger_of

    if anyway:
        return
    with ledger_of(root) as ledger:
        if has_passed(kata, ledger.read()):
            return
    says = f"{kata.slug} is not passed, and this is the answer"
    if sys.stdin is None or not sys.stdin.isatty():
        raise UserError(f"{says}; --anyway shows it")
    if not typer.confirm(f"{says}. Show anyway?"):
        raise typer.Exit(1)


@day.command()
def reset(name: KataName) -> None:
    """Put a stub, or one function of it, back; dojo undo brings back your file."""
    from dojo.learner import answers
    from dojo.ui.show import print_folded

    root, kata, function = _kata(name)
    copy = answers.reset(kata, function)
    what = f"{function} in " if function else ""
    print_folded(f"{what}{kata.stub.relative_to(root)} is the stub again.")
    if copy:
        print_folded(
            f"What was there is in {copy.relative_to(root)}; dojo undo brings it back."
        )
    do = "mend" if isinstance(kata, Hunt) else "write"
    print_folded(f"next: {do} it, then dojo run {name}")


@day.command()
def undo(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KATA] [N]", help="copy N; by default a step further"),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="every copy: N, time, bytes, kata")
    ] = False,
) -> None:
    """Bring back what a command replaced in your file; again: one step further back."""
    from dojo.learner import undo as steps
    from dojo.ui.notices import ledger_of
    from dojo.ui.show import print_folded

    root = find_root()
    slug, number = _kata_and_number(root, words or [])
    with ledger_of(root) as ledger:
        if listed:
            every = steps.steps(root, ledger)
            mine = [step for step in every if slug in (None, step.kata.slug)]
            print_folded(
                "\n".join(steps.lines(mine)) if mine else "There is no copy yet."
            )
            return
        step, back = steps.undo(root, ledger, slug, number)
    print_folded(
        f"{step.kata.stub.relative_to(root)} is copy {step.number}, of {step.time}."
    )
    if back:
        print_folded(
            f"What it replaced is copy {back.number}: dojo undo {back.number}."
        )
    print_folded("next: dojo undo goes further back, dojo undo --list shows every copy")


def _kata_and_number(root: Path, words: list[str]) -> tuple[str | None, int | None]:
    """Return the slug and the number of a copy among the words, each if it is there."""
    numbers = [int(word) for word in words if word.isdecimal()]
    names = [word for word in words if not word.isdecimal()]
    if len(numbers) > 1 or len(names) > 1:
        raise UserError("name one kata, one copy, or both: dojo undo activations 3")
    slug = find(root, names[0])[0].slug if names else None
    return slug, numbers[0] if numbers else None


@day.command()
def bench(
    name: Annotated[
        str | None, typer.Argument(metavar="[KATA[::FUNCTION]]", help="time this one")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="time every kata that you have begun")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Time your answer beside the reference, a loop and torch.

    Without KATA it lists what can be timed, with the tiers that you reached.

    What passes its tests is timed, as ratios in one run. The tiers: correct (it
    passes), vectorized (nearer to the reference than to the loop), close to torch (at
    most twice its time in three rounds of four). The exit status is 1 if something was
    not measured.
    """
    from dojo.ui import bench, bench_lines

    root = find_root()
    if name and every:
        raise UserError("name one kata, or give --all")
    if not name and not every:
        bench_lines.show_list(root, as_json)
        return
    chosen = [find(root, name)] if name else [(k, None) for k in bench.begun(root)]
    todo = {kata: bench.tasks_of(kata, function) for kata, function in chosen}
    found = [bench_lines.shown(kata, tasks, as_json) for kata, tasks in todo.items()]
    if as_json:
        bench_lines.print_json(found)
    elif not found:
        print("nothing with a ladder is begun; dojo bench lists the ladders")
    raise typer.Exit(0 if found and all(map(bench.is_measured, found)) else 1)


@day.command()
def report(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="write a page")
    ] = None,
) -> None:
    """Report attempts, time at work, mistakes met, hints used and speeds reached."""
    from dojo.learner.report import lines, report_of
    from dojo.ui.notices import ledger_of
    from dojo.ui.show import print_folded

    root = find_root()
    refuse_answers(root, html)
    with ledger_of(root) as ledger:
        facts = report_of(root, ledger)
    if html:
        from dojo.ui.report_page import write_page

        write_page(html, facts)
        print(f"wrote {html}")
    elif as_json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        print_folded("\n".join(lines(facts)))


@day.command()
def capstone(
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="build/capstone.html by default"),
    ] = None,
    seed: Annotated[int, typer.Option("--seed")] = 0,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1)] = None,
    open_it: Annotated[bool, typer.Option("--open", help="in a browser")] = False,
) -> None:
    """Train your capstone on all digits, and write a page to show; after a pass."""
    from dojo.ui.capstone import EPOCHS, RATE, SIZE, assert_passed, show
    from dojo.ui.theory import open_file
    from dojo.worker.pipeline import PipelineFailed

    root = find_root()
    refuse_answers(root, html)
    config = {"batch_size": SIZE, "lr": RATE, "max_epochs": epochs or EPOCHS}
    config["seed"] = seed
    try:
        assert_passed(root)
        print("training on 6,000 digits, in a process of its own …", flush=True)
        path = show(root, config, html)
    except PipelineFailed as error:
        complain(f"{error}\nnext: dojo run capstone")
        raise typer.Exit(1) from error
    print(open_file(path) if open_it else f"wrote {path}")


@day.command()
def update(
    to: Annotated[
        str | None, typer.Option("--to", metavar="REF", help="a release, tag or branch")
    ] = None,
) -> None:
    """Bring this clone to a newer release; answers are merged, never overwritten."""
    from dojo.learner.update import run
    from dojo.ui.show import print_folded

    for line in run(find_root(), to):
        print_folded(line)
