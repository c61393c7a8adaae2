"""Wrong answers to Parameter management, rejected by the grader, named by the dojo."""

from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch4_computation import k02_parameter_management as right


def _counted(net, trainable_only):
    return [p for p in net.parameters() if p.requires_grad or not trainable_only]


@mistake(
    "count_parameters",
    "Tensors are counted: numel() says how many numbers each of them has.",
)
def counts_tensors(net, trainable_only=True):
    return len(_counted(net, trainable_only))


@mistake(
    "count_parameters",
    "Frozen parameters are counted although only those that learn were asked for: look "
    "at requires_grad.",
)
def counts_frozen_ones_too(net, trainable_only=True):
    return sum(p.numel() for p in net.parameters())


@mistake(
    "count_parameters",
    "Frozen parameters are left out although all were asked for: trainable_only=False "
    "counts them.",
)
def never_counts_frozen_ones(net, trainable_only=True):
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


@mistake(
    "count_parameters",
    "The two cases are swapped: trainable_only=True leaves the frozen ones out.",
)
def swaps_the_cases(net, trainable_only=True):
    return right.count_parameters(net, not trainable_only)


@mistake("count_parameters", "The default of trainable_only is False; it is True.")
def counts_all_by_default(net, trainable_only=False):
    return right.count_parameters(net, trainable_only)


@mistake(
    "count_parameters",
    "Buffers are counted, and what is shared twice: state_dict() has both, parameters() "
    "does not.",
    when=["always", "all are asked for"],
)
def counts_the_state(net, trainable_only=True, *, when):
    named = dict(net.named_parameters(remove_duplicate=False))
    if trainable_only and when != "always":
        return right.count_parameters(net)
    return sum(
        value.numel()
        for name, value in net.state_dict().items()
        if not (trainable_only and name in named) or named[name].requires_grad
    )


@mistake("count_parameters", "Buffers are counted: they are no parameters.")
def counts_buffers(net, trainable_only=True):
    buffers = sum(b.numel() for b in net.buffers())
    return right.count_parameters(net, trainable_only) + buffers


@mistake(
    "count_parameters",
    "A parameter that is shared is counted at each of its places: it is one.",
)
def counts_shared_ones_twice(net, trainable_only=True):
    named = net.named_parameters(remove_duplicate=False)
    return sum(p.numel() for _, p in named if p.requires_grad or not trainable_only)


@mistake(
    "count_parameters",
    "A weight that two layers share is counted in each of them: parameters() of the "
    "whole net gives it once.",
)
def counts_layer_by_layer(net, trainable_only=True):
    return sum(
        p.numel()
        for module in net.modules()
        for p in module.parameters(recurse=False)
        if p.requires_grad or not trainable_only
    )


@mistake(
    "count_parameters",
    "What is deep in the net is counted once for each module above it: parameters() goes "
    "all the way down already, so ask the net alone.",
)
def counts_again_at_each_level(net, trainable_only=True):
    return sum(
        p.numel()
        for module in net.modules()
        for p in module.parameters()
        if p.requires_grad or not trainable_only
    )


@mistake(
    "count_parameters",
    "The length of a parameter is the size of its first axis: numel() says how many "
    "numbers it has.",
)
def counts_the_rows(net, trainable_only=True):
    return sum(len(p) for p in _counted(net, trainable_only))


@mistake(
    "count_parameters",
    "Only the net's own parameters are counted, not those of its parts.",
)
def stays_at_the_top(net, trainable_only=True):
    own = net.parameters(recurse=False)
    return sum(p.numel() for p in own if p.requires_grad or not trainable_only)


