"""Reports of a unit: chosen, previewed, made by the worker, taken away; each as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import tree
from dinh.indicators.models import Report
from dinh.indicators.reports import actions, charts, office, queries, slots
from dinh.indicators.reports import paper as papers
from dinh.indicators.reports.asking import Question
from dinh.indicators.reports.composing import compose
from dinh.indicators.reports.document import Document, numbered, read
from dinh.indicators.rules.months import last_day
from dinh.journal import access
from dinh.journal.models import Entry, HandlerFailure
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.papers.models import Paper
from dinh.papers.serving import serve
from dinh.papers.tasks import issue_when_read
from dinh.web.board import asking, saying
from dinh.web.board.asking import Asked
from dinh.web.board.views import told_due
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.board.views.doing import attempt, board_form, go, names, shown, unknown
from dinh.web.components.posted import whole

PAGE = 20
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STATES = {"asked": "indigo", "made": "green", "failed": "red"}


@dataclass(frozen=True)
class Line:
    """One made report in the list."""

    title: str
    url: str
    month: str
    number: str
    state: str | Promise
    colour: str
    locked: bool
    who: str
    when: str
    open: bool


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Choose a report and let it be made; list those that were made of this unit."""
    asked = asked if told_due.chosen(request) else _when_over(asked)
    faults: list[Fault] = []
    if request.method == "POST":
        made: list[Report] = []
        faults = _ask(request, asked, made)
        if made:
            return go("report", made[0].pk)
        if not faults:
            return _look(request, asked)
    offered = queries.offered(asked.unit, asked.day)
    chosen = request.GET.get("report", "")
    words = request.GET.get("q", "").strip()[:80]
    found = queries.made_of(asked.unit, words=words)
    number, total = max(1, whole(request.GET.get("page", "")) or 1), found.count()
    rows = list(found[(number - 1) * PAGE : number * PAGE])
    query = asked.query(q=words)
    context = {
        "offered": [(one.id, str(one.title)) for one in offered],
        "chosen": chosen,
        "q": words,
        "lines": list(_lines(request, asked, rows)),
        "total": total,
        "newer": f"?{query}&page={number - 1}" if number > 1 else "",
        "earlier": f"?{query}&page={number + 1}" if number * PAGE < total else "",
        "signs": actions.may_sign(account_of(request), asked.unit, timezone.now()),
        "faults": faults,
    }
    return shown(request, "reports", asked, context, nav="reports", status=422 if faults else 200)


def _when_over(asked: Asked) -> Asked:
    """Return the question at the newest month that is over, of which reports are made; as it is of a unit that began since."""
    over = told_due.over(asked)
    return replace(asked, month=over) if tree.versions(asked.unit)[0].valid_from <= last_day(over) else asked


def _ask(request: HttpRequest, asked: Asked, made: list[Report]) -> list[Fault]:
    id = request.POST.get("report", "")
    month = asking.read_month(request.POST.get("month", ""))
    if request.POST.get("do") not in {"make", "look"} or id not in store.get().reports or month is None:
        return unknown()
    if request.POST.get("do") == "look":
        return []
    by, at = account_of(request), timezone.now()
    return attempt(
        request,
        lambda: made.append(actions.ask(id, asked.unit, month, by=by, at=at)),
        _("The report is being made. It opens here by itself."),
    )


