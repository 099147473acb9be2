"""Write many rows of one table fast: COPY on PostgreSQL, one prepared statement on SQLite. Values are plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows into a model's table.

    columns  names of database columns
    rows     values as `uuid_text`, ISO dates, JSON text, str, int or None, in the order of the columns
    """
    table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'copy "{table}" ({names}) from stdin') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'insert into "{table}" ({names}) values ({marks})', list(rows))  # noqa: S608 - names of our own tables


def uuid_text(value: Any) -> str | None:
    """Return a UUID as the database's column takes it: 32 digits in SQLite, the usual form in PostgreSQL."""
    if value is None:
        return None
    return str(value) if connection.vendor == "postgresql" else str(value).replace("-", "")
