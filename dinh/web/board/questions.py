"""A question to the data as an address has it: which figures, units, time, parts; how the table stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from dinh.indicators.asking.cube import Question
from dinh.indicators.asking.things import Thing, thing
from dinh.indicators.rules.months import between, later
from dinh.lib.ids import as_uuid
from dinh.web.board.asking import FIRST, Asked, read_month, written

EACH = ("month", "quarter", "year", "sum")
ACROSS = ("time", "unit", "part", "figure")
STATES = ("official", "live", "locked")
SHOWS = ("value", "cases")
MOST_THINGS, MOST_MONTHS = 12, 36
USUAL = ("on_time_rate",)


@dataclass(frozen=True)
class Wanted:
    """What an address asks; what cannot be read is taken as not said.

    of      "below": the units below; "self": the unit alone
    units   of those below only these; empty: all
    parts   of the dimension only these; empty: all
    state   "official": locked months as locked; "live": all as counted now; "locked": nothing that is provisional
    across  which axis stands as columns; sort: number of a column, "" for the usual order; down: the largest first
    """

    asked: Asked
    things: tuple[Thing, ...]
    of: str
    units: tuple[UUID, ...]
    first: int
    last: int
    each: str
    by: str
    parts: tuple[str, ...]
    state: str
    show: str
    across: str
    total: bool
    sort: str
    down: bool

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that any of the figures knows."""
        return tuple(dict.fromkeys(name for one in self.things for name in one.dimensions))

    def question(self) -> Question:
        """Return it as the figures want it."""
        asked = self.asked
        siblings = asked.children if self.of == "below" else ()
        chosen = tuple(unit for unit in siblings if unit in self.units) or siblings
        return Question(
            self.things, asked.unit, chosen or (asked.unit,), siblings, self.first, self.last, self.each, self.by,
            asked.boundaries, self.state != "live", asked.today,
        )  # fmt: skip

    def query(self, **changes: object) -> str:
        """Return it as an address, with some of it changed; what is usual is left out."""
        one = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        known: list[tuple[str, str]] = [("unit", str(one.asked.unit))]
        known += [("lines", one.asked.lines)] if one.asked.lines != "was" else []
        known += [("f", found.key) for found in one.things]
        known += [("of", one.of)] if one.of != "below" else []
        known += [("u", str(unit)) for unit in one.units]
        known += [("from", written(one.first)), ("to", written(one.last))]
        known += [("p", part) for part in one.parts]
        plain = {"each": (one.each, "month"), "by": (one.by, ""), "state": (one.state, "official"), "show": (one.show, "value"),
                 "across": (one.across, "time"), "sort": (one.sort, ""), "down": ("1" if one.down else "", ""),
                 "total": ("" if one.total else "0", "")}  # fmt: skip
        known += [(name, value) for name, (value, usual) in plain.items() if value != usual]
        return urlencode(known)


def of(found: QueryDict, asked: Asked) -> Wanted:
    """Read an address."""
    things = tuple(filter(None, (thing(key) for key in dict.fromkeys(found.getlist("f")))))[:MOST_THINGS]
    things = things or tuple(filter(None, (thing(key) for key in USUAL)))
    last = read_month(found.get("to", "")) or asked.month
    first = read_month(found.get("from", "")) or later(last, -5)
    last = max(last, FIRST)
    first = min(max(first, later(last, 1 - MOST_MONTHS), FIRST), last)
    by = found.get("by", "")
    by = by if any(by in one.dimensions for one in things) else ""
    wanted = Wanted(
        replace(asked, month=min(last, asked.month) if read_month(found.get("month", "")) else asked.month), things,
        _one(found, "of", ("below", "self")), tuple(filter(None, map(as_uuid, found.getlist("u")))), first, last,
        _one(found, "each", EACH), by, tuple(found.getlist("p"))[:60] if by else (), _one(found, "state", STATES),
        _one(found, "show", SHOWS), _one(found, "across", ACROSS), found.get("total") != "0",
        found.get("sort", "") if found.get("sort", "").isdecimal() else "", bool(found.get("down")),
    )  # fmt: skip
    return wanted if asked.children else replace(wanted, of="self")


def months(wanted: Wanted, most: int = 36) -> list[int]:
    """Return the months to choose, the newest first; those that are asked are among them."""
    newest = max(wanted.asked.today.year * 100 + wanted.asked.today.month, wanted.last)
    return sorted({*between(later(newest, 1 - most), newest), wanted.first, wanted.last}, reverse=True)


def _one(found: QueryDict, name: str, known: Sequence[str]) -> str:
    value = found.get(name, "")
    return value if value in known else known[0]
