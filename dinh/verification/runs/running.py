"""One verification from beginning to end: material written, the engine run beside, the answer loaded.

Every step can be done again: a run that was killed is taken up where its files say it stopped.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.register import Register
from dinh.journal.actions import action
from dinh.journal.actions import record as journal
from dinh.lib.dates import local_date
from dinh.lib.errors import Invalid, Refused, reasons
from dinh.verification.actions.submitting import bump, verifiable
from dinh.verification.columns import declared
from dinh.verification.models import Submission
from dinh.verification.runs import files, loading, material, submitted
from dinh.verification.runs.runner import REFUSED

log = logging.getLogger("dinh.verification")
LEARNT_FOR = timedelta(days=30)  # after that, weights are learnt anew
LOST_AFTER = timedelta(days=2)
GIBIBYTE = 1 << 30

NO_RECORDS = _("The register has no records here, so there is nothing to verify.")
FILE_GONE = _("The file that was handed in is not there any more. Hand it in again.")
STOPPED = _(
    "The machine stopped the verification, most likely for lack of memory. Try again when less else runs."
)
BROKEN = _(
    "The verification failed through a fault of ours. It stands in the log; start it again, or ask for help."
)


class EngineFailed(Exception):
    """The engine's process ended without an answer and without a reason for people."""


def run(id: UUID, *, at: datetime) -> str:
    """Run a verification that waits or was interrupted; return its state."""
    row = Submission.objects.select_related("unit").get(pk=id)
    if row.state in {Submission.State.DONE, Submission.State.FAILED}:
        return row.state
    Submission.objects.filter(pk=id).update(
        state=Submission.State.RUNNING, started_at=row.started_at or at, error=""
    )
    row.refresh_from_db()
    try:
        summary = _verify(row, verifiable(row.register), at)
    except Refused as refusal:
        log.info("verification.refused", extra={"submission": str(id), "code": refusal.code})
        _fail(row=row, error=" ".join(reasons(refusal, 5)), at=timezone.now())
    except Exception:
        log.exception("verification.failed", extra={"submission": str(id)})
        _fail(row=row, error=str(BROKEN), at=timezone.now())
    else:
        _finish(row=row, summary=summary, at=timezone.now())
        files.clear(row.register, row.unit_id, timezone.now())
    return row.state


def give_up_lost(at: datetime) -> int:
    """Fail verifications whose worker was killed too often to try again; return how many."""
    lost = list(Submission.objects.filter(state=Submission.State.RUNNING, started_at__lt=at - LOST_AFTER))
    for row in lost:
        _fail(row=row, error=str(STOPPED), at=at)
    return len(lost)


def _verify(row: Submission, shape: Register, at: datetime) -> dict[str, Any]:
    on = local_date(at)
    out = files.answer(row)
    if row.source == Submission.Source.FILE:
        if not out.exists():
            _engine(row, _job(row, shape, _given(row), on))
        return _told(out)
    home = files.folder(row)
    if not out.exists():
        _stage(row, "records")
        rows = submitted.write_records(shape, row.unit_id, on, home / "register.parquet")
        if not rows:
            raise Refused("verification.no_records", NO_RECORDS, register=row.register)
        files.require_room(6 * (home / "register.parquet").stat().st_size)
        _answer(row, shape, home, on)
    summary = _told(out)
    summary["learnt_at"] = _learnt_at(row, home) or at.isoformat()
    _stage(row, "load")
    loading.load(row, shape, summary, on=on, at=at, tell=lambda stage: _stage(row, stage))
    return summary


def _answer(row: Submission, shape: Register, home: Path, on: Any) -> None:
    """Let the engine answer: what changed since the last answer, or everything when that cannot be."""
    decided = material.write_decided(row.register, row.unit_id, home / "decided.parquet")
    job = _job(row, shape, home / "register.parquet", on) | {"decided": str(decided) if decided else None}
    earlier = _since(row)
    if earlier is not None:
        try:
            _engine(row, job | {"since": str(files.answer(earlier))})
        except (Invalid, EngineFailed) as failure:
            # An answer of another version, or cut off: everything is verified instead.
            log.warning("verification.since_failed", extra={"submission": str(row.pk), "why": str(failure)})
        else:
            return
    _engine(row, job)


