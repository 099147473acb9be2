"""Opening a dossier: whose it is, who may look, and the trace it leaves. Generated over roles and acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dinh.directory.models import Account
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, approved, examined, filed, received, returned
from dinh.journal.models import Access
from dinh.lib.errors import NotFound, NotPermitted, Refused
from dinh.population.actions import give_mandate

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)
READERS = {"reception", "examiner", "leader", "chair", "clerk", "auditor", "province_viewer"}
MAKERS: dict[str, Callable[[World], Dossier]] = {
    "receive": filed,
    "examine": received,
    "approve": examined,
    "return_result": approved,
}


@pytest.mark.parametrize("who", sorted({*READERS, "social", "police_officer", "police_chief", "administrator",
    "next_reception", "next_leader", "next_administrator"}))  # fmt: skip
def test_staff_open_what_their_role_reads_over_its_unit_and_sector(world: World, who: str) -> None:
    from dinh.directory import policy

    account = getattr(world.cast, who)
    for procedure in ("civil_status_extract_copy", "permanent_residence"):
        dossier = filed(world, procedure)
        allowed = policy.may(
            account, "dossiers.read", unit=dossier.unit_id, procedure=procedure, on=LATER.date()
        )
        if allowed:
            assert queries.get_dossier(dossier.number, account, at=LATER).pk == dossier.pk
        else:
            with pytest.raises(NotPermitted):
                queries.get_dossier(dossier.number, account, at=LATER)
        if who.startswith("next"):
            assert not allowed
        if who in READERS and procedure == "civil_status_extract_copy":
            assert allowed or who in {"clerk", "auditor", "province_viewer"}


def test_a_citizen_opens_their_own_by_number_in_any_case_or_by_id(world: World) -> None:
    dossier = filed(world)

    for key in (dossier.number, dossier.number.lower(), f" {dossier.number} ", str(dossier.pk), dossier.pk):
        assert queries.get_dossier(key, world.cast.citizen, at=LATER).pk == dossier.pk


def test_of_somebody_elses_a_citizen_learns_nothing_not_even_that_it_exists(world: World) -> None:
    dossier = filed(world)

    for key in (dossier.number, str(dossier.pk), "H38.02-261123-9999", "", "x"):
        with pytest.raises(NotFound) as caught:
            queries.get_dossier(key, world.cast.representative, at=LATER)
        assert caught.value.code == "dossiers.no_dossier"


def test_who_acts_for_somebody_opens_what_is_theirs(world: World) -> None:
    dossier = filed(world)
    give_mandate(principal=world.phuc, agent=world.lan, kind="guardian", from_on=NOW.date(), by=None, at=NOW)

    assert queries.get_dossier(dossier.number, world.cast.representative, at=LATER).pk == dossier.pk


def test_opening_leaves_a_trace_of_whose_data_for_what(world: World) -> None:
    dossier = filed(world)

    queries.get_dossier(dossier.number, world.cast.examiner, at=LATER)
    queries.get_dossier(dossier.number, world.cast.examiner, at=LATER + timedelta(minutes=5))

    access = Access.objects.get(subject=dossier.pk)
    assert (access.actor, access.person, access.unit) == (
        world.cast.examiner.pk,
        world.phuc.pk,
        world.cast.cocsan.pk,
    )
    assert access.purpose == f"dossier:{dossier.number}"


def test_a_citizens_list_holds_what_is_theirs(world: World) -> None:
    own = filed(world)
    about_elder = filed(world, "social_pension")

    assert [one.pk for one in queries.for_citizen(world.cast.citizen)] == [about_elder.pk, own.pk]
    assert queries.for_citizen(world.cast.representative) == []


def act(verb: str, dossier: Dossier, by: Any) -> None:
    """Do an act as somebody would who knows its address."""
    given: dict[str, dict[str, Any]] = {
        "receive": {},
        "refuse": {"reason": "x"},
        "request_supplement": {"items": [{"item": "copies", "fault": "incorrect"}]},
        "take": {},
        "examine": {},
        "approve": {},
        "reject": {"reason": "x"},
        "send_back": {"reason": "x"},
        "return_result": {"collector_name": "A", "relation": "applicant", "checked": "card"},
        "withdraw": {"reason": "x"},
        "rate": {"stars": 5},
        "supplement": {},
    }
    getattr(actions, verb)(dossier=dossier, by=by, at=LATER, **given[verb])


VERBS = (
    "receive", "refuse", "request_supplement", "take", "examine", "approve", "reject", "send_back",
    "return_result", "withdraw", "rate", "supplement",
)  # fmt: skip


@pytest.mark.parametrize("step", sorted(MAKERS))
@pytest.mark.parametrize(
    "who",
    ["reception", "examiner", "social", "leader", "police_officer", "clerk", "administrator", "auditor",
     "province_viewer", "next_reception", "next_leader", "citizen", "representative"],
)  # fmt: skip
def test_the_acts_that_are_offered_are_the_acts_that_can_be_done(world: World, who: str, step: str) -> None:
    """Whatever is not offered is refused when it is tried anyway, for every role at every step."""
    account = getattr(world.cast, who)
    dossier = MAKERS[step](world)
    offered = set(queries.verbs_for(dossier, account, at=LATER)) - {"release"}

    for verb in VERBS:
        if verb in offered:
            continue
        fresh = Dossier.objects.get(pk=dossier.pk)
        with pytest.raises((NotPermitted, NotFound, Refused)):
            act(verb, fresh, account)
        fresh.refresh_from_db()
        assert (fresh.version, fresh.status) == (dossier.version, dossier.status)
    if who.startswith("next") or who in {"representative", "auditor", "province_viewer", "administrator"}:
        assert offered == set()


def test_what_an_absent_colleague_holds_is_put_back_by_the_one_who_decides(world: World) -> None:
    dossier = received(world)
    actions.take(dossier=dossier, by=world.cast.examiner, at=LATER)

    def offered(account: Account) -> bool:
        return "release" in queries.verbs_for(dossier, account, at=LATER)

    assert offered(world.cast.examiner) and offered(world.cast.leader)
    assert not offered(world.cast.reception) and not offered(world.cast.next_leader)
    actions.release(dossier=dossier, by=world.cast.leader, at=LATER)
    assert not offered(world.cast.leader)


@pytest.mark.parametrize(
    ("step", "who", "main"),
    [
        ("receive", "reception", "receive"),
        ("examine", "examiner", "examine"),
        ("approve", "leader", "approve"),
        ("return_result", "reception", "return_result"),
    ],
)
def test_the_main_act_is_offered_to_who_does_it_and_succeeds(
    world: World, step: str, who: str, main: str
) -> None:
    dossier = MAKERS[step](world)
    account = getattr(world.cast, who)

    offered = queries.verbs_for(dossier, account, at=LATER)
    assert offered[0] == main
    act(main, dossier, account)


def test_rating_is_offered_once(world: World) -> None:
    dossier = returned(world)
    assert queries.verbs_for(dossier, world.cast.citizen, at=LATER) == ("rate",)

    actions.rate(dossier=dossier, stars=5, by=world.cast.citizen, at=LATER)

    again = queries.get_dossier(dossier.number, world.cast.citizen, at=LATER)
    assert queries.verbs_for(again, world.cast.citizen, at=LATER) == ()


def test_answers_are_shown_in_words_with_their_source(world: World) -> None:
    from dinh.catalogue import store

    dossier = filed(world, changed={"applicant.birth": "13/03/1975"})
    pages = queries.shown_pages(
        store.get_procedure(dossier.procedure), dossier.answers, language="fr", on=NOW.date(), findings=dossier.findings
    )  # fmt: skip
    shown = {one.field.id: one for page in pages for one in page.answers}

    assert shown["event"].text == "Acte de naissance"
    assert shown["birth_record"].text == "1/2025 · Vàng Văn Phúc"
    assert (shown["applicant.full_name"].source, shown["applicant.full_name"].origin) == (
        "register",
        "population",
    )
    assert (shown["applicant.birth"].text, shown["applicant.birth"].register) == ("13/03/1975", "12/03/1975")
    assert shown["applicant.birth"].by == "Vàng Văn Phúc"
    assert shown["applicant.birth"].finding
    assert "holder.full_name" not in shown
