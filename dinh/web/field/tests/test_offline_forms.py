"""Forms for telephones: every question of every form once, its conditions as trees, drawn by the house's templates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.catalogue import layout, store
from dinh.catalogue.digest import digest
from dinh.catalogue.shapes.field_work import Activity
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.outreach.models import Recording
from dinh.outreach.queries import voices
from dinh.outreach.rules.kinds import BODIES
from dinh.outreach.tests.enrolled import Phone, make_field, make_house, make_phone
from dinh.papers.models import Blob
from dinh.web.field import cards, offline

API = "/field/api/1/"
TREES = ("required_if", "visible_if")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return offline.made("vi", None).content


def _forms(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [*told["procedures"], *told["activities"]]


def test_every_question_of_every_procedure_is_there_once(told: dict[str, Any]) -> None:
    for form in told["procedures"]:
        asked = list(layout.fields(store.get().procedures[form["id"]]))
        assert list(form["fields"]) == asked
        assert re.findall(r'data-field="([^"]+)"', form["html"]) == asked
        assert [
            id for page in form["pages"] for section in page["sections"] for id in section["fields"]
        ] == asked


def test_no_form_holds_script_or_style_of_its_own(told: dict[str, Any]) -> None:
    html = "".join(form["html"] for form in _forms(told))
    assert not re.search(r"<script|<style| style=| on[a-z]+=|javascript:", html)


def test_conditions_are_trees_and_numbers_are_marked_to_be_sealed(told: dict[str, Any]) -> None:
    fields = [one for form in _forms(told) for one in form["fields"].values()]
    assert all(one[name] is None or isinstance(one[name], list) for one in fields for name in TREES)
    numbers = [one for one in fields if one["type"] == "citizen_number"]
    assert numbers and all(one["sealed"] and one["secret"] for one in numbers)


def test_what_an_activity_asks_is_what_its_operation_holds(told: dict[str, Any]) -> None:
    for form in told["activities"]:
        keys = {name.partition(".")[0] for name in form["fields"]}
        if form["kind"] not in {"facts", "correction"}:  # there, ids are facts
            assert keys <= set(BODIES[form["kind"]].model_fields), form["id"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_language_has_its_own_digest_and_the_same_questions(told: dict[str, Any], language: str) -> None:
    other = offline.made(language, None).content
    assert other["digest"] != told["digest"]
    assert [list(form["fields"]) for form in _forms(other)] == [list(form["fields"]) for form in _forms(told)]


@pytest.mark.django_db
def test_a_card_is_heard_in_each_language_that_was_recorded_and_approved(cast: Cast) -> None:
    said = voices.all_sentences()["guidance.consent"]
    sound = Blob.objects.create(
        sha256="a" * 64, size_bytes=1, media_type="audio/ogg", created_at=timezone.now()
    )
    for language, approved in (("tyz", cast.examiner), ("nut", None)):
        Recording.objects.create(
            key=said.key, language=language, blob=sound, text_digest=said.digest, recorded_by=cast.examiner,
            at=timezone.now(), approved_by=approved,
        )  # fmt: skip

    sounds = {one["id"]: one["audio"] for one in cards.cards("vi")}

    assert sounds["consent"] == [{"title": "Tiếng Tày", "url": f"/voice/guidance.consent/tyz?v={'a' * 16}"}]
    assert sum(map(len, sounds.values())) == 1


@pytest.mark.django_db
def test_questions_that_were_recorded_are_told_by_their_language(cast: Cast) -> None:
    sound = Blob.objects.create(
        sha256="b" * 64, size_bytes=1, media_type="audio/ogg", created_at=timezone.now()
    )
    for key in ("field.visit.outcome", "guidance.consent"):
        Recording.objects.create(
            key=key, language="tyz", blob=sound, text_digest=voices.all_sentences()[key].digest,
            recorded_by=cast.examiner, at=timezone.now(), approved_by=cast.examiner,
        )  # fmt: skip

    found = cards.spoken("fr")

    url = f"/voice/field.visit.outcome/tyz?v={'b' * 16}"
    assert found == [{"code": "tyz", "title": "Tày", "urls": {"field.visit.outcome": url}}]


def test_a_form_names_the_version_that_the_house_keeps(told: dict[str, Any]) -> None:
    found = store.get()
    kept: dict[str, Procedure | Activity] = {**found.procedures, **found.activities}

    assert {one["id"]: (one["version"], one["sha256"]) for one in _forms(told)} == {
        one["id"]: (kept[one["id"]].version, digest(kept[one["id"]])) for one in _forms(told)
    }


@pytest.mark.django_db
def test_three_cards_are_for_the_training_and_stand_first() -> None:
    found = cards.cards("vi")
    assert len(found) >= 8 and [one["training"] for one in found[:4]] == [True, True, True, False]


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return make_phone(make_field(cast).volunteer, at=timezone.now())


@pytest.mark.django_db
def test_forms_are_sent_once_and_then_known_by_their_mark(phone: Phone) -> None:
    first = Client().get(f"{API}forms?lang=vi", headers=phone.header)
    again = Client().get(f"{API}forms?lang=vi", headers={**phone.header, "If-None-Match": first["ETag"]})

    assert first.status_code == 200 and first.json()["lists"]["places"]
    assert (again.status_code, again.content) == (304, b"")
    assert (
        Client().get(f"{API}pack", headers=phone.header).json()["forms"]["digest"] == first.json()["digest"]
    )


@pytest.mark.django_db
def test_a_pack_is_written_down_with_the_houses_it_held(cast: Cast, phone: Phone) -> None:
    house = make_house(cast.un_ta, cast.cocsan, 1)

    Client().get(f"{API}pack?since=0&epoch=1", headers=phone.header)

    row = Access.objects.get(purpose="field.pack")
    assert (row.actor, row.shown, row.count) == (phone.device.account_id, [house.pk.hex], 1)


@pytest.mark.django_db
def test_a_card_is_found_only_in_ones_own_villages(cast: Cast, phone: Phone) -> None:
    mine, other = make_house(cast.un_ta, cast.cocsan, 1), make_house(cast.tan_son, cast.cocsan, 2)

    def ask(number: str | None) -> Any:
        asked = {"number": number}
        return (
            Client().post(f"{API}lookup", asked, content_type="application/json", headers=phone.header).json()
        )

    assert mine.head is not None and other.head is not None
    found = ask(mine.head.number)
    assert found["found"] == [{"person": str(mine.head.pk), "household": str(mine.pk)}]
    assert (ask(other.head.number)["where"], ask(other.head.number)["found"]) == ("elsewhere", [])
    assert ask("001099123456")["where"] == "unknown"
    assert Access.objects.filter(purpose="field.lookup", kind=Access.Kind.SEARCH).count() == 4
