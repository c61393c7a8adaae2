"""Grades softmax, log-sum-exp and cross-entropy."""

import math
from functools import partial

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import (
    assert_close,
    assert_equal,
    forbids,
    numerical_gradient,
)
from katas.ch2_linear.k04_softmax_cross_entropy import (
    cross_entropy,
    cross_entropy_grad,
    entropy,
    kl_divergence,
    log_softmax,
    logsumexp,
    one_hot,
    softmax,
)

pytestmark = forbids(
    "torch.softmax", "torch.log_softmax", "torch.logsumexp", "torch.one_hot",
    "torch.cross_entropy", "torch.nll_loss", "torch.kl_div",
    # The same by names of torch's own, or with a sign turned or noise added.
    "torch._softmax", "torch._log_softmax", "torch.cross_entropy_loss",
    "torch.nll_loss_nd", "torch.nll_loss2d", "torch.softmin", "torch.gumbel_softmax",
)  # fmt: skip

# Shapes of scores, the axis along which the classes lie, and a dtype.
AXES = [((7, 5), -1, torch.float32), ((7, 5), 0, torch.float64)]
AXES += [((5, 7), 1, torch.float64), ((11,), 0, torch.float32)]
AXES += [((2, 3, 5), 1, torch.float32), ((3, 2, 5, 7), -3, torch.float64)]
AXES += [((1, 3), -2, torch.float64), ((5, 1, 3), 2, torch.float64)]
every_axis = pytest.mark.parametrize(("shape", "dim", "dtype"), AXES)
SLOPES = [((7, 5), 1, 1.0), ((5, 7), 0, 300.0), ((2, 3, 5), -2, 1.0), ((11,), 0, 30.0)]
every_slope = pytest.mark.parametrize(("shape", "dim", "size"), SLOPES)
every_float = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
every_size = pytest.mark.parametrize("size", [1e4, -1e4, 100.0, -1e3])
every_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
FAR = [[1e4, 0.0, -1e4], [-300.0, -200.0, -5e3], [2.0, 0.0, 1.0], [0.0, 9990.0, 9989.0]]


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def exact(values):
    return torch.tensor(values, dtype=torch.float64)


def labels(generator, N, C):
    return torch.randint(C, (N,), generator=generator)


def shares(generator, *shape):
    """Return distributions along the last axis, none of them flat, nothing 0."""
    power = (1.5 * draw(generator, *shape)).exp()
    return power / power.sum(-1, keepdim=True)


def gradient(result, given, upstream):
    """Return the gradient of a weighted sum; zeros if the result does not depend."""
    place = "in the graph" if result.requires_grad else "cut from the graph"
    because = "the result stays in the graph, so that gradients can flow back"
    assert_equal(place, "in the graph", because)
    return torch.autograd.grad(result, given, upstream, materialize_grads=True)[0]


def assert_slopes(f, like, given, upstream, because):
    """Compare the gradients at a leaf of two functions."""
    leaf = given.requires_grad_()
    got = gradient(f(leaf), leaf, upstream)
    want = torch.autograd.grad(like(leaf), leaf, upstream)[0]
    assert_close(got, want, because, rung="gradient")


