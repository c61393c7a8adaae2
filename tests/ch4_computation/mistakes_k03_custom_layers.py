"""Wrong answers to Custom layers, rejected by the grader and named by the dojo."""

import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch4_computation import k03_custom_layers as right


@mistake(
    "CenteredLayer",
    "Each column has a mean of its own taken away, that over the batch: one mean of all "
    "elements is due.",
)
class CentersEachFeature(nn.Module):
    def forward(self, X):
        return X - X.mean(0)


@mistake(
    "CenteredLayer",
    "Each row has a mean of its own taken away: one mean of all elements is due.",
)
class CentersEachRow(nn.Module):
    def forward(self, X):
        return X - X.mean(-1, keepdim=True)


@mistake(
    "CenteredLayer",
    "Each sample has a mean of its own taken away: one mean of all elements is due.",
)
class CentersEachSample(nn.Module):
    def forward(self, X):
        axes = tuple(range(1, X.dim())) or (0,)
        return X - X.mean(axes, keepdim=True)


@mistake(
    "CenteredLayer",
    "It is divided by the standard deviation, too: only the mean is taken away.",
)
class Standardizes(nn.Module):
    def forward(self, X):
        return (X - X.mean()) / X.std()


@mistake(
    "CenteredLayer",
    "The mean is cut from the graph, so the gradient misses the share that flows through "
    "it: leave detach(), .data and item() out.",
)
class CutsTheMean(nn.Module):
    def forward(self, X):
        return X - X.mean().detach()


@mistake(
    "CenteredLayer",
    "The result is cut from the graph, so no gradient reaches X: leave detach(), .data "
    "and no_grad() out.",
)
class CutsTheResult(nn.Module):
    def forward(self, X):
        return (X - X.mean()).detach()


@mistake("CenteredLayer", "The mean is added: take it away.")
class AddsTheMean(nn.Module):
    def forward(self, X):
        return X + X.mean()


@mistake(
    "CenteredLayer", "The sum is taken away: it is the mean, the sum over the count."
)
class TakesTheSumAway(nn.Module):
    def forward(self, X):
        return X - X.sum()


@mistake("CenteredLayer", "The median is taken away: it is the mean.")
class TakesTheMedianAway(nn.Module):
    def forward(self, X):
        return X - X.median()


@mistake(
    "CenteredLayer",
    "In evaluation mode the mean of an earlier batch is taken away, and none of this one "
    "while training has a gradient: take X.mean() in every call.",
)
class RemembersTheMean(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, X):
        if self.training:
            self.mean = X.mean().detach()
        return X - self.mean


@mistake(
    "CenteredLayer",
    "The mean is that of the absolute values: it is that of the elements, with their "
    "signs.",
)
class TakesTheMeanOfSizes(nn.Module):
    def forward(self, X):
        return X - X.abs().mean()


@mistake(
    "CenteredLayer",
    "In evaluation mode X comes back as it is: here both modes do the same.",
)
class CentersInTrainingOnly(nn.Module):
    def forward(self, X):
        return X - X.mean() if self.training else X


@mistake("CenteredLayer", "X itself is changed: make a new tensor, X - X.mean().")
class CentersInPlace(nn.Module):
    def forward(self, X):
        X -= X.mean()
        return X


@mistake("CenteredLayer", "The mean alone comes back: X less the mean is due.")
class ReturnsTheMean(nn.Module):
    def forward(self, X):
        return X.mean()


class _Linear(right.MyLinear):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Linear.forward

    def _affine(self, X):
        return X @ self.weight + self.bias

    def _end(self, Y):
        return torch.relu(Y)

    def forward(self, X):
        return self._end(self._affine(X))


@mistake(
    "MyLinear",
    "The parameters are used through .data, outside the graph, so the layer never "
    "learns: use weight and bias themselves.",
)
class UsesTheData(_Linear):
    def _affine(self, X):
        return X @ self.weight.data + self.bias.data


@mistake(
    "MyLinear",
    "The bias is used outside the graph, so it never learns: leave .data and detach() "
    "out.",
)
class UsesTheDataOfTheBias(_Linear):
    def _affine(self, X):
        return X @ self.weight + self.bias.data


@mistake(
    "MyLinear",
    "The weight is used outside the graph, so it never learns: leave .data and detach() "
    "out.",
)
class UsesTheDataOfTheWeight(_Linear):
    def _affine(self, X):
        return X @ self.weight.data + self.bias


