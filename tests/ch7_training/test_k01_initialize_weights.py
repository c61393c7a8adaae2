"""Grades the initialization of layers and of whole models."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_type,
    binomial_band,
)
from katas.ch7_training.k01_initialize_weights import (
    distinct_filters,
    init_module_,
    init_sparse_uniform_,
    initialize_weights,
)
from solutions.ch7_training.k01_initialize_weights import (
    distinct_filters as true_distinct_filters,
)

# Convolutions (in, out, kernel, groups), none square, of at least 14,000 weights each.
CONVS = [(23, 41, (3, 5), 1), (53, 11, (5, 7), 1), (46, 58, (7, 3), 2)]
every_conv = pytest.mark.parametrize(("C", "out", "kernel", "groups"), CONVS)
every_bias = pytest.mark.parametrize("bias", [True, False])
NORMS = [(nn.BatchNorm1d, (7, 5)), (nn.BatchNorm2d, (7, 5, 2, 3))]
NORMS += [(nn.BatchNorm3d, (7, 5, 2, 3, 2))]
every_norm = pytest.mark.parametrize(("kind", "shape"), NORMS)
OTHERS = {
    "Conv1d": lambda: nn.Conv1d(3, 5, 2),
    "Conv3d": lambda: nn.Conv3d(3, 5, 2),
    "ConvTranspose2d": lambda: nn.ConvTranspose2d(3, 5, 2),
    "LayerNorm": lambda: nn.LayerNorm(7),
    "GroupNorm": lambda: nn.GroupNorm(2, 6),
    "InstanceNorm2d": lambda: nn.InstanceNorm2d(5, affine=True),
    "Embedding": lambda: nn.Embedding(7, 3),
    "Bilinear": lambda: nn.Bilinear(3, 2, 5),
    "PReLU": lambda: nn.PReLU(4),
    "LSTM": lambda: nn.LSTM(3, 5),
    "Sequential": lambda: nn.Sequential(nn.Conv2d(3, 5, 2), nn.Linear(7, 3)),
}
every_other = pytest.mark.parametrize("name", OTHERS)


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def scrambled(module, generator):
    """Return a module whose parameters and buffers are drawn, none of them special."""
    with torch.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(2 + 0.3 * torch.randn(tensor.shape, generator=generator))
    return module


def seeded(seed, run):
    """Return what a function gives after torch.manual_seed(seed)."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return run()


def drawn_by(run):
    """Tell whether torch's global generator moved while a function ran."""
    before = torch.get_rng_state()
    run()
    moved = not torch.equal(before, torch.get_rng_state())
    return "numbers were drawn" if moved else "nothing was drawn"


def kept(module):
    return {name: t.detach().clone() for name, t in module.state_dict().items()}


def assert_kept(module, before, because):
    for name, tensor in module.state_dict().items():
        same = torch.equal(tensor, before[name])
        state = "as it was" if same else "changed"
        assert_equal(f"{name} is {state}", f"{name} is as it was", because)


def assert_numbers(tensor, value, because):
    """Assert that all numbers of a parameter are one that is known."""
    low, high = (float(end) for end in tensor.detach().aminmax())
    got = f"all {low:.4g}" if low == high else f"from {low:.4g} to {high:.4g}"
    words = f"the {tensor.numel()} numbers are"
    assert_equal(f"{words} {got}", f"{words} all {value:g}", because)


def assert_redrawn(weight, before):
    """Assert that every weight was drawn for itself."""
    n = weight.numel()
    same = (weight.detach() == before).double().mean().item()
    got = "as before" if same > 0.9 else "new"
    assert_equal(f"weights are {got}", "weights are new", "the weights are drawn anew")
    kinds = len(weight.unique())
    got = "all the same number" if kinds == 1 else "many repeated"
    got = "all different" if kinds > 0.9 * n else got
    assert_equal(got, "all different", "each weight is drawn for itself")


def assert_spread(weight, std, words, off):
    """Assert mean and standard deviation, in units of the latter."""
    w = weight.detach().double().flatten() / std
    size = float(w.std())
    # A mean of n numbers is more than 5.4 deviations / √n off once in 1e7 draws.
    far = 5.4 * size / len(w) ** 0.5
    mean = float(w.mean())
    got = f"a mean of {mean:.2g} times {words}"
    want = f"a mean of 0 times {words}"
    assert_equal(want if abs(mean) <= far else got, want, "the weights have the mean 0")
    want = f"a deviation of 1 times {words}"
    got = want if abs(size - 1) < off else f"a deviation of {size:.2g} times {words}"
    assert_equal(got, want, f"the standard deviation of the weights is {words}")


