"""Wrong answers to softmax and cross-entropy, rejected and named."""

import math

import torch
import torch.nn.functional as F

from dojo.grading import mistake


def _one_hot(y, num_classes):
    return torch.eye(num_classes)[y]


@mistake("one_hot", "The rows hold integers: give them torch's default float dtype.")
def returns_integers(y, num_classes):
    return _one_hot(y, num_classes).long()


@mistake("one_hot", "The rows are always float32: leave the dtype to torch's default.")
def always_float32(y, num_classes):
    return _one_hot(y, num_classes).float()


@mistake(
    "one_hot",
    "There are as many columns as the largest label asks for: num_classes says how many.",
)
def counts_the_classes_itself(y, num_classes):
    return _one_hot(y, int(y.max()) + 1)


@mistake(
    "one_hot",
    "Labels are counted from 1, so each 1 stands one column too far left: class 0 is column 0.",
)
def counts_labels_from_1(y, num_classes):
    return _one_hot((y - 1) % num_classes, num_classes)


@mistake(
    "one_hot", "Rows and columns are swapped: a label has a row, (N, num_classes)."
)
def puts_labels_in_columns(y, num_classes):
    return _one_hot(y, num_classes).T


@mistake(
    "one_hot",
    "All the labels end up in each row: pair each row with its own label, in scatter or with arange(N).",
)
def marks_all_labels_in_each_row(y, num_classes):
    rows = torch.zeros(len(y), num_classes)
    rows[:, y] = 1.0
    return rows


@mistake("one_hot", "The rows are truths, not numbers: turn them into floats.")
def returns_truths(y, num_classes):
    return y.unsqueeze(1) == torch.arange(num_classes)


@mistake(
    "one_hot",
    "The label itself stands in its column: a 1 belongs there for every class.",
)
def puts_the_label_in_its_column(y, num_classes):
    return _one_hot(y, num_classes) * y.unsqueeze(1)


def _scores(O, dim, largest=None):
    """Return the exponentials of scores and their sum, both after a shift."""
    if largest is None:
        largest = O.amax(dim, keepdim=True)
    power = (O - largest).exp()
    return power, power.sum(dim, keepdim=True), largest


def _end(result, dim, keepdim):
    return result if keepdim else result.squeeze(dim)


def _lse(O, dim=-1, keepdim=False):
    _, total, largest = _scores(O, dim)
    return _end(largest + total.log(), dim, keepdim)


@mistake(
    "logsumexp",
    "The exponentials overflow, or all become 0: take the largest score along dim out first, and add it again.",
)
def sums_without_a_shift(O, dim=-1, keepdim=False):
    return O.exp().sum(dim, keepdim).log()


@mistake(
    "logsumexp",
    "The largest score is taken out and never added again: add it at the end.",
)
def forgets_to_add_the_largest(O, dim=-1, keepdim=False):
    _, total, _ = _scores(O, dim)
    return _end(total.log(), dim, keepdim)


@mistake(
    "logsumexp",
    "The largest score is added before the logarithm is taken: log(sum) plus the score, not log(sum plus the score).",
)
def adds_the_largest_inside_the_logarithm(O, dim=-1, keepdim=False):
    _, total, largest = _scores(O, dim)
    return _end((total + largest).abs().log(), dim, keepdim)


@mistake(
    "logsumexp",
    "The largest score is subtracted at the end: what was taken out is added.",
)
def subtracts_the_largest_again(O, dim=-1, keepdim=False):
    _, total, largest = _scores(O, dim)
    return _end(total.log() - largest, dim, keepdim)


@mistake(
    "logsumexp",
    "One largest score of the whole tensor is taken out, so rows far below it become log 0: take the largest along dim.",
)
def shifts_by_the_largest_of_all(O, dim=-1, keepdim=False):
    _, total, largest = _scores(O, dim, O.max())
    return _end(largest + total.log(), dim, keepdim)


