"""Grades the losses that compare scores and distances against those of torch."""

import math
from functools import partial

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import assert_close, assert_equal, forbids, numerical_gradient
from katas.ch7_training.k03_margin_losses import (
    cosine_embedding,
    hinge_embedding,
    margin_ranking,
    multi_margin,
    multilabel_margin,
    soft_margin,
    triplet_margin,
)

pytestmark = forbids(
    "torch.margin_ranking_loss", "torch.soft_margin_loss", "torch.multi_margin_loss",
    "torch.multilabel_margin_loss", "torch.hinge_embedding_loss",
    "torch.cosine_embedding_loss", "torch.triplet_margin_loss",
    "torch.triplet_margin_with_distance_loss", "torch.multilabel_soft_margin_loss",
    "torch.binary_cross_entropy_with_logits", "torch.binary_cross_entropy",
    "torch.multilabel_margin_loss_forward",
)  # fmt: skip

REDUCTIONS = ["mean", "sum", "none"]
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)
SHAPES = [((7, 5), torch.float32), ((1009,), torch.float64), ((2, 3, 5), torch.float64)]
every_shape = pytest.mark.parametrize(("shape", "dtype"), SHAPES)
ROWS = [(7, 5, torch.float32), (211, 3, torch.float64), (1, 13, torch.float64)]
every_rows = pytest.mark.parametrize(("N", "C", "dtype"), ROWS)
every_float = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
every_size = pytest.mark.parametrize("size", [(7, 5), (11, 3)])


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def exact(values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype)


def signs(generator, *shape):
    """Return 1 and -1, more of the former."""
    return torch.where(torch.rand(shape, generator=generator) < 0.6, 1.0, -1.0).double()


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


def assert_slopes(generator, f, like, *given):
    """Compare the gradients of two functions at each tensor that is given."""
    ours, theirs = [leaf(t) for t in given], [leaf(t) for t in given]
    want = like(*theirs)
    got = f(*ours)
    assert_close(got, want, "the loss itself is that of torch")
    upstream = draw(generator, *want.shape)
    got = gradients(got, ours, upstream)
    want = torch.autograd.grad(want, theirs, upstream)
    names = ("first", "second", "third")[: len(given)]
    for name, ours, theirs in zip(names, got, want, strict=True):
        because = f"the slope at the {name} argument is that of torch's loss"
        assert_close(ours, theirs, because, rung="gradient")


def assert_measured(generator, f, like, x):
    """Compare the gradient at x with measured slopes of torch's loss."""
    upstream = draw(generator, *like(x).shape)

    def total(values):
        return (like(torch.from_numpy(values)) * upstream).sum()

    want = torch.from_numpy(numerical_gradient(total, x.numpy()))
    at = leaf(x)
    (got,) = gradients(f(at), [at], upstream)
    because = "the slope is by how much the loss moves when one entry does"
    assert_close(got, want, because, rtol=1e-6, atol=1e-7, rung="gradient")


def strided(generator):
    """Return a strided and a transposed tensor, which hold the same kind of numbers."""
    return draw(generator, 11, 14)[:, ::2].T, draw(generator, 11, 7).T


LAYOUT = "a transposed or strided tensor is read by its indices"
DEFAULT = "without them the margin is torch's, and the reduction the mean"


@every_reduction
def test_margin_ranking_by_hand(reduction):
    first, second = exact([3.0, 1.0, 2.0, 0.5, 4.0]), exact([1.0, 2.0, 2.25, 3.5, 3.75])
    target = exact([1.0, 1.0, -1.0, -1.0, 1.0])
    because = (
        "the leads are 2, -1, 1/4, 3, 1/4; with a margin of 1/2 they lack 3/2, 1/4"
    )
    want = reduced([0.0, 1.5, 0.25, 0.0, 0.25], reduction)
    got = margin_ranking(first, second, target, 0.5, reduction=reduction)
    assert_close(got, want, because)


