"""Wrong answers to max pooling and its gradient, rejected by the grader and named."""

import numpy as np

from dojo.grading import mistake
from solutions.ch8_numpy_lenet import k02_max_pool2d as right


def _windows(X, kernel, stride):
    """Return the windows of X, an array of shape (N, C, H', W', k·k)."""
    step = kernel if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(X, (kernel, kernel), (2, 3))
    windows = windows[:, :, ::step, ::step]
    return windows.reshape(*windows.shape[:4], -1)


def _pooled(X, kernel, stride, pool):
    """Return what `pool` makes of each window, and a cache that is right."""
    return pool(_windows(X, kernel, stride)), _cache(X, kernel, stride)


def _cache(X, kernel, stride):
    return right.max_pool2d_forward(X, kernel, stride)[1]


def _largest(windows):
    return windows.max(-1)


def _handed(dY, cache, share, lay=np.add):
    """Return the slopes handed out: `share` says what the places of a window get."""
    X, _, kernel, stride = cache
    windows = _windows(X, kernel, stride)
    shares = np.moveaxis(share(windows) * dY[..., None], -1, 0)
    return _laid(X, shares, kernel, stride, lay)


def _laid(X, shares, kernel, stride, lay=np.add):
    """Return an image in which each place of the windows has got its shares."""
    dX = np.zeros_like(X)
    for at, share in zip(np.ndindex(kernel, kernel), shares, strict=True):
        place = right._met(share.shape[2:], at, stride)
        dX[place] = lay(dX[place], share)
    return dX


def _one_hot(index, windows):
    return index[..., None] == np.arange(windows.shape[-1])


def _first(windows):
    return _one_hot(windows.argmax(-1), windows)


@mistake(
    "max_pool2d_forward",
    "The step is one where no stride is given: by default it is the kernel.",
)
def steps_by_one_by_default(X, kernel, stride=None):
    return right.max_pool2d_forward(X, kernel, 1 if stride is None else stride)


@mistake(
    "max_pool2d_forward",
    "The step is the kernel, whatever the stride: that is the default alone.",
)
def steps_by_the_kernel_always(X, kernel, stride=None):
    return right.max_pool2d_forward(X, kernel, kernel)


@mistake(
    "max_pool2d_forward",
    "The step is one, whatever the stride: the window starts at every multiple of it.",
)
def steps_by_one_always(X, kernel, stride=None):
    return right.max_pool2d_forward(X, kernel, 1)


@mistake(
    "max_pool2d_forward",
    "There are as many windows as the stride makes, and they begin at (y, x), as if it "
    "were one: window (y, x) begins at (y * stride, x * stride).",
)
def begins_windows_in_steps_of_one(X, kernel, stride=None):
    Y, cache = right.max_pool2d_forward(X, kernel, stride)
    near = right.max_pool2d_forward(X, kernel, 1)[0]
    return near[:, :, : Y.shape[2], : Y.shape[3]], cache


@mistake(
    "max_pool2d_forward",
    "The step is two where no stride is given: by default it is the kernel.",
)
def steps_by_two_by_default(X, kernel, stride=None):
    return right.max_pool2d_forward(X, kernel, 2 if stride is None else stride)


@mistake(
    "max_pool2d_forward",
    "To the right the step is one, whatever the stride: it is the same along both axes.",
)
def steps_down_alone(X, kernel, stride=None):
    step = kernel if stride is None else stride
    fine = right.max_pool2d_forward(X, kernel, 1)[0]
    return fine[:, :, ::step], _cache(X, kernel, stride)


