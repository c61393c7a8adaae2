"""Tests the figures of a trained LeNet, and that it is trained once."""

import re
import threading
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch
from torch import nn

from dojo import data
from dojo.site.figures import gallery
from dojo.site.measured import kept, lenet, training
from dojo.site.measured.training import DEFAULTS, RECIPES, Recipe
from solutions.ch6_convolution.k05_lenet import LeNet, train_lenet


def desc(name: str) -> str:
    """Return a figure's description."""
    return (
        ET.fromstring(gallery.svg(name)).find("{http://www.w3.org/2000/svg}desc").text
    )


def few(number: int = 100) -> data.Digits:
    """Return few of the digits, for a training that takes no time."""
    digits = data.lenet_digits()
    return digits._replace(
        train_images=digits.train_images[:number],
        train_labels=digits.train_labels[:number],
    )


@pytest.fixture
def clone(monkeypatch, tmp_path):
    """An empty clone to keep results in, and a function that says how often it ran."""
    monkeypatch.setattr(kept, "find_root", lambda: tmp_path)
    runs = []

    def measure():
        runs.append(torch.get_num_threads())
        return {"x": np.arange(3.0), "y": np.array(0.5)}

    return tmp_path, runs, measure


def test_lenet_figures_report_the_net_that_was_trained():
    run, digits = training.trained("relu"), data.lenet_digits()
    with torch.no_grad():
        right = run.net(digits.test_images).argmax(1) == digits.test_labels
    right = int(right.sum())
    assert f"{right} right answers, {right / 10:.1f} %" in desc("lenet-confusion")
    text = desc("lenet-training")
    for i, loss in enumerate(run.losses):
        assert f"{loss:.2f} in epoch {i + 1}" in text
    assert "starts at 2.30" in text
    assert f"reads {right / 10:.1f} % of the test digits right" in text
    largest = float(run.net.conv1.weight.detach().abs().max())
    assert f"largest weight has size {largest:.1f}" in desc("lenet-filters")
    assert "The net answers 3, with probability" in desc("lenet-feature-maps")


def test_the_page_says_what_its_figures_show():
    values, run = lenet.values(), training.trained("relu")
    counts = re.search(r"(\d+) right answers, ([\d.]+) %", desc("lenet-confusion"))
    assert values["errors"] == 1000 - int(counts[1])
    assert f"{100 * values['relu.share']:.1f}" == counts[2]
    assert [values[f"relu.loss{i + 1}"] for i in range(len(run.losses))] == run.losses
    text = desc("lenet-feature-maps")
    assert f"{values['first.zeros']:.0%} are zero".replace("%", " %") in text
    assert f"all zero are {values['first.empty']} of the first maps" in text


def test_the_net_of_the_page_is_the_one_that_its_defaults_train():
    torch.manual_seed(training.SEED)
    net, digits = LeNet(), few()
    orders = torch.Generator().manual_seed(training.SEED)
    losses = train_lenet(
        net, digits.train_images, digits.train_labels, generator=orders
    )
    run = training.train(RECIPES["relu"], digits)
    assert run.losses == losses
    for name, weights in net.state_dict().items():
        assert (run.net.state_dict()[name] == weights).all()


def test_recipes_train_what_they_say():
    digits, settings = few(), {"epochs": 1}
    relu = training.train(Recipe(settings=settings), digits)
    tanh = training.train(Recipe(nn.Tanh, settings), digits)
    plain = training.train(Recipe(settings=settings | {"momentum": 0.0}), digits)
    uncleared = training.train(Recipe(settings=settings, clears=False), digits)
    assert isinstance(tanh.net.activation, nn.Tanh)
    first = [run.batches[:2] for run in (relu, tanh, plain, uncleared)]
    assert first[0] != first[1]
    assert first[0] == first[2] == first[3]  # no difference before the second step
    assert len({run.losses[0] for run in (relu, tanh, plain, uncleared)}) == 4
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1).zero_grad()


def test_training_is_repeatable_and_leaves_torch_as_it_was():
    before = torch.random.get_rng_state()
    run, again = (training.train(Recipe(settings={"epochs": 2}), few()) for _ in "ab")
    assert (torch.random.get_rng_state() == before).all()
    assert (run.losses, run.batches) == (again.losses, again.batches)
    assert len(run.batches) == 2 * -(-100 // DEFAULTS["batch_size"])


def test_training_fails_if_the_reference_draws_other_orders(monkeypatch):
    monkeypatch.setattr(training, "_orders", lambda: torch.Generator().manual_seed(5))
    monkeypatch.setattr(
        training,
        "train_lenet",
        lambda *given, **settings: train_lenet(
            *given, **settings | {"generator": torch.Generator().manual_seed(6)}
        ),
    )
    with pytest.raises(RuntimeError, match="must draw the orders as the reference"):
        training.train(Recipe(settings={"epochs": 1}), few())


def test_a_result_is_measured_once_on_one_thread_and_kept(clone):
    root, runs, measure = clone
    results = [kept.kept("name", [training], measure) for _ in range(2)]
    assert runs == [1]
    for arrays in results:
        assert arrays["x"].tolist() == [0, 1, 2]
        assert float(arrays["y"]) == 0.5
    assert len(list((root / "build" / "measured").glob("*.npz"))) == 1


@pytest.mark.parametrize(
    "name", ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE"]
)
def test_a_result_is_measured_again_with_other_float_kernels(clone, monkeypatch, name):
    root, runs, measure = clone
    kept.kept("name", [training], measure)
    with monkeypatch.context() as patch:
        patch.setenv(name, "another")
        kept.kept("name", [training], measure)
    kept.kept("name", [training], measure)
    assert len(runs) == 2
    assert len(list((root / "build" / "measured").glob("*.npz"))) == 2


def test_a_result_is_measured_again_on_another_processor(clone, monkeypatch):
    _, runs, measure = clone
    kept.kept("name", [training], measure)
    monkeypatch.setattr(kept, "_processor", lambda: "another")
    kept.kept("name", [training], measure)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "another")
    kept.kept("name", [training], measure)
    assert len(runs) == 3


def test_a_result_is_measured_again_if_a_source_changes_and_the_old_one_goes(
    clone, monkeypatch
):
    root, runs, measure = clone
    kept.kept("name", [training], measure)
    monkeypatch.setattr(kept.inspect, "getsource", lambda module: "another text")
    kept.kept("name", [training], measure)
    assert len(runs) == 2
    assert len(list((root / "build" / "measured").glob("*.npz"))) == 1


def test_two_who_ask_at_once_get_what_one_has_measured(clone):
    results = []

    def asks(number, *, before=lambda: None):
        def measure():
            before()
            return {"x": np.array(number)}

        results.append(float(kept.kept("name", [training], measure)["x"]))

    other = threading.Thread(target=asks, args=[2])

    def other_asks_meanwhile():
        other.start()
        other.join(0.5)  # it waits for this one

    asks(1, before=other_asks_meanwhile)
    other.join()
    assert results == [1, 1]
