"""Synthetic registers: the same from the same seed, wrong as often as declared, and brought in without a bad row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from dinh.catalogue import store
from dinh.directory.tests.cast import MONDAY_MORNING, Cast, people
from dinh.lib.ids import natural_id
from dinh.lib.names import fold, words_key
from dinh.population.models import Household, Person
from dinh.registers import imports, samples
from dinh.registers.samples.spoiling import KINDS, Rates
from dinh.registers.tests.files import bring

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
FAMILY = (("00", "1", 44), ("01", "2", 42), ("08", "1", 15), ("08", "2", 9), ("08", "1", 2), ("04", "2", 78))
NAMES = ("Vàng Văn Phúc", "Lù Thị Lý", "Vàng Văn Sơn", "Vàng Thị Mai", "Vàng Văn Nam", "Lý Thị Mẩy")


@pytest.fixture(scope="module")
def commune(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Cốc San with two hundred families of six, for all tests of this file; nothing of it stays behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _populated(people())
        transaction.set_rollback(True)


def _populated(cast: Cast) -> Cast:
    """Give Cốc San its families."""
    homes, people = [], []
    for at in range(200):
        home = Household(
            id=natural_id("home", at), code=f"H{at:04}", unit=cast.cocsan, address=f"Số {at + 1}, thôn Ún Tà",
            poverty="poor" if at % 8 == 0 else "",
        )  # fmt: skip
        homes.append(home)
        for place, (relation, sex, age) in enumerate(FAMILY):
            year = ON.year - age - at % 3
            number = f"010{(0 if year < 2000 else 2) + (sex == '2')}{year % 100:02}{990000 + at * 6 + place}"
            name = NAMES[place]
            people.append(
                Person(
                    id=natural_id("person", at, place),
                    full_name=name,
                    name_key=fold(name),
                    name_words=words_key(name),
                    number=number,
                    sex=sex,
                    birth=f"{year}-{at % 11 + 1:02}-{at % 27 + 1:02}",
                    birth_year=year,
                    ethnicity="25",
                    household=home,
                    relation=relation,
                    unit=cast.cocsan,
                    status="dead" if place == 5 and at % 4 == 0 else "alive",
                )  # fmt: skip
            )
    Household.objects.bulk_create(homes)
    Person.objects.bulk_create(people)
    return cast


def drawn(commune: Cast, register: str, seed: int = 7, rates: Rates | None = None) -> list[samples.Drawn]:
    shape = store.get().registers[register]
    rates = rates or samples.rates_of(store.get().scenarios["coc_san"].values, register)
    return list(samples.draw(shape, commune.cocsan, rates, seed=seed, on=ON))


def test_every_register_with_a_recipe_has_rates_and_rows_that_load(commune: Cast, tmp_path: Path) -> None:
    declared = store.get().scenarios["coc_san"].values["registers"]
    assert isinstance(declared, dict)
    assert set(declared) == set(samples.RECIPES)

    for id in samples.RECIPES:
        path = tmp_path / f"{id}.csv"
        count = samples.write(store.get().registers[id], path, iter(drawn(commune, id)))
        row = bring(path, commune.cocsan, id)

        assert count == row.rows == row.entered > 0, id
        assert row.bad == 0, id


def test_the_same_seed_gives_the_same_file_and_another_seed_another(commune: Cast) -> None:
    assert drawn(commune, "pupils") == drawn(commune, "pupils")
    assert drawn(commune, "pupils") != drawn(commune, "pupils", seed=8)


def test_one_person_more_changes_nobody_elses_rows(commune: Cast) -> None:
    before = {row.person: row for row in drawn(commune, "employment")}
    Person.objects.filter(pk=natural_id("person", 5, 1)).delete()

    after = {row.person: row for row in drawn(commune, "employment")}

    changed = [id for id in after if id and after[id].values["full_name"] != before[id].values["full_name"]]
    assert not changed


@pytest.mark.parametrize("register", ["pupils", "tax_dependants"])
def test_as_many_rows_are_true_as_was_declared(commune: Cast, register: str) -> None:
    rates = samples.rates_of(store.get().scenarios["coc_san"].values, register)
    careless = {"name_upper", "name_spaces", "name_taken_apart"}
    rows = [row for seed in range(8) for row in drawn(commune, register, seed)]

    true = sum(not set(row.kinds) - careless for row in rows) / len(rows)

    declared = (1 - rates.faulty) / (1 + rates.outsiders + rates.duplicates)
    assert true == pytest.approx(declared, abs=0.025)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_fault_changes_what_the_row_says(commune: Cast, kind: str) -> None:
    rates = Rates(faulty=1.0, kinds={kind: 1}, second=0)
    true = {row.person: row.values for row in drawn(commune, "employment", rates=Rates())}

    rows = [row for row in drawn(commune, "employment", rates=rates) if row.kinds]

    assert len(rows) > 50
    # What is drawn for a person depends on the faults before it: only the identity is compared.
    names = ("number", "full_name", "birth", "sex", "residence")
    assert all(
        [row.values[n] for n in names] != [true[row.person][n] for n in names]
        for row in rows
        if row.person in true
    )


def test_outsiders_and_duplicates_come_as_often_as_declared(commune: Cast) -> None:
    rows = drawn(commune, "health_insurance", rates=Rates(outsiders=0.05, duplicates=0.1))
    found = Counter(kind for row in rows for kind in row.kinds)
    own = len(rows) - found["outsider"] - found["duplicate"]

    assert found["outsider"] == round(own * 0.05)
    assert found["duplicate"] / own == pytest.approx(0.1, abs=0.03)
    assert all(not row.person for row in rows if "outsider" in row.kinds)
    numbers = set(Person.objects.values_list("number", flat=True))
    assert not any(row.values["number"] in numbers for row in rows if "outsider" in row.kinds)


def test_the_truth_stands_beside_the_file(commune: Cast, tmp_path: Path) -> None:
    rows = drawn(commune, "pupils")
    samples.write(store.get().registers["pupils"], tmp_path / "p.csv", iter(rows), tmp_path / "p.truth.csv")

    with (tmp_path / "p.truth.csv").open() as file:
        told = list(csv.DictReader(file))
    assert [one["person"] for one in told] == [row.person for row in rows]
    assert told[0]["row"] == "2"


def test_outlines_survive_the_file(commune: Cast, tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    samples.write(store.get().registers["land_parcels"], path, iter(drawn(commune, "land_parcels")))
    wish = imports.Wish(path=path, register="land_parcels", unit=commune.cocsan, on=ON)
    opened = imports.open_wish(wish)

    row = imports.read(wish, opened, imports.begin(wish, opened, by=None, at=MONDAY_MORNING))

    assert "registers.not_an_outline" not in {fault["code"] for fault in row.faults}


def test_a_rate_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown rates"):
        Rates.of({"kinds": {"name_eaten": 1}})
