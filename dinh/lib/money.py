"""Amounts in Vietnamese đồng and other numbers, as each language writes them. Amounts are whole numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from dinh.lib.numbers import in_words_vi as _read

NARROW_SPACE = "\u202f"
UNKNOWN = "–"
_MARKS = {"vi": (".", ","), "fr": (NARROW_SPACE, ","), "en": (",", ".")}  # thousands, decimals


def show_number(
    number: int | float | Decimal | Fraction | None, language: str = "vi", digits: int = 0
) -> str:
    """Return the number with the language's marks, rounded half up to `digits` decimals: 1234.5 -> "1.234,5".

    None, what is not known, is "–". A fraction, a share of what was divided by estimate, has one decimal at least.
    """
    if number is None:
        return UNKNOWN
    if isinstance(number, Fraction) and number.denominator > 1:
        number, digits = Decimal(number.numerator) / Decimal(number.denominator), max(digits, 1)
    exact = Decimal(str(number)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    thousands, decimals = _MARKS.get(language[:2], _MARKS["vi"])
    whole, _point, fraction = f"{exact:,f}".partition(".")
    return whole.replace(",", thousands) + (decimals + fraction if fraction else "")


def show_vnd(amount: int, language: str = "vi") -> str:
    """Return an amount of đồng for people: 8000 -> "8.000 đ"."""
    return f"{show_number(amount, language)} đ"


def in_words_vi(amount: int) -> str:
    """Return an amount as receipts spell it: 8000 -> "tám nghìn đồng"."""
    return f"{_read(amount)} đồng"
