"""The answer of a verification as a file for people: CSV or a workbook beside the engine's own Parquet and summary.

A file that was handed in and its answer are the agency's: they lie in the node's home for some days and are not
in its database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.register import Register
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.lib.errors import Invalid, NotFound, Refused
from dinh.lib.ids import as_uuid
from dinh.lib.spreadsheets import harmless
from dinh.lib.workbooks import Sheet, SheetFull, write
from dinh.verification.columns import known_titles
from dinh.verification.models import Submission
from dinh.verification.runs import files

DAYS = files.FILES_KEPT.days  # an answer may be taken away for so long
FORMS = ("csv", "xlsx", "parquet", "json")
PORTION = 2_000
GONE = _("The answer was deleted, as promised. Hand the file in again to have it once more.")
SHEET_FULL = _("A sheet ends at 1,048,576 rows. Take CSV or Parquet.")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}


@contextmanager
def as_table(path: Path, filename: str, register: Register) -> Iterator[tuple[Path, str]]:
    """Give a file as it is kept for the engine, and its name: a workbook becomes CSV, all else stays as it is.

    Raises Invalid for a workbook that would be read wrongly, as the engine does: merged cells, formulas that were never
    computed, two headers, a row longer than the header.
    """
    with path.open("rb") as file:
        workbook = file.read(4) == b"PK\x03\x04"
    if not workbook:
        yield path, filename
        return
    from dinh.verification.engine.sheets import as_csv

    received = Path(settings.DINH_HOME) / "imports"
    received.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=received) as folder:
        named = Path(folder) / "given.xlsx"  # its reader goes by the ending
        named.symlink_to(path.resolve())
        try:
            table = as_csv(Path(folder), named, known_titles(register))
        except Invalid as refused:
            # Where it lies here is nobody's concern.
            faults = [replace(fault, path="file") for fault in refused.faults]
            raise Invalid(refused.code, faults, refused.message) from refused
        yield table, f"{Path(filename).stem}.csv"


def kept_until(one: Submission) -> date:
    """Return the day on which the answer of a file is deleted."""
    return local_date(one.finished_at or one.at) + files.FILES_KEPT


def is_kept(one: Submission) -> bool:
    """Return whether the answer of a file may still be taken away."""
    done = one.source == Submission.Source.FILE and one.state == Submission.State.DONE
    return done and timezone.localdate() <= kept_until(one) and files.answer(one).exists()


def taken(one: Submission, form: str, *, by: Account, at: datetime, purpose: str) -> FileResponse:
    """Answer what was found as a file of one of FORMS, and write down who took it and whom it names.

    Raises NotFound when it is no file's answer, or was deleted.
    """
    if not is_kept(one):
        raise NotFound("verification.answer_gone", GONE, submission=one.pk)
    answer = files.answer(one)
    named = () if form == "json" else _named(answer)  # the summary counts, and names nobody
    for subject_type, ids in (("submission", [one.pk]), *(("person", people) for people in named)):
        access.listed(
            kind="export", subject_type=subject_type, query={"submission": str(one.pk), "form": form}, ids=ids,
            by=by, at=at, purpose=purpose, unit=one.unit_id,
        )  # fmt: skip
    if form == "parquet":
        content: Any = answer.open("rb")
    elif form == "json":
        content = answer.with_name(answer.name + ".json").open("rb")
    else:
        content = TemporaryFile(dir=answer.parent)
        (_csv if form == "csv" else _xlsx)(answer, content)
        content.seek(0)
    name = f"{Path(one.filename).stem or one.register}-ket-qua.{form}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[form])


def rows_of(answer: Path) -> Iterator[list[str]]:
    """Yield the columns' names, then every row as texts; flat in memory."""
    with _read(answer, "*") as found:
        yield [str(column[0]) for column in found.description or ()]
        while portion := found.fetchmany(PORTION):
            for row in portion:
                yield [_text(cell) for cell in row]


def _named(answer: Path) -> Iterator[list[UUID]]:
    """Yield, portion by portion, the people of the population whom an answer names: meant, or second."""
    with _read(answer, "pid, second_pid") as found:
        while portion := found.fetchmany(PORTION):
            people = {person for row in portion for cell in row if (person := as_uuid(cell))}
            if people:
                yield sorted(people)


@contextmanager
def _read(answer: Path, columns: str) -> Iterator[Any]:
    import duckdb  # heavy, and rarely asked for

    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '512MB'; set threads = 1")
        yield connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(answer)])  # noqa: S608 - ours


def _text(cell: Any) -> str:
    if isinstance(cell, list):
        return ", ".join(str(one) for one in cell)
    if isinstance(cell, dict):
        return "; ".join(f"{name}: {value}" for name, value in cell.items() if value not in (None, ""))
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return "" if cell is None else str(cell)


def _csv(answer: Path, out: Any) -> None:
    out.write(b"\xef\xbb\xbf")  # lets spreadsheets read Vietnamese letters
    for row in rows_of(answer):
        out.write((_line(harmless(cell) for cell in row)).encode())


def _line(cells: Iterator[str]) -> str:
    quoted = (
        f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(',"\r\n') else cell for cell in cells
    )
    return ",".join(quoted) + "\r\n"


def _xlsx(answer: Path, out: Any) -> None:
    rows = rows_of(answer)
    head = next(rows, [])
    try:
        write(out, [Sheet(str(_("Answer")), rows, head, finds=True)])
    except SheetFull:
        raise Refused("verification.sheet_full", SHEET_FULL) from None
