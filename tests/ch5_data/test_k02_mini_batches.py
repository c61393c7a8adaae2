"""Grades mini-batches."""

from contextlib import contextmanager
from itertools import zip_longest

import pytest
import torch
from torch.utils.data import BatchSampler, DataLoader, SequentialSampler
from torch.utils.data._utils import collate as torch_collate

from dojo.grading import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_that,
    assert_type,
    assert_within,
    binomial_band,
)
from katas.ch5_data.k02_mini_batches import (
    MiniLoader,
    batch_indices,
    collate,
    num_batches,
)

# Samples and batch size: a rest, none, one batch alone, too few for one, none at all.
SIZES = [(103, 16), (12, 4), (5, 8), (7, 7), (13, 1), (11, 10), (0, 3)]
DTYPES = [torch.uint8, torch.float32, torch.float64, torch.int16]
SHAPES = [(3, 5, 2), (7,), (), (1, 4)]


@contextmanager
def without_loaders():
    """Let torch's loader and its default_collate raise, by whatever name."""

    def closed(name):
        def refuse(*_, **__):
            because = f"the task is to write it without {name}"
            raise Mismatch("forbidden", because, f"a call of {name}")

        return refuse

    init, inner = DataLoader.__init__, torch_collate.collate
    DataLoader.__init__ = closed("DataLoader")
    torch_collate.collate = closed("default_collate")
    try:
        yield
    finally:
        DataLoader.__init__, torch_collate.collate = init, inner


