"""Whole numbers read aloud in Vietnamese, as papers spell amounts and dates."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words_vi(number: int) -> str:
    """Return the number in Vietnamese words: 1951 -> "một nghìn chín trăm năm mươi mốt"."""
    if number < 0:
        return f"âm {in_words_vi(-number)}"
    if number == 0:
        return _DIGITS[0]
    billions, rest = divmod(number, 1_000_000_000)
    words = [in_words_vi(billions), "tỷ"] if billions else []
    for size, unit in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words += [_three_digits(group, in_full=bool(words)), unit]
    return " ".join(word for word in words if word)


def _three_digits(number: int, *, in_full: bool) -> str:
    """Read a group; `in_full` says "không trăm" because a higher group stands before it."""
    hundreds, rest = divmod(number, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or in_full else []
    tens, ones = divmod(rest, 10)
    if rest and tens == 0:
        words += ["lẻ", _DIGITS[ones]] if words else [_DIGITS[ones]]
    elif tens == 1:
        words += ["mười", *(_ones(ones, after_tens=False))]
    elif tens:
        words += [_DIGITS[tens], "mươi", *(_ones(ones, after_tens=True))]
    return " ".join(words)


def _ones(ones: int, *, after_tens: bool) -> list[str]:
    """Read the last digit: "mốt" and "tư" after twenty and more, "lăm" after ten."""
    if ones == 0:
        return []
    special = {1: "mốt", 4: "tư", 5: "lăm"} if after_tens else {5: "lăm"}
    return [special.get(ones, _DIGITS[ones])]
