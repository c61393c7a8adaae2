"""Wrong answers to Modules and blocks, rejected by the grader and named by the dojo."""

from collections import OrderedDict
from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch4_computation import k01_module_building as right


class _MLP(right.MLP):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):  # its own, so that what it raises is its failure
            cls.forward = _MLP.forward

    def _between(self, H):
        return F.relu(H)

    def _end(self, Y):
        return Y

    def _layer(self, layer, X):
        return layer(X)

    def forward(self, X):
        H = self._between(self._layer(self.hidden, X))
        return self._end(self._layer(self.output, H))


@mistake(
    "MLP",
    "The layers are in a Python list, so the net does not know of their parameters: make "
    "them attributes, or use nn.ModuleList.",
)
class KeepsItsLayersInAList(nn.Module):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()
        hidden = nn.Linear(num_inputs, num_hiddens)
        self.layers = [hidden, nn.Linear(num_hiddens, num_outputs)]


@mistake(
    "MLP",
    "The weights are plain tensors, of which the net does not know: let nn.Linear make "
    "them.",
)
class HasPlainTensors(nn.Module):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()
        self.W1 = torch.randn(num_inputs, num_hiddens, requires_grad=True)
        self.W2 = torch.randn(num_hiddens, num_outputs, requires_grad=True)


@mistake(
    "MLP",
    "The net has no layers of its own: make them in __init__, as attributes. Layers that "
    "are made in forward are new in every call, and learn nothing.",
)
class MakesItsLayersInForward(nn.Module):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()


@mistake(
    "MLP",
    "The output layer is made in forward, so it is new in every call and learns nothing: "
    "make both layers in __init__, as attributes.",
)
class MakesItsOutputLayerInForward(_MLP):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        del self.output
        self.num_outputs = num_outputs

    def forward(self, X):
        H = F.relu(self.hidden(X))
        self.output = nn.Linear(H.shape[1], self.num_outputs)
        return self.output(H)


@mistake(
    "MLP",
    "The weights and biases are parameters of the net itself: here two nn.Linear have "
    "them.",
)
class HasItsOwnParameters(nn.Module):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(num_inputs, num_hiddens))
        self.b1 = nn.Parameter(torch.zeros(num_hiddens))
        self.W2 = nn.Parameter(torch.randn(num_hiddens, num_outputs))
        self.b2 = nn.Parameter(torch.zeros(num_outputs))


@mistake(
    "MLP",
    "Nothing stands between the two layers, and without ReLU they are one linear map: "
    "relu(hidden(X)) is what goes to the second.",
)
class ForgetsTheActivation(_MLP):
    def _between(self, H):
        return H


@mistake(
    "MLP", "ReLU follows the last layer too, so no output is negative: leave it out."
)
class ActivatesTheOutput(_MLP):
    def _end(self, Y):
        return F.relu(Y)


@mistake(
    "MLP", "Softmax follows the last layer: the loss expects what no function touched."
)
class EndsInSoftmax(_MLP):
    def _end(self, Y):
        return Y.softmax(1)


@mistake("MLP", "Sigmoid stands between the layers, where ReLU is due.")
class BendsWithSigmoid(_MLP):
    def _between(self, H):
        return H.sigmoid()


@mistake("MLP", "Tanh stands between the layers, where ReLU is due.")
class BendsWithTanh(_MLP):
    def _between(self, H):
        return H.tanh()


@mistake(
    "MLP",
    "ReLU comes before the first layer: it bends what that layer returns, "
    "relu(hidden(X)).",
)
class BendsTheInput(_MLP):
    def forward(self, X):
        return self.output(self.hidden(F.relu(X)))


@mistake(
    "MLP",
    "Hidden units are dropped at random: nothing but ReLU stands between the layers.",
)
class DropsHiddenUnits(_MLP):
    def _between(self, H):
        return F.dropout(F.relu(H), 0.5)


@mistake(
    "MLP",
    "Hooks do not run on a layer that is not called: write layer(X), not "
    "layer.forward(X).",
)
class CallsForwardOfItsLayers(_MLP):
    def _layer(self, layer, X):
        return layer.forward(X)


@mistake(
    "MLP",
    "The widths are fixed, {inputs}, 256 and 10: the arguments say what they are.",
    inputs=[784, 20],
)
def fixes_the_widths(num_inputs=784, num_hiddens=256, num_outputs=10, *, inputs):
    return right.MLP(inputs, 256, 10)


