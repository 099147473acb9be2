"""Accounts of people who sign in: open, amend, close, and give new access when a phone or password is lost.

Kept apart from `grants` (what an account may do). Both are reached through `directory.actions`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.lib.names import tidy

USERNAME = RegexValidator(r"^[a-z0-9][a-z0-9._-]{1,63}\Z")
EMAIL = EmailValidator()
AMENDABLE = frozenset({"full_name", "title", "email", "phone", "language"})
OWN = frozenset({"email", "phone", "language"})  # name and post stand on papers that one signs
# Without letters that are mistaken for one another when read from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Return a password to be told once and changed at first sign-in: about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _group in range(4))


@action
def open_account(
    *,
    username: str,
    full_name: str,
    by: Account | None,
    at: datetime,
    unit: Unit | None = None,
    kind: str = Account.Kind.STAFF,
    title: str = "",
    email: str = "",
    phone: str = "",
    language: str = "vi",
    person: UUID | None = None,
    password: str | None = None,
    must_change_password: bool | None = None,
    demonstration: bool = False,
) -> Account:
    """Open an account and return it.

    unit      of whose staff; the actor must manage accounts there, and opens accounts of staff alone. The
              node's owner (by=None) needs no right
    password  None: nobody can sign in until `reset_access` gives one; one that is given must be changed at
              the first sign-in unless `must_change_password=False`

    Raises Invalid with every fault; NotPermitted.
    """
    _may_open(unit, kind, by, at)
    told = {"full_name": full_name, "email": email, "title": title, "phone": phone, "language": language}
    account = Account(
        username=_free(tidy(username).lower(), told), full_name=tidy(full_name), title=tidy(title),
        email=email.strip(), phone=phone.strip(), language=language, kind=kind, person=person, unit=unit,
        password=make_password(password), demonstration=demonstration,
        must_change_password=bool(password) if must_change_password is None else must_change_password,
    )  # fmt: skip
    _insert(account)
    created(
        account, "directory.account_opened", by=by, at=at, unit=unit.pk if unit else None,
        leave_out=("password", "last_login", "date_joined"),
    )  # fmt: skip
    return account


def _may_open(unit: Unit | None, kind: str, by: Account | None, at: datetime) -> None:
    if by is None:
        return
    # Without a unit the question would be whether they manage accounts anywhere.
    if unit is None or kind != Account.Kind.STAFF:
        raise policy.refusal("directory.manage_accounts", by)
    policy.require(by, "directory.manage_accounts", unit=unit.pk, on=local_date(at))


def _free(username: str, told: dict[str, str]) -> str:
    """Return a name for sign-in that nobody has. Raises Invalid with every fault, of what else is told too."""
    faults = _faults(username=username, **told)
    if not faults and Account.objects.filter(username=username).exists():
        faults.append(_taken())
    refuse_if(faults, "directory.account_invalid")
    return username


def _insert(account: Account) -> None:
    try:
        account.save(force_insert=True)
    except IntegrityError as error:
        # The message of the database quotes the name, so it is not chained into the log.
        if "username" in str(error):
            refuse_if([_taken()], "directory.account_invalid")
        raise


@action
def amend_account(*, account: Account, by: Account | None, at: datetime, **columns: Any) -> None:
    """Change name, title, e-mail, phone or language as an administrator; of one's own account the last three.

    Raises Invalid for an unknown column or a wrong value; NotPermitted; Stale.
    """
    _may_manage(account, by, at, own=set(columns) <= OWN)
    faults = [Fault(name, "unknown", _("This cannot be changed here.")) for name in set(columns) - AMENDABLE]
    faults += _faults(**{k: v for k, v in columns.items() if k in AMENDABLE})
    refuse_if(faults, "directory.account_invalid")
    change(account, "directory.account_amended", by=by, at=at, **columns)


@action
def close_account(*, account: Account, by: Account | None, at: datetime) -> None:
    """Let an account sign in no more, end its sessions; its grants stay as history and give nothing.

    Raises Refused for one's own account; NotPermitted; Stale.
    """
    _may_manage(account, by, at)
    if by is not None and by.pk == account.pk:
        message = _("You cannot close your own account. Ask another administrator.")
        raise Refused("directory.not_oneself", message, account=account.pk)
    change(account, "directory.account_closed", by=by, at=at, is_active=False)
    policy.forget(account)
    end_sessions(account)


@action
def reopen_account(*, account: Account, by: Account | None, at: datetime) -> None:
    """Let a closed account sign in again. Raises NotPermitted; Stale."""
    _may_manage(account, by, at)
    change(account, "directory.account_reopened", by=by, at=at, is_active=True)
    policy.forget(account)


@action
def reset_access(*, account: Account, by: Account | None, at: datetime) -> str:
    """Return a new one-time password; authenticator and recovery codes are removed and all sessions ended.

    For somebody who lost the phone or the password; the next sign-in asks for a new password and enrols a
    new authenticator. Raises NotPermitted; Stale.
    """
    _may_manage(account, by, at)
    password = one_time_password()
    change(account, "directory.access_reset", by=by, at=at, must_change_password=True)
    account.set_password(password)
    Account.objects.filter(pk=account.pk).update(password=account.password)
    Authenticator.objects.filter(user_id=account.pk).delete()
    end_sessions(account)
    return password


@action
def password_changed(*, account: Account, at: datetime) -> None:
    """Note that the holder chose a password; called by the sign-in adapter."""
    change(account, "directory.password_changed", by=account, at=at, must_change_password=False)


@action
def second_factor_changed(*, account: Account, added: bool, at: datetime) -> None:
    """Note that the holder set up or removed an authenticator; called when the sign-in library did it."""
    kind = "directory.authenticator_added" if added else "directory.authenticator_removed"
    change(account, kind, by=account, at=at)


def end_sessions(account: Account, keep: str | None = None) -> int:
    """Sign an account out everywhere, but in the session `keep`; return how many sessions ended."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    for session in UserSession.objects.filter(user_id=account.pk).exclude(session_key=keep or ""):
        store(session_key=session.session_key).delete()
        session.delete()
        ended += 1
    return ended


