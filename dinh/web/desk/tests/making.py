"""Dossiers for the tests of the desk, made by the real acts: what a page shows is what the house does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account, Unit
from dinh.directory.tests.cast import PHUC_PERSON, Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier, Draft
from dinh.papers.actions import keep
from dinh.population.actions.rows import keep_words
from dinh.population.models import Household, Person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NUMBER = "010075001234"
Answers = dict[str, Any]
ANSWERS: Answers = {
    "paper_kind": "diploma",
    "paper_title": "Bằng tốt nghiệp trung học phổ thông",
    "original_state": "good",
    "pages": 2,
    "copies": 3,
    "electronic": True,
    "applicant.full_name": "Vàng Văn Phúc",
    "applicant.birth": "1975-03-12",
    "applicant.sex": "1",
    "applicant.number": NUMBER,
    "applicant.phone": "0912345678",
    "applicant.residence": "nhà số 7, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
}


def make_person(unit: Unit, village: Unit | None = None, **more: Any) -> Person:
    """Return a person of the population; Mr Phúc unless told otherwise."""
    name = more.pop("full_name", "Vàng Văn Phúc")
    from dinh.lib.names import fold, words_key

    columns = {
        "number": NUMBER,
        "full_name": name,
        "name_key": fold(name),
        "name_words": words_key(name),
        "sex": "1",
        "birth": "1975-03-12",
        "birth_year": 1975,
        "unit": unit,
    }
    person = Person.objects.create(**{**columns, **more})
    keep_words([person])
    return person


def make_household(unit: Unit, village: Unit, head: Person, code: str = "02746-01-0007") -> Household:
    """Return a household with its head in it."""
    household = Household.objects.create(code=code, unit=unit, village=village, address="nhà số 7", head=head)
    Person.objects.filter(pk=head.pk).update(household=household, relation="01")
    return household


def phuc(cast: Cast) -> Person:
    """Return Mr Phúc as the population knows him; the person of the cast's citizen."""
    return Person.objects.filter(pk=PHUC_PERSON).first() or make_person(cast.cocsan, id=PHUC_PERSON)


def make_draft(
    cast: Cast, *, account: Account | None = None, at: datetime | None = None, answers: Answers | None = None
) -> Draft:
    """Return Mr Phúc's request for a certified copy, fully answered, with its paper."""
    at = at or timezone.now()
    person = phuc(cast)
    draft = actions.begin_draft(
        procedure="certified_copy", unit=cast.cocsan, account=account or cast.citizen, person=person,
        channel=Channel.ONLINE, at=at,
    )  # fmt: skip
    given = {**ANSWERS, **(answers or {})}
    marks = {
        key: {"value": value, "source": "typed", "by": str(cast.citizen.pk), "at": at.isoformat()}
        for key, value in given.items()
        if draft.answers.get(key, {}).get("value") != value
    }
    for key, mark in marks.items():
        before = draft.answers.get(key, {})
        if before.get("source") == "register":
            mark |= {"register": before["value"], "from": before.get("from", "")}
    draft.answers |= marks
    Draft.objects.filter(pk=draft.pk).update(answers=draft.answers)
    actions.attach(
        to=draft,
        document="original",
        blob=keep(PDF, at),
        filename="bang-tot-nghiep.pdf",
        by=cast.citizen,
        at=at,
    )
    return draft


def make_dossier(
    cast: Cast, until: str = "filed", *, at: datetime | None = None, answers: Answers | None = None
) -> Dossier:
    """Return a dossier that has come as far as `until`: filed, received, examined, approved or returned."""
    at = at or timezone.now() - timedelta(hours=1)
    dossier = actions.file(draft=make_draft(cast, at=at, answers=answers), by=cast.citizen, at=at)
    for reached in ("received", "examined", "approved", "returned"):
        if until == "filed":
            break
        at += timedelta(minutes=1)
        _ACTS[reached](dossier, cast, at)
        if reached == until:
            break
    dossier.refresh_from_db()
    return dossier


def _return(dossier: Dossier, cast: Cast, at: datetime) -> object:
    return actions.return_result(
        dossier=dossier,
        collector_name="Vàng Văn Phúc",
        relation="applicant",
        checked="card",
        by=cast.reception,
        at=at,
    )


_ACTS: dict[str, Any] = {
    "received": lambda dossier, cast, at: actions.receive(dossier=dossier, by=cast.reception, at=at),
    "examined": lambda dossier, cast, at: actions.examine(dossier=dossier, by=cast.examiner, at=at),
    "approved": lambda dossier, cast, at: actions.approve(dossier=dossier, by=cast.leader, at=at),
    "returned": _return,
}


def page_of(dossier: Dossier) -> str:
    return f"/vi/desk/dossier/{dossier.number}/"


def press(client: Client, dossier: Dossier, verb: str, **data: Any) -> Any:
    """Press the button of an act on a dossier's page."""
    return client.post(f"{page_of(dossier)}act/{verb}", {"version": dossier.version, "on_site": "on", **data})
