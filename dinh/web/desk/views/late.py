"""The letter to a citizen whose request is late."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dinh.dossiers import actions
from dinh.lib.errors import Invalid
from dinh.web.desk.forms.acts import Apology
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.acts import conflict
from dinh.web.desk.views.base import account_of, desk_page, go, now, show
from dinh.web.desk.views.dossier import open_dossier


@desk_page("dossiers.receive", "dossiers.examine", "dossiers.approve", "dossiers.return")
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """Say why it is late and promise a day; sent on screen and by e-mail."""
    at = now()
    dossier = open_dossier(request, number, at)
    form = Apology(request.POST or None, initial={"version": dossier.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["version"] != dossier.version:
            return conflict(request, dossier, data["version"])
        try:
            actions.apologise(
                dossier=dossier, reason=data["reason"], promised=data["promised"], by=account_of(request), at=at,
                version=data["version"],
            )  # fmt: skip
        except Invalid as refused:
            for fault in refused.faults:
                form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
        else:
            messages.success(request, _("The citizen is told why, and until when."))
            return go("dossier", key_of(dossier.number, dossier.pk))
    context = {"dossier": dossier, "key": key_of(dossier.number, dossier.pk), "form": form}
    return show(request, "late", context, status=422 if form.errors else 200)
