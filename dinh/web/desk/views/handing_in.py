"""Papers of a draft at the counter: scanned or photographed by the officer, added and taken out again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.dossiers import actions
from dinh.dossiers.models import Attachment
from dinh.lib.errors import Invalid
from dinh.web.components.fields import control_id
from dinh.web.components.notes import Problem
from dinh.web.components.posted import whole
from dinh.web.desk.views.base import account_of, desk_page, go, now
from dinh.web.desk.views.filling import draft_of, summary


@require_POST
@desk_page("drafts.help")
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a paper that was scanned or photographed at the counter."""
    draft, procedure = draft_of(request, code)
    uploads = request.FILES.getlist("file")
    document = request.POST.get("document", "")
    copy = whole(request.POST.get("copy", ""))
    shown = Attachment.Copy(copy) if copy in Attachment.Copy.values else Attachment.Copy.ELECTRONIC
    at, faults = now(), []
    for upload in uploads:
        try:
            actions.hand_in(
                to=draft, document=document, pieces=upload.chunks(), filename=upload.name or "", copy=shown,
                by=account_of(request), at=at,
            )  # fmt: skip
        except Invalid as refused:
            faults += [Problem(str(one.message), control_id(document)) for one in refused.faults]
    if not uploads:
        faults.append(Problem(_("Choose a file first."), control_id(document)))
    if faults:
        return summary(request, draft, procedure, faults)
    return go("draft_check", draft.code)


@require_POST
@desk_page("drafts.help")
def detach(request: HttpRequest, code: str, attachment: UUID) -> HttpResponse:
    """Take a file out again."""
    draft, _procedure = draft_of(request, code)
    found = get_object_or_404(Attachment, pk=attachment, draft=draft)
    actions.detach(attachment=found, by=account_of(request), at=now())
    return go("draft_check", draft.code)
