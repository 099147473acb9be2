"""The home page of a unit: whose it is, which month it opens at, and all that it is read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from dinh.directory import policy
from dinh.directory.models import Account, Level
from dinh.indicators.queries import hiding
from dinh.indicators.queries.figures import Value
from dinh.web.board import reading, saying
from dinh.web.board.arranging import LEADING, SCORE
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading

READ = "board.read"
PEOPLE = "residents_count"
FIRST = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2, Level.VILLAGE: 3}


@dataclass(frozen=True)
class Home:
    """The figures of a unit, the score among them, those that are judged by the units below, and the people of these."""

    found: Mapping[str, Reading]
    children: Mapping[str, Sequence[Value]]
    people: Sequence[Value]


def unit_of(account: Account, on: date) -> UUID:
    """Return the unit that a reader sees first: the highest in reach. Only for who has `board.read` somewhere."""
    reaches = policy.scope(account, READ, on).reaches
    return min(reaches, key=lambda one: (FIRST.get(Level(one.level), len(FIRST)), str(one.unit))).unit


def at_newest(asked: Asked) -> Asked:
    """Return the question at the newest month that has figures."""
    return replace(asked, month=reading.newest(asked.unit, asked.today, asked.close))


def present(asked: Asked) -> Asked:
    """Return the question as of now: what waits, waits today, whichever month is shown."""
    return replace(asked, month=asked.newest, span="month", known="").at(asked.unit)


def with_present(home: Home, now: Home) -> Home:
    """Return a home with what stands today; what happens in a month, and its rates, stay of the month that is shown."""
    of_now = {id for id, one in now.found.items() if id in home.found and id != SCORE and _tells(one)}
    found = {id: now.found[id] if id in of_now else one for id, one in home.found.items()}
    children = {
        id: now.children[id] if id in of_now and id in now.children else some
        for id, some in home.children.items()
    }
    return Home(found, children, home.people)


def _tells(found: Reading) -> bool:
    """Return whether a figure of the running month can stand for itself: what stands, not what happens in it."""
    now = found.now
    if not saying.at_end(found.indicator):
        return False
    if now.masked:
        return True  # what stands today is hidden: what stood then must not pass for it
    return now.value is not None and not now.few and now.complete


def seen(asked: Asked, mark: str, account: Account | None) -> Home:
    """Return a home as a reader sees it: without what tells of so few, nor what gives it away; from the cache where it is kept.

    mark  `reading.watermark(asked)`
    """
    every = reading.readings(hiding.with_scores(_shown()), asked, mark)
    found = reading.shielded(every, asked, account)
    judged = _judged(every)
    below = reading.seen_below(dict.fromkeys([*judged, PEOPLE]), asked, mark, account)
    shown = {id: found[id] for id in _shown() if id in found}
    return Home(shown, {id: below[id] for id in judged}, below[PEOPLE])


def _judged(found: Mapping[str, Reading]) -> list[str]:
    """Return the ids of what a home shows and judges the units below by."""
    leading = {id: found[id].indicator for id in _shown() if id in found and id != SCORE}
    return [id for id, one in leading.items() if one.thresholds or one.targets]


def _shown() -> list[str]:
    """Return the ids of what a home shows, in its order."""
    return [SCORE, *dict.fromkeys(id for leading in LEADING.values() for id in leading)]
