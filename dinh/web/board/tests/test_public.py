"""What everybody reads of a commune after its boundaries changed: the months of before, old codes, which one is meant."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory import tree
from dinh.directory.models import Level, Unit, UnitChange, UnitLink, UnitVersion
from dinh.directory.tests.cast import Cast, make_unit
from dinh.indicators.engine import definitions
from dinh.indicators.engine.cells import series_of
from dinh.indicators.models import Cell, Place, Source
from dinh.indicators.queries import places
from dinh.indicators.rules.months import later, month_of

COCSAN, NEXT = "02746", "02728"
FILED = "dossiers_filed"


@pytest.fixture
def counted(cast: Cast) -> Cast:
    """Two communes of which dossiers were counted in each of the last fourteen months."""
    newest = later(month_of(timezone.localdate()), -1)
    for unit, number in ((cast.cocsan, 12), (cast.next_commune, 30)):
        view = definitions.measures()[FILED].view
        Source.objects.create(view=view, commune=unit.pk, begin=later(newest, -14), counted_at=timezone.now())
        place = Place.objects.create(commune=unit.pk, unit=unit.pk)
        for back in range(14):
            Cell.objects.create(
                series=series_of(FILED), dims="", month=later(newest, -back), place=place.pk, value=number
            )
    forget()
    return cast


def forget() -> None:
    for memory in (definitions, places, tree):
        memory.forget()


def became(former: list[Unit], later_ones: list[tuple[str, str]], province: Unit) -> list[Unit]:
    """Let communes end today in others, the first of which is their heir; as applying a decision leaves the tables."""
    on = timezone.localdate()
    kind = UnitChange.Kind.MERGE if len(former) > 1 else UnitChange.Kind.SPLIT
    change = UnitChange.objects.create(kind=kind, effective_on=on, decree="1/NQ", title="", state="applied")
    made = [make_unit(Level.COMMUNE, code, name, "xã", province, on) for code, name in later_ones]
    for unit in former:
        UnitVersion.objects.filter(unit=unit).update(valid_to=on, heir=made[0])
        for one in made:
            part = UnitLink.Part.WHOLE if len(made) == 1 else UnitLink.Part.SHARE
            UnitLink.objects.create(
                change=change, predecessor=unit, successor=one, part=part, heir=one == made[0]
            )
    Unit.objects.filter(pk=made[0].pk).update(inherits=True)
    forget()
    return made


def shown(code: str, **asked: str) -> Any:
    return Client().get(f"/vi/board/open/{code}/", asked)


def value(response: Any) -> str:
    tiles = {one["tile"].id: one["tile"].value for one in response.context["tiles"]}
    return str(tiles["dossiers_filed_count"])


def test_right_after_a_merger_the_months_of_before_are_read_in_todays_boundaries(counted: Cast) -> None:
    before = shown(COCSAN)
    assert (value(before), before.context["asked"].lines, before.context["made"]) == (
        "12\u00a0hồ sơ",
        "was",
        "",
    )

    (made,) = became([counted.cocsan, counted.next_commune], [(COCSAN, "Mây Xanh")], counted.province)

    after = shown(COCSAN)
    assert (after.context["asked"].unit, value(after)) == (made.pk, "42\u00a0hồ sơ")
    said = after.content.decode()
    assert (
        f"{timezone.localdate():%d/%m/%Y}" in after.context["made"]
        and "xã Mường Hum" in after.context["made"]
    )
    assert after.context["made"] in said
    earlier = shown(COCSAN, month="2026-01")
    assert value(earlier) == "42\u00a0hồ sơ"


def test_the_code_of_before_leads_to_the_successor_and_says_so(counted: Cast) -> None:
    (made,) = became([counted.cocsan, counted.next_commune], [(COCSAN, "Mây Xanh")], counted.province)
    led = shown(NEXT, month="2026-01")
    assert (led.status_code, led.context["asked"].unit, value(led)) == (200, made.pk, "42\u00a0hồ sơ")
    assert "xã Mường Hum" in led.context["led"] and led.context["led"] in led.content.decode()
    assert shown("09999").status_code == 404


def test_of_a_divided_commune_it_is_asked_which_one_is_meant(counted: Cast) -> None:
    became([counted.cocsan], [("02750", "Ún Tà"), ("02751", "Tân Sơn")], counted.province)
    asks = shown(COCSAN, month="2026-01")
    assert asks.status_code == 200 and "tiles" not in asks.context
    links = {one["title"]: one["url"] for one in asks.context["places"]}
    assert links == {
        "xã Tân Sơn, tỉnh Lào Cai": "/vi/board/open/02751/?month=2026-01",
        "xã Ún Tà, tỉnh Lào Cai": "/vi/board/open/02750/?month=2026-01",
    }
    assert "Cốc San" in asks.content.decode()
    assert value(shown(NEXT)) == "30\u00a0hồ sơ"
