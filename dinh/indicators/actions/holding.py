"""Who acts on the figures of a commune takes its row first: of two at once the second sees what the first did.

It is the first lock of each such action, so that no two wait for each other. What is filed in the commune meanwhile,
and names it, does not wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dinh.directory.models import Unit


def hold_communes(units: Iterable[UUID]) -> None:
    """Lock communes until the action ends, in order of their ids; look afterwards at what must not change meanwhile."""
    held = Unit.objects.select_for_update(no_key=True).filter(pk__in=set(units)).order_by("pk")
    list(held.values_list("pk"))
