"""Who may only read the board learns no number of fewer than five: each page says the same whichever number that is.

Two worlds differ in numbers of three and two alone, and in a neighbour that makes the same sum. What reads otherwise in
the one than in the other would tell which of them it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from difflib import unified_diff
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import translation

from dinh.directory import tree
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_grant
from dinh.indicators.engine import definitions
from dinh.indicators.engine.cells import series_of
from dinh.indicators.models import Cell, CellBefore, Flag, LockedCell, Period, Place, Snapshot, Source, Told
from dinh.indicators.queries import places
from dinh.web.board import urls

BOARD = "/vi/board/"
TODAY, AT = date(2026, 11, 23), datetime(2026, 11, 22, 3, tzinfo=UTC)
LOCKED, RUNNING, LATE = 202610, 202611, 20261123
TOGETHER = 12  # of the commune and the next one, whatever the commune has of it
RATED, SATISFIED = "dossiers_rated", "dossiers_satisfied"
OPEN, ACCOUNTS, DECLARED = "difficulties_open", "people_bank_account", "bank_accounts_told"
FEW = ["tomorrow/?", "months/2026-10/?", "told/?month=2026-10", "targets/?year=2026&month=2026-10", "questions/?month=2026-10"]  # fmt: skip
EVERY = [
    *FEW, "tomorrow/?form=csv", "targets/?year=2026&month=2026-10&form=csv", "figure/satisfaction_rate/?month=2026-11",
    "?month=2026-11", "?month=2026-10", "?", "?month=2026-10&form=csv", "?wall=1", "group/service/?month=2026-10",
    "group/teams/?month=2026-11", "group/service/?month=2026-10&form=csv", "figure/satisfaction_rate/?month=2026-10",
    "figure/satisfaction_rate/?month=2026-10&form=csv", "figure/difficulties_open_count/?month=2026-11",
    "figure/difficulties_open_count/?month=2026-11&form=csv", "figure/bank_account_rate/?month=2026-10",
    "difficulties/?month=2026-11", "difficulties/?month=2026-11&form=csv", "difficulties/?month=2026-11&by=months",
    "difficulties/?month=2026-11&by=months&form=csv", "score/?month=2026-10", "score/?month=2026-10&form=csv",
    "months/?", "months/?form=csv", "questions/?month=2026-10&form=csv", "reports/look/commune_month/?month=2026-10",
    "figure/satisfaction_rate/rows/dossiers_rated/?month=2026-11",
    "figure/satisfaction_rate/?month=2026-11&span=quarter", "?month=2026-11&span=quarter",
    "figure/satisfaction_rate/?month=2026-11&span=year&form=csv",
    "told/bank_accounts_told/?month=2026-10", "surveys/?", "reports/?", "reports/made/?", "ask/?f=satisfaction_rate",
]  # fmt: skip
# SQL and kept questions are shut by right, what was made is as it was made, the workbook holds what the commune itself
# tells, a survey and the open page are for everybody.
ELSEWHERE = {
    "told_template",
    "ask_sql",
    "ask_kept",
    "ask_kept_act",
    "report",
    "report_file",
    "survey",
    "public",
}


@pytest.fixture(autouse=True)
def today(monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)


@contextmanager
def world(cast: Cast, few: int) -> Iterator[None]:
    """A commune with `few` of each thing, one fewer as it was locked and as it stood yesterday; undone at the end."""
    with transaction.atomic():
        for memory in (definitions, places, tree):
            memory.forget()
        cache.clear()
        build(cast, few)
        yield
        transaction.set_rollback(True)


def build(cast: Cast, few: int) -> None:
    own = Place.objects.create(commune=cast.cocsan.pk, unit=cast.un_ta.pk)
    other = Place.objects.create(commune=cast.next_commune.pk, unit=cast.next_commune.pk)
    for view in {definitions.measures()[id].view for id in (RATED, OPEN, ACCOUNTS)}:
        for unit in (cast.cocsan, cast.next_commune):
            Source.objects.create(view=view, commune=unit.pk, begin=202601, counted_at=AT)
    period = Period.objects.create(
        unit=cast.cocsan.pk, month=LOCKED, state="locked", locked_at=AT, approved_at=AT, approved_by=cast.leader.pk
    )  # fmt: skip
    named: dict[str, Any] = {id: {} for id in (RATED, SATISFIED, OPEN, ACCOUNTS)}
    snapshot = Snapshot.objects.create(
        period=period, unit=cast.cocsan.pk, month=LOCKED, number=1, at=AT, by=cast.leader.pk, cells=9, digest="0" * 64,
        content={"measures": named, "places": [str(cast.un_ta.pk)], "position": 0}, key_id="", signature=b"",
    )  # fmt: skip
    for measure, dims, less in (
        (RATED, "", 0), (SATISFIED, "", 1), (OPEN, "", 0), (OPEN, "kind=sign_in", 0), (ACCOUNTS, "", 0)
    ):  # fmt: skip
        key: dict[str, Any] = {"series": series_of(measure), "dims": dims}
        now, then = few - less, few - less - 1
        for month in (LOCKED, RUNNING):
            Cell.objects.create(**key, month=month, place=own.pk, value=now)
            Cell.objects.create(**key, month=month, place=other.pk, value=TOGETHER - then)
            CellBefore.objects.create(**key, month=month, place=own.pk, day=LATE, value=then)
        LockedCell.objects.create(**key, snapshot=snapshot, place=own.pk, value=then)
    Told.objects.create(measure=DECLARED, unit=cast.cocsan.pk, month=LOCKED, value=40, entered_by=cast.leader.pk, entered_at=AT)  # fmt: skip
    for about, check, detail in (
        (RATED, "jump", {"value": few, "usual": 90}), ("satisfaction_rate", "above_denominator", {"numerator": few, "denominator": 2}),
        (DECLARED, "told_above_counted", {"told": 40, "counted": few}),
    ):  # fmt: skip
        Flag.objects.create(
            about=about, check_id=check, unit=cast.cocsan.pk, month=LOCKED, detail=detail, found_at=AT
        )


def read(reader: Account, unit: Any, addresses: list[str]) -> dict[str, str]:
    """Return what each address says, without what differs each time."""
    client = Client()
    client.force_login(reader)
    found = {}
    for address in addresses:
        with translation.override("vi"):
            answer = client.get(f"{BOARD}{address}&unit={unit.pk}")
        text = answer.content.decode("utf-8-sig", "replace")
        for changing in (
            r"[0-9a-f]{8}-[0-9a-f-]{27}",
            r'csrfmiddlewaretoken" value="\w+"',
            r'nonce="[^"]+"',
            r"\d\d:\d\d",
        ):
            text = re.sub(changing, "", text)
        found[address] = f"{answer.status_code} {text}"
    return found


def differing(cast: Cast, reader: Account, unit: Any, addresses: list[str]) -> dict[str, list[str]]:
    """Return by address the lines that are others where two stand in the place of three."""
    seen = []
    for few in (3, 2):
        with world(cast, few):
            seen.append(read(reader, unit, addresses))
    three, two = ({address: one[address].splitlines() for address in addresses} for one in seen)
    return {
        address: list(unified_diff(three[address], two[address], n=3, lineterm=""))
        for address in addresses
        if three[address] != two[address]
    }


@pytest.fixture
def council(cast: Cast) -> Account:
    account = make_account("council", "Lục Thị Hội")
    make_grant(account, "council_member", cast.cocsan)
    enrol([account])
    return account


def test_a_reader_of_the_board_learns_no_small_number_from_months_told_figures_and_targets(
    cast: Cast, council: Account
) -> None:
    assert differing(cast, council, cast.cocsan, FEW) == {}


def test_who_may_list_the_rows_reads_them(cast: Cast) -> None:
    with world(cast, 3):
        seen = read(cast.leader, cast.cocsan, ["tomorrow/?", "months/2026-10/?"])
    assert "1/2 → 2/3" in seen["tomorrow/?"] and ">+1<" in seen["months/2026-10/?"]


@pytest.mark.long
def test_no_page_and_no_file_tells_a_reader_of_the_board_a_small_number(cast: Cast, council: Account) -> None:
    names = {resolve(f"{BOARD}{one.partition('?')[0]}").url_name for one in EVERY}
    assert {one.name for one in urls.urlpatterns} == names | ELSEWHERE  # a new page is asked here too
    for reader, unit in (
        (council, cast.cocsan),
        (cast.province_viewer, cast.cocsan),
        (cast.province_viewer, cast.province),
    ):
        found = differing(cast, reader, unit, EVERY)
        assert found == {}, (reader.username, unit, found)
