"""What applying a change writes, so that undoing it writes the same backwards.

Single rows are kept in `UnitChange.before` as they were, each with an entry of the journal caused by that of the
change; rows in thousands are kept in `MovedRows` by one statement a table, and counted in the entry of the change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F, Max, Model, QuerySet
from django.db.models.expressions import RawSQL

from dinh.directory.changes.touched import Table
from dinh.directory.models import Account, MovedRows, Office, Unit, UnitChange
from dinh.directory.writing import actor
from dinh.journal.actions import action, record
from dinh.journal.models import Entry

# Ids are listed by the database and never come here: of five communes there are 135,000. What json_agg of PostgreSQL
# does to quote an id, which has nothing to quote, takes as long as to put all of them together.
LISTED = {
    "sqlite": 'json_group_array(given."pk")',
    "postgresql": """'["' || string_agg(given."pk"::text, '","') || '"]'""",
}
UNLISTED = {
    "sqlite": "SELECT one.value FROM {table}, json_each(rows) AS one WHERE {table}.id IN ({keys})",
    "postgresql": "SELECT one::uuid FROM {table}, json_array_elements_text(rows::json) AS one WHERE {table}.id IN ({keys})",
}


class Ledger:
    """The writes of one change, in order."""

    def __init__(self, change: UnitChange, by: Account | None, at: datetime) -> None:
        self.change, self.by, self.at = change, by, at
        self.made: list[list[Any]] = []  # [label, id]
        self.set_: list[list[Any]] = []  # [label, id, {column: value before}]
        self.moved: dict[str, int] = {}  # table -> rows

    @property
    def before(self) -> dict[str, Any]:
        """What undoing needs, as plain JSON."""
        return {"made": self.made, "set": self.set_, "moved": self.moved}

    def add(self, row: Model, kind: str = "", unit: UUID | None = None, **more: Any) -> None:
        """Insert a row; `kind` records it, for rows that the journal follows.

        Units and offices have the id of their code and day: one that was undone and comes again counts on.
        """
        if isinstance(row, Unit | Office):
            last = Entry.objects.filter(subject=row.pk).aggregate(last=Max("subject_version"))["last"]
            row.version = (last or 0) + 1
        row.save(force_insert=True)
        self.made.append([row._meta.label, plain(row.pk)])
        if kind:
            columns = {
                one.attname: getattr(row, one.attname)
                for one in row._meta.concrete_fields
                if one.attname not in {"id", "version"}
            }
            note(row, kind, by=self.by, at=self.at, unit=unit, body={"set": columns, **more})

    def set(self, row: Model, kind: str = "", unit: UUID | None = None, **columns: Any) -> None:
        """Change columns of a row; `kind` records it, for rows that the journal follows."""
        names = {name: row._meta.get_field(name).attname for name in columns}  # type: ignore[union-attr]
        old = {attname: plain(getattr(row, attname)) for attname in names.values()}
        self.set_.append([row._meta.label, plain(row.pk), old])
        written = {
            names[name]: value.pk if isinstance(value, Model) else value for name, value in columns.items()
        }
        put(row, kind, written, by=self.by, at=self.at, unit=unit)

    def tell(self, row: Model, kind: str, unit: UUID | None, **body: Any) -> None:
        """Record what happened to a row whose own columns stay as they are."""
        type(row)._default_manager.filter(pk=row.pk).update(version=F("version") + 1)
        row.refresh_from_db()
        note(row, kind, by=self.by, at=self.at, unit=unit, body=body)

    def move(self, table: Table, rows: QuerySet[Any], to: UUID) -> None:
        """Give rows of a table to another unit, and keep whose they were. Two statements."""
        column = table.model._meta.get_field(table.column).attname  # type: ignore[union-attr]
        select, params = rows.values("pk", column).query.sql_with_params()
        names = ", ".join(map(connection.ops.quote_name, ("change_id", "what", "was", "rows")))
        into = connection.ops.quote_name(MovedRows._meta.db_table)
        key = MovedRows._meta.get_field("change").target_field.get_db_prep_value(self.change.pk, connection)
        listed = LISTED[connection.vendor]
        insert = (  # the names come from models, the values are parameters
            f'INSERT INTO {into} ({names}) SELECT %s, %s, given."{column}", {listed} '  # noqa: S608
            f'FROM ({select}) AS given GROUP BY given."{column}"'
        )
        with connection.cursor() as cursor:
            cursor.execute(insert, (key, table.name, *params))
            told = rows.update(**{column: to}) if cursor.rowcount else 0
        self.moved[table.name] = self.moved.get(table.name, 0) + told


def given(change: UnitChange, what: str) -> dict[UUID, RawSQL]:
    """Return for each unit whose rows of a table were given away the rows, for a filter of primary keys."""
    kept = MovedRows.objects.filter(change=change, what=what).order_by("pk").values_list("was", "pk")
    table = connection.ops.quote_name(MovedRows._meta.db_table)
    found: dict[UUID, list[int]] = {}
    for was, pk in kept:
        found.setdefault(was, []).append(pk)
    unlisted = UNLISTED[connection.vendor]
    return {
        was: RawSQL(unlisted.format(table=table, keys=", ".join(map(str, sorted(keys)))), ())  # noqa: S611 own numbers
        for was, keys in found.items()
    }


def put(
    row: Model, kind: str, columns: dict[str, Any], *, by: Account | None, at: datetime, unit: UUID | None
) -> None:
    """Write columns into a row and, when it is one that the journal follows, its entry."""
    counted: dict[str, Any] = {"version": F("version") + 1} if kind else {}
    type(row)._default_manager.filter(pk=row.pk).update(**columns, **counted)
    if kind:
        row.refresh_from_db()
        note(row, kind, by=by, at=at, unit=unit, body={"set": columns})
    else:
        for name, value in columns.items():
            setattr(row, name, value)


@action
def note(
    row: Any, kind: str, *, by: Account | None, at: datetime, unit: UUID | None, body: dict[str, Any]
) -> None:
    """Record what happened to a row; the entry of the change is its cause."""
    record(kind, subject=row, at=at, by=actor(by), unit=unit, body=body)


def plain(value: Any) -> Any:
    """Return a value of a column as JSON keeps it."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def read(label: str, columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns of a model as Python has them, from what `plain` wrote."""
    meta = apps.get_model(label)._meta
    fields = {one.attname: one for one in meta.concrete_fields}
    return {
        name: value if value is None else fields[name].target_field.to_python(value)
        if fields[name].is_relation else fields[name].to_python(value)
        for name, value in columns.items()
    }  # fmt: skip
