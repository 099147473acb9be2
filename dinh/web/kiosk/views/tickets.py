"""Tickets for the counter: taking one, its slip, where it stands in the line, and the screen on the wall."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue.queries import codes_of, list_title
from dinh.directory.limits import limit
from dinh.directory.models import Office
from dinh.outreach.actions import queueing
from dinh.outreach.queries import queueing as lines
from dinh.papers import qr
from dinh.web.kiosk.views.machine import machine_of, on_kiosk
from dinh.web.kiosk.words import language_now

REFRESH_SECONDS = 15
TAKEN = "60/10m"  # of one machine: more are no people who wait
WAITING_SHOWN = 6


@on_kiosk
def take(request: HttpRequest) -> HttpResponse:
    """Ask what one comes for, and give the number."""
    kiosk = machine_of(request)
    office = kiosk.office if kiosk else None
    if office is None:
        return redirect("kiosk:home")
    if request.method == "POST":
        limit("kiosk-ticket", str(kiosk.pk if kiosk else ""), TAKEN, timezone.now())
        given = queueing.take_ticket(
            office=office, wish=request.POST.get("wish", ""), first="first" in request.POST, kiosk=kiosk,
            at=timezone.now(),
        )  # fmt: skip
        return redirect(f"{reverse('kiosk:ticket', args=[given.code])}?new")
    wishes = [
        (code, list_title("counter_wishes", code).of(language_now()))
        for code in codes_of("counter_wishes") or ()
    ]
    line = lines.line_of(office, timezone.localdate())
    return render(
        request, "kiosk/take.html", {"office": office, "wishes": wishes, "waiting": len(line.waiting)}
    )


def ticket(request: HttpRequest, code: str) -> HttpResponse:
    """Show a ticket and how many are before it; anybody with its code, on any telephone. It names nobody."""
    found = lines.get_ticket(code)
    line = lines.line_of(found.office, found.on)
    address = settings.DINH_PUBLIC_URL + reverse("kiosk:ticket", args=[found.code])
    context = {
        "ticket": found,
        "today": found.on == timezone.localdate(),
        "before": lines.before(found, line),
        "wish": list_title("counter_wishes", found.wish).of(language_now()),
        "qr": qr.svg(address, title=_("Where this ticket stands")),
        "new": "new" in request.GET and machine_of(request) is not None,
    }
    response = render(request, "kiosk/ticket.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    if found.state == "waiting" and machine_of(request) is None:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def board(request: HttpRequest, office_id: str) -> HttpResponse:
    """Show on the wall who is called to which window, and who comes next."""
    office = get_object_or_404(Office, pk=office_id, key="service_centre")
    line = lines.line_of(office, timezone.localdate())
    context = {
        "office": office,
        "called": line.called[:4],
        "next": line.waiting[:WAITING_SHOWN],
        "more": max(0, len(line.waiting) - WAITING_SHOWN),
    }
    response = render(request, "kiosk/board.html", context)
    response["Cache-Control"] = "no-store"
    response["Refresh"] = str(REFRESH_SECONDS)
    return response
