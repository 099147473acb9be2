"""Files as given: opened, their columns found, their faults told by row and column.

Which column says what comes from, in this order: a mapping file, the register's declaration (its `person` fields,
their ids, titles and other headers), the names below. Titles are compared without marks, capitals and signs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.lib.errors import Fault, Invalid
from dinh.verification.engine import formats
from dinh.verification.engine.formats import plain_title, refuse
from dinh.verification.engine.tables import Connection, literal, name

# What the engine reads of a register's row and of a person, and how such columns are often called.
REGISTER = {
    "rid": ("rid", "id", "stt"),
    "number": ("number", "cccd", "so dinh danh ca nhan", "so dinh danh", "so cccd", "dinh danh ca nhan",
               "so ddcn", "ma dinh danh", "so can cuoc", "so can cuoc cong dan", "can cuoc cong dan"),
    "old_number": ("old_number", "cmnd", "so cmnd", "so chung minh nhan dan", "so cmnd cu"),
    "name": ("name", "full_name", "ho ten", "ho va ten", "ho chu dem ten", "ho chu dem va ten"),
    "birth": ("birth", "dob", "ngay sinh", "ngay thang nam sinh", "nam sinh"),
    "sex": ("sex", "gender", "gioi tinh", "nam nu"),
    "birth_place": ("birth_place", "noi sinh"),
    "place": ("place", "address", "dia chi", "noi cu tru", "noi thuong tru", "dia chi thuong tru"),
    "commune": ("commune", "commune_code", "ma xa", "xa phuong"),
}  # fmt: skip
POPULATION = {
    "pid": ("pid", "person_id", "id"),
    "number": REGISTER["number"],
    "old_number": REGISTER["old_number"],
    "name": REGISTER["name"],
    "birth": REGISTER["birth"],
    "sex": REGISTER["sex"],
    "birth_province": ("birth_province", "ma tinh noi sinh"),
    "place": REGISTER["place"],
    "commune": REGISTER["commune"],
    "status": ("status", "tinh trang"),
    "death_date": ("death_date", "ngay chet"),
}
COMMUNES = (
    "old_code", "old_name", "old_province", "old_province_name", "old_district_name",
    "new_code", "new_name", "new_province", "new_province_name", "new_kind",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A file that can be queried.

    path      as given; `read` is the Parquet file behind it (the same, or a copy of a CSV)
    columns   {part: column of the file}, for the parts that the file says
    rows      number of its rows
    kinds     {part: type of its column}
    coded     parts written as codes of a list, as a register keeps them
    """

    path: Path
    read: Path
    columns: Mapping[str, str]
    rows: int
    kinds: Mapping[str, str] = field(default_factory=dict)
    coded: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        """Return the table function that reads it, with `file_row_number`."""
        return f"read_parquet({literal(str(self.read))}, file_row_number=true)"

    def text(self, part: str) -> str:
        """Return the SQL of a part as trimless text; NULL when the file does not say it."""
        return f"{name(self.columns[part])}::VARCHAR" if part in self.columns else "NULL::VARCHAR"


def open_source(
    con: Connection, work: Path, path: Path, parts: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str],
    needed: tuple[str, ...], *, may_be_empty: bool = False,
    coded: frozenset[str] = frozenset(),
) -> Source:  # fmt: skip
    """Return the file as a source. Raises Invalid with every fault found.

    chosen        {part: column} as mapped or declared; a column that is not in the file is a fault
    needed        parts without which nothing can be done
    may_be_empty  a header without rows will do
    coded         parts written as codes of a list
    """
    import duckdb  # not above: the web knows reasons by this package, and must not load it

    read = formats.as_parquet(
        con, work, path, {plain_title(title) for names in parts.values() for title in names}
    )
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(read))})").fetchall()
        counted = con.execute(f"SELECT count(*) FROM read_parquet({literal(str(read))})").fetchall()[0]
    except duckdb.Error as error:
        raise refuse(
            path,
            "not_readable",
            _("The file cannot be read; perhaps it was cut off while it was copied: %s")
            % str(error).partition("\n")[0],
        ) from error
    rows = counted[0] if counted else 0
    if rows == 0 and not may_be_empty:
        raise refuse(path, "no_rows", _("The file has a header and no rows."))
    types = {str(row[0]): str(row[1]) for row in described}
    columns = _columns(path, list(types), parts, chosen, needed)
    return Source(path, read, columns, rows, {part: types[column] for part, column in columns.items()}, coded)


