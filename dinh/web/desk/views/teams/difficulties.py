"""What stands in people's way, as the teams wrote it down at their houses: listed, counted, grouped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.directory.models import Account, Unit
from dinh.journal import access
from dinh.lib.dates import local_date, show_date
from dinh.lib.errors import Invalid
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.outreach.actions import issues as actions
from dinh.outreach.models import Difficulty
from dinh.outreach.policy import ANSWER, LEAD, SUPERVISE, led_villages
from dinh.outreach.queries import issues
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.forms.teams import Card
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.tables import Asked, Choice
from dinh.web.desk.views.teams.choosing import commune_of, mark
from dinh.work.actions.cards import may_answer

ORDERS = {
    "new": gettext_lazy("Newest first"),
    "urgent": gettext_lazy("Most urgent first"),
    "old": gettext_lazy("Oldest first"),
}
SORTED = {"new": ("-at", "pk"), "old": ("at", "pk")}
URGENT = {"urgent": 0, "normal": 1, "low": 2}
STATES = {
    "open": gettext_lazy("waits for an answer"),
    "grouped": gettext_lazy("being answered"),
    "answered": gettext_lazy("answered, to be told"),
    "told": gettext_lazy("told at the house"),
}
READ_AT_MOST = 5000
COUNTED = timedelta(days=90)


def in_reach(request: HttpRequest) -> QuerySet[Difficulty]:
    """Return the difficulties of the villages that one leads, supervises or answers for."""
    villages = led_villages(account_of(request), today())
    return Difficulty.objects.filter(village__in=villages).select_related("card", "account")


def kind_title(kind: str) -> str:
    """Return what a kind of difficulty is called."""
    found = store.get().titles.get("difficulty_kinds", {}).get(kind)
    return str(found) if found else kind


@desk_page(ANSWER, LEAD, SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the difficulties of one's villages, with the figures by kind; `?form=csv` takes the list away."""
    asked = Asked.of(request.GET, ORDERS, *_choices(request))
    found = _found(request, asked)
    shown, more = asked.cut(found[asked.window])
    access.listed(
        kind="export" if asked.form else "list", subject_type="difficulty", query=asked.parts,
        ids=[one["row"].pk for one in shown], by=account_of(request), at=now(), purpose="difficulties",
    )  # fmt: skip
    if asked.form:
        return as_file(_table(shown), asked.form, "kho-khan", _("Difficulties"))
    answers = policy.may(account_of(request), ANSWER, on=today()) or policy.may(
        account_of(request), SUPERVISE, on=today()
    )
    context = {
        "lines": shown,
        "total": len(found),
        "asked": asked.drawn(more),
        "kinds": [
            (kind_title(one.kind), one)
            for one in issues.by_kind(in_reach(request), today() - COUNTED, today())
        ],
        "groups": _suggested(request) if answers else [],
        "answers": answers,
    }
    return show(request, "teams/difficulties", context)


def _choices(request: HttpRequest) -> list[Choice]:
    villages = led_villages(account_of(request), today())
    tree.warm(villages)
    places = {str(one): tree.title(one, today(), with_parents=False) for one in villages}
    kinds = {code: str(title) for code, title in store.get().titles.get("difficulty_kinds", {}).items()}
    return [
        Choice("state", gettext_lazy("State"), STATES),
        Choice("kind", gettext_lazy("Kind"), kinds),
        Choice(
            "village", gettext_lazy("Village"), dict(sorted(places.items(), key=lambda pair: fold(pair[1])))
        ),
        Choice("urgency", gettext_lazy("Urgency"), dict(Difficulty.Urgency.choices)),
    ]


def _found(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    rows, chosen = in_reach(request), asked.chosen
    if state := chosen.get("state"):
        rows = issues.in_state(rows, state)
    for name in ("kind", "village", "urgency"):
        if value := chosen.get(name):
            rows = rows.filter(**{name: value})
    found = list(rows.order_by(*SORTED.get(asked.order, ("-at", "pk")))[:READ_AT_MOST])
    if asked.order == "urgent":
        found.sort(key=lambda one: URGENT.get(one.urgency, 1))
    wanted = fold(asked.q)
    return [
        line
        for line in map(_line, found)
        if wanted in fold(f"{line['row'].words} {line['kind']} {line['village']}")
    ]


def _line(one: Difficulty) -> dict[str, Any]:
    state = issues.state_of(one)
    return {
        "row": one,
        "kind": kind_title(one.kind),
        "village": tree.title(one.village_id, today(), with_parents=False) if one.village_id else "",
        "state": state,
        "said": STATES[state],
        "on": local_date(one.at),
    }


def _table(shown: list[dict[str, Any]]) -> list[list[str]]:
    head = [_("Day"), _("Kind"), _("In their words"), _("Village"), _("Urgency"), _("State")]
    body = [
        [
            show_date(one["on"]), one["kind"], one["row"].words, one["village"],
            str(Difficulty.Urgency(one["row"].urgency).label), str(one["said"]),
        ]
        for one in shown
    ]  # fmt: skip
    return [head, *body]


def _suggested(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"kind": kind_title(one.kind), "words": one.words, "ids": one.ids, "n": len(one.ids)}
        for one in issues.suggested(in_reach(request))[:8]
    ]


@desk_page(ANSWER, SUPERVISE)
def group(request: HttpRequest) -> HttpResponse:
    """Open a card over some difficulties."""
    given = request.POST if request.method == "POST" else request.GET
    ids = [pk for pk in map(as_uuid, given.getlist("difficulty")) if pk is not None]
    rows = list(in_reach(request).filter(pk__in=ids, card__isnull=True).order_by("-at", "pk"))
    if not rows:
        messages.error(request, _("Choose at least one difficulty that nobody answers yet."))
        return go("difficulties")
    where = next((one.village_id for one in rows if one.village_id), None)
    if where is None:
        raise Http404
    unit = Unit.objects.get(pk=commune_of(where))
    form = Card(
        request.POST if "title" in request.POST else None,
        initial={"title": rows[0].words[:200], "owner": str(account_of(request).pk)},
        choices={"owner": owners(unit)},
    )
    if request.method == "POST" and form.is_valid():
        card = _opened(request, unit, rows, form)
        if card is not None:
            messages.success(request, _("The question has an owner and a day."))
            return go("card", card)
    context = {"form": form, "rows": [_line(one) for one in rows]}
    return show(request, "teams/card_new", context, status=422 if form.errors else 200)


def owners(unit: Unit) -> list[tuple[str, str]]:
    """Return who may answer questions of a commune."""
    return [
        ("", "–"),
        *((str(one.pk), one.full_name) for one in policy.holders(ANSWER, unit.pk, None, today())),
    ]


def _opened(request: HttpRequest, unit: Unit, rows: list[Difficulty], form: Card) -> UUID | None:
    data = form.cleaned_data
    owner = Account.objects.filter(pk=data["owner"]).first() if data["owner"] else None
    if not may_answer(account_of(request), unit, today()):
        raise policy.refusal(ANSWER, account_of(request), unit=unit.pk)
    try:
        with transaction.atomic():
            card = actions.group(
                unit=unit, difficulties=[one.pk for one in rows], title=data["title"], owner=owner, due_on=data["due_on"],
                by=account_of(request), at=now(),
            )  # fmt: skip
    except Invalid as refused:
        mark(form, refused)
        return None
    return card.pk
