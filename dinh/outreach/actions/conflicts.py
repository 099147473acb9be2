"""Two values for one identity field: somebody at the desk keeps the register's, or takes what the phone saw.

Taking a value is an act on the population, with its own entry and its own rights; the decision can be undone, which
puts the register's value back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused, Stale
from dinh.outreach.actions import settling
from dinh.outreach.actions.appliers.facts import register_value
from dinh.outreach.actions.judging import Verdict
from dinh.outreach.models import Conflict, Operation
from dinh.outreach.queries.whereabouts import Place
from dinh.population import actions as population
from dinh.population.models import Household, Person

SUPERVISE, WRITE = "outreach.supervise", "population.write"
STATE = Conflict.State
NEEDS_REASON = _("Write why, in a sentence.")
DECIDED = _("Somebody else decided this first. Open it again to see how it is now.")
NOT_OPEN = _("This was decided. Undo the decision first.")
NOT_DECIDED = _("There is no decision here to undo.")
MOVED_ON = _("The register says something else again by now. Correct it on the person's own page.")
LEAVES = _("Where somebody went who left the household is written on the person's own page.")


@action
def decide(
    *, conflict: Conflict, take: bool, reason: str, version: int, by: Account, at: datetime
) -> Conflict:
    """Take the phone's value into the register, or keep the register's.

    reason   read by whoever looks later
    version  of the conflict as it was seen

    Raises NotPermitted without `outreach.supervise` over the village (and, to take, `population.write`), Invalid
    without a reason or for a value that the population does not accept, Stale, Refused.
    """
    _require(conflict, by, at, writes=take)
    reason = _reason(reason)
    if conflict.state != STATE.OPEN:
        raise Refused("outreach.conflict_decided", NOT_OPEN, conflict=conflict.pk)
    person = Person.objects.select_for_update().get(pk=conflict.entity)
    columns: dict[str, Any] = {
        "state": (STATE.TAKEN if take else STATE.KEPT).value, "ours": register_value(person, conflict.field),
        "decided_by_id": by.pk, "decided_at": at, "reason": reason,
    }  # fmt: skip
    _write(conflict, columns, version)
    record(
        "outreach.conflict_decided",
        subject=conflict,
        at=at,
        by=by.pk,
        unit=conflict.unit_id,
        body={"set": columns},
    )
    if take:
        _put(person, conflict.field, conflict.theirs, reason, by, at)
    _tell(operation=conflict.operation_id, by=by, at=at)
    return conflict


@action
def undo(*, conflict: Conflict, reason: str, version: int, by: Account, at: datetime) -> Conflict:
    """Open a decided conflict again; what was taken into the register goes back to what stood there.

    Raises as `decide`; Refused ("outreach.register_moved_on") when the register was changed since.
    """
    _require(conflict, by, at, writes=conflict.state == STATE.TAKEN)
    reason = _reason(reason)
    if conflict.state == STATE.OPEN:
        raise Refused("outreach.conflict_open", NOT_DECIDED, conflict=conflict.pk)
    person = Person.objects.select_for_update().get(pk=conflict.entity)
    taken = conflict.state == STATE.TAKEN
    if taken and register_value(person, conflict.field) != conflict.theirs:
        raise Refused("outreach.register_moved_on", MOVED_ON, conflict=conflict.pk)
    columns: dict[str, Any] = {
        "state": STATE.OPEN.value, "decided_by_id": None, "decided_at": None, "reason": reason,
    }  # fmt: skip
    _write(conflict, columns, version)
    record(
        "outreach.conflict_reopened",
        subject=conflict,
        at=at,
        by=by.pk,
        unit=conflict.unit_id,
        body={"set": columns},
    )
    if taken:
        _put(person, conflict.field, conflict.ours, reason, by, at)
    return conflict


def _require(conflict: Conflict, by: Account, at: datetime, *, writes: bool) -> None:
    on = local_date(at)
    policy.require(by, SUPERVISE, unit=conflict.village_id or conflict.unit_id, on=on)
    if writes:
        policy.require(by, WRITE, unit=conflict.unit_id, on=on)


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Invalid(
            "outreach.reason_missing",
            [Fault("reason", "outreach.reason_missing", NEEDS_REASON)],
            NEEDS_REASON,
        )
    return reason


def _write(conflict: Conflict, columns: dict[str, Any], version: int) -> None:
    rows = Conflict.objects.filter(pk=conflict.pk, version=version)
    if not rows.update(version=version + 1, **columns):
        raise Stale("outreach.conflict_changed", DECIDED, conflict=conflict.pk)
    for name, value in columns.items():
        setattr(conflict, name, value)
    conflict.version = version + 1


def _put(person: Person, name: str, value: str | None, reason: str, by: Account, at: datetime) -> None:
    """Write an identity field by population's own acts."""
    if name != "household":
        population.amend_person(person=person, changes={name: value}, reason=reason, by=by, at=at)
        return
    household = (
        Household.objects.select_related("unit", "village").filter(pk=value).first() if value else None
    )
    if household is None:
        raise Refused("outreach.household_left", LEAVES, person=person.pk)
    population.move_residence(
        person=person, unit=household.unit, household=household, from_on=local_date(at), by=by, at=at
    )


def _tell(*, operation: Any, by: Account, at: datetime) -> None:
    """Once all of an operation's conflicts are decided, its phone hears of it."""
    if Conflict.objects.filter(operation=operation, state=STATE.OPEN).exists():
        return
    row = Operation.objects.get(pk=operation)
    if row.state == Operation.State.REVIEW and row.code == "identity_differs":
        _settled(operation=row, by=by, at=at)


@action
def _settled(*, operation: Operation, by: Account, at: datetime) -> None:
    unit = Conflict.objects.filter(operation=operation).values_list("unit", flat=True).first()
    verdict = Verdict(
        Operation.State.APPLIED, "desk_accepted", operation.answer, Place(operation.village_id, unit),
        operation.captured_at,
    )  # fmt: skip
    settling.keep(operation=operation, verdict=verdict, by=by, at=at)
