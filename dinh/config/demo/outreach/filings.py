"""Requests filed at houses in the last days, as part of the desk of today; Mrs Lý's pension among them.

Each is filled as the app does it: what the person says, numbers sealed one by one, papers sent ahead as sealed files,
spoken consent before a witness. The volunteer's telephone then sends it like any other operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from dinh.catalogue import layout, store
from dinh.config.demo import history, requests, residence, schedule
from dinh.config.demo.outreach.phones import Phone
from dinh.config.demo.outreach.spans import at
from dinh.config.demo.outreach.weeks import Field
from dinh.directory.writing import change
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier
from dinh.dossiers.rules.answers import documents_needed, plain_answers
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken
from dinh.outreach import carried, sealing
from dinh.outreach.models import Operation
from dinh.papers import blobs
from dinh.population.models import Person

WITNESSES = ("Vàng Thị Sen", "Lù Văn Chẩn", "Hoàng Thị Mẩy", "Sần Văn Pín", "Lý Thị Dín")


@dataclass(frozen=True)
class Wish:
    """One request: of whom, for what, in which village, what they say, and what the office has done of it since."""

    person: Person
    procedure: str
    said: Mapping[str, Any]
    village: int
    since: str = ""  # "", "received", "ready"
    member: str = ""  # username; whoever of the village else


def file_all(field: Field, town: history.Town, ly: Person) -> list[Dossier]:
    """File the requests of the last days and return their dossiers, Mrs Lý's first."""
    filed = []
    for number, wish in enumerate(_wishes(field, town, ly)):
        # What the office has begun with was filed days ago, the rest lies fresh on its desk.
        day = field.span.today - timedelta(days=6 if wish.since else 1 + number // 4)
        phone = _who(field, wish)
        moment = at(day, 9, 10) + timedelta(minutes=number * 13)
        op_id = _fill(field, town, phone, wish, moment, number)
        field.network.send(phone, at(day, 19, 30) + timedelta(minutes=number))
        field.network.until(field.span.now)
        dossier = _dossier_of(op_id)
        mark_live(dossier=dossier, at=dossier.filed_at)
        _since(field, town, dossier, wish.since)
        filed.append(dossier)
    return filed


def _dossier_of(op_id: UUID) -> Dossier:
    operation = Operation.objects.get(pk=op_id)
    if operation.state != Operation.State.APPLIED:
        raise Broken("demo.filing_not_applied", reason=operation.code, answer=operation.answer)
    return Dossier.objects.get(pk=operation.answer["dossier"]["id"])


@action
def mark_live(*, dossier: Dossier, at: datetime) -> None:
    """Put a dossier of the demonstration onto its live desk."""
    change(dossier, "dossiers.laid_on_live_desk", by=None, at=at, unit=dossier.unit_id, live=True)


def _wishes(field: Field, town: history.Town, ly: Person) -> Iterator[Wish]:
    count: Mapping[str, int] = field.values["filings"]
    yield Wish(
        ly, "social_pension", {**residence.pension(), "household_poverty": "near_poor"}, 0, member="pao"
    )
    number = {village.pk: place for place, village in field.crew.villages.items()}
    on = field.span.today
    elders = (p for p in town.elders if p.pk not in town.gone | town.pensioned and _home(p) in number)
    for place in range(count["social_pension"] - 1):
        elder = next(elders)
        town.pensioned.add(elder.pk)
        yield Wish(
            elder, "social_pension", residence.pension(), number[_home(elder)], "received" if place else ""
        )
    for _place in range(count["birth_registration"]):
        mother, father = next(pair for pair in town.couples if _home(pair[0]) in number)
        town.couples.remove((mother, father))
        said = requests.birth(field.rng, mother, father, on - timedelta(days=12))
        yield Wish(mother, "birth_registration", said, number[_home(mother)])
    adults = iter(
        [
            p
            for p in field.rng.sample(town.adults, min(400, len(town.adults)))
            if p.pk not in town.gone and _home(p) in number
        ]
    )
    for place in range(count["certified_copy"]):
        person = next(adults)
        since = ("ready", "received", "", "")[place % 4]
        yield Wish(person, "certified_copy", requests.certified_copy(field.rng), number[_home(person)], since)


def _home(person: Person) -> Any:
    return person.household.village_id if person.household is not None else None


def _who(field: Field, wish: Wish) -> Phone:
    members = field.crew.members[wish.village]
    named = [one for one in members if one.account.username == wish.member]
    return field.crew.phone(named[0] if named else field.rng.choice(members))


def _fill(field: Field, town: history.Town, phone: Phone, wish: Wish, moment: datetime, number: int) -> UUID:
    """Note the visit and the filing on the telephone; return the operation's id."""
    house, person = wish.person.household_id, wish.person
    consent = {"how": "spoken", "witness": WITNESSES[number % len(WITNESSES)]}
    raw, documents = _answers(field, phone, wish, consent, moment)
    body_of_visit = {
        "household": str(house), "outcome": "met", "met": [str(person.pk)], "minutes": 35,
        "slip": field.crew.slip(phone.account.pk),
    }  # fmt: skip
    visit = phone.note("visit", body_of_visit, moment, ("household", house), form="visit")  # type: ignore[arg-type]
    answers, sealed = _sealed(phone, wish.procedure, raw)
    procedure = store.get_procedure(wish.procedure)
    body = {
        "visit": str(visit), "household": str(house), "person": str(person.pk), "procedure": procedure.id,
        "procedure_version": procedure.version, "answers": answers, "sealed": sealed,
        "attachments": [_attached(phone, town, name) for name in documents],
        "consent": consent, "delivery_note": "Mang kết quả đến nhà",
    }  # fmt: skip
    return phone.note("filing", body, moment + timedelta(minutes=31), ("household", house), form=procedure.id)  # type: ignore[arg-type]


def _answers(
    field: Field, phone: Phone, wish: Wish, consent: Mapping[str, str], moment: datetime
) -> tuple[dict[str, Any], list[str]]:
    """Return what is typed at the house, and which papers are photographed: seen on a draft that is thrown away."""
    procedure = store.get_procedure(wish.procedure)
    on: date = local_date(moment)
    with transaction.atomic():
        draft = actions.begin_draft(
            procedure=procedure, unit=field.crew.unit, account=None, applicant=wish.person, person=wish.person,
            channel=Channel.ONLINE, language="vi", at=moment, helper=phone.account,
            consent={**consent, "given_at": moment.isoformat()},
        )  # fmt: skip
        known = plain_answers(draft.answers)
        transaction.set_rollback(True)
    pages = requests.complete(field.rng, procedure, known, wish.said, on)
    typed = {name: value for page in pages.values() for name, value in page.items()}
    needed = documents_needed(procedure, typed, on)
    return typed, [one.id for one in needed]


def _sealed(phone: Phone, procedure: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the answers without the numbers, and these each in a box of its own."""
    fields = layout.fields(store.get_procedure(procedure))
    numbers = {name for name in raw if name in fields and fields[name].type == "citizen_number"}
    boxes = {
        name: sealing.seal_box(
            str(raw[name]).encode(), aad=f"field|{name}|{phone.device.pk}", key_public=bytes(phone.seals.public),
            kid=phone.seals.id,
        )
        for name in sorted(numbers)
    }  # fmt: skip
    return {name: value for name, value in raw.items() if name not in numbers}, boxes


def _attached(phone: Phone, town: history.Town, document: str) -> dict[str, str]:
    """Send the photo of a paper ahead, as a sealed file."""
    with blobs.open_blob(town.scan.sha256) as file:
        content = file.read()
    name, box = carried.seal_file(content, key_public=bytes(phone.seals.public), kid=phone.seals.id)
    carried.put(phone.device.pk, name, 0, box, len(box))
    return {"document": document, "sha256": name, "name": "anh-chup.png", "type": "image/png"}


def _since(field: Field, town: history.Town, dossier: Dossier, since: str) -> None:
    """Let the office do what it has done by now."""
    if not since:
        return
    received = schedule.in_hours(dossier.filed_at + timedelta(hours=10), town.days)
    if not field.span.has(received + timedelta(hours=1)):
        return
    actions.receive(dossier=dossier, by=town.staff["huong"], at=received)
    if since == "ready":
        examiner, approver, _returner = history.officers(town, dossier.procedure)
        actions.examine(dossier=dossier, by=examiner, at=received + timedelta(minutes=15))
        actions.approve(dossier=dossier, by=approver, at=received + timedelta(minutes=40))
