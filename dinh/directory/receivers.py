"""What follows when somebody signed in, changed the password, or set up an authenticator."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from dinh.directory import accounts
from dinh.directory.gate import PASSED
from dinh.directory.models import Account


@receiver(user_logged_in)
def list_session(request: HttpRequest | None, user: Account, **more: Any) -> None:
    """Every session is listed, also that of a citizen, who does not come through the password page."""
    if request is not None and hasattr(request, "session"):
        request.user = user
        UserSession.objects.create_from_request(request)


@receiver(password_changed)
@receiver(password_reset)
def note_password(request: HttpRequest, user: Account, **more: Any) -> None:
    """The password is now the holder's own; other sessions end."""
    account = Account.objects.get(pk=user.pk)
    accounts.password_changed(account=account, at=timezone.now())
    accounts.end_sessions(account, keep=request.session.session_key)


@receiver(authenticator_added)
def begin_second_factor(
    request: HttpRequest, user: Account, authenticator: Authenticator, **more: Any
) -> None:
    """Sessions opened with a password alone end; this one goes on."""
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[PASSED] = True
        account = Account.objects.get(pk=user.pk)
        accounts.second_factor_changed(account=account, added=True, at=timezone.now())
        accounts.end_sessions(account, keep=request.session.session_key)


@receiver(authenticator_removed)
def end_second_factor(request: HttpRequest, user: Account, authenticator: Authenticator, **more: Any) -> None:
    """The gate asks for a new authenticator at the next page."""
    if authenticator.type == Authenticator.Type.TOTP:
        request.session.pop(PASSED, None)
        accounts.second_factor_changed(
            account=Account.objects.get(pk=user.pk), added=False, at=timezone.now()
        )
