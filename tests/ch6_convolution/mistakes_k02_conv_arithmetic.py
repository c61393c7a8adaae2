"""Wrong answers to convolution arithmetic, rejected by the grader and named."""

import math

import torch
import torch.nn.functional as F

from dojo.grading import mistake
from solutions.ch6_convolution import k02_conv_arithmetic as right


def _checked(n, k, p, d):
    """Return how far the window can move, if it fits."""
    room = n + 2 * p - d * (k - 1) - 1
    if room < 0:
        raise ValueError(room)
    return room


@mistake(
    "out_size",
    "The padding is counted once; it is added on both sides: n + 2p.",
)
def counts_the_padding_once(n, k, p=0, s=1, d=1):
    return (_checked(n, k, p, d) - p) // s + 1


@mistake("out_size", "The padding is not counted: the axis is n + 2p long.")
def leaves_out_the_padding(n, k, p=0, s=1, d=1):
    return (_checked(n, k, p, d) - 2 * p) // s + 1


@mistake(
    "out_size",
    "The size is rounded up, so the last window hangs over the edge: round down.",
)
def rounds_up(n, k, p=0, s=1, d=1):
    return math.ceil(_checked(n, k, p, d) / s) + 1


@mistake(
    "out_size",
    "The size is rounded to the nearest number{when}: a window that does not fit as a "
    "whole does not count, so round down.",
    when=["", ", after 1 is added"],
)
def rounds_to_the_nearest(n, k, p=0, s=1, d=1, *, when):
    steps = _checked(n, k, p, d) / s
    return round(steps + 1) if when else round(steps) + 1


@mistake(
    "out_size",
    "One place is missing: the window has a place before it has moved, so add 1.",
)
def forgets_the_first_place(n, k, p=0, s=1, d=1):
    return _checked(n, k, p, d) // s


@mistake(
    "out_size",
    "The 1 is added before the division by the stride: divide first, then add the place "
    "that the window has before it moves.",
)
def adds_one_before_dividing(n, k, p=0, s=1, d=1):
    return (_checked(n, k, p, d) + 1) // s


@mistake("out_size", "The stride has no effect: the window moves by s, not by one.")
def moves_by_one(n, k, p=0, s=1, d=1):
    return _checked(n, k, p, d) + 1


@mistake(
    "out_size",
    "The dilation has no effect: a window of k weights reaches over d(k - 1) + 1 places.",
)
def forgets_the_dilation(n, k, p=0, s=1, d=1):
    _checked(n, k, p, d)
    return (n + 2 * p - k) // s + 1


@mistake(
    "out_size",
    "The window is taken to be d·k long: there are only k - 1 gaps between k weights, so "
    "it is d(k - 1) + 1 long.",
)
def stretches_the_window_too_far(n, k, p=0, s=1, d=1):
    _checked(n, k, p, d)
    return (n + 2 * p - d * k) // s + 1


@mistake(
    "out_size",
    "The result is a float, because / divides to a float: // rounds down to an int.",
)
def returns_a_float(n, k, p=0, s=1, d=1):
    return float(right.out_size(n, k, p, s, d))


@mistake(
    "out_size",
    "The result of / is not rounded: // rounds down to an int.",
)
def never_rounds(n, k, p=0, s=1, d=1):
    return _checked(n, k, p, d) / s + 1


@mistake(
    "out_size",
    "A window that fits nowhere gives a number below 1: it must raise a ValueError.",
)
def counts_below_one(n, k, p=0, s=1, d=1):
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


@mistake(
    "out_size",
    "A window that fits nowhere gives 0: it must raise a ValueError.",
)
def returns_zero_where_nothing_fits(n, k, p=0, s=1, d=1):
    return max(0, counts_below_one(n, k, p, s, d))


@mistake(
    "out_size",
    "int() rounds towards zero, so a room of -1/3 becomes a place of its own: compare "
    "the window with the padded axis, or divide with //.",
)
def rounds_a_missing_place_to_one(n, k, p=0, s=1, d=1):
    size = int((n + 2 * p - d * (k - 1) - 1) / s) + 1
    if size < 1:
        raise ValueError(size)
    return size


@mistake(
    "out_size",
    "A window that is as long as the padded axis is refused: it has one place.",
)
def refuses_a_window_that_just_fits(n, k, p=0, s=1, d=1):
    if n + 2 * p <= d * (k - 1) + 1:
        raise ValueError(n)
    return right.out_size(n, k, p, s, d)


