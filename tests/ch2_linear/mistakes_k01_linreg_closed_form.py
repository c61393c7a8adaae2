"""Wrong answers to linreg-closed-form that are rejected and can be named."""

import math

import torch

from dojo.grading import mistake
from solutions.ch2_linear import k01_linreg_closed_form as right


@mistake("linear_model", "The bias is left out: add b to the weighted sums.")
def forgets_the_bias(X, w, b):
    return X @ w


@mistake("linear_model", "The bias is taken away from the weighted sums; add it.")
def subtracts_the_bias(X, w, b):
    return X @ w - b


@mistake(
    "linear_model",
    "The bias is added once for each feature: add it once, after the weighted sum.",
)
def adds_the_bias_for_each_feature(X, w, b):
    return (X * w.T + b).sum(1, keepdim=True)


@mistake(
    "linear_model",
    "Features and weights are multiplied but not added up: use the matrix product @.",
)
def multiplies_without_a_sum(X, w, b):
    return X * w.T + b


@mistake(
    "linear_model",
    "The sum runs over the samples; it must run over the features of each sample: X @ w.",
)
def sums_over_the_samples(X, w, b):
    return (X * w.T).sum(0).reshape(-1, 1) + b


@mistake(
    "linear_model",
    "The predictions come as a row of shape (N,): the model's result is (N, 1).",
)
def flattens_the_predictions(X, w, b):
    return (X @ w + b).flatten()


@mistake(
    "linear_model",
    "No gradient reaches w: .data and .detach() cut it from the graph, use w itself.",
)
def cuts_the_weights_from_the_graph(X, w, b):
    return X @ w.detach() + b


@mistake("linear_model", "No gradient reaches b: use the tensor itself.")
def cuts_the_bias_from_the_graph(X, w, b):
    return X @ w + b.detach()


@mistake(
    "linear_model",
    "The predictions are cut from the graph, so nothing can learn from them: no no_grad, "
    ".detach() or .data here.",
)
def cuts_everything_from_the_graph(X, w, b):
    return (X @ w + b).detach()


@mistake(
    "linear_model",
    "An activation follows: sigmoid keeps the predictions between 0 and 1, a linear model "
    "predicts any number.",
)
def applies_sigmoid(X, w, b):
    return torch.sigmoid(X @ w + b)


@mistake(
    "linear_model",
    "The weighted features are averaged; add them up.",
)
def averages_the_weighted_features(X, w, b):
    return (X * w.T).mean(1, keepdim=True) + b


def _ones(X):
    return X.new_ones(len(X), 1)


def _split(theta):
    return theta[:-1], theta[-1]


@mistake(
    "normal_equation",
    "There is no column of ones, so the line goes through the origin and b is 0: give "
    "X a column of ones, whose weight is the bias.",
)
def has_no_column_of_ones(X, y):
    return torch.linalg.pinv(X) @ y, X.new_zeros(1)


@mistake(
    "normal_equation",
    "The bias is the mean of the targets: that is right only for features of mean 0; "
    "take the weight of a column of ones.",
    centered=[False, True],
)
def takes_the_mean_for_the_bias(X, y, *, centered):
    w = right.normal_equation(X, y)[0]
    if centered:  # the same weights, unless columns depend on one another
        w = torch.linalg.pinv(X - X.mean(0)) @ y
    return w, y.mean().reshape(1)


@mistake(
    "normal_equation",
    "The weights are those of a line through the origin, and the mean of its residuals is "
    "taken for the bias: find all of them at once, with a column of ones.",
)
def finds_the_bias_afterwards(X, y):
    w = torch.linalg.pinv(X) @ y
    return w, (y - X @ w).mean().reshape(1)


@mistake(
    "normal_equation",
    "A matrix is inverted that has no inverse where columns depend on one another: take "
    "the pseudo-inverse, which always exists.",
)
def inverts_a_singular_matrix(X, y):
    A = torch.hstack([X, _ones(X)])
    return _split(torch.linalg.inv(A.T @ A) @ A.T @ y)


@mistake(
    "normal_equation",
    "The equation is solved as if it had one solution; where columns depend on one "
    "another it has many: take the pseudo-inverse.",
)
def solves_a_singular_equation(X, y):
    A = torch.hstack([X, _ones(X)])
    return _split(torch.linalg.solve(A.T @ A, A.T @ y))