@mistake(
    "MLP",
    "The sizes of a layer are swapped: nn.Linear takes the inputs first, then the "
    "outputs.",
)
class SwapsTheSizes(_MLP):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()
        self.hidden = nn.Linear(num_hiddens, num_inputs)
        self.output = nn.Linear(num_outputs, num_hiddens)


@mistake("MLP", "The layers have no bias: leave bias=False out.")
class LeavesOutTheBiases(_MLP):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__()
        self.hidden = nn.Linear(num_inputs, num_hiddens, bias=False)
        self.output = nn.Linear(num_hiddens, num_outputs, bias=False)


@mistake("MLP", "There is a third linear layer: one hidden layer makes two.")
class HasTwoHiddenLayers(_MLP):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        self.second = nn.Linear(num_hiddens, num_hiddens)


@mistake(
    "MLP",
    "All weights start at 0, so all hidden units stay alike: leave the start to "
    "nn.Linear.",
)
class StartsAtZero(_MLP):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        for p in self.parameters():
            nn.init.zeros_(p)


@mistake(
    "MLP",
    "The weights are drawn by nn.init, with another spread than torch's own: leave the "
    "start to nn.Linear.",
)
class DrawsItsOwnWeights(_MLP):
    def __init__(self, num_inputs=784, num_hiddens=256, num_outputs=10):
        super().__init__(num_inputs, num_hiddens, num_outputs)
        for layer in (self.hidden, self.output):
            nn.init.xavier_uniform_(layer.weight)


@mistake(
    "MLP",
    "The hidden values leave the graph, so nothing before them learns: take detach(), "
    ".data or no_grad() out.",
)
class CutsTheGraph(_MLP):
    def _between(self, H):
        return F.relu(H.detach())


@mistake(
    "MLP",
    "The result has left the graph, so nothing learns: take detach(), .data or no_grad() "
    "out.",
)
class LeavesTheGraph(_MLP):
    def _end(self, Y):
        return Y.detach()


def _named(args):
    """Return the modules of a sequence with their names."""
    if len(args) == 1 and isinstance(args[0], OrderedDict):
        return list(args[0].items())
    return [(str(place), module) for place, module in enumerate(args)]


class _Sequence(right.MySequential):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Sequence.forward

    def _order(self):
        return [getattr(self, name) for name in self._modules]

    def forward(self, X):
        for module in self._order():
            X = module(X)
        return X


@mistake(
    "MySequential",
    "The modules are in a Python list, so they are no children: add_module(name, module) "
    "registers one.",
)
class KeepsItsModulesInAList(nn.Module):
    def __init__(self, *args):
        super().__init__()
        self.layers = [module for _, module in _named(args)]

    def forward(self, X):
        for module in self.layers:
            X = module(X)
        return X


@mistake(
    "MySequential",
    "A module that is there twice is called once, since children() leaves out what it "
    "has given before: go through the names in _modules.",
)
class GoesThroughItsChildren(_Sequence):
    def _order(self):
        return self.children()


@mistake(
    "MySequential",
    "The names that an OrderedDict gives are not used: they are the names of the "
    "children.",
)
class NumbersWhatHasNames(_Sequence):
    def __init__(self, *args):
        super().__init__(*(module for _, module in _named(args)))


