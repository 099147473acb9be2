"""What stands, by several dimensions at once, as one statement: rows are put together once, by numbers, and then named.

`engine.counting` keeps the rows that it reads, to put them together by each dimension alone. Of the one division of a
question each row is read and sorted once: by a number for its place and band of age, which is compared faster than words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from dinh.catalogue.checks.figures import columns_of
from dinh.catalogue.expressions.sql import condition
from dinh.catalogue.shapes.figures import ANY_AGE, Measure
from dinh.database import published
from dinh.database.published import BANDS
from dinh.indicators.engine.ages import bands, born, cuts
from dinh.indicators.engine.counting import ALSO, Group, Scope
from dinh.indicators.engine.definitions import FAR
from dinh.indicators.engine.words import Engine

ROOM = 16  # for the bands of age, beside the number of a place


def can(measure: Measure, groups: Sequence[Group]) -> bool:
    """Return whether there is such a statement: for what stands between two days, whatever the day, by one division."""
    asks = re.search(r"\btoday\b|\bage\(", measure.count_if)
    return measure.kind == "stock" and measure.aggregate != "distinct" and not asks and len(groups) == 1


def select(measure: Measure, scope: Scope, engine: Engine, group: Group, *, communes: bool = False) -> str:
    """Return the SELECT of a stock by one group of dimensions: dims, month, place, value, as `counting.select` does.

    communes  the places of a commune come as one of them: where all count for the same units, and are added up
    """
    points = scope.months()
    ages = ANY_AGE in group and ANY_AGE not in _kinds(measure)
    spans = _spans(measure, scope, engine, group, ages=ages, communes=communes)
    place = f"place_age / {ROOM} AS place"
    if len(points) == 1:
        return f"SELECT {_dims(group, ages, _code())} AS dims, {points[0][0]} AS month, {place}, value FROM ({spans}) AS spans"
    ends = " UNION ALL ".join(f"SELECT {month} AS month, {cuts(point)}" for month, point in points)
    ways = [(_code(), " WHERE moves = ''"), (bands("moves"), " WHERE moves <> ''")] if ages else [("", "")]
    laid = " UNION ALL ".join(
        f"SELECT {_dims(group, ages, code)} AS dims, month, {place}, value FROM spans JOIN ends ON s <= month AND u > month{some}"
        for code, some in ways
    )
    return (
        f"WITH ends AS MATERIALIZED ({ends}), spans AS MATERIALIZED ({spans}) "
        f"SELECT dims, month, place, CAST(sum(value) AS BIGINT) AS value FROM ({laid}) AS laid GROUP BY dims, month, place"
    )


def _spans(
    measure: Measure, scope: Scope, engine: Engine, group: Group, *, ages: bool, communes: bool
) -> str:
    """Return the SELECT of rows put together: by place and band of age, the months between which they stand, and the other parts.

    Who moves from one band to another within the time stands by the birth.
    """
    points, kinds = scope.months(), _kinds(measure)
    several = len(points) > 1
    first = _age(points[0][1])
    named = [name for name in group if not (ages and name == ANY_AGE)]
    rows = ["at_place", f"{_worth(measure)} AS counted"]
    rows += [f"{engine.text(name, kinds[name])} AS dim_{name}" for name in named]
    rows += [f"{born(engine)} AS born"] if ages else []
    rows += _months(measure, engine, points) if several else []
    keys = [f"at_place * {ROOM} + {first if ages else 0} AS place_age", *(f"dim_{name}" for name in named)]
    keys += ["s", "u"] if several else []
    keys += (
        [f"CASE WHEN {first} = {_age(points[-1][1])} THEN '' ELSE born END AS moves"]
        if ages and several
        else []
    )
    names = ", ".join(key.rpartition(" AS ")[2] for key in keys)
    fence = "LIMIT -1" if engine.vendor == "sqlite" else "OFFSET 0"  # a birth is read once, not for each band
    every = f"SELECT {', '.join(rows)} FROM {_placed(measure, engine, communes)} WHERE {_held(measure, scope, engine)} {fence}"
    keyed = f"SELECT {', '.join(keys)}, counted FROM ({every}) AS every_row"
    return f"SELECT {names}, CAST(sum(counted) AS BIGINT) AS value FROM ({keyed}) AS keyed GROUP BY {names}"


def _kinds(measure: Measure) -> dict[str, str]:
    return {column.name: column.type for column in published.get(measure.view).columns}


def _worth(measure: Measure) -> str:
    return f"coalesce({measure.column}, 0)" if measure.aggregate == "sum" else "1"


def _months(measure: Measure, engine: Engine, points: list[tuple[int, date]]) -> list[str]:
    """Return the month from which a row stands, and the one before which it does."""
    first, end, since = points[0][0], engine.day(points[-1][1]), engine.month(measure.since)
    found = [f"CASE WHEN {since} < {first} THEN {first} ELSE {since} END AS s"]
    until = (
        f"CASE WHEN {measure.until} <= {end} THEN {engine.month(measure.until)} ELSE {FAR} END"
        if measure.until
        else str(FAR)
    )
    return [*found, f"{until} AS u"]


def _placed(measure: Measure, engine: Engine, communes: bool) -> str:
    if communes:
        homes = "(SELECT min(id) AS at_place, commune AS at_commune FROM indicators_place GROUP BY commune) AS homes"
        return f"{measure.view} JOIN {homes} ON at_commune = unit"
    lowest = "unit" if measure.roll_units == "none" else "coalesce(village, unit)"
    places = "(SELECT id AS at_place, commune AS at_commune, unit AS at_unit FROM indicators_place) AS places"
    return f"{measure.view} {engine.join} {places} ON at_commune = unit AND at_unit = {lowest}"


def _held(measure: Measure, scope: Scope, engine: Engine) -> str:
    points = scope.months()
    first, end = engine.day(points[0][1]), engine.day(points[-1][1])
    names = columns_of(published.get(measure.view))
    found = [condition(measure.count_if, names, engine.vendor, end, clean=True), f"{measure.since} <= {end}"]
    found += [f"({measure.until} IS NULL OR {measure.until} > {first})"] if measure.until else []
    some = ", ".join(engine.id(commune) for commune in scope.communes or ())
    return " AND ".join([*found, f"unit IN ({some})" if scope.communes is not None else "unit IS NOT NULL"])


def _age(point: date) -> str:
    """Return the number of the band of age on a day, from 1; 0 where it is unknown."""
    known = " ".join(
        f"WHEN born <= '{point.year - first:04d}{point.isoformat()[4:]}' THEN {at}"
        for at, (first, _code) in reversed(list(enumerate(BANDS, start=1)))
    )
    return f"(CASE WHEN born = '' THEN 0 {known} ELSE 0 END)"


def _code() -> str:
    known = " ".join(f"WHEN {at} THEN '{code}'" for at, (_first, code) in enumerate(BANDS, start=1))
    return f"CASE place_age % {ROOM} {known} ELSE '' END"


def _dims(group: Group, ages: bool, age: str) -> str:
    parts = [f"'{name}=' || {age if ages and name == ANY_AGE else f'dim_{name}'}" for name in group]
    return f" || '{ALSO}' || ".join(parts)
