"""What is settled before a change is applied, and who may draft it."""

from __future__ import annotations

import pytest

from dinh.directory.changes.applying import apply
from dinh.directory.changes.drafting import preview
from dinh.directory.changes.touched import Conflict
from dinh.directory.models import Account, Grant
from dinh.directory.queries import in_force
from dinh.directory.tests.cast import Cast, make_account, make_grant
from dinh.directory.tests.changes.settings import (
    COCSAN,
    DAY,
    NOON,
    applied,
    drafted,
    made,
    merger,
)  # fmt: skip
from dinh.lib.errors import Invalid, NotPermitted

pytestmark = pytest.mark.usefixtures("roles")


def test_two_offices_of_one_kind_want_a_seat(cast: Cast) -> None:
    change = drafted(merger(makes=[{"code": COCSAN, "name": "Mây Xanh", "type": "xã"}]))

    with pytest.raises(Invalid) as refused:
        apply(change=change, by=None, at=NOON)

    assert {fault.path for fault in refused.value.faults} == {"seat"}
    assert not preview(change, by=None, at=NOON).may_apply


@pytest.mark.parametrize("settled", ["same", "different"])
def test_two_accounts_of_one_person_are_settled_first(cast: Cast, settled: str) -> None:
    for name, unit, role in (("moi1", cast.cocsan, "reception"), ("moi2", cast.next_commune, "clerk")):
        make_grant(make_account(name, "Cư Thị Mới", unit=unit), role, unit)
    with pytest.raises(Invalid) as refused:
        applied(merger())
    told = (
        {"same_person": [{"keep": "moi1", "close": "moi2"}]}
        if settled == "same"
        else {"different_people": [["moi1", "moi2"]]}
    )

    applied(merger(**told))

    assert {fault.path for fault in refused.value.faults} == {"same_person"}
    assert Account.objects.get(username="moi2").is_active is (settled == "different")
    held = Grant.objects.filter(in_force(DAY), unit=made(), account__username__startswith="moi")
    clerk = "moi1" if settled == "same" else "moi2"
    assert set(held.values_list("account__username", "role")) == {("moi1", "reception"), (clerk, "clerk")}


def test_a_package_may_stand_against_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = [Conflict("locked", "Tháng 12 đã khóa.")]
    monkeypatch.setattr("dinh.directory.changes.touched._conflicts", {"figures": lambda plan: locked})

    with pytest.raises(Invalid) as refused:
        applied(merger())

    assert [fault.path for fault in refused.value.faults] == ["locked"]


def test_only_who_manages_all_its_units_drafts_and_applies_it(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        drafted(by=cast.administrator)


def test_the_preview_counts_and_lists(cast: Cast) -> None:
    change = drafted()

    told = {one.table.name: one for one in preview(change, by=None, at=NOON).touched}

    assert told["directory.office"].count == 8
    assert told["directory.grant"].count > 5
