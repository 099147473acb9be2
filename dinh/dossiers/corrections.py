"""Rows of registers that say of the person something else than the dossier, put right by its approval.

1. `find` at reception: rows of the registers that the procedure declares (`Procedure.corrects`), of the same
   commune, about the person whom the dossier is about. A finding names row and field, never the row's value: who
   reads dossiers need not read that register.
2. `differences`, by `shown` for the page: those that an officer may read, as the row says it today.
3. `marked` at examination: the officer has compared the papers and marks what the register has wrong.
4. `apply` at approval: what is marked and still differs is amended, with the dossier as its provenance.

Only who somebody is, is put right so: number, name, birth, sex. All else a register decides for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.queries import codes_of
from dinh.catalogue.shapes.procedure import Procedure
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers.identification import Finding, fields_of_subject
from dinh.dossiers.models import Dossier
from dinh.journal import access
from dinh.lib import citizen_number
from dinh.lib.dates import local_date
from dinh.lib.errors import Refused
from dinh.lib.names import same_spelling
from dinh.registers import actions as registers
from dinh.registers import queries as reading
from dinh.registers.models import Record
from dinh.registers.rules import fault_of
from dinh.verification.actions import verify_again
from dinh.verification.rules import births_agree

CODE = "record_differs"
ROWS_MOST = 20
CHANGED = _("What the register says has changed meanwhile. Open the dossier again to see what differs now.")


@dataclass(frozen=True)
class Difference:
    """One field of one row: what it says (`says`, None for nothing), and what the dossier does (`value`).

    field   of the register
    asked   id of the answer
    marked  approval puts it right
    may     whoever asked may mark it
    """

    record: Record
    register: Register
    field: RegisterField
    asked: str
    says: Any
    value: Any
    marked: bool = False
    may: bool = False

    @property
    def key(self) -> str:
        """Return by what a page names it."""
        return f"{self.record.pk}:{self.field.id}"


def find(dossier: Dossier, procedure: Procedure, answers: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Return a finding for each field of a row that differs. No query for a procedure that corrects nothing, else one."""
    if not procedure.corrects or dossier.subject_id is None:
        return []
    rows = Record.objects.filter(
        person=dossier.subject_id,
        register__in=procedure.corrects,
        unit=dossier.unit_id,
        state=Record.State.VALID,
    )
    return [
        {
            "code": CODE,
            "field": one.asked,
            "typed": one.value,
            "register": None,
            "record": str(one.record.pk),
            "name": one.field.id,
            "from": f"{one.record.register} {one.record.number}",
        }
        for one in _differing(procedure, answers, rows.order_by("register", "sequence")[:ROWS_MOST])
    ]


def differences(dossier: Dossier, procedure: Procedure, account: Account, on: date) -> list[Difference]:
    """Return what differs today of what was found, as far as the account may read it. No query when nothing was found."""
    found = [one for one in dossier.findings if one.get("code") == CODE]
    if not found:
        return []
    marked = {_key(one) for one in found if one.get("correct")}
    known = {_key(one) for one in found}
    roles = directory.roles_of(account, on)
    out = []
    for one in _differing(procedure, dossier.answers, _rows(found)):
        reads = reading.scope_of(account, one.record.register, on).allows(one.record.unit_id)
        if one.key in known and reads and one.field in reading.readable_fields(one.register, roles):
            may = directory.may(account, "registers.write", unit=one.record.unit_id, on=on)
            out.append(
                Difference(
                    one.record,
                    one.register,
                    one.field,
                    one.asked,
                    one.says,
                    one.value,
                    one.key in marked,
                    may,
                )
            )
    return out


def shown(dossier: Dossier, procedure: Procedure, account: Account, at: datetime) -> list[Difference]:
    """Return `differences` for a page, and write down whose rows were read on it: they are not the dossier's."""
    found = differences(dossier, procedure, account, local_date(at))
    for row in {one.record.pk: one.record for one in found}.values():
        access.opened(
            subject_type="record", subject=row.pk, by=account, at=at, purpose=f"dossier:{dossier.number}",
            person=row.person_id, unit=row.unit_id,
        )  # fmt: skip
    return found


