"""Grades two-dimensional cross-correlation."""

from contextlib import suppress

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import assert_close, assert_equal, forbids
from katas.ch6_convolution.k01_corr2d import Conv2D, corr2d, learn_kernel, true_conv2d

KIN = [f"torch.{kind}{n}d" for kind in ("conv", "conv_transpose") for n in (1, 2, 3)]
pytestmark = forbids("torch.convolution", "torch._convolution", *KIN)

# Image and kernel; also one weight, a row, a column, a kernel as large as the image.
SIZES = [((7, 11), (3, 2)), ((5, 13), (2, 5)), ((3, 7), (1, 1)), ((11, 5), (1, 3))]
SIZES += [((5, 7), (4, 1)), ((5, 3), (5, 3))]
STEPS = [1, 13, 2, 0, 5, 3]
DTYPES = [torch.float32, torch.float64, torch.int64]
HAND = [[0.0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0.0, 1], [2, 3]]
BAR_AND_EDGES = [[1.0, 1, 0, 0, 0, 0, 1, 1]] * 6, [[0.0, 1, 0, 0, 0, -1, 0]] * 6


def sample(generator, size, dtype=torch.float64):
    if dtype is torch.int64:  # the sums have more digits than a 64-bit float
        return torch.randint(-(2**28), 2**28, size, generator=generator)
    return torch.randn(size, generator=generator, dtype=torch.float64).to(dtype)


def torch_corr2d(X, K):
    """Return torch's own result, computed in float64; of integers the exact sums."""
    if not X.is_floating_point():
        windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
        return (windows * K).sum((2, 3))
    return F.conv2d(X.double()[None, None], K.double()[None, None])[0, 0].to(X.dtype)


def place_of(Y):
    return "in the graph" if Y.requires_grad else "cut from the graph"


def place_by(answer, generator, sizes, *rest):
    """Tell where a result lies; "meta" is a device that any machine has."""
    X, other = (sample(generator, size) for size in sizes)
    answer(X, other, *rest)  # an error here has nothing to do with devices
    try:
        home = X.to("meta")
        place = answer(home, other.to("meta"), *rest).device
    except Exception:  # it has no numbers, for those who print them
        home, place = X, torch.device("meta")
        with place, suppress(RuntimeError):  # raised where tensors of two devices meet
            place = answer(X, other, *rest).device
    return "X's device" if place == home.device else "the default device"


def gradient(Y, given):
    """Return the gradient of a weighted sum of Y; zeros if Y does not depend."""
    because = "the result must stay in the graph, so that gradients can flow back"
    assert_equal(place_of(Y), "in the graph", because)
    upstream = torch.arange(1, Y.numel() + 1, dtype=Y.dtype).cos().view(Y.shape)
    return torch.autograd.grad(Y, given, upstream, materialize_grads=True)[0]


def test_corr2d_of_a_worked_example():
    because = "each patch a b / c d under the kernel 0 1 / 2 3 gives 0a + 1b + 2c + 3d"
    want = torch.tensor([[19.0, 25], [37, 43]])
    assert_close(corr2d(*map(torch.tensor, HAND)), want, because)


def test_corr2d_with_a_difference_kernel_finds_edges():
    because = "1 -1 takes from each pixel its right neighbour, which leaves the edges"
    X, edges = (torch.tensor(rows).double() for rows in BAR_AND_EDGES)
    assert_close(corr2d(X, torch.tensor([[1.0, -1.0]]).double()), edges, because)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("image", "kernel"), SIZES)
def test_corr2d_agrees_with_torch(generator, image, kernel, dtype):
    X, K = sample(generator, image, dtype), sample(generator, kernel, dtype)
    because = "each output is the sum of a patch times the kernel, in X's dtype"
    assert_close(corr2d(X, K), torch_corr2d(X, K), because)


def test_corr2d_takes_any_memory_layout(generator):
    X, K = sample(generator, (11, 14))[:, ::2].T, sample(generator, (2, 3)).T
    because = "a transposed or strided tensor is read by its indices"
    assert_close(corr2d(X, K), torch_corr2d(X, K), because)


