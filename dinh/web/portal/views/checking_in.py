"""The page behind the code on the wall of a gathering: who is there writes themselves on the list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.directory.limits import address, limit
from dinh.directory.models import Account
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Invalid, Refused
from dinh.outreach.actions.gatherings import check_in
from dinh.outreach.models import Workshop
from dinh.outreach.rules import gatherings as rules
from dinh.web.components.notes import Problem
from dinh.web.portal import short
from dinh.web.portal.short import in_language, plain

LOOKS, NAMES = "120/10m", "120/10m"  # a hall behind one address of the house of culture


@in_language
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the wall."""
    code = plain(request.GET.get("code", ""))
    if code:
        return short.lead(request, "short:gathering", code)
    return _show(request, {})


@in_language
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the gathering, and write in who is signed in or typed a name."""
    at = timezone.now()
    limit("gathering", address(request), LOOKS, at)
    workshop = Workshop.objects.filter(code=rules.normalise(code)).first()
    if workshop is None:
        return _show(request, {"unknown": True, "code": code[:12]}, 404)
    account = request.user if isinstance(request.user, Account) else None
    known = account if account is not None and (account.is_staff or account.person) else None
    context: dict[str, Any] = {
        "workshop": workshop,
        "when": show_datetime(workshop.starts_at, get_language() or "vi"),
        "account": known,
        "open": rules.open_for_names(
            workshop.starts_at, workshop.ends_at, workshop.state == Workshop.State.CANCELLED, at
        ),
    }
    if request.method != "POST":
        return _show(request, context)
    limit("gathering-name", address(request), NAMES, at)
    name, year = request.POST.get("name", "").strip(), request.POST.get("year", "").strip()
    given = f"{name} ({year})" if name and year.isdecimal() and len(year) == 4 else name
    try:
        check_in(workshop=workshop, account=known, name=given, at=at)
    except Invalid:
        problem = _("Write your name.")
        return _show(request, context | {"problem": problem, "faults": [Problem(problem, "name")]}, 422)
    except Refused as refused:
        return _show(request, context | {"faults": [Problem(str(refused.message))], "open": False}, 409)
    return _show(request, context | {"done": True, "name": known.full_name if known else name})


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    lang = short.chosen(request)
    context |= {"lang": lang, "lang_query": f"?lang={lang}" if lang else ""}
    response = render(request, "portal/gathering.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
