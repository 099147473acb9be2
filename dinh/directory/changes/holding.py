"""Holding a change that must still be what somebody saw: a draft, or agreed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.applying import hold
from dinh.directory.models import UnitChange
from dinh.lib.errors import Refused

_OTHERWISE: dict[str, tuple[str, Any]] = {
    UnitChange.State.DRAFT: (
        "directory.change_not_open",
        _("This change was agreed, applied or dropped already. Open it again to see."),
    ),
    UnitChange.State.AGREED: (
        "directory.change_not_agreed",
        _("This change is not agreed any more. Open it again to see."),
    ),
}


def held_as(state: UnitChange.State, change: UnitChange) -> UnitChange:
    """Return the change under a lock, in a state. Raises Stale when it was changed since; Refused in another state."""
    held = hold(change)
    if held.state != state:
        code, message = _OTHERWISE[state]
        raise Refused(code, message, change=held.pk)
    return held
