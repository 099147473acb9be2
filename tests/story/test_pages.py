"""Every page, in Vietnamese: on a telephone, a twelfth of them each day, and without any script for citizens."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.house import House
from tests.story.looking import AWAY, look_at, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_twelfth_of_the_pages_is_whole_on_a_telephone_in_vietnamese(house: House, seats: Any) -> None:
    found = pages(house, "vi")

    assert len(found) > 60
    look_at(found[timezone.localdate().toordinal() % 12 :: 12], seats, 360, "vi")


def test_citizens_read_every_page_without_any_script(house: House, seats: Any) -> None:
    for page in pages(house, "vi"):
        if page.actor.staff or page.name in AWAY:
            continue
        shown = seats(page.actor, 360, script=False).open(page.address)
        assert shown.locator("h1").count() == 1, page
        assert shown.locator("main").inner_text().strip(), page
        for form in shown.locator("main form").all():  # whatever is asked can be sent
            assert form.locator("button:not([type=button])").count(), page