@every_conv
@every_bias
def test_init_module__gives_a_convolution_the_deviation_of_kaiming(
    seed, generator, C, out, kernel, groups, bias
):
    conv = scrambled(nn.Conv2d(C, out, kernel, groups=groups, bias=bias), generator)
    before = conv.weight.detach().clone()
    seeded(seed, lambda: init_module_(conv))
    assert_redrawn(conv.weight, before)
    std = (2 / conv.weight[0].numel()) ** 0.5
    # The deviation of 14,145 normal numbers varies by .0060, of uniform ones by less:
    # by .04 once in 1e10 draws.
    assert_spread(conv.weight, std, "√(2 / fan_in)", 0.04)


def test_init_module__draws_a_convolution_normal_or_uniform(seed):
    conv = nn.Conv2d(61, 67, (3, 5))
    seeded(seed, lambda: init_module_(conv))
    w = conv.weight.detach().double().flatten()
    share = float((w.abs() < (2 / 915) ** 0.5).double().mean())
    fits = []
    for name, p in (("normal", 0.6827), ("uniform", 3**-0.5)):
        low, high = binomial_band(len(w), p)
        fits += [name] if low < share < high else []
    got = "normal or uniform" if fits else f"{share:.2f} of the weights within one std"
    because = "of normal weights .68, of uniform ones .58 are within one std of 0"
    assert_equal(got, "normal or uniform", because)


@every_bias
def test_init_module__gives_a_linear_layer_a_deviation_of_a_tenth(
    seed, generator, bias
):
    linear = scrambled(nn.Linear(211, 103, bias=bias), generator)
    before = linear.weight.detach().clone()
    seeded(seed, lambda: init_module_(linear))
    assert_redrawn(linear.weight, before)
    # The deviation of 21,733 normal numbers varies by .0048: by .03 once in 1e9 draws.
    assert_spread(linear.weight, 0.1, "0.1", 0.03)


def test_init_module__draws_a_linear_layer_normal(seed):
    linear = nn.Linear(211, 307)
    seeded(seed, lambda: init_module_(linear))
    w = linear.weight.detach().double().flatten()
    for times, p in ((1, 0.6827), (2, 0.9545)):
        low, high = binomial_band(len(w), p)
        share = float((w.abs() < 0.1 * times).double().mean())
        want = f"{p:.2f} of the weights are smaller than {0.1 * times:g}"
        got = f"{share:.2f} of the weights are smaller than {0.1 * times:g}"
        because = "the weight of a linear layer is normal, with a deviation of 0.1"
        assert_equal(want if low < share < high else got, want, because)


@pytest.mark.parametrize("make", [lambda: nn.Conv2d(3, 5, 2), lambda: nn.Linear(7, 3)])
def test_init_module__starts_biases_at_zero(generator, make):
    layer = scrambled(make(), generator)
    init_module_(layer)
    assert_numbers(layer.bias, 0.0, "the bias starts at 0")


@every_norm
def test_init_module__lets_batch_norm_change_nothing(generator, kind, shape):
    norm = scrambled(kind(shape[1]), generator)
    init_module_(norm)
    assert_numbers(norm.weight, 1.0, f"the weight of a {kind.__name__} is 1")
    assert_numbers(norm.bias, 0.0, f"the bias of a {kind.__name__} is 0")


@every_norm
def test_init_module__keeps_what_batch_norm_has_counted(generator, kind, shape):
    norm = scrambled(kind(shape[1]), generator)
    norm(torch.randn(shape, generator=generator))
    before = kept(norm)
    init_module_(norm)
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        state = torch.equal(getattr(norm, name), before[name])
        got = f"{name} is {'as it was' if state else 'changed'}"
        assert_equal(got, f"{name} is as it was", "no buffer changes")


@every_norm
def test_init_module__takes_batch_norm_without_parameters(kind, shape):
    norm = kind(shape[1], affine=False)
    got = drawn_by(lambda: init_module_(norm))
    because = "where weight and bias are None there is nothing to do"
    assert_equal(got, "nothing was drawn", because)


@every_other
def test_init_module__leaves_other_modules_as_they_are(generator, name):
    module = scrambled(OTHERS[name](), generator)
    before = kept(module)
    got = drawn_by(lambda: init_module_(module))
    assert_kept(module, before, f"{name} is none of the kinds that are initialized")
    because = (
        f"for {name} nothing need be drawn, so that apply draws for each layer once"
    )
    assert_equal(got, "nothing was drawn", because)


class Gate(nn.Linear):
    """A linear layer with layers of its own inside."""

    def __init__(self):
        super().__init__(17, 13)
        self.inner = nn.Sequential(nn.Linear(5, 3), nn.Conv2d(3, 2, 2))
        self.norm = nn.BatchNorm1d(4)


