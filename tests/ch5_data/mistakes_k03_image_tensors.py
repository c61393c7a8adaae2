"""Wrong answers to image-tensors that the grader must reject and the dojo can name."""

import numpy as np
import torch

from dojo.grading import mistake
from solutions.ch5_data import k03_image_tensors as right


def _three(img):
    return img if img.ndim == 3 else img[:, :, None]


@mistake(
    "to_tensor",
    "The array gets another shape, and its numbers stay in their order, so the pixels are "
    "scrambled: reshape does not move an axis, permute(2, 0, 1) does.",
)
def reshapes(img):
    H, W, C = _three(img).shape
    return torch.tensor(np.ascontiguousarray(img)).reshape(C, H, W) / 255


@mistake("to_tensor", "The channels stay behind: move them to the front.")
def leaves_the_channels_behind(img):
    return torch.tensor(np.ascontiguousarray(_three(img))) / 255


@mistake(
    "to_tensor",
    "Height and width change places: the axes are (C, H, W), permute(2, 0, 1).",
)
def transposes_the_image(img):
    return right.to_tensor(img).transpose(1, 2)


@mistake("to_tensor", "The bytes are not scaled: divide by 255.")
def does_not_scale(img):
    return right.to_tensor(img) * 255


@mistake("to_tensor", "The numbers are still bytes: make floats, and divide by 255.")
def keeps_bytes(img):
    return torch.tensor(np.ascontiguousarray(_three(img))).permute(2, 0, 1)


@mistake("to_tensor", "The result is float64; it is float32: .float().")
def returns_float64(img):
    return right.to_tensor(img).double()


@mistake(
    "to_tensor",
    "The bytes are divided by {value}; the largest is 255.",
    value=[256, 128],
)
def divides_by_another_number(img, *, value):
    return right.to_tensor(img) * (255 / value)


@mistake("to_tensor", "The bytes are divided by 255 twice: once is enough.")
def divides_twice(img):
    return right.to_tensor(img) / 255


@mistake(
    "to_tensor",
    "Each image is divided by its own brightest pixel; the scale is 255 for all.",
)
def divides_by_the_maximum(img):
    x = right.to_tensor(img)
    return x / x.max().clamp(min=1e-30)


@mistake(
    "to_tensor",
    "An image without a byte above 1 is not scaled: the scale is 255 for all.",
)
def scales_bright_images_only(img):
    x = right.to_tensor(img)
    return x if img.max() > 1 else 255 * x


@mistake(
    "to_tensor",
    "Whole numbers are divided to whole numbers, and all but 255 become 0: make floats "
    "first.",
)
def divides_whole_numbers(img):
    return (right.to_tensor(img) == 1).float()


@mistake("to_tensor", "The range is from -1 to 1; it is from 0 to 1.")
def scales_to_minus_one(img):
    return 2 * right.to_tensor(img) - 1


@mistake("to_tensor", "A gray image has no channel axis: it becomes (1, H, W).")
def leaves_out_the_axis_of_gray(img):
    x = right.to_tensor(img)
    return x[0] if img.ndim == 2 else x


@mistake("to_tensor", "A gray image gets its axis behind: it becomes (1, H, W).")
def puts_the_axis_of_gray_behind(img):
    x = right.to_tensor(img)
    return x[0][:, :, None] if img.ndim == 2 else x


@mistake("to_tensor", "The channels come in reverse, as BGR: leave their order.")
def reverses_the_channels(img):
    return right.to_tensor(img).flip(0)


@mistake("to_tensor", "The result is an array: torch.from_numpy makes a tensor of it.")
def returns_an_array(img):
    return right.to_tensor(img).numpy()


@mistake(
    "chw_to_hwc",
    "The tensor gets another shape, and its numbers stay in their order, so the pixels are "
    "scrambled: reshape does not move an axis, permute(1, 2, 0) does.",
)
def reshapes_back(img):
    C, H, W = img.shape
    return img.reshape(H, W, C)


@mistake(
    "chw_to_hwc",
    "Height and width change places, (W, H, C): swapping the first and the last axis does "
    "that. permute(1, 2, 0) keeps the two in their order.",
)
def swaps_the_outer_axes(img):
    return img.transpose(0, 2)


@mistake(
    "chw_to_hwc",
    "This is (W, C, H): the axes are turned the wrong way, permute(1, 2, 0).",
)
def turns_the_axes_the_other_way(img):
    return img.permute(2, 0, 1)


