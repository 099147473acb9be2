"""Published views: described completely, made after migrations, out of the way of them, the same on both databases."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given
from hypothesis import strategies as st

from dinh.database import published
from dinh.database.published import Column, Extension, View
from dinh.lib.dates import age_on

POSTGRESQL = {
    "id": {"uuid"},
    "text": {"text", "character varying", "character"},
    "integer": {"integer", "smallint", "bigint"},
    "boolean": {"boolean"},
    "date": {"date"},
    "datetime": {"timestamp with time zone"},
}


def view(name: str, *columns: Column, subject: str = "x") -> View:
    begin = tuple(Column(one, "id", "an id") for one in ("id", "unit", "village"))
    return View(name, "rows", subject, "figures.read", ("x.",), begin + columns, lambda vendor: "SELECT 1")


def test_a_view_must_begin_as_all_do_and_have_a_name_of_its_own() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        published.register(view("things"))
    with pytest.raises(ValueError, match="each column once"):
        published.register(view("facts_twice", Column("a", "text", ""), Column("a", "text", "")))
    taken = next(iter(published.views()))
    with pytest.raises(ValueError, match="taken"):
        published.register(view(taken))


@pytest.mark.django_db
def test_every_view_is_there_with_the_columns_and_types_that_it_promises() -> None:
    assert published.there(connection) == set(published.views())
    for one in published.views().values():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {one.name} LIMIT 1")  # noqa: S608 - ours
            assert [found[0] for found in cursor.description] == [column.name for column in one.columns]
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
                    [one.name],
                )
                types: dict[str, str] = dict(cursor.fetchall())
                for column in one.columns:
                    assert types[column.name] in POSTGRESQL[column.type], f"{one.name}.{column.name}"


def test_every_view_is_described_and_names_nobody() -> None:
    for one in published.views().values():
        assert one.meaning and all(column.meaning for column in one.columns), one.name
        assert one.touched_by and one.permission and one.subject.isalpha()
        words = {part for column in one.columns for part in column.name.split("_")}
        assert not words & {"name", "number", "address", "phone", "email"}, one.name


@pytest.mark.django_db
def test_views_are_away_while_migrations_run_and_back_afterwards() -> None:
    before = published.there(connection)
    published.drop(connection)
    assert not published.there(connection)
    call_command("migrate", verbosity=0, interactive=False)
    assert published.there(connection) == before


@pytest.mark.django_db
def test_no_view_is_made_while_a_migration_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    published.drop(connection)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one more"])
    published.create(connection)
    assert not published.there(connection)


def ask(expression: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", values)
        return cursor.fetchone()[0]


BIRTHS = st.one_of(
    st.just(""),
    st.integers(1900, 2026).map(str),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)).map(lambda one: one.isoformat()[:7]),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)).map(date.isoformat),
)


def on_both(expression: str, values: dict[str, str]) -> Any:
    """Return what the database at hand says, or SQLite when there is none."""
    filled = expression
    for name, value in values.items():
        filled = filled.replace(f"@{name}", value)
    with sqlite3.connect(":memory:") as memory:
        return memory.execute(f"SELECT {filled}").fetchone()[0]


@given(birth=BIRTHS, on=st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_the_age_in_sql_is_the_age_of_the_house(birth: str, on: date) -> None:
    said = on_both(published.age("sqlite", "@birth", "@on"), {"birth": f"'{birth}'", "on": f"'{on}'"})
    assert said == age_on(birth, on)


@pytest.mark.django_db
@pytest.mark.parametrize("birth", ["", "1951", "1951-03", "2012-02-29", "2026-11-30"])
def test_ages_birthdays_and_days_agree_on_this_database(birth: str) -> None:
    vendor = connection.vendor
    on = date(2026, 2, 28)
    there = f"'{on}'" if vendor == "sqlite" else f"DATE '{on}'"
    assert ask(published.age(vendor, f"'{birth}'", there)) == age_on(birth, on)
    if birth and vendor:
        fourteen = published.years_after(vendor, published.birthday(vendor, f"'{birth}'"), "14")
        day = as_date(ask(fourteen))
        assert age_on(birth, day) == 14
        assert age_on(birth, date.fromordinal(day.toordinal() - 1)) == 13


@pytest.mark.django_db
def test_an_evening_in_utc_is_the_next_day_here() -> None:
    at = "'2025-10-31 17:00:00'" if connection.vendor == "sqlite" else "TIMESTAMPTZ '2025-10-31 17:00:00+00'"
    assert as_date(ask(published.local_date(connection.vendor, at))) == date(2025, 11, 1)


@pytest.mark.django_db
def test_json_is_read_the_same_way() -> None:
    vendor = connection.vendor
    made, listed = ('\'{"a": 2, "b": ""}\'', "'[\"x\"]'")
    if vendor == "postgresql":
        made, listed = f"{made}::jsonb", f"{listed}::jsonb"
    assert ask(published.json_integer(vendor, made, "a")) == 2
    assert ask(published.json_integer(vendor, made, "c")) is None
    assert ask(published.json_text(vendor, made, "b")) is None
    assert bool(ask(published.json_holds(vendor, listed, "x"))) is True
    assert bool(ask(published.json_holds(vendor, listed, "y"))) is False


def as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def test_the_bands_are_in_order_and_begin_at_birth() -> None:
    firsts = [first for first, _ in published.BANDS]
    assert firsts == sorted(firsts) and firsts[0] == 0
    said = on_both(published.age_band("sqlite", "'1951'", "'2026-01-01'"), {})
    assert said == "75+"


def test_a_package_above_adds_columns_and_what_touches_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_views", {})
    monkeypatch.setattr(published, "_extensions", {})
    published.register(view("facts_things"))
    big = Column("big", "boolean", "it is big")
    published.extend(Extension("facts_things", ("y.",), (big,), lambda vendor: {"big": "facts.size > 3"}))
    assert published.get("facts_things").column("big") is big
    assert published.get("facts_things").touched_by == ("x.", "y.")
    assert [one.name for one in published.touched_by("y.changed")] == ["facts_things"]
    assert "(facts.size > 3) AS big" in published.statement("facts_things", "sqlite")
    with pytest.raises(ValueError, match="has such a column"):
        published.extend(Extension("facts_things", (), (big,), lambda vendor: {}))
    with pytest.raises(KeyError):
        published.extend(Extension("facts_nothing", (), (), lambda vendor: {}))
