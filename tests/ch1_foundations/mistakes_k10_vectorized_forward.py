"""Wrong answers to the forward pass, rejected by the grader and named by the dojo."""

from itertools import pairwise
from math import prod

import numpy as np

from dojo.grading import mistake


def shapes(layer_dims, W, b, first=1):
    """Return shapes of all layers, from the shape of W and of b for two sizes."""
    found = {}
    for layer, sizes in enumerate(pairwise(layer_dims), start=first):
        found |= {f"W{layer}": W(*sizes), f"b{layer}": b(*sizes)}
    return found


def matrix(n_in, n_out):
    return n_out, n_in


def column(n_in, n_out):
    return n_out, 1


@mistake(
    "param_shapes",
    "W has a row for each unit and a column for each of its inputs, (n_l, n_{l-1}); here the two are swapped.",
)
def puts_inputs_in_the_rows(layer_dims):
    return shapes(layer_dims, lambda n_in, n_out: (n_in, n_out), column)


@mistake(
    "param_shapes",
    "A bias of shape (n_l,) would line up with the samples: give it a second axis, (n_l, 1).",
)
def gives_biases_one_axis(layer_dims):
    return shapes(layer_dims, matrix, lambda n_in, n_out: (n_out,))


@mistake(
    "param_shapes",
    "A bias of shape (1, n_l) fits data in rows; where a sample is a column, b is (n_l, 1).",
)
def lays_biases_down(layer_dims):
    return shapes(layer_dims, matrix, lambda n_in, n_out: (1, n_out))


@mistake(
    "param_shapes",
    "A bias belongs to a unit, not to an input: layer l has n_l of them.",
)
def gives_each_input_a_bias(layer_dims):
    return shapes(layer_dims, matrix, lambda n_in, n_out: (n_in, 1))


@mistake(
    "param_shapes",
    "The layers are counted from 0; the first that has parameters is layer 1.",
)
def counts_layers_from_zero(layer_dims):
    return shapes(layer_dims, matrix, column, first=0)


@mistake(
    "param_shapes",
    "The layers are counted from 2, as if the input were layer 1: the input is layer 0.",
)
def counts_the_input_as_a_layer(layer_dims):
    return shapes(layer_dims, matrix, column, first=2)


@mistake(
    "param_shapes",
    "The output layer is missing: n + 1 sizes make n layers.",
)
def leaves_out_the_last_layer(layer_dims):
    return shapes(layer_dims[:-1], matrix, column)


@mistake(
    "param_shapes",
    "Only weight matrices are listed: each layer has biases too, of shape (n_l, 1).",
)
def lists_weights_alone(layer_dims):
    found = shapes(layer_dims, matrix, column)
    return {name: shape for name, shape in found.items() if name.startswith("W")}


@mistake(
    "param_shapes",
    "Every layer has a column for each input of the network; it has one for each unit of the layer before.",
)
def lets_every_layer_read_the_input(layer_dims):
    n_x = layer_dims[0]
    return shapes(layer_dims, lambda _, n_out: (n_out, n_x), column)


@mistake(
    "param_shapes",
    "The letters are small: a matrix of weights is W, a column of biases is b.",
)
def writes_a_small_w(layer_dims):
    found = shapes(layer_dims, matrix, column)
    return {name.lower(): shape for name, shape in found.items()}


@mistake(
    "param_shapes",
    "A network of two layers is taken for granted; there is one for each neighboring pair of sizes.",
)
def takes_two_layers_for_granted(layer_dims):
    n_x, n_1, *_ = layer_dims
    first = {"W1": (n_1, n_x), "b1": (n_1, 1)}
    return first | {"W2": (layer_dims[-1], layer_dims[-2]), "b2": (layer_dims[-1], 1)}


@mistake(
    "param_shapes",
    "The shapes are lists; a shape is a tuple, (n_l, n_{l-1}).",
)
def returns_lists(layer_dims):
    found = shapes(layer_dims, matrix, column)
    return {name: list(shape) for name, shape in found.items()}


@mistake(
    "param_shapes",
    "The arrays themselves come back; what is asked for is their shapes.",
)
def returns_arrays(layer_dims):
    found = shapes(layer_dims, matrix, column)
    return {name: np.zeros(shape) for name, shape in found.items()}


@mistake(
    "param_shapes",
    "Only layer 1 is listed: a return inside the loop ends it after one round.",
)
def stops_after_the_first_layer(layer_dims):
    return shapes(layer_dims[:2], matrix, column)


