"""Staff: a password alone opens nothing; cookies of a signing-in."""

from __future__ import annotations

import pytest
from django.test import Client

from dinh.directory.tests.cast import Cast, make_account, make_grant
from dinh.directory.tests.signing import give_password, url

BACKEND = "dinh.directory.signed_in.Backend"


def test_cookies_cannot_be_read_by_scripts_nor_sent_from_elsewhere(cast: Cast, client: Client) -> None:
    client.get(url("account_login"))
    give_password(client, "huong")
    signed_in = Client()
    signed_in.force_login(cast.reception, backend=BACKEND)
    signed_in.post("/vi/desk/filters/save", {})  # leaves a message for the next page

    seen = {**client.cookies, **signed_in.cookies}
    assert {"sessionid", "csrftoken", "messages"} <= set(seen)
    for name, cookie in (*client.cookies.items(), *signed_in.cookies.items()):
        if signed_in.cookies.get(name) is cookie and name == "sessionid":
            continue  # set by the test itself
        assert cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name
        assert not cookie["domain"], name


@pytest.mark.parametrize(
    "path", ["/vi/desk/", "/vi/desk/people/", "/vi/desk/export.csv", "/api/dossiers", "/vi/mine/"]
)
def test_a_password_alone_opens_no_page_of_staff(path: str, cast: Cast) -> None:
    account = make_account("moi", "Cư Thị Mới")
    make_grant(account, "reception_officer", cast.cocsan)
    client = Client()
    client.force_login(account, backend=BACKEND)

    response = client.get(path)

    assert response.status_code == 302
    assert "/account/mfa/totp/activate/" in response.headers["Location"]
