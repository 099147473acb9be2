"""Write a checked file: all good rows in one transaction, one journal entry for each row written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

from dinh.directory import queries as directory
from dinh.journal.actions import action, record_many
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused, Stale
from dinh.lib.ids import uuid7
from dinh.population.actions.rows import By, actor, columns_of, entry, keep_words, update, write
from dinh.population.imports.cells import ImportRow
from dinh.population.imports.plan import ImportPlan, known_numbers
from dinh.population.models import Channel, ElectronicId, Household, Import, Person, Residence
from dinh.population.rules import HEAD

BATCH = 500
HAS_FAULTS = _(
    "Some rows have faults, so nothing was brought in. Correct them, or choose to bring in the good rows only."
)
NO_GOOD_ROW = _("No row of this file can be brought in. Correct the faults and choose the file again.")
OUTDATED = _("The population changed since this file was checked. Check the file again.")
LOADED_ALREADY = _("This file was brought in already.")

KINDS: dict[type[models.Model], str] = {
    Household: "population.household_registered",
    Person: "population.person_registered",
    Residence: "population.residence_added",
    ElectronicId: "population.electronic_id_set",
    Channel: "population.channel_added",
}  # in the order in which they are written


@dataclass
class _Rows:
    """New rows by table, and households known before that get a head."""

    new: dict[type[models.Model], list[Any]] = field(default_factory=lambda: {table: [] for table in KINDS})
    headed: list[tuple[Household, Person]] = field(default_factory=list)


@action
def keep_check(plan: ImportPlan, *, blob: str, by: By, at: datetime) -> Import:
    """Keep what a check found, and return it; nothing else is written.

    blob  digest of the file as kept by `papers`
    """
    kept = _import(plan, Import.State.CHECKED, blob, by, at)
    kept.save(force_insert=True)
    _record("population.import_checked", kept, by, at)
    return kept


@action
def load(
    plan: ImportPlan,
    *,
    blob: str = "",
    checked: Import | None = None,
    load_good: bool = False,
    by: By,
    at: datetime,
) -> Import:
    """Write the good rows of a checked file and return the import: all of them or, on any refusal, none.

    checked    what `keep_check` kept of this plan; it becomes loaded
    load_good  bring in the good rows although others have faults

    Raises Invalid ("imports.has_faults", "imports.no_good_row") with the faults, Refused when it was loaded
    before, Stale ("imports.outdated") when a number was taken since the check.
    """
    if checked is not None and checked.state == Import.State.LOADED:
        raise Refused("imports.loaded", LOADED_ALREADY, import_id=checked.pk)
    if plan.faults and not load_good:
        raise _refuse("imports.has_faults", HAS_FAULTS, plan)
    if not plan.rows:
        raise _refuse("imports.no_good_row", NO_GOOD_ROW, plan)
    rows = _build(plan, local_date(at))
    if checked is None:
        done = _import(plan, Import.State.LOADED, blob, by, at)
        done.save(force_insert=True)
    else:
        done = update(checked, {"state": Import.State.LOADED.value})
    entries = list(_entries(rows, by, at, plan.unit.pk))
    try:
        for table, new in rows.new.items():
            table._default_manager.bulk_create(new, batch_size=BATCH)
    except IntegrityError:
        # The message of the database quotes the number: it stays out of the log.
        raise Stale("imports.outdated", OUTDATED, unit=plan.unit.pk) from None
    keep_words(rows.new[Person])
    _record("population.imported", done, by, at)
    record_many(entries)
    return done


def _build(plan: ImportPlan, today: date) -> _Rows:
    rows = _Rows()
    homes = _households(plan, rows)
    people: dict[str, Person] = {}
    for row in plan.rows:
        home = homes.get(row.household)
        person = Person(id=uuid7(), unit=plan.unit, household=home, **row.person)
        rows.new[Person].append(person)
        if person.number:
            people[person.number] = person
        if home is not None and row.relation == HEAD:
            _set_head(rows, home, person)
        rows.new[Residence] += _residence(plan, row, person, home, today)
        rows.new[Channel] += [Channel(id=uuid7(), person=person, kind=k, value=v) for k, v in row.channels]
        if row.electronic_id:
            rows.new[ElectronicId].append(
                ElectronicId(id=uuid7(), person=person, level=row.electronic_id, since=today)
            )
    _parents(plan, rows, people)
    return rows


def _households(plan: ImportPlan, rows: _Rows) -> dict[str, Household]:
    """Return {code: household}, known or new."""
    groups: dict[str, list[ImportRow]] = {}
    for row in plan.rows:
        if row.household:
            groups.setdefault(row.household, []).append(row)
    homes: dict[str, Household] = {}
    codes = sorted(groups)
    for start in range(0, len(codes), BATCH):
        known = Household.objects.filter(code__in=codes[start : start + BATCH])
        homes |= {household.code: household for household in known}
    for code, members in groups.items():
        if code not in homes:
            homes[code] = _new_household(plan, members)
            rows.new[Household].append(homes[code])
    return homes


def _new_household(plan: ImportPlan, members: list[ImportRow]) -> Household:
    """Take address, village and poverty from the head's row, else from the first that has them."""
    ordered = sorted(members, key=lambda row: row.relation != HEAD)
    village = next((row.village for row in ordered if row.village), "")
    return Household(
        id=uuid7(),
        code=ordered[0].household,
        unit=plan.unit,
        village_id=UUID(village) if village else None,
        address=_address(next((row.address for row in ordered if row.address), ""), village, plan),
        poverty=next((row.poverty for row in ordered if row.poverty), ""),
    )


