"""Who may open a page of the portal: a signed-in citizen; others are led to the sign-in and back.

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

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            if request.method == "POST":
                return send_again(request, signed_out=True)
            return redirect(f"{reverse('portal:sign_in')}?{urlencode({'next': request.get_full_path()})}")
        if account_of(request).kind != Account.Kind.CITIZEN:
            return render(request, "portal/for_citizens.html", status=403)
        return view(request, *args, **kwargs)

    functools.update_wrapper(guarded, view)
    return guarded


def account_of(request: HttpRequest) -> Account:
    """Return the signed-in account; only behind `citizen_required` or after asking `is_authenticated`."""
    user: Any = request.user
    account: Account = getattr(user, "_wrapped", user) if not isinstance(user, Account) else user
    return account
