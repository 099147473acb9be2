"""Where a month of a commune stands: its steps, who may take the next one, and what is still open before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.indicators.actions import periods as actions
from dinh.indicators.models import Flag, Period
from dinh.indicators.queries.periods import Month
from dinh.indicators.queries.since import known_at
from dinh.indicators.queries.told import seen_by, told
from dinh.indicators.rules.months import last_day
from dinh.lib.dates import show_datetime
from dinh.lib.money import show_number
from dinh.web.board import saying
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import names
from dinh.web.board.views.months import STATES, close_of
from dinh.web.board.views.questions import words_of
from dinh.web.board.views.rows import NAMED

STEPS = (
    ("submitted", "submitted_by", "submitted_at"),
    ("verified", "verified_by", "verified_at"),
    ("approved", "approved_by", "approved_at"),
    ("locked", "approved_by", "locked_at"),
)

NEXT = {"submitted": actions.VERIFY, "verified": actions.APPROVE, "approved": actions.APPROVE}


@dataclass(frozen=True)
class Step:
    """One step of a month: what it is called, who did it and when; `here` marks where the month stands."""

    word: str
    shape: str
    who: str
    when: str
    here: bool


def standing(request: HttpRequest, asked: Asked, found: Month) -> dict[str, Any]:
    """Return where the month stands, who may do what next, and what is still open before it is submitted."""
    period, account = found.period, account_of(request)
    people = names({getattr(period, by) for _code, by, _at in STEPS} if period else set())
    flags = known_at(
        Flag.objects.filter(unit=asked.unit, month=asked.month, state=Flag.State.OPEN),
        close_of(request, asked),
    )
    done = {getattr(period, name) for name in ("submitted_by", "verified_by")} if period else set()
    return {
        "month": asked.month,
        "month_title": saying.month(asked.month),
        "state": STATES[found.state],
        "code": found.state,
        "period": period,
        "version": period.version if period else 0,
        "steps": _steps(found, people),
        "over": last_day(asked.month) < asked.today,
        "last_day": last_day(asked.month),
        "declares": actions.may(account, actions.DECLARE, asked.unit, asked.today),
        "verifies": actions.may(account, actions.VERIFY, asked.unit, asked.today)
        and found.state == "submitted",
        "approves": actions.may(account, actions.APPROVE, asked.unit, asked.today),
        "did": account.pk in done,
        "questions": _questions(flags, account, asked.today),
        "whom": _whom(asked, found),
        **_told(asked, found, close_of(request, asked), account),
    }


def _steps(found: Month, people: Mapping[UUID, str]) -> list[Step]:
    order, period = list(STATES), found.period
    reached = order.index(found.state)
    steps = []
    for code, by, at in STEPS:
        here = period is not None and order.index(code) <= reached
        steps.append(Step(
            str(STATES[code].word), STATES[code].shape if here else "◌",
            people.get(getattr(period, by), "") if here else "",
            show_datetime(getattr(period, at), language()) if here else "",
            code == found.state,
        ))  # fmt: skip
    return steps


def _questions(flags: QuerySet[Flag], account: Account, today: date) -> list[dict[str, str]]:
    return [
        {
            "about": saying.about(flag.about, language()),
            "text": words_of(flag, account, today),
        }
        for flag in flags.order_by("about", "check_id")
    ]


def _whom(asked: Asked, found: Month) -> str:
    """Return who may take the next step in the commune, at most three by name; "" for nobody, or where none is next.

    Who did the step before is left out, as the step itself refuses them.
    """
    need, period = NEXT.get(found.state), found.period
    if need is None or period is None:
        return ""
    done = {period.submitted_by, period.verified_by} if found.state != Period.State.APPROVED else set()
    holders = policy.each_holder(need, asked.unit, None, asked.today)
    able = (one for one in holders if one.pk not in done and actions.may(one, need, asked.unit, asked.today))
    return ", ".join(one.full_name for one in islice(able, NAMED))


def _told(asked: Asked, found: Month, close: date | None, account: Account) -> dict[str, Any]:
    """Return, until the lock, the titles of told figures that wait; and what is told beside what is counted.

    entered  told and not approved; returned: sent back and not told again; untold: nobody told them
    What is counted is for who may list its rows. Who reads as of a close does not see what became of a figure since.
    """
    every, words = told(asked.unit, asked.month, asked.today), language()
    rows_told = seen_by(account, every, asked.unit, asked.today)
    waits: dict[str, list[str]] = {"entered": [], "returned": [], "untold": []}
    for row in rows_told if found.state != Period.State.LOCKED else ():
        state = "" if row.told is None or close is not None else row.told.state
        if state in waits or row.missing:
            waits[state or "untold"].append(row.measure.title.of(words))
    return {
        **waits,
        "waiting": any(waits.values()),
        "compared": [
            {
                "title": row.measure.title.of(words), "says": show_number(row.told.value, words),
                "has": show_number(row.counted, words), "gap": saying.signed(row.gap, words), "far": row.far,
            }
            for row in rows_told
            if close is None and row.told is not None and row.counted is not None and row.gap is not None
        ],
    }  # fmt: skip
