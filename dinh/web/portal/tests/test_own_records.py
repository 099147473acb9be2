"""A copy is asked of a record that is one's own: chosen from a list, never searched among others'."""

from __future__ import annotations

from django.test import Client

from dinh.directory.models import Account
from dinh.directory.tests.cast import make_account
from dinh.dossiers.models import Draft
from dinh.dossiers.tests.world import NOW, World, married
from dinh.registers import actions as registers
from dinh.web.portal.tests.conftest import signed_in
from dinh.web.portal.tests.sending import send

BOTH = "Lý Thị Mai, Vàng Văn Phúc"


def record_page(client: Client) -> str:
    """Begin a request for a copy of a marriage and return the page on which the record is chosen."""
    response = client.post("/vi/begin/civil_status_extract_copy/", {})
    following = send(client, response.headers["Location"], event="marriage", for_whom="self")
    path: str = following.headers["Location"]
    assert path.endswith("/page/record/")
    return path


def test_either_spouse_chooses_their_marriage(world: World, phuc: Client) -> None:
    marriage = married(world)
    mai = signed_in(make_account("mai", "Lý Thị Mai", Account.Kind.CITIZEN, person=world.mai.pk))

    for client in (phuc, mai):
        path = record_page(client)
        page = client.get(path).content.decode()
        assert BOTH in page
        assert str(marriage.pk) in page
        assert "births" not in page
        following = send(client, path, marriage_record=str(marriage.pk))
        assert following.headers["Location"].endswith("/page/copies/")


def test_nobody_else_is_shown_it_nor_one_that_was_closed(world: World, phuc: Client) -> None:
    marriage = married(world)
    lan = signed_in(world.cast.representative)

    assert BOTH not in lan.get(record_page(lan)).content.decode()
    registers.close(row=marriage, reason="Ghi nhầm", provenance="correction", by=None, at=NOW)
    assert BOTH not in phuc.get(record_page(phuc)).content.decode()


def test_without_a_record_the_older_book_is_asked_for_both_names(world: World, phuc: Client) -> None:
    path = record_page(phuc)

    older = send(phuc, path).headers["Location"]

    assert older.endswith("/page/older/")
    assert 'name="spouse_name"' in phuc.get(older).content.decode()
    assert send(phuc, older, registered_place="xã Cốc San").status_code == 422
    done = send(phuc, older, registered_place="xã Cốc San", spouse_name="Lý Thị Mai")
    assert done.status_code == 302
    assert Draft.objects.get().answers["spouse_name"]["value"] == "Lý Thị Mai"
