"""Asking the data: figures, units, time and parts as one wants them, as a table and a drawing at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from dinh.directory import policy, tree
from dinh.indicators.asking import crossed
from dinh.indicators.asking import cube as asking_cube
from dinh.indicators.asking.crossed import TooMuch
from dinh.indicators.asking.cube import Cube
from dinh.indicators.asking.hiding import hidden_from
from dinh.indicators.queries.questions import ASK
from dinh.lib.dates import show_datetime
from dinh.lib.money import UNKNOWN
from dinh.lib.names import fold
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
from dinh.web.board.views import ask_form
from dinh.web.board.views.ask_kept import shares
from dinh.web.board.views.base import account_of, board_page, head, language

SHOWN_ROWS, BARS, BARS_OF_ROW = 400, 30, 3
KEPT_SECONDS = 600


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
    account = account_of(request)
    question = wanted.question()
    told = "|".join(
        (
            str(account.pk),
            str(policy.scope(account, ASK, wanted.asked.today)),
            question.told,  # the close of the reader is in it
            str(sorted(hidden_from(question, account))),
            reading.watermark(),
        )
    )
    key = f"ask:{hashlib.sha256(told.encode()).hexdigest()}"
    found: Cube | None = cache.get(key)
    if found is None:
        found = asking_cube.answer(question, account)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _answered(cube: Cube, table: crossing.Table, wanted: Wanted, told: str) -> dict[str, Any]:
    values = list(cube.cells.values())
    counted, waits = reading.freshness(values)
    return {
        "table": table,
        "heads": [(name, _sort_url(wanted, 0), wanted.sort == "0") for name in table.heads],
        "columns": [(one.title, _sort_url(wanted, at + 1), wanted.sort == str(at + 1)) for at, one in enumerate(table.columns)],
        "rows": table.rows[:SHOWN_ROWS],
        "body": crossing_rows.body(table.rows[:SHOWN_ROWS], saying.unit(wanted.asked)),
        "more": max(0, len(table.rows) - SHOWN_ROWS),
        "drawing": _drawing(table, wanted, told),
        "says": _says(wanted, told),
        "counted": show_datetime(counted, told),
        "waits": waits,
        "hides": cube.hides and any(value.masked for value in values),
        "incomplete": any(not value.complete for value in values),
        "estimated": any(value.estimated for value in values),
        "provisional": any(not value.locked for value in values),
        "dimensions": _dimensions(wanted, wanted.by, ""),
        "second_dimensions": _dimensions(wanted, wanted.also, wanted.by) if wanted.by else [],
        "part_choices": _parts(wanted.by, cube.parts, wanted.parts, told),
        "second_choices": _parts(wanted.also, cube.seconds, wanted.seconds, told),
        "part_title": _("Show only some: %(name)s") % {"name": dividing.dimension(wanted.by)},
        "second_title": _("Show only some: %(name)s") % {"name": dividing.dimension(wanted.also)},
        "filters": list(dividing.filters(wanted, told)),
        "counts": [{"title": one.indicator.title.of(told), "can": crossed.can(one), "out": one.key in cube.left_out} for one in wanted.things],
        "once": "; ".join(one.indicator.title.of(told) for one in wanted.things if not crossed.can(one)),
        "counted_now": cube.counted,
        "across_choices": [(code, title, wanted.across == code) for code, title in _across(wanted, cube)],
        "unit_choices": _units(wanted),
        "files": [(form, f"?{wanted.query()}&form={form}") for form in ("xlsx", "csv", "parquet")],
        "opens": [(one.indicator.title.of(told), reverse("board:figure", args=[one.indicator.id]) + "?" + wanted.asked.query()) for one in wanted.things if one.measure is None],
    }  # fmt: skip


def _dimensions(wanted: Wanted, chosen: str, other: str) -> list[tuple[str, str, bool]]:
    """Return by what may be divided, beside another dimension."""
    found = [("", _("no division"), chosen == "")]
    return found + [
        (name, dividing.dimension(name), name == chosen) for name in wanted.dimensions if name != other
    ]


def _parts(by: str, known: Sequence[str], some: Sequence[str], told: str) -> list[tuple[str, str, bool]]:
    """Return the parts of a dimension to choose from."""
    every = sorted(dict.fromkeys((*known, *some)), key=crossing.order) if by else []
    return [(part, saying.part(by, part, told), part in some) for part in every]


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


def _drawing(table: crossing.Table, wanted: Wanted, told: str) -> Any:
    """Return lines where time stands as columns; bars of the first column otherwise."""
    first = wanted.things[0]
    rows = [
        row
        for row in table.rows
        if len(wanted.things) == 1 or wanted.across == "figure" or row.keys[0] == first.key
    ]
    title = _("%(figure)s; the same numbers stand in the table") % {"figure": first.indicator.title.of(told)}
    plain = [at for at, one in enumerate(table.columns) if one.key is not None] or [0]

    many = len(wanted.things) > 1 and wanted.across != "figure"
    wanted_heads = (
        len(table.heads) - 1 if many else len(table.heads)
    )  # the drawing is of the first figure alone

    def line(row: crossing.Row, some: list[int]) -> crossing_drawing.Line:
        names = row.titles[len(table.heads) - wanted_heads :]
        name = " · ".join(name for name in names if name) or first.indicator.title.of(told)
        shown = tuple(row.cells[at].shown or UNKNOWN for at in some)
        return crossing_drawing.Line(
            name, tuple(crossing.number(row.cells[at].value, wanted) for at in some), shown
        )

    if wanted.across == "time" and len(plain) > 1:
        everywhere = [row for row in rows if row.together and row.keys[1] is None][
            : crossing_drawing.MOST_LINES // 2
        ]
        chosen = (everywhere or [row for row in rows if row.together][:1]) + [
            row for row in rows if not row.together
        ]
        drawn = [line(row, plain) for row in chosen[: crossing_drawing.MOST_LINES]]
        share = (
            first.indicator.kind == "ratio"
            and first.indicator.unit.of("en") == "%"
            and wanted.show == "value"
        )
        names = [table.columns[at].title for at in plain]
        return crossing_drawing.lines(drawn, names, title, told, 100.0 if share else None)
    some = plain[:1] if wanted.across == "figure" else plain[:BARS_OF_ROW]
    names = [table.columns[at].title for at in some] if len(some) > 1 else [""]
    return crossing_drawing.bars([line(row, some) for row in rows if not row.together][:BARS], names, title)


def _across(wanted: Wanted, cube: Cube) -> list[tuple[str, str]]:
    found = [("time", _("Months"))]
    found += [("unit", _("Which unit"))] if len(cube.question.units) > 1 else []
    found += [("part", dividing.dimension(wanted.by))] if wanted.by else []
    found += [("second", dividing.dimension(wanted.also))] if wanted.also else []
    found += [("figure", _("Figures"))] if len(wanted.things) > 1 else []
    return found


def _units(wanted: Wanted) -> list[tuple[str, str, bool]]:
    below = wanted.siblings
    tree.warm(below)
    found = [
        (str(one), tree.title(one, wanted.asked.day, with_parents=False), one in wanted.units)
        for one in below
    ]
    return sorted(found, key=lambda one: fold(one[1]))
