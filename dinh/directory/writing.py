"""What all actions of the directory share: a guarded change of one row, with its journal entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import CharField, F, Model
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.journal.actions import record
from dinh.lib.errors import Fault, Invalid, Stale

M = TypeVar("M", bound=Model)


def actor(by: Account | None) -> UUID | None:
    """Return the id of the actor; None for the node's owner at the command line."""
    return by.pk if by is not None else None


def change(
    row: M,
    kind: str,
    *,
    by: Account | None,
    at: datetime,
    unit: UUID | None = None,
    leave_out: Sequence[str] = (),
    **columns: Any,
) -> None:
    """Set columns of a row that nobody changed since it was read, and record it, but those left out (a password).

    Raises Stale when somebody did. The row given is as it is in the database afterwards.
    """
    model = type(row)
    mine = model._default_manager.filter(pk=row.pk, version=row.version)  # type: ignore[attr-defined]
    if not mine.update(version=F("version") + 1, **columns):
        message = _("Somebody changed this while you were looking at it. Open it again and try once more.")
        raise Stale("directory.stale", message, subject=row.pk)
    row.version += 1  # type: ignore[attr-defined]
    for column, value in columns.items():
        setattr(row, column, value)
    told = {column: value for column, value in columns.items() if column not in leave_out}
    record(kind, subject=row, at=at, by=actor(by), unit=unit, body={"set": told})  # type: ignore[arg-type]


def created(
    row: Model,
    kind: str,
    *,
    by: Account | None,
    at: datetime,
    unit: UUID | None = None,
    leave_out: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> None:
    """Record the first entry of a row with all its columns but those left out (a password)."""
    columns = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "version", *leave_out}
    }
    body = {"set": columns, **(more or {})}
    record(kind, subject=row, at=at, by=actor(by), unit=unit, body=body)  # type: ignore[arg-type]


def length_faults(model: type[Model], columns: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each text that its column cannot hold: SQLite would keep it, PostgreSQL break."""
    return [
        Fault(name, "too_long", _("This is too long."))
        for name, value in columns.items()
        if isinstance(field := model._meta.get_field(name), CharField)
        and field.max_length is not None
        and len(value or "") > field.max_length
    ]


def refuse_if(faults: Sequence[Fault], code: str) -> None:
    """Raise Invalid with every fault, when there is one."""
    if faults:
        message = _("Nothing was changed. Correct what is marked and try again.")
        raise Invalid(code, faults, message)
