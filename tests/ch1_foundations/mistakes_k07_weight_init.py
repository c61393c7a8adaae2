"""Wrong answers to initialization that the grader must reject and the dojo can name."""

from itertools import pairwise

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k01_activations import relu, tanh
from solutions.ch1_foundations.k07_weight_init import init_std

ACTIVATE = {"tanh": tanh, "identity": lambda z: z, "relu": relu}


def network(layer_dims, activation, W_of, b_of=lambda n_out: np.zeros((n_out, 1))):
    """Return parameters, a layer's from W_of(std, n_out, n_in) and b_of(n_out)."""
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(layer_dims), 1):
        params[f"W{layer}"] = W_of(init_std(n_in, activation), n_out, n_in)
        params[f"b{layer}"] = b_of(n_out)
    return params


def pass_on(x, depth, W_of, activation, spread=np.std, g=None):
    """Return the spread of each layer's z for weights W_of() and activation g."""
    A, stds = x, []
    for _ in range(depth):
        Z = W_of() @ A
        stds.append(float(spread(Z)))
        A = (g or ACTIVATE[activation])(Z)
    return stds


def draws(x, std, rng):
    """Return what draws a square weight matrix."""
    return lambda: std * rng.standard_normal((len(x), len(x)))


def random_biases(arguments, returned):
    """Return how many unequal numbers each bias has, if they are no constants."""
    if not isinstance(returned, dict):
        return None
    biases = [b for name, b in returned.items() if name[:1] == "b"]
    unequal = np.array([np.unique(b).size for b in biases])
    return unequal if np.any(unequal > 1) else None


@mistake(
    "deep_linear_gain",
    "Depth multiplies here; each layer multiplies by w, so w is raised to the power "
    "of depth.",
)
def multiplies_by_depth(w, depth):
    return w * depth


@mistake(
    "deep_linear_gain",
    "Base and exponent are swapped: it is w to the power of depth.",
)
def raises_depth_to_w(w, depth):
    return depth**w


@mistake(
    "deep_linear_gain",
    "One layer is left out: depth layers multiply depth times.",
)
def leaves_one_layer_out(w, depth):
    return w ** (depth - 1)


@mistake("deep_linear_gain", "One layer too many: depth layers multiply depth times.")
def counts_one_layer_too_many(w, depth):
    return w ** (depth + 1)


@mistake(
    "deep_linear_gain",
    "The sign is lost: with negative w an odd number of layers turns the signal round.",
)
def drops_the_sign(w, depth):
    return abs(w) ** depth


@mistake("init_std", "This is the variance; the standard deviation is its square root.")
def returns_the_variance(fan_in, activation):
    return init_std(fan_in, activation) ** 2


@mistake(
    "init_std",
    "ReLU lets half of the signal through and needs twice the variance: 2 / fan_in.",
)
def treats_relu_like_tanh(fan_in, activation):
    return init_std(fan_in, "tanh" if activation == "relu" else activation)


@mistake(
    "init_std",
    "2 / fan_in is for ReLU alone: tanh and the identity take 1 / fan_in.",
)
def treats_tanh_like_relu(fan_in, activation):
    return init_std(fan_in, "relu" if activation in ACTIVATE else activation)


@mistake(
    "init_std",
    "The factors are swapped: 2 / fan_in is for ReLU, 1 / fan_in for tanh and the "
    "identity.",
)
def swaps_the_factors(fan_in, activation):
    swapped = {"relu": "tanh", "tanh": "relu", "identity": "relu"}
    return init_std(fan_in, swapped.get(activation, activation))


@mistake(
    "init_std",
    "The root covers only the factor: it is sqrt(2 / fan_in), not sqrt(2) / fan_in.",
)
def takes_no_root_of_fan_in(fan_in, activation):
    return init_std(1, activation) / fan_in


@mistake(
    "init_std",
    "5/3 is the gain that torch recommends for tanh; here tanh has a variance of 1 / "
    "fan_in.",
)
def takes_the_gain_of_torch(fan_in, activation):
    gain = 5 / 3 if activation == "tanh" else 1.0
    return gain * init_std(fan_in, activation)


@mistake(
    "init_std",
    "This is the bound of a uniform distribution; the standard deviation is smaller "
    "by the square root of 3.",
)
def returns_the_uniform_bound(fan_in, activation):
    return float(np.sqrt(3)) * init_std(fan_in, activation)