class Wide(nn.Conv2d):
    """A convolution under another name."""


class Calm(nn.BatchNorm2d):
    """Batch normalization under another name."""


def test_init_module__acts_on_the_module_and_not_on_its_children(generator):
    gate = scrambled(Gate(), generator)
    inner, norm, weight = (
        kept(gate.inner),
        kept(gate.norm),
        gate.weight.detach().clone(),
    )
    init_module_(gate)
    because = (
        "apply calls the function for each module, so its children have their turn"
    )
    assert_kept(gate.inner, inner, because)
    assert_kept(gate.norm, norm, because)
    assert_redrawn(gate.weight, weight)
    assert_numbers(gate.bias, 0.0, "a subclass of nn.Linear is a linear layer")


def test_init_module__takes_subclasses_for_their_kind(seed, generator):
    conv = scrambled(Wide(23, 41, (3, 5)), generator)
    norm = scrambled(Calm(5), generator)
    seeded(seed, lambda: init_module_(conv))
    init_module_(norm)
    because = "a subclass of nn.Conv2d is a convolution, its bias starts at 0"
    assert_numbers(conv.bias, 0.0, because)
    assert_spread(conv.weight, (2 / 345) ** 0.5, "√(2 / fan_in)", 0.04)
    because = "a subclass of nn.BatchNorm2d is batch normalization, its weight is 1"
    assert_numbers(norm.weight, 1.0, because)


LAYERS = [
    lambda: nn.Conv2d(3, 5, 2),
    lambda: nn.Linear(7, 3),
    lambda: nn.BatchNorm2d(4),
]


@pytest.mark.parametrize("make", LAYERS)
@pytest.mark.parametrize("learns", [True, False])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_init_module__changes_the_parameters_that_are_there(
    generator, make, learns, dtype
):
    layer = scrambled(make().to(dtype), generator)
    objects = dict(layer.named_parameters())
    for p in objects.values():
        p.requires_grad_(learns)
        p.grad = torch.full_like(p, 3.0)
    init_module_(layer)
    for name, p in objects.items():
        now = getattr(layer, name)
        got = f"{name} is {'the same' if now is p else 'another'} object"
        because = "an optimizer may hold the parameters already: change them in place"
        assert_equal(got, f"{name} is the same object", because)
        words = f"{name}: {p.dtype}, requires_grad {p.requires_grad}"
        want = f"{name}: {dtype}, requires_grad {learns}"
        assert_equal(words, want, "the dtype stays, and whether a parameter learns")
        because = "what stands in .grad is no business of the initialization"
        grad = torch.full_like(p, 3.0).detach() if p.grad is None else p.grad
        state = "there" if p.grad is not None else "gone"
        assert_equal(f"the gradient is {state}", "the gradient is there", because)
        assert_close(grad, torch.full_like(grad, 3.0), because)
    because = "frozen or not, a bias starts at 0"
    assert_numbers(layer.bias, 0.0, because)


@pytest.mark.parametrize("make", LAYERS[:2])
def test_init_module__draws_from_the_global_generator(seed, make):
    def run():
        layers = [make(), make()]
        for layer in layers:
            init_module_(layer)
        return [layer.weight.tolist() for layer in layers]

    assert_draws_from_seed(run, seed)


def assert_draws_from_seed(run, seed):
    first, again, other = (seeded(s, run) for s in (seed, seed, seed + 1))
    got = f"{'the same' if again == first else 'others'}, "
    got += f"then {'the same' if other == first else 'others'}"
    because = "equal seeds of torch give equal weights, another seed others"
    assert_equal(got, "the same, then others", because)
    got = "the same" if first[0] == first[1] else "other"
    because = "a second layer starts with other weights: nothing is reseeded"
    assert_equal(f"{got} weights", "other weights", because)


def deep(generator):
    """Return a net of four levels with a layer of each kind, all scrambled."""
    block = nn.Sequential(nn.Conv2d(3, 5, (2, 3)), nn.BatchNorm2d(5), nn.ReLU())
    head = nn.ModuleDict(
        {"norm": nn.BatchNorm1d(7), "out": nn.Linear(7, 3, bias=False)}
    )
    inner = nn.Sequential(
        nn.Sequential(nn.Linear(11, 7), head["norm"]), nn.LayerNorm(7)
    )
    net = nn.ModuleList([block, nn.Sequential(inner), head])
    return scrambled(net, generator)


