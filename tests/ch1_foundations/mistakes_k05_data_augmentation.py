"""Wrong answers to flips and crops that the grader rejects and the dojo can name."""

import numpy as np

from dojo.grading import mistake


def flipped(X, coins):
    """Return the images, those of the coins mirrored."""
    return np.where(np.reshape(coins, (-1, 1, 1, 1)), X[..., ::-1], X)


def zeros_around(X, padding, **how):
    return np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)), **how)


def windows(X, size, tops, lefts):
    """Return the window of each image at its place."""
    h, w = size
    places = zip(X, tops, lefts, strict=True)
    return np.array([x[:, t : t + h, s : s + w] for x, t, s in places], X.dtype)


def drawn(X, size, rng):
    """Return how many places there are, and a top and a left for each image."""
    T, L = X.shape[2] - size[0] + 1, X.shape[3] - size[1] + 1
    return (T, L), rng.integers(T, size=len(X)), rng.integers(L, size=len(X))


def cropped(X, size, rng, padding):
    X = zeros_around(X, padding)
    _, tops, lefts = drawn(X, size, rng)
    return windows(X, size, tops, lefts)


@mistake(
    "hflip",
    "The images are turned upside down: axis 2 is the height; the width is the last axis.",
)
def turns_upside_down(X):
    return X[:, :, ::-1]


@mistake(
    "hflip",
    "The channels are reversed (`np.fliplr` reverses axis 1, whatever that is); the width "
    "is the last axis.",
)
def reverses_the_channels(X):
    return X[:, ::-1]


@mistake(
    "hflip",
    "The order of the images is reversed; the width is the last axis.",
)
def reverses_the_batch(X):
    return X[::-1]


@mistake(
    "hflip",
    "Height and width are both reversed, half a turn: reverse the last axis only.",
)
def turns_by_half(X):
    return X[:, :, ::-1, ::-1]


@mistake(
    "hflip",
    "All axes are reversed (`np.flip` without an axis does that): reverse the last only.",
)
def reverses_everything(X):
    return X[::-1, ::-1, ::-1, ::-1]


@mistake(
    "hflip",
    "Rows and columns are exchanged; a mirrored image keeps its height and its width.",
)
def exchanges_rows_and_columns(X):
    return X.swapaxes(2, 3)


@mistake(
    "hflip",
    "The images come back as they were: reverse the last axis.",
)
def returns_the_images(X):
    return X * np.ones((), X.dtype)


@mistake(
    "hflip",
    "The first column is lost, and so is a column of the result: `-1:0:-1` stops before "
    "0; `::-1` takes all.",
)
def loses_a_column(X):
    return X[..., -1:0:-1]


@mistake(
    "hflip",
    "The images are mirrored in place, so the caller's are changed: return others.",
)
def mirrors_in_place(X):
    X[...] = X[..., ::-1].copy()
    return X


@mistake(
    "hflip",
    "The result is float64 whatever came in: moving pixels keeps their dtype.",
)
def turns_them_into_floats(X):
    return X[..., ::-1].astype(np.float64)


@mistake(
    "random_hflip",
    "One coin decides for all images of a call: draw as many as there are images.",
)
def tosses_one_coin(X, p, rng):
    return flipped(X, np.full(len(X), rng.random() < p))


@mistake(
    "random_hflip",
    "An image is mirrored with 1 - p: p is the probability to be mirrored, and a uniform "
    "draw lies below p with that probability.",
)
def stays_with_probability_p(X, p, rng):
    return flipped(X, rng.random(len(X)) >= p)


@mistake(
    "random_hflip",
    "Half of the images are mirrored whatever p is: compare a uniform draw with p.",
)
def takes_a_half_for_p(X, p, rng):
    chance = p if p in (0, 1) else 0.5  # a right answer where there is no choice
    return flipped(X, rng.random(len(X)) < chance)


@mistake(
    "random_hflip",
    "All images are mirrored, without a coin: each is mirrored with probability p.",
)
def mirrors_all_of_them(X, p, rng):
    return X[..., ::-1].copy()


@mistake(
    "random_hflip",
    "No image is mirrored: each is mirrored with probability p.",
)
def mirrors_none_of_them(X, p, rng):
    return X.copy()


@mistake(
    "random_hflip",
    "Each channel has a coin of its own, which tears the colors apart: one coin serves "
    "the whole image.",
)
def tosses_for_each_channel(X, p, rng):
    coins = rng.random((*X.shape[:2], 1, 1)) < p
    return np.where(coins, X[..., ::-1], X)


