"""Mini-batches: each epoch every sample once, in a new order, a few at a time.

A network sees neither one sample nor all of them before a step, but some. Who cuts the
batches decides what is left over at the end, who mixes them whether the steps of two
epochs differ, and a loader must be able to do it again and again.

Level: 2 of 5
Minutes: 30
Needs: custom-dataset
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

__all__ = ["num_batches", "batch_indices", "collate", "MiniLoader"]


def num_batches(n: int, batch_size: int, drop_last: bool) -> int:
    """Return into how many batches n samples are cut.

    Parameters
    ----------
    n : int
        Number of samples, 0 or more.
    batch_size : int
        Samples in a full batch, 1 or more.
    drop_last : bool
        Whether what remains after the last full batch is left out; else it makes a
        batch of its own.

    Returns
    -------
    int
    """
    return n // batch_size if drop_last else -(-n // batch_size)


def batch_indices(
    n: int,
    batch_size: int,
    shuffle: bool = False,
    drop_last: bool = False,
    generator: torch.Generator | None = None,
) -> list[list[int]]:
    """Return the indices 0 to n - 1, cut into batches.

    Every index is there once, but for those that `drop_last` leaves out.

    Parameters
    ----------
    n : int
        Number of samples, 0 or more.
    batch_size : int
        Samples in a batch, 1 or more; the last batch may have fewer.
    shuffle : bool
        Whether the order is random, each order as likely as any other; if not, the
        indices ascend.
    drop_last : bool
        Whether a last batch with fewer than batch_size indices is left out.
    generator : torch.Generator, optional
        All that determines the order; torch's global one by default. It is drawn from,
        never reseeded.

    Returns
    -------
    list of list of int
        A list for each batch, of Python's ints.
    """
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    stop = n - n % batch_size if drop_last else n
    return [order[at : at + batch_size].tolist() for at in range(0, stop, batch_size)]


def collate(samples: list[tuple[Tensor, int]]) -> tuple[Tensor, Tensor]:
    """Return the samples of a batch as two tensors.

    In this kata `default_collate` and `DataLoader` of torch are forbidden.

    Parameters
    ----------
    samples : list of (Tensor, int)
        At least one; the tensors are of one shape (...) and one dtype.

    Returns
    -------
    tuple of (X, y)
        X of shape (N, ...), of the samples' dtype, and y of shape (N,), int64; row i of
        each is sample i.
    """
    X = torch.stack([image for image, _ in samples])
    y = torch.tensor([label for _, label in samples], dtype=torch.int64)
    return X, y


class MiniLoader:
    """A loader: each time it is gone through it yields every sample once, in batches.

    `iter(loader)` begins an epoch. Iterators do not disturb one another: a second one
    may begin while the first is on its way, and each yields an epoch of its own. In
    this kata `default_collate` and `DataLoader` of torch are forbidden.

    Parameters
    ----------
    dataset : Dataset
        Any that has `__len__` and `__getitem__`. Sample `dataset[i]` is a pair (Tensor,
        int); it is asked for with Python's ints from 0 to len(dataset) - 1.
    batch_size : int
        Samples in a batch, 1 or more; the last batch may have fewer.
    shuffle : bool
        Whether each epoch has a random order, a new one each time; if not, the samples
        come in their own order.
    drop_last : bool
        Whether a last batch with fewer than batch_size samples is left out.
    generator : torch.Generator, optional
        All that determines the orders; torch's global one by default. It is drawn from,
        never reseeded.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.generator = generator

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Return an iterator over the batches of one epoch.

        Returns
        -------
        iterator of (X, y)
            Tuples, each as `collate` makes it of the samples of its batch.
        """
        batches = batch_indices(
            len(self.dataset),
            self.batch_size,
            self.shuffle,
            self.drop_last,
            self.generator,
        )
        return (collate([self.dataset[i] for i in batch]) for batch in batches)

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return num_batches(len(self.dataset), self.batch_size, self.drop_last)