def test_one_hot_of_labels_by_hand():
    want = [[0.0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [1, 0, 0, 0, 0]]
    because = "labels 2, 0, 3, 0 put a 1 in these columns, and 5 classes are 5 columns"
    assert_close(one_hot(torch.tensor([2, 0, 3, 0]), 5), torch.tensor(want), because)


@pytest.mark.parametrize(("N", "C"), [(1009, 13), (1, 3), (7, 1), (5, 97)])
def test_one_hot_agrees_with_torch(generator, N, C):
    y = labels(generator, N, C)
    because = "each row has a 1 in the column of its label, and zeros elsewhere"
    assert_close(one_hot(y=y, num_classes=C), F.one_hot(y, C).float(), because)


def test_one_hot_has_columns_for_classes_that_no_label_has():
    want = torch.tensor([[0.0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]])
    because = "there are as many columns as classes, also where no label is that large"
    assert_close(one_hot(torch.tensor([1, 0]), 6), want, because)


def test_one_hot_has_the_default_dtype_of_torch():
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        got = one_hot(torch.tensor([2, 0, 1]), 4)
    finally:
        torch.set_default_dtype(usual)
    want = F.one_hot(torch.tensor([2, 0, 1]), 4).double()
    assert_close(got, want, "with float64 as torch's default, the rows are float64")


def test_one_hot_takes_any_memory_layout(generator):
    y = labels(generator, 11, 7)[::2]
    because = "every second label of a tensor is a tensor of labels"
    assert_close(one_hot(y, 7), F.one_hot(y, 7).float(), because)


def test_logsumexp_of_logarithms_is_the_logarithm_of_their_sum():
    O = exact([[1.0, 2.0, 4.0], [0.5, 9.0, 3.0]]).log()
    want = exact([7.0, 12.5]).log()
    assert_close(logsumexp(O), want, "log 1, log 2, log 4 gives log 7")


def test_logsumexp_sums_over_the_last_axis_by_default(generator):
    O = draw(generator, 2, 5, 3)
    because = "without dim the last axis is summed over, and without keepdim it goes"
    assert_close(logsumexp(O), torch.logsumexp(O, -1), because)


@pytest.mark.parametrize("keepdim", [True, False])
@every_axis
def test_logsumexp_agrees_with_torch(generator, shape, dim, keepdim, dtype):
    O = (3 * draw(generator, *shape)).to(dtype)
    because = "it is the logarithm of the sum of all exponentials along dim"
    assert_close(logsumexp(O, dim, keepdim), torch.logsumexp(O, dim, keepdim), because)


@every_size
def test_logsumexp_moves_with_its_scores(generator, size):
    O = draw(generator, 7, 5)
    want = torch.logsumexp(O, 1) + size
    because = f"{size:g} more in each score is {size:g} more in the result"
    assert_close(logsumexp(O + size, dim=1), want, because)


@every_float
def test_logsumexp_takes_scores_far_apart(dtype):
    O = torch.tensor(FAR, dtype=dtype)
    because = "each row has its own largest score, and what is far below it adds 0"
    assert_close(logsumexp(O, 1), torch.logsumexp(O, 1), because)


def test_logsumexp_takes_any_memory_layout(generator):
    O = draw(generator, 11, 14)[:, ::2].T
    because = "a transposed or strided tensor is read by its indices"
    assert_close(logsumexp(O, 0), torch.logsumexp(O, 0), because)


@every_slope
def test_logsumexp_has_the_gradients_of_torch(generator, shape, dim, size):
    O = size * draw(generator, *shape)
    upstream = draw(generator, *torch.logsumexp(O, dim).shape)
    because = "its slope is the softmax of the scores, times what comes from above"
    assert_slopes(
        partial(logsumexp, dim=dim),
        partial(torch.logsumexp, dim=dim),
        O,
        upstream,
        because,
    )


def test_softmax_of_logarithms_is_their_share():
    O = exact([[1.0, 2.0, 5.0], [6.0, 3.0, 1.0]]).log()
    want = exact([[0.125, 0.25, 0.625], [0.6, 0.3, 0.1]])
    assert_close(softmax(O), want, "log 1, log 2, log 5 are shares of 8: 1/8, 2/8, 5/8")


@every_axis
def test_softmax_adds_up_to_1_along_its_axis(generator, shape, dim, dtype):
    total = softmax(4 * draw(generator, *shape).to(dtype), dim).sum(dim)
    because = f"along dim {dim} the probabilities add up to 1"
    assert_close(total, torch.ones_like(total), because)


def test_softmax_acts_along_the_last_axis_by_default(generator):
    O = draw(generator, 2, 5, 3)
    assert_close(softmax(O), torch.softmax(O, -1), "without dim it is the last axis")


@every_axis
def test_softmax_agrees_with_torch(generator, shape, dim, dtype):
    O = (3 * draw(generator, *shape)).to(dtype)
    because = "each exponential is divided by the sum of those along dim"
    assert_close(softmax(O, dim=dim), torch.softmax(O, dim), because)


@every_size
def test_softmax_stays_when_its_scores_move(generator, size):
    O = draw(generator, 7, 5)
    because = f"{size:g} more in every score changes no probability"
    assert_close(softmax(O + size, 1), torch.softmax(O, 1), because)


@every_float
def test_softmax_takes_scores_far_apart(dtype):
    O = torch.tensor(FAR, dtype=dtype)
    because = "each row has its own largest score, and what is far below it gets 0"
    assert_close(softmax(O, 1), torch.softmax(O, 1), because)


def test_softmax_takes_any_memory_layout(generator):
    O = draw(generator, 11, 14)[:, ::2].T
    because = "a transposed or strided tensor is read by its indices"
    assert_close(softmax(O, 0), torch.softmax(O, 0), because)


@every_slope
def test_softmax_has_the_gradients_of_torch(generator, shape, dim, size):
    O, upstream = size * draw(generator, *shape), draw(generator, *shape)
    because = "a score moves all probabilities along dim, not its own alone"
    assert_slopes(
        partial(softmax, dim=dim), partial(torch.softmax, dim=dim), O, upstream, because
    )


def test_log_softmax_of_logarithms_is_the_logarithm_of_their_share():
    O = exact([[1.0, 2.0, 5.0], [6.0, 3.0, 1.0]]).log()
    want = exact([[0.125, 0.25, 0.625], [0.6, 0.3, 0.1]]).log()
    because = "log 1, log 2, log 5 give the logarithms of 1/8, 2/8, 5/8"
    assert_close(log_softmax(O), want, because)


def test_log_softmax_of_a_score_of_minus_200_is_minus_200():
    O = torch.tensor([[0.0, -200.0], [-1000.0, 0.0], [-1e4, 1e4]])
    want = torch.tensor([[0.0, -200.0], [-1000.0, 0.0], [-2e4, 0.0]])
    because = "far below the largest score the logarithm is the distance, not -inf"
    assert_close(log_softmax(O, dim=1), want, because)


def test_log_softmax_acts_along_the_last_axis_by_default(generator):
    O = draw(generator, 2, 5, 3)
    because = "without dim it is the last axis"
    assert_close(log_softmax(O), torch.log_softmax(O, -1), because)


@every_axis
def test_log_softmax_agrees_with_torch(generator, shape, dim, dtype):
    O = (3 * draw(generator, *shape)).to(dtype)
    because = "it is the score less the logarithm of the sum of exponentials along dim"
    assert_close(log_softmax(O, dim), torch.log_softmax(O, dim), because)


@every_size
def test_log_softmax_stays_when_its_scores_move(generator, size):
    O = draw(generator, 7, 5)
    because = f"{size:g} more in every score changes no probability"
    assert_close(log_softmax(O + size, 1), torch.log_softmax(O, 1), because)


@every_float
def test_log_softmax_takes_scores_far_apart(dtype):
    O = torch.tensor(FAR, dtype=dtype)
    because = "each row has its own largest score, and every logarithm is finite"
    assert_close(log_softmax(O, 1), torch.log_softmax(O, 1), because)


def test_log_softmax_takes_any_memory_layout(generator):
    O = draw(generator, 11, 14)[:, ::2].T
    because = "a transposed or strided tensor is read by its indices"
    assert_close(log_softmax(O, 0), torch.log_softmax(O, 0), because)


@every_slope
def test_log_softmax_has_the_gradients_of_torch(generator, shape, dim, size):
    O, upstream = size * draw(generator, *shape), draw(generator, *shape)
    because = "its slope is what comes from above less softmax times the sum of that"
    assert_slopes(
        partial(log_softmax, dim=dim),
        partial(torch.log_softmax, dim=dim),
        O,
        upstream,
        because,
    )


@pytest.mark.parametrize(
    ("reduction", "want"),
    [
        ("none", [math.log(4), math.log(2), math.log(1.25)]),
        ("sum", math.log(10)),
        ("mean", math.log(10) / 3),
    ],
)
def test_cross_entropy_is_minus_the_logarithm_of_the_true_share(reduction, want):
    logits = exact([[1.0, 2, 5], [4, 1, 3], [8, 1, 1]]).log()
    y = torch.tensor([1, 0, 0])
    because = "the true classes have the shares 2/8, 4/8 and 8/10"
    got = cross_entropy(logits, y, reduction=reduction)
    assert_close(got, exact(want), because)


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes(generator):
    y = labels(generator, 13, 10)
    want = exact(math.log(10))
    because = "who knows nothing of 10 classes is surprised by log 10"
    assert_close(
        cross_entropy(torch.full((13, 10), 3.0, dtype=torch.float64), y), want, because
    )


def test_cross_entropy_of_a_certain_and_right_answer_is_0(generator):
    y = labels(generator, 13, 10)
    logits = 1000 * F.one_hot(y, 10).double()
    because = "1000 more for the true class leaves no surprise"
    assert_close(cross_entropy(logits, y), exact(0.0), because)


def test_cross_entropy_of_a_certain_and_wrong_answer_is_the_distance():
    logits = torch.tensor([[0.0, -200], [1e4, -1e4], [0, 1000], [-50, 0]])
    want = torch.tensor([200.0, 2e4, 1000, 50])
    because = "it is how far the true score lies below the largest, and never infinite"
    y = torch.tensor([1, 1, 0, 0])
    assert_close(cross_entropy(logits, y, "none"), want, because)


@every_reduction
@pytest.mark.parametrize(
    ("N", "C", "dtype"),
    [
        (7, 5, torch.float32),
        (1009, 3, torch.float64),
        (1, 11, torch.float64),
        (3, 13, torch.float32),
    ],
)
def test_cross_entropy_agrees_with_torch(generator, N, C, reduction, dtype):
    logits, y = (3 * draw(generator, N, C)).to(dtype), labels(generator, N, C)
    want = F.cross_entropy(logits, y, reduction=reduction)
    because = f"it is F.cross_entropy of the logits with reduction {reduction!r}"
    assert_close(cross_entropy(logits=logits, y=y, reduction=reduction), want, because)


def test_cross_entropy_is_the_mean_by_default(generator):
    logits, y = draw(generator, 7, 3), labels(generator, 7, 3)
    because = "without a reduction it is the mean over the samples"
    assert_close(cross_entropy(logits, y), F.cross_entropy(logits, y), because)


@every_size
def test_cross_entropy_stays_when_all_scores_move(generator, size):
    logits, y = draw(generator, 7, 5), labels(generator, 7, 5)
    because = f"{size:g} more in every score changes no probability, so no loss"
    assert_close(cross_entropy(logits + size, y), F.cross_entropy(logits, y), because)


def test_cross_entropy_takes_any_memory_layout(generator):
    logits, y = draw(generator, 5, 14)[:, ::2].T, labels(generator, 21, 5)[::3]
    because = "a transposed or strided tensor is read by its indices"
    want = F.cross_entropy(logits, y, reduction="none")
    assert_close(cross_entropy(logits, y, "none"), want, because)


@pytest.mark.parametrize(
    ("reduction", "size"),
    [("mean", 1.0), ("mean", 300.0), ("sum", 1.0), ("none", 9.0)],
)
def test_cross_entropy_has_the_gradients_of_torch(generator, reduction, size):
    logits, y = size * draw(generator, 7, 5), labels(generator, 7, 5)
    upstream = draw(generator, *([7] if reduction == "none" else []))
    because = "its slope at the logits is softmax less one-hot, of each sample"
    assert_slopes(
        lambda O: cross_entropy(O, y, reduction),
        lambda O: F.cross_entropy(O, y, reduction=reduction),
        logits,
        upstream,
        because,
    )


def test_cross_entropy_grad_by_hand():
    logits = exact([[1.0, 2, 5], [6, 3, 1]]).log()
    want = exact([[0.125, -0.75, 0.625], [-0.4, 0.3, 0.1]]) / 2
    because = "shares 1/8, 2/8, 5/8 less a 1 at the true class, divided by 2 samples"
    assert_close(cross_entropy_grad(logits, torch.tensor([1, 0])), want, because)


def test_cross_entropy_grad_adds_up_to_0_for_each_sample(generator):
    logits, y = 3 * draw(generator, 11, 5), labels(generator, 11, 5)
    total = cross_entropy_grad(logits, y).sum(1)
    because = "one more in every score of a sample changes nothing, so a row adds to 0"
    assert_close(total, torch.zeros_like(total), because)


@every_float
@pytest.mark.parametrize(("N", "C"), [(7, 5), (1009, 3), (1, 11), (3, 13)])
def test_cross_entropy_grad_agrees_with_autograd(generator, N, C, dtype):
    logits = (2 * draw(generator, N, C)).to(dtype).requires_grad_()
    y = labels(generator, N, C)
    want = torch.autograd.grad(F.cross_entropy(logits, y), logits)[0]
    got = cross_entropy_grad(logits=logits.detach(), y=y)
    because = "it is the slope of F.cross_entropy, the mean over the samples"
    assert_close(got, want, because, rung="gradient")


def test_cross_entropy_grad_agrees_with_finite_differences(generator):
    logits, y = draw(generator, 5, 3), labels(generator, 5, 3)

    def loss(O):
        return F.cross_entropy(torch.from_numpy(O), y)

    want = torch.from_numpy(numerical_gradient(loss, logits.numpy()))
    because = "it is by how much the mean loss moves when one logit does"
    got = cross_entropy_grad(logits, y)
    assert_close(got, want, because, rtol=1e-7, atol=1e-8, rung="gradient")


@every_size
def test_cross_entropy_grad_stays_when_all_scores_move(generator, size):
    logits, y = draw(generator, 7, 5).requires_grad_(), labels(generator, 7, 5)
    want = torch.autograd.grad(F.cross_entropy(logits, y), logits)[0]
    because = f"{size:g} more in every score changes no probability, so no slope"
    got = cross_entropy_grad(logits.detach() + size, y)
    assert_close(got, want, because, rung="gradient")


def test_cross_entropy_grad_takes_logits_far_apart():
    logits, y = exact(FAR).requires_grad_(), torch.tensor([1, 0, 2, 1])
    want = torch.autograd.grad(F.cross_entropy(logits, y), logits)[0]
    because = "each row has its own largest logit, and what is far below it gets 0"
    got = cross_entropy_grad(logits.detach(), y)
    assert_close(got, want, because, rung="gradient")


def test_cross_entropy_grad_takes_any_memory_layout(generator):
    logits, y = draw(generator, 5, 14)[:, ::2].T, labels(generator, 21, 5)[::3]
    leaf = logits.clone().requires_grad_()
    want = torch.autograd.grad(F.cross_entropy(leaf, y), leaf)[0]
    because = "a transposed or strided tensor is read by its indices"
    assert_close(cross_entropy_grad(logits, y), want, because, rung="gradient")


def test_entropy_by_hand():
    p = exact([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]])
    flat = 1.5 * math.log(2)
    steep = 0.25 * math.log(8) + 0.75 * math.log(4 / 3)
    because = "1/4, 1/2, 1/4 has the entropy log 4 / 4 + log 2 / 2 + log 4 / 4, in nats"
    assert_close(entropy(p), exact([flat, steep]), because)