def test_initialize_weights_reaches_every_level(generator):
    net = deep(generator)
    before = kept(net)
    initialize_weights(net)
    for name, module in net.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            state = torch.equal(module.weight, before[f"{name}.weight"])
            got = f"{name}.weight is {'as it was' if state else 'new'}"
            because = "every layer is initialized, however deep it lies"
            assert_equal(got, f"{name}.weight is new", because)
        if isinstance(module, nn.Conv2d | nn.Linear | nn.BatchNorm1d | nn.BatchNorm2d):
            size = (
                0.0 if module.bias is None else float(module.bias.detach().abs().max())
            )
            got = f"{name}.bias is {'0' if size == 0 else 'not 0'}"
            assert_equal(got, f"{name}.bias is 0", "biases start at 0 on every level")


def test_initialize_weights_gives_each_kind_its_start(seed, generator):
    net = nn.Sequential(
        nn.Conv2d(23, 41, (3, 5)), nn.BatchNorm2d(41), nn.Linear(211, 103)
    )
    scrambled(net, generator)
    seeded(seed, lambda: initialize_weights(net))
    assert_spread(net[0].weight, (2 / 345) ** 0.5, "√(2 / fan_in)", 0.04)
    assert_spread(net[2].weight, 0.1, "0.1", 0.03)
    assert_numbers(net[1].weight, 1.0, "a BatchNorm2d has the weight 1")
    for name in (0, 1, 2):
        assert_numbers(net[name].bias, 0.0, "biases start at 0")


@pytest.mark.parametrize(("place", "std"), [(0, (2 / 345) ** 0.5), (1, 0.1)])
def test_initialize_weights_takes_a_single_layer(seed, generator, place, std):
    layer = [nn.Conv2d(23, 41, (3, 5)), nn.Linear(211, 103)][place]
    before = scrambled(layer, generator).weight.detach().clone()
    seeded(seed, lambda: initialize_weights(layer))
    assert_redrawn(layer.weight, before)
    assert_spread(layer.weight, std, ["√(2 / fan_in)", "0.1"][place], 0.04)
    assert_numbers(layer.bias, 0.0, "a model may be a layer: its bias is 0")


def test_initialize_weights_takes_a_layer_that_has_children(generator):
    gate = scrambled(Gate(), generator)
    before = kept(gate)
    initialize_weights(nn.Sequential(nn.ReLU(), gate))
    for name in ("weight", "inner.0.weight", "inner.1.weight"):
        state = torch.equal(gate.state_dict()[name], before[name])
        got = f"{name} is {'as it was' if state else 'new'}"
        because = "a linear layer with layers inside is initialized, and they are too"
        assert_equal(got, f"{name} is new", because)


def test_initialize_weights_starts_layers_of_one_shape_each_by_itself(generator):
    net = nn.Sequential(
        *[nn.Linear(11, 11) for _ in range(3)],
        *[nn.Conv2d(3, 3, (2, 5)) for _ in range(3)],
        *[nn.BatchNorm2d(3) for _ in range(2)],
    )
    before = kept(scrambled(net, generator))
    initialize_weights(net)
    for at, layer in enumerate(net):
        because = "each layer starts anew, also one of the shape of an earlier one"
        state = torch.equal(layer.weight, before[f"{at}.weight"])
        got = f"the weight of layer {at} is {'as it was' if state else 'new'}"
        assert_equal(got, f"the weight of layer {at} is new", because)
        assert_numbers(layer.bias, 0.0, because)
    for twins in (net[:3], net[3:6]):
        kinds = len(torch.stack([layer.weight for layer in twins]).unique(dim=0))
        got = f"{kinds} of 3 layers start with weights of their own"
        want = "3 of 3 layers start with weights of their own"
        assert_equal(got, want, "each layer is drawn for itself")


def test_initialize_weights_takes_frozen_layers(generator):
    net = deep(generator).requires_grad_(False)
    before = kept(net)
    initialize_weights(net)
    for name, module in net.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear | nn.BatchNorm1d | nn.BatchNorm2d):
            state = torch.equal(module.weight, before[f"{name}.weight"])
            got = f"{name}.weight is {'as it was' if state else 'new'}"
            because = "a frozen layer gets a start like any other"
            assert_equal(got, f"{name}.weight is new", because)


def test_initialize_weights_leaves_other_modules_as_they_are(generator):
    net = nn.Sequential(*[make() for make in OTHERS.values()][:-1])
    before = kept(scrambled(net, generator))
    initialize_weights(net)
    assert_kept(net, before, "only convolutions, linear layers and batch norms change")


