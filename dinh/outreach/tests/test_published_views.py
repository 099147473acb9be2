"""The views of community work agree with the panel of the teams and with the profiles, and name nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from dinh.database import published
from dinh.directory.tests.cast import HANOI, REFORM, Cast
from dinh.lib.dates import age_on
from dinh.outreach.models import (
    Attendance,
    Duty,
    FactChange,
    HouseProfile,
    Member,
    PersonProfile,
    Team,
    Workshop,
)
from dinh.outreach.queries.happenings import happenings, month_of
from dinh.outreach.rules import figures
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.population.models import ElectronicId, Household, Person, Residence

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)
NOVEMBER = month_of(AT.date())


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def count(view: str, condition: str, on: str = "", what: str = "count(*)") -> Any:
    """Return a count of a view's rows, of November by a date where one is named."""
    month = f" AND {on} >= '2026-11-01' AND {on} <= '2026-11-30'" if on else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what} FROM {view} WHERE {condition}{month}")  # noqa: S608 - ours
        return cursor.fetchone()[0]


def rows(view: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {view}")  # noqa: S608 - ours
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_id(value: Any) -> str:
    return str(value).replace("-", "")


def as_date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def busy(cast: Cast, field: Field) -> None:
    """A month of a team, with things at its edges that belong to other months."""
    houses = [make_house(cast.un_ta, cast.cocsan, n) for n in range(1, 5)]
    for n, house in enumerate(houses):
        doing.visit(field.volunteer, house, AT - timedelta(days=n), "absent" if n == 3 else "met", minutes=20)
    doing.visit(field.leader, houses[0], datetime(2026, 10, 31, 23, 30, tzinfo=HANOI))
    doing.visit(field.leader, houses[0], datetime(2026, 11, 1, 0, 30, tzinfo=HANOI), minutes=40)
    doing.help_given(field.volunteer, houses[0], AT)
    doing.help_given(field.volunteer, houses[0], AT, "insurance_app", outcome="begun")
    doing.help_given(field.volunteer, houses[1], AT, "filing", brought_at=AT)
    doing.difficulty(field.volunteer, houses[1], AT, told_at=AT)
    doing.difficulty(field.volunteer, houses[2], AT)
    held = Workshop.objects.create(
        kind="workshop", unit=cast.un_ta, title="x", topic="payment", place="x", starts_at=AT,
        ends_at=AT + timedelta(hours=2), lead=field.leader, state="held", code="K7M2-9QXT", present=14,
    )  # fmt: skip
    for n, (before, after) in enumerate((({}, {"payment": 1}), ({"payment": 2}, {"payment": 2}))):
        Attendance.objects.create(
            id=f"00000000-0000-7000-8000-00000000000{n}", workshop=held, person=houses[n].head, way="list",
            before=before, after=after, at=AT, by=field.leader,
        )  # fmt: skip
    member = Member.objects.get(account=field.volunteer)
    for state in ("done", "planned"):
        Duty.objects.create(
            member=member, place="centre", unit=cast.cocsan, on=AT.date(), starts="08:00", ends="11:30",
            state=state, helped=6,
        )  # fmt: skip


def test_the_views_count_what_the_panel_counts(cast: Cast, field: Field) -> None:
    busy(cast, field)
    panel = figures.count(happenings(cast.cocsan.pk, NOVEMBER))
    said = {
        "doors": count("facts_visits", "TRUE", "visited_on"),
        "visits": count("facts_visits", "outcome = 'met'", "visited_on"),
        "absent": count("facts_visits", "outcome = 'absent'", "visited_on"),
        "households": count("facts_visits", "outcome = 'met'", "visited_on", "count(DISTINCT household)"),
        "helps": count("facts_help", "kind <> 'filing'", "helped_on"),
        "help": count("facts_help", "kind <> 'filing' AND outcome = 'done'", "helped_on"),
        "people_helped": count("facts_help", "TRUE", "helped_on", "count(DISTINCT whom)"),
        "filings": count("facts_help", "kind = 'filing'", "helped_on"),
        "results": count("facts_help", "TRUE", "brought_on"),
        "difficulties": count("facts_difficulties", "TRUE", "since"),
        "answered": count("facts_difficulties", "answered", "since"),
        "told": count("facts_difficulties", "told_on IS NOT NULL", "since"),
        "gatherings": count("facts_gatherings", "state = 'held'", "held_on"),
        "attendance": count("facts_gatherings", "state = 'held'", "held_on", "sum(present)"),
        "written": count("facts_attendance", "TRUE", "held_on"),
        "skilled": count("facts_attendance", "gained > 0", "held_on", "count(DISTINCT whom)"),
        "duty_hours": count("facts_duties", "state = 'done'", "held_on", "sum(minutes)") // 60,
    }
    assert said == {key: panel[key] for key in said}
    assert panel["doors"] == 5 and panel["skilled"] == 1  # there was something to agree on


def test_every_row_stands_in_its_commune_and_village(cast: Cast, field: Field) -> None:
    busy(cast, field)
    for view in ("facts_visits", "facts_help", "facts_difficulties", "facts_gatherings", "facts_attendance"):
        for row in rows(view):
            assert as_id(row["unit"]) == cast.cocsan.pk.hex, view
            assert as_id(row["village"]) == cast.un_ta.pk.hex, view
    assert [row["village"] for row in rows("facts_duties")] == [None, None]
    Team.objects.create(unit=cast.un_ta, kind="village", name="x", opened_on=REFORM)
    assert {as_id(row["unit"]) for row in rows("facts_teams")} == {cast.cocsan.pk.hex}
    assert sorted(row["village"] is None for row in rows("facts_teams")) == [False, True]


def head_of(house: Household) -> Person:
    assert house.head is not None
    return house.head


def others(house: Household) -> list[Person]:
    return list(house.members.exclude(pk=head_of(house).pk))


def change(field: Field, entity: Any, name: str, value: Any, at: datetime, kind: str = "household") -> None:
    FactChange.objects.create(
        entity_type=kind, entity=entity, field=name, value=value, captured_at=at, entity_version=1, by=field.officer,
        winner=True,
    )  # fmt: skip


def test_a_fact_holds_from_the_day_it_was_seen_until_it_was_seen_otherwise(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    change(field, house.pk, "broadband", False, AT - timedelta(days=60))
    change(field, house.pk, "broadband", True, AT)
    change(field, house.pk, "mobile", "weak", AT)
    change(field, house.pk, "skilled", str(house.head_id), AT)
    change(field, house.pk, "phone", "0912345678", AT)
    found = {(row["fact"], row["value"], as_date(row["until"])) for row in rows("facts_house_facts")}
    assert found == {
        ("broadband", "no", AT.date()), ("broadband", "yes", None), ("mobile", "weak", None), ("skilled", "yes", None),
    }  # fmt: skip


def test_ladders_of_people_know_who_is_old_enough(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    head, child = head_of(house), others(house)[0]
    child.birth = "2012-02-29"
    child.save(update_fields=["birth"])
    for person in (head, child):
        change(field, person.pk, "bank_account", 1, AT, "person")
    change(field, head.pk, "skills.payment", 2, AT, "person")
    change(field, head.pk, "note", "secret", AT, "person")
    said = {(as_id(row["id"]), row["fact"]): row for row in rows("facts_person_facts")}
    assert len(said) == 3
    assert said[head.pk.hex, "skills.payment"]["rung"] == 2
    day = as_date(said[child.pk.hex, "bank_account"]["since_15"])
    assert day == date(2027, 3, 1) and age_on(child.birth, day) == 15
    assert as_date(said[head.pk.hex, "bank_account"]["since_15"]) == AT.date()


def test_houses_and_people_are_told_with_what_the_teams_know(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    HouseProfile.objects.create(
        household=house, has_device=True, mobile="none", broadband=False, phone="0912345678"
    )
    PersonProfile.objects.create(person=head_of(house), needs=["sees_badly"], has_device=False)
    (row,) = (one for one in rows("facts_households") if as_id(one["id"]) == house.pk.hex)
    assert (bool(row["device"]), row["mobile"], bool(row["broadband"]), row["members"]) == (
        True,
        "none",
        False,
        3,
    )
    people = {as_id(one["id"]): one for one in rows("facts_residents")}
    head, other = people[head_of(house).pk.hex], people[others(house)[0].pk.hex]
    assert (bool(head["device"]), bool(head["disability"])) == (False, True)
    assert (
        bool(other["device"]) is True and other["disability"] is None
    )  # a smartphone in the house; nobody asked


def test_residents_move_die_and_grow_up(cast: Cast, field: Field) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1, people=2)
    head, other = head_of(house), others(house)[0]
    until = date(2025, 10, 1)
    for village, since, ended in ((cast.un_ta, REFORM, until), (cast.tan_son, until, None)):
        Residence.objects.create(
            person=head, kind="permanent", unit=cast.cocsan, village=village, household=house, address="x",
            from_on=since, ended_on=ended,
        )  # fmt: skip
    other.birth, other.status, other.died_on = "2011-11-05", "dead", "2026-01-02"
    other.save()
    ElectronicId.objects.create(person=head, level=2, since=date(2025, 9, 1))
    found = [row for row in rows("facts_residents") if as_id(row["id"]) in (head.pk.hex, other.pk.hex)]
    spells = {(as_id(row["id"]), as_date(row["since"]), as_date(row["until"])) for row in found}
    assert spells == {
        (head.pk.hex, REFORM, until), (head.pk.hex, until, None), (other.pk.hex, date(2011, 11, 5), date(2026, 1, 2)),
    }  # fmt: skip
    (young,) = (row for row in found if as_id(row["id"]) == other.pk.hex)
    assert as_date(young["since_14"]) == date(2025, 11, 5)
    proved = {(as_id(row["village"]), as_date(row["since"])) for row in rows("facts_electronic_ids")}
    assert proved == {(cast.un_ta.pk.hex, date(2025, 9, 1)), (cast.tan_son.pk.hex, until)}


def test_no_view_tells_a_name_a_number_or_a_telephone(cast: Cast, field: Field) -> None:
    busy(cast, field)
    house = make_house(cast.tan_son, cast.cocsan, 9)
    change(field, house.pk, "skilled", str(house.head_id), AT)
    for view in published.views():
        told = str(rows(view))
        for person in house.members.all():
            assert person.full_name not in told and str(person.number) not in told, view
