"""`dinh doctor`: is this node well? Every check says what it saw, and what to do when it is not well."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

State = Literal["ok", "warning", "fault"]
MOST_SEALER_LAG = timedelta(seconds=30)
MOST_WORKER_LAG = timedelta(minutes=10)
LEAST_FREE_BYTES = 1024**3
WARN_FREE_BYTES = 5 * 1024**3
SQLITE = {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL: NORMAL lost confirmed commits in power cuts


@dataclass(frozen=True)
class Finding:
    """What one check saw: its state, what it is about, and a sentence with what to do."""

    state: State
    about: str
    sentence: str


def examine(at: datetime) -> list[Finding]:
    """Run every check and return all findings; a check that cannot run is itself a fault."""
    found: list[Finding] = []
    away = _why_away()
    if away:
        sentence = f"the database does not answer: {away}; is it running, is DATABASE_URL right?"
        found.append(Finding("fault", "database", sentence))
    for check in CHECKS:
        if away and check in OF_DATABASE:
            continue
        try:
            found += check(at)
        except (DatabaseError, OSError) as error:
            name = check.__name__.lstrip("_").replace("_", " ")
            found.append(Finding("fault", name, f"could not be checked: {type(error).__name__}"))
    return found


def _why_away() -> str:
    """Return why PostgreSQL cannot be reached, "" when it can: asked once, without the pool's patience."""
    if connection.vendor != "postgresql":
        return ""
    import psycopg

    described = connection.settings_dict
    try:
        psycopg.connect(
            host=described["HOST"], port=described["PORT"] or None, dbname=described["NAME"],
            user=described["USER"] or None, password=described["PASSWORD"] or None, connect_timeout=3,
        ).close()  # fmt: skip
    except psycopg.OperationalError as error:
        return " ".join(str(error).split())
    return ""


def _disk(at: datetime) -> Iterator[Finding]:
    for folder in (Path(settings.DINH_HOME), Path(os.environ.get("TMPDIR", "/tmp"))):  # noqa: S108
        usage = shutil.disk_usage(folder)
        state: State = "ok"
        if usage.free < LEAST_FREE_BYTES:
            state = "fault"
        elif usage.free < WARN_FREE_BYTES or usage.free < usage.total * 0.05:
            state = "warning"
        yield Finding(state, "disk", f"{usage.free / 1024**3:.1f} GB free at {folder}")


def _clock(at: datetime) -> Iterator[Finding]:
    from dinh.journal.models import Entry

    latest = Entry.objects.order_by("-id").values_list("id", flat=True).first()
    if latest is not None:
        ahead = datetime.fromtimestamp((latest.int >> 80) / 1000, UTC) - at
        if ahead > timedelta(seconds=5):
            yield Finding("fault", "clock", f"the clock stands {ahead} before the last entry; set it")
            return
    if Path("/run/systemd/timesync").exists() and not Path("/run/systemd/timesync/synchronized").exists():
        yield Finding(
            "warning", "clock", "the clock is not synchronised; let systemd-timesyncd reach a time server"
        )
        return
    offset = time.strftime("%z")
    yield Finding(
        "ok", "clock", f"{at.astimezone(timezone.get_default_timezone()):%Y-%m-%d %H:%M} (system {offset})"
    )


def _keys(at: datetime) -> Iterator[Finding]:
    folder = Path(settings.DINH_HOME) / "keys"
    if not folder.exists():
        yield Finding("warning", "keys", f"{folder} is not there yet; `dinh init` makes it")
        return
    open_files = [path for path in (folder, *sorted(folder.rglob("*"))) if _is_exposed(path)]
    for path in open_files:
        yield Finding("fault", "keys", f"{path} is readable by others: chmod go-rwx {path}")
    if not open_files:
        yield Finding("ok", "keys", "readable by their owner alone")
    if not (folder / "recovery.pub").exists():
        yield Finding(
            "warning", "backup", "no recovery key, so no backup: `dinh backup --new-recovery-key FILE`"
        )


def _is_exposed(path: Path) -> bool:
    """Return whether others may read something secret here: certificates and empty lock files are not."""
    found = path.stat()
    if not found.st_mode & 0o077 or (path.is_file() and not found.st_size):
        return False
    return path.suffix != ".pem" or b"PRIVATE" in path.read_bytes()


def _database(at: datetime) -> Iterator[Finding]:
    from dinh.journal import guards

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, wanted in SQLITE.items():
                cursor.execute(f"PRAGMA {name}")
                value = cursor.fetchone()[0]
                right = value == wanted
                told = f"{name} is {value}" if right else f"{name} is {value}, must be {wanted}"
                yield Finding("ok" if right else "fault", "database", told)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            value = cursor.fetchone()[0]
            cursor.execute("SHOW fsync")
            fsync = cursor.fetchone()[0]
        safe = value in {"on", "remote_apply", "remote_write"} and fsync == "on"
        yield Finding(
            "ok" if safe else "fault",
            "database",
            f"synchronous_commit is {value}, fsync is {fsync}{'' if safe else '; both must be on'}",
        )
    gone = guards.missing()
    sentence = (
        f"triggers are missing: {', '.join(gone)}; run `dinh init`"
        if gone
        else "the journal's triggers stand"
    )
    yield Finding("fault" if gone else "ok", "database", sentence)


def _migrations(at: datetime) -> Iterator[Finding]:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding(
            "fault", "tables", f"{len(plan)} migrations are not applied; stop the node, run `dinh upgrade`"
        )
    else:
        yield Finding("ok", "tables", "are those of this release")


