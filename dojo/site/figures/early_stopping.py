"""Figures of early stopping: a run that goes on too long, and a count of patience."""

from __future__ import annotations

from dojo.site.measured.early_stopping import (
    EPOCHS,
    FALSE,
    PATIENCE,
    SMALL,
    TRAIN,
    Run,
    trained,
)
from dojo.site.svg.figure import BLUE, DASHDOT, DASHED, DOTTED, GREEN, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import SMALL as TINY
from solutions.ch1_foundations.k06_early_stopping import EarlyStopping

LOSSES = (1.0, 0.8, 0.9, 0.7, 0.75, 0.72, 0.71)  # of the figure that counts
WAIT = 3


def early_stopping() -> Figure:
    """Return the losses of a run and its weights, with the epoch that is kept."""
    run = trained(SMALL)
    stop, kept = run.stop(PATIENCE)
    figure = Figure(
        "early-stopping",
        "Two losses, and where to stop",
        f"""Two plots over {EPOCHS} epochs of a network that learns from {TRAIN} digits,
        {FALSE:.0%} of them with a false label. Above, the training loss falls to
        {run.train[-1]:.3f}; the validation loss, which jumps up and down, first rises
        in epoch {run.first_rise}, is smallest in epoch {kept} with {run.val[kept]:.3f},
        and ends at {run.val[-1]:.3f}. With a patience of {PATIENCE} training stops
        after epoch {stop}. Below, the squared weights grow from {run.squares[0]:.1f} to
        {run.squares[-1]:.1f}; in the best epoch they are
        {run.squares[kept + 1]:.1f}.""",
        404,
    )
    ticks = {float(v): str(v) for v in range(0, EPOCHS + 1, 10)}
    top = Plot(
        figure,
        (34, 34, 290, 178),
        Axis(0, EPOCHS, ticks),
        Axis(0, 1, {0.0: "0", 0.5: "0.5", 1.0: "1"}, "loss"),
    )
    _draw_losses(top, run, stop, kept)
    high = float(-(-max(run.squares) // 10) * 10)
    below = Plot(
        figure,
        (34, 274, 290, 84),
        Axis(0, EPOCHS, ticks, "epoch"),
        Axis(0, high, {0.0: "0", high: f"{high:.0f}"}, "squared weights"),
    )
    below.curve(range(EPOCHS), run.squares[1:], GREEN, DASHDOT)
    below.mark(kept, run.squares[kept + 1], "dot", GREEN)
    return figure


def _draw_losses(plot: Plot, run: Run, stop: int, kept: int) -> None:
    plot.curve([stop, stop], [0, 1], INK, DOTTED, 1.5)
    plot.label(stop, 0.94, "stop", (5, 0), size=12)
    plot.curve(range(EPOCHS), run.train, RED, DASHED)
    plot.curve(range(EPOCHS), run.val, BLUE)
    plot.mark(kept, run.val[kept], "ring", BLUE)
    plot.label(kept, run.val[kept], "kept", (-8, 58), "end", BLUE)
    plot.label(EPOCHS - 1, run.val[-1], "validation", (0, 22), "end", BLUE)
    plot.label(EPOCHS - 1, run.train[-1], "training", (0, -10), "end", RED)


def patience_count() -> Figure:
    """Return a few losses, with the count of steps that brought no improvement."""
    stopping, counts, best = EarlyStopping(WAIT), [], 0
    for epoch, loss in enumerate(LOSSES):
        stops = stopping.step(loss)
        best = stopping.best_epoch
        counts.append(epoch - best)
    if not stops:
        raise RuntimeError("the last of the losses is where it stops")
    written = ", ".join(f"{loss:g}" for loss in LOSSES)
    figure = Figure(
        "patience-count",
        "How patience is counted",
        f"""Seven validation losses, {written}, in epochs 0 to {len(LOSSES) - 1}. A full
        dot is an improvement on all before, a cross is none. Below each stands how many
        steps in a row brought none: {", ".join(map(str, counts))}. The count starts
        again at the improvement of epoch {best}, and reaches the patience of {WAIT} in
        epoch {len(LOSSES) - 1}, though the last three losses fall.""",
        262,
    )
    last = len(LOSSES) - 1
    plot = Plot(
        figure,
        (40, 34, 300, 150),
        Axis(-0.4, last + 0.4, {float(i): str(i) for i in range(last + 1)}),
        Axis(0.6, 1.06, {0.6: "0.6", 0.8: "0.8", 1.0: "1"}, "validation loss"),
    )
    plot.curve(range(last + 1), LOSSES, BLUE, DASHED, 1.25)
    for epoch, (loss, count) in enumerate(zip(LOSSES, counts, strict=True)):
        plot.mark(epoch, loss, "cross" if count else "dot", RED if count else BLUE)
        x, _ = plot.at(epoch, loss)
        figure.text(
            x, 228, str(count), 14, colour=RED if count else INK, bold=count > 2
        )
    figure.text(8, 199, "epoch", TINY, "start")
    figure.text(8, 214, "steps without an improvement", TINY, "start")
    figure.text(340, 250, f"patience {WAIT}: stop", 12, "end", RED)
    return figure
