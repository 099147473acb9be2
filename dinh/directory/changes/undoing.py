"""Undoing a change within seven days, as long as nothing newer was built upon it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.changes import touched
from dinh.directory.changes.applying import MANAGE, forgetting, hold, hold_units
from dinh.directory.changes.ledger import given, note, put, read
from dinh.directory.changes.touched import Conflict, Table, Way
from dinh.directory.models import Account, MovedRows, UnitChange, UnitVersion
from dinh.directory.writing import change as amend
from dinh.directory.writing import refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused

DAYS = 7
NAMED = 5  # of what stands against it, so many rows are named


@action
@forgetting()
def undo(*, change: UnitChange, by: Account | None, at: datetime) -> UnitChange:
    """Put back everything that applying a change wrote.

    People who were registered in a village meanwhile go back with their village. Raises Refused when it is not
    applied or longer ago than seven days; Invalid with everything newer that stands against it; Stale; NotPermitted.
    """
    held = hold(change)
    if held.state != UnitChange.State.APPLIED or held.applied_at is None:
        raise Refused("directory.change_not_applied", _("This change is not applied."), change=held.pk)
    if at > held.applied_at + timedelta(days=DAYS):
        message = _("A change can be undone within seven days. Later, a new decision is needed.")
        raise Refused("directory.change_too_old", message, change=held.pk)
    units = [UUID(one) for one in held.before["units"]]
    _require(units, by, at)
    hold_units(units)  # so that nothing is written under them between the look and the taking back
    refuse_if(
        [Fault(one.code, "newer", one.message) for one in newer(held, by=by, at=at)],
        "directory.change_built_upon",
    )
    homes = _homes(held)
    for table in touched.tables():
        if table.way is Way.FOLLOWS:
            _give_back(table, held, homes)
    for label, pk, columns in reversed(held.before["set"]):
        _put_back(label, pk, columns, by, at)
    for label, pk in reversed(held.before["made"]):
        _take_back(label, pk, by, at)
    MovedRows.objects.filter(change=held).delete()
    amend(
        held, "directory.change_undone", by=by, at=at, unit=None,
        state=UnitChange.State.UNDONE.value, undone_at=at, undone_by=by.pk if by else None,
    )  # fmt: skip
    change.__dict__.update({k: v for k, v in held.__dict__.items() if k != "_state"})
    return change


def newer(change: UnitChange, *, by: Account | None, at: datetime) -> list[Conflict]:
    """Return what was built upon a change since: another change, or rows written under a unit that it made.

    by  who reads it: rows are named only where they may read them. None: the owner of the node
    """
    later = UnitChange.objects.filter(
        state=UnitChange.State.APPLIED, applied_at__gte=change.applied_at
    ).exclude(pk=change.pk)
    mine = set(change.before["units"])
    message = _("A later change concerns the same units: %(title)s. Undo that one first.")
    found = [
        Conflict("later", message % {"title": one.title}, rows=(("directory.change", one.pk, one.title),))
        for one in later
        if mine & set(one.before["units"])
    ]
    made = _made(change)
    message = _("%(count)s rows were written since under what this change made: %(what)s.")
    own = [pk for label, pk in change.before["made"] if label == "directory.UnitVersion"]
    below = UnitVersion.objects.filter(parent__in=made).exclude(pk__in=own)
    if rows := tuple(
        ("directory.unit", one.unit_id, one.full_name) for one in below.order_by("code")[:NAMED]
    ):
        told = {"count": below.count(), "what": _("villages")}
        found.append(Conflict("village", message % told, rows=rows))
    for table in (one for one in touched.tables() if one.weighs):
        since = _written_since(table, change, made)
        if count := since.count():
            named = table.label and table.shown_to(by, made, local_date(at)) >= set(made)
            columns = [table.label] if named else []
            rows = tuple(
                (table.name, pk, str(label[0]) if label else "")
                for pk, *label in since.order_by("-pk").values_list("pk", *columns)[:NAMED]
            )
            told = {"count": count, "what": table.title}
            found.append(Conflict(table.name, message % told, rows=rows))
    return found


def _made(change: UnitChange) -> list[UUID]:
    return [UUID(pk) for label, pk in change.before["made"] if label == "directory.Unit"]


def _written_since(table: Table, change: UnitChange, made: list[UUID]) -> QuerySet[Any]:
    """Return the rows under the new units that neither the change wrote nor a village takes home."""
    rows = table.rows(made).filter(table.depends)
    if table.way is Way.FOLLOWS:
        for moved in given(change, table.name).values():
            rows = rows.exclude(pk__in=moved)
    label = table.model._meta.label
    own = [pk for name, pk, *_columns in (*change.before["made"], *change.before["set"]) if name == label]
    if own:
        rows = rows.exclude(pk__in=own)
    if table.way is Way.FOLLOWS and table.village:
        rows = rows.exclude(Q(**{f"{table.village}__in": list(_homes(change))}))
    return rows


def _homes(change: UnitChange) -> dict[UUID, UUID]:
    """Return for each village below a unit that the change made the unit below which it was before."""
    versions = UnitVersion.objects.filter(parent__in=_made(change), valid_from=change.effective_on)
    villages = versions.values_list("unit", flat=True)
    was = UnitVersion.objects.filter(unit__in=list(villages), valid_to=change.effective_on)
    return dict(was.values_list("unit", "parent"))


def _where_given(change: UnitChange) -> set[UUID]:
    """Return the units to which a change gave rows: those it concerns, and those below which some came to stand."""
    units = {UUID(one) for one in change.before["units"]}
    versions = UnitVersion.objects.filter(
        unit__in=units, valid_from=change.effective_on, parent__isnull=False
    )
    return units.union(versions.values_list("parent", flat=True))


def _give_back(table: Table, change: UnitChange, homes: Mapping[UUID, UUID]) -> None:
    column = table.model._meta.get_field(table.column).attname  # type: ignore[union-attr]
    # What left the units of the change since, as a household that moved away, stays where it went.
    here = {f"{column}__in": _where_given(change)}
    for was, moved in given(change, table.name).items():
        table.model._default_manager.filter(pk__in=moved, **here).update(**{column: was})
    if not table.village:
        return
    below: dict[UUID, list[UUID]] = {}
    for village, was in homes.items():
        below.setdefault(was, []).append(village)
    for was, villages in below.items():
        table.rows(_made(change)).filter(**{f"{table.village}__in": villages}).update(**{column: was})


def _put_back(label: str, pk: str, columns: dict[str, Any], by: Account | None, at: datetime) -> None:
    model = apps.get_model(label)
    row = model._default_manager.get(pk=pk)
    counted = any(one.name == "version" for one in model._meta.concrete_fields)
    put(row, "directory.change_taken_back" if counted else "", read(label, columns), by=by, at=at, unit=None)


def _take_back(label: str, pk: str, by: Account | None, at: datetime) -> None:
    row = apps.get_model(label)._default_manager.get(pk=pk)
    if any(one.name == "version" for one in row._meta.concrete_fields):
        row.version += 1
        note(row, "directory.change_taken_back", by=by, at=at, unit=None, body={"gone": True})
    row.delete()


def _require(units: list[UUID], by: Account | None, at: datetime) -> None:
    for unit in units if by is not None else ():
        policy.require(by, MANAGE, unit=unit, on=local_date(at))
