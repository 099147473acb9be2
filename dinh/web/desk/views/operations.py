"""How the node is: the journal's seals and their proof, and what failed and must be done again."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from dinh.directory import policy
from dinh.journal import sealer
from dinh.journal.models import Seal, Unsealed
from dinh.journal.verify import verify
from dinh.lib.dates import parse_date
from dinh.lib.errors import Invalid
from dinh.papers.models import Paper
from dinh.papers.tasks import issue
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk import saying
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.tables import Asked, Choice

READ = "journal.read"
ORDERS = {"newest": gettext_lazy("Newest first"), "oldest": gettext_lazy("Oldest first")}
STREAM = Choice(
    "stream",
    gettext_lazy("Stream"),
    {"log": gettext_lazy("what was done"), "access": gettext_lazy("who looked")},
)
HEX = re.compile(r"[0-9a-f]{4,64}")
POSITION_DIGITS = 16  # more are the beginning of a head


@desk_page(READ)
def journal(request: HttpRequest) -> HttpResponse:
    """Show the seals and how far behind the sealer is; the proof is made when it is asked for (POST).

    `?form=csv` takes the seals away: with them somebody else can hold the journal to account.
    """
    language = get_language() or "vi"
    asked = Asked.of(request.GET, ORDERS, STREAM)
    seals, more = asked.cut(list(_seals(asked)[asked.window]))
    lines = [_seal(one, language) for one in seals]
    if asked.form:
        return as_file(_table(lines), asked.form, "niem-phong", _("Seals"))
    context = {
        "waiting": Unsealed.objects.count(),
        "lag": round(sealer.lag(now()).total_seconds(), 1),
        "seals": lines,
        "asked": asked.drawn(more),
        "report": verify(at=now()) if request.method == "POST" else None,
    }
    return show(request, "admin/journal", context)


def _seals(asked: Asked) -> QuerySet[Seal]:
    """Return the seals asked for: of a day, over a position, or by the first figures of their head."""
    found, text = Seal.objects.all(), asked.q.lower()
    if stream := asked.chosen.get("stream"):
        found = found.filter(stream=stream)
    day = _day(text)
    if day is not None:
        found = found.filter(at__date=day)
    elif text.isdecimal() and len(text) < POSITION_DIGITS:
        found = found.filter(first_position__lte=text, last_position__gte=text)
    elif HEX.fullmatch(text):
        least, most = (bytes.fromhex(text.ljust(64, last)) for last in "0f")
        found = found.filter(head__gte=least, head__lte=most)
    elif text:
        found = found.none()
    return found.order_by(*(("at", "number") if asked.order == "oldest" else ("-at", "-number")))


def _day(text: str) -> date | None:
    """Return a day written as 22/11/2026 or 2026-11-22; None for anything else, also for mere figures."""
    try:
        return None if text.isdecimal() else parse_date(text)
    except Invalid:
        return None


def _seal(one: Seal, language: str) -> dict[str, Any]:
    return {
        "stream": STREAM.options.get(one.stream, one.stream),
        "number": one.number,
        "first": one.first_position,
        "last": one.last_position,
        "head": bytes(one.head).hex(),
        "at": saying.moment(one.at, language),
    }


def _table(lines: list[dict[str, Any]]) -> list[list[str]]:
    head = [_("Stream"), _("Seal"), _("First position"), _("Last position"), _("Head"), _("At")]
    return [
        head,
        *([str(line[key]) for key in ("stream", "number", "first", "last", "head", "at")] for line in lines),
    ]


@desk_page(READ)
def failures(request: HttpRequest) -> HttpResponse:
    """Show the papers that could not be made and the tasks that gave up."""
    language = get_language() or "vi"
    # Other communes' papers are theirs to know of; the tasks show no more than what kind of work gave up.
    reach = policy.scope(account_of(request), READ, today()).units
    papers = Paper.objects.filter(state=Paper.State.FAILED, unit__in=reach).defer("data")
    papers = papers.order_by("-requested_at")[:100]
    tasks = DBTaskResult.objects.failed().order_by("-finished_at")[:100]
    context = {
        "papers": [
            {
                "pk": one.pk,
                "title": one.title,
                "at": saying.moment(one.requested_at, language),
                "code": one.check_code,
            }
            for one in papers
        ],
        "tasks": [
            {
                "what": task.task_path,
                "at": saying.moment(task.finished_at, language),
                "error": (task.exception_class_path or "").rsplit(".", 1)[-1],
            }
            for task in tasks
        ],
    }
    return show(request, "admin/failures", context)


@require_POST
@desk_page(READ)
def paper_again(request: HttpRequest, paper: UUID) -> HttpResponse:
    """Ask the worker to make a paper again; making one twice gives the same paper."""
    found = get_object_or_404(Paper, pk=paper, state=Paper.State.FAILED)
    policy.require(account_of(request), READ, unit=found.unit, on=today())
    issue.enqueue(str(found.pk))
    messages.success(request, _("The paper is being made again. Look in a minute."))
    return go("failures")
