"""The one page that the sign-in library lacks: all sessions of an account, each of which may be ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dinh.directory.accounts import end_sessions
from dinh.directory.models import Account

DEVICES = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
BROWSERS = (("Edg/", "Edge"), ("CocCoc", "Cốc Cốc"), ("coc_coc", "Cốc Cốc"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


@dataclass(frozen=True)
class SessionRow:
    """One session as its holder recognises it."""

    id: int
    device: str
    address: str
    since: datetime
    current: bool


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions; POST with `session` ends that one, with `all` every one, with neither all but this one."""
    account = request.user
    assert isinstance(account, Account)  # noqa: S101  # login_required
    if request.method == "POST":
        return _end(request, account)
    rows = sorted(
        (_row(session, request) for session in UserSession.objects.purge_and_list(account)),
        key=lambda row: (not row.current, row.since),
    )
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


def _end(request: HttpRequest, account: Account) -> HttpResponse:
    if "all" in request.POST:
        end_sessions(account)
        logout(request)
        return redirect("portal:home")
    if chosen := request.POST.get("session", ""):
        number = int(chosen) if re.fullmatch(r"[0-9]{1,15}", chosen) else 0
        found = UserSession.objects.filter(user_id=account.pk, pk=number).first()
        if found is not None and found.session_key != request.session.session_key:
            found.end()
            messages.success(request, _("The session was ended."))
    else:
        end_sessions(account, keep=request.session.session_key)
        messages.success(request, _("You are signed out everywhere else."))
    return redirect("usersessions_list")


def _row(session: UserSession, request: HttpRequest) -> SessionRow:
    device = next((name for mark, name in DEVICES if mark in session.user_agent), "")
    browser = next((name for mark, name in BROWSERS if mark in session.user_agent), "")
    words = ", ".join(part for part in (browser, device) if part) or _("Unknown device")
    current = session.session_key == request.session.session_key
    return SessionRow(session.pk, words, session.ip, session.created_at, current)
