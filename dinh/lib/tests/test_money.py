"""Amounts and numbers are written as each language does."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dinh.lib import money
from dinh.lib.numbers import in_words_vi


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("vi", "1.234.567 đ"),
        ("fr", "1\u202f234\u202f567 đ"),
        ("en", "1,234,567 đ"),
        ("fr-ca", "1\u202f234\u202f567 đ"),
    ],
)
def test_show_vnd(language: str, shown: str) -> None:
    assert money.show_vnd(1234567, language) == shown


@pytest.mark.parametrize(
    ("number", "language", "digits", "shown"),
    [
        (8000, "vi", 0, "8.000"),
        (0, "vi", 0, "0"),
        (-1500, "vi", 0, "-1.500"),
        (97.36, "vi", 1, "97,4"),
        (97.35, "en", 1, "97.4"),
        (Decimal("2.345"), "fr", 2, "2,35"),
        (0.5, "vi", 0, "1"),
        (Fraction(1, 2), "vi", 0, "0,5"),
        (None, "fr", 1, "–"),
    ],
)
def test_show_number(
    number: int | float | Decimal | Fraction | None, language: str, digits: int, shown: str
) -> None:
    assert money.show_number(number, language, digits) == shown


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (105, "một trăm lẻ năm"),
        (111, "một trăm mười một"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm lẻ năm"),
        (1_951, "một nghìn chín trăm năm mươi mốt"),
        (540_000, "năm trăm bốn mươi nghìn"),
        (1_000_005, "một triệu không trăm lẻ năm"),
        (20_450_021_000, "hai mươi tỷ bốn trăm năm mươi triệu không trăm hai mươi mốt nghìn"),
        (3_000_000_000_000, "ba nghìn tỷ"),
        (-7, "âm bảy"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert in_words_vi(number) == words


def test_receipts_spell_amounts() -> None:
    assert money.in_words_vi(8000) == "tám nghìn đồng"
