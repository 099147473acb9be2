"""The books that the commune of the demonstration has digitised: births, and marriages since the law in force."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from dinh.config.demo import history
from dinh.config.demo.people import Generator, Someone
from dinh.lib.dates import local_date
from dinh.population.models import Person
from dinh.registers import actions as registers

Tell = Callable[[str, int, int], None]
HOME_PLACE = "xã Cốc San, huyện Bát Xát, tỉnh Lào Cai"
PHUC = "Vàng Văn Phúc"
PARENTS = {
    "mother_name": "Lù Thị Mẩy", "mother_birth": "1949", "mother_ethnicity": "25", "mother_nationality": "VNM",
    "mother_residence": HOME_PLACE, "father_name": "Vàng A Sình", "father_birth": "1946", "father_ethnicity": "25",
    "father_nationality": "VNM", "father_residence": HOME_PLACE,
}  # fmt: skip
MARRIAGES_SINCE = 2016  # from when the Law on Civil Status of 2014 holds
STEP = 200  # entries of one transaction


def enter_births(
    town: history.Town,
    generator: Generator,
    chosen: tuple[Someone, Someone],
    at: datetime,
    tell: Tell,
) -> None:
    """Enter the births that the commune has digitised: all since a year, and Mr Phúc's."""
    people = {p.number: p for p in Person.objects.select_related("mother", "father")}
    wanted = [one for one in generator.people if one.birth.year >= town.books_since or one is chosen[0]]
    wanted.sort(key=lambda one: one.birth)
    for start in range(0, len(wanted), STEP):
        with transaction.atomic():
            for one in wanted[start : start + STEP]:
                _enter_birth(town, people[one.number], one, at)
        tell("books of births", min(start + STEP, len(wanted)), len(wanted))


def enter_marriages(
    town: history.Town, generator: Generator, chosen: Someone, at: datetime, tell: Tell
) -> None:
    """Enter the marriages registered since `MARRIAGES_SINCE`, and Mr Phúc's, whenever that was."""
    people = {p.number: p for p in Person.objects.all()}
    rng = random.Random("marriages")  # noqa: S311 - synthetic; a series of its own keeps the rest as it is
    until = local_date(at)
    wanted: list[tuple[date, Someone, Someone]] = []
    for wife in generator.people:
        if wife.sex != "2" or wife.spouse is None:
            continue
        husband = generator.people[wife.spouse]
        of_age = max(wife.birth.year + 18, husband.birth.year + 20) + 1
        on = date(of_age + rng.randrange(6), rng.randrange(1, 13), rng.randrange(1, 29))
        if on < until and (on.year >= MARRIAGES_SINCE or husband is chosen):
            wanted.append((on, wife, husband))
    wanted.sort(key=lambda one: (one[0], one[1].number))
    with transaction.atomic():
        for on, wife, husband in wanted:
            _enter_marriage(town, people[wife.number], people[husband.number], on, at)
    tell("books of marriages", len(wanted), len(wanted))


def _enter_birth(town: history.Town, person: Person, one: Someone, at: datetime) -> None:
    data: dict[str, Any] = {
        "full_name": person.full_name, "sex": person.sex, "birth": person.birth, "birth_place": HOME_PLACE,
        "home_place": HOME_PLACE, "ethnicity": person.ethnicity, "nationality": "VNM", "number": person.number,
    }  # fmt: skip
    parties = []
    if one.full_name == PHUC and person.mother is None:
        data |= PARENTS  # the one extract that every visitor sees is complete
    for role, parent in (("mother", person.mother), ("father", person.father)):
        if parent is not None:
            data |= _of(role, parent)
            parties.append((parent, role))
    registers.enter(
        register="births", unit=town.unit, data=data, registered_on=min(one.birth + timedelta(days=20), local_date(at)),
        person=person, parties=parties, provenance="import", by=town.staff["quan"], at=at,
    )  # fmt: skip


def _enter_marriage(town: history.Town, wife: Person, husband: Person, on: date, at: datetime) -> None:
    registers.enter(
        register="marriages", unit=town.unit, registered_on=on, person=wife,
        person_name=f"{wife.full_name}, {husband.full_name}", parties=[(wife, "wife"), (husband, "husband")],
        data={**_of("wife", wife), **_of("husband", husband), "married_on": on.isoformat()},
        provenance="import", by=town.staff["quan"], at=at,
    )  # fmt: skip


def _of(role: str, person: Person) -> dict[str, Any]:
    """Return what a book says of somebody beside the one it is about."""
    return {
        f"{role}_name": person.full_name, f"{role}_birth": person.birth, f"{role}_ethnicity": person.ethnicity,
        f"{role}_nationality": "VNM", f"{role}_number": person.number, f"{role}_residence": HOME_PLACE,
    }  # fmt: skip
