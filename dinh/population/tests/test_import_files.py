"""Headers are known by their words; what is no table of persons is refused with what to do."""

import io
import zipfile
from typing import Any

import pytest

from dinh.directory.tests.cast import Cast
from dinh.lib.errors import Invalid
from dinh.population.imports import check
from dinh.population.imports.columns import COLUMNS, column_of
from dinh.population.tests.test_import_check import HEADER, PHUC, TODAY, as_csv, as_xlsx

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Ngày, tháng, năm sinh (*)", "birth"),
        ("HỌ VÀ TÊN", "full_name"),
        ("Thôn/Bản/TDP", None),
        ("Thôn/Bản", "village"),
        ("Số CCCD/ĐDCN", "number"),
        ("Quan hệ với chủ hộ", "relation"),
        ("Personal identification number", "number"),
        ("", None),
    ],
)
def test_column_of(header: str, column: str | None) -> None:
    assert column_of(header) == column


def test_no_header_means_two_columns() -> None:
    headers = [header for known in COLUMNS.values() for header in known]

    assert len(headers) == len(set(headers))


def _bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in range(4):
            packed.writestr(f"xl/{part}.xml", b" " * (90 * 1024 * 1024))
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "imports.empty", id="empty"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "imports.old_excel", id="xls"),
        pytest.param(b"PK\x03\x04 nothing", "imports.unreadable", id="damaged-workbook"),
        pytest.param(as_xlsx(HEADER, PHUC)[:-300], "imports.unreadable", id="cut-workbook"),
        pytest.param(_bomb, "imports.too_large", id="bomb"),
        pytest.param("Họ tên,Ngày sinh\n".encode("cp1258", "replace"), "imports.not_utf8", id="cp1258"),
        pytest.param(b"%PDF-1.7\n\x00\x01", "imports.unreadable", id="pdf"),
        pytest.param(b"a,b\n1,2\n", "imports.no_header", id="no-header"),
        pytest.param(as_csv(["Họ tên", "Giới tính"], ["Phúc", "Nam"]), "imports.header", id="birth-missing"),
        pytest.param(as_csv(["Họ tên", "Ngày sinh", "Năm sinh"], ["Phúc", "1", "2"]), "imports.header", id="column-twice"),
        pytest.param(as_csv(HEADER), "imports.no_rows", id="header-alone"),
        pytest.param(b"x" * (20 * 1024 * 1024 + 1), "imports.too_large", id="21-megabytes"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_persons_is_refused(cast: Cast, data: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(data() if callable(data) else data, "x.xlsx", cast.cocsan, on=TODAY)

    assert refused.value.code == code
    assert refused.value.faults
