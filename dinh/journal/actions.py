"""Writing into the journal: `@action` around every write, `record` once inside it.

1. The outermost action opens the transaction; an inner action joins it.
2. Each action records exactly one entry. The entry of an inner action names the
   entry of the outer one as its `cause`.
3. The caller gives actor and time. Nothing here reads the clock.
4. `record` puts the entry and its place in the sealer's queue; it never waits
   for the chain (see `journal.sealer`).
"""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dinh.database.prepared import Insert
from dinh.journal.canonical import CanonicalEncoder
from dinh.journal.models import Entry, Stream, Unsealed
from dinh.lib.errors import Broken
from dinh.lib.ids import uuid7

P = ParamSpec("P")
R = TypeVar("R")


class Versioned(Protocol):
    """A row that the journal follows: its `version` counts its entries."""

    pk: Any
    version: int


@dataclass
class _Frame:
    """One action under way."""

    cause: UUID | None
    entry: UUID = field(default_factory=uuid7)
    recorded: bool = False


_insert_entry = Insert(Entry)
_insert_unsealed = Insert(Unsealed)
_frames: ContextVar[tuple[_Frame, ...]] = ContextVar("journal_frames", default=())


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run a write in one transaction; its `record` becomes the cause of what it calls."""
    return _acting(function, savepoint=True)


def action_within(function: Callable[P, R]) -> Callable[P, R]:
    """As `action`, for one of many in a transaction of the caller, where a savepoint each would cost too much.

    What it raises undoes all up to the caller's own savepoint: never catch it in between.
    """
    return _acting(function, savepoint=False)


def _acting(function: Callable[P, R], *, savepoint: bool) -> Callable[P, R]:
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        outer = _frames.get()
        token = _frames.set((*outer, _Frame(cause=outer[-1].entry if outer else None)))
        try:
            with transaction.atomic(savepoint=savepoint):
                return function(*args, **kwargs)
        finally:
            _frames.reset(token)

    return run


_encode = CanonicalEncoder().encode


def canonical(body: Any) -> bytes:
    """Return the one byte string that a body is hashed as: sorted keys, no spaces, UTF-8."""
    return _encode(body).encode()


def _float(text: str) -> float:
    # jsonb keeps numbers as decimals: it would give 1e+16 back as a whole number and -0.0 as
    # 0.0, and the digest of the body would no longer hold.
    number = float(text)
    if "e+" in text or (not number and text.startswith("-")):
        raise Broken("journal.number_not_kept", number=text)
    return number


def record(
    kind: str,
    *,
    subject: Versioned,
    at: datetime,
    by: UUID | None,
    unit: UUID | None = None,
    on_behalf_of: UUID | None = None,
    body: Mapping[str, Any] | None = None,
    v: int = 1,
) -> Entry:
    """Insert the entry of the action under way.

    kind     "package.verb_in_the_past", e.g. "dossiers.received"
    subject  the row as it is after the write: its `version` already counts this entry
    by       account of the actor, None for the system itself
    body     what is needed to fold the row: {"set": {column: value}, ...}; JSON values,
             dates, times, decimals and UUIDs; floats below 1e16

    Raises Broken when called outside an action or twice in one, or when a database would
    not give a number back as it was.
    """
    frames = _frames.get()
    if not frames or frames[-1].recorded:
        raise Broken("journal.one_entry_per_action", kind=kind)
    frame = frames[-1]
    frame.recorded = True
    entry = build_entry(
        kind, subject=subject, at=at, by=by, unit=unit, on_behalf_of=on_behalf_of, body=body, v=v,
        entry_id=frame.entry, cause=frame.cause,
    )  # fmt: skip
    _insert_entry(entry)
    _insert_unsealed(Unsealed(item=entry.pk, stream=Stream.LOG))
    return entry


def record_many(entries: list[Entry]) -> None:
    """Insert the entries of a bulk action (an import): one per row, each made by `build_entry`."""
    Entry.objects.bulk_create(entries, batch_size=500)
    Unsealed.objects.bulk_create([Unsealed(item=e.pk, stream=Stream.LOG) for e in entries], batch_size=500)


def build_entry(
    kind: str,
    *,
    subject: Versioned,
    at: datetime,
    by: UUID | None,
    unit: UUID | None = None,
    on_behalf_of: UUID | None = None,
    body: Mapping[str, Any] | None = None,
    v: int = 1,
    entry_id: UUID | None = None,
    cause: UUID | None = None,
) -> Entry:
    """Return an entry not yet saved; parameters as in `record`."""
    plain = json.loads(canonical(body or {}), parse_float=_float)
    salt = secrets.token_bytes(16)
    return Entry(
        id=entry_id or uuid7(),
        node=settings.DINH_NODE,
        kind=kind,
        v=v,
        subject_type=type(subject).__name__.lower(),
        subject=subject.pk,
        subject_version=subject.version,
        unit=unit,
        actor=by,
        on_behalf_of=on_behalf_of,
        cause=cause,
        at=at,
        body=plain,
        salt=salt,
        body_digest=hashlib.sha256(salt + canonical(plain)).digest(),
    )


def current_entry_id() -> UUID | None:
    """Return the id that the entry of the action under way has or will have; None outside an action."""
    frames = _frames.get()
    return frames[-1].entry if frames else None
