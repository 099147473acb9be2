"""Which letters the bytes of a text file are: UTF-8, UTF-16, Windows-1258, or the fonts of before Unicode (TCVN3, VNI).

A file without a mark is judged by a sample: the encoding under which it reads as Vietnamese. Nothing is guessed
in silence: the preview names the encoding, and the person may name another.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

TCVN3_FROM = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ§¡¢£¤¥¦"
TCVN3_TO = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĐĂÂÊÔƠƯ"
_TCVN3 = str.maketrans(TCVN3_FROM, TCVN3_TO)
# VNI for Windows: a base letter followed by a byte that carries its marks.
_VNI_MARKS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302", "ê": "\u0306",
    "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í"}
_VNI_PAIR = re.compile(f"([aeouyAEOUYôöÔÖ])([{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}])")
_SYLLABLE = re.compile(
    r"^(ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"[aăâeêioôơuưy]{1,3}(ch|ng|nh|[cmnpt])?$"
)
_FONT_LETTER = "[µ¸¶·¹¨»¾¼½©®¬«§\xad]"
_FONT = re.compile(rf"[^\W\d_]{_FONT_LETTER}|{_FONT_LETTER}[^\W\d_]")  # signs that no Unicode word has within
_WORDS = re.compile(r"[^\W\d_]+")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
SAMPLE_BYTES = 256 * 1024
LEAST_SHARE = 0.55  # of the accented words, those that Vietnamese could have


@dataclass(frozen=True)
class Encoding:
    """How a text file is read.

    name   "utf-8", "utf-16", "cp1258", "tcvn3" or "vni"
    codec  Python's name of the bytes' codec
    """

    name: str
    codec: str

    def letters(self, text: str) -> str:
        """Return decoded text in today's letters."""
        if self.name == "tcvn3":
            return from_tcvn3(text)
        if self.name == "vni":
            return from_vni(text)
        return unicodedata.normalize("NFC", text) if self.name == "cp1258" else text


ENCODINGS = {
    one.name: one
    for one in (
        Encoding("utf-8", "utf-8-sig"),
        Encoding("utf-16", "utf-16"),
        Encoding("cp1258", "cp1258"),
        Encoding("tcvn3", "cp1252"),
        Encoding("vni", "cp1252"),
    )
}


def detect(sample: bytes) -> Encoding | None:
    """Return how a file that begins with these bytes is read; None when nothing fits."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ENCODINGS["utf-16"]
    if marked := _utf16_without_mark(sample):
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return ENCODINGS["utf-8"]
    except UnicodeDecodeError as error:
        if not sample[: error.start].isascii():
            return None  # UTF-8 up to there: something else was pasted in, and no encoding reads both
    best, share = None, LEAST_SHARE
    for name in ("cp1258", "tcvn3", "vni"):
        encoding = ENCODINGS[name]
        text = encoding.letters(sample.decode(encoding.codec, errors="replace"))
        if (found := vietnamese_share(text)) > share:
            best, share = encoding, found
    return best


def vietnamese_share(text: str) -> float:
    """Return the share of accented words that could be Vietnamese syllables; 0 when no word has an accent."""
    words = [word for word in _WORDS.findall(text[:100_000]) if not word.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def looks_like_tcvn3(text: str) -> bool:
    """Tell whether a text in Unicode carries letters of a TCVN3 font: "NguyÔn V¨n"."""
    if text.isascii():
        return False
    return (
        bool(_FONT.search(text)) or vietnamese_share(text) < 0.5 and vietnamese_share(from_tcvn3(text)) > 0.9
    )


def from_tcvn3(text: str) -> str:
    """Return what the text says when it is shown in a TCVN3 font."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Return what the text says when it is shown in a VNI font."""

    def pair(found: re.Match[str]) -> str:
        base, mark = found.group(1), _VNI_MARKS[found.group(2).lower()]
        alone = _VNI_ALONE.get(base.lower())
        letter = (alone.upper() if base.isupper() else alone) if alone else base
        return unicodedata.normalize("NFC", letter + mark)

    marked = _VNI_PAIR.sub(pair, text)
    return "".join(_vni_letter(letter) for letter in marked)


def _vni_letter(letter: str) -> str:
    alone = _VNI_ALONE.get(letter.lower())
    return letter if alone is None else alone.upper() if letter.isupper() else alone


def _is_syllable(word: str) -> bool:
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(_TONES))
    return bool(_SYLLABLE.match(bare))


def _utf16_without_mark(sample: bytes) -> Encoding | None:
    """Files of Unicode text saved without a mark have a zero in every second byte of their ASCII."""
    if b"\x00" not in sample[:4096]:
        return None
    even, odd = sample[:4096:2].count(0), sample[1:4096:2].count(0)
    if odd > 4 * max(1, even):
        return Encoding("utf-16", "utf-16-le")
    return Encoding("utf-16", "utf-16-be") if even > 4 * max(1, odd) else None
