"""What loading a file will write, worked out in its stage before the register is locked.

SQLite has one writer. Comparing two hundred thousand rows with those that are there, giving each its id and its
digest takes most of the time of loading, and none of it writes: so it is done here, and `writing` only copies. What
the register said meanwhile is held by its stand, the number of its records and the sum of their versions, which
every change raises: when it differs inside the transaction, the plan is made again there.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Sum

from dinh.catalogue.shapes.register import Register
from dinh.directory import tree
from dinh.lib.ids import uuid7
from dinh.lib.names import fold
from dinh.registers import rules
from dinh.registers.imports import bulk
from dinh.registers.imports.digests import digest_of, leaf, same
from dinh.registers.imports.stage import Stage, Staged
from dinh.registers.models import Import, Record

T = TypeVar("T")
CHUNK = 900  # values in one condition: SQLite takes 999
KNOWN = ("id", "number", "version", "state", "data", "as_written", "batch_id")
Progress = Callable[[int], None]  # rows planned

_TABLES = """
drop table if exists entering; drop table if exists changing; drop table if exists confirming; drop table if exists batch;
create table entering (place integer primary key, batch integer, id text, number text, name text, name_key text,
    data text, as_written text, first text, last text);
create table changing (id text primary key, batch integer, version integer, data text, as_written text, name text,
    name_key text, first text, last text, kept text);
create table confirming (id text primary key, batch integer);
create table batch (number integer primary key, id text, first_line integer, last_line integer, entered integer,
    changed integer, unchanged integer, digest text);
create index entering_batch on entering (batch); create index changing_batch on changing (batch);
create index confirming_batch on confirming (batch);
"""


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


@dataclass(frozen=True)
class Batch:
    """Some thousand rows of the file, and the digest of what they will say."""

    number: int
    id: UUID
    lines: tuple[int, int]
    entered: int
    changed: int
    unchanged: int
    digest: str


@dataclass(frozen=True)
class Stand:
    """How a commune's part of a register stands: equal stands mean that nothing was entered, changed or closed."""

    records: int
    versions: int

    @classmethod
    def of(cls, row: Import) -> Stand:
        """Return the stand now. One query over the register's part."""
        mine = Record.objects.filter(register=row.register, unit=row.unit_id)
        found = mine.aggregate(records=Count("pk"), versions=Sum("version"))
        return cls(found["records"], found["versions"] or 0)


class Plan:
    """What loading will write, in the stage of its import."""

    def __init__(self, shape: Register, row: Import, stage: Stage) -> None:
        self.shape, self.row, self.stage = shape, row, stage
        self.stand, self._placed = Stand(0, 0), 0

    def make(self, size: int, progress: Progress | None = None) -> None:
        """Work everything out, in batches of so many rows."""
        self.stand = Stand.of(self.row)
        units = tree.with_inherited(self.row.unit_id)
        here = Record.objects.filter(register=self.shape.id, unit__in=units, state=Record.State.VALID)
        compares = bool(self.shape.key) and here.exists()
        self.stage.database.executescript(_TABLES)
        seen = self._placed = 0
        for number, portion in enumerate(self.stage.portions(size), start=1):
            with self.stage.transaction():
                self._plan(portion, number, self._known(portion) if compares else {})
            seen += len(portion)
            if progress:
                progress(seen)

    @property
    def entering(self) -> int:
        """How many records are new."""
        return int(self.stage.database.execute("select count(*) from entering").fetchone()[0])

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in order of the file."""
        sql = "select number, id, first_line, last_line, entered, changed, unchanged, digest from batch order by number"
        for number, id, first, last, new, changed, before, digest in self.stage.database.execute(
            sql
        ).fetchall():
            yield Batch(number, UUID(id), (first, last), new, changed, before, digest)

    def rows(self, table: str, columns: str, batch: int) -> Iterator[Any]:
        """Yield the planned rows of a batch, in order."""
        sql = f"select {columns} from {table} where batch = ? order by 1"  # noqa: S608 - fixed words
        yield from self.stage.database.execute(sql, [batch])

    def _plan(self, portion: Sequence[Staged], number: int, known: dict[str, deque[Known]]) -> None:
        leaves: list[bytes] = []
        entering, changing, confirming = [], [], []
        for staged in portion:
            data, as_written = json.loads(staged.data), json.loads(staged.as_written or "null")
            waiting = known.get(staged.number) if staged.number else None
            days = tuple(map(_iso, rules.validity(self.shape, data)))
            words = (staged.name, fold(staged.name)[:120])
            if not waiting:
                id = uuid7()
                leaves.append(leaf(id, 1, Record.State.VALID.value, data, as_written))
                text = bulk.uuid_text(id)
                self._placed += 1
                entering.append(
                    (self._placed, number, text, staged.number, *words, staged.data, staged.as_written, *days)
                )
                continue
            before = waiting.popleft()
            if same(before.data, before.as_written, data, as_written):
                confirming.append((bulk.uuid_text(before.id), number))
                continue
            leaves.append(leaf(before.id, before.version + 1, before.state, data, as_written))
            id_text = bulk.uuid_text(before.id)
            changing.append(
                (
                    id_text,
                    number,
                    before.version,
                    staged.data,
                    staged.as_written,
                    *words,
                    *days,
                    _kept(before),
                )
            )
        self._keep("entering", entering)
        self._keep("changing", changing)
        self._keep("confirming", confirming)
        counts = (len(entering), len(changing), len(confirming))
        self._keep(
            "batch", [(number, str(uuid7()), portion[0].line, portion[-1].line, *counts, digest_of(leaves))]
        )

    def _keep(self, table: str, rows: list[Any]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.stage.database.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608 - fixed words

    def _known(self, portion: Sequence[Staged]) -> dict[str, deque[Known]]:
        """Return the records in force by number that no row before has met; of twins the older first."""
        found: dict[str, deque[Known]] = defaultdict(deque)
        for numbers in chunks(sorted({staged.number for staged in portion if staged.number})):
            # By number alone: asked for the unit too, SQLite reads the unit's whole register for every portion.
            rows = Record.objects.filter(register=self.shape.id, number__in=numbers)
            here = [
                (sequence, Known(*values))
                for sequence, unit, *values in rows.values_list("sequence", "unit", *KNOWN)
                if unit == self.row.unit_id and values[3] == Record.State.VALID
            ]
            some = [one for _sequence, one in sorted(here, key=lambda pair: pair[0])]
            met = self._met([bulk.uuid_text(one.id) or "" for one in some])
            for one in some:
                if bulk.uuid_text(one.id) not in met:
                    found[one.number].append(one)
        return found

    def _met(self, ids: Sequence[str]) -> set[str]:
        met: set[str] = set()
        for some in chunks(ids):
            marks = ", ".join("?" * len(some))
            for table in ("changing", "confirming"):
                sql = f"select id from {table} where id in ({marks})"  # noqa: S608 - fixed words
                met.update(id for (id,) in self.stage.database.execute(sql, list(some)))
        return met


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield parts of a list that fit into one condition."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def as_text(value: Any) -> str | None:
    """Return a value as the JSON text that its column takes."""
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kept(before: Known) -> str | None:
    """Return what an earlier batch wrote, for its version; None where an action wrote it and kept it already."""
    if before.batch_id is None:
        return None
    return json.dumps([as_text(before.data), as_text(before.as_written), before.state, str(before.batch_id)])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