@mistake(
    "logsumexp",
    "The mean is taken out, so a score far above it still overflows: take out the largest.",
)
def shifts_by_the_mean(O, dim=-1, keepdim=False):
    _, total, largest = _scores(O, dim, O.mean(dim, keepdim=True))
    return _end(largest + total.log(), dim, keepdim)


@mistake(
    "logsumexp",
    "The exponentials are averaged; they must be summed: the result is too small by log of their number.",
)
def takes_the_mean_of_exponentials(O, dim=-1, keepdim=False):
    return _lse(O, dim, keepdim) - math.log(O.shape[dim])


@mistake("logsumexp", "The largest score stands for the sum; the others add to it.")
def returns_the_largest(O, dim=-1, keepdim=False):
    return O.amax(dim, keepdim)


@mistake("logsumexp", "The logarithm is missing: this is the sum of the exponentials.")
def forgets_the_logarithm(O, dim=-1, keepdim=False):
    return _lse(O, dim, keepdim).exp()


@mistake("logsumexp", "The logarithm is to base 2; the natural one is wanted.")
def takes_the_logarithm_to_base_2(O, dim=-1, keepdim=False):
    return _lse(O, dim, keepdim) / math.log(2)


@mistake(
    "logsumexp",
    "The axis stays with size 1 whatever keepdim says: without it the axis goes.",
)
def always_keeps_the_axis(O, dim=-1, keepdim=False):
    return _lse(O, dim, True)


@mistake(
    "logsumexp", "The axis goes whatever keepdim says: with it, it stays as size 1."
)
def never_keeps_the_axis(O, dim=-1, keepdim=False):
    return _lse(O, dim, False)


@mistake(
    "logsumexp",
    "squeeze without an axis takes away all axes of size 1: take away dim alone.",
)
def squeezes_all_axes(O, dim=-1, keepdim=False):
    return _lse(O, dim, True) if keepdim else _lse(O, dim, True).squeeze()


@mistake("logsumexp", "The sum runs over the last axis whatever dim says.")
def always_sums_over_the_last_axis(O, dim=-1, keepdim=False):
    return _lse(O, -1, keepdim)


@mistake("logsumexp", "The sum runs over axis 1 whatever dim says.")
def always_sums_over_axis_1(O, dim=-1, keepdim=False):
    return _lse(O, min(1, O.dim() - 1), keepdim)


@mistake("logsumexp", "The sum runs over all entries; dim says along which axis.")
def sums_over_everything(O, dim=-1, keepdim=False):
    return _lse(O.flatten(), 0)


def _share(O, dim=-1):
    power, total, _ = _scores(O, dim)
    return power / total


@mistake(
    "softmax",
    "The exponentials overflow, or all become 0: take the largest score along dim out first.",
)
def divides_without_a_shift(O, dim=-1):
    power = O.exp()
    return power / power.sum(dim, keepdim=True)


@mistake(
    "softmax",
    "A small number, {eps}, is added to the sum, so the result adds up to less than 1: with the largest score taken out the sum is never below 1.",
    eps=[1e-6, 1e-8],
)
def adds_an_epsilon_to_the_sum(O, dim=-1, *, eps):
    power, total, _ = _scores(O, dim)
    return power / (total + eps)


@mistake(
    "softmax",
    "A small number, {eps}, is added to the sum of exponentials that are not shifted: take the largest score out, and the sum is never below 1.",
    eps=[1e-12, 1e-10, 1e-8, 1e-6],
)
def adds_an_epsilon_and_does_not_shift(O, dim=-1, *, eps):
    power = O.exp()
    return power / (power.sum(dim, keepdim=True) + eps)


@mistake(
    "softmax",
    "One largest score of the whole tensor is taken out, so far below it all exponentials of a row are 0: take the largest along dim.",
)
def takes_out_the_largest_of_all(O, dim=-1):
    power, total, _ = _scores(O, dim, O.max())
    return power / total


@mistake(
    "softmax",
    "The mean is taken out, so a score far above it still overflows: take out the largest.",
)
def takes_out_the_mean(O, dim=-1):
    power, total, _ = _scores(O, dim, O.mean(dim, keepdim=True))
    return power / total


