"""How single values are read: words, old encodings, dates, provinces, parts of an address."""

from __future__ import annotations

import random
from itertools import product

import pytest

from dinh.verification.engine import legacy, levels, patterns, places, values, weights, words
from dinh.verification.engine.places import COMMUNE, DISTRICT, LINE, PROVINCE, Communes, read_part
from dinh.verification.engine.tests.town import communes
from dinh.verification.engine.values import FIRST_DAY, MONTH, UNREADABLE, WHOLE, YEAR, Provinces
from dinh.verification.engine.weights import Weights


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


def test_the_net_of_the_database_lets_through_what_needs_decoding() -> None:
    import duckdb

    asked = "SELECT regexp_matches(?, ?)"
    for name in (
        "NguyÔn V¨n Hïng",
        "Lª ThÞ Thñy",
        "Nguyeãn Vaên Huøng",
        "ÑAËNG THÒ HÖÔØNG",
        "NGUYEÃN VAÊN HUØNG",
    ):
        assert legacy.decode(name)[1]
        assert duckdb.execute(asked, [name, legacy.NET]).fetchall() == [(True,)], name
    for name in ("Phạm Thị Lưỡng Đoàn", "Trần Quý Khoán Thuỷ Oánh Huê", "Vũ Xuân Hoà"):
        assert duckdb.execute(asked, [name, legacy.NET]).fetchall() == [(False,)], name


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


def test_a_date_written_as_usual_is_read_as_by_trying_every_form() -> None:
    for day, month, year in product(range(33), range(14), (1849, 1850, 1951, 2199, 2200)):
        written = f"{day:02d}/{month:02d}/{year}"
        assert values.read_day(written) == values._read_day(written), written


def test_patterns_are_weighed_together_as_one_by_one() -> None:
    chance = random.Random(7)
    learnt = Weights(people=100_000, share=0.9)
    for name in levels.FIELDS:
        learnt.same[name] = weights.learn(name, [])[0]
        learnt.other[name] = weights.by_chance(name, [])
    packed = []
    for _ in range(2000):
        pattern = 0
        for name, (form, level) in patterns.PLACES.items():
            stated = chance.choice(list(weights.PRIOR[name]))
            pattern |= stated << form | chance.choice(list(weights.PRIOR[name][stated])) << level
        packed.append(pattern)

    assert list(weights.weigh(learnt, packed)) == [
        (pattern, weights.weight(learnt, patterns.unpack(pattern))) for pattern in packed
    ]


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
