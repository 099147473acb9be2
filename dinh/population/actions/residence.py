"""Where people live, over time: permanent residence moves; temporary residence and stays are added and end."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Unit
from dinh.journal.actions import action
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import uuid7
from dinh.lib.names import tidy
from dinh.population import rules
from dinh.population.actions.rows import By, codes, entry, head_leaves, update, write
from dinh.population.models import Household, Person, Residence

NOT_VALID = _("This residence cannot be registered. Correct the marked answers.")
DEAD = _("This person is registered as deceased.")
ENDED = _("This residence has ended already.")
BEFORE_THE_LAST = _("This is before the day on which the present residence began. Check the date.")
OTHER_COMMUNE = _("This household is of another commune. Choose a household of the commune moved to.")


@action
def move_residence(
    *,
    person: Person,
    unit: Unit,
    village: Unit | None = None,
    household: Household | None = None,
    address: str = "",
    relation: str = "",
    from_on: date,
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Residence:
    """Give a person their (new) permanent residence and return it; the one before ends on that day.

    address   may be left out with a household: its own is then taken, and its village
    relation  to the household's head, list "household_relations"

    Raises Invalid ("population.residence_not_valid"), Refused ("population.dead"), Stale. The person's unit,
    household and relation follow; a household left by its head has none until `set_head` names another.
    """
    _alive(person)
    village, address = _place(household, village, address)
    present = list(Residence.objects.filter(person=person, kind=Residence.Kind.PERMANENT, ended_on=None))
    faults = rules.residence_faults("permanent", address, from_on, None)
    faults += rules.person_faults({"relation": relation}, today=from_on, codes=codes)
    if household is not None and household.unit_id != unit.pk:
        faults.append(Fault("household", "population.other_commune", OTHER_COMMUNE))
    if any(old.from_on > from_on for old in present):
        faults.append(Fault("from_on", "population.before_the_last", BEFORE_THE_LAST))
    _refuse(faults)
    also = head_leaves(person, "moved", by=by, at=at, stays_in=household)
    for old in present:
        update(old, {"ended_on": from_on})
        change = {"ended_on": from_on}
        also.append(
            entry("population.residence_ended", old, change, by=by, at=at, unit=old.unit_id, reason="moved")
        )
    residence = Residence(
        id=uuid7(), person=person, kind=Residence.Kind.PERMANENT, unit=unit, village=village, household=household,
        address=address, relation=relation, from_on=from_on, dossier=dossier,
    )  # fmt: skip
    residence.save(force_insert=True)
    also.append(entry("population.residence_added", residence, by=by, at=at, unit=unit.pk))
    columns = {"unit_id": unit.pk, "household_id": household.pk if household else None, "relation": relation}
    update(person, columns)
    write(
        "population.residence_moved", person, columns, by=by, at=at, unit=unit.pk, dossier=dossier, also=also
    )
    return residence


@action
def add_residence(
    *,
    person: Person,
    kind: str,
    unit: Unit,
    village: Unit | None = None,
    household: Household | None = None,
    address: str = "",
    relation: str = "",
    from_on: date,
    until_on: date | None,
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Residence:
    """Register a temporary residence (two years at most) or a stay (less than 30 days) and return it.

    until_on  its last day

    Raises Invalid ("population.residence_not_valid"), Refused ("population.dead").
    """
    _alive(person)
    if kind not in {Residence.Kind.TEMPORARY, Residence.Kind.STAY}:
        raise ValueError(f"{kind!r}: permanent residence is moved, not added")
    village, address = _place(household, village, address)
    _refuse(rules.residence_faults(kind, address, from_on, until_on))
    residence = Residence(
        id=uuid7(), person=person, kind=kind, unit=unit, village=village, household=household, address=address,
        relation=relation, from_on=from_on, until_on=until_on, dossier=dossier,
    )  # fmt: skip
    residence.save(force_insert=True)
    write("population.residence_added", residence, by=by, at=at, unit=unit.pk)
    return residence


@action
def end_residence(
    *,
    residence: Residence,
    ended_on: date,
    reason: str = "",
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Residence:
    """End a residence. A person whose permanent residence ends has none, until `move_residence`.

    Raises Refused ("population.residence_ended"), Invalid for a day before it began, Stale.
    """
    if residence.ended_on is not None:
        raise Refused("population.residence_ended", ENDED, residence=residence.pk)
    if ended_on < residence.from_on:
        _refuse([Fault("ended_on", "population.ends_before_it_begins", rules.ENDS_BEFORE_IT_BEGINS)])
    also = []
    if residence.kind == Residence.Kind.PERMANENT:
        person = residence.person
        change = {"unit_id": None, "household_id": None, "relation": ""}
        update(person, change)
        also.append(entry("population.residence_left", person, change, by=by, at=at, unit=residence.unit_id))
        also += head_leaves(person, "moved", by=by, at=at)
    columns = {"ended_on": ended_on}
    update(residence, columns)
    write(
        "population.residence_ended", residence, columns, by=by, at=at, unit=residence.unit_id, reason=reason,
        dossier=dossier, also=also,
    )  # fmt: skip
    return residence


def _place(household: Household | None, village: Unit | None, address: str) -> tuple[Unit | None, str]:
    if household is None:
        return village, tidy(address)
    return village or household.village, tidy(address) or household.address


def _alive(person: Person) -> None:
    if person.status == Person.Status.DEAD:
        raise Refused("population.dead", DEAD, person=person.pk)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid("population.residence_not_valid", faults, NOT_VALID)
