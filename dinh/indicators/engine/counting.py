"""One measure as SQL: how many, in which month, at which place, as a whole and by each dimension.

The result has the columns commune, unit, month, dims, value. Nothing in it comes from users: names are those
of declarations, which were checked against the columns of the published view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from dinh.catalogue.checks.figures import columns_of
from dinh.catalogue.expressions.sql import Vendor, condition, text_constant
from dinh.catalogue.shapes.figures import ANY_AGE, Measure
from dinh.database import published
from dinh.database.published import BANDS
from dinh.indicators.rules.months import between, first_day, last_day, month_of


@dataclass(frozen=True)
class Scope:
    """What is counted: months, and communes (None: all); `today` ends the month that runs."""

    first: int
    last: int
    today: date
    communes: tuple[UUID, ...] | None = None

    def months(self) -> list[tuple[int, date]]:
        """Return each month with the day on which its stocks are counted."""
        return [(month, min(last_day(month), self.today)) for month in between(self.first, self.last)]


@dataclass(frozen=True)
class Engine:
    """Words of one database."""

    vendor: Vendor

    def day(self, value: date) -> str:
        """Return a day as a literal."""
        return f"'{value.isoformat()}'" if self.vendor == "sqlite" else f"DATE '{value.isoformat()}'"

    def month(self, column: str) -> str:
        """Return the month of a day as a whole number."""
        if self.vendor == "sqlite":
            return f"CAST(substr({column}, 1, 4) || substr({column}, 6, 2) AS INTEGER)"
        return f"CAST(extract(year FROM {column}) * 100 + extract(month FROM {column}) AS INTEGER)"

    def point(self, column: str, today: date) -> str:
        """Return the last day of the month of a day, or today where that is earlier."""
        if self.vendor == "sqlite":
            return f"min(date({column}, 'start of month', '+1 month', '-1 day'), {self.day(today)})"
        end = f"CAST(date_trunc('month', {column}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)"
        return f"least({end}, {self.day(today)})"

    def years_before(self, day: str, years: int) -> str:
        """Return the text of a day so many years earlier, also of a 29 February that is none."""
        if self.vendor == "sqlite":
            return f"((CAST(substr({day}, 1, 4) AS INTEGER) - {years}) || substr({day}, 5))"
        return f"((CAST(extract(year FROM {day}) AS INTEGER) - {years}) || to_char({day}, '-MM-DD'))"

    def id(self, value: UUID) -> str:
        """Return an id as a literal."""
        return f"'{value.hex}'" if self.vendor == "sqlite" else f"CAST('{value}' AS uuid)"

    def text(self, column: str, type: str) -> str:
        """Return a value as it stands in `dims`; unknown is empty."""
        if type == "boolean":
            return f"CASE WHEN {column} THEN '1' WHEN NOT {column} THEN '0' ELSE '' END"
        return f"substr(coalesce(CAST({column} AS VARCHAR(60)), ''), 1, 60)"


def engine_of(connection: BaseDatabaseWrapper) -> Engine:
    """Return the words of a connection's database."""
    return Engine("postgresql" if connection.vendor == "postgresql" else "sqlite")


def select(measure: Measure, scope: Scope, engine: Engine) -> str:
    """Return the SELECT of one measure over its view."""
    today = _today(measure, scope, engine)
    columns = ["unit AS commune", f"{_place(measure)} AS place", *_months(measure, engine)]
    columns += [f"{_dimension(measure, name, engine, today)} AS dim_{name}" for name in measure.dimensions]
    columns += [f"{measure.column} AS counted"] if measure.column else []
    value = {
        "count": "count(*)", "sum": "coalesce(sum(counted), 0)", "distinct": "count(DISTINCT counted)",
    }[measure.aggregate]  # fmt: skip
    parts = [_grouped("''", value)]
    parts += [_grouped(f"'{name}=' || dim_{name}", value) for name in measure.dimensions]
    kept = "AS MATERIALIZED" if len(parts) > 1 else "AS"
    return f"WITH base {kept} ({counted(measure, scope, engine, columns)}) {' UNION ALL '.join(parts)}"


