"""Grades the optimizers."""

from copy import deepcopy

import pytest
import torch

from dojo.grading import assert_close, assert_equal, assert_type, forbids
from katas.ch7_training.k04_optimizers import SGD, Adam

pytestmark = forbids(
    "torch.optim",
    "torch._fused_sgd",
    "torch._fused_adam",
    "torch._fused_adamw",
)

STEPS = 20  # in all of the options, and fewer where a change shows at once
FEWER = 6
SHAPES = [(2, 3, 5), (7,), (), (7,)]  # two are alike, and are not the same
SIZES = [0.05, 1.0, 3.0, 20.0]  # of their gradients
SGD_OPTIONS = [
    {"lr": 0.1, "weight_decay": 0.3},
    {"lr": 0.1, "momentum": 0.7, "dampening": 0.4},
    {"lr": 0.1, "dampening": 0.4},
    {"lr": 0.1, "momentum": 0.7, "nesterov": True},
    {"lr": 0.1, "momentum": 0.6, "dampening": 0.3, "weight_decay": 0.2},
    {"lr": 0.1, "momentum": 0.6, "weight_decay": 0.3, "nesterov": True},
]
ADAM_OPTIONS = [
    {},
    {"lr": 0.03, "eps": 0.5},
    {"lr": 0.03, "weight_decay": 0.3},
    {"lr": 0.03, "weight_decay": 0.3, "decoupled": True},
    {"lr": 0.03, "betas": (0.6, 0.8), "eps": 0.01, "weight_decay": 0.2},
    {"betas": (0.6, 0.8), "eps": 0.01, "weight_decay": 20.0, "decoupled": True},
]
# Two groups, and what a third one has that comes later.
SGD_GROUPS = [
    {"lr": 0.2, "momentum": 0.5, "dampening": 0.3},
    {"weight_decay": 0.4},
    {"lr": 0.05, "momentum": 0.8, "dampening": 0.0, "nesterov": True},
]
ADAM_GROUPS = [
    {"lr": 0.05, "betas": (0.6, 0.9), "decoupled": True},
    {"weight_decay": 0.4},
    {"lr": 0.02, "eps": 0.3, "betas": (0.8, 0.7)},
]
SGD_REST = {"lr": 0.1, "momentum": 0.7, "dampening": 0.2, "weight_decay": 0.1}
ADAM_REST = {"lr": 0.03, "betas": (0.7, 0.8), "eps": 0.1, "weight_decay": 0.1}


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def torchs(group):
    """Return a group's options as torch calls them."""
    own = {"decoupled": "decoupled_weight_decay"}
    return {own.get(name, name): value for name, value in group.items()}


def close(p, q):
    """Tell whether there is nothing to look at: a comparison costs more than a step."""
    same = p.dtype == q.dtype and p.shape == q.shape
    return same and float((p.detach() - q.detach()).abs().max()) < 1e-13


def words(how):
    """Return options as they stand in a call."""
    return ", ".join(f"{name}={value}" for name, value in how.items()) or "the defaults"


