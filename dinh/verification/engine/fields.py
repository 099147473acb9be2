"""Dictionaries of a file's small fields: each distinct value read once, then joined."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dinh.verification.engine import values
from dinh.verification.engine.places import Communes, number_of
from dinh.verification.engine.tables import Connection, Reading, spill, take

if TYPE_CHECKING:
    from dinh.verification.engine.intake import Source  # loads DuckDB


def _distinct(con: Connection, source: Source, part: str, rows: str) -> list[tuple[str, int]]:
    if part not in source.columns:
        return []
    text = source.text(part)
    return con.execute(
        f"SELECT {text} AS raw, count(*) FROM {rows or source.table} WHERE {text} IS NOT NULL GROUP BY ALL"
    ).fetchall()


def read_days(con: Connection, work: Path, source: Source, table: str, of: str = "") -> Reading:
    """Create `table`: raw, n, ymd, form, clean, star.

    star  the date with day and month in order, so that swapping them changes nothing; NULL when not whole
    """
    found = _distinct(con, source, "birth", of)
    days = ((raw, n, values.read_day(raw)) for raw, n in found)
    path = yield lambda: spill(
        work, table, ((raw, n, day.ymd, day.form, day.clean, day.star) for raw, n, day in days)
    )
    columns = {
        "raw": "VARCHAR",
        "n": "BIGINT",
        "ymd": "INTEGER",
        "form": "TINYINT",
        "clean": "BOOLEAN",
        "star": "INTEGER",
    }
    take(con, table, columns, path)


def read_sexes(con: Connection, work: Path, source: Source, table: str, of: str = "") -> Reading:
    """Create `table`: raw, n, sex (1 male, 2 female, 0 not said), clean."""
    found = _distinct(con, source, "sex", of)
    coded = "sex" in source.coded
    path = yield lambda: spill(work, table, ((raw, n, *values.read_sex(raw, coded)) for raw, n in found))
    take(con, table, {"raw": "VARCHAR", "n": "BIGINT", "sex": "TINYINT", "clean": "BOOLEAN"}, path)


def read_birth_places(
    con: Connection, work: Path, source: Source, provinces: values.Provinces, table: str, of: str = ""
) -> Reading:
    """Create `table`: raw, n, former and present code of the province, 0 when unknown."""
    found = _distinct(con, source, "birth_place", of)
    path = yield lambda: spill(work, table, ((raw, n, *provinces.read(raw)) for raw, n in found))
    take(con, table, _PROVINCES, path)


def read_birth_provinces(
    con: Connection, work: Path, source: Source, provinces: values.Provinces, table: str, of: str = ""
) -> Reading:
    """Create `table`: raw, n, former and present code, from codes or from names."""
    found = _distinct(con, source, "birth_province", of)

    def read(raw: str) -> tuple[int, int]:
        if raw.strip().isdigit():
            code = int(raw)
            return code, provinces.merged.get(code, code)
        former, present = provinces.read(raw)
        return former or present, present

    path = yield lambda: spill(work, table, ((raw, n, *read(raw)) for raw, n in found))
    take(con, table, _PROVINCES, path)


_PROVINCES = {"raw": "VARCHAR", "n": "BIGINT", "former": "SMALLINT", "present": "SMALLINT"}


def read_commune_codes(
    con: Connection, work: Path, source: Source, communes: Communes, table: str, of: str = ""
) -> Reading:
    """Create `table`: raw, n, commune (the number of today's code), former (the unit is not of today).

    A commune may be stated by code or by name; a name that leads to none, or to several, says nothing.
    """
    found = _distinct(con, source, "commune", of)
    by_number = {number_of(code): number_of(today) for code, today in communes.current.items()}
    current = set(by_number.values())

    def read(raw: str) -> tuple[int, bool]:
        stated = number_of(raw)
        if stated in by_number or stated >= 0 or not by_number:
            return by_number.get(stated, stated), stated in by_number and stated not in current
        named = communes.named(raw)
        return (number_of(named[0]), named[1]) if named else (0, False)

    path = yield lambda: spill(work, table, ((raw, n, *read(raw)) for raw, n in found))
    take(con, table, {"raw": "VARCHAR", "n": "BIGINT", "commune": "INTEGER", "former": "BOOLEAN"}, path)


# Numbers as stated: what stands for a 12-digit number, by its form.
NO_NUMBER, FULL, ZERO_LOST, CUT, OLD, UNREADABLE, SEPARATED = range(7)


def number_steps(raw: str) -> dict[str, str]:
    """Return SQL of steps over the text `raw`: `digits`, then `form`, then the numbers.

    A number that starts with 0 and has 11 digits was cut; one that does not and has 10 or 11 lost its zero.
    """
    digits = f"CASE WHEN length({raw}) = 12 THEN {raw} ELSE regexp_replace({raw}, '[^0-9]', '', 'g') END"
    return {
        "digits": digits,
        "form": (
            f"CASE WHEN {raw} IS NULL OR {raw} = '' THEN {NO_NUMBER}"
            f" WHEN TRY_CAST(digits AS BIGINT) IS NULL THEN {UNREADABLE}"
            f" WHEN length(digits) = 12 THEN CASE WHEN digits = {raw} THEN {FULL} ELSE {SEPARATED} END"
            f" WHEN length(digits) IN (10, 11) AND digits[1] <> '0' THEN {ZERO_LOST}"
            f" WHEN length(digits) = 11 THEN {CUT} WHEN length(digits) = 9 THEN {OLD} ELSE {UNREADABLE} END"
        ),
    }
