"""The desk's pages of teams, tasks and answers, lived through by a digital officer and a team leader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dinh.directory.tests.cast import Cast, make_account
from dinh.lib.ids import uuid7
from dinh.outreach.actions.tasks import make_assignments
from dinh.outreach.models import Difficulty, Duty, Member, Team
from dinh.outreach.queries.scope import villages_of
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.web.desk.tests.conftest import Seat
from dinh.work.models import Assignment, IssueCard, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def test_a_team_is_set_up_filled_and_handed_over(cast: Cast, field: Field, at_desk: Seat) -> None:
    today = timezone.localdate()
    browser = at_desk(field.officer)
    values = {
        "kind": "village",
        "unit": str(cast.tan_son.pk),
        "name": "Tổ Tân Sơn",
        "opened_on": today.isoformat(),
    }
    browser.post(reverse("desk:team_new"), values)
    team = Team.objects.get(name="Tổ Tân Sơn")
    for username in ("moi1", "moi2"):
        account = make_account(username, f"Người {username}", unit=cast.cocsan)
        joins = {
            "account": str(account.pk),
            "role": "member",
            "from_on": today.isoformat(),
            "skills": "teaching",
        }
        assert browser.post(reverse("desk:member_join", args=[team.pk]), joins).status_code == 302
    one, other = Member.objects.filter(team=team).order_by("account__username")
    question = {"to": str(other.pk), "on": today.isoformat()}

    shown = browser.get(reverse("desk:member_handover", args=[one.pk]), question)
    assert "thôn Tân Sơn" in shown.content.decode()
    assert villages_of(one.account, today) == (cast.tan_son.pk,)
    browser.post(reverse("desk:member_handover", args=[one.pk]), question)

    assert villages_of(one.account, today) == ()
    browser.post(reverse("desk:handover_undo", args=[one.handovers.get().pk]))
    assert villages_of(one.account, today) == (cast.tan_son.pk,)


def test_a_leader_sees_their_own_team_alone(cast: Cast, field: Field, at_desk: Seat) -> None:
    other = Team.objects.create(
        unit=cast.tan_son, kind="village", name="Tổ khác", opened_on=timezone.localdate()
    )
    browser = at_desk(field.leader)

    shown = browser.get(reverse("desk:teams")).content.decode()

    assert "Tổ Ún Tà" in shown and "Tổ khác" not in shown
    assert browser.get(reverse("desk:team", args=[other.pk])).status_code == 404
    taken = browser.get(reverse("desk:teams"), {"form": "csv"})
    assert "Tổ Ún Tà" in taken.content.decode("utf-8-sig")


def test_a_leader_plans_a_duty_and_settles_a_task(cast: Cast, field: Field, at_desk: Seat) -> None:
    today, browser = timezone.localdate(), at_desk(field.leader)
    make_house(cast.un_ta, cast.cocsan, 5)
    make_assignments(cast.cocsan, today, timezone.now())
    task = Assignment.objects.filter(rule="first_visit").get()
    member = Member.objects.get(account=field.volunteer)
    duty = {
        "member": member.pk,
        "place": "centre",
        "on": today.isoformat(),
        "starts": "08:00",
        "ends": "11:00",
    }
    browser.post(reverse("desk:rota"), duty)
    browser.post(reverse("desk:duty_mark", args=[Duty.objects.get().pk]), {"state": "done", "helped": "7"})
    browser.post(reverse("desk:task_act", args=[task.pk]), {"reason": "moved"})
    goals = {"unit": str(cast.un_ta.pk), "month": f"{today:%Y-%m}", "goal-visits": "30"}
    browser.post(reverse("desk:targets_keep"), goals)

    assert (Duty.objects.get().state, Duty.objects.get().helped) == ("done", 7)
    task.refresh_from_db()
    assert (task.state, task.reason) == ("skipped", "moved")
    assert Plan.objects.get().goal == 30


def test_a_difficulty_is_answered_on_the_desk(cast: Cast, field: Field, at_desk: Seat) -> None:
    row = Difficulty.objects.create(
        id=uuid7(), kind="network", village=cast.un_ta, account=field.volunteer, words="Sóng yếu ở đầu thôn",
        at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    browser = at_desk(cast.reception)
    assert "Sóng yếu" in browser.get(reverse("desk:difficulties")).content.decode()
    browser.post(reverse("desk:card_new"), {"difficulty": str(row.pk), "title": "Sóng yếu", "owner": ""})
    card = IssueCard.objects.get()

    browser.post(reverse("desk:card_act", args=[card.pk, "answer"]), {"answer": "Thêm trạm trước 30/12."})

    card.refresh_from_db()
    assert card.state == "answered"
    assert "Thêm trạm" in browser.get(reverse("desk:card", args=[card.pk])).content.decode()
