"""Tasks come about by declared rules, once each, and are settled by what happens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.task import ANCHORS, FACTS
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, Refused
from dinh.lib.ids import natural_id, uuid7
from dinh.outreach.actions import tasks
from dinh.outreach.models import Assistance, Difficulty, HouseProfile, Visit
from dinh.outreach.queries import task_facts
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.population.models import Household, Person, Residence
from dinh.work.models import Assignment, IssueCard
from dinh.work.queries.tasks import lines, open_in

pytestmark = pytest.mark.django_db
AT = MONDAY_MORNING
ON = date(2026, 11, 23)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


@pytest.fixture
def house(cast: Cast, field: Field) -> Household:
    made = make_house(cast.un_ta, cast.cocsan, 12, people=2)
    for number, one in enumerate(Person.objects.filter(household=made).order_by("birth")):
        Person.objects.filter(pk=one.pk).update(birth=f"{1970 + number}-03-12", birth_year=1970 + number)
    return made


def make(cast: Cast, at: datetime = AT) -> Any:
    return tasks.make_assignments(cast.cocsan, at.date(), at)


def rules(state: str = "ready") -> list[str]:
    return sorted(Assignment.objects.filter(state=state).values_list("rule", flat=True))


def met(field: Field, house: Household, at: datetime = AT, outcome: str = "met") -> Visit:
    return Visit.objects.create(
        id=uuid7(),
        household=house,
        village_id=house.village_id,
        account=field.volunteer,
        outcome=outcome,
        at=at,
    )


def helped(field: Field, house: Household, at: datetime, **more: Any) -> Assistance:
    person = Person.objects.filter(household=house).order_by("birth").last()
    values = {"kind": "bill", "outcome": "done", "person": person, **more}
    return Assistance.objects.create(
        id=uuid7(), household=house, village_id=house.village_id, account=field.volunteer, at=at, **values
    )


def only(rule: str) -> Assignment:
    return Assignment.objects.get(rule=rule)


def test_a_house_that_was_never_met_is_visited_once(cast: Cast, field: Field, house: Household) -> None:
    assert make(cast).made == 1
    task = only("first_visit")
    assert (task.household, task.village_id, task.state) == (house.pk, cast.un_ta.pk, "ready")

    again = make(cast, AT + timedelta(hours=1))

    assert (again.made, again.done, again.cancelled, again.expired) == (0, 0, 0, 0)


def test_the_id_is_the_same_wherever_it_is_made(cast: Cast, field: Field, house: Household) -> None:
    make(cast)
    task = only("first_visit")

    assert task.pk == natural_id("task", "first_visit", house.pk, task.due_on)


def test_houses_of_villages_without_a_team_are_left_alone(cast: Cast, field: Field) -> None:
    make_house(cast.tan_son, cast.cocsan, 40)

    assert make(cast).made == 0


def test_a_meeting_settles_the_visit_and_an_empty_house_does_not(
    cast: Cast, field: Field, house: Household
) -> None:
    make(cast)
    met(field, house, AT, outcome="absent")
    assert make(cast).done == 0
    visit = met(field, house, AT + timedelta(hours=2))

    make(cast, AT + timedelta(hours=3))

    task = only("first_visit")
    assert (task.state, task.source, task.done_by_id) == ("done", visit.pk, field.volunteer.pk)


def test_who_was_helped_is_asked_again_after_7_and_30_days(
    cast: Cast, field: Field, house: Household
) -> None:
    met(field, house, AT - timedelta(days=6))
    helped(field, house, AT - timedelta(days=6))

    make(cast)
    assert rules() == ["follow_up_7"]
    assert only("follow_up_7").due_on == ON + timedelta(days=1)
    make(cast, AT + timedelta(days=20))

    assert {"follow_up_30"} <= set(rules())


def test_help_that_did_not_succeed_is_not_followed_up(cast: Cast, field: Field, house: Household) -> None:
    met(field, house, AT - timedelta(days=6))
    helped(field, house, AT - timedelta(days=6), outcome="begun")

    assert make(cast).made == 0


def test_who_turns_75_without_a_pension_has_the_request_prepared(
    cast: Cast, field: Field, house: Household
) -> None:
    met(field, house)
    Person.objects.filter(household=house, birth_year=1970).update(birth="1951-12-10", birth_year=1951)

    make(cast)

    task = only("social_pension_75")
    assert (task.subject_type, task.due_on) == ("person", date(2026, 12, 10))
    assert lines([task], ON)[0].procedure == "social_pension"


def test_a_temporary_residence_that_ends_and_a_card_of_an_age_are_seen_in_time(
    cast: Cast, field: Field, house: Household
) -> None:
    met(field, house)
    first, second = Person.objects.filter(household=house).order_by("birth")
    Residence.objects.create(
        person=first, kind="temporary", unit=cast.cocsan, village=cast.un_ta, household=house, address="Số 12",
        from_on=date(2025, 12, 20), until_on=date(2026, 12, 20),
    )  # fmt: skip
    Person.objects.filter(pk=second.pk).update(birth="2001-12-30", birth_year=2001)

    make(cast)

    assert rules() == ["card_expiring", "temporary_residence_expiring"]
    assert only("temporary_residence_expiring").due_on == date(2026, 12, 5)
    assert only("card_expiring").due_on == date(2026, 12, 16)


def test_at_which_ages_a_card_is_renewed_is_declared(
    cast: Cast, field: Field, house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    met(field, house)
    Person.objects.filter(household=house, birth_year=1970).update(birth="1995-12-30", birth_year=1995)
    rule = store.get().tasks["card_expiring"]
    monkeypatch.setattr(tasks, "rules_on", lambda on: [rule.model_copy(update={"ages": (30, 31)})])

    make(cast)

    assert only("card_expiring").due_on == date(2026, 12, 16)


def test_an_answered_difficulty_is_told_and_then_settled(cast: Cast, field: Field, house: Household) -> None:
    met(field, house)
    card = IssueCard.objects.create(
        unit=cast.cocsan,
        title="Sóng yếu",
        kind="network",
        opened_at=AT,
        due_on=ON,
        answered_at=AT,
        state="answered",
    )
    one = Difficulty.objects.create(
        id=uuid7(), kind="network", household=house, village=cast.un_ta, account=field.volunteer, words="Không có sóng",
        at=AT - timedelta(days=3), card=card,
    )  # fmt: skip
    make(cast)
    assert (only("answer_to_tell").subject, rules()) == (one.pk, ["answer_to_tell"])
    Difficulty.objects.filter(pk=one.pk).update(told_at=AT + timedelta(days=1))

    make(cast, AT + timedelta(days=2))

    assert only("answer_to_tell").state == "done"


def test_what_no_rule_wants_any_more_is_cancelled_and_what_is_too_late_expires(
    cast: Cast, field: Field, house: Household
) -> None:
    make(cast)
    HouseProfile.objects.create(household=house, refused_on=ON)

    assert make(cast).cancelled == 1
    met(field, house, AT - timedelta(days=6))
    HouseProfile.objects.all().delete()
    helped(field, house, AT - timedelta(days=6))
    make(cast)
    make(cast, AT + timedelta(days=40))

    assert only("follow_up_7").state == "expired"


def test_no_more_than_a_list_can_bear_are_open_in_a_village_and_they_begin_at_the_first_house(
    cast: Cast, field: Field
) -> None:
    for number in range(60, 0, -1):
        make_house(cast.un_ta, cast.cocsan, number, people=1)
    most = store.get().tasks["first_visit"].max_open

    make(cast)

    shown = lines(open_in([cast.un_ta.pk], ON), ON)
    assert [one.address for one in shown] == [f"Số {number}" for number in range(1, most + 1)]
    assert all(not one.late for one in shown) or shown[0].late


def test_a_member_settles_a_task_of_their_villages_alone(cast: Cast, field: Field, house: Household) -> None:
    make(cast)
    task = only("first_visit")
    with pytest.raises(NotFound):
        tasks.settle(task=task, by=cast.clerk, at=AT)
    with pytest.raises(Invalid):
        tasks.settle(task=task, by=field.volunteer, at=AT, reason="tired")

    tasks.settle(task=task, by=field.volunteer, at=AT, source=uuid7())

    assert only("first_visit").state == "done"
    with pytest.raises(Refused):
        tasks.settle(task=task, by=field.volunteer, at=AT)


def test_nobody_at_home_lists_it_again_and_refused_ends_all_visits(
    cast: Cast, field: Field, house: Household
) -> None:
    make(cast)
    task = only("first_visit")
    tasks.settle(task=task, by=field.volunteer, at=AT, reason="absent")
    assert not open_in([cast.un_ta.pk], ON).exists()
    assert open_in([cast.un_ta.pk], ON + timedelta(days=3)).exists()
    task.refresh_from_db()

    tasks.settle(task=task, by=field.volunteer, at=AT + timedelta(days=3), reason="refused")

    assert HouseProfile.objects.get(household=house).refused_on == ON + timedelta(days=3)
    assert make(cast, AT + timedelta(days=200)).made == 0


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [(("", 2), ("refused", 1), "done"), (("refused", 1), ("", 2), "done"), (("moved", 1), ("refused", 2), "skipped"),
     (("refused", 2), ("moved", 1), "skipped"), (("absent", 1), ("", 2), "done"), (("", 2), ("absent", 1), "done")],
)  # fmt: skip
def test_the_same_stands_whatever_arrives_first(
    cast: Cast, field: Field, house: Household, first: Any, second: Any, state: str
) -> None:
    make(cast)
    for reason, hour in (first, second):
        tasks.settle_told(
            task=only("first_visit"), by=field.volunteer, at=AT + timedelta(hours=hour), reason=reason
        )

    task = only("first_visit")
    assert task.state == state
    if state == "skipped":
        assert task.reason == "moved"


def test_a_leader_asks_for_a_task_and_gives_it_to_a_member(
    cast: Cast, field: Field, house: Household
) -> None:
    asked = tasks.ask_for(
        household=house, sentence="Mang tờ rơi về tiêm phòng", due_on=ON, by=field.leader, at=AT,
        assignee=field.volunteer,
    )  # fmt: skip
    make(cast)

    asked.refresh_from_db()
    assert (asked.state, asked.assignee_id, asked.rule) == ("ready", field.volunteer.pk, "asked")
    with pytest.raises(Refused):
        tasks.ask_for(
            household=house, sentence="Mang tờ rơi về tiêm phòng", due_on=ON, by=field.leader, at=AT
        )
    with pytest.raises(Invalid):
        tasks.reassign(task=asked, to=cast.clerk, by=field.leader, at=AT)


def test_each_task_has_its_entries(cast: Cast, field: Field, house: Household) -> None:
    make(cast)
    task = only("first_visit")
    tasks.settle(task=task, by=field.volunteer, at=AT)

    kinds = list(
        Entry.objects.filter(subject=task.pk).order_by("subject_version").values_list("kind", flat=True)
    )
    assert kinds == ["work.made", "work.done"]


def test_the_facts_given_are_those_declared(cast: Cast, field: Field, house: Household) -> None:
    met(field, house)
    helped(field, house, AT)
    Person.objects.filter(household=house, birth_year=1970).update(birth="1951-12-10", birth_year=1951)
    found = task_facts.houses(cast.cocsan.pk, ON)
    all_rules = tasks.rules_on(ON)

    for about, rows in task_facts.subjects(cast.cocsan.pk, all_rules, found, ON).items():
        for one in rows:
            assert {*one.facts} <= FACTS[about].keys()
            assert {day.split()[0] for day in one.days} <= ANCHORS[about].keys()


@pytest.mark.parametrize(
    ("birth", "age", "day"),
    [("1951-12-10", 75, date(2026, 12, 10)), ("1952-02-29", 75, date(2027, 3, 1)), ("1951", 75, date(2026, 1, 1)), ("", 75, None)],
)  # fmt: skip
def test_birthdays(birth: str, age: int, day: date | None) -> None:
    assert task_facts.birthday(birth, age) == day


def test_the_queries_do_not_grow_with_the_commune(
    cast: Cast, field: Field, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 30):
        make_house(cast.un_ta, cast.cocsan, number)
    make(cast)
    with django_assert_max_num_queries(40):
        make(cast)
    assert isinstance(Assignment.objects.first().pk, UUID)  # type: ignore[union-attr]