def test_entropy_of_equal_chances_is_the_logarithm_of_the_classes():
    p = torch.full((3, 7), 1 / 7, dtype=torch.float64)
    want = exact([math.log(7)] * 3)
    assert_close(entropy(p), want, "of 7 equal chances the entropy is log 7, in nats")


def test_entropy_of_what_is_certain_is_0():
    p = exact([[0, 1, 0], [0.5, 0, 0.5], [0.25, 0.5, 0.25], [0, 0, 1], [0.2, 0.4, 0.4]])
    some = math.log(5) - 0.8 * math.log(2)
    want = exact([0, math.log(2), 1.5 * math.log(2), 0, some])
    because = "a probability of 0 adds 0 · log 0 = 0, and 1 adds log 1 = 0"
    assert_close(entropy(p), want, because)


@every_float
@pytest.mark.parametrize("shape", [(7, 5), (11,), (2, 3, 5), (1009, 3), (3, 1, 2, 5)])
def test_entropy_sums_over_the_last_axis(generator, shape, dtype):
    p = shares(generator, *shape).to(dtype)
    want = -(p.double() * p.double().log()).sum(-1).to(dtype)
    because = "it is -sum(p log p) over the last axis, one number a distribution"
    assert_close(entropy(p), want, because)


def test_entropy_is_exact_where_one_class_is_almost_certain():
    rare = 10 ** -torch.arange(0.5, 9.01, 0.125).double()
    p = torch.stack([1 - 2 * rare / 3, rare / 3, 0 * rare, rare / 3], dim=1)
    want = [-math.fsum(x * math.log(x) for x in row if x) for row in p.tolist()]
    because = "however rare a class is, down to 1e-9, ten digits are right"
    assert_close(entropy(p), exact(want), because, atol=0)