@mistake(
    "chw_to_hwc", "This is (H, C, W): one swap more is needed, of the last two axes."
)
def swaps_once(img):
    return img.transpose(0, 1)


@mistake("chw_to_hwc", "The image comes back as it was: move its channels behind.")
def moves_nothing(img):
    return img


@mistake("chw_to_hwc", "The numbers become floats: keep the dtype.")
def makes_floats(img):
    return right.chw_to_hwc(img).float()


@mistake("chw_to_hwc", "The numbers are scaled to bytes: only the axes move.")
def scales_to_bytes(img):
    return (right.chw_to_hwc(img).double() * 255).to(img.dtype)


@mistake("chw_to_hwc", "The result is an array; it is a tensor.")
def returns_an_array_of_numpy(img):
    return right.chw_to_hwc(img).numpy()


@mistake("chw_to_hwc", "The channels come in reverse: leave their order.")
def reverses_the_channels_behind(img):
    return right.chw_to_hwc(img).flip(2)


class _Open:
    """The reference with its call open to change."""

    def __init_subclass__(cls):
        for name in ("__init__", "__call__"):
            if name not in vars(cls):
                setattr(cls, name, vars(_Open)[name])  # its own: what they raise is its

    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, x):
        for transform in self._chosen():
            x = transform(x)
        return x

    def _chosen(self):
        return self.transforms


@mistake("Compose", "The transforms are used from the last to the first.")
class GoesBackwards(_Open):
    def _chosen(self):
        return self.transforms[::-1]


@mistake(
    "Compose",
    "Every transform gets the first x, and the last result comes back: hand each what the "
    "one before gave, x = transform(x).",
)
class GivesEachTheFirstInput(_Open):
    def __call__(self, x):
        result = x
        for transform in self.transforms:
            result = transform(x)
        return result


@mistake(
    "Compose", "Only the first transform is used: the return stands inside the loop."
)
class ReturnsInsideTheLoop(_Open):
    def __call__(self, x):
        for transform in self.transforms:
            return transform(x)
        return x


@mistake(
    "Compose",
    "The return stands inside the loop, so only the first transform is used, and without "
    "transforms nothing comes back: return x after the loop.",
)
class ReturnsNowhereElse(_Open):
    def __call__(self, x):
        for transform in self.transforms:
            return transform(x)
        return None


@mistake("Compose", "Only the last transform is used.")
class UsesTheLastOnly(_Open):
    def _chosen(self):
        return self.transforms[-1:]


@mistake("Compose", "The last transform is left out.")
class LeavesOutTheLast(_Open):
    def _chosen(self):
        return self.transforms[:-1]


@mistake("Compose", "The results are thrown away: x = transform(x).")
class ThrowsTheResultsAway(_Open):
    def __call__(self, x):
        for transform in self.transforms:
            transform(x)
        return x


@mistake("Compose", "Nothing comes back: return x after the loop.")
class ForgetsToReturn(_Open):
    def __call__(self, x):
        for transform in self.transforms:
            x = transform(x)


@mistake("Compose", "Without transforms nothing comes back: x itself is due.")
class ReturnsNoneWithoutTransforms(_Open):
    def __call__(self, x):
        return _Open.__call__(self, x) if len(self.transforms) else None


@mistake(
    "Compose",
    "A result that is 0 or None ends the chain: each is handed on, whatever it is.",
)
class StopsAtAFalseResult(_Open):
    def __call__(self, x):
        for transform in self.transforms:
            x = transform(x)
            if x is None or (isinstance(x, int) and not x):
                break
        return x


@mistake(
    "Compose",
    "A transform whose truth value is False is left out, an nn.Sequential without layers, "
    "say: call them all.",
)
class SkipsFalseTransforms(_Open):
    def _chosen(self):
        return [transform for transform in self.transforms if transform]


@mistake("Compose", "The transforms are used up by the first call: keep them.")
class UsesThemUp(_Open):
    def __init__(self, transforms):
        self.transforms = iter(transforms)

    def _chosen(self):
        return self.transforms


def _statistics(X, axes=(0, 2, 3), correction=0, **slip):
    return X.mean(axes), X.std(axes, correction=correction)


@mistake(
    "channel_mean_std",
    "The squares are divided by N H W - 1, as torch does by default: correction=0.",
)
def corrects_the_deviation(X):
    return _statistics(X, correction=1)


