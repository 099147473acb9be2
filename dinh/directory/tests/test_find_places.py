"""Finding a place by what people type, in the whole country."""

from __future__ import annotations

import statistics
import time
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from dinh.directory import names, queries
from dinh.directory.models import Level
from dinh.directory.search import find_places
from dinh.directory.tests.cast import make_unit

pytestmark = pytest.mark.usefixtures("places")

AFTER = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        pytest.param("Cốc San", "xã Cốc San, tỉnh Lào Cai", id="new-name"),
        pytest.param("coc san", "xã Cốc San, tỉnh Lào Cai", id="without-accents"),
        pytest.param("XÃ CỐC SAN, TỈNH LÀO CAI", "xã Cốc San, tỉnh Lào Cai", id="with-types-and-province"),
        pytest.param("Coc Sna", "xã Cốc San, tỉnh Lào Cai", id="two-letters-swapped"),
        pytest.param("cooc san lao cai", "xã Cốc San, tỉnh Lào Cai", id="a-letter-too-many"),
        pytest.param("Coc Sa", "xã Cốc San, tỉnh Lào Cai", id="not-yet-finished"),
        pytest.param("Cốc San Bát Xát", "xã Cốc San, tỉnh Lào Cai", id="a-district-that-was-not-its-own"),
        pytest.param(
            "Xóm Núi, Tòng Sành", "xã Tòng Sành, huyện Bát Xát, tỉnh Lào Cai", id="an-unknown-hamlet"
        ),
        pytest.param("tong sanh bat xat", "xã Tòng Sành, huyện Bát Xát, tỉnh Lào Cai", id="former-name"),
        pytest.param("lâm thao phú thọ", "xã Lâm Thao, tỉnh Phú Thọ", id="name-of-a-former-district-too"),
        pytest.param("02746", "xã Cốc San, tỉnh Lào Cai", id="a-code"),
        pytest.param("D’Ran", "xã D'Ran, tỉnh Lâm Đồng", id="another-apostrophe"),
        pytest.param("Đăk Lăk", "tỉnh Đắk Lắk", id="other-marks"),
        pytest.param("Bach Long Vi", "đặc khu Bạch Long Vĩ, thành phố Hải Phòng", id="an-island"),
        pytest.param("Lào Cai", "tỉnh Lào Cai", id="a-province-before-its-ward"),
    ],
)
def test_a_place_is_found_by(typed: str, first: str) -> None:
    assert find_places(typed)[0].label == first


def test_a_former_commune_says_what_it_is_now_part_of() -> None:
    [place] = find_places("Tòng Sành")

    assert not place.current
    assert [successor.code for successor in place.successors] == ["02746"]
    with translation.override("en"):
        assert place.note == "former, now part of xã Cốc San, tỉnh Lào Cai"


def test_a_divided_commune_names_all_its_heirs_and_which_are_to_be_verified() -> None:
    former = next(p for p in find_places("00553") if not p.current)

    assert {(s.code, s.to_verify) for s in former.successors} == {
        ("00136", False), ("00565", False), ("00541", False), ("00562", True),
    }  # fmt: skip


def test_current_places_go_before_former_ones_of_the_same_name() -> None:
    found = find_places("Hùng Sơn")

    assert [place.current for place in found] == sorted((place.current for place in found), reverse=True)
    assert len(found) > 3


def test_only_the_levels_asked_for_are_found() -> None:
    assert {place.level for place in find_places("Lào Cai", levels=["commune"])} == {"commune"}


def test_only_places_within_a_unit_are_found() -> None:
    province = queries.get_unit("25", AFTER, Level.PROVINCE)

    found = find_places("Vân Sơn", within=province.pk, on=AFTER)

    assert [place.code for place in found] == ["05152"]


@pytest.mark.parametrize("typed", ["", "   ", ",", "zzzzqqq", "%", "_", "\x00"])
def test_nothing_is_found_for(typed: str) -> None:
    assert find_places(typed) == []


def test_no_more_are_given_than_asked_for() -> None:
    assert len(find_places("xa", limit=7)) == 7


@pytest.mark.parametrize("typed", ["Cốc San", "tong sanh bat xat", "Coc Sna", "xã vân sơn tỉnh phú thọ"])
def test_a_place_is_found_in_less_than_twenty_milliseconds(typed: str) -> None:
    find_places(typed)
    times = []
    for _ in range(9):
        began = time.process_time()
        find_places(typed)
        times.append(time.process_time() - began)

    assert statistics.median(times) < 0.020


def test_a_village_is_found_as_soon_as_it_is_there() -> None:
    find_places("Un Ta")
    make_unit(
        Level.VILLAGE,
        "02746-01",
        "Ún Tà",
        "thôn",
        queries.get_unit("02746", AFTER),
        search_key="un ta thon coc san xa lao cai tinh",
    )

    assert find_places("un ta coc san")[0].label == "thôn Ún Tà, xã Cốc San, tỉnh Lào Cai"


def test_reading_names_uses_one_query_when_nothing_changed(django_assert_num_queries: Any) -> None:
    names.names()

    with django_assert_num_queries(1):
        names.names()
