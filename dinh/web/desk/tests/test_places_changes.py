"""The desk enters a decision, settles what stands against it, applies it and undoes it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dinh.catalogue.queries import list_title
from dinh.directory.changes.importing import template
from dinh.directory.models import Account, UnitChange, UnitTrait, UnitVersion
from dinh.directory.tests.cast import Cast, make_account, make_grant

pytestmark = pytest.mark.django_db
HERE = "/vi/desk/admin/places/changes/"
ON = timezone.localdate()


@pytest.fixture
def province(cast: Cast) -> Client:
    """The administrator of the province, signed in."""
    account = make_account("tinh", "Hoàng Quản Tỉnh")
    make_grant(account, "administrator", cast.province)
    client = Client()
    client.force_login(account, backend="dinh.directory.signed_in.Backend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def typed(**more: str) -> dict[str, str]:
    return {
        "kind": "merge", "title": "Thành lập xã Mây Xanh", "decree": "1/NQ", "effective_on": f"{ON:%Y-%m-%d}",
        "units": "02746, 02728", "name": "Mây Xanh", "type": "xã", "code": "02746", **more,
    }  # fmt: skip


def entered(client: Client, **more: str) -> UnitChange:
    response = client.post(f"{HERE}new", typed(**more))
    assert response.status_code == 302, response.content.decode()
    return UnitChange.objects.get(state=UnitChange.State.DRAFT)


def done(client: Client, change: UnitChange, **given: Any) -> str:
    change.refresh_from_db()
    response = client.post(f"{HERE}{change.pk}/act", {"version": change.version, **given}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_merger_is_entered_settled_applied_and_undone(province: Client, cast: Cast) -> None:
    change = entered(province)

    page = province.get(f"{HERE}{change.pk}/").content.decode()
    assert 'name="seat"' in page and 'value="apply"' not in page
    page = done(province, change, act="settle", made="02746", seat="02746")
    assert 'value="apply"' in page
    assert 'value="apply"' in done(province, change, act="apply")  # not marked as read
    assert "Mây Xanh" in done(province, change, act="apply", sure="on")

    assert UnitVersion.objects.filter(name="Mây Xanh").exists()
    told = province.get(f"{HERE}{change.pk}/proof").json()
    change.refresh_from_db()
    assert told["equal"] is True and told["digest"] == change.proof_digest
    done(province, change, act="undo")
    assert not UnitVersion.objects.filter(name="Mây Xanh").exists()


def test_two_accounts_of_one_person_are_settled_by_a_button(province: Client, cast: Cast) -> None:
    for name, unit in (("moi1", cast.cocsan), ("moi2", cast.next_commune)):
        make_account(name, "Cư Thị Mới", unit=unit)
    change = entered(province, seat="02746")
    assert 'value="moi1"' in province.get(f"{HERE}{change.pk}/").content.decode()

    done(province, change, act="settle", account=["moi1", "moi2"], keep="moi1")
    done(province, change, act="apply", sure="on")

    assert not Account.objects.get(username="moi2").is_active


def test_what_is_wrong_is_said_and_nothing_kept(province: Client) -> None:
    response = province.post(f"{HERE}new", typed(units="09999, 02728"))

    assert response.status_code == 422
    assert "09999" in response.content.decode()
    assert not UnitChange.objects.exists()


def test_a_file_is_handed_in(province: Client) -> None:
    toml = f'kind = "rename"\ntitle = "x"\ndecree = "1/NQ"\neffective_on = {ON}\n[[changes]]\nunit = "02746"\nname = "Mây"\n'
    file = SimpleUploadedFile("doi-ten.toml", toml.encode())

    assert province.post(f"{HERE}new", {"file": file}).status_code == 302
    empty = SimpleUploadedFile("trong.xlsx", template())
    assert province.post(f"{HERE}new", {"file": empty}).status_code == 422
    assert province.get(f"{HERE}workbook")["Content-Type"].endswith("sheet")


def test_who_manages_one_commune_neither_enters_nor_sees_the_merger(province: Client, cast: Cast) -> None:
    change = entered(province, seat="02746")
    client = Client()
    client.force_login(cast.reception, backend="dinh.directory.signed_in.Backend")

    assert client.get(f"{HERE}{change.pk}/").status_code in {302, 403}


def test_who_manages_one_of_its_units_reads_it_and_does_not_apply_it(province: Client, cast: Cast) -> None:
    change = entered(province, seat="02746")
    client = Client()
    client.force_login(cast.administrator, backend="dinh.directory.signed_in.Backend")
    session = client.session
    session["second_factor"] = True
    session.save()

    page = client.get(f"{HERE}{change.pk}/")

    assert page.status_code == 200
    assert 'value="apply"' not in page.content.decode()
    given = {"version": change.version, "act": "apply", "sure": "on"}
    assert client.post(f"{HERE}{change.pk}/act", given).status_code == 403
    change.refresh_from_db()
    assert change.state == UnitChange.State.DRAFT


def test_who_manages_one_commune_is_told_first_who_enters_it_and_loses_nothing_that_was_typed(
    province: Client, cast: Cast
) -> None:
    client = Client()
    client.force_login(cast.administrator, backend="dinh.directory.signed_in.Backend")
    session = client.session
    session["second_factor"] = True
    session.save()
    before = client.get(f"{HERE}new").content.decode()
    assert "(không bắt buộc)" not in before  # its hint says which kinds need a field
    assert "sáp nhập</option>" in before and "Tìm mã ở Địa danh" in before

    response = client.post(f"{HERE}new", typed())

    assert "Ở tỉnh: Hoàng Quản Tỉnh." in before
    assert "Ở tỉnh:" not in province.get(f"{HERE}new").content.decode()
    assert response.status_code == 422
    page = response.content.decode()
    assert "quản trị của tỉnh" in page
    assert "Thành lập xã Mây Xanh" in page
    assert not UnitChange.objects.exists()


def test_an_applied_change_cannot_be_dropped_and_a_draft_can(province: Client) -> None:
    change = entered(province, seat="02746")

    done(province, change, act="drop")

    change.refresh_from_db()
    assert change.state == UnitChange.State.DROPPED
    assert province.post(f"{HERE}{change.pk}/act", {"act": "burn"}).status_code == 302


def test_before_its_day_it_waits(province: Client) -> None:
    change = entered(province, seat="02746", effective_on=f"{ON + timedelta(days=3):%Y-%m-%d}")

    assert 'value="apply"' not in province.get(f"{HERE}{change.pk}/").content.decode()


def test_what_is_agreed_before_its_day_is_called_off_and_agreed_again(province: Client) -> None:
    change = entered(province, seat="02746", effective_on=f"{ON + timedelta(days=3):%Y-%m-%d}")

    assert 'value="agree"' in done(province, change, act="agree")  # not marked as read
    page = done(province, change, act="agree", sure="on")
    assert 'value="call_off"' in page and 'value="agree"' not in page
    assert 'value="agree"' in done(province, change, act="call_off")
    done(province, change, act="agree", sure="on")

    change.refresh_from_db()
    assert change.state == UnitChange.State.AGREED


def test_the_list_of_changes_asks_as_many_queries_for_three_as_for_one(
    province: Client, django_assert_max_num_queries: Any
) -> None:
    entered(province, seat="02746")
    province.get(HERE)
    with CaptureQueriesContext(connection) as one:
        province.get(HERE)
    asked = len(one)  # counted now: the log begins anew with the next request
    for title in ("Hai", "Ba"):
        province.post(f"{HERE}new", typed(seat="02746", title=title))

    with django_assert_max_num_queries(asked):
        page = province.get(HERE).content.decode()
    assert "Hai" in page and "Ba" in page


def test_what_is_wrong_with_a_file_is_said_once_in_words_with_the_line(province: Client) -> None:
    def said(text: str) -> str:
        response = province.post(f"{HERE}new", {"file": SimpleUploadedFile("a.toml", text.encode())})
        assert response.status_code == 422
        return unescape(response.content.decode())

    unread = said('kind = "split"\ntitle Chia\n')
    assert unread.count("Dòng 2 ") == 1 and "Expected" not in unread and "notice error" not in unread
    unfinished = said(f'kind = "split"\ntitle = "x"\neffective_on = {ON}\n[[makes]]\ncode = 12\n')
    assert "Field required" not in unfinished
    assert "(decree): " in unfinished and "makes, số 1, code: " in unfinished
    parts = "".join(
        f'[[parts]]\nfrom = "02746"\nto = "{code}"\npart = "share"\nshare = "1/3"\nbasis = "người"\nheir = {heir}\n'
        for code, heir in (("02999", "true"), ("02998", "false"))
    )
    makes = "".join(f'[[makes]]\ncode = "{code}"\nname = "Mây"\ntype = "xã"\n' for code in ("02999", "02998"))
    short = said(f'kind = "split"\ntitle = "x"\ndecree = "1"\neffective_on = {ON}\n{makes}{parts}')
    assert "Cốc San (02746): " in short and "2/3" in short


def test_a_draft_of_another_is_given_up_by_who_may_apply_it_alone(province: Client, cast: Cast) -> None:
    change = entered(province, seat="02746")
    assert 'value="drop"' in province.get(f"{HERE}{change.pk}/").content.decode()
    client = Client()
    client.force_login(cast.administrator, backend="dinh.directory.signed_in.Backend")
    session = client.session
    session["second_factor"] = True
    session.save()

    assert 'value="drop"' not in client.get(f"{HERE}{change.pk}/").content.decode()


def test_qualities_that_end_with_a_unit_are_told_before(province: Client, cast: Cast) -> None:
    UnitTrait.objects.create(unit=cast.cocsan, trait="mountain", valid_from=ON - timedelta(days=9))

    page = province.get(f"{HERE}{entered(province, seat='02746').pk}/").content.decode()

    assert f"{list_title('unit_traits', 'mountain')} (xã Cốc San)" in page
    assert 'value="apply"' in page  # told, and stands against nothing
