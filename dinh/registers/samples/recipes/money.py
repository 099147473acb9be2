"""Tax, work, businesses, accounts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from dinh.registers.samples.people import Neighbour
from dinh.registers.samples.recipes.base import Town, Values, day_between, identity, phone, serial

TRADES = (
    ("Bán lẻ tạp hóa", "4711"), ("Dịch vụ ăn uống", "5610"), ("Sửa chữa xe máy", "9542"), ("May đo trang phục", "1410"),
    ("Lưu trú homestay", "5510"), ("Chế biến nông sản", "1030"), ("Vận tải hàng hóa", "4933"), ("Cắt tóc, gội đầu", "9631"),
)  # fmt: skip
EMPLOYERS = (
    "Hợp tác xã nông nghiệp (trình diễn)", "Công ty TNHH Mẫu 01 (trình diễn)", "Công ty CP Mẫu 02 (trình diễn)",
    "Trạm Y tế xã (trình diễn)", "Doanh nghiệp tư nhân Mẫu 03 (trình diễn)",
)  # fmt: skip
BANKS = ("Agribank", "Vietcombank", "BIDV", "VietinBank", "LPBank", "MB")


def tax_codes(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Half of those of working age have a tax code."""
    if not pays_tax(person, town):
        return
    issued = day_between(date(person.born.year + 18, 1, 1), town.on - timedelta(days=30), rng)
    yield identity(person, town) | {
        "tax_code": serial(person, town, "84", 6), "status": "00", "issued_on": issued,
        "income_payer": rng.choice(EMPLOYERS), "tax_office": "Thuế cơ sở (trình diễn)",
    }  # fmt: skip


def tax_dependants(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Children and old parents of those who pay tax."""
    age = person.age(town.on)
    payers = [one for one in person.family.values() if one.id != person.id and pays_tax(one, town)]
    relation = "child" if age < 18 else "parent" if age >= 60 else ""
    if not relation or not payers or not person.alive or rng.random() > 0.8:
        return
    payer = payers[0]
    begins = max(person.born, date(town.on.year - rng.randint(1, 5), rng.randint(1, 12), 1))
    yield identity(person, town) | {
        "dependant_code": serial(person, town, "85", 6), "relation": relation, "from_month": begins.isoformat()[:7],
        "birth_paper": f"{rng.randint(1, 180)}/{person.born.year}" if relation == "child" else None,
        "taxpayer_name": payer.full_name, "taxpayer_code": serial(payer, town, "84", 6),
        "taxpayer_number": payer.number, "taxpayer_birth": payer.birth, "income_payer": rng.choice(EMPLOYERS),
    }  # fmt: skip


def employment(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Everybody of 15 to 64 is asked; four in five answer."""
    age = person.age(town.on)
    if not 15 <= age <= 64 or not person.alive or rng.random() > 0.8:
        return
    status = rng.choices(
        ("employed", "self_employed", "unemployed", "inactive", "abroad"), (34, 48, 3, 13, 2)
    )[0]
    status = "inactive" if age < 18 else status
    employed = status == "employed"
    begins = date(person.born.year + 18, 6, 1)
    yield identity(person, town) | {
        "qualification": rng.choices(("none", "elementary", "intermediate", "college", "bachelor"), (62, 12, 10, 8, 8))[0],
        "occupation": rng.choice(("Trồng trọt", "Chăn nuôi", "Xây dựng", "Buôn bán", "Công nhân", "Lái xe")),
        "status": status, "employer": rng.choice(EMPLOYERS) if employed else None,
        "employer_tax_code": f"53999{rng.randint(10000, 99999)}" if employed else None,
        "contract": rng.choice(("permanent", "fixed")) if employed else None,
        "social_insurance_number": serial(person, town, "15", 6) if employed else None,
        "from_on": day_between(begins, max(begins, town.on - timedelta(days=90)), rng) if employed else None,
        "surveyed_on": day_between(town.on - timedelta(days=120), town.on - timedelta(days=10), rng), "phone": phone(rng),
    }  # fmt: skip


def union_members(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Of those of 20 to 59, one in fifteen."""
    if not 20 <= person.age(town.on) <= 59 or not person.alive or rng.random() > 0.065:
        return
    employer = rng.choice(EMPLOYERS)
    joined = day_between(date(person.born.year + 19, 1, 1), town.on - timedelta(days=60), rng)
    yield identity(person, town) | {
        "card_number": serial(person, town, "DV", 5), "union": f"Công đoàn cơ sở {employer}", "employer": employer,
        "joined_on": joined.isoformat(), "phone": phone(rng),
    }  # fmt: skip


def household_businesses(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Of the heads of households of working age, one in fourteen has a business."""
    if (
        person.relation != "00"
        or not 20 <= person.age(town.on) <= 70
        or not person.alive
        or rng.random() > 0.07
    ):
        return
    activity, code = rng.choice(TRADES)
    paused = rng.random() < 0.06
    yield {
        "registration_number": serial(person, town, "12H8", 5), "tax_code": person.number,
        "business_name": f"Hộ kinh doanh {person.full_name}", "owner_name": person.full_name, "owner_number": person.number,
        "owner_birth": person.birth, "owner_sex": person.sex, "owner_residence": town.residence(person),
        "address": town.residence(person), "commune": town.name, "activity": activity, "activity_code": code,
        "capital_vnd": rng.randint(2, 60) * 10_000_000, "workers": rng.randint(0, 4),
        "registration_date": day_between(date(2012, 1, 1), town.on - timedelta(days=20), rng),
        "status": "paused" if paused else "active", "qr_payment": rng.random() < 0.95, "phone": phone(rng),
    }  # fmt: skip


def household_bank_accounts(person: Neighbour, town: Town, rng: random.Random) -> Iterator[Values]:
    """Every household is asked once, its head; four in five have an account."""
    if person.relation != "00" or not person.alive:
        return
    has = rng.random() < 0.8
    opened = day_between(date(2015, 1, 1), town.on - timedelta(days=20), rng)
    yield {
        "household_code": person.household, "head_name": person.full_name, "head_number": person.number,
        "holder_name": person.full_name, "holder_number": person.number, "holder_birth": person.birth,
        "holder_sex": person.sex, "relation": "00", "residence": town.residence(person), "commune": town.name,
        "village": town.village(person), "has_account": has, "bank": rng.choice(BANKS) if has else None,
        "account_number": serial(person, town, "9700", 7) if has else None,
        "opened_on": opened.isoformat()[:7] if has else None, "used_for": "Nhận trợ cấp, thanh toán" if has else None,
        "consent_on": day_between(town.on - timedelta(days=200), town.on - timedelta(days=5), rng),
    }  # fmt: skip


def pays_tax(person: Neighbour, town: Town) -> bool:
    """Tell whether somebody has a tax code: the same answer for every register."""
    chance = random.Random(f"tax/{person.id}").random()  # noqa: S311 - synthetic data
    return person.alive and 18 <= person.age(town.on) <= 65 and chance < 0.55
