"""Drafting a decision: kept as it was typed or imported, previewed as often as one likes, applied or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dinh.directory.changes import touched
from dinh.directory.changes.applying import require
from dinh.directory.changes.decisions import Decision
from dinh.directory.changes.holding import held_as
from dinh.directory.changes.ledger import put
from dinh.directory.changes.plans import Plan, plan_of
from dinh.directory.changes.touched import Conflict, Table, Way
from dinh.directory.models import Account, Level, UnitChange
from dinh.directory.writing import change as amend
from dinh.directory.writing import created
from dinh.journal import access
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.ids import uuid7


@dataclass(frozen=True)
class Touched:
    """How many rows of one table a change concerns."""

    table: Table
    count: int
    open: int
    follow: int  # of these, given to another unit
    rows: tuple[dict[str, Any], ...]  # the first that are still worked on, where the reader may see them


@dataclass(frozen=True)
class Preview:
    """All that a change would do."""

    plan: Plan
    touched: tuple[Touched, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def may_apply(self) -> bool:
        """Whether nothing is left to settle."""
        return not any(one.blocks for one in self.conflicts)


@action
def draft(*, decision: Decision, by: Account | None, at: datetime) -> UnitChange:
    """Keep a decision to be previewed and applied. Raises Invalid for units that are not there; NotPermitted."""
    require(plan_of(decision), by, at)
    change = UnitChange(
        id=uuid7(),
        **_columns(decision),
        state=UnitChange.State.DRAFT,
        made_at=at,
        made_by=by.pk if by else None,
    )
    change.save(force_insert=True)
    created(change, "directory.change_drafted", by=by, at=at)
    return change


@action
def redraft(*, change: UnitChange, decision: Decision, by: Account | None, at: datetime) -> UnitChange:
    """Put another decision in the place of a draft, as when a conflict is settled. Raises as `draft`; Refused; Stale."""
    held = held_as(UnitChange.State.DRAFT, change)
    require(plan_of(decision), by, at)
    put(held, "directory.change_redrafted", _columns(decision), by=by, at=at, unit=None)
    return held


@action
def drop(*, change: UnitChange, by: Account | None, at: datetime) -> None:
    """Give a draft up. Raises Refused when it is not one any more; NotPermitted; Stale."""
    held = held_as(UnitChange.State.DRAFT, change)
    if by is not None and held.made_by != by.pk:
        require(plan_of(Decision.model_validate(held.decision)), by, at)
    amend(held, "directory.change_dropped", by=by, at=at, state=UnitChange.State.DROPPED.value)


def preview(change: UnitChange, *, by: Account | None, at: datetime, listed: int = 10) -> Preview:
    """Return everything that a draft touches, counted and listed, and what is to be settled first.

    by  who reads it: rows are listed by name only where they may read them, and what is of persons is written into the
        access journal; everything is counted. None: the owner of the node

    Raises Invalid when units it names are not there any more. Three queries a table.
    """
    plan = plan_of(Decision.model_validate(change.decision))
    found = tuple(_touched(plan, by, at, listed))
    for one in found:
        if one.table.subject and one.rows:
            access.listed(
                subject_type=one.table.subject, query={"change": change.pk, "table": one.table.name},
                ids=[row["id"] for row in one.rows], by=by, at=at, purpose=f"change:{change.pk}",
            )  # fmt: skip
    return Preview(plan, found, tuple(touched.conflicts_of(plan)))


def _touched(plan: Plan, by: Account | None, at: datetime, listed: int) -> Iterator[Touched]:
    units = list(plan.before)
    villages = any(one.level == Level.VILLAGE for one in plan.formers)
    for table in (one for one in touched.tables() if villages or not one.again):
        rows = table.rows(units)
        count = rows.count()
        if count:
            open_ = rows.filter(table.open).count() if table.open is not None else 0
            follow = table.rows(plan.ends).filter(table.living).count() if table.way is Way.FOLLOWS else 0
            shown = table.shown_to(by, units, local_date(at)) if open_ and table.label else ()
            yield Touched(
                table, count, open_, follow, tuple(table.listed(shown, size=listed)) if shown else ()
            )


def _columns(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind, "effective_on": decision.effective_on, "decree": decision.decree,
        "title": decision.title, "source": decision.source,
        "decision": decision.model_dump(mode="json", by_alias=True),
    }  # fmt: skip
