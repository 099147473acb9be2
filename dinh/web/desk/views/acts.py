"""One press, one act: the version on the screen goes with it, and a conflict shows what changed meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dinh.directory import policy
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier
from dinh.lib.errors import Invalid, Refused, Stale
from dinh.web.desk import looking
from dinh.web.desk.doing import DOINGS, Doing
from dinh.web.desk.forms import acts
from dinh.web.desk.panels import form_for
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.dossier import came_from, open_dossier, shown


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("dossiers.read")
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one verb to one dossier. Read like a page, after a change of language say, it leads to the dossier."""
    doing = DOINGS.get(verb)
    if doing is None:
        raise Http404
    at = now()
    dossier = open_dossier(request, number, at)
    if request.method != "POST":
        return go("dossier", number)
    form = form_for(doing, dossier, request.POST)
    if not form.is_valid():
        return shown(request, dossier, at, bound={verb: form}, status=422)
    if form.cleaned_data["version"] != dossier.version:
        return conflict(request, dossier, int(form.cleaned_data["version"]))
    try:
        doing.run(dossier, _data(doing, form, request, dossier), account_of(request), at)
    except Stale:
        return conflict(request, open_dossier(request, number, at), int(form.cleaned_data["version"]))
    except Invalid as refused:
        _mark(form, refused)
        return shown(request, dossier, at, bound={verb: form}, status=422)
    messages.success(request, str(doing.said))
    return redirect(came_from(request) or reverse("desk:dossier", args=[key_of(dossier.number, dossier.pk)]))


def _data(doing: Doing, form: forms.Form, request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    data = dict(form.cleaned_data)
    if isinstance(form, acts.Supplement):
        data["items"] = form.marked()
    if doing.verb == "examine":
        data["corrections"] = {
            field: dossier.answers[field]["register"]
            for field in request.POST.getlist("use_register")
            if "register" in dossier.answers.get(field, {})
        }
        data["amends"] = request.POST.getlist("amend")
    return data


def _mark(form: forms.Form, refused: Invalid) -> None:
    """Put the faults of an action beside the fields they are about."""
    for fault in refused.faults:
        form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))


def conflict(request: HttpRequest, dossier: Dossier, seen: int) -> HttpResponse:
    """Say who did what since the page was opened; nothing was done."""
    context = {
        "dossier": dossier,
        "key": key_of(dossier.number, dossier.pk),
        "changes": looking.changes_since(dossier, seen),
    }
    return show(request, "conflict", context, status=409)


@require_POST
@desk_page("dossiers.receive", "dossiers.examine", "dossiers.approve", "dossiers.return")
def take_next(request: HttpRequest) -> HttpResponse:
    """Hold the dossier of the person at the counter, who needs a moment, and open the next that waits."""
    at = now()
    number = request.POST.get("number", "")
    current = open_dossier(request, number, at) if number else None
    if current is not None and "take" in queries.verbs_for(current, account_of(request), at=at):
        _hold(request, current, at)
    following = _next(request, current, at)
    if following is None:
        messages.info(request, _("Nothing else waits for you just now."))
        return go("home")
    return go("dossier", key_of(following.number, following.pk))


def _hold(request: HttpRequest, dossier: Dossier, at: datetime) -> None:
    try:
        actions.take(dossier=dossier, by=account_of(request), at=at)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        known = {"name": dossier.applicant_name, "number": dossier.number}
        messages.success(request, _("You hold %(number)s (%(name)s). It stands under “Held by me”.") % known)


def _next(request: HttpRequest, current: Dossier | None, at: datetime) -> Dossier | None:
    """Return the first dossier that waits for one of my steps and that nobody holds."""
    account = account_of(request)
    for view in ("receive", "return", "examine", "approve"):
        if not policy.may(account, f"dossiers.{view}", on=today()):
            continue
        for dossier in queries.next_to_take(account, view, at=at):
            if current is None or dossier.pk != current.pk:
                return dossier
    return None
