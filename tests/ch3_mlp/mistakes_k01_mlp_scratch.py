"""Wrong answers to a multilayer perceptron, rejected by the grader and named."""

from itertools import pairwise

import torch

from dojo.grading import mistake


def _relu(X):
    return torch.where(X > 0, X, 0.0)


@mistake("relu", "Negative entries change their sign and stay: they become 0.")
def takes_the_size(X):
    return X.abs()


@mistake(
    "relu",
    "The largest entry of all is compared with 0: compare each entry by itself.",
)
def takes_one_maximum_of_all(X):
    return X.max().clamp(min=0.0) + 0 * X


@mistake(
    "relu", "The negative entries stay and the positive ones become 0: keep the others."
)
def keeps_what_is_negative(X):
    return torch.where(X < 0, X, 0.0)


@mistake(
    "relu",
    "Below 0 a slope of {slope} is left: ReLU is flat there.",
    slope=[0.01, 0.1, 0.2],
)
def leaks(X, *, slope):
    return torch.where(X > 0, X, slope * X)


@mistake(
    "relu", "Entries above {top} are cut off: ReLU has no upper bound.", top=[1.0, 6.0]
)
def cuts_off_the_top(X, *, top):
    return X.clamp(max=top).mul(X > 0)


@mistake(
    "relu",
    "The slope at exactly 0 is 1, as clamp has it: ReLU's is 0 there, so let X > 0 decide.",
)
def has_a_slope_of_1_at_0(X):
    return X.clamp(min=0.0)


@mistake(
    "relu",
    "The slope at exactly 0 is 1/2, as torch.maximum has it: ReLU's is 0 there, so let X > 0 decide.",
)
def has_a_slope_of_a_half_at_0(X):
    return torch.maximum(X, torch.zeros_like(X))


@mistake(
    "relu", "This is the slope of ReLU, 0 or 1: return X itself where it is positive."
)
def returns_the_slope(X):
    return (X > 0).to(X.dtype)


@mistake(
    "relu",
    "The result is cut from the graph, so that nothing before it can learn: keep tensors.",
)
def cuts_relu_from_the_graph(X):
    return _relu(X.detach())


@mistake("relu", "The result is always of 32 bits: keep X's dtype.")
def casts_to_float32(X):
    return _relu(X.float())


@mistake(
    "relu",
    "X itself is changed, as X[X < 0] = 0 does, and it is not yours to change: make a new "
    "tensor, with torch.where for instance.",
)
def changes_x_in_place(X):
    X[X < 0] = 0
    return X


def _prelu(X, alpha):
    return torch.where(X > 0, X, alpha * X)


@mistake(
    "prelu",
    "The larger of X and alpha X is taken, which is right for an alpha up to 1 alone: decide by the sign of X.",
)
def takes_the_larger_line(X, alpha):
    return torch.where(alpha * X < X, X, alpha * X)


@mistake(
    "prelu",
    "The maximum of X and alpha X is taken, which is right for an alpha up to 1 alone, and has a slope between the two at exactly 0: decide by the sign of X.",
)
def takes_the_maximum_of_both_lines(X, alpha):
    return torch.maximum(X, alpha * X)


@mistake("prelu", "alpha is the slope above 0; it must be that below.")
def bends_the_positive_side(X, alpha):
    return torch.where(X > 0, alpha * X, X)


@mistake("prelu", "The slope below 0 is 0.01 whatever alpha is.")
def leaves_alpha_out(X, alpha):
    return torch.where(X > 0, X, 0.01 * X) + 0 * alpha


@mistake("prelu", "Below 0 stands alpha itself: multiply it by X.")
def returns_alpha_below_0(X, alpha):
    return torch.where(X > 0, X, torch.as_tensor(alpha, dtype=X.dtype))


@mistake(
    "prelu",
    "Below 0 the sign is turned: it is alpha X, not -alpha X.",
    halves=["chosen", "added"],
)
def turns_the_sign_below_0(X, alpha, *, halves):
    if halves == "added":
        return X.clamp(min=0) + alpha * X.clamp(max=0).abs()
    return torch.where(X > 0, X, -alpha * X)


@mistake(
    "prelu",
    "alpha X is added above 0 too: there X stays as it is.",
)
def adds_the_slope_everywhere(X, alpha):
    return _relu(X) + alpha * X


