"""The slips of a dossier: receipt (form 01), supplement request (02), refusal (03), apology (04).

Here their data are put together; `papers` renders and signs them in the worker. Each
template says at its head what it shows. Values go in as records keep them (codes, ISO
dates, whole đồng): `papers.values` turns them into words. The result is `results`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import override

from dinh.catalogue import layout
from dinh.catalogue.queries import list_title
from dinh.catalogue.shapes.procedure import Procedure, TimeLimit
from dinh.directory.models import Account, Office
from dinh.directory.queries import office_now, unit_title
from dinh.dossiers.models import Dossier, Supplement
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
    titles = layout.field_names(procedure) | {one.id: one.title for one in procedure.documents}
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


def apology(dossier: Dossier, procedure: Procedure, reason: str, *, by: Account, at: datetime) -> Paper:
    """Request the letter that says why the office is late, and until when it will be done (form 04)."""
    values = {
        "reason": reason,
        "promised": dossier.promised_on.isoformat() if dossier.promised_on else "",
        "officer": by.full_name,
        "officer_title": by.title,
        "officer_phone": by.phone,
    }
    return _request(
        "apology", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", dossier, procedure, dossier.reception,
        values, by, at,
    )  # fmt: skip


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
        data=data_of(dossier, procedure, office, values, by, at),
        signers=[signer("agency", dossier, by, office)],
        language=dossier.language,
        number="",
        by=by,
        at=at,
    )


def data_of(
    dossier: Dossier,
    procedure: Procedure,
    office: Office,
    values: Mapping[str, Any],
    by: Account,
    at: datetime,
) -> dict[str, Any]:
    """Return what every paper of a dossier shows: the body that issues, the dossier, and its own values."""
    on = local_date(at)
    return {
        "agency": _agency(dossier, office_now(office), on),
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


def signer(role: str, dossier: Dossier, by: Account, office: Office | None = None) -> dict[str, Any]:
    """Return who signs in a role: the leader in person, or the office that issues."""
    if role == "leader":
        return {"role": "leader", "account": str(by.pk), "name": by.full_name, "title": by.title}
    signing = office_now(office or dossier.office)
    return {"role": "agency", "office": str(signing.pk), "name": signing.name, "title": ""}
