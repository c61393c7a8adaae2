"""What is wrong with the starts that the hunt begins with."""

from torch import nn

from dojo.grading import mistake
from solutions.ch7_training.k01_initialize_weights import init_module_


@mistake(
    "init_module_",
    "The weights of convolutions start at zero, so all filters get the same gradient: draw them by Kaiming's rule.",
)
def starts_convolutions_at_zero(m):
    if isinstance(m, nn.Conv2d):
        nn.init.zeros_(m.weight)
    elif isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, mean=0.0, std=0.1)
    elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):
        if m.weight is not None:
            nn.init.ones_(m.weight)
    else:
        return
    if m.bias is not None:
        nn.init.zeros_(m.bias)


@mistake(
    "init_module_",
    "The second argument of normal_ is the mean, so weights lie around 0.1 with deviation 1: name std.",
)
def hands_the_deviation_on_as_mean(m):
    if isinstance(m, nn.Conv2d):
        nn.init.kaiming_normal_(m.weight, mode="fan_in", nonlinearity="relu")
    elif isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.1)
    elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):
        if m.weight is not None:
            nn.init.ones_(m.weight)
    else:
        return
    if m.bias is not None:
        nn.init.zeros_(m.bias)


@mistake(
    "initialize_weights",
    "A walk runs inside of a walk, so deep layers are drawn again and again: go through the modules once.",
)
def walks_inside_of_a_walk(model):
    for m in model.modules():  # the model itself, and each module below it once
        m.apply(init_module_)


@mistake(
    "distinct_filters",
    "Filters are compared by their sums, and unequal ones may have equal sums: compare entry by entry.",
)
def compares_the_sums(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    count = 0
    for i, each in enumerate(filters):
        gaps = (filters[:i].sum(1) - each.sum()).abs()  # (i,), empty for the first
        count += int((gaps > tol).all())
    return count
