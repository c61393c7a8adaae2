"""Wrong answers to AlexNet that the grader must reject and the dojo can name."""

import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch6_convolution import k06_alexnet as right

WINDOWS = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0)]


def _side(in_size, windows=WINDOWS, rounded=0, least=1):
    """Return the size that is left; `rounded` is added before the division by s."""
    size = in_size
    for k, s, p in windows:
        room = size + 2 * p - k
        size = (room + rounded * (s - 1)) // s + 1
        if size < least:
            raise ValueError(in_size)
    return size


def _checked(in_size):
    if in_size < 67:
        raise ValueError(in_size)


@mistake(
    "alexnet_feature_size",
    "The size is 5 whatever comes in: 224 pixels leave 5, 227 leave 6.",
)
def always_returns_5(in_size):
    _checked(in_size)
    return 5


@mistake(
    "alexnet_feature_size",
    "The size is 6 whatever comes in: 227 pixels leave 6, 224 leave 5.",
)
def always_returns_6(in_size):
    _checked(in_size)
    return 6


@mistake(
    "alexnet_feature_size",
    "Sizes are rounded up: a window that hangs over the edge does not count.",
)
def rounds_up(in_size):
    _checked(in_size)
    return _side(in_size, rounded=1)


@mistake(
    "alexnet_feature_size",
    "conv 1 is padded by 2, as in other libraries' AlexNet; here it is not padded.",
)
def pads_conv_1(in_size):
    _checked(in_size)
    return _side(in_size, [(11, 4, 2), *WINDOWS[1:]])


@mistake(
    "alexnet_feature_size",
    "conv 1 is padded by 1, as in other variants; here it is not padded.",
)
def pads_conv_1_by_one(in_size):
    _checked(in_size)
    return _side(in_size, [(11, 4, 1), *WINDOWS[1:]])


@mistake(
    "alexnet_feature_size",
    "conv 2 is not padded: its padding of 2 keeps the size.",
)
def never_pads_conv_2(in_size):
    _checked(in_size)
    return _side(in_size, [*WINDOWS[:2], (5, 1, 0), *WINDOWS[3:]], least=-99)


@mistake(
    "alexnet_feature_size",
    "conv 3 to conv 5 are not padded: their padding of 1 keeps the size.",
)
def never_pads_conv_3_to_5(in_size):
    _checked(in_size)
    return _side(in_size, [*WINDOWS[:4], *(3 * [(3, 1, 0)]), WINDOWS[4]], least=-99)


@mistake(
    "alexnet_feature_size",
    "A pooling leaves half of the places here, as with a window of 2, or with the size "
    "rounded up: it has a window of 3, stride 2, and rounds down.",
)
def pools_by_windows_of_2(in_size):
    _checked(in_size)
    pool = (2, 2, 0)
    return _side(in_size, [WINDOWS[0], pool, WINDOWS[2], pool, pool])


@mistake(
    "alexnet_feature_size",
    "The poolings move by their window of 3, as nn.MaxPool2d does by itself: their "
    "stride is 2.",
)
def pools_with_stride_3(in_size):
    _checked(in_size)
    pool = (3, 3, 0)
    return _side(in_size, [WINDOWS[0], pool, WINDOWS[2], pool, pool], least=-99)


@mistake(
    "alexnet_feature_size",
    "The pooling behind conv 5 is left out.",
)
def forgets_the_last_pooling(in_size):
    _checked(in_size)
    return _side(in_size, WINDOWS[:4])


@mistake(
    "alexnet_feature_size",
    "One place is missing at each window: (n + 2p - k) // s + 1.",
)
def forgets_each_first_place(in_size):
    _checked(in_size)
    size = in_size
    for k, s, p in WINDOWS:
        size = (size + 2 * p - k) // s
    return size


@mistake(
    "alexnet_feature_size",
    "This is the size divided by 32, which only comes near: count the places of each "
    "window.",
)
def divides_by_32(in_size):
    _checked(in_size)
    return in_size // 32


