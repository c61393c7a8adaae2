"""Grades linear regression with torch.nn."""

from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dojo.grading import (
    Spy,
    assert_close,
    assert_equal,
    assert_type,
    assert_within,
    binomial_band,
    forbids,
    slow,
)
from katas.ch2_linear.k03_linreg_concise import (
    huber_loss,
    load_array,
    make_linreg,
    train,
)

N, SIZE = 11, 4
DTYPES = [torch.float32, torch.float64]
WIDE = 12_000  # features of the models whose weights are looked at
without_huber = forbids("torch.huber_loss")


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def seeded(seed, run):
    """Return what a function gives after torch.manual_seed(seed)."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return run()


def arrays(count=23, parts=2):
    """Return tensors of which each row says to which sample it belongs."""
    rows = torch.arange(count)
    return tuple(100 * part + torch.stack([rows, -rows], 1) for part in range(parts))


def loaded(*args, **how):
    """Return a loader, once it is one."""
    loader = load_array(*args, **how)
    because = "what comes back is a DataLoader"
    assert_type(loader, DataLoader, because)
    return loader


def orders(loader, passes=3):
    """Return in which order the samples come, in each of several passes."""
    return [[int(row[0]) for X, *_ in loader for row in X] for _ in range(passes)]


@pytest.mark.parametrize("how", [{}, {"is_train": True}, {"is_train": False}])
@pytest.mark.parametrize(("count", "size"), [(11, 4), (12, 4), (5, 8), (7, 1)])
def test_load_array_yields_every_sample_once(count, size, how):
    loader = loaded(arrays(count), size, **how)
    want = [size] * (count // size) + [count % size] * (count % size > 0)
    because = f"{count} samples are full batches of {size}, and what remains"
    sizes = [len(batch[0]) for batch in loader]
    got, want = (f"batches of {', '.join(map(str, n)) or 0}" for n in (sizes, want))
    assert_equal(got, want, because)
    for order in orders(loader, 2):
        got = f"{len(set(order))} of {count} samples, {len(order)} in all"
        because = "every sample comes once each time"
        assert_equal(got, f"{count} of {count} samples, {count} in all", because)


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_load_array_keeps_the_parts_of_a_sample_together(parts):
    given = arrays(23, parts)
    for batch in loaded(given, 5):
        got = f"{len(batch)} parts in a batch"
        assert_equal(got, f"{parts} parts in a batch", "each tensor gives a part")
        rows = batch[0][:, 0]
        for part, whole in zip(batch, given, strict=True):
            because = "row i of each tensor belongs to sample i, parts in their order"
            assert_close(part, whole[rows], because)


def test_load_array_keeps_the_order_that_is_not_for_training():
    because = "with is_train=False the samples come as they are given"
    got = orders(loaded(arrays(), 5, is_train=False))
    kept = sum(order == list(range(23)) for order in got)
    assert_equal(f"{kept} of 3 times in order", "3 of 3 times in order", because)


@pytest.mark.parametrize("how", [{}, {"is_train": True}])
def test_load_array_mixes_the_samples_for_training(how):
    got = orders(loaded(arrays(), 5, **how))
    # By chance about 2 of 22 pairs stay neighbors; 16 or more once in 1e9 runs.
    near = int((torch.tensor(got[0]).diff().abs() == 1).sum())
    because = "for training the order is random, sample by sample"
    assert_equal("mixed" if near < 16 else "in rows", "mixed", because)
    different = len(set(map(tuple, got)))
    words = f"{different} different {'order' if different == 1 else 'orders'}"
    assert_equal(words, "3 different orders", "each time the order is a new one")


def test_load_array_draws_from_the_global_generator(seed):
    def run():
        return orders(loaded(arrays(), 5), 1)

    first, again, other = (seeded(s, run) for s in (seed, seed, seed + 1))
    got = f"{'same' if again == first else 'other'}, "
    got += f"then {'same' if other == first else 'other'}"
    because = "equal seeds of torch give equal orders, another seed another one"
    assert_equal(got, "same, then other", because)


def linear_of(*args, **how):
    """Return a model and the layer that it must have."""
    net = make_linreg(*args, **how)
    assert_type(net, nn.Sequential, "the model is an nn.Sequential")
    kind = type(net[0]).__name__ if len(net) else "nothing"
    good = "nn.Linear" if len(net) and isinstance(net[0], nn.Linear) else kind
    assert_equal(good, "nn.Linear", "its first part is an nn.Linear")
    layer, D = net[0], args[0]
    sizes = [None if p is None else tuple(p.shape) for p in (layer.weight, layer.bias)]
    got = f"weight {sizes[0]}, bias {sizes[1]}"
    because = "a weight for each feature, and one bias"
    assert_equal(got, f"weight (1, {D}), bias (1,)", because)
    return net, layer


def test_make_linreg_predicts_as_its_layer_does(generator):
    net, layer = linear_of(7)
    for p in layer.parameters():
        p.data = draw(generator, *p.shape).float()
    X = draw(generator, 5, 7).float()
    want = X @ layer.weight.T + layer.bias
    because = "nothing follows the layer: a prediction is X Wᵀ + b"
    assert_close(net(X).detach(), want.detach(), because)


def test_make_linreg_has_parameters_that_learn():
    net, _ = linear_of(7)
    learns = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    got = ", ".join(f"{name} {str(p.dtype)[6:]}" for name, p in learns)
    want = "0.weight float32, 0.bias float32"
    assert_equal(got, want, "weight and bias learn, and nothing else is there")


def test_make_linreg_starts_with_a_bias_of_zero():
    biases = [linear_of(7, 0.3)[1].bias.item() for _ in range(2)]
    always = f"the bias starts at {biases[0]:.4g}"
    got = always if biases[0] == biases[1] else "the bias is drawn at random"
    assert_equal(got, "the bias starts at 0", "the bias starts at 0")


@pytest.mark.parametrize("how", [{}, {"std": 0.3}, {"std": 2.0}])
def test_make_linreg_draws_its_weight_from_a_normal_distribution(seed, how):
    std = how.get("std", 0.01)
    _, layer = seeded(seed, lambda: linear_of(WIDE, **how))
    w = layer.weight.detach().flatten() / std
    same = "all 0" if not w.any() else "all the same"
    got = same if len(w.unique()) == 1 else "all different"
    assert_equal(got, "all different", "each weight is drawn for itself")
    below = float((w < 0).double().mean())
    got = "few below 0" if below < 0.1 else "few above 0" if below > 0.9 else "both"
    assert_equal(got, "both", "weights have the mean 0: half below it, half above")
    size = float(w.std())  # its deviation is .0065, the band 15 times that
    got = "1 std" if 0.9 < size < 1.1 else f"{size:.1g} std"
    because = f"the weight's standard deviation is std, {std}"
    assert_equal(f"a deviation of {got}", "a deviation of 1 std", because)
    # The mean's deviation is .0091, so it leaves the band once in 1e7 runs.
    assert_within(w.mean(), -0.0487, 0.0487, "weights have the mean 0, here over std")
    because = f"68.27 % of normal weights are within std, {std}, of 0"
    assert_within((w.abs() < 1).double().mean(), *binomial_band(WIDE, 0.6827), because)


def test_make_linreg_draws_from_the_global_generator(seed):
    def run():
        return [linear_of(5)[1].weight.tolist() for _ in range(2)]

    first, again, other = (seeded(s, run) for s in (seed, seed, seed + 1))
    got = f"{'same' if again == first else 'other'}, "
    got += f"then {'same' if other == first else 'other'}"
    because = "equal seeds of torch give equal weights, another seed others"
    assert_equal(got, "same, then other", because)
    got = "the same" if first[0] == first[1] else "another"
    assert_equal(got, "another", "each model starts with other weights")


def regression(generator):
    """Return a small net and samples of a plane, in float64."""
    X = draw(generator, N, 3)
    y = X @ double([[2.0], [-1.0], [0.5]]) + 3 + draw(generator, N, 1)
    net = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1)).double()
    for p in net.parameters():
        p.data = draw(generator, *p.shape)
    return net, X, y


def pairs(X, y):
    return list(zip(X.split(SIZE), y.split(SIZE), strict=True))


def assert_losses(losses, epochs):
    assert_type(losses, list, "the losses come as a list")
    assert_equal(f"{len(losses)} losses", f"{epochs} losses", "one loss an epoch")
    kinds = {"float" if isinstance(e, float) else type(e).__name__ for e in losses}
    because = "each loss is a Python float: float(loss) or loss.item()"
    assert_equal(", ".join(sorted(kinds)), "float", because)


def test_train_takes_one_step_a_batch(generator):
    net, X, y = regression(generator)
    spy = Spy(net.parameters())
    optimizer = spy.optimizer(torch.optim.SGD(net.parameters(), 0.01))
    loader = DataLoader(TensorDataset(X, y), SIZE, shuffle=True, generator=generator)
    batches, loss = spy.batches(loader), spy.loss(nn.MSELoss())
    train(spy.net(net), batches, loss, optimizer, 3)
    spy.assert_trains(epochs=3)


def test_train_clears_gradients_that_are_there_on_arrival(generator):
    net, X, y = regression(generator)
    for p in net.parameters():
        p.grad = draw(generator, *p.shape)
    spy = Spy(net.parameters())
    optimizer = spy.optimizer(torch.optim.SGD(net.parameters(), 0.01))
    train(spy.net(net), spy.batches(pairs(X, y)), F.l1_loss, optimizer, 2)
    spy.assert_trains(epochs=2)


OPTIMIZERS = {
    "SGD": lambda params: torch.optim.SGD(params, 0.03),
    "momentum": lambda params: torch.optim.SGD(params, 0.03, momentum=0.8),
    "Adam": lambda params: torch.optim.Adam(params, 0.05),
}


def one_sided(y_hat, y):
    """Return a mean loss that takes too little for worse than too much."""
    return torch.where(y_hat < y, 4 * (y - y_hat), y_hat - y).mean()


def followed(net, batches, loss, optimizer, epochs):
    """Return the losses of a loop of our own."""
    losses = []
    for _ in range(epochs):
        total = 0.0
        for X, y in batches:
            optimizer.zero_grad()
            value = loss(net(X), y)
            value.backward()
            optimizer.step()
            total += value.item() * len(y)
        losses.append(total / sum(len(y) for _, y in batches))
    return losses


@pytest.mark.parametrize(
    ("kind", "loss"),
    [("SGD", nn.MSELoss()), ("momentum", one_sided), ("Adam", nn.MSELoss())],
)
def test_train_follows_the_optimizer(generator, kind, loss):
    net, X, y = regression(generator)
    like, make = deepcopy(net), OPTIMIZERS[kind]
    losses = train(net, pairs(X, y), loss, make(net.parameters()), 2)
    want = followed(like, pairs(X, y), loss, make(like.parameters()), 2)
    assert_losses(losses, 2)
    because = "an entry is the mean over the samples of losses taken before each step"
    assert_close(double(losses), double(want), because)
    for p, q in zip(net.parameters(), like.parameters(), strict=True):
        because = "each batch is one step of the optimizer that was given"
        assert_close(p.detach(), q.detach(), because)


def test_train_weighs_each_loss_by_the_size_of_its_batch(generator):
    net, X, y = regression(generator)
    y[8:] += 20  # the short batch is the worst
    optimizer = torch.optim.SGD(net.parameters(), 0.0)
    losses = train(net, pairs(X, y), nn.MSELoss(), optimizer, 2)
    assert_losses(losses, 2)
    want = F.mse_loss(net(X), y).item()
    because = "nothing moves, so an entry is the mean loss of all 11 samples"
    assert_close(double(losses), double([want, want]), because)


def test_train_leaves_frozen_parameters_as_they_are(generator):
    net, X, y = regression(generator)
    net[0].weight.requires_grad_(False)
    kept, moved = net[0].weight.clone(), net[2].weight.detach().clone()
    optimizer = torch.optim.SGD(net.parameters(), 0.03)
    train(net, pairs(X, y), nn.MSELoss(), optimizer, 2)
    because = "a parameter with requires_grad=False is frozen and keeps its values"
    assert_close(net[0].weight, kept, because)
    state = "stays" if torch.equal(net[2].weight, moved) else "learns"
    assert_equal(state, "learns", "beside a frozen weight the others still learn")


@slow(20)
def test_train_recovers_the_true_weights(seed):
    generator = torch.Generator().manual_seed(seed)
    X, w = torch.randn(1000, 2, generator=generator), torch.tensor([[2.0], [-3.4]])
    y = X @ w + 4.2 + 0.01 * torch.randn(1000, 1, generator=generator)
    net = nn.Linear(2, 1)
    for p in net.parameters():
        nn.init.zeros_(p)
    loader = DataLoader(TensorDataset(X, y), 10, shuffle=True, generator=generator)
    optimizer = torch.optim.SGD(net.parameters(), 0.03)
    train(net, loader, nn.MSELoss(), optimizer, 3)
    weight, bias = net.weight.detach(), net.bias.detach()
    off = max(float((weight.T - w).abs().max()), float((bias - 4.2).abs()))
    # Over 200 seeds and 2 sets of float kernels it is .0008 ± .0003, and .002 at most.
    # The error of each of three is normal with a deviation of .0006: above .005 once in
    # 1e14 runs.
    got, want = f"{off:.1g} off", "at most 5e-3 off"
    assert_equal(got if off > 5e-3 else want, want, "the true weights are found")


@without_huber
def test_huber_loss_of_a_worked_example():
    y_hat, y = double([[1.0], [4.0], [0.0]]), double([[1.5], [1.0], [2.0]])
    because = "the residuals .5, 3 and 2 cost .125, 2.5 and 1.5 with delta 1"
    got = huber_loss(y_hat, y)
    assert_close(got, double((0.125 + 2.5 + 1.5) / 3), because)


@without_huber
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
def test_huber_loss_agrees_with_torch(generator, delta, dtype):
    y_hat, y = (3 * draw(generator, 17, 1).to(dtype) for _ in range(2))
    want = F.huber_loss(y_hat, y, delta=delta)
    because = f"the mean of r²/2 up to {delta}, and of {delta} (|r| - {delta}/2) beyond"
    assert_close(huber_loss(y_hat, y, delta), want, because)


@without_huber
def test_huber_loss_has_a_delta_of_one_by_default(generator):
    y_hat, y = (3 * draw(generator, 7, 2) for _ in range(2))
    because = "without a delta it is 1"
    assert_close(huber_loss(y_hat, y), F.huber_loss(y_hat, y), because)


@without_huber
@pytest.mark.parametrize("delta", [0.4, 3.0])
def test_huber_loss_is_half_the_squared_error_near_zero(generator, delta):
    y = draw(generator, 13, 1)
    y_hat = y + 0.99 * delta * torch.rand(13, 1, generator=generator).double()
    want = F.mse_loss(y_hat, y) / 2
    because = f"where no residual exceeds {delta} it is half the mean squared error"
    assert_close(huber_loss(y_hat, y, delta), want, because)


@without_huber
@pytest.mark.parametrize("delta", [0.4, 3.0])
def test_huber_loss_has_a_slope_that_is_cut_off(generator, delta):
    y_hat, y = (3 * draw(generator, 13, 1) for _ in range(2))
    loss = huber_loss(y_hat.requires_grad_(), y, delta)
    assert_equal(f"shape {tuple(loss.shape)}", "shape ()", "a mean has no axes")
    place = "in the graph" if loss.requires_grad else "cut from the graph"
    assert_equal(place, "in the graph", "gradients must flow to the predictions")
    (got,) = torch.autograd.grad(1.7 * loss, y_hat)
    want = 1.7 * (y_hat.detach() - y).clamp(-delta, delta) / 13
    because = f"a prediction's slope is its residual, cut off at {delta}, over 13"
    assert_close(got, want, because, rung="gradient")
