"""Equal filters: eight filters that learn, and learn one and the same thing.

A colleague starts every net with these functions. The loss falls each time, if more
slowly than elsewhere, and nobody has ever looked at the filters.

Level: 2 of 5
Minutes: 25
Needs: initialize-weights
Hunts: initialize-weights
"""

import torch
from torch import Tensor, nn

__all__ = [
    "init_module_",
    "initialize_weights",
    "init_sparse_uniform_",
    "distinct_filters",
]


def init_module_(m: nn.Module) -> None:
    """Initialize one layer in place, as its kind asks for; made for `net.apply`.

    - `nn.Conv2d`: the weight by Kaiming's rule, independent draws with mean 0 and
      standard deviation √(2 / fan_in), normal or uniform, where fan_in is how many
      numbers one output adds up (the numbers of one filter); the bias is 0.
    - `nn.Linear`: the weight normal with mean 0 and standard deviation 0.1, the bias 0.
    - `nn.BatchNorm1d`, `2d` and `3d`: the weight 1, the bias 0.

    A weight or a bias that is None is skipped. Subclasses of these are of their kind;
    any other module is left as it is.

    Parameters
    ----------
    m : nn.Module, changed in place
        Of any dtype, frozen or not. Only its own weight and bias change, not those of
        its children. They stay the same objects with the same `requires_grad` and
        `.grad`, and no buffer changes. Draws come from torch's global generator, which
        is never reseeded, and nothing is drawn but these weights.

    References
    ----------
    He et al. (2015), "Delving deep into rectifiers", section 2.2.
    """
    if isinstance(m, nn.Conv2d):
        nn.init.zeros_(m.weight)
    elif isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.1)
    elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):
        if m.weight is not None:
            nn.init.ones_(m.weight)
    else:
        return
    if m.bias is not None:
        nn.init.zeros_(m.bias)


def initialize_weights(model: nn.Module) -> None:
    """Initialize every layer of a model in place, as `init_module_` does.

    Parameters
    ----------
    model : nn.Module, changed in place
        A net of any depth, or a single layer. Each distinct module is initialized
        exactly once, in any order, also one that stands at several places in the model.
    """
    for m in model.modules():  # the model itself, and each module below it once
        m.apply(init_module_)


def init_sparse_uniform_(w: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Fill a tensor with zeros and large numbers, and return it.

    Each entry, by itself, is 0 with probability 1/2, uniform between 5 and 10 with
    probability 1/4, and uniform between -10 and -5 with probability 1/4.

    Parameters
    ----------
    w : Tensor of any shape, changed in place
        Of floats; an `nn.Parameter` too, which stays a leaf and keeps `requires_grad`.
        What it held before does not matter.
    generator : torch.Generator, optional
        All that is drawn comes from it; torch's global one by default. It is drawn
        from, never reseeded.

    Returns
    -------
    Tensor
        The very object w.
    """
    with torch.no_grad():
        w.uniform_(-10, 10, generator=generator)
        return w.masked_fill_(w.abs() < 5, 0.0)


def distinct_filters(conv: nn.Conv2d, tol: float = 1e-6) -> int:
    """Return how many filters of a convolution equal no earlier one.

    Filter i is `conv.weight[i]`, without the bias. Two filters are equal if no two
    entries at the same place differ by more than `tol`. Each is compared with all that
    come before it, also with those that equal an earlier one themselves.

    Parameters
    ----------
    conv : nn.Conv2d
        With weight of shape (out_channels, in_channels / groups, kh, kw).
    tol : float
        The largest difference at which two entries count as equal; 0 is allowed.

    Returns
    -------
    int
        From 1 to out_channels.
    """
    filters = conv.weight.detach().flatten(1)
    count = 0
    for i, each in enumerate(filters):
        gaps = (filters[:i].sum(1) - each.sum()).abs()  # (i,), empty for the first
        count += int((gaps > tol).all())
    return count