@mistake(
    "count_parameters",
    "Only layers of some kinds are counted: parameters() has those of every kind.",
    convolutions=[True, False],
)
def counts_known_layers(net, trainable_only=True, *, convolutions):
    kinds = (nn.Linear, nn.Conv2d) if convolutions else nn.Linear
    layers = [module for module in net.modules() if isinstance(module, kinds)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


@mistake("count_parameters", "Only weights are counted: biases are parameters, too.")
def leaves_out_biases(net, trainable_only=True):
    return sum(p.numel() for p in _counted(net, trainable_only) if p.dim() > 1)


@mistake(
    "count_parameters",
    "Only the sizes of two axes are multiplied: numel() multiplies all of them.",
)
def multiplies_two_sizes(net, trainable_only=True):
    sizes = [[*p.shape, 1][:2] for p in _counted(net, trainable_only)]
    return sum(s[0] * (s[1] if len(s) > 1 else 1) for s in sizes)


@mistake(
    "count_parameters",
    "What has no gradient yet is not counted: requires_grad says what learns, and grad "
    "is None before the first backward().",
)
def looks_for_gradients(net, trainable_only=True):
    return sum(
        p.numel() for p in net.parameters() if p.grad is not None or not trainable_only
    )


@mistake(
    "named_shapes",
    "Buffers are there, and what is shared has both names: named_parameters() has "
    "neither, state_dict() both.",
)
def takes_the_state_dict(net):
    return {name: tuple(value.shape) for name, value in net.state_dict().items()}


@mistake(
    "named_shapes",
    "Frozen parameters are left out: they have names and shapes, too.",
)
def leaves_out_frozen_ones(net):
    return {n: tuple(p.shape) for n, p in net.named_parameters() if p.requires_grad}


@mistake(
    "named_shapes", "What is shared is there under each of its names: once will do."
)
def names_shared_ones_twice(net):
    named = net.named_parameters(remove_duplicate=False)
    return {name: tuple(p.shape) for name, p in named}


@mistake(
    "named_shapes",
    "The values are {kind}: the shape is a tuple of all sizes.",
    kind=["lists", "numbers", "tensors"],
)
def gives_no_tuples(net, *, kind):
    make = {
        "lists": lambda p: list(p.shape),
        "numbers": lambda p: p.numel(),
        "tensors": lambda p: p.detach(),
    }[kind]
    return {name: make(p) for name, p in net.named_parameters()}


@mistake("named_shapes", "The shapes come as a list: a dict has them by name.")
def lists_the_shapes(net):
    return [(name, tuple(p.shape)) for name, p in net.named_parameters()]


@mistake(
    "named_shapes",
    "Only the last part of a name is the key, so that layers overwrite one another: take "
    "the whole name.",
)
def keeps_the_last_part(net):
    named = net.named_parameters()
    return {name.rpartition(".")[2]: tuple(p.shape) for name, p in named}


@mistake(
    "named_shapes",
    "The names are those inside each child, without the child's own, so that children "
    "overwrite one another: named_parameters() of the net gives whole names.",
)
def names_them_inside_children(net):
    return {
        name: tuple(p.shape)
        for child in net.children()
        for name, p in child.named_parameters()
    }


@mistake(
    "named_shapes",
    "Only the children of the net are looked at: named_parameters() goes all the way "
    "down.",
)
def looks_at_children_only(net):
    return {
        f"{name}.{own}": tuple(p.shape)
        for name, child in net.named_children()
        for own, p in child.named_parameters(recurse=False)
    }


@mistake("named_shapes", "Biases are left out: they are parameters, too.")
def names_the_weights_only(net):
    named = net.named_parameters()
    return {name: tuple(p.shape) for name, p in named if "weight" in name}


@mistake(
    "named_shapes", "The axes are turned around: the shape is that of the parameter."
)
def turns_the_shapes(net):
    return {name: tuple(p.shape)[::-1] for name, p in net.named_parameters()}


@mistake(
    "freeze",
    "The prefix is looked for anywhere in a name: startswith looks at its start.",
)
def looks_anywhere(net, prefix):
    chosen = [p for name, p in net.named_parameters() if prefix in name]
    for p in chosen:
        p.requires_grad_(False)
    return len(chosen)


@mistake(
    "freeze",
    "Only a whole part of a name counts, up to a dot: a prefix may end anywhere, as in "
    "str.startswith.",
)
def asks_for_whole_parts(net, prefix):
    chosen = [
        p
        for name, p in net.named_parameters()
        if f"{name}.".startswith(f"{prefix.removesuffix('.')}.") or not prefix
    ]
    for p in chosen:
        p.requires_grad_(False)
    return len(chosen)


@mistake(
    "freeze",
    "No parameter is frozen: requires_grad is set, in that spelling, on what "
    "named_parameters() gives. state_dict() and detach() give other tensors, and an "
    "attribute of a module does nothing.",
    counts=["parameters", "all of the state"],
)
def freezes_no_parameter(net, prefix, *, counts):
    named = (
        net.named_parameters() if counts == "parameters" else net.state_dict().items()
    )
    return sum(name.startswith(prefix) for name, _ in named)


@mistake("freeze", "A name has to be all of the prefix: it has to start with it.")
def asks_for_the_whole_name(net, prefix):
    chosen = [p for name, p in net.named_parameters() if name == prefix]
    for p in chosen:
        p.requires_grad_(False)
    return len(chosen)


@mistake("freeze", "It is the end of a name that is compared: it is its start.")
def looks_at_the_end(net, prefix):
    chosen = [p for name, p in net.named_parameters() if name.endswith(prefix)]
    for p in chosen:
        p.requires_grad_(False)
    return len(chosen)


@mistake(
    "freeze",
    "It is the names of {whose} that are compared: it is those of the parameters, which "
    "go on after a dot.",
    whose=["the net's children", "all modules"],
)
def compares_modules(net, prefix, *, whose):
    every = whose == "all modules"
    chosen = [
        p
        for name, module in (net.named_modules() if every else net.named_children())
        for p in module.parameters()
        if name.startswith(prefix)
    ]
    for p in chosen:
        p.requires_grad_(False)
    return len(chosen)


@mistake("freeze", "The count is one of numbers: it is one of parameters, of tensors.")
def counts_the_numbers(net, prefix):
    right.freeze(net, prefix)
    named = net.named_parameters()
    return sum(p.numel() for name, p in named if name.startswith(prefix))


@mistake(
    "freeze",
    "Only those are counted that were not frozen before: all with such a name count.",
)
def counts_new_ones_only(net, prefix):
    before = [p for p in net.parameters() if not p.requires_grad]
    right.freeze(net, prefix)
    return sum(not p.requires_grad for p in net.parameters()) - len(before)


@mistake(
    "freeze",
    "All frozen parameters are counted, also those with other names: count what starts "
    "with the prefix.",
)
def counts_all_that_are_frozen(net, prefix):
    right.freeze(net, prefix)
    return sum(not p.requires_grad for p in net.parameters())


@mistake(
    "freeze",
    "What does not start with the prefix is made to learn: leave all others as they are.",
)
def thaws_the_others(net, prefix):
    for name, p in net.named_parameters():
        p.requires_grad = not name.startswith(prefix)
    return sum(name.startswith(prefix) for name, _ in net.named_parameters())


@mistake(
    "freeze",
    "It is the wrong half that is frozen: requires_grad is False for what starts with "
    "the prefix.",
)
def freezes_the_others(net, prefix):
    count = 0
    for name, p in net.named_parameters():
        if name.startswith(prefix):
            count += 1
        else:
            p.requires_grad = False
    return count


@mistake(
    "freeze", "Everything is frozen, whatever its name: compare it with the prefix."
)
def freezes_everything(net, prefix):
    for p in net.parameters():
        p.requires_grad_(False)
    return sum(name.startswith(prefix) for name, _ in net.named_parameters())


@mistake("freeze", "Only the first with such a name is frozen: go through all of them.")
def stops_after_the_first(net, prefix):
    for name, p in net.named_parameters():
        if name.startswith(prefix):
            p.requires_grad_(False)
            return 1
    return 0


@mistake(
    "freeze",
    "Parts of the net are put in evaluation mode: freezing is about gradients, and the "
    "mode is for who trains.",
)
def puts_parts_to_rest(net, prefix):
    for name, module in net.named_modules():
        if name.startswith(prefix) and name:
            module.eval()
    return right.freeze(net, prefix)


@mistake(
    "freeze",
    "Parts of the net are put in evaluation mode, which freezes nothing: what sets "
    "requires_grad to False does.",
)
def rests_in_place_of_freezing(net, prefix):
    for name, module in net.named_modules():
        if name.startswith(prefix) and name:
            module.eval()
    return sum(name.startswith(prefix) for name, _ in net.named_parameters())


@mistake("freeze", "Nothing comes back: return how many parameters have such a name.")
def freeze_returns_nothing(net, prefix):
    right.freeze(net, prefix)


@mistake(
    "freeze",
    "Buffers are counted: only parameters are frozen.",
)
def counts_buffers_too(net, prefix):
    buffers = [name for name, _ in net.named_buffers() if name.startswith(prefix)]
    return right.freeze(net, prefix) + len(buffers)


@mistake(
    "freeze",
    "What is shared is counted under each of its names: it is one parameter.",
)
def counts_each_name(net, prefix):
    named = net.named_parameters(remove_duplicate=False)
    chosen = [p for name, p in named if name.startswith(prefix)]
    for p in chosen:
        p.requires_grad_(False)
    return len(chosen)


class _List(right.ListDense):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _List.forward

    def _each(self):
        return list(self.params)

    def _step(self, X, W):
        return X @ W

    def forward(self, X):
        for W in self._each():
            X = self._step(X, W)
        return X


@mistake(
    "ListDense", "A return is missing, so None comes back: return X after the loop."
)
class ForgetsTheReturn(_List):
    def forward(self, X):
        super().forward(X)


@mistake(
    "ListDense",
    "The matrices are in a Python list, so the net does not know of them: "
    "nn.ParameterList registers what is in it.",
)
class KeepsAPythonList(nn.Module):
    def __init__(self):
        super().__init__()
        self.params = [nn.Parameter(torch.randn(4, 4)) for _ in range(3)]
        self.params.append(nn.Parameter(torch.randn(4, 1)))


@mistake(
    "ListDense",
    "There is no nn.ParameterList: the matrices are what it holds, in their order.",
)
class HasNoParameterList(nn.Module):
    pass


@mistake("ListDense", "The last matrix lies down: it has the shape (4, 1), not (1, 4).")
class LaysTheLastDown(_List):
    def __init__(self):
        super().__init__()
        self.params[3] = nn.Parameter(torch.randn(1, 4))


@mistake(
    "ListDense",
    "One parameter stands at the first three places: make a new one for each.",
)
class RepeatsOneParameter(_List):
    def __init__(self):
        super().__init__()
        same = [nn.Parameter(torch.randn(4, 4))] * 3
        self.params = nn.ParameterList([*same, nn.Parameter(torch.randn(4, 1))])


@mistake("ListDense", "The last matrix, (4, 1), is missing.")
class LeavesOutTheColumn(_List):
    def __init__(self):
        super().__init__()
        self.params = nn.ParameterList(nn.Parameter(torch.randn(4, 4)) for _ in "123")


@mistake("ListDense", "There are four matrices of shape (4, 4): three are enough.")
class HasOneTooMany(_List):
    def __init__(self):
        super().__init__()
        shapes = [(4, 4)] * 4 + [(4, 1)]
        self.params = nn.ParameterList(nn.Parameter(torch.randn(s)) for s in shapes)


@mistake("ListDense", "ReLU follows the products: matrix products alone are due.")
class BendsTheProducts(_List):
    def _step(self, X, W):
        return F.relu(X @ W)


@mistake(
    "ListDense",
    "ReLU follows all products but the last: matrix products alone are due.",
)
class BendsBetweenTheProducts(_List):
    def _step(self, X, W):
        return F.relu(X @ W) if W.shape[1] > 1 else X @ W


@mistake("ListDense", "The matrices are transposed: it is X @ W.")
class TransposesTheMatrices(_List):
    def _step(self, X, W):
        return X @ (W.T if W.shape[1] > 1 else W)


@mistake(
    "ListDense",
    "The square matrices are used in the opposite order: the first comes first.",
)
class GoesBackwards(_List):
    def _each(self):
        return [*list(self.params)[2::-1], self.params[3]]


@mistake(
    "ListDense", "Only the last matrix is used: each gets what the one before gave."
)
class UsesTheLastAlone(_List):
    def _each(self):
        return [self.params[3]]


@mistake(
    "ListDense",
    "The first matrix is used three times: each of the square ones is used once.",
)
class UsesTheFirstThreeTimes(_List):
    def _each(self):
        return [self.params[0]] * 3 + [self.params[3]]


@mistake("ListDense", "The first product is left out: begin with the first matrix.")
class SkipsTheFirst(_List):
    def _each(self):
        return list(self.params)[1:]


@mistake(
    "ListDense",
    "The matrices leave the graph, so that they cannot learn: leave .data and detach() "
    "out.",
)
class UsesTheData(_List):
    def _step(self, X, W):
        return X @ W.data


@mistake("ListDense", "The matrices start at zero, and so no gradient flows.")
class StartsWithZeros(_List):
    def __init__(self):
        super().__init__()
        for p in self.parameters():
            nn.init.zeros_(p)


@mistake("ListDense", "The parameters are frozen: all learn.")
class FreezesItsList(_List):
    def __init__(self):
        super().__init__()
        self.requires_grad_(False)


@mistake("ListDense", "There are biases, too: matrix products alone are due.")
class AddsBiases(_List):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))


