"""Who is signed in: the session of a cookie and its account, read at every request by prepared reads.

Nothing is remembered between requests, so that "sign out everywhere" and a closed account hold at once.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.db import models
from django.utils import timezone

from dinh.database.prepared import Prepared
from dinh.directory.models import Account


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """The sign-in library's way to check a password; the account of a session is found with one short read."""

    def get_user(self, user_id: Any) -> Account | None:
        account = _account.first(pk=user_id)
        return account if account is not None and self.user_can_authenticate(account) else None


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Any:
        session = _session.first(key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None
        return session


def _sessions(key: Any, now: Any) -> models.QuerySet[Any, Any]:
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)


_session = Prepared(_sessions, key=models.CharField(), now=models.DateTimeField())
_account = Prepared(lambda pk: Account.objects.filter(pk=pk), pk=models.UUIDField())
