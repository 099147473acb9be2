"""How fast figures are read in `figures.py`, each beside SQL over the rows that gives the same numbers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

STORED_SECONDS, AD_HOC_SECONDS = 0.05, 0.3  # p95 of 20
LAST = 202612
TODAY = date(2026, 12, 31)
Numbers = dict[Any, Decimal | None]


@dataclass(frozen=True)
class Reading:
    """One kind of question, asked of 20 indicators one after another.

    most   seconds in which 19 of them are answered
    ask    number of an indicator -> its values, by unit, by unit and month, or by indicator
    plain  number of an indicator -> SQL that gives the same keys, each with numerator and denominator
    """

    name: str
    most: float
    ask: Callable[[int], Numbers]
    plain: Callable[[int], str]


def read(
    connection: Any, units: dict[str, list[Any]], first: int, measures: int, tell: Callable[..., None]
) -> bool:
    """Read figures of all kinds, see that each is what SQL over the rows says, and say whether none took too long."""
    kept = True
    for one in _readings(units, first, measures):
        if one.ask(0) != _numbers(_by_sql(connection, one, 0)):
            raise SystemExit(f"{one.name}: not what SQL over the rows says")
        ways = one.ask, partial(_by_sql, connection, one)
        times, others = (sorted(_took(partial(way, n)) for n in range(1, 21)) for way in ways)
        tell(one.name, times[18], others[18], "SQL over the rows")
        slow = "" if times[18] < one.most else f"; more than {1000 * one.most:.0f} ms"
        print(f"    the same numbers; p95 of 20; median {1000 * statistics.median(times):.0f} ms{slow}")
        kept = kept and not slow
    return kept


def _readings(units: dict[str, list[Any]], first: int, measures: int) -> Iterable[Reading]:
    from dinh.directory.lines import On
    from dinh.indicators.queries.figures import figure, figures

    communes, villages, province = (
        [one.pk for one in units[level]] for level in ("commune", "village", "province")
    )

    def stored(some: Sequence[UUID], **options: Any) -> Callable[[int], Numbers]:
        return lambda number: {
            (one.unit, one.first) if "each_month" in options else (one.unit,): one.value
            for one in figure(f"r{number:02}", some, first, LAST, today=TODAY, **options)
        }

    def every(_number: int) -> Numbers:
        ids = [f"r{number:02}" for number in range(measures)]
        found = figures(ids, province, LAST, LAST, today=TODAY)  # as pages of several figures read them
        return {(id,): one.value for id, (one,) in found.items()}

    def by(*names: str) -> Callable[[int], str]:
        return partial(_divided, ", ".join(names), first, measures)

    one_day = stored(communes, boundaries=On(date(2025, 7, 1)))
    return (
        Reading("one indicator, 148 communes, 12 months together", STORED_SECONDS, stored(communes), by("unit")),
        Reading("one indicator, 148 communes, each of 12 months", STORED_SECONDS, stored(communes, each_month=True), by("unit", "on_day")),
        Reading("the same in the boundaries of one day", STORED_SECONDS, one_day, by("unit")),
        Reading("ad hoc: 1,349 villages, 12 months together", AD_HOC_SECONDS, stored(villages), by("village")),
        Reading("ad hoc: all 60 indicators of the province, one month", AD_HOC_SECONDS, every, lambda _number: _all(measures)),
    )  # fmt: skip


def _divided(by: str, first: int, measures: int, number: int) -> str:
    one, other = f"k{number:02}", f"k{(number + 1) % measures:02}"
    return (
        f"SELECT {by}, sum(CASE WHEN kind = '{one}' THEN number ELSE 0 END), sum(number) FROM facts_bench "
        f"WHERE kind IN ('{one}', '{other}') AND on_day BETWEEN '{first // 100}-{first % 100:02}-01' AND '{TODAY}' "
        f"GROUP BY {by}"
    )


def _all(measures: int) -> str:
    return (
        f"WITH sums AS (SELECT kind, CAST(substr(kind, 2) AS INTEGER) AS at, sum(number) AS total FROM facts_bench "
        f"WHERE on_day BETWEEN '{LAST // 100}-{LAST % 100:02}-01' AND '{TODAY}' GROUP BY kind) "
        f"SELECT one.kind, one.total, one.total + other.total FROM sums AS one "
        f"JOIN sums AS other ON other.at = (one.at + 1) % {measures}"
    )


def _numbers(rows: Iterable[Sequence[Any]]) -> Numbers:
    """Return what SQL says as figures are read: percent with one digit after the point."""
    from dinh.indicators.rules.values import rounded

    return {
        tuple(map(_key, key)): rounded(Fraction(100 * int(above), int(below)), 1)
        for *key, above, below in rows
    }


def _key(found: Any) -> Any:
    """Return a unit, the month of a day or an indicator, as databases give the first two and the kind of the last."""
    if isinstance(found, UUID):
        return found
    text = str(found)
    if text.startswith("k"):
        return f"r{text[1:]}"
    return int(text[:7].replace("-", "")) if "-" in text else UUID(text)


def _by_sql(connection: Any, one: Reading, number: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(one.plain(number))
        found: list[Any] = cursor.fetchall()
    return found


def _took(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began
