"""Keeps what took seconds to measure in build/, as long as nothing changes it.

Float sums depend on the processor: its instruction sets decide how many numbers are
added at once. So the processor is part of what a result is kept under, beside the code
and the data; two machines that share a folder do not share results.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import os
import platform
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from filelock import FileLock

from dojo import data
from dojo.files import write_bytes
from dojo.kata.catalog import find_root

Arrays = dict[str, np.ndarray]

SETTINGS = (  # of the environment, with which float kernels are chosen
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "DNNL_MAX_CPU_ISA",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "NPY_DISABLE_CPU_FEATURES",
    "OPENBLAS_CORETYPE",
)
FLAGS = Path("/proc/cpuinfo")  # on Linux; elsewhere the platform's name must do


def kept(name: str, sources: list[ModuleType], measure: Callable[[], Arrays]) -> Arrays:
    """Return what `measure` returns, from build/ if it was measured there before.

    Parameters
    ----------
    name : str
        Of the file.
    sources : list of modules
        Whose text determines the result: the references, and the module of `measure`.
    measure : callable
        Returns arrays by name. It is called with torch on one thread, so that its sums
        have one order; and by one process, though several ask at once: times differ
        from run to run.
    """
    folder, place = find_root() / "build" / "measured", _hash(*kernels())
    file = folder / f"{name}-{place}-{_key(sources)}.npz"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{name}-{place}.lock"):
        if not file.is_file():
            _measure(measure, file)
            for old in folder.glob(f"{name}-{place}-*.npz"):
                if old != file:  # measured with another text, and not asked for again
                    old.unlink(missing_ok=True)
    with np.load(file) as stored:
        return {key: stored[key] for key in stored.files}


def _measure(measure: Callable[[], Arrays], file: Path) -> None:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = _on_one_thread(measure)
    np.savez(buffer, **arrays)
    write_bytes(file, buffer.getvalue())


def _on_one_thread(measure: Callable[[], Arrays]) -> Arrays:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return measure()
    finally:
        torch.set_num_threads(threads)


def _key(sources: list[ModuleType]) -> str:
    return _hash(*map(inspect.getsource, sources), data.SHA256)


def kernels() -> list[str]:
    """Return all by which NumPy and torch choose how to compute on this machine."""
    settings = [f"{name}={os.environ.get(name, '')}" for name in SETTINGS]
    chosen = torch.backends.cpu.get_cpu_capability()
    return [torch.__version__, np.__version__, chosen, _processor(), *settings]


@cache
def _processor() -> str:
    """Return the processor's instruction sets, or its name where none are listed."""
    lines = FLAGS.read_text("utf-8").splitlines() if FLAGS.is_file() else []
    flags = [line for line in lines if line.startswith(("flags", "Features"))]
    return flags[0] if flags else f"{platform.machine()} {platform.processor()}"


def _hash(*facts: str) -> str:
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:12]
