"""The fixed cast of the tests: who lives and works in Cốc San, and one officer of the next commune.

`people()` makes the smallest true house: one province, two communes, two villages, their offices, and an
account with a grant for each role. No package of places is read and no action is run, so a test that only
needs somebody to act pays about ten inserts. Persons of the population are not made here (they belong to a
higher package): `citizen.person` and `representative.person` are the ids to give them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from dinh.directory.models import Account, Delegation, Grant, Level, Office, Unit, UnitVersion
from dinh.directory.sign_in import MFAAdapter
from dinh.lib.ids import natural_id

REFORM = date(2025, 7, 1)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=HANOI)
PASSWORD = "bai-hat-ben-suoi-2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PHUC_PERSON = UUID("00000000-0000-7000-8000-00000000f0c0")
REPRESENTATIVE_PERSON = UUID("00000000-0000-7000-8000-00000000f0c1")

OFFICES = {
    "service_centre": ("Trung tâm Phục vụ hành chính công", "H38.027.46.01"),
    "peoples_committee": ("Ủy ban nhân dân", "H38.027.46"),
    "culture_social": ("Phòng Văn hóa – Xã hội", "H38.027.46.02"),
    "police": ("Công an", "H38.027.46.03"),
}


@dataclass(frozen=True)
class Cast:
    """Everybody, by what they do."""

    province: Unit
    cocsan: Unit
    next_commune: Unit
    un_ta: Unit  # the village of Mr Phúc
    tan_son: Unit  # another village of Cốc San
    offices: dict[str, Office]  # of Cốc San, by key
    next_offices: dict[str, Office]
    citizen: Account  # Mr Phúc of Ún Tà
    representative: Account  # a citizen who may act for him once he says so
    reception: Account  # receives and returns at the counter
    examiner: Account  # civil-status officer, examines
    social: Account  # social officer, examines pensions
    leader: Account  # vice-chair, approves
    chair: Account  # the other leader, for tests of exclusion and delegation
    police_officer: Account
    police_chief: Account
    clerk: Account
    administrator: Account
    auditor: Account
    province_viewer: Account
    next_reception: Account  # officers of the next commune
    next_leader: Account
    next_administrator: Account

    @property
    def staff(self) -> dict[str, Account]:
        """Every member of staff by the name of the field, for tests over all of them."""
        return {
            name: a
            for name, a in vars(self).items()
            if isinstance(a, Account) and a.kind == Account.Kind.STAFF
        }


def make_unit(
    level: Level | str,
    code: str,
    name: str,
    type: str,
    parent: Unit | None = None,
    valid_from: date = REFORM,
    **version: Any,
) -> Unit:
    """Return a new unit with its first version; other columns of the version by keyword."""
    unit = Unit.objects.create(
        id=natural_id("unit", level, code, valid_from),
        level=level,
        opened_on=valid_from,
        closed_on=version.get("valid_to"),
    )
    make_version(unit, code, name, type, parent, valid_from, **version)
    return unit


def make_version(
    unit: Unit, code: str, name: str, type: str, parent: Unit | None, valid_from: date = REFORM, **more: Any
) -> UnitVersion:
    """Return a new version of a unit."""
    more.setdefault("search_key", name.lower())
    return UnitVersion.objects.create(
        unit=unit,
        level=unit.level,
        code=code,
        name=name,
        type=type,
        parent=parent,
        valid_from=valid_from,
        **more,
    )


def make_offices(unit: Unit, name: str, code: str = "") -> dict[str, Office]:
    """Return the four offices of a commune by key; `code` replaces Cốc San's part of the agency codes."""
    made = [
        Office(
            id=natural_id("office", unit.pk, key),
            key=key,
            unit=unit,
            name=f"{title} {name}",
            agency_code=agency.replace("027.46", code) if code else agency,
            phone="0214 000 0000",
            valid_from=REFORM,
        )
        for key, (title, agency) in OFFICES.items()
    ]
    return {office.key: office for office in Office.objects.bulk_create(made)}


def make_account(username: str, full_name: str, kind: str = Account.Kind.STAFF, **more: Any) -> Account:
    """Return a new account; its password is PASSWORD."""
    return Account.objects.create(
        username=username, full_name=full_name, kind=kind, password=make_password(PASSWORD), **more
    )


def make_grant(
    account: Account,
    role: str,
    unit: Unit,
    *,
    procedures: Sequence[str] = (),
    since: date = REFORM,
    **more: Any,
) -> Grant:
    """Return a new grant of a role over a unit."""
    return Grant.objects.create(
        account=account, role=role, unit=unit, procedures=list(procedures), valid_from=since, **more
    )


def make_delegation(grant: Grant, to: Account, valid_from: date, valid_to: date, **more: Any) -> Delegation:
    """Return a new delegation of signature, both days included."""
    more.setdefault("reference", "12/GUQ-UBND")
    return Delegation.objects.create(grant=grant, to=to, valid_from=valid_from, valid_to=valid_to, **more)


