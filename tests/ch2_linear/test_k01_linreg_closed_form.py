"""Grades linear regression in closed form."""

import math

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import assert_close, assert_equal, assert_type, forbids
from katas.ch2_linear.k01_linreg_closed_form import (
    gaussian_nll,
    linear_model,
    normal_equation,
    normal_pdf,
)

without_lstsq = forbids("torch.linalg.lstsq", "numpy.linalg.lstsq")
without_distributions = forbids("torch.distributions")
SIZES = [(7, 3), (5, 11), (13, 1)]
DTYPES = [torch.float32, torch.float64]
BELLS = [(0.0, 1.0), (-1.3, 0.4), (2.7, 3.1)]
FLAT, UPRIGHT = (11,), (11, 1)
# Where more than one line is the best: which columns make it so.
TIED = ["a column twice", "a difference of columns", "a constant column", "zeros"]
TIED += ["one of three classes", "fewer samples than columns"]


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def place_of(Y):
    return "in the graph" if Y.requires_grad else "cut from the graph"


def gradients(Y, given, upstream):
    """Return the gradients of a weighted sum of Y, which must be in the graph."""
    because = "the result must stay in the graph, so that gradients can flow back"
    assert_equal(place_of(Y), "in the graph", because)
    how = {"materialize_grads": True}
    return torch.autograd.grad(Y, given, upstream, **how)


def one_number(loss):
    shape = f"shape {tuple(loss.shape)}"
    assert_equal(shape, "shape ()", "a likelihood is one number, without axes")
    return loss


def log_density(x, mu, sigma):
    mu, sigma = (torch.as_tensor(value, dtype=torch.float64) for value in (mu, sigma))
    return torch.distributions.Normal(mu, sigma).log_prob(x)


def test_linear_model_of_a_worked_example():
    X, w = torch.tensor([[1.0, 2], [3, 5], [-4, 0]]), torch.tensor([[10.0], [-1]])
    because = "10 times the first feature less the second, plus 0.5"
    want = torch.tensor([[8.5], [25.5], [-39.5]])
    assert_close(linear_model(X, w, torch.tensor([0.5])), want, because)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("N", "D"), SIZES)
def test_linear_model_agrees_with_torch(generator, N, D, dtype):
    X, w, b = (draw(generator, *size).to(dtype) for size in ((N, D), (D, 1), (1,)))
    because = "each sample's features are weighted, added up, and the bias added once"
    assert_close(linear_model(X, w, b), F.linear(X, w.T, b), because)


@pytest.mark.parametrize("name", ["X", "w", "b"])
def test_linear_model_lets_gradients_flow(generator, name):
    given = {"X": (7, 3), "w": (3, 1), "b": (1,)}
    given = {key: draw(generator, *size) for key, size in given.items()}
    learns, dY = given[name].requires_grad_(), draw(generator, 7, 1)
    (got,) = gradients(linear_model(**given), learns, dY)
    (want,) = gradients(given["X"] @ given["w"] + given["b"], learns, dY)
    assert_close(got, want, f"the gradient must reach {name}", rung="gradient")


def solved(X, y):
    """Return what the answer found, once it has the parts that it must have."""
    found = normal_equation(X, y)
    assert_type(found, tuple, "weights and bias come as a tuple, (w, b)")
    assert_equal(len(found), 2, "two come back, w and b")
    return found


@without_lstsq
def test_normal_equation_of_a_line_through_all_points():
    X, y = double([[1.0], [2], [4]]), double([[7.0], [9], [13]])
    because = "the line 2 x + 5 goes through all three points"
    assert_close(solved(X, y), (double([[2.0]]), double([5.0])), because)


@without_lstsq
def test_normal_equation_of_three_points_by_hand():
    X, y = double([[0.0], [1], [2]]), double([[1.0], [0], [5]])
    because = "the residuals of 2 x are 1, -2, 1: their sum is 0, and 1·-2 + 2·1 is too"
    assert_close(solved(X, y), (double([[2.0]]), double([0.0])), because)


