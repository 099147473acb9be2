"""Rows of the teams' pages for `tests.paths_outreach`: made for the commune here, when a path first asks for one."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from dinh.lib.ids import natural_id
from dinh.outreach.models import Difficulty, Duty, Handover, Member, Thanks
from dinh.outreach.printing import print_thanks
from dinh.work.models import Assignment, IssueCard
from tests.house import House
from tests.rights import Actor

ROW = "of the tests"


def of_team(house: House) -> dict[str, Any]:
    return {"team": house.here.team.pk}


def of_member(house: House) -> dict[str, Any]:
    return {"member": _member(house).pk}


def of_handover(house: House) -> dict[str, Any]:
    by = house.here.staff["digital_officer"]
    more = {"member": _member(house), "on": date(2026, 1, 1), "at": timezone.now(), "by": by}
    return {"handover": Handover.objects.get_or_create(id=_id("handover"), defaults=more)[0].pk}


def of_duty(house: House) -> dict[str, Any]:
    more = {
        "member": _member(house), "place": "centre", "unit": house.here.unit, "on": timezone.localdate(),
        "starts": time(8), "ends": time(11),
    }  # fmt: skip
    return {"duty": Duty.objects.get_or_create(id=_id("duty"), defaults=more)[0].pk}


def of_thanks(house: House) -> dict[str, Any]:
    more: dict[str, Any] = {
        "account": house.here.staff["volunteer"], "unit": house.here.unit, "from_on": date(2026, 1, 1),
        "until_on": date(2026, 6, 1), "minutes": 60, "words": "Cảm ơn", "at": timezone.now(),
        "given_by": house.here.staff["digital_officer"],
    }  # fmt: skip
    found, new = Thanks.objects.get_or_create(id=_id("thanks"), defaults=more)
    if new:
        print_thanks(thanks=found, by=more["given_by"], at=timezone.now())
    return {"thanks": found.pk}


def of_task(house: House) -> dict[str, Any]:
    on = timezone.localdate()
    more = {
        "rule": "first_visit", "subject_type": "household", "subject": house.here.household.pk,
        "household": house.here.household.pk, "unit": house.here.unit, "village_id": house.here.household.village_id,
        "opens_on": on, "due_on": on, "expires_on": on + timedelta(days=30),
    }  # fmt: skip
    return {"task": Assignment.objects.get_or_create(id=_id("task"), defaults=more)[0].pk}


def of_card(house: House) -> dict[str, Any]:
    more = {
        "unit": house.here.unit, "title": f"Câu hỏi {ROW}", "kind": "network", "opened_at": timezone.now(),
        "due_on": timezone.localdate(),
    }  # fmt: skip
    card = IssueCard.objects.get_or_create(id=_id("card"), defaults=more)[0]
    said = {
        "kind": "network", "household": house.here.household, "village_id": house.here.household.village_id,
        "account": house.here.staff["volunteer"], "words": f"Sóng yếu {ROW}", "at": timezone.now(), "card": card,
    }  # fmt: skip
    Difficulty.objects.get_or_create(id=_id("difficulty"), defaults=said)
    return {"card": card.pk}


def of_act(house: House) -> dict[str, Any]:
    return {**of_card(house), "verb": "close"}


def leads_here(actor: Actor) -> bool:
    """Who leads the team here, manages or supervises the teams of its commune."""
    return actor.where == "here" and actor.role in {"team_leader", "digital_officer", "leader"}


def _member(house: House) -> Member:
    return Member.objects.get(team=house.here.team, account=house.here.staff["volunteer"])


def _id(name: str) -> UUID:
    return natural_id("row of the tests", name)
