"""The contributor's day: check, sync, new, attack."""

from __future__ import annotations

from typing import Annotated

import typer

from dojo.kata.catalog import find, find_root, katas

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
    sound = f"{len(chosen)} katas are sound."
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
