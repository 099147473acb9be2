"""A month of a commune: draft, submitted, verified, approved, locked; and restated, with a reason and a second person.

Nobody does two of these steps of one month, so that at least three people looked at what is locked. All of them are of
the commune, which answers for its figures: who has the right over a province approves the province's month alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Level
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.actions.holding import hold_communes
from dinh.indicators.actions.snapshots import followed, take
from dinh.indicators.models import Period, Restatement, Snapshot, Source, Told
from dinh.indicators.queries import places
from dinh.indicators.rules.months import last_day
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault

DECLARE, VERIFY, APPROVE = "figures.declare", "figures.verify", "figures.approve"
State = Period.State
BACK_TO_DRAFT: dict[str, Any] = {
    "state": State.DRAFT, "submitted_by": None, "submitted_at": None, "verified_by": None, "verified_at": None,
    "approved_by": None, "approved_at": None,
}  # fmt: skip


def period_of(unit: UUID, month: int) -> Period:
    """Return the period of a commune's month; a draft that is not yet kept where nobody touched it."""
    return Period.objects.filter(unit=unit, month=month).first() or Period(unit=unit, month=month)


@action
def submit(unit: UUID, month: int, *, by: Account, at: datetime) -> Period:
    """Submit the figures of a month that is over.

    Raises NotPermitted; Invalid ("indicators.period") when the month is not over, or not a draft.
    """
    _hold(by, DECLARE, unit, at)
    period = Period.objects.filter(unit=unit, month=month).first()
    faults = []
    if last_day(month) >= local_date(at):
        faults.append(Fault("month", "not_over", _("The month is not over.")))
    if period is not None and period.state != State.DRAFT:
        faults.append(Fault("state", "not_draft", _("This month was submitted already.")))
    refuse_if(faults, "indicators.period")
    columns: dict[str, Any] = {"state": State.SUBMITTED, "submitted_by": by.pk, "submitted_at": at}
    if period is not None:
        change(period, "indicators.submitted", by=by, at=at, unit=unit, **columns)
        return period
    period = Period(unit=unit, month=month, **columns)
    period.save(force_insert=True)
    created(period, "indicators.submitted", by=by, at=at, unit=unit)
    return period


@action
def verify(period: Period, *, by: Account, at: datetime, sure: bool = False) -> Period:
    """Say that the figures were verified, by another person than who submitted them. Raises as `submit`.

    sure  that what was sent back and not told again stays unknown: without it such a month is refused ("returned")
    """
    _hold(by, VERIFY, period.unit, at)
    _expect(period, State.SUBMITTED, by, period.submitted_by)
    refuse_if(_sent_back(period, sure=sure), "indicators.period")
    columns: dict[str, Any] = {"state": State.VERIFIED, "verified_by": by.pk, "verified_at": at}
    change(period, "indicators.verified", by=by, at=at, unit=period.unit, **columns)
    return period


@action
def approve(period: Period, *, by: Account, at: datetime, sure: bool = False) -> Period:
    """Approve verified figures, as a third person. Raises as `verify`.

    Refused ("unapproved") while a told figure of the month waits for its own approval.
    """
    _hold(by, APPROVE, period.unit, at)
    _expect(period, State.VERIFIED, by, period.submitted_by, period.verified_by)
    refuse_if([*_unapproved(period), *_sent_back(period, sure=sure)], "indicators.period")
    columns: dict[str, Any] = {"state": State.APPROVED, "approved_by": by.pk, "approved_at": at}
    change(period, "indicators.approved", by=by, at=at, unit=period.unit, **columns)
    return period


@action
def send_back(period: Period, reason: str, *, by: Account, at: datetime) -> Period:
    """Send submitted or verified figures back to be corrected, with a reason. Raises as `submit`."""
    need = VERIFY if period.state == State.SUBMITTED else APPROVE
    _hold(by, need, period.unit, at)
    faults = _reason(reason, 400)
    if period.state not in {State.SUBMITTED, State.VERIFIED, State.APPROVED}:
        faults.append(Fault("state", "state", _("Somebody changed this month meanwhile. Open it again.")))
    refuse_if(faults, "indicators.period")
    change(
        period, "indicators.sent_back", by=by, at=at, unit=period.unit, note=reason.strip(), **BACK_TO_DRAFT
    )
    return period


@action
def lock(period: Period, *, by: Account, at: datetime, sure: bool = False) -> Snapshot:
    """Lock an approved month: its figures as they are now, signed, for ever. Raises as `approve`.

    Refused ("indicators.period", "waits") while an entry of the commune is not counted yet: that takes a minute.
    """
    _hold(by, APPROVE, period.unit, at)
    _expect(period, State.APPROVED, None)
    position = followed()
    refuse_if([*_waits(period), *_unapproved(period), *_sent_back(period, sure=sure)], "indicators.period")
    change(period, "indicators.locked", by=by, at=at, unit=period.unit, state=State.LOCKED, locked_at=at)
    return take(period, position, reason="", by=by, at=at)


