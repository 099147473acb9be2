"""A request filled at a house becomes a dossier, with the person's consent and under the helper's name.

The raw answers go through the same pages as at the counter; what the register knows and the phone did not is filled
from it. Citizen numbers come sealed to the node's key and are opened here alone. What is not complete is refused
with every fault, so that the phone mends it and sends a new operation that names this one in `replaces`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account, Unit
from dinh.dossiers import actions as dossiers
from dinh.dossiers.models import Channel, Dossier, Draft
from dinh.dossiers.policy import may_assist
from dinh.dossiers.rules.answers import plain_answers
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, NotFound
from dinh.outreach import carried, sealing
from dinh.outreach.actions.appliers import Applied, applies, officer_of
from dinh.outreach.actions.appliers.helping import require_person
from dinh.outreach.models import Assistance
from dinh.outreach.queries.forms import require_not_expired
from dinh.outreach.rules import sounds
from dinh.outreach.rules.kinds import Consent, Filing, Op
from dinh.outreach.rules.reasons import Unacceptable
from dinh.papers import rules as papers
from dinh.population.models import Person

WAYS = frozenset({"spoken", "written", "fingerprint", "drawn"})
NO_CONSENT = _("Say how the person agreed.")
NO_WITNESS = _("Who heard it? Write the name of the witness.")
NO_DRAWING = _("The drawn signature is missing.")
NO_FILE = _("This photo did not arrive. Take it again.")


@applies("filing")
def filing(op: Op, *, member: Account, at: datetime) -> Applied:
    """File for a person who agreed, and keep that help was given. Answers with the number and the due date.

    What lies outside the member's villages and was accepted at the desk is filed by who accepted it, on their own
    right; the consent goes on saying that the member heard it.
    """
    body: Filing = op.body
    procedure = _procedure(body, local_date(op.at))
    consent = _consent(body.consent, op)
    for person in {body.person, body.about or body.person}:
        require_person(person, op)
    people = Person.objects.select_related("household").in_bulk([body.person, body.about or body.person])
    by = _who_files(list(people.values()), op, member)
    draft = dossiers.begin_draft(
        procedure=procedure, unit=_unit(op), account=None, applicant=people[body.person],
        person=people[body.about or body.person], channel=Channel.ONLINE, language=get_language() or "vi", at=at,
        helper=by, consent={**consent, "recorded_by": str(member.pk)},
    )  # fmt: skip
    unread = _fill(draft, procedure, body, op, by, at)
    _hand_in(draft, body, op, by, at)
    _keep_proof(draft, body.consent, op, by, at)
    dossier = _filed(draft, unread, by, at)
    Assistance.objects.create(
        id=op.id, kind="filing", visit=body.visit, household_id=body.household, person_id=body.person,
        village_id=op.village, account=member, outcome="done", at=op.at, procedure=procedure.id, dossier=dossier.pk,
        consent=dossier.consent, note=body.delivery_note,
    )  # fmt: skip
    taken = [one.sha256 for one in body.attachments] + _proofs(body.consent)
    transaction.on_commit(_forget(op.frame.device, taken))
    return Applied(answer={"dossier": told(dossier)})


def _who_files(people: list[Person], op: Op, member: Account) -> Account:
    officer = officer_of(op)
    if officer is None or all(may_assist(member, one, local_date(op.at)) for one in people):
        return member
    return officer


def told(dossier: Dossier) -> dict[str, Any]:
    """Return what the helper is told of a dossier: its number and when it would be due."""
    return {
        "id": str(dossier.pk),
        "number": dossier.number,
        "due": dossier.due_at.isoformat() if dossier.due_at else None,
    }


def _unit(op: Op) -> Unit:
    if op.unit is None:
        raise Unacceptable("entity_unknown")
    return Unit.objects.get(pk=op.unit)


def missing_files(body: Filing, device: UUID) -> list[str]:
    """Return the files of a filing that the phone did not send yet."""
    named = [one.sha256 for one in body.attachments] + _proofs(body.consent)
    return [name for name in named if not carried.received(device, name).complete]


def _procedure(body: Filing, on: date) -> Procedure:
    """Return the procedure as it was filled in. Raises Unacceptable: form_unknown, form_expired."""
    try:
        procedure = store.get_procedure(body.procedure, body.procedure_version)
        current = store.get_procedure(body.procedure)
    except NotFound as unknown:
        raise Unacceptable("form_unknown") from unknown
    if procedure.version != current.version:
        require_not_expired("procedure", procedure.id, procedure.version, on)
    return procedure


def _consent(given: Consent | None, op: Op) -> dict[str, Any]:
    """Return the consent as dossiers keep it. Raises Unacceptable ("consent_missing") with what is missing."""
    faults = []
    if given is None or given.how not in WAYS:
        faults.append(Fault("consent.how", "consent_missing", NO_CONSENT))
    elif given.how == "spoken" and not given.witness.strip():
        faults.append(Fault("consent.witness", "consent_missing", NO_WITNESS))
    elif given.how == "drawn" and given.proof is None:
        faults.append(Fault("consent.proof", "consent_missing", NO_DRAWING))
    if given is None or faults:
        raise Unacceptable("consent_missing", faults)
    return {
        "how": given.how, "witness": given.witness.strip(), "proof": given.proof or "",
        "given_at": op.at.isoformat(),
    }  # fmt: skip


def _fill(
    draft: Draft, procedure: Procedure, body: Filing, op: Op, member: Account, at: datetime
) -> list[Fault]:
    """Save each page as typed; return the faults of answers that could not be read."""
    raw = {**body.answers, **_opened(body, op)}
    sources = {key: source for key, source in body.sources.items() if source in {"card", "paper"}}
    unread = []
    for page in layout.pages(procedure):
        known = plain_answers(draft.answers)
        sent: dict[str, Any] = {}
        for field in page.fields:
            typed = {
                key: one for key, one in raw.items() if key == field.id or key.startswith(f"{field.id}.")
            }
            sent |= typed or {field.id: known.get(field.id)}
        check = dossiers.save_page(draft=draft, page_id=page.id, raw=sent, by=member, at=at, sources=sources)
        unread += [fault for fault in check.faults if fault.path in check.typed]
    return unread


def _opened(body: Filing, op: Op) -> dict[str, str]:
    """Return the answers that the phone sealed one by one. Raises NotOpened."""
    return {
        name: sealing.open_box(box, aad=f"field|{name}|{op.frame.device}").decode("utf-8", "replace")
        for name, box in body.sealed.items()
    }


def _hand_in(draft: Draft, body: Filing, op: Op, member: Account, at: datetime) -> None:
    for index, one in enumerate(body.attachments):
        content = carried.find(op.frame.device, one.sha256)
        if content is None:
            fault = Fault(f"attachments.{index}", "not_complete", NO_FILE)
            raise Unacceptable("not_complete", [fault])
        name = one.name or one.document
        dossiers.hand_in(to=draft, document=one.document, pieces=[content], filename=name, by=member, at=at)


def _filed(draft: Draft, unread: list[Fault], member: Account, at: datetime) -> Dossier:
    try:
        with transaction.atomic():
            dossier = dossiers.file(draft=draft, by=member, at=at)
            if unread:
                raise Unacceptable("not_complete", unread)
    except dossiers.NotComplete as refused:
        known = {fault.path for fault in unread}
        faults = [*unread, *(fault for fault in refused.faults if fault.path not in known)]
        raise Unacceptable("not_complete", faults) from refused
    except dossiers.NotEligible as refused:
        language = draft.language
        raise Unacceptable(
            "not_eligible", reasons=[one.message.of(language) for one in refused.reasons]
        ) from refused
    return dossier


def _keep_proof(draft: Draft, given: Consent | None, op: Op, member: Account, at: datetime) -> None:
    """Keep the drawn or recorded consent with the request."""
    for name in _proofs(given):
        content = carried.find(op.frame.device, name)
        if content is None:
            fault = Fault("consent.proof", "consent_missing", NO_DRAWING)
            raise Unacceptable("consent_missing", [fault])
        dossiers.keep_proof(draft=draft, content=content, kinds=_kind_of_proof, by=member, at=at)


def _kind_of_proof(head: bytes) -> str | None:
    return papers.media_type(head) or sounds.media_type(head)


def _proofs(given: Consent | None) -> list[str]:
    return [given.proof] if given is not None and given.proof is not None else []


def _forget(device: UUID, names: list[str]) -> Callable[[], None]:
    def forget() -> None:
        for name in names:
            carried.forget(device, name)

    return forget
