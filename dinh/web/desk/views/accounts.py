"""Accounts of staff: open, close, give a role, take it back, delegate a signature.

Each write is one action of `directory`, which asks for the right over the unit concerned.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.directory import actions, policy
from dinh.directory import queries as directory
from dinh.directory.models import Account, Delegation, Grant
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid
from dinh.web.desk.forms.administration import Appoint, Delegate, OpenAccount
from dinh.web.desk.rows import choices_of
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.scope import unit_choices, unit_named, units_of

MANAGE = "directory.manage_accounts"


def role_title(key: str) -> str:
    """Return a role's title in the reader's language; its key when the catalogue no longer has it."""
    role = store.get().roles.get(key)
    return role.title.of(get_language() or "vi") if role else key


@desk_page(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown once, and must be changed at the first sign-in."""
    units = unit_choices(account_of(request), MANAGE)
    form = OpenAccount(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        password = actions.one_time_password()
        try:
            account = actions.open_account(
                username=data["username"], full_name=data["full_name"], title=data["title"], email=data["email"],
                phone=data["phone"], unit=unit_named(data["unit"]), password=password, by=account_of(request), at=now(),
            )  # fmt: skip
        except Invalid as refused:
            _mark(form, refused)
        else:
            messages.success(request, _("The account is open. Now give it a role."))
            return _page(request, account, {"password": password})
    return show(request, "admin/account_new", {"form": form}, status=422 if form.errors else 200)


def managed(request: HttpRequest, pk: UUID) -> Account:
    """Return an account of staff in one's reach; others are not there."""
    account = get_object_or_404(Account, pk=pk, kind=Account.Kind.STAFF)
    scope = policy.scope(account_of(request), MANAGE, today())
    units = {*account.grants.values_list("unit", flat=True), *filter(None, [account.unit_id])}
    if not any(scope.allows(unit) for unit in units):
        raise Http404
    return account


@desk_page(MANAGE)
def page(request: HttpRequest, account: UUID) -> HttpResponse:
    """Show one account: its roles, its delegations, and what can be done."""
    return _page(request, managed(request, account))


def _page(
    request: HttpRequest, account: Account, known: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    on, language = today(), get_language() or "vi"
    grants = list(account.grants.select_related("unit").order_by("-valid_from"))
    given = Delegation.objects.filter(grant__account=account).select_related("to", "grant")
    held = Delegation.objects.filter(to=account).select_related("grant__account", "grant")
    context = {
        "account": account,
        "grants": [
            {
                "pk": grant.pk,
                "role": role_title(grant.role),
                "unit": directory.unit_title(grant.unit_id, on, with_parents=False),
                "procedures": ", ".join(title for _id, title in choices_of(grant.procedures, language)) if grant.procedures else "",
                "since": show_date(grant.valid_from, language),
                "until": show_date(grant.valid_to, language) if grant.valid_to else "",
                "in_force": grant.valid_from <= on and (grant.valid_to is None or grant.valid_to > on),
            }
            for grant in grants
        ],
        "delegations": [_delegation(one, one.to.full_name, language) for one in given],
        "delegated": [_delegation(one, one.grant.account.full_name, language) for one in held],
        "oneself": account.pk == request.user.pk,
        "appointing": _appoint_form(request, account),
        "delegating": _delegate_form(request, account),
        **(known or {}),
    }  # fmt: skip
    return show(request, "admin/account", context, status=status)


def _delegation(one: Delegation, other: str, language: str) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "who": other,
        "role": role_title(one.grant.role),
        "since": show_date(one.valid_from, language),
        "until": show_date(one.valid_to, language),
        "reference": one.reference,
        "ended": one.revoked_at is not None or one.valid_to < today(),
    }


def _appoint_form(request: HttpRequest, account: Account, data: Any = None) -> Appoint:
    roles = [(key, role_title(key)) for key in store.get().roles if key != policy.CITIZEN]
    return Appoint(
        data,
        roles=sorted(roles, key=lambda pair: pair[1]),
        units=unit_choices(account_of(request), MANAGE),
        procedures=choices_of(None, get_language() or "vi"),
        initial={"valid_from": today()},
        auto_id="id_appoint_%s",
    )


def _delegate_form(request: HttpRequest, account: Account, data: Any = None) -> Delegate:
    grants = account.grants.filter(directory.in_force(today()))
    colleagues = {
        one.pk: one.full_name
        for unit in units_of(account_of(request), MANAGE)
        for one in directory.accounts_of(unit, today())
    }
    return Delegate(
        data,
        grants=[(str(one.pk), role_title(one.role)) for one in grants],
        accounts=sorted(((str(pk), name) for pk, name in colleagues.items() if pk != account.pk), key=lambda pair: pair[1]),
        initial={"valid_from": today()},
        auto_id="id_delegate_%s",
    )  # fmt: skip


@require_POST
@desk_page(MANAGE)
def close(request: HttpRequest, account: UUID) -> HttpResponse:
    """Close an account, or open it again; its sessions end at once."""
    found = managed(request, account)
    if found.is_active:
        actions.close_account(account=found, by=account_of(request), at=now())
        messages.success(request, _("The account is closed. Nobody can sign in with it any more."))
    else:
        actions.reopen_account(account=found, by=account_of(request), at=now())
        messages.success(request, _("The account is open again."))
    return go("account", found.pk)


@require_POST
@desk_page(MANAGE)
def reset(request: HttpRequest, account: UUID) -> HttpResponse:
    """Give a new first password to somebody who lost theirs, or their telephone; shown once."""
    found = managed(request, account)
    password = actions.reset_access(account=found, by=account_of(request), at=now())
    return _page(request, found, {"password": password})


@require_POST
@desk_page(MANAGE)
def appoint(request: HttpRequest, account: UUID) -> HttpResponse:
    """Give a role."""
    found = managed(request, account)
    form = _appoint_form(request, found, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.appoint(
                account=found, role=data["role"], unit=unit_named(data["unit"]), procedures=data["procedures"],
                valid_from=data["valid_from"], valid_to=data["valid_to"], by=account_of(request), at=now(),
            )  # fmt: skip
        except Invalid as refused:
            _mark(form, refused)
        else:
            messages.success(request, _("The role is given. It counts from the next page that they open."))
            return go("account", found.pk)
    return _page(request, found, {"appointing": form, "form": form}, 422)


@require_POST
@desk_page(MANAGE)
def withdraw(request: HttpRequest, grant: UUID) -> HttpResponse:
    """Take a role back, from today."""
    found = get_object_or_404(Grant.objects.select_related("account"), pk=grant)
    managed(request, found.account_id)
    actions.withdraw_grant(grant=found, by=account_of(request), at=now())
    messages.success(request, _("The role has ended."))
    return go("account", found.account_id)


@require_POST
@desk_page(MANAGE)
def delegate(request: HttpRequest, account: UUID) -> HttpResponse:
    """Enter a written delegation of signature."""
    found = managed(request, account)
    form = _delegate_form(request, found, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.delegate(
                grant=found.grants.get(pk=data["grant"]), to=Account.objects.get(pk=data["to"]),
                valid_from=data["valid_from"], valid_to=data["valid_to"], reference=data["reference"],
                by=account_of(request), at=now(),
            )  # fmt: skip
        except Invalid as refused:
            _mark(form, refused)
        else:
            messages.success(request, _("The signature is delegated for these days."))
            return go("account", found.pk)
    return _page(request, found, {"delegating": form, "form": form}, 422)


@require_POST
@desk_page(MANAGE)
def revoke(request: HttpRequest, delegation: UUID) -> HttpResponse:
    """End a delegation at once."""
    found = get_object_or_404(Delegation.objects.select_related("grant__account", "to"), pk=delegation)
    managed(request, found.grant.account_id)
    actions.revoke_delegation(delegation=found, by=account_of(request), at=now())
    messages.success(request, _("The delegation has ended."))
    return go("account", found.grant.account_id)


def _mark(form: forms.Form, refused: Invalid) -> None:
    for fault in refused.faults:
        form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
