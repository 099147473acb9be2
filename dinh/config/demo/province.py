"""A demonstration province: some communes with three officers each, who tell, verify, approve and lock month by month.

What the province reads is told, not counted: there are no people and no dossiers. Communes differ in size and in how
well they do; of the last month some are locked, some approved, some submitted and some have told nothing, so that each
state that a province meets stands somewhere. Every row is written by the action that people use.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import override

from dinh.catalogue import store
from dinh.config.demo import schedule, staff
from dinh.config.demo.books import Tell
from dinh.config.demo.figures import Office, after, bring
from dinh.directory import queries, setup, tree
from dinh.directory.models import Account, Level, Unit
from dinh.indicators.actions import provinces, quality, targets, told
from dinh.indicators.engine import definitions
from dinh.indicators.queries import places
from dinh.indicators.queries.told import wanted
from dinh.indicators.rules.months import between, last_day, later, month_of
from dinh.lib.dates import local_date

# How far the communes, the worst first, come with the last month; the others lock it.
LAST = ("", "", "tell", "submit", "submit", "approve")
PROVINCE = (
    staff.Member("tinh", "Đặng Thị Tình", "Chuyên viên Văn phòng UBND tỉnh", "province_viewer", "", "theo dõi số liệu của tỉnh"),
    staff.Member("duyet", "Hà Văn Duyệt", "Chuyên viên Sở Khoa học và Công nghệ", "province_figures", "", "duyệt số liệu của tỉnh"),
    *staff.PROVINCE,
)  # fmt: skip
ROLES = (
    ("ke", "digital_officer", "Công chức phụ trách chuyển đổi số", "culture_social", "kê khai"),
    ("soat", "data_officer", "Chuyên viên phụ trách dữ liệu", "culture_social", "kiểm tra"),
    ("ky", "leader", "Chủ tịch UBND xã", "peoples_committee", "duyệt và khóa"),
)
FAMILIES = ("Lò", "Vàng", "Giàng", "Lý", "Hoàng", "Tẩn", "Nông", "Má", "Sùng", "Vi", "Lục", "Phàn")
NAMES = ("Thị Mai", "Văn Bình", "Thị Cúc")
WHY = "Hai xã mất mạng do mưa lũ, sẽ bổ sung sau."
STAGE = "communes"


@dataclass(frozen=True)
class Commune:
    """A commune of the province; size 1 is the middle, skill runs from 0 (worst) to 1."""

    office: Office
    size: float
    skill: float


def build(name: str, now: datetime, tell: Tell) -> dict[str, Any]:
    """Build a scenario of kind "province" and return what `demo.json` says. Arguments as `build.build`."""
    scenario = store.get().scenarios[name]
    return lay(dict(scenario.values), scenario.seed, now, tell)


def lay(values: Mapping[str, Any], seed: int, now: datetime, tell: Tell) -> dict[str, Any]:
    """Make the communes that the values of a scenario describe, and what they told until the month before `now`."""
    first = _date(values["since"])
    rng = random.Random(seed)  # noqa: S311 - synthetic data
    province = queries.get_unit(str(values["province_code"]), first, Level.PROVINCE)
    units = places.children(province.pk, first)[: int(values["communes"])]
    before = schedule.at(first, time(0, 30))
    above = staff.appoint_all(province, PROVINCE, first, before)
    members = list(PROVINCE)
    communes = []
    for number, unit in enumerate(units):
        own = _members(number)
        members += own
        naming = tree.naming(unit, first)
        assert naming is not None  # noqa: S101 - it is a child
        setup.load_offices([naming.code], first)
        crew = list(staff.appoint_all(Unit.objects.get(pk=unit), own, first, before).values())
        skill = number / max(1, len(units) - 1)
        communes.append(Commune(Office(Unit.objects.get(pk=unit), *crew), rng.uniform(0.4, 1.8), skill))
        tell("staff", number + 1, len(units))
    month = later(month_of(local_date(now)), -1)
    months = list(between(max(month_of(first), later(month, 1 - int(values["months"]))), month))
    with override("vi"):
        for number, commune in enumerate(communes):
            _live(commune, values, months, rng, LAST[number] if number < len(LAST) else "lock")
            tell(STAGE, number + 1, len(communes))
        _decide(province, above["duyet"], months, values, now)
    return _told(province, members)


def _members(number: int) -> tuple[staff.Member, ...]:
    return tuple(
        staff.Member(
            f"{prefix}{number + 1}", f"{FAMILIES[number % len(FAMILIES)]} {NAMES[place]}", title, role, office,
            f"{does} ở xã thứ {number + 1}",
        )
        for place, (prefix, role, title, office, does) in enumerate(ROLES)
    )  # fmt: skip


def _live(
    commune: Commune, values: Mapping[str, Any], months: Sequence[int], rng: random.Random, last: str
) -> None:
    """Tell each month, and bring it to its lock; the last one only as far as is said."""
    for number, month in enumerate(months):
        until = last if month == months[-1] else "lock"
        if not until:
            return
        at = after(month, 5, 9)
        with transaction.atomic():
            given = _given(commune, values, month, number / len(months), rng)
            rows = told.tell_all(commune.office.unit.pk, month, given, by=commune.office.tells, at=at)
            if until == "tell":
                return
            for row in rows:
                told.approve_told(row, by=commune.office.approves, at=at + timedelta(hours=3))
            bring(commune.office, month, until)
        if month == months[-1]:
            with transaction.atomic():
                quality.look(commune.office.unit.pk, month, at=after(month, 9, 4))


def _given(
    commune: Commune, values: Mapping[str, Any], month: int, gone: float, rng: random.Random
) -> dict[str, tuple[int, str]]:
    """Return what a commune tells of a month: wholes by its size, parts by its skill, which grows a little."""
    asked = {item.id: item for item in wanted(month, last_day(month))}
    found = {
        id: max(1, round(number * commune.size * rng.uniform(0.9, 1.1)))
        for id, number in values["whole"].items() if id in asked
    }  # fmt: skip
    for id, part in values["part"].items():
        if id not in asked or part["of"] not in found:
            continue
        skill = min(1.0, max(0.0, commune.skill * 0.8 + gone * 0.2 + rng.uniform(-0.06, 0.06)))
        share = (part["from"] + (part["to"] - part["from"]) * skill) / 100
        found[id] = min(found[part["of"]], round(found[part["of"]] * share))
    for id, number in found.items():
        most = asked[id].maximum
        found[id] = number if most is None else min(number, most)
    return {id: (number, "") for id, number in found.items()}


def _decide(
    province: Unit, by: Account, months: Sequence[int], values: Mapping[str, Any], now: datetime
) -> None:
    """The province approves the month before the last, and says what it wants to reach this year."""
    year = local_date(now).year
    known = definitions.indicators()
    with transaction.atomic():
        for indicator, value in values["targets"].items():
            if indicator in known:
                targets.set_target(
                    indicator, province.pk, year, Decimal(value), by=by, at=after(months[-2], 10, 9)
                )
        provinces.approve_province(province.pk, months[-2], WHY, by=by, at=after(months[-2], 12, 9))


def _told(province: Unit, members: Sequence[staff.Member]) -> dict[str, Any]:
    width = max(len(member.username) for member in members)
    return {
        "title": "Demonstration province with twelve communes: everybody and every number is synthetic.",
        "accounts": [
            {"username": f"{m.username:<{width}}", "name": f"{m.full_name:<16}", "does": m.story} for m in members
        ],
        "notes": [f"  Everybody signs in at /vi/account/login/ with the password {staff.PASSWORD}; the page shows the code."],
        "password": staff.PASSWORD, "province": str(province.pk),
    }  # fmt: skip


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