class Race:
    """An answer's optimizer beside torch's, over equal parameters.

    Parameters
    ----------
    kind : callable
        SGD or Adam.
    groups : list of dict
        Options of each group; four parameters are dealt out to them.
    how : dict
        The options of the constructor.
    steps : int
        How long it is.
    """

    def __init__(
        self,
        generator,
        kind,
        groups=None,
        how=None,
        steps=FEWER,
        dtype=torch.float64,
    ):
        self.kind, self.name, self.steps = kind, kind.__name__, steps
        self.generator, self.sizes = generator, list(SIZES)
        self.own = [draw(generator, *s).to(dtype).requires_grad_() for s in SHAPES]
        self.like = [p.detach().clone().requires_grad_() for p in self.own]
        self.how = how or {}
        self.what = f"{self.name} with {words(self.how)}"
        theirs = torch.optim.SGD if self.name == "SGD" else torch.optim.Adam
        self.torchs = theirs(self.dealt(self.like, groups, torchs), **torchs(self.how))
        self.mine = kind(self.dealt(self.own, groups), **self.how)

    def dealt(self, params, groups, called=dict):
        """Return parameters, in groups if there are any: in turn to each."""
        if groups is None:
            return params
        n = len(groups)
        return [{**called(g), "params": params[i::n]} for i, g in enumerate(groups)]

    def give(self, idle=()):
        """Give each parameter a new gradient, but for the idle ones."""
        sizes = [p.numel() for p in self.own]
        drawn = draw(self.generator, sum(sizes)).to(self.own[0].dtype).split(sizes)
        pairs = zip(self.own, self.like, self.sizes, drawn, strict=True)
        for i, (p, q, size, g) in enumerate(pairs):
            p.grad = None if i in idle else (size * g).view(p.shape)
            q.grad = None if i in idle else p.grad.clone()

    def step(self, at, idle=()):
        """Take a step on new gradients, and compare."""
        self.give(idle)
        self.mine.step()
        self.torchs.step()
        self.compare(at)

    def run(self, first=1, last=None, idle=lambda at: ()):
        """Take several steps, each on new gradients; the last of all ends them."""
        for at in range(first, (last or self.steps) + 1):
            self.step(at, idle(at))

    def compare(self, at):
        if at < self.steps and all(map(close, self.own, self.like)):
            return
        for i, (p, q) in enumerate(zip(self.own, self.like, strict=True)):
            because = (
                f"{self.what}: after step {at} of {self.steps} parameter {i + 1} of "
                f"{len(self.own)}, of shape {tuple(p.shape)}, is where torch's is"
            )
            assert_close(p.detach(), q.detach(), because)

    def hyper(self, group, **values):
        """Change hyperparameters of a group, of the answer's and of torch's."""
        groups_of(self.mine, group + 1)[group].update(values)
        self.torchs.param_groups[group].update(torchs(values))


def groups_of(optimizer, count):
    """Return the groups of an optimizer, once they are there."""
    groups = getattr(optimizer, "param_groups", None)
    assert_type(groups, list, "param_groups is a list of dicts")
    there = f"{len(groups)} groups" if len(groups) < count else f"{count} groups"
    assert_equal(there, f"{count} groups", "each group has its entry in param_groups")
    return groups


def fixed():
    """Return a generator for tests of what is there: any numbers will do."""
    return torch.Generator().manual_seed(0)


def leaf(value):
    return double(value).requires_grad_()


def moved(optimizer, p, gradients):
    """Return where a parameter is after each of some steps."""
    places = []
    for g in gradients:
        p.grad = double(g)
        optimizer.step()
        places.append(p.detach().clone())
    return torch.stack(places)


def test_sgd_steps_down_the_gradient():
    p = leaf([3.0, -1.0])
    got = moved(SGD([p], 0.1), p, [[2.0, -4.0], [-1.0, 0.5]])
    because = "without momentum a step is lr times the gradient, downwards"
    assert_close(got, double([[2.8, -0.6], [2.9, -0.65]]), because)


def test_sgd_adds_up_steps_of_one_direction():
    p = leaf([1.0, 5.0])
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    got = moved(optimizer, p, [[1.0, -2.0]] * 3)
    want = double([[0.9, 5.2], [0.71, 5.58], [0.439, 6.122]])
    because = "with momentum .9 equal gradients move by 1, 1.9 and 2.71 times lr"
    assert_close(got, want, because)


def test_sgd_looks_ahead_by_a_share_of_the_buffer():
    p = leaf([0.0, 4.0])
    optimizer = SGD([p], lr=0.1, momentum=0.5, nesterov=True)
    got = moved(optimizer, p, [[1.0, -2.0]] * 3)
    want = double([[-0.15, 4.3], [-0.325, 4.65], [-0.5125, 5.025]])
    because = "with nesterov the steps are 1 + .5, 1 + .75 and 1 + .875 times lr"
    assert_close(got, want, because)


def test_adam_steps_as_far_as_lr_at_first():
    p = leaf([1.0, 2.0, -3.0])
    got = moved(Adam([p], lr=0.05), p, [[1e-3, 5.0, -200.0]])
    because = "the first step is lr, against the sign, however large the gradient"
    assert_close(got, double([[0.95, 1.95, -2.95]]), because, rtol=1e-5)


