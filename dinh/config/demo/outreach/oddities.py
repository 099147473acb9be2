"""What does not go smoothly: clashes with the register, work that waits, comes twice or late, or is not accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dinh.config.demo.outreach.houses import House, Resident
from dinh.config.demo.outreach.phones import Phone
from dinh.config.demo.outreach.spans import at
from dinh.config.demo.outreach.weeks import Field
from dinh.outreach.actions import settling
from dinh.outreach.actions.devices import revoke_device
from dinh.outreach.models import PersonProfile


def live_week(field: Field, number: int, monday: date) -> None:
    """Let happen what the scenario puts into this week, and apply what waited for three days in vain."""
    settling.release_overdue(at=at(monday, 4))
    for name, happens in HAPPENINGS.items():
        if number in field.values["oddities"][name]:
            happens(field, monday)


def _met(field: Field, village: int) -> House:
    return field.rng.choice([one for one in field.houses[village] if one.met and not one.closed])


def _phone(field: Field, village: int, place: int = -1) -> Phone:
    return field.crew.phone(field.crew.members[village][place])


def _visit(field: Field, phone: Phone, house: House, day: date, hour: int, **more: Any) -> UUID:
    body = {
        "household": str(house.id), "outcome": "met", "met": [str(house.adults[0].id)],
        "minutes": field.rng.randrange(14, 40), **more,
    }  # fmt: skip
    moment = at(day, hour, field.rng.randrange(50))
    return phone.note("visit", body, moment, ("household", house.id), form="visit")


def _facts(
    phone: Phone, one: Resident, changes: Mapping[str, list[Any]], day: date, hour: int, **frame: Any
) -> UUID:
    entity = {"type": "person", "id": str(one.id)}
    return phone.note(
        "facts",
        {"changes": changes},
        at(day, hour, 12),
        ("person", one.id),
        form="person",
        entity=entity,
        **frame,
    )


def clashes(field: Field, now_on: date) -> int:
    """Let phones see another name, birth or sex than the register has; return how many wait at the desk."""
    wanted: list[tuple[str, Callable[[Resident], list[Any]]]] = [
        ("full_name", lambda one: [one.name, _misheard(one.name)]),
        ("birth", lambda one: [one.birth, f"{int(one.birth[:4]) - 1}{one.birth[4:]}"]),
        (
            "full_name",
            lambda one: [
                one.name,
                one.name.replace("Thị ", "Thị Kim ") if "Thị " in one.name else f"{one.name} Anh",
            ],
        ),
        ("sex", lambda one: [one.sex, "2" if one.sex == "1" else "1"]),
    ]
    for place in range(field.values["identity_clashes"]):
        village = place * 3 % len(field.crew.villages)
        name, pair = wanted[place % len(wanted)]
        house, phone = _met(field, village), _phone(field, village)
        day = now_on - timedelta(days=2 + place)
        _visit(field, phone, house, day, 9)
        _facts(phone, house.adults[-1], {name: pair(house.adults[-1])}, day, 10)
        field.network.send(phone, at(day, 20, 15 + place))
    return int(field.values["identity_clashes"])


def _misheard(name: str) -> str:
    words = name.split()
    return " ".join([*words[:-1], {"Mai": "Mây", "Sơn": "Sớn", "Hoa": "Hòa"}.get(words[-1], f"{words[-1]}h")])


def _merged(field: Field, monday: date) -> None:
    """Two members change the same fields of one person; the one who was there first has network last."""
    for village in field.crew.villages:
        house = _met(field, village)
        one = house.adults[0]
        version = PersonProfile.objects.filter(pk=one.id).values_list("version", flat=True).first() or 0
        early, late = _phone(field, village), _phone(field, village, 0)
        _facts(
            late,
            one,
            {"has_device": [None, True], "note": ["", "Dùng máy của con"]},
            monday + timedelta(days=2),
            9,
        )
        _facts(
            early, one, {"has_device": [None, False], "note": ["", "Máy hỏng"]}, monday + timedelta(days=1), 15,
            trunk_version=version,
        )  # fmt: skip
        field.network.send(late, at(monday + timedelta(days=2), 20))
        field.network.send(early, at(monday + timedelta(days=3), 21))


def _forced(field: Field, monday: date) -> None:
    """A telephone lost what it wrote first; what came after waits three days and is then applied, flagged."""
    village = field.values["weak_network"][0]
    phone, house = _phone(field, village), _met(field, village)
    _visit(field, phone, house, monday, 8)
    lost = phone.outbox.pop()
    del lost
    _visit(field, phone, house, monday + timedelta(days=1), 9, note="Làm tiếp việc hôm trước")
    field.network.send(phone, at(monday + timedelta(days=1), 20))


def _late(field: Field, monday: date) -> None:
    """What came first arrives last: the rest waits for it, then both are applied in their order."""
    village = field.values["weak_network"][-1]
    phone, house = _phone(field, village), _met(field, village)
    _visit(field, phone, house, monday, 8)
    first = phone.outbox.pop()
    _visit(field, phone, house, monday + timedelta(days=1), 9)
    field.network.send(phone, at(monday + timedelta(days=1), 20))
    phone.outbox.append(first)
    field.network.send(phone, at(monday + timedelta(days=2), 20))


def waiting(field: Field, today: date) -> None:
    """Leave a piece of work waiting for an earlier one, as it stands on the day of building."""
    village = field.values["weak_network"][0]
    phone, house = _phone(field, village), _met(field, village)
    _visit(field, phone, house, today - timedelta(days=2), 16)
    phone.outbox.pop()
    _visit(field, phone, house, today - timedelta(days=1), 9)
    field.network.send(phone, at(today - timedelta(days=1), 19, 50))


def _elsewhere(field: Field, monday: date) -> None:
    """Somebody helps in the next village, which is not theirs: an officer looks at it."""
    village = field.rng.randrange(len(field.crew.villages))
    phone = _phone(field, village)
    _visit(
        field, phone, _met(field, (village + 1) % len(field.crew.villages)), monday + timedelta(days=1), 15
    )
    field.network.send(phone, at(monday + timedelta(days=1), 20, 5))


def _newcomer(field: Field, monday: date) -> None:
    """Somebody is met who is on no list."""
    village = field.rng.randrange(len(field.crew.villages))
    phone, house = _phone(field, village, 0), _met(field, village)
    body = {"household": str(house.id), "full_name": field.rng.choice(("Lý Thị Dín", "Vàng Văn Pín", "Sần Thị Mẩy")),
            "birth_year": field.rng.randrange(1960, 2005), "sex": "9", "note": "Về ở cùng con từ tháng trước"}  # fmt: skip
    phone.note("newcomer", body, at(monday + timedelta(days=2), 10), ("household", house.id), form="newcomer")
    field.network.send(phone, at(monday + timedelta(days=2), 20, 40))


def _secret(field: Field, monday: date) -> None:
    """A citizen number stands in a note: not accepted, and sent again without it."""
    village = len(field.crew.villages) // 3
    phone, house = _phone(field, village), _met(field, village)
    _visit(field, phone, house, monday + timedelta(days=3), 15, note="Số căn cước 010099990001")
    field.network.send(phone, at(monday + timedelta(days=3), 20))
    mended = {"note": "Đã hướng dẫn tra cứu hồ sơ"}
    _visit(field, phone, house, monday + timedelta(days=3), 16, **mended)
    field.network.send(phone, at(monday + timedelta(days=3), 20, 20))


def _carried(field: Field, monday: date) -> None:
    """A telephone without network hands its sealed work to the leader's, who goes down to the centre."""
    village = field.values["weak_network"][-1]
    phone, leader = _phone(field, village), _phone(field, village, 0)
    for hour in (8, 9, 10):
        _visit(field, phone, _met(field, village), monday + timedelta(days=1), hour)
    field.network.send(phone, at(monday + timedelta(days=2), 11), carrier=leader)


