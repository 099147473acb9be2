"""`dinh upgrade`: keep a copy, migrate, verify; when anything of that fails, everything is as before.

The copy lies in the home (it is for this machine and this moment; `dinh backup`
is for all others) and stays until the next upgrade. An upgrade that was cut off (a
power cut) leaves a mark beside it: the next one goes on from where the tables stand,
and still goes back to that copy when it fails.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from dinh.catalogue import store
from dinh.config import setting_up
from dinh.config.operating import cut_off, database
from dinh.journal import sealer
from dinh.journal.commands import sentence
from dinh.journal.models import Entry
from dinh.journal.verify import Report, verify
from dinh.lib.errors import Broken, Refused

Tell = Callable[[str], None]


def upgrade(at: datetime, tell: Tell = lambda what: None) -> list[str]:
    """Bring the node's tables and files to this release; return the steps that were done.

    Raises Refused when the journal does not hold before or there is no room for
    a copy, Broken ("upgrade.rolled_back") when it failed and was undone.
    """
    cut_off.refuse_half_restored()
    if not database.has_journal():
        return setting_up.set_up()
    tell("verifying the journal as it is")
    sealer.seal_once()
    _refuse_broken(verify())
    tell("keeping a copy")
    copy = _keep_copy(at)
    try:
        store.forget()
        tell("migrating")
        done = setting_up.set_up()
        tell("checking")
        call_command("check", fail_level="ERROR", verbosity=0)
        after = verify()
        if not after.ok:
            raise Broken("upgrade.journal_does_not_hold", first=after.faults[0].code)
    except Exception as error:
        tell("going back")
        _go_back(copy, at)
        said = getattr(error, "code", type(error).__qualname__)
        raise Broken(
            "upgrade.rolled_back",
            f"The upgrade failed ({said}); the data are as they were before. Start the release you had.",
        ) from error
    _forget_older(copy)
    return done


def _refuse_broken(report: Report) -> None:
    if not report.ok:
        raise Refused(
            "upgrade.journal_broken",
            f"The journal does not hold already before the upgrade: {sentence(report.faults[0])}. Nothing was changed.",
        )


def _keep_copy(at: datetime) -> Path:
    """Return a copy of the tables as they are, or that of an upgrade cut off since which nothing was written."""
    folder = mark().parent
    written = _last_written()
    if mark().exists():
        told = json.loads(mark().read_text())
        if told["written"] == written and (folder / told["copy"]).exists():
            return folder / str(told["copy"])
    size = _size_of_database()
    if size and shutil.disk_usage(settings.DINH_HOME).free < 2 * size:
        raise Refused(
            "upgrade.no_room", "There is no room for a copy of the database. Make some, then try again."
        )
    folder.mkdir(exist_ok=True, mode=0o700)
    copy = folder / f"{database.stamp(at)}-{database.file_name()}"
    database.copy_to(copy)
    cut_off.write(mark(), json.dumps({"copy": copy.name, "written": written}))
    return copy


def _last_written() -> str:
    """Return what changes with every act."""
    return str(Entry.objects.order_by("-id").values_list("id", flat=True).first())


def mark() -> Path:
    """Return the file that stands beside the copy until the upgrade is done or undone."""
    return Path(settings.DINH_HOME) / "before-upgrade" / "unfinished.json"


def _forget_older(copy: Path) -> None:
    for other in copy.parent.iterdir():
        if other != copy:
            other.unlink()


def _size_of_database() -> int:
    path = Path(settings.DINH_HOME) / "dinh.sqlite3"
    return path.stat().st_size if path.exists() else 0


def _go_back(copy: Path, at: datetime) -> None:
    """Put the copy back; what the failed upgrade left is put aside, to be looked at."""
    database.put_back(copy, f"failed_upgrade_{database.stamp(at)}", grants=True)
    (Path(settings.DINH_HOME) / "init.json").unlink(missing_ok=True)
    mark().unlink()
