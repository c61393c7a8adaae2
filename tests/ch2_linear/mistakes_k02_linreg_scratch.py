"""Wrong answers to linreg-scratch that are rejected and can be named."""

import torch

from dojo.grading import mistake
from solutions.ch2_linear import k02_linreg_scratch as right


def _normal(shape, generator, like):
    return torch.randn(shape, generator=generator, dtype=like.dtype)


def _data(w, b, n, noise, generator, *, X=None, e=None):
    X = _normal((n, len(w)), generator, w) if X is None else X
    e = noise * _normal((n, 1), generator, w) if e is None else e
    return X, X @ w.reshape(-1, 1) + b + e


@mistake("synthetic_data", "The bias is left out: add b to the weighted sums.")
def forgets_the_bias(w, b, n, *, noise=0.01, generator=None):
    return _data(w, 0.0, n, noise, generator)


@mistake("synthetic_data", "No noise is added to the labels.")
def adds_no_noise(w, b, n, *, noise=0.01, generator=None):
    return _data(w, b, n, 0.0, generator)


@mistake(
    "synthetic_data",
    "One number is drawn and added to all labels: draw noise of the labels' shape.",
)
def draws_one_noise_for_all(w, b, n, *, noise=0.01, generator=None):
    X = _normal((n, len(w)), generator, w)
    return _data(w, b, n, noise, generator, X=X, e=noise * _normal(1, generator, w))


@mistake(
    "synthetic_data",
    "The noise has the shape (n,), and spreads a column of n labels to (n, n): draw it in "
    "the labels' shape.",
)
def spreads_the_labels_to_a_square(w, b, n, *, noise=0.01, generator=None):
    X, y = right.synthetic_data(w, b, n, noise=noise, generator=generator)
    return X, y.expand(n, n)  # the shape tells it, and takes no memory


@mistake(
    "synthetic_data",
    "The size of the noise is always {size}: multiply by the argument noise.",
    size=[0.01, 1.0, 0.1],
)
def ignores_the_size_of_the_noise(w, b, n, *, noise=0.01, generator=None, size):
    return _data(w, b, n, size, generator)


@mistake(
    "synthetic_data",
    "The noise is uniform from 0 to its size: it must be normal, with mean 0.",
)
def draws_uniform_noise(w, b, n, *, noise=0.01, generator=None):
    X = _normal((n, len(w)), generator, w)
    e = noise * torch.rand(n, 1, generator=generator, dtype=w.dtype)
    return _data(w, b, n, noise, generator, X=X, e=e)


@mistake(
    "synthetic_data",
    "noise is taken for the variance; it is the standard deviation, so multiply by it.",
)
def takes_noise_for_the_variance(w, b, n, *, noise=0.01, generator=None):
    return _data(w, b, n, noise**0.5, generator)


@mistake(
    "synthetic_data",
    "One feature is drawn and serves as all of them: draw n times D entries.",
)
def draws_one_feature_for_all(w, b, n, *, noise=0.01, generator=None):
    X = _normal((n, 1), generator, w).repeat(1, len(w))
    return _data(w, b, n, noise, generator, X=X)


@mistake(
    "synthetic_data",
    "The features are uniform from {low} to 1; they must be normal.",
    low=[0, -1],
)
def draws_uniform_features(w, b, n, *, noise=0.01, generator=None, low):
    X = torch.rand(n, len(w), generator=generator, dtype=w.dtype)
    return _data(w, b, n, noise, generator, X=X * (1 - low) + low)


@mistake(
    "synthetic_data",
    "The labels have the shape (n,); a model's predictions are (n, 1), and so must they be.",
)
def flattens_the_labels(w, b, n, *, noise=0.01, generator=None):
    X, y = right.synthetic_data(w, b, n, noise=noise, generator=generator)
    return X, y.flatten()


@mistake("synthetic_data", "The labels come first: the order is (features, labels).")
def returns_the_labels_first(w, b, n, *, noise=0.01, generator=None):
    return right.synthetic_data(w, b, n, noise=noise, generator=generator)[::-1]


@mistake(
    "synthetic_data",
    "The data is float32 whatever the weights are: hand their dtype to what draws.",
)
def always_makes_float32(w, b, n, *, noise=0.01, generator=None):
    return right.synthetic_data(w.float(), b, n, noise=noise, generator=generator)


