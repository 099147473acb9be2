"""What waits is of today, whichever month the rates of a page are of; a month that runs gets no mark."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World
from dinh.indicators.rules.months import later
from dinh.web.board import reading
from dinh.web.board.arranging import SCORE
from dinh.web.board.asking import written
from dinh.web.board.tests.test_pages import BOARD, count, page, sit, tile, world

__all__ = ["world"]
BEFORE = later(NOW.year * 100 + NOW.month, -1)
SAID = f"{(NOW + timedelta(days=1)):%d/%m/%Y}"


@pytest.fixture
def late(world: World, monkeypatch: Any) -> World:
    """The commune with two dossiers whose day has passed, while enough were settled only in the month before."""
    Dossier.objects.update(status=4, finished_at=None, returned_at=None, due_at=NOW - timedelta(days=1))
    count()
    monkeypatch.setattr(reading, "newest", lambda *_args: BEFORE)
    return world


def test_what_waits_and_what_to_do_is_of_today(late: World) -> None:
    for asked in ({}, {"month": written(BEFORE)}):
        shown = sit(late.cast.leader).get(BOARD, asked)
        morning = shown.context["morning"]
        assert shown.context["asked"].month == BEFORE
        assert f"{SAID}: 2 hồ sơ quá hạn" in morning.sentences[-1], asked
        assert "2 hồ sơ quá hạn" in morning.deeds[0].text
        assert f"month={written(later(BEFORE, 1))}" in morning.deeds[0].url


def test_tiles_and_wall_of_the_usual_page_say_which_are_of_today(late: World) -> None:
    usual = sit(late.cast.leader).get(BOARD)
    told = tile(usual, "dossiers_late_running")
    assert (told.value, told.as_of) == ("2\u00a0hồ sơ", f"tính đến {SAID}")
    of_today = {one.id for one in usual.context["all_tiles"] if one.as_of}
    assert "dossiers_filed_count" not in of_today  # a sum of a month that runs cannot stand for one
    wall = sit(late.cast.leader).get(BOARD, {"wall": "1"})
    assert [one.number for one in wall.context["tiles"] if one.id == "dossiers_late_running"] in ([], ["2"])

    chosen = sit(late.cast.leader).get(BOARD, {"month": written(BEFORE)})
    assert not any(one.as_of for one in chosen.context["all_tiles"])


def test_a_difference_opens_exactly_its_rows(world: World) -> None:
    first, second = Dossier.objects.order_by("pk")
    running = {"status": 4, "finished_at": None, "returned_at": None}
    Dossier.objects.filter(pk=first.pk).update(due_at=NOW - timedelta(days=1), **running)
    Dossier.objects.filter(pk=second.pk).update(due_at=NOW + timedelta(days=20), **running)
    count()
    figure = page(world.cast.leader, "figure/dossiers_late_running/")
    (side,) = figure.context["sides"]
    assert side.shown == "1"
    listed = sit(world.cast.leader).get(side.url)
    assert [one["id"] for one in listed.context["lines"]] == [str(first.pk)]
    assert listed.context["found"].total == 1


def test_who_may_not_list_rows_is_told_who_may(world: World) -> None:
    shown = page(world.cast.province_viewer, "figure/dossiers_filed_count/", unit=str(world.cast.cocsan.pk))
    (side,) = shown.context["sides"]
    assert [one.url for one in side.measures] == [""] and shown.context["openers"]


def test_where_nothing_was_settled_pages_open_at_the_last_month_whose_score_is_known(
    world: World, monkeypatch: Any
) -> None:
    now = NOW.year * 100 + NOW.month
    scored = later(now, -3)

    def line(id: str, _units: Any, _first: int, last: int, **_asked: Any) -> list[Any]:
        known = {scored: 4, now: 1} if id == SCORE else {}
        months = [later(last, -back) for back in reversed(range(6))]
        return [SimpleNamespace(first=month, value=known.get(month), few=False) for month in months]

    monkeypatch.setattr(reading, "figure", line)
    monkeypatch.setattr(reading, "watermark", lambda _asked: str(uuid4()))  # nothing is kept yet
    assert reading.newest(world.cast.cocsan.pk, NOW.date()) == scored
