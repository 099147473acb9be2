"""Values that a unit tells: entered within limits, approved by another person, shown beside what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import Measure
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.actions.holding import hold_communes
from dinh.indicators.engine import definitions
from dinh.indicators.engine.cells import hold, series_of
from dinh.indicators.models import Cell, Period, Place, Told
from dinh.indicators.rules.months import first_day, month_of
from dinh.journal.actions import action, action_within
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, NotFound
from dinh.lib.money import show_number

DECLARE, APPROVE = "figures.declare", "figures.approve"
ENDS = {"month": 1, "quarter": 3, "year": 12}  # the month told of is a multiple of these
LARGEST = 2**53 - 1
VERIFIED = _("These figures were verified already. Let the month be sent back first.")
OF_SURVEYS = ("survey_answers", "survey_satisfied")  # told when a survey closes, by nobody else


@action
def tell(
    measure: str, unit: UUID, month: int, value: int, *, by: Account, at: datetime, note: str = ""
) -> Told:
    """Enter, or correct, what a commune tells of a month; it counts at once, and waits for approval.

    month  the last month of what it tells of: of a quarter or year its last

    Raises NotPermitted; NotFound for a measure that is not told; Invalid ("indicators.told") beside its limits, in
    another month than it is told for, or in a month that is verified or locked.
    """
    policy.require(by, DECLARE, unit=unit, on=local_date(at))
    item = _told_measure(measure)
    hold_communes([unit])
    beside = [Fault("value", one.code, one.message) for one in _beside(unit, month, {measure: value})]
    refuse_if(_faults(item, unit, month, value, note, at) + beside, "indicators.told")
    return tell_measured(measure, unit, month, value, note, by=by, at=at)


@action
def tell_all(
    unit: UUID, month: int, given: Mapping[str, tuple[int, str]], *, by: Account, at: datetime
) -> list[Told]:
    """Enter, or correct, several values of a month at once: all of them, or none where one cannot be.

    given  measure -> value and where it is taken from; what stands there already in the same words is passed by

    Raises as `tell`; the path of a fault is the id of the measure.
    """
    policy.require(by, DECLARE, unit=unit, on=local_date(at))
    hold_communes([unit])
    faults = []
    for measure, (value, note) in given.items():
        found = _faults(_told_measure(measure), unit, month, value, note, at)
        faults += [Fault(measure, one.code, one.message) for one in found]
    faults += _beside(unit, month, {measure: value for measure, (value, _note) in given.items()})
    refuse_if(faults, "indicators.told")
    rows = {row.measure: row for row in Told.objects.filter(unit=unit, month=month, measure__in=given)}
    told = []
    for measure, (value, note) in given.items():
        before = rows.get(measure)
        same = before is not None and (before.value, before.note) == (value, note.strip())
        if not same or (before is not None and before.state == Told.State.RETURNED):
            told.append(tell_measured(measure, unit, month, value, note, by=by, at=at))
    return told


@action_within
def tell_measured(
    measure: str, unit: UUID, month: int, value: int, note: str, *, by: Account, at: datetime
) -> Told:
    """Enter a value that was looked at already: within its limits, by somebody who may. For the actions of this package.

    The caller holds the commune: of two who enter at once, the second corrects the first.
    """
    found = Told.objects.filter(measure=measure, unit=unit, month=month).first()
    columns: dict[str, Any] = {
        "value": value, "note": note.strip(), "state": Told.State.ENTERED, "entered_by": by.pk, "entered_at": at,
        "judged_by": None, "judged_at": None, "reason": "",
    }  # fmt: skip
    if found is None:
        found = Told(measure=measure, unit=unit, month=month, **columns)
        found.save(force_insert=True)
        created(found, "indicators.told", by=by, at=at, unit=unit)
    else:
        change(found, "indicators.told", by=by, at=at, unit=unit, **columns)
    _put(measure, unit, month, value, at)
    return found


@action
def approve_told(row: Told, *, by: Account, at: datetime) -> Told:
    """Approve what was told, as another person than who entered it; also in a month that is verified already."""
    hold_communes([row.unit])
    return _judge(row, Told.State.APPROVED, "", by=by, at=at)


@action
def return_told(row: Told, reason: str, *, by: Account, at: datetime) -> Told:
    """Send what was told back to be corrected; until then it does not count.

    Refused ("verified") once the month is verified: what was seen stays until the month itself is sent back.
    """
    hold_communes([row.unit])
    refuse_if(_reason_faults(reason), "indicators.told")
    _judge(row, Told.State.RETURNED, reason.strip(), by=by, at=at)
    _put(row.measure, row.unit, row.month, None, at)
    return row


@action
def judge_told(given: Sequence[tuple[Told, str | None]], *, by: Account, at: datetime) -> list[Told]:
    """Approve or return several values at once: all of them, or none where one cannot be.

    given  each row as it was seen, with the reason for which it is returned; None: it is approved

    Each is an act with an entry of its own. Raises as `approve_told` and `return_told`; the path of a fault is the id
    of the row.
    """
    hold_communes(row.unit for row, _reason in given)
    faults = []
    for row, reason in given:
        state = Told.State.APPROVED if reason is None else Told.State.RETURNED
        found = _judge_faults(row, state, by=by, at=at) + ([] if reason is None else _reason_faults(reason))
        faults += [Fault(str(row.pk), one.code, one.message) for one in found]
    refuse_if(faults, "indicators.told")
    return [
        approve_told(row, by=by, at=at) if reason is None else return_told(row, reason, by=by, at=at)
        for row, reason in given
    ]


@action
def reopen_told(rows: Sequence[Told], *, by: Account, at: datetime) -> list[Told]:
    """Take back approvals that one gave oneself, all or none: the values count on, and wait again.

    Raises NotPermitted; Invalid ("indicators.told") where another person approved one, or its month was verified since;
    the path of a fault is the id of the row.
    """
    hold_communes(row.unit for row in rows)
    faults = [fault for row in rows for fault in _reopen_faults(row, by=by, at=at)]
    refuse_if(faults, "indicators.told")
    return [_reopen(row, by=by, at=at) for row in rows]


@action_within
def _reopen(row: Told, *, by: Account, at: datetime) -> Told:
    change(
        row, "indicators.told_reopened", by=by, at=at, unit=row.unit,
        state=Told.State.ENTERED, judged_by=None, judged_at=None,
    )  # fmt: skip
    return row


def _reopen_faults(row: Told, *, by: Account, at: datetime) -> list[Fault]:
    policy.require(by, APPROVE, unit=row.unit, on=local_date(at))
    if row.state != Told.State.APPROVED:
        return [Fault(str(row.pk), "decided", _("This is not approved any more."))]
    if row.judged_by != by.pk:
        return [Fault(str(row.pk), "another_person", _("Another person approved this."))]
    if is_locked(row.unit, row.month) or is_verified(row.unit, row.month):
        return [Fault(str(row.pk), "verified", VERIFIED)]
    return []


def _reason_faults(reason: str) -> list[Fault]:
    if len(reason.strip()) > 400:
        return [Fault("reason", "too_long", _("This is too long."))]
    return [] if reason.strip() else [Fault("reason", "missing", _("Write the reason."))]


def _judge_faults(row: Told, state: str, *, by: Account, at: datetime) -> list[Fault]:
    """Return why somebody who may approve cannot bring this value to a state. Raises NotPermitted."""
    policy.require(by, APPROVE, unit=row.unit, on=local_date(at))
    faults = []
    if row.state != Told.State.ENTERED:
        faults.append(Fault("state", "decided", _("This was decided already.")))
    if row.entered_by == by.pk:
        message = _("Another person must look at these figures: you did the step before.")
        faults.append(Fault("by", "same_person", message))
    if is_locked(row.unit, row.month):
        faults.append(Fault("month", "locked", _("This month is locked. Ask for a restatement.")))
    elif state == Told.State.RETURNED and is_verified(row.unit, row.month):
        faults.append(Fault("month", "verified", VERIFIED))
    return faults


def _judge(row: Told, state: str, reason: str, *, by: Account, at: datetime) -> Told:
    refuse_if(_judge_faults(row, state, by=by, at=at), "indicators.told")
    kind = "indicators.told_approved" if state == Told.State.APPROVED else "indicators.told_returned"
    change(row, kind, by=by, at=at, unit=row.unit, state=state, judged_by=by.pk, judged_at=at, reason=reason)
    return row


def _faults(item: Measure, unit: UUID, month: int, value: int, note: str, at: datetime) -> list[Fault]:
    faults = []
    least = item.minimum if item.minimum is not None else -LARGEST
    most = item.maximum if item.maximum is not None else LARGEST
    if not least <= value <= most:
        limits = {"least": _written(least), "most": _written(most)}
        message = _("This must be from %(least)s to %(most)s.") % limits
        faults.append(Fault("value", "out_of_range", message))
    if not _is_month(month) or month % 100 % ENDS[item.every]:
        faults.append(Fault("month", "not_its_end", _("This figure is told for another month.")))
    elif month > month_of(local_date(at)) or month < month_of(item.valid_from):
        faults.append(Fault("month", "out_of_range", _("This figure is not told for this month.")))
    if len(note.strip()) > 400:
        faults.append(Fault("note", "too_long", _("This is too long.")))
    if is_locked(unit, month):
        faults.append(Fault("month", "locked", _("This month is locked. Ask for a restatement.")))
    elif is_verified(unit, month):
        faults.append(Fault("month", "verified", VERIFIED))
    return faults


def _beside(unit: UUID, month: int, given: Mapping[str, int]) -> list[Fault]:
    """Return a fault for each part that would be larger than its whole: 140 of 100 pupils."""
    rows = Told.objects.filter(unit=unit, month=month).exclude(state=Told.State.RETURNED)
    known = {**dict(rows.values_list("measure", "value")), **given}
    message = _("%(part)s of %(whole)s would be %(share)s%%: a part cannot be larger than its whole.")
    return [
        Fault(
            part if part in given else whole, "above_whole",
            message % {
                "part": _written(known[part]), "whole": _written(known[whole]), "share": share(known[part], known[whole]),
            },
        )
        for part, whole in sorted(parts_of_wholes())
        if (part in given or whole in given) and part in known and whole in known and known[part] > known[whole]
    ]  # fmt: skip


def share(part: int, whole: int) -> str:
    """Return a part of a whole in whole percent, as the reader's language writes it; "∞" of nothing."""
    return _written(round(100 * part / whole)) if whole else "∞"


