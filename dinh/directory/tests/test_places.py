"""The real places of the country: totals and named communes of the national list, and later decrees.

The list is loaded once for the module (about five seconds) into the test's database.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.others import Places, UnitPatch
from dinh.directory import patches, queries, setup, source, tree
from dinh.directory.changes.decisions import of_toml
from dinh.directory.models import Level, Unit, UnitChange, UnitLink, UnitTrait, UnitVersion
from dinh.directory.search import find_places
from dinh.directory.source import NationalList, read
from dinh.directory.tests.changes.test_real import DONG_NAI as NAMES
from dinh.directory.tests.changes.test_real import MERGERS
from dinh.directory.tests.country import Country
from dinh.lib.errors import Broken, NotFound

pytestmark = pytest.mark.usefixtures("places")

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
DECISIONS = Path(__file__).parent / "changes" / "decisions"
UPGRADED_ON = date(2026, 4, 30)
DONG_NAI = (
    "25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485",
)  # fmt: skip
PATCHES = Places(
    id="later",
    title=Text(vi="Về sau"),
    valid_from=AFTER,
    source="test",
    patches=(
        *(
            UnitPatch(op="upgrade", code=code, on=UPGRADED_ON, value="phường", source="1/NQ")
            for code in DONG_NAI
        ),
        UnitPatch(op="upgrade", code="75", on=UPGRADED_ON, value="thành phố", source="1/NQ"),
        UnitPatch(op="rename", code="05152", on=date(2027, 1, 1), value="Mây Xanh", source="2/NQ"),
        UnitPatch(op="alias", code="06970", on=AFTER, value="06978", source="list of another office"),
        UnitPatch(op="trait", code="05152", on=AFTER, value="special_difficulty", source="861/QĐ-TTg"),
        UnitPatch(op="name_en", code="02746", on=AFTER, value="Coc San", source="list of another office"),
        UnitPatch(op="correct_type", code="06325", on=AFTER, value="xã", source="a capital too many"),
    ),
)


def codes(links: list[UnitLink], side: str) -> set[str]:
    units = [getattr(link, side) for link in links]
    return set(UnitVersion.objects.filter(unit__in=units).values_list("code", flat=True))


def commune(code: str, on: date = AFTER) -> Unit:
    return queries.get_unit(code, on)


@pytest.mark.parametrize(
    ("level", "on", "expected"),
    [
        (Level.PROVINCE, AFTER, 34),
        (Level.COMMUNE, AFTER, 3321),
        (Level.DISTRICT, AFTER, 0),
        (Level.PROVINCE, BEFORE, 63),
        (Level.DISTRICT, BEFORE, 696),
        (Level.COMMUNE, BEFORE, 10035),
    ],
)
def test_the_country_has_so_many_units(level: str, on: date, expected: int) -> None:
    assert UnitVersion.objects.filter(queries.in_force(on), level=level).count() == expected


@pytest.mark.parametrize(("type_", "expected"), [("xã", 2621), ("phường", 687), ("đặc khu", 13)])
def test_the_communes_are_of_so_many_types(type_: str, expected: int) -> None:
    found = UnitVersion.objects.filter(queries.in_force(AFTER), level=Level.COMMUNE, type=type_)

    assert found.count() == expected


@pytest.mark.parametrize(
    ("code", "name", "communes"),
    [
        ("25", "Phú Thọ", 148),
        ("04", "Cao Bằng", 56),
        ("15", "Lào Cai", 99),
        ("38", "Thanh Hóa", 166),
        ("91", "An Giang", 102),
    ],
)
def test_a_province_has_so_many_communes(code: str, name: str, communes: int) -> None:
    province = queries.get_unit(code, AFTER, Level.PROVINCE)

    assert queries.version_on(province, AFTER).name == name
    assert len(queries.subtree(province.pk, AFTER)) == communes + 1


@pytest.mark.parametrize(
    ("code", "name", "province", "predecessors"),
    [
        ("05152", "Vân Sơn", "Phú Thọ", {"05152", "05176", "05194"}),
        ("08494", "Lâm Thao", "Phú Thọ", {"08494", "08498", "08512"}),
        ("02746", "Cốc San", "Lào Cai", {"02662", "02746", "02749"}),
        ("31027", "U Minh Thượng", "An Giang", {"31027", "31066"}),
        ("31018", "An Minh", "An Giang", {"31018", "31033", "31039"}),
        ("31042", "Vân Khánh", "An Giang", {"31042", "31048"}),
    ],
)
def test_a_commune_was_made_of_these(code: str, name: str, province: str, predecessors: set[str]) -> None:
    unit = commune(code)

    assert queries.unit_title(unit.pk, AFTER) == f"xã {name}, tỉnh {province}"
    assert codes(queries.predecessors(unit), "predecessor") == predecessors


def test_hoang_loc_was_made_of_six() -> None:
    made_of = queries.predecessors(commune("15961"))
    names_ = {queries.unit_title(link.predecessor_id, BEFORE, with_parents=False) for link in made_of}

    assert names_ == {f"xã Hoằng {name}" for name in ("Thái", "Thịnh", "Thành", "Lộc", "Trạch", "Tân")}


def test_the_successions_are_those_of_the_list_and_the_disputed_ones_are_marked() -> None:
    of_communes = UnitLink.objects.filter(successor__level=Level.COMMUNE)
    sure = of_communes.filter(to_verify=False)
    disputed = of_communes.filter(to_verify=True)

    assert sure.count() == 10602
    assert sure.filter(part=UnitLink.Part.SHARE).values("predecessor").distinct().count() == 471
    assert {
        (
            queries.version_on(link.predecessor_id, BEFORE).code,
            queries.version_on(link.successor_id, AFTER).code,
        )
        for link in disputed
    } == {("00553", "00562"), ("01615", "01648"), ("02485", "02494"), ("09013", "09817")}


def test_every_former_commune_leads_somewhere_and_every_commune_comes_from_somewhere() -> None:
    communes = Unit.objects.filter(level=Level.COMMUNE)

    assert not communes.filter(closed_on=AFTER, successor_links=None).exists()
    assert not communes.filter(closed_on=None, predecessor_links=None).exists()


def test_a_code_names_a_former_commune_before_the_reform_and_another_unit_after() -> None:
    old, new = commune("02746", BEFORE), commune("02746", AFTER)

    assert old != new
    assert queries.unit_title(old.pk, BEFORE) == "xã Cốc San, thành phố Lào Cai, tỉnh Lào Cai"
    assert codes(queries.successors(old), "successor") == {"02746"}


def test_a_successor_whose_code_changed_is_named_once() -> None:
    old = commune("02746", BEFORE)
    version = UnitVersion.objects.get(unit=queries.successors(old)[0].successor_id)
    version.pk, version.code, version.valid_from = None, "99999", date(2026, 1, 1)
    version.save()

    assert len(queries.successors(old)) == 1


def test_an_unknown_code_is_refused_and_so_is_a_day_on_which_a_unit_is_not_in_force() -> None:
    with pytest.raises(NotFound):
        commune("99999")
    with pytest.raises(NotFound):
        queries.version_on(commune("02746", AFTER), BEFORE)


def test_the_ids_are_the_same_on_every_node() -> None:
    assert commune("02746").pk == setup.unit_id("commune", "02746", AFTER)


def test_loading_takes_less_than_fifteen_seconds_and_a_second_time_nothing(loaded: Country) -> None:
    before = (Unit.objects.count(), UnitVersion.objects.count(), UnitLink.objects.count())

    began = time.process_time()
    setup.load_places()

    assert time.process_time() - began < 1
    assert (Unit.objects.count(), UnitVersion.objects.count(), UnitLink.objects.count()) == before
    assert loaded.seconds < 15


def _within(province: str, national: NationalList) -> NationalList:
    """Return the part of the list that is about one province, with every former province and district."""
    communes = tuple(one for one in national.communes if one.parent == province)
    here = {one.code for one in communes}
    links = tuple(one for one in national.successions if one.level == Level.COMMUNE and one.successor in here)
    made_of = {one.former for one in links}
    return replace(
        national,
        provinces=tuple(one for one in national.provinces if one.code == province),
        communes=communes,
        former_communes=tuple(one for one in national.former_communes if one.code in made_of),
        successions=links,
    )


def test_loading_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "_is_loaded", lambda: False)
    monkeypatch.setattr(source, "read", lambda: _within("15", read()))
    told: list[tuple[str, int, int]] = []

    setup.load_places(lambda *step: told.append(step))

    assert told[-1][1] == told[-1][2]
    assert {what for what, _, _ in told} == {"units", "names", "decisions", "successions"}
    assert Unit.objects.count() == 34 + 3321 + 63 + 696 + 10035  # and what was there stays as it was


def test_the_web_process_never_imports_the_package_of_places() -> None:
    import subprocess
    import sys

    code = "import dinh.directory.source as s, sys; s.read(); sys.exit('vietnamadminunits' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestPatches:
    def test_an_upgrade_opens_a_version_on_its_day_and_keeps_the_unit(self) -> None:
        patches.apply_patches([PATCHES])
        unit = commune("26368")

        assert queries.version_on(unit, date(2026, 4, 29)).full_name == "xã Long Thành"
        assert queries.version_on(unit, UPGRADED_ON).full_name == "phường Long Thành"
        assert commune("26368", UPGRADED_ON) == unit

    def test_after_the_upgrades_of_dong_nai_the_types_are_counted_anew(self) -> None:
        patches.apply_patches([PATCHES])
        found = UnitVersion.objects.filter(queries.in_force(UPGRADED_ON))
        types = {t: found.filter(level=Level.COMMUNE, type=t).count() for t in ("xã", "phường", "đặc khu")}

        assert types == {"xã": 2611, "phường": 697, "đặc khu": 13}
        assert found.filter(level=Level.PROVINCE, type="thành phố").count() == 7

    def test_a_commune_that_stayed_names_its_province_as_it_is_called_now(self) -> None:
        patches.apply_patches([PATCHES])
        tree.forget()

        [place] = [p for p in find_places("Lộc Thành, Đồng Nai", levels=["commune"]) if p.current][:1]

        assert place.label == "xã Lộc Thành, thành phố Đồng Nai"
        assert find_places("Lộc Thành, Đồng Nai", on=AFTER)[0].label == "xã Lộc Thành, tỉnh Đồng Nai"

    def test_applying_twice_changes_nothing_more(self) -> None:
        patches.apply_patches([PATCHES])
        before = list(UnitVersion.objects.order_by("pk").values())
        changes = UnitChange.objects.count()

        patches.apply_patches([PATCHES])

        assert list(UnitVersion.objects.order_by("pk").values()) == before
        assert UnitChange.objects.count() == changes
        assert UnitTrait.objects.count() == 1

    def test_a_new_name_finds_the_unit_and_the_name_of_before_still_does(self) -> None:
        patches.apply_patches([PATCHES])
        on = date(2027, 1, 1)
        tree.forget()

        assert find_places("May Xanh", on=on)[0].unit == commune("05152").pk
        [first, *_] = [p for p in find_places("Vân Sơn Phú Thọ", on=on) if p.unit == commune("05152").pk]
        assert first.code == "05152"

    def test_an_alias_finds_the_place(self) -> None:
        patches.apply_patches([PATCHES])

        assert find_places("06978")[0].full_name == "xã Ba Chẽ"

    def test_a_trait_is_a_quality_of_the_unit_from_its_day(self) -> None:
        patches.apply_patches([PATCHES])

        assert queries.has_trait(commune("05152"), "special_difficulty", AFTER)
        assert not queries.has_trait(commune("05152"), "special_difficulty", BEFORE)
        assert not queries.has_trait(commune("02746"), "special_difficulty", AFTER)

    def test_a_patch_of_an_unknown_unit_is_a_fault_of_the_catalogue(self) -> None:
        wrong = PATCHES.model_copy(
            update={"patches": (UnitPatch(op="rename", code="99999", on=AFTER, value="X", source="x"),)}
        )

        with pytest.raises(Broken, match="patch_of_unknown_unit"):
            patches.apply_patches([wrong])


@pytest.mark.parametrize("name", ["van_son", "lam_thao", "coc_san"])
def test_the_mergers_that_are_rehearsed_are_those_of_the_list(name: str) -> None:
    decision = of_toml((DECISIONS / f"{name}.toml").read_text(encoding="utf-8"))

    made = decision.makes[0]
    unit = queries.get_unit(made.code, AFTER)
    formers = [link.predecessor.versions.get() for link in queries.predecessors(unit)]

    assert queries.version_on(unit, AFTER).full_name == f"{made.type} {made.name}"
    assert {one.code for one in formers} == set(decision.of_former)
    assert {one.valid_to for one in formers} == {decision.effective_on}
    rehearsed = MERGERS[name][1]
    assert {one.code: one.full_name for one in formers} == rehearsed


def test_the_ten_communes_that_are_rehearsed_are_those_of_dong_nai() -> None:
    decision = of_toml((DECISIONS / "dong_nai.toml").read_text(encoding="utf-8"))
    versions = [queries.version_on(queries.get_unit(one.unit, AFTER), AFTER) for one in decision.changes]

    assert tuple(one.unit for one in decision.changes) == DONG_NAI
    assert [(one.type, one.name) for one in versions] == [("xã", name) for name in NAMES]
    assert {tree.with_parents(one.unit_id, AFTER)[-1] for one in versions} == {
        queries.get_unit("75", AFTER, Level.PROVINCE).pk
    }
