"""Names are kept as written and compared by keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.lib import names

VIETNAMESE = st.text(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịỳýỷỹỵ ’'-AĂÂĐÔƠƯ", max_size=40
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("Cốc San", "coc san", id="accents"),
        pytest.param("ĐẶNG Đình Đức", "dang dinh duc", id="d-with-stroke"),
        pytest.param("Ðặng", "dang", id="eth-that-looks-like-d-with-stroke"),
        pytest.param("D’Ran", "d'ran", id="typographic-apostrophe"),
        pytest.param("Ea H`Leo", "ea h'leo", id="backtick"),
        pytest.param("  Vàng \u00a0 A\tDín ", "vang a din", id="spaces"),
        pytest.param("Bà Rịa – Vũng Tàu", "ba ria-vung tau", id="spaced-dash"),
        pytest.param("Bru-Vân Kiều", "bru-van kieu", id="close-hyphen"),
        pytest.param("Lê\u200b Thị\ufeff", "le thi", id="invisible-letters"),
        pytest.param(unicodedata.normalize("NFD", "Nguyễn Thị Thuỷ"), "nguyen thi thuy", id="nfd"),
        pytest.param("Ưng Ơ Đu", "ung o du", id="horns"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_fold_makes_an_accent_free_key(text: str, key: str) -> None:
    assert names.fold(text) == key


@given(st.text(max_size=60))
def test_fold_of_a_fold_is_itself(text: str) -> None:
    once = names.fold(text)

    assert names.fold(once) == once


@given(VIETNAMESE)
def test_fold_of_vietnamese_is_ascii_and_blind_to_encoding(text: str) -> None:
    assert names.fold(text).isascii()
    assert names.fold(text) == names.fold(unicodedata.normalize("NFD", text)) == names.fold(text.upper())


def test_words_key_does_not_see_the_order_of_words() -> None:
    assert names.words_key("Vàng A Phúc") == names.words_key("Phúc Vàng A") == "a phuc vang"


@pytest.mark.parametrize("text", ["Nguyễn  Văn   Hoà", " NGUYỄN văn hòa ", "Y Ðam"])
def test_tidy_changes_neither_letters_nor_capitals(text: str) -> None:
    assert names.tidy(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Nguyễn Thị Minh Khai", ("Nguyễn", "Thị Minh", "Khai")),
        ("Vàng Phúc", ("Vàng", "", "Phúc")),
        ("Lý", ("", "", "Lý")),
        ("", ("", "", "")),
    ],
)
def test_split_takes_the_first_word_as_surname_and_the_last_as_given_name(
    full: str, parts: tuple[str, str, str]
) -> None:
    assert names.split(full) == names.NameParts(*parts)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param("Hòa", "Hoà", True, id="old-and-new-tone-place"),
        pytest.param("THÚY", "Thuý", True, id="capitals"),
        pytest.param("Thuỷ", unicodedata.normalize("NFD", "Thủy"), True, id="nfd"),
        pytest.param("Đức", "Ðức", True, id="eth"),
        pytest.param("H’Mông", "H'Mông", True, id="apostrophes"),
        pytest.param("Lý  Thị Mai", "Lý Thị Mai", True, id="spaces"),
        pytest.param("Hòa", "Hoa", False, id="no-tone"),
        pytest.param("Hòa", "Hóa", False, id="another-tone"),
        pytest.param("Đức", "Dức", False, id="d-without-stroke"),
        pytest.param("Lý", "Lí", False, id="another-letter"),
        pytest.param("Mai Lý", "Lý Mai", False, id="another-order"),
    ],
)
def test_same_spelling(a: str, b: str, same: bool) -> None:
    assert names.same_spelling(a, b) is same


def test_sort_key_orders_by_given_name_in_the_vietnamese_alphabet_with_tones_last() -> None:
    ordered = [
        "Lý Thị An", "Nguyễn Văn An", "Vàng Thị Àn", "Hoàng Án", "Lò Văn Ang", "Ma Thị Ăn", "Bế Văn Ân", "Bế Văn Ấn",
        "Trần Thị Dung", "Trần Văn Đức", "Lê Em", "Lê Ếm", "Đỗ Văn Oanh", "Đỗ Văn Ôn", "Đỗ Văn Ơn", "Lê Ut", "Lê Ưng",
    ]  # fmt: skip
    mixed = ordered[::-1]

    assert sorted(mixed, key=names.sort_key) == ordered


def test_column_key_orders_alike_in_plain_digits() -> None:
    mixed = ["Vàng Đức", "Lê Em", "Hoàng Án", "Lò Văn Ang", "Ma Thị Ăn", "Nguyễn Văn An", "Tẩn A Số 3", ""]

    assert sorted(mixed, key=names.column_key) == sorted(mixed, key=names.sort_key)
    assert all(set(names.column_key(one)) <= set("0123456789abcdef") for one in mixed)


def test_sort_key_orders_equal_given_names_by_surname_then_middle_names() -> None:
    ordered = ["Bùi Thị Mai", "Đặng Thị Mai", "Lê Ngọc Mai", "Lê Thị Mai"]
    mixed = ordered[::-1]

    assert sorted(mixed, key=names.sort_key) == ordered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nguyễn Văn A", True),
        ("K’ Brêu", True),
        ("Nguyễn Văn 4", False),
        ("a@b", False),
        ("-", False),
        ("", False),
    ],
)
def test_looks_like_name(text: str, expected: bool) -> None:
    assert names.looks_like_name(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đỗ Minh Anh", True),
        ("ĐỖ MINH ANH", True),
        ("K’ Brêu", True),
        ("An", True),
        ("Đỗ minh Anh", False),
        ("do minh anh", False),
        ("Do Minh Anh", False),
    ],
)
def test_a_name_typed_in_haste_is_asked_again(text: str, expected: bool) -> None:
    assert names.looks_finished(text) is expected
