"""Goals of a month: set for the commune, a village or a member, with what would be expected by today. No ranking."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.lib.errors import Invalid
from dinh.lib.ids import as_uuid
from dinh.lib.names import sort_key
from dinh.outreach.models import Member
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, led_villages, seen_teams
from dinh.outreach.queries import targets
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.queries.scope import in_term
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import day_of, month_title
from dinh.web.desk.views.teams.choosing import communes, units_under
from dinh.work.actions.plans import set_goal
from dinh.work.rules.pace import month_days, previous_months


@require_POST
@desk_page(LEAD, MANAGE)
def keep(request: HttpRequest) -> HttpResponse:
    """Set the goals of a month where one leads or manages."""
    unit = _unit(_units(request), request.POST.get("unit", ""))
    account = _account(request, request.POST.get("account", ""))
    if not _may_set(request, unit):
        raise policy.refusal(LEAD, account_of(request), unit=unit.pk)
    return _set(request, unit, account, _month(request.POST.get("month", "")))


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    """Show the goals of a month with their pace."""
    units = _units(request)
    unit = _unit(units, request.GET.get("unit", ""))
    account = _account(request, request.GET.get("account", ""))
    month = _month(request.GET.get("month", ""))
    sets = _may_set(request, unit)
    context = {
        "units": units,
        "unit": str(unit.pk),
        "people": _people(request),
        "account": str(account.pk) if account else "",
        "month": f"{month:%Y-%m}",
        "months": _months(),
        "title": month_title(month_of(month)),
        "lines": targets.of(unit, account, month, today()),
        "sets": sets,
        "now": month_days(today())[0] == month,
    }
    return show(request, "teams/targets", context)


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


def _set(request: HttpRequest, unit: Unit, account: Account | None, month: date) -> HttpResponse:
    for measure in targets.measures():
        text = request.POST.get(f"goal-{measure}", "").strip()
        if not text:
            continue
        try:
            set_goal(
                unit=unit, account=account, measure=measure, month=month, by=account_of(request), at=now(),
                goal=int(text) if text.isdecimal() and len(text) < 9 else -1,
            )  # fmt: skip
        except Invalid as refused:
            messages.error(request, str(refused.faults[0].message))
            break
    else:
        messages.success(request, _("The goals are kept."))
    query = {
        "unit": str(unit.pk),
        "month": f"{month:%Y-%m}",
        **({"account": str(account.pk)} if account else {}),
    }
    return go("targets", query=query)
