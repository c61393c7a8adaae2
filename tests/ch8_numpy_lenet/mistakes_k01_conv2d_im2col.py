"""Wrong answers to convolution as one product, rejected by the grader and named."""

import numpy as np

from dojo.grading import mistake
from solutions.ch8_numpy_lenet import k01_conv2d_im2col as right


def _answer(X, W, b, stride, padding):
    """Return the output and a cache with which the way back is right for X."""
    return right.conv2d_forward(X, W, b, stride, padding)


def _size(X_shape, kernel, stride, padding):
    return tuple(map(right._places, X_shape[2:], kernel, stride, padding))


def _windows(X, kernel, stride, padding):
    """Return the windows of X, an array of shape (N, C, kh, kw, H', W')."""
    (N, C), size = X.shape[:2], _size(X.shape, kernel, stride, padding)
    cols = right.im2col(X, kernel, stride, padding)
    return cols.reshape(C, *kernel, N, *size).transpose(3, 0, 1, 2, 4, 5)


def _rows(X, kernel):
    return X.shape[1] * kernel[0] * kernel[1]


def _framed(X, above, below, left, right_of, **how):
    """Return X within a frame, without one on the other axes."""
    return np.pad(X, ((0, 0), (0, 0), (above, below), (left, right_of)), **how)


def _times(result, x=1, w=1, b=1):
    """Return the three gradients, each times a number."""
    dX, dW, db = result
    return x * dX, w * dW, b * db


def _kind(array, dtype=np.float64):
    return np.asarray(array, dtype)


@mistake(
    "im2col",
    "The columns are in the order y, x, n: first come all windows of the first image, then all of the second.",
)
def orders_the_columns_y_x_n(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)
    return windows.transpose(1, 2, 3, 4, 5, 0).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The columns of an image run down its columns: they run along its rows, x faster than y.",
)
def orders_the_columns_n_x_y(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)
    return windows.transpose(1, 2, 3, 0, 5, 4).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The rows are in the order i, j, c: all pixels of the first channel come first, then those of the second.",
)
def puts_the_channels_last(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)
    return windows.transpose(2, 3, 1, 0, 4, 5).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The pixels of a window run down its columns: row by row they are in the order i, j.",
)
def orders_the_rows_c_j_i(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)
    return windows.transpose(1, 3, 2, 0, 4, 5).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "Each window is a row: it is to be a column, so transpose.",
)
def makes_the_windows_rows(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, stride, padding).T


@mistake(
    "im2col",
    "There is a matrix for each image: the columns of all images stand in one.",
)
def makes_a_matrix_for_each_image(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)
    return windows.reshape(len(X), _rows(X, kernel), -1)


@mistake(
    "im2col",
    "The numbers run in the order n, c, i, j, y, x, cut to the shape asked for: bring n behind i and j before you reshape.",
)
def reshapes_without_moving_the_samples(X, kernel, stride=(1, 1), padding=(0, 0)):
    return _windows(X, kernel, stride, padding).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The numbers run in the order n, c, y, x, i, j, cut to the shape asked for: bring i and j behind c, and n before y, before you reshape.",
)
def reshapes_the_windows_as_they_are(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding).transpose(0, 1, 4, 5, 2, 3)
    return windows.reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "Each window is turned by 180 degrees: pixel (0, 0) comes first.",
)
def turns_the_windows(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)[:, :, ::-1, ::-1]
    return windows.transpose(1, 2, 3, 0, 4, 5).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The windows of a step of one are there, whatever the stride: start them at multiples of it.",
)
def gathers_in_steps_of_one(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, (1, 1), padding)


@mistake(
    "im2col",
    "The windows move by one, though as many are taken as the stride allows: window (y, x) begins at row y·sh and column x·sw.",
)
def begins_at_the_number_of_the_window(X, kernel, stride=(1, 1), padding=(0, 0)):
    h, w = _size(X.shape, kernel, stride, padding)
    met = _windows(X, kernel, (1, 1), padding)[..., :h, :w]
    return met.transpose(1, 2, 3, 0, 4, 5).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The windows are those of an image without padding: zeros stand around it.",
)
def gathers_without_padding(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, stride)


@mistake(
    "im2col",
    "The step down and the step to the right are exchanged: stride is (sh, sw).",
)
def gathers_with_strides_exchanged(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, stride[::-1], padding)


@mistake(
    "im2col",
    "The rows and columns of padding are exchanged: padding is (ph, pw).",
)
def gathers_with_paddings_exchanged(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, stride, padding[::-1])


@mistake(
    "im2col",
    "The window is kw high and kh wide: kernel is (kh, kw).",
)
def takes_the_width_for_the_height(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel[::-1], stride, padding)


@mistake(
    "im2col",
    "The step down is used to the right as well: stride is (sh, sw).",
)
def steps_alike_on_both_axes(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, (stride[0], stride[0]), padding)


@mistake(
    "im2col",
    "The first entries of kernel, stride and padding are used for both axes: the second ones are those of the width.",
)
def takes_all_for_square(X, kernel, stride=(1, 1), padding=(0, 0)):
    (k, _), (s, _), (p, _) = kernel, stride, padding
    return right.im2col(X, (k, k), (s, s), (p, p))


