"""What is wrong with the sizes that the hunt begins with."""

import torch.nn.functional as F
from torch import nn

from dojo.grading import mistake
from solutions.ch6_convolution import k05_lenet, k06_alexnet
from solutions.ch6_convolution.k06_alexnet import alexnet_feature_size


@mistake(
    "LeNet",
    "fc1 has 400 inputs whatever in_size is: compute the side that is left after both poolings.",
)
class TakesFiveForTheSide(k05_lenet.LeNet):
    def __init__(self, in_channels=1, num_classes=10, in_size=32, activation=nn.ReLU):
        super().__init__()
        side = 5
        self.conv1 = nn.Conv2d(in_channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)
        self.activation = activation()


@mistake(
    "LeNet",
    "An image without a batch axis is taken, and its channels for a batch: refuse what is not (N, C, H, W).",
)
class FlattensWhateverComes(k05_lenet.LeNet):
    def forward(self, x):
        x = F.max_pool2d(self.activation(self.conv1(x)), 2)  # (N, 6, ...)
        x = F.max_pool2d(self.activation(self.conv2(x)), 2)  # (N, 16, side, side)
        x = x.reshape(-1, self.fc1.in_features)
        x = self.activation(self.fc1(x))
        x = self.activation(self.fc2(x))
        return self.fc3(x)


@mistake(
    "AlexNet",
    "The first linear layer has 256 · 5 · 5 inputs whatever in_size is: ask alexnet_feature_size.",
)
class TakesFiveForTheLastSide(k06_alexnet.AlexNet):
    def __init__(self, in_channels=1, num_classes=10, in_size=224, dropout=0.5):
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
