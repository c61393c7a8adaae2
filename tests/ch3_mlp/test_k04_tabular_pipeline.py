"""Grades the way from a table with gaps and words to a score."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dojo.data import houses
from dojo.grading import assert_close, assert_equal, assert_that, assert_type
from katas.ch3_mlp.k04_tabular_pipeline import (
    impute_and_standardize,
    k_fold_score,
    log_rmse,
    one_hot_columns,
)

NAN = math.nan


def pair(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """Return the two tables, once there are two."""
    tables = impute_and_standardize(train, test)
    because = "what comes back is a tuple of two: training table and test table"
    assert_type(tables, tuple, because)
    assert_equal(f"{len(tables)} tables", "2 tables", because)
    return tables


def table(generator: torch.Generator, *shape: int) -> Tensor:
    """Return columns of several scales, with a fifth of the values missing."""
    X = torch.randn(shape, generator=generator, dtype=torch.float64)
    gone = torch.rand(shape, generator=generator) < 0.2
    gone[:2] = False
    scale = 10.0 ** torch.arange(-3, shape[1] - 3).double()
    return (scale * (X + 2)).masked_fill(gone, NAN)


def truth(train: Tensor, other: Tensor) -> Tensor:
    """Return the other table standardized, by NumPy's ways to leave out NaN."""
    mean, std = np.nanmean(train.numpy(), 0), np.nanstd(train.numpy(), 0)
    return torch.from_numpy(np.nan_to_num((other.numpy() - mean) / std))


def test_impute_and_standardize_of_a_worked_example():
    train = torch.tensor([[1.0, 10], [3, NAN], [5, 30], [7, 20]]).double()
    test = torch.tensor([[NAN, 40.0], [9, NAN]]).double()
    got = pair(train, test)
    a, b = 5**0.5, (200 / 3) ** 0.5  # the standard deviations; the means are 4 and 20
    want = [[-3 / a, -10 / b], [-1 / a, 0], [1 / a, 10 / b], [3 / a, 0]]
    because = "column 0 has the mean 4 and the deviation root 5; column 1 has a gap"
    assert_close(got[0], torch.tensor(want, dtype=torch.float64), because)
    want = torch.tensor([[0, 20 / b], [5 / a, 0]], dtype=torch.float64)
    assert_close(got[1], want, "the test table is scaled by the training values")


def test_impute_and_standardize_leaves_mean_zero_and_deviation_one(generator):
    X = torch.randn(29, 3, generator=generator, dtype=torch.float64) * 7 + 3
    got, _ = pair(X, X[:5])
    because = "the columns of a training table without gaps have the mean 0"
    assert_close(got.mean(0), torch.zeros(3).double(), because)
    because = "they have the deviation 1, with n and not n - 1"
    assert_close(got.square().mean(0), torch.ones(3).double(), because)


@pytest.mark.parametrize("which", [0, 1], ids=["train", "test"])
def test_impute_and_standardize_agrees_with_numpy(generator, which):
    tables = table(generator, 31, 7), table(generator, 11, 7)
    because = "statistics are those of the observed training values; a gap becomes 0"
    got, want = pair(*tables)[which], truth(tables[0], tables[which])
    assert_close(got, want, because, rtol=1e-8)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_impute_and_standardize_takes_columns_of_any_scale(generator, scale):
    train, test = (scale * table(generator, n, 3) for n in (23, 7))
    because = "a column that is small everywhere has a spread, too"
    got = torch.cat(pair(train, test))
    assert_close(got, torch.cat([truth(train, t) for t in (train, test)]), because)


def test_impute_and_standardize_lets_no_test_row_leak(generator):
    train, test = table(generator, 19, 3), table(generator, 7, 3)
    first, _ = pair(train, test)
    again, _ = pair(train, 1000 + 50 * test[:4])
    because = "the training features are the same whatever the test rows are"
    assert_close(again, first, because)


def test_impute_and_standardize_treats_each_test_row_by_itself(generator):
    train, test = table(generator, 19, 3), table(generator, 7, 3)
    _, all_rows = pair(train, test)
    _, one_row = pair(train, test[3:4])
    because = "a test row becomes the same, whoever else is in the table"
    assert_close(one_row, all_rows[3:4], because)


