"""Flat features: two nets that work, for one size of image and no other.

A colleague has two classifiers that are right on the images that they were written for.
With other sizes they fail in the first linear layer, far from what is wrong, and one of
them takes a single image for a batch.

Level: 2 of 5
Minutes: 25
Needs: lenet, alexnet
Hunts: lenet, alexnet
Only: num_flat_features, LeNet, alexnet_feature_size, AlexNet
"""

import math
from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["num_flat_features", "LeNet", "alexnet_feature_size", "AlexNet"]


def num_flat_features(x: Tensor) -> int:
    """Return how many numbers one sample of a batch has.

    Parameters
    ----------
    x : Tensor of shape (N, ...)
        A batch: the first axis counts the samples, at least one axis follows.

    Returns
    -------
    int
        The product of all sizes but the first.
    """
    return math.prod(x.shape[1:])


class LeNet(nn.Module):
    """A classifier of square images: conv1, conv2, then fc1, fc2 and fc3.

    conv1 (6 filters of 5x5), activation, 2x2 max pooling, conv2 (16 filters of 5x5),
    activation, 2x2 max pooling, flatten, fc1 (120 outputs), activation, fc2 (84),
    activation, fc3. There is no padding, and all five layers have biases. They are the
    attributes conv1, conv2 (nn.Conv2d), fc1, fc2, fc3 (nn.Linear) and start as torch
    starts them.

    Parameters
    ----------
    in_channels : int
        Channels of the images.
    num_classes : int
        Outputs of fc3.
    in_size : int
        Height and width of the images, at least 16. With 32 pixels fc1 has 400 inputs,
        with 28 it has 256.
    activation : callable
        A class or factory that is called without arguments and returns a module.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), section II.B; with today's activation,
    pooling and output.
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 10,
        in_size: int = 32,
        activation: Callable[[], nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        side = 5
        self.conv1 = nn.Conv2d(in_channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)
        self.activation = activation()

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, which no activation or softmax has touched.

        Parameters
        ----------
        x : Tensor of shape (N, in_channels, in_size, in_size)
            A batch of images.

        Returns
        -------
        Tensor of shape (N, num_classes)

        Raises
        ------
        ValueError
            If x has no batch axis: one image is a batch of one, (1, C, H, W). Any other
            error will do.
        """
        x = F.max_pool2d(self.activation(self.conv1(x)), 2)  # (N, 6, ...)
        x = F.max_pool2d(self.activation(self.conv2(x)), 2)  # (N, 16, side, side)
        x = x.reshape(-1, self.fc1.in_features)
        x = self.activation(self.fc1(x))
        x = self.activation(self.fc2(x))
        return self.fc3(x)


def alexnet_feature_size(in_size: int) -> int:
    """Return the height, and width, of what AlexNet's last pooling leaves.

    Parameters
    ----------
    in_size : int
        Height and width of the images.

    Returns
    -------
    int
        5 for images of 224 pixels, 6 for 227.

    Raises
    ------
    ValueError
        If a window does not fit on what reaches it, which is so below 67.
    """
    # Window, stride and padding of all that changes the size; conv 3 to 5 do not.
    windows, size = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0)], in_size
    for k, s, p in windows:
        if size + 2 * p < k:
            raise ValueError(f"images of {in_size} pixels are too small for AlexNet")
        size = (size + 2 * p - k) // s + 1
    return size


class AlexNet(nn.Module):
    """A classifier of square images: five convolutions, then three linear layers.

    conv 1 (96 filters of 11x11, stride 4), max pooling, conv 2 (256 of 5x5, padding 2),
    max pooling, conv 3 and conv 4 (384 of 3x3, padding 1), conv 5 (256 of 3x3, padding
    1), max pooling, flatten, then three linear layers with 4096, 4096 and `num_classes`
    outputs. Strides are 1 and paddings 0 where nothing is said; each pooling has a
    window of 3x3 and stride 2. ReLU follows every layer but the last, dropout the first
    two linear ones. All eight layers have biases.

    The names of the attributes are free. The 16 parameters are there as soon as the net
    is built, in the order of the layers, each layer's weight before its bias, and with
    the shapes that `nn.Conv2d` and `nn.Linear` give them. The net can be built under
    `with torch.device("meta"):`, where tensors have shapes but no numbers.

    Parameters
    ----------
    in_channels : int
        Channels of the images.
    num_classes : int
        Outputs of the last layer.
    in_size : int
        Height and width of the images, at least 67.
    dropout : float
        The probability with which dropout drops a number in training mode.

    References
    ----------
    Krizhevsky, Sutskever & Hinton (2012), "ImageNet classification with deep
    convolutional neural networks", NeurIPS 25, section 3; on one processor, and without
    the normalization of neighboring channels.
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 10,
        in_size: int = 224,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        side = alexnet_feature_size(224)
        self.features = nn.Sequential(
            *(nn.Conv2d(in_channels, 96, 11, stride=4), nn.ReLU()),
            nn.MaxPool2d(3, stride=2),
            *(nn.Conv2d(96, 256, 5, padding=2), nn.ReLU()),
            nn.MaxPool2d(3, stride=2),
            *(nn.Conv2d(256, 384, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(384, 384, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU()),
            nn.MaxPool2d(3, stride=2),
        )
        self.classifier = nn.Sequential(
            *(nn.Linear(256 * side * side, 4096), nn.ReLU(), nn.Dropout(dropout)),
            *(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout)),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, which no activation, softmax or dropout has touched.

        Parameters
        ----------
        x : Tensor of shape (N, in_channels, in_size, in_size)
            A batch of images, of the parameters' dtype.

        Returns
        -------
        Tensor of shape (N, num_classes)
            In evaluation mode the same each time, in training mode with new zeros of
            the dropout.
        """
        return self.classifier(self.features(x).flatten(1))
