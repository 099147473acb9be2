"""The preview counts and lists all that a change touches: by name only to who may read it there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db.models import Q
from django.utils import timezone

from dinh.directory.changes import touched
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft, preview
from dinh.directory.models import Account, Closure, UnitChange
from dinh.directory.tests.cast import Cast, make_account, make_grant
from dinh.directory.tests.changes.settings import COCSAN, NOON, merger
from dinh.directory.tests.invented_roles import ROLES, role, roles
from dinh.journal.models import Access
from dinh.outreach.models import QueueTicket
from dinh.population import actions as population

__all__ = ["roles"]
pytestmark = pytest.mark.usefixtures("roles")


def reader(cast: Cast, monkeypatch: pytest.MonkeyPatch, *permissions: str) -> Account:
    """Somebody who manages the places of the province and has more permissions there."""
    monkeypatch.setitem(ROLES, "reader", role("reader", "directory.manage_places", *permissions))
    account = make_account("tinh", "Hoàng Quản Tỉnh")
    make_grant(account, "reader", cast.province)
    return account


@pytest.fixture
def change(cast: Cast) -> UnitChange:
    more = {"by": None, "at": timezone.now()}
    population.register_household(unit=cast.cocsan, village=cast.un_ta, address="nhà 1", **more)  # type: ignore[arg-type]
    return draft(decision=of_data(merger()), by=None, at=NOON)


@pytest.fixture(autouse=True)
def households_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As rows about persons that somebody still works on, without a whole dossier."""
    table = touched._tables["population.household"]
    monkeypatch.setitem(touched._tables, table.name, replace(table, open=Q()))


def test_it_counts_what_it_does_not_list(
    cast: Cast, change: UnitChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {one.table.name: one for one in preview(change, by=reader(cast, monkeypatch), at=NOON).touched}

    assert told["directory.office"].count == 8 and told["directory.office"].rows
    assert told["directory.grant"].count > 5
    assert told["population.household"].count == 1 and told["population.household"].rows == ()
    assert told["directory.account"].rows == ()
    assert not Access.objects.exists()


def test_who_may_read_the_rows_sees_them_and_that_is_written_down(
    cast: Cast, change: UnitChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = reader(cast, monkeypatch, "population.read")

    told = {one.table.name: one for one in preview(change, by=by, at=NOON).touched}

    rows = told["population.household"].rows
    assert len(rows) == 1
    written = Access.objects.get()
    assert (written.actor, written.subject_type, written.count) == (by.pk, "household", 1)
    assert written.purpose == f"change:{change.pk}"


def test_who_reads_another_commune_alone_sees_no_names(
    cast: Cast, change: UnitChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = reader(cast, monkeypatch)
    monkeypatch.setitem(ROLES, "people", role("people", "population.read"))
    make_grant(by, "people", cast.next_commune)

    told = {one.table.name: one for one in preview(change, by=by, at=NOON).touched}

    assert told["population.household"].rows == ()


def test_tickets_of_the_line_and_closed_days_are_told(cast: Cast, change: UnitChange) -> None:
    office = cast.offices["service_centre"]
    QueueTicket.objects.create(
        office=office, on=NOON.date(), number=1, code="K7M2-9QXT", wish="x", taken_at=NOON
    )
    Closure.objects.create(office=office, on=NOON.date(), reason="bão")

    told = {one.table.name: one for one in preview(change, by=None, at=NOON).touched}

    assert (told["outreach.ticket"].count, told["outreach.ticket"].open) == (1, 1)
    assert told["directory.closure"].rows[0]["label"] == "bão"


def test_files_of_the_places_own_catalogue_that_name_a_unit_are_told(
    cast: Cast, change: UnitChange, tmp_path: Path, settings: object
) -> None:
    folder = tmp_path / "places"
    folder.mkdir(parents=True)
    (folder / "ours.geojson").write_text(f'{{"code": "{COCSAN}-01"}}', encoding="utf-8")
    (folder / "theirs.geojson").write_text('{"code": "0274699"}', encoding="utf-8")
    settings.DINH_CATALOGUE_PATHS = (tmp_path,)  # type: ignore[attr-defined]

    found = preview(change, by=None, at=NOON)

    told = [one for one in found.conflicts if one.code == "catalogue"]
    assert [one.about for one in told] == [("places/ours.geojson",)]
    assert found.may_apply
