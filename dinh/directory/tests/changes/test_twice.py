"""A change is applied once, on its day or later, and as it was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import drop, redraft
from dinh.directory.models import UnitChange
from dinh.directory.tests.cast import Cast
from dinh.directory.tests.changes.settings import (
    COCSAN,
    LATER,
    NOON,
    amendment,
    applied,
    drafted,
    merger,
)  # fmt: skip
from dinh.lib.errors import Invalid, Refused, Stale

pytestmark = pytest.mark.usefixtures("roles")


def test_a_change_is_not_applied_twice(cast: Cast) -> None:
    change = applied(merger())

    with pytest.raises(Refused) as refused:
        apply(change=change, by=None, at=LATER)
    with pytest.raises(Invalid) as again:
        drafted(at=LATER)

    assert refused.value.code == "directory.change_not_open"
    assert "ended" in {fault.code for fault in again.value.faults}


def test_of_two_drafts_about_one_commune_one_is_applied(cast: Cast) -> None:
    first = drafted()
    second = drafted(amendment("rename", {"unit": COCSAN, "name": "Xa"}))
    apply(change=first, by=None, at=NOON)

    with pytest.raises(Invalid):
        apply(change=second, by=None, at=NOON)


def test_who_saw_an_older_draft_is_told(cast: Cast) -> None:
    change = drafted()
    old = UnitChange.objects.get(pk=change.pk)
    redraft(change=change, decision=of_data(merger(name="Mây Vàng")), by=None, at=NOON)

    with pytest.raises(Stale):
        apply(change=old, by=None, at=NOON)


def test_it_waits_for_its_day(cast: Cast) -> None:
    change = drafted()

    with pytest.raises(Refused) as refused:
        apply(change=change, by=None, at=NOON - timedelta(days=1))

    assert refused.value.code == "directory.change_too_early"


def test_a_draft_is_dropped(cast: Cast) -> None:
    change = drafted()
    drop(change=change, by=None, at=NOON)

    with pytest.raises(Refused):
        apply(change=UnitChange.objects.get(pk=change.pk), by=None, at=NOON)