def counted(measure: Measure, scope: Scope, engine: Engine, columns: Sequence[str]) -> str:
    """Return the SELECT of some columns of the rows that a measure counts; of a stock once for each month."""
    today = _today(measure, scope, engine)
    names = columns_of(published.get(measure.view))
    held = condition(measure.count_if, names, engine.vendor, today, clean=True)
    rows = (
        f"SELECT {', '.join(columns)} FROM {_rows(measure, scope, engine)} WHERE {held} AND unit IS NOT NULL"
    )
    return rows + _within(measure, scope, engine)


def part(measure: Measure, scope: Scope, engine: Engine, name: str, value: str) -> str:
    """Return the condition that a row is of one part of a dimension; an empty value: where it is unknown."""
    return f"{_dimension(measure, name, engine, _today(measure, scope, engine))} = {text_constant(value)}"


def _today(measure: Measure, scope: Scope, engine: Engine) -> str:
    return engine.point(measure.on, scope.today) if measure.kind == "flow" else "point"


def begins(view: str, measures: Sequence[Measure], scope: Scope, engine: Engine) -> str:
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
    return f"SELECT unit, {engine.month(day)} FROM {view}{some} GROUP BY unit"


def _grouped(dims: str, value: str) -> str:
    return (
        f"SELECT commune, place, month, {dims} AS dims, {value} AS value FROM base "
        f"GROUP BY commune, place, month{'' if dims == chr(39) * 2 else ', 4'}"
    )


def _place(measure: Measure) -> str:
    # What is not added up over places is counted for the commune as a whole.
    return "unit" if measure.roll_units == "none" else "coalesce(village, unit)"


def _months(measure: Measure, engine: Engine) -> list[str]:
    return [f"{engine.month(measure.on)} AS month"] if measure.kind == "flow" else ["ends.month AS month"]


def _rows(measure: Measure, scope: Scope, engine: Engine) -> str:
    """Return the view's rows; of a stock once for each month in which they stand."""
    if measure.kind == "flow":
        return measure.view
    ends = " UNION ALL ".join(
        f"SELECT {month} AS month, {engine.day(point)} AS point, {_cuts(point)}"
        for month, point in scope.months()
    )
    left = f" AND ({measure.until} IS NULL OR {measure.until} > point)" if measure.until else ""
    return f"{measure.view} JOIN ({ends}) AS ends ON {measure.since} <= point{left}"


def _within(measure: Measure, scope: Scope, engine: Engine) -> str:
    text = ""
    if measure.kind == "flow":
        start, end = engine.day(first_day(scope.first)), engine.day(min(last_day(scope.last), scope.today))
        text = f" AND {measure.on} BETWEEN {start} AND {end}"
    return text + (f" AND unit IN ({_ids(scope, engine)})" if scope.communes is not None else "")


def _ids(scope: Scope, engine: Engine) -> str:
    return ", ".join(engine.id(commune) for commune in scope.communes or ())


def _dimension(measure: Measure, name: str, engine: Engine, today: str) -> str:
    columns = {column.name: column.type for column in published.get(measure.view).columns}
    if name == ANY_AGE and name not in columns:
        return _band(measure, engine, today)
    return engine.text(name, columns[name])


def _cuts(point: date) -> str:
    """Return, for each band, the last birth of who has reached it on a day, as columns of constants."""
    return ", ".join(
        f"'{point.year - first:04d}{point.isoformat()[4:]}' AS born_{first}" for first, _code in BANDS
    )


def _band(measure: Measure, engine: Engine, today: str) -> str:
    """Return the band of age on the reference day: births and days are compared as texts, as `lib.dates.age_on` counts."""
    born = "substr(birth || '-01-01', 1, 10)"
    if engine.vendor == "postgresql":
        born = f'({born} COLLATE "C")'
    cases = []
    for first, code in reversed(BANDS):
        cut = f"born_{first}" if measure.kind == "stock" else engine.years_before(today, first)
        cases.append(f"WHEN {born} <= {cut} THEN '{code}'")
    return f"CASE WHEN coalesce(birth, '') = '' THEN '' {' '.join(cases)} ELSE '' END"


def current(today: date) -> int:
    """Return the month that runs."""
    return month_of(today)
