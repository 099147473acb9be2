"""How the node is: the journal's seals and their proof, and what failed and must be done again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from dinh.directory import policy
from dinh.journal import sealer
from dinh.journal.models import Seal, Unsealed
from dinh.journal.verify import verify
from dinh.papers.models import Paper
from dinh.papers.tasks import issue
from dinh.web.desk import saying
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

READ = "journal.read"


@desk_page(READ)
def journal(request: HttpRequest) -> HttpResponse:
    """Show the last seals and how far behind the sealer is; the proof is made when it is asked for (POST)."""
    language = get_language() or "vi"
    last = Seal.objects.order_by("-at", "-number")[:10]
    streams = {"log": _("what was done"), "access": _("who looked")}
    context = {
        "waiting": Unsealed.objects.count(),
        "lag": round(sealer.lag(now()).total_seconds(), 1),
        "seals": [
            {
                "stream": streams.get(one.stream, one.stream),
                "number": one.number,
                "first": one.first_position,
                "last": one.last_position,
                "head": bytes(one.head).hex()[:16],
                "at": saying.moment(one.at, language),
            }
            for one in last
        ],
        "report": verify(at=now()) if request.method == "POST" else None,
    }
    return show(request, "admin/journal", context)


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
