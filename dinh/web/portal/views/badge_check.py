"""Is the volunteer at the door genuine? Asked by code, by anybody, without script; tries are limited."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from dinh.lib.dates import show_date
from dinh.outreach.actions.trust import note_check
from dinh.outreach.queries.trust import check_badge
from dinh.outreach.rules.badges import Verdict
from dinh.web.portal import short
from dinh.web.portal.short import in_language, plain

VERDICTS: dict[Verdict, tuple[str, str, Any, Any]] = {
    Verdict.GENUINE: ("green", "✓", gettext_lazy("Genuine"), gettext_lazy("This person is a member of the commune’s community digital team.")),
    Verdict.EXPIRED: ("gold", "▲", gettext_lazy("Expired"), gettext_lazy("The badge was genuine, but its time is over. Ask the commune before you let the person help you.")),
    Verdict.REVOKED: ("red", "■", gettext_lazy("Not in force"), gettext_lazy("The commune took this badge back. Do not let the person in; call us.")),
    Verdict.UNKNOWN: ("red", "?", gettext_lazy("Unknown"), gettext_lazy("We know no such badge. Check the eight digits; if they are right, do not let the person in and call us.")),
}  # fmt: skip


@in_language
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the badge."""
    code = plain(request.GET.get("code", ""))
    if code:
        return short.lead(request, "short:badge", code)
    return _show(request, {})


@in_language
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is known of the badge with this code, and count that somebody asked."""
    at = timezone.now()
    short.hold_back("badge", request, at)
    found = check_badge(code, at=at)
    short.count("badge", request, code, at, known=found.badge is not None)
    if found.badge is not None:
        note_check(answer=found, way="kiosk" if getattr(request, "kiosk", None) else "web", at=at)
    colour, shape, word, sentence = VERDICTS[found.verdict]
    context = {
        "verdict": {"colour": colour, "shape": shape, "word": word, "sentence": sentence},
        "answer": found,
        "until": show_date(found.until, get_language() or "vi") if found.until else "",
        "code": code[:12],
    }
    return _show(request, context, 404 if found.verdict == Verdict.UNKNOWN else 200)


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "portal/badge.html", context | {"lang": short.chosen(request)}, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
