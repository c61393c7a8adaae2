"""The first minute: a wrong answer named, a right one passed, LeNet trained.

Everything happens in a scratch folder; nothing of the learner's is read or written.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax

from dojo.files import write_text
from dojo.kata import bank
from dojo.kata.catalog import Kata, find
from dojo.kata.stubs import with_function_from
from dojo.scratch import scratch
from dojo.ui.show import console, show_kata
from dojo.worker.grade import grade

if TYPE_CHECKING:
    import torch

KATA, FUNCTION = "activation-gradients", "sigmoid_grad"
SEED, SHOWN = 0, 3
SMALL = 0.01  # the learning rate of the last epoch
INK = slice(6, 26)  # rows and columns of a padded digit that hold ink
INK_WIDTH, GAP = 20, 2  # cells of a picture, and between two


def show_tour(root: Path) -> None:
    """Run the tour."""
    out = console()
    kata, _ = find(root, KATA)
    mistake = bank.of_function(kata, FUNCTION)[0]
    out.print("[bold]1. A wrong answer is named.[/] Somebody wrote:\n")
    _grade_in_scratch(out, kata, source_of(kata.bank, mistake.name, FUNCTION))
    out.print("\n[bold]2. The right answer passes.[/]\n")
    _grade_in_scratch(out, kata, source_of(kata.reference, FUNCTION, FUNCTION))
    out.print("\n[bold]3. Where it leads:[/] LeNet, trained on 6,000 real digits.\n")
    _train(out, root)
    out.print("\nNothing of yours was touched.")
    out.print("next: dojo shows where to begin.")


def source_of(path: Path, name: str, function: str) -> str:
    """Return a function's source out of a file, under the name `function`."""
    text = path.read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno]
            return re.sub(rf"^def {name}\(", f"def {function}(", "".join(lines))
    raise LookupError(f"{path} has no function {name}")


def _grade_in_scratch(out: Console, kata: Kata, source: str) -> None:
    code = re.sub(r'\n    """.*?"""', "", source, flags=re.DOTALL)
    out.print(
        Syntax(code.rstrip(), "python", background_color="default"), soft_wrap=False
    )
    out.print()
    with scratch("dojo-tour-") as folder:
        rest = kata.reference.read_text("utf-8")
        answer = with_function_from(source, rest, FUNCTION)
        write_text(Path(folder) / kata.path, answer)
        show_kata(out, kata, grade(kata.root, [kata], FUNCTION, Path(folder)))


def _train(out: Console, root: Path) -> None:
    import torch

    from dojo.data import lenet_digits

    sys.path.insert(0, str(root))
    from solutions.ch6_convolution.k05_lenet import LeNet, accuracy

    torch.set_num_threads(1)  # two on a busy machine are many times slower
    torch.manual_seed(SEED)
    digits, net = lenet_digits(), LeNet()
    _train_to_rest(out, net, digits.train_images, digits.train_labels)
    images, labels = digits.test_images, digits.test_labels
    share = accuracy(net, images, labels)
    out.print(
        f"LeNet reads [bold]{share:.1%}[/] of {len(labels):,} test digits right.\n"
    )
    with torch.no_grad():
        guesses = net(images[:SHOWN]).argmax(dim=1)
    _show_digits(out, images[:SHOWN], labels, guesses)


def _train_to_rest(
    out: Console, net: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> None:
    """Train by the reference's own defaults, but for small steps in the last epoch.

    The weights come to rest in it, so that the share depends little on the processor.
    """
    import torch

    from solutions.ch6_convolution.k05_lenet import train_lenet

    orders = torch.Generator().manual_seed(SEED)
    epochs, size = _defaults(train_lenet, "epochs", "batch_size")
    with _ticking(out, net, epochs * -(-len(labels) // size)):
        train_lenet(net, images, labels, epochs=epochs - 1, generator=orders)
        train_lenet(net, images, labels, epochs=1, lr=SMALL, generator=orders)


def _defaults(train: Callable[..., Any], *names: str) -> Iterator[int]:
    """Yield the defaults of a training's parameters."""
    parameters = inspect.signature(train).parameters
    yield from (int(parameters[name].default) for name in names)


class _ticking:  # noqa: N801  # reads as a statement where it is used
    """Show a bar that moves with every batch the net reads."""

    def __init__(self, out: Console, net: torch.nn.Module, batches: int) -> None:
        columns = (TextColumn("training"), BarColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=out)
        self.net, self.batches = net, batches

    def __enter__(self) -> None:
        self.bar.start()
        task = self.bar.add_task("training", total=self.batches)
        self.hook = self.net.register_forward_hook(lambda *_: self.bar.advance(task))

    def __exit__(self, *error: Any) -> None:
        self.hook.remove()
        self.bar.stop()


def _show_digits(out: Console, images: Any, labels: Any, guesses: Any) -> None:
    from dojo.data import as_text

    fit = max(1, (out.width + GAP) // (INK_WIDTH + GAP))
    images = images[:fit] if out.is_terminal else images
    pictures = [as_text(image[0, INK, INK]).splitlines() for image in images]
    for line in _side_by_side(pictures):
        out.print(line, markup=False)
    captions = [
        f"reads {guess}, is {label}"
        for guess, label in zip(guesses.tolist(), labels.tolist(), strict=False)
    ]
    out.print(_row(captions[: len(pictures)]))


def _side_by_side(pictures: list[list[str]]) -> Iterator[str]:
    for number in range(max(map(len, pictures))):
        row = [picture[number] if number < len(picture) else "" for picture in pictures]
        yield _row(row)


def _row(parts: list[str]) -> str:
    return (" " * GAP).join(f"{part:{INK_WIDTH}}" for part in parts).rstrip()
