"""Asking the data: figures, units, time and parts as one wants them, as a table and a drawing at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.indicators.asking import cube as asking_cube
from dinh.indicators.asking.cube import Cube
from dinh.indicators.asking.things import PREFIX
from dinh.indicators.queries.questions import ASK, kept
from dinh.lib.dates import show_datetime
from dinh.lib.money import UNKNOWN
from dinh.lib.names import fold
from dinh.web.board import crossing, crossing_drawing, crossing_files, questions, reading, saying
from dinh.web.board.asking import Asked, written
from dinh.web.board.questions import Wanted
from dinh.web.board.views.ask_kept import shares
from dinh.web.board.views.base import account_of, board_page, head, language

SHOWN_ROWS, BARS, BARS_OF_ROW = 400, 30, 3
KEPT_SECONDS = 600


@dataclass(frozen=True)
class Choice:
    """A figure that can be chosen, found by its words without accents."""

    key: str
    title: str
    words: str
    chosen: bool


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show a question and its answer; htmx gets the answer alone."""
    account, told = account_of(request), language()
    policy.require(account, ASK, unit=asked.unit, on=asked.today)
    wanted = questions.of(request.GET, asked)
    cube = _answer(wanted, request)
    table = crossing.table(cube, wanted, told)
    form = request.GET.get("form", "")
    if form in crossing_files.FORMS:
        return crossing_files.file(form, table, cube, wanted, told)
    context = {
        "wanted": wanted,
        "asks": wanted.query(),
        "unit_title": saying.unit(asked),
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
            **_form(request, wanted, told),
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
            wanted.query(),
            wanted.asked.today.isoformat(),
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
        "more": max(0, len(table.rows) - SHOWN_ROWS),
        "drawing": _drawing(table, wanted, told),
        "says": _says(wanted, told),
        "counted": show_datetime(counted, told),
        "waits": waits,
        "hides": cube.hides and any(value.masked for value in values),
        "incomplete": any(not value.complete for value in values),
        "estimated": any(value.estimated for value in values),
        "provisional": any(not value.locked for value in values),
        "dimensions": [("", _("no division"), wanted.by == "")]
        + [(name, str(saying.DIMENSIONS.get(name, name)), wanted.by == name) for name in wanted.dimensions],
        "part_choices": [(part, saying.part(wanted.by, part, told), part in wanted.parts) for part in cube.parts] if wanted.by else [],
        "across_choices": [(code, title, wanted.across == code) for code, title in _across(wanted, cube)],
        "unit_choices": _units(wanted),
        "files": [(form, f"?{wanted.query()}&form={form}") for form in ("xlsx", "csv", "parquet")],
        "opens": [(one.indicator.title.of(told), reverse("board:figure", args=[one.indicator.id]) + "?" + wanted.asked.query()) for one in wanted.things if one.measure is None],
    }  # fmt: skip


def _sort_url(wanted: Wanted, at: int) -> str:
    again = wanted.sort == str(at)
    return wanted.query(sort=str(at), down=not wanted.down if again else at > 0)


def _says(wanted: Wanted, told: str) -> str:
    titles = "; ".join(one.indicator.title.of(told) for one in wanted.things)
    first, last = (f"{month % 100:02d}/{month // 100}" for month in (wanted.first, wanted.last))
    return _("%(figures)s: %(unit)s, %(first)s – %(last)s, %(lines)s.") % {
        "figures": titles, "unit": saying.unit(wanted.asked), "first": first, "last": last,
        "lines": saying.boundaries(wanted.asked, told),
    }  # fmt: skip


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
        return crossing_drawing.lines(drawn, [table.columns[at].title for at in plain], title, told)
    some = plain[:1] if wanted.across == "figure" else plain[:BARS_OF_ROW]
    names = [table.columns[at].title for at in some] if len(some) > 1 else [""]
    return crossing_drawing.bars([line(row, some) for row in rows if not row.together][:BARS], names, title)


def _across(wanted: Wanted, cube: Cube) -> list[tuple[str, str]]:
    found = [("time", _("Months"))]
    found += [("unit", _("Which unit"))] if len(cube.question.units) > 1 else []
    found += [("part", str(saying.DIMENSIONS.get(wanted.by, wanted.by)))] if wanted.by else []
    found += [("figure", _("Figures"))] if len(wanted.things) > 1 else []
    return found


