"""Wrong losses that people really write: rejected, and named."""

import math

import torch

from dojo.grading import mistake

EQUIVALENT = {
    "l1_loss": {
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        "- return _reduced((x - y).abs(), reduction)\n"
        "+ return _reduced((y - x).abs(), reduction)": "the size is the same",
    },
    "mse_loss": {
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        "- return _reduced((x - y) ** 2, reduction)\n"
        "+ return _reduced((y - x) ** 2, reduction)": "the square is the same",
    },
    "smooth_l1_loss": {
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        "- d = (x - y).abs()\n+ d = (y - x).abs()": "the size is the same",
        "- if beta == 0:\n+ if beta <= 0:": "beta is 0 or more",
        "- return _reduced(torch.where(d < beta, d**2 / (2 * beta), d - beta / 2), reduction)\n"
        "+ return _reduced(torch.where(d <= beta, d ** 2 / (2 * beta), d - beta / 2), reduction)": "both pieces are the same there",
    },
    "bce_loss": {
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
    },
    "bce_with_logits": {
        "- def bce_with_logits(\n"
        '- x: Tensor, y: Tensor, pos_weight: Tensor | None = None, reduction: str = "mean"\n'
        "- ) -> Tensor:\n"
        "+ def bce_with_logits(x: Tensor, y: Tensor, pos_weight: Tensor | None=1, "
        "reduction: str='mean') -> Tensor:": "a weight of 1 is no weight",
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        "- surprise = torch.logaddexp(-x, torch.zeros_like(x))  # -log(sigmoid(x))\n"
        "+ surprise = torch.logaddexp(torch.zeros_like(x), -x)": "a sum in another order",
        "- surprise = torch.logaddexp(-x, torch.zeros_like(x))  # -log(sigmoid(x))\n"
        "+ surprise = torch.logaddexp(-x, torch.zeros_like(y))": "y has the shape and dtype of x",
        "- weight = 1 if pos_weight is None else 1 + (pos_weight - 1) * y\n"
        "+ weight = 1 if pos_weight == None else 1 + (pos_weight - 1) * y": "a tensor is not equal to None",
    },
    "poisson_nll": {
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
    },
    "kl_div": {
        '- return losses.mean() if reduction == "mean" else losses.sum()\n'
        "+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        '- if reduction == "batchmean":\n'
        "+ if reduction <= 'batchmean':": "no other reduction comes before it in the alphabet",
        "- return terms.sum() / len(terms)\n"
        "+ return terms.sum() / len(log_q)": "both have the shape of the terms",
        "- return terms.sum() / len(terms)\n"
        "+ return terms.sum() / len(p)": "both have the shape of the terms",
    },
    "nll_loss": {
        '- if reduction == "none":\n'
        "- total = losses.sum()\n"
        "+ total = losses.sum()\n"
        "+ if reduction == 'none':": "the sum is not returned there",
        "- label = y.where(counts, 0)\n"
        "+ label = y.where(counts, 1)": "any class will do where none counts",
        "- label = y.where(counts, 0)\n"
        "+ label = y.where(counts, 2)": "any class will do where none counts",
        "- each = torch.ones_like(logp[:, 0]) if weight is None else weight[label]  # (N,)\n"
        "+ each = torch.ones_like(logp[:, 1]) if weight is None else weight[label]": "all columns have one shape",
        "- each = torch.ones_like(logp[:, 0]) if weight is None else weight[label]  # (N,)\n"
        "+ each = torch.ones_like(logp[:, -1]) if weight is None else weight[label]": "all columns have one shape",
        "- each = torch.ones_like(logp[:, 0]) if weight is None else weight[label]  # (N,)\n"
        "+ each = torch.ones_like(logp[:, 2]) if weight is None else weight[label]": "all columns have one shape",
        "- each = torch.ones_like(logp[:, 0]) if weight is None else weight[label]  # (N,)\n"
        "+ each = torch.ones_like(logp[:, 0]) if weight == None else weight[label]": "a tensor is not equal to None",
        "- picked = logp.gather(1, label.unsqueeze(1)).squeeze(1)  # (N,)\n"
        "+ picked = logp.gather(-1, label.unsqueeze(1)).squeeze(1)": "axis 1 is the last of two",
        "- picked = logp.gather(1, label.unsqueeze(1)).squeeze(1)  # (N,)\n"
        "+ picked = logp.gather(1, label.unsqueeze(-1)).squeeze(1)": "axis 1 is the last of two",
        "- picked = logp.gather(1, label.unsqueeze(1)).squeeze(1)  # (N,)\n"
        "+ picked = logp.gather(1, label.unsqueeze(1)).squeeze(-1)": "axis 1 is the last of two",
        "- picked = logp.gather(1, label.unsqueeze(1)).squeeze(1)  # (N,)\n"
        "+ picked = logp.gather(-1, label.unsqueeze(-1)).squeeze(-1)": "axis 1 is the last of two",
        "- losses = (-each * picked).where(counts, 0.0)\n"
        "+ losses = (-(each * picked)).where(counts, 0.0)": "the same product",
        "- total = losses.sum()\n+ total = losses.sum(axis=0)": "there is one axis",
        "- total = losses.sum()\n+ total = losses.sum(axis=-1)": "there is one axis",
        '- return total / each[counts].sum() if reduction == "mean" else total\n'
        "+ return total / each[counts].sum(axis=0) if reduction == 'mean' else total": "there is one axis",
        '- return total / each[counts].sum() if reduction == "mean" else total\n'
        "+ return total / each[counts].sum(axis=-1) if reduction == 'mean' else total": "there is one axis",
        '- return total / each[counts].sum() if reduction == "mean" else total\n'
        "+ return total / each[counts].sum() if reduction <= 'mean' else total": "no other reduction comes before it in the alphabet",
    },
    "cross_entropy": {
        "- return nll_loss(torch.log_softmax(x, 1), y, weight, ignore_index, reduction)\n"
        "+ return nll_loss(torch.log_softmax(x, -1), y, weight, ignore_index, reduction)": "axis 1 is the last of two",
    },
}


def _reduced(losses, reduction):
    kinds = {"mean": losses.mean(), "sum": losses.sum(), "none": losses}
    return kinds["mean" if reduction is None else reduction]


