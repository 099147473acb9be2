"""The two people whose story the demonstration tells are as their story needs them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.config.demo import books, build
from dinh.config.demo.people import Generator
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.dossiers.rules import answers
from dinh.population.models import Person
from dinh.registers.models import Record


def test_mrs_ly_is_entitled_to_the_pension_that_she_comes_for() -> None:
    scenario = store.get().scenarios["coc_san"]
    values: dict[str, Any] = dict(scenario.values)
    generator = Generator(scenario.seed, values["population_from"])

    _phuc, ly = build._people(generator, values["population"])

    told = {
        "for_whom": "self",
        "applicant.birth": ly.birth.isoformat(),
        "household_poverty": generator.homes[ly.household].poverty,
        "other_pension": False,
    }
    pension = store.get_procedure("social_pension")
    assert not answers.ineligibility(pension, told, date(2026, 11, 22))
    assert answers.ineligibility(pension, {**told, "household_poverty": "none"}, date(2026, 11, 22))


@pytest.mark.django_db
def test_the_books_of_marriages_hold_mr_phuc_and_those_since_the_law(cast: Cast) -> None:
    scenario = store.get().scenarios["coc_san"]
    values: dict[str, Any] = dict(scenario.values)
    generator = Generator(scenario.seed, values["population_from"])
    phuc, _ly = build._people(generator, values["population"])
    Person.objects.bulk_create(
        Person(
            number=one.number, full_name=one.full_name, birth=one.birth.isoformat(), ethnicity=one.ethnicity
        )
        for one in generator.people
    )
    town: Any = SimpleNamespace(unit=cast.cocsan, staff={"quan": cast.administrator})

    books.enter_marriages(town, generator, phuc, MONDAY_MORNING, lambda *_: None)

    entered = Record.objects.filter(register="marriages").order_by("registered_on")
    his = entered.get(parties__person__number=phuc.number, parties__role="husband")
    assert 20 < entered.count() < 1000
    assert his.number.endswith(f"/{his.registered_on.year}")
    assert {row.registered_on.year >= books.MARRIAGES_SINCE for row in entered.exclude(pk=his.pk)} == {True}
    for row in entered:
        ages = [row.registered_on.year - int(row.data[f"{role}_birth"][:4]) for role in ("wife", "husband")]
        assert ages[0] > 18, row.data
        assert ages[1] > 20, row.data
        assert {party.role for party in row.parties.all()} == {"wife", "husband"}
