"""The smallest valid person, household and family, for tests of this package and those above."""

from __future__ import annotations

from datetime import date
from typing import Any

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.population.actions import move_residence, register_household, register_person, set_head
from dinh.population.models import Household, Person

AT = MONDAY_MORNING
PHUC: dict[str, Any] = {
    "full_name": "Vàng Văn Phúc",
    "sex": "1",
    "birth": "1968-05-20",
    "number": "010068001234",
}


def a_person(full_name: str = "Lý Thị Mẩy", **more: Any) -> Person:
    """Return a person registered by the system itself."""
    return register_person(**{"full_name": full_name, "by": None, "at": AT, **more})


def a_household(cast: Cast, **more: Any) -> Household:
    """Return a household of Ún Tà without members."""
    given: dict[str, Any] = {"unit": cast.cocsan, "village": cast.un_ta, "address": "nhà 12"}
    return register_household(**{**given, "by": None, "at": AT, **more})


def phuc_at_home(cast: Cast, **more: Any) -> Person:
    """Return Mr Phúc, head of his household in Ún Tà since 2020."""
    person = a_person(**{**PHUC, "id": cast.citizen.person, **more})
    household = a_household(cast)
    move_residence(
        person=person,
        unit=cast.cocsan,
        household=household,
        relation="00",
        from_on=date(2020, 1, 1),
        by=None,
        at=AT,
    )
    set_head(household=household, person=person, by=None, at=AT)
    return person
