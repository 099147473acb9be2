"""Social protection, people of merit, health insurance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from dinh.registers.samples.people import Neighbour
from dinh.registers.samples.recipes.base import Town, Values, identity, serial

STANDARD_VND = 540_000  # Decree 335/2026/NĐ-CP


def social_protection(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Poor old people without support, small children of poor households, people with a disability."""
    group, coefficient = _group(person, town, rng)
    if not group:
        return
    begins = max(person.born, date(town.on.year - rng.randint(1, 8), rng.randint(1, 12), 1))
    pay = rng.choices(("bank", "post", "cash"), (70, 20, 10))[0]
    yield identity(person, town) | {
        "file_number": serial(person, town, "BT", 5), "group": group, "coefficient": coefficient,
        "amount_vnd": round(STANDARD_VND * float(coefficient)), "decision_number": f"{rng.randint(10, 900)}/QĐ-UBND",
        "decision_on": begins, "from_on": begins, "pay_way": pay, "bank": "Agribank" if pay == "bank" else None,
        "account_number": serial(person, town, "9700", 7) if pay == "bank" else None, "status": "paid",
    }  # fmt: skip


def people_of_merit(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Of those born before 1957 one in eight, of their children few as relatives of martyrs."""
    year = person.born.year
    if year < 1957 and rng.random() < 0.13:
        group = rng.choices(
            ("wounded", "sick_soldier", "chemical", "medal", "imprisoned"), (40, 15, 20, 20, 5)
        )[0]
    elif year < 1976 and rng.random() < 0.012:
        group = "martyr_relative"
    else:
        return
    begins = date(rng.randint(1990, 2022), rng.randint(1, 12), 1)
    hurt = group in {"wounded", "sick_soldier", "chemical"}
    yield identity(person, town) | {
        "file_number": serial(person, town, "CC", 5), "group": group,
        "injury_percent": rng.randint(21, 81) if hurt else None,
        "martyr_name": "Liệt sĩ (trình diễn)" if group == "martyr_relative" else None,
        "amount_vnd": rng.randint(18, 60) * 100_000, "decision_number": f"{rng.randint(10, 900)}/QĐ-LĐTBXH",
        "decision_on": begins, "from_on": begins, "pay_way": rng.choice(("bank", "post")), "status": "paid",
    }  # fmt: skip


def health_insurance(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Nineteen of twenty are insured; some cards have run out."""
    if not person.alive or rng.random() > 0.95:
        return
    age = person.age(town.on)
    group = (
        "state" if age < 6 or person.poverty == "poor" or age >= 75
        else "state_support" if age < 18 or person.poverty
        else rng.choice(("household", "household", "worker", "state_support"))
    )  # fmt: skip
    expired = rng.random() < 0.01
    begins = date(town.on.year - (2 if expired else 0), 1, 1)
    yield identity(person, town) | {
        "card_number": serial(person, town, "15", 6), "household_code": person.household, "group": group,
        "benefit_level": 1 if group == "state" else 4, "facility": f"Trạm Y tế {town.full_name}", "from_on": begins,
        "to_on": date(begins.year, 12, 31), "paid_vnd": 0 if group == "state" else rng.choice((631_800, 1_263_600)),
        "e_health_record": rng.random() < 0.97,
    }  # fmt: skip


def _group(person: Neighbour, town: Town, rng: random.Random) -> tuple[str, str]:
    age = person.age(town.on)
    if age >= 80 and person.poverty and rng.random() < 0.7:
        return "elderly_poor", "2.0"
    if age < 3 and person.poverty:
        return "small_child_poor", "1.5"
    if rng.random() < 0.014:
        worst = rng.random() < 0.3
        return ("very_severe_disability", "2.5") if worst else ("severe_disability", "1.5")
    return "", ""
