"""Where rows are read when they are counted: which columns of a view are needed, and how each row's place is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dinh.catalogue.shapes.figures import ANY_AGE, Measure
from dinh.database import published
from dinh.indicators.engine.words import Engine

LOWEST = "lowest"  # of rows that were handed over: `indicators_place.id` of village and commune, or of the commune alone
IN_A_COMMUNE = " AND unit IS NOT NULL"


def needed(view: str, measures: Sequence[Measure]) -> list[str]:
    """Return the columns of a view that some measures need, in their order."""
    words = {"unit", "village"} | _asked_by(measures)
    return [column.name for column in published.get(view).columns if column.name in words]


def ask_places(measures: Sequence[Measure]) -> bool:
    """Return whether one of some measures asks by name where a row is: for the others its number is enough."""
    return not {"unit", "village"}.isdisjoint(_asked_by(measures))


def _asked_by(measures: Sequence[Measure]) -> set[str]:
    words: set[str] = set()
    for one in measures:
        given = (one.on, one.since, one.until, one.column, one.count_if, *one.dimensions)
        words |= set(re.findall(r"\w+", " ".join(given)))
        words |= {"birth"} if ANY_AGE in one.dimensions else set()
    return words


@dataclass(frozen=True)
class Sources:
    """Where rows are read: `rows` has the columns of a view, its places are those of `indicators_place`.

    numbered  LOWEST stands for unit and village; none of the rows is without a commune
    """

    rows: str
    numbered: bool = False

    def at_place(self, measure: Measure) -> str:
        """Return the column of the number of a row's place."""
        return f"{LOWEST} AS at_place" if self.numbered and measure.roll_units != "none" else "at_place"

    def placed(self, measure: Measure, engine: Engine, rows: str) -> str:
        """Return rows with the numbers of their places."""
        # What is not added up over places is counted for the commune as a whole.
        whole = measure.roll_units == "none"
        if self.numbered:
            known = "(SELECT id AS at_id, whole AS at_place FROM indicators_place) AS places"
            return f"{rows} JOIN {known} ON at_id = {LOWEST}" if whole else rows
        lowest = "unit" if whole else "coalesce(village, unit)"
        places = (
            "(SELECT id AS at_place, commune AS at_commune, unit AS at_unit FROM indicators_place) AS places"
        )
        return f"{rows} {engine.join} {places} ON at_commune = unit AND at_unit = {lowest}"
