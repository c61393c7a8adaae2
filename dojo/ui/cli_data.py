"""The command `dojo data`: lists, fetches and shows data sets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dojo.errors import DataError, UserError
from dojo.kata.catalog import find_root
from dojo.ui.complain import complain
from dojo.ui.whole_sentences import WholeSentences

if TYPE_CHECKING:
    import numpy as np

data = typer.Typer(
    cls=WholeSentences,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List, fetch and show data sets.",
)
SHIPPED = "digits"
IN_A_FILE, IN_THE_TERMINAL = 10, 2  # rows by default
MOST = 100  # rows, or columns
CTRL_C = 130


@contextmanager
def _ends() -> Iterator[None]:
    """Let the command end with status 1 where nothing is wrong with its use."""
    try:
        yield
    except DataError as error:
        complain(error)
        raise typer.Exit(1) from error


@data.command("list")
def list_sets() -> None:
    """List the data sets, with what each holds and whether it is here."""
    from dojo.datasets import cache, sets
    from dojo.ui.fetching import megabytes
    from dojo.ui.show import console

    out = console()
    out.print(f"{SHIPPED:13}  shipped      handwritten digits, a part of MNIST")
    for one in sets.SETS:
        state = "here" if cache.is_whole(one) else "not fetched"
        out.print(f"{one.name:13}  {state:11}  {one.about}; {megabytes(one.size)}")
    out.print("next: dojo data fetch NAME, or dojo data show NAME")


@data.command()
def fetch(
    name: Annotated[str, typer.Argument(metavar="mnist|fashion-mnist|cifar-10")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ADDRESS", help="another server with the files"),
    ] = None,
) -> None:
    """Fetch a full data set, check it, and keep it outside the repository.

    Source, size and checksum are shown first. What came before a broken connection or
    Ctrl-C is kept, and the same command goes on from there. DLKATAS_DATA names another
    folder to keep it in.
    """
    from dojo.datasets import sets
    from dojo.datasets.fetch import Fetch
    from dojo.ui.fetching import Reporter, show_plan
    from dojo.ui.show import console

    one = sets.of_name(name)
    mirrors = (_address(source),) if source else one.mirrors
    out = console()
    show_plan(out, one, mirrors)
    try:
        with _ends(), Reporter(out) as reporter:
            Fetch(reporter).fetch(one, mirrors)
    except KeyboardInterrupt:
        print("\nstopped; what came is kept, and the same command goes on from there")
        raise typer.Exit(CTRL_C) from None
    out.print(f"next: dojo data show {one.name}")


def _address(source: str) -> str:
    """Return the address of a server's folder."""
    if not source.startswith(("http://", "https://")):
        raise UserError(f"--from takes http://... or https://..., not {source!r}")
    return source if source.endswith("/") else f"{source}/"


@data.command()
def show(
    name: Annotated[str, typer.Argument(metavar="digits|mnist|fashion-mnist|cifar-10")],
    split: Annotated[
        str, typer.Option("--split", metavar="train|test", help="which part of it")
    ] = "train",
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="another one draws other images")
    ] = 0,
    rows: Annotated[
        int | None, typer.Option("--rows", min=1, max=MOST, help="2; 10 in a file")
    ] = None,
    columns: Annotated[
        int | None,
        typer.Option("--columns", min=1, max=MOST, help="all that fit; 10 in a file"),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="also what each image shows")
    ] = False,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="write it as a PNG")
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="write it as an SVG")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="write over a file that exists")
    ] = False,
) -> None:
    """Show images of a data set, drawn at random, on a sheet.

    In a terminal with 256 colors or more a character is two pixels, one above the
    other; elsewhere, and over a pipe, denser characters stand for larger values.
    """
    from dojo.ui import image_sheet
    from dojo.ui.show import console

    _may_write(png, svg, force)
    with _ends():
        images, answers, classes = _part(name, split)
    out, in_file = console(), bool(png or svg)
    if in_file:
        rows, columns = rows or IN_A_FILE, columns or IN_A_FILE
    else:
        fit = image_sheet.columns_that_fit(out, images.shape[-1])
        if (columns or 0) > fit:
            fact = f"{fit} of {columns} columns fit into the terminal's {out.width}"
            print(fact, file=sys.stderr)
        rows, columns = rows or IN_THE_TERMINAL, min(columns or fit, fit)
    drawn = _drawn(images, answers, classes, rows * columns, seed)
    if in_file:
        _write(drawn, columns, labels, png, svg, f"{name}, {split}")
    else:
        image_sheet.show_sheet(
            out, drawn.images, columns, drawn.names if labels else None
        )


def _may_write(png: Path | None, svg: Path | None, force: bool) -> None:
    """Refuse to write over a file, among answers, or where there is no folder."""
    from dojo.ui.cli_day import refuse_answers

    files = [path for path in (png, svg) if path]
    for path in files:
        refuse_answers(find_root(), path)
        if path.exists() and not force:
            raise UserError(f"{path} exists; --force writes over it")
        if not path.absolute().parent.is_dir():
            raise UserError(f"{path.parent} is no folder; make it first")
    if len({path.absolute() for path in files}) < len(files):
        raise UserError("--png and --svg name the same file; take two names")


def _part(name: str, split: str) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return the images and labels of a part, and what the labels mean."""
    from dojo.data import digits
    from dojo.datasets import read, sets

    if split not in sets.SPLITS:
        raise UserError(f"--split takes train or test, not {split!r}")
    if name == SHIPPED:
        shipped = digits()
        if split == "train":
            return shipped.train_images, shipped.train_labels, sets.DIGITS
        return shipped.test_images, shipped.test_labels, sets.DIGITS
    one = sets.of_name(name, also=(SHIPPED,))
    return *read.read(one, split), one.classes


class Drawn(NamedTuple):
    """Images that were drawn, what they show, and what that is called."""

    images: np.ndarray
    labels: list[int]
    names: list[str]


def _drawn(
    images: np.ndarray,
    labels: np.ndarray,
    classes: tuple[str, ...],
    count: int,
    seed: int,
) -> Drawn:
    """Return images drawn at random, none of them twice."""
    import numpy as np

    if count > len(images):
        raise UserError(f"{count:,} images are more than the {len(images):,} it has")
    chosen = np.random.default_rng(seed).choice(len(images), count, replace=False)
    shown: list[int] = labels[chosen].tolist()
    return Drawn(images[chosen], shown, [classes[label] for label in shown])


def _write(
    drawn: Drawn,
    columns: int,
    labels: bool,
    png: Path | None,
    svg: Path | None,
    title: str,
) -> None:
    """Write the sheet into files, each in one step."""
    from dojo.datasets import pictures
    from dojo.files import write_bytes, write_text

    try:
        if png:
            below = drawn.labels if labels else None
            pixels = pictures.sheet(drawn.images, columns, below)
            write_bytes(png, pictures.png(pixels))
            print(f"wrote {png}: {pixels.shape[1]} x {pixels.shape[0]} pixels")
        if svg:
            text = pictures.svg(drawn.images, columns, drawn.names, title, labels)
            write_text(svg, text)
            print(f"wrote {svg}: {len(drawn.images)} images")
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}")
        raise typer.Exit(1) from error