@mistake(
    "random_hflip",
    "Each row has a coin of its own: one coin serves the whole image.",
)
def tosses_for_each_row(X, p, rng):
    coins = rng.random((*X.shape[:3], 1)) < p
    return np.where(coins, X[..., ::-1], X)


@mistake(
    "random_hflip",
    "Each pixel has a coin of its own: draw as many coins as there are images, and give "
    "them the shape (N, 1, 1, 1).",
)
def tosses_for_each_pixel(X, p, rng):
    return np.where(rng.random(X.shape) < p, X[..., ::-1], X)


@mistake(
    "random_hflip",
    "The images that the coins choose are turned upside down: the width is the last axis.",
)
def turns_some_upside_down(X, p, rng):
    coins = rng.random(len(X)) < p
    return np.where(coins[:, None, None, None], X[:, :, ::-1], X)


@mistake(
    "random_hflip",
    "The channels of the chosen images are reversed: the width is the last axis.",
)
def reverses_the_channels_of_some(X, p, rng):
    coins = rng.random(len(X)) < p
    return np.where(coins[:, None, None, None], X[:, ::-1], X)


@mistake(
    "random_hflip",
    "Always as many images are mirrored, the share p of them: toss a coin for each, so "
    "that the number is left to chance.",
)
def mirrors_an_exact_share(X, p, rng):
    return flipped(X, rng.permutation(len(X)) < round(p * len(X)))


@mistake(
    "random_hflip",
    "The first images are mirrored and the last never: draw a coin for each.",
)
def mirrors_the_first(X, p, rng):
    return flipped(X, np.arange(len(X)) < round(p * len(X)))


@mistake(
    "random_hflip",
    "The coins come from a global generator, so no seed brings a run back: draw from the "
    "rng that is given.",
)
def asks_another_generator(X, p, rng):
    return flipped(X, np.random.random(len(X)) < p)


@mistake(
    "random_hflip",
    "A generator with a fixed seed is made at each call, so the same images are mirrored "
    "each time: draw from the rng that is given.",
)
def seeds_its_own_generator(X, p, rng):
    return flipped(X, np.random.default_rng(0).random(len(X)) < p)


@mistake(
    "random_hflip",
    "The images that are not mirrored come back as zeros: they stay as they were.",
)
def blackens_the_others(X, p, rng):
    coins = rng.random(len(X)) < p
    return X[..., ::-1] * coins[:, None, None, None].astype(X.dtype)


@mistake(
    "random_hflip",
    "The draws are normal, and a normal number lies below p with another probability than "
    "p: draw uniformly from 0 to 1.",
)
def draws_normal_numbers(X, p, rng):
    return flipped(X, rng.standard_normal(len(X)) < p)


@mistake(
    "random_hflip",
    "Only the images that were mirrored come back: the others belong there too, as they "
    "were.",
)
def returns_the_mirrored_alone(X, p, rng):
    return X[rng.random(len(X)) < p][..., ::-1]


@mistake(
    "random_hflip",
    "The images are mirrored in place, so the caller's are changed: work on a copy.",
)
def mirrors_the_callers_images(X, p, rng):
    coins = rng.random(len(X)) < p
    X[coins] = X[coins][..., ::-1]
    return X


@mistake(
    "random_hflip",
    "The result is float64 whatever came in: moving pixels keeps their dtype.",
)
def makes_floats_of_them(X, p, rng):
    result = np.zeros(X.shape)
    result[...] = flipped(X, rng.random(len(X)) < p)
    return result


@mistake(
    "random_crop",
    "All images of a call have their window at one place: draw a top and a left for each.",
)
def draws_one_place(X, size, rng, padding=0):
    X = zeros_around(X, padding)
    _, tops, lefts = drawn(X[:1], size, rng)
    return windows(X, size, np.repeat(tops, len(X)), np.repeat(lefts, len(X)))


