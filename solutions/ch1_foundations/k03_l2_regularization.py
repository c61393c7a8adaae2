"""L2 regularization: large weights cost something, so they must earn their size.

A network with more weights than it needs can bend itself to the noise of its samples,
and it needs large weights to do so. A price on their squares pulls every weight towards
zero, in proportion to its size, and what the data do not keep up fades away. Biases are
free: they move a unit's threshold and bend nothing.

Level: 2 of 5
Minutes: 25
Needs: nothing
"""

import numpy as np

__all__ = ["frobenius_sq", "l2_cost", "add_l2_grads", "decay_factor", "l2_step"]


def frobenius_sq(W: np.ndarray) -> float:
    """Return the squared Frobenius norm of a matrix, the sum of its squared entries.

    Parameters
    ----------
    W : ndarray of shape (n_l, n_{l-1})

    Returns
    -------
    float
    """
    return float(np.sum(W**2))


def l2_cost(params: dict[str, np.ndarray], lam: float, m: int) -> float:
    """Return the L2 penalty, lam / (2 m) times the squared norms of all weights.

    Parameters
    ----------
    params : dict
        "W1" of shape (n_1, n_x) and "b1" (n_1, 1) for the first layer, "W2" and "b2"
        for the second, and so on for any number of layers, in any order.
    lam : float
        The strength of the penalty, 0 or more.
    m : int
        The number of samples over which the cost is a mean.

    Returns
    -------
    float
        Only the matrices W count; biases cost nothing.

    References
    ----------
    Krogh and Hertz (1991), "A simple weight decay can improve generalization", NeurIPS
    4, section 2.
    """
    total = sum(frobenius_sq(W) for name, W in params.items() if name.startswith("W"))
    return lam / (2 * m) * total


def add_l2_grads(
    grads: dict[str, np.ndarray], params: dict[str, np.ndarray], lam: float, m: int
) -> dict[str, np.ndarray]:
    """Return the gradients of the cost with the penalty, from those without it.

    Parameters
    ----------
    grads : dict
        "dW1", "db1" and so on: gradients of the mean loss alone, each of the shape of
        its parameter, in any order.
    params : dict
        "W1", "b1" and so on, as in `l2_cost`.
    lam, m : float, int
        As in `l2_cost`, whose gradient is added.

    Returns
    -------
    dict
        A new dict with the keys of `grads`. Each "dW1", "dW2" and so on is a new array;
        "db1", "db2" and so on have the values that they had.
    """
    penalized = dict(grads)
    for name, W in params.items():
        if name.startswith("W"):
            penalized[f"d{name}"] = grads[f"d{name}"] + lam / m * W
    return penalized


def decay_factor(lr: float, lam: float, m: int) -> float:
    """Return what the penalty alone multiplies a weight by in one gradient step.

    Parameters
    ----------
    lr : float
        The learning rate, the factor of the gradient.
    lam, m : float, int
        As in `l2_cost`.

    Returns
    -------
    float
        1 where there is no penalty; negative where lr * lam is larger than m.
    """
    return 1 - lr * lam / m


def l2_step(
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    lr: float,
    lam: float,
    m: int,
) -> dict[str, np.ndarray]:
    """Return the parameters after one gradient step on the cost with the penalty.

    Parameters
    ----------
    params : dict
        "W1", "b1" and so on, as in `l2_cost`.
    grads : dict
        Gradients of the mean loss alone, as in `add_l2_grads`: the penalty's share is
        not in them.
    lr : float
        The learning rate.
    lam, m : float, int
        As in `l2_cost`.

    Returns
    -------
    dict
        A new dict with the keys of `params`, and a new array for each parameter.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep learning", section 7.1.1: each step
    shrinks the weights by a constant factor, then takes the usual step.
    """
    factor = decay_factor(lr, lam, m)
    stepped = {}
    for name, value in params.items():
        kept = factor * value if name.startswith("W") else value
        stepped[name] = kept - lr * grads[f"d{name}"]
    return stepped
