"""Appointing, withdrawing, delegating, revoking."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dinh.directory import actions, policy
from dinh.directory.models import Delegation, Grant
from dinh.directory.tests.cast import MONDAY_MORNING as AT
from dinh.directory.tests.cast import Cast, make_account
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def appoint(cast: Cast, **changes: Any) -> Grant:
    values: dict[str, Any] = {
        "account": cast.clerk, "role": "leader", "unit": cast.cocsan, "by": cast.administrator, "at": AT,
    }  # fmt: skip
    return actions.appoint(**{**values, **changes})


def delegate(cast: Cast, **changes: Any) -> Delegation:
    values: dict[str, Any] = {
        "grant": Grant.objects.get(account=cast.leader), "to": cast.clerk, "valid_from": TODAY,
        "valid_to": TODAY + DAY, "reference": "12/GUQ-UBND", "by": cast.leader, "at": AT,
    }  # fmt: skip
    return actions.delegate(**{**values, **changes})


def faults(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {f"{fault.path}.{fault.code}" for fault in refused.value.faults}


def test_an_appointment_gives_the_role_at_once_and_is_written_down(cast: Cast) -> None:
    assert not policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY)

    grant = appoint(cast)

    assert policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY)
    entry = Entry.objects.get(subject=grant.pk)
    assert entry.kind == "directory.appointed"
    assert entry.body is not None
    assert entry.body["set"]["role"] == "leader"
    assert entry.body["set"]["account_id"] == str(cast.clerk.pk)


def test_an_administrator_appoints_in_the_own_commune_alone(cast: Cast) -> None:
    for unit in (cast.next_commune, cast.province):
        with pytest.raises(NotPermitted):
            appoint(cast, unit=unit)


def test_nobody_appoints_themself(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        appoint(cast, account=cast.administrator)

    assert refused.value.code == "directory.not_oneself"


def test_all_faults_of_an_appointment_come_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        appoint(
            cast, account=cast.citizen, role="emperor", procedures=["alchemy"], valid_from=TODAY, valid_to=TODAY,
            office=cast.next_offices["police"],
        )  # fmt: skip

    assert faults(refused) == {
        "account.not_staff", "role.unknown", "procedures.unknown", "valid_to.before_it_begins", "office.elsewhere",
    }  # fmt: skip


def test_the_role_of_a_citizen_is_not_given(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        appoint(cast, role="citizen")

    assert faults(refused) == {"role.unknown"}


def test_a_role_that_is_withdrawn_is_gone_the_same_day(cast: Cast) -> None:
    grant = Grant.objects.select_related("account").get(account=cast.leader)

    actions.withdraw_grant(grant=grant, by=cast.administrator, at=AT)

    policy.forget(cast.leader)
    assert not policy.may(cast.leader, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY)
    assert policy.may(cast.leader, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY - DAY)


def test_two_who_withdraw_at_once_do_it_once(cast: Cast) -> None:
    first, second = (Grant.objects.get(account=cast.leader) for _ in range(2))
    actions.withdraw_grant(grant=first, by=cast.administrator, at=AT)

    with pytest.raises(Stale):
        actions.withdraw_grant(grant=second, by=cast.administrator, at=AT)


def test_withdrawing_a_role_does_not_prolong_it_or_give_it_back(cast: Cast) -> None:
    grant = appoint(cast, valid_to=TODAY + DAY)

    for on in (TODAY + DAY, TODAY + 9 * DAY):
        with pytest.raises(Refused) as refused:
            actions.withdraw_grant(grant=grant, by=cast.administrator, at=AT, on=on)
        assert refused.value.code == "directory.grant_ended"

    assert not policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY + 2 * DAY)


def test_a_leader_delegates_the_signature_and_takes_it_back(cast: Cast) -> None:
    delegation = delegate(cast)
    assert policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY)

    actions.revoke_delegation(delegation=delegation, by=cast.leader, at=AT)

    assert not policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=TODAY)
    with pytest.raises(Refused):
        actions.revoke_delegation(delegation=delegation, by=cast.leader, at=AT)


def test_an_administrator_may_enter_a_written_delegation_and_a_colleague_may_not(cast: Cast) -> None:
    delegate(cast, by=cast.administrator)

    for stranger in (cast.clerk, cast.chair, cast.next_administrator):
        with pytest.raises(NotPermitted):
            delegate(cast, by=stranger)


def test_an_administrator_enters_no_delegation_to_themself(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        delegate(cast, to=cast.administrator, by=cast.administrator)

    assert refused.value.code == "directory.not_oneself"
    delegate(cast, to=cast.administrator, by=cast.leader)


def test_all_faults_of_a_delegation_come_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        delegate(cast, to=cast.leader, valid_from=date(2025, 6, 30), valid_to=date(2025, 6, 1), reference=" ")

    assert faults(refused) == {
        "to.not_staff", "valid_to.before_it_begins", "valid_to.beyond_the_grant", "reference.required",
    }  # fmt: skip


def test_a_signature_is_not_delegated_beyond_the_role_itself(cast: Cast) -> None:
    Grant.objects.filter(account=cast.leader).update(valid_to=TODAY + DAY)

    delegate(cast, valid_to=TODAY)
    with pytest.raises(Invalid) as refused:
        delegate(cast, valid_to=TODAY + DAY)

    assert faults(refused) == {"valid_to.beyond_the_grant"}


def test_procedures_that_are_not_held_are_not_delegated(cast: Cast) -> None:
    grant = appoint(cast, account=make_account("phu", "Tẩn Thị Phụ"), procedures=["birth_registration"])

    with pytest.raises(Invalid) as refused:
        delegate(cast, grant=grant, by=cast.administrator, procedures=["social_pension"])

    assert faults(refused) == {"procedures.not_held"}