def seeded(seed, run):
    """Return what a function gives after torch.manual_seed(seed)."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return run()


def count(number, noun):
    """Return "1 batch", "3 batches"."""
    plural = noun + ("es" if noun.endswith("ch") else "s")
    return f"{number} {noun if number == 1 else plural}"


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), [*SIZES, (60_000, 256), (9, 2), (1, 3)])
def test_num_batches_agrees_with_torch(n, size, drop_last):
    want = len(BatchSampler(range(n), size, drop_last))
    what = "is left out" if drop_last else "makes a batch of its own"
    because = f"of {n} samples in batches of {size} the rest, {n % size}, {what}"
    assert_equal(num_batches(n, size, drop_last), want, because)


def test_num_batches_of_103_samples_by_hand():
    got = [num_batches(103, 16, drop) for drop in (False, True)]
    assert_equal(got, [7, 6], "103 = 6 · 16 + 7: seven batches, or six full ones")


def test_num_batches_of_too_few_samples_is_none():
    got = [num_batches(n, 8, True) for n in (0, 5, 7, 8, 15, 16, 24)]
    because = "0, 5 or 7 samples make no full batch of 8, and 8 or 15 make one"
    assert_equal(got, [0, 0, 0, 1, 1, 2, 3], because)


def batches_of(n, size, *args, **how):
    """Return the batches, once they are lists of ints."""
    batches = batch_indices(n, size, *args, **how)
    assert_type(batches, list, "the batches are a list")
    kinds = {type(batch).__name__ for batch in batches} or {"list"}
    got = f"a batch is a {', '.join(sorted(kinds))}"
    assert_equal(got, "a batch is a list", "each batch is a list of indices")
    kinds = {type(index).__name__ for batch in batches for index in batch} or {"int"}
    got = f"an index is of type {', '.join(sorted(kinds))}"
    assert_equal(got, "an index is of type int", "an index is an int of Python's")
    return batches


def sizes_of(batches):
    return f"batches of {', '.join(str(len(batch)) for batch in batches) or 'nothing'}"


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), SIZES)
def test_batch_indices_ascends_without_shuffle(n, size, drop_last):
    want = list(BatchSampler(SequentialSampler(range(n)), size, drop_last))
    how = {"drop_last": True} if drop_last else {}
    got = batches_of(n, size, **how)
    because = f"{n} indices are cut into full batches of {size}, and "
    because += "what remains is left out" if drop_last else "what remains is the last"
    assert_equal(sizes_of(got), sizes_of(want), because)
    because = "without shuffle the indices are 0, 1, … n - 1, in their order"
    order, due = ([i for batch in run for i in batch] for run in (got, want))
    falls = order == sorted(order, reverse=True)
    words = "in order" if order == due else "descending" if falls else "mixed"
    if sorted(order) != sorted(due):
        words = f"{order[:4]} and so on, not the indices"
    assert_equal(words, "in order", because)


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), SIZES)
def test_batch_indices_shuffled_has_each_index_once(generator, n, size, drop_last):
    got = batches_of(n, size, True, drop_last, generator)
    want = list(BatchSampler(range(n), size, drop_last))
    because = "a shuffle changes which indices a batch has, not how many"
    assert_equal(sizes_of(got), sizes_of(want), because)
    seen = [index for batch in got for index in batch]
    alien = [index for index in seen if not 0 <= index < n]
    assert_equal(alien[:3], [], f"indices are 0 to {n - 1}")
    words = f"{len(set(seen))} different indices, {len(seen)} in all"
    due = n - n % size if drop_last else n
    because = "each index is there once, but for those that drop_last leaves out"
    assert_equal(words, f"{due} different indices, {due} in all", because)


def test_batch_indices_shuffles_sample_by_sample(generator):
    got = batches_of(103, 16, shuffle=True, generator=generator)
    order = torch.tensor([index for batch in got for index in batch])
    near = int((order.diff().abs() == 1).sum())
    # By chance about 2 of 102 pairs are neighbors; 25 or more once in 1e18 runs.
    mixed = "mixed" if near < 25 else f"{near} of 102 neighbors side by side"
    because = "the samples are mixed, not the batches, and not within a batch alone"
    assert_equal(mixed, "mixed", because)
    # By chance one of 6 batches lies within 30 indices once in 5e7 runs.
    spans = [max(batch) - min(batch) for batch in got[:6]]
    narrow = sum(span < 30 for span in spans)
    because = "a batch is drawn from all samples, not from a stretch of them"
    assert_equal(f"{narrow} of 6 narrow", "0 of 6 narrow", because)


def test_batch_indices_makes_every_order_as_likely(generator):
    runs, orders = 1200, {}
    for _ in range(runs):
        batches = batch_indices(3, 2, True, generator=generator)
        order = tuple(index for batch in batches for index in batch)
        orders[order] = orders.get(order, 0) + 1
    because = "3 indices have 6 orders"
    assert_equal(count(len(orders), "order"), "6 orders", because)
    for order, times in sorted(orders.items()):
        # A share leaves its band, of eight standard deviations, once in 1e7 runs.
        because = f"each of the 6 orders has a share of 1/6, {order} as well"
        assert_within(times / runs, *binomial_band(runs, 1 / 6), because)


def test_batch_indices_moves_as_many_forwards_as_backwards(generator):
    n, runs, ahead = 200, 100, 0
    for _ in range(runs):
        batches = batch_indices(n, n, True, generator=generator)
        ahead += sum(index > place for place, index in enumerate(batches[0]))
    # In each order (n - 1) / 2 on average, with a variance of (n + 1) / 12; the band
    # is of eight standard deviations, which is left once in 1e14 runs.
    mean, reach = (n - 1) / 2, 8 * ((n + 1) / 12 / runs) ** 0.5
    because = f"of {n} indices as many come before their place as behind it, "
    because += "if every order is as likely"
    assert_within(ahead / runs, mean - reach, mean + reach, because)


def test_batch_indices_leaves_out_other_samples_each_time(generator):
    left = set()
    for _ in range(40):
        batches = batch_indices(7, 3, True, True, generator)
        left |= set(range(7)).difference(*batches)
    # By chance 40 calls leave out two indices or one alone once in 1e20 runs.
    words = "others each time" if len(left) >= 3 else f"always {sorted(left)}"
    because = (
        "the order is mixed first and cut then, so that any sample may be left out"
    )
    assert_equal(words, "others each time", because)


ASKED = [(23, 5, False), (23, 5, True)]


@pytest.mark.parametrize(("n", "size", "drop_last"), ASKED)
@pytest.mark.parametrize("given", [True, False])
def test_batch_indices_draws_from_the_generator(seed, given, n, size, drop_last):
    seen = []
    for at, s in enumerate((seed, seed, seed + 1)):
        own = torch.Generator().manual_seed(s) if given else None
        start = at if given else s  # of the global one, which has no part in it then

        def run(how={"generator": own} if given else {}):
            return batches_of(n, size, True, drop_last, **how)

        seen.append(seeded(start, run))
    got = ", ".join("same" if run == seen[0] else "other" for run in seen)
    name = "the generator that is given" if given else "torch's global generator"
    because = f"equal seeds of {name} give equal orders, another seed another one"
    assert_equal(got, "same, same, other", because)


@pytest.mark.parametrize("given", [True, False])
def test_batch_indices_goes_on_with_a_used_generator(seed, given):
    generator = torch.Generator().manual_seed(seed) if given else None

    def run():
        return [batches_of(23, 5, True, generator=generator) for _ in range(3)]

    orders = seeded(seed, run)
    different = len(set(map(str, orders)))
    because = "a generator is drawn from, never reseeded: each call has another order"
    assert_equal(count(different, "order"), "3 orders", because)


def collated(samples):
    """Return the two tensors of a batch, once they are a tuple."""
    with without_loaders():
        batch = collate(samples)
    return parts_of(batch)


def parts_of(batch):
    """Return image and label tensors of a batch, once they are a pair."""
    because = "a batch is a tuple (X, y) of the images and the labels"
    if isinstance(batch, list) and batch:
        holds = type(batch[0]).__name__
        assert_equal(f"a list that begins with a {holds}", "a tuple (X, y)", because)
    assert_type(batch, tuple, because)
    assert_equal(f"{len(batch)} parts", "2 parts", because)
    return batch


def draw(generator, shape, dtype, number):
    """Return samples of a shape and dtype, with labels that are not in order."""
    wide = torch.randint(0, 256, (number, *shape), generator=generator)
    images = wide.to(dtype) / 7 if dtype.is_floating_point else wide.to(dtype)
    labels = torch.randint(-3, 40, (number,), generator=generator).tolist()
    return images, labels


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_collate_stacks_the_images(generator, shape, dtype):
    images, labels = draw(generator, shape, dtype, 4)
    X, _ = collated(list(zip(images.unbind(), labels, strict=True)))
    because = "row i of X is the tensor of sample i, in its dtype"
    assert_close(X, images, because, rtol=0, atol=0)


@pytest.mark.parametrize("number", [5, 1, 2])
def test_collate_puts_the_labels_into_a_tensor(generator, number):
    images, labels = draw(generator, (2, 3), torch.float32, number)
    _, y = collated(list(zip(images.unbind(), labels, strict=True)))
    assert_int64(y)
    assert_close(y, torch.tensor(labels), "entry i of y is the label of sample i")


def assert_int64(y):
    assert_type(y, torch.Tensor, "the labels come as a tensor")
    got = str(y.dtype).removeprefix("torch.")
    because = "the labels are int64, as a loss takes them"
    assert_equal(got, "int64", because)


def test_collate_keeps_large_labels_exact():
    labels = [2**53 + 1, 2**40, -7, 2**31]
    samples = [(torch.ones(2, 3), label) for label in labels]
    _, y = collated(samples)
    assert_int64(y)
    because = "labels never pass through floats, or through integers of 32 bits"
    assert_equal(y.tolist(), labels, because)


@pytest.mark.parametrize("number", [1, 3])
def test_collate_keeps_the_batch_axis(generator, number):
    images, labels = draw(generator, (1, 1), torch.float64, number)
    X, y = collated(list(zip(images.unbind(), labels, strict=True)))
    got = f"X {tuple(X.shape)}, y {tuple(y.shape)}"
    because = "the first axis counts the samples, also where there is one"
    assert_equal(got, f"X ({number}, 1, 1), y ({number},)", because)


def test_collate_takes_images_of_any_layout(generator):
    images, labels = draw(generator, (7, 5), torch.float32, 3)
    samples = [
        (image[::2].T, label) for image, label in zip(images, labels, strict=True)
    ]
    X, _ = collated(samples)
    because = "a transposed or strided image is stacked by its indices"
    assert_close(X, images[:, ::2].transpose(1, 2), because)


class Samples:
    """Samples that know their index; it notes which were asked for, and how."""

    def __init__(self, number, shape=(3, 2)):
        self.number, self.shape = number, shape
        self.asked, self.kinds = [], set()

    def __len__(self):
        return self.number

    def __getitem__(self, index):
        self.asked.append(index)
        self.kinds.add(type(index).__name__)
        if not 0 <= index < self.number:
            raise IndexError(index)
        return self.image(int(index)), 100 - int(index)

    def image(self, index):
        return torch.full(self.shape, float(index)) + torch.arange(2)

    def indices(self, batch):
        """Return which samples a batch has, once image and label belong together."""
        X, y = parts_of(batch)
        indices = [100 - label for label in y.tolist()]
        want = torch.stack([self.image(index) for index in indices])
        assert_close(X, want, "row i of X and entry i of y belong to one sample")
        return indices


def epoch(loader, data):
    """Go through a loader once; return the indices of each batch."""
    with without_loaders():
        return [data.indices(batch) for batch in loader]


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), SIZES)
def test_mini_loader_agrees_with_torch(n, size, drop_last):
    data = Samples(n)
    want = list(DataLoader(data, size, drop_last=drop_last))
    how = {"drop_last": True} if drop_last else {}
    with without_loaders():
        got = list(MiniLoader(data, size, **how))
    sizes = [", ".join(str(len(y)) for _, y in batches) for batches in (got, want)]
    because = "without shuffle the batches are those of a DataLoader"
    assert_equal(*(f"batches of {text or 'nothing'}" for text in sizes), because)
    for batch, (X, y) in zip(got, want, strict=True):
        assert_close(parts_of(batch), (X, y), because)


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), SIZES)
def test_mini_loader_tells_its_number_of_batches(n, size, drop_last):
    loader = MiniLoader(Samples(n), size, drop_last=drop_last)
    because = f"len is the number of batches of {n} samples, {size} to each"
    want = len(BatchSampler(range(n), size, drop_last))
    assert_equal(count(len(loader), "batch"), count(want, "batch"), because)


@pytest.mark.parametrize("how", [{}, {"shuffle": True}])
def test_mini_loader_has_batches_of_one_by_default(how):
    data = Samples(5)
    sizes = [len(batch) for batch in epoch(MiniLoader(data, **how), data)]
    assert_equal(sizes, [1] * 5, "by default a batch has one sample")


def test_mini_loader_keeps_the_order_and_the_rest_by_default():
    data = Samples(7)
    got = epoch(MiniLoader(data, 3), data)
    because = "by default nothing is mixed, and what remains is a batch of its own"
    assert_equal(got, [[0, 1, 2], [3, 4, 5], [6]], because)


def test_mini_loader_takes_its_arguments_in_order(generator):
    data = Samples(11)
    got = epoch(MiniLoader(data, 4, True, True, generator), data)
    words = f"{sizes_of(got)}, {'in order' if got == [[0, 1, 2, 3]] else 'mixed'}"
    because = "the arguments are dataset, batch_size, shuffle, drop_last, generator"
    assert_equal(words, "batches of 4, 4, mixed", because)


@pytest.mark.parametrize("how", [{}, {"shuffle": True}, {"drop_last": True}])
def test_mini_loader_can_be_gone_through_again(how):
    data = Samples(23)
    loader = MiniLoader(data, 5, **how)
    sizes = [sizes_of(epoch(loader, data)) for _ in range(3)]
    want = "batches of 5, 5, 5, 5" + ("" if "drop_last" in how else ", 3")
    because = "each time it is gone through it has all of its batches"
    for at, got in enumerate(sizes):
        assert_equal(f"pass {at + 1}: {got}", f"pass {at + 1}: {want}", because)


@pytest.mark.parametrize("given", [True, False])
def test_mini_loader_sees_each_sample_once_in_a_new_order(generator, given):
    data = Samples(23)
    how = {"generator": generator} if given else {}
    loader = MiniLoader(data, 5, shuffle=True, **how)
    orders = [[i for batch in epoch(loader, data) for i in batch] for _ in range(4)]
    for at, order in enumerate(orders, 1):
        got = f"{len(set(order))} of 23 samples in epoch {at}, {len(order)} in all"
        want = f"23 of 23 samples in epoch {at}, 23 in all"
        assert_equal(got, want, "every epoch has each sample once")
    different = len(set(map(tuple, orders)))
    assert_equal(count(different, "order"), "4 orders", "every epoch is a new order")
    # By chance about 2 of 22 pairs stay neighbors; 16 or more once in 1e9 runs.
    near = int((torch.tensor(orders[0]).diff().abs() == 1).sum())
    assert_equal("mixed" if near < 16 else "in rows", "mixed", "shuffle mixes samples")


@pytest.mark.parametrize("how", [{}, {"shuffle": True}])
def test_mini_loader_begins_epochs_that_do_not_disturb_one_another(how):
    data = Samples(7)
    loader = MiniLoader(data, 3, **how)
    with without_loaders():
        pairs = list(zip_longest(iter(loader), iter(loader), fillvalue=None))
    for at, batches in enumerate(zip(*pairs, strict=True)):
        which = ("first", "second")[at]
        seen = [i for batch in batches if batch for i in data.indices(batch)]
        got = f"the {which}: {len(set(seen))} of 7 samples, {len(seen)} in all"
        because = "two iterators at once have an epoch each, with every sample"
        want = f"the {which}: 7 of 7 samples, 7 in all"
        assert_equal(got, want, because)


def test_mini_loader_starts_again_after_a_loop_that_broke_off():
    data = Samples(11)
    loader = MiniLoader(data, 4)
    with without_loaders():
        next(iter(loader))
        got = [data.indices(batch) for batch in loader]
    because = "an epoch that was not gone through to its end leaves nothing behind"
    assert_equal(got, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]], because)


@pytest.mark.parametrize("how", [{}, {"shuffle": True}])
def test_mini_loader_asks_for_samples_with_ints(how):
    data = Samples(11)
    epoch(MiniLoader(data, 4, **how), data)
    got = ", ".join(sorted(data.kinds)) or "nothing"
    assert_equal(got, "int", "the dataset is asked with ints of Python's")


@pytest.mark.parametrize("given", [True, False])
def test_mini_loader_draws_from_the_generator(seed, given):
    seen, data = [], Samples(23)
    for at, s in enumerate((seed, seed, seed + 1)):
        own = {"generator": torch.Generator().manual_seed(s)} if given else {}
        loader = MiniLoader(data, 5, True, **own)
        start = at if given else s

        def run(loader=loader):
            return [epoch(loader, data) for _ in range(2)]

        seen.append(seeded(start, run))
    got = ", ".join("same" if run == seen[0] else "other" for run in seen)
    name = "the generator that is given" if given else "torch's global generator"
    because = f"equal seeds of {name} give equal epochs, another seed others"
    assert_equal(got, "same, same, other", because)


def test_mini_loader_goes_on_with_a_used_generator(seed):
    data, generator = Samples(23), torch.Generator().manual_seed(seed)
    runs = [
        epoch(MiniLoader(data, 5, True, generator=generator), data) for _ in range(2)
    ]
    got = "the same order" if runs[0] == runs[1] else "another order"
    because = "a generator is drawn from, not reseeded: a second loader goes on with it"
    assert_equal(got, "another order", because)


def test_mini_loader_leaves_the_dataset_as_it_is():
    data = Samples(7)
    loaders = [MiniLoader(data, 2), MiniLoader(data, 3, drop_last=True)]
    got = [[len(batch) for batch in epoch(loader, data)] for loader in loaders]
    because = "two loaders of one dataset have a batch size each"
    assert_equal(got, [[2, 2, 2, 1], [3, 3]], because)
    assert_that(data.number == 7, "the dataset stays as it is", f"{data.number}", "7")
