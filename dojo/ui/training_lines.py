"""Shows a training under way: a bar in the terminal, a line an epoch everywhere."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dojo.worker.training import Batch, Epoch

NOT_YET = "held back  …"


class TrainingLines:
    """Listens to a training, as a context, and prints what it hears.

    Parameters
    ----------
    out : Console
    epochs : int
        The last one's number.
    batches : int
        Of an epoch.
    """

    def __init__(self, out: Console, epochs: int, batches: int) -> None:
        self._out, self._epochs, self._batches = out, epochs, batches
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=14),
            TextColumn("loss {task.fields[loss]}"),
            TextColumn("{task.fields[held]}"),
            TimeRemainingColumn(),
            console=out,
            disable=not out.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(
            "starting", total=batches, loss=" …", held=NOT_YET
        )

    def __enter__(self) -> TrainingLines:
        """Show the bar from now on."""
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Take the bar away; the lines stay."""
        self._bar.stop()

    def begins(self, epoch: int) -> None:
        """Begin the bar anew."""
        what = f"epoch {epoch} of {self._epochs}"
        self._bar.reset(self._task, total=self._batches, description=what)

    def saw(self, batch: Batch) -> None:
        """Show how far the epoch is."""
        loss = f"{batch.loss:.4f}"
        self._bar.update(self._task, completed=batch.number, loss=loss)
        if batch.share is not None:
            self._bar.update(self._task, held=_held(batch.share))

    def ended(self, epoch: Epoch, kept: bool) -> None:
        """Print what an epoch came to."""
        held = _held(epoch.share)
        self._bar.update(self._task, held=held)
        number = f"epoch {epoch.number:{len(str(self._epochs))}} of {self._epochs}"
        line = f"{number}  loss {epoch.loss:.4f}  {held}"
        self._out.print(f"{line}  kept" if kept else line)


def _held(share: float) -> str:
    return f"held back {share:.1%}"