@every_size
def test_margin_ranking_has_no_margin_and_is_the_mean_by_default(generator, size):
    first, second = draw(generator, *size), draw(generator, *size)
    target = signs(generator, *size)
    want = F.margin_ranking_loss(first, second, target)
    because = "without them the margin is 0, and the reduction the mean"
    assert_close(margin_ranking(first, second, target), want, because)


@every_reduction
@every_shape
def test_margin_ranking_agrees_with_torch(generator, shape, dtype, reduction):
    first, second = (2 * draw(generator, *shape).to(dtype) for _ in range(2))
    target, how = signs(generator, *shape).to(dtype), {"margin": 0.7}
    want = F.margin_ranking_loss(first, second, target, reduction=reduction, **how)
    got = margin_ranking(
        input1=first, input2=second, target=target, reduction=reduction, **how
    )
    assert_close(got, want, f"it is F.margin_ranking_loss, reduction {reduction!r}")


def test_margin_ranking_takes_any_memory_layout(generator):
    first, second = strided(generator)
    target = signs(generator, 11, 7).T
    want = F.margin_ranking_loss(first, second, target, 0.3, reduction="none")
    got = margin_ranking(first, second, target, 0.3, reduction="none")
    assert_close(got, want, LAYOUT)


@every_reduction
def test_margin_ranking_has_the_gradients_of_torch(generator, reduction):
    how = {"target": signs(generator, 7, 5), "margin": 0.4, "reduction": reduction}
    f, like = (partial(f, **how) for f in (margin_ranking, F.margin_ranking_loss))
    assert_slopes(generator, f, like, draw(generator, 7, 5), draw(generator, 7, 5))


@every_reduction
def test_soft_margin_by_hand(reduction):
    x, target = exact([3.0, 3.0, 1.0, 1 / 7]).log(), exact([1.0, -1.0, -1.0, 1.0])
    logs = [math.log(4 / 3), math.log(4), math.log(2), math.log(8)]
    because = "log(1 + 1/3), log(1 + 3), log(1 + 1) and log(1 + 7)"
    got = soft_margin(x, target, reduction=reduction)
    assert_close(got, reduced(logs, reduction), because)


def test_soft_margin_of_a_known_example():
    x, target = exact([[0.3, 0.7], [0.5, 0.5]]), exact([[-1.0, 1.0], [1.0, -1.0]])
    assert_close(
        soft_margin(x, target), exact(0.6764), "it is 0.6764 here", atol=5e-5, rtol=0
    )


@every_size
def test_soft_margin_is_the_mean_by_default(generator, size):
    x, target = draw(generator, *size), signs(generator, *size)
    because = "without a reduction it is the mean over all entries"
    assert_close(soft_margin(x, target), F.soft_margin_loss(x, target), because)


@every_reduction
@every_shape
def test_soft_margin_agrees_with_torch(generator, shape, dtype, reduction):
    x = (2 * draw(generator, *shape)).to(dtype)
    target = signs(generator, *shape).to(dtype)
    want = F.soft_margin_loss(x, target, reduction=reduction)
    got = soft_margin(input=x, target=target, reduction=reduction)
    assert_close(got, want, f"it is F.soft_margin_loss with reduction {reduction!r}")


@every_float
def test_soft_margin_takes_scores_of_ten_thousand(dtype):
    x = exact([-200.0, 200, -1e4, 1e4, -1e4, 1e4, 800, 0], dtype)
    target = exact([1.0, -1, 1, -1, -1, 1, -1, 1], dtype)
    want = exact([200.0, 200, 1e4, 1e4, 0, 0, 800, math.log(2)], dtype)
    because = "who is wrong by 200 pays 200, and nothing overflows"
    assert_close(soft_margin(x, target, reduction="none"), want, because)


