"""The papers of a dossier: receipt (form 01), supplement request (02), refusal (03), and the result.

Here their data are put together; `papers` renders and signs them in the worker. Each
template says at its head what it shows. Values go in as records keep them (codes, ISO
dates, whole đồng): `papers.values` turns them into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from dinh.catalogue import layout
from dinh.catalogue.queries import list_title
from dinh.catalogue.shapes.procedure import Procedure, ResultPaper, TimeLimit
from dinh.directory.models import Account, Office
from dinh.directory.queries import unit_title
from dinh.dossiers.effects import Done
from dinh.dossiers.models import Dossier, Supplement
from dinh.dossiers.numbering import next_in_series
from dinh.dossiers.rules.answers import plain_answers
from dinh.lib import calendar
from dinh.lib.dates import local_date
from dinh.lib.money import show_vnd
from dinh.papers.actions import request_paper
from dinh.papers.models import Paper

UNITS_OF_TIME = {
    "at_once": "Giải quyết ngay",
    "same_day": "Trong ngày làm việc",
    "half_working_day": "{value} buổi làm việc",
    "working_day": "{value} ngày làm việc",
    "day": "{value} ngày",
}
# Acts as a residence notice names them; list "residence_kinds" names the state.
RESIDENCE_ACTS = {
    "permanent": "đăng ký thường trú",
    "temporary": "đăng ký tạm trú",
    "stay": "thông báo lưu trú",
}
# Names of a record -> names that paper templates use for the same thing.
ALIASES = {
    "applicant_name": "declarant_name",
    "applicant_number": "declarant_number",
    "applicant_relation": "declarant_relation",
    "mother_birth": "mother_birth_year",
    "father_birth": "father_birth_year",
    "paper_title": "document_title",
    "relation": "head_relation",
    "notice_number": "death_notice",
    "last_residence": "residence",
    "note": "notes",
    "pay_way": "pay_by",
}


def receipt(dossier: Dossier, procedure: Procedure, *, by: Account, at: datetime) -> Paper:
    """Request the receipt and appointment slip (form 01), with the reason of its date."""
    return _request(
        "receipt", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", dossier, procedure, dossier.reception,
        {"reason_of_date": _reason_of_date(dossier)}, by, at,
    )  # fmt: skip


def supplement_request(
    dossier: Dossier, procedure: Procedure, request: Supplement, *, by: Account, at: datetime
) -> Paper:
    """Request the slip that lists everything to be completed (form 02)."""
    fields = layout.fields(procedure)
    titles = {key: field.title for key, field in fields.items()}
    titles |= {document.id: document.title for document in procedure.documents}
    items = [
        {
            "title": titles[one["item"]].vi,
            "title_local": titles[one["item"]].of(dossier.language),
            "fault": one["fault"],
            "note": one["note"],
        }
        for one in request.items
    ]
    values = {"items": items, "reason": request.reason, "officer": by.full_name, "officer_phone": by.phone}
    return _request(
        "supplement_request", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", dossier, procedure, dossier.reception,
        values, by, at,
    )  # fmt: skip


def refusal(dossier: Dossier, procedure: Procedure, reason: str, *, by: Account, at: datetime) -> Paper:
    """Request the slip that says why a dossier is not received or not settled (form 03)."""
    values = {"reason": reason, "officer": by.full_name}
    return _request(
        "refusal",
        "Phiếu từ chối tiếp nhận, giải quyết hồ sơ",
        dossier,
        procedure,
        dossier.reception,
        values,
        by,
        at,
    )


def result(dossier: Dossier, procedure: Procedure, done: Done, *, by: Account, at: datetime) -> Paper:
    """Request the paper that the citizen receives, with its number, signers in their order."""
    plain = plain_answers(dossier.answers)
    paper = layout.result_paper(procedure, plain, local_date(at))
    number = _number(paper, dossier, done, at)
    signers = [_signer(role, dossier, by) for role in paper.signers]
    return request_paper(
        template=paper.template,
        subject=dossier,
        subject_type="dossier",
        unit=dossier.unit,
        title=paper.title.vi,
        data=_data(dossier, procedure, dossier.office, _result_values(dossier, plain, done, by, at), by, at),
        signers=signers,
        language=dossier.language,
        number=number,
        by=by,
        at=at,
    )


def _request(
    template: str,
    title: str,
    dossier: Dossier,
    procedure: Procedure,
    office: Office,
    values: Mapping[str, Any],
    by: Account,
    at: datetime,
) -> Paper:
    return request_paper(
        template=template,
        subject=dossier,
        subject_type="dossier",
        unit=dossier.unit,
        title=title,
        data=_data(dossier, procedure, office, values, by, at),
        signers=[_signer("agency", dossier, by, office)],
        language=dossier.language,
        number="",
        by=by,
        at=at,
    )


def _data(
    dossier: Dossier,
    procedure: Procedure,
    office: Office,
    values: Mapping[str, Any],
    by: Account,
    at: datetime,
) -> dict[str, Any]:
    on = local_date(at)
    return {
        "agency": _agency(dossier, office, on),
        "dossier": _dossier(dossier, procedure, by, on),
        "values": dict(values),
        "demonstration": bool(settings.DINH_DEMO),
    }


def _agency(dossier: Dossier, office: Office, on: date) -> dict[str, str]:
    """Return the body that issues: the committee's slips name the centre where they were made."""
    commune = unit_title(dossier.unit_id, on, with_parents=False)
    province = unit_title(dossier.unit_id, on).removeprefix(commune).strip(", ")
    police = office.key == "police"
    committee = f"Ủy ban nhân dân {commune}"
    return {
        "parent": f"{'Công an' if police else 'Ủy ban nhân dân'} {province}" if province else "",
        "name": office.name if police else committee,
        "office": "" if office.name.strip().startswith(("Ủy ban nhân dân", "Công an")) else office.name,
        "place": commune.partition(" ")[2] or commune,
        "address": office.address,
        "phone": office.phone,
        "email": office.email,
    }


