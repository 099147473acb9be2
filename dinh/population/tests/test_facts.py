"""What forms are prefilled from."""

from datetime import date
from typing import Any

import pytest

from dinh.directory.tests.cast import Cast
from dinh.population.actions import add_channel, add_residence, close_person, set_electronic_id
from dinh.population.queries import facts
from dinh.population.tests.givens import AT, a_person, phuc_at_home

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_facts_of_a_child_at_home(cast: Cast) -> None:
    phuc = phuc_at_home(cast, ethnicity="25")
    lan = a_person(
        "Vàng Thị Lan", sex="2", birth="2010-01", father=phuc, mother_name="Lý Thị Mẩy", household=phuc.household,
        relation="08", home_place="Cốc San, Lào Cai",
    )  # fmt: skip

    assert facts(lan, TODAY) == {
        "full_name": "Vàng Thị Lan",
        "birth": "2010-01",
        "birth_year": 2010,
        "sex": "2",
        "nationality": "VNM",
        "home_place": "Cốc San, Lào Cai",
        "relation": "08",
        "residence": "nhà 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
        "residence.address": "nhà 12",
        "residence.unit": str(cast.cocsan.pk),
        "residence.village": str(cast.un_ta.pk),
        "household.code": "02746-00001",
        "household.address": "nhà 12",
        "household.poverty": "none",
        "household.head.full_name": "Vàng Văn Phúc",
        "household.head.number": "010068001234",
        "household.head.birth": "1968-05-20",
        "household.head.sex": "1",
        "father.full_name": "Vàng Văn Phúc",
        "father.number": "010068001234",
        "father.birth": "1968-05-20",
        "father.ethnicity": "25",
        "father.nationality": "VNM",
        "father.residence": "nhà 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
        "mother.full_name": "Lý Thị Mẩy",
    }


def test_facts_name_the_verified_channel_and_the_level(cast: Cast) -> None:
    phuc = phuc_at_home(cast)
    add_channel(person=phuc, kind="phone", value="0912345678", verified_at=AT, by=None, at=AT)
    add_channel(person=phuc, kind="phone", value="0912345679", by=None, at=AT)
    set_electronic_id(person=phuc, level=2, since=TODAY, by=None, at=AT)
    add_residence(
        person=phuc, kind="temporary", unit=cast.next_commune, address="tổ 3", from_on=date(2026, 1, 1),
        until_on=date(2026, 12, 31), by=None, at=AT,
    )  # fmt: skip

    known = facts(phuc.pk, TODAY)

    assert (known["phone"], known["electronic_id.level"]) == ("0912345678", 2)
    assert known["temporary_residence"] == "tổ 3, xã Mường Hum, tỉnh Lào Cai"
    assert "temporary_residence" not in facts(phuc, date(2027, 1, 1))


def test_a_deceased_head_is_not_offered(cast: Cast) -> None:
    phuc = phuc_at_home(cast)
    may = a_person("Lý Thị Mẩy", household=phuc.household, relation="01")

    close_person(person=phuc, died_on="2026-11-20", by=None, at=AT)

    assert not [name for name in facts(may, TODAY) if name.startswith("household.head")]


def test_a_village_named_in_the_address_is_not_said_twice(cast: Cast) -> None:
    phuc = phuc_at_home(cast)
    stay = add_residence(
        person=phuc, kind="temporary", unit=cast.cocsan, village=cast.tan_son, address="nhà 7, Thôn Tân Sơn",
        from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), by=None, at=AT,
    )  # fmt: skip

    assert stay.address == "nhà 7, Thôn Tân Sơn"
    assert facts(phuc, TODAY)["temporary_residence"] == "nhà 7, Thôn Tân Sơn, xã Cốc San, tỉnh Lào Cai"


def test_facts_cost_at_most_five_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    phuc = phuc_at_home(cast)
    facts(phuc, TODAY)

    with django_assert_max_num_queries(5):
        facts(phuc, TODAY)
