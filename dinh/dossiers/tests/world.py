"""People, records and requests of the tests: the smallest house in which every procedure can be lived.

Everybody is invented. `settled(cast)` peoples the cast; `ANSWERS` holds a complete set of
answers for each procedure, typed as a person would type it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, PHUC_PERSON, REPRESENTATIVE_PERSON, Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.rules.answers import plain_answers
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


APPLICANT = {
    "applicant.number": "010075001234",
    "applicant.full_name": "Vàng Văn Phúc",
    "applicant.birth": "12/03/1975",
    "applicant.sex": "1",
    "applicant.residence": "nhà 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
    "applicant.email": "phuc@example.vn",
}


def _where(world: World, prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}.unit": str(world.cast.cocsan.pk),
        f"{prefix}.village": str(world.cast.tan_son.pk),
        f"{prefix}.detail": "nhà 7",
    }


def _birth(world: World) -> dict[str, Any]:
    return {
        "relation": "father", "evidence": "electronic", "notice_number": "10123.GCS.00045.26", "father_known": "yes",
        "child.full_name": "Vàng Minh An", "child.birth": "20/11/2026", "child.sex": "1", "child.ethnicity": "24",
        "child.nationality": "VNM", "birth_place": "Trạm y tế xã Cốc San", "home_place": "Cốc San, Lào Cai",
        "mother.number": "010180004321", "mother.full_name": "Lý Thị Mai", "mother.birth": "02/05/1980",
        "mother.ethnicity": "24", "mother.nationality": "VNM", "mother.residence": "thôn Ún Tà, xã Cốc San",
        "father.number": "010075001234", "father.full_name": "Vàng Văn Phúc", "father.birth": "12/03/1975",
        "father.ethnicity": "24", "father.nationality": "VNM", "father.residence": "thôn Ún Tà, xã Cốc San",
        **APPLICANT, "delivery.way": "centre", "exemption.group": "none", "copies": "0",
    }  # fmt: skip


def _death(world: World) -> dict[str, Any]:
    return {
        "deceased.number": "010149000077", "deceased.full_name": "Lý Thị Mẩy", "deceased.birth": "1949",
        "deceased.sex": "2", "deceased.ethnicity": "14", "deceased.nationality": "VNM",
        "deceased.residence": "thôn Ún Tà", "died_on": "21/11/2026", "died_time": "5h30", "death_place": "tại nhà",
        "cause": "tuổi già", "notice": "home", **APPLICANT, "relation": "child", "delivery.way": "centre",
        "exemption.group": "none", "copies": "1",
    }  # fmt: skip


def _copy(world: World) -> dict[str, Any]:
    return {
        "event": "birth", "for_whom": "self", "birth_record": str(world.birth.pk), "delivery.way": "centre",
        "exemption.group": "none", "copies": "2", "purpose": "bán đất", **APPLICANT,
    }  # fmt: skip


def _certified(world: World) -> dict[str, Any]:
    return {
        "paper_kind": store.get().lists["certified_paper_kinds"].entries[0].code, "paper_title": "Bằng tốt nghiệp",
        "original_state": "good", "pages": "2", "copies": "3", "electronic": "yes", "delivery.way": "centre", **APPLICANT,
    }  # fmt: skip


def _permanent(world: World) -> dict[str, Any]:
    return {
        "scope": "family", "members": [{"full_name": "Lý Thị Mai", "number": "010180004321", "birth": "1980", "relation": "01"}],
        **_where(world, "new"), "lodging": "owned", "ct01.head_number": "010075001234", "ct01.head_full_name": "Vàng Văn Phúc",
        "ct01.relation": "00", "exemption.group": "none", **APPLICANT,
    }  # fmt: skip


def _temporary(world: World) -> dict[str, Any]:
    return {
        "scope": "me", **_where(world, "new"), "lodging": "rented", "from_on": "24/11/2026", "until_on": "24/11/2027",
        "ct01.head_number": "010195000555", "ct01.head_full_name": "Vàng Thị Lan", "ct01.relation": "99",
        "consent.head": "sign", "consent.owner": "sign", "exemption.group": "none", **APPLICANT,
    }  # fmt: skip


def _stay(world: World) -> dict[str, Any]:
    return {
        "guest.number": "001090111222", "guest.full_name": "Nguyễn Thị Hoa", "guest.birth": "1990", "guest.sex": "2",
        "guest.nationality": "VNM", **_where(world, "place"), "host": "home", "from_on": "23/11/2026", "until_on": "26/11/2026",
        "reason": "family", **APPLICANT,
    }  # fmt: skip


def _pension(world: World) -> dict[str, Any]:
    return {
        "for_whom": "other", "relation": "child", "elder.number": "010149000077", "elder.full_name": "Lý Thị Mẩy",
        "elder.birth": "1949", "elder.sex": "2", "elder.ethnicity": "14", "elder.residence": "thôn Ún Tà", **APPLICANT,
        "household_poverty": "none", "other_pension": "no", "pay_way": "cash",
    }  # fmt: skip


ANSWERS: dict[str, Callable[[World], dict[str, Any]]] = {
    "birth_registration": _birth,
    "death_registration": _death,
    "civil_status_extract_copy": _copy,
    "certified_copy": _certified,
    "permanent_residence": _permanent,
    "temporary_residence": _temporary,
    "stay_notification": _stay,
    "social_pension": _pension,
}


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
    from dinh.dossiers.rules.answers import documents_needed

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