@mistake("prelu", "alpha is subtracted below 0: multiply.")
def subtracts_alpha(X, alpha):
    return torch.where(X > 0, X, X - alpha)


@mistake(
    "prelu",
    "alpha is taken out of the graph, so that it can never learn: leave it a tensor.",
)
def takes_alpha_out_of_the_graph(X, alpha):
    return _prelu(X, float(alpha))


@mistake(
    "prelu",
    "The slope at exactly 0 is 1; it is alpha there, so let X > 0 decide and not X >= 0.",
)
def has_a_slope_of_1_at_zero(X, alpha):
    return torch.where(X >= 0, X, alpha * X)


@mistake(
    "prelu",
    "At exactly 0 both clamped halves have a slope, so they add up to 1 + alpha: choose between two lines, by X > 0.",
)
def adds_both_slopes_at_0(X, alpha):
    return X.clamp(min=0.0) + alpha * X.clamp(max=0.0)


@mistake(
    "prelu",
    "At exactly 0 neither half has a slope; it is alpha there, so choose between two lines, by X > 0.",
)
def has_no_slope_at_0(X, alpha):
    return _relu(X) - alpha * _relu(-X)


@mistake(
    "collapse_affine",
    "b1 is left out of b: it passes through the second layer too, b1 @ W2.",
)
def forgets_the_first_bias(W1, b1, W2, b2):
    return W1 @ W2, b2.clone()


