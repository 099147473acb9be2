"""What a commune tells of a month: typed, as before, or brought by a file, beside what is counted; judged by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory.models import Level
from dinh.indicators.actions import told as actions
from dinh.indicators.engine import definitions
from dinh.indicators.models import Told
from dinh.indicators.queries import told as queries
from dinh.journal.models import Entry
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.money import show_number
from dinh.web.board import asking, saying
from dinh.web.board.asking import Asked
from dinh.web.board.told_files import Typed, brought, sheet, whole_number
from dinh.web.board.views import told_above, told_due
from dinh.web.board.views.base import account_of, board_page, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, shown, unknown
from dinh.web.board.views.months import close_of, commune_of
from dinh.web.board.views.told_judging import at_their_lines, judge, judged, lines_of, take_back, waiting
from dinh.web.board.views.told_lines import Line, Sheet, filled, groups, line, stood
from dinh.web.components.spreadsheets import as_file

SAME = "same"  # what buttons send that fill in what was told before: "same", or "same:MEASURE" for one line


@dataclass(frozen=True)
class Sent:
    """What became of what was sent: what is wrong, what was typed and is not saved, whether it is to be looked at first."""

    faults: Sequence[Fault] = ()
    typed: Mapping[str, Typed] = field(default_factory=dict)
    look: bool = False


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show what is told of a month, take what is sent."""
    asked = replace(commune_of(asked), span="month", known="")
    if asked.level != Level.COMMUNE:
        return told_above.page(request, asked)
    if close_of(request, asked) is not None:
        return go("months", query=asked.query())
    asked, opened = told_due.at_due(request, asked)
    sent = _do(request, asked) if request.method == "POST" else Sent(look=True)
    if not sent.faults and not sent.look:
        return go("told", query=asked.query())
    context = {**_shown(request, asked, sent), "opened": opened}
    return shown(request, "told", asked, context, nav="months", status=422 if sent.faults else 200)


def _shown(request: HttpRequest, asked: Asked, sent: Sent) -> dict[str, Any]:
    """Return what the page of a month shows."""
    every = queries.told(asked.unit, asked.month, asked.today)
    found = queries.seen_by(account_of(request), every, asked.unit, asked.today)
    locked, verified = (of(asked.unit, asked.month) for of in (actions.is_locked, actions.is_verified))
    shared = _sheet(request, asked, sent, found, tells=not locked and not verified)
    lines = [line(one, shared) for one in found]
    rows = [one.told for one in found if one.told is not None]
    judges = may(request, actions.APPROVE, asked) and not locked
    mine = judged(rows, request, asked) if judges and not verified else []
    waits = waiting(_may_judge(request, found), request, asked, sent.faults) if judges else []
    measures = definitions.measures()
    faults = [replace(one, path=f"v-{one.path}") if one.path in measures else one for one in sent.faults]
    return {
        "groups": groups(lines),
        "faults": at_their_lines(faults, {**{f"v-{one.id}": one.title for one in lines}, **lines_of(waits)}),
        "tells": shared.tells,
        "locked": locked,
        "verified": verified,
        "unsaved": [one for one in lines if one.filled],
        "fills": _fills(lines) if shared.tells else 0,
        "waiting": waits,
        "judged": mine,
        "judged_count": len(mine),
        "told": sum(1 for one in found if not one.missing),
        "all": len(found),
        "month_title": saying.month(asked.month),
        "month_url": f"{reverse('board:month', args=[asking.written(asked.month)])}?{asked.query()}",
        "sub": "told",
    }


def _sheet(
    request: HttpRequest, asked: Asked, sent: Sent, found: Sequence[queries.Row], *, tells: bool
) -> Sheet:
    rows = [one.told for one in found if one.told is not None]
    wrong = {one.path: str(one.message) for one in sent.faults}
    people = names({row.entered_by for row in rows} | {row.judged_by for row in rows})
    return Sheet(
        asked, sent.typed, _last(asked, [one.measure.id for one in found]), wrong, people,
        tells=tells and may(request, actions.DECLARE, asked),
    )  # fmt: skip


def _last(asked: Asked, measures: Sequence[str]) -> dict[str, Told]:
    return {id: row for (_unit, id), row in queries.before({asked.unit}, measures, asked.month).items()}


def _fills(lines: Sequence[Line]) -> int:
    """Return how many lines the button would fill that fills all: empty ones that tell what stands."""
    known = definitions.measures()
    return sum(
        1
        for one in lines
        if one.same
        and known[one.id].kind == "stock"
        and one.value is not None
        and not str(one.value.value).strip()
    )


