"""Teams, terms and the roles that come with them; hours that were given, and the scope of a telephone."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dinh.directory import policy
from dinh.directory.models import Account, Grant
from dinh.directory.tests.cast import Cast
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.lib.ids import uuid7
from dinh.outreach.actions import teams
from dinh.outreach.actions.scope import renew_epochs
from dinh.outreach.models import Area, Duty, Member, Team, Visit, Workshop
from dinh.outreach.policy import may_run, seen_teams
from dinh.outreach.queries import hours
from dinh.outreach.queries.scope import (
    epoch_of,
    households_in_scope,
    members_of_villages,
    villages_of,
)
from dinh.outreach.queries.teams import lines
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.outreach.tests.teams import AT, ON, join, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


class TestATeam:
    def test_a_village_team_visits_its_village(self, cast: Cast, team: Team) -> None:
        assert team.name == "Tổ Tân Sơn"
        assert list(team.areas.values_list("village", flat=True)) == [cast.tan_son.pk]

    def test_only_who_manages_teams_there_sets_one_up(self, cast: Cast, field: Field) -> None:
        for account in (field.leader, cast.next_administrator, cast.clerk):
            with pytest.raises(NotPermitted):
                teams.set_up_team(unit=cast.tan_son, kind="village", name="Tổ", by=account, at=AT)

    @pytest.mark.parametrize(
        ("given", "fault"),
        [({"name": " "}, "name"), ({"kind": "club"}, "kind"), ({"decision": "x" * 200}, "decision")],
    )
    def test_what_is_missing_is_said(
        self, cast: Cast, field: Field, given: dict[str, Any], fault: str
    ) -> None:
        values: dict[str, Any] = {"kind": "village", "name": "Tổ", **given}
        with pytest.raises(Invalid) as refused:
            teams.set_up_team(unit=cast.tan_son, by=field.officer, at=AT, **values)

        assert {one.path for one in refused.value.faults} == {fault}

    def test_villages_are_of_its_commune(self, cast: Cast, field: Field) -> None:
        with pytest.raises(Invalid):
            teams.set_up_team(
                unit=cast.cocsan,
                kind="young",
                name="Tổ",
                villages=[cast.next_commune.pk],
                by=field.officer,
                at=AT,
            )

    def test_no_team_stands_above_itself(self, cast: Cast, field: Field, team: Team) -> None:
        above = teams.set_up_team(unit=cast.cocsan, kind="commune", name="Tổ xã", by=field.officer, at=AT)
        teams.amend_team(team=team, name="Tổ Tân Sơn", above=above, by=field.officer, at=AT)

        with pytest.raises(Invalid):
            teams.amend_team(team=above, name="Tổ xã", above=team, by=field.officer, at=AT)
        with pytest.raises(Refused):
            teams.close_team(team=above, by=field.officer, at=AT)

    def test_closing_ends_terms_areas_and_roles(
        self, cast: Cast, field: Field, team: Team, newcomer: Account
    ) -> None:
        join(field, team, newcomer)
        teams.close_team(team=team, by=field.officer, at=AT + timedelta(days=2))

        assert villages_of(newcomer, ON + timedelta(days=2)) == ()
        assert roles(newcomer, ON + timedelta(days=2)) == set()
        assert not Area.objects.filter(team=team, until_on__isnull=True).exists()


class TestATerm:
    def test_brings_the_role_over_the_villages_and_a_new_scope(
        self, cast: Cast, field: Field, team: Team, newcomer: Account
    ) -> None:
        before = epoch_of(newcomer)
        join(field, team, newcomer, skills=["teaching"], languages=["tyz"], availability=["mon.morning"])

        assert roles(newcomer) == {"volunteer"}
        assert policy.may(newcomer, "outreach.field", unit=cast.tan_son.pk, on=ON)
        assert not policy.may(newcomer, "outreach.field", unit=cast.un_ta.pk, on=ON)
        assert (villages_of(newcomer, ON), epoch_of(newcomer)) == ((cast.tan_son.pk,), before + 1)

    def test_of_a_leader_makes_a_team_leader_of_their_own_team_alone(
        self, cast: Cast, field: Field, team: Team, newcomer: Account
    ) -> None:
        member = join(field, team, newcomer)
        teams.change_role(member=member, role="leader", by=field.officer, at=AT + timedelta(days=1))

        on = ON + timedelta(days=1)
        assert roles(newcomer, on) == {"team_leader"}
        assert may_run(newcomer, team, on) and not may_run(newcomer, field.team, on)
        assert list(seen_teams(newcomer, on)) == [team]

    def test_ends_and_so_does_the_role(self, field: Field, team: Team, newcomer: Account) -> None:
        member = join(field, team, newcomer)
        teams.leave(member=member, by=field.officer, at=AT + timedelta(days=3))

        assert roles(newcomer, ON + timedelta(days=2)) == {"volunteer"}
        assert roles(newcomer, ON + timedelta(days=3)) == set()
        with pytest.raises(Refused):
            teams.leave(member=member, by=field.officer, at=AT + timedelta(days=4))

    def test_with_an_end_gives_a_role_with_an_end(self, field: Field, team: Team, newcomer: Account) -> None:
        member = join(field, team, newcomer, until_on=date(2027, 1, 1))
        assert Grant.objects.get(account=newcomer).valid_to == date(2027, 1, 1)

        teams.amend_member(member=member, until_on=None, by=field.officer, at=AT)

        assert roles(newcomer, date(2027, 6, 1)) == {"volunteer"}

    def test_is_not_begun_twice(self, field: Field, team: Team, newcomer: Account) -> None:
        join(field, team, newcomer)

        with pytest.raises(Refused):
            join(field, team, newcomer)

    def test_what_nobody_knows_is_refused(self, field: Field, team: Team, newcomer: Account) -> None:
        with pytest.raises(Invalid) as refused:
            join(field, team, newcomer, role="boss", skills=["magic"], availability=["mon.night"])

        assert {one.path for one in refused.value.faults} == {"role", "skills", "availability"}

    def test_in_two_teams_keeps_what_the_other_gives(
        self, cast: Cast, field: Field, team: Team, newcomer: Account
    ) -> None:
        young = teams.set_up_team(
            unit=cast.cocsan,
            kind="young",
            name="Đoàn",
            villages=[cast.tan_son.pk, cast.un_ta.pk],
            by=field.officer,
            at=AT,
        )
        join(field, young, newcomer)
        member = join(field, team, newcomer)
        teams.leave(member=member, by=field.officer, at=AT + timedelta(days=1))

        assert set(villages_of(newcomer, ON + timedelta(days=1))) == {cast.tan_son.pk, cast.un_ta.pk}
        assert policy.may(newcomer, "outreach.field", unit=cast.tan_son.pk, on=ON + timedelta(days=1))

    def test_a_leader_keeps_what_members_can_do_but_not_how_long_they_stay(self, field: Field) -> None:
        member = Member.objects.get(account=field.volunteer)
        teams.amend_member(member=member, skills=["safety"], by=field.leader, at=AT)

        with pytest.raises(NotPermitted):
            teams.amend_member(member=member, until_on=date(2027, 1, 1), by=field.leader, at=AT)


class TestAreas:
    def test_given_and_taken_change_roles_and_epochs(
        self, cast: Cast, field: Field, team: Team, newcomer: Account
    ) -> None:
        join(field, team, newcomer)
        before = epoch_of(newcomer)
        at = AT + timedelta(days=1)
        teams.set_areas(team=team, villages=[cast.un_ta.pk], by=field.officer, at=at)

        assert villages_of(newcomer, at.date()) == (cast.un_ta.pk,)
        assert epoch_of(newcomer) == before + 1
        policy.forget(newcomer)
        assert policy.may(newcomer, "outreach.field", unit=cast.un_ta.pk, on=at.date())
        assert not policy.may(newcomer, "outreach.field", unit=cast.tan_son.pk, on=at.date())

    def test_given_back_on_the_same_day(self, cast: Cast, field: Field, team: Team) -> None:
        at = AT + timedelta(days=1)
        for villages in ([cast.un_ta.pk], [cast.tan_son.pk], [cast.un_ta.pk, cast.tan_son.pk]):
            teams.set_areas(team=team, villages=villages, by=field.officer, at=at)

        found = lines([team], at.date())[0]
        assert found.villages == ["thôn Tân Sơn", "thôn Ún Tà"]


def test_hours_are_counted_from_visits_duties_and_gatherings(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 7)
    member = Member.objects.get(account=field.volunteer)
    for minutes in (25, None):
        Visit.objects.create(
            id=uuid7(),
            household=house,
            village=cast.un_ta,
            account=field.volunteer,
            outcome="met",
            at=AT,
            minutes=minutes,
        )
    Duty.objects.create(
        member=member,
        place="centre",
        unit=cast.cocsan,
        on=ON,
        starts=time(8),
        ends=time(11),
        state="done",
        helped=6,
    )
    Duty.objects.create(
        member=member, place="centre", unit=cast.cocsan, on=ON, starts=time(14), ends=time(16)
    )
    start = timezone.localtime(AT)
    Workshop.objects.create(
        kind="workshop", unit=cast.un_ta, title="VNeID", topic="vneid", place="Nhà văn hóa", lead=field.volunteer,
        starts_at=start, ends_at=start + timedelta(hours=2), code="AAAA-BBBB", state="held",
    )  # fmt: skip

    found = hours.of([field.volunteer.pk], ON, ON)[field.volunteer.pk]

    assert (found.visits, found.duties, found.gatherings, found.helped) == (25, 180, 120, 6)
    assert found.words == "5:25"
    assert (
        hours.of([field.volunteer.pk], ON + timedelta(days=1), ON + timedelta(days=9))[
            field.volunteer.pk
        ].minutes
        == 0
    )


def test_the_scope_is_villages_of_living_households(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    closed = make_house(cast.un_ta, cast.cocsan, 2)
    type(closed).objects.filter(pk=closed.pk).update(closed_on=ON)
    make_house(cast.tan_son, cast.cocsan, 3)

    assert list(households_in_scope(field.volunteer, ON)) == [house]
    found = members_of_villages([cast.un_ta.pk, cast.tan_son.pk], ON)
    assert set(found[cast.un_ta.pk]) == {field.leader.pk, field.volunteer.pk}
    assert found[cast.tan_son.pk] == []
    field.volunteer.is_active = False
    assert villages_of(field.volunteer, ON) == ()


def test_a_day_that_passed_is_no_day_of_a_term(cast: Cast, field: Field) -> None:
    Member.objects.filter(account=field.volunteer).update(until_on=ON)

    assert villages_of(field.volunteer, ON - timedelta(days=1)) == (cast.un_ta.pk,)
    assert villages_of(field.volunteer, ON) == ()


def test_a_term_that_ended_while_the_node_was_off_changes_the_epoch_once(cast: Cast, field: Field) -> None:
    today = timezone.localdate()
    Member.objects.filter(account=field.volunteer).update(until_on=today - timedelta(days=3))
    before = epoch_of(field.volunteer)

    renew_epochs()
    renew_epochs()

    assert villages_of(field.volunteer, today) == ()
    assert epoch_of(field.volunteer) == before + 1
    assert epoch_of(field.leader) == 1
