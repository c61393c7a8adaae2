"""Grades custom layers."""

from copy import deepcopy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_type,
    assert_within,
    binomial_band,
    forbids,
    numerical_gradient,
    sgd_step_,
)
from katas.ch4_computation.k03_custom_layers import (
    BilinearReduce,
    CenteredLayer,
    MyDropout,
    MyLinear,
)

SHAPES = [(7,), (5, 3), (2, 3, 5), (2, 5, 3, 4)]
SIZES = [(7, 5), (3, 11), (5, 1)]
DTYPES = [torch.float32, torch.float64]
DROPPERS = ("dropout", "native_dropout", "feature_dropout", "alpha_dropout")
without_linear = forbids("torch.linear")
without_dropout = forbids(*(f"torch.{name}" for name in DROPPERS))


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def backward(Y, dY):
    """Let gradients flow back from a result, once it is in a graph."""
    place = "in the graph" if Y.requires_grad else "cut from the graph"
    because = "the result stays in the graph, so that gradients can flow back"
    assert_equal(place, "in the graph", because)
    Y.backward(dY)


def assert_gradient(leaf, want, name):
    got = "no gradient" if leaf.grad is None else "a gradient"
    assert_equal(got, "a gradient", f"a gradient flows to {name}")
    because = f"the gradient of {name} is what torch finds"
    assert_close(leaf.grad, want, because, rung="gradient")


def module_of(layer):
    assert_type(layer, nn.Module, "a layer is an nn.Module")
    return layer


def named(tensors):
    words = []
    for name, value in tensors:
        frozen = isinstance(value, nn.Parameter) and not value.requires_grad
        words.append(f"{name} {tuple(value.shape)}{' frozen' if frozen else ''}")
    return ", ".join(sorted(words)) or "none"


def assert_parameters(layer, want):
    """Compare names and shapes of the parameters, and of the whole state."""
    plain = [k for k, v in vars(layer).items() if isinstance(v, torch.Tensor)]
    got = named(layer.named_parameters())
    got += f", a plain tensor {', '.join(plain)}" if plain else ""
    buffers = [name for name, _ in layer.named_buffers()]
    got += f", a buffer {', '.join(buffers)}" if buffers else ""
    because = "what learns is an nn.Parameter, an attribute of that name and shape"
    assert_equal(got, want, because)
    because = "the state_dict has the parameters, and nothing else"
    assert_equal(named(layer.state_dict().items()), want, because)


def centered():
    return module_of(CenteredLayer())


def test_centered_layer_of_a_worked_example():
    X = torch.tensor([[1.0, 2, 3], [6, 7, 11]])
    want = torch.tensor([[-4.0, -3, -2], [1, 2, 6]])
    assert_close(centered()(X), want, "the mean of all six numbers is 5")


def test_centered_layer_has_no_parameters(generator):
    layer = centered()
    layer(draw(generator, 5, 3))
    assert_equal(named(layer.named_parameters()), "none", "nothing here learns")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_centered_layer_takes_away_the_mean_of_all_elements(generator, shape, dtype):
    X = (draw(generator, *shape) + 3).to(dtype)
    because = "one mean, that over all elements, is taken away"
    assert_close(centered()(X), X - X.sum() / X.numel(), because)


def test_centered_layer_gives_the_mean_0(generator):
    Y = centered()(draw(generator, 5, 7, 3) + 3)
    because = "what is left has the mean 0"
    assert_close(Y.mean(), torch.zeros((), dtype=torch.float64), because)


def test_centered_layer_does_the_same_in_evaluation_mode(generator):
    layer, X = centered(), draw(generator, 5, 3) + 3
    layer(draw(generator, 4, 3) - 11)
    because = "in evaluation mode, too, the mean is that of the batch that is given"
    assert_close(layer.eval()(X), X - X.mean(), because)


def test_centered_layer_lets_gradients_flow_through_the_mean(generator):
    X, dY = draw(generator, 5, 3).requires_grad_(), draw(generator, 5, 3)
    backward(centered()(X), dY)
    assert_gradient(X, dY - dY.mean(), "X")


