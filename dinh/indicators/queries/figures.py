"""Reading indicators at any level and time: `figure`, or several `figures`. None rests on averages of percentages.

figure("on_time_rate", communes, 202601, 202612)                      a year together, boundaries of each month
figure("on_time_rate", communes, 202601, 202612, each_month=True)     month by month
figure("on_time_rate", [province], 202607, 202607, by="sex", boundaries=On(date.today()))
figures(["on_time_rate", "late_rate"], communes, 202601, 202612)      what they share is read once
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.directory.lines import Boundaries, On
from dinh.indicators.engine import definitions
from dinh.indicators.queries import places
from dinh.indicators.queries.reader import Reader
from dinh.indicators.queries.sums import Question
from dinh.indicators.queries.value import Value
from dinh.indicators.rules.months import between, last_day, month_of
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid

__all__ = ["Value", "figure", "figures"]


def figure(
    id: str, units: Sequence[UUID], first: int, last: int, *,
    boundaries: Boundaries | None = None, by: str = "", each_month: bool = False, official: bool = True,
    known_on: datetime | None = None, mask: bool = False, today: date | None = None,
    close: date | None = None,
) -> list[Value]:  # fmt: skip
    """Return an indicator for units of one level, in their order, then by month and part.

    first, last  months, 202601; of those to come nothing is known, and month by month they are left out
    boundaries   None: of each month itself; `On(day)`: of that day for all months
    by           dimension to split by; parts have the value of the dimension, "" where it is unknown
    official     locked months as they were locked; False: everything as it is counted now
    mask         hide parts of fewer than five
    close        as it stood at the close of this day (`queries.closing`); None: now

    Raises NotFound ("indicators.no_indicator"), Invalid ("indicators.no_dimension", "indicators.levels").
    """
    return figures(
        [id], units, first, last, boundaries=boundaries, by=by, each_month=each_month, official=official,
        known_on=known_on, mask=mask, today=today, close=close,
    )[id]  # fmt: skip


def figures(
    ids: Iterable[str], units: Sequence[UUID], first: int, last: int, *,
    boundaries: Boundaries | None = None, by: str = "", each_month: bool = False, official: bool = True,
    known_on: datetime | None = None, mask: bool = False, today: date | None = None,
    close: date | None = None,
) -> dict[str, list[Value]]:  # fmt: skip
    """Return several indicators as `figure` does, by id; the number of queries does not depend on how many there are."""
    wanted = [definitions.indicator(id) for id in dict.fromkeys(ids)]
    places.look_again()
    # At a close a month that began after it had not begun: nothing of it is known, and not zero.
    now = month_of(close or today or local_date(timezone.now()))
    last = min(last, now) if first <= now else last
    day = boundaries.date if isinstance(boundaries, On) else last_day(min(last, now))
    levels = {places.level_of(unit, day) for unit in units}
    if len(levels) > 1:
        message = _("Compare places of one level: communes with communes, villages with villages.")
        raise Invalid("indicators.levels", [Fault("units", "indicators.levels", message)], message)
    if not units or first > last or (each_month and first > now):
        return {one.id: [] for one in wanted}
    spans = [(month, month) for month in between(first, last)] if each_month else [(first, last)]
    # On a day that is past, nothing was known of the months after it.
    known = now if known_on is None else min(now, month_of(local_date(known_on)))
    asked = Question(
        tuple(units),
        levels.pop(),
        first,
        last,
        boundaries,
        by,
        official,
        known_on,
        not each_month,
        known,
        close,
    )
    reader = Reader(asked, wanted, mask)
    order = {unit: number for number, unit in enumerate(units)}
    found = {}
    for one in wanted:
        result = [value for start, end in spans for value in reader.values(one, start, end)]
        found[one.id] = sorted(result, key=lambda value: (order[value.unit], value.first, value.part))
    return found
