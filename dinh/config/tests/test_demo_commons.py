"""The demonstration's pages for visitors are written by the real acts, say that they are invented, and are drawn."""

from __future__ import annotations

import pytest

from dinh.config.demo import commons
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.outreach.models import CommonsPage
from dinh.outreach.queries.commons import of_each_kind
from dinh.papers import pictures


@pytest.mark.django_db
def test_every_page_is_published_and_says_that_it_is_invented(cast: Cast) -> None:
    assert commons.build(cast.cocsan, cast.clerk, MONDAY_MORNING) == 13

    kinds = of_each_kind(9)
    assert {kind: len(rows) for kind, rows in kinds.items()} == {"place": 4, "story": 3, "product": 6}
    for page in CommonsPage.objects.all():
        for code, text in page.text.items():
            assert commons.INVENTED[code] in text
    assert CommonsPage.objects.filter(pictures__isnull=False).count() == 10


def test_two_pictures_differ_and_are_small() -> None:
    one, two = (pictures.clean(commons.hills(n)) for n in (0, 1))
    assert (one.width, one.height) == (600, 400)
    assert one.data != two.data
    assert len(one.data) < 40_000
