"""Every table that points at a unit says what becomes of its rows."""

from __future__ import annotations

from django.apps import apps
from django.db.models import ForeignKey, Model

from dinh.directory.changes import touched
from dinh.directory.changes.touched import Way
from dinh.directory.models import Unit

# Written by applying a change itself, or about the unit and nothing else.
OWN = {"UnitVersion", "UnitLink", "MovedRows"}
COUNTED = {"Place"}  # of the figures: counted anew from the rows
OTHERS = {"journal"}  # of reading: it names the unit of who read


def pointing() -> set[tuple[str, str]]:
    found = set()
    for model in apps.get_models():
        if model._meta.label.split(".")[0] in OTHERS or model.__name__ in OWN | COUNTED:
            continue
        for field in model._meta.concrete_fields:
            to_unit = isinstance(field, ForeignKey) and field.remote_field.model is Unit
            if to_unit or field.name in {"unit", "village", "shared_with"}:
                found.add((model._meta.label, field.name))
    return found


def test_every_table_that_points_at_a_unit_is_registered() -> None:
    assert pointing() == {(table.model._meta.label, table.column) for table in touched.tables()} - {
        ("journal.Entry", "unit")
    }


def test_what_follows_can_be_given_back() -> None:
    following = [table for table in touched.tables() if table.way is Way.FOLLOWS]

    assert following
    assert all(_id(table.model) == "UUIDField" for table in following)


def test_names_and_columns_are_there() -> None:
    for table in touched.tables():
        names = {field.name for field in table.model._meta.get_fields()}
        assert {one for one in (table.column, table.label, table.due) if one} <= names
        assert str(table.title)
        assert table.rows([]).filter(table.living).query


def _id(model: type[Model]) -> str:
    return type(model._meta.pk).__name__
