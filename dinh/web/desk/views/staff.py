"""The list of staff: who works for one's units, with which roles; also those who hold none any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.directory import policy
from dinh.directory.models import Account, Grant
from dinh.journal import access
from dinh.lib.names import fold, sort_key
from dinh.web.components.spreadsheets import as_file
from dinh.web.components.states import STATES
from dinh.web.desk.holding import role_title
from dinh.web.desk.views.accounts import MANAGE
from dinh.web.desk.views.base import account_of, desk_page, now, show, today
from dinh.web.desk.views.tables import Asked, Choice

ORDERS = {
    "name": gettext_lazy("Given name"),
    "title": gettext_lazy("Position"),
    "roles": gettext_lazy("Roles"),
    "username": gettext_lazy("User name"),
}
KEYS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda line: sort_key(line["name"]),
    "title": lambda line: (not line["title"], fold(line["title"]), sort_key(line["name"])),
    "roles": lambda line: (not line["roles"], fold(line["roles"]), sort_key(line["name"])),
    "username": lambda line: line["username"],
}
STATE = Choice(
    "state",
    gettext_lazy("State"),
    {
        "active": cast(Promise, STATES["active"][0]),
        "closed": cast(Promise, STATES["closed"][0]),
        "idle": gettext_lazy("active, without a role"),
    },
)


@desk_page(MANAGE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the staff of one's units, page by page; `?form=csv` takes the list away."""
    asked = Asked.of(request.GET, ORDERS, STATE)
    wanted, state = fold(asked.q), asked.chosen.get("state", "")
    lines = [
        line
        for line in map(_line, _staff(account_of(request)))
        if wanted in line["words"] and state in {"", line["state"], line["idle"]}
    ]
    lines.sort(key=KEYS[asked.order])
    shown, more = asked.cut(lines[asked.window])
    if asked.form:
        access.listed(
            kind="export", subject_type="account", query=asked.parts, ids=[line["pk"] for line in shown],
            by=account_of(request), at=now(), purpose="accounts",
        )  # fmt: skip
        return as_file(_table(shown), asked.form, "tai-khoan", _("Accounts"))
    return show(request, "admin/accounts", {"lines": shown, "total": len(lines), "asked": asked.drawn(more)})


def _staff(administrator: Account) -> list[Account]:
    """Return the accounts in reach: with a role there, and of those units without any, so that one can be given."""
    on = today()
    scope = policy.scope(administrator, MANAGE, on)
    theirs = scope.filter(Account.objects.filter(kind=Account.Kind.STAFF), "unit", None, villages=True)
    found: dict[UUID, Account] = {account.pk: account for account in theirs}
    held: dict[UUID, list[Grant]] = {}
    grants = Grant.objects.filter(account__kind=Account.Kind.STAFF).select_related("account")
    for grant in scope.filter(grants, "unit", None, villages=True):
        if grant.valid_from <= on and (grant.valid_to is None or grant.valid_to > on):
            held.setdefault(grant.account_id, []).append(grant)
        elif grant.account.unit_id is not None:
            continue  # who has gone to work elsewhere is listed there
        found.setdefault(grant.account_id, grant.account)
    for pk, account in found.items():
        account.grants_here = held.get(pk, [])  # type: ignore[attr-defined]
    return list(found.values())


def _line(account: Account) -> dict[str, Any]:
    grants: list[Grant] = getattr(account, "grants_here", [])
    roles = ", ".join(sorted({role_title(grant.role) for grant in grants}))
    return {
        "pk": account.pk,
        "name": account.full_name,
        "username": account.username,
        "title": account.title,
        "roles": roles,
        "state": "active" if account.is_active else "closed",
        "idle": "idle" if account.is_active and not roles else None,
        "words": fold(f"{account.full_name} {account.username} {account.title} {roles}"),
    }


def _table(lines: list[dict[str, Any]]) -> list[list[str]]:
    head = [_("Name"), _("Position"), _("Roles"), _("User name"), _("State")]
    body = [
        [line["name"], line["title"], line["roles"], line["username"], str(STATES[line["state"]][0])]
        for line in lines
    ]
    return [head, *body]