def _confused(losses, reduction, slip, default="mean"):
    """Reduce with a slip; `reduction` is None where it was not given."""
    if slip.startswith("Without"):
        return _reduced(losses, reduction or ("sum" if "sum" in slip else "none"))
    reduction = reduction or default
    if slip.startswith("The mean comes whatever"):
        return losses.mean()
    if slip.startswith("The sum comes where"):
        return _reduced(losses, reduction.replace("mean", "sum"))
    if slip.startswith("The mean comes where"):
        return _reduced(losses, reduction.replace("sum", "mean"))
    if slip.startswith("Only the first axis"):
        kinds = {"mean": losses.mean(0), "sum": losses.sum(0), "none": losses}
        return kinds[reduction]
    if slip.startswith("The sum is divided by one less"):
        less = losses.sum() / (losses.numel() - 1)
        return less if reduction == "mean" else _reduced(losses, reduction)
    if slip.startswith("The sum is divided by the rows"):
        return (
            losses.sum() / len(losses)
            if reduction == "mean"
            else _reduced(losses, reduction)
        )
    return _reduced(losses, reduction).detach()


def _smooth(d, beta):
    if beta == 0:
        return d
    return torch.where(d < beta, d**2 / (2 * beta), d - beta / 2)


def _bce(p, y):
    hit, miss = p.log().clamp(min=-100), (-p).log1p().clamp(min=-100)
    return -(y * hit + (1 - y) * miss)


def _surprise(x):
    return torch.logaddexp(-x, torch.zeros_like(x))


def _logits(x, y, pos_weight=None):
    weight = 1 if pos_weight is None else pos_weight
    return weight * y * _surprise(x) + (1 - y) * _surprise(-x)


@mistake(
    "l1_loss",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The sum is divided by one less than the number of entries",
        "Only the first axis is reduced, where all are",
    ],
)
def confuses_the_reductions_of_l1(x, y, reduction=None, *, slip):
    return _confused((x - y).abs(), reduction, slip)


@mistake("l1_loss", "Errors of opposite signs cancel: take their size.")
def lets_errors_cancel(x, y, reduction="mean"):
    return _reduced(x - y, reduction)


@mistake("l1_loss", "The errors are squared; they count by their size.")
def squares_the_errors(x, y, reduction="mean"):
    return _reduced((x - y) ** 2, reduction)


@mistake(
    "l1_loss", "The errors are halved; they count by their size, without a factor."
)
def halves_the_absolute_errors(x, y, reduction="mean"):
    return _reduced((x - y).abs() / 2, reduction)


@mistake(
    "l1_loss",
    "The errors are divided by the size of the truth: they count as they are.",
)
def divides_by_the_truth(x, y, reduction="mean"):
    return _reduced((x - y).abs() / (y.abs() + 1e-8), reduction)


@mistake(
    "l1_loss",
    "{eps} is added under the root of the square: take the size with abs.",
    eps=[1e-6, 1e-8, 1e-12],
)
def roots_the_squares(x, y, reduction="mean", *, eps):
    return _reduced(((x - y) ** 2 + eps).sqrt(), reduction)


@mistake("l1_loss", "The size is taken of the sum of the errors: take it of each.")
def takes_the_size_too_late(x, y, reduction="mean"):
    return _reduced(x - y, reduction).abs()


@mistake(
    "l1_loss",
    "The size is taken as the root of the square, whose slope at an error of 0 is NaN: "
    "use abs.",
)
def takes_the_root_of_the_square(x, y, reduction="mean"):
    return _reduced(((x - y) ** 2).sqrt(), reduction)


@mistake("l1_loss", "The result is cut from the graph, so nothing can learn by it.")
def cuts_the_absolute_errors_from_the_graph(x, y, reduction="mean"):
    return _reduced((x - y).abs(), reduction).detach()


@mistake(
    "mse_loss",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The sum is divided by one less than the number of entries",
        "Only the first axis is reduced, where all are",
    ],
)
def confuses_the_reductions_of_squares(x, y, reduction=None, *, slip):
    return _confused((x - y) ** 2, reduction, slip)


@mistake(
    "mse_loss",
    "The squares are halved, as in the derivation of linear regression: here is no half.",
)
def halves_the_squares(x, y, reduction="mean"):
    return _reduced((x - y) ** 2 / 2, reduction)


@mistake(
    "mse_loss",
    "The root is taken of {what}: the loss is the mean square, without a root.",
    what=["whatever comes out", "the mean"],
)
def takes_the_root(x, y, reduction="mean", *, what):
    loss = _reduced((x - y) ** 2, reduction)
    return loss.sqrt() if reduction == "mean" or what != "the mean" else loss


@mistake(
    "mse_loss",
    "This is the norm of the errors, the root of their sum of squares: leave out the "
    "root.",
)
def takes_the_norm(x, y, reduction="mean"):
    if reduction == "none":
        return (x - y) ** 2
    return torch.linalg.vector_norm(x - y) / (x.numel() if reduction == "mean" else 1)


@mistake("mse_loss", "The errors are not squared, only their size is taken.")
def forgets_to_square(x, y, reduction="mean"):
    return _reduced((x - y).abs(), reduction)


@mistake(
    "mse_loss",
    "{what} of the errors is squared: square each error.",
    what=["The sum (or mean)", "The mean"],
)
def squares_too_late(x, y, reduction="mean", *, what):
    if what == "The mean" and reduction != "mean":
        return _reduced((x - y) ** 2, reduction)
    return _reduced(x - y, reduction) ** 2


@mistake("mse_loss", "The squares of both are subtracted: square the difference.")
def subtracts_the_squares(x, y, reduction="mean"):
    return _reduced(x**2 - y**2, reduction)


@mistake("mse_loss", "The result is cut from the graph, so nothing can learn by it.")
def cuts_the_squares_from_the_graph(x, y, reduction="mean"):
    return _reduced((x - y) ** 2, reduction).detach()


@mistake(
    "smooth_l1_loss",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The sum is divided by one less than the number of entries",
        "Only the first axis is reduced, where all are",
    ],
)
def confuses_the_reductions_of_smooth_errors(x, y, beta=1.0, reduction=None, *, slip):
    return _confused(_smooth((x - y).abs(), beta), reduction, slip)


