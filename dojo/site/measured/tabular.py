"""What pages and figures say of the table of houses: features, folds and scores."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dojo.data import Houses, houses
from solutions.ch3_mlp.k04_tabular_pipeline import (
    impute_and_standardize,
    k_fold_score,
    log_rmse,
    one_hot_columns,
)

ROWS, FOLDS = 600, 5


def features(table: Houses) -> tuple[Tensor, list[str]]:
    """Return the features of a training table, and their names."""
    parts, names = (
        [impute_and_standardize(table.numbers, table.numbers)[0]],
        [*table.number_names],
    )
    for column, words in table.words.items():
        hot, _, categories = one_hot_columns(words, words[:1])
        parts.append(hot.double())
        names += [f"{column}: {category}" for category in categories]
    return torch.cat(parts, dim=1), names


class Fit:
    """Fits a linear net to each fold, and keeps what it says of unseen houses.

    Parameters
    ----------
    of_logarithm : bool
        Whether the net is fitted to the logarithm of the price, or to the price.
    """

    def __init__(self, of_logarithm: bool) -> None:
        self.of_logarithm = of_logarithm
        self.unseen: list[tuple[Tensor, Tensor]] = []  # predictions and prices

    def score(self) -> tuple[float, float]:
        """Return the mean training and validation scores of the folds."""
        table = houses(ROWS)
        X, _ = features(table)
        y = table.prices[:, None]
        return k_fold_score(lambda: linear(X.shape[1]), X, y, FOLDS, self._train)

    def _train(
        self, net: nn.Linear, X: Tensor, y: Tensor, X_val: Tensor, y_val: Tensor
    ) -> tuple[float, float]:
        target = y.log() if self.of_logarithm else y
        columns = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
        w = torch.linalg.lstsq(columns, target, driver="gelsd").solution
        with torch.no_grad():
            net.weight.copy_(w[:-1].T)
            net.bias.copy_(w[-1])
            preds, preds_val = (self._price(net(part)) for part in (X, X_val))
        self.unseen.append((preds_val, y_val))
        return log_rmse(preds, y), log_rmse(preds_val, y_val)

    def _price(self, output: Tensor) -> Tensor:
        return output.exp() if self.of_logarithm else output


def linear(inputs: int) -> nn.Linear:
    """Return a linear net in float64."""
    return nn.Linear(inputs, 1, dtype=torch.float64)


def values() -> dict[str, float | str]:
    """Return what pages say of the table of houses."""
    _, names = features(houses(ROWS))
    numbers: dict[str, float | str] = {
        "rows": ROWS,
        "folds": FOLDS,
        "features": len(names),
        "gaps": int(houses(ROWS).numbers.isnan().sum()),
    }
    for name, of_logarithm in (("log", True), ("price", False)):
        train, val = Fit(of_logarithm).score()
        numbers |= {f"{name}.train": train, f"{name}.val": val}
    y = houses(ROWS).prices
    numbers["constant"] = log_rmse(y.log().mean().exp().expand(len(y)), y)
    return numbers | {"off": 100 * (float(torch.tensor(numbers["log.val"]).exp()) - 1)}
