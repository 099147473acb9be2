"""The rota: duties at the service centre and the house of culture, planned, copied, kept or missed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.outreach.models import Duty, Member
from dinh.outreach.policy import require_run
from dinh.outreach.rules.duties import week_of

MOST_HELPED = 1000
State = Duty.State


@action
def plan_duty(
    *,
    member: Member,
    place: str,
    unit: Unit,
    on: date,
    starts: time,
    ends: time,
    by: Account | None,
    at: datetime,
) -> Duty:
    """Plan somebody's hours at a place. A clash, or a time they did not offer, is a warning of the page, never a refusal.

    Raises Invalid with every fault; NotPermitted.
    """
    require_run(by, member.team, local_date(at))
    faults = []
    if place not in Duty.Place.values:
        faults.append(Fault("place", "unknown", _("Choose the place.")))
    if ends <= starts:
        faults.append(Fault("ends", "before_it_begins", _("The end must be after the beginning.")))
    if on < member.from_on or (member.until_on is not None and on >= member.until_on):
        faults.append(Fault("member", "not_a_member", _("On that day this person is not in the team.")))
    refuse_if(faults, "outreach.duty_invalid")
    duty = Duty(member=member, place=place, unit=unit, on=on, starts=starts, ends=ends)
    duty.save(force_insert=True)
    created(duty, "outreach.duty_planned", by=by, at=at, unit=unit.pk)
    return duty


def copy_week(*, duties: QuerySet[Duty], monday: date, by: Account | None, at: datetime) -> list[Duty]:
    """Plan a week like the one before it, from its duties; return what was planned.

    Left out: duties that stand already, of members who are no longer there, and those that were cancelled. Each is an
    action of its own, so a second copy adds nothing. Raises NotPermitted.
    """
    week = week_of(monday)
    before = (week[0] - timedelta(days=7), week[-1] - timedelta(days=7))
    rows = duties.filter(on__range=before).exclude(state=State.CANCELLED)
    there = set(
        Duty.objects.filter(member__in=rows.values("member"), on__range=(week[0], week[-1]))
        .exclude(state=State.CANCELLED)
        .values_list("member", "on", "starts", "ends")
    )
    made = []
    for duty in rows.select_related("member__team", "unit").order_by("on", "starts", "pk"):
        on, member = duty.on + timedelta(days=7), duty.member
        gone = member.until_on is not None and on >= member.until_on
        if gone or (member.pk, on, duty.starts, duty.ends) in there:
            continue
        made.append(
            plan_duty(
                member=member,
                place=duty.place,
                unit=duty.unit,
                on=on,
                starts=duty.starts,
                ends=duty.ends,
                by=by,
                at=at,
            )
        )
    return made


@action
def mark_duty(*, duty: Duty, state: str, by: Account | None, at: datetime, helped: int = 0) -> Duty:
    """Say that a duty was kept, with how many people were helped, that nobody came, or that it is cancelled.

    A kept or missed one may be marked again, to put a slip right. Raises Invalid, Refused for a day to come; NotPermitted.
    """
    on = local_date(at)
    require_run(by, duty.member.team, on)
    faults = []
    if state not in {State.DONE, State.MISSED, State.CANCELLED}:
        faults.append(Fault("state", "unknown", _("Choose what became of it.")))
    if not 0 <= helped <= MOST_HELPED:
        faults.append(Fault("helped", "out_of_range", _("Write how many people were helped, as a number.")))
    refuse_if(faults, "outreach.duty_invalid")
    if state != State.CANCELLED and duty.on > on:
        raise Refused("outreach.duty_to_come", _("This duty has not begun yet."), duty=duty.pk)
    columns: dict[str, Any] = {"state": state, "helped": helped if state == State.DONE else 0}
    change(duty, "outreach.duty_marked", by=by, at=at, unit=duty.unit_id, **columns)
    return duty
