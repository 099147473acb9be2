"""Difficulties as a table of shades: kinds by units or by months, so that one sees where and when they pile up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import tree
from dinh.indicators.queries import hiding, rows
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value, figure
from dinh.lib.money import show_number
from dinh.web.board import reading, saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, board_page, language, printed, show
from dinh.web.board.views.figure import rows_url
from dinh.web.board.views.rows import openers

FIGURES = ("difficulties_open_count", "difficulties_told_count", "difficulties_answered_count")
KIND = "kind"
SHADES = 5
NOT_SHOWN, FEWER = "…", "<\u00a05"


@dataclass(frozen=True)
class Cell:
    """One number: as it is shown, its shade (0: none), and the address of its rows."""

    shown: str
    shade: int
    url: str
    count: Decimal = Decimal(0)
    hidden: bool = False


@dataclass(frozen=True)
class Row:
    """One kind of difficulty, across units or months, and the whole of it."""

    title: str
    cells: tuple[Cell, ...]
    whole: Cell


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show difficulties by kind, and by unit (`by=units`) or month (`by=months`)."""
    told, known = language(), store.get().indicators
    id = request.GET.get("what", "")
    id = id if id in FIGURES else FIGURES[0]
    children = asked.children
    by = "months" if request.GET.get("by") == "months" or not children else "units"
    hide = not all(
        rows.may_open(one, asked.unit, account_of(request), asked.today) for one in measures_in(known[id])
    )
    values = _values(id, asked, by, hide=hide)
    heads = _heads(values, asked, by)
    whole = {one.part: one for one in _whole(id, asked, by, hide=hide)}
    lines = _rows(values, [key for key, _title in heads], whole, id, asked, told, by)
    together = _together(lines, [key for key, _title in heads], id, asked, told, by, hide=hide)
    if hide:
        lines = [replace(one, whole=_shaded(one.whole, [line.whole for line in lines])) for one in lines]
    opens = rows.may_list(measures_in(known[id])[0], account_of(request), asked.today)
    if form := taking.wanted(request):
        head = [_("Kind"), *(title for _key, title in heads), _("Together")]
        cells = [[one.title, *(cell.shown for cell in one.cells), one.whole.shown] for one in lines]
        last = [[_("Together"), *(cell.shown for cell in together), ""]] if together else []
        return taking.file([head, *cells, *last], form, id, asked)
    context = {
        "what": id,
        "whats": [(one, known[one].title.of(told)) for one in FIGURES],
        "by": by,
        "bys": [
            *([("units", _("by %(places)s") % {"places": saying.places(asked)})] if children else []),
            ("months", _("by months")),
        ],
        "heads": [title for _key, title in heads],
        "kinds": lines,
        "together": together,
        "opens": opens,
        "openers": "" if opens else openers(measures_in(known[id])[0], asked, reading.watermark(asked)),
        "sentence": _sentence(lines, heads),
        "here": asked.query(what=id, by=by),
        "keeps": [("what", id), ("by", by)],
        **printed(request, asked, what=id, by=by),
    }
    return show(request, "heat", asked, context, nav="heat")


def _values(id: str, asked: Asked, by: str, *, hide: bool) -> list[Value]:
    if by == "months":
        return figure(
            id, [asked.unit], asked.trend_from, asked.month, boundaries=asked.boundaries, by=KIND, each_month=True,
            mask=hide, today=asked.today, close=asked.close,
        )  # fmt: skip
    return figure(
        id, asked.children, asked.first, asked.month, boundaries=asked.boundaries, by=KIND, mask=hide, today=asked.today,
        close=asked.close,
    )  # fmt: skip


def _whole(id: str, asked: Asked, by: str, *, hide: bool) -> list[Value]:
    """Return each kind of the unit itself, over all that is shown."""
    first = asked.trend_from if by == "months" else asked.first
    return figure(
        id,
        [asked.unit],
        first,
        asked.month,
        boundaries=asked.boundaries,
        by=KIND,
        mask=hide,
        today=asked.today,
        close=asked.close,
    )


def _heads(values: Sequence[Value], asked: Asked, by: str) -> list[tuple[Any, str]]:
    if by == "months":
        months = sorted({one.first for one in values})
        return [(month, f"{month % 100}/{month // 100 % 100}") for month in months]
    tree.warm(asked.children)
    named = [(unit, tree.naming(unit, asked.day)) for unit in asked.children]
    return [(unit, naming.name if naming else "") for unit, naming in named]


