"""What the QR code of an identity card says.

Seven fields between bars: number | old number (may be empty) | full name | birth ddmmyyyy | sex |
address | issued ddmmyyyy. The card of 2024 is believed to carry more, so an unknown tail is kept.
Scanners that act as keyboards damage Vietnamese letters: the number is then enough to find the
person, and `degraded` tells the officer to look at the rest.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dinh.lib import citizen_number
from dinh.lib.dates import parse_partial
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import fold, tidy

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_MARKED = {unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES} | {"đ"}
_SOUND = _MARKED | {c.upper() for c in _MARKED} | {chr(c) for c in range(0x20, 0x7F)} | set("’–")
_DAMAGE = set("?^~{}[]<>#$%*=\\")  # ASCII that no name or address has


@dataclass(frozen=True)
class Card:
    """A card as read.

    birth      ISO, possibly partial; "" when it could not be read
    sex        "1" male, "2" female, "9" not read
    issued_on  ISO, "" when it could not be read
    tail       fields after the seventh, whose meaning is not published
    degraded   letters or dates are damaged: compare with the card itself
    """

    number: str
    old_number: str
    full_name: str
    birth: str
    sex: str
    address: str
    issued_on: str
    tail: tuple[str, ...]
    degraded: bool


def parse_card(text: str) -> Card:
    """Return what a scanned card says.

    Raises Invalid: `cards.not_a_card` (fewer than seven fields), `cards.number` (no 12-digit number).
    Damage elsewhere is never a reason to refuse.
    """
    lines = [line for line in re.split("[\r\n]+", text.replace("\ufeff", "")) if line.strip()]
    fields = [field.strip(" \t\x00") for field in lines[0].split("|")] if lines else []
    if len(fields) < 7:
        message = _("This is not the code of an identity card. Scan the square code on the card again.")
        raise _refuse("cards.not_a_card", message)
    number = citizen_number.clean(fields[0])
    if not (len(number) == 12 and number.isascii() and number.isdigit()):
        message = _("The number on this card could not be read. Scan it again or type the 12 digits.")
        raise _refuse("cards.number", message)
    old_number = citizen_number.clean(fields[1])
    old_sound = not old_number or (len(old_number) == 9 and old_number.isascii() and old_number.isdigit())
    full_name, name_sound = _words(fields[2])
    address, address_sound = _words(fields[5])
    birth, issued_on, sex = _day(fields[3]), _day(fields[6]), _sex(fields[4])
    sound = (
        old_sound and name_sound and address_sound and bool(full_name and birth and issued_on) and sex != "9"
    )
    return Card(
        number=number,
        old_number=old_number if old_sound else "",
        full_name=full_name,
        birth=birth,
        sex=sex,
        address=address,
        issued_on=issued_on,
        tail=tuple(fields[7:]),
        degraded=not sound,
    )


def _words(field: str) -> tuple[str, bool]:
    """Return the words, decoded again where UTF-8 was read as Western letters, and whether nothing was wrong."""
    if _is_sound(field):
        return tidy(field), True
    with suppress(UnicodeError):
        again = b"".join(_western_byte(c) for c in field).decode("utf-8")
        if _is_sound(again):
            return tidy(again), False
    return tidy(field), False


def _western_byte(letter: str) -> bytes:
    """Return the byte that was read as this letter; bytes that cp1252 leaves free are read as control letters."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _is_sound(text: str) -> bool:
    letters = unicodedata.normalize("NFC", text)
    return all(c in _SOUND and c not in _DAMAGE for c in letters)


def _day(field: str) -> str:
    with suppress(Invalid):
        return parse_partial(field)
    return ""


def _sex(field: str) -> str:
    """ "Nam" has only plain letters and cannot be damaged, so any other N… was "Nữ"."""
    word = fold(field)
    if word in {"nam", "m", "1"}:
        return "1"
    return "2" if word.startswith("n") or word in {"f", "2"} else "9"


def _refuse(code: str, message: object) -> Invalid:
    return Invalid(code, [Fault("card", code, message)], message)
