"""Ask for a verification: of the register's records, or of a file that an agency hands in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, NotPermitted, Refused
from dinh.lib.ids import uuid7
from dinh.registers import queries as registers
from dinh.verification.models import Submission
from dinh.verification.reach import START
from dinh.verification.runs import files

LONG = "long"  # the queue of what takes minutes
SOON = timedelta(seconds=8)  # decisions that follow each other are verified together

NO_PERSON = _("This register does not declare which fields say who a row is about, so it cannot be verified.")
NO_FILE = _("Choose the file that is to be verified.")


@action
def submit(
    *,
    register: str,
    unit: Unit,
    source: str = "records",
    filename: str = "",
    path: Path | None = None,
    full: bool = False,
    by: Account | None,
    at: datetime,
) -> Submission:
    """Ask for a verification and return it, waiting; the worker of what takes minutes runs it.

    source  "records": those of the register in force in the unit; "file": an agency's file at `path`, whose
            rows stay its own: it gets an answer and rates, and nothing of it is entered
    full    verify every row and learn the weights anew; otherwise only what changed since the last one
    by      None: the house itself, after decisions

    One verification of a register's records waits at a time: a second request is the first one. Raises NotFound,
    NotPermitted, Refused (a register without persons, no file, a full disk).
    """
    shape = verifiable(register)
    if by is not None:
        _require(by, register, unit, at)
    if source == Submission.Source.RECORDS:
        waiting = _waiting(register, unit, full)
        if waiting is not None:
            return waiting
    elif path is None:
        raise Refused("verification.no_file", NO_FILE)
    row = Submission(
        id=uuid7(), register=shape.id, unit=unit, source=source, filename=filename[:200], full=full,
        by=by.pk if by else None, at=at, version=1,
    )  # fmt: skip
    if path is not None and source == Submission.Source.FILE:
        files.keep_given(row, path)
    row.save(force_insert=True)
    body = {
        "set": {"register": register, "unit": unit.pk, "source": source, "full": full, "state": row.state}
    }
    record("verification.submitted", subject=row, at=at, by=row.by, unit=unit.pk, body=body)
    _enqueue(row.pk, None)
    return row


def verify_again(*, register: str, unit: Unit, at: datetime) -> None:
    """Ask for one verification of what changed, in a moment; none when one waits, or the register was never verified."""
    mine = Submission.objects.filter(register=register, unit=unit, source=Submission.Source.RECORDS)
    if mine.filter(state=Submission.State.DONE).exists():
        _submit_soon(register=register, unit=unit, at=at)


@action
def _submit_soon(*, register: str, unit: Unit, at: datetime) -> None:
    if _waiting(register, unit, full=False) is not None:
        return
    row = Submission(id=uuid7(), register=register, unit=unit, by=None, at=at, version=1)
    row.save(force_insert=True)
    body = {
        "set": {
            "register": register,
            "unit": unit.pk,
            "source": row.source,
            "full": False,
            "state": row.state,
        }
    }
    record("verification.submitted", subject=row, at=at, by=None, unit=unit.pk, body=body)
    _enqueue(row.pk, at + SOON)


def verifiable(register: str) -> Register:
    """Return a register whose rows are about persons. Raises NotFound, Refused."""
    shape = store.get().registers.get(register)
    if shape is None:
        raise NotFound("registers.no_register", registers.NOTHING_HERE, register=register)
    if shape.person is None:
        raise Refused("verification.no_person", NO_PERSON, register=register)
    return shape


def _waiting(register: str, unit: Unit, full: bool) -> Submission | None:
    found = Submission.objects.filter(
        register=register, unit=unit, source=Submission.Source.RECORDS, state=Submission.State.WAITING
    ).first()
    if found is not None and full and not found.full:
        Submission.objects.filter(pk=found.pk, state=Submission.State.WAITING).update(full=True)
        found.full = True
    return found


def _require(by: Account, register: str, unit: Unit, at: datetime) -> None:
    on = local_date(at)
    policy.require(by, START, unit=unit.pk, on=on)
    if not registers.scope_of(by, register, on).allows(unit.pk):
        raise NotPermitted("registers.not_a_reader", registers.NOT_A_READER, register=register)


def _enqueue(id: UUID, after: datetime | None) -> None:
    from dinh.verification.tasks import run_submission

    chosen = (
        run_submission.using(queue_name=LONG, run_after=after)
        if after
        else run_submission.using(queue_name=LONG)
    )
    chosen.enqueue(str(id))


def bump(row: Submission, **columns: object) -> None:
    """Change a submission with an entry of its own to follow: its version counts entries."""
    Submission.objects.filter(pk=row.pk).update(version=F("version") + 1, **columns)
    row.refresh_from_db()
