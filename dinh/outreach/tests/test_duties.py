"""The rota: what is wrong with a plan, a week like the last one, and what became of it."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.outreach.actions import duties, thanks
from dinh.outreach.models import Duty, Member
from dinh.outreach.rules.duties import Shift, deal, warnings, week_of
from dinh.outreach.tests.enrolled import Field, make_field
from dinh.papers.models import Paper

AT = MONDAY_MORNING
ON = date(2026, 11, 23)  # a Monday
NGA, THO = uuid4(), uuid4()


def shift(account: UUID, starts: int, ends: int, **more: Any) -> Shift:
    return Shift(
        id=uuid4(), account=account, on=more.pop("on", ON), starts=time(starts), ends=time(ends), **more
    )


def test_one_person_cannot_be_in_two_places() -> None:
    first, second, touching = shift(NGA, 8, 11), shift(NGA, 10, 12), shift(NGA, 12, 13)
    found = warnings([first, second, touching, shift(THO, 8, 11)])

    assert found == {first.id: ["clash"], second.id: ["clash"]}


def test_time_that_was_not_offered_is_said() -> None:
    over_noon = shift(NGA, 10, 14, availability=("mon.morning",))
    fits = shift(THO, 8, 11, availability=("mon.morning",))
    silent = shift(uuid4(), 20, 21)
    ended = shift(uuid4(), 8, 9, until_on=ON)

    assert warnings([over_noon, fits, silent, ended]) == {
        over_noon.id: ["not_available"], ended.id: ["not_a_member"],
    }  # fmt: skip


def test_villages_are_dealt_to_who_goes_there_already_and_then_evenly() -> None:
    a, b, c = uuid4(), uuid4(), uuid4()

    assert deal([a, b, c], [(NGA, frozenset()), (THO, frozenset({a}))]) == {a: THO, b: NGA, c: NGA}
    assert deal([a], []) == {}


def test_a_week_begins_on_monday() -> None:
    assert week_of(date(2026, 11, 29))[0] == ON


@pytest.mark.django_db
class TestTheRota:
    @pytest.fixture
    def field(self, cast: Cast) -> Field:
        return make_field(cast)

    @pytest.fixture
    def member(self, field: Field) -> Member:
        return Member.objects.select_related("team").get(account=field.volunteer)

    def plan(self, cast: Cast, field: Field, member: Member, **more: Any) -> Duty:
        values: dict[str, Any] = {
            "place": "centre", "unit": cast.cocsan, "on": ON, "starts": time(8), "ends": time(11), "by": field.leader,
            **more,
        }  # fmt: skip
        return duties.plan_duty(member=member, at=AT, **values)

    def test_a_leader_plans_their_own_team(self, cast: Cast, field: Field, member: Member) -> None:
        assert self.plan(cast, field, member).state == "planned"
        with pytest.raises(NotPermitted):
            self.plan(cast, field, member, by=field.volunteer)
        with pytest.raises(Invalid):
            self.plan(cast, field, member, ends=time(7))

    def test_a_week_is_copied_once(self, cast: Cast, field: Field, member: Member) -> None:
        self.plan(cast, field, member)
        next_week = ON + timedelta(days=7)
        made = duties.copy_week(duties=Duty.objects.all(), monday=next_week, by=field.leader, at=AT)
        again = duties.copy_week(duties=Duty.objects.all(), monday=next_week, by=field.leader, at=AT)

        assert ([one.on for one in made], again) == ([next_week], [])

    def test_what_became_of_it_is_kept(self, cast: Cast, field: Field, member: Member) -> None:
        duty = self.plan(cast, field, member)
        later = self.plan(cast, field, member, on=ON + timedelta(days=1))

        duties.mark_duty(duty=duty, state="done", helped=12, by=field.leader, at=AT + timedelta(hours=4))

        duty.refresh_from_db()
        assert (duty.state, duty.helped) == ("done", 12)
        with pytest.raises(Refused):
            duties.mark_duty(duty=later, state="done", by=field.leader, at=AT)
        with pytest.raises(Invalid):
            duties.mark_duty(duty=duty, state="done", helped=-1, by=field.leader, at=AT)

    def test_thanks_keep_the_hours_and_ask_for_a_certificate(
        self, cast: Cast, field: Field, member: Member
    ) -> None:
        duty = self.plan(cast, field, member)
        duties.mark_duty(duty=duty, state="done", helped=12, by=field.leader, at=AT + timedelta(hours=4))
        more: dict[str, Any] = {
            "account": field.volunteer,
            "unit": cast.cocsan,
            "by": field.officer,
            "from_on": ON,
        }
        given = thanks.give_thanks(until_on=ON, words="Cảm ơn", at=AT + timedelta(hours=5), **more)

        assert given.minutes == 180
        assert Paper.objects.get(subject=given.pk).template == "thanks"
        with pytest.raises(Invalid) as refused:
            thanks.give_thanks(until_on=ON - timedelta(days=1), words=" ", at=AT, **more)
        assert {one.path for one in refused.value.faults} == {"words", "until_on"}
