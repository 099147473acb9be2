"""The worklist: by due date, counted late, today and soon, with a tab for each thing one may do.

The same question answers a full page, the list alone (htmx), and an export (`export`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.dossiers import queries
from dinh.dossiers.models import Channel
from dinh.lib.money import show_number
from dinh.outreach.queries.scope import FIELD
from dinh.web.components.states import STATES as STATE_WORDS
from dinh.web.components.states import on_this_day
from dinh.web.desk import menu, rows
from dinh.web.desk.models import SavedFilter
from dinh.web.desk.views.base import account_of, desk_page, may, now, partial, show, today
from dinh.web.desk.views.listing import ORDERS, STATES, TABS, Question

LIMIT = 100
TAB_PERMISSION = {
    "receive": "dossiers.receive",
    "examine": "dossiers.examine",
    "approve": "dossiers.approve",
    "return": "dossiers.return",
}


@desk_page()
def page(request: HttpRequest) -> HttpResponse:
    """Show the list; `?beside=1` gives it small, to stand beside a dossier.

    Those whose work is not dossiers (an administrator, a province's reader, a volunteer) are led to their own first
    page, and who brings registers in to these.
    """
    if not may(request, "dossiers.read"):
        return _first_door(request)
    question = Question.of(request.GET)
    if partial(request) and "results" in request.headers.get("HX-Target", ""):
        # The head above them stays as it is.
        return show(request, "bits/results", results(request, question_of(request)))
    totals = queries.counts(account_of(request), at=now())
    question = _on_a_tab(question, tabs_of(request), totals)
    if request.GET.get("beside") and partial(request):
        return show(request, "bits/beside", results(request, question))
    context = listed(request, question, totals)
    return show(request, "bits/list" if partial(request) else "worklist", context)


def _first_door(request: HttpRequest) -> HttpResponse:
    doors = menu.of(request)["desk_menu"]
    if not doors and may(request, FIELD):
        return redirect("field:door")  # a volunteer works on the telephone
    if not doors:
        raise policy.refusal("dossiers.read", account_of(request))
    if may(request, "registers.import"):
        return redirect("desk:registers")
    return redirect(doors[0]["url"])


def question_of(request: HttpRequest) -> Question:
    """Return the question asked; without a tab, the first thing that waits for this person."""
    question, tabs = Question.of(request.GET), tabs_of(request)
    if question.view in tabs:
        return question
    return _on_a_tab(question, tabs, queries.counts(account_of(request), at=now()))


def _on_a_tab(question: Question, tabs: list[str], totals: dict[str, int]) -> Question:
    """Return the question on an open tab: the one asked, else the first of one's steps where something waits."""
    if question.view in tabs:
        return question
    waiting = (view for view in tabs if view in TAB_PERMISSION and totals.get(view))
    return replace(question, view=next(waiting, tabs[0]))


def tabs_of(request: HttpRequest) -> list[str]:
    """Return the tabs that this person may open, in the order of a dossier's life."""
    return [view for view in TABS if view not in TAB_PERMISSION or may(request, TAB_PERMISSION[view])]


def listed(request: HttpRequest, question: Question, totals: dict[str, int]) -> dict[str, Any]:
    """Return everything the list shows: counts, tabs, filters, and the lines found."""
    account = account_of(request)
    return {
        **results(request, question),
        "counts": _counts(question, totals),
        "tabs": _tabs(request, question, totals),
        "saved": SavedFilter.objects.filter(account=account),
        **_choices(account),
    }


def results(request: HttpRequest, question: Question) -> dict[str, Any]:
    """Return the lines found and what stands under them; the query writes down that they were shown."""
    found = queries.worklist(
        account_of(request),
        question.view,
        question.filters,
        question.after,
        LIMIT,
        order=question.order,
        at=now(),
    )
    number, lines = len(found.rows), rows.present(found.rows)
    return {
        "question": question,
        "question_parts": question.parts,
        "rows": lines,
        "table": rows.table(lines),
        "more": question.page_after(found.after) if found.after else "",
        "words": {"due": _("Due"), "request": _("Who asks for what"), "step": _("Waits for")},
        "announce": ngettext("%(n)s dossier", "%(n)s dossiers", number)
        % {"n": f"{number}+" if found.after else number},
    }


def _counts(question: Question, totals: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "state": state,
            "number": totals.get(state, 0),
            "label": STATE_WORDS[str(on_this_day(state))][0],
            "query": question.but(view="all", state=state),
        }
        for state in ("late", "today", "soon")
    ]


def _tabs(request: HttpRequest, question: Question, totals: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": TABS[view],
            "number": _at_most(view, totals.get(view)),
            "current": question.view == view,
            "query": f"view={view}",
        }
        for view in tabs_of(request)
    ]


def _at_most(view: str, number: int | None) -> str:
    if number is None:
        return ""
    told = show_number(number, get_language() or "vi")
    return f"{told}+" if view == "done" and number >= queries.DONE_MOST else told


def _choices(account: Account) -> dict[str, Any]:
    language = get_language() or "vi"
    reach = policy.scope(account, "dossiers.read", today()).procedures
    return {
        "procedures": rows.choices_of(sorted(reach) if reach is not None else None, language),
        "states": [(state, STATE_WORDS[state][0]) for state in STATES],
        "orders": list(ORDERS.items()),
        "channels": [(str(value), label) for value, label in Channel.choices],
    }