@mistake(
    "softmax",
    "The scores are cut off at {top} to avoid the overflow, which changes the result: take the largest out instead.",
    top=[50.0, 80.0, 88.0, 100.0],
)
def cuts_the_scores_off(O, dim=-1, *, top):
    power = O.clamp(-top, top).exp()
    return power / power.sum(dim, keepdim=True)


@mistake(
    "softmax",
    "The exponentials are divided by the sum of all of them, so only the whole tensor adds up to 1: sum along dim.",
    shifted=[True, False],
)
def divides_by_the_sum_of_all(O, dim=-1, *, shifted):
    power = torch.exp(O - O.max()) if shifted else torch.exp(O)
    return power / power.sum()


@mistake(
    "softmax",
    "The sum has lost its axis, and meets another one in the division, or none that fits: keep it, with keepdim=True.",
)
def loses_the_axis_of_the_sum(O, dim=-1):
    power, total, _ = _scores(O, dim)
    return power / total.squeeze(dim)


@mistake(
    "softmax",
    "The scores are divided by their sum, without an exponential: negative scores would give negative shares.",
)
def forgets_the_exponential(O, dim=-1):
    return O / O.sum(dim, keepdim=True)


@mistake(
    "softmax",
    "These are the exponentials, which nothing makes add up to 1: divide by their sum along dim.",
)
def forgets_to_divide(O, dim=-1):
    return _scores(O, dim)[0]


@mistake(
    "softmax",
    "This is the sigmoid of each score by itself; the classes must share one unit of probability.",
)
def takes_the_sigmoid(O, dim=-1):
    return O.sigmoid()


@mistake("softmax", "The powers are those of 2; the base is e.")
def takes_powers_of_2(O, dim=-1):
    return _share(O * math.log(2), dim)


@mistake(
    "softmax", "The small scores get the large shares: the scores' sign is turned."
)
def turns_the_sign(O, dim=-1):
    return _share(-O, dim)


@mistake(
    "softmax", "This is the logarithm of the softmax: return the shares themselves."
)
def returns_the_logarithm(O, dim=-1):
    return O - _lse(O, dim, True)


@mistake(
    "softmax", "The result is cut from the graph, so that nothing can learn by it."
)
def cuts_softmax_from_the_graph(O, dim=-1):
    return _share(O, dim).detach()


@mistake(
    "softmax",
    "The largest score gets 1 and the others 0: this is one-hot, not a soft maximum.",
)
def marks_the_largest(O, dim=-1):
    return (O.amax(dim, keepdim=True) == O).to(O.dtype)


def _log_share(O, dim=-1):
    return O - _lse(O, dim, True)


@mistake(
    "softmax",
    "The shares add up to 1 along the last axis whatever dim says.",
)
def always_shares_the_last_axis(O, dim=-1):
    return _share(O, -1)


@mistake(
    "softmax",
    "The shares add up to 1 along axis 0, over the batch, whatever dim says.",
)
def always_shares_axis_0(O, dim=-1):
    return _share(O, 0)


@mistake(
    "softmax",
    "The shares add up to 1 along axis 1 whatever dim says.",
)
def always_shares_axis_1(O, dim=-1):
    return _share(O, min(1, O.dim() - 1))


@mistake(
    "log_softmax",
    "The logarithm is taken of the softmax, which far below the largest score has become 0: subtract the log-sum-exp from the scores.",
    shift=["amax", "max", "detached"],
)
def takes_the_logarithm_of_softmax(O, dim=-1, *, shift):
    largest = O.max(dim, keepdim=True).values
    largest = {"max": largest, "detached": largest.detach()}.get(shift)
    power, total, _ = _scores(O, dim, largest)
    return (power / total).log()


@mistake(
    "log_softmax",
    "The logarithm is taken of a softmax whose exponentials overflow, or all become 0: subtract the log-sum-exp from the scores.",
)
def takes_the_logarithm_of_what_overflows(O, dim=-1):
    return divides_without_a_shift(O, dim).log()


