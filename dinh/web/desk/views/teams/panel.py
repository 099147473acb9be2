"""The panel of the teams: each line opens into its rows; a leader sees her own team alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.dates import show_datetime
from dinh.lib.ids import as_uuid
from dinh.outreach.actions import supervision as actions
from dinh.outreach.models import Operation, Team, Visit
from dinh.outreach.queries import needs, supervision
from dinh.outreach.queries.happenings import Period, commune_of, month_of
from dinh.outreach.queries.leading import LEAD, SUPERVISE, led_by, require_look
from dinh.outreach.queries.report_text import SHOWN, named
from dinh.outreach.rules.figures import FIGURES, Happening
from dinh.outreach.rules.oddness import PATTERNS
from dinh.population.models import Household
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import (
    commune_asked,
    commune_choices,
    month_asked,
    month_choices,
    month_title,
    tried,
    unit_of,
)
from dinh.work.models import Assignment

LIMIT = 200
COLUMNS = ("visits", "households", "people_helped", "filings", "difficulties", "gatherings")
MACHINES: dict[str, dict[str, Any]] = {
    "held": {"state": Operation.State.WAITING},
    "review": {"state": Operation.State.REVIEW},
    "forced": {"forced": True},
}
PARTS = {"help": "helps", "filing": "filings", "difficulty": "difficulties", "gathering": "gatherings"}


@desk_page(SUPERVISE, LEAD)
def page(request: HttpRequest) -> HttpResponse:
    """Show all teams of a commune, or one's own."""
    account, at = account_of(request), now()
    period = month_asked(request, month_of(today()))
    commune = commune_asked(request, SUPERVISE)
    own = None if commune else list(led_by(account, today()))
    if commune is None:
        if not own:
            return show(request, "teams/panel", {"nothing": True})
        commune = commune_of(own[0].unit_id, period.until_on)
    found = supervision.panel(commune, period, at=at, teams=None if own is None else [one.pk for one in own])
    amiss = needs.needs(found.lines, at=at)
    title = directory.unit_title(commune, period.until_on, with_parents=False)
    place = f"unit={commune}" if own is None else "team=mine"
    if (form := request.GET.get("form", "")) in TYPES:
        return as_file(_table(found), form, "bang-theo-doi", _("Panel"))
    context = {
        "panel": found,
        "columns": [(key, FIGURES[key].title) for key in COLUMNS],
        "lines": [(line, [(key, line.figures.get(key, 0)) for key in COLUMNS]) for line in found.lines],
        "totals": [(key, FIGURES[key].title, found.total[key]) for key in SHOWN],
        "needs": amiss,
        "well": sum(line.team is not None for line in found.lines) - len(amiss),
        "own": own is not None,
        "goal": FIGURES[supervision.GOAL].title,
        "done": found.total[supervision.GOAL],
        "drawn": _drawn(commune, period) if own is None else [],
        "asked_again": own is None and policy.may(account, SUPERVISE, unit=commune, on=today()),
        "unit": str(commune),
        "unit_title": title,
        "whose": own[0].name if own and len(own) == 1 else title,
        "units": commune_choices(request, SUPERVISE),
        "month": f"{period.from_on:%Y-%m}",
        "months": month_choices(),
        "month_title": month_title(period),
        "query": f"{place}&month={period.from_on:%Y-%m}",
    }
    return show(request, "teams/panel", context)


@desk_page(SUPERVISE, LEAD)
def rows(request: HttpRequest, figure: str) -> HttpResponse:
    """Show the rows behind one number: `team` names a team, "mine" those one leads, "none" nobody's; else the commune."""
    if figure not in FIGURES:
        raise Http404
    period = month_asked(request, month_of(today()))
    teams, commune = _place(request, period)
    team = teams[0] if teams and len(teams) == 1 else None
    found = supervision.rows_of(commune, period, figure, _keys(request, teams))
    form = request.GET.get("form", "")
    taken = form in TYPES
    shown = found if taken else found[:LIMIT]
    access.listed(
        kind="export" if taken else "list", subject_type=shown[0].kind if shown else "visit",
        query={"figure": figure, "month": f"{period.from_on:%Y-%m}"}, ids=[one.id for one in shown],
        by=account_of(request), at=now(), purpose=f"team figure:{figure}", unit=commune,
    )  # fmt: skip
    lines = _lines(shown)
    if taken:
        head = [_("Day"), _("House"), _("Village"), _("What"), _("Member")]
        table = [[one["at"], one["house"], one["village"], one["what"], one["who"]] for one in lines]
        return as_file([head, *table], form, figure.replace("_", "-"), str(FIGURES[figure].title))
    query = request.GET.copy()
    query.pop("form", None)
    context = {
        "figure": FIGURES[figure], "rows": lines, "own": bool(teams) and team is None, "number": FIGURES[figure].of(found), "count": len(found),
        "more": len(found) > LIMIT, "team": team, "month_title": month_title(period),
        "unit_title": directory.unit_title(commune, period.until_on, with_parents=False), "query": query.urlencode(),
    }  # fmt: skip
    return show(request, "teams/panel_rows", context)


