"""What the worker does for the teams by the clock."""

from __future__ import annotations

from django.utils import timezone

from dinh.outreach.actions.settling import release_overdue


def release_held() -> int:
    """Apply what waited 72 hours for something that never came; return how many."""
    return release_overdue(at=timezone.now())
