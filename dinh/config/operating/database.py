"""A consistent copy of the database while the node runs, and the way back, on both engines."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from dinh.lib.errors import Broken, Refused

# Of a database as PostgreSQL makes it; a schema that a copy makes lacks it.
EVERYBODY_MAY_USE = (
    "SELECT EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS may "
    "WHERE nspname = 'public' AND may.grantee = 0 AND may.privilege_type = 'USAGE')"
)
FILE_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


def file_name() -> str:
    """Return the name of this engine's copy inside a backup."""
    return FILE_NAMES[connection.vendor]


def copy_to(target: Path) -> None:
    """Write a consistent copy of the database; writers go on meanwhile.

    Raises Refused when pg_dump is missing, Broken when the copy fails.
    """
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(connection.settings_dict["NAME"]), target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--schema=public", f"--file={target}")
    target.chmod(0o600)


def put_back(source: Path, aside: str, *, grants: bool = False) -> str:
    """Replace the database by a copy; return where what was there lies now, "" when there was nothing.

    aside   name for what was there: a folder of the home (SQLite), a schema (PostgreSQL)
    grants  bring back what other roles of PostgreSQL may do; they must be there
    All or nothing: when it fails, what was there is there.
    """
    forget_connections()
    return (
        _put_back_sqlite(source, aside)
        if connection.vendor == "sqlite"
        else _put_back_postgresql(source, aside, grants)
    )


def is_there() -> bool:
    """Return whether there is a database of a node already."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    return "django_migrations" in connection.introspection.table_names()


def has_journal() -> bool:
    """Return whether it has come so far that somebody may have written; a set-up cut off before that just goes on."""
    return is_there() and "journal_entry" in connection.introspection.table_names()


def check_copy(source: Path) -> None:
    """Raise Broken unless the copy can be read whole (SQLite checks every page)."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as copy:
            if copy.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                raise Broken("restore.copy_damaged")
    else:
        _run("pg_restore", "--list", str(source), names_database=False)


def forget_connections() -> None:
    """Close this process's connections: the database under them is about to change."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def stamp(at: datetime) -> str:
    """Return a time as part of a file's or schema's name."""
    return f"{at:%Y%m%d_%H%M%S}"


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old:
        with closing(sqlite3.connect(target)) as new:
            # In one step: a copy in several begins again whenever somebody writes.
            old.backup(new, pages=-1)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _put_back_sqlite(source: Path, aside: str) -> str:
    path = Path(connection.settings_dict["NAME"])
    draft = path.with_suffix(".incoming")
    shutil.copyfile(source, draft)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    moved = ""
    if path.exists():
        folder = Path(settings.DINH_HOME) / aside
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _put_aside(path, folder)
        moved = str(folder)
    draft.replace(path)
    return moved


def _put_aside(path: Path, folder: Path) -> None:
    """Have a database in another folder too; it stays in its place until the new one takes that.

    One that nobody can read, or whose log somebody holds, is moved with its log instead.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if log.exists() and log.stat().st_size:
            raise OSError(f"{log} is in use")
        os.link(path, folder / path.name)
    except (OSError, sqlite3.Error):
        for name in (path.name, log.name, f"{path.name}-shm"):
            if (path.parent / name).exists():
                (path.parent / name).replace(folder / name)
        return
    for name in (log.name, f"{path.name}-shm"):
        (path.parent / name).unlink(missing_ok=True)


def _put_back_postgresql(source: Path, aside: str, grants: bool) -> str:
    occupied = bool(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY_MAY_USE)
        [(everybody,)] = cursor.fetchall()
        cursor.execute(f'ALTER SCHEMA public RENAME TO "{aside}"')  # the copy brings its own
    forget_connections()
    options = ["--no-owner", *([] if grants else ["--no-acl"]), "--exit-on-error", "--single-transaction"]
    try:
        _run("pg_restore", *options, str(source))
    except (Broken, Refused):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER SCHEMA "{aside}" RENAME TO public')
        raise
    with connection.cursor() as cursor:
        if everybody:
            cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        if not occupied:
            cursor.execute(f'DROP SCHEMA "{aside}"')
    return f"the schema {aside}" if occupied else ""


def _run(program: str, *words: str, names_database: bool = True) -> None:
    """Run a program of PostgreSQL; the password goes through the environment, never on the command line."""
    if shutil.which(program) is None:
        raise Refused(
            "operate.program_missing",
            f"{program} is missing. Install the package postgresql-client.",
            program=program,
        )
    described = connection.settings_dict
    named = [f"--dbname={described['NAME']}"] if names_database else []
    environment = os.environ | {
        "PGHOST": described["HOST"], "PGPORT": str(described["PORT"] or ""), "PGUSER": described["USER"],
        "PGPASSWORD": described["PASSWORD"],
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603 - a fixed program with our own words
        [program, *named, *words],
        env={k: v for k, v in environment.items() if v},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Broken("operate.program_failed", program=program, said=done.stderr.strip()[-300:])
