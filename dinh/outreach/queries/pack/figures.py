"""A member's own month: what they did, the goal, and what would be expected by today; counted as on the panel."""

from __future__ import annotations

from datetime import date
from typing import Any

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.outreach.queries.happenings import month_of, of_accounts
from dinh.outreach.rules.figures import FIGURES
from dinh.work.models import Plan
from dinh.work.rules.pace import expected_by, month_days

SHOWN = ("visits", "households", "help", "filings", "results", "difficulties")
KINDS = frozenset().union(*(FIGURES[key].kinds for key in SHOWN))


def own(account: Account, on: date, language: str) -> list[dict[str, Any]]:
    """Return figures of the month: what the member did, and where a goal is set, the goal and its pace. Six queries."""
    rows, goals = of_accounts([account.pk], month_of(on), KINDS), _goals(account, on)
    titles = store.get().titles.get("field_measures", {})
    return [
        _line(id, titles[id].of(language), FIGURES[id].of(rows), goals.get(id), on)
        for id in SHOWN
        if id in titles
    ]


def _line(id: str, title: str, done: int, goal: int | None, on: date) -> dict[str, Any]:
    line: dict[str, Any] = {"id": id, "title": title, "done": done}
    if goal is not None:
        line |= {"goal": goal, "expected": expected_by(goal, on, on)}
    return line


def _goals(account: Account, on: date) -> dict[str, int]:
    """Return the member's own goals of the month by measure; several units' are added."""
    found: dict[str, int] = {}
    plans = Plan.objects.filter(account=account, month=month_days(on)[0])
    for measure, goal in plans.values_list("measure", "goal"):
        found[measure] = found.get(measure, 0) + goal
    return found
