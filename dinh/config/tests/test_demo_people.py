"""The two people whose story the demonstration tells are as their story needs them."""

from __future__ import annotations

from datetime import date
from typing import Any

from dinh.catalogue import store
from dinh.config.demo import build
from dinh.config.demo.people import Generator
from dinh.dossiers.rules import answers


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
