"""Signing in as staff: password, code, lock-out, the code of invented people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone, translation

from dinh.directory import actions, sign_in
from dinh.directory.models import Account
from dinh.directory.tests.cast import PASSWORD, Cast, make_account
from dinh.directory.tests.signing import (
    enter,
    give_code,
    give_password,
    text,
    url,
    who,
)  # fmt: skip
from dinh.lib.errors import Broken


class TestPasswordAndCode:
    def test_the_password_alone_opens_nothing(self, browser: Client, cast: Cast) -> None:
        answer = give_password(browser, "huong")

        assert answer.status_code == 302
        assert answer.url == url("mfa_authenticate")
        assert who(browser) is None
        assert browser.get(url("mfa_index")).status_code == 302

    def test_password_and_code_lead_to_the_desk(self, browser: Client, cast: Cast) -> None:
        answer = enter(browser, cast.reception)

        assert who(browser) == str(cast.reception.pk)
        assert answer.url == sign_in.home_url(cast.reception)
        assert browser.get(url("mfa_index")).status_code == 200

    def test_a_name_in_capitals_is_the_same_name(self, browser: Client, cast: Cast) -> None:
        assert give_password(browser, " HUONG ").url == url("mfa_authenticate")

    def test_a_wrong_code_opens_nothing(self, browser: Client, cast: Cast) -> None:
        give_password(browser, "huong")
        good = sign_in.unused_code(cast.reception)

        answer = give_code(browser, f"{(int(good) + 7) % 10**6:06d}")

        assert answer.status_code == 200
        assert who(browser) is None

    def test_a_code_opens_once(self, browser: Client, cast: Cast) -> None:
        give_password(browser, "huong")
        code = sign_in.unused_code(cast.reception)
        give_code(browser, code)
        other = Client()
        give_password(other, "huong")

        give_code(other, code)

        assert who(browser) is not None
        assert who(other) is None

    def test_a_recovery_code_opens_once(self, cast: Cast) -> None:
        account = make_account("moi", "Cư Thị Mới")
        sign_in.enrol(account)
        codes = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()
        opened = []
        for _ in range(2):
            browser = Client()
            give_password(browser, "moi")
            give_code(browser, codes[0])
            opened.append(who(browser) is not None)

        assert opened == [True, False]

    def test_a_closed_account_is_told_so_and_stays_out(self, browser: Client, cast: Cast) -> None:
        actions.close_account(account=cast.clerk, by=cast.administrator, at=timezone.now())

        answer = give_password(browser, "van", follow=True)

        assert who(browser) is None
        assert answer.status_code == 200

    def test_a_citizen_has_no_password_to_sign_in_with(self, browser: Client, cast: Cast) -> None:
        actions.open_account(
            username="dan", full_name="Lý Thị Dân", kind=Account.Kind.CITIZEN, by=None, at=timezone.now()
        )

        for password in ("", "!", PASSWORD):
            give_password(browser, "dan", password)

        assert who(browser) is None

    def test_the_session_changes_its_key_when_somebody_signs_in(self, browser: Client, cast: Cast) -> None:
        browser.get(url("account_login"))
        give_password(browser, "huong")
        before = browser.session.session_key
        give_code(browser, sign_in.unused_code(cast.reception))

        assert browser.session.session_key != before

    @pytest.mark.parametrize(
        ("username", "names"),
        [("son", sign_in.HOMES["chair"]), ("huong", sign_in.HOMES["desk"]), ("quan", sign_in.HOMES["admin"])],
    )
    def test_one_begins_where_one_s_role_begins(
        self, cast: Cast, username: str, names: tuple[str, ...]
    ) -> None:
        account = Account.objects.get(username=username)

        assert sign_in.home_url(account) == sign_in._first_of(names)

    def test_the_secret_is_not_in_the_clear_in_the_database(self, cast: Cast, settings: Any) -> None:
        account = make_account("moi", "Cư Thị Mới")
        secret = sign_in.enrol(account)
        stored = Authenticator.objects.get(user=account, type="totp").data["secret"]

        assert secret not in stored
        assert sign_in.MFAAdapter().decrypt(stored) == secret
        settings.SECRET_KEY = "another node"
        with pytest.raises(Broken):
            sign_in.MFAAdapter().decrypt(stored)


class TestLockOut:
    def test_after_five_wrong_passwords_even_the_right_one_waits_and_the_time_is_told(
        self, browser: Client, cast: Cast
    ) -> None:
        for _ in range(5):
            give_password(browser, "huong", "sai")

        with translation.override("en"):
            answer = browser.post(url("account_login", "en"), {"login": "huong", "password": PASSWORD})

        assert answer.status_code == 200
        assert re.search(r"You can try again at .*\d\d:\d\d", text(answer))
        assert who(browser) is None

    def test_after_a_quarter_of_an_hour_the_right_one_opens_again(self, browser: Client, cast: Cast) -> None:
        for _ in range(5):
            give_password(browser, "huong", "sai")

        later = timezone.now() + timedelta(minutes=16)
        with mock.patch("django.utils.timezone.now", lambda: later):
            answer = give_password(browser, "huong")

        assert answer.url == url("mfa_authenticate")

    def test_a_colleague_at_another_address_is_not_locked_out(self, browser: Client, cast: Cast) -> None:
        for _ in range(5):
            give_password(browser, "huong", "sai", REMOTE_ADDR="203.0.113.66")

        assert give_password(Client(), "huong", REMOTE_ADDR="203.0.113.9").status_code == 302
        assert give_password(Client(), "minh", REMOTE_ADDR="203.0.113.66").status_code == 302

    def test_one_account_waits_when_many_addresses_try_it(self, cast: Cast) -> None:
        for n in range(30):
            give_password(Client(), "huong", "sai", REMOTE_ADDR=f"198.51.100.{n}")

        assert give_password(Client(), "huong", REMOTE_ADDR="203.0.113.9").status_code == 200

    def test_one_address_waits_when_it_tries_many_names(self, cast: Cast) -> None:
        for n in range(60):
            give_password(Client(), f"ten{n}", "sai", REMOTE_ADDR="203.0.113.66")

        assert give_password(Client(), "huong", REMOTE_ADDR="203.0.113.66").status_code == 200
        assert give_password(Client(), "huong", REMOTE_ADDR="203.0.113.9").status_code == 302

    def test_after_five_wrong_codes_even_the_right_one_waits(self, browser: Client, cast: Cast) -> None:
        give_password(browser, "huong")
        for _ in range(5):
            give_code(browser, "12345")

        give_code(browser, sign_in.unused_code(cast.reception))

        assert who(browser) is None

    def test_right_passwords_are_not_counted(self, cast: Cast) -> None:
        for _ in range(7):
            assert give_password(Client(), "huong").status_code == 302


class TestDemonstration:
    @pytest.mark.parametrize(
        ("demo", "invented", "shown"), [(True, True, True), (False, True, False), (True, False, False)]
    )
    def test_the_code_is_shown_for_invented_people_of_a_demonstration_only(
        self, browser: Client, cast: Cast, settings: Any, demo: bool, invented: bool, shown: bool
    ) -> None:
        settings.DINH_DEMO = demo
        Account.objects.filter(pk=cast.reception.pk).update(demonstration=invented)
        give_password(browser, "huong")

        page = text(browser.get(url("mfa_authenticate")))

        assert bool(re.search(r"\b\d{6}\b", page)) is shown

    def test_the_code_that_is_shown_opens_even_right_after_another_sign_in(self, cast: Cast) -> None:
        Account.objects.filter(pk=cast.reception.pk).update(demonstration=True)
        for _ in range(3):
            browser = Client()
            give_password(browser, "huong")
            [code] = re.findall(r"\b\d{6}\b", text(browser.get(url("mfa_authenticate"))))

            give_code(browser, code)

            assert who(browser) == str(cast.reception.pk)