def test_impute_and_standardize_only_centers_a_column_without_spread():
    train = torch.tensor([[4.0, 1], [4, 3], [NAN, 5]]).double()
    test = torch.tensor([[6.0, 4], [NAN, 1]]).double()
    got, rest = pair(train, test)
    a = (8 / 3) ** 0.5
    because = "equal values have no spread: they become 0 and are divided by nothing"
    want = torch.tensor([[0, -2 / a], [0, 0], [0, 2 / a]], dtype=torch.float64)
    assert_close(got, want, because)
    because = "6 where all training values are 4 becomes 2"
    want = torch.tensor([[2, 1 / a], [0, -2 / a]], dtype=torch.float64)
    assert_close(rest, want, because)


@pytest.mark.parametrize(("n", "value"), [(7, 0.1), (11, 0.7), (19, 1e-7)])
def test_impute_and_standardize_finds_equal_values_whatever_rounding_says(n, value):
    train = torch.full((n, 2), value, dtype=torch.float64)
    train[:, 1] = torch.arange(n)
    test = torch.tensor([[3 * value, 3.0], [value, 1.0]]).double()
    got = torch.cat([table[:, 0] for table in pair(train, test)])
    want = torch.zeros(n + 2, dtype=torch.float64)
    want[n] = 2 * value
    because = f"{n} times {value:g} has a rounded mean, and still no spread"
    assert_close(got, want, because, rtol=1e-6, atol=1e-6 * value)


def test_impute_and_standardize_keeps_float32(generator):
    train, test = (table(generator, n, 5).float() for n in (31, 7))
    because = "the features have the table's dtype"
    want = truth(train.double(), test.double()).float()
    assert_close(pair(train, test)[1], want, because, rtol=1e-4, atol=1e-5)


def hot(train: list[str], test: list[str]) -> tuple[Tensor, Tensor, list[str]]:
    """Return two tables of floats and the names, once there are three parts."""
    parts: Any = one_hot_columns(train, test)
    because = "what comes back is a tuple of three: two tables and the names"
    assert_type(parts, tuple, because)
    assert_equal(f"{len(parts)} parts", "3 parts", because)
    for part, what in zip(parts, ("training", "test"), strict=False):
        is_floats = isinstance(part, Tensor) and part.is_floating_point()
        kind = f"{part.dtype}" if isinstance(part, Tensor) else type(part).__name__
        because = f"the {what} table is a tensor of floats"
        assert_that(is_floats, because, kind, "a tensor of floats", rung="dtype")
    assert_type(parts[2], list, "the names come as a list")
    return parts[0].float(), parts[1].float(), parts[2]


def assert_sizes(
    tables: tuple[Tensor, Tensor], words: tuple[list[str], list[str]], columns: int
) -> None:
    for rows, column, what in zip(tables, words, ("training", "test"), strict=True):
        because = f"the {what} table has a row for each word, a column for each name"
        got = " by ".join(map(str, rows.shape))
        assert_equal(got, f"{len(column)} by {columns}", because)


def told(rows: Tensor, names: list[str]) -> str:
    """Return in words where each row has what."""
    words = [
        " and ".join(
            names[i] if row[i] == 1 else f"{row[i]:g} of {names[i]}"
            for i in row.nonzero().flatten().tolist()
        )
        for row in rows
    ]
    return ", ".join(word or "nothing" for word in words)


def assert_hot(
    columns: tuple[str, str], names: str, rows: tuple[str, str], because: str
) -> None:
    """Compare names and tables, all of them as words with commas between."""
    train_col, test_col = (column.split(",") for column in columns)
    train, test, got = hot(train_col, test_col)
    count = names.count(",") + 1
    if len(got) <= count:  # more of them are told by their names
        assert_sizes((train, test), (train_col, test_col), count)
    words = "the names are the sorted training categories, then NA"
    assert_equal(", ".join(map(str, got)), names, f"{words}: {because}")
    assert_sizes((train, test), (train_col, test_col), count)
    assert_equal(told(train, got), rows[0], f"in training {because}")
    assert_equal(told(test, got), rows[1], f"in the test {because}")


