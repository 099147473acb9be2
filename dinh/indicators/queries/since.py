"""What came after a close, for what is known of now only: numbers that are counted anew, and questions of quality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from dinh.indicators.engine.cells import series_of
from dinh.indicators.models import Cell, Flag
from dinh.indicators.queries.closing import moment
from dinh.indicators.rules.months import day_number


def changed_since(measure: str, first: int, last: int, close: date) -> list[tuple[int, int]]:
    """Return the months and places of which a measure, or a part of it, changed since a close. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT was.month, was.place FROM indicators_cellbefore AS was "
            "JOIN indicators_series AS series ON series.id = was.series "
            "LEFT JOIN indicators_cell AS cell ON cell.series = was.series AND cell.dims = was.dims "
            "AND cell.month = was.month AND cell.place = was.place "
            "WHERE series.measure = %s AND was.month BETWEEN %s AND %s AND was.day > %s "
            "AND (was.value <> cell.value OR (was.value IS NULL) <> (cell.value IS NULL))",
            [measure, first, last, day_number(close)],
        )
        rows: list[tuple[int, int]] = cursor.fetchall()
    return rows


def uncounted(
    measure: str, months: Sequence[int], dimensions: Iterable[str], rows: Iterable[tuple[str, int, int, int]]
) -> set[tuple[int, int]]:
    """Return the months and places of which rows say otherwise than the cells: something changed and is not counted yet.

    rows  (dims, month, place, value) as they are now, as a whole and by each of the dimensions alone

    Of places of which no rows are given the cells alone say something: look only at those that were asked for. Two queries.
    """
    found = {(dims, month, place): value for dims, month, place, value in rows if value}
    kept = Q(dims="")
    for name in dimensions:
        kept |= Q(dims__startswith=f"{name}=")
    cells = Cell.objects.filter(kept, series=series_of(measure), month__in=months)
    for dims, month, place, value in cells.values_list("dims", "month", "place", "value").iterator():
        if found.get((dims, month, place)) == value:
            del found[(dims, month, place)]
        elif value:
            found[(dims, month, place)] = value
    return {(month, place) for _dims, month, place in found}


def known_at(flags: QuerySet[Flag], close: date | None) -> QuerySet[Flag]:
    """Return the questions of quality whose numbers stood at a close: of one whose numbers changed, `found_at` is new."""
    return flags if close is None else flags.filter(found_at__lte=moment(close))
