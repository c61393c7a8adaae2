"""Wrong answers to mini-batches that the grader must reject and the dojo can name."""

import math
import random

import torch

from dojo.grading import mistake
from solutions.ch5_data import k02_mini_batches as right


@mistake(
    "num_batches",
    "The rest is left out always; without drop_last it makes a batch of its own.",
)
def always_rounds_down(n, batch_size, drop_last):
    return n // batch_size


@mistake("num_batches", "The rest makes a batch always; with drop_last it is left out.")
def always_rounds_up(n, batch_size, drop_last):
    return math.ceil(n / batch_size)


@mistake("num_batches", "drop_last has the opposite effect: True leaves the rest out.")
def turns_drop_last_round(n, batch_size, drop_last):
    return right.num_batches(n, batch_size, not drop_last)


@mistake(
    "num_batches",
    "One batch is added always, although nothing remains where the batches come out even: "
    "add one only if n % batch_size is not 0.",
)
def adds_a_batch_always(n, batch_size, drop_last):
    return n // batch_size + (not drop_last)


@mistake("num_batches", "The quotient is rounded to the nearest; round it up, or down.")
def rounds_to_the_nearest(n, batch_size, drop_last):
    return n // batch_size if drop_last else round(n / batch_size)


@mistake("num_batches", "The number of batches is a float; n // batch_size is an int.")
def returns_a_float(n, batch_size, drop_last):
    return float(right.num_batches(n, batch_size, drop_last))


@mistake("num_batches", "There is at least one batch; too few samples make none.")
def has_at_least_one_batch(n, batch_size, drop_last):
    return max(1, right.num_batches(n, batch_size, drop_last))


@mistake(
    "num_batches",
    "With drop_last one batch is taken away always, also where the batches come out even.",
)
def takes_a_batch_away_always(n, batch_size, drop_last):
    return math.ceil(n / batch_size) - bool(drop_last)


def _indices(n, batch_size, shuffle, drop_last, generator, **slip):
    """Cut as the reference does, but for the slips."""
    order = list(range(n))
    if shuffle:
        order = slip.get("order", _permuted)(n, generator)
    batches = [order[at : at + batch_size] for at in range(0, n, batch_size)]
    if slip.get("drop", drop_last) and batches and len(batches[-1]) < batch_size:
        batches.pop()
    return batches


def _permuted(n, generator):
    return torch.randperm(n, generator=generator).tolist()


@mistake("batch_indices", "Nothing is mixed: with shuffle=True the order is random.")
def never_shuffles(n, batch_size, shuffle=False, drop_last=False, generator=None):
    return _indices(n, batch_size, False, drop_last, generator)


@mistake(
    "batch_indices",
    "The indices are mixed always; without shuffle they ascend.",
)
def always_shuffles(n, batch_size, shuffle=False, drop_last=False, generator=None):
    return _indices(n, batch_size, True, drop_last, generator)


@mistake("batch_indices", "The last batch stays with drop_last=True: leave it out.")
def never_drops_the_rest(n, batch_size, shuffle=False, drop_last=False, generator=None):
    return _indices(n, batch_size, shuffle, False, generator)


