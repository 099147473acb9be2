"""The answer to a question as a file: CSV, XLSX or Parquet, with the question, its sources and its address inside."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.directory import tree
from dinh.indicators.asking import running
from dinh.indicators.asking.cube import Cube
from dinh.indicators.queries.explaining import explain
from dinh.lib.dates import show_datetime
from dinh.lib.spreadsheets import WRITTEN
from dinh.web.board import saying
from dinh.web.board.crossing import Table, number
from dinh.web.board.questions import Wanted
from dinh.web.components.spreadsheets import TYPES, as_csv

FORMS = {**TYPES, "parquet": "application/vnd.apache.parquet"}
# One line for each value: what data people join and group again.
TIDY = (
    ("figure", "VARCHAR"), ("code", "VARCHAR"), ("unit", "VARCHAR"), ("unit_id", "VARCHAR"), ("first", "VARCHAR"), ("last", "VARCHAR"),
    ("part", "VARCHAR"), ("part_code", "VARCHAR"), ("value", "DOUBLE"), ("numerator", "DOUBLE"), ("denominator", "DOUBLE"),
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
        lines = _lines(found, wanted)
        content = (
            as_csv([*lines, [], *told])
            if form == "csv"
            else _xlsx(lines, list(tidy(cube, wanted, language)), told)
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
        f" [{one.indicator.source}]"
        for one in wanted.things
    )
    counted = min((value.counted_at for value in cube.cells.values() if value.counted_at), default=None)
    first, last = (f"{month % 100:02d}/{month // 100}" for month in (wanted.first, wanted.last))
    state = {"official": _("locked months as they were locked, others as counted"), "live": _("everything as it is counted now"),
             "locked": _("locked months alone")}[wanted.state]  # fmt: skip
    return [
        (_("Question"), titles),
        (_("About"), f"{saying.unit(asked)}, {first} – {last}"),
        (_("Boundaries"), saying.boundaries(asked, language)),
        (_("How sure"), f"{state}; {_('counted %(at)s') % {'at': show_datetime(counted, language)}}" if counted else state),
        (_("Sources"), sources),
        (_("Made"), show_datetime(timezone.now(), language)),
        (_("Address"), f"{settings.DINH_PUBLIC_URL.rstrip('/')}{reverse('board:ask')}?{wanted.query()}"),
    ]  # fmt: skip


def tidy(cube: Cube, wanted: Wanted, language: str) -> Iterator[list[object]]:
    """Yield a line for each value: figure, unit, time, part, value and what it is made of."""
    known = {one.key: one.indicator for one in wanted.things}
    day = wanted.asked.day
    for (key, unit, span, part), value in cube.cells.items():
        if unit is None or span is None or (wanted.by and part is None):
            continue
        if wanted.parts and part not in wanted.parts:
            continue
        told = number(value, wanted) is not None
        yield [
            known[str(key)].title.of(language), key, tree.title(value.unit, day, with_parents=False), str(value.unit),
            f"{value.first // 100}-{value.first % 100:02d}", f"{value.last // 100}-{value.last % 100:02d}",
            saying.part(wanted.by, str(part), language) if wanted.by else None, part if wanted.by else None,
            float(value.value) if told and value.value is not None else None,
            float(value.numerator) if told and value.numerator is not None else None,
            float(value.denominator) if told and value.denominator is not None else None,
            value.told, value.expected, value.locked, value.estimated, value.masked,
        ]  # fmt: skip


def _lines(found: Table, wanted: Wanted) -> list[list[object]]:
    head: list[object] = [*(found.heads or ("",)), *(one.title for one in found.columns)]
    rows: list[list[object]] = [head]
    for row in found.rows:
        cells: list[object] = []
        for cell in row.cells:
            told = number(cell.value, wanted)
            cells.append(float(told) if told is not None and wanted.show == "value" else cell.shown)
        rows.append([*row.titles, *cells])
    return rows


def _xlsx(lines: list[list[object]], all_values: list[list[object]], told: list[tuple[str, str]]) -> bytes:
    import xlsxwriter  # heavy, and rarely asked for

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, WRITTEN) as book:
        bold = book.add_format({"bold": True})
        sheets: list[tuple[str, list[list[object]]]] = [
            (_("Table"), lines),
            (_("Values"), [[name for name, _kind in TIDY], *all_values]),
            (_("Question"), [list(line) for line in told]),
        ]
        for number_of_sheet, (title, rows) in enumerate(sheets):
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row, bold if at == 0 and number_of_sheet < 2 else None)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, 20, 16)
    return out.getvalue()
