"""Cards of guidance in one language, with what was recorded of them in the languages of the villages."""

from __future__ import annotations

from typing import Any

from dinh.catalogue import store


def cards(language: str) -> list[dict[str, Any]]:
    """Return the cards, those of the training first."""
    found = sorted(store.get().guidance.values(), key=lambda one: (not one.training, one.order, one.id))
    return [
        {
            "id": one.id,
            "version": one.version,
            "title": one.title.of(language),
            "text": one.text.of(language).strip(),
            "topic": one.topic,
            "training": one.training,
            "audio_key": f"guidance.{one.id}",
        }
        for one in found
    ]
