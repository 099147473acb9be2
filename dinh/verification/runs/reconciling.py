"""Findings as they should stand against findings as they are: new ones made, gone ones marked, others reopened.

What was decided stays decided while the record says what it said then. A correction that did not help is reopened;
a verification of an earlier content than the one decided on changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Field

from dinh.lib.ids import uuid7
from dinh.registers.imports import bulk
from dinh.verification.models import Finding
from dinh.verification.runs.wanted import Wanted

Kind, State, Decision = Finding.Kind, Finding.State, Finding.Decision
NOT_OF_A_ROW = (Kind.CONTRADICTION, Kind.CONTESTED)  # found among all rows; said by a person


@dataclass
class Plan:
    """What is to be written."""

    new: list[Finding] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)
    changed: list[Finding] = field(default_factory=list)


def existing(records: Sequence[UUID]) -> list[Finding]:
    """Return the findings that verification made of these records, locked until the transaction ends. One query."""
    mine = Finding.objects.filter(record__in=records).exclude(kind__in=NOT_OF_A_ROW)
    return list(mine.select_for_update())


def plan(
    wanted: Mapping[UUID, Sequence[Wanted]],
    present: Sequence[Finding],
    register: str,
    unit: UUID,
    at: datetime,
) -> Plan:
    """Return what makes the findings of some records as they should stand. Pure."""
    told = Plan()
    left = {(id, one.kind, one.code): one for id, some in wanted.items() for one in some}
    for finding in present:
        one = left.pop((finding.record_id, finding.kind, finding.code), None)
        if one is None:
            if finding.state == State.OPEN:
                told.gone.append(finding.pk)
        elif _reopens(finding, one):
            told.changed.append(_set(finding, one, at))
        elif finding.state == State.OPEN and _differs(finding, one):
            told.changed.append(_set(finding, one, finding.found_at))
    for (record, _kind, _code), one in left.items():
        finding = Finding(
            id=uuid7(),
            record_id=record,
            register=register,
            unit_id=unit,
            kind=one.kind,
            code=one.code,
            found_at=at,
        )
        told.new.append(_set(finding, one, at))
    return told


def write(told: Plan) -> None:
    """Write a plan; the caller holds the transaction."""
    bulk.insert(Finding, NEW, map(_line, told.new))
    if told.gone:
        Finding.objects.filter(pk__in=told.gone, state=State.OPEN).update(state=State.GONE)
    if told.changed:
        _update(told.changed)


# Made by hand: the ORM takes half a millisecond for each, and a first verification makes tens of thousands.
NEW = (
    "id", "record_id", "register", "unit_id", "commune", "village_id", "kind", "code", "other_id", "says", "gain", "bulk",
    "state", "decision", "note", "candidates", "changed", "record_version", "found_at", "version",
)  # fmt: skip
COLUMNS = (
    "commune", "village", "other", "gain", "bulk", "state", "decision", "note", "person", "changed", "candidates",
    "record_version", "decided_by", "decided_at", "found_at",
)  # fmt: skip


def _update(changed: Sequence[Finding]) -> None:
    """Write findings as they are now, a statement each: `bulk_update` takes two milliseconds for one, for its CASEs."""
    meta = Finding._meta
    columns = [cast("Field[Any, Any]", meta.get_field(name)) for name in (*COLUMNS, "id")]
    said = ", ".join(f"{column.column} = %s" for column in columns[:-1])
    lines = [
        [column.get_db_prep_save(getattr(one, column.attname), connection) for column in columns]
        for one in changed
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"update {meta.db_table} set {said} where id = %s", lines)  # noqa: S608 - fixed names


def _reopens(finding: Finding, one: Wanted) -> bool:
    if finding.state == State.GONE:
        return True
    if finding.state != State.DECIDED:
        return False
    if finding.decision == Decision.CORRECTED:
        return one.version >= finding.record_version  # judged as it was corrected, and still found
    return one.version > finding.record_version


def _differs(finding: Finding, one: Wanted) -> bool:
    now = (
        finding.commune,
        finding.village_id,
        finding.other_id,
        finding.gain,
        finding.bulk,
        finding.record_version,
    )
    return now != (one.commune, one.village, one.other, one.gain, one.bulk, one.version)


def _set(finding: Finding, one: Wanted, found_at: datetime) -> Finding:
    finding.commune, finding.village_id, finding.other_id = one.commune, one.village, one.other
    finding.gain, finding.bulk, finding.record_version = one.gain, one.bulk, one.version
    finding.state, finding.decision, finding.note = State.OPEN.value, "", ""
    finding.person_id, finding.changed, finding.candidates = None, {}, []
    finding.decided_by, finding.decided_at, finding.found_at = None, None, found_at
    return finding


def _line(one: Finding) -> tuple[object, ...]:
    text = bulk.uuid_text
    return (
        text(one.pk), text(one.record_id), one.register, text(one.unit_id), one.commune, text(one.village_id), one.kind,
        one.code, text(one.other_id), "{}", one.gain, one.bulk, one.state, "", "", "[]", "{}", one.record_version,
        str(connection.ops.adapt_datetimefield_value(one.found_at)), 0,
    )  # fmt: skip
