"""Measures and indicators: what would give a wrong figure is refused when it is read, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.catalogue.digest import digest
from dinh.catalogue.models import Published
from dinh.catalogue.tests.samples import LIST, faults_of, small
from dinh.database import published
from dinh.database.published import Column, View
from dinh.lib.errors import Invalid

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
VIEW = View(
    name="facts_sheep", meaning="Sheep.", subject="farm.sheep", permission="dossiers.read",
    touched_by=("farm.",), sql=lambda vendor: "SELECT 1",
    columns=(
        Column("id", "id", "The sheep"), Column("unit", "id", "Commune"), Column("village", "id", "Village"),
        Column("sex", "text", "Sex"), Column("birth", "text", "Birth", personal=True),
        Column("shorn_on", "date", "Shorn"), Column("came_on", "date", "Came"), Column("left_on", "date", "Left"),
        Column("grams", "integer", "Wool"), Column("days", "integer", "Days"),
        Column("at", "datetime", "Instant"), Column("owner", "text", "Owner", personal=True),
    ),
)  # fmt: skip
HEAD = """
id = "{id}"
version = "1"
title = {{ vi = "Cừu" }}
sentence = {{ vi = "Số cừu" }}
unit = {{ vi = "con" }}
owner = "peoples_committee"
valid_from = 2025-01-01
source = "Invented example, no legal value"
"""
SHORN = (
    HEAD
    + """
view = "facts_sheep"
kind = "flow"
on = "shorn_on"
count_if = "sex == 'f'"
dimensions = ["sex", "days", "age_band"]
"""
)
FLOCK = (
    HEAD
    + """
view = "facts_sheep"
kind = "stock"
since = "came_on"
until = "left_on"
roll_time = "last"
"""
)
LARGEST = FLOCK.replace('"last"', '"max"')
TOLD = (
    HEAD
    + """
origin = "declared"
kind = "flow"
minimum = 0
compare_with = "shorn"
"""
)
RATE = (
    HEAD
    + """
group = "wool"
kind = "ratio"
numerator = "shorn"
denominator = "flock"
factor = 100
score = {{ most = 10, target = 90 }}
"""
)
TOTAL = (
    HEAD
    + """
group = "wool"
kind = "score"
parts = ["rate"]
most = 10
"""
)
TEXTS = {
    "measures__shorn": SHORN, "measures__flock": FLOCK, "measures__largest": LARGEST, "measures__told": TOLD, "indicators__rate": RATE,
    "indicators__total": TOTAL,
}  # fmt: skip
GROUPS = LIST.format(id="indicator_groups", entries='{ code = "wool", title = { vi = "Len" } }')


@pytest.fixture(autouse=True)
def sheep(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One view, as a package publishes it."""
    monkeypatch.setitem(published._views, VIEW.name, VIEW)
    yield
    store.forget()


def flock(folder: Path, **changed: str) -> Path:
    """Write a small catalogue with figures; `changed` as in `small`, texts without their id filled in."""
    texts = {name: text.format(id=name.partition("__")[2]) for name, text in (TEXTS | changed).items()}
    return small(folder, lists__indicator_groups=GROUPS, **texts)


