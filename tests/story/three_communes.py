"""Three communes of the former district of Tân Lạc before they became Vân Sơn, and four months of residences lived there.

Names of communes, their codes and the decree are real; hamlets, people and offices' staff are invented. Everything
counted later is made by the acts that people use: a request begun at the counter, filed, received, examined, approved.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from dinh.catalogue import store
from dinh.config.demo import requests
from dinh.directory.models import Account, Level, Unit
from dinh.directory.tests.cast import (
    HANOI,
    enrol,
    make_account,
    make_grant,
    make_offices,
    make_unit,
)
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier
from dinh.dossiers.rules.answers import plain_answers
from dinh.lib.dates import local_date
from dinh.population import actions as population
from dinh.population.models import Household

BEFORE = date(2020, 1, 1)
REFORM = date(2025, 7, 1)
COMMUNES = {  # code -> name, the shares of the reported 270 permanent, 33 temporary and 42 stays
    "05152": ("Quyết Chiến", (62, 6, 11)),
    "05176": ("Vân Sơn", (118, 19, 20)),
    "05194": ("Ngổ Luông", (90, 8, 11)),
}
HAMLETS = ("Bưng", "Thung")
ROLES = {  # role -> user name, office
    "reception_officer": ("nhan", "service_centre"),
    "police_officer": ("can", "police"),
    "police_chief": ("truong", "police"),
    "leader": ("chu", "peoples_committee"),
    "data_officer": ("so", "culture_social"),
    "digital_officer": ("mang", "culture_social"),
    "administrator": ("quan", "peoples_committee"),
}
SURNAMES = ("Bùi", "Đinh", "Hà", "Quách", "Xa", "Lò")
GIVEN = (
    "An",
    "Bền",
    "Chi",
    "Dậu",
    "Hiền",
    "Khánh",
    "Lan",
    "Mến",
    "Nhung",
    "Quyền",
    "Sáng",
    "Thắm",
    "Út",
    "Vững",
)


@dataclass
class Commune:
    """One of the three: its hamlets, who works there, and the first house of each hamlet."""

    code: str
    unit: Unit
    hamlets: list[Unit]
    staff: dict[str, Account]  # by role
    houses: list[Household]


@dataclass
class Before:
    """The three communes, and who looks after all of them."""

    province: Unit
    communes: dict[str, Commune]
    administrator: Account  # of the province
    viewer: Account  # of the province, reads figures
    rng: random.Random = field(default_factory=lambda: random.Random(20250701))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


def at(day: date, clock: str) -> datetime:
    """Return a moment of a local day: "08:30"."""
    return datetime.combine(day, time.fromisoformat(clock), HANOI)


def before_the_merger() -> Before:
    """Make the communes as they were on the morning of 1 July 2025."""
    province = make_unit(Level.PROVINCE, "25", "Phú Thọ", "tỉnh", None, BEFORE)
    communes = {code: _commune(code, name, province) for code, (name, _shares) in COMMUNES.items()}
    accounts = {}
    for username, name, role in (
        ("tinh", "Hoàng Quản Tỉnh", "administrator"),
        ("xem", "Hà Thị Xem", "province_viewer"),
    ):
        accounts[role] = make_account(username, name, unit=province)
        make_grant(accounts[role], role, province, since=BEFORE)
    enrol([*accounts.values(), *(one for commune in communes.values() for one in commune.staff.values())])
    return Before(province, communes, accounts["administrator"], accounts["province_viewer"])


def _commune(code: str, name: str, province: Unit) -> Commune:
    unit = make_unit(Level.COMMUNE, code, name, "xã", province, BEFORE)
    hamlets = [
        make_unit(Level.VILLAGE, f"{code}-{number:02d}", f"{hamlet} {name}", "xóm", unit, BEFORE)
        for number, hamlet in enumerate(HAMLETS, 1)
    ]
    offices = make_offices(unit, f"xã {name}", f"{code[:3]}.{code[3:]}")
    for one in offices.values():
        one.valid_from = BEFORE
        one.save(update_fields=["valid_from"])
    staff = {}
    for number, (role, (username, office)) in enumerate(ROLES.items()):
        full_name = f"{SURNAMES[number % len(SURNAMES)]} {GIVEN[number + 7]} {name}"  # nobody twice
        staff[role] = make_account(f"{username}-{code}", full_name, unit=unit)
        make_grant(staff[role], role, unit, office=offices[office], since=BEFORE)
    more: dict[str, Any] = {"by": None, "at": at(date(2025, 6, 2), "08:00")}
    houses = [
        population.register_household(
            unit=unit, village=hamlet, address="nhà 1", code=f"{code}-0000{number}", **more
        )
        for number, hamlet in enumerate(hamlets, 1)
    ]
    return Commune(code, unit, hamlets, staff, houses)


@dataclass(frozen=True)
class Wish:
    """One request: who goes where, and what for."""

    procedure: str
    commune: Commune  # whose hamlet it is
    hamlet: Unit
    movers: int = 1


def wanted(town: Before, wish: Wish, served_by: Unit, on: date) -> dict[str, Any]:
    """Return the answers that only the person knows."""
    mover, *others = (_stranger(town) for _one in range(wish.movers))
    prefix = "place" if wish.procedure == "stay_notification" else "new"
    answers: dict[str, Any] = {
        f"{prefix}.unit": str(served_by.pk), f"{prefix}.village": str(wish.hamlet.pk),
        f"{prefix}.detail": f"nhà {next(town.numbers)}",
    }  # fmt: skip
    if wish.procedure == "stay_notification":
        host = {**_named("applicant", _stranger(town)), **_named("guest", mover)}
        until = (on + timedelta(days=2)).isoformat()
        return (
            answers
            | host
            | {"host": "home", "from_on": on.isoformat(), "until_on": until, "reason": "family"}
        )
    answers |= _named("applicant", mover) | {"lodging": "owned", "ct01.relation": "00", "scope": "me"}
    if others:
        answers["scope"] = "family"
        answers["members"] = [
            {**one, "relation": "08" if number else "01"} for number, one in enumerate(others)
        ]
    if wish.procedure == "temporary_residence":
        answers |= {"from_on": on.isoformat(), "until_on": (on + timedelta(days=180)).isoformat()}
    return answers


def _stranger(town: Before) -> dict[str, str]:
    """Draw somebody whom the house does not know yet."""
    number, rng = next(town.numbers), town.rng
    woman = rng.random() < 0.5
    born = date(rng.randrange(1960, 2000), 1, 1) + timedelta(days=number % 365)
    name = f"{rng.choice(SURNAMES)} {'Thị' if woman else 'Văn'} {rng.choice(GIVEN)}"
    return {
        "full_name": name, "number": f"017{int(woman)}{born:%y}{number:06d}", "birth": born.isoformat(),
        "sex": "2" if woman else "1", "ethnicity": "02", "nationality": "VNM",
    }  # fmt: skip


def _named(prefix: str, one: Mapping[str, str]) -> dict[str, str]:
    return {f"{prefix}.{name}": value for name, value in one.items()}


def file(
    town: Before, wish: Wish, filed: datetime, serves: Unit | None = None, starts: date | None = None
) -> Dossier:
    """Return a request filed at the counter; `serves`: the commune in whose name, the hamlet's own when left out."""
    unit = serves or wish.commune.unit
    helper = wish.commune.staff["reception_officer"]
    procedure = store.get_procedure(wish.procedure)
    begun = filed - timedelta(minutes=20)
    draft = actions.begin_draft(
        procedure=procedure, unit=unit, account=None, channel=Channel.DIRECT, helper=helper,
        consent={"how": "spoken", "witness": wish.commune.staff["leader"].full_name}, at=begun,
    )  # fmt: skip
    told = wanted(town, wish, unit, starts or local_date(filed))
    raw = requests.complete(town.rng, procedure, plain_answers(draft.answers), told, local_date(filed))
    for page_id, answers in raw.items():
        check = actions.save_page(draft=draft, page_id=page_id, raw=answers, by=helper, at=begun)
        assert check.ok, [(fault.path, str(fault.message)) for fault in check.faults]
    return actions.file(draft=draft, by=helper, at=filed)


