"""Whether a measure is counted otherwise now than it was at a close, for what can be counted of now only."""

from __future__ import annotations

from datetime import date

from django.db import connection

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
