"""`dinh restore`: a backup becomes this home's node again, in a new epoch, proved before it is served."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import dinh
from dinh.config.operating import cut_off, database, recovery, sealed_parts
from dinh.config.operating.backup import DATA, FORMAT, KEYS
from dinh.config.setting_up import set_up
from dinh.journal import heads, sealer
from dinh.journal.verify import Report, verify
from dinh.lib.errors import Refused

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What came of a restore: the proof, the new epoch, and where what was there lies now."""

    report: Report
    epoch: int
    aside: str
    made_at: str


def restore(
    source: Path, recovery_key: Path, at: datetime, *, replace: bool = False, tell: Tell = lambda what: None
) -> Restored:
    """Bring a backup back into this home and database.

    replace  put aside what is there; without it a home that has a node is refused

    The whole file is decrypted and checked before anything of the home is touched.
    Raises Refused: another key, a newer schema, another node or engine, something
    there already; Damaged when the file does not hold.
    """
    again = cut_off.restore_mark().exists()  # what is there is half of a restore, and goes aside
    if not (replace or again) and (
        database.is_there() or (Path(settings.DINH_HOME) / "keys" / "seal").exists()
    ):
        raise Refused(
            "restore.something_there",
            f"{settings.DINH_HOME} or its database has a node already. Name another DINH_HOME, or add --replace: "
            "what is there is then put aside, not deleted.",
        )
    private = recovery.private(recovery_key)
    Path(settings.DINH_HOME).mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file, cut_off.working_folder("restore") as folder:
        header, bound = sealed_parts.read_header(file)
        _refuse_foreign(header)
        tell("decrypting")
        for part in header["parts"]:
            if part["name"] in {DATA, KEYS}:
                _unpack(file, sealed_parts.unwrap(private, part), bound, folder)
        tell("checking the copy")
        copy = folder / database.file_name()
        database.check_copy(copy)
        tell("putting it in place")
        aside = f"before_restore_{database.stamp(at)}"
        cut_off.write(cut_off.restore_mark(), f"{header['made_at']}\n")
        moved = database.put_back(copy, aside)  # all or nothing; files are only renamed after it
        files_moved = _put_in_place(folder, aside)
    return _go_on(header, at, " and ".join(sorted({moved, *files_moved} - {""})), tell)


def _refuse_foreign(header: dict[str, Any]) -> None:
    if header.get("format") != FORMAT or _unknown(header):
        raise Refused(
            "restore.newer_schema",
            f"This backup was made by dinh {header.get('release')}, which is newer than this dinh "
            f"{dinh.__version__}. Install dinh {header.get('release')} or later, then restore.",
        )
    if header["node"] != settings.DINH_NODE:
        raise Refused(
            "restore.other_node",
            f"This backup is of the node {header['node']!r}, and this one is {settings.DINH_NODE!r}. "
            f"Set DINH_NODE={header['node']}.",
        )
    if header["engine"] != connection.vendor:
        raise Refused(
            "restore.other_engine",
            f"This backup is of {header['engine']}, and this node is set to {connection.vendor}. See DATABASE_URL.",
        )


def _unknown(header: dict[str, Any]) -> set[str]:
    """Return the migrations of the backup that this release does not know."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    assert known is not None  # noqa: S101 - the loader has just read them
    replaced = {f"{app}.{name}" for found in known.values() for app, name in found.replaces}
    return set(header.get("migrations", ())) - {f"{app}.{name}" for app, name in known} - replaced


def _unpack(file: BinaryIO, key: bytes, bound: bytes, folder: Path) -> None:
    reader = sealed_parts.PartReader(file, key, bound)
    with tarfile.open(fileobj=reader, mode="r|", bufsize=sealed_parts.CHUNK) as archive:
        archive.extractall(folder, filter="data")
    reader.drain()


def _put_in_place(folder: Path, aside: str) -> list[str]:
    """Move papers, keys and logs in; what was there goes aside. Return where, when something did."""
    home = Path(settings.DINH_HOME)
    moved = []
    for name in ("blobs", "keys", "demo.json"):
        old, new = home / name, folder / name
        if old.exists():
            (home / aside).mkdir(exist_ok=True, mode=0o700)
            old.replace(home / aside / name)
            moved.append(str(home / aside))
        if new.exists():
            new.replace(old)
    for path in (home / "keys").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return moved + _put_heads(folder / "heads.log", home / aside)


def _put_heads(new: Path, aside: Path) -> list[str]:
    """Keep the log that is here when it only goes on further: it tells what the restore lost."""
    here = heads.path()
    content = new.read_bytes() if new.exists() else b""
    if here.exists() and here.read_bytes().startswith(content):
        return []
    moved = []
    if here.exists():
        aside.mkdir(exist_ok=True, mode=0o700)
        shutil.move(here, aside / here.name)
        moved.append(str(aside))
    here.write_bytes(content)
    here.chmod(0o600)
    return moved


def _go_on(header: dict[str, Any], at: datetime, aside: str, tell: Tell) -> Restored:
    tell("bringing the tables up to this release")
    set_up()
    tell("opening a new epoch")
    sealer.catch_up()
    epoch = sealer.open_epoch(f"restored from the backup of {header['made_at']}", at)
    cut_off.restore_mark().unlink()
    tell("verifying the journal")
    return Restored(verify(), epoch.number, aside, header["made_at"])