@action
def ask_restatement(period: Period, reason: str, *, by: Account, at: datetime) -> Restatement:
    """Ask that a locked month is stated anew, with the reason. Raises as `submit`."""
    _hold(by, DECLARE, period.unit, at)
    faults = _reason(reason, 1000)
    if period.state != State.LOCKED:
        faults.append(Fault("state", "not_locked", _("Only a locked month is restated.")))
    if Restatement.objects.filter(period=period, state=Restatement.State.ASKED).exists():
        faults.append(Fault("state", "asked", _("Somebody asked for it already; it waits for a decision.")))
    refuse_if(faults, "indicators.restatement")
    row = Restatement(period=period, reason=reason.strip(), asked_by=by.pk, asked_at=at)
    row.save(force_insert=True)
    created(row, "indicators.restatement_asked", by=by, at=at, unit=period.unit)
    return row


@action
def restate(row: Restatement, *, by: Account, at: datetime) -> Snapshot:
    """State a locked month anew as it is counted now, as another person than who asked. What was locked stays.

    Refused as `lock` while an entry is not counted yet.
    """
    period = row.period
    _hold(by, APPROVE, period.unit, at)
    position = followed()
    refuse_if([*_decidable(row, by), *_waits(period)], "indicators.restatement")
    snapshot = take(period, position, reason=row.reason, by=by, at=at)
    change(
        row, "indicators.restated", by=by, at=at, unit=period.unit, state=Restatement.State.APPROVED,
        decided_by=by.pk, decided_at=at, snapshot_id=snapshot.pk,
    )  # fmt: skip
    return snapshot


@action
def refuse_restatement(row: Restatement, answer: str, *, by: Account, at: datetime) -> Restatement:
    """Refuse to state a month anew, with an answer."""
    _hold(by, APPROVE, row.period.unit, at)
    refuse_if([*_decidable(row, by), *_reason(answer, 1000)], "indicators.restatement")
    change(
        row, "indicators.restatement_refused", by=by, at=at, unit=row.period.unit,
        state=Restatement.State.REFUSED, decided_by=by.pk, decided_at=at, answer=answer.strip(),
    )  # fmt: skip
    return row


def _waits(period: Period) -> list[Fault]:
    """Return a fault while an entry is not counted yet of a commune, as rows name it, that the period holds."""
    places.look_again()
    made_of = places.land(Level.COMMUNE, period.month, None).communes.get(period.unit, frozenset())
    rows = Source.objects.filter(commune__in=made_of | {period.unit}, touched_at__isnull=False)
    message = _("A change is still being counted. Try again in a minute.")
    return [Fault("state", "waits", message)] if rows.exists() else []


def _unapproved(period: Period) -> list[Fault]:
    """Return a fault while a told figure counts that nobody but who entered it has looked at."""
    rows = Told.objects.filter(unit=period.unit, month=period.month, state=Told.State.ENTERED)
    message = _("Told figures of this month wait for approval. Approve them first.")
    return [Fault("told", "unapproved", message)] if rows.exists() else []


def _sent_back(period: Period, *, sure: bool) -> list[Fault]:
    """Return a fault while a told figure was sent back and not told again, unless somebody is sure that it stays so."""
    rows = Told.objects.filter(unit=period.unit, month=period.month, state=Told.State.RETURNED)
    message = _("What was sent back is not told again. Say that it stays unknown, or send the month back.")
    return [Fault("sure", "returned", message)] if not sure and rows.exists() else []


def _decidable(row: Restatement, by: Account) -> list[Fault]:
    faults = []
    if row.state != Restatement.State.ASKED:
        faults.append(Fault("state", "decided", _("This was decided already.")))
    if row.asked_by == by.pk:
        faults.append(Fault("by", "same_person", _("Another person than who asked decides this.")))
    return faults


def _expect(period: Period, state: str, by: Account | None, *others: UUID | None) -> None:
    faults = []
    if period.state != state:
        message = _("Somebody changed this month meanwhile. Open it again.")
        faults.append(Fault("state", "state", message))
    if by is not None and by.pk in others:
        message = _("Another person must look at these figures: you did the step before.")
        faults.append(Fault("by", "same_person", message))
    refuse_if(faults, "indicators.period")


def _reason(text: str, longest: int) -> list[Fault]:
    if not text.strip():
        return [Fault("reason", "missing", _("Write the reason."))]
    if len(text.strip()) > longest:
        return [Fault("reason", "too_long", _("This is too long."))]
    return []


def may(account: Account | None, permission: str, unit: UUID, on: date) -> bool:
    """Return whether somebody may do a step of a commune's month: by a right in the commune itself."""
    reaches = policy.scope(account, permission, on).reaches
    return any(reach.level == Level.COMMUNE and reach.covers(unit) for reach in reaches)


def _hold(by: Account, permission: str, unit: UUID, at: datetime) -> None:
    """Refuse who may not do a step of a commune's month, and hold the commune: what is looked at stays as it is."""
    if not may(by, permission, unit, local_date(at)):
        raise policy.refusal(permission, by, unit=unit)
    hold_communes([unit])