def _rushed(field: Field, monday: date) -> None:
    """Somebody writes four houses down within minutes, with one slip used twice: worth a second look."""
    village, day = len(field.crew.villages) // 2, monday + timedelta(days=5)
    phone = _phone(field, village)
    slip = field.crew.slip(phone.account.pk)
    seen = field.rng.sample([one for one in field.houses[village] if one.met and not one.closed], 4)
    for place, house in enumerate(seen):
        body = {"household": str(house.id), "outcome": "met", "met": [str(house.adults[0].id)], "minutes": 5,
                "slip": slip if place < 2 else ""}  # fmt: skip
        phone.note("visit", body, at(day, 17, 2 * place), ("household", house.id), form="visit")
    field.network.send(phone, at(day, 20, 10))


def _lost_phone(field: Field, monday: date) -> None:
    """A telephone is lost and taken off the list; what it still had is kept for the commune to decide."""
    member = field.crew.young[-1]
    phone = field.crew.phone(member)
    _visit(field, phone, _met(field, len(field.crew.villages) // 2), monday + timedelta(days=1), 15)
    revoke_device(
        device=phone.device,
        reason="Mất máy trên đường đi nương",
        by=field.crew.officer,
        at=at(monday + timedelta(days=2), 8),
    )
    field.network.send(phone, at(monday + timedelta(days=4), 19))
    field.crew.young.remove(member)


HAPPENINGS: Mapping[str, Callable[[Field, date], None]] = {
    "merged": _merged, "forced": _forced, "late": _late, "elsewhere": _elsewhere, "newcomer": _newcomer,
    "secret": _secret, "carried": _carried, "rushed": _rushed, "lost_phone": _lost_phone,
}  # fmt: skip
