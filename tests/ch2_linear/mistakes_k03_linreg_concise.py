"""Wrong answers to linreg-concise that are rejected and can be named."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dojo.grading import mistake
from solutions.ch2_linear import k03_linreg_concise as right


@mistake(
    "load_array",
    "The samples are always mixed; where is_train is False they must come as they are: "
    "shuffle=is_train.",
)
def always_shuffles(data_arrays, batch_size, is_train=True):
    return right.load_array(data_arrays, batch_size)


@mistake("load_array", "The samples are never mixed: shuffle=is_train.")
def never_shuffles(data_arrays, batch_size, is_train=True):
    return right.load_array(data_arrays, batch_size, False)


@mistake(
    "load_array",
    "The samples are mixed when they should not be, and not when they should.",
)
def shuffles_the_wrong_way_round(data_arrays, batch_size, is_train=True):
    return right.load_array(data_arrays, batch_size, not is_train)


@mistake(
    "load_array", "Without is_train the samples are not mixed: it is True by default."
)
def is_not_for_training_by_default(data_arrays, batch_size, is_train=False):
    return right.load_array(data_arrays, batch_size, is_train)


@mistake(
    "load_array",
    "What remains after the last full batch is dropped: leave out drop_last.",
)
def drops_the_short_batch(data_arrays, batch_size, is_train=True):
    data = TensorDataset(*data_arrays)
    return DataLoader(data, batch_size, shuffle=is_train, drop_last=True)


@mistake(
    "load_array",
    "The short batch is dropped where is_train is True: leave out drop_last.",
)
def drops_the_short_batch_in_training(data_arrays, batch_size, is_train=True):
    data = TensorDataset(*data_arrays)
    return DataLoader(data, batch_size, shuffle=is_train, drop_last=is_train)


@mistake("load_array", "batch_size is not used: each batch holds one sample.")
def leaves_out_the_batch_size(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(*data_arrays), shuffle=is_train)


@mistake(
    "load_array",
    "The tuple is given as one thing: unpack it, TensorDataset(*data_arrays).",
)
def forgets_to_unpack(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(data_arrays), batch_size, shuffle=is_train)


@mistake(
    "load_array",
    "The loader takes the tuple itself for the data, so its samples are whole tensors: "
    "make a TensorDataset of them, whose samples are their rows.",
)
def hands_over_the_tuple(data_arrays, batch_size, is_train=True):
    return DataLoader(data_arrays, batch_size, shuffle=is_train)


@mistake(
    "load_array",
    "The samples are mixed once, when the loader is made, and each pass has that order: "
    "shuffle=is_train mixes them anew each time.",
)
def mixes_once(data_arrays, batch_size, is_train=True):
    N = len(data_arrays[0])
    order = torch.randperm(N) if is_train else torch.arange(N)
    return right.load_array(tuple(a[order] for a in data_arrays), batch_size, False)


@mistake("load_array", "Only the first two tensors are taken: take all that are given.")
def takes_two_tensors_only(data_arrays, batch_size, is_train=True):
    return right.load_array(data_arrays[:2], batch_size, is_train)


@mistake("load_array", "The parts of a batch come in another order than the tensors.")
def turns_the_parts_round(data_arrays, batch_size, is_train=True):
    return right.load_array(data_arrays[::-1], batch_size, is_train)


@mistake("load_array", "This is the dataset; wrap a DataLoader around it.")
def returns_the_dataset(data_arrays, batch_size, is_train=True):
    return TensorDataset(*data_arrays)


@mistake("load_array", "This is a list of batches: return the DataLoader itself.")
def returns_a_list(data_arrays, batch_size, is_train=True):
    return list(right.load_array(data_arrays, batch_size, is_train))


@mistake(
    "load_array",
    "The order is the same every time, whatever torch's seed: hand over no generator.",
)
def mixes_the_same_way_every_time(data_arrays, batch_size, is_train=True):
    order = torch.randperm(
        len(data_arrays[0]), generator=torch.Generator().manual_seed(0)
    )
    order = order if is_train else torch.arange(len(order))
    return right.load_array(tuple(a[order] for a in data_arrays), batch_size, False)


def _made(in_features, std, *, mean=0.0, bias=0.0, after=()):
    linear = nn.Linear(in_features, 1, bias=bias is not None)
    nn.init.normal_(linear.weight, mean, std)
    if isinstance(bias, float):
        nn.init.constant_(linear.bias, bias)
    return nn.Sequential(linear, *after)


@mistake(
    "make_linreg",
    "std is taken for the mean: normal_'s second argument is the mean, write std=std.",
)
def takes_std_for_the_mean(in_features, std=0.01):
    return _made(in_features, 1.0, mean=std)


@mistake("make_linreg", "The weight starts as torch starts it: draw it with std.")
def leaves_the_weight_as_it_is(in_features, std=0.01):
    linear = nn.Linear(in_features, 1)
    nn.init.zeros_(linear.bias)
    return nn.Sequential(linear)


@mistake(
    "make_linreg",
    "The bias starts at random, as nn.Linear starts it or as the weight does: set it to 0.",
)
def starts_the_bias_at_random(in_features, std=0.01):
    return _made(in_features, std, bias="")


@mistake(
    "make_linreg", "The bias starts at {value}; it starts at 0.", value=[0.01, 1.0]
)
def starts_the_bias_elsewhere(in_features, std=0.01, *, value):
    return _made(in_features, std, bias=value)


@mistake("make_linreg", "There is no bias: leave out bias=False.")
def has_no_bias(in_features, std=0.01):
    return _made(in_features, std, bias=None)


@mistake("make_linreg", "The weight is all zeros; draw it.")
def starts_the_weight_at_zero(in_features, std=0.01):
    return _made(in_features, 0.0)


@mistake(
    "make_linreg",
    "All weights are the same number; each must be drawn.",
)
def starts_all_weights_alike(in_features, std=0.01):
    net = _made(in_features, std)
    nn.init.constant_(net[0].weight, std)
    return net


@mistake(
    "make_linreg",
    "The weight is drawn with std {size} always: use the argument.",
    size=[0.01, 1.0],
)
def ignores_std(in_features, std=0.01, *, size):
    return _made(in_features, size)


@mistake("make_linreg", "The weight is uniform between 0 and std; it must be normal.")
def draws_a_uniform_weight(in_features, std=0.01):
    net = _made(in_features, std)
    nn.init.uniform_(net[0].weight, 0, std)
    return net


@mistake("make_linreg", "std is taken for the variance: it is the standard deviation.")
def takes_std_for_the_variance(in_features, std=0.01):
    return _made(in_features, std**0.5)


@mistake(
    "make_linreg",
    "A ReLU follows the layer, so no prediction is negative: a linear model ends there.",
)
def adds_an_activation(in_features, std=0.01):
    return _made(in_features, std, after=[nn.ReLU()])


@mistake(
    "make_linreg",
    "This is the layer; wrap it, nn.Sequential(layer), so that it stands at index 0.",
)
def returns_the_layer(in_features, std=0.01):
    return _made(in_features, std)[0]


@mistake(
    "make_linreg",
    "The layer stands behind an nn.Flatten; it must stand at index 0.",
)
def flattens_first(in_features, std=0.01):
    return nn.Sequential(nn.Flatten(), *_made(in_features, std))


@mistake("make_linreg", "The layer has as many outputs as features; it has one.")
def has_as_many_outputs_as_features(in_features, std=0.01):
    return nn.Sequential(nn.Linear(in_features, min(in_features, 7)))


@mistake("make_linreg", "The weight does not learn: leave requires_grad alone.")
def freezes_the_weight(in_features, std=0.01):
    net = _made(in_features, std)
    net[0].weight.requires_grad_(False)
    return net


@mistake(
    "make_linreg",
    "Every model starts alike, whatever torch's seed: do not reseed.",
)
def starts_alike_every_time(in_features, std=0.01):
    net = _made(in_features, std)
    generator = torch.Generator().manual_seed(0)
    nn.init.normal_(net[0].weight, std=std, generator=generator)
    return net


def _train(net, data_iter, loss, optimizer, num_epochs, **slip):
    """Train with a slip: what is left out, moved, or counted in another way."""
    losses = []
    for _ in range(num_epochs):
        seen = []
        if slip.get("zero") == "epoch":
            optimizer.zero_grad()
        for at, (X, y) in enumerate(data_iter):
            if at == slip.get("stop"):
                break
            value = slip.get("instead", loss)(net(X), y)
            if slip.get("zero", "first") == "first":
                optimizer.zero_grad()
            if slip.get("zero") == "late":
                value.backward()
                optimizer.zero_grad()
            elif slip.get("order") == "step first":
                optimizer.step()
                value.backward()
            elif slip.get("backward", True):
                value.backward()
            if slip.get("step", True) and slip.get("order") != "step first":
                optimizer.step()
            if slip.get("twice"):
                optimizer.step()
            if slip.get("after"):
                value = loss(net(X), y)
            seen.append((value.item(), len(y)))
        if slip.get("step") == "":
            optimizer.step()
        losses.append(slip.get("entry", _mean)(seen))
    return losses


def _mean(seen):
    return sum(value * n for value, n in seen) / sum(n for _, n in seen)


@mistake(
    "train",
    "Gradients are never cleared, so each step also takes those of all batches before: "
    "call optimizer.zero_grad() before each backward.",
)
def never_clears_the_gradients(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, zero="never")


@mistake(
    "train",
    "Gradients are cleared once an epoch: clear them for each batch.",
)
def clears_once_an_epoch(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, zero="epoch")


@mistake(
    "train",
    "Gradients are cleared between backward and step, so the step has none: clear them "
    "before backward.",
)
def clears_before_the_step(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, zero="late")


@mistake("train", "The step comes before backward, without this batch's gradients.")
def steps_before_backward(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, order="step first")


@mistake("train", "The optimizer never steps: call optimizer.step() after backward.")
def never_steps(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, step=False)


@mistake("train", "backward is never called, so there are no gradients to step along.")
def never_goes_back(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, backward=False)


@mistake(
    "train",
    "The step is taken once an epoch: it belongs inside the loop over the batches.",
)
def steps_once_an_epoch(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, step="")


@mistake("train", "Only the first batch of an epoch is used: go through them all.")
def uses_the_first_batch_only(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, stop=1)


@mistake("train", "The last batch of an epoch is left out, short as it may be.")
def leaves_out_the_last_batch(net, data_iter, loss, optimizer, num_epochs):
    stop = len(data_iter) - 1
    return _train(net, data_iter, loss, optimizer, num_epochs, stop=stop)


@mistake(
    "train",
    "An entry is the loss of the epoch's last batch; it must be the mean over its samples.",
)
def reports_the_last_batch(net, data_iter, loss, optimizer, num_epochs):
    def entry(seen):
        return seen[-1][0]

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake(
    "train",
    "The batches' losses are averaged as if all were of one size: weigh each by the "
    "number of its samples.",
)
def averages_the_batches(net, data_iter, loss, optimizer, num_epochs):
    def entry(seen):
        return sum(value for value, _ in seen) / len(seen)

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake(
    "train",
    "An entry is the sum of the batches' losses: weigh each by its size and divide by the "
    "number of samples.",
)
def adds_the_losses_up(net, data_iter, loss, optimizer, num_epochs):
    def entry(seen):
        return sum(value for value, _ in seen)

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake(
    "train",
    "The batches' mean losses are added up and divided by the number of samples, so a "
    "mean is divided twice: weigh each by the size of its batch first.",
)
def divides_the_means_by_the_samples(net, data_iter, loss, optimizer, num_epochs):
    def entry(seen):
        return sum(value for value, _ in seen) / sum(n for _, n in seen)

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake(
    "train",
    "The weighed losses are never divided: an entry is N times the mean.",
)
def never_divides_by_the_samples(net, data_iter, loss, optimizer, num_epochs):
    def entry(seen):
        return sum(value * n for value, n in seen)

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake(
    "train",
    "Each batch's loss is taken again after its step; take the one that the step was made "
    "for.",
)
def takes_the_losses_after_the_step(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, after=True)


@mistake(
    "train",
    "The loss that was given is not used: call loss(net(X), y).",
)
def always_takes_the_squared_error(net, data_iter, loss, optimizer, num_epochs):
    mse = nn.functional.mse_loss
    return _train(net, data_iter, loss, optimizer, num_epochs, instead=mse)


@mistake(
    "train",
    "An entry is the mean loss after the epoch, with the weights that it ended with; take "
    "each batch's loss before its step.",
)
def takes_the_loss_after_the_epoch(net, data_iter, loss, optimizer, num_epochs):
    def entry(seen):
        with torch.no_grad():
            return _mean([(loss(net(X), y).item(), len(y)) for X, y in data_iter])

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake(
    "train",
    "The sums go on from epoch to epoch: start them at zero in each.",
)
def never_resets_the_sums(net, data_iter, loss, optimizer, num_epochs):
    every = []

    def entry(seen):
        every.extend(seen)
        return _mean(every)

    return _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)


@mistake("train", "Each batch takes two steps; one is due.")
def steps_twice(net, data_iter, loss, optimizer, num_epochs):
    return _train(net, data_iter, loss, optimizer, num_epochs, twice=True)


@mistake(
    "train",
    "The optimizer that was given never steps: another one does. Use the one given.",
)
def makes_an_optimizer_of_its_own(net, data_iter, loss, optimizer, num_epochs):
    own = torch.optim.SGD(net.parameters(), lr=0.03)
    return right.train(net, data_iter, loss, own, num_epochs)


@mistake(
    "train",
    "The loss is given the labels first; it takes predictions, then labels.",
)
def gives_the_loss_its_labels_first(net, data_iter, loss, optimizer, num_epochs):
    def turned(y_hat, y):
        return loss(y, y_hat)

    return _train(net, data_iter, loss, optimizer, num_epochs, instead=turned)


@mistake("train", "The losses are tensors: store loss.item().")
def returns_losses_as_tensors(net, data_iter, loss, optimizer, num_epochs):
    losses = right.train(net, data_iter, loss, optimizer, num_epochs)
    return [torch.tensor(value) for value in losses]


@mistake("train", "Only the last epoch's loss comes back: collect one an epoch.")
def returns_the_last_loss_only(net, data_iter, loss, optimizer, num_epochs):
    return right.train(net, data_iter, loss, optimizer, num_epochs)[-1:]


@mistake("train", "One loss comes back for each batch: there is one for each epoch.")
def returns_a_loss_for_each_batch(net, data_iter, loss, optimizer, num_epochs):
    every = []

    def entry(seen):
        every.extend(value for value, _ in seen)

    _train(net, data_iter, loss, optimizer, num_epochs, entry=entry)
    return every


@mistake("train", "One epoch is trained, whatever num_epochs says.")
def trains_one_epoch(net, data_iter, loss, optimizer, num_epochs):
    return right.train(net, data_iter, loss, optimizer, 1)


@mistake("train", "One epoch too many is trained.")
def trains_an_epoch_too_many(net, data_iter, loss, optimizer, num_epochs):
    return right.train(net, data_iter, loss, optimizer, num_epochs + 1)


@mistake("train", "The net is put in evaluation mode, where it must be trained.")
def trains_in_evaluation_mode(net, data_iter, loss, optimizer, num_epochs):
    return right.train(net.eval(), data_iter, loss, optimizer, num_epochs)


def _huber(y_hat, y, delta, near, far):
    r = (y_hat - y).abs()
    return torch.where(r <= delta, near(r), far(r)).mean()


@mistake("huber_loss", "The parabola lacks its factor 1/2.")
def forgets_the_half_of_the_parabola(y_hat, y, delta=1.0):
    return _huber(y_hat, y, delta, lambda r: r**2, lambda r: delta * (r - delta / 2))


@mistake(
    "huber_loss",
    "The line lacks -delta²/2, so that the loss jumps where the parabola ends.",
)
def lets_the_loss_jump(y_hat, y, delta=1.0):
    return _huber(y_hat, y, delta, lambda r: r**2 / 2, lambda r: delta * r)


@mistake(
    "huber_loss",
    "From the line delta is subtracted and not its half: delta (|r| - delta/2).",
)
def subtracts_all_of_delta(y_hat, y, delta=1.0):
    return _huber(y_hat, y, delta, lambda r: r**2 / 2, lambda r: delta * (r - delta))


@mistake(
    "huber_loss",
    "The line's slope is 1 and not delta: delta (|r| - delta/2).",
)
def forgets_delta_before_the_line(y_hat, y, delta=1.0):
    return _huber(y_hat, y, delta, lambda r: r**2 / 2, lambda r: r - delta / 2)


@mistake(
    "huber_loss",
    "The line subtracts 1/2 whatever delta is: delta (|r| - delta/2).",
)
def subtracts_a_fixed_half(y_hat, y, delta=1.0):
    return _huber(y_hat, y, delta, lambda r: r**2 / 2, lambda r: delta * (r - 0.5))


@mistake(
    "huber_loss",
    "This is divided by delta, as the smooth L1 loss is: Huber's loss is not.",
)
def is_the_smooth_l1_loss(y_hat, y, delta=1.0):
    return right.huber_loss(y_hat, y, delta) / delta


@mistake("huber_loss", "delta is 1 whatever was asked for: use the argument.")
def ignores_delta(y_hat, y, delta=1.0):
    return right.huber_loss(y_hat, y)


@mistake(
    "huber_loss", "Parabola and line have changed places: the parabola is near zero."
)
def swaps_parabola_and_line(y_hat, y, delta=1.0):
    return _huber(
        y_hat, y, delta, lambda r: delta * (r - delta / 2), lambda r: r**2 / 2
    )


@mistake(
    "huber_loss",
    "A negative residual counts as small, however far it is: compare |r| with delta.",
)
def forgets_negative_residuals(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(r <= delta, r**2 / 2, delta * (r.abs() - delta / 2)).mean()


@mistake("huber_loss", "The losses are added up; take their mean.")
def adds_up_instead(y_hat, y, delta=1.0):
    return right.huber_loss(y_hat, y, delta) * y.numel()


@mistake("huber_loss", "Each sample's loss comes by itself: take their mean.")
def leaves_the_samples_apart(y_hat, y, delta=1.0):
    r = (y_hat - y).abs()
    return torch.where(r <= delta, r**2 / 2, delta * (r - delta / 2))


@mistake(
    "huber_loss",
    "The mean residual is put through Huber's function; put each through, then average.",
)
def averages_first(y_hat, y, delta=1.0):
    r = (y_hat - y).abs().mean()
    return torch.where(r <= delta, r**2 / 2, delta * (r - delta / 2))


@mistake("huber_loss", "This is the mean squared error: far out it must be a line.")
def is_the_squared_error(y_hat, y, delta=1.0):
    return ((y_hat - y) ** 2).mean()


@mistake(
    "huber_loss", "This is half the mean squared error: far out it must be a line."
)
def is_half_the_squared_error(y_hat, y, delta=1.0):
    return ((y_hat - y) ** 2).mean() / 2


@mistake(
    "huber_loss", "This is the mean absolute error: near zero it must be a parabola."
)
def is_the_absolute_error(y_hat, y, delta=1.0):
    return (y_hat - y).abs().mean()


@mistake(
    "huber_loss",
    "Residuals are cut off at delta and squared, so that none beyond it has a slope: "
    "go on with a line.",
)
def cuts_the_residuals_off(y_hat, y, delta=1.0):
    return ((y_hat - y).clamp(-delta, delta) ** 2).mean() / 2


@mistake("huber_loss", "The result is a Python number, cut from the graph.")
def returns_a_number(y_hat, y, delta=1.0):
    return right.huber_loss(y_hat, y, delta).item()


@mistake(
    "huber_loss",
    "The predictions are cut from the graph: .detach(), .data and .numpy() stop the "
    "gradient.",
)
def cuts_the_predictions_from_the_graph(y_hat, y, delta=1.0):
    return right.huber_loss(y_hat.detach(), y, delta)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "huber_loss": {
        "- r = (y_hat - y).abs()\n"
        "+ r = (y - y_hat).abs()": "the size of the residual is taken",
        "- return torch.where(r <= delta, r**2 / 2, delta * (r - delta / 2)).mean()\n"
        "+ return torch.where(r < delta, r ** 2 / 2, delta * (r - delta / 2)).mean()": "where they meet both parts have one value and one slope",
    },
}
