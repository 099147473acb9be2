"""Sign-in of staff: password, then a code of an authenticator; allauth does the protocol, this sets the rules.

1. Nobody signs up; accounts are opened by an administrator (`directory.actions`).
2. Wrong passwords and codes are counted per account, per account and address, and per address (`limits`).
3. The authenticator's secret is kept encrypted with a key derived from the node's secret.
4. `gate` leads staff to a password of their own and to an authenticator before anything else.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import limits, policy
from dinh.directory.models import Account
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken

# Failures after which a sign-in waits. An office sits behind one address, so that limit is the widest.
LIMITS = (
    ("sign_in.account_here", "5/15m"),
    ("sign_in.account", "30/1h"),
    ("sign_in.address", "60/15m"),
)
CODE_LIMIT = ("sign_in.code", "5/15m")
AGAIN_AFTER_SECONDS = 300
HOMES = {
    "chair": ("desk:chair", "desk:home"),
    "desk": ("desk:home",),
    "admin": ("desk:admin", "desk:home"),
    "teams": ("desk:teams", "desk:home"),
    "field": ("field:shell", "desk:home"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords: who may try, how often, and where one goes afterwards."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the administrator of your commune."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or it was used already. Wait for the next one."),
        "incorrect_password": _("This password is not right."),
        "username_password_mismatch": _("The sign-in name or the password is not right."),
        "invalid_password_reset": _("This link has expired or was used. Ask for a new one."),
        "unknown_email": _("We have no account with this e-mail address."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by an administrator."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that `limits` counts by."""
        return limits.address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse to try when too many tries failed."""
        for (scope, per), key in zip(LIMITS, _keys(request, credentials), strict=True):
            refuse_when_too_many(scope, key, per)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password."""
        for (scope, per), key in zip(LIMITS, _keys(request, credentials), strict=True):
            count_failure(scope, key, per)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask once more before something delicate, unless the session was opened a moment ago."""
        request = context.request
        records = get_authentication_records(request, request.user)
        last = max((float(record.get("at", 0)) for record in records), default=0.0)
        return bool(time.time() - last >= AGAIN_AFTER_SECONDS)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the page at which a role begins."""
        return home_url(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to where one works."""
        return home_url(request.user)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return the front page in the reader's language."""
        return reverse("portal:home")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticators: their secrets are never in the clear in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it was used already. Wait for the next one."),
        "cannot_generate_recovery_codes": _("Set up your authenticator first."),
    }

    def get_totp_label(self, user: Account) -> str:
        """Return what the authenticator shows under the issuer's name."""
        return user.username

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret. Raises Broken when the node's secret is another one."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Broken("directory.secret_of_another_node") from error


def home_url(account: Any) -> str:
    """Return the page at which an account begins: of its roles, the leader's before the officer's."""
    if not account.is_authenticated or account.kind != Account.Kind.STAFF:
        return _first_of(("portal:my_dossiers",))
    declared = store.get().roles
    homes = {
        declared[role].home
        for role in policy.roles_of(account, local_date(timezone.now()))
        if role in declared
    }
    for home, names in HOMES.items():
        if home in homes:
            return _first_of(names)
    return _first_of(("desk:home",))


def has_second_factor(account: Account) -> bool:
    """Return whether an authenticator is set up."""
    return bool(Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).exists())


def enrol(account: Account) -> str:
    """Give an account an authenticator and recovery codes, and return the authenticator's secret.

    For accounts that are made together with their holder's authenticator: demonstrations and tests.
    """
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    RecoveryCodes.activate(account)
    return secret


def unused_code(account: Account) -> str:
    """Return a code that this account's authenticator shows now and that was not used yet; "" without one."""
    row = Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).first()
    if row is None:
        return ""
    wrapped = totp.TOTP(row)
    secret = MFAAdapter().decrypt(row.data["secret"])
    counters = sorted(totp.yield_hotp_counters_from_time())
    middle = len(counters) // 2
    codes = [totp.format_hotp_value(totp.hotp_value(secret, counter)) for counter in counters]
    for code in (*codes[middle:], *codes[:middle]):
        if cache.get(wrapped._get_used_cache_key(code)) is None:
            return str(code)
    return str(codes[middle])


def shown_code(account: Account) -> str:
    """Return the code to show on screen: for invented people of a demonstration only."""
    return unused_code(account) if settings.DINH_DEMO and account.demonstration else ""


def refuse_when_too_many(scope: str, key: str, per: str, at: datetime | None = None) -> None:
    """Raise a form error with the time at which one may try again."""
    try:
        limits.check(scope, key, per, at or timezone.now())
    except limits.TooMany as refused:
        raise ValidationError(str(refused.message), code="too_many") from refused


def count_failure(scope: str, key: str, per: str, at: datetime | None = None) -> None:
    """Count one failure; the next try meets the refusal."""
    try:
        limits.limit(scope, key, per, at or timezone.now())
    except limits.TooMany:
        return  # two failures at the same moment: the limit holds all the same


def _keys(request: HttpRequest, credentials: dict[str, Any]) -> Iterable[str]:
    username = str(credentials.get("username", "")).lower()
    address = limits.address(request)
    return f"{username} {address}", username, address


def _first_of(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"


def _cipher() -> Fernet:
    key = sha256(b"dinh.directory.second_factor\x00" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
