"""Asked once: what the house knows is filled and marked; what it holds is not asked for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Document
from dinh.dossiers import actions, prefill
from dinh.dossiers.models import Draft
from dinh.dossiers.rules.answers import plain_answers
from dinh.dossiers.tests.declared import procedure, text
from dinh.dossiers.tests.world import NOW, World, begun, blob, filled, married, returned
from dinh.journal.models import Access
from dinh.journal.testing import settle
from dinh.papers.models import Paper
from dinh.population import actions as population

pytestmark = pytest.mark.django_db


def held(*sources: str) -> Any:
    return procedure(documents=(Document(id="proof", title=text("Giấy"), required=True, held_as=sources),))


@pytest.mark.parametrize("name", sorted(store.get().procedures))
def test_of_a_person_who_is_known_nothing_of_the_first_page_about_them_is_asked(
    world: World, name: str
) -> None:
    """Every field that names a fact of the applicant is filled, in every procedure, and says where from."""
    draft = begun(world, name)
    known = {"number", "full_name", "birth", "sex", "residence", "email"}

    fields = {key for key in layout.fields(store.get_procedure(name)) if key.startswith("applicant.")}
    for key in fields & {f"applicant.{one}" for one in known}:
        mark = draft.answers[key]
        assert (mark["source"], mark["from"], mark["by"]) == ("register", "population", None), key


def test_the_one_who_asks_is_not_taken_for_the_one_it_is_about(world: World) -> None:
    for name in ("birth_registration", "death_registration", "stay_notification"):
        draft = begun(world, name)
        subject = store.get_procedure(name).subject
        assert not [
            k
            for k, one in draft.answers.items()
            if k.startswith(f"{subject}.") and one["source"] == "register"
        ]


def test_begun_for_another_the_facts_are_the_others(world: World) -> None:
    draft = begun(
        world, "death_registration", account=None, person=world.elder, applicant=world.phuc, helper=world.cast.reception,
        consent={"how": "spoken"},
    )  # fmt: skip

    assert draft.answers["deceased.full_name"]["value"] == "Lý Thị Mẩy"
    assert draft.answers["applicant.full_name"]["value"] == "Vàng Văn Phúc"


def test_what_somebody_emptied_stays_empty(world: World) -> None:
    draft = filled(world, begun(world))
    answers = plain_answers(draft.answers)
    applicant = {key: value for key, value in answers.items() if key.startswith("applicant.")}

    actions.save_page(
        draft=draft,
        page_id="applicant",
        raw={**applicant, "applicant.email": ""},
        by=world.cast.citizen,
        at=NOW,
    )
    again = prefill.fill(
        store.get_procedure(draft.procedure), world.phuc, world.cast.citizen, at=NOW, answers=draft.answers
    )

    assert again["applicant.email"]["value"] is None
    assert again["applicant.email"]["source"] == "typed"


def test_a_default_is_marked_as_such(world: World) -> None:
    assert begun(world).answers["delivery.way"]["source"] == "default"


def test_a_record_of_the_house_is_held_and_needs_no_file(world: World) -> None:
    found = prefill.held_papers(held("register:deaths", "register:births"), world.phuc)

    assert found["proof"].record == world.birth
    assert found["proof"].title == "births 1/2025"
    assert prefill.held_papers(held("register:deaths"), world.phuc) == {}


def test_a_marriage_is_held_for_both_spouses_and_nobody_else(world: World) -> None:
    record = married(world)

    for person, expected in ((world.mai, record), (world.phuc, record), (world.elder, None)):
        found = prefill.held_papers(held("register:marriages"), person).get("proof")
        assert (found.record if found else None) == expected
    assert prefill.held_papers(held("register:births"), None) == {}


def test_an_earlier_result_is_handed_in_again_with_its_origin(world: World) -> None:
    earlier = returned(world)
    Paper.objects.filter(subject=earlier.pk).update(state=Paper.State.ISSUED, blob=blob())
    asked = held("result:civil_status_extract_copy")

    found = prefill.held_papers(asked, world.phuc)["proof"]
    draft = begun(world, "certified_copy", at=NOW + timedelta(days=1))
    row = actions.reuse(
        to=draft, document="original", held=found, by=world.cast.citizen, at=NOW + timedelta(days=1)
    )
    again = actions.reuse(
        to=draft, document="original", held=found, by=world.cast.citizen, at=NOW + timedelta(days=1)
    )

    assert row is not None and again is not None
    assert row.pk == again.pk
    assert row.reused_from == "result:civil_status_extract_copy 1/TLKS-BS"


def test_a_result_that_is_not_issued_yet_is_not_held(world: World) -> None:
    returned(world)

    assert prefill.held_papers(held("result:civil_status_extract_copy"), world.phuc) == {}


@pytest.mark.django_db(transaction=True)
def test_from_filing_to_signature_everything_settles(world: World) -> None:
    """Sealer, worker, renderer, signer and notices run as they would; nothing is faked."""
    dossier = returned(world)
    settle()

    result = dossier.result
    result.refresh_from_db()
    paper = result.paper
    assert paper is not None
    assert paper.state == Paper.State.ISSUED
    assert [one.role for one in paper.signatures.order_by("order")] == ["leader", "agency"]


def helped(world: World) -> Draft:
    """Return a request at the counter, of Mr Phúc for somebody who died."""
    return actions.begin_draft(
        procedure="death_registration", unit=world.cast.cocsan, account=None, person=world.phuc,
        helper=world.cast.reception, consent={"how": "spoken"}, at=NOW,
    )  # fmt: skip


def number_typed(world: World, draft: Draft, number: str) -> dict[str, Any]:
    """Return what is known after the officer typed the number of the one who died."""
    by, page = world.cast.reception, "deceased"
    actions.save_page(draft=draft, page_id=page, raw={"deceased.number": number}, by=by, at=NOW)
    return {key: mark["value"] for key, mark in draft.answers.items() if mark["value"] is not None}


def test_whom_an_officer_is_shown_in_a_form_is_written_down(world: World) -> None:
    draft = helped(world)

    known = number_typed(world, draft, "010195000555")

    assert known["deceased.full_name"] == "Vàng Thị Lan"
    seen = Access.objects.filter(subject_type="person", purpose=f"draft:{draft.pk}", kind="open")
    assert set(seen.values_list("person", flat=True)) == {world.phuc.pk, world.lan.pk}
    assert set(seen.values_list("actor", flat=True)) == {world.cast.reception.pk}


def test_a_number_typed_at_the_counter_shows_nobody_of_another_commune(world: World) -> None:
    population.register_person(
        full_name="Sùng Thị Xa", sex="2", birth="1990-01-01", number="010190009999", unit=world.cast.next_commune,
        by=None, at=NOW,
    )  # fmt: skip
    draft = helped(world)

    known = number_typed(world, draft, "010190009999")

    assert known["deceased.number"] == "010190009999"
    assert "deceased.full_name" not in known