def test_adam_of_a_worked_example():
    p = leaf([1.0, 0.0])
    optimizer = Adam([p], lr=0.1, betas=(0.5, 0.75), eps=0.0)
    got = moved(optimizer, p, [[2.0, 4.0], [-1.0, 4.0]])
    # m = 1, then 0, over 1/2 and 3/4; v = 1, then 1, over 1/4 and 7/16.
    want = double([[0.9, -0.1], [0.9, -0.2]])
    because = "m / (1 - beta1^t) over the root of v / (1 - beta2^t), times lr"
    assert_close(got, want, because)


@pytest.mark.parametrize("how", SGD_OPTIONS)
def test_sgd_agrees_with_torch(generator, how):
    Race(generator, SGD, how=how, steps=STEPS).run()


@pytest.mark.parametrize("how", ADAM_OPTIONS)
def test_adam_agrees_with_torch(generator, how):
    Race(generator, Adam, how=how, steps=STEPS).run()


def told(name, value, want):
    """Return an option in words, and in the words of an equal one that is due."""
    value = tuple(value) if isinstance(value, list) else value
    return f"{name}: {want if value == want else value}"


def assert_options(optimizer, params, want):
    (group,) = groups_of(optimizer, 1)[:1]
    assert_type(group, dict, "a group is a dict")
    for name, value in want.items():
        got = f"{name} is missing"
        if name in group:
            got = told(name, group[name], value)
        because = f"a group has the key {name}, and with it the argument or its default"
        assert_equal(got, f"{name}: {value}", because)
    assert_type(group.get("params"), list, "the params of a group are a list")
    same = sum(p is q for p, q in zip(group["params"], params, strict=False))
    got = f"{same} of the {len(params)} tensors given, {len(group['params'])} in all"
    want = f"{len(params)} of the {len(params)} tensors given, {len(params)} in all"
    assert_equal(got, want, "a group holds the tensors themselves, in their order")


def test_sgd_has_its_options_in_the_group(generator):
    params = [draw(generator, *s).requires_grad_() for s in SHAPES]
    names = ["lr", "momentum", "dampening", "weight_decay", "nesterov"]
    defaults = dict(zip(names, [0.3, 0.0, 0.0, 0.0, False], strict=True))
    assert_options(SGD(params, 0.3), params, defaults)
    given = dict(zip(names, [0.3, 0.8, 0.2, 0.1, False], strict=True))
    assert_options(SGD(params, 0.3, 0.8, 0.2, 0.1), params, given)
    given |= {"dampening": 0.0, "nesterov": True}
    assert_options(SGD(params, *given.values()), params, given)


def test_adam_has_its_options_in_the_group(generator):
    params = [draw(generator, *s).requires_grad_() for s in SHAPES]
    names = ["lr", "betas", "eps", "weight_decay", "decoupled"]
    values = [0.001, (0.9, 0.999), 1e-8, 0.0, False]
    assert_options(Adam(params), params, dict(zip(names, values, strict=True)))
    given = dict(zip(names, [0.3, (0.8, 0.7), 0.2, 0.1, True], strict=True))
    assert_options(Adam(params, *given.values()), params, given)


def test_sgd_lets_each_group_have_its_own_options(generator):
    Race(generator, SGD, SGD_GROUPS, SGD_REST).run()


def test_adam_lets_each_group_have_its_own_options(generator):
    Race(generator, Adam, ADAM_GROUPS, ADAM_REST).run()


def read_anew(race, changes):
    for at in range(1, race.steps + 1):
        for group, values in changes.get(at, {}).items():
            race.hyper(group, **values)
            race.what = f"{race.name}, {words(values)} set in group {group} at {at}"
        race.step(at)


def test_sgd_reads_its_options_at_each_step(generator):
    race = Race(generator, SGD, [{}, {"lr": 0.3}], SGD_REST)
    changes = {2: {0: {"lr": 0.02}}, 3: {1: {"momentum": 0.3, "lr": 0.1}}}
    changes |= {4: {0: {"dampening": 0.5}}, 5: {1: {"weight_decay": 0.4}}}
    changes |= {6: {0: {"dampening": 0.0, "nesterov": True}}}
    read_anew(race, changes)