def test_entropy_has_the_gradients_of_autograd(generator):
    p, upstream = shares(generator, 7, 5), draw(generator, 7)
    because = "the slope at p is -(log p + 1), times what comes from above"
    leaf = p.requires_grad_()
    got, want = gradient(entropy(leaf), leaf, upstream), -(p.log() + 1)
    want = (want * upstream[:, None]).detach()
    assert_close(got, want, because, rung="gradient")


def test_kl_divergence_by_hand():
    p = exact([[0.5, 0.25, 0.25], [0.0, 0.5, 0.5]])
    q = exact([[0.25, 0.25, 0.5], [0.5, 0.25, 0.25]])
    want = exact((0.25 * math.log(2) + math.log(2)) / 2)
    because = "row 1: log 2 / 2 - log 2 / 4; row 2: 0 + log 2; then the mean of the two"
    assert_close(kl_divergence(p, q), want, because)


def test_kl_divergence_from_itself_is_0(generator):
    p = shares(generator, 7, 5)
    because = "who believes the truth is not surprised any more than need be"
    assert_close(kl_divergence(p, p.clone()), exact(0.0), because)


def test_kl_divergence_of_what_is_certain_is_the_surprise():
    p = exact([[0, 1, 0], [0.5, 0.25, 0.25], [1, 0, 0], [0.5, 0.25, 0.25]])
    q = [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.125, 0.5, 0.375], [0.2, 0.4, 0.4]]
    last = 0.5 * math.log(2.5) + 0.5 * math.log(0.625)
    want = exact([math.log(4), math.log(2) / 4, math.log(8), last])
    because = "a p of 0 adds 0 · log 0 = 0, which leaves -log q of what is certain"
    got = torch.stack([kl_divergence(*pair) for pair in zip(p, exact(q), strict=True)])
    assert_close(got, want, because)