@mistake(
    "init_std",
    "fan_in is left out: the variance is 1 or 2 divided by it.",
)
def leaves_out_fan_in(fan_in, activation):
    return init_std(1, activation)


@mistake(
    "init_std",
    "The standard deviation grows with fan_in here: the variance is 1 or 2 divided by "
    "it.",
)
def grows_with_fan_in(fan_in, activation):
    return init_std(1, activation) * float(np.sqrt(fan_in))


@mistake(
    "xavier_uniform_bound",
    "6 / fan_in + fan_out divides first: the sum of the fans needs brackets.",
)
def forgets_the_brackets(fan_in, fan_out, gain=1.0):
    return float(gain * np.sqrt(6 / fan_in + fan_out))


@mistake(
    "xavier_uniform_bound",
    "The gain is squared; it multiplies the bound as it is.",
)
def squares_the_gain(fan_in, fan_out, gain=1.0):
    return float(gain**2 * np.sqrt(6 / (fan_in + fan_out)))


@mistake(
    "xavier_uniform_bound",
    "The fans are multiplied; 6 is divided by their sum.",
)
def multiplies_the_fans(fan_in, fan_out, gain=1.0):
    return float(gain * np.sqrt(6 / (fan_in * fan_out)))


@mistake(
    "xavier_uniform_bound",
    "This is the standard deviation; a uniform distribution from -a to a has variance "
    "a² / 3, so a is larger by the square root of 3.",
)
def takes_std_for_the_bound(fan_in, fan_out, gain=1.0):
    return float(gain * np.sqrt(2 / (fan_in + fan_out)))


@mistake(
    "xavier_uniform_bound",
    "The root is missing: 6 / (fan_in + fan_out) is the bound squared.",
)
def takes_no_root(fan_in, fan_out, gain=1.0):
    return gain * 6 / (fan_in + fan_out)


@mistake(
    "xavier_uniform_bound",
    "Only fan_in counts here; Xavier balances the forward pass, fan_in, and the "
    "backward pass, fan_out.",
)
def forgets_fan_out(fan_in, fan_out, gain=1.0):
    return float(gain * np.sqrt(3 / fan_in))


@mistake(
    "xavier_uniform_bound",
    "6 belongs to the sum of fan_in and fan_out, 3 to their mean.",
)
def takes_three_over_the_sum(fan_in, fan_out, gain=1.0):
    return float(gain * np.sqrt(3 / (fan_in + fan_out)))


@mistake("xavier_uniform_bound", "The gain is left out; it multiplies the bound.")
def forgets_the_gain(fan_in, fan_out, gain=1.0):
    return float(np.sqrt(6 / (fan_in + fan_out)))


@mistake(
    "xavier_uniform_bound",
    "The gain stands under the root; it multiplies the bound, not its square.",
)
def puts_the_gain_under_the_root(fan_in, fan_out, gain=1.0):
    return float(np.sqrt(6 * gain / (fan_in + fan_out)))


@mistake(
    "init_params",
    "The weights have standard deviation 1 whatever the layer's size: multiply by "
    "init_std(n_in, activation).",
)
def draws_weights_of_std_one(layer_dims, activation, rng):
    return network(
        layer_dims, activation, lambda std, *shape: rng.standard_normal(shape)
    )


@mistake(
    "init_params",
    "0.01 for every layer fits no size but one: multiply by init_std(n_in, "
    "activation).",
)
def scales_by_a_hundredth(layer_dims, activation, rng):
    return network(
        layer_dims, activation, lambda std, *shape: 0.01 * rng.standard_normal(shape)
    )


@mistake(
    "init_params",
    "The variance is taken of n_l, the units of the layer; each z is a sum over its "
    "n_{l-1} inputs.",
)
def takes_fan_out_for_fan_in(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return init_std(n_out, activation) * rng.standard_normal((n_out, n_in))

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The variance is 1 / n_{l-1} whatever the activation; relu needs 2 / n_{l-1}.",
)
def scales_relu_like_tanh(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The variance is 2 / n_{l-1} whatever the activation, which is for relu alone.",
)
def scales_tanh_like_relu(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The root covers only the factor: divide by sqrt(n_{l-1}), not by n_{l-1}.",
)
def divides_by_n_without_a_root(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return init_std(1, activation) * rng.standard_normal((n_out, n_in)) / n_in

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The variance is 2 / (n_{l-1} + n_l), which is Xavier's; here only the inputs "
    "count, and relu needs twice as much as tanh.",
)
def takes_the_mean_of_both_fans(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The draws are uniform from 0 to 1, so that no weight is negative: draw standard "
    "normal numbers.",
)
def draws_from_zero_to_one(layer_dims, activation, rng):
    return network(layer_dims, activation, lambda std, *shape: std * rng.random(shape))