def _set_head(rows: _Rows, home: Household, person: Person) -> None:
    if home._state.adding:
        home.head = person
    else:
        rows.headed.append((home, person))


def _residence(
    plan: ImportPlan, row: ImportRow, person: Person, home: Household | None, today: date
) -> Iterator[Residence]:
    """Yield the permanent residence of a person whose address is known."""
    village = UUID(row.village) if row.village else (home.village_id if home else None)
    address = row.address or (home.address if home else "") or _address("", row.village, plan)
    if address:
        yield Residence(
            id=uuid7(), person=person, kind=Residence.Kind.PERMANENT, unit=plan.unit, village_id=village, household=home,
            address=address, relation=row.relation, from_on=row.residence_from or today,
        )  # fmt: skip


def _address(address: str, village: str, plan: ImportPlan) -> str:
    """Return the address, or the village's name where people have no other."""
    if address or not village:
        return address
    return directory.unit_title(UUID(village), plan.on, with_parents=False)


def _parents(plan: ImportPlan, rows: _Rows, people: dict[str, Person]) -> None:
    asked = {n for row in plan.rows for n in (row.mother_number, row.father_number) if n and n not in people}
    people = people | known_numbers(asked)
    for row, person in zip(plan.rows, rows.new[Person], strict=True):
        for role, number in (("mother", row.mother_number), ("father", row.father_number)):
            if parent := people.get(number):
                setattr(person, role, parent)
                if not getattr(person, f"{role}_name"):
                    setattr(person, f"{role}_name", parent.full_name)


def _entries(rows: _Rows, by: By, at: datetime, unit: UUID) -> Iterator[Entry]:
    """Yield an entry for each new row, and for each household known before that gets its head."""
    for table, new in rows.new.items():
        for row in new:
            yield entry(KINDS[table], row, by=by, at=at, unit=unit)
    for home, person in rows.headed:
        columns = {"head_id": person.pk}
        update(home, columns)
        yield entry("population.head_set", home, columns, by=by, at=at, unit=unit)


def _import(plan: ImportPlan, state: Import.State, blob: str, by: By, at: datetime) -> Import:
    who = actor(by)
    if who is None:
        raise ValueError("an import has somebody who brings it in")
    return Import(
        id=uuid7(), unit=plan.unit, blob=blob, filename=plan.filename[-200:], state=state, rows=plan.total,
        good=len(plan.rows), faults=[fault.as_json() for fault in plan.faults], by=who, at=at,
    )  # fmt: skip


def _record(kind: str, row: Import, by: By, at: datetime) -> None:
    # The faults stay with the import alone: a thousand sentences would only swell the journal.
    columns = {name: value for name, value in columns_of(row).items() if name != "faults"}
    write(kind, row, columns, by=by, at=at, unit=row.unit_id, faults=len(row.faults))


def _refuse(code: str, message: object, plan: ImportPlan) -> Invalid:
    faults: Iterable[Fault] = (
        Fault(f"row {f.row}, column {f.column}", f.code, f.message) for f in plan.faults
    )
    return Invalid(code, list(faults), message, unit=plan.unit.pk)
