"""What the population knows of a person, under the names that forms are prefilled from."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from dinh.directory import queries as directory
from dinh.lib.names import fold
from dinh.population.models import Household, Person, Residence
from dinh.population.queries.people import channels_of, current_residences

PARENT_FACTS = ("full_name", "number", "birth", "ethnicity", "nationality")


def facts(person: Person | UUID, on: date | None = None) -> dict[str, Any]:
    """Return {name: value} of what is known, without what is not.

    full_name, birth (ISO, possibly partial), birth_year, sex, number, old_number, ethnicity, nationality,
    religion, birth_place, home_place, relation, residence (one line, with commune and province),
    residence.address, residence.unit, residence.village (ids), temporary_residence, household.code,
    household.address, household.head.full_name / .number / .birth / .sex, mother.* and father.* (full_name,
    number, birth, ethnicity, nationality, residence), phone, email, electronic_id.level, household.poverty
    ("poor", "near_poor", "none")

    on  the day to look at; today when left out. Three queries; names of units are remembered.
    """
    on = on or timezone.localdate()
    rows = Person.objects.select_related("household__head", "mother", "father", "electronic_id")
    row = rows.get(pk=person.pk if isinstance(person, Person) else person)
    known: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "full_name", "birth", "birth_year", "number", "old_number", "ethnicity", "nationality", "religion",
            "birth_place", "home_place", "relation",
        )
    }  # fmt: skip
    known["sex"] = row.sex if row.sex != "9" else ""
    known |= _household(row) | _residence(row, on) | _channels(row)
    for role in ("mother", "father"):
        known |= _parent(row, role, on)
    if hasattr(row, "electronic_id"):
        known["electronic_id.level"] = row.electronic_id.level
    return {name: value for name, value in known.items() if value not in (None, "")}


def residence_line(place: Residence | Household, on: date) -> str:
    """Return an address on one line as papers write it: "nhà 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai"."""
    title = directory.unit_title(place.village_id or place.unit_id, on)
    if place.village_id and fold(place.address).endswith(fold(title.partition(",")[0])):
        title = directory.unit_title(place.unit_id, on)  # the address names the village already
    return ", ".join(part for part in (place.address, title) if part)


def _residence(row: Person, on: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    current = current_residences(row, on)
    permanent = current.get(Residence.Kind.PERMANENT)
    if permanent is not None:
        found["residence"] = residence_line(permanent, on)
        found["residence.address"] = permanent.address
        found["residence.unit"] = str(permanent.unit_id)
        found["residence.village"] = str(permanent.village_id or "")
    elif row.household is not None:
        home = row.household
        found["residence"] = residence_line(home, on)
        found["residence.address"] = home.address
        found["residence.unit"] = str(home.unit_id)
        found["residence.village"] = str(home.village_id or "")
    temporary = current.get(Residence.Kind.TEMPORARY)
    if temporary is not None:
        found["temporary_residence"] = residence_line(temporary, on)
    return found


def _household(row: Person) -> dict[str, Any]:
    household = row.household
    if household is None:
        return {}
    found: dict[str, Any] = {
        "household.code": household.code,
        "household.address": household.address,
        "household.poverty": household.poverty or "none",
    }
    head = household.head
    if head is not None and head.status == Person.Status.ALIVE:
        found |= {
            f"household.head.{name}": getattr(head, name) for name in ("full_name", "number", "birth", "sex")
        }
    return found


def _parent(row: Person, role: str, on: date) -> dict[str, Any]:
    parent: Person | None = getattr(row, role)
    if parent is None:
        return {f"{role}.full_name": getattr(row, f"{role}_name")}
    found = {f"{role}.{name}": getattr(parent, name) for name in PARENT_FACTS}
    if (
        parent.household_id is not None
        and parent.household_id == row.household_id
        and row.household is not None
    ):
        found[f"{role}.residence"] = residence_line(row.household, on)
    return found


def _channels(row: Person) -> dict[str, str]:
    found: dict[str, str] = {}
    for channel in channels_of(row):
        found.setdefault(channel.kind, channel.value)
    return found
