"""Grades the losses of everyday against those of torch."""

import math
from functools import partial

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import assert_close, assert_equal, forbids, numerical_gradient
from katas.ch7_training.k02_loss_functions import (
    bce_loss,
    bce_with_logits,
    cross_entropy,
    kl_div,
    l1_loss,
    mse_loss,
    nll_loss,
    poisson_nll,
    smooth_l1_loss,
)

pytestmark = forbids(
    "torch.l1_loss", "torch.mse_loss", "torch.smooth_l1_loss", "torch.huber_loss",
    "torch.binary_cross_entropy", "torch.binary_cross_entropy_with_logits",
    "torch.nll_loss", "torch.cross_entropy", "torch.poisson_nll_loss", "torch.kl_div",
    "torch.soft_margin_loss", "torch.multilabel_soft_margin_loss",
    "torch.gaussian_nll_loss", "torch.hinge_embedding_loss", "torch.multi_margin_loss",
    # The same by names of torch's own.
    "torch.cross_entropy_loss", "torch.nll_loss_nd", "torch.nll_loss2d",
)  # fmt: skip

REDUCTIONS = ["mean", "sum", "none"]
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)
SHAPES = [((7, 5), torch.float32), ((1009,), torch.float64)]
SHAPES += [((2, 3, 5), torch.float64), ((1, 13), torch.float32)]
every_shape = pytest.mark.parametrize(("shape", "dtype"), SHAPES)
CLASSES = [(7, 5, torch.float32), (1009, 3, torch.float64), (1, 11, torch.float64)]
every_class = pytest.mark.parametrize(("N", "C", "dtype"), CLASSES)
every_size = pytest.mark.parametrize("size", [(7, 5), (11,)])
every_float = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def exact(values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype)


def shares(generator, *shape):
    """Return numbers inside of (0, 1), of all sizes."""
    return torch.sigmoid(2 * draw(generator, *shape))


def labels(generator, N, C):
    return torch.randint(C, (N,), generator=generator)


def reduced(losses, reduction):
    """Return what each reduction must be, of losses worked out by hand."""
    losses = exact(losses)
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]


def leaf(tensor):
    return tensor.detach().clone().requires_grad_()


def gradients(result, leaves, upstream):
    """Return the gradients of a weighted sum; zeros if the result does not depend."""
    place = "in the graph" if result.requires_grad else "cut from the graph"
    because = "the result stays in the graph, so that gradients can flow back"
    assert_equal(place, "in the graph", because)
    return torch.autograd.grad(result, leaves, upstream, materialize_grads=True)


def assert_slopes(generator, f, like, *given, rtol=None):
    """Compare the gradients of two functions at each tensor that is given."""
    ours, theirs = [leaf(t) for t in given], [leaf(t) for t in given]
    want = like(*theirs)
    got = f(*ours)
    assert_close(got, want, "the loss itself is that of torch")
    upstream = draw(generator, *want.shape).to(want.dtype)
    got = gradients(got, ours, upstream)
    want = torch.autograd.grad(want, theirs, upstream)
    names = ["first", "second"][: len(given)] if len(given) > 1 else ["first"]
    for name, ours, theirs in zip(names, got, want, strict=True):
        because = f"the slope at the {name} argument is that of torch's loss"
        assert_close(ours, theirs, because, rung="gradient", rtol=rtol, atol=rtol)


def assert_measured(generator, f, like, x):
    """Compare the gradient at x with measured slopes of torch's loss."""
    with torch.no_grad():
        upstream = draw(generator, *like(x).shape)

    def total(values):
        with torch.no_grad():
            return (like(torch.from_numpy(values)) * upstream).sum()

    want = torch.from_numpy(numerical_gradient(total, x.numpy()))
    at = leaf(x)
    (got,) = gradients(f(at), [at], upstream)
    because = "the slope is by how much the loss moves when one entry does"
    assert_close(got, want, because, rtol=1e-6, atol=1e-7, rung="gradient")


def spread(generator):
    """Return a strided and a transposed tensor, which hold the same kind of numbers."""
    return draw(generator, 11, 14)[:, ::2].T, draw(generator, 11, 7).T


@every_reduction
def test_l1_loss_by_hand(reduction):
    x, y = exact([1.0, 4.0, -2.0, 0.5]), exact([3.0, 1.0, -2.25, 0.5])
    because = "the errors are 2, 3, a quarter and none"
    want = reduced([2.0, 3.0, 0.25, 0.0], reduction)
    assert_close(l1_loss(x, y, reduction=reduction), want, because)