class _Dict(right.DictDense):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Dict.forward

    def _chosen(self, choice):
        return self.params[choice]

    def _product(self, X, W):
        return X @ W

    def forward(self, X, choice="linear1"):
        return self._product(X, self._chosen(choice))


@mistake("DictDense", "linear1 is used whatever the choice is.")
class AlwaysTakesTheFirst(_Dict):
    def _chosen(self, choice):
        return self.params["linear1"]


@mistake(
    "DictDense",
    "A name that is not there is answered with linear1: it must raise an error.",
)
class ForgivesUnknownNames(_Dict):
    def _chosen(self, choice):
        return self.params[choice if choice in self.params else "linear1"]


@mistake(
    "DictDense",
    "The default choice is {other}; it is linear1.",
    other=["linear2", "linear3"],
)
def has_another_choice(*, other):
    net = _Default()
    net.other = other
    return net


class _Default(right.DictDense):
    def forward(self, X, choice=None):
        return X @ self.params[self.other if choice is None else choice]


@mistake(
    "DictDense",
    "The matrices are in a Python dict, so the net does not know of them: "
    "nn.ParameterDict registers what is in it.",
)
class KeepsAPythonDict(nn.Module):
    def __init__(self):
        super().__init__()
        widths = {"linear1": 4, "linear2": 1, "linear3": 2}
        self.params = {k: nn.Parameter(torch.randn(4, n)) for k, n in widths.items()}


