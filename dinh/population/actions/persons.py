"""A person is registered, amended, closed by death."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Unit
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import uuid7
from dinh.population import rules
from dinh.population.actions.rows import By, codes, entry, head_leaves, keep_words, renew_words, update, write
from dinh.population.models import Household, Person, Residence, Sex

AMENDABLE = frozenset(
    {
        "number", "old_number", "full_name", "sex", "birth", "ethnicity", "nationality", "religion", "birth_place",
        "home_place", "mother", "father", "mother_name", "father_name", "relation",
    }
)  # fmt: skip

NOT_VALID = _("What was given of this person cannot be kept. Correct the marked answers.")
TAKEN = _("This number belongs to a person already known. Look that person up instead of adding another.")
DEAD = _("This person is registered as deceased.")


@action
def register_person(
    *,
    full_name: str,
    sex: str = Sex.UNKNOWN,
    birth: str = "",
    number: str | None = None,
    old_number: str = "",
    ethnicity: str = "",
    nationality: str = "VNM",
    religion: str = "",
    birth_place: str = "",
    home_place: str = "",
    mother: Person | None = None,
    father: Person | None = None,
    mother_name: str = "",
    father_name: str = "",
    household: Household | None = None,
    relation: str = "",
    unit: Unit | None = None,
    id: UUID | None = None,
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Person:
    """Make a person known to the house and return them.

    birth    ISO, possibly partial
    unit     of permanent residence; where the address matters call `move_residence` after
    dossier  the request that this comes from

    Raises Invalid ("population.person_not_valid") with every fault; a number that is taken is one of
    them, never a silent merge. Five queries.
    """
    columns = rules.normalized(
        {
            "full_name": full_name, "sex": sex, "birth": birth, "number": number, "old_number": old_number,
            "ethnicity": ethnicity, "nationality": nationality, "religion": religion, "birth_place": birth_place,
            "home_place": home_place, "mother_name": mother_name or (mother.full_name if mother else ""),
            "father_name": father_name or (father.full_name if father else ""), "relation": relation,
        }
    )  # fmt: skip
    _check(columns, None, local_date(at))
    person = Person(
        id=id or uuid7(), mother=mother, father=father, household=household,
        unit=unit or (household.unit if household else None), **columns,
    )  # fmt: skip
    try:
        person.save(force_insert=True)
    except IntegrityError as error:
        # Somebody was quicker after `_check` looked. The database's message quotes the number, so it
        # is not chained into the log.
        if "number" in str(error):
            raise _not_valid([_taken()]) from None
        raise
    keep_words([person])
    write("population.person_registered", person, by=by, at=at, unit=person.unit_id, dossier=dossier)
    return person


@action
def amend_person(
    *,
    person: Person,
    changes: Mapping[str, Any],
    reason: str = "",
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Person:
    """Change what is known of a person; `changes` has columns of AMENDABLE (mother and father as persons).

    Raises Invalid with every fault, Stale when somebody changed the person first. Where someone lives is
    changed by `move_residence`, death by `close_person`.
    """
    if unknown := set(changes) - AMENDABLE:
        raise ValueError(f"not amendable: {sorted(unknown)}")
    columns = rules.normalized({k: v for k, v in changes.items() if k not in {"mother", "father"}})
    for parent in {"mother", "father"} & set(changes):
        columns[f"{parent}_id"] = changes[parent].pk if changes[parent] else None
    _check(columns | _known_dates(person, columns), person, local_date(at))
    update(person, columns)
    if "name_key" in columns:
        renew_words(person)
    write(
        "population.person_amended",
        person,
        columns,
        by=by,
        at=at,
        unit=person.unit_id,
        reason=reason,
        dossier=dossier,
    )
    return person


@action
def close_person(
    *,
    person: Person,
    died_on: str | date,
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Person:
    """Register a death: the person is closed, and every residence of theirs ends.

    died_on  ISO, possibly partial

    Raises Refused ("population.dead") when it was registered already, Invalid for the date, Stale.
    A household whose head it was has none until `set_head` names another.
    """
    if person.status == Person.Status.DEAD:
        raise Refused("population.dead", DEAD, person=person.pk)
    died_on = died_on.isoformat() if isinstance(died_on, date) else died_on
    columns = {"status": Person.Status.DEAD.value, "died_on": died_on}
    _check({"birth": person.birth, "died_on": died_on}, person, local_date(at))
    update(person, columns)
    also = head_leaves(person, "death", by=by, at=at)
    for residence in Residence.objects.filter(person=person, ended_on=None):
        change = {"ended_on": max(_first_day(died_on), residence.from_on)}
        update(residence, change)
        also.append(
            entry(
                "population.residence_ended",
                residence,
                change,
                by=by,
                at=at,
                unit=residence.unit_id,
                reason="death",
            )
        )
    write(
        "population.person_closed",
        person,
        columns,
        by=by,
        at=at,
        unit=person.unit_id,
        dossier=dossier,
        also=also,
    )
    return person


def _check(columns: Mapping[str, Any], person: Person | None, today: date) -> None:
    """Raise Invalid with every fault; one query when a number is given."""
    faults = rules.person_faults(columns, today=today, codes=codes)
    number = columns.get("number")
    if number and not any(fault.path == "number" for fault in faults):
        others = Person.objects.filter(number=number)
        if (others.exclude(pk=person.pk) if person else others).exists():
            faults.append(_taken())
    if faults:
        raise _not_valid(faults)


def _known_dates(person: Person, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the date that is compared with a changed one."""
    return {"died_on": person.died_on} if "birth" in columns and person.died_on else {}


def _first_day(partial: str) -> date:
    """Return the first day that a partial date may mean."""
    return date(int(partial[:4]), int(partial[5:7] or 1), int(partial[8:10] or 1))


def _taken() -> Fault:
    return Fault("number", "population.number_taken", TAKEN)


def _not_valid(faults: list[Fault]) -> Invalid:
    return Invalid("population.person_not_valid", faults, NOT_VALID)
