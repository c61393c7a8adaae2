"""Wrong margin losses that people really write: rejected, and named."""

import math

import torch
import torch.nn.functional as F

from dojo.grading import mistake

EQUIVALENT = {
    "soft_margin": {
        "- return _reduced(torch.logaddexp(-lead, torch.zeros_like(lead)), reduction)\n+ return _reduced(torch.logaddexp(torch.zeros_like(lead), -lead), reduction)": "the two powers may be added in either order",
        "- return _reduced(torch.logaddexp(-lead, torch.zeros_like(lead)), reduction)\n+ return _reduced(torch.logaddexp(-lead, torch.zeros_like(input)), reduction)": "zeros of the same shape",
        "- return _reduced(torch.logaddexp(-lead, torch.zeros_like(lead)), reduction)\n+ return _reduced(torch.logaddexp(-lead, torch.zeros_like(target)), reduction)": "zeros of the same shape",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "of the two words left, 'mean' is the smaller",
    },
    "multi_margin": {
        "- true = target.unsqueeze(1)\n+ true = target.unsqueeze(-1)": "axis 1 of two is the last",
        "- shortfall = (margin - input.gather(1, true) + input).clamp(min=0) ** p  # (N, C)\n+ shortfall = (margin - input.gather(-1, true) + input).clamp(min=0) ** p": "axis 1 of two is the last",
        "- losses = shortfall.scatter(1, true, 0.0).sum(1) / input.shape[1]\n+ losses = shortfall.scatter(-1, true, 0.0).sum(1) / input.shape[1]": "axis 1 of two is the last",
        "- losses = shortfall.scatter(1, true, 0.0).sum(1) / input.shape[1]\n+ losses = shortfall.scatter(1, true, 0.0).sum(-1) / input.shape[1]": "axis 1 of two is the last",
        "- losses = shortfall.scatter(1, true, 0.0).sum(1) / input.shape[1]\n+ losses = shortfall.scatter(1, true, 0.0).sum(1) / input.shape[-1]": "axis 1 of two is the last",
        "- return _reduced(losses if weight is None else weight[target] * losses, reduction)\n+ return _reduced(losses if weight == None else weight[target] * losses, reduction)": "a tensor is never None",
        "- losses = shortfall.scatter(1, true, 0.0).sum(1) / input.shape[1]\n+ losses = shortfall.scatter(-1, true, 0.0).sum(-1) / input.shape[-1]": "axis 1 of two is the last",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "of the two words left, 'mean' is the smaller",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=0) if reduction == 'mean' else losses.sum()": "the losses have one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=-1) if reduction == 'mean' else losses.sum()": "the losses have one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=0)": "the losses have one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=-1)": "the losses have one axis",
    },
    "multilabel_margin": {
        "- counts = (target >= 0).long().cumprod(1)  # 1 up to the first -1\n+ counts = (target >= 0).cumprod(1)": "cumprod of truths counts in int64 too",
        "- counts = (target >= 0).long().cumprod(1)  # 1 up to the first -1\n+ counts = (target >= 0).long().cumprod(-1)": "axis 1 of two is the last",
        "- true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0\n+ true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) != 0": "zeros of the same shape",
        "- true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0\n+ true = torch.zeros_like(counts).scatter_add(1, target.clamp(min=0), counts) > 0": "zeros of the same shape and dtype",
        "- true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0\n+ true = torch.zeros_like(target).scatter_add(-1, target.clamp(min=0), counts) > 0": "zeros of the same shape",
        "- true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0\n+ true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0.5": "zeros of the same shape",
        "- pairs = true.unsqueeze(2) & ~true.unsqueeze(1)\n+ pairs = true.unsqueeze(2) * ~true.unsqueeze(1)": "the product of truths is their and",
        "- pairs = true.unsqueeze(2) & ~true.unsqueeze(1)\n+ pairs = ~true.unsqueeze(1) & true.unsqueeze(2)": "the operands of an and may come in either order",
        "- losses = shortfall.where(pairs, 0.0).sum((1, 2)) / input.shape[1]\n+ losses = shortfall.where(pairs, 0.0).sum((2, 1)) / input.shape[1]": "the order of the axes that are summed is free",
        "- losses = shortfall.where(pairs, 0.0).sum((1, 2)) / input.shape[1]\n+ losses = shortfall.where(pairs, 0.0).sum((1, 2)) / target.shape[1]": "the target has as many columns",
        "- losses = shortfall.where(pairs, 0.0).sum((1, 2)) / input.shape[1]\n+ losses = shortfall.where(pairs, 0.0).sum((1, 2)) / input.shape[-1]": "axis 1 of two is the last",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "of the two words left, 'mean' is the smaller",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=0) if reduction == 'mean' else losses.sum()": "the losses have one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=-1) if reduction == 'mean' else losses.sum()": "the losses have one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=0)": "the losses have one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=-1)": "the losses have one axis",
    },
    "hinge_embedding": {
        "- return _reduced(torch.where(target == 1, input, apart), reduction)\n+ return _reduced(torch.where(target >= 1, input, apart), reduction)": "the target is 1 or -1",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "of the two words left, 'mean' is the smaller",
    },
    "margin_ranking": {
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
    },
    "cosine_embedding": {
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=0) if reduction == 'mean' else losses.sum()": "there is one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=-1) if reduction == 'mean' else losses.sum()": "there is one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=0)": "there is one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=-1)": "there is one axis",
        "- lengths = input1.norm(dim=1) * input2.norm(dim=1)\n+ lengths = input1.norm(dim=-1) * input2.norm(dim=1)": "axis 1 is the last of two",
        "- lengths = input1.norm(dim=1) * input2.norm(dim=1)\n+ lengths = input1.norm(dim=1) * input2.norm(dim=-1)": "axis 1 is the last of two",
        "- lengths = input1.norm(dim=1) * input2.norm(dim=1)\n+ lengths = input1.norm(dim=-1) * input2.norm(dim=-1)": "axis 1 is the last of two",
        "- cosine = (input1 * input2).sum(1) / lengths  # (N,)\n+ cosine = (input1 * input2).sum(-1) / lengths": "axis 1 is the last of two",
        "- return _reduced(torch.where(target == 1, 1 - cosine, apart), reduction)\n+ return _reduced(torch.where(target >= 1, 1 - cosine, apart), reduction)": "no target is above 1",
    },
    "triplet_margin": {
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction <= 'mean' else losses.sum()": "no other reduction comes before it in the alphabet",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=0) if reduction == 'mean' else losses.sum()": "there is one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean(axis=-1) if reduction == 'mean' else losses.sum()": "there is one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=0)": "there is one axis",
        "- return losses.mean() if reduction == \"mean\" else losses.sum()\n+ return losses.mean() if reduction == 'mean' else losses.sum(axis=-1)": "there is one axis",
        "- far = _distance(anchor, negative, p, eps)\n+ far = _distance(eps, negative, p, anchor)": "the same sum in another order",
        "- far = far.minimum(_distance(positive, negative, p, eps))\n+ far = far.minimum(_distance(eps, negative, p, positive))": "the same sum in another order",
        "- return _reduced((margin + near - far).clamp(min=0), reduction)\n+ return _reduced((margin + (near - far)).clamp(min=0), reduction)": "the same sum",
        "- return ((x - y + eps).abs() ** p).sum(1) ** (1 / p)\n+ return ((x - y + eps).abs() ** p).sum(-1) ** (1 / p)": "axis 1 is the last of two",
    },
}


