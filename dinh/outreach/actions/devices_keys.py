"""The keys to which telephones seal: made at first need, replaced with overlap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.journal.actions import action, record
from dinh.lib.errors import Stale
from dinh.outreach import sealing
from dinh.outreach.models import SealingKey


@dataclass
class FieldKey:
    """A key in the journal, whose subjects are UUIDs: the id of the key, written as one."""

    pk: UUID
    version: int


def sealing_key(at: datetime) -> SealingKey:
    """Return the key to which telephones seal now; the first call on a node makes one."""
    found = SealingKey.objects.filter(retired_at__isnull=True).order_by("-made_at", "-id").first()
    if found is not None and sealing.holds(found.id):
        return found
    return make_sealing_key(by=None, at=at)  # also where a private half was lost: nothing could be opened


def sealing_keys() -> list[SealingKey]:
    """Return every key of this node, the one in use first."""
    return list(SealingKey.objects.order_by("retired_at", "-made_at", "-id"))


@action
def make_sealing_key(*, by: Account | None, at: datetime) -> SealingKey:
    """Make a key beside those there are."""
    pair = sealing.make_pair()
    key = SealingKey.objects.create(id=pair.id, public=pair.public, made_at=at)
    _record("outreach.sealing_key_made", key, by, at, {"public": sealing.b64(pair.public)})
    return key


@action
def rotate_sealing_key(*, by: Account | None, at: datetime) -> SealingKey:
    """Make a new key and retire the others; what is on its way to them still opens.

    Telephones take the new one with their next answer (`keys` of `enrol` and `pack`).
    """
    for old in SealingKey.objects.filter(retired_at__isnull=True).order_by("id"):
        retire_sealing_key(key=old, by=by, at=at)
    pair = sealing.make_pair()
    key = SealingKey.objects.create(id=pair.id, public=pair.public, made_at=at)
    _record("outreach.sealing_key_rotated", key, by, at, {"public": sealing.b64(pair.public)})
    return key


@action
def retire_sealing_key(*, key: SealingKey, by: Account | None, at: datetime) -> None:
    """Tell telephones to seal to this key no more; it goes on opening."""
    guarded = SealingKey.objects.filter(pk=key.pk, version=key.version)
    if not guarded.update(retired_at=at, version=key.version + 1):
        raise Stale("outreach.stale", _("Somebody else replaced this key first."), key=key.pk)
    key.retired_at, key.version = at, key.version + 1
    _record("outreach.sealing_key_retired", key, by, at, {"retired_at": at})


def _record(kind: str, key: SealingKey, by: Account | None, at: datetime, changed: dict[str, object]) -> None:
    subject = FieldKey(UUID(key.id * 2), key.version)
    record(kind, subject=subject, at=at, by=by.pk if by else None, body={"set": {"id": key.id, **changed}})
