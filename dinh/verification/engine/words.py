"""What one written word is: its spelling, its letters without tones, its plain letters, and how it was written.

Names and addresses of millions of people are made of a few thousand words, so every string function of the
engine runs once per distinct word, here; SQL then only joins and adds. A word's keys are 56-bit numbers made
from its text alone: the same in every run, on every engine, in every version.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from dinh.lib.names import APOSTROPHES, HYPHENS, nfc

_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
_UNIFY = str.maketrans({**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(HYPHENS, "-"), "ð": "đ"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TONE_ORDER = {"\u0300": "1", "\u0301": "2", "\u0303": "3", "\u0309": "4", "\u0323": "5"}

# How a word was written; bits of `Word.form`.
DECOMPOSED, CAPITALS, NOT_TITLE, SHORT, TONED, LEGACY, ODD = 1, 2, 4, 8, 16, 32, 64


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name.

    exact  key of the spelling: case, encoding and place of the tone do not count
    plain  key without marks; `text` is its letters
    form   bits of how it was written
    """

    exact: int
    plain: int
    text: str
    form: int


def key(text: str) -> int:
    """Return the 56-bit key of a text; 0 for the empty text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big") if text else 0


@lru_cache(maxsize=65536)
def read(written: str) -> Word:
    """Return what the written word is."""
    text = nfc(INVISIBLE.sub("", written))
    lower = text.lower().translate(_UNIFY)
    letters, tone = _letters(lower)
    plain = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    plain = plain.replace("đ", "d").strip(".")
    return Word(key(nfc(letters).strip(".") + tone), key(plain), plain, _form(written, text, plain))


def _letters(lower: str) -> tuple[str, str]:
    """Return the letters without tone, and the tones: "hòa" and "hoà" give the same."""
    parts = unicodedata.normalize("NFD", lower)
    return parts.translate(_TONES), "".join(_TONE_ORDER.get(c, "") for c in parts)


def _form(written: str, text: str, plain: str) -> int:
    form = 0
    if written != text:
        form |= DECOMPOSED
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        form |= CAPITALS
    if any(part and part != part[:1].upper() + part[1:].lower() for part in re.split("[-'’]", text)):
        form |= NOT_TITLE
    if text.endswith(".") or len(plain) == 1 and plain not in _VOWEL_NAMES:
        form |= SHORT
    if unicodedata.normalize("NFD", text.translate(_UNIFY)).translate(_TONES) != unicodedata.normalize(
        "NFD", text
    ):
        form |= TONED
    if not letters:
        form |= ODD
    return form


_VOWEL_NAMES = frozenset("aeiouy")  # "Y", "Ý", "Ô" are whole names
