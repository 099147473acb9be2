"""A report's life: composed, reviewed and completed in words, sent upward; sent is locked, a correction is an edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import tree
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.lib.names import nfc
from dinh.outreach.models import FieldReport, Team
from dinh.outreach.queries.happenings import Period, commune_of
from dinh.outreach.queries.leading import require_look
from dinh.outreach.queries.reporting import composed, of_period

WORDS = ("done", "difficulties", "asks")
LONGEST = 4000
LOCKED = _("This report was sent and no longer changes. Write a correction if something in it is wrong.")
NOT_SENT = _("Only a report that was sent is corrected; this one you can still change.")
NOT_READ = _("Read the report and mark it as reviewed before you send it.")
NOT_OVER = _("The month is not over. Send the report when it is.")


@action
def compose(*, team: Team | None, unit: Unit, period: Period, by: Account, at: datetime) -> FieldReport:
    """Count a team's period, or a commune's (`team` None), into its report; return it.

    One that is being written is counted again, its words stay; one that was sent is returned as it is.
    Raises NotPermitted, Stale.
    """
    commune = commune_of(unit.pk, period.until_on)
    require_look(by, team, commune, local_date(at))
    Unit.objects.select_for_update().get(pk=commune)  # of two who count at once, the second finds the first's
    known = of_period(commune, team, period)
    if known is not None and known.state == FieldReport.State.SENT:
        return known
    found = composed(commune, team, period)
    if known is not None:
        change(
            known, "outreach.report_counted", by=by, at=at, unit=commune, figures=found, composed_at=at,
            state=FieldReport.State.DRAFT.value, reviewed_by_id=None, reviewed_at=None,
        )  # fmt: skip
        return known
    report = FieldReport(
        unit_id=commune, team=team, from_on=period.from_on, until_on=period.until_on, figures=found, composed_at=at
    )  # fmt: skip
    report.save(force_insert=True)
    created(report, "outreach.report_composed", by=by, at=at, unit=commune)
    return report


@action
def write(*, report: FieldReport, words: Mapping[str, str], by: Account, at: datetime) -> FieldReport:
    """Keep the leader's own words: what was done, what was hard, what is asked for. Raises Invalid, Refused, Stale."""
    _open(report, by, at)
    kept = {key: nfc(words.get(key, "")).strip() for key in WORDS}
    refuse_if(
        [Fault(key, "too_long", _("This is too long.")) for key, text in kept.items() if len(text) > LONGEST],
        "outreach.report_invalid",
    )
    _change(report, "outreach.report_written", by, at, words=kept, state=FieldReport.State.DRAFT.value)
    return report


@action
def review(*, report: FieldReport, by: Account, at: datetime) -> FieldReport:
    """Say that somebody who answers for the team read it. Raises Refused, Stale."""
    _open(report, by, at)
    columns = {"state": FieldReport.State.REVIEWED.value, "reviewed_by_id": by.pk, "reviewed_at": at}
    _change(report, "outreach.report_reviewed", by, at, **columns)
    return report


@action
def send(*, report: FieldReport, by: Account, at: datetime) -> FieldReport:
    """Send a reviewed report upward: a team's to its commune, a commune's to its province. From then on it is locked.

    Raises Refused ("outreach.report_not_reviewed", "outreach.report_too_early"), Stale.
    """
    _open(report, by, at)
    if report.state != FieldReport.State.REVIEWED:
        raise Refused("outreach.report_not_reviewed", NOT_READ, report=report.pk)
    if local_date(at) <= report.until_on:
        raise Refused("outreach.report_too_early", NOT_OVER, report=report.pk)
    to = report.unit_id if report.team_id else _above(report.unit_id, report)
    _change(
        report, "outreach.report_sent", by, at, state=FieldReport.State.SENT.value, sent_to_id=to, sent_at=at
    )
    return report


@action
def correct(*, report: FieldReport, reason: str, by: Account, at: datetime) -> FieldReport:
    """Open another edition of a report that was sent, counted anew; the sent one stays as it was.

    Raises Invalid without a reason, Refused for one that was not sent or has a newer edition.
    """
    require_look(by, report.team, report.unit_id, local_date(at))
    period = Period(report.from_on, report.until_on)
    Unit.objects.select_for_update().get(pk=report.unit_id)
    newest = of_period(report.unit_id, report.team, period)
    if report.state != FieldReport.State.SENT or newest is None or newest.pk != report.pk:
        raise Refused("outreach.report_not_sent", NOT_SENT, report=report.pk)
    text = nfc(reason).strip()
    faults = [] if text else [Fault("reason", "required", _("Say what was wrong; who received it reads it."))]
    if len(text) > 200:
        faults.append(Fault("reason", "too_long", _("This is too long.")))
    refuse_if(faults, "outreach.report_invalid")
    again = FieldReport(
        unit_id=report.unit_id, team=report.team, from_on=report.from_on, until_on=report.until_on,
        figures=composed(report.unit_id, report.team, period), words=report.words, composed_at=at,
        edition=report.edition + 1, reason=text,
    )  # fmt: skip
    again.save(force_insert=True)
    created(again, "outreach.report_corrected", by=by, at=at, unit=report.unit_id)
    return again


def _open(report: FieldReport, by: Account, at: datetime) -> None:
    require_look(by, report.team, report.unit_id, local_date(at))
    if report.state == FieldReport.State.SENT:
        raise Refused("outreach.report_locked", LOCKED, report=report.pk)


def _change(report: FieldReport, kind: str, by: Account, at: datetime, **columns: Any) -> None:
    change(report, kind, by=by, at=at, unit=report.unit_id, **columns)


def _above(unit: UUID, report: FieldReport) -> UUID:
    naming = tree.naming(unit, report.until_on)
    return naming.parent if naming is not None and naming.parent else unit