@every_float
def test_soft_margin_has_slopes_at_scores_of_ten_thousand(dtype):
    x = exact([-200.0, 200, -1e4, 1e4, -1e4, 1e4, 800, 0], dtype).requires_grad_()
    target = exact([1.0, -1, 1, -1, -1, 1, -1, 1], dtype)
    upstream = exact([1.5, -2, 0.5, 3, 2, 4, -1, 2], dtype)
    got = gradients(soft_margin(x, target, reduction="none"), [x], upstream)[0]
    want = upstream * exact([-1.0, 1, -1, 1, 0, 0, 1, -0.5], dtype)
    because = "the slope of who is wrong is -target, of who is right 0, and at 0 a half"
    assert_close(got, want, because, rung="gradient")


def test_soft_margin_takes_any_memory_layout(generator):
    x, _ = strided(generator)
    target = signs(generator, 11, 7).T
    want = F.soft_margin_loss(x, target, reduction="none")
    assert_close(soft_margin(x, target, reduction="none"), want, LAYOUT)


@every_reduction
def test_soft_margin_has_the_gradients_of_torch(generator, reduction):
    how = {"target": signs(generator, 7, 5), "reduction": reduction}
    f, like = (partial(f, **how) for f in (soft_margin, F.soft_margin_loss))
    assert_slopes(generator, f, like, 2 * draw(generator, 7, 5))


def test_soft_margin_agrees_with_finite_differences(generator):
    target = signs(generator, 3, 5)
    f, like = (partial(f, target=target) for f in (soft_margin, F.soft_margin_loss))
    assert_measured(generator, f, like, draw(generator, 3, 5))


TABLE = exact([[2.0, 1.5, 0.0, 3.25], [0.5, 4.0, 1.0, 3.5], [1.0, 1.0, 2.0, -1.0]])


@pytest.mark.parametrize(
    ("how", "losses"),
    [
        ({}, [0.5 + 2.25, 0.5, 3.0 + 3.0 + 4.0]),
        ({"p": 2}, [0.25 + 2.25**2, 0.25, 9.0 + 9.0 + 16.0]),
        ({"margin": 0.25}, [1.5, 0.0, 2.25 + 2.25 + 3.25]),
    ],
)
@every_reduction
def test_multi_margin_by_hand(how, losses, reduction):
    because = (
        "the true classes 0, 1, 3 lack their lead over others; sums over 4 classes"
    )
    got = multi_margin(TABLE, torch.tensor([0, 1, 3]), reduction=reduction, **how)
    assert_close(got, reduced([loss / 4 for loss in losses], reduction), because)


@every_reduction
def test_multi_margin_weighs_classes_by_hand(reduction):
    weight = exact([2.0, 0.5, 7.0, 3.0])
    losses = [2 * (0.25 + 2.25**2) / 4, 0.5 * 0.25 / 4, 3 * 34.0 / 4]
    because = "each loss is multiplied by its class's weight, and the mean is over 3"
    got = multi_margin(
        TABLE, torch.tensor([0, 1, 3]), 2, weight=weight, reduction=reduction
    )
    assert_close(got, reduced(losses, reduction), because)


def test_multi_margin_of_a_known_example():
    got = multi_margin(exact([[0.3, 0.7], [0.5, 0.5]]), torch.tensor([0, 1]))
    assert_close(got, exact(0.6), "the losses are 1.4/2 and 1/2: 0.6 on average")


@every_size
def test_multi_margin_has_its_defaults(generator, size):
    x, y = draw(generator, *size), torch.arange(size[0]) % size[1]
    because = "without them p is 1, the margin 1, all weights 1, the reduction the mean"
    assert_close(multi_margin(x, y), F.multi_margin_loss(x, y), because)