@mistake(
    "log_softmax",
    "A small number, {eps}, inside the logarithm hides log 0 and bounds the result: subtract the log-sum-exp from the scores.",
    eps=[1e-6, 1e-8, 1e-9, 1e-10, 1e-12],
)
def adds_an_epsilon_inside_the_logarithm(O, dim=-1, *, eps):
    return (_share(O, dim) + eps).log()


@mistake(
    "log_softmax",
    "The shares are kept above {eps} before the logarithm, which bounds the result: subtract the log-sum-exp from the scores.",
    eps=[1e-8, 1e-10, 1e-12, 1e-15],
)
def clamps_inside_the_logarithm(O, dim=-1, *, eps):
    return _share(O, dim).clamp(min=eps).log()


@mistake(
    "log_softmax",
    "The exponentials overflow, or all become 0: take the largest score along dim out first.",
)
def subtracts_a_sum_without_a_shift(O, dim=-1):
    return O - O.exp().sum(dim, keepdim=True).log()


@mistake(
    "log_softmax",
    "One largest score of the whole tensor is taken out, so rows far below it become log 0: take the largest along dim.",
)
def takes_one_largest_for_all_rows(O, dim=-1):
    _, total, largest = _scores(O, dim, O.max())
    return O - largest - total.log()


@mistake(
    "log_softmax",
    "The sum of the exponentials is subtracted; subtract its logarithm.",
)
def subtracts_the_sum(O, dim=-1):
    _, total, largest = _scores(O, dim)
    return O - largest - total


@mistake(
    "log_softmax",
    "The scores are divided by the log-sum-exp: the logarithm of a quotient is a difference.",
)
def divides_by_the_logsumexp(O, dim=-1):
    return O / _lse(O, dim, True)


@mistake(
    "log_softmax",
    "The largest score is taken out of the log-sum-exp and not out of the score: both must be shifted, or neither.",
)
def shifts_the_sum_alone(O, dim=-1):
    _, total, _ = _scores(O, dim)
    return O - total.log()


@mistake(
    "log_softmax", "Only the largest score is taken out; the sum's logarithm is too."
)
def subtracts_the_largest_only(O, dim=-1):
    return O - O.amax(dim, keepdim=True)


@mistake("log_softmax", "The logarithm is missing: this is the softmax itself.")
def returns_the_softmax(O, dim=-1):
    return _share(O, dim)


@mistake("log_softmax", "The sign is turned: the logarithm of a share is at most 0.")
def returns_the_surprise(O, dim=-1):
    return -_log_share(O, dim)


@mistake(
    "log_softmax", "The probabilities add up along the last axis whatever dim says."
)
def takes_the_last_axis(O, dim=-1):
    return _log_share(O, -1)


@mistake(
    "log_softmax",
    "The probabilities add up along axis 0, over the batch, whatever dim says.",
)
def takes_axis_0(O, dim=-1):
    return _log_share(O, 0)


@mistake("log_softmax", "The probabilities add up along axis 1 whatever dim says.")
def takes_axis_1(O, dim=-1):
    return _log_share(O, min(1, O.dim() - 1))


def _reduced(losses, reduction):
    return {"mean": losses.mean(), "sum": losses.sum(), "none": losses}[reduction]


def _true(log_share, y):
    return -log_share[torch.arange(len(y)), y]


@mistake(
    "cross_entropy",
    "Softmax is applied first and again inside: logits go in as they are. So applied, no loss of 10 classes can fall below 1.461.",
)
def applies_softmax_twice(logits, y, reduction="mean"):
    return _reduced(_true(_log_share(_share(logits, 1), 1), y), reduction)


@mistake(
    "cross_entropy",
    "The logarithm is taken of softmax, so a loss above about 745 (103 in float32) becomes infinite: take the log-softmax of the logits.",
)
def takes_the_logarithm_of_a_share(logits, y, reduction="mean"):
    return _reduced(_true(_share(logits, 1).log(), y), reduction)