def test_corr2d_stays_on_the_device_of_the_image(generator):
    place = place_by(corr2d, generator, [(5, 7), (2, 3)])
    because = "a tensor that is made inside must be made on X's device"
    assert_equal(place, "X's device", because)


@pytest.mark.parametrize("name", ["image", "kernel"])
@pytest.mark.parametrize(("image", "kernel"), SIZES)
def test_corr2d_has_the_gradients_of_torch(generator, image, kernel, name):
    X, K = sample(generator, image), sample(generator, kernel)
    learns = {"image": X, "kernel": K}[name].requires_grad_()
    got, want = (gradient(f(X, K), learns) for f in (corr2d, torch_corr2d))
    assert_close(got, want, f"the gradient must reach the {name}", rung="gradient")


def test_true_conv2d_of_a_worked_example():
    because = "turned around the kernel is 3 2 / 1 0: a b / c d gives 3a + 2b + 1c + 0d"
    want = torch.tensor([[5.0, 11], [23, 29]])
    assert_close(true_conv2d(*map(torch.tensor, HAND)), want, because)


def test_true_conv2d_of_a_single_bright_pixel_is_the_kernel(generator):
    X, K = torch.zeros(5, 9).double(), sample(generator, (3, 5))
    X[2, 4] = 1
    because = "convolution spreads each pixel in the shape of the kernel, unflipped"
    assert_close(true_conv2d(X, K), K, because)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("image", "kernel"), SIZES)
def test_true_conv2d_agrees_with_torch(generator, image, kernel, dtype):
    X, K = sample(generator, image, dtype), sample(generator, kernel, dtype)
    because = "it is F.conv2d with the kernel flipped on both axes, in X's dtype"
    assert_close(true_conv2d(X, K), torch_corr2d(X, K.flip(0, 1)), because)


def test_true_conv2d_stays_on_the_device_of_the_image(generator):
    place = place_by(true_conv2d, generator, [(5, 7), (2, 3)])
    because = "a tensor that is made inside must be made on X's device"
    assert_equal(place, "X's device", because)


@pytest.mark.parametrize("name", ["image", "kernel"])
def test_true_conv2d_has_the_gradients_of_torch(generator, name):
    X, K = sample(generator, (7, 5)).T, sample(generator, (3, 2)).T
    learns = {"image": X, "kernel": K}[name].requires_grad_()
    got = gradient(true_conv2d(X, K), learns)
    want = gradient(torch_corr2d(X, K.flip(0, 1)), learns)
    assert_close(got, want, f"the gradient must reach the {name}", rung="gradient")


def shapes_of(named):
    return "; ".join(sorted(f"{name} {tuple(value.shape)}" for name, value in named))


def layer_with(W, b):
    """Return a layer that holds these values, if it has the parameters to hold them."""
    layer, shapes = Conv2D(tuple(W.shape)), f"bias (1,); weight {tuple(W.shape)}"
    because = "the state is weight, of shape kernel_size, and bias, of shape (1,)"
    assert_equal(shapes_of(layer.state_dict().items()), shapes, because)
    layer = layer.double() if W.dtype is torch.float64 else layer  # float32 as built
    layer.load_state_dict({"weight": W, "bias": b})
    return layer


@pytest.mark.parametrize("kernel", [(3, 2), (1, 5), (4, 1), (1, 1)])
def test_conv2d_learns_a_weight_and_a_bias(kernel):
    named = Conv2D(kernel_size=kernel).named_parameters()
    learning = [(name, value) for name, value in named if value.requires_grad]
    because = "what learns is an nn.Parameter: weight (kh, kw) and bias (1,)"
    assert_equal(shapes_of(learning), f"bias (1,); weight {kernel}", because)


def test_conv2d_does_not_start_at_zero():
    start = "not zero" if Conv2D((3, 2)).weight.abs().sum() > 0 else "zero"
    because = "a weight that starts at zero passes no gradient back to its input"
    assert_equal(start, "not zero", because)


def built_after(seed):
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return Conv2D((3, 2)).weight.detach(), torch.rand(()).item()


def test_conv2d_draws_from_the_global_generator(seed):
    first, again, other = (built_after(s)[0] for s in (seed, seed, seed + 1))
    assert_close(again, first, "what is drawn must follow torch.manual_seed")
    # A start without chance has regular steps, such as ones, and is as good.
    steps = first.flatten().diff().abs().round(decimals=4).unique()
    start = "the same" if first.equal(other) and len(steps) > 3 else "another"
    assert_equal(start, "another", "each torch.manual_seed gives another start")


