"""One engine run in a process of its own: `python -m dinh.verification.runs.runner JOB.json`.

The engine's memory goes back to the machine when it ends, and a run that is killed takes nobody with it. It tells its
stages on standard output, one JSON object a line; a refusal is its last line.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

REFUSED = 3


def main(path: str) -> int:
    """Run the job that a file describes; return the process's exit code."""
    parent = os.getppid()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    os.nice(5)
    import django

    django.setup()
    from django.utils import translation

    from dinh.lib.errors import Refused, reasons
    from dinh.verification.engine.run import Job, verify

    told = json.loads(Path(path).read_text(encoding="utf-8"))
    translation.activate(told["language"])
    paths = ("file", "against", "out", "communes", "decided", "since", "keys")
    changes: dict[str, Any] = {name: Path(told[name]) for name in paths if told.get(name)}
    job = Job(
        register=told["register"], names={part: tuple(names) for part, names in told["names"].items()},
        required=tuple(told["required"]), coded=frozenset(told["coded"]),
        left_out=frozenset(told["left_out"]), threads=told["threads"],
        memory=told["memory"], **changes,
    )  # fmt: skip
    try:
        verify(job, tell=lambda stage: _tell(stage=stage))
    except Refused as refusal:
        _tell(refused=refusal.code, message=" ".join(reasons(refusal, 20)))
        return REFUSED
    return 0


def _tell(**what: str) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _end_with(parent: int) -> None:
    """End when the worker that started this is gone: another takes the run up, and two would write one answer."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
