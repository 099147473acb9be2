"""My notices: what the house told this member of staff, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.messages import actions
from dinh.messages.models import Message
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_household, phuc
from dinh.web.desk.views import notices

URL = "/vi/desk/notices/"


def tell(account: Account, title: str, **more: Any) -> Message:
    about = {"subject_type": "household", "subject": uuid4(), "kind": "population.head_left", "cause": None}
    return actions.notify(
        account=account, person=None, title=title, body="Hộ không còn chủ hộ.", language="vi",
        **{"at": timezone.now(), **about, **more},
    )  # fmt: skip


def test_an_officer_reads_what_was_told_and_opens_what_it_is_about(cast: Cast, at_desk: Seat) -> None:
    home = make_household(cast.cocsan, cast.un_ta, phuc(cast))
    tell(cast.examiner, "Hộ 7", subject=home.pk)
    client = at_desk(cast.examiner)

    page = client.get(URL).content.decode()

    assert "Hộ 7" in page and "Hộ không còn chủ hộ." in page
    assert f'href="/vi/desk/households/{home.pk}/"' in page
    assert client.get(f"/vi/desk/households/{home.pk}/").status_code == 200


def test_notices_of_a_colleague_are_not_there(cast: Cast, at_desk: Seat) -> None:
    tell(cast.examiner, "Hộ 7")

    assert at_desk(cast.reception).get(URL).context["lines"] == []
    assert at_desk(cast.citizen).get(URL).status_code == 403


def test_they_are_counted_in_the_menu_until_they_are_read(cast: Cast, at_desk: Seat) -> None:
    tell(cast.examiner, "Hộ 7")
    tell(cast.reception, "Hộ 8")
    client = at_desk(cast.examiner)
    assert "Thông báo của tôi (1)" in client.get("/vi/desk/keys").content.decode()

    client.post(URL)

    page = client.get(URL)
    assert "Thông báo của tôi (1)" not in page.content.decode()
    assert page.context["lines"][0]["new"] is False
    assert Message.objects.filter(account=cast.reception.pk, read_at=None).exists()


def test_they_come_page_by_page_newest_first(
    cast: Cast, at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "LIMIT", 2)
    for days in range(3):
        tell(cast.examiner, f"Hộ {days}", at=timezone.now() - timedelta(days=days))
    client = at_desk(cast.examiner)

    first = client.get(URL)
    rest = client.get(URL, {"before": first.context["next"]})

    assert [line["title"] for line in first.context["lines"]] == ["Hộ 0", "Hộ 1"]
    assert [line["title"] for line in rest.context["lines"]] == ["Hộ 2"]
    assert rest.context["next"] == ""


@pytest.mark.parametrize("before", ["", "yesterday", "01a20293-d7ea-7586-92da-06f15d3c9192"])
def test_an_address_that_names_no_notice_of_mine_shows_the_newest(
    cast: Cast, at_desk: Seat, before: str
) -> None:
    tell(cast.examiner, "Hộ 7")

    assert len(at_desk(cast.examiner).get(URL, {"before": before}).context["lines"]) == 1


def test_no_door_of_the_menu_is_shown_as_open(cast: Cast, at_desk: Seat) -> None:
    doors = at_desk(cast.administrator).get(URL).context["desk_menu"]

    assert doors and not any(door["current"] for door in doors)
