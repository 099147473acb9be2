"""The tasks of the villages: found, settled, asked for, given to somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.directory.models import Account, Level
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid, Refused
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.outreach.actions import tasks as actions
from dinh.outreach.models import Team
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, led_villages, seen_teams
from dinh.outreach.queries.scope import members_of_villages
from dinh.outreach.queries.teams import tasks_of
from dinh.population.models import Household
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.forms.teams import AskFor
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.tables import LIMIT, Asked, Choice
from dinh.web.desk.views.teams.asking import tried
from dinh.web.desk.views.teams.choosing import mark
from dinh.work.models import Assignment
from dinh.work.queries.tasks import Task, late_on, lines

ORDERS = {
    "walk": gettext_lazy("Most urgent first, then as one walks"),
    "due": gettext_lazy("Last day to be on time"),
    "village": gettext_lazy("Village"),
}
KEYS: Mapping[str, Callable[[Task], Any]] = {
    "due": lambda line: (line.until, str(line.row.pk)),
    "village": lambda line: (fold(line.village), line.until, str(line.row.pk)),
}
READ_AT_MOST = 5000
State = Assignment.State


@desk_page(LEAD, MANAGE, SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the tasks of one's villages; `?form=csv` takes the list away."""
    villages = led_villages(account_of(request), today())
    teams = {str(one.pk): one for one in seen_teams(account_of(request), today()).order_by("name", "pk")}
    asked = Asked.of(request.GET, ORDERS, *_choices(villages, teams))
    found = _found(asked, villages, teams)
    shown, more = asked.cut(found[asked.window])
    access.listed(
        kind="export" if asked.form else "list", subject_type="assignment", query=asked.parts,
        ids=[line.row.pk for line in shown], by=account_of(request), at=now(), purpose="tasks",
    )  # fmt: skip
    if asked.form:
        return as_file(_table(shown), asked.form, "viec", _("Tasks"))
    runs = _run(request)
    context = {
        "lines": [(line, line.row.state == State.READY and line.row.village_id in runs) for line in shown],
        "total": len(found),
        "asked": asked.drawn(more),
        "members": _member_choices(runs) if runs else [],
        "runs": bool(runs),
        "back": f"{asked.query}&start={asked.start}" if asked.start else asked.query,
    }
    return show(request, "teams/tasks", context)


def _run(request: HttpRequest) -> frozenset[UUID]:
    """Return the villages whose tasks the person may settle and give: those they lead or manage."""
    account, on = account_of(request), today()
    return frozenset(policy.scope(account, LEAD, on).units | policy.scope(account, MANAGE, on).units)


def _choices(villages: frozenset[UUID], teams: Mapping[str, Team]) -> list[Choice]:
    on = today()
    tree.warm(villages)
    places = {
        str(unit): naming.name
        for unit in villages
        if (naming := tree.naming(unit, on)) and naming.level == Level.VILLAGE
    }
    rules = {rule.id: str(rule.title) for rule in store.get().tasks.values()}
    states = {
        "late": _("late"),
        "due": _("due now"),
        "done": _("done"),
        "skipped": _("not done"),
        "expired": _("no longer of use"),
    }
    names = {pk: team.name for pk, team in teams.items()}
    return [
        *([Choice("team", gettext_lazy("Team"), names)] if len(names) > 1 else []),
        Choice(
            "village", gettext_lazy("Village"), dict(sorted(places.items(), key=lambda pair: fold(pair[1])))
        ),
        Choice("rule", gettext_lazy("What"), {**rules, "asked": _("asked for by a person")}),
        Choice("state", gettext_lazy("State"), states, gettext_lazy("to do")),
    ]


def _found(asked: Asked, villages: frozenset[UUID], teams: Mapping[str, Team]) -> list[Task]:
    rows = Assignment.objects.filter(village__in=villages).select_related("assignee", "done_by")
    rows = _in_state(rows, asked.chosen.get("state", ""))
    if team := asked.chosen.get("team"):
        rows = rows.filter(tasks_of(teams[team], today()))
    if village := asked.chosen.get("village"):
        rows = rows.filter(village=UUID(village))
    if rule := asked.chosen.get("rule"):
        rows = rows.filter(rule=rule)
    found = lines(rows.order_by("due_on", "pk")[:READ_AT_MOST], today(), get_language() or "vi")
    wanted = fold(asked.q)
    found = [
        one
        for one in found
        if wanted in fold(f"{one.title} {one.person} {one.address} {one.head} {one.village}")
        and (asked.chosen.get("state") != "due" or one.due)
    ]
    return sorted(found, key=KEYS[asked.order]) if asked.order in KEYS else found


