"""Wrong answers to the convolution of channels, rejected by the grader and named."""

import torch

from dojo.grading import mistake
from solutions.ch6_convolution import k03_conv2d_channels as right


def _framed(X, above, below, left, right_of, value=0):
    """Return X within a frame; the padding of torch is forbidden here too."""
    H, W = X.shape[-2:]
    size = *X.shape[:-2], above + H + below, left + W + right_of
    padded = X.new_full(size, value)
    padded[..., above : above + H, left : left + W] = X
    return padded


@mistake(
    "pad2d",
    "The frame is pw rows and ph columns wide: the rows come first, as (ph, pw).",
)
def takes_the_columns_first(X, p):
    return right.pad2d(X, p[::-1])


@mistake(
    "pad2d",
    "The zeros stand below and on the right only: they stand on both sides.",
)
def pads_the_end_only(X, p):
    return _framed(X, 0, p[0], 0, p[1])


@mistake(
    "pad2d",
    "The zeros stand above and on the left only: they stand on both sides.",
)
def pads_the_beginning_only(X, p):
    return _framed(X, p[0], 0, p[1], 0)


@mistake(
    "pad2d",
    "The frame has the right size, but the image stands in its top left corner: shift it "
    "by (ph, pw).",
)
def leaves_the_image_in_the_corner(X, p):
    return _framed(X, 0, 2 * p[0], 0, 2 * p[1])


@mistake(
    "pad2d",
    "Each side gets half of the padding: p is what each of them gets.",
)
def splits_the_padding(X, p):
    return _framed(X, p[0] // 2, p[0] - p[0] // 2, p[1] // 2, p[1] - p[1] // 2)


@mistake(
    "pad2d",
    "The rows' padding serves for the columns too: p is (ph, pw).",
)
def pads_both_axes_alike(X, p):
    return right.pad2d(X, (p[0], p[0]))


@mistake(
    "pad2d",
    "The frame is filled with ones: it is of zeros.",
)
def pads_with_ones(X, p):
    return _framed(X, p[0], p[0], p[1], p[1], value=1)


@mistake(
    "pad2d",
    "The frame repeats the edge of the image: it is of zeros.",
)
def repeats_the_edge(X, p):
    rows = torch.arange(-p[0], X.shape[-2] + p[0]).clamp(0, X.shape[-2] - 1)
    columns = torch.arange(-p[1], X.shape[-1] + p[1]).clamp(0, X.shape[-1] - 1)
    return X[..., rows[:, None], columns]


@mistake(
    "pad2d",
    "The frame is of the default dtype: make it of X's dtype.",
)
def frames_in_the_default_dtype(X, p):
    return right.pad2d(X.to(torch.get_default_dtype()), p)


@mistake(
    "pad2d",
    "The frame is made on the default device: make it with X.new_zeros or device=.",
)
def forgets_the_device(X, p):
    (ph, pw), (H, W) = p, X.shape[-2:]
    padded = torch.zeros(*X.shape[:-2], H + 2 * ph, W + 2 * pw, dtype=X.dtype)
    padded[..., ph : ph + H, pw : pw + W] = X
    return padded


@mistake(
    "pad2d",
    "Numbers taken out with .item(), .data or .numpy() leave the graph: keep tensors.",
)
def cuts_the_image_from_the_graph(X, p):
    return right.pad2d(X.detach(), p)


@mistake(
    "pad2d",
    "The first two axes are padded: it is the last two, X.shape[-2:].",
)
def pads_the_first_two_axes(X, p):
    H, W = X.shape[:2]
    padded = X.new_zeros(H + 2 * p[0], W + 2 * p[1], *X.shape[2:])
    padded[p[0] : p[0] + H, p[1] : p[1] + W] = X
    return padded


@mistake(
    "pad2d",
    "Where a padding is 0 the slice ends at -0, which is its beginning, and is empty: "
    "let it end at ph + H.",
)
def ends_a_slice_at_minus_zero(X, p):
    H, W = X.shape[-2:]
    padded = X.new_zeros(*X.shape[:-2], H + 2 * p[0], W + 2 * p[1])
    padded[..., p[0] : -p[0], p[1] : -p[1]] = X
    return padded


@mistake(
    "pad2d",
    "Rows are added but no columns: p is (ph, pw).",
)
def pads_rows_only(X, p):
    return _framed(X, p[0], p[0], 0, 0)


@mistake(
    "pad2d",
    "The axes before the last two become four: they stay as they are, however many "
    "there are.",
)
def makes_four_axes(X, p):
    padded = right.pad2d(X, p)
    return padded.reshape((1,) * (4 - padded.dim()) + padded.shape)


def _summed(X, W, b, stride, padding, spec):
    """Return the sums over all patches that an einsum of patches and W gives."""
    kh, kw = W.shape[2:]
    patches = right.pad2d(X, padding).unfold(2, kh, stride[0]).unfold(3, kw, stride[1])
    Y = torch.einsum(spec, patches, W)
    return Y if b is None else Y + b[:, None, None]


@mistake(
    "conv2d",
    "The kernels are flipped first: that is true convolution, deep learning's is not.",
)
def flips_the_kernels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W.flip(2, 3), b, stride, padding)