def _may_judge(request: HttpRequest, found: Sequence[queries.Row]) -> dict[str, queries.Row]:
    """Return the values that wait for another person than who told them, by measure."""
    by = account_of(request).pk
    return {
        one.measure.id: one
        for one in found
        if one.told is not None and one.told.state == Told.State.ENTERED and one.told.entered_by != by
    }


def _do(request: HttpRequest, asked: Asked) -> Sent:
    """Do what is sent; say what is wrong with it, and what was typed."""
    what = request.POST.get("do", "")
    if what == "tell":
        typed = _typed(request, asked)
        changed = {id: one for id, one in typed.items() if stood(*one) != request.POST.get(f"s-{id}")}
        return Sent(_tell(request, asked, changed), typed)
    if what.partition(":")[0] == SAME:
        return _fill(request, asked, what.partition(":")[2])
    if what == "bring":
        read, faults = brought(request.FILES.get("file"), queries.wanted(asked.month, asked.today))
        return Sent(faults or _tell(request, asked, read), read)
    rows = Told.objects.filter(unit=asked.unit, month=asked.month).order_by("measure")
    if what in {"judge", "judge_all"}:
        return Sent(judge(request, {row.measure: row for row in rows.filter(state=Told.State.ENTERED)}))
    if what == "reopen":
        return Sent(take_back(request, rows))
    return Sent(unknown())


def _typed(request: HttpRequest, asked: Asked) -> dict[str, Typed]:
    return {
        one.id: (request.POST.get(f"v-{one.id}", ""), request.POST.get(f"n-{one.id}", ""))
        for one in queries.wanted(asked.month, asked.today)
    }


def _fill(request: HttpRequest, asked: Asked, only: str) -> Sent:
    """Put what was told before into fields, to be looked at and saved by whoever tells."""
    before = _typed(request, asked)
    typed, count = filled(before, _last(asked, list(before)), only)
    if count:
        return Sent(typed=typed, look=True)
    return Sent([Fault("", "nothing", _("Nothing was told before that could be filled in."))], typed)


def _tell(request: HttpRequest, asked: Asked, typed: Mapping[str, Typed]) -> list[Fault]:
    given, faults = {}, []
    for id, (text, note) in typed.items():
        value = whole_number(text)
        if text.strip() and value is None:
            message = _("Write a whole number, in figures, without % or a comma.")
            faults.append(Fault(id, "not_a_number", message))
        elif value is not None:
            given[id] = (value, note)
    if faults:
        return faults
    if not given:
        return [Fault("", "nothing", _("No number was written, so nothing was saved."))]
    return attempt(
        request,
        partial(actions.tell_all, asked.unit, asked.month, given, by=account_of(request), at=timezone.now()),
        _("Saved. It counts now, and waits for a second person’s approval."),
    )


@board_page
def template(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Give the workbook in which a month can be told: a line a measure, with its limits and what is told already."""
    asked = commune_of(asked)
    if close_of(request, asked) is not None:
        raise Http404
    found = queries.told(asked.unit, asked.month, asked.today)
    name = f"told-{asking.written(asked.month)}"
    return as_file(sheet(found, asked, language()), "xlsx", name, saying.month(asked.month))


@board_page
def history(request: HttpRequest, asked: Asked, measure: str) -> HttpResponse:
    """Show what was told of one measure month by month, and each act on it."""
    item, asked = store.get().measures.get(measure), commune_of(asked)
    if item is None or item.origin == "computed" or close_of(request, asked) is not None:
        raise Http404
    rows = {row.pk: row for row in Told.objects.filter(measure=measure, unit=asked.unit)}
    entries = list(Entry.objects.filter(subject__in=rows).order_by("-at", "-pk")[:500])
    people = names({entry.actor for entry in entries})
    acts = [
        {
            "month": saying.month(rows[entry.subject].month),
            "when": show_datetime(entry.at, language()),
            "who": people.get(entry.actor, ""),
            "what": str(_what(entry.kind)),
            "value": _value(_set(entry).get("value")),
            "reason": _set(entry).get("reason") or _set(entry).get("note") or "",
        }
        for entry in entries
    ]
    context = {"title": item.title.of(language()), "acts": acts, "sub": "told"}
    return shown(request, "told_history", asked, context, nav="months")


def _set(entry: Entry) -> dict[str, Any]:
    return dict((entry.body or {}).get("set", {}))


def _value(value: object) -> str:
    return show_number(value, language()) if isinstance(value, int) else ""


def _what(kind: str) -> str:
    words = {
        "indicators.told": _("entered"),
        "indicators.told_approved": _("approved"),
        "indicators.told_returned": _("returned to be corrected"),
        "indicators.told_reopened": _("approval taken back"),
    }
    return words.get(kind, kind)