def test_adam_reads_its_options_at_each_step(generator):
    race = Race(generator, Adam, [{}, {"lr": 0.06}], ADAM_REST)
    changes = {2: {0: {"lr": 0.01}}, 3: {1: {"betas": (0.5, 0.8), "lr": 0.02}}}
    changes |= {4: {0: {"eps": 0.5}}, 5: {1: {"weight_decay": 0.4}}}
    changes |= {6: {0: {"decoupled": True}}}
    read_anew(race, changes)


def some_idle(at, first=(1, 3, 1, 5)):
    """Return which parameters have no gradient in a step: none before their first."""
    return {i for i in range(4) if at < first[i] or at % (i + 3) == 0}


def first_idle(at):
    """Return which have no gradient, if the first of all has none for long."""
    return some_idle(at, (4, 2, 1, 1))


def skips(race):
    race.what += ", a parameter without a gradient is skipped"
    race.run(idle=some_idle)


def test_sgd_skips_parameters_without_a_gradient(generator):
    skips(Race(generator, SGD, how={"lr": 0.1, "momentum": 0.8, "weight_decay": 0.1}))


@pytest.mark.parametrize(
    "how", [{"betas": (0.8, 0.9)}, {"weight_decay": 0.5, "decoupled": True}]
)
def test_adam_skips_parameters_without_a_gradient(generator, how):
    skips(Race(generator, Adam, how={"lr": 0.03, **how}))


def rests(race):
    race.what += ", a gradient of zeros is one"
    for at in range(1, race.steps + 1):
        race.sizes[(at + 1) % 4] = 0.0 if at % 3 and at > 1 else 1.0
        race.step(at)


def test_sgd_takes_zeros_for_a_gradient(generator):
    rests(Race(generator, SGD, how={"lr": 0.1, "momentum": 0.8, "weight_decay": 0.1}))


def test_adam_takes_zeros_for_a_gradient(generator):
    rests(Race(generator, Adam, how={"lr": 0.03, "weight_decay": 0.1}))


def grows(race, late):
    """Add a group to an optimizer that has taken steps."""
    race.run(last=3)
    shapes, sizes = [(4, 3), (2,)], [2.0, 0.1]
    own = [draw(race.generator, *s).requires_grad_() for s in shapes]
    like = [p.detach().clone().requires_grad_() for p in own]
    race.own, race.like = race.own + own, race.like + like
    race.sizes += sizes
    race.torchs.add_param_group({**torchs(late), "params": like})
    race.mine.add_param_group({"params": own, **late})
    race.what += f", a group with {words(late)} added after step 3"
    race.run(4)


def test_sgd_takes_a_group_in_the_middle(generator):
    grows(Race(generator, SGD, SGD_GROUPS[:2], SGD_REST), SGD_GROUPS[2])


def test_adam_takes_a_group_in_the_middle(generator):
    grows(Race(generator, Adam, ADAM_GROUPS[:2], ADAM_REST), ADAM_GROUPS[2])


@pytest.mark.parametrize("late", [{}, {"lr": 0.5}])
def test_sgd_gives_a_late_group_what_it_leaves_open(generator, late):
    grows(Race(generator, SGD, [{"lr": 0.3}], SGD_REST), late)


@pytest.mark.parametrize("late", [{}, {"eps": 0.5}])
def test_adam_gives_a_late_group_what_it_leaves_open(generator, late):
    grows(Race(generator, Adam, [{"lr": 0.01}], ADAM_REST), late)


class Once:
    """An iterable that can be gone through a single time."""

    def __init__(self, things):
        self.things = iter(things)

    def __iter__(self):
        return self.things


def takes(kind, generator, wrap, grouped):
    params = [draw(generator, *s).requires_grad_() for s in SHAPES]
    given = wrap([{"params": wrap(params)}]) if grouped else wrap(params)
    assert_options(kind(given, lr=0.25), params, {"lr": 0.25})


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("wrap", [tuple, iter, Once])
def test_sgd_takes_any_iterable(generator, wrap, grouped):
    takes(SGD, generator, wrap, grouped)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("wrap", [tuple, iter, Once])
