"""A report of 1,349 villages: seconds of the processor, on one core, to write it as PDF (signed), XLSX and DOCX, beside the plainest way of each.

    python bench/reports.py [--rows 1349]

A busy machine changes little of that. Composed rows are given; what counting and reading them takes, `bench/figures.py` measures. The plain ways write the
same table and nothing else: typst without a template and without tags, and CSV.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
os.environ["DINH_HOME"] = tempfile.mkdtemp(prefix="dinh-reports-")

import django

django.setup()

from dinh.indicators.reports import office, paper  # noqa: E402
from dinh.indicators.reports.document import Block, Document, Row  # noqa: E402
from dinh.lib.money import show_number  # noqa: E402
from dinh.papers import render  # noqa: E402
from dinh.papers.signing import pades  # noqa: E402
from dinh.papers.signing.base import signer_for  # noqa: E402

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
AGENCY = {"parent": "", "name": "Ủy ban nhân dân tỉnh Lào Cai", "office": "", "place": "Lào Cai"}
FIGURES = (
    "Người thường trú (người)", "Hồ sơ đã nộp (hồ sơ)", "Hồ sơ đã giải quyết (hồ sơ)", "Tỷ lệ đúng hạn (%)",
    "Lượt đến nhà (lượt)", "Khó khăn chưa được trả lời (trường hợp)",
)  # fmt: skip
CODE, URL = "7K3QMX9T2D", "http://127.0.0.1:8000/k/7K3QMX9T2D"
PLAIN = "#let rows = json(bytes(sys.inputs.data))\n#table(columns: {columns}, ..rows.flatten())"


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1349)
    document = _document(parser.parse_args().rows)
    rows = [list(row.cells) for row in document.blocks[-1].rows]

    def draw() -> bytes:
        return _pdf(document)

    draw()  # fonts and keys are read once in the life of a worker
    _tell(
        "PDF, drawn, tagged and signed (at most 5 s)", _took(draw), _took(lambda: _plain(rows)), "typst alone"
    )
    sheet = _took(lambda: office.as_xlsx(document, "12/BC-UBND", URL))
    _tell("XLSX (at most 3 s)", sheet, _took(lambda: _csv(rows)), "csv")
    _tell(
        "DOCX",
        _took(lambda: office.as_docx(document, "12/BC-UBND", AT, URL)),
        _took(lambda: _csv(rows)),
        "csv",
    )
    return 0


def _document(count: int) -> Document:
    dice = random.Random(30)
    unit = str(uuid4())
    rows = []
    for number in range(1, count + 1):
        values = [
            dice.randrange(200, 900),
            dice.randrange(40),
            dice.randrange(40),
            dice.randrange(800, 1000) / 10,
            *(dice.randrange(30) for _ in range(2)),
        ]
        cells = (
            str(number),
            f"thôn Số {number}, xã Thử Nghiệm",
            *(show_number(one, "vi", 1 if isinstance(one, float) else 0) for one in values),
        )
        rows.append(Row(cells, (None, None, *map(float, values)), "residents_count", unit))
    table = Block(
        "table",
        columns=("TT", "Đơn vị", *FIGURES),
        rows=tuple(rows),
        widths=(6, 28, *([11] * 6)),
        texts=2,
        annex=True,
    )
    heading = Block("heading", "Phụ lục\nSố liệu theo thôn", annex=True)
    return Document(
        title="Báo cáo", about="Số liệu tháng 10 năm 2026", symbol="BC-UBND", agency=AGENCY, place_date="Lào Cai",
        locked=True, basis=("Số liệu đã chốt.",), to=("Lưu: VT",), signer="Chủ tịch",
        links="http://127.0.0.1:8000/vi/board/figure/ID/?unit=UNIT", blocks=(heading, table),
    )  # fmt: skip


def _pdf(document: Document) -> bytes:
    row: Any = SimpleNamespace(pk=uuid4())
    signers = [{"role": "agency", "name": AGENCY["name"]}]
    pdf = render.render(
        template=paper.TEMPLATE, title=document.about, number="12/BC-UBND", language="vi", signers=signers,
        data={"agency": AGENCY, "values": paper.values_of(row, document, signed=True)}, check_code=CODE, check_url=URL, at=AT,
    )  # fmt: skip
    return pades.sign(pdf, [signer_for(signers[0], uuid4(), AGENCY["name"])], at=AT, place="Lào Cai")


def _plain(rows: list[list[str]]) -> object:
    import typst

    source = PLAIN.format(columns=len(rows[0]))
    return typst.compile(source.encode(), sys_inputs={"data": json.dumps(rows, ensure_ascii=False)})


def _csv(rows: list[list[str]]) -> None:
    csv.writer(io.StringIO()).writerows(rows)


def _took(what: Callable[[], object]) -> float:
    began = time.process_time()
    what()
    return time.process_time() - began


def _tell(name: str, seconds: float, plain: float, way: str) -> None:
    print(f"{name:50}{seconds:8.2f} s   {plain:8.3f} s by {way}: {seconds / plain:.1f} times", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
