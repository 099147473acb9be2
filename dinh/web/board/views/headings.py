"""What groups of figures are called."""

from __future__ import annotations

from dinh.catalogue import store


def title(code: str, language: str) -> str:
    """Return the title of a group; its code when the list does not have it."""
    entries = store.get().lists["indicator_groups"].entries
    return next((one.title.of(language) for one in entries if one.code == code), code)
