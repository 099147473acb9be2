"""Writes of reports: somebody asks for one, the worker makes it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes import report as shapes
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.models import Report, ReportSchedule
from dinh.indicators.queries import places
from dinh.indicators.reports import paper
from dinh.indicators.reports.asking import Question
from dinh.indicators.reports.composing import compose
from dinh.indicators.rules.months import last_day, month_of
from dinh.journal.actions import action, canonical, current_entry_id
from dinh.lib.dates import VIETNAM, local_date
from dinh.lib.errors import Fault, NotFound
from dinh.messages.actions import notify

READ = "board.read"
SIGN = ("figures.declare", "figures.verify", "figures.approve")  # who may let the office sign locked figures
State = Report.State


def definition(id: str) -> shapes.Report:
    """Return what a report says. Raises NotFound ("indicators.no_report")."""
    found = store.get().reports.get(id)
    if found is None:
        raise NotFound("indicators.no_report", report=id)
    return found


def may_sign(account: Account, unit: UUID, at: datetime) -> bool:
    """Return whether a report of locked figures that this account asks for is signed by the office."""
    return any(policy.may(account, one, unit=unit, on=local_date(at)) for one in SIGN)


@action
def ask(
    id: str, unit: UUID, month: int, *, by: Account, at: datetime, reader: Account | None = None,
    schedule: ReportSchedule | None = None,
) -> Report:  # fmt: skip
    """Ask for a report of a unit and month; the worker makes it in a moment.

    reader    for whom, by whose rights; without one: for who asks
    schedule  by which it is made without anybody asking

    Raises NotPermitted, NotFound, Invalid ("indicators.report") for a unit of another level or a month to come.
    """
    item = definition(id)
    reader = reader or by
    for one in {by, reader}:
        policy.require(one, READ, unit=unit, on=local_date(at))
    refuse_if(_faults(item, unit, month, at), "indicators.report")
    row = Report(
        report=id, edition=item.version, unit=unit, month=month, account=reader.pk, asked_by=by.pk, asked_at=at,
        sign=may_sign(by, unit, at), schedule=schedule,
    )  # fmt: skip
    row.save(force_insert=True)
    created(row, "indicators.report_asked", by=by, at=at, unit=unit)
    return row


@action
def make(row: Report, *, at: datetime) -> Report:
    """Compose a report that was asked for, and ask for its paper. The caller is the worker; a made one stays as it is."""
    if row.state == State.MADE:
        return row
    reader = Account.objects.get(pk=row.account)
    asked = Question(definition(row.report), row.unit, row.month, reader, at, local_date(at))
    document = compose(asked)
    signed = row.sign and document.locked
    content = document.as_json()
    columns: dict[str, Any] = {
        "state": State.MADE.value,
        "edition": asked.report.version,
        "locked": document.locked,
        "basis": asked.basis,
        "hidden": sorted(asked.hidden),
        "title": f"{document.title} {document.about[:1].lower()}{document.about[1:]}"[:300],
        "digest": hashlib.sha256(canonical(content)).hexdigest(),
        "number": _number(row, asked.basis, at) if signed else None,
        "made_at": at,
    }
    columns["paper"] = paper.request(row, document, columns["title"], columns["number"], at=at).pk
    row.content = content
    Report.objects.filter(pk=row.pk).update(content=content)
    change(row, "indicators.report_made", by=None, at=at, unit=row.unit, **columns)
    if row.schedule_id is not None:
        _tell(row, reader, at)
    return row


@action
def mark_failed(row: Report, *, at: datetime) -> None:
    """Write down, once, that a report could not be made; it is tried again."""
    if row.state == State.ASKED:
        change(row, "indicators.report_failed", by=None, at=at, unit=row.unit, state=State.FAILED.value)


def _tell(row: Report, reader: Account, at: datetime) -> None:
    """Tell a reader of a report that was made without their asking, in their language."""
    with override(reader.language):
        title = gettext("A report is ready: %(title)s") % {"title": row.title}
        state = gettext("Its figures are locked.") if row.locked else gettext("Its figures are provisional.")
        body = f"{state} {paper.address(row)}"
    notify(
        account=reader, person=None, subject_type=paper.SUBJECT, subject=row.pk, kind="indicators.report_made",
        cause=current_entry_id(), title=title, body=body, language=reader.language,
        emails=[reader.email] if reader.email else [], at=at,
    )  # fmt: skip


def _faults(item: shapes.Report, unit: UUID, month: int, at: datetime) -> list[Fault]:
    faults = []
    if month > month_of(local_date(at)):
        faults.append(Fault("month", "to_come", _("This month is still to come.")))
    elif places.level_of(unit, min(last_day(month), local_date(at))) != item.level:
        message = _("This report is not made of a unit of this level.")
        faults.append(Fault("unit", "level", message))
    return faults


def _number(row: Report, basis: str, at: datetime) -> int:
    """Return the number of a signed document: one for all copies of the same figures, else the next of the year."""
    Unit.objects.select_for_update().get(pk=row.unit)
    year = at.astimezone(VIETNAM).year
    begin, end = datetime(year, 1, 1, tzinfo=VIETNAM), datetime(year + 1, 1, 1, tzinfo=VIETNAM)
    given = Report.objects.filter(unit=row.unit, number__isnull=False, made_at__gte=begin, made_at__lt=end)
    same = given.filter(report=row.report, month=row.month, basis=basis).first()
    if same is not None and same.number is not None:
        return same.number
    return int(given.aggregate(last=Max("number"))["last"] or 0) + 1
