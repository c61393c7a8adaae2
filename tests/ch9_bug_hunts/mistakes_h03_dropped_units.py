"""What is wrong in the dropout that the hunt begins with."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k04_inverted_dropout import dropout_mask

PUT_IN = {"dropout_mask": "keeps-with-one-minus-keep-prob"}


@mistake(
    "dropout_forward",
    "Units are dropped at test time too: without `training` the activations come back as they are.",
)
def drops_whatever_the_mode(A, keep_prob, rng, training=True):
    mask = dropout_mask(A.shape, keep_prob, rng)
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "One column of coins serves all samples, so they lose the same units: draw for each unit of each sample.",
)
def draws_a_column_of_coins(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = np.tile(dropout_mask((A.shape[0], 1), keep_prob, rng), A.shape[1])
    return A * mask / keep_prob, mask


@mistake(
    "dropout_backward",
    "What was divided by keep_prob on the way forward is divided by it on the way back: the division is missing.",
)
def hands_back_what_was_kept(dA, mask, keep_prob):
    return dA * mask
