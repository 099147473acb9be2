"""How a row of this package and its entries are written together.

An action records one entry of its own row with `journal.record`. Rows that change along with it (the
residence that ends when a person moves) get entries of their own, caused by that one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.journal.actions import build_entry, current_entry_id, record, record_many
from dinh.journal.models import Entry
from dinh.lib.errors import Stale
from dinh.population.models import Household, NameWord, Person

By = Account | UUID | None
Row = TypeVar("Row", bound=Model)

_WORD = f'INSERT INTO "{NameWord._meta.db_table}" ("person_id", "word", "name_key") VALUES (%s, %s, %s)'  # noqa: S608
CHANGED = _("Somebody else changed this first. Open it again to see how it is now.")


def actor(by: By) -> UUID | None:
    """Return the id of who acts."""
    return by.pk if isinstance(by, Account) else by


def columns_of(row: Model) -> dict[str, Any]:
    """Return every column of a row but its key and version: the body of its first entry."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "version"}
    }


def update(row: Row, columns: Mapping[str, Any]) -> Row:
    """Write columns (by attname: "unit_id") if nobody did before; the row in hand follows.

    Raises Stale when the row was changed since it was read. One query.
    """
    old: int = row.version  # type: ignore[attr-defined]
    guarded = type(row)._default_manager.filter(pk=row.pk, version=old)
    if not guarded.update(version=old + 1, **columns):
        raise Stale("population.changed", CHANGED, subject=row.pk)
    for name, value in columns.items():
        setattr(row, name, value)
    row.version = old + 1  # type: ignore[attr-defined]
    return row


def write(
    kind: str,
    row: Any,
    columns: Mapping[str, Any] | None = None,
    *,
    by: By,
    at: datetime,
    unit: UUID | None,
    also: Iterable[Entry] = (),
    **more: Any,
) -> None:
    """Record the action's entry, and those of the rows that changed with it.

    columns  what changed; None for all, of a new row
    more     what the entry should say besides: dossier, reason
    """
    said = {key: value for key, value in more.items() if value not in (None, "")}
    body = {"set": columns_of(row) if columns is None else dict(columns), **said}
    record(kind, subject=row, at=at, by=actor(by), unit=unit, body=body)
    if entries := list(also):
        record_many(entries)


def entry(
    kind: str,
    row: Any,
    columns: Mapping[str, Any] | None = None,
    *,
    by: By,
    at: datetime,
    unit: UUID | None,
    **more: Any,
) -> Entry:
    """Return the entry of a row that changes along, caused by the action under way; for `write(also=...)`."""
    said = {key: value for key, value in more.items() if value not in (None, "")}
    body = {"set": columns_of(row) if columns is None else dict(columns), **said}
    return build_entry(kind, subject=row, at=at, by=actor(by), unit=unit, body=body, cause=current_entry_id())


def codes(list_id: str) -> Container[str] | None:
    """Return the codes of a catalogue list; None when it is not declared."""
    return store.get().titles.get(list_id)


def head_leaves(
    person: Person, reason: str, *, by: By, at: datetime, stays_in: Household | None = None
) -> list[Entry]:
    """Take somebody who died or leaves from the head of their household; return the entries, for `write(also=...)`.

    stays_in  the household that they keep or move into
    """
    also = []
    homes = Household.objects.filter(head=person)
    for home in homes.exclude(pk=stays_in.pk) if stays_in else homes:
        columns = {"head_id": None}
        update(home, columns)
        kind = "population.head_left"
        also.append(entry(kind, home, columns, by=by, at=at, unit=home.unit_id, reason=reason))
    return also


def keep_words(people: Iterable[Person]) -> None:
    """Write the words by which new persons are searched: one statement, prepared once, for all."""
    key = NameWord._meta.get_field("person")
    rows = [
        (key.get_db_prep_value(person.pk, connection), word, person.name_key)
        for person in people
        for word in sorted(set(person.name_key.split()))
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_WORD, rows)  # a fifth of what `bulk_create` takes for rows as small as these


def renew_words(person: Person) -> None:
    """Write the words of a changed name in place of those of the former."""
    NameWord.objects.filter(person=person).delete()
    keep_words([person])
