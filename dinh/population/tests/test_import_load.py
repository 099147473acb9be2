"""Loading writes the good rows in one transaction, with one entry for each row written."""

import time
from datetime import date

import pytest
from django.db import connection

from dinh.directory.tests.cast import Cast
from dinh.journal.fold import fold, history
from dinh.journal.models import Entry, Unsealed
from dinh.lib.errors import Invalid, Refused, Stale
from dinh.population.imports import check, keep_check, load
from dinh.population.models import Channel, ElectronicId, Household, Import, Person, Residence
from dinh.population.queries import facts, members
from dinh.population.tests.givens import AT, a_household, a_person
from dinh.population.tests.test_import_check import HEADER, MAY, PHUC, TODAY, as_csv, checked

pytestmark = pytest.mark.django_db
BAD = ["1", "Vàng A Páo", "1990", "", "", "", "", "", ""]


def test_a_good_file_makes_persons_households_and_residences(cast: Cast) -> None:
    done = load(checked(cast, PHUC, MAY), blob="ab" * 32, by=cast.administrator, at=AT)

    household = Household.objects.get()
    phuc, may = members(household)
    assert (household.code, household.village, household.address, household.head) == (
        "CS-1",
        cast.un_ta,
        "nhà 12",
        phuc,
    )
    assert (may.full_name, may.unit, may.birth) == ("Lý Thị Mẩy", cast.cocsan, "1970")
    assert facts(may, TODAY)["residence"] == "nhà 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai"
    assert set(Residence.objects.values_list("from_on", flat=True)) == {TODAY}
    assert (done.state, done.rows, done.good, done.by) == ("loaded", 2, 2, cast.administrator.pk)


def test_every_row_written_has_an_entry_caused_by_the_import(cast: Cast) -> None:
    done = load(checked(cast, PHUC, MAY), by=cast.administrator, at=AT)

    imported = Entry.objects.get(subject=done.pk)
    caused = Entry.objects.filter(cause=imported.pk)
    rows = [*Person.objects.all(), *Household.objects.all(), *Residence.objects.all()]
    assert sorted(caused.values_list("subject", flat=True)) == sorted(row.pk for row in rows)
    assert set(caused.values_list("actor", "unit")) == {(cast.administrator.pk, cast.cocsan.pk)}
    assert Unsealed.objects.count() == len(rows) + 1
    for person in Person.objects.all():
        folded = fold(history(person.pk))
        assert (folded["full_name"], folded["household_id"]) == (person.full_name, str(person.household_id))


def test_a_file_with_faults_loads_nothing_unless_told(cast: Cast) -> None:
    plan = checked(cast, PHUC, BAD, MAY)

    with pytest.raises(Invalid) as refused:
        load(plan, by=cast.administrator, at=AT)
    assert [f.path for f in refused.value.faults] == ["row 3, column Số ĐDCN/CCCD"]
    assert (Person.objects.count(), Import.objects.count(), Entry.objects.count()) == (0, 0, 0)

    done = load(plan, load_good=True, by=cast.administrator, at=AT)
    assert (done.rows, done.good, Person.objects.count()) == (3, 2, 2)
    assert done.faults[0]["row"] == 3


def test_a_file_without_any_good_row_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="no_good_row"):
        load(checked(cast, BAD), load_good=True, by=cast.administrator, at=AT)


def test_a_kept_check_becomes_loaded_once(cast: Cast) -> None:
    plan = checked(cast, PHUC, MAY)
    kept = keep_check(plan, blob="ab" * 32, by=cast.administrator, at=AT)
    assert (kept.state, Person.objects.count()) == ("checked", 0)

    load(plan, checked=kept, by=cast.administrator, at=AT)

    assert Import.objects.get().state == "loaded"
    assert [e.kind for e in history(kept.pk)] == ["population.import_checked", "population.imported"]
    with pytest.raises(Refused, match="imports.loaded"):
        load(plan, checked=kept, by=cast.administrator, at=AT)


