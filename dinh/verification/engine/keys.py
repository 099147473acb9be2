"""The key file: the population read once into integers, kept beside it, used until the population changes.

Its table `base` has one row per person, everything as keys, with how rare each value is: `lf_*` is
-100 log2(share of the population that has this value), the weight of agreeing on it by chance. `names` gives
plain letters of name keys, `spellings` and `lines` what to propose, `capped` the blocks too large to compare in full.
`steps` are the populations that the file was made for before, `moved` the persons that changed with each.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import duckdb

from dinh.verification.engine import fields, naming, places
from dinh.verification.engine.intake import Source
from dinh.verification.engine.places import Communes
from dinh.verification.engine.tables import Connection, literal, name, scalar, together

FORMAT = 8  # of the key file; raise it when what is in it changes
CAP = 400  # persons of one block compared with a row; beyond, one more field must agree
DEAD = ("dead", "deceased", "chết", "đã chết", "mất")


def fingerprint(source: Source, communes: Path | None) -> str:
    """Return what the key file depends on: the files as they are on disk, its format, DuckDB's version."""
    return _mark([shape(source, communes), _state(source.path)])


def shape(source: Source, communes: Path | None) -> str:
    """Return what all of a key file depends on; the same for a population of which only some persons changed."""
    return _mark(
        [
            FORMAT,
            CAP,
            duckdb.__version__,
            sorted(source.columns.items()),
            sorted(source.kinds.items()),
            hashlib.sha256(communes.read_bytes()).hexdigest() if communes else None,
        ]
    )


def _state(path: Path) -> list[object]:
    state = path.stat()
    return [str(path.resolve()), state.st_size, state.st_mtime_ns]


def _mark(facts: list[object]) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


def attach(con: Connection, path: Path, wanted: str) -> bool:
    """Attach the key file as `keys`, read only; False when there is none or it is of another population."""
    if not path.exists():
        return False
    try:
        con.execute(f"ATTACH {literal(str(path))} AS keys (READ_ONLY)")
        found = con.execute("SELECT fingerprint FROM keys.about").fetchall()[0]
    except duckdb.Error:
        found = None  # written by another version, or cut off: made again
    if found and found[0] == wanted:
        return True
    con.execute("DETACH DATABASE IF EXISTS keys")
    return False


def build(
    con: Connection, work: Path, source: Source, communes: Communes, path: Path, mark: str, form: str
) -> None:
    """Write the key file at `path`, whole or not at all, and attach it as `keys`."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    con.execute(f"ATTACH {literal(str(part))} AS keys")
    try:
        dictionaries(con, work, source, communes, source.table)
        con.execute(f"CREATE TABLE keys.base AS {base(source, source.table)}")
        con.execute(
            "CREATE TABLE keys.names AS SELECT plain_id, min(text) AS text FROM b_names GROUP BY plain_id"
        )
        con.execute("CREATE TABLE keys.spellings AS SELECT spelling, raw FROM b_names")
        con.execute("CREATE TABLE keys.addresses AS SELECT address, raw, commune <> 0 AS named FROM b_places")
        con.execute("CREATE TABLE keys.codes AS SELECT raw, commune FROM b_communes")
        _statistics(con)
        _capped(con)
        con.execute("CREATE TABLE keys.steps (step INTEGER, fingerprint VARCHAR)")
        con.execute("CREATE TABLE keys.moved AS SELECT *, 0 AS step FROM keys.base WHERE false")
        con.execute("CREATE TABLE keys.about AS SELECT ? AS fingerprint, ? AS shape", [mark, form])
        con.execute("CHECKPOINT keys")
        con.execute("DETACH keys")
        os.replace(part, path)
    finally:
        con.execute("DETACH DATABASE IF EXISTS keys")
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)
    forget(con)
    con.execute(f"ATTACH {literal(str(path))} AS keys (READ_ONLY)")


def forget(con: Connection) -> None:
    """Drop the dictionaries."""
    for table in ("b_names", "b_places", "b_days", "b_sexes", "b_provinces", "b_communes"):
        con.execute(f"DROP TABLE IF EXISTS {table}")


def dictionaries(con: Connection, work: Path, source: Source, communes: Communes, table: str) -> None:
    """Create the dictionaries `b_names`, `b_places`... of the people of `table`, with how rare each value is."""
    total = source.rows
    together(
        naming.read_names(con, work, table, source.text("name"), "n0"),
        places.read_addresses(con, work, table, source.text("place"), communes, "p0"),
        fields.read_days(con, work, source, "d0", table),
        fields.read_sexes(con, work, source, "b_sexes", table),
        fields.read_birth_provinces(con, work, source, communes.provinces, "v0", table),
        fields.read_commune_codes(con, work, source, communes, "c0", table),
    )

    def rare(keys: str) -> str:
        return rarity(f"sum(n) OVER (PARTITION BY {keys})", total)

    groups = {"lf_name": "name_id", "lf_plain": "plain_id", "lf_tok": "tok_id", "lf_sg": "sur, giv"}
    joins = " ".join(
        f"JOIN (SELECT {by}, {rarity('sum(n)', total)} AS {lf} FROM n0 GROUP BY ALL) USING ({by})"
        for lf, by in groups.items()
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE b_names AS SELECT *, (row_number() OVER ())::INTEGER AS spelling FROM n0 {joins}"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE b_places AS SELECT *, {rare('line')} AS lf_line,"
        " (row_number() OVER ())::INTEGER AS address FROM p0"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE b_days AS SELECT *, {rare('ymd')} AS lf_day, {rare('ymd // 10000')} AS lf_year FROM d0"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE b_provinces AS SELECT *, {rare('former')} AS lf_former, {rare('present')} AS lf_present FROM v0"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE b_communes AS SELECT *, {rare('commune')} AS lf_commune FROM c0"
    )
    con.execute("DROP TABLE n0; DROP TABLE p0; DROP TABLE d0; DROP TABLE v0; DROP TABLE c0")


def rarity(count: str, total: int) -> str:
    """Return SQL of -100 log2 of a count's share."""
    return f"least(3000, greatest(0, round(-100 * log2({count} / {total}))))::SMALLINT"


