"""Grades two-dimensional cross-correlation."""

import pytest
import torch
import torch.nn.functional as F

from dojo.grading import Mismatch, assert_close, assert_equal, assert_that, forbids
from katas.ch6_convolution.k01_corr2d import Conv2D, corr2d, learn_kernel, true_conv2d

KIN = [f"torch.{kind}{n}d" for kind in ("conv", "conv_transpose") for n in (1, 2, 3)]
pytestmark = forbids("torch.convolution", "torch._convolution", *KIN)

# Image and kernel; also one weight, a row, a column, a kernel as large as the image.
SIZES = [((7, 11), (3, 2)), ((5, 13), (2, 5)), ((3, 7), (1, 1)), ((11, 5), (1, 3))]
SIZES += [((5, 7), (4, 1)), ((5, 3), (5, 3))]
STEPS = [1, 13, 2, 0, 5, 3]
DTYPES = [torch.float32, torch.float64, torch.int64]


def sample(generator, size, dtype=torch.float64):
    if dtype is torch.int64:  # too large for 32-bit floats, not for 64-bit ones
        return torch.randint(-(10**6), 10**6, size, generator=generator)
    return torch.randn(size, generator=generator, dtype=torch.float64).to(dtype)


def torch_corr2d(X, K):
    """Return torch's own result, computed in float64."""
    return F.conv2d(X.double()[None, None], K.double()[None, None])[0, 0].to(X.dtype)


def hand():
    return torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]])


def bar_and_edges():
    rows = [1.0, 1, 0, 0, 0, 0, 1, 1], [0.0, 1, 0, 0, 0, -1, 0]
    return (torch.tensor([row] * 6).double() for row in rows)


def place_of(Y):
    return "in the graph" if Y.requires_grad else "cut from the graph"


def device_of(answer, X, other, *rest):
    """Tell where a result lies; "meta" is a device that any machine has."""
    try:
        home = X.to("meta")
        place = answer(home, other.to("meta"), *rest).device
    except (RuntimeError, Mismatch):  # it has no numbers, for those who print them
        home = X
        with torch.device("meta"):  # where a tensor lands that is made without a device
            try:
                place = answer(X, other, *rest).device
            except RuntimeError:  # tensors of two devices met
                place = torch.device("meta")
    return "X's device" if place == home.device else "the default device"


def gradients(Y, upstream, *inputs):
    """Return the gradients of (Y * upstream).sum(); zeros where Y does not depend."""
    because = "the result must stay in the graph, so that gradients can flow back"
    assert_equal(place_of(Y), "in the graph", because)
    return torch.autograd.grad(Y, inputs, upstream, materialize_grads=True)


def test_corr2d_of_a_worked_example():
    because = "the first patch is 0 1 3 4: 0·0 + 1·1 + 3·2 + 4·3 = 19"
    assert_close(corr2d(*hand()), torch.tensor([[19.0, 25.0], [37.0, 43.0]]), because)


def test_corr2d_with_a_difference_kernel_finds_edges():
    because = "left minus right is 1 where the bar begins and -1 where it ends"
    X, edges = bar_and_edges()
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
    X, K = sample(generator, (5, 7)), sample(generator, (2, 3))
    because = "a tensor that is made inside must be made on X's device"
    assert_equal(device_of(corr2d, X, K), "X's device", because)


@pytest.mark.parametrize("name", ["image", "kernel"])
@pytest.mark.parametrize(("image", "kernel"), SIZES)
def test_corr2d_has_the_gradients_of_torch(generator, image, kernel, name):
    X, K = sample(generator, image), sample(generator, kernel)
    learns = {"image": X, "kernel": K}[name].requires_grad_()
    right = torch_corr2d(X, K)
    upstream = sample(generator, right.shape)
    (want,) = gradients(right, upstream, learns)
    (got,) = gradients(corr2d(X, K), upstream, learns)
    because = f"the gradient must reach the {name}"
    assert_close(got, want, because, rung="gradient")