def rounds(model, layer, seed):
    """Return how often a weight was drawn, by where the generator then stands."""

    def after(run, times):
        for _ in range(times):
            run()
        return torch.rand(3).tolist()

    w = torch.empty_like(layer.weight)
    end = seeded(seed, lambda: after(lambda: initialize_weights(model), 1))
    if end == seeded(seed, lambda: after(lambda: None, 1)):
        return "never"
    # However an answer draws, its own single turn is known; and if it draws in one of
    # the two usual ways, so is a second draw within that turn.
    ways = [lambda: initialize_weights(layer)]
    ways += [lambda: nn.init.normal_(w), lambda: nn.init.uniform_(w)]
    for way in ways:
        for n in range(2, 9):
            if seeded(seed, lambda way=way, n=n: after(way, n)) == end:
                return f"{n} times"
    once = seeded(seed, lambda: after(ways[0], 1)) == end
    return "once" if once else "another number of times"


@pytest.mark.parametrize("make", LAYERS[:2])
def test_initialize_weights_visits_a_nested_layer_once(seed, make):
    layer = make()
    model = nn.Sequential(nn.Sequential(nn.Sequential(layer)), nn.ReLU())
    because = "as many numbers are drawn for a layer three levels deep as for it alone"
    assert_equal(rounds(model, layer, seed), "once", because)


@pytest.mark.parametrize("make", LAYERS[:2])
def test_initialize_weights_visits_a_shared_layer_once(seed, make):
    layer = make()
    model = nn.Sequential(nn.Sequential(layer, nn.ReLU()), nn.Sequential(layer), layer)
    because = "a layer that stands at three places is one module, and has one turn"
    assert_equal(rounds(model, layer, seed), "once", because)


def test_initialize_weights_draws_from_the_global_generator(seed):
    def run():
        nets = [nn.Sequential(nn.Conv2d(3, 5, 2), nn.Linear(7, 3)) for _ in range(2)]
        for net in nets:
            initialize_weights(net)
        return [[p.tolist() for p in net.parameters()] for net in nets]

    assert_draws_from_seed(run, seed)


def test_initialize_weights_changes_the_parameters_that_are_there(generator):
    net = deep(generator).double()
    for at, p in enumerate(net.parameters()):
        p.requires_grad_(at % 2 == 0)
    net.eval()
    before = {name: (p, p.requires_grad) for name, p in net.named_parameters()}
    initialize_weights(net)
    for name, p in net.named_parameters():
        because = "parameters are changed in place, and whether they learn stays"
        got = f"{name} is {'the same' if p is before[name][0] else 'another'} object"
        assert_equal(got, f"{name} is the same object", because)
        got = f"{name}: {p.dtype}, requires_grad {p.requires_grad}"
        assert_equal(
            got, f"{name}: torch.float64, requires_grad {before[name][1]}", because
        )
    mode = "training" if any(m.training for m in net.modules()) else "evaluation"
    assert_equal(mode, "evaluation", "the mode stays as it was")


def test_initialize_weights_lets_filters_learn_different_things(seed, generator):
    net = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.Conv2d(8, 6, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(6 * 5 * 6, 3),
    )  # fmt: skip
    for p in net.parameters():
        nn.init.constant_(p, 0.1)
    seeded(seed, lambda: initialize_weights(net))
    X = torch.randn(17, 1, 11, 12, generator=generator)
    y = torch.randint(3, (17,), generator=generator)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        F.cross_entropy(net(X), y).backward()
        optimizer.step()
    for at, out in ((0, 8), (2, 6)):
        got = f"{true_distinct_filters(net[at])} of {out} filters are distinct"
        because = (
            "filters that start different stay so in 20 steps; equal ones never part"
        )
        assert_equal(got, f"{out} of {out} filters are distinct", because)


FILLS = [((211, 307), torch.float32), ((7, 11, 13, 61), torch.float64)]
every_fill = pytest.mark.parametrize(("shape", "dtype"), FILLS)


def filled(generator, shape=(211, 307), dtype=torch.float32):
    """Return a tensor of old numbers, filled by the answer."""
    w = (100 * draw(generator, *shape)).to(dtype)
    init_sparse_uniform_(w, generator=generator)
    return w.double()


def assert_share(of, p, words, because):
    low, high = binomial_band(of.numel(), p)
    share = float(of.double().mean())
    want = f"{p:.2f} of the entries are {words}"
    got = f"{share:.2f} of the entries are {words}"
    assert_equal(want if low < share < high else got, want, because)


@every_fill
def test_init_sparse_uniform__has_numbers_from_5_to_10_in_size(generator, shape, dtype):
    w = filled(generator, shape, dtype).abs()
    sizes = w[w > 0]
    assert_equal(
        "some" if len(sizes) else "none", "some", "half of the entries is not 0"
    )
    got = f"sizes from {int(sizes.min())} to {math.ceil(sizes.max())}, beside 0"
    because = "an entry is 0, or at least 5 and at most 10 in size"
    assert_equal(got, "sizes from 5 to 10, beside 0", because)


