"""Write a plan on SQLite by copying within the database: the stage is attached, and rows never pass through Python.

Measured on 200,000 new rows: 4.3 s of processor time under the write lock, where one statement for each row took 7.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from dinh.lib.errors import Stale
from dinh.registers import rules
from dinh.registers.imports import bulk
from dinh.registers.imports.planning import Batch, Plan
from dinh.registers.imports.stage import Stage
from dinh.registers.imports.writing import CHANGED, RECORD, VERSION, Writer, Written
from dinh.registers.models import Record

ENTER = (
    f"insert into registers_record ({', '.join(RECORD)}) "  # noqa: S608 - our own names
    "select id, %s, %s, %s, %s + place, case number when '' then line_number(%s + place) else number end, name, name_key, "
    "%s, data, %s, 'import', %s, 1, as_written, first, last, %s, %s, %s from stage.entering where batch = %s order by place"
)
# What an action wrote has its version already; what a batch wrote stands in the record alone until now.
KEEP = (
    f"insert into registers_version ({', '.join(VERSION)}) "  # noqa: S608 - our own names
    "select r.id, r.version, r.data, r.as_written, r.state, '', 'import', r.batch_id, i.by, coalesce(i.loaded_at, i.at) "
    "from stage.changing c join registers_record r on r.id = c.id join registers_importbatch b on b.id = r.batch_id "
    "join registers_import i on i.id = b.source_id where c.batch = %s"
)
CHANGE = (
    "update registers_record set data = c.data, as_written = c.as_written, person_name = c.name, name_key = c.name_key, "
    "valid_from = c.first, valid_to = c.last, confirmed_on = %s, seen_in = %s, batch_id = %s, "
    "version = registers_record.version + 1 from stage.changing c "
    "where c.batch = %s and registers_record.id = c.id and registers_record.version = c.version"
)
CONFIRM = (
    "update registers_record set confirmed_on = %s, seen_in = %s "
    "where id in (select id from stage.confirming where batch = %s)"
)


@contextmanager
def attached(stage: Stage) -> Iterator[bool]:
    """Attach a stage to the node's database where that can be done: on SQLite, outside of a transaction."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield False
        return
    with connection.cursor() as cursor:
        cursor.execute("attach database %s as stage", [str(stage.path)])
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("detach database stage")


class Copier(Writer):
    """Writes a plan whose stage is attached."""

    def __init__(self, shape: Any, row: Any, plan: Plan) -> None:
        super().__init__(shape, row, plan)
        # A register without a key numbers its lines itself.
        connection.connection.create_function(
            "line_number", 1, lambda line: rules.line_number(shape, line, self.book)
        )

    def write(self, batch: Batch) -> Written:
        """Write one batch of the plan."""
        source, text, on = bulk.uuid_text(self.row.pk), bulk.uuid_text(batch.id), self.on.isoformat()
        with connection.cursor() as cursor:
            if batch.entered:
                unit, first = bulk.uuid_text(self.row.unit_id), self._next - 1
                state = Record.State.VALID.value
                cursor.execute(
                    ENTER,
                    [
                        self.shape.id,
                        unit,
                        self.book,
                        first,
                        first,
                        on,
                        state,
                        source,
                        on,
                        source,
                        text,
                        batch.number,
                    ],
                )
            if batch.changed:
                cursor.execute(KEEP, [batch.number])
                cursor.execute(CHANGE, [on, source, text, batch.number])
                if cursor.rowcount != batch.changed:
                    raise Stale("registers.changed", CHANGED, import_id=self.row.pk)
            if batch.unchanged:
                cursor.execute(CONFIRM, [on, source, batch.number])
        return Written(batch.entered, batch.changed, batch.unchanged)