@mistake(
    "cross_entropy",
    "The exponentials are taken of the logits as they are, and overflow, or all become 0: take the largest logit out first.",
)
def overflows(logits, y, reduction="mean"):
    return _reduced(_true(logits - logits.exp().sum(1, True).log(), y), reduction)


@mistake(
    "cross_entropy",
    "The logarithm is taken of a softmax whose exponentials overflow, or all become 0: take the log-softmax of the logits.",
)
def takes_the_logarithm_of_a_share_that_overflows(logits, y, reduction="mean"):
    return _reduced(_true(divides_without_a_shift(logits, 1).log(), y), reduction)


@mistake(
    "cross_entropy",
    "A small number, {eps}, inside the logarithm bounds the loss of a wrong answer: take the log-softmax of the logits.",
    eps=[1e-6, 1e-8, 1e-9, 1e-10, 1e-12],
)
def adds_an_epsilon(logits, y, reduction="mean", *, eps):
    return _reduced(_true((_share(logits, 1) + eps).log(), y), reduction)


@mistake(
    "cross_entropy",
    "The shares are kept above {eps}, which bounds the loss of a wrong answer and stops its gradient: take the log-softmax of the logits.",
    eps=[1e-8, 1e-10, 1e-12, 1e-15],
)
def clamps_the_shares(logits, y, reduction="mean", *, eps):
    return _reduced(_true(_share(logits, 1).clamp(min=eps).log(), y), reduction)


@mistake(
    "cross_entropy",
    "The logits are taken for probabilities: they need a log-softmax first.",
)
def takes_logits_for_probabilities(logits, y, reduction="mean"):
    return _reduced(_true(logits.log(), y), reduction)


@mistake(
    "cross_entropy",
    "This is minus the logit of the true class; the log-sum-exp over the classes must be added.",
)
def forgets_the_logsumexp(logits, y, reduction="mean"):
    return _reduced(_true(logits, y), reduction)


@mistake(
    "cross_entropy",
    "The minus is missing: a loss is minus the logarithm of a probability, 0 or more.",
)
def forgets_the_minus(logits, y, reduction="mean"):
    return -_reduced(_true(_log_share(logits, 1), y), reduction)


@mistake(
    "cross_entropy",
    "Softmax runs along axis 0, over the batch: the classes lie along axis 1.",
)
def runs_over_the_batch(logits, y, reduction="mean"):
    return _reduced(_true(_log_share(logits, 0), y), reduction)


@mistake(
    "cross_entropy",
    "The mean runs over all entries of one-hot times log, so it is too small by the number of classes: sum over the classes, and average over the samples.",
)
def averages_over_the_classes_too(logits, y, reduction="mean"):
    losses = _true(_log_share(logits, 1), y)
    if reduction == "mean":
        return losses.mean() / logits.shape[1]
    return _reduced(losses, reduction)


@mistake(
    "cross_entropy",
    "The mean is taken whatever reduction says.",
)
def always_takes_the_mean(logits, y, reduction="mean"):
    return _true(_log_share(logits, 1), y).mean()


@mistake(
    "cross_entropy",
    "Without a reduction a loss for each sample comes back; the default is the mean.",
)
def takes_none_for_the_default(logits, y, reduction="none"):
    return _reduced(_true(_log_share(logits, 1), y), reduction)


@mistake("cross_entropy", "The sum is taken where the mean is due: divide by N.")
def sums_where_the_mean_is_due(logits, y, reduction="mean"):
    return _reduced(_true(_log_share(logits, 1), y), reduction.replace("mean", "sum"))


@mistake("cross_entropy", "The mean is taken where the sum is due.")
def averages_where_the_sum_is_due(logits, y, reduction="mean"):
    return _reduced(_true(_log_share(logits, 1), y), reduction.replace("sum", "mean"))