@mistake(
    "conv2d",
    "All input channels meet the first one's kernel: each has a kernel of its own.",
)
def shares_the_first_kernel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W[:, :1].expand_as(W), b, stride, padding)


@mistake(
    "conv2d",
    "All input channels meet the mean of their kernels: each has a kernel of its own.",
)
def averages_the_kernels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W.mean(1, keepdim=True).expand_as(W), b, stride, padding)


@mistake(
    "conv2d",
    "What the kernels find is averaged over the input channels: it is added up.",
)
def averages_the_channels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W / W.shape[1], b, stride, padding)


@mistake(
    "conv2d",
    "What the kernels find is averaged over the patch: it is added up.",
)
def averages_the_patch(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W / W[0, 0].numel(), b, stride, padding)


@mistake(
    "conv2d",
    "What all the kernels find is averaged: it is added up.",
)
def averages_patch_and_channels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W / W[0].numel(), b, stride, padding)


@mistake(
    "conv2d",
    "Only the first input channel is looked at: add up over all of them.",
)
def looks_at_one_channel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X[:, :1], W[:, :1], b, stride, padding)


@mistake(
    "conv2d",
    "The last input channel is left out: add up over all of them.",
)
def leaves_out_the_last_channel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X[:, :-1], W[:, :-1], b, stride, padding)


@mistake(
    "conv2d",
    "Each output channel holds the last input channel's finds alone: add, do not "
    "overwrite.",
)
def overwrites_with_the_last_channel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X[:, -1:], W[:, -1:], b, stride, padding)


@mistake(
    "conv2d",
    "All output channels have the first one's kernels: each has its own, W[o].",
)
def repeats_the_first_output_channel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W[:1].expand_as(W), b, stride, padding)


@mistake(
    "conv2d",
    "The input channels are not added up: an output channel is the sum over all of them.",
)
def keeps_the_input_channels_apart(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    Y = _summed(X, W, None, stride, padding, "nchwij,ocij->nochw")
    return Y if b is None else Y + b[:, None, None, None]


@mistake(
    "conv2d",
    "Input and output channels are swapped in W: it is (Co, Ci, kh, kw).",
)
def swaps_the_channels_of_the_kernels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    turned = W.reshape(W.shape[1], W.shape[0], *W.shape[2:]).transpose(0, 1)
    return right.conv2d(X, turned, b, stride, padding)


@mistake(
    "conv2d",
    "Rows and columns of the kernels are swapped, numbers and all: W[o, c, i, j] meets "
    "X[n, c, r + i, s + j].",
)
def transposes_the_kernels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W.transpose(2, 3), b, stride, padding)


def _each_weight(X, W, b, stride, padding, keep):
    """Return what is left of the finds of each weight, row by row of the kernels."""
    kh, kw = W.shape[2:]
    patches = right.pad2d(X, padding).unfold(2, kh, stride[0]).unfold(3, kw, stride[1])
    finds = torch.einsum("nchwij,ocij->ijnohw", patches, W)
    Y = keep(finds)
    return Y if b is None else Y + b[:, None, None]