@mistake(
    "DictDense",
    "There is no nn.ParameterDict: the matrices are what it holds, by their keys.",
)
class HasNoParameterDict(nn.Module):
    pass


@mistake(
    "DictDense", "The keys begin with linear0: they are linear1, linear2 and linear3."
)
class CountsFromZero(_Dict):
    def __init__(self):
        super().__init__()
        old = [self.params.pop(f"linear{i}") for i in (1, 2, 3)]
        self.params.update({f"linear{i}": p for i, p in enumerate(old)})


@mistake("DictDense", "linear3 is missing: it has the shape (4, 2).")
class LeavesOutTheThird(_Dict):
    def __init__(self):
        super().__init__()
        del self.params["linear3"]


@mistake(
    "DictDense", "The shapes of linear2 and linear3 are swapped: (4, 1) and (4, 2)."
)
class SwapsTheShapes(_Dict):
    def __init__(self):
        super().__init__()
        one, other = self.params["linear2"], self.params["linear3"]
        self.params["linear2"], self.params["linear3"] = other, one


@mistake("DictDense", "ReLU follows the product: a matrix product alone is due.")
class BendsTheProduct(_Dict):
    def _product(self, X, W):
        return F.relu(X @ W)


@mistake(
    "DictDense",
    "The matrix leaves the graph, so that it cannot learn: leave .data and detach() out.",
)
class UsesItsData(_Dict):
    def _product(self, X, W):
        return X @ W.data


