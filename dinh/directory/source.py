"""The national list of places, read from the data files of the package `vietnamadminunits`.

The package itself is never imported (it would bring geometry libraries into the process): only its SQLite
file and its table of successions are read, once, at set-up. Names are stored tidied, types in lower case.

Source of the data: statistics office lists before and after 1 July 2025, as collected in
vietnamadminunits 1.0.4 (MIT): 34 provinces and 3,321 communes; before them 63 provinces, 696 districts
and 10,035 communes; 10,602 successions, of which 1,033 are parts of 471 divided communes.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dinh.lib.errors import Broken
from dinh.lib.names import tidy

PACKAGE = "vietnamadminunits"

# In the order in which they are tried: "thị xã" before "thị". The package's own short names keep the type of
# numbered units ("Phường 1"), so a name is what follows its type.
TYPES = ("thành phố", "thị xã", "thị trấn", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã")

# A second list (statistics office, 21 February 2026) has these successions and the package does not.
# They are kept, marked "to verify": an officer asks for the hamlet before relying on one.
DISPUTED = (("00553", "00562"), ("01615", "01648"), ("02485", "02494"), ("09013", "09817"))


@dataclass(frozen=True)
class Row:
    """One unit as the list has it."""

    code: str
    type: str  # one of TYPES
    name: str
    parent: str | None = None  # code of the unit above
    latitude: float | None = None
    longitude: float | None = None
    area_km2: float | None = None


@dataclass(frozen=True)
class Succession:
    """A former unit and one of its successors; `whole` unless it was divided among several."""

    level: str  # of the former unit: "province", "commune", or "district" for five islands without communes
    former: str
    successor: str
    whole: bool
    to_verify: bool = False


@dataclass(frozen=True)
class NationalList:
    """All that set-up needs."""

    provinces: tuple[Row, ...]
    communes: tuple[Row, ...]
    former_provinces: tuple[Row, ...]
    former_districts: tuple[Row, ...]
    former_communes: tuple[Row, ...]
    successions: tuple[Succession, ...]


def read() -> NationalList:
    """Return the whole list; about a second. Raises Broken when the package is not installed."""
    folder = data_folder()
    with closing(
        sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro&immutable=1", uri=True)
    ) as connection:
        connection.row_factory = sqlite3.Row
        new = connection.execute("SELECT * FROM admin_units").fetchall()
        old = connection.execute("SELECT * FROM admin_units_legacy").fetchall()
    with (folder / "converter_2025.json").open(encoding="utf-8") as file:
        converter = json.load(file)
    return NationalList(
        provinces=_unique(_row(r, "province", "provinceCode") for r in new),
        communes=_unique(_row(r, "ward", "wardCode", "provinceCode", "wardAreaKm2") for r in new),
        former_provinces=_unique(_row(r, "province", "provinceCode") for r in old),
        former_districts=_unique(_row(r, "district", "districtCode", "provinceCode") for r in old),
        former_communes=_unique(_row(r, "ward", "wardCode", "districtCode") for r in old if r["wardCode"]),
        successions=(*_provinces(converter, new, old), *_communes(converter, new, old), *_disputed()),
    )


def data_folder() -> Path:
    """Return the folder of the package's data files without importing the package."""
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / "data"
        if (folder / "dataset.db").exists():
            return folder
    raise Broken("directory.no_list_of_places", package=PACKAGE)


def _row(row: sqlite3.Row, kind: str, code: str, parent: str | None = None, area: str | None = None) -> Row:
    full = tidy(row[kind])
    type_ = next(t for t in TYPES if full.lower().startswith(f"{t} "))
    return Row(
        code=row[code],
        type=type_,
        name=full[len(type_) + 1 :],
        parent=row[parent] if parent else None,
        latitude=row[f"{kind}Lat"],
        longitude=row[f"{kind}Lon"],
        area_km2=row[area] if area else None,
    )


def _unique(rows: Iterable[Row]) -> tuple[Row, ...]:
    by_code: dict[str, Row] = {}
    for row in rows:
        by_code.setdefault(row.code, row)
    return tuple(by_code[code] for code in sorted(by_code))


def _provinces(converter: Any, new: list[sqlite3.Row], old: list[sqlite3.Row]) -> Iterator[Succession]:
    new_code = {r["provinceKey"]: r["provinceCode"] for r in new}
    old_code = {r["provinceKey"]: r["provinceCode"] for r in old}
    for successor, formers in converter["DICT_PROVINCE"].items():
        for former in formers:
            yield Succession("province", old_code[former], new_code[successor], whole=True)


def _communes(converter: Any, new: list[sqlite3.Row], old: list[sqlite3.Row]) -> Iterator[Succession]:
    """The package names units by keys: "province_district_commune" before, (province, commune) after."""
    new_code = {(r["provinceKey"], r["wardKey"]): r["wardCode"] for r in new}
    former: dict[str, tuple[str, str]] = {}
    for r in old:
        key = f"{r['provinceKey']}_{r['districtKey']}_{r['wardKey'] or ''}"
        former[key] = ("commune", r["wardCode"]) if r["wardCode"] else ("district", r["districtCode"])
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, keys in communes.items():
            for key in keys:
                level, code = former[key]
                yield Succession(level, code, new_code[province, commune], whole=True)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in divided.items():
            level, code = former[key]
            for part in parts:
                yield Succession(level, code, new_code[province, part["newWardKey"]], whole=False)


def _disputed() -> Iterator[Succession]:
    for former, successor in DISPUTED:
        yield Succession("commune", former, successor, whole=False, to_verify=True)
