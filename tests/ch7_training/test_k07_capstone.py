"""Grades the pipeline by watching it: what it reads, and what its net is shown."""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo.data import digits
from dojo.grading import (
    assert_close,
    assert_equal,
    assert_that,
    assert_type,
    assert_within,
    slow,
)
from katas.ch7_training.k07_capstone import build_pipeline
from solutions.ch6_convolution.k05_lenet import LeNet
from solutions.ch7_training.k05_train_and_evaluate import TrainConfig
from solutions.ch7_training.k06_classification_report import classification_report

TRAIN, TEST = 23, 7  # how many pictures
LONG = 24  # epochs, until which noise in the labels makes most answers stop
NUMBERS = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
CLASSES = [str(digit) for digit in range(10)]


def picture(number: int) -> np.ndarray:
    """Return a picture that is known again by its gray, however it is moved."""
    image = np.full((28, 28), 40 + 5 * number, np.uint8)
    image[6:11, 5:9] = 255
    image[16:22, 17:23] = 0
    return image


def label_of(number: int) -> int:
    """Return a picture's label: no 7 and no 9 among those of training."""
    return (8, 1, 3, 0, 5, 2, 4, 6, 1, 8, 5)[(3 * number) % 11] if number < TRAIN else 7


def shown(number: int, down: int = 0, right: int = 0) -> Tensor:
    """Return a picture as the net must see it, of shape (32, 32)."""
    canvas = torch.zeros(44, 44)
    y, x = 8 + down, 8 + right
    canvas[y : y + 28, x : x + 28] = torch.from_numpy(picture(number)) / 255
    return canvas[6:38, 6:38]


