"""How rows become a file of each format, as a stream."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.register import RegisterField
from dinh.lib.errors import Refused
from dinh.lib.spreadsheets import WRITTEN, harmless

Lines = Iterable[list[Any]]
Writer = Callable[[Path, Sequence[str], Sequence[RegisterField], Lines], int]
NUMBERS = {"integer": "BIGINT", "money": "BIGINT", "year": "BIGINT", "yes_no": "BOOLEAN"}
OWN_TYPES = ("VARCHAR", "VARCHAR", "BIGINT", "VARCHAR", "DATE")
NULL = "\\N"


def write_csv(path: Path, columns: Sequence[str], fields: Sequence[RegisterField], lines: Lines) -> int:
    """Write CSV in UTF-8 with its mark, which lets spreadsheets read Vietnamese letters."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for line in lines:
            count += 1
            writer.writerow([harmless(cell) if isinstance(cell, str) else _plain(cell) for cell in line])
    return count


def write_xlsx(path: Path, columns: Sequence[str], fields: Sequence[RegisterField], lines: Lines) -> int:
    """Write a workbook with one sheet; numbers stay text, so that no zero is lost."""
    count = 0
    with xlsxwriter.Workbook(path, WRITTEN) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for count, line in enumerate(lines, start=1):
            sheet.write_row(
                count, 0, [harmless(cell) if isinstance(cell, str) else _plain(cell) for cell in line]
            )
    return count


def write_parquet(path: Path, columns: Sequence[str], fields: Sequence[RegisterField], lines: Lines) -> int:
    """Write Parquet by way of a text file beside it, which DuckDB turns in portions.

    Texts and dates are VARCHAR, as written where they could not be read; whole numbers and yes/no have their type,
    and are null where they could not be read.
    """
    import duckdb

    between = path.with_suffix(".between")
    types = [*OWN_TYPES, *(NUMBERS.get(field.type, "VARCHAR") for field in fields)]
    count = 0
    try:
        with between.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for line in lines:
                count += 1
                writer.writerow([_typed(cell, kind) for cell, kind in zip(line, types, strict=True)])
        with duckdb.connect() as connection:
            connection.execute(
                "set memory_limit = '512MB'; set threads = 1; set preserve_insertion_order = true"
            )
            shape = dict(zip(columns, types, strict=True))
            source = (
                f"read_csv({_quoted(between)}, header = false, delim = ',', quote = '\"', escape = '\"', "
                f"nullstr = {_quoted(NULL)}, max_line_size = 67108864, auto_detect = false, columns = {shape})"
            )
            # An empty text file is read as no rows of these columns.
            connection.execute(f"copy (from {source}) to {_quoted(path)} (format parquet, compression zstd)")
    finally:
        between.unlink(missing_ok=True)
    return count


def write_geojson(path: Path, columns: Sequence[str], fields: Sequence[RegisterField], lines: Lines) -> int:
    """Write a FeatureCollection in WGS 84; rows without an outline have a null geometry."""
    outline = next((at for at, field in enumerate(fields) if field.type == "geometry"), None)
    if outline is None:
        raise Refused("exports.no_geometry", _("This register, or what you chose of it, has no outlines."))
    at = len(columns) - len(fields) + outline
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for count, line in enumerate(lines, start=1):
            properties = {
                name: cell
                for place, (name, cell) in enumerate(zip(columns, line, strict=True))
                if place != at
            }
            geometry = line[at] if isinstance(line[at], dict) else None
            feature = {"type": "Feature", "properties": properties, "geometry": geometry}
            file.write(",\n" if count > 1 else "\n")
            file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
        file.write("\n]}\n")
    return count


WRITERS: dict[str, Writer] = {
    "csv": write_csv, "xlsx": write_xlsx, "parquet": write_parquet, "geojson": write_geojson,
}  # fmt: skip


def _plain(cell: Any) -> Any:
    """Return a cell that a table of text can hold."""
    if isinstance(cell, bool):
        return "có" if cell else "không"
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell


def _typed(cell: Any, kind: str) -> Any:
    if cell is None:
        return NULL
    if kind == "BIGINT":
        return cell if isinstance(cell, int) else NULL
    if kind == "BOOLEAN":
        return str(cell).lower() if isinstance(cell, bool) else NULL
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
