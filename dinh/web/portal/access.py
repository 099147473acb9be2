"""Who may open a page of the portal: a signed-in citizen; others are led to the sign-in and back.

The pages of a draft are opened at a shared computer by the helper too who has the person's consent: an officer or a
volunteer, with their own account. Whose drafts they help with is asked where the draft is read.

A form that was sent after the session ended is not thrown away: its values are
shown again, to be sent once the person has signed in (`components.views.send_again`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from dinh.directory.models import Account
from dinh.web.components.views import send_again

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def citizen_required(view: View[P]) -> View[P]:
    """Let signed-in citizens in; lead others to the sign-in; tell staff that this is the citizens' side."""

    return _guarded(view, helpers=False)


def filler_required(view: View[P]) -> View[P]:
    """Let in as `citizen_required` does, and at a shared computer the helper of somebody who sits before it."""
    return _guarded(view, helpers=True)


def helps(request: HttpRequest) -> bool:
    """Tell whether an office account fills a request with somebody at a shared computer."""
    on_kiosk = getattr(request, "kiosk", None) is not None
    return on_kiosk and account_of(request).kind == Account.Kind.STAFF


def _guarded(view: View[P], *, helpers: bool) -> View[P]:
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return send_again(request, signed_out=True)
            return redirect(f"{reverse('portal:sign_in')}?{urlencode({'next': request.get_full_path()})}")
        citizen = account_of(request).kind == Account.Kind.CITIZEN
        if not citizen and not (helpers and helps(request)):
            return render(request, "portal/for_citizens.html", status=403)
        return view(request, *args, **kwargs)

    functools.update_wrapper(guarded, view)
    return guarded


def account_of(request: HttpRequest) -> Account:
    """Return the signed-in account; only behind `citizen_required` or after asking `is_authenticated`."""
    user: Any = request.user
    account: Account = getattr(user, "_wrapped", user) if not isinstance(user, Account) else user
    return account