def receive(town: Before, wish: Wish, dossier: Dossier, moment: datetime) -> None:
    """Accept a request."""
    role = "police_officer" if wish.procedure == "stay_notification" else "reception_officer"
    actions.receive(dossier=dossier, by=wish.commune.staff[role], at=moment)


def decide(wish: Wish, dossier: Dossier, moment: datetime) -> None:
    """Examine and approve what was received."""
    actions.examine(
        dossier=dossier, by=wish.commune.staff["police_officer"], at=moment - timedelta(minutes=30)
    )
    actions.approve(dossier=dossier, by=wish.commune.staff["police_chief"], at=moment)


def settle_one(
    town: Before, wish: Wish, filed: datetime, serves: Unit | None = None, starts: date | None = None
) -> Dossier:
    """Live a request through, from filing to decision, within one morning."""
    dossier = file(town, wish, filed, serves, starts)
    receive(town, wish, dossier, filed + timedelta(minutes=10))
    decide(wish, dossier, filed + timedelta(minutes=80))
    return dossier


def reported(town: Before, left_out: Iterable[Wish]) -> list[Wish]:
    """Return the requests that make the reported figures, without those that were made already.

    One in five who settle comes alone, the others as families of four: 270 people in few requests.
    """
    found: list[Wish] = []
    for code, (_name, (permanent, temporary, stays)) in COMMUNES.items():
        commune = town.communes[code]
        made = [one for one in left_out if one.commune is commune]
        permanent -= sum(one.movers for one in made if one.procedure == "permanent_residence")
        sizes = [4] * (permanent // 5)
        sizes += [1] * (permanent - sum(sizes))
        for number, size in enumerate(sizes):
            found.append(Wish("permanent_residence", commune, commune.hamlets[number % 2], size))
        for procedure, total in (("temporary_residence", temporary), ("stay_notification", stays)):
            total -= sum(one.procedure == procedure for one in made)
            found += [Wish(procedure, commune, commune.hamlets[number % 2]) for number in range(total)]
    town.rng.shuffle(found)
    return found


def live_four_months(town: Before, wishes: list[Wish], new: Unit, days: list[date]) -> None:
    """Let the new commune settle every request, spread over its days; one flush to disk for all of them."""
    with transaction.atomic():
        for number, wish in enumerate(wishes):
            day = days[number * len(days) // len(wishes)]
            settle_one(town, wish, at(day, "08:00") + timedelta(minutes=number % 60), new)
