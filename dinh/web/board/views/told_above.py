"""What the communes of a province told of a month and what waits for this reader, so that many are judged at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from dinh.directory import tree
from dinh.indicators.actions import told as actions
from dinh.indicators.models import Period, Told
from dinh.indicators.queries import told as queries
from dinh.lib.errors import Fault
from dinh.lib.names import fold
from dinh.web.board import saying
from dinh.web.board.asking import Asked
from dinh.web.board.views import told_due
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import go, may, shown, unknown
from dinh.web.board.views.told_judging import at_their_lines, judge, judged, lines_of, take_back, waiting
from dinh.web.components.posted import whole

PAGE = 30  # values of one page: what is approved together can be read together
ORDERS: dict[str, str | Promise] = {"figure": gettext_lazy("figure"), "unit": gettext_lazy("commune")}


def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show what waits in the communes of a unit, and take decisions; who may not approve is led to the months."""
    if not may(request, actions.APPROVE, asked):
        return go("months", query=asked.query())
    opened = ""
    if not told_due.chosen(request):
        month, opened = told_due.to_judge(request, asked, asked.children)
        asked = replace(asked, month=month)
    kept = _kept(request)
    faults: Sequence[Fault] = ()
    if request.method == "POST":
        faults = _do(request, asked)
        if not faults:
            return go("told", query=asked.query(**kept))
    context = {**_shown(request, asked, kept, faults), "opened": capfirst(opened)}
    return shown(request, "told_above", asked, context, nav="months", status=422 if faults else 200)


def _kept(request: HttpRequest) -> dict[str, str]:
    """Return the question to the list; what is usual is "figure" by "figure": numbers of one kind stand together."""
    order = request.GET.get("order", "")
    return {"q": " ".join(request.GET.get("q", "").split())[:80], "order": order if order in ORDERS else ""}


def _shown(
    request: HttpRequest, asked: Asked, kept: Mapping[str, str], faults: Sequence[Fault]
) -> dict[str, Any]:
    every, start = _ordered(_waiting(request, asked), asked, kept), whole(request.GET.get("start", "")) or 0
    beside = queries.beside_counted(every[start : start + PAGE])
    cut = queries.seen_by(account_of(request), beside, asked.unit, asked.today)
    found = {str(one.told.pk): one for one in cut if one.told is not None}
    query, mine = asked.query(**kept), _mine(request, asked)
    waits = waiting(found, request, asked, faults)
    return {
        "waiting": waits,
        "faults": at_their_lines(faults, lines_of(waits)),
        "judged": judged(mine[:PAGE], request, asked),
        "judged_count": mine.count(),
        "count": len(every),
        "places": len({row.unit for row in every}),
        "first": start + 1,
        "last": start + len(cut),
        "earlier": f"?{query}&start={max(0, start - PAGE)}" if start else "",
        "later": f"?{query}&start={start + PAGE}" if len(every) > start + PAGE else "",
        **kept,
        "orders": list(ORDERS.items()),
        "month_title": saying.month(asked.month),
        "whole": asked.query(),
        "taken": query,
        "sub": "told",
    }


def _waiting(request: HttpRequest, asked: Asked) -> QuerySet[Told]:
    """Return what another person than the reader told of a month that is not locked."""
    rows = Told.objects.filter(unit__in=asked.children, month=asked.month, state=Told.State.ENTERED)
    return rows.exclude(entered_by=account_of(request).pk).exclude(
        unit__in=_closed(asked, Period.State.LOCKED)
    )


def _mine(request: HttpRequest, asked: Asked) -> QuerySet[Told]:
    """Return what the reader approved, where the month was not verified since; the newest first."""
    rows = Told.objects.filter(unit__in=asked.children, month=asked.month, state=Told.State.APPROVED)
    shut = _closed(asked, Period.State.VERIFIED, Period.State.APPROVED, Period.State.LOCKED)
    return rows.filter(judged_by=account_of(request).pk).exclude(unit__in=shut).order_by("-judged_at", "pk")


def _closed(asked: Asked, *states: str) -> list[UUID]:
    rows = Period.objects.filter(unit__in=asked.children, month=asked.month, state__in=states)
    return list(rows.values_list("unit", flat=True))


def _ordered(rows: QuerySet[Told], asked: Asked, kept: Mapping[str, str]) -> list[Told]:
    """Return the rows that are sought, by figure and commune or the other way round."""
    tree.warm(asked.children)
    words, told, found = fold(kept["q"]).split(), language(), []
    for row in rows:
        place = fold(tree.title(row.unit, asked.day, with_parents=False))
        title = fold(saying.about(row.measure, told))
        if all(word in f"{place} {title}" for word in words):
            key = (place, title) if kept["order"] == "unit" else (title, place)
            found.append((key, str(row.pk), row))
    return [row for _key, _pk, row in sorted(found, key=lambda one: one[:2])]


def _do(request: HttpRequest, asked: Asked) -> list[Fault]:
    what = request.POST.get("do")
    if what in {"judge", "judge_all"}:
        return judge(request, {str(row.pk): row for row in _waiting(request, asked)})
    if what == "reopen":
        return take_back(request, _mine(request, asked))
    return unknown()
