"""Lay a frozen home out on disk, its database on SQLite or, table by table, on PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

from dinh.config.tests.nodes import Node

HOMES = Path(__file__).resolve().parent / "homes"
TO_POSTGRESQL = "from tests.upgrade.laying import copy_into_postgresql; copy_into_postgresql({path!r})"


def releases() -> list[str]:
    """Return every release whose database is frozen, oldest first."""
    names = [path.name.removesuffix(".tar.xz") for path in HOMES.glob("*.tar.xz")]
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def facts(release: str) -> dict[str, Any]:
    """Return what was counted when it was frozen."""
    return dict(json.loads((HOMES / f"{release}.json").read_text()))


def lay_out(release: str, node: Node) -> None:
    """Make the home of a node as that release left it."""
    with tarfile.open(HOMES / f"{release}.tar.xz") as archive:
        archive.extractall(node.home, filter="data")
    script = node.home / "database.sql"
    path = node.home / "dinh.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script.read_text())
    script.unlink()
    path.chmod(0o600)
    if "DATABASE_URL" in node.extra:
        node.python(TO_POSTGRESQL.format(path=str(path)))
        path.unlink()


def copy_into_postgresql(path: str) -> None:
    """Make the tables by the migrations of that release, which are frozen, and copy every row."""
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    with closing(sqlite3.connect(path)) as source:
        applied = source.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
        executor = MigrationExecutor(connection)
        executor.migrate(_last_of_each(executor, applied))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for (table,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not table.startswith("sqlite_"):
                    _copy_table(source, cursor, table)


def _last_of_each(executor: Any, applied: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the last migration of each app among those that were applied and are still known by name."""
    known = [key for key in applied if key in executor.loader.graph.nodes]
    before = {
        parent.key
        for key in known
        for parent in executor.loader.graph.node_map[key].parents
        if parent.key[0] == key[0]
    }
    return [key for key in known if key not in before]


def _copy_table(source: sqlite3.Connection, cursor: Any, table: str) -> None:
    cursor.execute(
        "SELECT column_name, data_type, is_identity FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s",
        [table],
    )
    types = {name: (kind, identity == "YES") for name, kind, identity in cursor.fetchall()}
    rows = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from our own schema
    names = [column[0] for column in rows.description]
    assert set(names) == set(types), f"{table} is not as the release had it"
    cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
    listed = ", ".join(f'"{name}"' for name in names)
    with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([_as(types[name][0], value) for name, value in zip(names, row, strict=True)])
    for name in (name for name in names if types[name][1]):
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{name}'), "  # noqa: S608
            f'(SELECT coalesce(max("{name}"), 0) + 1 FROM "{table}"), false)'
        )


def _as(kind: str, value: Any) -> Any:
    """Return a value of SQLite as PostgreSQL reads it."""
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "timestamp with time zone":
        return f"{value}+00"
    return value