@mistake(
    "count_parameters",
    "Only weights are counted: each unit of a layer has a bias as well.",
)
def counts_weights_alone(layer_dims):
    return sum(n_in * n_out for n_in, n_out in pairwise(layer_dims))


@mistake(
    "count_parameters",
    "The inputs are counted among the biases: only units of the layers from 1 on have one.",
)
def gives_inputs_biases(layer_dims):
    return counts_weights_alone(layer_dims) + sum(layer_dims)


@mistake(
    "count_parameters",
    "A layer has as many biases as units; here it has one in all.",
)
def gives_a_layer_one_bias(layer_dims):
    return sum(n_in * n_out + 1 for n_in, n_out in pairwise(layer_dims))


@mistake(
    "count_parameters",
    "A layer has as many biases as units; here it has one for each input.",
)
def counts_a_bias_for_each_input(layer_dims):
    return sum(n_in * n_out + n_in for n_in, n_out in pairwise(layer_dims))


@mistake(
    "count_parameters",
    "These are the sizes added up, the units; what is learned is their weights and biases.",
)
def counts_the_units(layer_dims):
    return sum(layer_dims)


@mistake(
    "count_parameters",
    "Only layer 1 is counted: a return inside the loop ends it after one round.",
)
def ends_after_the_first_layer(layer_dims):
    return (layer_dims[0] + 1) * layer_dims[1]


@mistake(
    "count_parameters",
    "The units from layer 1 on are counted, that is the biases; each unit has weights too.",
)
def counts_biases_alone(layer_dims):
    return sum(layer_dims[1:])


@mistake(
    "count_parameters",
    "All sizes are multiplied; only neighbors are joined by weights, and layers add up.",
)
def multiplies_all_sizes(layer_dims):
    return prod(layer_dims)


@mistake(
    "count_parameters",
    "The arrays are counted, not the numbers that stand in them.",
)
def counts_the_arrays(layer_dims):
    return 2 * (len(layer_dims) - 1)


@mistake(
    "count_parameters",
    "The weights and biases of the last layer are missing.",
)
def leaves_out_the_output(layer_dims):
    return sum(n_in * n_out + n_out for n_in, n_out in pairwise(layer_dims[:-1]))


@mistake(
    "neuron_forward",
    "The bias is missing: it is added to the weighted sum before the activation.",
)
def forgets_the_bias(w, b, x, g):
    return float(g(w.T @ x)[0, 0])


@mistake(
    "neuron_forward",
    "The bias is added to the activation; it belongs to the sum inside.",
)
def adds_the_bias_outside(w, b, x, g):
    return float(g(w.T @ x)[0, 0] + b)


@mistake(
    "neuron_forward",
    "The weighted sum comes back as it is: the activation g is missing.",
)
def forgets_the_activation(w, b, x, g):
    return float((w.T @ x)[0, 0] + b)


@mistake(
    "neuron_forward",
    "The bias is added to every product and so counts n_x times; add it once, to the sum.",
)
def adds_the_bias_to_each_product(w, b, x, g):
    return float(g(np.sum(w * x + b)))


@mistake(
    "neuron_forward",
    "Each product is activated by itself; a neuron adds up first and bends once.",
)
def activates_each_product(w, b, x, g):
    return float(np.sum(g(w * x + b)))


@mistake(
    "neuron_forward",
    "The products are averaged; a neuron adds them up.",
)
def averages_the_products(w, b, x, g):
    return float(g(np.mean(w * x) + b))


@mistake(
    "neuron_forward",
    "The bias is subtracted, as a threshold; here it is added.",
)
def subtracts_the_bias(w, b, x, g):
    return float(g(np.sum(w * x) - b))


@mistake(
    "neuron_forward",
    "An array of shape (1, 1) comes back; take the number out of it.",
)
def returns_a_matrix(w, b, x, g):
    return g(w.T @ x + b)


@mistake(
    "neuron_forward",
    "A column comes back, a number for each input: the products are not added up.",
)
def returns_a_column(w, b, x, g):
    return g(w * x + b)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0.0)


@mistake(
    "neuron_forward",
    "A sigmoid is applied; the activation is what is given as g.",
)
def always_takes_the_sigmoid(w, b, x, g):
    return float(sigmoid((w.T @ x)[0, 0] + b))


@mistake(
    "neuron_forward",
    "tanh is applied; the activation is what is given as g.",
)
def always_takes_tanh(w, b, x, g):
    return float(np.tanh((w.T @ x)[0, 0] + b))


