"""How far the work of a phone reaches: a house of one's own opens nobody else of the commune."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dinh.directory.models import Grant, Unit
from dinh.dossiers import actions as dossiers
from dinh.dossiers import policy
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import World
from dinh.lib.errors import NotPermitted
from dinh.outreach.models import Assistance, Conflict, PersonProfile, Workshop
from dinh.outreach.tests.sending import NOW, Field, states
from dinh.outreach.tests.test_filing_at_home import PROCEDURE, SPOKEN, filing
from dinh.population.models import Household, Person, Residence
from dinh.work.models import Assignment


def move_lan(world: World, village: Unit) -> None:
    """Give Lan a household of her own."""
    house = Household.objects.create(code="02746-00999", unit=world.cast.cocsan, village=village, address="9")
    type(world.lan).objects.filter(pk=world.lan.pk).update(household=house)


class TestHelp:
    """Help written down at a house of one's own, for somebody who lives elsewhere."""

    def send(self, field: Field) -> tuple[str, str]:
        body = {
            "household": field.house[1],
            "person": field.world.lan.pk,
            "kind": "eid_2",
            "outcome": "done",
        }
        answer = field.phone.send(field.phone.op("assistance", body))[0]
        return answer["state"], answer["code"]

    def test_in_another_village_it_waits_for_an_officer(self, field: Field) -> None:
        move_lan(field.world, field.cast.tan_son)

        assert self.send(field) == ("review", "out_of_scope")
        assert not Assistance.objects.exists() and not PersonProfile.objects.exists()

    def test_in_another_house_of_the_village_it_counts(self, field: Field) -> None:
        move_lan(field.world, field.cast.un_ta)

        assert self.send(field) == ("applied", "")

    @pytest.mark.parametrize(("village", "state"), [("un_ta", "applied"), ("tan_son", "review")])
    def test_without_a_household_the_residence_says_where(
        self, field: Field, village: str, state: str
    ) -> None:
        lan = field.world.lan
        type(lan).objects.filter(pk=lan.pk).update(household=None)
        Residence.objects.filter(person=lan).delete()
        Residence.objects.create(
            person=lan, kind="permanent", unit=field.cast.cocsan, village=getattr(field.cast, village), address="9",
            from_on="2025-01-01",
        )  # fmt: skip

        assert self.send(field)[0] == state


def test_a_request_about_somebody_of_another_village_waits_for_an_officer(field: Field) -> None:
    move_lan(field.world, field.cast.tan_son)

    answer = field.phone.send(filing(field, about=field.world.lan.pk))[0]

    assert (answer["state"], answer["code"]) == ("review", "out_of_scope")
    assert not Dossier.objects.exists()


def test_a_draft_about_somebody_of_another_village_is_not_begun(field: Field) -> None:
    move_lan(field.world, field.cast.tan_son)

    with pytest.raises(NotPermitted):
        dossiers.begin_draft(
            procedure=PROCEDURE, unit=field.cast.cocsan, account=None, applicant=field.world.phuc,
            person=Person.objects.get(pk=field.world.lan.pk), helper=field.nga, at=NOW, consent=SPOKEN,
        )  # fmt: skip


def test_whether_a_village_was_theirs_is_asked_of_the_day_of_consent(field: Field) -> None:
    Grant.objects.filter(account=field.nga).update(valid_to=NOW.date() + timedelta(days=1))

    answer = field.phone.send(filing(field), at=NOW + timedelta(days=3))[0]

    assert answer["state"] == "applied"
    assert policy.consent_day(Dossier.objects.get().consent, NOW.date()) == NOW.date()


@pytest.mark.parametrize(("unit", "state"), [("cocsan", "refused"), ("next_commune", "review")])
def test_a_gathering_of_another_commune_waits_for_an_officer(field: Field, unit: str, state: str) -> None:
    workshop = Workshop.objects.create(
        unit=getattr(field.cast, unit), title="Chợ phiên", kind="workshop", starts_at=NOW, ends_at=NOW, topic="payment",
        place="Nhà văn hoá", state=Workshop.State.CANCELLED, code="A1B2", lead=field.khoa,
    )  # fmt: skip

    op = field.phone.op("attendance", {"workshop": workshop.pk, "name": "Bà Mẩy", "way": "walkin"})

    assert states(field.phone.send(op)) == [state]  # nobody comes to one that was cancelled


@pytest.mark.parametrize(("mine", "code"), [(True, ""), (False, "out_of_scope")])
def test_a_task_is_its_assignee_s_wherever_it_is(field: Field, mine: bool, code: str) -> None:
    day = NOW.date()
    task = Assignment.objects.create(
        id=uuid4(), rule="asked", unit=field.cast.cocsan, village=None, assignee=field.nga if mine else field.khoa,
        subject_type="household", subject=field.house[1], opens_on=day, due_on=day, expires_on=day + timedelta(days=9),
    )  # fmt: skip

    answer = field.phone.send(field.phone.op("task.done", {"assignment": task.pk}))[0]

    assert answer["code"] == code


def test_work_of_a_closed_account_waits_for_an_officer(field: Field) -> None:
    field.nga.is_active = False
    field.nga.save()
    field.phone.device.refresh_from_db()

    answer = field.phone.send(field.phone.visit(field.house[1]))[0]

    assert (answer["state"], answer["code"]) == ("review", "device_revoked")


class TestFacts:
    """Ids and fields that a phone may send with a change."""

    def code(self, field: Field, entity: tuple[str, UUID], changes: dict[str, Any]) -> str:
        return str(field.phone.send(field.phone.facts(entity, changes))[0]["code"])

    def test_who_is_skilled_lives_in_the_village(self, field: Field) -> None:
        move_lan(field.world, field.cast.tan_son)
        mai, lan = ({"skilled": [None, str(one.pk)]} for one in (field.world.mai, field.world.lan))

        assert self.code(field, field.house, mai) == ""
        assert self.code(field, field.house, lan) == "value_invalid"

    def test_a_household_of_another_commune_is_not_taken(self, field: Field) -> None:
        away = Household.objects.create(code="1", unit=field.cast.next_commune, address="1")

        assert self.code(field, field.phuc, {"household": [None, str(away.pk)]}) == "value_invalid"

    def test_a_number_never_travels_as_a_change(self, field: Field) -> None:
        assert self.code(field, field.phuc, {"number": ["", "010075001234"]}) in {
            "value_invalid",
            "secret_field",
        }
        assert not Conflict.objects.exists()