@mistake(
    "normal_equation",
    "The last weight is taken for the bias, and the bias stands among the weights: it "
    "belongs to the column of ones, wherever you put that.",
)
def takes_the_last_weight_for_the_bias(X, y):
    w, b = right.normal_equation(X, y)
    return _split(torch.vstack([b.reshape(1, 1), w]))


@mistake("normal_equation", "The bias comes first: the order is (w, b).")
def returns_the_bias_first(X, y):
    return right.normal_equation(X, y)[::-1]


@mistake(
    "normal_equation",
    "Weights and bias come in one tensor: cut off the last entry and return (w, b).",
)
def returns_one_tensor(X, y):
    w, b = right.normal_equation(X, y)
    return torch.vstack([w, b.reshape(1, 1)])


@mistake("normal_equation", "The weights have the shape (D,); they must be (D, 1).")
def flattens_the_weights(X, y):
    w, b = right.normal_equation(X, y)
    return w.flatten(), b


@mistake("normal_equation", "The bias has the shape (1, 1); it must be (1,).")
def leaves_the_bias_a_matrix(X, y):
    w, b = right.normal_equation(X, y)
    return w, b.reshape(1, 1)


@mistake("normal_equation", "The bias has no axis; it must have the shape (1,).")
def takes_the_axis_from_the_bias(X, y):
    w, b = right.normal_equation(X, y)
    return w, b[0]


@mistake(
    "normal_equation",
    "A multiple of the identity, {lam}, is added before solving: this shrinks the "
    "weights a little, and the squared error is no longer the smallest.",
    lam=[1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-6],
)
def adds_a_multiple_of_the_identity(X, y, *, lam):
    A = torch.hstack([X, _ones(X)])
    gram = A.T @ A + lam * torch.eye(A.shape[1], dtype=X.dtype)
    return _split(torch.linalg.solve(gram, A.T @ y))


@mistake(
    "normal_equation",
    "These are the products of the columns with the targets: they still have to be "
    "divided by the columns' products with one another, (AᵀA)⁻¹.",
)
def leaves_out_the_inverse(X, y):
    A = torch.hstack([X, _ones(X)])
    return _split(A.T @ y)


@mistake(
    "normal_equation",
    "The weights are those of standardized columns: undo the scale and the shift, or leave "
    "the columns as they are.",
)
def solves_for_standardized_columns(X, y):
    return right.normal_equation((X - X.mean(0)) / X.std(0), y)


@mistake(
    "normal_equation",
    "The weights are right and the bias is 0: after centering, the bias is what the means "
    "leave, mean(y) - mean(X) w.",
)
def forgets_the_bias_after_centering(X, y):
    return right.normal_equation(X, y)[0], X.new_zeros(1)


def _bell(d, divisor, area):
    return torch.exp(-(d**2) / divisor) / area


ROOT = math.sqrt(2 * math.pi)


@mistake(
    "normal_pdf",
    "sigma is taken for the variance; it is the standard deviation, so sigma² is what "
    "divides the square.",
)
def takes_sigma_for_the_variance(x, mu, sigma):
    return _bell(x - mu, 2 * sigma, math.sqrt(2 * math.pi * sigma))


@mistake(
    "normal_pdf",
    "In the exponent sigma is not squared: it is (x - mu)² over 2 sigma².",
)
def forgets_the_square_in_the_exponent(x, mu, sigma):
    return _bell(x - mu, 2 * sigma, sigma * ROOT)


@mistake(
    "normal_pdf",
    "The exponent is multiplied by sigma² where it must be divided: write brackets, "
    "/ (2 * sigma**2).",
)
def multiplies_by_the_variance(x, mu, sigma):
    return _bell(x - mu, 2 / sigma**2, sigma * ROOT)


@mistake("normal_pdf", "In the exponent the factor 1/2 is missing.")
def forgets_the_half_in_the_exponent(x, mu, sigma):
    return _bell(x - mu, sigma**2, sigma * ROOT)


@mistake(
    "normal_pdf",
    "The factor in front has no sigma: a wider bell must be lower, 1 / (sigma √(2π)).",
)
def forgets_sigma_in_front(x, mu, sigma):
    return _bell(x - mu, 2 * sigma**2, ROOT)


@mistake(
    "normal_pdf",
    "In front stands the root of sigma; sigma itself must, 1 / (sigma √(2π)).",
)
def takes_the_root_of_sigma_in_front(x, mu, sigma):
    return _bell(x - mu, 2 * sigma**2, ROOT * math.sqrt(sigma))


