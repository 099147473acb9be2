"""Which roles go on when units end, until when, and with whom; undoing gives back those that there were."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dinh.directory.actions import withdraw_grant
from dinh.directory.changes.drafting import preview
from dinh.directory.changes.undoing import undo
from dinh.directory.models import Account, Delegation, Grant, Unit
from dinh.directory.tests.cast import Cast, make_account, make_delegation, make_grant
from dinh.directory.tests.changes.settings import (
    BEFORE,
    DAY,
    LATER,
    NOON,
    applied,
    drafted,
    fingerprint,
    made,
    merger,
)  # fmt: skip
from dinh.directory.tests.invented_roles import ROLES, role
from dinh.lib.errors import Invalid, Refused

pytestmark = pytest.mark.usefixtures("roles")
NEW_YEAR, TET = date(2027, 1, 1), date(2027, 2, 6)
SAME: dict[str, Any] = {"same_person": [{"keep": "moi1", "close": "moi2"}]}


def held(account: Account) -> list[tuple[str, date, date | None]]:
    """The roles of an account over the unit that began: from when, until when."""
    found = Grant.objects.filter(account=account, unit=made()).order_by("role", "valid_from")
    return list(found.values_list("role", "valid_from", "valid_to"))


@pytest.fixture
def moi(cast: Cast) -> Account:
    return make_account("moi", "Cư Thị Mới", unit=cast.cocsan)


@pytest.fixture
def twice(cast: Cast) -> tuple[Account, Account]:
    """One person's accounts: in Cốc San, and in the next commune."""
    return (
        make_account("moi1", "Cư Thị Mới", unit=cast.cocsan),
        make_account("moi2", "Cư Thị Mới", unit=cast.next_commune),
    )


def test_a_role_that_begins_later_begins_no_earlier(cast: Cast, moi: Account) -> None:
    was = make_grant(moi, "leader", cast.cocsan, since=NEW_YEAR, valid_to=TET)
    make_delegation(was, cast.chair, NEW_YEAR, TET - timedelta(days=1))
    before = fingerprint()

    change = applied(merger())

    assert held(moi) == [("leader", NEW_YEAR, TET)]
    was.refresh_from_db()
    assert (was.valid_from, was.valid_to) == (NEW_YEAR, NEW_YEAR)
    lent = Delegation.objects.get(grant__account=moi, grant__unit=made())
    assert (lent.valid_from, lent.valid_to) == (NEW_YEAR, TET - timedelta(days=1))
    undo(change=change, by=None, at=LATER)
    assert fingerprint() == before


def test_a_role_called_off_before_it_began_stays_called_off(cast: Cast, moi: Account) -> None:
    grant = make_grant(moi, "leader", cast.cocsan, since=NEW_YEAR)
    withdraw_grant(grant=grant, by=None, at=NOON - timedelta(days=9), on=NEW_YEAR)

    applied(merger())

    assert held(moi) == []


@pytest.mark.parametrize(
    ("in_cocsan", "in_next", "then"),
    [
        ((BEFORE, NEW_YEAR), (BEFORE, None), [(DAY, None)]),
        ((BEFORE, NEW_YEAR), (BEFORE, TET), [(DAY, TET)]),
        ((BEFORE, NEW_YEAR), (NEW_YEAR, TET), [(DAY, TET)]),
        ((BEFORE, NEW_YEAR), (TET, None), [(DAY, NEW_YEAR), (TET, None)]),
    ],
)
def test_a_role_held_in_two_parts_lasts_as_long_as_either(
    cast: Cast, moi: Account, in_cocsan: tuple[date, date | None], in_next: tuple[date, date | None],
    then: list[tuple[date, date | None]],
) -> None:  # fmt: skip
    grants = [
        make_grant(moi, "reception_officer", unit, since=since, valid_to=until)
        for unit, (since, until) in ((cast.cocsan, in_cocsan), (cast.next_commune, in_next))
    ]
    for grant, to in zip(grants, (cast.chair, cast.next_leader), strict=True):
        make_delegation(grant, to, grant.valid_from, grant.valid_from + timedelta(days=7))

    applied(merger())

    assert held(moi) == [("reception_officer", *term) for term in then]
    lent = Delegation.objects.filter(grant__account=moi, grant__unit=made())
    assert set(lent.values_list("to", flat=True)) == {cast.chair.pk, cast.next_leader.pk}


