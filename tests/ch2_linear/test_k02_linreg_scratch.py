"""Grades linear regression from scratch."""

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_that,
    assert_type,
    assert_within,
    binomial_band,
    forbids,
    slow,
)
from katas.ch2_linear.k02_linreg_scratch import (
    data_iter,
    sgd,
    squared_loss,
    synthetic_data,
    train_linreg,
)

pytestmark = forbids("torch.optim")

DTYPES = [torch.float32, torch.float64]
FLAT, UPRIGHT = (11,), (11, 1)
ROWS = [UPRIGHT, FLAT]
EPOCHS = 20
HUGE, TINY = 1e12, 1e-6  # of labels and of steps: beside them no start counts


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def sizes_of(*tensors):
    return ", ".join(f"{tuple(t.shape)}" for t in tensors)


def assert_draws(run, seed, given):
    """Compare runs with equal and with other seeds, and a second run of a generator.

    What `run` returns may be equal by chance less than once in 1e9 runs.
    """
    seen = []
    for s in (seed, seed, seed + 1):
        how = {"generator": torch.Generator().manual_seed(s)} if given else {}
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(len(seen) if given else s)
            seen += [run(**how), run(**how)]
    first, second, *others = seen
    source = "the generator" if given else "torch's global generator"
    got = "the same draws" if first == others[0] else "other draws"
    because = f"all that is drawn comes from {source}: equal seeds, equal draws"
    assert_equal(got, "the same draws", because)
    got = "the same draws" if first == others[2] else "other draws"
    assert_equal(got, "other draws", f"another seed of {source} gives other draws")
    got = "the same draws" if first == second else "other draws"
    assert_equal(got, "other draws", "a generator is drawn from, never reseeded")


def data(*args, **how):
    """Return what synthetic_data gives, once it is two tensors of the right shapes."""
    found = synthetic_data(*args, **how)
    assert_type(found, tuple, "features and labels come as a tuple")
    w, _, n = args
    X, y = found
    want = f"features {(n, len(w))}, labels {(n, 1)}"
    got = f"features {tuple(X.shape)}, labels {tuple(y.shape)}"
    assert_equal(got, want, "a row of features and a row of one label for each sample")
    return X, y


def coefficients(X, y):
    """Return the weights and the bias of the best fit, in one column."""
    X_ones = torch.column_stack([X, torch.ones(len(X))]).double()
    return torch.linalg.lstsq(X_ones, y.double()).solution


