"""The data of the katas: digits that ship with them, and toys drawn from a seed.

The full data sets are read from the disk too: `dojo data fetch NAME` brings them there,
and nothing else downloads anything.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

from dojo.errors import UserError

if TYPE_CHECKING:
    import torch

    from dojo.datasets.sets import Split

FILE = Path(__file__).with_name("digits") / "digits.npz"
SHA256 = "bd73040a6e111a4eb575f3cc39337a9be6ad97cd70798ac3a5356d1c0486a9ed"

Array = TypeVar("Array")


class Digits(NamedTuple, Generic[Array]):
    """Images of handwritten digits and the digits they show, balanced over 0..9."""

    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array


def digits() -> Digits[np.ndarray]:
    """Return the shipped digits as they are stored.

    Returns
    -------
    Digits of np.ndarray
        Images of shape (6000, 28, 28) and (1000, 28, 28), uint8, 0 (paper) to 255
        (ink); labels of shape (6000,) and (1000,), int64, 0 to 9. Each ten in a row
        hold every digit once. The arrays are the caller's own to change.

    Raises
    ------
    UserError
        If the file is missing or damaged.
    """
    return Digits(*(array.copy() for array in _stored(FILE)))


def lenet_digits() -> Digits[torch.Tensor]:
    """Return the shipped digits as LeNet takes them: 32 pixels wide, from 0 to 1.

    Returns
    -------
    Digits of torch.Tensor
        Images of shape (6000, 1, 32, 32) and (1000, 1, 32, 32), float32, in [0, 1],
        two zeros added on each side; labels of shape (6000,) and (1000,), int64. The
        tensors are the caller's own to change.

    Raises
    ------
    UserError
        If the file is missing or damaged.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner (1998). Gradient-Based Learning Applied to Document
    Recognition. Section II.B, LeNet-5.
    """
    import torch  # Slow to import, and digits() can do without it.

    def images(X: np.ndarray) -> torch.Tensor:
        X = np.pad(X, ((0, 0), (2, 2), (2, 2)))  # (N, 32, 32)
        return torch.from_numpy(X).unsqueeze(1).float() / 255  # (N, 1, 32, 32)

    X, y, X_test, y_test = digits()
    return Digits(
        images(X), torch.from_numpy(y), images(X_test), torch.from_numpy(y_test)
    )


def mnist(split: Split = "train") -> tuple[np.ndarray, np.ndarray]:
    """Return a part of MNIST, whole and as it was published.

    Parameters
    ----------
    split : str
        "train" or "test".

    Returns
    -------
    images : np.ndarray of shape (N, 28, 28), uint8
        0 (paper) to 255 (ink); N is 60,000 in "train" and 10,000 in "test". The arrays
        are the caller's own to change.
    labels : np.ndarray of shape (N,), int64
        The digits, 0 to 9.

    Raises
    ------
    ValueError
        If `split` is anything else.
    DataError
        If MNIST was not fetched, with the command that fetches it, or is damaged.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner (1998). Gradient-Based Learning Applied to Document
    Recognition. Section III.A, the database.
    """
    return _fetched("mnist", split)


def fashion_mnist(split: Split = "train") -> tuple[np.ndarray, np.ndarray]:
    """Return a part of Fashion-MNIST, as it was published.

    Parameters
    ----------
    split : str
        "train" or "test".

    Returns
    -------
    images : np.ndarray of shape (N, 28, 28), uint8
        0 (background) to 255; N is 60,000 in "train" and 10,000 in "test". The arrays
        are the caller's own to change.
    labels : np.ndarray of shape (N,), int64
        0 T-shirt or top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt,
        7 sneaker, 8 bag, 9 ankle boot.

    Raises
    ------
    ValueError
        If `split` is anything else.
    DataError
        If it was not fetched, with the command that fetches it, or is damaged.

    References
    ----------
    Xiao, Rasul, Vollgraf (2017). Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms. Section 2.
    """
    return _fetched("fashion-mnist", split)


def cifar10(split: Split = "train") -> tuple[np.ndarray, np.ndarray]:
    """Return a part of CIFAR-10, as it was published.

    Parameters
    ----------
    split : str
        "train" or "test".

    Returns
    -------
    images : np.ndarray of shape (N, 3, 32, 32), uint8
        Red, green and blue, each 0 to 255; N is 50,000 in "train" and 10,000 in "test".
        The arrays are the caller's own to change.
    labels : np.ndarray of shape (N,), int64
        0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship,
        9 truck.

    Raises
    ------
    ValueError
        If `split` is anything else.
    DataError
        If it was not fetched, with the command that fetches it, or is damaged.

    References
    ----------
    Krizhevsky (2009). Learning Multiple Layers of Features from Tiny Images. Chapter 3.
    """
    return _fetched("cifar-10", split)


def _fetched(name: str, split: Split) -> tuple[np.ndarray, np.ndarray]:
    from dojo.datasets import read, sets  # The shipped digits can do without them.

    return read.read(sets.of_name(name), split)


def polynomial(
    n: int, *, noise: float = 0.1, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return points near a polynomial of degree 3, to be fitted by others.

    y = 5 + 1.2 x - 3.4 x²/2! + 5.6 x³/3! plus normal noise, with x standard normal.

    Parameters
    ----------
    n : int
        Number of points.
    noise : float
        Standard deviation of the noise; 0 leaves the points on the curve.
    seed : int
        Equal seeds give equal points, whatever the noise is multiplied by.

    Returns
    -------
    x, y : torch.Tensor of shape (n,), float64
    """
    import torch  # Slow to import, and digits() can do without it.

    rng = np.random.default_rng(seed)
    x, away = rng.standard_normal((2, n))
    y = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6 + noise * away
    return torch.from_numpy(x), torch.from_numpy(y)


