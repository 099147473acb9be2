"""Somebody without telephone or electronic identity files at a kiosk, where a helper vouches with their own account."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier, Draft
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World
from dinh.journal.models import Access, Entry
from dinh.outreach.models import Assistance
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.population.models import Person
from dinh.web.kiosk.tests.test_visits import signed_in

pytestmark = pytest.mark.django_db
HELPING = "/vi/kiosk/helping/"
COPY = {"procedure": "civil_status_extract_copy"}
SPOKEN = {"how": "spoken", "witness": "Lý Thị Mai"}


@pytest.fixture
def field(world: World) -> Field:
    """The team of Ún Tà."""
    return make_field(world.cast)


def test_a_helper_opens_the_pages_of_helping_alone(machine: Client, world: World) -> None:
    officer = world.cast.reception
    signed_in(machine, officer)
    assert machine.get("/vi/desk/").headers["Location"] == HELPING
    assert machine.get("/vi/desk/people/").headers["Location"] == HELPING
    assert (
        machine.get("/vi/begin/certified_copy/").headers["Location"] == f"{HELPING}?procedure=certified_copy"
    )
    assert officer.full_name in machine.get(HELPING).content.decode()
    wish = {"procedure": "certified_copy"}
    assert machine.post(HELPING, wish).status_code == 422  # nobody was asked
    assert machine.post(HELPING, {**wish, "how": "eid"}).status_code == 422  # nobody proved who they are
    assert not Draft.objects.exists()

    opened = machine.post(HELPING, {**wish, "how": "spoken"})

    draft = Draft.objects.get()
    assert opened.headers["Location"].startswith(f"/vi/draft/{draft.code}/page/")
    assert (draft.consent["how"], draft.channel, draft.person) == ("spoken", Channel.DIRECT, None)
    page = machine.get(opened.headers["Location"])
    assert page.status_code == 200
    assert officer.full_name in page.content.decode()
    machine.post("/vi/kiosk/finish/")
    machine.get("/vi/kiosk/door/helper/")
    assert officer.full_name not in machine.get(HELPING).content.decode()
    assert machine.get(opened.headers["Location"]).status_code == 302


def test_a_volunteer_files_for_somebody_of_their_village_who_has_no_account(
    machine: Client, world: World, field: Field
) -> None:
    signed_in(machine, field.volunteer)
    number = {"number": world.phuc.number}
    assert machine.post(HELPING, {**COPY, **number, "how": "spoken"}).status_code == 422  # who heard it?
    assert machine.post(HELPING, {**COPY, **SPOKEN}).status_code == 422  # who is it?

    opened = machine.post(HELPING, {**COPY, **SPOKEN, **number})

    draft = Draft.objects.get()
    assert (draft.helper, draft.applicant, draft.account) == (field.volunteer, world.phuc, None)
    assert machine.get(opened.headers["Location"]).status_code == 200
    seen = Access.objects.filter(actor=field.volunteer.pk)
    assert seen.filter(purpose="kiosk:helping", shown=[world.phuc.pk.hex]).exists()
    assert seen.filter(purpose=f"draft:{draft.pk}", person=world.phuc.pk).exists()

    acts.filled(world, draft, by=field.volunteer)
    sent = machine.post(f"/vi/draft/{draft.code}/check/", {"true": "1", "_key": "once"})

    dossier = Dossier.objects.get()
    assert sent.headers["Location"] == f"/vi/filed/{dossier.number}/"
    assert (dossier.helper, dossier.applicant, dossier.account) == (field.volunteer, world.phuc, None)
    assert (dossier.consent["how"], dossier.consent["witness"]) == ("spoken", "Lý Thị Mai")
    assert Entry.objects.filter(subject=dossier.pk, actor=field.volunteer.pk).exists()
    machine.post(f"/vi/draft/{draft.code}/check/", {"true": "1", "_key": "once"})
    help = Assistance.objects.get()  # as at a house: it counts, and the result is brought
    assert (help.account, help.person, help.household) == (field.volunteer, world.phuc, world.phuc.household)
    assert (help.kind, help.dossier, help.at) == ("filing", dossier.pk, dossier.filed_at)
    told = machine.get(sent.headers["Location"])
    assert dossier.number in told.content.decode()
    assert f"/vi/dossier/{dossier.number}/" not in told.content.decode()


def test_a_volunteer_finds_nobody_of_elsewhere_and_chooses_among_several(
    machine: Client, world: World, field: Field
) -> None:
    signed_in(machine, field.volunteer)
    far = make_house(world.cast.tan_son, world.cast.cocsan, 7, people=1)
    near = [make_house(world.cast.un_ta, world.cast.cocsan, n, people=1) for n in (8, 9)]
    elsewhere = Person.objects.get(household=far)
    asked = {**COPY, **SPOKEN}
    assert machine.post(HELPING, {**asked, "number": elsewhere.number}).status_code == 422
    assert machine.post(HELPING, {**asked, "person": str(elsewhere.pk), "name": "Vàng"}).status_code == 422

    several = machine.post(HELPING, {**asked, "name": "vang van so", "year": "1950"})

    assert several.status_code == 422
    second = Person.objects.get(household=near[1])
    assert str(second.pk) in several.content.decode()
    assert str(elsewhere.pk) not in several.content.decode()
    machine.post(HELPING, {**asked, "name": "vang van so", "year": "1950", "person": str(second.pk)})
    assert Draft.objects.get().applicant == second


def test_what_was_filed_is_told_to_its_helper_alone_and_at_a_kiosk(
    machine: Client, client: Client, world: World, field: Field
) -> None:
    signed_in(machine, field.volunteer)
    machine.post(HELPING, {**COPY, **SPOKEN, "number": world.phuc.number})
    draft = Draft.objects.get()
    acts.filled(world, draft, by=field.volunteer)
    dossier = actions.file(draft=draft, by=field.volunteer, at=timezone.now())
    address = f"/vi/filed/{dossier.number}/"

    assert machine.get(address).status_code == 200
    client.force_login(field.volunteer)
    assert client.get(address).status_code == 403
    assert client.get(f"/vi/draft/{draft.code}/").status_code == 403
    signed_in(machine, world.cast.reception)
    assert machine.get(address).status_code == 404


def test_who_has_no_identity_is_shown_the_helper(machine: Client, world: World) -> None:
    machine.get("/vi/kiosk/door/ask/")
    led = machine.get("/vi/begin/social_pension/", follow=True).content.decode()
    assert f"{HELPING}?procedure=social_pension" in led
    asked = machine.get(f"{HELPING}?procedure=social_pension").content.decode()
    assert "next=%2Fvi%2Fkiosk%2Fhelping%2F%3Fprocedure%3Dsocial_pension" in asked
