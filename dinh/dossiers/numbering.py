"""Series of numbers: an agency's dossiers of a day, a kind of decision of a year."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from dinh.dossiers.models import NumberSeries


def next_in_series(key: str, on: date) -> int:
    """Return the next number of a series; for a series of a year, `on` is its 1 January.

    Call it inside the transaction that uses the number: the update locks the series' row until that
    transaction ends, so the value read back is ours alone, and a roll-back gives the number back. Two queries.
    """
    series = NumberSeries.objects.filter(agency_code=key, on=on)
    while not series.update(last=F("last") + 1):
        NumberSeries.objects.bulk_create([NumberSeries(agency_code=key, on=on)], ignore_conflicts=True)
    return series.values_list("last", flat=True).get()