def _look(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Lead to the preview of what was chosen."""
    query = urlencode({"unit": asked.unit, "month": request.POST.get("month", "")})
    return go("report_preview", request.POST.get("report", ""), query=query)


def _lines(request: HttpRequest, asked: Asked, rows: list[Report]) -> Iterator[Line]:
    people = names({row.asked_by for row in rows} | {row.account for row in rows})
    account, at = account_of(request), timezone.now()
    for row in rows:
        item = store.get().reports.get(row.report)
        may = queries.may_open(account, row, at, asked.today)
        yield Line(
            row.title or (str(item.title) if item else row.report),
            reverse("board:report", args=[row.pk]), saying.month(row.month),
            numbered(row.number, item.symbol if item else ""),
            row.get_state_display(), STATES[row.state], row.locked, people.get(row.asked_by, ""),
            show_datetime(row.asked_at, language()), may,
        )  # fmt: skip


@board_page
def preview(request: HttpRequest, asked: Asked, report: str) -> HttpResponse:
    """Show a report as it would be made now; nothing is kept of it."""
    item = store.get().reports.get(report)
    if item is None:
        raise Http404
    if item.level != asked.level:
        return go("reports", query=asked.query())
    at = timezone.now()
    document = compose(Question(item, asked.unit, asked.month, account_of(request), at, asked.today))
    context = {
        "document": document,
        "blocks": list(_blocks(document)),
        "report": item.id,
        "title": str(item.title),
        "number": "",
    }
    return show(request, "report_preview", asked, context, nav="reports")


@board_page
def made(request: HttpRequest, asked: Asked, report: UUID) -> HttpResponse:
    """Show a report that was made: what it says, each figure to be opened, and its files; or wait for it."""
    row = _open(request, asked, report)
    asked = asked.at(row.unit)
    paper = Paper.objects.filter(pk=row.paper).defer("data").first() if row.paper else None
    waits = row.state != Report.State.MADE or paper is None or paper.blob_id is None
    if paper is not None and paper.blob_id is None:
        issue_when_read(paper, at=timezone.now())
    partial = request.headers.get("HX-Request") == "true"
    if partial and not waits:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = request.path
        return answer
    item = store.get().reports.get(row.report)
    document = read(row.content) if row.state == Report.State.MADE else None
    people = names({row.asked_by, row.account})
    failed = row.state == Report.State.FAILED or (paper is not None and paper.state == Paper.State.FAILED)
    context: dict[str, Any] = {
        "row": row,
        "title": row.title or (str(item.title) if item else row.report),
        "waits": waits,
        "failed": failed,
        "again_at": _tried_again(row) if failed else "",
        "document": document,
        "blocks": list(_blocks(document)) if document and not waits else [],
        "number": document.numbered(row.number) if document else "",
        "who": people.get(row.asked_by, ""),
        "reader": people.get(row.account, "") if row.account != row.asked_by else "",
        "asked_at": show_datetime(row.asked_at, language()),
        "span": slots.span(item.span, row.month) if item else saying.month(row.month),
        "again": urlencode({"unit": row.unit, "month": asking.written(row.month), "report": row.report}),
    }
    return show(request, "bits/report_waits" if partial else "report", asked, context, nav="reports")


@board_page
def file(request: HttpRequest, asked: Asked, report: UUID, form: str) -> HttpResponse:
    """Hand out the PDF, DOCX or XLSX of a report that was made."""
    row = _open(request, asked, report)
    if row.state != Report.State.MADE or form not in {"pdf", *TYPES}:
        raise Http404
    access.opened(
        kind="file", subject_type="report", subject=row.pk, by=account_of(request), at=timezone.now(),
        purpose=f"report:{row.report}", unit=row.unit,
    )  # fmt: skip
    name = f"bao-cao-{row.report.replace('_', '-')}-{asking.written(row.month)}"
    if form == "pdf":
        paper = get_object_or_404(Paper.objects.select_related("blob"), pk=row.paper)
        if paper.blob is None:
            raise Http404
        return cast("HttpResponse", serve(paper.blob, f"{name}.pdf", download="download" in request.GET))
    document = read(row.content)
    number = document.numbered(row.number)
    opens = papers.address(row)
    if form == "docx":
        content = office.as_docx(document, number, row.made_at or row.asked_at, opens)
    else:
        content = office.as_xlsx(document, number, opens)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _tried_again(row: Report) -> str:
    """Return when a report that failed, or its drawing, is tried again next; "" when that is running now."""
    entries = Entry.objects.filter(subject__in=[one for one in (row.pk, row.paper) if one])
    next_at = HandlerFailure.objects.filter(entry__in=entries.values("pk")).aggregate(at=Min("next_at"))["at"]
    return show_datetime(next_at, language())


def _open(request: HttpRequest, asked: Asked, report: UUID) -> Report:
    row = get_object_or_404(Report, pk=report)
    if not queries.may_open(account_of(request), row, timezone.now(), asked.today):
        raise Http404
    return row


def _blocks(document: Document) -> Iterator[dict[str, Any]]:
    """Yield blocks as the template shows them: drawings as SVG, each cell with its address and its class."""
    for one in document.blocks:
        told: dict[str, Any] = {"what": one.what, "text": one.text, "lines": one.text.split("\n")}
        if one.what == "table":
            opening = min(1, one.texts - 1)
            told["columns"] = [(name, column >= one.texts) for column, name in enumerate(one.columns)]
            told["rows"] = [
                (
                    row.strong,
                    [
                        (cell, column >= one.texts, _path(document, row.figure, row.unit) if column == opening else "")
                        for column, cell in enumerate(row.cells)
                    ],
                )
                for row in one.rows
            ]  # fmt: skip
        elif one.what in {"chart", "map"}:
            told["svg"] = _drawn(charts.svg(one))
        yield told


def _path(document: Document, figure: str, unit: str) -> str:
    """Return the address of a figure on this node, without its host and in the reader's language: the page is read here."""
    link = document.link(figure, unit)
    _host, found, rest = link.partition("/vi/board/")
    return f"/{get_language()}/board/{rest}" if found else link


def _drawn(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - drawn by `charts`, every word in it escaped