def _may_manage(account: Account, by: Account | None, at: datetime, own: bool = False) -> None:
    """An administrator manages an account when all of it is in reach: its unit, and every unit of its grants and
    of the signatures lent to it.

    Otherwise the administrator of one commune could enter another with the account of somebody who serves both.
    """
    if by is None or (own and by.pk == account.pk):
        return
    on = local_date(at)
    scope = policy.scope(by, "directory.manage_accounts", on)
    grants = account.grants.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    lent = account.delegations.filter(revoked_at__isnull=True, valid_to__gte=on)
    units = {
        *grants.values_list("unit", flat=True),
        *lent.values_list("grant__unit", flat=True),
        *filter(None, [account.unit_id]),
    }
    if account.kind != Account.Kind.STAFF or not units or not all(scope.allows(unit) for unit in units):
        raise policy.refusal("directory.manage_accounts", by, subject=account.pk)


def _faults(**values: str) -> list[Fault]:
    checks: dict[str, tuple[Callable[[str], object], object]] = {
        "username": (USERNAME, _("Use 2 to 64 small letters without accents, digits, dots or hyphens.")),
        "email": (EMAIL, _("This is not an e-mail address. Write it as ten@example.vn.")),
    }
    faults = []
    if "full_name" in values and not tidy(values["full_name"]):
        faults.append(Fault("full_name", "required", _("Write the full name.")))
    for name, (check, message) in checks.items():
        if values.get(name) or name == "username" in values:
            try:
                check(values[name])
            except ValidationError:
                faults.append(Fault(name, "invalid", message))
    if "language" in values and values["language"] not in dict(settings.LANGUAGES):
        faults.append(Fault("language", "unknown", _("Choose a language from the list.")))
    others = {name: value for name, value in values.items() if name not in {"username", "language"}}
    return faults + length_faults(Account, others)


def _taken() -> Fault:
    return Fault("username", "taken", _("This sign-in name is in use. Choose another."))
