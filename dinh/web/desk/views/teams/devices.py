"""Telephones of the teams: which there are, a code for a new one, taking one off the list; and one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dinh.directory.models import Account
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Stale
from dinh.lib.names import fold, sort_key
from dinh.outreach.actions import devices as actions
from dinh.outreach.policy import MANAGE
from dinh.outreach.queries import devices as queries
from dinh.outreach.queries.scope import FIELD
from dinh.papers import qr
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.forms.devices import MakeCode, Revoke
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.tables import Asked, Choice

STATES = {
    "active": gettext_lazy("in use"),
    "late": gettext_lazy("keeps work for a day or longer"),
    "silent": gettext_lazy("silent for 21 days"),
    "revoked": gettext_lazy("taken off the list"),
    "wiped": gettext_lazy("erased"),
}
GONE = ("revoked", "wiped")  # not listed unless they are asked for
STATE = Choice("state", gettext_lazy("State"), STATES, gettext_lazy("on the list"))
ORDERS = {
    "care": gettext_lazy("To look after first"),
    "name": gettext_lazy("Name"),
    "contact": gettext_lazy("Longest without contact first"),
}
KEYS: Mapping[str, Callable[[queries.DeviceLine], Any]] = {
    "name": lambda line: sort_key(line.name),
    "contact": lambda line: line.device.last_contact,
}


@desk_page(MANAGE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the telephones of the members whose teams one manages; those that keep work for a day stand first."""
    form = MakeCode(members=_members(account_of(request)))
    return _list(request, form)


@require_POST
@desk_page(MANAGE)
def code(request: HttpRequest) -> HttpResponse:
    """Make a code for a member's telephone, and show it: only now, as a QR code and in signs to type."""
    form = MakeCode(request.POST, members=_members(account_of(request)))
    if not form.is_valid():
        return _list(request, form, status=422)
    member = queries.managed_members(account_of(request), today()).get(pk=form.cleaned_data["member"])
    return _code(request, member, "devices")


@desk_page(MANAGE, FIELD)
def one(request: HttpRequest, device: UUID) -> HttpResponse:
    """Show one telephone, and take it off the list with a reason."""
    found = queries.seen_device(account_of(request), device, today())
    form = Revoke(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] != found.version:
            raise Stale("outreach.stale", _("This has changed meanwhile. Look again."), device=device)
        actions.revoke_device(
            device=found, reason=form.cleaned_data["reason"], by=account_of(request), at=now()
        )
        messages.success(
            request, _("The telephone is off the list. At its next contact it erases its houses.")
        )
        return go("device", found.pk)
    line = queries.lines(
        queries.seen_devices(account_of(request), today()).filter(pk=device), now(), today()
    )[0]
    context = {"line": line, "device": found, "form": form, "manages": may(request, MANAGE)}
    return show(request, "teams/device", context, status=422 if form.errors else 200)


@desk_page(FIELD)
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's own telephones; POST makes a code for another."""
    if request.method == "POST":
        return _code(request, account_of(request), "my_phones")
    found = queries.seen_devices(account_of(request), today()).filter(account=account_of(request))
    return show(request, "teams/my_phones", {"lines": queries.lines(found, now(), today())})


def _list(request: HttpRequest, form: MakeCode, status: int = 200) -> HttpResponse:
    asked = Asked.of(request.GET, ORDERS, STATE)
    every = queries.lines(queries.seen_devices(account_of(request), today()), now(), today())
    wanted, state = fold(asked.q), asked.chosen.get("state", "")
    found = [
        one
        for one in every
        if wanted in fold(f"{one.name} {one.device.label} {' '.join(one.teams)}")
        and (one.state == state if state else one.state not in GONE)
    ]
    if asked.order in KEYS:
        found.sort(key=KEYS[asked.order])
    shown, more = asked.cut(found[asked.window])
    if asked.form:
        return as_file(_table(shown), asked.form, "dien-thoai", _("Telephones of the teams"))
    context = {
        "lines": shown, "total": len(found), "asked": asked.drawn(more), "form": form, "secure": _secure(),
    }  # fmt: skip
    return show(request, "teams/devices", context, status=status)


def _table(shown: list[queries.DeviceLine]) -> list[list[str]]:
    head = [_("Member"), _("Telephone"), _("Team"), _("State"), _("Last contact"), _("Not sent"), _("App")]
    return [head] + [
        [
            one.name, one.device.label, ", ".join(one.teams), str(STATES[one.state]), show_datetime(one.device.last_contact),
            str(one.device.unsent), one.device.app_version,
        ]
        for one in shown
    ]  # fmt: skip


def _code(request: HttpRequest, member: Account, back: str) -> HttpResponse:
    try:
        row, code = actions.make_enrol_code(account=member, by=account_of(request), at=now())
    except actions.NotAMember as refused:
        messages.error(request, str(refused.message))
        return go(back)
    address = f"{settings.DINH_PUBLIC_URL.rstrip('/')}/field/"
    picture = qr.svg(f"{address}#enrol/{code}", title=_("Code to enrol a telephone"), scale=6)
    context = {
        "member": member, "code": code, "row": row, "picture": picture, "address": address, "back": back,
        "secure": _secure(),
    }  # fmt: skip
    return show(request, "teams/device_code", context)


def _members(by: Account) -> list[tuple[str, str]]:
    found = queries.managed_members(by, today()).values_list("pk", "full_name")
    return sorted(((str(pk), name) for pk, name in found), key=lambda pair: sort_key(pair[1]))


def _secure() -> bool:
    """Return whether telephones can open the app: they ask for HTTPS, but for the machine itself."""
    return settings.DINH_PUBLIC_URL.startswith(("https://", "http://127.0.0.1", "http://localhost"))
