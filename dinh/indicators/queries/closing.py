"""What a reader from above the commune sees: figures as they stood at the close of a day before.

The commune reads what is counted now, and so sees today what the province sees tomorrow. How many days lie between is
declared by role (`figures_after_days` in `catalogue/roles/`; that of the role `citizen` is the one of pages for
everybody). `engine.cells.hold` keeps what a cell held before its first change of a day (`CellBefore`); here it is put
back for who reads as of a close.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account, Level
from dinh.indicators.engine import definitions
from dinh.indicators.models import Series
from dinh.indicators.queries import places
from dinh.indicators.rules.months import day_number
from dinh.lib.dates import VIETNAM

READ = "board.read"
EVERYBODY = "citizen"  # role whose days hold for pages without sign-in
OWN = (Level.COMMUNE, Level.VILLAGE)  # who has a right here reads what is counted now
Row = tuple[str, int, int, int]  # dims, month, place, value


@dataclass(frozen=True)
class Held:
    """A measure of a commune and month that is counted otherwise now, as a whole, than it was at the close."""

    measure: str
    month: int


def close_for(account: Account | None, unit: UUID, on: date) -> date | None:
    """Return the day at whose close a reader sees the figures of a unit; None: as they are counted now.

    Who has the right through a commune or village reads at once; through a unit above it, so many days later as the
    role says; of several rights the soonest counts.
    """
    known, days = store.get().roles, days_for_everybody()
    for role in policy.roles_of(account, on):
        for reach in policy.scope(account, READ, on, roles={role}).reaches:
            if reach.covers(unit):
                days = min(days, 0 if reach.level in OWN else known[role].figures_after_days)
    return on - timedelta(days=days) if days else None


def days_for_everybody() -> int:
    """Return how many days later everybody sees a commune's figures."""
    role = store.get().roles.get(EVERYBODY)
    return role.figures_after_days if role is not None else 1


def close_for_everybody(on: date) -> date | None:
    """Return the day at whose close pages without sign-in show figures; None: as they are counted now."""
    days = days_for_everybody()
    return on - timedelta(days=days) if days else None


def close_above(on: date) -> date | None:
    """Return the day at whose close the first of those above a commune sees its figures; None: as they are counted now."""
    days = min(
        (one.figures_after_days for one in store.get().roles.values() if READ in one.permissions), default=1
    )
    return on - timedelta(days=days) if days else None


def longest() -> int:
    """Return the most days that any role waits: so long is kept what cells held."""
    return max((role.figures_after_days for role in store.get().roles.values()), default=1)


def moment(close: date) -> datetime:
    """Return the end of a day in Viet Nam."""
    return datetime.combine(close, time.max, VIETNAM)


def put_back(
    found: dict[int, list[Row]], parts: str, first: int, last: int, close: date, *, added_up: bool
) -> None:
    """Let rows of measures, by series, be as they stood at a close. One query.

    parts     condition of SQL over `dims`
    added_up  rows are sums over places or months: what changed since is taken off them by further rows
    """
    if not found:
        return
    changed: dict[int, dict[tuple[str, int, int], tuple[int | None, int | None]]] = {}
    series = ", ".join(str(int(one)) for one in sorted(found))
    for one, dims, month, place, was, now in _changed(
        f"was.series IN ({series}) AND {parts.replace('dims', 'was.dims')} "
        f"AND was.month BETWEEN {int(first)} AND {int(last)}", close
    ):  # fmt: skip
        changed.setdefault(one, {})[(dims, month, place)] = (was, now)
    for one, cells in changed.items():
        if added_up:
            undone = ((*key, (was or 0) - (now or 0)) for key, (was, now) in cells.items())
            found[one] += [row for row in undone if row[3]]
        else:
            kept = {(dims, month, place): value for dims, month, place, value in found[one]}
            kept |= {key: was for key, (was, _now) in cells.items() if was is not None}
            gone = {key for key, (was, _now) in cells.items() if was is None}
            found[one] = [(*key, value) for key, value in kept.items() if key not in gone]


def held_of(commune: UUID, close: date) -> list[Held]:
    """Return the measures that changed as a whole in a commune since a close, the newest month first. Three queries."""
    pairs = _pairs_of(commune, close)
    return _held(f"was.dims = '' AND ({pairs})", close).get(commune, []) if pairs else []


def held_by_commune(close: date) -> dict[UUID, list[Held]]:
    """Return what changed as a whole since a close, in all communes, as `held_of` does. Two queries."""
    return _held("was.dims = ''", close)


def _pairs_of(commune: UUID, close: date) -> str:
    """Return the condition on the places of a commune in the months of which anything changed; "" for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT month FROM indicators_cellbefore WHERE dims = '' AND day > {day_number(close)}"
        )
        months = [month for (month,) in cursor.fetchall()]
    places.look_again()
    alike: dict[tuple[int, ...], list[int]] = {}
    for month in months:
        own = tuple(sorted(pk for pk, home in places.homes(month).items() if home == commune))
        alike.setdefault(own, []).append(month)
    return " OR ".join(
        f"(was.month IN ({', '.join(map(str, some))}) AND was.place IN ({', '.join(map(str, own))}))"
        for own, some in alike.items() if own
    )  # fmt: skip


def _held(condition: str, close: date) -> dict[UUID, list[Held]]:
    names = dict(Series.objects.values_list("pk", "measure"))
    known = definitions.measures()
    places.look_again()
    last: dict[tuple[int, str, int, int], tuple[int | None, int | None]] = {}
    for series, dims, month, place, was, now in _changed(condition, close):
        last[(series, dims, month, place)] = (was, now)
    found: dict[UUID, dict[tuple[str, int], None]] = {}
    for (series, _dims, month, place), (was, now) in last.items():
        home = places.homes(month).get(place)
        if was != now and home is not None and names.get(series) in known:
            found.setdefault(home, {})[(names[series], month)] = None
    return {
        commune: sorted((Held(*key) for key in keys), key=lambda one: (-one.month, one.measure))
        for commune, keys in found.items()
    }


Change = tuple[
    int, str, int, int, int | None, int | None
]  # series, dims, month, place, value then, value now


def _changed(condition: str, close: date) -> list[Change]:
    """Return what cells held at a close and hold now, the earliest day last: of one cell that is the one that counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT was.series, was.dims, was.month, was.place, was.value, cell.value FROM indicators_cellbefore AS was "
            "LEFT JOIN indicators_cell AS cell ON cell.series = was.series AND cell.dims = was.dims "
            "AND cell.month = was.month AND cell.place = was.place "
            f"WHERE {condition} AND was.day > {day_number(close)} ORDER BY was.day DESC"
        )
        rows: list[Change] = cursor.fetchall()
    return rows
