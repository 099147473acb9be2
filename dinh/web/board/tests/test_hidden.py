"""What is hidden on one page is not given away by the other numbers of that page: along months, units, kinds and scores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from dinh.catalogue import store
from dinh.directory.models import Grant, Level
from dinh.directory.tests.cast import Cast, make_unit
from dinh.indicators.queries import hiding
from dinh.indicators.queries.figures import Value
from dinh.web.board import reading
from dinh.web.board.reading import Reading
from dinh.web.board.tests.test_parts import asked, value
from dinh.web.board.views import heat
from dinh.web.board.views.rows import openers


def sum_of(number: int, first: int, last: int = 0) -> Value:
    return value(str(number), numerator=number, denominator=None, first=first, last=last or first)


def hidden(found: Iterable[Value]) -> list[int]:
    return [one.first for one in found if one.masked]


def months_of_a_quarter(id: str, monkeypatch: Any) -> Reading:
    """Return what who may list no rows sees of twelve months, the fourth quarter and the third, of a figure."""
    monkeypatch.setattr(hiding, "hidden_from", lambda *args: frozenset({id}))
    numbers = {202607: 40, 202608: 3, 202609: 12, 202610: 3, 202611: 20, 202612: 30}
    trend = tuple(sum_of(number, month) for month, number in numbers.items())
    found = Reading(store.get().indicators[id], sum_of(53, 202610, 202612), sum_of(55, 202607, 202609), trend)
    return reading.shielded({id: found}, asked(month=202612, span="quarter"), None)[id]


def test_a_quarter_does_not_give_its_hidden_month_away(monkeypatch: Any) -> None:
    seen = months_of_a_quarter("dossiers_filed_count", monkeypatch)

    assert hidden(seen.trend) == [202608, 202609, 202610, 202611]  # of each quarter the smallest other month
    assert not seen.now.masked and seen.before is not None and not seen.before.masked


def test_of_what_stands_at_the_end_of_a_time_no_month_is_worked_out_from_the_others(monkeypatch: Any) -> None:
    assert hidden(months_of_a_quarter("difficulties_open_count", monkeypatch).trend) == [202608, 202610]


def table(**numbers: list[int]) -> heat.Cells:
    """Return kinds by three columns, with what each is together."""
    sums = {kind: [*some, sum(some)] for kind, some in numbers.items()}
    sums[""] = [sum(column) for column in zip(*sums.values(), strict=True)]
    columns: list[heat.Column | None] = [1, 2, 3, None]
    return {
        (column, kind or None): sum_of(number, 202611)
        for kind, some in sums.items()
        for column, number in zip(columns, some, strict=True)
    }


def seen_of(cells: heat.Cells, id: str, by: str) -> set[tuple[Any, str | None]]:
    return {place for place, one in heat._safely(id, cells, by, frozenset({id})).items() if one.masked}


KINDS, TABLE = ("road", "power", "water"), table(road=[3, 8, 9], power=[20, 30, 40], water=[6, 50, 60])


def test_of_difficulties_a_second_unit_is_hidden_and_not_their_sum_which_the_months_tell() -> None:
    gone = seen_of(TABLE, "difficulties_open_count", "units")

    assert (1, "road") in gone and not {place for place in gone if None in place}
    for kind in KINDS:
        assert sum((column, kind) in gone for column in (1, 2, 3)) != 1, kind
    for column in (1, 2, 3):
        assert sum((column, kind) in gone for kind in KINDS) != 1, column


def test_months_of_a_stock_are_no_sum_and_those_of_a_flow_are() -> None:
    assert seen_of(TABLE, "difficulties_open_count", "months") == {(1, "road"), (1, "water")}
    flow = seen_of(TABLE, "difficulties_told_count", "months")
    assert all(sum((column, kind) in flow for column in (1, 2, 3)) != 1 for kind in KINDS)


def test_what_is_kept_as_of_a_close_is_read_again_once_places_change(cast: Cast) -> None:
    today = timezone.localdate()
    above = asked(unit=cast.province.pk, level="province", today=today, close=today, month=202611)
    before = reading.watermark(above)
    make_unit(Level.COMMUNE, "02750", "Mây Xanh", "xã", cast.province, today)
    assert reading.watermark(above) != before


def test_who_may_list_rows_is_named_only_as_long_as_they_may(cast: Cast) -> None:
    today = timezone.localdate()
    here = asked(unit=cast.cocsan.pk, today=today, month=202611)
    named = openers("dossiers_rated", here).split(", ")
    assert 0 < len(named) <= 3
    Grant.objects.filter(account__full_name=named[0]).update(valid_to=today)
    assert named[0] not in openers("dossiers_rated", here).split(", ")
