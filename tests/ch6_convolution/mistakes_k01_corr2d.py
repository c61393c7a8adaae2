"""Wrong answers to cross-correlation: the grader rejects them, the dojo names them."""

import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch6_convolution.k01_corr2d import Conv2D, corr2d


def patch_by_patch(X, K, dtype=None):
    """Return the sums, filled into a tensor that is made without a device."""
    kh, kw = K.shape
    Y = torch.zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1, dtype=dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y


def each_place(X, K, size, of_patch, fits=lambda i, j: True):
    """Return a sum for each place; `size` is that of the patches, (kh, kw) if right."""
    h, w = size
    size = X.shape[0] - h + 1, X.shape[1] - w + 1
    Y = torch.zeros(size, dtype=X.dtype, device=X.device)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            if fits(i + h, j + w):
                Y[i, j] = of_patch(X[i : i + h, j : j + w], K).sum()
    return Y


def product(patch, K):
    return patch * K


@mistake(
    "corr2d",
    "The kernel is flipped first: that is true convolution, cross-correlation is not.",
)
def flips_the_kernel(X, K):
    return corr2d(X, K.flip(0, 1))


@mistake(
    "corr2d",
    "The image and the kernel are cast to 32-bit floats: keep the dtype of X.",
)
def casts_to_float32(X, K):
    return patch_by_patch(X.float(), K.float())


@mistake(
    "corr2d",
    "The result is filled into zeros of the default dtype: make them of X's dtype.",
)
def fills_the_default_dtype(X, K):
    return patch_by_patch(X, K)


@mistake(
    "corr2d",
    "The image has H - kh + 1 rows and W - kw + 1 columns of places: the 1 is missing.",
)
def stops_one_place_short(X, K):
    return corr2d(X, K)[:-1, :-1]


@mistake(
    "corr2d",
    "The result is as large as the image: without padding the kernel has fewer places.",
)
def keeps_the_size_of_the_image(X, K):
    kh, kw = K.shape
    return F.pad(corr2d(X, K), (0, kw - 1, 0, kh - 1))


@mistake(
    "corr2d",
    "The kernel hangs over the edge of a padded image: count whole patches only.",
)
def pads_the_image(X, K):
    kh, kw = K.shape
    return corr2d(F.pad(X, (kw - 1, kw - 1, kh - 1, kh - 1)), K)


@mistake(
    "corr2d",
    "The kernel jumps by its own size, as a pooling window may: move it by one.",
)
def jumps_by_the_kernel(X, K):
    kh, kw = K.shape
    return corr2d(X, K)[::kh, ::kw]


@mistake(
    "corr2d",
    "Rows and columns of the kernel are swapped: K[i, j] meets X[r + i, c + j].",
)
def transposes_the_kernel(X, K):
    return corr2d(X, K.T)


@mistake(
    "corr2d",
    "Patches are kw high and kh wide: K.shape is (kh, kw), the height first.",
)
def swaps_kh_and_kw(X, K):
    return each_place(X, K, (K.shape[1], K.shape[0]), product)


@mistake(
    "corr2d",
    "The kernel's height serves for its width too: a kernel need not be square.",
)
def takes_the_height_for_the_width(X, K):
    return each_place(X, K, (K.shape[0], K.shape[0]), product)


@mistake(
    "corr2d",
    "Each patch is transposed before it meets the kernel: multiply it as it lies.",
)
def transposes_the_patch(X, K):
    return each_place(X, K, K.shape, lambda patch, K: patch.T * K)


@mistake(
    "corr2d",
    "Patch and kernel are multiplied as matrices: multiply entry by entry, * and not @.",
)
def multiplies_matrices(X, K):
    return each_place(X, K, K.shape, lambda patch, K: patch @ K)


@mistake(
    "corr2d",
    "The last row and the last column of places stay 0: a patch may end where the "
    "image ends, so the bound is <= and not <.",
)
def leaves_the_last_places_at_zero(X, K):
    H, W = X.shape
    return each_place(X, K, K.shape, product, lambda i, j: i < H and j < W)


@mistake(
    "corr2d",
    "The kernel is added to each patch: multiply.",
)
def adds_the_kernel(X, K):
    return each_place(X, K, K.shape, lambda patch, K: patch + K)