@mistake(
    "random_crop",
    "The window is always in the middle: draw its place.",
)
def crops_the_center(X, size, rng, padding=0):
    X = zeros_around(X, padding)
    (T, L), _, _ = drawn(X, size, rng)
    return windows(
        X, size, np.full(len(X), (T - 1) // 2), np.full(len(X), (L - 1) // 2)
    )


@mistake(
    "random_crop",
    "The window is always in the upper left corner: draw its place.",
)
def crops_the_corner(X, size, rng, padding=0):
    return zeros_around(X, padding)[:, :, : size[0], : size[1]]


@mistake(
    "random_crop",
    "The last top and the last left are never drawn: there are H - h + 1 places, since "
    "`integers` leaves out its end.",
)
def never_reaches_the_last_place(X, size, rng, padding=0):
    X = zeros_around(X, padding)
    (T, L), _, _ = drawn(X, size, rng)
    tops, lefts = (rng.integers(max(n - 1, 1), size=len(X)) for n in (T, L))
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "The places are counted in the image without its padding, so windows stay in the "
    "upper left part: count them in the padded image.",
    least=[1, 0],  # of none no place can be drawn
)
def counts_places_without_the_padding(X, size, rng, padding=0, *, least):
    T, L = (max(n - part + 1, least) for n, part in zip(X.shape[2:], size, strict=True))
    tops, lefts = rng.integers(T, size=len(X)), rng.integers(L, size=len(X))
    return windows(zeros_around(X, padding), size, tops, lefts)


@mistake(
    "random_crop",
    "Top and left are the same draw, so windows lie on a diagonal: draw both.",
)
def draws_one_number_for_both(X, size, rng, padding=0):
    X = zeros_around(X, padding)
    (T, L), _, _ = drawn(X, size, rng)
    u = rng.random(len(X))
    return windows(X, size, (u * T).astype(int), (u * L).astype(int))


@mistake(
    "random_crop",
    "Each channel has a window of its own, which tears the colors apart: one place serves "
    "the whole image.",
)
def draws_a_place_for_each_channel(X, size, rng, padding=0):
    N, C, H, W = X.shape
    crops = cropped(X.reshape(N * C, 1, H, W), size, rng, padding)
    return crops.reshape(N, C, *size)


@mistake(
    "random_crop",
    "The padding copies the border pixels; put zeros around.",
)
def pads_with_the_border(X, size, rng, padding=0):
    X = zeros_around(X, padding, mode="edge")
    _, tops, lefts = drawn(X, size, rng)
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "The padding is a mirror image of the border; put zeros around.",
)
def pads_with_a_mirror(X, size, rng, padding=0):
    X = zeros_around(X, padding, mode="symmetric")
    _, tops, lefts = drawn(X, size, rng)
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "The padding is ones: put zeros around.",
)
def pads_with_ones(X, size, rng, padding=0):
    X = zeros_around(X, padding, constant_values=1)
    _, tops, lefts = drawn(X, size, rng)
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "All four axes are padded, so there are images and channels of zeros: only height and "
    "width get them.",
)
def pads_every_axis(X, size, rng, padding=0):
    X = np.pad(X, padding)
    _, tops, lefts = drawn(X, size, rng)
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "Every window is cut out of the first image: the i-th is cut out of the i-th.",
)
def cuts_from_the_first_image(X, size, rng, padding=0):
    return cropped(np.repeat(X[:1], len(X), axis=0), size, rng, padding)


@mistake(
    "random_crop",
    "The zeros are put below and to the right only, twice as many: put `padding` of them "
    "on each of the four sides.",
)
def pads_two_sides(X, size, rng, padding=0):
    X = np.pad(X, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    _, tops, lefts = drawn(X, size, rng)
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "Some images are mirrored too: a crop only cuts.",
)
def mirrors_before_it_crops(X, size, rng, padding=0):
    return cropped(flipped(X, rng.random(len(X)) < 0.5), size, rng, padding)


@mistake(
    "random_crop",
    "The size is taken for (width, height); it is (height, width).",
)
def takes_the_size_for_width_and_height(X, size, rng, padding=0):
    size = tuple(
        min(part, n + 2 * padding)
        for part, n in zip(size[::-1], X.shape[2:], strict=True)
    )
    return cropped(X, size, rng, padding)


@mistake(
    "random_crop",
    "The windows are float64 whatever came in: make the array with X's dtype.",
)
def makes_floats_of_the_windows(X, size, rng, padding=0):
    return cropped(X, size, rng, padding).astype(np.float64)


@mistake(
    "random_crop",
    "The places come from a global generator, so no seed brings a run back: draw from the "
    "rng that is given.",
)
def draws_places_from_another_generator(X, size, rng, padding=0):
    X = zeros_around(X, padding)
    (T, L), _, _ = drawn(X, size, rng)
    tops, lefts = (np.random.randint(n, size=len(X)) for n in (T, L))
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "A generator with a fixed seed is made at each call, so the places are always the "
    "same: draw from the rng that is given.",
)
def seeds_a_generator_for_the_places(X, size, rng, padding=0):
    return cropped(X, size, np.random.default_rng(0), padding)


