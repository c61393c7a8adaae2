"""AlexNet: the same plan as LeNet, larger, and laid out on paper before it is built.

Five convolutions make an image small and deep, three linear layers decide what it is.
Most of the weights stand where the two parts meet, and how many there are is settled by
the size of the image. Layers that are so large are held back by dropout.

Level: 3 of 5
Minutes: 35
Needs: lenet, conv-arithmetic
"""

from torch import Tensor, nn

__all__ = ["alexnet_feature_size", "AlexNet"]


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
    raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError
