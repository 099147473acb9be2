"""Every word of the app in one language, for the phone to keep: the app has none of its own."""

from __future__ import annotations

from django.utils import translation

from dinh.web.field.phrases import day, doors, faults, forms, sending

OWN = {**doors.PHRASES, **day.PHRASES, **forms.PHRASES, **sending.PHRASES}


def words(language: str) -> dict[str, str]:
    """Return key -> sentence; {places} are filled by the app."""
    with translation.override(language):
        own = {key: str(phrase) for key, phrase in OWN.items()}
        return own | {key: translation.gettext(phrase) for key, phrase in faults.PHRASES.items()}