@every_float
@pytest.mark.parametrize("shape", [(7, 5), (1009, 3), (1, 11)])
def test_kl_divergence_agrees_with_torch(generator, shape, dtype):
    p, q = (shares(generator, *shape).to(dtype) for _ in range(2))
    want = F.kl_div(q.double().log(), p.double(), reduction="batchmean").to(dtype)
    because = "it is the mean over the rows of sum(p log(p / q)), p being the truth"
    assert_close(kl_divergence(p=p, q=q), want, because)


def test_kl_divergence_of_vectors_is_that_of_one_distribution(generator):
    p, q = shares(generator, 7), shares(generator, 7)
    want = F.kl_div(q.log(), p, reduction="sum")
    because = "a vector is one distribution: its terms are added, not averaged"
    assert_close(kl_divergence(p, q), want, because)


def test_kl_divergence_is_exact_where_a_belief_is_rare():
    rare = 10 ** -torch.arange(1.0, 9.01, 0.5).double()
    q = torch.stack([1 - rare, rare], dim=1)
    p = exact([[0.25, 0.75]]).expand_as(q)
    because = "what q holds for almost impossible adds the whole -log q, to ten digits"
    want = (p * (p / q).log()).sum(1)
    got = torch.stack([kl_divergence(*pair) for pair in zip(p, q, strict=True)])
    assert_close(got, want, because, atol=0)


@pytest.mark.parametrize("name", ["p", "q"])
@pytest.mark.parametrize("shape", [(7, 5), (11,)])
def test_kl_divergence_has_the_gradients_of_autograd(generator, shape, name):
    p, q = shares(generator, *shape), shares(generator, *shape)
    upstream, N = draw(generator), p[..., 0].numel()
    leaf = {"p": p, "q": q}[name].requires_grad_()
    want = {"p": (p / q).log() + 1, "q": -p / q}[name].detach() * upstream / N
    got = gradient(kl_divergence(p, q), leaf, upstream)
    assert_close(got, want, f"a gradient flows to {name}", rung="gradient")
