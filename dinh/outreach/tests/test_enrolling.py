"""Enrolling a telephone: who may, with which code, how many, and taking one off the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from dinh.directory.tests.cast import REFORM, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import NotPermitted, Stale
from dinh.outreach import sealing
from dinh.outreach.actions import devices
from dinh.outreach.models import Device, EnrolCode, Member, Team
from dinh.outreach.queries import devices as queries
from dinh.outreach.rules import devices as rules
from dinh.outreach.tests.enrolled import AT, make_field, make_phone

pytestmark = pytest.mark.django_db
POINT = sealing.point_of(ec.generate_private_key(sealing.CURVE).public_key())
TODAY = AT.date()


def _enrol(code: str, after: timedelta = timedelta(minutes=1), public: bytes = POINT) -> devices.Enrolled:
    return devices.enrol(code=code, label="Vivo", language="vi", public=public, app="1", at=AT + after)


def test_a_code_makes_one_telephone_and_the_node_keeps_neither_code_nor_token(cast: Cast) -> None:
    field = make_field(cast)
    row, code = devices.make_enrol_code(account=field.volunteer, by=field.officer, at=AT)

    made = _enrol(code.lower().replace("-", " "))

    assert made.device.account == field.volunteer
    assert devices.digest_of_token(made.token) == made.device.token
    said = str(list(Entry.objects.values_list("body", flat=True)))
    assert code not in said and code.replace("-", "") not in said and made.token not in said
    assert EnrolCode.objects.get(pk=row.pk).device == made.device
    assert made.device.token not in said
    with pytest.raises(devices.CodeRefused) as again:
        _enrol(code)
    assert again.value.code == "outreach.code_used"


@pytest.mark.parametrize(
    ("after", "good"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)]
)
def test_a_code_is_good_for_24_hours(cast: Cast, after: timedelta, good: bool) -> None:
    field = make_field(cast)
    _row, code = devices.make_enrol_code(account=field.volunteer, by=field.officer, at=AT)

    if good:
        assert _enrol(code, after).device.pk
    else:
        with pytest.raises(devices.CodeRefused) as old:
            _enrol(code, after)
        assert old.value.code == "outreach.code_expired"


def test_a_code_that_was_never_given_opens_nothing(cast: Cast) -> None:
    with pytest.raises(devices.CodeRefused) as unknown:
        _enrol(rules.new_code())
    assert unknown.value.code == "outreach.code_unknown"


def test_a_third_telephone_is_refused_until_one_is_taken_off_the_list(cast: Cast) -> None:
    field = make_field(cast)
    first = make_phone(field.volunteer, "Cũ")
    make_phone(field.volunteer, "Mới")
    _row, code = devices.make_enrol_code(account=field.volunteer, by=field.volunteer, at=AT)

    with pytest.raises(devices.TooManyDevices) as many:
        _enrol(code)
    assert [one.label for one in many.value.devices] == ["Cũ", "Mới"]

    devices.revoke_device(device=first.device, reason="mất máy", by=field.officer, at=AT)
    assert _enrol(code).device.pk
    with pytest.raises(Stale):
        stale = Device.objects.get(pk=first.device.pk)
        devices.revoke_device(device=stale, reason="lại", by=field.officer, at=AT)


def test_what_is_no_key_is_refused_and_leaves_the_code_unused(cast: Cast) -> None:
    field = make_field(cast)
    _row, code = devices.make_enrol_code(account=field.volunteer, by=field.volunteer, at=AT)

    with pytest.raises(sealing.NotOpened):
        _enrol(code, public=b"\x04" + b"\x01" * 64)

    assert _enrol(code).device.pk


def test_only_ones_own_telephone_or_those_of_teams_one_manages(cast: Cast) -> None:
    field = make_field(cast)
    phone = make_phone(field.volunteer)

    with pytest.raises(NotPermitted):
        devices.make_enrol_code(account=field.volunteer, by=field.leader, at=AT)
    with pytest.raises(NotPermitted):
        devices.revoke_device(device=phone.device, reason="x", by=cast.reception, at=AT)
    assert not queries.seen_devices(cast.next_administrator, TODAY).exists()
    assert queries.seen_devices(field.volunteer, TODAY).get() == phone.device
    assert queries.seen_devices(field.officer, TODAY).get() == phone.device


def test_who_has_no_village_gets_no_code(cast: Cast) -> None:
    field = make_field(cast)
    field.team.areas.all().delete()

    with pytest.raises(devices.NotAMember):
        devices.make_enrol_code(account=field.volunteer, by=field.officer, at=AT)


def test_the_list_puts_first_who_keeps_work_for_a_day(cast: Cast) -> None:
    field = make_field(cast)
    fresh, late = make_phone(field.volunteer), make_phone(field.leader)
    devices.touch(late.device, AT, unsent=3, oldest_unsent=AT - timedelta(hours=24))
    devices.touch(fresh.device, AT, unsent=1, oldest_unsent=AT - timedelta(hours=23))

    found = queries.lines(queries.seen_devices(field.officer, TODAY), AT, TODAY)

    assert [(one.device.pk, one.state, one.late) for one in found] == [
        (late.device.pk, "late", True),
        (fresh.device.pk, "active", False),
    ]
    assert found[0].teams == ("Tổ Ún Tà",)


def test_a_telephone_says_once_that_it_erased_its_pack(cast: Cast) -> None:
    phone = make_phone(make_field(cast).volunteer)

    devices.note_wiped(device=phone.device, at=AT)
    devices.note_wiped(device=phone.device, at=AT + timedelta(hours=1))

    assert Device.objects.get(pk=phone.device.pk).wiped_at == AT
    assert Entry.objects.filter(kind="outreach.device_wiped").count() == 1


def test_who_manages_one_commune_enrols_nobody_who_goes_to_houses_of_another(cast: Cast) -> None:
    field = make_field(cast)
    other = Team.objects.create(unit=cast.next_commune, kind="village", name="Tổ bên", opened_on=REFORM)
    Member.objects.create(team=other, account=field.volunteer, role="member", from_on=REFORM)

    with pytest.raises(NotPermitted):
        devices.make_enrol_code(account=field.volunteer, by=field.officer, at=AT)
    assert devices.make_enrol_code(account=field.volunteer, by=field.volunteer, at=AT)
