"""A plain office document (WordprocessingML) that officials open, change and print; no library, no styles to fight.

Written with the few parts that every word processor asks for (ECMA-376, part 1): headings, paragraphs, tables.
Layout by Decree 30/2020/NĐ-CP, Annex I: A4, Times New Roman 13 to 14, margins 20 mm, left 30 mm.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TEXT_WIDTH = 9356  # twentieths of a point: A4 less its margins


@dataclass(frozen=True)
class Paragraph:
    """Some text; `align` is "left", "center", "right" or "both"; lines are kept.

    indent    the first line stands 10 mm in
    new_page  begins a page
    link      address that the text opens
    """

    text: str
    bold: bool = False
    italic: bool = False
    align: str = "both"
    size: float = 13
    indent: bool = False
    new_page: bool = False
    link: str = ""


@dataclass(frozen=True)
class Heading:
    """A title inside the document, level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Table:
    """Lines of cells. `head` marks the first line as one that is repeated on each page.

    links   (line, column) -> address that the cell opens
    strong  lines in bold
    """

    lines: Sequence[Sequence[str | Sequence[Paragraph]]]
    widths: Sequence[int]  # parts of the whole, e.g. (4, 1, 1)
    head: bool = True
    border: bool = True
    numbers_from: int | None = None  # from this column on, right-aligned
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    strong: frozenset[int] = frozenset()
    size: float = 12


Block = Paragraph | Heading | Table


def document(
    blocks: Iterable[Block], *, title: str, author: str, at: datetime, header: str | None = None
) -> bytes:
    """Return the file. `title` and `author` are its properties; equal input gives equal bytes.

    header  what stands on top of every page, "" for the number of the page alone (from the second on); None: nothing
    """
    body = "".join(_block(one) for one in blocks)
    page = (
        f'<w:sectPr>{_HEADERS if header is not None else ""}<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1700" w:header="567" w:footer="567" w:gutter="0"/>'
        f"{'<w:titlePg/>' if header is not None else ''}</w:sectPr>"
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "docProps/core.xml": _properties(title, author, at),
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
        "word/styles.xml": STYLES,
        "word/document.xml": f'{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}{page}</w:body></w:document>',
    }
    if header is not None:
        parts |= {
            "word/header1.xml": _header(header, first=True),
            "word/header2.xml": _header(header, first=False),
        }
        parts["[Content_Types].xml"] = CONTENT_TYPES.replace("</Types>", f"{_HEADER_TYPES}</Types>")
        parts["word/_rels/document.xml.rels"] = DOCUMENT_RELATIONS.replace(
            "</Relationships>", f"{_HEADER_RELATIONS}</Relationships>"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, content.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f'<w:p><w:pPr><w:pStyle w:val="Heading{block.level}"/></w:pPr>{_run(block.text)}</w:p>'
    if isinstance(block, Paragraph):
        return _paragraph(block)
    return _table(block)


def _paragraph(one: Paragraph, spacing: int = 80) -> str:
    look = ("<w:b/>" if one.bold else "") + ("<w:i/>" if one.italic else "")
    size = f'<w:sz w:val="{round(one.size * 2)}"/><w:szCs w:val="{round(one.size * 2)}"/>'
    begins = "<w:pageBreakBefore/>" if one.new_page else ""
    indent = '<w:ind w:firstLine="567"/>' if one.indent else ""
    run = _run(one.text, look + size)
    if one.link:
        # A field needs no relation of its own; the quotation marks of its code are not those of the attribute.
        code = quoteattr(f'HYPERLINK "{one.link}"')
        run = f"<w:fldSimple w:instr={code}>{_run(one.text, look + _LINKED + size)}</w:fldSimple>"
    return (
        f'<w:p><w:pPr>{begins}<w:spacing w:before="0" w:after="{spacing}"/>{indent}<w:jc w:val="{one.align}"/></w:pPr>'
        f"{run}</w:p>"
    )


def _run(text: str, look: str = "") -> str:
    lines = NOT_IN_XML.sub("", text).replace("\r\n", "\n").split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{said}</w:r>"


def _table(table: Table) -> str:
    whole = sum(table.widths)
    widths = [TEXT_WIDTH * one // whole for one in table.widths]
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    kind = 'w:val="single" w:sz="4" w:space="0" w:color="000000"' if table.border else 'w:val="nil"'
    borders = "".join(f"<w:{side} {kind}/>" for side in sides)
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    rows = "".join(_row(table, number, line, widths) for number, line in enumerate(table.lines))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
        '<w:p><w:pPr><w:spacing w:before="0" w:after="60"/></w:pPr></w:p>'
    )


def _row(table: Table, number: int, line: Sequence[str | Sequence[Paragraph]], widths: Sequence[int]) -> str:
    head = table.head and number == 0
    cells = []
    for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
        if isinstance(cell, str):
            figure = table.numbers_from is not None and column >= table.numbers_from
            align = "center" if head else "right" if figure else "left"
            link = table.links.get((number, column), "")
            bold = head or number in table.strong
            cell = [Paragraph(cell, bold=bold, align=align, size=table.size, link=link)]
        inner = "".join(_paragraph(one, 20) for one in cell) or "<w:p/>"
        cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inner}</w:tc>')
    props = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    return f"<w:tr>{props}{''.join(cells)}</w:tr>"


def _header(text: str, *, first: bool) -> str:
    said = _paragraph(Paragraph(text, bold=True, align="center", size=10), 0) if text else ""
    page = '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:fldSimple w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p>'
    return f'{HEAD}<w:hdr xmlns:w="{W}">{"" if first else page}{said or ("<w:p/>" if first else "")}</w:hdr>'


def _properties(title: str, author: str, at: datetime) -> str:
    then = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"{HEAD}<cp:coreProperties xmlns:cp={quoteattr(PACKAGE + '/metadata/core-properties')} "
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(NOT_IN_XML.sub('', title))}</dc:title><dc:creator>{escape(NOT_IN_XML.sub('', author))}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{then}</dcterms:created></cp:coreProperties>'
    )


_LINKED = '<w:color w:val="1F3F68"/>'
_HEADERS = '<w:headerReference w:type="first" r:id="rId2"/><w:headerReference w:type="default" r:id="rId3"/>'
_HEADER_RELATIONS = (
    f'<Relationship Id="rId2" Type="{R}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId3" Type="{R}/header" Target="header2.xml"/>'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
DOCUMENT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/styles" Target="styles.xml"/></Relationships>'
)
_HEADER_TYPES = "".join(
    f'<Override PartName="/word/header{number}.xml" ContentType="{_TYPE}.header+xml"/>' for number in (1, 2)
)
_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/>'


def _heading(level: int, size: int) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
        f'<w:pPr><w:keepNext/><w:spacing w:before="160" w:after="80"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


STYLES = (
    f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}<w:sz w:val="26"/><w:szCs w:val="26"/>'
    '<w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    f"{_heading(1, 28)}{_heading(2, 26)}</w:styles>"
)