def _units(wanted: Wanted) -> list[tuple[str, str, bool]]:
    below = wanted.asked.children
    tree.warm(below)
    found = [
        (str(one), tree.title(one, wanted.asked.day, with_parents=False), one in wanted.units)
        for one in below
    ]
    return sorted(found, key=lambda one: fold(one[1]))


def _form(request: HttpRequest, wanted: Wanted, told: str) -> Mapping[str, Any]:
    first = [(written(one), saying.month(one), one == wanted.first) for one in questions.months(wanted)]
    last = [(written(one), saying.month(one), one == wanted.last) for one in questions.months(wanted)]
    return {
        "groups": _groups(wanted, told),
        "firsts": first,
        "lasts": last,
        "eaches": [(code, title, wanted.each == code) for code, title in (("month", _("each month")), ("quarter", _("each quarter")), ("year", _("each year")), ("sum", _("the whole time together")))],
        "states": [(code, title, wanted.state == code) for code, title in (("official", _("as locked; the rest provisional")), ("live", _("as counted now")), ("locked", _("locked months alone")))],
        "shows": [(code, title, wanted.show == code) for code, title in (("value", _("the value")), ("cases", _("numerator / denominator")))],
        "ofs": [(code, title, wanted.of == code) for code, title in (("below", _("the units below it")), ("self", _("itself alone")))] if wanted.asked.children else [],
        "examples": _examples(wanted),
        "kept": kept(account_of(request), wanted.asked.today, kind="figures")[:8],
    }  # fmt: skip


def _groups(wanted: Wanted, told: str) -> list[tuple[str, list[Choice], int]]:
    """Return the figures to choose by group, and at the end the measures by themselves."""
    chosen = {one.key for one in wanted.things}
    every = store.get()
    groups: dict[str, list[Choice]] = {entry.code: [] for entry in every.lists["indicator_groups"].entries}
    for indicator in every.indicators.values():
        title = indicator.title.of(told)
        groups.setdefault(indicator.group, []).append(
            Choice(indicator.id, title, fold(f"{title} {indicator.id}"), indicator.id in chosen)
        )
    titles = {entry.code: entry.title.of(told) for entry in every.lists["indicator_groups"].entries}
    measures = [
        Choice(
            PREFIX + one.id,
            one.title.of(told),
            fold(f"{one.title.of(told)} {one.id}"),
            PREFIX + one.id in chosen,
        )
        for one in every.measures.values()
    ]
    found = [
        (titles.get(code, code), sorted(some, key=lambda one: one.words)) for code, some in groups.items()
    ]
    found.append(
        (_("Measures by themselves: what is counted or told"), sorted(measures, key=lambda one: one.words))
    )
    return [(title, some, sum(one.chosen for one in some)) for title, some in found if some]


def _examples(wanted: Wanted) -> list[tuple[str, str]]:
    """Return questions to start from, about the unit that is shown and its latest months."""
    from dinh.indicators.asking.things import thing

    def asks(keys: tuple[str, ...], **changes: Any) -> str:
        things = tuple(found for key in keys if (found := thing(key)))
        usual = {"of": "below" if wanted.asked.children else "self", "by": "", "parts": (), "units": (), "each": "month",
                 "across": "time", "sort": "", "down": False, "show": "value"}  # fmt: skip
        return wanted.query(things=things, **{**usual, **changes})

    return [
        (_("Dossiers on time, unit by unit, month by month"), asks(("on_time_rate",))),
        (_("Who files online? By sex and unit"), asks(("d766_3_2", "online_rate"), by="sex", each="sum", across="part")),
        (_("Dossiers filed, by age"), asks(("m.dossiers_filed",), by="age_band", of="self")),
        (_("Filed, ended, late: side by side"), asks(("dossiers_filed_count", "dossiers_ended_count", "late_rate"), each="sum", across="figure")),
        (_("Identity level 2, unit by unit, the lowest first"), asks(("eid_2_rate",), each="sum", sort="1")),
    ]  # fmt: skip