def test_adam_takes_any_iterable(generator, wrap, grouped):
    takes(Adam, generator, wrap, grouped)


def adds_any_iterable(kind, generator):
    first, *params = [draw(generator, *s).requires_grad_() for s in SHAPES]
    optimizer = kind([first], lr=0.25)
    optimizer.add_param_group({"params": iter(params), "lr": 0.5})
    second = groups_of(optimizer, 2)[1]["params"]
    same = sum(p is q for p, q in zip(second, params, strict=False))
    because = "a group's params may be any iterable, and become a list"
    assert_equal(f"{same} of 3 tensors", "3 of 3 tensors", because)
    got = [group["lr"] for group in optimizer.param_groups]
    assert_equal(got, [0.25, 0.5], "a new group has its own lr, the others keep theirs")


def test_sgd_adds_a_group_of_any_iterable(generator):
    adds_any_iterable(SGD, generator)


def test_adam_adds_a_group_of_any_iterable(generator):
    adds_any_iterable(Adam, generator)


def clears(kind, generator, how, left):
    """Let gradients of two groups be cleared; two of five parameters have none."""
    params = [draw(generator, *s).requires_grad_() for s in [*SHAPES, (6,)]]
    optimizer = kind([{"params": params[:3]}, {"params": params[3:]}], lr=0.1)
    for p in params[:2] + params[3:4]:
        p.grad = draw(generator, *p.shape)
    optimizer.zero_grad(**how)
    for i, p in enumerate(params, 1):
        want = left if i in (1, 2, 4) else "None"
        got = "None" if p.grad is None else "not zero" if p.grad.any() else "zeros"
        because = f"zero_grad({words(how) if how else ''}) leaves {want} in .grad"
        where = f", parameter {i} of 5 in two groups"
        assert_equal(got, want, because + where)


@pytest.mark.parametrize(
    ("how", "left"),
    [
        ({}, "None"),
        ({"set_to_none": True}, "None"),
        ({"set_to_none": False}, "zeros"),
    ],
)
def test_sgd_clears_the_gradients_of_all_groups(generator, how, left):
    clears(SGD, generator, how, left)


@pytest.mark.parametrize(
    ("how", "left"),
    [
        ({}, "None"),
        ({"set_to_none": True}, "None"),
        ({"set_to_none": False}, "zeros"),
    ],
)
def test_adam_clears_the_gradients_of_all_groups(generator, how, left):
    clears(Adam, generator, how, left)


def leaves_gradients(race):
    """Hand gradients in, look at them after this step and after the next."""
    kept = []
    for at in range(1, 4):
        race.give(idle={at} if at < 3 else ())
        kept += [(at, i, p.grad) for i, p in enumerate(race.own)]
        was = [g if g is None else g.clone() for _, _, g in kept]
        race.mine.step()
        race.torchs.step()
        now = [p.grad for p in race.own]
        for (_, i, g), came in zip(kept[-len(now) :], now, strict=True):
            place = f"in step {at} .grad of parameter {i + 1} of {len(now)}"
            got = "None" if came is None else "a gradient"
            want = "None" if g is None else "a gradient"
            assert_equal(got, want, f"step leaves .grad as it is, {place}")
        for (when, i, g), before in zip(kept, was, strict=True):
            if g is not None:
                because = f"step {at} writes to no gradient, also not to that of step "
                because += f"{when}, of parameter {i + 1} of {len(now)}"
                assert_close(g, before, because, rtol=0, atol=0)


@pytest.mark.parametrize("decay", [0.0, 0.2])
def test_sgd_writes_to_no_gradient(decay):
    how = {"lr": 0.1, "momentum": 0.7, "weight_decay": decay, "nesterov": True}
    leaves_gradients(Race(fixed(), SGD, how=how))


@pytest.mark.parametrize("decoupled", [False, True])
def test_adam_writes_to_no_gradient(decoupled):
    how = {"lr": 0.1, "weight_decay": 0.3, "decoupled": decoupled}
    leaves_gradients(Race(fixed(), Adam, how=how))


