"""Rows of a register with what a verification found of them, for tests of pages: no engine runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dinh.directory.models import Unit
from dinh.population.models import Person
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.verification.models import Finding, Match, Rate, Submission

REGISTER = "pupils"
ROW: dict[str, Any] = {
    "full_name": "Vang Van Phuc", "number": "010075001234", "birth": "1975-03-12", "sex": "1", "commune": "02746",
    "residence": "thôn Ún Tà, xã Cốc San", "school": "Trường THCS Cốc San", "guardian_phone": "0912345678",
}  # fmt: skip


def make_row(unit: Unit, code: str, *, person: Person | None = None, **more: Any) -> Record:
    """Return a pupil's row, entered by the real act."""
    data = {**ROW, "pupil_code": code, **more}
    return registers.enter(
        register=REGISTER, unit=unit, data=data, registered_on=timezone.localdate(), person=person,
        person_name=data["full_name"], provenance="import", by=None, at=timezone.now(),
    )  # fmt: skip


def make_submission(unit: Unit, at: datetime | None = None, **more: Any) -> Submission:
    """Return a verification that is done."""
    at = at or timezone.now()
    columns: dict[str, Any] = {
        "register": REGISTER, "unit": unit, "state": Submission.State.DONE, "rows": 10, "again": 10, "at": at,
        "started_at": at, "finished_at": at + timedelta(seconds=4),
        "summary": {
            "rows": 10, "verdicts": {"verified": 7, "corrected": 3}, "reasons": {"name_marks_lost": 3},
            "stages": {"register": {"wall_s": 1.25, "cpu_s": 1.0}},
            "error_profile": {"name": {"with_tones": {"same": 97.5, "marks_lost": 2.5}}},
        },
    }  # fmt: skip
    return Submission.objects.create(**{**columns, **more})


def make_rates(submission: Submission, verified: int = 7, **communes: int) -> None:
    """Keep the rates of a verification: of ten rows, and of the communes named (code without its zero: c2746=5)."""
    for commune, held in {"": verified, **{f"0{name[1:]}": one for name, one in communes.items()}}.items():
        Rate.objects.create(
            submission=submission, register=REGISTER, unit=submission.unit, commune=commune, at=submission.at, rows=10,
            verdicts={"verified": held}, reasons={} if commune else {"name_marks_lost": 3}, dung=held, du=9, sach=10,
            song=10,
        )  # fmt: skip


def make_finding(
    row: Record,
    submission: Submission,
    person: Person | None = None,
    *,
    second: Person | None = None,
    proposed: dict[str, Any] | None = None,
    **more: Any,
) -> Finding:
    """Return a finding of a row with its match; a name that lost its accents unless told otherwise."""
    proposed = {"full_name": "Vàng Văn Phúc"} if proposed is None else proposed
    Match.objects.update_or_create(
        record=row,
        defaults={
            "submission": submission, "register": row.register, "unit": row.unit, "commune": "02746",
            "record_version": row.version, "person": person, "second": second, "verdict": "corrected", "score": 30.0,
            "margin": 1.0 if second else 25.0, "dung": False, "du": True, "sach": True, "song": True,
            "reasons": ["name_marks_lost"], "proposed": proposed,
        },
    )  # fmt: skip
    columns: dict[str, Any] = {
        "record": row, "register": row.register, "unit": row.unit, "commune": "02746", "kind": Finding.Kind.CORRECT,
        "code": "name_marks_lost", "gain": 19.8, "bulk": True, "record_version": row.version,
        "found_at": timezone.now(),
    }  # fmt: skip
    return Finding.objects.create(**{**columns, **more})


def names() -> dict[str, str]:
    """Return {number: name} of the rows as they are now."""
    return {row.number: row.data["full_name"] for row in Record.objects.all()}
