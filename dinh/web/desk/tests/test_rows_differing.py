"""What a row of a register says otherwise stands on the dossier's page, and is marked to be corrected there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.test_corrections import PENSION, a_row, approve
from dinh.dossiers.tests.world import World, received, settled
from dinh.journal.models import Access
from dinh.registers.models import Record
from dinh.web.components.tests.counting import queries_of
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import page_of

pytestmark = pytest.mark.django_db
THERE = "“20/02/1948” there, “1949” here."


@pytest.fixture
def world(cast: Cast) -> World:
    return settled(cast)


@pytest.fixture
def row(world: World) -> Record:
    return a_row(world, birth="1948-02-20")


def _dossier(world: World) -> Dossier:
    return received(world, PENSION, timezone.now() - timedelta(hours=2))


def test_the_examiner_sees_it_and_marks_it_and_the_leader_sees_the_mark(
    cast: Cast, world: World, row: Record, at_desk: Seat
) -> None:
    dossier = _dossier(world)
    social, leader = at_desk(cast.social), at_desk(cast.leader)
    shown = social.get(page_of(dossier).replace("/vi/", "/en/")).content.decode()
    assert THERE in shown
    assert f'name="amend" value="{row.pk}:birth"' in shown
    traces = Access.objects.filter(subject=row.pk, person=row.person_id, actor=cast.social.pk)
    assert [one.purpose for one in traces] == [f"dossier:{dossier.number}"]

    answer = social.post(
        f"{page_of(dossier)}act/examine",
        {"version": dossier.version, "on_site": "on", "proposal": "approve", "amend": f"{row.pk}:birth"},
    )

    assert answer.status_code == 302
    read = leader.get(page_of(dossier).replace("/vi/", "/en/")).content.decode()
    assert THERE in read and "Corrected on approval." in read
    assert 'name="amend"' not in read
    dossier.refresh_from_db()
    approve(dossier, world)
    record = social.get(f"/en/desk/records/{row.pk}/").content.decode()
    assert page_of(dossier).replace("/vi/", "/en/") in record


def test_who_does_not_read_the_register_is_shown_nothing_of_it(
    cast: Cast, world: World, row: Record, at_desk: Seat
) -> None:
    dossier = _dossier(world)

    shown = at_desk(cast.reception).get(page_of(dossier)).content.decode()

    assert "20/02/1948" not in shown
    assert not Access.objects.filter(subject=row.pk).exists()


def test_a_dossier_without_such_rows_asks_no_more(
    cast: Cast, world: World, row: Record, at_desk: Seat
) -> None:
    with_row = _dossier(world)
    Record.objects.filter(pk=row.pk).update(data={**row.data, "birth": "1949"})
    same = _dossier(world)
    client = at_desk(cast.social)

    assert [one["code"] for one in same.findings if one["code"] == "record_differs"] == []
    for dossier in (same, with_row):
        client.get(page_of(dossier))  # the first look leaves a trace
    assert queries_of(client, page_of(same)) + 1 == queries_of(client, page_of(with_row))
