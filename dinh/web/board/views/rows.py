"""The rows behind a number, for who may list them, and from each its own page and its acts in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.dossiers.models import Dossier
from dinh.indicators.queries import rows
from dinh.indicators.queries.explaining import measures_in
from dinh.journal import access
from dinh.journal.models import Entry
from dinh.lib.dates import show_date, show_datetime
from dinh.web.board import saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.components.acts import done

TAKEN_AT_MOST = 20_000  # lines of one file
NAMED = 3  # people, of those who may list rows
ENTRIES = 2_000  # of one page at most
# Where a row of a kind has its own page at the desk.
PAGES = {
    "person": ("desk:person", "population.read"),
    "household": ("desk:household", "population.read"),
    "record": ("desk:record", "registers.read"),
    "finding": ("desk:finding", "verification.decide"),
    "team": ("desk:team", "outreach.supervise"),
    "workshop": ("desk:teams_gathering", "outreach.lead"),
    "issuecard": ("desk:card", "work.answer"),
    "member": ("desk:member", "outreach.supervise"),
    "fieldreport": ("desk:teams_report", "outreach.lead"),
}


@board_page
def page(request: HttpRequest, asked: Asked, figure: str, measure: str) -> HttpResponse:
    """Show which rows a measure counts in a unit. What is listed is written into the access journal."""
    indicator = store.get().indicators.get(figure)
    if indicator is None or measure not in measures_in(indicator):
        raise Http404
    item = store.get().measures[measure]
    if item.origin != "computed":
        raise Http404
    account, told = account_of(request), language()
    # What is a difference of two measures opens its own rows: those of the first that are not of the second.
    whole = rows.difference(indicator)
    without = request.GET.get("without", "")
    without = without if whole == (measure, without) else ""
    by, part = request.GET.get("by", ""), request.GET.get("part", "")
    by = by if by in item.dimensions else ""
    form = taking.wanted(request)
    size = TAKEN_AT_MOST if form else rows.PAGE
    found = rows.rows(
        measure, asked.unit, asked.first, asked.month, account, on=asked.today, by=by, part=part,
        boundaries=asked.boundaries, page=1 if form else _page(request), size=size, without=without,
    )  # fmt: skip
    if found.ids:
        access.listed(
            kind="export" if form else "list", subject_type=found.subject,
            query={"measure": measure, "unit": asked.unit, "first": asked.first, "last": asked.month, "by": by, "part": part, "without": without},
            ids=found.ids, by=account, at=timezone.now(), purpose=f"figure:{measure}", unit=asked.unit,
        )  # fmt: skip
    shown = lines(found.subject, found.ids, asked, request, told, entries=not form)
    if form:
        return taking.file(_table(shown), form, measure, asked)
    context = {
        "figure_title": indicator.title.of(told),
        "measure_title": (indicator if without else item).title.of(told),
        "measure_sentence": (indicator if without else item).sentence.of(told),
        "openers": openers(measure, asked) if not found.seen else "",
        "part": saying.part(by, part, told) if by else "",
        "dimension": str(saying.DIMENSIONS.get(by, by)),
        "found": found,
        "lines": shown,
        "here": asked.query(by=by, part=part, without=without),
        **_pages(found, asked.query(by=by, part=part, without=without)),
        "back": f"{reverse('board:figure', args=[figure])}?{asked.query()}",
        "journal": policy.may(account, "journal.read", unit=asked.unit, on=asked.today),
    }
    return show(request, "rows", asked, context)


def openers(measure: str, asked: Asked) -> str:
    """Return who may list the rows of a measure in a unit, at most three by name; "" for nobody.

    Asked anew each time: rights follow no mark by which figures are kept.
    """
    return ", ".join(rows.openers(measure, asked.unit, asked.today, NAMED))


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return min(max(int(text), 1), 10_000) if text.isdecimal() and len(text) < 6 else 1


def _pages(found: rows.Rows, query: str) -> dict[str, str]:
    """Return the addresses of the pages before and after."""
    text = _("page %(page)s of %(pages)s") % {"page": found.page, "pages": found.pages}
    return {
        "previous_url": f"?{query}&page={found.page - 1}" if found.page > 1 else "",
        "next_url": f"?{query}&page={found.page + 1}" if found.page < found.pages else "",
        "page_text": text if found.pages > 1 else "",
    }


def lines(
    subject: str, ids: Sequence[UUID], asked: Asked, request: HttpRequest, told: str, *, entries: bool
) -> list[dict[str, Any]]:
    """Return the rows as they are shown: what they are called, their page, and their acts for who may read these."""
    account = account_of(request)
    known = _dossiers(ids, told) if subject == "dossier" else _others(subject, ids, asked, request)
    acts: Mapping[UUID, list[dict[str, str]]] = {}
    if entries and policy.may(account, "journal.read", unit=asked.unit, on=asked.today):
        acts = _acts(ids, told)
    return [{**known[id], "id": str(id), "acts": acts.get(id, [])} for id in ids if id in known]


def _dossiers(ids: Iterable[UUID], told: str) -> dict[UUID, dict[str, str]]:
    procedures = store.get().procedures
    found = {}
    for one in Dossier.objects.filter(pk__in=list(ids)).order_by():
        procedure = procedures.get(one.procedure)
        address = str(one.pk) if "/" in one.number else one.number
        found[one.pk] = {
            "title": one.number, "about": procedure.title.of(told) if procedure else one.procedure,
            "when": show_date(one.filed_at, told), "url": reverse("desk:dossier", args=[address]),
        }  # fmt: skip
    return found


def _others(
    subject: str, ids: Iterable[UUID], asked: Asked, request: HttpRequest
) -> dict[UUID, dict[str, str]]:
    """Return rows of other kinds by their short code: a name is read on the row's own page, with its own trace."""
    name, permission = PAGES.get(subject, ("", ""))
    opens = bool(name) and policy.may(account_of(request), permission, unit=asked.unit, on=asked.today)
    return {
        id: {
            "title": str(id)[-12:].upper(), "about": "", "when": "",
            "url": reverse(name, args=[id]) if opens else "",
        }
        for id in ids
    }  # fmt: skip


def _acts(ids: Sequence[UUID], told: str) -> dict[UUID, list[dict[str, str]]]:
    """Return the newest journal entries of each row, the oldest first: when, and what was done."""
    found: dict[UUID, list[dict[str, str]]] = {}
    rows_ = Entry.objects.filter(subject__in=ids).order_by("-at", "-pk")[:ENTRIES]
    for pk, subject, kind, at in rows_.values_list("pk", "subject", "kind", "at"):
        found.setdefault(subject, []).insert(
            0, {"id": str(pk), "kind": done(kind), "at": show_datetime(at, told)}
        )
    return found


def _table(shown: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    head = [_("Row"), _("Matter"), _("Day"), _("Identifier")]
    return [head, *([line["title"], line["about"], line["when"], line["id"]] for line in shown)]
