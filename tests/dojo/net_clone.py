"""A clone in which LeNet in NumPy can be trained, on few digits, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from conftest import REPOSITORY, Clone

from dojo.data import digits
from dojo.kata.catalog import find
from dojo.kata.stubs import stub_of
from dojo.learner.nets import SHAPES
from dojo.ui.train import Data
from dojo.worker.net_parts import PARTS
from dojo.worker.training import Images

LINKED = ("dojo", "solutions", "tests", "pyproject.toml", "docs")
KATAS = tuple(dict.fromkeys(part.kata for part in PARTS))
FEW = Images(
    digits().train_images[:60], digits().train_labels[:60],
    digits().train_images[60:80], digits().train_labels[60:80],
)  # fmt: skip
FEW_DIGITS = Data(FEW, digits().test_images[:40], digits().test_labels[:40])


def net_clone(root: Path) -> Clone:
    """Make a clone in which none of the parts of the net is begun."""
    root.mkdir(parents=True)
    for name in LINKED:
        (root / name).symlink_to(REPOSITORY / name)
    clone = Clone(root)
    for slug in KATAS:
        answer(clone, slug, stub_of(reference(slug)))
    return clone


def reference(slug: str) -> str:
    """Return the text of a kata's reference."""
    return find(REPOSITORY, slug)[0].reference.read_text("utf-8")


def answer(clone: Clone, slug: str, text: str) -> Path:
    """Write an answer, and return its file."""
    path = find(clone.root, slug)[0].stub
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def any_params(seed: int = 0) -> dict[str, np.ndarray]:
    """Return weights of LeNet that nobody trained."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(0, 0.1, shape).astype(np.float32)
        for name, shape in SHAPES.items()
    }
