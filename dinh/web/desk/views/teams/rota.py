"""The rota of a week: who is on duty where, what does not fit, what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dinh.directory import tree
from dinh.directory.models import Unit
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid
from dinh.outreach.actions import duties as actions
from dinh.outreach.models import Duty, Member, Team
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, may_run, seen_teams
from dinh.outreach.rules.duties import DAYS, Shift, warnings, week_of
from dinh.web.desk.forms.teams import PlanDuty
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import day_of, tried
from dinh.web.desk.views.teams.choosing import DAY_NAMES, commune_of, mark, members_of

SAID = {
    "clash": gettext_lazy("on duty elsewhere at that time"),
    "not_available": gettext_lazy("did not offer this time"),
    "not_a_member": gettext_lazy("not in the team on that day"),
}


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    """Show a week, and plan a duty in it."""
    week = week_of(_day(request))
    teams = list(seen_teams(account_of(request), today()).filter(closed_on__isnull=True))
    run = [team for team in teams if may_run(account_of(request), team, today())]
    form = PlanDuty(request.POST or None, choices={"member": members_of(run), "on": _days(week)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        member = Member.objects.select_related("team__unit", "account").get(pk=data["member"])
        try:
            actions.plan_duty(
                member=member, place=data["place"], unit=_place(member, data["place"]), on=date.fromisoformat(data["on"]),
                starts=data["starts"], ends=data["ends"], by=account_of(request), at=now(),
            )  # fmt: skip
        except Invalid as refused:
            mark(form, refused)
        else:
            messages.success(request, _("Planned."))
            return go("rota", query={"week": week[0].isoformat()})
    context = {
        "days": _filled(week, teams, {team.pk for team in run}),
        "week": week[0],
        "last": week[-1],
        "before": (week[0] - timedelta(days=7)).isoformat(),
        "after": (week[0] + timedelta(days=7)).isoformat(),
        "form": form if run else None,
    }
    return show(request, "teams/rota", context, status=422 if form.errors else 200)


def _day(request: HttpRequest) -> date:
    return day_of(request.GET.get("week") or request.POST.get("week", "")) or today()


def _days(week: tuple[date, ...]) -> list[tuple[str, str]]:
    return [
        (day.isoformat(), f"{DAY_NAMES[name]} {show_date(day)}") for name, day in zip(DAYS, week, strict=True)
    ]


def _place(member: Member, place: str) -> Unit:
    """Return the unit of a duty: the centre is the commune's, the house of culture the village's where the team has one."""
    unit = member.team.unit
    return Unit.objects.get(pk=commune_of(unit.pk)) if place == Duty.Place.CENTRE else unit


def _filled(week: tuple[date, ...], teams: list[Team], run: set[UUID]) -> list[dict[str, Any]]:
    rows = list(
        Duty.objects.filter(member__team__in=teams, on__range=(week[0], week[-1]))
        .exclude(state=Duty.State.CANCELLED)
        .select_related("member__account", "member__team")
        .order_by("on", "starts", "pk")
    )
    wrong = warnings(
        [
            Shift(
                one.pk, one.member.account_id, one.on, one.starts, one.ends, tuple(one.member.availability),
                one.member.from_on, one.member.until_on,
            )
            for one in rows
        ]
    )  # fmt: skip
    return [
        {
            "name": DAY_NAMES[name],
            "day": day,
            "past": day <= today(),
            "duties": [
                {
                    "row": one,
                    "where": tree.title(one.unit_id, day, with_parents=False),
                    "wrong": [SAID[code] for code in wrong.get(one.pk, ())],
                    "runs": one.member.team_id in run,
                }
                for one in rows
                if one.on == day
            ],
        }
        for name, day in zip(DAYS, week, strict=True)
    ]


@require_POST
@desk_page(LEAD, MANAGE)
def copy(request: HttpRequest) -> HttpResponse:
    """Plan a week like the one before."""
    monday = week_of(_day(request))[0]
    teams = [t for t in seen_teams(account_of(request), today()) if may_run(account_of(request), t, today())]
    before = (monday - timedelta(days=7), monday - timedelta(days=1))
    rows = Duty.objects.filter(member__team__in=teams, on__range=before)
    made = actions.copy_week(duties=rows, monday=monday, by=account_of(request), at=now())
    if made:
        messages.success(request, _("%(n)s duties are planned as in the week before.") % {"n": len(made)})
    else:
        messages.info(request, _("There was nothing more to copy from the week before."))
    return go("rota", query={"week": monday.isoformat()})


@require_POST
@desk_page(LEAD, MANAGE)
def mark_duty(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Say what became of a duty."""
    teams = seen_teams(account_of(request), today())
    found = Duty.objects.select_related("member__team").filter(pk=duty, member__team__in=teams).first()
    if found is None:
        raise Http404
    helped = request.POST.get("helped", "")
    count = int(helped) if helped.isdecimal() and len(helped) < 6 else 0 if not helped else -1
    if (
        tried(request, actions.mark_duty, duty=found, state=request.POST.get("state", ""), helped=count)
        is not None
    ):
        messages.success(request, _("Kept."))
    return go("rota", query={"week": week_of(found.on)[0].isoformat()})
