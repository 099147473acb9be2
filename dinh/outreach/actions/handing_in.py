"""The work of a telephone that cannot send: handed in as a file, by another telephone or at the desk."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dinh.directory.models import Account
from dinh.journal.actions import action, record
from dinh.lib.errors import Refused
from dinh.outreach import carried, sealing
from dinh.outreach.actions import settling
from dinh.outreach.actions.answers import Result
from dinh.outreach.actions.devices import home_of
from dinh.outreach.actions.intake import take_operations
from dinh.outreach.actions.judging import id_of, number_of
from dinh.outreach.exported import MOST, Exported, states_of
from dinh.outreach.models import Device, Operation

log = logging.getLogger("dinh.outreach")


@dataclass(frozen=True)
class HandedIn:
    """What became of a file: each operation that was taken in, and how many of it are left for another time."""

    results: list[Result]
    left: int


def hand_in(
    *,
    given: Exported,
    maker: Device,
    at: datetime,
    carried_by: Device | None = None,
    by: Account | None = None,
) -> HandedIn:
    """Take in a file of unsent work, its photos first, and return what became of each operation.

    maker       the telephone that made the file
    carried_by  the telephone that handed it in for it
    by          the officer who handed it in at a desk: the entries of what was new, and one about the telephone, name them

    Of a file of more than `exported.MOST` operations so many are taken in, those first that are not here yet; the
    same file handed in again goes on where this ended.
    """
    kept = [one.sha256 for one in given.files if _kept(maker, one.sha256, one.box)]
    part, left = _part(maker, given.envelopes)
    results = take_operations(device=maker, envelopes=part, at=at, carried_by=carried_by, by=by)
    if kept:
        settling.release(maker, (), at=at)  # what came before and waited for these photos
    if by is not None:
        _note(maker, results, len(kept), by, at)
    return HandedIn(results, left)


def _part(maker: Device, envelopes: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], int]:
    """Return what of a file is taken in now, and how many operations are left. One query for a large file."""
    if len(envelopes) <= MOST:
        return envelopes, 0
    here = set(Operation.objects.filter(device=maker).values_list("pk", flat=True))
    ordered = sorted(envelopes, key=lambda one: number_of(one.get("seq")) or 0)
    new = [one for one in ordered if id_of(one.get("op_id")) not in here]
    return (new or ordered)[:MOST], max(len(new) - MOST, 0)


def _kept(maker: Device, sha256: str, box: str) -> bool:
    """Keep a file as if its telephone had sent it; one that cannot be kept leaves the work itself untouched."""
    try:
        carried.put_whole(maker.pk, sha256, sealing.unb64(box))
    except Refused as refused:
        log.warning("outreach.file_not_kept", extra={"device": str(maker.pk), "code": refused.code})
        return False
    return True


@action
def _note(maker: Device, results: list[Result], files: int, by: Account, at: datetime) -> None:
    """Write down who handed in what; said again for a file that is handed in again."""
    device = Device.objects.select_for_update().get(pk=maker.pk)
    device.version += 1
    device.save(update_fields=["version"])
    body = {
        "set": {},
        "operations": [one["op_id"] for one in results],
        "states": states_of(results),
        "files": files,
    }
    record("outreach.handed_in", subject=device, at=at, by=by.pk, unit=home_of(device.account, at), body=body)
