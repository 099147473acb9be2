"""Turns data as records keep them (codes, ISO dates, whole đồng) into the words a paper shows. Vietnamese only.

The rule is by form and by name, so that a new register or procedure needs nothing here:
an ISO date becomes "12/03/1951" and gets a sibling "<name>_words"; "…sex", "…ethnicity",
"…nationality" and the like are looked up in their catalogue list; "…_vnd" is written as money.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dinh.catalogue import store
from dinh.lib import dates, money
from dinh.lib.names import nfc

ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
ISO_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})")

# Last part of a value's name -> the catalogue lists that its code may come from.
LISTS: dict[str, tuple[str, ...]] = {
    "sex": ("sexes",),
    "ethnicity": ("ethnic_groups",),
    "nationality": ("nationalities",),
    "religion": ("religions",),
    "relation": ("household_relations", "relations"),
    "group": ("pension_groups",),
    "pay_way": ("payment_ways",),
    "paper_kind": ("certified_paper_kinds",),
    "kind": ("residence_kinds",),
    "reason": ("stay_reasons",),
}


def shown(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same data as a Vietnamese paper says them; nested tables and lists included."""
    said: dict[str, Any] = {}
    for name, value in data.items():
        said[name] = _say(name, value)
        if isinstance(value, str) and ISO_DATE.fullmatch(value):
            said.setdefault(f"{name}_words", dates.in_words_vi(value))
        elif name.endswith("_vnd") and _whole(value):
            said.setdefault(f"{name.removesuffix('_vnd')}_words", money.in_words_vi(value))
    return said


def when(at: datetime) -> str:
    """Return an instant as slips write it: "08 giờ 15 phút, ngày 22/11/2026", Viet Nam time."""
    local = at.astimezone(dates.VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, ngày {dates.show_date(local.date())}"


def signed_at(at: datetime) -> str:
    """Return the time of a signature as its mark shows it: "22/11/2026 08:15:03 +07:00"."""
    local = at.astimezone(dates.VIETNAM)
    return f"{dates.show_date(local.date())} {local:%H:%M:%S} +07:00"


def _say(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return shown(value)
    if isinstance(value, (list, tuple)):
        return [_say(name, one) for one in value]
    if name.endswith("_vnd") and _whole(value):
        return money.show_vnd(value, "vi")
    if not isinstance(value, str):
        return value
    if ISO_INSTANT.fullmatch(value):
        return when(datetime.fromisoformat(value))
    if ISO_DATE.fullmatch(value):
        return dates.show_date(value)
    return _title(name, value) or nfc(value)


def _title(name: str, code: str) -> str:
    last = name.rsplit(".", 1)[-1]
    for ending, lists in LISTS.items():
        if last == ending or last.endswith(f"_{ending}"):
            titles = [store.get().titles.get(list_id, {}).get(code) for list_id in lists]
            return next((title.vi for title in titles if title), "")
    return ""


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
