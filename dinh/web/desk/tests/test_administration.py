"""Administration: accounts, places, closed days, catalogue, journal, failures; each for those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dinh.catalogue import store
from dinh.directory.models import Account, Closure, Delegation, Grant
from dinh.directory.tests.cast import Cast
from dinh.journal.testing import settle
from dinh.lib.errors import Fault, Invalid
from dinh.papers.models import Paper
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier

ADMIN = "/vi/desk/admin/"
PAGES = {
    "": {"administrator", "leader", "auditor"},
    "accounts/": {"administrator"},
    "accounts/new": {"administrator"},
    "roles/": {"administrator", "leader", "auditor", "reception", "clerk", "province_viewer"},
    "places/": {"administrator", "reception", "leader", "auditor"},
    "catalogue/": {"administrator", "reception", "leader", "auditor"},
    "catalogue/certified_copy/": {"administrator", "reception", "leader", "auditor"},
    "closures/": {"administrator"},
    "journal/": {"administrator", "leader", "auditor"},
    "failures/": {"administrator", "leader", "auditor"},
}
ASKED = ("administrator", "leader", "auditor", "reception")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ASKED)
def test_each_page_opens_for_those_who_may(cast: Cast, at_desk: Seat, path: str, who: str) -> None:
    answer = at_desk(getattr(cast, who)).get(f"{ADMIN}{path}")

    assert answer.status_code == (200 if who in PAGES[path] else 403)


@pytest.mark.parametrize("path", PAGES)
def test_a_citizen_opens_none_of_them(cast: Cast, at_desk: Seat, path: str) -> None:
    assert at_desk(cast.citizen).get(f"{ADMIN}{path}").status_code == 403


def test_an_account_is_opened_and_its_password_shown_once(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    data = {"username": "mai", "full_name": "Phạm Thị Mai", "unit": str(cast.cocsan.pk), "title": "Công chức"}

    answer = client.post(f"{ADMIN}accounts/new", data)

    account = Account.objects.get(username="mai")
    password = answer.context["password"]
    assert account.check_password(password)
    assert password in answer.content.decode()
    assert password not in client.get(f"{ADMIN}accounts/{account.pk}/").content.decode()


def test_a_name_that_is_taken_is_a_fault_beside_the_field(cast: Cast, at_desk: Seat) -> None:
    data = {"username": cast.reception.username, "full_name": "Ai đó", "unit": str(cast.cocsan.pk)}

    answer = at_desk(cast.administrator).post(f"{ADMIN}accounts/new", data)

    assert answer.status_code == 422
    assert answer.context["form"].errors["username"]


def test_a_role_is_given_and_taken_back(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    page = f"{ADMIN}accounts/{cast.clerk.pk}/"
    data = {
        "role": "reception_officer",
        "unit": str(cast.cocsan.pk),
        "valid_from": timezone.localdate().isoformat(),
    }

    assert client.post(f"{page}appoint", data).status_code == 302
    grant = Grant.objects.get(account=cast.clerk, role="reception_officer")
    client.post(f"{ADMIN}grants/{grant.pk}/withdraw")

    grant.refresh_from_db()
    assert grant.valid_to == timezone.localdate()


def test_nobody_gives_a_role_to_themself(cast: Cast, at_desk: Seat) -> None:
    data = {"role": "leader", "unit": str(cast.cocsan.pk), "valid_from": timezone.localdate().isoformat()}

    answer = at_desk(cast.administrator).post(f"{ADMIN}accounts/{cast.administrator.pk}/appoint", data)

    assert answer.status_code == 409
    assert not Grant.objects.filter(account=cast.administrator, role="leader").exists()


def test_a_signature_is_delegated_with_its_paper_and_ended(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    grant, on = cast.leader.grants.get(), timezone.localdate()
    data = {"grant": str(grant.pk), "to": str(cast.chair.pk), "valid_from": on.isoformat(),
            "valid_to": (on + timedelta(days=3)).isoformat(), "reference": "12/GUQ-UBND"}  # fmt: skip

    assert (
        client.post(f"{ADMIN}accounts/{cast.leader.pk}/delegate", {**data, "reference": ""}).status_code
        == 422
    )
    assert client.post(f"{ADMIN}accounts/{cast.leader.pk}/delegate", data).status_code == 302
    delegation = Delegation.objects.get()
    client.post(f"{ADMIN}delegations/{delegation.pk}/revoke")

    delegation.refresh_from_db()
    assert delegation.revoked_at is not None


def test_a_closed_account_signs_in_no_more(cast: Cast, at_desk: Seat) -> None:
    at_desk(cast.administrator).post(f"{ADMIN}accounts/{cast.clerk.pk}/close")

    cast.clerk.refresh_from_db()
    assert not cast.clerk.is_active


@pytest.mark.parametrize("path", ["", "close", "reset", "appoint", "delegate"])
def test_accounts_of_the_next_commune_are_not_there(cast: Cast, at_desk: Seat, path: str) -> None:
    client = at_desk(cast.administrator)
    url = f"{ADMIN}accounts/{cast.next_reception.pk}/{path}"

    answer = client.post(url) if path else client.get(url)

    assert answer.status_code == 404
    cast.next_reception.refresh_from_db()
    assert cast.next_reception.is_active


def test_grants_and_delegations_of_the_next_commune_are_not_there(cast: Cast, at_desk: Seat) -> None:
    grant = cast.next_leader.grants.get()

    assert at_desk(cast.administrator).post(f"{ADMIN}grants/{grant.pk}/withdraw").status_code == 404


def test_a_day_is_closed_and_taken_back(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    on = timezone.localdate() + timedelta(days=3)
    data = {
        "office": str(cast.offices["service_centre"].pk),
        "on": on.isoformat(),
        "part": "day",
        "reason": "Bão số 9",
    }

    assert client.post(f"{ADMIN}closures/", data).status_code == 302
    assert client.post(f"{ADMIN}closures/", data).status_code == 422
    assert "Bão số 9" in client.get(f"{ADMIN}closures/").content.decode()
    client.post(f"{ADMIN}closures/{Closure.objects.get().pk}/open")

    assert not Closure.objects.exists()


def test_an_office_of_the_next_commune_is_not_closed_from_here(cast: Cast, at_desk: Seat) -> None:
    on = timezone.localdate() + timedelta(days=3)
    data = {"office": str(cast.next_offices["police"].pk), "on": on.isoformat(), "part": "day", "reason": "x"}

    assert at_desk(cast.administrator).post(f"{ADMIN}closures/", data).status_code == 422
    assert not Closure.objects.exists()


def test_a_place_is_found_and_its_villages_shown(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)

    found = client.get(f"{ADMIN}places/", {"q": "coc san"})
    page = client.get(f"{ADMIN}places/{cast.cocsan.pk}/")

    assert "xã Cốc San" in found.content.decode()
    assert "thôn Ún Tà" in page.content.decode()


def test_a_village_is_added_to_ones_own_commune_only(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)

    assert (
        client.post(f"{ADMIN}places/{cast.cocsan.pk}/", {"name": "Luổng Đơ", "type": "thôn"}).status_code
        == 302
    )
    assert client.get(f"{ADMIN}places/{cast.next_commune.pk}/").context["form"] is None
    assert "Luổng Đơ" in client.get(f"{ADMIN}places/{cast.cocsan.pk}/").content.decode()


def test_the_catalogue_is_read_again_and_checked(cast: Cast, at_desk: Seat) -> None:
    answer = at_desk(cast.administrator).get(f"{ADMIN}catalogue/?check=1")

    assert answer.context["wrong"] == []
    assert {line["id"] for line in answer.context["lines"]} >= {"certified_copy", "birth_registration"}


def test_an_unknown_procedure_is_not_found(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.administrator).get(f"{ADMIN}catalogue/no_such/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_proved_on_request(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast)
    settle()

    answer = at_desk(cast.auditor).post(f"{ADMIN}journal/")

    assert answer.context["report"].ok
    assert answer.context["report"].entries > 0


def test_a_paper_that_failed_is_made_again(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    paper = Paper.objects.get(subject=dossier.pk)
    Paper.objects.filter(pk=paper.pk).update(state=Paper.State.FAILED)
    client = at_desk(cast.administrator)

    assert paper.title in client.get(f"{ADMIN}failures/").content.decode()
    assert client.post(f"{ADMIN}failures/papers/{paper.pk}/again").status_code == 302
    assert (
        at_desk(cast.next_administrator).post(f"{ADMIN}failures/papers/{paper.pk}/again").status_code == 403
    )


def test_faults_of_the_catalogue_are_named_once_with_their_file(
    cast: Cast, at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> None:
        raise Invalid("catalogue.invalid", [Fault("roles/x.toml: title", "missing", "Thiếu tên.")])

    monkeypatch.setattr(store, "load", load)

    page = at_desk(cast.administrator).get(f"{ADMIN}catalogue/?check=1").content.decode()

    assert page.count("Thiếu tên.") == 1
    assert "roles/x.toml: title" in page
