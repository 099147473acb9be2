"""Acts of the journal are read by people: no code reaches a page."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from dinh.web.components.acts import KINDS, done


@pytest.mark.parametrize("language", ["vi", "fr"])
def test_every_known_act_has_words_in_each_language(language: str) -> None:
    with override("en"):
        english = {kind: done(kind) for kind in KINDS}
    with override(language):
        assert [kind for kind, words in english.items() if done(kind) == words] == []


def test_an_act_without_words_of_its_own_is_a_change() -> None:
    with override("vi"):
        assert done("dossiers.filed") == "đã nộp"
        assert done("population.something_new") == "đã thay đổi"
