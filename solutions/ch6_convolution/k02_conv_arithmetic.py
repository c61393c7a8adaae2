"""Convolution arithmetic: what goes in settles the size, the reach and the weights.

Padding and stride decide how many places a window has, and everything behind it must
fit that number: a network is laid out with this arithmetic before it is run. The same
few numbers tell how much of the image an output can see.

Level: 2 of 5
Minutes: 30
Needs: corr2d
"""

from torch import Tensor, nn

__all__ = [
    "out_size",
    "same_padding",
    "comp_conv2d",
    "trace_shapes",
    "receptive_field",
    "conv_param_count",
]


def out_size(n: int, k: int, p: int = 0, s: int = 1, d: int = 1) -> int:
    """Return how many places a window has along one axis.

    It starts at 0, s, 2s, … of the padded axis as long as all of it lies on it; what
    remains at the end is dropped. In this kata sizes are worked out: torch's
    convolutions, poolings and `unfold` are forbidden, but for the layer that
    `comp_conv2d` is given.

    Parameters
    ----------
    n : int
        Length of the axis, at least 1.
    k : int
        Length of the window, at least 1.
    p : int
        Zeros that are added on each of the two sides.
    s : int
        Stride, the step from place to place, at least 1.
    d : int
        Dilation, the distance from one weight of the window to the next, at least 1;
        with d = 2 there is a gap of one between any two.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the window does not fit anywhere.
    """
    reach = d * (k - 1) + 1  # from the first weight of the window to its last
    if n + 2 * p < reach:
        raise ValueError(f"a window of {reach} does not fit on {n} + 2 * {p}")
    return (n + 2 * p - reach) // s + 1


def same_padding(k: int) -> int:
    """Return the padding of each side with which a window of stride 1 keeps the size.

    Parameters
    ----------
    k : int
        Length of the window, at least 1 and odd; the dilation is 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If k is even: the two sides would need different paddings.
    """
    if k % 2 == 0:
        raise ValueError(f"k must be odd, got {k}")
    return (k - 1) // 2


def comp_conv2d(conv2d: nn.Module, X: Tensor) -> Tensor:
    """Return what a convolutional layer makes of one image without batch and channel.

    Parameters
    ----------
    conv2d : nn.Conv2d
        A layer with one input and one output channel, of any kernel, padding, stride
        and dilation. It stays as it is.
    X : Tensor of shape (H, W)
        Of the layer's dtype.

    Returns
    -------
    Tensor of shape (H', W')
        Both axes are there, also if one of them is 1. Of X's dtype; gradients flow to X
        and to the layer's parameters.
    """
    Y = conv2d(X[None, None])  # (1, 1, H', W')
    return Y[0, 0]


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    """Return (h, w); a single number stands for both."""
    return (size, size) if isinstance(size, int) else size


def trace_shapes(layers: list[tuple], hw: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the height and width of an image after each of several layers.

    Parameters
    ----------
    layers : list of tuple
        For each layer (k, s, p): window, stride and padding, as for `out_size`, each
        one number for both axes or a pair (h, w). The dilation is 1. Convolution and
        pooling count alike. Each window fits on what reaches it.
    hw : tuple of int
        (h, w) of the image.

    Returns
    -------
    list of tuple of int
        For each layer the (h, w) that leaves it, as a tuple of two int; the image's own
        is not among them.
    """
    shapes, (h, w) = [], hw
    for layer in layers:
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, layer)
        h, w = out_size(h, kh, ph, sh), out_size(w, kw, pw, sw)
        shapes.append((h, w))
    return shapes


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many inputs in a row one output of a stack of layers depends on.

    Parameters
    ----------
    layers : list of tuple of int
        For each layer (k, s), window and stride along the axis, from the first that the
        image meets to the last. The dilation is 1, and no window is smaller than its
        stride.

    Returns
    -------
    int
        From the first input to the last, far from the edges; 1 if there are no layers.
    """
    field, step = 1, 1  # step: inputs between two neighbors of the layer's input
    for k, s in layers:
        field += (k - 1) * step
        step *= s
    return field


def conv_param_count(
    c_in: int, c_out: int, k: tuple[int, int], bias: bool = True
) -> int:
    """Return how many numbers a two-dimensional convolutional layer learns.

    Parameters
    ----------
    c_in, c_out : int
        Channels that reach the layer, and that leave it.
    k : tuple of int
        (kh, kw), height and width of its kernels: one for each pair of an input and an
        output channel.
    bias : bool
        Whether each output channel has a bias.

    Returns
    -------
    int
    """
    kh, kw = k
    weights = c_out * c_in * kh * kw
    return weights + c_out if bias else weights