def test_a_delegation_ends_with_the_role_of_which_it_was(cast: Cast, moi: Account) -> None:
    short = make_grant(moi, "leader", cast.cocsan, valid_to=NEW_YEAR)
    make_grant(moi, "leader", cast.next_commune)
    make_delegation(short, cast.chair, DAY, TET)

    applied(merger())

    lent = Delegation.objects.get(grant__account=moi, grant__unit=made())
    assert lent.valid_to == NEW_YEAR - timedelta(days=1)


def test_the_account_that_goes_on_has_the_roles_of_the_closed_one(
    cast: Cast, twice: tuple[Account, Account]
) -> None:
    keep, close = twice
    make_grant(keep, "reception_officer", cast.cocsan, valid_to=NEW_YEAR)
    make_grant(close, "reception_officer", cast.next_commune)
    make_grant(close, "clerk", cast.next_commune)
    make_grant(close, "volunteer", cast.un_ta)
    make_delegation(Grant.objects.get(account=cast.leader), close, DAY, TET)
    before = fingerprint()

    change = applied(merger(**SAME))

    assert held(keep) == [("clerk", DAY, None), ("reception_officer", DAY, None)]
    assert held(close) == []
    assert Grant.objects.get(account=keep, unit=cast.un_ta).role == "volunteer"
    assert Delegation.objects.get(grant__unit=made()).to == keep
    close.refresh_from_db()
    assert not close.is_active
    undo(change=change, by=None, at=LATER)
    assert fingerprint() == before


def test_roles_of_an_account_that_was_closed_before_are_nobodys(
    cast: Cast, twice: tuple[Account, Account]
) -> None:
    keep, close = twice
    make_grant(close, "clerk", cast.next_commune)
    Account.objects.filter(pk=close.pk).update(is_active=False)

    applied(merger(**SAME))

    assert held(keep) == held(close) == []


def test_nobody_gives_themself_the_roles_of_another_account(
    cast: Cast, twice: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, _close = twice
    monkeypatch.setitem(ROLES, "administrator", role("administrator", "directory.manage_places"))
    make_grant(keep, "administrator", cast.province)

    with pytest.raises(Refused) as refused:
        applied(merger(**SAME), by=keep)

    assert refused.value.code == "directory.not_oneself"


def test_roles_over_other_units_are_told_to_end(cast: Cast, twice: tuple[Account, Account]) -> None:
    make_grant(twice[1], "province_viewer", cast.province)

    told = [one for one in preview(drafted(merger(**SAME)), by=None, at=NOON).conflicts if not one.blocks]

    assert [(one.code, one.about) for one in told] == [("roles_elsewhere", ("moi2",))]
    assert "Lào Cai" in str(told[0].message)


def test_three_accounts_of_one_person_are_settled_by_two_answers(
    cast: Cast, twice: tuple[Account, Account]
) -> None:
    third: Unit = cast.next_commune
    make_grant(make_account("moi3", "Cư Thị Mới", unit=third), "clerk", third)

    applied(merger(same_person=[{"keep": "moi2", "close": "moi3"}, *SAME["same_person"]]))

    assert held(twice[0]) == [("clerk", DAY, None)]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([("moi1", "moi1")], "nobody"),
        ([("moi1", "moi2"), ("moi2", "moi1")], "nobody"),
        ([("khong-co", "moi2")], "not_staff"),
        ([("hanh", "moi2")], "not_staff"),
        ([("moi1", "hanh")], "elsewhere"),
    ],
)
def test_one_of_the_accounts_goes_on_and_is_there(
    twice: tuple[Account, Account], answers: list[tuple[str, str]], code: str
) -> None:
    told = [{"keep": keep, "close": close} for keep, close in answers]

    with pytest.raises(Invalid) as refused:
        applied(merger(same_person=told))

    assert {fault.code for fault in refused.value.faults} == {code}
