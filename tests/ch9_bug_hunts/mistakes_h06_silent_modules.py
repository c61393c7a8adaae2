"""What is wrong with the modules that the hunt begins with."""

import torch
from torch import nn

from dojo.grading import mistake
from solutions.ch4_computation import k02_parameter_management, k03_custom_layers


@mistake(
    "ListDense",
    "The matrices stand in a plain list, where torch finds no parameter: put them into an nn.ParameterList.",
)
class KeepsThemInAPlainList(nn.Module):
    def __init__(self):
        super().__init__()
        shapes = [(4, 4), (4, 4), (4, 4), (4, 1)]
        self.params = [nn.Parameter(torch.randn(*shape) / 2) for shape in shapes]

    def forward(self, X):
        for W in self.params:
            X = X @ W
        return X


@mistake(
    "ListDense",
    "A return is missing, so None comes back: return X after the loop.",
)
class ComesBackWithNothing(k02_parameter_management.ListDense):
    def forward(self, X):
        for W in self.params:
            X = X @ W


@mistake(
    "MyLinear",
    "The bias has another name, so a state_dict with weight and bias does not fit: call it bias.",
)
class SpellsTheBiasInItsOwnWay(k03_custom_layers.MyLinear):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units) / in_units**0.5)
        self.bais = nn.Parameter(torch.zeros(units))

    def forward(self, X):
        return torch.relu(X @ self.weight + self.bais)


@mistake(
    "BilinearReduce",
    "The product is taken with weight.data, which is outside of the graph, so the layer never learns: use the weight itself.",
)
class TakesTheNumbersAlone(k03_custom_layers.BilinearReduce):
    def forward(self, X):
        return torch.einsum("ni,nj,ijk->nk", X, X, self.weight.data)
