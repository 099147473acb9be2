"""What a unit means to reach in a year, in place of what the catalogue says for all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.actions.told import APPROVE
from dinh.indicators.engine import definitions
from dinh.indicators.models import Target
from dinh.journal.actions import action, action_within
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault


@action
def set_target(indicator: str, unit: UUID, year: int, value: Decimal, *, by: Account, at: datetime) -> Target:
    """Set what a unit means to reach in a year, in place of what the catalogue says for all."""
    policy.require(by, APPROVE, unit=unit, on=local_date(at))
    refuse_if([Fault("value", *one) for one in _target_faults(indicator, value)], "indicators.target")
    return _set(indicator, unit, year, value, by=by, at=at)


@action
def set_targets(
    unit: UUID, year: int, given: Mapping[str, Decimal], *, by: Account, at: datetime
) -> list[Target]:
    """Set several targets of a year at once: all of them, or none. The path of a fault is the id of the indicator."""
    policy.require(by, APPROVE, unit=unit, on=local_date(at))
    faults = [Fault(id, *one) for id, value in given.items() for one in _target_faults(id, value)]
    refuse_if(faults, "indicators.target")
    rows = Target.objects.filter(unit=unit, year=year, indicator__in=given)
    before = dict(rows.values_list("indicator", "value"))
    return [
        _set(id, unit, year, value, by=by, at=at) for id, value in given.items() if before.get(id) != value
    ]


def _target_faults(indicator: str, value: Decimal) -> list[tuple[str, object]]:
    item = definitions.indicator(indicator)
    message = _("Write a number that is not negative, with at most four digits after the point.")
    fits = value.is_finite() and 0 <= value < Decimal(10) ** 12 and value == value.quantize(Decimal("0.0001"))
    if not fits:
        return [("out_of_range", message)]
    if item.kind == "ratio" and item.factor == 100 and item.unit.vi == "%" and value > 100:
        return [("over_100", _("More than 100 in a hundred cannot be reached."))]
    return []


@action_within
def _set(indicator: str, unit: UUID, year: int, value: Decimal, *, by: Account, at: datetime) -> Target:
    Unit.objects.select_for_update().get(pk=unit)
    found = Target.objects.filter(indicator=indicator, unit=unit, year=year).first()
    if found is None:
        found = Target(indicator=indicator, unit=unit, year=year, value=value, set_by=by.pk, set_at=at)
        found.save(force_insert=True)
        created(found, "indicators.target_set", by=by, at=at, unit=unit)
    else:
        change(found, "indicators.target_set", by=by, at=at, unit=unit, value=value, set_by=by.pk, set_at=at)
    return found
