"""Linear regression, solved: the best line needs no search, only one equation.

At the bottom of a squared error the residuals are at right angles to every feature,
and that is a linear equation for the weights. The squared error itself is no whim: it
is the negative log-likelihood of Gaussian noise, up to a constant. Whoever knows the
answer in closed form can judge everything that searches for it.

Level: 2 of 5
Minutes: 30
Needs: nothing
"""

import math

import torch
from torch import Tensor

__all__ = ["linear_model", "normal_equation", "normal_pdf", "gaussian_nll"]


def linear_model(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return what a linear model predicts: the weighted sum of the features plus b.

    Parameters
    ----------
    X : Tensor of shape (N, D)
        A sample in each row, of floats.
    w : Tensor of shape (D, 1)
        The weights, of X's dtype.
    b : Tensor of shape (1,)
        The bias, of X's dtype.

    Returns
    -------
    Tensor of shape (N, 1)
        Of X's dtype. Gradients flow to X, w and b.
    """
    return X @ w + b  # (N, 1)


def normal_equation(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return weights and bias that make the squared error as small as it can be.

    No other w and b give a smaller sum of (linear_model(X, w, b) - y)². Where several
    are as good, because columns of X or a column and the bias depend on one another,
    or because there are few samples, any of them will do. In this function
    `torch.linalg.lstsq` is forbidden, and NumPy's; a pseudo-inverse is not.

    Parameters
    ----------
    X : Tensor of shape (N, D)
        A sample in each row, of floats.
    y : Tensor of shape (N, 1)
        The targets, of X's dtype.

    Returns
    -------
    w : Tensor of shape (D, 1)
    b : Tensor of shape (1,)
        Both of X's dtype.
    """
    X_ones = torch.column_stack([X, X.new_ones(len(X))])  # (N, D + 1)
    theta = torch.linalg.pinv(X_ones) @ y  # (D + 1, 1)
    return theta[:-1], theta[-1]


def normal_pdf(x: Tensor, mu: float, sigma: float) -> Tensor:
    """Return the density of the normal distribution at each entry of x.

    In this function everything of `torch.distributions` is forbidden.

    Parameters
    ----------
    x : Tensor of any shape
        Of floats.
    mu : float
        The mean.
    sigma : float
        The standard deviation, above 0.

    Returns
    -------
    Tensor of x's shape
        Of x's dtype.
    """
    z = (x - mu) / sigma
    return torch.exp(-(z**2) / 2) / (sigma * math.sqrt(2 * math.pi))


def gaussian_nll(y_hat: Tensor, y: Tensor, sigma: float) -> Tensor:
    """Return the negative log-likelihood of the targets, summed over all samples.

    The targets are taken to be the predictions plus independent Gaussian noise. No
    residual is too large: up to 1e4 times sigma the result is finite and right, though
    the density itself has become zero. In this function everything of
    `torch.distributions` is forbidden.

    Parameters
    ----------
    y_hat : Tensor of shape (N, 1) or (N,)
        The predictions.
    y : Tensor of shape (N, 1) or (N,)
        The targets, of y_hat's dtype. They are paired with the predictions in order,
        also where one has the shape (N, 1) and the other (N,).
    sigma : float
        The standard deviation of the noise, above 0.

    Returns
    -------
    Tensor without axes
        Of y_hat's dtype, in nats. Gradients flow to y_hat.

    References
    ----------
    Bishop (2006), "Pattern Recognition and Machine Learning", section 3.1.1, maximum
    likelihood and least squares.
    """
    z = (y.reshape(y_hat.shape) - y_hat) / sigma
    return (z**2 / 2 + math.log(sigma * math.sqrt(2 * math.pi))).sum()
