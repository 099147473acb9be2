"""Write the rows of one batch: new ones entered, known ones changed or confirmed, missing ones closed."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from dinh.catalogue.shapes.register import Register
from dinh.lib.ids import uuid7
from dinh.lib.names import fold
from dinh.registers import rules
from dinh.registers.actions import next_lines
from dinh.registers.imports import bulk
from dinh.registers.imports.digests import leaf, same
from dinh.registers.imports.stage import Staged
from dinh.registers.models import Import, Record, Version

T = TypeVar("T")
CHUNK = 900  # values in one condition: SQLite takes 999
RECORD = (
    "id", "register", "unit_id", "book", "sequence", "number", "person_name", "name_key", "registered_on", "data",
    "state", "provenance", "provenance_id", "version", "as_written", "valid_from", "valid_to", "confirmed_on", "seen_in",
    "batch_id",
)  # fmt: skip
VERSION = (
    "record_id", "version", "data", "as_written", "state", "reason", "provenance", "provenance_id", "actor", "at",
)  # fmt: skip
KNOWN = ("id", "number", "version", "state", "data", "as_written", "batch_id")


@dataclass
class Known:
    """A record that is there already."""

    id: UUID
    number: str
    version: int
    state: str
    data: dict[str, Any]
    as_written: dict[str, str] | None
    batch_id: UUID | None


@dataclass
class Written:
    """What a batch did, and the leaves of what it wrote."""

    entered: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    leaves: list[bytes] = field(default_factory=list)

    def add(self, other: Written) -> None:
        """Count another batch in; its leaves stay its own."""
        for name in ("entered", "changed", "unchanged", "closed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Writer:
    """Writes the rows of one import inside its transaction.

    on  the day of which the file tells: what it brings is confirmed on that day
    """

    def __init__(self, shape: Register, row: Import) -> None:
        self.shape, self.row, self.on = shape, row, row.on
        self.book = rules.book_name(shape, row.on)
        here = Record.objects.filter(register=shape.id, unit=row.unit_id, state=Record.State.VALID)
        self.compares = bool(shape.key) and here.exists()
        self._sources: dict[UUID, tuple[str | None, str]] = {}

    def write(self, portion: Sequence[Staged], batch: UUID) -> Written:
        """Write one portion of the file."""
        done = Written()
        known = self._known(portion) if self.compares else {}
        new: list[tuple[Staged, dict[str, Any], Any]] = []
        changed: list[tuple[Known, Staged, dict[str, Any], Any]] = []
        confirmed: list[UUID] = []
        for staged in portion:
            data, as_written = json.loads(staged.data), json.loads(staged.as_written or "null")
            waiting = known.get(staged.number) if staged.number else None
            if not waiting:
                new.append((staged, data, as_written))
                continue
            before = waiting.popleft()
            if same(before.data, before.as_written, data, as_written):
                confirmed.append(before.id)
            else:
                changed.append((before, staged, data, as_written))
        self._enter(new, batch, done)
        self._change(changed, batch, done)
        self._confirm(confirmed)
        done.unchanged = len(confirmed)
        return done

    def close_missing(self, batch: UUID, limit: int) -> Written:
        """Close records that an earlier import brought and this one did not; so many at most."""
        done = Written()
        gone = Record.objects.filter(register=self.shape.id, unit=self.row.unit_id, state=Record.State.VALID)
        gone = gone.filter(seen_in__isnull=False).exclude(seen_in=self.row.pk).order_by("id")
        rows = [Known(*values) for values in gone.values_list(*KNOWN)[:limit]]
        self._keep(rows)
        for ids in _chunks([row.id for row in rows]):
            ids_closed = Record.objects.filter(pk__in=ids)
            ids_closed.update(state=Record.State.CLOSED, batch=batch)
        _execute(
            "update registers_record set version = version + 1 where id = %s",
            [[bulk.uuid_text(row.id)] for row in rows],
        )
        state = Record.State.CLOSED.value
        done.leaves = [leaf(row.id, row.version + 1, state, row.data, row.as_written) for row in rows]
        done.closed = len(rows)
        return done

    def _known(self, portion: Sequence[Staged]) -> dict[str, deque[Known]]:
        """Return the records in force by number that this import has not met; of twins the older first."""
        found: dict[str, deque[Known]] = defaultdict(deque)
        for numbers in _chunks(sorted({staged.number for staged in portion if staged.number})):
            rows = Record.objects.filter(
                register=self.shape.id, unit=self.row.unit_id, state=Record.State.VALID, number__in=numbers
            ).order_by("sequence")
            for values in rows.exclude(seen_in=self.row.pk).values_list(*KNOWN):
                found[values[1]].append(Known(*values))
        return found

    def _enter(self, new: list[tuple[Staged, dict[str, Any], Any]], batch: UUID, done: Written) -> None:
        if not new:
            return
        last = next_lines(self.shape.id, self.row.unit, self.book, len(new))
        bulk.insert(Record, RECORD, self._lines(new, last - len(new) + 1, batch, done.leaves))
        done.entered = len(new)

    def _lines(
        self, new: list[tuple[Staged, dict[str, Any], Any]], sequence: int, batch: UUID, leaves: list[bytes]
    ) -> Iterator[tuple[Any, ...]]:
        unit, source, batch_text = map(bulk.uuid_text, (self.row.unit_id, self.row.pk, batch))
        on, state = self.on.isoformat(), Record.State.VALID.value
        for place, (staged, data, as_written) in enumerate(new, start=sequence):
            id = uuid7()
            leaves.append(leaf(id, 1, state, data, as_written))
            first, last = rules.validity(self.shape, data)
            yield (
                bulk.uuid_text(id), self.shape.id, unit, self.book, place,
                staged.number or rules.line_number(self.shape, place, self.book), staged.name, fold(staged.name)[:120], on,
                staged.data, state, "import", source, 1, staged.as_written, _iso(first), _iso(last), on, source, batch_text,
            )  # fmt: skip

    def _change(
        self, changed: list[tuple[Known, Staged, dict[str, Any], Any]], batch: UUID, done: Written
    ) -> None:
        if not changed:
            return
        self._keep([before for before, *_rest in changed])
        source, batch_text, on = bulk.uuid_text(self.row.pk), bulk.uuid_text(batch), self.on.isoformat()
        rows = []
        for before, staged, data, as_written in changed:
            first, last = rules.validity(self.shape, data)
            rows.append(
                [staged.data, staged.as_written, staged.name, fold(staged.name)[:120], _iso(first), _iso(last), on,
                 source, batch_text, bulk.uuid_text(before.id)]
            )  # fmt: skip
            done.leaves.append(leaf(before.id, before.version + 1, before.state, data, as_written))
        cast = "::jsonb" if connection.vendor == "postgresql" else ""
        _execute(
            f"update registers_record set data = %s{cast}, as_written = %s{cast}, person_name = %s, name_key = %s, "  # noqa: S608
            "valid_from = %s, valid_to = %s, confirmed_on = %s, seen_in = %s, batch_id = %s, version = version + 1 "
            "where id = %s",
            rows,
        )
        done.changed = len(changed)

    def _confirm(self, ids: list[UUID]) -> None:
        for chunk in _chunks(ids):
            Record.objects.filter(pk__in=chunk).update(confirmed_on=self.on, seen_in=self.row.pk)

    def _keep(self, rows: Iterable[Known]) -> None:
        """Keep what earlier batches wrote before it is replaced; what an action wrote has its version already."""
        lines = []
        for row in rows:
            if row.batch_id is None:
                continue
            actor, at = self._source(row.batch_id)
            lines.append(
                (bulk.uuid_text(row.id), row.version, _json(row.data), _json(row.as_written), row.state, "", "import",
                 bulk.uuid_text(row.batch_id), actor, at)
            )  # fmt: skip
        if lines:
            bulk.insert(Version, VERSION, lines)

    def _source(self, batch: UUID) -> tuple[str | None, str]:
        if batch not in self._sources:
            by, loaded_at = Import.objects.values_list("by", "loaded_at").get(batches=batch)
            moment = connection.ops.adapt_datetimefield_value(loaded_at)
            self._sources[batch] = bulk.uuid_text(by), str(moment)
        return self._sources[batch]


def _execute(sql: str, rows: list[list[Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
