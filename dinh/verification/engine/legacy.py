"""Vietnamese text from before Unicode: TCVN3 (fonts .VnTime…) and VNI (fonts VNI-Times…) read as Latin-1.

A file saved under such a font and opened as Unicode shows "NguyÔn V¨n Hïng" or "Nguyeãn Vaên Huøng".
A text is decoded only on a signature: a letter or a pair that no Vietnamese text in Unicode contains.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3_UNICODE = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĐĂÂÊÔƠƯ"
_TCVN3_LATIN = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ§¡¢£¤¥¦"
_TCVN3 = str.maketrans(_TCVN3_LATIN, _TCVN3_UNICODE)

# VNI writes a letter as itself followed by a sign for its mark and tone; a few letters stand alone.
_VNI_SIGNS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "ä": "\u0302\u0323", "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile("([aeiouyAEIOUYôöÔÖ])([øùûõïâàáåãäêèéúüëØÙÛÕÏÂÀÁÅÃÄÊÈÉÚÜË])")
_VNI_SINGLE = re.compile("[ñôöæóòîÑÔÖÆÓÒÎ]")

_VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")
_TCVN3_SIGNS = {c for c in _TCVN3_LATIN if c.lower() not in _VIETNAMESE}
_TCVN3_SIGNATURE = re.compile("[" + re.escape("".join(sorted(_TCVN3_SIGNS))) + "]")
# Pairs that VNI makes and no Vietnamese word has: a vowel, then a vowel sign that Vietnamese never puts there.
_VNI_PAIRS = "[aeouyôö][øûïåäëü]|a[âáàãêéèúùõ]|e[âáàãùõ]|o[âùõ]|u[ùõ]|ö[ôùõ]"
_VNI_SIGNATURE = re.compile(_VNI_PAIRS + "|\\bñ[aeiouyôö]", re.IGNORECASE)
# Both signatures for an engine whose word boundaries know only ASCII; what it lets through, `decode` reads.
NET = f"{_TCVN3_SIGNATURE.pattern}|(?i:{_VNI_PAIRS}|ñ[aeiouyôö])"


def decode(text: str) -> tuple[str, str]:
    """Return the text in Unicode and the encoding it was in: "tcvn3", "vni" or "" when it needed nothing.

    VNI is tried first: its signatures are pairs, which TCVN3 text does not form by chance.
    """
    if text.isascii():
        return text, ""
    composed = unicodedata.normalize("NFC", text)
    if _VNI_SIGNATURE.search(composed) and _looks_decoded(found := _from_vni(composed)):
        return found, "vni"
    if _TCVN3_SIGNATURE.search(text) and _looks_decoded(found := text.translate(_TCVN3)):
        return found, "tcvn3"
    return text, ""


def suspicious(token: str) -> bool:
    """Tell whether one word carries a signature of either encoding."""
    composed = unicodedata.normalize("NFC", token)
    return bool(_VNI_SIGNATURE.search(composed) or _TCVN3_SIGNATURE.search(token))


def _from_vni(text: str) -> str:
    def pair(found: re.Match[str]) -> str:
        base, sign = found.group(1), found.group(2)
        base = {"ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư"}.get(base, base)
        return unicodedata.normalize("NFC", base + _VNI_SIGNS[sign.lower()])

    def single(found: re.Match[str]) -> str:
        letter = found.group()
        plain = _VNI_ALONE[letter.lower()]
        return plain.upper() if letter.isupper() else plain

    pieces = []
    end = 0
    for found in _VNI_PAIR.finditer(text):
        pieces += [_VNI_SINGLE.sub(single, text[end : found.start()]), pair(found)]
        end = found.end()
    return "".join([*pieces, _VNI_SINGLE.sub(single, text[end:])])


def _looks_decoded(text: str) -> bool:
    return all(ord(c) < 128 or c.lower() in _VIETNAMESE or unicodedata.combining(c) for c in text)