@mistake(
    "alexnet_feature_size",
    "This is the number of features, 256 · side · side: the side alone is wanted.",
)
def returns_the_features(in_size):
    return 256 * right.alexnet_feature_size(in_size) ** 2


@mistake(
    "alexnet_feature_size",
    "This is the number of pixels of a feature map: its side alone is wanted.",
)
def returns_the_area(in_size):
    return right.alexnet_feature_size(in_size) ** 2


@mistake(
    "alexnet_feature_size",
    "The size is a float, because / divides to a float: // rounds down to an int.",
)
def returns_a_float(in_size):
    return float(right.alexnet_feature_size(in_size))


@mistake(
    "alexnet_feature_size",
    "The size comes as a pair: one number is wanted.",
)
def returns_a_pair(in_size):
    return right.alexnet_feature_size(in_size), right.alexnet_feature_size(in_size)


@mistake(
    "alexnet_feature_size",
    "An image that is too small gives a number: it must raise a ValueError.",
)
def takes_images_of_any_size(in_size):
    return _side(in_size, least=-99)


@mistake(
    "alexnet_feature_size",
    "An image that is too small gives 0: it must raise a ValueError.",
)
def returns_zero_for_small_images(in_size):
    return max(0, _side(in_size, least=-99))


@mistake(
    "alexnet_feature_size",
    "Only images below {least} pixels are refused: all windows must fit, which takes 67.",
    least=[11, 32, 35, 63, 64, 65, 66],
)
def refuses_too_few_sizes(in_size, *, least):
    if in_size < least:
        raise ValueError(in_size)
    return _side(in_size, least=-99)


@mistake(
    "alexnet_feature_size",
    "Sizes are rounded to the nearest number: a window that does not fit as a whole does "
    "not count, so round down.",
)
def rounds_to_the_nearest(in_size):
    _checked(in_size)
    size = in_size
    for k, s, p in WINDOWS:
        size = round((size + 2 * p - k) / s) + 1
    return size


@mistake(
    "alexnet_feature_size",
    "The padding of conv 2 is counted once: it is added on both sides.",
)
def counts_the_padding_once(in_size):
    _checked(in_size)
    return _side(in_size, [*WINDOWS[:2], (5, 1, 1), *WINDOWS[3:]], least=-99)


@mistake(
    "alexnet_feature_size",
    "67 pixels are refused: they are just enough.",
)
def refuses_67_pixels(in_size):
    if in_size <= 67:
        raise ValueError(in_size)
    return _side(in_size)


class _Net(nn.Module):
    """The reference with its parts open to change."""

    channels, features = (96, 256, 384, 384, 256), 256
    kernels, strides, paddings = (11, 5, 3, 3, 3), (4, 1, 1, 1, 1), (0, 2, 1, 1, 1)
    pooled, bias, activation = (0, 1, 4), True, nn.ReLU
    groups, still = (1, 1, 1, 1, 1), ()

    def __init_subclass__(cls):
        cls.forward = cls.__dict__.get("forward", _Net.forward)

    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
        super().__init__()
        layers, before = [], in_channels
        for at, width in enumerate(self.channels):
            layers += [self._conv(at, before, width)]
            layers += [] if at in self.still else [self.activation()]
            layers += [self._pool()] if at in self.pooled else []
            before = width
        self.convolutions = nn.Sequential(*layers)
        self.linear = self._linear(self._flat(in_size), num_classes, dropout)

    def _conv(self, at, c_in, c_out):
        sizes = self.kernels[at], self.strides[at], self.paddings[at]
        return nn.Conv2d(c_in, c_out, *sizes, groups=self.groups[at], bias=self.bias)

    def _pool(self):
        return nn.MaxPool2d(3, 2)

    def _flat(self, in_size):
        return self.features * right.alexnet_feature_size(in_size) ** 2

    def _linear(self, flat, classes, dropout):
        parts = [nn.Linear(flat, 4096), nn.ReLU(), nn.Dropout(dropout)]
        parts += [nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)]
        return nn.Sequential(*parts, nn.Linear(4096, classes))

    def forward(self, x):
        return self.linear(self.convolutions(x).flatten(1))


