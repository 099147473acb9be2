"""A handover: what a member had goes to others in one act, is previewed, and can be taken back."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.lib.ids import uuid7
from dinh.outreach.actions import handover
from dinh.outreach.models import Device, Duty, Member, Team, Workshop
from dinh.outreach.queries.handover import preview
from dinh.outreach.queries.scope import (
    villages_of,
)
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.outreach.tests.teams import AT, ON, join, roles
from dinh.work.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


class TestAHandover:
    @pytest.fixture
    def taker(self, field: Field, newcomer: Account) -> Member:
        return join(field, field.team, newcomer)

    @pytest.fixture
    def member(self, cast: Cast, field: Field) -> Member:
        """The volunteer with a task, a duty, a gathering and a telephone."""
        house = make_house(cast.un_ta, cast.cocsan, 7)
        Assignment.objects.create(
            id=uuid7(), rule="asked", subject_type="household", subject=house.pk, household=house.pk, unit=cast.cocsan,
            village=cast.un_ta, assignee=field.volunteer, opens_on=ON, due_on=ON, expires_on=ON + timedelta(days=30),
        )  # fmt: skip
        member = Member.objects.get(account=field.volunteer)
        Duty.objects.create(
            member=member,
            place="centre",
            unit=cast.cocsan,
            on=ON + timedelta(days=2),
            starts=time(8),
            ends=time(11),
        )
        Workshop.objects.create(
            kind="workshop", unit=cast.un_ta, title="VNeID", topic="vneid", place="Nhà văn hóa", lead=field.volunteer,
            starts_at=AT + timedelta(days=3), ends_at=AT + timedelta(days=3, hours=2), code="AAAA-BBBB",
        )  # fmt: skip
        Device.objects.create(
            account=field.volunteer,
            label="A05",
            public=b"1",
            token="t",
            enrolled_at=AT,
            last_contact=AT,
            unsent=4,
        )
        return member

    def test_tells_before_who_is_hit(self, cast: Cast, field: Field, member: Member, taker: Member) -> None:
        plan = preview(member, [taker], ON)

        assert [(v.title, v.households, v.left) for v in plan.villages] == [("thôn Ún Tà", 1, 2)]
        assert plan.shares == [(taker, 1, 1, 1)]
        assert (plan.unsent, plan.abandoned, plan.leads, plan.clashes) == (4, [], False, 0)
        assert Assignment.objects.get().assignee_id == field.volunteer.pk

    def test_moves_everything_in_one_act(self, field: Field, member: Member, taker: Member) -> None:
        done = handover.hand_over(member=member, to=[taker], by=field.officer, at=AT)

        assert Assignment.objects.get().assignee_id == taker.account_id
        assert Duty.objects.get().member_id == taker.pk
        assert Workshop.objects.get().lead_id == taker.account_id
        assert villages_of(field.volunteer, ON) == ()
        entry = Entry.objects.get(subject=done.pk)
        assert Entry.objects.filter(cause=entry.pk).count() == 4

    def test_is_taken_back_as_it_was(self, field: Field, member: Member, taker: Member) -> None:
        done = handover.hand_over(member=member, to=[taker], by=field.officer, at=AT)
        handover.undo_handover(handover=done, by=field.officer, at=AT + timedelta(hours=1))

        assert Assignment.objects.get().assignee_id == field.volunteer.pk
        assert Duty.objects.get().member_id == member.pk
        assert Workshop.objects.get().lead_id == field.volunteer.pk
        assert villages_of(field.volunteer, ON) == (field.village.pk,)
        assert roles(field.volunteer) == {"volunteer"}
        with pytest.raises(Refused):
            handover.undo_handover(handover=done, by=field.officer, at=AT)

    def test_is_not_taken_back_when_something_newer_stands_on_it(
        self, field: Field, member: Member, taker: Member
    ) -> None:
        done = handover.hand_over(member=member, to=[taker], by=field.officer, at=AT)
        Assignment.objects.update(version=9)

        assert handover.standing_on(done) == ["tasks"]
        with pytest.raises(Refused):
            handover.undo_handover(handover=done, by=field.officer, at=AT)

    def test_needs_somebody_else_and_the_right(self, field: Field, member: Member, taker: Member) -> None:
        for to in ([], [member]):
            with pytest.raises(Invalid):
                handover.hand_over(member=member, to=to, by=field.officer, at=AT)
        with pytest.raises(NotPermitted):
            handover.hand_over(member=member, to=[taker], by=field.leader, at=AT)

    def test_gives_nothing_of_elsewhere_nor_to_somebody_who_has_left(
        self, cast: Cast, field: Field, member: Member, taker: Member
    ) -> None:
        Workshop.objects.update(unit=cast.next_commune)
        Assignment.objects.update(unit=cast.next_commune, village=None)

        assert preview(member, [taker], ON).shares == [(taker, 0, 1, 0)]
        Member.objects.filter(pk=taker.pk).update(until_on=ON)
        taker.refresh_from_db()
        with pytest.raises(Invalid):
            handover.hand_over(member=member, to=[taker], by=field.officer, at=AT)
        elsewhere = Team.objects.create(
            unit=cast.next_commune, kind="village", name="Tổ bên", opened_on=field.team.opened_on
        )
        there = Member.objects.create(team=elsewhere, account=cast.next_reception, role="member", from_on=ON)
        with pytest.raises(NotPermitted):
            handover.hand_over(member=member, to=[there], by=field.officer, at=AT)

    def test_says_when_a_village_is_left_alone(
        self, cast: Cast, field: Field, team: Team, newcomer: Account
    ) -> None:
        alone = join(field, team, newcomer, role="leader")
        taker = Member.objects.get(account=field.volunteer)

        plan = preview(alone, [taker], ON)

        assert [line.title for line in plan.abandoned] == ["thôn Tân Sơn"]
        assert plan.leads
