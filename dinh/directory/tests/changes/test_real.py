"""Real history, rehearsed: the units of then, and the decisions as they were taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dinh.directory import queries, tree
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_toml
from dinh.directory.changes.drafting import draft
from dinh.directory.changes.undoing import undo
from dinh.directory.models import Level, Unit, UnitVersion
from dinh.directory.tests.cast import make_offices, make_unit
from dinh.directory.tests.changes.settings import fingerprint

DECISIONS = Path(__file__).parent / "decisions"
BEFORE = date(2020, 1, 1)
DONG_NAI = ("Lộc Ninh", "Tân Khai", "Đồng Phú", "Tân Phú", "Trị An", "Trảng Bom", "Dầu Giây", "Long Thành", "Xuân Lộc",
            "Nhơn Trạch")  # fmt: skip
MERGERS = {
    "van_son": (
        ("25", "Phú Thọ"),
        {"05152": "xã Quyết Chiến", "05176": "xã Vân Sơn", "05194": "xã Ngổ Luông"},
    ),
    "lam_thao": (
        ("25", "Phú Thọ"),
        {"08494": "thị trấn Lâm Thao", "08498": "thị trấn Hùng Sơn", "08512": "xã Thạch Sơn"},
    ),
    "coc_san": (
        ("15", "Lào Cai"),
        {"02746": "xã Cốc San", "02662": "xã Đồng Tuyển", "02749": "xã Tòng Sành"},
    ),
}


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", MERGERS)
def test_three_communes_become_one(name: str) -> None:
    (code, province_name), communes = MERGERS[name]
    province = make_unit(Level.PROVINCE, code, province_name, "tỉnh", None, BEFORE)
    formers: dict[str, Unit] = {}
    for code, place in communes.items():
        type_ = next(one for one in ("xã", "thị trấn") if place.startswith(one))
        own = place.removeprefix(type_).strip()
        formers[code] = make_unit(Level.COMMUNE, code, own, type_, province, BEFORE)
        make_unit(Level.VILLAGE, f"{code}-01", "Một", "thôn", formers[code], BEFORE)
        make_unit(Level.VILLAGE, f"{code}-02", "Hai", "thôn", formers[code], BEFORE)
        make_offices(formers[code], place, f"{code[:3]}.{code[3:]}")
    decision = of_toml((DECISIONS / f"{name}.toml").read_text(encoding="utf-8"))
    on = decision.effective_on
    before = fingerprint()

    change = apply(change=draft(decision=decision, by=None, at=noon(on)), by=None, at=noon(on))

    made = decision.makes[0]
    new = queries.get_unit(made.code, on)
    assert new not in formers.values()
    assert {tree.owner(one.pk, on) for one in formers.values()} == {new.pk}
    villages = queries.villages_of(new, on)
    assert len(villages) == 6
    assert len({one.code for one in villages}) == 6
    assert all(one.code.startswith(f"{made.code}-") for one in villages)
    assert queries.office(new, "service_centre", on).name.endswith(f"xã {made.name}")
    assert queries.get_unit(made.code, on - timedelta(days=1)) == formers[made.code]
    undo(change=change, by=None, at=noon(on))
    assert fingerprint() == before


@pytest.mark.django_db
def test_ten_communes_of_dong_nai_become_wards() -> None:
    decision = of_toml((DECISIONS / "dong_nai.toml").read_text(encoding="utf-8"))
    province = make_unit(Level.PROVINCE, "75", "Đồng Nai", "tỉnh", None, BEFORE)
    units = [
        make_unit(Level.COMMUNE, one.unit, name, "xã", province, BEFORE)
        for one, name in zip(decision.changes, DONG_NAI, strict=True)
    ]
    on = decision.effective_on

    apply(change=draft(decision=decision, by=None, at=noon(on)), by=None, at=noon(on))

    now = UnitVersion.objects.filter(unit__in=units, valid_to=None)
    assert set(now.values_list("type", flat=True)) == {"phường"}
    assert {queries.get_unit(one.unit, on) for one in decision.changes} == set(units)
    assert queries.unit_title(units[5].pk, on - timedelta(days=1), with_parents=False) == "xã Trảng Bom"