@mistake(
    "DictDense", "All three products are made, one after the other: one is chosen."
)
class UsesAllInTurn(_Dict):
    def forward(self, X, choice="linear1"):
        X = X @ self.params["linear1"]
        return X if choice == "linear1" else X @ self.params[choice]


@mistake("DictDense", "The matrices start at zero.")
class StartsItsMatricesWithZeros(_Dict):
    def __init__(self):
        super().__init__()
        for p in self.parameters():
            nn.init.zeros_(p)


class _Tied(right.TiedMLP):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Tied.forward

    def _bend(self, H, place):
        return F.relu(H)

    def _middle(self, H):
        H = self._bend(self.shared(H), 1)
        return self._bend(self.shared(H), 2)

    def forward(self, X):
        return self.last(self._middle(self._bend(self.first(X), 0)))


@mistake("TiedMLP", "The middle layer is used once: it is used twice.")
class UsesTheMiddleOnce(_Tied):
    def _middle(self, H):
        return self._bend(self.shared(H), 1)


@mistake("TiedMLP", "The middle layer is used three times: it is used twice.")
class UsesTheMiddleThrice(_Tied):
    def _middle(self, H):
        return self._bend(self.shared(super()._middle(H)), 3)


@mistake(
    "TiedMLP",
    "There are two middle layers, where one is used twice: make one and call it twice.",
)
class HasTwoMiddleLayers(_Tied):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        self.again = deepcopy(self.shared)


@mistake(
    "TiedMLP",
    "The two uses share values that were copied by .data, and no gradient reaches the "
    "layer from one of them: call the layer twice.",
)
class CopiesTheDataOver(_Tied):
    def _middle(self, H):
        H = self._bend(self.shared(H), 1)
        return self._bend(
            F.linear(H, self.shared.weight.data, self.shared.bias.data), 2
        )


@mistake(
    "TiedMLP",
    "Both uses of the middle layer get what the first layer gave: the second gets what "
    "the first use returned.",
)
class GivesBothTheSame(_Tied):
    def _middle(self, H):
        self.shared(H)
        return self._bend(self.shared(H), 2)