@mistake("channel_mean_std", "This is the variance; the deviation is its root.")
def returns_the_variance(X):
    return X.mean((0, 2, 3)), X.var((0, 2, 3), correction=0)


@mistake(
    "channel_mean_std",
    "Each image has statistics of its own, (N, C): take them over the images, too.",
)
def keeps_the_images_apart(X):
    return _statistics(X, (2, 3))


@mistake(
    "channel_mean_std",
    "The deviations of the images are averaged, and how far the images lie apart is lost: "
    "take one deviation over all of them.",
    correction=[0, 1],
)
def averages_the_deviations(X, *, correction):
    return X.mean((0, 2, 3)), X.std((2, 3), correction=correction).mean(0)


@mistake(
    "channel_mean_std",
    "Each image has one mean and one deviation, over its channels, (N,): they are due for "
    "each channel, (C,).",
)
def has_statistics_of_each_image(X):
    return _statistics(X, (1, 2, 3))


@mistake(
    "channel_mean_std",
    "A row for each channel is made by reshape, which moves no axis, so the channels are "
    "mixed: transpose(0, 1) first.",
)
def reshapes_to_rows(X):
    rows = X.reshape(X.shape[1], -1)
    return rows.mean(1), rows.std(1, correction=0)


@mistake(
    "channel_mean_std",
    "This is the mean distance from the mean: the deviation is the root of the mean "
    "square.",
)
def averages_the_distances(X):
    mean = X.mean((0, 2, 3))
    return mean, (X - mean[:, None, None]).abs().mean((0, 2, 3))


@mistake(
    "channel_mean_std",
    "A small number, {eps}, is added under the root: the deviation is without it.",
    eps=[1e-5, 1e-8, 1e-6, 1e-7],
)
def adds_an_epsilon_under_the_root(X, *, eps):
    return X.mean((0, 2, 3)), (X.var((0, 2, 3), correction=0) + eps).sqrt()


@mistake(
    "channel_mean_std",
    "The channels are counted together, and one number comes back: keep axis 1.",
)
def mixes_the_channels(X):
    return X.mean(), X.std(correction=0)


@mistake("channel_mean_std", "Axis 1 is the channels, and it is averaged, too.")
def averages_the_channels(X):
    return _statistics(X, (0, 1, 2))


@mistake(
    "channel_mean_std", "Statistics of each pixel come back: average H and W, too."
)
def keeps_the_pixels(X):
    return _statistics(X, (0,))


@mistake("channel_mean_std", "The axes are kept with size 1; the shape is (C,).")
def keeps_the_axes(X):
    mean, std = right.channel_mean_std(X)
    return mean.view(1, -1, 1, 1), std.view(1, -1, 1, 1)


@mistake("channel_mean_std", "The parts are swapped: the mean comes first.")
def swaps_the_parts(X):
    return right.channel_mean_std(X)[::-1]


@mistake("channel_mean_std", "The result is float32; it has X's dtype.")
def casts_to_float32(X):
    return tuple(v.float() for v in right.channel_mean_std(X))


@mistake(
    "channel_mean_std", "X is divided by 255 once more: it is from 0 to 1 already."
)
def scales_again(X):
    return tuple(v / 255 for v in right.channel_mean_std(X))


@mistake("channel_mean_std", "Only the first image is looked at.")
def looks_at_the_first_image(X):
    return right.channel_mean_std(X[:1])


@mistake("channel_mean_std", "Python's numbers come back; two tensors (C,) are due.")
def returns_lists(X):
    mean, std = right.channel_mean_std(X)
    return mean.tolist(), std.tolist()


def _tensors(img, mean, std):
    return (torch.as_tensor(v, dtype=img.dtype) for v in (mean, std))


@mistake(
    "normalize",
    "mean and std meet the last axis, the width: give them two axes more, "
    "mean[:, None, None].",
)
def meets_the_width(img, mean, std):
    mean, std = _tensors(img, mean, std)
    return (img - mean) / std


@mistake(
    "normalize",
    "mean and std meet the height: [:, None] gives one axis more, and two are needed.",
)
def meets_the_height(img, mean, std):
    mean, std = _tensors(img, mean, std)
    return (img - mean[:, None]) / std[:, None]


@mistake("normalize", "The mean is added; it must be taken away.")
def adds_the_mean(img, mean, std):
    mean, std = _tensors(img, mean, std)
    return right.normalize(img, -mean, std)


