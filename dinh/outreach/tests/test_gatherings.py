"""Gatherings: who is invited and told, who comes by which way, what they learn, and what a phone may send of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dinh.directory.models import Account
from dinh.directory.tests.cast import HANOI, Cast
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.lib.ids import uuid7
from dinh.messages.models import Message
from dinh.outreach.actions import gatherings
from dinh.outreach.actions.appliers import applier_of
from dinh.outreach.models import Attendance, HouseProfile, PersonProfile, Workshop
from dinh.outreach.queries import gatherings as queries
from dinh.outreach.rules.reasons import Unacceptable
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.population.models import Person

AT = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def planned(cast: Cast, field: Field, **more: Any) -> Workshop:
    starts = more.pop("starts_at", AT + timedelta(days=3))
    given: dict[str, Any] = {
        "kind": "awareness",
        "title": "Nhận biết lừa đảo",
        "topic": "scams",
        "place": "Nhà văn hóa",
    }
    plan = gatherings.Plan(**{**given, "starts_at": starts, "ends_at": starts + timedelta(hours=2), **more})
    return gatherings.plan(unit=cast.un_ta, plan=plan, by=field.leader, at=AT)


def op(body: Any) -> Any:
    return SimpleNamespace(id=uuid7(), body=body, at=AT, accepted_by=None)


def test_a_leader_plans_in_her_village_and_nobody_elsewhere(cast: Cast, field: Field) -> None:
    assert planned(cast, field).state == "planned"
    for stranger in (field.volunteer, cast.reception, cast.next_leader):
        with pytest.raises(NotPermitted):
            gatherings.plan(unit=cast.un_ta, plan=_plan(), by=stranger, at=AT)
    with pytest.raises(NotPermitted):
        gatherings.plan(unit=cast.tan_son, plan=_plan(), by=field.leader, at=AT)


def test_a_plan_with_faults_names_them_all(cast: Cast, field: Field) -> None:
    with pytest.raises(Invalid) as refused:
        planned(cast, field, title=" ", topic="magic", ends_at=AT)
    assert {fault.path for fault in refused.value.faults} == {"title", "topic", "ends_at"}


def test_the_audience_decides_who_is_invited_and_refusing_houses_are_not(cast: Cast, field: Field) -> None:
    house, refusing = (make_house(cast.un_ta, cast.cocsan, n) for n in (1, 2))
    make_house(cast.tan_son, cast.cocsan, 3)
    HouseProfile.objects.create(household=refusing, refused_on=AT.date())
    first = Person.objects.get(household=house, birth_year=1950)
    PersonProfile.objects.create(person=first, has_device=True, electronic_id=2)

    def names(audience: str) -> int:
        return queries.people_for(cast.un_ta.pk, audience, AT.date()).count()

    assert (names("everyone"), names("elderly"), names("without_device"), names("without_identity")) == (
        3,
        3,
        2,
        2,
    )
    assert (names("women"), names("poor"), names("pupils"), names("officials")) == (0, 0, 0, 0)


def test_who_has_an_account_is_told_and_the_others_are_asked_at_the_door(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    head = house.head
    assert head is not None
    Account.objects.filter(pk=cast.citizen.pk).update(person=head.pk)
    workshop = planned(cast, field)

    assert gatherings.invite_people(workshop=workshop, audience="everyone", by=field.leader, at=AT) == 3
    assert gatherings.invite_people(workshop=workshop, audience="everyone", by=field.leader, at=AT) == 0

    assert workshop.invitations.filter(reached=True).count() == 1
    assert Message.objects.get(account=cast.citizen.pk).title.endswith("Nhận biết lừa đảo")
    gatherings.cancel(workshop=workshop, reason="Mưa lũ", by=field.leader, at=AT)
    assert Message.objects.filter(account=cast.citizen.pk).count() == 2
    with pytest.raises(Refused):
        gatherings.hold(workshop=workshop, present=3, note="", by=field.leader, at=AT)


def test_walk_ins_count_and_skills_are_compared(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    workshop = planned(cast, field)
    person = house.head
    gatherings.attend(
        workshop=workshop,
        way="list",
        by=field.leader,
        at=AT,
        person=person,
        before={"payment": 0, "magic": 2},
    )
    gatherings.attend(
        workshop=workshop, way="list", by=field.leader, at=AT, person=person, after={"payment": 2}
    )
    gatherings.attend(workshop=workshop, way="walkin", by=field.leader, at=AT, name="Bà Mẩy")
    held = gatherings.hold(workshop=workshop, present=1, note="", by=field.leader, at=AT)

    assert held.present == 2  # never fewer than are on the list
    row = Attendance.objects.get(person=person)
    assert (row.before, row.after) == ({"payment": 0}, {"payment": 2})
    by = {one.code: one for one in queries.learnt(Attendance.objects.all())}
    assert (by["payment"].gained, by["payment"].after, by["shopping"].asked) == (1, 1, 0)
    came = {one.name for one in queries.who_came(held) if one.attendance}
    assert person is not None and came == {"Bà Mẩy", person.full_name}


def test_people_write_themselves_in_only_around_the_hour(cast: Cast, field: Field) -> None:
    workshop = planned(cast, field)
    with pytest.raises(Refused, match="closed"):
        gatherings.check_in(workshop=workshop, account=None, name="Bà Mẩy", at=AT)
    then = workshop.starts_at
    first = gatherings.check_in(workshop=workshop, account=None, name=" Bà  Mẩy ", at=then)
    assert gatherings.check_in(workshop=workshop, account=None, name="Bà Mẩy", at=then).pk == first.pk
    mine = gatherings.check_in(workshop=workshop, account=cast.examiner, name="", at=then)
    assert (mine.account_id, first.by_id) == (cast.examiner.pk, field.leader.pk)
    with pytest.raises(Invalid):
        gatherings.check_in(workshop=workshop, account=None, name=" ", at=then)


def test_a_training_is_counted_by_course_and_person(cast: Cast, field: Field) -> None:
    workshop = gatherings.plan(
        unit=cast.cocsan, plan=_plan(kind="training", topic="officials_data"), by=field.officer, at=AT
    )
    assert (
        gatherings.invite_officials(
            workshop=workshop, accounts=[cast.examiner, cast.social], by=field.officer, at=AT
        )
        == 2
    )
    gatherings.attend(workshop=workshop, way="list", by=field.officer, at=AT, account=cast.examiner)
    gatherings.hold(workshop=workshop, present=1, note="", by=field.officer, at=AT)

    topics, courses = queries.trainings(
        [cast.examiner, cast.social], AT - timedelta(days=9), AT + timedelta(days=9)
    )

    assert topics == ["officials_data"]
    assert [one.days for one in courses] == [{"officials_data": [workshop.starts_at.date()]}, {}]


def test_a_phone_tells_who_came_and_that_it_was_held(cast: Cast, field: Field) -> None:
    workshop = planned(cast, field)
    person = make_house(cast.un_ta, cast.cocsan, 1).head
    assert person is not None
    body = SimpleNamespace(
        workshop=workshop.pk, person=person.pk, name="", way="list", before={}, after={"payment": 1}
    )
    applier_of("attendance")(op(body), member=field.volunteer, at=AT)
    applier_of("attendance")(op(body), member=field.volunteer, at=AT)
    assert Attendance.objects.count() == 1
    held = SimpleNamespace(workshop=workshop.pk, present=12, note="Đông vui")
    with pytest.raises(Unacceptable, match="not_permitted"):
        applier_of("gathering.held")(op(held), member=field.volunteer, at=AT)
    assert applier_of("gathering.held")(op(held), member=field.leader, at=AT).answer == {"present": 12}
    Person.objects.filter(pk=person.pk).update(unit=cast.next_commune)
    with pytest.raises(Unacceptable, match="entity_unknown"):
        applier_of("attendance")(op(body), member=field.volunteer, at=AT)


def test_a_village_leader_does_not_run_what_the_commune_holds(cast: Cast, field: Field) -> None:
    course = gatherings.plan(unit=cast.cocsan, plan=_plan(kind="training"), by=field.officer, at=AT)

    assert queries.seen_by(field.leader, AT.date()).filter(pk=course.pk).exists()
    with pytest.raises(NotPermitted):
        gatherings.cancel(workshop=course, reason="Thôi", by=field.leader, at=AT)
    with pytest.raises(NotPermitted):
        gatherings.plan(unit=cast.cocsan, plan=_plan(), by=field.leader, at=AT)


def _plan(**more: Any) -> gatherings.Plan:
    starts = AT + timedelta(days=1)
    given: dict[str, Any] = {
        "kind": "workshop", "title": "Trả tiền bằng QR", "topic": "payment", "place": "Nhà văn hóa",
        "starts_at": starts, "ends_at": starts + timedelta(hours=1),
    }  # fmt: skip
    return gatherings.Plan(**{**given, **more})
