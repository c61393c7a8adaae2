"""Wrong answers to LeNet in NumPy that the grader must reject and the dojo can name."""

import numpy as np

from dojo.grading import mistake
from solutions.ch8_numpy_lenet import k03_lenet_numpy as right
from solutions.ch8_numpy_lenet.k01_conv2d_im2col import conv2d_backward, conv2d_forward
from solutions.ch8_numpy_lenet.k02_max_pool2d import (
    max_pool2d_backward,
    max_pool2d_forward,
)

LAYERS = ("conv1", "conv2", "fc1", "fc2", "fc3")


class _Net(right.LeNetNumpy):
    """The reference with its steps open to change."""

    def __init_subclass__(cls):
        for method in ("forward", "loss_and_grads"):  # its own, and so are its failures
            if method not in vars(cls):
                setattr(cls, method, vars(_Net)[method])

    def forward(self, X):
        return self._end(self._run(X)[0])

    def loss_and_grads(self, X, y):
        Z, kept = self._run(X)
        loss, dZ = self._loss(self._end(Z), y)
        return loss, self._named(self._back(dZ, kept))

    def _weights(self, layer, X):
        dtype = np.result_type(X, np.float32)
        pair = (self.params[f"{layer}.{part}"] for part in ("weight", "bias"))
        return [p.astype(dtype, copy=False) for p in pair]

    def _act(self, Z, layer):
        return np.maximum(Z, 0)

    def _slope(self, Z, layer):
        return Z > 0

    def _convolved(self, A, W, b):
        return conv2d_forward(A, W, b)

    def _pooled(self, A):
        return max_pool2d_forward(A, 2)

    def _unpooled(self, dY, pool):
        return max_pool2d_backward(dY, pool)

    def _flat(self, A):
        return A.reshape(len(A), -1)

    def _end(self, Z):
        return Z

    def _run(self, X):
        A, kept = X, []
        for layer in LAYERS[:2]:
            Z, conv = self._convolved(A, *self._weights(layer, X))
            A, pool = self._pooled(self._act(Z, layer))
            kept.append((Z, conv, pool))
        maps, A = A.shape, self._flat(A)
        for layer in LAYERS[2:]:
            W, b = self._weights(layer, X)
            Z, inputs = A @ W.T + b, A
            A = Z if layer == "fc3" else self._act(Z, layer)
            kept.append((Z, inputs, W))
        return Z, (maps, kept)

    def _loss(self, Z, y):
        return right._cross_entropy(Z, y)

    def _linear_back(self, dZ, A, W):
        return dZ @ W, dZ.T @ A, dZ.sum(axis=0)

    def _back(self, dA, state):
        (maps, kept), found = state, {}
        for layer, (Z, A, W) in zip(LAYERS[:1:-1], kept[:1:-1], strict=True):
            dZ = dA if layer == "fc3" else dA * self._slope(Z, layer)
            dA, *found[layer] = self._linear_back(dZ, A, W)
        dA = dA.reshape(maps)
        for layer, (Z, conv, pool) in zip(LAYERS[1::-1], kept[1::-1], strict=True):
            dZ = self._unpooled(dA, pool) * self._slope(Z, layer)
            dA, *found[layer] = conv2d_backward(dZ.astype(Z.dtype), conv)
        return found

    def _named(self, found):
        return {
            f"{layer}.{part}": slope
            for layer, pair in found.items()
            for part, slope in zip(("weight", "bias"), pair, strict=True)
        }


def _redrawn(net, draw):
    """Give each parameter what `draw` makes of its name and shape."""
    net.params = {name: draw(name, p.shape) for name, p in net.params.items()}


