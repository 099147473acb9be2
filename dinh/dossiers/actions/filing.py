"""Filing: a draft becomes a dossier, once, with a number that nobody else has.

One function serves every door: the portal, the counter, a device that was out of
coverage, another system that already gave a number. A second click, a repeated key
and a repeated delivery all give the same dossier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, UUIDField
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import fees, layout, store
from dinh.catalogue.shapes.procedure import Eligibility, Procedure
from dinh.database.prepared import Insert, Prepared
from dinh.directory import calendars
from dinh.directory import queries as places
from dinh.directory.models import Account
from dinh.dossiers import policy, prefill
from dinh.dossiers.actions.changing import all_columns, moment
from dinh.dossiers.identification import people_of
from dinh.dossiers.models import Attachment, Channel, Dossier, Draft, Status
from dinh.dossiers.numbering import go_past, next_in_series
from dinh.dossiers.rules import answers as checking
from dinh.dossiers.rules import clock, life, numbers
from dinh.journal import idempotency
from dinh.journal.actions import action, record
from dinh.lib.calendar import reasons_as_json
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken, Fault, Invalid, NotFound, Refused
from dinh.lib.ids import uuid7
from dinh.lib.names import column_key, fold
from dinh.population.models import Person

NOT_COMPLETE = _(
    "Some answers are missing or need to be changed. Your request is kept: correct what is marked."
)
CONSENT_NEEDED = _("Record the person's consent before you send the request for them.")
NUMBER_TAKEN = _("Another dossier already has this number. Check the number at the system that gave it.")
BAD_NUMBER = _("This is not a dossier number that can be kept: 3 to 40 letters, digits, dots and dashes.")

_draft = Prepared(lambda draft: Draft.objects.select_for_update().filter(pk=draft), draft=UUIDField())
_person = Prepared(lambda person: Person.objects.filter(pk=person), person=UUIDField())
_attachments = Prepared(
    lambda draft: Attachment.objects.filter(draft=draft).values_list("pk", "document", "blob_id"),
    draft=UUIDField(),
)
_insert_dossier = Insert(Dossier)


class NotComplete(Invalid):
    """The draft cannot be filed yet. `pages` gives the faults page by page, for the links back."""

    def __init__(self, pages: Mapping[str, tuple[Fault, ...]], draft: UUID) -> None:
        faults = [fault for found in pages.values() for fault in found]
        super().__init__("dossiers.not_complete", faults, NOT_COMPLETE, draft=draft)
        self.pages = dict(pages)


class NotEligible(Refused):
    """A condition of the law does not hold; `reasons` say why and what to do instead."""

    status = 422

    def __init__(self, reasons: Sequence[Eligibility], draft: UUID) -> None:
        super().__init__("dossiers.not_eligible", reasons[0].message, draft=draft)
        self.reasons = tuple(reasons)


def file(
    *,
    draft: Draft,
    by: Account | None,
    at: datetime,
    idempotency_key: str | None = None,
    number: str | None = None,
    live: bool = False,
    e_authenticated: bool | None = None,
) -> Dossier:
    """Send a draft to the office and return the dossier; again, the same dossier.

    by               its owner, or the helper with the recorded consent; None for the system itself
    idempotency_key  of the caller: repeated, it answers with the dossier of the first time
    number           allocated by another system: kept as it is
    live             part of the demonstration’s live desk
    e_authenticated  whether the one who asks proved an electronic identity; worked out when left out

    Raises NotComplete with every fault, NotEligible, NotFound for somebody else's draft, Refused
    ("dossiers.consent_needed", "dossiers.number_taken").
    Costs about twenty queries; one transaction.
    """
    at = moment(at)

    def do() -> dict[str, Any]:
        filed = _file(draft=draft, by=by, at=at, number=number, live=live, e_authenticated=e_authenticated)
        found.append(filed)
        return {"dossier": str(filed.pk)}

    found: list[Dossier] = []
    if idempotency_key is None:
        do()
    else:
        scope = f"dossiers.file:{by.pk if by else ''}"
        answer = idempotency.once(scope, idempotency_key, str(draft.pk), at, do)
        if not found:
            found.append(Dossier.objects.get(pk=answer["dossier"]))
    draft.dossier = found[0]
    return found[0]


@action
def _file(
    *,
    draft: Draft,
    by: Account | None,
    at: datetime,
    number: str | None,
    live: bool,
    e_authenticated: bool | None,
) -> Dossier:
    on = local_date(at)
    fresh = _locked(draft, by)
    if by is not None:
        _require_may_file(by, fresh, on)
    if fresh.dossier_id is not None:
        return Dossier.objects.get(pk=fresh.dossier_id)
    procedure = store.get_procedure(fresh.procedure, fresh.procedure_version)
    attachments = _attachments(draft=fresh.pk)
    _require_complete(fresh, procedure, {document for _pk, document, _blob in attachments}, on)
    dossier = _new_dossier(fresh, procedure, at, on, live, e_authenticated)
    dossier.number, dossier.external = _number(number, dossier, on)
    _insert(dossier)
    if attachments:
        fresh.attachments.update(dossier=dossier)
    Draft.objects.filter(pk=fresh.pk).update(dossier=dossier, version=F("version") + 1)
    record(
        "dossiers.filed",
        subject=dossier,
        at=at,
        by=by.pk if by else None,
        unit=dossier.unit_id,
        on_behalf_of=dossier.applicant_id if fresh.helper_id else None,
        body={
            "set": all_columns(dossier),
            "draft": fresh.pk,
            "attachments": [{"id": pk, "document": doc, "blob": blob} for pk, doc, blob in attachments],
        },
    )
    return dossier


def _locked(draft: Draft, by: Account | None) -> Draft:
    """Return the draft as it is now, held until the transaction ends: a second click waits here."""
    fresh = _draft.first(draft=draft.pk)
    if fresh is None:
        raise NotFound("dossiers.no_draft", policy.NO_DRAFT, draft=draft.pk)
    if by is not None and fresh.account_id == by.pk:
        fresh.account = by
    if fresh.applicant_id is not None:
        fresh.applicant = _person.first(person=fresh.applicant_id)
    return fresh


def _require_may_file(by: Account, draft: Draft, on: date) -> None:
    policy.require_edit_draft(by, draft, on)
    if by.kind != Account.Kind.CITIZEN and draft.account_id != by.pk and not draft.consent:
        raise Refused("dossiers.consent_needed", CONSENT_NEEDED, draft=draft.pk)


def _require_complete(draft: Draft, procedure: Procedure, handed_in: set[str], on: date) -> None:
    plain = checking.plain_answers(draft.answers)
    needed = {one.id for one in checking.documents_needed(procedure, plain, on)}
    if needed - handed_in:
        handed_in |= set(prefill.held_papers(procedure, draft.person or draft.applicant))
    faults = checking.check_all(procedure, plain, handed_in, on, draft.language)
    if faults:
        raise NotComplete(faults, draft.pk)
    reasons = checking.ineligibility(procedure, plain, on)
    if reasons:
        raise NotEligible(reasons, draft.pk)


def _new_dossier(
    draft: Draft, procedure: Procedure, at: datetime, on: date, live: bool, e_authenticated: bool | None
) -> Dossier:
    """Return the dossier, not yet saved: routed, identified, priced, with the date it would be due."""
    answers = _asked(draft, procedure, on)
    plain = checking.plain_answers(answers)
    offices = {one.key: one for one in places.offices_of(draft.unit_id, on)}
    office, reception = (
        offices.get(key) or places.office(draft.unit_id, key, on)
        for key in (procedure.competent_office, procedure.reception_office)
    )
    person = draft.applicant if draft.person_id == draft.applicant_id else draft.person
    people = people_of(procedure, answers, applicant=draft.applicant, person=person)
    calendar = calendars.calendar_for(office, procedure.time_limit.calendar)
    due = clock.due_for(procedure.time_limit, calendar, at)
    name = plain.get("applicant.full_name") or (people.applicant.full_name if people.applicant else "")
    name = name or (draft.account.full_name if draft.account else "")
    return Dossier(
        id=uuid7(),
        procedure=procedure.id,
        procedure_version=procedure.version,
        title=procedure.title.vi[:200],
        unit_id=draft.unit_id,
        office=office,
        reception=reception,
        channel=draft.channel,
        status=int(Status.SUBMITTED),
        local_status=life.WAITS_RECEPTION,
        step=life.first_step(procedure).id,
        waiting_since=at,
        applicant=people.applicant,
        applicant_name=name[:120],
        applicant_key=fold(name)[:120],
        applicant_order=column_key(name)[:200],
        subject=people.subject,
        account=draft.account,
        helper_id=draft.helper_id,
        language=draft.language,
        answers=answers,
        findings=list(people.findings),
        consent=draft.consent,
        e_authenticated=proves_identity(draft) if e_authenticated is None else e_authenticated,
        filed_at=at,
        due_at=moment(due.at),
        due_reasons=reasons_as_json(due.steps),
        fee_vnd=fees.total_vnd(procedure, plain, on, online=draft.channel == Channel.ONLINE),
        live=live,
    )


def _asked(draft: Draft, procedure: Procedure, on: date) -> dict[str, Any]:
    """Return the answers to what was asked: others, filled beforehand for questions that fell away, stay behind."""
    _pages, fields = layout.visible(procedure, checking.plain_answers(draft.answers), on)
    return {key: one for key, one in draft.answers.items() if key in fields and one.get("value") is not None}


def proves_identity(draft: Draft) -> bool:
    """Say whether the one who asks proved who they are electronically: signed in, or at the counter."""
    account = draft.account
    signed_in = account is not None and account.kind == Account.Kind.CITIZEN and account.person is not None
    return signed_in or draft.consent.get("how") == "eid"


def _number(external: str | None, dossier: Dossier, on: date) -> tuple[str, bool]:
    if external is None:
        code = dossier.reception.agency_code or dossier.office.agency_code
        if not code:
            raise Broken("dossiers.office_without_code", office=dossier.reception_id)
        return numbers.dossier_number(code, on, next_in_series(code, on)), False
    if not numbers.is_external(external):
        raise Invalid("dossiers.bad_number", [Fault("number", "dossiers.bad_number", BAD_NUMBER)], BAD_NUMBER)
    parts = numbers.parts_of(external)
    if parts and parts[0] in {dossier.reception.agency_code, dossier.office.agency_code}:
        go_past(*parts)
    return external, True


def _insert(dossier: Dossier) -> None:
    if not dossier.external:
        _insert_dossier(dossier)  # the series gave this number to nobody else
        return
    try:
        with transaction.atomic():
            _insert_dossier(dossier)
    except IntegrityError as error:
        if Dossier.objects.filter(number=dossier.number).exists():
            raise Refused("dossiers.number_taken", NUMBER_TAKEN, number=dossier.number) from error
        raise
