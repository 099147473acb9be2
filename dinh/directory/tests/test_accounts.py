"""Opening, amending, closing accounts, and giving new access."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from dinh.directory import actions, policy
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING as AT
from dinh.directory.tests.cast import PASSWORD, Cast, make_account, make_grant
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale

TODAY = date(2026, 11, 23)


def open_(cast: Cast, **changes: Any) -> Account:
    values: dict[str, Any] = {
        "username": "moi", "full_name": "Cư Thị Mới", "unit": cast.cocsan, "by": cast.administrator, "at": AT,
    }  # fmt: skip
    return actions.open_account(**{**values, **changes})


def signed_in(account: Account) -> str:
    """Give the account a session, and return its key."""
    store = SessionStore()
    store["_auth_user_id"] = str(account.pk)
    store.create()
    assert store.session_key
    UserSession.objects.create(
        user=account, ip="203.0.113.9", user_agent="test", session_key=store.session_key
    )
    return store.session_key


def test_an_administrator_opens_an_account_and_the_entry_keeps_no_password(cast: Cast) -> None:
    account = open_(cast, password="bi-mat-lam-nhe-2026", title="  Công chức  ")

    entry = Entry.objects.get(subject=account.pk)
    assert account.check_password("bi-mat-lam-nhe-2026")
    assert account.must_change_password
    assert account.title == "Công chức"
    assert (entry.kind, entry.actor, entry.unit) == (
        "directory.account_opened",
        cast.administrator.pk,
        cast.cocsan.pk,
    )
    assert entry.body is not None
    assert entry.body["set"]["username"] == "moi"
    assert "password" not in entry.body["set"]


def test_an_account_without_a_password_lets_nobody_in(cast: Cast) -> None:
    assert not open_(cast).has_usable_password()


def test_all_faults_of_an_account_come_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        open_(cast, username="Cán bộ!", full_name=" ", email="khong-phai")

    assert {fault.path for fault in refused.value.faults} == {"username", "full_name", "email"}


def test_a_sign_in_name_is_given_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        open_(cast, username=cast.leader.username.upper())

    assert [fault.code for fault in refused.value.faults] == ["taken"]


@pytest.mark.parametrize("who", ["leader", "next_administrator", "province_viewer", "citizen"])
def test_nobody_but_the_administrator_of_the_commune_opens_accounts(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        open_(cast, by=getattr(cast, who))

    assert not Account.objects.filter(username="moi").exists()


def test_one_may_amend_ones_own_account_and_not_that_of_a_colleague(cast: Cast) -> None:
    actions.amend_account(account=cast.clerk, by=cast.clerk, at=AT, phone="0912 345 678")

    assert Account.objects.get(pk=cast.clerk.pk).phone == "0912 345 678"
    with pytest.raises(NotPermitted):
        actions.amend_account(account=cast.clerk, by=cast.leader, at=AT, phone="1")


@pytest.mark.parametrize("column", ["full_name", "title"])
def test_nobody_gives_themself_another_name_or_post(cast: Cast, column: str) -> None:
    with pytest.raises(NotPermitted):
        actions.amend_account(account=cast.clerk, by=cast.clerk, at=AT, **{column: "Chủ tịch"})

    actions.amend_account(account=cast.clerk, by=cast.administrator, at=AT, **{column: "Chủ tịch"})


def test_columns_that_give_power_cannot_be_amended(cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.amend_account(account=cast.clerk, by=cast.administrator, at=AT, kind="system")


def test_two_who_change_one_account_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    same = Account.objects.get(pk=cast.clerk.pk)
    actions.amend_account(account=cast.clerk, by=cast.administrator, at=AT, title="Văn thư")

    with pytest.raises(Stale):
        actions.amend_account(account=same, by=cast.administrator, at=AT, title="Kế toán")

    assert Account.objects.get(pk=cast.clerk.pk).title == "Văn thư"


def test_closing_an_account_ends_its_sessions_and_its_rights(cast: Cast) -> None:
    key = signed_in(cast.clerk)

    actions.close_account(account=cast.clerk, by=cast.administrator, at=AT)

    assert not SessionStore().exists(key)
    assert not UserSession.objects.filter(user=cast.clerk).exists()
    assert policy.roles_of(cast.clerk, AT.date()) == frozenset()

    actions.reopen_account(account=cast.clerk, by=cast.administrator, at=AT)
    assert policy.roles_of(cast.clerk, AT.date()) == {"clerk"}


def test_nobody_closes_the_own_account(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.close_account(account=cast.administrator, by=cast.administrator, at=AT)


def test_new_access_replaces_password_and_authenticator_and_ends_sessions(cast: Cast) -> None:
    signed_in(cast.leader)
    Authenticator.objects.get_or_create(user=cast.leader, type="totp", defaults={"data": {"secret": "x"}})

    password = actions.reset_access(account=cast.leader, by=cast.administrator, at=AT)

    leader = Account.objects.get(pk=cast.leader.pk)
    assert leader.check_password(password)
    assert not leader.check_password(PASSWORD)
    assert leader.must_change_password
    assert not Authenticator.objects.filter(user=leader).exists()
    assert not UserSession.objects.filter(user=leader).exists()
    assert password not in str(Entry.objects.get(subject=leader.pk).body)


def test_new_access_to_an_officer_of_the_next_commune_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        actions.reset_access(account=cast.leader, by=cast.next_administrator, at=AT)

    assert Account.objects.get(pk=cast.leader.pk).check_password(PASSWORD)


def test_an_account_that_also_serves_another_commune_is_out_of_reach_of_one_administrator(cast: Cast) -> None:
    make_grant(cast.clerk, "clerk", cast.next_commune)

    for administrator in (cast.administrator, cast.next_administrator):
        with pytest.raises(NotPermitted):
            actions.reset_access(account=cast.clerk, by=administrator, at=AT)


def test_an_account_that_another_commune_lends_a_signature_to_is_out_of_reach_until_that_ends(
    cast: Cast,
) -> None:
    made = actions.delegate(
        grant=make_grant(cast.chair, "leader", cast.next_commune), to=cast.clerk, valid_from=TODAY,
        valid_to=TODAY, reference="12/GUQ-UBND", by=None, at=AT,
    )  # fmt: skip

    with pytest.raises(NotPermitted):
        actions.reset_access(account=cast.clerk, by=cast.administrator, at=AT)
    actions.revoke_delegation(delegation=made, by=None, at=AT)
    assert actions.reset_access(account=cast.clerk, by=cast.administrator, at=AT)


def test_an_account_of_nobody_s_staff_is_left_to_the_owner_of_the_node(cast: Cast) -> None:
    stray = make_account("stray", "Không Ai")

    with pytest.raises(NotPermitted):
        actions.reset_access(account=stray, by=cast.administrator, at=AT)
    assert actions.reset_access(account=stray, by=None, at=AT)


def test_an_administrator_cannot_take_over_a_citizen(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        actions.reset_access(account=cast.citizen, by=cast.administrator, at=AT)


def test_ending_sessions_may_keep_the_present_one(cast: Cast) -> None:
    keep, other = signed_in(cast.clerk), signed_in(cast.clerk)

    assert actions.end_sessions(cast.clerk, keep=keep) == 1
    assert SessionStore().exists(keep)
    assert not SessionStore().exists(other)


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    made = {actions.one_time_password() for _ in range(200)}

    assert len(made) == 200
    assert {len(password) for password in made} == {19}
    assert not set("".join(made)) & set("il1o0")


@pytest.mark.parametrize(
    "changes", [{"unit": None}, {"kind": Account.Kind.CITIZEN}, {"kind": Account.Kind.SYSTEM}], ids=str
)
def test_an_administrator_opens_accounts_of_staff_of_a_unit_alone(
    cast: Cast, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotPermitted):
        open_(cast, **changes)


@pytest.mark.parametrize(
    ("column", "value"),
    [("full_name", "N" * 121), ("title", "N" * 121), ("phone", "0" * 25), ("language", "xx")],
)
def test_what_a_column_cannot_hold_is_a_fault_on_either_database(cast: Cast, column: str, value: str) -> None:
    account = open_(cast)

    with pytest.raises(Invalid) as opened:
        open_(cast, username="khac", **{column: value})
    with pytest.raises(Invalid) as amended:
        actions.amend_account(account=account, by=cast.administrator, at=AT, **{column: value})

    assert {f.path for f in (*opened.value.faults, *amended.value.faults)} == {column}
