"""What a learner sees of `dojo train digits`, and what it keeps."""

from __future__ import annotations

import contextlib
import json
import os
from unittest import mock

import numpy as np
import pytest
from command_line import dojo
from net_clone import FEW_DIGITS, answer, any_params, net_clone, reference
from pty_session import Session, processes_of
from rich.console import Console

from dojo.learner import nets
from dojo.learner.nets import Facts, Net, NetUnreadable
from dojo.ui import train as training
from dojo.ui.net_keeper import NetKeeper
from dojo.ui.net_pictures import show_filters, show_mistakes
from dojo.worker.training import Batch, Epoch, Settings, TrainingFailed

SETTINGS = Settings(8, 32, 0.02, 0)
FACTS = Facts("digits", 3, 16, 0.05, 7, 0.9, ("relu",))


@pytest.fixture
def clone(tmp_path):
    return net_clone(tmp_path / "clone")


@pytest.fixture
def path(clone):
    return nets.place(clone.root, "digits")


class Trained:
    """Stands for a training: what it was given, and what is to happen."""

    def __init__(self, *events):
        self.events_to_come = events
        self.given = ()

    def __call__(self, *given):
        self.given = given
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def events(self):
        for event in self.events_to_come:
            if isinstance(event, BaseException):
                raise event
            yield event


def epoch(number, share, seed=0):
    return Epoch(number, 0.5, share, ("relu",), any_params(seed))


def ran(clone, *words, events=None):
    """Run the command on few digits, with a real training if none is given."""
    trained = Trained(*events) if events is not None else None
    with contextlib.ExitStack() as stack:
        stack.enter_context(
            mock.patch.object(training, "load", return_value=FEW_DIGITS)
        )
        if trained:
            stack.enter_context(mock.patch.object(training, "Training", trained))
        done = dojo(clone, "train", *words)
    return done, trained.given if trained else ()


def test_a_net_is_trained_kept_and_shown(clone, path):
    done, _ = ran(clone, "digits", "--epochs", "2")
    assert done.status == 0, done.err
    assert done.err == ""
    for line in (
        "  reference  conv2d_forward and conv2d_backward",
        "epoch 1 of 2  loss ",
        "The filters of the first layer",
        "next: dojo draw",
    ):
        assert line in done.out, done.out
    assert "yours " not in done.out
    assert "\x1b" not in done.out
    net = nets.read(path)
    assert net.facts.own == ()
    assert f"{net.facts.share:.1%}" in done.out


def test_what_passes_is_graded_now_and_used_and_said(clone, path):
    answer(clone, "max-pool2d", reference("max-pool2d"))
    done, given = ran(clone, "digits", events=[epoch(1, 0.5)])
    pair = ["max_pool2d_forward", "max_pool2d_backward"]
    assert given[1] == pair
    assert "grading max-pool2d first" in done.out
    assert "  yours      max_pool2d_forward and max_pool2d_backward" in done.out
    assert nets.read(path).facts.own == tuple(pair)
    again, given = ran(clone, "digits", events=[epoch(1, 0.5)])
    assert given[1] == pair
    assert "grading" not in again.out, "the log has a verdict on this very file"
    unused = "Not called, for your other functions do without: max_pool2d_forward"
    assert unused in done.out


def test_the_best_epoch_is_kept_not_the_last(clone, path):
    events = [epoch(1, 0.5, 1), epoch(2, 0.75, 2), epoch(3, 0.75, 3)]
    done, _ = ran(clone, "digits", events=events)
    assert done.status == 0
    net = nets.read(path)
    assert (net.facts.epoch, net.facts.share) == (2, 0.75)
    assert (net.params["fc1.bias"] == any_params(2)["fc1.bias"]).all()
    assert "kept: epoch 2, 75.0%, in .dojo/nets/digits.npz" in done.out


def test_a_net_that_is_there_is_kept_under_another_name(clone, path):
    nets.write(path, Net(any_params(5), FACTS))
    before = path.read_bytes()
    done, _ = ran(clone, "digits", events=[epoch(1, 0.5), epoch(2, 0.6)])
    assert path.with_suffix(".1.npz").read_bytes() == before
    assert "the net that was there is kept as .dojo/nets/digits.1.npz" in done.out
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "digits.1.npz",
        "digits.npz",
    ]


def test_a_file_that_is_no_net_is_kept_too_and_said(clone, path):
    path.parent.mkdir(parents=True)
    path.write_text("a letter", "utf-8")
    done, _ = ran(clone, "digits", events=[epoch(1, 0.5)])
    assert path.with_suffix(".1.npz").read_text("utf-8") == "a letter"
    assert "what was there is no net (it is no file of dojo train" in done.out
    assert nets.read(path).facts.epoch == 1