@mistake(
    "TiedMLP",
    "The middle layer is in a Python list, so the net does not know of it: make it an "
    "attribute.",
)
class ListsTheMiddle(_Tied):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        shared = self.shared
        del self.shared
        self.middle = [shared, shared]


@mistake("TiedMLP", "It bends with {bend} where ReLU is due.", bend=["sigmoid", "tanh"])
def bends_otherwise(num_inputs=784, num_hiddens=256, num_outputs=10, *, bend):
    net = _Bent(num_inputs, num_hiddens, num_outputs)
    net.bend = getattr(torch, bend)
    return net


class _Bent(right.TiedMLP):
    def forward(self, X):
        H = self.bend(self.first(X))
        return self.last(self.bend(self.shared(self.bend(self.shared(H)))))


@mistake(
    "TiedMLP",
    "No gradient reaches the middle layer: take detach(), .data or no_grad() out.",
)
class CutsTheMiddle(_Tied):
    def _middle(self, H):
        return super()._middle(H).detach()


@mistake("TiedMLP", "There is no ReLU between the two uses of the middle layer.")
class ForgetsToBendBetween(_Tied):
    def _bend(self, H, place):
        return H if place == 1 else F.relu(H)


@mistake("TiedMLP", "There is no ReLU after the first layer.")
class ForgetsToBendTheFirst(_Tied):
    def _bend(self, H, place):
        return H if place == 0 else F.relu(H)


@mistake("TiedMLP", "There is no ReLU before the last layer.")
class ForgetsToBendBeforeTheLast(_Tied):
    def _bend(self, H, place):
        return H if place == 2 else F.relu(H)


@mistake("TiedMLP", "There is no ReLU at all: it follows every use but the last.")
class NeverBends(_Tied):
    def _bend(self, H, place):
        return H


@mistake("TiedMLP", "ReLU follows the last layer, too: nothing follows it.")
class BendsTheOutputs(_Tied):
    def forward(self, X):
        return F.relu(super().forward(X))


@mistake(
    "TiedMLP", "There are four layers: the middle one is there once, and used twice."
)
class CountsTheUses(_Tied):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        self.third = nn.Linear(num_hiddens, num_hiddens)
        self.fourth = nn.Linear(num_hiddens, num_hiddens)


@mistake("TiedMLP", "The widths are fixed: the arguments say what they are.")
class FixesItsWidths(_Tied):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()


@mistake("TiedMLP", "The layers have no bias: leave bias=False out.")
class LeavesOutItsBiases(_Tied):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()
        self.first = nn.Linear(num_inputs, num_hiddens, bias=False)
        self.shared = nn.Linear(num_hiddens, num_hiddens, bias=False)
        self.last = nn.Linear(num_hiddens, num_outputs, bias=False)


@mistake(
    "TiedMLP",
    "The second use is cut from the graph, and so the gradient is that of one use alone: "
    "leave detach() out.",
)
class CutsBetweenTheUses(_Tied):
    def _middle(self, H):
        H = self._bend(self.shared(H), 1).detach()
        return self._bend(self.shared(H), 2)


@mistake(
    "TiedMLP",
    "Hooks do not run on a layer that is not called: write layer(H), not "
    "layer.forward(H).",
)
class CallsForwardOfItsLayers(_Tied):
    def forward(self, X):
        H = F.relu(self.first.forward(X))
        for _ in range(2):
            H = F.relu(self.shared.forward(H))
        return self.last.forward(H)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "named_shapes": {
        "- return {name: tuple(p.shape) for name, p in net.named_parameters()}\n"
        "+ return {name: p.shape for name, p in net.named_parameters()}": "a torch.Size is a tuple",
    },
    "ListDense": {
        "- start = [torch.randn(shape) / 2 for shape in shapes]": "how the matrices start is free, as long as they are finite and not zero",
        "- self.params = nn.ParameterList(nn.Parameter(W) for W in start)\n"
        "+ self.params = nn.ParameterList((W for W in start))": "a ParameterList makes parameters of tensors",
    },
    "DictDense": {
        "- start = {key: torch.randn(4, width) / 2 for key, width in widths.items()}": "how the matrices start is free, as long as they are finite and not zero",
        "- self.params = nn.ParameterDict({k: nn.Parameter(W) for k, W in start.items()})\n"
        "+ self.params = nn.ParameterDict({k: W for k, W in start.items()})": "a ParameterDict makes parameters of tensors",
    },
}
