"""Published views: what the house lets be counted, as plain rows that name nobody.

1. A package describes its views in its `published.py` and hands them to `register` when it is ready.
2. Each view has the columns `id` (of the subject, for opening a row by right), `unit` (the commune as it was written)
   and `village` (null where there is none). Days are local days. No view holds a name, a number or an address.
3. Views are dropped before migrations and made after them, so that no migration meets one; while tables are not
   those of this release there are none.

No view reads another. What a column says must follow from rows alone, never from the clock: the same rows give the same figures on any day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

Type = Literal["id", "text", "integer", "boolean", "date", "datetime"]
PREFIX = "facts_"
ZONE = "Asia/Ho_Chi_Minh"
# First age of each band, with its code: childhood, school, the age of an identity card, majority, old age, social pension.
BANDS: tuple[tuple[int, str], ...] = (
    (0, "0-5"),
    (6, "6-13"),
    (14, "14-17"),
    (18, "18-34"),
    (35, "35-59"),
    (60, "60-74"),
    (75, "75+"),
)


@dataclass(frozen=True)
class Column:
    """One column of a view. `personal`: by it, with others, a person could be told apart."""

    name: str
    type: Type
    meaning: str
    personal: bool = False


@dataclass(frozen=True)
class View:
    """One view.

    subject     subject type of `id` in the journal: "dossier"
    permission  that lets somebody list its rows, within their places
    touched_by  prefixes of the kinds of entries that may change its rows
    sql         gives the SELECT for a vendor, "sqlite" or "postgresql"
    person      column of that SELECT, published or not, that says about whom a row is; "": about nobody, or where that
                person lives now
    """

    name: str
    meaning: str
    subject: str
    permission: str
    touched_by: tuple[str, ...]
    columns: tuple[Column, ...]
    sql: Callable[[str], str]
    person: str = ""

    def column(self, name: str) -> Column:
        """Return a column. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Extension:
    """Columns that a package adds to a view of a package below it, which knows nothing of it.

    sql  gives for a vendor {column: expression}, worked out only when it is asked for; `facts.NAME` in it is a column
         of the view's own SELECT, published or not
    """

    view: str
    touched_by: tuple[str, ...]
    columns: tuple[Column, ...]
    sql: Callable[[str], dict[str, str]]


_views: dict[str, View] = {}
_extensions: dict[str, tuple[Extension, ...]] = {}


def register(*views: View) -> None:
    """Publish views. Raises ValueError for a name that is taken or a view without the columns that all have."""
    for view in views:
        if _views.get(view.name, view) is not view or not view.name.startswith(PREFIX):
            raise ValueError(f"{view.name} is taken, or does not begin with {PREFIX}")
        names = [column.name for column in view.columns]
        if names[:3] != ["id", "unit", "village"] or len(set(names)) != len(names):
            raise ValueError(f"{view.name} must begin with id, unit, village, and name each column once")
        _views[view.name] = view
    pre_migrate.connect(_before_migrations, dispatch_uid="published views")
    post_migrate.connect(_after_migrations, dispatch_uid="published views")


def extend(*extensions: Extension) -> None:
    """Add columns to views, which must be there. Raises KeyError."""
    for one in extensions:
        view = get(one.view)
        if {column.name for column in view.columns} & {column.name for column in one.columns}:
            raise ValueError(f"{one.view} has such a column")
        _extensions[one.view] = (*_extensions.get(one.view, ()), one)


def views() -> dict[str, View]:
    """Return every view by its name, in the order of names, with the columns that others added."""
    return {name: get(name) for name in sorted(_views)}


def get(name: str) -> View:
    """Return a view with the columns that others added. Raises KeyError."""
    view = _views[name]
    for one in _extensions.get(name, ()):
        view = replace(
            view,
            columns=view.columns + one.columns,
            touched_by=tuple(dict.fromkeys((*view.touched_by, *one.touched_by))),
        )
    return view


def places_of(view: View, vendor: str, people: str) -> str:
    """Return the SELECT of the communes in which a view has rows about some people, given by the SELECT of their ids."""
    of = f"facts.{view.person} IN ({people})"
    return (
        f"SELECT DISTINCT facts.unit FROM ({view.sql(vendor)}) AS facts WHERE {of} AND facts.unit IS NOT NULL"  # noqa: S608 - names of ours
    )


def touched_by(kind: str) -> list[View]:
    """Return the views whose rows an entry of this kind may change."""
    return [view for view in views().values() if kind.startswith(view.touched_by)]


