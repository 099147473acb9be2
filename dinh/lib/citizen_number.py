"""The 12-digit personal identification number (số định danh cá nhân), and the old 9-digit card number.

Digits 1-3: where the birth was registered, by the 63 provinces of before 2025 (people born abroad
have a country's code). Digit 4: century and sex. Digits 5-6: year of birth. Digits 7-12: random.
There is no check digit, so a wrong number often looks right: structure gives warnings, never a block.
Source: Decree 137/2015/NĐ-CP, Article 13; the province codes were not renumbered in 2025.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Fault, Invalid

_SEPARATORS = re.compile("[\\s.,'’\u00ad\u200b-\u200f\u2060\ufeff_\\-‐‑–—]+")

PROVINCES = {
    "001": "Hà Nội", "002": "Hà Giang", "004": "Cao Bằng", "006": "Bắc Kạn", "008": "Tuyên Quang",
    "010": "Lào Cai", "011": "Điện Biên", "012": "Lai Châu", "014": "Sơn La", "015": "Yên Bái",
    "017": "Hòa Bình", "019": "Thái Nguyên", "020": "Lạng Sơn", "022": "Quảng Ninh", "024": "Bắc Giang",
    "025": "Phú Thọ", "026": "Vĩnh Phúc", "027": "Bắc Ninh", "030": "Hải Dương", "031": "Hải Phòng",
    "033": "Hưng Yên", "034": "Thái Bình", "035": "Hà Nam", "036": "Nam Định", "037": "Ninh Bình",
    "038": "Thanh Hóa", "040": "Nghệ An", "042": "Hà Tĩnh", "044": "Quảng Bình", "045": "Quảng Trị",
    "046": "Thừa Thiên Huế", "048": "Đà Nẵng", "049": "Quảng Nam", "051": "Quảng Ngãi", "052": "Bình Định",
    "054": "Phú Yên", "056": "Khánh Hòa", "058": "Ninh Thuận", "060": "Bình Thuận", "062": "Kon Tum",
    "064": "Gia Lai", "066": "Đắk Lắk", "067": "Đắk Nông", "068": "Lâm Đồng", "070": "Bình Phước",
    "072": "Tây Ninh", "074": "Bình Dương", "075": "Đồng Nai", "077": "Bà Rịa - Vũng Tàu",
    "079": "Hồ Chí Minh", "080": "Long An", "082": "Tiền Giang", "083": "Bến Tre", "084": "Trà Vinh",
    "086": "Vĩnh Long", "087": "Đồng Tháp", "089": "An Giang", "091": "Kiên Giang", "092": "Cần Thơ",
    "093": "Hậu Giang", "094": "Sóc Trăng", "095": "Bạc Liêu", "096": "Cà Mau",
}  # fmt: skip


@dataclass(frozen=True)
class CitizenNumber:
    """A number of the right shape.

    kind           "citizen" (12 digits) or "old" (9 digits, whose digits mean nothing)
    province_code  first three digits, None for an old number
    sex            "1" male, "2" female, None for an old number
    birth_year     four digits, None for an old number
    """

    digits: str
    kind: Literal["citizen", "old"]
    province_code: str | None = None
    sex: str | None = None
    birth_year: int | None = None


def clean(text: str) -> str:
    """Return what was typed without spaces, dots and dashes, in ASCII digits; anything else stays to be refused."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def parse(text: str) -> CitizenNumber:
    """Return the number that was typed, with or without separators.

    Raises Invalid with one fault: `citizen_number.empty`, `.not_digits`, `.zero_lost` (11 digits, as
    spreadsheets leave them) or `.wrong_length`.
    """
    digits = clean(text)
    if not digits:
        raise _refuse("citizen_number.empty", _("Write the personal identification number: 12 digits."))
    if not (digits.isascii() and digits.isdigit()):
        raise _refuse(
            "citizen_number.not_digits",
            _("A personal identification number has digits only. Copy the 12 digits from the identity card."),
        )
    if len(digits) == 9:
        return CitizenNumber(digits, "old")
    if len(digits) == 12:
        century, male_or_female = divmod(int(digits[3]), 2)
        year = 1900 + 100 * century + int(digits[4:6])
        return CitizenNumber(digits, "citizen", digits[:3], "12"[male_or_female], year)
    if len(digits) == 11:
        raise _refuse(
            "citizen_number.zero_lost",
            _(
                "This number has 11 digits instead of 12. Perhaps a 0 at its beginning was lost: check the card."
            ),
        )
    raise _refuse(
        "citizen_number.wrong_length",
        _("A personal identification number has 12 digits (an old identity card has 9). Count them again."),
    )


def warnings(digits: str, sex: str | None, birth: str | None) -> tuple[str, ...]:
    """Return what in the number does not agree with the person; never a reason to refuse.

    sex    "1", "2", or anything else for not known
    birth  ISO text, possibly partial

    Codes: "sex_differs", "birth_year_differs", "unknown_province". Corrected civil status and
    births abroad explain honest differences.
    """
    if len(digits) != 12 or not digits.isdigit():
        return ()
    number = parse(digits)
    found = []
    if sex in {"1", "2"} and sex != number.sex:
        found.append("sex_differs")
    if birth and birth[:4].isdigit() and int(birth[:4]) != number.birth_year:
        found.append("birth_year_differs")
    if number.province_code not in PROVINCES:
        found.append("unknown_province")
    return tuple(found)


def _refuse(code: str, message: object) -> Invalid:
    return Invalid(code, [Fault("number", code, message)], message)
