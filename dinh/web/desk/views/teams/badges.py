"""Badges of members and books of slips: given, printed, revoked; a slip's number looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from dinh.directory import tree
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold, sort_key
from dinh.outreach import printing
from dinh.outreach.actions import trust as actions
from dinh.outreach.models import Badge, Member, SlipBook
from dinh.outreach.queries import trust as queries
from dinh.outreach.queries.leading import MANAGE
from dinh.outreach.queries.scope import in_term
from dinh.outreach.queries.supervision import teams_in, walking
from dinh.outreach.rules.badges import Verdict
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.tables import Asked, Choice
from dinh.web.desk.views.teams.asking import commune_asked, commune_choices, tried, unit_of

LAST_DAYS = timedelta(days=30)
ORDERS = {"team": gettext_lazy("Team"), "name": gettext_lazy("Name")}
STATE = Choice(
    "state",
    gettext_lazy("Badge"),
    {"genuine": gettext_lazy("in force"), "none": gettext_lazy("none in force")},
)
SLIPS_USUAL = 40


@desk_page(MANAGE)
def page(request: HttpRequest) -> HttpResponse:
    """Show members with their badges."""
    commune = unit_of(commune_asked(request, MANAGE))
    asked = Asked.of(request.GET, ORDERS, STATE)
    badges = (
        Badge.objects.filter(unit__in=tree.with_inherited(commune.pk))
        .select_related("account")
        .order_by("printed_at")
    )
    newest = {one.account_id: one for one in badges}
    verdicts = queries.verdicts(list(newest.values()), today())
    members = _members(commune.pk)
    go = walking([one.team for one in members], today())  # a committee knocks at no door
    lines = [_line(one, newest.get(one.account_id), verdicts, go) for one in members]
    wanted, state = fold(asked.q), asked.chosen.get("state", "")
    found = [
        one
        for one in lines
        if wanted in fold(f"{one['member'].account.full_name} {one['member'].team.name}")
        and (not state or (one["verdict"] == Verdict.GENUINE) == (state == "genuine"))
    ]
    if asked.order == "name":
        found.sort(key=lambda one: sort_key(one["member"].account.full_name))
    shown, more = asked.cut(found[asked.window])
    context = {
        "lines": shown,
        "total": len(found),
        "asked": asked.drawn(more, takes=False),
        "without": sum(one["lacks"] for one in lines),
        "checks": queries.checks_of(commune.pk, now() - LAST_DAYS),
        "until": today().replace(month=12, day=31).isoformat(),
        "unit": str(commune.pk),
        "units": commune_choices(request, MANAGE),
    }
    return show(request, "teams/badges", context)


def _line(
    member: Member, badge: Badge | None, verdicts: Mapping[UUID, Verdict], go: Collection[UUID]
) -> dict[str, Any]:
    verdict = verdicts[badge.pk] if badge is not None else ""
    lacks = verdict != Verdict.GENUINE and member.team_id in go
    return {"member": member, "badge": badge, "verdict": verdict, "lacks": lacks}


@require_POST
@desk_page(MANAGE)
def give(request: HttpRequest) -> HttpResponse:
    """Give the members who were marked a badge each, and print them."""
    commune = unit_of(commune_asked(request, MANAGE))
    accounts = _chosen(request, commune.pk)
    until = parse_date(request.POST.get("until", ""))
    if not accounts or until is None:
        messages.error(request, _("Mark members, and choose the last day."))
        return go("badges", query={"unit": str(commune.pk)})
    given = tried(request, actions.give_badges, accounts=accounts, unit=commune, expires_on=until)
    if not given:
        return go("badges", query={"unit": str(commune.pk)})
    messages.success(
        request,
        ngettext("%(n)s badge was given.", "%(n)s badges were given.", len(given)) % {"n": len(given)},
    )
    return go("teams_paper", printing.print_badges(badges=given, by=account_of(request), at=now()).pk)


@require_POST
@desk_page(MANAGE)
def revoke(request: HttpRequest, badge: UUID) -> HttpResponse:
    """Take a badge back."""
    found = Badge.objects.filter(pk=badge).first()
    if found is None:
        raise Http404
    if tried(request, actions.revoke_badge, badge=found) is not None:
        messages.success(request, _("Revoked. Whoever checks its code is told so from now on."))
    return go("badges", query={"unit": str(found.unit_id)})


@desk_page(MANAGE)
def slips(request: HttpRequest) -> HttpResponse:
    """Show the books of slips, and to which visit a number belongs."""
    commune = unit_of(commune_asked(request, MANAGE))
    asked = Asked.of(request.GET, {"new": gettext_lazy("Newest first")})
    every = (
        SlipBook.objects.filter(unit__in=tree.with_inherited(commune.pk))
        .select_related("account")
        .order_by("-first")
    )
    wanted = fold(asked.q)
    books, more = asked.cut([one for one in every if wanted in fold(one.account.full_name)][asked.window])
    used = queries.used_of(books)
    number = request.GET.get("number", "").strip()
    found = None
    if number.isdecimal() and len(number) <= 9:
        book, visits = queries.slip(commune.pk, int(number))
        found = {"book": book, "visits": visits}
        access.listed(
            subject_type="visit", query={"slip": number}, ids=[one.pk for one in visits], by=account_of(request),
            at=now(), purpose="slip", unit=commune.pk,
        )  # fmt: skip
    context = {
        "books": [(one, one.last - one.first + 1, used[one.pk]) for one in books],
        "asked": asked.drawn(more, takes=False),
        "members": _members(commune.pk),
        "number": number,
        "found": found,
        "usual": SLIPS_USUAL,
        "unit": str(commune.pk),
        "units": commune_choices(request, MANAGE),
    }
    return show(request, "teams/slips", context)


@require_POST
@desk_page(MANAGE)
def give_slips(request: HttpRequest) -> HttpResponse:
    """Give a member the next run of numbers, and print it."""
    commune = unit_of(commune_asked(request, MANAGE))
    accounts = _chosen(request, commune.pk)
    amount = request.POST.get("amount", "")
    if not accounts:
        messages.error(request, _("Choose a member."))
        return go("teams_slips", query={"unit": str(commune.pk)})
    size = int(amount) if amount.isdecimal() and len(amount) < 6 else 0
    book = tried(request, actions.give_slips, account=accounts[0], unit=commune, amount=size)
    if book is None:
        return go("teams_slips", query={"unit": str(commune.pk)})
    messages.success(request, _("The numbers are given. They are never given again."))
    return go("teams_paper", printing.print_slips(book=book, by=account_of(request), at=now()).pk)


@require_POST
@desk_page(MANAGE)
def print_again(request: HttpRequest, book: UUID) -> HttpResponse:
    """Print a book again, with the same numbers."""
    found = SlipBook.objects.select_related("account").filter(pk=book).first()
    if found is None or str(found.unit_id) not in dict(commune_choices(request, MANAGE)):
        raise Http404
    return go("teams_paper", printing.print_slips(book=found, by=account_of(request), at=now()).pk)


def _members(commune: UUID) -> list[Member]:
    """Return one term for each member of the commune's teams, by team and name."""
    on = today()
    teams = [one.pk for one in teams_in(commune, on)]
    rows = Member.objects.filter(in_term(on), team__in=teams, account__is_active=True).select_related(
        "account", "team"
    )
    found: dict[UUID, Member] = {}
    for one in rows.order_by("team__name", "account__full_name"):
        found.setdefault(one.account_id, one)
    return list(found.values())


def _chosen(request: HttpRequest, commune: UUID) -> list[Account]:
    ids = {pk for one in request.POST.getlist("account") if (pk := as_uuid(one))}
    return [one.account for one in _members(commune) if one.account_id in ids]
