"""What a commune tells of a month: typed, or brought by a file, beside what is counted; judged by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Measure
from dinh.directory.models import Level
from dinh.indicators.actions import told as actions
from dinh.indicators.engine import definitions
from dinh.indicators.models import Period, Told
from dinh.indicators.queries import told as queries
from dinh.indicators.queries.explaining import measures_in
from dinh.journal.models import Entry
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.money import show_number
from dinh.web.board import asking, saying
from dinh.web.board.asking import Asked
from dinh.web.board.told_files import Typed, brought, sheet, whole_number
from dinh.web.board.views.base import account_of, board_page, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, shown, unknown
from dinh.web.board.views.month import signed
from dinh.web.board.views.months import close_of, commune_of
from dinh.web.components.fields import FieldView
from dinh.web.components.spreadsheets import as_file

STATES = {
    "": ("–", "plain"), "entered": ("●", "indigo"), "approved": ("✓", "green"), "returned": ("■", "red"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One told measure of a month as the page shows it.

    value, note  the fields; None for who may not tell
    counted, gap what the house counts of the same thing, and how far apart; "" where nothing is
    judges       whether this reader may approve or return it
    stood        what the fields held when the page was shown, so that who left them so overwrites nobody
    choice       what this reader chose, where it was refused
    """

    id: str
    title: str
    unit: str
    shown: str
    value: FieldView | None
    note: FieldView | None
    counted: str
    gap: str
    state: str
    shape: str
    colour: str
    who: str
    reason: str
    why: str
    judges: bool
    far: bool
    taken: str
    version: int
    url: str
    stood: str
    choice: str


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show what is told of a month, take what is sent."""
    asked = replace(commune_of(asked), span="month", known="")
    if asked.level != Level.COMMUNE or close_of(request, asked) is not None:
        return go("months", query=asked.query())
    typed: Mapping[str, Typed] = {}
    faults: list[Fault] = []
    if request.method == "POST":
        faults, typed = _do(request, asked)
        if not faults:
            return go("told", query=asked.query())
    found = queries.told(asked.unit, asked.month, asked.today)
    locked = Period.objects.filter(unit=asked.unit, month=asked.month, state=Period.State.LOCKED).exists()
    verified = actions.is_verified(asked.unit, asked.month)
    tells = may(request, actions.DECLARE, asked) and not locked and not verified
    people = _people(found)
    groups = _groups([_line(one, request, asked, typed, faults, tells, locked, people) for one in found])
    lines = [one for _title, some in groups for one in some]
    context = {
        "groups": groups,
        "faults": [
            replace(one, path=f"v-{one.path}") if one.path in definitions.measures() else one
            for one in faults
        ],
        "tells": tells,
        "locked": locked,
        "verified": verified,
        "waiting": [one for one in lines if one.judges],
        "told": sum(1 for one in found if not one.missing),
        "all": len(found),
        "month_title": saying.month(asked.month),
        "month_url": f"{reverse('board:month', args=[asking.written(asked.month)])}?{asked.query()}",
        "sub": "told",
    }
    return shown(request, "told", asked, context, nav="months", status=422 if faults else 200)


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
    }
    return words.get(kind, kind)


def _do(request: HttpRequest, asked: Asked) -> tuple[list[Fault], Mapping[str, Typed]]:
    """Do what is sent; return what is wrong with it, and what was typed."""
    match request.POST.get("do"):
        case "tell":
            typed = {
                id: (request.POST.get(f"v-{id}", ""), request.POST.get(f"n-{id}", ""))
                for id in (row.id for row in queries.wanted(asked.month, asked.today))
            }
            left = {id for id, one in typed.items() if _stood(*one) == request.POST.get(f"s-{id}")}
            sent = {id: one for id, one in typed.items() if id not in left}
            return _tell(request, asked, sent), typed
        case "bring":
            read, faults = brought(request.FILES.get("file"), queries.wanted(asked.month, asked.today))
            return faults or _tell(request, asked, read), read
        case "judge":
            return _judge(request, asked), {}
    return unknown(), {}


def _stood(value: str, note: str) -> str:
    return f"{value.strip()}|{note.strip()}"


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
    by, at = account_of(request), timezone.now()
    return attempt(
        request,
        lambda: actions.tell_all(asked.unit, asked.month, given, by=by, at=at),
        _("Saved. It counts now, and waits for a second person’s approval."),
    )


def _judge(request: HttpRequest, asked: Asked) -> list[Fault]:
    """Approve or return what was chosen, each on its own: one that cannot be does not hold up the others."""
    faults, done, by, at = [], 0, account_of(request), timezone.now()
    rows = Told.objects.filter(unit=asked.unit, month=asked.month, state=Told.State.ENTERED)
    for row in rows.order_by("measure"):
        choice, reason = request.POST.get(f"j-{row.measure}"), request.POST.get(f"r-{row.measure}", "")
        if choice not in {"approve", "return"} or request.POST.get(f"k-{row.measure}") != str(row.version):
            continue
        deed = partial(actions.approve_told, row)
        if choice == "return":
            deed = partial(actions.return_told, row, reason)
        found = attempt(request, partial(deed, by=by, at=at))
        faults += [Fault(row.measure, one.code, one.message) for one in found]
        done += not found
    if not faults and not done:
        message = _("Nothing was chosen, or somebody changed it meanwhile. Look again and choose.")
        return [Fault("", "nothing", message)]
    if done:
        messages.success(
            request, ngettext("%(n)s value is judged.", "%(n)s values are judged.", done) % {"n": done}
        )
    return faults


def _people(found: list[queries.Row]) -> Mapping[Any, str]:
    rows = [one.told for one in found if one.told is not None]
    return names({row.entered_by for row in rows} | {row.judged_by for row in rows})


def _line(
    one: queries.Row, request: HttpRequest, asked: Asked, typed: Mapping[str, Typed], faults: list[Fault],
    tells: bool, locked: bool, people: Mapping[Any, str],
) -> Line:  # fmt: skip
    item, row, told = one.measure, one.told, language()
    state = str(row.state) if row else ""
    shape, colour = STATES[state]
    value, note = typed.get(item.id) or (str(row.value) if row else "", row.note if row else "")
    wrong = next((str(fault.message) for fault in faults if fault.path == item.id), "")
    judges = row is not None and state == "entered" and not locked and may(request, actions.APPROVE, asked)
    query = asked.query()
    return Line(
        item.id, item.title.of(told), item.unit.of(told), show_number(row.value if row else None, told),
        _field(item, value, wrong) if tells and item.id not in actions.OF_SURVEYS else None,
        FieldView(id=f"n-{item.id}", name=f"n-{item.id}", label=_("Taken from"), value=note, max_length=400, plain=True) if tells else None,
        "" if one.counted is None else show_number(one.counted, told),
        "" if one.gap is None else signed(one.gap, told),
        str(Told.State(state).label) if state else _("not told"), shape, colour,
        _who(row, people), row.reason if row and state == "returned" else "",
        request.POST.get(f"r-{item.id}", ""),
        judges and row is not None and row.entered_by != account_of(request).pk,
        one.far, row.note if row else "", row.version if row else 0,
        f"{reverse('board:told_history', args=[item.id])}?{query}" if row else "",
        # What was returned is told again even as it was.
        _stood(str(row.value), row.note) if row and state != "returned" else "", request.POST.get(f"j-{item.id}", ""),
    )  # fmt: skip


def _field(item: Measure, value: str, wrong: str) -> FieldView:
    words = item.unit.of(language())
    least, most = (show_number(limit, language()) for limit in (item.minimum, item.maximum))
    if item.minimum is not None and item.maximum is not None:
        words = _("%(unit)s, from %(least)s to %(most)s") % {"unit": words, "least": least, "most": most}
    return FieldView(
        id=f"v-{item.id}", name=f"v-{item.id}", label=item.title.of(language()), help=words, error=wrong,
        value=value, inputmode="numeric", width="short", plain=True,
    )  # fmt: skip


def _who(row: Told | None, people: Mapping[Any, str]) -> str:
    if row is None:
        return ""
    by, at = (row.judged_by, row.judged_at) if row.judged_by else (row.entered_by, row.entered_at)
    return f"{people.get(by, '')}, {show_datetime(at, language())}"


def _groups(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines by the group of the first figure that each is a part of."""
    groups = {
        entry.code: entry.title.of(language()) for entry in store.get().lists["indicator_groups"].entries
    }
    of: dict[str, str] = {}
    for item in definitions.indicators().values():
        if item.kind != "score":
            for id in measures_in(item):
                of.setdefault(id, item.group)
    found = [(title, [one for one in lines if of.get(one.id) == code]) for code, title in groups.items()]
    rest = [one for one in lines if of.get(one.id) not in groups]
    return [pair for pair in [*found, (_("Others"), rest)] if pair[1]]
