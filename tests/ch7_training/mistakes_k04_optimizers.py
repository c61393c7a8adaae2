"""Wrong answers to optimizers that are rejected and can be named."""

from copy import deepcopy

import torch

from dojo.grading import mistake
from solutions.ch7_training import k04_optimizers as right

PUBLIC = [
    "__init__",
    "add_param_group",
    "zero_grad",
    "step",
    "state_dict",
    "load_state_dict",
]


class _Own:
    """Gives each mistake methods of its own, so that what goes wrong in one is its."""

    def __init_subclass__(cls):
        for name in PUBLIC:
            setattr(cls, name, getattr(cls, name))


class _SGD(_Own, right.SGD):
    """The reference with its parts open to change."""

    def _direction(self, p, group):
        g = self._gradient(p, group)
        if group["momentum"] == 0:
            return g
        state = self.state.setdefault(p, {})
        b = self._buffer(state.get("b"), g, group)
        state["b"] = b
        return self._along(g, b, group)

    def _gradient(self, p, group):
        return p.grad + group["weight_decay"] * p

    def _buffer(self, b, g, group):
        if b is None:
            return g.clone()
        return group["momentum"] * b + (1 - group["dampening"]) * g

    def _along(self, g, b, group):
        return g + group["momentum"] * b if group["nesterov"] else b


class _Adam(_Own, right.Adam):
    """The reference with its parts open to change."""

    def _move(self, p, g, group):
        if group["decoupled"]:
            p -= self._decay(p, group)
        g = self._gradient(p, group)
        m, v, t = self._averages(p, g, group)
        p -= group["lr"] * self._update(m, v, t, group)

    def _decay(self, p, group):
        return group["lr"] * group["weight_decay"] * p

    def _gradient(self, p, group):
        return p.grad + (0 if group["decoupled"] else group["weight_decay"]) * p

    def _averages(self, p, g, group):
        state = self.state.setdefault(p, {"step": 0, "m": 0 * g, "v": 0 * g})
        state["step"] += 1
        (beta1, beta2), m, v = group["betas"], state["m"], state["v"]
        state["m"], state["v"] = self._averaged(m, v, g, beta1, beta2)
        return state["m"], state["v"], self._count(state)

    def _count(self, state):
        return state["step"]

    def _averaged(self, m, v, g, beta1, beta2):
        return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2

    def _update(self, m, v, t, group):
        beta1, beta2 = group["betas"]
        return m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + group["eps"])


@mistake(
    "SGD",
    "The first buffer is damped, as if it had begun at zeros; it begins as the gradient "
    "itself.",
)
class DampsTheFirstGradient(_SGD):
    def _buffer(self, b, g, group):
        return super()._buffer(0 * g if b is None else b, g, group)


@mistake(
    "SGD",
    "The buffer is an average, (1 - momentum) g is added to it: add g, damped by "
    "dampening alone.",
)
class AveragesTheGradients(_SGD):
    def _buffer(self, b, g, group):
        mu = group["momentum"]
        return (0 * g if b is None else mu * b) + (1 - mu) * g


@mistake(
    "SGD",
    "After the first gradient the buffer is an average, (1 - momentum) g is added to "
    "it: add g, damped by dampening alone.",
)
class AveragesTheLaterGradients(_SGD):
    def _buffer(self, b, g, group):
        mu = group["momentum"]
        return g if b is None else mu * b + (1 - mu) * g


@mistake("SGD", "dampening has no effect: the later gradients come in times 1 less it.")
class ForgetsTheDampening(_SGD):
    def _buffer(self, b, g, group):
        return g if b is None else group["momentum"] * b + g


@mistake(
    "SGD",
    "dampening is the factor of the gradient; the factor is 1 - dampening.",
)
class TakesDampeningForTheFactor(_SGD):
    def _buffer(self, b, g, group):
        return g if b is None else group["momentum"] * b + group["dampening"] * g


@mistake(
    "SGD",
    "The old buffer is damped; dampening is for the new gradient.",
)
class DampsTheBuffer(_SGD):
    def _buffer(self, b, g, group):
        damp = 1 - group["dampening"]
        return g if b is None else group["momentum"] * damp * b + g


@mistake(
    "SGD",
    "Without momentum the gradient is damped; dampening belongs to the buffer, and there "
    "is none.",
)
class DampsWithoutMomentum(_SGD):
    def _direction(self, p, group):
        damp = 1 - group["dampening"] if group["momentum"] == 0 else 1
        return damp * super()._direction(p, group)


