"""The board's pages over dossiers made by real acts: each number is the engine's, opens, and is shut to others."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.utils import timezone

from dinh.directory import tree
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_data_officer, make_grant
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, returned, settled
from dinh.indicators.engine import definitions, recount
from dinh.indicators.models import CellBefore, Target
from dinh.indicators.queries import places
from dinh.journal.models import Access
from dinh.web.board.asking import written

BOARD = "/vi/board/"
MONTH = written(NOW.year * 100 + NOW.month)


@pytest.fixture
def world(cast: Cast, monkeypatch: Any) -> World:
    """A commune with two dossiers that were returned, counted on the last day of their month."""
    world = settled(cast)
    returned(world)
    returned(world, at=NOW + timedelta(hours=4))
    count()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: (NOW + timedelta(days=1)).date())
    return world


def count() -> None:
    """Count all dossiers, as the worker would."""
    for memory in (definitions, places, tree):
        memory.forget()
    recount.rebuild(at(), views=["facts_dossiers"])
    cache.clear()


def at() -> datetime:
    return NOW + timedelta(days=1)


def sit(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def page(account: Account, address: str = "", **asked: str) -> Any:
    response = sit(account).get(f"{BOARD}{address}", {"month": MONTH, **asked})
    assert response.status_code == 200, address
    return response


def tile(response: Any, id: str) -> Any:
    return next(one for one in response.context["all_tiles"] if one.id == id)


def test_the_operations_page_tells_what_the_engine_counted(world: World) -> None:
    shown = page(world.cast.leader)
    assert tile(shown, "dossiers_filed_count").value == "2\u00a0hồ sơ"
    assert shown.context["unit_title"] == "xã Cốc San"
    assert "giải quyết xong 2 hồ sơ" in shown.context["morning"].sentences[0]
    assert "Chưa có số liệu trong kỳ" in shown.content.decode()


def test_a_new_dossier_changes_the_page_that_was_kept(world: World) -> None:
    page(world.cast.leader)
    returned(world, at=NOW + timedelta(hours=8))
    definitions.forget()
    recount.rebuild(at() + timedelta(minutes=1), views=["facts_dossiers"])
    assert tile(page(world.cast.leader), "dossiers_filed_count").value == "3\u00a0hồ sơ"


def test_a_target_of_the_unit_is_told_before_the_change(world: World) -> None:
    unit, by = world.cast.cocsan.pk, world.cast.leader.pk
    Target.objects.create(
        indicator="on_time_rate", unit=unit, year=NOW.year, value=80, set_by=by, set_at=at()
    )
    shown = tile(page(world.cast.leader), "on_time_rate")
    general = shown.target
    # The general one is higher, so it judges.
    assert shown.own_target == "80\u00a0%" and general != "80\u00a0%"
    assert shown.sentence == f"Đã đạt chỉ tiêu {general}."
    assert any("80\u00a0%" in note for note in shown.notes)


def test_a_figure_opens_to_measures_villages_and_parts(world: World) -> None:
    shown = page(world.cast.leader, "figure/dossiers_filed_count/")
    assert [one.shown for one in shown.context["sides"]] == ["2"]
    villages = {one.title: one.shown for one in shown.context["children"]}
    assert villages["thôn Ún Tà"] == "2\u00a0hồ sơ"
    splits = {one.title: one for one in shown.context["splits"]}
    assert all(row["title"] for split in splits.values() for row in split.rows)
    assert "<svg" in shown.content.decode() or not shown.context["trend"]


def test_rows_are_listed_to_who_may_read_them_and_that_is_written_down(world: World) -> None:
    address = "figure/dossiers_filed_count/rows/dossiers_filed/"
    shown = page(world.cast.leader, address)
    numbers = set(Dossier.objects.values_list("number", flat=True))
    assert {line["title"] for line in shown.context["lines"]} == numbers
    assert all(number in shown.content.decode() for number in numbers)
    trace = Access.objects.get(purpose="figure:dossiers_filed")
    assert trace.actor == world.cast.leader.pk


def test_rows_of_a_measure_that_is_not_of_the_figure_are_not_found(world: World) -> None:
    client = sit(world.cast.leader)
    assert client.get(f"{BOARD}figure/dossiers_filed_count/rows/residents/").status_code == 404
    assert client.get(f"{BOARD}figure/nothing/").status_code == 404
    assert client.get(f"{BOARD}group/nothing/").status_code == 404


def test_another_commune_is_shut_to_a_leader_and_open_to_the_province(world: World) -> None:
    unit = str(world.cast.cocsan.pk)
    for address in (
        "",
        "score/",
        "group/service/",
        "figure/on_time_rate/",
        "figure/on_time_rate/rows/dossiers_ended/",
    ):
        assert sit(world.cast.next_leader).get(f"{BOARD}{address}", {"unit": unit}).status_code == 403, (
            address
        )
    assert page(world.cast.province_viewer, unit=unit).context["unit_title"] == "xã Cốc San"
    province = page(world.cast.province_viewer, "figure/dossiers_filed_count/")
    assert province.context["children"][0].title == "xã Cốc San"


def test_who_may_not_list_rows_sees_no_number_below_five(world: World) -> None:
    officer = make_data_officer(world.cast)
    shown = page(officer, "figure/dossiers_filed_count/rows/dossiers_filed/", unit=str(world.cast.cocsan.pk))
    assert shown.context["found"].total is None and not shown.context["lines"]
    assert "chỉ người được xem tất cả mới biết" in shown.content.decode()
    beside = page(officer, "figure/dossiers_filed_count/", unit=str(world.cast.cocsan.pk))
    assert [one.shown for one in beside.context["sides"]] == ["–"]
    assert "dưới 5" in {one.shown for one in beside.context["children"]}
    assert not Access.objects.filter(purpose="figure:dossiers_filed").exists()
    assert not Dossier.objects.filter(number__in=shown.content.decode().split()).exists()


def test_home_and_group_and_their_files_tell_no_small_number_to_who_may_not_list_rows(world: World) -> None:
    council = make_account("council", "Lục Thị Hội")
    make_grant(council, "council_member", world.cast.cocsan)
    enrol([council])
    for reader in (council, world.cast.province_viewer):
        unit = str(world.cast.cocsan.pk)
        assert all(one.id != "dossiers_filed_count" for one in page(reader, unit=unit).context["all_tiles"])
        for address in ("", "group/service/"):
            text = page(reader, address, unit=unit, form="csv").content.decode("utf-8-sig")
            line = next(row for row in csv.reader(io.StringIO(text)) if "dossiers_filed_count" in row)
            assert line[4:7] == ["", "", ""] and not any(line[12:]), (address, line)
    assert tile(page(world.cast.leader), "dossiers_filed_count").number == "2"


def test_what_is_seen_is_taken_away_as_it_is_seen(world: World) -> None:
    answer = page(world.cast.leader, form="csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    line = next(row for row in rows if "dossiers_filed_count" in row)
    assert line[4] == "2"
    assert page(world.cast.leader, "figure/on_time_rate/", form="xlsx").content[:2] == b"PK"


def test_the_score_counts_what_nobody_told_as_nothing(world: World) -> None:
    shown = page(world.cast.leader, "score/")
    assert len(shown.context["groups"]) == 5
    assert sum(float(group.most.replace(",", ".")) for group in shown.context["groups"]) == 100
    told = [group for group in shown.context["groups"] if group.points != "–"]
    assert told and shown.context["known"]


def test_everybody_reads_totals_and_nothing_of_fewer_than_five(world: World, monkeypatch: Any) -> None:
    code = tree.naming(world.cast.cocsan.pk, at().date())
    assert code is not None
    client = Client()
    shown = client.get(f"{BOARD}open/{code.code}/", {"month": MONTH})
    assert shown.status_code == 200
    assert not shown.context["tiles"]  # two dossiers are too few
    for number in range(3):
        returned(world, at=NOW + timedelta(hours=5, minutes=number))
    count()
    assert not client.get(f"{BOARD}open/{code.code}/", {"month": MONTH}).context[
        "tiles"
    ]  # seen from tomorrow
    CellBefore.objects.update(day=F("day") - 1)
    cache.clear()  # it is another day
    running = client.get(f"{BOARD}open/{code.code}/", {"month": MONTH})
    assert written(running.context["asked"].month) < MONTH  # a month that runs is not opened to everybody
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: (NOW + timedelta(days=31)).date())
    shown = client.get(f"{BOARD}open/{code.code}/", {"month": MONTH})
    assert "dossiers_filed_count" in {one["tile"].id for one in shown.context["tiles"]}
    assert client.get(f"{BOARD}open/99999/").status_code == 404


def test_an_address_that_says_nonsense_shows_the_usual_page(world: World) -> None:
    client = sit(world.cast.leader)
    for wrong in (
        {"unit": "x"},
        {"month": "2026-99"},
        {"span": "age"},
        {"lines": "2025-99-99"},
        {"lines": "day", "on": "soon"},
    ):
        response = client.get(BOARD, wrong)
        assert response.status_code == 200, wrong
        assert response.context["unit_title"] == "xã Cốc San", wrong


def test_every_span_and_boundary_is_shown(world: World) -> None:
    # One world for all nine: making it costs more than a page.
    for span in ("month", "quarter", "year"):
        for lines in ("was", "today", "2025-07-15"):
            shown = page(world.cast.leader, span=span, lines=lines)
            assert tile(shown, "dossiers_filed_count").value == "2\u00a0hồ sơ", (span, lines)
    assert timezone.localdate() == shown.context["asked"].today


def test_the_page_leads_to_the_span_before_and_to_none_that_has_not_begun(world: World) -> None:
    for span, earlier in (("month", "10/2026"), ("quarter", "3/2026"), ("year", "2025")):
        shown = page(world.cast.leader, span=span)
        assert earlier in shown.context["earlier"]["title"], span
        assert "later" not in shown.context, span
    past = page(world.cast.leader, month="2026-10")
    assert MONTH in past.context["later"]["query"]


def test_the_morning_counts_how_figures_stand(world: World) -> None:
    shown = page(world.cast.leader)
    counts = {state.colour: count for state, count in shown.context["morning"].counts}
    stands = [one.state.colour for one in shown.context["all_tiles"] if one.state.word and one.known]
    for colour, count in counts.items():
        assert count == stands.count(colour), colour
