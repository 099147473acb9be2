"""What one telephone, the desk or the rules of tasks did reaches another telephone with its next question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dinh.journal.sealer import seal_once
from dinh.outreach.actions import accepting, tasks
from dinh.outreach.models import Device
from dinh.outreach.queries.pack import feed, whole
from dinh.outreach.tests.sending import Field, row_of
from dinh.work.actions import tasks as work
from dinh.work.models import Assignment


@pytest.fixture(autouse=True)
def fresh() -> None:
    feed.forget()


def ask(device: Device, since: int = 0) -> dict[str, Any]:
    seal_once(log_heads=False)
    return whole.pack(device, since=since, epoch=1, at=timezone.now(), language="vi").content


def test_what_one_telephone_learnt_is_told_to_the_other(field: Field) -> None:
    cursor = ask(field.other.device)["cursor"]
    now = timezone.now()

    field.phone.send(
        field.phone.facts(field.house, {"mobile": ["", "weak"]}, at=now),
        field.phone.facts(field.phuc, {"electronic_id": [0, 2]}, at=now),
        at=now,
    )

    told = ask(field.other.device, cursor)
    assert not told["reset"]
    (house,) = told["households"]
    assert house["i"] == str(field.house[1]) and house["o"]["mobile"] == "weak"
    assert {one["k"].get("electronic_id") for one in house["p"] if one["i"] == str(field.phuc[1])} == {2}


def test_a_house_that_refused_visits_through_a_task_is_told(field: Field) -> None:
    cursor = ask(field.other.device)["cursor"]

    tasks.refuse_visits(field.house[1], timezone.localdate(), by=field.nga, at=timezone.now())

    (house,) = ask(field.other.device, cursor)["households"]
    assert house["o"]["refused_on"] == timezone.localdate().isoformat()


def test_what_the_desk_decided_is_among_the_receipts(field: Field) -> None:
    field.world.household.village = field.cast.tan_son
    field.world.household.save()
    op = field.phone.visit(field.house[1], at=timezone.now())
    field.phone.send(op, at=timezone.now())
    cursor = ask(field.phone.device)["cursor"]
    hour_later = timezone.now() + timedelta(hours=1)

    accepting.accept(
        operation=row_of(op),
        reason="đi cùng trưởng thôn",
        version=row_of(op).version,
        by=field.khoa,
        at=hour_later,
    )

    told = {one["op_id"]: one["state"] for one in ask(field.phone.device, cursor)["receipts"]}
    assert told == {op["op_id"]: "applied"}


def test_tasks_made_asked_and_given_away_are_told(field: Field) -> None:
    cursor = ask(field.phone.device)["cursor"]
    on = timezone.localdate()
    made = tasks.make_assignments(field.cast.cocsan, on, timezone.now())
    assert made.made and len(ask(field.phone.device, cursor)["tasks"]) == made.made

    elsewhere = _task_elsewhere(field)
    cursor = ask(field.phone.device)["cursor"]
    work.reassign(task=elsewhere, to=field.nga, by=field.tho, at=timezone.now())
    given = ask(field.phone.device, cursor)
    assert [one["id"] for one in given["tasks"]] == [str(elsewhere.pk)]

    work.reassign(task=elsewhere, to=field.tho, by=field.tho, at=timezone.now())
    assert ask(field.phone.device, given["cursor"])["task_drops"] == [str(elsewhere.pk)]


def _task_elsewhere(field: Field) -> Assignment:
    house = field.world.household
    return work.ask_for(
        unit=field.cast.cocsan, village=field.cast.tan_son.pk, household=house.pk, subject_type="household",
        subject=house.pk, sentence="Mang giấy đến", due_on=timezone.localdate(), by=field.tho, at=timezone.now(),
    )  # fmt: skip
