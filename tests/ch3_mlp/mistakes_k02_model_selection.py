"""Wrong answers to Model selection, rejected by the grader and named by the dojo."""

import math

import numpy as np
import torch

from dojo.grading import mistake
from solutions.ch3_mlp import k02_model_selection as right


def _cut(order, ratios):
    n = len(order)
    first, second = round(n * ratios[0]), round(n * (ratios[0] + ratios[1]))
    return order[:first], order[first:second], order[second:]


def _folds(parts):
    return [
        (torch.cat([*parts[:i], *parts[i + 1 :]]), part) for i, part in enumerate(parts)
    ]


@mistake(
    "train_val_test_split",
    "The sets are cut from the samples in their order, so sorted samples would put all "
    "of one kind into one set: cut the order that torch.randperm draws.",
)
def cuts_without_shuffling(n, ratios, *, generator=None):
    return _cut(torch.arange(n), ratios)


@mistake(
    "train_val_test_split",
    "All three sizes are rounded down, so samples are lost: let the last set be what "
    "remains.",
)
def rounds_all_sizes_down(n, ratios, *, generator=None):
    order = torch.randperm(n, generator=generator)
    a, b, c = (int(n * ratio) for ratio in ratios)
    return order[:a], order[a : a + b], order[a + b : a + b + c]


@mistake(
    "train_val_test_split",
    "Two sizes are rounded down and the test set takes what is left over, up to two "
    "samples too many: round where one set ends and the next begins.",
)
def leaves_all_the_rest_to_the_test_set(n, ratios, *, generator=None):
    order = torch.randperm(n, generator=generator)
    a, b = int(n * ratios[0]), int(n * ratios[1])
    return order[:a], order[a : a + b], order[a + b :]


@mistake(
    "train_val_test_split",
    "Two sizes are rounded up and the test set loses up to two samples: round where "
    "one set ends and the next begins.",
)
def takes_the_rest_from_the_test_set(n, ratios, *, generator=None):
    order = torch.randperm(n, generator=generator)
    a, b = math.ceil(n * ratios[0]), math.ceil(n * ratios[1])
    return order[:a], order[a : a + b], order[a + b :]


@mistake(
    "train_val_test_split",
    "Each set is drawn from all samples, so they overlap: cut one random order in three.",
)
def draws_each_set_from_all(n, ratios, *, generator=None):
    sizes = [len(part) for part in _cut(torch.arange(n), ratios)]
    return tuple(torch.randperm(n, generator=generator)[:size] for size in sizes)


@mistake(
    "train_val_test_split",
    "Each set is drawn with replacement, so samples stand twice and others are lost: "
    "use torch.randperm, not torch.randint.",
)
def draws_with_replacement(n, ratios, *, generator=None):
    return _cut(torch.randint(n, (n,), generator=generator), ratios)


@mistake(
    "train_val_test_split",
    "The second cut is at n · ratios[1] and not at the sum of the first two ratios, so "
    "the validation set is not as large as its ratio: cut where the training set's "
    "share and its own end.",
)
def cuts_at_the_ratios_themselves(n, ratios, *, generator=None):
    order = torch.randperm(n, generator=generator)
    first, second = round(n * ratios[0]), round(n * ratios[1])
    return order[:first], order[first:second], order[second:]


@mistake(
    "train_val_test_split",
    "The validation and the test set have changed places: the order is training, "
    "validation, test.",
)
def swaps_validation_and_test(n, ratios, *, generator=None):
    order = torch.randperm(n, generator=generator)
    train, val, test = _cut(order, ratios)
    return train, test, val


@mistake(
    ["train_val_test_split", "k_fold_indices"],
    "Each call divides the samples the same way, as without a draw or with a fixed seed: "
    "draw from the generator as it comes.",
)
def seeds_itself(n, given, *, generator=None):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(0))
    if isinstance(given, int):
        return _folds(order.tensor_split(given))
    return _cut(order, given)


@mistake(
    ["train_val_test_split", "k_fold_indices"],
    "The generator that was given is not used: hand it to torch.randperm.",
)
def ignores_the_generator(n, given, *, generator=None):
    order = torch.randperm(n)
    if isinstance(given, int):
        return _folds(order.tensor_split(given))
    return _cut(order, given)


@mistake(
    ["train_val_test_split", "k_fold_indices"],
    "The generator is set back to its seed, so each call with it divides alike: draw "
    "from it as it comes.",
)
def sets_the_generator_back(n, given, *, generator=None):
    if generator is not None:
        generator.manual_seed(generator.initial_seed())
    order = torch.randperm(n, generator=generator)
    if isinstance(given, int):
        return _folds(order.tensor_split(given))
    return _cut(order, given)