@mistake(
    "neuron_forward",
    "A ReLU is applied; the activation is what is given as g.",
)
def always_takes_a_relu(w, b, x, g):
    return float(relu((w.T @ x)[0, 0] + b))


@mistake(
    "neuron_forward",
    "The inputs are activated before they are weighted; g belongs to the sum.",
)
def activates_the_inputs(w, b, x, g):
    return float((w.T @ g(x))[0, 0] + b)


def flat(samples):
    return [np.ravel(sample) for sample in samples]


@mistake(
    "stack_columns",
    "The samples are the rows; put them side by side, as columns.",
)
def stacks_rows(samples):
    return np.array(flat(samples))


@mistake(
    "stack_columns",
    "A reshape fills the matrix row by row and tears the samples apart; a transpose keeps them together.",
)
def reshapes_instead(samples):
    return np.array(flat(samples)).reshape(-1, len(samples))


@mistake(
    "stack_columns",
    "The samples are put end to end in one long column; put them side by side.",
)
def makes_one_long_column(samples):
    return np.concatenate(flat(samples))[:, None]


@mistake(
    "stack_columns",
    "np.hstack puts vectors end to end, and only columns side by side: make each a column first.",
)
def joins_vectors_end_to_end(samples):
    return np.hstack(samples)


@mistake(
    "stack_columns",
    "For columns of shape (n_x, 1) an axis is left over: np.stack makes a new axis beside theirs.",
)
def leaves_an_axis_over(samples):
    return np.stack(samples, axis=1)


@mistake(
    "stack_columns",
    "The transpose of a list of columns has three axes: make each sample a vector first.",
)
def transposes_three_axes(samples):
    return np.array(samples).T


@mistake(
    "stack_columns",
    "The last sample stands first: column i is sample i.",
)
def stacks_backwards(samples):
    return np.column_stack(samples[::-1])


@mistake(
    "stack_columns",
    "Only the first sample is left: all of them stand side by side.",
)
def keeps_the_first_sample(samples):
    return np.ravel(samples[0])[:, None]


def sums(W, b, A_prev):
    return W @ A_prev + b


def along_samples(W, b, A_prev):
    return W @ A_prev + b.ravel()


def turned(W, b, A_prev):
    return W.T @ A_prev + b


def without_bias(W, b, A_prev):
    return W @ A_prev


@mistake(
    "layer_forward",
    "The biases are missing: add b, which is the same for every sample.",
)
def leaves_out_the_biases(W, b, A_prev, g):
    Z = without_bias(W, b, A_prev)
    return g(Z), Z


@mistake(
    "layer_forward",
    "The biases run along the samples; keep b a column, (n_l, 1), so that each belongs to a unit.",
)
def adds_biases_along_the_samples(W, b, A_prev, g):
    Z = along_samples(W, b, A_prev)
    return g(Z), Z


@mistake(
    "layer_forward",
    "W is transposed once too often: its rows are the units' weights already, so Z = W A + b.",
)
def transposes_the_weights(W, b, A_prev, g):
    Z = turned(W, b, A_prev)
    return g(Z), Z


@mistake(
    "layer_forward",
    "All biases are added up and every sum gets the total; neuron j has bias j alone.",
)
def adds_all_biases_to_each_sum(W, b, A_prev, g):
    Z = W @ A_prev + np.sum(b)
    return g(Z), Z


@mistake(
    "layer_forward",
    "The sums come first and the activations second; return (A, Z).",
)
def returns_the_sums_first(W, b, A_prev, g):
    Z = sums(W, b, A_prev)
    return Z, g(Z)


@mistake(
    "layer_forward",
    "The sums come back twice: the activations are g(Z).",
)
def forgets_to_activate(W, b, A_prev, g):
    Z = sums(W, b, A_prev)
    return Z, Z


@mistake(
    "layer_forward",
    "The activations come back twice: the second array is Z, before the activation.",
)
def loses_the_sums(W, b, A_prev, g):
    A = g(sums(W, b, A_prev))
    return A, A


@mistake(
    "layer_forward",
    "Only one array comes back: return both, (A, Z).",
)
def returns_activations_alone(W, b, A_prev, g):
    return g(sums(W, b, A_prev))


@mistake(
    "layer_forward",
    "The second array has no biases: what was activated, Z = W A + b, is what is kept.",
)
def keeps_sums_without_biases(W, b, A_prev, g):
    return g(sums(W, b, A_prev)), W @ A_prev


