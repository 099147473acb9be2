"""Series of numbers: an agency's dossiers of a day, a kind of decision of a year."""

from __future__ import annotations

from datetime import date

from django.db import connection

from dinh.dossiers.models import NumberSeries

_TABLE = NumberSeries._meta.db_table
_NEXT = (
    f'INSERT INTO "{_TABLE}" ("agency_code", "on", "last") VALUES (%s, %s, 1) '  # noqa: S608  names are ours
    f'ON CONFLICT ("agency_code", "on") DO UPDATE SET "last" = "{_TABLE}"."last" + 1 RETURNING "last"'
)


def next_in_series(key: str, on: date) -> int:
    """Return the next number of a series; for a series of a year, `on` is its 1 January.

    Call it inside the transaction that uses the number: the update locks the series' row until that
    transaction ends, so the value read back is ours alone, and a roll-back gives the number back.
    One statement; the ORM has no words for "insert or count on".
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [key, on])
        row = cursor.fetchone()
    return int(row[0])


def go_past(key: str, on: date, number: int) -> None:
    """Let a series go on after a number that another system gave in it, so that it gives this one to nobody else."""
    NumberSeries.objects.get_or_create(agency_code=key, on=on)
    NumberSeries.objects.filter(agency_code=key, on=on, last__lt=number).update(last=number)
