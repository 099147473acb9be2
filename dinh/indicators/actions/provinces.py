"""A province approves a month on what its communes approved; those that are missing are named, with the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Level, Unit
from dinh.directory.writing import created, refuse_if
from dinh.indicators.actions.periods import APPROVE
from dinh.indicators.models import Period, ProvinceApproval
from dinh.indicators.queries import places
from dinh.indicators.queries.periods import months_of
from dinh.indicators.rules.months import last_day
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault


@action
def approve_province(unit: UUID, month: int, reason: str, *, by: Account, at: datetime) -> ProvinceApproval:
    """Approve a province's month: it rests on the communes that are approved or locked now.

    reason  why it is approved without the others; needed where a commune is missing

    Raises NotPermitted; Invalid ("indicators.province") for a month that runs, nobody approved, or no reason.
    """
    policy.require(by, APPROVE, unit=unit, on=local_date(at))
    Unit.objects.select_for_update().get(pk=unit, level=Level.PROVINCE)
    there, missing = standing(unit, month)
    faults = []
    if last_day(month) >= local_date(at):
        faults.append(Fault("month", "not_over", _("The month is not over.")))
    if not there:
        faults.append(Fault("month", "nobody", _("No commune has approved its figures yet.")))
    if missing and not 3 <= len(reason.strip()) <= 1000:
        message = _("Communes are missing. Write why the month is approved without them.")
        faults.append(Fault("reason", "missing", message))
    refuse_if(faults, "indicators.province")
    number = ProvinceApproval.objects.filter(unit=unit, month=month).count() + 1
    row = ProvinceApproval(
        unit=unit, month=month, number=number, communes={str(one): said for one, said in there.items()},
        missing=[str(one) for one in missing], reason=reason.strip() if missing else "", by=by.pk, at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    created(row, "indicators.province_approved", by=by, at=at, unit=unit)
    return row


def standing(unit: UUID, month: int) -> tuple[dict[UUID, str], list[UUID]]:
    """Return the communes of a province that are approved, with the digest of what they locked, and the others."""
    communes = places.children(unit, last_day(month))
    there: dict[UUID, str] = {}
    for one, (found,) in months_of(communes, month, month).items():
        if found.state in {Period.State.APPROVED, Period.State.LOCKED}:
            there[one] = found.snapshots[-1].digest if found.snapshots else ""
    return there, [one for one in communes if one not in there]