@every_size
def test_l1_loss_is_the_mean_by_default(generator, size):
    x, y = draw(generator, *size), draw(generator, *size)
    because = "without a reduction it is the mean over all entries"
    assert_close(l1_loss(x, y), F.l1_loss(x, y), because)


@every_reduction
@every_shape
def test_l1_loss_agrees_with_torch(generator, shape, dtype, reduction):
    x, y = (3 * draw(generator, *shape).to(dtype) for _ in range(2))
    want = F.l1_loss(x, y, reduction=reduction)
    because = f"it is F.l1_loss with reduction {reduction!r}"
    assert_close(l1_loss(x, y, reduction), want, because)


def test_l1_loss_takes_any_memory_layout(generator):
    x, y = spread(generator)
    because = "a transposed or strided tensor is read by its indices"
    assert_close(l1_loss(x, y, "none"), F.l1_loss(x, y, reduction="none"), because)


@every_reduction
def test_l1_loss_has_the_gradients_of_torch(generator, reduction):
    x, y = draw(generator, 7, 5), draw(generator, 7, 5)
    f, like = (partial(f, reduction=reduction) for f in (l1_loss, F.l1_loss))
    assert_slopes(generator, f, like, x, y)


def assert_slopes_at_hits(generator, f, like, because):
    """Compare gradients where some errors are 0, there only in being finite."""
    x, y = draw(generator, 7, 5), draw(generator, 7, 5)
    hits = torch.zeros(7, 5, dtype=torch.bool)
    hits[2, 3] = hits[5, :2] = True
    x[hits] = y[hits]
    ours, theirs = [leaf(x), leaf(y)], [leaf(x), leaf(y)]
    got, want = f(*ours), like(*theirs)
    upstream = draw(generator, *want.shape)
    got = gradients(got, ours, upstream)
    want = torch.autograd.grad(want, theirs, upstream)
    for ours, theirs in zip(got, want, strict=True):
        bad = f"{int((~ours.isfinite()).sum())} of 35 slopes are NaN or infinite"
        assert_equal(bad, "0 of 35 slopes are NaN or infinite", because)
        # Any slope will do where the error has a corner, so torch's 0 takes its place.
        assert_close(ours.where(~hits, theirs), theirs, because, rung="gradient")


@every_reduction
def test_l1_loss_has_finite_gradients_where_the_error_is_0(generator, reduction):
    f, like = (partial(f, reduction=reduction) for f in (l1_loss, F.l1_loss))
    because = "where the error is 0 the slope is finite, and elsewhere that of torch"
    assert_slopes_at_hits(generator, f, like, because)


@every_reduction
def test_mse_loss_by_hand(reduction):
    x, y = exact([1.0, 4.0, -2.0, 0.5]), exact([3.0, 1.0, -2.5, 0.5])
    because = "the errors 2, 3, a half and none have the squares 4, 9, a quarter and 0"
    want = reduced([4.0, 9.0, 0.25, 0.0], reduction)
    assert_close(mse_loss(x, y, reduction=reduction), want, because)


def test_mse_loss_is_the_mean_by_default(generator):
    x, y = draw(generator, 7, 5), draw(generator, 7, 5)
    because = "without a reduction it is the mean over all entries"
    assert_close(mse_loss(x, y), F.mse_loss(x, y), because)


@every_reduction
@every_shape
def test_mse_loss_agrees_with_torch(generator, shape, dtype, reduction):
    x, y = (3 * draw(generator, *shape).to(dtype) for _ in range(2))
    want = F.mse_loss(x, y, reduction=reduction)
    because = f"it is F.mse_loss with reduction {reduction!r}"
    assert_close(mse_loss(x, y, reduction), want, because)


def test_mse_loss_takes_any_memory_layout(generator):
    x, y = spread(generator)
    because = "a transposed or strided tensor is read by its indices"
    assert_close(mse_loss(x, y, "none"), F.mse_loss(x, y, reduction="none"), because)


@every_reduction
def test_mse_loss_has_the_gradients_of_torch(generator, reduction):
    x, y = draw(generator, 7, 5), draw(generator, 7, 5)
    f, like = (partial(f, reduction=reduction) for f in (mse_loss, F.mse_loss))
    assert_slopes(generator, f, like, x, y)


def test_mse_loss_agrees_with_finite_differences(generator):
    x, y = draw(generator, 3, 5), draw(generator, 3, 5)
    f, like = partial(mse_loss, y=y), partial(F.mse_loss, target=y)
    assert_measured(generator, f, like, x)


