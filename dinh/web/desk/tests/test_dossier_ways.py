"""The ways to a dossier and on from it: its address, the act that leads back, the next one."""

from __future__ import annotations

import re

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier, Status
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier, page_of, press


def test_hold_this_person_take_the_next(cast: Cast, at_desk: Seat) -> None:
    first, second = make_dossier(cast), make_dossier(cast)

    answer = at_desk(cast.reception).post("/vi/desk/next", {"number": first.number})

    assert answer["Location"] == page_of(second)
    first.refresh_from_db()
    assert first.holder == cast.reception


def test_with_nothing_left_one_comes_back_to_the_list(cast: Cast, at_desk: Seat) -> None:
    answer = at_desk(cast.leader).post("/vi/desk/next")

    assert answer["Location"] == "/vi/desk/"


def test_a_number_of_another_system_with_slashes_has_a_page(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    Dossier.objects.filter(pk=dossier.pk).update(number="2026/HT/0001")

    answer = at_desk(cast.reception).get("/vi/desk/?view=all")
    link = re.search(r'href="(/vi/desk/dossier/[^"]+)" data-open', answer.content.decode())

    assert link is not None
    assert at_desk(cast.reception).get(link.group(1)).status_code == 200


def test_an_unknown_dossier_is_not_found(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.reception).get("/vi/desk/dossier/H38-261122-9999/").status_code == 404


def test_an_unknown_verb_is_not_found(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    assert press(at_desk(cast.reception), dossier, "burn").status_code == 404


def test_the_address_of_an_act_read_like_a_page_leads_to_the_dossier(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = at_desk(cast.reception).get(f"{page_of(dossier)}act/receive")

    assert (answer.status_code, answer["Location"]) == (302, page_of(dossier))
    dossier.refresh_from_db()
    assert dossier.status == Status.SUBMITTED


def test_a_dossier_that_is_done_is_not_held_when_the_next_is_taken(cast: Cast, at_desk: Seat) -> None:
    done = make_dossier(cast)
    Dossier.objects.filter(pk=done.pk).update(status=Status.RETURNED, step="")
    client = at_desk(cast.reception)

    page = client.get(page_of(done)).content.decode()
    client.post("/vi/desk/next", {"number": done.number})

    assert "Mời người tiếp theo" in page
    assert "Giữ lại, mời người tiếp theo" not in page
    done.refresh_from_db()
    assert done.holder is None


def test_read_beside_the_decisions_an_act_leads_back_to_them(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "examined")
    client = at_desk(cast.leader)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/vi/desk/chair/"}

    pane = client.get(page_of(dossier), headers=headers)
    answer = press(client, dossier, "approve", next="/vi/desk/chair/")

    assert 'name="next" value="/vi/desk/chair/"' in pane.content.decode()
    assert answer["Location"] == "/vi/desk/chair/"


def test_an_act_leads_nowhere_else(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = press(at_desk(cast.reception), dossier, "receive", next="https://example.com/")

    assert answer["Location"] == page_of(dossier)