@mistake(
    "MySequential",
    "An OrderedDict is taken for a module: if there is one argument and it is one, its "
    "items are the names and the modules.",
)
class TakesTheDictForAModule(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for place, module in enumerate(args):
            self.add_module(str(place), module)

    def forward(self, X):
        for module in self._modules.values():
            X = module(X)
        return X


@mistake(
    "MySequential",
    "An OrderedDict is put among the modules, in _modules, which takes anything: its "
    "items are the names and the modules.",
)
class PutsTheDictAmongTheModules(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for place, module in enumerate(args):
            self._modules[str(place)] = module

    def forward(self, X):
        for module in self._modules.values():
            X = module(X)
        return X


@mistake(
    "MySequential",
    "A module is its own key in _modules: the keys are names, str(place), and "
    "add_module(name, module) sees to it.",
)
class KeysModulesByThemselves(_Sequence):
    def __init__(self, *args):
        nn.Module.__init__(self)
        for module in args:
            self._modules[module] = module

    def _order(self):
        return self._modules.values()


@mistake("MySequential", "The places are counted from 1; nn.Sequential begins with 0.")
class CountsFromOne(_Sequence):
    def __init__(self, *args):
        right.nn.Module.__init__(self)
        is_named = len(args) == 1 and isinstance(args[0], OrderedDict)
        for name, module in _named(args):
            self.add_module(name if is_named else str(int(name) + 1), module)


@mistake(
    "MySequential",
    "The modules hang in a part of their own, so that its name stands in front of every "
    "key: give them to this module itself.",
    kind=["ModuleList", "ModuleDict", "Sequential"],
)
def hangs_them_one_deeper(*args, kind):
    net, named = _Deeper(), _named(args)
    net.layers = {
        "ModuleList": nn.ModuleList([module for _, module in named]),
        "ModuleDict": nn.ModuleDict(named),
        "Sequential": nn.Sequential(*args),
    }[kind]
    return net


class _Deeper(_Sequence):
    def _order(self):
        return self.layers._modules.values()


@mistake(
    "MySequential", "The modules run from the last to the first: the first is first."
)
class RunsBackwards(_Sequence):
    def _order(self):
        return reversed(super()._order())


@mistake(
    "MySequential",
    "The names are sorted, as text: places beyond 9 and given names come in another "
    "order. Keep the order in which the modules came.",
)
class SortsTheNames(_Sequence):
    def _order(self):
        return [getattr(self, name) for name in sorted(self._modules)]


@mistake(
    "MySequential",
    "Each module is given the input of the whole, so only the last one counts: give it "
    "what the one before returned.",
)
class GivesEachTheInput(_Sequence):
    def forward(self, X):
        Y = X
        for module in self._order():
            Y = module(X)
        return Y


@mistake(
    "MySequential",
    "modules() lists all that is there, the parts of a module beside the module itself: "
    "call the children alone, by the names in _modules.",
)
class WalksTheTree(_Sequence):
    def _order(self):
        return list(self.modules())[1:]


@mistake(
    "MySequential",
    "Hooks do not run on a module that is not called: write module(X), not "
    "module.forward(X).",
)
class CallsForwardOfItsModules(_Sequence):
    def forward(self, X):
        for module in self._order():
            X = module.forward(X)
        return X


@mistake(
    "MySequential",
    "Only the first module has run when the result is returned: take the return out of "
    "the loop.",
)
class ReturnsInTheLoop(_Sequence):
    def forward(self, X):
        for module in self._order():
            return module(X)
        return X


@mistake(
    "MySequential",
    "The return stands in the loop, so only the first module runs, and without modules "
    "nothing comes back: return X after the loop.",
)
class ReturnsNowhereElse(_Sequence):
    def forward(self, X):
        for module in self._order():
            return module(X)
        return None


@mistake(
    "MySequential",
    "The last module is never called: go through all of them.",
)
class LeavesOutTheLast(_Sequence):
    def _order(self):
        return super()._order()[:-1]


@mistake(
    "MySequential",
    "It is derived from nn.Sequential, which is what is to be written: derive it from "
    "nn.Module.",
)
class DerivesFromTorchs(nn.Sequential):
    pass


@mistake(
    "MySequential",
    "The modules are copied: register the ones that were given, so that others who hold "
    "them share their weights.",
)
class CopiesItsModules(_Sequence):
    def __init__(self, *args):
        super().__init__(OrderedDict((n, deepcopy(m)) for n, m in _named(args)))


@mistake(
    "MySequential",
    "The modules are kept in the class, so all objects share them: register them in "
    "__init__, with the object.",
)
class SharesItsModules(_Sequence):
    layers = ()

    def __init__(self, *args):
        super().__init__(*args)
        type(self).layers += tuple(module for _, module in _named(args))

    def forward(self, X):
        for module in self.layers:
            X = module(X)
        return X


class _ByClass(_Sequence):
    def __init__(self, *args):
        parts = _named(args)
        if not (len(args) == 1 and isinstance(args[0], OrderedDict)):
            parts = [(self._name(type(m).__name__), m) for _, m in parts]
        super().__init__(OrderedDict(parts))

    def _name(self, kind):
        return kind


@mistake(
    "MySequential",
    "The names are those of the classes, so that of two alike one is lost: the names are "
    "the places.",
)
class NamesThemByTheirClass(_ByClass):
    pass


@mistake(
    "MySequential",
    "The names are those of the classes, in small letters, so that of two alike one is "
    "lost: the names are the places.",
)
class NamesThemInSmallLetters(_ByClass):
    def _name(self, kind):
        return kind.lower()


@mistake(
    "MySequential", "One that is given twice is registered once: give it both names."
)
class DropsWhatComesTwice(_Sequence):
    def __init__(self, *args):
        kept = {id(module): (name, module) for name, module in reversed(_named(args))}
        super().__init__(OrderedDict(reversed(list(kept.values()))))


class _Two(right.Parallel):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        if "forward" not in vars(cls):
            cls.forward = _Two.forward

    def _outputs(self, X):
        return [self.net1(X), self.net2(X)]

    def _join(self, outputs):
        return torch.cat(outputs, self.dim)

    def forward(self, X):
        return self._join(self._outputs(X))


@mistake("Parallel", "The output of net2 comes first: net1's comes first.")
class SwapsTheNets(_Two):
    def _outputs(self, X):
        return [self.net2(X), self.net1(X)]


@mistake(
    "Parallel",
    "The outputs are joined along axis {at} whatever dim says.",
    at=[1, -1, 0],
)
def joins_along_one_axis(net1, net2, dim=1, *, at):
    return right.Parallel(net1, net2, at)


@mistake("Parallel", "The default of dim is {at}; it is 1.", at=[0, -1])
def has_another_default(net1, net2, dim=None, *, at):
    return right.Parallel(net1, net2, at if dim is None else dim)


@mistake("Parallel", "The outputs are added: join them with torch.cat.")
class AddsTheOutputs(_Two):
    def _join(self, outputs):
        return outputs[0] + outputs[1]


@mistake(
    "Parallel",
    "The outputs are stacked along a new axis: torch.cat joins them along one that they "
    "have.",
)
class StacksTheOutputs(_Two):
    def _join(self, outputs):
        return torch.stack(outputs, self.dim)


@mistake(
    "Parallel",
    "net2 is given what net1 returns: side by side, both get X.",
)
class ChainsTheNets(_Two):
    def _outputs(self, X):
        Y = self.net1(X)
        return [Y, self.net2(Y)]


@mistake("Parallel", "Only the output of net2 is returned: join both.")
class ReturnsTheSecondAlone(_Two):
    def _join(self, outputs):
        return outputs[1]


@mistake("Parallel", "The two outputs come as a tuple: join them with torch.cat.")
class ReturnsATuple(_Two):
    def _join(self, outputs):
        return tuple(outputs)


@mistake("Parallel", "net1 gives both halves: the second one is that of net2.")
class AsksTheFirstTwice(_Two):
    def _outputs(self, X):
        return [self.net1(X), self.net1(X)]


@mistake(
    "Parallel",
    "The nets are in a Python list, so their parameters are not known: make them "
    "attributes.",
)
class KeepsItsNetsInAList(nn.Module):
    def __init__(self, net1, net2, dim=1):
        super().__init__()
        self.nets, self.dim = [net1, net2], dim

    def forward(self, X):
        return torch.cat([net(X) for net in self.nets], self.dim)


@mistake(
    "Parallel",
    "The nets are in a Python tuple, so their parameters are not known: make them "
    "attributes.",
)
class KeepsItsNetsInATuple(nn.Module):
    def __init__(self, net1, net2, dim=1):
        super().__init__()
        self.nets, self.dim = (net1, net2), dim

    def forward(self, X):
        return torch.cat([net(X) for net in self.nets], self.dim)


@mistake(
    "Parallel",
    "The nets are copied, so that what is trained is not what was given: keep net1 and "
    "net2 themselves.",
)
class CopiesTheNets(_Two):
    def __init__(self, net1, net2, dim=1):
        super().__init__(deepcopy(net1), deepcopy(net2), dim)


@mistake(
    "Parallel",
    "Each net gets a half of X: side by side, both get all of it.",
)
class SplitsTheInput(_Two):
    def _outputs(self, X):
        one, other = X.chunk(2, self.dim)
        return [self.net1(one), self.net2(other)]


@mistake(
    "Parallel",
    "Hooks do not run on a net that is not called: write net1(X), not net1.forward(X).",
)
class CallsForwardOfItsNets(_Two):
    def _outputs(self, X):
        return [self.net1.forward(X), self.net2.forward(X)]


@mistake(
    "Parallel",
    "The outputs leave the graph, so neither net learns: take detach(), .data or "
    "no_grad() out.",
)
class JoinsOutsideTheGraph(_Two):
    def _join(self, outputs):
        return torch.cat([Y.detach() for Y in outputs], self.dim)


class _Fixed(right.FixedHiddenMLP):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        cls.forward = _Fixed.forward

    def _first(self, X):
        return F.relu(self.linear(X) @ self.constant + 1)

    def _second(self, H):
        return self.linear(H)

    def _shrink(self, H):
        while H.abs().sum() > 1:
            H = H / 2
        return H

    def _end(self, H):
        return H.sum()

    def forward(self, X):
        return self._end(self._shrink(self._second(self._first(X))))


@mistake(
    "FixedHiddenMLP",
    "c is an nn.Parameter, so an optimizer would change it: register_buffer(name, c) "
    "keeps a constant.",
)
class LearnsTheConstant(_Fixed):
    def __init__(self):
        nn.Module.__init__(self)
        self.linear = nn.Linear(20, 20)
        self.constant = nn.Parameter(torch.rand(20, 20))


@mistake(
    "FixedHiddenMLP",
    "c is a frozen nn.Parameter: it stands among the parameters, and is no buffer. "
    "register_buffer(name, c) keeps a constant.",
)
class FreezesTheConstant(_Fixed):
    def __init__(self):
        nn.Module.__init__(self)
        self.linear = nn.Linear(20, 20)
        self.constant = nn.Parameter(torch.rand(20, 20), requires_grad=False)


@mistake(
    "FixedHiddenMLP",
    "c is a plain tensor: it does not move with the net and is not saved. "
    "register_buffer(name, c) does both.",
)
class KeepsAPlainTensor(_Fixed):
    def __init__(self):
        nn.Module.__init__(self)
        self.linear = nn.Linear(20, 20)
        self.constant = torch.rand(20, 20)


@mistake(
    "FixedHiddenMLP",
    "The buffer is not persistent, so it is not in the state_dict and a net that loads "
    "it computes something else: leave persistent=False out.",
)
class ForgetsTheConstantWhenSaved(_Fixed):
    def __init__(self):
        nn.Module.__init__(self)
        self.linear = nn.Linear(20, 20)
        self.register_buffer("constant", torch.rand(20, 20), persistent=False)


@mistake(
    "FixedHiddenMLP",
    "There is no buffer of shape (20, 20): c is made once, in __init__, and registered "
    "by register_buffer(name, c).",
)
class HasNoBuffer(_Fixed):
    def __init__(self):
        nn.Module.__init__(self)
        self.linear = nn.Linear(20, 20)


@mistake(
    "FixedHiddenMLP",
    "There are two linear layers: one and the same is used twice.",
)
class HasTwoLayers(_Fixed):
    def __init__(self):
        super().__init__()
        self.second = nn.Linear(20, 20)


@mistake(
    "FixedHiddenMLP",
    "c is drawn anew in a call: a constant is drawn once, in __init__.",
)
class DrawsAnewInEachCall(_Fixed):
    def _first(self, X):
        c = torch.rand(20, 20, dtype=X.dtype)
        return F.relu(self.linear(X) @ c + 1)


@mistake(
    "FixedHiddenMLP",
    "What ReLU returns leaves the graph, so the first use of the layer has no share in "
    "the gradient: take detach(), .data or no_grad() out.",
)
class CutsTheHiddenValues(_Fixed):
    def _first(self, X):
        return super()._first(X).detach()


@mistake(
    "FixedHiddenMLP",
    "Each sample is halved by itself: it is all of H whose absolute values are added up.",
)
class HalvesEachSample(_Fixed):
    def _shrink(self, H):
        return torch.stack([super(HalvesEachSample, self)._shrink(h) for h in H])


@mistake("FixedHiddenMLP", "H is halved at most once: while, not if.")
class HalvesOnce(_Fixed):
    def _shrink(self, H):
        return H / 2 if H.abs().sum() > 1 else H


@mistake(
    "FixedHiddenMLP", "H is never halved: a loop does it, while it adds up to over 1."
)
class NeverHalves(_Fixed):
    def _shrink(self, H):
        return H


@mistake(
    "FixedHiddenMLP",
    "The loop looks at the sum, in which entries of both signs cancel: it is the sum of "
    "the absolute values that must not be above 1.",
)
class AddsUpTheSigns(_Fixed):
    def _shrink(self, H):
        while H.sum() > 1:
            H = H / 2
        return H


@mistake(
    "FixedHiddenMLP",
    "The loop looks at the size of the sum, in which entries of both signs cancel: add up "
    "the absolute values, H.abs().sum().",
)
class TakesTheSizeOfTheSum(_Fixed):
    def _shrink(self, H):
        while H.sum().abs() > 1:
            H = H / 2
        return H


@mistake(
    "FixedHiddenMLP",
    "H is halved also where the absolute values add up to exactly 1: while they are "
    "more than 1.",
)
class HalvesAtOneToo(_Fixed):
    def _shrink(self, H):
        while H.abs().sum() >= 1:
            H = H / 2
        return H


@mistake("FixedHiddenMLP", "The 1 inside ReLU is missing: relu(linear(X) @ c + 1).")
class ForgetsTheOne(_Fixed):
    def _first(self, X):
        return F.relu(self.linear(X) @ self.constant)


@mistake(
    "FixedHiddenMLP",
    "The 1 is added to what ReLU returns: it stands inside, relu(linear(X) @ c + 1).",
)
class AddsTheOneAfterRelu(_Fixed):
    def _first(self, X):
        return F.relu(self.linear(X) @ self.constant) + 1


@mistake(
    "FixedHiddenMLP",
    "c comes before the layer: X goes through the layer first, linear(X) @ c.",
)
class MultipliesTheInput(_Fixed):
    def _first(self, X):
        return F.relu(self.linear(X @ self.constant) + 1)


@mistake(
    "FixedHiddenMLP",
    "The loop looks at the largest entry: the absolute values of all of H are added up.",
)
class LooksAtTheLargest(_Fixed):
    def _shrink(self, H):
        while H.abs().max() > 1:
            H = H / 2
        return H


@mistake(
    "FixedHiddenMLP", "There is a sum for each sample: the sum of all of H is due."
)
class ReturnsASumForEachSample(_Fixed):
    def _end(self, H):
        return H.sum(1)


@mistake("FixedHiddenMLP", "ReLU is missing: linear(relu(linear(X) @ c + 1)).")
class ForgetsTheRelu(_Fixed):
    def _first(self, X):
        return self.linear(X) @ self.constant + 1


@mistake(
    "FixedHiddenMLP",
    "The layer is used once only: what ReLU returns goes through it again.",
)
class UsesTheLayerOnce(_Fixed):
    def _second(self, H):
        return H


@mistake("FixedHiddenMLP", "c is transposed: X is multiplied by c itself, X @ c.")
class TransposesTheConstant(_Fixed):
    def _first(self, X):
        return F.relu(self.linear(X) @ self.constant.T + 1)


@mistake("FixedHiddenMLP", "The mean of H is returned: its sum is due.")
class ReturnsTheMean(_Fixed):
    def _end(self, H):
        return H.mean()


@mistake("FixedHiddenMLP", "H itself is returned: its sum is due.")
class ReturnsTheMatrix(_Fixed):
    def _end(self, H):
        return H


@mistake(
    "FixedHiddenMLP",
    "The sum of the absolute values is returned: they are for the loop, and the sum of "
    "H is due.",
)
class ReturnsTheAbsoluteSum(_Fixed):
    def _end(self, H):
        return H.abs().sum()


@mistake("FixedHiddenMLP", "A number is returned, not a tensor: leave item() out.")
class ReturnsANumber(_Fixed):
    def _end(self, H):
        return H.sum().item()


@mistake(
    "FixedHiddenMLP",
    "H is divided until it fits in one step, by its own sum: it is halved as often as it "
    "takes.",
)
class DividesByTheSum(_Fixed):
    def _shrink(self, H):
        total = H.abs().sum()
        return H / total if total > 1 else H


@mistake(
    "FixedHiddenMLP",
    "Hooks do not run on a layer that is not called: write linear(X), not "
    "linear.forward(X).",
)
class CallsForwardOfTheLayer(_Fixed):
    def _first(self, X):
        return F.relu(self.linear.forward(X) @ self.constant + 1)

    def _second(self, H):
        return self.linear.forward(H)


@mistake(
    "FixedHiddenMLP",
    "H leaves the graph, so nothing learns: take detach(), .data or no_grad() out.",
)
class ShrinksOutsideTheGraph(_Fixed):
    def _shrink(self, H):
        return super()._shrink(H.detach())


@mistake(
    "repeat_block",
    "One block stands at all places: call the factory for each.",
    least=[1, 0],
)
def repeats_one_block(factory, n, *, least):
    return nn.Sequential(*[factory()] * n) if n >= 1 - least else nn.Sequential()


@mistake(
    "repeat_block",
    "One block is made and copied, so all start with equal weights: call the factory "
    "for each.",
    way=["the first is kept", "if any, the first is kept", "all are copies"],
)
def copies_one_block(factory, n, *, way):
    if way.startswith("if any") and not n:
        return nn.Sequential()
    block = factory()
    copies = [deepcopy(block) for _ in range(n)]
    return nn.Sequential(*copies if way == "all are copies" else [block, *copies][:n])


@mistake(
    "repeat_block",
    "All blocks have one name, so that each takes the place of the one before: give each "
    "its own.",
)
def gives_all_one_name(factory, n):
    net = nn.Sequential()
    for _ in range(n):
        net.add_module("block", factory())
    return net


@mistake(
    "repeat_block",
    "Each block stands in an nn.Sequential with all before it: the blocks themselves are "
    "the children, side by side.",
)
def nests_the_blocks(factory, n):
    net = nn.Sequential()
    for _ in range(n):
        net = nn.Sequential(net, factory())
    return net


@mistake(
    "repeat_block",
    "The blocks come as a {kind}: nn.Sequential(*blocks) runs one after the other.",
    kind=["list", "tuple", "ModuleList"],
)
def only_collects_the_blocks(factory, n, *, kind):
    made = [factory() for _ in range(n)]
    return {"list": list, "tuple": tuple, "ModuleList": nn.ModuleList}[kind](made)


@mistake(
    "repeat_block",
    "nn.Sequential is given a list, where it takes modules: nn.Sequential(*blocks).",
)
def passes_the_list_itself(factory, n):
    return nn.Sequential([factory() for _ in range(n)])


@mistake("repeat_block", "There is a block too few: range(n) has n numbers.")
def makes_one_too_few(factory, n):
    return nn.Sequential(*(factory() for _ in range(1, n)))


@mistake("repeat_block", "There is a block too many: range(n) has n numbers.")
def makes_one_too_many(factory, n):
    return nn.Sequential(*(factory() for _ in range(n + 1)))


@mistake(
    "repeat_block",
    "The factory is called once too often: only the blocks that are used are made.",
)
def tries_the_factory_first(factory, n):
    factory()
    return right.repeat_block(factory, n)


@mistake("repeat_block", "The blocks are in the opposite order: the first comes first.")
def puts_the_last_first(factory, n):
    return nn.Sequential(*[factory() for _ in range(n)][::-1])


@mistake(
    "repeat_block",
    "Each block is wrapped in an nn.Sequential of its own: the blocks themselves are the "
    "children.",
)
def wraps_each_block(factory, n):
    return nn.Sequential(*(nn.Sequential(factory()) for _ in range(n)))


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "MySequential": {
        "- if len(args) == 1 and isinstance(args[0], OrderedDict):\n"
        "+ if len(args) >= 1 and isinstance(args[0], OrderedDict):": "an OrderedDict comes alone: more arguments beside it are no promise",
        "- if len(args) == 1 and isinstance(args[0], OrderedDict):\n"
        "+ if len(args) == 1 and isinstance(args[-1], OrderedDict):": "of one argument the first is the last",
        "- named = list(args[0].items())\n"
        "+ named = args[0].items()": "the items can be gone through without a list",
        "- named = list(args[0].items())\n"
        "+ named = self(args[0].items())": "without children yet, a call gives back what it is given",
        "- named = list(args[0].items())\n"
        "+ named = list(args[-1].items())": "of one argument the first is the last",
        "- super().__init__()\n"
        "- if len(args) == 1 and isinstance(args[0], OrderedDict):\n"
        "+ if len(args) == 1 and isinstance(args[0], OrderedDict):\n"
        "+ super().__init__()": "the question about the arguments needs no module",
    },
    "FixedHiddenMLP": {
        '- self.register_buffer("constant", torch.rand(20, 20))\n'
        "+ self.register_buffer('constant', torch.randn(20, 20))": "the values of the constant are free",
    },
}
