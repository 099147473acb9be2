"""A month told as before, opened when it is due, and approved by the dozen from the commune and from above."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_grant
from dinh.indicators.actions import told as actions
from dinh.indicators.engine import definitions
from dinh.indicators.models import Period, Told
from dinh.indicators.queries.told import wanted
from dinh.indicators.rules.months import later, month_of
from dinh.journal.models import Entry
from dinh.lib.money import show_number
from dinh.web.board.tests.test_months import BOARD, Seats, month, seats
from dinh.web.board.views import told_above

__all__ = ["month", "seats"]  # fixtures
STOCK, FLOW = "base_stations", "petitions_received"


def over() -> int:
    return later(month_of(timezone.localdate()), -1)


def sit(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def tell(seats: Seats, number: int, **values: int) -> list[Told]:
    given = {id: (value, "Sổ theo dõi") for id, value in values.items()}
    return actions.tell_all(seats.unit, number, given, by=seats.tells, at=timezone.now())


@pytest.fixture
def above(cast: Cast) -> Account:
    officer = make_account("duyet", "Lục Thị Duyệt")
    make_grant(officer, "province_figures", cast.province)
    enrol([officer])
    return officer


def field(response: Any, id: str) -> Any:
    return next(one for _title, lines in response.context["groups"] for one in lines if one.id == id)


def test_what_stands_is_filled_in_as_before_and_looked_at_before_it_is_saved(
    seats: Seats, month: str
) -> None:
    tell(seats, later(over(), -1), **{STOCK: 7, FLOW: 40, "villages_all": 9})
    client, page = sit(seats.tells), f"{BOARD}told/?month={month}"
    empty = client.get(page)
    assert (empty.context["fills"], field(empty, FLOW).before[1], field(empty, FLOW).same) == (2, "40", True)

    typed = {"v-villages_all": "11"}
    all_ = client.post(page, {"do": "same", **typed})
    assert all_.status_code == 200
    assert [field(all_, id).value.value for id in (STOCK, FLOW, "villages_all")] == ["7", "", "11"]
    assert (field(all_, STOCK).filled, field(all_, STOCK).note.value) == (True, "Sổ theo dõi")
    one = client.post(page, {"do": f"same:{FLOW}", **typed})
    assert [field(one, id).value.value for id in (STOCK, FLOW, "villages_all")] == ["", "40", "11"]
    assert not Told.objects.filter(month=over()).exists()  # nothing is saved unseen
    assert client.post(page, {"do": "same:mobile_rate"}).status_code == 422

    assert client.post(page, {"do": "tell", f"v-{STOCK}": "7", **typed}).status_code == 302
    told = dict(Told.objects.filter(month=over()).values_list("measure", "value"))
    assert told == {STOCK: 7, "villages_all": 11}


def test_pages_open_at_the_month_that_is_due_and_say_why(seats: Seats, month: str, above: Account) -> None:
    client = sit(seats.tells)
    due = client.get(f"{BOARD}told/")
    assert due.context["asked"].month == over() and due.context["opened"] in due.content.decode()
    assert client.get(f"{BOARD}told/", {"month": month}).context["opened"] == ""

    everything = wanted(over(), timezone.localdate())
    Told.objects.bulk_create(
        Told(measure=one.id, unit=seats.unit, month=over(), value=1, entered_by=seats.tells.pk, entered_at=timezone.now())
        for one in everything
    )  # fmt: skip
    assert client.get(f"{BOARD}told/").context["asked"].month == later(over(), 1)
    Told.objects.all().delete()
    period = Period.objects.create(unit=seats.unit, month=over(), state="verified")
    assert client.get(f"{BOARD}told/").context["asked"].month == later(over(), 1)
    period.delete()

    tell(seats, later(over(), 1), **{STOCK: 7})
    waits = sit(seats.approves).get(f"{BOARD}told/")  # of the month that runs alone
    assert waits.context["asked"].month == later(over(), 1) and len(waits.context["waiting"]) == 1
    province = sit(above).get(f"{BOARD}months/")
    assert (
        province.context["asked"].month == over() and province.context["opened"] in province.content.decode()
    )


def test_several_are_judged_by_one_press_and_taken_back(seats: Seats, month: str) -> None:
    rows = tell(seats, over(), **{STOCK: 7, FLOW: 40, "villages_all": 9})
    client, page = sit(seats.approves), f"{BOARD}told/?month={month}"
    sent = {f"k-{row.measure}": row.version for row in rows}
    actions.tell(FLOW, seats.unit, over(), 41, by=seats.tells, at=timezone.now())  # since the page was shown

    wrong = client.post(page, {"do": "judge_all", **sent, f"j-{STOCK}": "return", f"r-{STOCK}": " "})
    assert wrong.status_code == 422 and set(Told.objects.values_list("state", flat=True)) == {"entered"}
    assert 'value="return" checked' in wrong.content.decode()

    assert client.post(page, {"do": "judge_all", **sent}).status_code == 302
    states = dict(Told.objects.values_list("measure", "state"))
    assert states == {STOCK: "approved", "villages_all": "approved", FLOW: "entered"}
    assert Entry.objects.filter(kind="indicators.told_approved").count() == 2

    back = [one["key"] for one in client.get(page).context["judged"]]
    assert len(back) == 2
    assert client.post(page, {"do": "reopen", "back": back[:1]}).status_code == 302
    assert sorted(Told.objects.values_list("state", flat=True)) == ["approved", "entered", "entered"]
    assert client.post(page, {"do": "reopen"}).status_code == 422


def test_what_is_told_of_a_verified_month_is_approved_and_not_returned(
    seats: Seats, month: str, above: Account
) -> None:
    (row,) = tell(seats, over(), **{STOCK: 7})
    Period.objects.create(unit=seats.unit, month=over(), state="verified")

    for account, key in ((seats.approves, STOCK), (above, str(row.pk))):
        client, page = sit(account), f"{BOARD}told/?month={month}"
        shown = client.get(page)
        assert [one.stays for one in shown.context["waiting"]] == [True]
        assert 'value="return" disabled' in shown.content.decode()
        sent = {f"k-{key}": row.version, f"j-{key}": "return", f"r-{key}": "Look again"}
        assert client.post(page, {"do": "judge", **sent}).status_code == 422
    assert client.post(page, {"do": "judge_all", f"k-{key}": row.version}).status_code == 302
    assert Told.objects.get().state == "approved"


def test_from_above_values_of_many_communes_are_approved_together(
    seats: Seats, cast: Cast, month: str, above: Account, monkeypatch: Any
) -> None:
    other = make_account("khai", "Má Seo Khai")
    make_grant(other, "digital_officer", cast.next_commune)
    tell(seats, later(over(), -1), **{STOCK: 6})
    tell(seats, over(), **{STOCK: 7, FLOW: 40})
    actions.tell_all(cast.next_commune.pk, over(), {STOCK: (3, "")}, by=other, at=timezone.now())
    client, page = sit(above), f"{BOARD}told/"

    shown = client.get(page)
    assert [(one.place, one.shown) for one in shown.context["waiting"]][:2] in (
        [("xã Cốc San", "7"), ("xã Mường Hum", "3")], [("xã Cốc San", "40"), ("xã Cốc San", "7")],
    )  # fmt: skip
    assert {one.before for one in shown.context["waiting"]} >= {None} and len(shown.context["waiting"]) == 3
    found = client.get(page, {"q": "muong hum", "month": month})
    assert [one.place for one in found.context["waiting"]] == ["xã Mường Hum"]

    sent = {f"k-{one.key}": one.version for one in shown.context["waiting"]}
    assert client.post(f"{page}?month={month}", {"do": "judge_all", **sent}).status_code == 302
    assert set(Told.objects.filter(month=over()).values_list("state", flat=True)) == {"approved"}
    assert len(client.get(page, {"month": month}).context["judged"]) == 3
    monkeypatch.setattr(told_above, "PAGE", 2)
    cut = client.get(page, {"month": month})  # however many communes there are
    assert (len(cut.context["judged"]), cut.context["judged_count"]) == (2, 3)
    assert sit(cast.province_viewer).get(page).status_code == 302  # who may not approve sees the months


def test_what_cannot_be_names_its_figure_and_leads_to_it(seats: Seats, month: str) -> None:
    page = f"{BOARD}told/?month={month}"

    refused = sit(seats.tells).post(page, {"do": "tell", f"v-{STOCK}": "12345678"})

    title = field(refused, STOCK).title
    most = show_number(definitions.measures()[STOCK].maximum, "vi")
    html = unescape(refused.content.decode())
    assert refused.status_code == 422
    assert f'<a href="#v-{STOCK}">{title}: ' in html and f'id="v-{STOCK}"' in html
    assert f"đến {most}." in html


def test_months_begin_with_a_capital_and_mark_cells_that_hold_nothing(seats: Seats, month: str) -> None:
    client = sit(seats.tells)

    year = client.get(f"{BOARD}months/").content.decode()
    one = unescape(client.get(f"{BOARD}months/{month}/").content.decode())

    # Cells with a stroke alone are marked, so that a telephone leaves them out; nothing else is.
    assert re.findall(r'<td class="nothing">\s*(.*?)\s*</td>', year)
    assert set(re.findall(r'<td class="nothing">\s*(.*?)\s*</td>', year)) == {"–"}
    assert re.search(r"<h1[^>]*>\s*Xã Cốc San, tháng ", one)
    assert re.search(r"<title>\s*Tháng ", one)
