"""Whose figures are when places change: what was told, locked and reported stays as it was.

A month that is final keeps the boundaries it was locked in. What is counted is counted anew and not listed here.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Conflict, Table, Way, conflicts, register
from dinh.indicators.models import (
    Flag,
    Period,
    ProvinceApproval,
    Report,
    ReportSchedule,
    SavedQuestion,
    Snapshot,
    Survey,
    Target,
    Told,
)
from dinh.indicators.rules.months import month_of

_LOCKED, _ENTERED, _ASKS = Q(state=Period.State.LOCKED), Q(state=Told.State.ENTERED), Q(state=Flag.State.OPEN)
_MADE_BY_ITSELF, _TAKES_ANSWERS = Q(stopped_at=None), Q(closed_at=None)


def _month(month: int) -> str:
    return f"{month % 100:02d}/{month // 100}"


def _title(*kinds: str) -> Callable[[str], str]:
    """Return what says the id of an item of the catalogue, of one of these kinds, in words."""

    def said(id: str) -> str:
        known = (getattr(store.get(), kind).get(id) for kind in kinds)
        return next((str(found.title) for found in known if found), id)

    return said


register(
    Table(
        "indicators.period", _("months of figures"), Period, Way.STAYS, label="month", says=_month, reads="board.read", open=~_LOCKED, weighs=False,
        sums={"locked": Count("pk", filter=_LOCKED)},
    ),
    Table("indicators.snapshot", _("locked months as they were signed"), Snapshot, Way.STAYS, weighs=False),
    Table("indicators.approval", _("months approved for a province"), ProvinceApproval, Way.STAYS, weighs=False),
    Table("indicators.told", _("told figures"), Told, Way.STAYS, label="measure", says=_title("measures"), reads="board.read", open=_ENTERED),
    Table("indicators.target", _("targets"), Target, Way.STAYS),
    Table("indicators.flag", _("odd figures that ask"), Flag, Way.STAYS, label="about", says=_title("measures", "indicators"), reads="board.read", open=_ASKS, weighs=False),
    Table("indicators.survey", _("surveys of the people's council"), Survey, Way.STAYS, label="title", reads="board.read", open=_TAKES_ANSWERS),
    Table("indicators.report", _("reports of figures"), Report, Way.STAYS, label="title", reads="board.read", open=Q(pk=None), weighs=False),
    Table(
        "indicators.schedule", _("reports made by themselves"), ReportSchedule, Way.STAYS, label="report", says=_title("reports"), reads="board.read",
        open=_MADE_BY_ITSELF,
    ),
    Table(
        "indicators.question", _("questions to the data that are shared"), SavedQuestion, Way.STAYS, "shared_with",
        label="name", reads="figures.ask", open=Q(removed_at=None), weighs=False,
    ),
)  # fmt: skip


@conflicts("indicators")
def locked_months(plan: Plan) -> list[Conflict]:
    """A commune that is merged, divided or gives a village away has figures locked from the month of that day on."""
    moved = [one for one in plan.kept if one.parent != one.version.parent_id]
    if not plan.ends and not moved:
        return []
    locked = Period.objects.filter(
        unit__in=plan.before, month__gte=month_of(plan.on), state=Period.State.LOCKED
    )
    message = _("Figures of %(month)s are locked for %(unit)s. Choose a later day.")
    return [
        Conflict(
            "locked_month",
            message
            % {"month": f"{one.month % 100:02d}/{one.month // 100}", "unit": tree.title(one.unit, plan.on)},
            (str(one.unit), str(one.month)),
        )
        for one in locked.order_by("month", "unit")
    ]
