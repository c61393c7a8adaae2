"""The net that reads what is drawn: the one that was kept last."""

from __future__ import annotations

from pathlib import Path

from dojo.learner import nets
from dojo.learner.nets import NetUnreadable
from dojo.learner.report import counted
from dojo.ui.net_answers import Reader

FIRST = "dojo train digits"


class NoNet(Exception):
    """There is no net that can be used; the text says why, and what to do."""


def reader_of(root: Path) -> tuple[Reader, str]:
    """Return what reads images with a clone's net, and a line about the net.

    Raises
    ------
    NoNet
        If none was trained, or the file is not what was written.
    """
    path = nets.trained_last(root)
    if path is None:
        raise NoNet(f"no net was trained yet: {FIRST} trains one")
    try:
        net = nets.read(path)
    except NetUnreadable as error:
        raise NoNet(
            f"{path} cannot be used: {error}\n{FIRST} trains another net, and keeps "
            "the file under another name"
        ) from error
    facts = net.facts
    yours = f"{counted(len(facts.own), 'function')} of yours"
    own = yours if facts.own else "the reference's"
    title = f"LeNet on {facts.data}, epoch {facts.epoch}, {own}"
    return Reader(root, net.params), title