@mistake(
    "synthetic_data",
    "Something is drawn without the generator that was given: hand it to all that draws.",
)
def draws_without_the_generator(w, b, n, *, noise=0.01, generator=None):
    return right.synthetic_data(w, b, n, noise=noise)


@mistake(
    "synthetic_data",
    "The draws are the same every time, whatever the generator: never reseed.",
)
def draws_the_same_every_time(w, b, n, *, noise=0.01, generator=None):
    generator = torch.Generator().manual_seed(0)
    return right.synthetic_data(w, b, n, noise=noise, generator=generator)


def _permuted(N, generator):
    return torch.randperm(N, generator=generator)


def _cut(order, size, X, y):
    for batch in order.split(size):
        yield X[batch], y[batch]


@mistake(
    "data_iter",
    "The samples come in the order in which they are stored: draw a random order.",
)
def never_shuffles(batch_size, features, labels, *, generator=None):
    yield from _cut(torch.arange(len(features)), batch_size, features, labels)


@mistake(
    "data_iter",
    "Whole batches are shuffled, and the samples in them stay neighbors: shuffle the "
    "samples.",
)
def shuffles_the_batches_only(batch_size, features, labels, *, generator=None):
    cuts = torch.arange(len(features)).split(batch_size)
    for at in _permuted(len(cuts), generator):
        yield features[cuts[at]], labels[cuts[at]]


@mistake(
    "data_iter",
    "What remains after the last full batch is dropped: it is a batch, too, though short.",
)
def drops_the_short_batch(batch_size, features, labels, *, generator=None):
    for X, y in right.data_iter(batch_size, features, labels, generator=generator):
        if len(X) == batch_size:
            yield X, y


@mistake(
    "data_iter",
    "The last batch is filled up with samples that were already there: let it be short.",
)
def fills_up_the_last_batch(batch_size, features, labels, *, generator=None):
    order = _permuted(len(features), generator)
    more = -len(features) % batch_size
    yield from _cut(torch.cat([order, order[:more]]), batch_size, features, labels)


@mistake(
    "data_iter",
    "Each batch is drawn by itself, so that samples come twice or never: draw one order "
    "of all and cut it.",
)
def draws_each_sample_by_itself(batch_size, features, labels, *, generator=None):
    N = len(features)
    order = torch.randint(N, (N,), generator=generator)
    yield from _cut(order, batch_size, features, labels)


@mistake(
    "data_iter",
    "There are batch_size batches; each batch must have batch_size samples.",
)
def makes_so_many_batches(batch_size, features, labels, *, generator=None):
    for batch in _permuted(len(features), generator).chunk(batch_size):
        yield features[batch], labels[batch]


@mistake(
    "data_iter",
    "Only the first batch comes: the return, or the yield, has left the loop.",
)
def stops_after_the_first_batch(batch_size, features, labels, *, generator=None):
    yield next(right.data_iter(batch_size, features, labels, generator=generator))


@mistake(
    "data_iter",
    "The last sample never comes: the order must hold all N.",
)
def loses_the_last_sample(batch_size, features, labels, *, generator=None):
    order = _permuted(len(features) - 1, generator)
    yield from _cut(order, batch_size, features, labels)


@mistake(
    "data_iter",
    "Each batch begins one sample after the one before: step by batch_size.",
)
def steps_by_one(batch_size, features, labels, *, generator=None):
    order = _permuted(len(features), generator)
    for start in range(len(features)):
        batch = order[start : start + batch_size]
        yield features[batch], labels[batch]


@mistake(
    "data_iter",
    "The features are shuffled and the labels are not: index both with the same order.",
)
def leaves_the_labels_behind(batch_size, features, labels, *, generator=None):
    order = _permuted(len(features), generator)
    yield from zip(
        features[order].split(batch_size), labels.split(batch_size), strict=True
    )


@mistake(
    "data_iter",
    "The labels are shuffled and the features are not: index both with the same order.",
)
def leaves_the_features_behind(batch_size, features, labels, *, generator=None):
    order = _permuted(len(features), generator)
    yield from zip(
        features.split(batch_size), labels[order].split(batch_size), strict=True
    )


