"""What a batch of a phone holds while it is applied, so that two at once neither miss nor block each other.

Batches of one phone go one after the other: else the second, which waits for an operation of the first, would not be
seen by it and would wait on. Batches of different phones about the same houses take hold of them in one order. A
profile that two phones begin at once has no row yet to take hold of: of such two the database ends one, which is
done again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import UUIDField

from dinh.database.prepared import Prepared
from dinh.outreach.models import Device, HouseProfile, PersonProfile
from dinh.outreach.queries.whereabouts import Known

R = TypeVar("R")
TRIES = 4
DEADLOCK = "40P01"

_device = Prepared(
    lambda device: (
        Device.objects.select_for_update(no_key=True).filter(pk=device).values_list("pk", flat=True)
    ),
    device=UUIDField(),
)


def hold_phone(device: Device) -> None:
    """Wait until no other batch of this phone is under way; held until the transaction ends."""
    if connection.features.has_select_for_update:  # SQLite has one writer at a time
        _device(device=device.pk)


def hold_profiles(known: Known) -> None:
    """Take hold of what is known of some houses and persons, in one order for everybody."""
    if connection.features.has_select_for_update:
        for model, wanted in ((HouseProfile, known.households), (PersonProfile, known.persons)):
            rows = model._default_manager.select_for_update().filter(pk__in=sorted(wanted))
            list(rows.order_by("pk").values_list("pk"))


def whole(work: Callable[[], R]) -> R:
    """Do all of it in one transaction, and again when the database ended it to free others."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            ended = getattr(error.__cause__, "sqlstate", "") == DEADLOCK
            if not ended or not left or connection.in_atomic_block:
                raise
    raise AssertionError("the last try returns or raises")