def _columns(
    path: Path, present: list[str], parts: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str],
    needed: tuple[str, ...],
) -> dict[str, str]:  # fmt: skip
    by_fold: dict[str, str] = {}
    for column in present:
        by_fold.setdefault(plain_title(column), column)
    found, faults = {}, []
    for part in chosen:
        if part not in parts:
            message = _("Nothing is called “%(part)s”. Known are: %(known)s.") % {
                "part": part,
                "known": ", ".join(parts),
            }
            faults.append(Fault(f"{path}: {part}", "verification.unknown_part", message))
    for part, names in parts.items():
        if part in chosen:
            if chosen[part] in present:
                found[part] = chosen[part]
            elif part in needed or part not in _MAY_LACK:
                message = _("The file has no column “%(column)s”. Its columns are: %(present)s.") % {
                    "column": chosen[part],
                    "present": ", ".join(present),
                }
                faults.append(Fault(f"{path}: {chosen[part]}", "verification.no_column", message))
            continue
        match = next((by_fold[key] for n in names if (key := plain_title(n)) in by_fold), None)
        if match is not None and match not in found.values():
            found[part] = match
        elif part in needed:
            message = _(
                "No column says “%(part)s”. The columns are: %(present)s. Name it in a mapping file."
            ) % {
                "part": part,
                "present": ", ".join(present),
            }
            faults.append(Fault(f"{path}: {part}", "verification.no_column", message))
    if faults:
        raise Invalid("verification.columns", faults)
    return found


_MAY_LACK: frozenset[str] = frozenset({"rid"})


def read_mapping(path: Path) -> dict[str, dict[str, str]]:
    """Return a mapping file: tables [register] and [population], each {part: column}.

    Raises Invalid for a file that is not TOML or says anything else.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise refuse(path, "no_file", _("There is no such file.")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(path, "mapping", _("The mapping is not TOML: %s") % error) from error
    faults = []
    for table, columns in data.items():
        if table not in {"register", "population"} or not isinstance(columns, dict):
            message = _("Only the tables [register] and [population] are known.")
            faults.append(Fault(f"{path}: {table}", "verification.mapping", message))
            continue
        for part, column in columns.items():
            if not isinstance(column, str):
                message = _("Write the name of a column.")
                faults.append(Fault(f"{path}: {table}.{part}", "verification.mapping", message))
    if faults:
        raise Invalid("verification.mapping", faults)
    return data


def read_communes(con: Connection, path: Path | None) -> list[dict[str, str]]:
    """Return the rows of the communes file; none without a file. Raises Invalid when columns are missing."""
    if path is None:
        return []
    import duckdb

    if not path.exists():
        raise refuse(path, "no_file", _("There is no such file."))
    reader = "read_parquet" if path.suffix.lower() == ".parquet" else "read_csv"
    options = "" if reader == "read_parquet" else ", header=true, all_varchar=true"
    try:
        cursor = con.execute(f"SELECT * FROM {reader}({literal(str(path))}{options})")
        present = [column[0] for column in cursor.description or []]
        rows = cursor.fetchall()
    except duckdb.Error as error:
        raise refuse(path, "not_readable", _("The file cannot be read: %s") % error) from error
    if missing := [column for column in COMMUNES if column not in present]:
        raise refuse(path, "no_column", _("Columns are missing: %s.") % ", ".join(missing))
    return [dict(zip(present, map(str, row), strict=True)) for row in rows]
