"""Which column is which, by the header's words in Vietnamese or English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dinh.lib.names import fold

# Column -> the headers it is known by, folded and without punctuation. The first is the one we suggest.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("so dinh danh ca nhan", "so dinh danh", "so ddcn", "ddcn", "ma dinh danh", "ma so dinh danh", "so cccd",
               "cccd", "so can cuoc", "so cccd ddcn", "so ddcn cccd", "so can cuoc cong dan", "can cuoc cong dan",
               "number", "citizen number", "personal number", "personal identification number", "id number"),
    "old_number": ("so cmnd", "cmnd", "so chung minh nhan dan", "chung minh nhan dan", "so cmnd cu", "old number"),
    "full_name": ("ho va ten", "ho ten", "ho chu dem va ten", "ho chu dem ten", "ho ten khai sinh", "full name", "name"),
    "sex": ("gioi tinh", "nam nu", "sex", "gender"),
    "birth": ("ngay sinh", "ngay thang nam sinh", "nam sinh", "ngay thang sinh", "birth", "birth date", "date of birth",
              "born", "year of birth"),
    "ethnicity": ("dan toc", "ethnicity", "ethnic group"),
    "nationality": ("quoc tich", "nationality"),
    "religion": ("ton giao", "religion"),
    "birth_place": ("noi sinh", "noi dang ky khai sinh", "birth place", "place of birth"),
    "home_place": ("que quan", "nguyen quan", "home place", "place of origin"),
    "household": ("ma ho", "so ho", "ma ho gia dinh", "ma so ho", "so so ho khau", "so ho khau", "household",
                  "household code", "household number"),
    "relation": ("quan he voi chu ho", "quan he", "qh voi chu ho", "relation", "relation to head",
                 "relation to head of household", "relationship"),
    "village": ("thon", "ban", "to dan pho", "thon ban", "thon to dan pho", "ap", "khom", "thon ban to dan pho",
                "khu dan cu", "village", "hamlet"),
    "address": ("dia chi", "dia chi thuong tru", "noi thuong tru", "noi o", "cho o", "so nha", "address",
                "permanent address"),
    "poverty": ("ho ngheo", "dien ho", "ho ngheo can ngheo", "ngheo can ngheo", "poverty"),
    "residence_from": ("ngay dang ky thuong tru", "thuong tru tu", "thuong tru tu ngay", "ngay thuong tru",
                       "resident since", "residence from"),
    "mother_name": ("ho ten me", "ho va ten me", "ten me", "me", "mother", "mother name", "name of mother"),
    "mother_number": ("so dinh danh me", "so dinh danh cua me", "cccd me", "mother number"),
    "father_name": ("ho ten cha", "ho va ten cha", "ho ten bo", "ten cha", "cha", "bo", "father", "father name",
                    "name of father"),
    "father_number": ("so dinh danh cha", "so dinh danh cua cha", "so dinh danh bo", "cccd cha", "father number"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "so dt", "phone", "telephone"),
    "email": ("email", "e mail", "thu dien tu", "dia chi email"),
    "electronic_id": ("muc dinh danh dien tu", "dinh danh dien tu", "muc do dinh danh", "vneid", "electronic id",
                      "electronic id level"),
}  # fmt: skip
NEEDED = ("full_name", "birth")

_BY_HEADER = {header: column for column, headers in COLUMNS.items() for header in headers}
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def column_of(header: str) -> str | None:
    """Return the column that a header means: "Ngày, tháng, năm sinh (*)" -> "birth"; None when unknown."""
    return _BY_HEADER.get(plain_header(header))


def plain_header(header: str) -> str:
    """Return a header's words without accents, brackets and signs: "Ngày, tháng, năm sinh (*)" -> "ngay thang nam sinh"."""
    return _NOT_WORDS.sub(" ", _BRACKETS.sub(" ", fold(header))).strip()


def header_of(cells: Sequence[object]) -> dict[int, str] | None:
    """Return {position: column} when a row is the header: it names the full name and something else."""
    found = {at: column for at, cell in enumerate(cells) if cell and (column := column_of(str(cell)))}
    return found if "full_name" in found.values() and len(found) > 1 else None
