"""How the tests sign in as staff."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

from dinh.directory import sign_in
from dinh.directory.models import Account
from dinh.directory.tests.cast import PASSWORD

NEW = "con-suoi-chay-qua-ban-2026"


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


def led(browser: Client, name: str) -> str:
    """Return where a page leads instead of being shown."""
    answer: Any = browser.get(url(name))
    return str(answer.url)


def who(browser: Client) -> str | None:
    """Return whose session this is."""
    return browser.session.get("_auth_user_id")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
