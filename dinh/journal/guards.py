"""Triggers that refuse what the journal never does: change or remove what stands in it.

- entries: no deletion; one update alone, the legal erasure (`body` and `salt` to null together)
- seals and positions: neither update nor deletion
- access rows: no update; deletion only of rows older than 24 months (`journal.access.forget_old`)

Other packages have tables of this kind guarded with `keep`: neither update nor deletion, and no further row where they
say that nothing more may come (SQLite's `REPLACE` asks no trigger of deletion, but this one).

They guard against a slip and against code that goes round the actions; who may
drop a trigger can go round them, and then `dinh journal verify` tells. They are
made by a migration and looked after each later one, because SQLite drops the
triggers of a table that a migration rebuilds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection as default_connection
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

RETENTION_MONTHS = 24
_HEADER = (
    "id", "node", "kind", "v", "subject_type", "subject", "subject_version", "unit", "actor", "on_behalf_of",
    "cause", "at", "body_digest",
)  # fmt: skip
_TABLES = {
    "journal_entry": "entries are only ever added",
    "journal_seal": "seals are only ever added",
    "journal_position": "positions are only ever added",
    "journal_access": "access rows are kept for 24 months",
}


_CLOSED: dict[str, str] = {}  # table -> condition over NEW under which no row is added any more


def keep(table: str, sentence: str, closed: str = "") -> None:
    """Guard a table of another package too: rows are only ever added. Called when its app is ready.

    closed  condition of SQL, over NEW, under which no row is added any more
    """
    _TABLES[table] = sentence
    if closed:
        _CLOSED[table] = closed


def kept_since(at: datetime) -> datetime:
    """Return the moment since which access rows are kept: the day 24 months before, from its beginning (UTC)."""
    at = at.astimezone(UTC)
    years, month = divmod(at.year * 12 + at.month - 1 - RETENTION_MONTHS, 12)
    return datetime(
        years, month + 1, min(at.day, 28), tzinfo=UTC
    )  # every month has a 28th; up to 3 days longer


def _change_allowed(table: str, same: str) -> str:
    """Return the SQL condition under which an update is let through."""
    if table != "journal_entry":
        return "1 = 0"
    unchanged = " AND ".join(f'NEW."{name}" {same} OLD."{name}"' for name in _HEADER)
    return f"NEW.body IS NULL AND NEW.salt IS NULL AND {unchanged}"


def _removal_allowed(table: str, old_enough: str) -> str:
    return old_enough if table == "journal_access" else "1 = 0"


def _sqlite(tables: Mapping[str, str]) -> dict[str, str]:
    old_enough = f"OLD.at < datetime('now', '-{RETENTION_MONTHS} months')"
    result = {}
    for table, sentence in tables.items():
        for verb, allowed in (
            ("UPDATE", _change_allowed(table, "IS")),
            ("DELETE", _removal_allowed(table, old_enough)),
        ):
            name = f"{table}_guard_{verb.lower()}"
            result[name] = (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN NOT ({allowed}) "
                f"BEGIN SELECT RAISE(ABORT, '{table}: {sentence}'); END"
            )
        if table in _CLOSED:
            result[f"{table}_guard_insert"] = (
                f"CREATE TRIGGER {table}_guard_insert BEFORE INSERT ON {table} WHEN {_CLOSED[table]} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: {sentence}'); END"
            )
    return result


def _postgresql(tables: Mapping[str, str]) -> list[str]:
    old_enough = f"OLD.at < now() - interval '{RETENTION_MONTHS} months'"
    result = [
        "CREATE OR REPLACE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$"
    ]
    for table, sentence in tables.items():
        for verb, allowed in (
            ("UPDATE", _change_allowed(table, "IS NOT DISTINCT FROM")),
            ("DELETE", _removal_allowed(table, old_enough)),
        ):
            result.append(
                f"CREATE OR REPLACE TRIGGER {table}_guard_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH ROW WHEN (NOT ({allowed})) EXECUTE FUNCTION journal_guard('{sentence}')"
            )
        result.append(
            f"CREATE OR REPLACE TRIGGER {table}_guard_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION journal_guard('{sentence}')"
        )
        if table in _CLOSED:  # the condition of a trigger may not look into other tables, its function may
            result += [
                f"CREATE OR REPLACE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {_CLOSED[table]} THEN RAISE EXCEPTION '{table}: {sentence}' USING ERRCODE = 'restrict_violation'; "
                "END IF; RETURN NEW; END $$",
                f"CREATE OR REPLACE TRIGGER {table}_guard_insert BEFORE INSERT ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
            ]
    return result


def names(vendor: str) -> list[str]:
    """Return the names of the triggers that must be there."""
    verbs = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    found = [f"{table}_guard_{verb}" for table in _TABLES for verb in verbs]
    return found + [f"{table}_guard_insert" for table in _CLOSED]


def missing(connection: BaseDatabaseWrapper | None = None) -> list[str]:
    """Return the triggers that are not there, for `dinh doctor`."""
    connection = connection or default_connection
    query = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in names(connection.vendor) if name not in there]


def install(connection: BaseDatabaseWrapper | None = None) -> None:
    """Make the triggers of the tables that are there, those that are there anew: a release may word them otherwise."""
    connection = connection or default_connection
    tables = _tables_there(connection)
    if connection.vendor == "postgresql":
        statements = _postgresql(tables)
    else:
        made = _sqlite(tables)
        statements = [*(f"DROP TRIGGER IF EXISTS {name}" for name in made), *made.values()]
    # All or none: nobody may write between a trigger that was dropped and the one that is made.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper | None = None) -> None:
    """Drop the triggers: for tests of what happens when somebody does, and for emptying a test database."""
    connection = connection or default_connection
    tables = _tables_there(connection)
    with connection.cursor() as cursor:
        for name in names(connection.vendor):
            table = name.partition("_guard_")[0]
            if table not in tables:  # of a package whose migrations have not run yet
                continue
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _tables_there(connection: BaseDatabaseWrapper) -> dict[str, str]:
    there = set(connection.introspection.table_names())
    return {table: sentence for table, sentence in _TABLES.items() if table in there}


@contextmanager
def lifted(connection: BaseDatabaseWrapper | None = None) -> Iterator[None]:
    """Work without the triggers, in tests alone."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def after_migrate(using: str, **signal: Any) -> None:
    """Put back what the migrations of a release took away; connected in `apps`."""
    from django.db import connections

    connection = connections[using]
    there = set(connection.introspection.table_names())
    if there.issuperset(_TABLES):
        install(connection)
