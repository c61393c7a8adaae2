"""All figures of the site by name; each is drawn from a run of the references."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dojo.files import write_text
from dojo.site import (
    figures_activations,
    figures_convolution,
    figures_dropout,
    figures_gradients,
    figures_init,
    figures_lenet,
    figures_lenet_trained,
    figures_networks,
)
from dojo.site.svg import Figure

FIGURES: dict[str, Callable[[], Figure]] = {
    "activations": figures_activations.activations,
    "saturation": figures_activations.saturation,
    "dropout-networks": figures_dropout.networks,
    "dropout-masks": figures_dropout.masks,
    "neuron-init": figures_init.neuron_init,
    "signal-spread": figures_init.signal_spread,
    "difference-quotients": figures_gradients.quotients,
    "difference-error": figures_gradients.difference_error,
    "gradient-check-error": figures_gradients.gradient_check_error,
    "neuron": figures_networks.neuron,
    "two-layer-network": figures_networks.two_layer,
    "backprop-graph": figures_networks.backprop_graph,
    "corr2d-steps": figures_convolution.corr2d_steps,
    "corr2d-digit": figures_convolution.corr2d_digit,
    "pooling": figures_convolution.pooling,
    "lenet-architecture": figures_lenet.architecture,
    "lenet-filters": figures_lenet_trained.filters,
    "lenet-feature-maps": figures_lenet_trained.feature_maps,
    "lenet-confusion": figures_lenet_trained.confusion,
    "lenet-training": figures_lenet_trained.training,
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
        known = ", ".join(FIGURES)
        raise UnknownFigure(f"no figure is called {name!r}; there are {known}")
    return FIGURES[name]().render()


def build(folder: Path) -> dict[str, Path]:
    """Write every figure as `<name>.svg`; return where each one is.

    Parameters
    ----------
    folder : Path
        Made if it is not there. The first build in a clone trains LeNet, which takes
        some seconds; the weights are kept under build/ for the next one.
    """
    paths = {name: folder / f"{name}.svg" for name in FIGURES}
    for name, path in paths.items():
        write_text(path, svg(name))
    return paths
