"""A report as an office document and as a workbook, both out of the composed document."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from dinh.indicators.reports.document import Block, Document, Row
from dinh.lib import docx
from dinh.lib.docx import Heading, Paragraph, Table
from dinh.lib.spreadsheets import WRITTEN

DRAFT = "DỰ THẢO – SỐ LIỆU TẠM TÍNH"
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
BAD_IN_SHEET = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


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
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, WRITTEN) as book:
        forms = {
            "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
            ),
            "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "link": book.add_format(
                {"border": 1, "text_wrap": True, "font_color": "#1f3f68", "underline": 1}
            ),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        for digits in range(3):
            form = "#,##0" + ("." + "0" * digits if digits else "")
            forms[f"n{digits}"] = book.add_format({"border": 1, "num_format": form})
            forms[f"s{digits}"] = book.add_format({"border": 1, "num_format": form, "bold": True})
        _words(book, document, number, opens, forms)
        title = ""
        used: set[str] = {"báo cáo"}
        for block in document.blocks:
            if block.what == "heading":
                title = block.text.replace("\n", " ")
            elif block.what == "table":
                _sheet(book, block, _sheet_name(title, used), title, document, forms)
            elif block.what == "chart" and block.points:
                _drawn(book, block, _sheet_name(title, used), forms)
    return out.getvalue()


def _words(book: Any, document: Document, number: str, opens: str, forms: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Báo cáo")
    _page(sheet, document)
    sheet.set_column(0, 0, 110)
    lines = [
        (document.agency["name"].upper(), "bold"), (f"Số: {number or f'      /{document.symbol}'}", "wrap"),
        (document.place_date, "wrap"), ("", "wrap"), (document.title.upper(), "bold"), (document.about, "bold"),
        *([] if document.locked else [(DRAFT, "bold")]), ("", "wrap"),
        *((one.text, "bold" if one.what == "heading" else "wrap") for one in document.blocks if one.what in {"heading", "text"}),
        ("", "wrap"), *((line, "wrap") for line in document.basis),
    ]  # fmt: skip
    for row, (line, form) in enumerate(lines):
        sheet.write_string(row, 0, line, forms[form])
    sheet.write_url(len(lines), 0, opens, string="Mở từng số liệu của báo cáo này")


def _sheet(book: Any, block: Block, name: str, title: str, document: Document, forms: dict[str, Any]) -> None:
    sheet = book.add_worksheet(name)
    _page(sheet, document)
    sheet.write_string(0, 0, title)
    sheet.write_row(1, 0, block.columns, forms["head"])
    whole = sum(block.widths) or 1
    for column, width in enumerate(block.widths):
        sheet.set_column(column, column, max(6, 110 * width / whole))
    for number, row in enumerate(block.rows, start=2):
        _line(sheet, number, row, block, document, forms)
    sheet.freeze_panes(2, min(2, block.texts))
    sheet.repeat_rows(1)
    if block.rows:
        sheet.autofilter(1, 0, 1 + len(block.rows), len(block.columns) - 1)


def _line(sheet: Any, number: int, row: Row, block: Block, document: Document, forms: dict[str, Any]) -> None:
    opening = min(1, block.texts - 1)
    many = len(block.rows) > 500  # Excel holds 65,530 links, and each costs time
    for column, (cell, plain) in enumerate(zip(row.cells, row.plain, strict=True)):
        if plain is not None:
            digits = len(cell.rstrip("%").partition(",")[2])
            sheet.write_number(number, column, plain, forms[f"{'s' if row.strong else 'n'}{min(digits, 2)}"])
        elif column == opening and not many and (link := document.link(row.figure, row.unit)):
            sheet.write_url(number, column, link, forms["link"], string=cell)
        else:
            sheet.write_string(number, column, cell, forms["head" if row.strong else "text"])


def _drawn(book: Any, block: Block, name: str, forms: dict[str, Any]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, ("Tháng", block.text), forms["head"])
    for number, (label, value) in enumerate(zip(block.labels, block.points, strict=True), start=1):
        sheet.write_string(number, 0, label, forms["text"])
        if value is not None:
            sheet.write_number(number, 1, value, forms["n0" if value == int(value) else "n1"])
    sheet.set_column(0, 1, 18)
    last = len(block.points)
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {"name": block.text, "categories": [name, 1, 0, last, 0], "values": [name, 1, 1, last, 1],
         "fill": {"color": "#1f3f68"}, "data_labels": {"value": True}}
    )  # fmt: skip
    chart.set_legend({"none": True})
    chart.set_title({"name": block.text, "name_font": {"size": 12}})
    sheet.insert_chart("D2", chart, {"x_scale": 1.4, "description": block.text})


def _page(sheet: Any, document: Document) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
    if not document.locked:
        sheet.set_header(f"&C&B{DRAFT}")


def _sheet_name(title: str, used: set[str]) -> str:
    """Return a name that no other sheet has: at most 31 letters, none that a workbook refuses."""
    base = title.translate(BAD_IN_SHEET).strip()[:28] or "Bảng"
    name, number = base, 1
    while name.lower() in used:
        number += 1
        name = f"{base} {number}"
    used.add(name.lower())
    return name
