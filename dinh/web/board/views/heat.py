"""Difficulties as a table of shades: kinds by units or by months, so that one sees where and when they pile up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import tree
from dinh.indicators.asking.things import thing
from dinh.indicators.queries import hiding, rows
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value, figure
from dinh.lib.money import show_number
from dinh.web.board import saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, board_page, language, printed, show
from dinh.web.board.views.figure import rows_url
from dinh.web.board.views.rows import openers

FIGURES = ("difficulties_open_count", "difficulties_told_count", "difficulties_answered_count")
KIND = "kind"
SHADES = 5
NOT_SHOWN, FEWER = "…", "<\u00a05"
Column = UUID | int  # a unit, or a month
Place = tuple[Column | None, str | None]
Cells = Mapping[Place, Value]


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
    account = account_of(request)
    found = _cells(id, asked, by)
    if shut := hiding.hidden_from(account, [known[id]], asked.unit, asked.today):
        found = _safely(id, found, by, shut)
    heads = _heads(found, asked, by)
    lines = _rows(found, [key for key, _title in heads], id, asked, told, by)
    together = _together(found, [key for key, _title in heads], id, asked, told, by)
    if shut:
        lines = [replace(one, whole=_shaded(one.whole, [line.whole for line in lines])) for one in lines]
    opens = rows.may_list(measures_in(known[id])[0], account, asked.today)
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
        "openers": "" if opens else openers(measures_in(known[id])[0], asked),
        "sentence": _sentence(lines, heads),
        "here": asked.query(what=id, by=by),
        "keeps": [("what", id), ("by", by)],
        **printed(request, asked, what=id, by=by),
    }
    return show(request, "heat", asked, context, nav="heat")


def _cells(id: str, asked: Asked, by: str) -> Cells:
    """Return the numbers of a table by (unit or month, kind); None: the unit itself over all that is shown, all kinds."""
    months = by == "months"
    units, first = (asked.unit,) if months else asked.children, asked.trend_from if months else asked.first

    def read(units: Sequence[UUID], *, each: bool, kinds: bool) -> list[Value]:
        return figure(
            id, units, first, asked.month, boundaries=asked.boundaries, by=KIND if kinds else "", each_month=each,
            today=asked.today, close=asked.close,
        )  # fmt: skip

    found: dict[Place, Value] = {}
    for kinds in (True, False):
        for one in read(units, each=months, kinds=kinds):
            found[(one.first if months else one.unit, one.part if kinds else None)] = one
        for one in read([asked.unit], each=False, kinds=kinds):
            found[(None, one.part if kinds else None)] = one
    return found


def _safely(id: str, cells: Cells, by: str, shut: frozenset[str]) -> Cells:
    """Return a table without what tells of so few and what gives that away: along units, along months that add up, along kinds."""
    months, item = by == "months", thing(id)
    keys: dict[Place, hiding.Key] = {
        (column, kind): (id, "", column, kind) if months else (id, column, "", kind) for column, kind in cells
    }
    along = (hiding.TIME,) if months and item is not None and item.adds_time else ()
    axes = along if months else (hiding.UNIT,)
    figures = {id: {keys[place]: value for place, value in cells.items()}}
    gone = hiding.given_away(figures, {id: (*axes, hiding.LABELS)}, shut)[id]
    return {place: hiding.hide(value) if keys[place] in gone else value for place, value in cells.items()}


def _heads(cells: Cells, asked: Asked, by: str) -> list[tuple[Column, str]]:
    if by == "months":
        months = sorted({column for column, _kind in cells if isinstance(column, int)})
        return [(month, f"{month % 100}/{month // 100 % 100}") for month in months]
    tree.warm(asked.children)
    named = [(unit, tree.naming(unit, asked.day)) for unit in asked.children]
    return [(unit, naming.name if naming else "") for unit, naming in named]


def _rows(cells: Cells, keys: Sequence[Column], id: str, asked: Asked, told: str, by: str) -> list[Row]:
    """Return a row for each kind, the most frequent first."""
    most = _most(cells[place] for place in cells if place[0] is not None and place[1] is not None)
    kinds = {kind for _column, kind in cells if kind is not None}
    return [
        Row(
            saying.part(KIND, kind, told),
            tuple(_cell(cells.get((key, kind)), most, id, asked, told, by) for key in keys),
            replace(_sum(_cell(cells.get((None, kind)), Decimal(0), id, asked, told, by)), shade=0),
        )
        for kind in sorted(kinds, key=lambda one: (-_known(cells.get((None, one))), one == "", one))
    ]


def _together(cells: Cells, keys: Sequence[Column], id: str, asked: Asked, told: str, by: str) -> list[Cell]:
    """Return all kinds of a unit or a month together: where single numbers are too small to be told, these may be."""
    most = _most(cells[place] for place in cells if place[0] is not None and place[1] is None)
    return [replace(_sum(_cell(cells.get((key, None)), most, id, asked, told, by)), url="") for key in keys]


def _sum(cell: Cell) -> Cell:
    """Return a sum; a hidden one need not be of so few: it may be hidden beside others."""
    return replace(cell, shown=NOT_SHOWN) if cell.hidden else cell


def _most(values: Iterable[Value]) -> Decimal:
    return max((one.value for one in values if one.value is not None), default=Decimal(0))


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


def _sentence(lines: Sequence[Row], heads: Sequence[tuple[Column, str]]) -> str:
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