@mistake(
    "SGD",
    "The learning rate goes into the buffer, so that a new one counts for new gradients "
    "only: multiply when p is moved.",
)
class KeepsTheLearningRateInTheBuffer(_SGD):
    def _direction(self, p, group):
        lr, state = group["lr"], self.state.setdefault(p, {})
        g = lr * self._gradient(p, group)
        if group["momentum"] == 0:
            return g / lr
        state["b"] = self._buffer(state.get("b"), g, group)
        return self._along(g, state["b"], group) / lr


@mistake(
    "SGD",
    "The buffer holds steps, v = momentum * v - lr * g: a new lr counts for new "
    "gradients only, and dampening has no effect. Multiply by lr when p is moved.",
)
class KeepsStepsInTheBuffer(KeepsTheLearningRateInTheBuffer, ForgetsTheDampening):
    pass


@mistake("SGD", "momentum has no effect: the step is along g, keep a buffer.")
class ForgetsTheMomentum(_SGD):
    def _direction(self, p, group):
        return self._gradient(p, group)


@mistake("SGD", "weight_decay has no effect: add weight_decay * p to the gradient.")
class ForgetsTheDecay(_SGD):
    def _gradient(self, p, group):
        return p.grad.clone()


@mistake(
    "SGD",
    "The decay goes past the buffer and straight to p: add weight_decay * p to the "
    "gradient, before the buffer.",
)
class DecaysPastTheBuffer(ForgetsTheDecay):
    def _direction(self, p, group):
        return super()._direction(p, group) + group["weight_decay"] * p


@mistake("SGD", "The decay pushes away from zero: weight_decay * p is added to g.")
class DecaysAwayFromZero(_SGD):
    def _gradient(self, p, group):
        return p.grad - group["weight_decay"] * p


@mistake(
    "SGD",
    "The decay has a factor 2; the penalty has a half, so its gradient is "
    "weight_decay * p.",
)
class DecaysTwiceAsMuch(_SGD):
    def _gradient(self, p, group):
        return p.grad + 2 * group["weight_decay"] * p


@mistake("SGD", "nesterov has no effect: with it p moves along g + momentum * b.")
class ForgetsNesterov(_SGD):
    def _along(self, g, b, group):
        return b


@mistake(
    "SGD",
    "With nesterov the gradient counts at full and the buffer too: the step is along "
    "g + momentum * b.",
)
class LooksAheadWithoutTheFactor(_SGD):
    def _along(self, g, b, group):
        return g + b if group["nesterov"] else b


@mistake(
    "SGD",
    "With nesterov the gradient is left out of the step: it goes along "
    "g + momentum * b.",
)
class LooksAheadWithoutTheGradient(_SGD):
    def _along(self, g, b, group):
        return group["momentum"] * b if group["nesterov"] else b


@mistake(
    "SGD",
    "With nesterov the roles are turned round, b + momentum * g: it is "
    "g + momentum * b.",
)
class LooksAheadTheWrongWayRound(_SGD):
    def _along(self, g, b, group):
        return b + group["momentum"] * g if group["nesterov"] else b


@mistake("SGD", "The step goes up the gradient: subtract it.")
class ClimbsTheGradient(_SGD):
    def _direction(self, p, group):
        return -super()._direction(p, group)


@mistake(
    "SGD",
    "The buffer is the gradient itself, not a copy, and both change together: clone it.",
)
class KeepsTheGradientItself(_SGD):
    def _gradient(self, p, group):
        return p.grad if not group["weight_decay"] else super()._gradient(p, group)

    def _buffer(self, b, g, group):
        if b is None:
            return g
        return b.mul_(group["momentum"]).add_(g, alpha=1 - group["dampening"])


@mistake(
    "SGD",
    "The first buffer is the gradient itself, and becomes another one when .grad is "
    "overwritten: clone it.",
)
class KeepsTheFirstGradientItself(_SGD):
    def _gradient(self, p, group):
        return p.grad if not group["weight_decay"] else super()._gradient(p, group)

    def _buffer(self, b, g, group):
        return g if b is None else super()._buffer(b, g, group)


@mistake("Adam", "Neither average is corrected: divide each by 1 - beta^t.")
class ForgetsTheCorrection(_Adam):
    def _update(self, m, v, t, group):
        return m / (v.sqrt() + group["eps"])


@mistake("Adam", "v is not corrected: divide it by 1 - beta2^t.")
class ForgetsToCorrectV(_Adam):
    def _update(self, m, v, t, group):
        return m / (1 - group["betas"][0] ** t) / (v.sqrt() + group["eps"])


