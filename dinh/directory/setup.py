"""Set-up of the directory: every place of the country as of the reform, and the offices of a commune.

Both run as often as one likes: what is there already is left alone. Units made on 1 July 2025 are new
identities even where code and name went on, because each was constituted anew by resolution; units of before
are closed on that day and lead to their successors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from dinh.catalogue import store
from dinh.catalogue.shapes.others import Offices, OfficeShape
from dinh.directory import names, source, tree
from dinh.directory.models import Level, Office, Unit, UnitChange, UnitLink, UnitVersion
from dinh.directory.patches import apply_patches
from dinh.lib.errors import NotFound
from dinh.lib.ids import natural_id
from dinh.lib.names import fold

M = TypeVar("M", bound=Model)
Progress = Callable[[str, int, int], None]  # what is being done, rows done, rows in all

REFORM = date(2025, 7, 1)
# The list says of former units only that they stood on 30 June 2025. This day means "longer than we know".
LONG_AGO = date(1900, 1, 1)
DECREE_PROVINCES = "202/2025/QH15"
DECREE_COMMUNES = "1654/NQ-UBTVQH15 – 1687/NQ-UBTVQH15"
BATCH = 2000


def load_places(progress: Progress | None = None) -> int:
    """Load the national list and the later decrees of the catalogue; return the number of units.

    progress  called with a label, rows done and rows in all

    One transaction, about seven seconds on SQLite, a fraction of one when nothing is to do.
    """
    tell = progress or (lambda what, done, total: None)
    if not _is_loaded():
        _load(source.read(), tell)
    apply_patches(store.get().places.values())
    tree.forget()
    names.forget()
    return Unit.objects.count()


def load_offices(unit_codes: Sequence[str], on: date = REFORM) -> list[Office]:
    """Make the offices that the catalogue declares, for communes named by code; return those that are there.

    Agency codes are "Hxx.027.46.01": the province's code, the commune's own code cut in two, and the office's
    suffix, until the agency code that the province gives is set.

    Raises NotFound when a code is not that of a commune on the day.
    """
    offices: list[Office] = []
    for code in unit_codes:
        version = UnitVersion.objects.filter(
            level=Level.COMMUNE, code=code, valid_from__lte=on, unit__closed_on__isnull=True
        ).first()
        if version is None:
            raise NotFound("directory.no_such_unit", unit=code)
        offices += _offices_of(version)
    Office.objects.bulk_create(offices, ignore_conflicts=True)
    return list(Office.objects.filter(pk__in=[office.pk for office in offices]).order_by("unit", "key"))


def unit_id(level: str, code: str, valid_from: date) -> UUID:
    """Return the id of a unit of the national list: the same on every node."""
    return natural_id("unit", level, code, valid_from)


def office_id(unit: UUID, key: str, valid_from: date) -> UUID:
    """Return the id of an office; an office opened again later is another one."""
    return (
        natural_id("office", unit, key)
        if valid_from == REFORM
        else natural_id("office", unit, key, valid_from)
    )


def agency_code(prefix: str, commune: str, suffix: str) -> str:
    """Return "H38.027.46.01" of ("H38", "02746", "01"); parts that are empty are left out."""
    return ".".join(part for part in (prefix, commune[:3], commune[3:], suffix.strip(".")) if part)


def _offices_of(version: UnitVersion) -> Iterator[Office]:
    province = tree.naming(version.parent_id, version.valid_from) if version.parent_id else None
    for declared in store.get().offices.values():
        for shape in declared.offices:
            yield Office(
                id=office_id(version.unit_id, shape.key, version.valid_from),
                key=shape.key,
                unit_id=version.unit_id,
                name=f"{shape.title.vi.removesuffix(' xã')} {version.full_name}",
                agency_code=_agency(declared, shape, province.code if province else "", version.code),
                valid_from=version.valid_from,
            )


def _agency(declared: Offices, shape: OfficeShape, province: str, commune: str) -> str:
    prefix = declared.agency_codes.get(province, "")
    return agency_code(prefix, commune, shape.agency_suffix) if prefix else ""


def _is_loaded() -> bool:
    """The last rows written are the links of the communes."""
    return UnitLink.objects.filter(change__effective_on=REFORM, predecessor__level=Level.COMMUNE).exists()


@transaction.atomic
def _load(national: source.NationalList, tell: Progress) -> None:
    former = _Names(national.former_provinces, national.former_districts)
    current = _Names(national.provinces)
    versions = [
        *_versions(Level.PROVINCE, national.former_provinces, former, LONG_AGO, REFORM),
        *_versions(Level.DISTRICT, national.former_districts, former, LONG_AGO, REFORM),
        *_versions(Level.COMMUNE, national.former_communes, former, LONG_AGO, REFORM),
        *_versions(Level.PROVINCE, national.provinces, current, REFORM, None),
        *_versions(Level.COMMUNE, national.communes, current, REFORM, None),
    ]
    units = [
        Unit(id=v.unit_id, level=v.level, opened_on=v.valid_from, closed_on=v.valid_to) for v in versions
    ]
    changes, links = _changes(national)
    total = len(units) + len(versions) + len(changes) + len(links)
    done = 0
    steps: tuple[tuple[Any, Sequence[Model], str], ...] = (
        (Unit.objects, units, "units"),
        (UnitVersion.objects, versions, "names"),
        (UnitChange.objects, changes, "decisions"),
        (UnitLink.objects, links, "successions"),
    )
    for manager, rows, what in steps:
        for batch in _batches(rows):
            manager.bulk_create(batch, ignore_conflicts=True)
            done += len(batch)
            tell(what, done, total)


class _Names:
    """Who is above a unit of one list, and its names."""

    def __init__(self, *lists: Iterable[source.Row]) -> None:
        levels = (Level.PROVINCE, Level.DISTRICT)
        self.rows = {
            row.code: (level, row) for level, rows in zip(levels, lists, strict=False) for row in rows
        }

    def above(self, row: source.Row) -> tuple[Level, source.Row] | None:
        """Return level and row of the unit above, None for a province."""
        return self.rows[row.parent] if row.parent else None

    def key(self, row: source.Row) -> str:
        """Return the search key: name, type, then the same of each unit above, folded."""
        words: list[str] = []
        current: source.Row | None = row
        while current is not None:
            words += [current.name, current.type]
            above = self.above(current)
            current = above[1] if above else None
        return fold(" ".join(words))


def _versions(
    level: Level, rows: Iterable[source.Row], names: _Names, valid_from: date, valid_to: date | None
) -> Iterator[UnitVersion]:
    for row in rows:
        above = names.above(row)
        yield UnitVersion(
            unit_id=unit_id(level, row.code, valid_from),
            level=level,
            code=row.code,
            name=row.name,
            type=row.type,
            parent_id=unit_id(above[0], above[1].code, valid_from) if above else None,
            valid_from=valid_from,
            valid_to=valid_to,
            decree="" if valid_to else (DECREE_PROVINCES if level == Level.PROVINCE else DECREE_COMMUNES),
            latitude=row.latitude,
            longitude=row.longitude,
            area_km2=row.area_km2,
            search_key=names.key(row),
        )


def _changes(national: source.NationalList) -> tuple[list[UnitChange], list[UnitLink]]:
    """Return one change for each new unit, with a link from each of its predecessors."""
    names = {(Level.PROVINCE, r.code): r for r in national.provinces}
    names |= {(Level.COMMUNE, r.code): r for r in national.communes}
    grouped: dict[tuple[Level, str], list[source.Succession]] = defaultdict(list)
    for succession in national.successions:
        level = Level.PROVINCE if succession.level == Level.PROVINCE else Level.COMMUNE
        grouped[level, succession.successor].append(succession)
    changes, links = [], []
    for (level, code), successions in grouped.items():
        change = UnitChange(
            id=natural_id("change", level, code, REFORM),
            kind=_kind(successions),
            effective_on=REFORM,
            decree=DECREE_PROVINCES if level == Level.PROVINCE else DECREE_COMMUNES,
            title=f"Thành lập {names[level, code].type} {names[level, code].name}",
            source="vietnamadminunits 1.0.4",
        )
        changes.append(change)
        links += [
            UnitLink(
                change=change,
                predecessor_id=unit_id(s.level, s.former, LONG_AGO),
                successor_id=unit_id(level, code, REFORM),
                part=UnitLink.Part.WHOLE if s.whole else UnitLink.Part.SHARE,
                to_verify=s.to_verify,
            )
            for s in successions
        ]
    return changes, links


def _kind(successions: list[source.Succession]) -> UnitChange.Kind:
    if len(successions) > 1:
        return UnitChange.Kind.MERGE
    return UnitChange.Kind.CREATE if successions[0].whole else UnitChange.Kind.SPLIT


def _batches(rows: Sequence[M]) -> Iterator[Sequence[M]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
