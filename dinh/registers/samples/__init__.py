"""Synthetic registers for demonstrations: drawn from the people of the node, with faults at declared rates.

1. `people.neighbours` reads the people of a commune with their families.
2. A recipe (`recipes`) says who is in a register and what its row says of them, as an agency would write it.
3. `spoiling` puts faults into who the row says it is about, and says which: the truth stands in a file of its own.

The rates of a register are declared in a scenario (`[values.registers.pupils]`); the same seed gives the same file.
Every person is one of a demonstration's, every number recognisably nobody's; a file says so in its name.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory.models import Unit
from dinh.lib.dates import show_date
from dinh.registers.samples.people import neighbours
from dinh.registers.samples.recipes import RECIPES
from dinh.registers.samples.recipes.base import town_of
from dinh.registers.samples.spoiling import Rates, Spoiler

__all__ = ["RECIPES", "Drawn", "Rates", "draw", "rates_of", "write"]

PREFIX = "trinh-dien"  # every file of a demonstration begins so


@dataclass(frozen=True)
class Drawn:
    """One row of a synthetic register.

    values  {field: what an agency would write}
    person  id of the person whom the row describes; "" for somebody who is not in the population
    kinds   what was spoiled, () for a row without a fault
    """

    values: dict[str, Any]
    person: str
    kinds: tuple[str, ...] = field(default=())


def draw(register: Register, unit: Unit, rates: Rates, *, seed: int, on: date) -> Iterator[Drawn]:
    """Yield the rows of a synthetic register of a commune, in the order of its people.

    on  the day of which the register tells
    """
    people = neighbours(unit)
    town = town_of(unit, people, on)
    spoiler = Spoiler(register, rates, people, seed)
    recipe = RECIPES[register.id]
    for person in people:
        # A source of its own for each person: one person more or less changes nobody else's rows.
        rng = random.Random(f"{seed}/{register.id}/{person.id}")  # noqa: S311 - synthetic data
        for values in recipe(person, town, rng):
            yield from spoiler.spoil(Drawn(values, str(person.id)), rng)
    yield from spoiler.outsiders(recipe, town)


def write(register: Register, path: Path, rows: Iterator[Drawn], truth: Path | None = None) -> int:
    """Write rows as the CSV file that an agency would hand in, and who they truly are; return how many."""
    count = 0
    fields = [one for one in register.fields if one.type not in {"people", "record", "household"}]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([one.title.vi for one in fields])
        told: list[tuple[int, str, str]] = []
        for row in rows:
            count += 1
            lines.writerow([_written(one, row.values.get(one.id)) for one in fields])
            told.append((count + 1, row.person, " ".join(row.kinds)))
    if truth is not None:
        with truth.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("row", "person", "faults"), *told])
    return count


def rates_of(scenario: Mapping[str, Any], register: str) -> Rates:
    """Return the rates that a scenario declares for a register. Raises KeyError when it declares none."""
    declared: Mapping[str, Any] = scenario["registers"][register]
    return Rates.of(declared)


def _written(one: RegisterField, value: Any) -> str:
    """Return a value as people write it: dates day first, codes by their title."""
    if value is None:
        return ""
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, dict):
        import json

        return json.dumps(value, separators=(",", ":"))
    if one.type == "choice":
        return _title(one, str(value))
    return str(value)


def _title(one: RegisterField, code: str) -> str:
    titles: Sequence[tuple[str, str]] = [
        (entry.code, entry.title.vi) for entry in store.get().lists[one.list].entries
    ] if one.list else [(option.code, option.title.vi) for option in one.options]  # fmt: skip
    return dict(titles).get(code, code)
