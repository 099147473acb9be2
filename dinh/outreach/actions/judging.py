"""What is to become of one operation: whether it waits, goes to a person, is refused, or is applied now.

Nothing here keeps the operation itself: `intake` does for one that arrives, `settling` for one that waited.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from dinh.lib.dates import local_date
from dinh.lib.errors import Broken, Fault, Invalid, Refused, Stale
from dinh.outreach.actions.appliers import Applied, applier_of
from dinh.outreach.actions.appliers.filing import missing_files
from dinh.outreach.models import Device, Operation
from dinh.outreach.queries import forms, whereabouts
from dinh.outreach.queries.whereabouts import Known, Place, Term
from dinh.outreach.rules import clock, reasons, secrets
from dinh.outreach.rules.kinds import Body, Filing, Op, Plain
from dinh.outreach.rules.reasons import Unacceptable

log = logging.getLogger("dinh.outreach")
State = Operation.State
TRIES = 3
# What a defect of ours raises; an expected no (`Refused`) is none of them, but for a row that changes all the time.
FAULTS = (
    Broken, Stale, Error, ObjectDoesNotExist, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OSError,
    RuntimeError,
)  # fmt: skip
NOWHERE = Place(None, None)
SECRET = _("This looks like a citizen number. Take it out of the text.")


@dataclass(frozen=True)
class Verdict:
    """What became of an operation.

    state     `Operation.State`
    code      of `rules.reasons`
    answer    what is kept for the phone beside the sentence of the code: faults, dossier number, new versions
    captured  when it was captured, within bounds
    """

    state: str
    code: str
    answer: Mapping[str, Any]
    place: Place
    captured: datetime


@dataclass
class Context:
    """What is the same for all operations of one phone that arrive together."""

    device: Device
    at: datetime  # of what is done now
    received_at: datetime
    known: Known = field(default_factory=Known)
    _terms: tuple[Term, ...] | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return when each village was the member's; asked once."""
        if self._terms is None:
            self._terms = whereabouts.terms_of(self.device.account_id)
        return self._terms


def judge(
    frame: Plain,
    body: Body,
    context: Context,
    *,
    waits: bool = False,
    forked: bool = False,
    forced: bool = False,
    accepted_by: UUID | None = None,
) -> Verdict:
    """Apply an operation or say why not. Raises Refused for what is not accepted; all it did is then undone.

    waits        an earlier one of the same phone about the same subject is not here yet
    forked       the phone already sent another operation under this number
    forced       it has waited long enough
    accepted_by  somebody at the desk: neither scope nor phone is asked about, and nothing is waited for
    """
    device, trusted = context.device, accepted_by is not None
    when = clock.captured(
        frame.captured_at, frame.clock, enrolled_at=device.enrolled_at, received_at=context.received_at
    )
    place = whereabouts.place_of(frame, body, context.known, local_date(when.at))
    verdict = Verdict(State.REVIEW, "", {}, place or NOWHERE, when.at)
    code = "" if trusted else _review_code(frame, device, forked=forked)
    # Said before anything waits, since no number is kept until then. Of a phone that can mend nothing any more, the
    # note is kept without it.
    if not code and (written := secrets.written_in(body)):
        raise Unacceptable("secret_field", [Fault(path, "secret_field", SECRET) for path in written])
    if waits:
        return replace(verdict, state=State.WAITING, code="waiting_predecessor")
    if code:
        return replace(verdict, code=code)
    if place is None:
        raise Unacceptable("entity_unknown")
    if not trusted and not _was_theirs(place, when, context):
        return replace(verdict, code="out_of_scope")
    if not trusted and not _people_were_theirs(body, when, context):
        return replace(verdict, code="out_of_scope")
    if not trusted:
        forms.require_activity(frame, local_date(when.at))
    if not (forced or trusted) and _files_missing(body, device.pk):
        return replace(verdict, state=State.WAITING, code="file_missing")
    op = Op(frame, body, when.at, place.village, place.unit, accepted_by)
    done = _applied(op, context)
    code = done.code or ("clock_far" if when.far else "")
    return replace(verdict, state=done.state, code=code, answer=done.answer)


