"""Numbers of dossiers and codes of drafts.

A dossier's number is `H38.02-261122-0001`: the agency, the local date of filing and
the day's sequence (Circular 01/2018/TT-VPCP, article 19, in the order that the
national portal uses today). Giving the next sequence belongs to `actions.filing`.
"""

from __future__ import annotations

import re
import secrets
from datetime import date

NATIONAL = re.compile(r"([HG]\d{2}(?:\.\d{2,3}){0,3})-(\d{6})-(\d{4,8})")
EXTERNAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{2,39}")
# Neither 0 and O, 1 and I and L, nor U, which is heard as V: a code is also read aloud.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 8


def dossier_number(agency_code: str, on: date, sequence: int) -> str:
    """Return the number of the `sequence`-th dossier (>= 1) that an agency files on a local date."""
    return f"{agency_code}-{on:%y%m%d}-{sequence:04d}"


def parts_of(number: str) -> tuple[str, date, int] | None:
    """Return agency, day and sequence of a number written as the national portal writes it; None for another one."""
    written = NATIONAL.fullmatch(number)
    if written is None:
        return None
    code, day, sequence = written.groups()
    try:
        on = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        return None
    return code, on, int(sequence)


def is_external(number: str) -> bool:
    """Say whether a number of another system can be kept as it is: 3 to 40 plain characters."""
    return EXTERNAL.fullmatch(number) is not None


def draft_code() -> str:
    """Return a new code of 8 characters: about 6 * 10^11 of them, so that guessing leads nowhere."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(text: str) -> str:
    """Return a code as it is kept, from how a person wrote or a reader scanned it ("ab3d-efgh").

    An address that ends in the code (its QR) gives the code; anything else gives text that no draft has.
    """
    last = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[\s.\-]", "", last).upper()[:12]


def is_draft_code(text: str) -> bool:
    """Tell whether a text, as typed or scanned, has the form of a draft's code."""
    code = clean_code(text)
    return len(code) == CODE_LENGTH and all(letter in ALPHABET for letter in code)


def show_code(code: str) -> str:
    """Return a code as people read it: in two groups of four."""
    return f"{code[:4]}-{code[4:]}" if len(code) == CODE_LENGTH else code
