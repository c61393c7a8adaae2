"""The nets that a learner trained: kept in .dojo/nets, a file for each data set."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from dojo.files import write_bytes

SCHEMA = 1
SHAPES = {
    "conv1.weight": (6, 1, 5, 5), "conv1.bias": (6,),
    "conv2.weight": (16, 6, 5, 5), "conv2.bias": (16,),
    "fc1.weight": (120, 400), "fc1.bias": (120,),
    "fc2.weight": (84, 120), "fc2.bias": (84,),
    "fc3.weight": (10, 84), "fc3.bias": (10,),
}  # fmt: skip
NOT_OURS = ValueError, KeyError, AttributeError, EOFError, BadZipFile
DATA = "digits", "mnist"
FACTS = "facts"  # the array that is no weight, but a text


class NetUnreadable(Exception):
    """The file is not what `dojo train` writes; the text says in what."""


@dataclass(frozen=True)
class Facts:
    """How a net was trained.

    Parameters
    ----------
    data : str
        digits or mnist.
    epoch, batch_size, seed : int
        It is what the training came to after that epoch.
    lr : float
    share : float
        Of the images held back, those that it read right.
    own : tuple of str
        The functions that were the learner's.
    """

    data: str
    epoch: int
    batch_size: int
    lr: float
    seed: int
    share: float
    own: tuple[str, ...]


@dataclass(frozen=True)
class Net:
    """The weights of a net by their names, and how it was trained."""

    params: dict[str, np.ndarray]
    facts: Facts


def place(root: Path, data: str) -> Path:
    """Return where a clone's net for a data set is kept."""
    return root / ".dojo" / "nets" / f"{data}.npz"


def trained_last(root: Path) -> Path | None:
    """Return the file of the net that was kept last; None if there is none."""
    paths = [path for name in DATA if (path := place(root, name)).is_file()]
    return max(paths, key=lambda path: path.stat().st_mtime_ns, default=None)


def write(path: Path, net: Net) -> None:
    """Write a net in one step."""
    facts = json.dumps({"schema": SCHEMA, **asdict(net.facts)})
    file = io.BytesIO()
    np.savez(file, **net.params, **{FACTS: np.array(facts)})  # type: ignore[arg-type]
    write_bytes(path, file.getvalue())


def read(path: Path) -> Net:
    """Return the net of a file.

    Raises
    ------
    NetUnreadable
        If it cannot be read, or is anything else.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        facts = json.loads(str(arrays.pop(FACTS)))
    except OSError as error:
        raise NetUnreadable(error.strerror or str(error)) from error
    except NOT_OURS as error:
        raise NetUnreadable("it is no file of dojo train, or broken") from error
    return Net(_weights(arrays), _facts(facts))


def _facts(found: object) -> Facts:
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise NetUnreadable("it comes from another version of the dojo")
    try:
        parts = {field.name: found[field.name] for field in fields(Facts)}
        facts = Facts(**parts | {"own": tuple(parts["own"])})
        numbers = facts.epoch, facts.batch_size, facts.lr, facts.seed, facts.share
        if not all(isinstance(number, int | float) for number in numbers):
            raise TypeError
    except (KeyError, TypeError) as error:
        raise NetUnreadable("it does not say how the net was trained") from error
    return facts


def _weights(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    if {name: array.shape for name, array in arrays.items()} != SHAPES:
        raise NetUnreadable("it holds other arrays than LeNet's ten")
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise NetUnreadable(f"{name} holds what is no number")
    return arrays
