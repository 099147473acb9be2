"""Reports that nobody has to ask for: set and stopped by who approves figures, made by the worker, each by its reader's rights."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account, Grant
from dinh.directory.queries import in_force
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.models import ReportSchedule
from dinh.indicators.queries import places
from dinh.indicators.reports.actions import READ, ask, definition
from dinh.indicators.reports.asking import Question
from dinh.indicators.rules.months import between, later, month_of
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import DinhError, Fault

log = logging.getLogger("dinh.indicators")
SET = "figures.approve"
MOST_DAY = 28
LOOKS_BACK = 3  # months that may still be locked late
When = ReportSchedule.When


@action
def set_schedule(
    id: str, unit: UUID, *, when: str, day: int, roles: Collection[str], by: Account, at: datetime
) -> ReportSchedule:
    """Let a report be made of a unit by itself, in place of what was set before.

    when   "locked": the day after the month is locked; "day": on `day` (1 to 28) of the next month, as a draft if need be
    roles  whose holders at the unit each get a copy

    Raises NotPermitted, NotFound, Invalid ("indicators.schedule").
    """
    on = local_date(at)
    policy.require(by, SET, unit=unit, on=on)
    item, faults = definition(id), []
    if item.level != places.level_of(unit, on):
        faults.append(Fault("report", "level", _("This report is not made of a unit of this level.")))
    if when not in When.values or not 1 <= day <= MOST_DAY:
        faults.append(Fault("day", "day", _("Choose a day from 1 to 28.")))
    if not roles or not set(roles) <= set(roles_offered()):
        faults.append(Fault("roles", "roles", _("Choose who receives it.")))
    refuse_if(faults, "indicators.schedule")
    columns: dict[str, Any] = {
        "when": when,
        "day": day,
        "roles": sorted(set(roles)),
        "set_by": by.pk,
        "set_at": at,
    }
    known = ReportSchedule.objects.filter(report=id, unit=unit, stopped_at=None).first()
    if known is not None:
        change(known, "indicators.report_scheduled", by=by, at=at, unit=unit, **columns)
        return known
    row = ReportSchedule(report=id, unit=unit, last_month=later(month_of(on), -2), **columns)
    row.save(force_insert=True)
    created(row, "indicators.report_scheduled", by=by, at=at, unit=unit)
    return row


@action
def stop_schedule(row: ReportSchedule, *, by: Account, at: datetime) -> None:
    """Make a report no longer by itself. Raises NotPermitted, Stale."""
    policy.require(by, SET, unit=row.unit, on=local_date(at))
    change(row, "indicators.report_schedule_stopped", by=by, at=at, unit=row.unit, stopped_at=at)


def roles_offered() -> list[str]:
    """Return the roles whose holders may read a board, and so receive reports."""
    return sorted(id for id, role in store.get().roles.items() if READ in role.permissions)


def readers(row: ReportSchedule, on: date) -> list[Account]:
    """Return who receives a report: the holders of its roles at its unit who may read the board there."""
    grants = Grant.objects.filter(in_force(on), role__in=row.roles, unit=row.unit)
    found = Account.objects.filter(pk__in=grants.values("account"), is_active=True).order_by(
        "full_name", "pk"
    )
    return [one for one in found if policy.may(one, READ, unit=row.unit, on=on)]


def make_due() -> int:
    """Ask for every report that is due; return for how many readers. The worker calls it every ten minutes."""
    at = timezone.now()
    return sum(_run(row, at) for row in ReportSchedule.objects.filter(stopped_at=None).order_by("pk"))


def due(row: ReportSchedule, at: datetime) -> int | None:
    """Return the oldest month that a schedule is due for; None for none."""
    today = local_date(at)
    newest = later(month_of(today), -1)
    if row.when == When.DAY:
        return newest if today.day >= row.day and row.last_month < newest else None
    first = max(later(row.last_month, 1), later(newest, 1 - LOOKS_BACK))
    return next((month for month in between(first, newest) if _locked_before(row, month, at)), None)


def _locked_before(row: ReportSchedule, month: int, at: datetime) -> bool:
    """Return whether all of a month was locked before today."""
    item = store.get().reports.get(row.report)
    if item is None:
        return False
    found = Question(item, row.unit, month, None, at, local_date(at)).snapshots
    return bool(found) and max(local_date(one.at) for one in found or ()) < local_date(at)


def _run(row: ReportSchedule, at: datetime) -> int:
    month = due(row, at)
    if month is None or row.report not in store.get().reports:
        return 0
    try:
        return _ask_all(row, month, at)
    except DinhError as error:
        # Who set it may no longer do so, or the unit is no more: it stands still until somebody sets it anew, and
        # does not hold up the others.
        log.warning("report schedule stands still", extra={"schedule": row.pk, "code": error.code})
        return 0


@action
def _ask_all(row: ReportSchedule, month: int, at: datetime) -> int:
    """Ask for a copy for each reader, in the name of who set it; once a month."""
    by = Account.objects.get(pk=row.set_by)
    found = readers(row, local_date(at))
    change(row, "indicators.report_schedule_ran", by=None, at=at, unit=row.unit, last_month=month)
    for reader in found:
        ask(row.report, row.unit, month, by=by, at=at, reader=reader, schedule=row)
    return len(found)
