"""Gives the text of a page as sound, for a kiosk whose browser has no voice of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dinh.directory.limits import address, limit
from dinh.web.kiosk import speech as spoken
from dinh.web.kiosk.views.machine import on_kiosk
from dinh.web.kiosk.words import language_now

SENTENCES = "240/10m"


@csrf_exempt  # gives back as sound what was sent, and changes nothing
@require_POST
@on_kiosk
def speech(request: HttpRequest) -> HttpResponse:
    """Answer one paragraph as WAV; 404 where it cannot be made. Of a visit under an account nothing is kept."""
    limit("kiosk-speech", address(request), SENTENCES, timezone.now())
    made = spoken.say(request.POST.get("text", ""), language_now(), keep=not request.user.is_authenticated)
    if made is None:
        return HttpResponse(status=404)
    return HttpResponse(made, content_type="audio/wav", headers={"X-Content-Type-Options": "nosniff"})
