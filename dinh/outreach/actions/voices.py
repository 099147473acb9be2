"""Recordings: kept, approved, taken away. One for each sentence and language; a new one waits for approval again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import queries as catalogue
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.writing import change, created
from dinh.journal.actions import action
from dinh.journal.actions import record as entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused, Stale
from dinh.outreach.models import Recording
from dinh.outreach.queries.voices import all_sentences
from dinh.outreach.rules import sounds
from dinh.papers import blobs

RECORD, APPROVE = "voices.record", "voices.approve"
NOT_SOUND = _(
    "This is no recording that can be played. Record it here, or hand in an OGG, WebM, MP3 or M4A file."
)
OUTDATED = _("The sentence changed after this was recorded. Record it again.")
CHANGED = _("Somebody else recorded this sentence first. Listen to theirs before you record it again.")
OWN = _("Somebody else approves a recording: two ears hear more than one.")


@action
def record(
    *, key: str, language: str, data: bytes, by: Account, at: datetime, seconds: float | None = None
) -> Recording:
    """Keep somebody's voice for a sentence in a language, at most 1 MB; it is heard when somebody approved it.

    Raises NotPermitted; Invalid for an unknown sentence or language, a file that is too large or no sound; Stale.
    """
    policy.require(by, RECORD, on=local_date(at))
    sentence = all_sentences().get(key)
    faults = []
    if sentence is None:
        faults.append(Fault("key", "unknown", _("There is no such sentence any more.")))
    if language not in (catalogue.codes_of("spoken_languages") or []):
        faults.append(Fault("language", "unknown", _("Choose a language from the list.")))
    if sounds.media_type(data[:64]) is None:
        faults.append(Fault("file", "not_sound", NOT_SOUND))
    if faults or sentence is None:
        raise Invalid("outreach.recording_invalid", faults, faults[0].message)
    blob = blobs.keep(data, at, most=sounds.LARGEST, kinds=sounds.media_type)
    columns: dict[str, Any] = {
        "blob_id": blob.pk, "seconds": seconds, "text_digest": sentence.digest, "recorded_by_id": by.pk, "at": at,
        "approved_by_id": None,
    }  # fmt: skip
    known = Recording.objects.filter(key=key, language=language).first()
    if known is not None:
        return _replaced(known, columns, by, at)
    row = Recording(key=key, language=language, **columns)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as two:
        raise Stale("outreach.voice_changed", CHANGED, key=key) from two
    created(row, "outreach.voice_recorded", by=by, at=at, unit=by.unit_id)
    return row


def _replaced(known: Recording, columns: dict[str, Any], by: Account, at: datetime) -> Recording:
    """Put another voice in the place of one, whose file goes unless something else has the same."""
    before = known.blob_id
    mine = Recording.objects.filter(pk=known.pk, version=known.version)
    if not mine.update(version=known.version + 1, **columns):
        raise Stale("outreach.voice_changed", CHANGED, recording=known.pk)
    known.refresh_from_db()
    entry("outreach.voice_recorded", subject=known, at=at, by=by.pk, unit=by.unit_id, body={"set": columns})
    if before != known.blob_id:
        blobs.forget(before)
    return known


@action
def approve(*, recording: Recording, by: Account, at: datetime) -> Recording:
    """Let everybody hear a recording. Raises NotPermitted; Refused for one's own voice and for words that changed."""
    policy.require(by, APPROVE, on=local_date(at))
    sentence = all_sentences().get(recording.key)
    if sentence is None or sentence.digest != recording.text_digest:
        raise Refused("outreach.voice_outdated", OUTDATED, recording=recording.pk)
    if recording.recorded_by_id == by.pk:
        raise Refused("outreach.voice_own", OWN, recording=recording.pk)
    change(recording, "outreach.voice_approved", by=by, at=at, unit=by.unit_id, approved_by_id=by.pk)
    return recording


@action
def withdraw(*, recording: Recording, by: Account, at: datetime) -> None:
    """Take a recording away: the speaker's wish, or it says something else. Raises NotPermitted, Stale."""
    on = local_date(at)
    if recording.recorded_by_id != by.pk:
        policy.require(by, APPROVE, on=on)
    change(recording, "outreach.voice_withdrawn", by=by, at=at, unit=by.unit_id, approved_by_id=None)
    Recording.objects.filter(pk=recording.pk).delete()
    blobs.forget(recording.blob_id)
