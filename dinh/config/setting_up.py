"""`dinh init`: bring a home to the state this release needs; quick when nothing changed.

Each step can run twice. A stamp in the home remembers of which files and of
which database a step was done last, so that a second start does not repeat it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

import dinh
from dinh.config.operating import database
from dinh.database import published

PACKAGE = Path(dinh.__file__).resolve().parent
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Step:
    """One step: its name, what it says while it works, the files it depends on, and its work."""

    name: str
    title: str
    files: Callable[[], Iterator[Path]]
    work: Callable[[Tell], None]
    in_database: bool = True


def steps() -> tuple[Step, ...]:
    """Return the steps in their order."""
    return (
        Step("folders", "Folders", lambda: iter(()), _folders, in_database=False),
        Step("migrate", "Tables", _table_files, _migrate),
        Step("catalogue", "Catalogue", _catalogue_files, _publish),
        Step("places", "Places of the country", _catalogue_files, _places),
        Step("offices", "Offices", _catalogue_files, _offices),
        Step(
            "translations",
            "Translations",
            lambda: _under(PACKAGE, "locale", ".po"),
            _translate,
            in_database=False,
        ),
        Step("static", "Static files", lambda: _under(PACKAGE, "static", ""), _collect, in_database=False),
    )


def set_up(begin: Callable[[Step], Tell] = lambda step: lambda what, done, total: None) -> list[str]:
    """Run the steps that are due and return their names.

    begin  called before a step runs; gives what tells its progress (label, done, total)
    """
    stamp = _read_stamp()
    done = []
    for step in steps():
        mark = _mark(step)
        if stamp.get(step.name) == mark:
            continue
        step.work(begin(step))
        # The database has changed by this step; its mark is of what it is now.
        stamp[step.name] = _mark(step)
        _write_stamp(stamp)
        done.append(step.name)
    return done


def needs_upgrade() -> bool:
    """Return whether there is a database whose tables are not those of this release."""
    migrate = next(step for step in steps() if step.name == "migrate")
    if _read_stamp().get("migrate") == _mark(migrate) or not database.has_journal():
        return False
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _mark(step: Step) -> str:
    digest = hashlib.sha256(
        f"{dinh.__version__} {settings.STATIC_ROOT} {os.environ.get('DINH_UNITS', '')}".encode()
    )
    if step.in_database:
        digest.update(_database().encode())
    for path in sorted(step.files()):
        found = path.stat()
        digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _database() -> str:
    """Return what tells this database, with its migrations, from a new one."""
    described = {
        k: str(v) for k, v in connection.settings_dict.items() if k in {"ENGINE", "NAME", "HOST", "PORT"}
    }
    if connection.vendor == "sqlite" and not Path(described["NAME"]).exists():
        return "none"
    if "django_migrations" not in connection.introspection.table_names():
        return "empty"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(applied) FROM django_migrations")
        return f"{sorted(described.items())} {cursor.fetchone()}"


def _stamp_path() -> Path:
    return Path(settings.DINH_HOME) / "init.json"


def _read_stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(_stamp_path().read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _write_stamp(stamp: dict[str, str]) -> None:
    draft = _stamp_path().with_suffix(".draft")
    draft.write_text(json.dumps(stamp, indent=1))
    draft.replace(_stamp_path())


def _under(root: Path, folder: str, ending: str) -> Iterator[Path]:
    for base, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in {"__pycache__", "tests", "node_modules"}]
        if folder in Path(base).relative_to(root).parts:
            yield from (Path(base) / name for name in files if name.endswith(ending))


def _table_files() -> Iterator[Path]:
    """Yield the files that say what stands in the database: migrations, and the views that are made after them."""
    yield from _under(PACKAGE, "migrations", ".py")
    yield from _under(PACKAGE, "published", ".py")
    yield from (path for path in PACKAGE.rglob("published.py") if "tests" not in path.parts)


def _catalogue_files() -> Iterator[Path]:
    from dinh.catalogue.store import shipped

    for root in (shipped(), *settings.DINH_CATALOGUE_PATHS):
        yield from (path for path in Path(root).rglob("*.toml"))


def _folders(tell: Tell) -> None:
    for name, mode in (("", 0o750), ("keys", 0o700)):
        folder = Path(settings.DINH_HOME) / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)


def _migrate(tell: Tell) -> None:
    executor = MigrationExecutor(connection)
    total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    done = 0

    def count(action: str, migration: Any = None, fake: bool | None = False, /) -> None:
        nonlocal done
        if action == "apply_success":
            done += 1
            tell(str(migration), done, total)

    executor.progress_callback = count
    published.drop(connection)  # no migration meets a view
    executor.migrate(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0, interactive=False)  # emits what follows a migration


def _publish(tell: Tell) -> None:
    from dinh.catalogue import store
    from dinh.catalogue.actions import publish

    publish(store.get(), timezone.now())


def _places(tell: Tell) -> None:
    from dinh.directory.setup import load_places

    load_places(progress=tell)


def _offices(tell: Tell) -> None:
    from dinh.directory.setup import load_offices

    codes = [code for code in os.environ.get("DINH_UNITS", "").split(",") if code]
    if codes:
        load_offices(codes)


def _translate(tell: Tell) -> None:
    """Compile what is newer than its .mo; an installed wheel brings them compiled."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    sources = list(_under(PACKAGE, "locale", ".po"))
    for number, source in enumerate(sources, start=1):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.replace(target)
        tell(str(source.relative_to(PACKAGE)), number, len(sources))


def _collect(tell: Tell) -> None:
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)