def test_centered_layer_is_a_part_like_any_other(generator):
    net = nn.Sequential(nn.Linear(3, 5), centered()).double()
    X = draw(generator, 7, 3)
    H = (X @ net[0].weight.T + net[0].bias).detach()
    because = "in a net it takes away the mean of what the layer before returned"
    assert_close(net(X).detach(), H - H.mean(), because)


def linear_with(W, b):
    """Return a layer that holds these values, if it has the parameters to hold them."""
    layer = module_of(MyLinear(*W.shape))
    assert_parameters(layer, f"bias {tuple(b.shape)}, weight {tuple(W.shape)}")
    layer = layer.double() if W.dtype is torch.float64 else layer  # float32 as built
    layer.load_state_dict({"weight": W, "bias": b})
    return layer


@without_linear
def test_my_linear_of_a_worked_example():
    W, b = torch.tensor([[1.0, -2, 0], [3, 1, -1]]), torch.tensor([1.0, 2, 3])
    X = torch.tensor([[2.0, 1], [0, -1]])
    want = torch.tensor([[6.0, 0, 2], [0, 1, 4]])
    because = "X @ weight + bias is 6 -1 2 and -2 1 4, and ReLU makes -1 and -2 zero"
    assert_close(linear_with(W, b)(X).detach(), want, because)


@pytest.mark.parametrize(("in_units", "units"), SIZES)
def test_my_linear_has_the_parameters_weight_and_bias(in_units, units):
    layer = module_of(MyLinear(in_units=in_units, units=units))
    assert_parameters(layer, f"bias ({units},), weight ({in_units}, {units})")


def test_my_linear_does_not_start_at_zero():
    layer = linear_with(torch.ones(7, 5), torch.zeros(5))
    fresh = MyLinear(7, 5).weight.detach()
    got = "not all zero" if fresh.abs().sum() > 0 else "all zero"
    assert_equal(got, "not all zero", "a weight of zeros passes no gradient to X")
    shared = layer.weight.data_ptr() == fresh.data_ptr()
    got = "shared" if shared else "its own"
    assert_equal(got, "its own", "each layer has a weight of its own")


@without_linear
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", SIZES)
def test_my_linear_is_linear_then_relu(generator, sizes, dtype):
    W, b = draw(generator, *sizes).to(dtype), draw(generator, sizes[1]).to(dtype)
    X = draw(generator, 13, sizes[0]).to(dtype)
    want = F.linear(X, W.T.contiguous(), b).relu()
    layer = linear_with(W, b).train(dtype is torch.float32)
    because = "in train() and eval() it is relu(X @ weight + bias)"
    assert_close(layer(X).detach(), want, because)


@without_linear
def test_my_linear_takes_rows_in_another_layout_of_memory(generator):
    W, b, X = draw(generator, 7, 5), draw(generator, 5), draw(generator, 7, 11).T
    because = "it is relu(X @ weight + bias), however X lies in memory"
    assert_close(linear_with(W, b)(X).detach(), (X @ W + b).relu(), because)


@without_linear
def test_my_linear_lets_gradients_flow_to_weight_and_bias(generator):
    W, b = draw(generator, 7, 5), draw(generator, 5)
    layer, X, dY = linear_with(W, b), draw(generator, 13, 7), draw(generator, 13, 5)
    backward(layer(X), dY)
    passed = dY * (X @ W + b > 0)
    assert_gradient(layer.weight, X.T @ passed, "weight")
    assert_gradient(layer.bias, passed.sum(0), "bias")


@without_linear
def test_my_linear_lets_gradients_flow_to_its_input(generator):
    W, b = draw(generator, 7, 5), draw(generator, 5)
    X, dY = draw(generator, 13, 7).requires_grad_(), draw(generator, 13, 5)
    backward(linear_with(W, b)(X), dY)
    assert_gradient(X, (dY * (X @ W + b > 0)) @ W.T, "X")