@every_fill
def test_init_sparse_uniform__has_its_shares(generator, shape, dtype):
    w = filled(generator, shape, dtype)
    assert_share(w == 0, 0.5, "0", "an entry is 0 with probability 1/2")
    assert_share(w > 0, 0.25, "positive", "a quarter of the entries is positive")
    assert_share(w < 0, 0.25, "negative", "a quarter of the entries is negative")


@every_fill
def test_init_sparse_uniform__is_uniform_where_it_is_not_0(generator, shape, dtype):
    w = filled(generator, shape, dtype)
    for side, large in (("positive", w[w > 0]), ("negative", -w[w < 0])):
        because = f"the {side} entries are uniform between 5 and 10 in size"
        for cut in (6.0, 7.5, 9.0):
            words = f"below {cut:g} in size, of the {side} ones"
            assert_share(large < cut, (cut - 5) / 5, words, because)
        kinds = len(large.unique()) > 0.9 * len(large)
        got = "all different" if kinds else "many repeated"
        assert_equal(got, "all different", "each entry is drawn for itself")


def test_init_sparse_uniform__draws_each_entry_by_itself(generator):
    counts = [int((filled(generator, (7, 151)) == 0).sum()) for _ in range(30)]
    # A count is binomial with a deviation of 16, so all are equal once in 1e46 runs.
    got = "varies" if len(set(counts)) > 1 else f"is always {counts[0]}"
    because = "each entry is drawn by itself, so how many are 0 is up to chance"
    assert_equal(f"the number of zeros {got}", "the number of zeros varies", because)


def test_init_sparse_uniform__draws_an_entry_whatever_its_neighbors_are(generator):
    w = filled(generator, (401, 307)) == 0
    # Chance has half of all neighbors alike, in both directions.
    for words, pairs in (("row", w[:, 1:] == w[:, :-1]), ("column", w[1:] == w[:-1])):
        because = "whether an entry is 0 says nothing about its neighbor"
        assert_share(pairs, 0.5, f"as their neighbor in the {words}, 0 or not", because)


def test_init_sparse_uniform__draws_a_sign_whatever_the_neighbors_are(generator):
    w = filled(generator, (401, 307))
    # Both are other than 0 for a quarter of all neighbors, and alike for an eighth.
    for words, one, other in (
        ("row", w[:, 1:], w[:, :-1]),
        ("column", w[1:], w[:-1]),
    ):
        because = "whether an entry is negative says nothing about its neighbor"
        words = f"of the same sign as their neighbor in the {words}"
        assert_share(one * other > 0, 0.125, words, because)


@pytest.mark.parametrize("learns", [True, False])
@pytest.mark.parametrize("kind", ["tensor", "parameter"])
def test_init_sparse_uniform__returns_the_object_it_filled(generator, learns, kind):
    w = torch.full((13, 17), torch.nan, dtype=torch.float64).requires_grad_(learns)
    w = nn.Parameter(w.detach(), requires_grad=learns) if kind == "parameter" else w
    got = init_sparse_uniform_(w, generator)
    assert_type(got, torch.Tensor, "what comes back is the tensor")
    words = "the object that was given" if got is w else "another object"
    because = "it returns w itself, filled in place"
    assert_equal(words, "the object that was given", because)
    words = "a leaf" if w.is_leaf else "no leaf"
    words += f", requires_grad {w.requires_grad}"
    because = "filling is no part of the graph: w stays a leaf that learns or not"
    assert_equal(words, f"a leaf, requires_grad {learns}", because)
    left = "numbers" if torch.isfinite(w).all() else "NaN"
    assert_equal(left, "numbers", "what w held before does not matter")


def test_init_sparse_uniform__fills_a_part_of_a_tensor(generator):
    whole = torch.full((60, 90), 3.0)
    part = whole[::2, 1::3].T
    init_sparse_uniform_(part, generator=generator)
    touched = torch.zeros(60, 90, dtype=torch.bool)
    touched[::2, 1::3] = True
    state = "as they were" if bool((whole[~touched] == 3).all()) else "changed"
    because = "what lies between the entries of a view is not w"
    assert_equal(f"the others are {state}", "the others are as they were", because)
    inside = "filled" if bool((part != 3).all()) else "not filled"
    assert_equal(f"the view is {inside}", "the view is filled", because)


