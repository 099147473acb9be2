"""Operations that wait for somebody at the desk: accepted, and then applied as any other, or refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotFound, Refused, Stale
from dinh.outreach.actions.conflicts import NEEDS_REASON, SUPERVISE, WRITE
from dinh.outreach.actions.judging import Verdict
from dinh.outreach.actions.settling import CHANGED, keep, read_again, settle
from dinh.outreach.models import Operation
from dinh.outreach.queries.whereabouts import Place
from dinh.outreach.rules.kinds import Newcomer
from dinh.outreach.rules.reasons import QUEUE_CODES
from dinh.population import actions as population
from dinh.population.models import Household, Person

State = Operation.State
NOT_WAITING = _("This does not wait for a decision any more.")


def commune_of(operation: Operation) -> UUID | None:
    """Return whose desk decides: the commune that the member's account belongs to."""
    unit: UUID | None = operation.account.unit_id
    return unit


def accept(
    *,
    operation: Operation,
    reason: str,
    version: int,
    by: Account,
    at: datetime,
    person: Person | None = None,
) -> Operation:
    """Apply an operation in spite of what stood against it, and tell its phone.

    person   of a newcomer: who is meant, when they are known already; otherwise they are registered

    Raises NotPermitted, Invalid without a reason, Stale, and what its applier raises: then it waits on.
    """
    reason = _require(operation, reason, version, by, at)
    if operation.code == "newcomer":
        return _welcome(operation=operation, person=person, reason=reason, by=by, at=at)
    code = operation.code

    def accepted(verdict: Verdict) -> Verdict:
        answer = {**verdict.answer, "decided": {"reason": reason, "was": code}}
        kept = (
            code if code == "digest_clash" else "desk_accepted"
        )  # the code keeps its number apart from the other's
        state = State.APPLIED if verdict.code == "consent_withdrawn" else verdict.state
        waits = state == State.REVIEW  # an identity field differs: that is decided field by field
        return replace(verdict, state=state, code=verdict.code if waits else kept, answer=answer)

    return settle(operation=operation, by=by, at=at, then=accepted)


@action
def refuse(*, operation: Operation, reason: str, version: int, by: Account, at: datetime) -> Operation:
    """Do not accept an operation; it is kept for ever all the same, and its phone is told why."""
    reason = _require(operation, reason, version, by, at)
    answer = {"reason": reason, "was": operation.code}
    code = operation.code if operation.code == "digest_clash" else "desk_refused"
    place = Place(operation.village_id, commune_of(operation))
    verdict = Verdict(State.REFUSED, code, answer, place, operation.captured_at)
    return keep(operation=operation, verdict=verdict, by=by, at=at)


@action
def _welcome(
    *, operation: Operation, person: Person | None, reason: str, by: Account, at: datetime
) -> Operation:
    """Somebody met at a house is the person named, or is registered as one more of that house."""
    _frame, body = read_again(operation)
    if not isinstance(body, Newcomer):
        raise Refused("outreach.not_a_newcomer", NOT_WAITING, operation=operation.pk)
    household = Household.objects.select_related("unit").filter(pk=body.household).first()
    if household is None:
        raise NotFound("outreach.no_household", NOT_WAITING, household=body.household)
    policy.require(by, WRITE, unit=household.unit_id, on=local_date(at))
    if person is None:
        person = population.register_person(
            full_name=body.full_name, sex=body.sex, birth=str(body.birth_year or ""), household=household,
            relation=body.relation, by=by, at=at,
        )  # fmt: skip
    answer: dict[str, Any] = {"person": str(person.pk), "decided": {"reason": reason, "was": operation.code}}
    place = Place(operation.village_id, household.unit_id)
    verdict = Verdict(State.APPLIED, "desk_accepted", answer, place, operation.captured_at)
    return keep(operation=operation, verdict=verdict, by=by, at=at)


def _require(operation: Operation, reason: str, version: int, by: Account, at: datetime) -> str:
    """Return the reason, tidy. Raises NotPermitted, Invalid, Stale, Refused."""
    where = operation.village_id or commune_of(operation)
    if where is None:  # a right without a place would be a right anywhere
        raise policy.refusal(SUPERVISE, by, operation=operation.pk)
    policy.require(by, SUPERVISE, unit=where, on=local_date(at))
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Invalid(
            "outreach.reason_missing",
            [Fault("reason", "outreach.reason_missing", NEEDS_REASON)],
            NEEDS_REASON,
        )
    if operation.version != version:
        raise Stale("outreach.operation_changed", CHANGED, operation=operation.pk)
    if operation.state != State.REVIEW or operation.code not in QUEUE_CODES:
        raise Refused("outreach.not_waiting", NOT_WAITING, operation=operation.pk)
    return reason