@mistake(
    "out_size",
    "The window is compared with the axis before it is padded: compare it with n + 2p.",
)
def compares_with_the_bare_axis(n, k, p=0, s=1, d=1):
    if n < d * (k - 1) + 1:
        raise ValueError(n)
    return right.out_size(n, k, p, s, d)


@mistake(
    "out_size",
    "k is compared with the padded axis, but a dilated window is longer than k: compare "
    "d(k - 1) + 1.",
)
def compares_without_the_dilation(n, k, p=0, s=1, d=1):
    if n + 2 * p < k:
        raise ValueError(n)
    return counts_below_one(n, k, p, s, d)


@mistake(
    "out_size",
    "The stride's default is the window, as a pooling has it: here it is 1.",
)
def steps_by_the_window_by_default(n, k, p=0, s=None, d=1):
    return right.out_size(n, k, p, k if s is None else s, d)


@mistake(
    "out_size",
    "The arguments are taken in the order n, k, s, p: the padding comes before the "
    "stride.",
)
def takes_the_stride_first(n, k, p=0, s=1, d=1):
    return right.out_size(n, k, s, max(p, 1), d)


@mistake(
    "same_padding",
    "This is the padding of both sides together: each side gets half of it.",
)
def returns_both_sides_together(k):
    _odd(k)
    return k - 1


def _odd(k):
    if k % 2 == 0:
        raise ValueError(k)


@mistake(
    "same_padding",
    "This is one more than is needed, and the output would grow: (k - 1) / 2.",
)
def pads_one_too_many(k):
    _odd(k)
    return (k + 1) // 2


@mistake(
    "same_padding",
    "The padding is a float: // divides to an int.",
)
def returns_half_a_float(k):
    _odd(k)
    return (k - 1) / 2


@mistake(
    "same_padding",
    "An even window gets a padding, though no padding of both sides keeps its size: "
    "raise a ValueError.",
)
def takes_even_windows(k):
    return k // 2


@mistake(
    "same_padding",
    "An even window gets a padding, rounded down, with which the output loses a place: "
    "raise a ValueError.",
)
def rounds_even_windows_down(k):
    return (k - 1) // 2


@mistake("same_padding", "Odd windows are refused: it is the even ones that must be.")
def refuses_odd_windows(k):
    if k % 2:
        raise ValueError(k)
    return k // 2


@mistake(
    "same_padding",
    "This is the padding with which every place counts where window and image meet at "
    "all, which makes the output larger: half of k - 1 is wanted.",
)
def pads_by_the_whole_window(k):
    _odd(k)
    return k


@mistake(
    "same_padding",
    "The padding comes as a pair: one number, for one axis, is wanted.",
)
def returns_a_pair(k):
    return right.same_padding(k), right.same_padding(k)


@mistake(
    "comp_conv2d",
    "squeeze takes away every axis of size 1, so an output of one row or one column "
    "loses that too: take away the first two, Y[0, 0].",
)
def squeezes_all_axes_of_one(conv2d, X):
    return conv2d(X[None, None]).squeeze()


@mistake(
    "comp_conv2d",
    "The axes for batch and channel are still there: the output is (H', W').",
)
def keeps_batch_and_channel(conv2d, X):
    return conv2d(X[None, None])


@mistake(
    "comp_conv2d",
    "The output is one long row of numbers: it is (H', W').",
)
def flattens_the_output(conv2d, X):
    return conv2d(X[None, None]).flatten()


@mistake(
    "comp_conv2d",
    "One axis too many is still there: both the batch's and the channel's must go.",
)
def keeps_the_channel(conv2d, X):
    return conv2d(X[None, None])[0]


@mistake(
    "comp_conv2d",
    "The output is given the image's height and width: it has sizes of its own, so take "
    "them from the output.",
)
def takes_the_size_of_the_image(conv2d, X):
    return conv2d(X[None, None]).reshape(X.shape)


@mistake(
    "comp_conv2d",
    "The image is turned on its side: height comes before width.",
)
def transposes_the_image(conv2d, X):
    return conv2d(X.T[None, None])[0, 0]


@mistake(
    "comp_conv2d",
    "The output is turned on its side: it is (H', W'), the height first.",
)
def transposes_the_output(conv2d, X):
    return conv2d(X[None, None])[0, 0].T


@mistake(
    "comp_conv2d",
    "The image is turned on its side, and the output back: kernel, stride and padding "
    "then meet the other axis.",
)
def turns_image_and_output(conv2d, X):
    return conv2d(X.T[None, None])[0, 0].T