def test_init_sparse_uniform__draws_from_the_generator_that_is_given(seed):
    def run(s):
        generator = torch.Generator().manual_seed(s)
        return [init_sparse_uniform_(torch.zeros(9, 7), generator) for _ in range(2)]

    assert_repeats(*(run(s) for s in (seed, seed, seed + 1)))


def test_init_sparse_uniform__draws_from_no_other_generator(generator):
    w = torch.zeros(9, 7)
    got = drawn_by(lambda: init_sparse_uniform_(w, generator=generator))
    because = "with a generator given, nothing is drawn from torch's global one"
    assert_equal(got, "nothing was drawn", because)


def test_init_sparse_uniform__draws_from_the_global_generator_by_default(seed):
    def run():
        return [init_sparse_uniform_(torch.zeros(9, 7)) for _ in range(2)]

    assert_repeats(*(seeded(s, run) for s in (seed, seed, seed + 1)))


def likeness(one, other):
    """Tell what two runs have in common: which entries are 0, and the other numbers."""
    one, other = torch.stack(one), torch.stack(other)
    both = (one != 0) & (other != 0)
    zeros = "the same" if torch.equal(one == 0, other == 0) else "other"
    numbers = "the same" if torch.equal(one[both], other[both]) else "other"
    return f"{zeros} zeros, {numbers} numbers"


def assert_repeats(first, again, other):
    because = "equal seeds give equal numbers"
    assert_equal(likeness(first, again), "the same zeros, the same numbers", because)
    got = "the same" if torch.equal(first[0], other[0]) else "other"
    because = "another seed gives other numbers"
    assert_equal(f"{got} numbers", "other numbers", because)
    got = "the same" if torch.equal(*first) else "other"
    because = "the generator is drawn from, never reseeded: a second call draws others"
    assert_equal(f"{got} numbers", "other numbers", because)


def with_filters(filters, groups=1, bias=True):
    """Return a convolution with these filters, of shape (out, in / groups, kh, kw)."""
    filters = torch.as_tensor(filters, dtype=torch.float64)
    out, C, *kernel = filters.shape
    conv = nn.Conv2d(C * groups, out, kernel, groups=groups, bias=bias).double()
    conv.weight.data = filters.clone()
    return conv


def rows(*values):
    """Return filters of one channel and 1 by 2 numbers each."""
    return torch.tensor(values, dtype=torch.float64).reshape(-1, 1, 1, 2)


def assert_count(conv, want, because, **how):
    assert_equal(distinct_filters(conv, **how), want, because)


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ([(1, 2), (1, 2), (3, 4), (1, 2), (3, 5)], 3),
        ([(1, 2), (2, 1), (1, 2), (2, 1)], 2),
        ([(0, 0), (0, 0), (0, 0)], 1),
        ([(3, -3), (-3, 3), (0, 0), (1, -1), (-1, 1), (0, 0)], 5),
        ([(5, 7)], 1),
    ],
)
def test_distinct_filters_by_hand(values, want):
    because = (
        f"of the filters {', '.join(map(str, values))} so many equal no earlier one"
    )
    assert_count(with_filters(rows(*values)), want, because)


def test_distinct_filters_of_a_fresh_convolution_are_all(generator):
    conv = with_filters(draw(generator, 97, 3, 2, 5))
    assert_count(conv, 97, "filters that were drawn are all distinct")


@pytest.mark.parametrize(("copies", "how"), [(2, {}), (5, {"tol": 0.0}), (31, {})])
def test_distinct_filters_counts_copies_once(generator, copies, how):
    filters = draw(generator, 13, 3, 2, 5).repeat(copies, 1, 1, 1)
    filters = filters[torch.randperm(len(filters), generator=generator)]
    because = f"13 filters that stand there {copies} times each are 13"
    assert_count(with_filters(filters), 13, because, **how)


@pytest.mark.parametrize(
    ("gap", "tol", "want"),
    [(0.25, 0.25, 1), (0.25, 0.2, 2), (0.25, 0.5, 1), (1e-9, 0.0, 2), (0.0, 0.0, 1)],
)
def test_distinct_filters_takes_a_gap_up_to_tol_for_equal(gap, tol, want):
    because = f"a gap of {gap:g} is {'more' if gap > tol else 'no more'} than {tol:g}"
    for first, second in (((1, 2), (1, 2 + gap)), ((1, 2 + gap), (1, 2))):
        assert_count(with_filters(rows(first, second)), want, because, tol=tol)


@pytest.mark.parametrize(("gap", "want"), [(0.9e-6, 1), (1.1e-6, 2)])
def test_distinct_filters_has_a_tol_of_a_millionth(gap, want):
    conv = with_filters(rows((0.5, 0.0), (0.5, gap)))
    because = f"without tol, a gap of {gap:g} is compared with 1e-6"
    assert_count(conv, want, because)


