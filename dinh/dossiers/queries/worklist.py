"""The officers' worklist: what waits, by due date, at the same cost for a thousand dossiers or a million.

Rows are plain dicts read with `values()`, a page at a time by key (`ordering`): no row is counted that is
not shown. Counts look at open dossiers, in one query; of what is done they stop at `DONE_MOST`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, UUIDField, Value
from django.utils import timezone

from dinh.catalogue import store
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.directory.scopes import Scope
from dinh.dossiers.models import Dossier
from dinh.dossiers.queries.conditions import (
    AT,
    DONE,
    OPEN,
    WAITING,
    ends,
    in_state,
    states_of_group,
    waits_for,
)
from dinh.dossiers.queries.ordering import get_order
from dinh.dossiers.rules import clock
from dinh.journal import access
from dinh.lib.dates import VIETNAM, local_date
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import fold
from dinh.population.models import Person

PERMISSION_OF = {
    "receive": "dossiers.receive",
    "examine": "dossiers.examine",
    "approve": "dossiers.approve",
    "return": "dossiers.return",
}
VIEWS = ("mine", *PERMISSION_OF, "waiting", "all", "done")
STATES = ("late", "today", "soon", "on_time", "waiting")
MOST = 500
CITIZEN_DIGITS = 12
DONE_MOST = 5_000  # an office that did more does not need to know how many at a glance
_COLUMNS = (
    "id", "number", "procedure", "title", "unit_id", "applicant_name", "applicant_order", "status", "local_status", "step", "channel",
    "filed_at", "due_at", "supplement_count", "proposal", "holder_id", "holder__full_name", "helper_id", "live",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What a worklist is narrowed to; empty means all.

    state      one of STATES
    step       "receive", "examine", "approve", "return": what the dossier waits for
    procedure  id
    text       a number or its beginning, a person's number, or words of the applicant's name, accents or not
    filed_from, filed_to  local dates, both included
    unit       a unit within the account's rights
    """

    state: str = ""
    step: str = ""
    procedure: str = ""
    text: str = ""
    channel: int | None = None
    filed_from: date | None = None
    filed_to: date | None = None
    unit: UUID | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is asked for, for the digest of the access row."""
        return {key: value for key, value in vars(self).items() if value not in ("", None)}


@dataclass(frozen=True)
class Rows:
    """One page of a worklist. `after` asks for the next page; "" when this is the last."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    after: str = ""