@mistake("Adam", "m is not corrected: divide it by 1 - beta1^t.")
class ForgetsToCorrectM(_Adam):
    def _update(self, m, v, t, group):
        return m / ((v / (1 - group["betas"][1] ** t)).sqrt() + group["eps"])


@mistake(
    "Adam",
    "The correction counts one step too many: t is 1 in the first step of p.",
)
class CountsFromTwo(_Adam):
    def _count(self, state):
        return state["step"] + 1


@mistake(
    "Adam",
    "In the second step the corrections divide by 1 - beta still, as in the first: by "
    "1 - beta^t.",
)
class CorrectsAlwaysAsAtFirst(_Adam):
    def _count(self, state):
        return 1


@mistake(
    "Adam",
    "The corrected averages are kept and corrected again in the next step: keep m and v "
    "as they are.",
)
class KeepsTheCorrectedAverages(_Adam):
    def _averages(self, p, g, group):
        m, v, t = super()._averages(p, g, group)
        beta1, beta2 = group["betas"]
        state = self.state[p]
        state["m"], state["v"] = m / (1 - beta1**t), v / (1 - beta2**t)
        return m, v, t


@mistake("Adam", "eps is added inside the root: add it to the root.")
class AddsEpsInsideTheRoot(_Adam):
    def _update(self, m, v, t, group):
        beta1, beta2 = group["betas"]
        return m / (1 - beta1**t) / (v / (1 - beta2**t) + group["eps"]).sqrt()


@mistake(
    "Adam",
    "eps is added to the root of the uncorrected v and corrected with it: correct v "
    "first.",
)
class CorrectsEpsToo(_Adam):
    def _update(self, m, v, t, group):
        beta1, beta2 = group["betas"]
        scale = (1 - beta2**t) ** 0.5 / (1 - beta1**t)
        return scale * m / (v.sqrt() + group["eps"])


@mistake("Adam", "eps has no effect, or is not the argument: add eps to the root.")
class ForgetsEps(_Adam):
    def _update(self, m, v, t, group):
        return super()._update(m, v, t, {**group, "eps": 1e-8})


@mistake("Adam", "m is divided by v; divide by its root.")
class ForgetsTheRoot(_Adam):
    def _update(self, m, v, t, group):
        beta1, beta2 = group["betas"]
        return m / (1 - beta1**t) / (v / (1 - beta2**t) + group["eps"])


@mistake("Adam", "The two betas have changed places: the first is for m.")
class SwapsTheBetas(_Adam):
    def _averages(self, p, g, group):
        return super()._averages(p, g, {**group, "betas": group["betas"][::-1]})

    def _update(self, m, v, t, group):
        return super()._update(m, v, t, {**group, "betas": group["betas"][::-1]})


@mistake("Adam", "v is an average of m**2: it is one of g**2.")
class SquaresTheAverage(_Adam):
    def _averaged(self, m, v, g, beta1, beta2):
        m, _ = super()._averaged(m, v, g, beta1, beta2)
        return m, beta2 * v + (1 - beta2) * m**2


@mistake("Adam", "v is an average of the sizes of g: it is one of g**2.")
class ForgetsTheSquare(_Adam):
    def _averaged(self, m, v, g, beta1, beta2):
        m, _ = super()._averaged(m, v, g, beta1, beta2)
        return m, beta2 * v + (1 - beta2) * g.abs()


@mistake(
    "Adam",
    "The averages are sums, without the factors 1 - beta before g and g**2.",
)
class AddsUpInsteadOfAveraging(_Adam):
    def _averaged(self, m, v, g, beta1, beta2):
        return beta1 * m + g, beta2 * v + g**2


@mistake(
    "Adam",
    "One step count serves all parameters: t is the number of steps that p itself has "
    "taken.",
)
class CountsStepsForAll(_Adam):
    def step(self):
        self.count = getattr(self, "count", 0) + 1
        super().step()

    def _count(self, state):
        return self.count


@mistake(
    "Adam",
    "The step count grows with each parameter: t is the number of steps that p itself "
    "has taken.",
)
class CountsEachParameter(_Adam):
    def _count(self, state):
        self.count = getattr(self, "count", 0) + 1
        return self.count


@mistake(
    "Adam",
    "The decay is part of the gradient whatever decoupled says: with it, p shrinks "
    "directly and the averages never see it.",
)
class NeverDecouples(_Adam):
    def _move(self, p, g, group):
        super()._move(p, g, {**group, "decoupled": False})


@mistake(
    "Adam",
    "The decay goes past the averages whatever decoupled says: without it, "
    "weight_decay * p is added to the gradient.",
)
class AlwaysDecouples(_Adam):
    def _move(self, p, g, group):
        super()._move(p, g, {**group, "decoupled": True})


