"""From candidates to verdicts: one row per row of the register, with reasons, criteria and proposals.

verified       the person is certain, and nothing stated contradicts
corrected      certain, and what contradicts is proposed anew
ambiguous      somebody fits, not surely enough, or several fit: an officer decides
other_person   the stated number is somebody else's; `pid` is whom the rest of the row describes
not_found      nobody fits
dead           certain, and recorded as dead
duplicate      certain, and an earlier row is of the same person
"""

from __future__ import annotations

from pathlib import Path

from dinh.verification.engine import decisions, patterns, reasons
from dinh.verification.engine.intake import Source
from dinh.verification.engine.keys import BLOCKS
from dinh.verification.engine.linking import WHOLE
from dinh.verification.engine.places import Communes, number_of
from dinh.verification.engine.reasons import BIT, BREAKS, MASK
from dinh.verification.engine.tables import Connection, literal, load, name
from dinh.verification.engine.weights import CERTAIN, POSSIBLE

VERDICTS = ("verified", "corrected", "ambiguous", "other_person", "not_found", "dead", "duplicate")
# Column of `told` -> part of the row that it proposes.
_PROPOSED_FROM = {
    "p12": "number",
    "p9": "old_number",
    "spelling": "name",
    "pymd": "birth",
    "psex": "sex",
    "address": "place",
}
_LISTS = {"verdict_word": VERDICTS, "reason_word": tuple(BIT), "sex_word": ("Nam", "Nữ")}
PROPOSED = ("number", "old_number", "name", "birth", "sex", "commune", "place")


def tell(con: Connection, work: Path, source: Source, table: str = "TEMP TABLE told") -> None:
    """Create `told`: of every row of `reg`, its best person and all reasons but those that other rows give.

    table  what to create: elsewhere than among the temporary tables, `told` becomes a view of it
    """
    _pattern_reasons(con, work)
    capped = " OR ".join(f"cap_{block}" for block in BLOCKS)
    # Columns of which most rows need none: what may be proposed, and keys of rows of nobody sure.
    needed = [
        f"CASE WHEN mask & {MASK[part]} <> 0{' OR owned' if part == 'number' else ''} THEN {column} END AS {column}"
        for column, part in _PROPOSED_FROM.items()
    ] + [f"CASE WHEN {UNSURE} THEN {key} END AS {key}" for key in ("id12", "id9", "plain_id", "ymd", "line")]
    con.execute(
        f"""
CREATE OR REPLACE {table} AS
SELECT r, rid, digest, decided, b, score, margin, second_pid, false AS copied, commune, dead, pid, pcommune, owned, mask, {", ".join(needed)}
FROM (SELECT r.r, r.rid, r.digest, s.r IS NOT NULL AS decided, CASE WHEN l.score >= {POSSIBLE} THEN l.b END AS b, coalesce(l.score, -9999) AS score,
  l.margin, x.second_pid, r.id12, r.plain_id, r.ymd, r.commune, r.line, r.id9, b.dead,
  b.pid, b.id12 AS p12, b.id9 AS p9, b.ymd AS pymd, b.sex AS psex, b.commune AS pcommune, b.spelling, b.address,
  {WHOLE} AND h.r IS NOT NULL AND (l.b IS NULL OR l.score < {POSSIBLE} OR coalesce(b.id12, 0) <> r.id12) AS owned,
  {reasons.of_row(frozenset(source.columns))}
  | CASE WHEN l.score >= {POSSIBLE} THEN p.mask | CASE WHEN r.ntok = 2 AND b.ntok > 2 THEN {BIT["name_shortened"]}::BIGINT ELSE 0 END
      | CASE WHEN b.dead THEN {BIT["dead"]}::BIGINT ELSE 0 END
      | CASE WHEN l.score < 0 THEN {BIT["uncertain"]}::BIGINT ELSE 0 END
      | CASE WHEN l.margin < 300 THEN {BIT["candidates_close"]}::BIGINT ELSE 0 END
    ELSE {BIT["not_found"]}::BIGINT END
  | CASE WHEN c.r IS NOT NULL THEN {BIT["block_capped"]}::BIGINT ELSE 0 END AS mask
FROM reg r LEFT JOIN {decisions.SAME} s ON s.r = r.r LEFT JOIN linked l ON l.r = r.r LEFT JOIN people b ON b.b = l.b LEFT JOIN pattern_reasons p ON p.pat = l.pat
LEFT JOIN unlike h ON h.r = r.r
LEFT JOIN (SELECT l.r, b.pid AS second_pid FROM linked l JOIN people b ON b.b = l.second WHERE l.score >= {POSSIBLE}) x ON x.r = r.r
LEFT JOIN (SELECT r FROM rest WHERE {capped}) c ON c.r = r.r)
"""
    )


