"""What came since a month was locked: what is counted otherwise now, the rows that came late, what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Account
from dinh.indicators.actions.snapshots import holds
from dinh.indicators.engine import definitions
from dinh.indicators.models import Restatement, Snapshot
from dinh.indicators.queries import hiding
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import figures
from dinh.indicators.queries.late import late
from dinh.indicators.queries.periods import Changed, Month, changed
from dinh.indicators.queries.rows import may_open
from dinh.journal import access
from dinh.lib.dates import local_date, show_datetime
from dinh.lib.money import UNKNOWN, show_number
from dinh.web.board import saying
from dinh.web.board.asking import Asked
from dinh.web.board.views import rows
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import names
from dinh.web.board.views.months import close_of

LATE = 100  # rows that came late, on one page


def since(request: HttpRequest, asked: Asked, found: Month) -> dict[str, Any]:
    """Return what differs since the last lock, the rows of one measure that came late, and the chain.

    found  a month that was locked at least once
    """
    # What is counted now is not yet seen by who reads as of a close.
    above = close_of(request, asked) is not None
    differing = [] if above else changed(asked.unit, asked.month)
    people = names({one.by for one in found.snapshots})
    return {
        "changes": [_change(one, asked, account_of(request)) for one in differing if one.gap],
        "divided": [_change(one, asked, account_of(request)) for one in differing if not one.gap],
        "figures": _figures({one.measure for one in differing if one.gap}, asked, account_of(request)),
        "later": above,
        "chain": [_link(one, people, asked) for one in found.snapshots],
        **_wish(request, found),
        "refused": _refused(found),
        **_late(request, asked, found.snapshots[-1]),
    }


def _change(one: Changed, asked: Asked, account: Account) -> dict[str, Any]:
    """Return a measure that differs; what differs is mostly of a few rows, so its numbers are for who may list them."""
    item, told = store.get().measures.get(one.measure), language()
    opens = item is not None and item.origin == "computed"
    shut = opens and not may_open(one.measure, asked.unit, account, asked.today)
    return {
        "title": item.title.of(told) if item else one.measure,
        "locked": UNKNOWN if shut else show_number(one.locked, told),
        "now": UNKNOWN if shut else show_number(one.now, told),
        "gap": UNKNOWN if shut else saying.signed(one.gap, told),
        "late": f"?{asked.query(late=one.measure)}#late" if opens else "",
    }


def _figures(measures: set[str], asked: Asked, account: Account) -> list[dict[str, str]]:
    """Return the figures that read otherwise now than they were locked, without what tells the reader of so few."""
    told, found = language(), []
    items = {id: item for id, item in sorted(definitions.indicators().items()) if measures & _made_of(item)}
    judged = hiding.with_scores(items)
    shut = hiding.hidden_from(account, [definitions.indicator(id) for id in judged], asked.unit, asked.today)
    as_locked, as_counted = (
        figures(
            judged if shut else items, [asked.unit], asked.month, asked.month, today=asked.today, official=official
        )
        for official in (True, False)
    )  # fmt: skip
    seen_locked, seen_counted = (hiding.shielded(found, shut) for found in (as_locked, as_counted))
    for id, item in items.items():
        if as_locked[id][0].value != as_counted[id][0].value:
            (locked,), (now,) = seen_locked[id], seen_counted[id]
            gap = None if locked.value is None or now.value is None else now.value - locked.value
            found.append({
                "title": item.title.of(told), "url": f"{reverse('board:figure', args=[id])}?{asked.query()}",
                "locked": saying.amount(locked.value, item, told), "now": saying.amount(now.value, item, told),
                "gap": UNKNOWN if gap is None else ("+" if gap > 0 else "−") + saying.difference(gap, item, told),
            })  # fmt: skip
    return found


def _made_of(item: Indicator) -> set[str]:
    """Return the measures of a figure; of a score those of its parts."""
    if item.kind != "score":
        return set(measures_in(item))
    parts = [definitions.indicators().get(id) for id in item.parts]
    return set[str]().union(*(_made_of(part) for part in parts if part is not None))


def _link(one: Snapshot, people: Mapping[UUID, str], asked: Asked) -> dict[str, Any]:
    day = local_date(one.at)
    then = replace(asked, known=day.isoformat()).query()
    return {
        "number": one.number,
        "when": show_datetime(one.at, language()),
        "who": people.get(one.by, ""),
        "reason": one.reason,
        "cells": one.cells,
        "digest": one.digest,
        "previous": one.previous[:12],
        "key": one.key_id,
        "holds": holds(one),
        "known": f"{reverse('board:home')}?{then}" if day < asked.today else "",
    }


def _wish(request: HttpRequest, found: Month) -> dict[str, Any]:
    """Return the wish to state the month anew that waits, by whom, and whether it is the reader's own."""
    wish = found.asked
    return {
        "wish": wish,
        "wished_by": names({wish.asked_by}).get(wish.asked_by, "") if wish else "",
        "mine": wish is not None and wish.asked_by == account_of(request).pk,
    }


def _refused(found: Month) -> list[dict[str, str]]:
    """Return the wishes that were refused, the newest first, with the answers."""
    told = Restatement.objects.filter(period=found.period, state=Restatement.State.REFUSED)
    refused = list(told.order_by("-decided_at"))
    people = names({row.decided_by for row in refused})
    return [
        {
            "reason": row.reason,
            "answer": row.answer,
            "who": people.get(row.decided_by, ""),
            "when": show_datetime(row.decided_at, language()),
        }
        for row in refused
    ]


def _late(request: HttpRequest, asked: Asked, snapshot: Snapshot) -> dict[str, Any]:
    """Return the rows of the measure that is asked for which came after the lock; who looks at them is written down."""
    measure = store.get().measures.get(request.GET.get("late", ""))
    if measure is None or measure.origin != "computed":
        return {}
    account = account_of(request)
    found = late(measure.id, snapshot, account, on=asked.today)
    ids = found.ids[:LATE]
    if ids:
        access.listed(
            subject_type=found.subject, query={"late": measure.id, "unit": asked.unit, "month": asked.month},
            ids=ids, by=account, at=timezone.now(), purpose=f"figure:{measure.id}", unit=asked.unit,
        )  # fmt: skip
    return {
        "late_title": measure.title.of(language()),
        "late_rows": rows.lines(found.subject, ids, asked, request, language(), entries=True),
        "late_more": max(0, len(found.ids) - LATE),
        "late_hidden": found.hidden,
    }
