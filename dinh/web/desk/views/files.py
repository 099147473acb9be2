"""Files of a dossier: what was handed in, what was issued, and the slip to print.

A file is opened only through its dossier, so the same right decides, and a row says who opened it.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from dinh.dossiers.models import Dossier
from dinh.journal import access
from dinh.papers.models import Paper
from dinh.papers.serving import serve
from dinh.papers.tasks import issue_when_read
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.base import account_of, desk_page, go, now, partial, show
from dinh.web.desk.views.dossier import open_dossier


@desk_page("dossiers.read")
def attachment(request: HttpRequest, number: str, attachment: UUID) -> HttpResponseBase:
    """Show a file that was handed in."""
    dossier = open_dossier(request, number, now())
    found = get_object_or_404(dossier.attachments.select_related("blob"), pk=attachment)
    _note(request, dossier, "attachment", found.pk)
    return serve(found.blob, found.filename, download="download" in request.GET)


@desk_page("dossiers.read")
def paper(request: HttpRequest, number: str, paper: UUID) -> HttpResponseBase:
    """Show a paper that was issued; one that was never drawn is drawn now, and the page waits for it."""
    dossier = open_dossier(request, number, now())
    found = get_object_or_404(Paper.objects.select_related("blob"), pk=paper, subject=dossier.pk)
    if found.blob is None:
        return _wait(request, dossier, found)
    if partial(request):  # the page that waits asks again: now the browser may go and read it
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = request.path
        return answer
    _note(request, dossier, "paper", found.pk)
    return serve(found.blob, f"{found.template}-{dossier.number}.pdf", download="download" in request.GET)


def _wait(request: HttpRequest, dossier: Dossier, found: Paper) -> HttpResponse:
    issue_when_read(found, at=now())
    key = key_of(dossier.number, dossier.pk)
    context = {
        "dossier": dossier,
        "key": key,
        "paper": found,
        "address": reverse("desk:paper", args=[key, found.pk]),
        "failed": found.state == Paper.State.FAILED,
        "signed": True,
    }
    return show(request, "bits/paper_waits" if partial(request) else "paper_waits", context)


@desk_page("dossiers.read")
def slip(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show the receipt slip, ready to print; until it is made, say so."""
    dossier = open_dossier(request, number, now())
    found = Paper.objects.filter(subject=dossier.pk, template="receipt").order_by("-requested_at").first()
    if found is None:
        messages.warning(request, _("There is no receipt yet: it is made when the dossier is received."))
        return go("dossier", key_of(dossier.number, dossier.pk))
    return paper(request, number, found.pk)


def _note(request: HttpRequest, dossier: Dossier, kind: str, pk: UUID) -> None:
    access.opened(
        kind="file", subject_type=kind, subject=pk, by=account_of(request), at=now(),
        purpose=f"dossier:{dossier.number}", person=dossier.subject_id or dossier.applicant_id, unit=dossier.unit_id,
    )  # fmt: skip
