"""Every table that points at a unit says what becomes of its rows."""

from __future__ import annotations

from django.apps import apps
from django.db.models import ForeignKey, Model, UUIDField

from dinh.catalogue import store
from dinh.directory.changes import touched
from dinh.directory.changes.touched import Way
from dinh.directory.models import Office, Unit

# Written by applying a change itself, or about the unit and nothing else.
OWN = {"UnitVersion", "UnitLink", "MovedRows"}
COUNTED = {"Place", "Source"}  # of the figures: counted anew from the rows
NAMES = {"unit", "village", "shared_with"}
# Rows that point at an office and are told of by the unit that they, or what they belong to, point at as well.
BY_THEIR_UNIT = {
    ("directory.Grant", "office"),
    ("dossiers.Dossier", "office"),
    ("dossiers.Dossier", "reception"),
    ("outreach.Kiosk", "office"),
    ("work.IssueCard", "office"),
}
OTHERS = {"journal"}  # of reading: it names the unit of who read


def pointing() -> set[tuple[str, str]]:
    found = set()
    for model in apps.get_models():
        if model._meta.label.split(".")[0] in OTHERS or model.__name__ in OWN | COUNTED:
            continue
        for field in model._meta.concrete_fields:
            to_unit = isinstance(field, ForeignKey) and field.remote_field.model is Unit
            if to_unit or field.name in NAMES or (field.name == "commune" and isinstance(field, UUIDField)):
                found.add((model._meta.label, field.name))
            elif isinstance(field, ForeignKey) and field.remote_field.model is Office:
                found.add((model._meta.label, f"{field.name}__unit"))
    return found


def test_every_table_that_points_at_a_unit_or_an_office_is_registered() -> None:
    told = {(label, f"{name}__unit") for label, name in BY_THEIR_UNIT}
    registered = {(table.model._meta.label, table.column) for table in touched.tables()}

    assert pointing() - told == registered - {("journal.Entry", "unit")}
    assert told <= pointing()


def test_who_may_see_rows_by_name_is_said_by_a_permission_that_there_is() -> None:
    known = {one.code for one in store.get().lists["permissions"].entries}

    assert {table.reads for table in touched.tables()} <= known
    assert {table.name for table in touched.tables() if table.subject} >= {
        "dossiers.dossier", "papers.paper", "population.household"
    }  # fmt: skip


def test_what_follows_can_be_given_back() -> None:
    following = [table for table in touched.tables() if table.way is Way.FOLLOWS]

    assert following
    assert all(_id(table.model) == "UUIDField" for table in following)


def test_names_and_columns_are_there() -> None:
    for table in touched.tables():
        names = {field.name for field in table.model._meta.get_fields()}
        assert {one for one in (table.column, table.label, table.due) if one} <= names | {
            table.column
        } and table.column.split("__")[0] in names
        assert str(table.title)
        assert table.rows([]).filter(table.living).query


def _id(model: type[Model]) -> str:
    return type(model._meta.pk).__name__


def test_codes_are_said_in_words() -> None:
    by_name = {one.name: one for one in touched.tables()}
    codes = {
        "verification.finding": "name_capitals",
        "work.task": "no_device",
        "work.plan": "visits",
        "indicators.told": "dossiers_filed",
        "indicators.flag": "on_time_rate",
        "indicators.period": 202512,
        "outreach.duty": "centre",
    }
    for name, code in codes.items():
        says = by_name[name].says
        assert says is not None and str(says(code)) not in {str(code), "–"}, name