def test_corr2d_has_the_slope_of_its_own_values(generator):
    X, K = (sample(generator, size).requires_grad_() for size in ((5, 4), (2, 3)))
    because = "the gradient must be the slope of the values you return"
    agrees = torch.autograd.gradcheck(corr2d, (X, K), raise_exception=False)
    assert_that(agrees, because, rung="gradient")


def test_true_conv2d_of_a_worked_example():
    because = "the kernel turns into 3 2 / 1 0 first: 0·3 + 1·2 + 3·1 + 4·0 = 5"
    assert_close(true_conv2d(*hand()), torch.tensor([[5.0, 11], [23, 29]]), because)


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
    X, K = sample(generator, (5, 7)), sample(generator, (2, 3))
    because = "a tensor that is made inside must be made on X's device"
    assert_equal(device_of(true_conv2d, X, K), "X's device", because)


@pytest.mark.parametrize("name", ["image", "kernel"])
def test_true_conv2d_has_the_gradients_of_torch(generator, name):
    X, K = sample(generator, (7, 5)).T, sample(generator, (3, 2)).T
    learns = {"image": X, "kernel": K}[name].requires_grad_()
    upstream = sample(generator, (4, 5))
    (want,) = gradients(torch_corr2d(X, K.flip(0, 1)), upstream, learns)
    (got,) = gradients(true_conv2d(X, K), upstream, learns)
    because = f"the gradient must reach the {name}"
    assert_close(got, want, because, rung="gradient")


def shapes_of(named):
    return "; ".join(sorted(f"{name} {tuple(value.shape)}" for name, value in named))


def layer_with(W, b):
    """Return a layer that holds these values, if it has the parameters to hold them."""
    layer, shapes = Conv2D(tuple(W.shape)), f"bias (1,); weight {tuple(W.shape)}"
    because = "the state is weight, of shape kernel_size, and bias, of shape (1,)"
    assert_equal(shapes_of(layer.state_dict().items()), shapes, because)
    layer.to(W.dtype).load_state_dict({"weight": W, "bias": b})
    return layer


@pytest.mark.parametrize("kernel", [(3, 2), (1, 5), (4, 1), (1, 1)])
def test_conv2d_learns_a_weight_and_a_bias(kernel):
    named = Conv2D(kernel_size=kernel).named_parameters()
    learning = [(name, value) for name, value in named if value.requires_grad]
    because = "what learns is an nn.Parameter: weight (kh, kw) and bias (1,)"
    assert_equal(shapes_of(learning), f"bias (1,); weight {kernel}", because)


@pytest.mark.parametrize("kernel", [(3, 2), (1, 5), (1, 1)])
def test_conv2d_does_not_start_at_zero(kernel):
    start = "not zero" if Conv2D(kernel).weight.abs().sum() > 0 else "zero"
    because = "a weight that starts at zero passes no gradient back to its input"
    assert_equal(start, "not zero", because)


def test_conv2d_leaves_the_global_seed_alone(seed):
    draws = set()
    with torch.random.fork_rng():
        for start in (seed, seed + 1):
            torch.manual_seed(start)
            Conv2D((3, 2))
            draws.add(torch.rand(()).item())
    because = "a layer that reseeds makes all that is drawn after it the same"
    assert_equal("equal draws" if len(draws) == 1 else "draws", "draws", because)


def test_conv2d_draws_from_the_global_generator(seed):
    weights = []
    with torch.random.fork_rng():
        for _ in range(2):
            torch.manual_seed(seed)
            weights.append(Conv2D((3, 2)).weight.detach())
    because = "after the same torch.manual_seed the weight is the same"
    assert_close(weights[1], weights[0], because)


def test_conv2d_works_as_it_is_built(generator):
    X, layer = sample(generator, (7, 5), torch.float32), Conv2D((2, 3))
    want = (torch_corr2d(X, layer.weight) + layer.bias).to(X.dtype)
    assert_close(layer(X), want, "a new layer has parameters of the default dtype")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("image", "kernel"), SIZES)