@every_reduction
def test_smooth_l1_loss_by_hand(reduction):
    x, y = exact([1.0, 4.0, -2.0, 0.5, 2.0]), exact([3.0, 1.0, -2.25, 0.5, 1.5])
    because = "with beta 1/2, errors of 2, 3, 1/4, 0, 1/2 cost 7/4, 11/4, 1/16, 0, 1/4"
    want = reduced([1.75, 2.75, 0.0625, 0.0, 0.25], reduction)
    got = smooth_l1_loss(x, y, beta=0.5, reduction=reduction)
    assert_close(got, want, because)


@every_size
def test_smooth_l1_loss_has_a_beta_of_one_and_is_the_mean_by_default(generator, size):
    x, y = 2 * draw(generator, *size), draw(generator, *size)
    because = "without them beta is 1, and the reduction the mean"
    assert_close(smooth_l1_loss(x, y), F.smooth_l1_loss(x, y), because)


@every_reduction
@pytest.mark.parametrize(
    ("shape", "dtype", "beta"),
    [(*each, beta) for each, beta in zip(SHAPES, (0.3, 1.0, 2.5, 0.3), strict=True)],
)
def test_smooth_l1_loss_agrees_with_torch(generator, shape, dtype, reduction, beta):
    x, y = (2 * draw(generator, *shape).to(dtype) for _ in range(2))
    want = F.smooth_l1_loss(x, y, beta=beta, reduction=reduction)
    because = f"a parabola below {beta}, a line of slope 1 from there on"
    assert_close(smooth_l1_loss(x, y, beta, reduction), want, because)


@every_reduction
def test_smooth_l1_loss_with_a_beta_of_0_is_the_absolute_error(generator, reduction):
    x, y = draw(generator, 7, 5), draw(generator, 7, 5)
    x[2, 3] = y[2, 3]
    want = F.l1_loss(x, y, reduction=reduction)
    because = "with beta 0 no error is below it, so each costs its size, and 0 costs 0"
    assert_close(smooth_l1_loss(x, y, 0.0, reduction), want, because)


def test_smooth_l1_loss_takes_any_memory_layout(generator):
    x, y = spread(generator)
    because = "a transposed or strided tensor is read by its indices"
    want = F.smooth_l1_loss(x, y, reduction="none")
    assert_close(smooth_l1_loss(x, y, reduction="none"), want, because)


@every_reduction
@pytest.mark.parametrize("beta", [0.3, 2.5])
def test_smooth_l1_loss_has_the_gradients_of_torch(generator, reduction, beta):
    x, y = draw(generator, 7, 5), draw(generator, 7, 5)
    f = partial(smooth_l1_loss, beta=beta, reduction=reduction)
    like = partial(F.smooth_l1_loss, beta=beta, reduction=reduction)
    assert_slopes(generator, f, like, x, y)


@every_reduction
def test_smooth_l1_loss_with_a_beta_of_0_has_finite_gradients(generator, reduction):
    how = {"beta": 0.0, "reduction": reduction}
    f, like = (partial(f, **how) for f in (smooth_l1_loss, F.smooth_l1_loss))
    because = "with beta 0 the slope is finite, also where the error is 0"
    assert_slopes_at_hits(generator, f, like, because)


@every_reduction
def test_bce_loss_by_hand(reduction):
    p, y = exact([0.25, 0.25, 0.5, 0.8]), exact([1.0, 0.0, 0.5, 1.0])
    because = "1/4 costs log 4 if true and log 4/3 if not, 1/2 always log 2, .8 log 5/4"
    logs = [math.log(4), math.log(4 / 3), math.log(2), math.log(1.25)]
    assert_close(bce_loss(p, y, reduction=reduction), reduced(logs, reduction), because)


def test_bce_loss_is_the_mean_by_default(generator):
    p, y = shares(generator, 7, 5), shares(generator, 7, 5)
    because = "without a reduction it is the mean over all entries"
    assert_close(bce_loss(p, y), F.binary_cross_entropy(p, y), because)


@every_float
@every_reduction
def test_bce_loss_of_what_is_certain_is_0_or_100(dtype, reduction):
    p = exact([0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.5], dtype)
    y = exact([0.0, 1.0, 1.0, 0.0, 0.25, 0.25, 1.0], dtype)
    want = F.binary_cross_entropy(p, y, reduction=reduction)
    because = (
        "a logarithm of 0 counts as -100: right costs 0, wrong 100, y .25 costs 25"
    )
    assert_close(bce_loss(p, y, reduction), want, because)


def test_bce_loss_counts_small_logarithms_as_they_are():
    p = exact([1e-30, 1e-40, 1e-44, 1e-50, 1e-200])
    y = torch.ones_like(p)
    want = exact([30 * math.log(10), 40 * math.log(10), 100, 100, 100])
    because = "logarithms are used as they are down to -100"
    assert_close(bce_loss(p, y, "none"), want, because)


