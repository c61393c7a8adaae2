"""The contributor's day: check, sync, new, attack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dojo.errors import UserError
from dojo.files import write_text
from dojo.kata.catalog import Hunt, find, find_root, katas

contributor = typer.Typer(add_completion=False)


@contributor.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[KATA]...")] = None,
) -> None:
    """Prove the graders: stubs, references, seeds, mistakes, docstrings, trees."""
    from dojo.check import rules, runs

    root = find_root()
    chosen = list(dict.fromkeys(find(root, name)[0] for name in names or []))
    chosen = chosen or katas(root)
    complaints = runs.run(root, chosen, lambda line: print(line, flush=True))
    for remark in rules.remarks(chosen):
        print(f"no complaint, but {remark}")
    for complaint in complaints:
        print(f"- {complaint}")
    count = "1 kata is" if len(chosen) == 1 else f"{len(chosen)} katas are"
    sound = f"{count} sound."
    print(f"{len(complaints)} complaints" if complaints else sound)
    raise typer.Exit(1 if complaints else 0)


@contributor.command()
def sync(
    force: Annotated[
        bool, typer.Option("--force", help="also where answers are started")
    ] = False,
) -> None:
    """Write every stub from its reference; no answer is touched."""
    from dojo.kata import stubs

    root = find_root()
    left = []
    for kata in katas(root):
        change = stubs.sync(kata, force)
        if change == "started":
            left.append(kata)
        elif change:
            print(f"{change}: {kata.stub.relative_to(root)}")
    for kata in left:
        path = kata.stub.relative_to(root)
        print(f"left alone: {path} has answers; dojo reset {kata.slug}")
    raise typer.Exit(1 if left else 0)


@contributor.command()
def attack(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    name: Annotated[
        str | None, typer.Option("--kata", metavar="KATA", help="by the file's name")
    ] = None,
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="fail|pass", help="of blocks that do not say"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    where: Annotated[
        float,
        typer.Option("--where", metavar="SECONDS", help="look for the lines so long"),
    ] = 0.0,
) -> None:
    """Grade files of answers, each block in the place of the reference's function.

    A block is a comment such as `# no-square: forgets the square` and the complete
    functions, helpers and imports below it. `# wrong NAME` must fail, `# right NAME`
    must pass. A file's name says its kata (activations.txt, k01_activations.txt,
    ch1_foundations__k01_activations.txt). The exit status is 0 if every block was
    graded and came out as its header or --expect says, else 1; 2 is wrong use.
    """
    from dojo.check import attack as attacks
    from dojo.check import blocks
    from dojo.ui import attack_lines

    if expect not in (None, *attack_lines.EXPECT):
        raise UserError(f"--expect takes fail or pass, not {expect!r}")
    root = find_root()
    tasks = []
    for file in files:
        kata = blocks.kata_of(root, file, name)
        tasks += [(kata, block) for block in blocks.read(file)]
    expected = attack_lines.EXPECT[expect] if expect else ""
    results = attacks.attack(root, tasks, expected, where)
    seen = list(results) if as_json else list(attack_lines.shown(results))
    if as_json:
        document = [result.as_json() for result in seen]
        head = {"schema": attacks.SCHEMA, "blocks": document}
        print(json.dumps(head, indent=2, ensure_ascii=False))
    else:
        print("\n".join(attack_lines.summary(seen)))
    raise typer.Exit(0 if all(result.is_as_expected for result in seen) else 1)


@contributor.command()
def mutants(
    names: Annotated[list[str] | None, typer.Argument(metavar="[KATA]...")] = None,
    share: Annotated[
        int, typer.Option("--share", metavar="N", min=1, help="try one of N")
    ] = 1,
    where: Annotated[
        float,
        typer.Option("--where", metavar="SECONDS", help="look for each line so long"),
    ] = 3.0,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="the rows as JSON")
    ] = None,
) -> None:
    """Put every small edit into each reference, and see it rejected and located.

    The exit status is 1 if a grader accepts a mutant that its bank does not list as
    EQUIVALENT.
    """
    from dojo.check import score

    root = find_root()
    chosen = list(dict.fromkeys(find(root, name)[0] for name in names or []))
    chosen = [k for k in chosen or katas(root) if not isinstance(k, Hunt)]
    if not chosen:
        raise UserError("a hunt has no grader of its own; name a kata that it touches")

    def say(result: score.Score) -> None:
        for mutant in result.accepted:
            edit = mutant.edit.replace("\n", "\n      ")
            print(f"- {mutant.kata}: accepted in {mutant.function}:\n      {edit}")
        print(f"{result.kata.slug}: {len(result.mutants)} mutants", flush=True)

    every = score.scores(root, chosen, share, where, say)
    rows = [result.row() for result in every]
    if write:
        write_text(write, json.dumps(rows, indent=2) + "\n")
    print("\n".join(score.table(rows)))
    raise typer.Exit(1 if any(result.accepted for result in every) else 0)


@contributor.command()
def new(
    name: Annotated[str, typer.Argument(metavar="CHAPTER/SLUG")],
    functions: Annotated[
        list[str] | None,
        typer.Option(
            "--function",
            metavar="NAME",
            help="once for each, also Class or Class.method; by the slug",
        ),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--number", help="the next of the chapter by default")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="by the slug")] = "",
    torch: Annotated[
        bool | None,
        typer.Option("--torch/--numpy", help="as the chapter's last kata by default"),
    ] = None,
    new_chapter: Annotated[
        bool, typer.Option("--new-chapter", help="make the chapter too")
    ] = False,
) -> None:
    """Begin a kata: write its files, with all of them that a machine can write.

    What is left to you is marked TO WRITE, and dojo check lists it.
    """
    from dojo.check import new as begin

    root = find_root()
    kata = begin.place(root, name, number, new_chapter)
    for path in begin.begin(kata, functions or [], title, torch):
        print(f"wrote {path.relative_to(root)}")
    print(
        f"next: write {kata.reference.relative_to(root)}, then dojo check {kata.slug}"
    )
