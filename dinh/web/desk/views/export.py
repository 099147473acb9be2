"""Take the worklist away as CSV or XLSX: the same question, the same rights, and an access row of its own."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.directory import policy
from dinh.dossiers import queries
from dinh.journal import access
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.components.states import STATES
from dinh.web.desk.rows import StepTitles
from dinh.web.desk.views.base import account_of, desk_page, now, today
from dinh.web.desk.views.worklist import question_of

AT_ONCE = 500
AT_MOST = 20_000  # lines of one file; a larger question is for the figures


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