@mistake(
    "cross_entropy",
    "logits[:, y] takes all labels from each row, (N, N): pair row i with label i.",
)
def takes_all_labels_from_each_row(logits, y, reduction="mean"):
    return _reduced(-_log_share(logits, 1)[:, y], reduction)


@mistake(
    "cross_entropy", "The losses have an axis too many: squeeze what gather returns."
)
def keeps_the_axis_of_gather(logits, y, reduction="mean"):
    return _reduced(-_log_share(logits, 1).gather(1, y[:, None]), reduction)


@mistake(
    "cross_entropy",
    "The loss of each class that is not true is added, as if each were a yes or no: only the true class counts.",
)
def adds_the_other_classes(logits, y, reduction="mean"):
    truth = _one_hot(y, logits.shape[1]).to(logits.dtype)
    losses = -(truth * F.logsigmoid(logits) + (1 - truth) * F.logsigmoid(-logits))
    return _reduced(losses.sum(1), reduction)


@mistake("cross_entropy", "The logarithm is to base 2; nats are wanted.")
def measures_in_bits(logits, y, reduction="mean"):
    return _reduced(_true(_log_share(logits, 1), y), reduction) / math.log(2)


@mistake(
    "cross_entropy",
    "The loss is cut from the graph, so that nothing can learn by it: keep tensors.",
)
def cuts_the_loss_from_the_graph(logits, y, reduction="mean"):
    return _reduced(_true(_log_share(logits, 1), y), reduction).detach()


def _slope(logits, y, P=None):
    P = _share(logits, 1) if P is None else P
    return (P - _one_hot(y, logits.shape[1]).to(logits.dtype)) / len(y)


@mistake(
    "cross_entropy_grad", "The slope is that of the sum: divide by N for the mean."
)
def forgets_the_mean(logits, y):
    return _slope(logits, y) * len(y)


@mistake(
    "cross_entropy_grad", "It is divided by all entries: divide by the samples alone."
)
def divides_by_all_entries(logits, y):
    return _slope(logits, y) / logits.shape[1]


@mistake("cross_entropy_grad", "It is divided by the classes: divide by the samples.")
def divides_by_the_classes(logits, y):
    return _slope(logits, y) * len(y) / logits.shape[1]


@mistake("cross_entropy_grad", "The sign is turned: it is softmax less one-hot.")
def subtracts_softmax_from_one_hot(logits, y):
    return -_slope(logits, y)


@mistake(
    "cross_entropy_grad",
    "The softmax is missing: the logits stand for the probabilities.",
)
def takes_logits_for_shares(logits, y):
    return _slope(logits, y, logits)


@mistake("cross_entropy_grad", "One-hot is not subtracted: this is softmax over N.")
def forgets_one_hot(logits, y):
    return _share(logits, 1) / len(y)


@mistake(
    "cross_entropy_grad",
    "The slope is multiplied by that of softmax once more: softmax less one-hot is the slope at the logits already.",
)
def multiplies_by_the_slope_of_softmax(logits, y):
    P = _share(logits, 1)
    return _slope(logits, y) * P * (1 - P)


@mistake(
    "cross_entropy_grad",
    "The slope at the probabilities, -1/p at the true class, is returned: go on to the logits, where it is softmax less one-hot.",
)
def stops_at_the_probabilities(logits, y):
    truth = _one_hot(y, logits.shape[1]).to(logits.dtype)
    return -truth / _share(logits, 1) / len(y)


@mistake(
    "cross_entropy_grad",
    "Only the true class has a slope here: the others have their share of it, their probability over N.",
)
def leaves_out_the_other_classes(logits, y):
    return _slope(logits, y) * _one_hot(y, logits.shape[1])


@mistake(
    "cross_entropy_grad",
    "Softmax runs along axis 0, over the batch: the classes lie along axis 1.",
)
def takes_softmax_over_the_batch(logits, y):
    return _slope(logits, y, _share(logits, 0))


@mistake(
    "cross_entropy_grad",
    "Softmax runs over all logits at once, so only the whole batch adds up to 1: each sample has probabilities of its own.",
)
def takes_softmax_over_everything(logits, y):
    return _slope(logits, y, _share(logits.flatten()).view_as(logits))