@every_reduction
@every_shape
def test_bce_loss_agrees_with_torch(generator, shape, dtype, reduction):
    p, y = (shares(generator, *shape).to(dtype) for _ in range(2))
    want = F.binary_cross_entropy(p, y, reduction=reduction)
    because = f"it is F.binary_cross_entropy with reduction {reduction!r}"
    assert_close(bce_loss(p, y, reduction), want, because)


def test_bce_loss_takes_any_memory_layout(generator):
    p, y = (t.sigmoid() for t in spread(generator))
    because = "a transposed or strided tensor is read by its indices"
    want = F.binary_cross_entropy(p, y, reduction="none")
    assert_close(bce_loss(p, y, "none"), want, because)


@every_reduction
def test_bce_loss_has_the_gradients_of_torch(generator, reduction):
    p, y = shares(generator, 7, 5), (shares(generator, 7, 5) > 0.4).double()
    y[0] = 0.3
    f = partial(bce_loss, y=y, reduction=reduction)
    like = partial(F.binary_cross_entropy, target=y, reduction=reduction)
    assert_slopes(generator, f, like, p)


def test_bce_loss_agrees_with_finite_differences(generator):
    p, y = 0.1 + 0.8 * shares(generator, 3, 5), shares(generator, 3, 5)
    f, like = partial(bce_loss, y=y), partial(F.binary_cross_entropy, target=y)
    assert_measured(generator, f, like, p)


@every_reduction
def test_bce_with_logits_by_hand(reduction):
    x, y = exact([1.0, 1.0, 3.0, 1 / 9]).log(), exact([1.0, 0.0, 0.0, 1.0])
    because = "logits 0, 0, log 3, -log 9 are the shares 1/2, 1/2, 3/4, 1/10"
    logs = [math.log(2), math.log(2), math.log(4), math.log(10)]
    got = bce_with_logits(x, y, reduction=reduction)
    assert_close(got, reduced(logs, reduction), because)


@every_reduction
def test_bce_with_logits_weighs_what_is_true(reduction):
    x = exact([[1.0, 3.0], [1.0, 1 / 3], [3.0, 1.0]]).log()
    y = exact([[1.0, 1.0], [0.0, 0.0], [0.5, 1.0]])
    log2, log4 = math.log(2), math.log(4)
    low, half = math.log(4 / 3), 0.5 * (3 * math.log(4 / 3) + log4)
    want = reduced([[3 * log2, 0.5 * low], [log2, low], [half, 0.5 * log2]], reduction)
    because = "the weights 3 and 1/2 multiply what is true, in their own columns"
    got = bce_with_logits(x, y, pos_weight=exact([3.0, 0.5]), reduction=reduction)
    assert_close(got, want, because)


def test_bce_with_logits_is_the_mean_by_default(generator):
    x, y = draw(generator, 7, 5), shares(generator, 7, 5)
    because = "without a reduction it is the mean over all entries"
    want = F.binary_cross_entropy_with_logits(x, y)
    assert_close(bce_with_logits(x, y), want, because)


@every_reduction
@every_shape
def test_bce_with_logits_agrees_with_torch(generator, shape, dtype, reduction):
    x, y = (3 * draw(generator, *shape)).to(dtype), shares(generator, *shape).to(dtype)
    want = F.binary_cross_entropy_with_logits(x, y, reduction=reduction)
    because = "it is the binary cross-entropy of the sigmoid of the logits"
    assert_close(bce_with_logits(x, y, None, reduction), want, because)


@every_reduction
@pytest.mark.parametrize(
    ("size", "dtype"),
    [((5,), torch.float32), ((1,), torch.float64), ((7, 1), torch.float64)],
)
def test_bce_with_logits_takes_weights_of_any_shape(generator, size, reduction, dtype):
    x, y = (3 * draw(generator, 7, 5)).to(dtype), shares(generator, 7, 5).to(dtype)
    weight = draw(generator, *size).exp().to(dtype)
    want = F.binary_cross_entropy_with_logits(
        x, y, pos_weight=weight, reduction=reduction
    )
    because = f"weights of shape {size} are broadcast, and the mean divides by 35"
    assert_close(bce_with_logits(x, y, weight, reduction), want, because)


@every_float
def test_bce_with_logits_takes_logits_of_ten_thousand(dtype):
    x = exact([-200.0, 200.0, -1e4, 1e4, -1e4, 1e4, 800.0, -90.0, 0.0], dtype)
    y = exact([1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.5, 1.0, 0.5], dtype)
    want = exact([200.0, 200.0, 1e4, 1e4, 0.0, 0.0, 400.0, 90.0, math.log(2)], dtype)
    because = "who is wrong by 200 pays 200, and nothing overflows"
    assert_close(bce_with_logits(x, y, reduction="none"), want, because)