def test_one_hot_columns_of_a_worked_example():
    train, test, names = hot(["slate", "tile", "NA", "slate"], ["tile", "straw", ""])
    want = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
    assert_close(train, want, "a row has its 1 in the column of its category")
    want = torch.tensor([[0.0, 1, 0], [0, 0, 1], [0, 0, 1]])
    because = "a category that training never saw, and no word, go to NA"
    assert_close(test, want, because)
    because = "the names are the sorted training categories, then NA"
    assert_equal(", ".join(map(str, names)), "slate, tile, NA", because)


def test_one_hot_columns_sorts_the_categories_by_name():
    assert_hot(
        ("pear,fig,apple,pear,fig,Zebra,date", "fig,Zebra"),
        "Zebra, apple, date, fig, pear, NA",
        ("pear, fig, apple, pear, fig, Zebra, date", "fig, Zebra"),
        "the order is that of sorted(), not of the first rows or of the counts",
    )


def test_one_hot_columns_has_the_na_column_without_need():
    because = "the last column is NA, also where nothing is missing"
    assert_hot(("b,a,b", "a,b"), "a, b, NA", ("b, a, b", "a, b"), because)


def test_one_hot_columns_takes_an_empty_word_for_missing():
    because = 'neither "" nor "NA" is a category'
    assert_hot(("x,,NA,w", "x,,"), "w, x, NA", ("x, NA, NA, w", "x, NA, NA"), because)


def test_one_hot_columns_takes_other_words_for_categories():
    assert_hot(
        ("None,nan,na, NA,0,NA", "0,nan"),
        " NA, 0, None, na, nan, NA",
        ("None, nan, na,  NA, 0, NA", "0, nan"),
        'only "NA" and "" mean that a word is missing',
    )


def test_one_hot_columns_learns_no_category_from_the_test_column():
    because = "a word that training never saw has no column and goes to NA"
    assert_hot(("b,a,b", "c,a,c,d"), "a, b, NA", ("b, a, b", "NA, a, NA, NA"), because)


def test_one_hot_columns_of_a_column_of_gaps():
    because = "without a category there is the column NA alone"
    assert_hot((",NA", "a,,NA"), "NA", ("NA, NA", "NA, NA, NA"), because)


@pytest.mark.parametrize("column", ["roof", "zone"])
def test_one_hot_columns_of_a_table_of_houses(seed, column):
    words = houses(50, seed=seed).words[column]
    known = set(words[:30]) - {"", "NA"}
    rows = [", ".join(w if w in known else "NA" for w in words[a : a + 30])
            for a in (0, 30)]  # fmt: skip
    assert_hot(
        (",".join(words[:30]), ",".join(words[30:])),
        ", ".join([*sorted(known), "NA"]),
        (rows[0], rows[1]),
        "each row has a single 1, under the name of its word",
    )


def prices(generator: torch.Generator, n: int) -> tuple[Tensor, Tensor]:
    labels = 10 ** (6 * torch.rand(n, generator=generator, dtype=torch.float64))
    factor = torch.randn(n, generator=generator, dtype=torch.float64).exp()
    return 2 * labels * factor, labels


def shaped(
    both: tuple[Tensor, Tensor], shapes: tuple[tuple[int, ...], ...]
) -> tuple[Tensor, Tensor]:
    return both[0].reshape(shapes[0]), both[1].reshape(shapes[1])


def rmse(preds: Tensor, labels: Tensor) -> float:
    pairs = zip(preds.flatten().tolist(), labels.flatten().tolist(), strict=True)
    squares = [(math.log(max(p, 1.0)) - math.log(y)) ** 2 for p, y in pairs]
    return math.sqrt(sum(squares) / len(squares))


def test_log_rmse_of_a_worked_example():
    e = math.e
    preds, labels = torch.tensor([e, e**4, 1]), torch.tensor([1.0, e, e**2])
    because = "the logarithms are off by 1, 3 and -2: the root of 14/3"
    got = log_rmse(preds, labels)
    assert_close(got, math.sqrt(14 / 3), because, rtol=1e-5)