def _reduced(losses, reduction):
    return {"mean": losses.mean(), "sum": losses.sum(), "none": losses}[reduction]


def _confused(losses, reduction, slip):
    """Reduce with a slip; `reduction` is None where it was not given."""
    if slip.startswith("Without"):
        return _reduced(losses, reduction or ("sum" if "sum" in slip else "none"))
    reduction = reduction or "mean"
    if slip.startswith("The mean comes whatever"):
        return losses.mean()
    if slip.startswith("The sum is divided by the rows") and reduction == "mean":
        return losses.sum() / len(losses)
    if slip.startswith("The mean is over those that cost") and reduction == "mean":
        return losses.sum() / (losses > 0).sum().clamp(min=1)
    if slip.startswith("The sum comes where"):
        return _reduced(losses, reduction.replace("mean", "sum"))
    if slip.startswith("The mean comes where"):
        return _reduced(losses, reduction.replace("sum", "mean"))
    return _reduced(losses, reduction)


def _ranking(input1, input2, target, margin=0.0):
    return (margin - target * (input1 - input2)).clamp(min=0)


@mistake(
    "margin_ranking",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each pair comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
        "The mean is over those that cost something, where it is over all",
    ],
)
def confuses_the_reductions_of_ranks(
    input1, input2, target, margin=0.0, *, reduction=None, slip
):
    return _confused(_ranking(input1, input2, target, margin), reduction, slip)