@mistake("Adam", "decoupled means the opposite here: it is True for AdamW.")
class DecouplesTheWrongWayRound(_Adam):
    def _move(self, p, g, group):
        super()._move(p, g, {**group, "decoupled": not group["decoupled"]})


@mistake(
    "Adam",
    "The decoupled decay comes after the step, and shrinks that too: it comes before.",
)
class DecaysAfterTheStep(_Adam):
    def _move(self, p, g, group):
        decay = {"weight_decay": 0.0} if group["decoupled"] else {}
        super()._move(p, g, {**group, **decay})
        if group["decoupled"]:
            p -= self._decay(p, group)


@mistake("Adam", "The decoupled decay lacks lr: p shrinks by lr * weight_decay * p.")
class DecaysWithoutLr(_Adam):
    def _decay(self, p, group):
        return group["weight_decay"] * p


@mistake("Adam", "The decoupled decay pushes away from zero: subtract it.")
class DecaysOutward(_Adam):
    def _decay(self, p, group):
        return -super()._decay(p, group)


@mistake(
    "Adam",
    "With decoupled=True the decay acts twice, on p and through the gradient: on p alone.",
)
class DecaysTwice(_Adam):
    def _gradient(self, p, group):
        return p.grad + group["weight_decay"] * p


@mistake(
    "Adam",
    "With decoupled=True the decay is a part of the gradient too, which is made before p "
    "shrinks: it acts on p alone.",
)
class DecaysTheGradientAndThenP(_Adam):
    def _move(self, p, g, group):
        g = p.grad + group["weight_decay"] * p
        if group["decoupled"]:
            p -= self._decay(p, group)
        m, v, t = self._averages(p, g, group)
        p -= group["lr"] * self._update(m, v, t, group)


@mistake("Adam", "weight_decay has no effect.")
class NeverDecays(_Adam):
    def _move(self, p, g, group):
        super()._move(p, g, {**group, "weight_decay": 0.0})


@mistake("Adam", "The step goes up the gradient: subtract it.")
class ClimbsTheAverage(_Adam):
    def _update(self, m, v, t, group):
        return -super()._update(m, v, t, group)


@mistake("Adam", "beta2 is .99 by default: it is .999.")
class ForgetsANine(_Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.99), *more, **how):
        super().__init__(params, lr, betas, *more, **how)


class _MovesACopy:
    """What is moved is no longer what the net holds."""

    def add_param_group(self, group):
        copies = [p.detach().clone().requires_grad_() for p in group["params"]]
        super().add_param_group({**group, "params": copies})


@mistake(
    "SGD",
    "The groups hold copies of the parameters, so the net's own never move: keep the "
    "tensors that were given.",
)
class MovesACopy(_MovesACopy, _SGD):
    pass


@mistake(
    "Adam",
    "The groups hold copies of the parameters, so the net's own never move: keep the "
    "tensors that were given.",
)
class MovesCopies(_MovesACopy, _Adam):
    pass


class _Rebinds:
    """Moves a name, and the tensor stays where it was."""

    def step(self):
        params = [p for group in self.param_groups for p in group["params"]]
        before = [p.detach().clone() for p in params]
        super().step()
        with torch.no_grad():
            for p, old in zip(params, before, strict=True):
                p.copy_(old)


@mistake(
    "SGD",
    "No parameter moves: p = p - … gives the name to a new tensor, and the net keeps the "
    "old one. Change it in place, with p -= … under torch.no_grad().",
)
class MovesTheNameAlone(_Rebinds, _SGD):
    pass


@mistake(
    "Adam",
    "No parameter moves: p = p - … gives the name to a new tensor, and the net keeps the "
    "old one. Change it in place, with p -= … under torch.no_grad().",
)
class MovesANameAlone(_Rebinds, _Adam):
    pass


class _Constructed:
    """Reads what the constructor was given, at each step."""

    def step(self):
        own = self.param_groups
        self.param_groups = [{**g, **self.defaults} for g in own]
        super().step()
        self.param_groups = own


@mistake(
    "SGD",
    "The constructor's options serve all groups, whatever a group says: read them from "
    "the group, at each step.",
)
class ReadsTheConstructorsOptions(_Constructed, _SGD):
    pass


@mistake(
    "Adam",
    "The constructor's options serve all groups, whatever a group says: read them from "
    "the group, at each step.",
)
class ReadsTheOptionsOfTheConstructor(_Constructed, _Adam):
    pass