def assert_balanced(draws, what):
    """Say it if nearly all of many draws have one sign; by chance never."""
    below = float((draws < 0).double().mean())
    got = "few below 0" if below < 0.1 else "few above 0" if below > 0.9 else "both"
    assert_equal(got, "both", f"{what} have the mean 0: half below it, half above")


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_synthetic_data_without_noise_has_the_true_weights(generator, shape):
    w = draw(generator, *shape)
    X, y = data(w, -2.7, 17, noise=0.0, generator=generator)
    want = torch.cat([w.flatten(), double([-2.7])]).reshape(-1, 1)
    because = "a label is the weighted sum of its features plus b, and no noise"
    assert_close(coefficients(X, y), want, because, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
def test_synthetic_data_has_the_dtype_of_the_weights(generator, dtype):
    X, y = data(draw(generator, 3).to(dtype), 1.3, 7, generator=generator)
    dtypes = f"features {X.dtype}, labels {y.dtype}".replace("torch.", "")
    name = str(dtype).removeprefix("torch.")
    because = "the weights give their dtype to the data"
    assert_equal(dtypes, f"features {name}, labels {name}", because)


def test_synthetic_data_has_standard_normal_features(generator):
    X, _ = data(draw(generator, 3), 0.4, 4000, generator=generator)
    got = f"{X.unique().numel()} of 12000 entries differ"
    because = "each entry is drawn for itself"
    assert_equal(got, "12000 of 12000 entries differ", because)
    assert_balanced(X, "features")
    got = "some beyond 2" if (X.abs() > 2).any() else "none beyond 2"
    assert_equal(got, "some beyond 2", "4.55 % of normal draws are beyond 2 or -2")
    # The mean's deviation is .0091, so it leaves the band once in 1e7 runs.
    assert_within(X.mean(), -0.0487, 0.0487, "the features have the mean 0")
    because = "68.27 % of normal draws are within one standard deviation of 0"
    assert_within((X.abs() < 1).double().mean(), *binomial_band(12000, 0.6827), because)


@pytest.mark.parametrize("noise", [0.01, 0.3, 4.0])
def test_synthetic_data_adds_normal_noise(generator, noise):
    w = draw(generator, 3)
    how = {} if noise == 0.01 else {"noise": noise}
    X, y = data(w, 0.4, 12000, **how, generator=generator)
    r = (y - X @ w.reshape(-1, 1) - 0.4) / noise
    kinds = r.mul(1e6).round().unique()
    one_for_all = "no noise" if float(kinds.abs().max()) == 0 else "one for all"
    got = one_for_all if len(kinds) == 1 else "one for each"
    assert_equal(got, "one for each", "each label has noise of its own")
    assert_balanced(r, "noises")
    # The mean's deviation is .0091, so it leaves the band once in 1e7 runs.
    assert_within(r.mean(), -0.0487, 0.0487, "noise has the mean 0, here over its size")
    because = f"68.27 % of the noise is within its standard deviation, {noise}"
    assert_within((r.abs() < 1).double().mean(), *binomial_band(12000, 0.6827), because)


@pytest.mark.parametrize("given", [True, False])
def test_synthetic_data_draws_from_the_generator_or_the_global_one(seed, given):
    def run(**how):
        found = synthetic_data(double([2.0, -3.4]), 4.2, 5, **how)
        return [part.tolist() for part in found]

    assert_draws(run, seed, given)


def samples(generator, N):
    """Return N samples whose first feature and whose label tell which they are."""
    X, y = draw(generator, N, 3), torch.arange(N).double()[:, None] + 100
    X[:, 0] = torch.arange(N)
    return X, y


def batches(*args, **how):
    """Return the batches of an epoch, once each is a pair of tensors."""
    found = list(data_iter(*args, **how))
    for batch in found:
        parts = (
            f"{len(batch)} parts" if isinstance(batch, tuple | list) else "one thing"
        )
        assert_equal(parts, "2 parts", "a batch is a pair, features and labels")
    return found


def order(found):
    return [int(row[0]) for X, _ in found for row in X]


@pytest.mark.parametrize(("N", "size"), [(11, 4), (12, 4), (7, 1), (5, 8), (13, 5)])
def test_data_iter_yields_every_sample_once(generator, N, size):
    X, y = samples(generator, N)
    found = batches(size, X, y, generator=generator)
    want = [size] * (N // size) + [N % size] * (N % size > 0)
    because = f"{N} samples are full batches of {size}, and what remains"
    assert_equal([len(x) for x, _ in found], want, because)
    seen = order(found)
    got = f"{len(set(seen))} of {N} samples, {len(seen)} in all"
    because = "every sample comes once, none twice"
    assert_equal(got, f"{N} of {N} samples, {N} in all", because)


def test_data_iter_yields_rows_with_their_labels(generator):
    X, y = samples(generator, 11)
    kept = X.clone(), y.clone()
    for X_batch, y_batch in batches(4, X, y, generator=generator):
        rows = X_batch[:, 0].long()
        got, want = sizes_of(X_batch, y_batch), f"({len(rows)}, 3), ({len(rows)}, 1)"
        assert_equal(got, want, "a batch has rows of features and rows of one label")
        assert_close(X_batch, kept[0][rows], "a sample's features stay together")
        assert_close(y_batch, kept[1][rows], "each sample comes with its own label")
    changed = "as they were" if torch.equal(X, kept[0]) else "in another order"
    assert_equal(changed, "as they were", "the data that was given stays as it was")


def test_data_iter_makes_a_new_order_every_time(generator):
    X, y = samples(generator, 23)
    orders = [order(batches(5, X, y, generator=generator)) for _ in range(4)]
    # By chance about 2 of 22 pairs stay neighbors; 16 or more once in 1e9 runs.
    near = int((torch.tensor(orders[0]).diff().abs() == 1).sum())
    got = "mixed" if near < 16 else "in rows"
    assert_equal(got, "mixed", "the order is random, sample by sample")
    different = len(set(map(tuple, orders)))
    got = f"{different} different {'order' if different == 1 else 'orders'} in 4 epochs"
    assert_equal(got, "4 different orders in 4 epochs", "each call makes a new order")


@pytest.mark.parametrize("given", [True, False])
def test_data_iter_draws_from_the_generator_or_the_global_one(seed, given):
    def run(**how):
        return order(batches(5, *samples(torch.Generator(), 23), **how))

    assert_draws(run, seed, given)


def test_squared_loss_of_a_worked_example():
    y_hat, y = double([[1.0], [5], [-2]]), double([[1.0], [2], [-1.5]])
    because = "half the squares of 0, 3 and -0.5, each for itself"
    assert_close(squared_loss(y_hat, y), double([[0.0], [4.5], [0.125]]), because)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("of_y", ROWS)
@pytest.mark.parametrize("of_y_hat", ROWS)
def test_squared_loss_agrees_with_torch(generator, of_y_hat, of_y, dtype):
    y_hat, y = (draw(generator, *shape).to(dtype) for shape in (of_y_hat, of_y))
    want = F.mse_loss(y_hat, y.reshape(of_y_hat), reduction="none") / 2
    because = f"{of_y_hat} against {of_y} is 11 pairs: half of each squared error"
    assert_close(squared_loss(y_hat, y), want, because)


@pytest.mark.parametrize("of_y", ROWS)
def test_squared_loss_has_the_residual_for_its_slope(generator, of_y):
    y_hat, y = draw(generator, *UPRIGHT).requires_grad_(), draw(generator, *of_y)
    loss, dY = squared_loss(y_hat, y), draw(generator, *UPRIGHT)
    assert_equal(f"shape {tuple(loss.shape)}", f"shape {UPRIGHT}", "a loss a sample")
    place = "in the graph" if loss.requires_grad else "cut from the graph"
    assert_equal(place, "in the graph", "gradients must flow to the predictions")
    (got,) = torch.autograd.grad(loss, y_hat, dY)
    want = dY * (y_hat.detach() - y.reshape(UPRIGHT))
    because = "the half cancels the 2: the slope of each loss is its residual"
    assert_close(got, want, because, rung="gradient")


def parameters(generator, dtype=torch.float64):
    """Return parameters of several shapes and layouts, with random gradients."""
    tensors = [draw(generator, 3, 1), draw(generator, 1), draw(generator, 2, 5).T]
    params = [t.to(dtype).requires_grad_() for t in [*tensors, draw(generator)]]
    for p in params:
        p.grad = draw(generator, *p.shape).to(dtype)
    return params


@pytest.mark.parametrize("lr", [0.3, 0.05])
def test_sgd_of_a_worked_example(lr):
    p = double([2.0, -1.0]).requires_grad_()
    p.grad = double([8.0, -20.0])
    sgd([p], lr, 4)
    because = f"a step is {lr} times the gradients 8 and -20 over the batch size 4"
    assert_close(p.detach(), double([2 - lr * 2, -1 + lr * 5]), because)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sgd_is_a_step_of_torch_on_the_mean_gradient(generator, dtype):
    params = parameters(generator, dtype)
    like = [p.detach().clone().requires_grad_() for p in params]
    for p, q in zip(params, like, strict=True):
        q.grad = p.grad / 7
    sgd(params, 0.2, 7)
    torch.optim.SGD(like, 0.2).step()
    for p, q in zip(params, like, strict=True):
        because = "each parameter moves by -lr times its gradient over the batch size"
        assert_close(p.detach(), q.detach(), because)


def test_sgd_clears_the_gradients(generator):
    params = parameters(generator)
    sgd(params, 0.2, 7)
    cleared = [p.grad is None or not p.grad.any() for p in params]
    got = f"{sum(cleared)} of 4 gradients cleared"
    because = "after the step every gradient is zero, or None"
    assert_equal(got, "4 of 4 gradients cleared", because)


def test_sgd_changes_the_parameters_in_place(generator):
    params = parameters(generator)
    given, before = list(params), [p.detach().clone() for p in params]
    places = [p.data_ptr() for p in params]
    sgd(params, 0.2, 7)
    for p, was, q, at in zip(given, before, params, places, strict=True):
        moved = "as it was" if torch.equal(p, was) else "moved"
        because = "the tensors that were given are moved, not copies of them"
        assert_equal(moved, "moved", because)
        same = "the same tensor" if p is q else "another tensor"
        assert_equal(same, "the same tensor", "the list keeps the tensors it had")
        memory = "the same memory" if p.data_ptr() == at else "other memory"
        because = "a parameter is changed in place: what shares its memory moves along"
        assert_equal(memory, "the same memory", because)


def test_sgd_leaves_leaves_that_learn(generator):
    params = parameters(generator)
    sgd(params, 0.2, 7)
    for p in params:
        kind = "a leaf" if p.is_leaf else "not a leaf"
        kind += " that learns" if p.requires_grad else " that does not learn"
        because = "no graph records the step: a parameter is a leaf before and after"
        assert_equal(kind, "a leaf that learns", because)
    state = "on" if torch.is_grad_enabled() else "off"
    assert_equal(state, "on", "autograd is as it was before")


def trained(*args, **how):
    """Return what train_linreg found, once it has the parts that it must have."""
    found = train_linreg(*args, **how)
    assert_type(found, tuple, "weights, bias and losses come as a tuple")
    assert_equal(len(found), 3, "three come back: w, b and the losses")
    w, b, losses = found
    D, epochs = args[0].shape[1], args[3]
    got, want = f"w {tuple(w.shape)}, b {tuple(b.shape)}", f"w ({D}, 1), b (1,)"
    assert_equal(got, want, "a weight for each feature, and one bias")
    places = ["in the graph" if t.requires_grad else "detached" for t in (w, b)]
    assert_equal(", ".join(places), "detached, detached", "w and b are detached")
    assert_type(losses, list, "the losses come as a list")
    assert_equal(f"{len(losses)} losses", f"{epochs} losses", "one loss an epoch")
    kinds = {"float" if isinstance(e, float) else type(e).__name__ for e in losses}
    because = "each loss is a Python float: float(loss) or loss.item()"
    assert_equal(", ".join(sorted(kinds)), "float", because)
    return w, b, losses


def mean_loss(X, y, w, b):
    return ((X @ w + b - y) ** 2).mean() / 2


def column(w, b):
    return torch.cat([w.flatten(), b])[:, None]


def descend(X, y, lr, steps, sizes):
    """Return what steps on batches of equal rows lead to, and each epoch's loss."""
    X, y = X.double(), y.double()
    X_ones = torch.column_stack([X, torch.ones(len(X))])
    theta, losses = X.new_zeros(X.shape[1] + 1, 1), []
    for step in range(steps):
        n = sizes[step % len(sizes)]
        theta = theta - lr * X_ones[:n].T @ (X_ones[:n] @ theta - y[:n]) / n
        if (step + 1) % len(sizes) == 0:
            losses.append(mean_loss(X, y, theta[:-1], theta[-1]))
    return theta.float(), torch.stack(losses).float()


def draw_huge(generator, N):
    """Return samples with labels so large that where a search starts is nothing."""
    return draw(generator, N, 3).float(), HUGE * draw(generator, N, 1).float()


@pytest.mark.parametrize(
    ("N", "epochs", "size"), [(13, 1, 13), (13, 6, 13), (11, 4, 20)]
)
def test_train_linreg_of_whole_batches_follows_the_gradient(generator, N, epochs, size):
    X, y = draw_huge(generator, N)
    w, b, _ = trained(X, y, 0.3, epochs, size, generator=generator)
    want, _ = descend(X, y, 0.3, epochs, [N])
    because = "each step goes along the gradient of its batch's mean loss, and no other"
    assert_close(column(w, b), want, because, rtol=1e-4, atol=1e-5 * HUGE)


def test_train_linreg_divides_a_short_batch_by_its_true_size(generator):
    X, y = (part[:1].expand(11, -1).clone() for part in draw_huge(generator, 2))
    w, b, _ = trained(X, y, 0.1, 2, 4, generator=generator)
    want, _ = descend(X, y, 0.1, 6, [4, 4, 3])
    because = "11 equal samples in batches of 4 are three equal steps an epoch"
    assert_close(column(w, b), want, because, rtol=1e-4, atol=1e-5 * HUGE)


def test_train_linreg_reports_the_loss_after_each_epoch(generator):
    X, y = draw_huge(generator, 13)
    _, _, losses = trained(X, y, 0.3, 4, 13, generator=generator)
    _, want = descend(X, y, 0.3, 4, [13])
    because = "an entry is the mean over all samples of half the squared error, after"
    assert_close(torch.tensor(losses), want, f"{because} its epoch", rtol=1e-4)


def test_train_linreg_reports_the_loss_of_what_it_returns(generator):
    X, y = draw(generator, 11, 3).float(), draw(generator, 11, 1).float()
    got, want = [], []
    for size in (4, 5, 3):
        w, b, losses = trained(X, y, 0.1, 3, size, generator=generator)
        dtypes = f"w {w.dtype}, b {b.dtype}".replace("torch.", "")
        assert_equal(dtypes, "w float32, b float32", "w and b are float32")
        got.append(losses[-1])
        want.append(mean_loss(X, y, w, b))
    because = "the last entry is the mean loss over all samples of w and b as returned"
    assert_close(torch.tensor(got), torch.stack(want), because, rtol=1e-4)


def uses(generator, epochs):
    """Return how far each of 11 samples moved its own weight, in steps of its label.

    Sample i alone has feature i, so its weight counts the batches it was in, each as
    one over the batch's size.
    """
    y = HUGE * (1 + torch.rand(11, 1, generator=generator))
    w, _, _ = trained(torch.eye(11), y, TINY, epochs, 4, generator=generator)
    return (w / (TINY * y)).flatten()


def test_train_linreg_uses_each_sample_once_an_epoch(generator):
    moved = uses(generator, 1)
    never, more = int((moved < 0.05).sum()), int((moved > 0.45).sum())
    got = f"{11 - never - more} of 11 samples once, {never} never, {more} more often"
    want = "11 of 11 samples once, 0 never, 0 more often"
    assert_equal(got, want, "an epoch in batches of 4 sees each of 11 samples once")
    shares = [f"1/{round(1 / m)}" for m in sorted(moved.tolist(), reverse=True)]
    got = ", ".join(f"{shares.count(s)} times {s}" for s in dict.fromkeys(shares))
    because = "a sample counts as one over the size of its batch: 4, 4 and 3"
    assert_equal(got, "3 times 1/3, 8 times 1/4", because)


def test_train_linreg_makes_a_new_order_every_epoch(generator):
    moved = uses(generator, EPOCHS)
    short = ((moved - EPOCHS / 4) * 12).round().int().tolist()  # times in the last one
    fixed = short.count(EPOCHS)  # above 0 by chance once in 1e10 runs
    got = f"{fixed} samples in the short batch of each of {EPOCHS} epochs"
    want = f"0 samples in the short batch of each of {EPOCHS} epochs"
    assert_equal(got, want, "each epoch mixes the samples anew")


@pytest.mark.parametrize("given", [True, False])
def test_train_linreg_draws_from_the_generator_or_the_global_one(seed, given):
    X, y = samples(torch.Generator().manual_seed(0), 23)
    X, y = X.float() / 23, y.float() / 100

    def run(**how):
        w, b, losses = train_linreg(X, y, 0.1, 2, 5, **how)
        return [w.tolist(), b.tolist(), losses]

    assert_draws(run, seed, given)


@slow(30)
def test_train_linreg_recovers_the_true_weights(seed):
    generator = torch.Generator().manual_seed(seed)
    X, w = torch.randn(1000, 2, generator=generator), torch.tensor([[2.0], [-3.4]])
    y = X @ w + 4.2 + 0.01 * torch.randn(1000, 1, generator=generator)
    found = trained(X, y, 0.03, 3, 10, generator=generator)
    off = max(float((found[0] - w).abs().max()), float((found[1] - 4.2).abs()))
    assert_that(
        off <= 5e-3, "the true weights are found", f"{off:.1g} off", "at most 5e-3 off"
    )
