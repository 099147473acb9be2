"""Two officers at one page of the teams: the second is told, and what they typed is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.outreach.actions import gatherings, kiosks, teams
from dinh.outreach.models import Area, Kiosk, Member
from dinh.outreach.tests.enrolled import Field, make_field
from dinh.web.desk.tests.conftest import Seat
from dinh.work.actions import cards, plans
from dinh.work.models import IssueCard, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def test_a_teams_name_is_not_written_over(cast: Cast, field: Field, at_desk: Seat) -> None:
    page = reverse("desk:team_edit", args=[field.team.pk])
    seen = field.team.version
    teams.amend_team(team=field.team, name="Tổ một", by=field.officer, at=timezone.now())
    browser = at_desk(field.officer)

    second = browser.post(page, {"name": "Tổ hai", "version": str(seen)})
    field.team.refresh_from_db()
    assert second.status_code == 422 and field.team.name == "Tổ một"
    assert "Tổ hai" in second.content.decode() and "Tổ một" in second.content.decode()

    browser.post(page, {"name": "Tổ hai", "version": str(second.context["version"])})
    field.team.refresh_from_db()
    assert field.team.name == "Tổ hai"  # who has read the other's word may keep their own


def test_a_teams_villages_are_not_written_over(cast: Cast, field: Field, at_desk: Seat) -> None:
    seen = field.team.version
    teams.set_areas(team=field.team, villages=[cast.tan_son.pk], by=field.officer, at=timezone.now())

    answer = at_desk(field.officer).post(
        reverse("desk:team_areas", args=[field.team.pk]), {"villages": [str(cast.un_ta.pk)], "version": seen}
    )

    assert answer.status_code == 422
    open_ = Area.objects.filter(team=field.team, until_on=None)
    assert set(open_.values_list("village", flat=True)) == {cast.tan_son.pk}


def test_what_a_member_can_do_is_not_written_over(cast: Cast, field: Field, at_desk: Seat) -> None:
    member = Member.objects.get(account=field.volunteer)
    seen = member.version
    teams.amend_member(member=member, skills=["safety"], by=field.officer, at=timezone.now())

    answer = at_desk(field.leader).post(
        reverse("desk:member_amend", args=[member.pk]), {"skills": ["teaching"], "version": seen}
    )

    member.refresh_from_db()
    assert answer.status_code == 422 and member.skills == ["safety"]
    assert answer.context["form"]["skills"].value() == ["teaching"]


def test_a_gatherings_number_is_not_written_over(cast: Cast, field: Field, at_desk: Seat) -> None:
    now = timezone.now()
    plan = gatherings.Plan("workshop", "Học", "scams", "Nhà văn hóa", now - timedelta(hours=3), now)
    workshop = gatherings.plan(unit=cast.un_ta, plan=plan, by=field.leader, at=now - timedelta(days=1))
    seen = workshop.version
    gatherings.hold(workshop=workshop, present=30, note="Đông", by=field.officer, at=now)

    answer = at_desk(field.leader).post(
        reverse("desk:teams_gathering_act", args=[workshop.pk, "hold"]),
        {"present": "12", "note": "Mưa to", "version": seen},
    )

    workshop.refresh_from_db()
    assert (answer.status_code, workshop.present, workshop.note) == (409, 30, "Đông")
    assert 'value="12"' in answer.content.decode() and "Mưa to" in answer.content.decode()


def test_a_refused_goal_loses_no_other_and_a_colleagues_stays(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    today = timezone.localdate()
    browser, page = at_desk(field.leader), reverse("desk:targets_keep")
    form = {"unit": str(cast.un_ta.pk), "month": f"{today:%Y-%m}", "seen-visits": "", "seen-help": ""}

    wrong = browser.post(page, {**form, "goal-visits": "nhiều", "goal-help": "17"})
    assert wrong.status_code == 422 and not Plan.objects.exists()
    assert 'value="nhiều"' in wrong.content.decode() and 'value="17"' in wrong.content.decode()

    plans.set_goal(
        unit=cast.un_ta, measure="visits", month=today, goal=40, by=field.officer, at=timezone.now()
    )
    second = browser.post(page, {**form, "goal-visits": "25", "goal-help": ""})
    assert second.status_code == 422 and Plan.objects.get().goal == 40
    assert 'value="25"' in second.content.decode()

    browser.post(page, {**form, "seen-visits": "40", "goal-visits": "25", "goal-help": "17"})
    assert {one.measure: one.goal for one in Plan.objects.all()} == {"visits": 25, "help": 17}


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("answer", {"answer": "Chưa biết."}),
        ("extend", {"due_on": "2099-01-01", "reason": "Chờ trả lời"}),
        ("give", {"owner": ""}),
    ],
)
def test_a_card_is_not_written_over(
    cast: Cast, field: Field, at_desk: Seat, verb: str, typed: dict[str, str]
) -> None:
    today = timezone.localdate()
    card = IssueCard.objects.create(
        unit=cast.cocsan, title="Sóng yếu", kind="network", opened_at=timezone.now(), due_on=today
    )
    seen = card.version
    cards.give_card(card=card, owner=cast.reception, office=None, by=cast.leader, at=timezone.now())

    answer = at_desk(cast.leader).post(
        reverse("desk:card_act", args=[card.pk, verb]), {**typed, "version": str(seen)}
    )

    card.refresh_from_db()
    assert answer.status_code == 422
    assert (card.owner, card.answer, card.due_on) == (cast.reception, "", today)
    assert all(one in answer.content.decode() for one in typed.values())


def test_a_kiosks_fresh_code_is_not_made_useless(cast: Cast, field: Field, at_desk: Seat) -> None:
    kiosk, _code = kiosks.register_kiosk(
        unit=cast.cocsan, name="Máy một", by=field.officer, at=timezone.now()
    )
    seen = kiosk.version
    kiosks.renew_code(kiosk=kiosk, by=field.officer, at=timezone.now())

    at_desk(field.officer).post(
        reverse("desk:kiosk_act", args=[kiosk.pk]), {"revoke": "", "version": str(seen)}
    )

    assert Kiosk.objects.get().revoked_at is None