def test_log_rmse_of_right_answers_is_zero():
    labels = torch.tensor([2.0, 300, 1e6]).double()
    assert_close(log_rmse(labels.clone(), labels), 0.0, "no error, no loss")


def test_log_rmse_does_not_care_for_the_currency(generator):
    preds, labels = prices(generator, 11)
    preds = preds.clamp(min=1)  # below it something else happens
    got = log_rmse(1000 * preds, 1000 * labels)
    because = "a factor in front of both cancels in the difference of logarithms"
    assert_close(got, log_rmse(preds, labels), because)


@pytest.mark.parametrize("shapes", [((13,), (13,)), ((13, 1), (13, 1))])
def test_log_rmse_agrees_with_the_formula(generator, shapes):
    preds, labels = shaped(prices(generator, 13), shapes)
    because = "it is the root of the mean of (log preds - log labels)²"
    assert_close(log_rmse(preds, labels), rmse(preds, labels), because)


@pytest.mark.parametrize("shapes", [((13, 1), (13,)), ((7,), (7, 1))])
def test_log_rmse_compares_each_prediction_with_its_own_label(generator, shapes):
    preds, labels = shaped(prices(generator, shapes[0][0]), shapes)
    because = "(N, 1) with (N,) are N pairs, not N times N"
    assert_close(log_rmse(preds, labels), rmse(preds, labels), because)


@pytest.mark.parametrize("low", [0.0, -50.0, 0.25, 0.75])
def test_log_rmse_takes_small_predictions_for_one(low):
    preds, labels = torch.tensor([low, 8.0]).double(), torch.tensor([5.0, 3.0]).double()
    because = f"a prediction of {low:g} counts as 1"
    assert_close(log_rmse(preds, labels), rmse(preds, labels), because)


@pytest.mark.parametrize(("label", "pred"), [(0.25, 8.0), (0.01, 20.0)])
def test_log_rmse_takes_labels_as_they_are(label, pred):
    preds = torch.tensor([1.0, pred]).double()
    labels = torch.tensor([label, 3.0]).double()
    because = "a label below 1 is not clamped: only predictions are"
    assert_close(log_rmse(preds, labels), rmse(preds, labels), because)


def test_log_rmse_of_predictions_in_the_graph_is_a_float(generator):
    preds, labels = prices(generator, 7)
    got = log_rmse(preds.requires_grad_(), labels)
    because = "a score is a number, also for a net that is being trained"
    kind = "a float" if isinstance(got, float) else f"a {type(got).__name__}"
    assert_equal(kind, "a float", because)
    assert_close(got, rmse(preds.detach(), labels), because)


class Folds:
    """Stands for make_net and train_fn, and notes what it is given."""

    def __init__(self, X: Tensor, y: Tensor, scores: Any = None) -> None:
        self.X, self.y, self.scores = X, y, scores
        self.nets: list[nn.Module] = []
        self.calls: list[tuple[nn.Module, list[int], list[int]]] = []
        self.torn = ""  # the first fault in the rows

    def make(self) -> nn.Module:
        self.nets.append(nn.Linear(1, 1))
        return self.nets[-1]

    def rows(self, X: Tensor, y: Tensor) -> list[int]:
        """Return which samples these are, and note labels that left their rows."""
        if X.shape[1:] != self.X.shape[1:]:
            self.torn = self.torn or f"{tuple(X.shape)} in the place of rows of X"
            return []
        at = [int(row[0].item()) for row in X]
        if not self.torn and y.shape != (len(X), *self.y.shape[1:]):
            self.torn = f"labels of shape {tuple(y.shape)} for {len(X)} rows"
        if not self.torn and not X.equal(self.X[at]):
            self.torn = "rows that are not those of X"
        if not self.torn and not y.equal(self.y[at]):
            self.torn = "labels that belong to other rows"
        return at

    def train(
        self, net: nn.Module, X: Tensor, y: Tensor, X_val: Tensor, y_val: Tensor
    ) -> tuple[float, float]:
        self.calls.append((net, self.rows(X, y), self.rows(X_val, y_val)))
        if self.scores:
            return self.scores[len(self.calls) - 1]
        return float(len(X)), float(len(X_val)) ** 2


