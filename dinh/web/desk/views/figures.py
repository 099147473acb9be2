"""The summary page: figures computed from the dossiers, each of which opens into the rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.directory import policy, tree
from dinh.directory import queries as directory
from dinh.dossiers import queries
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.ids import as_uuid
from dinh.lib.money import show_number
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.components.states import STATUSES
from dinh.web.desk.rows import choices_of, key_of
from dinh.web.desk.views.base import account_of, desk_page, now, show, today
from dinh.web.desk.views.scope import unit_choices

READ = "figures.read"
LIMIT = 100
TAKEN_AT_MOST = 20_000  # lines of one file
PARTS = ("numerator", "denominator", "rest")


@dataclass(frozen=True)
class _Half:
    """A half-year to choose with one press, and how many dossiers were filed in it."""

    since: date
    until: date
    title: str
    filed: int


@dataclass(frozen=True)
class _Period:
    """What is asked for: a unit, the first and the last day."""

    unit: UUID
    since: date
    until: date
    halves: tuple[_Half, ...]

    @property
    def query(self) -> str:
        return f"unit={self.unit}&since={self.since}&until={self.until}"


def _period(request: HttpRequest) -> _Period:
    """Return what is asked for; without dates, the newest half-year that already says something."""
    account, on = account_of(request), today()
    scope = policy.scope(account, READ, on)
    choices = dict(unit_choices(account, READ))
    asked = as_uuid(request.GET.get("unit", ""))
    wanted = str(tree.owner(asked, on)) if asked else ""  # a link to a commune of before leads to its heir
    unit = UUID(wanted) if wanted in choices else next(iter(sorted({reach.unit for reach in scope.reaches})))
    halves = _halves(unit, on)
    # A period that has just begun says nothing yet: it is passed over until it holds a tenth of the fullest.
    enough = max(half.filed for half in halves) / 10
    usual = next(half for half in halves if half.filed >= enough)
    since = _day(request.GET.get("since")) or usual.since
    until = _day(request.GET.get("until")) or usual.until
    if until < since:
        since, until = until, since
    return _Period(unit, since, until, halves)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@desk_page(READ)
def page(request: HttpRequest) -> HttpResponse:
    """Show every figure of a unit and a period, and the procedures behind them."""
    asked = _period(request)
    unit, since, until = asked.unit, asked.since, asked.until
    language, at = get_language() or "vi", now()
    defined = queries.all_figures(at)
    found = queries.figures(unit, since, until, now=at)
    titles = dict(choices_of(None, language))
    context = {
        "unit": str(unit),
        "units": unit_choices(account_of(request), READ),
        "unit_title": directory.unit_title(unit, today()),
        "since": since,
        "until": until,
        "period": _("from %(since)s to %(until)s") % {"since": show_date(since, language), "until": show_date(until, language)},
        "query": asked.query,
        "halves": [
            {"half": half, "current": (half.since, half.until) == (since, until)} for half in asked.halves
        ],
        "total": found["e_authenticated"].denominator,
        "figures": [
            {
                "id": key,
                "title": defined[key].title,
                "top": show_number(one.numerator, language),
                "all": show_number(one.denominator, language),
                "rest": show_number(one.denominator - one.numerator, language),
                "percent": _percent(one.percent, language),
                "width": round(one.percent or 0),
                "source": defined[key].source,
            }
            for key, one in found.items()
        ],
        "procedures": [
            {**row, "title": titles.get(row["procedure"], row["procedure"])}
            for row in queries.by_procedure(unit, since, until, now=at)
        ],
    }  # fmt: skip
    return show(request, "figures", context)


def _halves(unit: UUID, on: date) -> tuple[_Half, ...]:
    """Return the last four half-years, newest first: one press instead of two dates. Four counts."""
    spans = []
    year, second = on.year, on.month > 6
    for _number in range(4):
        words = _("second half of %(year)s") if second else _("first half of %(year)s")
        first, last = (
            (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))
        )
        spans.append((first, last, words % {"year": year}))
        year, second = (year, False) if second else (year - 1, True)
    counted = queries.count_filed(unit, [(first, last) for first, last, _title in spans])
    return tuple(_Half(*span, filed) for span, filed in zip(spans, counted, strict=True))


def _percent(value: float | None, language: str) -> str:
    if value is None:
        return "–"
    return f"{show_number(value, language, 1)} %"


@desk_page(READ)
def rows(request: HttpRequest, figure: str) -> HttpResponse:
    """Show the dossiers a figure counts (numerator), is counted out of (denominator), or misses (rest)."""
    asked = _period(request)
    unit, since, until, query = asked.unit, asked.since, asked.until, asked.query
    account, at, language = account_of(request), now(), get_language() or "vi"
    policy.require(account, READ, unit=unit, on=today())
    if figure not in queries.all_figures(at):
        raise Http404
    part = request.GET.get("part", "numerator")
    part = part if part in PARTS else "numerator"
    form = request.GET.get("form", "")
    taken = form in TYPES and policy.may(account, "dossiers.export", unit=unit, on=today())
    limit = TAKEN_AT_MOST if taken else LIMIT
    found = queries.figure_rows(
        figure,
        unit,
        since,
        until,
        part=part,
        now=at,
        after=as_uuid(request.GET.get("after")),
        limit=limit + 1,
    )
    more, found = len(found) > limit, found[:limit]
    access.listed(
        kind="export" if taken else "list", subject_type="dossier", query={"figure": figure, "part": part, "since": since, "until": until},
        ids=[row["id"] for row in found], by=account, at=at, purpose=f"figure:{figure}", unit=unit,
    )  # fmt: skip
    opens = policy.may(account, "dossiers.read", unit=unit, on=today())
    if taken:
        return as_file(
            _table([_row(row, opens, language) for row in found]),
            form,
            figure.replace("_", "-"),
            _("Dossiers"),
        )
    counted = queries.figures(unit, since, until, now=at)[figure]
    context = {
        "figure": queries.all_figures(at)[figure],
        "figure_id": figure,
        "part": part,
        "query": query,
        "parts": [
            ("numerator", _("Counted"), counted.numerator),
            ("rest", _("Not counted"), counted.denominator - counted.numerator),
            ("denominator", _("Out of"), counted.denominator),
        ],
        "rows": [_row(row, opens, language) for row in found],
        "takes": policy.may(account, "dossiers.export", unit=unit, on=today()),
        "more": f"{query}&part={part}&after={found[-1]['id']}" if more else "",
    }
    return show(request, "figure_rows", context)


def _row(row: dict[str, Any], opens: bool, language: str) -> dict[str, Any]:
    """Return a line; the name is shown only to those who may open dossiers."""
    return {
        "number": row["number"],
        "key": key_of(row["number"], row["id"]) if opens else "",
        "title": row["title"],
        "name": row["applicant_name"] if opens else "",
        "status": row["status"],
        "filed": show_date(row["filed_at"], language),
        "due": show_date(row["due_at"], language) if row["due_at"] else "",
        "finished": show_date(row["finished_at"], language) if row["finished_at"] else "",
    }


def _table(lines: list[dict[str, Any]]) -> list[list[str]]:
    head = [_("Number"), _("Procedure"), _("Applicant"), _("State"), _("Filed"), _("Due"), _("Settled")]
    words = {int(value): str(word) for value, (word, _shape, _colour) in STATUSES.items()}
    rows = [
        [
            line["number"],
            line["title"],
            line["name"],
            words[line["status"]],
            line["filed"],
            line["due"],
            line["finished"],
        ]
        for line in lines
    ]
    return [head, *rows]