@mistake(
    "conv2d",
    "The output holds what the last weight of each kernel finds: add up over all "
    "weights, do not overwrite.",
)
def overwrites_with_the_last_weight(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return _each_weight(X, W, b, stride, padding, lambda finds: finds[-1, -1])


@mistake(
    "conv2d",
    "Only the first row of each kernel is used: add up over all of its rows.",
)
def uses_the_first_row_only(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return _each_weight(X, W, b, stride, padding, lambda finds: finds[0].sum(0))


@mistake(
    "conv2d",
    "The largest of the input channels' finds is taken: they are added up.",
)
def takes_the_largest_channel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    Y = _summed(X, W, None, stride, padding, "nchwij,ocij->nochw").amax(2)
    return Y if b is None else Y + b[:, None, None]


@mistake(
    "conv2d",
    "Every kernel meets the sum of all input channels: multiply each channel by its own "
    "kernel first, then add.",
)
def adds_before_it_multiplies(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    X, W = X.sum(1, keepdim=True), W.sum(1, keepdim=True)
    return right.conv2d(X, W, b, stride, padding)


@mistake(
    "conv2d",
    "There is an output channel for each input channel: the kernels' first axis counts "
    "the output channels, and the finds are added up over the second.",
)
def adds_up_the_output_channels(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return _summed(X, W, None, stride, padding, "nchwij,ocij->nchw")


@mistake(
    "conv2d",
    "The numbers are in the wrong order: the channels' axis is moved by a reshape where "
    "it must be permuted.",
    bias=["before", "after"],
)
def reshapes_the_channels_to_the_front(
    X, W, b=None, stride=(1, 1), padding=(0, 0), *, bias
):
    Y = right.conv2d(X, W, b if bias == "before" else None, stride, padding)
    Y = Y.permute(0, 2, 3, 1).reshape(Y.shape)
    return Y if b is None or bias == "before" else Y + b[:, None, None]


@mistake("conv2d", "The bias is not added: each output channel has one.")
def never_adds_the_bias(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, None, stride, padding)


@mistake("conv2d", "The bias is subtracted: it is added.")
def subtracts_the_bias(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, None if b is None else -b, stride, padding)


@mistake(
    "conv2d",
    "The bias is added once for each input channel: an output channel has one bias, "
    "added once.",
)
def adds_a_bias_for_each_channel(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    b = None if b is None else W.shape[1] * b
    return right.conv2d(X, W, b, stride, padding)


@mistake(
    "conv2d",
    "The bias is added once for each weight of the kernel: an output channel has one "
    "bias, added once.",
)
def adds_a_bias_for_each_weight(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    b = None if b is None else W[0, 0].numel() * b
    return right.conv2d(X, W, b, stride, padding)


@mistake(
    "conv2d",
    "All output channels get the first one's bias: each has its own.",
)
def adds_one_bias_to_all(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    b = None if b is None else b[:1].expand_as(b)
    return right.conv2d(X, W, b, stride, padding)


@mistake(
    "conv2d",
    "The bias changes from column to column: it belongs to the channels, so give it two "
    "more axes, b[:, None, None].",
)
def adds_the_bias_to_the_columns(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    Y = right.conv2d(X, W, None, stride, padding)
    return Y if b is None else Y + b


@mistake("conv2d", "The stride has no effect: the window moves by (sh, sw).")
def moves_by_one(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, (1, 1), padding)


@mistake(
    "conv2d",
    "The windows move by one, though as many are taken as the stride allows: window "
    "(r, c) starts at pixel (r·sh, c·sw).",
)
def starts_at_the_number_of_the_window(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    there = right.conv2d(X, W, b, stride, padding).shape[2:]
    return right.conv2d(X, W, b, (1, 1), padding)[:, :, : there[0], : there[1]]


@mistake("conv2d", "The padding has no effect: the images are framed with zeros first.")
def never_pads(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride)


@mistake(
    "conv2d",
    "The padding is read as (pw, ph), the order of F.pad: here the rows come first.",
)
def pads_the_wrong_axes(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride, padding[::-1])


@mistake("conv2d", "The stride is read as (sw, sh): the rows' step comes first.")
def steps_along_the_wrong_axes(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride[::-1], padding)


@mistake(
    "conv2d",
    "The rows' step serves for the columns too: the stride is (sh, sw).",
)
def steps_alike_along_both_axes(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, (stride[0], stride[0]), padding)


@mistake(
    "conv2d",
    "The zeros stand below and on the right only: they stand on both sides.",
)
def pads_the_images_end_only(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(pads_the_end_only(X, padding), W, b, stride)


@mistake(
    "conv2d",
    "One row and one column of places are missing: (H + 2·ph - kh) // sh + 1 fit.",
)
def stops_one_place_short(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride, padding)[:, :, :-1, :-1]


@mistake(
    "conv2d",
    "The places are counted on the images without their frame, so the last ones are "
    "missing: count (H + 2·ph - kh) // sh + 1 of them.",
)
def counts_the_places_without_the_frame(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    h, w = (
        (n - k) // s + 1
        for n, k, s in zip(X.shape[2:], W.shape[2:], stride, strict=True)
    )
    return right.conv2d(X, W, b, stride, padding)[:, :, :h, :w]


@mistake(
    "conv2d",
    "The output is as large as the input, whatever was asked for: pad by `padding` alone.",
)
def keeps_the_size_of_the_images(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    whole = right.conv2d(X, W, b, (1, 1), (W.shape[2], W.shape[3]))
    return whole[:, :, 1 : 1 + X.shape[2], 1 : 1 + X.shape[3]]


@mistake(
    "conv2d",
    "Only the first image of the batch is there: all of them are wanted.",
)
def takes_one_image(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X[:1], W, b, stride, padding)


@mistake(
    "conv2d",
    "Every image gives what the last one does: let each have its own output.",
)
def repeats_the_last_image(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X[-1:].expand_as(X), W, b, stride, padding)


@mistake(
    "conv2d",
    "The images of the batch are added up: each gives an output of its own.",
)
def adds_up_the_images(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    Y = (
        right.conv2d(X, W, None, stride, padding)
        .sum(0, keepdim=True)
        .expand(len(X), -1, -1, -1)
    )
    return Y if b is None else Y + b[:, None, None]


@mistake(
    "conv2d",
    "Axes of size 1 are squeezed away: an output is (N, Co, H', W') also for one image, "
    "one channel or one row.",
)
def squeezes_the_axes_of_one(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride, padding).squeeze()


@mistake(
    "conv2d",
    "The output is float32 whatever comes in: make it of X's dtype.",
)
def forces_float32(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride, padding).float()


@mistake(
    "conv2d",
    "Numbers taken out with .item(), .data or .numpy() leave the graph: keep tensors.",
)
def cuts_the_graph(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W, b, stride, padding).detach()


@mistake(
    "conv2d",
    "The kernels' numbers are taken out of the graph, so the kernels can never learn.",
)
def cuts_the_kernels_from_the_graph(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    return right.conv2d(X, W.detach(), b, stride, padding)


@mistake(
    "conv2d",
    "The output is made on the default device: make it with X.new_zeros or device=.",
)
def makes_the_output_on_the_default_device(X, W, b=None, stride=(1, 1), padding=(0, 0)):
    Y = right.conv2d(X, W, b, stride, padding)
    filled = torch.zeros(Y.shape, dtype=Y.dtype)
    return filled + Y


@mistake(
    "conv1x1",
    "W has Ci rows here: it is (Co, Ci, 1, 1), an output channel to a row.",
)
def reads_the_matrix_across(X, W, b=None):
    turned = W.reshape(W.shape[1], W.shape[0], 1, 1).transpose(0, 1)
    return right.conv1x1(X, turned, b)


@mistake(
    "conv1x1",
    "A pixel's channels are taken for pixels: the numbers are reshaped to rows where "
    "axes must change places, permute or transpose.",
)
def reshapes_pixels_to_rows(X, W, b=None):
    N, C, H, width = X.shape
    Y = X.reshape(-1, C) @ W[:, :, 0, 0].T
    Y = Y.reshape(N, len(W), H, width)
    return Y if b is None else Y + b[:, None, None]


@mistake(
    "conv1x1",
    "The batch is reshaped to Ci rows and back, which moves no axis, so images and "
    "channels are mixed: multiply X.flatten(2), image by image.",
)
def reshapes_the_batch_to_rows(X, W, b=None):
    Y = W[:, :, 0, 0] @ X.reshape(X.shape[1], -1)
    Y = Y if b is None else Y + b[:, None]
    return Y.reshape(len(X), len(W), *X.shape[2:])


@mistake(
    "conv1x1",
    "The product is right, and reshaped to (N, Co, H, W) where its axes must change "
    "places: permute or transpose.",
)
def reshapes_the_product(X, W, b=None):
    Y = X.permute(0, 2, 3, 1) @ W[:, :, 0, 0].T
    Y = Y if b is None else Y + b
    return Y.reshape(len(X), len(W), *X.shape[2:])


@mistake(
    "conv1x1",
    "The channels stand last: an output is (N, Co, H, W).",
)
def leaves_the_channels_last(X, W, b=None):
    return right.conv1x1(X, W, b).permute(0, 2, 3, 1)


@mistake(
    "conv1x1",
    "Height and width are still one axis: an output is (N, Co, H, W).",
)
def leaves_the_pixels_in_a_row(X, W, b=None):
    return right.conv1x1(X, W, b).flatten(2)


@mistake(
    "conv1x1",
    "The images of the batch are mixed: each is a product of its own, or a part of the "
    "pixels' axis.",
)
def mixes_the_images(X, W, b=None):
    N, C, H, width = X.shape
    Y = W[:, :, 0, 0] @ X.reshape(C, N * H * width)
    Y = Y.reshape(N, len(W), H, width)
    return Y if b is None else Y + b[:, None, None]


@mistake("conv1x1", "The bias is not added: each output channel has one.")
def mixes_without_a_bias(X, W, b=None):
    return right.conv1x1(X, W)


@mistake(
    "conv1x1",
    "The bias is added once for each input channel: an output channel has one bias, "
    "added once.",
)
def adds_the_bias_for_each_input(X, W, b=None):
    return right.conv1x1(X, W, None if b is None else W.shape[1] * b)


@mistake(
    "conv1x1",
    "The channels' finds are averaged: a matrix product adds them up.",
)
def averages_the_mixture(X, W, b=None):
    return right.conv1x1(X, W / W.shape[1], b)


@mistake(
    "conv1x1",
    "A kernel of one pixel is taken to change nothing: it mixes the channels of each "
    "pixel.",
)
def gives_back_the_images(X, W, b=None):
    return X.clone()


@mistake(
    "conv1x1",
    "All channels get the same factor, the first of each row: each input channel has "
    "one of its own.",
)
def scales_the_sum_of_channels(X, W, b=None):
    return right.conv1x1(X, W[:, :1].expand_as(W), b)


@mistake(
    "conv1x1",
    "There is an output channel for each input channel: an output channel is a row of "
    "the matrix, multiplied by the channels and added up.",
)
def adds_up_over_the_rows(X, W, b=None):
    return X * W[:, :, 0, 0].sum(0)[:, None, None]


@mistake(
    "conv1x1",
    "Rows and columns of the images are swapped: an output is (N, Co, H, W).",
)
def transposes_the_images(X, W, b=None):
    return right.conv1x1(X, W, b).transpose(2, 3)


@mistake(
    "conv1x1",
    "squeeze takes away every axis of size 1, so with one channel the matrix becomes a "
    "vector: take W[:, :, 0, 0].",
)
def squeezes_the_matrix(X, W, b=None):
    mixed = W.squeeze() @ X.flatten(2)
    Y = mixed.reshape(len(X), len(W), *X.shape[2:])
    return Y if b is None else Y + b[:, None, None]


@mistake(
    "conv1x1",
    "Only the first input channel is looked at: mix all of them.",
)
def mixes_one_channel(X, W, b=None):
    return right.conv1x1(X[:, :1], W[:, :1], b)


@mistake(
    "conv1x1",
    "The output is float32 whatever comes in: make it of X's dtype.",
)
def mixes_in_float32(X, W, b=None):
    return right.conv1x1(X, W, b).float()


@mistake(
    "conv1x1",
    "Numbers taken out with .item(), .data or .numpy() leave the graph: keep tensors.",
)
def mixes_outside_the_graph(X, W, b=None):
    return right.conv1x1(X, W, b).detach()


def _changed(name, change):
    """Return an answer that changes one of the three gradients of the truth."""
    at = ("dX", "dW", "db").index(name)

    def answer(dY, X, W, stride, padding):
        parts = list(right.conv2d_backward(dY, X, W, stride, padding))
        parts[at] = change(parts[at], dY, X, W)
        return tuple(parts)

    return answer


@mistake(
    "conv2d_backward",
    "The frame of zeros is still around dX: cut off ph rows and pw columns on each side.",
)
def leaves_the_frame_around_dx(dY, X, W, stride, padding):
    bare = right.conv2d_backward(dY, right.pad2d(X, padding), W, stride, (0, 0))
    return bare[0], bare[1], bare[2]


@mistake(
    "conv2d_backward",
    "The first ph rows and pw columns of dX are those of the frame: cut it off on both "
    "sides.",
)
def cuts_the_frame_at_the_end_only(dY, X, W, stride, padding):
    framed, dW, db = leaves_the_frame_around_dx(dY, X, W, stride, padding)
    return framed[..., : X.shape[2], : X.shape[3]], dW, db


@mistake(
    "conv2d_backward",
    "Overlapping windows overwrite each other in dX: add up, += and not =.",
)
def overwrites_where_windows_overlap(dY, X, W, stride, padding):
    padded, dX = right.pad2d(X, padding), None
    dX = torch.zeros_like(padded)
    for i in range(W.shape[2]):
        for j in range(W.shape[3]):
            at = (..., *right._met(dY.shape[2:], (i, j), stride))
            dX[at] = torch.einsum("nohw,oc->nchw", dY, W[:, :, i, j])
    (ph, pw), (H, width) = padding, X.shape[2:]
    dX = dX[..., ph : ph + H, pw : pw + width]
    return dX, *right.conv2d_backward(dY, X, W, stride, padding)[1:]


@mistake(
    "conv2d_backward",
    "In dX the last window that met a pixel overwrites what the others sent it: add up, "
    "+= and not =.",
)
def keeps_the_last_window(dY, X, W, stride, padding):
    dX = torch.zeros_like(right.pad2d(X, padding))
    for r in range(dY.shape[2]):
        for c in range(dY.shape[3]):
            i, j = r * stride[0], c * stride[1]
            window = dX[..., i : i + W.shape[2], j : j + W.shape[3]]
            window[:] = torch.einsum("no,ochw->nchw", dY[:, :, r, c], W)
    (ph, pw), (H, width) = padding, X.shape[2:]
    dX = dX[..., ph : ph + H, pw : pw + width]
    return dX, *right.conv2d_backward(dY, X, W, stride, padding)[1:]


@mistake(
    "conv2d_backward",
    "The frame is cut off by a slice that ends at -0 where a padding is 0, and is empty: "
    "let it end at ph + H.",
)
def cuts_to_minus_zero(dY, X, W, stride, padding):
    framed, dW, db = leaves_the_frame_around_dx(dY, X, W, stride, padding)
    ph, pw = padding
    return framed[..., ph:-ph, pw:-pw], dW, db


@mistake(
    "conv2d_backward",
    "The kernels are flipped in dX: the slope of an output goes back to each pixel of "
    "its window with the weight that the pixel met.",
)
def flips_the_kernels_in_dx(dY, X, W, stride, padding):
    dX = right.conv2d_backward(dY, X, W.flip(2, 3), stride, padding)[0]
    return dX, *right.conv2d_backward(dY, X, W, stride, padding)[1:]


@mistake(
    "conv2d_backward",
    "dW is flipped: its entry (i, j) belongs to the pixels that are i rows and j columns "
    "behind the windows' corners.",
)
def flips_dw(dY, X, W, stride, padding):
    return _changed("dW", lambda dW, *_: dW.flip(2, 3))(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "dW is averaged over the batch: a sum is wanted, dY holds all factors.",
)
def averages_dw_over_the_batch(dY, X, W, stride, padding):
    return _changed("dW", lambda dW, dY, *_: dW / len(dY))(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "db is averaged over the batch: a sum is wanted, dY holds all factors.",
)
def averages_db_over_the_batch(dY, X, W, stride, padding):
    return _changed("db", lambda db, dY, *_: db / len(dY))(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "dW and db are averaged over the batch: sums are wanted, dY holds all factors.",
)
def averages_over_the_batch(dY, X, W, stride, padding):
    dX, dW, db = right.conv2d_backward(dY, X, W, stride, padding)
    return dX, dW / len(X), db / len(X)


@mistake(
    "conv2d_backward",
    "db is averaged over batch and places: a sum is wanted, dY holds all factors.",
)
def averages_db_over_all(dY, X, W, stride, padding):
    change = _changed("db", lambda db, dY, *_: dY.mean((0, 2, 3)))
    return change(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "db is summed over the batch only: a bias stands at every place too.",
)
def sums_db_over_the_batch_only(dY, X, W, stride, padding):
    change = _changed("db", lambda db, dY, *_: dY.sum(0))
    return change(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "db is summed over the places only: an output channel has one bias for all images.",
)
def sums_db_over_the_places_only(dY, X, W, stride, padding):
    change = _changed("db", lambda db, dY, *_: dY.sum((2, 3)))
    return change(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "The stride has no effect: window (r, c) starts at pixel (r·sh, c·sw) here too.",
)
def goes_back_by_one(dY, X, W, stride, padding):
    padded = right.pad2d(X, padding)
    dX, dW, db = right.conv2d_backward(dY, padded, W, (1, 1), (0, 0))
    (ph, pw), (H, width) = padding, X.shape[2:]
    return dX[..., ph : ph + H, pw : pw + width], dW, db


@mistake(
    "conv2d_backward",
    "X.grad and W.grad are returned, where backward() adds up the gradients of all "
    "calls: torch.autograd.grad returns those of one, and leaves X and W as they are.",
)
def adds_up_from_call_to_call(dY, X, W, stride, padding):
    X.requires_grad_()
    W.requires_grad_()
    right.conv2d(X, W, None, stride, padding).backward(dY)
    return X.grad, W.grad, dY.sum((0, 2, 3))


@mistake(
    "conv2d_backward",
    "The gradients come as (dW, dX, db): dX is the first.",
)
def returns_dw_first(dY, X, W, stride, padding):
    dX, dW, db = right.conv2d_backward(dY, X, W, stride, padding)
    return dW, dX, db


@mistake(
    "conv2d_backward",
    "The gradients come as (db, dW, dX): dX is the first.",
)
def returns_db_first(dY, X, W, stride, padding):
    return right.conv2d_backward(dY, X, W, stride, padding)[::-1]


@mistake(
    "conv2d_backward",
    "The gradients come as a list: a tuple, (dX, dW, db), is wanted.",
)
def returns_a_list(dY, X, W, stride, padding):
    return [*right.conv2d_backward(dY, X, W, stride, padding)]


@mistake(
    "conv2d_backward",
    "db is summed over the channels too, and not over all places: sum over the axes 0, 2 "
    "and 3.",
)
def sums_db_over_the_channels(dY, X, W, stride, padding):
    change = _changed("db", lambda db, dY, *_: dY.sum((0, 1, 2)))
    return change(dY, X, W, stride, padding)


@mistake(
    "conv2d_backward",
    "db is missing: the gradients are (dX, dW, db).",
)
def leaves_out_db(dY, X, W, stride, padding):
    return right.conv2d_backward(dY, X, W, stride, padding)[:2]


@mistake(
    "conv2d_backward",
    "Only one image counts in dW, the first or the last: sum over the batch.",
    at=[0, -1],
)
def takes_dw_of_one_image(dY, X, W, stride, padding, *, at):
    dX, _, db = right.conv2d_backward(dY, X, W, stride, padding)
    return dX, right.conv2d_backward(dY[[at]], X[[at]], W, stride, padding)[1], db


@mistake(
    "conv2d_backward",
    "The kernels of the wrong channels send the slopes back: output channel o reaches "
    "input channel c through W[o, c].",
)
def mixes_up_the_channels(dY, X, W, stride, padding):
    turned = W.reshape(W.shape[1], W.shape[0], *W.shape[2:]).transpose(0, 1)
    dX = right.conv2d_backward(dY, X, turned, stride, padding)[0]
    return dX, *right.conv2d_backward(dY, X, W, stride, padding)[1:]


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "pad2d": {
        "- padded[..., ph : ph + H, pw : pw + W] = X\n"
        "+ padded[..., ph:ph + H, pw:pw + W] += X": "the zeros that are added to are new",
    },
    "conv2d": {
        "- (kh, kw), (sh, sw) = W.shape[2:], stride\n"
        "+ (kh, kw), (sh, sw) = (W.shape[-2:], stride)": "the same axis, counted from the end",
        "- h, w = (X.shape[2] - kh) // sh + 1, (X.shape[3] - kw) // sw + 1\n"
        "+ h, w = ((X.shape[-2] - kh) // sh + 1, (X.shape[3] - kw) // sw + 1)": "the same axis, counted from the end",
        "- Y = X.new_zeros(len(X), len(W), h, w)\n"
        "+ Y = W.new_zeros(len(X), len(W), h, w)": "X and W have the same dtype and lie on the same device",
        "- return Y if b is None else Y + b[:, None, None]\n"
        "+ return Y if b == None else Y + b[:, None, None]": "`is` is the better style, and says the same",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + (sh * (h - 1) + 1), sh), slice(j, j + sw * (w - 1) + 1, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + (sh * h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + (sw * (w - 1) + 1), sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + (sw * w - 1) + 1, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + sh * (h - 0) + 0, sh), slice(j, j + sw * (w - 0) + 0, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
    },
    "conv1x1": {
        "- pixels = X.flatten(2)  # (N, Ci, H*W)\n"
        "+ pixels = X.flatten(-2)": "the same axis, counted from the end",
        "- mixed = W[:, :, 0, 0] @ pixels  # (N, Co, H*W)\n"
        "+ mixed = W[:, :, -1, 0] @ pixels": "the axis has one entry",
        "- mixed = W[:, :, 0, 0] @ pixels  # (N, Co, H*W)\n"
        "+ mixed = W[:, :, 0, -1] @ pixels": "the axis has one entry",
        "- Y = mixed.unflatten(2, X.shape[2:])\n"
        "+ Y = mixed.unflatten(2, X.shape[-2:])": "the same axis, counted from the end",
        "- return Y if b is None else Y + b[:, None, None]\n"
        "+ return Y if b == None else Y + b[:, None, None]": "`is` is the better style, and says the same",
        "- mixed = W[:, :, 0, 0] @ pixels  # (N, Co, H*W)\n"
        "+ mixed = W[:, :, -1, -1] @ pixels": "the axis has one entry",
    },
    "conv2d_backward": {
        "- dX, dW = torch.zeros_like(padded), torch.zeros_like(W)\n"
        "+ dX, dW = (torch.zeros_like(padded), torch.ones_like(W))": "every entry is written over",
        "- dX, dW = torch.zeros_like(padded), torch.zeros_like(W)\n"
        "+ dX, dW = (torch.zeros_like(padded), torch.empty_like(W))": "every entry is written over",
        "- for i in range(W.shape[2]):\n"
        "+ for i in range(W.shape[-2]):": "the same axis, counted from the end",
        "- (ph, pw), (H, width) = padding, X.shape[2:]\n"
        "+ (ph, pw), (H, width) = (padding, X.shape[-2:])": "the same axis, counted from the end",
        "- return dX, dW, dY.sum((0, 2, 3))\n"
        "+ return (dX, dW, dY.sum((2, 0, 3)))": "the order in which axes are summed over is free",
        "- return dX, dW, dY.sum((0, 2, 3))\n"
        "+ return (dX, dW, dY.sum((3, 2, 0)))": "the order in which axes are summed over is free",
        "- return dX, dW, dY.sum((0, 2, 3))\n"
        "+ return (dX, dW, dY.sum((0, 3, 2)))": "the order in which axes are summed over is free",
        "- return dX, dW, dY.sum((0, 2, 3))\n"
        "+ return (dX, dW, dY.sum((0, -2, 3)))": "the same axis, counted from the end",
        "- place = (..., *_met(dY.shape[2:], (i, j), stride))\n"
        "+ place = (..., *_met(dY.shape[-2:], (i, j), stride))": "the same axis, counted from the end",
        '- dW[:, :, i, j] = torch.einsum("nohw,nchw->oc", dY, padded[place])\n'
        "+ dW[:, :, i, j] += torch.einsum('nohw,nchw->oc', dY, padded[place])": "each place is written once, and was zero",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + (sh * (h - 1) + 1), sh), slice(j, j + sw * (w - 1) + 1, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + (sh * h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + (sw * (w - 1) + 1), sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + (sw * w - 1) + 1, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(i, i + sh * (h - 1) + 1, sh), slice(j, j + sw * (w - 1) + 1, sw)\n"
        "+ return (slice(i, i + sh * (h - 0) + 0, sh), slice(j, j + sw * (w - 0) + 0, sw))": "the slice ends elsewhere before the next step, or the sum is in brackets",
    },
}