@without_linear
def test_my_linear_learns_by_a_step_of_an_optimizer(generator):
    W, b = draw(generator, 3, 2), draw(generator, 2)
    layer, X = linear_with(W, b), draw(generator, 11, 3)
    backward(layer(X), torch.ones(11, 2, dtype=torch.float64))
    sgd_step_(layer.parameters(), 0.25)
    on = (X @ W + b > 0).double()
    because = "one step moves the weight by the learning rate times its gradient"
    assert_close(layer.weight.detach(), W - 0.25 * X.T @ on, because)
    because = "one step moves the bias by the learning rate times its gradient"
    assert_close(layer.bias.detach(), b - 0.25 * on.sum(0), because)


@without_linear
def test_my_linear_may_be_copied(generator):
    W, b, X = draw(generator, 7, 5), draw(generator, 5), draw(generator, 4, 7)
    layer = linear_with(W, b)
    other = deepcopy(layer)
    with torch.no_grad():
        other.weight.mul_(2)
    because = "a copy has a weight of its own"
    assert_close(layer(X).detach(), (X @ W + b).relu(), because)
    assert_close(other(X).detach(), (2 * X @ W + b).relu(), because)


WIDE = (211, 307)


def dropout_of(p):
    layer = module_of(MyDropout(p))
    assert_equal(named(layer.named_parameters()), "none", "nothing here learns")
    return layer


def entries(generator, *shape):
    """Return numbers of both signs, none of them near 0."""
    X = draw(generator, *shape)
    return X + X.sign()


@without_dropout
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("p", [0.2, 0.7])
def test_my_dropout_scales_what_it_keeps_by_1_over_1_minus_p(generator, p, dtype):
    X = entries(generator, 13, 17).to(dtype)
    Y = dropout_of(p)(X)
    because = f"with p={p} what is kept is divided by 1 - p, all else is 0"
    assert_close(Y, torch.where(Y != 0, X / (1 - p), 0.0).to(dtype), because)


def assert_drawn_for_each(kept):
    """See that what is kept is not the same in each row, nor in each column."""
    for axis, words in ((0, "row"), (1, "column")):
        # By chance all rows are equal once in 1e180 runs, all columns too.
        same = bool((kept == kept.narrow(axis, 0, 1)).all())
        some = bool(kept.any()) and not bool(kept.all())
        got = f"the same in each {words}" if same and some else "each for itself"
        because = "no two rows and no two columns share what is drawn"
        assert_equal(got, "each for itself", because)


@without_dropout
@pytest.mark.parametrize("p", [0.2, 0.7])
def test_my_dropout_drops_with_probability_p(generator, p):
    Y = dropout_of(p)(entries(generator, *WIDE))
    assert_drawn_for_each(Y != 0)
    share = float((Y == 0).double().mean())
    words = {0.0: "nothing is dropped", 1.0: "all is dropped"}
    got = words.get(share, "some are dropped")
    low, high = binomial_band(Y.numel(), 1 - p)
    got = "some are dropped with probability 1 - p" if low < share < high else got
    because = f"each entry is dropped with probability p = {p}"
    assert_equal(got, "some are dropped", because)
    assert_within(share, *binomial_band(Y.numel(), p), because)


@without_dropout
def test_my_dropout_draws_for_each_entry(generator):
    assert_drawn_for_each(dropout_of(0.4)(entries(generator, 23, 29)) != 0)


@without_dropout
def test_my_dropout_leaves_the_count_to_chance(generator):
    layer, X = dropout_of(0.4), entries(generator, 7, 13)
    counts = {int((layer(X) != 0).sum()) for _ in range(40)}
    # The likeliest count of 91 coins comes in .085 of the calls; always in 1e-41 runs.
    got = "always as many" if len(counts) == 1 else "now more, now less"
    because = "each entry is dropped for itself, so how many are kept is left to chance"
    assert_equal(got, "now more, now less", because)


@without_dropout
def test_my_dropout_draws_anew_in_every_call(generator):
    layer, X = dropout_of(0.4), entries(generator, 13, 17)
    first, second = layer(X) != 0, layer(X) != 0
    got = "the same again" if torch.equal(first, second) else "another"
    assert_equal(got, "another", "each call drops other entries")


