"""A view of sheep for the tests: rows by hand in a table of the view's name, measures made in a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from dinh.catalogue import store
from dinh.catalogue.contents import Catalogue
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.database import published
from dinh.database.published import Column, View
from dinh.directory.models import Level, Unit, UnitVersion

WORDS = Text(vi="Cừu", fr="Moutons", en="Sheep")
COLUMNS = (
    Column("id", "id", "The sheep"), Column("unit", "id", "Commune"), Column("village", "id", "Village"),
    Column("sex", "text", "Sex"), Column("birth", "text", "Birth", personal=True),
    Column("shorn_on", "date", "Shorn"), Column("came_on", "date", "Came"), Column("left_on", "date", "Left"),
    Column("grams", "integer", "Wool"), Column("days", "integer", "Days"), Column("tame", "boolean", "Tame"),
    Column("whom", "id", "Shepherd", personal=True),
)  # fmt: skip
VIEW = View(
    name="facts_sheep", meaning="Sheep.", subject="sheep", permission="dossiers.read", touched_by=("farm.",),
    columns=COLUMNS, sql=lambda vendor: "SELECT 1",
)  # fmt: skip
SINCE = date(2025, 1, 1)


def measure(id: str, **given: Any) -> Measure:
    """Return a measure of sheep; a flow of shearings unless said otherwise."""
    common: dict[str, Any] = {
        "title": WORDS, "sentence": WORDS, "unit": WORDS, "valid_from": SINCE, "source": "Test",
        "version": "1", "owner": "peoples_committee", "kind": "flow",
    }  # fmt: skip
    if given.get("origin", "computed") == "computed":
        common |= {"view": "facts_sheep"}
        common |= (
            {"since": "came_on", "until": "left_on", "roll_time": "last"}
            if given.get("kind") == "stock"
            else {"on": "shorn_on"}
        )
    return Measure(id=id, **(common | given))


def indicator(id: str, **given: Any) -> Indicator:
    """Return an indicator of the group of wool; a sum unless said otherwise."""
    common: dict[str, Any] = {
        "title": WORDS, "sentence": WORDS, "unit": WORDS, "valid_from": SINCE, "source": "Test",
        "version": "1", "owner": "peoples_committee", "group": "wool", "kind": "sum",
    }  # fmt: skip
    return Indicator(id=id, **(common | given))


def declare(monkeypatch: Any, *items: Measure | Indicator) -> None:
    """Let the catalogue hold these figures and no other."""
    real = store.get()
    made = Catalogue(
        **{kind: getattr(real, kind) for kind in store.SHAPES if kind not in {"measures", "indicators"}},
        measures={item.id: item for item in items if isinstance(item, Measure)},
        indicators={item.id: item for item in items if isinstance(item, Indicator)},
    )
    monkeypatch.setattr(store, "get", lambda: made)


@contextmanager
def pasture(monkeypatch: Any) -> Iterator[None]:
    """Make the table in which the rows of the view stand, for one test."""
    monkeypatch.setitem(published._views, VIEW.name, VIEW)
    kinds = {"id": "uuid", "text": "text", "integer": "bigint", "boolean": "boolean", "date": "date"}
    if connection.vendor == "sqlite":
        kinds |= {"id": "char(32)", "date": "text"}
    columns = ", ".join(f"{column.name} {kinds[column.type]}" for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE facts_sheep ({columns})")
    yield


def put(count: int = 1, **values: Any) -> None:
    """Write some equal rows; days as dates, units as units or ids."""
    names = [column.name for column in COLUMNS]
    given = {name: _plain(values.get(name)) for name in names}
    with connection.cursor() as cursor:
        for _number in range(count):
            row = {**given, "id": _plain(uuid4())}
            marks = ", ".join(["%s"] * len(names))
            cursor.execute(f"INSERT INTO facts_sheep VALUES ({marks})", [row[name] for name in names])  # noqa: S608


def take_away(**values: Any) -> None:
    """Delete the rows that have these values."""
    marks = " AND ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM facts_sheep WHERE {marks}", [_plain(value) for value in values.values()])  # noqa: S608


def _plain(value: Any) -> Any:
    if isinstance(value, Unit):
        value = value.pk
    if connection.vendor == "sqlite":
        return (
            value.hex if isinstance(value, UUID) else value.isoformat() if isinstance(value, date) else value
        )
    return value


def unit(level: str, code: str, parent: Unit | None = None, since: date = date(2020, 1, 1)) -> Unit:
    """Make a unit with one version."""
    made = Unit.objects.create(id=uuid4(), level=level, opened_on=since)
    kind = {Level.PROVINCE: "tỉnh", Level.COMMUNE: "xã", Level.VILLAGE: "thôn"}[Level(level)]
    UnitVersion.objects.create(
        unit=made,
        level=level,
        code=code,
        name=code,
        type=kind,
        parent=parent,
        valid_from=since,
        search_key=code,
    )
    return made
