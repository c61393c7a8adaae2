"""Runs the capstone's answer on a folder, in the process that this module is run in.

Called as `python -m dojo.worker.pipeline_child REQUEST`, where REQUEST is a JSON file
with the answer's file, the folder, the configuration and where to write what came back.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from dojo.files import write_text
from dojo.worker import plain_answer
from dojo.worker.pipeline_looks import Looks

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
        found = {"error": plain_answer.sentence("build_pipeline", error, answer)}
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
    module = plain_answer.load(answer)
    looks = Looks(_names_in(folder / "test.csv"))
    with looks.watching():
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
        "said": {"names": looks.read, "scores": looks.scores},
    }


def _names_in(table: Path) -> set[str]:
    """Return the files that a table lists; none if there is no table."""
    if not table.is_file():
        return set()
    lines = table.read_text("utf-8").splitlines()
    return {line.partition(",")[0] for line in lines}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
