"""Keeps the best net of a training on the disk, and says where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from dojo.files import keep
from dojo.learner import nets
from dojo.learner.nets import Facts, Net, NetUnreadable
from dojo.worker.training import Epoch, Settings, TrainingFailed


class NetKeeper:
    """Takes what each epoch came to, and writes what is better than all before.

    Parameters
    ----------
    out : Console
    path : Path
        What is there already is copied beside it before it is written over.
    data : str
    settings : Settings
    own : tuple of str
        The functions that are the learner's.
    before : Net, optional
        What the training goes on from.
    """

    def __init__(
        self,
        out: Console,
        path: Path,
        data: str,
        settings: Settings,
        own: tuple[str, ...],
        before: Net | None,
    ) -> None:
        self._out, self._path = out, path
        self._facts = Facts(
            data, 0, settings.batch_size, settings.lr, settings.seed, 0.0, own
        )
        self.best = before
        self.called: tuple[str, ...] = ()
        self._has_written = False

    def take(self, epoch: Epoch) -> bool:
        """Keep an epoch's net if it is the best; tell whether it is.

        Raises
        ------
        TrainingFailed
            If it cannot be written.
        """
        self.called = epoch.called
        if self.best and epoch.share <= self.best.facts.share:
            return False
        facts = replace(self._facts, epoch=epoch.number, share=epoch.share)
        net = Net(epoch.params, facts)
        try:
            if not self._has_written:
                self._back_up()
            nets.write(self._path, net)
        except OSError as error:
            raise TrainingFailed(
                f"the net cannot be kept in {self._path} ({error.strerror}): make room "
                "for it, or allow writing there"
            ) from error
        self.best, self._has_written = net, True
        return True

    def _back_up(self) -> None:
        copy = keep(self._path)
        if copy is None:
            return
        try:
            nets.read(copy)
            what = "the net that was there"
        except NetUnreadable as error:
            what = f"what was there is no net ({error}); it"
        self._out.print(escape(f"{what} is kept as {self._shown(copy)}"))

    def says_what_is_kept(self) -> None:
        """Print which net is on the disk now, and where."""
        if self.best is None:
            rest = "; what was there is untouched" if self._path.exists() else ""
            self._out.print(f"no epoch was whole, so no net was kept{rest}")
            return
        facts = self.best.facts
        still = "" if self._has_written else "still "
        self._out.print(
            f"kept: {still}epoch {facts.epoch}, {facts.share:.1%}, "
            f"in {escape(self._shown(self._path))}"
        )

    def says_how_to_go_on(self) -> None:
        """Print the command that goes on from the net that is kept, if one is."""
        data = self._facts.data
        option = "" if data == "digits" else f" --data {data}"
        resume = " --resume goes on from there" if self.best else ""
        self._out.print(f"next: dojo train digits{option}{resume}")

    def _shown(self, path: Path) -> str:
        return f".dojo/nets/{path.name}"