def _in_state(rows: QuerySet[Assignment], state: str) -> QuerySet[Assignment]:
    on = today()
    if state in {State.DONE, State.SKIPPED, State.EXPIRED}:
        return rows.filter(state=state)
    rows = rows.filter(state=State.READY, opens_on__lte=on, expires_on__gte=on)
    return rows.filter(late_on(on)) if state == "late" else rows


def _table(shown: list[Task]) -> list[list[str]]:
    head = [
        _("Task"), _("About"), _("Village"), _("Address"), _("Head of household"), _("On time until"), _("State"), _("Who"),
    ]  # fmt: skip
    body = [
        [
            one.title, one.person, one.village, one.address, one.head, show_date(one.until),
            _("late") if one.late else str(State(one.row.state).label),
            one.row.assignee.full_name if one.row.assignee else "",
        ]
        for one in shown
    ]  # fmt: skip
    return [head, *body]


def _member_choices(villages: frozenset[UUID]) -> list[tuple[str, str]]:
    found = {pk for ids in members_of_villages(villages, today()).values() for pk in ids}
    rows = Account.objects.filter(pk__in=found).order_by("full_name", "pk").values_list("pk", "full_name")
    return [(str(pk), name) for pk, name in rows]


def _task(request: HttpRequest, pk: UUID) -> Assignment:
    villages = led_villages(account_of(request), today())
    found = Assignment.objects.filter(pk=pk, village__in=villages).first()
    if found is None:
        raise Http404
    return found


@require_POST
@desk_page(LEAD, MANAGE)
def act(request: HttpRequest, task: UUID) -> HttpResponse:
    """Settle a task, with a reason when it was not done, or give it to a member."""
    found = _task(request, task)
    if "to" in request.POST:
        to = _taker(request.POST["to"])
        if tried(request, actions.reassign, task=found, to=to) is not None:
            messages.success(request, _("Given on. It is on their list at the next contact."))
    elif tried(request, actions.settle, task=found, reason=request.POST.get("reason", "")) is not None:
        messages.success(request, _("Kept."))
    return _back(request)


@require_POST
@desk_page(LEAD, MANAGE)
def give(request: HttpRequest) -> HttpResponse:
    """Give all tasks that were marked to one member, or to the whole team."""
    ids = [pk for pk in map(as_uuid, request.POST.getlist("task")) if pk is not None]
    villages = led_villages(account_of(request), today())
    found = list(Assignment.objects.filter(pk__in=ids[:LIMIT], village__in=villages, state=State.READY))
    to = _taker(request.POST.get("to", ""))
    given = sum(tried(request, actions.reassign, task=one, to=to) is not None for one in found)
    if given:
        said = ngettext(
            "%(n)s task given on. It is on their list at the next contact.",
            "%(n)s tasks given on. They are on their list at the next contact.",
            given,
        )
        messages.success(request, said % {"n": given})
    elif not found:
        messages.error(request, _("Mark the tasks that you want to give."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the list as it was asked: a filter and a page are not lost by settling one line of it."""
    return go("team_tasks", query=dict(parse_qsl(request.POST.get("back", "")[:400])))


def _taker(wanted: str) -> Account | None:
    """Return to whom a task is given; None for the whole team. Raises Http404 for nobody."""
    if not wanted:
        return None
    return get_object_or_404(Account, pk__in=[as_uuid(wanted)])


@desk_page(LEAD, MANAGE)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a member, or a village's team, to do something at a house."""
    villages = led_villages(account_of(request), today())
    members = [("", _("whoever of the team comes by")), *_member_choices(villages)]
    form = AskFor(request.POST or None, initial={"due_on": today()}, choices={"assignee": members})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        house = (
            Household.objects.select_related("unit")
            .filter(code__iexact=data["house"].strip(), village__in=villages)
            .first()
        )
        if house is None:
            form.add_error("house", _("No household of your villages has this code."))
        elif _asked(request, form, house):
            return go("team_tasks")
    context = {"form": form, "title": _("Ask for a task"), "button": _("Ask"), "back": "team_tasks"}
    return show(request, "teams/form", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, form: AskFor, house: Household) -> bool:
    data = form.cleaned_data
    to = Account.objects.filter(pk=data["assignee"]).first() if data["assignee"] else None
    try:
        actions.ask_for(
            household=house,
            sentence=data["sentence"],
            due_on=data["due_on"],
            assignee=to,
            by=account_of(request),
            at=now(),
        )
    except Invalid as refused:
        mark(form, refused)
        return False
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False
    messages.success(request, _("Asked for. It is on their list at the next contact."))
    return True
