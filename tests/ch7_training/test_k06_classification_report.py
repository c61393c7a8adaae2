"""Grades the classification report."""

from numbers import Real

import pytest
import torch

from dojo.grading import assert_close, assert_equal, assert_that, assert_type
from katas.ch7_training.k06_classification_report import (
    classification_report,
    confusion_matrix,
    precision_recall_f1,
)

SCORES = ["precision", "recall", "f1-score"]
NAMES = ["cat", "dog", "emu", "fox", "gnu"]
AVERAGES = ["macro avg", "weighted avg"]


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def labels(generator, count=211, classes=5):
    """Return classes that are not equally frequent, and what they are taken for."""
    weights = torch.tensor([9.0, 1, 5, 3, 2])[:classes]
    true = torch.multinomial(weights, count, True, generator=generator)
    pred = torch.multinomial(weights.flip(0), count, True, generator=generator)
    kept = torch.rand(count, generator=generator) < 0.6
    return true, torch.where(kept, true, pred)


def counted(true, pred, C):
    """Return the confusion matrix, sample by sample."""
    cm = torch.zeros(C, C, dtype=torch.int64)
    for t, p in zip(true, pred, strict=True):
        cm[int(t), int(p)] += 1
    return cm


def ratio(top, bottom, otherwise=0.0):
    return top / bottom if bottom else otherwise


def scores_of(cm, otherwise=0.0):
    """Return precision, recall and F1 of each class, one after the other."""
    table = []
    for k in range(len(cm)):
        tp = cm[k, k].item()
        fp, fn = cm[:, k].sum().item() - tp, cm[k].sum().item() - tp
        f1 = ratio(2 * tp, 2 * tp + fp + fn, otherwise)
        table.append([ratio(tp, tp + fp, otherwise), ratio(tp, tp + fn, otherwise), f1])
    return double(table).T


def test_confusion_matrix_of_a_worked_example():
    got = confusion_matrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 1, 1, 0], 3)
    want = torch.tensor([[1, 1, 0], [0, 1, 0], [1, 2, 0]])
    because = "a row for each true class, a column for each predicted one"
    assert_close(got, want, because)


@pytest.mark.parametrize("kind", ["tensors", "lists", "mixed", "one byte", "int32"])
def test_confusion_matrix_counts_every_pair(generator, kind):
    true, pred = labels(generator)
    given = {
        "tensors": (true, pred),
        "lists": (true.tolist(), pred.tolist()),
        "mixed": (true.to(torch.uint8), pred.tolist()),
        "one byte": (true.to(torch.uint8), pred.to(torch.int8)),
        "int32": (true.int(), pred.int()),
    }[kind]
    got = confusion_matrix(*given, 5)
    because = f"entry [i, j] counts the samples of class i taken for j, from {kind}"
    assert_close(got, counted(true, pred, 5), because)
    assert_equal(f"dtype {str(got.dtype)[6:]}", "dtype int64", "counts are int64")


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16])
def test_confusion_matrix_of_many_classes_in_one_byte(generator, dtype):
    true, pred = (
        torch.randint(97, (500,), generator=generator).to(dtype) for _ in range(2)
    )
    because = "with 97 classes no count is lost, however narrow the labels are"
    assert_close(confusion_matrix(true, pred, 97), counted(true, pred, 97), because)


def test_confusion_matrix_counts_beyond_what_a_byte_holds(generator):
    true, pred = labels(generator, 1501)
    because = "of 1501 samples some pairs have more than 255, and all of them count"
    assert_close(confusion_matrix(true, pred, 5), counted(true, pred, 5), because)


def test_confusion_matrix_has_room_for_classes_that_never_occur(generator):
    true, pred = labels(generator, 40, 3)
    got = confusion_matrix(true, pred, 7)
    because = "classes 3 to 6 never occur, and have rows and columns of zeros"
    assert_close(got, counted(true, pred, 7), because)
    got = confusion_matrix([3, 1], [3, 3], 5)
    want = counted([3, 1], [3, 3], 5)
    assert_close(got, want, "two samples fill two entries of a 5 by 5 matrix")


def test_confusion_matrix_of_every_other_label(generator):
    true, pred = (y[::2] for y in labels(generator))
    because = "labels need not lie side by side in memory"
    assert_close(confusion_matrix(true, pred, 5), counted(true, pred, 5), because)


