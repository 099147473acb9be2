"""Freeze the database of a release: `python -m tests.upgrade.freeze`, on the commit that gets the tag.

Builds a small, complete home by real actions and writes `homes/RELEASE.tar.xz` (the database as SQL, `heads.log`,
some papers, public keys; no private key) and `homes/RELEASE.json` (what the tests compare). Both are kept for ever:
`test_upgrade.py` brings every one of them to the release at hand.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import os
import sqlite3
import sys
import tarfile
import tempfile
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOMES = HERE / "homes"
NODE = "xa-mau"
FIRST_DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOTE = "Everything in this home is synthetic: no person, name, number or dossier is real. There is no private key.\n"


def main() -> int:
    """Build a home in a temporary folder and freeze it."""
    with tempfile.TemporaryDirectory(prefix="dinh-freeze-") as folder:
        for name in [name for name in os.environ if name.startswith(("DINH_", "DATABASE_URL"))]:
            del os.environ[name]
        os.environ |= {
            "DINH_HOME": folder, "DINH_NODE": NODE, "DINH_DEMO": "1", "DINH_CATALOGUE_PATHS": str(HERE / "catalogue"),
            "DJANGO_SETTINGS_MODULE": "dinh.config.settings",
        }  # fmt: skip
        import django

        django.setup()
        build(_tell)
        return _write(Path(folder))


def build(tell: Any) -> None:
    """Fill the home: a commune, its people, requests of every procedure at every stage, a few papers."""
    from dinh.config.demo import build as demo
    from dinh.config.setting_up import set_up
    from dinh.journal import sealer
    from dinh.population.models import Person
    from tests.upgrade import living

    set_up()
    founded = demo.found("frozen", NOW, tell)
    for number, _dossier in enumerate(living.live(founded.town, FIRST_DAY), 1):
        tell("requests", number, 0)
    living.furnish(founded.town, Person.objects.get(number=founded.phuc.number), NOW)
    demo.seal_quietly(tell)
    _draw_papers()
    sealer.seal_once()


def _draw_papers() -> None:
    """Draw and sign the slip and the result of one request, and revoke the result."""
    from dinh.papers import actions
    from dinh.papers.issuing import issue_paper
    from dinh.papers.models import Paper

    result = Paper.objects.filter(template="certified_copy").order_by("requested_at")[0]
    slip = Paper.objects.filter(subject=result.subject).exclude(pk=result.pk).order_by("requested_at")[0]
    for paper in (slip, result):
        issue_paper(paper.pk, at=NOW)
    result.refresh_from_db()
    actions.revoke(paper=result, because="Sai tên giấy tờ", by=None, at=NOW)


def _write(home: Path) -> int:
    import dinh

    HOMES.mkdir(exist_ok=True)
    with closing(sqlite3.connect(home / "dinh.sqlite3")) as database:
        sql = "\n".join(database.iterdump())
    facts = HOMES / f"{dinh.__version__}.json"
    facts.write_text(json.dumps(_facts(), indent=1, ensure_ascii=False) + "\n")
    target = HOMES / f"{dinh.__version__}.tar.xz"
    with tarfile.open(target, "w:xz", preset=9 | lzma.PRESET_EXTREME) as archive:
        _add(archive, "README", NOTE.encode())
        _add(archive, "database.sql", sql.encode())
        for path in (home / "heads.log", *sorted((home / "keys" / "seal").glob("*.pub")), *_papers(home)):
            _add(archive, str(path.relative_to(home)), path.read_bytes())
    sys.stderr.write(f"{target} ({target.stat().st_size / 1024:.0f} KB), {facts}\n")
    return 0


def _papers(home: Path) -> list[Path]:
    return sorted(path for path in (home / "blobs").rglob("*") if path.is_file() and path.name[0] != ".")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), 0o600, int(NOW.timestamp())
    archive.addfile(member, io.BytesIO(content))


def _facts() -> dict[str, Any]:
    """Return what an upgrade must keep: rows of each table, requests by procedure and status; and the migrations."""
    from django.db import connection

    from dinh.dossiers.models import Dossier

    with connection.cursor() as cursor:
        rows = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name from our own schema
            rows[table] = cursor.fetchone()[0]
    counted = Counter(Dossier.objects.values_list("procedure", "status"))
    return {
        "rows": rows,
        "dossiers": {f"{name} {status}": count for (name, status), count in sorted(counted.items())},
        "migrations": digests(),
    }


def digests() -> dict[str, str]:
    """Return {path: sha256} of our migrations as they are now."""
    from dinh.config.setting_up import PACKAGE

    return {
        str(path.relative_to(PACKAGE)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(PACKAGE.rglob("migrations/[0-9]*.py"))
    }


def _tell(stage: str, done: int, total: int) -> None:
    sys.stderr.write(f"\r{stage} {done}".ljust(40))


if __name__ == "__main__":
    raise SystemExit(main())
