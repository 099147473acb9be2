"""The machine itself: its start page, how it becomes a kiosk, how a visit begins, goes on and ends."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dinh.directory.limits import address, limit
from dinh.lib.errors import NotFound
from dinh.outreach.actions import kiosks
from dinh.outreach.models import Kiosk
from dinh.outreach.queries.voices import VIETNAMESE, find_audible
from dinh.web.components.fields import FieldView
from dinh.web.components.notes import Problem
from dinh.web.kiosk import keys, visits
from dinh.web.kiosk.middleware import ended
from dinh.web.kiosk.words import CODE_LABEL, VOICE, language_now

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

PAIRINGS = "10/10m"
DOORS = {
    "ask": "portal:home",
    "follow": "kiosk:follow",
    "print": "kiosk:print",
    "scan": "kiosk:scan",
    "ticket": "kiosk:take",
    "badge": "short:badges",
    "guidance": "kiosk:guidance",
    "commune": "portal:commune",
    "helper": "kiosk:helping",
    "check": "check:check",
}


def on_kiosk(view: View[P]) -> View[P]:
    """Let only registered machines in; others are told what this is."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if machine_of(request) is None:
            return redirect("kiosk:home")
        return view(request, *args, **kwargs)

    functools.update_wrapper(guarded, view)
    return guarded


def machine_of(request: HttpRequest) -> Kiosk | None:
    """Return the kiosk that asks."""
    found: Kiosk | None = getattr(request, "kiosk", None)
    return found


def home(request: HttpRequest) -> HttpResponse:
    """Show the doors; on a machine that is no kiosk, say how it becomes one."""
    kiosk = machine_of(request)
    if kiosk is None:
        return _not_yet(request)
    doors = {name: reverse("kiosk:door", args=[name]) for name in DOORS if _opens(name, kiosk)}
    return render(request, "kiosk/home.html", {"doors": doors, "machine": kiosk})


def door(request: HttpRequest, door: str) -> HttpResponse:
    """Begin a visit behind one of the doors."""
    kiosk = machine_of(request)
    if kiosk is None or door not in DOORS or not _opens(door, kiosk):
        return redirect("kiosk:home")
    visits.begin(request)
    target = reverse(DOORS[door])
    # Pages with short addresses have no language in theirs.
    return redirect(target if target.startswith(f"/{language_now()}/") else f"{target}?lang={language_now()}")


def _opens(name: str, kiosk: Kiosk) -> bool:
    """Tell whether there is something behind a door: tickets need a counter."""
    return name != "ticket" or kiosk.office_id is not None


def pair(request: HttpRequest) -> HttpResponse:
    """Make this machine a kiosk with the code that the desk shows."""
    if request.method != "POST":
        return redirect("kiosk:home")
    limit("kiosk-pair", address(request), PAIRINGS, timezone.now())
    try:
        kiosk, key = kiosks.pair(code=request.POST.get("code", "")[:40], at=timezone.now())
    except NotFound as refused:
        return _not_yet(request, str(refused.message))
    visits.forget(request)  # an office account that was signed in here is not left behind
    response = redirect("kiosk:home")
    keys.put(response, kiosk.pk, key)
    return response


def _not_yet(request: HttpRequest, problem: str = "") -> HttpResponse:
    view = FieldView(
        id="id_code", name="code", label=str(CODE_LABEL), required=True, width="medium", autocomplete="off",
        error=problem,
    )  # fmt: skip
    faults = [Problem(problem, "id_code")] if problem else []
    context = {"code_field": view, "faults": faults}
    response = render(request, "kiosk/not_yet.html", context, status=422 if problem else 200)
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt  # ending a visit harms nobody, and must not fail for want of a token
@require_POST
@on_kiosk
def finish(request: HttpRequest) -> HttpResponse:
    """End the visit: "I am finished", or nobody touched the machine for 90 seconds."""
    return ended(request)


@on_kiosk
def finished(request: HttpRequest) -> HttpResponse:
    """Say that everything was forgotten; the script of the page clears what a header cannot reach."""
    response = render(request, "kiosk/finished.html", {"kiosk_over": True})
    visits.clear(request, response)
    return response


@csrf_exempt  # says only that somebody is there
@require_POST
@on_kiosk
def alive(request: HttpRequest) -> HttpResponse:
    """Note that somebody touches the page; 410 when the visit is over."""
    if not visits.is_on(request):
        return HttpResponse(status=410)
    visits.touch(request, script=True)
    return HttpResponse(status=204)


@on_kiosk
def guidance(request: HttpRequest) -> HttpResponse:
    """Show what one should know: how things are done here, and what nobody may ask for."""
    heard = request.session.get(VOICE, "") or (VIETNAMESE if language_now() == "vi" else "")
    recorded = find_audible("notice.never_ask", heard) if heard else None
    return render(request, "kiosk/guidance.html", {"recorded": recorded})
