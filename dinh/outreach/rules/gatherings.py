"""Pure decisions of gatherings: their codes, when people write themselves in, what was learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from dinh.outreach.rules.receipts import CROCKFORD, clean_receipt

OPENS, CLOSES = timedelta(hours=2), timedelta(hours=12)
STEPS = (0, 1, 2)  # not, with help, alone: as in a person's profile


def make_code(draw: Callable[[int], int]) -> str:
    """Return a new code for the wall, "K7M2-9QXT"; `draw` gives a whole number below its argument."""
    signs = "".join(CROCKFORD[draw(32)] for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def normalise(text: str) -> str:
    """Return a code as it is kept, from what was typed or scanned; "" when it cannot be one."""
    return clean_receipt(text)


def open_for_names(starts_at: datetime, ends_at: datetime, cancelled: bool, at: datetime) -> bool:
    """Return whether people may write themselves in: from two hours before it begins until twelve after it ends."""
    return not cancelled and starts_at - OPENS <= at <= ends_at + CLOSES


def steps(given: Mapping[str, object], codes: Iterable[str]) -> dict[str, int]:
    """Return the steps of skills that a form or a phone gave; what is no skill or no step is left out."""
    known = set(codes)
    found = {}
    for code, value in given.items():
        if code in known and str(value).isdigit() and int(str(value)) in STEPS:
            found[code] = int(str(value))
    return found


def gained(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """Return the skills in which somebody went a step up."""
    return sorted(code for code, step in after.items() if step > before.get(code, 0))