@mistake(
    "corr2d",
    "The kernel is read across, K[j, i], which leaves it where it is not square: "
    "K[i, j] meets X[r + i, c + j].",
)
def reads_the_kernel_across(X, K):
    kh, kw = K.shape
    h, w = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    Y = torch.zeros((h, w), dtype=X.dtype, device=X.device)
    for i in range(kh):
        for j in range(kw):
            Y = Y + K[j, i] * X[i : i + h, j : j + w]
    return Y


@mistake(
    "corr2d",
    "The products are averaged over the patch; cross-correlation sums them.",
)
def averages_the_patch(X, K):
    return corr2d(X, K) / K.numel()


@mistake(
    "corr2d",
    "Numbers taken out with .item(), .data or .numpy() leave the graph: keep tensors.",
)
def cuts_the_graph(X, K):
    return corr2d(X, K).detach()


@mistake(
    "corr2d",
    "The kernel's numbers are taken out of the graph, so the kernel can never learn.",
)
def cuts_the_kernel_from_the_graph(X, K):
    return corr2d(X, K.detach())


@mistake(
    "corr2d",
    "The result is made on the default device: make it with X.new_zeros or device=.",
)
def forgets_the_device(X, K):
    return patch_by_patch(X, K, X.dtype)


@mistake(
    "true_conv2d",
    "Without a flip this is cross-correlation: turn the kernel around on both axes.",
)
def flips_nothing(X, K):
    return corr2d(X, K)


@mistake(
    "true_conv2d",
    "Only the rows of the kernel change places: flip its columns as well.",
)
def flips_only_the_rows(X, K):
    return corr2d(X, K.flip(0))


@mistake(
    "true_conv2d",
    "Only the columns of the kernel change places: flip its rows as well.",
)
def flips_only_the_columns(X, K):
    return corr2d(X, K.flip(1))


@mistake(
    "true_conv2d",
    "A transpose mirrors the kernel along its diagonal; convolution flips both axes.",
)
def transposes_instead_of_flipping(X, K):
    return corr2d(X, K.T)


@mistake(
    "true_conv2d",
    "The image is flipped instead of the kernel, so the result comes out reversed.",
)
def flips_the_image(X, K):
    return corr2d(X.flip(0, 1), K)


@mistake(
    "true_conv2d",
    "The result is flipped, not the kernel: each sum still pairs the wrong entries.",
)
def flips_the_result(X, K):
    return corr2d(X, K).flip(0, 1)


@mistake(
    "true_conv2d",
    "Places where the kernel hangs over the edge are counted: keep the valid part.",
)
def returns_the_full_convolution(X, K):
    kh, kw = K.shape
    return corr2d(F.pad(X, (kw - 1, kw - 1, kh - 1, kh - 1)), K.flip(0, 1))


@mistake(
    "true_conv2d",
    "The image and the kernel are cast to 32-bit floats: keep the dtype of X.",
)
def convolves_in_float32(X, K):
    return patch_by_patch(X.float(), K.float().flip(0, 1))


@mistake(
    "true_conv2d",
    "A kernel that went through .numpy() or .tolist() left the graph: use flip.",
)
def flips_outside_the_graph(X, K):
    return corr2d(X, K.detach().flip(0, 1))