@mistake(
    "LeNetNumpy",
    "All parameters start as zeros: equal filters get equal gradients and never differ. "
    "Draw the weights from rng.",
)
class StartsWithZeros(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        _redrawn(self, lambda name, shape: np.zeros(shape))


@mistake(
    "LeNetNumpy",
    "All filters of a convolution start alike, get equal gradients and stay alike: draw "
    "each of them.",
)
class DrawsOneFilterForAll(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        for name in ("conv1.weight", "conv2.weight"):
            self.params[name][...] = self.params[name][0]


@mistake(
    "LeNetNumpy",
    "Every net starts with the same weights, whatever rng is given: draw from rng.",
)
class SeedsAGeneratorOfItsOwn(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(np.random.default_rng(0), num_classes)


@mistake(
    "LeNetNumpy",
    "rng has no say in the weights, which differ though its state is equal: draw from "
    "rng alone.",
)
class DrawsFromTheGlobalGenerator(_Net):
    def __init__(self, rng, num_classes=10):
        seed = np.random.randint(2**31)
        super().__init__(np.random.default_rng(seed), num_classes)


@mistake(
    "LeNetNumpy",
    "The weights of the linear layers have shape (inputs, outputs); torch's layout is "
    "(outputs, inputs), and a layer gives A @ W.T + b.",
)
class StoresLinearWeightsTransposed(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        _redrawn(
            self, lambda name, s: rng.standard_normal(s[::-1] if "fc" in name else s)
        )


@mistake(
    "LeNetNumpy",
    "The biases have two axes; in torch's layout they have one, (6,) or (120,).",
)
class KeepsBiasesAsColumns(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        for layer in LAYERS:
            self.params[f"{layer}.bias"] = self.params[f"{layer}.bias"][:, None]


@mistake(
    "LeNetNumpy",
    "The parameters are called W1, b1 and so on; here they have torch's names, "
    "conv1.weight, conv1.bias and so on.",
)
class NamesThemAsInChapter1(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        values = iter(list(self.params.values()))
        names = [f"{letter}{at}" for at in range(1, 6) for letter in "Wb"]
        self.params = {name: next(values) for name in names}


@mistake(
    "LeNetNumpy",
    "There are no biases among the parameters: all five layers have one.",
)
class LeavesOutTheBiases(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        self.params = {k: p for k, p in self.params.items() if "weight" in k}


@mistake("LeNetNumpy", "fc3 has 10 outputs whatever num_classes says.")
class AlwaysHasTenClasses(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, 10)


@mistake(
    "LeNetNumpy",
    "fc1 takes 256 features, as for images of 28 pixels; from 32 pixels 400 reach it.",
)
class IsMadeFor28Pixels(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        self.params["fc1.weight"] = rng.standard_normal((120, 256))


@mistake(
    "LeNetNumpy",
    "Softmax at the end: forward returns logits, as fc3 gives them.",
)
class EndsInSoftmax(_Net):
    def forward(self, X):
        Z, _ = self._run(X)
        power = np.exp(Z - Z.max(axis=1, keepdims=True))
        return power / power.sum(axis=1, keepdims=True)


@mistake(
    "LeNetNumpy",
    "Log-softmax at the end: forward returns logits, as fc3 gives them.",
)
class EndsInLogSoftmax(_Net):
    def forward(self, X):
        Z, _ = self._run(X)
        Z = Z - Z.max(axis=1, keepdims=True)
        return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@mistake(
    "LeNetNumpy",
    "Where a sum is negative, {share} of it passes the activation of fc1 and fc2: ReLU "
    "gives 0 there.",
    share=[0.01, 0.2],
)
def leaks_what_is_negative(rng, num_classes=10, *, share):
    net = _Leaky(rng, num_classes)
    net.share = share
    return net


class _Leaky(_Net):
    share = 0.0

    def _act(self, Z, layer):
        leak = self.share * ("fc" in layer)
        return np.where(Z > 0, Z, Z.dtype.type(leak) * Z)

    def _slope(self, Z, layer):
        leak = self.share * ("fc" in layer)
        return np.where(Z > 0, 1, leak).astype(Z.dtype)


@mistake(
    "LeNetNumpy",
    "The loss is a mean of squared errors of the probabilities: it is the mean of −ln p.",
)
class SquaresTheErrors(_Net):
    def _loss(self, Z, y):
        power = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = power / power.sum(axis=1, keepdims=True)
        D = P.copy()
        D[np.arange(len(y)), y] -= 1
        upstream = 2 * D / len(y)
        dZ = P * (upstream - (upstream * P).sum(axis=1, keepdims=True))
        return float((D**2).sum(axis=1).mean()), dZ


@mistake(
    "LeNetNumpy",
    "The mean of each image is taken away before anything else: images come as they are "
    "to be used.",
)
class CentersEachImage(_Net):
    def _run(self, X):
        return super()._run(X - X.mean(axis=(1, 2, 3), keepdims=True))


@mistake(
    "LeNetNumpy",
    "The parameters are float16: they are all float64 or all float32.",
)
class StartsInFloat16(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        self.params = {k: p.astype(np.float16) for k, p in self.params.items()}


@mistake(
    "LeNetNumpy",
    "The maps are flattened with the row as the axis that runs fastest: the order is "
    "channel, row, column.",
)
class FlattensColumnsFirst(_Net):
    def _flat(self, A):
        return A.transpose(0, 1, 3, 2).reshape(len(A), -1)


@mistake(
    "LeNetNumpy",
    "The largest logit of each image is taken away in what forward returns: the logits "
    "come as fc3 gives them.",
)
class TakesTheLargestLogitAway(_Net):
    def forward(self, X):
        Z, _ = self._run(X)
        return Z - Z.max(axis=1, keepdims=True)


@mistake(
    "LeNetNumpy",
    "The logarithm of the loss has base 2: it is the natural one.",
)
class MeasuresTheLossInBits(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss / float(np.log(2)), dZ


@mistake(
    "LeNetNumpy",
    "ReLU follows fc3 too, so no logit can be negative: return what fc3 gives.",
)
class ActivatesTheLogits(_Net):
    def _end(self, Z):
        return np.maximum(Z, 0)


@mistake(
    "LeNetNumpy",
    "forward returns the class of each image; the logits, one for each class, are due.",
)
class ReturnsTheClasses(_Net):
    def forward(self, X):
        return self._run(X)[0].argmax(axis=1)


class _Without(_Net):
    """No ReLU after some layers."""

    bare = ()

    def _act(self, Z, layer):
        return Z if layer in self.bare else np.maximum(Z, 0)

    def _slope(self, Z, layer):
        return 1 if layer in self.bare else Z > 0


@mistake(
    "LeNetNumpy",
    "No ReLU follows fc1 and fc2: without one, three linear layers are no more than one.",
)
class ForgetsToActivateLinearLayers(_Without):
    bare = ("fc1", "fc2")


@mistake("LeNetNumpy", "No ReLU follows fc1; fc2 alone has one.")
class ForgetsToActivateFc1(_Without):
    bare = ("fc1",)


@mistake("LeNetNumpy", "No ReLU follows fc2; fc1 alone has one.")
class ForgetsToActivateFc2(_Without):
    bare = ("fc2",)


@mistake("LeNetNumpy", "No ReLU follows the convolutions.")
class ForgetsToActivateConvolutions(_Without):
    bare = ("conv1", "conv2")


@mistake("LeNetNumpy", "No ReLU follows conv1; conv2 alone has one.")
class ForgetsToActivateConv1(_Without):
    bare = ("conv1",)


@mistake("LeNetNumpy", "No ReLU follows conv2; conv1 alone has one.")
class ForgetsToActivateConv2(_Without):
    bare = ("conv2",)


@mistake("LeNetNumpy", "The activation is tanh; ReLU is due.")
class ActivatesByTanh(_Net):
    def _act(self, Z, layer):
        return np.tanh(Z)

    def _slope(self, Z, layer):
        return 1 - np.tanh(Z) ** 2


@mistake("LeNetNumpy", "The activation is the sigmoid; ReLU is due.")
class ActivatesBySigmoid(_Net):
    def _act(self, Z, layer):
        return (1 + np.tanh(Z / 2)) / 2

    def _slope(self, Z, layer):
        return (1 - np.tanh(Z / 2) ** 2) / 4


@mistake(
    "LeNetNumpy",
    "Pooling takes the mean of a window; the maximum is due.",
)
class PoolsByTheMean(_Net):
    def _pooled(self, A):
        N, C, H, W = A.shape
        return A.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5)), None

    def _unpooled(self, dY, pool):
        return dY.repeat(2, axis=2).repeat(2, axis=3) / 4


@mistake(
    "LeNetNumpy",
    "The maps are flattened with the channel as the last axis; the order is channel, "
    "row, column.",
)
class FlattensTheChannelsLast(_Net):
    def _flat(self, A):
        return A.transpose(0, 2, 3, 1).reshape(len(A), -1)

    def _back(self, dA, state):
        maps, kept = state
        _, C, H, W = maps
        order = np.arange(C * H * W).reshape(C, H, W).transpose(1, 2, 0).ravel()
        W1 = np.empty_like(kept[2][2])
        W1[:, order] = kept[2][2]
        steps = [*kept[:2], (kept[2][0], kept[2][1], W1), *kept[3:]]
        return super()._back(dA, (maps, steps))


@mistake(
    "LeNetNumpy",
    "Flattening mixes the images of a batch: an array with the batch as its last axis is "
    "cut into rows. Put the axis of the samples first.",
)
class FlattensAcrossTheBatch(_Net):
    def _flat(self, A):
        return A.transpose(1, 2, 3, 0).reshape(len(A), -1)


@mistake(
    "LeNetNumpy",
    "The filters are flipped, up and down and left and right; torch's layer is "
    "cross-correlation and does not.",
)
class FlipsTheFilters(_Net):
    def _convolved(self, A, W, b):
        return conv2d_forward(A, np.ascontiguousarray(W[:, :, ::-1, ::-1]), b)

    def _back(self, dA, state):
        found = super()._back(dA, state)
        for layer in LAYERS[:2]:
            dW, db = found[layer]
            found[layer] = [dW[:, :, ::-1, ::-1].copy(), db]
        return found


@mistake(
    "LeNetNumpy",
    "The images are divided by 255; they come as they are to be used.",
)
class DividesBy255(_Net):
    def _run(self, X):
        return super()._run(X / 255)


@mistake(
    "LeNetNumpy",
    "The biases of the linear layers are left out: a layer gives A @ W.T + b.",
)
class ForgetsTheBiasesOfLinearLayers(_Net):
    def _weights(self, layer, X):
        W, b = super()._weights(layer, X)
        return W, b * 0 if "fc" in layer else b


@mistake(
    "LeNetNumpy",
    "The biases of the convolutions are left out: each filter adds its own.",
)
class ForgetsTheBiasesOfConvolutions(_Net):
    def _weights(self, layer, X):
        W, b = super()._weights(layer, X)
        return W, b * 0 if "conv" in layer else b


@mistake(
    "LeNetNumpy",
    "The net goes on with the parameters that it started with: read self.params in "
    "every call.",
)
class KeepsTheParametersOfItsStart(_Net):
    def __init__(self, rng, num_classes=10):
        super().__init__(rng, num_classes)
        self.own = {name: p.copy() for name, p in self.params.items()}

    def _weights(self, layer, X):
        pair = (self.own[f"{layer}.{part}"] for part in ("weight", "bias"))
        return [p.astype(np.result_type(X, np.float32), copy=False) for p in pair]


@mistake(
    "LeNetNumpy",
    "float64 comes back as float32: keep the precision of the images.",
)
class ComputesInFloat32(_Net):
    def _run(self, X):
        return super()._run(X.astype(np.float32))


@mistake(
    "LeNetNumpy",
    "float32 comes back as float64: keep the precision of the images.",
)
class ComputesInFloat64(_Net):
    def _run(self, X):
        return super()._run(X.astype(np.float64))


class _TakesAStepByItself(_Net):
    rate = 0.0

    def loss_and_grads(self, X, y):
        loss, grads = super().loss_and_grads(X, y)
        for name, p in self.params.items():
            self.params[name] = p - self.rate * grads[name]
        return loss, grads


@mistake(
    "LeNetNumpy",
    "loss_and_grads takes a step by itself: it leaves the parameters as they are.",
    rate=[0.1, 0.01],
)
def takes_a_step_by_itself(rng, num_classes=10, *, rate):
    net = _TakesAStepByItself(rng, num_classes)
    net.rate = rate
    return net


@mistake(
    "LeNetNumpy",
    "The loss is a sum over the batch, and so are the gradients: both are means.",
)
class SumsTheLoss(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss * len(y), dZ * len(y)


@mistake(
    "LeNetNumpy",
    "The gradients are those of the summed loss, while the loss is a mean: divide them "
    "by the number of samples.",
)
class SumsTheGradients(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss, dZ * len(y)


@mistake(
    "LeNetNumpy",
    "The loss is divided by the number of classes besides: it is a mean over the samples.",
)
class AveragesOverTheClassesToo(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss / Z.shape[1], dZ


class _AddsAPenalty(_Net):
    share = 0.0

    def loss_and_grads(self, X, y):
        loss, grads = super().loss_and_grads(X, y)
        for name, p in self.params.items():
            if name.endswith("weight"):
                loss += 0.5 * self.share * float((p**2).sum())
                grads[name] = grads[name] + self.share * p
        return loss, grads


@mistake(
    "LeNetNumpy",
    "The loss has a share of the squared weights, {share} of half their sum, and so have "
    "the gradients: it is the cross-entropy alone.",
    share=[1e-4, 1e-3],
)
def adds_a_penalty(rng, num_classes=10, *, share):
    net = _AddsAPenalty(rng, num_classes)
    net.share = share
    return net


@mistake(
    "LeNetNumpy",
    "The loss is a sum over the batch, while the gradients are those of the mean: "
    "divide the loss by the number of samples.",
)
class SumsTheLossAlone(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss * len(y), dZ


@mistake(
    "LeNetNumpy",
    "The gradients are divided by the number of samples twice.",
)
class DividesTheGradientsTwice(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss, dZ / len(y)


class _AddsAnEpsilon(_Net):
    eps = 0.0

    def _loss(self, Z, y):
        _, dZ = super()._loss(Z, y)
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        return float(
            -np.log(P[np.arange(len(y)), y] + Z.dtype.type(self.eps)).mean()
        ), dZ


@mistake(
    "LeNetNumpy",
    "A small number, {eps}, keeps the logarithm off 0, which changes the loss of classes "
    "that are unlikely: use ln p = z − max − ln of the sum.",
    eps=[1e-12, 1e-10, 1e-8, 1e-15],
)
def adds_an_epsilon(rng, num_classes=10, *, eps):
    net = _AddsAnEpsilon(rng, num_classes)
    net.eps = eps
    return net


@mistake(
    "LeNetNumpy",
    "The powers of large logits overflow: take the largest logit of each row from it "
    "first.",
)
class Overflows(_Net):
    def _loss(self, Z, y):
        P = np.exp(Z)
        P /= P.sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        loss = float(-np.log(P[rows, y]).mean())
        P[rows, y] -= 1
        return loss, P / len(y)


@mistake(
    "LeNetNumpy",
    "The logarithm is taken of probabilities, which round to 0: take it of the sum of "
    "the powers alone, ln p = z − max − ln of the sum.",
)
class TakesTheLogarithmOfZero(_Net):
    def _loss(self, Z, y):
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        loss = float(-np.log(P[rows, y]).mean())
        P[rows, y] -= 1
        return loss, P / len(y)


@mistake(
    "LeNetNumpy",
    "The largest logit of the whole batch is taken away, so that all powers of another "
    "row can round to 0: take that of each row.",
)
class TakesTheLargestOfTheBatch(_Net):
    def _loss(self, Z, y):
        Z = Z - Z.max()
        power, rows = np.exp(Z), np.arange(len(y))
        total = power.sum(axis=1, keepdims=True)
        loss = float((np.log(total[:, 0]) - Z[rows, y]).mean())
        P = power / total
        P[rows, y] -= 1
        return loss, P / len(y)


@mistake(
    "LeNetNumpy",
    "The probabilities of a row can come out as 0/0, for all of its powers round to 0 "
    "beside the largest logit of the whole batch: take from each row its own largest.",
)
class DividesZeroByZero(_Net):
    def _loss(self, Z, y):
        Z = Z - Z.max()
        power, rows = np.exp(Z), np.arange(len(y))
        total = power.sum(axis=1, keepdims=True)
        P = power / total
        loss = float((np.log(total[:, 0]) - Z[rows, y]).mean())
        P[rows, y] -= 1
        return loss, P / len(y)


class _GoesDownTheBatch(_Net):
    eps = 0.0

    def _loss(self, Z, y):
        power, rows = np.exp(Z - Z.max(axis=0)), np.arange(len(y))
        P = power / power.sum(axis=0)
        loss = float(-np.log(P[rows, y] + Z.dtype.type(self.eps)).mean())
        P[rows, y] -= 1
        return loss, P / len(y)


@mistake(
    "LeNetNumpy",
    "The probabilities add up to 1 over the samples of the batch: it is over the classes, "
    "so softmax goes along each row, axis 1.",
    eps=[0.0, 1e-12],
)
def goes_down_the_batch(rng, num_classes=10, *, eps):
    net = _GoesDownTheBatch(rng, num_classes)
    net.eps = eps
    return net


class _ClipsTheProbabilities(_Net):
    eps = 0.0

    def _loss(self, Z, y):
        _, dZ = super()._loss(Z, y)
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        p = P[np.arange(len(y)), y].clip(Z.dtype.type(self.eps), 1)
        return float(-np.log(p).mean()), dZ


@mistake(
    "LeNetNumpy",
    "The probabilities are clipped at {eps} before the logarithm, so no loss can be "
    "larger than −ln of that: use ln p = z − max − ln of the sum.",
    eps=[1e-12, 1e-8, 1e-7],
)
def clips_the_probabilities(rng, num_classes=10, *, eps):
    net = _ClipsTheProbabilities(rng, num_classes)
    net.eps = eps
    return net


@mistake(
    "LeNetNumpy",
    "The loss of float32 images is no Python float: float(loss).",
)
class ReturnsTheLossInFloat32(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return Z.dtype.type(loss), dZ


@mistake(
    "LeNetNumpy",
    "The loss is an array without axes: float(loss).",
)
class ReturnsTheLossAsAnArray(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return np.array(loss), dZ


@mistake(
    "LeNetNumpy",
    "There is a loss for each sample; their mean is due.",
)
class ReturnsALossForEachSample(_Net):
    def _loss(self, Z, y):
        _, dZ = super()._loss(Z, y)
        Z = Z - Z.max(axis=1, keepdims=True)
        return np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y], dZ


@mistake(
    "LeNetNumpy",
    "dZ[:, y] takes whole columns, for every sample those of all labels: it is "
    "dZ[np.arange(N), y].",
)
class TakesWholeColumnsInTheGradient(_Net):
    def _loss(self, Z, y):
        loss, _ = super()._loss(Z, y)
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        P[:, y] -= 1
        return loss, P / len(y)


@mistake(
    "LeNetNumpy",
    "Z[:, y] takes whole columns, and the loss is the mean over all pairs of a sample "
    "and a label: it is Z[np.arange(N), y].",
)
class TakesWholeColumnsInTheLoss(_Net):
    def _loss(self, Z, y):
        _, dZ = super()._loss(Z, y)
        Z = Z - Z.max(axis=1, keepdims=True)
        log_p = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
        return float(-log_p[:, y].mean()), dZ


@mistake(
    "LeNetNumpy",
    "The slope at the logits is p alone; it is prediction minus truth, 1 less at the "
    "true class.",
)
class ForgetsToSubtractTheTruth(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        dZ[np.arange(len(y)), y] += 1 / len(y)
        return loss, dZ


@mistake(
    "LeNetNumpy",
    "The gradients have the opposite sign: the slope at the logits is prediction minus "
    "truth.",
)
class TakesTruthMinusPrediction(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        return loss, -dZ


@mistake(
    "LeNetNumpy",
    "Prediction minus truth is taken back through softmax with its whole Jacobian: it is "
    "the slope at the logits already.",
)
class GoesThroughTheJacobianOfSoftmax(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        return loss, P * (dZ - (P * dZ).sum(axis=1, keepdims=True))


@mistake(
    "LeNetNumpy",
    "The derivative of softmax is applied to prediction minus truth once more: that is "
    "the slope at the logits already.",
)
class GoesThroughSoftmaxTwice(_Net):
    def _loss(self, Z, y):
        loss, dZ = super()._loss(Z, y)
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        return loss, P * (1 - P) * dZ


class _Unmasked(_Net):
    """No slope of ReLU on the way back through some layers."""

    unmasked = ()

    def _slope(self, Z, layer):
        return np.ones_like(Z) if layer in self.unmasked else Z > 0


@mistake(
    "LeNetNumpy",
    "The gradients of all layers but the last pass ReLU as if it were not there: where "
    "it gave 0 nothing goes back.",
)
class ForgetsTheSlopeOfRelu(_Unmasked):
    unmasked = LAYERS


@mistake(
    "LeNetNumpy",
    "The gradient passes the ReLU of fc2 as if it were not there: where it gave 0 "
    "nothing goes back.",
)
class ForgetsTheSlopeOfReluInFc2(_Unmasked):
    unmasked = ("fc2",)


@mistake(
    "LeNetNumpy",
    "The gradient passes the ReLU of fc1 as if it were not there: where it gave 0 "
    "nothing goes back.",
)
class ForgetsTheSlopeOfReluInFc1(_Unmasked):
    unmasked = ("fc1",)


@mistake(
    "LeNetNumpy",
    "The gradient passes the ReLUs of both convolutions as if they were not there: where "
    "one gave 0 nothing goes back.",
)
class ForgetsTheSlopeOfReluInConvolutions(_Unmasked):
    unmasked = ("conv1", "conv2")


@mistake(
    "LeNetNumpy",
    "The gradient passes the ReLU of conv2 as if it were not there: where it gave 0 "
    "nothing goes back.",
)
class ForgetsTheSlopeOfReluInConv2(_Unmasked):
    unmasked = ("conv2",)


@mistake(
    "LeNetNumpy",
    "The gradient passes the ReLU of conv1 as if it were not there: where it gave 0 "
    "nothing goes back.",
)
class ForgetsTheSlopeOfReluInConv1(_Unmasked):
    unmasked = ("conv1",)


@mistake(
    "LeNetNumpy",
    "Where ReLU is given exactly 0 the slope is taken as 1: it is 0 there.",
)
class GivesReluASlopeAtZero(_Net):
    def _slope(self, Z, layer):
        return Z >= 0


@mistake(
    "LeNetNumpy",
    "Every one of equal maxima in a window has the gradient: it belongs to the first.",
)
class SendsTheGradientToEveryMaximum(_Net):
    def _pooled(self, A):
        return max_pool2d_forward(A, 2)[0], A

    def _unpooled(self, dY, A):
        P = max_pool2d_forward(A, 2)[0]
        return (P.repeat(2, 2).repeat(2, 3) == A) * dY.repeat(2, 2).repeat(2, 3)


@mistake(
    "LeNetNumpy",
    "The last of equal maxima in a window has the gradient: it belongs to the first.",
)
class SendsTheGradientToTheLastMaximum(_Net):
    def _pooled(self, A):
        P, pool = max_pool2d_forward(A[:, :, ::-1, ::-1], 2)
        return P[:, :, ::-1, ::-1], pool

    def _unpooled(self, dY, pool):
        return max_pool2d_backward(dY[:, :, ::-1, ::-1], pool)[:, :, ::-1, ::-1]


@mistake(
    "LeNetNumpy",
    "The gradients of the linear layers' biases are means over the batch; dZ has been "
    "divided by its size already, so they are sums.",
)
class AveragesTheGradientsOfBiases(_Net):
    def _linear_back(self, dZ, A, W):
        return dZ @ W, dZ.T @ A, dZ.mean(axis=0)


@mistake(
    "LeNetNumpy",
    "The gradients of the linear layers' weights have shape (inputs, outputs): a "
    "gradient has the shape of its parameter, dZ.T @ A.",
)
class TransposesTheGradientsOfWeights(_Net):
    def _linear_back(self, dZ, A, W):
        return dZ @ W, A.T @ dZ, dZ.sum(axis=0)


@mistake(
    "LeNetNumpy",
    "The gradients are called dconv1.weight and so on: each has the very name of its "
    "parameter.",
)
class NamesThemAfterTheirSlopes(_Net):
    def _named(self, found):
        return {f"d{name}": slope for name, slope in super()._named(found).items()}


@mistake(
    "LeNetNumpy",
    "The gradients come without their names: a dict is due.",
)
class ReturnsAListOfGradients(_Net):
    def _named(self, found):
        return list(super()._named(found).values())


@mistake(
    "LeNetNumpy",
    "The gradients of the convolutions are zeros: go on back through pooling and "
    "convolution.",
)
class StopsBeforeTheConvolutions(_Net):
    def _back(self, dA, state):
        found = super()._back(dA, state)
        for layer in LAYERS[:2]:
            found[layer] = [0 * slope for slope in found[layer]]
        return found


@mistake(
    "LeNetNumpy",
    "Only the gradients of fc1, fc2 and fc3 come back: conv1 and conv2 have theirs too.",
)
class LeavesOutTheConvolutions(_Net):
    def _named(self, found):
        return super()._named({k: v for k, v in found.items() if "fc" in k})


@mistake(
    "LeNetNumpy",
    "The loss comes back alone: loss and gradients are due, as a tuple of two.",
)
class ReturnsTheLossAlone(_Net):
    def loss_and_grads(self, X, y):
        return super().loss_and_grads(X, y)[0]


@mistake(
    "LeNetNumpy",
    "Gradients are added to those of earlier calls: begin each call with new ones.",
)
class AddsUpTheGradients(_Net):
    def _named(self, found):
        before = getattr(self, "so_far", {})
        new = super()._named(found)
        self.so_far = {name: before.get(name, 0) + slope for name, slope in new.items()}
        return dict(self.so_far)


@mistake(
    "LeNetNumpy",
    "The gradients are written into the arrays that an earlier call returned: return "
    "new arrays in each call.",
)
class WritesIntoTheArraysOfAnEarlierCall(_Net):
    def _named(self, found):
        new = super()._named(found)
        own = self.__dict__.setdefault("own", {k: v.copy() for k, v in new.items()})
        for name, slope in new.items():
            own[name][...] = slope
        return own


def _step(params, grads, velocity, lr, momentum=0.9, *, move=None, start=np.zeros_like):
    """Take a step as the reference does, but for what `move` makes of v, g and p."""
    for name, p in params.items():
        v = velocity.setdefault(name, start(p))
        v[...] = momentum * v + grads[name]
        p -= lr * (v if move is None else move(v, grads[name]))


@mistake(
    "sgd_momentum_",
    "The step is lr times the gradient alone: it is lr times v, which remembers earlier "
    "gradients.",
)
def steps_without_the_velocity(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, momentum, move=lambda v, g: g)


@mistake(
    "sgd_momentum_",
    "The dict has new arrays, and the old ones are as before: change the arrays "
    "themselves, p -= lr * v.",
)
def puts_new_arrays_into_params(params, grads, velocity, lr, momentum=0.9):
    own = {name: p.copy() for name, p in params.items()}
    _step(own, grads, velocity, lr, momentum)
    params.update(own)


@mistake(
    "sgd_momentum_",
    "No parameter moves: p = p - lr * v only gives a name to a new array; p -= lr * v "
    "changes the one that is there.",
)
def moves_nothing(params, grads, velocity, lr, momentum=0.9):
    _step({k: p.copy() for k, p in params.items()}, grads, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "The gradient is weighed by 1 − momentum: v becomes momentum * v + g, all of g.",
)
def takes_a_share_of_the_gradient(params, grads, velocity, lr, momentum=0.9):
    less = {name: (1 - momentum) * g for name, g in grads.items()}
    _step(params, less, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "lr is inside v: v becomes momentum * v + g, and the step is lr * v.",
)
def puts_the_rate_into_the_velocity(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v[...] = momentum * v + lr * grads[name]
        p -= v


@mistake(
    "sgd_momentum_",
    "v is kept as the step itself, with lr and the opposite sign inside: v becomes "
    "momentum * v + g.",
)
def keeps_the_step_as_velocity(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v[...] = momentum * v - lr * grads[name]
        p += v


@mistake(
    "sgd_momentum_",
    "v is kept with the opposite sign: v becomes momentum * v + g, and p becomes p − lr "
    "* v.",
)
def keeps_the_velocity_negated(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v[...] = momentum * v - grads[name]
        p += lr * v


@mistake(
    "sgd_momentum_",
    "The step looks ahead, as Nesterov's does: it is lr * v.",
)
def looks_ahead(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, momentum, move=lambda v, g: g + momentum * v)


@mistake(
    "sgd_momentum_",
    "The step is taken with the v of before: first v takes in the gradient, then p "
    "moves.",
)
def steps_before_v_takes_in_the_gradient(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        p -= lr * v
        v[...] = momentum * v + grads[name]


@mistake(
    "sgd_momentum_",
    "The momentum is {mu} whatever was given: take the argument.",
    mu=[0.9, 0.5, 0.99],
)
def builds_in_a_momentum(params, grads, velocity, lr, momentum=0.9, *, mu):
    _step(params, grads, velocity, lr, mu)


@mistake(
    "sgd_momentum_",
    "momentum is {mu} if none is given; it is 0.9.",
    mu=[0.0, 0.5, 0.99],
)
def has_another_default(params, grads, velocity, lr, momentum=None, *, mu):
    _step(params, grads, velocity, lr, mu if momentum is None else momentum)


@mistake(
    "sgd_momentum_",
    "v becomes the gradient's own array, so the next step changes the gradient: start "
    "with zeros, or with a copy.",
)
def keeps_the_gradient_as_velocity(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        if name in velocity:
            v = velocity[name]
            v *= momentum
            v += grads[name]
        else:
            velocity[name] = grads[name]
        p -= lr * velocity[name]


@mistake(
    "sgd_momentum_",
    "The gradients are changed: they belong to the caller and stay as they are.",
)
def adds_the_momentum_to_the_gradients(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        grads[name] += momentum * velocity.get(name, 0)
        velocity[name] = grads[name].copy()
        p -= lr * velocity[name]


@mistake(
    "sgd_momentum_",
    "v starts from zero in every step, so nothing is remembered: go on with the one that "
    "is in velocity.",
)
def starts_the_velocity_anew(params, grads, velocity, lr, momentum=0.9):
    velocity.clear()
    _step(params, grads, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "v is never put back into velocity, so the next step does not find it.",
)
def never_keeps_the_velocity(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, {k: v.copy() for k, v in velocity.items()}, lr, momentum)


@mistake(
    "sgd_momentum_",
    "An empty velocity is replaced by a dict of the function's own, which the caller "
    "never sees: fill the one that was given.",
)
def makes_a_velocity_of_its_own(params, grads, velocity, lr, momentum=0.9):
    velocity = velocity or {name: np.zeros_like(p) for name, p in params.items()}
    _step(params, grads, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "While velocity is empty nothing moves, and nothing is kept: go through params, and "
    "start each v that is missing.",
)
def goes_through_an_empty_velocity(params, grads, velocity, lr, momentum=0.9):
    here = {name: p for name, p in params.items() if name in velocity}
    _step(here, grads, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "A v that is not there yet starts as the parameter; it starts as zeros.",
)
def starts_with_the_parameters(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, momentum, start=np.copy)


@mistake(
    "sgd_momentum_",
    "v is damped once more when the step is done: what is kept is momentum * v + g.",
)
def damps_what_it_keeps(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v += grads[name]
        p -= lr * v
        v *= momentum


@mistake(
    "sgd_momentum_",
    "lr is applied twice, inside v and in the step: v becomes momentum * v + g.",
)
def applies_the_rate_twice(params, grads, velocity, lr, momentum=0.9):
    less = {name: lr * g for name, g in grads.items()}
    _step(params, less, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "The step is weighed by 1 − momentum: it is lr * v.",
)
def takes_a_share_of_the_step(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, momentum, move=lambda v, g: (1 - momentum) * v)


@mistake(
    "sgd_momentum_", "A v that is not there yet starts as ones; it starts as zeros."
)
def starts_with_ones(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, momentum, start=np.ones_like)


@mistake(
    "sgd_momentum_",
    "The gradient is subtracted from v, and v from the parameter: v becomes momentum * v "
    "+ g.",
)
def subtracts_the_gradient_from_v(params, grads, velocity, lr, momentum=0.9):
    _step(params, {k: -g for k, g in grads.items()}, velocity, lr, momentum)


@mistake("sgd_momentum_", "v is divided by lr in the step: it is multiplied by it.")
def divides_by_the_rate(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, 1 / lr, momentum)


@mistake("sgd_momentum_", "The step has the sign of v alone: its size counts too.")
def steps_by_the_sign(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, momentum, move=lambda v, g: np.sign(v))


@mistake(
    "sgd_momentum_",
    "Parameters of the same shape share a v: each has its own, under its name.",
)
def shares_a_velocity_by_shape(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        first = next(n for n in params if params[n].shape == p.shape)
        v = velocity.setdefault(first, np.zeros_like(p))
        v[...] = momentum * v + grads[name]
        p -= lr * v


@mistake("sgd_momentum_", "The step goes uphill: p becomes p − lr * v.")
def climbs(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, -lr, momentum)


@mistake("sgd_momentum_", "The step is all of v: it is lr times v.")
def forgets_the_learning_rate(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, 1.0, momentum)


@mistake(
    "sgd_momentum_",
    "v becomes v + g: what there was is weighed by momentum.",
)
def forgets_to_damp_the_velocity(params, grads, velocity, lr, momentum=0.9):
    _step(params, grads, velocity, lr, 1.0)


@mistake(
    "sgd_momentum_",
    "momentum multiplies the gradient besides: v becomes momentum * v + g.",
)
def weighs_the_gradient_too(params, grads, velocity, lr, momentum=0.9):
    less = {name: momentum * g for name, g in grads.items()}
    _step(params, less, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "Arrays of one axis stay where they are: biases take steps too.",
)
def moves_weights_alone(params, grads, velocity, lr, momentum=0.9):
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v[...] = momentum * v + grads[name]
        if p.ndim > 1:
            p -= lr * v


@mistake(
    "sgd_momentum_",
    "Gradients are matched to parameters by their order; match them by name.",
)
def matches_by_order(params, grads, velocity, lr, momentum=0.9):
    pairs = zip(params.items(), grads.values(), strict=False)
    matched = {name: np.resize(g, p.shape) for (name, p), g in pairs}
    _step(params, matched, velocity, lr, momentum)


@mistake(
    "sgd_momentum_",
    "A parameter that is a view of another array stays as it was: reshape or ravel makes "
    "a copy of it, and the copy moves. Write p -= lr * v.",
)
def moves_a_copy_of_a_view(params, grads, velocity, lr, momentum=0.9):
    flat = {name: p.reshape(-1) for name, p in params.items()}
    slopes = {name: g.reshape(-1) for name, g in grads.items()}
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v[...] = (momentum * v.reshape(-1) + slopes[name]).reshape(p.shape)
        flat[name] -= lr * v.reshape(-1)


def _train(net, X, y, *, epochs, batch_size, lr, rng, **wrong):
    """Train as the reference does, but for the slips that `wrong` names."""
    N, velocity, entries = len(y), wrong.get("velocity", {}), []
    order = wrong.get("order", lambda rng, N: rng.permutation(N))
    fixed = order(rng, N) if "once" in wrong else None
    cut = wrong.get("cut", lambda order, size: _cut(order, size))
    for _ in range(epochs):
        if "restart" in wrong:
            velocity = {}
        losses = []
        for batch in cut(order(rng, N) if fixed is None else fixed, batch_size):
            rows = np.arange(len(losses) * batch_size, N)[: len(batch)]
            images = X[rows] if "images" in wrong else X[batch]
            labels = y[rows] if "labels" in wrong else y[batch]
            loss, grads = net.loss_and_grads(images, labels)
            if "still" not in wrong:
                right.sgd_momentum_(
                    net.params, grads, velocity, lr, wrong.get("momentum", 0.9)
                )
            if "after" in wrong:
                loss, _ = net.loss_and_grads(images, labels)
            losses.append((float(loss), len(batch)))
        entries.append(wrong.get("entry", _over_samples)(losses))
    return entries


def _cut(order, size):
    return [order[at : at + size] for at in range(0, len(order), size)]


def _over_samples(losses):
    return sum(loss * n for loss, n in losses) / max(sum(n for _, n in losses), 1)


@mistake(
    "train",
    "The samples are never shuffled: draw a new order from rng every epoch.",
)
def never_shuffles(net, X, y, **how):
    return _train(net, X, y, **how, order=lambda rng, N: np.arange(N))


@mistake(
    "train",
    "The samples are shuffled once and for all: draw a new order every epoch.",
)
def shuffles_once(net, X, y, **how):
    return _train(net, X, y, **how, once=True)


@mistake(
    "train",
    "The order does not come from rng, and differs though rng's state is equal: "
    "rng.permutation(N).",
)
def orders_from_the_global_generator(net, X, y, **how):
    return _train(net, X, y, **how, order=lambda rng, N: np.random.permutation(N))


@mistake(
    "train",
    "The orders are the same whatever rng is given: draw them from rng.",
)
def orders_from_a_seed_of_its_own(net, X, y, *, rng, **how):
    return _train(net, X, y, **how, rng=np.random.default_rng(0))


@mistake(
    "train",
    "Samples are drawn with replacement: some come twice in an epoch and others never. "
    "Go through a permutation.",
)
def draws_with_replacement(net, X, y, **how):
    return _train(net, X, y, **how, order=lambda rng, N: rng.integers(N, size=N))


@mistake(
    "train",
    "The images are shuffled but the labels are not, so they no longer belong together.",
)
def leaves_the_labels_behind(net, X, y, **how):
    return _train(net, X, y, **how, labels=True)


@mistake(
    "train",
    "The labels are shuffled but the images are not, so they no longer belong together.",
)
def leaves_the_images_behind(net, X, y, **how):
    return _train(net, X, y, **how, images=True)


@mistake(
    "train",
    "Images and labels are put into an order each, so they no longer belong together: "
    "draw one order and use it for both.",
)
def shuffles_images_and_labels_apart(net, X, y, *, epochs, batch_size, lr, rng):
    velocity, entries = {}, []
    for _ in range(epochs):
        pictures, labels = X[rng.permutation(len(y))], y[rng.permutation(len(y))]
        losses = []
        for rows in _cut(np.arange(len(y)), batch_size):
            loss, grads = net.loss_and_grads(pictures[rows], labels[rows])
            right.sgd_momentum_(net.params, grads, velocity, lr)
            losses.append((float(loss), len(rows)))
        entries.append(_over_samples(losses))
    return entries


@mistake(
    "train",
    "X is shuffled in place, and belongs to the caller: draw an order and index with it.",
)
def shuffles_the_images_in_place(net, X, y, *, rng, **how):
    order = rng.permutation(len(y))
    X[...], y[...] = X[order], y[order]
    return _train(net, X, y, **how, rng=rng)


@mistake(
    "train",
    "The last batch is dropped when it is short: every sample is used in every epoch.",
)
def drops_the_last_batch(net, X, y, **how):
    def cut(order, size):
        return _cut(order[: len(order) - len(order) % size], size)

    return _train(net, X, y, **how, cut=cut)


@mistake(
    "train",
    "The last batch is lost, also when it is full: the batches begin at 0, batch_size, "
    "… below N.",
)
def loses_the_last_batch(net, X, y, **how):
    return _train(net, X, y, **how, cut=lambda order, size: _cut(order, size)[:-1])


@mistake(
    "train",
    "The short last batch is filled up with samples that came before: it holds what "
    "remains.",
)
def fills_up_the_last_batch(net, X, y, **how):
    def cut(order, size):
        missing = -len(order) % size
        return _cut(np.concatenate([order, np.resize(order, missing)]), size)

    return _train(net, X, y, **how, cut=cut)


@mistake(
    "train",
    "Every step takes all samples at once: a batch holds batch_size of them.",
)
def takes_all_samples_at_once(net, X, y, **how):
    return _train(net, X, y, **how, cut=lambda order, size: [order])


@mistake(
    "train",
    "The velocity is made anew every epoch, which forgets the momentum: make it once.",
)
def restarts_the_velocity_every_epoch(net, X, y, **how):
    return _train(net, X, y, **how, restart=True)


@mistake(
    "train",
    "The velocity of an earlier run is still there: every run starts with an empty one.",
)
def keeps_the_velocity_of_earlier_runs(net, X, y, **how):
    kept = net.__dict__.setdefault("kept_velocity", {})
    return _train(net, X, y, **how, velocity=kept)


@mistake(
    "train",
    "The steps are those of a momentum of {mu}: it is 0.9, of a velocity that lives on "
    "from batch to batch.",
    mu=[0.0, 0.5, 0.99, 0.95],
)
def trains_with_another_momentum(net, X, y, *, mu, **how):
    return _train(net, X, y, **how, momentum=mu)


@mistake(
    "train",
    "The net's parameters never change: each batch ends with a step, on the arrays in "
    "net.params.",
)
def never_steps(net, X, y, **how):
    return _train(net, X, y, **how, still=True)


@mistake(
    "train",
    "The learning rate is divided by the size of the batch; the gradients are those of "
    "a mean already.",
)
def divides_the_rate_by_the_batch(net, X, y, *, lr, batch_size, **how):
    return _train(net, X, y, **how, batch_size=batch_size, lr=lr / batch_size)


@mistake(
    "train",
    "A learning rate of {rate} is built in: take the argument.",
    rate=[0.1, 0.01, 0.05],
)
def builds_in_a_learning_rate(net, X, y, *, lr, rate, **how):
    return _train(net, X, y, **how, lr=rate)


@mistake(
    "train",
    "The loss is computed again after the step: an entry is made of the losses that the "
    "gradients came with, one call a batch.",
)
def takes_the_losses_after_the_step(net, X, y, **how):
    return _train(net, X, y, **how, after=True)


@mistake(
    "train",
    "The net has new arrays afterwards, and those that it held are as before: change "
    "them in place.",
)
def gives_the_net_new_arrays(net, X, y, **how):
    net.params = {name: p.copy() for name, p in net.params.items()}
    return _train(net, X, y, **how)


@mistake(
    "train",
    "An entry is the mean of the batches' means, in which the samples of the short last "
    "batch weigh more: weigh each mean by the size of its batch.",
)
def averages_the_means_of_batches(net, X, y, **how):
    def entry(losses):
        return sum(loss for loss, _ in losses) / len(losses)

    return _train(net, X, y, **how, entry=entry)


@mistake(
    "train",
    "Each batch's mean is weighed by batch_size, but the last batch may be short: weigh "
    "it by its own size.",
)
def weighs_the_short_batch_as_a_full_one(net, X, y, *, batch_size, **how):
    def entry(losses):
        return batch_size * sum(loss for loss, _ in losses) / len(y)

    return _train(net, X, y, **how, batch_size=batch_size, entry=entry)


@mistake(
    "train",
    "The means of the batches are added and divided by the number of samples: weigh "
    "each by the size of its batch.",
)
def divides_batch_means_by_the_samples(net, X, y, **how):
    def entry(losses):
        return sum(loss for loss, _ in losses) / len(y)

    return _train(net, X, y, **how, entry=entry)


@mistake(
    "train",
    "An entry is the sum of the losses of all samples: divide it by their number.",
)
def sums_over_the_samples(net, X, y, **how):
    return _train(
        net, X, y, **how, entry=lambda losses: sum(loss * n for loss, n in losses)
    )


@mistake(
    "train",
    "An entry is the sum of the batches' losses: weigh each by the size of its batch and "
    "divide by the number of samples.",
)
def adds_up_the_losses(net, X, y, **how):
    return _train(
        net, X, y, **how, entry=lambda losses: sum(loss for loss, _ in losses)
    )


@mistake(
    "train",
    "An entry is the loss of the epoch's last batch: it is the mean over all samples.",
)
def reports_the_last_batch_only(net, X, y, **how):
    return _train(net, X, y, **how, entry=lambda losses: losses[-1][0])


@mistake(
    "train",
    "The losses of all epochs are added up: an epoch's sum begins at 0.",
)
def never_resets_the_total(net, X, y, **how):
    so_far = []

    def entry(losses):
        so_far.extend(losses)
        return sum(loss * n for loss, n in so_far) / len(y)

    return _train(net, X, y, **how, entry=entry)


@mistake(
    "train",
    "There is an entry for each batch: the mean over the samples of an epoch is one.",
)
def gives_each_batch_an_entry(net, X, y, **how):
    epochs = _train(net, X, y, **how, entry=lambda losses: losses)
    return [loss for losses in epochs for loss, _ in losses]


@mistake(
    "train",
    "The order of the batches changes, and each holds the same samples every time: "
    "shuffle the samples, then cut.",
)
def shuffles_the_batches_alone(net, X, y, *, rng, **how):
    def cut(order, size):
        batches = _cut(np.sort(order), size)
        return [batches[at] for at in rng.permutation(len(batches))]

    return _train(net, X, y, **how, rng=rng, cut=cut)


@mistake(
    "train",
    "There is one epoch, whatever was asked for: look where the loop over the epochs "
    "ends, and where the return stands.",
)
def ends_after_one_epoch(net, X, y, *, epochs, **how):
    return _train(net, X, y, **how, epochs=min(epochs, 1))


@mistake(
    "train",
    "An epoch ends with a look at all samples, whose loss is its entry: the entry is "
    "made of the losses of the batches, which are there already.",
)
def judges_all_samples_after_the_epoch(net, X, y, **how):
    return _train(net, X, y, **how, entry=lambda _: float(net.loss_and_grads(X, y)[0]))


@mistake(
    "train",
    "The gradients of an epoch are added up for a single step: every batch ends with a "
    "step of its own.",
)
def takes_one_step_an_epoch(net, X, y, *, epochs, batch_size, lr, rng):
    velocity, entries = {}, []
    for _ in range(epochs):
        total, sums = 0.0, {name: np.zeros_like(p) for name, p in net.params.items()}
        for batch in _cut(rng.permutation(len(y)), batch_size):
            loss, grads = net.loss_and_grads(X[batch], y[batch])
            total += float(loss) * len(batch)
            sums = {name: sums[name] + g for name, g in grads.items()}
        right.sgd_momentum_(net.params, sums, velocity, lr)
        entries.append(total / len(y))
    return entries


@mistake("train", "Every batch takes two steps with its gradients: one is due.")
def steps_twice(net, X, y, *, epochs, batch_size, lr, rng):
    velocity, entries = {}, []
    for _ in range(epochs):
        total = 0.0
        for batch in _cut(rng.permutation(len(y)), batch_size):
            loss, grads = net.loss_and_grads(X[batch], y[batch])
            right.sgd_momentum_(net.params, grads, velocity, lr)
            right.sgd_momentum_(net.params, grads, velocity, lr)
            total += float(loss) * len(batch)
        entries.append(total / len(y))
    return entries


@mistake("train", "The steps go uphill: p becomes p − lr * v.")
def climbs_in_every_step(net, X, y, *, lr, **how):
    return _train(net, X, y, **how, lr=-lr)


@mistake(
    "train",
    "The learning rate is multiplied by {factor} after every epoch: it stays as given.",
    factor=[0.5, 0.1, 0.9, 0.95],
)
def lowers_the_rate(net, X, y, *, epochs, batch_size, lr, rng, factor):
    velocity, entries = {}, []
    for epoch in range(epochs):
        total = 0.0
        for batch in _cut(rng.permutation(len(y)), batch_size):
            loss, grads = net.loss_and_grads(X[batch], y[batch])
            right.sgd_momentum_(net.params, grads, velocity, lr * factor**epoch)
            total += float(loss) * len(batch)
        entries.append(total / len(y))
    return entries


@mistake(
    "train",
    "The sum of an epoch is divided by the number of epochs: divide it by that of the "
    "samples.",
)
def divides_by_the_epochs(net, X, y, *, epochs, **how):
    def entry(losses):
        return sum(loss * n for loss, n in losses) / epochs

    return _train(net, X, y, **how, epochs=epochs, entry=entry)


@mistake(
    "train",
    "One sample is never used: a permutation of all N is due.",
)
def forgets_the_last_sample(net, X, y, **how):
    return _train(net, X, y, **how, order=lambda rng, N: rng.permutation(N - 1))


@mistake(
    "train",
    "The velocity that a step takes is the gradient itself, which is added to itself: "
    "keep a dict of its own, empty at first, for all steps.",
)
def takes_the_gradients_as_velocity(net, X, y, *, epochs, batch_size, lr, rng):
    entries = []
    for _ in range(epochs):
        total = 0.0
        for batch in _cut(rng.permutation(len(y)), batch_size):
            loss, grads = net.loss_and_grads(X[batch], y[batch])
            right.sgd_momentum_(net.params, grads, grads, lr)
            total += float(loss) * len(batch)
        entries.append(total / len(y))
    return entries


@mistake("train", "The losses come as an array: a list is due.")
def returns_an_array(net, X, y, **how):
    return np.array(_train(net, X, y, **how))


@mistake("train", "Nothing comes back: the losses are due.")
def returns_nothing(net, X, y, **how):
    _train(net, X, y, **how)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "LeNetNumpy": {
        '- std = init_std(math.prod(shape[1:]), "relu")': "any finite weights will do, as long as filters and units differ",
        '- self.params[f"{layer}.weight"] = std * rng.standard_normal(shape)': "any finite weights will do, as long as filters and units differ",
        '- self.params[f"{layer}.bias"] = np.zeros(shape[0])': "any finite biases will do",
        "- loss = np.mean(np.log(total[:, 0]) - Z[rows, y])\n"
        "+ loss = np.mean(np.log(total) - Z[rows, y])": "the mean over all pairs is the difference of the means",
        "- loss = np.mean(np.log(total[:, 0]) - Z[rows, y])\n"
        "+ loss = np.mean(np.log(total[:, None]) - Z[rows, y])": "the mean over all pairs is the difference of the means",
        "- A3 = A2.reshape(len(X), -1)  # (N, 400)\n"
        "+ A3 = A2.reshape(len(X), -2)": "NumPy works out a size that is negative, whichever it is",
        "- dtype = np.result_type(X, np.float32)  # integers become floats\n"
        "+ dtype = np.result_type(np.float32, X)": "the wider of two is the same in either order",
        "- dtype = np.result_type(X, np.float32)  # integers become floats\n"
        "+ dtype = np.result_type(X)": "X is float64 or float32",
        "- return {name: p.astype(dtype, copy=False) for name, p in self.params.items()}\n"
        "+ return {name: p for name, p in self.params.items()}": "a precision is promised where the parameters have it",
        "- return {name: p.astype(dtype, copy=False) for name, p in self.params.items()}\n"
        "+ return {name: p.astype(dtype) for name, p in self.params.items()}": "a copy has the same numbers",
        "- return {name: p.astype(dtype, copy=False) for name, p in self.params.items()}\n"
        "+ return {name: p.astype(dtype, copy=True) for name, p in self.params.items()}": "a copy has the same numbers",
        "- dZ = dZ.reshape(-1, 16, 5, 5)\n"
        "+ dZ = dZ.reshape(-2, 16, 5, 5)": "NumPy works out a size that is negative, whichever it is",
        '- dA1, g["conv2.weight"], g["conv2.bias"] = _conv_backward(dZ, convs[1])\n'
        "+ dA1, g['conv2.weight'], g['conv2.bias'] = _conv_backward(dZ, convs[-1])": "there are two convolutions",
        '- _, g["conv1.weight"], g["conv1.bias"] = _conv_backward(dA1 * (A1 > 0), convs[0])\n'
        "+ _, g['conv1.weight'], g['conv1.bias'] = _conv_backward(dA1 * (A1 != 0), convs[0])": "what ReLU gives is never below 0",
        "- Z = Z - Z.max(axis=1, keepdims=True)  # no power is above 1\n"
        "+ Z = Z - Z.max(axis=-1, keepdims=True)": "the same axis, counted from the end",
        "- total = power.sum(axis=1, keepdims=True)\n"
        "+ total = power.sum(axis=-1, keepdims=True)": "the same axis, counted from the end",
        "- loss = np.mean(np.log(total[:, 0]) - Z[rows, y])\n"
        "+ loss = np.mean(np.log(total[:, 0]) - Z[rows, y], axis=0)": "there is one axis",
        "- loss = np.mean(np.log(total[:, 0]) - Z[rows, y])\n"
        "+ loss = np.mean(np.log(total[:, 0]) - Z[rows, y], axis=-1)": "there is one axis",
        "- loss = np.mean(np.log(total[:, 0]) - Z[rows, y])\n"
        "+ loss = np.mean(np.log(total[:, -1]) - Z[rows, y])": "there is one column",
        "- return float(loss), dZ / len(y)\n"
        "+ return (float(loss), dZ / len(dZ))": "there is a row for each label",
        "- A3 = A2.reshape(len(X), -1)  # (N, 400)\n"
        "+ A3 = A2.reshape(len(A1), -1)": "every layer has an entry for each image",
        "- return dZ @ W * (A > 0), dZ.T @ A, dZ.sum(axis=0)\n"
        "+ return (dZ @ W * (A != 0), dZ.T @ A, dZ.sum(axis=0))": "what ReLU gives is never below 0",
        "- return dZ @ W * (A > 0), dZ.T @ A, dZ.sum(axis=0)\n"
        "+ return (dZ @ W * (A > 0), dZ.T @ A, dZ.sum(axis=-2))": "the same axis, counted from the end",
    },
}