@mistake(
    "layer_forward",
    "tanh is applied; the activation is what is given as g.",
)
def takes_tanh_whatever_g(W, b, A_prev, g):
    Z = sums(W, b, A_prev)
    return np.tanh(Z), Z


@mistake(
    "layer_forward",
    "A sigmoid is applied; the activation is what is given as g.",
)
def takes_the_sigmoid_whatever_g(W, b, A_prev, g):
    Z = sums(W, b, A_prev)
    return sigmoid(Z), Z


@mistake(
    "layer_forward",
    "A ReLU is applied; the activation is what is given as g.",
)
def takes_a_relu_whatever_g(W, b, A_prev, g):
    Z = sums(W, b, A_prev)
    return relu(Z), Z


@mistake(
    "layer_forward",
    "One bias serves all neurons; b has one for each.",
)
def gives_all_neurons_one_bias(W, b, A_prev, g):
    Z = W @ A_prev + b[0, 0]
    return g(Z), Z


@mistake(
    "layer_forward",
    "The biases are added to the activations; they belong to the sums, inside g.",
)
def adds_biases_outside(W, b, A_prev, g):
    Z = W @ A_prev
    return g(Z) + b, Z


@mistake(
    "layer_forward",
    "The input is activated here, but it has been: only what this layer adds up goes through g.",
)
def activates_the_input(W, b, A_prev, g):
    Z = sums(W, b, g(A_prev))
    return g(Z), Z


@mistake(
    "layer_forward",
    "The activation is applied twice: A is g(Z).",
)
def activates_twice(W, b, A_prev, g):
    Z = sums(W, b, A_prev)
    return g(g(Z)), Z


@mistake(
    "layer_forward",
    "Samples come back as rows; in this chapter a column is a sample, so Z is (n_l, m).",
)
def returns_samples_as_rows(W, b, A_prev, g):
    Z = sums(W, b, A_prev).T
    return g(Z), Z


@mistake(
    "layer_forward",
    "Sample i meets one row of W only, as if weights belonged to samples: every unit's row meets every sample.",
)
def gives_each_sample_a_row_of_weights(W, b, A_prev, g):
    rows = W[np.arange(A_prev.shape[1]) % len(W)]  # (m, n_{l-1})
    Z = np.sum(rows.T * A_prev, axis=0) + b
    return g(Z), Z


@mistake(
    "layer_forward",
    "The sums are divided by the number of inputs; they are sums, not means.",
)
def averages_over_the_inputs(W, b, A_prev, g):
    Z = W @ A_prev / len(A_prev) + b
    return g(Z), Z


def network(params, X, g1, g2, add=sums):
    """Return the four arrays of the forward pass, with one way to add up in a layer."""
    Z1 = add(params["W1"], params["b1"], X)
    A1 = g1(Z1)
    Z2 = add(params["W2"], params["b2"], A1)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": g2(Z2)}


def second(params, X, g1, g2, read):
    """Return output and cache where the second layer reads another array."""
    cache = network(params, X, g1, g2)
    Z2 = params["W2"] @ (X if read == "X" else cache[read]) + params["b2"]
    return g2(Z2), cache | {"Z2": Z2, "A2": g2(Z2)}


def with_output(cache):
    return cache["A2"], cache


@mistake(
    "two_layer_forward",
    "The second layer reads X; its input is what the first one puts out: Z2 = W2 A1 + b2.",
)
def feeds_the_input_twice(params, X, g1, g2):
    return second(params, X, g1, g2, "X")


@mistake(
    "two_layer_forward",
    "The second layer reads Z1, so nothing bends between the layers: Z2 = W2 A1 + b2.",
)
def skips_the_hidden_activation(params, X, g1, g2):
    return second(params, X, g1, g2, "Z1")


@mistake(
    "two_layer_forward",
    "The hidden layer's g1 is applied at the output too; the output has g2.",
)
def takes_g1_for_both_layers(params, X, g1, g2):
    return with_output(network(params, X, g1, g1))


@mistake(
    "two_layer_forward",
    "g2 is applied in the hidden layer too; the hidden layer has g1.",
)
def takes_g2_for_both_layers(params, X, g1, g2):
    return with_output(network(params, X, g2, g2))


@mistake(
    "two_layer_forward",
    "The activations have changed places: g1 is the hidden layer's, g2 the output's.",
)
def swaps_the_activations(params, X, g1, g2):
    return with_output(network(params, X, g2, g1))