def test_figures_are_read(tmp_path: Path) -> None:
    catalogue = store.load([flock(tmp_path)])

    assert sorted(catalogue.measures) == ["flock", "largest", "shorn", "told"]
    assert catalogue.indicators["rate"].denominator == "flock"


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "code"),
    [
        ("measures__shorn", "facts_sheep", "facts_goats", "view", "unknown_view"),
        ("measures__shorn", '"shorn_on"', '"eaten_on"', "on", "unknown_column"),
        ("measures__shorn", '"shorn_on"', '"at"', "on", "unknown_column"),
        ("measures__shorn", "sex ==", "colour ==", "count_if", "unknown_column"),
        ("measures__shorn", "sex == 'f'", "count(sex) > 1", "count_if", "not_of_the_profile"),
        ("measures__shorn", "sex == 'f'", "grams + 1", "count_if", "not_a_condition"),
        ("measures__shorn", "sex == 'f'", "sex ==", "count_if", "expression"),
        ("measures__shorn", '"sex", ', '"owner", ', "dimensions", "unknown_dimension"),
        ("measures__told", '"shorn"', '"told"', "compare_with", "unknown_measure"),
        ("indicators__rate", '"shorn"', '"milked"', "numerator", "unknown_measure"),
        ("indicators__rate", '"shorn"', '"total"', "numerator", "averages_percentages"),
        ("indicators__rate", '"shorn"', '"shorn * flock"', "numerator", "not_a_sum"),
        ("indicators__rate", '"shorn"', '"shorn + largest"', "numerator", "mixed_measures"),
        ("indicators__rate", '"flock"', '"flock - flock"', "denominator", "always_zero"),
        ("indicators__rate", '"flock"', '"0 * flock"', "denominator", "always_zero"),
        ("indicators__rate", '"flock"', '"0"', "denominator", "not_a_sum"),
        ("indicators__rate", '"flock"', '"total"', "denominator", "averages_percentages"),
        ("indicators__rate", '"wool"', '"milk"', "group", "unknown_code"),
        ("indicators__total", '["rate"]', '["rates"]', "parts", "unknown_indicator"),
        ("indicators__total", '["rate"]', '["total"]', "parts", "contains_itself"),
        ("indicators__rate", "score = {{ most = 10, target = 90 }}", "", "parts", "no_points"),
    ],
)  # fmt: skip
def test_what_would_be_wrong_is_refused(
    tmp_path: Path, name: str, old: str, new: str, place: str, code: str
) -> None:
    assert old in TEXTS[name]

    found = faults_of(flock(tmp_path, **{name: TEXTS[name].replace(old, new)}))

    assert {path.rpartition(": ")[2]: fault for path, fault in found.items()} == {place: f"catalogue.{code}"}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("measures__flock", '"last"', '"sum"', "figure_stock_is_added"),
        ("measures__flock", 'since = "came_on"', "", "figure_stock_dates"),
        ("measures__shorn", 'on = "shorn_on"', "", "figure_flow_dates"),
        ("measures__shorn", 'on = "shorn_on"', 'on = "shorn_on"\naggregate = "sum"', "figure_column"),
        ("measures__told", "minimum = 0", 'view = "facts_sheep"', "figure_told_is_not_counted"),
        ("measures__told", "minimum = 0", "minimum = 9\nmaximum = 8", "figure_limits"),
        ("indicators__rate", 'denominator = "flock"', "", "figure_parts_of_kind"),
        ("indicators__rate", 'factor = 100', "thresholds = [90, 80]", "figure_thresholds"),
    ],
)  # fmt: skip
def test_parts_that_do_not_belong_together_are_refused(
    tmp_path: Path, name: str, old: str, new: str, code: str
) -> None:
    found = faults_of(flock(tmp_path, **{name: TEXTS[name].replace(old, new)}))

    assert f"catalogue.{code}" in found.values()


def test_a_quantile_needs_a_whole_number(tmp_path: Path) -> None:
    text = HEAD + 'group = "wool"\nkind = "quantile"\n'
    good = text + 'quantile = {{ measure = "shorn", dimension = "days", at = 0.5 }}'
    bad = good.replace('"days"', '"sex"')

    assert faults_of(flock(tmp_path / "a", indicators__median=good)) == {}
    assert list(faults_of(flock(tmp_path / "b", indicators__median=bad)).values()) == [
        "catalogue.unknown_dimension"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sex == 'f'": "sex == 'm'"}, "catalogue.version_reused"),
        ({"sex == 'f'": "sex == 'm'", 'version = "1"': 'version = "2"', "2025-01-01": "2026-07-01"}, "catalogue.formula_in_mid_year"),
        ({"sex == 'f'": "sex == 'm'", 'version = "1"': 'version = "2"', "2025-01-01": "2026-01-01"}, ""),
        ({"Số cừu": "Số con cừu", '["sex", "days", "age_band"]': '["sex", "days"]'}, ""),
    ],
)  # fmt: skip
def test_a_formula_changes_with_a_version_at_new_year(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    store.publish(store.load([flock(tmp_path / "old")]), AT)
    text = SHORN
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    again = store.load([flock(tmp_path / "new", measures__shorn=text)])

    if code:
        there = Published.objects.count()
        with pytest.raises(Invalid) as refused:
            store.publish(again, AT)
        (fault,) = refused.value.faults
        assert fault.code == code and fault.path.startswith("measures/shorn.toml: ")
        assert Published.objects.count() == there  # nothing half done
    else:
        store.publish(again, AT)


def test_targets_may_change_and_formulas_not(tmp_path: Path) -> None:
    before = store.load([flock(tmp_path / "a")]).indicators["rate"]

    wished = before.model_copy(update={"targets": {"2026": 95}, "decimals": 2})
    counted = before.model_copy(update={"numerator": "flock"})

    assert digest(wished) == digest(before) != digest(counted)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("seen", ""),
        ("nobody", "catalogue.unknown_measure"),
        ("shorn", "catalogue.not_its_whole"),
        ("herd", "catalogue.not_its_whole"),
    ],
)
def test_what_is_seen_is_out_of_those_who_were_looked_at(tmp_path: Path, wrong: str, code: str) -> None:
    herd = FLOCK + f'out_of = "{wrong}"\n'

    found = faults_of(flock(tmp_path, measures__seen=FLOCK, measures__herd=herd))

    assert found == ({"measures/herd.toml: out_of": code} if code else {})
