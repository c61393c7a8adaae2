"""`dojo train digits`: LeNet in NumPy, from the learner's own parts where they pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console

from dojo.data import digits, mnist
from dojo.errors import UserError
from dojo.kata.catalog import Kata
from dojo.learner import nets
from dojo.learner.attempts import Attempts
from dojo.learner.nets import Net, NetUnreadable
from dojo.learner.own_parts import Choice, choices
from dojo.ui.complain import complain
from dojo.ui.net_answers import Reader
from dojo.ui.net_keeper import NetKeeper
from dojo.ui.net_pictures import show_filters, show_mistakes
from dojo.ui.notices import ledger_of
from dojo.ui.show import console
from dojo.ui.training_lines import TrainingLines
from dojo.ui.watch.layout import fold
from dojo.verdict.verdicts import Record
from dojo.worker import grade
from dojo.worker.training import Batch, Images, Settings, Training, TrainingFailed

NAMES = {"digits": "the shipped digits", "mnist": "MNIST"}
HELD = 10  # one of so many images is held back
EPOCHS, BATCH_SIZE, RATE, SEED = 8, 32, 0.02, 0
CTRL_C = 130
WHOSE = "{:11}  "  # the column that says whose a part is


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; None is the default, or what a net had."""

    data: str = "digits"
    epochs: int | None = None
    batch_size: int | None = None
    lr: float | None = None
    seed: int | None = None
    resume: bool = False


class Data(NamedTuple):
    """The images to train with, and those that say in the end how good the net is."""

    images: Images
    test: np.ndarray
    test_labels: np.ndarray


def load(data: str) -> Data:
    """Return a data set; of the training images the last tenth is held back."""
    if data == "digits":
        X, y, test, test_labels = digits()
    else:
        (X, y), (test, test_labels) = mnist("train"), mnist("test")
    cut = len(y) - len(y) // HELD
    return Data(Images(X[:cut], y[:cut], X[cut:], y[cut:]), test, test_labels)


