"""Two writings of one value with the letters marked in which they differ: "Nguy<e>n" beside "Nguy<ễ>n".

A letter and its marks are one: in Vietnamese "e" and "ễ" are two letters. What looks alike but is written with other
characters (composed or not, spaces, another encoding) is marked as well, because that is just what eyes cannot see.
"""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LONGEST = 400  # characters of either side; beyond it the whole of both is marked
SPACE = "\u2423"  # an open box stands for a space that is too many


def differing(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Return both with the letters that differ inside `<mark>`; equal texts come back unmarked."""
    if one == other:
        return format_html("{}", one), format_html("{}", other)
    if not one or not other or len(one) > LONGEST or len(other) > LONGEST:
        return _marked(one), _marked(other)
    left, right = _letters(one), _letters(other)
    first: list[tuple[bool, str]] = []
    second: list[tuple[bool, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        differs = kind != "equal"
        first.append((differs, "".join(left[a:b])))
        second.append((differs, "".join(right[c:d])))
    return _join(first), _join(second)


def alike(one: str, other: str) -> bool:
    """Return whether two texts that differ look the same on a screen."""
    return one != other and _bare(one) == _bare(other)


def _letters(text: str) -> list[str]:
    """Return the letters of a text, each with the marks that follow it."""
    letters: list[str] = []
    for character in text:
        if letters and unicodedata.combining(character):
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _marked(text: str) -> SafeString:
    return _join([(True, text)])


def _join(parts: list[tuple[bool, str]]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html("<mark>{}</mark>", text if text.strip() else SPACE * len(text))
                if differs
                else text,
            )
            for differs, text in parts
            if text
        ),
    )