@mistake(
    "MyLinear",
    "The result is cut from the graph, so nothing learns: leave detach(), .data and "
    "no_grad() out.",
)
class CutsItsResult(_Linear):
    def _end(self, Y):
        return torch.relu(Y).detach()


@mistake("MyLinear", "ReLU is missing: it bends what comes out.")
class ForgetsTheRelu(_Linear):
    def _end(self, Y):
        return Y


@mistake("MyLinear", "ReLU comes before the bias is added: it bends all of it.")
class AddsTheBiasAfterRelu(_Linear):
    def forward(self, X):
        return torch.relu(X @ self.weight) + self.bias


@mistake("MyLinear", "The bias is never added.")
class ForgetsTheBias(_Linear):
    def _affine(self, X):
        return X @ self.weight


@mistake("MyLinear", "The bias is subtracted: it is added.")
class SubtractsTheBias(_Linear):
    def _affine(self, X):
        return X @ self.weight - self.bias


@mistake("MyLinear", "ReLU is not what bends here: values below 0 are not all 0.")
class BendsWithLeakyRelu(_Linear):
    def _end(self, Y):
        return F.leaky_relu(Y)


@mistake(
    "MyLinear",
    "It bends with {bend} where ReLU is due.",
    bend=["abs", "sigmoid", "tanh"],
)
def bends_otherwise(in_units, units, *, bend):
    layer = _Bent(in_units, units)
    layer.bend = getattr(torch, bend)
    return layer


class _Bent(right.MyLinear):
    def forward(self, X):
        return self.bend(X @ self.weight + self.bias)


@mistake("MyLinear", "Softmax stands where ReLU is due.")
class EndsInSoftmax(_Linear):
    def _end(self, Y):
        return Y.softmax(-1)


@mistake(
    "MyLinear",
    "The weight has the shape (units, in_units), as that of nn.Linear: here it is "
    "(in_units, units).",
)
class TransposesTheWeight(_Linear):
    def __init__(self, in_units, units):
        super().__init__(units, in_units)
        self.bias = nn.Parameter(torch.zeros(units))


@mistake(
    "MyLinear",
    "weight and bias are plain tensors, of which the layer does not know: wrap them in "
    "nn.Parameter.",
)
class HasPlainTensors(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = torch.randn(in_units, units, requires_grad=True)
        self.bias = torch.zeros(units, requires_grad=True)


@mistake(
    "MyLinear",
    "The layer has no parameters until it is called: make them in __init__. Those that "
    "are made in forward are new in every call, and learn nothing.",
)
class MakesItsParametersInForward(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.shape = in_units, units

    def forward(self, X):
        self.weight = nn.Parameter(torch.randn(self.shape))
        self.bias = nn.Parameter(torch.zeros(self.shape[1]))
        return torch.relu(X @ self.weight + self.bias)


@mistake(
    "MyLinear", "weight and bias are buffers, which do not learn: make parameters."
)
class MakesBuffers(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.register_buffer("weight", torch.randn(in_units, units))
        self.register_buffer("bias", torch.zeros(units))


@mistake("MyLinear", "bias is a buffer, which does not learn: make it a parameter.")
class MakesABufferOfTheBias(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units))
        self.register_buffer("bias", torch.zeros(units))


@mistake("MyLinear", "The parameters are frozen: they learn.")
class FreezesItself(_Linear):
    def __init__(self, in_units, units):
        super().__init__(in_units, units)
        self.requires_grad_(False)


@mistake("MyLinear", "The bias has the shape (1, units): it is (units,).")
class MakesTheBiasARow(_Linear):
    def __init__(self, in_units, units):
        super().__init__(in_units, units)
        self.bias = nn.Parameter(torch.zeros(1, units))


@mistake(
    "MyLinear", "The bias has one entry for all units: each has its own, (units,)."
)
class HasOneBias(_Linear):
    def __init__(self, in_units, units):
        super().__init__(in_units, units)
        self.bias = nn.Parameter(torch.zeros(1))


@mistake("MyLinear", "There is no bias: it is a parameter of shape (units,).")
class LeavesOutTheBias(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units))


@mistake("MyLinear", "The attribute is called bais: bias is its name.")
class MisspellsTheBias(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units))
        self.bais = nn.Parameter(torch.zeros(units))