@mistake("margin_ranking", "The sign is turned: the pairs in the right order pay.")
def punishes_the_right_order(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(_ranking(input1, input2, -target, margin), reduction)


@mistake(
    "margin_ranking",
    "The targets are taken for 0 and 1, and made -3 and 1 by 2 target - 1: they are -1 and "
    "1 already.",
)
def takes_the_targets_for_0_and_1(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    return _reduced(_ranking(input1, input2, 2 * target - 1, margin), reduction)


@mistake("margin_ranking", "margin is not used: it is added before the cut at 0.")
def ignores_the_margin_of_ranks(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    return _reduced(_ranking(input1, input2, target), reduction)


@mistake(
    "margin_ranking", "The margin is subtracted: a lead below it is to cost something."
)
def subtracts_the_margin(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(_ranking(input1, input2, target, -margin), reduction)


@mistake(
    "margin_ranking", "The margin is added after the cut at 0, so every pair pays it."
)
def adds_the_margin_too_late(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(_ranking(input1, input2, target) + margin, reduction)


@mistake("margin_ranking", "Nothing is cut off at 0, so a large lead earns something.")
def lets_a_lead_earn_something(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(margin - target * (input1 - input2), reduction)


@mistake(
    "margin_ranking",
    "The margin is multiplied by the target too, so where that is -1 it is given away: "
    "only the difference of the scores is.",
)
def gives_the_margin_the_sign_of_the_target(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    lack = -target * (input1 - input2 - margin)
    return _reduced(lack.clamp(min=0), reduction)


@mistake(
    "margin_ranking",
    "The cut at 0 comes after the mean or the sum, so that large leads pay for others: "
    "cut off each pair first.",
)
def cuts_off_after_the_reduction(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    lack = margin - target * (input1 - input2)
    return _reduced(lack, reduction).clamp(min=0)


@mistake("margin_ranking", "The margin is 1 by default; it is 0.")
def has_a_margin_of_one(input1, input2, target, margin=1.0, *, reduction="mean"):
    return _reduced(_ranking(input1, input2, target, margin), reduction)


@mistake(
    "margin_ranking", "target is not used: -1 says that the second is to be larger."
)
def ignores_the_target(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(_ranking(input1, input2, target.abs(), margin), reduction)


@mistake("margin_ranking", "The shortfall is squared; it counts as it is.")
def squares_the_shortfall(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(_ranking(input1, input2, target, margin) ** 2, reduction)


@mistake(
    "soft_margin",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
    ],
)
def confuses_the_reductions_of_soft_margins(input, target, *, reduction=None, slip):
    return _confused(F.softplus(-target * input), reduction, slip)


@mistake(
    "soft_margin",
    "The exponential overflows where a score is large and wrong: use logaddexp or "
    "softplus.",
    how=["log(1 + exp)", "log1p(exp)"],
)
def lets_the_exponential_of_the_lead_overflow(input, target, *, reduction="mean", how):
    power = (-target * input).exp()
    losses = power.log1p() if how == "log1p(exp)" else (1 + power).log()
    return _reduced(losses, reduction)


@mistake(
    "soft_margin",
    "Where the exponential overflows another formula is taken by where, but the NaN of "
    "the slope that is not asked for comes through: use logaddexp or softplus.",
    above=[20, 30, 50],
)
def chooses_after_the_overflow(input, target, *, reduction="mean", above):
    z = -target * input
    return _reduced(torch.where(z > above, z, z.exp().log1p()), reduction)


@mistake(
    "soft_margin",
    "The loss is multiplied by the target: it belongs inside the exponential.",
)
def multiplies_the_loss_by_the_target(input, target, *, reduction="mean"):
    return _reduced(target * F.softplus(-input), reduction)


@mistake("soft_margin", "The sign is turned: scores with the right sign pay.")
def punishes_the_right_sign(input, target, *, reduction="mean"):
    return _reduced(F.softplus(target * input), reduction)


@mistake(
    "soft_margin",
    "The targets are taken for 0 and 1; here they are -1 and 1.",
)
def takes_targets_of_0_and_1(input, target, *, reduction="mean"):
    return _reduced(F.softplus(input) - target * input, reduction)


@mistake("soft_margin", "This is a hinge with a corner, max(0, 1 - lead).")
def makes_a_hinge(input, target, *, reduction="mean"):
    return _reduced((1 - target * input).clamp(min=0), reduction)


@mistake("soft_margin", "The logarithm is to base 2; the natural one is wanted.")
def takes_bits_of_the_margin(input, target, *, reduction="mean"):
    return _reduced(F.softplus(-target * input) / math.log(2), reduction)


@mistake("soft_margin", "target is not used: -1 asks for a negative score.")
def ignores_the_sign_that_is_asked_for(input, target, *, reduction="mean"):
    return _reduced(F.softplus(-input), reduction)


@mistake(
    "soft_margin",
    "The slope at a score of 0 is off by a half: max(x, 0) and |x| have a corner there. "
    "Use logaddexp or softplus, which have none.",
)
def has_a_corner_at_a_score_of_0(input, target, *, reduction="mean"):
    lead = target * input
    return _reduced((-lead).clamp(min=0) + (-lead.abs()).exp().log1p(), reduction)


def _multi(input, target, p=1, margin=1.0, weight=None, **slip):
    """Return the losses, but for what is asked for otherwise."""
    true = input.gather(1, target.unsqueeze(1))
    lack = margin + slip.get("sign", 1) * (input - true)
    lack = lack if slip.get("uncut") else lack.clamp(min=0)
    each = weight[target] if weight is not None else torch.ones_like(input[:, 0])
    if slip.get("inside"):
        lack = lack * each.unsqueeze(1)
    if weight is not None and slip.get("others"):
        lack, each = lack * weight, torch.ones_like(each)
    if slip.get("power", True):
        lack = lack**p
    if not slip.get("itself"):
        lack = lack.scatter(1, target.unsqueeze(1), 0.0)
    if slip.get("largest"):
        return lack.amax(1) * each
    over = {"classes": input.shape[1], "others": input.shape[1] - 1, "none": 1}
    losses = lack.sum(1) / over[slip.get("over", "classes")]
    return losses if slip.get("inside") else losses * each


@mistake(
    "multi_margin",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each sample comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The mean is over those that cost something, where it is over all",
    ],
)
def confuses_the_reductions_of_classes(
    input, target, p=1, margin=1.0, weight=None, *, reduction=None, slip
):
    return _confused(_multi(input, target, p, margin, weight), reduction, slip)


@mistake(
    "multi_margin",
    "The true class is compared with itself, which costs margin^p: leave it out.",
)
def compares_a_class_with_itself(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    losses = _multi(input, target, p, margin, weight, itself=True)
    return _reduced(losses, reduction)


@mistake(
    "multi_margin",
    "The sum over the classes is divided by {divisor}: divide it by the number of "
    "classes.",
    divisor=["the number of other classes", "nothing"],
)
def divides_by_another_number(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean", divisor
):
    over = "none" if divisor == "nothing" else "others"
    return _reduced(_multi(input, target, p, margin, weight, over=over), reduction)


@mistake(
    "multi_margin",
    "The sum over the classes is raised to the power p: raise each shortfall.",
)
def raises_the_sum_to_the_power(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    losses = _multi(input, target, 1, margin, over="none") ** p / input.shape[1]
    each = 1 if weight is None else weight[target]
    return _reduced(losses * each, reduction)


@mistake(
    "multi_margin",
    "Only the closest other class counts, divided by {divisor}: add them all up, and "
    "divide by the number of classes.",
    divisor=["nothing", "the number of classes"],
)
def takes_the_closest_class(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean", divisor
):
    losses = _multi(input, target, p, margin, weight, largest=True)
    return _reduced(losses / (1 if divisor == "nothing" else input.shape[1]), reduction)


@mistake("multi_margin", "The sign is turned: the true class is to lead.")
def punishes_the_true_class(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    return _reduced(_multi(input, target, p, margin, weight, sign=-1), reduction)


@mistake("multi_margin", "p is not used: each shortfall is raised to it.")
def ignores_the_power(input, target, p=1, margin=1.0, weight=None, *, reduction="mean"):
    return _reduced(_multi(input, target, 1, margin, weight), reduction)


@mistake("multi_margin", "margin is 1 whatever was asked for: use the argument.")
def ignores_the_margin_of_classes(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    return _reduced(_multi(input, target, p, 1.0, weight), reduction)


@mistake("multi_margin", "weight is not used: each true class has its own.")
def ignores_the_weights_of_true_classes(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    return _reduced(_multi(input, target, p, margin), reduction)


@mistake(
    "multi_margin",
    "The weight is raised to the power p as well: it multiplies the loss.",
)
def raises_the_weight_to_the_power(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    losses = _multi(input, target, p, margin, weight, inside=True)
    return _reduced(losses, reduction)


@mistake(
    "multi_margin",
    "The weights are those of the other classes: a loss has the weight of its true "
    "class.",
)
def weighs_the_other_classes(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    losses = _multi(input, target, 1, margin, weight, others=True)
    if p != 1:
        losses = _multi(
            input,
            target,
            p,
            margin,
            None if weight is None else weight**0.5,
            others=True,
        )
    return _reduced(losses, reduction)


@mistake(
    "multi_margin",
    "The mean divides by the sum of the weights: here it divides by the samples.",
)
def divides_by_the_weights_of_true_classes(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    losses = _multi(input, target, p, margin, weight)
    if reduction == "mean" and weight is not None:
        return losses.sum() / weight[target].sum()
    return _reduced(losses, reduction)


@mistake("multi_margin", "Nothing is cut off at 0, so a large lead earns something.")
def lets_a_class_earn_something(
    input, target, p=1, margin=1.0, weight=None, *, reduction="mean"
):
    losses = _multi(input, target, p, margin, weight, uncut=True)
    return _reduced(losses, reduction)


def _multilabel(input, target, **slip):
    """Return the losses, but for what is asked for otherwise."""
    counts = (target >= 0).long()
    counts = counts if slip.get("behind") else counts.cumprod(1)
    true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0
    lack = 1 + slip.get("sign", 1) * (input.unsqueeze(1) - input.unsqueeze(2))
    lack = lack if slip.get("uncut") else lack.clamp(min=0)
    others = torch.ones_like(true) if slip.get("true too") else ~true
    first = true & (true.long().cumsum(1) == 1) if slip.get("first") else true
    losses = lack.where(first.unsqueeze(2) & others.unsqueeze(1), 0.0).sum((1, 2))
    over = {"classes": input.shape[1], "none": 1}.get(slip.get("over", "classes"))
    if slip.get("over") == "true":
        over = true.sum(1).clamp(min=1)
    if slip.get("over") == "pairs":
        over = (true.sum(1) * (~true).sum(1)).clamp(min=1)
    return losses / over


@mistake(
    "multilabel_margin",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each sample comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
    ],
)
def confuses_the_reductions_of_labels(input, target, *, reduction=None, slip):
    return _confused(_multilabel(input, target), reduction, slip)


@mistake(
    "multilabel_margin",
    "Classes behind the first -1 count too: the list of true classes ends there.",
)
def reads_on_behind_the_end(input, target, *, reduction="mean"):
    return _reduced(_multilabel(input, target, behind=True), reduction)


@mistake(
    "multilabel_margin",
    "True classes are to lead one another as well{more}: compare them with the others "
    "alone.",
    more=["", ", and themselves"],
)
def compares_true_classes(input, target, *, reduction="mean", more):
    losses = _multilabel(input, target, **{"true too": True})
    if not more:  # a class lacks the whole 1 in comparison with itself
        true = (target >= 0).long().cumprod(1).sum(1)
        losses = losses - true.to(losses.dtype) / input.shape[1]
    return _reduced(losses, reduction)


@mistake(
    "multilabel_margin",
    "target is read as a mark for each class, true where it is {marked}: it lists the "
    "true classes.",
    marked=["above 0", "1"],
)
def reads_target_as_marks(input, target, *, reduction="mean", marked):
    C = input.shape[1]
    true = target == 1 if marked == "1" else target > 0
    rows = [[c for c in range(C) if row[c]] for row in true.tolist()]
    rows = [[*row, *[-1] * (C - len(row))] for row in rows]
    return _reduced(_multilabel(input, torch.tensor(rows)), reduction)


@mistake(
    "multilabel_margin",
    "The sum is divided by the number of {divisor}: divide it by that of all classes.",
    divisor=["true classes", "pairs"],
)
def divides_by_true_classes(input, target, *, reduction="mean", divisor):
    over = "true" if divisor == "true classes" else "pairs"
    return _reduced(_multilabel(input, target, over=over), reduction)


@mistake(
    "multilabel_margin",
    "The sum over the pairs is not divided: divide it by the number of classes.",
)
def forgets_to_divide_by_the_classes(input, target, *, reduction="mean"):
    return _reduced(_multilabel(input, target, over="none"), reduction)


@mistake("multilabel_margin", "The sign is turned: the true classes are to lead.")
def punishes_the_true_classes(input, target, *, reduction="mean"):
    return _reduced(_multilabel(input, target, sign=-1), reduction)


@mistake(
    "multilabel_margin",
    "Only the {place} of the true classes counts: go through all.",
    place=["first", "lowest"],
)
def takes_one_true_class(input, target, *, reduction="mean", place):
    if place == "lowest":
        return _reduced(_multilabel(input, target, first=True), reduction)
    true = torch.zeros_like(target).bool()
    for row, marks in zip(target.tolist(), true, strict=True):
        marks[row[: row.index(-1)] if -1 in row else row] = True
    first = input.gather(1, target[:, :1].clamp(min=0))
    losses = (1 - first + input).clamp(min=0).masked_fill(true, 0.0)
    losses = losses.masked_fill(target[:, :1] < 0, 0.0).sum(1)
    return _reduced(losses / input.shape[1], reduction)


@mistake(
    "multilabel_margin", "Nothing is cut off at 0, so a large lead earns something."
)
def lets_a_true_class_earn_something(input, target, *, reduction="mean"):
    return _reduced(_multilabel(input, target, uncut=True), reduction)


@mistake(
    "multilabel_margin",
    "A -1 is read as the last class{more}: the list of true classes ends before it.",
    more=["", ", and what stands behind it counts too"],
)
def reads_minus_1_as_the_last_class(input, target, *, reduction="mean", more):
    C = input.shape[1]
    rows = []
    for row in target.tolist():
        end = row.index(-1) + 1 if -1 in row and not more else C
        true = dict.fromkeys(t % C for t in row[:end])
        rows.append([*true, *[-1] * (C - len(true))])
    return _reduced(_multilabel(input, torch.tensor(rows)), reduction)


def _hinge(input, target, margin=1.0):
    return torch.where(target == 1, input, (margin - input).clamp(min=0))


@mistake(
    "hinge_embedding",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each entry comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The sum is divided by the rows, where the mean is over all entries",
    ],
)
def confuses_the_reductions_of_distances(
    input, target, margin=1.0, *, reduction=None, slip
):
    return _confused(_hinge(input, target, margin), reduction, slip)


@mistake(
    "hinge_embedding", "The two cases are exchanged: 1 says that they belong together."
)
def exchanges_together_and_apart(input, target, margin=1.0, *, reduction="mean"):
    return _reduced(_hinge(input, -target, margin), reduction)


@mistake("hinge_embedding", "margin is 1 whatever was asked for: use the argument.")
def ignores_the_margin_of_distances(input, target, margin=1.0, *, reduction="mean"):
    return _reduced(_hinge(input, target), reduction)


@mistake(
    "hinge_embedding", "Nothing is cut off at 0: those that are far apart cost nothing."
)
def lets_a_distance_earn_something(input, target, margin=1.0, *, reduction="mean"):
    return _reduced(torch.where(target == 1, input, margin - input), reduction)


@mistake(
    "hinge_embedding",
    "This is the hinge of a classifier, max(0, margin - target · input): together costs "
    "the distance itself.",
)
def takes_the_hinge_of_a_classifier(input, target, margin=1.0, *, reduction="mean"):
    return _reduced((margin - target * input).clamp(min=0), reduction)


@mistake(
    "hinge_embedding",
    "The targets are taken for 0 and 1, so those with -1 are counted wrongly: here they "
    "are -1 and 1.",
)
def blends_the_two_cases(input, target, margin=1.0, *, reduction="mean"):
    apart = (margin - input).clamp(min=0)
    return _reduced(target * input + (1 - target) * apart, reduction)


@mistake(
    "hinge_embedding", "The margin is {value} by default; it is 1.", value=[0, 0.5, 2]
)
def has_another_margin(input, target, margin=None, *, reduction="mean", value):
    return _reduced(
        _hinge(input, target, value if margin is None else margin), reduction
    )


@mistake(
    "hinge_embedding",
    "The means of the two cases are added: the mean is over all entries at once.",
)
def adds_the_means_of_the_cases(input, target, margin=1.0, *, reduction="mean"):
    losses = _hinge(input, target, margin)
    if reduction == "mean":
        return losses[target == 1].mean() + losses[target != 1].mean()
    return _reduced(losses, reduction)


@mistake(
    "hinge_embedding",
    "Those that do not belong together cost distance - margin, so the far ones pay: it "
    "is margin - distance.",
)
def punishes_the_far_ones(input, target, margin=1.0, *, reduction="mean"):
    apart = (input - margin).clamp(min=0)
    return _reduced(torch.where(target == 1, input, apart), reduction)


@mistake("hinge_embedding", "Distances are squared; they count as they are.")
def squares_the_distances(input, target, margin=1.0, *, reduction="mean"):
    together, apart = input**2, (margin - input).clamp(min=0) ** 2
    return _reduced(torch.where(target == 1, together, apart), reduction)


@mistake("hinge_embedding", "Those that belong together are cut off at 0 too.")
def cuts_off_those_that_belong_together(input, target, margin=1.0, *, reduction="mean"):
    return _reduced(_hinge(input, target, margin).clamp(min=0), reduction)


def _cosine(input1, input2):
    return (input1 * input2).sum(1) / (input1.norm(dim=1) * input2.norm(dim=1))


def _angle(input1, input2, target, margin=0.0, cosine=_cosine):
    cosine = cosine(input1, input2)
    return torch.where(target == 1, 1 - cosine, (cosine - margin).clamp(min=0))


@mistake(
    "cosine_embedding",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each pair comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
    ],
)
def confuses_the_reductions_of_angles(
    input1, input2, target, margin=0.0, *, reduction=None, slip
):
    return _confused(_angle(input1, input2, target, margin), reduction, slip)


@mistake(
    "cosine_embedding", "This is the product of the vectors: divide by their lengths."
)
def forgets_the_lengths(input1, input2, target, margin=0.0, *, reduction="mean"):
    def cosine(a, b):
        return (a * b).sum(1)

    return _reduced(_angle(input1, input2, target, margin, cosine), reduction)


@mistake(
    "cosine_embedding",
    "The product is divided by the length of {which} vector alone: by both.",
    which=["the first", "the second"],
)
def divides_by_one_length(
    input1, input2, target, margin=0.0, *, reduction="mean", which
):
    def cosine(a, b):
        return (a * b).sum(1) / (a if which == "the first" else b).norm(dim=1)

    return _reduced(_angle(input1, input2, target, margin, cosine), reduction)


@mistake(
    "cosine_embedding", "The lengths are not rooted: divide by the root of the squares."
)
def divides_by_squared_lengths(input1, input2, target, margin=0.0, *, reduction="mean"):
    def cosine(a, b):
        return (a * b).sum(1) / ((a * a).sum(1) * (b * b).sum(1))

    return _reduced(_angle(input1, input2, target, margin, cosine), reduction)


@mistake(
    "cosine_embedding", "The two cases are exchanged: 1 says that they belong together."
)
def exchanges_the_angles(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(_angle(input1, input2, -target, margin), reduction)


@mistake(
    "cosine_embedding",
    "All pairs are taken to belong together: those whose target is -1, which is not 0, "
    "do not.",
)
def takes_all_angles_for_near(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(1 - _cosine(input1, input2), reduction)


@mistake("cosine_embedding", "margin is not used: it is the cosine that costs nothing.")
def ignores_the_margin_of_angles(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    return _reduced(_angle(input1, input2, target), reduction)


@mistake("cosine_embedding", "The margin is added; it is subtracted from the cosine.")
def adds_the_margin_to_the_cosine(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    return _reduced(_angle(input1, input2, target, -margin), reduction)


@mistake(
    "cosine_embedding",
    "Those that do not belong together cost margin - cosine, as with distances: a cosine "
    "above the margin costs something, so it is cosine - margin.",
)
def takes_the_cosine_for_a_distance(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    cosine = _cosine(input1, input2)
    apart = (margin - cosine).clamp(min=0)
    return _reduced(torch.where(target == 1, 1 - cosine, apart), reduction)


@mistake(
    "cosine_embedding",
    "Every first vector meets every second one, as in a matrix product: only those of "
    "one row meet.",
)
def compares_all_pairs_of_rows(input1, input2, target, margin=0.0, *, reduction="mean"):
    first, second = (F.normalize(X, dim=1) for X in (input1, input2))
    cosine = first @ second.T
    apart = (cosine - margin).clamp(min=0)
    return _reduced(torch.where(target == 1, 1 - cosine, apart), reduction)


@mistake(
    "cosine_embedding",
    "The lengths are those of all rows together: each vector has a length of its own.",
)
def takes_one_length_for_all(input1, input2, target, margin=0.0, *, reduction="mean"):
    def cosine(a, b):
        return (a * b).sum(1) / (a.norm() * b.norm())

    return _reduced(_angle(input1, input2, target, margin, cosine), reduction)


@mistake(
    "cosine_embedding",
    "{eps} is added to the product of the lengths, which changes every cosine: no length "
    "is 0.",
    eps=[1e-8, 1e-6],
)
def adds_an_epsilon_to_the_lengths(
    input1, input2, target, margin=0.0, *, reduction="mean", eps
):
    def cosine(a, b):
        return (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + eps)

    return _reduced(_angle(input1, input2, target, margin, cosine), reduction)


@mistake(
    "cosine_embedding", "The margin is for those that belong together too: 1 - cosine."
)
def gives_margin_to_those_together(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    losses = _angle(input1, input2, target, margin)
    return _reduced(
        torch.where(target == 1, (losses - margin).clamp(min=0), losses), reduction
    )


@mistake(
    "cosine_embedding",
    "Nothing is cut off at 0: those that are far apart cost nothing.",
)
def lets_an_angle_earn_something(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    cosine = _cosine(input1, input2)
    return _reduced(torch.where(target == 1, 1 - cosine, cosine - margin), reduction)


@mistake(
    "cosine_embedding", "Together costs minus the cosine: it is 1 less the cosine."
)
def forgets_the_one(input1, input2, target, margin=0.0, *, reduction="mean"):
    losses = _angle(input1, input2, target, margin)
    return _reduced(torch.where(target == 1, losses - 1, losses), reduction)


@mistake(
    "cosine_embedding", "The size of the cosine is taken: opposite vectors are apart."
)
def takes_the_size_of_the_cosine(
    input1, input2, target, margin=0.0, *, reduction="mean"
):
    def cosine(a, b):
        return _cosine(a, b).abs()

    return _reduced(_angle(input1, input2, target, margin, cosine), reduction)


def _triplet(a, p_, n, margin=1.0, p=2.0, eps=1e-6, swap=False, **slip):
    """Return the losses, but for what is asked for otherwise."""

    def distance(x, y):
        powers = ((x - y + eps).abs() ** p).sum(1)
        return powers if slip.get("root") == "none" else powers ** (1 / p)

    near, far = distance(a, p_), distance(a, n)
    if swap:
        other = distance(p_, n)
        far = (
            torch.maximum(far, other) if slip.get("max") else torch.minimum(far, other)
        )
        if slip.get("always"):
            far = other
        if slip.get("batch"):
            far = other if other.mean() < distance(a, n).mean() else distance(a, n)
    if slip.get("exchange"):
        near, far = far, near
    losses = near - far + margin
    return losses if slip.get("uncut") else losses.clamp(min=0)


@mistake(
    "triplet_margin",
    "{slip}: look at what reduction says.",
    slip=[
        "The mean comes whatever is asked for",
        "The sum comes where the mean is due",
        "The mean comes where the sum is due",
        "Without a reduction a loss for each triplet comes, where the mean is due",
        "Without a reduction the sum comes, where the mean is due",
        "The mean is over those that cost something, where it is over all",
    ],
)
def confuses_the_reductions_of_triplets(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction=None, slip,
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap)
    return _confused(losses, reduction, slip)


@mistake(
    "triplet_margin",
    "Near and far are exchanged: the positive is to be near.",
)
def exchanges_near_and_far(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    return _reduced(
        _triplet(anchor, positive, negative, margin, p, eps, swap, exchange=True),
        reduction,
    )


@mistake(
    "triplet_margin",
    "Distances are left as sums of powers: take the p-th root.",
)
def forgets_the_root(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap, root="none")
    return _reduced(losses, reduction)


@mistake("triplet_margin", "p is 2 whatever was asked for: use the argument.")
def ignores_the_order_of_the_norm(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, 2.0, eps, swap)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "swap is not used: the nearer of anchor and positive counts for the negative.",
)
def ignores_swap(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "With swap the larger distance from the negative is taken: take the smaller.",
)
def swaps_to_the_larger(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap, max=True)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "With swap the distance from the positive counts also where it is the larger of the "
    "two: take the smaller in each triplet.",
)
def swaps_always(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap, always=True)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "With swap the means over the batch are compared, so that all triplets or none "
    "change: compare the two distances of each triplet.",
)
def swaps_for_the_whole_batch(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap, batch=True)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "Squared distances are compared, without p and eps: take the p-norm of the "
    "differences plus eps.",
)
def compares_squared_distances(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, 2.0, 0.0, swap, root="none")
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "eps is added {where}: it is added to each difference, with its sign.",
    where=["under the root", "to the size of each difference"],
)
def adds_eps_elsewhere(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean", where,
):  # fmt: skip
    def distance(x, y):
        size = (x - y).abs()
        if where == "under the root":
            return ((size**p).sum(1) + eps) ** (1 / p)
        return ((size + eps) ** p).sum(1) ** (1 / p)

    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    return _reduced((near - far + margin).clamp(min=0), reduction)


@mistake("triplet_margin", "margin is 1 whatever was asked for: use the argument.")
def ignores_the_margin_of_triplets(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, 1.0, p, eps, swap)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "eps is not added to the differences: it is added to each entry before the norm.",
)
def leaves_out_eps(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, 0.0, swap)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin", "Nothing is cut off at 0, so an easy triplet earns something."
)
def lets_a_triplet_earn_something(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap, uncut=True)
    return _reduced(losses, reduction)


@mistake(
    "triplet_margin",
    "One distance is taken over the whole batch: take the norm of each row.",
)
def takes_one_distance_for_all(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    def distance(x, y):
        return torch.linalg.vector_norm(x - y + eps, ord=p)

    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    return _reduced((near - far + margin).clamp(min=0), reduction)


@mistake(
    "triplet_margin",
    "The cut at 0 is softened by softplus, so every triplet costs something: it is "
    "max(0, ...).",
)
def cuts_triplets_off_softly(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    losses = _triplet(anchor, positive, negative, margin, p, eps, swap, uncut=True)
    return _reduced(F.softplus(losses), reduction)


@mistake(
    "triplet_margin", "The differences are averaged over the entries: add them up."
)
def averages_the_differences(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *,
    reduction="mean",
):  # fmt: skip
    scale = anchor.shape[1] ** (1 / p)
    losses = _triplet(anchor, positive, negative, scale * margin, p, eps, swap) / scale
    return _reduced(losses, reduction)
