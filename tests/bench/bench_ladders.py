"""The references beside torch, on the ladders that `dojo bench` times.

Processor time of one thread: a busy machine adds nothing to it.
"""

from time import process_time

import pytest
import torch
from conftest import REPOSITORY

from dojo.kata import ladders
from dojo.speed.messages import REFERENCE, TORCH
from dojo.speed.rounds import measure
from dojo.speed.ways import ways
from dojo.worker import plain_answer

EVERY = {
    f"{kata.slug}: {ladder.task.name}, {ladder.task.of}": (kata, ladder)
    for kata in ladders.with_ladder(REPOSITORY)
    for ladder in ladders.load(kata)
}


CLAIMS = {  # by a part of the name; the first that fits
    "LeNet's ": "1.5 × or less",
    "lenet-numpy": "1.5 × or less",
    "conv2d-im2col": "2 × or less",
}


@pytest.mark.parametrize("what", EVERY)
def test_reference(table, what):
    torch.set_num_threads(1)
    kata, ladder = EVERY[what]
    both = ways(ladder, plain_answer.load(kata.reference))
    both = {name: both[name] for name in (REFERENCE, TORCH)}
    for way in both.values():
        way()
    ratios = measure(both, timer=process_time).ratios(REFERENCE)
    claim = next((claim for part, claim in CLAIMS.items() if part in what), "")
    table.add(f"{what}; reference beside torch", ratios, "×", claim)