def _written(number: int) -> str:
    return show_number(number, get_language() or "vi")


def parts_of_wholes() -> set[tuple[str, str]]:
    """Return the told measures of which one is a part of the other, as the percentages of the catalogue say."""
    found = set()
    for item in definitions.indicators().values():
        if item.kind != "ratio" or item.factor != 100 or item.unit.vi != "%":
            continue
        above, below = linear(item.numerator), linear(item.denominator)
        if len(above) == len(below) == 1 and {*above.values(), *below.values()} == {1}:
            (part,), (whole,) = above, below
            if not {part, whole} & {
                id for id, one in definitions.measures().items() if one.origin == "computed"
            }:
                found.add((part, whole))
    return found


def _is_month(month: int) -> bool:
    try:
        return bool(first_day(month))
    except ValueError:
        return False


def is_locked(unit: UUID, month: int) -> bool:
    """Return whether a commune's month is final."""
    return Period.objects.filter(unit=unit, month=month, state=Period.State.LOCKED).exists()


def is_verified(unit: UUID, month: int) -> bool:
    """Return whether a second person verified a commune's month, and it is not locked yet: what they saw must stay."""
    return bool(verified([unit], month))


def verified(units: Iterable[UUID], month: int) -> set[UUID]:
    """Return which communes' month a second person verified, of those that are not locked yet. One query."""
    seen = (Period.State.VERIFIED, Period.State.APPROVED)
    rows = Period.objects.filter(unit__in=set(units), month=month, state__in=seen)
    return set(rows.values_list("unit", flat=True))


def _told_measure(id: str) -> Measure:
    item = definitions.measures().get(id)
    if item is None or item.origin == "computed" or id in OF_SURVEYS:
        raise NotFound("indicators.not_told", measure=id)
    return item


def _put(measure: str, unit: UUID, month: int, value: int | None, at: datetime) -> None:
    """Let the cell be what is told; a value that was sent back is unknown, not zero."""
    place, _new = Place.objects.get_or_create(commune=unit, unit=unit)
    with connection.cursor() as cursor:
        hold(cursor, series_of(measure), [("", month, place.pk)], local_date(at))
    cells = Cell.objects.filter(series=series_of(measure), dims="", month=month, place=place.pk)
    if value is None:
        cells.delete()
    elif not cells.update(value=value):
        Cell.objects.create(series=series_of(measure), dims="", month=month, place=place.pk, value=value)