def three(cm, *more, **how):
    """Return the scores in three rows, once they are a tuple of floats."""
    found = precision_recall_f1(cm, *more, **how)
    assert_type(found, tuple, "the scores come as a tuple of three")
    assert_equal(f"{len(found)} scores", "3 scores", "precision, recall and F1")
    for name, score in zip(SCORES, found, strict=True):
        assert_type(score, torch.Tensor, f"{name} is a tensor")
        got = f"{name} of shape {tuple(score.shape)}"
        because = f"{name} has an entry for each class"
        assert_equal(got, f"{name} of shape ({len(cm)},)", because)
        kind = "floats" if score.is_floating_point() else str(score.dtype)[6:]
        assert_equal(f"{name}: {kind}", f"{name}: floats", f"{name} is a float")
    return torch.stack([score.float() for score in found])


def assert_scores(cm, want, because, *more, **how):
    about = f"precision, recall and F1, in rows: {because}"
    assert_close(three(cm, *more, **how), want.float(), about)


def test_precision_recall_f1_of_a_worked_example():
    cm = torch.tensor([[1, 1, 0], [0, 1, 0], [0, 1, 0]])
    want = double([[1, 1 / 3, 0], [0.5, 1, 0], [2 / 3, 0.5, 0]])
    because = "true 0 0 1 2, predicted 0 1 1 1: columns for precision, rows for recall"
    assert_scores(cm, want, because)


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.float64])
def test_precision_recall_f1_divides_by_columns_and_rows(generator, dtype):
    cm = counted(*labels(generator), 5)
    because = "the hits over their column, their row, and the mean of both"
    assert_scores(cm.to(dtype), scores_of(cm), because)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_precision_recall_f1_takes_shares_and_keeps_their_dtype(generator, dtype):
    cm = counted(*labels(generator), 5)
    shares = (cm.double() / cm.sum()).to(dtype)
    found = precision_recall_f1(shares)
    want = tuple(score.to(dtype) for score in scores_of(cm))
    because = "shares of the samples have the scores of their numbers, in their dtype"
    assert_close(found, want, because)


# Of the classes 0 is never predicted, 1 never true, 2 neither, 3 never right, 4 is.
NOTHING = [0, 0, 0, 0, 0]
ODD = [[0, 2, 0, 1, 3], NOTHING, NOTHING, [0, 1, 0, 0, 2], [0, 1, 0, 4, 6]]
WHO = "0 is never predicted, 1 never true, 2 neither, 3 never right"


@pytest.mark.parametrize("how", [{}, {"zero_division": 0.0}])
def test_precision_recall_f1_is_0_where_nothing_can_be_said(how):
    cm = torch.tensor(ODD)
    because = f"0 / 0 counts as 0 by default; {WHO}"
    assert_scores(cm, scores_of(cm), because, **how)


@pytest.mark.parametrize("value", [1.0, 0.25, float("nan")])
@pytest.mark.parametrize("dtype", [torch.int64, torch.float64])
def test_precision_recall_f1_puts_zero_division_for_0_over_0_alone(value, dtype):
    cm = torch.tensor(ODD, dtype=dtype)
    because = f"{value} stands for 0 / 0 and for nothing else; {WHO}"
    assert_scores(cm, scores_of(cm, value), because, zero_division=value)
    assert_scores(cm, scores_of(cm, value), because, value)


def test_precision_recall_f1_swaps_with_the_axes(generator):
    cm = counted(*labels(generator), 5)
    precision, recall, f1 = three(cm)
    of_columns = three(cm.T)
    because = "with rows and columns exchanged precision becomes recall, and F1 stays"
    want = torch.stack([recall, precision, f1])
    assert_close(of_columns, want, because)


def reported(true, pred, names=NAMES):
    """Return the report, once it is a dict with its keys."""
    report = classification_report(true, pred, names)
    assert_type(report, dict, "the report is a dict")
    for name in [*names, *AVERAGES]:
        there = name if name in report else f"no {name}"
        assert_equal(there, name, f"the report has the key {name!r}")
        entry = report[name]
        assert_type(entry, dict, f"the entry of {name} is a dict")
        missing = ", ".join(k for k in [*SCORES, "support"] if k not in entry)
        because = f"the entry of {name} has precision, recall, f1-score, support"
        assert_equal(f"missing: {missing or 'none'}", "missing: none", because)
        for key in SCORES:
            assert_float(entry[key], f"{key} of {name}")
        kind = type(entry["support"]).__name__
        kind = "number" if isinstance(entry["support"], Real) else kind
        because = f"the support of {name} is a Python number"
        assert_equal(f"support: {kind}", "support: number", because)
    there = "accuracy" if "accuracy" in report else "no accuracy"
    assert_equal(there, "accuracy", "the report has the key 'accuracy'")
    assert_float(report["accuracy"], "accuracy")
    return report


