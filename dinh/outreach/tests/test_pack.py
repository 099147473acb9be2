"""The pack: whole, since a cursor, and after the villages of a member changed."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from dinh.directory.models import Unit
from dinh.directory.tests.cast import Cast
from dinh.journal.actions import action, record
from dinh.journal.sealer import seal_once
from dinh.outreach.actions.scope import bump_epoch
from dinh.outreach.models import HouseProfile, PersonProfile
from dinh.outreach.queries.pack import feed, households, whole
from dinh.outreach.tests.enrolled import Field, Phone, make_field, make_house, make_phone
from dinh.population.models import Household, Person
from dinh.work.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    feed.forget()


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


@pytest.fixture
def phone(field: Field) -> Phone:
    return make_phone(field.volunteer, at=timezone.now())


def ask(phone: Phone, since: int = 0, epoch: int = 1) -> whole.Pack:
    seal_once(log_heads=False)
    return whole.pack(phone.device, since=since, epoch=epoch, at=timezone.now(), language="vi")


@action
def change(row: Household | Person, **columns: object) -> None:
    """Write a row as the actions of the population do: a new version, and its entry."""
    type(row).objects.filter(pk=row.pk).update(version=row.version + 1, **columns)
    row.refresh_from_db()
    said = {name: getattr(value, "pk", value) for name, value in columns.items()}
    record(
        f"population.{type(row).__name__.lower()}_changed",
        subject=row,
        at=timezone.now(),
        by=None,
        body={"set": said},
    )


def test_the_first_pack_holds_the_villages_and_nothing_of_other_places(cast: Cast, phone: Phone) -> None:
    mine = make_house(cast.un_ta, cast.cocsan, 1)
    make_house(cast.tan_son, cast.cocsan, 2)

    found = ask(phone)

    assert found.reset and [row["i"] for row in found.content["households"]] == [str(mine.pk)]
    assert [one["name"] for one in found.content["villages"]] == ["thôn Ún Tà"]
    assert len(found.people) == 3


def test_a_pack_holds_the_fewest_fields_and_no_number(cast: Cast, phone: Phone) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 7, people=2)
    mother = Person.objects.filter(household=house).order_by("birth")[1]
    PersonProfile.objects.create(person=mother, electronic_id=1, skills={"payment": 2}, phone="0912345678")
    HouseProfile.objects.create(household=house, mobile="weak", phone="0987654321", note="chó dữ")

    row = ask(phone).content["households"][0]

    assert set(row) == {"i", "v", "f", "c", "a", "n", "p", "o"} and row["n"] == 7
    assert row["o"] == {"v": 1, "mobile": "weak"}
    assert [set(one) - {"h"} for one in row["p"]] == [{"i", "v", "n", "b", "s", "r", "l", "k"}] * 2
    assert row["p"][0]["h"] is True and row["p"][1]["k"] == {
        "v": 1,
        "electronic_id": 1,
        "skills": {"payment": 2},
    }
    numbers = list(Person.objects.filter(household=house).values_list("number", flat=True))
    assert [one["l"] for one in row["p"]] == [number[-4:] for number in numbers if number]
    told = json.dumps(row)
    assert (
        not any(number in told for number in numbers if number)
        and "09123" not in told
        and "09876" not in told
    )


def test_since_a_cursor_only_what_changed_is_told(cast: Cast, phone: Phone) -> None:
    first, _second = make_house(cast.un_ta, cast.cocsan, 1), make_house(cast.un_ta, cast.cocsan, 2)
    cursor = ask(phone).content["cursor"]
    assert ask(phone, cursor).content["households"] == []

    change(head_of(first), full_name="Vàng Thị Mới")

    found = ask(phone, cursor)
    assert not found.reset
    assert [(row["i"], row["p"][0]["n"]) for row in found.content["households"]] == [
        (str(first.pk), "Vàng Thị Mới")
    ]
    assert ask(phone, found.content["cursor"]).content["households"] == []


def test_who_moves_house_leaves_the_one_and_is_in_the_other(cast: Cast, phone: Phone) -> None:
    old, new = make_house(cast.un_ta, cast.cocsan, 1), make_house(cast.un_ta, cast.cocsan, 2)
    person = head_of(old)
    change(person, household=old)
    cursor = ask(phone).content["cursor"]

    change(person, household=new)

    rows = {row["i"]: len(row["p"]) for row in ask(phone, cursor).content["households"]}
    assert rows == {str(old.pk): 2, str(new.pk): 4}


def test_a_house_that_moved_away_or_was_closed_is_dropped(cast: Cast, phone: Phone) -> None:
    away, closed = make_house(cast.un_ta, cast.cocsan, 1), make_house(cast.un_ta, cast.cocsan, 2)
    cursor = ask(phone).content["cursor"]

    change(away, village=cast.tan_son)
    change(closed, closed_on=timezone.localdate())

    assert sorted(ask(phone, cursor).content["drops"]) == sorted([str(away.pk), str(closed.pk)])


def test_the_dead_are_no_longer_told_of(cast: Cast, phone: Phone) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    cursor = ask(phone).content["cursor"]

    change(head_of(house), status=Person.Status.DEAD)

    assert len(ask(phone, cursor).content["households"][0]["p"]) == 2


def test_after_the_villages_changed_the_whole_is_given_anew(cast: Cast, field: Field, phone: Phone) -> None:
    make_house(cast.un_ta, cast.cocsan, 1)
    there = make_house(cast.tan_son, cast.cocsan, 2)
    cursor = ask(phone).content["cursor"]
    field.team.areas.update(village=cast.tan_son)
    bump_epoch([field.volunteer.pk])

    found = ask(phone, cursor)

    assert found.reset and found.content["epoch"] == 2
    assert [row["i"] for row in found.content["households"]] == [str(there.pk)]


def test_who_left_the_team_holds_nothing(cast: Cast, field: Field, phone: Phone) -> None:
    make_house(cast.un_ta, cast.cocsan, 1)
    field.team.members.all().delete()
    bump_epoch([field.volunteer.pk])

    found = ask(phone, epoch=1)

    assert found.reset and found.content["households"] == [] and found.content["villages"] == []


def test_a_cursor_of_before_a_restore_gives_the_whole(cast: Cast, phone: Phone) -> None:
    make_house(cast.un_ta, cast.cocsan, 1)
    cursor = ask(phone).content["cursor"]

    assert ask(phone, cursor + feed.STEP).reset
    assert ask(phone, cursor + 500).reset


def test_too_many_houses_leave_whole_villages_out_and_say_so(
    cast: Cast, field: Field, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(households, "MOST", 3)
    field.team.areas.create(village=cast.tan_son, from_on=field.team.opened_on)
    for number in range(2):
        make_house(cast.un_ta, cast.cocsan, number, people=1)
        make_house(cast.tan_son, cast.cocsan, 10 + number, people=1)

    content = ask(phone).content

    assert {row["f"] for row in content["households"]} == {str(cast.tan_son.pk)}
    assert "Ún Tà" in content["limit"]["sentence"] and content["limit"]["limit"] == 3


def head_of(house: Household) -> Person:
    """Return who is the head of a house."""
    assert house.head is not None
    return Person.objects.get(pk=house.head.pk)


def _task(village: Unit, commune: Unit, house: Household, number: int) -> Assignment:
    on = timezone.localdate()
    return Assignment.objects.create(
        id=UUID(int=number), rule="first_visit", subject_type="household", subject=house.pk, household=house.pk,
        unit=commune, village=village, opens_on=on, due_on=on + timedelta(days=7), expires_on=on + timedelta(days=30),
    )  # fmt: skip


@action
def settle(task: Assignment) -> None:
    task.state, task.version = Assignment.State.DONE, task.version + 1
    task.save()
    record("work.task_done", subject=task, at=timezone.now(), by=None)


def test_tasks_are_told_with_their_sentence_and_dropped_when_done(cast: Cast, phone: Phone) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    task = _task(cast.un_ta, cast.cocsan, house, 1)
    _task(cast.tan_son, cast.cocsan, house, 2)
    found = ask(phone).content
    assert [(one["id"], one["act"]) for one in found["tasks"]] == [(str(task.pk), "visit")]
    assert found["tasks"][0]["title"] and found["tasks"][0]["skip"]

    settle(task)

    after = ask(phone, found["cursor"]).content
    assert (after["tasks"], after["task_drops"]) == ([], [str(task.pk)])


def test_a_process_that_begins_later_reads_what_came_before(cast: Cast, phone: Phone) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    start = ask(phone).content["cursor"]
    change(house, address="Ngõ mới")
    middle = ask(phone, start).content["cursor"]
    change(head_of(house), sex="2")
    feed.forget()

    assert len(ask(phone, middle).content["households"]) == 1
    assert len(ask(phone, start).content["households"]) == 1


def test_who_may_not_use_the_app_is_told_of_no_task(cast: Cast, field: Field, phone: Phone) -> None:
    _task(cast.un_ta, cast.cocsan, make_house(cast.un_ta, cast.cocsan, 1), 1)
    Assignment.objects.update(assignee=field.volunteer)
    assert ask(phone).content["tasks"]
    field.volunteer.grants.all().delete()

    phone.device.refresh_from_db()  # its account, with what it was granted, is read anew
    told = ask(phone).content

    assert (told["tasks"], told["notices"], told["workshops"]) == ([], [], [])
