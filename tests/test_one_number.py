"""A number that stands on the desk and on the board under one name is one number, over dossiers in every state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from dinh.catalogue import store
from dinh.dossiers import actions, queries
from dinh.dossiers.queries.figures import all_figures
from dinh.dossiers.tests.conftest import world
from dinh.dossiers.tests.test_published import many
from dinh.dossiers.tests.world import NOW, World, begun, filled
from dinh.indicators.engine import recount
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figures
from dinh.indicators.rules.months import first_day, last_day, month_of
from dinh.lib.dates import local_date

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_the_desk_and_the_board_say_one_number(world: World) -> None:
    many(world)
    actions.file(draft=filled(world, begun(world)), by=world.cast.citizen, at=NOW, live=True)
    later = NOW + timedelta(days=60)
    recount.rebuild(later)
    places.forget()
    month = month_of(local_date(NOW))

    on_desk = queries.figures(world.cast.cocsan, first_day(month), last_day(month), now=later)
    same = {one.id: one.indicator for one in all_figures(later).values() if one.indicator}
    on_board = figures(same.values(), [world.cast.cocsan.pk], month, month, today=local_date(later))

    assert len(same) == 4
    for id, indicator in same.items():
        (value,) = on_board[indicator]
        assert (value.numerator, value.denominator) == tuple(on_desk[id]), id
        assert on_desk[id].numerator > 0 and value.denominator


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_another_number_has_another_name(language: str) -> None:
    with override(language):
        told = {str(one.title) for one in all_figures(NOW).values() if not one.indicator}

    assert not told & {one.title.of(language) for one in store.get().indicators.values()}


def test_each_indicator_that_is_named_is_there() -> None:
    named: list[Any] = [one.indicator for one in all_figures(NOW).values() if one.indicator]

    assert set(named) <= store.get().indicators.keys()
