"""A commune's field work for tests: a team in Ún Tà, its volunteer, households, telephones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from dinh.directory.models import Account, Unit
from dinh.directory.tests.cast import MONDAY_MORNING, REFORM, Cast, make_field_staff
from dinh.outreach import sealing
from dinh.outreach.actions import devices
from dinh.outreach.models import Area, Device, Member, Team
from dinh.population.models import Household, Person

AT = MONDAY_MORNING


@dataclass
class Field:
    """A team and who is in it."""

    team: Team
    volunteer: Account
    leader: Account
    officer: Account
    village: Unit


@dataclass
class Phone:
    """A telephone with its keys."""

    device: Device
    token: str
    signs: ec.EllipticCurvePrivateKey

    @property
    def header(self) -> dict[str, str]:
        """Return what it shows at every request."""
        return {"Authorization": f"Dinh-Device {self.device.pk}.{self.token}"}


def make_field(cast: Cast) -> Field:
    """Return a team in Ún Tà: leader, volunteer, and the digital officer who manages it."""
    staff = make_field_staff(cast.cocsan, cast.un_ta)
    team = Team.objects.create(unit=cast.cocsan, kind=Team.Kind.VILLAGE, name="Tổ Ún Tà", opened_on=REFORM)
    Area.objects.create(team=team, village=cast.un_ta, from_on=REFORM)
    for role, name in ((Member.Role.LEADER, "team_leader"), (Member.Role.MEMBER, "volunteer")):
        Member.objects.create(team=team, account=staff[name], role=role, from_on=REFORM)
    return Field(team, staff["volunteer"], staff["team_leader"], staff["digital_officer"], cast.un_ta)


def make_phone(account: Account, label: str = "Samsung A05", at: datetime = AT) -> Phone:
    """Return a telephone, enrolled as the app does it."""
    _row, code = devices.make_enrol_code(account=account, by=account, at=at)
    signs = ec.generate_private_key(sealing.CURVE)
    made = devices.enrol(
        code=code, label=label, language="vi", public=sealing.point_of(signs.public_key()), app="1",
        at=at + timedelta(minutes=2),
    )  # fmt: skip
    return Phone(made.device, made.token, signs)


def make_house(village: Unit, commune: Unit, number: int, people: int = 3) -> Household:
    """Return a household with its people, the first of them the head."""
    house = Household.objects.create(
        code=f"02746-{number:05d}", unit=commune, village=village, address=f"Số {number}"
    )
    members = [
        Person(
            full_name=f"Vàng Văn Số {number} {place}", name_key=f"vang van so {number} {place}",
            name_words=f"{number} {place} so van vang", sex="1", birth=f"{1950 + place}-03-12", birth_year=1950 + place,
            household=house, relation="01" if place == 0 else "03", unit=commune,
            number=f"010{number:06d}{place:03d}",
        )
        for place in range(people)
    ]  # fmt: skip
    Person.objects.bulk_create(members)
    house.head = members[0]
    house.save(update_fields=["head"])
    return house


def people_of(house: Household) -> list[UUID]:
    """Return who lives in a house."""
    return list(Person.objects.filter(household=house).order_by("birth").values_list("pk", flat=True))