@mistake(
    "Conv2D",
    "The bias is called bais: it works until a state with the key bias is loaded.",
)
class MisspellsTheBias(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bais = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bais


@mistake(
    "Conv2D",
    "A plain tensor is neither saved nor learned: make weight and bias nn.Parameters.",
)
class KeepsPlainTensors(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight, self.bias = torch.rand(kernel_size), torch.zeros(1)

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


@mistake(
    "Conv2D",
    "A buffer is saved with the layer but never learns: make weight and bias "
    "nn.Parameters.",
)
class KeepsBuffers(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.register_buffer("weight", torch.randn(kernel_size))
        self.register_buffer("bias", torch.zeros(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


@mistake(
    "Conv2D",
    "The weight starts at zero and passes nothing back: draw it at random.",
)
class StartsAtZero(Conv2D):
    def __init__(self, kernel_size):
        super().__init__(kernel_size)
        nn.init.zeros_(self.weight)


@mistake(
    "Conv2D",
    "The bias is a parameter but never added: the output is corr2d(X, weight) + bias.",
)
class NeverAddsTheBias(Conv2D):
    def forward(self, X):
        return corr2d(X, self.weight)


@mistake(
    "Conv2D",
    "kernel_size is (height, width); the weight has the two swapped.",
)
class SwapsHeightAndWidth(Conv2D):
    def __init__(self, kernel_size):
        super().__init__(kernel_size[::-1])


@mistake(
    "Conv2D",
    "The bias has a number for each weight; one, of shape (1,), serves the channel.",
)
class GivesEachWeightABias(Conv2D):
    def __init__(self, kernel_size):
        super().__init__(kernel_size)
        self.bias = nn.Parameter(torch.zeros(kernel_size))


@mistake(
    "Conv2D",
    "The weight has nn.Conv2d's four axes; with one channel it is (kh, kw).",
)
class KeepsTheChannelAxes(Conv2D):
    def __init__(self, kernel_size):
        super().__init__(kernel_size)
        self.weight = nn.Parameter(torch.rand(1, 1, *kernel_size))


@mistake(
    "Conv2D",
    "The bias does not learn: leave requires_grad as nn.Parameter has it.",
)
class FreezesTheBias(Conv2D):
    def __init__(self, kernel_size):
        super().__init__(kernel_size)
        self.bias.requires_grad_(False)


@mistake(
    "Conv2D",
    "The weight is square, of the kernel's height: it is (kh, kw).",
)
class MakesASquareWeight(Conv2D):
    def __init__(self, kernel_size):
        super().__init__((kernel_size[0], kernel_size[0]))


@mistake(
    "Conv2D",
    "The bias is subtracted: the output is corr2d(X, weight) + bias.",
)
class SubtractsTheBias(Conv2D):
    def forward(self, X):
        return corr2d(X, self.weight) - self.bias


@mistake(
    "Conv2D",
    "The layer flips its weight; its output is the cross-correlation with it.",
)
class ConvolvesWithTheWeight(Conv2D):
    def forward(self, X):
        return corr2d(X, self.weight.flip(0, 1)) + self.bias


@mistake(
    "Conv2D",
    "forward computes outside the graph (.data, detach, no_grad), so nothing learns.",
)
class ReadsTheData(Conv2D):
    def forward(self, X):
        return corr2d(X, self.weight.data) + self.bias.data


@mistake(
    "Conv2D",
    "forward casts the image to 32-bit floats: keep the dtype of X.",
)
class CastsTheImage(Conv2D):
    def forward(self, X):
        return corr2d(X.float(), self.weight.float()) + self.bias.float()


@mistake(
    "Conv2D",
    "The constructor seeds torch's global generator: what is drawn later never varies.",
)
class ReseedsTheGenerator(Conv2D):
    def __init__(self, kernel_size):
        torch.manual_seed(0)
        super().__init__(kernel_size)


@mistake(
    "Conv2D",
    "The weight comes from a generator with a seed of its own, so every layer starts with the same weight: draw from torch's global generator.",
)
class MakesItsOwnGenerator(Conv2D):
    def __init__(self, kernel_size):
        super().__init__(kernel_size)
        own = torch.Generator().manual_seed(0)
        self.weight = nn.Parameter(torch.randn(kernel_size, generator=own))


def descend(X, Y, K, lr, steps, factor=2.0, momentum=0.0):
    """Return K after the steps; the slope of the sum of squares has the factor 2."""
    K, velocity = K.clone(), torch.zeros_like(K)
    for _ in range(steps):
        velocity = momentum * velocity + factor * corr2d(X, corr2d(X, K) - Y)
        K = K - lr * velocity
    return K


@mistake(
    "learn_kernel",
    "The steps go down the mean of the squares; the loss is their sum.",
)
def averages_the_loss(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps, 2 / Y.numel())


@mistake(
    "learn_kernel",
    "The slope lacks the factor 2 of the square: the loss has no 1/2 in front.",
)
def halves_the_loss(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps, 1.0)


@mistake(
    "learn_kernel",
    "The kernel climbs: a step goes against the slope, K - lr · dK.",
)
def climbs(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), -lr, steps)


@mistake(
    "learn_kernel",
    "Gradients add up in .grad from step to step: clear them before each backward.",
)
def lets_gradients_add_up(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps, momentum=1.0)


@mistake(
    "learn_kernel",
    "A leaf of the graph is changed in place while autograd watches: take the step "
    "under torch.no_grad().",
)
def changes_a_leaf_in_place(X, Y, kernel_size, lr, steps):
    K = X.new_zeros(kernel_size, requires_grad=True)
    for _ in range(steps):
        ((corr2d(X, K) - Y) ** 2).sum().backward()
        K -= lr * K.grad
        K.grad.zero_()
    return K.detach()


@mistake(
    "learn_kernel",
    "K = K - lr * K.grad makes a new tensor that is no leaf, whose .grad stays None: "
    "change K in place under torch.no_grad().",
)
def loses_the_leaf(X, Y, kernel_size, lr, steps):
    K = X.new_zeros(kernel_size, requires_grad=True)
    for _ in range(steps):
        ((corr2d(X, K) - Y) ** 2).sum().backward()
        K = K - lr * K.grad
    return K.detach()


@mistake(
    "learn_kernel",
    "The loss is divided by the number of weights: it is the sum over all outputs.",
)
def divides_by_the_weights(X, Y, kernel_size, lr, steps):
    K = X.new_zeros(kernel_size)
    return descend(X, Y, K, lr, steps, 2 / K.numel())


@mistake(
    "learn_kernel",
    "The steps use momentum; the task is plain gradient descent.",
)
def uses_momentum(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps, momentum=0.9)


@mistake(
    "learn_kernel",
    "The kernel starts at one; it must start at zero, so that every run is the same.",
)
def starts_at_one(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_ones(kernel_size), lr, steps)


@mistake(
    "learn_kernel",
    "One step is missing: range(1, steps) has steps - 1 turns.",
)
def stops_one_step_short(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps - 1)


@mistake(
    "learn_kernel",
    "One step too many: range(steps + 1) has steps + 1 turns.",
)
def takes_one_step_more(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps + 1)


@mistake(
    "learn_kernel",
    "A bias is learned beside the kernel and takes up part of Y: leave it out.",
)
def learns_a_bias_too(X, Y, kernel_size, lr, steps):
    K, b = X.new_zeros(kernel_size), X.new_zeros(1)
    for _ in range(steps):
        error = corr2d(X, K) + b - Y
        K, b = K - lr * 2 * corr2d(X, error), b - lr * 2 * error.sum()
    return K


@mistake(
    "learn_kernel",
    "The kernel is learned for true convolution, so it comes out flipped on both axes.",
)
def learns_the_flipped_kernel(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps).flip(0, 1)


@mistake(
    "learn_kernel",
    "The step size is a number in the code: use the argument lr.",
)
def ignores_lr(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), 0.03, steps)


@mistake(
    "learn_kernel",
    "The number of steps is a number in the code: use the argument steps.",
)
def ignores_steps(X, Y, kernel_size, lr, steps):
    return descend(X, Y, X.new_zeros(kernel_size), lr, 10)


@mistake(
    "learn_kernel",
    "The kernel is returned with its graph: detach it.",
)
def returns_the_parameter(X, Y, kernel_size, lr, steps):
    return nn.Parameter(descend(X, Y, X.new_zeros(kernel_size), lr, steps))


@mistake(
    "learn_kernel",
    "The kernel is learned in 32-bit floats: start it as zeros of X's dtype.",
)
def learns_in_float32(X, Y, kernel_size, lr, steps):
    X, Y = X.float(), Y.float()
    return descend(X, Y, X.new_zeros(kernel_size), lr, steps)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "corr2d": {
        "- h, w = X.shape[0] - kh + 1, X.shape[1] - kw + 1\n"
        "+ h, w = (X.shape[0] - kh + 1, X.shape[-1] - kw + 1)": "the same axis, counted from the other end",
        "- Y = X.new_zeros(h, w)\n"
        "+ Y = K.new_zeros(h, w)": "images and kernels share dtype and device",
    },
    "true_conv2d": {
        "- return corr2d(X, K.flip(0, 1))\n"
        "+ return corr2d(X, K.flip(1, 0))": "both axes are flipped, in either order",
        "- return corr2d(X, K.flip(0, 1))\n"
        "+ return corr2d(X, K.flip(0, -1))": "the same axis, counted from the other end",
    },
    "Conv2D": {
        "- self.weight = nn.Parameter(torch.randn(kh, kw) / (kh * kw) ** 0.5)": "what the weight starts at is free, if it is not zero",
        "- self.bias = nn.Parameter(torch.zeros(1))": "what the bias starts at is free",
    },
    "learn_kernel": {
        "- K = X.new_zeros(kernel_size, requires_grad=True)\n"
        "+ K = Y.new_zeros(kernel_size, requires_grad=True)": "images and kernels share dtype and device",
        "- loss = ((corr2d(X, K) - Y) ** 2).sum()\n"
        "+ loss = ((Y - corr2d(X, K)) ** 2).sum()": "the sign is lost in the square or the absolute value",
    },
}