def judge(con: Connection, found: bool = False) -> None:
    """Say in `told` which rows are copies, which all rows together show, and create the view `judged`.

    found  `copies` is there already
    """
    if not found:
        copies(con, "told")
    con.execute("UPDATE saved.told t SET copied = true FROM copies c WHERE c.r = t.r; DROP TABLE copies")
    con.execute(f"CREATE OR REPLACE TEMP VIEW judged AS {judged('told')}")


def leave_out(con: Connection, codes: frozenset[str]) -> None:
    """Let these reasons count for nothing in what `judged` says."""
    con.execute(f"SET VARIABLE left_out = {sum(BIT[code] for code in codes if code in BIT)}::BIGINT")


def judged(told: str) -> str:
    """Return the query of what is said of rows of `told`."""
    left_out = "getvariable('left_out')"
    counted = (
        f"SELECT * REPLACE (mask & ~{left_out} AS mask, dead AND {left_out} & {BIT['dead']} = 0 AS dead,"
        f" copied AND {left_out} & {BIT['duplicate']} = 0 AS copied) FROM {told}"
    )
    return f"""
SELECT r, rid, second_pid, b, score, margin, pid, p12, p9, pymd, psex, pcommune, spelling, address, commune,
  mask | CASE WHEN owned THEN {BIT["number_of_another"]}::BIGINT ELSE 0 END
    | CASE WHEN copied THEN {BIT["duplicate"]}::BIGINT ELSE 0 END AS mask,
  CASE WHEN b IS NULL THEN 'not_found' WHEN owned AND NOT decided THEN 'other_person' WHEN score < {CERTAIN} THEN 'ambiguous'
    WHEN dead THEN 'dead' WHEN copied THEN 'duplicate' WHEN mask & {BREAKS["dung"]} <> 0 THEN 'corrected'
    ELSE 'verified' END AS verdict
FROM ({counted})"""


def _pattern_reasons(con: Connection, work: Path) -> None:
    found = con.execute("SELECT DISTINCT pat FROM linked").fetchall()
    rows = ((pattern, reasons.of_pattern(patterns.unpack(pattern))) for (pattern,) in found)
    load(con, work, "pattern_reasons", {"pat": "BIGINT", "mask": "BIGINT"}, rows)


SURE, UNSURE = f"b IS NOT NULL AND score >= {CERTAIN}", f"b IS NULL OR score < {CERTAIN}"
# Rows of nobody sure are copies when they are equal in one of these, where it is given.
COPY_KEYS = {
    "id12": "id12 IS NOT NULL AND NOT owned",
    "id9": "id9 IS NOT NULL",
    "plain_id, ymd, commune, line": "plain_id IS NOT NULL AND ymd IS NOT NULL",
}


