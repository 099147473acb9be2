"""A score tells no part that is hidden: neither itself nor by what is left of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from dinh.catalogue.shapes.figures import Score
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.hiding import shielded, with_scores
from dinh.indicators.reports import asking
from dinh.indicators.rules.months import between
from dinh.indicators.tests.sheep import declare, indicator, measure

UNIT = uuid4()
AT = datetime(2026, 2, 3, 3, tzinfo=UTC)


def value(points: str, cases: int | None = None, whole: str | None = None) -> Value:
    """Return a part with so many points of so many cases; with `whole` a score."""
    number = None if points == "" else Decimal(whole or points)
    return Value(
        UNIT, 202601, 202601, "", number, cases, cases and cases * 2, 1, 1, False, False, False, False, "",
        Decimal(points or 0), None, None, False, False,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def scores(monkeypatch: Any) -> None:
    """A score of two groups: fast alone, and clean with kind."""
    part: dict[str, Any] = {
        "kind": "ratio", "numerator": "shorn", "denominator": "shorn", "score": Score(most=10, target=100),
    }  # fmt: skip
    group: dict[str, Any] = {"kind": "score"}
    declare(
        monkeypatch, measure("shorn"), *(indicator(id, **part) for id in ("fast", "clean", "kind", "calm")),
        indicator("speed", **group, parts=("fast",), most=10),
        indicator("care", **group, parts=("clean", "kind", "calm"), most=30),
        indicator("all", **group, parts=("speed", "care"), most=40),
    )  # fmt: skip


def hidden(**parts: Value) -> set[str]:
    """Return what is hidden of a score whose parts are these."""
    totals = {id: value("0", whole="9") for id in ("all", "speed", "care")}
    found = {id: [one] for id, one in {**totals, **parts}.items()}
    return {id for id, (one,) in shielded(found, found.keys()).items() if one.masked}


def test_one_hidden_part_takes_the_least_beside_it_along() -> None:
    parts = {"fast": value("8", 90), "kind": value("7.5", 40), "calm": value("5", 30)}

    assert hidden(clean=value("6.67", 3), **parts) == {"clean", "calm"}
    assert hidden(clean=value("6.67", 50), **parts) == set()


def test_two_hidden_parts_cover_each_other() -> None:
    found = hidden(fast=value("8", 90), clean=value("6.67", 3), kind=value("5", 2), calm=value("5", 30))

    assert found == {"clean", "kind"}


def test_a_part_that_is_all_of_its_group_hides_the_group_and_the_whole() -> None:
    found = hidden(fast=value("6.67", 3), clean=value("8", 90), kind=value("7.5", 40), calm=value("5", 30))

    assert found == {"fast", "speed", "all"}  # the other group stands: it is told by its own parts


def test_a_part_that_nobody_told_hides_nothing_behind_it() -> None:
    found = hidden(fast=value("8", 90), clean=value("6.67", 3), kind=value(""), calm=value(""))

    assert found == {"clean", "care", "all"}  # what is untold counts as none, as everybody can read


def lone(
    *units: UUID, first: int = 202601, last: int = 202601, each_month: bool = False
) -> dict[str, list[Value]]:
    """Return a score of which one part, all of its group, is of so few, for each unit and month."""
    every = {
        "fast": value("6.67", 3), "clean": value("8", 90), "kind": value("7", 40), "calm": value("6", 40),
        "speed": value("0", whole="6.67"), "care": value("0", whole="21"), "all": value("0", whole="27.67"),
    }  # fmt: skip
    spans = [(month, month) for month in between(first, last)] if each_month else [(first, last)]
    return {
        id: [replace(one, unit=unit, first=span[0], last=span[1]) for unit in units for span in spans]
        for id, one in every.items()
    }


def test_a_report_hides_what_a_score_would_give_away_now_earlier_over_the_year_and_beside(
    monkeypatch: Any,
) -> None:
    def figures(ids: Any, units: Any, first: int, last: int, *, each_month: bool = False, **more: Any) -> Any:
        found = lone(*units, first=first, last=last, each_month=each_month)
        return {id: found[id] for id in ids}

    section = SimpleNamespace(title="", paragraphs=(), figures=("all",), kind="figures")
    report: Any = SimpleNamespace(span="month", sections=(section,))
    asked = asking.Question(report, UNIT, 202601, None, AT, AT.date())
    asked.__dict__ |= {"hidden": frozenset({"fast"}), "snapshots": None, "close": None}
    monkeypatch.setattr(asking, "figures", figures)

    seen = {
        "now": asked.now("all"), "earlier": asked.earlier("all"), "trend": asked.trend("all")[3],
        "beside": asked.of_places(["all"], [uuid4(), uuid4()])["all"][0],
    }  # fmt: skip
    assert {name for name, one in seen.items() if one is None or not one.masked} == set()
    plain = asked.of_places(["clean"], [uuid4()])["clean"][0]  # the other group is told by its own parts
    assert plain.value == Decimal("8")


def test_figures_of_a_score_are_judged_with_all_of_it() -> None:
    assert with_scores(["clean", "shorn"]) == [
        "clean",
        "shorn",
        "all",
        "speed",
        "fast",
        "care",
        "kind",
        "calm",
    ]
    assert with_scores(["shorn"]) == ["shorn"]


def test_what_is_hidden_for_a_score_is_not_given_away_by_the_units_beside_it() -> None:
    a, b = uuid4(), uuid4()
    found = lone(a, b)
    found["clean"] = [
        replace(one, numerator=cases) for one, cases in zip(found["clean"], (3, 90), strict=True)
    ]
    found["fast"] = [replace(one, numerator=80) for one in found["fast"]]

    seen = shielded(found, {"clean"}, beside=True)

    hidden = {(id, one.unit) for id, some in seen.items() for one in some if one.masked}
    # clean of a is few, so that of b goes along its line; in each unit calm hides the difference that the score would tell.
    assert hidden == {("clean", a), ("clean", b), ("calm", a), ("calm", b)}
    assert {
        (id, one.unit)
        for id, some in shielded(found, set(), beside=True).items()
        for one in some
        if one.masked
    } == set()