@mistake(
    "comp_conv2d",
    "The layer's bias is set to zero: leave the layer as it is.",
)
def overwrites_the_bias(conv2d, X):
    if conv2d.bias is not None:
        torch.nn.init.zeros_(conv2d.bias)
    return right.comp_conv2d(conv2d, X)


@mistake(
    "comp_conv2d",
    "The layer's kernel and bias are used, but with stride 1 and without padding: call "
    "the layer itself.",
)
def forgets_stride_and_padding(conv2d, X):
    return F.conv2d(X[None, None], conv2d.weight, conv2d.bias)[0, 0]


@mistake(
    "comp_conv2d",
    "The layer's bias is not added: call the layer itself.",
)
def leaves_out_the_bias(conv2d, X):
    Y = right.comp_conv2d(conv2d, X)
    return Y if conv2d.bias is None else Y - conv2d.bias


@mistake(
    "comp_conv2d",
    "The output is float32 whatever comes in: keep the dtype of X.",
)
def casts_to_float32(conv2d, X):
    return right.comp_conv2d(conv2d, X).float()


@mistake(
    "comp_conv2d",
    "The output is cut from the graph by .data, .detach() or no_grad: return it as the "
    "layer gives it.",
)
def cuts_the_output_from_the_graph(conv2d, X):
    return right.comp_conv2d(conv2d, X).detach()


@mistake(
    "comp_conv2d",
    "The image is cut from the graph before it reaches the layer: gradients must flow "
    "to X.",
)
def cuts_the_image_from_the_graph(conv2d, X):
    return right.comp_conv2d(conv2d, X.detach())


@mistake(
    "comp_conv2d",
    "The layer is left in evaluation mode: use it as it is.",
)
def puts_the_layer_to_rest(conv2d, X):
    return right.comp_conv2d(conv2d.eval(), X)


@mistake(
    "comp_conv2d",
    "The layer's gradients are cleared: they are none of this function's business.",
)
def clears_the_gradients(conv2d, X):
    conv2d.zero_grad()
    return right.comp_conv2d(conv2d, X)


@mistake(
    "comp_conv2d",
    "The layer's weights are overwritten, with {value} everywhere: use them as they are.",
    value=[0.0, 1.0],
)
def overwrites_the_weights(conv2d, X, *, value):
    torch.nn.init.constant_(conv2d.weight, value)
    return right.comp_conv2d(conv2d, X)


def _pair(size):
    return (size, size) if isinstance(size, int) else size


def _traced(layers, hw, size):
    """Return the trace of a wrong `size(n, k, p, s)`."""
    shapes = []
    for k, s, p in layers:
        each = zip(hw, _pair(k), _pair(p), _pair(s), strict=True)
        hw = tuple(size(*axis) for axis in each)
        shapes.append(hw)
    return shapes


