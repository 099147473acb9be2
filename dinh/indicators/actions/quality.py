"""Looking at the figures of a month for what is odd: questions are put, and taken back where it is no longer so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Level
from dinh.directory.writing import change, created
from dinh.indicators.engine import definitions
from dinh.indicators.models import Flag
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.rows import by_day
from dinh.indicators.queries.sums import Question, read
from dinh.indicators.queries.told import told
from dinh.indicators.rules import quality
from dinh.indicators.rules.months import later, month_of
from dinh.indicators.rules.quality import Oddity
from dinh.journal.actions import action
from dinh.lib.dates import local_date

BACK = 12  # months that say what is usual


def look(unit: UUID, month: int, *, at: datetime) -> list[Flag]:
    """Put the questions that a commune's month asks, and take back what is no longer so; return the open ones."""
    found = _oddities(unit, month, at)
    kept = {(row.check_id, row.about): row for row in Flag.objects.filter(unit=unit, month=month)}
    for (check, about), oddity in sorted(found.items()):
        row = kept.pop((check, about), None)
        if row is None:
            _put(unit, month, about, oddity, at=at)
        elif row.state == Flag.State.GONE or (row.state == Flag.State.OPEN and row.detail != oddity.detail):
            _again(row, oddity, at=at)
    for row in kept.values():
        if row.state == Flag.State.OPEN:
            _gone(row, at=at)
    return list(
        Flag.objects.filter(unit=unit, month=month, state=Flag.State.OPEN).order_by("check_id", "about")
    )


def _oddities(unit: UUID, month: int, at: datetime) -> dict[tuple[str, str], Oddity]:
    found: dict[tuple[str, str], Oddity] = {}
    today = local_date(at)
    for id, indicator in sorted(definitions.indicators().items()):
        if _is_share(indicator):
            # Of two told numbers the question names both, to be compared; of counted ones the share that cannot be.
            factor = 1 if _is_told(indicator) else indicator.factor
            for value in figure(id, [unit], month, month, today=today, official=False):
                for oddity in quality.of_ratio(value.numerator, value.denominator, factor):
                    found[(oddity.check, id)] = oddity
    if month < month_of(today):  # a month that runs is not yet to be compared with whole ones
        for id, (values, is_told) in _histories(unit, month).items():
            more = quality.of_repeated(values) if is_told else quality.of_days(by_day(id, unit, month, today))
            for oddity in (*quality.of_series(values), *more):
                found[(oddity.check, id)] = oddity
    for row in told(unit, month, today):
        for oddity in quality.of_told(row.told.value if row.told else None, row.counted):
            found[(oddity.check, row.measure.id)] = oddity
    return found


def _is_share(indicator: Indicator) -> bool:
    """Return whether the value is a part of a whole, which cannot exceed it."""
    return indicator.kind == "ratio" and indicator.factor == 100 and indicator.unit.vi == "%"


def _is_told(indicator: Indicator) -> bool:
    known = definitions.measures()
    return all(known[id].origin != "computed" for id in measures_in(indicator) if id in known)


def _histories(unit: UUID, month: int) -> dict[str, tuple[list[quality.Exact], bool]]:
    """Return of each flow its months up to one, the oldest first, as far back as they are known, and whether people tell it."""
    result: dict[str, tuple[list[quality.Exact], bool]] = {}
    first = later(month, -BACK)
    for id, measure in definitions.measures().items():
        if measure.kind != "flow":
            continue
        months = read(measure, Question((unit,), Level.COMMUNE, first, month, official=False))
        for one in months.lands:
            value = months.together(one, one).of(unit)
            if value is not None:
                result.setdefault(id, ([], measure.origin != "computed"))[0].append(value)
    return result


@action
def _put(unit: UUID, month: int, about: str, oddity: Oddity, *, at: datetime) -> None:
    row = Flag(check_id=oddity.check, about=about, unit=unit, month=month, detail=oddity.detail, found_at=at)
    row.save(force_insert=True)
    created(row, "indicators.flag_put", by=None, at=at, unit=unit)


@action
def _again(row: Flag, oddity: Oddity, *, at: datetime) -> None:
    change(
        row, "indicators.flag_put", by=None, at=at, unit=row.unit, state=Flag.State.OPEN, detail=oddity.detail,
        found_at=at,
    )  # fmt: skip


@action
def _gone(row: Flag, *, at: datetime) -> None:
    change(row, "indicators.flag_gone", by=None, at=at, unit=row.unit, state=Flag.State.GONE)