@every_reduction
@every_rows
@pytest.mark.parametrize(("p", "weighted"), [(1, True), (2, True), (2, False)])
def test_multi_margin_agrees_with_torch(generator, N, C, dtype, p, weighted, reduction):
    x = draw(generator, N, C).to(dtype)
    y = torch.randint(C, (N,), generator=generator)
    weight = draw(generator, C).exp().to(dtype) if weighted else None
    want = F.multi_margin_loss(x, y, p, 0.8, weight, reduction=reduction)
    because = f"it is F.multi_margin_loss with p {p} and reduction {reduction!r}"
    got = multi_margin(x, y, p, 0.8, weight, reduction=reduction)
    assert_close(got, want, because)


def test_multi_margin_takes_any_memory_layout(generator):
    x, _ = strided(generator)
    y = torch.randint(11, (14,), generator=generator)[::2]
    want = F.multi_margin_loss(x, y, reduction="none")
    assert_close(multi_margin(x, y, reduction="none"), want, LAYOUT)


@every_reduction
@pytest.mark.parametrize(("p", "weighted"), [(1, False), (2, True)])
def test_multi_margin_has_the_gradients_of_torch(generator, reduction, p, weighted):
    how = {"target": torch.tensor([1, 0, 4, 2, 2, 3, 1]), "p": p, "margin": 1.3}
    how |= {"weight": draw(generator, 5).exp() if weighted else None}
    how |= {"reduction": reduction}
    f, like = (partial(f, **how) for f in (multi_margin, F.multi_margin_loss))
    assert_slopes(generator, f, like, draw(generator, 7, 5))


def test_multi_margin_agrees_with_finite_differences(generator):
    how = {"target": torch.tensor([1, 4, 0]), "p": 2}
    f, like = (partial(f, **how) for f in (multi_margin, F.multi_margin_loss))
    assert_measured(generator, f, like, draw(generator, 3, 5))


SEVERAL = torch.tensor([[0, 3, -1, 1], [2, -1, 0, -1], [-1, 0, 1, 2], [3, 1, 0, 2]])
SCORES = torch.cat([TABLE, exact([[1.0, 0.0, 5.0, 2.0]])])
# Of row 0: classes 0 and 3 against 1 and 2. Of row 1: class 2 against 0, 1 and 3.
LACKS = [(0.5 + 0 + 0 + 0) / 4, (0.5 + 4.0 + 3.5) / 4, 0.0, 0.0]


@every_reduction
def test_multilabel_margin_by_hand(reduction):
    because = "classes up to the first -1 lead all others by 1, or cost what they lack"
    got = multilabel_margin(SCORES, SEVERAL, reduction=reduction)
    assert_close(got, reduced(LACKS, reduction), because)


def test_multilabel_margin_of_a_known_example():
    x, y = exact([[0.9, 0.2, 0.4, 0.8]]), torch.tensor([[3, 0, -1, 1]])
    because = "3 and 0 lead 1 and 2 by .6, .4, .7 and .5, and lack 1.8 in all, over 4"
    assert_close(multilabel_margin(x, y), exact(0.45), because)


def several(generator, N, C):
    """Return rows of true classes, each a shuffled part of all, ended by -1."""
    rows = torch.stack([torch.randperm(C, generator=generator) for _ in range(N)])
    ends = torch.randint(C, (N,), generator=generator)
    return rows.scatter(1, ends.unsqueeze(1), -1)


@every_size
def test_multilabel_margin_is_the_mean_by_default(generator, size):
    x, y = draw(generator, *size), several(generator, *size)
    because = "without a reduction it is the mean over the samples"
    assert_close(multilabel_margin(x, y), F.multilabel_margin_loss(x, y), because)


@every_reduction
@every_rows
def test_multilabel_margin_agrees_with_torch(generator, N, C, dtype, reduction):
    x, y = draw(generator, N, C).to(dtype), several(generator, N, C)
    want = F.multilabel_margin_loss(x, y, reduction=reduction)
    got = multilabel_margin(input=x, target=y, reduction=reduction)
    because = f"it is F.multilabel_margin_loss with reduction {reduction!r}"
    assert_close(got, want, because)