@mistake(
    "MyLinear",
    "The parameters are called W and b: their names are weight and bias.",
)
class NamesThemByTheFormula(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.W = nn.Parameter(torch.randn(in_units, units))
        self.b = nn.Parameter(torch.zeros(units))


@mistake(
    "MyLinear",
    "The bias has an entry for each input: it has one for each unit, (units,).",
)
class GivesEachInputABias(_Linear):
    def __init__(self, in_units, units):
        super().__init__(in_units, units)
        self.bias = nn.Parameter(torch.zeros(in_units))


@mistake("MyLinear", "There is an nn.Linear inside: the layer has its own parameters.")
class WrapsALinear(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.linear = nn.Linear(in_units, units)


@mistake("MyLinear", "The weight starts at zero, so no gradient reaches the input.")
class StartsAtZero(_Linear):
    def __init__(self, in_units, units):
        super().__init__(in_units, units)
        nn.init.zeros_(self.weight)


def what_is_kept(given, came):
    """Return the factors of all entries, 0 among them, whatever was drawn."""
    X = given.get("X")
    tensors = isinstance(X, torch.Tensor) and isinstance(came, torch.Tensor)
    if not tensors or came.shape != X.shape:
        return None
    factors = (came / X).detach().double().round(decimals=6).unique()
    return tuple(factors.tolist())


class _Dropout(right.MyDropout):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Dropout.forward

    def _rests(self):
        return not self.training

    def _coins(self, X):
        return torch.rand_like(X) >= self.p

    def _scaled(self, X, keep):
        return X * keep / (1 - self.p) if self.p < 1 else torch.zeros_like(X)

    def forward(self, X):
        return X if self._rests() else self._scaled(X, self._coins(X))


@mistake(
    "MyDropout",
    "It drops in evaluation mode, too: self.training says which mode it is.",
)
class DropsInEvaluationToo(_Dropout):
    def _rests(self):
        return False


@mistake("MyDropout", "It never drops: in training mode it must.")
class NeverDrops(_Dropout):
    def _rests(self):
        return True


@mistake(
    "MyDropout",
    "The modes are swapped: it drops in training mode, and rests in evaluation mode.",
)
class SwapsTheModes(_Dropout):
    def _rests(self):
        return self.training


@mistake(
    "MyDropout",
    "What is kept is not scaled: divide it by 1 - p, so that the mean stays as it is.",
    view=what_is_kept,
)
class ForgetsToScale(_Dropout):
    def _scaled(self, X, keep):
        return X * keep


@mistake(
    "MyDropout",
    "With p = 1 what is dropped is divided by 0, and 0 / 0 is nan: only zeros come back "
    "then.",
)
class DividesByZero(_Dropout):
    def _scaled(self, X, keep):
        return X * keep / (1 - self.p)


@mistake(
    "MyDropout",
    "What is kept is divided by p: it was kept with probability 1 - p, so divide by that.",
    view=what_is_kept,
)
class DividesByP(_Dropout):
    def _scaled(self, X, keep):
        return X * keep / self.p if self.p else X


@mistake(
    "MyDropout",
    "What is kept is multiplied by 1 - p: divide it by that.",
    view=what_is_kept,
)
class MultipliesByWhatIsKept(_Dropout):
    def _scaled(self, X, keep):
        return X * keep * (1 - self.p)


@mistake(
    "MyDropout",
    "p is taken for the probability to keep: it is the one to drop.",
    view=what_is_kept,
)
class KeepsWithP(_Dropout):
    def _coins(self, X):
        return torch.rand_like(X) < self.p

    def _scaled(self, X, keep):
        return X * keep / self.p if self.p else torch.zeros_like(X)


@mistake(
    "MyDropout",
    "Entries are kept with probability p, and scaled as if with 1 - p: p is the "
    "probability to drop.",
    view=what_is_kept,
)
class KeepsWithPAndScalesBy1MinusP(_Dropout):
    def _coins(self, X):
        return torch.rand_like(X) < self.p


@mistake(
    "MyDropout",
    "In evaluation mode X is multiplied by 1 - p: it comes back as it is, and the scaling "
    "belongs to training.",
)
class ScalesInEvaluationToo(_Dropout):
    def forward(self, X):
        return super().forward(X) if self.training else X * (1 - self.p)


@mistake(
    "MyDropout",
    "Whole {kind} are dropped: each entry is dropped for itself.",
    kind=["columns", "rows"],
)
def drops_whole_lines(p, *, kind):
    layer = _Lines(p)
    layer.kind = kind
    return layer


class _Lines(right.MyDropout):
    def forward(self, X):
        if not self.training or self.p in (0, 1):
            return X * (1 - self.p * self.training)
        line = X[:1] if self.kind == "columns" else X[..., :1]
        return X * (torch.rand_like(line) >= self.p) / (1 - self.p)


@mistake(
    "MyDropout",
    "The mask is drawn once and used in every call: draw a new one in forward.",
)
class DrawsOnce(_Dropout):
    def _coins(self, X):
        if getattr(self, "mask", X[:0]).shape != X.shape:
            self.mask = super()._coins(X)
        return self.mask


@mistake(
    "MyDropout",
    "A fixed number of entries is dropped: each is dropped for itself, with probability "
    "p.",
)
class DropsAFixedNumber(_Dropout):
    def _coins(self, X):
        order = torch.randperm(X.numel()).reshape(X.shape)
        return order >= round(self.p * X.numel())


@mistake(
    "MyDropout",
    "The coins do not come from torch's global generator: torch.rand and its kin draw "
    "from it.",
)
class HasItsOwnGenerator(_Dropout):
    def __init__(self, p):
        super().__init__(p)
        self.generator = torch.Generator()
        self.generator.seed()

    def _coins(self, X):
        return torch.rand(X.shape, generator=self.generator, dtype=X.dtype) >= self.p


@mistake(
    "MyDropout",
    "The generator is reseeded in forward, so every call drops the same: leave "
    "manual_seed out.",
)
class Reseeds(_Dropout):
    def _coins(self, X):
        torch.default_generator.manual_seed(0)
        return super()._coins(X)


@mistake(
    "MyDropout",
    "The result is cut from the graph, so no gradient flows: leave detach(), .data and "
    "no_grad() out.",
)
class DropsOutsideTheGraph(_Dropout):
    def _scaled(self, X, keep):
        return super()._scaled(X.detach(), keep)


@mistake(
    "MyDropout",
    "X itself is changed: make a new tensor.",
)
class DropsInPlace(_Dropout):
    def _scaled(self, X, keep):
        X *= keep / max(1 - self.p, 0.1)
        return X


class _Bilinear(right.BilinearReduce):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Bilinear.forward

    def _weight(self):
        return self.weight

    def forward(self, X):
        return torch.einsum("ni,nj,ijk->nk", X, X, self._weight())


@mistake(
    "BilinearReduce",
    "Only products of an entry with itself are summed: i and j run by themselves.",
)
class SumsSquaresOnly(_Bilinear):
    def forward(self, X):
        return torch.einsum("ni,iik->nk", X**2, self.weight)


@mistake(
    "BilinearReduce",
    "Each entry counts once: the form is in products x_i x_j of two entries.",
)
class MultipliesByOneFactor(_Bilinear):
    def forward(self, X):
        return torch.einsum("ni,ijk->nk", X, self.weight)


@mistake(
    "BilinearReduce",
    "The samples are mixed: each has products of its own entries only.",
    sums=["ni,mj,ijk->nk", "mi,mj,ijk->k"],
)
def mixes_the_samples(n, k, *, sums):
    layer = _Mixing(n, k)
    layer.sums = sums
    return layer


class _Mixing(right.BilinearReduce):
    def forward(self, X):
        Y = torch.einsum(self.sums, X, X, self.weight)
        return Y.expand(len(X), -1)


@mistake(
    "BilinearReduce",
    "The square of an entry meets all of its weights: the products are x_i x_j.",
)
class SquaresEachEntry(_Bilinear):
    def forward(self, X):
        return torch.einsum("ni,ijk->nk", X**2, self.weight)


@mistake(
    "BilinearReduce",
    "The weight is reshaped to (k, n, n), which mixes its entries: k is its last axis, and "
    "permute(2, 0, 1) brings it to the front.",
)
class ReshapesTheWeight(_Bilinear):
    def forward(self, X):
        n, _, k = self.weight.shape
        return torch.einsum("ni,nj,kij->nk", X, X, self.weight.reshape(k, n, n))


@mistake(
    "BilinearReduce",
    "The mean over i and j is taken: the sum is due.",
)
class TakesTheMean(_Bilinear):
    def forward(self, X):
        return super().forward(X) / X.shape[1] ** 2


@mistake(
    "BilinearReduce",
    "Only pairs with i {kind} j are summed: all pairs are.",
    kind=["<=", "<", ">=", ">"],
)
def sums_half_of_the_pairs(n, k, *, kind):
    layer = _Half(n, k)
    half = {
        "<=": (torch.triu, 0),
        "<": (torch.triu, 1),
        ">=": (torch.tril, 0),
        ">": (torch.tril, -1),
    }
    layer.half, layer.diagonal = half[kind]
    return layer


class _Half(right.BilinearReduce):
    def forward(self, X):
        pairs = self.half(torch.einsum("ni,nj->nij", X, X), self.diagonal)
        return torch.einsum("nij,ijk->nk", pairs, self.weight)


@mistake(
    "BilinearReduce",
    "The weight has the shape (k, n, n): it is (n, n, k).",
)
class PutsTheOutputFirst(nn.Module):
    def __init__(self, n, k):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(k, n, n))


@mistake("BilinearReduce", "There is a bias, too: the weight is the one parameter.")
class HasABias(_Bilinear):
    def __init__(self, n, k):
        super().__init__(n, k)
        self.bias = nn.Parameter(torch.zeros(k))


@mistake("BilinearReduce", "The weight is a plain tensor: wrap it in nn.Parameter.")
class HasAPlainWeight(nn.Module):
    def __init__(self, n, k):
        super().__init__()
        self.weight = torch.randn(n, n, k, requires_grad=True)


@mistake(
    "BilinearReduce",
    "The weight is used outside the graph, so it never learns: leave .data and detach() "
    "out.",
)
class UsesTheDataOfItsWeight(_Bilinear):
    def _weight(self):
        return self.weight.data


@mistake(
    "BilinearReduce",
    "One of the two factors is cut from the graph, so half of the gradient of X is "
    "missing: leave detach() and .data out.",
)
class CutsOneFactor(_Bilinear):
    def forward(self, X):
        return torch.einsum("ni,nj,ijk->nk", X, X.detach(), self.weight)


@mistake("BilinearReduce", "ReLU follows the sum: nothing follows it.")
class BendsTheSums(_Bilinear):
    def forward(self, X):
        return super().forward(X).relu()


@mistake(
    "BilinearReduce",
    "The result is cut from the graph, so nothing learns: leave detach(), .data and "
    "no_grad() out.",
)
class CutsTheSums(_Bilinear):
    def forward(self, X):
        return super().forward(X).detach()


@mistake(
    "BilinearReduce",
    "Each product is counted with both of its weights, W_ijk + W_jik: with one of them.",
)
class CountsBothWeights(_Bilinear):
    def _weight(self):
        return self.weight + self.weight.transpose(0, 1)


@mistake("BilinearReduce", "The sums are divided by the number of samples.")
class DividesByTheSamples(_Bilinear):
    def forward(self, X):
        return super().forward(X) / len(X)


@mistake("BilinearReduce", "The parameter is called W: its name is weight.")
class NamesItByTheFormula(nn.Module):
    def __init__(self, n, k):
        super().__init__()
        self.W = nn.Parameter(torch.randn(n, n, k))


@mistake("BilinearReduce", "The outputs are summed up: each k has one of its own.")
class SumsOverTheOutputs(_Bilinear):
    def forward(self, X):
        return super().forward(X).sum(1)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "MyLinear": {
        "- self.weight = nn.Parameter(torch.randn(in_units, units) / in_units**0.5)": "how the weight starts is free, as long as it is not all zero",
        "- self.bias = nn.Parameter(torch.zeros(units))": "how the bias starts is free",
    },
    "MyDropout": {
        "- if self.p == 1:  # nothing is kept, and nothing to be divided by 0\n"
        "+ if self.p >= 1:": "p is at most 1",
        "- keep = torch.rand_like(X) >= self.p\n"
        "+ keep = torch.rand_like(X) > self.p": "differs where the number that is drawn is p itself, at most once in 2^24 draws",
        "- if self.p == 1:  # nothing is kept, and nothing to be divided by 0\n"
        "- keep = torch.rand_like(X) >= self.p\n"
        "+ keep = torch.rand_like(X) >= self.p\n"
        "+ if self.p == 1:": "with p = 1 what is drawn is not used",
    },
    "BilinearReduce": {
        "- self.weight = nn.Parameter(torch.randn(n, n, k) / n)": "how the weight starts is free",
    },
}