@desk_page(SUPERVISE, LEAD)
def operations(request: HttpRequest, what: str) -> HttpResponse:
    """Show the operations of a team's phones that wait, need an officer, or were forced."""
    if what not in MACHINES:
        raise Http404
    period = month_asked(request, month_of(today()))
    asked, commune = _place(request, period)
    team = asked[0] if asked and len(asked) == 1 else None
    teams = supervision.teams_in(commune, period.until_on) if asked is None else asked
    found = Operation.objects.filter(**MACHINES[what], account__memberships__team__in=teams).distinct()
    if what == "forced":
        found = found.filter(captured_at__gte=period.since, captured_at__lt=period.until)
    rows = list(found.select_related("account", "village").order_by("-received_at")[:LIMIT])
    context = {"what": what, "rows": rows, "team": team, "month_title": month_title(period)}
    return show(request, "teams/panel_operations", context)


@require_POST
@desk_page(SUPERVISE)
def revisit(request: HttpRequest) -> HttpResponse:
    """Make the month's draw into tasks for the supervisor who asks."""
    period = month_asked(request, month_of(today()))
    commune = unit_of(commune_asked(request, SUPERVISE))
    made = tried(request, actions.ask_revisits, unit=commune, period=period, to=account_of(request))
    if made is not None:
        said = ngettext(
            "%(n)s house is to be visited again.", "%(n)s houses are to be visited again.", len(made)
        )
        messages.success(request, said % {"n": len(made)})
    return go("teams_panel", query={"unit": str(commune.pk), "month": f"{period.from_on:%Y-%m}"})


def _place(request: HttpRequest, period: Period) -> tuple[list[Team] | None, UUID]:
    """Return the teams that are asked for (None: the whole commune) and their commune. Refuses who may not look."""
    account, on, wanted = account_of(request), today(), request.GET.get("team", "")
    pk = as_uuid(wanted)
    team = Team.objects.filter(pk=pk).first() if pk else None
    if pk and team is None:
        raise Http404
    if team is not None:
        commune = commune_of(team.unit_id, period.until_on)
        require_look(account, team, commune, on)
        return [team], commune
    named = as_uuid(request.GET.get("unit")) or commune_asked(request, SUPERVISE)
    if named is not None and wanted != "mine":
        require_look(account, None, named, on)
        return None, named
    own = list(led_by(account, on))
    if not own:
        raise Http404
    return own, commune_of(own[0].unit_id, period.until_on)


def _keys(request: HttpRequest, teams: list[Team] | None) -> list[UUID | None] | None:
    if teams is None:
        return [None] if request.GET.get("team") == "none" else None
    return [one.pk for one in teams]


def _drawn(commune: UUID, period: Period) -> list[dict[str, Any]]:
    chosen = actions.drawn(commune, period)
    asked = {
        one.subject: one for one in Assignment.objects.filter(subject_type="visit", subject__in=list(chosen))
    }
    again = dict(Visit.objects.filter(checks__in=list(chosen)).values_list("checks", "agrees"))
    visits = (
        Visit.objects.filter(pk__in=list(chosen)).select_related("household", "account").order_by("at", "pk")
    )
    return [
        {
            "visit": one,
            "patterns": [PATTERNS[key][0] for key in sorted(chosen[one.pk])],
            "asked": asked.get(one.pk),
            "done": one.pk in again,
            "agrees": again.get(one.pk),
        }
        for one in visits
    ]


def _lines(found: list[Happening]) -> list[dict[str, str]]:
    language = get_language() or "vi"
    houses = dict(Household.objects.filter(pk__in={one.house for one in found}).values_list("pk", "code"))
    people = dict(
        Account.objects.filter(pk__in={one.account for one in found}).values_list("pk", "full_name")
    )
    outcomes = {key: str(label) for key, label in Visit.Outcome.choices}
    return [
        {
            "at": show_datetime(one.at, language),
            "house": houses.get(one.house, "") if one.house else "",
            "village": directory.unit_title(one.village, today(), with_parents=False) if one.village else "",
            "what": named(PARTS[one.kind], one.what, language)
            if one.kind in PARTS
            else outcomes.get(one.what, one.what),
            "who": people.get(one.account, ""),
        }
        for one in found
    ]


def _table(found: supervision.Panel) -> list[list[str]]:
    head = [
        _("Team"), _("Village"), _("Goal"), _("Expected by today"), *(str(FIGURES[key].title) for key in SHOWN),
        _("Members"), _("Active"), _("Odd visits"), _("Unsent"), _("Held"), _("For an officer"), _("Conflicts"),
    ]  # fmt: skip
    return [head] + [
        [
            line.title or _("Not of a team"), line.village, str(line.goal or ""), str(line.expected or ""),
            *(str(line.figures.get(key, 0)) for key in SHOWN), str(line.members), str(line.active), str(line.odd),
            str(line.unsent), str(line.held), str(line.review), str(line.conflicts),
        ]
        for line in found.lines
    ]  # fmt: skip
