"""A small town with known truth: people, a register with named faults, communes. Small enough to read."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
MIDDLES = ("Văn", "Thị", "Đức", "Ngọc", "Minh", "Thu", "Quang", "Hồng")
GIVEN = ("Hùng", "Lan", "Hòa", "Tuấn", "Hương", "Dũng", "Mai", "Sơn", "Thủy", "Bình", "Cường", "Đào")
COMMUNES = (("0380001", "Tân Hòa"), ("0380002", "Phú Sơn"), ("0380003", "Yên Lâm"))
PEOPLE_COLUMNS = (
    "pid",
    "cccd",
    "cmnd",
    "full_name",
    "dob",
    "gender",
    "birth_province",
    "commune_code",
    "address",
    "status",
    "death_date",
)
ROW_COLUMNS = ("rid", "cccd", "cmnd", "full_name", "dob", "gender", "birth_place", "address", "commune_code")
COMMUNE_COLUMNS = (
    "old_code", "old_name", "old_province", "old_province_name", "old_district_name",
    "new_code", "new_name", "new_province", "new_province_name", "new_kind",
)  # fmt: skip

Record = dict[str, str]


@dataclass
class Town:
    """People and rows as dictionaries; `rows` say the truth until a test changes them."""

    people: list[Record]
    rows: list[Record] = field(default_factory=list)

    def row(self, pid: int, **changes: str) -> Record:
        """Add a row about a person, told in full and without fault but for `changes`; return it."""
        person = self.people[pid]
        year, month, day = person["dob"].split("-")
        commune = dict(COMMUNES)[person["commune_code"]]
        row = {
            "rid": str(len(self.rows) + 1),
            "cccd": person["cccd"],
            "cmnd": person["cmnd"],
            "full_name": person["full_name"],
            "dob": f"{day}/{month}/{year}",
            "gender": person["gender"],
            "birth_place": "Thanh Hóa",
            "address": f"{person['address']}, xã {commune}, tỉnh Thanh Hóa",
            "commune_code": person["commune_code"],
        } | changes
        self.rows.append(row)
        return row

    def write(self, folder: Path) -> None:
        """Write population.csv, register.csv and communes.csv."""
        write_csv(folder / "population.csv", PEOPLE_COLUMNS, self.people)
        write_csv(folder / "register.csv", ROW_COLUMNS, self.rows)
        write_csv(folder / "communes.csv", COMMUNE_COLUMNS, communes())

    def write_parquet(self, folder: Path) -> None:
        """Write population.parquet and register.parquet with UUIDs as ids, as a node exports them."""
        self.write(folder)
        for name, id in (("population", "pid"), ("register", "rid")):
            duckdb.execute(
                f"COPY (SELECT md5({id})::UUID::VARCHAR AS {id}, * EXCLUDE ({id}) FROM read_csv('{folder / name}.csv',"
                f" all_varchar=true)) TO '{folder / name}.parquet'"
            )


def communes() -> list[Record]:
    """Return the communes, and a former one, Cẩm Khê, that became Tân Hòa."""
    rows = [(code, name, "Triệu Phong", code, name) for code, name in COMMUNES]
    rows.append(("0380099", "Cẩm Khê", "Hà Trung", "0380001", "Tân Hòa"))
    return [
        dict(
            zip(
                COMMUNE_COLUMNS,
                (old, name, "038", "Thanh Hóa", district, new, today, "038", "Thanh Hóa", "xã"),
                strict=True,
            )
        )
        for old, name, district, new, today in rows
    ]


def build(people: int = 3000, rows: int = 600, seed: int = 1) -> Town:
    """Return a town whose register tells the truth of its first `rows` people."""
    chance = random.Random(seed)
    town = Town([_person(chance, pid) for pid in range(people)])
    for pid in range(rows):
        town.row(pid)
    return town


def _person(chance: random.Random, pid: int) -> Record:
    year, male = chance.randint(1940, 2020), chance.random() < 0.5
    century = (0 if male else 1) + (2 if year >= 2000 else 0)
    return {
        "pid": str(pid),
        "cccd": f"038{century}{year % 100:02d}{pid * 37 % 1_000_000:06d}",
        "cmnd": f"17{pid * 91 % 10_000_000:07d}" if year < 2000 else "",
        "full_name": f"{chance.choice(SURNAMES)} {chance.choice(MIDDLES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}",
        "dob": f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "gender": "Nam" if male else "Nữ",
        "birth_province": "038",
        "commune_code": chance.choice(COMMUNES)[0],
        "address": f"Thôn {chance.randint(1, 30)}",
        "status": "live",
        "death_date": "",
    }


def write_csv(path: Path, columns: tuple[str, ...], rows: list[Record]) -> None:
    """Write rows as CSV, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
