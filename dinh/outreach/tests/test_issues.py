"""Difficulties under one owner: grouped, answered, told; goals set and counted; tasks told by telephones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.lib.ids import uuid7
from dinh.outreach.actions import issues
from dinh.outreach.models import Difficulty, Visit
from dinh.outreach.queries import issues as asked
from dinh.outreach.queries import targets
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.work.actions import cards, plans
from dinh.work.models import IssueCard, Plan

pytestmark = pytest.mark.django_db
AT = MONDAY_MORNING
ON = date(2026, 11, 23)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def noted(cast: Cast, field: Field, words: str, **more: Any) -> Difficulty:
    values = {"kind": "network", "village": cast.un_ta, "urgency": "normal", **more}
    return Difficulty.objects.create(id=uuid7(), account=field.volunteer, words=words, at=AT, **values)


def grouped(cast: Cast, field: Field, *rows: Difficulty, **more: Any) -> IssueCard:
    values = {"title": "Sóng yếu", "by": field.officer, "at": AT, **more}
    return issues.group(unit=cast.cocsan, difficulties=[row.pk for row in rows], **values)


def test_near_ones_are_suggested_and_stand_on_one_card(cast: Cast, field: Field) -> None:
    a = noted(cast, field, "Sóng yếu ở đầu thôn", urgency="urgent")
    b = noted(cast, field, "đầu thôn sóng yếu lắm")
    noted(cast, field, "Hết tiền điện thoại")
    assert [{*one.ids} for one in asked.suggested(asked.of_unit(cast.cocsan.pk))] == [{a.pk, b.pk}]

    card = grouped(cast, field, a, b)

    assert (card.due_on, card.kind) == (ON + timedelta(days=3), "network")
    assert asked.suggested(asked.of_unit(cast.cocsan.pk)) == []
    assert {asked.state_of(one) for one in Difficulty.objects.filter(card=card)} == {"grouped"}


def test_only_who_answers_questions_there_opens_a_card(cast: Cast, field: Field) -> None:
    row = noted(cast, field, "Sóng yếu")

    for account in (field.volunteer, field.leader, cast.next_reception):
        with pytest.raises(NotPermitted):
            grouped(cast, field, row, by=account)
    with pytest.raises(Invalid):
        grouped(cast, field, row, owner=field.volunteer)


def test_one_is_never_on_two_cards(cast: Cast, field: Field) -> None:
    row = noted(cast, field, "Sóng yếu")
    card = grouped(cast, field, row)
    with pytest.raises(Invalid):
        grouped(cast, field, row)

    row.refresh_from_db()
    issues.take_off(difficulty=row, by=field.officer, at=AT)

    row.refresh_from_db()
    assert row.card is None
    assert issues.add(card=card, difficulties=[row.pk], by=cast.reception, at=AT) == 1


def test_an_answer_comes_before_the_close_and_more_time_has_a_reason(cast: Cast, field: Field) -> None:
    card = grouped(cast, field, noted(cast, field, "Sóng yếu"))
    with pytest.raises(Refused):
        cards.close_card(card=card, by=field.officer, at=AT)
    with pytest.raises(Invalid):
        cards.extend_card(card=card, due_on=card.due_on, reason=" ", by=field.officer, at=AT)
    cards.extend_card(
        card=card, due_on=ON + timedelta(days=30), reason="Chờ nhà mạng", by=field.officer, at=AT
    )
    with pytest.raises(Invalid):
        cards.answer_card(card=card, answer=" ", by=field.officer, at=AT)

    cards.answer_card(card=card, answer="Thêm trạm trước 30/12.", by=cast.leader, at=AT)
    cards.close_card(card=card, by=cast.leader, at=AT)

    card.refresh_from_db()
    assert (card.state, card.due_on) == ("closed", ON + timedelta(days=30))
    with pytest.raises(Refused):
        cards.answer_card(card=card, answer="Khác", by=cast.leader, at=AT)


def test_figures_by_kind_say_how_far_they_have_come(cast: Cast, field: Field) -> None:
    a, b = noted(cast, field, "Sóng yếu"), noted(cast, field, "Sóng mất")
    noted(cast, field, "Quên mật khẩu", kind="skill")
    card = grouped(cast, field, a, b)
    cards.answer_card(card=card, answer="Sẽ có trạm.", by=field.officer, at=AT)
    Difficulty.objects.filter(pk=a.pk).update(told_at=AT)

    found = asked.by_kind(asked.of_unit(cast.cocsan.pk), ON, ON)

    assert [(one.kind, one.noted, one.open, one.answered, one.told) for one in found] == [
        ("network", 2, 0, 1, 1), ("skill", 1, 1, 0, 0),
    ]  # fmt: skip


def test_a_goal_is_set_once_a_month_and_counted_like_the_panel(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 3)
    Visit.objects.create(
        id=uuid7(), household=house, village=cast.un_ta, account=field.volunteer, outcome="met", at=AT
    )
    for goal in (40, 42):
        plans.set_goal(unit=cast.un_ta, measure="visits", month=ON, goal=goal, by=field.leader, at=AT)
    plans.set_goal(
        unit=cast.un_ta, measure="visits", month=ON, goal=5, by=field.leader, at=AT, account=field.volunteer
    )

    found = {one.measure: one for one in targets.of(cast.un_ta, None, ON, ON)}
    mine = {one.measure: one for one in targets.of(cast.un_ta, field.volunteer, ON, ON)}

    assert (found["visits"].pace.goal, found["visits"].pace.done) == (42, 1)
    assert 0 < found["visits"].pace.expected < 42
    assert mine["visits"].pace.goal == 5
    assert {one.measure: one for one in targets.of(cast.tan_son, None, ON, ON)}["visits"].pace.done == 0
    assert Plan.objects.count() == 2
    with pytest.raises(Invalid):
        plans.set_goal(unit=cast.un_ta, measure="smiles", month=ON, goal=-1, by=field.leader, at=AT)