def _since(row: Submission) -> Submission | None:
    """Return the verification since which changes are looked for; None when everything is to be verified."""
    mine = Submission.objects.filter(register=row.register, unit=row.unit_id, source=row.source)
    last = mine.filter(state=Submission.State.DONE).exclude(pk=row.pk).order_by("-finished_at", "-pk").first()
    if row.full or last is None or not files.answer(last).exists():
        return None
    learnt = last.summary.get("learnt_at")
    fresh = learnt is not None and row.at - datetime.fromisoformat(learnt) < LEARNT_FOR
    return last if fresh else None


def _learnt_at(row: Submission, home: Path) -> str | None:
    """Return when the weights that the answer used were learnt; None when this run learnt them."""
    since = json.loads((home / "job.json").read_text(encoding="utf-8"))["since"]
    earlier = Submission.objects.filter(pk=Path(since).parent.name).first() if since else None
    return earlier.summary.get("learnt_at") if earlier else None


def _job(row: Submission, shape: Register, file: Path, on: Any) -> dict[str, Any]:
    _stage(row, "people")
    people, communes = material.write_population(on), material.write_communes(on)
    # What the house writes for itself carries the engine's own names.
    given = row.source == Submission.Source.FILE
    names, required, coded = declared(shape) if given else ({}, (), frozenset())
    return {
        "register": shape.id, "file": str(file), "against": str(people), "communes": str(communes),
        "out": str(files.answer(row)), "names": names, "required": required, "coded": sorted(coded), "decided": None,
        "left_out": sorted(submitted.asked_by(shape).ignored) if given else [],
        "since": None, "threads": max(1, min(4, os.cpu_count() or 1)), "memory": memory_bytes(), "language": get_language() or "vi",
    }  # fmt: skip


def _engine(row: Submission, job: dict[str, Any]) -> None:
    """Run the engine in a process of its own and follow its stages. Raises Refused, Invalid or EngineFailed."""
    home = files.folder(row)
    path = home / "job.json"
    path.write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")
    refused: dict[str, str] = {}
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "dinh.config.settings"),
    }
    with (home / "engine.log").open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "dinh.verification.runs.runner", str(path)],
            stdout=subprocess.PIPE, stderr=errors, env=environment, text=True, encoding="utf-8",
        )  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - asked for above
        with process.stdout as lines:
            for line in lines:
                said = json.loads(line)
                refused = said if "refused" in said else {}
                if "stage" in said:
                    _stage(row, said["stage"])
        code = process.wait()
    if code == REFUSED and refused:
        raise Invalid(refused["refused"], [], refused["message"])
    if code < 0:
        raise Refused("verification.stopped", STOPPED, signal=-code)
    if code:
        raise EngineFailed(_last_error(home / "engine.log"))


def _last_error(path: Path) -> str:
    """Return the kind of error that a log ends with; what it says of rows stays in the file."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].partition(":")[0] if lines else ""


def memory_bytes() -> int:
    """Return what the engine may use: half of what the machine has free, between one gibibyte and four."""
    free = 2 * GIBIBYTE
    for line in Path("/proc/meminfo").read_text().splitlines() if Path("/proc/meminfo").exists() else ():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) << 10
    return max(GIBIBYTE, min(4 * GIBIBYTE, free // 2))


def _given(row: Submission) -> Path:
    found = files.given(row)
    if found is None:
        raise Refused("verification.file_gone", FILE_GONE, submission=row.pk)
    return found


def _told(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(out.with_name(out.name + ".json").read_text(encoding="utf-8"))
    told.pop("weights", None)  # the next run reads them from the file
    return told


def _stage(row: Submission, stage: str) -> None:
    Submission.objects.filter(pk=row.pk).update(stage=stage[:24])


@action
def _finish(*, row: Submission, summary: dict[str, Any], at: datetime) -> None:
    """Keep that a verification is done: the journal holds the digest of its answer and what it counted."""
    digest = files.digest(files.answer(row))
    bump(
        row, state=Submission.State.DONE, stage="", summary=summary, rows=summary["rows"],
        again=summary.get("verified_again", summary["rows"]), error="", finished_at=at,
    )  # fmt: skip
    counts = {
        name: summary.get(name) for name in ("rows", "verified_again", "verdicts", "criteria", "loaded")
    }
    body = {"set": {"state": row.state}, "answer": digest, **counts}
    journal("verification.verified", subject=row, at=at, by=row.by, unit=row.unit_id, body=body)


@action
def _fail(*, row: Submission, error: str, at: datetime) -> None:
    bump(row, state=Submission.State.FAILED, stage="", error=error[:1000], finished_at=at)
    body = {"set": {"state": row.state}}
    journal("verification.failed", subject=row, at=at, by=row.by, unit=row.unit_id, body=body)