@mistake(
    ["train_val_test_split", "k_fold_indices"],
    "The samples keep their order and only the place where it begins is drawn, so "
    "neighbors stay together: use torch.randperm.",
)
def rolls_the_order(n, given, *, generator=None):
    by = int(torch.randint(n, (), generator=generator))
    order = torch.arange(n).roll(by)
    if isinstance(given, int):
        return _folds(order.tensor_split(given))
    return _cut(order, given)


@mistake(
    "train_val_test_split",
    "A sample is lost at each cut: a slice begins where the one before it ends.",
)
def skips_a_sample_at_each_cut(n, ratios, *, generator=None):
    train, val, test = right.train_val_test_split(n, ratios, generator=generator)
    return train, val[1:], test[1:]


@mistake(
    "train_val_test_split",
    "The sample at each cut is in two sets: a slice ends before the place where the "
    "next one begins.",
)
def counts_the_sample_at_a_cut_twice(n, ratios, *, generator=None):
    train, val, test = right.train_val_test_split(n, ratios, generator=generator)
    return torch.cat([train, val[:1]]), torch.cat([val, test[:1]]), test


@mistake(
    "train_val_test_split",
    "Each sample is dealt to a set by a draw of its own, so the sizes are left to "
    "chance: cut one random order where the sizes say.",
)
def leaves_the_sizes_to_chance(n, ratios, *, generator=None):
    u = torch.rand(n, generator=generator)
    where = (u >= ratios[0]).long() + (u >= ratios[0] + ratios[1]).long()
    return tuple((where == i).nonzero().flatten() for i in range(3))


@mistake(
    "train_val_test_split",
    "The second ratio is taken of what the training set has left over: all three are "
    "shares of n.",
)
def takes_a_share_of_the_rest(n, ratios, *, generator=None):
    order = torch.randperm(n, generator=generator)
    first = round(n * ratios[0])
    second = first + round((n - first) * ratios[1])
    return order[:first], order[first:second], order[second:]


@mistake(
    ["train_val_test_split", "k_fold_indices"],
    "The order is drawn by NumPy, which neither the generator nor torch.manual_seed "
    "reaches: use torch.randperm.",
)
def draws_from_numpy(n, given, *, generator=None):
    order = torch.from_numpy(np.random.permutation(n))
    if isinstance(given, int):
        return _folds(order.tensor_split(given))
    return _cut(order, given)


@mistake(
    ["train_val_test_split", "k_fold_indices"],
    "torch.manual_seed is called inside, so each call divides alike, and all that is "
    "drawn afterwards repeats itself too: leave the seed to the caller.",
)
def reseeds_the_global_generator(n, given, *, generator=None):
    torch.manual_seed(0)
    order = torch.randperm(n)
    if isinstance(given, int):
        return _folds(order.tensor_split(given))
    return _cut(order, given)


@mistake(
    "k_fold_indices",
    "All k pairs are the first one: the validation part is another fold each time.",
)
def returns_one_pair_k_times(n, k, *, generator=None):
    return [right.k_fold_indices(n, k, generator=generator)[0]] * k


@mistake(
    "k_fold_indices",
    "Only later folds are trained on: the training part is every other fold, those "
    "before it too.",
)
def trains_on_later_folds_alone(n, k, *, generator=None):
    order = torch.randperm(n, generator=generator)
    parts = order.tensor_split(k)
    ends = [sum(len(part) for part in parts[: i + 1]) for i in range(k)]
    return [(order[end:], part) for end, part in zip(ends, parts, strict=True)]


@mistake(
    "k_fold_indices",
    "Only earlier folds are trained on: the training part is every other fold, those "
    "after it too.",
)
def trains_on_earlier_folds_alone(n, k, *, generator=None):
    order = torch.randperm(n, generator=generator)
    parts = order.tensor_split(k)
    starts = [sum(len(part) for part in parts[:i]) for i in range(k)]
    return [(order[:start], part) for start, part in zip(starts, parts, strict=True)]


@mistake(
    "k_fold_indices",
    "n // k samples go to each fold and the remainder is never used: let the first n % "
    "k folds have one more, as tensor_split does.",
)
def drops_the_remainder(n, k, *, generator=None):
    order, size = torch.randperm(n, generator=generator), n // k
    return _folds([order[i * size : (i + 1) * size] for i in range(k)])


