"""Where a figure will be at the end of its year if it goes on as in the last months: said only of what may say it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from dinh.indicators.rules.months import later
from dinh.web.board import saying
from dinh.web.board.arranging import reached
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading

BACK = 3  # months that tell the pace
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Pace:
    """How a rate comes near its target.

    on_month  the month in which the target is reached at this pace; None: not before the end of the year
    by_end    what it is in December at this pace
    """

    on_month: int | None
    by_end: Decimal


def pace(found: Reading, asked: Asked) -> Pace | None:
    """Return the pace of a rate below its target; None where nothing honest can be said.

    Only rates of a month: what is counted by the month begins anew each month.
    """
    now, indicator = found.now, found.indicator
    left = 12 - asked.month % 100
    if asked.span != "month" or indicator.kind != "ratio" or indicator.direction == "none" or left == 0:
        return None
    if now.value is None or now.target is None or reached(now.value, now.target, indicator.direction):
        return None
    before = {one.first: one.value for one in found.trend}.get(later(asked.month, -BACK))
    if before is None:
        return None
    step = (now.value - before) / BACK
    end = now.value + step * left
    if indicator.unit.of("en") == "%":
        end = min(max(end, Decimal(0)), HUNDRED)
    month = None
    if reached(end, now.target, indicator.direction) and step:
        needed = int(((now.target - now.value) / step).to_integral_value(ROUND_CEILING))
        month = later(asked.month, needed)
    return Pace(month, end)


def words(found: Reading, asked: Asked, language: str) -> str:
    """Return the pace in words; "" where there is none."""
    known = pace(found, asked)
    if known is None:
        return ""
    if known.on_month is not None:
        return _("at this pace reached in %(month)s") % {"month": saying.month(known.on_month)}
    if abs(known.by_end - (found.now.value or 0)) < 1:
        return _("standing still for three months")
    return _("at this pace %(value)s at the end of the year") % {
        "value": saying.amount(known.by_end, found.indicator, language)
    }