@mistake(
    "cross_entropy_grad",
    "The exponentials are taken of the logits as they are, and overflow, or all become 0: take the largest logit out first.",
)
def divides_what_overflows(logits, y):
    return _slope(logits, y, divides_without_a_shift(logits, 1))


@mistake(
    "cross_entropy_grad",
    "P[:, y] takes 1 from the columns of all labels, in each row: pair row i with label i.",
)
def subtracts_all_labels_from_each_row(logits, y):
    P = _share(logits, 1)
    P[:, y] -= 1
    return P / len(y)


def _surprise(p, log=torch.log):
    return -torch.where(p > 0, p * log(p.clamp(min=1e-300)), p)


@mistake(
    "entropy",
    "0 · log 0 is NaN in floating point: let a probability of 0 add 0, by torch.xlogy for instance.",
)
def meets_log_0(p):
    return -(p * p.log()).sum(-1)


@mistake(
    "entropy",
    "A small number, {eps}, is added inside the logarithm, which changes the terms of rare classes: let only a probability of 0 be different.",
    eps=[1e-6, 1e-8, 1e-9, 1e-10, 1e-12],
)
def adds_an_epsilon_to_p(p, *, eps):
    return -(p * (p + eps).log()).sum(-1)


@mistake(
    "entropy",
    "Probabilities are kept above {eps}, which changes the terms of rare classes: let only a probability of 0 be different.",
    eps=[1e-6, 1e-7, 1e-8],
)
def clamps_p(p, *, eps):
    p = p.clamp(min=eps)
    return -(p * p.log()).sum(-1)


@mistake("entropy", "The minus is missing: an entropy is 0 or more.")
def forgets_the_sign(p):
    return -_surprise(p).sum(-1)


@mistake("entropy", "The logarithm is to base 2; nats are wanted.")
def counts_bits(p):
    return _surprise(p).sum(-1) / math.log(2)


@mistake("entropy", "The terms are averaged over the classes; they must be summed.")
def averages_over_the_classes(p):
    return _surprise(p).mean(-1)


@mistake(
    "entropy", "All entries are summed: each distribution has an entropy of its own."
)
def sums_over_all_distributions(p):
    return _surprise(p).sum()


@mistake("entropy", "The sum runs over axis 0; the classes lie along the last one.")
def sums_over_axis_0(p):
    return _surprise(p).sum(0)


@mistake("entropy", "The sum runs over axis 1; the classes lie along the last one.")
def sums_over_axis_1(p):
    return _surprise(p).sum(min(1, p.dim() - 1))


@mistake("entropy", "The entropies are averaged: return one for each distribution.")
def averages_the_entropies(p):
    return _surprise(p).sum(-1).mean()


@mistake("entropy", "The logarithms are not weighed by p: a rare class is met rarely.")
def forgets_to_weigh(p):
    return -torch.where(p > 0, p, 1).log().sum(-1)


@mistake(
    "entropy", "The surprise at 1 - p is added, as if each class were a yes or no."
)
def adds_the_entropy_of_not(p):
    return (_surprise(p) + _surprise(1 - p)).sum(-1)


def _kl(p, q):
    return torch.xlogy(p, p) - torch.xlogy(p, q)


@mistake(
    "kl_divergence",
    "The arguments are swapped: p is the truth, by which the logarithms are weighed.",
)
def swaps_truth_and_belief(p, q):
    return _kl(q, p).sum(-1).mean()


@mistake(
    "kl_divergence",
    "log 0 meets a factor of 0 and gives NaN: let a p of 0 add 0, by torch.xlogy for instance.",
)
def takes_the_logarithm_of_0(p, q):
    return (p * (p.log() - q.log())).sum(-1).mean()


