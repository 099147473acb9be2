"""The pages in French and English and on a wide screen: one of twenty-four every day, another each day; `long` takes all."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.house import House
from tests.story.looking import look_at, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 1280), pytest.param("en", 360, marks=pytest.mark.long)]
)
def test_some_pages_are_whole_in_another_language(
    house: House, seats: Any, language: str, width: int
) -> None:
    turn = timezone.localdate().toordinal() % 24

    look_at(pages(house, language)[turn::24], seats, width, language)


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_every_page_is_whole_in_every_language_and_width(
    house: House, seats: Any, language: str, width: int
) -> None:
    look_at(pages(house, language), seats, width, language)
