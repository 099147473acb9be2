"""A member's own month: what they did, the goal, and what would be expected by today."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.lib.dates import VIETNAM
from dinh.outreach.models import Assistance, Difficulty, Visit
from dinh.work.models import Plan
from dinh.work.rules.pace import expected_by, month_days

SHOWN = ("visits", "households", "help", "electronic_id", "filings", "results", "difficulties")


def own(account: Account, on: date, language: str) -> list[dict[str, Any]]:
    """Return figures of the month: what the member did, and where a goal is set, the goal and its pace. Four queries."""
    done, goals = _done(account, on), _goals(account, on)
    titles = store.get().titles.get("field_measures", {})
    return [_line(id, titles[id].of(language), done[id], goals.get(id), on) for id in SHOWN if id in titles]


def _line(id: str, title: str, done: int, goal: int | None, on: date) -> dict[str, Any]:
    line: dict[str, Any] = {"id": id, "title": title, "done": done}
    if goal is not None:
        # Teams work on any day of the week, most of all on days of rest.
        line |= {"goal": goal, "expected": expected_by(goal, on, on, lambda _day: True)}
    return line


def _done(account: Account, on: date) -> dict[str, int]:
    first, _last = month_days(on)
    since = datetime.combine(first, time(), VIETNAM)
    met = Q(outcome=Visit.Outcome.MET)
    visits = Visit.objects.filter(account=account, at__gte=since).aggregate(
        visits=Count("pk", filter=met), households=Count("household", distinct=True)
    )
    filing, finished = Q(kind="filing"), Q(outcome="done")
    help = Assistance.objects.filter(account=account, at__gte=since).aggregate(
        help=Count("pk", filter=finished & ~filing),
        electronic_id=Count("person", filter=finished & Q(kind="eid_2"), distinct=True),
        filings=Count("pk", filter=filing),
    )
    results = Assistance.objects.filter(account=account, brought_at__gte=since).count()
    told = Difficulty.objects.filter(account=account, at__gte=since).count()
    return {**visits, **help, "results": results, "difficulties": told}


def _goals(account: Account, on: date) -> dict[str, int]:
    """Return the member's own goals of the month by measure; several units' are added."""
    found: dict[str, int] = {}
    plans = Plan.objects.filter(account=account, month=month_days(on)[0])
    for measure, goal in plans.values_list("measure", "goal"):
        found[measure] = found.get(measure, 0) + goal
    return found