def marked(
    dossier: Dossier,
    procedure: Procedure,
    findings: Iterable[Finding],
    amends: Collection[str],
    *,
    by: Account,
    at: datetime,
) -> list[Finding]:
    """Return the findings with what the examiner marks; what an earlier examination marked is forgotten.

    findings  of the dossier as they will be
    amends    keys of differences (`Difference.key`)

    Raises Refused ("dossiers.nothing_to_correct") for what differs no longer or is not the officer's to correct.
    """
    plain = [{name: value for name, value in one.items() if name != "correct"} for one in findings]
    if not amends:
        return plain
    possible = {one.key for one in differences(dossier, procedure, by, local_date(at)) if one.may}
    if not set(amends) <= possible & {_key(one) for one in plain if one.get("code") == CODE}:
        raise Refused("dossiers.nothing_to_correct", CHANGED, dossier=dossier.pk)
    mark = {"by": str(by.pk), "at": at.isoformat()}
    return [one | {"correct": mark} if _key(one) in amends else one for one in plain]


def apply(dossier: Dossier, procedure: Procedure, *, by: Account, at: datetime) -> None:
    """Amend the rows that the examiner marked, inside the approval's transaction. No query when nothing is marked.

    What meanwhile says the same, or was closed, stays as it is. Raises the Invalid and Stale of `registers.amend`.
    """
    chosen = [one for one in dossier.findings if one.get("code") == CODE and one.get("correct")]
    if not chosen:
        return
    keys = {_key(one) for one in chosen}
    by_row: dict[UUID, list[Difference]] = {}
    for one in _differing(procedure, dossier.answers, _rows(chosen)):
        if one.key in keys:
            by_row.setdefault(one.record.pk, []).append(one)
    for fields in by_row.values():
        row, person = fields[0].record, fields[0].register.person
        changes = {one.field.id: one.value for one in fields}
        registers.amend(
            row=row, changes=changes, reason=f"{dossier.title[:150]} ({dossier.number})", provenance="dossier",
            provenance_id=dossier.pk, person_name=changes.get(person.name) if person else None, by=by, at=at,
        )  # fmt: skip
        verify_again(register=row.register, unit=row.unit, at=at)


def _rows(findings: Iterable[Finding]) -> list[Record]:
    wanted = {UUID(str(one["record"])) for one in findings}
    found = Record.objects.filter(pk__in=wanted, state=Record.State.VALID).select_related("unit")
    return list(found.order_by("register", "sequence"))


def _key(finding: Finding) -> str:
    return f"{finding.get('record')}:{finding.get('name')}"


def _differing(
    procedure: Procedure, answers: Mapping[str, Mapping[str, Any]], rows: Iterable[Record]
) -> list[Difference]:
    """Return where rows say something else of the person than the answers do, field by field."""
    asked = fields_of_subject(procedure, answers)
    said = {part: (id, answers.get(id, {}).get("value")) for part, id in asked.items()}
    catalogue = store.get()
    out = []
    for row in rows:
        register = catalogue.registers.get(row.register)
        if register is None or register.person is None:
            continue
        person = register.person
        columns = {
            "number": person.number,
            "full_name": person.name,
            "birth": person.birth,
            "sex": person.sex,
        }
        for part, column in columns.items():
            field, (id, value) = register.field(column), said.get(part, ("", None))
            if field is None or value in (None, "") or fault_of(field, value, codes_of):
                continue
            says = (row.as_written or {}).get(column, row.data.get(column))
            if _differ(part, says, value):
                out.append(Difference(row, register, field, id, says, value))
    return out


def _differ(part: str, says: Any, value: Any) -> bool:
    """Tell whether a row is to be put right: not where it says the same, or more of the same."""
    text, typed = str(says or ""), str(value)
    match part:
        case "number":
            return len(typed) == 12 and citizen_number.clean(text) != typed
        case "full_name":
            return not same_spelling(text, typed)
        case "birth":
            return text != typed and not (len(text) > len(typed) and births_agree(text, typed))
        case _:
            return typed in {"1", "2"} and text != typed
