"""Surveys of the people's council: sent and closed by its members, answered by anybody who was given a code."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.directory.sign_in import MFAAdapter
from dinh.indicators.actions import surveys as actions
from dinh.indicators.models import Survey
from dinh.indicators.rules.values import SMALL
from dinh.lib.dates import local_date, show_date, show_datetime
from dinh.lib.errors import Fault, Invalid, NotFound
from dinh.lib.ids import as_uuid
from dinh.lib.money import show_number
from dinh.papers import qr
from dinh.web.board import taking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, seen, shown, unknown
from dinh.web.board.views.months import commune_of
from dinh.web.components.fields import Choice, FieldView
from dinh.web.components.posted import whole

PAGE = 20
CODES = (
    "survey_codes"  # of the session: those of the survey that was made last, as long as they can be printed
)
PRINTING_SECONDS = 900


class SendForm(forms.Form):
    """A survey to be sent."""

    title = forms.CharField(label=gettext_lazy("What it is about"), max_length=120)
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Questions, at most five"), widget=forms.CheckboxSelectMultiple
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many people are asked"), min_value=SMALL, max_value=actions.MOST_CODES,
        help_text=gettext_lazy("Each gets one code and answers once."),
    )  # fmt: skip
    closes_on = forms.DateField(
        label=gettext_lazy("Last day to answer"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["questions"]
        field.choices = list(_questions().items())  # type: ignore[attr-defined]


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """List the surveys of a commune with their answers; send one, close one."""
    asked = commune_of(asked)
    if asked.level != Level.COMMUNE:
        return go("months", query=asked.query())
    form, faults = SendForm(), list[Fault]()
    if request.method == "POST":
        match request.POST.get("do"):
            case "send":
                form = SendForm(request.POST)
                _send(request, asked, form)
            case "close":
                faults = _close(request, asked)
            case "printed":
                request.session.pop(CODES, None)
            case _:
                faults = unknown()
        if not faults and not form.errors:
            return go("surveys", query=asked.query())
    made, codes = _kept_codes(request, asked)
    rows = (
        Survey.objects.filter(unit__in=tree.with_inherited(asked.unit))
        .order_by("-sent_at")
        .prefetch_related("marks")
    )
    if file := taking.wanted(request):
        return taking.file(_table(list(rows[:2000])), file, "surveys", asked)
    start = whole(request.GET.get("start", "")) or 0
    some = list(rows[start : start + PAGE + 1])
    people = names({one.sent_by for one in some})
    context = {
        "surveys": [{**_shown(one), "who": people.get(one.sent_by, "")} for one in some[:PAGE]],
        "earlier": f"?{asked.query(start=str(start + PAGE))}" if len(some) > PAGE else "",
        "newer": f"?{asked.query(start=str(max(0, start - PAGE)))}" if start else "",
        "form": form,
        "faults": faults,
        "codes": codes,
        "slips": [(code, _square(code)) for code in codes],
        "made": made,
        "address": settings.DINH_PUBLIC_URL.rstrip("/") + reverse("board:survey"),
        "sends": may(request, actions.SEND, asked),
        "sub": "surveys",
    }
    return shown(
        request, "surveys", asked, context, nav="months", status=422 if faults or form.errors else 200
    )


def _send(request: HttpRequest, asked: Asked, form: SendForm) -> None:
    """Send what the form says, and keep the codes until they are printed. What is wrong stands in the form."""
    if not form.is_valid():
        return
    data = form.cleaned_data
    try:
        survey, codes = actions.send(
            asked.unit, data["title"], data["questions"], data["count"], data["closes_on"],
            by=account_of(request), at=timezone.now(),
        )  # fmt: skip
    except Invalid as refused:
        for fault in refused.faults:
            form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
        return
    # In the session alone, where the page that is loaded again finds them, and never in the clear.
    told = json.dumps([str(survey.pk), survey.title, codes])
    request.session[CODES] = [int(time.time()), MFAAdapter().encrypt(told)]
    messages.success(
        request, _("The survey is open. Print its codes now: they go away after a quarter of an hour.")
    )


def _kept_codes(request: HttpRequest, asked: Asked) -> tuple[str, list[str]]:
    """Return the title and the codes of the survey of this unit that was just made; nothing once they were put away."""
    at, told = request.session.get(CODES) or (0, "")
    if time.time() - at > PRINTING_SECONDS:
        request.session.pop(CODES, None)
        return "", []
    survey, title, codes = json.loads(MFAAdapter().decrypt(told))
    here = Survey.objects.filter(
        pk=survey, unit__in=tree.with_inherited(asked.unit), closed_at__isnull=True
    ).exists()
    return (title, codes) if here else ("", [])


def _square(code: str) -> SafeString:
    """Return the square code that opens the survey on a phone with its code written in."""
    address = f"{settings.DINH_PUBLIC_URL.rstrip('/')}{reverse('board:survey')}?c={code}"
    return mark_safe(qr.svg(address, title=code))  # noqa: S308  our own drawing


def _close(request: HttpRequest, asked: Asked) -> list[Fault]:
    found = as_uuid(request.POST.get("survey"))
    row = Survey.objects.filter(pk=found, unit__in=tree.with_inherited(asked.unit)).first() if found else None
    if row is None:
        return unknown()
    row.version = seen(request)
    deed = partial(actions.close, row, by=account_of(request), at=timezone.now())
    return attempt(
        request, deed, _("The survey is closed. Its answers wait among the told figures to be approved.")
    )


def _shown(row: Survey) -> dict[str, Any]:
    titles, told = _questions(), language()
    marks: dict[str, dict[int, int]] = {}
    for one in row.marks.all():
        marks.setdefault(one.question, {})[one.mark] = one.count
    # While it is open, each further answer could be told from what was there before.
    enough = row.closed_at is not None and row.answers >= SMALL
    return {
        "id": row.pk,
        "version": row.version,
        "title": row.title,
        "when": show_datetime(row.sent_at, told),
        "closes_on": show_date(row.closes_on, told),
        "codes": row.codes,
        "answers": row.answers,
        "closed": row.closed_at is not None,
        "over": row.closes_on < timezone.localdate(),
        "enough": enough,
        "lines": [_marks(titles.get(one, one), marks.get(one, {})) for one in row.questions]
        if enough
        else [],
    }


def _marks(title: str, marks: dict[int, int]) -> dict[str, Any]:
    total = sum(marks.values())
    good = sum(count for mark, count in marks.items() if mark >= actions.GOOD)
    share = show_number(round(100 * good / total), language()) if total else ""
    return {"title": title, "counts": [marks.get(mark, 0) for mark in actions.MARKS], "share": share}


def _table(rows: list[Survey]) -> list[list[str]]:
    head = [
        _("Survey"),
        _("Sent"),
        _("Last day to answer"),
        _("Asked"),
        _("Answers"),
        _("Question"),
        "1",
        "2",
        "3",
        "4",
        "5",
    ]
    lines = [head]
    for one in (_shown(row) for row in rows):
        known = [one["title"], one["when"], one["closes_on"], str(one["codes"]), str(one["answers"])]
        lines += [[*known, line["title"], *map(str, line["counts"])] for line in one["lines"]] or [
            known + [""] * 6
        ]
    return lines


def _questions() -> dict[str, str]:
    entries = store.get().lists["survey_questions"].entries
    return {entry.code: entry.title.of(language()) for entry in entries}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Let anybody answer with a code: no sign-in, no name, once a code."""
    code = (request.POST.get("given") or request.GET.get("c") or "")[:40]
    context: dict[str, Any] = {"given": code, "faults": []}
    survey: Survey | None = None
    if code:
        try:
            survey = actions.find(code).survey
        except NotFound as refused:
            context["faults"] = [Fault("c", refused.code, refused.message)]
    marks: dict[str, int] = {}
    if survey is not None and request.method == "POST":
        marks = {one: whole(request.POST.get(f"q-{one}", "")) or 0 for one in survey.questions}
        try:
            actions.answer(code, marks, at=timezone.now())
        except Invalid as refused:
            context["faults"] = [
                Fault(f"q-{one.path}" if one.path else "", one.code, one.message) for one in refused.faults
            ]
        else:
            return redirect(f"{reverse('board:survey')}?done=1")
    if survey is not None:
        context |= _asked_of(survey, marks, context["faults"])
    context["done"] = request.GET.get("done") == "1"
    return render(
        request,
        "board/survey.html",
        context,
        status=422 if context["faults"] and request.method == "POST" else 200,
    )


def _asked_of(survey: Survey, marks: dict[str, int], faults: list[Fault]) -> dict[str, Any]:
    words = [_("1 – very bad"), _("2 – bad"), _("3 – middling"), _("4 – good"), _("5 – very good")]
    wrong = {one.path: str(one.message) for one in faults}
    titles = _questions()
    return {
        "title": survey.title,
        "unit_title": tree.title(survey.unit, local_date(timezone.now())),
        "open": survey.closed_at is None and timezone.localdate() <= survey.closes_on,
        "fields": [
            FieldView(
                id=f"q-{one}", name=f"q-{one}", label=titles.get(one, one), control="radios", required=True,
                error=wrong.get(f"q-{one}", ""),
                options=[
                    Choice(str(mark), word, marks.get(one) == mark, id=f"q-{one}_{mark}" if mark > 1 else f"q-{one}")
                    for mark, word in zip(actions.MARKS, words, strict=True)
                ],
            )
            for one in survey.questions
        ],
    }  # fmt: skip
