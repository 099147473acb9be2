"""Paper books of civil status as they are keyed in: no numbers before 2016, years instead of days, hands hard to read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from dinh.registers.samples.people import Neighbour
from dinh.registers.samples.recipes.base import Town, Values, day_between

LINES_A_PAGE = 6
NUMBERED_SINCE = 2016


def paper_births(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Two thirds of those born between 1976 and 2015 stand in a book that was kept."""
    year = person.born.year
    if not 1976 <= year <= 2015 or rng.random() > 0.66:
        return
    mother, father = person.parent("mother"), person.parent("father")
    yield _line(person, town, "khai sinh", year, rng) | {
        "registration_date": (person.born + timedelta(days=rng.randint(5, 300))).isoformat(), "full_name": person.full_name,
        "sex": person.sex, "birth": person.birth, "birth_place": town.full_name, "ethnicity": person.ethnicity,
        "number": person.number if year >= NUMBERED_SINCE else None, "home_place": town.full_name,
        "mother_name": mother.full_name if mother else None, "mother_birth": mother.birth[:4] if mother else None,
        "father_name": father.full_name if father else None, "father_birth": father.birth[:4] if father else None,
        "applicant_name": (father or mother or person).full_name,
    }  # fmt: skip


def paper_marriages(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Heads of households with a wife or husband at home; three quarters have their line."""
    other = next((one for one in person.family.values() if one.relation in {"01", "02"}), None)
    if person.relation != "00" or other is None or rng.random() > 0.75:
        return
    wife, husband = (person, other) if person.sex == "2" else (other, person)
    year = max(wife.born.year, husband.born.year) + rng.randint(19, 26)
    if not 1976 <= year <= town.on.year:
        return
    married = day_between(date(year, 1, 5), date(year, 12, 20), rng)
    yield _line(person, town, "kết hôn", year, rng) | {
        "married_on": married.isoformat(), "wife_name": wife.full_name, "wife_birth": wife.birth,
        "wife_residence": town.residence(wife), "husband_name": husband.full_name, "husband_birth": husband.birth,
        "husband_residence": town.residence(husband), "wife_number": wife.number if year >= NUMBERED_SINCE else None,
        "husband_number": husband.number if year >= NUMBERED_SINCE else None,
    }  # fmt: skip


def paper_deaths(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Those whom the population knows as dead, and a few old people of before, whom it does not know."""
    if person.alive:
        return
    died = day_between(date(person.born.year + 55, 1, 1), town.on, rng)
    yield _line(person, town, "khai tử", died.year, rng) | {
        "registration_date": (died + timedelta(days=rng.randint(1, 14))).isoformat(), "full_name": person.full_name,
        "birth": person.birth, "sex": person.sex, "number": person.number if died.year >= NUMBERED_SINCE else None,
        "died_on": died.isoformat(), "death_place": "Tại nhà", "cause": "Tuổi già", "last_residence": town.residence(person),
    }  # fmt: skip


def _line(person: Neighbour, town: Town, kind: str, year: int, rng: random.Random) -> Values:
    line = rng.randint(1, 240)
    return {
        "book_name": f"Sổ {kind} {town.full_name} {year}", "book_year": year, "page": line // LINES_A_PAGE + 1,
        "written_line": str(line), "scan": f"trinh-dien/{year}/{line:04d}.jpg", "keyed_by": "Nhóm số hóa (trình diễn)",
        "illegible": rng.random() < 0.04,
    }  # fmt: skip
