"""The rows that one person may list of a published view, as a Parquet file that is kept for some minutes.

A file is named by what it holds: the view as it is defined, the reach of the right, and when its rows were counted or
touched last. So whoever has the same reach shares it, and nobody with another finds it. Personal columns stay out.
"""

from __future__ import annotations

import csv
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from dinh.catalogue import store
from dinh.database import published
from dinh.database.published import Column, View
from dinh.directory import policy, tree
from dinh.directory.models import Account
from dinh.indicators.engine import counting
from dinh.indicators.models import Source
from dinh.indicators.queries import reach

KEPT_SECONDS = 600
MOST_ROWS = 2_000_000  # of one view
PORTION = 5_000
PLACES, CODES = "places", "codes"
KINDS = {"id": "VARCHAR", "text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}  # fmt: skip
NOTHING = "\\N"
Pack = Callable[[Path, Path, Sequence[tuple[str, str]]], None]
Rows = Iterator[Sequence[Any]]


class TooMany(Exception):
    """A view has more rows in reach than are laid out; of some of them every answer would be wrong."""


def folder() -> Path:
    """Return the folder of the extracts, readable by the node alone."""
    found = Path(settings.DINH_HOME) / "cache" / "questions"
    found.mkdir(parents=True, exist_ok=True)
    found.chmod(0o700)
    return found


def columns_of(view: View) -> list[Column]:
    """Return the columns that may be asked: those by which nobody can be told apart."""
    return [column for column in view.columns if not column.personal]


def views_for(account: Account, on: date) -> dict[str, View]:
    """Return the views of which an account may list any rows."""
    return {
        name: view for name, view in published.views().items() if policy.scope(account, view.permission, on)
    }


def of_view(view: View, account: Account, on: date, pack: Pack) -> Path:
    """Return the file of the rows of a view in reach of the account, made anew when it is older than its rows.

    pack  turns a file of CSV into one of Parquet, in a process of its own
    """
    right = policy.scope(account, view.permission, on)
    where = reach.condition(right, view, counting.engine_of(connection))
    columns = columns_of(view)
    mark = Source.objects.filter(view=view.name).aggregate(
        at=Max("counted_at"), touched=Max("touched_at"), of=Count("pk")
    )
    path = _path(view.name, where, str([(column.name, column.type) for column in columns]), str(mark))
    return _kept(path, [(column.name, KINDS[column.type]) for column in columns], lambda: _rows(view, columns, where), pack)  # fmt: skip


def of_places(account: Account, on: date, language: str, pack: Pack) -> Path:
    """Return the file of the places in reach by name: `id, code, name, level, parent`, and those above them."""
    units: set[UUID] = set()
    for one in policy.scope(account, "figures.ask", on).reaches:
        units |= one.units | set(tree.with_parents(one.unit, on))
    path = _path(PLACES, on.isoformat(), language, ",".join(sorted(map(str, units))))
    columns = [(name, "VARCHAR") for name, _meaning in PLACE_COLUMNS]
    return _kept(path, columns, lambda: _places(units, on), pack)


def of_codes(language: str, pack: Pack) -> Path:
    """Return the file of all codes of the catalogue with their words: `list, code, title`."""
    path = _path(CODES, language, str(id(store.get())), str(os.getpid()))
    return _kept(path, [(name, "VARCHAR") for name, _meaning in CODE_COLUMNS], lambda: _codes(language), pack)


def write(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as the child reads them: CSV that the node alone may read, with a mark for null."""
    with open(path, "w", encoding="utf-8", newline="", opener=_private) as file:
        lines = csv.writer(file)
        for row in rows:
            lines.writerow([NOTHING if cell is None else cell for cell in row])


def sweep(now: float) -> None:
    """Delete the files whose time is over."""
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # another process was quicker
            # Twice: who found it just before its time was over is still to read it.
            if path.suffix in {".parquet", ".csv", ".new"} and now - path.stat().st_mtime > 2 * KEPT_SECONDS:
                path.unlink()


PLACE_COLUMNS = (("id", ""), ("code", ""), ("name", ""), ("level", ""), ("parent", ""))
CODE_COLUMNS = (("list", ""), ("code", ""), ("title", ""))


def _path(name: str, *what: str) -> Path:
    digest = hashlib.sha256("\n".join((settings.SECRET_KEY, name, *what)).encode()).hexdigest()[:40]
    return folder() / f"{name}-{digest}.parquet"


def _kept(path: Path, columns: Sequence[tuple[str, str]], rows: Callable[[], Rows], pack: Pack) -> Path:
    if path.exists() and time.time() - path.stat().st_mtime < KEPT_SECONDS:
        return path
    source = path.with_name(f"{uuid4().hex}.csv")
    target = source.with_suffix(".new")
    try:
        write(source, rows())
        pack(source, target, columns)
        target.replace(path)
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _rows(view: View, columns: Sequence[Column], where: str) -> Rows:
    says = [_SAYS[column.type] for column in columns]
    names = ", ".join(column.name for column in columns)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {view.name} WHERE {where} LIMIT {MOST_ROWS + 1}")  # noqa: S608 - names of ours
        while portion := cursor.fetchmany(PORTION):
            count += len(portion)
            if count > MOST_ROWS:
                raise TooMany(view.name)
            for row in portion:
                yield [None if cell is None else say(cell) for say, cell in zip(says, row, strict=True)]


def _places(units: set[UUID], on: date) -> Rows:
    tree.warm(units)
    for unit in sorted(units):
        if naming := tree.naming(unit, on):
            yield [str(unit), naming.code, tree.title(unit, on, with_parents=False), naming.level, naming.parent]  # fmt: skip


def _codes(language: str) -> Rows:
    every = store.get()
    for name, one in sorted(every.lists.items()):
        for entry in one.entries:
            yield [name, entry.code, entry.title.of(language)]
    for id, procedure in sorted(every.procedures.items()):
        yield ["procedures", id, procedure.title.of(language)]
    for id, register in sorted(every.registers.items()):
        yield ["registers", id, register.title.of(language)]


def _id(cell: Any) -> str:
    return str(cell if isinstance(cell, UUID) else UUID(str(cell)))


_SAYS: dict[str, Callable[[Any], str]] = {
    "id": _id,
    "text": str,
    "integer": str,
    "boolean": lambda cell: "true" if cell else "false",
    "date": str,
    "datetime": str,
}