@mistake(
    "random_crop",
    "The places are not equally likely, the middle ones come most often: draw tops and "
    "lefts uniformly.",
)
def prefers_the_middle(X, size, rng, padding=0):
    X = zeros_around(X, padding)
    (T, L), _, _ = drawn(X, size, rng)
    tops, lefts = (
        (rng.random((2, len(X))).mean(axis=0) * n).astype(int) for n in (T, L)
    )
    return windows(X, size, tops, lefts)


@mistake(
    "random_crop",
    "The padding is left out: put zeros on all four sides first.",
    fits=[True, False],  # or no place can be drawn
)
def leaves_out_the_padding(X, size, rng, padding=0, *, fits):
    if fits:
        size = tuple(min(pair) for pair in zip(size, X.shape[2:], strict=True))
    return cropped(X, size, rng, 0)


def both(X, y, copies, labels=None):
    """Return originals and copies, and their labels."""
    return np.concatenate([X, copies]), np.concatenate(
        [y, y if labels is None else labels]
    )


def changed(X, rng, p, padding):
    """Return right copies."""
    copies = flipped(X, rng.random(len(X)) < p)
    return cropped(copies, X.shape[2:], rng, padding) if padding else copies


@mistake(
    "augment",
    "Each label stands twice in a row (`np.repeat`), but the copies come after all "
    "originals: put the labels one after the other, twice.",
)
def repeats_each_label(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, p, padding))[0], np.repeat(y, 2)


@mistake(
    "augment",
    "There are labels for the originals only: the copies need theirs as well.",
)
def forgets_the_labels_of_the_copies(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, p, padding))[0], y.copy()


@mistake(
    "augment",
    "The copies come first: the originals are the first N.",
)
def puts_the_copies_first(X, y, rng, p=0.5, padding=0):
    return both(changed(X, rng, p, padding), y, X)


@mistake(
    "augment",
    "Each copy stands behind its original: first come all originals, then all copies.",
)
def puts_each_copy_behind_its_original(X, y, rng, p=0.5, padding=0):
    pairs = np.stack([X, changed(X, rng, p, padding)], axis=1)
    return pairs.reshape(-1, *X.shape[1:]), np.repeat(y, 2)


@mistake(
    "augment",
    "Only the copies are returned: the originals come before them.",
)
def returns_the_copies_alone(X, y, rng, p=0.5, padding=0):
    return changed(X, rng, p, padding), y.copy()


@mistake(
    "augment",
    "The originals are changed too: only the copies are mirrored or shifted.",
)
def changes_the_originals(X, y, rng, p=0.5, padding=0):
    images, labels = both(X, y, X)
    return changed(images, rng, p, padding), labels


@mistake(
    "augment",
    "The result is shuffled: the originals come first and in order, then the copies.",
)
def shuffles_the_result(X, y, rng, p=0.5, padding=0):
    images, labels = both(X, y, changed(X, rng, p, padding))
    order = np.roll(rng.permutation(len(labels)), 1)
    return images[order], labels[order]


@mistake(
    "augment",
    "One coin decides for all copies: draw as many as there are images.",
)
def tosses_one_coin_for_all_copies(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, float(rng.random() < p), padding))


@mistake(
    "augment",
    "All copies are mirrored, without a coin: each is mirrored with probability p.",
)
def mirrors_every_copy(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, 1.0, padding))


@mistake(
    "augment",
    "Half of the copies are mirrored whatever p is: hand p on.",
)
def takes_a_half_for_the_copies(X, y, rng, p=0.5, padding=0):
    # A right answer where p leaves no choice.
    return both(X, y, changed(X, rng, p if p in (0, 1) else 0.5, padding))


@mistake(
    "augment",
    "A copy is mirrored with 1 - p: p is the probability to be mirrored.",
)
def leaves_copies_with_probability_p(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, 1 - p, padding))


@mistake(
    "augment",
    "No copy is mirrored: each is mirrored with probability p.",
)
def mirrors_no_copy(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, 0.0, padding))


@mistake(
    "augment",
    "The copies are not shifted: where padding is above 0, each is cropped at random from "
    "its padded image.",
)
def leaves_out_the_crop(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, p, 0))


@mistake(
    "augment",
    "The copies are cut out of the originals, so what was mirrored is lost: crop the "
    "mirrored batch.",
)
def crops_the_originals(X, y, rng, p=0.5, padding=0):
    copies = flipped(X, rng.random(len(X)) < p)
    return both(X, y, cropped(X, X.shape[2:], rng, padding) if padding else copies)


