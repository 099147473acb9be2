"""Drafts: kept at each page, opened by code with consent, shown to nobody else, gone with notice."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.dossiers import actions, queries
from dinh.dossiers.models import Channel, Draft
from dinh.dossiers.rules import numbers
from dinh.dossiers.tests.world import NOW, World, begun, filed, filled
from dinh.journal.models import Access, Entry
from dinh.lib.errors import NotFound, NotPermitted, Refused, Stale
from dinh.population.actions import give_mandate

pytestmark = pytest.mark.django_db

CHILD = {
    "child.full_name": "Vàng Minh An", "child.birth": "20/11/2026", "child.sex": "1", "child.ethnicity": "24",
    "child.nationality": "VNM", "birth_place": "Trạm y tế", "home_place": "Cốc San",
}  # fmt: skip


def save(draft: Draft, page: str, world: World, **raw: Any) -> Any:
    return actions.save_page(
        draft=draft, page_id=page, by=raw.pop("by", world.cast.citizen), raw=raw.pop("raw", raw), at=NOW
    )


def test_a_draft_has_a_code_and_is_filled_with_what_is_known(world: World) -> None:
    draft = begun(world)

    assert len(draft.code) == 8
    name = draft.answers["applicant.full_name"]
    assert (name["value"], name["source"], name["from"]) == ("Vàng Văn Phúc", "register", "population")
    record = draft.answers["birth_record"]
    assert (record["value"], record["source"], record["from"]) == (
        str(world.birth.pk),
        "register",
        "births 1/2025",
    )
    assert not Entry.objects.filter(subject=draft.pk).exists()


def test_a_page_is_kept_with_who_typed_it_and_when(world: World) -> None:
    draft = begun(world, "birth_registration")

    check = save(draft, "child", world, raw=CHILD)

    kept = Draft.objects.get(pk=draft.pk)
    assert check.ok
    assert kept.answers["child.full_name"] == {
        "value": "Vàng Minh An", "source": "typed", "by": str(world.cast.citizen.pk), "at": NOW.isoformat(),
    }  # fmt: skip
    assert "child" in kept.done_pages


def test_what_cannot_be_read_is_kept_as_it_was_typed(world: World) -> None:
    draft = begun(world, "birth_registration")

    check = save(draft, "child", world, raw={**CHILD, "child.birth": "20/11/20255"})

    kept = Draft.objects.get(pk=draft.pk)
    assert [fault.path for fault in check.faults] == ["child.birth"]
    assert kept.answers["child.birth"]["typed"] == "20/11/20255"
    assert kept.answers["child.birth"]["value"] is None
    assert kept.answers["child.full_name"]["value"] == "Vàng Minh An"
    assert "child" not in kept.done_pages


def test_a_corrected_register_value_stays_beside_the_typed_one(world: World) -> None:
    draft = filled(world, begun(world))
    applicant = {key: one["value"] for key, one in draft.answers.items() if key.startswith("applicant.")}

    save(draft, "applicant", world, raw={**applicant, "applicant.full_name": "Vàng Phúc"})

    mark = draft.answers["applicant.full_name"]
    assert (mark["value"], mark["source"], mark["register"]) == ("Vàng Phúc", "typed", "Vàng Văn Phúc")

    save(draft, "applicant", world, raw=applicant)
    assert draft.answers["applicant.full_name"]["source"] == "register"
    assert "register" not in draft.answers["applicant.full_name"]


def test_choosing_who_one_is_fills_that_person_and_changing_it_empties_the_other(world: World) -> None:
    draft = begun(world, "birth_registration")
    start = {"evidence": "electronic", "notice_number": "1", "father_known": "yes"}

    save(draft, "start", world, raw={**start, "relation": "father"})
    assert draft.answers["father.full_name"]["value"] == "Vàng Văn Phúc"
    assert "mother.full_name" not in draft.answers

    save(draft, "start", world, raw={**start, "relation": "grandparent"})
    assert "father.full_name" not in draft.answers


def test_the_number_of_ones_own_people_is_enough(world: World) -> None:
    draft = begun(world, "birth_registration")

    check = save(draft, "mother", world, raw={"mother.number": world.mai.number, "mother.nationality": "VNM"})

    assert check.ok
    name = draft.answers["mother.full_name"]
    assert (name["value"], name["source"], name["by"]) == ("Lý Thị Mai", "register", None)


def test_the_number_of_a_stranger_tells_a_citizen_nothing(world: World) -> None:
    draft = begun(world, "birth_registration")

    check = save(draft, "mother", world, raw={"mother.number": world.lan.number})

    assert not check.ok
    assert "mother.full_name" not in draft.answers


def test_an_officer_with_consent_finds_anybody_by_number(world: World) -> None:
    draft = begun(world, "birth_registration")
    actions.open_with_code(code=draft.code, officer=world.cast.reception, consent="spoken", at=NOW)
    draft.refresh_from_db()

    save(draft, "mother", world, raw={"mother.number": world.lan.number}, by=world.cast.reception)

    assert draft.answers["mother.full_name"]["value"] == "Vàng Thị Lan"


def test_an_answer_that_no_condition_asks_for_is_dropped(world: World) -> None:
    draft = begun(world)
    save(draft, "what", world, raw={"event": "birth", "for_whom": "other", "relation": "relative"})
    save(draft, "holder", world, raw={"holder.full_name": "A B", "holder.birth": "1990", "holder.sex": "1"})
    assert "holder.full_name" in draft.answers

    save(draft, "what", world, raw={"event": "birth", "for_whom": "self"})

    assert "holder.full_name" not in draft.answers


def test_two_windows_do_not_overwrite_each_other(world: World) -> None:
    draft = begun(world, "birth_registration")
    seen = draft.version
    save(draft, "child", world, raw=CHILD)

    with pytest.raises(Stale):
        actions.save_page(
            draft=draft, page_id="child", raw={**CHILD, "child.sex": "2"}, by=world.cast.citizen, at=NOW, expected_version=seen
        )  # fmt: skip
    again = actions.save_page(
        draft=draft, page_id="child", raw=CHILD, by=world.cast.citizen, at=NOW, expected_version=seen
    )
    assert again.ok  # the same page sent twice is no conflict


def test_a_place_that_does_not_exist_is_a_fault(world: World) -> None:
    draft = begun(world, "permanent_residence")

    check = save(
        draft, "where", world,
        raw={"new.unit": str(world.cast.un_ta.pk), "new.detail": "nhà 7", "lodging": "owned", "ct01.relation": "00"},
    )  # fmt: skip

    assert [(fault.path, fault.code) for fault in check.faults] == [("new.unit", "dossiers.no_such_place")]
    assert "where" not in draft.done_pages


def test_an_officer_opens_a_draft_by_its_code_with_consent_and_leaves_a_trace(world: World) -> None:
    draft = begun(world)
    written = numbers.show_code(draft.code).lower()

    opened = actions.open_with_code(code=written, officer=world.cast.reception, consent="spoken", at=NOW)

    assert opened.pk == draft.pk
    assert opened.consent["how"] == "spoken"
    assert opened.helper == world.cast.reception
    access = Access.objects.get(subject=draft.pk)
    assert (access.actor, access.person) == (world.cast.reception.pk, world.phuc.pk)


def test_without_consent_a_draft_stays_closed(world: World) -> None:
    draft = begun(world)

    for consent in (None, "", "maybe"):
        with pytest.raises(Refused) as caught:
            actions.open_with_code(code=draft.code, officer=world.cast.reception, consent=consent, at=NOW)
        assert caught.value.code == "dossiers.consent_needed"
    with pytest.raises(NotFound):
        save(draft, "what", world, raw={"event": "death"}, by=world.cast.reception)


def test_who_typed_each_answer_stays_visible(world: World) -> None:
    draft = filled(world, begun(world))
    actions.open_with_code(code=draft.code, officer=world.cast.reception, consent="spoken", at=NOW)
    draft.refresh_from_db()

    save(
        draft, "copies", world, by=world.cast.reception,
        raw={"delivery.way": "centre", "exemption.group": "none", "copies": "3", "purpose": "bán đất"},
    )  # fmt: skip
    dossier = actions.file(draft=draft, by=world.cast.reception, at=NOW)

    assert dossier.answers["copies"]["by"] == str(world.cast.reception.pk)
    assert dossier.answers["purpose"]["by"] == str(world.cast.citizen.pk)
    assert (dossier.helper, dossier.account) == (world.cast.reception, world.cast.citizen)
    assert dossier.consent["how"] == "spoken"
    entry = Entry.objects.get(subject=dossier.pk, kind="dossiers.filed")
    assert (entry.actor, entry.on_behalf_of) == (world.cast.reception.pk, world.phuc.pk)


@pytest.mark.parametrize("who", ["representative", "next_reception", "leader"])
def test_nobody_else_opens_it(world: World, who: str) -> None:
    draft = begun(world)
    account = getattr(world.cast, who)

    with pytest.raises((NotFound, NotPermitted)):
        actions.open_with_code(code=draft.code, officer=account, consent="spoken", at=NOW)
    with pytest.raises(NotFound):
        queries.get_draft(draft.code, account, at=NOW)
    with pytest.raises(NotFound):
        actions.save_page(draft=draft, page_id="what", raw={}, by=account, at=NOW)
    with pytest.raises(NotFound):
        actions.file(draft=draft, by=account, at=NOW)
    with pytest.raises(NotFound):
        actions.discard(draft=draft, by=account, at=NOW)


def test_a_code_that_nobody_has_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        actions.open_with_code(code="AAAA-AAAA", officer=world.cast.reception, consent="spoken", at=NOW)


def test_asking_for_another_person_needs_a_mandate(world: World) -> None:
    with pytest.raises(NotPermitted):
        begun(world, account=world.cast.representative, person=world.phuc)

    give_mandate(
        principal=world.phuc,
        agent=world.lan,
        kind="chosen",
        from_on=NOW.date(),
        by=world.cast.reception,
        at=NOW,
    )
    draft = begun(world, account=world.cast.representative, person=world.phuc)

    assert (draft.applicant, draft.person) == (world.lan, world.phuc)
    assert draft.answers["applicant.full_name"]["value"] == "Vàng Thị Lan"


def test_an_officer_begins_for_somebody_without_an_account(world: World) -> None:
    draft = begun(
        world, account=None, person=world.elder, helper=world.cast.reception, channel=Channel.DIRECT,
        consent={"how": "fingerprint", "witness": "Trưởng thôn Ún Tà"},
    )  # fmt: skip

    assert draft.answers["applicant.full_name"]["value"] == "Lý Thị Mẩy"
    assert draft.consent["witness"] == "Trưởng thôn Ún Tà"
    with pytest.raises(NotPermitted):
        begun(world, account=None, person=world.elder, helper=world.cast.next_reception)


def test_a_filed_draft_changes_no_more(world: World) -> None:
    dossier = filed(world)
    draft = Draft.objects.get(dossier=dossier)

    with pytest.raises(Refused):
        save(draft, "what", world, raw={"event": "death"})
    with pytest.raises(Refused):
        actions.discard(draft=draft, by=world.cast.citizen, at=NOW)
