"""Small files of every format, made for one test."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from dinh.directory.models import Unit
from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.registers import imports
from dinh.registers.models import Import

ON = date(2026, 11, 23)
TITLES = ("Mã học sinh", "Họ và tên", "Số CCCD", "Ngày sinh", "Giới tính", "Trường")
PHUC = ("HS001", "Vàng Văn Phúc", "010212000123", "12/03/2012", "Nam", "TH Cốc San")
MAI = ("HS002", "Lý Thị Mai", "010313000456", "05/11/2013", "Nữ", "TH Cốc San")
Rows = Sequence[Sequence[Any]]


def csv_file(
    folder: Path, rows: Rows, name: str = "pupils.csv", encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    """Write a CSV file; the first row carries the titles."""
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def xlsx_file(
    folder: Path, rows: Rows, name: str = "pupils.xlsx", then: Callable[[Any, Any], None] | None = None
) -> Path:
    """Write a workbook; `then` gets the book and its sheet, to merge cells or write formulas."""
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Học sinh")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, at, cell, day)
                else:
                    sheet.write(number, at, cell)
        if then:
            then(book, sheet)
    return path


def parquet_file(folder: Path, titles: Sequence[str], rows: Rows, name: str = "pupils.parquet") -> Path:
    """Write a Parquet file whose columns are text."""
    path = folder / name
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{title}" varchar' for title in titles)
        connection.execute(f"create table t ({columns})")
        connection.executemany(
            f"insert into t values ({', '.join('?' * len(titles))})",  # noqa: S608 - marks only
            [list(row) for row in rows],
        )
        connection.execute(f"copy t to '{path}' (format parquet)")
    return path


def square(x: float, y: float, side: float = 0.001) -> dict[str, Any]:
    """Return a square outline with its south-west corner at a point."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [[[round(a, 6), round(b, 6)] for a, b in corners]]}


def geojson_file(
    folder: Path,
    features: Sequence[tuple[dict[str, Any], dict[str, Any] | None]],
    name: str = "parcels.geojson",
) -> Path:
    """Write a FeatureCollection of (properties, outline)."""
    path = folder / name
    whole = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in features],
    }
    path.write_text(json.dumps(whole, ensure_ascii=False))
    return path


def read(path: Path, unit: Unit, register: str = "pupils", **wish: Any) -> Import:
    """Read a file to its end; nothing is loaded."""
    wanted = imports.Wish(path=path, register=register, unit=unit, **{"on": ON, **wish})
    opened = imports.open_wish(wanted)
    return imports.read(wanted, opened, imports.begin(wanted, opened, by=None, at=MONDAY_MORNING))


def bring(path: Path, unit: Unit, register: str = "pupils", **wish: Any) -> Import:
    """Read a file and load its good rows."""
    row = read(path, unit, register, **wish)
    return imports.load(row=row, load_good=True, by=None, at=MONDAY_MORNING)


def faults(row: Import) -> list[tuple[int, str, str]]:
    """Return (row, field, code) of everything wrong with an import that is not loaded."""
    with imports.Stage(row.pk) as stage:
        return [(one.line, one.field, one.code) for one in stage.faults()]