@mistake("collapse_affine", "b2 is left out of b: it is added after the second layer.")
def forgets_the_second_bias(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2


@mistake(
    "collapse_affine",
    "The two biases are added as they are: b1 goes through the second layer, b1 @ W2.",
)
def adds_the_biases(W1, b1, W2, b2):
    return W1 @ W2, b1 + b2


@mistake(
    "collapse_affine",
    "The second layer stands first, W2 @ W1: samples are rows here, and meet W1 first, so "
    "it is W1 @ W2.",
)
def puts_the_second_layer_first(W1, b1, W2, b2):
    return W2 @ W1, b1 @ W2 + b2


@mistake("collapse_affine", "b2 is subtracted; it is added.")
def subtracts_the_second_bias(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2 - b2


@mistake("collapse_affine", "W comes back transposed: an input is a row, (D, C).")
def transposes_the_weights(W1, b1, W2, b2):
    return (W1 @ W2).T, b1 @ W2 + b2


@mistake(
    "collapse_affine",
    "An activation stands between the layers here; without one they collapse, with one they do not.",
)
def bends_between(W1, b1, W2, b2):
    return _relu(W1) @ W2, _relu(b1) @ W2 + b2


@mistake("collapse_affine", "b has an axis too many: its shape is (C,).")
def returns_b_as_a_row(W1, b1, W2, b2):
    return W1 @ W2, b1[None] @ W2 + b2


@mistake("collapse_affine", "The bias comes first; the weights must.")
def returns_the_bias_first(W1, b1, W2, b2):
    return b1 @ W2 + b2, W1 @ W2


@mistake(
    "collapse_affine", "b is multiplied by both layers' weights: b1 meets W2 alone."
)
def sums_over_the_inputs(W1, b1, W2, b2):
    return W1 @ W2, (W1.sum(0) + b1) @ W2 + b2


def _init(sizes, std, generator, **wrong):
    """Draw as the reference does, but for the slips that `wrong` names."""
    params = []
    for fan_in, fan_out in pairwise(sizes):
        if "reseeds" in wrong:
            (generator or torch.default_generator).manual_seed(0)
        shape = (fan_out, fan_in) if "across" in wrong else (fan_in, fan_out)
        spread = wrong.get("spread", lambda std, n: std)(std, fan_in)
        W = wrong.get("draw", torch.randn)(shape, generator=generator) * spread
        b = wrong.get("bias", torch.zeros)(fan_out)
        params += [
            W.requires_grad_("weights" not in wrong),
            b.requires_grad_("biases" not in wrong),
        ]
    return params


@mistake(
    "init_mlp",
    "The weights are a product of the leaf that was drawn, so it and not they would learn: call requires_grad_ after the product.",
)
def returns_products(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    D, H, C = num_inputs, num_hiddens, num_outputs
    W1 = torch.randn(D, H, generator=generator, requires_grad=True) * std
    W2 = torch.randn(H, C, generator=generator, requires_grad=True) * std
    return [
        W1,
        torch.zeros(H, requires_grad=True),
        W2,
        torch.zeros(C, requires_grad=True),
    ]


@mistake(
    "init_mlp",
    "No parameter requires a gradient, so nothing can learn: call requires_grad_.",
)
def learns_nothing(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, weights=False, biases=False)


@mistake("init_mlp", "The biases do not require a gradient, so they cannot learn.")
def never_learns_the_biases(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    return _init((num_inputs, num_hiddens, num_outputs), std, generator, biases=False)


@mistake(
    "init_mlp", "std is taken for the variance: its root is no standard deviation."
)
def takes_std_for_the_variance(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, spread=lambda std, n: std**0.5)


@mistake("init_mlp", "The spread is std squared, the variance: multiply by std itself.")
def multiplies_by_the_variance(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, spread=lambda std, n: std**2)


@mistake("init_mlp", "The spread is 0.01 whatever std says.")
def leaves_std_out(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, spread=lambda std, n: 0.01)


@mistake(
    "init_mlp",
    "The weights have a standard deviation of 1 whatever std says: multiply the draws by std.",
)
def draws_with_a_spread_of_1(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, spread=lambda std, n: 1.0)


@mistake(
    "init_mlp", "std is divided by the root of the inputs: the spread is std itself."
)
def divides_std_by_the_inputs(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, spread=lambda std, n: std / n**0.5)


@mistake(
    "init_mlp", "All weights start equal, and what starts equal stays equal: draw each."
)
def starts_all_weights_equal(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, draw=lambda shape, generator: torch.ones(shape))


@mistake(
    "init_mlp", "The draws are uniform from 0 to std: they must be normal, with mean 0."
)
def draws_uniformly(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    return _init(
        (num_inputs, num_hiddens, num_outputs), std, generator, draw=torch.rand
    )


@mistake(
    "init_mlp",
    "The draws are uniform, with the right spread but no tails: they must be normal.",
)
def draws_from_a_box(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    def draw(shape, generator):
        return 12**0.5 * (torch.rand(shape, generator=generator) - 0.5)

    return _init((num_inputs, num_hiddens, num_outputs), std, generator, draw=draw)


@mistake(
    "init_mlp",
    "W2 is not multiplied by std: both weight matrices have that spread.",
)
def scales_the_first_layer_alone(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    first = iter([std, 1.0])
    return _init(sizes, std, generator, spread=lambda std, n: next(first))


@mistake("init_mlp", "The biases are drawn; they start at 0.")
def draws_the_biases(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    def bias(n):
        return std * torch.randn(n, generator=generator)

    return _init((num_inputs, num_hiddens, num_outputs), std, generator, bias=bias)


@mistake(
    "init_mlp",
    "The weights are (outputs, inputs), as nn.Linear stores them; here an input is a row, (inputs, outputs).",
)
def stores_weights_as_linear_does(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    return _init((num_inputs, num_hiddens, num_outputs), std, generator, across=True)


@mistake("init_mlp", "The biases are rows, (1, H) and (1, C); they have one axis.")
def makes_rows_of_biases(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    sizes = (num_inputs, num_hiddens, num_outputs)
    return _init(sizes, std, generator, bias=lambda n: torch.zeros(1, n))


@mistake("init_mlp", "The weights come before the biases: the order is W1, b1, W2, b2.")
def puts_the_weights_first(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    W1, b1, W2, b2 = _init((num_inputs, num_hiddens, num_outputs), std, generator)
    return [W1, W2, b1, b2]


@mistake("init_mlp", "The parameters come as a tuple; a list is due.")
def returns_a_tuple(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    return tuple(_init((num_inputs, num_hiddens, num_outputs), std, generator))


@mistake(
    "init_mlp", "The draws do not come from the generator that was given: hand it on."
)
def ignores_the_generator(
    num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None
):
    return _init((num_inputs, num_hiddens, num_outputs), std, None)


@mistake(
    "init_mlp",
    "A seed is set inside, so every net starts with the same weights: draw from the generator as it comes.",
)
def sets_a_seed(num_inputs, num_hiddens, num_outputs, *, std=0.01, generator=None):
    return _init((num_inputs, num_hiddens, num_outputs), std, generator, reseeds=True)


def _mlp(X, params, **wrong):
    """Compute as the reference does, but for the slips that `wrong` names."""
    W1, b1, W2, b2 = params
    X = wrong.get("flat", lambda X: X.reshape(len(X), -1))(X)
    if "before" in wrong:
        X = _relu(X)
    Z = X @ W1 if "no b1" in wrong else X @ W1 + b1
    hidden = wrong.get("bend", _relu)(Z)
    logits = hidden @ W2 if "no b2" in wrong else hidden @ W2 + b2
    return wrong.get("end", lambda Z: Z)(logits)


@mistake(
    "mlp", "There is no activation between the layers, so the two are one affine map."
)
def forgets_to_bend(X, params):
    return _mlp(X, params, bend=lambda Z: Z)


@mistake(
    "mlp", "The activation follows the second layer too, so no logit can be negative."
)
def activates_the_logits(X, params):
    return _mlp(X, params, end=_relu)


@mistake(
    "mlp", "The activation follows the second layer alone: it belongs between the two."
)
def activates_the_logits_alone(X, params):
    return _mlp(X, params, bend=lambda Z: Z, end=_relu)


@mistake("mlp", "Softmax at the end: the loss takes logits and applies it itself.")
def ends_in_softmax(X, params):
    return _mlp(X, params, end=lambda Z: Z.softmax(1))


@mistake("mlp", "Log-softmax at the end: the loss takes logits and applies it itself.")
def ends_in_log_softmax(X, params):
    return _mlp(X, params, end=lambda Z: Z.log_softmax(1))


@mistake("mlp", "Sigmoid at the end: return what the second layer gives.")
def ends_in_sigmoid(X, params):
    return _mlp(X, params, end=torch.sigmoid)


@mistake("mlp", "The hidden units are sigmoids; ReLU is due.")
def bends_by_sigmoid(X, params):
    return _mlp(X, params, bend=torch.sigmoid)


@mistake("mlp", "The hidden units are tanh; ReLU is due.")
def bends_by_tanh(X, params):
    return _mlp(X, params, bend=torch.tanh)


@mistake("mlp", "b1 is left out: add it before the activation.")
def leaves_b1_out(X, params):
    return _mlp(X, params, **{"no b1": True})


@mistake("mlp", "b2 is left out: add it to the logits.")
def leaves_b2_out(X, params):
    return _mlp(X, params, **{"no b2": True})


@mistake("mlp", "b1 is added after the activation: add it before, it moves the bend.")
def adds_b1_after_the_bend(X, params):
    b1 = params[1]
    return _mlp(X, params, bend=lambda Z: _relu(Z - b1) + b1)


@mistake(
    "mlp", "The input goes through the activation first: it bends between the layers."
)
def activates_the_input(X, params):
    return _mlp(X, params, before=True)


@mistake(
    "mlp",
    "The input goes through the activation and the hidden units do not, so the layers are one affine map of relu(X): bend between them.",
)
def activates_the_input_alone(X, params):
    return _mlp(X, params, before=True, bend=lambda Z: Z)


@mistake("mlp", "Images are not made rows: keep the batch axis and flatten the rest.")
def never_flattens(X, params):
    return _mlp(X, params, flat=lambda X: X)


@mistake(
    "mlp",
    "Every sample is taken to have {size} numbers: keep the batch axis, and flatten what "
    "there is, X.reshape(len(X), -1).",
    size=[784, 1024],
)
def fixes_the_pixels(X, params, *, size):
    return _mlp(X, params, flat=lambda X: X.reshape(-1, size))


@mistake(
    "mlp",
    "The pixels of an image are read column by column: read row by row, as reshape does.",
)
def reads_column_by_column(X, params):
    return _mlp(
        X,
        params,
        flat=lambda X: X.transpose(-1, -2).reshape(len(X), -1) if X.dim() == 4 else X,
    )


@mistake("mlp", "The logits are cut from the graph, so that nothing can learn.")
def cuts_the_logits_from_the_graph(X, params):
    return _mlp(X, params).detach()


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "init_mlp": {
        "- def init_mlp(\n"
        "- num_inputs: int,\n"
        "- num_hiddens: int,\n"
        "- num_outputs: int,\n"
        "- *,\n"
        "- std: float = 0.01,\n"
        "- generator: torch.Generator | None = None,\n"
        "- ) -> list[Tensor]:\n"
        "+ def init_mlp(num_inputs: int, num_hiddens: int, num_outputs: int, *, std: float=-0.01, generator: torch.Generator | None=None) -> list[Tensor]:": "a draw with its sign turned is as likely",
    },
}
