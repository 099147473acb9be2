"""Questions with an owner and a day: listed, answered, given more time, closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dinh.directory.models import Account
from dinh.journal import access
from dinh.journal.models import Entry
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold, sort_key
from dinh.outreach.actions import issues as grouping
from dinh.outreach.policy import ANSWER, LEAD, SUPERVISE
from dinh.outreach.queries import issues
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.forms.teams import Answer, Extend, Give
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.tables import Asked, Choice
from dinh.web.desk.views.teams.asking import as_seen, meanwhile, tried
from dinh.web.desk.views.teams.choosing import communes, mark
from dinh.web.desk.views.teams.difficulties import in_reach, kind_title, owners
from dinh.work.actions import cards as actions
from dinh.work.models import IssueCard

ORDERS = {
    "due": gettext_lazy("To be answered first"),
    "title": gettext_lazy("Question"),
    "said": gettext_lazy("Most often said first"),
}
STATES = {"late": gettext_lazy("late"), "mine": gettext_lazy("mine"), **dict(IssueCard.State.choices)}


def _cards(request: HttpRequest) -> Any:
    units = {unit for one in (ANSWER, SUPERVISE, LEAD) for unit in communes(request, one)}
    return issues.cards_of(units)


@desk_page(ANSWER, LEAD, SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the cards of one's communes; `?form=csv` takes the list away."""
    asked = Asked.of(request.GET, ORDERS, Choice("state", gettext_lazy("State"), STATES))
    found = _found(request, asked)
    shown, more = asked.cut(found[asked.window])
    if asked.form:
        return as_file(_table(shown), asked.form, "cau-hoi", _("Questions"))
    context = {"lines": shown, "total": len(found), "asked": asked.drawn(more)}
    return show(request, "teams/cards", context)


