"""A question to the data as an address has it: which figures, units, time, parts; how the table stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from dinh.indicators.asking.question import MOST_DIMENSIONS, Question
from dinh.indicators.asking.things import Thing, thing
from dinh.indicators.rules.months import between, later, month_of
from dinh.lib.ids import as_uuid
from dinh.web.board import liking
from dinh.web.board.asking import FIRST, Asked, read_month, written

EACH = ("month", "quarter", "year", "sum")
ACROSS = ("time", "unit", "part", "second", "figure")
STATES = ("official", "live", "locked")
SHOWS = ("value", "cases")
OF = ("below", "self", "like")
MOST_THINGS, MOST_MONTHS, MOST_PARTS = 12, 36, 60
USUAL = ("on_time_rate",)


@dataclass(frozen=True)
class Wanted:
    """What an address asks; what cannot be read is taken as not said.

    of       "below": the units below; "self": the unit alone; "like": it and the units of its kind
    units    of those only these; empty: all
    by, also dimensions by which is divided
    parts, seconds  of these dimensions only these parts are shown; empty: all
    only     (dimension, part): of dimensions by which nothing is divided, what is counted
    state    "official": locked months as locked; "live": all as counted now; "locked": nothing that is provisional
    across   which axis stands as columns; sort: number of a column, "" for the usual order; down: the largest first
    like     the unit and its like, where there are any
    """

    asked: Asked
    things: tuple[Thing, ...]
    of: str
    units: tuple[UUID, ...]
    first: int
    last: int
    each: str
    by: str
    also: str
    parts: tuple[str, ...]
    seconds: tuple[str, ...]
    only: tuple[tuple[str, str], ...]
    state: str
    show: str
    across: str
    total: bool
    sort: str
    down: bool
    like: liking.Like | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that any of the figures knows."""
        return tuple(dict.fromkeys(name for one in self.things for name in one.dimensions))

    @property
    def siblings(self) -> tuple[UUID, ...]:
        """The units beside each other that can be shown; none for the unit alone."""
        if self.of == "like" and self.like is not None:
            return self.like.named
        return self.asked.children if self.of == "below" else ()

    def question(self) -> Question:
        """Return it as the figures want it."""
        asked, siblings = self.asked, self.siblings
        chosen = tuple(unit for unit in siblings if unit in self.units) or siblings
        every = self.like.counted if self.of == "like" and self.like is not None else siblings
        return Question(
            self.things, asked.unit, chosen or (asked.unit,), every, self.first, self.last, self.each, self.by,
            asked.boundaries, self.state != "live", asked.today, self.also, self.filters, self.of == "like",
            asked.close if self.of != "like" or self.like is None else self.like.close,
        )  # fmt: skip

    @property
    def filters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What alone is counted, by dimension."""
        names = dict.fromkeys(name for name, _part in self.only)
        return tuple((name, tuple(part for own, part in self.only if own == name)) for name in names)

    def query(self, **changes: object) -> str:
        """Return it as an address, with some of it changed; what is usual is left out."""
        one = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        known: list[tuple[str, str]] = [("unit", str(one.asked.unit))]
        known += [("lines", one.asked.lines)] if one.asked.lines != "was" else []
        known += [("f", found.key) for found in one.things]
        known += [("of", one.of)] if one.of != "below" else []
        known += [("u", str(unit)) for unit in one.units]
        known += [("from", written(one.first)), ("to", written(one.last))]
        known += [("p", part) for part in one.parts] + [("p2", part) for part in one.seconds]
        known += [("only", f"{name}:{part}") for name, part in one.only]
        plain = {"each": (one.each, "month"), "by": (one.by, ""), "and": (one.also, ""), "state": (one.state, "official"),
                 "show": (one.show, "value"), "across": (one.across, "time"), "sort": (one.sort, ""), "down": ("1" if one.down else "", ""),
                 "total": ("" if one.total else "0", "")}  # fmt: skip
        known += [(name, value) for name, (value, usual) in plain.items() if value != usual]
        return urlencode(known)


def of(found: QueryDict, asked: Asked, like: liking.Like | None = None) -> Wanted:
    """Read an address.

    like  the unit and its like, where there are any
    """
    things = tuple(filter(None, (thing(key) for key in dict.fromkeys(found.getlist("f")))))[:MOST_THINGS]
    things = things or tuple(filter(None, (thing(key) for key in USUAL)))
    newest = month_of(asked.close or asked.today)
    last = min(read_month(found.get("to", "")) or asked.month, newest)
    first = read_month(found.get("from", ""))
    first = first if first is not None and first <= newest else later(last, -5)
    last = max(last, FIRST)
    first = min(max(first, later(last, 1 - MOST_MONTHS), FIRST), last)
    known = tuple(dict.fromkeys(name for one in things for name in one.dimensions))
    by, also = _divided(found, known)
    parts, seconds = _some(found, "p", by), _some(found, "p2", also)
    only = _only(found, known)
    # What is divided by is not counted in part: then these parts are shown.
    parts = parts or tuple(part for name, part in only if name == by)
    seconds = seconds or tuple(part for name, part in only if name == also)
    room = MOST_DIMENSIONS - bool(by) - bool(also)
    kept = list(dict.fromkeys(name for name, _part in only if name not in (by, also)))[:room]
    wanted = Wanted(
        replace(asked, month=min(last, asked.month) if read_month(found.get("month", "")) else asked.month), things,
        _one(found, "of", OF), tuple(filter(None, map(as_uuid, found.getlist("u")))), first, last,
        _one(found, "each", EACH), by, also, parts, seconds, tuple(pair for pair in only if pair[0] in kept),
        _one(found, "state", STATES), _one(found, "show", SHOWS), _one(found, "across", ACROSS), found.get("total") != "0",
        found.get("sort", "") if found.get("sort", "").isdecimal() else "", bool(found.get("down")), like,
    )  # fmt: skip
    if wanted.siblings or wanted.of == "self":
        return wanted
    return replace(wanted, of="below" if asked.children else "self")


def months(wanted: Wanted, most: int = 36) -> list[int]:
    """Return the months to choose, the newest first; those that are asked are among them."""
    newest = month_of(wanted.asked.close or wanted.asked.today)
    return sorted({*between(later(newest, 1 - most), newest), wanted.first, wanted.last}, reverse=True)


def _divided(found: QueryDict, known: Sequence[str]) -> tuple[str, str]:
    """Return the dimensions by which is divided; a second one alone is the first."""
    given = [name for name in dict.fromkeys((found.get("by", ""), found.get("and", ""))) if name in known]
    return given[0] if given else "", given[1] if len(given) > 1 else ""


def _some(found: QueryDict, name: str, by: str) -> tuple[str, ...]:
    return tuple(found.getlist(name))[:MOST_PARTS] if by else ()


def _only(found: QueryDict, known: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what alone is counted: pairs of a dimension that a figure knows and a part."""
    pairs = (text.partition(":") for text in dict.fromkeys(found.getlist("only")))
    return tuple((name, part) for name, colon, part in pairs if colon and name in known)[:MOST_PARTS]


def _one(found: QueryDict, name: str, known: Sequence[str]) -> str:
    value = found.get(name, "")
    return value if value in known else known[0]