def write(folder: Path, rows: dict[str, list[tuple[np.ndarray, int]]]) -> Path:
    """Write images and tables as the contract has them, in a folder."""
    (folder / "images").mkdir()
    for part, pairs in rows.items():
        lines = []
        for i, (image, label) in enumerate(pairs):
            name = f"{part}-{(37 * i + 5) % 101:03}-{i:03}.npy"
            np.save(folder / "images" / name, image)
            lines.append(f"{name},{label}")
        (folder / f"{part}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.fixture
def empty():
    """Return an empty folder: pytest's own is not to be had in a replay of a test."""
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def folder(empty):
    """Pictures in gray, files that no table lists, and a checkpoint of long ago."""
    numbers = {"train": range(TRAIN), "test": range(TRAIN, TRAIN + TEST)}
    rows = {k: [(picture(i), label_of(i)) for i in v] for k, v in numbers.items()}
    write(empty, rows)
    np.save(empty / "images" / "unlisted.npy", np.zeros((3, 5)))
    (empty / "images" / "readme.txt").write_text("not an image", "utf-8")
    (empty / "best.pt").write_bytes(b"of another day")
    return empty


@pytest.fixture
def real(empty):
    """Real digits, none of them a 3, and no 7 among those of the test."""
    d = digits()
    parts = {"train": (d.train_images, d.train_labels, (3,), 70)}
    parts["test"] = (d.test_images, d.test_labels, (3, 7), 47)
    rows = {}
    for part, (images, labels, absent, count) in parts.items():
        pairs = zip(images, labels.tolist(), strict=True)
        rows[part] = [pair for pair in pairs if pair[1] not in absent][:count]
    return write(empty, rows)


@dataclass(eq=False)
class Look:
    """One call of the net: what it was shown, and what it and its weights were."""

    X: Tensor
    scores: Tensor
    state: dict[str, Tensor]
    training: bool
    trained: bool = False  # whether a gradient came back through it

    @cached_property
    def numbers(self) -> list[int]:
        """Return which pictures were shown; -1 for what is none of them."""
        flat = self.X.double().flatten(1)
        low, high = flat.min(1).values, flat.max(1).values
        gray = 255 * (flat.median(1).values - low) / (high - low).clamp_min(1e-9)
        near = ((gray - 40) / 5).round()
        known = (gray - 40 - 5 * near).abs() < 0.5
        known &= (near >= 0) & (near < TRAIN + TEST)
        return torch.where(known, near, -1.0).int().tolist()

    @property
    def labels(self) -> Tensor:
        return torch.tensor([label_of(i) for i in self.numbers])


@dataclass
class Watch:
    """What a pipeline did, in order: names of files it opened, and looks."""

    events: list = field(default_factory=list)

    def open(self, path: object) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            self.events.append(Path(os.fsdecode(path)).name)

    def look(self, net: nn.Module, given: tuple, scores: object) -> None:
        """Note a call of what has weights and makes ten scores of an image."""
        X = given[0] if given else None
        if not (isinstance(X, Tensor) and isinstance(scores, Tensor)):
            return
        if X.dim() < 3 or scores.shape[1:] != (10,) or not [*net.parameters()]:
            return
        state = {k: v.detach().clone() for k, v in net.state_dict().items()}
        look = Look(X.detach().clone(), scores.detach().clone(), state, net.training)
        if scores.requires_grad:
            scores.register_hook(lambda _: setattr(look, "trained", True))
        self.events.append(look)

    @property
    def looks(self) -> list[Look]:
        return [e for e in self.events if isinstance(e, Look) and max(e.numbers) >= 0]

    @property
    def epochs(self) -> list[tuple[list[Look], list[Look]]]:
        """Return the looks of each epoch at training images: to train, and to judge."""
        epochs = []
        for look in self.looks:
            if max(look.numbers) >= TRAIN:
                continue
            if look.trained and (not epochs or epochs[-1][1]):
                epochs.append(([], []))
            if epochs:
                epochs[-1][not look.trained].append(look)
        count = f"{len(epochs)} epochs"
        assert_that(epochs, "the net is trained on the training images", count)
        return epochs

    @property
    def tested(self) -> list[Look]:
        return [look for look in self.looks if max(look.numbers) >= TRAIN]


WATCHING: list[Watch] = []


def heard(event: str, given: tuple) -> None:
    """Hear of every file that this process opens, by whatever function."""
    if event == "open" and WATCHING:
        WATCHING[-1].open(given[0])


sys.addaudithook(heard)  # it stays; nobody watches between two tests


@contextmanager
def watching() -> Iterator[Watch]:
    watch = Watch()
    hook = nn.modules.module.register_module_forward_hook(watch.look)
    WATCHING.append(watch)
    try:
        yield watch
    finally:
        WATCHING.remove(watch)
        hook.remove()


def config(**how):
    return TrainConfig(
        **{"batch_size": 5, "lr": 0.01, "max_epochs": 1, "seed": 3} | how
    )


def pipeline(folder, **how):
    """Return who watched, and the report, once it has its four parts."""
    with watching() as watch:
        report = build_pipeline(config(**how), folder)
    parts = {"history": list, "test_accuracy": float, "per_class": dict}
    for name, kind in parts.items():
        found = getattr(report, name, None)
        assert_type(found, kind, f"{name} of the report is a {kind.__name__}")
    kind = type(getattr(report, "best_epoch", None)).__name__
    kind = "an int" if kind.startswith("int") else f"a {kind}"
    assert_equal(kind, "an int", "best_epoch of the report is an int")
    return watch, report


def parted(watch):
    """Return the numbers of what was trained on and of what was held back."""
    train, held = watch.epochs[0]
    return [{i for look in looks for i in look.numbers} for looks in (train, held)]


def best(folder):
    """Return what best.pt holds, once it can be read and has both parts."""
    try:
        found = torch.load(folder / "best.pt", weights_only=True)
    except Exception as error:
        found = type(error).__name__
    because = "torch.load with weights_only=True reads a dict from best.pt"
    assert_type(found, dict, because)
    missing = [name for name in ("net", "epoch") if name not in found]
    got = f"missing: {', '.join(missing) or 'none'}"
    assert_equal(got, "missing: none", 'best.pt has "net" and "epoch"')
    return found


def lenet(state):
    """Return the LeNet with these weights, once they are LeNet's."""
    net = LeNet()
    due = {name: tuple(p.shape) for name, p in net.state_dict().items()}
    got = {name: tuple(p.shape) for name, p in state.items()}
    because = "the net is a LeNet() of the chapter on convolution"
    for name in due | got:
        pair = [f"{name} {them.get(name, 'missing')}" for them in (got, due)]
        assert_equal(*pair, because)
    net.load_state_dict(state)
    return net


def test_build_pipeline_reports_every_epoch_once(folder):
    _, report = pipeline(folder, max_epochs=3)
    numbers = [entry.get("epoch") for entry in report.history]
    first = numbers[0] if numbers and isinstance(numbers[0], int) else 0
    because = "history has an entry for each epoch, numbered in steps of 1"
    assert_equal(numbers, [first, first + 1, first + 2], because)
    for entry in report.history:
        for name in NUMBERS:
            value = entry.get(name, "missing")
            kind = "a float" if isinstance(value, float) else f"{value}"[:20]
            assert_equal(f"{name}: {kind}", f"{name}: a float", "as `run` has them")


def of_looks(looks):
    """Return mean loss and accuracy over all that these looks were at."""
    scores = torch.cat([look.scores for look in looks]).double()
    labels = torch.cat([look.labels for look in looks])
    hits = (scores.argmax(1) == labels).double().mean()
    return F.cross_entropy(scores, labels).item(), hits.item()


def first_pass(looks):
    """Return the looks until an image would be looked at again."""
    seen: set[int] = set()
    for at, look in enumerate(looks):
        if seen & {*look.numbers}:
            return looks[:at]
        seen |= {*look.numbers}
    return looks


def test_build_pipeline_reports_what_the_net_said(folder):
    watch, report = pipeline(folder, seed=4, max_epochs=2)
    entries, epochs = len(report.history), watch.epochs
    because = "history has an entry for each epoch that was trained"
    assert_equal(f"{entries} entries", f"{len(epochs)} entries", because)
    for entry, (train, held) in zip(report.history, epochs, strict=True):
        want = (*of_looks(train), *of_looks(first_pass(held)))
        for name, value in zip(NUMBERS, want, strict=True):
            because = f"{name} is over the scores that the net gave in that epoch"
            assert_close(entry[name], value, because, rtol=1e-4, atol=1e-6)


def test_build_pipeline_splits_without_overlap(folder):
    train, held = parted(pipeline(folder)[0])
    both = "some are" if train & held else "none is"
    every = "all are" if held and held <= train else both
    because = "no image that is trained on is held back for validation"
    assert_equal(f"{every} trained on too", "none is trained on too", because)


def test_build_pipeline_uses_every_training_image(folder):
    train, held = parted(pipeline(folder)[0])
    left = len({*range(TRAIN)} - train - held)
    because = "each line of train.csv is trained on or held back"
    assert_equal(f"{left} images left out", "0 images left out", because)
    low, high = TRAIN // 10, -(-TRAIN // 3)
    because = "a tenth or more are held back, and a third or less"
    got = f"{len(held)} of {TRAIN} held back"
    assert_that(low <= len(held) <= high, because, got, f"from {low} to {high}")


def test_build_pipeline_splits_at_random(folder):
    # Of 23 images 2 or more are held back: all four alike once in 253 ** 3 = 2e7.
    sets = [parted(pipeline(folder, seed=s)[0])[1] for s in range(4)]
    same = all(held == sets[0] for held in sets)
    got = "the same images with 4 seeds" if same else "other images"
    because = "which images are held back is drawn at random, from the seed"
    assert_equal(got, "other images", because)


def test_build_pipeline_holds_the_same_images_back_all_along(folder):
    watch, _ = pipeline(folder, seed=6, max_epochs=3)
    _, held = parted(watch)
    for epoch, (train, judged) in enumerate(watch.epochs):
        trained = {i for look in train for i in look.numbers} & held
        got = "some are trained on" if trained else "none is trained on"
        because = f"what is held back in epoch 0 is never trained on, as in {epoch}"
        assert_equal(got, "none is trained on", because)
        now = {i for look in judged for i in look.numbers}
        got = "those of epoch 0" if now == held else "others"
        because = f"epoch {epoch} is validated with the images of epoch 0"
        assert_equal(got, "those of epoch 0", because)


@pytest.mark.parametrize("size", [5, 7])
def test_build_pipeline_trains_on_each_image_once_an_epoch(folder, size):
    watch, _ = pipeline(folder, batch_size=size, max_epochs=2)
    train, _ = parted(watch)
    full, rest = divmod(len(train), size)
    for epoch, (looks, _) in enumerate(watch.epochs):
        order = [i for look in looks for i in look.numbers]
        again = "some are" if len(order) > len({*order}) else "none is"
        because = f"in epoch {epoch} no image is trained on twice"
        assert_equal(f"{again} trained on twice", "none is trained on twice", because)
        lost = "some are" if train - {*order} else "none is"
        because = f"in epoch {epoch} every image is trained on, the last ones too"
        assert_equal(f"{lost} left out", "none is left out", because)
        sizes = sorted((len(look.X) for look in looks), reverse=True)
        larger = "larger" if sizes[0] > size else "smaller"
        same = sizes == [size] * full + [rest] * bool(rest)
        because = f"batches have {size} images, and one of them may have the rest"
        assert_equal("right" if same else larger, "right", because)


def test_build_pipeline_draws_a_new_order_every_epoch(folder):
    watch, _ = pipeline(folder, max_epochs=3)
    orders = [[i for look in looks for i in look.numbers] for looks, _ in watch.epochs]
    rising = sorted(orders[0]) == orders[0]
    got = "the order of the table" if rising else "a mixed order"
    assert_equal(got, "a mixed order", "the order of the training images is random")
    same = orders[0] == orders[1] == orders[2]
    got = "the same in all epochs" if same else "another in each epoch"
    because = "each epoch has an order of its own"
    assert_equal(got, "another in each epoch", because)


TURNS = {
    "mirrored left to right": lambda x: x.flip(-1),
    "upside down": lambda x: x.flip(-2),
    "turned by 180 degrees": lambda x: x.flip((-1, -2)),
    "with rows and columns swapped": lambda x: x.T,
}


def place(x, number):
    """Return by how much a picture is shifted, or None if it is not what it was."""
    if x.shape != (32, 32):
        return None
    at = (x >= x.max() - 1e-6).nonzero()
    down, right = (at.min(0).values - torch.tensor([8, 7])).tolist()
    if max(abs(down), abs(right)) > 6:
        return None
    same = torch.allclose(x, shown(number, down, right), atol=1e-6)
    return (down, right) if same else None


def words(x, number):
    """Return what was done to a picture beside a shift."""
    if tuple(x.shape) != (1, 32, 32):
        return f"of shape {tuple(x.shape)}"
    if x.dtype != torch.float32:
        return f"of {str(x.dtype)[6:]}"
    x = x[0]
    if place(x, number) is not None:
        return "shifted at most"
    for turn, back in TURNS.items():
        if place(back(x), number) is not None:
            return turn
    low, high = x.min(), x.max()
    if place((x - low) / (high - low), number) is not None:
        return f"from {low:.3g} to {high:.3g} in brightness"
    return "with other pixels"


def assert_shown(looks, who):
    """Compare what the net is shown with the pictures, but for shifts."""
    for look in looks:
        for x, number in zip(look.X, look.numbers, strict=True):
            because = f"{who} are of shape (1, 32, 32), from 0 to 1, and never turned"
            assert_equal(words(x, number), "shifted at most", because)


def places(looks):
    return [place(x[0], i) for k in looks for x, i in zip(k.X, k.numbers, strict=True)]


def test_build_pipeline_shifts_what_it_trains_on_and_flips_nothing(folder):
    # Two of three shifts are not up, 48 times in a row: once in 3e8, for four sides.
    watch, _ = pipeline(folder, max_epochs=3)
    looks = [look for train, _ in watch.epochs for look in train]
    assert_shown(looks, "training images")
    shifts = torch.tensor(places(looks))
    for axis, name in enumerate(("up or down", "left or right")):
        least, most = shifts[:, axis].min().item(), shifts[:, axis].max().item()
        got = f"from {least} to {most} pixels"
        because = f"training images are shifted at random {name}, back and forth"
        good = -4 <= least <= -1 and 1 <= most <= 4
        assert_that(good, because, got, "from -1 to 1 at least, from -4 to 4 at most")


def test_build_pipeline_shifts_each_image_by_itself_and_anew(folder):
    # With 9 places two shifts agree once in 9, and 20 pairs do once in 1e19.
    watch, _ = pipeline(folder, max_epochs=3)
    assert_shown(watch.epochs[0][0], "training images")
    batches = [places([look]) for train, _ in watch.epochs for look in train]
    alike = all(len({*shifts}) == 1 for shifts in batches)
    got = "all of a batch alike" if alike else "each by itself"
    assert_equal(got, "each by itself", "each image of a batch has a shift of its own")
    shifts = [
        dict(zip([i for k in train for i in k.numbers], places(train), strict=True))
        for train, _ in watch.epochs
    ]
    still = all(epoch == shifts[0] for epoch in shifts)
    got = "the same in every epoch" if still else "drawn anew"
    assert_equal(got, "drawn anew", "each time that an image is used its shift is new")


def test_build_pipeline_judges_images_as_they_are(folder):
    watch, _ = pipeline(folder)
    held = [look for _, looks in watch.epochs for look in looks]
    for looks, who in ((held, "validation images"), (watch.tested, "test images")):
        assert_shown(looks, who)
        moved = any(place != (0, 0) for place in places(looks))
        got = "some are shifted" if moved else "none is shifted"
        assert_equal(got, "none is shifted", f"{who} are shown as they are")


def test_build_pipeline_judges_in_evaluation_mode(folder):
    watch, _ = pipeline(folder)
    kinds = {"training": [], "evaluation": []}
    for train, held in watch.epochs:
        kinds["training"] += train
        kinds["evaluation"] += held
    kinds["evaluation"] += watch.tested
    for mode, looks in kinds.items():
        wrong = any(look.training != (mode == "training") for look in looks)
        other = "evaluation" if mode == "training" else "training"
        because = "the net trains in training mode and is judged in evaluation mode"
        assert_equal(f"{other if wrong else mode} mode", f"{mode} mode", because)


def test_build_pipeline_starts_as_initialize_weights_does(folder):
    watch, _ = pipeline(folder)
    state = watch.epochs[0][0][0].state
    lenet(state)
    for name, p in state.items():
        if name.endswith("bias"):
            got = "zeros" if (p == 0).all() else "other numbers"
            assert_equal(got, "zeros", f"{name} starts with zeros")
    # 48,000 draws and 2,400: six standard errors of a deviation, once in 5e8 runs.
    because = "fc1.weight is normal with a standard deviation of 0.1"
    assert_within(state["fc1.weight"].std(), 0.098, 0.102, because)
    because = "conv2.weight, as 1: its standard deviation over √(2 / 150)"
    spread = state["conv2.weight"].std() / (2 / 150) ** 0.5
    assert_within(spread, 0.91, 1.09, because)


def test_build_pipeline_calls_lenet(folder):
    watch, _ = pipeline(folder)
    for look in watch.looks[::3]:
        with torch.no_grad():
            want = lenet(look.state)(look.X)
        because = "with the same weights LeNet() gives these scores"
        assert_close(look.scores, want, because, rtol=1e-4, atol=1e-5)


def gradient(look):
    net = lenet(look.state)
    F.cross_entropy(net(look.X), look.labels).backward()
    return torch.cat([p.grad.flatten() for p in net.parameters()])


def flat(state):
    return torch.cat([state[name].flatten() for name, _ in LeNet().named_parameters()])


def test_build_pipeline_steps_by_sgd_with_momentum(folder):
    watch, _ = pipeline(folder, lr=0.02, max_epochs=2)
    looks = [look for train, _ in watch.epochs for look in train]
    so_far = torch.zeros(1)
    for step, (now, after) in enumerate(pairwise(looks[:8]), 1):
        g, moved = gradient(now), flat(now.state) - flat(after.state)
        both = torch.stack([g, so_far.expand_as(g)], 1)
        both = both if step > 1 else both[:, :1]
        fit = torch.linalg.lstsq(both, moved[:, None]).solution
        missed = (both @ fit)[:, 0] - moved
        got = "a step in another direction"
        if missed.norm() <= 0.01 * moved.norm():
            rate, more = fit[0].item(), (fit[-1] / fit[0]).item() if step > 1 else 0.9
            got = f"a rate of {rate:.3f} and momentum {round(more, 2) + 0.0:.2f}"
        because = "a step is SGD's along the gradient of its own batch's mean loss"
        want = "a rate of 0.020 and momentum 0.90"
        assert_equal(f"step {step}: {got}", f"step {step}: {want}", because)
        so_far = g + 0.9 * so_far


def test_build_pipeline_stops_when_it_waits_in_vain(folder):
    _, report = pipeline(folder, lr=0.0, max_epochs=15)
    waited = report.history[-1]["epoch"] - report.best_epoch
    because = "with a rate of 0 no epoch is better, so training ends after 2 to 10 more"
    got = f"{waited} epochs after the best one"
    assert_that(2 <= waited <= 10, because, got, "2 to 10 epochs")


def stubborn(empty):
    """Write a few digits, a third of them with a label that is noise.

    The loss on what is held back falls at first, and then rises.
    """
    d, rng = digits(), np.random.default_rng(5)
    noise = rng.random(30) < 0.3
    labels = np.where(noise, rng.integers(0, 10, 30), d.train_labels[:30]).tolist()
    pairs = [*zip(d.train_images[:30], labels, strict=True)]
    return write(empty, {"train": pairs, "test": pairs[:13]})


def judged_at_last(watch):
    """Return the first look of each time that judging follows on training."""
    looks = [e for e in watch.events if isinstance(e, Look)]
    return [b for a, b in pairwise(looks) if a.trained > b.trained], looks[-1]


def whose(weights, judged, at):
    """Return whose epoch some weights are from; `at` is the best one's number."""
    same = [i for i, k in enumerate(judged) if torch.equal(flat(k.state), weights)]
    words = {len(judged) - 1: "the last epoch", at: "the best epoch"}
    return words.get(same[0], "another epoch") if same else "no epoch"


def test_build_pipeline_keeps_the_weights_of_the_best_epoch(empty):
    folder = stubborn(empty)
    watch, report = pipeline(folder, lr=0.02, max_epochs=LONG)
    losses = [entry["val_loss"] for entry in report.history]
    at = int(np.argmin(losses))
    numbers = [entry["epoch"] for entry in report.history]
    counted = {
        numbers[at]: "that of",
        numbers[at] + 1: "one more than that of",
        numbers[-1]: "the last",
    }
    got = f"{counted.get(report.best_epoch, 'another than')} the smallest val_loss"
    because = "best_epoch is the number of the epoch with the smallest val_loss"
    assert_equal(got, "that of the smallest val_loss", because)
    found = best(folder)
    because = '"epoch" in best.pt is the best epoch\'s number'
    assert_equal(found["epoch"], numbers[at], because)
    judged, last = judged_at_last(watch)
    kept = flat(lenet(found["net"]).state_dict())
    because = "best.pt holds the weights that the net had when val_loss was smallest"
    got = f"the weights of {whose(kept, judged, at)}"
    assert_equal(got, "the weights of the best epoch", because)
    got = f"read with the weights of {whose(flat(last.state), judged, at)}"
    because = "the test images are read with the weights that best.pt holds"
    assert_equal(got, "read with the weights of the best epoch", because)


def test_build_pipeline_waits_as_long_in_every_run(empty):
    folder = stubborn(empty)
    report = pipeline(folder, lr=0.0, max_epochs=15)[1]
    due = report.history[-1]["epoch"] - report.best_epoch
    report = pipeline(folder, lr=0.02, max_epochs=LONG)[1]
    losses = [entry["val_loss"] for entry in report.history]
    waits, least = [0], losses[0]
    for loss in losses[1:]:
        waits.append(0 if loss < least else waits[-1] + 1)
        least = min(least, loss)
    then = max(waits[:-1]) < due and (waits[-1] == due or len(losses) == LONG)
    otherwise = "later" if max(waits) > due else "earlier"
    because = f"training ends when {due} epochs in a row brought no smaller val_loss"
    got = f"it ends {'then' if then else otherwise}"
    assert_equal(got, "it ends then", because)


def names_in(table):
    lines = table.read_text("utf-8").splitlines()
    return [line.partition(",")[0] for line in lines]


def test_build_pipeline_reads_each_test_image_once(folder):
    watch, _ = pipeline(folder)
    names = names_in(folder / "test.csv")
    opened = [e for e in watch.events if not isinstance(e, Look)]
    # A reader may open a file several times in a row.
    reads = [a for a, b in zip(opened, [*opened[1:], ""], strict=True) if a != b]
    counts = {reads.count(name) for name in names}
    got = ", ".join(f"{n} times" for n in sorted(counts))
    assert_equal(got, "1 times", "each test image is read exactly once")
    looks = [i for look in watch.tested for i in look.numbers]
    got = "some twice" if len(looks) > len({*looks}) else "each once"
    assert_equal(got, "each once", "the net looks at each test image once")


def test_build_pipeline_opens_no_test_image_before_training_has_ended(folder):
    watch, _ = pipeline(folder)
    names = names_in(folder / "test.csv")
    first = next((i for i, e in enumerate(watch.events) if e in names), None)
    assert_that(first is not None, "test images are read", "none", "all of them")
    later = [e for e in watch.events[first:] if isinstance(e, Look) and e.trained]
    got = "the net is trained after that" if later else "training has ended"
    because = "when the first test image is read, all training has ended"
    assert_equal(got, "training has ended", because)


def test_build_pipeline_reports_what_the_kept_weights_read(real):
    report = build_pipeline(config(lr=0.02, max_epochs=4), real)
    d, images, labels = digits(), [], []
    for image, label in zip(d.test_images, d.test_labels.tolist(), strict=True):
        if label not in (3, 7) and len(labels) < 47:
            images.append(np.pad(image, 2))
            labels.append(label)
    X = torch.from_numpy(np.stack(images))[:, None].float() / 255
    with torch.no_grad():
        preds = lenet(best(real)["net"]).eval()(X).argmax(1)
    want = classification_report(labels, preds, CLASSES)
    because = "test_accuracy is the share that the weights in best.pt read right"
    shares = [f"{share:.6f}" for share in (report.test_accuracy, want["accuracy"])]
    assert_equal(*shares, because)
    missing = [name for name in CLASSES if name not in report.per_class]
    more = [str(name) for name in report.per_class if name not in CLASSES]
    because = "per_class has a key for each class, also for those that never occur"
    got = (
        f"missing: {', '.join(missing) or 'none'}; beside: {', '.join(more) or 'none'}"
    )
    assert_equal(got, "missing: none; beside: none", because)
    for name in CLASSES:
        entry = report.per_class[name]
        assert_type(entry, dict, f"per_class of {name} is a dict")
        lacks = [score for score in want[name] if score not in entry]
        because = f"per_class of {name} has the four scores of the report"
        assert_equal(f"missing: {', '.join(lacks) or 'none'}", "missing: none", because)
        told = [
            ", ".join(f"{score} {float(scores[score]):.6f}" for score in want[name])
            for scores in (entry, want[name])
        ]
        assert_equal(*told, f"the scores of {name} are those of the kept weights")


def scatter(seed):
    """Draw from all global generators, so that they stand anywhere."""
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)


