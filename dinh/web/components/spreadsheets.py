"""Lines taken away as a file that a spreadsheet opens: CSV or XLSX. Who may take them, and the trace, are the caller's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from dinh.lib.spreadsheets import harmless
from dinh.lib.workbooks import TYPE, Sheet, widths, workbook

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": TYPE}
SAMPLE = 500  # rows by which columns are made wide enough


def as_file(lines: list[list[str]], form: str, name: str, title: str) -> HttpResponse:
    """Answer lines, the first of which names the columns, as a file of one of TYPES. The caller notes who took it.

    title  what the lines are, on the sheet of a workbook
    """
    content = as_csv(lines) if form == "csv" else _workbook(lines, title)
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


def _workbook(lines: list[list[str]], title: str) -> bytes:
    head, *rows = lines
    sheet = Sheet(title, rows, head, widths=widths(head, rows[:SAMPLE]), finds=True)
    return workbook([sheet], language=get_language() or "vi")
