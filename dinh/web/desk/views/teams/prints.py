"""A paper of the teams, shown when the worker has drawn it: report, badges, slips, list or poster."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from dinh.journal import access
from dinh.outreach import printing
from dinh.outreach.models import FieldReport, Workshop
from dinh.outreach.queries.gatherings import may_run
from dinh.outreach.queries.leading import LEAD, MANAGE, SUPERVISE, may_look
from dinh.papers.models import Paper
from dinh.papers.serving import serve
from dinh.papers.tasks import issue_when_read
from dinh.web.desk.views.base import account_of, desk_page, may, now, partial, show, today


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest, paper: UUID) -> HttpResponseBase:
    """Show the paper, or wait for it."""
    found = get_object_or_404(Paper.objects.select_related("blob"), pk=paper)
    if not _may_read(request, found):
        raise Http404
    if found.blob is None:
        issue_when_read(found, at=now())
        failed = found.state == Paper.State.FAILED
        context = {"paper": found, "address": request.path, "failed": failed, "signed": False}
        return show(request, "bits/paper_waits" if partial(request) else "teams/paper_waits", context)
    if partial(request):  # the page that waits asks again: now the browser may go and read it
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = request.path
        return answer
    access.opened(
        kind="file", subject_type="paper", subject=found.pk, by=account_of(request), at=now(),
        purpose=f"team paper:{found.template}", unit=found.unit,
    )  # fmt: skip
    return serve(found.blob, f"{found.template}.pdf", download="download" in request.GET)


def _may_read(request: HttpRequest, paper: Paper) -> bool:
    account, on = account_of(request), today()
    if paper.subject_type == printing.REPORT:
        report = FieldReport.objects.select_related("team").filter(pk=paper.subject).first()
        return report is not None and may_look(account, report.team, report.unit_id, on)
    if paper.subject_type == printing.GATHERING:
        workshop = Workshop.objects.filter(pk=paper.subject).first()
        return workshop is not None and may_run(account, workshop, on)
    return paper.subject_type in {printing.BADGE, printing.SLIPS, printing.THANKS} and may(
        request, MANAGE, paper.unit
    )
