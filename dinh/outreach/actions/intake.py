"""Taking in what phones send: each operation once, in order, answered alone; nothing that arrived is lost.

1. An envelope is opened and read. What cannot be is refused and kept as it came.
2. An operation known by its id is a repeat: it gets its first answer again. Other content under the same id, or
   another operation under the same number of the phone, is a fork of the phone, and is told in the log.
3. One whose predecessor (of the same phone, about the same subject) is not here waits, 72 hours at most.
4. The rest is judged (`judging`) and applied by the applier of its kind, each within a savepoint of its own.

The raw operation stands in `journal.Intake` (source "device:ID") for ever, without citizen numbers in clear
(`keeping`); what became of it in `Operation`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, UUIDField

from dinh.database.prepared import Insert, Prepared
from dinh.directory.models import Account
from dinh.journal import intake as journal
from dinh.journal.actions import action_within, record
from dinh.journal.models import Intake
from dinh.lib.errors import Refused
from dinh.outreach.actions import holding, keeping, settling
from dinh.outreach.actions.answers import Result, result, told
from dinh.outreach.actions.judging import Context, Verdict, judge, outcome_of, refusal
from dinh.outreach.actions.opening import Coming, opened
from dinh.outreach.models import Device, Held, Operation
from dinh.outreach.queries import whereabouts
from dinh.outreach.rules import ordering
from dinh.outreach.rules.devices import source_of
from dinh.outreach.rules.kinds import Plain
from dinh.outreach.rules.reasons import Unacceptable
from dinh.outreach.rules.receipts import receipt_of

log = logging.getLogger("dinh.outreach")
BATCH = 50  # of one transaction
State = Operation.State


@dataclass(frozen=True)
class Carried:
    """Who handed operations in for the phone that made them: another phone, an officer at a desk, or nobody."""

    phone: Device | None = None
    officer: Account | None = None


@dataclass
class _Batch:
    """What is known before a batch is applied, and grows with it."""

    context: Context
    carried: Carried
    operations: dict[UUID, Operation] = field(default_factory=dict)
    numbers: dict[int, tuple[UUID, bool]] = field(default_factory=dict)  # seq -> operation, still waits


def take_operations(
    *,
    envelopes: Sequence[Mapping[str, Any]],
    device: Device,
    carried_by: Device | None = None,
    by: Account | None = None,
    at: datetime,
) -> list[Result]:
    """Take in sealed operations of one phone and return what became of each, in their order.

    device      that made and signed them, with its account; revoked ones too
    carried_by  the phone that handed them in for it
    by          the officer who handed them in at a desk: each entry names them beside who did the work
    at          of reception

    Messages are in the language in force. Raises only what means "send again".
    """
    return take_opened([opened(one, device) for one in envelopes], device, Carried(carried_by, by), at)


def take_opened(comings: Sequence[Coming], device: Device, carried: Carried, at: datetime) -> list[Result]:
    """Take in operations that are opened; parameters and answer as of `take_operations`."""
    order = sorted(range(len(comings)), key=lambda index: (comings[index].seq or 0, index))
    results: dict[int, Result] = {}
    for first in range(0, len(order), BATCH):
        chunk = order[first : first + BATCH]
        some = [comings[index] for index in chunk]
        taken = holding.whole(partial(_take_chunk, some, device, carried, at))
        results |= zip(chunk, taken, strict=True)
    return [results[index] for index in range(len(comings))]


def _take_chunk(comings: Sequence[Coming], device: Device, carried: Carried, at: datetime) -> list[Result]:
    holding.hold_phone(device)
    batch = _prepared(comings, device, carried, at)
    results = [_take_one(one, batch) for one in comings]
    settled = {number for number, (_id, waits) in batch.numbers.items() if not waits}
    settling.release(device, settled, at=at)
    return results


def _prepared(comings: Sequence[Coming], device: Device, carried: Carried, at: datetime) -> _Batch:
    """Look up in a few queries what a batch needs: what came before, and the houses and persons it is about."""
    batch = _Batch(Context(device, at, at), carried)
    frames = [one.frame for one in comings if one.frame is not None]
    ids = sorted({frame.op_id for frame in frames})
    numbers = sorted({frame.seq for frame in frames} | {one.prev for one in frames if one.prev is not None})
    batch.operations = {row.pk: row for row in _by_id(ids=ids)}
    batch.numbers = {
        seq: (pk, state == State.WAITING) for seq, pk, state in _by_number(device=device.pk, numbers=numbers)
    }
    pairs = [(one.frame, one.body) for one in comings if one.frame is not None and one.body is not None]
    whereabouts.look_up(pairs, batch.context.known)
    holding.hold_profiles(batch.context.known)
    return batch


_by_id = Prepared(lambda ids: Operation.objects.filter(pk__in=ids), ids=[UUIDField()])
_by_number = Prepared(
    lambda device, numbers: (
        Operation.objects.filter(device=device, seq__in=numbers)
        .exclude(code="digest_clash")
        .values_list("seq", "pk", "state")
    ),
    device=UUIDField(),
    numbers=[BigIntegerField()],
)


def _take_one(coming: Coming, batch: _Batch) -> Result:
    frame = coming.frame
    if frame is None or coming.op_id is None:
        return _keep_unread(coming, batch)
    known = batch.operations.get(frame.op_id)
    if known is not None:
        return _repeat(known, coming, batch)
    holder = batch.numbers.get(frame.seq)
    forked = holder is not None
    if forked:
        _warn_fork(coming, batch)
    operation = _first_time(coming=coming, frame=frame, batch=batch, forked=forked)
    batch.operations[operation.pk] = operation
    if not forked:
        batch.numbers[frame.seq] = (operation.pk, operation.state == State.WAITING)
    return told(operation)


@action_within
def _first_time(*, coming: Coming, frame: Plain, batch: _Batch, forked: bool) -> Operation:
    """Apply an operation and keep it, with what became of it. Writes one entry."""
    verdicts: list[Verdict] = []
    waits = not forked and ordering.waits(frame.prev, {seq: late for seq, (_, late) in batch.numbers.items()})

    def apply(_raw: dict[str, Any]) -> dict[str, Any]:
        try:
            if coming.body is None:
                raise coming.wrong or Unacceptable("value_invalid")
            verdicts.append(judge(frame, coming.body, batch.context, waits=waits, forked=forked))
        except Refused as refused:
            verdicts.append(refusal(refused, frame.captured_at))
            raise
        return outcome_of(verdicts[0])

    at = batch.context.at
    # Raises OtherContent when another connection brought the other half of a fork in this very moment: nothing is
    # done then, the phone sends again, and is answered as of a fork.
    journal.take_in(
        source=source_of(batch.context.device.pk),
        sequence=None if forked else frame.seq,
        op_id=str(frame.op_id),
        kind=frame.kind,
        digest=coming.digest,
        raw=_kept(coming, batch),
        at=at,
        apply=apply,
    )
    if not verdicts:  # another connection brought the same a moment ago
        return Operation.objects.get(pk=frame.op_id)
    operation = _row(coming, frame, verdicts[0], batch)
    _insert(operation)
    if operation.state == State.WAITING:
        prev = frame.prev if waits and frame.prev is not None else settling.NO_PREDECESSOR
        Held.objects.create(operation=operation, prev=prev, until=at + ordering.HOLD)
    record(
        "outreach.operation_taken",
        subject=operation,
        at=at,
        by=operation.account_id,
        unit=verdicts[0].place.unit,
        body={"set": settling.columns_of(operation), **_by_whom(batch.carried)},
    )
    return operation


def _by_whom(carried: Carried) -> dict[str, Any]:
    return {"handed_in_by": carried.officer.pk} if carried.officer is not None else {}


_insert = Insert(Operation)


def _kept(coming: Coming, batch: _Batch) -> Mapping[str, Any]:
    context = batch.context
    return (
        keeping.without_numbers(coming.raw, context.device.pk, context.at)
        if coming.holds_number
        else coming.raw
    )


def _row(coming: Coming, frame: Plain, verdict: Verdict, batch: _Batch) -> Operation:
    device, at = batch.context.device, batch.context.at
    entity_type, entity = (
        whereabouts.subject_of(frame, coming.body) if coming.body is not None else ("", None)
    )
    if frame.entity is not None:
        entity_type, entity = frame.entity.type, frame.entity.id
    return Operation(
        id=frame.op_id, device_id=device.pk, account_id=device.account_id, seq=frame.seq, kind=frame.kind[:24],
        form=frame.form, form_version=frame.form_version, form_digest=frame.form_sha256, entity_type=entity_type,
        entity=entity, base_version=frame.base_version, trunk_version=frame.trunk_version,
        village_id=verdict.place.village, captured_at=verdict.captured,
        clock_error_s=max(-(2**31), min(2**31 - 1, frame.clock.offset_ms // 1000)), received_at=at,
        carried_by_id=batch.carried.phone.pk if batch.carried.phone is not None else None, digest=coming.digest,
        state=verdict.state, code=verdict.code, changed_at=at, replaces=frame.replaces, answer=dict(verdict.answer),
        receipt=receipt_of(frame.op_id),
    )  # fmt: skip


def _keep_unread(coming: Coming, batch: _Batch) -> Result:
    """Keep what could not be opened or read as it came, refused: the phone still has it, and asks for help."""
    wrong = coming.wrong or Unacceptable("value_invalid")
    name = str(coming.op_id or "unread")
    named = {"device": str(batch.context.device.pk), "op": name, "code": wrong.code}
    log.warning("outreach.unread", extra=named)
    _keep_beside(name, "unread", wrong.code, coming, batch)
    answer = refusal(wrong, batch.context.at).answer
    return result(str(coming.op_id or ""), State.REFUSED, wrong.code, answer, "")


def _repeat(known: Operation, coming: Coming, batch: _Batch) -> Result:
    """Answer a repeat as the first time; other content under the same name is an alarm, and is kept too."""
    device = batch.context.device
    if known.digest == coming.digest and known.device_id == device.pk:
        first = told(known)
        return {**first, "state": "duplicate", "answer": {**first["answer"], "first": str(known.state)}}
    names = {"operation": str(known.pk), "device": str(device.pk), "digest": coming.digest}
    log.warning("outreach.digest_clash", extra=names)
    kind = coming.frame.kind if coming.frame else "unread"
    _keep_beside(str(known.pk), kind, "digest_clash", coming, batch)
    return result(str(known.pk), State.REFUSED, "digest_clash", {}, known.receipt)


def _keep_beside(name: str, kind: str, code: str, coming: Coming, batch: _Batch) -> None:
    """Keep what has no row of its own in the journal's inbox, under a name that its content completes."""
    Intake.objects.get_or_create(
        source=source_of(batch.context.device.pk),
        op_id=f"{name}#{coming.digest[:16]}",
        defaults={
            "sequence": None,
            "digest": coming.digest,
            "kind": kind,
            "raw": dict(_kept(coming, batch)),
            "received_at": batch.context.at,
            "outcome": Intake.Outcome.REFUSED,
            "answer": {"code": code},
        },
    )


def _warn_fork(coming: Coming, batch: _Batch) -> None:
    told = {"operation": str(coming.op_id), "device": str(batch.context.device.pk), "seq": coming.seq}
    log.warning("outreach.number_clash", extra=told)