@mistake(
    "two_layer_forward",
    "tanh and sigmoid are applied; the activations are what is given as g1 and g2.",
)
def takes_tanh_and_sigmoid_whatever_g(params, X, g1, g2):
    return with_output(network(params, X, np.tanh, sigmoid))


@mistake(
    "two_layer_forward",
    "The hidden layer's biases are missing in Z1: add b1.",
)
def leaves_out_b1(params, X, g1, g2):
    without = params | {"b1": 0 * params["b1"]}
    return with_output(network(without, X, g1, g2))


@mistake(
    "two_layer_forward",
    "The second layer takes the first one's biases; it has its own, b2.",
)
def takes_b1_twice(params, X, g1, g2):
    return with_output(network(params | {"b2": params["b1"]}, X, g1, g2))


@mistake(
    "two_layer_forward",
    "The cache comes first and the output second; return (A2, cache).",
)
def returns_the_cache_first(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache, cache["A2"]


@mistake(
    "two_layer_forward",
    "The cache is a tuple; it is a dict that has Z1, A1, Z2 and A2 by name.",
)
def returns_a_tuple_for_a_cache(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache["A2"], tuple(cache.values())


@mistake(
    "two_layer_forward",
    "The cache has A2 under the name Z2: keep the sum before it is activated.",
)
def loses_z2(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache["A2"], cache | {"Z2": cache["A2"]}


@mistake(
    "two_layer_forward",
    "The sums Z2 come back as the output: activate them with g2.",
)
def forgets_the_output_activation(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache["Z2"], cache | {"A2": cache["Z2"]}


@mistake(
    "two_layer_forward",
    "The output is Z2, though the cache has A2: what comes back first is A2.",
)
def returns_z2(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache["Z2"], cache


@mistake(
    "two_layer_forward",
    "Sums and activations have changed places in both layers, so the second reads Z1: a "
    "layer gives (A, Z).",
)
def swaps_sums_and_activations(params, X, g1, g2):
    Z1 = sums(params["W1"], params["b1"], X)
    Z2 = sums(params["W2"], params["b2"], Z1)
    return Z2, {"Z1": g1(Z1), "A1": Z1, "Z2": g2(Z2), "A2": Z2}


@mistake(
    "two_layer_forward",
    "The hidden activations come back first; the output is A2.",
)
def returns_a1(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache["A1"], cache


@mistake(
    "two_layer_forward",
    "In the cache sums and activations have changed names: Z is before g, A after it.",
)
def swaps_names_in_the_cache(params, X, g1, g2):
    c = network(params, X, g1, g2)
    return c["A2"], {"Z1": c["A1"], "A1": c["Z1"], "Z2": c["A2"], "A2": c["Z2"]}


@mistake(
    "two_layer_forward",
    "The biases are missing in both layers: add b1 and b2.",
)
def leaves_out_both_biases(params, X, g1, g2):
    return with_output(network(params, X, g1, g2, without_bias))


@mistake(
    "two_layer_forward",
    "The biases run along the samples; keep b1 and b2 columns, so that each belongs to a unit.",
)
def adds_both_biases_along_the_samples(params, X, g1, g2):
    return with_output(network(params, X, g1, g2, along_samples))


@mistake(
    "two_layer_forward",
    "The weights are transposed; W has a row for each unit of its layer, so Z = W A + b.",
)
def transposes_both_weights(params, X, g1, g2):
    return with_output(network(params, X, g1, g2, turned))


@mistake(
    "two_layer_forward",
    "The parameters are taken in the dict's order; find each by its name.",
)
def reads_parameters_in_order(params, X, g1, g2):
    named = dict(zip(("W1", "b1", "W2", "b2"), params.values(), strict=True))
    return with_output(network(named, X, g1, g2))


@mistake(
    "two_layer_forward",
    "The cache holds the sums only; the backward pass needs A1 and A2 too.",
)
def keeps_sums_alone(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    return cache["A2"], {"Z1": cache["Z1"], "Z2": cache["Z2"]}


@mistake(
    "two_layer_forward",
    "The output layer's biases are missing in Z2: add b2.",
)
def leaves_out_b2(params, X, g1, g2):
    cache = network(params, X, g1, g2)
    Z2 = params["W2"] @ cache["A1"]
    return g2(Z2), cache | {"Z2": Z2, "A2": g2(Z2)}