def _sealer(at: datetime) -> Iterator[Finding]:
    from dinh.journal import sealer

    lag = sealer.lag(at)
    state: State = "fault" if lag > MOST_SEALER_LAG else "ok"
    what_to_do = "; is `dinh run` running?" if state == "fault" else ""
    yield Finding(state, "sealer", f"oldest unsealed item: {lag.total_seconds():.1f} s{what_to_do}")


def _heads(at: datetime) -> Iterator[Finding]:
    from dinh.journal import heads
    from dinh.journal.models import Seal

    path = heads.path()
    if Seal.objects.exists() and not path.exists():
        yield Finding("fault", "heads.log", f"{path} is gone; bring it back from a backup or the witness")
    elif path.exists() and not os.access(path, os.W_OK):
        yield Finding("fault", "heads.log", f"{path} cannot be written")
    else:
        yield Finding("ok", "heads.log", str(path))
    second = heads.witness()
    if second is not None:
        reachable = os.access(second if second.exists() else second.parent, os.W_OK)
        sentence = str(second) if reachable else f"{second} cannot be written; is the medium there?"
        yield Finding("ok" if reachable else "warning", "witness", sentence)


def _worker(at: datetime) -> Iterator[Finding]:
    from django_tasks_db.models import DBTaskResult

    from dinh.config.worker import lag
    from dinh.journal.models import HandlerFailure

    waiting = lag()
    state: State = "fault" if waiting > MOST_WORKER_LAG else "ok"
    what_to_do = "; is `dinh run` running?" if state == "fault" else ""
    yield Finding(state, "worker", f"oldest waiting task: {waiting.total_seconds():.0f} s{what_to_do}")
    for failure in HandlerFailure.objects.order_by("-tries")[:10]:
        yield Finding(
            "fault" if failure.tries >= 5 else "warning",
            "handlers",
            f"{failure.handler} on entry {failure.entry}: {failure.error}, {failure.tries} tries, next at "
            f"{failure.next_at:%Y-%m-%d %H:%M:%S}Z",
        )
    failed = DBTaskResult.objects.failed().filter(finished_at__gt=at - timedelta(days=7))
    for path in sorted(set(failed.order_by().values_list("task_path", flat=True))):
        yield Finding(
            "warning", "tasks", f"{failed.filter(task_path=path).count()} of {path} failed in the last week"
        )


def _mail(at: datetime) -> Iterator[Finding]:
    from dinh.messages.queries import delivery_counts

    given_up = delivery_counts(since=at - timedelta(days=7))["failed"]
    if given_up:
        yield Finding(
            "warning", "e-mail", f"{given_up} of the last week were given up; is DINH_SMTP_HOST right?"
        )


def _cut_off(at: datetime) -> Iterator[Finding]:
    from dinh.config.operating import cut_off, upgrade

    home = Path(settings.DINH_HOME)
    if cut_off.restore_mark().exists():
        yield Finding("fault", "restore", "was cut off; give the same `dinh restore` again")
    if upgrade.mark().exists():
        yield Finding("warning", "upgrade", "was cut off; stop the node, run `dinh upgrade`")
    left = [path for what in ("backup", "restore") for path in cut_off.leftovers(what)]
    if left:
        yield Finding(
            "warning", "backup", f"{left[0]} was left by a command that was killed; the next removes it"
        )
    if (home / "demo.building").exists():
        yield Finding("warning", "demo", "the last build was cut off; the next begins again")


def _programs(at: datetime) -> Iterator[Finding]:
    wanted = {"pg_dump": "backups", "pg_restore": "restores"} if connection.vendor == "postgresql" else {}
    for program, use in wanted.items():
        there = shutil.which(program) is not None
        sentence = program if there else f"{program} is missing (for {use}): install postgresql-client"
        yield Finding("ok" if there else "fault", "programs", sentence)


def _scans(at: datetime) -> Iterator[Finding]:
    """Only where paper is digitised: without these programs it is keyed all the same, so nothing is at fault."""
    from dinh.registers.models import ScanBook
    from dinh.registers.scans import programs

    if not ScanBook.objects.exists():
        return
    missing = programs.missing()
    for program, packages in missing.items():
        yield Finding(
            "warning", "scans", f"{program} is missing, scans are keyed without it: apt install {packages}"
        )
    if not missing:
        yield Finding("ok", "scans", "tesseract reads Vietnamese, poppler splits PDF")


def _voice(at: datetime) -> Iterator[Finding]:
    from dinh.outreach.models import Kiosk
    from dinh.web.kiosk.speech import PROGRAM, available

    if Kiosk.objects.filter(revoked_at=None).exists():
        without = f"{PROGRAM} is missing: only browsers with a voice read aloud; apt install {PROGRAM}"
        there = Finding("ok", "kiosk", f"{PROGRAM} reads pages aloud")
        yield there if available() else Finding("warning", "kiosk", without)


def _exposure(at: datetime) -> Iterator[Finding]:
    public = settings.DINH_PUBLIC_URL
    local = any(name in public for name in ("127.0.0.1", "localhost"))
    if settings.DINH_DEMO and not local:
        yield Finding("fault", "settings", "DINH_DEMO=1 on a public address: anybody may sign in; unset it")
    elif not local and not public.startswith("https://"):
        yield Finding(
            "fault", "settings", f"DINH_PUBLIC_URL is {public}: serve it by https, see docs/operate/tls.md"
        )
    else:
        yield Finding("ok", "settings", f"served as {public}")


CHECKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    _disk, _clock, _keys, _database, _migrations, _sealer, _heads, _worker, _mail, _cut_off, _programs, _scans, _voice, _exposure,
)  # fmt: skip
OF_DATABASE = frozenset({_clock, _database, _migrations, _sealer, _heads, _worker, _mail, _scans, _voice})
