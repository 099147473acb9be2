"""The register as keys: table `reg`, one row per row of the file, and `reg_names` with the letters of its names."""

from __future__ import annotations

from pathlib import Path

from dinh.verification.engine import decisions, fields, naming, places
from dinh.verification.engine.fields import CUT, FULL, OLD, SEPARATED, ZERO_LOST
from dinh.verification.engine.intake import Source
from dinh.verification.engine.places import Communes
from dinh.verification.engine.tables import Connection, name, together


def read_register(con: Connection, work: Path, source: Source, communes: Communes, table: str = "") -> None:
    """Create `reg` and `reg_names`.

    table  the rows to read, as the file has them, with `file_row_number`; empty for all rows

    `reg`: r (row of the file, from 0), id12, nform (see fields), id9 and id9b (old numbers stated in their own
    field and in the other), keys as in the key file, forms and flags of how each field was written.
    """
    table = table or source.table
    together(
        naming.read_names(con, work, table, source.text("name"), "reg_names"),
        places.read_addresses(con, work, table, source.text("place"), communes, "r_places"),
        fields.read_days(con, work, source, "r_days", table),
        fields.read_sexes(con, work, source, "r_sexes", table),
        fields.read_birth_places(con, work, source, communes.provinces, "r_births", table),
        fields.read_commune_codes(con, work, source, communes, "r_codes", table),
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE reg AS {_rows(con, source, table)}")
    con.execute(
        "DROP TABLE r_places; DROP TABLE r_days; DROP TABLE r_sexes; DROP TABLE r_births; DROP TABLE r_codes"
    )


def row_id(source: Source) -> str:
    """Return SQL of the row's own number; without a column for it, its place in the file from 1."""
    return name(source.columns["rid"]) if "rid" in source.columns else "file_row_number + 1"


def digest(con: Connection, source: Source) -> str:
    """Return SQL of a number that changes when anything changes that the row says, its number too, or that is decided of it."""
    said = [name(column) for part, column in sorted(source.columns.items()) if part != "rid"]
    return decisions.marked(con, row_id(source), f"hash({', '.join([row_id(source), *said])})")


def _rows(con: Connection, source: Source, table: str) -> str:
    text = source.text
    rid = row_id(source)
    steps = fields.number_steps("number")
    numbers = f"({FULL}, {ZERO_LOST}, {SEPARATED}, {CUT})"
    return f"""
WITH given AS (
  SELECT file_row_number::INTEGER AS r, {rid} AS rid, {digest(con, source)} AS digest, {text("number")} AS number, {text("old_number")} AS old_number,
    {text("name")} AS name, {text("birth")} AS birth, {text("sex")} AS sex, {text("birth_place")} AS birth_place,
    {text("commune")} AS commune, {text("place")} AS place FROM {table}
), cut AS (SELECT *, {steps["digits"]} AS digits FROM given
), formed AS (SELECT *, ({steps["form"]})::TINYINT AS nform FROM cut
), read AS (
  SELECT *, CASE WHEN nform IN {numbers} THEN digits::BIGINT END AS id12,
    CASE WHEN nform = {OLD} THEN digits::INTEGER END AS id9b,
    CASE WHEN length(old_number) = 9 THEN TRY_CAST(old_number AS INTEGER) ELSE
      TRY_CAST(nullif(regexp_replace(old_number, '[^0-9]', '', 'g'), '') AS INTEGER) END AS id9
  FROM formed
)
SELECT p.r, p.rid, p.digest, p.id12, p.nform, p.id9, p.id9b, coalesce(p.old_number <> '' AND length(p.old_number) <> 9, false) AS odd9,
  n.name_id, n.plain_id, n.tok_id, n.sur, n.giv, n.ntok, coalesce(n.form, 0)::UTINYINT AS form,
  nullif(d.ymd, 0) AS ymd, d.star, nullif(d.ymd // 10000, 0)::SMALLINT AS year, coalesce(d.form, 0)::TINYINT AS dform,
  coalesce(d.clean, true) AS dclean, coalesce(s.sex, 0)::TINYINT AS sex, coalesce(s.clean, true) AS sclean,
  p.sex IS NOT NULL AND p.sex <> '' AND coalesce(s.sex, 0) = 0 AS sbad,
  coalesce(f.former, 0)::SMALLINT AS former, coalesce(f.present, 0)::SMALLINT AS present,
  coalesce(p.birth_place, '') <> '' AS has_birth_place,
  coalesce(nullif(c.commune, 0), a.commune, 0)::INTEGER AS commune, coalesce(a.line, 0) AS line,
  coalesce(p.place, '') <> '' AS has_place, coalesce(c.former, false) OR coalesce(a.former, false) AS old_unit
FROM read p
LEFT JOIN reg_names n ON n.raw = p.name LEFT JOIN r_days d ON d.raw = p.birth LEFT JOIN r_sexes s ON s.raw = p.sex
LEFT JOIN r_births f ON f.raw = p.birth_place LEFT JOIN r_codes c ON c.raw = p.commune
LEFT JOIN r_places a ON a.raw = p.place
"""