def _found(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    rows, state, on = _cards(request), asked.chosen.get("state", ""), today()
    if state == "late":
        rows = rows.filter(state=IssueCard.State.OPEN, due_on__lt=on)
    elif state == "mine":
        rows = rows.filter(owner=account_of(request)).exclude(state=IssueCard.State.CLOSED)
    elif state:
        rows = rows.filter(state=state)
    wanted = fold(asked.q)
    found = [_line(card) for card in rows.order_by("due_on", "pk") if wanted in fold(card.title)]
    if asked.order == "title":
        found.sort(key=lambda one: sort_key(one["row"].title))
    elif asked.order == "said":
        found.sort(key=lambda one: -one["row"].said)
    else:  # what waits stands first, by its day; then what was answered or closed, the latest first
        found.sort(key=lambda one: (RANK[one["row"].state], _by_day(one["row"])))
    return found


RANK = {IssueCard.State.OPEN: 0, IssueCard.State.ANSWERED: 1, IssueCard.State.CLOSED: 2}


def _by_day(card: IssueCard) -> int:
    day = card.due_on.toordinal()
    return day if card.state == IssueCard.State.OPEN else -day


def _line(card: IssueCard) -> dict[str, Any]:
    on = today()
    return {
        "row": card, "kind": kind_title(card.kind), "late": issues.late(card, on), "soon": issues.soon(card, on),
    }  # fmt: skip


def _table(shown: list[dict[str, Any]]) -> list[list[str]]:
    head = [
        _("Question"),
        _("Kind"),
        _("Said by"),
        _("Told at"),
        _("Who answers"),
        _("Due day"),
        _("State"),
        _("The answer"),
    ]
    body = [
        [
            one["row"].title, one["kind"], str(one["row"].said), str(one["row"].told),
            one["row"].owner.full_name if one["row"].owner else "", show_date(one["row"].due_on),
            str(IssueCard.State(one["row"].state).label), one["row"].answer,
        ]
        for one in shown
    ]  # fmt: skip
    return [head, *body]


def _card(request: HttpRequest, pk: UUID) -> IssueCard:
    found: IssueCard | None = _cards(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@desk_page(ANSWER, LEAD, SUPERVISE)
def page(request: HttpRequest, card: UUID) -> HttpResponse:
    """Show a card: what people said, who answers by when, the answer, and at which houses it was told."""
    found = _card(request, card)
    answers = actions.may_answer(account_of(request), found.unit, today())
    context = _context(request, found, answers)
    access.listed(
        subject_type="difficulty", query={"card": str(found.pk)}, ids=[one.pk for one in context["said"]],
        by=account_of(request), at=now(), purpose=f"question:{found.pk}", unit=found.unit_id,
    )  # fmt: skip
    return show(request, "teams/card", context)


def _context(request: HttpRequest, card: IssueCard, answers: bool, **forms: Any) -> dict[str, Any]:
    open_ = card.state != IssueCard.State.CLOSED
    given = {"owner": str(card.owner_id or "")}
    return {
        **_line(card),
        "card": card,
        # Of a leader the villages of their own team alone: the others' words are not theirs to read.
        "said": list(in_reach(request).filter(card=card).order_by("-at", "pk")),
        "answering": Answer(initial={"answer": card.answer}) if answers and open_ else None,
        "extending": Extend(initial={"due_on": card.due_on})
        if answers and card.state == IssueCard.State.OPEN
        else None,
        "giving": Give(initial=given, choices={"owner": owners(card.unit)}) if answers and open_ else None,
        "closes": answers and card.state == IssueCard.State.ANSWERED,
        "extensions": [
            {"at": one.at, "reason": (one.body or {}).get("reason", "")}
            for one in Entry.objects.filter(subject=card.pk, kind="work.card_extended").order_by("at")
        ],
        **forms,
    }


@require_POST
@desk_page(ANSWER, SUPERVISE)
def act(request: HttpRequest, card: UUID, verb: str) -> HttpResponse:
    """Answer a card, give it more time or to somebody, take a difficulty off it, or close it."""
    found = _card(request, card)
    if verb not in ACTS:
        raise Http404
    as_seen(request, found)
    done = ACTS[verb](request, found)
    if isinstance(done, forms.Form):
        answers = actions.may_answer(account_of(request), found.unit, today())
        return show(
            request, "teams/card", _context(request, found, answers, **{FORMS[verb]: done}), status=422
        )
    if done:
        messages.success(request, done)
    return go("card", found.pk)


Done = str | forms.Form  # what was done, in words; or the form again, with what was typed and what is wrong


def _kept(
    request: HttpRequest, form: forms.Form, card: IssueCard, act: Callable[..., Any], said: str, **given: Any
) -> Done:
    """Do an act with a form; whatever stands against it is said in the form, which keeps what was typed."""
    try:
        act(card=card, by=account_of(request), at=now(), **given)
    except NotPermitted:
        raise
    except Invalid as refused:
        mark(form, refused)
    except Stale:
        meanwhile(form, card, lambda: _told(card))
    except Refused as refused:
        form.add_error(None, str(refused.message))
    else:
        return said
    return form


def _told(card: IssueCard) -> dict[str, Any]:
    return {"answer": card.answer, "due_on": card.due_on, "owner": str(card.owner_id or "")}


def _answer(request: HttpRequest, card: IssueCard) -> Done:
    form = Answer(request.POST)
    if not form.is_valid():
        return form
    said = _("Answered. Members find it as a task: tell the house.")
    return _kept(request, form, card, actions.answer_card, said, **form.cleaned_data)


def _extend(request: HttpRequest, card: IssueCard) -> Done:
    form = Extend(request.POST)
    if not form.is_valid():
        return form
    return _kept(request, form, card, actions.extend_card, _("The day is moved."), **form.cleaned_data)


def _give(request: HttpRequest, card: IssueCard) -> Done:
    form = Give(request.POST, choices={"owner": owners(card.unit)})
    if not form.is_valid():
        return form
    owner = Account.objects.filter(pk__in=[as_uuid(form.cleaned_data["owner"])]).first()
    return _kept(request, form, card, actions.give_card, _("Kept."), owner=owner, office=card.office)


def _close(request: HttpRequest, card: IssueCard) -> str:
    return _("Closed.") if tried(request, actions.close_card, card=card) is not None else ""


def _off(request: HttpRequest, card: IssueCard) -> str:
    pk = as_uuid(request.POST.get("difficulty"))
    one = in_reach(request).select_related("card__unit").filter(pk__in=[pk], card=card).first()
    if one is None:
        raise Http404
    grouping.take_off(difficulty=one, by=account_of(request), at=now())
    return _("It waits for an answer of its own again.")


FORMS = {"answer": "answering", "extend": "extending", "give": "giving"}
ACTS: dict[str, Callable[[HttpRequest, IssueCard], Done]] = {
    "answer": _answer,
    "extend": _extend,
    "give": _give,
    "close": _close,
    "off": _off,
}