@mistake(
    "Adam",
    "The constructor's lr serves all groups, for good: read it from the group, at each "
    "step.",
)
class ReadsTheRateOfTheConstructor(_Adam):
    def _move(self, p, g, group):
        super()._move(p, g, {**group, "lr": self.defaults["lr"]})


class _FirstOptions:
    """Reads the first group's options for all."""

    def step(self):
        own = self.param_groups
        self.param_groups = [{**own[0], "params": g["params"]} for g in own]
        super().step()
        self.param_groups = own


@mistake(
    "SGD",
    "The options of the first group serve all: each group has its own.",
)
class ReadsTheFirstGroupsOptions(_FirstOptions, _SGD):
    pass


@mistake(
    "Adam",
    "The options of the first group serve all: each group has its own.",
)
class ReadsTheOptionsOfTheFirstGroup(_FirstOptions, _Adam):
    pass


class _FirstGroup:
    """Moves the first group only."""

    def step(self):
        own = self.param_groups
        self.param_groups = own[:1]
        super().step()
        self.param_groups = own


@mistake("SGD", "Only the first group is moved: go through all of them.")
class MovesTheFirstGroupOnly(_FirstGroup, _SGD):
    pass


@mistake("Adam", "Only the first group is moved: go through all of them.")
class MovesOneGroupOnly(_FirstGroup, _Adam):
    pass


class _Remembered:
    """Keeps the options that a group had when it came."""

    def add_param_group(self, group):
        super().add_param_group(group)
        self.first = [*getattr(self, "first", []), dict(self.param_groups[-1])]

    def step(self):
        own = self.param_groups
        self.param_groups = self.first
        super().step()
        self.param_groups = own


@mistake(
    "SGD",
    "A group is read when it is added, and a later change has no effect: read "
    "param_groups at each step.",
)
class ReadsTheGroupsOnce(_Remembered, _SGD):
    pass


@mistake(
    "Adam",
    "A group is read when it is added, and a later change has no effect: read "
    "param_groups at each step.",
)
class ReadsGroupsOnce(_Remembered, _Adam):
    pass


class _ZerosForNone:
    """Takes a missing gradient for zeros."""

    def step(self):
        params = [p for group in self.param_groups for p in group["params"]]
        missing = [p for p in params if p.grad is None]
        for p in missing:
            p.grad = torch.zeros_like(p)
        super().step()
        for p in missing:
            p.grad = None


@mistake(
    "SGD",
    "A parameter without a gradient is moved as if it had one of zeros: skip it.",
)
class TakesNoGradientForZeros(_ZerosForNone, _SGD):
    pass


@mistake(
    "Adam",
    "A parameter without a gradient is moved as if it had one of zeros: skip it.",
)
class TakesMissingGradientsForZeros(_ZerosForNone, _Adam):
    pass


class _NoneForZeros:
    """Takes zeros for a missing gradient."""

    def step(self):
        params = [p for group in self.param_groups for p in group["params"]]
        zeros = [(p, p.grad) for p in params if p.grad is not None and not p.grad.any()]
        for p, _ in zeros:
            p.grad = None
        super().step()
        for p, g in zeros:
            p.grad = g


@mistake(
    "SGD",
    "A gradient of zeros is taken for none and its parameter skipped: momentum and decay "
    "move it. Ask whether .grad is None.",
)
class SkipsZeroGradients(_NoneForZeros, _SGD):
    pass


@mistake(
    "Adam",
    "A gradient of zeros is taken for none and its parameter skipped: its averages move "
    "it. Ask whether .grad is None.",
)
class SkipsGradientsOfZero(_NoneForZeros, _Adam):
    pass


class _WritesDecay:
    """Adds the decay to .grad in place."""

    def step(self):
        for group in self.param_groups:
            if not group.get("decoupled"):
                for p in group["params"]:
                    if p.grad is not None:
                        p.grad.add_(p.detach(), alpha=group["weight_decay"])
        own = self.param_groups
        self.param_groups = [
            {**g, "weight_decay": g["weight_decay"] * bool(g.get("decoupled"))}
            for g in own
        ]
        super().step()
        self.param_groups = own


@mistake("SGD", "The decay is written into .grad: make a new tensor of the sum.")
class WritesTheDecayToTheGradient(_WritesDecay, _SGD):
    pass


@mistake("Adam", "The decay is written into .grad: make a new tensor of the sum.")
class WritesDecayToTheGradient(_WritesDecay, _Adam):
    pass


class _ClearsInStep:
    """Clears the gradients after each step."""

    def step(self):
        super().step()
        self.zero_grad()


@mistake("SGD", "The step clears the gradients: that is for zero_grad alone.")
class ClearsGradientsInTheStep(_ClearsInStep, _SGD):
    pass