@mistake(
    "AlexNet",
    "The first linear layer takes 6400 features whatever in_size says: 256 · side · side "
    "reach it, and 6400 of them only from 195 to 226 pixels.",
)
class HardCodes6400(_Net):
    def _flat(self, in_size):
        return 6400


@mistake(
    "AlexNet",
    "The first linear layer takes 9216 features whatever in_size says: 256 · side · side "
    "reach it, and 9216 of them only from 227 to 258 pixels.",
)
class HardCodes9216(_Net):
    def _flat(self, in_size):
        return 9216


@mistake(
    "AlexNet",
    "The first linear layer takes 256 · side features: the maps have side rows and as "
    "many columns.",
)
class ForgetsToSquareTheSide(_Net):
    def _flat(self, in_size):
        return 256 * right.alexnet_feature_size(in_size)


@mistake(
    "AlexNet",
    "conv 1 takes one channel whatever in_channels says: color images have three.",
)
class TakesOneChannelOnly(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
        super().__init__(1, num_classes, in_size, dropout)


@mistake(
    "AlexNet",
    "conv 1 takes three channels where in_channels is not given: its default is 1.",
)
class TakesThreeChannelsByDefault(_Net):
    def __init__(self, in_channels=3, num_classes=10, in_size=224, dropout=0.5):
        super().__init__(in_channels, num_classes, in_size, dropout)


@mistake("AlexNet", "The last layer has 10 outputs whatever num_classes says.")
class AlwaysHasTenClasses(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
        super().__init__(in_channels, 10, in_size, dropout)


@mistake(
    "AlexNet",
    "The last layer has 1000 outputs where num_classes is not given: its default is 10.",
)
class HasAThousandClassesByDefault(_Net):
    def __init__(self, in_channels=1, num_classes=1000, in_size=224, dropout=0.5):
        super().__init__(in_channels, num_classes, in_size, dropout)


@mistake(
    "AlexNet",
    "conv 2 moves by 2 and is not padded: the fourth argument of nn.Conv2d is the "
    "stride, so name it, padding=2.",
)
class TakesThePaddingForTheStride(_Net):
    strides, paddings = (4, 2, 1, 1, 1), (0, 0, 0, 0, 0)

    def _flat(self, in_size):
        _checked(in_size)
        size = ((in_size - 11) // 4 - 2) // 2 + 1
        size = ((size - 5) // 2 + 1 - 3) // 2 + 1 - 6
        return 256 * max((size - 3) // 2 + 1, 1) ** 2


@mistake(
    "AlexNet",
    "conv 2 to 5 are not padded, and conv 2 moves by 2, so nothing is left for conv 5: the "
    "fourth argument of nn.Conv2d is the stride, so name the other, padding=2.",
)
class MovesWhereItShouldPad(_Net):
    strides, paddings = (4, 2, 1, 1, 1), (0, 0, 0, 0, 0)


@mistake(
    "AlexNet",
    "conv 1 does not move by 4: its stride is missing.",
)
class ForgetsTheStrideOfConv1(_Net):
    strides = (1, 1, 1, 1, 1)


@mistake(
    "AlexNet",
    "conv 2 is not padded: its padding is 2.",
)
class NeverPadsConv2(_Net):
    paddings = (0, 0, 1, 1, 1)


@mistake(
    "AlexNet",
    "conv 3, conv 4 and conv 5 are not padded: their padding is 1.",
)
class NeverPadsConv3To5(_Net):
    paddings = (0, 2, 0, 0, 0)


@mistake(
    "AlexNet",
    "The poolings move by their window of 3, as nn.MaxPool2d does by itself: their "
    "stride is 2.",
)
class PoolsWithStride3(_Net):
    def _pool(self):
        return nn.MaxPool2d(3)


@mistake(
    "AlexNet",
    "The poolings have a window of 2: it is 3, with stride 2.",
)
class PoolsByWindowsOf2(_Net):
    def _pool(self):
        return nn.MaxPool2d(2)


@mistake(
    "AlexNet",
    "The poolings take the mean: here they take the maximum.",
)
class PoolsByTheMean(_Net):
    def _pool(self):
        return nn.AvgPool2d(3, 2)


@mistake(
    "AlexNet",
    "There is no pooling behind conv 5: it follows conv 1, conv 2 and conv 5.",
)
class PoolsTwiceOnly(_Net):
    pooled = (0, 1)


@mistake(
    "AlexNet",
    "The filters are 64, 192, 384, 256 and 256, those of another variant: here they are "
    "96, 256, 384, 384 and 256.",
)
class HasTheFiltersOfAnotherVariant(_Net):
    channels = (64, 192, 384, 256, 256)


@mistake(
    "AlexNet",
    "conv 5 has 384 filters: it has 256.",
)
class Gives384FiltersToConv5(_Net):
    channels, features = (96, 256, 384, 384, 384), 384


@mistake(
    "AlexNet",
    "The convolutions have no bias: all eight layers have one.",
)
class LeavesOutTheBiases(_Net):
    bias = False


@mistake(
    "AlexNet",
    "The convolutions are not followed by ReLU.",
)
class NeverActivatesConvolutions(_Net):
    activation = nn.Identity


@mistake(
    "AlexNet",
    "The activation behind the convolutions is tanh: here it is ReLU.",
)
class ActivatesByTanh(_Net):
    activation = nn.Tanh


@mistake(
    "AlexNet",
    "The activation behind the convolutions is the sigmoid: here it is ReLU.",
)
class ActivatesBySigmoid(_Net):
    activation = nn.Sigmoid


@mistake("AlexNet", "conv 3 is not followed by ReLU.")
class ForgetsToActivateConv3(_Net):
    still = (2,)


@mistake("AlexNet", "conv 4 is not followed by ReLU.")
class ForgetsToActivateConv4(_Net):
    still = (3,)


@mistake("AlexNet", "conv 5 is not followed by ReLU.")
class ForgetsToActivateConv5(_Net):
    still = (4,)


@mistake(
    "AlexNet",
    "The activations let a part of what is negative through: here they are ReLU.",
)
class ActivatesByLeakyRelu(_Net):
    activation = nn.LeakyReLU

    def _linear(self, flat, classes, p):
        behind = [nn.LeakyReLU(), nn.Dropout(p)]
        return _classifier(flat, classes, behind, behind)


@mistake(
    "AlexNet",
    "The convolutions have two groups, which see half of the maps each, as in 2012: "
    "here every filter sees all of them.",
)
class CutsTheMapsInHalves(_Net):
    groups = (1, 2, 1, 2, 2)


@mistake(
    "AlexNet",
    "Neighboring channels are normalized behind conv 1 and conv 2, as in 2012: here "
    "they are not.",
)
class NormalizesNeighbors(_Net):
    def forward(self, x):
        for layer in self.convolutions:
            if isinstance(layer, nn.MaxPool2d) and layer is not self.convolutions[-1]:
                x = F.local_response_norm(x, 5)
            x = layer(x)
        return self.linear(x.flatten(1))


@mistake(
    "AlexNet",
    "The poolings round the size up, ceil_mode=True, so their last windows hang over the "
    "edge: leave it out.",
)
class PoolsOverTheEdge(_Net):
    def _pool(self):
        return nn.MaxPool2d(3, 2, ceil_mode=True)


@mistake(
    "AlexNet",
    "The maps are pooled to 6 by 6 whatever the image: the last pooling has a window of "
    "3 and stride 2, and leaves what in_size says.",
)
class PoolsToSixBySix(_Net):
    pooled = (0, 1)

    def _linear(self, flat, classes, dropout):
        layers = _Net._linear(self, 9216, classes, dropout)
        return nn.Sequential(nn.AdaptiveAvgPool2d(6), nn.Flatten(), *layers)

    def forward(self, x):
        return self.linear(self.convolutions(x))


@mistake(
    "AlexNet",
    "The batch is flattened too: keep the first axis, x.flatten(1).",
)
class FlattensTheBatch(_Net):
    def forward(self, x):
        return self.linear(self.convolutions(x).flatten())


def _classifier(flat, classes, *behind, end=()):
    """Return three linear layers with what stands behind the first two."""
    first, second = behind
    layers = [nn.Linear(flat, 4096), *first, nn.Linear(4096, 4096), *second]
    return nn.Sequential(*layers, nn.Linear(4096, classes), *end)


@mistake(
    "AlexNet",
    "The first two linear layers are not followed by ReLU.",
)
class NeverActivatesLinearLayers(_Net):
    def _linear(self, flat, classes, dropout):
        return _classifier(flat, classes, [nn.Dropout(dropout)], [nn.Dropout(dropout)])


@mistake("AlexNet", "The first linear layer is not followed by ReLU.")
class ForgetsToActivateLinear1(_Net):
    def _linear(self, flat, classes, p):
        return _classifier(flat, classes, [nn.Dropout(p)], _behind(p))


@mistake("AlexNet", "The second linear layer is not followed by ReLU.")
class ForgetsToActivateLinear2(_Net):
    def _linear(self, flat, classes, p):
        return _classifier(flat, classes, _behind(p), [nn.Dropout(p)])


@mistake(
    "AlexNet",
    "ReLU follows the last layer too, so no logit can be negative: return what the layer "
    "gives.",
)
class ActivatesTheLogits(_Net):
    def forward(self, x):
        return _Net.forward(self, x).relu()


@mistake(
    "AlexNet",
    "Softmax at the end: the loss takes logits and applies softmax itself, so it would "
    "be applied twice.",
)
class EndsInSoftmax(_Net):
    def forward(self, x):
        return _Net.forward(self, x).softmax(1)


@mistake(
    "AlexNet",
    "The sigmoid stands at the end: return what the last layer gives.",
)
class EndsInSigmoid(_Net):
    def forward(self, x):
        return _Net.forward(self, x).sigmoid()


@mistake(
    "AlexNet",
    "Log-softmax at the end: the loss takes logits and applies it itself.",
)
class EndsInLogSoftmax(_Net):
    def forward(self, x):
        return _Net.forward(self, x).log_softmax(1)


def _behind(dropout):
    return [nn.ReLU(), nn.Dropout(dropout)]


@mistake(
    "AlexNet",
    "Dropout follows the last layer too and makes logits zero: it stands behind the "
    "first two linear layers only.",
)
class DropsLogits(_Net):
    def _linear(self, flat, classes, p):
        end = [nn.Dropout(p)]
        return _classifier(flat, classes, _behind(p), _behind(p), end=end)


@mistake(
    "AlexNet",
    "Dropout follows conv 5 and the first linear layer: it stands behind the first two "
    "linear layers.",
)
class DropsBeforeTheLinearLayers(_Net):
    def _linear(self, flat, classes, p):
        layers = _classifier(flat, classes, _behind(p), [nn.ReLU()])
        return nn.Sequential(nn.Dropout(p), *layers)


@mistake(
    "AlexNet",
    "Dropout follows conv 5 too: it stands behind the first two linear layers only.",
)
class DropsFeatures(_Net):
    def _linear(self, flat, classes, p):
        return nn.Sequential(nn.Dropout(p), *_Net._linear(self, flat, classes, p))


@mistake(
    "AlexNet",
    "Dropout follows the first linear layer alone: it stands behind the first two.",
)
class DropsBehindTheFirstAlone(_Net):
    def _linear(self, flat, classes, p):
        return _classifier(flat, classes, _behind(p), [nn.ReLU()])


@mistake(
    "AlexNet",
    "Dropout follows the second linear layer alone: it stands behind the first two.",
)
class DropsBehindTheSecondAlone(_Net):
    def _linear(self, flat, classes, p):
        return _classifier(flat, classes, [nn.ReLU()], _behind(p))


@mistake(
    "AlexNet", "There is no dropout: it stands behind the first two linear layers."
)
class NeverDrops(_Net):
    def _linear(self, flat, classes, p):
        return _classifier(flat, classes, [nn.ReLU()], [nn.ReLU()])


@mistake(
    "AlexNet",
    "Numbers are dropped with probability 0.5 whatever dropout says.",
)
class AlwaysDropsHalf(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
        super().__init__(in_channels, num_classes, in_size, 0.5)


@mistake(
    "AlexNet",
    "What is kept does not grow: dropout divides it by 1 - p in training mode.",
)
class NeverRescales(_Net):
    def _linear(self, flat, classes, p):
        self.p = p
        return _classifier(flat, classes, [nn.ReLU()], [nn.ReLU()])

    def _dropped(self, x):
        return x * (torch.rand_like(x) >= self.p) if self.training else x

    def forward(self, x):
        first, *_, second, _, last = self.linear
        x = self._dropped(first(self.convolutions(x).flatten(1)).relu())
        return last(self._dropped(second(x).relu()))


@mistake(
    "AlexNet",
    "Behind the first linear layer numbers are dropped with probability 0.5 whatever "
    "dropout says.",
)
class DropsHalfBehindTheFirst(_Net):
    def _linear(self, flat, classes, p):
        return _classifier(flat, classes, _behind(0.5), _behind(p))


@mistake(
    "AlexNet",
    "What is dropped is set to a number below zero, as nn.AlphaDropout does: it is set "
    "to zero.",
)
class DropsToBelowZero(_Net):
    def _linear(self, flat, classes, p):
        behind = [nn.ReLU(), nn.AlphaDropout(p)]
        return _classifier(flat, classes, behind, behind)


@mistake(
    "AlexNet",
    "The convolutions are frozen: all parameters learn.",
)
class FreezesTheConvolutions(_Net):
    def __init__(self, *given, **how):
        super().__init__(*given, **how)
        self.convolutions.requires_grad_(False)


@mistake(
    "AlexNet",
    "dropout is taken for the probability to keep: it is that to drop.",
)
class TakesDropoutForKeeping(_Net):
    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
        super().__init__(in_channels, num_classes, in_size, 1 - dropout)


@mistake(
    "AlexNet",
    "Numbers are dropped in evaluation mode too: F.dropout has to be told, "
    "training=self.training.",
)
class DropsInEvaluation(_Net):
    def _linear(self, flat, classes, p):
        self.p = p
        return _classifier(flat, classes, [nn.ReLU()], [nn.ReLU()])

    def forward(self, x):
        first, *_, second, _, last = self.linear
        x = F.dropout(first(self.convolutions(x).flatten(1)).relu(), self.p)
        return last(F.dropout(second(x).relu(), self.p))


@mistake(
    "AlexNet",
    "The parameters are not registered in the order of the layers: make the layers in "
    "the order in which they are used.",
)
class MakesTheLinearLayersFirst(_Net):
    def __init__(self, *given, **how):
        super().__init__(*given, **how)
        convolutions = self.convolutions
        del self.convolutions
        self.convolutions = convolutions


@mistake(
    "AlexNet",
    "Layers in a Python list are not registered, so their parameters are neither learned "
    "nor saved: use nn.Sequential or nn.ModuleList.",
)
class KeepsLayersInAList(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
        super().__init__()
        net = right.AlexNet(in_channels, num_classes, in_size, dropout)
        self.layers = [*net.features, nn.Flatten(), *net.classifier]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@mistake(
    "AlexNet",
    "The lazy layers have no shapes until a batch has passed: work out in_features from "
    "in_size.",
)
class WaitsForTheFirstBatch(_Net):
    def _linear(self, flat, classes, p):
        layers = _classifier(flat, classes, _behind(p), _behind(p))
        layers[0] = nn.LazyLinear(4096)
        return layers


@mistake(
    "AlexNet",
    "Nothing flattens the feature maps before the first linear layer: x.flatten(1) keeps "
    "the batch axis.",
)
class NeverFlattens(_Net):
    def forward(self, x):
        return self.linear(self.convolutions(x))


@mistake(
    "AlexNet",
    "The graph is cut between convolutions and linear layers, so the convolutions can "
    "never learn.",
)
class CutsTheGraph(_Net):
    def forward(self, x):
        return self.linear(self.convolutions(x).detach().flatten(1))


@mistake(
    "AlexNet",
    "Batch normalization stands behind the convolutions: there are no parameters but "
    "those of the eight layers.",
)
class NormalizesBatches(_Net):
    def _conv(self, at, c_in, c_out):
        conv = _Net._conv(self, at, c_in, c_out)
        return nn.Sequential(conv, nn.BatchNorm2d(c_out))


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "alexnet_feature_size": {
        "- windows, size = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0)], in_size\n"
        "+ windows, size = ([(11, 4, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0), (3, 2, 0)], in_size)": "a window that keeps the size may stand elsewhere",
        "- windows, size = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0)], in_size\n"
        "+ windows, size = ([(11, 4, 0), (3, 2, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0)], in_size)": "a window that keeps the size may stand elsewhere",
        "- windows, size = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0)], in_size\n"
        "+ windows, size = ([(11, 4, 0), (3, 2, 0), (3, 2, 0), (3, 2, 0), (5, 1, 2)], in_size)": "a window that keeps the size may stand elsewhere",
        "- if size + 2 * p < k:\n"
        "+ if size < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + 3 * p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + 1 * p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + 4 * p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + 1.0 * p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + 0 * p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- if size + 2 * p < k:\n"
        "+ if size + 0.5 * p < k:": "an image that conv 2 is too large for is too small for the last pooling too",
        "- size = (size + 2 * p - k) // s + 1\n"
        "+ size = (size + (2 * p - k)) // s + 1": "a sum of integers, in brackets",
    },
    "AlexNet": {
        "- def __init__(\n"
        "- self,\n"
        "- in_channels: int = 1,\n"
        "- num_classes: int = 10,\n"
        "- in_size: int = 224,\n"
        "- dropout: float = 0.5,\n"
        "- ) -> None:\n"
        "+ def __init__(self, in_channels: int=1, num_classes: int=10, in_size: int=225, dropout: float=0.5) -> None:": "225 and 223 pixels leave the same as 224",
        "- def __init__(\n"
        "- self,\n"
        "- in_channels: int = 1,\n"
        "- num_classes: int = 10,\n"
        "- in_size: int = 224,\n"
        "- dropout: float = 0.5,\n"
        "- ) -> None:\n"
        "+ def __init__(self, in_channels: int=1, num_classes: int=10, in_size: int=223, dropout: float=0.5) -> None:": "225 and 223 pixels leave the same as 224",
        "- self.classifier = nn.Sequential(\n"
        "- *(nn.Linear(256 * side * side, 4096), nn.ReLU(), nn.Dropout(dropout)),\n"
        "- *(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)),\n"
        "- nn.Linear(4096, num_classes),\n"
        "- )\n"
        "+ self.classifier = nn.Sequential(*(nn.Linear(256 * side * side, 4096), nn.Dropout(dropout), nn.ReLU()), *(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)), nn.Linear(4096, num_classes))": "dropout and ReLU may change places",
        "- self.classifier = nn.Sequential(\n"
        "- *(nn.Linear(256 * side * side, 4096), nn.ReLU(), nn.Dropout(dropout)),\n"
        "- *(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)),\n"
        "- nn.Linear(4096, num_classes),\n"
        "- )\n"
        "+ self.classifier = nn.Sequential(*(nn.Linear(256 * (side * side), 4096), nn.ReLU(), nn.Dropout(dropout)), *(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)), nn.Linear(4096, num_classes))": "a product of integers, in brackets",
        "- self.classifier = nn.Sequential(\n"
        "- *(nn.Linear(256 * side * side, 4096), nn.ReLU(), nn.Dropout(dropout)),\n"
        "- *(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)),\n"
        "- nn.Linear(4096, num_classes),\n"
        "- )\n"
        "+ self.classifier = nn.Sequential(*(nn.Linear(256 * side * side, 4096), nn.ReLU(), nn.Dropout(dropout)), *(nn.Linear(4096, 4096), nn.Dropout(dropout), nn.ReLU()), nn.Linear(4096, num_classes))": "dropout and ReLU may change places",
    },
}
