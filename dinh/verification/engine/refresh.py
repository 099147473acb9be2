"""Bring a key file up to date when some persons of the population changed, without reading the others again.

How rare values are stays as it was counted when the file was made: scores of rows that no change touches must
not move. When more than a twentieth of the people changed, the file is made anew instead.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from dinh.verification.engine import keys
from dinh.verification.engine.intake import Source
from dinh.verification.engine.places import Communes
from dinh.verification.engine.tables import Connection, literal, name, scalar

MOST = 20  # at most one person in so many may have changed

_RARITY = {"lf_name": "name_id", "lf_plain": "plain_id", "lf_tok": "tok_id", "lf_sg": "sur, giv", "lf_day": "ymd",
           "lf_year": "year", "lf_former": "former", "lf_present": "present", "lf_commune": "commune", "lf_line": "line"}  # fmt: skip


def refresh(
    con: Connection, work: Path, source: Source, communes: Communes, path: Path, mark: str, form: str
) -> bool:
    """Renew the key file at `path` and attach it as `keys`; False when it must be made anew.

    Adds to its `moved` the persons that changed, as they were and as they are, with the columns of `base`; and to its
    `steps` the mark of the population before.
    """
    if not path.exists():
        return False
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(path, part)
        if not _attached(con, part):
            return False
        if not _apply(con, work, source, communes, mark, form):
            return False
        con.execute("CHECKPOINT keys")
        con.execute("DETACH keys")
        os.replace(part, path)
    finally:
        con.execute("DETACH DATABASE IF EXISTS keys")
        part.unlink(missing_ok=True)
    con.execute(f"ATTACH {literal(str(path))} AS keys (READ_ONLY)")
    return True


def _attached(con: Connection, part: Path) -> bool:
    try:
        con.execute(f"ATTACH {literal(str(part))} AS keys")
        con.execute("SELECT shape FROM keys.about")
    except duckdb.Error:
        return False  # cut off, or of another version
    return True


def moved_since(con: Connection, mark: str) -> int | None:
    """Create `moved`: persons that changed since the population had this mark. Return how many; None when not known."""
    step = con.execute("SELECT max(step) FROM keys.steps WHERE fingerprint = ?", [mark]).fetchall()[0][0]
    if step is None:
        return None
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE moved AS SELECT * EXCLUDE (step) FROM keys.moved WHERE step >= {step}"
    )
    return scalar(con, "SELECT count(*) FROM moved")


def _apply(con: Connection, work: Path, source: Source, communes: Communes, mark: str, form: str) -> bool:
    found = con.execute("SELECT shape FROM keys.about").fetchall()
    if not found or found[0][0] != form:
        return False
    pid = name(source.columns["pid"])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE other AS SELECT f.n, f.pid FROM (SELECT file_row_number AS n,"
        f" {pid} AS pid, {keys.digest(source)} AS digest FROM {source.table}) f"
        " ANTI JOIN keys.base b ON b.pid = f.pid AND b.digest = f.digest"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT b FROM keys.base b WHERE pid IN (SELECT pid FROM other)"
        f" OR pid NOT IN (SELECT {pid} FROM {source.table})"
    )
    if max(
        scalar(con, "SELECT count(*) FROM other"), scalar(con, "SELECT count(*) FROM gone")
    ) * MOST > keys.people(con):
        return False
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved AS SELECT * FROM keys.base WHERE b IN (SELECT b FROM gone)"
    )
    con.execute("DELETE FROM keys.base WHERE b IN (SELECT b FROM gone)")
    if scalar(con, "SELECT count(*) FROM other"):
        _add(con, work, source, communes)
    _remember(con)
    con.execute("UPDATE keys.about SET fingerprint = ?", [mark])
    return True


def _remember(con: Connection) -> None:
    """Keep who moved; forget the oldest when it is more than a twentieth of the people."""
    step = scalar(con, "SELECT max(step) FROM keys.steps") + 1
    con.execute(f"INSERT INTO keys.steps SELECT {step}, fingerprint FROM keys.about")
    con.execute(f"INSERT INTO keys.moved SELECT *, {step} FROM moved")
    most = keys.people(con) // MOST
    kept = (
        "(SELECT step FROM (SELECT step, sum(count(*)) OVER (ORDER BY step DESC) AS n FROM keys.moved GROUP BY step)"
        f" WHERE n <= {most} OR step = {step})"
    )
    con.execute(f"DELETE FROM keys.steps WHERE step < (SELECT min(step) FROM {kept})")
    con.execute("DELETE FROM keys.moved WHERE step < (SELECT min(step) FROM keys.steps)")


def _add(con: Connection, work: Path, source: Source, communes: Communes) -> None:
    """Add the persons of `other` to the key file and to `moved`."""
    table = f"(SELECT * FROM {source.table} f WHERE file_row_number IN (SELECT n FROM other))"
    keys.dictionaries(con, work, source, communes, table)
    first = {
        "b": scalar(con, "SELECT greatest((SELECT max(b) FROM keys.base), (SELECT max(b) FROM moved))") + 1,
        "spelling": scalar(con, "SELECT max(spelling) FROM keys.spellings"),
        "address": scalar(con, "SELECT max(address) FROM keys.addresses"),
    }
    con.execute(f"UPDATE b_names SET spelling = spelling + {first['spelling']}")
    con.execute(f"UPDATE b_places SET address = address + {first['address']}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE added AS {keys.base(source, table)}")
    con.execute(
        f"UPDATE added SET b = n FROM (SELECT b AS was, {first['b']} + row_number() OVER (ORDER BY b) AS n FROM added) WHERE b = was"
    )
    rare = keys.rarity("1", keys.people(con))
    for column, by in _RARITY.items():
        matches = " AND ".join(f"a.{key} = k.{key}" for key in by.split(", "))
        con.execute(f"UPDATE added SET {column} = {rare}")
        con.execute(
            f"UPDATE added a SET {column} = k.found FROM (SELECT {by}, any_value({column}) AS found FROM"
            f" (SELECT * FROM keys.base UNION ALL SELECT * FROM moved) GROUP BY ALL) k WHERE {matches}"
        )
    con.execute("INSERT INTO keys.base SELECT * FROM added; INSERT INTO moved SELECT * FROM added")
    con.execute(
        "INSERT INTO keys.names SELECT plain_id, any_value(text) FROM b_names"
        " WHERE plain_id NOT IN (SELECT plain_id FROM keys.names) GROUP BY plain_id"
    )
    con.execute("INSERT INTO keys.spellings SELECT spelling, raw FROM b_names")
    con.execute("INSERT INTO keys.addresses SELECT address, raw, commune <> 0 FROM b_places")
    con.execute(
        "INSERT INTO keys.codes SELECT raw, commune FROM b_communes WHERE commune NOT IN (SELECT commune FROM keys.codes)"
    )
    keys.forget(con)