@pytest.mark.parametrize(
    ("end", "status", "says"),
    [
        (TrainingFailed("conv2d_forward raised ValueError"), 1, "raised ValueError"),
        (KeyboardInterrupt(), 130, "--resume goes on from there"),
    ],
)
def test_what_ends_a_training_leaves_the_best_net(clone, path, end, status, says):
    done, _ = ran(clone, "digits", events=[epoch(1, 0.5), Batch(1, 0.1), end])
    assert done.status == status
    assert says in done.out + done.err
    assert "kept: epoch 1, 50.0%" in done.out
    assert nets.read(path).facts.epoch == 1


def test_what_ends_the_first_epoch_leaves_what_was_there(clone, path):
    nets.write(path, Net(any_params(5), FACTS))
    before = path.read_bytes()
    done, _ = ran(clone, "digits", events=[Batch(1, 0.1), KeyboardInterrupt()])
    assert done.status == 130
    assert (
        "no epoch was whole, so no net was kept; what was there is untouched"
        in done.out
    )
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert "next: dojo train digits\n" in done.out


def test_resume_goes_on_from_the_net_that_was_kept_as_it_was_trained(clone, path):
    nets.write(path, Net(any_params(5), FACTS))
    done, given = ran(clone, "digits", "--resume", events=[epoch(4, 0.8)])
    _, _, _, settings, first, params = given
    assert settings == Settings(8, 16, 0.05, 7)
    assert first == FACTS.epoch
    assert (params["fc2.bias"] == any_params(5)["fc2.bias"]).all()
    assert "going on after epoch 3, the best that was kept (90.0%)" in done.out
    assert nets.read(path).facts.epoch == 3, "no better one came"
    assert "kept: still epoch 3" in done.out


def test_an_option_beside_resume_counts_more_than_the_net(clone, path):
    nets.write(path, Net(any_params(5), FACTS))
    words = ("digits", "--resume", "--lr", "0.5", "--epochs", "4", "--seed", "1")
    _, given = ran(clone, *words, events=[epoch(4, 0.95)])
    assert given[3] == Settings(4, 16, 0.5, 1)
    assert nets.read(path).facts.lr == 0.5
    assert path.with_suffix(".1.npz").is_file()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["cats"], 2, "there is only dojo train digits"),
        (["digits", "--data", "cifar-10"], 2, "--data takes digits or mnist"),
        (["digits", "--lr", "0"], 2, "a number above 0"),
        (["digits", "--lr", "nan"], 2, "a number above 0"),
        (["digits", "--epochs", "0"], 2, "--epochs"),
        (["digits", "--resume"], 2, "dojo train digits, without --resume"),
        (["digits", "--data", "mnist"], 1, "dojo data fetch mnist"),
    ],
)
def test_what_cannot_be_done_has_a_remedy(clone, tmp_path, words, status, says):
    with mock.patch.dict(os.environ, DLKATAS_DATA=str(tmp_path / "none")):
        done = dojo(clone, "train", *words)
    assert done.status == status
    assert says in done.err
    assert not (clone.root / ".dojo" / "nets").exists()


