"""An office's answers to corrections, taken back from the protected workbook (or CSV): all of them, or none.

Each line that has an answer is checked first, with its row and column; then every one is decided in one transaction.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.queries import codes_of
from dinh.catalogue.shapes.register import RegisterField
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.lib.dates import local_date, parse_partial
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold, nfc
from dinh.lib.spreadsheets import unguarded
from dinh.registers import rules
from dinh.registers.imports.sources.workbook import Workbook
from dinh.registers.queries import readable_fields
from dinh.verification.actions.deciding import Decided, decide
from dinh.verification.actions.submitting import verifiable, verify_again
from dinh.verification.exports import COLUMNS
from dinh.verification.models import Finding

MOST_ROWS = 50_000
MOST_ANSWERS = 1_000  # decided in one transaction: some seconds, in which nobody else writes on SQLite
NEEDED = ("finding", "version", "field_id", "decision", "value")
# As offices write them, in three languages; what is not told apart by it is a fault.
SAYS = {
    "correct": "correct", "corrected": "correct", "sua": "correct", "dung": "correct", "corriger": "correct",
    "keep": "keep", "kept": "keep", "giu": "keep", "giu nguyen": "keep", "garder": "keep",
    "close": "close", "closed": "close", "dong": "close", "clore": "close",
}  # fmt: skip

NOT_A_FILE = _("The file cannot be read. Send back the workbook of corrections as it was, or as CSV (UTF-8).")
NO_COLUMNS = _("This is not the workbook of corrections: the columns %(columns)s are missing.")
NO_ANSWER = _("No line of this file has an answer.")
TOO_MANY_ROWS = _("A file of answers has at most %(most)s lines. Send it in parts.")
TOO_MANY_ANSWERS = _(
    "At most %(most)s lines are answered at a time. Leave the answers of the others for a second file."
)
ODD_ANSWER = _("“%(said)s” is not an answer. Write correct, keep or close.")
NO_SUCH_FINDING = _("There is no such line in this register. It was changed, or belongs to another place.")
NOT_OPEN = _("This was decided meanwhile. Take the line out.")
RECORD_CHANGED = _(
    "The record was changed since the file was made. Take the line out and ask for a new file."
)
TWO_ANSWERS = _("The lines of one record give different answers.")
NO_VALUE = _("Nothing is proposed here: write the right value.")
WRONG_DATE = _("This is no date. Write it like 31/12/1990.")
HAS_FAULTS = _("Nothing was taken over. Correct the lines that are named and send the file again.")


@dataclass
class _Answer:
    """What the lines of one finding say together."""

    row: int
    says: str
    version: int
    note: str
    values: dict[str, tuple[int, str]]  # field -> (row, value)
    fields: list[tuple[int, str]]


def import_corrections(*, register: str, unit: Unit, path: Path, by: Account, at: datetime) -> Decided:
    """Decide what an office answered; return what was done.

    Raises Invalid with the row and column of every fault, and then nothing is taken over; NotPermitted, Refused.
    """
    shape = verifiable(register)
    answers, faults = _read(path)
    if len(answers) > MOST_ANSWERS:
        raise Refused("verification.too_many", TOO_MANY_ANSWERS % {"most": MOST_ANSWERS})
    known = {
        one.pk: one
        for one in Finding.objects.filter(pk__in=list(answers), register=register, unit=unit).select_related(
            "record", "record__match"
        )
    }
    asked: list[tuple[Finding, str, dict[str, Any] | None, str]] = []
    fields = {one.id: one for one in readable_fields(shape, policy.roles_of(by, local_date(at)))}
    for id, answer in answers.items():
        finding = known.get(id)
        if (fault := _unfit(finding, answer)) or finding is None:
            faults.append(fault or _fault(answer.row, "finding", "no_finding", NO_SUCH_FINDING))
            continue
        values = _values(fields, finding, answer, faults)
        asked.append((finding, answer.says, values, answer.note))
    if faults:
        raise Invalid("verification.answers", sorted(faults, key=_place), HAS_FAULTS)
    if not asked:
        raise Refused("verification.no_answer", NO_ANSWER)
    told = Decided()
    with transaction.atomic():
        for finding, says, values, note in asked:
            decision = {"correct": "corrected", "keep": "kept", "close": "closed"}[says]
            told.done.append(
                decide(
                    finding=finding,
                    decision=decision,
                    values=values,
                    note=note,
                    again=False,
                    by=by,
                    at=at,
                )
            )
        verify_again(register=register, unit=unit, at=at)
    return told


def _read(path: Path) -> tuple[dict[UUID, _Answer], list[Fault]]:
    """Return what was answered by finding, and what cannot be understood."""
    answers: dict[UUID, _Answer] = {}
    faults: list[Fault] = []
    for row, line in _lines(path):
        said = fold(line["decision"])
        value = nfc(unguarded(line["value"].strip()))
        if not said and not value:
            continue
        says = SAYS.get(said or "correct")
        id = as_uuid(line["finding"])
        if says is None:
            faults.append(_fault(row, "decision", "answer", ODD_ANSWER % {"said": line["decision"]}))
            continue
        if id is None or not line["version"].isdecimal():
            faults.append(_fault(row, "finding", "no_finding", NO_SUCH_FINDING))
            continue
        note = unguarded(line.get("note", "").strip())
        answer = answers.setdefault(id, _Answer(row, says, int(line["version"]), note, {}, []))
        if answer.says != says:
            faults.append(_fault(row, "decision", "two_answers", TWO_ANSWERS))
        answer.note = answer.note or note
        answer.fields.append((row, line["field_id"]))
        if value:
            answer.values[line["field_id"]] = (row, value)
    return answers, faults


def _unfit(finding: Finding | None, answer: _Answer) -> Fault | None:
    if finding is None:
        return _fault(answer.row, "finding", "no_finding", NO_SUCH_FINDING)
    if finding.state != Finding.State.OPEN:
        return _fault(answer.row, "finding", "not_open", NOT_OPEN)
    if finding.record.version != answer.version:
        return _fault(answer.row, "version", "record_changed", RECORD_CHANGED)
    if answer.says == "close" and not answer.note:
        from dinh.verification.actions.deciding import SAY_WHY

        return _fault(answer.row, "note", "say_why", SAY_WHY)
    return None


def _values(
    fields: Mapping[str, RegisterField], finding: Finding, answer: _Answer, faults: list[Fault]
) -> dict[str, Any] | None:
    """Return the values to be written, each as its field keeps it; faults are added with their rows.

    fields  those that the one who brings the answers reads: others did not go out, and are not taken
    """
    if answer.says != "correct":
        return None
    match = getattr(finding.record, "match", None)
    proposed = match.proposed if match and finding.kind == Finding.Kind.CORRECT else finding.says
    values: dict[str, Any] = {}
    for row, id in answer.fields:
        field = fields.get(id)
        if field is None:
            faults.append(_fault(row, "field_id", "no_value", NO_VALUE))
            continue
        given = answer.values.get(id)
        value = _typed(field.type, given[1], row, faults) if given else proposed.get(id)
        if value is None:
            if given is None:
                faults.append(_fault(row, "value", "no_value", NO_VALUE))
            continue
        if fault := rules.fault_of(field, value, codes_of):
            faults.append(_fault(row, "value", "value", fault.message))
        values[id] = value
    return values


def _typed(type: str, text: str, row: int, faults: list[Fault]) -> Any:
    if type in {"date", "partial_date"}:
        try:
            return parse_partial(text)
        except Invalid:
            faults.append(_fault(row, "value", "date", WRONG_DATE))
            return None
    if type in {"integer", "money", "year"} and text.removeprefix("-").isdecimal():
        return int(text)
    return text


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines after the titles, with the row that a spreadsheet shows. Raises Invalid for another file."""
    rows = _workbook(path) if zipfile.is_zipfile(path) else _text(path)
    columns: dict[str, int] = {}
    for row, cells in rows:
        if row > MOST_ROWS:
            raise Invalid(
                "verification.answers", [_fault(row, "", "too_many", TOO_MANY_ROWS % {"most": MOST_ROWS})]
            )
        if not columns:
            columns = {cell: at for at, cell in enumerate(cells) if cell in COLUMNS}
            if missing := [name for name in NEEDED if name not in columns]:
                message = NO_COLUMNS % {"columns": ", ".join(missing)}
                raise Invalid("verification.answers", [_fault(row, "", "columns", message)], message)
            continue
        line = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        if as_uuid(line["finding"]) or line["decision"].strip() and row > 2:
            yield row, line


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    # Read as files of registers are: a part that is damaged, or unpacks without end, is told and not followed.
    try:
        for number, cells in Workbook(path).lines():
            yield number, [_shown(cell) for cell in cells]
    except Invalid as error:
        raise Invalid(
            "verification.answers", [_fault(1, "", "not_a_file", NOT_A_FILE)], NOT_A_FILE
        ) from error


def _text(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(csv.reader(file), start=1)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(
            "verification.answers", [_fault(1, "", "not_a_file", NOT_A_FILE)], NOT_A_FILE
        ) from error


def _shown(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def _fault(row: int, column: str, code: str, message: object) -> Fault:
    place = f"row {row}, column {chr(65 + COLUMNS.index(column))}" if column else f"row {row}"
    return Fault(place, f"verification.{code}", message)


def _place(fault: Fault) -> int:
    return int(fault.path.removeprefix("row ").partition(",")[0])