def _dossier(dossier: Dossier, procedure: Procedure, by: Account, on: date) -> dict[str, Any]:
    plain = plain_answers(dossier.answers)
    language = dossier.language
    handed_in: dict[tuple[str, int], int] = {}
    for document, copy in dossier.attachments.order_by("at").values_list("document", "copy"):
        handed_in[document, copy] = handed_in.get((document, copy), 0) + 1
    titles = {document.id: document.title for document in procedure.documents}
    return {
        "number": dossier.number,
        "procedure": procedure.title.vi,
        "procedure_local": procedure.title.of(language),
        "applicant_name": dossier.applicant_name,
        "applicant_number": plain.get("applicant.number") or "",
        "applicant_address": plain.get("applicant.residence") or "",
        "applicant_phone": plain.get("applicant.phone") or "",
        "applicant_email": plain.get("applicant.email") or "",
        "filed_at": dossier.filed_at.isoformat(),
        "received_at": dossier.received_at.isoformat() if dossier.received_at else "",
        "due_at": dossier.due_at.isoformat() if dossier.due_at else "",
        "received_by": by.full_name,
        "filed_by": dossier.applicant_name,
        "documents": [
            {
                "title": titles[key].vi,
                "title_local": titles[key].of(language),
                "copy": copy,
                "quantity": quantity,
            }
            for (key, copy), quantity in handed_in.items()
            if key in titles
        ],
        "sets": 1,
        "time_limit": _time_limit(procedure.time_limit),
        "result_at": _result_at(plain, dossier),
        "fee": show_vnd(dossier.fee_vnd, "vi") if dossier.fee_vnd else "Không thu",
    }


def _time_limit(limit: TimeLimit) -> str:
    return UNITS_OF_TIME[limit.unit].format(value=limit.value)


def _result_at(plain: Mapping[str, Any], dossier: Dossier) -> str:
    way = next((str(value) for key, value in plain.items() if key.endswith("delivery.way") and value), "")
    return list_title("delivery_ways", way).vi if way else dossier.reception.name


def _reason_of_date(dossier: Dossier) -> str:
    """Return why the due date is not simply the law's limit later, in Vietnamese; "" when it is."""
    told = {"after_cutoff", "after_hours", "holiday", "swap_off", "compensation", "closed_day", "closed_morning",
            "closed_afternoon", "swap_work", "moved_on"}  # fmt: skip
    reasons = [one for one in calendar.reasons_from_json(dossier.due_reasons) if one.code in told]
    with override("vi"):
        return " ".join(calendar.say(one, "vi") for one in reasons)


def _signer(role: str, dossier: Dossier, by: Account, office: Office | None = None) -> dict[str, Any]:
    if role == "leader":
        return {"role": "leader", "account": str(by.pk), "name": by.full_name, "title": by.title}
    signing = office or dossier.office
    return {"role": "agency", "office": str(signing.pk), "name": signing.name, "title": ""}


def _number(paper: ResultPaper, dossier: Dossier, done: Done, at: datetime) -> str:
    """Return the number of a result: the line of the book when it was entered, else a series of its own."""
    if not paper.number_format:
        return ""
    on = local_date(at)
    if done.entered and done.record is not None and "{year}" in paper.number_format:
        sequence = done.record.sequence
    else:
        key = f"result/{dossier.unit_id}/{paper.number_format}"[:100]
        sequence = next_in_series(key, date(on.year, 1, 1))
    return paper.number_format.format(sequence=sequence, year=on.year, agency=dossier.office.agency_code)


def _result_values(
    dossier: Dossier, plain: Mapping[str, Any], done: Done, by: Account, at: datetime
) -> dict[str, Any]:
    """Return what a result may show: the answers, over them the record, then names that templates share."""
    on = local_date(at)
    values: dict[str, Any] = {**plain}
    if done.record is not None:
        record = done.record
        values |= {
            **record.data,
            "record_number": record.number,
            "book": record.book,
            "registered_on": record.registered_on.isoformat(),
            "registered_at": unit_title(record.unit_id, record.registered_on)
            or unit_title(record.unit_id, on),
            "copy": not done.entered,
        }
    else:
        values["registered_on"] = on.isoformat()
    for name, alias in ALIASES.items():
        if values.get(name) not in (None, ""):
            values.setdefault(alias, values[name])
    values |= {"decision": "approved", "decided_on": on.isoformat(), "certified_on": on.isoformat()}
    if values.get("kind") in RESIDENCE_ACTS:
        values["kind"] = RESIDENCE_ACTS[values["kind"]]
    if values.get("unit"):
        values["address"] = _address(values, on)
    if done.household is not None:
        values["household_code"] = done.household.code
    if not values.get("sex") and dossier.subject is not None:
        values["sex"] = dossier.subject.sex
    return values


def _address(values: Mapping[str, Any], on: date) -> str:
    place = values.get("village") or values["unit"]
    return ", ".join(filter(None, [str(values.get("address") or ""), unit_title(UUID(str(place)), on)]))