@mistake(
    "kl_divergence",
    "A small number, {eps}, is added inside the logarithms, which changes rare classes: let only a p of 0 be different.",
    eps=[1e-6, 1e-8, 1e-9, 1e-10, 1e-12],
)
def adds_an_epsilon_to_both(p, q, *, eps):
    return (p * ((p + eps).log() - (q + eps).log())).sum(-1).mean()


@mistake(
    "kl_divergence",
    "The mean runs over all entries, so it is too small by the number of classes: sum over the classes, and average over the rows.",
)
def averages_over_all_entries(p, q):
    return _kl(p, q).mean()


@mistake("kl_divergence", "All rows are summed: take the mean over the rows.")
def sums_over_the_rows(p, q):
    return _kl(p, q).sum()


@mistake("kl_divergence", "There is one for each row: take the mean over the rows.")
def returns_one_for_each_row(p, q):
    return _kl(p, q).sum(-1)


@mistake(
    "kl_divergence",
    "A vector is averaged too, as if each entry were a row: it is one distribution.",
)
def divides_by_the_length(p, q):
    return _kl(p, q).sum() / len(p)


@mistake("kl_divergence", "The sign is turned: it is p (log p - log q), 0 or more.")
def turns_the_quotient(p, q):
    return -_kl(p, q).sum(-1).mean()


@mistake(
    "kl_divergence",
    "This is the cross-entropy -sum(p log q): the entropy of p must be taken off.",
)
def returns_the_cross_entropy(p, q):
    return -torch.xlogy(p, q).sum(-1).mean()


@mistake(
    "kl_divergence", "The entropies of p and q are subtracted: weigh log q by p too."
)
def subtracts_entropies(p, q):
    return (torch.xlogy(q, q) - torch.xlogy(p, p)).sum(-1).mean().neg()


@mistake("kl_divergence", "The logarithms are not weighed by p.")
def forgets_to_weigh_by_p(p, q):
    return torch.where(p > 0, p / q, 1).log().sum(-1).mean()


@mistake("kl_divergence", "The logarithm is to base 2; nats are wanted.")
def counts_in_bits(p, q):
    return _kl(p, q).sum(-1).mean() / math.log(2)


@mistake(
    "kl_divergence",
    "Both directions are averaged: the divergence is that of q from the truth p alone.",
)
def averages_both_directions(p, q):
    return (_kl(p, q) + _kl(q, p)).sum(-1).mean() / 2


@mistake(
    "kl_divergence", "p and q are taken for logits: they are probabilities already."
)
def applies_softmax_to_probabilities(p, q):
    return _kl(_share(p), _share(q)).sum(-1).mean()


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "one_hot": {
        "- zeros = torch.zeros(len(y), num_classes, device=y.device)\n"
        "+ zeros = torch.zeros(len(y), num_classes)": "no device is promised",
        "- return zeros.scatter(1, y.unsqueeze(1), 1.0)": "of two axes, 1 and -1 are the same",
    },
    "log_softmax": {
        "- shifted = O - O.amax(dim, keepdim=True)": "a shift changes nothing but the rounding beside large scores, of which nothing is promised",
        "- return shifted - logsumexp(shifted, dim, keepdim=True)\n"
        "+ return O - logsumexp(O, dim, keepdim=True)": "a shift changes nothing but the rounding beside large scores, of which nothing is promised",
    },
    "cross_entropy": {
        "- losses = -log_softmax(logits, dim=1).gather(1, y.unsqueeze(1)).squeeze(1)  # (N,)": "of two axes, 1 and -1 are the same",
        '- return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]': "the losses have one axis",
    },
    "cross_entropy_grad": {
        "- truth = one_hot(y, logits.shape[1]).to(logits.dtype)": "zeros and ones are exact in any dtype, and the result takes the wider of float32 and that of the logits; of two axes, 1 and -1 are the same",
        "- return (softmax(logits, dim=1) - truth) / len(y)": "of two axes, 1 and -1 are the same, and so are the lengths of y, of its one-hot rows and of the logits",
    },
    "kl_divergence": {
        "- return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1).mean()": "what is left after the sum has at most one axis",
    },
}
