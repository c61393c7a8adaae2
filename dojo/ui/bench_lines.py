"""What `dojo bench` prints: bars of ratios, tiers, and the list of ladders."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from dojo.kata import ladders
from dojo.kata.catalog import Kata
from dojo.kata.ladders import Task
from dojo.learner.ledger import Ledger
from dojo.speed import outcomes
from dojo.speed.messages import ANSWER, NAIVE, REFERENCE, TORCH, Ratio
from dojo.speed.outcomes import KataOutcome, Outcome
from dojo.speed.tiers import CLOSE, CORRECT, LIMIT, VECTORIZED
from dojo.ui.bench import measured
from dojo.ui.show import console
from dojo.ui.watch.layout import fold_lines

STYLES = {CLOSE: "green", VECTORIZED: "green", CORRECT: "yellow"}
LABELS = {ANSWER: "yours", REFERENCE: "reference", TORCH: "torch", NAIVE: "loop"}
BESIDE = 45  # columns for a bar's label and its numbers
WIDEST = 40  # columns of a bar
BAR = "█"


def shown(kata: Kata, tasks: dict[int, Task], silent: bool) -> KataOutcome:
    """Time a kata's ladders and print what came of them, unless silent."""
    out = console()
    if silent or not out.is_terminal:
        found = measured(kata, tasks)
    else:
        with out.status("starting …") as status:
            found = measured(kata, tasks, lambda text: status.update(f"{text} …"))
    if not silent:
        show(out, kata, found)
    return found


def show(out: Console, kata: Kata, found: KataOutcome) -> None:
    """Print what came of a kata's ladders."""
    _headline(out, kata.slug, f"{kata.title} · time beside torch's", "")
    for ladder in found["ladders"]:
        _show_ladder(out, ladder)
    if kernel := found["kernel"]:
        noise = max(ladder["noise"] for ladder in found["ladders"])
        out.print(f"\nkernels: {kernel['blas']}; torch {kernel['torch']}")
        out.print(f"noise: measured twice, torch differs by {noise:.0%} or less")
        out.print("One thread. A range holds the middle half of the rounds;")
        out.print("bars grow with the logarithm.")
    out.print(f"next: {_next_step(kata, found)}")


def _show_ladder(out: Console, ladder: Outcome) -> None:
    out.print()
    _headline(out, " + ".join(ladder["functions"]), ladder["of"], "  ")
    for way, ratio in _ordered(ladder["ratios"]):
        length = _length(ratio, ladder["ratios"], min(WIDEST, out.width - BESIDE))
        digits = _digits(ratio["median"])
        quartiles = ratio["low"], ratio["median"], ratio["high"]
        low, median, high = (f"{value:,.{digits}f}" for value in quartiles)
        spread = f"  {low} – {high}" if way != TORCH else ""
        bar = f"    {LABELS[way]:9}  {median:>7} × {BAR * length}"
        out.print(f"{bar}[dim]{spread}[/]")
    if ladder["tier"]:
        style = STYLES[ladder["tier"]]
        out.print(f"    tier: [{style}]{ladder['tier']}[/]{_above(ladder['tier'])}")
    else:
        state, because = ladder["state"], f": {ladder['because']}"
        _folded(out, state, because, "    ", "yellow")


def _headline(out: Console, name: str, of: str, indent: str) -> None:
    _folded(out, name, f" · {of}", indent, "bold")


def _folded(out: Console, first: str, rest: str, indent: str, style: str) -> None:
    """Print a line whose first words have a style; on a terminal, folded at words."""
    width = out.width if out.is_terminal else sys.maxsize
    begin, *more = fold_lines(first + rest, width, indent)
    begin = begin.removeprefix(indent + first)
    out.print(f"{indent}[{style}]{first}[/]{escape(begin)}")
    for line in more:
        out.print(escape(line))


def _ordered(ratios: dict[str, Ratio]) -> list[tuple[str, Ratio]]:
    return [(way, ratios[way]) for way in LABELS if way in ratios]


def _length(ratio: Ratio, ratios: dict[str, Ratio], columns: int) -> int:
    """Return a bar's length: 1 for the fastest, all columns for the slowest."""
    medians = [other["median"] for other in ratios.values()]
    whole = math.log(max(medians) / min(medians)) or 1.0
    share = math.log(ratio["median"] / min(medians)) / whole
    return 1 + round(share * max(0, columns - 1))


def _digits(ratio: float) -> int:
    """Return how many digits behind the point a ratio deserves."""
    return 2 if ratio < 3 else 1 if ratio < 30 else 0


def _above(tier: str) -> str:
    """Return what the next tier asks for."""
    if tier == CORRECT:
        return f"; {VECTORIZED} is nearer to the reference than to the loop"
    return f"; {CLOSE} is {LIMIT:g} × or less" if tier == VECTORIZED else ""


def _next_step(kata: Kata, found: KataOutcome) -> str:
    remedies = {
        outcomes.NOT_PASSED: "dojo run {name}",
        outcomes.FAILED: "dojo open {kata}, and when it is mended dojo bench {name}",
        outcomes.NOT_OWN: "dojo bench {kata}, with the machine's own kernel",
        outcomes.NOISY: "dojo bench {kata}, when nothing else computes",
    }
    for ladder in found["ladders"]:
        if remedy := remedies.get(ladder["state"]):
            name = f"{kata.slug}::{ladder['functions'][0]}"
            return remedy.format(kata=kata.slug, name=name)
    for ladder in found["ladders"]:
        if ladder["tier"] == CORRECT:
            name = ladder["functions"][0]
            return f"take a loop out of {name}, then dojo bench {kata.slug}::{name}"
    if found["tier"] == VECTORIZED:
        return f"dojo diff {kata.slug} (yours beside the reference)"
    return "dojo bench (every ladder, with what you reached)"


def print_json(found: list[KataOutcome]) -> None:
    """Print what came of katas as JSON."""
    document = {"schema": outcomes.SCHEMA, "katas": found}
    print(json.dumps(document, indent=2, ensure_ascii=False))


def show_list(root: Path, as_json: bool) -> None:
    """Print every ladder with the highest tier that was reached."""
    state = Ledger(root).read()
    reached = {
        kata: _reached(kata, state["katas"].get(kata.slug, {}).get("tiers", {}))  # type: ignore[call-overload]  # of a kata that was never tried
        for kata in ladders.with_ladder(root)
    }
    if as_json:
        listed = [{"kata": kata.slug, "tiers": t} for kata, t in reached.items()]
        document = {"schema": outcomes.SCHEMA, "ladders": listed}
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    out = console()
    for kata, tiers in reached.items():
        out.print(f"[bold]{kata.slug}[/]")
        for name, tier in tiers.items():
            style = STYLES.get(tier, "dim")
            out.print(f"  [{style}]{tier or 'not measured':14}[/]  {name}")
    out.print("next: dojo bench KATA times your answer; --all times what you began.")


def _reached(kata: Kata, tiers: dict[str, str]) -> dict[str, str]:
    """Return the tier of each function that has a ladder; empty if it has none yet."""
    return {task.name: tiers.get(task.name, "") for task in ladders.tasks(kata)}
