"""The body that issues a paper, as the head of the paper names it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from dinh.directory import queries as directory


def agency(unit: UUID, on: date) -> dict[str, str]:
    """Return the people's committee of a unit: {parent, name, office, place, address, phone, email}."""
    title = directory.unit_title(unit, on, with_parents=False)
    above = directory.unit_title(unit, on).removeprefix(title).strip(", ")
    office = directory.find_office(unit, "peoples_committee", on)
    return {
        "parent": f"Ủy ban nhân dân {above}" if above else "",
        "name": f"Ủy ban nhân dân {title}",
        "office": "",
        "place": title.partition(" ")[2] or title,
        "address": office.address if office else "",
        "phone": office.phone if office else "",
        "email": office.email if office else "",
    }
