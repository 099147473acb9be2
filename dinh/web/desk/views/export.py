"""Take the worklist away as CSV or XLSX: the same question, the same rights, and an access row of its own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import xlsxwriter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.directory import policy
from dinh.dossiers import queries
from dinh.journal import access
from dinh.web.components.states import STATES
from dinh.web.desk.rows import StepTitles
from dinh.web.desk.views.base import account_of, desk_page, now, today
from dinh.web.desk.views.worklist import question_of

AT_ONCE = 500
AT_MOST = 20_000  # lines of one file; a larger question is for the figures
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins with one of these
NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\']")  # letters that the name of a sheet may not have
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(lines: list[list[str]], form: str, name: str, title: str) -> HttpResponse:
    """Answer lines, the first of which names the columns, as a file of one of TYPES. The caller notes who took it.

    title  what the lines are, on the sheet of a workbook
    """
    content = _csv(lines) if form == "csv" else _xlsx(lines, title)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y%m%d}.{form}"'
    return response


@desk_page("dossiers.export")
def download(request: HttpRequest, form: str) -> HttpResponse:
    """Answer the file."""
    if form not in TYPES:
        raise Http404
    return as_file(list(_lines(request)), form, "ho-so", _("Dossiers"))


def _lines(request: HttpRequest) -> Iterator[list[str]]:
    question, account, at = question_of(request), account_of(request), now()
    language = get_language() or "vi"
    titles = StepTitles(language)
    scope = policy.scope(account, "dossiers.export", today())
    yield [
        _("Number"),
        _("Procedure"),
        _("Applicant"),
        _("State"),
        _("Waits for"),
        _("Filed"),
        _("Due"),
        _("Held by"),
    ]
    shown: list[Any] = []
    after = question.after
    while len(shown) < AT_MOST:
        found = queries.worklist(
            account, question.view, question.filters, after, AT_ONCE, order=question.order, at=at
        )
        for row in found.rows:
            if not scope.allows(row["unit_id"], row["procedure"]):
                continue  # one may see here what one may not take away
            shown.append(row["id"])
            yield [
                row["number"],
                unescape(titles.procedure(row["procedure"], row["title"])),
                row["applicant_name"],
                str(STATES[row["state"]][0]),
                unescape(titles.step(row["procedure"], row["step"])),
                row["filed"],
                row["due"],
                row["holder_name"],
            ]
        after = found.after
        if not after:
            break
    access.listed(
        kind="export", subject_type="dossier", query=dict(question.parts), ids=shown,
        by=account, at=at, purpose="export",
    )  # fmt: skip


def harmless(text: str) -> str:
    """Return a cell that a spreadsheet reads as text, whatever it begins with."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
    return out.getvalue().encode("utf-8-sig")  # the mark lets spreadsheets read Vietnamese letters


def _xlsx(lines: list[list[str]], title: str) -> bytes:
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(NOT_IN_A_SHEET.sub(" ", title)[:31].strip())
        bold = book.add_format({"bold": True})
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(lines[0]) - 1, 22)
    return out.getvalue()
