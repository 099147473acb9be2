"""Questions that odd figures ask: whose they are, what was answered, and the way to the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.directory.models import Account, Level
from dinh.indicators.actions import told as actions
from dinh.indicators.actions.answers import answer_flag
from dinh.indicators.models import Flag
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.rows import may_open
from dinh.indicators.queries.since import known_at
from dinh.indicators.rules import quality
from dinh.indicators.rules.values import SMALL
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.web.board import saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, names, seen, shown, unknown
from dinh.web.board.views.months import close_of, commune_of
from dinh.web.components.posted import whole

PAGE = 50
STATES: dict[str, tuple[str | Promise, str, str]] = {
    "open": (gettext_lazy("waits for an answer"), "▲", "gold"),
    "answered": (gettext_lazy("answered"), "✓", "green"),
    "gone": (gettext_lazy("no longer so"), "–", "plain"),
}
CHECKS: dict[str, str | Promise] = {
    "over_100": gettext_lazy("more than 100 %"),
    "above_denominator": gettext_lazy("a part larger than its whole"),
    "jump": gettext_lazy("a jump"),
    "same_number": gettext_lazy("the same number again"),
    "late_burst": gettext_lazy("all on the last day"),
    "told_above_counted": gettext_lazy("told far above counted"),
    quality.EXPLAINED: gettext_lazy("explained unasked"),
}
ORDERS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "new": (gettext_lazy("newest month"), ("-month", "about", "check_id", "pk")),
    "old": (gettext_lazy("longest waiting"), ("found_at", "about", "pk")),
    "figure": (gettext_lazy("figure"), ("about", "-month", "check_id", "pk")),
}


@dataclass(frozen=True)
class Line:
    """One question as the list shows it; `answers`: whether this reader may answer it."""

    id: UUID
    version: int
    about: str
    url: str
    place: str
    month: str
    check: str
    text: str
    owner: str
    state: str
    shape: str
    colour: str
    answer: str
    who: str
    answers: bool
    typed: str


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """List the questions of a unit and of all below it, and take answers."""
    asked = replace(commune_of(asked), known="")
    units = (asked.unit,) if asked.level == Level.COMMUNE else asked.children
    faults: list[Fault] = []
    kept = _kept(request)
    if request.method == "POST":
        faults = answer_sent(request, units)
        if not faults:
            return go("questions", query=asked.query(**kept))
    known = known_at(Flag.objects.filter(unit__in=units), close_of(request, asked))
    found = _found(known, kept)
    form, start = taking.wanted(request), whole(request.GET.get("start", "")) or 0
    cut = list(found[:20_000] if form else found[start : start + PAGE + 1])
    people = names({row.answered_by for row in cut})
    lines = [line(row, request, asked, people) for row in cut]
    if form:
        return taking.file(_table(lines), form, "questions", asked)
    query = asked.query(**kept)
    context = {
        "lines": lines[:PAGE],
        "faults": faults,
        "several": asked.level != Level.COMMUNE,
        "waiting": known.filter(state=Flag.State.OPEN).count(),
        **kept,
        "states": [(code, words) for code, (words, _shape, _colour) in STATES.items()],
        "checks": list(CHECKS.items()),
        "orders": [(code, words) for code, (words, _fields) in ORDERS.items()],
        "earlier": f"?{query}&start={max(0, start - PAGE)}" if start else "",
        "later": f"?{query}&start={start + PAGE}" if len(lines) > PAGE else "",
        "taken": query,
        "sub": "questions",
    }
    return shown(request, "questions", asked, context, nav="months", status=422 if faults else 200)


def _kept(request: HttpRequest) -> dict[str, str]:
    """Return the question to the list; what is unknown is taken as not said. The usual state is that an answer waits."""
    given = request.GET
    state, check, order = given.get("state", "open"), given.get("check", ""), given.get("order", "")
    return {
        "q": " ".join(given.get("q", "").split())[:80],
        "state": state if state in {*STATES, "all"} else "open",
        "check": check if check in CHECKS else "",
        "order": order if order in ORDERS else "",
    }


def _found(found: QuerySet[Flag], kept: Mapping[str, str]) -> QuerySet[Flag]:
    if kept["state"] != "all":
        found = found.filter(state=kept["state"])
    if kept["check"]:
        found = found.filter(check_id=kept["check"])
    if kept["q"]:
        known, wished = store.get(), fold(kept["q"])
        ids = {
            id for items in (known.indicators, known.measures) for id, item in items.items()
            if wished in fold(item.title.of(language()))
        }  # fmt: skip
        found = found.filter(Q(about__in=ids) | Q(answer__icontains=kept["q"]))
    return found.order_by(*ORDERS[kept["order"] or "new"][1])


def answer_sent(request: HttpRequest, units: tuple[UUID, ...]) -> list[Fault]:
    """Keep the answer that is sent to a question of one of some units; return what is wrong with it."""
    flag = as_uuid(request.POST.get("flag"))
    row = Flag.objects.filter(pk=flag, unit__in=units).first() if flag else None
    if row is None:
        return unknown()
    row.version = seen(request)
    by, at, text = account_of(request), timezone.now(), request.POST.get("answer", "")
    found = attempt(request, lambda: answer_flag(row, text, by=by, at=at), _("The answer is kept."))
    return [replace(one, path=f"a-{row.pk}") if one.path == "answer" else one for one in found]


def line(row: Flag, request: HttpRequest, asked: Asked, people: Mapping[Any, str]) -> Line:
    """Return a question as a list shows it."""
    words, shape, colour = STATES[row.state]
    known = store.get()
    item = known.indicators.get(row.about) or known.measures.get(row.about)
    account = account_of(request)
    figure = row.about if row.about in known.indicators else _figure_of(row.about)
    there = replace(asked.at(row.unit), month=row.month, span="month").query()
    typed = request.POST.get("answer", "") if request.POST.get("flag") == str(row.pk) else ""
    return Line(
        row.pk, row.version, saying.about(row.about, language()),
        f"{reverse('board:figure', args=[figure])}?{there}" if figure else "",
        tree.title(row.unit, asked.day, with_parents=False), saying.month(row.month),
        str(CHECKS.get(row.check_id, row.check_id)), words_of(row, account, asked.today),
        _owner(item.owner) if item else "", str(words), shape, colour, row.answer,
        f"{people.get(row.answered_by, '')}, {show_datetime(row.answered_at, language())}" if row.answered_by else "",
        row.state != Flag.State.GONE and policy.may(account, actions.DECLARE, unit=row.unit, on=asked.today),
        typed or row.answer,
    )  # fmt: skip


def words_of(row: Flag, account: Account, today: date) -> str:
    """Return what a question says, without numbers of so few for who may not list the rows they count."""
    known = store.get()
    about = known.indicators.get(row.about)
    made_of = measures_in(about) if about is not None else (row.about,)
    if row.check_id == "told_above_counted" and row.about in known.measures:
        made_of = (known.measures[row.about].compare_with or row.about,)
    counted = [id for id in made_of if id in known.measures and known.measures[id].origin == "computed"]
    few = any(0 < abs(number) < SMALL for number in quality.numbers(row.detail))
    if few and not all(may_open(id, row.unit, account, today) for id in counted):
        return _("Numbers of fewer than five are not shown.")
    return quality.sentence(row.check_id, row.detail)


def _owner(key: str) -> str:
    titles = {one.key: one.title for kind in store.get().offices.values() for one in kind.offices}
    return titles[key].of(language()) if key in titles else key


def _figure_of(measure: str) -> str:
    """Return the first figure that is made of a measure; "" for none."""
    known = store.get().indicators
    return next(
        (id for id in sorted(known) if known[id].kind != "score" and measure in measures_in(known[id])), ""
    )


def _table(lines: list[Line]) -> list[list[str]]:
    head = [
        _("Which unit"),
        _("Month"),
        _("Figure"),
        _("Question"),
        _("Owner"),
        _("State"),
        _("Answer"),
        _("By whom"),
    ]
    return [
        head,
        *(
            [one.place, one.month, one.about, one.text, one.owner, one.state, one.answer, one.who]
            for one in lines
        ),
    ]