@mistake(
    "data_iter",
    "Features and labels are each shuffled in an order of their own, so that no sample "
    "keeps its label: draw one order, and index both with it.",
    first=["features", "labels"],
)
def shuffles_the_labels_apart(batch_size, features, labels, *, generator=None, first):
    orders = [_permuted(len(features), generator) for _ in range(2)]
    if first == "labels":
        orders.reverse()
    yield from zip(
        features[orders[0]].split(batch_size),
        labels[orders[1]].split(batch_size),
        strict=True,
    )


@mistake(
    "data_iter",
    "One tensor comes where a pair is due: yield features and labels together, and yield "
    "them: the loop over a pair that is returned gets first the one, then the other.",
)
def yields_the_features_alone(batch_size, features, labels, *, generator=None):
    for X, _ in right.data_iter(batch_size, features, labels, generator=generator):
        yield X


@mistake("data_iter", "The labels of a batch have lost their axis: keep (n, 1).")
def flattens_the_labels_of_a_batch(batch_size, features, labels, *, generator=None):
    for X, y in right.data_iter(batch_size, features, labels, generator=generator):
        yield X, y.flatten()


@mistake(
    "data_iter",
    "The order is drawn without the generator that was given: hand it to what draws.",
)
def shuffles_without_the_generator(batch_size, features, labels, *, generator=None):
    return right.data_iter(batch_size, features, labels)


@mistake(
    "data_iter",
    "The order is the same every time, whatever the generator: never reseed.",
)
def shuffles_the_same_every_time(batch_size, features, labels, *, generator=None):
    generator = torch.Generator().manual_seed(0)
    return right.data_iter(batch_size, features, labels, generator=generator)


def _residuals(y_hat, y):
    return y_hat - y.reshape(y_hat.shape)


@mistake("squared_loss", "The factor 1/2 is missing.")
def forgets_the_half(y_hat, y):
    return _residuals(y_hat, y) ** 2


@mistake(
    "squared_loss",
    "The mean is taken; each sample's loss comes by itself.",
)
def takes_the_mean(y_hat, y):
    return right.squared_loss(y_hat, y).mean()


@mistake("squared_loss", "The losses are added up; each sample's comes by itself.")
def adds_the_losses_up(y_hat, y):
    return right.squared_loss(y_hat, y).sum()


@mistake(
    "squared_loss",
    "A shape (N, 1) against (N,) gives N times N differences: give the labels the shape "
    "of the predictions first.",
)
def pairs_everything_with_everything(y_hat, y):
    return (y_hat - y) ** 2 / 2


@mistake(
    "squared_loss",
    "The losses have the labels' shape; they must have that of the predictions.",
)
def takes_the_shape_of_the_labels(y_hat, y):
    return (y_hat.reshape(y.shape) - y) ** 2 / 2


@mistake(
    "squared_loss",
    "The residuals are not squared but taken without their sign.",
)
def takes_absolute_residuals(y_hat, y):
    return _residuals(y_hat, y).abs() / 2


@mistake(
    "squared_loss",
    "The half stands inside the square, which makes it a quarter: halve the square.",
)
def halves_before_squaring(y_hat, y):
    return (_residuals(y_hat, y) / 2) ** 2


@mistake(
    "squared_loss",
    "The residual is halved and not squared.",
)
def forgets_the_square(y_hat, y):
    return _residuals(y_hat, y) / 2


@mistake(
    "squared_loss",
    "Squares are subtracted; the difference must be squared.",
)
def subtracts_the_squares(y_hat, y):
    return (y_hat**2 - y.reshape(y_hat.shape) ** 2) / 2


@mistake(
    "squared_loss",
    "The loss is cut from the graph: .detach(), .data, .numpy() and no_grad stop the "
    "gradient.",
)
def cuts_the_loss_from_the_graph(y_hat, y):
    return right.squared_loss(y_hat, y).detach()


def _step(params, change, clear=True):
    with torch.no_grad():
        for p in params:
            p -= change(p)
            if clear:
                p.grad.zero_()


@mistake(
    "sgd",
    "The gradient is not divided by batch_size: it is that of a sum over the batch.",
)
def never_divides_by_the_batch(params, lr, batch_size):
    _step(params, lambda p: lr * p.grad)


@mistake("sgd", "The gradient is multiplied by batch_size; divide by it.")
def multiplies_by_the_batch(params, lr, batch_size):
    _step(params, lambda p: lr * p.grad * batch_size)


