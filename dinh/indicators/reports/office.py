"""A report as an office document and as a workbook, both out of the composed document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dinh.indicators.reports.document import Block, Document, Row
from dinh.lib import docx
from dinh.lib.docx import Heading, Paragraph, Table
from dinh.lib.workbooks import Cell, Chart, Link, Number, Sheet, workbook
from dinh.lib.workbooks import Row as WorkbookRow

DRAFT = "DỰ THẢO – SỐ LIỆU TẠM TÍNH"
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
TITLE = "Báo cáo"


def as_docx(document: Document, number: str, at: datetime, opens: str) -> bytes:
    """Return the report as DOCX.

    number  "12/BC-UBND", "" for one that has none yet
    opens   address of its page, where each figure opens
    """
    return docx.document(
        _written(document, number, opens), title=f"{document.title}: {document.about}", author=document.agency["name"],
        at=at, header="" if document.locked else DRAFT,
    )  # fmt: skip


def _written(document: Document, number: str, opens: str) -> Iterator[docx.Block]:
    yield _head(document, number)
    yield Paragraph(document.title.upper(), bold=True, align="center", size=14)
    yield Paragraph(document.about, bold=True, align="center", size=14)
    yield Paragraph("_______________", align="center")
    for one in document.blocks:
        if not one.annex:
            yield from _block(one, document)
    yield _foot(document)
    for line in document.basis:
        yield Paragraph(line, italic=True, size=10)
    yield Paragraph("Mở từng số liệu của báo cáo này: ", italic=True, size=10, link=opens)
    for one in document.blocks:
        if one.annex:
            yield from _block(one, document)


def _head(document: Document, number: str) -> Table:
    left = [Paragraph(document.agency["parent"].upper(), align="center", size=12)] * bool(
        document.agency["parent"]
    )
    left += [
        Paragraph(document.agency["name"].upper(), bold=True, align="center", size=12),
        Paragraph("_______", align="center", size=12),
        Paragraph(f"Số: {number or f'        /{document.symbol}'}", align="center"),
    ]
    right = [
        Paragraph(NATION, bold=True, align="center", size=12),
        Paragraph(MOTTO, bold=True, align="center"),
        Paragraph("_____________________", align="center", size=12),
        Paragraph(document.place_date, italic=True, align="center"),
    ]
    return Table([[left, right]], widths=(43, 57), head=False, border=False)


def _foot(document: Document) -> Table:
    left = [Paragraph("Nơi nhận:", bold=True, italic=True, align="left", size=12)]
    last = len(document.to) - 1
    left += [
        Paragraph(f"- {one}{'.' if number == last else ';'}", align="left", size=11)
        for number, one in enumerate(document.to)
    ]
    right = [
        Paragraph("TM. ỦY BAN NHÂN DÂN", bold=True, align="center"),
        Paragraph(document.signer.upper(), bold=True, align="center"),
        *([Paragraph("", align="center")] * 4),
    ]
    return Table([[left, right]], widths=(55, 45), head=False, border=False)


def _block(block: Block, document: Document) -> Iterator[docx.Block]:
    if block.what == "heading":
        lines = block.text.split("\n")
        if block.annex:
            yield Paragraph(lines[0], bold=True, align="center", size=14, new_page=True)
            yield from (Paragraph(line, bold=True, align="center", size=14) for line in lines[1:])
        else:
            yield Heading(block.text)
    elif block.what == "text":
        yield Paragraph(block.text, indent=True)
    elif block.what == "note":
        yield Paragraph(block.text, italic=True, size=10)
    elif block.what == "table":
        cells: list[Sequence[str]] = [block.columns, *(row.cells for row in block.rows)]
        links = {
            (number, min(1, block.texts - 1)): document.link(row.figure, row.unit)
            for number, row in enumerate(block.rows, start=1)
        }
        strong = frozenset(number for number, row in enumerate(block.rows, start=1) if row.strong)
        size = 8 if len(block.columns) > 9 else 10.5 if len(block.columns) > 6 else 12
        yield Table(
            cells, widths=[round(one * 10) for one in block.widths], numbers_from=block.texts, links=links,
            strong=strong, size=size,
        )  # fmt: skip


def as_xlsx(document: Document, number: str, opens: str) -> bytes:
    """Return the report as a workbook: a first sheet of words, then a sheet for each table, numbers as numbers."""
    return workbook(_sheets(document, number, opens))


def _sheets(document: Document, number: str, opens: str) -> Iterator[Sheet]:
    header = "" if document.locked else DRAFT
    yield Sheet(TITLE, _words(document, number, opens), widths=(110,), header=header)
    title = ""
    for block in document.blocks:
        if block.what == "heading":
            title = block.text.replace("\n", " ")
        elif block.what == "table":
            whole = sum(block.widths) or 1
            widths = [max(6.0, 110 * width / whole) for width in block.widths]
            rows = (_line(row, block, document) for row in block.rows)
            yield Sheet(
                title, rows, block.columns, above=(title,), widths=widths, beside=min(2, block.texts), ruled=True, finds=True,
                header=header,
            )  # fmt: skip
        elif block.what == "chart" and block.points:
            points = zip(block.labels, block.points, strict=True)
            drawn = [
                [label, None if one is None else Number(one, 0 if one == int(one) else 1)]
                for label, one in points
            ]
            chart = Chart(block.text, 0, 1, len(drawn))
            yield Sheet(
                title, drawn, ("Tháng", block.text), widths=(18,), ruled=True, header=header, charts=(chart,)
            )


def _words(document: Document, number: str, opens: str) -> Iterator[WorkbookRow]:
    """Yield what the report says without its tables, line by line."""
    strong = {document.agency["name"].upper(), document.title.upper(), document.about, DRAFT}
    lines = [
        document.agency["name"].upper(), f"Số: {number or f'      /{document.symbol}'}", document.place_date, "",
        document.title.upper(), document.about, *([] if document.locked else [DRAFT]), "",
    ]  # fmt: skip
    yield from (WorkbookRow((line,), line in strong) for line in lines)
    for one in document.blocks:
        if one.what in {"heading", "text"}:
            yield WorkbookRow((one.text,), one.what == "heading")
    yield from (WorkbookRow((line,)) for line in ("", *document.basis))
    yield WorkbookRow((Link("Mở từng số liệu của báo cáo này", opens),))


def _line(row: Row, block: Block, document: Document) -> WorkbookRow:
    opening = min(1, block.texts - 1)
    cells: list[Cell] = []
    for column, (cell, plain) in enumerate(zip(row.cells, row.plain, strict=True)):
        if plain is not None:
            cells.append(Number(plain, min(2, len(cell.rstrip("%").partition(",")[2]))))
        elif column == opening:
            cells.append(Link(cell, document.link(row.figure, row.unit)))
        else:
            cells.append(int(cell) if column == 0 and cell.isdecimal() else cell)
    return WorkbookRow(cells, row.strong)