@mistake(
    "init_params",
    "A generator with a fixed seed is made at each call, so all networks start with "
    "the same weights: draw from the rng that is given.",
)
def seeds_a_generator_of_its_own(layer_dims, activation, rng):
    own = np.random.default_rng(0)
    return network(
        layer_dims, activation, lambda std, *shape: std * own.standard_normal(shape)
    )


@mistake(
    "init_params",
    "The inputs of the first layer scale all layers: each has its own, n_{l-1}.",
)
def scales_all_layers_by_the_first(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return init_std(layer_dims[0], activation) * rng.standard_normal((n_out, n_in))

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The variance serves as the standard deviation: take its square root.",
)
def scales_by_the_variance(layer_dims, activation, rng):
    return network(
        layer_dims, activation, lambda std, *shape: std**2 * rng.standard_normal(shape)
    )


@mistake(
    "init_params",
    "W is transposed: it has a row for each unit and a column for each input, (n_l, "
    "n_{l-1}).",
)
def transposes_the_weights(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return std * rng.standard_normal((n_in, n_out))

    return network(layer_dims, activation, W_of)


@mistake("init_params", "b is flat: as a column, (n_l, 1), it is added to each sample.")
def makes_flat_biases(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return std * rng.standard_normal((n_out, n_in))

    return network(layer_dims, activation, W_of, np.zeros)


@mistake(
    "init_params",
    "The biases are random; they start at 0, since the weights already tell the units "
    "apart.",
    view=random_biases,
)
def draws_the_biases(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return std * rng.standard_normal((n_out, n_in))

    return network(
        layer_dims, activation, W_of, lambda n_out: rng.standard_normal((n_out, 1))
    )


@mistake(
    "init_params",
    "All weights are 0: then every unit of a layer computes the same and learns the "
    "same.",
)
def starts_with_weights_of_zero(layer_dims, activation, rng):
    return network(layer_dims, activation, lambda std, *shape: np.zeros(shape))


@mistake("init_params", "The weights are uniform; the draws are to be normal.")
def draws_uniform_weights(layer_dims, activation, rng):
    def W_of(std, *shape):
        return rng.uniform(-std * np.sqrt(3), std * np.sqrt(3), shape)

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The weights come from a global generator, so no seed brings a run back: draw from "
    "the rng that is given.",
)
def asks_a_global_generator(layer_dims, activation, rng):
    return network(
        layer_dims, activation, lambda std, *shape: std * np.random.randn(*shape)
    )


@mistake(
    "init_params",
    "One row of weights serves all units of a layer, so they learn the same: draw "
    "each unit's own.",
)
def gives_all_units_the_same_weights(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return np.repeat(std * rng.standard_normal((1, n_in)), n_out, axis=0)

    return network(layer_dims, activation, W_of)


@mistake(
    "init_params",
    "The last layer is scaled as if nothing came after it; it takes the same init_std "
    "as the others.",
)
def treats_the_last_layer_as_linear(layer_dims, activation, rng):
    params = network(
        layer_dims, activation, lambda std, *shape: std * rng.standard_normal(shape)
    )
    last = f"W{len(layer_dims) - 1}"
    n_in = layer_dims[-2]
    params[last] *= init_std(n_in, "identity") / init_std(n_in, activation)
    return params


@mistake(
    "init_params",
    "The layers are counted from 0: W1 and b1 are those of the first layer, whose "
    "units come after the inputs.",
)
def counts_the_layers_from_zero(layer_dims, activation, rng):
    def W_of(std, n_out, n_in):
        return std * rng.standard_normal((n_out, n_in))

    params = network(layer_dims, activation, W_of)
    return {f"{name[0]}{int(name[1:]) - 1}": p for name, p in params.items()}


@mistake(
    "propagate_std",
    "One weight matrix serves all layers: draw a new one for each.",
)
def keeps_one_weight_matrix(x, depth, std_fn, activation, rng):
    W = draws(x, std_fn(len(x)), rng)()
    return pass_on(x, depth, lambda: W, activation)


@mistake(
    "propagate_std",
    "The activation is left out: z goes into the next layer as it is.",
)
def leaves_out_the_activation(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    return pass_on(x, depth, W_of, activation, g=lambda z: z)


@mistake(
    "propagate_std",
    "Every layer is given x: from the second on a layer's input is the activation of "
    "the layer before.",
)
def gives_x_to_every_layer(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    return [float(np.std(W_of() @ x)) for _ in range(depth)]


@mistake("propagate_std", "The spread is taken after the activation; it is that of z.")
def measures_after_the_activation(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    spread = lambda Z: ACTIVATE[activation](Z).std()  # noqa: E731  # goes in place of std
    return pass_on(x, depth, W_of, activation, spread)


@mistake(
    "propagate_std",
    "The spread of each layer's input is taken, so the list begins with x; it is that "
    "of z.",
)
def measures_before_the_product(x, depth, std_fn, activation, rng):
    W_of, g = draws(x, std_fn(len(x)), rng), ACTIVATE[activation]
    later = pass_on(x, depth - 1, W_of, activation, lambda Z: np.std(g(Z)))
    return [float(x.std()), *later]


@mistake(
    "propagate_std",
    "The variances are returned; the standard deviation is the square root.",
)
def returns_variances(x, depth, std_fn, activation, rng):
    return pass_on(x, depth, draws(x, std_fn(len(x)), rng), activation, np.var)


@mistake(
    "propagate_std",
    "The spread of each sample is taken, and then their mean; it is over all units and "
    "samples at once.",
)
def averages_over_the_samples(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    return pass_on(x, depth, W_of, activation, lambda Z: Z.std(axis=0).mean())


@mistake(
    "propagate_std",
    "The spread of each unit is taken, and then their mean; it is over all units and "
    "samples at once.",
)
def averages_over_the_units(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    return pass_on(x, depth, W_of, activation, lambda Z: Z.std(axis=1).mean())


@mistake(
    "propagate_std",
    "This is the root mean square; the standard deviation measures from the mean.",
)
def returns_the_root_mean_square(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    return pass_on(x, depth, W_of, activation, lambda Z: np.sqrt(np.mean(Z**2)))


@mistake(
    "propagate_std",
    "std_fn gives a standard deviation, and this takes it for a variance: draw with "
    "scale std_fn(n), not its root.",
)
def takes_std_fn_for_a_variance(x, depth, std_fn, activation, rng):
    return pass_on(x, depth, draws(x, np.sqrt(std_fn(len(x))), rng), activation)


@mistake(
    "propagate_std",
    "The weights are not scaled: multiply the standard normal draws by std_fn(n).",
)
def leaves_the_weights_unscaled(x, depth, std_fn, activation, rng):
    std_fn(len(x))
    return pass_on(x, depth, draws(x, 1.0, rng), activation)


@mistake(
    "propagate_std",
    "The number of samples goes into std_fn; the fan-in of every layer is the number "
    "of rows, n.",
)
def takes_the_samples_for_fan_in(x, depth, std_fn, activation, rng):
    return pass_on(x, depth, draws(x, std_fn(x.shape[1]), rng), activation)


@mistake(
    "propagate_std",
    "The activation is applied to x before the first layer; it comes after each layer.",
)
def activates_the_input(x, depth, std_fn, activation, rng):
    W_of = draws(x, std_fn(len(x)), rng)
    return pass_on(ACTIVATE[activation](x), depth, W_of, activation)


@mistake(
    "propagate_std",
    "A generator with a fixed seed is made at each call, so every run gives the same "
    "numbers: draw from the rng that is given.",
)
def runs_on_a_seed_of_its_own(x, depth, std_fn, activation, rng):
    own = np.random.default_rng(0)
    return pass_on(x, depth, draws(x, std_fn(len(x)), own), activation)


@mistake(
    "propagate_std",
    "The weights are uniform from 0 to 1 times std_fn(n): draw standard normal numbers.",
)
def propagates_draws_from_zero_to_one(x, depth, std_fn, activation, rng):
    n, std = len(x), std_fn(len(x))
    return pass_on(x, depth, lambda: std * rng.random((n, n)), activation)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "init_std": {
        '- known = ", ".join(variances)\n'
        "+ known = variances": "the words of an error are free",
        '- known = ", ".join(variances)\n'
        "+ known = ', '": "the words of an error are free",
        '- known = ", ".join(variances)\n'
        "+ known = ', '.join(activation)": "the words of an error are free",
    },
    "propagate_std": {
        "- Z = std_fn(n) * rng.standard_normal((n, n)) @ A\n"
        "+ Z = std_fn(n) * (rng.standard_normal((n, n)) @ A)": "the same product, in other brackets",
    },
}
