"""The full data sets: where each comes from, and what its files must be.

The sizes and SHA-256 sums are those that TensorFlow Datasets lists for the files that
the publishers serve; other projects that check the same files list the same ones.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from dojo.errors import UserError

Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")


@dataclass(frozen=True)
class Remote:
    """A file as its publisher serves it.

    Parameters
    ----------
    name : str
    size : int
        In bytes.
    sha256 : str
        64 hexadecimal digits.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DataSet:
    """A data set.

    Parameters
    ----------
    name : str
        As `dojo data` takes it; also its folder in the cache.
    title, about : str
        What it is called, and what it holds.
    form : str
        "idx", four files of MNIST's format, or "cifar", one archive of CIFAR-10's.
    counts : tuple of int
        The numbers of training and test images.
    shape : tuple of int
        Of an image.
    classes : tuple of str
        What the labels 0, 1 and so on mean.
    licence, homepage : str
    mirrors : tuple of str
        Addresses that end with a slash, to be tried in turn.
    files : tuple of Remote
    """

    name: str
    title: str
    about: str
    form: Literal["idx", "cifar"]
    counts: tuple[int, int]
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    licence: str
    homepage: str
    mirrors: tuple[str, ...]
    files: tuple[Remote, ...]

    @property
    def size(self) -> int:
        """All its files together, in bytes."""
        return sum(file.size for file in self.files)


DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
    "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
THINGS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship",
    "truck",
)  # fmt: skip

SETS = (
    DataSet(
        name="mnist",
        title="MNIST",
        about="handwritten digits, 28 x 28 pixels in gray",
        form="idx",
        counts=(60_000, 10_000),
        shape=(28, 28),
        classes=DIGITS,
        licence="CC BY-SA 3.0",
        homepage="http://yann.lecun.com/exdb/mnist/",
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "http://yann.lecun.com/exdb/mnist/",
        ),
        files=(
            Remote(
                "train-images-idx3-ubyte.gz",
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            ),
            Remote(
                "train-labels-idx1-ubyte.gz",
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            ),
            Remote(
                "t10k-images-idx3-ubyte.gz",
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            ),
            Remote(
                "t10k-labels-idx1-ubyte.gz",
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
        ),
    ),
    DataSet(
        name="fashion-mnist",
        title="Fashion-MNIST",
        about="pieces of clothing, 28 x 28 pixels in gray",
        form="idx",
        counts=(60_000, 10_000),
        shape=(28, 28),
        classes=CLOTHES,
        licence="MIT",
        homepage="https://github.com/zalandoresearch/fashion-mnist",
        mirrors=(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        ),
        files=(
            Remote(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            Remote(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            ),
            Remote(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            Remote(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
    ),
    DataSet(
        name="cifar-10",
        title="CIFAR-10",
        about="photographs of ten kinds of things, 32 x 32 pixels in color",
        form="cifar",
        counts=(50_000, 10_000),
        shape=(3, 32, 32),
        classes=THINGS,
        licence="none is stated; its author asks that the report be cited",
        homepage="https://www.cs.toronto.edu/~kriz/cifar.html",
        mirrors=("https://www.cs.toronto.edu/~kriz/",),
        files=(
            Remote(
                "cifar-10-binary.tar.gz",
                170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            ),
        ),
    ),
)


def of_name(name: str, *, also: tuple[str, ...] = ()) -> DataSet:
    """Return the data set of a name.

    Parameters
    ----------
    name : str
    also : tuple of str
        Names that the caller knows besides, to be told where none fits.

    Raises
    ------
    UserError
        If there is none; the text has the nearest name.
    """
    for data_set in SETS:
        if data_set.name == name:
            return data_set
    names = [*also, *(data_set.name for data_set in SETS)]
    near = difflib.get_close_matches(name, names, 1)
    there = f"did you mean {near[0]}? There" if near else "there"
    raise UserError(f"no data set is called {name!r}; {there} are {', '.join(names)}")