@mistake(
    "k_fold_indices",
    "The remainder does not validate: it is in the training part of every fold. Let "
    "the first n % k folds have one sample more.",
)
def never_validates_the_remainder(n, k, *, generator=None):
    order, size = torch.randperm(n, generator=generator), n // k
    cuts = [(i * size, (i + 1) * size) for i in range(k)]
    return [(torch.cat([order[:a], order[b:]]), order[a:b]) for a, b in cuts]


@mistake(
    "k_fold_indices",
    "The last fold takes the whole remainder, so it is larger than the others by up to "
    "k - 1: give one sample more to n % k of the folds.",
)
def gives_the_remainder_to_the_last_fold(n, k, *, generator=None):
    order, size = torch.randperm(n, generator=generator), n // k
    parts = [order[i * size : (i + 1) * size] for i in range(k - 1)]
    return _folds([*parts, order[(k - 1) * size :]])


@mistake(
    "k_fold_indices",
    "The size of a fold is rounded up, so the last fold is short and may be empty: the "
    "sizes of two folds differ by at most 1, as tensor_split makes them.",
)
def rounds_the_size_of_a_fold_up(n, k, *, generator=None):
    order, size = torch.randperm(n, generator=generator), -(-n // k)
    return _folds([order[i * size : (i + 1) * size] for i in range(k)])


@mistake(
    "k_fold_indices",
    "The samples are shuffled anew for each fold, so some validate twice and others "
    "never: draw one order and cut it.",
)
def shuffles_for_each_fold(n, k, *, generator=None):
    return [right.k_fold_indices(n, k, generator=generator)[i] for i in range(k)]


@mistake(
    "k_fold_indices",
    "The folds are cut from the samples in their order, so sorted samples would put all "
    "of one kind into one fold: cut the order that torch.randperm draws.",
)
def cuts_folds_without_shuffling(n, k, *, generator=None):
    return _folds(torch.arange(n).tensor_split(k))


@mistake(
    "k_fold_indices",
    "The training part holds all samples, the validation part too: leave the fold out "
    "of it.",
)
def trains_on_everything(n, k, *, generator=None):
    order = torch.randperm(n, generator=generator)
    return [(order, part) for part in order.tensor_split(k)]


@mistake(
    "k_fold_indices",
    "The two parts of a pair have changed places: training first, then validation.",
)
def puts_validation_first(n, k, *, generator=None):
    pairs = right.k_fold_indices(n, k, generator=generator)
    return [(val, train) for train, val in pairs]


@mistake(
    "k_fold_indices",
    "The training part is the next fold alone; it must be all the other folds together.",
)
def trains_on_one_fold(n, k, *, generator=None):
    parts = torch.randperm(n, generator=generator).tensor_split(k)
    return [(parts[(i + 1) % k], part) for i, part in enumerate(parts)]


@mistake(
    ["poly_features", "fit_polynomial"],
    "The powers are not divided by their factorials: column i is x^i / i!.",
)
def forgets_the_factorials(x, y_or_degree, degree=None):
    x = x.reshape(-1, 1)
    powers = x ** torch.arange((y_or_degree if degree is None else degree) + 1)
    if degree is None:
        return powers.to(x.dtype)
    return torch.linalg.lstsq(powers.to(x.dtype), y_or_degree[:, None]).solution[:, 0]


@mistake(
    "poly_features",
    "All powers are divided by the factorial of the highest: each has its own, i!.",
)
def divides_by_one_factorial(x, degree):
    return x.reshape(-1, 1) ** torch.arange(degree + 1) / float(math.factorial(degree))


@mistake(
    "poly_features",
    "The powers are multiplied by their factorials: divide.",
)
def multiplies_by_the_factorials(x, degree):
    powers = range(degree + 1)
    columns = [x.reshape(-1) ** i * float(math.factorial(i)) for i in powers]
    return torch.stack(columns, 1)


@mistake(
    "poly_features",
    "The base and the power have changed places, i^x: it is x that is raised.",
)
def raises_the_power_to_x(x, degree):
    i = torch.arange(degree + 1, dtype=x.dtype)
    return i ** x.reshape(-1, 1) / torch.exp(torch.lgamma(i + 1))


@mistake(
    "poly_features",
    "The powers begin at 1, and the column of ones for the constant is missing.",
)
def begins_at_the_first_power(x, degree):
    return right.poly_features(x, degree + 1)[:, 1:]


@mistake(
    "poly_features",
    "The highest power is left out: there are degree + 1 columns, from 0 to degree.",
)
def stops_one_power_early(x, degree):
    return right.poly_features(x, degree)[:, :-1]


@mistake(
    "poly_features",
    "The powers are divided by i and not by i!: divide by math.factorial(i).",
)
def divides_by_the_power(x, degree):
    over = torch.arange(degree + 1).clamp(min=1)
    return x.reshape(-1, 1) ** torch.arange(degree + 1) / over.to(x.dtype)


@mistake(
    "poly_features",
    "Column i is x^i / (i + 1)!: the factorial must be that of the power.",
)
def takes_the_next_factorial(x, degree):
    powers = range(degree + 1)
    return torch.stack([x.reshape(-1) ** i / math.gamma(i + 2) for i in powers], 1)


@mistake(
    ["poly_features", "fit_polynomial"],
    "The highest power stands first: the constant comes first.",
)
def puts_the_highest_power_first(x, y_or_degree, degree=None):
    if degree is None:
        return right.poly_features(x, y_or_degree).flip(1)
    return right.fit_polynomial(x, y_or_degree, degree).flip(0)


@mistake(
    "poly_features",
    "The powers stand in rows: a row is a sample, of shape (n, degree + 1).",
)
def puts_powers_in_rows(x, degree):
    return right.poly_features(x, degree).T


@mistake(
    "poly_features",
    "The factorials are those of 64-bit integers, and from 21! on they overflow: "
    "multiply in floats.",
)
def overflows_at_21(x, degree):
    over = torch.arange(degree + 1).clamp(min=1).cumprod(0)
    return x.reshape(-1, 1) ** torch.arange(degree + 1) / over.to(x.dtype)


@mistake(
    ["poly_features", "fit_polynomial"],
    "float64 becomes float32: what is computed from x keeps x's dtype.",
)
def computes_in_float32(x, y_or_degree, degree=None):
    if degree is None:
        return right.poly_features(x.float(), y_or_degree)
    return right.fit_polynomial(x.float(), y_or_degree.float(), degree)


@mistake(
    "poly_features",
    "The size of x is used and its sign is lost: odd powers of negative numbers are "
    "negative.",
)
def loses_the_sign(x, degree):
    return right.poly_features(x.abs(), degree)


@mistake(
    "fit_polynomial",
    "The coefficients come as a column (degree + 1, 1): they have one axis.",
)
def returns_a_column(x, y, degree):
    return right.fit_polynomial(x, y, degree)[:, None]


@mistake(
    "fit_polynomial",
    "These are the predictions for x; the coefficients are asked for.",
)
def returns_the_predictions(x, y, degree):
    return right.poly_features(x, degree) @ right.fit_polynomial(x, y, degree)


@mistake(
    "fit_polynomial",
    "The size of the coefficients is penalized with {lam}: only the squared errors "
    "count.",
    lam=[1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-6],
)
def shrinks_the_coefficients(x, y, degree, *, lam):
    F = right.poly_features(x, degree)
    eye = torch.eye(degree + 1, dtype=F.dtype)
    return torch.linalg.solve(F.T @ F + lam * eye, F.T @ y)


@mistake(
    "fit_polynomial",
    "These are what is left of y after the fit; the coefficients are asked for.",
)
def returns_the_residuals(x, y, degree):
    w = right.fit_polynomial(x, y, degree)
    return right.poly_features(x, degree) @ w - y


@mistake(
    "fit_polynomial",
    "The last power is left out: a polynomial of this degree has degree + 1 "
    "coefficients.",
)
def leaves_out_the_last_power(x, y, degree):
    features = right.poly_features(x, degree)[:, :-1]
    return torch.linalg.lstsq(features, y[:, None]).solution[:, 0]


@mistake(
    "fit_polynomial",
    "The mean of y is taken away before the fit, so the constant is that of other "
    "data: fit y itself.",
)
def centers_y(x, y, degree):
    return right.fit_polynomial(x, y - y.mean(), degree)


@mistake(
    "fit_polynomial",
    "The polynomial has no constant, so it is 0 at x = 0: keep the column of ones.",
)
def fits_without_a_constant(x, y, degree):
    F = right.poly_features(x, degree)[:, 1:]
    w = torch.linalg.lstsq(F, y[:, None]).solution[:, 0] if degree else y.new_zeros(0)
    return torch.cat([y.new_zeros(1), w])


@mistake(
    "fit_polynomial",
    "The degree is one less than asked for, and the last coefficient is always 0.",
)
def fits_one_degree_less(x, y, degree):
    w = right.fit_polynomial(x, y, max(degree - 1, 0))
    return torch.cat([w, w.new_zeros(degree + 1 - len(w))])


@mistake(
    "diagnose",
    "Overfitting is looked at first: a model that misses its target on the training "
    "data is underfit, whatever its validation loss.",
)
def looks_at_the_gap_first(train_loss, val_loss, target, gap):
    if val_loss - train_loss > gap:
        return "overfit"
    return "underfit" if train_loss > target else "ok"


@mistake(
    "diagnose",
    "The validation loss is compared with the target: underfitting shows on the "
    "training data.",
)
def holds_the_validation_loss_to_the_target(train_loss, val_loss, target, gap):
    if val_loss > target:
        return "underfit"
    return "overfit" if val_loss - train_loss > gap else "ok"


@mistake(
    "diagnose",
    "A training loss equal to the target counts as underfitting: it must be above it.",
)
def counts_the_target_as_missed(train_loss, val_loss, target, gap):
    if train_loss >= target:
        return "underfit"
    return "overfit" if val_loss - train_loss > gap else "ok"


@mistake(
    "diagnose",
    "A difference equal to the gap counts as overfitting: it must be above it.",
)
def counts_the_gap_as_exceeded(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "underfit"
    return "overfit" if val_loss - train_loss >= gap else "ok"


@mistake(
    "diagnose",
    "The difference is taken without its sign: a validation loss below the training "
    "loss is no overfitting.",
)
def takes_the_difference_without_its_sign(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "underfit"
    return "overfit" if abs(val_loss - train_loss) > gap else "ok"


@mistake(
    "diagnose",
    "The losses are compared by their ratio: the gap is a difference.",
)
def takes_a_ratio_for_the_gap(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "underfit"
    return "overfit" if val_loss / train_loss > 1 + gap else "ok"


@mistake(
    "diagnose",
    "The difference is turned around, training loss less validation loss: a model that "
    "overfits has the larger validation loss.",
)
def turns_the_difference_around(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "underfit"
    return "overfit" if train_loss - val_loss > gap else "ok"


@mistake(
    "diagnose",
    "Underfitting is asked of both losses: the training loss alone decides.",
)
def asks_both_losses_for_the_target(train_loss, val_loss, target, gap):
    if train_loss > target and val_loss > target:
        return "underfit"
    return "overfit" if val_loss - train_loss > gap else "ok"


@mistake(
    "diagnose",
    "The validation loss is compared with the target plus the gap: compare its "
    "difference to the training loss with the gap.",
)
def adds_the_gap_to_the_target(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "underfit"
    return "overfit" if val_loss > target + gap else "ok"


@mistake(
    "diagnose",
    "A training loss below the target is called underfitting: it is one above it.",
)
def turns_the_target_around(train_loss, val_loss, target, gap):
    if train_loss < target:
        return "underfit"
    return "overfit" if val_loss - train_loss > gap else "ok"


@mistake(
    "diagnose",
    "The validation loss itself is compared with the gap: subtract the training loss.",
)
def compares_the_validation_loss_with_the_gap(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "underfit"
    return "overfit" if val_loss > gap else "ok"


@mistake(
    "diagnose",
    'The names have changed places: a training loss above the target is "underfit".',
)
def swaps_the_names(train_loss, val_loss, target, gap):
    if train_loss > target:
        return "overfit"
    return "underfit" if val_loss - train_loss > gap else "ok"


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "k_fold_indices": {
        "- return [\n"
        "- (torch.cat([*folds[:i], *folds[i + 1 :]]), fold) for i, fold in enumerate(folds)\n"
        "- ]\n"
        "+ return [(torch.cat([*folds[i + 1:], *folds[:i]]), fold) for i, fold in enumerate(folds)]": "the order within the training part is free",
    },
    "poly_features": {
        "- return torch.stack([column.reshape(-1) for column in columns], dim=1)\n"
        "+ return torch.stack([column.reshape(-1) for column in columns], dim=-1)": "the second axis of two is the last",
    },
    "fit_polynomial": {
        "- return torch.linalg.lstsq(features, y.reshape(-1, 1)).solution.reshape(-1)\n"
        "+ return torch.linalg.lstsq(features, y).solution.reshape(-1)": "torch takes a vector as the right side, too",
        "- return torch.linalg.lstsq(features, y.reshape(-1, 1)).solution.reshape(-1)\n"
        "+ return torch.linalg.lstsq(features, y.reshape(-1)).solution.reshape(-1)": "torch takes a vector as the right side, too",
    },
}
