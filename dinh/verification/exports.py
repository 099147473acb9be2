"""Corrections for the office that keeps a register elsewhere: what stands there, what the population says, why, the answer.

One line for each field that is proposed anew and each question to be answered: record, key, field, stated, proposed,
reason, decision. The workbook is protected; only the column of answers is open. `answers` takes it back.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.queries import codes_of, list_title
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory.models import Account
from dinh.directory.scopes import Scope
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.errors import NotFound, Refused
from dinh.lib.spreadsheets import WRITTEN, harmless
from dinh.registers.queries import NOTHING_HERE, Seen, readable_fields
from dinh.verification.models import Finding
from dinh.verification.runs import files
from dinh.verification.runs.material import Tables
from dinh.verification.words import Said, say

FORMS = ("csv", "xlsx", "parquet")
COLUMNS = ("finding", "version", "record", "key", "person", "field_id", "field", "stated", "proposed", "reason", "advice",
           "decision", "value", "note")  # fmt: skip
READ = (
    "register", "kind", "code", "says", "changed", "decision", "note", "record__version", "record__number", "record__sequence",
    "record__book", "record__data", "record__as_written", "record__person_name", "record__match__proposed", "record__match__person",
)  # fmt: skip
OPEN = ("decision", "value", "note")  # columns in which the office answers
# What may be chosen as an answer, in the words of whoever takes the workbook; `answers.SAYS` reads all of them.
ANSWERS = (
    pgettext_lazy("answer", "correct"),
    pgettext_lazy("answer", "keep"),
    pgettext_lazy("answer", "close"),
)
SHEET_ROWS = 1_000_000
PORTION = 500
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
PASSWORD = ""  # the protection keeps hands from slipping; it is no secret


def corrections(
    register: str,
    scope: Scope,
    form: str,
    since: datetime | None = None,
    *,
    path: Path | None = None,
    roles: Iterable[str] | None = None,
    by: Account | UUID | None = None,
    at: datetime | None = None,
) -> Path:
    """Write the corrections of a register and return the file.

    scope   where the reader may read it; `roles` which fields
    form    "csv", "xlsx" or "parquet"
    since   decided since then (what was corrected here, for an owner who keeps the register elsewhere); by default what
            is open, to be answered
    by, at  for the journal of accesses; without `at` nobody is shown them (the caller writes its own row)

    Raises NotFound, Refused for another format or more rows than a sheet takes.
    """
    shape = store.get().registers.get(register)
    if shape is None:
        raise NotFound("registers.no_register", NOTHING_HERE, register=register)
    if form not in FORMS:
        raise Refused("verification.form", _("Corrections are given as CSV, XLSX or Parquet."), form=form)
    target = path or files.root() / f"corrections-{register}-{os.getpid()}.{form}"
    draft = target.with_name(f".{target.name}.part")
    told = _lines(shape, _found(register, scope, since), None if roles is None else set(roles), by, at)
    try:
        _WRITERS[form](draft, _readable(shape, told) if form == "xlsx" else told)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _found(register: str, scope: Scope, since: datetime | None) -> QuerySet[Finding]:
    mine = scope.filter(Finding.objects.filter(register=register), procedure_field=None, villages=True)
    if since is not None:
        mine = mine.filter(state=Finding.State.DECIDED, decided_at__gte=since).order_by("decided_at", "pk")
    else:
        mine = mine.filter(state=Finding.State.OPEN).order_by("record__book", "record__sequence", "pk")
    return mine.select_related("record", "record__match").only(*READ)


def _lines(
    shape: Register,
    found: QuerySet[Finding],
    roles: set[str] | None,
    by: Account | UUID | None,
    at: datetime | None,
) -> Iterator[list[Any]]:
    fields, seen = {field.id: field for field in readable_fields(shape, roles)}, Seen.by(shape, roles)
    shown: list[UUID] = []
    people: set[UUID] = set()
    words: dict[str, Said] = {}
    for finding in _portions(found):
        shown.append(finding.record_id)
        people |= _whose_data(finding)
        if finding.code not in words:
            words[finding.code] = say(finding.code, shape.id)
        yield from _of(finding, shape, fields, seen, words[finding.code])
        if len(shown) == PORTION:
            _told(shape, shown, people, by, at)
            shown, people = [], set()
    _told(shape, shown, people, by, at)


def _portions(found: QuerySet[Finding]) -> Iterator[Finding]:
    """Yield findings in their order, some at a time, each portion a question of its own.

    Not one long reading: who took them is written down meanwhile, and SQLite lets nobody write whose own reading began
    before another's writing.
    """
    ids = list(found.values_list("pk", flat=True))
    for start in range(0, len(ids), PORTION):
        some = ids[start : start + PORTION]
        known = {one.pk: one for one in found.filter(pk__in=some).order_by()}
        yield from (known[pk] for pk in some if pk in known)


def _whose_data(finding: Finding) -> set[UUID]:
    """Return the person of the population whose data are proposed."""
    match = getattr(finding.record, "match", None)
    if match is None or finding.changed or finding.kind != Finding.Kind.CORRECT:
        return set()
    return {match.person_id} if match.proposed and match.person_id else set()


def _of(
    finding: Finding, shape: Register, fields: Mapping[str, RegisterField], seen: Seen, said: Said
) -> Iterator[list[Any]]:
    record = finding.record
    match = getattr(record, "match", None)
    written = record.as_written or {}
    if finding.changed:
        changes = [(id, *pair) for id, pair in finding.changed.items()]
    elif finding.kind == Finding.Kind.CORRECT and match is not None:
        changes = [(id, record.data.get(id, written.get(id)), value) for id, value in match.proposed.items()]
    else:
        changes = [(id, record.data.get(id), value) for id, value in finding.says.items()]
    number, name = seen.title(record)
    key = record.data.get(shape.key, "") if shape.key in fields else ""
    start = [str(finding.pk), record.version, number, key, name]
    for id, stated, proposed in [one for one in changes if one[0] in fields] or [("", None, None)]:
        title = str(fields[id].title) if id else ""
        yield [
            *start,
            id,
            title,
            _plain(stated),
            _plain(proposed),
            said.title,
            said.advice,
            finding.decision,
            "",
            finding.note,
        ]


def _told(
    shape: Register, shown: list[UUID], people: set[UUID], by: Account | UUID | None, at: datetime | None
) -> None:
    """Write down whose rows, and whose data of the population, went out."""
    for subject_type, ids in (("record", shown), ("person", sorted(people))):
        if ids and at is not None:
            access.listed(
                kind="export", subject_type=subject_type, query={"register": shape.id, "corrections": True}, ids=ids,
                by=by, at=at, purpose=f"corrections:{shape.id}",
            )  # fmt: skip


def _readable(shape: Register, lines: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """Yield lines with dates and codes as people write them: a workbook is read by people, the other forms by programs."""
    language = get_language() or "vi"
    fields = {field.id: field for field in shape.fields}
    for line in lines:
        if field := fields.get(line[COLUMNS.index("field_id")]):
            for at in (COLUMNS.index("stated"), COLUMNS.index("proposed")):
                line[at] = _in_words(field, line[at], language)
        yield line


def _in_words(field: RegisterField, value: str, language: str) -> str:
    if field.type in {"date", "partial_date"} and _ISO.fullmatch(value):
        return show_date(value, language)
    if field.list and value in (codes_of(field.list) or ()):
        return list_title(field.list, value).of(language)
    return value


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _titles() -> dict[str, str]:
    return {
        "finding": _("Finding (do not change)"), "version": _("Version (do not change)"), "record": _("Record"),
        "key": _("Key"), "person": _("Person"), "field_id": _("Field (do not change)"), "field": _("What"),
        "stated": _("Stated"), "proposed": _("Proposed"), "reason": _("Reason"), "advice": _("What to do"),
        "decision": _("Answer: correct, keep or close"), "value": _("Other value, if the proposed one is wrong"),
        "note": _("Note"),
    }  # fmt: skip


def _write_csv(path: Path, lines: Iterator[list[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(
            [harmless(cell) if isinstance(cell, str) else cell for cell in line] for line in lines
        )


def _write_parquet(path: Path, lines: Iterator[list[Any]]) -> None:
    with Tables(path.parent) as tables:
        tables.add("corrections", COLUMNS, lines)
        tables.save("select * replace (version::integer as version) from corrections", path)


def _write_xlsx(path: Path, lines: Iterator[list[Any]]) -> None:
    titles = _titles()
    with xlsxwriter.Workbook(path, WRITTEN) as book:
        sheet = book.add_worksheet(_("Corrections"))
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDE6E3"})
        open_ = book.add_format({"locked": False, "bg_color": "#FFF8DC", "num_format": "@"})
        shut = book.add_format({"locked": True, "num_format": "@"})
        sheet.protect(
            PASSWORD, {"select_locked_cells": True, "sort": False, "autofilter": True, "format_columns": True}
        )
        for at, name in enumerate(COLUMNS):
            hidden = {"hidden": name in {"finding", "version", "field_id"}}
            width = {
                "reason": 34,
                "advice": 40,
                "stated": 26,
                "proposed": 26,
                "person": 26,
                "value": 26,
                "note": 26,
            }.get(name, 14)
            sheet.set_column(at, at, width, open_ if name in OPEN else shut, hidden)
        sheet.write_row(0, 0, COLUMNS, head)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.write_row(1, 0, [titles[name] for name in COLUMNS], head)
        sheet.freeze_panes(2, 0)
        rows = 1
        for rows, line in enumerate(lines, start=2):
            if rows > SHEET_ROWS:
                raise Refused(
                    "exports.sheet_full", _("A sheet ends at 1,048,576 rows. Write CSV or Parquet.")
                )
            for at, cell in enumerate(line):
                sheet.write(
                    rows,
                    at,
                    harmless(cell) if isinstance(cell, str) else cell,
                    open_ if COLUMNS[at] in OPEN else shut,
                )
        place = COLUMNS.index("decision")
        if rows > 1:
            sheet.data_validation(
                2, place, rows, place, {"validate": "list", "source": [str(one) for one in ANSWERS]}
            )


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx, "parquet": _write_parquet}
