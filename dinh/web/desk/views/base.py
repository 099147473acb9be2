"""What every page of the desk shares: who may enter, what time it is, where to go back to.

A page asks `policy` for its permission at the door (`@desk_page("dossiers.read")`) and asks again about
the row it shows, through the package that owns the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.web.components.views import send_again
from dinh.web.desk import menu

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk_page(*permissions: str) -> Callable[[View[P]], View[P]]:
    """Let in only staff who are signed in and have one of the permissions somewhere.

    permissions  alternatives; none means any member of staff who holds a role
    """

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            _enter(account_of(request), permissions)
            return view(request, *args, **kwargs)

        led = login_required(never_cache(guarded))

        @wraps(view)
        def kept(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST" and not request.user.is_authenticated:
                return send_again(request, signed_out=True, sign_in="account_login")  # nothing typed is lost
            return cast(HttpResponse, led(request, *args, **kwargs))

        return cast("View[P]", kept)

    return wrap


def _enter(account: Account, permissions: tuple[str, ...]) -> None:
    on = today()
    if not account.is_staff:
        raise policy.refusal("desk", account)
    if permissions and not any(policy.may(account, permission, on=on) for permission in permissions):
        raise policy.refusal(permissions[0], account)


def account_of(request: HttpRequest) -> Account:
    """Return the account that is signed in; only for pages behind `desk_page`."""
    return cast(Account, request.user)


def now() -> datetime:
    """Return the moment of this request."""
    return timezone.now()


def today() -> date:
    """Return today's date in Viet Nam."""
    return timezone.localdate()


def may(
    request: HttpRequest, permission: str, unit: UUID | None = None, procedure: str | None = None
) -> bool:
    """Return whether the person at the desk has the permission (see `policy.may`)."""
    return policy.may(account_of(request), permission, unit=unit, procedure=procedure, on=today())


def require(request: HttpRequest, permission: str) -> None:
    """Refuse whoever has the permission nowhere, where a page asks for more than it asks to be opened."""
    if not may(request, permission):
        raise policy.refusal(permission, account_of(request))


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render `desk/<template>.html`; answers differ for htmx, so caches are told."""
    known = {**menu.of(request), **(context or {})} if not partial(request) else dict(context or {})
    response = render(request, f"desk/{template}.html", known, status=status)
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


def partial(request: HttpRequest) -> bool:
    """Return whether only a part of the page is wanted (htmx, and not when history is restored)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not getattr(htmx, "history_restore_request", False)


def go(name: str, *args: object, query: Mapping[str, str] | None = None) -> HttpResponse:
    """Redirect to a page of the desk, with a query string where one is given."""
    url = reverse(f"desk:{name}", args=[str(arg) for arg in args])
    return redirect(f"{url}?{urlencode(query)}" if query else url)
