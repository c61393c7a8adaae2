"""Wrong answers to classification-report that are rejected and can be named."""

import torch

from dojo.grading import mistake
from solutions.ch7_training import k06_classification_report as right


@mistake(
    "confusion_matrix",
    "Rows and columns are exchanged: a row for each true class, a column for each "
    "predicted one.",
)
def exchanges_rows_and_columns(y_true, y_pred, num_classes):
    return right.confusion_matrix(y_pred, y_true, num_classes)


@mistake(
    "confusion_matrix",
    "An entry becomes 1 however many samples it has: add up, also where a pair of "
    "classes comes more than once.",
)
def counts_a_pair_once(y_true, y_pred, num_classes):
    return (right.confusion_matrix(y_true, y_pred, num_classes) > 0).long()


@mistake(
    "confusion_matrix",
    "Only the hits are counted: every sample counts, in the row of its class.",
)
def counts_hits_only(y_true, y_pred, num_classes):
    return right.confusion_matrix(y_true, y_pred, num_classes).diagonal().diag()


@mistake(
    "confusion_matrix",
    "Only the errors are counted: hits belong on the diagonal.",
)
def counts_errors_only(y_true, y_pred, num_classes):
    cm = right.confusion_matrix(y_true, y_pred, num_classes)
    return cm - cm.diagonal().diag()


@mistake(
    "confusion_matrix",
    "The rows are divided by their sums: the entries are counts.",
)
def divides_the_rows(y_true, y_pred, num_classes):
    cm = right.confusion_matrix(y_true, y_pred, num_classes)
    return cm / cm.sum(1, keepdim=True).clamp(min=1)


@mistake("confusion_matrix", "The counts are {kind}; they are int64.", kind=["float32"])
def counts_in_floats(y_true, y_pred, num_classes, *, kind):
    return right.confusion_matrix(y_true, y_pred, num_classes).to(getattr(torch, kind))


@mistake("confusion_matrix", "The counts are int32; they are int64.")
def counts_in_int32(y_true, y_pred, num_classes):
    return right.confusion_matrix(y_true, y_pred, num_classes).int()


@mistake(
    "confusion_matrix",
    "Counts above 255 begin again at 0, as in one byte: count in int64.",
)
def counts_in_a_byte(y_true, y_pred, num_classes):
    return right.confusion_matrix(y_true, y_pred, num_classes) % 256


@mistake(
    "confusion_matrix",
    "The matrix has room for the classes that occur, not for num_classes.",
)
def has_room_for_what_occurs(y_true, y_pred, num_classes):
    both = torch.cat([torch.as_tensor(y).long() for y in (y_true, y_pred)])
    return right.confusion_matrix(y_true, y_pred, int(both.max()) + 1)


@mistake(
    "confusion_matrix",
    "The last sample is left out.",
)
def leaves_out_the_last_sample(y_true, y_pred, num_classes):
    return right.confusion_matrix(y_true[:-1], y_pred[:-1], num_classes)


