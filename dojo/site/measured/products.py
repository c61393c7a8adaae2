"""What pages say of a convolution's speed: four ways in NumPy beside torch's, in turn.

All five compute the same layer, LeNet's second, and its three gradients, in float32 and
on one thread. What counts is the processor's time for it, since other programs may take
turns with this one, and of several rounds the shortest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view
from threadpoolctl import threadpool_info, threadpool_limits

from dojo.site.measured import products
from dojo.site.measured.kept import Arrays, kept
from solutions.ch8_numpy_lenet import k01_conv2d_im2col as reference

IMAGES, KERNELS = (64, 6, 14, 14), (16, 6, 5, 5)
ROUNDS = 9
SLOW = ("loops", "strides")  # once is enough: they are far off

Gradients = tuple[np.ndarray, ...]
Layer = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Gradients]


def loops(X: np.ndarray, W: np.ndarray, b: np.ndarray, dY: np.ndarray) -> Gradients:
    """Go through the outputs one by one, there and back."""
    (kh, kw), Y = W.shape[2:], np.empty_like(dY)
    dX, dW = np.zeros_like(X), np.zeros_like(W)
    for n, o, y, x in np.ndindex(dY.shape):
        Y[n, o, y, x] = (X[n, :, y : y + kh, x : x + kw] * W[o]).sum() + b[o]
    for n, o, y, x in np.ndindex(dY.shape):
        window = n, slice(None), slice(y, y + kh), slice(x, x + kw)
        dX[window] += dY[n, o, y, x] * W[o]
        dW[o] += dY[n, o, y, x] * X[window]
    return Y, dX, dW, dY.sum((0, 2, 3))


def strides(X: np.ndarray, W: np.ndarray, b: np.ndarray, dY: np.ndarray) -> Gradients:
    """See the windows through strides, without a copy, and sum over their axes."""
    kh, kw = W.shape[2:]
    windows = sliding_window_view(X, (kh, kw), (2, 3))  # (N, C, H', W', kh, kw)
    Y = np.einsum("nchwij,ocij->nohw", windows, W) + b[:, None, None]
    frame = (0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)
    slopes = sliding_window_view(np.pad(dY, frame), (kh, kw), (2, 3))
    dX = np.einsum("nohwij,ocij->nchw", slopes, W[:, :, ::-1, ::-1])
    dW = np.einsum("nohw,nchwij->ocij", dY, windows)
    return Y, dX, dW, dY.sum((0, 2, 3))


def columns(X: np.ndarray, W: np.ndarray, b: np.ndarray, dY: np.ndarray) -> Gradients:
    """Take im2col, a product for each gradient, and col2im, as they are."""
    cols, kernels = reference.im2col(X, W.shape[2:]), W.reshape(len(W), -1)
    product = kernels @ cols + b[:, None]  # (Co, N·H'·W')
    Y = product.reshape(len(W), len(X), *dY.shape[2:]).swapaxes(0, 1)
    slopes = dY.swapaxes(0, 1).reshape(len(W), -1)
    dX = reference.col2im(kernels.T @ slopes, X.shape, W.shape[2:])
    return Y, dX, (slopes @ cols.T).reshape(W.shape), slopes.sum(1)


def arranged(X: np.ndarray, W: np.ndarray, b: np.ndarray, dY: np.ndarray) -> Gradients:
    """Take the reference of the kata."""
    Y, cache = reference.conv2d_forward(X, W, b)
    return Y, *reference.conv2d_backward(dY, cache)


def in_torch(X: np.ndarray, W: np.ndarray, b: np.ndarray, dY: np.ndarray) -> Gradients:
    """Take torch's convolution and autograd; the arrays are shared, not copied."""
    images, kernels, biases, slopes = map(torch.from_numpy, (X, W, b, dY))
    leaves = [t.detach().requires_grad_() for t in (images, kernels, biases)]
    Y = F.conv2d(leaves[0], leaves[1], leaves[2])
    found = torch.autograd.grad(Y, leaves, slopes)
    return Y.detach().numpy(), *(gradient.numpy() for gradient in found)


WAYS: dict[str, Layer] = {
    "loops": loops,
    "strides": strides,
    "columns": columns,
    "arranged": arranged,
    "torch": in_torch,
}


def given() -> Gradients:
    """Return images, kernels, biases and a gradient of the output, drawn at random."""
    rng = np.random.default_rng(0)
    height, width = (n - k + 1 for n, k in zip(IMAGES[2:], KERNELS[2:], strict=True))
    slopes = IMAGES[0], KERNELS[0], height, width
    sizes = (IMAGES, KERNELS, KERNELS[:1], slopes)
    return tuple(rng.normal(size=size).astype(np.float32) for size in sizes)


def _seconds() -> Arrays:
    """Return the shortest processor time of each way, with the kernels that ran.

    A call of its own kind comes before each one that counts, so that none pays for the
    memory that another way gave back.
    """
    arrays = given()
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    with threadpool_limits(1):
        for turn in range(ROUNDS):
            for name, way in WAYS.items():
                if name in SLOW and turn:
                    continue
                if name not in SLOW:
                    way(*arrays)
                begin = time.thread_time()
                way(*arrays)
                times[name].append(time.thread_time() - begin)
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    names = [f"{p['internal_api']}'s kernel {p.get('architecture')}" for p in pools]
    found = {name: np.array(min(taken)) for name, taken in times.items()}
    return {**found, "blas": np.array(" and ".join(dict.fromkeys(names)))}


def values() -> dict[str, float | str]:
    """Return the time of each way as a multiple of torch's, and what each step bought.

    The steps are quotients of one way's time and the next one's; `blas` names the
    kernels of NumPy's products, and `isa` the instructions that torch uses.
    """
    seconds = kept("products", [reference, products], _seconds)
    ratio = {name: float(seconds[name] / seconds["torch"]) for name in WAYS}
    names = list(WAYS)[:-1]
    steps = {f"{b}.step": ratio[a] / ratio[b] for a, b in pairwise(names)}
    isa = torch.backends.cpu.get_cpu_capability()
    return {**ratio, **steps, "blas": str(seconds["blas"]), "isa": isa}