def overwrites(race):
    """Let new gradients take the place of the old ones in the same memory."""
    race.what += ", gradients written over the old ones"
    race.give()
    for at in range(1, race.steps + 1):
        for p, q in zip(race.own, race.like, strict=True):
            g = draw(race.generator, *p.shape)
            p.grad.copy_(g)
            q.grad.copy_(g)
        race.mine.step()
        race.torchs.step()
        race.compare(at)


def test_sgd_keeps_no_gradient_that_may_be_overwritten(generator):
    overwrites(Race(generator, SGD, how={"lr": 0.1, "momentum": 0.7}))


def test_adam_keeps_no_gradient_that_may_be_overwritten(generator):
    overwrites(Race(generator, Adam, how={"lr": 0.1}))


def keeps_autograd(race, building):
    race.what += f", autograd {'on' if building else 'off'}"
    with torch.set_grad_enabled(building):
        for at in range(1, 4):
            race.step(at)
            state = f"autograd {'on' if torch.is_grad_enabled() else 'off'}"
            want = f"autograd {'on' if building else 'off'}"
            assert_equal(state, want, "step leaves autograd as it is")
    for i, p in enumerate(race.own, 1):
        kind = "learns" if p.requires_grad else "is frozen"
        kind += ", a leaf" if p.is_leaf else ", part of a graph"
        because = f"a step is no part of a graph: parameter {i} of 4 stays a leaf"
        assert_equal(kind, "learns, a leaf", because)


@pytest.mark.parametrize("building", [True, False])
def test_sgd_leaves_autograd_as_it_is(building):
    how = {"lr": 0.1, "momentum": 0.7, "weight_decay": 0.2}
    keeps_autograd(Race(fixed(), SGD, how=how), building)


@pytest.mark.parametrize("building", [True, False])
def test_adam_leaves_autograd_as_it_is(building):
    how = {"lr": 0.1, "weight_decay": 0.2}
    keeps_autograd(Race(fixed(), Adam, how=how), building)


@pytest.mark.parametrize("momentum", [0.0, 0.7])
def test_sgd_keeps_float32(generator, momentum):
    how = {"lr": 0.1, "momentum": momentum, "weight_decay": 0.2}
    Race(generator, SGD, how=how, steps=4, dtype=torch.float32).run()


def test_adam_keeps_float32(generator):
    how = {"weight_decay": 0.2}
    Race(generator, Adam, how=how, steps=4, dtype=torch.float32).run()


def transposed(race):
    """Let parameters and gradients lie in memory in another order."""
    race.own[0].data = race.own[0].data.mT.contiguous().mT
    race.like[0].data = race.like[0].data.mT.contiguous().mT
    race.run()


def test_sgd_moves_parameters_of_any_layout(generator):
    transposed(Race(generator, SGD, how={"lr": 0.1, "momentum": 0.7}, steps=4))


def test_adam_moves_parameters_of_any_layout(generator):
    transposed(Race(generator, Adam, steps=4))


def other(race, groups):
    """Return another optimizer that has been used, over copies of the parameters."""
    params = [draw(race.generator, *p.shape).requires_grad_() for p in race.own]
    more = {"momentum": 0.3} if race.name == "SGD" else {}
    optimizer = race.kind(race.dealt(params, groups), lr=0.7, **more)
    for _ in range(3):
        for p in params:
            p.grad = draw(race.generator, *p.shape)
        optimizer.step()
    for p, q in zip(params, race.own, strict=True):
        p.data = q.detach().clone()
        p.grad = None
    return optimizer, params


def saved(optimizer):
    """Return the state of an optimizer, once it is a dict."""
    state = optimizer.state_dict()
    assert_type(state, dict, "state_dict returns a dict")
    return state


def resumes(race, through):
    """Go on after step 3 with another optimizer, which has loaded the state."""
    race.run(last=2, idle=first_idle)
    race.hyper(1, lr=0.02)
    race.run(3, 3, first_idle)
    optimizer, params = other(race, [{}, {}])
    optimizer.load_state_dict(through(saved(race.mine)))
    race.mine, race.own = optimizer, params
    race.what += ", saved and loaded after step 3"
    race.run(4, idle=first_idle)