def worklist(
    account: Account,
    view: str = "mine",
    filters: Filters | Mapping[str, Any] | None = None,
    after: str = "",
    limit: int = 100,
    *,
    order: str = "",
    at: datetime | None = None,
) -> Rows:
    """Return the dossiers that an account may handle, the most urgent first unless another order is asked.

    view    "mine" (held by the account), "receive", "examine", "approve", "return" (what waits for
            a step the account may do), "waiting" (for the citizen), "all" (open), "done" (newest first)
    after   `Rows.after` of the page before, in the same order
    limit   1 to 500
    order   one of `ordering.ORDERS`; "" is the usual one of the view

    Each row: the columns, "state" (late, today, soon, on_time, waiting, done), "due" and "filed" as
    text ("22/11/2026 17:00"), "held" (by anybody), "second_request". Writes one access row with the
    ids shown. Two queries. Raises Invalid for an unknown view or order, or a broken `after`.
    """
    at = at or timezone.now()
    wanted = filters if isinstance(filters, Filters) else Filters(**(filters or {}))
    limit = max(1, min(limit, MOST))
    found = narrowed(_in_view(account, view, at), wanted, at)
    sorted_by = get_order(order, view)
    rows = list(sorted_by.sort(found, after).values(*_COLUMNS)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    _dress(rows, at)
    if rows:
        access.listed(
            kind="search" if wanted.text else "list", subject_type="dossier",
            query={"view": view, **wanted.as_dict()}, ids=[row["id"] for row in rows], by=account, at=at,
            purpose=f"worklist:{view}", unit=wanted.unit or directory.home_unit(account, local_date(at)),
        )  # fmt: skip
    return Rows(rows, sorted_by.key(rows[-1]) if more else "")


def counts(account: Account, *, at: datetime | None = None, unit: UUID | None = None) -> dict[str, int]:
    """Return how many open dossiers the account sees by state and by what they wait for.

    Keys: late, today, soon, on_time, waiting, all; mine; receive, examine, approve, return (of those,
    what the account may do itself); done, at most `DONE_MOST`. Three queries: open ones, those held, those done.
    """
    at = at or timezone.now()
    on = local_date(at)
    readable = _scoped(account, "dossiers.read", on)
    seen = readable if unit is None else readable.filter(unit=unit)
    ends_today, ends_soon = ends(at)
    own = {kind: step_scope(account, kind, on) for kind in PERMISSION_OF}
    only = unit or _only_unit(account, on)
    # Who acts nowhere, a province say, has no need to be told the communes apart.
    apart = only is None and any(own.values())
    where = F("unit_id") if apart else Value(only, UUIDField())
    groups = (
        seen.filter(OPEN)
        .order_by()
        .values_list("status", "local_status", "procedure", where)
        .annotate(
            n=Count("*"),
            late=Count("status", filter=Q(due_at__lt=at)),
            by_today=Count("status", filter=Q(due_at__lt=ends_today)),
            by_soon=Count("status", filter=Q(due_at__lt=ends_soon)),
        )
    )
    total = dict.fromkeys((*STATES, "done", "all", "mine", *PERMISSION_OF), 0)
    for status, local_status, procedure, at_unit, n, *before in groups:
        total["all"] += n
        for state, number in states_of_group(status, local_status, n, *before).items():
            total[state] += number
        kind = waits_for(status, local_status)
        if kind in own and own[kind].allows(at_unit, procedure):
            total[kind] += n
    total["done"] = seen.filter(DONE).order_by().values("status")[:DONE_MOST].count()
    total["mine"] = readable.filter(OPEN, holder=account).count()
    return total


def next_to_take(account: Account, view: str, *, at: datetime, limit: int = 5) -> list[Dossier]:
    """Return the most urgent dossiers of a view that nobody holds, for "take the next"."""
    found = _in_view(account, view, at).filter(holder=None).order_by("due_at", "id")
    return list(found.select_related("unit", "office", "applicant")[:limit])


def _in_view(account: Account, view: str, at: datetime) -> QuerySet[Dossier]:
    on = local_date(at)
    if view == "mine":
        return _scoped(account, "dossiers.read", on).filter(OPEN, holder=account)
    if view in PERMISSION_OF:
        return step_scope(account, view, on).filter(Dossier.objects.filter(OPEN)).filter(AT[view])
    found = _scoped(account, "dossiers.read", on)
    if view == "done":
        return found.filter(DONE)
    if view == "waiting":
        return found.filter(OPEN).filter(WAITING)
    if view == "all":
        return found.filter(OPEN)
    raise Invalid("dossiers.no_such_view", [Fault("view", "dossiers.no_such_view", view)])


def _scoped(account: Account, permission: str, on: date) -> QuerySet[Dossier]:
    return directory.scope(account, permission, on).filter(Dossier.objects.all())


def _only_unit(account: Account, on: date) -> UUID | None:
    """Return the one commune whose dossiers an account reads; None when there are several, or none."""
    units = {
        one for reach in directory.scope(account, "dossiers.read", on).reaches for one in reach.offices_of
    }
    return next(iter(units)) if len(units) == 1 else None


def step_scope(account: Account, kind: str, on: date) -> Scope:
    """Return where, and in which procedures, an account may do the step of a kind: in the role the step names, there.

    A leader in one commune who is at the counter of another is offered the leader's steps of the first and the
    counter's of the second, never what the role of the one would allow in the other.
    """
    procedures = store.get().procedures.values()
    by_role: dict[str, set[str]] = {}
    for one in procedures:
        for step in one.steps:
            if step.kind == kind:
                by_role.setdefault(step.role, set()).add(one.id)
    reaches = [
        replace(reach, procedures=_both(reach.procedures, frozenset(named), len(procedures)))
        for role, named in by_role.items()
        for reach in directory.scope(account, PERMISSION_OF[kind], on, roles={role}).reaches
    ]
    return Scope(tuple(one for one in reaches if one.procedures != frozenset()), by_procedure=True)


def _both(granted: frozenset[str] | None, named: frozenset[str], every: int) -> frozenset[str] | None:
    """Return the procedures granted of those that name a role; None for all, which need not be looked at."""
    if granted is not None:
        return granted & named
    return None if len(named) == every else named


def narrowed(found: QuerySet[Dossier], wanted: Filters, at: datetime) -> QuerySet[Dossier]:
    if wanted.procedure:
        found = found.filter(procedure=wanted.procedure)
    if wanted.unit:
        found = found.filter(unit=wanted.unit)
    if wanted.channel:
        found = found.filter(channel=wanted.channel)
    if wanted.step:
        if wanted.step not in AT:
            raise Invalid("dossiers.no_such_step", [Fault("step", "dossiers.no_such_step", wanted.step)])
        found = found.filter(AT[wanted.step])
    if wanted.filed_from:
        found = found.filter(filed_at__gte=datetime.combine(wanted.filed_from, time(), VIETNAM))
    if wanted.filed_to:
        found = found.filter(
            filed_at__lt=datetime.combine(wanted.filed_to, time(), VIETNAM) + timedelta(days=1)
        )
    if wanted.state:
        found = found.filter(in_state(wanted.state, at))
    return found.filter(_matches(wanted.text)) if wanted.text.strip() else found


def _matches(text: str) -> Q:
    text = text.strip()
    digits = text.replace(" ", "")
    if digits.isdecimal() and len(digits) == CITIZEN_DIGITS:
        people = Person.objects.filter(number=digits).values("pk")
        return Q(applicant__in=people) | Q(subject__in=people)
    if any(ch.isdigit() for ch in text):
        return Q(number__startswith=text.upper())
    condition = Q()
    for word in fold(text).split():
        condition &= Q(applicant_key__contains=word)
    return condition


def _dress(rows: list[dict[str, Any]], at: datetime) -> None:
    """Add to each row what a page shows: state and dates as text."""
    near = clock.horizon(at)
    for row in rows:
        row["state"] = clock.state_at(row["status"], row["local_status"], row["due_at"], at, near)
        row["due"] = row["due_at"].astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if row["due_at"] else ""
        row["filed"] = row["filed_at"].astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
        row["holder_name"] = row.pop("holder__full_name") or ""
        row["held"] = row["holder_id"] is not None
        row["second_request"] = row["supplement_count"] > 1
