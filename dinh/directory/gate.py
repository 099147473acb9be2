"""What staff must have done before anything else: a password of their own, then an authenticator.

Also closes the pages of the sign-in library that this house does not use (sign-up, e-mail addresses), and
password reset where no e-mail can be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from dinh.directory.models import Account
from dinh.directory.sign_in import has_second_factor

PASSED = "second_factor"  # in the session, once the authenticator is known to be there

OF_THE_LIBRARY = ("account_", "mfa_", "usersessions_")
OPEN = frozenset(
    {"account_login", "account_logout", "account_inactive", "mfa_authenticate", "account_reauthenticate"}
)
BY_EMAIL = frozenset(
    {
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)
OF_STAFF = frozenset(
    {
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
OF_EVERYBODY = frozenset({"usersessions_list"})
BEFORE_PASSWORD = frozenset(
    {"account_change_password", "account_logout", "account_reauthenticate", "healthz"}
)
BEFORE_CODE = BEFORE_PASSWORD | {"mfa_activate_totp", "mfa_reauthenticate"}


class SignInGate:
    """Middleware; stands after allauth's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer before the page does, when something is missing."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(OF_THE_LIBRARY) and not _is_used(name, request.user):
            raise Http404
        user = request.user
        if not isinstance(user, Account) or user.kind != Account.Kind.STAFF:
            return None
        if user.must_change_password and name not in BEFORE_PASSWORD:
            return redirect("account_change_password")
        if name not in BEFORE_CODE and not _passed(request, user):
            return redirect("mfa_activate_totp")
        return None


def _is_used(name: str, user: Any) -> bool:
    if name in OPEN or (name in BY_EMAIL and settings.EMAIL_HOST):
        return True
    if not user.is_authenticated:
        return name in OF_STAFF | OF_EVERYBODY  # these lead to sign-in by themselves
    return name in OF_EVERYBODY or (name in OF_STAFF and user.kind == Account.Kind.STAFF)


def _passed(request: HttpRequest, user: Account) -> bool:
    """Without an authenticator there was only a password; with one, the sign-in has asked for its code."""
    if request.session.get(PASSED):
        return True
    if not has_second_factor(user):
        return False
    request.session[PASSED] = True
    return True
