"""One team: who is in it, which villages, what is open; set up, amended, closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import policy
from dinh.directory.models import Unit
from dinh.lib.errors import Invalid, Stale
from dinh.lib.names import sort_key
from dinh.outreach.actions import teams as actions
from dinh.outreach.models import Device, Duty, Member, Team
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, may_run, seen_team
from dinh.outreach.queries.scope import in_term, villages_of_team
from dinh.outreach.queries.teams import lines
from dinh.outreach.rules.duties import week_of
from dinh.web.desk.forms.teams import AmendTeam, Areas, NewTeam
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.teams.asking import as_seen, meanwhile, tried
from dinh.web.desk.views.teams.choosing import (
    commune_of,
    communes,
    mark,
    teams_above,
    units_under,
    villages_under,
)


@desk_page(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Set up a team."""
    units = communes(request)
    form = NewTeam(
        request.POST or None,
        initial={"opened_on": today()},
        choices={
            "unit": units_under(units),
            "villages": villages_under(units),
            "above": teams_above(request),
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            team = actions.set_up_team(
                unit=Unit.objects.get(pk=data["unit"]), kind=data["kind"], name=data["name"],
                villages=[UUID(one) for one in data["villages"]], above=_above(data["above"]),
                opened_on=data["opened_on"], decision=data["decision"], by=account_of(request), at=now(),
            )  # fmt: skip
        except Invalid as refused:
            mark(form, refused)
        else:
            messages.success(request, _("The team is set up. Now take its members in."))
            return go("team", team.pk)
    context = {"form": form, "title": _("Set up a team"), "button": _("Set up the team"), "back": "teams"}
    return show(request, "teams/form", context, status=422 if form.errors else 200)


def _above(pk: str) -> Team | None:
    return Team.objects.filter(pk=pk).first() if pk else None


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest, team: UUID) -> HttpResponse:
    """Show a team."""
    found = seen_team(account_of(request), team, today())
    context = {
        "team": found,
        "line": lines([found], today())[0],
        "members": _members(found),
        "past": _past(found),
        "below": found.below.filter(closed_on__isnull=True).order_by("name", "pk"),
        "duties": _duties(found),
        "manages": may(request, MANAGE, found.unit_id) and found.closed_on is None,
        "runs": may_run(account_of(request), found, today()) and found.closed_on is None,
    }
    return show(request, "teams/team", context)


def _members(team: Team) -> list[dict[str, Any]]:
    rows = list(Member.objects.filter(in_term(today()), team=team).select_related("account"))
    phones: dict[UUID, list[Device]] = {}
    for one in Device.objects.filter(account__in=[row.account_id for row in rows], revoked_at__isnull=True):
        phones.setdefault(one.account_id, []).append(one)
    ranks = list(Member.Role.values)
    return [
        {
            "row": row,
            "last": max((one.last_contact for one in phones.get(row.account_id, [])), default=None),
            "unsent": sum(one.unsent for one in phones.get(row.account_id, [])),
        }
        for row in sorted(rows, key=lambda row: (ranks.index(row.role), sort_key(row.account.full_name)))
    ]


def _past(team: Team) -> list[Member]:
    rows = Member.objects.filter(team=team).exclude(in_term(today())).select_related("account")
    return list(rows.order_by("-until_on", "pk")[:30])


def _duties(team: Team) -> list[Duty]:
    week = week_of(today())
    rows = Duty.objects.filter(member__team=team, on__range=(week[0], week[-1])).select_related(
        "member__account"
    )
    return list(rows.exclude(state=Duty.State.CANCELLED).order_by("on", "starts", "pk"))


@desk_page(MANAGE)
def edit(request: HttpRequest, team: UUID) -> HttpResponse:
    """Change name, decision and the team above."""
    found = _managed(request, team)
    form = AmendTeam(
        request.POST or None, initial=_told(found), choices={"above": teams_above(request, found)}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        as_seen(request, found)
        try:
            actions.amend_team(
                team=found, name=data["name"], above=_above(data["above"]), decision=data["decision"],
                by=account_of(request), at=now(),
            )  # fmt: skip
        except Invalid as refused:
            mark(form, refused)
        except Stale:
            meanwhile(form, found, lambda: _told(found))
        else:
            messages.success(request, _("Kept."))
            return go("team", found.pk)
    context = {
        "form": form, "title": found.name, "button": _("Keep"), "team": found, "version": found.version,
    }  # fmt: skip
    return show(request, "teams/form", context, status=422 if form.errors else 200)


def _told(team: Team) -> dict[str, str]:
    return {"name": team.name, "above": str(team.above_id or ""), "decision": team.decision}


def _managed(request: HttpRequest, pk: UUID) -> Team:
    found = seen_team(account_of(request), pk, today())
    policy.require(account_of(request), MANAGE, unit=found.unit_id, on=today())
    return found


@desk_page(MANAGE)
def areas(request: HttpRequest, team: UUID) -> HttpResponse:
    """Say which villages the team visits; its members' telephones drop and fetch houses accordingly."""
    found = _managed(request, team)
    form = Areas(
        request.POST or None,
        initial=_visits(found),
        choices={"villages": villages_under([commune_of(found.unit_id)])},
    )
    if request.method == "POST" and form.is_valid():
        wanted = [UUID(one) for one in form.cleaned_data["villages"]]
        as_seen(request, found)
        try:
            actions.set_areas(team=found, villages=wanted, by=account_of(request), at=now())
        except Invalid as refused:
            mark(form, refused)
        except Stale:
            meanwhile(form, found, lambda: _visits(found))
        else:
            messages.success(
                request,
                _(
                    "Kept. At their next contact the members’ telephones take the houses that are new, and drop the others."
                ),
            )
            return go("team", found.pk)
    context = {
        "form": form,
        "title": _("Villages of %(team)s") % {"team": found.name},
        "button": _("Keep"),
        "team": found,
        "version": found.version,
    }
    return show(request, "teams/form", context, status=422 if form.errors else 200)


def _visits(team: Team) -> dict[str, list[str]]:
    return {"villages": sorted(str(one) for one in villages_of_team(team, today()))}


@require_POST
@desk_page(MANAGE)
def close(request: HttpRequest, team: UUID) -> HttpResponse:
    """Close a team."""
    found = _managed(request, team)
    if tried(request, actions.close_team, team=found) is not None:
        messages.success(request, _("The team is closed. The terms of its members ended with it."))
    return go("team", found.pk)