def test_a_broken_net_is_not_gone_on_from(clone, path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 half a file")
    done, _ = ran(clone, "digits", "--resume", events=[])
    assert done.status == 2
    assert "without --resume, keeps it under another name" in done.err
    assert path.read_bytes() == b"PK\x03\x04 half a file"


def test_resume_says_when_all_epochs_were_had(clone, path):
    nets.write(path, Net(any_params(5), FACTS))
    done, _ = ran(clone, "digits", "--resume", "--epochs", "3", events=[])
    assert done.status == 2
    assert "--epochs 11 goes on from there" in done.err


def test_mnist_has_a_net_of_its_own(clone, path):
    nets.write(path, Net(any_params(5), FACTS))
    before = path.read_bytes()
    done, _ = ran(clone, "digits", "--data", "mnist", events=[epoch(1, 0.5)])
    assert done.status == 0
    assert path.read_bytes() == before
    assert nets.read(nets.place(clone.root, "mnist")).facts.data == "mnist"


def test_a_tenth_of_mnist_is_held_back():
    X, y = np.zeros((50, 28, 28), np.uint8), np.arange(50)
    with mock.patch.object(training, "mnist", return_value=(X, y)):
        data = training.load("mnist")
    assert data.images.held_labels.tolist() == [45, 46, 47, 48, 49]
    assert len(data.images.train) == 45
    assert len(data.test) == 50


def test_a_disk_that_is_full_ends_the_training_with_a_remedy(path):
    out = Console(quiet=True)
    keeper = NetKeeper(out, path, "digits", SETTINGS, (), None)
    with (
        mock.patch.object(nets, "write", side_effect=OSError(28, "No space left")),
        pytest.raises(TrainingFailed, match=r"No space left.*make room"),
    ):
        keeper.take(epoch(1, 0.5))
    assert keeper.best is None


def with_facts(path, **changed):
    """Write a net whose facts are not what they were."""
    facts = {"schema": 1, **FACTS.__dict__} | changed
    np.savez(path, **any_params(), facts=np.array(json.dumps(facts)))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-2000]), "broken"),
        (lambda path: np.savez(path, **any_params()), "no file of dojo train"),
        (lambda path: path.write_bytes(b""), "broken"),
        (
            lambda path: np.savez(path, np.array([{}], dtype=object)),
            "no file of dojo train",
        ),
        (lambda path: with_facts(path, schema=2), "another version"),
        (lambda path: with_facts(path, epoch="many"), "how the net was trained"),
        (lambda path: with_facts(path, own=None), "how the net was trained"),
    ],
)
def test_a_file_that_is_no_whole_net_is_refused(path, harm, says):
    nets.write(path, Net(any_params(), FACTS))
    harm(path)
    with pytest.raises(NetUnreadable, match=says):
        nets.read(path)


@pytest.mark.parametrize(
    ("name", "array", "says"),
    [
        ("fc3.bias", np.zeros(9), "other arrays"),
        ("fc3.bias", np.full(10, np.nan), "fc3.bias holds what is no number"),
        ("fc3.bias", np.zeros(10, complex), "fc3.bias holds what is no number"),
        ("fc4.bias", np.zeros(10), "other arrays"),
    ],
)
def test_other_weights_are_refused(path, name, array, says):
    nets.write(path, Net(any_params() | {name: array}, FACTS))
    with pytest.raises(NetUnreadable, match=says):
        nets.read(path)


def test_a_net_comes_back_as_it_was_written(path):
    nets.write(path, Net(any_params(), FACTS))
    net = nets.read(path)
    assert net.facts == FACTS
    for name, weights in any_params().items():
        assert (net.params[name] == weights).all()
        assert net.params[name].dtype == weights.dtype


def printed(show, *given, width=80):
    out = Console(width=width, color_system=None, force_terminal=False)
    with out.capture() as capture:
        show(out, *given)
    return capture.get()


def test_filters_are_gray_at_zero_whatever_their_size():
    weights = np.zeros((2, 1, 2, 2), np.float32)
    weights[0] = [[[-3, 0], [0, 3]]]
    weights[1] = weights[0] / 1000
    lines = [line for line in printed(show_filters, weights).splitlines() if line]
    first, second = ([line[i : i + 4] for line in lines[1:]] for i in (0, 5))
    assert first == second
    assert first == ["  ++", "++@@"]


@pytest.mark.parametrize(("width", "columns"), [(80, 3), (60, 2)])
def test_the_surest_mistakes_come_first_as_many_as_fit(width, columns):
    shares = np.full((9, 10), 0.01)
    shares[:, 0] = np.linspace(0.5, 0.9, 9)
    images = np.zeros((9, 28, 28), np.uint8)
    text = printed(show_mistakes, images, np.arange(9), shares, width=width)
    assert f"{2 * columns} of its 8 mistakes" in text
    order = [8 - i for i in range(2 * columns)]
    places = [text.index(f"is {label}, reads 0") for label in order]
    assert places == sorted(places)
    assert "is 0," not in text
    assert max(map(len, text.splitlines())) <= width


def test_a_net_without_mistakes_is_said():
    text = printed(show_mistakes, np.zeros((1, 28, 28)), np.array([3]), np.eye(10)[3:4])
    assert "no mistakes" in text


def test_ctrl_c_keeps_the_best_net_and_leaves_nothing_running(clone, path):
    session = Session(clone.root, "train", "digits", "--batch-size", "100")
    try:
        session.wait_for_text("kept")
        session.wait_for_text("epoch 2 of 8")
        session.type("\x03")
        assert session.ended() == 130
    finally:
        session.close()
    assert nets.read(path).facts.epoch >= 1
    assert processes_of(clone.root) == []
    assert "Traceback" not in session.text
