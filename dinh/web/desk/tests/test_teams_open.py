"""Every link that a page of the teams shows opens for whoever sees it; who may not, sees none."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.lib.ids import uuid7
from dinh.outreach.models import Attendance, PersonProfile, Workshop
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.population.models import Person
from dinh.web.desk.tests.conftest import Seat
from dinh.work.models import Assignment

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/[a-z]{2}/desk/teams/[^"#]*)"')
PAGES = (
    "teams", "team_tasks", "rota", "targets", "difficulties", "cards", "gatherings", "teams_panel", "teams_reports",
    "badges", "devices", "kiosks",
)  # fmt: skip


@pytest.fixture
def field(cast: Cast) -> Field:
    made = make_field(cast)
    doing.visit(made.volunteer, make_house(cast.un_ta, cast.cocsan, 1), timezone.now())
    return made


@pytest.mark.parametrize("who", ["leader", "officer", "chair", "reception"])
def test_no_link_of_these_pages_is_closed_to_who_sees_it(
    cast: Cast, field: Field, at_desk: Seat, who: str
) -> None:
    people: dict[str, Account] = {
        "leader": field.leader, "officer": field.officer, "chair": cast.leader, "reception": cast.reception,
    }  # fmt: skip
    browser = at_desk(people[who])
    links: set[str] = set()
    for name in PAGES:
        page = browser.get(reverse(f"desk:{name}"))
        if page.status_code == 200:
            links |= {one.replace("&amp;", "&") for one in LINK.findall(page.content.decode())}

    assert len(links) > 2
    assert {one: browser.get(one).status_code for one in sorted(links)} == dict.fromkeys(links, 200)


def test_a_leaders_numbers_are_their_teams_and_open(cast: Cast, field: Field, at_desk: Seat) -> None:
    doing.visit(cast.social, make_house(cast.un_ta, cast.cocsan, 2), timezone.now())  # of no team
    browser = at_desk(field.leader)

    rows = browser.get(reverse("desk:teams_panel_rows", args=["visits"]), {"team": "mine"})

    assert browser.get(reverse("desk:teams_panel")).context["panel"].total["visits"] == 1
    assert (rows.status_code, rows.context["number"], rows.context["count"]) == (200, 1, 1)


def task(cast: Cast, number: int) -> Assignment:
    today = timezone.localdate()
    house = make_house(cast.un_ta, cast.cocsan, number)
    return Assignment.objects.create(
        id=uuid7(), rule="social_pension_75", subject_type="person", household=house.pk, unit=cast.cocsan,
        subject=Person.objects.filter(household=house).order_by("birth")[0].pk, village=cast.un_ta,
        opens_on=today, due_on=today, expires_on=today,
    )  # fmt: skip


def test_marked_tasks_are_given_at_once_and_the_filter_stays(cast: Cast, field: Field, at_desk: Seat) -> None:
    tasks = [task(cast, number) for number in (11, 12)]
    browser = at_desk(field.leader)
    assert "Vàng Văn Số 11 0" in browser.get(reverse("desk:team_tasks")).content.decode()

    answer = browser.post(
        reverse("desk:tasks_give"),
        {"task": [str(one.pk) for one in tasks], "to": str(field.volunteer.pk), "back": "state=due&q=Số"},
    )

    assert set(Assignment.objects.values_list("assignee", flat=True)) == {field.volunteer.pk}
    assert answer.headers["Location"].endswith("/tasks/?state=due&q=S%E1%BB%91")


def test_who_only_looks_on_is_shown_no_button_that_refuses(cast: Cast, field: Field, at_desk: Seat) -> None:
    task(cast, 11)

    page = at_desk(cast.leader).get(reverse("desk:team_tasks")).content.decode()

    assert reverse("desk:task_ask") not in page and reverse("desk:tasks_give") not in page


def test_volunteers_are_not_counted_as_trained_officials(cast: Cast, field: Field, at_desk: Seat) -> None:
    page = at_desk(field.officer).get(reverse("desk:teams_trainings"))

    names = {one.full_name for one, _days in page.context["lines"]}
    assert cast.reception.full_name in names and field.volunteer.full_name not in names


def test_only_who_reads_the_population_invites_the_poor(cast: Cast, field: Field, at_desk: Seat) -> None:
    now = timezone.now()
    workshop = Workshop.objects.create(
        unit=cast.un_ta, lead=field.leader, title="Vay vốn", kind="workshop", topic="payment", place="Nhà văn hoá",
        starts_at=now, ends_at=now, code="W7M29QXT",
    )  # fmt: skip
    page = reverse("desk:teams_gathering", args=[workshop.pk])
    invite = reverse("desk:teams_gathering_act", args=[workshop.pk, "invite"])

    assert 'value="poor"' not in at_desk(field.leader).get(page).content.decode()
    assert at_desk(field.leader).post(invite, {"audience": "poor"}).status_code == 403
    assert 'value="poor"' in at_desk(field.officer).get(page).content.decode()


def test_what_is_learnt_is_kept_with_the_person_from_the_desk_too(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    now = timezone.now()
    workshop = Workshop.objects.create(
        unit=cast.un_ta, lead=field.leader, title="Học", kind="workshop", topic="payment", place="Nhà văn hoá",
        starts_at=now, ends_at=now, code="W7M29QXT",
    )  # fmt: skip
    browser = at_desk(field.leader)
    browser.post(reverse("desk:teams_gathering_act", args=[workshop.pk, "invite"]), {"audience": "everyone"})
    person = workshop.invitations.values_list("person", flat=True)[0]

    browser.post(
        reverse("desk:teams_gathering_act", args=[workshop.pk, "attend"]),
        {"person": str(person), "before.payment": "0", "after.payment": "2"},
    )

    assert Attendance.objects.get().after == {"payment": 2}
    assert PersonProfile.objects.get(person=person).skills == {"payment": 2}
