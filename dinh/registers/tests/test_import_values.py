"""A cell is read as its field's type, or kept with the reason why not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.register import RegisterField
from dinh.registers.imports.rows import list_words
from dinh.registers.imports.values import REMEMBERED, FieldReader


def reader(kind: str, **more: Any) -> FieldReader:
    field = RegisterField.model_validate({"id": "f", "title": Text(vi="f"), "type": kind, **more})
    words = list_words(field.list) if field.list else {}
    return FieldReader(field, words.get)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("name", "  Vàng  Văn\u200b Phúc ", "Vàng Văn Phúc"),
        ("name", "Va\u0300ng", "Vàng"),
        ("text", "'=1+1", "=1+1"),
        ("name", "Vàng\x00 Văn\ud83d Phúc", "Vàng Văn Phúc"),
        ("citizen_number", "010 212.000-123", "010212000123"),
        ("citizen_number", 10212000123, "010212000123"),
        ("citizen_number", 10212000123.0, "010212000123"),
        ("citizen_number", "123456789", "123456789"),
        ("partial_date", "12/03/1951", "1951-03-12"),
        ("partial_date", "1951", "1951"),
        ("partial_date", 1951, "1951"),
        ("partial_date", 18699, "1951-03-12"),
        ("partial_date", datetime(1951, 3, 12), "1951-03-12"),
        ("partial_date", date(1951, 3, 12), "1951-03-12"),
        ("partial_date", "1951-03-12 00:00:00", "1951-03-12"),
        ("date", "ngày 12 tháng 3 năm 1951", "1951-03-12"),
        ("year", "1951", 1951),
        ("time", "4:30", "04:30"),
        ("yes_no", "Có", True),
        ("yes_no", "x", True),
        ("yes_no", "Chưa", False),
        ("integer", "12", 12),
        ("money", "1.500.000 đ", 1_500_000),
        ("money", 540000.0, 540_000),
        ("money", "540000.0", 540_000),
        ("money", "1,500,000.00 VND", 1_500_000),
        ("decimal", "1.250,5", "1250.5"),
        ("decimal", "1,250.5", "1250.5"),
        ("decimal", "1.250", "1250"),
        ("decimal", "125,4", "125.4"),
        ("decimal", 125.4, "125.4"),
        ("decimal", "125.0", "125"),
        ("phone", 912345678, "0912345678"),
    ],
)
def test_a_cell_becomes_a_value(kind: str, cell: Any, value: Any) -> None:
    more = {"decimals": 1} if kind == "decimal" else {}

    assert reader(kind, **more)(cell)[:2] == (value, "")


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("citizen_number", "10212000123", "imports.zero_lost"),
        ("citizen_number", "01021200", "imports.wrong_length"),
        ("citizen_number", "0102120O0123", "imports.not_digits"),
        ("partial_date", "12/25/1990", "imports.month_first"),
        ("partial_date", "31/02/1990", "imports.no_such_day"),
        ("partial_date", "1/2/90", "imports.short_year"),
        ("partial_date", "hôm qua", "imports.not_a_date"),
        ("date", "03/1951", "imports.incomplete_date"),
        ("year", "51", "imports.year_out_of_range"),
        ("year", "²⁰²⁶", "imports.year_out_of_range"),
        ("time", "25:00", "imports.not_a_time"),
        ("yes_no", "có lẽ", "imports.not_yes_no"),
        ("integer", "mười", "imports.not_a_number"),
        ("integer", 1.5, "imports.not_whole"),
        ("integer", "99", "imports.out_of_range"),
        ("money", "-5", "imports.out_of_range"),
        ("money", "1500,5", "imports.not_a_number"),
        ("money", "1.500.00", "imports.not_a_number"),
        ("decimal", "125.43", "imports.too_many_decimals"),
        ("text", "x" * 201, "imports.too_long"),
        ("text", "#REF!", "imports.spreadsheet_error"),
        ("text", "=A1+B1", "imports.formula"),
        ("geometry", "POINT(1 2)", "registers.not_an_outline"),
        ("geometry", "[" * 100_000, "registers.not_an_outline"),
    ],
)
def test_what_cannot_be_read_is_told_and_gives_no_value(kind: str, cell: Any, code: str) -> None:
    more = {"decimal": {"decimals": 1}, "integer": {"maximum": 20}}.get(kind, {})

    read = reader(kind, **more)(cell)

    assert (read.value, read.code) == (None, code)


@pytest.mark.parametrize("words", ["Nam", "nam", "1", "M", "Trai"])
def test_words_of_clerks_become_codes(words: str) -> None:
    assert reader("choice", list="sexes")(words).value == "1"


def test_a_word_that_no_list_has_is_told_with_the_list() -> None:
    read = reader("choice", list="sexes")("nửa")

    assert (read.code, read.params["list"]) == ("imports.not_in_list", "sexes")


def test_a_name_in_an_old_font_is_kept_and_told_as_it_would_read() -> None:
    read = reader("name")("NguyÔn V¨n H¶i")

    assert (read.value, read.code, read.params["read"]) == (
        "NguyÔn V¨n H¶i",
        "imports.old_font",
        "Nguyễn Văn Hải",
    )


@pytest.mark.parametrize("name", ["Nguyễn Văn Hải", "Ksor H’Blô", "Đinh Văn Rê", "François", "Thào A Páo"])
def test_names_of_today_are_not_taken_for_an_old_font(name: str) -> None:
    assert reader("name")(name).code == ""


def test_memory_of_distinct_values_is_bounded() -> None:
    read = reader("text")
    for number in range(REMEMBERED + 10):
        read(f"giá trị {number}")

    assert len(read.known) <= REMEMBERED


def test_every_list_that_a_register_uses_has_words() -> None:
    lists = {
        field.list for register in store.get().registers.values() for field in register.fields if field.list
    }

    assert all(list_words(one) for one in lists)
