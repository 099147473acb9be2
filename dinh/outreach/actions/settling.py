"""What becomes of an operation that waited: its predecessor came, its time is over, or somebody at the desk decides."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.journal import intake as journal
from dinh.journal.actions import action, record
from dinh.journal.models import Intake
from dinh.lib.errors import Refused, Stale
from dinh.outreach.actions.judging import Context, Verdict, judge, outcome_of, refusal
from dinh.outreach.models import Device, Held, Operation
from dinh.outreach.queries import whereabouts
from dinh.outreach.rules import ordering
from dinh.outreach.rules.devices import source_of
from dinh.outreach.rules.kinds import Body, Plain, frame_of, read_body

log = logging.getLogger("dinh.outreach")
State = Operation.State
NO_PREDECESSOR = 0  # numbers begin with 1: it waits for a file, not for another operation
CHANGED = _("Somebody else settled this first. Open it again to see how it is now.")


def read_again(operation: Operation) -> tuple[Plain, Body]:
    """Return an operation as it came, from the journal's inbox. Raises Unacceptable when it cannot be read."""
    raw = Intake.objects.values_list("raw", flat=True).get(
        source=source_of(operation.device_id), op_id=str(operation.pk)
    )
    frame = frame_of(raw)
    return frame, read_body(frame)


def release(device: Device, settled: Collection[int], *, at: datetime) -> int:
    """Apply what waited for operations that are here now, in order; return how many went on.

    settled  the phone's numbers that no longer wait
    """
    done = set(settled)
    held = list(
        Held.objects.filter(operation__device=device).values_list("operation__seq", "prev", "operation")
    )
    files = sorted(seq for seq, prev, _operation in held if prev == NO_PREDECESSOR)
    prev_of = {seq: prev for seq, prev, _operation in held if prev != NO_PREDECESSOR}
    by_number = {seq: operation for seq, _prev, operation in held}
    gone = 0
    for seq in [*files, *ordering.released(done | set(files), list(prev_of.items()))]:
        # Photos may have come since. Of a chain, what stands behind one that waits on waits too; others go on.
        if prev_of.get(seq, NO_PREDECESSOR) in {NO_PREDECESSOR, *done} and _go_on(
            operation=by_number[seq], at=at, forced=False
        ):
            done.add(seq)
            gone += 1
    return gone


def release_overdue(*, at: datetime) -> int:
    """Apply what waited 72 hours for a predecessor that never came, flagged as forced; return how many."""
    overdue = list(
        Held.objects.filter(until__lte=at)
        .order_by("operation__device", "operation__seq")
        .values_list("operation", flat=True)
    )
    for pk in overdue:
        # Each in a transaction of its own: one that fails leaves the others done, and comes again.
        _go_on(operation=pk, at=at, forced=True)
    return len(overdue)


def _go_on(*, operation: UUID, at: datetime, forced: bool) -> bool:
    """Judge what waited once more; False when it waits on."""
    with transaction.atomic():
        row = (
            Operation.objects.select_related("device__account")
            .select_for_update(of=("self",))
            .get(pk=operation)
        )
        if row.state != State.WAITING:
            return True
        settle(operation=row, by=None, at=at, forced=forced)
        if row.state == State.WAITING:
            return False
        if forced:
            log.warning("outreach.forced", extra={"operation": str(row.pk), "device": str(row.device_id)})
            release(row.device, {row.seq}, at=at)
    return True


@action
def settle(
    *,
    operation: Operation,
    by: Account | None,
    at: datetime,
    forced: bool = False,
    then: Callable[[Verdict], Verdict] = lambda verdict: verdict,
) -> Operation:
    """Judge an operation that waited once more and keep what became of it.

    by    who at the desk accepted it; then a refusal is theirs to read, and changes nothing
    then  what the desk adds to the verdict

    Raises Stale when somebody settled it first; Refused when somebody accepted it and it cannot be applied.
    """
    context = Context(operation.device, at, operation.received_at)
    try:
        with transaction.atomic():
            frame, body = read_again(operation)
            whereabouts.look_up([(frame, body)], context.known)
            verdict = judge(
                frame, body, context, forced=forced, accepted_by=by.pk if by is not None else None
            )
    except Refused as refused:
        if by is not None:
            raise
        verdict = refusal(refused, operation.captured_at)
    if verdict.state == State.WAITING:
        return operation if verdict.code == operation.code else _waits_for_files(operation, verdict, at)
    return keep(operation=operation, verdict=then(verdict), by=by, at=at, forced=forced)


def _waits_for_files(operation: Operation, verdict: Verdict, at: datetime) -> Operation:
    """Its predecessor came; now it waits for a photo, within the same 72 hours."""
    Held.objects.filter(operation=operation).update(prev=NO_PREDECESSOR)
    columns = {"code": verdict.code, "changed_at": at}
    Operation.objects.filter(pk=operation.pk).update(version=operation.version + 1, **columns)
    operation.code, operation.version = verdict.code, operation.version + 1
    record(
        "outreach.operation_settled", subject=operation, at=at, by=None, unit=verdict.place.unit, body={"set": columns}
    )  # fmt: skip
    return operation


def keep(
    *, operation: Operation, verdict: Verdict, by: Account | None, at: datetime, forced: bool = False
) -> Operation:
    """Write what became of an operation, with its entry. Call it inside an action. Raises Stale."""
    columns: dict[str, Any] = {
        "state": str(verdict.state),
        "code": verdict.code,
        "answer": dict(verdict.answer),
        "changed_at": at,
        "forced": operation.forced or forced,
    }
    if verdict.place.village is not None:
        columns["village_id"] = verdict.place.village
    rows = Operation.objects.filter(pk=operation.pk, version=operation.version)
    if not rows.update(version=operation.version + 1, **columns):
        raise Stale("outreach.operation_changed", CHANGED, operation=operation.pk)
    for name, value in columns.items():
        setattr(operation, name, value)
    operation.version += 1
    Held.objects.filter(operation=operation).delete()
    answer = outcome_of(verdict)
    journal.settle(
        source=source_of(operation.device_id),
        op_id=str(operation.pk),
        outcome=answer["outcome"],
        answer=answer,
    )
    record(
        "outreach.operation_settled",
        subject=operation,
        at=at,
        by=by.pk if by is not None else None,
        unit=verdict.place.unit,
        body={"set": columns},
    )
    return operation


def columns_of(operation: Operation) -> dict[str, Any]:
    """Return every column of an operation but its key and version: the body of its first entry."""
    return {
        one.attname: getattr(operation, one.attname)
        for one in operation._meta.concrete_fields
        if one.attname not in {"id", "version"}
    }
