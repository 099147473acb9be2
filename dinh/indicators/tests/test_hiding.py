"""A score tells no part that is hidden: neither itself nor by what is left of it."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from dinh.catalogue.shapes.figures import Score
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.hiding import safe, safe_scores
from dinh.indicators.reports import asking
from dinh.indicators.tests.sheep import declare, indicator, measure

UNIT = uuid4()


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
    found = {id: safe(one) for id, one in ({**totals, **parts}).items()}
    return {id for id, one in safe_scores(found).items() if one.masked}


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


def test_a_report_hides_what_a_score_would_give_away(monkeypatch: Any) -> None:
    values = {
        "fast": value("6.67", 3), "clean": value("8", 90), "speed": value("0", whole="6.67"),
        "all": value("0", whole="14.67"), "care": value("0", whole="8"),
    }  # fmt: skip
    asked = object.__new__(asking.Question)
    asked.report, asked.hidden, asked.month = SimpleNamespace(span="month"), frozenset({"fast"}), 202601  # type: ignore[assignment]
    monkeypatch.setattr(asking, "figures_of", lambda report: tuple(values))
    monkeypatch.setattr(asking.Question, "value", lambda self, id, first, last: safe(values[id]))

    shown = {id: asked.now(id) for id in values}

    assert {id for id, one in shown.items() if one is not None and one.masked} == {"fast", "speed", "all"}