@pytest.mark.parametrize("weight", [None, 0.3])
def test_bce_with_logits_takes_any_memory_layout(generator, weight):
    x, y = spread(generator)
    y, weight = y.sigmoid(), None if weight is None else exact([weight])
    because = "a transposed or strided tensor is read by its indices"
    want = F.binary_cross_entropy_with_logits(x, y, pos_weight=weight, reduction="none")
    assert_close(bce_with_logits(x, y, weight, "none"), want, because)


@every_reduction
@pytest.mark.parametrize(("weighted", "size"), [(False, 1.0), (True, 300.0)])
def test_bce_with_logits_has_the_gradients_of_torch(
    generator, reduction, weighted, size
):
    x, y = size * draw(generator, 7, 5), shares(generator, 7, 5)
    how = {"pos_weight": draw(generator, 5).exp() if weighted else None}
    f = partial(bce_with_logits, y=y, reduction=reduction, **how)
    like = partial(
        F.binary_cross_entropy_with_logits, target=y, reduction=reduction, **how
    )
    # F.softplus, which will do, leaves out what is below exp(-20) = 2e-9.
    assert_slopes(generator, f, like, x, rtol=1e-7)


def test_bce_with_logits_agrees_with_finite_differences(generator):
    x, y = draw(generator, 3, 5), shares(generator, 3, 5)
    f = partial(bce_with_logits, y=y)
    like = partial(F.binary_cross_entropy_with_logits, target=y)
    assert_measured(generator, f, like, x)


LOGP = exact([[1.0, 2, 5], [4, 1, 3], [8, 1, 1], [1, 6, 1]])
LOGP = (LOGP / LOGP.sum(1, keepdim=True)).log()
PRICES = [math.log(4), math.log(2), math.log(10), math.log(8 / 6)]
KINDS = torch.tensor([1, 0, 2, 1])


@every_reduction
def test_nll_loss_by_hand(reduction):
    because = "the true classes have the shares 2/8, 4/8, 1/10 and 6/8"
    got = nll_loss(LOGP, KINDS, reduction=reduction)
    assert_close(got, reduced(PRICES, reduction), because)


@every_reduction
def test_nll_loss_weighs_classes_by_hand(reduction):
    weight = exact([0.5, 3.0, 2.0])
    losses = [3 * PRICES[0], 0.5 * PRICES[1], 2 * PRICES[2], 3 * PRICES[3]]
    want = reduced(losses, reduction)
    if reduction == "mean":
        want = exact(sum(losses) / 8.5)
    because = "the weights are 3, 1/2, 2, 3, and the mean divides by their sum, 8.5"
    assert_close(nll_loss(LOGP, KINDS, weight, reduction=reduction), want, because)


@every_reduction
@pytest.mark.parametrize("ignored", [-100, 255, 1])
def test_nll_loss_ignores_samples_by_hand(reduction, ignored):
    y = torch.tensor([ignored, 0, 2, ignored])
    want = reduced([0.0, *PRICES[1:3], 0.0], reduction)
    if reduction == "mean":
        want = exact(sum(PRICES[1:3]) / 2)
    because = "two of four samples are ignored: they cost 0, and the mean is over two"
    got = nll_loss(LOGP, y, ignore_index=ignored, reduction=reduction)
    assert_close(got, want, because)


@pytest.mark.parametrize("C", [5, 11])
def test_nll_loss_ignores_minus_100_and_is_the_mean_by_default(generator, C):
    logp = torch.log_softmax(draw(generator, 7, C), 1)
    y = torch.tensor([1, -100, 4, 0, -100, 2, 3])
    because = "without them ignore_index is -100, and the reduction the mean"
    assert_close(nll_loss(logp, y), F.nll_loss(logp, y), because)


@every_reduction
@every_class
@pytest.mark.parametrize("weighted", [False, True])
def test_nll_loss_agrees_with_torch(generator, N, C, dtype, weighted, reduction):
    logp = torch.log_softmax(draw(generator, N, C), 1).to(dtype)
    y, weight = labels(generator, N, C), draw(generator, C).exp().to(dtype)
    y[1::3] = -7
    how = {"weight": weight if weighted else None, "ignore_index": -7}
    want = F.nll_loss(logp, y, reduction=reduction, **how)
    because = f"it is F.nll_loss with reduction {reduction!r}"
    assert_close(nll_loss(logp, y, reduction=reduction, **how), want, because)