def test_conv2d_adds_its_bias_to_the_correlation(generator, image, kernel, dtype):
    X, W, b = (sample(generator, size, dtype) for size in (image, kernel, (1,)))
    because = "the output is corr2d(X, weight) + bias, of X's dtype"
    assert_close(layer_with(W, b)(X), torch_corr2d(X, W) + b, because)


def test_conv2d_is_the_same_in_evaluation(generator):
    X, W, b = (sample(generator, size) for size in ((7, 5), (2, 3), (1,)))
    because = "there is nothing in it that train() or eval() would change"
    assert_close(layer_with(W, b).eval()(X), torch_corr2d(X, W) + b, because)


def test_conv2d_layers_do_not_share_their_state(generator):
    X, W, b = (sample(generator, size) for size in ((7, 5), (2, 3), (1,)))
    layer, _ = layer_with(W, b), layer_with(-2 * W, b + 1)
    because = "each layer has a weight and a bias of its own"
    assert_close(layer(X), torch_corr2d(X, W) + b, because)


@pytest.mark.parametrize("name", ["weight", "bias", "image"])
def test_conv2d_has_the_gradients_of_torch(generator, name):
    X, W, b = (sample(generator, size) for size in ((7, 5), (2, 3), (1,)))
    layer, upstream = layer_with(W, b), sample(generator, (6, 3))
    alike = {"weight": W, "bias": b, "image": X}[name].requires_grad_()
    (want,) = gradients(torch_corr2d(X, W) + b, upstream, alike)
    given = {"weight": layer.weight, "bias": layer.bias, "image": X}[name]
    (got,) = gradients(layer(X), upstream, given)
    because = f"the gradient must reach the {name}, or it never learns"
    assert_close(got, want, because, rung="gradient")


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
    K = learn_kernel(*bar_and_edges(), (1, 2), 0.03, 80)
    because = "only the kernel 1 -1 turns this image into its edges"
    assert_close(K, torch.tensor([[1.0, -1.0]]).double(), because)


@pytest.mark.parametrize(("sizes", "steps"), list(zip(SIZES, STEPS, strict=True)))
def test_learn_kernel_walks_down_the_sum_of_squares(generator, sizes, steps):
    X, kernel, lr = sample(generator, sizes[0]), sizes[1], 0.005 / (1 + steps % 3)
    Y = 5 + 9 * sample(generator, torch_corr2d(X, torch.zeros(kernel)).shape)
    K = learn_kernel(X, Y, kernel, lr=lr, steps=steps)
    because = "from zero, each step is K - lr · d(Σ (corr2d(X, K) - Y)²)/dK"
    assert_close(K, descend(X, Y, kernel, lr, steps), because)


def test_learn_kernel_starts_anew_at_each_call(generator):
    X, Y = sample(generator, (7, 5)), sample(generator, (6, 3))
    _, again = (learn_kernel(X, Y, (2, 3), 0.003, 5) for _ in range(2))
    because = "a second call starts at zero as the first did"
    assert_close(again, descend(X, Y, (2, 3), 0.003, 5), because)


def test_learn_kernel_returns_the_kernel_cut_from_the_graph(generator):
    X, Y = sample(generator, (7, 5)), sample(generator, (6, 3))
    because = "what was learned is a value: detach it from the graph"
    place = place_of(learn_kernel(X, Y, (2, 3), 0.003, 5))
    assert_equal(place, "cut from the graph", because)


def test_learn_kernel_stays_on_the_device_of_the_image(generator):
    X, Y = sample(generator, (7, 5)), sample(generator, (6, 3))
    because = "the kernel must start on X's device"
    place = device_of(learn_kernel, X, Y, (2, 3), 0.003, 2)
    assert_equal(place, "X's device", because)