def _rows(
    values: Sequence[Value], keys: Sequence[Any], whole: Mapping[str, Value], id: str, asked: Asked, told: str, by: str
) -> list[Row]:  # fmt: skip
    """Return a row for each kind, the most frequent first; what is hidden stays hidden in the sums too."""
    cells: dict[tuple[str, Any], Value] = {
        (one.part, one.first if by == "months" else one.unit): one for one in values
    }
    most = max((one.value for one in values if one.value is not None), default=Decimal(0))
    parts = sorted(
        {one.part for one in values} | set(whole), key=lambda one: (-_known(whole.get(one)), one == "", one)
    )
    lines = []
    for part in parts:
        row = tuple(_cell(cells.get((part, key)), most, id, asked, told, by) for key in keys)
        sum_ = replace(_cell(whole.get(part), Decimal(0), id, asked, told, by), shade=0)
        if sum(1 for cell in row if cell.hidden) == 1 and not sum_.hidden:
            sum_ = Cell(NOT_SHOWN, 0, "", hidden=True)  # else the hidden one could be worked out
        lines.append(Row(saying.part(KIND, part, told), row, sum_))
    return lines


def _together(
    lines: Sequence[Row], keys: Sequence[Any], id: str, asked: Asked, told: str, by: str, *, hide: bool
) -> list[Cell]:
    """Return all kinds of a unit or a month together: where single numbers are too small to be told, these may be."""
    if by == "months":
        values = figure(
            id, [asked.unit], asked.trend_from, asked.month, boundaries=asked.boundaries, each_month=True,
            today=asked.today, close=asked.close,
        )  # fmt: skip
        values = [hiding.safe(one) for one in values] if hide else values
    else:
        values = figure(
            id, asked.children, asked.first, asked.month, boundaries=asked.boundaries, today=asked.today, close=asked.close,
        )  # fmt: skip
        values = hiding.safe_beside(values) if hide else values
    known = {one.first if by == "months" else one.unit: one for one in values}
    most = max((one.value for one in values if one.value is not None), default=Decimal(0))
    found = []
    for number, key in enumerate(keys):
        cell = replace(_cell(known.get(key), most, id, asked, told, by), url="")
        if sum(1 for line in lines if line.cells[number].hidden) == 1 and not cell.hidden:
            cell = Cell(NOT_SHOWN, 0, "", hidden=True)  # else the hidden one could be worked out
        found.append(cell)
    return found


def _shaded(cell: Cell, beside: Sequence[Cell]) -> Cell:
    """Return a number with its shade among those beside it."""
    most = max((one.count for one in beside), default=Decimal(0))
    return replace(cell, shade=_shade(cell.count, most)) if cell.count else cell


def _shade(count: Decimal, most: Decimal) -> int:
    return 1 + min(SHADES - 1, int(count * SHADES / (most + 1)))


def _known(value: Value | None) -> Decimal:
    return value.value if value is not None and value.value is not None else Decimal(0)


def _cell(value: Value | None, most: Decimal, id: str, asked: Asked, told: str, by: str) -> Cell:
    if value is None or value.value is None:
        hidden = value is not None and value.masked
        return Cell(FEWER if hidden else "", int(hidden), "", hidden=hidden)
    if not value.value or not most:
        return Cell(show_number(value.value, told), 0, "", value.value)
    indicator = store.get().indicators[id]
    measure = store.get().measures.get(measures_in(indicator)[0])
    there = asked.at(value.unit) if by == "units" else replace(asked, month=value.last, span="month")
    url = rows_url(indicator, measure, there, by=KIND, part=value.part)
    return Cell(
        show_number(value.value, told),
        _shade(value.value, most),
        url,
        value.value,
    )


def _sentence(lines: Sequence[Row], heads: Sequence[tuple[Any, str]]) -> str:
    """Return where most of them are, in one sentence."""
    found = [(cell, row, number) for row in lines for number, cell in enumerate(row.cells) if cell.count]
    if found:
        cell, row, number = max(found, key=lambda one: one[0].count)
        words = _("Most often: “%(kind)s” in %(where)s, %(count)s times.")
        return words % {"kind": row.title, "where": heads[number][1], "count": cell.shown}
    most = max(lines, key=lambda one: one.whole.count, default=None)
    if most is not None and most.whole.count:
        words = _("Most often: “%(kind)s”, %(count)s times.")
        return words % {"kind": most.title, "count": most.whole.shown}
    return _("Numbers of fewer than five are not shown.") if lines else _("No difficulty is known here.")
