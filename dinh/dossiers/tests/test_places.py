"""A merger with requests in flight: number, clock and version stay, work goes on, new papers bear the new name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory import tree
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft, preview
from dinh.directory.changes.undoing import undo
from dinh.directory.models import Account, Level, UnitChange, UnitVersion
from dinh.directory.tests.cast import REFORM, make_unit
from dinh.directory.tests.changes.settings import NEXT, NOON, fingerprint, merger
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.tests.world import NOW, World, begun, examined, filed, received
from dinh.lib.dates import local_date
from dinh.papers.models import Paper
from dinh.population.models import Household, Person, Residence
from dinh.registers.models import Record

pytestmark = pytest.mark.django_db
DAY = local_date(NOW)


def merged(world: World) -> UnitChange:
    """Cốc San and the next commune become Mây Xanh today."""
    decision = of_data(merger(effective_on=DAY))
    return apply(change=draft(decision=decision, by=None, at=NOW), by=None, at=NOW)


def again(account: Account) -> Account:
    """The account at its next request."""
    return Account.objects.get(pk=account.pk)


def test_a_request_in_flight_is_finished_by_the_new_commune(world: World) -> None:
    dossier = examined(world)
    kept = (dossier.number, dossier.due_at, dossier.procedure_version, dossier.unit_id)

    merged(world)
    dossier = Dossier.objects.get(pk=dossier.pk)
    leader = again(world.cast.leader)
    assert dossier.number in {row["number"] for row in queries.worklist(leader, "approve", at=NOW).rows}
    actions.approve(dossier=dossier, by=leader, at=NOW + timedelta(hours=1))

    dossier.refresh_from_db()
    assert dossier.status == Status.FINISHED
    assert (dossier.number, dossier.due_at, dossier.procedure_version, dossier.unit_id) == kept
    paper = Paper.objects.filter(subject=dossier.pk).latest("requested_at")
    assert paper.data["agency"]["place"] == "Mây Xanh"


def test_who_settles_meanwhile_settles_in_the_new_commune(world: World) -> None:
    dossier = examined(world, "permanent_residence")  # the answers name Cốc San
    merged(world)

    actions.approve(
        dossier=Dossier.objects.get(pk=dossier.pk),
        by=again(world.cast.police_chief),
        at=NOW + timedelta(hours=1),
    )

    new = UnitVersion.objects.get(name="Mây Xanh").unit
    entered = Residence.objects.filter(dossier=dossier.pk)
    assert {(row.unit, row.village) for row in entered} == {(new, world.cast.tan_son)}
    assert Record.objects.get(register="residence_changes").unit == new


def test_papers_of_before_keep_the_old_name(world: World) -> None:
    received(world)
    paper = Paper.objects.latest("requested_at")
    said = paper.data["agency"]["place"]

    merged(world)

    assert Paper.objects.get(pk=paper.pk).data["agency"]["place"] == said == "Cốc San"


def test_people_of_both_communes_see_each_others_work_afterwards(world: World) -> None:
    dossier = filed(world)
    reception = world.cast.next_reception
    assert dossier.number not in {row["number"] for row in queries.worklist(reception, "all", at=NOW).rows}

    merged(world)

    assert dossier.number in {row["number"] for row in queries.worklist(again(reception), "all", at=NOW).rows}


def test_people_and_drafts_follow(world: World) -> None:
    draft_ = begun(world)
    home = {
        "unit": world.cast.cocsan,
        "village": world.cast.un_ta,
        "household": world.household,
        "address": "nhà 12",
    }
    Residence.objects.create(person=world.phuc, kind=Residence.Kind.PERMANENT, from_on=DAY, **home)

    merged(world)

    new = UnitVersion.objects.get(name="Mây Xanh").unit
    draft_.refresh_from_db()
    assert draft_.unit == new
    assert Household.objects.get(pk=world.household.pk).unit == new
    assert Person.objects.get(pk=world.phuc.pk).unit == new
    assert set(Residence.objects.filter(ended_on=None).values_list("unit", flat=True)) == {new.pk}


def test_the_preview_tells_of_open_requests_and_their_days(world: World) -> None:
    dossier = received(world)
    change = draft(decision=of_data(merger(effective_on=DAY)), by=None, at=NOW)

    told = {one.table.name: one for one in preview(change, by=None, at=NOON).touched}

    assert told["dossiers.dossier"].count == told["dossiers.dossier"].open == 1
    assert told["dossiers.dossier"].rows[0]["label"] == dossier.number
    assert told["dossiers.dossier"].rows[0]["due"] == dossier.due_at
    assert told["population.person"].follow == Person.objects.filter(unit=world.cast.cocsan).count()
    assert told["population.household"].follow >= 1


def test_undoing_gives_everybody_back(world: World) -> None:
    received(world)
    begun(world)
    before = fingerprint()
    change = merged(world)
    assert change.proof["equal"]
    assert {line["table"] for line in change.proof["lines"]} >= {"dossiers.dossier", "population.person"}

    undo(change=change, by=None, at=NOW + timedelta(hours=1))

    assert fingerprint() == before


def test_who_moved_away_since_stays_where_they_went(world: World) -> None:
    change = merged(world)
    away = make_unit(Level.COMMUNE, "02999", "Xa Lạ", "xã", world.cast.province, REFORM)
    Person.objects.filter(pk=world.phuc.pk).update(unit=away)

    undo(change=change, by=None, at=NOW + timedelta(hours=1))

    assert Person.objects.get(pk=world.phuc.pk).unit == away
    assert Person.objects.get(pk=world.mai.pk).unit == world.cast.cocsan


def test_a_village_takes_its_people_to_another_commune_and_back(world: World) -> None:
    village = tree.versions(world.cast.un_ta.pk)[-1].code
    decision = of_data(
        {
            "kind": "transfer", "title": "x", "decree": "1/NQ", "effective_on": NOON.date(),
            "changes": [{"unit": village, "parent": NEXT}],
        }
    )  # fmt: skip
    before = fingerprint()

    change = apply(change=draft(decision=decision, by=None, at=NOON), by=None, at=NOON)

    here = world.cast.next_commune
    assert Household.objects.get(pk=world.household.pk).unit == here
    assert Person.objects.get(pk=world.phuc.pk).unit == here
    undo(change=change, by=None, at=NOON + timedelta(hours=1))
    assert fingerprint() == before
