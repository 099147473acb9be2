"""The decision on a dossier, and the paper that a citizen receives: its number, its signers, what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Procedure, ResultPaper
from dinh.directory.models import Account
from dinh.directory.queries import office_now, unit_title
from dinh.dossiers import slips
from dinh.dossiers.effects import Done
from dinh.dossiers.models import Dossier, Result
from dinh.dossiers.numbering import next_in_series
from dinh.dossiers.rules.answers import plain_answers
from dinh.dossiers.slips import data_of, signer
from dinh.lib.dates import local_date
from dinh.papers.actions import request_paper
from dinh.papers.models import Paper

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


def approved(dossier: Dossier, procedure: Procedure, done: Done, *, by: Account, at: datetime) -> Result:
    """Keep the decision with the record it made or copied, and request the paper."""
    paper = result(dossier, procedure, done, by=by, at=at)
    return Result.objects.create(
        dossier=dossier, decision=Result.Decision.APPROVED, decided_by=by, decided_at=at, number=paper.number,
        record=done.record, paper=paper,
    )  # fmt: skip


def refused(dossier: Dossier, procedure: Procedure, reason: str, *, by: Account, at: datetime) -> Result:
    """Keep a refusal with its reason, and request the slip (form 03) that tells it."""
    paper = slips.refusal(dossier, procedure, reason, by=by, at=at)
    return Result.objects.create(
        dossier=dossier, decision=Result.Decision.REFUSED, decided_by=by, decided_at=at, reason=reason,
        paper=paper,
    )  # fmt: skip


def result(dossier: Dossier, procedure: Procedure, done: Done, *, by: Account, at: datetime) -> Paper:
    """Request the paper that the citizen receives, with its number, signers in their order."""
    plain = plain_answers(dossier.answers)
    paper = layout.result_paper(procedure, plain, local_date(at))
    number = _number(paper, dossier, done, at)
    signers = [signer(role, dossier, by) for role in paper.signers]
    return request_paper(
        template=paper.template,
        subject=dossier,
        subject_type="dossier",
        unit=dossier.unit,
        title=paper.title.vi,
        data=data_of(
            dossier,
            procedure,
            office_now(dossier.office),
            _result_values(dossier, plain, done, by, at),
            by,
            at,
        ),
        signers=signers,
        language=dossier.language,
        number=number,
        by=by,
        at=at,
    )


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
    agency = office_now(dossier.office).agency_code
    return paper.number_format.format(sequence=sequence, year=on.year, agency=agency)


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