@mistake(
    "augment",
    "There are two copies of each image, one mirrored and one shifted: a single copy is "
    "mirrored and then shifted.",
)
def makes_two_copies(X, y, rng, p=0.5, padding=0):
    copies = [changed(X, rng, p, 0), cropped(X, X.shape[2:], rng, padding)]
    return np.concatenate([X, *copies]), np.concatenate([y, y, y])


@mistake(
    "augment",
    "The images that were given are mirrored in place: leave them alone, and change "
    "copies.",
)
def mirrors_what_was_given(X, y, rng, p=0.5, padding=0):
    X[...] = flipped(X, rng.random(len(X)) < p)
    return both(X, y, cropped(X, X.shape[2:], rng, padding) if padding else X)


@mistake(
    "augment",
    "A copy is either mirrored or shifted: where padding is above 0, each is shifted, "
    "mirrored or not.",
)
def mirrors_or_shifts(X, y, rng, p=0.5, padding=0):
    coins = rng.random(len(X)) < p
    if not padding:
        return both(X, y, flipped(X, coins))
    shifted = cropped(X, X.shape[2:], rng, padding)
    return both(X, y, np.where(coins[:, None, None, None], X[..., ::-1], shifted))


@mistake(
    "augment",
    "Only the images that were mirrored are added: each image has a copy, changed or not.",
)
def adds_the_mirrored_alone(X, y, rng, p=0.5, padding=0):
    chosen = np.flatnonzero(rng.random(len(X)) < p)[: max(len(X) - 1, 0)]
    return both(X, y, changed(X[chosen], rng, 1.0, padding), y[chosen])


@mistake(
    "augment",
    "Copies come in the reverse order: they are in the order of their originals.",
)
def reverses_the_copies(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, p, padding)[::-1], y[::-1])


@mistake(
    "augment",
    "The copies are turned upside down instead of mirrored: the width is the last axis.",
)
def turns_copies_upside_down(X, y, rng, p=0.5, padding=0):
    coins = (rng.random(len(X)) < p)[:, None, None, None]
    copies = np.where(coins, X[:, :, ::-1], X)
    return both(X, y, cropped(copies, X.shape[2:], rng, padding) if padding else copies)


@mistake(
    "augment",
    "The images come back without their labels: return both, as a tuple.",
)
def returns_no_labels(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, rng, p, padding))[0]


@mistake(
    "augment",
    "The draws come from a generator with a fixed seed, so every call gives the same: "
    "draw from the rng that is given.",
)
def draws_the_copies_from_a_seed(X, y, rng, p=0.5, padding=0):
    return both(X, y, changed(X, np.random.default_rng(0), p, padding))


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "random_hflip": {
        "- coins = rng.random(len(X)) < p\n"
        "+ coins = rng.random(len(X)) <= p": "no draw is exactly p, but once in 2^53",
    },
    "random_crop": {
        "- crops = np.empty((N, C, h, w), X.dtype)": "every entry is overwritten",
        "- for i, (top, left) in enumerate(zip(tops, lefts, strict=True)):\n"
        "+ for i, (top, left) in enumerate(zip(tops, lefts)):": "there are as many tops as lefts",
        "- for i, (top, left) in enumerate(zip(tops, lefts, strict=True)):\n"
        "+ for i, (top, left) in enumerate(zip(tops, lefts, strict=False)):": "there are as many tops as lefts",
    },
    "augment": {
        "- def augment(\n"
        "- X: np.ndarray,\n"
        "- y: np.ndarray,\n"
        "- rng: np.random.Generator,\n"
        "- p: float = 0.5,\n"
        "- padding: int = 0,\n"
        "- ) -> tuple[np.ndarray, np.ndarray]:\n"
        "+ def augment(X: np.ndarray, y: np.ndarray, rng: np.random.Generator, p: float=0.5, padding: int=None) -> tuple[np.ndarray, np.ndarray]:": "no padding, by another name",
        "- if padding:\n"
        "+ if True:": "without padding, a window as large as the image has one place",
        "- return np.concatenate([X, copies]), np.concatenate([y, y])\n"
        "+ return (np.vstack([X, copies]), np.concatenate([y, y]))": "vstack joins along the first axis too",
        "- return np.concatenate([X, copies]), np.concatenate([y, y])\n"
        "+ return (np.concatenate([X, copies]), np.hstack([y, y]))": "hstack joins one axis as concatenate does",
        "- copies = random_crop(copies, X.shape[2:], rng, padding)\n"
        "+ copies = random_crop(copies, X.shape[-2:], rng, padding)": "the last two of four axes",
    },
}