def assert_float(value, name):
    kind = "float" if isinstance(value, float) else type(value).__name__
    assert_equal(f"{name}: {kind}", f"{name}: float", f"{name} is a Python float")


def due(true, pred, C):
    """Return the scores of the classes and of both averages, (3, C + 2)."""
    cm = counted(true, pred, C)
    scores, support = scores_of(cm), cm.sum(1).double()
    weighted = (scores * support).sum(1) / support.sum()
    return torch.column_stack([scores, scores.mean(1), weighted])


def assert_report(report, true, pred, names, because):
    want = due(true, pred, len(names))
    for k, name in enumerate([*names, *AVERAGES]):
        got = double([report[name][key] for key in SCORES])
        about = f"precision, recall and F1 of {name}: {because}"
        assert_close(got, want[:, k], about, rtol=1e-6)


def test_classification_report_of_a_worked_example():
    names = ["a", "b", "c"]
    report = reported([0, 0, 1, 2], [0, 1, 1, 1], names)
    got = double([[report[n][k] for k in SCORES] for n in names])
    want = double([[1, 0.5, 2 / 3], [1 / 3, 1, 0.5], [0, 0, 0]])
    assert_close(got, want, "precision, recall and F1 of the classes", rtol=1e-6)
    got = double([[report[n][k] for k in SCORES] for n in AVERAGES])
    want = double([[4 / 9, 0.5, 7 / 18], [7 / 12, 0.5, 11 / 24]])
    because = "the macro average counts classes alike, the weighted one samples"
    assert_close(got, want, because, rtol=1e-6)
    assert_close(report["accuracy"], 0.5, "2 of 4 samples are right", rtol=1e-6)


@pytest.mark.parametrize("kind", ["tensors", "lists", "one byte"])
def test_classification_report_has_the_scores_of_all_samples(generator, kind):
    true, pred = labels(generator)
    given = {
        "tensors": (true, pred),
        "lists": (true.tolist(), pred.tolist()),
        "one byte": (true.to(torch.uint8), pred.to(torch.uint8)),
    }[kind]
    report = reported(*given)
    assert_report(report, true, pred, NAMES, f"of 211 samples, given as {kind}")


def test_classification_report_counts_the_support(generator):
    true, pred = labels(generator)
    report = reported(true, pred)
    got = double([float(report[name]["support"]) for name in [*NAMES, *AVERAGES]])
    want = [*counted(true, pred, 5).sum(1).tolist(), 211, 211]
    because = "the support is the number of true samples; that of the averages is N"
    assert_close(got, double(want), because)


def test_classification_report_has_the_share_of_hits_for_accuracy(generator):
    sets = [labels(generator, count) for count in (211, 97, 30)]
    want = double([(true == pred).double().mean().item() for true, pred in sets])
    got = double([reported(true, pred)["accuracy"] for true, pred in sets])
    because = "the accuracy is the share of all samples that are right, of three sets"
    assert_close(got, want, because, rtol=1e-6)


def test_classification_report_counts_absent_classes_in_the_macro_average(generator):
    true, pred = labels(generator, 97, 3)
    pred[:4] = 3
    names = [*NAMES, "hen", "ibis"]
    report = reported(true, pred, names)
    because = "classes without samples have scores of 0, and count in the macro average"
    assert_report(report, true, pred, names, because)


def test_classification_report_names_classes_in_their_order():
    names = ["zebra", "ape", "mole"]
    true, pred = [0, 0, 0, 1, 1, 2, 0], [0, 2, 0, 1, 0, 2, 0]
    report = reported(true, pred, names)
    assert_report(report, true, pred, names, "name k belongs to class k")


def test_classification_report_has_no_key_beside_those_of_the_layout(generator):
    report = reported(*labels(generator))
    others = [key for key in report if key not in [*NAMES, "accuracy", *AVERAGES]]
    got = f"others: {', '.join(map(str, others)) or 'none'}"
    because = "a key for each class, accuracy, macro avg and weighted avg"
    assert_that(not others, because, got, "others: none")