@mistake(
    "confusion_matrix",
    "The index of a pair is worked out in the labels' own dtype, where it overflows: "
    "make int64 of them first.",
)
def overflows_in_narrow_labels(y_true, y_pred, num_classes):
    true, pred = (torch.as_tensor(y) for y in (y_true, y_pred))
    pairs = true * num_classes + pred
    counts = torch.bincount(pairs, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def _scores(hits, predicted, true, zero_division, f1=None):
    f1 = f1 or (lambda p, r: right._ratio(2 * hits, predicted + true, zero_division))
    p = right._ratio(hits, predicted, zero_division)
    r = right._ratio(hits, true, zero_division)
    return p, r, f1(p, r)


def _of_both(hits, predicted, true, zero_division):
    """Return the scores with F1 as 2pr / (p + r), where 0 / 0 is replaced at the end."""
    p, r = hits / predicted, hits / true
    scores = p, r, 2 * p * r / (p + r)
    return tuple(s.nan_to_num(zero_division) for s in scores)


@mistake(
    "precision_recall_f1",
    "Precision and recall have changed places: precision divides by the column, what was "
    "predicted, recall by the row.",
    f1=["of counts", "of both", "of both, from hits in float32"],
)
def swaps_precision_and_recall(cm, zero_division=0.0, *, f1):
    scores = _scores if f1 == "of counts" else _of_both
    hits = cm.diagonal().float() if "float32" in f1 else cm.diagonal()
    return scores(hits, cm.sum(1), cm.sum(0), zero_division)


@mistake(
    "precision_recall_f1",
    "Both divide by the row sums: precision divides by the column sums.",
    f1=["of counts", "of both"],
)
def divides_both_by_rows(cm, zero_division=0.0, *, f1):
    scores = _scores if f1 == "of counts" else _of_both
    return scores(cm.diagonal(), cm.sum(1), cm.sum(1), zero_division)


@mistake(
    "precision_recall_f1",
    "Both divide by the column sums: recall divides by the row sums.",
    f1=["of counts", "of both"],
)
def divides_both_by_columns(cm, zero_division=0.0, *, f1):
    scores = _scores if f1 == "of counts" else _of_both
    return scores(cm.diagonal(), cm.sum(0), cm.sum(0), zero_division)


@mistake(
    "precision_recall_f1",
    "F1 is the plain mean of precision and recall: it is 2tp / (2tp + fp + fn), their "
    "harmonic mean.",
)
def takes_the_plain_mean(cm, zero_division=0.0):
    args = cm.diagonal(), cm.sum(0), cm.sum(1), zero_division
    return _scores(*args, lambda p, r: (p + r) / 2)


@mistake(
    "precision_recall_f1",
    "F1 is made of the scores in which zero_division stands already, and where that is "
    "NaN so is F1: it is 2tp / (2tp + fp + fn), which is 0 / 0 in fewer places.",
)
def makes_f1_of_replaced_scores(cm, zero_division=0.0):
    def f1(p, r):
        return torch.where(p + r == 0, 0.0, 2 * p * r / (p + r))

    return _scores(cm.diagonal(), cm.sum(0), cm.sum(1), zero_division, f1)


@mistake(
    "precision_recall_f1",
    "F1 lacks its factor 2: 2tp / (2tp + fp + fn).",
)
def forgets_the_two(cm, zero_division=0.0):
    hits, predicted, true = cm.diagonal(), cm.sum(0), cm.sum(1)
    f1 = right._ratio(hits, predicted + true, zero_division)
    return _scores(hits, predicted, true, zero_division, lambda p, r: f1)


@mistake(
    "precision_recall_f1",
    "F1 is tp / (tp + fp + fn), which counts the hits once: they count twice, above and "
    "below.",
)
def counts_the_hits_once(cm, zero_division=0.0):
    hits, predicted, true = cm.diagonal(), cm.sum(0), cm.sum(1)
    f1 = right._ratio(hits, predicted + true - hits, zero_division)
    return _scores(hits, predicted, true, zero_division, lambda p, r: f1)


@mistake(
    "precision_recall_f1",
    "The sum of a column is taken for the false alarms and that of a row for the misses, "
    "so the hits are counted twice below the line: take the diagonal off first.",
)
def takes_the_sums_for_the_errors(cm, zero_division=0.0):
    hits, alarms, misses = cm.diagonal(), cm.sum(0), cm.sum(1)
    f1 = right._ratio(2 * hits, 2 * hits + alarms + misses, zero_division)
    given = hits, hits + alarms, hits + misses, zero_division
    return _scores(*given, lambda p, r: f1)


@mistake(
    "precision_recall_f1",
    "F1 is the geometric mean of precision and recall: it is 2tp / (2tp + fp + fn).",
)
def takes_the_geometric_mean(cm, zero_division=0.0):
    args = cm.diagonal(), cm.sum(0), cm.sum(1), zero_division
    return _scores(*args, lambda p, r: (p * r).sqrt())


@mistake(
    "precision_recall_f1",
    "F1 is zero_division wherever precision and recall are both 0: a class that occurs "
    "and is never right has an F1 of 0.",
)
def divides_by_precision_plus_recall(cm, zero_division=0.0):
    args = cm.diagonal(), cm.sum(0), cm.sum(1), zero_division
    return _scores(*args, lambda p, r: right._ratio(2 * p * r, p + r, zero_division))


@mistake(
    "precision_recall_f1",
    "F1 is made from a precision or recall in whose place zero_division stands: it is "
    "2tp / (2tp + fp + fn), which is 0 there.",
)
def makes_f1_from_what_is_undefined(cm, zero_division=0.0):
    def f1(p, r):
        undefined = (cm.sum(0) == 0) | (cm.sum(1) == 0)
        true = right.precision_recall_f1(cm, zero_division)[2]
        mean = torch.full_like(true, zero_division)
        return torch.where(undefined, mean, true)

    return _scores(cm.diagonal(), cm.sum(0), cm.sum(1), zero_division, f1)


@mistake(
    "precision_recall_f1",
    "F1 is the smaller one of precision and recall: it is 2tp / (2tp + fp + fn).",
)
def takes_the_smaller(cm, zero_division=0.0):
    args = cm.diagonal(), cm.sum(0), cm.sum(1), zero_division
    return _scores(*args, torch.minimum)


@mistake(
    "precision_recall_f1",
    "F1 is the product of precision and recall: it is 2tp / (2tp + fp + fn).",
)
def multiplies_precision_and_recall(cm, zero_division=0.0):
    args = cm.diagonal(), cm.sum(0), cm.sum(1), zero_division
    return _scores(*args, lambda p, r: p * r)


@mistake(
    "precision_recall_f1",
    "Precision divides by all samples: by those that were called by the name of the "
    "class, the column.",
)
def divides_precision_by_all_samples(cm, zero_division=0.0):
    _, r, f1 = right.precision_recall_f1(cm, zero_division)
    return cm.diagonal() / cm.sum(), r, f1


@mistake(
    "precision_recall_f1",
    "What stands for the recall is the specificity, the share of the other classes' "
    "samples that were not called by the name: it is tp / (tp + fn).",
)
def gives_the_specificity(cm, zero_division=0.0):
    p, _, f1 = right.precision_recall_f1(cm, zero_division)
    others = cm.sum() - cm.sum(1)
    return p, (others - cm.sum(0) + cm.diagonal()) / others, f1


@mistake(
    "precision_recall_f1",
    "There are two scores: F1 is missing.",
)
def leaves_f1_out(cm, zero_division=0.0):
    return right.precision_recall_f1(cm, zero_division)[:2]


@mistake(
    "precision_recall_f1",
    "zero_division has no effect: it stands where a fraction is 0 / 0.",
)
def ignores_zero_division(cm, zero_division=0.0):
    return right.precision_recall_f1(cm)


@mistake(
    "precision_recall_f1",
    "zero_division stands wherever a class has no hits: only where a fraction is 0 / 0.",
)
def replaces_all_zeros(cm, zero_division=0.0):
    found = right.precision_recall_f1(cm, zero_division)
    return tuple(torch.where(score == 0, zero_division, score) for score in found)


@mistake(
    "precision_recall_f1",
    "What is 0 / 0 is NaN: zero_division belongs there.",
    f1=["of counts", "of both"],
)
def leaves_nan(cm, zero_division=0.0, *, f1):
    scores = _scores if f1 == "of counts" else _of_both
    return scores(cm.diagonal(), cm.sum(0), cm.sum(1), float("nan"))


@mistake(
    "precision_recall_f1",
    "A small number, {eps}, is added below the line, so that no fraction is exact and "
    "zero_division has no effect.",
    eps=[1e-3, 1e-4, 1e-5],
)
def adds_an_epsilon(cm, zero_division=0.0, *, eps):
    hits, predicted, true = cm.diagonal(), cm.sum(0), cm.sum(1)
    f1 = 2 * hits / (predicted + true + eps)
    return hits / (predicted + eps), hits / (true + eps), f1


@mistake(
    "precision_recall_f1",
    "What is below 1 counts as 1 below the line: shares are below 1, and only 0 / 0 is "
    "special.",
)
def raises_what_divides_to_one(cm, zero_division=0.0):
    hits, predicted, true = cm.diagonal(), cm.sum(0), cm.sum(1)
    pairs = [(hits, predicted), (hits, true), (2 * hits, predicted + true)]
    return tuple(
        torch.where(bottom == 0, zero_division, top / bottom.clamp(min=1))
        for top, bottom in pairs
    )


@mistake(
    "precision_recall_f1",
    "The scores are {kind} whatever comes: a matrix of floats keeps its dtype.",
    kind=["float32", "float64"],
)
def gives_one_dtype(cm, zero_division=0.0, *, kind):
    return right.precision_recall_f1(cm.to(getattr(torch, kind)), zero_division)


@mistake(
    "precision_recall_f1",
    "zero_division is 1 by default: it is 0.",
)
def has_one_for_a_default(cm, zero_division=1.0):
    return right.precision_recall_f1(cm, zero_division)


@mistake(
    "precision_recall_f1",
    "The scores are averaged over the classes: each class has its own.",
)
def averages_over_the_classes(cm, zero_division=0.0):
    return tuple(s.mean() for s in right.precision_recall_f1(cm, zero_division))


@mistake(
    "precision_recall_f1",
    "The scores come as one tensor: return a tuple of three.",
)
def stacks_the_scores(cm, zero_division=0.0):
    return torch.stack(right.precision_recall_f1(cm, zero_division))


@mistake("precision_recall_f1", "The scores come in another order, recall first.")
def gives_recall_first(cm, zero_division=0.0):
    p, r, f1 = right.precision_recall_f1(cm, zero_division)
    return r, f1, p


@mistake(
    "precision_recall_f1",
    "The fractions are rounded down to whole numbers, as // does: divide with /.",
)
def rounds_down(cm, zero_division=0.0):
    found = right.precision_recall_f1(cm, zero_division)
    return tuple(score.floor() for score in found)


def _report(y_true, y_pred, target_names, **slip):
    """Report with a slip."""
    cm = slip.get("cm", right.confusion_matrix)(y_true, y_pred, len(target_names))
    cm = cm.double()
    support = cm.sum(slip.get("axis", 1))
    scores = torch.stack(right.precision_recall_f1(cm, slip.get("zero", 0.0)))
    N = support.sum()
    entry = slip.get("entry", right._entry)
    report = {n: entry(scores[:, k], support[k]) for k, n in enumerate(target_names)}
    accuracy = slip.get("accuracy", lambda cm, scores: (cm.trace() / N).item())
    report["accuracy"] = accuracy(cm, scores)
    macro = slip.get("macro", lambda scores, support: scores.mean(1))
    weighted = slip.get("weighted", lambda scores, support: scores @ support / N)
    of = slip.get("of", N)
    report["macro avg"] = entry(macro(scores, support), of)
    report["weighted avg"] = entry(weighted(scores, support), of)
    return report


@mistake(
    "classification_report",
    "Predictions are taken for the truth: the true classes are the first argument.",
)
def swaps_truth_and_prediction(y_true, y_pred, target_names):
    return _report(y_pred, y_true, target_names)


@mistake(
    "classification_report",
    "The macro average leaves out the classes that never occur: all C classes count.",
)
def leaves_absent_classes_out(y_true, y_pred, target_names):
    def macro(scores, support):
        return scores[:, support > 0].mean(1)

    return _report(y_true, y_pred, target_names, macro=macro)


@mistake(
    "classification_report",
    "The macro average is weighted by the support: it counts each class alike.",
)
def weighs_the_macro_average(y_true, y_pred, target_names):
    def macro(scores, support):
        return scores @ support / support.sum()

    return _report(y_true, y_pred, target_names, macro=macro)


@mistake(
    "classification_report",
    "The weighted average counts each class alike: weigh the scores by the support.",
)
def forgets_the_weights(y_true, y_pred, target_names):
    def weighted(scores, support):
        return scores.mean(1)

    return _report(y_true, y_pred, target_names, weighted=weighted)


@mistake(
    "classification_report",
    "The two averages have changed places: macro counts classes alike, weighted samples.",
)
def swaps_the_averages(y_true, y_pred, target_names):
    report = _report(y_true, y_pred, target_names)
    report["macro avg"], report["weighted avg"] = (
        report["weighted avg"],
        report["macro avg"],
    )
    return report


@mistake(
    "classification_report",
    "The weighted average is divided by the number of classes: by that of the samples.",
)
def divides_the_weighted_sum_by_the_classes(y_true, y_pred, target_names):
    def weighted(scores, support):
        return scores @ support / len(support)

    return _report(y_true, y_pred, target_names, weighted=weighted)


@mistake(
    "classification_report",
    "F1 of the macro average is made from the averages of precision and recall: it is "
    "the mean of the classes' F1 scores.",
)
def makes_f1_of_the_averages(y_true, y_pred, target_names):
    return _report(y_true, y_pred, target_names, macro=_f1_of_the_macro_average)


def _f1_of_the_macro_average(scores, support):
    p, r, _ = scores.mean(1)
    return torch.stack([p, r, 2 * p * r / (p + r)])


@mistake(
    "classification_report",
    "F1 of both averages is made from their precision and recall: it is the mean of the "
    "classes' F1 scores, plain or weighted by the support.",
)
def makes_f1_of_both_averages(y_true, y_pred, target_names):
    def weighted(scores, support):
        p, r, _ = scores @ support / support.sum()
        return torch.stack([p, r, 2 * p * r / (p + r)])

    slip = {"macro": _f1_of_the_macro_average, "weighted": weighted}
    return _report(y_true, y_pred, target_names, **slip)


@mistake(
    "classification_report",
    "The support counts how often a class was predicted: count how often it is true.",
)
def counts_predictions_for_support(y_true, y_pred, target_names):
    cm = right.confusion_matrix(y_true, y_pred, len(target_names))
    report = _report(y_true, y_pred, target_names)
    for name, count in zip(target_names, cm.sum(0).tolist(), strict=True):
        report[name]["support"] = count
    return report


@mistake(
    "classification_report",
    "The support counts the hits of a class: count all samples that are of it.",
)
def counts_hits_for_support(y_true, y_pred, target_names):
    cm = right.confusion_matrix(y_true, y_pred, len(target_names))
    report = _report(y_true, y_pred, target_names)
    for name, count in zip(target_names, cm.diagonal().tolist(), strict=True):
        report[name]["support"] = count
    return report


@mistake(
    "classification_report",
    "The support of the averages is the number of classes: it is that of all samples.",
)
def gives_the_averages_the_number_of_classes(y_true, y_pred, target_names):
    return _report(y_true, y_pred, target_names, of=torch.tensor(len(target_names)))


@mistake(
    "classification_report",
    "The accuracy is the mean of the recalls, in which classes count alike: it is the "
    "share of all samples that are right.",
)
def averages_the_recalls(y_true, y_pred, target_names):
    def accuracy(cm, scores):
        return scores[1].mean().item()

    return _report(y_true, y_pred, target_names, accuracy=accuracy)


@mistake(
    "classification_report",
    "The accuracy is the number of hits: divide it by that of the samples.",
)
def counts_the_hits_for_accuracy(y_true, y_pred, target_names):
    def accuracy(cm, scores):
        return cm.trace().item()

    return _report(y_true, y_pred, target_names, accuracy=accuracy)


@mistake("classification_report", "The accuracy is in percent: it is a share.")
def gives_percent(y_true, y_pred, target_names):
    def accuracy(cm, scores):
        return (100 * cm.trace() / cm.sum()).item()

    return _report(y_true, y_pred, target_names, accuracy=accuracy)


@mistake(
    "classification_report",
    "The accuracy is a tensor: take its number, .item().",
)
def leaves_the_accuracy_a_tensor(y_true, y_pred, target_names):
    def accuracy(cm, scores):
        return cm.trace() / cm.sum()

    return _report(y_true, y_pred, target_names, accuracy=accuracy)


@mistake(
    "classification_report",
    "The scores are tensors: take their numbers, .item().",
)
def leaves_the_scores_tensors(y_true, y_pred, target_names):
    def entry(scores, support):
        found = right._entry(scores, support)
        return found | dict(
            zip(("precision", "recall", "f1-score"), scores, strict=True)
        )

    return _report(y_true, y_pred, target_names, entry=entry)


@mistake(
    "classification_report",
    "The accuracy is the share of errors: count what is right.",
)
def counts_the_errors(y_true, y_pred, target_names):
    def accuracy(cm, scores):
        return (1 - cm.trace() / cm.sum()).item()

    return _report(y_true, y_pred, target_names, accuracy=accuracy)


@mistake(
    "classification_report",
    "The macro average is that over all samples, the accuracy, for all three scores: it "
    "is the mean of the classes' scores.",
)
def takes_the_micro_average(y_true, y_pred, target_names):
    def macro(scores, support):
        share = scores[1] @ support / support.sum()
        return torch.stack([share, share, share])

    return _report(y_true, y_pred, target_names, macro=macro)


@mistake(
    "classification_report",
    "The weighted average is weighted by how often a class was predicted: by how often "
    "it is true.",
)
def weighs_by_predictions(y_true, y_pred, target_names):
    cm = right.confusion_matrix(y_true, y_pred, len(target_names)).double()

    def weighted(scores, support):
        return scores @ cm.sum(0) / cm.sum()

    return _report(y_true, y_pred, target_names, weighted=weighted)


@mistake(
    "classification_report",
    "F1 of a class is the plain mean of its precision and recall: it is 2tp / (2tp + fp "
    "+ fn).",
)
def takes_the_plain_mean_for_f1(y_true, y_pred, target_names):
    def entry(scores, support):
        p, r, _ = scores
        return right._entry(torch.stack([p, r, (p + r) / 2]), support)

    return _report(y_true, y_pred, target_names, entry=entry)


@mistake(
    "classification_report",
    "A class without samples has no entry: all names have one.",
)
def drops_absent_classes(y_true, y_pred, target_names):
    report = _report(y_true, y_pred, target_names)
    return {
        name: entry
        for name, entry in report.items()
        if name == "accuracy" or entry["support"]
    }


@mistake(
    "classification_report",
    "The support of the macro average is the number of classes: it is that of all "
    "samples.",
)
def gives_the_macro_average_the_number_of_classes(y_true, y_pred, target_names):
    report = _report(y_true, y_pred, target_names)
    report["macro avg"]["support"] = len(target_names)
    return report


@mistake(
    "classification_report",
    "The key of the F1 score is f1: it is f1-score.",
)
def calls_it_f1(y_true, y_pred, target_names):
    def entry(scores, support):
        found = right._entry(scores, support)
        found["f1"] = found.pop("f1-score")
        return found

    return _report(y_true, y_pred, target_names, entry=entry)


@mistake(
    "classification_report",
    "The classes stand under their numbers: they stand under their names.",
)
def numbers_the_classes(y_true, y_pred, target_names):
    report = _report(y_true, y_pred, target_names)
    return {
        target_names.index(k) if k in target_names else k: v for k, v in report.items()
    }


@mistake(
    "classification_report",
    "The names are sorted first, so a class has another's scores: name k is of class k.",
)
def sorts_the_names(y_true, y_pred, target_names):
    return _report(y_true, y_pred, sorted(target_names))


@mistake(
    "classification_report",
    "An average is missing, or has another key: macro avg and weighted avg.",
)
def leaves_out_the_averages(y_true, y_pred, target_names):
    report = _report(y_true, y_pred, target_names)
    return {k: v for k, v in report.items() if not k.endswith("avg")}


@mistake(
    "classification_report",
    "What is 0 / 0 counts as 1: it counts as 0.",
)
def counts_undefined_as_one(y_true, y_pred, target_names):
    return _report(y_true, y_pred, target_names, zero=1.0)


@mistake(
    "classification_report",
    "The scores are rounded to {digits} places: leave them as they are.",
    digits=[2, 3, 4],
)
def rounds_the_scores(y_true, y_pred, target_names, *, digits):
    def entry(scores, support):
        return right._entry((scores * 10**digits).round() / 10**digits, support)

    return _report(y_true, y_pred, target_names, entry=entry)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "precision_recall_f1": {
        "- hits, predicted, true = cm.diagonal(), cm.sum(0), cm.sum(1)\n"
        "+ hits, predicted, true = (cm.diagonal(), cm.sum(0), cm.sum(-1))": "the second of two axes is the last",
        "- return torch.where(bottom == 0, zero_division, top / bottom)\n"
        "+ return torch.where(bottom <= 0, zero_division, top / bottom)": "counts are not negative",
    },
    "classification_report": {
        "- cm = confusion_matrix(y_true, y_pred, len(target_names)).double()\n"
        "+ cm = confusion_matrix(y_true, y_pred, len(target_names)).float()": "the scores are promised to no more than six digits",
        "- scores, support = torch.stack(precision_recall_f1(cm)), cm.sum(1)  # (3, C), (C,)\n"
        "+ scores, support = (torch.vstack(precision_recall_f1(cm)), cm.sum(1))": "vstack makes rows of vectors, as stack does",
        "- scores, support = torch.stack(precision_recall_f1(cm)), cm.sum(1)  # (3, C), (C,)\n"
        "+ scores, support = (torch.stack(precision_recall_f1(cm)), cm.sum(-1))": "the second of two axes is the last",
        "- N = support.sum()\n+ N = support.sum(axis=0)": "a vector has one axis",
        "- N = support.sum()\n"
        "+ N = support.sum(axis=0, keepdims=True)": "a vector has one axis, and int() and item() take one number in it",
        "- N = support.sum()\n+ N = support.sum(axis=-1)": "a vector has one axis",
        "- N = support.sum()\n"
        "+ N = support.sum(axis=-1, keepdims=True)": "a vector has one axis, and int() and item() take one number in it",
        '- report["macro avg"] = _entry(scores.mean(1), N)\n'
        "+ report['macro avg'] = _entry(scores.mean(-1), N)": "the second of two axes is the last",
        '- report["weighted avg"] = _entry(scores @ support / N, N)\n'
        "+ report['weighted avg'] = _entry(scores @ (support / N), N)": "the same number",
    },
}