@mistake(
    "batch_indices",
    "What remains is left out always; without drop_last it is the last batch.",
)
def always_drops_the_rest(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    return _indices(n, batch_size, shuffle, False, generator, drop=True)


@mistake(
    "batch_indices",
    "With drop_last the last batch goes always, also where it is full: leave it out only "
    "if it has fewer than batch_size.",
)
def drops_a_full_batch(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, shuffle, False, generator)
    return batches[:-1] if drop_last else batches


@mistake(
    "batch_indices",
    "The generator is not used, so equal seeds of it give other orders: hand it over, "
    "torch.randperm(n, generator=generator).",
)
def leaves_the_generator_out(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    return _indices(n, batch_size, shuffle, drop_last, None)


@mistake(
    "batch_indices",
    "Every call has the same order, whatever the generator: a seed is set inside. Draw from "
    "the generator that is there.",
)
def has_one_order_only(n, batch_size, shuffle=False, drop_last=False, generator=None):
    own = torch.Generator().manual_seed(0)
    return _indices(n, batch_size, shuffle, drop_last, own)


@mistake(
    "batch_indices",
    "Without a generator every call has the same order: leave torch's global generator to "
    "draw on, generator=None.",
)
def seeds_where_no_generator_is(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    own = generator or torch.Generator().manual_seed(0)
    return _indices(n, batch_size, shuffle, drop_last, own)


@mistake(
    "batch_indices",
    "The generator is reseeded, so that every call has the same order: draw from it as it "
    "is.",
)
def reseeds_the_generator(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    if shuffle:
        drawn = generator or torch.default_generator
        drawn.manual_seed(drawn.initial_seed())
    return _indices(n, batch_size, shuffle, drop_last, generator)


@mistake(
    "batch_indices",
    "The order is drawn by another library, Python's random or NumPy's, which knows "
    "nothing of torch's seed: torch.randperm(n, generator=generator).",
)
def draws_from_another_library(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    def order(n, generator):
        return random.sample(range(n), n)

    return _indices(n, batch_size, shuffle, drop_last, generator, order=order)


@mistake(
    "batch_indices",
    "Each index is drawn by itself, so some come twice and others never: draw an order, "
    "torch.randperm.",
)
def draws_with_replacement(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    def order(n, generator):
        return torch.randint(max(n, 1), (n,), generator=generator).tolist()

    return _indices(n, batch_size, shuffle, drop_last, generator, order=order)


@mistake(
    "batch_indices",
    "The batches are mixed and the samples in them are not: mix the indices, then cut.",
)
def mixes_whole_batches(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, False, drop_last, generator)
    if not shuffle:
        return batches
    order = torch.randperm(len(batches), generator=generator).tolist()
    return [batches[i] for i in order]


@mistake(
    "batch_indices",
    "Each batch is mixed within itself and has the same samples always: mix all indices, "
    "then cut.",
)
def mixes_within_batches(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, False, drop_last, generator)
    if not shuffle:
        return batches
    orders = (torch.randperm(len(b), generator=generator).tolist() for b in batches)
    return [[b[i] for i in o] for b, o in zip(batches, orders, strict=True)]


@mistake(
    "batch_indices",
    "The rest is cut off before the order is drawn, so it is always the same samples that "
    "are left out: mix all indices, then cut.",
)
def cuts_before_it_mixes(n, batch_size, shuffle=False, drop_last=False, generator=None):
    n = n - n % batch_size if drop_last else n
    return _indices(n, batch_size, shuffle, drop_last, generator)


@mistake("batch_indices", "Indices begin at 1; they begin at 0.")
def begins_at_one(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, shuffle, drop_last, generator)
    return [[index + 1 for index in batch] for batch in batches]


@mistake("batch_indices", "A batch is a tensor; it is a list of ints: .tolist().")
def returns_tensors(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, shuffle, drop_last, generator)
    return [torch.tensor(batch) for batch in batches]


@mistake(
    "batch_indices",
    "The indices are tensors without axes; they are Python's ints: .tolist().",
)
def holds_tensors(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, shuffle, drop_last, generator)
    return [[torch.tensor(index) for index in batch] for batch in batches]


@mistake("batch_indices", "The indices are not cut: a list for each batch is due.")
def returns_one_list(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, shuffle, drop_last, generator)
    return [index for batch in batches for index in batch]


@mistake(
    "batch_indices", "What comes back can be gone through once; the batches are a list."
)
def yields_the_batches(n, batch_size, shuffle=False, drop_last=False, generator=None):
    return iter(_indices(n, batch_size, shuffle, drop_last, generator))


@mistake(
    "batch_indices",
    "The order is turned by a random number of places, and neighbors stay neighbors: draw "
    "an order, torch.randperm.",
)
def turns_the_order(n, batch_size, shuffle=False, drop_last=False, generator=None):
    def order(n, generator):
        start = int(torch.randint(max(n, 1), (), generator=generator))
        return [(start + i) % n for i in range(n)]

    return _indices(n, batch_size, shuffle, drop_last, generator, order=order)


@mistake(
    "batch_indices",
    "The short batch comes first: what remains is the last batch.",
)
def begins_with_the_rest(n, batch_size, shuffle=False, drop_last=False, generator=None):
    order = [i for b in _indices(n, n + 1, shuffle, False, generator) for i in b]
    rest = n % batch_size
    first = [order[:rest]] if rest and not drop_last else []
    return [
        *first,
        *(order[at : at + batch_size] for at in range(rest, n, batch_size)),
    ]


@mistake(
    "batch_indices",
    "The last batch is filled up with indices that were there before: it may have fewer.",
)
def fills_the_last_batch(n, batch_size, shuffle=False, drop_last=False, generator=None):
    batches = _indices(n, batch_size, shuffle, drop_last, generator)
    order = [i for batch in batches for i in batch]
    if batches:
        batches[-1] = batches[-1] + order[: batch_size - len(batches[-1])]
    return batches


@mistake(
    "batch_indices",
    "A batch takes indices that are as far apart as there are batches: it takes those that "
    "stand side by side in the order.",
)
def deals_the_indices_out(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    order = [i for b in _indices(n, n + 1, shuffle, False, generator) for i in b]
    count = right.num_batches(n, batch_size, drop_last)
    return [order[at::count] for at in range(count)]


@mistake(
    "batch_indices",
    "batch_size is taken for the number of batches: it is how many samples each has.",
)
def cuts_into_batch_size_parts(
    n, batch_size, shuffle=False, drop_last=False, generator=None
):
    size = max(1, n // batch_size)
    return _indices(n, size, shuffle, drop_last, generator)


@mistake("collate", "The labels are a list; make a tensor of them, int64.")
def keeps_a_list_of_labels(samples):
    X, y = right.collate(samples)
    return X, y.tolist()


@mistake("collate", "The labels are floats; they are int64.")
def makes_floats_of_the_labels(samples):
    X, y = right.collate(samples)
    return X, y.float()


@mistake("collate", "The labels are int32; they are int64, as a loss takes them.")
def makes_int32_labels(samples):
    X, y = right.collate(samples)
    return X, y.to(torch.int32)


@mistake(
    "collate",
    "The labels pass through floats, which cannot hold each large number: make int64 of "
    "them at once.",
)
def rounds_the_labels(samples):
    X, y = right.collate(samples)
    return X, y.double().long()


@mistake("collate", "The images are a list; stack them into one tensor.")
def keeps_a_list_of_images(samples):
    X, y = right.collate(samples)
    return list(X), y


@mistake(
    "collate",
    "The images are joined along their first axis; torch.stack makes a new one for the "
    "samples.",
)
def concatenates_the_images(samples):
    X, y = right.collate(samples)
    return (torch.cat(list(X)) if X.dim() > 1 else X), y


@mistake("collate", "The images become floats: keep the dtype of the samples.")
def makes_floats_of_the_images(samples):
    X, y = right.collate(samples)
    return X.float(), y


@mistake(
    "collate",
    "Bytes are divided by 255: collating only puts the samples together.",
)
def scales_the_images(samples):
    X, y = right.collate(samples)
    return (X / 255 if X.dtype == torch.uint8 else X), y


@mistake("collate", "The new axis comes last; the first axis counts the samples.")
def stacks_at_the_end(samples):
    X, y = right.collate(samples)
    return X.movedim(0, -1), y


@mistake(
    "collate",
    "The samples are counted by the second axis, as torch.stack(images, dim=1) has it: "
    "the first one counts them, dim 0.",
)
def stacks_along_the_second_axis(samples):
    images, labels = zip(*samples, strict=True)
    return torch.stack(images, dim=1), torch.tensor(labels)


@mistake(
    "collate",
    "Axes of size 1 are taken away, also that of a batch with one sample: no squeeze.",
)
def squeezes(samples):
    X, y = right.collate(samples)
    return X.squeeze(), y.squeeze()


@mistake("collate", "The labels are a column, (N, 1); they have one axis, (N,).")
def makes_a_column_of_labels(samples):
    X, y = right.collate(samples)
    return X, y[:, None]


@mistake("collate", "A batch is a list; it is a tuple.")
def returns_a_list(samples):
    return list(right.collate(samples))


@mistake("collate", "The parts are swapped: the images come first, then the labels.")
def swaps_the_parts(samples):
    return right.collate(samples)[::-1]


@mistake("collate", "The last sample is missing: all belong to the batch.")
def loses_the_last_sample(samples):
    X, y = right.collate(samples)
    return X[:-1], y[:-1]


class _Open:
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        for name in ("__init__", "__iter__", "__len__"):
            if name not in vars(cls):
                setattr(cls, name, vars(_Open)[name])  # its own: what they raise is its

    def __init__(
        self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None
    ):
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last = shuffle, drop_last
        self.generator = generator

    def __iter__(self):
        return (self._batch(batch) for batch in self._indices())

    def _indices(self):
        how = self.batch_size, self.shuffle, self.drop_last, self.generator
        return right.batch_indices(len(self.dataset), *how)

    def _batch(self, batch):
        return right.collate([self.dataset[index] for index in batch])

    def __len__(self):
        return right.num_batches(len(self.dataset), self.batch_size, self.drop_last)


@mistake(
    "MiniLoader",
    "The order is drawn once, when the loader is made, so every epoch has the same: draw "
    "it in __iter__.",
)
class DrawsItsOrderOnce(_Open):
    def __init__(
        self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None
    ):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.batches = _Open._indices(self)

    def _indices(self):
        return self.batches


@mistake(
    "MiniLoader",
    "The loader can be gone through once: it keeps one iterator. Begin a new one in each "
    "__iter__.",
)
class IsUsedUpAfterOneEpoch(_Open):
    def __init__(
        self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None
    ):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.batches = _Open.__iter__(self)

    def __iter__(self):
        return self.batches


@mistake(
    "MiniLoader",
    "The loader is its own iterator, so two loops over it take one another's batches: let "
    "__iter__ return a new iterator, or write it with yield.",
)
class IsItsOwnIterator(_Open):
    def __iter__(self):
        self.batches = _Open.__iter__(self)
        return self

    def __next__(self):
        return next(self.batches)


@mistake(
    "MiniLoader",
    "The place in the epoch is kept in the loader, and a loop that broke off leaves it "
    "there: keep it in the iterator.",
)
class GoesOnWhereALoopBrokeOff(_Open):
    def __init__(
        self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None
    ):
        super().__init__(dataset, batch_size, shuffle, drop_last, generator)
        self.waiting = []

    def __iter__(self):
        self.waiting = self.waiting or self._indices()
        return self

    def __next__(self):
        if not self.waiting:
            raise StopIteration
        return self._batch(self.waiting.pop(0))


@mistake(
    "MiniLoader", "A list comes back; __iter__ returns an iterator: iter(batches)."
)
class ReturnsAListOfBatches(_Open):
    def __iter__(self):
        return [self._batch(batch) for batch in self._indices()]


@mistake("MiniLoader", "The samples are never mixed: hand shuffle on.")
class LeavesShuffleOut(_Open):
    def _indices(self):
        how = self.batch_size, False, self.drop_last, self.generator
        return right.batch_indices(len(self.dataset), *how)


@mistake("MiniLoader", "The samples are mixed always: hand shuffle on.")
class MixesInAnyCase(_Open):
    def _indices(self):
        how = self.batch_size, True, self.drop_last, self.generator
        return right.batch_indices(len(self.dataset), *how)


@mistake(
    "MiniLoader",
    "The rest stays with drop_last=True: hand drop_last on.",
)
class LeavesDropLastOut(_Open):
    def _indices(self):
        how = self.batch_size, self.shuffle, False, self.generator
        return right.batch_indices(len(self.dataset), *how)


@mistake(
    "MiniLoader",
    "The rest is left out always; without drop_last it is the last batch.",
)
class DropsTheRestInAnyCase(_Open):
    def _indices(self):
        how = self.batch_size, self.shuffle, True, self.generator
        return right.batch_indices(len(self.dataset), *how)


@mistake(
    "MiniLoader",
    "The generator is not used, so equal seeds of it give other orders: hand it on.",
)
class DoesNotHandTheGeneratorOn(_Open):
    def _indices(self):
        how = self.batch_size, self.shuffle, self.drop_last
        return right.batch_indices(len(self.dataset), *how)


@mistake(
    "MiniLoader",
    "Every epoch has the same order, because the generator is reseeded: draw from it as it "
    "is.",
)
class ReseedsForEachEpoch(_Open):
    def _indices(self):
        drawn = self.generator or torch.default_generator
        if self.shuffle:
            drawn.manual_seed(drawn.initial_seed())
        return _Open._indices(self)


@mistake("MiniLoader", "len is the number of samples; it is the number of batches.")
class CountsItsSamples(_Open):
    def __len__(self):
        return len(self.dataset)


@mistake(
    "MiniLoader",
    "len leaves the rest out always; without drop_last it makes a batch of its own.",
)
class CountsFullBatchesOnly(_Open):
    def __len__(self):
        return len(self.dataset) // self.batch_size


@mistake(
    "MiniLoader",
    "len counts the rest always; with drop_last it is left out.",
)
class CountsTheRestAlways(_Open):
    def __len__(self):
        return -(-len(self.dataset) // self.batch_size)


@mistake("MiniLoader", "A batch is a list of samples: collate them, (X, y).")
class DoesNotCollate(_Open):
    def _batch(self, batch):
        return [self.dataset[index] for index in batch]


@mistake("MiniLoader", "A batch is a list of two tensors; it is a tuple.")
class YieldsLists(_Open):
    def _batch(self, batch):
        return list(right.collate([self.dataset[index] for index in batch]))


@mistake(
    "MiniLoader",
    "The batches hold the indices; look the samples up, self.dataset[i].",
)
class YieldsIndices(_Open):
    def _batch(self, batch):
        return batch


@mistake(
    "MiniLoader",
    "The samples are asked for with tensors; a dataset takes ints: .tolist().",
)
class AsksWithTensors(_Open):
    def _batch(self, batch):
        return right.collate([self.dataset[index] for index in torch.tensor(batch)])


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "collate": {
        "- y = torch.tensor([label for _, label in samples], dtype=torch.int64)\n"
        "+ y = torch.tensor([label for _, label in samples])": "torch makes int64 of Python's ints",
        "- X = torch.stack([image for image, _ in samples])\n"
        "- y = torch.tensor([label for _, label in samples], dtype=torch.int64)\n"
        "+ y = torch.tensor([label for _, label in samples], dtype=torch.int64)\n"
        "+ X = torch.stack([image for image, _ in samples])": "neither needs the other",
    },
}
