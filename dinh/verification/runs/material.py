"""What the engine reads, written from the database: population, communes, records, decisions. In portions, memory stays flat.

Ids are written as the database keeps them (`registers.imports.bulk.uuid_text`), so that answers need no change.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Max, Q, Sum

from dinh.directory.models import Level, UnitLink, UnitVersion
from dinh.directory.queries import in_force
from dinh.population.models import Household, Person
from dinh.registers.imports.bulk import uuid_text
from dinh.verification.models import Finding
from dinh.verification.runs import files

PORTION = 5_000
NULL = "\\N"
QUOTE = "\x01"  # the quotes of JSON stay single
COMMUNES = (
    "old_code", "old_name", "old_province", "old_province_name", "old_district_name",
    "new_code", "new_name", "new_province", "new_province_name", "new_kind",
)  # fmt: skip


def write_population(on: date) -> Path:
    """Write everybody as Parquet when anything changed since it was last written; return the file.

    Whether it changed is told by counts and sums of versions: every write of the population counts one up.
    """
    path, note = files.population(), files.population().with_suffix(".json")
    mark = _population_mark(on)
    if path.exists() and note.exists() and note.read_text() == mark:
        return path
    files.require_room(Person.objects.count() * 400)
    id, unit, village = (text_of(name) for name in ("p.id", "p.unit_id", "h.village_id"))
    sql = (
        f"select {id}, p.number, p.old_number, p.full_name, p.birth, p.sex, p.birth_place, p.status, p.died_on, h.address, "
        f"{unit}, {village} from population_person p left join population_household h on h.id = p.household_id"
    )
    columns = (
        "pid",
        "number",
        "old_number",
        "name",
        "birth",
        "sex",
        "birth_place",
        "status",
        "died_on",
        "address",
        "unit",
        "village",
    )
    with Tables(path.parent) as tables:
        tables.add("people", columns, stream(sql, ()))
        tables.add("units", ("unit", "code", "title"), units_on(on))
        tables.save(_PEOPLE, path)
    draft = note.with_suffix(".part")
    draft.write_text(mark)
    os.replace(draft, note)
    return path


_PEOPLE = """
select p.pid, nullif(p.number, '') as number, nullif(p.old_number, '') as old_number, p.name, nullif(p.birth, '') as birth,
  case p.sex when '1' then 'Nam' when '2' then 'Nữ' end as sex, nullif(p.birth_place, '') as birth_province,
  nullif(concat_ws(', ', nullif(p.address, ''), u.title), '') as place, u.code as commune,
  p.status, nullif(p.died_on, '') as death_date, p.unit, p.village
from people p left join units u using (unit)
"""


def write_communes(on: date) -> Path:
    """Write former and present communes, each with the one of today that it leads to; return the file."""
    path = files.communes()
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COMMUNES)
    lines.writerows(sorted(_commune_rows(on)))
    whole = text.getvalue().encode()
    if not path.exists() or path.read_bytes() != whole:
        draft = path.with_suffix(".part")
        draft.write_bytes(whole)
        os.replace(draft, path)
    return path


def write_decided(register: str, unit: UUID, path: Path) -> Path | None:
    """Write what officers decided of single rows, for as long as no import has said something else since.

    rid, pid, same: this row is that person, or is not. Only "neither" says of candidates that they are not meant: what
    an officer typed, or a person said of herself, may well describe one of them. None when nothing was decided.
    """
    mine = Finding.objects.filter(register=register, unit=unit, state=Finding.State.DECIDED).exclude(
        candidates=[]
    )
    mine = mine.filter(decision__in=("corrected", "first", "second", "neither"))
    mine = mine.filter(Q(record__version__lte=F("record_version")) | Q(record__batch=None))
    meant: dict[str | None, str | None] = {}
    others: set[tuple[str | None, str | None]] = set()
    for record, person, candidates, decision in mine.order_by("decided_at").values_list(
        "record", "person", "candidates", "decision"
    ):
        if person is not None:
            meant[uuid_text(record)] = uuid_text(person)  # the last word counts
        elif decision == Finding.Decision.NEITHER:
            others |= {(uuid_text(record), uuid_text(UUID(one))) for one in candidates}
    pairs = {**dict.fromkeys(others, "false"), **dict.fromkeys(meant.items(), "true")}
    if not pairs:
        return None
    with Tables(path.parent) as tables:
        tables.add("decided", ("rid", "pid", "same"), ((*pair, same) for pair, same in pairs.items()))
        tables.save("select rid, pid, same::boolean as same from decided order by rid, pid", path)
    return path


class Tables:
    """A small DuckDB beside the file that is made: rows come in as text, a query goes out as Parquet."""

    def __init__(self, folder: Path, memory: str = "512MB") -> None:
        self.folder, self.memory = folder, memory
        self._texts: list[Path] = []

    def __enter__(self) -> Tables:
        import duckdb  # pages reach this module and need none

        self.con = duckdb.connect()
        self.con.execute(
            f"set memory_limit = '{self.memory}'; set threads = 1; set preserve_insertion_order = true"
        )
        self.con.execute(f"set temp_directory = {literal(self.folder / f'.spill-{os.getpid()}')}")
        return self

    def __exit__(self, *error: object) -> None:
        self.con.close()
        for path in self._texts:
            path.unlink(missing_ok=True)

    def add(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Make a view of rows, all columns text; None is null."""
        path = self.folder / f".{name}-{os.getpid()}.text"
        self._texts.append(path)
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, delimiter="\t", quotechar=QUOTE, lineterminator="\n")
            lines.writerows([NULL if cell is None else cell for cell in row] for row in rows)
        shape = dict.fromkeys(columns, "VARCHAR")
        self.con.execute(
            f"create view {name} as from read_csv({literal(path)}, header = false, delim = '\t', quote = '{QUOTE}', escape = '{QUOTE}', "
            f"nullstr = {literal(NULL)}, max_line_size = 67108864, auto_detect = false, columns = {shape})"
        )

    def save(self, query: str, path: Path) -> None:
        """Write a query as Parquet, whole or not at all."""
        draft = path.with_name(f".{path.name}.part")
        self.con.execute(f"copy ({query}) to {literal(draft)} (format parquet, compression snappy)")
        os.replace(draft, path)


