"""Figures by several dimensions at once: counted from rows as cells are, together as they should be, and few never given away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from unittest.mock import Mock

import pytest

from dinh.directory.models import Unit
from dinh.indicators.asking import crossed, cube, running
from dinh.indicators.asking.cube import Cube
from dinh.indicators.asking.question import Question
from dinh.indicators.asking.things import thing
from dinh.indicators.engine import recount
from dinh.indicators.models import Source
from dinh.indicators.queries import rows
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land

AT = datetime(2026, 3, 20, 3, tzinfo=UTC)
TODAY = date(2026, 3, 20)
SPANS = [(202601, 202601), (202602, 202602), (202603, 202603)]
YOUNG, OLD, TURNS = "2025-01-01", "1960-05-01", "1966-02-15"  # the last becomes 60 within these months


@pytest.fixture
def flock(land: Land, monkeypatch: Any) -> Land:
    """Shorn and kept in x, y and z, of two sexes and three ages."""
    both = ("sex", "age_band")
    sheep.declare(
        monkeypatch,
        sheep.measure("shorn", dimensions=(*both, "tame")),
        sheep.measure("tamed", count_if="tame", dimensions=(*both, "tame")),
        sheep.measure("kept", kind="stock", dimensions=both),
        sheep.measure("told", origin="declared", on=""),
        sheep.indicator("tame_rate", kind="ratio", numerator="tamed", denominator="shorn", factor=100, decimals=1),
    )  # fmt: skip
    for (village, sex, birth, month), count in amounts(land):
        day = date(2026, month, 10)
        unit = land.b if village is land.z else land.a
        sheep.put(count, unit=unit, village=village, sex=sex, birth=birth, shorn_on=day, came_on=day, tame=sex == "2")  # fmt: skip
    recount.rebuild(AT, views=["facts_sheep"])
    return land


def amounts(land: Land) -> Iterator[tuple[tuple[Unit, str, str, int], int]]:
    """Return how many of each kind there are: 6 and more, except of young males in y in March."""
    kinds = product((land.x, land.y, land.z), ("1", "2"), (YOUNG, OLD, TURNS), (1, 2, 3))
    for number, kind in enumerate(kinds, start=6):
        yield kind, 2 if kind == (land.y, "1", YOUNG, 3) else number


def band(birth: str, month: int) -> str:
    if birth == TURNS:
        return "35-59" if month == 1 else "60-74"
    return "0-5" if birth == YOUNG else "60-74"


def ask(land: Land, *keys: str, open_: bool = True, of: tuple[Unit, ...] = (), **more: Any) -> Cube:
    siblings = of or (land.x, land.y)
    given: dict[str, Any] = {
        "things": tuple(one for key in keys if (one := thing(key))), "above": land.a.pk, "units": tuple(one.pk for one in siblings),
        "siblings": tuple(one.pk for one in siblings), "first": 202601, "last": 202603, "each": "month", "by": "sex", "also": "age_band",
        "boundaries": None, "official": True, "today": TODAY,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "may_open", lambda *args: open_)
        return cube.answer(Question(**(given | more)), Mock())


def counted(land: Land, unit: Unit | None, months: range, sex: str | None, age: str | None) -> int:
    """Return a flow by hand."""
    return sum(
        count for (village, own, birth, month), count in amounts(land)
        if village is not land.z and (unit is None or village is unit) and month in months and sex in (None, own)
        and age in (None, band(birth, month))
    )  # fmt: skip


def standing(land: Land, unit: Unit | None, month: int, sex: str | None, age: str | None) -> int:
    """Return a stock at the end of a month by hand: whoever came stays."""
    return sum(
        count for (village, own, birth, came), count in amounts(land)
        if village is not land.z and (unit is None or village is unit) and came <= month and sex in (None, own)
        and age in (None, band(birth, month))
    )  # fmt: skip


def test_two_dimensions_are_counted_as_rows_say(flock: Land) -> None:
    found = ask(flock, "m.shorn", "m.kept", "tame_rate")

    assert (found.parts, found.seconds, found.left_out, found.counted) == (("1", "2"), ("0-5", "35-59", "60-74"), (), True)  # fmt: skip
    for unit, sex, age in product(
        (flock.x, flock.y, None), ("1", "2", None), ("0-5", "35-59", "60-74", None)
    ):
        at = unit.pk if unit else None
        for span in SPANS:
            month = span[0] % 100
            flow = found.value("m.shorn", at, span, sex, age)
            assert flow is not None and flow.value == counted(flock, unit, range(month, month + 1), sex, age)
            stock = found.value("m.kept", at, span, sex, age)
            assert stock is not None and stock.value == standing(flock, unit, month, sex, age)
        whole = found.value("m.shorn", at, None, sex, age)
        assert whole is not None and whole.value == counted(flock, unit, range(1, 4), sex, age)
        last = found.value("m.kept", at, None, sex, age)
        assert last is not None and last.value == standing(flock, unit, 3, sex, age)
    rate = found.value("tame_rate", flock.x.pk, SPANS[0], "2", "0-5")
    assert rate is not None and rate.value == 100 and not rate.locked


def test_only_a_part_is_counted_with_and_without_a_division(flock: Land) -> None:
    by_cells = ask(flock, "m.shorn", by="", also="", only=(("sex", ("2",)),))
    both = ask(flock, "m.shorn", by="", also="", only=(("sex", ("1", "2")),))
    by_rows = ask(flock, "m.shorn", by="tame", also="sex", only=(("age_band", ("60-74",)),))

    january = SPANS[0]
    assert not by_cells.counted and by_rows.counted
    for found, sex, age, key in (
        (by_cells, "2", None, (None, None)),
        (both, None, None, (None, None)),
        (by_rows, "2", "60-74", (None, "2")),
        (by_rows, "2", "60-74", ("1", "2")),
        (by_rows, None, "60-74", (None, None)),
    ):
        value = found.value("m.shorn", flock.x.pk, january, *key)
        assert value is not None and value.value == counted(flock, flock.x, range(1, 2), sex, age)
    nobody = by_rows.value("m.shorn", flock.x.pk, january, "0", "2")
    assert nobody is not None and nobody.value == 0  # every one of them is tame: none, and not unknown


def test_few_are_hidden_over_both_divisions_and_nothing_gives_them_away(flock: Land) -> None:
    found = ask(flock, "m.shorn", open_=False)

    few = found.value("m.shorn", flock.y.pk, SPANS[2], "1", "0-5")
    assert few is not None and few.masked
    hidden = {key for key, value in found.cells.items() if value.masked}
    for key in hidden:
        for axis in (cube.UNIT, cube.TIME, cube.PART, cube.SECOND):
            line = [
                one for one in found.cells if one[:axis] + one[axis + 1 :] == key[:axis] + key[axis + 1 :]
            ]
            assert len([one for one in line if one in hidden]) > 1, (key, axis)
    alone = ask(flock, "m.shorn", open_=False, also="", by="", only=(("sex", ("1",)), ("age_band", ("0-5",))))
    asked_alone = alone.value("m.shorn", flock.y.pk, SPANS[2], None)
    assert asked_alone is not None and asked_alone.masked


def test_what_does_not_know_the_part_that_is_counted_is_left_out(flock: Land) -> None:
    found = ask(flock, "m.told", "m.kept", "m.shorn", by="sex", also="", only=(("tame", ("1",)),))

    assert (found.left_out, {key[0] for key in found.cells}) == (("m.told", "m.kept"), {"m.shorn"})
    assert ask(flock, "m.told", "m.shorn").left_out == ()  # told as a whole, beside what is divided


def test_what_takes_too_long_is_stopped_and_what_has_too_many_parts_refused(flock: Land, monkeypatch: Any) -> None:  # fmt: skip
    monkeypatch.setattr(crossed, "MOST_VALUES", 3)
    with pytest.raises(crossed.TooMuch) as many:
        ask(flock, "m.shorn")
    assert many.value.code == "indicators.ask_too_many"
    monkeypatch.setattr(crossed, "SECONDS", 0.001)
    monkeypatch.setattr(crossed, "STEPS", 10)
    with pytest.raises(crossed.TooMuch) as late:
        list(crossed._run("WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) SELECT count(*) FROM n", 0.0))  # fmt: skip
    assert late.value.code == "indicators.ask_too_long"


def test_what_changed_since_a_close_is_not_counted_for_who_sees_that_close(flock: Land) -> None:
    sheep.put(3, unit=flock.a, village=flock.x, sex="1", birth=YOUNG, shorn_on=date(2026, 3, 11))
    recount.rebuild(AT + timedelta(hours=1), views=["facts_sheep"])
    yesterday = TODAY - timedelta(days=1)

    with pytest.raises(crossed.TooMuch) as changed:
        ask(flock, "m.shorn", close=yesterday)
    assert changed.value.code == "indicators.ask_changed"
    before, tomorrow = ask(flock, "m.shorn", close=yesterday, last=202602), ask(flock, "m.shorn", close=TODAY)
    for found, span, more in ((before, SPANS[1], 0), (tomorrow, SPANS[2], 3)):
        value = found.value("m.shorn", flock.x.pk, span, "1", "0-5")
        month = span[0] % 100
        assert value is not None
        assert value.value == counted(flock, flock.x, range(month, month + 1), "1", "0-5") + more
    assert ask(
        flock, "m.shorn", close=yesterday, above=flock.b.pk, of=(flock.z,)
    ).counted  # nothing changed there


@pytest.mark.parametrize("key", ["m.shorn", "m.kept"])
@pytest.mark.parametrize("whole", [True, False])
def test_what_changed_and_is_not_counted_yet_is_not_told_to_who_sees_a_close(
    flock: Land, key: str, whole: bool
) -> None:
    day = date(2026, 2, 10)
    if whole:
        sheep.put(3, unit=flock.a, village=flock.x, sex="1", birth=YOUNG, shorn_on=day, came_on=day)
    else:  # as many as before, of the other sex
        (count,) = (n for kind, n in amounts(flock) if kind == (flock.x, "2", YOUNG, 2))
        sheep.take_away(village=flock.x, sex="2", birth=YOUNG, shorn_on=day)
        sheep.put(count, unit=flock.a, village=flock.x, sex="1", birth=YOUNG, shorn_on=day, came_on=day)
    Source.objects.filter(commune=flock.a.pk).update(touched_at=AT)
    yesterday = TODAY - timedelta(days=1)

    with pytest.raises(crossed.TooMuch) as changed:
        ask(flock, key, close=yesterday)
    assert changed.value.code == "indicators.ask_changed"
    assert ask(flock, key).counted  # by who sees what is counted now
    assert ask(flock, key, close=yesterday, last=202601).counted
    assert ask(flock, key, close=yesterday, above=flock.b.pk, of=(flock.z,)).counted


def test_all_figures_of_a_question_share_one_turn_and_its_limits(flock: Land, monkeypatch: Any) -> None:
    made: list[crossed.Limits] = []
    limits = crossed.Limits

    def kept() -> crossed.Limits:
        made.append(limits())
        return made[-1]

    monkeypatch.setattr(crossed, "Limits", kept)
    ask(flock, "m.shorn", "m.kept")
    ask(flock, "m.shorn")
    both, one = made
    assert both.parts > one.parts > 0

    monkeypatch.setattr(crossed, "MOST_VALUES", one.parts)
    ask(flock, "m.shorn")
    with pytest.raises(crossed.TooMuch) as many:
        ask(flock, "m.shorn", "m.kept")
    assert many.value.code == "indicators.ask_too_many"
    monkeypatch.setattr(running, "WAIT_SECONDS", 0.0)
    with running.turn(), running.turn(), pytest.raises(crossed.TooMuch) as busy:
        ask(flock, "m.shorn")
    assert busy.value.code == "indicators.sql_busy"


def test_units_of_its_like_are_added_up_and_not_what_is_above_them(flock: Land) -> None:
    found = ask(flock, "m.shorn", "tame_rate", of=(flock.x, flock.z), units=(flock.x.pk,), like=True, also="")

    value, rate = (found.value(key, None, SPANS[0], None) for key in ("m.shorn", "tame_rate"))
    every = {kind: count for kind, count in amounts(flock) if kind[3] == 1 and kind[0] is not flock.y}
    assert value is not None and value.value == sum(every.values())
    tame = sum(count for kind, count in every.items() if kind[1] == "2")
    assert rate is not None and rate.numerator == tame
    assert found.value("m.shorn", flock.z.pk, SPANS[0], None) is None


def test_of_months_to_come_nothing_is_known(flock: Land) -> None:
    assert ask(flock, "m.shorn", first=202604, last=202606).cells == {}


def test_parts_of_a_ratio_are_of_the_months_of_which_both_sides_are_known(
    land: Land, monkeypatch: Any
) -> None:
    both = ("sex", "age_band")
    sheep.declare(
        monkeypatch, sheep.measure("shorn", dimensions=both),
        sheep.measure("tamed", count_if="tame", dimensions=both, valid_from=date(2026, 2, 1)),
        sheep.indicator("tame_rate", kind="ratio", numerator="tamed", denominator="shorn", factor=100),
    )  # fmt: skip
    for month, tame, count in ((1, True, 10), (2, True, 6), (2, False, 6)):
        sheep.put(count, unit=land.a, village=land.x, sex="1", birth=YOUNG, shorn_on=date(2026, month, 10), tame=tame)  # fmt: skip
    recount.rebuild(AT, views=["facts_sheep"])
    found = ask(land, "tame_rate", of=(land.x,), last=202602)

    whole, part = (found.value("tame_rate", None, None, *labels) for labels in ((None, None), ("1", "0-5")))
    assert whole is not None and part is not None and not whole.complete
    assert (
        (part.numerator, part.denominator) == (whole.numerator, whole.denominator) == (6, 12)
    )  # not 6 of 22
    assert found.value("tame_rate", None, SPANS[0], "1", "0-5") is None  # of January one side is known alone