@mistake("sgd", "The gradient is divided by batch_size twice; once is enough.")
def divides_by_the_batch_twice(params, lr, batch_size):
    _step(params, lambda p: lr * p.grad / batch_size**2)


@mistake("sgd", "The step goes up the slope: subtract the gradient.")
def climbs(params, lr, batch_size):
    _step(params, lambda p: -lr * p.grad / batch_size)


@mistake("sgd", "The learning rate is left out: multiply the gradient by lr.")
def leaves_out_the_learning_rate(params, lr, batch_size):
    _step(params, lambda p: p.grad / batch_size)


@mistake("sgd", "The gradient is divided by the learning rate; multiply by it.")
def divides_by_the_learning_rate(params, lr, batch_size):
    _step(params, lambda p: p.grad / lr / batch_size)


@mistake(
    "sgd",
    "The gradients are not cleared, so the next backward adds to them: set them to zero "
    "after the step.",
)
def never_clears_the_gradients(params, lr, batch_size):
    _step(params, lambda p: lr * p.grad / batch_size, clear=False)


@mistake(
    "sgd",
    "The gradients are zero and no parameter has moved: they are cleared before the step, "
    "or the step is computed and not stored. Step first, in place, then clear.",
)
def clears_before_the_step(params, lr, batch_size):
    for p in params:
        p.grad.zero_()
    _step(params, lambda p: lr * p.grad / batch_size)


@mistake(
    "sgd",
    "Only the first parameter is moved: the loop ends too soon.",
)
def moves_the_first_only(params, lr, batch_size):
    _step(params[:1], lambda p: lr * p.grad / batch_size)


@mistake(
    "sgd",
    "Only the last gradient is cleared: clear each, inside the loop.",
)
def clears_the_last_only(params, lr, batch_size):
    _step(params, lambda p: lr * p.grad / batch_size, clear=False)
    params[-1].grad.zero_()


@mistake(
    "sgd",
    "The name p is given to a new tensor, which has no gradient, and the parameter stays "
    "where it was: change it in place, with -= or sub_, under no_grad.",
)
def binds_the_name_to_a_new_tensor(params, lr, batch_size):
    with torch.no_grad():
        for p in params:
            p = p - lr * p.grad / batch_size
            p.grad.zero_()


@mistake(
    "sgd",
    "No parameter moves and no gradient is cleared; p = p - … would only give the name p to "
    "a new tensor. Change each in place, with -= or sub_, then clear its gradient.",
)
def changes_nothing(params, lr, batch_size):
    with torch.no_grad():
        for p in params:
            p = p - lr * p.grad / batch_size


@mistake(
    "sgd",
    "The parameter gets new memory, as by p.data = p.data - …, so whatever shares the old "
    "memory does not move: change it in place, with -= or sub_.",
)
def moves_to_new_memory(params, lr, batch_size):
    for p in params:
        p.data = p.data - lr * p.grad / batch_size
        p.grad.zero_()


@mistake(
    "sgd",
    "The list gets new tensors in place of the parameters, and the model still has the "
    "old ones: change each in place.",
)
def puts_new_tensors_in_the_list(params, lr, batch_size):
    for at, p in enumerate(list(params)):
        new = (p.detach() - lr * p.grad / batch_size).requires_grad_()
        new.grad = torch.zeros_like(new)
        params[at] = new


@mistake(
    "sgd",
    "A leaf that requires a gradient is changed in place while autograd records: step "
    "under torch.no_grad().",
)
def steps_while_autograd_records(params, lr, batch_size):
    for p in params:
        p -= lr * p.grad / batch_size
        p.grad.zero_()


@mistake(
    "sgd",
    "The parameters no longer require a gradient: leave requires_grad alone.",
)
def stops_the_parameters_from_learning(params, lr, batch_size):
    right.sgd(params, lr, batch_size)
    for p in params:
        p.requires_grad_(False)


@mistake(
    "sgd",
    "Autograd stays switched off: step in a block `with torch.no_grad():`.",
)
def leaves_autograd_off(params, lr, batch_size):
    right.sgd(params, lr, batch_size)
    torch.set_grad_enabled(False)


