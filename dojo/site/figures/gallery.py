"""All figures of the site by name; each is drawn from a run of the references."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dojo.files import write_text
from dojo.site.figures import (
    activations,
    alexnet,
    augmentation,
    capstone,
    channels,
    chapters,
    conv_arithmetic,
    convolution,
    datasets,
    decay,
    depth,
    dropout,
    early_stopping,
    gradients,
    hunts,
    kernel_search,
    layers,
    lenet,
    lenet_trained,
    linear,
    loops,
    losses,
    margins,
    modules,
    networks,
    numpy_lenet,
    numpy_training,
    optimizers,
    parameters,
    perceptron,
    products,
    regularization,
    report,
    saving,
    selection,
    softmax,
    starts,
    tabular,
    vectors,
    weight_init,
)
from dojo.site.svg.figure import Figure

FIGURES: dict[str, Callable[[], Figure]] = {
    "activations": activations.activations,
    "saturation": activations.saturation,
    "slope-product": activations.slope_product,
    "dropout-networks": dropout.networks,
    "dropout-masks": dropout.masks,
    "dropout-means": dropout.means,
    "l2-fit": regularization.l2_fit,
    "l2-shrinkage": regularization.l2_shrinkage,
    "augmented-digits": augmentation.augmented_digits,
    "crop-places": augmentation.crop_places,
    "early-stopping": early_stopping.early_stopping,
    "patience-count": early_stopping.patience_count,
    "neuron-init": weight_init.neuron_init,
    "signal-spread": weight_init.signal_spread,
    "difference-quotients": gradients.quotients,
    "difference-error": gradients.difference_error,
    "gradient-check-entries": gradients.gradient_check_entries,
    "gradient-check-error": gradients.gradient_check_error,
    "neuron": networks.neuron,
    "batch-in-one-product": vectors.batch,
    "two-layer-network": networks.two_layer,
    "backprop-graph": networks.backprop_graph,
    "softmax-shares": softmax.shares,
    "surprise": softmax.surprise,
    "softmax-twice": softmax.twice,
    "softmax-weights": softmax.weights,
    "softmax-learning": softmax.learning,
    "xor-hidden": perceptron.xor,
    "bends-add-up": perceptron.bends,
    "deep-backprop": depth.deep,
    "learning-rates": numpy_training.rates,
    "circles-learned": numpy_training.circles,
    "linreg-residuals": linear.residuals,
    "linreg-noise": linear.noise,
    "linreg-search": linear.search,
    "linreg-walk": linear.walk,
    "linreg-huber": linear.huber,
    "three-fits": selection.three_fits,
    "degree-losses": selection.degree_losses,
    "folds-in-turn": selection.folds_in_turn,
    "decay-paths": decay.paths,
    "decay-strengths": decay.strengths,
    "table-to-features": tabular.table_to_features,
    "prices-foretold": tabular.prices_foretold,
    "module-tree": modules.tree,
    "registered-or-not": modules.registered,
    "forward-loop": modules.halving,
    "tied-weight": parameters.tied,
    "frozen-parameters": parameters.frozen,
    "layer-modes": layers.modes,
    "bilinear-table": layers.products,
    "resumed-training": saving.resumed,
    "nested-batch": saving.nested,
    "first-batch": datasets.batch,
    "annotation-to-samples": datasets.annotated,
    "batches-of-epochs": datasets.epochs,
    "permute-and-reshape": datasets.channels,
    "corr2d-steps": convolution.corr2d_steps,
    "corr2d-digit": convolution.corr2d_digit,
    "corr2d-learning": kernel_search.learning,
    "conv-places": conv_arithmetic.places,
    "conv-rectangles": conv_arithmetic.rectangles,
    "conv-field": conv_arithmetic.field,
    "channels-sum": channels.channels_sum,
    "channels-mixed": channels.mixed_pixels,
    "pooling": convolution.pooling,
    "pooling-backward": convolution.pooling_backward,
    "alexnet-architecture": alexnet.architecture,
    "alexnet-sizes": alexnet.sizes,
    "lenet-architecture": lenet.architecture,
    "lenet-filters": lenet_trained.filters,
    "lenet-feature-maps": lenet_trained.feature_maps,
    "lenet-confusion": lenet_trained.confusion_table,
    "lenet-training": lenet_trained.training,
    "optimizer-valley": optimizers.valley,
    "adam-first-steps": optimizers.first_steps,
    "two-loops": loops.two_loops,
    "two-modes": loops.two_modes,
    "confusion-matrix": report.matrix,
    "two-means": report.means,
    "filters-from-starts": starts.filters,
    "walks-through-modules": starts.visits,
    "what-a-loss-wants": losses.wants,
    "losses-of-an-error": losses.of_an_error,
    "bce-of-a-logit": losses.of_a_logit,
    "loss-of-a-lead": margins.of_a_lead,
    "triplets-in-the-plane": margins.triplets,
    "starts-compared": starts.compared,
    "capstone-roles": capstone.roles,
    "capstone-history": capstone.history,
    "capstone-worst": capstone.worst,
    "numpy-lenet-ways": numpy_lenet.ways,
    "numpy-lenet-filters": numpy_lenet.filters,
    "numpy-lenet-mistakes": numpy_lenet.mistakes,
    "numpy-lenet-times": numpy_lenet.times,
    "lenet-journey": chapters.journey,
    "moons-learned": chapters.moons,
    "lenet-readings": chapters.readings,
    "hunt-look-alikes": hunts.look_alikes,
    "im2col": products.windows_as_columns,
    "col2im-counts": products.overlaps,
    "numpy-ladder": products.numpy_ladder,
    "pool-winners": products.winners,
}


class UnknownFigure(LookupError):
    """No figure has the name; the text has those that there are."""


def svg(name: str) -> str:
    """Return a figure as an SVG document.

    Parameters
    ----------
    name : str
        A key of `FIGURES`.

    Raises
    ------
    UnknownFigure
        If there is no such figure.
    """
    if name not in FIGURES:
        names = ", ".join(FIGURES)
        raise UnknownFigure(f"no figure is called {name!r}; there are {names}")
    return FIGURES[name]().render()


def build(folder: Path) -> dict[str, Path]:
    """Write every figure as `<name>.svg`; return where each one is.

    Parameters
    ----------
    folder : Path
        Made if it is not there. The first build in a clone trains LeNet, which takes
        some seconds; the weights are kept in build/ for the next one.
    """
    paths = {name: folder / f"{name}.svg" for name in FIGURES}
    for name, path in paths.items():
        write_text(path, svg(name))
    return paths