@pytest.mark.parametrize("through", [dict, deepcopy])
def test_sgd_resumes_from_a_saved_state(generator, through):
    resumes(Race(generator, SGD, SGD_GROUPS[:2], SGD_REST), through)


@pytest.mark.parametrize("through", [dict, deepcopy])
def test_adam_resumes_from_a_saved_state(generator, through):
    resumes(Race(generator, Adam, ADAM_GROUPS[:2], ADAM_REST), through)


def holds_its_own(race):
    """Load a state, and look whose parameters the groups hold."""
    race.run(last=4)
    optimizer, params = other(race, [{}, {}])
    optimizer.load_state_dict(saved(race.mine))
    for at, group in enumerate(groups_of(optimizer, 2)):
        same = sum(p is q for p, q in zip(group["params"], params[at::2], strict=False))
        because = f"after loading, group {at} holds the tensors that it held before"
        assert_equal(f"{same} of 2 of its own", "2 of 2 of its own", because)
        for name, value in race.torchs.param_groups[at].items():
            name = {"decoupled_weight_decay": "decoupled"}.get(name, name)
            if name in race.how | race.mine.param_groups[at] and name != "params":
                got = told(name, group.get(name), value)
                because = f"loading brings the hyperparameters, {name} of group {at}"
                assert_equal(got, f"{name}: {value}", because)


def test_sgd_loads_options_and_keeps_its_parameters():
    holds_its_own(Race(fixed(), SGD, SGD_GROUPS[:2], SGD_REST))


def test_adam_loads_options_and_keeps_its_parameters():
    holds_its_own(Race(fixed(), Adam, ADAM_GROUPS[:2], ADAM_REST))


def part(race, first_goes_on):
    """Load a state, let one of the two optimizers go on and compare the other."""
    race.run(last=3)
    optimizer, params = other(race, [{}, {}])
    optimizer.load_state_dict(saved(race.mine))
    strays, astray = (race.mine, race.own) if first_goes_on else (optimizer, params)
    if first_goes_on:
        race.mine, race.own = optimizer, params
    for _ in range(3):
        for p in astray:
            p.grad = 50 * draw(race.generator, *p.shape)
        strays.step()
    for group in groups_of(strays, 2):
        group["lr"] = 9.0
    who = "the optimizer that was saved" if first_goes_on else "the one that loaded"
    race.what += f", while {who} went on by itself"
    race.run(4)


@pytest.mark.parametrize("first_goes_on", [True, False])
def test_sgd_shares_nothing_with_what_loads_its_state(generator, first_goes_on):
    part(Race(generator, SGD, SGD_GROUPS[:2], SGD_REST), first_goes_on)


@pytest.mark.parametrize("first_goes_on", [True, False])
def test_adam_shares_nothing_with_what_loads_its_state(generator, first_goes_on):
    part(Race(generator, Adam, ADAM_GROUPS[:2], ADAM_REST), first_goes_on)


def tensors_in(value):
    """Yield all tensors in nested containers, keys too."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from tensors_in(key)
            yield from tensors_in(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from tensors_in(item)


def saves_no_parameter(race):
    race.run(last=4)
    own = {p.data_ptr() for p in race.own}
    inside = sum(t.data_ptr() in own for t in tensors_in(saved(race.mine)))
    because = "a saved state holds no parameters: those are saved with the net"
    assert_equal(f"{inside} parameters", "0 parameters", because)


def test_sgd_saves_no_parameter():
    saves_no_parameter(Race(fixed(), SGD, how=SGD_REST))


def test_adam_saves_no_parameter():
    saves_no_parameter(Race(fixed(), Adam, how=ADAM_REST))


def has_state(optimizer):
    got = "an attribute state" if hasattr(optimizer, "state") else "none"
    assert_equal(got, "an attribute state", "what is kept is the attribute state")


def test_sgd_has_a_state():
    race = Race(fixed(), SGD, how=SGD_REST)
    race.run(last=2)
    has_state(race.mine)


def test_adam_has_a_state():
    race = Race(fixed(), Adam, how=ADAM_REST)
    race.run(last=2)
    has_state(race.mine)
