"""One measure as SQL: how many, in which month, at which place, as a whole and by each dimension, or by several at once.

The result has the columns dims, month, place (`indicators_place.id`), value. Nothing in it comes from users: names are
those of declarations, which were checked against the columns of the published view.

A stock is not counted anew for each month: rows are put together by the months between which they stand, and these few
sums are laid over the months. Who changes from one band of age to another within the time is counted month by month; so
is what asks for `today`, and different values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinh.catalogue.checks.figures import columns_of
from dinh.catalogue.expressions.sql import condition, text_constant
from dinh.catalogue.shapes.figures import ANY_AGE, Measure
from dinh.database import published
from dinh.indicators.engine.ages import band, band_at, bands, born, cuts
from dinh.indicators.engine.definitions import FAR
from dinh.indicators.engine.sources import IN_A_COMMUNE, Sources
from dinh.indicators.engine.words import Engine, engine_of
from dinh.indicators.rules.months import between, first_day, last_day, month_of


@dataclass(frozen=True)
class Scope:
    """What is counted: months, and communes (None: all); `today` ends the month that runs.

    only  of a stock these months alone; empty: all of them
    """

    first: int
    last: int
    today: date
    communes: tuple[UUID, ...] | None = None
    only: frozenset[int] = frozenset()

    def months(self) -> list[tuple[int, date]]:
        """Return each month with the day on which its stocks are counted."""
        months = [month for month in between(self.first, self.last) if not self.only or month in self.only]
        return [(month, min(last_day(month), self.today)) for month in months]


Group = tuple[str, ...]  # dimensions by which is divided at once; empty: the whole
ALSO = "\x1f"  # between the parts of several dimensions in `dims`


def groups_of(measure: Measure) -> tuple[Group, ...]:
    """Return how cells are kept: as a whole, and by each dimension alone."""
    return ((), *((name,) for name in measure.dimensions))


def select(
    measure: Measure, scope: Scope, engine: Engine, rows: str = "", groups: Sequence[Group] | None = None, *,
    numbered: bool = False,
) -> str:  # fmt: skip
    """Return the SELECT of one measure.

    rows      table that holds the rows of its view, or those of them that are counted; "": the view itself
    groups    by what is divided; None: as cells are kept. Of several dimensions the parts stand in `dims` one after the
              other, ALSO between them
    numbered  the rows have LOWEST instead of unit and village
    """
    sources = Sources(rows or measure.view, numbered)
    groups = groups_of(measure) if groups is None else groups
    if _stands(measure):
        return _standing(measure, scope, engine, sources, groups)
    today = _today(measure, scope, engine)
    columns = [
        sources.at_place(measure),
        *_months(measure, engine),
        *_dimensions(measure, engine, today, _named(groups)),
    ]
    columns += [f"{measure.column} AS counted"] if measure.column else []
    value = {
        "count": "count(*)", "sum": "CAST(coalesce(sum(counted), 0) AS BIGINT)", "distinct": "count(DISTINCT counted)",
    }[measure.aggregate]  # fmt: skip
    parts = [
        f"SELECT {_dims(group)} AS dims, month, at_place AS place, {value} AS value FROM base GROUP BY dims, month, at_place"
        for group in groups
    ]
    return f"WITH base {_kept(parts)} ({_based(measure, scope, engine, sources, columns)}) {' UNION ALL '.join(parts)}"


def counted(measure: Measure, scope: Scope, engine: Engine, columns: Sequence[str]) -> str:
    """Return the SELECT of some columns of the rows that a measure counts; of a stock once for each month."""
    rows = _rows(measure, scope, engine, measure.view)
    held = _held(measure, scope, engine)
    return (
        f"SELECT {', '.join(columns)} FROM {rows} WHERE {held}{IN_A_COMMUNE}{_within(measure, scope, engine)}"
    )


def part(measure: Measure, scope: Scope, engine: Engine, name: str, value: str) -> str:
    """Return the condition that a row is of one part of a dimension; an empty value: where it is unknown."""
    return f"{_dimension(measure, name, engine, _today(measure, scope, engine))} = {text_constant(value)}"


def _today(measure: Measure, scope: Scope, engine: Engine) -> str:
    return engine.point(measure.on, scope.today) if measure.kind == "flow" else "point"


def begins(view: str, measures: Sequence[Measure], scope: Scope, engine: Engine, rows: str = "") -> str:
    """Return the SELECT of commune and first month in which the view has a row, by the dates of its measures."""
    dates = sorted({measure.on or measure.since for measure in measures if measure.view == view})
    earliest = [f"min({column})" for column in dates]
    least = "min" if engine.vendor == "sqlite" else "least"
    far = engine.day(date(9999, 12, 1))
    known = [f"coalesce({one}, {far})" for one in earliest]
    day = known[0] if len(known) == 1 else f"{least}({', '.join(known)})"
    some = (
        f" WHERE unit IN ({_ids(scope, engine)})" if scope.communes is not None else " WHERE unit IS NOT NULL"
    )
    return f"SELECT unit, {engine.month(day)} FROM {rows or view}{some} GROUP BY unit"


__all__ = ["ALSO", "Engine", "Group", "Scope", "begins", "counted", "engine_of", "part", "select"]


def _kept(parts: Sequence[str]) -> str:
    return "AS MATERIALIZED" if len(parts) > 1 else "AS"


def _based(
    measure: Measure, scope: Scope, engine: Engine, sources: Sources, columns: Sequence[str], *, within: str = ""
) -> str:  # fmt: skip
    """Return the SELECT of some columns of the rows that count, with the numbers of their places."""
    rows = sources.rows if within else _rows(measure, scope, engine, sources.rows)
    held = _held(measure, scope, engine) + ("" if sources.numbered else IN_A_COMMUNE)
    held += within or _within(measure, scope, engine)
    return f"SELECT {', '.join(columns)} FROM {sources.placed(measure, engine, rows)} WHERE {held}"


def _held(measure: Measure, scope: Scope, engine: Engine) -> str:
    names = columns_of(published.get(measure.view))
    today = _today(measure, scope, engine)
    return condition(measure.count_if, names, engine.vendor, today, clean=True)


def _stands(measure: Measure) -> bool:
    """Return whether rows count in every month between two, whatever the day."""
    asks = re.search(r"\btoday\b|\bage\(", measure.count_if)
    return measure.kind == "stock" and measure.aggregate != "distinct" and not asks


def _standing(
    measure: Measure, scope: Scope, engine: Engine, sources: Sources, groups: Sequence[Group]
) -> str:
    """Return the SELECT of a stock by the months between which rows stand: from `s` on, before `u`."""
    points = scope.months()
    first, last, end = points[0], points[-1], engine.day(points[-1][1])
    columns = {column.name for column in published.get(measure.view).columns}
    moving = [group for group in groups if ANY_AGE in group and ANY_AGE not in columns]
    still = [group for group in groups if group not in moving]
    plain = [name for name in _named(groups) if name != ANY_AGE or not moving]
    since, until = engine.month(measure.since), engine.month(measure.until) if measure.until else ""
    s = f"CASE WHEN {since} < {first[0]} THEN {first[0]} ELSE {since} END AS s"
    u = f"CASE WHEN {measure.until} <= {end} THEN {until} ELSE {FAR} END AS u" if until else f"{FAR} AS u"
    asked = [
        sources.at_place(measure),
        s,
        u,
        f"{_worth(measure)} AS counted",
        *_dimensions(measure, engine, end, plain),
    ]
    asked += (
        [
            f"{born(engine)} AS born",
            f"{band_at(engine, first[1])} AS b0",
            f"{band_at(engine, last[1])} AS b1",
        ]
        if moving
        else []
    )
    within = f" AND {measure.since} <= {end}"
    if until:
        within += f" AND ({measure.until} IS NULL OR {measure.until} > {engine.day(first[1])})"
    base = _based(measure, scope, engine, sources, asked, within=within + _some(scope, engine))
    sums = [_spans(_dims(group)) for group in still]
    sums += [_spans(_dims(group, "b0"), " WHERE b0 = b1") for group in moving]
    parts = [_over(" UNION ALL ".join(sums))]
    parts += [
        f"SELECT {_dims(group, bands())} AS dims, month, at_place AS place, counted AS value "
        "FROM base JOIN ends ON s <= month AND u > month WHERE b0 <> b1"
        for group in moving
    ]
    ends = " UNION ALL ".join(f"SELECT {month} AS month, {cuts(point)}" for month, point in points)
    return (
        f"WITH ends AS MATERIALIZED ({ends}), base AS MATERIALIZED ({base}) "
        f"SELECT dims, month, place, CAST(sum(value) AS BIGINT) AS value FROM ({' UNION ALL '.join(parts)}) AS parts "
        "GROUP BY dims, month, place"
    )


def _worth(measure: Measure) -> str:
    return f"coalesce({measure.column}, 0)" if measure.aggregate == "sum" else "1"


def _spans(dims: str, some: str = "") -> str:
    return f"SELECT {dims} AS dims, at_place, s, u, sum(counted) AS value FROM base{some} GROUP BY dims, at_place, s, u"


def _over(spans: str) -> str:
    """Return sums of spans laid over the months."""
    return f"SELECT dims, month, at_place AS place, value FROM ({spans}) AS spans JOIN ends ON s <= month AND u > month"


def _named(groups: Sequence[Group]) -> list[str]:
    return list(dict.fromkeys(name for group in groups for name in group))


def _dims(group: Group, age: str = f"dim_{ANY_AGE}") -> str:
    """Return the expression of `dims`. age: of the band of age, where it moves from month to month"""
    parts = [f"'{name}=' || {age if name == ANY_AGE else f'dim_{name}'}" for name in group]
    return f" || '{ALSO}' || ".join(parts) or "''"


def _dimensions(measure: Measure, engine: Engine, today: str, names: Sequence[str]) -> list[str]:
    return [f"{_dimension(measure, name, engine, today)} AS dim_{name}" for name in names]


def _months(measure: Measure, engine: Engine) -> list[str]:
    return [f"{engine.month(measure.on)} AS month"] if measure.kind == "flow" else ["ends.month AS month"]


def _rows(measure: Measure, scope: Scope, engine: Engine, rows: str) -> str:
    """Return the view's rows; of a stock once for each month in which they stand."""
    if measure.kind == "flow":
        return rows
    ends = " UNION ALL ".join(
        f"SELECT {month} AS month, {engine.day(point)} AS point, {cuts(point)}"
        for month, point in scope.months()
    )
    left = f" AND ({measure.until} IS NULL OR {measure.until} > point)" if measure.until else ""
    return f"{rows} JOIN ({ends}) AS ends ON {measure.since} <= point{left}"


def _within(measure: Measure, scope: Scope, engine: Engine) -> str:
    text = ""
    if measure.kind == "flow":
        start, end = engine.day(first_day(scope.first)), engine.day(min(last_day(scope.last), scope.today))
        text = f" AND {measure.on} BETWEEN {start} AND {end}"
    return text + _some(scope, engine)


def _some(scope: Scope, engine: Engine) -> str:
    return f" AND unit IN ({_ids(scope, engine)})" if scope.communes is not None else ""


def _ids(scope: Scope, engine: Engine) -> str:
    return ", ".join(engine.id(commune) for commune in scope.communes or ())


def _dimension(measure: Measure, name: str, engine: Engine, today: str) -> str:
    columns = {column.name: column.type for column in published.get(measure.view).columns}
    if name == ANY_AGE and name not in columns:
        return band(measure, engine, today)
    return engine.text(name, columns[name])


def current(today: date) -> int:
    """Return the month that runs."""
    return month_of(today)
