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
from dinh.lib.errors import Invalid
from dinh.lib.names import fold, sort_key
from dinh.web.desk import holding
from dinh.web.desk.forms.administration import Appoint, Delegate, OpenAccount
from dinh.web.desk.holding import role_title
from dinh.web.desk.rows import choices_of
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.scope import unit_choices, unit_named, units_of

MANAGE = "directory.manage_accounts"


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
    on, units = today(), {pk for pk, _title in unit_choices(account_of(request), MANAGE)}
    context = {
        "account": account,
        "grants": holding.roles(account, units, on),
        "lent": holding.lent(account, on),
        "borrowed": holding.borrowed(account, on),
        "oneself": account.pk == request.user.pk,
        "appointing": _appoint_form(request, account),
        "delegating": _delegate_form(request, account),
        **(known or {}),
    }
    return show(request, "admin/account", context, status=status)


def _appoint_form(request: HttpRequest, account: Account, data: Any = None) -> Appoint:
    roles = [(key, role_title(key)) for key in store.get().roles if key != policy.CITIZEN]
    units = unit_choices(account_of(request), MANAGE)
    return Appoint(
        data,
        roles=sorted(roles, key=lambda pair: fold(pair[1])),
        units=units,
        procedures=choices_of(None, get_language() or "vi"),
        initial={"valid_from": today(), "unit": _only(units)},
        auto_id="id_appoint_%s",
    )


def _delegate_form(request: HttpRequest, account: Account, data: Any = None) -> Delegate:
    held = account.grants.filter(directory.in_force(today()))
    grants = [(str(one.pk), role_title(one.role)) for one in held]
    colleagues = {
        one.pk: one.full_name
        for unit in units_of(account_of(request), MANAGE)
        for one in directory.accounts_of(unit, today())
        if one.is_active and one.pk != account_of(request).pk  # nobody lends a signature to themself
    }
    return Delegate(
        data,
        grants=grants,
        accounts=sorted(((str(pk), name) for pk, name in colleagues.items() if pk != account.pk), key=lambda pair: sort_key(pair[1])),
        initial={"valid_from": today(), "grant": _only(grants)},
        auto_id="id_delegate_%s",
    )  # fmt: skip


def _only(choices: list[tuple[str, str]]) -> str:
    """Return the one thing that can be chosen; "" when there are several."""
    return choices[0][0] if len(choices) == 1 else ""


@require_POST
@desk_page(MANAGE)
def close(request: HttpRequest, account: UUID) -> HttpResponse:
    """Close an account, which ends its sessions at once; with `to=open`, open it again. Sent twice, it acts once."""
    found, opening = managed(request, account), request.POST.get("to") == "open"
    if opening and not found.is_active:
        actions.reopen_account(account=found, by=account_of(request), at=now())
    elif not opening and found.is_active:
        actions.close_account(account=found, by=account_of(request), at=now())
    closed = _(
        "The account is closed. Nobody can sign in with it any more. It can be opened again on this page."
    )
    messages.success(request, _("The account is open again.") if opening else closed)
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
    """Take a role back, from today; one that has not begun never does."""
    found = get_object_or_404(Grant.objects.select_related("account"), pk=grant)
    managed(request, found.account_id)
    last = max(today(), found.valid_from)
    actions.withdraw_grant(grant=found, by=account_of(request), at=now(), on=last)
    messages.success(request, _("The role has ended. To undo it, press “Give it again” beside it."))
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
    messages.success(request, _("The delegation has ended. To undo it, press “Enter it again” beside it."))
    return go("account", found.grant.account_id)


def _mark(form: forms.Form, refused: Invalid) -> None:
    for fault in refused.faults:
        form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
