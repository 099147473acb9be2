"""Figures, units, time and parts beside each other: together is worked out anew, and few people are never given away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest

from dinh.directory.models import Unit
from dinh.indicators.asking import cube
from dinh.indicators.asking.cube import Cube
from dinh.indicators.asking.question import Question
from dinh.indicators.asking.things import thing
from dinh.indicators.engine import recount
from dinh.indicators.queries import rows
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land

AT = datetime(2026, 3, 20, 3, tzinfo=UTC)
TODAY = date(2026, 3, 20)
MONTHS = {1: date(2026, 1, 10), 2: date(2026, 2, 10), 3: date(2026, 3, 10)}


@pytest.fixture
def flock(land: Land, monkeypatch: Any) -> Land:
    """Shorn in a (x, y) and b (z): tame ones are a share of all."""
    sheep.declare(
        monkeypatch,
        sheep.measure("shorn", dimensions=("sex",)),
        sheep.measure("tamed", count_if="tame", dimensions=("sex",)),
        sheep.indicator(
            "tame_rate", kind="ratio", numerator="tamed", denominator="shorn", factor=100, decimals=1
        ),
    )
    for month, (x, y) in {1: (10, 30), 2: (20, 20), 3: (2, 40)}.items():
        for village, count in ((land.x, x), (land.y, y)):
            sheep.put(
                count, unit=land.a, village=village, shorn_on=MONTHS[month], sex="1", tame=village == land.x
            )
    sheep.put(7, unit=land.b, village=land.z, shorn_on=MONTHS[1], sex="2", tame=False)
    recount.rebuild(AT, views=["facts_sheep"])
    return land


def ask(
    land: Land,
    *keys: str,
    above: Unit | None = None,
    units: tuple[Unit, ...] = (),
    open_: bool = True,
    **more: Any,
) -> Cube:
    above = above or land.a
    siblings = {land.a: (land.x, land.y), land.province: (land.a, land.b)}[above]
    given: dict[str, Any] = {
        "things": tuple(one for key in keys if (one := thing(key))), "above": above.pk,
        "units": tuple(one.pk for one in units or siblings), "siblings": tuple(one.pk for one in siblings),
        "first": 202601, "last": 202603, "each": "month", "by": "", "boundaries": None, "official": True, "today": TODAY,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "may_open", lambda *args: open_)
        return cube.answer(Question(**(given | more)), Mock())


def shown(
    found: Cube, key: str, unit: Unit | None, span: tuple[int, int] | None, part: str | None = None
) -> Any:
    value = found.value(key, unit.pk if unit else None, span, part)
    return None if value is None else "few" if value.masked else value.value


def test_a_rate_together_is_worked_out_anew_and_never_averaged(flock: Land) -> None:
    found = ask(flock, "tame_rate", "m.shorn")

    january, all_time = (202601, 202601), None
    assert [shown(found, "tame_rate", one, january) for one in (flock.x, flock.y, None)] == [100, 0, 25]
    assert shown(found, "tame_rate", None, all_time) == Decimal("26.2")
    assert [shown(found, "m.shorn", one, january) for one in (flock.x, flock.y, None)] == [10, 30, 40]
    assert shown(found, "m.shorn", None, all_time) == 122


def test_chosen_units_together_are_these_alone(flock: Land) -> None:
    found = ask(flock, "tame_rate", "m.shorn", units=(flock.x,))

    assert shown(found, "m.shorn", None, None) == 32
    assert shown(found, "tame_rate", None, None) == 100
    assert found.value("m.shorn", flock.y.pk, None, None) is None


def test_quarters_years_and_parts(flock: Land) -> None:
    found = ask(flock, "m.shorn", above=flock.province, each="quarter", by="sex")

    assert found.question.spans == [(202601, 202603)]
    assert found.parts == ("1", "2")
    assert [shown(found, "m.shorn", flock.b, (202601, 202603), part) for part in (None, "2")] == [7, 7]
    assert ask(flock, "m.shorn", each="year").question.spans == [(202601, 202603)]
    assert ask(flock, "m.shorn", first=202512, each="quarter").question.spans == [
        (202512, 202512),
        (202601, 202603),
    ]


def test_few_are_hidden_and_nothing_gives_them_away(flock: Land) -> None:
    found = ask(flock, "m.shorn", open_=False)

    march = (202603, 202603)
    assert [shown(found, "m.shorn", one, march) for one in (flock.x, flock.y)] == ["few", "few"]
    for unit in (flock.x, flock.y):  # nor by its other months
        hidden = [month for month in found.question.spans if shown(found, "m.shorn", unit, month) == "few"]
        assert len(hidden) >= 2 or shown(found, "m.shorn", unit, None) == "few"
    assert found.hides


def test_choosing_one_unit_tells_no_more_than_all_of_them(flock: Land) -> None:
    alone = ask(flock, "m.shorn", units=(flock.y,), open_=False)

    assert shown(alone, "m.shorn", flock.y, (202603, 202603)) == "few"
    assert alone.value("m.shorn", None, (202603, 202603), None) is None
    assert shown(ask(flock, "m.shorn", units=(flock.y,)), "m.shorn", flock.y, (202603, 202603)) == 40
