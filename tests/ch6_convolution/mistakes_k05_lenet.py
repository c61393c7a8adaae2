"""Wrong answers to LeNet that the grader must reject and the dojo can name."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch6_convolution import k05_lenet as right


@mistake(
    "num_flat_features",
    "The batch is counted too: leave out the first axis, x.shape[1:].",
)
def counts_the_batch(x):
    return x.numel()


@mistake("num_flat_features", "The sizes are added; they must be multiplied.")
def adds_the_sizes(x):
    return sum(x.shape[1:])


@mistake(
    "num_flat_features",
    "Only the first axis after the batch is counted: multiply all that follow.",
)
def counts_the_channels_only(x):
    return x.shape[1]


@mistake(
    "num_flat_features",
    "The channels are left out: only the first axis, the batch, does not count.",
)
def leaves_out_the_channels(x):
    return math.prod(x.shape[2:])


class _Net(right.LeNet):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        cls.forward = _Net.forward  # its own, so that what it raises is its failure

    def _conv(self, x, layer):
        return F.max_pool2d(self.activation(layer(x)), 2)

    def _flat(self, x):
        return x.flatten(1)

    def _fc(self, x, layer):
        return self.activation(layer(x))

    def _end(self, x):
        return self.fc3(x)

    def _checked(self, x):
        if x.dim() != 4:
            raise ValueError(x.shape)
        return x

    def forward(self, x):
        x = self._conv(self._conv(self._checked(x), self.conv1), self.conv2)
        x = self._fc(self._fc(self._flat(x), self.fc1), self.fc2)
        return self._end(x)


@mistake(
    "LeNet",
    "fc1 takes 400 features whatever the size of the images: 16 * side * side reach "
    "it, and side depends on in_size.",
)
class HardCodes400(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(in_channels, num_classes, 32, activation)


@mistake(
    "LeNet",
    "The side of the last feature map is in_size / 4: each 5x5 convolution without "
    "padding takes 4 pixels away, too.",
)
class ForgetsWhatConvolutionsTakeAway(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(in_channels, num_classes, in_size, activation)
        self.fc1 = nn.Linear(16 * (in_size // 4) ** 2, 120)


@mistake(
    "LeNet",
    "conv1 takes one channel whatever in_channels says: color images have three.",
)
class TakesOneChannelOnly(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(1, num_classes, in_size, activation)


@mistake("LeNet", "fc3 gives 10 outputs whatever num_classes says.")
class AlwaysHasTenClasses(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(in_channels, 10, in_size, activation)


@mistake(
    "LeNet",
    "Softmax at the end: the loss takes logits and applies softmax itself, so it would "
    "be applied twice.",
)
class EndsInSoftmax(_Net):
    def _end(self, x):
        return F.softmax(self.fc3(x), dim=1)


@mistake(
    "LeNet",
    "Log-softmax at the end: the loss takes logits and applies it itself; return what "
    "fc3 gives.",
)
class EndsInLogSoftmax(_Net):
    def _end(self, x):
        return F.log_softmax(self.fc3(x), dim=1)


@mistake(
    "LeNet",
    "The activation follows fc3 too, so no logit can be negative: return what fc3 gives.",
)
class ActivatesTheLogits(_Net):
    def _end(self, x):
        return self.activation(self.fc3(x))


@mistake("LeNet", "ReLU is used whatever activation was asked for.")
class AlwaysUsesRelu(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(in_channels, num_classes, in_size, nn.ReLU)


@mistake(
    "LeNet",
    "There is no activation between the linear layers: without one, three of them are "
    "no more than one.",
)
class ForgetsToActivateLinearLayers(_Net):
    def _fc(self, x, layer):
        return layer(x)


@mistake(
    "LeNet",
    "Only fc1 is followed by the activation; fc2 must be, too.",
)
class ForgetsToActivateFc2(_Net):
    def _fc(self, x, layer):
        return layer(x) if layer is self.fc2 else self.activation(layer(x))


@mistake(
    "LeNet",
    "Only fc2 is followed by the activation; fc1 must be, too.",
)
class ForgetsToActivateFc1(_Net):
    def _fc(self, x, layer):
        return layer(x) if layer is self.fc1 else self.activation(layer(x))


@mistake(
    "LeNet",
    "The convolutions are not followed by the activation: it comes between each of "
    "them and its pooling.",
)
class ForgetsToActivateConvolutions(_Net):
    def _conv(self, x, layer):
        return F.max_pool2d(layer(x), 2)


@mistake(
    "LeNet",
    "The result is flattened to rows of 400 whatever the size of the images: keep the "
    "batch axis and flatten the rest.",
)
class FlattensTo400(_Net):
    def _flat(self, x):
        return x.reshape(-1, 400)


@mistake(
    "LeNet",
    "Nothing flattens the feature maps before fc1: x.flatten(1) keeps the batch axis.",
)
class NeverFlattens(_Net):
    def _flat(self, x):
        return x


@mistake(
    "LeNet",
    "The layers are parts of an nn.Sequential, under its numbers: make them attributes, "
    "conv1, conv2, fc1, fc2 and fc3.",
)
class HidesItsLayers(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__()
        whole = right.LeNet(in_channels, num_classes, in_size, activation)
        self.layers = nn.Sequential(*whole.children())


@mistake(
    "LeNet",
    "A comma at the end of the line makes a tuple of the layer: take it out.",
)
class MakesATupleOfALayer(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__()
        whole = right.LeNet(in_channels, num_classes, in_size, activation)
        self.conv1, self.conv2 = whole.conv1, whole.conv2
        self.fc1 = (whole.fc1,)
        self.fc2, self.fc3 = whole.fc2, whole.fc3


@mistake(
    "LeNet",
    "conv1 pads the image by 2, as for 28 pixels in 1998; there is no padding here.",
)
class PadsTheImage(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(in_channels, num_classes, in_size, activation)
        self.conv1 = nn.Conv2d(in_channels, 6, 5, padding=2)
        self.fc1 = nn.Linear(16 * ((in_size // 2 - 4) // 2) ** 2, 120)


@mistake(
    "LeNet",
    "The convolutions have no bias: all five layers have one.",
)
class LeavesOutTheBiases(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__(in_channels, num_classes, in_size, activation)
        self.conv1 = nn.Conv2d(in_channels, 6, 5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)


@mistake(
    "LeNet",
    "Pooling takes the mean, as in 1998; here it takes the maximum.",
)
class PoolsByTheMean(_Net):
    def _conv(self, x, layer):
        return F.avg_pool2d(self.activation(layer(x)), 2)


@mistake(
    "LeNet",
    "Pooling comes before the activation: the two may only be swapped if the "
    "activation never falls.",
)
class PoolsBeforeTheActivation(_Net):
    def _conv(self, x, layer):
        return self.activation(F.max_pool2d(layer(x), 2))


@mistake(
    "LeNet",
    "An image without a batch axis is flattened as if it were a batch of one: "
    "view(-1, features) merges whatever there is. Keep the first axis, or check it.",
)
class TakesOneImageForABatch(_Net):
    def _checked(self, x):
        return x

    def _flat(self, x):
        return x.reshape(-1, self.fc1.in_features)


def _train(
    net,
    images,
    labels,
    *,
    epochs=4,
    batch_size=32,
    lr=0.05,
    momentum=0.9,
    generator=None,
    **wrong,
):
    """Train as the reference does, but for the slips that `wrong` names."""
    N, entries, optimizer = len(labels), [], None
    if "mode" not in wrong:
        net.train()
    order = torch.arange(N) if "unshuffled" in wrong else None
    for _ in range(epochs):
        if optimizer is None or "restart" in wrong:
            optimizer = wrong.get("optimizer", torch.optim.SGD)(
                net.parameters(), lr=lr, **_momentum(wrong, momentum)
            )
        if order is None or not {"once", "unshuffled"} & wrong.keys():
            order = torch.randperm(N, generator=generator)
        losses = []
        for at in range(0, N, batch_size):
            batch = order[at : at + batch_size]
            if "drop_last" in wrong and len(batch) < batch_size:
                break
            y = labels[at : at + batch_size] if "unpaired" in wrong else labels[batch]
            X = images[at : at + batch_size] if "in rows" in wrong else images[batch]
            loss = wrong.get("loss", F.cross_entropy)(net(X), y)
            if not {"accumulate", "late"} & wrong.keys():
                optimizer.zero_grad()
            loss.backward()
            if "still" not in wrong:
                optimizer.step()
            if "late" in wrong:
                optimizer.zero_grad()
            if "after" in wrong:
                loss = F.cross_entropy(net(X), y)
            losses.append((loss.item(), len(batch)))
        if "rest" in wrong:
            net.eval()
        entries.append(wrong.get("entry", _over_samples)(losses))
    return entries


def _momentum(wrong, momentum):
    """Return how the optimizer takes its momentum, if it takes any."""
    return {} if "optimizer" in wrong else {"momentum": momentum}


def _over_samples(losses):
    return sum(loss * n for loss, n in losses) / max(sum(n for _, n in losses), 1)


@mistake(
    "train_lenet",
    "The gradients are never zeroed, so every step adds those of all earlier batches: "
    "call optimizer.zero_grad() before backward.",
)
def never_zeroes_the_gradients(net, images, labels, **how):
    return _train(net, images, labels, **how, accumulate=True)


@mistake(
    "train_lenet",
    "The gradients are zeroed after the step alone, so the first step adds those that "
    "the net came with: call optimizer.zero_grad() before backward.",
)
def zeroes_after_the_step_alone(net, images, labels, **how):
    return _train(net, images, labels, **how, late=True)


@mistake(
    "train_lenet",
    "The weights never change: optimizer.step() must follow backward, and find the "
    "gradients that it left.",
)
def never_steps(net, images, labels, **how):
    return _train(net, images, labels, **how, still=True)


@mistake(
    "train_lenet",
    "The steps are Adam's; torch.optim.SGD with momentum is wanted.",
)
def uses_adam(net, images, labels, **how):
    return _train(net, images, labels, **how, optimizer=torch.optim.Adam)


@mistake(
    "train_lenet",
    "The generator is set back to its seed, so a second run repeats the orders of the "
    "first: draw from it as it comes.",
)
def sets_the_generator_back(net, images, labels, *, generator=None, **how):
    if generator is None:
        torch.manual_seed(torch.initial_seed())
    else:
        generator.manual_seed(generator.initial_seed())
    return _train(net, images, labels, **how, generator=generator)


@mistake(
    "train_lenet",
    "All parameters are made to learn, also those that came frozen: leave "
    "requires_grad as it is.",
)
def thaws_what_is_frozen(net, images, labels, **how):
    net.requires_grad_(True)
    return _train(net, images, labels, **how)


@mistake(
    "train_lenet",
    "The net is put in evaluation mode after an epoch and trains on like that: call "
    "net.train() at the start of each epoch.",
)
def goes_on_in_evaluation_mode(net, images, labels, **how):
    return _train(net, images, labels, **how, rest=True)


@mistake(
    "train_lenet",
    "The losses are tensors: take their numbers with loss.item().",
)
def returns_tensors(net, images, labels, **how):
    def entry(losses):
        return torch.tensor(_over_samples(losses))

    return _train(net, images, labels, **how, entry=entry)


@mistake(
    "train_lenet",
    "The means of the batches are added and divided by the number of samples: weigh "
    "each by the size of its batch.",
)
def divides_batch_means_by_the_samples(net, images, labels, **how):
    def entry(losses):
        return sum(loss for loss, _ in losses) / len(labels)

    return _train(net, images, labels, **how, entry=entry)


@mistake(
    "train_lenet",
    "The means of the batches are divided by one more than there are: weigh each by "
    "the size of its batch and divide by the number of samples.",
)
def counts_one_batch_more(net, images, labels, **how):
    def entry(losses):
        return sum(loss for loss, _ in losses) / (len(losses) + 1)

    return _train(net, images, labels, **how, entry=entry)


@mistake(
    "train_lenet",
    "The sum is divided by the index of the last batch, and 1 is added afterwards, as "
    "in total / i + 1. Brackets would count the batches; weigh each by its size.",
)
def adds_one_after_the_division(net, images, labels, **how):
    def entry(losses):
        return sum(loss for loss, _ in losses) / (len(losses) - 1) + 1

    return _train(net, images, labels, **how, entry=entry)


@mistake(
    "train_lenet",
    "The last batch is dropped when it is short, but its samples count in the mean: "
    "every sample must be seen.",
)
def counts_a_batch_that_was_dropped(net, images, labels, **how):
    def entry(losses):
        return sum(loss * n for loss, n in losses) / len(labels)

    return _train(net, images, labels, **how, drop_last=True, entry=entry)


@mistake(
    "train_lenet",
    "The last batch is dropped when it is short: every sample must be seen.",
)
def drops_the_last_batch(net, images, labels, **how):
    return _train(net, images, labels, **how, drop_last=True)


@mistake(
    "train_lenet",
    "An entry is the mean of the batches' means, in which the samples of the short last "
    "batch weigh more: weigh each mean by the size of its batch.",
)
def averages_the_means_of_batches(net, images, labels, **how):
    def entry(losses):
        return sum(loss for loss, _ in losses) / len(losses)

    return _train(net, images, labels, **how, entry=entry)


@mistake(
    "train_lenet",
    "An entry is the loss of the epoch's last batch: it must be the mean over all.",
)
def reports_the_last_batch_only(net, images, labels, **how):
    return _train(net, images, labels, **how, entry=lambda losses: losses[-1][0])


@mistake(
    "train_lenet",
    "The losses of all epochs are added up: an epoch's sum begins at 0.",
)
def never_resets_the_total(net, images, labels, **how):
    so_far = []

    def entry(losses):
        so_far.extend(losses)
        return sum(loss * n for loss, n in so_far) / len(labels)

    return _train(net, images, labels, **how, entry=entry)


@mistake(
    "train_lenet",
    "There is an entry for each batch: the mean over the samples of an epoch is one "
    "entry.",
)
def gives_each_batch_an_entry(net, images, labels, **how):
    epochs = _train(net, images, labels, **how, entry=lambda losses: losses)
    return [loss for losses in epochs for loss, _ in losses]


@mistake(
    "train_lenet",
    "An entry is the sum of the batches' losses: divide by the number of samples, each "
    "loss weighed by the size of its batch.",
)
def adds_up_the_losses(net, images, labels, **how):
    return _train(
        net, images, labels, **how, entry=lambda ls: sum(loss for loss, _ in ls)
    )


@mistake(
    "train_lenet",
    "The optimizer is made anew every epoch, which forgets the momentum: make it once.",
)
def restarts_the_momentum_every_epoch(net, images, labels, **how):
    return _train(net, images, labels, **how, restart=True)


@mistake(
    "train_lenet",
    "The losses are taken after the step; they are those that the step was made for.",
)
def takes_the_losses_after_the_step(net, images, labels, **how):
    return _train(net, images, labels, **how, after=True)


@mistake(
    "train_lenet",
    "The loss is summed over the batch, so the step grows with its size: take the mean.",
)
def sums_the_loss_over_the_batch(net, images, labels, **how):
    def loss(Z, y):
        return F.cross_entropy(Z, y, reduction="sum")

    def entry(losses):
        return sum(loss for loss, _ in losses) / sum(n for _, n in losses)

    return _train(net, images, labels, **how, loss=loss, entry=entry)


@mistake(
    "train_lenet",
    "Softmax is applied before cross_entropy, which applies it itself: hand it logits.",
)
def applies_softmax_twice(net, images, labels, **how):
    def loss(Z, y):
        return F.cross_entropy(Z.softmax(1), y)

    return _train(net, images, labels, **how, loss=loss)


@mistake("train_lenet", "The momentum is not handed to the optimizer.")
def forgets_the_momentum(net, images, labels, **how):
    return _train(net, images, labels, **{**how, "momentum": 0.0})


@mistake(
    "train_lenet",
    "The images are shuffled but the labels are not, so they no longer belong together.",
)
def leaves_the_labels_behind(net, images, labels, **how):
    return _train(net, images, labels, **how, unpaired=True)


@mistake(
    "train_lenet",
    "The labels are shuffled but the images are not, so they no longer belong together.",
)
def leaves_the_images_behind(net, images, labels, **how):
    return _train(net, images, labels, **how, **{"in rows": True})


@mistake(
    "train_lenet",
    "Each batch's mean is weighed by batch_size, but the last batch may be short: weigh "
    "it by its own size.",
)
def weighs_the_short_batch_as_a_full_one(net, images, labels, batch_size=32, **how):
    def entry(losses):
        return batch_size * sum(loss for loss, _ in losses) / len(labels)

    return _train(net, images, labels, **how, batch_size=batch_size, entry=entry)


@mistake(
    "train_lenet",
    "The samples are never shuffled: draw a new order every epoch.",
)
def never_shuffles(net, images, labels, **how):
    return _train(net, images, labels, **how, unshuffled=True)


@mistake(
    "train_lenet",
    "The samples are shuffled once and for all: draw a new order every epoch.",
)
def shuffles_once(net, images, labels, **how):
    return _train(net, images, labels, **how, once=True)


@mistake(
    "train_lenet",
    "The order does not come from the generator that was given: hand it to randperm.",
)
def ignores_the_generator(net, images, labels, *, generator=None, **how):
    return _train(net, images, labels, **how)


@mistake(
    "train_lenet",
    "The net is not put in training mode: call net.train() before the first epoch.",
)
def trains_in_whatever_mode(net, images, labels, **how):
    return _train(net, images, labels, **how, mode=True)


def _share(net, images, labels):
    return (net(images).argmax(1) == labels).sum().item() / len(labels)


@mistake(
    "accuracy",
    "The net is judged in the mode it happens to be in, so dropout may still be on: "
    "call net.eval().",
)
def never_puts_the_net_to_rest(net, images, labels):
    with torch.no_grad():
        return _share(net, images, labels)


@mistake(
    "accuracy",
    "The net is left in evaluation mode: give each module the mode it had.",
)
def leaves_the_net_at_rest(net, images, labels):
    net.eval()
    with torch.no_grad():
        return _share(net, images, labels)


@mistake(
    "accuracy",
    "The net is always left in training mode: give each module the mode it had.",
)
def leaves_the_net_in_training(net, images, labels):
    share = leaves_the_net_at_rest(net, images, labels)
    net.train()
    return share


@mistake(
    "accuracy",
    "Only the mode of the whole net is kept, and train() gives it to all its parts: "
    "keep that of each module in net.modules().",
)
def restores_one_mode_for_all(net, images, labels):
    training = net.training
    share = leaves_the_net_at_rest(net, images, labels)
    net.train(training)
    return share


@mistake(
    "accuracy",
    "A graph is built though nothing is trained: judge under torch.no_grad().",
)
def builds_a_graph(net, images, labels):
    modes = [(module, module.training) for module in net.modules()]
    share = _share(net.eval(), images, labels)
    for module, training in modes:
        module.training = training
    return share


@mistake(
    "accuracy",
    "argmax without an axis looks for one largest number of the whole batch: take "
    "argmax(1), over the classes.",
)
def takes_one_largest_logit_of_all(net, images, labels):
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    with torch.no_grad():
        hits = int((net(images).argmax() == labels).sum())
    for module, training in modes:
        module.training = training
    return hits / len(labels)


@mistake(
    "accuracy",
    "The largest logit is sought along axis 0, over the batch: take argmax(1), over the "
    "classes.",
)
def seeks_the_largest_over_the_batch(net, images, labels):
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    with torch.no_grad():
        hits = int((net(images).argmax(0) == labels).sum())
    for module, training in modes:
        module.training = training
    return hits / len(labels)


@mistake(
    "accuracy",
    "This is the number of hits, an int: divide it by that of the samples.",
)
def never_divides_the_hits(net, images, labels):
    return round(right.accuracy(net, images, labels) * len(labels))


@mistake(
    "accuracy",
    "Autograd is switched on at the end, also where it was off: judge in a block "
    "`with torch.no_grad():`.",
)
def switches_autograd_on(net, images, labels):
    share = right.accuracy(net, images, labels)
    torch.set_grad_enabled(True)
    return share


@mistake(
    "accuracy",
    "The gradients are cleared: judging leaves them as they are.",
)
def clears_the_gradients(net, images, labels):
    net.zero_grad()
    return right.accuracy(net, images, labels)


@mistake(
    "accuracy",
    "The hits are divided by the number of classes, the width of the logits: divide by "
    "the number of samples.",
)
def divides_by_the_classes(net, images, labels):
    share = right.accuracy(net, images, labels)
    with torch.no_grad():
        modes = [(module, module.training) for module in net.modules()]
        classes = net.eval()(images[:1]).shape[1]
    for module, training in modes:
        module.training = training
    return share * len(labels) / classes


@mistake(
    "accuracy",
    "The shares of batches are averaged, in which the samples of a short batch weigh "
    "more: count the hits and divide once.",
    size=[32, 50, 64, 100, 128, 256],
)
def averages_the_shares_of_batches(net, images, labels, *, size):
    pairs = zip(images.split(size), labels.split(size), strict=True)
    shares = [right.accuracy(net, X, y) for X, y in pairs]
    return sum(shares) / len(shares)


@mistake("accuracy", "This is the number of hits: divide it by that of the samples.")
def counts_the_hits(net, images, labels):
    return right.accuracy(net, images, labels) * len(labels)


@mistake("accuracy", "This is a percentage; a share lies between 0 and 1.")
def returns_a_percentage(net, images, labels):
    return 100 * right.accuracy(net, images, labels)


@mistake("accuracy", "This is the share of errors; count what is right.")
def counts_the_errors(net, images, labels):
    return 1 - right.accuracy(net, images, labels)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "LeNet": {
        "- def __init__(\n"
        "- self,\n"
        "- in_channels: int = 1,\n"
        "- num_classes: int = 10,\n"
        "- in_size: int = 32,\n"
        "- activation: Callable[[], nn.Module] = nn.ReLU,\n"
        "- ) -> None:\n"
        "+ def __init__(self, in_channels: int=1, num_classes: int=10, in_size: int=33, activation: Callable[[], nn.Module]=nn.ReLU) -> None:": "the default gives the same: 32 and 33 make the same net",
        "- self.fc1 = nn.Linear(16 * side * side, 120)\n"
        "+ self.fc1 = nn.Linear(16 * (side * side), 120)": "a product of integers, in brackets",
        "- if x.dim() != 4:\n"
        "+ if x.dim() < 4:": "torch's own layers refuse the image then, and any error is as good",
        "- if x.dim() != 4:\n"
        "+ if x.dim() > 4:": "torch's own layers refuse the image then, and any error is as good",
        "- if x.dim() != 4:\n"
        "+ if False:": "torch's own layers refuse the image then, and any error is as good",
        "- if x.dim() != 4:": "torch's own layers refuse the image then, and any error is as good",
        "- if x.dim() != 4:\n"
        "- x = F.max_pool2d(self.activation(self.conv1(x)), 2)  # (N, 6, ...)\n"
        "+ x = F.max_pool2d(self.activation(self.conv1(x)), 2)\n"
        "+ if x.dim() != 4:": "torch's own layers refuse the image then, and any error is as good",
        '- raise ValueError(f"x must be (N, C, H, W), got {tuple(x.shape)}")': "torch's own layers refuse the image then, and any error is as good",
    },
    "train_lenet": {
        "- optimizer.zero_grad()\n"
        "+ net.zero_grad()": "the optimizer has all of the net's parameters",
    },
    "accuracy": {
        "- for X, y in zip(images.split(500), labels.split(500), strict=True):": "the size of the batches that are counted is free",
        "- hits += int((net(X).argmax(1) == y).sum())\n"
        "+ hits += int((net(X).argmax(1) == y).sum(axis=0))": "the answers of a batch have one axis, and the classes are the last of two",
        "- hits += int((net(X).argmax(1) == y).sum())\n"
        "+ hits += int((net(X).argmax(1) == y).sum(axis=0, keepdims=True))": "the answers of a batch have one axis, and the classes are the last of two",
        "- hits += int((net(X).argmax(1) == y).sum())\n"
        "+ hits += int((net(X).argmax(1) == y).sum(axis=-1))": "the answers of a batch have one axis, and the classes are the last of two",
        "- hits += int((net(X).argmax(1) == y).sum())\n"
        "+ hits += int((net(X).argmax(1) == y).sum(axis=-1, keepdims=True))": "the answers of a batch have one axis, and the classes are the last of two",
        "- hits += int((net(X).argmax(1) == y).sum())\n"
        "+ hits += int((net(X).argmax(-1) == y).sum())": "the answers of a batch have one axis, and the classes are the last of two",
        "- module.training = training\n"
        "+ module.training += training": "False += True is True, and each mode is put back in the order of the modules",
    },
}
