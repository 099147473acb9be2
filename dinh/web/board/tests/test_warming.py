"""Homes of who signed in lately are read again in the background after a counting, and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.web.board import homes, reading, warming


@pytest.fixture(autouse=True)
def nothing_done(monkeypatch: Any) -> None:
    monkeypatch.setattr(warming, "_done", "")


def signed_in(account: Account, ago: timedelta = timedelta(hours=1)) -> None:
    Account.objects.filter(pk=account.pk).update(last_login=timezone.now() - ago)


def test_homes_of_who_signed_in_lately_are_wanted_once_each(cast: Cast) -> None:
    signed_in(cast.leader)
    signed_in(cast.chair)
    signed_in(cast.next_leader, timedelta(days=30))
    signed_in(cast.province_viewer, timedelta(days=2))

    wanted = [asked for asked, _account in warming.wanted(timezone.now())]

    assert [one.unit for one in wanted] == [cast.cocsan.pk, cast.province.pk]
    assert [one.close is None for one in wanted] == [True, False]  # those above see a day later


def test_what_was_warmed_is_found_by_the_page_until_something_changes(cast: Cast, monkeypatch: Any) -> None:
    signed_in(cast.leader)
    cache.clear()
    assert warming.warm() == 1
    assert warming.warm() == 0  # nothing changed
    ((asked, account),) = warming.wanted(timezone.now())

    def never(*_args: Any, **_more: Any) -> Any:
        raise AssertionError("read again")

    monkeypatch.setattr(reading, "figures", never)
    monkeypatch.setattr(reading, "figure", never)
    opened = homes.at_newest(asked)
    assert homes.seen(opened, reading.watermark(opened), account).found


def test_a_task_that_is_ready_goes_first(cast: Cast, monkeypatch: Any) -> None:
    signed_in(cast.leader)

    class Ready:
        def exists(self) -> bool:
            return True

    monkeypatch.setattr(DBTaskResult.objects, "ready", Ready)
    assert warming.warm() == 0
    assert warming._done == ""  # the next turn goes on
