"""Reading one dossier, a citizen's own dossiers, and what happened to one in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.database.prepared import Prepared
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.queries import parts
from dinh.dossiers.rules import clock, life, numbers
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound

_draft = Prepared(lambda code: Draft.objects.filter(code=code), code=CharField())
RELATED = ("office", "reception", "holder", "applicant", "helper")


@dataclass(frozen=True)
class Event:
    """One thing that happened to a dossier.

    verb      "filed", "receive", "request_supplement", "supplemented", "extend", "ask_payment", "confirm_payment",
              "examine", "approve", "reject", "send_back", "refuse", "withdraw", "return", "rated"
    actor     name of who did it, "" for the system or the citizen
    role      role acted in
    on_site   at the centre; None where that has no meaning
    """

    at: datetime
    verb: str
    step: str = ""
    actor: str = ""
    actor_id: UUID | None = None
    role: str = ""
    on_site: bool | None = None
    note: str = ""
    delegated: bool = False


def get_dossier(
    key: str | UUID, account: Account, *, at: datetime, purpose: str = "", related: tuple[str, ...] = RELATED
) -> Dossier:
    """Return a dossier to someone who may read it, and write down that it was opened.

    key      its number (any case) or its id
    purpose  why it is opened; the dossier itself when left out

    Raises NotFound when there is none or it is not this citizen's, NotPermitted for staff without the
    right over its unit and procedure. Two queries, and one or three for the access row.
    """
    dossier = _found(key, related)
    policy.require_read(account, dossier, local_date(at))
    access.opened(
        subject_type="dossier", subject=dossier.pk, by=account, at=at,
        purpose=purpose or f"dossier:{dossier.number}",
        person=dossier.subject_id or dossier.applicant_id, unit=dossier.unit_id,
    )  # fmt: skip
    return dossier


def get_draft(code: str, account: Account | None, *, at: datetime) -> Draft:
    """Return a draft to its owner or to the officer who has the consent. Raises NotFound. One query.

    Without its persons: saving a page and sending need none of them, and they are read when asked for.
    """
    draft = _draft.first(code=numbers.clean_code(code))
    if draft is None:
        raise NotFound("dossiers.no_draft", policy.NO_DRAFT)
    policy.require_edit_draft(account, draft, local_date(at))
    return draft


def for_citizen(account: Account, limit: int = 100) -> list[Dossier]:
    """Return the dossiers that a citizen follows, asked for, or that are about them; newest first. One query."""
    mine = Q(account=account)
    if account.person is not None:
        mine |= Q(applicant=account.person) | Q(subject=account.person)
    found = Dossier.objects.filter(mine).select_related("unit", "office", "holder")
    return list(found.defer("answers", "findings", "consent").order_by("-filed_at", "-id")[:limit])


def drafts_of(account: Account, limit: int = 50) -> list[Draft]:
    """Return the drafts of a citizen that are not filed yet, last changed first. One query."""
    found = Draft.objects.filter(account=account, dossier=None).select_related("unit")
    return list(found.order_by("-updated_at")[:limit])


def drafts_helped(officer: Account, limit: int = 50) -> list[Draft]:
    """Return the drafts that an officer helps with and that are not filed yet, last changed first."""
    found = Draft.objects.filter(helper=officer, dossier=None).select_related("unit", "person")
    return list(found.order_by("-updated_at")[:limit])


def timeline(dossier: Dossier) -> list[Event]:
    """Return what happened to a dossier, oldest first. Four queries at most."""
    steps = parts.steps_of(dossier)
    known = parts.accounts_named(pk for pk in (dossier.helper_id, *(one.actor_id for one in steps)) if pk)

    def name(pk: UUID | None) -> str:
        return known[pk].full_name if pk else ""

    events = [
        Event(
            dossier.filed_at, "filed", actor=name(dossier.helper_id),
            actor_id=dossier.helper_id, note=str(dossier.channel),
        )
    ]  # fmt: skip
    for step in steps:
        events.append(
            Event(
                step.done_at, step.verb, step.step, name(step.actor_id), step.actor_id,
                step.role, step.on_site, step.note, step.delegated_by is not None,
            )
        )  # fmt: skip
    for supplement in parts.supplements_of(dossier):
        if supplement.answered_at is not None:
            events.append(Event(supplement.answered_at, "supplemented"))
    if dossier.status == life.RETURNED:
        rating = getattr(dossier, "rating", None)
        if rating is not None:
            events.append(Event(rating.at, "rated", note=str(rating.stars)))
    return sorted(events, key=lambda event: event.at)


def verbs_for(dossier: Dossier, account: Account, *, at: datetime) -> tuple[str, ...]:
    """Return the acts that this account may do on the dossier now, the main one first.

    Looks at the life of the dossier, rights, the role of the step and exclusions. One query at most.
    """
    on = local_date(at)
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    following = life.next_verbs(dossier, procedure)
    own = policy.is_own(account, dossier, on, may_act=True)
    return tuple(verb for verb in following if _may(verb, dossier, procedure, account, own, at))


def _may(
    verb: str, dossier: Dossier, procedure: Procedure, account: Account, own: bool, at: datetime
) -> bool:
    on = local_date(at)
    if verb == "rate":
        return own and not hasattr(dossier, "rating")
    if verb in {"supplement", "withdraw"}:
        if own:
            return True
        return directory.may(
            account, "dossiers.receive", unit=dossier.unit_id, procedure=dossier.procedure, on=on
        )
    if verb == "release":  # one's own; the one who decides also puts back what an absent colleague holds
        return dossier.holder_id == account.pk or (
            dossier.holder_id is not None
            and policy.may_act_at(account, dossier, procedure, life.last_decision(procedure), on)
        )
    step = life.step_of(procedure, dossier.step)
    if verb == "confirm_payment":
        waiting = (step, procedure.steps[0])
        return any(
            one is not None and policy.may_act_at(account, dossier, procedure, one, on) for one in waiting
        )
    if verb == "extend" and not clock.may_extend(dossier, procedure.extension, at):
        return False
    if verb == "apologise" and not clock.may_promise(dossier, at):
        return False
    if verb == "reject" and step is not None and step.kind != "approve":
        step = life.first_decision(procedure)
    if step is None or not policy.may_act_at(account, dossier, procedure, step, on):
        return False
    if verb == "take":
        return dossier.holder_id is None
    if verb == "examine" and dossier.holder_id not in {None, account.pk}:
        return False
    if verb in {"receive", "examine", "approve", "reject", "return_result"}:
        return not policy.excluded(dossier, procedure, step, account)
    return True


def _found(key: str | UUID, related: tuple[str, ...]) -> Dossier:
    pk = _as_id(key)
    if related:
        named = Q(pk=pk) if pk else Q(number__in={str(key).strip(), str(key).strip().upper()})
        dossier = Dossier.objects.select_related(*related).filter(named).first()
    else:
        dossier = parts.find_by_id(pk) if pk else parts.find_by_number(str(key).strip())
    if dossier is None:
        raise NotFound("dossiers.no_dossier", policy.NOTHING_HERE)
    return dossier


def _as_id(key: str | UUID) -> UUID | None:
    if isinstance(key, UUID):
        return key
    try:
        return UUID(key)
    except ValueError:
        return None


def rows_about(person: UUID) -> QuerySet[Dossier, Any]:
    """Return id, number and title (dicts) of the dossiers about or asked by a person, for "who looked at my data"."""
    mine = Q(applicant=person) | Q(subject=person)
    return Dossier.objects.filter(mine).order_by("-filed_at").values("id", "number", "title")
