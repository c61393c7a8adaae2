"""Capstone: from a folder of images to a report that can be believed.

Every part is there already; what is new is who may see what. The training images move
the weights, the validation images choose the epoch, and the test images are looked at
once, when nothing is left to choose. A slip in that order raises no error: it makes the
number at the end better than the net.

Level: 4 of 5
Minutes: 90
Needs: initialize-weights, train-and-evaluate, classification-report, checkpointing
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset

from solutions.ch1_foundations.k06_early_stopping import EarlyStopping
from solutions.ch4_computation.k04_checkpointing import save_checkpoint
from solutions.ch5_data.k01_custom_dataset import AnnotatedImageDataset
from solutions.ch5_data.k03_image_tensors import Compose, to_tensor
from solutions.ch6_convolution.k05_lenet import LeNet
from solutions.ch7_training.k01_initialize_weights import initialize_weights
from solutions.ch7_training.k05_train_and_evaluate import TrainConfig, evaluate, run
from solutions.ch7_training.k06_classification_report import classification_report

__all__ = ["build_pipeline"]

NAMES = list("0123456789")


@dataclass
class Report:
    """What the pipeline found; it is given, there is nothing to write here."""

    history: list[dict[str, float]]
    test_accuracy: float
    per_class: dict[str, dict[str, float]]
    best_epoch: int


def build_pipeline(cfg: TrainConfig, data_dir: Path) -> Report:
    """Train LeNet on a folder of digits, keep its best weights, and judge them once.

    What is asked for is who may see what, and when:

    - Split: of the training images some are held back for validation, the same ones in
      every epoch. No image is in both parts, and each is in one.
    - Epochs: as in `run`. Each image that is not held back is trained on once, or
      equally often, in training mode and in batches of cfg.batch_size, of which one may
      be short; no gradient of an earlier step is left when the next one comes. Then
      each image that was held back is judged, in evaluation mode.
    - Augmentation: training images are changed at random such that the label stays
      true, and none is mirrored: a mirrored 2 is not a 2. What is judged, for
      validation or for the test, is shown as it is.
    - End: after cfg.max_epochs epochs, or before, once the validation loss has not
      fallen below its smallest value so far for as many epochs in a row as you choose.
    - Test: when all training has ended, with the weights of the epoch whose validation
      loss was smallest. Each test image is read once, and none before; labels may be
      read at any time.

    All randomness comes from cfg.seed: with the same cfg and the same files, reports
    and weights are equal, whatever has been drawn before, and another seed makes
    another run. The global generators of torch, NumPy and Python may be seeded on the
    way. With a rate that suits the optimizer it learns to read: at least 93 % of the
    shipped test digits, in less than a minute of processor time.

    The rest is your choice: how many images are held back and which, drawn or counted
    off; whether a file is read once or in every epoch; how bytes become numbers, as
    long as an image that is judged is scaled by one factor and shifted by one number,
    beside padding, cropping and resizing; which augmentation; the activation and the
    size of input of LeNet; how its weights start; the optimizer, in which cfg.lr is
    the rate; the patience, if any; what else is written. Advice: hold a tenth
    back at random, since a table may be sorted; divide by 255 and put two zeros around;
    shift by up to two pixels; call `initialize_weights`; take SGD with momentum 0.9 and
    a patience of 3.

    Parameters
    ----------
    cfg : TrainConfig
        Its batch_size, lr, max_epochs (1 or more) and seed.
    data_dir : Path
        A folder with `train.csv` and `test.csv`, a line `name,label` for each image, in
        any order and without a heading, labels from 0 to 9; and `images`, with a file
        of each name, an array of uint8 of shape (28, 28) as `np.save` writes it. There
        are at least 12 training images of each digit. They are read by the process that
        calls, by no other. These files stay as they are.

        `best.pt` is written here, or replaced, by `torch.save`: the state dict of the
        best epoch's `LeNet`, alone or anywhere in a dict, as `save_checkpoint` writes
        it for example.

    Returns
    -------
    Report
        `history`, a list as `run` returns it: of each epoch its number, "epoch", one
        more each time, and the mean losses and shares over samples that the net gave
        while it trained and when it was validated; `best_epoch`, an int, the number of
        the entry with the smallest val_loss; `test_accuracy`, a Python float, the share
        of test images that are read right; `per_class`, the part of
        `classification_report` on the test images that belongs to the ten classes.
    """
    data_dir = Path(data_dir)
    torch.manual_seed(cfg.seed)
    train, val = _split(data_dir)
    net, criterion = LeNet(), nn.CrossEntropyLoss()
    initialize_weights(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)
    stopper = EarlyStopping(patience=3)
    train_loader = DataLoader(train, cfg.batch_size, shuffle=True)
    val_loader = DataLoader(val, cfg.batch_size)
    history = run(net, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    net.load_state_dict(stopper.best_state)
    save_checkpoint(data_dir / "best.pt", net, epoch=stopper.best_epoch)
    # Nothing is left to choose: now, and only now, the test set.
    test = DataLoader(_images(data_dir, "test.csv", [_centered]), cfg.batch_size)
    judged = evaluate(net, test, criterion)
    scores = classification_report(judged["labels"], judged["preds"], NAMES)
    per_class = {name: scores[name] for name in NAMES}
    return Report(history, judged["accuracy"], per_class, stopper.best_epoch)


def _images(data_dir: Path, table: str, moved: list[Any]) -> AnnotatedImageDataset:
    """Return the images that a table lists, as tensors of shape (1, 32, 32)."""
    transform = Compose([to_tensor, _framed, *moved])
    return AnnotatedImageDataset(
        data_dir / table, data_dir / "images", np.load, transform
    )


def _split(data_dir: Path) -> tuple[Subset, Subset]:
    """Return nine tenths of the training images, shifted, and one tenth as they are."""
    shifted = _images(data_dir, "train.csv", [_shifted])
    centered = _images(data_dir, "train.csv", [_centered])
    order = torch.randperm(len(shifted)).tolist()
    held_back = max(1, round(len(order) / 10))
    return Subset(shifted, order[held_back:]), Subset(centered, order[:held_back])


def _framed(image: Tensor) -> Tensor:
    return F.pad(image, (4, 4, 4, 4))  # (1, 36, 36)


def _centered(image: Tensor) -> Tensor:
    return image[:, 2:34, 2:34]  # (1, 32, 32)


def _shifted(image: Tensor) -> Tensor:
    """Return a window of 32 by 32 at a random place."""
    y, x = torch.randint(5, (2,)).tolist()
    return image[:, y : y + 32, x : x + 32]  # (1, 32, 32)
