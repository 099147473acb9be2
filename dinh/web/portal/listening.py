"""Questions that can be heard: in which languages, and the sounds of one page in the language that was chosen.

Without a choice, a page in Vietnamese has the Vietnamese recordings. A question without one is read by a voice of the
device or of the node (`kiosk/speak.js`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from dinh.catalogue import queries as catalogue
from dinh.outreach.queries import voices
from dinh.outreach.queries.voices import VIETNAMESE
from dinh.outreach.rules.sentences import key_of_field
from dinh.web.components.fields import FieldView

CHOSEN = "voice"  # in the session: the language in which somebody listens


def of_page(
    request: HttpRequest, procedure: str, page: str, fields: Iterable[FieldView]
) -> dict[str, Any] | None:
    """Return the languages to choose from and what can be heard on a page; None when nothing was ever recorded.

    fields  the questions, in order
    `?voice=hmn` chooses a language for this and all later pages, `?voice=` none.
    """
    spoken = voices.spoken()
    if not spoken:
        return None
    if CHOSEN in request.GET:
        wanted = request.GET[CHOSEN]
        request.session[CHOSEN] = wanted if wanted in spoken else ""
    chosen = request.session.get(CHOSEN, "")
    shown = get_language() or "vi"
    heard = chosen or (VIETNAMESE if shown == "vi" else "")
    sounds = voices.audible(heard) if heard in spoken else {}
    title = f"page.{procedure}.{page}"
    return {
        "languages": [(code, catalogue.list_title("spoken_languages", code).of(shown)) for code in spoken],
        "chosen": chosen,
        "title": address(title, heard, sounds[title]) if title in sounds else "",
        "sounds": [
            {"id": one.id, "label": one.label, "url": address(key, heard, sounds[key])}
            for one in fields
            if (key := key_of_field(procedure, one.name)) in sounds
        ],
    }


def address(key: str, language: str, digest: str) -> str:
    """Return the address of a sound that a browser may keep for ever."""
    return f"{reverse('short:voice', args=[key, language])}?v={quote(digest[:16])}"
