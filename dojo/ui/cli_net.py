"""The commands with which a learner sees what was built: train and draw."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dojo.errors import DataError, UserError
from dojo.kata.catalog import find_root
from dojo.ui.complain import complain

net = typer.Typer(add_completion=False)
WHAT = "digits"


@net.command()
def train(
    what: Annotated[str, typer.Argument(metavar=WHAT)],
    data: Annotated[
        str, typer.Option("--data", metavar="digits|mnist", help="which images")
    ] = WHAT,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=1, help="8 by default")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option("--batch-size", min=1, help="32 by default")
    ] = None,
    lr: Annotated[float | None, typer.Option("--lr", help="0.02 by default")] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="0 by default")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on from the best net that was kept")
    ] = False,
) -> None:
    """Train LeNet in NumPy, from your own functions where they pass.

    It takes relu, init_std and the functions of chapter 8; where one does not pass
    yet, the reference's stands in. A tenth of the images is held back, and the net of
    the epoch that reads most of them is kept, in .dojo/nets; dojo draw uses it.
    --resume goes on with the options of the net that is there, unless others are given.
    """
    from dojo.learner.nets import DATA
    from dojo.ui import train as training

    if what != WHAT:
        raise UserError(f"there is only dojo train {WHAT}, not {what!r}")
    if data not in DATA:
        raise UserError(f"--data takes {' or '.join(DATA)}, not {data!r}")
    if lr is not None and not 0 < lr < float("inf"):
        raise UserError(f"--lr takes a number above 0, not {lr:g}")
    asked = training.Asked(data, epochs, batch_size, lr, seed, resume)
    try:
        status = training.train(find_root(), asked)
    except DataError as error:
        complain(error)
        raise typer.Exit(1) from error
    raise typer.Exit(status)


@net.command()
def draw(
    image: Annotated[
        Path | None, typer.Argument(metavar="[IMAGE]", help="a PNG, PGM or .npy file")
    ] = None,
) -> None:
    """Draw a digit with the arrow keys, and see what your net reads; or name an image.

    The net is the one that dojo train kept last. A drawing, and the ink of an image, is
    scaled and centered as the digits are that it was trained on.
    """
    from dojo.ui.draw import app, of_file
    from dojo.ui.draw.nets import NoNet, reader_of
    from dojo.ui.show import console
    from dojo.ui.watch.app import has_terminal

    if image is None and not has_terminal():
        raise UserError(
            "dojo draw needs a terminal to draw in; dojo draw IMAGE reads a file"
        )
    try:
        reader, title = reader_of(find_root())
    except NoNet as error:
        complain(error)
        raise typer.Exit(1) from error
    if image is None:
        app.run(reader, title)
    else:
        of_file.show(console(), reader, image)