def copies(con: Connection, table: str) -> None:
    """Create `copies`: rows of a person of whom an earlier row tells; of nobody sure, rows equal in their keys."""
    repeated = " UNION ".join(
        f"SELECT r FROM {table} WHERE ({UNSURE}) AND {given}"
        f" QUALIFY row_number() OVER (PARTITION BY {keys_} ORDER BY r) > 1"
        for keys_, given in COPY_KEYS.items()
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE copies AS SELECT t.r FROM {table} t JOIN ("
        f"SELECT b, min(r) AS first FROM {table} WHERE {SURE} GROUP BY b HAVING count(*) > 1) f"
        f" ON f.b = t.b AND t.r > f.first WHERE t.score >= {CERTAIN} UNION SELECT r FROM ({repeated})"
    )


def write(con: Connection, work: Path, source: Source, communes: Communes, part: Path) -> None:
    """Write the answer to the Parquet file `part`, in the order of the register."""
    masks = con.execute("SELECT DISTINCT mask FROM judged").fetchall()
    codes = ((mask, f"[{', '.join(reasons.codes_of(mask))}]") for (mask,) in masks)
    load(con, work, "mask_words", {"mask": "BIGINT", "codes": "VARCHAR[]"}, codes)
    # Words of a list are sorted and written as their place in it, a sixth faster; Parquet has them as text.
    for kind, words in _LISTS.items():
        con.execute(f"CREATE TYPE {kind} AS ENUM ({', '.join(map(literal, words))})")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE mask_codes AS SELECT mask, codes::reason_word[] AS codes FROM mask_words"
    )
    load(
        con,
        work,
        "today",
        {"commune": "INTEGER", "code": "VARCHAR", "label": "VARCHAR"},
        _today(con, communes),
    )
    con.execute("SET preserve_insertion_order=true")
    con.execute(f"COPY ({answer(source)} ORDER BY j.r) TO '{part}' (FORMAT parquet, COMPRESSION snappy)")
    con.execute("SET preserve_insertion_order=false")


def _today(con: Connection, communes: Communes) -> list[tuple[int, str, str]]:
    known = {number_of(code): (code, label) for code, label in communes.today.items()}
    for raw, number in con.execute("SELECT raw, commune FROM keys.codes").fetchall():
        known.setdefault(number, (raw, ""))
    return [(number, code, label) for number, (code, label) in known.items()]


def answer(source: Source) -> str:
    """Return the query of the answer: one row per row of the register."""
    criteria = ", ".join(f"j.mask & {bits} = 0 AS {criterion}" for criterion, bits in BREAKS.items())
    fixes = {
        "number": "lpad(j.p12::VARCHAR, 12, '0')",
        "old_number": "lpad(j.p9::VARCHAR, 9, '0')",
        "name": "n.raw",
        "birth": "CASE WHEN j.pymd % 10000 = 0 THEN (j.pymd // 10000)::VARCHAR ELSE printf('%02d/%02d/%04d', j.pymd % 100, j.pymd // 100 % 100, j.pymd // 10000) END",
        "sex": "nullif(j.psex, 0)::VARCHAR"
        if "sex" in source.coded
        else "CASE j.psex WHEN 1 THEN 'Nam' WHEN 2 THEN 'Nữ' END::sex_word",
        "commune": "t.code",
        "place": "concat_ws(', ', a.raw, CASE WHEN a.named THEN NULL ELSE nullif(t.label, '') END)",
    }
    parts = [part for part in PROPOSED if part in source.columns]
    proposed = ", ".join(
        f"{name(source.columns[part])} := CASE WHEN j.score >= {CERTAIN} AND j.mask & {MASK[part]} <> 0 THEN {fixes[part]} END"
        for part in parts
    )
    shown = f"CASE WHEN j.score >= {CERTAIN} AND j.b IS NOT NULL AND j.mask & {_all(parts)} <> 0 THEN struct_pack({proposed}) END"
    if not parts:
        shown = "NULL::STRUCT(nothing VARCHAR)"
    return f"""
SELECT j.rid, CASE WHEN j.b IS NOT NULL THEN j.pid END AS pid, j.verdict::verdict_word AS verdict, j.score / 100.0::FLOAT AS score, nullif(j.margin, 9999) / 100.0::FLOAT AS margin,
  j.second_pid, {criteria}, m.codes AS reasons, {shown} AS proposed
FROM judged j
LEFT JOIN mask_codes m ON m.mask = j.mask LEFT JOIN today t ON t.commune = j.pcommune
LEFT JOIN keys.spellings n ON n.spelling = CASE WHEN j.mask & {MASK["name"]} <> 0 THEN j.spelling END
LEFT JOIN keys.addresses a ON a.address = CASE WHEN j.mask & {MASK["place"]} <> 0 THEN j.address END
"""


def _all(parts: list[str]) -> int:
    bits = 0
    for part in parts:
        bits |= MASK[part]
    return bits