@mistake(
    "smooth_l1_loss",
    "This is Huber's loss, beta times as large: the line must have the slope 1.",
)
def takes_hubers_loss(x, y, beta=1.0, reduction="mean"):
    return _reduced(beta * _smooth((x - y).abs(), beta), reduction)


@mistake(
    "smooth_l1_loss",
    "The parabola has no half: it is d² / (2 beta), so that it meets the line.",
)
def forgets_the_half_of_the_parabola(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    return _reduced(_smooth(d, beta) * torch.where(d < beta, 2.0, 1.0), reduction)


@mistake(
    "smooth_l1_loss",
    "The parabola is not divided by beta, so the loss jumps where the line begins.",
)
def forgets_to_divide_by_beta(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    return _reduced(torch.where(d < beta, d**2 / 2, d - beta / 2), reduction)


@mistake(
    "smooth_l1_loss",
    "The line is not lowered by beta / 2, so the loss jumps where it begins.",
)
def forgets_to_lower_the_line(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    return _reduced(_smooth(d, beta).where(d < beta, d), reduction)


@mistake(
    "smooth_l1_loss",
    "The line is raised by beta / 2, so the loss jumps where it begins: lower it.",
)
def raises_the_line(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    return _reduced(_smooth(d, beta).where(d < beta, d + beta / 2), reduction)


@mistake(
    "smooth_l1_loss",
    "The parabola ends at 1 whatever beta is: compare the error with beta.",
)
def ends_the_parabola_at_one(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    if beta == 0:
        return _reduced(d, reduction)
    return _reduced(torch.where(d < 1, d**2 / (2 * beta), d - beta / 2), reduction)


@mistake(
    "smooth_l1_loss",
    "beta is taken for the σ of the code of Faster R-CNN, where the parabola is "
    "(σ d)² / 2 and ends at 1/σ²: here it is d² / (2 beta) and ends at beta.",
)
def takes_beta_for_sigma(x, y, beta=1.0, reduction="mean"):
    d, end = (x - y).abs(), 1 / beta**2
    return _reduced(torch.where(d < end, d**2 / (2 * end), d - end / 2), reduction)


@mistake(
    "smooth_l1_loss",
    "With a beta of 0 the parabola is not asked for, but it divides by 0, and where lets "
    "the NaN of its slope through: treat 0 by itself.",
)
def divides_by_a_beta_of_0(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    return _reduced(torch.where(d < beta, d**2 / (2 * beta), d - beta / 2), reduction)


@mistake(
    "smooth_l1_loss",
    "The line is lowered by 1/2 whatever beta is{but}: by beta / 2.",
    but=["", ", if it is not 0"],
)
def lowers_the_line_by_a_half(x, y, beta=1.0, reduction="mean", *, but):
    d = (x - y).abs()
    line = d if but and beta == 0 else d - 0.5
    return _reduced(_smooth(d, beta).where(d < beta, line), reduction)


@mistake("smooth_l1_loss", "beta is 1 whatever was asked for: use the argument.")
def ignores_beta(x, y, beta=1.0, reduction="mean"):
    return _reduced(_smooth((x - y).abs(), 1.0), reduction)


@mistake(
    "smooth_l1_loss",
    "The parabola is divided by the square of beta: it is d² / (2 beta), so that it "
    "meets the line.",
)
def divides_by_the_square_of_beta(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    if beta == 0:
        return _reduced(d, reduction)
    losses = torch.where(d < beta, d**2 / (2 * beta**2), d - beta / 2)
    return _reduced(losses, reduction)


@mistake("smooth_l1_loss", "Parabola and line are exchanged: small errors are squared.")
def exchanges_parabola_and_line(x, y, beta=1.0, reduction="mean"):
    d = (x - y).abs()
    if beta == 0:
        return _reduced(d, reduction)
    return _reduced(torch.where(d < beta, d - beta / 2, d**2 / (2 * beta)), reduction)


@mistake(
    "smooth_l1_loss",
    "Errors below 0 all fall into the parabola: compare their size with beta.",
)
def forgets_the_size_of_the_error(x, y, beta=1.0, reduction="mean"):
    d = x - y
    if beta == 0:
        return _reduced(d.abs(), reduction)
    return _reduced(torch.where(d < beta, d**2 / (2 * beta), d - beta / 2), reduction)


@mistake(
    "smooth_l1_loss", "The result is cut from the graph, so nothing can learn by it."
)
def cuts_smooth_errors_from_the_graph(x, y, beta=1.0, reduction="mean"):
    return _reduced(_smooth((x - y).abs(), beta), reduction).detach()


@mistake(
    "bce_loss",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The sum is divided by one less than the number of entries",
        "Only the first axis is reduced, where all are",
    ],
)
def confuses_the_reductions_of_bce(p, y, reduction=None, *, slip):
    return _confused(_bce(p, y), reduction, slip)


@mistake(
    "bce_loss",
    "The logarithm of 0 is minus infinity, and 0 times that is NaN: let no logarithm "
    "fall below -100.",
)
def lets_the_logarithm_be_infinite(p, y, reduction="mean"):
    return _reduced(-(y * p.log() + (1 - y) * (1 - p).log()), reduction)


@mistake(
    "bce_loss",
    "{eps} is added inside the logarithms, which changes every loss: let no logarithm "
    "fall below -100 instead.",
    eps=[1e-8, 1e-7, 1e-6, 1e-10, 1e-12, 1e-15],
)
def adds_an_epsilon_to_the_share(p, y, reduction="mean", *, eps):
    return _reduced(-(y * (p + eps).log() + (1 - y) * (1 - p + eps).log()), reduction)


@mistake(
    "bce_loss",
    "The shares are kept {eps} away from 0 and 1, so no loss exceeds -log of that: let "
    "no logarithm fall below -100 instead.",
    eps=[1e-7, 1e-8, 1e-6, 1e-10, 1e-12, 1e-15],
)
def clamps_the_share(p, y, reduction="mean", *, eps):
    p = p.clamp(eps, 1 - eps)
    return _reduced(-(y * p.log() + (1 - y) * (1 - p).log()), reduction)


@mistake(
    "bce_loss",
    "The logarithms are cut off above -100 as well: only those below it count as -100.",
)
def cuts_the_logarithms_on_the_wrong_side(p, y, reduction="mean"):
    hit, miss = p.log().clamp(max=-100), (-p).log1p().clamp(max=-100)
    return _reduced(-(y * hit + (1 - y) * miss), reduction)


@mistake(
    "bce_loss",
    "The logarithms are cut off at {floor}: it is -100.",
    floor=[-10, -20, -1000],
)
def cuts_the_logarithms_off_elsewhere(p, y, reduction="mean", *, floor):
    hit, miss = p.log().clamp(min=floor), (-p).log1p().clamp(min=floor)
    return _reduced(-(y * hit + (1 - y) * miss), reduction)


@mistake(
    "bce_loss",
    "The whole loss is cut off at 100: each of the two logarithms is, before it is "
    "multiplied.",
)
def cuts_the_whole_loss_off(p, y, reduction="mean"):
    return _reduced(
        -(torch.xlogy(y, p) + torch.xlogy(1 - y, 1 - p)).clamp(-100), reduction
    )


@mistake(
    "bce_loss",
    "NaN is made 0 and infinity {large}, which leaves large losses as they are: let no "
    "logarithm fall below -100.",
    large=[100, 0],
)
def mends_the_loss_afterwards(p, y, reduction="mean", *, large):
    losses = -(y * p.log() + (1 - y) * (1 - p).log())
    return _reduced(losses.nan_to_num(nan=0.0, posinf=large), reduction)


@mistake(
    "bce_loss",
    "Only one of the logarithms is kept above -100, that of {which}: keep both.",
    which=["p", "1 - p"],
)
def cuts_one_logarithm_off(p, y, reduction="mean", *, which):
    hit, miss = p.log(), (1 - p).log()
    hit, miss = (hit.clamp(-100), miss) if which == "p" else (hit, miss.clamp(-100))
    return _reduced(-(y * hit + (1 - y) * miss), reduction)


@mistake(
    "bce_loss",
    "Only the part of a true 1 counts: add (1 - y) log(1 - p) for a true 0.",
)
def forgets_the_other_half(p, y, reduction="mean"):
    return _reduced(-y * p.log().clamp(min=-100), reduction)


@mistake(
    "bce_loss",
    "The brackets of (1 - y) are missing, so a 1 is added and y multiplies both "
    "logarithms.",
)
def forgets_the_brackets(p, y, reduction="mean"):
    hit, miss = p.log().clamp(min=-100), (-p).log1p().clamp(min=-100)
    return _reduced(-(y * hit + 1 - y * miss), reduction)


@mistake("bce_loss", "The minus is missing: a loss is 0 or more.")
def forgets_the_minus_of_bce(p, y, reduction="mean"):
    return _reduced(-_bce(p, y), reduction)


@mistake("bce_loss", "A sigmoid is applied first: p is a probability already.")
def applies_a_sigmoid(p, y, reduction="mean"):
    return _reduced(_bce(p.sigmoid(), y), reduction)


@mistake("bce_loss", "Probabilities and truths are exchanged.")
def exchanges_share_and_truth(p, y, reduction="mean"):
    return _reduced(_bce(y, p), reduction)


@mistake(
    "bce_loss",
    "The truths are made whole, a 1 {when}: a y of 1/4 counts for a quarter.",
    when=["above 1/2", "only at 1", "above 0"],
)
def makes_the_truths_whole(p, y, reduction="mean", *, when):
    yes = {"above 1/2": y > 0.5, "only at 1": y == 1, "above 0": y > 0}[when]
    return _reduced(_bce(p, yes.to(p.dtype)), reduction)


@mistake(
    "bce_loss",
    "The logarithm is to base 2; the natural one is wanted.",
    cut=["first", "last"],
)
def measures_bce_in_bits(p, y, reduction="mean", *, cut):
    if cut == "last":
        return _reduced(_bce(p, y) / math.log(2), reduction)
    hit, miss = p.log2().clamp(min=-100), (1 - p).log2().clamp(min=-100)
    return _reduced(-(y * hit + (1 - y) * miss), reduction)


@mistake("bce_loss", "The result is cut from the graph, so nothing can learn by it.")
def cuts_bce_from_the_graph(p, y, reduction="mean"):
    return _reduced(_bce(p, y), reduction).detach()


@mistake(
    "bce_with_logits",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The sum is divided by one less than the number of entries",
        "Only the first axis is reduced, where all are",
    ],
)
def confuses_the_reductions_of_logits(x, y, pos_weight=None, reduction=None, *, slip):
    return _confused(_logits(x, y, pos_weight), reduction, slip)


@mistake(
    "bce_with_logits",
    "The sigmoid comes first and rounds to 0 or 1, so its logarithm is infinite: compute "
    "the loss from the logits.",
)
def takes_the_logarithm_of_the_sigmoid(x, y, pos_weight=None, reduction="mean"):
    p, weight = x.sigmoid(), 1 if pos_weight is None else pos_weight
    return _reduced(-(weight * y * p.log() + (1 - y) * (1 - p).log()), reduction)


@mistake(
    "bce_with_logits",
    "The sigmoid comes first, and its logarithm is cut off at -100: compute the loss "
    "from the logits, which has no bound.",
)
def takes_the_bce_of_the_sigmoid(x, y, pos_weight=None, reduction="mean"):
    p, weight = x.sigmoid(), 1 if pos_weight is None else pos_weight
    hit, miss = p.log().clamp(min=-100), (-p).log1p().clamp(min=-100)
    return _reduced(-(weight * y * hit + (1 - y) * miss), reduction)


@mistake(
    "bce_with_logits",
    "{eps} is added inside the logarithm of the sigmoid, which bounds the loss: compute "
    "it from the logits.",
    eps=[1e-8, 1e-7, 1e-6, 1e-10, 1e-12],
)
def adds_an_epsilon_to_the_sigmoid(x, y, pos_weight=None, reduction="mean", *, eps):
    p, weight = x.sigmoid(), 1 if pos_weight is None else pos_weight
    losses = -(weight * y * (p + eps).log() + (1 - y) * (1 - p + eps).log())
    return _reduced(losses, reduction)


@mistake(
    "bce_with_logits",
    "The exponential overflows where the logit is large and wrong: take it of minus the "
    "size of the logit, or use logaddexp.",
)
def lets_the_exponential_overflow(x, y, pos_weight=None, reduction="mean"):
    weight = 1 if pos_weight is None else pos_weight
    hit, miss = (1 + (-x).exp()).log(), (1 + x.exp()).log()
    return _reduced(weight * y * hit + (1 - y) * miss, reduction)


@mistake("bce_with_logits", "pos_weight is not used: it multiplies what is true.")
def ignores_pos_weight(x, y, pos_weight=None, reduction="mean"):
    return _reduced(_logits(x, y), reduction)


@mistake(
    "bce_with_logits",
    "pos_weight multiplies the whole loss: it belongs to the part of a true 1 alone.",
)
def weighs_the_whole_loss(x, y, pos_weight=None, reduction="mean"):
    return _reduced(
        _logits(x, y) * (1 if pos_weight is None else pos_weight), reduction
    )


@mistake(
    "bce_with_logits",
    "pos_weight multiplies log(1 + exp(-x)) also where the truth is 0: there the factor "
    "is 1, so 1 + (pos_weight - 1) y in all.",
)
def weighs_the_common_term(x, y, pos_weight=None, reduction="mean"):
    weight = 1 if pos_weight is None else pos_weight
    return _reduced((1 - y) * x + weight * _surprise(x), reduction)


@mistake(
    "bce_with_logits",
    "The logits are cut off at {bound}, which bounds the loss and stops its gradient: "
    "rearrange the formula instead.",
    bound=[50, 100, 20, 30, 10, 88],
)
def cuts_the_logits_off(x, y, pos_weight=None, reduction="mean", *, bound):
    return _reduced(_logits(x.clamp(-bound, bound), y, pos_weight), reduction)


@mistake(
    "bce_with_logits",
    "The last axis is summed before the mean is taken: the mean is over all entries.",
)
def sums_the_classes(x, y, pos_weight=None, reduction="mean"):
    losses = _logits(x, y, pos_weight)
    return losses.sum(-1).mean() if reduction == "mean" else _reduced(losses, reduction)


@mistake(
    "bce_with_logits",
    "The whole loss is multiplied by 1 + (pos_weight - 1) y, which is right for a y of 0 "
    "or 1 alone: pos_weight belongs to the part of a true 1.",
)
def weighs_by_how_true_it_is(x, y, pos_weight=None, reduction="mean"):
    weight = 1 if pos_weight is None else 1 + (pos_weight - 1) * y
    return _reduced(_logits(x, y) * weight, reduction)


@mistake(
    "bce_with_logits",
    "pos_weight is used where y is {true} alone, and multiplies the whole loss there, which "
    "is right for a y of 0 or 1 alone: it multiplies y log p.",
    true=["1", "above 1/2", "above 0"],
)
def weighs_true_samples_alone(x, y, pos_weight=None, reduction="mean", *, true):
    losses = _logits(x, y)
    where = {"1": y == 1, "above 1/2": y > 0.5, "above 0": y > 0}[true]
    heavier = losses * (1 if pos_weight is None else pos_weight)
    return _reduced(torch.where(where, heavier, losses), reduction)


@mistake(
    "bce_with_logits",
    "pos_weight multiplies what is not true: it belongs to the part of a true 1.",
)
def weighs_what_is_not_true(x, y, pos_weight=None, reduction="mean"):
    return _reduced(_logits(-x, 1 - y, pos_weight), reduction)


@mistake(
    "bce_with_logits",
    "The mean divides by the sum of the weights: it divides by the number of entries.",
)
def divides_by_the_weights_of_what_is_true(x, y, pos_weight=None, reduction="mean"):
    losses = _logits(x, y, pos_weight)
    if reduction == "mean" and pos_weight is not None:
        return losses.sum() / (1 + (pos_weight - 1) * y).sum()
    return _reduced(losses, reduction)


@mistake("bce_with_logits", "The logits' sign is turned: a large logit says yes.")
def turns_the_sign_of_the_logits(x, y, pos_weight=None, reduction="mean"):
    return _reduced(_logits(-x, y, pos_weight), reduction)


@mistake(
    "bce_with_logits",
    "Only the part of a true 1 counts: add that of a true 0.",
)
def forgets_what_is_not_true(x, y, pos_weight=None, reduction="mean"):
    weight = 1 if pos_weight is None else pos_weight
    return _reduced(weight * y * _surprise(x), reduction)


@mistake(
    "bce_with_logits",
    "A sigmoid is applied first, and the loss of logits applies it again: the logits go "
    "in as they are.",
)
def applies_the_sigmoid_twice(x, y, pos_weight=None, reduction="mean"):
    return _reduced(_logits(torch.sigmoid(x), y, pos_weight), reduction)


@mistake(
    "bce_with_logits", "The logits are taken for probabilities: no sigmoid is used."
)
def takes_logits_for_shares(x, y, pos_weight=None, reduction="mean"):
    weight = 1 if pos_weight is None else pos_weight
    return _reduced(-(weight * y * x.log() + (1 - y) * (1 - x).log()), reduction)


@mistake(
    "bce_with_logits", "The result is cut from the graph, so nothing can learn by it."
)
def cuts_the_logits_from_the_graph(x, y, pos_weight=None, reduction="mean"):
    return _reduced(_logits(x, y, pos_weight), reduction).detach()


def _nll(logp, y, weight=None, ignore_index=-100):
    """Return the losses, the weights of all samples, and which of them count."""
    counts = y != ignore_index
    label = y.where(counts, 0)
    each = torch.ones_like(logp[:, 0]) if weight is None else weight[label]
    picked = logp[torch.arange(len(y)), label]
    return (-each * picked).where(counts, 0.0), each, counts


def _whole(logp, y, weight, ignore_index, reduction, divide="weights"):
    """Reduce, with the mean over the weights, or over another number."""
    losses, each, counts = _nll(logp, y, weight, ignore_index)
    if reduction == "mean":
        by = {
            "weights": each[counts].sum(),
            "samples": len(y),
            "counted": counts.sum(),
            "all weights": each.sum(),
        }
        return losses.sum() / by[divide]
    return _reduced(losses, reduction)


@mistake(
    "nll_loss",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each sample comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
    ],
)
def confuses_the_reductions_of_nll(
    logp, y, weight=None, ignore_index=-100, reduction=None, *, slip
):
    if slip.startswith("Without"):
        kind = reduction or ("sum" if "sum" in slip else "none")
    else:
        kind = reduction or "mean"
        kind = "mean" if "whatever" in slip else kind
        kind = kind.replace("mean", "sum") if slip.startswith("The sum") else kind
        kind = kind.replace("sum", "mean") if "the sum is" in slip else kind
    return _whole(logp, y, weight, ignore_index, kind)


@mistake(
    "nll_loss",
    "The mean divides by the number of {divisor}{besides}: it divides by the sum of the "
    "weights of those that count.",
    divisor=["samples", "samples that count"],
    besides=["", ", and what is ignored is multiplied by 0, also where it is infinite"],
)
def divides_by_a_number_of_samples(
    logp, y, weight=None, ignore_index=-100, reduction="mean", *, divisor, besides
):
    counts = y != ignore_index
    if besides:
        losses = multiplies_what_is_ignored_by_0(logp, y, weight, ignore_index, "none")
        by = len(y) if divisor == "samples" else counts.sum()
        return losses.sum() / by if reduction == "mean" else _reduced(losses, reduction)
    by = "samples" if divisor == "samples" else "counted"
    return _whole(logp, y, weight, ignore_index, reduction, by)


@mistake(
    "nll_loss",
    "The mean divides by the weights of all samples, also of the ignored ones: leave "
    "those out.",
)
def counts_the_weights_of_ignored_samples(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(logp, y, weight, ignore_index, reduction, "all weights")


@mistake(
    "nll_loss",
    "Ignored samples are multiplied by 0, which makes NaN of an infinite logarithm: "
    "leave them out with where.",
)
def multiplies_what_is_ignored_by_0(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    counts = (y != ignore_index).to(logp.dtype)
    label = y.where(y != ignore_index, 0)
    each = counts if weight is None else weight[label] * counts
    losses = -each * logp[torch.arange(len(y)), label]
    return (
        losses.sum() / each.sum()
        if reduction == "mean"
        else _reduced(losses, reduction)
    )


@mistake(
    "nll_loss",
    "Ignored samples are dropped: under none they keep their places, with a loss of 0.",
)
def drops_what_is_ignored(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    losses, _, counts = _nll(logp, y, weight, ignore_index)
    if reduction == "none":
        return losses[counts]
    return _whole(logp, y, weight, ignore_index, reduction)


@mistake(
    "nll_loss",
    "Only -100 is ignored, whatever ignore_index says: use the argument.",
)
def ignores_minus_100_alone(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    return _whole(logp, y, weight, -100, reduction)


@mistake(
    "nll_loss",
    "No sample is ignored: those with the label ignore_index do not count.",
)
def ignores_no_sample(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    picked = -logp.gather(1, y.unsqueeze(1)).squeeze(1)
    each = torch.ones_like(picked) if weight is None else weight[y]
    losses = each * picked
    return (
        losses.sum() / each.sum()
        if reduction == "mean"
        else _reduced(losses, reduction)
    )


@mistake("nll_loss", "weight is not used: each class has its own.")
def ignores_the_class_weights(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(logp, y, None, ignore_index, reduction)


@mistake(
    "nll_loss",
    "The weights are used for the mean only: they multiply each loss in every reduction.",
)
def weighs_the_mean_alone(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    weight = weight if reduction == "mean" else None
    return _whole(logp, y, weight, ignore_index, reduction)


@mistake(
    "nll_loss",
    "Under none the losses are divided by the sum of the weights: they stay as they are.",
)
def divides_each_loss_by_the_weights(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    losses, each, counts = _nll(logp, y, weight, ignore_index)
    if reduction == "none":
        return losses / each[counts].sum()
    return _whole(logp, y, weight, ignore_index, reduction)


@mistake(
    "nll_loss", "The minus is missing: a log-probability is at most 0, a loss at least."
)
def forgets_the_minus_of_nll(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    return -_whole(logp, y, weight, ignore_index, reduction)


@mistake("nll_loss", "A logarithm is taken once more: logp has them already.")
def takes_the_logarithm_again(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(logp.log(), y, weight, ignore_index, reduction)


@mistake(
    "nll_loss",
    "A log-softmax is applied first: logp has been through it already.",
)
def applies_log_softmax_again(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(torch.log_softmax(logp, 1), y, weight, ignore_index, reduction)


@mistake("nll_loss", "This is minus the probability: take the logarithm as it is.")
def returns_minus_the_share(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    return _whole(logp.exp(), y, weight, ignore_index, reduction)


@mistake(
    "nll_loss",
    "logp[:, y] takes all labels from each row: pair row i with label i.",
)
def takes_all_labels_of_each_row(
    logp, y, weight=None, ignore_index=-100, reduction="mean"
):
    losses, each, counts = _nll(logp, y, weight, ignore_index)
    label = y.where(counts, 0)
    losses = (-each * logp[:, label]).where(counts, 0.0)
    if reduction == "mean":
        return losses.sum() / each[counts].sum() / len(y)
    return _reduced(losses, reduction)


@mistake("nll_loss", "The result is cut from the graph, so nothing can learn by it.")
def cuts_nll_from_the_graph(logp, y, weight=None, ignore_index=-100, reduction="mean"):
    return _whole(logp, y, weight, ignore_index, reduction).detach()


def _log(x):
    return torch.log_softmax(x, 1)


@mistake(
    "cross_entropy",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each sample comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
    ],
)
def confuses_the_reductions_of_cross_entropy(
    x, y, weight=None, ignore_index=-100, reduction=None, *, slip
):
    return confuses_the_reductions_of_nll(
        _log(x), y, weight, ignore_index, reduction, slip=slip
    )


@mistake(
    "cross_entropy",
    "There is no softmax: minus the logit of the true class is no loss.",
)
def takes_logits_for_logarithms(x, y, weight=None, ignore_index=-100, reduction="mean"):
    return _whole(x, y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "Softmax is applied before log-softmax, so it is applied twice: logits go in as they "
    "are.",
)
def applies_softmax_before_log_softmax(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(_log(x.softmax(1)), y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "The logarithm is taken of softmax, which far below the largest logit is 0: use "
    "torch.log_softmax.",
)
def takes_the_logarithm_of_the_softmax(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(x.softmax(1).log(), y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "{eps} is added inside the logarithm of softmax, which bounds the loss: use "
    "torch.log_softmax.",
    eps=[1e-8, 1e-7, 1e-9, 1e-10, 1e-12],
)
def adds_an_epsilon_to_the_softmax(
    x, y, weight=None, ignore_index=-100, reduction="mean", *, eps
):
    return _whole((x.softmax(1) + eps).log(), y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "Exponentials of the logits overflow: use torch.log_softmax or torch.logsumexp.",
)
def lets_the_exponentials_overflow(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    logp = x - x.exp().sum(1, keepdim=True).log()
    return _whole(logp, y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "The largest logit of the whole batch is subtracted, so rows far below it lose all "
    "exponentials: subtract the largest of each row.",
)
def subtracts_the_largest_of_all(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    z = x - x.max()
    logp = z - z.exp().sum(1, keepdim=True).log()
    return _whole(logp, y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "The mean of a one-hot product is over all N C entries, of which most are 0: divide "
    "the sum by the weights of the samples that count.",
)
def averages_the_one_hot_product(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    losses, _, _ = _nll(_log(x), y, weight, ignore_index)
    return (
        losses.sum() / x.numel() if reduction == "mean" else _reduced(losses, reduction)
    )


@mistake(
    "cross_entropy",
    "The weights multiply the logits: they multiply the loss of their class.",
)
def weighs_the_logits(x, y, weight=None, ignore_index=-100, reduction="mean"):
    x = x if weight is None else x * weight
    return _whole(_log(x), y, None, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "Softmax runs along axis 0, over the samples: the classes lie along axis 1.",
)
def shares_over_the_samples(x, y, weight=None, ignore_index=-100, reduction="mean"):
    return _whole(torch.log_softmax(x, 0), y, weight, ignore_index, reduction)


@mistake("cross_entropy", "Only softmax is taken, and not its logarithm.")
def forgets_the_logarithm_of_softmax(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(x.softmax(1), y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "The mean divides by the number of {divisor}: it divides by the sum of the weights "
    "of those that count.",
    divisor=["samples", "samples that count"],
)
def divides_the_entropy_by_a_number_of_samples(
    x, y, weight=None, ignore_index=-100, reduction="mean", *, divisor
):
    by = "samples" if divisor == "samples" else "counted"
    return _whole(_log(x), y, weight, ignore_index, reduction, by)


@mistake(
    "cross_entropy",
    "The mean divides by the weights of all samples, also of the ignored ones: leave "
    "those out.",
)
def counts_the_weights_of_all_samples(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(_log(x), y, weight, ignore_index, reduction, "all weights")


@mistake("cross_entropy", "weight is not used: each class has its own.")
def ignores_the_weights_of_the_classes(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(_log(x), y, None, ignore_index, reduction)


@mistake(
    "cross_entropy",
    "ignore_index is not handed on, so only -100 is ignored.",
)
def keeps_ignore_index_to_itself(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(_log(x), y, weight, -100, reduction)


@mistake(
    "cross_entropy",
    "Neither weight nor ignore_index is handed on: all classes count alike, and only "
    "-100 is ignored.",
)
def hands_neither_on(x, y, weight=None, ignore_index=-100, reduction="mean"):
    return _whole(_log(x), y, None, -100, reduction)


@mistake("cross_entropy", "The minus is missing: a loss is 0 or more.")
def forgets_the_minus_of_cross_entropy(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return -_whole(_log(x), y, weight, ignore_index, reduction)


@mistake(
    "cross_entropy", "The result is cut from the graph, so nothing can learn by it."
)
def cuts_cross_entropy_from_the_graph(
    x, y, weight=None, ignore_index=-100, reduction="mean"
):
    return _whole(_log(x), y, weight, ignore_index, reduction).detach()


def _poisson(x, y, log_input, eps):
    return x.exp() - y * x if log_input else x - y * (x + eps).log()


@mistake(
    "poisson_nll",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The sum is divided by one less than the number of entries",
        "Only the first axis is reduced, where all are",
    ],
)
def confuses_the_reductions_of_counts(
    x, y, log_input=True, eps=1e-8, reduction=None, *, slip
):
    return _confused(_poisson(x, y, log_input, eps), reduction, slip)


@mistake(
    "poisson_nll",
    "x is taken for the expected count whatever log_input says.",
)
def takes_x_for_the_count(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(x - y * (x + eps).log(), reduction)


@mistake(
    "poisson_nll",
    "x is taken for a logarithm whatever log_input says.",
)
def takes_x_for_a_logarithm(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(x.exp() - y * x, reduction)


@mistake(
    "poisson_nll", "The two forms are exchanged: log_input says that x is a logarithm."
)
def exchanges_the_two_forms(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(_poisson(x, y, not log_input, eps), reduction)


@mistake(
    "poisson_nll", "Without log_input x is taken for the count: it is True by default."
)
def takes_a_count_by_default(x, y, log_input=False, eps=1e-8, reduction="mean"):
    return _reduced(_poisson(x, y, log_input, eps), reduction)


@mistake(
    "poisson_nll",
    "The expected count is missing: it is exp(x) - y x (or x - y log x).",
)
def forgets_the_expected_count(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(-y * (x if log_input else (x + eps).log()), reduction)


@mistake("poisson_nll", "The sign is turned: it is the expected count less y times x.")
def turns_the_sign_of_the_surprise(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return -_reduced(_poisson(x, y, log_input, eps), reduction)


@mistake(
    "poisson_nll", "The logarithm of an expected count is missing with log_input False."
)
def forgets_the_logarithm_of_the_count(
    x, y, log_input=True, eps=1e-8, reduction="mean"
):
    return _reduced(x.exp() - y * x if log_input else x - y * x, reduction)


@mistake("poisson_nll", "x is not turned into the expected count: it is exp(x).")
def forgets_the_exponential_of_x(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(x - y * x if log_input else x - y * (x + eps).log(), reduction)


@mistake(
    "poisson_nll",
    "eps is {value} whatever was asked for: use the argument.",
    value=[0, 1e-8, 1e-12],
)
def ignores_eps(x, y, log_input=True, eps=1e-8, reduction="mean", *, value):
    return _reduced(_poisson(x, y, log_input, value), reduction)


@mistake(
    "poisson_nll", "eps is added to the expected count too: only inside the logarithm."
)
def adds_eps_to_the_count(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(
        _poisson(x, y, log_input, eps) + (0 if log_input else eps), reduction
    )


@mistake("poisson_nll", "eps is added to a logarithm too: it is for an expected count.")
def adds_eps_to_the_logarithm(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(
        _poisson(x, y, log_input, eps) - (y * eps if log_input else 0), reduction
    )


@mistake("poisson_nll", "This is the squared error of the expected count.")
def squares_the_error_of_the_count(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(((x.exp() if log_input else x) - y) ** 2, reduction)


@mistake(
    "poisson_nll",
    "eps is added after the logarithm, which is infinite at a count of 0: add it inside.",
)
def adds_eps_after_the_logarithm(x, y, log_input=True, eps=1e-8, reduction="mean"):
    losses = x.exp() - y * x if log_input else x - y * (x.log() + eps)
    return _reduced(losses, reduction)


@mistake(
    "poisson_nll",
    "eps is used where x is a logarithm too, which needs none: there it is y times x.",
)
def uses_eps_in_both_forms(x, y, log_input=True, eps=1e-8, reduction="mean"):
    rate = x.exp() if log_input else x
    return _reduced(rate - y * (rate + eps).log(), reduction)


@mistake("poisson_nll", "eps keeps x from below; it is added to x.")
def takes_eps_for_a_bound(x, y, log_input=True, eps=1e-8, reduction="mean"):
    low = x if log_input else x.clamp(min=eps)
    return _reduced(x.exp() - y * x if log_input else x - y * low.log(), reduction)


@mistake(
    "poisson_nll",
    "{form} of log(y!) is added: it does not depend on x, and is left out.",
    form=["Stirling's form", "The whole"],
)
def adds_the_factorial(x, y, log_input=True, eps=1e-8, reduction="mean", *, form):
    more = torch.lgamma(y + 1)
    if form != "The whole":
        stirling = y * y.log() - y + 0.5 * (2 * math.pi * y).log()
        more = torch.where(y > 1, stirling, 0.0)
    return _reduced(_poisson(x, y, log_input, eps) + more, reduction)


@mistake("poisson_nll", "The result is cut from the graph, so nothing can learn by it.")
def cuts_the_counts_from_the_graph(x, y, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(_poisson(x, y, log_input, eps), reduction).detach()


def _shared(terms, reduction):
    return (
        terms.sum() / len(terms)
        if reduction == "batchmean"
        else _reduced(terms, reduction)
    )


def _kl(log_q, p):
    return torch.xlogy(p, p) - p * log_q


@mistake(
    "kl_div",
    "{slip}: look at what reduction says.",
    slip=[
        "batchmean divides by all entries",
        "mean divides by the size of the batch alone",
        "mean divides by the size of the last axis",
        "batchmean is not divided at all",
        "batchmean comes whatever is asked for",
        "mean comes where the sum is due",
        "batchmean divides by the size of every axis but the last",
    ],
)
def confuses_the_reductions_of_kl(log_q, p, reduction="batchmean", *, slip):
    terms = _kl(log_q, p)
    if slip == "batchmean comes whatever is asked for":
        return _shared(terms, "batchmean")
    if slip == "mean divides by the size of the last axis" and reduction == "mean":
        return terms.sum() / terms.shape[-1]
    if slip.endswith("but the last") and reduction == "batchmean":
        return terms.sum(-1).mean()
    kinds = {
        "batchmean divides by all entries": ("batchmean", "mean"),
        "mean divides by the size of the batch alone": ("mean", "batchmean"),
        "batchmean is not divided at all": ("batchmean", "sum"),
        "mean comes where the sum is due": ("sum", "mean"),
    }
    asked, given = kinds.get(slip, ("", ""))
    return _shared(terms, given if reduction == asked else reduction)


@mistake(
    "kl_div",
    "Without a reduction {kind} comes: batchmean is due.",
    kind=["mean", "sum", "none"],
)
def has_another_default(log_q, p, reduction=None, *, kind):
    return _shared(_kl(log_q, p), reduction or kind)


@mistake("kl_div", "p is taken for a logarithm: it is a probability.")
def takes_p_for_a_logarithm(log_q, p, reduction="batchmean"):
    return _shared(p.exp() * (p - log_q), reduction)


@mistake("kl_div", "log_q is taken for a probability's exponential: use it as it is.")
def takes_the_exponential_of_log_q(log_q, p, reduction="batchmean"):
    return _shared(torch.xlogy(p, p) - p * log_q.exp(), reduction)


@mistake(
    "kl_div",
    "0 times the logarithm of 0 is NaN: a p of 0 adds 0, as xlogy has it.",
)
def lets_a_p_of_0_be_nan(log_q, p, reduction="batchmean"):
    return _shared(p * (p.log() - log_q), reduction)


@mistake(
    "kl_div",
    "{eps} is added inside the logarithm of p, which changes every term: use xlogy.",
    eps=[1e-8, 1e-7, 1e-6, 1e-10],
)
def adds_an_epsilon_to_p(log_q, p, reduction="batchmean", *, eps):
    return _shared(p * ((p + eps).log() - log_q), reduction)


@mistake(
    "kl_div",
    "p is kept above {eps} in its logarithm, which changes small terms: use xlogy.",
    eps=[1e-3, 1e-2],
)
def keeps_p_from_0(log_q, p, reduction="batchmean", *, eps):
    return _shared(p * (p.clamp(min=eps).log() - log_q), reduction)


@mistake(
    "kl_div",
    "The two are exchanged: p is the truth, and its logarithm comes first.",
)
def exchanges_belief_and_truth(log_q, p, reduction="batchmean"):
    return _shared(log_q.exp() * (log_q - p.log()), reduction)


@mistake("kl_div", "This is the cross-entropy: add p log p.")
def forgets_the_entropy_of_p(log_q, p, reduction="batchmean"):
    return _shared(-p * log_q, reduction)


@mistake("kl_div", "The sign is turned: it is log p less log q.")
def turns_the_sign_of_kl(log_q, p, reduction="batchmean"):
    return -_shared(_kl(log_q, p), reduction)


@mistake("kl_div", "The terms are not weighed by p.")
def forgets_to_weigh_by_p(log_q, p, reduction="batchmean"):
    return _shared(p.log() - log_q, reduction)


@mistake("kl_div", "The result is cut from the graph, so nothing can learn by it.")
def cuts_kl_from_the_graph(log_q, p, reduction="batchmean"):
    return _shared(_kl(log_q, p), reduction).detach()