def _train(features, labels, lr, num_epochs, batch_size, generator, **slip):
    """Train with a slip: functions of an epoch's parts, or what is left out."""
    w = features.new_zeros(features.shape[1], 1, requires_grad=True)
    b = features.new_zeros(1, requires_grad=True)
    losses, first = [], None
    for _ in range(num_epochs):
        seen = []
        order = _order(len(labels), generator, slip, first)
        first = order if first is None else first
        for batch in order.split(batch_size)[slip.get("from", 0) : slip.get("to")]:
            each = right.squared_loss(features[batch] @ w + b, labels[batch])
            seen.append((each.mean().item(), len(batch), batch))
            loss = each.mean() if slip.get("means") else each.sum()
            (slip.get("scale", 1) * loss).backward()
            with torch.no_grad():
                size = slip.get("size", len)(batch)
                for p in (w, b)[: slip.get("params", 2)]:
                    p -= lr * p.grad / size
            if not slip.get("keeps"):
                w.grad, b.grad = None, None
        with torch.no_grad():
            after = right.squared_loss(features @ w + b, labels)
        losses.append(slip.get("entry", _after)(seen, after))
    return w.detach(), b.detach(), losses


def _after(seen, after):
    return after.mean().item()


def _order(N, generator, slip, first):
    if slip.get("unshuffled"):
        return torch.arange(N)
    if slip.get("once") and first is not None:
        return first
    if slip.get("drawn"):
        return torch.randint(N, (N,), generator=generator)
    return torch.randperm(N, generator=generator)


@mistake(
    "train_linreg",
    "Gradients are never cleared, so each step also takes those of all steps before: let "
    "them be zero before each backward.",
    of=["sums", "means"],
)
def never_clears_gradients(
    features, labels, lr, num_epochs, batch_size, *, generator=None, of
):
    means = {"means": True, "size": lambda batch: 1} if of == "means" else {}
    data = features, labels, lr, num_epochs, batch_size
    return _train(*data, generator, keeps=True, **means)


