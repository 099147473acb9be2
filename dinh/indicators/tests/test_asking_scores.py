"""A score beside its parts in a question: neither it nor what stands beside a hidden part gives that part away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import Mock

import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Score
from dinh.indicators.asking import cube
from dinh.indicators.asking.hiding import hidden_from
from dinh.indicators.asking.question import Question
from dinh.indicators.asking.things import thing
from dinh.indicators.engine import recount
from dinh.indicators.queries import rows
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land

TODAY = date(2026, 3, 20)


@pytest.fixture
def flock(land: Land, monkeypatch: Any) -> Land:
    """Of twenty shorn in x three were tame, fifteen male and eighteen heavy; in y twelve, ten and sixteen."""
    part: dict[str, Any] = {
        "kind": "ratio",
        "denominator": "shorn",
        "factor": 100,
        "score": Score(most=10, target=100),
    }
    kinds = {"tamed": "tame", "males": "sex == '1'", "heavy": "grams > 5"}
    sheep.declare(
        monkeypatch, sheep.measure("shorn", dimensions=("sex",)),
        *(sheep.measure(id, count_if=text, dimensions=("sex",)) for id, text in kinds.items()),
        *(sheep.indicator(f"{id}_rate", numerator=id, **part) for id in kinds),
        sheep.indicator("all", kind="score", parts=("tamed_rate", "males_rate", "heavy_rate"), most=30),
    )  # fmt: skip
    for village, tame, male, heavy in ((land.x, 3, 15, 18), (land.y, 12, 10, 16)):
        for number in range(20):
            sheep.put(
                unit=land.a, village=village, shorn_on=date(2026, 1, 10), tame=number < tame,
                sex="1" if number < male else "2", grams=9 if number < heavy else 1,
            )  # fmt: skip
    recount.rebuild(datetime(2026, 3, 20, 3, tzinfo=UTC), views=["facts_sheep"])
    return land


def ask(land: Land, *keys: str, open_: bool = False, **more: Any) -> dict[tuple[str, str], bool]:
    """Return whether each number that is shown of x, y and both together is hidden."""
    villages = (land.x.pk, land.y.pk)
    given: dict[str, Any] = {
        "things": tuple(one for key in keys if (one := thing(key))), "above": land.a.pk, "units": villages,
        "siblings": villages, "first": 202601, "last": 202601, "each": "sum", "by": "", "boundaries": None,
        "official": True, "today": TODAY,
    }  # fmt: skip
    names: dict[Any, str] = {land.x.pk: "x", land.y.pk: "y", None: "both"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "may_open", lambda *args: open_)
        question = Question(**(given | more))
        assert bool(hidden_from(question, Mock())) is not open_
        found = cube.answer(question, Mock()).cells
    return {(str(key[0]), names[key[1]]): one.masked for key, one in found.items() if key[3:] == (None, None)}


def told(found: dict[tuple[str, str], bool], unit: str) -> set[str]:
    return {key for (key, own), masked in found.items() if own == unit and not masked}


def test_a_score_beside_its_parts_does_not_tell_the_one_that_is_hidden(flock: Land) -> None:
    found = ask(flock, "all", "tamed_rate", "males_rate", "heavy_rate")

    assert told(found, "x") == {"all", "heavy_rate"}  # of two hidden parts neither can be worked out
    assert told(found, "y") == {"all", "heavy_rate"}  # what x has would be what both have without y
    assert not any(ask(flock, "all", "tamed_rate", open_=True).values())


def test_what_stands_beside_a_hidden_part_is_hidden_also_where_it_is_asked_for_alone(flock: Land) -> None:
    found = ask(flock, "males_rate")

    assert found[("males_rate", "x")] and not ask(flock, "heavy_rate")[("heavy_rate", "x")]


def test_a_score_whose_only_part_is_hidden_is_hidden(flock: Land, monkeypatch: Any) -> None:
    known = store.get().indicators
    alone = known["all"].model_copy(update={"parts": ("tamed_rate",), "most": 10})
    monkeypatch.setitem(known, "all", alone)
    found = ask(flock, "all")

    assert found[("all", "x")] and found[("all", "y")] and not found[("all", "both")]


def test_a_figure_that_is_hidden_for_a_score_is_hidden_where_it_is_divided(flock: Land) -> None:
    assert ask(flock, "males_rate", by="sex")[("males_rate", "x")]
