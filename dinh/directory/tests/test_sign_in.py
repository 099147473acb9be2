"""Signing in as staff: password, code, lock-out, enrolment, sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from dinh.directory import actions, limits, sign_in
from dinh.directory.models import Account
from dinh.directory.tests.cast import PASSWORD, TOTP_SECRET, Cast, make_account, make_grant
from dinh.journal.models import Entry
from dinh.lib.errors import Broken

NEW = "con-suoi-chay-qua-ban-2026"


@pytest.fixture(autouse=True)
def fresh_cache(db: None) -> None:
    """Codes used in one test are unused in the next."""
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client()


def url(name: str, language: str = "vi") -> str:
    with translation.override(language):
        return reverse(name)


def give_password(browser: Client, username: str, password: str = PASSWORD, **more: Any) -> Any:
    return browser.post(url("account_login"), {"login": username, "password": password}, **more)


def give_code(browser: Client, code: str, page: str = "mfa_authenticate") -> Any:
    return browser.post(url(page), {"code": code})


def enter(browser: Client, account: Account, **more: Any) -> Any:
    """Sign in wholly, and return the last answer."""
    give_password(browser, account.username, **more)
    return give_code(browser, sign_in.unused_code(account))


def who(browser: Client) -> str | None:
    """Return whose session this is."""
    return browser.session.get("_auth_user_id")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


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
        with mock.patch.object(sign_in.timezone, "now", lambda: later):
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
        assert browser.get(url("mfa_index")).url == url("account_change_password")

        browser.post(
            url("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        )
        assert browser.get(url("mfa_index")).url == url("mfa_activate_totp")

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

        assert browser.get(url(name)).url == url("mfa_activate_totp")

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

        answer = browser.post(url("mfa_deactivate_totp"))

        assert answer.url.startswith(url("account_reauthenticate"))
        assert sign_in.has_second_factor(cast.reception)
        page = browser.get(answer.url)
        assert page.status_code == 200
        assert browser.post(answer.url, {"password": PASSWORD}).status_code == 302

    def test_a_citizen_is_not_asked_for_an_authenticator(self, browser: Client, cast: Cast) -> None:
        browser.force_login(cast.citizen)

        assert browser.get(url("portal:home")).status_code == 200
        assert browser.get(url("mfa_index")).status_code == 404


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

    @pytest.mark.parametrize("chosen", ["x", "", "-1", "999999999999"])
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
            answer = browser.post(url("account_reset_password"), {"email": address})
            assert answer.url == url("account_reset_password_done")

        [letter] = mail.outbox
        assert letter.to == ["huong@example.vn"]
        link = re.search(r"http://testserver(\S+)", letter.body)
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

    kept = str(list(limits.Attempt.objects.values_list()))
    assert "sign_in.account" in kept
    assert "huong" not in kept
    assert "203.0.113.66" not in kept