def stream(sql: str, parameters: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query in portions, from the server's cursor where there is one."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(PORTION):
            yield from rows


def literal(value: object) -> str:
    """Return a text or path as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def text_of(column: str) -> str:
    """Return SQL of an id or of JSON as text."""
    return f"cast({column} as text)" if connection.vendor == "postgresql" else column


def units_on(on: date) -> Iterator[tuple[Any, ...]]:
    """Yield every commune of a day: id, code, name with type and province."""
    provinces = _names(Level.PROVINCE, on)
    for unit, code, type, name, parent in _versions(Level.COMMUNE, on):
        title = ", ".join(filter(None, (f"{type} {name}".strip(), provinces.get(parent, ("", ""))[1])))
        yield uuid_text(unit), code, title


def _versions(level: str, on: date) -> Iterator[tuple[Any, ...]]:
    found = UnitVersion.objects.filter(in_force(on), level=level)
    yield from found.values_list("unit", "code", "type", "name", "parent")


def _names(level: str, on: date) -> dict[Any, tuple[str, str]]:
    return {
        unit: (code, f"{type} {name}".strip()) for unit, code, type, name, _parent in _versions(level, on)
    }


def _commune_rows(on: date) -> Iterator[tuple[str, ...]]:
    every = UnitVersion.objects.exclude(level=Level.VILLAGE).order_by("valid_from")
    last: dict[Any, tuple[Any, ...]] = {}
    for row in every.values_list("unit", "level", "code", "name", "type", "parent"):
        last[row[0]] = row
    today = {row[0] for row in _versions(Level.COMMUNE, on)}
    leads: dict[Any, list[Any]] = {}
    for before, after in UnitLink.objects.order_by("part").values_list("predecessor", "successor"):
        leads.setdefault(before, []).append(after)
    for unit, level, code, name, _type, parent in last.values():
        if level != Level.COMMUNE:
            continue
        district, province = _above(last, parent)
        for now in _of_today(unit, today, leads):
            _unit, _level, new_code, new_name, new_type, new_parent = last[now]
            _district, new_province = _above(last, new_parent)
            yield (
                code, name, province[0], province[1], district, new_code, new_name, new_province[0], new_province[1], new_type,
            )  # fmt: skip


def _above(last: dict[Any, tuple[Any, ...]], parent: Any) -> tuple[str, tuple[str, str]]:
    district = ""
    while parent in last:
        _unit, level, code, name, _type, above = last[parent]
        if level == Level.PROVINCE:
            return district, (code, name)
        district, parent = name, above
    return district, ("0", "")


def _of_today(unit: Any, today: set[Any], leads: dict[Any, list[Any]]) -> list[Any]:
    found: dict[Any, None] = {}
    waiting, seen = [unit], {unit}
    while waiting:
        one = waiting.pop()
        if one in today:
            found[one] = None
            continue
        waiting += [after for after in leads.get(one, ()) if after not in seen]
        seen.update(leads.get(one, ()))
    return list(found)


def _population_mark(on: date) -> str:
    people = Person.objects.aggregate(n=Count("pk"), v=Sum("version"))
    homes = Household.objects.aggregate(n=Count("pk"), v=Sum("version"))
    units = UnitVersion.objects.filter(in_force(on)).aggregate(n=Count("pk"), last=Max("pk"))
    return json.dumps([1, *people.values(), *homes.values(), *units.values()], default=str)