def test_the_same_file_again_finds_everybody_known(cast: Cast) -> None:
    load(checked(cast, PHUC, MAY), by=cast.administrator, at=AT)

    assert {fault.code for fault in checked(cast, PHUC, MAY).faults} == {
        "population.number_taken",
        "imports.two_heads",
    }


def test_a_number_taken_since_the_check_stops_the_whole_load(cast: Cast) -> None:
    plan = checked(cast, PHUC, MAY)
    a_person("Vàng A Páo", number=MAY[0])

    with pytest.raises(Stale, match="imports.outdated"):
        load(plan, by=cast.administrator, at=AT)

    assert Person.objects.count() == 1
    assert not Household.objects.exists()


def test_a_household_without_head_gets_the_one_that_comes(cast: Cast) -> None:
    household = a_household(cast, code="CS-1")

    load(checked(cast, PHUC, MAY), by=cast.administrator, at=AT)

    household.refresh_from_db()
    assert household.head == Person.objects.get(number=PHUC[0])
    assert [e.kind for e in history(household.pk)] == [
        "population.household_registered",
        "population.head_set",
    ]


def test_parents_channels_levels_and_dates_of_residence_come_along(cast: Cast) -> None:
    a_person("Lý Thị Mẩy", number="010170000001")
    header = [
        "Họ tên",
        "Ngày sinh",
        "CCCD",
        "CCCD cha",
        "CCCD mẹ",
        "Email",
        "VNeID",
        "Thôn",
        "Thường trú từ",
        "Hộ nghèo",
    ]
    rows = [
        ["Vàng Thị Lan", "2010", "", "010068001234", "010170000001", "", "", "Ún Tà", "02/01/2010", ""],
        ["Vàng Văn Phúc", "1968", "010068001234", "", "", "Phuc@Example.vn", "mức 2", "thôn ún tà", "", ""],
    ]

    load(checked(cast, *rows, header=header), by=cast.administrator, at=AT)

    lan, phuc = Person.objects.get(full_name="Vàng Thị Lan"), Person.objects.get(number="010068001234")
    assert (lan.father, lan.father_name, lan.mother_name) == (phuc, "Vàng Văn Phúc", "Lý Thị Mẩy")
    assert Channel.objects.get().value == "Phuc@example.vn"
    assert (ElectronicId.objects.get().person, ElectronicId.objects.get().level) == (phuc, 2)
    home = Residence.objects.get(person=lan)
    assert (home.address, home.village, home.from_on) == ("thôn Ún Tà", cast.un_ta, date(2010, 1, 2))


def test_a_row_without_any_address_makes_a_person_without_residence(cast: Cast) -> None:
    load(checked(cast, ["", "Vàng A Páo", "1990", "", "", "", "", "", ""]), by=cast.administrator, at=AT)

    assert Person.objects.get().unit == cast.cocsan
    assert not Residence.objects.exists()


@pytest.mark.long
def test_a_commune_of_5000_comes_in_within_8_seconds(cast: Cast) -> None:
    rows = [
        [f"0100{i % 100:02d}{i:06d}", f"Vàng Văn {chr(65 + i % 26)}{chr(97 + i % 25)}", f"{1 + i % 28:02d}/03/19{i % 100:02d}", "Nam",
         "Giáy", f"CS-{i // 4}", "Chủ hộ" if i % 4 == 0 else "Con", "Ún Tà", f"nhà {i // 4}"]
        for i in range(5000)
    ]  # fmt: skip
    started = time.process_time()  # other work on the machine does not count

    plan = check(as_csv(HEADER, *rows), "x.csv", cast.cocsan, on=TODAY)
    load(plan, by=cast.administrator, at=AT)

    assert Person.objects.count() == 5000
    if connection.vendor == "sqlite":
        assert time.process_time() - started < 8