class Houses(NamedTuple):
    """A table of houses: numbers and words with gaps, and what each was sold for."""

    numbers: torch.Tensor
    number_names: list[str]
    words: dict[str, list[str]]
    prices: torch.Tensor


def houses(n: int, *, seed: int = 0) -> Houses:
    """Return an invented table of houses, as untidy as real ones are.

    Parameters
    ----------
    n : int
        Number of rows.
    seed : int
        Equal seeds give equal tables.

    Returns
    -------
    Houses
        `numbers` of shape (n, 4), float64, NaN where a value is missing: area (square
        meters), rooms, age (years), garden (square meters); their `number_names`.
        About 5 of 100 areas and ages and 30 of 100 gardens are missing, no rooms.
        `words`: lists of n strings under "roof" (slate, tile, tin; one of 50 is straw)
        and "zone" (center, edge, river), "NA" or "" where the word is missing, about 10
        of 100. `prices` of shape (n,), float64, above 1000: the logarithm of a price is
        linear in the logarithm of the area, the age, the garden and the categories,
        plus normal noise of standard deviation 0.1.
    """
    import torch  # Slow to import, and digits() can do without it.

    rng = np.random.default_rng(seed)
    area = np.exp(rng.normal(4.7, 0.4, n))
    rooms = np.clip(np.rint(area / 28 + rng.normal(0, 0.8, n)), 1, None)
    age, garden = rng.uniform(0, 120, n), rng.gamma(2.0, 150.0, n)
    roofs = np.array(["slate", "tile", "tin", "straw"])
    roof = rng.choice(4, n, p=[0.38, 0.4, 0.2, 0.02])
    zones = np.array(["center", "edge", "river"])
    zone = rng.choice(3, n, p=[0.3, 0.55, 0.15])
    level = np.array([0.05, 0, -0.1, 0.2])[roof] + np.array([0.35, 0, 0.2])[zone]
    log_price = 8.6 + 0.8 * np.log(area) - 0.004 * age + 0.0003 * garden + level
    log_price += 0.1 * rng.standard_normal(n)
    numbers = np.stack([area, rooms, age, garden], axis=1)
    numbers[rng.random((n, 4)) < [0.05, 0, 0.05, 0.3]] = np.nan
    words = {
        "roof": _with_gaps(roofs[roof], rng),
        "zone": _with_gaps(zones[zone], rng),
    }
    names = ["area", "rooms", "age", "garden"]
    prices = torch.from_numpy(np.exp(log_price))
    return Houses(torch.from_numpy(numbers), names, words, prices)