def refusal(refused: Refused, captured: datetime, place: Place = NOWHERE) -> Verdict:
    """Return the verdict of a refusal: its code, its faults, and what else the phone is told."""
    answer: dict[str, Any] = dict(refused.answer) if isinstance(refused, Unacceptable) else {}
    if isinstance(refused, Invalid) and refused.faults:
        answer["faults"] = [
            {"path": one.path, "code": one.code, "message": str(one.message)} for one in refused.faults
        ]
    code = reasons.code_of(refused)
    if refused.code != code and str(refused.message):
        answer["why"] = str(refused.message)  # what the action below said, in its own words
    return Verdict(State.REFUSED, code, answer, place, captured)


def outcome_of(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the journal's inbox keeps it: what waits there waits for somebody."""
    outcome = "review" if verdict.state == State.WAITING else str(verdict.state)
    return {"outcome": outcome, "code": verdict.code, **verdict.answer}


def _files_missing(body: Body, device: UUID) -> bool:
    """Say whether a file that an operation names is still on its way."""
    return isinstance(body, Filing) and bool(missing_files(body, device))


def _review_code(frame: Plain, device: Device, *, forked: bool) -> str:
    if forked:
        return "digest_clash"
    if device.revoked_at is not None or not device.account.is_active:
        return "device_revoked"
    return "actor_other" if frame.actor != device.account_id else ""


def _was_theirs(place: Place, when: clock.Captured, context: Context) -> bool:
    if place.given == context.device.account_id:
        return True
    if not place.scoped:
        return place.unit is not None and whereabouts.was_near(
            context.terms, place.unit, when.since, when.until
        )
    if place.village is None:
        return False
    return whereabouts.was_in_scope(context.terms, place.village, when.since, when.until)


def _people_were_theirs(body: Body, when: clock.Captured, context: Context) -> bool:
    """Say whether everybody helped lived in the member's villages; of who is not known here the applier says so."""
    people = (context.known.persons.get(one) for one in whereabouts.helped_by(body))
    return all(_was_theirs(place, when, context) for place in people if place is not None)


@dataclass(frozen=True)
class _Done:
    state: str
    code: str
    answer: Mapping[str, Any]


def _applied(op: Op, context: Context) -> _Done:
    """Do it. A fault of ours keeps the operation for somebody to look at, and the batch goes on."""
    try:
        done = _tried(op, context)
    except (OperationalError, InterfaceError):
        raise  # a database that is not there, for which the phone sends again
    except FAULTS as fault:
        # The work of a house must not be lost, nor the phone stand still, for a fault in our code. Where it was is
        # told, not its words: they may quote a value.
        told = {"operation": str(op.id), "device": str(op.frame.device)}
        log.error(
            "outreach.operation_fault", extra={**told, "fault": type(fault).__name__, "where": _where(fault)}
        )
        return _Done(State.REVIEW, "node_fault", {})
    answer = dict(done.answer)
    if done.versions:
        answer["versions"] = {str(key): version for key, version in done.versions.items()}
    return _Done(done.state, done.code, answer)


def _tried(op: Op, context: Context) -> Applied:
    """Apply it; again where somebody wrote the same row in this very moment, which is no reason to refuse work."""
    for _left in range(TRIES - 1):
        try:
            with transaction.atomic():
                return applier_of(op.kind)(op, member=context.device.account, at=context.at)
        except Stale:
            continue
    with transaction.atomic():
        return applier_of(op.kind)(op, member=context.device.account, at=context.at)


def _where(fault: BaseException) -> str:
    """Return the innermost place of a fault: "file.py:12"."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def number_of(value: object) -> int | None:
    """Return a sequence number that came in an envelope; None when it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def id_of(value: object) -> UUID | None:
    """Return an id that came in an envelope; None when it is none."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
