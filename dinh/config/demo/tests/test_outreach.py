"""The teams' half-year, small: two villages for seven weeks. What the database counts is what the telephones sent."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count

from dinh.config.demo import outreach
from dinh.config.demo.outreach.weeks import Field
from dinh.directory.models import Account
from dinh.directory.tests.cast import REFORM, Cast, make_account, make_grant
from dinh.dossiers.models import Dossier
from dinh.journal.models import Intake
from dinh.outreach.models import (
    Assistance,
    Attendance,
    Conflict,
    Difficulty,
    FactChange,
    FieldReport,
    Held,
    Operation,
    PersonProfile,
    Team,
    Visit,
    Workshop,
)
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.queries.supervision import panel
from dinh.outreach.rules import facts
from dinh.outreach.rules.ordering import HOLD
from dinh.population.models import ElectronicId, Household, Person
from dinh.work.models import Assignment, IssueCard, Plan

NOW = datetime(2025, 10, 20, 12, 0, tzinfo=UTC)
VILLAGES = ["Ún Tà", "Tân Sơn"]
OUTREACH: dict[str, Any] = {
    "months": 1, "members": 3, "young": 2, "slips": 60, "first_weeks": 3, "weak_network": [1],
    "again": {"early": 1, "later": 3}, "moods": {"open": 80, "absent": 12, "refuses": 8},
    "shares": {"device": 0.7, "broadband": 0.6, "health_record": 0.6, "bank_account": 0.6, "insurance_app": 0.3,
               "service_account": 0.3},
    "reach": {"health_record": 0.8, "bank_account": 0.7}, "helps": {"bill": 3, "scam": 2},
    "difficulties": {"network": 5, "fear": 4}, "tasks_every": 2, "sent_twice": 0.2, "attendance": [1, 2],
    "awareness": 2, "drive": 2, "thanks": 1, "cards": 2, "told": 2, "identity_clashes": 2,
    "handover": {"week": 4, "village": 1}, "events": {"pupils": 5, "elderly": 5, "training": 5, "drive": 3},
    "oddities": {"merged": [5], "forced": [4], "late": [4], "elsewhere": [5], "newcomer": [4], "secret": [],
                 "carried": [5], "rushed": [], "lost_phone": [5]},
    "filings": {"social_pension": 1, "birth_registration": 0, "certified_copy": 0},
    "goals": {"early": {"visits": 5}, "later": {"visits": 3}},
}  # fmt: skip


def make_people(cast: Cast) -> Person:
    """Return Mrs Lý, after twelve houses of three people in two villages."""
    for number in range(12):
        village = (cast.un_ta, cast.tan_son)[number % 2]
        house = Household.objects.create(
            code=f"02746-{number:05d}",
            unit=cast.cocsan,
            village=village,
            address=f"Số {number}",
            poverty="near_poor",
        )
        births = ("1951-02-03", "1984-07-12", "2012-05-06")
        made = [
            Person.objects.create(
                full_name="Lù Thị " + ("Lý", "Sen", "Dín")[place], name_key="lu thi", sex="2", birth=birth,
                birth_year=int(birth[:4]), household=house, relation="00" if not place else "08", unit=cast.cocsan,
                ethnicity="25", number=f"0101{int(birth[2:4]):02d}99{number:02d}{place:02d}",
            )
            for place, birth in enumerate(births)
        ]  # fmt: skip
        ElectronicId.objects.create(person=made[1], level=2, since=REFORM)
        house.head = made[0]
        house.save(update_fields=["head"])
    return Person.objects.filter(household__village=cast.un_ta, birth_year=1951).order_by("number")[0]


@pytest.fixture
def lived(cast: Cast) -> tuple[Field, Any, Person]:
    """The weeks of two teams, lived through."""
    ly = make_people(cast)
    for one in Account.objects.filter(username__in=("lan", "pao")):  # of the cast, by chance
        Account.objects.filter(pk=one.pk).update(username=f"{one.username}-2")
    hoa = make_account("hoa", "Lục Thị Hoa", unit=cast.cocsan)
    make_grant(hoa, "digital_officer", cast.cocsan)
    staff: dict[str, Account] = {
        "hoa": hoa, "son": cast.leader, "thang": cast.police_chief, "khoa": cast.administrator, "tam": cast.clerk,
        "nga": cast.auditor, "huong": cast.reception, "dung": cast.police_officer, "thao": cast.social,
    }  # fmt: skip
    town: Any = SimpleNamespace(
        unit=cast.cocsan, staff=staff, gone=set(), pensioned=set(), elders=[], couples=[], adults=[], days=[],
        rng=random.Random(3),
    )  # fmt: skip
    values = {
        "outreach": OUTREACH, "population_from": date(2025, 7, 1),
        "population": {"ethnicities": {"25": 3, "01": 2}, "villages": VILLAGES},
    }  # fmt: skip
    return outreach.build(town, values, 11, NOW, lambda *_: None), town, ly


def test_what_the_telephones_sent_is_what_the_database_counts(
    lived: tuple[Field, Any, Person], cast: Cast
) -> None:
    field, town, ly = lived
    applied = Operation.objects.filter(state__in=("applied", "merged"))
    kinds = Counter(applied.values_list("kind", flat=True))

    # Nothing lost: every operation that a telephone counted is here, but the two that it lost itself.
    made = sum(phone.seq for phone in field.crew.phones.values())
    assert Operation.objects.count() == made - 2
    assert Intake.objects.filter(source__startswith="device:").count() == made - 2
    assert (kinds["visit"], kinds["difficulty"]) == (Visit.objects.count(), Difficulty.objects.count())
    assert (kinds["assistance"], kinds["attendance"]) == (
        Assistance.objects.count(),
        Attendance.objects.filter(account=None).count(),  # officials were written down at the desk
    )
    assert not Operation.objects.filter(state="refused").exists()
    # The panel shows of each team what its members' telephones sent.
    by_team = dict(
        Visit.objects.filter(at__month=9).values_list("village").annotate(count=Count("pk")).order_by()
    )
    lines = {
        line.team.unit_id: line.figures
        for line in panel(cast.cocsan.pk, month_of(date(2025, 9, 1)), at=NOW).lines
        if line.team
    }
    young = sum(figures["doors"] for key, figures in lines.items() if key == cast.cocsan.pk)
    assert sum(by_team.values()) == sum(lines[key]["doors"] for key in by_team) + young
    _ladders_only_climb()
    _it_has_troubles(field)
    _months_are_told(field, cast)
    _mrs_ly_asks(field, town, ly)


def _ladders_only_climb() -> None:
    names = [name for name, one in facts.PERSON.items() if one.kind == "rung"]
    for profile in PersonProfile.objects.all():
        changes = FactChange.objects.filter(entity=profile.pk, field__in=names).order_by(
            "captured_at", "operation"
        )
        highest: dict[str, int] = {}
        for one in changes:
            highest[one.field] = max(highest.get(one.field, 0), int(one.value or 0))
        assert {name: getattr(profile, name) for name in highest} == highest


def _it_has_troubles(field: Field) -> None:
    assert Conflict.objects.filter(state="open").count() == OUTREACH["identity_clashes"]
    forced = Operation.objects.filter(forced=True, state="applied")
    assert forced.exists()
    assert all(one.changed_at - one.received_at >= HOLD for one in forced)
    assert Held.objects.count() == 1
    assert Operation.objects.filter(carried_by__isnull=False).count() == 3
    assert {"out_of_scope", "newcomer", "device_revoked"} <= set(
        Operation.objects.values_list("code", flat=True)
    )
    assert sum(count for (state, _code), count in field.network.results.items() if state == "duplicate") > 0


def _months_are_told(field: Field, cast: Cast) -> None:
    reports = FieldReport.objects.filter(from_on=date(2025, 9, 1))
    # Three teams sent theirs; the one that a visitor may review waits, and the commune's with it.
    assert Counter(reports.values_list("state", flat=True)) == {"sent": 2, "draft": 2}
    waits = reports.get(state="draft", team__isnull=False)
    assert waits.team is not None
    assert waits.team.unit_id == cast.un_ta.pk
    assert Team.objects.filter(kind="village").count() == len(VILLAGES)
    assert IssueCard.objects.exists()
    assert Workshop.objects.filter(state="held").exists()
    assert Plan.objects.filter(month=date(2025, 10, 1)).count() == len(VILLAGES) + 1
    assert Assignment.objects.filter(rule="first_visit", state="done").exists()
    assert Account.objects.get(username="lan").has_usable_password()
    assert not field.crew.leader(1).account.has_usable_password()


def _mrs_ly_asks(field: Field, town: Any, ly: Person) -> None:
    dossier = outreach.lay_desk(field, town, ly, lambda *_: None)[0]

    helped = Assistance.objects.get(kind="filing")
    assert (dossier.procedure, dossier.live, dossier.applicant_id) == ("social_pension", True, ly.pk)
    assert (helped.account.username, helped.consent["how"], bool(helped.consent["witness"])) == (
        "pao",
        "spoken",
        True,
    )
    assert not Dossier.objects.filter(live=False).exists()
    raw: Any = Intake.objects.get(op_id=str(helped.pk)).raw
    assert str(ly.number) not in str(raw)
    assert UUID(raw["body"]["person"]) == ly.pk