@mistake("Adam", "The step clears the gradients: that is for zero_grad alone.")
class ClearsTheGradientsInTheStep(_ClearsInStep, _Adam):
    pass


class _AutogradOff:
    """Turns autograd off for good."""

    def step(self):
        torch.set_grad_enabled(False)
        super().step()


@mistake(
    "SGD",
    "Autograd stays off after a step, and the next loss has no graph: with "
    "torch.no_grad() as a block it comes back.",
)
class LeavesAutogradOff(_AutogradOff, _SGD):
    pass


@mistake(
    "Adam",
    "Autograd stays off after a step, and the next loss has no graph: with "
    "torch.no_grad() as a block it comes back.",
)
class LeavesAutogradSwitchedOff(_AutogradOff, _Adam):
    pass


class _ClearsFirst:
    """Clears the first group only."""

    def zero_grad(self, set_to_none=True):
        right._clear(self.param_groups[:1], set_to_none)


@mistake("SGD", "Only the first group's gradients are cleared: go through all groups.")
class ClearsTheFirstGroupOnly(_ClearsFirst, _SGD):
    pass


@mistake("Adam", "Only the first group's gradients are cleared: go through all groups.")
class ClearsOneGroupOnly(_ClearsFirst, _Adam):
    pass


class _ClearsToZero:
    """Never sets to None."""

    def zero_grad(self, set_to_none=True):
        right._clear(self.param_groups, False)


@mistake(
    "SGD",
    "The gradients become zeros where they are to become None: look at set_to_none.",
)
class AlwaysSetsToZero(_ClearsToZero, _SGD):
    pass


@mistake(
    "Adam",
    "The gradients become zeros where they are to become None: look at set_to_none.",
)
class AlwaysClearsToZero(_ClearsToZero, _Adam):
    pass


class _ClearsToNone:
    """Always sets to None."""

    def zero_grad(self, set_to_none=True):
        right._clear(self.param_groups, True)


@mistake(
    "SGD",
    "The gradients become None where they are to become zeros: look at set_to_none.",
)
class AlwaysSetsToNone(_ClearsToNone, _SGD):
    pass


@mistake(
    "Adam",
    "The gradients become None where they are to become zeros: look at set_to_none.",
)
class AlwaysClearsToNone(_ClearsToNone, _Adam):
    pass


class _ZeroByDefault:
    """Has another default."""

    def zero_grad(self, set_to_none=False):
        right._clear(self.param_groups, set_to_none)


@mistake("SGD", "set_to_none is False by default; it is True.")
class SetsToZeroByDefault(_ZeroByDefault, _SGD):
    pass


@mistake("Adam", "set_to_none is False by default; it is True.")
class ClearsToZeroByDefault(_ZeroByDefault, _Adam):
    pass


class _MakesZeros:
    """Gives zeros to those that had none."""

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None if set_to_none else torch.zeros_like(p)


@mistake(
    "SGD",
    "A parameter without a gradient is given one of zeros, and the next step moves it: "
    "leave None as it is.",
)
class MakesGradientsOfZero(_MakesZeros, _SGD):
    pass


@mistake(
    "Adam",
    "A parameter without a gradient is given one of zeros, and the next step moves it: "
    "leave None as it is.",
)
class MakesZerosOfNone(_MakesZeros, _Adam):
    pass


class _FillsIn:
    """Writes the defaults into the group that was given."""

    def add_param_group(self, group):
        for name, value in self.defaults.items():
            group.setdefault(name, value)
        super().add_param_group(group)


@mistake(
    "SGD",
    "The defaults are written into the dict that was given: make a new one.",
)
class FillsTheGivenGroup(_FillsIn, _SGD):
    pass


@mistake(
    "Adam",
    "The defaults are written into the dict that was given: make a new one.",
)
class FillsInTheGivenGroup(_FillsIn, _Adam):
    pass


class _OverwritesOptions:
    """Lets the constructor's options win over the group's."""

    def add_param_group(self, group):
        super().add_param_group({"params": group["params"]})


@mistake(
    "SGD",
    "A group loses the options that it came with: the constructor's fill in only what "
    "it leaves open.",
)
class OverwritesAGroupsOptions(_OverwritesOptions, _SGD):
    pass


@mistake(
    "Adam",
    "A group loses the options that it came with: the constructor's fill in only what "
    "it leaves open.",
)
class OverwritesTheGroupsOptions(_OverwritesOptions, _Adam):
    pass


class _FromTheFirst:
    """Takes the first group's options for a later one's defaults."""

    def add_param_group(self, group):
        first = self.param_groups[0] if self.param_groups else {}
        super().add_param_group({**first, **group})


