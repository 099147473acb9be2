"""Gatherings: planned, people invited, held or cancelled. Who came is `actions.attending`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import queries as catalogue
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken, Fault, Refused, Stale
from dinh.lib.names import tidy
from dinh.outreach.actions.attending import attend, check_in, write_down
from dinh.outreach.actions.inviting import tell, tell_people
from dinh.outreach.models import Invitation, Workshop
from dinh.outreach.queries.gatherings import (
    INVITED_AT_MOST,
    READ,
    TELLING,
    audiences_of,
    may_run,
    people_for,
    places_of,
)
from dinh.outreach.queries.leading import LEAD
from dinh.outreach.rules import gatherings as rules

__all__ = [
    "Plan",
    "attend",
    "cancel",
    "change_plan",
    "check_in",
    "hold",
    "invite_officials",
    "invite_people",
    "plan",
    "write_down",
]

State = Workshop.State
NOT_PLANNED = _("This gathering was held or cancelled already.")
CHANGED = _("Somebody changed this while you were looking at it. Open it again and try once more.")
EDITABLE = ("kind", "title", "topic", "audience", "place", "starts_at", "ends_at")


@dataclass(frozen=True)
class Plan:
    """What is planned. `topic` and `audience` are codes of `workshop_topics` and `workshop_audiences`."""

    kind: str
    title: str
    topic: str
    place: str
    starts_at: datetime
    ends_at: datetime
    audience: str = ""


@action
def plan(*, unit: Unit, plan: Plan, by: Account, at: datetime, lead: Account | None = None) -> Workshop:
    """Plan a gathering in a commune or village. Raises Invalid with every fault, NotPermitted."""
    _may_hold(unit.pk, by, at)
    columns = _checked(plan, at)
    workshop = Workshop(unit=unit, lead=lead or by, code=_free_code(), **columns)
    workshop.save(force_insert=True)
    created(workshop, "outreach.gathering_planned", by=by, at=at, unit=unit.pk)
    return workshop


@action
def change_plan(*, workshop: Workshop, plan: Plan, by: Account, at: datetime) -> Workshop:
    """Change what was planned, until it is held. Raises Invalid, Refused, Stale."""
    _planned(workshop, by, at)
    change(workshop, "outreach.gathering_changed", by=by, at=at, unit=workshop.unit_id, **_checked(plan, at))
    return workshop


@action
def invite_people(*, workshop: Workshop, audience: str, by: Account, at: datetime) -> int:
    """Invite the people of the place whom an audience names; return how many are new.

    Who has an account or an e-mail address is told at once; of the others the rule `gathering_invitation` makes a
    task for a member, who asks them at the door. Raises Refused beyond 1,000 people.
    """
    _planned(workshop, by, at)
    if audience in TELLING and audience not in audiences_of(by, workshop.unit_id, local_date(at)):
        raise policy.refusal(READ, by, unit=workshop.unit_id)
    people = list(people_for(workshop.unit_id, audience, local_date(at)).select_related("household"))
    known = set(workshop.invitations.filter(person__isnull=False).values_list("person", flat=True))
    fresh = [one for one in people if one.pk not in known]
    if len(known) + len(fresh) > INVITED_AT_MOST:
        message = _("That would be more than 1,000 people. Choose a smaller audience, or one village.")
        raise Refused("outreach.too_many_invited", message, workshop=workshop.pk)
    told = tell_people(workshop, fresh, at)
    Invitation.objects.bulk_create(
        [Invitation(workshop=workshop, person=one, invited_at=at, reached=one.pk in told) for one in fresh]
    )
    _note_invited(workshop, [one.pk for one in fresh], by, at, audience=audience)
    return len(fresh)


@action
def invite_officials(*, workshop: Workshop, accounts: Iterable[Account], by: Account, at: datetime) -> int:
    """Invite colleagues by their accounts; each is told on screen and by e-mail. Return how many are new."""
    _planned(workshop, by, at)
    known = set(workshop.invitations.filter(account__isnull=False).values_list("account", flat=True))
    fresh = [one for one in accounts if one.pk not in known]
    for one in fresh:
        tell(workshop, one, None, [one.email] if one.email else [], at)
    Invitation.objects.bulk_create(
        [Invitation(workshop=workshop, account=one, invited_at=at, reached=True) for one in fresh]
    )
    _note_invited(workshop, [one.pk for one in fresh], by, at)
    return len(fresh)


@action
def hold(*, workshop: Workshop, present: int, note: str, by: Account, at: datetime) -> Workshop:
    """Write down that it took place, and how many were there; never fewer than are on the list.

    A second time puts number and note right. Raises Invalid, Refused for one that was cancelled.
    """
    _may_run(workshop, by, at)
    if workshop.state == State.CANCELLED:
        raise Refused("outreach.gathering_cancelled", NOT_PLANNED, workshop=workshop.pk)
    faults = length_faults(Workshop, {"note": tidy(note)})
    if not 0 <= present <= 100_000:
        faults.append(Fault("present", "out_of_range", _("Write how many people were there.")))
    refuse_if(faults, "outreach.gathering_invalid")
    columns: dict[str, Any] = {
        "state": State.HELD.value,
        "held_at": workshop.held_at or at,
        "present": max(present, workshop.attendances.count()),
        "note": tidy(note),
    }
    change(workshop, "outreach.gathering_held", by=by, at=at, unit=workshop.unit_id, **columns)
    return workshop


@action
def cancel(*, workshop: Workshop, reason: str, by: Account, at: datetime) -> Workshop:
    """Call a gathering off; who was told of it by message is told again. Raises Invalid without a reason."""
    _planned(workshop, by, at)
    text = tidy(reason)
    faults = [] if text else [Fault("reason", "required", _("Say why; those who were invited read it."))]
    refuse_if(faults + length_faults(Workshop, {"note": text}), "outreach.gathering_invalid")
    change(
        workshop, "outreach.gathering_cancelled", by=by, at=at, unit=workshop.unit_id, state=State.CANCELLED.value,
        note=text,
    )  # fmt: skip
    people = [
        one.person for one in workshop.invitations.filter(reached=True).select_related("person") if one.person
    ]
    tell_people(workshop, people, at)
    for one in workshop.invitations.filter(account__isnull=False).select_related("account"):
        if one.account is not None:
            tell(workshop, one.account, None, [one.account.email] if one.account.email else [], at)
    return workshop


def _checked(plan: Plan, at: datetime) -> dict[str, Any]:
    columns = {name: getattr(plan, name) for name in EDITABLE}
    columns |= {name: tidy(columns[name]) for name in ("title", "place")}
    faults = length_faults(Workshop, columns)
    for name in ("title", "place"):
        if not columns[name]:
            faults.append(Fault(name, "required", _("Fill this in.")))
    if plan.kind not in Workshop.Kind.values:
        faults.append(Fault("kind", "unknown", _("Choose from the list.")))
    for name, list_id in (("topic", "workshop_topics"), ("audience", "workshop_audiences")):
        value = columns[name]
        if (value or name == "topic") and value not in (catalogue.codes_of(list_id) or []):
            faults.append(Fault(name, "unknown", _("Choose from the list.")))
    if plan.ends_at <= plan.starts_at:
        faults.append(Fault("ends_at", "before", _("It ends after it begins.")))
    refuse_if(faults, "outreach.gathering_invalid")
    return columns


def _planned(workshop: Workshop, by: Account, at: datetime) -> None:
    _may_run(workshop, by, at)
    if workshop.state != State.PLANNED:
        raise Refused("outreach.gathering_not_planned", NOT_PLANNED, workshop=workshop.pk)


def _may_run(workshop: Workshop, by: Account, at: datetime) -> None:
    if not may_run(by, workshop, local_date(at)):
        raise policy.refusal(LEAD, by, unit=workshop.unit_id)


def _may_hold(unit: UUID, by: Account, at: datetime) -> None:
    if unit not in places_of(by, local_date(at)):
        raise policy.refusal(LEAD, by, unit=unit)


def _note_invited(
    workshop: Workshop, ids: Sequence[UUID], by: Account, at: datetime, audience: str = ""
) -> None:
    mine = Workshop.objects.filter(pk=workshop.pk, version=workshop.version)
    columns = {"audience": audience or workshop.audience}
    if not mine.update(version=F("version") + 1, **columns):
        raise Stale("outreach.gathering_changed", CHANGED, workshop=workshop.pk)
    workshop.refresh_from_db(fields=["version", "audience"])
    body = {"set": columns, "invited": list(ids)}
    record("outreach.gathering_invited", subject=workshop, at=at, by=by.pk, unit=workshop.unit_id, body=body)


def _free_code() -> str:
    for _attempt in range(20):
        code = rules.make_code(secrets.randbelow)
        if not Workshop.objects.filter(code=code).exists():
            return code
    raise Broken("outreach.no_free_code")
