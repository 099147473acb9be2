"""The dossiers of July to December 2025, each lived through the real actions from draft to return.

The scenario says how many there are of each procedure, how many were filed by an
identity proved electronically, and how many were received and processed online; who
asked, and when each step was done, is drawn from the seed. Nothing here writes a figure.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from dinh.catalogue import store
from dinh.config.demo import requests, residence, schedule
from dinh.directory import actions as directory
from dinh.directory.models import Account, Unit
from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Channel, Dossier, Draft
from dinh.dossiers.rules import answers as checking
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken
from dinh.papers.models import Blob
from dinh.population.models import Household, Person

BATCH = 25  # dossiers per outer transaction: one flush to disk for all of them


@dataclass
class Town:
    """What the builders share: the commune, its staff, its people."""

    unit: Unit
    staff: Mapping[str, Account]
    adults: list[Person]
    elders: list[Person]
    couples: list[tuple[Person, Person]]  # mother, father
    movers: list[Person]  # adults who are not heads; each moves or lodges at most once
    homes: list[Household]
    days: list[date]  # days of full service of the whole history and the weeks after
    books_since: int  # births from this year on are digitised
    scan: Blob  # a synthetic scan, handed in wherever a paper is asked for
    rng: random.Random
    accounts: dict[Any, Account] = field(default_factory=dict)
    gone: set[Any] = field(default_factory=set)  # people who died in the course of the history
    pensioned: set[Any] = field(default_factory=set)

    def account_of(self, person: Person, at: datetime) -> Account:
        """Return the citizen account of a person, opened at first need."""
        if person.pk not in self.accounts:
            self.accounts[person.pk] = directory.open_account(
                username=f"cd-{person.number}", full_name=person.full_name, kind=Account.Kind.CITIZEN,
                person=person.pk, demonstration=True, by=None, at=at,
            )  # fmt: skip
        return self.accounts[person.pk]

    def adult(self, *, recorded: bool = False) -> Person:
        """Draw somebody who may ask for something; `recorded`: whose birth stands in a digitised book."""
        among = (
            [p for p in self.adults if p.birth_year and p.birth_year >= self.books_since]
            if recorded
            else self.adults
        )
        return next(p for p in iter(lambda: self.rng.choice(among), None) if p.pk not in self.gone)


@dataclass(frozen=True)
class Request:
    """One thing that one person wants."""

    procedure: str
    applicant: Person
    wanted: Mapping[str, Any]


def wish(town: Town, procedure: str, on: date) -> Request:
    """Draw who asks, and what they come to say."""
    rng = town.rng
    match procedure:
        case "birth_registration":
            mother, father = town.couples.pop(rng.randrange(len(town.couples)))
            born = on - timedelta(days=rng.randrange(2, 50))
            return Request(procedure, mother, requests.birth(rng, mother, father, born))
        case "death_registration":
            deceased = next(p for p in town.elders if p.pk not in town.gone | town.pensioned)
            town.gone.add(deceased.pk)
            return Request(
                procedure,
                town.adult(),
                requests.death(rng, deceased, on - timedelta(days=rng.randrange(0, 9))),
            )
        case "social_pension":
            elder = next(p for p in town.elders if p.pk not in town.gone | town.pensioned)
            town.pensioned.add(elder.pk)
            return Request(procedure, elder, residence.pension())
        case "civil_status_extract_copy":
            return Request(procedure, town.adult(recorded=True), requests.extract_copy(rng))
        case "certified_copy":
            return Request(procedure, town.adult(), requests.certified_copy(rng))
        case "stay_notification":
            home = rng.choice(town.homes)
            host = home.head or town.adult()
            return Request(procedure, host, residence.receive_guest(rng, town.adult(), home, town.unit, on))
    person = town.movers.pop(rng.randrange(len(town.movers)))
    home = next(h for h in iter(lambda: rng.choice(town.homes), None) if h.pk != person.household_id)
    if procedure == "temporary_residence":
        return Request(procedure, person, residence.lodge(rng, person, home, town.unit, on))
    return Request(procedure, person, residence.move(person, home, town.unit))


@dataclass(frozen=True)
class Filing:
    """How a request reaches the office: from home, at the counter with an e-identity, or without."""

    channel: int
    electronic: bool
    live: bool = False


def prepare(town: Town, request: Request, how: Filing, at: datetime, *, pages: int | None = None) -> Draft:
    """Begin a draft as this person would and fill its pages; `pages` stops after so many."""
    procedure = store.get_procedure(request.procedure)
    own = town.account_of(request.applicant, at) if how.electronic else None
    helper = None if how.channel == Channel.ONLINE else town.staff["huong"]
    consent = (
        {"how": "eid" if how.electronic else "spoken", "witness": town.staff["tam"].full_name}
        if helper
        else None
    )
    draft = actions.begin_draft(
        procedure=procedure, unit=town.unit, account=own, applicant=request.applicant, person=None,
        channel=how.channel, helper=helper, consent=consent, at=at,
    )  # fmt: skip
    plain = checking.plain_answers(draft.answers)
    by = helper or own
    raw = requests.complete(town.rng, procedure, plain, request.wanted, local_date(at))
    for page_id, answers in list(raw.items())[:pages]:
        actions.save_page(draft=draft, page_id=page_id, raw=answers, by=by, at=at)
    return draft


def submit(town: Town, draft: Draft, how: Filing, at: datetime) -> Dossier:
    """Hand in what is asked for and send the draft."""
    procedure = store.get_procedure(draft.procedure, draft.procedure_version)
    by = draft.helper or draft.account
    plain = checking.plain_answers(draft.answers)
    for document in checking.documents_needed(procedure, plain, local_date(at)):
        actions.attach(
            to=draft, document=document.id, blob=town.scan, filename="tai-lieu-trinh-dien.png",
            copy=Attachment.Copy.ELECTRONIC, by=by, at=at,
        )  # fmt: skip
    return actions.file(draft=draft, by=by, at=at, live=how.live)


def officers(town: Town, procedure: str) -> tuple[Account, Account, Account]:
    """Return who examines, who approves and who returns."""
    sides = {
        "permanent_residence": ("dung", "thang"),
        "temporary_residence": ("dung", "thang"),
        "stay_notification": ("dung", "thang"),
        "social_pension": ("thao", "ha"),
    }
    examiner, approver = sides.get(procedure) or (
        town.rng.choice(("minh", "yen")),
        town.rng.choice(("son", "son", "ha")),
    )
    return town.staff[examiner], town.staff[approver], receiver(town, procedure)


def receiver(town: Town, procedure: str) -> Account:
    """Return who receives and returns: the police itself for a stay, else one of the two at the centre."""
    return town.staff["dung" if procedure == "stay_notification" else town.rng.choice(("huong", "tam"))]


def live_through(town: Town, dossier: Dossier, due_share: float) -> None:
    """Examine, approve, return and perhaps rate a dossier that was received.

    due_share  part of the time between reception and due date that the office took; above 1 it was late
    """
    rng, days = town.rng, town.days
    received, due = dossier.received_at, dossier.due_at
    if received is None or due is None:
        raise Broken("demo.not_received", dossier=dossier.pk)
    examiner, approver, returner = officers(town, dossier.procedure)
    ended = schedule.in_hours(received + (due - received) * due_share, days)
    examined = schedule.in_hours(received + (ended - received) * 0.5, days)
    ended = max(ended, examined + timedelta(minutes=6))
    actions.examine(dossier=dossier, by=examiner, at=examined)
    # Now and then the leader signs from elsewhere: the four steps are counted on site, not imposed.
    actions.approve(dossier=dossier, by=approver, at=ended, on_site=rng.random() > 0.07)
    returned = schedule.in_hours(ended + timedelta(minutes=rng.randrange(8, 150)), days)
    actions.return_result(
        dossier=dossier, collector_name=dossier.applicant_name, relation="applicant", checked="card",
        by=returner, at=max(returned, ended + timedelta(minutes=5)),
    )  # fmt: skip
    if dossier.account is not None and rng.random() < 0.4:
        stars = rng.choices((5, 4, 3, 2), weights=(70, 25, 4, 1))[0]
        actions.rate(dossier=dossier, stars=stars, by=dossier.account, at=returned + timedelta(hours=3))


def plan(
    values: Mapping[str, Any], days: Sequence[date], rng: random.Random
) -> list[tuple[datetime, str, Filing]]:
    """Return when each request comes, for what, and how; as many of each as the scenario says."""
    kinds = [name for name, count in values["mix"].items() for _ in range(count)]
    kinds += ["birth_registration"] * values["births"] + ["death_registration"] * values["deaths"]
    if len(kinds) != values["received"]:
        raise ValueError(f"the mix has {len(kinds)} dossiers, not {values['received']}")
    rng.shuffle(kinds)
    online = values["online_processed"]
    electronic = values["e_authenticated"] - online
    ways = [Filing(Channel.ONLINE, True)] * online
    ways += [Filing(Channel.DIRECT, True)] * electronic
    ways += [Filing(Channel.DIRECT, False)] * (len(kinds) - online - electronic)
    rng.shuffle(ways)
    return list(zip(schedule.spread(rng, days, len(kinds)), kinds, ways, strict=True))


def build(town: Town, values: Mapping[str, Any], first: date, last: date) -> Iterator[Dossier]:
    """Live through every dossier of the history, in order of filing; yields each when it is done."""
    todo = plan(values, [day for day in town.days if first <= day <= last], town.rng)
    for start in range(0, len(todo), BATCH):
        with transaction.atomic():
            done = [_one(town, *item) for item in todo[start : start + BATCH]]
        yield from done


def _one(town: Town, filed: datetime, procedure: str, how: Filing) -> Dossier:
    request = wish(town, procedure, local_date(filed))
    draft = prepare(town, request, how, filed - timedelta(minutes=town.rng.randrange(6, 25)))
    dossier = submit(town, draft, how, filed)
    received = schedule.in_hours(filed + timedelta(minutes=town.rng.randrange(2, 45)), town.days)
    actions.receive(dossier=dossier, by=receiver(town, procedure), at=received)
    late = town.rng.random() < 0.025
    live_through(town, dossier, town.rng.uniform(1.02, 1.4) if late else town.rng.uniform(0.15, 0.8))
    return dossier