@mistake(
    "train_linreg",
    "The gradient of a mean is divided by the batch size once more, which makes the step "
    "so many times too small: sum the loss, or do not divide.",
)
def divides_a_mean_by_the_batch(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def size(batch):
        return len(batch) ** 2

    return _train(features, labels, lr, num_epochs, batch_size, generator, size=size)


@mistake(
    "train_linreg",
    "The gradient of a mean is divided by batch_size once more, which makes the step so "
    "many times too small: sum the loss, or do not divide.",
)
def divides_a_mean_by_batch_size(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def size(batch):
        return len(batch) * batch_size

    return _train(features, labels, lr, num_epochs, batch_size, generator, size=size)


@mistake(
    "train_linreg",
    "An entry is the loss before its epoch; take it after the epoch's last step.",
)
def takes_the_loss_before_the_epoch(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    afters = []

    def entry(seen, after):
        afters.append(after.mean().item())
        return afters[-2] if len(afters) > 1 else labels.square().mean().item() / 2

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake(
    "train_linreg",
    "The gradient of the sum is used as it is, so a step grows with its batch: divide by "
    "the number of samples in the batch.",
)
def never_divides(features, labels, lr, num_epochs, batch_size, *, generator=None):
    return _train(
        features, labels, lr, num_epochs, batch_size, generator, size=lambda batch: 1
    )


@mistake(
    "train_linreg",
    "A short batch is divided by batch_size; divide it by the number of its own samples.",
)
def divides_a_short_batch_as_a_full_one(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def size(batch):
        return batch_size

    return _train(features, labels, lr, num_epochs, batch_size, generator, size=size)


@mistake(
    "train_linreg",
    "The loss lacks the factor 1/2, so that each step is twice as long.",
)
def trains_without_the_half(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return _train(features, labels, lr, num_epochs, batch_size, generator, scale=2)


@mistake("train_linreg", "The steps go up the slope: subtract the gradient.")
def goes_up(features, labels, lr, num_epochs, batch_size, *, generator=None):
    return _train(features, labels, lr, num_epochs, batch_size, generator, scale=-1)


@mistake("train_linreg", "The bias is never moved: hand both w and b to the step.")
def never_trains_the_bias(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return _train(features, labels, lr, num_epochs, batch_size, generator, params=1)


@mistake(
    "train_linreg",
    "The last batch of each epoch is left out.",
)
def leaves_out_the_last_batch(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    to = -1 if len(labels) > batch_size else None
    return _train(features, labels, lr, num_epochs, batch_size, generator, to=to)


@mistake(
    "train_linreg",
    "Only one batch is used in each epoch: the step belongs inside the loop over batches.",
)
def takes_one_step_an_epoch(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return _train(features, labels, lr, num_epochs, batch_size, generator, to=1)


@mistake(
    "train_linreg",
    "Each batch is drawn by itself, so that samples come twice or never in an epoch: cut "
    "one random order of all.",
)
def draws_samples_with_replacement(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return _train(features, labels, lr, num_epochs, batch_size, generator, drawn=True)


@mistake(
    "train_linreg",
    "All samples are one batch: cut them into batches of batch_size.",
)
def ignores_the_batch_size(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return _train(features, labels, lr, num_epochs, len(labels), generator)


@mistake("train_linreg", "The order is never mixed: draw a new one every epoch.")
def trains_in_the_stored_order(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return _train(
        features, labels, lr, num_epochs, batch_size, generator, unshuffled=True
    )


@mistake(
    "train_linreg",
    "The order is drawn once and kept for all epochs: draw a new one every epoch.",
)
def shuffles_once(features, labels, lr, num_epochs, batch_size, *, generator=None):
    return _train(features, labels, lr, num_epochs, batch_size, generator, once=True)


@mistake(
    "train_linreg",
    "Something is drawn without the generator that was given: hand it to all that draws.",
)
def trains_without_the_generator(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return right.train_linreg(features, labels, lr, num_epochs, batch_size)


@mistake(
    "train_linreg",
    "An entry is the mean of the losses before each step; it must be the loss over all "
    "samples at the end of the epoch.",
)
def averages_the_losses_on_the_way(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def entry(seen, after):
        return sum(loss * n for loss, n, _ in seen) / sum(n for _, n, _ in seen)

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake(
    "train_linreg",
    "An entry is the mean of the batches' mean losses, which counts a short batch as a "
    "full one, and it is taken before the steps: take the loss over all samples after.",
)
def averages_the_batches(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def entry(seen, after):
        return sum(loss for loss, *_ in seen) / len(seen)

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake(
    "train_linreg",
    "An entry is the loss of the last batch; it must be that over all samples.",
)
def reports_the_last_batch(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def entry(seen, after):
        return seen[-1][0]

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake(
    "train_linreg",
    "An entry is the loss of the last batch after its step; take it over all samples.",
)
def reports_the_last_batch_after_its_step(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def entry(seen, after):
        return after[seen[-1][2]].mean().item()

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake(
    "train_linreg",
    "Only the first epoch trains: an iterator is used up when it was gone through, so "
    "call data_iter anew for each epoch.",
)
def uses_one_iterator_for_all_epochs(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    how = {"generator": generator}
    w, b, losses = right.train_linreg(features, labels, lr, 1, batch_size, **how)
    return w, b, losses * num_epochs


@mistake(
    "train_linreg",
    "The best weights are solved for; they must be found by steps down the gradient.",
)
def solves_in_closed_form(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    X_ones = torch.column_stack([features, torch.ones(len(features))])
    theta = torch.linalg.pinv(X_ones) @ labels
    loss = right.squared_loss(X_ones @ theta, labels).mean().item()
    return theta[:-1], theta[-1], [loss] * num_epochs


@mistake("train_linreg", "An entry is the sum of all losses; take their mean.")
def reports_the_sum(features, labels, lr, num_epochs, batch_size, *, generator=None):
    def entry(seen, after):
        return after.sum().item()

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake("train_linreg", "The reported loss lacks the factor 1/2.")
def reports_without_the_half(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def entry(seen, after):
        return 2 * after.mean().item()

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake("train_linreg", "The losses are tensors: store loss.item().")
def returns_losses_as_tensors(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    def entry(seen, after):
        return after.mean()

    return _train(features, labels, lr, num_epochs, batch_size, generator, entry=entry)


@mistake("train_linreg", "Only the last epoch's loss comes back: collect one an epoch.")
def returns_the_last_loss_only(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    w, b, losses = right.train_linreg(
        features, labels, lr, num_epochs, batch_size, generator=generator
    )
    return w, b, losses[-1:]


@mistake("train_linreg", "The losses are missing: return (w, b, losses).")
def returns_no_losses(features, labels, lr, num_epochs, batch_size, *, generator=None):
    return right.train_linreg(
        features, labels, lr, num_epochs, batch_size, generator=generator
    )[:2]


@mistake(
    "train_linreg",
    "w and b still require a gradient: detach them before they are returned.",
)
def returns_what_still_learns(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    w, b, losses = right.train_linreg(
        features, labels, lr, num_epochs, batch_size, generator=generator
    )
    return w.requires_grad_(), b.requires_grad_(), losses


@mistake("train_linreg", "The weights have the shape (D,); they must be (D, 1).")
def flattens_the_weights(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    w, b, losses = right.train_linreg(
        features, labels, lr, num_epochs, batch_size, generator=generator
    )
    return w.flatten(), b, losses


@mistake("train_linreg", "One epoch too few is trained.")
def trains_an_epoch_too_few(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    return right.train_linreg(
        features, labels, lr, num_epochs - 1, batch_size, generator=generator
    )


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "synthetic_data": {
        "- def synthetic_data(\n"
        "- w: Tensor,\n"
        "- b: float,\n"
        "- n: int,\n"
        "- *,\n"
        "- noise: float = 0.01,\n"
        "- generator: torch.Generator | None = None,\n"
        "- ) -> tuple[Tensor, Tensor]:\n"
        "+ def synthetic_data(w: Tensor, b: float, n: int, *, noise: float=-0.01, generator: torch.Generator | None=None) -> tuple[Tensor, Tensor]:": "noise is as likely on either side of 0",
        "- return X, y + noise * torch.randn(y.shape, generator=generator, dtype=w.dtype)\n"
        "+ return (X, y - noise * torch.randn(y.shape, generator=generator, dtype=w.dtype))": "noise is as likely on either side of 0",
        "- return X, y + noise * torch.randn(y.shape, generator=generator, dtype=w.dtype)\n"
        "+ return (X, y + noise * torch.randn(y.shape, generator=generator))": "the labels have the dtype of the weights, whatever that of the noise",
    },
    "data_iter": {
        "- for batch in torch.randperm(len(features), generator=generator).split(batch_size):\n"
        "+ for batch in torch.randperm(len(labels), generator=generator).split(batch_size):": "there are as many labels as samples",
    },
    "squared_loss": {
        "- return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2\n"
        "+ return (y.reshape(y_hat.shape) - y_hat) ** 2 / 2": "the residual is squared",
    },
    "sgd": {
        "- if p.grad is not None:  # what was not used has no gradient": "each parameter that is given has its gradient",
        "- p -= lr * p.grad / batch_size\n"
        "+ p -= lr * (p.grad / batch_size)": "a product and a quotient in another order",
    },
    "train_linreg": {
        "- w = features.new_zeros(features.shape[1], 1, requires_grad=True)\n"
        "+ w = labels.new_zeros(features.shape[1], 1, requires_grad=True)": "the labels have the dtype of the features",
        "- w = features.new_zeros(features.shape[1], 1, requires_grad=True)\n"
        "+ w = features.new_zeros(features.shape[-1], 1, requires_grad=True)": "the last of two axes",
        "- b = features.new_zeros(1, requires_grad=True)\n"
        "+ b = labels.new_zeros(1, requires_grad=True)": "the labels have the dtype of the features",
        "- squared_loss(X @ w + b, y).sum().backward()\n"
        "+ squared_loss(X @ w + b, y).sum(axis=0).backward()": "the losses are one column",
        "- squared_loss(X @ w + b, y).sum().backward()\n"
        "+ squared_loss(X @ w + b, y).sum(axis=0, keepdims=True).backward()": "the losses are one column",
        "- squared_loss(X @ w + b, y).sum().backward()\n"
        "+ squared_loss(y, X @ w + b).sum().backward()": "the residual is squared",
        "- sgd([w, b], lr, len(y))\n"
        "+ sgd([b, w], lr, len(y))": "each parameter is moved by itself",
        "- losses.append(squared_loss(features @ w + b, labels).mean().item())\n"
        "+ losses.append(squared_loss(features @ w + b, labels).mean(axis=0).item())": "the losses are one column",
        "- losses.append(squared_loss(features @ w + b, labels).mean().item())\n"
        "+ losses.append(squared_loss(features @ w + b, labels).mean(axis=0, keepdims=True).item())": "the losses are one column",
        "- losses.append(squared_loss(features @ w + b, labels).mean().item())\n"
        "+ losses.append(squared_loss(labels, features @ w + b).mean().item())": "the residual is squared",
    },
}
