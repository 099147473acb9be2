"""Sessions, and the pages of an account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from dinh.directory import sign_in
from dinh.directory.models import Account, Attempt
from dinh.directory.tests.cast import PASSWORD, TOTP_SECRET, Cast
from dinh.directory.tests.signing import (
    NEW,
    enter,
    give_password,
    text,
    url,
    who,
)


class TestSessions:
    def test_the_list_names_device_and_address_and_marks_this_one(self, browser: Client, cast: Cast) -> None:
        enter(browser, cast.reception)
        phone = Client(
            headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile"},
            REMOTE_ADDR="203.0.113.9",
        )
        enter(phone, cast.reception)

        page = text(browser.get(url("usersessions_list")))

        assert "Chrome, Android" in page
        assert "203.0.113.9" in page
        assert UserSession.objects.filter(user=cast.reception).count() == 2

    def test_one_session_may_be_ended(self, browser: Client, cast: Cast) -> None:
        phone = Client()
        enter(phone, cast.reception)
        enter(browser, cast.reception)
        other = UserSession.objects.get(session_key=phone.session.session_key)

        browser.post(url("usersessions_list"), {"session": str(other.pk)})

        assert who(phone) is None
        assert who(browser) is not None

    def test_signing_out_everywhere_else_keeps_this_session(self, browser: Client, cast: Cast) -> None:
        phones = [Client(), Client()]
        for device in (*phones, browser):
            enter(device, cast.reception)

        browser.post(url("usersessions_list"), {"others": "1"})

        assert [who(device) is None for device in (*phones, browser)] == [True, True, False]

    def test_signing_out_everywhere_ends_this_one_too(self, browser: Client, cast: Cast) -> None:
        phone = Client()
        for device in (phone, browser):
            enter(device, cast.reception)

        browser.post(url("usersessions_list"), {"all": "1"})

        assert [who(phone), who(browser)] == [None, None]

    @pytest.mark.parametrize("chosen", ["x", "", "-1", "999999999999", "9" * 30, "9" * 5000, "²"])
    def test_a_session_that_is_not_there_changes_nothing(
        self, browser: Client, cast: Cast, chosen: str
    ) -> None:
        enter(browser, cast.reception)

        answer = browser.post(url("usersessions_list"), {"session": chosen})

        assert answer.status_code == 302
        assert who(browser) is not None

    def test_the_session_of_somebody_else_cannot_be_ended(self, browser: Client, cast: Cast) -> None:
        phone = Client()
        enter(phone, cast.leader)
        enter(browser, cast.reception)
        foreign = UserSession.objects.get(user=cast.leader)

        browser.post(url("usersessions_list"), {"session": str(foreign.pk)})

        assert who(phone) == str(cast.leader.pk)

    def test_a_new_password_ends_the_other_sessions(self, browser: Client, cast: Cast) -> None:
        phone = Client()
        for device in (phone, browser):
            enter(device, cast.reception)

        browser.post(
            url("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        )

        assert who(phone) is None
        assert browser.get(url("mfa_index")).status_code == 200

    def test_the_session_of_a_citizen_is_listed_too(self, browser: Client, cast: Cast) -> None:
        browser.force_login(cast.citizen)

        assert browser.get(url("usersessions_list")).status_code == 200
        assert UserSession.objects.filter(user=cast.citizen).count() == 1


class TestClosedPages:
    @pytest.mark.parametrize(
        "name", ["account_signup", "account_email", "account_set_password", "account_reset_password"]
    )
    @pytest.mark.parametrize("signed_in", [True, False])
    def test_pages_that_the_house_does_not_use_are_not_there(
        self, browser: Client, cast: Cast, settings: Any, name: str, signed_in: bool
    ) -> None:
        settings.EMAIL_HOST = ""
        if signed_in:
            enter(browser, cast.reception)

        assert browser.get(url(name)).status_code == 404
        assert browser.post(url(name), {"email": "x@example.vn", "username": "ai"}).status_code == 404

    def test_staff_may_reset_the_password_where_e_mail_can_be_sent(
        self, browser: Client, cast: Cast, settings: Any
    ) -> None:
        settings.EMAIL_HOST = "mail.example.vn"
        Account.objects.filter(pk=cast.reception.pk).update(email="huong@example.vn")
        Account.objects.filter(pk=cast.citizen.pk).update(email="phuc@example.vn")

        for address in ("huong@example.vn", "phuc@example.vn", "nobody@example.vn"):
            answer: Any = browser.post(url("account_reset_password"), {"email": address})
            assert answer.url == url("account_reset_password_done")

        [letter] = mail.outbox
        assert letter.to == ["huong@example.vn"]
        link = re.search(r"http://testserver(\S+)", str(letter.body))
        assert link is not None
        page = browser.get(link[1], follow=True)
        browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
        assert Account.objects.get(pk=cast.reception.pk).check_password(NEW)
        assert who(browser) is None


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "account_login", "account_logout", "account_change_password", "mfa_index", "mfa_deactivate_totp",
        "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "usersessions_list", "account_inactive",
    ],
)  # fmt: skip
def test_every_page_of_an_account_is_drawn_with_one_heading(
    browser: Client, cast: Cast, name: str, language: str
) -> None:
    if name != "account_login":
        RecoveryCodes.activate(cast.reception)
        enter(browser, cast.reception)

    page = browser.get(url(name, language), follow=True)

    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1
    assert f'lang="{language}"' in page.content.decode()


def test_the_secret_of_the_cast_gives_the_codes_that_the_page_takes(cast: Cast) -> None:
    counter = list(totp.yield_hotp_counters_from_time())[1]

    assert sign_in.unused_code(cast.leader) == totp.format_hotp_value(totp.hotp_value(TOTP_SECRET, counter))


def test_failures_are_counted_without_names_or_addresses(browser: Client, cast: Cast) -> None:
    give_password(browser, "huong", "sai", REMOTE_ADDR="203.0.113.66")

    kept = str(list(Attempt.objects.values_list()))
    assert "sign_in.account" in kept
    assert "huong" not in kept
    assert "203.0.113.66" not in kept
