"""Tests the figures of a trained LeNet, and that it is trained once."""

import xml.etree.ElementTree as ET

import pytest
import torch

from dojo import data
from dojo.site.figures import gallery, lenet_run, lenet_trained


@pytest.fixture(scope="module")
def brief():
    """A LeNet that has seen half of the digits once."""
    digits = data.lenet_digits()
    half = digits._replace(
        train_images=digits.train_images[:3000], train_labels=digits.train_labels[:3000]
    )
    return lenet_run.train(half, epochs=1)


def desc(name: str) -> str:
    """Return a figure's description."""
    return (
        ET.fromstring(gallery.svg(name)).find("{http://www.w3.org/2000/svg}desc").text
    )


def test_lenet_figures_report_the_net_that_was_trained(monkeypatch, brief):
    monkeypatch.setattr(lenet_trained, "run", lambda: brief)
    digits = data.lenet_digits()
    with torch.no_grad():
        right = int(
            (brief.net(digits.test_images).argmax(1) == digits.test_labels).sum()
        )
    assert f"{right} right answers, {right / 10:.1f} %" in desc("lenet-confusion")
    text = desc("lenet-training")
    assert f"{brief.losses[0]:.2f} in epoch 1" in text
    assert "starts at 2.30" in text
    largest = float(brief.net.conv1.weight.detach().abs().max())
    assert f"largest weight has size {largest:.1f}" in desc("lenet-filters")
    assert "The net answers 3, with probability" in desc("lenet-feature-maps")


def test_lenet_run_is_kept_until_its_reference_changes(monkeypatch, tmp_path, brief):
    trained = []
    monkeypatch.setattr(lenet_run, "find_root", lambda: tmp_path)
    monkeypatch.setattr(lenet_run, "train", lambda *_: trained.append(1) or brief)
    runs = [lenet_run.run.__wrapped__() for _ in range(2)]
    assert len(trained) == 1
    assert runs[0].losses == runs[1].losses == brief.losses
    assert runs[1].batches == brief.batches
    for name, weights in brief.net.state_dict().items():
        assert (runs[1].net.state_dict()[name] == weights).all()
    monkeypatch.setattr(lenet_run, "_key", lambda: "another")
    lenet_run.run.__wrapped__()
    assert len(trained) == 2


def test_lenet_training_is_repeatable_and_leaves_torch_as_it_was():
    digits = data.lenet_digits()
    few = digits._replace(
        train_images=digits.train_images[:100], train_labels=digits.train_labels[:100]
    )
    before = torch.random.get_rng_state()
    one, other = (lenet_run.train(few, epochs=2) for _ in range(2))
    assert (torch.random.get_rng_state() == before).all()
    assert (one.losses, one.batches) == (other.losses, other.batches)
    assert len(one.batches) == 2 * 4
