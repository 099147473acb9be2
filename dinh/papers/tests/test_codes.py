"""Check codes: what people mistype or mishear is noticed or forgiven."""

from __future__ import annotations

import itertools
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinh.papers import rules

# The machine may be busy with other things; that is no property of a code.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
digits = st.lists(st.integers(0, 31), min_size=9, max_size=9)


def made(nine: list[int]) -> str:
    source = iter(nine)
    return rules.make_code(lambda below: next(source) % below)


@patient
@given(digits)
def test_a_code_is_read_back_however_it_is_written(nine: list[int]) -> None:
    code = made(nine)

    spoken = rules.show_code(code).lower().replace("0", "o").replace("1", "l")

    assert rules.normalise(code) == rules.normalise(f"  {spoken[:3]} {spoken[3:]} ") == code
    assert len(code) == rules.CODE_LENGTH


@patient
@given(digits, st.integers(0, 9), st.integers(1, 31))
def test_any_one_wrong_character_is_noticed(nine: list[int], place: int, shift: int) -> None:
    code = made(nine)
    wrong = rules.ALPHABET[(rules.ALPHABET.index(code[place]) + shift) % 32]

    assert rules.normalise(code[:place] + wrong + code[place + 1 :]) is None


@patient
@given(digits)
def test_any_two_characters_that_changed_places_are_noticed(nine: list[int]) -> None:
    code = made(nine)

    for a, b in itertools.combinations(range(rules.CODE_LENGTH), 2):
        swapped = list(code)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        assert code[a] == code[b] or rules.normalise("".join(swapped)) is None


@pytest.mark.parametrize(
    "text", ["", "0", "0" * 11, "UUUUUUUUUU", "số không!!", "🙂" * 10, "ＡＢＣＤＥＦＧＨＪＫ"]
)
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert rules.normalise(text) is None


def test_codes_are_drawn_from_the_whole_alphabet() -> None:
    drawn = {character for _ in range(200) for character in rules.make_code(secrets.randbelow)}

    assert drawn == set(rules.ALPHABET)
