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

    - Split: of the training images some are held back for validation, drawn at random;
      which of them depends on the seed. A tenth of them or more, and a third or less,
      rounded either way.
    - Input: an image reaches the net as float32 of shape (1, 32, 32), each pixel a
      255th of its byte, with two rows and columns of zeros around. Each time that an
      image is trained on it is shifted by random whole numbers of pixels, down and to
      the right or back, up to a number of your choice from 1 to 4; what leaves the 32
      by 32 is lost, and zeros enter. Each image is shifted by itself. Nothing is
      flipped, and no image is shifted to be judged.
    - Net: `LeNet()` of the chapter on convolution, which starts as `initialize_weights`
      makes it: linear weights normal with standard deviation 0.1, those of convolutions
      with √(2 / fan_in) by Kaiming's rule, and biases 0.
    - Training: `torch.optim.SGD` with the rate cfg.lr and momentum 0.9 on the mean
      cross-entropy of batches of cfg.batch_size, whose last may be short. An epoch is
      one of `run`: each training image once, in a new random order, then each image
      that was held back once, in evaluation mode.
    - End: after cfg.max_epochs epochs, or earlier, once the validation loss has not
      fallen below its smallest value so far for as many epochs in a row as you choose,
      from 2 to 10, the same number in every run.
    - Test: when all training has ended, with the weights of the best epoch. Each test
      image is read once, and none before; its labels may be read at any time.

    All randomness comes from cfg.seed: with the same numbers in cfg and the same files,
    reports and weights are equal, whatever has been drawn before. The global generators
    of torch, NumPy and Python may be seeded on the way.

    Parameters
    ----------
    cfg : TrainConfig
        Its batch_size, lr, max_epochs (1 or more) and seed; with this rate the losses
        stay finite.
    data_dir : Path
        A folder with `train.csv` and `test.csv`, a line `name,label` for each image, in
        any order and without a heading, labels from 0 to 9, of which some may never
        occur; and `images`, with a file of each name, an array of uint8 of shape
        (28, 28) as `np.save` writes it. Files that are not listed may lie there too.
        There are at least 20 training images. They are read by the process that calls,
        by no other, and as often as you like.

        `best.pt` is written here, or replaced: a dict as `save_checkpoint` writes it
        and `torch.load` with `weights_only=True` reads it, with "net", the state dict
        of the best epoch's net, and "epoch", its number, an int. All other files stay
        as they are.

    Returns
    -------
    Report
        `history`, the list that `run` returns; `best_epoch`, an int, the number
        ("epoch") of the entry with the smallest val_loss, the first of equal ones;
        `test_accuracy`, a Python float, the share of test images that the weights in
        `best.pt` read right; `per_class`, the part of `classification_report` on the
        test images that belongs to the classes, from "0" to "9": ten keys, all there.
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
