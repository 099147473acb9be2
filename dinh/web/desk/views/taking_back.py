"""Take back a paper that was issued wrongly."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dinh.directory import policy
from dinh.dossiers import actions
from dinh.papers.models import Paper
from dinh.web.desk.forms.acts import TakeBack
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.acts import conflict
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show
from dinh.web.desk.views.dossier import open_dossier

REVOKE = "papers.revoke"


@desk_page(REVOKE)
def page(request: HttpRequest, number: str, paper: UUID) -> HttpResponse:
    """Say why; from then on the code of the paper says that it is not in force."""
    at = now()
    dossier = open_dossier(request, number, at)
    if not may(request, REVOKE, dossier.unit_id, dossier.procedure):
        raise policy.refusal(REVOKE, account_of(request))
    found = get_object_or_404(Paper.objects.defer("data", "signers"), pk=paper, subject=dossier.pk)
    key = key_of(dossier.number, dossier.pk)
    form = TakeBack(request.POST or None, initial={"version": dossier.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["version"] != dossier.version:
            return conflict(request, dossier, data["version"])
        actions.take_back_paper(
            dossier=dossier, paper=found, reason=data["reason"], by=account_of(request), at=at, version=data["version"]
        )  # fmt: skip
        messages.success(
            request, _("The paper is taken back. Whoever checks it is told so, and the citizen too.")
        )
        return go("dossier", key)
    context = {"dossier": dossier, "key": key, "paper": found, "form": form}
    return show(request, "take_back", context, status=422 if form.errors else 200)