@mistake(
    "im2col",
    "With steps of more than one a last window may be missing: the 1 is added after the division, (H + 2·ph - kh) // sh + 1.",
)
def adds_the_one_before_it_divides(X, kernel, stride=(1, 1), padding=(0, 0)):
    (ph, pw), (kh, kw), (sh, sw) = padding, kernel, stride
    P = _framed(X, ph, ph, pw, pw)
    h, w = ((P.shape[2] - kh + 1) // sh, (P.shape[3] - kw + 1) // sw)
    windows = _windows(P, kernel, stride, (0, 0))[..., :h, :w]
    return windows.transpose(1, 2, 3, 0, 4, 5).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The zeros stand below and to the right alone: they stand on both sides.",
)
def pads_the_end_alone(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(_framed(X, 0, padding[0], 0, padding[1]), kernel, stride)


@mistake(
    "im2col",
    "There is room for the padding, but the image stands in its upper left corner: move it by (ph, pw).",
)
def leaves_the_image_in_the_corner(X, kernel, stride=(1, 1), padding=(0, 0)):
    (ph, pw), framed = padding, X
    return right.im2col(_framed(framed, 0, 2 * ph, 0, 2 * pw), kernel, stride)


@mistake(
    "im2col",
    "The zeros stand above and to the left alone: they stand on both sides.",
)
def pads_the_start_alone(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(_framed(X, padding[0], 0, padding[1], 0), kernel, stride)


@mistake(
    "im2col",
    "All the padding stands above and to the left, the image in the lower right corner: half of it belongs on the other side.",
)
def pushes_the_image_to_the_far_corner(X, kernel, stride=(1, 1), padding=(0, 0)):
    (ph, pw), framed = padding, X
    return right.im2col(_framed(framed, 2 * ph, 0, 2 * pw, 0), kernel, stride)


@mistake(
    "im2col",
    "The frame repeats the edge of the image: it is of zeros.",
)
def repeats_the_edge(X, kernel, stride=(1, 1), padding=(0, 0)):
    (ph, pw), how = padding, {"mode": "edge"}
    return right.im2col(_framed(X, ph, ph, pw, pw, **how), kernel, stride)


@mistake(
    "im2col",
    "The columns are of NumPy's default dtype: make them of X's.",
)
def makes_floats_of_all(X, kernel, stride=(1, 1), padding=(0, 0)):
    return _kind(right.im2col(X, kernel, stride, padding))


@mistake(
    "im2col",
    "The last window along each axis is missing: there is room for one more than (H + 2·ph - kh) // sh.",
)
def forgets_the_last_window(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)[..., :-1, :-1]
    return windows.transpose(1, 2, 3, 0, 4, 5).reshape(_rows(X, kernel), -1)


@mistake(
    "im2col",
    "The windows are counted as if there were no padding, so the last ones are missing: count on the padded image.",
)
def counts_the_windows_without_padding(X, kernel, stride=(1, 1), padding=(0, 0)):
    h, w = (
        max(0, (n - k) // s + 1) for n, k, s in zip(X.shape[2:], kernel, stride, strict=True)
    )  # fmt: skip
    windows = _windows(X, kernel, stride, padding)[..., :h, :w]
    return windows.transpose(1, 2, 3, 0, 4, 5).reshape(_rows(X, kernel), h * w * len(X))


@mistake(
    "im2col",
    "Only the rows are padded, above and below: zeros stand on the left and on the right as well.",
)
def pads_the_rows_alone(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, stride, (padding[0], 0))


@mistake(
    "im2col",
    "Only the columns are padded, left and right: zeros stand above and below as well.",
)
def pads_the_columns_alone(X, kernel, stride=(1, 1), padding=(0, 0)):
    return right.im2col(X, kernel, stride, (0, padding[1]))


@mistake(
    "im2col",
    "The lowest windows are missing: from top to bottom there is room for one more than (H + 2·ph - kh) // sh.",
)
def forgets_the_lowest_windows(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)[..., :-1, :]
    N, h, w = len(X), *windows.shape[4:]
    moved = windows.transpose(1, 2, 3, 0, 4, 5)
    return moved.reshape(_rows(X, kernel), N * h * w)


@mistake(
    "im2col",
    "All images have the windows of the first: take each from its own.",
)
def takes_the_first_image_for_all(X, kernel, stride=(1, 1), padding=(0, 0)):
    first = np.broadcast_to(X[:1], X.shape)
    return right.im2col(first, kernel, stride, padding)


@mistake(
    "im2col",
    "The rows mix samples and channels: the order of all axes is c, i, j, then n, y, x.",
)
def puts_the_samples_before_the_channels(X, kernel, stride=(1, 1), padding=(0, 0)):
    windows = _windows(X, kernel, stride, padding)
    return windows.transpose(2, 3, 0, 1, 4, 5).reshape(_rows(X, kernel), -1)


def _laid(cols, X_shape, kernel, stride, padding, lay, crop=True):
    """Return images made by `lay`, which puts the pixels of one place into them."""
    (N, C, H, W), (ph, pw) = X_shape, padding
    size = _size(X_shape, kernel, stride, padding)
    windows = cols.reshape(C, *kernel, N, *size)
    padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw), cols.dtype)
    for i, j in np.ndindex(*kernel):
        place = (..., *map(right._met, (i, j), size, stride))
        lay(padded, place, windows[:, i, j].swapaxes(0, 1))
    return padded[:, :, ph : ph + H, pw : pw + W] if crop else padded


def _put(padded, place, pixels):
    padded[place] = pixels


def _add(padded, place, pixels):
    padded[place] += pixels


@mistake(
    "col2im",
    "Where windows overlap, the pixel has the entry of one of them, the last: it is their sum.",
)
def keeps_the_last_window(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    return _laid(cols, X_shape, kernel, stride, padding, _put)


@mistake(
    "col2im",
    "Where windows overlap, the pixel has the entry of one of them, that of the lowest place: it is their sum.",
)
def keeps_the_lowest_window(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    (N, C, H, W), (ph, pw), (kh, kw), (sh, sw) = X_shape, padding, kernel, stride
    size = _size(X_shape, kernel, stride, padding)
    windows = cols.reshape(C, kh, kw, N, *size)
    padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)
    for y, x in np.ndindex(*size):
        place = slice(y * sh, y * sh + kh), slice(x * sw, x * sw + kw)
        padded[:, :, place[0], place[1]] = windows[..., y, x].transpose(0, 3, 1, 2)
    return padded[:, :, ph : ph + H, pw : pw + W].swapaxes(0, 1)


@mistake(
    "col2im",
    "Where windows overlap, the pixel has the mean of their entries: it is the sum.",
)
def averages_the_windows(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    how = X_shape, kernel, stride, padding
    count = right.col2im(np.ones_like(cols), *how)
    return right.col2im(cols, *how) / np.maximum(count, 1)


@mistake(
    "col2im",
    "Where windows overlap, the pixel has the largest of their entries and 0: it is their sum.",
)
def keeps_the_largest_entry(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    def lay(padded, place, pixels):
        padded[place] = np.maximum(padded[place], pixels)

    return _laid(cols, X_shape, kernel, stride, padding, lay)


@mistake(
    "col2im",
    "Rows and columns are exchanged where the padding is cropped: it is (ph, pw).",
)
def crops_with_paddings_exchanged(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    whole = _laid(cols, X_shape, kernel, stride, padding, _add, crop=False)
    (pw, ph), (H, W) = padding, X_shape[2:]
    return whole[:, :, ph : ph + H, pw : pw + W]


@mistake(
    "col2im",
    "An axis without padding is cropped to nothing: [p:-p] is empty if p is 0; write [p : p + H].",
)
def crops_up_to_minus_0(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    whole = _laid(cols, X_shape, kernel, stride, padding, _add, crop=False)
    (ph, pw) = padding
    return whole[:, :, ph:-ph, pw:-pw]


@mistake(
    "col2im",
    "The rows are read as if the samples came first: the order of the axes is c, i, j, then n, y, x.",
)
def reads_the_samples_first(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    N, C = X_shape[:2]
    size = _size(X_shape, kernel, stride, padding)
    moved = cols.reshape(N, C, *kernel, *size).transpose(1, 2, 3, 0, 4, 5)
    return right.col2im(moved.reshape(cols.shape), X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "The padding is still around the images: crop it.",
)
def leaves_the_padding(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    return _laid(cols, X_shape, kernel, stride, padding, _add, crop=False)


@mistake(
    "col2im",
    "What is kept is the upper left part of the padded images: crop the frame on all sides.",
)
def crops_below_and_to_the_right(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    whole = _laid(cols, X_shape, kernel, stride, padding, _add, crop=False)
    return whole[:, :, : X_shape[2], : X_shape[3]]


@mistake(
    "col2im",
    "The windows are laid down in steps of one, whatever the stride: each goes where im2col took it from.",
)
def lays_down_in_steps_of_one(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    (N, C, H, W), (ph, pw) = X_shape, padding
    h, w = _size(X_shape, kernel, stride, padding)
    windows = cols.reshape(C, *kernel, N, h, w)
    padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw), cols.dtype)
    for i, j in np.ndindex(*kernel):
        padded[:, :, i : i + h, j : j + w] += windows[:, i, j].swapaxes(0, 1)
    return padded[:, :, ph : ph + H, pw : pw + W]


@mistake(
    "col2im",
    "The columns are read in the order y, x, n: first come all windows of the first image.",
)
def reads_the_columns_y_x_n(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    size = _size(X_shape, kernel, stride, padding)
    windows = cols.reshape(X_shape[1], *kernel, *size, X_shape[0])
    moved = np.moveaxis(windows, 5, 3).reshape(cols.shape)
    return right.col2im(moved, X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "The columns of an image are read down its columns: they run along its rows.",
)
def reads_the_columns_n_x_y(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    h, w = _size(X_shape, kernel, stride, padding)
    windows = cols.reshape(X_shape[1], *kernel, X_shape[0], w, h)
    moved = windows.swapaxes(4, 5).reshape(cols.shape)
    return right.col2im(moved, X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "The rows are read in the order i, j, c: all pixels of the first channel come first.",
)
def reads_the_channels_last(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    windows = cols.reshape(*kernel, X_shape[1], -1)
    moved = windows.transpose(2, 0, 1, 3).reshape(cols.shape)
    return right.col2im(moved, X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "The pixels of a window are read down its columns: they are in the order i, j.",
)
def reads_the_rows_c_j_i(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    windows = cols.reshape(X_shape[1], *kernel[::-1], -1)
    moved = windows.swapaxes(1, 2).reshape(cols.shape)
    return right.col2im(moved, X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "Each window is turned by 180 degrees before it is added: entry (i, j) goes to pixel (i, j) of its place.",
)
def turns_the_windows_back(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    windows = cols.reshape(X_shape[1], *kernel, -1)[:, ::-1, ::-1]
    return right.col2im(windows.reshape(cols.shape), X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "The images of one sample after another are cut from an array in which the channels come first: exchange the axes, a reshape does not.",
)
def reshapes_the_channels_into_samples(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):  # fmt: skip
    images = right.col2im(cols, X_shape, kernel, stride, padding)
    return images.swapaxes(0, 1).reshape(X_shape)


@mistake(
    "col2im",
    "The columns are cut into windows as if each were a row: a window is a column, so transpose first, or separate the rows into c, i, j and the columns into n, y, x.",
)
def takes_the_windows_for_rows(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    rows = cols.reshape(cols.shape[::-1])
    return right.col2im(rows.T, X_shape, kernel, stride, padding)


@mistake(
    "col2im",
    "The images are of float64: they are of the dtype of cols.",
)
def adds_up_in_float64(cols, X_shape, kernel, stride=(1, 1), padding=(0, 0)):
    return _kind(right.col2im(cols, X_shape, kernel, stride, padding))


@mistake(
    "conv2d_forward",
    "The kernels are turned by 180 degrees: convolution in deep learning does not flip them.",
)
def flips_the_kernels(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W[:, :, ::-1, ::-1], b, stride, padding)


@mistake(
    "conv2d_forward",
    "The biases are missing: each output channel has its own, added everywhere.",
)
def forgets_the_biases(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, np.zeros_like(b), stride, padding)


@mistake(
    "conv2d_forward",
    "The biases are subtracted: they are added.",
)
def subtracts_the_biases(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, -b, stride, padding)


@mistake(
    "conv2d_forward",
    "Every output channel has the sum of all biases: each has its own.",
)
def adds_the_sum_of_the_biases(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, np.full_like(b, b.sum()), stride, padding)


@mistake(
    "conv2d_forward",
    "The output is what the kernels find in the first channel: sum over all of them.",
)
def looks_at_the_first_channel(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X[:, :1], W[:, :1], b, stride, padding)


@mistake(
    "conv2d_forward",
    "The product, whose rows are output channels, was cut into samples: separate its columns into n, y and x and bring n to the front.",
)
def cuts_the_product_into_samples(X, W, b, stride=(1, 1), padding=(0, 0)):
    Y, cache = _answer(X, W, b, stride, padding)
    return np.ascontiguousarray(Y.swapaxes(0, 1)).reshape(Y.shape), cache


@mistake(
    "conv2d_forward",
    "The output channels come before the samples: exchange the first two axes.",
)
def leaves_the_channels_in_front(X, W, b, stride=(1, 1), padding=(0, 0)):
    Y, cache = _answer(X, W, b, stride, padding)
    return Y.swapaxes(0, 1), cache


@mistake(
    "conv2d_forward",
    "The places are in a row: the output has the shape (N, Co, H', W').",
)
def leaves_the_places_in_a_row(X, W, b, stride=(1, 1), padding=(0, 0)):
    Y, cache = _answer(X, W, b, stride, padding)
    return Y.reshape(*Y.shape[:2], -1), cache


@mistake(
    "conv2d_forward",
    "The output is in rows, one for each output channel: separate the columns into n, y and x.",
)
def returns_the_product_as_it_is(X, W, b, stride=(1, 1), padding=(0, 0)):
    Y, cache = _answer(X, W, b, stride, padding)
    return Y.swapaxes(0, 1).reshape(len(W), -1), cache


@mistake(
    "conv2d_forward",
    "The kernels are read down their columns: W.reshape(Co, -1) has a kernel's rows one after another, as im2col has the window's.",
)
def transposes_the_kernels(X, W, b, stride=(1, 1), padding=(0, 0)):
    turned = W.swapaxes(2, 3).reshape(W.shape)
    return _answer(X, turned, b, stride, padding)


@mistake(
    "conv2d_forward",
    "A kernel is made of entries of several output channels: of (Co, C, kh, kw) the first axis stays, W.reshape(Co, -1).",
)
def reshapes_the_kernels_to_columns(X, W, b, stride=(1, 1), padding=(0, 0)):
    mixed = W.reshape(-1, len(W)).T.reshape(W.shape)
    return _answer(X, mixed, b, stride, padding)


@mistake(
    "conv2d_forward",
    "The windows are read as if their channels came last: rows of cols are c, i, j, as W has them.",
)
def reads_the_windows_channels_last(X, W, b, stride=(1, 1), padding=(0, 0)):
    moved = W.reshape(len(W), *W.shape[2:], W.shape[1]).transpose(0, 3, 1, 2)
    return _answer(X, moved, b, stride, padding)


@mistake(
    "conv2d_forward",
    "The stride has no effect: hand it on to im2col.",
)
def ignores_the_stride(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, b, (1, 1), padding)


@mistake(
    "conv2d_forward",
    "The padding has no effect: hand it on to im2col.",
)
def ignores_the_padding(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, b, stride, (0, 0))


@mistake(
    "conv2d_forward",
    "Rows and columns are exchanged in the stride: it is (sh, sw).",
)
def exchanges_the_strides(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, b, stride[::-1], padding)


@mistake(
    "conv2d_forward",
    "Rows and columns are exchanged in the padding: it is (ph, pw).",
)
def exchanges_the_paddings(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, b, stride, padding[::-1])


@mistake(
    "conv2d_forward",
    "Stride and padding are exchanged: the stride comes first.",
)
def takes_the_stride_for_the_padding(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, b, tuple(max(1, p) for p in padding), stride)


@mistake(
    "conv2d_forward",
    "The bias is added once for each input channel: once for each output is enough.",
)
def adds_the_bias_for_each_channel(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, X.shape[1] * b, stride, padding)


@mistake(
    "conv2d_forward",
    "The output is the mean over the input channels: it is their sum.",
)
def averages_the_channels(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W / X.shape[1], b, stride, padding)


@mistake(
    "conv2d_forward",
    "What is below 0 was cut off: ReLU is a layer of its own.",
)
def applies_relu(X, W, b, stride=(1, 1), padding=(0, 0)):
    Y, cache = _answer(X, W, b, stride, padding)
    return np.maximum(Y, 0), cache


@mistake(
    "conv2d_forward",
    "The output is of float64: it is of X's dtype.",
)
def computes_in_float64(X, W, b, stride=(1, 1), padding=(0, 0)):
    Y, cache = _answer(X, W, b, stride, padding)
    return _kind(Y), cache


@mistake(
    "conv2d_forward",
    "The output comes without a cache: return the pair of both.",
)
def returns_the_output_alone(X, W, b, stride=(1, 1), padding=(0, 0)):
    return _answer(X, W, b, stride, padding)[0]


@mistake(
    "conv2d_backward",
    "dX is as if the stride were one: each window's slope goes where the window lay.",
)
def lays_the_slopes_in_steps_of_one(dY, cache):
    X, W, stride, padding = cache
    _, dW, db = right.conv2d_backward(dY, cache)
    cols = np.tensordot(W, dY, (0, 1)).reshape(_rows(X, W.shape[2:]), -1)
    how = X.shape, W.shape[2:], stride, padding
    return lays_down_in_steps_of_one(cols, *how), dW, db


@mistake(
    "conv2d_backward",
    "dX and dW are as if the stride were one: the slope of place (y, x) belongs to the window that begins at row y·sh and column x·sw.",
)
def goes_back_in_steps_of_one(dY, cache):
    X, W, _, padding = cache
    dX, _, db = lays_the_slopes_in_steps_of_one(dY, cache)
    fine = _windows(X, W.shape[2:], (1, 1), padding)
    met = fine[..., : dY.shape[2], : dY.shape[3]]  # (N, C, kh, kw, H', W')
    return dX, np.tensordot(dY, met, ([0, 2, 3], [0, 4, 5])), db


@mistake(
    "conv2d_backward",
    "dX is as if the stride were one and the padding none: hand both on to col2im.",
)
def hands_neither_on_to_col2im(dY, cache):
    X, W, _, _ = cache
    _, dW, db = right.conv2d_backward(dY, cache)
    dX, (h, w) = np.zeros_like(X), X.shape[2:]
    for i, j in np.ndindex(W.shape[2:]):
        spot = dX[:, :, i : i + dY.shape[2], j : j + dY.shape[3]]
        slopes = np.tensordot(dY, W[:, :, i, j], (1, 0)).transpose(0, 3, 1, 2)
        spot += slopes[:, :, : max(h - i, 0), : max(w - j, 0)]
    return dX, dW, db


@mistake(
    "conv2d_backward",
    "In dX the padding is still around the images: crop it.",
)
def leaves_the_padding_around_the_gradient(dY, cache):
    X, W, stride, (ph, pw) = cache
    framed = _framed(X, ph, ph, pw, pw)
    return right.conv2d_backward(dY, (framed, W, stride, (0, 0)))


@mistake(
    "conv2d_backward",
    "dX is the upper left part of what the padded images get: crop the frame on all sides.",
)
def crops_the_gradient_below_and_to_the_right(dY, cache):
    dX, dW, db = leaves_the_padding_around_the_gradient(dY, cache)
    return dX[:, :, : cache[0].shape[2], : cache[0].shape[3]], dW, db


@mistake(
    "conv2d_backward",
    "dX is computed with the kernels turned by 180 degrees: what W[i, j] met gets W[i, j] times the slope.",
)
def turns_the_kernels_on_the_way_back(dY, cache):
    X, W, stride, padding = cache
    _, dW, db = right.conv2d_backward(dY, cache)
    turned = X, W[:, :, ::-1, ::-1], stride, padding
    return right.conv2d_backward(dY, turned)[0], dW, db


@mistake(
    "conv2d_backward",
    "dW is turned by 180 degrees: W[i, j] gets the sum of what it met times the slope.",
)
def turns_the_gradient_of_the_kernels(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dX, dW[:, :, ::-1, ::-1], db


@mistake(
    "conv2d_backward",
    "dX and dW belong to a convolution that turns its kernels by 180 degrees: here W[i, j] meets pixel (i, j) of each window.",
)
def goes_back_through_turned_kernels(dY, cache):
    X, W, stride, padding = cache
    turned = X, W[:, :, ::-1, ::-1], stride, padding
    dX, dW, db = right.conv2d_backward(dY, turned)
    return dX, dW[:, :, ::-1, ::-1], db


@mistake(
    "conv2d_backward",
    "In dX a pixel has the slope of one of its windows, the last: it is the sum over all.",
)
def keeps_the_last_slope(dY, cache):
    X, W, stride, padding = cache
    _, dW, db = right.conv2d_backward(dY, cache)
    cols = np.tensordot(W, dY, (0, 1)).reshape(_rows(X, W.shape[2:]), -1)
    how = X.shape, W.shape[2:], stride, padding
    return keeps_the_last_window(cols, *how), dW, db


@mistake(
    "conv2d_backward",
    "db is summed over the batch alone: sum over the places too, the axes 0, 2 and 3.",
)
def sums_db_over_the_batch_alone(dY, cache):
    dX, dW, _ = right.conv2d_backward(dY, cache)
    return dX, dW, dY.sum(0)


@mistake(
    "conv2d_backward",
    "db is summed over the places alone: sum over the batch too, the axes 0, 2 and 3.",
)
def sums_db_over_the_places_alone(dY, cache):
    dX, dW, _ = right.conv2d_backward(dY, cache)
    return dX, dW, dY.sum((2, 3))


@mistake(
    "conv2d_backward",
    "db is a column: its shape is that of b, (Co,).",
)
def makes_db_a_column(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dX, dW, db[:, None]


@mistake(
    "conv2d_backward",
    "db is a mean: the slope of every output counts in full, so it is the sum.",
)
def averages_db(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dX, dW, db / (dY.size / len(db))


@mistake(
    "conv2d_backward",
    "dW and db are means over the batch: they are sums; the mean, if one is wanted, is in dY already.",
)
def averages_over_the_batch(dY, cache):
    N = len(dY)
    return _times(right.conv2d_backward(dY, cache), w=1 / N, b=1 / N)


@mistake(
    "conv2d_backward",
    "All three gradients are divided by the number of samples: the mean, if one is wanted, is in dY already.",
)
def divides_all_by_the_batch(dY, cache):
    N = len(dY)
    return _times(right.conv2d_backward(dY, cache), 1 / N, 1 / N, 1 / N)


@mistake(
    "conv2d_backward",
    "dW and db are means over batch and places: they are sums.",
)
def averages_over_batch_and_places(dY, cache):
    n = dY.size / dY.shape[1]
    return _times(right.conv2d_backward(dY, cache), w=1 / n, b=1 / n)


@mistake(
    "conv2d_backward",
    "dW is that of the last image alone: sum over the batch.",
)
def keeps_the_last_image(dY, cache):
    X, *rest = cache
    dX, _, db = right.conv2d_backward(dY, cache)
    return dX, right.conv2d_backward(dY[-1:], (X[-1:], *rest))[1], db


@mistake(
    "conv2d_backward",
    "dW is what the last place of the last image adds: sum over the batch and the places, "
    "as += does in a loop.",
)
def keeps_the_last_place(dY, cache):
    dX, _, db = right.conv2d_backward(dY, cache)
    last = np.zeros_like(dY)
    last[-1, :, -1, -1] = dY[-1, :, -1, -1]
    return dX, right.conv2d_backward(last, cache)[1], db


@mistake(
    "conv2d_backward",
    "db is one number, the sum of all of dY: each output channel has its own, so sum over "
    "the axes 0, 2 and 3.",
)
def sums_all_slopes_for_db(dY, cache):
    dX, dW, _ = right.conv2d_backward(dY, cache)
    return dX, dW, dY.sum()


@mistake(
    "conv2d_backward",
    "db is that of the first image alone: sum over the batch.",
)
def keeps_the_first_slopes_in_db(dY, cache):
    dX, dW, _ = right.conv2d_backward(dY, cache)
    return dX, dW, dY[0].sum((1, 2))


@mistake(
    "conv2d_backward",
    "dW and dX are exchanged: return (dX, dW, db).",
)
def exchanges_the_first_two_gradients(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dW, dX, db


@mistake(
    "conv2d_backward",
    "The slopes were arranged y, x, n and met columns in the order n, y, x: both must have one order.",
)
def arranges_the_slopes_y_x_n(dY, cache):
    N, C, h, w = dY.shape
    mixed = dY.transpose(1, 2, 3, 0).reshape(C, N, h, w).swapaxes(0, 1)
    return right.conv2d_backward(mixed, cache)


@mistake(
    "conv2d_backward",
    "The gradients come in the order of W, b, X: return (dX, dW, db).",
)
def returns_the_images_gradient_last(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dW, db, dX


@mistake(
    "conv2d_backward",
    "dY was reshaped to rows of output channels with the samples still in front: exchange the axes first.",
)
def reshapes_the_slopes_without_moving_the_samples(dY, cache):
    N, C, h, w = dY.shape
    mixed = dY.reshape(C, N, h, w).swapaxes(0, 1)
    return right.conv2d_backward(mixed, cache)


@mistake(
    "conv2d_backward",
    "In dX and dW, though not in db, dY was reshaped to rows of output channels with the samples still in front: exchange the axes first.",
)
def mixes_the_slopes_of_samples_and_channels(dY, cache):
    dX, dW, _ = reshapes_the_slopes_without_moving_the_samples(dY, cache)
    return dX, dW, right.conv2d_backward(dY, cache)[2]


@mistake(
    "conv2d_backward",
    "dW has a row for each kernel: give it the shape of W.",
)
def leaves_the_kernels_gradient_in_rows(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dX, dW.reshape(len(dW), -1), db


@mistake(
    "conv2d_backward",
    "dW is reshaped from a matrix whose columns are the output channels: transpose it before.",
)
def reshapes_the_kernels_gradient_without_transposing(dY, cache):
    dX, dW, db = right.conv2d_backward(dY, cache)
    return dX, dW.reshape(len(dW), -1).T.reshape(dW.shape), db


@mistake(
    "conv2d_backward",
    "dX gets the slopes of the first output channel alone: sum over all of them.",
)
def takes_the_first_output_channel(dY, cache):
    X, W, stride, padding = cache
    _, dW, db = right.conv2d_backward(dY, cache)
    first = X, W[:1], stride, padding
    return right.conv2d_backward(dY[:, :1], first)[0], dW, db


@mistake(
    "conv2d_backward",
    "The gradients are of float64: they are of X's dtype.",
)
def goes_back_in_float64(dY, cache):
    return tuple(map(_kind, right.conv2d_backward(dY, cache)))


EQUIVALENT = {
    "im2col": {
        "- size = tuple(map(_places, X.shape[2:], kernel, stride, padding))  # (H', W')\n"
        "+ size = tuple(map(_places, X.shape[-2:], kernel, stride, padding))": "the same axis or axes, counted from the end",
        "- padded = np.pad(X.swapaxes(0, 1), frame)  # (C, N, H + 2ph, W + 2pw)\n"
        "+ padded = np.pad(X.swapaxes(1, 0), frame)": "two axes are the same two in either order",
        "- windows = np.empty((len(padded), *kernel, len(X), *size), X.dtype)\n"
        "+ windows = np.zeros((len(padded), *kernel, len(X), *size), X.dtype)": "every entry is written over",
        "- windows = np.empty((len(padded), *kernel, len(X), *size), X.dtype)\n"
        "+ windows = np.ones((len(padded), *kernel, len(X), *size), X.dtype)": "every entry is written over",
        "- return windows.reshape(len(padded) * kernel[0] * kernel[1], -1)\n"
        "+ return windows.reshape(len(padded) * (kernel[0] * kernel[1]), -1)": "the same number",
        "- return windows.reshape(len(padded) * kernel[0] * kernel[1], -1)\n"
        "+ return windows.reshape(len(windows) * kernel[0] * kernel[1], -1)": "both have the channels in front",
        "- return windows.reshape(len(padded) * kernel[0] * kernel[1], -1)\n"
        "+ return windows.reshape(len(padded) * kernel[0] * kernel[-1], -1)": "the same axis or axes, counted from the end",
        "- return windows.reshape(len(padded) * kernel[0] * kernel[1], -1)\n"
        "+ return windows.reshape(len(padded) * kernel[0] * kernel[1], -2)": "NumPy takes any negative length for the one to work out",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * (size - 1) + 1), step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * size - 1) + 1, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + step * (size - 0) + 0, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return (length + 2 * padding - kernel) // step + 1\n"
        "+ return (length + (2 * padding - kernel)) // step + 1": "the same number",
    },
    "col2im": {
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 2 ** ph, W + 2 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 3 * ph, W + 2 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 4 * ph, W + 2 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 2 * ph, W + 2 ** pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 2 * ph, W + 3 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 2 * ph, W + 4 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- return padded[:, :, ph : ph + H, pw : pw + W].swapaxes(0, 1)\n"
        "+ return padded[:, :, ph:ph + H, pw:pw + W].swapaxes(1, 0)": "two axes are the same two in either order",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 3 * ph, W + 3 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((C, N, H + 2 * ph, W + 2 * pw), cols.dtype)\n"
        "+ padded = np.zeros((C, N, H + 4 * ph, W + 4 * pw), cols.dtype)": "there is more room at the end, which is cropped",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * (size - 1) + 1), step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * size - 1) + 1, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + step * (size - 0) + 0, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return (length + 2 * padding - kernel) // step + 1\n"
        "+ return (length + (2 * padding - kernel)) // step + 1": "the same number",
    },
    "conv2d_forward": {
        "- strips = _strips(X, W.shape[2:], stride, padding)\n"
        "+ strips = _strips(X, W.shape[-2:], stride, padding)": "the same axis or axes, counted from the end",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(2, 1).reshape(len(W), -1)": "two axes are the same two in either order",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(1, -2).reshape(len(W), -1)": "the same axis or axes, counted from the end",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(1, 2).reshape(len(b), -1)": "b has an entry for each kernel",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(1, 2).reshape(len(W), -2)": "NumPy takes any negative length for the one to work out",
        "- slabs = _slabs(strips, W.shape[2], stride[0])\n"
        "+ slabs = _slabs(strips, W.shape[-2], stride[0])": "the same axis or axes, counted from the end",
        "- Y = np.stack([kernels @ slab for slab in slabs]) + b[:, None]  # (H', Co, W'·N)\n"
        "+ Y = [kernels @ slab for slab in slabs] + b[:, None]": "the sum makes an array of the list",
        "- Y = Y.reshape(len(slabs), len(W), *strips.shape[3:])  # (H', Co, W', N)\n"
        "+ Y = Y.reshape(len(slabs), len(b), *strips.shape[3:])": "b has an entry for each kernel",
        "- rows = kh * strips.shape[1] * strips.shape[2]\n"
        "+ rows = kh * (strips.shape[1] * strips.shape[2])": "the same number",
        "- return [strips[y : y + kh].reshape(rows, -1) for y in starts]\n"
        "+ return [strips[y:y + kh].reshape(rows, -2) for y in starts]": "NumPy takes any negative length for the one to work out",
        "- padded = np.pad(X.transpose(2, 1, 3, 0), frame)  # (H + 2ph, C, W + 2pw, N)\n"
        "+ padded = np.pad(X.transpose(-2, 1, 3, 0), frame)": "the same axis or axes, counted from the end",
        "- strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)\n"
        "+ strips = np.zeros((*padded.shape[:2], kw, w, len(X)), X.dtype)": "every entry is written over",
        "- strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)\n"
        "+ strips = np.ones((*padded.shape[:2], kw, w, len(X)), X.dtype)": "every entry is written over",
        "- strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)\n"
        "+ strips = np.empty((*padded.shape[:-2], kw, w, len(X)), X.dtype)": "the same axis or axes, counted from the end",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * (size - 1) + 1), step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * size - 1) + 1, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + step * (size - 0) + 0, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return (length + 2 * padding - kernel) // step + 1\n"
        "+ return (length + (2 * padding - kernel)) // step + 1": "the same number",
        "- return Y.transpose(3, 1, 0, 2), (X, W, stride, padding)": "the outputs are right, and the cache is graded with conv2d_backward",
    },
    "conv2d_backward": {
        "- strips = _strips(X, W.shape[2:], stride, padding)\n"
        "+ strips = _strips(X, W.shape[-2:], stride, padding)": "the same axis or axes, counted from the end",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(2, 1).reshape(len(W), -1)": "two axes are the same two in either order",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(1, -2).reshape(len(W), -1)": "the same axis or axes, counted from the end",
        "- kernels = W.swapaxes(1, 2).reshape(len(W), -1)  # (Co, kh·C·kw)\n"
        "+ kernels = W.swapaxes(1, 2).reshape(len(W), -2)": "NumPy takes any negative length for the one to work out",
        "- dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[2], len(W), -1)  # (H', Co, W'·N)\n"
        "+ dY = dY.transpose(-2, 1, 3, 0).reshape(dY.shape[2], len(W), -1)": "the same axis or axes, counted from the end",
        "- dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[2], len(W), -1)  # (H', Co, W'·N)\n"
        "+ dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[-2], len(W), -1)": "the same axis or axes, counted from the end",
        "- dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[2], len(W), -1)  # (H', Co, W'·N)\n"
        "+ dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[2], len(W), -2)": "NumPy takes any negative length for the one to work out",
        "- slabs, dslabs = (_slabs(S, W.shape[2], stride[0]) for S in (strips, dstrips))\n"
        "+ slabs, dslabs = (_slabs(S, W.shape[-2], stride[0]) for S in (strips, dstrips))": "the same axis or axes, counted from the end",
        "- for dy, slab, dslab in zip(dY, slabs, dslabs, strict=True):\n"
        "+ for dy, slab, dslab in zip(dY, slabs, dslabs):": "all three have an entry for each row of outputs",
        "- for dy, slab, dslab in zip(dY, slabs, dslabs, strict=True):\n"
        "+ for dy, slab, dslab in zip(dY, slabs, dslabs, strict=False):": "all three have an entry for each row of outputs",
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(2, 1)": "two axes are the same two in either order",
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[-2], W.shape[1], -1).swapaxes(1, 2)": "the same axis or axes, counted from the end",
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[2], X.shape[1], -1).swapaxes(1, 2)": "images and kernels have the same channels",
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -2).swapaxes(1, 2)": "NumPy takes any negative length for the one to work out",
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, -2)": "the same axis or axes, counted from the end",
        "- return _images(dstrips, X.shape, stride, padding), dW, dY.sum((0, 2))\n"
        "+ return (_images(dstrips, X.shape, stride, padding), dW, dY.sum((2, 0)))": "two axes are the same two in either order",
        "- dY = dY.transpose(2, 1, 3, 0).reshape(dY.shape[2], len(W), -1)  # (H', Co, W'·N)\n"
        "+ dY = dY.transpose(-2, 1, 3, 0).reshape(dY.shape[-2], len(W), -1)": "the same axis or axes, counted from the end",
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[-2], W.shape[1], -1).swapaxes(1, -2)": "the same axis or axes, counted from the end",
        "- for dy, slab, dslab in zip(dY, slabs, dslabs, strict=True):\n"
        "- dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ dW = dkernels.T.reshape(len(W), W.shape[2], W.shape[1], -1).swapaxes(1, 2)\n"
        "+ for dy, slab, dslab in zip(dY, slabs, dslabs, strict=True):": "what dW looks at is filled by the loop, before it is returned",
        "- padded = np.zeros((len(strips), C, W + 2 * pw, N), strips.dtype)\n"
        "+ padded = np.zeros((len(strips), C, W + 2 ** pw, N), strips.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((len(strips), C, W + 2 * pw, N), strips.dtype)\n"
        "+ padded = np.zeros((len(strips), C, W + 3 * pw, N), strips.dtype)": "there is more room at the end, which is cropped",
        "- padded = np.zeros((len(strips), C, W + 2 * pw, N), strips.dtype)\n"
        "+ padded = np.zeros((len(strips), C, W + 4 * pw, N), strips.dtype)": "there is more room at the end, which is cropped",
        "- return padded[ph : ph + H, :, pw : pw + W].transpose(3, 1, 0, 2)\n"
        "+ return padded[ph:ph + H, :, pw:pw + W].transpose(3, 1, 0, -2)": "the same axis or axes, counted from the end",
        "- padded[:, :, _met(j, strips.shape[3], stride[1])] += strips[:, :, j]\n"
        "+ padded[:, :, _met(j, strips.shape[3], stride[-1])] += strips[:, :, j]": "the same axis or axes, counted from the end",
        "- rows = kh * strips.shape[1] * strips.shape[2]\n"
        "+ rows = kh * (strips.shape[1] * strips.shape[2])": "the same number",
        "- return [strips[y : y + kh].reshape(rows, -1) for y in starts]\n"
        "+ return [strips[y:y + kh].reshape(rows, -2) for y in starts]": "NumPy takes any negative length for the one to work out",
        "- padded = np.pad(X.transpose(2, 1, 3, 0), frame)  # (H + 2ph, C, W + 2pw, N)\n"
        "+ padded = np.pad(X.transpose(-2, 1, 3, 0), frame)": "the same axis or axes, counted from the end",
        "- strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)\n"
        "+ strips = np.zeros((*padded.shape[:2], kw, w, len(X)), X.dtype)": "every entry is written over",
        "- strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)\n"
        "+ strips = np.ones((*padded.shape[:2], kw, w, len(X)), X.dtype)": "every entry is written over",
        "- strips = np.empty((*padded.shape[:2], kw, w, len(X)), X.dtype)\n"
        "+ strips = np.empty((*padded.shape[:-2], kw, w, len(X)), X.dtype)": "the same axis or axes, counted from the end",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * (size - 1) + 1), step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + (step * size - 1) + 1, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return slice(at, at + step * (size - 1) + 1, step)\n"
        "+ return slice(at, at + step * (size - 0) + 0, step)": "the slice ends elsewhere before the next step, or the sum is in brackets",
        "- return (length + 2 * padding - kernel) // step + 1\n"
        "+ return (length + (2 * padding - kernel)) // step + 1": "the same number",
    },
}
