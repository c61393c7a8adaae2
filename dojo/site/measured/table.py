"""All measured values by group, as pages name them: `{{ dropout.mean:.4f }}`."""

from __future__ import annotations

from dojo.site.measured import (
    activations,
    differences,
    dropout,
    gradient_check,
    images,
    lenet,
    polynomials,
    tabular,
    weight_decay,
    weight_init,
)
from dojo.site.values import Group

GROUPS: dict[str, Group] = {
    "activations": activations.activations,
    "slopes": activations.slopes,
    "dropout": dropout.values,
    "init": weight_init.values,
    "differences": differences.values,
    "gradcheck": gradient_check.check_values,
    "backprop": gradient_check.backprop_values,
    "polynomials": polynomials.values,
    "decay": weight_decay.values,
    "tabular": tabular.values,
    "corr2d": images.correlation,
    "pool2d": images.pooling,
    "lenet": lenet.values,
}
