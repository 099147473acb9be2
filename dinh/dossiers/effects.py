"""What an approval changes in the records of the house, as the procedure declares it.

Each effect is an act of the package that owns the rows (population, registers), with
the dossier as its provenance and the approval as its cause. Values are expressions
over the answers. Numbers of persons are never invented here: a new-born child's
stays empty until the population database gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import layout, store
from dinh.catalogue.expressions import evaluate
from dinh.catalogue.shapes.procedure import Effect, Procedure
from dinh.directory import tree
from dinh.directory.models import Account, Unit
from dinh.dossiers.holders import NO_PERSON, holder, meant
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules.answers import plain_answers
from dinh.lib.dates import local_date
from dinh.lib.errors import Refused
from dinh.population import actions as population
from dinh.population.models import Household, Person
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.verification.actions import verify_again

HEAD = "00"  # list "household_relations": the head of household
NO_RECORD = _(
    "No record was chosen to be copied. Send the dossier back, so that the examiner finds it in the book."
)
NO_PLACE = _("The place is missing from the answers. Send the dossier back, so that it is completed.")


@dataclass
class Done:
    """What the effects of a dossier made or found.

    record   entered, or the one to be copied
    entered  True when `record` is new
    persons  by citizen number or name, as they came
    """

    record: Record | None = None
    entered: bool = False
    newborn: Person | None = None
    household: Household | None = None
    persons: list[Person] = field(default_factory=list)


@dataclass(frozen=True)
class _Given:
    """The circumstances of one approval."""

    dossier: Dossier
    procedure: Procedure
    plain: Mapping[str, Any]
    by: Account
    at: datetime
    today: date


def apply(dossier: Dossier, procedure: Procedure, *, by: Account, at: datetime) -> Done:
    """Make every declared effect whose condition holds, in order, inside the approval's transaction.

    Raises what refuses one: Refused ("dossiers.no_such_person", "dossiers.another_person",
    "dossiers.several_persons", "dossiers.no_record_to_copy"), or the Invalid and Refused of the packages
    called. Then nothing of the approval stands.
    """
    given = _Given(dossier, procedure, plain_answers(dossier.answers), by, at, local_date(at))
    done = Done()
    for effect in procedure.effects:
        if layout.holds(effect.condition, given.plain, given.today):
            values = {
                name: evaluate(expression, given.plain, given.today)
                for name, expression in effect.values.items()
            }
            _MAKERS[effect.kind](given, effect, values, done)
    return done


def numbers_pending(dossier: Dossier, procedure: Procedure) -> list[dict[str, Any]]:
    """Return a finding for each person who will be registered without a citizen number, for the next cleaning."""
    if not any(effect.kind == "register_person" for effect in procedure.effects):
        return []
    number = f"{procedure.subject}.number"
    if plain_answers(dossier.answers).get(number):
        return []
    return [{"code": "number_pending", "field": number, "typed": None, "register": None}]


def _enter_record(given: _Given, effect: Effect, values: dict[str, Any], done: Done) -> None:
    shape = store.get().registers[effect.register_id]
    data = {name: value for name, value in values.items() if value not in (None, "", [])}
    name = str(data.get("full_name") or data.get("requester_name") or given.dossier.applicant_name)
    number, birth = str(data.get(shape.person_field) or ""), str(data.get("birth") or "")
    person = done.newborn or holder(given.dossier, number, name, birth) or given.dossier.subject
    parents = [(_parent(given, role, data), role) for role in ("mother", "father")]
    unit = _today(given.dossier.unit, given)  # the book of a commune that ceased is closed
    done.record = registers.enter(
        register=effect.register_id,
        unit=unit,
        data=data,
        registered_on=given.today,
        person=person,
        person_name=name,
        parties=[(parent, role) for parent, role in parents if parent is not None],
        provenance="dossier",
        provenance_id=given.dossier.pk,
        by=given.by,
        at=given.at,
    )
    done.entered = True
    verify_again(register=effect.register_id, unit=unit, at=given.at)


def _register_person(given: _Given, effect: Effect, values: dict[str, Any], done: Done) -> None:
    """Make a new-born child known, as the child of its parents.

    A minor lives where its parents live (Law 68/2020/QH14 on residence, article 13), so it counts in their
    household. Its permanent residence is another procedure: no residence is written here.
    """
    mother, father = (_parent(given, role, values) for role in ("mother", "father"))
    known = {
        name: value
        for name, value in values.items()
        if value not in (None, "") and name not in {"mother_number", "father_number"}
    }
    household = mother.household if mother is not None else father.household if father is not None else None
    done.newborn = population.register_person(
        **known, mother=mother, father=father, household=household, unit=household.unit if household else None,
        dossier=given.dossier.pk, by=given.by, at=given.at,
    )  # fmt: skip
    done.persons.append(done.newborn)


def _close_person(given: _Given, effect: Effect, values: dict[str, Any], done: Done) -> None:
    for person in _persons(given, effect, values.get("person")):
        population.close_person(
            person=person, died_on=str(values["died_on"]), dossier=given.dossier.pk, by=given.by, at=given.at
        )
        done.persons.append(person)


def _move_residence(given: _Given, effect: Effect, values: dict[str, Any], done: Done) -> None:
    rows = values.get("person") if isinstance(values.get("person"), list) else [{}]
    unit, village = _places(given, values)
    for person, row in zip(_persons(given, effect, values.get("person")), rows or [], strict=True):
        relation = str(row.get("relation") or values.get("relation") or "")
        household = _household(given, effect, values, person, (unit, village), done)
        population.move_residence(
            person=person, unit=unit, village=village, household=household,
            address=str(values.get("address") or ""), relation=relation,
            from_on=_day(values.get("from_on"), given.today), dossier=given.dossier.pk, by=given.by, at=given.at,
        )  # fmt: skip
        if household is not None and household.head_id is None:
            population.set_head(
                household=household, person=person, dossier=given.dossier.pk, by=given.by, at=given.at
            )
        done.persons.append(person)
        done.household = household


def _add_residence(given: _Given, effect: Effect, values: dict[str, Any], done: Done) -> None:
    unit, village = _places(given, values)
    until = values.get("until_on")
    for person in _persons(given, effect, values.get("person")):
        population.add_residence(
            person=person, kind=str(values["kind"]), unit=unit, village=village,
            address=str(values.get("address") or ""), relation=str(values.get("relation") or ""),
            from_on=_day(values.get("from_on"), given.today),
            until_on=_day(until, given.today) if until else None,
            dossier=given.dossier.pk, by=given.by, at=given.at,
        )  # fmt: skip
        done.persons.append(person)


def _copy_record(given: _Given, effect: Effect, values: dict[str, Any], done: Done) -> None:
    key = values.get("record")
    done.record = (
        Record.objects.select_related("unit").filter(pk=key, state=Record.State.VALID).first()
        if key
        else None
    )
    if done.record is None:
        raise Refused("dossiers.no_record_to_copy", NO_RECORD, dossier=given.dossier.pk)


_MAKERS = {
    "enter_record": _enter_record,
    "register_person": _register_person,
    "close_person": _close_person,
    "move_residence": _move_residence,
    "add_residence": _add_residence,
    "copy_record": _copy_record,
}


def _parent(given: _Given, role: str, values: Mapping[str, Any]) -> Person | None:
    """Return the mother or father whom the values of an effect name by number."""
    name, number = (str(values.get(f"{role}_{part}") or "") for part in ("name", "number"))
    birth = values.get(f"{role}_birth") or given.plain.get(f"{role}.birth")
    return holder(given.dossier, number, name, str(birth or ""))


def _beside(given: _Given, expression: str) -> dict[str, Any]:
    """Return who is named beside a number: "deceased.number" stands with "deceased.full_name" and the others."""
    group = expression.removesuffix("number")
    return {name: given.plain.get(group + name) for name in ("full_name", "birth", "sex", "ethnicity")}


def _persons(given: _Given, effect: Effect, who: Any) -> list[Person]:
    """Return the persons that a number, or the rows of a table, name; strangers become known to the house.

    A death closes only a person who is known. Somebody who comes to live here from elsewhere is
    registered from the answers: this commune then holds a dated copy of them.
    """
    if isinstance(who, list):
        return [_person(given, row.get("number") or "", row, effect) for row in who]
    return [_person(given, str(who or ""), _beside(given, effect.values["person"]), effect)]


def _person(given: _Given, number: str, row: Mapping[str, Any], effect: Effect) -> Person:
    name, birth = str(row.get("full_name") or ""), str(row.get("birth") or "")
    known_here = meant(given.dossier, number, name, birth, str(row.get("sex") or ""))
    if known_here is not None:
        return known_here
    if effect.kind == "close_person" or not name:
        raise Refused("dossiers.no_such_person", NO_PERSON, dossier=given.dossier.pk)
    known: dict[str, Any] = {key: row[key] for key in ("sex", "birth", "ethnicity") if row.get(key)}
    if number:
        known["number" if len(number) == 12 else "old_number"] = number
    return population.register_person(
        full_name=name, **known, dossier=given.dossier.pk, by=given.by, at=given.at
    )


def _places(given: _Given, values: Mapping[str, Any]) -> tuple[Unit, Unit | None]:
    """Return commune and village as they are today: answers may name a commune that was merged or divided since."""
    wanted = [UUID(str(values[name])) for name in ("unit", "village") if values.get(name)]
    found = Unit.objects.in_bulk(wanted)
    unit = found.get(UUID(str(values["unit"]))) if values.get("unit") else given.dossier.unit
    if unit is None:
        raise Refused("dossiers.no_place", NO_PLACE, dossier=given.dossier.pk)
    village = found.get(UUID(str(values["village"]))) if values.get("village") else None
    above = None
    if village is not None and any(one.parent == unit.pk for one in tree.versions(village.pk)):
        now = tree.naming(village.pk, given.today)
        above = now.parent if now else None
    return _today(unit, given, above), village


def _today(unit: Unit, given: _Given, above: UUID | None = None) -> Unit:
    """Return the unit that has today what was asked of this one: itself, or its heir; `above`: what stands above."""
    now = tree.owner(above or unit.pk, given.today)
    return unit if now == unit.pk else Unit.objects.get(pk=now)


def _head(given: _Given, effect: Effect, values: Mapping[str, Any]) -> Person | None:
    number = str(values.get("household_head") or "")
    beside = _beside(given, effect.values.get("household_head", ""))
    return holder(given.dossier, number, str(beside["full_name"] or ""), str(beside["birth"] or ""))


def _household(
    given: _Given,
    effect: Effect,
    values: Mapping[str, Any],
    person: Person,
    place: tuple[Unit, Unit | None],
    done: Done,
) -> Household | None:
    """Return the household moved into: named by its code or its head; a new one for a head of their own."""
    if values.get("household"):
        return Household.objects.filter(code=values["household"], closed_on=None).first()
    unit, village = place
    head = _head(given, effect, values)
    if head is not None and head.pk != person.pk:
        household = head.household
        return household if household is not None and household.unit_id == unit.pk else None
    if head is None and values.get("relation") != HEAD:
        return done.household
    present = person.household
    if present is not None and present.unit_id == unit.pk and present.head_id == person.pk:
        return present  # moves within the commune with a household of their own
    return population.register_household(
        unit=unit, village=village, address=str(values.get("address") or ""), dossier=given.dossier.pk,
        by=given.by, at=given.at,
    )  # fmt: skip


def _day(value: Any, today: date) -> date:
    return date.fromisoformat(str(value)) if value else today