def there(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the views that the database has. One query."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'view'",
        "postgresql": "SELECT viewname FROM pg_views WHERE schemaname = current_schema()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop every view of ours, also those of another release."""
    names = there(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f"DROP VIEW {connection.ops.quote_name(name)}")


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the views that are not there. Nothing where tables are not yet, or no longer, those of this release."""
    missing = _views.keys() - there(connection)
    if not missing:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in sorted(missing):
            cursor.execute(statement(name, connection.vendor))


def statement(name: str, vendor: str) -> str:
    """Return what makes a view: its columns in their order, whatever the order of the SELECT."""
    view = _views[name]
    columns = [f"facts.{column.name}" for column in view.columns]
    for one in _extensions.get(name, ()):
        said = one.sql(vendor)
        columns += [f"({said[column.name]}) AS {column.name}" for column in one.columns]
    return f"CREATE VIEW {name} AS SELECT {', '.join(columns)} FROM (\n{view.sql(vendor)}\n) AS facts"  # noqa: S608 - names of ours


def _before_migrations(using: str, **signal: Any) -> None:
    drop(connections[using])


def _after_migrations(using: str, **signal: Any) -> None:
    create(connections[using])


# Pieces of SQL that both databases must write in their own way.


def local_date(vendor: str, column: str) -> str:
    """Return the local day of an instant. Viet Nam has had the same hour since 1975."""
    return f"date({column}, '+7 hours')" if vendor == "sqlite" else f"({column} AT TIME ZONE '{ZONE}')::date"


def day(vendor: str, text: str) -> str:
    """Return the day that an ISO text says."""
    return f"date({text})" if vendor == "sqlite" else f"({text})::date"


def birthday(vendor: str, birth: str) -> str:
    """Return the day of a birth; of a partial one the first day that it can be, null when unknown: as `lib.dates.age_on`."""
    return day(vendor, f"substr(nullif({birth}, '') || '-01-01', 1, 10)")


def literal(vendor: str, iso: str) -> str:
    """Return a day as a constant."""
    return f"'{iso}'" if vendor == "sqlite" else f"DATE '{iso}'"


def earliest(vendor: str, first: str, second: str) -> str:
    """Return the earlier of two days; the other where one is null."""
    if vendor == "sqlite":
        return f"min(coalesce({first}, {second}), coalesce({second}, {first}))"
    return f"least({first}, {second})"


def latest(vendor: str, first: str, second: str) -> str:
    """Return the later of two days; the other where one is null."""
    if vendor == "sqlite":
        return f"max(coalesce({first}, {second}), coalesce({second}, {first}))"
    return f"greatest({first}, {second})"


def years_after(vendor: str, when: str, years: str) -> str:
    """Return the same day some years later; of 29 February the 1st of March in a common year.

    when   a day; years  a number or a column
    """
    if vendor == "sqlite":
        return f"date({when}, '+' || ({years}) || ' years')"
    first = f"make_date(extract(year FROM {when})::int + ({years}), extract(month FROM {when})::int, 1)"
    return f"({first} + (extract(day FROM {when})::int - 1))"


def age(vendor: str, birth: str, on: str) -> str:
    """Return the age in completed years on a day, null when the birth is unknown or later: as `lib.dates.age_on`."""
    whole = f"substr({birth} || '-01-01', 1, 10)"
    if vendor == "sqlite":
        year, day_of_year, number = f"strftime('%Y', {on})", f"strftime('%m-%d', {on})", "CAST(%s AS INTEGER)"
    else:
        year, day_of_year, number = f"extract(year FROM {on})", f"to_char({on}, 'MM-DD')", "(%s)::int"
    before = f"CASE WHEN {day_of_year} < substr({whole}, 6, 5) THEN 1 ELSE 0 END"
    years = f"{number % year} - {number % f'substr({birth}, 1, 4)'} - {before}"
    return f"(CASE WHEN {birth} <> '' AND {years} >= 0 THEN {years} END)"


def age_band(vendor: str, birth: str, on: str) -> str:
    """Return the code of the band of the age on a day (`BANDS`), null when it is not known."""
    years = age(vendor, birth, on)
    cases = " ".join(f"WHEN {years} >= {first} THEN '{code}'" for first, code in reversed(BANDS))
    return f"(CASE {cases} END)"


def json_integer(vendor: str, column: str, key: str) -> str:
    """Return a whole number of a JSON object, null when the key is not there."""
    if vendor == "sqlite":
        return f"json_extract({column}, '$.{key}')"
    return f"({column} ->> '{key}')::int"


def json_text(vendor: str, column: str, key: str) -> str:
    """Return a text of a JSON object, null when the key is not there or empty."""
    if vendor == "sqlite":
        return f"nullif(json_extract({column}, '$.{key}'), '')"
    return f"nullif({column} ->> '{key}', '')"


def json_holds(vendor: str, column: str, code: str) -> str:
    """Return whether a JSON list of texts holds a code."""
    if vendor == "sqlite":
        return f"EXISTS (SELECT 1 FROM json_each({column}) AS one WHERE one.value = '{code}')"  # noqa: S608 - ours
    return f"({column} @> '\"{code}\"'::jsonb)"


def minutes_between(vendor: str, start: str, end: str) -> str:
    """Return the whole minutes from one instant to another."""
    if vendor == "sqlite":
        return f"CAST(round((julianday({end}) - julianday({start})) * 1440) AS INTEGER)"
    return f"round(extract(epoch FROM {end} - {start}) / 60)::int"
