"""Sizes of files as each language writes them."""

from __future__ import annotations

from dinh.lib.money import show_number

_UNITS = {"fr": ("octets", "Ko", "Mo", "Go")}
_USUAL = ("B", "KB", "MB", "GB")
STEP = 1024


def show_size(size_bytes: int, language: str = "vi") -> str:
    """Return a size with at most one decimal: 20971520 -> "20 MB", in French "20 Mo"."""
    units = _UNITS.get(language[:2], _USUAL)
    value, place = float(size_bytes), 0
    while value >= STEP and place < len(units) - 1:
        value, place = value / STEP, place + 1
    digits = 0 if place == 0 or value >= 10 or round(value, 1) == int(value) else 1
    return f"{show_number(value, language, digits)} {units[place]}"