def assert_dropped(Y, want, because):
    got = "something is dropped" if bool((Y == 0).any()) else "nothing is dropped"
    assert_equal(got, want, because)


@without_dropout
@pytest.mark.parametrize("dtype", DTYPES)
def test_my_dropout_does_nothing_in_evaluation_mode(generator, dtype):
    layer, X = dropout_of(0.7), entries(generator, 13, 17).to(dtype)
    because = "after eval() X comes back as it is"
    Y = layer.eval()(X)
    assert_dropped(Y, "nothing is dropped", because)
    assert_close(Y, X, because)
    because = "after train() it drops again"
    assert_dropped(layer.train()(X), "something is dropped", because)


@without_dropout
def test_my_dropout_follows_the_net_that_it_is_in(generator):
    X = entries(generator, 13, 17)
    net = nn.Sequential(nn.Identity(), dropout_of(0.7))
    because = "a net that is in evaluation mode drops nothing"
    Y = net.eval()(X)
    assert_dropped(Y, "nothing is dropped", because)
    assert_close(Y, X, because)
    because = "a net that is in training mode drops"
    assert_dropped(net.train()(X), "something is dropped", because)


@without_dropout
@pytest.mark.parametrize("shape", SHAPES)
def test_my_dropout_with_p_0_drops_nothing(generator, shape):
    X = entries(generator, *shape)
    assert_close(dropout_of(0.0)(X), X, "with p=0 X comes back as it is")


@without_dropout
@pytest.mark.parametrize("shape", SHAPES)
def test_my_dropout_with_p_1_drops_everything(generator, shape):
    X = entries(generator, *shape)
    because = "with p=1 only zeros come back, and nothing is divided by 0"
    Y = dropout_of(1.0)(X).detach()
    came = "nan, which is 0 / 0" if bool(Y.isnan().any()) else "numbers"
    assert_equal(came, "numbers", because)
    assert_close(Y, torch.zeros_like(X), because)
    because = "with p=1, too, evaluation mode does nothing"
    assert_close(dropout_of(1.0).eval()(X), X, because)


@without_dropout
@pytest.mark.parametrize("p", [0.2, 0.7])
def test_my_dropout_lets_gradients_flow_through_what_it_keeps(generator, p):
    X, dY = entries(generator, 13, 17).requires_grad_(), draw(generator, 13, 17)
    Y = dropout_of(p)(X)
    kept = Y.detach() != 0
    backward(Y, dY)
    assert_gradient(X, torch.where(kept, dY / (1 - p), 0.0), "X")


@without_dropout
def test_my_dropout_lets_gradients_flow_in_evaluation_mode(generator):
    X, dY = entries(generator, 5, 7).requires_grad_(), draw(generator, 5, 7)
    Y = dropout_of(0.4).eval()(X)
    because = "after eval() the gradient passes as it is, too"
    assert_dropped(Y.detach(), "nothing is dropped", because)
    backward(Y, dY)
    assert_gradient(X, dY, "X")


@without_dropout
def test_my_dropout_draws_from_the_global_generator(generator, seed):
    layer, X = dropout_of(0.4), entries(generator, 13, 17)
    first, again, other = (
        dropped_after(s, layer, X)[0] for s in (seed, seed, seed + 1)
    )
    got = "the same" if torch.equal(first, again) else "another"
    got += ", then the same" if torch.equal(first, other) else ", then another"
    because = "equal seeds of torch drop the same entries, another seed others"
    assert_equal(got, "the same, then another", because)


