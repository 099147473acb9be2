"""Write what was planned of one file: new records entered, known ones changed or confirmed, missing ones closed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.register import Register
from dinh.directory import tree
from dinh.lib.errors import Stale
from dinh.registers import rules
from dinh.registers.actions import next_lines
from dinh.registers.imports import bulk
from dinh.registers.imports.digests import leaf
from dinh.registers.imports.planning import KNOWN, Batch, Known, Plan, as_text, chunks
from dinh.registers.models import Import, Record, Version

RECORD = (
    "id", "register", "unit_id", "book", "sequence", "number", "person_name", "name_key", "registered_on", "data",
    "state", "provenance", "provenance_id", "version", "as_written", "valid_from", "valid_to", "confirmed_on", "seen_in",
    "batch_id",
)  # fmt: skip
VERSION = (
    "record_id", "version", "data", "as_written", "state", "reason", "provenance", "provenance_id", "actor", "at",
)  # fmt: skip
CHANGED = _("Somebody changed records of this register while the file was loaded. Load it again.")


@dataclass
class Written:
    """What a batch did, and the leaves of what it closed."""

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
    """Writes the plan of one import inside its transaction.

    on  the day of which the file tells: what it brings is confirmed on that day
    """

    def __init__(self, shape: Register, row: Import, plan: Plan) -> None:
        self.shape, self.row, self.plan, self.on = shape, row, plan, row.on
        self.book = rules.book_name(shape, row.on)
        self._sources: dict[UUID, tuple[str | None, str]] = {}
        new = plan.entering
        # The lines of the whole file are taken at once, so that they follow each other.
        self._next = next_lines(shape.id, row.unit, self.book, new) - new + 1 if new else 0

    def write(self, batch: Batch) -> Written:
        """Write one batch of the plan."""
        if batch.entered:
            bulk.insert(Record, RECORD, self._lines(batch))
        if batch.changed:
            self._change(batch)
        if batch.unchanged:
            ids = [UUID(id) for (id,) in self.plan.rows("confirming", "id", batch.number)]
            for chunk in chunks(ids):
                Record.objects.filter(pk__in=chunk).update(confirmed_on=self.on, seen_in=self.row.pk)
        return Written(batch.entered, batch.changed, batch.unchanged)

    def close_missing(self, batch: UUID, limit: int) -> Written:
        """Close records that an earlier import brought and this one did not; so many at most."""
        done = Written()
        gone = Record.objects.filter(
            register=self.shape.id, unit__in=tree.with_inherited(self.row.unit_id), state=Record.State.VALID
        )
        gone = gone.filter(seen_in__isnull=False).exclude(seen_in=self.row.pk).order_by("id")
        # Held until they are written: elsewhere than on SQLite an officer could amend one in between.
        rows = [Known(*values) for values in gone.select_for_update().values_list(*KNOWN)[:limit]]
        self._keep(
            (
                bulk.uuid_text(row.id),
                row.version,
                as_text(row.data),
                as_text(row.as_written),
                row.state,
                row.batch_id,
            )
            for row in rows
            if row.batch_id is not None
        )
        for ids in chunks([row.id for row in rows]):
            Record.objects.filter(pk__in=ids).update(state=Record.State.CLOSED, batch=batch)
        _execute(
            "update registers_record set version = version + 1 where id = %s",
            [[bulk.uuid_text(row.id)] for row in rows],
        )
        state = Record.State.CLOSED.value
        done.leaves = [leaf(row.id, row.version + 1, state, row.data, row.as_written) for row in rows]
        done.closed = len(rows)
        return done

    def _lines(self, batch: Batch) -> Iterator[tuple[Any, ...]]:
        unit, source, batch_text = map(bulk.uuid_text, (self.row.unit_id, self.row.pk, batch.id))
        on, state = self.on.isoformat(), Record.State.VALID.value
        columns = "place, id, number, name, name_key, data, as_written, first, last"
        for _place, id, number, name, key, data, as_written, first, last in self.plan.rows(
            "entering", columns, batch.number
        ):
            line, self._next = self._next, self._next + 1
            yield (
                id, self.shape.id, unit, self.book, line, number or rules.line_number(self.shape, line, self.book), name,
                key, on, data, state, "import", source, 1, as_written, first, last, on, source, batch_text,
            )  # fmt: skip

    def _change(self, batch: Batch) -> None:
        source, batch_text, on = bulk.uuid_text(self.row.pk), bulk.uuid_text(batch.id), self.on.isoformat()
        columns = "id, version, data, as_written, name, name_key, first, last, kept"
        kept, rows = [], []
        for id, version, *said, before in self.plan.rows("changing", columns, batch.number):
            rows.append([*said, on, source, batch_text, id, version])
            if before is not None:
                data, as_written, state, earlier = json.loads(before)
                kept.append((id, version, data, as_written, state, UUID(earlier)))
        self._keep(kept)
        cast = "::jsonb" if connection.vendor == "postgresql" else ""
        done = _execute(
            f"update registers_record set data = %s{cast}, as_written = %s{cast}, person_name = %s, name_key = %s, "  # noqa: S608
            "valid_from = %s, valid_to = %s, confirmed_on = %s, seen_in = %s, batch_id = %s, version = version + 1 "
            "where id = %s and version = %s",
            rows,
        )
        if done != len(rows):
            raise Stale("registers.changed", CHANGED, import_id=self.row.pk)

    def _keep(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Keep what earlier batches wrote before it is replaced: (record, version, data, as written, state, batch)."""
        lines = []
        for id, version, data, as_written, state, batch in rows:
            actor, at = self._source(batch)
            text = bulk.uuid_text(batch)
            lines.append((id, version, data, as_written, state, "", "import", text, actor, at))
        if lines:
            bulk.insert(Version, VERSION, lines)

    def _source(self, batch: UUID) -> tuple[str | None, str]:
        if batch not in self._sources:
            by, loaded_at = Import.objects.values_list("by", "loaded_at").get(batches=batch)
            moment = connection.ops.adapt_datetimefield_value(loaded_at)
            self._sources[batch] = bulk.uuid_text(by), str(moment)
        return self._sources[batch]


def _execute(sql: str, rows: list[list[Any]]) -> int:
    """Run one statement for many rows; return how many rows it met."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)