@every_reduction
def test_nll_loss_takes_its_arguments_in_order(generator, reduction):
    logp, y = torch.log_softmax(draw(generator, 7, 5), 1), labels(generator, 7, 5)
    y[0], weight = 3, draw(generator, 5).exp()
    want = F.nll_loss(logp, y, weight, ignore_index=3, reduction=reduction)
    because = "after the labels come weight, ignore_index and reduction"
    assert_close(nll_loss(logp, y, weight, 3, reduction), want, because)


@every_reduction
def test_nll_loss_does_not_look_at_what_is_ignored(reduction):
    logp = LOGP.clone()
    logp[1] = -math.inf
    y = torch.tensor([1, -100, 2, 1])
    want = reduced([PRICES[0], 0.0, *PRICES[2:]], reduction)
    if reduction == "mean":
        want = exact(sum([PRICES[0], *PRICES[2:]]) / 3)
    because = "the loss of an ignored sample is 0, whatever its log-probabilities"
    assert_close(nll_loss(logp, y, reduction=reduction), want, because)


def test_nll_loss_takes_any_memory_layout(generator):
    logp, y = draw(generator, 5, 14)[:, ::2].T, labels(generator, 21, 5)[::3]
    because = "a transposed or strided tensor is read by its indices"
    want = F.nll_loss(logp, y, reduction="none")
    assert_close(nll_loss(logp, y, reduction="none"), want, because)


@every_reduction
@pytest.mark.parametrize("weighted", [False, True])
def test_nll_loss_has_the_gradients_of_torch(generator, reduction, weighted):
    logp, y = torch.log_softmax(draw(generator, 7, 5), 1), labels(generator, 7, 5)
    y[2] = -100
    how = {"weight": draw(generator, 5).exp() if weighted else None}
    f = partial(nll_loss, y=y, reduction=reduction, **how)
    like = partial(F.nll_loss, target=y, reduction=reduction, **how)
    assert_slopes(generator, f, like, logp)


@every_reduction
def test_cross_entropy_by_hand(reduction):
    x = LOGP + exact([[3.0], [-1.0], [0.0], [7.0]])
    because = (
        "logits that are logarithms of shares, moved, give the prices of the shares"
    )
    got = cross_entropy(x, KINDS, reduction=reduction)
    assert_close(got, reduced(PRICES, reduction), because)


@every_reduction
def test_cross_entropy_weighs_and_ignores_by_hand(reduction):
    y, weight = torch.tensor([1, 0, 2, 7]), exact([0.5, 3.0, 2.0])
    losses = [3 * PRICES[0], 0.5 * PRICES[1], 2 * PRICES[2], 0.0]
    want = reduced(losses, reduction)
    if reduction == "mean":
        want = exact(sum(losses) / 5.5)
    because = "three samples count, with the weights 3, 1/2 and 2: divide by 5.5"
    got = cross_entropy(LOGP, y, weight, ignore_index=7, reduction=reduction)
    assert_close(got, want, because)


def test_cross_entropy_ignores_minus_100_and_is_the_mean_by_default(generator):
    x, y = draw(generator, 7, 5), torch.tensor([1, -100, 4, 0, -100, 2, 3])
    because = "without them ignore_index is -100, and the reduction the mean"
    assert_close(cross_entropy(x, y), F.cross_entropy(x, y), because)


@every_reduction
@every_class
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_agrees_with_torch(generator, N, C, dtype, weighted, reduction):
    x, y = (3 * draw(generator, N, C)).to(dtype), labels(generator, N, C)
    y[1::3], weight = -7, draw(generator, C).exp().to(dtype)
    how = {"weight": weight if weighted else None, "ignore_index": -7}
    want = F.cross_entropy(x, y, reduction=reduction, **how)
    because = f"it is F.cross_entropy with reduction {reduction!r}"
    assert_close(cross_entropy(x, y, reduction=reduction, **how), want, because)


@every_reduction
def test_cross_entropy_takes_its_arguments_in_order(generator, reduction):
    x, y = draw(generator, 7, 5), labels(generator, 7, 5)
    y[0], weight = 3, draw(generator, 5).exp()
    want = F.cross_entropy(x, y, weight, ignore_index=3, reduction=reduction)
    because = "after the labels come weight, ignore_index and reduction"
    assert_close(cross_entropy(x, y, weight, 3, reduction), want, because)


@every_float
def test_cross_entropy_takes_logits_of_ten_thousand(dtype):
    x = exact([[0.0, -200], [1e4, -1e4], [0, 1000], [-1e4, -1e4], [90, 0]], dtype)
    want = exact([200.0, 2e4, 1000, math.log(2), 0], dtype)
    because = "it is how far the true logit lies below the largest, and never infinite"
    y = torch.tensor([1, 1, 0, 0, 0])
    assert_close(cross_entropy(x, y, reduction="none"), want, because)