def people() -> Cast:
    """Make everybody, and return them."""
    province = make_unit(Level.PROVINCE, "15", "Lào Cai", "tỉnh")
    cocsan = make_unit(
        Level.COMMUNE, "02746", "Cốc San", "xã", province, search_key="coc san xa lao cai tinh"
    )
    next_commune = make_unit(
        Level.COMMUNE, "02728", "Mường Hum", "xã", province, search_key="muong hum xa lao cai tinh"
    )
    un_ta = make_unit(Level.VILLAGE, "02746-01", "Ún Tà", "thôn", cocsan, search_key="un ta thon coc san xa")
    tan_son = make_unit(
        Level.VILLAGE, "02746-02", "Tân Sơn", "thôn", cocsan, search_key="tan son thon coc san xa"
    )
    offices = make_offices(cocsan, "xã Cốc San")
    next_offices = make_offices(next_commune, "xã Mường Hum", "027.28")
    made = Cast(
        province=province,
        cocsan=cocsan,
        next_commune=next_commune,
        un_ta=un_ta,
        tan_son=tan_son,
        offices=offices,
        next_offices=next_offices,
        citizen=make_account("phuc", "Vàng Văn Phúc", Account.Kind.CITIZEN, person=PHUC_PERSON),
        representative=make_account("lan", "Vàng Thị Lan", Account.Kind.CITIZEN, person=REPRESENTATIVE_PERSON),
        reception=_staff("huong", "Lò Thị Hương", "reception_officer", cocsan, offices["service_centre"]),
        examiner=_staff("minh", "Nguyễn Văn Minh", "civil_status_officer", cocsan, offices["peoples_committee"]),
        social=_staff("thao", "Vũ Thị Thảo", "social_officer", cocsan, offices["culture_social"]),
        leader=_staff("son", "Trần Ngọc Sơn", "leader", cocsan, offices["peoples_committee"]),
        chair=_staff("ha", "Phạm Thu Hà", "leader", cocsan, offices["peoples_committee"]),
        police_officer=_staff("dung", "Hoàng Tiến Dũng", "police_officer", cocsan, offices["police"]),
        police_chief=_staff("thang", "Lê Quang Thắng", "police_chief", cocsan, offices["police"]),
        clerk=_staff("van", "Đỗ Thị Vân", "clerk", cocsan, offices["peoples_committee"]),
        administrator=_staff("quan", "Bùi Anh Quân", "administrator", cocsan, offices["peoples_committee"]),
        auditor=_staff("binh", "Ngô Thanh Bình", "auditor", cocsan, None),
        province_viewer=_staff("hanh", "Đặng Mỹ Hạnh", "province_viewer", province, None),
        next_reception=_staff("loan", "Giàng Thị Loan", "reception_officer", next_commune, next_offices["service_centre"]),
        next_leader=_staff("cuong", "Sùng A Cương", "leader", next_commune, next_offices["peoples_committee"]),
        next_administrator=_staff("tuan", "Lý Anh Tuấn", "administrator", next_commune, next_offices["peoples_committee"]),
    )  # fmt: skip
    enrol(made.staff.values())
    return made


def enrol(accounts: Iterable[Account]) -> None:
    """Give each an authenticator, without which the gate would lead staff to set one up."""
    secret = MFAAdapter().encrypt(TOTP_SECRET)
    totp = Authenticator.Type.TOTP
    Authenticator.objects.bulk_create(
        Authenticator(user=a, type=totp, data={"secret": secret}) for a in accounts
    )


def _staff(username: str, full_name: str, role: str, unit: Unit, office: Office | None) -> Account:
    account = make_account(username, full_name, unit=unit)
    make_grant(account, role, unit, office=office)
    return account


def make_data_officer(cast: Cast) -> Account:
    """The officer who looks after the commune's data, enrolled."""
    account = _staff("du-lieu", "Sùng A Dữ", "data_officer", cast.cocsan, None)
    enrol([account])
    return account


FIELD_STAFF = {  # role, user name, name in Cốc San and in the next commune
    "volunteer": ("nga", "Lù Thị Nga", "Chảo Mẩy Nhị"),
    "team_leader": ("tho", "Hoàng Văn Thổ", "Lý A Sến"),
    "digital_officer": ("khoa", "Phan Đăng Khoa", "Má Seo Cừ"),
}


def make_field_staff(commune: Unit, village: Unit, prefix: str = "") -> dict[str, Account]:
    """Return who goes from house to house and who leads them, by role, enrolled; the next commune's with a prefix.

    A volunteer and a team leader have their roles over the village, the digital officer over the commune.
    """
    made = {}
    for role, (username, name, next_name) in FIELD_STAFF.items():
        account = make_account(f"{prefix}{username}", next_name if prefix else name, unit=commune)
        make_grant(account, role, commune if role == "digital_officer" else village)
        made[role] = account
    enrol(made.values())
    return made
