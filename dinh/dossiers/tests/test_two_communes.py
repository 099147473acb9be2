"""Somebody with one role in a commune and another in the next: each role counts where it is held."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory.models import Account
from dinh.directory.tests.cast import make_account, make_delegation, make_grant
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, examined, filed, received
from dinh.lib.errors import NotPermitted

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)


def there(world: World, dossier: Dossier) -> Dossier:
    """Return the dossier as one of the next commune."""
    Dossier.objects.filter(pk=dossier.pk).update(unit=world.cast.next_commune)
    dossier.refresh_from_db()
    return dossier


def seen(account: Account, view: str) -> set[str]:
    """Return the numbers that a view lists, after which its count must say the same."""
    rows = queries.worklist(account, view, at=LATER).rows
    assert queries.counts(account, at=LATER)[view] == len(rows)
    return {row["number"] for row in rows}


@pytest.fixture
def two_posts(world: World) -> Account:
    """A leader here, who is chief of police in the next commune."""
    account = make_account("hai", "Lù Hai Nơi")
    make_grant(account, "leader", world.cast.cocsan)
    make_grant(account, "police_chief", world.cast.next_commune)
    return account


def test_a_leader_here_is_not_offered_what_only_the_police_there_decides(
    world: World, two_posts: Account
) -> None:
    own, of_police = examined(world), examined(world, "temporary_residence")
    own_there = there(world, examined(world, "temporary_residence"))
    of_leader_there = there(world, examined(world))

    assert seen(two_posts, "approve") == {own.number, own_there.number}
    for dossier in (of_police, of_leader_there):
        with pytest.raises(NotPermitted):
            actions.approve(dossier=dossier, by=two_posts, at=LATER)
        with pytest.raises(NotPermitted):
            actions.take(dossier=dossier, by=two_posts, at=LATER)
    assert {one.pk for one in queries.next_to_take(two_posts, "approve", at=LATER)} == {own.pk, own_there.pk}


def test_what_is_only_read_there_is_not_shown(world: World, two_posts: Account) -> None:
    here, there_civil = filed(world), there(world, filed(world))
    there_residence = there(world, filed(world, "stay_notification"))

    assert seen(two_posts, "all") == {here.number, there_residence.number}
    with pytest.raises(NotPermitted):
        queries.get_dossier(there_civil.number, two_posts, at=LATER)


def test_a_counter_here_and_a_desk_there_are_counted_apart(world: World) -> None:
    account = make_account("ba", "Sùng Ba Việc")
    make_grant(account, "reception_officer", world.cast.cocsan)
    make_grant(account, "civil_status_officer", world.cast.next_commune)
    here, to_examine = filed(world), there(world, received(world))
    received(world)
    there(world, filed(world))

    assert seen(account, "receive") == {here.number}
    assert seen(account, "examine") == {to_examine.number}


def test_a_delegation_of_one_procedure_is_counted_where_it_is_lent(world: World) -> None:
    leader = world.cast.leader
    grant = make_grant(leader, "leader", world.cast.next_commune)
    make_delegation(grant, world.cast.clerk, NOW.date(), NOW.date(), procedures=["certified_copy"])
    lent = there(world, examined(world, "certified_copy"))
    there(world, examined(world))
    examined(world, "certified_copy")

    assert seen(world.cast.clerk, "approve") == {lent.number}


def test_one_role_in_both_communes_counts_in_both(world: World) -> None:
    make_grant(world.cast.reception, "reception_officer", world.cast.next_commune)
    here, next_to_it = filed(world), there(world, filed(world, "certified_copy"))

    assert seen(world.cast.reception, "receive") == {here.number, next_to_it.number}
    assert seen(world.cast.next_reception, "receive") == {next_to_it.number}