def test_conv2d_leaves_the_global_seed_alone(seed):
    draws = {built_after(start)[1] for start in (seed, seed + 1)}
    because = "a layer that reseeds makes all that is drawn after it the same"
    assert_equal("equal draws" if len(draws) == 1 else "draws", "draws", because)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("image", "kernel"), SIZES)
def test_conv2d_adds_its_bias_to_the_correlation(generator, image, kernel, dtype):
    X, W, b = (sample(generator, size, dtype) for size in (image, kernel, (1,)))
    layer = layer_with(W, b).train(dtype is torch.float32)
    because = "in train() and eval() it is corr2d(X, weight) + bias, of X's dtype"
    assert_close(layer(X), torch_corr2d(X, W) + b, because)


def test_conv2d_layers_do_not_share_their_state(generator):
    X, W, b = (sample(generator, size) for size in ((7, 5), (2, 3), (1,)))
    layer, _ = layer_with(W, b), layer_with(-2 * W, b + 1)
    because = "each layer has a weight and a bias of its own"
    assert_close(layer(X), torch_corr2d(X, W) + b, because)


@pytest.mark.parametrize("name", ["weight", "bias", "image"])
def test_conv2d_has_the_gradients_of_torch(generator, name):
    X, W, b = (sample(generator, size) for size in ((7, 5), (2, 3), (1,)))
    layer = layer_with(W, b)
    alike = {"weight": W, "bias": b, "image": X}[name].requires_grad_()
    given = {"weight": layer.weight, "bias": layer.bias, "image": X}[name]
    got, want = gradient(layer(X), given), gradient(torch_corr2d(X, W) + b, alike)
    assert_close(got, want, f"the gradient must reach the {name}", rung="gradient")


def descend(X, Y, kernel, lr, steps):
    """Return the kernel after `steps` steps, with the slope written out by hand."""
    K = torch.zeros(kernel, dtype=X.dtype)
    for _ in range(steps):
        K = K - lr * 2 * torch_corr2d(X, torch_corr2d(X, K) - Y)
    return K


def test_learn_kernel_of_one_step_by_hand():
    X, Y = torch.tensor([[1.0, 2, 3]]), torch.tensor([[1.0, -2]])
    because = "from zero, one step is lr · 2 · Σ x·y: 0.2 (1 - 4) and 0.2 (2 - 6)"
    want = torch.tensor([[-0.6, -0.8]])
    assert_close(learn_kernel(X, Y, (1, 2), 0.1, 1), want, because)


def test_learn_kernel_finds_the_edge_detector():
    X, edges = (torch.tensor(rows).double() for rows in BAR_AND_EDGES)
    K = learn_kernel(X, edges, (1, 2), 0.03, 80)
    because = "only the kernel 1 -1 turns this image into its edges"
    assert_close(K, torch.tensor([[1.0, -1.0]]).double(), because)


@pytest.mark.parametrize(("sizes", "steps"), list(zip(SIZES, STEPS, strict=True)))
def test_learn_kernel_walks_down_the_sum_of_squares(generator, sizes, steps):
    X, kernel, lr = sample(generator, sizes[0]), sizes[1], 0.005 / (1 + steps % 3)
    Y = 5 + 9 * sample(generator, torch_corr2d(X, torch.zeros(kernel)).shape)
    learn_kernel(X, Y, kernel, lr, steps)  # must leave nothing to start from
    K = learn_kernel(X, Y, kernel, lr=lr, steps=steps)
    because = "from zero, each step is K - lr · d(Σ (corr2d(X, K) - Y)²)/dK"
    assert_close(K, descend(X, Y, kernel, lr, steps), because)


def test_learn_kernel_returns_the_kernel_cut_from_the_graph(generator):
    X, Y = sample(generator, (7, 5)), sample(generator, (6, 3))
    because = "what was learned is a value: detach it from the graph"
    place = place_of(learn_kernel(X, Y, (2, 3), 0.003, 5))
    assert_equal(place, "cut from the graph", because)
