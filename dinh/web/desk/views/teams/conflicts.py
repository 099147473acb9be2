"""Two values for a name, a birth date, a sex, a household: the register's and what a phone saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.ids import as_uuid
from dinh.outreach.actions import conflicts as actions
from dinh.outreach.models import Conflict
from dinh.outreach.policy import SUPERVISE
from dinh.population.models import Household, Person
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import tried
from dinh.web.desk.views.teams.review import number_of, waiting

FIELDS = {
    "full_name": gettext_lazy("Full name"),
    "birth": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "household": gettext_lazy("Household"),
}
AT_MOST = 200
DECIDED_DAYS = 30


@desk_page(SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """Show what is to be decided, then what was decided in the last 30 days and can be undone."""
    rows = _in_reach(request).select_related("operation__account", "decided_by")
    open_ = list(rows.filter(state=Conflict.State.OPEN).order_by("opened_at", "pk")[:AT_MOST])
    since = now() - timedelta(days=DECIDED_DAYS)
    decided = list(
        rows.exclude(state=Conflict.State.OPEN)
        .filter(decided_at__gte=since)
        .order_by("-decided_at", "pk")[:AT_MOST]
    )
    people = Person.objects.select_related("household").in_bulk({one.entity for one in (*open_, *decided)})
    access.listed(
        subject_type="person", query={"state": "open"}, ids=sorted(people), by=account_of(request), at=now(),
        purpose="conflicts",
    )  # fmt: skip
    houses = _houses([*open_, *decided])
    writes = policy.may(account_of(request), actions.WRITE, on=today())
    context = {
        "open": [_line(one, people, houses) for one in open_],
        "decided": [_line(one, people, houses) for one in decided],
        "writes": writes,
        "waits": len(waiting(request)[:AT_MOST]),
    }
    return show(request, "teams/conflicts", context)


@require_POST
@desk_page(SUPERVISE)
def act(request: HttpRequest, conflict: UUID, verb: str) -> HttpResponse:
    """Keep the register's value, take the other one, or undo a decision."""
    found = _in_reach(request).filter(pk=conflict).first()
    if found is None or verb not in DONE:
        raise Http404
    given: dict[str, Any] = {
        "conflict": found,
        "reason": request.POST.get("reason", ""),
        "version": number_of(request.POST.get("version")),
    }
    if verb == "undo":
        done = tried(request, actions.undo, **given)
    else:
        done = tried(request, actions.decide, take=verb == "take", **given)
    if done is not None:
        messages.success(request, str(DONE[verb]))
    return go("teams_conflicts")


DONE = {
    "take": gettext_lazy("The new value stands in the register now."),
    "keep": gettext_lazy("The register stays as it is."),
    "undo": gettext_lazy("It waits for a decision again."),
}


def _in_reach(request: HttpRequest) -> QuerySet[Conflict]:
    units = policy.scope(account_of(request), SUPERVISE, today()).units
    return Conflict.objects.filter(Q(village__in=units) | Q(village=None, unit__in=units))


def _houses(rows: Iterable[Conflict]) -> dict[str, str]:
    """Return code and address of every household that is named in a contradiction. One query."""
    named = {
        pk
        for one in rows
        if one.field == "household"
        for value in (one.ours, one.theirs, one.before)
        if (pk := as_uuid(value)) is not None
    }
    found = Household.objects.filter(pk__in=named).values_list("pk", "code", "address")
    return {str(pk): f"{code}, {address}" for pk, code, address in found}


def _line(one: Conflict, people: dict[UUID, Person], houses: Mapping[str, str]) -> dict[str, Any]:
    person = people.get(one.entity)
    return {
        "row": one,
        "person": person,
        "address": person.household.address if person is not None and person.household is not None else "",
        "village": tree.title(one.village_id, today(), with_parents=False) if one.village_id else "",
        "field": FIELDS.get(one.field, one.field),
        "ours": _said(one.field, one.ours, houses),
        "theirs": _said(one.field, one.theirs, houses),
        "before": _said(one.field, one.before, houses),
        "by": one.operation.account.full_name,
        "at": one.operation.captured_at,
    }


def _said(name: str, value: Any, houses: Mapping[str, str]) -> str:
    """Return a value as people read it."""
    if value in (None, ""):
        return _("not known")
    if name == "birth":
        return show_date(str(value))
    if name == "sex":
        return str(store.get().titles["sexes"].get(str(value), value))
    if name == "household":
        return houses.get(str(value), str(value))
    return str(value)
