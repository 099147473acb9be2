"""Lines taken away as a file that a spreadsheet opens: CSV or XLSX. Who may take them, and the trace, are the caller's."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone

from dinh.lib.spreadsheets import WRITTEN, harmless

NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\']")  # letters that the name of a sheet may not have
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(lines: list[list[str]], form: str, name: str, title: str) -> HttpResponse:
    """Answer lines, the first of which names the columns, as a file of one of TYPES. The caller notes who took it.

    title  what the lines are, on the sheet of a workbook
    """
    content = as_csv(lines) if form == "csv" else _xlsx(lines, title)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.{form}"'
    return response


def as_csv(lines: Iterable[Sequence[object]]) -> bytes:
    """Return lines as CSV: texts so that no spreadsheet takes them for a formula, numbers as they are, None as nothing."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow(
            [cell if cell is None or isinstance(cell, int | float) else harmless(str(cell)) for cell in line]
        )
    return out.getvalue().encode("utf-8-sig")  # the mark lets spreadsheets read Vietnamese letters


def _xlsx(lines: list[list[str]], title: str) -> bytes:
    import xlsxwriter  # heavy, and rarely asked for

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, WRITTEN) as book:
        sheet = book.add_worksheet(NOT_IN_A_SHEET.sub(" ", title)[:31].strip())
        bold = book.add_format({"bold": True})
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(lines[0]) - 1, 22)
    return out.getvalue()
