"""Members of teams: taken in, described, given another place, handed over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.lib.errors import Invalid, Refused, Stale
from dinh.outreach.actions import handover as handing
from dinh.outreach.actions import teams as actions
from dinh.outreach.models import Device, Handover, Member, Team, Thanks
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, may_run, require_run, seen_team, seen_teams
from dinh.outreach.queries import handover, hours
from dinh.outreach.queries.scope import in_term
from dinh.web.desk.forms.teams import AmendMember, HandOver, Join
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.teams.asking import as_seen, meanwhile, tried
from dinh.web.desk.views.teams.choosing import can, commune_of, mark, members_of, staff_of, times
from dinh.work.models import Assignment

COUNTED = timedelta(days=365)


@desk_page(MANAGE)
def join(request: HttpRequest, team: UUID) -> HttpResponse:
    """Take somebody into a team. Their role over its villages comes with it."""
    found = seen_team(account_of(request), team, today())
    _manages(request, found)
    commune = commune_of(found.unit_id)
    form = Join(
        request.POST or None,
        initial={"from_on": today()},
        choices={"account": staff_of([commune, found.unit_id]), **can()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        account = Account.objects.get(pk=data.pop("account"))
        try:
            member = actions.join(team=found, account=account, by=account_of(request), at=now(), **data)
        except Invalid as refused:
            mark(form, refused)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("They are in the team. Now enrol their telephone."))
            return go("member", member.pk)
    hint = _("Only somebody with an account can be in a team. Open one first, under Administration.")
    context = {
        "form": form,
        "title": _("Take a member in"),
        "button": _("Take in"),
        "team": found,
        "hint": hint,
    }
    return show(request, "teams/form", context, status=422 if form.errors else 200)


def _manages(request: HttpRequest, team: Team) -> None:
    policy.require(account_of(request), MANAGE, unit=team.unit_id, on=today())


def _member(request: HttpRequest, pk: UUID) -> Member:
    teams = seen_teams(account_of(request), today())
    rows = Member.objects.filter(pk=pk, team__in=teams).select_related("account", "team__unit")
    found = rows.first()
    if found is None:
        raise Http404
    return found


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest, member: UUID) -> HttpResponse:
    """Show a member: what they can do, their telephones, tasks and hours."""
    found = _member(request, member)
    return show(request, "teams/member", _context(request, found, _form(found)))


@require_POST
@desk_page(LEAD, MANAGE)
def amend(request: HttpRequest, member: UUID) -> HttpResponse:
    """Change what a member can do, speaks and has time for; the end of the term, for who manages teams."""
    found = _member(request, member)
    require_run(account_of(request), found.team, today())
    form = _form(found, request.POST)
    if form.is_valid():
        as_seen(request, found)
        try:
            actions.amend_member(
                member=found, by=account_of(request), at=now(), **_kept(request, found, form)
            )
        except Invalid as refused:
            mark(form, refused)
        except Stale:
            meanwhile(form, found, lambda: _told(found))
        else:
            messages.success(request, _("Kept."))
            return go("member", found.pk)
    return show(request, "teams/member", _context(request, found, form), status=422)


def _form(member: Member, given: Any = None) -> AmendMember:
    return AmendMember(given, initial=_told(member), choices=can())


def _told(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ("skills", "languages", "availability", "until_on")}


def _kept(request: HttpRequest, member: Member, form: AmendMember) -> dict[str, Any]:
    data = dict(form.cleaned_data)
    if not may(request, MANAGE, member.team.unit_id):
        data["until_on"] = member.until_on  # a leader does not decide how long somebody stays
    return data


def _context(request: HttpRequest, found: Member, form: AmendMember) -> dict[str, Any]:
    runs = may_run(account_of(request), found.team, today())
    manages = may(request, MANAGE, found.team.unit_id)
    if not manages:
        form.fields.pop("until_on")
    titles = store.get().titles
    ended = found.until_on is not None and found.until_on <= today()
    offered = dict(times())
    return {
        "member": found,
        "form": form if runs and not ended else None,
        "manages": manages and not ended,
        "ended": ended,
        "roles": [(key, label) for key, label in Member.Role.choices if key != found.role],
        "skills": [
            str(titles["helper_skills"][code]) for code in found.skills if code in titles["helper_skills"]
        ],
        "spoken": [
            str(titles["spoken_languages"][code])
            for code in found.languages
            if code in titles["spoken_languages"]
        ],
        "times": [offered[code] for code in found.availability if code in offered],
        "phones": Device.objects.filter(account=found.account, revoked_at__isnull=True).order_by(
            "label", "pk"
        ),
        "hours": hours.of([found.account_id], today() - COUNTED, today())[found.account_id],
        "tasks": Assignment.objects.filter(assignee=found.account, state=Assignment.State.READY).count(),
        "thanked": Thanks.objects.filter(account=found.account).order_by("-at")[:10],
        "handovers": Handover.objects.filter(member=found).order_by("-at")[:5],
    }


@require_POST
@desk_page(MANAGE)
def role(request: HttpRequest, member: UUID) -> HttpResponse:
    """Make a member leader, deputy or member."""
    found = _member(request, member)
    _manages(request, found.team)
    as_seen(request, found)
    if tried(request, actions.change_role, member=found, role=request.POST.get("role", "")) is not None:
        messages.success(request, _("Kept. It counts from the next page that they open."))
    return go("member", found.pk)


@desk_page(MANAGE)
def hand_over(request: HttpRequest, member: UUID) -> HttpResponse:
    """Show what a handover would move to whom, and do it when that is confirmed."""
    found = _member(request, member)
    _manages(request, found.team)
    teams = seen_teams(account_of(request), today()).filter(closed_on__isnull=True)
    given = request.POST if request.method == "POST" else request.GET
    asked = given if "on" in given else None
    form = HandOver(
        asked, initial={"on": today()}, choices={"to": _near_first(members_of(teams, found), found.team)}
    )
    plan = None
    if asked is not None and form.is_valid():
        to, on = _takers(form), form.cleaned_data["on"]
        plan = handover.preview(found, to, on)
        if request.method == "POST" and _handed(request, found, to, on):
            return go("member", found.pk)
    context = {"member": found, "form": form, "plan": plan, "asked": asked}
    return show(request, "teams/handover", context, status=422 if form.errors else 200)


def _near_first(people: list[tuple[str, str]], team: Team) -> list[tuple[str, str]]:
    """Return the members of the same team before those of others: they know the houses."""
    mine = {str(pk) for pk in Member.objects.filter(in_term(today()), team=team).values_list("pk", flat=True)}
    return sorted(people, key=lambda pair: pair[0] not in mine)


def _takers(form: HandOver) -> list[Member]:
    rows = Member.objects.filter(pk__in=form.cleaned_data["to"]).select_related("account", "team")
    by_pk = {str(one.pk): one for one in rows}
    return [by_pk[pk] for pk in form.cleaned_data["to"] if pk in by_pk]


def _handed(request: HttpRequest, member: Member, to: list[Member], on: date) -> bool:
    done = tried(request, handing.hand_over, member=member, to=to, on=on)
    if done is not None:
        messages.success(
            request,
            _("Handed over. It can be taken back on this page, as long as nobody has gone on with it."),
        )
    return done is not None


@require_POST
@desk_page(MANAGE)
def take_back(request: HttpRequest, handover: UUID) -> HttpResponse:
    """Take a handover back."""
    found = Handover.objects.select_related("member__team").filter(pk=handover).first()
    if found is None:
        raise Http404
    member = _member(request, found.member_id)
    _manages(request, member.team)
    if tried(request, handing.undo_handover, handover=found) is not None:
        messages.success(request, _("Taken back: the term and everything that had moved are as before."))
    return go("member", member.pk)
