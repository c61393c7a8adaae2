"""A learner's file without a guard, in a process of its own: for what is not graded."""

from __future__ import annotations

import importlib.util
import sys
import traceback
import types
from pathlib import Path


def load(answer: Path) -> types.ModuleType:
    """Return a file of answers as a module."""
    spec = importlib.util.spec_from_file_location("answer", answer)
    if spec is None or spec.loader is None:
        raise ImportError(f"{answer.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["answer"] = module  # where a dataclass looks for its own module
    spec.loader.exec_module(module)
    return module


def sentence(name: str, error: BaseException, answer: Path) -> str:
    """Return in a sentence what a function of an answer raised, and on which line."""
    if isinstance(error, NotImplementedError) and not error.args:
        return f"{name} is not started"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(answer)]
    where = f" ({answer.name}:{lines[-1]})" if lines else ""
    cause = str(error).partition("\n")[0]
    kind = type(error).__name__
    return f"{name} raised {kind}{': ' if cause else ''}{cause}{where}"