def digest(source: Source) -> str:
    """Return SQL of a number that changes when anything the population says of a person changes."""
    return (
        "hash("
        + ", ".join(name(column) for part, column in sorted(source.columns.items()) if part != "pid")
        + ")"
    )


def base(source: Source, table: str) -> str:
    """Return the query that turns the population into keys."""
    dead = ", ".join(literal(word) for word in DEAD)
    text = source.text
    return f"""
SELECT p.b, p.pid, p.digest, TRY_CAST(p.number AS BIGINT) AS id12, TRY_CAST(p.old_number AS INTEGER) AS id9,
  n.name_id, n.plain_id, n.tok_id, n.sur, n.giv, n.ntok, n.spelling,
  d.ymd, d.star, (d.ymd // 10000)::SMALLINT AS year, coalesce(d.form, 0) AS dform,
  coalesce(s.sex, 0)::TINYINT AS sex, coalesce(v.former, 0) AS former, coalesce(v.present, 0) AS present,
  coalesce(nullif(c.commune, 0), a.commune, 0)::INTEGER AS commune, coalesce(a.line, 0) AS line, a.address,
  p.dead, n.lf_name, n.lf_plain, n.lf_tok, n.lf_sg, d.lf_day, d.lf_year, coalesce(v.lf_former, 0) AS lf_former,
  coalesce(v.lf_present, 0) AS lf_present, coalesce(c.lf_commune, 0) AS lf_commune, coalesce(a.lf_line, 0) AS lf_line
FROM (SELECT file_row_number::INTEGER AS b, {name(source.columns["pid"])} AS pid, {digest(source)} AS digest, {text("number")} AS number,
    {text("old_number")} AS old_number, {text("name")} AS name, {text("birth")} AS birth, {text("sex")} AS sex,
    {text("birth_province")} AS province, {text("commune")} AS commune, {text("place")} AS place,
    coalesce(lower({text("status")}) IN ({dead}), false) OR {text("death_date")} IS NOT NULL AS dead
  FROM {table}) p
LEFT JOIN b_names n ON n.raw = p.name LEFT JOIN b_days d ON d.raw = p.birth LEFT JOIN b_sexes s ON s.raw = p.sex
LEFT JOIN b_provinces v ON v.raw = p.province LEFT JOIN b_communes c ON c.raw = p.commune
LEFT JOIN b_places a ON a.raw = p.place
"""


def _statistics(con: Connection) -> None:
    """Write what the weights need to know of the population as a whole."""
    con.execute("CREATE TABLE keys.population AS SELECT count(*) AS people FROM keys.base")
    con.execute(
        "CREATE TABLE keys.namesakes AS SELECT plain_id, count(*) AS people, sum((sex = 1)::INT) AS men"
        " FROM keys.base WHERE plain_id % 16 = 0 GROUP BY plain_id"
    )
    slips = sorted(
        {d * 10**k for d in range(1, 10) for k in range(12)}
        | {9 * d * 10**k for d in range(1, 10) for k in range(11)}
    )
    con.execute(
        "CREATE TABLE keys.near AS WITH picked AS (SELECT id12 FROM keys.base WHERE id12 IS NOT NULL AND b % 997 = 0 LIMIT 2000),"
        f" around AS (SELECT id12 + unnest({[*slips, *(-s for s in slips)]}) AS id12 FROM picked)"
        " SELECT (SELECT count(*) FROM around JOIN keys.base USING (id12)) / greatest((SELECT count(*) FROM picked), 1) AS near"
    )


# Block: its keys, and the part of them whose own size bounds the block's.
BLOCKS = {
    "plain_star": (("plain_id", "star"), "star"),
    "given_star": (("giv", "star"), "star"),
    "tok_year": (("tok_id", "year"), "tok_id"),
    "sur_star_commune": (("sur", "star", "commune"), "star"),
    "plain_commune": (("plain_id", "commune"), "plain_id"),
    "given_year_commune": (("giv", "year", "commune"), "giv"),
    "star_commune": (("star", "commune"), "star"),
}


def _capped(con: Connection) -> None:
    """Write the keys of blocks with more than CAP persons; few, and most often dates like 1 January."""
    con.execute("CREATE TABLE keys.capped (block VARCHAR, k1 BIGINT, k2 BIGINT, k3 BIGINT, people BIGINT)")
    for block, (columns, bound) in BLOCKS.items():
        keys = [*columns, "0"][:3]
        con.execute(
            f"INSERT INTO keys.capped SELECT '{block}', {', '.join(keys)}, count(*) FROM keys.base"
            f" SEMI JOIN (SELECT {bound} FROM keys.base WHERE {bound} IS NOT NULL GROUP BY 1 HAVING count(*) > {CAP})"
            f" large USING ({bound}) WHERE {columns[-1]} IS NOT NULL GROUP BY {', '.join(columns)} HAVING count(*) > {CAP}"
        )


def people(con: Connection) -> int:
    """Return how many persons the key file has."""
    return scalar(con, "SELECT people FROM keys.population")


def near_numbers(con: Connection) -> float:
    """Return how many persons have a number one slip away from a given one, on average."""
    row = con.execute("SELECT near FROM keys.near").fetchall()[0]
    return max(float(row[0]) if row else 0.0, 0.05)