def samples(generator: torch.Generator, n: int, column: bool = False) -> Folds:
    X = torch.randn(n, 3, generator=generator, dtype=torch.float64)
    X[:, 0] = torch.arange(n)
    y = torch.randn(n, generator=generator, dtype=torch.float64)
    return Folds(X, y[:, None] if column else y)


def score(folds: Folds, k: int) -> tuple[float, float]:
    """Return the two scores, once there are two floats."""
    result = k_fold_score(folds.make, folds.X, folds.y, k, folds.train)
    because = "what comes back is a tuple of two: training score, validation score"
    assert_type(result, tuple, because)
    assert_equal(f"{len(result)} scores", "2 scores", because)
    for value in result:
        good = isinstance(value, float)
        because = "a score is a float"
        assert_that(good, because, type(value).__name__, "a float", rung="type")
    return result


SIZES = [(10, 3), (11, 5), (7, 7), (12, 4), (23, 2)]


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_k_fold_score_trains_once_for_each_fold(generator, n, k):
    folds = samples(generator, n)
    score(folds, k)
    because = "train_fn is called once for each fold"
    assert_equal(f"{len(folds.calls)} calls", f"{k} calls", because)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_k_fold_score_lets_each_sample_validate_once(generator, n, k):
    folds = samples(generator, n)
    score(folds, k)
    times = Counter(i for _, _, val in folds.calls for i in val)
    for i in range(n):
        because = "every sample is in the validation part of exactly one fold"
        got = f"sample {i}: {times[i]} times"
        assert_equal(got, f"sample {i}: 1 times", because)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_k_fold_score_trains_on_all_other_samples(generator, n, k):
    folds = samples(generator, n)
    score(folds, k)
    for fold, (_, train, val) in enumerate(folds.calls):
        times = Counter(train)
        for i in range(n):
            because = "a fold trains on each sample that does not validate in it, once"
            got = f"sample {i} in fold {fold}: {times[i]} times"
            want = f"sample {i} in fold {fold}: {0 if i in val else 1} times"
            assert_equal(got, want, because)


@pytest.mark.parametrize("column", [False, True])
def test_k_fold_score_keeps_each_label_with_its_row(generator, column):
    folds = samples(generator, 13, column)
    score(folds, 3)
    because = "rows of X and y are divided alike, and keep their shapes"
    got = folds.torn or "each row with its label"
    assert_equal(got, "each row with its label", because)


@pytest.mark.parametrize("k", [2, 5])
def test_k_fold_score_makes_a_new_net_for_each_fold(generator, k):
    folds = samples(generator, 11)
    score(folds, k)
    because = "make_net is called once for each fold, and train_fn too"
    got = f"{len(folds.nets)} nets made for {len(folds.calls)} calls of train_fn"
    assert_equal(got, f"{k} nets made for {k} calls of train_fn", because)
    used = len({id(net) for net, _, _ in folds.calls})
    because = "each fold trains a net of its own: one that has seen a sample knows it"
    assert_equal(f"{used} nets trained", f"{k} nets trained", because)


def test_k_fold_score_averages_over_the_folds(generator):
    folds = samples(generator, 11)
    folds.scores = [(0.5, 3.0), (1.25, 7.5), (2.0, 1.0)]
    because = "the scores are means over the folds: 3.75 / 3 and 11.5 / 3"
    assert_close(score(folds, 3), (3.75 / 3, 11.5 / 3), because)


def test_k_fold_score_counts_each_fold_the_same(generator):
    folds = samples(generator, 5)
    folds.scores = [(1.0, 0.0), (2.0, 0.0), (4.0, 12.0)]
    because = "a short fold counts as much as a long one: 7/3 and 12/3"
    assert_close(score(folds, 3), (7 / 3, 4.0), because)


def test_k_fold_score_keeps_no_score_from_before(generator):
    folds = samples(generator, 7)
    first = score(folds, 2)
    folds.calls.clear()
    because = "a second call begins anew"
    assert_close(score(folds, 2), first, because)
