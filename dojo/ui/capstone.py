"""The capstone's page: the learner's own pipeline, run on all digits and shown."""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np

from dojo.data import digits
from dojo.errors import UserError
from dojo.files import keep, write_text
from dojo.kata.catalog import find
from dojo.ui.capstone_page import Shown, page
from dojo.worker.pipeline import PipelineFailed, train

KATA = "capstone"
PLACE = Path("build", "capstone")  # in the clone, and not tracked
SIZE, RATE, EPOCHS = 32, 0.02, 6  # of a batch; what reads well over 93 % of all digits


def show(root: Path, config: dict[str, Any], path: Path | None = None) -> Path:
    """Train the learner's pipeline, write its page, and return where it is.

    Parameters
    ----------
    root : Path
        The clone.
    config : dict
        The fields of TrainConfig.
    path : Path, optional
        Where to write; build/capstone.html in the clone by default. A page that is
        there already is kept under another name.

    Raises
    ------
    UserError
        If the page cannot be written.
    PipelineFailed
        If the pipeline makes no report, or one that its weights do not bear out.
    """
    kata, _ = find(root, KATA)
    folder = root / PLACE
    write_digits(folder)
    report = train(root, kata.stub, config, folder)
    scores = scores_said(report.pop("said"))
    labels = digits().test_labels
    share = float((scores.argmax(1) == labels).mean())
    if abs(share - report["test_accuracy"]) > 1e-9:
        raise PipelineFailed(
            f"test_accuracy is {report['test_accuracy']:.3f}, but the net reads "
            f"{share:.3f} of the test digits, in the order in which they were opened"
        )
    shown = Shown(report, config, scores, digits().test_images, labels, _today())
    path = (path or root / "build" / "capstone.html").resolve()
    try:
        keep(path)
        write_text(path, page(shown))
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}): name another file"
        ) from error
    return path


def write_digits(folder: Path, train: int = 6000, test: int = 1000) -> None:
    """Write the shipped digits as the capstone reads them: image files and two tables.

    Parameters
    ----------
    folder : Path
        Made if it is not there; files of the same names are written again.
    train, test : int
        How many of the digits.
    """
    d = digits()
    parts = {"train": (d.train_images[:train], d.train_labels)}
    parts["test"] = d.test_images[:test], d.test_labels
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for part, (images, labels) in parts.items():
        names = [f"{part}-{number:04}.npy" for number in range(len(images))]
        for name, image in zip(names, images, strict=True):
            (folder / "images" / name).write_bytes(_npy(image))
        pairs = zip(names, labels.tolist(), strict=False)
        table = "".join(f"{name},{label}\n" for name, label in pairs)
        write_text(folder / f"{part}.csv", table)


def _npy(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, image)
    return file.getvalue()


def scores_said(said: dict[str, Any]) -> np.ndarray:
    """Return what a net said of the test digits, as shares in their order, (1000, 10).

    Raises
    ------
    PipelineFailed
        If it did not say one thing of each image.
    """
    names, scores = said["names"], np.array(said["scores"])
    due = len(digits().test_labels)
    if not len(set(names)) == len(names) == len(scores) == due:
        raise PipelineFailed(
            f"each of the {due} test images is read once and shown to a LeNet once, "
            f"but {len(names)} were read and {len(scores)} shown"
        )
    ordered: np.ndarray = scores[np.argsort(names)]
    return ordered


def scores_of(root: Path, checkpoint: Path) -> np.ndarray:
    """Return what the weights of a checkpoint say of the test digits, (1000, 10).

    Raises
    ------
    PipelineFailed
        If the file is not what the capstone asks for.
    """
    import torch

    from dojo.data import lenet_digits

    sys.path.insert(0, str(root))
    from solutions.ch6_convolution.k05_lenet import LeNet

    net = LeNet().eval()
    try:
        net.load_state_dict(torch.load(checkpoint, weights_only=True)["net"])
    except Exception as error:
        cause = str(error).partition("\n")[0]
        raise PipelineFailed(f"best.pt cannot be read: {cause}") from error
    with torch.no_grad():
        scores: np.ndarray = net(lenet_digits().test_images).softmax(1).numpy()
    return scores


def assert_passed(root: Path) -> None:
    """Let nothing follow unless the learner has passed the kata as it is now.

    Raises
    ------
    PipelineFailed
        If it has not been passed, or was changed since then.
    """
    from dojo.learner.status import status_of
    from dojo.ui.notices import ledger_of
    from dojo.verdict.verdicts import PASSED

    kata, _ = find(root, KATA)
    with ledger_of(root) as ledger:
        status = status_of(kata, ledger.read())
    if status.state != PASSED:
        raise PipelineFailed(
            f"the page is for a pipeline that has passed, and yours is {status.word}"
        )


def _today() -> str:
    return datetime.date.today().isoformat()
