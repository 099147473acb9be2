"""The answer to a question as a file: CSV, XLSX or Parquet, with the question, its sources and its address inside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue.citing import cite
from dinh.directory import tree
from dinh.indicators.asking import running
from dinh.indicators.asking.cube import Cube
from dinh.indicators.queries.explaining import explain
from dinh.lib.dates import show_datetime
from dinh.lib.workbooks import Cell, Link, Number, Row, Sheet, workbook
from dinh.web.board import crossing, dividing, saying
from dinh.web.board.crossing import Table, number
from dinh.web.board.questions import Wanted
from dinh.web.components.spreadsheets import TYPES, as_csv

FORMS = {**TYPES, "parquet": "application/vnd.apache.parquet"}
# One line for each value: what data people join and group again.
TIDY = (
    ("figure", "VARCHAR"), ("code", "VARCHAR"), ("unit", "VARCHAR"), ("unit_id", "VARCHAR"), ("first", "VARCHAR"), ("last", "VARCHAR"),
    ("part", "VARCHAR"), ("part_code", "VARCHAR"), ("second", "VARCHAR"), ("second_code", "VARCHAR"), ("only", "VARCHAR"), ("value", "DOUBLE"), ("numerator", "DOUBLE"), ("denominator", "DOUBLE"),
    ("told", "INTEGER"), ("expected", "INTEGER"), ("locked", "BOOLEAN"), ("estimated", "BOOLEAN"), ("hidden", "BOOLEAN"),
)  # fmt: skip


def file(form: str, found: Table, cube: Cube, wanted: Wanted, language: str) -> HttpResponse:
    """Answer the table as a file of one of FORMS."""
    told = notes(cube, wanted, language)
    if form == "parquet":
        names = ("question", "about", "boundaries", "state", "sources", "made", "address")
        content = running.parquet(
            tidy(cube, wanted, language), TIDY, dict(zip(names, (line[1] for line in told), strict=True))
        )
    else:
        content = (
            as_csv([*_lines(found, wanted), [], *told])
            if form == "csv"
            else _workbook(found, cube, wanted, told, language)
        )
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="dinh-{wanted.first}-{wanted.last}.{form}"'
    return response


def notes(cube: Cube, wanted: Wanted, language: str) -> list[tuple[str, str]]:
    """Return what was asked, of whom, in which boundaries, how sure, from which sources, when, and the address."""
    asked = wanted.asked
    titles = "; ".join(one.indicator.title.of(language) for one in wanted.things)
    sources = "; ".join(
        f"{one.indicator.title.of(language)}: {explain(one.indicator.id, language).formula if one.measure is None else one.indicator.sentence.of(language)}"
        f" [{cite(one.indicator.source, language)}]"
        for one in wanted.things
    )
    counted = min((value.counted_at for value in cube.cells.values() if value.counted_at), default=None)
    first, last = (f"{month % 100:02d}/{month // 100}" for month in (wanted.first, wanted.last))
    state = {"official": _("locked months as they were locked, others as counted"), "live": _("everything as it is counted now"),
             "locked": _("locked months alone")}[wanted.state]  # fmt: skip
    state = _("counted now from rows, not as it was locked") if cube.counted else state
    return [
        (_("Question"), "; ".join([titles, *dividing.only(wanted, language)])),
        (_("About"), f"{saying.unit(asked)}, {first} – {last}"),
        (_("Boundaries"), saying.boundaries(asked, language)),
        (_("How sure"), f"{state}; {_('counted %(at)s') % {'at': show_datetime(counted, language)}}" if counted else state),
        (_("Sources"), sources),
        (_("Made"), show_datetime(timezone.now(), language)),
        (_("Address"), f"{settings.DINH_PUBLIC_URL.rstrip('/')}{reverse('board:ask')}?{wanted.query()}"),
    ]  # fmt: skip


def tidy(cube: Cube, wanted: Wanted, language: str) -> Iterator[list[Cell]]:
    """Yield a line for each value: figure, unit, time, part, value and what it is made of."""
    known = {one.key: one.indicator for one in wanted.things}
    day = wanted.asked.day
    parts = dividing.shown(cube.parts, wanted.parts)
    seconds = dividing.shown(cube.seconds, wanted.seconds)
    only = "; ".join(dividing.only(wanted, language))
    for (key, unit, span, part, second), value in cube.cells.items():
        if unit is None or span is None:
            continue
        if (wanted.by and part not in parts) or (wanted.also and second not in seconds):
            continue
        told = number(value, wanted) is not None
        yield [
            known[str(key)].title.of(language), str(key), tree.title(value.unit, day, with_parents=False), str(value.unit),
            f"{value.first // 100}-{value.first % 100:02d}", f"{value.last // 100}-{value.last % 100:02d}",
            *_told(wanted.by, part, language), *_told(wanted.also, second, language), only or None,
            float(value.value) if told and value.value is not None else None,
            float(value.numerator) if told and value.numerator is not None else None,
            float(value.denominator) if told and value.denominator is not None else None,
            value.told, value.expected, value.locked, value.estimated, value.masked,
        ]  # fmt: skip


def _told(by: str, part: object, language: str) -> tuple[str | None, str | None]:
    """Return a part in words and as its code; nothing where nothing is divided."""
    return (saying.part(by, str(part), language), str(part)) if by else (None, None)


def _lines(found: Table, wanted: Wanted) -> list[list[object]]:
    head: list[object] = [*(found.heads or ("",)), *(one.title for one in found.columns)]
    rows: list[list[object]] = [head]
    for row in found.rows:
        cells: list[object] = []
        for cell in row.cells:
            told = number(cell.value, wanted)
            cells.append(exact(told) if told is not None and wanted.show == "value" else cell.shown)
        rows.append([*row.titles, *cells])
    return rows


def exact(value: Decimal) -> int | float:
    """Return a number as a file holds it: what is whole as a whole number, so that 17 people are not 17.0."""
    return int(value) if value == value.to_integral_value() else float(value)


def _workbook(found: Table, cube: Cube, wanted: Wanted, told: list[tuple[str, str]], language: str) -> bytes:
    """Return the table as it is seen, each value in a line of its own, and what was asked."""
    head = [*(found.heads or ("",)), *(one.title for one in found.columns)]
    names = [name for name, _kind in TIDY]
    sheets = [
        Sheet(_("Table"), _rows(found, wanted), head, widths=(34, 16), beside=len(found.heads or ("",))),
        Sheet(_("Values"), tidy(cube, wanted, language), names, widths=(34, 16), finds=True),
        Sheet(_("Question"), [*told, *_opens(wanted, language)], widths=(20, 110)),
    ]
    return workbook(sheets, language=language)


def _rows(found: Table, wanted: Wanted) -> Iterator[Row]:
    digits = {one.key: one.indicator.decimals for one in wanted.things}
    for row in found.rows:
        cells: list[Cell] = [Link(row.titles[0], _address(row, wanted)), *row.titles[1:]]
        for at, cell in enumerate(row.cells):
            told = number(cell.value, wanted) if wanted.show == "value" else None
            cells.append(
                cell.shown if told is None else Number(told, digits.get(str(found.thing(row, at)), 0))
            )
        yield Row(cells, row.together)


def _address(row: crossing.Row, wanted: Wanted) -> str:
    """Return the page of the figure of a row, of its unit; "" for a measure by itself, which has none."""
    by_key = {one.key: one for one in wanted.things}
    thing = by_key.get(str(row.keys[0])) or wanted.things[0]
    unit = next((key for key in row.keys if isinstance(key, UUID)), wanted.asked.unit)
    return "" if thing.measure is not None else _figure(thing.indicator.id, wanted.asked.at(unit).query())


def _opens(wanted: Wanted, language: str) -> list[list[Cell]]:
    """Return where each figure opens down to its rows."""
    return [
        [_("Figure"), Link(one.indicator.title.of(language), _figure(one.indicator.id, wanted.asked.query()))]
        for one in wanted.things if one.measure is None
    ]  # fmt: skip


def _figure(id: str, query: str) -> str:
    return f"{settings.DINH_PUBLIC_URL.rstrip('/')}{reverse('board:figure', args=[id])}?{query}"