def test_multilabel_margin_takes_any_memory_layout(generator):
    x, _ = strided(generator)
    y = several(generator, 14, 11)[::2]
    want = F.multilabel_margin_loss(x, y, reduction="none")
    assert_close(multilabel_margin(x, y, reduction="none"), want, LAYOUT)


@every_reduction
def test_multilabel_margin_has_the_gradients_of_torch(generator, reduction):
    how = {"target": several(generator, 7, 5), "reduction": reduction}
    f, like = (partial(f, **how) for f in (multilabel_margin, F.multilabel_margin_loss))
    assert_slopes(generator, f, like, draw(generator, 7, 5))


@every_reduction
def test_hinge_embedding_by_hand(reduction):
    x, target = exact([2.0, 0.25, 0.25, 3.0, 1.0]), exact([1.0, 1.0, -1.0, -1.0, -1.0])
    because = (
        "together they cost 2 and 1/4; apart, with a margin of 3/2, 5/4, 0 and 1/2"
    )
    want = reduced([2.0, 0.25, 1.25, 0.0, 0.5], reduction)
    got = hinge_embedding(x, target, 1.5, reduction=reduction)
    assert_close(got, want, because)


def test_hinge_embedding_of_a_known_example():
    got = hinge_embedding(exact([[1.0, 0.8, 0.5]]), exact([[1.0, 1.0, -1.0]]))
    because = "1, .8 and 1 - .5 are .7667 on average"
    assert_close(got, exact(2.3 / 3), because)


@every_size
def test_hinge_embedding_has_a_margin_of_one_and_is_the_mean(generator, size):
    x, target = draw(generator, *size).abs(), signs(generator, *size)
    want = F.hinge_embedding_loss(x, target)
    assert_close(hinge_embedding(x, target), want, DEFAULT)


@every_reduction
@every_shape
def test_hinge_embedding_agrees_with_torch(generator, shape, dtype, reduction):
    x = (2 * draw(generator, *shape)).to(dtype)
    target = signs(generator, *shape).to(dtype)
    want = F.hinge_embedding_loss(x, target, 0.7, reduction=reduction)
    got = hinge_embedding(input=x, target=target, margin=0.7, reduction=reduction)
    assert_close(got, want, f"it is F.hinge_embedding_loss, reduction {reduction!r}")


def test_hinge_embedding_takes_any_memory_layout(generator):
    x, _ = strided(generator)
    target = signs(generator, 11, 7).T
    want = F.hinge_embedding_loss(x, target, reduction="none")
    assert_close(hinge_embedding(x, target, reduction="none"), want, LAYOUT)


@every_reduction
def test_hinge_embedding_has_the_gradients_of_torch(generator, reduction):
    how = {"target": signs(generator, 7, 5), "margin": 0.6, "reduction": reduction}
    f, like = (partial(f, **how) for f in (hinge_embedding, F.hinge_embedding_loss))
    assert_slopes(generator, f, like, draw(generator, 7, 5))


@every_reduction
def test_cosine_embedding_by_hand(reduction):
    first = exact([[3.0, 4.0], [3.0, 4.0], [5.0, 0.0], [0.0, 2.0], [1.0, 0.0]])
    second = exact([[4.0, 3.0], [8.0, 6.0], [-3.0, 4.0], [0.0, 7.0], [4.0, 3.0]])
    target = exact([1.0, -1.0, 1.0, -1.0, -1.0])
    because = "the cosines are .96, .96, -.6, 1 and .8, and the margin is .9"
    want = reduced([0.04, 0.06, 1.6, 0.1, 0.0], reduction)
    got = cosine_embedding(first, second, target, 0.9, reduction=reduction)
    assert_close(got, want, because)


def test_cosine_embedding_of_a_known_example():
    first, second = exact([[0.3, 0.5, 0.7]] * 2), exact([[0.1, 0.3, 0.5]] * 2)
    got = cosine_embedding(first, second, exact([1.0, -1.0]))
    because = "the same cosine c costs 1 - c and c, so the mean is a half"
    assert_close(got, exact(0.5), because)


