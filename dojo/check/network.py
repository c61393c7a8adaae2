"""The network of two layers that backpropagation is claimed of, and autograd's slopes.

Its arrays have the names of the page: `W1` with the slope `dW1`, and so on. A column is
a sample, the hidden units have tanh, and the output has the sigmoid and cross-entropy.
"""

from __future__ import annotations

from typing import Any

import torch

SIZES = ((3, 4, 5), (2, 7, 3), (4, 1, 6))  # n_x, n_1, m


def network(seed: int) -> dict[str, Any]:
    """Return the arrays of a network, and the slope of the cost at each.

    Parameters
    ----------
    seed : int
        Of what is drawn; the sizes change with it too.
    """
    generator = torch.Generator().manual_seed(seed)
    n_x, n_1, m = SIZES[seed % len(SIZES)]

    def draw(*shape: int) -> torch.Tensor:
        values = torch.randn(shape, generator=generator, dtype=torch.float64)
        return values.requires_grad_()

    X, W1, b1 = draw(n_x, m), draw(n_1, n_x), draw(n_1, 1)
    W2, b2 = draw(1, n_1), draw(1, 1)
    Y = torch.rand((1, m), generator=generator, dtype=torch.float64)
    Z1 = W1 @ X + b1
    A1 = torch.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = torch.sigmoid(Z2)
    J = torch.nn.functional.binary_cross_entropy(A2, Y)
    tensors = {
        "X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2,
        "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2,
    }  # fmt: skip
    slopes = torch.autograd.grad(J, list(tensors.values()))
    arrays: dict[str, Any] = {
        name: tensor.detach().numpy() for name, tensor in tensors.items()
    }
    arrays |= {
        f"d{name}": slope.numpy() for name, slope in zip(tensors, slopes, strict=True)
    }
    return arrays | {"Y": Y.numpy(), "J": J.item(), "m": m}
