"""Signing in with a demonstration identity: a citizen number, then the code that a telephone would show."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import login
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dinh.directory import demo_identity
from dinh.directory.limits import TooMany, address
from dinh.directory.models import Account
from dinh.dossiers.models import Draft
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.population.models import Person
from dinh.web.components.fields import FieldView

BACKEND = "dinh.directory.signed_in.Backend"
SESSION_KEY = "portal.challenge"
INVENTED = 6


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the number, then for the code; lead back to where the person wanted to go."""
    following = _next(request)
    if request.user.is_authenticated and request.method == "GET":
        return redirect(following)
    if not settings.DINH_DEMO:
        return render(request, "portal/no_identity.html", status=503)
    if request.method != "POST":
        return _ask_number(request, following)
    if request.POST.get("step") == "code":
        return _finish(request, following)
    return _start(request, following)


def _start(request: HttpRequest, following: str) -> HttpResponse:
    number = request.POST.get("number", "")
    try:
        challenge = demo_identity.start(number, address=address(request))
    except Invalid as refused:
        return _ask_number(request, following, number, refused.faults)
    except TooMany:
        raise
    except Refused as refused:
        return _ask_number(request, following, number, [Fault("number", refused.code, refused.message)])
    request.session[SESSION_KEY] = demo_identity.pack(challenge)
    return _ask_code(request, following, challenge)


def _finish(request: HttpRequest, following: str) -> HttpResponse:
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return _ask_number(request, following)
    challenge = demo_identity.unpack(kept)
    try:
        account = demo_identity.finish(challenge, request.POST.get("code", ""))
    except Refused as refused:
        return _ask_code(request, following, challenge, [Fault("code", refused.code, refused.message)])
    request.session.pop(SESSION_KEY, None)
    login(request, account, backend=BACKEND)
    return redirect(following)


def _ask_number(request: HttpRequest, following: str, number: str = "", faults: Any = ()) -> HttpResponse:
    view = FieldView(
        id="id_number", name="number", label=_("Citizen number"), value=number, required=True, inputmode="numeric",
        help=_("12 digits. Any number of this demonstration's population works."),
        width="medium", autocomplete="off", error=str(faults[0].message) if faults else "",
    )  # fmt: skip
    context = {
        "helper_url": _helper(following) if getattr(request, "kiosk", None) else "",
        "number_field": view,
        "next": following,
        "faults": _at("number", faults),
        "invented": _invented(),
    }
    return render(request, "portal/sign_in.html", context, status=422 if faults else 200)


def _helper(following: str) -> str:
    """Return where a helper signs in at a shared computer, with the procedure that the person wanted to begin."""
    try:
        asked = resolve(urlsplit(following).path)
    except Resolver404:
        return reverse("kiosk:helping")
    wanted = asked.kwargs.get("procedure_id", "") if asked.view_name == "portal:begin" else ""
    return reverse("kiosk:helping") + (f"?{urlencode({'procedure': wanted})}" if wanted else "")


def _invented() -> list[Person]:
    """Return a few invented people, those with a draft waiting first, so that nobody has to look for a number."""
    accounts = Account.objects.filter(kind=Account.Kind.CITIZEN, demonstration=True, is_active=True)
    waiting = Draft.objects.filter(account=OuterRef("pk"), dossier=None)
    ordered = accounts.annotate(waits=Exists(waiting)).order_by("-waits", "date_joined")
    chosen = [pk for pk in ordered.values_list("person", flat=True)[:INVENTED] if pk]
    people = Person.objects.exclude(number=None).in_bulk(chosen)
    return [people[pk] for pk in chosen if pk in people]


def _ask_code(request: HttpRequest, following: str, challenge: Any, faults: Any = ()) -> HttpResponse:
    view = FieldView(
        id="id_code", name="code", label=_("Code"), required=True, inputmode="numeric", width="short",
        autocomplete="one-time-code", error=str(faults[0].message) if faults else "",
    )  # fmt: skip
    context = {"code_field": view, "challenge": challenge, "next": following, "faults": _at("code", faults)}
    response = render(request, "portal/sign_in.html", context, status=422 if faults else 200)
    response["Cache-Control"] = "no-store"
    return response


def _at(path: str, faults: Any) -> list[Fault]:
    return [Fault(path, fault.code, fault.message) for fault in faults]


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("portal:my_dossiers")
