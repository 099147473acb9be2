"""Who may do what, where, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from dinh.directory import policy
from dinh.directory.models import Account, Grant
from dinh.directory.tests.cast import Cast, make_account, make_delegation, make_grant
from dinh.lib.errors import NotPermitted

pytestmark = pytest.mark.usefixtures("roles")

ON = date(2026, 11, 23)
DAY = timedelta(days=1)


def test_an_officer_may_what_the_role_lists_in_the_own_commune_alone(cast: Cast) -> None:
    def ask(permission: str, unit: Any) -> bool:
        return policy.may(cast.reception, permission, unit=unit.pk, on=ON)

    assert ask("dossiers.receive", cast.cocsan)
    assert ask("dossiers.receive", cast.un_ta)
    assert not ask("dossiers.approve", cast.cocsan)
    assert not ask("dossiers.receive", cast.next_commune)
    assert not ask("dossiers.receive", cast.province)


def test_a_grant_over_a_province_reaches_every_commune_and_village_below(cast: Cast) -> None:
    viewer = cast.province_viewer

    assert policy.may(viewer, "dossiers.read", unit=cast.next_commune.pk, on=ON)
    assert policy.may(viewer, "dossiers.read", unit=cast.un_ta.pk, on=ON)
    assert policy.scope(viewer, "dossiers.read", ON).units >= {
        cast.cocsan.pk,
        cast.next_commune.pk,
        cast.un_ta.pk,
    }


def test_a_role_with_sectors_covers_only_their_procedures(cast: Cast) -> None:
    def ask(procedure: str) -> bool:
        return policy.may(cast.examiner, "dossiers.examine", unit=cast.cocsan.pk, procedure=procedure, on=ON)

    assert ask("birth_registration")
    assert not ask("social_pension")
    assert not ask("a_procedure_nobody_declared")
    assert policy.may(cast.examiner, "dossiers.examine", unit=cast.cocsan.pk, sector="civil_status", on=ON)
    assert not policy.may(cast.examiner, "dossiers.examine", unit=cast.cocsan.pk, sector="justice", on=ON)


def test_a_grant_for_one_procedure_still_lets_its_holder_look_up_a_person(cast: Cast) -> None:
    newcomer = make_account("moi", "Cư Thị Mới")
    make_grant(newcomer, "reception_officer", cast.cocsan, procedures=["birth_registration"])

    def ask(permission: str, procedure: str | None) -> bool:
        return policy.may(newcomer, permission, unit=cast.cocsan.pk, procedure=procedure, on=ON)

    assert ask("dossiers.receive", "birth_registration")
    assert not ask("dossiers.receive", "social_pension")
    assert ask("population.read", None)


def test_one_account_may_hold_several_roles(cast: Cast) -> None:
    make_grant(cast.reception, "leader", cast.cocsan)

    assert policy.roles_of(cast.reception, ON) == {"reception_officer", "leader"}
    assert policy.may(cast.reception, "dossiers.approve", unit=cast.cocsan.pk, on=ON)
    assert policy.may(cast.reception, "dossiers.receive", unit=cast.cocsan.pk, on=ON)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(ON - DAY, False, id="the-day-before-it-begins"),
        pytest.param(ON, True, id="its-first-day"),
        pytest.param(ON + DAY, True, id="its-last-day"),
        pytest.param(ON + 2 * DAY, False, id="the-day-it-is-withdrawn"),
    ],
)
def test_a_grant_holds_between_its_dates(cast: Cast, on: date, expected: bool) -> None:
    newcomer = make_account("moi", "Cư Thị Mới")
    make_grant(newcomer, "leader", cast.cocsan, since=ON, valid_to=ON + 2 * DAY)

    assert policy.may(newcomer, "dossiers.approve", unit=cast.cocsan.pk, on=on) is expected


def test_a_closed_account_may_nothing_whatever_its_grants(cast: Cast) -> None:
    cast.leader.is_active = False

    assert policy.roles_of(cast.leader, ON) == frozenset()
    assert not policy.may(cast.leader, "dossiers.approve", unit=cast.cocsan.pk, on=ON)
    assert not policy.scope(cast.leader, "dossiers.read", ON)


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_somebody_who_has_not_signed_in_may_nothing(cast: Cast, nobody: Any) -> None:
    assert not policy.may(nobody, "dossiers.read", on=ON)
    assert policy.roles_of(nobody, ON) == frozenset()


def test_a_citizen_has_the_implicit_role_and_no_units(cast: Cast) -> None:
    assert policy.roles_of(cast.citizen, ON) == {"citizen"}
    assert policy.may(cast.citizen, "catalogue.read", on=ON)
    assert not policy.may(cast.citizen, "catalogue.read", unit=cast.cocsan.pk, on=ON)
    assert not policy.may(cast.citizen, "dossiers.read", on=ON)
    assert not policy.scope(cast.citizen, "dossiers.read", ON)


def test_a_refusal_names_the_permission_and_no_personal_data(cast: Cast) -> None:
    with pytest.raises(NotPermitted) as refused:
        policy.require(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=ON)

    assert refused.value.code == "directory.not_permitted"
    assert refused.value.params["permission"] == "dossiers.approve"
    assert cast.clerk.full_name not in str(refused.value)


def leader_grant(cast: Cast) -> Grant:
    return Grant.objects.get(account=cast.leader)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(ON - DAY, False, id="the-day-before"),
        pytest.param(ON, True, id="the-first-day"),
        pytest.param(ON + 3 * DAY, True, id="the-last-day"),
        pytest.param(ON + 4 * DAY, False, id="the-day-after"),
    ],
)
def test_a_delegated_signature_holds_on_its_days(cast: Cast, on: date, expected: bool) -> None:
    make_delegation(leader_grant(cast), cast.clerk, ON, ON + 3 * DAY)

    assert policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=on) is expected


def test_a_delegate_signs_for_the_one_who_delegated(cast: Cast) -> None:
    delegation = make_delegation(leader_grant(cast), cast.clerk, ON, ON)

    use = policy.acting_role(cast.clerk, "dossiers.approve", cast.cocsan.pk, "birth_registration", ON)

    assert (use.role, use.delegated_by, use.reference) == ("leader", cast.leader.pk, delegation.reference)


def test_the_own_role_goes_before_a_delegated_one(cast: Cast) -> None:
    make_delegation(leader_grant(cast), cast.chair, ON, ON)

    use = policy.acting_role(cast.chair, "dossiers.approve", cast.cocsan.pk, None, ON)

    assert use.delegated_by is None


def test_a_delegation_for_one_procedure_covers_no_other(cast: Cast) -> None:
    make_delegation(leader_grant(cast), cast.clerk, ON, ON, procedures=["birth_registration"])

    def ask(procedure: str) -> bool:
        return policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, procedure=procedure, on=ON)

    assert ask("birth_registration")
    assert not ask("social_pension")


def test_a_revoked_delegation_gives_nothing(cast: Cast) -> None:
    from dinh.directory.tests.cast import MONDAY_MORNING

    make_delegation(leader_grant(cast), cast.clerk, ON, ON, revoked_at=MONDAY_MORNING)

    assert not policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=ON)


def test_a_delegation_ends_with_the_post_of_the_one_who_delegated(cast: Cast) -> None:
    make_delegation(leader_grant(cast), cast.clerk, ON, ON)
    Account.objects.filter(pk=cast.leader.pk).update(is_active=False)

    assert not policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=ON)


def test_a_delegation_ends_with_its_grant(cast: Cast) -> None:
    make_delegation(leader_grant(cast), cast.clerk, ON, ON)
    Grant.objects.filter(account=cast.leader).update(valid_to=ON)

    assert not policy.may(cast.clerk, "dossiers.approve", unit=cast.cocsan.pk, on=ON)


def test_acting_without_a_role_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        policy.acting_role(cast.next_leader, "dossiers.approve", cast.cocsan.pk, None, ON)


def test_asking_twice_costs_two_queries_in_all(cast: Cast, django_assert_num_queries: Any) -> None:
    reception = Account.objects.get(pk=cast.reception.pk)

    with django_assert_num_queries(2):
        for _ in range(3):
            policy.may(
                reception, "dossiers.receive", unit=cast.cocsan.pk, procedure="birth_registration", on=ON
            )
            policy.scope(reception, "dossiers.read", ON)
            policy.roles_of(reception, ON)


def test_what_was_remembered_can_be_forgotten(cast: Cast) -> None:
    assert not policy.may(cast.clerk, "dossiers.approve", on=ON)
    make_grant(cast.clerk, "leader", cast.cocsan)

    policy.forget(cast.clerk)

    assert policy.may(cast.clerk, "dossiers.approve", on=ON)


def test_the_holders_of_a_permission_are_those_who_may(cast: Cast) -> None:
    make_delegation(leader_grant(cast), cast.clerk, ON, ON, procedures=["birth_registration"])

    def names(procedure: str) -> set[str]:
        return {a.username for a in policy.holders("dossiers.approve", cast.cocsan.pk, procedure, ON)}

    assert names("birth_registration") == {"son", "ha", "van"}
    assert names("social_pension") == {"son", "ha"}
