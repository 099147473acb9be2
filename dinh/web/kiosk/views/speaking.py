"""Gives the text of a page as sound, where a browser has no voice of its own: at a kiosk, and to who is signed in."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dinh.directory.limits import address, limit
from dinh.web.kiosk import speech as spoken
from dinh.web.kiosk.views.machine import machine_of
from dinh.web.kiosk.words import language_now

SENTENCES = "240/10m"
PAGES = frozenset(
    {
        "kiosk:home",
        "kiosk:guidance",
        "portal:home",
        "portal:procedure",
        "portal:commune",
        "portal:commons_page",
    }
)


@csrf_exempt  # gives back as sound what was sent, and changes nothing
@require_POST
def speech(request: HttpRequest) -> HttpResponse:
    """Answer one paragraph as WAV; 404 where it cannot be made. Without text: 204 where it could.

    Kept is only what pages say that are the same for everybody: what is told of a request to who holds its slip, or
    what somebody typed, is made and given away.
    """
    machine, user = machine_of(request), request.user
    if machine is None and not user.is_authenticated:
        return redirect("kiosk:home")
    if not request.POST.get("text"):
        return HttpResponse(status=204 if spoken.available() else 404)
    who = address(request) if machine else str(user.pk)  # a village may sign in behind one address
    limit("kiosk-speech", who, SENTENCES, timezone.now())
    made = spoken.say(request.POST.get("text", ""), language_now(), keep=_of_everybody(request))
    if made is None:
        return HttpResponse(status=404)
    return HttpResponse(made, content_type="audio/wav", headers={"X-Content-Type-Options": "nosniff"})


def _of_everybody(request: HttpRequest) -> bool:
    asked = urlsplit(request.headers.get("Referer", ""))
    if request.user.is_authenticated or asked.query:
        return False
    try:
        return resolve(asked.path).view_name in PAGES
    except Resolver404:
        return False
