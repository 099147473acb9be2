"""Pages of a birth book of the 1990s as pictures, for demonstrations and tests: drawn, labelled as synthetic.

Two entries a page, as the books of that time had them: a printed form, filled in in another hand, a little
askew, on yellowed paper. What each entry says is returned beside the picture, so that what is read from it
can be held against the truth.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from dinh.lib.dates import show_date
from dinh.lib.errors import Broken
from dinh.papers.render import FONT_PACKAGES

ENTRIES_A_PAGE = 2
PIXELS_AN_INCH = 200
SURNAMES = ("Vàng", "Lý", "Nguyễn", "Giàng", "Tẩn", "Hoàng", "Lò", "Trần", "Phạm", "Sùng")
GIRLS = ("Thị Mai", "Thị Hoa", "Thị Ngọc Lan", "Thị Dung", "Seo Mỷ", "Thị Thu Hà", "Thị Bích Phượng")
BOYS = ("Văn Phúc", "A Páo", "Văn Thắng", "Quốc Khánh", "Seo Lùng", "Đức Thịnh", "Mạnh Cường")
PEOPLES = ("Giáy", "Kinh", "Tày", "Mông", "Dao", "Nùng")


@dataclass(frozen=True)
class SamplePage:
    """One page: its picture, and what each entry says as it is written there."""

    picture: bytes
    entries: tuple[dict[str, str], ...]


def birth_book(
    pages: int, *, year: int = 1994, place: str = "Xã Cốc San", first: int = 1, seed: int = 1
) -> Iterator[SamplePage]:
    """Yield the pages of a synthetic birth book as PNG pictures.

    first  number of the first entry: later than the lines that the register has of that year already
    """
    draw = random.Random(f"{seed}/{year}/{place}")  # noqa: S311 - synthetic data
    for page in range(1, pages + 1):
        number = first + (page - 1) * ENTRIES_A_PAGE
        entries = tuple(_entry(number + below, year, place, draw) for below in range(ENTRIES_A_PAGE))
        said = {
            "place": place, "year": year, "page": (number - 1) // ENTRIES_A_PAGE + 1, "entries": entries,
            "askew": round(draw.uniform(-0.7, 0.7), 2),
        }  # fmt: skip
        yield SamplePage(_drawn(json.dumps(said, ensure_ascii=False)), entries)


def _entry(number: int, year: int, place: str, draw: random.Random) -> dict[str, str]:
    born = date(year, 1, 1) + timedelta(days=draw.randint(0, 300))
    girl, surname, people = draw.random() < 0.5, draw.choice(SURNAMES), draw.choice(PEOPLES)
    father = f"{surname} {draw.choice(BOYS)}"
    return {
        "number": str(number), "on": show_date(born + timedelta(days=draw.randint(5, 60))),
        "full_name": f"{surname} {draw.choice(GIRLS if girl else BOYS)}", "sex": "Nữ" if girl else "Nam",
        "ethnicity": people, "birth": show_date(born), "birth_place": f"Trạm y tế {place[:1].lower()}{place[1:]}",
        "home_place": f"{place}, huyện Bát Xát, tỉnh Lào Cai",
        "mother_name": f"{draw.choice(SURNAMES)} {draw.choice(GIRLS)}",
        "mother_birth": str(year - draw.randint(19, 38)), "mother_ethnicity": draw.choice(PEOPLES),
        "father_name": father, "father_birth": str(year - draw.randint(20, 42)), "father_ethnicity": people,
        "applicant_name": father,
    }  # fmt: skip


def _drawn(said: str) -> bytes:
    picture = _compiler().compile(format="png", ppi=PIXELS_AN_INCH, sys_inputs={"data": said})
    if not isinstance(picture, bytes):
        raise Broken("samples.not_drawn")
    return picture


@functools.cache
def _compiler() -> Any:
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False,
        font_paths=[str(files(package) / "files") for package in FONT_PACKAGES],
    )  # fmt: skip
    sheet = Path(__file__).with_name("birth_book.typ")
    return typst.Compiler(
        input=str(sheet), root=str(sheet.parent), font_paths=fonts, ignore_system_fonts=True
    )