@dataclass(frozen=True)
class Plan:
    """What is to be done: how, with which images, from which net on."""

    data: str
    images: Images
    settings: Settings
    before: Net | None

    @property
    def done(self) -> int:
        """The epochs that the net had before."""
        return self.before.facts.epoch if self.before else 0

    @property
    def batches(self) -> int:
        """How many an epoch has."""
        return -(-len(self.images.train) // self.settings.batch_size)


def train(root: Path, asked: Asked) -> int:
    """Train, and return the exit status.

    Raises
    ------
    UserError
        If the options do not fit one another, or the net that is there.
    DataError
        If the data set is not there.
    """
    out, path = console(), nets.place(root, asked.data)
    before = _to_go_on_from(path) if asked.resume else None
    settings, data = _settings(asked, before), load(asked.data)
    plan = Plan(asked.data, data.images, settings, before)
    chosen = _choices(out, root)
    _show_choices(out, chosen)
    _show_plan(out, plan)
    own = [name for choice in chosen if choice.is_own for name in choice.part.names]
    keeper = NetKeeper(out, path, asked.data, settings, tuple(own), before)
    params = before.params if before else None
    training = Training(root, own, plan.images, settings, plan.done, params)
    status = _follow(out, plan, training, keeper)
    if own and status == 1:
        slugs = dict.fromkeys(choice.part.kata for choice in chosen if choice.is_own)
        out.print(f"next: dojo run {' '.join(slugs)}")
    _show_uncalled(out, own, keeper.called)
    if keeper.best and not status:
        _show_net(out, root, keeper.best, data)
    return status


def _to_go_on_from(path: Path) -> Net:
    try:
        return nets.read(path)
    except NetUnreadable as error:
        if not path.exists():
            raise UserError(
                "there is no net to go on from: dojo train digits, without --resume"
            ) from error
        raise UserError(
            f"{path} cannot be gone on from: {error}\n"
            "dojo train digits, without --resume, keeps it under another name"
        ) from error


def _settings(asked: Asked, before: Net | None) -> Settings:
    """Return how to train: as asked, else as before, else as usual."""
    facts = before.facts if before else None
    usual = (BATCH_SIZE, RATE, SEED)
    if facts:
        usual = facts.batch_size, facts.lr, facts.seed
    size, lr, seed = (
        default if wish is None else wish
        for wish, default in zip(
            (asked.batch_size, asked.lr, asked.seed), usual, strict=True
        )
    )
    epochs = asked.epochs or EPOCHS
    if facts and facts.epoch >= epochs:
        raise UserError(
            f"the best net is already that of epoch {facts.epoch}; "
            f"--epochs {facts.epoch + EPOCHS} goes on from there"
        )
    return Settings(epochs, int(size), lr, int(seed))


def _choices(out: Console, root: Path) -> list[Choice]:
    """Return whose each part is; what is begun and was not graded since, is graded."""

    def graded(katas: list[Kata]) -> list[Record]:
        names = ", ".join(kata.slug for kata in katas)
        out.print(f"grading {names} first …")
        attempts = Attempts(root, katas, "train")
        records = grade.grade(root, katas)
        attempts.note(records)
        return records

    with ledger_of(root) as ledger:
        return choices(root, ledger.read(), graded)


def _show_choices(out: Console, chosen: list[Choice]) -> None:
    out.print("LeNet in NumPy is put together from:")
    for choice in chosen:
        names = " and ".join(choice.part.names)
        if choice.is_own:
            out.print(f"[green]{WHOSE.format('  yours')}[/]{names}")
            continue
        out.print(WHOSE.format("  reference") + names)
        indent = WHOSE.format("")
        why = f"{choice.part.kata}: {choice.why}"
        for line in fold(why, out.width, indent, indent):
            out.print(f"[dim]{line}[/]")


def _show_plan(out: Console, plan: Plan) -> None:
    if plan.before:
        out.print(
            f"\ngoing on after epoch {plan.done}, the best that was kept "
            f"({plan.before.facts.share:.1%})"
        )
    images, settings = plan.images, plan.settings
    out.print(
        f"\n{len(images.train):,} of {NAMES[plan.data]} to train with, "
        f"{len(images.held):,} held back\n"
        f"batches of {settings.batch_size}, learning rate {settings.lr:g}, "
        f"seed {settings.seed}\n"
        "kept is the net that reads most of those held back\n"
    )


def _follow(out: Console, plan: Plan, training: Training, keeper: NetKeeper) -> int:
    """Show a training and keep its best net; return the exit status."""
    status = 0
    try:
        with training, TrainingLines(out, plan.settings.epochs, plan.batches) as lines:
            lines.begins(plan.done + 1)
            for event in training.events():
                if isinstance(event, Batch):
                    lines.saw(event)
                    continue
                lines.ended(event, keeper.take(event))
                lines.begins(min(event.number + 1, plan.settings.epochs))
    except TrainingFailed as error:
        complain(error)
        status = 1
    except KeyboardInterrupt:
        out.print("stopped")
        status = CTRL_C
    keeper.says_what_is_kept()
    if status == CTRL_C:
        keeper.says_how_to_go_on()
    return status


def _show_uncalled(out: Console, own: list[str], called: tuple[str, ...]) -> None:
    unused = [name for name in own if called and name not in called]
    if unused:
        names = ", ".join(unused)
        out.print(f"Not called, for your other functions do without: {names}")


def _show_net(out: Console, root: Path, net: Net, data: Data) -> None:
    shares = Reader(root, net.params).probabilities(data.test)
    right = float((shares.argmax(axis=1) == data.test_labels).mean())
    out.print(
        f"\nIt reads [bold]{right:.1%}[/] of {len(data.test):,} digits it never saw."
    )
    show_filters(out, net.params["conv1.weight"])
    show_mistakes(out, data.test, data.test_labels, shares)
    out.print("\nnext: dojo draw, and write one yourself")
