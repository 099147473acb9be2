"""Asking the data: figures, units, time and parts as one wants them, as a table and a drawing at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from dinh.directory import policy
from dinh.indicators.asking import cube as asking_cube
from dinh.indicators.asking.crossed import TooMuch
from dinh.indicators.asking.cube import Cube
from dinh.indicators.asking.hiding import hidden_from
from dinh.indicators.queries.questions import ASK
from dinh.lib.dates import show_datetime
from dinh.web.board import (
    crossing,
    crossing_drawing,
    crossing_files,
    crossing_rows,
    dividing,
    liking,
    questions,
    reading,
    saying,
)
from dinh.web.board.asking import Asked
from dinh.web.board.questions import Wanted
from dinh.web.board.views import ask_bar, ask_form
from dinh.web.board.views.ask_kept import shares
from dinh.web.board.views.base import account_of, board_page, head, language

SHOWN_ROWS = 400


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show a question and its answer; htmx gets the answer alone."""
    account, told = account_of(request), language()
    policy.require(account, ASK, unit=asked.unit, on=asked.today)
    wanted = questions.of(request.GET, asked, liking.of(asked, account))
    refused = ""
    try:
        cube = _answer(wanted, request)
    except TooMuch as too_much:
        refused, cube = str(too_much.message), Cube(wanted.question(), {}, (), False)
    table = crossing.table(cube, wanted, told)
    form = request.GET.get("form", "")
    if form in crossing_files.FORMS:
        return crossing_files.file(form, table, cube, wanted, told)
    context = {
        "wanted": wanted,
        "asks": wanted.query(),
        "unit_title": saying.unit(asked),
        "refused": refused,
        **_answered(cube, table, wanted, told),
    }
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:
        response = render(request, "board/asking/answer.html", context)
    else:
        context = {
            **head(request, asked),
            **context,
            "nav": "ask",
            **ask_form.form(request, wanted, told),
            **shares(request, asked),
        }
        response = render(request, "board/asking/page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _answer(wanted: Wanted, request: HttpRequest) -> Cube:
    """Return the answer, from the cache while nothing changed that it was read from.

    What is seen as of a close does not follow what is counted since: it is kept however often communes count.
    """
    account, question = account_of(request), wanted.question()
    mark = reading.watermark(replace(wanted.asked, close=question.close) if question.close else None)
    rights = (str(policy.scope(account, ASK, wanted.asked.today)), *sorted(hidden_from(question, account)))
    return reading.kept_for(
        wanted.asked, mark, "ask", str(account.pk), question.told, *rights,
        make=lambda: asking_cube.answer(question, account),
    )  # fmt: skip


def _answered(cube: Cube, table: crossing.Table, wanted: Wanted, told: str) -> dict[str, Any]:
    """Return the answer as a page shows it."""
    return {
        **_as_table(table, wanted),
        "drawing": crossing_drawing.of(table, wanted, told),
        "says": _says(wanted, told),
        **_how_sure(cube, told),
        **ask_bar.bar(cube, wanted, told),
        "files": [(form, f"?{wanted.query()}&form={form}") for form in ("xlsx", "csv", "parquet")],
        "opens": [
            (one.indicator.title.of(told), f"{reverse('board:figure', args=[one.indicator.id])}?{wanted.asked.query()}")
            for one in wanted.things if one.measure is None
        ],
    }  # fmt: skip


def _as_table(table: crossing.Table, wanted: Wanted) -> dict[str, Any]:
    """Return heads that lead to another order, and the first rows."""

    def head(title: str, at: int) -> tuple[str, str, bool]:
        return title, _sort_url(wanted, at), wanted.sort == str(at)

    return {
        "heads": [head(name, 0) for name in table.heads],
        "columns": [head(one.title, at) for at, one in enumerate(table.columns, start=1)],
        "body": crossing_rows.body(table.rows[:SHOWN_ROWS], saying.unit(wanted.asked)),
        "rows": table.rows[:SHOWN_ROWS],
        "more": max(0, len(table.rows) - SHOWN_ROWS),
    }


def _how_sure(cube: Cube, told: str) -> dict[str, Any]:
    """Return how far the values of an answer can be relied on, and what is hidden of it."""
    values = list(cube.cells.values())
    counted, waits = reading.freshness(values)
    return {
        "counted": show_datetime(counted, told),
        "waits": waits,
        "hides": cube.hides and any(value.masked for value in values),
        "incomplete": any(not value.complete for value in values),
        "estimated": any(value.estimated for value in values),
        "provisional": not cube.locked,
        "counted_now": cube.counted,
    }


def _sort_url(wanted: Wanted, at: int) -> str:
    again = wanted.sort == str(at)
    return wanted.query(sort=str(at), down=not wanted.down if again else at > 0)


def _says(wanted: Wanted, told: str) -> str:
    titles = "; ".join(one.indicator.title.of(told) for one in wanted.things)
    first, last = (f"{month % 100:02d}/{month // 100}" for month in (wanted.first, wanted.last))
    unit = saying.unit(wanted.asked)
    if wanted.of == "like" and wanted.like is not None:
        unit = _("%(unit)s and its like (%(like)s)") % {
            "unit": unit, "like": liking.called(wanted.asked.level, wanted.like.kind, told),
        }  # fmt: skip
    told_of = {
        "figures": titles,
        "unit": unit,
        "first": first,
        "last": last,
        "lines": saying.boundaries(wanted.asked, told),
    }
    some = dividing.only(wanted, told)
    if not some:
        return _("%(figures)s: %(unit)s, %(first)s – %(last)s, %(lines)s.") % told_of
    return _("%(figures)s, only %(only)s: %(unit)s, %(first)s – %(last)s, %(lines)s.") % {
        **told_of,
        "only": "; ".join(some),
    }