@mistake(
    "trace_shapes",
    "The padding is counted once; it is added on both sides: n + 2p.",
)
def counts_each_padding_once(layers, hw):
    return _traced(layers, hw, lambda n, k, p, s: (n + p - k) // s + 1)


@mistake(
    "trace_shapes",
    "Sizes are rounded up: a window that hangs over the edge does not count.",
)
def rounds_each_size_up(layers, hw):
    return _traced(layers, hw, lambda n, k, p, s: -(-(n + 2 * p - k) // s) + 1)


@mistake(
    "trace_shapes",
    "One place is missing from each size: (n + 2p - k) // s + 1.",
)
def forgets_each_first_place(layers, hw):
    return _traced(layers, hw, lambda n, k, p, s: (n + 2 * p - k) // s)


@mistake(
    "trace_shapes",
    "The padding has no effect: the axis is n + 2p long.",
)
def leaves_out_each_padding(layers, hw):
    return _traced(layers, hw, lambda n, k, p, s: (n - k) // s + 1)


@mistake(
    "trace_shapes",
    "The stride has no effect: the window moves by s, not by one.",
)
def moves_each_window_by_one(layers, hw):
    return _traced(layers, hw, lambda n, k, p, s: n + 2 * p - k + 1)


@mistake(
    "trace_shapes",
    "A layer is read as (k, p, s): it is (k, s, p), the stride before the padding.",
)
def takes_the_padding_before_the_stride(layers, hw):
    return _traced(layers, hw, lambda n, k, p, s: (n + 2 * s - k) // max(p, 1) + 1)


@mistake(
    "trace_shapes",
    "Each layer is given the image's own size: what leaves one layer reaches the next.",
)
def starts_every_layer_at_the_image(layers, hw):
    return [right.trace_shapes([layer], hw)[0] for layer in layers]


@mistake(
    "trace_shapes",
    "The width is taken for equal to the height: each has a size, a window, a stride and "
    "a padding of its own.",
)
def takes_the_height_for_the_width(layers, hw):
    return [(h, h) for h, _ in right.trace_shapes(layers, hw)]


@mistake(
    "trace_shapes",
    "The image's own size stands in front: there is one entry for each layer.",
)
def begins_with_the_image(layers, hw):
    return [hw, *right.trace_shapes(layers, hw)]


@mistake(
    "trace_shapes",
    "These are the sizes that reach the layers: those that leave them are wanted.",
)
def lists_what_reaches_each_layer(layers, hw):
    return [hw, *right.trace_shapes(layers, hw)][: len(layers)]


@mistake(
    "trace_shapes",
    "This is the last size alone: one for each layer is wanted, as a list.",
)
def returns_the_last_size_only(layers, hw):
    return [hw, *right.trace_shapes(layers, hw)][-1]


@mistake(
    "trace_shapes",
    "This is a list of the last size alone: one for each layer is wanted.",
    first=[0, 1],
)
def lists_the_last_size_only(layers, hw, *, first):
    return [hw, *right.trace_shapes(layers, hw)][first:][-1:]


@mistake(
    "trace_shapes",
    "Pairs are read as (w, h): the height comes first.",
)
def takes_the_width_first(layers, hw):
    turned = [tuple(_pair(size)[::-1] for size in layer) for layer in layers]
    return right.trace_shapes(turned, hw)


@mistake(
    "trace_shapes",
    "The padding's pair is read as (w, h), the order of F.pad: here the height comes "
    "first.",
)
def pads_the_width_first(layers, hw):
    turned = [(k, s, _pair(p)[::-1]) for k, s, p in layers]
    return right.trace_shapes(turned, hw)


@mistake(
    "trace_shapes",
    "A layer whose window is as long as its stride is not padded: padding counts for "
    "any window.",
)
def divides_by_the_window_where_it_is_the_stride(layers, hw):
    bare = [(k, s, 0 if _pair(k) == _pair(s) else p) for k, s, p in layers]
    return right.trace_shapes(bare, hw)


@mistake(
    "trace_shapes",
    "The strides of the two axes are in each other's place: the height comes first.",
)
def crosses_the_strides(layers, hw):
    turned = [(k, _pair(s)[::-1], p) for k, s, p in layers]
    return right.trace_shapes(turned, hw)


@mistake(
    "trace_shapes",
    "The sizes are (w, h): the height comes first.",
)
def returns_the_width_first(layers, hw):
    return [size[::-1] for size in right.trace_shapes(layers, hw)]


@mistake(
    "trace_shapes",
    "The height's numbers serve for the width too: a pair has one for each axis.",
)
def takes_all_windows_for_square(layers, hw):
    square = [tuple(_pair(size)[0] for size in layer) for layer in layers]
    return right.trace_shapes(square, hw)


@mistake(
    "trace_shapes",
    "The height serves for the width as well: each axis has a size of its own.",
)
def takes_the_image_for_square(layers, hw):
    return right.trace_shapes(layers, (hw[0], hw[0]))


@mistake(
    "trace_shapes",
    "Each size is a list: a tuple, (h, w), is wanted.",
)
def lists_each_size(layers, hw):
    return [list(size) for size in right.trace_shapes(layers, hw)]


@mistake(
    "trace_shapes",
    "The sizes are floats, because / divides to a float: // rounds down to an int.",
)
def traces_floats(layers, hw):
    return [(float(h), float(w)) for h, w in right.trace_shapes(layers, hw)]


@mistake(
    "trace_shapes",
    "The sizes come as a tuple: they are wanted as a list.",
)
def returns_a_tuple_of_sizes(layers, hw):
    return tuple(right.trace_shapes(layers, hw))


@mistake(
    "receptive_field",
    "Strides have no effect: behind a layer of stride s, neighbors are s times as far "
    "apart, and a window reaches s times as far.",
)
def forgets_the_strides(layers):
    return 1 + sum(k - 1 for k, _ in layers)


@mistake(
    "receptive_field",
    "A layer's own stride is multiplied in before its window is added: it spreads the "
    "windows of the layers behind it, not its own.",
)
def applies_the_own_stride_first(layers):
    field, step = 1, 1
    for k, s in layers:
        step *= s
        field += (k - 1) * step
    return field


@mistake(
    "receptive_field",
    "Each layer adds k steps: it adds k - 1, because one of its pixels was counted "
    "before.",
)
def adds_the_whole_window(layers):
    field, step = 1, 1
    for k, s in layers:
        field += k * step
        step *= s
    return field


@mistake(
    "receptive_field",
    "Going back through a layer, r outputs are taken for r·s + k inputs: they are only "
    "r - 1 strides apart, so it is (r - 1)·s + k.",
)
def counts_a_stride_too_many(layers):
    field = 1
    for k, s in layers[::-1]:
        field = field * s + k
    return field


@mistake(
    "receptive_field",
    "The count begins at 0: one pixel is there before any layer, so begin at 1.",
)
def begins_at_zero(layers):
    return right.receptive_field(layers) - 1


@mistake(
    "receptive_field",
    "The strides are added up: they multiply.",
    first=[0, 1],
)
def adds_the_strides(layers, *, first):
    field, step = 1, first
    for k, s in layers:
        field += (k - 1) * max(step, 1)
        step += s
    return field


@mistake(
    "receptive_field",
    "The strides are added up, less one each: they multiply.",
)
def adds_what_the_strides_skip(layers):
    field, step = 1, 1
    for k, s in layers:
        field += (k - 1) * step
        step += s - 1
    return field


@mistake(
    "receptive_field",
    "Only the stride of the layer before counts: the strides of all layers before "
    "multiply.",
)
def takes_the_last_stride_only(layers):
    field, step = 1, 1
    for k, s in layers:
        field += (k - 1) * step
        step = s
    return field


@mistake(
    "receptive_field",
    "The strides count the wrong way round: a window is spread by the strides of the "
    "layers before it, not by those of the layers behind it.",
)
def spreads_by_the_strides_behind(layers):
    return right.receptive_field(layers[::-1])


@mistake(
    "receptive_field",
    "The windows are added up: each adds k - 1 steps, and a step grows with the strides.",
)
def adds_up_the_windows(layers):
    return sum(k for k, _ in layers) or 1


@mistake(
    "receptive_field",
    "This is a pair: one number, for one axis, is wanted.",
)
def returns_a_pair_of_fields(layers):
    return (right.receptive_field(layers),) * 2


@mistake(
    "receptive_field",
    "Each window adds all of its k, where the place that it begins with is there already: "
    "it adds k - 1 steps, to the 1 of a single place.",
)
def adds_the_whole_windows(layers):
    field, step = 0, 1
    for k, s in layers:
        field += k * step
        step *= s
    return max(field, 1)


@mistake(
    "receptive_field",
    "The windows are multiplied: each adds k - 1 steps.",
)
def multiplies_the_windows(layers):
    return math.prod(k for k, _ in layers)


@mistake(
    "receptive_field",
    "This is the largest window: what the layers before it saw adds to it.",
)
def takes_the_largest_window(layers):
    return max((k for k, _ in layers), default=1)


@mistake(
    "receptive_field",
    "This is the number of pixels of a square: its side is wanted.",
)
def returns_the_area(layers):
    return right.receptive_field(layers) ** 2


@mistake(
    "receptive_field",
    "This is the step between two neighboring outputs, all strides multiplied: how far "
    "one output sees is wanted.",
)
def returns_the_step(layers):
    return math.prod(s for _, s in layers)


@mistake(
    "receptive_field",
    "Without a layer this is no number: an input depends on itself, so it is 1.",
)
def has_nothing_without_layers(layers):
    return right.receptive_field(layers) if layers else 0


@mistake(
    "conv_param_count",
    "The biases are not counted: each output channel has one.",
)
def never_counts_the_biases(c_in, c_out, k, bias=True):
    return c_out * c_in * k[0] * k[1]


@mistake(
    "conv_param_count",
    "The biases are counted also with bias=False.",
)
def always_counts_the_biases(c_in, c_out, k, bias=True):
    return c_out * (c_in * k[0] * k[1] + 1)


@mistake(
    "conv_param_count",
    "Without the argument no bias is counted: its default is True.",
)
def has_no_biases_by_default(c_in, c_out, k, bias=False):
    return right.conv_param_count(c_in, c_out, k, bias)


@mistake(
    "conv_param_count",
    "The layer has one bias: each output channel has one of its own.",
)
def counts_one_bias_for_all(c_in, c_out, k, bias=True):
    return c_out * c_in * k[0] * k[1] + bool(bias)


@mistake(
    "conv_param_count",
    "Each kernel has a bias: an output channel has one, however many kernels it adds up.",
)
def gives_each_kernel_a_bias(c_in, c_out, k, bias=True):
    return c_out * c_in * (k[0] * k[1] + bool(bias))


@mistake(
    "conv_param_count",
    "A bias is counted for each place of a kernel: an output channel has one.",
)
def gives_each_place_a_bias(c_in, c_out, k, bias=True):
    return c_out * (c_in + bool(bias)) * k[0] * k[1]


@mistake(
    "conv_param_count",
    "The input channels have the biases: it is the output channels.",
)
def gives_the_inputs_the_biases(c_in, c_out, k, bias=True):
    return c_out * c_in * k[0] * k[1] + (c_in if bias else 0)


@mistake(
    "conv_param_count",
    "An output channel has one kernel for all input channels: it has one for each.",
)
def shares_a_kernel_between_the_inputs(c_in, c_out, k, bias=True):
    return c_out * k[0] * k[1] + (c_out if bias else 0)


@mistake(
    "conv_param_count",
    "The output channels share their kernels: each has kernels of its own.",
)
def shares_kernels_between_the_outputs(c_in, c_out, k, bias=True):
    return c_in * k[0] * k[1] + (c_out if bias else 0)


@mistake(
    "conv_param_count",
    "The biases are counted with bias=False and left out with bias=True.",
)
def turns_the_bias_around(c_in, c_out, k, bias=True):
    return right.conv_param_count(c_in, c_out, k, not bias)


@mistake(
    "conv_param_count",
    "This is one kernel: there is one for each pair of channels.",
)
def counts_one_kernel(c_in, c_out, k, bias=True):
    return k[0] * k[1] + bool(bias)


@mistake(
    "conv_param_count",
    "The channels are added: there is a kernel for each pair, so they multiply.",
)
def adds_the_channels(c_in, c_out, k, bias=True):
    return (c_in + c_out) * k[0] * k[1] + (c_out if bias else 0)


@mistake(
    "conv_param_count",
    "The kernel's height is squared: it may be of another width.",
)
def takes_the_kernel_for_square(c_in, c_out, k, bias=True):
    return c_out * c_in * k[0] ** 2 + (c_out if bias else 0)


@mistake(
    "conv_param_count",
    "Height and width of the kernel are added: a kernel has kh·kw weights.",
)
def adds_height_and_width(c_in, c_out, k, bias=True):
    return c_out * c_in * (k[0] + k[1]) + (c_out if bias else 0)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "out_size": {
        "- return (n + 2 * p - reach) // s + 1\n"
        "+ return (n + (2 * p - reach)) // s + 1": "a sum of integers, in brackets",
    },
    "same_padding": {
        "- if k % 2 == 0:\n+ if k % 2 <= 0:": "a remainder by 2 is 0 or 1",
        "- if k % 2 == 0:\n"
        "+ if k % -2 == 0:": "a remainder is 0 whatever the sign of the divisor",
        "- return (k - 1) // 2\n"
        "+ return k // 2": "k is odd here, and its half is rounded down",
        "- return (k - 1) // 2\n"
        "+ return k * 1 // 2": "k is odd here, and its half is rounded down",
        "- return (k - 1) // 2\n"
        "+ return k // 1 // 2": "k is odd here, and its half is rounded down",
        "- return (k - 1) // 2\n"
        "+ return k ** 1 // 2": "k is odd here, and its half is rounded down",
        "- return (k - 1) // 2\n"
        "+ return (k - 0) // 2": "k is odd here, and its half is rounded down",
    },
    "comp_conv2d": {
        "- return Y[0, 0]\n+ return Y[-1, 0]": "both axes have one entry",
        "- return Y[0, 0]\n+ return Y[0, -1]": "both axes have one entry",
        "- return Y[0, 0]\n+ return Y[-1, -1]": "both axes have one entry",
    },
    "conv_param_count": {
        "- weights = c_out * c_in * kh * kw\n"
        "+ weights = c_out * c_in * (kh * kw)": "a product of integers, in brackets",
        "- weights = c_out * c_in * kh * kw\n"
        "+ weights = c_out * (c_in * kh) * kw": "a product of integers, in brackets",
    },
}