def dropped_after(seed, layer, X):
    """Return what was kept after torch.manual_seed(seed), and what is drawn next."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return layer(X) != 0, torch.rand(()).item()


@without_dropout
def test_my_dropout_leaves_the_global_seed_alone(generator, seed):
    layer, X = dropout_of(0.4), entries(generator, 5, 7)
    draws = {dropped_after(start, layer, X)[1] for start in (seed, seed + 1)}
    got = "equal draws" if len(draws) == 1 else "other draws"
    because = "a layer that reseeds makes all that is drawn after it the same"
    assert_equal(got, "other draws", because)


def bilinear_with(W):
    n, _, k = W.shape
    layer = module_of(BilinearReduce(n, k))
    assert_parameters(layer, f"weight {tuple(W.shape)}")
    layer = layer.double() if W.dtype is torch.float64 else layer
    layer.load_state_dict({"weight": W})
    return layer


def by_loops(W, X):
    n, _, k = W.shape
    Y = torch.zeros(len(X), k, dtype=X.dtype)
    for i in range(n):
        for j in range(n):
            Y += torch.outer(X[:, i] * X[:, j], W[i, j])
    return Y


def test_bilinear_reduce_of_a_worked_example():
    W = torch.tensor([[[1.0, 0, 2], [3, 1, 0]], [[-1, 0, 1], [0, 2, -2]]])
    X = torch.tensor([[2.0, 3], [1, -1]])
    want = torch.tensor([[16.0, 24, -4], [-1, 1, -1]])
    because = "x is 2 3 and 1 -1: the sum over i, j of W_ijk x_i x_j"
    assert_close(bilinear_with(W)(X).detach(), want, because)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_bilinear_reduce_has_one_parameter(n, k):
    layer = module_of(BilinearReduce(n=n, k=k))
    assert_parameters(layer, f"weight ({n}, {n}, {k})")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "k"), SIZES)
def test_bilinear_reduce_sums_over_both_indices(generator, n, k, dtype):
    W, X = draw(generator, n, n, k).to(dtype), draw(generator, 4, n).to(dtype)
    want = torch.einsum("ijk,ni,nj->nk", W.double(), X.double(), X.double()).to(dtype)
    layer = bilinear_with(W).train(dtype is torch.float32)
    because = "y_k is the sum over i and j of W_ijk x_i x_j, for each sample by itself"
    assert_close(layer(X).detach(), want, because, **tolerance(dtype))


def tolerance(dtype):
    """Return what the order of 121 products may change in float32."""
    return {"rtol": 1e-4, "atol": 1e-4} if dtype is torch.float32 else {}


def test_bilinear_reduce_takes_an_index_for_each_factor(generator):
    W = torch.zeros(3, 3, 2, dtype=torch.float64)
    W[0, 2, 1], W[2, 0, 0] = 5.0, 7.0
    X = draw(generator, 4, 3)
    products = X[:, 0] * X[:, 2]
    want = torch.stack([7 * products, 5 * products], 1)
    because = "with two weights that are not zero, y is 7 x_2 x_0 and 5 x_0 x_2"
    assert_close(bilinear_with(W)(X).detach(), want, because)


def test_bilinear_reduce_is_quadratic(generator):
    layer, X = bilinear_with(draw(generator, 5, 5, 3)), draw(generator, 4, 5)
    because = "twice the input gives four times the output: there is no bias"
    assert_close(layer(2 * X).detach(), 4 * layer(X).detach(), because)


def test_bilinear_reduce_lets_gradients_flow_to_its_weight(generator):
    W, X, dY = draw(generator, 5, 5, 3), draw(generator, 4, 5), draw(generator, 4, 3)
    layer = bilinear_with(W)
    backward(layer(X), dY)
    want = torch.einsum("ni,nj,nk->ijk", X, X, dY)
    assert_gradient(layer.weight, want, "weight")


def test_bilinear_reduce_lets_gradients_flow_through_both_factors(generator):
    W, dY = draw(generator, 5, 5, 3), draw(generator, 4, 3)
    X = draw(generator, 4, 5).requires_grad_()
    backward(bilinear_with(W)(X), dY)
    slope = numerical_gradient(
        lambda x: float((by_loops(W, torch.from_numpy(x)) * dY).sum()),
        X.detach().numpy(),
    )
    came = "no gradient" if X.grad is None else "a gradient"
    assert_equal(came, "a gradient", "a gradient flows to X")
    because = "the slope of x_i x_j has a share from each of the two factors"
    want = torch.from_numpy(np.asarray(slope))
    assert_close(X.grad, want, because, rtol=1e-6, atol=1e-7, rung="gradient")
