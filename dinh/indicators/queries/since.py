"""What came after a close, for what is known of now only: numbers that are counted anew, and questions of quality."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import QuerySet

from dinh.indicators.models import Flag
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


def known_at(flags: QuerySet[Flag], close: date | None) -> QuerySet[Flag]:
    """Return the questions of quality whose numbers stood at a close: of one whose numbers changed, `found_at` is new."""
    return flags if close is None else flags.filter(found_at__lte=moment(close))