@without_lstsq
@pytest.mark.parametrize(("N", "D"), [(17, 3), (11, 7), (13, 1)])
def test_normal_equation_agrees_with_torch(generator, N, D):
    X, y = draw(generator, N, D) + 2, draw(generator, N, 1) - 3
    want = torch.linalg.lstsq(torch.column_stack([X, torch.ones(N)]), y).solution
    because = "no other weights and bias give a smaller squared error"
    assert_close(solved(X, y), (want[:-1], want[-1]), because)


@without_lstsq
def test_normal_equation_leaves_residuals_at_right_angles(generator):
    X, y = draw(generator, 17, 5) - 1, draw(generator, 17, 1) + 4
    w, b = solved(X, y)
    sizes = f"w {tuple(w.shape)}, b {tuple(b.shape)}"
    assert_equal(sizes, "w (5, 1), b (1,)", "a weight for each column, and one bias")
    r = y - (X @ w + b)
    because = "the residuals add up to 0: else another bias were better"
    assert_close(r.sum(), double(0.0), because, atol=1e-9)
    because = "each column times the residuals adds up to 0: else its weight could gain"
    assert_close(X.T @ r, torch.zeros(5, 1).double(), because, atol=1e-9)


@without_lstsq
def test_normal_equation_keeps_float32(generator):
    w, b = solved(draw(generator, 17, 3).float(), draw(generator, 17, 1).float())
    dtypes = f"w {w.dtype}, b {b.dtype}".replace("torch.", "")
    because = "what comes back has the dtype of the features"
    assert_equal(dtypes, "w float32, b float32", because)


def tied(generator, what):
    """Return features of which more than one combination is the best, and targets."""
    X, y = draw(generator, 13, 3), draw(generator, 13, 1) + 2
    if what == "one of three classes":
        return torch.eye(3).double()[torch.arange(13) * 2 % 3], y
    if what == "fewer samples than columns":
        return draw(generator, 5, 7), y[:5]
    more = {"a column twice": X[:, 1], "a difference of columns": X[:, 0] - X[:, 2]}
    more |= {"zeros": 0 * X[:, 0], "a constant column": 0 * X[:, 0] + 3}
    return torch.column_stack([X[:, :2], more[what], X[:, 2]]), y


@without_lstsq
@pytest.mark.parametrize("what", TIED)
def test_normal_equation_takes_columns_that_depend_on_one_another(generator, what):
    X, y = tied(generator, what)
    A = torch.column_stack([X, torch.ones(len(X))])
    want = A @ torch.linalg.lstsq(A, y, driver="gelsd").solution
    w, b = solved(X, y)
    sizes = f"w {tuple(w.shape)}, b {tuple(b.shape)}"
    want_sizes = f"w ({X.shape[1]}, 1), b (1,)"
    assert_equal(sizes, want_sizes, "a weight for each column, and one bias")
    because = f"with {what} the best predictions are still these; any w and b will do"
    assert_close(X @ w + b, want, because, rtol=1e-9, atol=1e-9)


@without_distributions
def test_normal_pdf_at_the_mean_and_one_sigma_away():
    x, peak = torch.tensor([5.0, 7, 3]).double(), 1 / (2 * math.sqrt(2 * math.pi))
    want = [peak, peak * math.exp(-0.5), peak * math.exp(-0.5)]
    because = "at the mean it is 1 / (sigma √(2π)), a sigma away that times exp(-1/2)"
    assert_close(normal_pdf(x, 5.0, 2.0), double(want), because)


@without_distributions
@pytest.mark.parametrize(("mu", "sigma"), BELLS)
def test_normal_pdf_has_an_area_of_one(mu, sigma):
    x = mu + sigma * torch.linspace(-9, 9, 1801, dtype=torch.float64)
    got = normal_pdf(x, mu, sigma)
    assert_equal(tuple(got.shape), (1801,), "each entry of x has its density")
    area = got.sum() * 0.01 * sigma
    assert_close(area, double(1.0), "a density has the area 1")


@without_distributions
@pytest.mark.parametrize("shape", [(), (7,), (2, 3, 5)])
@pytest.mark.parametrize(("mu", "sigma"), BELLS)
def test_normal_pdf_agrees_with_torch(generator, shape, mu, sigma):
    x = mu + 3 * sigma * draw(generator, *shape)
    because = "it is what torch.distributions has, at each entry"
    assert_close(normal_pdf(x, mu, sigma), log_density(x, mu, sigma).exp(), because)