@mistake(
    "normal_pdf",
    "In front stands sigma²; sigma must, 1 / (sigma √(2π)).",
)
def divides_by_the_variance_in_front(x, mu, sigma):
    return _bell(x - mu, 2 * sigma**2, ROOT * sigma**2)


@mistake("normal_pdf", "In front stands 2π; its root must, 1 / (sigma √(2π)).")
def forgets_the_root(x, mu, sigma):
    return _bell(x - mu, 2 * sigma**2, sigma * 2 * math.pi)


@mistake("normal_pdf", "In front stands √π; it is √(2π).")
def forgets_the_two_under_the_root(x, mu, sigma):
    return _bell(x - mu, 2 * sigma**2, sigma * math.sqrt(math.pi))


@mistake(
    "normal_pdf",
    "The bell has the height 1: divide by sigma √(2π), so that its area is 1.",
)
def leaves_out_the_factor_in_front(x, mu, sigma):
    return _bell(x - mu, 2 * sigma**2, 1)


@mistake("normal_pdf", "The minus of the exponent is missing: the bell must fall off.")
def forgets_the_minus(x, mu, sigma):
    return _bell(x - mu, -2 * sigma**2, sigma * ROOT)


@mistake("normal_pdf", "The mean is added; the distance from it is x - mu.")
def adds_the_mean(x, mu, sigma):
    return _bell(x + mu, 2 * sigma**2, sigma * ROOT)


@mistake("normal_pdf", "The mean is not taken away: the distance is x - mu.")
def ignores_the_mean(x, mu, sigma):
    return _bell(x, 2 * sigma**2, sigma * ROOT)


@mistake("normal_pdf", "This is the logarithm of the density; return the density.")
def returns_the_log_density(x, mu, sigma):
    return right.normal_pdf(x, mu, sigma).log()


def _residuals(y_hat, y):
    return y.reshape(y_hat.shape) - y_hat


def _nll(y_hat, y, divisor, constant):
    return (_residuals(y_hat, y) ** 2 / divisor + constant).sum()


@mistake(
    "gaussian_nll",
    "The mean is taken over the samples; independent likelihoods are multiplied, so their "
    "logarithms are summed.",
)
def takes_the_mean(y_hat, y, sigma):
    return right.gaussian_nll(y_hat, y, sigma) / len(y)


@mistake(
    "gaussian_nll",
    "A shape (N, 1) against (N,) gives N times N differences: give the targets the shape "
    "of the predictions first.",
)
def pairs_everything_with_everything(y_hat, y, sigma):
    return ((y - y_hat) ** 2 / (2 * sigma**2) + math.log(sigma * ROOT)).sum()


@mistake(
    "gaussian_nll",
    "This is the log-likelihood itself; its negative is asked for, which is to be small.",
)
def forgets_the_minus_sign(y_hat, y, sigma):
    return -right.gaussian_nll(y_hat, y, sigma)


@mistake(
    "gaussian_nll",
    "The constants are left out: each sample adds log(sigma √(2π)) to the squares.",
)
def leaves_out_the_constants(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma**2, 0.0)


@mistake("gaussian_nll", "The constant log √(2π) is left out; each sample adds it.")
def leaves_out_two_pi(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma**2, math.log(sigma))


@mistake("gaussian_nll", "The term log(sigma) is left out; each sample adds it.")
def leaves_out_log_sigma(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma**2, math.log(ROOT))


@mistake(
    "gaussian_nll",
    "The constant log(sigma √(2π)) is added once; each of the N samples adds it.",
)
def adds_the_constant_once(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma**2, 0.0) + math.log(sigma * ROOT)


@mistake(
    "gaussian_nll",
    "The logarithm of 2π stands without its factor 1/2: it is that of √(2π).",
)
def takes_the_log_of_two_pi(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma**2, math.log(sigma * 2 * math.pi))


@mistake(
    "gaussian_nll",
    "The logarithm of sigma² stands without its factor 1/2: a sample adds log(sigma).",
)
def takes_the_log_of_the_variance(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma**2, math.log(sigma**2 * ROOT))


@mistake(
    "gaussian_nll",
    "sigma is taken for the variance; it is the standard deviation, so sigma² is what "
    "divides the squares.",
)
def mistakes_sigma_for_the_variance(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma, math.log(math.sqrt(sigma) * ROOT))


@mistake(
    "gaussian_nll",
    "The squares are divided by 2 sigma; it must be 2 sigma².",
)
def divides_by_sigma_only(y_hat, y, sigma):
    return _nll(y_hat, y, 2 * sigma, math.log(sigma * ROOT))


