"""Office documents open everywhere: each part is well-formed, named, and holds every word that was given."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

from dinh.lib.docx import Heading, Paragraph, Table, W, document

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
BLOCKS: list[Paragraph | Heading | Table] = [
    Heading("Kết quả"),
    Paragraph("Đã đến <12> hộ & giúp\n3 người\x0b"),
    Table([["Việc", "Số"], ["Thăm hộ", "1.349"]], (4, 1), numbers_from=1),
]


def parts(data: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # What this test itself wrote: nobody else's XML.
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314


def test_every_part_is_well_formed_and_every_relation_leads_to_a_part() -> None:
    found = parts(document(BLOCKS, title="Báo cáo", author="Tổ", at=AT))

    assert {"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"} <= set(found)
    targets = [one.get("Target") for one in found["_rels/.rels"]]
    assert all(target in found for target in targets)
    named = {one.get("PartName", "")[1:] for one in found["[Content_Types].xml"] if one.get("PartName")}
    assert named <= set(found)


def test_the_document_holds_the_words_as_they_were_given() -> None:
    body = parts(document(BLOCKS, title="Báo cáo", author="Tổ", at=AT))["word/document.xml"]

    texts = [one.text for one in body.iter(f"{{{W}}}t")]
    assert texts == ["Kết quả", "Đã đến <12> hộ & giúp", "3 người", "Việc", "Số", "Thăm hộ", "1.349"]
    assert len(list(body.iter(f"{{{W}}}br"))) == 1
    assert [one.get(f"{{{W}}}val") for one in body.iter(f"{{{W}}}pStyle")] == ["Heading1"]


def test_the_same_words_give_the_same_file() -> None:
    assert document(BLOCKS, title="A", author="B", at=AT) == document(BLOCKS, title="A", author="B", at=AT)
