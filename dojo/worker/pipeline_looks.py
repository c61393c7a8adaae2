"""Notes what a net says of the test images, in the process that runs the pipeline.

Only the net that was trained knows how its images are made ready, so its own words are
taken, not those of its weights on images that somebody else prepared.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CLASSES = 10


class Looks:
    """Which test images were read, in order, and which scores the net then gave.

    Parameters
    ----------
    names : set of str
        The files of the test images.
    """

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._watching = True
        self.read: list[str] = []
        self.scores: list[list[float]] = []

    def heard(self, event: str, given: tuple[Any, ...]) -> None:
        """Note a file that is opened, if it is a test image."""
        if not self._watching or event != "open":
            return
        path = given[0]
        if isinstance(path, str | bytes | os.PathLike):
            name = Path(os.fsdecode(path)).name
            if name in self._names and name not in self.read[-1:]:
                self.read.append(name)

    def looked(self, net: Any, given: Any, scores: Any) -> None:
        """Note what a LeNet says, once test images have been read."""
        if not self.read or "fc3" not in dict(net.named_children()):
            return
        if scores.shape[1:] == (CLASSES,):
            self.scores += scores.detach().softmax(1).tolist()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hear of files and calls inside the block."""
        from torch.nn.modules.module import register_module_forward_hook

        sys.addaudithook(self.heard)  # it stays in the process
        hook = register_module_forward_hook(self.looked)
        try:
            yield
        finally:
            hook.remove()
            self._watching = False
