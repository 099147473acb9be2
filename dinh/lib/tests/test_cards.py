"""The card's square code is read even when the scanner damages its letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.lib.cards import Card, parse_card
from dinh.lib.errors import Invalid

CARD = "010051001234|060123456|Vàng A Phúc|12031951|Nam|Thôn Ún Tà, Cốc San, Lào Cai|10052021"


def test_seven_fields_are_read() -> None:
    assert parse_card(CARD) == Card(
        number="010051001234",
        old_number="060123456",
        full_name="Vàng A Phúc",
        birth="1951-03-12",
        sex="1",
        address="Thôn Ún Tà, Cốc San, Lào Cai",
        issued_on="2021-05-10",
        tail=(),
        degraded=False,
    )


def test_an_unknown_tail_is_kept() -> None:
    card = parse_card(CARD + "||Vàng A Páo|Lý Thị Mẩy")

    assert card.tail == ("", "Vàng A Páo", "Lý Thị Mẩy")
    assert not card.degraded


def test_the_old_number_may_be_empty() -> None:
    card = parse_card(CARD.replace("060123456", ""))

    assert (card.old_number, card.degraded) == ("", False)


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\t", " \x00"])
def test_what_the_scanner_types_after_the_code_is_dropped(ending: str) -> None:
    assert parse_card("\ufeff" + CARD + ending) == parse_card(CARD)


@pytest.mark.parametrize(
    ("damaged", "name"),
    [
        pytest.param(CARD.replace("à", "?"), "V?ng A Phúc", id="question-marks"),
        pytest.param(CARD.replace("ú", "\ufffd"), "Vàng A Ph\ufffdc", id="replacement-letters"),
        pytest.param(CARD.replace("Vàng", "Va`ng^"), "Va`ng^ A Phúc", id="dead-keys"),
        pytest.param(CARD.replace("Vàng", "Ðàng"), "Ðàng A Phúc", id="eth"),
    ],
)
def test_damaged_letters_are_told_not_refused(damaged: str, name: str) -> None:
    card = parse_card(damaged)

    assert card.degraded
    assert card.full_name == name
    assert (card.number, card.birth) == ("010051001234", "1951-03-12")


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        pytest.param("cp1252", "Nguyễn Ê Ấn", id="cp1252"),
        pytest.param("latin-1", "Nguyễn Á Ấn", id="latin-1"),
        pytest.param("whatwg", "Nguyễn Á Ấn", id="as-browsers-do"),
    ],
)
def test_letters_read_in_the_wrong_charset_are_read_again_and_still_to_be_checked(
    charset: str, name: str
) -> None:
    raw = f"010051001234||{name}|12031951|Nam|Ún Tà|10052021".encode()
    typed = "".join(_as_browsers_do(byte) for byte in raw) if charset == "whatwg" else raw.decode(charset)

    card = parse_card(typed)

    assert (card.full_name, card.address, card.degraded) == (name, "Ún Tà", True)


def _as_browsers_do(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


@pytest.mark.parametrize(
    ("written", "sex", "degraded"),
    [
        ("Nam", "1", False),
        ("Nữ", "2", False),
        ("N?", "2", False),
        ("NỮ", "2", False),
        ("", "9", True),
        ("X", "9", True),
    ],
)
def test_sex(written: str, sex: str, degraded: bool) -> None:
    card = parse_card(CARD.replace("|Nam|", f"|{written}|"))

    assert (card.sex, card.degraded) == (sex, degraded)


@pytest.mark.parametrize(
    ("written", "birth", "degraded"),
    [("1951", "1951", False), ("00001951", "1951", False), ("31021951", "", True)],
)
def test_birth_may_be_partly_known(written: str, birth: str, degraded: bool) -> None:
    card = parse_card(CARD.replace("12031951", written))

    assert (card.birth, card.degraded) == (birth, degraded)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "cards.not_a_card"),
        ("https://example.vn/k/ABC", "cards.not_a_card"),
        ("010051001234|060123456|Vàng A Phúc|12031951|Nam|Ún Tà", "cards.not_a_card"),
        (CARD.replace("010051001234", "01005100123"), "cards.number"),
        (CARD.replace("010051001234", "01005100123?"), "cards.number"),
    ],
)
def test_what_names_nobody_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_card(text)

    assert refused.value.code == code


@given(st.lists(st.text("abcàữ?|ÃÐ\x80\n 12", max_size=12), min_size=6, max_size=9))
def test_any_text_behind_a_whole_number_is_read(fields: list[str]) -> None:
    text = "|".join(["010051001234", *(field.replace("\n", "") for field in fields)])

    assert parse_card(text).number == "010051001234"
