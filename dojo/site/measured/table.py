"""All measured values by group, as pages name them: `{{ dropout.mean:.4f }}`."""

from __future__ import annotations

from dojo.site.measured import (
    activations,
    augmentation,
    capstone,
    differences,
    dropout,
    early_stopping,
    gradient_check,
    images,
    lenet,
    linear,
    numpy_lenet,
    numpy_training,
    polynomials,
    products,
    regularization,
    softmax_regression,
    starts,
    tabular,
    weight_decay,
    weight_init,
)
from dojo.site.values import Group

GROUPS: dict[str, Group] = {
    "activations": activations.activations,
    "slopes": activations.slopes,
    "dropout": dropout.values,
    "l2": regularization.values,
    "augment": augmentation.values,
    "stopping": early_stopping.values,
    "init": weight_init.values,
    "differences": differences.values,
    "gradcheck": gradient_check.check_values,
    "backprop": gradient_check.backprop_values,
    "softmax": softmax_regression.values,
    "fit": numpy_training.values,
    "linreg": linear.values,
    "polynomials": polynomials.values,
    "decay": weight_decay.values,
    "tabular": tabular.values,
    "corr2d": images.correlation,
    "pool2d": images.pooling,
    "lenet": lenet.values,
    "nplenet": numpy_lenet.values,
    "products": products.values,
    "starts": starts.values,
    "capstone": capstone.values,
}
