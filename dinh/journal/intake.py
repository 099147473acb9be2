"""The one inbox: operations of phones, nodes and the national portal, each applied once.

An operation may arrive once or five times, late, or after a restore of its
source. It is known by (source, op_id); the digest tells a repeat from another
operation under the same name. Every raw operation is kept, refused ones too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.database.prepared import Insert, Update
from dinh.journal.models import Intake
from dinh.lib.errors import Broken, Invalid, Refused

Apply = Callable[[dict[str, Any]], dict[str, Any]]


class OtherContent(Refused):
    """The same operation, or the same place in the source's count, came with other content: a fork."""


def take_in(
    *,
    source: str,
    sequence: int | None,
    op_id: str,
    kind: str,
    digest: str,
    raw: Mapping[str, Any],
    at: datetime,
    apply: Apply,
) -> Intake:
    """Apply one operation from outside once, and return its row with outcome and answer.

    source    who sends it: a device, a node, the national portal
    sequence  the source's own count; None when it does not count
    op_id     the operation's name at its source
    digest    of the raw operation, made by the caller
    apply     does the work inside this transaction and returns the answer; its key "outcome"
              ("applied" when left out, "merged" or "review") becomes the row's. What it refuses
              (`Refused`) is undone, and kept as refused with code, message and faults.

    Operations are applied as they arrive: `sequence` tells a fork of the source, it orders nothing.

    A repeat returns the first row. Raises OtherContent when the name or the
    sequence is already another operation's, ValueError for another outcome. Whatever else `apply` raises passes
    through and leaves nothing: the source sends again.
    """
    row = Intake(
        source=source, sequence=sequence, op_id=op_id, digest=digest, kind=kind, raw=dict(raw),
        received_at=at, outcome=Intake.Outcome.APPLIED,
    )  # fmt: skip
    with transaction.atomic():
        # Of two connections that bring the same at once, one waits here until the other has ended.
        if not _insert_first(row):
            raced = _known(source, op_id, digest)
            if raced is None:
                raise OtherContent(
                    "journal.sequence_taken",
                    _("Another operation already has this number. The device must be looked at."),
                    source=source, sequence=sequence,
                )  # fmt: skip
            return raced
        try:
            with transaction.atomic():
                row.answer = apply(dict(raw))
                row.outcome = _outcome(row.answer)
        except Refused as refused:
            row.outcome = Intake.Outcome.REFUSED
            row.answer = _said(refused)
        _write_answer(row)
    return row


def settle(*, source: str, op_id: str, outcome: str, answer: Mapping[str, Any]) -> None:
    """Say what became of an operation that waited: for a person, or for an earlier one.

    outcome  "applied", "merged", "review" or "refused"

    Call it inside the transaction of what was done. Raises ValueError for another outcome, Broken when the
    operation was never taken in.
    """
    rows = Intake.objects.filter(source=source, op_id=op_id)
    if not rows.update(outcome=Intake.Outcome(outcome), answer=dict(answer)):
        raise Broken("journal.never_taken_in", source=source, op_id=op_id)


def _outcome(answer: Mapping[str, Any]) -> Intake.Outcome:
    outcome = Intake.Outcome(answer.get("outcome", Intake.Outcome.APPLIED))
    if outcome == Intake.Outcome.REFUSED:
        raise ValueError("what is refused is raised, so that it leaves nothing done")
    return outcome


_insert_first = Insert(Intake, unless_there=True)  # False when another already has its name or its place
_write_answer = Update(Intake, "outcome", "answer")


def _known(source: str, op_id: str, digest: str) -> Intake | None:
    row = Intake.objects.filter(source=source, op_id=op_id).first()
    if row is not None and row.digest != digest:
        raise OtherContent(
            "journal.other_content",
            _("This operation was received before with other content. The device must be looked at."),
            source=source, op_id=op_id,
        )  # fmt: skip
    return row


def _said(refused: Refused) -> dict[str, Any]:
    answer: dict[str, Any] = {"code": refused.code, "message": str(refused.message)}
    if isinstance(refused, Invalid):
        answer["faults"] = [
            {"path": fault.path, "code": fault.code, "message": str(fault.message)}
            for fault in refused.faults
        ]
    return answer