@mistake(
    "normalize",
    "This is the way back, img * std + mean: take the mean away and divide by std.",
)
def goes_the_way_back(img, mean, std):
    mean, std = (v[:, None, None] for v in _tensors(img, mean, std))
    return img * std + mean


@mistake(
    "normalize",
    "The image is divided by 255 first: it is of floats, in the scale of mean and std.",
)
def scales_the_image_first(img, mean, std):
    return right.normalize(img / 255, mean, std)


@mistake("normalize", "The deviation is multiplied; divide by it.")
def multiplies_by_the_deviation(img, mean, std):
    mean, std = _tensors(img, mean, std)
    return right.normalize(img, mean, 1 / std)


@mistake("normalize", "Only the mean is divided by std: brackets, (img - mean) / std.")
def forgets_the_brackets(img, mean, std):
    mean, std = (v[:, None, None] for v in _tensors(img, mean, std))
    return img - mean / std


@mistake("normalize", "The mean is taken away, and nothing is divided by std.")
def leaves_out_the_deviation(img, mean, std):
    return right.normalize(img, mean, [1.0] * len(std))


@mistake("normalize", "The image is divided by std, and no mean is taken away.")
def leaves_out_the_mean(img, mean, std):
    return right.normalize(img, [0.0] * len(mean), std)


@mistake("normalize", "std is taken for the variance, and its root is divided by.")
def takes_the_root_of_the_deviation(img, mean, std):
    mean, std = _tensors(img, mean, std)
    return right.normalize(img, mean, std.sqrt())


@mistake(
    "normalize",
    "The image is divided by the square of std: std is the deviation itself, so divide by "
    "it as it is.",
)
def divides_by_the_square_of_std(img, mean, std):
    mean, std = _tensors(img, mean, std)
    return right.normalize(img, mean, std**2)


@mistake("normalize", "The division comes first: take the mean away, then divide.")
def divides_first(img, mean, std):
    mean, std = (v[:, None, None] for v in _tensors(img, mean, std))
    return img / std - mean


@mistake("normalize", "Every channel gets the numbers of the first one.")
def takes_the_first_channel(img, mean, std):
    return (img - float(mean[0])) / float(std[0])


@mistake(
    "normalize",
    "A small number, {eps}, is added to std: all of it is above 0.",
    eps=[1e-5, 1e-8, 1e-6, 1e-7, 1e-3],
)
def adds_an_epsilon(img, mean, std, *, eps):
    mean, std = _tensors(img, mean, std)
    return right.normalize(img, mean, std + eps)


@mistake(
    "normalize",
    "The image's own mean and deviation{over} are used: use those that are given.",
    over=["", ", over n - 1,"],
)
def uses_the_images_own(img, mean, std, *, over):
    less = 1 if over else 0
    return right.normalize(img, img.mean((1, 2)), img.std((1, 2), correction=less))


@mistake(
    "normalize",
    "mean and std pass through float32: make them of img's dtype.",
)
def rounds_to_float32(img, mean, std):
    mean, std = (torch.as_tensor(v, dtype=torch.float32) for v in (mean, std))
    return right.normalize(img, mean, std)


@mistake(
    "normalize",
    "A list has no arithmetic: make tensors of mean and std, torch.as_tensor.",
)
def takes_tensors_only(img, mean, std):
    return (img - mean[:, None, None]) / std[:, None, None]


@mistake("normalize", "What comes out is cut off to 0 and 1; let it be as it is.")
def clamps(img, mean, std):
    return right.normalize(img, mean, std).clamp(0, 1)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "to_tensor": {
        "- if img.ndim == 2:\n+ if img.ndim <= 2:": "an image has two axes at least",
        "- return torch.from_numpy(img).permute(2, 0, 1).float() / 255  # (C, H, W)\n"
        "+ return torch.from_numpy(img).permute(2, 0, 1) / 255": "bytes over 255 are float32 in torch",
    },
    "channel_mean_std": {
        "- axes = (0, 2, 3)  # all but the channels\n"
        "+ axes = (2, 0, 3)": "the order of the axes does not matter",
        "- axes = (0, 2, 3)  # all but the channels\n"
        "+ axes = (3, 2, 0)": "the order of the axes does not matter",
        "- axes = (0, 2, 3)  # all but the channels\n"
        "+ axes = (0, 3, 2)": "the order of the axes does not matter",
        "- axes = (0, 2, 3)  # all but the channels\n"
        "+ axes = (0, -2, 3)": "axis -2 of four is axis 2",
    },
}
