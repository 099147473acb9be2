"""Cards of guidance in one language, with what was recorded of them in the languages of the villages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from dinh.catalogue import store
from dinh.outreach.queries import voices

ASKED = ("field.", "notice.consent")  # what is heard while a form is filled


def cards(language: str) -> list[dict[str, Any]]:
    """Return the cards, those of the training first; `audio` has one address for each language that was recorded.

    One query, and one for each language in which anything was recorded.
    """
    titles = store.get().titles.get("spoken_languages", {})
    heard = {code: voices.audible(code) for code in voices.spoken() if code in titles}
    found = sorted(store.get().guidance.values(), key=lambda one: (not one.training, one.order, one.id))
    return [
        {
            "id": one.id,
            "version": one.version,
            "title": one.title.of(language),
            "text": one.text.of(language).strip(),
            "topic": one.topic,
            "training": one.training,
            "audio": [
                {"title": titles[code].of(language), "url": address(f"guidance.{one.id}", code, keys)}
                for code, keys in heard.items()
                if f"guidance.{one.id}" in keys
            ],
        }
        for one in found
    ]


def spoken(language: str) -> list[dict[str, Any]]:
    """Return {code, title, urls: {key: address}} of each language in which questions of forms were recorded.

    One query, and one for each language.
    """
    titles = store.get().titles.get("spoken_languages", {})
    found = []
    for code in voices.spoken():
        keys = voices.audible(code) if code in titles else {}
        urls = {key: address(key, code, keys) for key in keys if key.startswith(ASKED)}
        if urls:
            found.append({"code": code, "title": titles[code].of(language), "urls": urls})
    return found


def address(key: str, spoken: str, keys: dict[str, str]) -> str:
    """Return where a sentence is heard; the digest in it lets a browser keep the sound for ever."""
    return f"{reverse('short:voice', args=[key, spoken])}?v={keys[key][:16]}"