def test_cross_entropy_is_the_same_wherever_the_logits_of_a_sample_lie(generator):
    x, y = draw(generator, 7, 5), labels(generator, 7, 5)
    levels = exact([200.0, -536, -100, -535, 180, -538, -537]).unsqueeze(1)
    want = F.cross_entropy(x, y, reduction="none")
    because = "a number that is added to all logits of one sample changes nothing"
    got = cross_entropy(x + levels, y, reduction="none")
    assert_close(got, want, because, rtol=1e-10, atol=1e-10)


def test_cross_entropy_takes_any_memory_layout(generator):
    x, y = draw(generator, 5, 14)[:, ::2].T, labels(generator, 21, 5)[::3]
    because = "a transposed or strided tensor is read by its indices"
    want = F.cross_entropy(x, y, reduction="none")
    assert_close(cross_entropy(x, y, reduction="none"), want, because)


@every_reduction
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_has_the_gradients_of_torch(generator, reduction, weighted):
    x, y = draw(generator, 7, 5), labels(generator, 7, 5)
    y[2] = -100
    how = {"weight": draw(generator, 5).exp() if weighted else None}
    f = partial(cross_entropy, y=y, reduction=reduction, **how)
    like = partial(F.cross_entropy, target=y, reduction=reduction, **how)
    assert_slopes(generator, f, like, x)


def test_cross_entropy_agrees_with_finite_differences(generator):
    x, y = draw(generator, 3, 5), torch.tensor([4, -100, 1])
    f, like = partial(cross_entropy, y=y), partial(F.cross_entropy, target=y)
    assert_measured(generator, f, like, x)


@every_reduction
def test_poisson_nll_by_hand(reduction):
    x, y = exact([2.0, 4.0, 0.5, 3.0]).log(), exact([3.0, 0.0, 1.0, 2.0])
    log2, log3 = math.log(2), math.log(3)
    want = reduced([2 - 3 * log2, 4.0, 0.5 + log2, 3 - 2 * log3], reduction)
    because = "expected 2, 4, 1/2, 3 and counted 3, 0, 1, 2: x - y log x"
    assert_close(poisson_nll(x, y, reduction=reduction), want, because)


@every_reduction
def test_poisson_nll_takes_the_expected_count_itself(reduction):
    x, y = exact([2.0, 4.0, 0.0, 3.0]), exact([3.0, 0.0, 1.0, 2.0])
    logs = [math.log(2.25), math.log(4.25), math.log(0.25), math.log(3.25)]
    want = reduced([2 - 3 * logs[0], 4.0, -logs[2], 3 - 2 * logs[3]], reduction)
    because = "with log_input False it is x - y log(x + eps), here with eps 1/4"
    got = poisson_nll(x, y, log_input=False, eps=0.25, reduction=reduction)
    assert_close(got, want, because)


def test_poisson_nll_has_its_defaults(generator):
    x, y = draw(generator, 7, 5), draw(generator, 7, 5).exp()
    because = "without them x is a logarithm, and the reduction the mean"
    assert_close(poisson_nll(x, y), F.poisson_nll_loss(x, y), because)


def test_poisson_nll_has_an_eps_of_1e_8_by_default():
    x, y = exact([0.0, 0.0, 1e-9, 2.0]), exact([0.0, 3.0, 1.0, 5.0])
    want = F.poisson_nll_loss(x, y, log_input=False, reduction="none")
    because = "an expected count of 0 has the logarithm of 1e-8"
    got = poisson_nll(x, y, log_input=False, reduction="none")
    assert_close(got, want, because)


@every_reduction
@pytest.mark.parametrize(("shape", "dtype"), SHAPES[:2])
@pytest.mark.parametrize(("log_input", "eps"), [(True, 0.5), (False, 0.5)])
def test_poisson_nll_agrees_with_torch(
    generator, shape, dtype, reduction, log_input, eps
):
    x, y = draw(generator, *shape), (2 * draw(generator, *shape).exp()).floor()
    x = (x if log_input else x.exp()).to(dtype)
    y = y.to(dtype)
    want = F.poisson_nll_loss(x, y, log_input=log_input, eps=eps, reduction=reduction)
    because = f"it is F.poisson_nll_loss with log_input {log_input}, without log(y!)"
    assert_close(poisson_nll(x, y, log_input, eps, reduction), want, because)


