"""How single values are read: words, old encodings, dates, provinces, parts of an address."""

from __future__ import annotations

import pytest

from dinh.verification.engine import legacy, places, values, words
from dinh.verification.engine.places import COMMUNE, DISTRICT, LINE, PROVINCE, Communes, read_part
from dinh.verification.engine.tests.town import communes
from dinh.verification.engine.values import FIRST_DAY, MONTH, UNREADABLE, WHOLE, YEAR, Provinces


@pytest.mark.parametrize(
    ("written", "text", "encoding"),
    [
        ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng", "tcvn3"),
        ("Lª ThÞ Thñy", "Lê Thị Thủy", "tcvn3"),
        ("Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng", "vni"),
        ("ÑAËNG THÒ HÖÔØNG", "ĐẶNG THỊ HƯỜNG", "vni"),
        ("Phạm Thị Lưỡng Đoàn", "Phạm Thị Lưỡng Đoàn", ""),
        ("Trần Quý Khoán Thuỷ Oánh Huê", "Trần Quý Khoán Thuỷ Oánh Huê", ""),
        ("Nguyen Van A", "Nguyen Van A", ""),
    ],
)
def test_old_encodings_are_decoded_and_unicode_is_left_alone(written: str, text: str, encoding: str) -> None:
    assert legacy.decode(written) == (text, encoding)


@pytest.mark.parametrize(("one", "other"), [("hòa", "HOÀ"), ("Thủy", "thuỷ"), ("Đức", "Ðức"), ("K'", "k’")])
def test_spellings_that_are_the_same_word(one: str, other: str) -> None:
    assert words.read(one).exact == words.read(other).exact


@pytest.mark.parametrize(("one", "other"), [("Hương", "Hường"), ("Đao", "Dao"), ("Lan", "Lân")])
def test_marks_tell_words_apart_and_their_letters_are_the_same(one: str, other: str) -> None:
    assert words.read(one).exact != words.read(other).exact
    assert words.read(one).plain == words.read(other).plain


@pytest.mark.parametrize(
    ("written", "ymd", "form", "clean"),
    [
        ("12/03/1951", 19510312, WHOLE, True),
        ("1951-03-12", 19510312, WHOLE, True),
        ("3/4/1951", 19510403, WHOLE, False),
        ("1951", 19510000, YEAR, True),
        ("03/1951", 19510300, MONTH, False),
        ("01/01/1951", 19510101, FIRST_DAY, True),
        ("12/25/1990", 19901225, WHOLE, False),
        ("33000", 19900507, WHOLE, False),
        ("30/02/1990", 0, UNREADABLE, False),
        ("không rõ", 0, UNREADABLE, False),
    ],
)
def test_dates(written: str, ymd: int, form: int, clean: bool) -> None:
    assert values.read_day(written) == values.Day(ymd, form, clean)


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Thôn 4", LINE), ("T. 12", LINE), ("Số 5 đường Lê Lợi", LINE), ("x. Phú An", COMMUNE), ("Phường Ba Đình", COMMUNE),
     ("huyện Minh Phong", DISTRICT), ("Thanh Hóa", PROVINCE), ("tỉnh Thanh Hóa", PROVINCE), ("TP. Hà Nội", PROVINCE),
     ("TP. Sầm Sơn", DISTRICT)],
)  # fmt: skip
def test_parts_of_an_address(written: str, kind: int) -> None:
    assert read_part(written, Provinces.shipped()).kind == kind


def test_a_hamlet_is_the_same_under_each_of_its_words() -> None:
    parts = {read_part(text, Provinces.shipped()).line for text in ("Thôn 4", "xóm 4", "T. 4", " Thôn 4 ")}

    assert len(parts) == 1


def test_a_former_commune_is_found_by_name_and_district() -> None:
    known = Communes(communes())

    def keys(text: str) -> tuple[int, int]:
        part = read_part(text, known.provinces)
        return part.exact, part.plain

    province = read_part("Thanh Hóa", known.provinces).plain
    assert known.find(keys("xã Cẩm Khê"), keys("huyện Hà Trung"), province) == ("0380001", True)
    assert known.find(keys("xã Tân Hòa"), (0, 0), province) == ("0380001", False)
    assert known.find(keys("xã Không Có"), (0, 0), province) is None


def test_codes_keep_their_number_without_leading_zeros() -> None:
    assert places.number_of("0380103") == places.number_of("380103") == 380103
