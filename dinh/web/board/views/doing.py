"""What the pages of the board that change something share: who may send, what was sent, how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dinh.directory import policy
from dinh.directory.models import Account, Level
from dinh.indicators.actions.told import APPROVE
from dinh.lib.errors import Fault, Invalid, Stale
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, asked_of, head
from dinh.web.components.posted import whole
from dinh.web.components.views import send_again

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Asked, P], HttpResponse]


def board_form(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in staff who may read the board of the unit that is asked for; what they may do, the action itself asks.

    Somebody who was signed out meanwhile gets back what they typed.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, asked_of(request), *args, **kwargs)

    led = login_required(never_cache(guarded))

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def kept(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            return send_again(request, signed_out=True, sign_in="account_login")
        return led(request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", kept)


def may(request: HttpRequest, permission: str, asked: Asked) -> bool:
    """Return whether the reader has a permission over the unit that is shown."""
    return policy.may(account_of(request), permission, unit=asked.unit, on=asked.today)


def shown(
    request: HttpRequest,
    template: str,
    asked: Asked,
    context: Mapping[str, Any],
    *,
    nav: str,
    status: int = 200,
) -> HttpResponse:
    """Render `board/<template>.html`, with what was refused above it."""
    known = {
        **head(request, asked),
        "nav": nav,
        "has_told": asked.level in {Level.COMMUNE, Level.VILLAGE} or may(request, APPROVE, asked),
        **context,
    }
    return render(request, f"board/{template}.html", known, status=status)


def attempt(request: HttpRequest, deed: Callable[[], object], done: str = "") -> list[Fault]:
    """Do what was sent, and say so where words are given; or return what is wrong with it."""
    try:
        deed()
    except Invalid as refused:
        return list(refused.faults) or [Fault("", refused.code, refused.message)]
    except Stale as stale:
        return [Fault("", stale.code, stale.message)]
    if done:
        messages.success(request, done)
    return []


def unknown() -> list[Fault]:
    """Return the fault of a form that says nothing that this page knows."""
    return [
        Fault("do", "unknown", _("Nothing was chosen, so nothing was changed. Press one of the buttons."))
    ]


def seen(request: HttpRequest) -> int:
    """Return the version of the row that the sender saw; 0, which no row has, when the page does not say."""
    return whole(request.POST.get("version", "")) or 0


def go(name: str, *args: object, query: str = "", **more: str) -> HttpResponse:
    """Redirect to a page of the board."""
    url = reverse(f"board:{name}", args=[str(arg) for arg in args])
    return redirect(f"{url}?{'&'.join(part for part in (query, urlencode(more)) if part)}")


def names(ids: set[Any]) -> dict[Any, str]:
    """Return the names of accounts by id, as those who did something are named."""
    found = Account.objects.filter(pk__in={id for id in ids if id is not None})
    return {pk: " ".join(name.split()) for pk, name in found.values_list("pk", "full_name")}