@every_size
def test_cosine_embedding_has_no_margin_and_is_the_mean_by_default(generator, size):
    first, second = draw(generator, *size), draw(generator, *size)
    target = signs(generator, size[0])
    want = F.cosine_embedding_loss(first, second, target)
    because = "without them the margin is 0, and the reduction the mean"
    assert_close(cosine_embedding(first, second, target), want, because)


@every_reduction
@every_rows
def test_cosine_embedding_agrees_with_torch(generator, N, C, dtype, reduction):
    first, second = (3 * draw(generator, N, C).to(dtype) for _ in range(2))
    # Torch adds 1e-12 to squared lengths, which must be too small to be seen.
    first[:, 0], second[:, 1] = first[:, 0].abs() + 2, second[:, 1].abs() + 2
    target = signs(generator, N).to(dtype)
    want = F.cosine_embedding_loss(first, second, target, 0.3, reduction=reduction)
    got = cosine_embedding(
        input1=first, input2=second, target=target, margin=0.3, reduction=reduction
    )
    assert_close(got, want, f"it is F.cosine_embedding_loss, reduction {reduction!r}")


def test_cosine_embedding_looks_at_directions_alone(generator):
    first, second = draw(generator, 7, 5), draw(generator, 7, 5)
    target = signs(generator, 7)
    want = cosine_loss(first, second, target)
    lengths = 2 * draw(generator, 7, 1).exp()
    got = cosine_embedding(lengths * first, second / lengths, target, reduction="none")
    because = "longer or shorter vectors have the same angle"
    assert_close(got, want, because)


def cosine_loss(first, second, target):
    return F.cosine_embedding_loss(first, second, target, reduction="none")


def test_cosine_embedding_takes_any_memory_layout(generator):
    first, second = strided(generator)
    target = signs(generator, 14)[::2]
    want = cosine_loss(first, second, target)
    got = cosine_embedding(first, second, target, reduction="none")
    assert_close(got, want, LAYOUT)


@every_reduction
def test_cosine_embedding_has_the_gradients_of_torch(generator, reduction):
    how = {"target": signs(generator, 7), "margin": 0.2, "reduction": reduction}
    f, like = (partial(f, **how) for f in (cosine_embedding, F.cosine_embedding_loss))
    assert_slopes(generator, f, like, draw(generator, 7, 5), draw(generator, 7, 5))


TRIPLETS = [{}, {"p": 1.0}, {"p": 3.0, "margin": 0.4}, {"eps": 0.2}, {"swap": True}]
TRIPLETS += [{"swap": True, "p": 1.0, "eps": 0.1, "margin": 2.5}]
every_triplet = pytest.mark.parametrize("how", TRIPLETS)


@every_reduction
@pytest.mark.parametrize(
    ("how", "losses"),
    [
        ({}, [1 + 5 - 13, 1 + 5 - 3, 1 + 13 - 10]),
        ({"margin": 9.5}, [9.5 + 5 - 13, 9.5 + 5 - 3, 9.5 + 13 - 10]),
        ({"p": 1.0}, [1 + 7 - 17, 1 + 7 - 3, 1 + 17 - 14]),
        (
            {"swap": True},
            [1 + 5 - 8, 1 + 5 - math.hypot(3, 1), 1 + 13 - math.hypot(1, 20)],
        ),
    ],
)
def test_triplet_margin_by_hand(how, losses, reduction):
    anchor = torch.zeros(3, 2).double()
    positive = exact([[3.0, 4.0], [3.0, 4.0], [5.0, 12.0]])
    negative = exact([[5.0, 12.0], [0.0, 3.0], [6.0, -8.0]])
    if "swap" in how:  # the distances from the positive are 8.2, 3.2 and 20.0
        losses = [1 + 5 - math.hypot(2, 8), 1 + 5 - 3, 1 + 13 - 10]
    want = reduced([max(0.0, loss) for loss in losses], reduction)
    because = "distances 5, 5, 13 to the positive and 13, 3, 10 to the negative"
    got = triplet_margin(
        anchor, positive, negative, eps=0.0, reduction=reduction, **how
    )
    assert_close(got, want, because)


