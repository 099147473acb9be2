"""Whose the teams' rows are when places change: teams and what they plan follow, what they did stays."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.ledger import Ledger
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Table, Way, follows, register
from dinh.directory.models import Office
from dinh.directory.queries import in_force
from dinh.outreach.actions.scope import bump_epoch
from dinh.outreach.models import (
    Area,
    Assistance,
    Badge,
    CommonsPage,
    Conflict,
    Difficulty,
    Duty,
    FieldReport,
    Kiosk,
    Member,
    Operation,
    QueueTicket,
    SlipBook,
    Team,
    Thanks,
    Visit,
    Workshop,
)  # fmt: skip

_IN_LINE = Q(state=QueueTicket.State.WAITING)
_STANDS, _OPEN = Q(closed_on=None), Q(state=Conflict.State.OPEN)
_DUTY, _WORKSHOP = Q(state=Duty.State.PLANNED), Q(state=Workshop.State.PLANNED)


def _where(place: str) -> object:
    return Duty.Place(place).label


register(
    Table("outreach.team", _("teams"), Team, Way.FOLLOWS, living=_STANDS, label="name", reads="outreach.manage", open=_STANDS),
    Table("outreach.area", _("villages of teams"), Area, Way.BY_HAND, "village", proved=False),
    Table("outreach.duty", _("duties"), Duty, Way.FOLLOWS, living=_DUTY, label="place", says=_where, reads="outreach.manage", due="on", open=_DUTY),
    Table(
        "outreach.workshop", _("gatherings"), Workshop, Way.FOLLOWS, living=_WORKSHOP, label="title", reads="outreach.manage", due="starts_at",
        open=_WORKSHOP, sums={"held": Count("held_at")},
    ),
    Table("outreach.conflict", _("conflicts to decide"), Conflict, Way.FOLLOWS, living=_OPEN, village="village"),
    Table("outreach.conflict.village", _("conflicts to decide"), Conflict, Way.FOLLOWS, "village", living=_OPEN,
          again=True),
    Table("outreach.kiosk", _("kiosks"), Kiosk, Way.FOLLOWS, living=Q(revoked_at=None), label="name", reads="outreach.manage"),
    Table("outreach.ticket", _("tickets of the counter's line"), QueueTicket, Way.STAYS, "office__unit", open=_IN_LINE),
    Table("outreach.commons", _("pages of the commune"), CommonsPage, Way.FOLLOWS, label="slug", reads="commons.edit"),
    Table("outreach.visit", _("visits"), Visit, Way.STAYS, "village"),
    Table("outreach.assistance", _("help given"), Assistance, Way.STAYS, "village"),
    Table("outreach.difficulty", _("difficulties"), Difficulty, Way.STAYS, "village",
          sums={"told": Count("told_at")}),
    Table("outreach.operation", _("operations of telephones"), Operation, Way.STAYS, "village"),
    Table("outreach.badge", _("badges"), Badge, Way.STAYS, label="code", reads="outreach.manage"),
    Table("outreach.slip_book", _("books of slips"), SlipBook, Way.STAYS),
    Table("outreach.report", _("reports of teams"), FieldReport, Way.STAYS, label="from_on", reads="outreach.manage"),
    Table("outreach.report.sent_to", _("reports of teams"), FieldReport, Way.STAYS, "sent_to", again=True),
    Table("outreach.thanks", _("thanks"), Thanks, Way.STAYS),
)  # fmt: skip


@follows("outreach")
def follow(plan: Plan, ledger: Ledger) -> None:
    """Kiosks print tickets of the office of today, teams of villages that end go to their heir, packs are renewed."""
    for kiosk in Kiosk.objects.filter(office__unit__in=plan.ends, revoked_at=None).select_related("office"):
        if kiosk.office is not None:
            heir = plan.heirs[kiosk.office.unit_id]
            office = Office.objects.filter(in_force(plan.on), unit=heir, key=kiosk.office.key).first()
            ledger.set(kiosk, "outreach.kiosk_moved", heir, office=office)
    _areas(plan, ledger)
    villages = {unit for former in plan.ends for unit in plan.villages(former)} | plan.units
    members = Member.objects.filter(Q(team__areas__village__in=villages) | Q(team__unit__in=plan.units))
    bump_epoch(members.values_list("account", flat=True).distinct())


def _areas(plan: Plan, ledger: Ledger) -> None:
    """A team that visits a village which ends visits its heir from the day on, once."""
    given: set[tuple[UUID, UUID]] = set()
    for area in Area.objects.filter(
        Q(until_on=None) | Q(until_on__gt=plan.on), village__in=plan.ends
    ).order_by("pk"):
        heir, until = plan.heirs[area.village_id], area.until_on
        ledger.set(area, until_on=plan.on)
        if (area.team_id, heir) not in given:
            given.add((area.team_id, heir))
            ledger.add(Area(team_id=area.team_id, village_id=heir, from_on=plan.on, until_on=until))
