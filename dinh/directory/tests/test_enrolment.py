"""What staff do before anything else: a password of their own and an authenticator."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from dinh.directory import sign_in
from dinh.directory.models import Account
from dinh.directory.tests.cast import PASSWORD, Cast, make_account, make_grant
from dinh.directory.tests.signing import (
    NEW,
    enter,
    give_code,
    give_password,
    led,
    text,
    url,
    who,
)  # fmt: skip
from dinh.journal.models import Entry


class TestEnrolment:
    @pytest.fixture
    def newcomer(self, cast: Cast) -> Account:
        account = make_account("moi", "Cư Thị Mới", unit=cast.cocsan, must_change_password=True)
        make_grant(account, "reception_officer", cast.cocsan)
        return account

    def test_a_new_officer_chooses_a_password_then_an_authenticator_then_works(
        self, browser: Client, newcomer: Account, django_capture_on_commit_callbacks: Any
    ) -> None:
        give_password(browser, "moi")
        assert led(browser, "mfa_index") == url("account_change_password")

        browser.post(
            url("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        )
        assert led(browser, "mfa_index") == url("mfa_activate_totp")

        page = browser.get(url("mfa_activate_totp"))
        secret = browser.session[totp.SECRET_SESSION_KEY]
        assert secret in page.content.decode()
        counter = list(totp.yield_hotp_counters_from_time())[1]
        right = totp.format_hotp_value(totp.hotp_value(secret, counter))
        with django_capture_on_commit_callbacks(execute=True):
            answer = give_code(browser, right, "mfa_activate_totp")
        assert answer.url == url("mfa_view_recovery_codes")
        codes = re.findall(r"\b\d{8}\b", text(browser.get(answer.url)))

        assert len(codes) == 10
        assert browser.get(url("mfa_index")).status_code == 200
        kinds = list(
            Entry.objects.filter(subject=newcomer.pk)
            .order_by("subject_version")
            .values_list("kind", flat=True)
        )
        assert kinds == ["directory.password_changed", "directory.authenticator_added"]
        newcomer.refresh_from_db()
        assert not newcomer.must_change_password
        assert newcomer.version == 3

    def test_recovery_codes_are_shown_once(self, browser: Client, cast: Cast) -> None:
        account = make_account("moi", "Cư Thị Mới")
        sign_in.enrol(account)
        enter(browser, account)

        first, second = (text(browser.get(url("mfa_view_recovery_codes"), follow=True)) for _ in range(2))

        assert len(re.findall(r"\b\d{8}\b", first)) == 10
        assert re.findall(r"\b\d{8}\b", second) == []

    @pytest.mark.parametrize(
        "name", ["portal:home", "portal:my_dossiers", "mfa_view_recovery_codes", "usersessions_list"]
    )
    def test_without_an_authenticator_every_page_leads_to_its_enrolment(
        self, browser: Client, cast: Cast, name: str
    ) -> None:
        make_account("moi", "Cư Thị Mới")
        give_password(browser, "moi")

        assert led(browser, name) == url("mfa_activate_totp")

    def test_the_one_time_password_may_not_be_kept(self, browser: Client, newcomer: Account) -> None:
        give_password(browser, "moi")

        answer = browser.post(
            url("account_change_password"),
            {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD},
        )

        newcomer.refresh_from_db()
        assert answer.status_code == 200
        assert newcomer.must_change_password

    @pytest.mark.parametrize("weak", ["ngan", "123456789012", "qwerty123456"])
    def test_a_weak_password_is_refused(self, browser: Client, newcomer: Account, weak: str) -> None:
        give_password(browser, "moi")

        browser.post(
            url("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        )

        newcomer.refresh_from_db()
        assert newcomer.check_password(PASSWORD)

    def test_a_session_opened_with_a_password_alone_ends_when_the_authenticator_is_set_up(
        self, cast: Cast, django_capture_on_commit_callbacks: Any
    ) -> None:
        account = make_account("moi", "Cư Thị Mới")
        thief, holder = Client(), Client()
        for browser in (thief, holder):
            give_password(browser, "moi")
        holder.get(url("mfa_activate_totp"))
        secret = holder.session[totp.SECRET_SESSION_KEY]
        counter = list(totp.yield_hotp_counters_from_time())[1]

        with django_capture_on_commit_callbacks(execute=True):
            give_code(holder, totp.format_hotp_value(totp.hotp_value(secret, counter)), "mfa_activate_totp")

        assert sign_in.has_second_factor(account)
        assert who(holder) == str(account.pk)
        assert who(thief) is None

    def test_removing_the_authenticator_leads_to_the_next_one_at_once(
        self, browser: Client, cast: Cast
    ) -> None:
        enter(browser, cast.reception)
        page = browser.post(url("mfa_deactivate_totp"), follow=True)

        assert not sign_in.has_second_factor(cast.reception)
        assert page.redirect_chain[-1][0] == url("mfa_activate_totp")

    def test_something_delicate_asks_again_when_the_sign_in_was_a_while_ago(
        self, browser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        enter(browser, cast.reception)
        monkeypatch.setattr(sign_in, "AGAIN_AFTER_SECONDS", 0)

        answer: Any = browser.post(url("mfa_deactivate_totp"))

        assert answer.url.startswith(url("account_reauthenticate"))
        assert sign_in.has_second_factor(cast.reception)
        page = browser.get(answer.url)
        assert page.status_code == 200
        assert browser.post(answer.url, {"password": PASSWORD}).status_code == 302

    def test_a_citizen_is_not_asked_for_an_authenticator(self, browser: Client, cast: Cast) -> None:
        browser.force_login(cast.citizen)

        assert browser.get(url("portal:home")).status_code == 200
        assert browser.get(url("mfa_index")).status_code == 404
