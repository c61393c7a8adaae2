"""Shows how far a fetch is: a bar in the terminal, a few plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from dojo.datasets import cache
from dojo.datasets.sets import DataSet, Remote

STEPS = 4  # lines a file, where there is no bar


def megabytes(size: int) -> str:
    """Return a size for people."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"


def show_plan(out: Console, data_set: DataSet, mirrors: tuple[str, ...]) -> None:
    """Print what is about to be fetched, from where, and how it is checked."""
    train, test = data_set.counts
    out.print(f"[bold]{data_set.title}[/]: {data_set.about}")
    rows = [
        ("images", f"{train:,} to train with, {test:,} to test"),
        ("licence", data_set.licence),
        ("homepage", data_set.homepage),
        *(("source" if not i else "or", url) for i, url in enumerate(mirrors)),
        ("folder", str(cache.folder(data_set))),
        ("size", megabytes(data_set.size)),
    ]
    for name, fact in rows:
        out.print(f"  {name:8}  {escape(fact)}")
    for file in data_set.files:
        out.print(f"  {file.name}  {file.size:,} bytes\n    SHA-256 {file.sha256}")
    out.print()


class Reporter:
    """Listens to a fetch, as a context, and prints what it hears.

    Parameters
    ----------
    out : Console
    """

    def __init__(self, out: Console) -> None:
        self._out = out
        self._told: dict[str, int] = {}
        self._tasks: dict[str, TaskID] = {}
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=out,
            disable=not out.is_terminal,
        )

    def __enter__(self) -> Reporter:
        """Show the bars from now on."""
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the bars as they are."""
        self._bars.stop()

    def says(self, line: str) -> None:
        """Print what the fetch decided."""
        self._out.print(escape(line))

    def received(self, file: Remote, count: int) -> None:
        """Show how much of a file is there."""
        if self._out.is_terminal:
            if file.name not in self._tasks:
                task = self._bars.add_task(file.name, total=file.size)
                self._tasks[file.name] = task
            self._bars.update(self._tasks[file.name], completed=count)
            return
        step = STEPS * count // file.size
        if step > self._told.get(file.name, 0):
            self._told[file.name] = step
            share = f"{megabytes(count)} of {megabytes(file.size)}"
            self._out.print(f"{file.name}: {share}")