def numbers_of(folder, report):
    return [*map(str, report.history), str(report.per_class), *map(str, (
        report.test_accuracy, report.best_epoch,
        flat(best(folder)["net"]).double().abs().sum().item(),
    ))]  # fmt: skip


def test_build_pipeline_gives_the_same_again(folder):
    found = []
    for other in (1, 77):
        scatter(other)
        found.append(numbers_of(folder, pipeline(folder, seed=9, max_epochs=2)[1]))
    got = "the same" if found[0] == found[1] else "another report or other weights"
    because = "with one seed everything is the same again, whatever was drawn before"
    assert_equal(got, "the same", because)


def test_build_pipeline_takes_its_start_from_the_seed(folder):
    starts = []
    for seed in (0, 1):
        scatter(5)
        watch, _ = pipeline(folder, seed=seed)
        starts.append(flat(watch.epochs[0][0][0].state))
    got = "the same weights" if torch.equal(*starts) else "other weights"
    assert_equal(got, "other weights", "another seed starts with other weights")


def test_build_pipeline_writes_nothing_but_best_pt(folder):
    def files():
        every = sorted(p for p in folder.rglob("*") if p.is_file())
        return {p.name: p.read_bytes() for p in every if p.name != "best.pt"}

    before = files()
    pipeline(folder)
    after = files()
    changed = [n for n in before | after if before.get(n) != after.get(n)]
    got = f"changed: {', '.join(changed) or 'none'}"
    because = "of all files in the folder only best.pt is written"
    assert_equal(got, "changed: none", because)
    best(folder)


# Over 40 seeds and five sets of float kernels (the machine's own,
# ATEN_CPU_CAPABILITY=default and avx2, ONEDNN_MAX_CPU_ISA=SSE41 and AVX2, 8 seeds each)
# the reference reads 88 % of these digits, with a standard deviation of 3 points, and
# 81 % at least. An answer that holds a third back, shifts by up to 4 pixels and waits
# for 2 epochs, as it may, reads 74 % with a deviation of 5.7, and 63 % at least (16
# seeds, the same kernels). With a normal tail such an answer gives a false alarm in
# 1.6e9 runs, the reference none to speak of.
@slow(30)
def test_build_pipeline_learns_to_read(empty):
    d = digits()
    train = zip(d.train_images[:1000], d.train_labels[:1000].tolist(), strict=True)
    test = zip(d.test_images[:300], d.test_labels[:300].tolist(), strict=True)
    folder = write(empty, {"train": [*train], "test": [*test]})
    report = build_pipeline(config(batch_size=16, lr=0.02, max_epochs=4), folder)
    because = "after 4 epochs with 1,000 digits it reads many of 300 others"
    assert_within(report.test_accuracy, 0.4, 1.0, because)
