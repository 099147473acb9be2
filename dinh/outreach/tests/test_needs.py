"""Which team needs a word, when a task is late, and whose it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.directory.tests.cast import HANOI, REFORM, Cast
from dinh.lib.ids import uuid7
from dinh.outreach.actions.tasks import make_assignments
from dinh.outreach.models import Area, Member, Team
from dinh.outreach.queries import needs, supervision, targets
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.queries.pack import figures
from dinh.outreach.queries.teams import lines, tasks_of
from dinh.outreach.rules.figures import FIGURES
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house, make_phone
from dinh.work.models import Assignment, Plan
from dinh.work.queries.tasks import late_on
from dinh.work.queries.tasks import lines as task_lines

AT = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)
ON = AT.date()
NOVEMBER = month_of(ON)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def task(cast: Cast, rule: str, due: date, assignee: Account | None = None) -> Assignment:
    return Assignment.objects.create(
        id=uuid7(), rule=rule, subject_type="household", subject=uuid7(), unit=cast.cocsan, village=cast.un_ta,
        assignee=assignee, opens_on=due - timedelta(days=5), due_on=due, expires_on=due + timedelta(days=90),
    )  # fmt: skip


def young_team(cast: Cast, member: Account) -> Team:
    team = Team.objects.create(unit=cast.cocsan, kind="young", name="Đoàn", opened_on=REFORM)
    Area.objects.create(team=team, village=cast.un_ta, from_on=REFORM)
    Member.objects.create(team=team, account=member, role="leader", from_on=REFORM)
    return team


def test_a_committee_carries_no_telephone_and_is_asked_for_no_sign(cast: Cast, field: Field) -> None:
    committee = Team.objects.create(unit=cast.cocsan, kind="steering", name="Ban chỉ đạo", opened_on=REFORM)
    Member.objects.create(team=committee, account=cast.leader, role="leader", from_on=REFORM)
    make_phone(field.volunteer)  # given, and never used

    found = {(one.kind, one.account) for one in needs.concerns([committee, field.team], at=AT)}

    assert found == {("no_phone", field.leader), ("inactive", field.volunteer)}


def test_a_panel_says_first_which_team_is_behind(cast: Cast, field: Field) -> None:
    Plan.objects.create(
        unit=cast.un_ta, measure="visits", month=date(2026, 11, 1), goal=30, set_by=field.officer
    )
    for number, member in enumerate((field.leader, field.volunteer)):
        doing.visit(member, make_house(cast.un_ta, cast.cocsan, number), AT)
    well = young_team(cast, field.volunteer)

    panel = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT)
    found = needs.needs(panel.lines, at=AT)

    assert [(one.team, one.line.expected if one.line else None) for one in found] == [(field.team, 20)]
    assert well in [line.team for line in panel.lines]


def test_the_communes_goal_is_of_all_its_teams_and_of_no_single_one(cast: Cast, field: Field) -> None:
    Team.objects.create(unit=cast.cocsan, kind="commune", name="Tổ xã", opened_on=REFORM)
    Plan.objects.create(
        unit=cast.cocsan, measure="visits", month=date(2026, 11, 1), goal=60, set_by=field.officer
    )

    found = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT)

    assert (found.goal, found.expected, found.behind) == (60, 40, True)
    assert [line.goal for line in found.lines] == [None, None]


def test_a_task_is_late_when_its_grace_is_over_and_not_before(cast: Cast, field: Field) -> None:
    grace = store.get().tasks["follow_up_7"].grace
    inside = task(cast, "follow_up_7", ON - timedelta(days=grace))
    beyond = task(cast, "follow_up_7", ON - timedelta(days=grace + 1))
    asked = task(cast, "asked", ON - timedelta(days=1))

    shown = {one.row.pk: (one.due, one.late) for one in task_lines([inside, beyond, asked], ON)}

    assert shown == {inside.pk: (True, False), beyond.pk: (False, True), asked.pk: (False, True)}
    assert set(Assignment.objects.filter(late_on(ON))) == {beyond, asked}


def test_a_task_is_one_teams_and_the_list_behind_the_number_is_as_long(cast: Cast, field: Field) -> None:
    helper = cast.social
    young = young_team(cast, helper)
    task(cast, "first_visit", ON)
    task(cast, "first_visit", ON, field.volunteer)
    task(cast, "asked", ON - timedelta(days=3), helper)

    counted = {line.team: (line.open, line.late) for line in lines([field.team, young], ON)}

    assert counted == {field.team: (2, 0), young: (1, 1)}
    for team, (n, _late) in counted.items():
        assert Assignment.objects.filter(tasks_of(team, ON)).count() == n


def test_a_telephone_tells_the_figures_of_the_panel_and_the_pace_of_the_goals(
    cast: Cast, field: Field
) -> None:
    me = field.volunteer
    house = make_house(cast.un_ta, cast.cocsan, 1)
    doing.visit(me, house, AT)
    doing.visit(me, house, AT - timedelta(days=1), "absent")
    doing.help_given(me, house, AT, "bill")
    Plan.objects.create(
        unit=cast.un_ta, account=me, measure="visits", month=date(2026, 11, 1), goal=30, set_by=field.officer
    )

    told = {one["id"]: one for one in figures.own(me, ON, "vi")}
    panel = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT)
    line = next(one for one in panel.lines if one.team == field.team)
    goal = {one.measure: one.pace for one in targets.of(cast.un_ta, me, ON, ON)}["visits"]

    assert {key: told[key]["done"] for key in told} == {key: line.figures[key] for key in told}
    assert set(told) <= FIGURES.keys()
    assert (told["visits"]["goal"], told["visits"]["expected"]) == (goal.goal, goal.expected) == (30, 20)


def test_rows_behind_a_number_can_be_of_several_teams(cast: Cast, field: Field) -> None:
    young = young_team(cast, cast.social)
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), AT)
    doing.visit(cast.social, make_house(cast.un_ta, cast.cocsan, 2), AT)

    def count(teams: set[UUID | None] | None) -> int:
        return len(supervision.rows_of(cast.cocsan.pk, NOVEMBER, "visits", teams))

    assert (count({young.pk}), count({young.pk, field.team.pk}), count(None)) == (1, 2, 2)


def test_where_few_may_be_open_those_still_on_time_are_made_first(cast: Cast, field: Field) -> None:
    rule = store.get().tasks["follow_up_7"]
    for number in range(rule.max_open + 2):
        house = make_house(cast.un_ta, cast.cocsan, number)
        passed = number < 2  # whose week of grace is over, though the task would still be of use
        doing.help_given(field.volunteer, house, AT - timedelta(days=16 if passed else 8), "bill")

    make_assignments(cast.cocsan, ON, AT)

    made = Assignment.objects.filter(rule="follow_up_7")
    assert made.count() == rule.max_open
    assert not made.filter(late_on(ON)).exists()
