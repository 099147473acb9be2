"""Goals of a month against what was done, for a commune, a village or a person; the same figures as on the panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dinh.catalogue import store
from dinh.directory.models import Account, Unit
from dinh.outreach.queries.happenings import Period, commune_of, happenings, month_of
from dinh.outreach.rules.figures import FIGURES, Happening
from dinh.work.models import Plan
from dinh.work.rules.pace import Pace, expected_by, previous_months


@dataclass(frozen=True)
class Target:
    """One measure of a month."""

    measure: str
    title: str
    plan: Plan | None
    pace: Pace  # its goal is 0 where none was set
    before: list[tuple[date, int]]  # months before, the nearest first


def measures() -> list[str]:
    """Return the measures that can be counted, in the order of their list."""
    return [code for code in store.get().titles["field_measures"] if code in FIGURES]


def of(unit: Unit, account: Account | None, month: date, on: date, earlier: int = 2) -> list[Target]:
    """Return every measure of a month for a unit, or for one person in it, as of a day."""
    rows = {
        plan.measure: plan
        for plan in Plan.objects.filter(unit=unit, account=account, month=month.replace(day=1))
    }
    done = _counted(unit, account, month_of(month))
    before = [(one, _counted(unit, account, month_of(one))) for one in previous_months(month, earlier)]
    titles = store.get().titles["field_measures"]
    return [
        Target(
            measure=key,
            title=str(titles[key]),
            plan=rows.get(key),
            pace=_pace(rows[key].goal if key in rows else 0, done[key], month, on),
            before=[(first, figures[key]) for first, figures in before],
        )
        for key in measures()
    ]


def _pace(goal: int, done: int, month: date, on: date) -> Pace:
    return Pace(goal, done, expected_by(goal, month, on))


def _counted(unit: Unit, account: Account | None, period: Period) -> dict[str, int]:
    rows = [
        one
        for one in happenings(commune_of(unit.pk, period.until_on), period)
        if _belongs(one, unit, account)
    ]
    return {key: FIGURES[key].of(rows) for key in measures()}


def _belongs(one: Happening, unit: Unit, account: Account | None) -> bool:
    if account is not None:
        return one.account == account.pk
    return unit.level != "village" or one.village == unit.pk
