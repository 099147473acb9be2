"""Goals of a month: set for the commune, a village or a member, with what would be expected by today. No ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.lib.ids import as_uuid
from dinh.lib.names import sort_key
from dinh.outreach.models import Member
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, led_villages, seen_teams
from dinh.outreach.queries import targets
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.queries.scope import in_term
from dinh.web.components.posted import whole
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import day_of, month_title
from dinh.web.desk.views.teams.choosing import communes, units_under
from dinh.work.actions.plans import MOST, set_goal
from dinh.work.models import Plan
from dinh.work.rules.pace import month_days, previous_months


@require_POST
@desk_page(LEAD, MANAGE)
def keep(request: HttpRequest) -> HttpResponse:
    """Set the goals of a month where one leads or manages: all that were changed, or none when one cannot be."""
    asked = _asked(request, request.POST)
    if not _may_set(request, asked.unit):
        raise policy.refusal(LEAD, account_of(request), unit=asked.unit.pk)
    faults = _set(request, asked)
    if faults:
        return _shown(request, asked, request.POST, faults)
    messages.success(request, _("The goals are kept."))
    query = {"unit": str(asked.unit.pk), "month": f"{asked.month:%Y-%m}"}
    return go("targets", query={**query, **({"account": str(asked.account.pk)} if asked.account else {})})


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    """Show the goals of a month with their pace."""
    return _shown(request, _asked(request, request.GET), {}, {})


@dataclass(frozen=True)
class Asked:
    """Whose goals of which month."""

    units: list[tuple[str, str]]
    unit: Unit
    account: Account | None
    month: date


def _asked(request: HttpRequest, given: Mapping[str, str]) -> Asked:
    units = _units(request)
    return Asked(
        units, _unit(units, given.get("unit", "")), _account(request, given.get("account", "")),
        _month(given.get("month", "")),
    )  # fmt: skip


def _shown(
    request: HttpRequest, asked: Asked, typed: Mapping[str, str], faults: Mapping[str, str]
) -> HttpResponse:
    """Draw the goals; after a refusal with what was typed, and beside each what is wrong with it."""
    lines = targets.of(asked.unit, asked.account, asked.month, today())
    context = {
        "units": asked.units,
        "unit": str(asked.unit.pk),
        "people": _people(request),
        "account": str(asked.account.pk) if asked.account else "",
        "month": f"{asked.month:%Y-%m}",
        "months": _months(),
        "title": month_title(month_of(asked.month)),
        "lines": [
            (line, typed.get(f"goal-{line.measure}", _text(line.plan)), faults.get(line.measure, ""))
            for line in lines
        ],
        "sets": _may_set(request, asked.unit),
        "now": month_days(today())[0] == asked.month,
    }
    return show(request, "teams/targets", context, status=422 if faults else 200)


def _text(plan: Plan | None) -> str:
    return str(plan.goal) if plan is not None else ""


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    """Return communes that one manages or supervises with their villages; of a leader their villages."""
    found = {
        pk
        for permission in (MANAGE, SUPERVISE)
        for pk, _t in units_under(communes(request, permission))
        if _reaches(request, permission, pk)
    }
    mine = {str(one) for one in led_villages(account_of(request), today())} | found
    return [
        pair
        for pair in units_under(communes(request, LEAD) or communes(request, SUPERVISE))
        if pair[0] in mine
    ]


def _reaches(request: HttpRequest, permission: str, pk: str) -> bool:
    return policy.may(account_of(request), permission, unit=as_uuid(pk), on=today())


def _unit(units: list[tuple[str, str]], wanted: str) -> Unit:
    ids = [pk for pk, _title in units]
    if not ids:
        raise Http404
    return Unit.objects.get(pk=wanted if wanted in ids else ids[0])


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    rows = Member.objects.filter(in_term(today()), team__in=seen_teams(account_of(request), today()))
    found = {str(one.account_id): one.account.full_name for one in rows.select_related("account")}
    return sorted(found.items(), key=lambda pair: sort_key(pair[1]))


def _account(request: HttpRequest, wanted: str) -> Account | None:
    if not wanted:
        return None
    if wanted not in dict(_people(request)):
        raise Http404
    return Account.objects.get(pk=wanted)


def _month(wanted: str) -> date:
    return day_of(f"{wanted}-01") or today().replace(day=1)


def _months() -> list[tuple[str, str]]:
    first = today().replace(day=1)
    after = month_days(first)[1].toordinal() + 1
    found = [date.fromordinal(after), first, *previous_months(first, 10)]
    return [(f"{one:%Y-%m}", month_title(month_of(one))) for one in found]


def _may_set(request: HttpRequest, unit: Unit) -> bool:
    account = account_of(request)
    return any(policy.may(account, one, unit=unit.pk, on=today()) for one in (LEAD, MANAGE))


def _set(request: HttpRequest, asked: Asked) -> dict[str, str]:
    """Set what was changed on the page; return what stands against it, by measure: then nothing is set.

    A goal that somebody else changed since the page was drawn is not written over: the page says what it is now.
    """
    plans = Plan.objects.filter(unit=asked.unit, account=asked.account, month=asked.month)
    stands = {plan.measure: str(plan.goal) for plan in plans}
    wanted: dict[str, int] = {}
    faults: dict[str, str] = {}
    for measure in targets.measures():
        text = request.POST.get(f"goal-{measure}", "").strip()
        seen = request.POST.get(f"seen-{measure}", stands.get(measure, ""))
        if not text or text == seen:
            continue
        number = whole(text)
        if number is None or number > MOST:
            faults[measure] = _("Write a number from 0 to 100,000.")
        elif seen != stands.get(measure, ""):
            faults[measure] = _(
                "Somebody else set this meanwhile to %(goal)s. Press again to keep yours."
            ) % {"goal": stands.get(measure) or "–"}
        else:
            wanted[measure] = number
    if not faults:
        with transaction.atomic():
            for measure, goal in wanted.items():
                set_goal(
                    unit=asked.unit, account=asked.account, measure=measure, month=asked.month, goal=goal,
                    by=account_of(request), at=now(),
                )  # fmt: skip
    return faults
