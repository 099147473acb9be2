"""Decide findings, one by one or the certain ones together; give them to somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotFound, Refused, Stale
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.registers.queries import NOTHING_HERE
from dinh.verification.actions.submitting import verify_again
from dinh.verification.models import Finding, Match
from dinh.verification.reach import DECIDE, require_decide
from dinh.verification.shown import digest
from dinh.verification.words import say

MOST = 500  # findings of one call
PORTION = 15  # of one transaction, so that others write in between
Decision = Finding.Decision
PAIRS = (Decision.FIRST, Decision.SECOND)
WHOSE = "_whose"  # beside the fields in `changed`: whose row it was before somebody was chosen

CHANGED = _(
    "Somebody decided this finding or changed its record first. Open it again to see what it says now."
)
CHANGED_SHOWN = _(
    "The row, or what the verification says of it, has changed since this page was opened. It stands below as it is "
    "now: decide again."
)
NOT_OPEN = _("This finding is decided already. Take the decision back first.")
NOTHING_PROPOSED = _("Nothing is proposed for this record. Open it and say what is right.")
NO_SUCH_PERSON = _("There is no such candidate for this record.")
SAY_WHY = _("Say why the record is closed.")
TOO_MANY = _("At most %(most)s findings are corrected at a time.")
NOT_TOGETHER = _("This finding is not certain enough to be corrected unseen. Open it.")
NOT_THERE = _("This officer does not decide findings of this place.")


@dataclass
class Decided:
    """What a call for many findings did.

    done     findings as they are now
    skipped  id of the finding -> why it was left as it was
    """

    done: list[Finding] = field(default_factory=list)
    skipped: dict[UUID, Refused] = field(default_factory=dict)


@action
def decide(
    *,
    finding: Finding,
    decision: str,
    values: Mapping[str, Any] | None = None,
    note: str = "",
    again: bool = True,
    shown: str | None = None,
    by: Account,
    at: datetime,
) -> Finding:
    """Decide a finding and return it.

    decision  "corrected": the record gets `values`, by default what is proposed; "first", "second": this candidate
              is meant (`values` may correct the record as well); "neither"; "kept": the row is right as it is;
              "closed": the record goes out of force, `note` says why; "asked": its owner was asked
    again     ask for the verification that follows; who decides many asks for it once
    shown     `shown.digest` of what was looked at; None where nobody looked at a page
    finding   as the caller read it: its `version` guards the write, its record's version the amendment

    Raises NotPermitted, Refused, Stale, and Invalid with the faults of the values.
    """
    version = finding.version
    finding = _held(finding, by, at)
    row = finding.record
    match = Match.objects.filter(record=row).first()
    if shown is not None and shown != digest(finding, match):
        raise Stale("verification.changed", CHANGED_SHOWN, finding=finding.pk)
    changed: dict[str, list[Any]] = {}
    person: UUID | None = _candidate(match, decision) if decision in PAIRS else None
    if decision == Decision.CORRECTED or (decision in PAIRS and values):
        row, changed = _amend(finding, row, match, values, note, by, at)
    elif decision == Decision.CLOSED:
        row = _close(finding, row, note, by, at)
    elif decision not in Decision.values:
        raise Invalid("verification.decision", [Fault("decision", "verification.decision", NOTHING_HERE)])
    if person is not None:
        changed[WHOSE] = [_text(row.person_id), str(person)]
        Record.objects.filter(pk=row.pk, person=None).update(person_id=person)
    elif finding.kind == Finding.Kind.CORRECT and decision == Decision.CORRECTED and values is None and match:
        person = match.person_id  # what is proposed is this person's
    columns = {
        "state": Finding.State.DECIDED, "decision": decision, "note": note[:500], "person_id": person,
        "candidates": [str(one) for one in (match.person_id, match.second_id) if one] if match else [],
        "changed": changed, "record_version": row.version, "decided_by": by.pk, "decided_at": at,
    }  # fmt: skip
    write(finding, version, columns, "verification.decided", by, at)
    if again:
        verify_again(register=row.register, unit=row.unit, at=at)
    return finding


def correct_all(
    *,
    findings: Iterable[Finding | UUID],
    shown: Mapping[UUID, str] | None = None,
    by: Account,
    at: datetime,
) -> Decided:
    """Write what each finding proposes; those changed meanwhile or not certain enough are skipped, and told.

    shown  id of the finding -> `shown.digest` of what was looked at; one that is missing there was not looked at, and
           is skipped. None where nobody looked at a page.

    At most 500 at a time. Raises Refused for more.
    """
    asked = _all(findings)
    if len(asked) > MOST:
        raise Refused("verification.too_many", TOO_MANY % {"most": MOST})

    def correct(one: Finding) -> Finding:
        if not one.bulk:
            raise Refused("verification.not_together", NOT_TOGETHER, finding=one.pk)
        seen = None if shown is None else shown.get(one.pk, "")
        return decide(finding=one, decision=Decision.CORRECTED, again=False, shown=seen, by=by, at=at)

    told = _each(asked, correct)
    places = {(one.register, one.record.unit_id): one.record.unit for one in told.done}
    for (register, _unit), unit in places.items():
        verify_again(register=register, unit=unit, at=at)
    return told


def assign(*, findings: Iterable[Finding | UUID], to: Account | None, by: Account, at: datetime) -> Decided:
    """Give open findings to an officer who may decide them; None takes them back from whoever had them."""

    def give(one: Finding) -> Finding:
        return _assign(finding=one, to=to, by=by, at=at)

    return _each(_all(findings), give)


@action
def _assign(*, finding: Finding, to: Account | None, by: Account, at: datetime) -> Finding:
    shown = finding.version
    finding = _held(finding, by, at)
    if to is not None and not policy.may(to, DECIDE, unit=finding.unit_id, on=local_date(at)):
        raise Refused("verification.not_there", NOT_THERE, account=to.pk)
    columns = {"assignee_id": to.pk if to else None}
    write(finding, shown, columns, "verification.assigned", by, at)
    return finding


def write(
    finding: Finding, shown: int, columns: dict[str, Any], kind: str, by: Account, at: datetime
) -> None:
    """Change a finding that is still as it was shown, with its entry. Raises Stale."""
    guarded = Finding.objects.filter(pk=finding.pk, version=shown)
    if not guarded.update(version=shown + 1, **columns):
        raise Stale("verification.changed", CHANGED, finding=finding.pk)
    finding.refresh_from_db()
    body = {"set": columns, "record": finding.record_id}
    record(kind, subject=finding, at=at, by=by.pk, unit=finding.unit_id, body=body)


def _held(finding: Finding, by: Account, at: datetime) -> Finding:
    """Return the finding as it is now, if the account decides it and it is open."""
    found = Finding.objects.select_related("record", "record__unit").filter(pk=finding.pk).first()
    if found is None:
        raise NotFound("verification.no_finding", NOTHING_HERE, finding=finding.pk)
    require_decide(by, found.record, local_date(at))
    if found.state != Finding.State.OPEN:
        raise Refused("verification.not_open", NOT_OPEN, finding=found.pk)
    return found


def _text(id: UUID | None) -> str | None:
    return str(id) if id else None


def _candidate(match: Match | None, decision: str) -> UUID:
    candidates = (match.person_id, match.second_id) if match else (None, None)
    person = candidates[PAIRS.index(Decision(decision))]
    if person is None:
        raise Refused("verification.no_candidate", NO_SUCH_PERSON)
    return person


def _amend(
    finding: Finding,
    row: Record,
    match: Match | None,
    values: Mapping[str, Any] | None,
    note: str,
    by: Account,
    at: datetime,
) -> tuple[Record, dict[str, list[Any]]]:
    """Amend the record; return it with {field: [before, after]}."""
    if values is None and finding.kind == Finding.Kind.CONTESTED:
        values = {name: said for name, said in finding.says.items() if _has(row, name)}
    if values is None:
        if match is None or not match.proposed:
            raise Refused("verification.nothing_proposed", NOTHING_PROPOSED, finding=finding.pk)
        if match.record_version != row.version:
            raise Stale("verification.changed", CHANGED, finding=finding.pk)
        values = match.proposed
    written = row.as_written or {}
    before = {name: row.data.get(name, written.get(name)) for name in values}
    said = {
        name: None if value in (None, "", []) else value for name, value in values.items()
    }  # "no" and 0 are said
    changes = {name: value for name, value in said.items() if value != before[name]}
    if not changes:
        raise Refused("verification.nothing_proposed", NOTHING_PROPOSED, finding=finding.pk)
    row = registers.amend(
        row=row, changes=changes, reason=(note or say(finding.code, finding.register).title)[:200],
        provenance="correction", provenance_id=finding.pk, person_name=named(row, changes), by=by, at=at,
    )  # fmt: skip
    return row, {name: [before[name], value] for name, value in changes.items()}


def _has(row: Record, field_: str) -> bool:
    return store.get().registers[row.register].field(field_) is not None


def named(row: Record, changes: Mapping[str, Any]) -> str | None:
    """Return the record's new name, when the changes say another."""
    shape = store.get().registers[row.register]
    field_ = shape.person.name if shape.person else ""
    return str(changes[field_] or "") if field_ in changes else None


def _close(finding: Finding, row: Record, note: str, by: Account, at: datetime) -> Record:
    if not note.strip():
        raise Invalid("verification.say_why", [Fault("note", "verification.say_why", SAY_WHY)], SAY_WHY)
    return registers.close(
        row=row, reason=note[:200], provenance="correction", provenance_id=finding.pk, by=by, at=at
    )


def _all(findings: Iterable[Finding | UUID]) -> list[Finding]:
    asked = list(findings)
    ids = [one for one in asked if isinstance(one, UUID)]
    read = Finding.objects.in_bulk(ids) if ids else {}
    return [
        one if isinstance(one, Finding) else read[one]
        for one in asked
        if isinstance(one, Finding) or one in read
    ]


def _each(asked: Sequence[Finding], act: Callable[[Finding], Finding]) -> Decided:
    told = Decided()
    for start in range(0, len(asked), PORTION):
        with transaction.atomic():
            for one in asked[start : start + PORTION]:
                try:
                    told.done.append(act(one))
                except Refused as refusal:
                    told.skipped[one.pk] = refusal
    return told
