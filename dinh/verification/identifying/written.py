"""The keys, forms and numbers of one identity as it is written: what the engine reads of a row, in plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dinh.verification.engine import naming, values, words
from dinh.verification.engine.fields import CUT, FULL, NO_NUMBER, OLD, SEPARATED, UNREADABLE, ZERO_LOST


@dataclass(frozen=True, slots=True)
class Name:
    """A name's keys, as `engine.naming` makes them."""

    id: int
    plain: int
    words: int
    sur: int
    giv: int
    count: int
    form: int
    text: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What a row states, or what is known of a person, as the engine compares it.

    number, nform  the 12-digit number and how it was written; old, old_there  9-digit numbers of their own field and
                   of the other one
    commune, line, former, present  as `engine.places` and `engine.values` number them; 0 for not said
    """

    name: Name | None = None
    day: values.Day = values.Day(0, values.NO_DATE, True)
    sex: int = 0
    number: int | None = None
    nform: int = NO_NUMBER
    old: int | None = None
    old_there: int | None = None
    commune: int = 0
    line: int = 0
    former: int = 0
    present: int = 0


def keys_of(
    *, number: str = "", old_number: str = "", name: str = "", birth: str = "", sex: str = ""
) -> Keys:
    """Return the keys of an identity as it is written."""
    twelve, form, nine = read_number(number)
    digits = re.sub("[^0-9]", "", old_number)
    return Keys(
        name=read_name(name),
        day=values.read_day(birth),
        sex=values.read_sex(sex)[0],
        number=twelve,
        nform=form,
        old=int(digits) if digits else None,
        old_there=nine,
    )


@lru_cache(maxsize=4096)
def read_name(raw: str) -> Name | None:
    """Return the keys of a name; None for no name."""
    if not raw:
        return None
    fixed, form = naming.respell(raw)
    written = fixed.split(" ")
    read = [words.read(one) for one in written[: naming.MOST_WORDS]]
    for one in read:
        form |= one.form
    places = list(enumerate(read))
    return Name(
        id=sum(one.exact * (2 * at + 1) for at, one in places),
        plain=sum(one.plain * (2 * at + 1) for at, one in places),
        words=sum(one.plain for one in read),
        sur=read[0].plain,
        giv=read[-1].plain,
        count=min(len(written), 100),
        form=form,
        text=" ".join(one.text + "%" if one.form & words.SHORT else one.text for one in read),
    )


def read_number(raw: str) -> tuple[int | None, int, int | None]:
    """Return the 12-digit number stated, how it was written, and the 9-digit one stated in its place."""
    if not raw:
        return None, NO_NUMBER, None
    digits = raw if len(raw) == 12 else re.sub("[^0-9]", "", raw)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {9, 10, 11, 12}:
        return None, UNREADABLE, None
    if len(digits) == 9:
        return None, OLD, int(digits)
    if len(digits) == 12:
        return int(digits), FULL if digits == raw else SEPARATED, None
    if digits[0] != "0":
        return int(digits), ZERO_LOST, None
    return (int(digits), CUT, None) if len(digits) == 11 else (None, UNREADABLE, None)
