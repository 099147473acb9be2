"""Voices: which sentences are missing in a language, recording them here or from a file, approving what was recorded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.lib.names import fold
from dinh.outreach.actions import voices as actions
from dinh.outreach.models import Recording
from dinh.outreach.queries import voices as queries
from dinh.outreach.rules import sounds
from dinh.papers.blobs import open_blob
from dinh.web.desk.forms.gatherings import listed
from dinh.web.desk.views.base import desk_page, go, may, show
from dinh.web.desk.views.tables import Asked, Choice
from dinh.web.desk.views.teams.asking import tried

ORDERS = {"use": gettext_lazy("What people meet first")}
STATE = Choice(
    "state",
    gettext_lazy("State"),
    {
        "missing": gettext_lazy("to be recorded"),
        "outdated": gettext_lazy("words changed: record anew"),
        "waits": gettext_lazy("to be approved"),
        "approved": gettext_lazy("heard by everybody"),
    },
)


@desk_page(actions.RECORD, actions.APPROVE)
def page(request: HttpRequest) -> HttpResponse:
    """List the sentences of a language with what is missing, in the order of recording."""
    languages = listed("spoken_languages", get_language() or "vi")
    known = dict(languages)
    language = request.GET.get("language", "")
    language = language if language in known else languages[0][0]
    asked = Asked.of(request.GET, ORDERS, STATE)
    every = queries.lines(language)
    wanted = asked.chosen.get("state", "")
    found = [
        one
        for one in every
        if (not wanted or one.state == wanted)
        and fold(asked.q) in fold(f"{one.sentence.text} {one.sentence.where}")
    ]
    shown, more = asked.cut(found[asked.window])
    context = {
        "lines": shown,
        "asked": asked.drawn(more, takes=False),
        "language": language,
        "language_title": known[language],
        "tongues": languages,
        "counts": [
            (state, STATE.options[state], sum(one.state == state for one in every))
            for state in queries.STATES
        ],
        "chosen": wanted,
        "records": may(request, actions.RECORD),
        "approves": may(request, actions.APPROVE),
        "keep": f"language={language}&{asked.query}",
    }
    return show(request, "teams/voices", context)


@require_POST
@desk_page(actions.RECORD)
def record(request: HttpRequest) -> HttpResponse:
    """Keep a recording that was made in the browser or chosen as a file."""
    file = request.FILES.get("file")
    language, key = request.POST.get("language", ""), request.POST.get("key", "")
    if file is None or not file.size:
        messages.error(request, _("Record the sentence first, or choose a file."))
    elif file.size > sounds.LARGEST:
        messages.error(request, _("A recording may have at most 1 MB, about two minutes."))
    elif tried(request, actions.record, key=key, language=language, data=file.read()) is not None:
        messages.success(request, _("Kept. It is heard when somebody else approved it."))
    return _back(request, language)


@require_POST
@desk_page(actions.RECORD, actions.APPROVE)
def act(request: HttpRequest, recording: UUID, verb: str) -> HttpResponse:
    """Approve a recording, or take it away."""
    found = get_object_or_404(Recording, pk=recording)
    if verb == "approve":
        if tried(request, actions.approve, recording=found) is not None:
            messages.success(request, _("Approved: everybody can hear it now."))
    elif verb == "withdraw":
        language = found.language
        tried(request, actions.withdraw, recording=found)
        return _back(request, language)
    else:
        raise Http404
    return _back(request, found.language)


@desk_page(actions.RECORD, actions.APPROVE)
def play(request: HttpRequest, recording: UUID) -> HttpResponse:
    """Play a recording that is not approved yet, for who records and approves."""
    blob = get_object_or_404(Recording.objects.select_related("blob"), pk=recording).blob
    with open_blob(blob.sha256) as file:
        response = HttpResponse(file.read(), content_type=blob.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _back(request: HttpRequest, language: str) -> HttpResponse:
    state = request.POST.get("state", "")
    return go("teams_voices", query={"language": language, **({"state": state} if state else {})})
