"""Land with outlines, and the equipment of offices with its signatures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from dinh.registers.samples.people import Neighbour
from dinh.registers.samples.recipes.base import Town, Values, day_between, serial

METRE = 1 / 111_000  # degrees; near enough for drawings of a demonstration
PLOT = (24.0, 18.0)  # metres
ROW = 60  # plots in a row of the grid
OVERLAPS, CROSSED, ELSEWHERE = 0.012, 0.004, 0.006
USES = ("ONT", "ONT", "CLN", "HNK", "LUC", "RSX")
KINDS = (
    ("computer", "Máy tính để bàn"), ("laptop", "Máy tính xách tay"), ("printer", "Máy in"), ("scanner", "Máy quét"),
    ("signature_token", "USB ký số"), ("signature_token", "USB ký số"), ("signature_sim", "SIM ký số"),
)  # fmt: skip
OFFICES = ("Trung tâm Phục vụ hành chính công", "Phòng Văn hóa – Xã hội", "Văn phòng UBND", "Công an xã")


def land_parcels(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Each head of a household has one to three plots beside each other, on a grid around the commune's centre."""
    if person.relation != "00" or not person.alive:
        return
    spouse = next((one for one in person.family.values() if one.relation in {"01", "02"}), None)
    for number in range(rng.choices((1, 2, 3), (55, 30, 15))[0]):
        place = town.places.get(person.id, 0) * 3 + number
        width, depth = PLOT[0] - rng.random() * 3, PLOT[1] - rng.random() * 2
        sheet, plot = place // 300 + 1, place % 300 + 1
        yield {
            "parcel_id": f"{town.code}{sheet:03d}{plot:04d}", "commune": town.code, "map_sheet": str(sheet),
            "parcel_number": str(plot), "area_m2": f"{width * depth:.1f}", "land_use": "ONT" if not number else rng.choice(USES),
            "address": f"{town.village(person)}, {town.full_name}", "village": town.village(person),
            "user_name": person.full_name, "user_number": person.number, "user_birth": person.birth[:4],
            "user_residence": town.residence(person), "co_user_name": spouse.full_name if spouse else None,
            "co_user_number": spouse.number if spouse else None, "certificate_number": f"AA 99{place:06d}",
            "certificate_entry": f"CH 99{place:05d}", "certificate_on": day_between(date(2005, 1, 1), date(2024, 12, 31), rng),
            "origin": "Công nhận quyền sử dụng đất", "mortgaged": rng.random() < 0.12,
            "geometry": _outline(place, width, depth, town, rng),
        }  # fmt: skip


def office_equipment(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Of those of 25 to 58, one in eighty works at an office of the commune and uses two or three things."""
    if not 25 <= person.age(town.on) <= 58 or not person.alive or rng.random() > 0.0125:
        return
    office = rng.choice(OFFICES)
    for number, (kind, name) in enumerate(rng.sample(KINDS, rng.randint(2, 3))):
        signs = kind.startswith("signature")
        begins = day_between(town.on - timedelta(days=1200), town.on - timedelta(days=10), rng)
        yield {
            "asset_code": f"{serial(person, town, 'TS', 5)}-{number + 1}", "kind": kind, "name": name,
            "serial_number": f"SN99{rng.randint(100000, 999999)}", "office": office, "place": town.full_name,
            "commune": town.name, "holder_name": person.full_name, "holder_number": person.number,
            "holder_birth": person.birth, "bought_on": str(begins.year), "value_vnd": rng.randint(5, 200) * 100_000,
            "condition": rng.choices(("good", "repair", "broken"), (88, 8, 4))[0],
            "certificate_serial": f"5404FFFE99{rng.randint(0, 10**8):08d}" if signs else None,
            "certificate_issuer": "Cục Chứng thực số và Bảo mật thông tin" if signs else None,
            "certificate_from": begins if signs else None,
            "certificate_to": begins + timedelta(days=3 * 365) if signs else None,
        }  # fmt: skip


def _outline(place: int, width: float, depth: float, town: Town, rng: random.Random) -> dict[str, Any]:
    """Return the outline of a plot; a few lie on their neighbour, cross themselves, or lie elsewhere."""
    x = town.centre[0] + (place % ROW - ROW / 2) * PLOT[0] * METRE
    y = town.centre[1] + (place // ROW) * PLOT[1] * METRE
    trouble = rng.random()
    if trouble < OVERLAPS:
        x += 9 * METRE
    elif trouble < OVERLAPS + ELSEWHERE:
        x += 0.35
    east, north = x + width * METRE, y + depth * METRE
    corners = [(x, y), (east, y), (east, north), (x, north), (x, y)]
    if OVERLAPS + ELSEWHERE <= trouble < OVERLAPS + ELSEWHERE + CROSSED:
        corners[1], corners[2] = corners[2], corners[1]
    return {"type": "Polygon", "coordinates": [[[round(a, 7), round(b, 7)] for a, b in corners]]}