def triples(generator, N, D):
    return [draw(generator, N, D) for _ in range(3)]


@every_size
def test_triplet_margin_has_its_defaults(generator, size):
    given = triples(generator, *size)
    because = "without them margin is 1, p 2, eps 1e-6, swap False, reduction the mean"
    assert_close(triplet_margin(*given), F.triplet_margin_loss(*given), because)


def test_triplet_margin_has_an_eps_of_a_millionth_by_default():
    anchor = exact([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    negative = anchor + exact([[0.0, 0.0, 0.0], [1e-6, -1e-6, 2e-6]])
    want = F.triplet_margin_loss(anchor, anchor, negative, 1e-6, reduction="none")
    got = triplet_margin(anchor, anchor, negative, 1e-6, reduction="none")
    because = "vectors that are equal have the distance √3 · 1e-6"
    assert_close(got, want, because, rtol=1e-6, atol=1e-14)


@every_reduction
@every_triplet
@pytest.mark.parametrize(("N", "D", "dtype"), ROWS[:2])
def test_triplet_margin_agrees_with_torch(generator, N, D, dtype, how, reduction):
    given = [t.to(dtype) for t in triples(generator, N, D)]
    want = F.triplet_margin_loss(*given, reduction=reduction, **how)
    because = f"it is F.triplet_margin_loss with {how or 'its defaults'}"
    assert_close(triplet_margin(*given, reduction=reduction, **how), want, because)


def test_triplet_margin_swaps_in_each_triplet_by_itself(generator):
    anchor, positive, negative = triples(generator, 11, 5)
    # Most negatives lie by the positive, and some by the anchor.
    near = torch.arange(11).unsqueeze(1) % 4 > 0
    negative = torch.where(near, positive, anchor) + 0.1 * negative
    given, how = (anchor, positive, negative), {"margin": 3.0, "swap": True}
    want = F.triplet_margin_loss(*given, reduction="none", **how)
    got = triplet_margin(*given, reduction="none", **how)
    because = "swap takes the smaller of the two distances in each triplet by itself"
    assert_close(got, want, because)


def test_triplet_margin_takes_its_arguments_in_order(generator):
    given = triples(generator, 7, 5)
    want = F.triplet_margin_loss(*given, 0.7, 3.0, 0.1, True, reduction="none")
    got = triplet_margin(*given, 0.7, 3.0, 0.1, True, reduction="none")
    because = "after the vectors come margin, p, eps and swap"
    assert_close(got, want, because)


def test_triplet_margin_takes_any_memory_layout(generator):
    anchor, positive = strided(generator)
    negative = draw(generator, 7, 22)[:, 1::2]
    want = F.triplet_margin_loss(anchor, positive, negative, reduction="none")
    got = triplet_margin(anchor, positive, negative, reduction="none")
    assert_close(got, want, LAYOUT)


@every_reduction
@pytest.mark.parametrize("how", [{}, {"p": 3.0, "margin": 2.5}, {"swap": True}])
def test_triplet_margin_has_the_gradients_of_torch(generator, reduction, how):
    f = partial(triplet_margin, reduction=reduction, **how)
    like = partial(F.triplet_margin_loss, reduction=reduction, **how)
    assert_slopes(generator, f, like, *triples(generator, 7, 5))


def test_triplet_margin_has_finite_slopes_where_vectors_are_equal(generator):
    anchor, _, negative = triples(generator, 7, 5)
    negative[3] = anchor[3] + 0.1
    like = partial(F.triplet_margin_loss, margin=3.0)
    f = partial(triplet_margin, margin=3.0)
    assert_slopes(generator, f, like, anchor, anchor.clone(), negative)
