"""What goes wrong in mid-form: files, two windows, a session that ends, somebody else's address."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dinh.directory.models import Account
from dinh.dossiers.models import Attachment
from dinh.dossiers.tests.world import PDF, World, begun, filled
from dinh.web.portal.tests.conftest import signed_in
from dinh.web.portal.tests.sending import form_of, send


def test_papers_are_kept_and_a_disguised_file_is_refused_by_name(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    document = draft.attachments.first()
    assert document
    path = f"/vi/draft/{draft.code}/papers/"

    bad = phuc.post(path, {document.document: SimpleUploadedFile("giay.pdf", b"MZ not a pdf")})
    good = phuc.post(path, {document.document: SimpleUploadedFile("hai.pdf", PDF + b"2"), "_upload": ""})

    assert bad.status_code == 422
    assert f'href="#id_{document.document}"' in bad.content.decode()
    assert bad.content.decode().count("giay.pdf: ") == 2  # in the summary and beside the question
    assert "hai.pdf" in good.content.decode()
    assert Attachment.objects.filter(draft=draft, document=document.document).count() == 2


def test_a_paper_can_be_taken_out_again(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    row = draft.attachments.first()
    assert row

    phuc.post(f"/vi/draft/{draft.code}/papers/", {"_remove": str(row.pk)})

    assert not Attachment.objects.filter(pk=row.pk).exists()


def test_two_windows_do_not_overwrite_each_other(world: World, phuc: Client) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"
    old = form_of(phuc.get(path).content.decode())
    send(phuc, path, copies="3")

    response = phuc.post(path, {**old, "copies": "9"})

    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.answers["copies"]["value"] == 3
    again = form_of(response.content.decode())
    assert again["copies"] == "9"  # what was typed here is shown again, over the newer draft
    assert phuc.post(path, again).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["copies"]["value"] == 9


def test_a_session_that_ended_in_mid_form_loses_no_answer(world: World, phuc: Client) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"
    data = form_of(phuc.get(path).content.decode())
    phuc.logout()

    response = phuc.post(path, {**data, "copies": "4", "purpose": "bán <b>đất</b>"})
    html = response.content.decode()

    assert response.status_code == 403
    assert 'name="copies" value="4"' in html
    assert "bán &lt;b&gt;đất&lt;/b&gt;" in html
    assert f'action="{path}"' in html


def test_a_page_grown_old_can_be_sent_again_but_not_from_elsewhere(world: World) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.cast.citizen, backend="dinh.directory.signed_in.Backend")

    ours = strict.post(path, {"copies": "4"}, headers={"origin": "http://testserver"})
    theirs = strict.post(path, {"copies": "4"}, headers={"origin": "https://evil.example"})

    assert ours.status_code == theirs.status_code == 403
    assert 'name="copies" value="4"' in ours.content.decode()
    assert 'name="copies"' not in theirs.content.decode()


def test_secrets_are_never_shown_again(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)

    html = strict.post(
        "/vi/account/login/",
        {"login": "huong", "password": "bai-hat"},
        headers={"origin": "http://testserver"},
    ).content.decode()

    assert "bai-hat" not in html


def test_somebody_else_s_draft_is_not_there(world: World) -> None:
    draft = begun(world)
    lan = signed_in(world.cast.representative)

    for end in ("/", "/page/what/", "/papers/", "/check/"):
        assert lan.get(f"/vi/draft/{draft.code}{end}").status_code == 404


def test_staff_are_told_that_this_is_the_citizens_side(world: World) -> None:
    staff = Account.objects.get(pk=world.cast.reception.pk)

    response = signed_in(staff).get("/vi/mine/")

    assert response.status_code in {302, 403}  # 302: the second factor comes first
