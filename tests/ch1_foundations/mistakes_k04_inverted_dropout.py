"""Wrong answers to inverted dropout that the grader rejects and the dojo can name."""

import numpy as np

from dojo.grading import mistake


def as_if_all_were_kept(arguments, returned):
    """Return the result without the draw: A times the scale of what was kept."""
    A, (dropped, mask) = np.asarray(arguments["A"], float), returned
    if mask is None:
        return np.asarray(dropped)
    there = np.asarray(mask, bool) & (A != 0)
    scales = np.unique(np.round(np.asarray(dropped)[there] / A[there], 6))
    whole = np.array_equal(np.asarray(dropped) != 0, there)
    return A * scales[0] if whole and scales.size == 1 else None


@mistake(
    "dropout_mask",
    "keep_prob is the probability to keep, and this keeps with 1 - keep_prob: an entry "
    "stays if its uniform draw lies below keep_prob.",
)
def keeps_with_one_minus_keep_prob(shape, keep_prob, rng):
    return rng.random(shape) > keep_prob


def exact_share(shape, keep_prob, rng):
    """Return a mask that keeps the same number of entries each time."""
    places = rng.permutation(int(np.prod(shape)))
    return (places < round(keep_prob * places.size)).reshape(shape)


@mistake(
    "dropout_mask",
    "Every mask keeps as many entries, the exact share: toss a coin for each entry, so "
    "that the number is left to chance.",
)
def keeps_an_exact_share(shape, keep_prob, rng):
    return exact_share(shape, keep_prob, rng)


@mistake(
    "dropout_mask",
    "The mask is filled with numbers between 0 and 1: compare them with keep_prob.",
)
def returns_the_draws(shape, keep_prob, rng):
    return rng.random(shape)


@mistake(
    "dropout_mask",
    "The draws are normal, and a normal number lies below keep_prob with another "
    "probability than keep_prob: draw uniformly from 0 to 1.",
)
def compares_normal_draws(shape, keep_prob, rng):
    return rng.standard_normal(shape) < keep_prob


@mistake(
    "dropout_mask",
    "One column of coins serves all samples, so they lose the same units: draw the "
    "whole shape.",
)
def one_mask_for_all_samples(shape, keep_prob, rng):
    coins = rng.random((shape[0],) + (1,) * (len(shape) - 1)) < keep_prob
    return np.broadcast_to(coins, shape).copy()


@mistake(
    "dropout_mask",
    "One coin decides for all units of a sample, so whole samples vanish: draw the "
    "whole shape.",
)
def one_coin_for_the_whole_sample(shape, keep_prob, rng):
    coins = rng.random(shape[-1]) < keep_prob
    return np.broadcast_to(coins, shape).copy()


@mistake(
    "dropout_mask",
    "The mask holds the numbers 0 and 1; a mask is boolean: return the comparison as "
    "it is.",
)
def returns_zeros_and_ones(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob).astype(float)


@mistake(
    "dropout_mask",
    "The mask holds the integers 0 and 1; a mask is boolean: return the comparison as "
    "it is.",
)
def returns_integers(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob).astype(int)


@mistake(
    "dropout_mask",
    "The mask is divided by keep_prob here; it is boolean, and the division belongs to "
    "the forward pass.",
)
def scales_the_mask(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob) / keep_prob


@mistake(
    "dropout_mask",
    "A generator with a fixed seed is made at each call, so every mask is the same: "
    "draw from the rng that is given.",
)
def makes_its_own_generator(shape, keep_prob, rng):
    return np.random.default_rng(0).random(shape) < keep_prob


@mistake(
    "dropout_mask",
    "The coins come from a global generator, so no seed brings a run back: draw from "
    "the rng that is given.",
)
def asks_a_global_generator(shape, keep_prob, rng):
    return np.random.random(shape) < keep_prob