@mistake(
    "max_pool2d_forward",
    "The windows are counted as if they were one pixel wide, and the last ones hang over the edge: count (H - kernel) // stride + 1.",
)
def counts_the_windows_without_their_size(X, kernel, stride=None):
    step = kernel if stride is None else stride
    h, w = (n // step for n in X.shape[2:])
    Y = np.zeros((*X.shape[:2], h, w), X.dtype)
    for y, x in np.ndindex(h, w):
        rows = slice(y * step, y * step + kernel)
        Y[:, :, y, x] = X[:, :, rows, x * step : x * step + kernel].max((2, 3))
    return Y, _cache(X, kernel, stride)


@mistake(
    "max_pool2d_forward",
    "A window that ends at the very edge is missing: it fits, so the last one begins at H - kernel, not before.",
)
def leaves_out_the_window_at_the_edge(X, kernel, stride=None):
    Y, cache = right.max_pool2d_forward(X, kernel, stride)
    step = kernel if stride is None else stride
    h, w = (len(range(0, n - kernel, step)) for n in X.shape[2:])
    return Y[:, :, :h, :w], cache


@mistake(
    "max_pool2d_forward",
    "The output is the median of the window: it is the largest pixel.",
)
def takes_the_median(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: np.median(windows, -1))


@mistake(
    "max_pool2d_forward",
    "The output is the sum of the window: it is the largest pixel.",
)
def takes_the_sum(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: windows.sum(-1))


@mistake(
    "max_pool2d_forward",
    "The output is the last pixel of each window: it is the largest.",
)
def takes_the_last_pixel(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: windows[..., -1])


@mistake(
    "max_pool2d_forward",
    "The output is the mean of the window: it is the largest pixel.",
)
def takes_the_mean(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: windows.mean(-1))


@mistake(
    "max_pool2d_forward",
    "The output is the smallest pixel of the window: it is the largest.",
)
def takes_the_smallest(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: windows.min(-1))


@mistake(
    "max_pool2d_forward",
    "The output is the pixel of largest size: -9 is smaller than 1.",
)
def compares_sizes_without_the_sign(X, kernel, stride=None):
    def pool(windows):
        at = np.abs(windows).argmax(-1)[..., None]
        return np.take_along_axis(windows, at, -1)[..., 0]

    return _pooled(X, kernel, stride, pool)


@mistake(
    "max_pool2d_forward",
    "A window of negative pixels gives 0: it gives the largest of them, so begin with one of them or with -inf.",
)
def begins_with_0(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda w: np.maximum(w.max(-1), 0))


@mistake(
    "max_pool2d_forward",
    "No output is below {floor}: begin with a pixel of the window or with -inf.",
    floor=[-1.0, -1e3, -1e4, -1e6, -1e9, -1e10, -1e38, -1e100],
)
def begins_with_a_small_number(X, kernel, stride=None, *, floor):
    return _pooled(X, kernel, stride, lambda w: np.maximum(w.max(-1), floor))


@mistake(
    "max_pool2d_forward",
    "The places of the largest pixels come back: it is their values.",
)
def returns_the_places(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: windows.argmax(-1))


@mistake(
    "max_pool2d_forward",
    "The largest pixel is that of a row of the window alone: take the maximum over both of its axes.",
)
def looks_at_the_first_row_of_the_window(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda w: w[..., :kernel].max(-1))


@mistake(
    "max_pool2d_forward",
    "The largest pixel is that of the first column of the window: take the maximum over both of its axes.",
)
def looks_at_the_first_column_of_the_window(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda w: w[..., ::kernel].max(-1))


@mistake(
    "max_pool2d_forward",
    "The output is the first pixel of each window: it is the largest.",
)
def takes_the_first_pixel(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda windows: windows[..., 0])


@mistake(
    "max_pool2d_forward",
    "The maximum goes over the channels too: each is pooled by itself.",
)
def pools_over_the_channels(X, kernel, stride=None):
    Y, cache = right.max_pool2d_forward(X, kernel, stride)
    return Y.max(1, keepdims=True), cache


@mistake(
    "max_pool2d_forward",
    "All channels have the maximum of all: each is pooled by itself.",
)
def gives_all_channels_the_maximum_of_all(X, kernel, stride=None):
    Y, cache = right.max_pool2d_forward(X, kernel, stride)
    return np.broadcast_to(Y.max(1, keepdims=True), Y.shape).copy(), cache


@mistake(
    "max_pool2d_forward",
    "The last window along each axis is missing: there is room for one more than (H - kernel) // stride.",
)
def forgets_the_last_window(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda w: w.max(-1)[:, :, :-1, :-1])


@mistake(
    "max_pool2d_forward",
    "What remains at the end is pooled too, as a smaller window: it is dropped.",
)
def pools_what_remains(X, kernel, stride=None):
    step = kernel if stride is None else stride
    rests = [-(n - kernel) % step for n in X.shape[2:]]
    frame = (0, 0), (0, 0), *((0, rest) for rest in rests)
    framed = np.pad(X, frame, constant_values=-np.inf)
    return _largest(_windows(framed, kernel, stride)), _cache(X, kernel, stride)


@mistake(
    "max_pool2d_forward",
    "The output is of float64: it is of X's dtype.",
)
def pools_in_float64(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda w: w.max(-1).astype(np.float64))


@mistake(
    "max_pool2d_forward",
    "The output is of float32: it is of X's dtype.",
)
def pools_in_float32(X, kernel, stride=None):
    return _pooled(X, kernel, stride, lambda w: w.max(-1).astype(np.float32))


@mistake(
    "max_pool2d_forward",
    "The output comes without a cache: return the pair of both.",
)
def returns_the_output_alone(X, kernel, stride=None):
    return right.max_pool2d_forward(X, kernel, stride)[0]


@mistake(
    "max_pool2d_backward",
    "Each of the equal pixels of a tie gets the slope: the first alone does.",
)
def hands_the_slope_to_every_equal_pixel(dY, cache):
    return _handed(dY, cache, lambda w: w == w.max(-1, keepdims=True))


@mistake(
    "max_pool2d_backward",
    "The equal pixels of a tie share the slope: the first alone gets it.",
)
def shares_the_slope_in_a_tie(dY, cache):
    def share(windows):
        equal = windows == windows.max(-1, keepdims=True)
        return equal / equal.sum(-1, keepdims=True)

    return _handed(dY, cache, share).astype(dY.dtype)


@mistake(
    "max_pool2d_backward",
    "In a tie the last of the equal pixels gets the slope: it is the first, so compare with > and not with >=.",
)
def hands_a_tie_to_the_last_pixel(dY, cache):
    def share(windows):
        return _first(windows[..., ::-1])[..., ::-1]

    return _handed(dY, cache, share)


@mistake(
    "max_pool2d_backward",
    "In a tie the first pixel down the columns gets the slope: it is the first row by row.",
)
def goes_down_the_columns_in_a_tie(dY, cache):
    kernel = cache[2]
    order = np.arange(kernel**2).reshape(kernel, kernel).T.ravel()
    return _handed(dY, cache, lambda w: _first(w[..., order])[..., order])


@mistake(
    "max_pool2d_backward",
    "Each pixel of a window gets an equal share of the slope: that is the mean's gradient, the maximum hands it to one.",
)
def spreads_the_slope_over_the_window(dY, cache):
    def share(windows):
        return np.full_like(windows, 1 / windows.shape[-1])

    return _handed(dY, cache, share)


@mistake(
    "max_pool2d_backward",
    "Each pixel of a window gets the whole slope: the largest alone does.",
)
def hands_the_slope_to_the_whole_window(dY, cache):
    return _handed(dY, cache, np.ones_like)


@mistake(
    "max_pool2d_backward",
    "The slope of the largest pixel is divided by the size of the window: that is for the mean, the maximum's winner gets it whole.",
)
def divides_by_the_size_of_the_window(dY, cache):
    size = np.asarray(cache[2] ** 2, dY.dtype)
    return right.max_pool2d_backward(dY / size, cache)


@mistake(
    "max_pool2d_backward",
    "Each slope is repeated for a block of kernel by kernel pixels: only the largest pixel of the window gets it.",
)
def repeats_the_slopes(dY, cache):
    X, _, kernel, _ = cache
    blocks = dY.repeat(kernel, 2).repeat(kernel, 3)[:, :, : X.shape[2], : X.shape[3]]
    dX = np.zeros_like(X)
    dX[:, :, : blocks.shape[2], : blocks.shape[3]] = blocks
    return dX


@mistake(
    "max_pool2d_backward",
    "Outputs and slopes are repeated for blocks of kernel by kernel pixels, and each pixel that equals its block's output gets the slope: windows begin at multiples of the stride, and of equal pixels the first alone gets it.",
)
def compares_with_repeated_outputs(dY, cache):
    X, _, kernel, stride = cache
    Y = _largest(_windows(X, kernel, stride))

    def blocks(array):
        wide = array.repeat(kernel, 2).repeat(kernel, 3)
        return wide[:, :, : X.shape[2], : X.shape[3]]

    dX, slopes = np.zeros_like(X), blocks(dY)
    h, w = slopes.shape[2:]
    dX[:, :, :h, :w] = (X[:, :, :h, :w] == blocks(Y)) * slopes
    return dX


@mistake(
    "max_pool2d_backward",
    "dX ends with the last window: it has X's shape, with 0 where no window lay.",
)
def ends_with_the_last_window(dY, cache):
    _, _, kernel, stride = cache
    h, w = ((n - 1) * stride + kernel for n in dY.shape[2:])
    return right.max_pool2d_backward(dY, cache)[:, :, :h, :w]


@mistake(
    "max_pool2d_backward",
    "The largest pixel of the whole channel gets all slopes: each window has a winner of its own.",
)
def finds_one_winner_for_each_channel(dY, cache):
    X = cache[0]
    flat = X.reshape(*X.shape[:2], -1)
    dX = _first(flat) * dY.sum((2, 3))[..., None]
    return dX.reshape(X.shape)


@mistake(
    "max_pool2d_backward",
    "A pixel that won several windows has the slope of one of them, not their sum: = keeps what came last, and so does += with arrays of indices, unlike np.add.at.",
)
def keeps_the_last_slope(dY, cache):
    X, winner, kernel, stride = cache
    dX = np.zeros_like(X)
    for index in np.ndindex(dY.shape):
        n, c, y, x = index
        i, j = divmod(int(winner[index]), kernel)
        dX[n, c, y * stride + i, x * stride + j] = dY[index]
    return dX


@mistake(
    "max_pool2d_backward",
    "Each window writes over what others left in its pixels, with slopes and zeros: add with +=.",
)
def writes_whole_windows(dY, cache):
    X, winner, kernel, stride = cache
    dX = np.zeros_like(X)
    for y, x in np.ndindex(dY.shape[2:]):
        window = _one_hot(winner[:, :, y, x], np.empty(kernel**2))
        patch = (window * dY[:, :, y, x, None]).reshape(*dY.shape[:2], kernel, kernel)
        rows, columns = slice(y * stride, y * stride + kernel), x * stride
        dX[:, :, rows, columns : columns + kernel] = patch
    return dX


@mistake(
    "max_pool2d_backward",
    "Of the windows that overlap, the place looked at last writes over the others: add with +=.",
)
def writes_place_by_place(dY, cache):
    return _handed(dY, cache, _first, lay=lambda old, new: new)


@mistake(
    "max_pool2d_backward",
    "Each slope goes to a place that is counted from (y, x), as if the step were one: window (y, x) begins at row y * stride and column x * stride.",
)
def goes_back_in_steps_of_one(dY, cache):
    X, winner, kernel, _ = cache
    return right.max_pool2d_backward(dY, (X, winner, kernel, 1))


@mistake(
    "max_pool2d_backward",
    "The winners are those of windows that begin at (y, x), as if the step were one: window (y, x) begins at row y * stride and column x * stride.",
)
def looks_again_in_steps_of_one(dY, cache):
    X, _, kernel, _ = cache
    winner = _windows(X, kernel, 1).argmax(-1)[:, :, : dY.shape[2], : dY.shape[3]]
    return right.max_pool2d_backward(dY, (X, winner, kernel, 1))


@mistake(
    "max_pool2d_backward",
    "The slopes go where the windows would lie without a step between them or with overlap: window y begins at row y times the stride.",
)
def lays_the_windows_side_by_side(dY, cache):
    X, winner, kernel, _ = cache
    N, C, h, w = dY.shape
    H, W = max(h * kernel, X.shape[2]), max(w * kernel, X.shape[3])
    wide = np.zeros((N, C, H, W), X.dtype)
    shares = np.moveaxis(_one_hot(winner, np.empty(kernel**2)) * dY[..., None], -1, 0)
    return _laid(wide, shares, kernel, kernel)[:, :, : X.shape[2], : X.shape[3]]


@mistake(
    "max_pool2d_backward",
    "Each slope arrives at the mirrored place of its window, rows and columns exchanged: place number k of a window is in row k // kernel.",
)
def exchanges_rows_and_columns(dY, cache):
    X, winner, kernel, stride = cache
    turned = winner % kernel * kernel + winner // kernel
    return right.max_pool2d_backward(dY, (X, turned, kernel, stride))


@mistake(
    "max_pool2d_backward",
    "All slopes arrive at the first pixel of their windows: they go to the largest.",
)
def hands_the_slope_to_the_first_pixel(dY, cache):
    X, winner, *window = cache
    return right.max_pool2d_backward(dY, (X, np.zeros_like(winner), *window))


@mistake(
    "max_pool2d_backward",
    "The largest pixel gets its own value: it gets the output's slope.",
)
def returns_the_largest_pixels(dY, cache):
    ones = right.max_pool2d_backward(np.ones_like(dY), cache)
    return cache[0] * (ones > 0)


@mistake(
    "max_pool2d_backward",
    "The pixels that won get the outputs, added up over their windows: they get the outputs' slopes, dY.",
)
def hands_out_the_outputs(dY, cache):
    X, _, *window = cache
    return right.max_pool2d_backward(_largest(_windows(X, *window)), cache)


@mistake(
    "max_pool2d_backward",
    "The pixels that won have 1 where their slopes are due: multiply by dY.",
)
def returns_the_mask_of_winners(dY, cache):
    ones = right.max_pool2d_backward(np.ones_like(dY), cache)
    return (ones > 0).astype(dY.dtype)


@mistake(
    "max_pool2d_backward",
    "The pixels that won have the number of their windows where the sum of slopes is due: multiply by dY.",
)
def counts_the_windows_won(dY, cache):
    return right.max_pool2d_backward(np.ones_like(dY), cache)


@mistake(
    "max_pool2d_backward",
    "The gradient is divided by the number of samples: the mean, if one is wanted, is in dY already.",
)
def divides_by_the_batch(dY, cache):
    return right.max_pool2d_backward(dY, cache) / np.asarray(len(dY), dY.dtype)


@mistake(
    "max_pool2d_backward",
    "The gradient is multiplied by the pixels: the slope of a maximum is 1 for its winner.",
)
def multiplies_by_the_pixels(dY, cache):
    return right.max_pool2d_backward(dY, cache) * cache[0]


@mistake(
    "max_pool2d_backward",
    "The gradient is of float64: it is of X's dtype.",
)
def goes_back_in_float64(dY, cache):
    return right.max_pool2d_backward(dY, cache).astype(np.float64)


@mistake(
    "max_pool2d_backward",
    "The gradient is of float32: it is of X's dtype.",
)
def goes_back_in_float32(dY, cache):
    return right.max_pool2d_backward(dY, cache).astype(np.float32)


EQUIVALENT = {
    "max_pool2d_forward": {
        "- stride = kernel if stride is None else stride\n"
        "+ stride = kernel if stride == None else stride": "`is` is the better style, and says the same",
        "- size = tuple((length - kernel) // stride + 1 for length in X.shape[2:])\n"
        "+ size = tuple(((length - kernel) // stride + 1 for length in X.shape[-2:]))": "the same number",
        "- winner = np.zeros_like(Y, int)\n"
        "+ winner = Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- winner = np.zeros_like(Y, int)\n"
        "+ winner = np": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- winner = np.zeros_like(Y, int)\n"
        "+ winner = np.zeros_like(Y)": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- winner = np.zeros_like(Y, int)\n"
        "+ winner = np.ones_like(Y, int)": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- winner = np.zeros_like(Y, int)\n"
        "+ winner = np.empty_like(Y, int)": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (winner, X, kernel, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (kernel, winner, X, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (stride, winner, kernel, X))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, kernel, winner, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, stride, kernel, winner))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, winner, stride, kernel))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (kernel, winner, kernel, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (stride, winner, kernel, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, X, kernel, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, kernel, kernel, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, winner, stride, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, winner, Y, stride))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, winner, kernel, Y))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- return Y, (X, winner, kernel, stride)\n"
        "+ return (Y, (X, winner, kernel, at))": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = here >= Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = here < Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = here <= Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = here == Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = here != Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = index > Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "+ larger = here > here": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- larger = here > Y  # an equal one comes too late\n"
        "- Y = np.maximum(Y, here)\n"
        "+ Y = np.maximum(Y, here)\n"
        "+ larger = here > Y": "the outputs are right, and the cache is graded with max_pool2d_backward",
        "- Y = np.maximum(Y, here)\n"
        "+ Y = np.maximum(here, Y)": "the larger of two, whichever comes first",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + (stride * (n - 1) + 1) for start, n in zip(at, size, strict=True))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + (stride * n - 1) + 1 for start, n in zip(at, size, strict=True))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=False))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=True)))\n"
        "+ return (..., *(slice(i, end, stride) for i, end in zip(at, ends)))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=True)))\n"
        "+ return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=False)))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + stride * (n - 0) + 0 for start, n in zip(at, size, strict=True))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- winner = np.where(larger, index, winner)": "the outputs are right, and the cache is graded with max_pool2d_backward",
    },
    "max_pool2d_backward": {
        "- dX[_met(dY.shape[2:], at, stride)] += dY * (winner == index)\n"
        "+ dX[_met(dY.shape[-2:], at, stride)] += dY * (winner == index)": "the same axis or axes, counted from the end",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + (stride * (n - 1) + 1) for start, n in zip(at, size, strict=True))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + (stride * n - 1) + 1 for start, n in zip(at, size, strict=True))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=False))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=True)))\n"
        "+ return (..., *(slice(i, end, stride) for i, end in zip(at, ends)))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=True)))\n"
        "+ return (..., *(slice(i, end, stride) for i, end in zip(at, ends, strict=False)))": "the slice ends elsewhere before the next step, or the lists are equally long",
        "- ends = (start + stride * (n - 1) + 1 for start, n in zip(at, size, strict=True))\n"
        "+ ends = (start + stride * (n - 0) + 0 for start, n in zip(at, size, strict=True))": "the slice ends elsewhere before the next step, or the lists are equally long",
    },
}