@mistake(
    "SGD",
    "What a group leaves open comes from the first group: it comes from the "
    "constructor's arguments.",
)
class FillsInFromTheFirstGroup(_FromTheFirst, _SGD):
    pass


@mistake(
    "Adam",
    "What a group leaves open comes from the first group: it comes from the "
    "constructor's arguments.",
)
class TakesDefaultsFromTheFirstGroup(_FromTheFirst, _Adam):
    pass


class _LosesTheFirst:
    """Looks at the first thing of an iterator, which is then gone."""

    def __init__(self, params, *more, **how):
        first = next(iter(params))
        rest = list(params)
        super().__init__(rest or [first], *more, **how)


@mistake(
    "SGD",
    "A generator loses what is taken from it for a look: make a list of it first.",
)
class LosesTheFirstParameter(_LosesTheFirst, _SGD):
    pass


@mistake(
    "Adam",
    "A generator loses what is taken from it for a look: make a list of it first.",
)
class LosesItsFirstParameter(_LosesTheFirst, _Adam):
    pass


class _NoState:
    """Saves options alone."""

    def state_dict(self):
        return right._saved(self.param_groups, {})


@mistake(
    "SGD",
    "Momentum begins anew after loading: the buffers belong to what is saved and loaded, "
    "those of all groups.",
)
class SavesNoBuffers(_NoState, _SGD):
    pass


@mistake(
    "Adam",
    "The averages begin anew after loading: they and the step counts belong to what is "
    "saved and loaded, those of all groups.",
)
class SavesNoAverages(_NoState, _Adam):
    pass


@mistake(
    "Adam",
    "The step counts are not saved, or not loaded, so that the correction begins anew.",
)
class SavesNoStepCounts(_Adam):
    def state_dict(self):
        saved = deepcopy(super().state_dict())
        for kept in saved["state"]:
            for one in kept:
                if one:
                    one["step"] = 0
        return saved


class _NoOptions:
    """Loads the state alone."""

    def load_state_dict(self, state_dict):
        own = [dict(group) for group in self.param_groups]
        super().load_state_dict(state_dict)
        self.param_groups = own


@mistake(
    "SGD",
    "The loaded optimizer keeps its own hyperparameters: they belong to what is saved.",
)
class LoadsNoOptions(_NoOptions, _SGD):
    pass


@mistake(
    "Adam",
    "The loaded optimizer keeps its own hyperparameters: they belong to what is saved.",
)
class LoadsNoHyperparameters(_NoOptions, _Adam):
    pass


class _Shares:
    """Takes the state as it is, without a copy; it is changed in place."""

    def load_state_dict(self, state_dict):
        self.state = {}
        groups = zip(
            self.param_groups, state_dict["options"], state_dict["state"], strict=True
        )
        for group, options, kept in groups:
            group.update(options)
            for p, own in zip(group["params"], kept, strict=True):
                if own is not None:
                    self.state[p] = own


@mistake(
    "SGD",
    "The loaded optimizer shares its buffers with the one that was saved: copy them.",
)
class SharesItsBuffers(_Shares, _SGD):
    pass


@mistake(
    "Adam",
    "The loaded optimizer shares its averages with the one that was saved: copy them.",
)
class SharesItsAverages(_Shares, _Adam):
    pass


class _Theirs:
    """Takes the whole groups over, parameters included."""

    def state_dict(self):
        return {"groups": self.param_groups, "state": self.state}

    def load_state_dict(self, state_dict):
        self.param_groups, self.state = state_dict["groups"], state_dict["state"]


@mistake(
    "SGD",
    "The groups are saved with their parameters, and the loaded optimizer moves those of "
    "the other: keep params out.",
)
class SavesTheParameters(_Theirs, _SGD):
    pass


@mistake(
    "Adam",
    "The groups are saved with their parameters, and the loaded optimizer moves those of "
    "the other: keep params out.",
)
class SavesParameters(_Theirs, _Adam):
    pass


class _KeepsOwn:
    """Keeps what it had for parameters of which nothing was saved."""

    def load_state_dict(self, state_dict):
        own = dict(self.state)
        super().load_state_dict(state_dict)
        self.state = {**own, **self.state}


@mistake(
    "SGD",
    "What the optimizer had kept before it loaded is still there for parameters without "
    "a saved buffer: begin with an empty state.",
)
class KeepsItsOldBuffers(_KeepsOwn, _SGD):
    pass


