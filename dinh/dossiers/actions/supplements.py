"""Asking the citizen to complete a dossier, once and for everything; and their answer.

While the citizen is waited for the clock stands still. The law wants one request
that lists everything: a second one needs a reason, and the dossier then counts late
(Decision 766, indicator 2.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory import calendars
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers import corrections, policy, slips
from dinh.dossiers.actions.changing import (
    begin_step,
    change,
    do_step,
    limit_of,
    moment,
    procedure_of,
    require_verb,
)
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.identification import people_of
from dinh.dossiers.models import Dossier, Status, Supplement
from dinh.dossiers.rules import answers as checking
from dinh.dossiers.rules import clock, life
from dinh.dossiers.things import faults_of_things
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid

FAULTS = ("incorrect", "incomplete", "outdated")
NOTHING_ASKED = _(
    "Mark at least one answer or paper, and say whether it is incorrect, incomplete or outdated."
)
NOT_AN_ITEM = _("This procedure does not ask for that answer or paper.")
NO_FAULT = _("Say whether it is incorrect, incomplete or outdated.")
NOT_COMPLETE = _(
    "Some answers are missing or need to be changed. What you sent is kept: correct what is marked."
)


@action
def request_supplement(
    *,
    dossier: Dossier,
    items: Sequence[Mapping[str, str]],
    reason: str = "",
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> Supplement:
    """Ask for everything that is wrong or missing, in one list; the clock stands until the answer.

    items   [{"item": field or document id, "fault": "incorrect" | "incomplete" | "outdated", "note": ...}]
    reason  why a second request is needed; the first needs none

    Raises Invalid for an empty list, an unknown item or fault, or a second request without reason.
    """
    at = moment(at)
    doing = begin_step(dossier, "request_supplement", _kind(dossier), by=by, at=at)
    checked = _checked(doing.procedure, items)
    reason = " ".join(reason.split())[:500]
    if dossier.supplement_count:
        reason = required_reason(reason)
    sequence = dossier.supplement_count + 1
    columns: dict[str, Any] = {
        "status": int(Status.SUPPLEMENT),
        "local_status": "",
        "supplement_count": sequence,
    }
    if dossier.received_at is not None:  # before acceptance there is no clock to stop
        columns["pauses"] = [*dossier.pauses, {"from": at.isoformat(), "to": None, "because": "supplement"}]
    do_step(
        dossier, doing, "request_supplement", "dossiers.supplement_requested", columns, at=at, on_site=on_site,
        note=reason, version=version, extra={"items": checked, "reason": reason},
    )  # fmt: skip
    request = Supplement.objects.create(
        dossier=dossier, sequence=sequence, items=checked, reason=reason, requested_by=by, requested_at=at
    )
    slips.supplement_request(dossier, doing.procedure, request, by=by, at=at)
    return request


@action
def supplement(
    *,
    dossier: Dossier,
    by: Account | None,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Dossier:
    """Take the citizen's answer to a request: corrected answers, and the papers attached since.

    answers  field id -> as typed; only the fields that change

    A dossier that was already accepted goes on where it stood, and its due date moves by the
    working time that was waited; one that was not waits for reception again.
    Raises Invalid ("dossiers.not_complete") when what was given does not hold, NotFound for
    somebody else's dossier, Refused ("dossiers.not_now").
    """
    at = moment(at)
    on = local_date(at)
    procedure = procedure_of(dossier)
    _require_may_answer(by, dossier, at)
    require_verb(dossier, procedure, "supplement")
    columns = changed_answers(dossier, procedure, answers or {}, by, at)
    columns |= resumed(dossier, procedure, at)
    new = list(
        dossier.attachments.filter(at__gte=dossier.supplements.latest("sequence").requested_at).values(
            "id", "document", "blob_id"
        )
    )
    change(
        dossier, "dossiers.supplemented", columns, by=by, at=at, version=version,
        on_behalf_of=None if policy.is_own(by, dossier, on) else dossier.applicant_id,
        extra={"attachments": new},
    )  # fmt: skip
    dossier.supplements.filter(answered_at=None).update(answered_at=at)
    return dossier


def changed_answers(
    dossier: Dossier, procedure: Procedure, typed: Mapping[str, Any], by: Account | None, at: datetime
) -> dict[str, Any]:
    """Return the columns `answers` and `findings` after some answers were given anew; {} for none.

    Who gave the value before stays in the journal, and beside the answer as "before". Answers to questions that
    fall away go.
    Raises Invalid with every fault of the given answers.
    """
    if not typed:
        return {}
    on = local_date(at)
    fields = layout.fields(procedure)
    plain = checking.plain_answers(dossier.answers)
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    for page in layout.pages(procedure):
        own = {field.id for field in page.fields} & set(typed)
        if own:
            raw = {field.id: typed.get(field.id, plain.get(field.id)) for field in page.fields}
            check = checking.check_page(procedure, page.id, raw, {**plain, **given}, on, dossier.language)
            faults += [fault for fault in check.faults if fault.path in own]
            given |= {key: value for key, value in check.values.items() if key in own}
    faults += [Fault(key, "dossiers.no_such_item", NOT_AN_ITEM) for key in typed if key not in fields]
    faults += faults_of_things(procedure, given, dossier.language)
    if faults:
        raise Invalid("dossiers.not_complete", faults, NOT_COMPLETE, dossier=dossier.pk)
    answers = dict(dossier.answers)
    for key, value in given.items():
        old = answers.get(key, {})
        if old.get("value") != value:
            answers[key] = _given_anew(old, value, by, at)
    if answers == dossier.answers:
        return {}
    # What no condition asks for any more stays behind, as it does at filing: an effect would still take it.
    filed_on = local_date(dossier.filed_at)
    _pages, asked = layout.visible(procedure, checking.plain_answers(answers), filed_on)
    answers = {key: one for key, one in answers.items() if key in asked or key not in fields}
    people = people_of(procedure, answers, applicant=dossier.applicant, person=dossier.subject)
    found = corrections.find(dossier, procedure, answers) if dossier.received_at else []
    return {"answers": answers, "findings": [*people.findings, *found]}


def _given_anew(old: Mapping[str, Any], value: Any, by: Account | None, at: datetime) -> dict[str, Any]:
    before = {name: old.get(name) for name in ("value", "source", "by", "at", "from") if name in old}
    mark = {
        "value": value,
        "source": "typed",
        "by": str(by.pk) if by else None,
        "at": at.isoformat(),
        "before": before,
    }
    if "register" in old or old.get("source") == "register":
        register = old.get("register", old.get("value"))
        if register != value:
            mark |= {"register": register, "from": old.get("from", "")}
    return mark


def _kind(dossier: Dossier) -> str:
    """A supplement is asked for at reception or at examination, whichever waits."""
    step = life.step_of(procedure_of(dossier), dossier.step)
    return step.kind if step is not None and step.kind in {"receive", "examine"} else "examine"


def _checked(procedure: Procedure, items: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    known = {*layout.fields(procedure), *(document.id for document in procedure.documents)}
    kept = [
        {
            "item": str(one.get("item", "")),
            "fault": str(one.get("fault", "")),
            "note": " ".join(str(one.get("note") or "").split())[:300],
        }
        for one in items
    ]
    faults = [
        Fault(one["item"], "dossiers.no_such_item", NOT_AN_ITEM) for one in kept if one["item"] not in known
    ]
    faults += [
        Fault(one["item"], "dossiers.no_fault_named", NO_FAULT) for one in kept if one["fault"] not in FAULTS
    ]
    if not kept:
        faults = [Fault("items", "dossiers.nothing_asked", NOTHING_ASKED)]
    if faults:
        raise Invalid("dossiers.bad_request", faults, NOTHING_ASKED, procedure=procedure.id)
    return kept


def _require_may_answer(by: Account | None, dossier: Dossier, at: datetime) -> None:
    """The one who asked answers; at the counter an officer takes the answer in."""
    on = local_date(at)
    if by is None or policy.is_own(by, dossier, on, may_act=True):
        return
    if by.kind == Account.Kind.CITIZEN:
        policy.require_own(by, dossier, on)
    # Helping is a right over a commune; which of its dossiers, the right to read them says.
    directory.require(by, "dossiers.read", unit=dossier.unit_id, procedure=dossier.procedure, on=on)
    for permission in ("dossiers.receive", "drafts.help"):
        if directory.may(by, permission, unit=dossier.unit_id, procedure=dossier.procedure, on=on):
            return
    directory.require(by, "dossiers.examine", unit=dossier.unit_id, procedure=dossier.procedure, on=on)


def resumed(dossier: Dossier, procedure: Procedure, at: datetime) -> dict[str, Any]:
    """Return the columns of a dossier whose citizen has answered, or settled what was owed."""
    if dossier.received_at is None:
        return {"local_status": life.SUPPLEMENTED, "waiting_since": at}
    pauses = clock.ended(dossier.pauses, at)
    limit = limit_of(dossier, procedure)
    calendar = calendars.calendar_for(dossier.office, limit.calendar)
    # From the facts, not from the date kept: the same closures and pauses always give the same date.
    due = clock.due_for(limit, calendar, dossier.received_at)
    moved = clock.due_after_pauses(limit, calendar, due.at, clock.pauses_of(pauses), at)
    return {
        "status": int(Status.IN_PROCESS),
        "local_status": life.UNDER_EXAMINATION,
        "pauses": pauses,
        "due_at": moment(moved),
        "waiting_since": at,
    }
