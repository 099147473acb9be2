"""Every reason has its sentence and its advice, in all languages of the house."""

from __future__ import annotations

import pytest
from django.utils import translation

from dinh.verification import words
from dinh.verification.engine.reasons import REASONS


def test_no_reason_lacks_its_words() -> None:
    assert set(words.REASONS) == {code for code, _ in REASONS} | {
        words.FIELD_MISSING, words.FIELD_UNREADABLE, words.NOT_CONFIRMED,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "fr"])
def test_every_reason_is_said_in_the_readers_language(language: str) -> None:
    with translation.override("en"):
        english = {code: words.say(code) for code in words.REASONS}

    with translation.override(language):
        same = [code for code in words.REASONS if words.say(code).title == english[code].title]

    assert same == []