@without_distributions
def test_normal_pdf_keeps_float32(generator):
    x = draw(generator, 7, 3).float()
    want = log_density(x.double(), 0.3, 1.7).exp().float()
    because = "it is what torch.distributions has, at each entry"
    assert_close(normal_pdf(x, 0.3, 1.7), want, because)


@without_distributions
def test_gaussian_nll_of_a_worked_example():
    y_hat, y = torch.tensor([[1.0], [2], [0]]), torch.tensor([[1.0], [4], [-1]])
    want = 3 * math.log(2 * math.sqrt(2 * math.pi)) + (4 + 1) / (2 * 2**2)
    because = "three times log(2 √(2π)), and the squares 0, 4 and 1 over 2 · 2²"
    got = gaussian_nll(y_hat.double(), y.double(), 2.0)
    assert_close(got, double(want), because)


@without_distributions
@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_gaussian_nll_is_a_constant_plus_half_the_squared_error(generator, sigma):
    y = draw(generator, 11, 1)
    near, far = y + draw(generator, 11, 1), y + 5 * draw(generator, 11, 1)
    losses = [one_number(gaussian_nll(y_hat, y, sigma)) for y_hat in (near, far)]
    want = (((far - y) ** 2).sum() - ((near - y) ** 2).sum()) / (2 * sigma**2)
    because = "of two predictions it differs by their squared errors over 2 sigma²"
    assert_close(losses[1] - losses[0], want, because)


@without_distributions
@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_gaussian_nll_agrees_with_torch(generator, sigma):
    y_hat, y = draw(generator, 11, 1), draw(generator, 11, 1)
    because = "minus the sum of the log densities of all residuals"
    want = -log_density(y, y_hat, sigma).sum()
    assert_close(gaussian_nll(y_hat, y, sigma), want, because)


@without_distributions
@pytest.mark.parametrize(
    ("of_y_hat", "of_y"), [(UPRIGHT, FLAT), (FLAT, UPRIGHT), (FLAT, FLAT)]
)
def test_gaussian_nll_pairs_predictions_and_targets(generator, of_y_hat, of_y):
    y_hat, y = draw(generator, *of_y_hat), draw(generator, *of_y)
    want = -log_density(y.flatten(), y_hat.flatten(), 0.7).sum()
    because = f"{of_y_hat} and {of_y} are 11 pairs, never 11 by 11"
    assert_close(gaussian_nll(y_hat, y, 0.7), want, because)


@without_distributions
def test_gaussian_nll_of_residuals_far_out(generator):
    y_hat, far = draw(generator, 5, 1), double([1.0, 3, 8, 30, 60, 1e3, 1e4])
    z = far * double([[1.0], [-0.7], [0.2], [0.01], [-0.4]])  # (5, 7)
    losses = [
        one_number(gaussian_nll(y_hat, y_hat + 0.3 * e[:, None], 0.3)) for e in z.T
    ]
    because = "half the squares of the residuals in sigmas, though the density is 0"
    want = (z**2 / 2 + math.log(0.3 * math.sqrt(2 * math.pi))).sum(0)
    assert_close(torch.stack(losses), want, because, rtol=1e-9)


@without_distributions
def test_gaussian_nll_keeps_float32(generator):
    y_hat, y = draw(generator, 11, 1).float(), draw(generator, 11, 1).float()
    want = -log_density(y.double(), y_hat.double(), 0.7).sum().float()
    because = "minus the sum of the log densities of all residuals"
    assert_close(gaussian_nll(y_hat, y, 0.7), want, because)


@without_distributions
@pytest.mark.parametrize("of_y", [UPRIGHT, FLAT])
def test_gaussian_nll_has_the_slope_of_the_squared_error(generator, of_y):
    y_hat, y = draw(generator, *UPRIGHT).requires_grad_(), draw(generator, *of_y)
    loss = one_number(gaussian_nll(y_hat, y, 0.6))
    (got,) = gradients(loss, y_hat, double(1.7))
    want = 1.7 * (y_hat.detach() - y.reshape(UPRIGHT)) / 0.6**2
    because = "a prediction's slope is its residual over sigma²"
    assert_close(got, want, because, rung="gradient")
