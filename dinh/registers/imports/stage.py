"""Where a file waits between being read and being loaded: a small database of its own beside the node's.

What was read and how far stand in one transaction of it, so a read that was killed goes on at the next row. The
node's own database is untouched until `loading` writes everything in one transaction.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Refused
from dinh.registers.imports.messages import BLOCKING
from dinh.registers.imports.rows import CellFault, RegisterRow

DISK_FULL = _(
    "The disk is full. What was read up to row %(row)s is kept; free some space and start the same import again: it "
    "goes on from there. Nothing was loaded."
)

BUSY = _("This file is being loaded already. Look at it again in a while.")

_TABLES = """
create table if not exists waiting (line integer primary key, number text, name text, data text, as_written text);
create table if not exists fault (line integer, at integer, title text, field text, code text, params text);
create table if not exists told (name text primary key, value text);
"""


@dataclass(frozen=True)
class Staged:
    """One row that waits."""

    line: int
    number: str
    name: str
    data: str  # JSON
    as_written: str | None  # JSON


class Stage:
    """The rows of one import that wait to be loaded, and everything that is wrong with the file."""

    def __init__(self, import_id: UUID) -> None:
        folder = Path(settings.DINH_HOME) / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{import_id}.sqlite3"
        self._database = sqlite3.connect(self.path, isolation_level=None)
        self._database.executescript(
            "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -8000;" + _TABLES
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, rows: Iterable[tuple[RegisterRow, str]], read_to: int, **counted: Any) -> None:
        """Keep what was read up to a row of the file; rows that cannot be entered leave only their faults.

        rows     with the number of each, "" where the register counts for itself
        counted  other facts to keep with them
        """
        waiting, faults = [], []
        for row, number in rows:
            faults += [_fault(fault) for fault in row.faults]
            if not row.bad:
                waiting.append((row.line, number, row.name, _json(row.data), _json(row.as_written or None)))
        with self.transaction():
            self._database.executemany("insert into waiting values (?, ?, ?, ?, ?)", waiting)
            self._database.executemany("insert into fault values (?, ?, ?, ?, ?, ?)", faults)
            self.tell(read_to=read_to, **counted)

    def tell(self, **values: Any) -> None:
        """Keep facts about the import by name."""
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        self._database.executemany("insert or replace into told values (?, ?)", rows)

    def told(self, name: str, default: Any = None) -> Any:
        """Return a kept fact."""
        found = self._database.execute("select value from told where name = ?", [name]).fetchone()
        return json.loads(found[0]) if found else default

    def portions(self, size: int) -> Iterator[list[Staged]]:
        """Yield the waiting rows in order of the file, so many at a time."""
        # No cursor stays open between portions: its snapshot would keep this connection from writing after another did.
        sql = "select line, number, name, data, as_written from waiting where line > ? order by line limit ?"
        last = -1
        while rows := self._database.execute(sql, [last, size]).fetchall():
            last = rows[-1][0]
            yield [Staged(*row) for row in rows]

    def first(self, count: int) -> list[Staged]:
        """Return the first rows."""
        sql = "select line, number, name, data, as_written from waiting order by line limit ?"
        return [Staged(*row) for row in self._database.execute(sql, [count])]

    def faults(self, limit: int = -1, *, blocking: bool | None = None) -> Iterator[CellFault]:
        """Yield what is wrong, in order of the file; `blocking` chooses what keeps rows out, or what does not."""
        marks = ", ".join("?" * len(BLOCKING))
        chosen = {None: "", True: f"where code in ({marks})", False: f"where code not in ({marks})"}[blocking]
        values = [] if blocking is None else sorted(BLOCKING)
        sql = f"select line, title, at, field, code, params from fault {chosen} order by line, at limit ?"  # noqa: S608 - fixed words
        for line, title, at, field, code, params in self._database.execute(sql, [*values, limit]):
            yield CellFault(line, title, at, field, code, json.loads(params))

    def summary(self) -> list[dict[str, Any]]:
        """Return how often each thing is wrong in each column, the most frequent first, with the first of its kind."""
        # Beside min() SQLite gives the other columns of that row: the values of the first fault.
        sql = (
            "select title, code, count(*), min(line), params from fault group by title, code "
            "order by count(*) desc, title"
        )
        return [
            {"column": title, "code": code, "rows": count, "first": first, "params": json.loads(params)}
            for title, code, count, first, params in self._database.execute(sql)
        ]

    def twice(self) -> tuple[int, int]:
        """Return how many rows share their number with another row, and the line of the first; (0, 0) for none."""
        sql = (
            "select coalesce(sum(n), 0), coalesce(min(first), 0) from (select count(*) as n, min(line) as first "
            "from waiting where number <> '' group by number having count(*) > 1)"
        )
        rows, first = self._database.execute(sql).fetchone()
        return rows, first

    def clear(self) -> None:
        """Begin again from nothing."""
        with self.transaction():
            for table in ("waiting", "fault", "told"):
                self._database.execute(f"delete from {table}")  # noqa: S608 - fixed names

    def drop_rows(self) -> None:
        """Delete the rows that wait and give their room back."""
        for table in ("entering", "changing", "confirming", "batch"):
            self._database.execute(f"drop table if exists {table}")
        self._database.execute("delete from waiting")
        self._database.execute("vacuum")

    def remove(self) -> None:
        """Close and delete it."""
        self._database.close()
        forget(self.path)

    def transaction(self) -> _Transaction:
        """Return a transaction of the stage's database."""
        return _Transaction(self)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the stage against another process that loads the same import. Raises Refused ("imports.busy")."""
        path = self.path.with_name(f"{self.path.name}.lock")
        with path.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Refused("imports.busy", BUSY) from error
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    @property
    def database(self) -> sqlite3.Connection:
        """The stage's database, for what `planning` works out in it."""
        return self._database


class _Transaction:
    """A transaction of a stage; a full disk becomes a refusal that says how far it came."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.database = stage, stage.database

    def __enter__(self) -> None:
        self.database.execute("begin immediate")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.database.execute("commit")
        except sqlite3.OperationalError as full:
            error = full
        if self.database.in_transaction:
            self.database.execute("rollback")
        if isinstance(error, sqlite3.OperationalError) and ("full" in str(error) or "I/O" in str(error)):
            row = self.stage.told("read_to", 0)
            raise Refused("imports.disk_full", DISK_FULL % {"row": row}, row=row) from error
        if kind is None and error is not None:
            raise error


def let_rows_go(import_id: UUID) -> None:
    """Delete what waited once it is loaded; what was wrong with the file stays, or nothing when nothing was."""
    with Stage(import_id) as stage:
        if next(stage.faults(1), None) is None:
            stage.remove()
        else:
            stage.drop_rows()


def is_kept(import_id: UUID) -> bool:
    """Tell whether a stage is there, without making one."""
    return (Path(settings.DINH_HOME) / "imports" / f"{import_id}.sqlite3").exists()


def forget(path: Path) -> None:
    """Delete the files of a stage."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _fault(fault: CellFault) -> tuple[int, int, str, str, str, str]:
    params = json.dumps(dict(fault.params), ensure_ascii=False)
    return fault.line, fault.at, fault.column, fault.field, fault.code, params


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: Any) -> str | None:
    return None if value is None else _encode(value)