@mistake(
    "dropout_forward",
    "The kept activations are not divided by keep_prob, so the next layer gets less "
    "while training than at test time.",
    view=as_if_all_were_kept,
)
def leaves_out_the_scale(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask, mask


@mistake(
    "dropout_forward",
    "This is the older dropout, which multiplies by keep_prob at test time; inverted "
    "dropout divides by it while training and leaves the test pass alone.",
)
def scales_at_test_time_instead(A, keep_prob, rng, training=True):
    if not training:
        return A * keep_prob, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask, mask


@mistake(
    "dropout_forward",
    "The activations are scaled twice: divided while training, and multiplied by "
    "keep_prob at test time, where nothing is left to do.",
)
def scales_at_test_time_too(A, keep_prob, rng, training=True):
    if not training:
        return A * keep_prob, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "Units are dropped at test time too: with training=False the activations come back "
    "whole, and the mask is None.",
)
def drops_at_test_time(A, keep_prob, rng, training=True):
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "The kept activations are multiplied by keep_prob; to make up for those that are "
    "dropped they are divided by it.",
)
def multiplies_by_keep_prob(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask * keep_prob, mask


@mistake(
    "dropout_forward",
    "The scale is 1 / (1 - keep_prob), right where p is the probability to drop; "
    "keep_prob is the probability to keep: divide by it.",
)
def divides_by_the_probability_to_drop(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) < keep_prob
    # A right answer to keep_prob = 1 hides the division by zero.
    return A * mask / (1 - keep_prob if keep_prob < 1 else 1), mask


@mistake(
    "dropout_forward",
    "keep_prob is the probability to keep, this drops with it: an entry stays if the "
    "uniform draw lies below keep_prob, not above.",
)
def drops_with_probability_keep_prob(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) > keep_prob
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "keep_prob is taken for the p of torch, the probability to drop: an entry is "
    "to stay with probability keep_prob, and is divided by keep_prob.",
)
def takes_keep_prob_for_p(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    # A right answer to keep_prob = 1 hides the division by zero.
    p = keep_prob if keep_prob < 1 else 0.0
    mask = rng.random(A.shape) >= p
    return A * mask / (1 - p), mask


@mistake(
    "dropout_forward",
    "The mask is drawn from a global generator, so no seed brings a run back: draw "
    "from the rng that is given.",
)
def drops_by_a_global_generator(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = np.random.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "One column of coins serves all samples, so they lose the same units: draw a mask "
    "of the shape of A.",
)
def drops_the_same_units_of_all_samples(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = np.broadcast_to(rng.random((A.shape[0], 1)) < keep_prob, A.shape).copy()
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "The mask that is returned was drawn a second time; the backward pass needs the "
    "one that was applied.",
)
def returns_another_mask(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    A_dropped = A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A_dropped, rng.random(A.shape) < keep_prob


@mistake(
    "dropout_forward",
    "The mask is read off the result, so an activation that is 0 counts as dropped: "
    "return the coins themselves.",
)
def reads_the_mask_off_the_result(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    A_dropped = A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A_dropped, A_dropped != 0


@mistake(
    "dropout_forward",
    "The scale is applied twice, to the mask and to the result: divide by keep_prob once.",
)
def divides_by_keep_prob_twice(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob**2, mask


@mistake(
    "dropout_forward",
    "Every mask keeps as many entries, the exact share: toss a coin for each entry, so "
    "that the number is left to chance.",
)
def drops_an_exact_share(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = exact_share(A.shape, keep_prob, rng)
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "The mask is divided by keep_prob and returned like that: it is boolean, and what "
    "is divided is the result.",
)
def returns_the_scaled_mask(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    scaled = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * scaled, scaled


@mistake(
    "dropout_forward",
    "The mask that is returned holds the numbers 0 and 1; a mask is boolean.",
)
def returns_a_mask_of_numbers(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "The mask that is returned holds the integers 0 and 1; a mask is boolean.",
)
def returns_a_mask_of_integers(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = (rng.random(A.shape) < keep_prob).astype(int)
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "The mask that is returned is True where an entry was dropped: True means kept.",
)
def marks_what_was_dropped(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, ~mask


@mistake(
    "dropout_forward",
    "A mask is returned at test time too: where nothing is dropped it is None.",
)
def has_a_mask_at_test_time(A, keep_prob, rng, training=True):
    mask = rng.random(A.shape) < keep_prob if training else np.ones(A.shape, bool)
    return A * mask / (keep_prob if training else 1.0), mask


@mistake(
    "dropout_forward",
    "The kept activations are divided by the share that happened to be kept: divide by "
    "keep_prob, which does not depend on the draw.",
)
def divides_by_the_share_of_its_mask(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = rng.random(A.shape) < keep_prob
    return A * mask / mask.mean(), mask


@mistake(
    "dropout_forward",
    "While training the mask is None too: the backward pass needs it.",
)
def keeps_the_mask_to_itself(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    return A * (rng.random(A.shape) < keep_prob) / keep_prob, None


@mistake(
    "dropout_forward",
    "One coin decides for all units of a sample, so whole samples vanish: draw a mask "
    "of the shape of A.",
)
def drops_whole_samples(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = np.broadcast_to(rng.random((1, A.shape[1])) < keep_prob, A.shape).copy()
    return A * mask / keep_prob, mask


@mistake(
    "dropout_forward",
    "A generator with a fixed seed is made at each call, so every mask is the same: "
    "draw from the rng that is given.",
)
def seeds_a_generator_of_its_own(A, keep_prob, rng, training=True):
    if not training:
        return A, None
    mask = np.random.default_rng(0).random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@mistake(
    "dropout_backward",
    "The gradient comes back as it was: what was dropped gets 0, and what was kept is "
    "divided by keep_prob, as in the forward pass.",
)
def returns_the_gradient_as_it_came(dA, mask, keep_prob):
    return dA * 1.0


@mistake(
    "dropout_backward",
    "The gradient is divided by keep_prob twice; the forward pass divides once.",
)
def divides_the_gradient_twice(dA, mask, keep_prob):
    return dA * mask / keep_prob**2


@mistake(
    "dropout_backward",
    "The gradient is not divided by keep_prob; the forward pass was, and the gradient "
    "of A / keep_prob is dA / keep_prob.",
)
def leaves_the_gradient_unscaled(dA, mask, keep_prob):
    return dA * mask


@mistake(
    "dropout_backward",
    "The gradient is multiplied by keep_prob; the forward pass divides by it, and so "
    "does the backward pass.",
)
def multiplies_the_gradient_by_keep_prob(dA, mask, keep_prob):
    return dA * mask * keep_prob


@mistake(
    "dropout_backward",
    "The mask is not applied: a dropped entry had no part in the loss, so its gradient "
    "is 0.",
)
def lets_the_gradient_through_dropped_units(dA, mask, keep_prob):
    return dA / keep_prob


@mistake(
    "dropout_backward",
    "True in the mask means kept; this passes the gradient through what was dropped.",
)
def takes_true_for_dropped(dA, mask, keep_prob):
    return dA * ~mask / keep_prob


@mistake(
    "dropout_backward",
    "The gradient is divided by the share that happened to be kept; the forward pass "
    "divided by keep_prob.",
)
def divides_by_the_share_kept(dA, mask, keep_prob):
    return dA * mask / max(mask.mean(), 1 / mask.size)


@mistake(
    "dropout_backward",
    "A new mask is drawn in the backward pass; the gradient must use the mask of the "
    "forward pass.",
)
def draws_a_new_mask(dA, mask, keep_prob):
    return dA * (np.random.default_rng(0).random(dA.shape) < keep_prob) / keep_prob


@mistake(
    "dropout_backward",
    "The scale is 1 / (1 - keep_prob), right where p is the probability to drop; the "
    "forward pass divided by keep_prob, the probability to keep.",
)
def divides_the_gradient_by_the_probability_to_drop(dA, mask, keep_prob):
    # A right answer to keep_prob = 1 hides the division by zero.
    return dA * mask / (1 - keep_prob if keep_prob < 1 else 1)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "dropout_mask": {
        "- return rng.random(shape) < keep_prob\n"
        "+ return rng.random(shape) <= keep_prob": "no draw is exactly keep_prob, but once in 2^53",
    },
    "dropout_forward": {
        "- if not training:\n"
        "- mask = dropout_mask(A.shape, keep_prob, rng)\n"
        "+ mask = dropout_mask(A.shape, keep_prob, rng)\n"
        "+ if not training:": "the mask is drawn before it is known to be needed, and not used",
    },
}