@mistake(
    "Adam",
    "What the optimizer had kept before it loaded is still there for parameters without "
    "saved averages: begin with an empty state.",
)
class KeepsItsOldAverages(_KeepsOwn, _Adam):
    pass


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "SGD": {
        "- if p.grad is not None:\n"
        "+ if p.grad != None:": "a tensor is not equal to None",
        "- state |= {\n"
        "- p: own\n"
        '- for p, own in zip(group["params"], kept, strict=True)\n'
        "- if own is not None\n"
        "- }\n"
        "+ state |= {p: own for p, own in zip(group['params'], kept, strict=True) if own != None}": "a dict is not equal to None",
        "- if mu == 0:\n"
        "- state = self.state.setdefault(p, {})\n"
        "+ state = self.state.setdefault(p, {})\n"
        "+ if mu == 0:": "an empty dict keeps nothing",
        "- state |= {\n"
        "- p: own\n"
        '- for p, own in zip(group["params"], kept, strict=True)\n'
        "- if own is not None\n"
        "- }\n"
        "+ state |= {p: own for p, own in zip(group['params'], kept) if own is not None}": "both groups hold as many parameters: it is promised",
        "- state |= {\n"
        "- p: own\n"
        '- for p, own in zip(group["params"], kept, strict=True)\n'
        "- if own is not None\n"
        "- }\n"
        "+ state |= {p: own for p, own in zip(group['params'], kept, strict=False) if own is not None}": "both groups hold as many parameters: it is promised",
        "- for group, options, kept in zip(\n"
        '- groups, saved["options"], saved["state"], strict=True\n'
        "- ):\n"
        "+ for group, options, kept in zip(groups, saved['options'], saved['state']):": "there are as many groups: it is promised",
        "- for group, options, kept in zip(\n"
        '- groups, saved["options"], saved["state"], strict=True\n'
        "- ):\n"
        "+ for group, options, kept in zip(groups, saved['options'], saved['state'], strict=False):": "there are as many groups: it is promised",
        '- return given if isinstance(given[0], dict) else [{"params": given}]\n'
        "+ return given if isinstance(given[-1], dict) else [{'params': given}]": "all that is given is of one kind",
        "- if mu == 0:\n+ if mu <= 0:": "no momentum is below 0",
    },
    "Adam": {
        "- zeros = torch.zeros_like(p)\n"
        "+ zeros = torch.zeros_like(g)": "a gradient has its parameter's shape and dtype",
        '- if group["decoupled"]:\n'
        "- if p not in self.state:\n"
        "+ if p not in self.state:\n"
        "+ if group['decoupled']:": "the decay and the first zeros have nothing of each other",
        "- if p.grad is not None:\n"
        "+ if p.grad != None:": "a tensor is not equal to None",
        "- state |= {\n"
        "- p: own\n"
        '- for p, own in zip(group["params"], kept, strict=True)\n'
        "- if own is not None\n"
        "- }\n"
        "+ state |= {p: own for p, own in zip(group['params'], kept, strict=True) if own != None}": "a dict is not equal to None",
        "- state |= {\n"
        "- p: own\n"
        '- for p, own in zip(group["params"], kept, strict=True)\n'
        "- if own is not None\n"
        "- }\n"
        "+ state |= {p: own for p, own in zip(group['params'], kept) if own is not None}": "both groups hold as many parameters: it is promised",
        "- state |= {\n"
        "- p: own\n"
        '- for p, own in zip(group["params"], kept, strict=True)\n'
        "- if own is not None\n"
        "- }\n"
        "+ state |= {p: own for p, own in zip(group['params'], kept, strict=False) if own is not None}": "both groups hold as many parameters: it is promised",
        "- for group, options, kept in zip(\n"
        '- groups, saved["options"], saved["state"], strict=True\n'
        "- ):\n"
        "+ for group, options, kept in zip(groups, saved['options'], saved['state']):": "there are as many groups: it is promised",
        "- for group, options, kept in zip(\n"
        '- groups, saved["options"], saved["state"], strict=True\n'
        "- ):\n"
        "+ for group, options, kept in zip(groups, saved['options'], saved['state'], strict=False):": "there are as many groups: it is promised",
        '- return given if isinstance(given[0], dict) else [{"params": given}]\n'
        "+ return given if isinstance(given[-1], dict) else [{'params': given}]": "all that is given is of one kind",
        '- p -= lr * m_hat / (v_hat.sqrt() + group["eps"])\n'
        "+ p -= lr * (m_hat / (v_hat.sqrt() + group['eps']))": "the same number",
        '- p -= lr * group["weight_decay"] * p\n'
        "+ p -= lr * (group['weight_decay'] * p)": "the same number",
    },
}
