"""How many questions the desk's pages ask the database: what stays cheap by being counted."""

from __future__ import annotations

from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.web.components.tests.counting import queries_of
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier

# Session, account and grants (4), the row itself, its trace (4, with the transaction), and its parts.
DOSSIER, DOSSIER_AGAIN, WORKLIST = 17, 13, 14


def test_a_dossier_is_read_with_few_questions(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    desk = at_desk(cast.reception)
    address = f"/vi/desk/dossier/{dossier.number}/"
    desk.get("/vi/desk/")  # the house, the places and the gate's mark are read once

    assert queries_of(desk, address) <= DOSSIER
    assert queries_of(desk, address) <= DOSSIER_AGAIN  # a second look within minutes leaves no second trace


def test_steps_behind_it_ask_no_further_questions(cast: Cast, at_desk: Seat) -> None:
    fresh, old = make_dossier(cast), make_dossier(cast)
    actions.receive(dossier=old, by=cast.reception, at=timezone.now())
    desk = at_desk(cast.reception)
    desk.get("/vi/desk/")

    before = queries_of(desk, f"/vi/desk/dossier/{fresh.number}/")

    assert queries_of(desk, f"/vi/desk/dossier/{old.number}/") <= before


def test_the_worklist_asks_the_same_for_one_and_for_many(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast)
    desk = at_desk(cast.reception)
    desk.get("/vi/desk/?view=all")
    one = queries_of(desk, "/vi/desk/?view=all")
    for _n in range(4):
        make_dossier(cast)

    assert queries_of(desk, "/vi/desk/?view=all") == one <= WORKLIST