@pytest.mark.parametrize(
    ("tol", "want"), [(0.5, 1), (0.3, 2), (0.1, 3), (0.01, 3), (2.0, 1)]
)
def test_distinct_filters_looks_at_the_largest_gap(tol, want):
    filters = torch.zeros(3, 2, 3, 1, dtype=torch.float64)
    filters[1] = 0.05 * torch.tensor([1.0, -1, 1]).reshape(3, 1)
    filters[2, 1, 2, 0] = 0.5 - 2**-20
    filters[1, 0, 0, 0] = 0.25
    because = "two filters are equal if no entry differs by more than tol"
    assert_count(with_filters(filters), want, because, tol=tol)


@pytest.mark.parametrize("count", [7, 13])
def test_distinct_filters_needs_one_entry_that_differs(generator, count):
    filters = draw(generator, 1, 3, 5, 2).repeat(count, 1, 1, 1)
    for at in range(1, count):
        filters[at].view(-1)[2 * at] += (-1) ** at * 0.3
    filters[::3] += torch.arange(0, count, 3).reshape(-1, 1, 1, 1)
    because = f"each of {count} filters differs from the others, by 0.3 in an entry"
    assert_count(with_filters(filters), count, because, tol=0.2)


@pytest.mark.parametrize("count", [7, 13])
def test_distinct_filters_looks_at_each_gap_alone(generator, count):
    signs = torch.randn((count, 3, 5, 2), generator=generator).sign()
    filters = draw(generator, 1, 3, 5, 2) + 0.09 * signs
    because = f"{count} filters that are nowhere more than 0.18 apart are equal"
    assert_count(with_filters(filters), 1, because, tol=0.2)


@pytest.mark.parametrize("size", [1e3, 1.0, 1e-3])
@pytest.mark.parametrize("count", [4, 9])
def test_distinct_filters_compares_by_the_difference_alone(size, count):
    gaps = torch.arange(count, dtype=torch.float64) * 3e-6
    gaps[::3] += size * torch.arange(0, count, 3)
    filters = torch.stack([size + gaps, -size - gaps], 1).reshape(-1, 1, 1, 2)
    because = f"a gap of 3e-6 is above 1e-6, beside numbers of {size:g} too"
    assert_count(with_filters(filters), count, because)


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ([0, 1, 2, 3], 1),
        ([0, 1, 2, 3, 4, 5, 6], 1),
        ([0, 2, 1, 4], 3),
        ([2, 0, 4, 1, 5, 7, 6, 8, 10], 5),
    ],
)
def test_distinct_filters_compares_with_all_earlier_ones(values, want):
    conv = with_filters(rows(*((value, -value) for value in values)))
    because = "a filter that equals an earlier one is still compared with later ones"
    assert_count(conv, want, because, tol=1.2)


def test_distinct_filters_looks_at_all_channels(generator):
    filters = draw(generator, 1, 5, 2, 3).repeat(7, 1, 1, 1)
    filters[2, 4, 1, 2] += 1
    filters[5, 0, 0, 0] -= 1
    because = "two of 7 filters differ from the others, in the last and first weight"
    assert_count(with_filters(filters), 3, because)


def test_distinct_filters_looks_at_weights_and_not_at_biases(generator):
    conv = with_filters(draw(generator, 1, 2, 3, 2).repeat(5, 1, 1, 1))
    conv.bias.data = torch.arange(5.0, dtype=torch.float64)
    assert_count(conv, 1, "filters with other biases are still equal")
    conv = with_filters(draw(generator, 4, 2, 3, 2).repeat(2, 1, 1, 1), bias=False)
    assert_count(conv, 4, "a convolution without a bias has filters too")


def test_distinct_filters_takes_groups(generator):
    filters = draw(generator, 3, 2, 3, 2).repeat(2, 1, 1, 1)
    conv = with_filters(filters, groups=3)
    assert_count(conv, 3, "with groups a filter is still a row of the weight")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_distinct_filters_leaves_the_convolution_as_it_is(generator, dtype):
    conv = with_filters(draw(generator, 3, 2, 3, 2).repeat(2, 1, 1, 1)).to(dtype)
    conv.weight.grad = torch.ones_like(conv.weight)
    before, weight = kept(conv), conv.weight
    assert_count(conv, 3, "6 filters, each of them twice")
    assert_kept(conv, before, "counting changes nothing")
    words = "the same parameter" if conv.weight is weight else "another parameter"
    words += f", requires_grad {weight.requires_grad}"
    because = "counting changes nothing"
    assert_equal(words, "the same parameter, requires_grad True", because)
