"""What the worker does by the clock: apply changes of places on their day."""

from __future__ import annotations

from django.utils import timezone

from dinh.directory.changes import agreeing


def take_effect() -> int:
    """Apply what was agreed for a day that has come; from midnight, local time. Return how many."""
    return agreeing.take_effect(timezone.now())
