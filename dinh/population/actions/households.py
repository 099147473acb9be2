"""Households: registered, amended, given a head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dinh.directory import queries as directory
from dinh.directory.models import Unit
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid
from dinh.lib.ids import uuid7
from dinh.lib.names import tidy
from dinh.population import rules
from dinh.population.actions.rows import By, entry, update, write
from dinh.population.models import Household, HouseholdSeries, Person

AMENDABLE = frozenset({"village", "address", "poverty", "closed_on"})
CODE_LENGTH = 24
NOT_A_MEMBER = _("The head must be a living member of this household. Add the person to the household first.")
CODE_TAKEN = _("Another household has this code. Look it up, or leave the code empty to be given a new one.")
NOT_VALID = _("What was given of this household cannot be kept. Correct the marked answers.")


@action
def register_household(
    *,
    unit: Unit,
    village: Unit | None = None,
    address: str,
    code: str = "",
    head: Person | None = None,
    poverty: str = "",
    id: UUID | None = None,
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Household:
    """Make a household known and return it; its members come by `move_residence` or `register_person`.

    code  its code when it has one; otherwise the next of the commune, "02746-00012"
    head  given when known already to belong to it; otherwise `set_head` names one later

    Raises Invalid ("population.household_not_valid").
    """
    address = tidy(address)
    faults = [*rules.residence_faults("permanent", address, local_date(at), None), *_poverty_faults(poverty)]
    code = tidy(code)
    if len(code) > CODE_LENGTH:
        faults.append(Fault("code", "population.too_long", rules.TOO_LONG))
    elif code and Household.objects.filter(code=code).exists():
        faults.append(_taken())
    if faults:
        raise Invalid("population.household_not_valid", faults, NOT_VALID)
    household = Household(
        id=id or uuid7(), code=code or next_code(unit, at), unit=unit, village=village, address=address,
        head=head, poverty=poverty,
    )  # fmt: skip
    try:
        household.save(force_insert=True)
    except IntegrityError as error:
        if "code" in str(error):  # somebody wrote the same by hand a moment ago
            raise Invalid("population.household_not_valid", [_taken()], NOT_VALID) from None
        raise
    write("population.household_registered", household, by=by, at=at, unit=unit.pk, dossier=dossier)
    return household


@action
def amend_household(
    *, household: Household, changes: Mapping[str, Any], reason: str = "", by: By, at: datetime
) -> Household:
    """Change village, address, poverty or the day of closing. Raises Invalid, Stale."""
    if unknown := set(changes) - AMENDABLE:
        raise ValueError(f"not amendable: {sorted(unknown)}")
    columns: dict[str, Any] = {k: tidy(v) if isinstance(v, str) else v for k, v in changes.items()}
    faults = _poverty_faults(columns.get("poverty", ""))
    if "address" in columns:
        faults += rules.residence_faults("permanent", columns["address"], local_date(at), None)
    if faults:
        raise Invalid("population.household_not_valid", faults, NOT_VALID)
    if "village" in columns:
        village = columns.pop("village")
        columns["village_id"] = village.pk if village else None
    update(household, columns)
    write(
        "population.household_amended",
        household,
        columns,
        by=by,
        at=at,
        unit=household.unit_id,
        reason=reason,
    )
    return household


@action
def set_head(
    *,
    household: Household,
    person: Person,
    old_head_relation: str = "",
    dossier: UUID | None = None,
    by: By,
    at: datetime,
) -> Household:
    """Name a living member the head of their household.

    old_head_relation  what the former head is to the new one (list "household_relations"); empty for not known

    Raises Invalid ("population.not_a_member"), Stale.
    """
    if person.household_id != household.pk or person.status == Person.Status.DEAD:
        fault = Fault("person", "population.not_a_member", NOT_A_MEMBER)
        raise Invalid("population.not_a_member", [fault], NOT_A_MEMBER, person=person.pk)
    relations = [(person, rules.HEAD)]
    if household.head_id and household.head_id != person.pk:
        former = Person.objects.filter(pk=household.head_id, household=household, relation=rules.HEAD).first()
        relations += [(former, old_head_relation)] if former else []
    also = []
    for member, relation in relations:
        if member.relation != relation:
            update(member, {"relation": relation})
            change = {"relation": relation}
            also.append(entry("population.person_amended", member, change, by=by, at=at, unit=member.unit_id))
    columns = {"head_id": person.pk}
    update(household, columns)
    write(
        "population.head_set",
        household,
        columns,
        by=by,
        at=at,
        unit=household.unit_id,
        dossier=dossier,
        also=also,
    )
    return household


def next_code(unit: Unit, at: datetime) -> str:
    """Return the next household code of a commune: its code, a hyphen, five digits.

    Call it inside the transaction that uses the code: the update locks the series until that transaction
    ends, so two clerks never get the same, and a roll-back gives the code back.
    """
    prefix = f"{directory.version_on(unit, local_date(at)).code}-"
    series = HouseholdSeries.objects.filter(prefix=prefix)
    if not series.exists():  # who is first reads every code of the commune, once
        HouseholdSeries.objects.get_or_create(prefix=prefix, defaults={"last": _highest(unit, prefix)})
    while True:
        series.update(last=F("last") + 1)
        code = str(series.get())
        if not Household.objects.filter(code=code).exists():
            return code
        # A list was brought in that has codes of this very form: go on behind the highest.
        series.update(last=Greatest(F("last"), Value(_highest(unit, prefix))))


def _highest(unit: Unit, prefix: str) -> int:
    """Return the highest number that a household of the commune bears in a code of our form; 0 for none."""
    codes = Household.objects.filter(unit=unit, code__startswith=prefix).values_list("code", flat=True)
    numbers = (code.removeprefix(prefix) for code in codes.iterator())
    return max((int(one) for one in numbers if len(one) == 5 and one.isascii() and one.isdigit()), default=0)


def _taken() -> Fault:
    return Fault("code", "population.household_code_taken", CODE_TAKEN)


def _poverty_faults(poverty: str) -> list[Fault]:
    if poverty in Household.Poverty.values:
        return []
    return [Fault("poverty", "population.not_in_list", rules.NOT_IN_LIST)]