def _with_gaps(words: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Return the words, one in ten of them missing in one of two ways."""
    gaps = rng.choice(["", "NA", "keep"], len(words), p=[0.05, 0.05, 0.9])
    found: list[str] = np.where(gaps == "keep", words, gaps).tolist()
    return found


def as_text(image: np.ndarray | torch.Tensor, plain: bool = False) -> str:
    """Return a digit as a picture of characters, one for two pixels, for a terminal.

    Parameters
    ----------
    image : np.ndarray or torch.Tensor of shape (H, W) or (1, H, W)
        Ink is what lies above half of the largest value, so any scale will do.
    plain : bool
        Whether to keep to ASCII.

    Returns
    -------
    str
        ceil(H / 2) lines of at most W characters, without blanks at their ends.

    Raises
    ------
    ValueError
        If the image has another shape.
    """
    X = np.asarray(image)
    if X.ndim == 3 and len(X) == 1:
        X = X[0]
    if X.ndim != 2:
        raise ValueError(f"an image has shape (H, W) or (1, H, W); got {X.shape}")
    half = X.max(initial=0) / 2
    ink = np.pad(half < X, ((0, len(X) % 2), (0, 0)))
    glyphs = np.array(list(" '.#" if plain else " ▀▄█"))
    lines = glyphs[ink[0::2] + 2 * ink[1::2]]  # (ceil(H / 2), W)
    return "\n".join("".join(line).rstrip() for line in lines)


def moons(
    N: int, noise: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return points on two half circles that hold on to one another.

    No straight line separates them. A column is a sample, as in chapter 1.

    Parameters
    ----------
    N : int
        The number of points.
    noise : float
        The standard deviation of a normal draw that is added to each coordinate.
    rng : np.random.Generator
        The only source of randomness.

    Returns
    -------
    X : np.ndarray of shape (2, N), float64
        Without noise, label 0 lies on the upper half of the circle of radius 1 about
        (0, 0), and label 1 on the lower half of that about (1, 0.5); the angles are
        uniform draws.
    Y : np.ndarray of shape (1, N), int64
        0, 1, 0, 1 and so on.
    """
    angle, Y = rng.uniform(0, np.pi, N), np.arange(N) % 2
    upper = np.stack([np.cos(angle), np.sin(angle)])  # (2, N)
    X = np.where(Y, [[1], [0.5]] - upper, upper)
    return X + noise * rng.standard_normal((2, N)), Y[None]


def circles(
    N: int, noise: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return points on two circles, one inside the other.

    No straight line separates them. A column is a sample, as in chapter 1.

    Parameters
    ----------
    N : int
        The number of points.
    noise : float
        The standard deviation of a normal draw that is added to each coordinate.
    rng : np.random.Generator
        The only source of randomness.

    Returns
    -------
    X : np.ndarray of shape (2, N), float64
        Without noise, label 0 lies on the circle of radius 1 about (0, 0), and label 1
        on that of radius 1/2; the angles are uniform draws.
    Y : np.ndarray of shape (1, N), int64
        0, 1, 0, 1 and so on.
    """
    angle, Y = rng.uniform(0, 2 * np.pi, N), np.arange(N) % 2
    X = np.stack([np.cos(angle), np.sin(angle)]) / (1 + Y)  # (2, N)
    return X + noise * rng.standard_normal((2, N)), Y[None]


@cache
def _stored(path: Path) -> Digits[np.ndarray]:
    """Return the verified arrays of the file, read once and locked against changes."""
    remedy = "Restore it: git checkout HEAD -- dojo/digits/digits.npz\n"
    remedy += "Without git: install DL Katas again."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The shipped digits cannot be read: {path}\n{error.strerror}\n{remedy}"
        ) from error
    if (got := hashlib.sha256(content).hexdigest()) != SHA256:
        raise UserError(
            f"The shipped digits are damaged: {path}\n"
            f"SHA-256 {got}, expected {SHA256}\n{remedy}"
        )
    with np.load(io.BytesIO(content)) as arrays:
        stored = Digits(*(arrays[name] for name in Digits._fields))
    for array in stored:
        array.setflags(write=False)
    return stored
