"""What people say when they move, lodge, receive a guest, or ask for the social pension."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from dinh.directory.models import Unit
from dinh.population.models import Household, Person


def move(person: Person, home: Household, unit: Unit) -> dict[str, Any]:
    """Return the answers of somebody who moves in with a family of another hamlet after a marriage."""
    return {
        "scope": "me",
        "new.unit": str(unit.pk),
        "new.village": str(home.village_id),
        "new.detail": home.address,
        "lodging": "relative",
        "ct01.head_number": home.head.number if home.head else "",
        "ct01.head_full_name": home.head.full_name if home.head else "",
        "ct01.relation": "19" if person.sex == "2" else "20",
        "consent.head": "vneid",
        "consent.owner": "vneid",
    }


def lodge(rng: random.Random, person: Person, home: Household, unit: Unit, on: date) -> dict[str, Any]:
    """Return the answers of somebody who works in another hamlet for some months."""
    return {
        **move(person, home, unit),
        "ct01.relation": "99",
        "from_on": on.isoformat(),
        "until_on": (on + timedelta(days=rng.choice((90, 180, 365)))).isoformat(),
    }


def receive_guest(rng: random.Random, guest: Person, home: Household, unit: Unit, on: date) -> dict[str, Any]:
    """Return the answers of a head of household whose relative stays some nights."""
    return {
        "guest.number": guest.number or "",
        "guest.full_name": guest.full_name,
        "guest.birth": guest.birth,
        "guest.sex": guest.sex,
        "guest.nationality": "VNM",
        "place.unit": str(unit.pk),
        "place.village": str(home.village_id),
        "place.detail": home.address,
        "host": "home",
        "from_on": on.isoformat(),
        "until_on": (on + timedelta(days=rng.randrange(1, 9))).isoformat(),
        "reason": "family",
    }


def pension() -> dict[str, Any]:
    """Return the answers of somebody of 75 who has no other pension."""
    return {"for_whom": "self", "other_pension": False, "pay_way": "cash"}
