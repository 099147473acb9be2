"""One month of a commune: the steps to its lock, what came since, and how it is stated anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dinh.directory.models import Level
from dinh.indicators.actions import periods as actions
from dinh.indicators.models import Period, Restatement
from dinh.indicators.queries.periods import Month, months
from dinh.lib.errors import Fault
from dinh.web.board import asking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of
from dinh.web.board.views.doing import attempt, board_form, go, seen, shown, unknown
from dinh.web.board.views.month_since import since
from dinh.web.board.views.month_standing import standing
from dinh.web.board.views.months import commune_of

# What is said when a step is taken; those that come with a reason are sent back or asked for.
DONE: dict[str, str | Promise] = {
    "submit": gettext_lazy("The figures are submitted. Another person verifies them now."),
    "verify": gettext_lazy("The figures are verified. A third person approves them now."),
    "approve": gettext_lazy("The figures are approved. Lock them when nothing more is to come."),
    "lock": gettext_lazy("The month is locked and signed. What comes later stands beside it."),
    "send_back": gettext_lazy("The month is sent back, with your reason."),
    "ask": gettext_lazy("Your wish is noted. Another person decides it."),
    "restate": gettext_lazy("The month is stated anew. What was locked before stays below."),
    "refuse": gettext_lazy("The wish is refused, with your answer."),
}
STEPS: dict[str, Callable[..., object]] = {
    "verify": actions.verify,
    "approve": actions.approve,
    "lock": actions.lock,
}
REASONED: dict[str, Callable[..., object]] = {
    "send_back": actions.send_back,
    "ask": actions.ask_restatement,
}


@board_form
def page(request: HttpRequest, asked: Asked, month: str) -> HttpResponse:
    """Show a month of a commune, and take the steps that are sent."""
    number = asking.read_month(month)
    asked = commune_of(asked)
    if number is None or number > asked.today.year * 100 + asked.today.month:
        raise Http404
    if asked.level != Level.COMMUNE:
        return go("months", query=replace(asked, month=number).query())
    asked = replace(asked, month=number, span="month", known="")
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _do(request, asked, _month(asked))
        if not faults:
            return go("month", month, query=asked.query())
    found = _month(asked)
    context = {
        **standing(request, asked, found),
        **(since(request, asked, found) if found.snapshots else {}),
        "faults": faults,
        "posted": request.POST,
    }
    return shown(request, "period", asked, context, nav="months", status=422 if faults else 200)


def _month(asked: Asked) -> Month:
    (found,) = months(asked.unit, asked.month, asked.month)
    return found


def _do(request: HttpRequest, asked: Asked, found: Month) -> list[Fault]:
    """Take the step that is sent; return what is wrong with it."""
    what = request.POST.get("do", "")
    deed: Callable[..., object] | None = None
    if what == "submit":
        deed = partial(actions.submit, asked.unit, asked.month)
    elif found.asked is not None and what in {"restate", "refuse"}:
        deed = _decision(request, found.asked, what)
    elif found.period is not None:
        deed = _step(request, found.period, what)
    if deed is None:
        return unknown()
    return attempt(request, partial(deed, by=account_of(request), at=timezone.now()), str(DONE[what]))


def _decision(request: HttpRequest, wish: Restatement, what: str) -> Callable[..., object]:
    """Return what is done with a wish to state the month anew, as its version was seen."""
    wish.version = seen(request)
    if what == "restate":
        return partial(actions.restate, wish)
    return partial(actions.refuse_restatement, wish, request.POST.get("reason", ""))


def _step(request: HttpRequest, period: Period, what: str) -> Callable[..., object] | None:
    """Return a step of a month as its version was seen; None for one that there is not."""
    period.version = seen(request)
    if what in STEPS:
        return partial(STEPS[what], period, sure=request.POST.get("sure") == "yes")
    if what in REASONED:
        return partial(REASONED[what], period, request.POST.get("reason", ""))
    return None
