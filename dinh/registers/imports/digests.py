"""What binds a batch of imported rows to its entry of the journal: a digest over what each row says.

A leaf is the SHA-256 of the record's id, its version, and what that version says; the id's random part is its
salt. The digest of a batch is the SHA-256 of its leaves in order of their bytes, so it does not depend on the
order in which a database gives the rows back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from dinh.journal.models import Entry
from dinh.journal.upcasters import body_of
from dinh.registers.models import ImportBatch, Record, Version

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
BATCH_IMPORTED = "registers.batch_imported"


def leaf(record: UUID, version: int, state: str, data: Any, as_written: Any) -> bytes:
    """Return the leaf of one version of one record."""
    said = [str(record), version, state, data, as_written or None]
    return hashlib.sha256(_encode(said).encode()).digest()


def digest_of(leaves: Iterable[bytes]) -> str:
    """Return the digest of a batch, in hex."""
    return hashlib.sha256(b"".join(sorted(leaves))).hexdigest()


def still_holds(batch: ImportBatch) -> bool:
    """Tell whether the database still says what the batch wrote: the digest in the journal is computed again.

    What was replaced since stands in `Version`. Reads all rows of the batch.
    """
    entry = Entry.objects.filter(pk=batch.entry, kind=BATCH_IMPORTED).first()
    now = Record.objects.filter(batch=batch).values_list("id", "version", "state", "data", "as_written")
    before = Version.objects.filter(provenance_id=batch.pk).values_list(
        "record", "version", "state", "data", "as_written"
    )
    leaves = [leaf(*row) for row in now.iterator(2_000)] + [leaf(*row) for row in before.iterator(2_000)]
    return entry is not None and body_of(entry).get("digest") == digest_of(leaves)


def broken_batches(register: str) -> list[ImportBatch]:
    """Return the batches of a register whose rows are not what was brought in, as far as the journal knows."""
    batches = ImportBatch.objects.filter(source__register=register).select_related("source")
    return [
        batch for batch in batches.order_by(F("source__at"), "number").iterator() if not still_holds(batch)
    ]


def same(data: Mapping[str, Any], as_written: Any, other: Mapping[str, Any], other_as_written: Any) -> bool:
    """Tell whether two versions say the same."""
    return data == other and (as_written or None) == (other_as_written or None)
