"""Schools: pupils, and those who teach and work there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from dinh.registers.samples.people import Neighbour
from dinh.registers.samples.recipes.base import Town, Values, day_between, identity, phone, serial

SCHOOL_YEAR = 9  # month in which a school year begins


def pupils(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Children of 3 to 17 go to the commune's schools, the older ones less often."""
    begins = town.on.year if town.on.month >= SCHOOL_YEAR else town.on.year - 1
    years = begins - person.born.year
    if not 3 <= years <= 17 or not person.alive or rng.random() > (0.99 if years < 15 else 0.86):
        return
    level, grade = _class(years)
    mother, father = person.parent("mother"), person.parent("father")
    yield identity(person, town) | {
        "pupil_code": serial(person, town, "15", 6), "birth_place": person.birth_place or f"{town.full_name}",
        "school": town.school(level), "level": level, "grade": grade, "class_name": f"{grade or years}{rng.choice('AB')}",
        "school_year": f"{begins}-{begins + 1}", "status": "studying", "entered_on": date(begins, 9, 5),
        "e_transcript": bool(grade) and rng.random() < 0.95, "insurance_number": serial(person, town, "15", 6),
        "mother_name": mother.full_name if mother else None, "father_name": father.full_name if father else None,
        "guardian_phone": phone(rng),
    }  # fmt: skip


def education_staff(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Some three in a hundred of those of 23 to 59 work at a school."""
    if not 23 <= person.age(town.on) <= 59 or not person.alive or rng.random() > 0.03:
        return
    level = rng.choice(("preschool", "primary", "primary", "lower_secondary", "upper_secondary"))
    teaches = rng.random() < 0.8
    since = date(person.born.year + rng.randint(22, 23), 9, 1)
    yield identity(person, town) | {
        "staff_code": serial(person, town, "CB", 5), "school": town.school(level),
        "position": "teacher" if teaches else rng.choice(("accountant", "medical", "support", "librarian")),
        "subject": rng.choice(("Toán", "Ngữ văn", "Tiếng Anh", "Tin học", "Khoa học")) if teaches else None,
        "qualification": rng.choice(("college", "bachelor", "bachelor", "master")), "contract": "permanent",
        "social_insurance_number": serial(person, town, "15", 6), "since": day_between(since, since, rng),
        "phone": phone(rng),
    }  # fmt: skip


def _class(years: int) -> tuple[str, int | None]:
    """Return level and grade of the year in which somebody becomes so old."""
    if years < 6:
        return "preschool", None
    grade = years - 5
    return ("primary" if grade <= 5 else "lower_secondary" if grade <= 9 else "upper_secondary"), grade