@pytest.mark.parametrize("log_input", [True, False])
def test_poisson_nll_takes_any_memory_layout(generator, log_input):
    x, y = (t.exp() for t in spread(generator))
    because = "a transposed or strided tensor is read by its indices"
    want = F.poisson_nll_loss(x, y, log_input=log_input, reduction="none")
    assert_close(poisson_nll(x, y, log_input, reduction="none"), want, because)


@every_reduction
@pytest.mark.parametrize("log_input", [True, False])
def test_poisson_nll_has_the_gradients_of_torch(generator, reduction, log_input):
    x, y = draw(generator, 7, 5).exp(), draw(generator, 7, 5).exp()
    how = {"log_input": log_input, "reduction": reduction}
    f = partial(poisson_nll, y=y, **how)
    like = partial(F.poisson_nll_loss, target=y, **how)
    assert_slopes(generator, f, like, x)


def test_poisson_nll_agrees_with_finite_differences(generator):
    x, y = draw(generator, 3, 5), draw(generator, 3, 5).exp()
    f, like = partial(poisson_nll, y=y), partial(F.poisson_nll_loss, target=y)
    assert_measured(generator, f, like, x)


ALL_REDUCTIONS = [*REDUCTIONS, "batchmean"]
every_kl_reduction = pytest.mark.parametrize("reduction", ALL_REDUCTIONS)


def distributions(generator, *shape):
    return torch.softmax(1.5 * draw(generator, *shape), -1)


def true_kl(log_q, p, reduction):
    """Return F.kl_div; its "mean" is to become "batchmean", and is not asked for."""
    if reduction == "mean":
        return F.kl_div(log_q, p, reduction="none").mean()
    return F.kl_div(log_q, p, reduction=reduction)


@every_kl_reduction
def test_kl_div_by_hand(reduction):
    q = exact([[0.25, 0.25, 0.5], [0.5, 0.25, 0.25]])
    p = exact([[0.5, 0.25, 0.25], [0.0, 0.5, 0.5]])
    log2 = math.log(2)
    terms = [[log2 / 2, 0, -log2 / 4], [0, log2 / 2, log2 / 2]]
    want = (
        exact(5 / 8 * log2) if reduction == "batchmean" else reduced(terms, reduction)
    )
    because = "the terms are log 2 times 1/2, 0, -1/4 and 0, 1/2, 1/2, in two rows"
    assert_close(kl_div(q.log(), p, reduction=reduction), want, because)


def test_kl_div_is_the_mean_over_the_batch_by_default(generator):
    p, q = distributions(generator, 7, 5), distributions(generator, 7, 5)
    want = F.kl_div(q.log(), p, reduction="batchmean")
    because = "without a reduction the sum is divided by the 7 samples, not by 35 terms"
    assert_close(kl_div(q.log(), p), want, because)


def test_kl_div_from_itself_is_0(generator):
    p = distributions(generator, 7, 5)
    got = kl_div(p.log(), p, "none")
    assert_close(got, torch.zeros_like(p), "who believes the truth pays nothing")


@every_kl_reduction
@every_shape
def test_kl_div_agrees_with_torch(generator, shape, dtype, reduction):
    p, q = (distributions(generator, *shape).to(dtype) for _ in range(2))
    want = true_kl(q.log(), p, reduction)
    because = f"it is F.kl_div with reduction {reduction!r}"
    assert_close(kl_div(q.log(), p, reduction), want, because)


@every_kl_reduction
def test_kl_div_of_a_probability_of_0_is_0(generator, reduction):
    p, q = distributions(generator, 7, 5), distributions(generator, 7, 5)
    p[1::2, 1], p[2] = 0.0, exact([0, 0, 1, 0, 0])
    want = true_kl(q.log(), p, reduction)
    because = "0 · log 0 counts as 0"
    assert_close(kl_div(q.log(), p, reduction), want, because)


def test_kl_div_takes_any_memory_layout(generator):
    log_q, p = spread(generator)
    p = p.sigmoid()
    because = "a transposed or strided tensor is read by its indices"
    assert_close(kl_div(log_q, p), F.kl_div(log_q, p, reduction="batchmean"), because)


@every_kl_reduction
def test_kl_div_has_the_gradients_of_torch(generator, reduction):
    p, log_q = distributions(generator, 7, 5), distributions(generator, 7, 5).log()
    f, like = (partial(f, reduction=reduction) for f in (kl_div, true_kl))
    assert_slopes(generator, f, like, log_q, p)


def test_kl_div_has_gradients_beside_a_probability_of_0(generator):
    p, log_q = distributions(generator, 7, 5), distributions(generator, 7, 5).log()
    p[1::2, 1] = 0.0
    like = partial(F.kl_div, target=p, reduction="sum")
    assert_slopes(generator, partial(kl_div, p=p, reduction="sum"), like, log_q)
