"""Which kernels compute here, and whether they are the machine's own."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import TypedDict

PINS = (
    "OPENBLAS_CORETYPE", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS",
    "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA",
    "NPY_DISABLE_CPU_FEATURES",
)  # fmt: skip
BEFORE_AVX2 = (
    "katmai", "coppermine", "northwood", "banias", "athlon", "prescott", "core2",
    "penryn", "dunnington", "nehalem", "atom", "nano", "generic", "opteron",
    "opteron_sse3", "barcelona", "bobcat", "sandybridge", "bulldozer", "piledriver",
    "steamroller",
)  # fmt: skip


class Kernel(TypedDict):
    """What computes.

    Parameters
    ----------
    blas : str
        NumPy's library for matrices, its version and its kernel.
    torch : str
        The instructions that torch uses.
    pinned : list of str
        The variables of the environment that choose a kernel, with their values.
    """

    blas: str
    torch: str
    pinned: list[str]


def kernel() -> Kernel:
    """Return what computes in this process."""
    import torch

    return {
        "blas": _blas(),
        "torch": str(torch.backends.cpu.get_cpu_capability()),
        "pinned": pinned(os.environ),
    }


def pinned(environment: Mapping[str, str]) -> list[str]:
    """Return the settings that keep a library from the machine's own kernel."""
    return [f"{name}={environment[name]}" for name in PINS if environment.get(name)]


def _blas() -> str:
    """Return NumPy's library for matrices; torch brings its own, which has no names."""
    import numpy
    from threadpoolctl import threadpool_info

    numpy.dot(numpy.ones((2, 2)), numpy.ones((2, 2)))
    found = [p for p in threadpool_info() if p["user_api"] == "blas"]
    names = [
        " ".join(
            str(pool[key])
            for key in ("internal_api", "version", "architecture")
            if pool.get(key)
        )
        for pool in found
    ]
    return ", ".join(dict.fromkeys(names)) or "a library of matrices without a name"


def objection(found: Kernel) -> str:
    """Return why ratios are not the machine's own, with the remedy; empty if they are.

    An old kernel is one that a library chose although torch found newer instructions.
    """
    if found["pinned"]:
        settings = " and ".join(found["pinned"])
        names = " ".join(setting.partition("=")[0] for setting in found["pinned"])
        return f"{settings} chooses a kernel that may not be its own: unset {names}"
    words = found["blas"].lower().split()
    old = [word for word in words if word.strip(",") in BEFORE_AVX2]
    if old and found["torch"].startswith("AVX"):
        return (
            f"{found['blas']} is a kernel of processors without AVX2, and this one has "
            f"{found['torch']}: update NumPy"
        )
    return ""


def machine() -> str:
    """Return the processor, its cores and the system, in words."""
    return ", ".join([_processor(), f"{os.cpu_count()} cores", f"{platform.system()}"])


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
    except OSError:
        lines = []
    return lines[0].partition(":")[2].strip() if lines else platform.processor()
