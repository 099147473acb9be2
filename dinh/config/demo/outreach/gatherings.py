"""Gatherings: every second Sunday in each village, an installation drive, sessions against scams, a training of officials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dinh.config.demo.outreach.houses import Resident
from dinh.config.demo.outreach.phones import Phone
from dinh.config.demo.outreach.spans import SATURDAY, SUNDAY, at, first_on
from dinh.config.demo.outreach.weeks import Field
from dinh.directory.models import Account, Unit
from dinh.outreach.actions import gatherings
from dinh.outreach.actions.gatherings import Plan
from dinh.outreach.models import Workshop

# Topic, title and the skill that is learnt, in turn.
TOPICS = (
    ("electronic_id", "Cài và dùng VNeID", "public_services"),
    ("payment", "Trả tiền điện bằng mã QR", "payment"),
    ("scams", "Nhận biết cuộc gọi, tin nhắn lừa đảo", "protection"),
    ("public_services", "Nộp hồ sơ tại nhà", "public_services"),
    ("health", "Sổ sức khỏe điện tử, bảo hiểm y tế", "local_platforms"),
    ("selling", "Chụp ảnh, giới thiệu nông sản trên mạng", "shopping"),
    ("phone", "Làm quen với điện thoại thông minh", "local_platforms"),
)
WALK_INS = (
    "Bà Mẩy, nhà đầu dốc",
    "Anh Sinh, thôn bên",
    "Ông Chẩn",
    "Chị Dín",
    "Cháu Tuấn lớp 9",
    "Bác Vui",
    "Cô Hằng bán hàng",
)


def live_week(field: Field, number: int, monday: date) -> None:
    """Hold the Sunday gatherings of a week; those to come are planned only."""
    sunday = first_on(monday, SUNDAY)
    for village in field.crew.villages:
        if number and (number + village) % 2 == 0:
            _sunday(field, village, number, sunday)
    for name, happens in EVENTS.items():
        if number == field.values["events"][name]:
            happens(field, monday)


def _sunday(field: Field, village: int, number: int, sunday: date) -> None:
    leader = field.crew.leader(village)
    topic, title, skill = TOPICS[(number // 2 + village) % len(TOPICS)]
    starts = at(sunday, *((14, 0) if village % 3 else (19, 0)))
    planned = sunday - timedelta(days=6)
    if planned >= field.span.today:
        return
    held = _plan(
        field.crew.villages[village], "workshop", topic, title, starts, leader.account, at(planned, 20, 5),
        place="Nhà văn hóa thôn",
    )  # fmt: skip
    if not field.span.has(starts + timedelta(hours=4)):
        return
    people = [one for house in field.houses[village] if house.met for one in house.people if one.age >= 12]
    low, high = field.values["attendance"]
    came = field.rng.sample(people, min(len(people), field.rng.randrange(low, high + 1)))
    _held(field, field.crew.phone(leader), held, came, skill, more=field.rng.randrange(3, 12))


def _plan(
    unit: Unit, kind: str, topic: str, title: str, starts: datetime, by: Account, when: datetime, *, place: str,
    audience: str = "", hours: float = 2,
    lead: Account | None = None,
) -> Workshop:  # fmt: skip
    wanted = Plan(
        kind=kind, title=title, topic=topic, place=place, starts_at=starts, ends_at=starts + timedelta(hours=hours),
        audience=audience,
    )  # fmt: skip
    return gatherings.plan(unit=unit, plan=wanted, by=by, lead=lead, at=when)


def _held(
    field: Field, phone: Phone, workshop: Workshop, people: Sequence[Resident], skill: str, *, more: int
) -> None:
    """Write down who came, what they could do before and after, and how many were there in all; send it in the evening."""
    rng, moment = field.rng, workshop.starts_at
    about = ("workshop", workshop.pk)
    for one in people:
        moment += timedelta(seconds=rng.randrange(40, 200))
        _attended(
            phone,
            workshop,
            moment,
            {"person": str(one.id), "way": rng.choice(("list", "list", "qr"))},
            skill,
            field,
        )
    walk_in = rng.choice(WALK_INS)
    _attended(
        phone, workshop, moment + timedelta(minutes=2), {"name": walk_in, "way": "walkin"}, skill, field
    )
    ends = workshop.ends_at - timedelta(minutes=4)
    body = {"workshop": str(workshop.pk), "present": len(people) + 1 + more, "note": ""}
    phone.note("gathering.held", body, ends, about, form="workshop")
    field.network.send(phone, ends + timedelta(minutes=rng.randrange(8, 90)))


def _attended(
    phone: Phone, workshop: Workshop, moment: datetime, who: Mapping[str, Any], skill: str, field: Field
) -> None:
    before = {skill: field.rng.choice((0, 0, 1))}
    after = {skill: min(2, before[skill] + field.rng.choice((0, 1, 1, 2)))}
    body = {"workshop": str(workshop.pk), **who, "before": before, "after": after}
    phone.note("attendance", body, moment, ("workshop", workshop.pk), form="workshop")


def _drive(field: Field, monday: date) -> None:
    """A weekend on which the young volunteers bring people to level 2 of electronic identity."""
    saturday = first_on(monday, SATURDAY)
    lead = field.crew.young[0]
    if not field.span.has(at(saturday + timedelta(days=2), 0)):
        return
    drive = _plan(
        field.crew.unit, "drive", "electronic_id", "Ra quân kích hoạt định danh điện tử mức 2", at(saturday, 8),
        field.crew.officer, at(saturday - timedelta(days=9), 20), lead=lead.account,
        place="Trung tâm Phục vụ hành chính công xã", hours=34,
    )  # fmt: skip
    lacking = [
        (house, one)
        for group in field.houses.values()
        for house in group
        if not house.closed
        for one in house.people
        if one.age >= 14 and one.has.get("electronic_id", 0) < 2
    ]
    for place, (house, one) in enumerate(field.rng.sample(lacking, min(len(lacking), field.values["drive"]))):
        phone = field.crew.phone(field.crew.young[place % len(field.crew.young)])
        moment = at(saturday + timedelta(days=place % 2), 8, 30) + timedelta(
            minutes=9 * (place // 2), seconds=place * 7
        )
        body = {"household": str(house.id), "person": str(one.id), "kind": "eid_2", "outcome": "done"}
        phone.note("assistance", body, moment, ("household", house.id), form="assist")
        one.has["electronic_id"] = one.told["electronic_id"] = 2
    for number, member in enumerate(field.crew.young):
        field.network.send(field.crew.phone(member), at(saturday + timedelta(days=1), 18, 5 + 4 * number))
    _held(
        field, field.crew.phone(lead), drive, [one for _house, one in lacking[:3]], "public_services", more=60
    )


def _pupils(field: Field, monday: date) -> None:
    """A session for pupils at the school."""
    day = first_on(monday, 2)
    people = [
        one
        for group in field.houses.values()
        for house in group
        for one in house.people
        if 11 <= one.age <= 15
    ]
    _awareness(
        field, field.crew.unit, day, "Học sinh an toàn trên mạng", "children", "pupils", people,
        "Trường Trung học cơ sở Cốc San", field.crew.young[0].account, field.crew.young[0].account_id,
    )  # fmt: skip


def _elderly(field: Field, monday: date) -> None:
    """A session for the elderly of the first village."""
    day = first_on(monday, 4)
    people = [one for house in field.houses[0] for one in house.people if one.age >= 60]
    leader = field.crew.leader(0)
    _awareness(
        field, field.crew.villages[0], day, "Người cao tuổi nhận biết lừa đảo", "scams", "elderly", people,
        "Nhà văn hóa thôn", leader.account, leader.account_id,
    )  # fmt: skip


def _awareness(
    field: Field, unit: Unit, day: date, title: str, topic: str, audience: str, people: Sequence[Resident],
    place: str, by: Account, phone: UUID,
) -> None:  # fmt: skip
    starts = at(day, 8)
    if not field.span.has(starts + timedelta(hours=12)):
        return
    session = _plan(
        unit, "awareness", topic, title, starts, field.crew.officer, at(day - timedelta(days=5), 19, 30), place=place,
        audience=audience, lead=by,
    )  # fmt: skip
    came = field.rng.sample(list(people), min(len(people), field.values["awareness"]))
    _held(field, field.crew.phones[phone], session, came, "protection", more=field.rng.randrange(15, 40))


def _training(field: Field, monday: date) -> None:
    """A training of officials, at the centre, by the digital officer."""
    day, officer = first_on(monday, 3), field.crew.officer
    starts = at(day, 14)
    if not field.span.has(starts + timedelta(hours=6)):
        return
    course = _plan(
        field.crew.unit, "training", "officials_data", "Dữ liệu cá nhân và an toàn thông tin", starts, officer,
        at(day - timedelta(days=10), 9), place="Hội trường UBND xã", audience="officials", hours=3,
    )  # fmt: skip
    invited = field.officials
    gatherings.invite_officials(
        workshop=course, accounts=invited, by=officer, at=at(day - timedelta(days=10), 9, 20)
    )
    there = invited[:-2]
    for place, account in enumerate(there):
        gatherings.attend(
            workshop=course, way="list", account=account, before={"protection": 1},
            after={"protection": field.rng.choice((1, 2, 2))}, by=officer, at=starts + timedelta(minutes=place),
        )  # fmt: skip
    gatherings.hold(
        workshop=course,
        present=len(there),
        note="Hai người vắng vì đi công tác",
        by=officer,
        at=course.ends_at,
    )


EVENTS = {"pupils": _pupils, "elderly": _elderly, "training": _training, "drive": _drive}
