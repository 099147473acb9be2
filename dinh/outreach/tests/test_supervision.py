"""The panel agrees with the tables, each number opens into its rows, and nobody's work counts twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from dinh.directory.tests.cast import HANOI, REFORM, Cast
from dinh.outreach.models import Area, Conflict, Member, Team, Visit
from dinh.outreach.queries import needs, supervision
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.rules import crediting, oddness
from dinh.outreach.rules.crediting import Span, Term
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house, make_phone
from dinh.work.models import Plan

AT = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)
NOVEMBER = month_of(AT.date())


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def test_every_figure_of_the_panel_is_what_the_tables_hold(cast: Cast, field: Field) -> None:
    houses = [make_house(cast.un_ta, cast.cocsan, n) for n in range(1, 5)]
    for n, house in enumerate(houses):
        doing.visit(field.volunteer, house, AT - timedelta(days=n), "absent" if n == 3 else "met", minutes=20)
    doing.visit(field.leader, houses[0], AT - timedelta(days=1), minutes=40)
    doing.visit(field.volunteer, houses[0], AT - timedelta(days=40))  # October's
    doing.help_given(field.volunteer, houses[0], AT)
    doing.help_given(field.volunteer, houses[0], AT, "insurance_app", outcome="begun")
    doing.difficulty(field.volunteer, houses[1], AT, told_at=AT)
    doing.visit(cast.social, houses[2], AT, minutes=10)  # in no team
    found = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT)

    met = Visit.objects.filter(outcome="met", at__gte=NOVEMBER.since, at__lt=NOVEMBER.until)
    assert found.total["visits"] == met.count() == 5
    assert found.total["households"] == met.values("household").distinct().count() == 3
    assert (found.total["doors"], found.total["absent"], found.total["hours"]) == (6, 1, 2)
    assert (found.total["helps"], found.total["help"], found.total["people_helped"]) == (2, 1, 1)
    assert (found.total["difficulties"], found.total["told"]) == (1, 1)
    assert [line.figures["doors"] for line in found.lines] == [5, 1]  # the team; nobody's team


def test_each_number_opens_into_as_many_rows(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    for day in range(3):
        doing.visit(field.volunteer, house, AT - timedelta(days=day))
    for key in ("doors", "visits", "absent", "helps"):
        rows = supervision.rows_of(cast.cocsan.pk, NOVEMBER, key, {field.team.pk})
        line = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT).lines[0]
        assert len(rows) == line.figures[key]


def test_teams_add_up_to_the_commune_though_somebody_is_in_two(cast: Cast, field: Field) -> None:
    young = Team.objects.create(unit=cast.cocsan, kind="young", name="Đoàn", opened_on=REFORM)
    Area.objects.create(team=young, village=cast.un_ta, from_on=REFORM)
    Member.objects.create(team=young, account=field.volunteer, from_on=REFORM)
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), AT)
    doing.visit(field.volunteer, make_house(cast.tan_son, cast.cocsan, 2), AT)

    found = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT)

    assert found.total["visits"] == sum(line.figures["visits"] for line in found.lines) == 2


def test_the_line_tells_goal_pace_phones_and_what_waits(cast: Cast, field: Field) -> None:
    Plan.objects.create(
        unit=cast.un_ta, measure="visits", month=date(2026, 11, 1), goal=30, set_by=field.officer
    )
    phone = make_phone(field.volunteer, at=AT - timedelta(days=2))
    phone.device.unsent, phone.device.sync_failures = 4, 2
    phone.device.save()
    doing.operation(phone, 1, AT, state="waiting")
    doing.operation(phone, 2, AT, state="review")
    clashing = doing.operation(phone, 3, AT, forced=True)
    Conflict.objects.create(entity_type="person", entity=clashing.pk, field="birth", unit=cast.cocsan, operation=clashing, opened_at=AT)  # fmt: skip

    line = supervision.panel(cast.cocsan.pk, NOVEMBER, at=AT).lines[0]

    assert (line.goal, line.expected, line.behind) == (30, 20, True)
    assert (line.members, line.active, line.leader) == (2, 1, field.leader.full_name)
    assert (line.unsent, line.failures, line.held, line.review, line.forced, line.conflicts) == (
        4,
        2,
        1,
        1,
        1,
        1,
    )
    assert line.last_contact == AT - timedelta(days=2) + timedelta(minutes=2)


def test_concerns_name_who_is_silent_and_which_team_has_no_leader(cast: Cast, field: Field) -> None:
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), AT - timedelta(days=31))
    Member.objects.filter(account=field.leader).update(until_on=AT.date())

    found = needs.concerns([field.team], at=AT)

    assert [(one.kind, one.account) for one in found] == [("no_leader", None), ("inactive", field.volunteer)]


def test_a_term_counts_only_while_it_lasts() -> None:
    team, village, somebody = UUID(int=1), UUID(int=2), UUID(int=3)
    span = Span(date(2026, 1, 1), date(2026, 2, 1))
    terms = [Term(somebody, team, "village", span, ((village, Span(REFORM)),))]

    assert crediting.team_of(terms, village, date(2026, 1, 31)) == team
    assert crediting.team_of(terms, None, date(2026, 1, 31)) == team
    assert crediting.team_of(terms, village, date(2026, 2, 1)) is None


def test_odd_visits_are_those_in_a_rush_alike_at_night_or_with_a_wrong_slip(cast: Cast, field: Field) -> None:
    houses = [make_house(cast.un_ta, cast.cocsan, n) for n in range(1, 8)]
    rushed = [
        doing.visit(field.volunteer, houses[n], AT + timedelta(minutes=2 * n), minutes=n) for n in range(4)
    ]
    calm = doing.visit(field.volunteer, houses[4], AT + timedelta(hours=3), minutes=25)
    night = doing.visit(field.volunteer, houses[5], AT.replace(hour=23), minutes=11)
    slip = doing.visit(field.leader, houses[6], AT, slip="000009", minutes=12)

    found = supervision.odd_visits([one.pk for one in (*rushed, calm, night, slip)])

    assert {pk for pk, patterns in found.items() if "rushed" in patterns} == {one.pk for one in rushed}
    assert found[night.pk] == {"night"}
    assert found[slip.pk] == {"slip_foreign"}
    assert calm.pk not in found


def test_the_draw_is_the_same_for_everybody_and_prefers_the_odd() -> None:
    weights = {UUID(int=n): oddness.weight(["rushed"] if n % 10 == 0 else []) for n in range(1, 401)}

    first = oddness.draw(weights, 12, "2026-11/x")
    assert first == oddness.draw(dict(reversed(weights.items())), 12, "2026-11/x")
    assert first != oddness.draw(weights, 12, "2026-12/x")
    many = [pk for month in range(200) for pk in oddness.draw(weights, 12, f"{month}/x")]
    assert 0.25 < sum(pk.int % 10 == 0 for pk in many) / len(many) < 0.36  # 40 x 4 of 520 by weight
    assert [oddness.how_many(n) for n in (0, 1, 20, 100, 1000)] == [0, 1, 1, 3, 30]
    assert all(oddness.how_many(n, 0.5) <= max(1, -(-n // 20)) for n in range(1, 300))
