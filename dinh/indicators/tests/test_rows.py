"""The rows behind a figure: as many as it says, only those one may list, and no small number for others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from dinh.directory.models import Account, Grant, Unit
from dinh.indicators.engine import recount
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.rows import Rows, may_open, rows
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.lib.errors import NotFound

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def officer(name: str, unit: Unit, **grant: Any) -> Account:
    """Return somebody who may read dossiers, whose permission the view of sheep has, over a unit."""
    account = Account.objects.create(username=name, full_name=name)
    role = grant.pop("role", "reception_officer")
    Grant.objects.create(account=account, role=role, unit=unit, valid_from=date(2025, 7, 1), **grant)
    return account


@pytest.fixture
def shorn(land: Land, monkeypatch: Any) -> Land:
    declare(
        monkeypatch,
        measure("shorn", dimensions=("sex",)), measure("flock", kind="stock"), measure("told", origin="declared"),
        indicator("shorn_sum", numerator="shorn"),
    )  # fmt: skip
    put(3, unit=land.a, village=land.x, shorn_on=date(2026, 1, 5), sex="f", came_on=date(2026, 1, 1))
    put(
        4, unit=land.a, shorn_on=date(2026, 2, 5), sex="m", came_on=date(2026, 1, 1), left_on=date(2026, 2, 1)
    )
    put(2, unit=land.b, village=land.z, shorn_on=date(2026, 1, 5))
    recount.rebuild(AT)
    places.forget()
    return land


def opened(id: str, unit: Unit, account: Account | None, last: int = 202603, **options: Any) -> Rows:
    return rows(id, unit.pk, 202601, last, account, on=TODAY, **options)


def test_a_figure_opens_into_as_many_rows_as_it_says(shorn: Land) -> None:
    lan = officer("lan", shorn.province)

    for unit in (shorn.province, shorn.a, shorn.b, shorn.x):
        (value,) = figure("shorn_sum", [unit.pk], 202601, 202603, today=TODAY)
        found = opened("shorn", unit, lan)
        assert len(found.ids) == found.total == found.seen == value.numerator
    assert opened("shorn", shorn.a, lan).subject == "sheep"
    assert opened("shorn", shorn.a, lan, by="sex", part="f").total == 3
    assert opened("shorn", shorn.b, lan, by="sex", part="").total == 2
    assert (opened("flock", shorn.a, lan, last=202601).total, opened("flock", shorn.a, lan).total) == (7, 3)


def test_rows_elsewhere_are_not_listed_and_how_many_is_not_told(shorn: Land) -> None:
    hoa = officer("hoa", shorn.b)

    province, other = opened("shorn", shorn.province, hoa), opened("shorn", shorn.x, hoa)

    assert (province.total, province.seen) == (None, 2)
    assert (other.total, other.seen, other.ids) == (None, 0, ())
    assert opened("shorn", shorn.x, None).total is None
    # Beside a hidden part of few its neighbour is hidden, of whatever size: here it is not told either.
    whole = opened("shorn", shorn.province, hoa, by="sex", part="m")
    assert (whole.total, whole.seen) == (None, 0)
    assert (may_open("shorn", shorn.b.pk, hoa, TODAY), may_open("shorn", shorn.province.pk, hoa, TODAY)) == (
        True,
        False,
    )


def test_who_works_for_a_village_lists_its_rows(shorn: Land) -> None:
    assert opened("shorn", shorn.a, officer("pao", shorn.x)).seen == 3


def test_rows_come_in_pages(shorn: Land) -> None:
    lan = officer("lan", shorn.province)

    pages = [opened("shorn", shorn.province, lan, page=number, size=4) for number in (1, 2, 3)]

    found: set[UUID] = set().union(*(page.ids for page in pages))
    assert [len(page.ids) for page in pages] == [4, 4, 1]
    assert (len(found), pages[0].pages) == (9, 3)


def test_an_officer_of_some_procedures_lists_nothing_that_says_none(shorn: Land) -> None:
    minh = officer("minh", shorn.a, procedures=["birth_registration"])

    assert opened("shorn", shorn.a, minh).seen == 0
    assert not may_open("shorn", shorn.a.pk, minh, TODAY)


def test_told_figures_have_no_rows(shorn: Land) -> None:
    with pytest.raises(NotFound):
        opened("told", shorn.a, None)
