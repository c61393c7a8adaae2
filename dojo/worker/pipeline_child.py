"""Runs the capstone's answer on a folder, in the process that this module is run in.

Called as `python -m dojo.worker.pipeline_child REQUEST`, where REQUEST is a JSON file
with the answer's file, the folder, the configuration and where to write what came back.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import traceback
from pathlib import Path
from typing import Any

from dojo.files import write_text

PARTS = ("history", "test_accuracy", "per_class", "best_epoch")


def main(request: Path) -> None:
    """Run the answer, and write its report or what it raised."""
    asked = json.loads(request.read_text("utf-8"))
    _limit(asked["seconds"])
    answer = Path(asked["answer"])
    found: dict[str, Any]
    try:
        found = {"report": _report(answer, asked["config"], Path(asked["folder"]))}
    except Exception as error:
        found = {"error": _sentence(error, answer)}
    write_text(Path(asked["result"]), json.dumps(found))


def _limit(seconds: int) -> None:
    """Have the system end this process after so much processor time."""
    try:
        import resource
    except ImportError:  # Windows; the parent's clock is left
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _report(answer: Path, config: dict[str, Any], folder: Path) -> dict[str, Any]:
    import torch

    from solutions.ch7_training.k05_train_and_evaluate import TrainConfig

    torch.set_num_threads(1)  # two on a busy machine are many times slower
    spec = importlib.util.spec_from_file_location("answer", answer)
    if spec is None or spec.loader is None:
        raise ImportError(f"{answer.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["answer"] = module  # where a dataclass looks for its own module
    spec.loader.exec_module(module)
    report = module.build_pipeline(TrainConfig(**config), folder)
    missing = [name for name in PARTS if not hasattr(report, name)]
    if missing:
        raise TypeError(f"the report has no {', '.join(missing)}")
    return {
        "history": [{k: float(v) for k, v in e.items()} for e in report.history],
        "test_accuracy": float(report.test_accuracy),
        "per_class": {
            str(name): {k: float(v) for k, v in scores.items()}
            for name, scores in report.per_class.items()
        },
        "best_epoch": int(report.best_epoch),
    }


def _sentence(error: Exception, answer: Path) -> str:
    if isinstance(error, NotImplementedError) and not error.args:
        return "build_pipeline is not started"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(answer)]
    where = f" ({answer.name}:{lines[-1]})" if lines else ""
    cause = str(error).partition("\n")[0]
    name = type(error).__name__
    return f"build_pipeline raised {name}{': ' if cause else ''}{cause}{where}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