@mistake("gaussian_nll", "The squares lack the factor 1/2.")
def forgets_the_half(y_hat, y, sigma):
    return _nll(y_hat, y, sigma**2, math.log(sigma * ROOT))


@mistake("gaussian_nll", "The squares are not divided by sigma².")
def ignores_sigma_in_the_squares(y_hat, y, sigma):
    return _nll(y_hat, y, 2, math.log(sigma * ROOT))


@mistake(
    "gaussian_nll",
    "Each sample's share comes back by itself: sum over them all.",
)
def leaves_the_samples_apart(y_hat, y, sigma):
    return _residuals(y_hat, y) ** 2 / (2 * sigma**2) + math.log(sigma * ROOT)


@mistake(
    "gaussian_nll",
    "The logarithm is taken of a density that has become zero: take it on paper first, "
    "so that only the square remains.",
)
def takes_the_log_of_zero(y_hat, y, sigma):
    return -right.normal_pdf(_residuals(y_hat, y), 0.0, sigma).log().sum()


@mistake(
    "gaussian_nll",
    "A small number, {eps}, is added inside the logarithm: it hides that the density "
    "has become zero, and the result is wrong far out. Take the logarithm on paper.",
    eps=[1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-9, 1e-15],
)
def adds_an_epsilon(y_hat, y, sigma, *, eps):
    density = right.normal_pdf(_residuals(y_hat, y), 0.0, sigma)
    return -(density + eps).log().sum()


@mistake(
    "gaussian_nll",
    "The density is held above {eps} before the logarithm, so the result stops growing "
    "far out. Take the logarithm on paper.",
    eps=[1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-9, 1e-15, 1e-300],
)
def holds_the_density_up(y_hat, y, sigma, *, eps):
    density = right.normal_pdf(_residuals(y_hat, y), 0.0, sigma)
    return -density.clamp(min=eps).log().sum()


@mistake(
    "gaussian_nll",
    "The densities are multiplied before the logarithm, and the product becomes zero: add "
    "up the logarithms, taken on paper.",
)
def multiplies_the_densities(y_hat, y, sigma):
    return -right.normal_pdf(_residuals(y_hat, y), 0.0, sigma).prod().log()


@mistake(
    "gaussian_nll",
    "This is the mean squared error: the likelihood also needs sigma and the constants, "
    "and a sum over the samples.",
)
def returns_the_mean_squared_error(y_hat, y, sigma):
    return (_residuals(y_hat, y) ** 2).mean()


@mistake("gaussian_nll", "The residuals are not squared but taken without their sign.")
def takes_absolute_residuals(y_hat, y, sigma):
    z = _residuals(y_hat, y).abs() / sigma
    return (z / 2 + math.log(sigma * ROOT)).sum()


@mistake(
    "gaussian_nll",
    "The result is a Python number, cut from the graph: return the tensor, so that "
    "gradients can flow.",
)
def returns_a_number(y_hat, y, sigma):
    return right.gaussian_nll(y_hat, y, sigma).item()


@mistake(
    "gaussian_nll",
    "The predictions are cut from the graph: .detach(), .data and .numpy() stop the "
    "gradient.",
)
def cuts_the_predictions_from_the_graph(y_hat, y, sigma):
    return right.gaussian_nll(y_hat.detach(), y, sigma)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "normal_equation": {
        "- X_ones = torch.column_stack([X, X.new_ones(len(X))])  # (N, D + 1)\n"
        "+ X_ones = torch.column_stack([X, y.new_ones(len(X))])": "the targets have the dtype of the features",
        "- X_ones = torch.column_stack([X, X.new_ones(len(X))])  # (N, D + 1)\n"
        "+ X_ones = torch.column_stack([X, X.new_ones(len(y))])": "there are as many targets as samples",
    },
    "normal_pdf": {
        "- z = (x - mu) / sigma\n+ z = (mu - x) / sigma": "the distance is squared",
        "- return torch.exp(-(z**2) / 2) / (sigma * math.sqrt(2 * math.pi))\n"
        "+ return torch.exp(-(z ** 2 / 2)) / (sigma * math.sqrt(2 * math.pi))": "minus a half of the square, in other brackets",
    },
    "gaussian_nll": {
        "- z = (y.reshape(y_hat.shape) - y_hat) / sigma\n"
        "+ z = (y_hat - y.reshape(y_hat.shape)) / sigma": "the residual is squared",
    },
}
