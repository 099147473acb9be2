"""Vietnamese names: kept as they are written, compared by keys.

1. `tidy` is what is stored: NFC, single spaces, and nothing else. A name is never "corrected".
2. `fold` is what is searched: lower case, no marks, đ and its look-alike Ð as d.
3. `same_spelling` is what is compared: marks count, but not the place of the tone
   (old "hòa", new "hoà"), nor capitals, nor how the letters are encoded.
4. `sort_key` orders lists as Vietnamese readers expect: by given name, ă after a, đ after d,
   tones last. `column_key` is the same for a column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = "’‘ʼ′´`＇"
HYPHENS = "‐‑‒–—−"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # dictionary order
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: chr(0x40 + index) for index, letter in enumerate(_ALPHABET)}
_UNIFY = str.maketrans({**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(HYPHENS, "-"), "ð": "đ", "Ð": "Đ"})
# Zero-width marks and the soft hyphen arrive with text pasted from PDF files and web pages.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACED_HYPHEN = re.compile(r" ?- ?")
_NO_LETTERS = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class NameParts:
    """Họ, chữ đệm, tên. A name of one word is a given name."""

    surname: str
    middle: str
    given: str


def nfc(text: str) -> str:
    """Return the text in the one Unicode form that the house stores."""
    return unicodedata.normalize("NFC", text)


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL, and halves of letters that damaged files hold."""
    return _NO_LETTERS.sub("", text)


def tidy(text: str) -> str:
    """Return the text in NFC with single spaces and no invisible letters; capitals and spelling stay."""
    return nfc(" ".join(_INVISIBLE.sub("", text).split()))


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the accent-free lower-case key of a name or place: "Cốc San" -> "coc san".

    đ becomes d (its look-alike ð too), apostrophes become ', hyphens lose the spaces around them.
    """
    words = " ".join(_INVISIBLE.sub("", text).lower().translate(_UNIFY).split())
    if not words.isascii():
        plain = unicodedata.normalize("NFD", words)
        words = "".join(c for c in plain if not unicodedata.combining(c)).replace("đ", "d")
    return _SPACED_HYPHEN.sub("-", words)


def words_key(text: str) -> str:
    """Return the folded words in alphabetical order: equal for every order of the same words."""
    return " ".join(sorted(fold(text).split()))


def split(full: str) -> NameParts:
    """Return surname, middle names and given name of a full name in Vietnamese order."""
    words = tidy(full).split()
    if len(words) < 2:
        return NameParts("", "", " ".join(words))
    return NameParts(words[0], " ".join(words[1:-1]), words[-1])


def same_spelling(a: str, b: str) -> bool:
    """Tell whether two names are written with the same letters and tones: "Hòa" and "HOÀ" are."""
    return _spelling(a) == _spelling(b)


def sort_key(full: str) -> str:
    """Return a text that sorts names by given name, then surname, then middle names."""
    parts = split(full)
    words = [parts.given, parts.surname, *parts.middle.split()]
    return " ".join(_word_key(word) for word in words if word)


def column_key(full: str) -> str:
    """Return `sort_key` in hexadecimal digits: a text that every database sorts alike, whatever its collation."""
    return sort_key(full).encode().hex()


def looks_like_name(text: str) -> bool:
    """Tell whether the text can be a person's name: letters, spaces, apostrophes, hyphens, full stops."""
    letters = tidy(text).translate(_UNIFY)
    return any(c.isalpha() for c in letters) and all(c.isalpha() or c in " '-." for c in letters)


def looks_finished(text: str) -> bool:
    """Tell whether a name is written as papers carry it: every word with a capital, and some mark in two words or more.

    "do minh anh", typed without accents, is not; "Kim Anh" is not either although it may be right: only ask again.
    """
    words = tidy(text).split()
    capitals = all(not word[0].islower() for word in words)
    return capitals and (len(words) < 2 or fold(text) != " ".join(words).lower())


@lru_cache(maxsize=8192)
def _spelling(text: str) -> str:
    """Return the canonical spelling: each syllable's tone moved behind its letters."""
    words = tidy(text).lower().translate(_UNIFY).split()
    return _SPACED_HYPHEN.sub("-", " ".join("".join(_letters_and_tone(word)) for word in words))


def _letters_and_tone(word: str) -> tuple[str, str]:
    """Return the word without its tone, and the tone's rank as a digit ("" for the level tone)."""
    letters, tones = [], []
    for character in unicodedata.normalize("NFD", word):
        if character in _TONES:
            tones.append(_TONES[character])
        else:
            letters.append(character)
    return nfc("".join(letters)), "".join(tones)


def _word_key(word: str) -> str:
    letters, tone = _letters_and_tone(word.lower().translate(_UNIFY))
    places = (_PLACE.get(c) or _PLACE.get(fold(c)) or (c if c.isdigit() else "") for c in letters)
    return "".join(places) + "\x01" + tone  # \x01 sorts before every letter: "An" before "Ang"
