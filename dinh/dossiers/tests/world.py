"""People, records and requests of the tests: the smallest house in which every procedure can be lived.

Everybody is invented. `settled(cast)` peoples the cast; `typed.ANSWERS` holds a
complete set of answers for each procedure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, PHUC_PERSON, REPRESENTATIVE_PERSON, Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.rules.answers import documents_needed, plain_answers
from dinh.dossiers.tests.typed import ANSWERS
from dinh.papers.actions import keep
from dinh.papers.models import Blob
from dinh.population import actions as population
from dinh.population.models import Household, Person
from dinh.registers import actions as registers
from dinh.registers.models import Record

NOW = MONDAY_MORNING
Given = Mapping[str, Any] | None  # answers other than the usual ones
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class World:
    """The cast, and the people of Ún Tà."""

    cast: Cast
    phuc: Person
    mai: Person  # his wife
    lan: Person  # lives alone; the representative
    elder: Person  # Mrs Lý, 77, in the household of Phúc
    household: Household
    birth: Record  # Phúc's, in the book of 2025


def settled(cast: Cast) -> World:
    """Make the people of the cast known, with a household, residences and one record of birth."""
    before = datetime.combine(date(2025, 7, 1), NOW.timetz())
    more: dict[str, Any] = {"by": None, "at": before}
    household = population.register_household(
        unit=cast.cocsan, village=cast.un_ta, address="nhà 12", code="02746-00012", **more
    )
    home: dict[str, Any] = {"unit": cast.cocsan, "household": household}
    elder = population.register_person(
        full_name="Lý Thị Mẩy",
        sex="2",
        birth="1949",
        number="010149000077",
        ethnicity="14",
        relation="04",
        **home,
        **more,
    )
    phuc = population.register_person(
        full_name="Vàng Văn Phúc", sex="1", birth="1975-03-12", number="010075001234", ethnicity="24", id=PHUC_PERSON,
        relation="00", mother=elder, birth_place="xã Cốc San, huyện Bát Xát, tỉnh Lào Cai", home_place="Cốc San, Lào Cai",
        **home, **more,
    )  # fmt: skip
    mai = population.register_person(
        full_name="Lý Thị Mai",
        sex="2",
        birth="1980-05-02",
        number="010180004321",
        ethnicity="24",
        relation="01",
        **home,
        **more,
    )
    population.set_head(household=household, person=phuc, **more)
    lan = population.register_person(
        full_name="Vàng Thị Lan", sex="2", birth="1995-01-20", number="010195000555", id=REPRESENTATIVE_PERSON,
        unit=cast.cocsan, **more,
    )  # fmt: skip
    population.add_channel(person=phuc, kind="email", value="phuc@example.vn", **more)
    birth = registers.enter(
        register="births", unit=cast.cocsan, registered_on=date(2025, 8, 1), person=phuc, provenance="import",
        data={
            "full_name": "Vàng Văn Phúc", "sex": "1", "birth": "1975-03-12", "birth_place": "Cốc San",
            "mother_name": "Lý Thị Mẩy", "number": "010075001234",
        },
        **more,
    )  # fmt: skip
    for person in (elder, phuc, mai, lan):
        person.refresh_from_db()
    household.refresh_from_db()
    return World(cast, phuc, mai, lan, elder, household, birth)


def married(world: World) -> Record:
    """Return the marriage of Mr Phúc and Mrs Mai, in the book of 2025: a record of both."""
    return registers.enter(
        register="marriages", unit=world.cast.cocsan, registered_on=date(2025, 9, 2), person=world.mai,
        person_name="Lý Thị Mai, Vàng Văn Phúc", parties=[(world.mai, "wife"), (world.phuc, "husband")],
        provenance="import", by=None, at=NOW - timedelta(days=99),
        data={
            "wife_name": "Lý Thị Mai", "wife_birth": "1980-05-02", "wife_number": "010180004321",
            "husband_name": "Vàng Văn Phúc", "husband_birth": "1975-03-12", "husband_number": "010075001234",
            "married_on": "2025-09-02",
        },
    )  # fmt: skip


def blob(at: datetime = NOW) -> Blob:
    """Return a small PDF in the store."""
    return keep(PDF, at)


def begun(world: World, procedure: str = "civil_status_extract_copy", **more: Any) -> Draft:
    """Return a draft that Mr Phúc began at home a little before eight."""
    return actions.begin_draft(
        procedure=procedure, unit=world.cast.cocsan, account=more.pop("account", world.cast.citizen),
        at=more.pop("at", NOW - timedelta(hours=1)), **more,
    )  # fmt: skip


def filled(
    world: World, draft: Draft, by: Account | None = None, changed: Given = None, **more: Any
) -> Draft:
    """Return the draft with every page answered and every needed paper attached."""
    procedure = store.get_procedure(draft.procedure)
    by = by or world.cast.citizen
    at = draft.updated_at
    answers = {**ANSWERS[draft.procedure](world), **(changed or {}), **more}
    for page in layout.pages(procedure):
        pages, _fields = layout.visible(procedure, plain_answers(draft.answers), NOW.date())
        if page.id in pages:
            raw = {field.id: answers.get(field.id) for field in page.fields}
            check = actions.save_page(draft=draft, page_id=page.id, raw=raw, by=by, at=at)
            assert check.ok, [(fault.path, str(fault.message)) for fault in check.faults]
    for document in documents_needed(procedure, plain_answers(draft.answers), NOW.date()):
        actions.attach(
            to=draft, document=document.id, blob=blob(), filename=f"{document.id}.pdf", by=by, at=at
        )
    return draft


def filed(
    world: World,
    procedure: str = "civil_status_extract_copy",
    at: datetime = NOW,
    changed: Given = None,
    **more: Any,
) -> Dossier:
    """Return a dossier that Mr Phúc filed from home."""
    draft = filled(world, begun(world, procedure, at=at - timedelta(hours=1)), None, changed, **more)
    return actions.file(draft=draft, by=world.cast.citizen, at=at)


def actor(world: World, procedure: Procedure, kind: str) -> Account:
    """Return who of the cast does the step of a kind."""
    role = next(step.role for step in procedure.steps if step.kind == kind)
    return {
        "reception_officer": world.cast.reception,
        "civil_status_officer": world.cast.examiner,
        "social_officer": world.cast.social,
        "leader": world.cast.leader,
        "police_officer": world.cast.police_officer,
        "police_chief": world.cast.police_chief,
    }[role]


def received(
    world: World,
    procedure: str = "civil_status_extract_copy",
    at: datetime = NOW,
    changed: Given = None,
    **more: Any,
) -> Dossier:
    """Return a dossier accepted half an hour after it was filed."""
    dossier = filed(world, procedure, at, changed, **more)
    by = actor(world, store.get_procedure(procedure), "receive")
    return actions.receive(dossier=dossier, by=by, at=at + timedelta(minutes=30))


def examined(
    world: World,
    procedure: str = "civil_status_extract_copy",
    at: datetime = NOW,
    changed: Given = None,
    **more: Any,
) -> Dossier:
    """Return a dossier that waits for the decision."""
    dossier = received(world, procedure, at, changed, **more)
    by = actor(world, store.get_procedure(procedure), "examine")
    return actions.examine(dossier=dossier, note="Đủ điều kiện", by=by, at=at + timedelta(hours=1))


def approved(
    world: World,
    procedure: str = "civil_status_extract_copy",
    at: datetime = NOW,
    changed: Given = None,
    **more: Any,
) -> Dossier:
    """Return a dossier whose result waits to be returned."""
    dossier = examined(world, procedure, at, changed, **more)
    by = actor(world, store.get_procedure(procedure), "approve")
    return actions.approve(dossier=dossier, by=by, at=at + timedelta(hours=2))


def returned(
    world: World,
    procedure: str = "civil_status_extract_copy",
    at: datetime = NOW,
    changed: Given = None,
    **more: Any,
) -> Dossier:
    """Return a dossier at the end of its life."""
    dossier = approved(world, procedure, at, changed, **more)
    by = actor(world, store.get_procedure(procedure), "return")
    return actions.return_result(
        dossier=dossier, collector_name="Vàng Văn Phúc", relation="applicant", checked="card", by=by,
        at=at + timedelta(hours=3),
    )  # fmt: skip


def plain(dossier: Dossier) -> Mapping[str, Any]:
    """Return the answers of a dossier without their marks."""
    return plain_answers(dossier.answers)
